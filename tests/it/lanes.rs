//! The SGP4 kernel in every form that this processor has, against the sgp4 crate.

use alliedsky::astro::elements::Elements;
use alliedsky::astro::time::{JulianDate, gmst82_rad};
use alliedsky::kernel::lanes::Form;
use alliedsky::kernel::sgp4::{
    DeepSpace, MAX_RADIUS_KM, MAX_SPEED_KM_S, MeanElements, NearEarth, NoState, NotDeepSpace, NotNearEarth,
};
use proptest::prelude::*;

use crate::sets;
use crate::truth;

/// The forms that can run here; says which cannot.
fn forms() -> Vec<Form> {
    let found = |name: &&str| {
        let form = Form::named(name);
        if form.is_none() {
            println!("skipped: this processor has no lanes for the form {name}");
        }
        form
    };
    ["scalar", "avx2", "avx512"].iter().filter_map(found).collect()
}

/// The kernel's orbit, of whichever theory.
#[derive(Debug)]
enum Orbit {
    Near(Box<NearEarth>),
    Deep(Box<DeepSpace>),
}

impl Orbit {
    /// The orbit of mean elements so many days after J2000; nothing where they have none.
    fn new(mean: &MeanElements, days: f64) -> Option<Self> {
        match NearEarth::new(mean) {
            Ok(orbit) => Some(Self::Near(Box::new(orbit))),
            Err(NotNearEarth::NoOrbit) => None,
            Err(NotNearEarth::DeepSpace) => {
                let date = JulianDate { whole: 2_451_545.0, fraction: days };
                let orbit = DeepSpace::new(mean, days + 36_525.0, gmst82_rad(date)).unwrap();
                Some(Self::Deep(Box::new(orbit)))
            }
        }
    }

    fn states(&self, form: Form, seconds: &[f64], rows: [&mut [f64]; 6]) {
        match self {
            Self::Near(orbit) => orbit.states(form, seconds, rows),
            Self::Deep(orbit) => orbit.states(form, seconds, rows),
        }
    }

    fn state(&self, form: Form, seconds: f64) -> Result<[f64; 6], NoState> {
        match self {
            Self::Near(orbit) => orbit.state(form, seconds),
            Self::Deep(orbit) => orbit.state(form, seconds),
        }
    }
}

/// The crate's orbit of mean elements so many days after J2000.
fn reference(mean: &MeanElements, days: f64) -> Option<sgp4::Constants> {
    let orbit = sgp4::Orbit::from_kozai_elements(
        &sgp4::WGS72,
        mean.inclination_rad,
        mean.raan_rad,
        mean.eccentricity,
        mean.arg_perigee_rad,
        mean.mean_anomaly_rad,
        mean.mean_motion_rad_min,
    );
    let years = days / 365.25;
    sgp4::Constants::new(sgp4::WGS72, sgp4::iau_epoch_to_sidereal_time, years, mean.bstar, orbit.ok()?).ok()
}

/// Days from J2000 to the epoch of a set.
fn days(elements: &Elements) -> f64 {
    JulianDate::from_utc(elements.epoch).days_since_j2000()
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|component| component * component).sum::<f64>().sqrt()
}

/// The crate's state under the same guards.
fn expected(orbit: &sgp4::Constants, seconds: f64) -> Result<[f64; 6], NoState> {
    match orbit.propagate(sgp4::MinutesSinceEpoch(seconds / 60.0)) {
        Err(sgp4::Error::NegativeSemiLatusRectum { .. }) => Err(NoState::SemiLatusRectum),
        Err(_) => Err(NoState::Eccentricity),
        Ok(prediction) => {
            let (radius_km, speed_km_s) = (norm(&prediction.position), norm(&prediction.velocity));
            if radius_km < 6378.135 {
                Err(NoState::Decayed)
            } else if radius_km <= MAX_RADIUS_KM && speed_km_s <= MAX_SPEED_KM_S {
                let ([x, y, z], [vx, vy, vz]) = (prediction.position, prediction.velocity);
                Ok([x, y, z, vx, vy, vz])
            } else {
                Err(NoState::Absurd)
            }
        }
    }
}

/// What is compared of a verdict: a radius below zero is the ground's to the kernel, as in Vallado's code, and, since the
/// crate tells no sign, an absurd length to the guard behind it.
fn verdict<T>(state: &Result<T, NoState>) -> Option<NoState> {
    let reason = state.as_ref().err().copied();
    if reason == Some(NoState::Absurd) { Some(NoState::Decayed) } else { reason }
}

/// The kernel's states at many times, as it fills rows.
fn rows(orbit: &Orbit, form: Form, seconds: &[f64]) -> Vec<[f64; 6]> {
    let mut rows = vec![vec![f64::INFINITY; seconds.len()]; 6];
    let [x, y, z, vx, vy, vz] = &mut rows[..] else { unreachable!() };
    orbit.states(form, seconds, [x, y, z, vx, vy, vz]);
    (0..seconds.len()).map(|k| [0, 1, 2, 3, 4, 5].map(|component: usize| rows[component][k])).collect()
}

/// Distances in m and m/s.
fn apart(a: &[f64; 6], b: &[f64; 6]) -> (f64, f64) {
    let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - b) * 1e3).collect();
    (norm(&difference[..3]), norm(&difference[3..]))
}

/// How far the crate's own position moves, in m, where the last bit of B* or of the mean motion is another one: drag winds
/// the angles of some orbits up to many thousands of radians, and a rounding with them.
fn jitter_m(mean: &MeanElements, days: f64, seconds: f64) -> f64 {
    let nudged = [
        MeanElements { bstar: mean.bstar.next_up(), ..*mean },
        MeanElements { mean_motion_rad_min: mean.mean_motion_rad_min.next_up(), ..*mean },
    ];
    let at = |mean: &MeanElements| expected(&reference(mean, days).unwrap(), seconds);
    let Ok(here) = at(mean) else { return 0.0 };
    nudged.iter().filter_map(|mean| at(mean).ok()).map(|there| apart(&here, &there).0).fold(0.0, f64::max)
}

/// Compares every form with the crate; returns how many states were compared, and how far the worst was in m.
fn compare(sets: &[Elements], seconds: &[f64], form: Form) -> (usize, f64) {
    let (mut compared, mut worst_m) = (0, 0.0_f64);
    for elements in sets {
        let id = elements.norad_id;
        let mean = elements.mean();
        let days = days(elements);
        let (orbit, reference) = match (Orbit::new(&mean, days), reference(&mean, days)) {
            (Some(orbit), Some(reference)) => (orbit, reference),
            (orbit, reference) => panic!("{id}: {orbit:?}, the crate {reference:?}"),
        };
        // The crate has a resonance, or the Moon, for what it calls deep space.
        assert!(matches!(orbit, Orbit::Near(_)) || elements.period_min() > 220.0, "{id}");
        for (&seconds, row) in seconds.iter().zip(rows(&orbit, form, seconds)) {
            let (one, expected) = (orbit.state(form, seconds), expected(&reference, seconds));
            assert_eq!(verdict(&one), verdict(&expected), "{id} at {seconds} s, {}", form.name());
            let Ok(expected) = expected else {
                assert!(row.iter().all(|component| component.is_nan()), "{id} at {seconds} s: {row:?}");
                continue;
            };
            for state in [row, one.unwrap()] {
                let (m, m_s) = apart(&state, &expected);
                let is_near = m <= 1e-4 || m <= 8.0 * jitter_m(&mean, days, seconds);
                assert!(is_near && m_s <= 1e-7, "{id} at {seconds} s, {}: {m:e} m, {m_s:e} m/s", form.name());
                worst_m = worst_m.max(m);
            }
            compared += 1;
        }
    }
    (compared, worst_m)
}

/// Unequal steps over ten days before and after the epoch, more of them than a block has.
fn ten_days() -> Vec<f64> {
    (-40..=40).map(|k| f64::from(k) * (21_600.0 + 7.3 * f64::from(k % 7))).collect()
}

#[test]
fn catalogues_agree_with_the_crate_over_ten_days() {
    let mut sets = sets::catalogue_2018();
    sets.extend(sets::of_file(&truth::data("elements/theatre_20260906.csv")));
    for form in forms() {
        let (compared, worst_m) = compare(&sets, &ten_days(), form);
        println!("{}: {compared} states, worst {worst_m:e} m", form.name());
        assert!(compared > 70_000, "{compared}");
    }
}

#[test]
#[ignore = "large catalogue, a minute of work"]
fn whole_catalogues_agree_with_the_crate_over_ten_days() {
    for name in ["catalogs/20250901.tle.gz", "catalogs/20240709.tle.gz"] {
        let Some(path) = truth::local(name) else { return };
        let sets = sets::of_file(&path);
        for form in forms() {
            let (compared, worst_m) = compare(&sets, &ten_days(), form);
            println!("{name} {}: {compared} states, worst {worst_m:e} m", form.name());
            assert!(compared > 1_000_000, "{compared}");
        }
    }
}

/// Orbits of the catalogue in an atmosphere a hundred times as dense end within days, in every way there is.
#[test]
fn orbits_end_when_and_why_the_crate_says() {
    let sets = sets::catalogue_2018();
    let hours: Vec<f64> = (0..240).map(|hour| f64::from(hour) * 3600.0 + 7.0).collect();
    for form in forms() {
        let mut ends = std::collections::BTreeMap::new();
        for elements in sets.iter().step_by(3) {
            let mean = MeanElements { bstar: elements.bstar.abs().max(1e-4) * 100.0, ..elements.mean() };
            let Some(orbit) = Orbit::new(&mean, 0.0) else { continue };
            let reference = reference(&mean, 0.0).unwrap();
            let theirs = |seconds: f64| verdict(&expected(&reference, seconds));
            let mine = |seconds: f64| verdict(&orbit.state(form, seconds));
            for pair in hours.windows(2) {
                assert_eq!(mine(pair[0]), theirs(pair[0]), "{} at {} s", elements.norad_id, pair[0]);
                if theirs(pair[0]) == theirs(pair[1]) {
                    continue;
                }
                let (mut before, mut after) = (pair[0], pair[1]);
                while after - before > 1e-3 {
                    let middle = 0.5 * (before + after);
                    if theirs(middle) == theirs(pair[0]) { before = middle } else { after = middle }
                }
                assert_eq!(mine(before - 1.0), theirs(before - 1.0), "{} at {before} s", elements.norad_id);
                assert_eq!(mine(after + 1.0), theirs(after + 1.0), "{} at {after} s", elements.norad_id);
                if let Some(reason) = theirs(pair[1]) {
                    *ends.entry(format!("{reason:?}")).or_insert(0) += 1;
                }
            }
        }
        println!("{}: {ends:?}", form.name());
        assert!(ends["Decayed"] > 20 && ends["Eccentricity"] > 20, "{ends:?}");
    }
}

#[test]
fn what_is_no_near_earth_orbit_is_refused() {
    let orbit = sets::catalogue_2018()[0].mean();
    let refused = |mean: MeanElements| NearEarth::new(&mean).unwrap_err();
    for mean_motion_rad_min in [0.0, -0.06, f64::NAN] {
        assert_eq!(refused(MeanElements { mean_motion_rad_min, ..orbit }), NotNearEarth::NoOrbit);
    }
    for eccentricity in [-1e-9, 1.0, 2.0, f64::NAN] {
        assert_eq!(refused(MeanElements { eccentricity, ..orbit }), NotNearEarth::NoOrbit);
    }
    assert_eq!(refused(MeanElements { mean_motion_rad_min: 0.0043, ..orbit }), NotNearEarth::DeepSpace);
    assert_eq!(DeepSpace::new(&orbit, 43_000.0, 1.0), Err(NotDeepSpace::NearEarth));
    let nothing = MeanElements { mean_motion_rad_min: 0.0, ..orbit };
    assert_eq!(DeepSpace::new(&nothing, 43_000.0, 1.0), Err(NotDeepSpace::NoOrbit));
}

/// Where the reckoning of a resonance begins, and in which order it is asked, changes no bit.
#[test]
fn a_resonance_can_be_reckoned_from_anywhere() {
    let sets = sets::catalogue_2018();
    let is_resonant = |set: &&Elements| [1.0027, 2.0056].iter().any(|rev| (set.mean_motion_rev_day - rev).abs() < 0.01);
    let mut compared = 0;
    for elements in sets.iter().filter(is_resonant).step_by(4) {
        let Some(Orbit::Deep(orbit)) = Orbit::new(&elements.mean(), days(elements)) else { continue };
        for sign in [-1.0, 1.0] {
            let mut ahead = orbit.clone();
            ahead.begin_at(sign * 40.0 * 86_400.0);
            for day in [41.3, 40.0, 55.5, 40.2] {
                let seconds = sign * day * 86_400.0;
                assert_eq!(ahead.state(Form::SCALAR, seconds), orbit.state(Form::SCALAR, seconds));
                compared += 1;
            }
            let nearer = sign * 3.0 * 86_400.0;
            assert_eq!(ahead.state(Form::SCALAR, nearer), orbit.state(Form::SCALAR, nearer));
            assert_eq!(ahead.state(Form::SCALAR, -nearer), orbit.state(Form::SCALAR, -nearer));
        }
    }
    assert!(compared > 100, "{compared}");
}

prop_compose! {
    /// Any orbit that element sets can have: low, high, eccentric, equatorial, polar, retrograde, with any drag.
    fn any_orbit()(
        inclination_rad in prop_oneof![Just(0.0), Just(std::f64::consts::PI), 0.0..std::f64::consts::PI],
        raan_rad in 0.0..std::f64::consts::TAU,
        eccentricity in prop_oneof![Just(0.0), 0.0..1e-4, 0.0..0.02, 0.02..0.8],
        arg_perigee_rad in 0.0..std::f64::consts::TAU,
        mean_anomaly_rad in 0.0..std::f64::consts::TAU,
        rev_day in prop_oneof![6.5..16.5, 0.05..6.5, 0.98..1.02, 1.98..2.02],
        bstar in prop_oneof![Just(0.0), -1e-4..5e-4],
    ) -> MeanElements {
        let mean_motion_rad_min = rev_day * (std::f64::consts::PI / 720.0);
        MeanElements {
            inclination_rad, raan_rad, eccentricity, arg_perigee_rad, mean_anomaly_rad, mean_motion_rad_min, bstar,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Lanes, their scalar twin and the crate: the same states, whatever stands beside a time in its block.
    #[test]
    fn every_form_is_the_scalar_twin(mean in any_orbit(), days in -15_000.0..15_000.0f64, from in -2e5..2e5f64, step in -900.0..900.0f64, count in 1..80usize) {
        let Some(orbit) = Orbit::new(&mean, days) else { return Ok(()) };
        // The Sun and the Moon tilt it off the pole of the long-period term, which takes away as many digits as it is near.
        prop_assume!(matches!(orbit, Orbit::Near(_)) || mean.inclination_rad < 3.13);
        let reference = reference(&mean, days).unwrap();
        let seconds: Vec<f64> = (0..count).map(|k| from + step * k as f64).collect();
        let scalar = rows(&orbit, Form::SCALAR, &seconds);
        for form in forms() {
            let many = rows(&orbit, form, &seconds);
            for (k, &seconds) in seconds.iter().enumerate() {
                let alone = rows(&orbit, form, &[seconds])[0];
                let (one, expected) = (orbit.state(form, seconds), expected(&reference, seconds));
                let Ok(expected) = expected else { continue };
                let Ok(one) = one else { panic!("{mean:?} at {seconds} s: {one:?}, the crate {expected:?}") };
                // Strong drag winds up angles of thousands of radians, and a rounding with them.
                let limit_m = 1e-3_f64.max(1e-11 * 1e3 * norm(&expected[..3]));
                for other in [many[k], alone, scalar[k], one] {
                    let (m, m_s) = apart(&other, &expected);
                    prop_assert!(m <= limit_m && m_s <= 1e-5, "{mean:?} at {seconds} s: {m:e} m, {m_s:e} m/s");
                }
            }
        }
    }
}
