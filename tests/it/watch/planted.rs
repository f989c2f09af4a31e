//! Manoeuvres planted in histories whose orbits are known: the speed itself is changed, at one instant, and sets are
//! fitted to the orbits before and after with the noise that the catalogues have.

use std::f64::consts::TAU;

use alliedsky::astro::elements::{Elements, MU_WGS72_KM3_S2, Regime};
use alliedsky::astro::frame::{State, Teme};
use alliedsky::astro::propagator::Propagator;
use alliedsky::ssa::watch::manoeuvre::{Judgement, Manoeuvre, Pattern, judge, without_refits};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::{Vector3, Vector6};

use super::{changed, speed_m_s};
use crate::sets::catalogue_2018;

/// Numbers that look drawn from a normal distribution, the same in every run (splitmix64, Box and Muller).
pub(super) struct Noise(pub(super) u64);

impl Noise {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (TAU * self.unit()).cos()
    }
}

/// a, e cos ω, e sin ω, i, Ω, ω + M of a state: km and radians.
fn kepler(state: &State<Teme>) -> Vector6<f64> {
    let (r, v) = (state.position_km, state.velocity_km_s);
    let h = r.cross(&v);
    let node = Vector3::new(-h.y, h.x, 0.0).normalize();
    let across = h.normalize().cross(&node);
    let eccentricity = v.cross(&h) / MU_WGS72_KM3_S2 - r.normalize();
    let (k, q) = (eccentricity.dot(&node), eccentricity.dot(&across));
    let e = k.hypot(q);
    let latitude = r.dot(&across).atan2(r.dot(&node));
    let perigee = q.atan2(k);
    let half = ((latitude - perigee) / 2.0).tan() * ((1.0 - e) / (1.0 + e)).sqrt();
    let anomaly = 2.0 * half.atan();
    let a = 1.0 / (2.0 / r.norm() - v.norm_squared() / MU_WGS72_KM3_S2);
    Vector6::new(a, k, q, (h.z / h.norm()).acos(), h.x.atan2(-h.y), perigee + anomaly - e * anomaly.sin())
}

fn set_of(template: &Elements, epoch: DateTime<Utc>, mean: &Vector6<f64>) -> Elements {
    changed(template, |fields| {
        let perigee = mean[2].atan2(mean[1]);
        fields.epoch = epoch;
        fields.mean_motion_rev_day = (MU_WGS72_KM3_S2 / mean[0].powi(3)).sqrt() * 86_400.0 / TAU;
        fields.eccentricity = mean[1].hypot(mean[2]);
        fields.inclination_deg = mean[3].to_degrees();
        fields.raan_deg = mean[4].rem_euclid(TAU).to_degrees();
        fields.arg_perigee_deg = perigee.rem_euclid(TAU).to_degrees();
        fields.mean_anomaly_deg = (mean[5] - perigee).rem_euclid(TAU).to_degrees();
    })
}

/// The mean elements whose SGP4 state at their epoch is a given one: repeated correction by the difference of the
/// osculating elements.
fn fitted(template: &Elements, epoch: DateTime<Utc>, target: &State<Teme>) -> (Elements, Vector6<f64>) {
    let wanted = kepler(target);
    let mut mean = wanted;
    for _ in 0..12 {
        let found = Propagator::new(&set_of(template, epoch, &mean)).unwrap().state(0.0).unwrap();
        let mut correction = wanted - kepler(&found);
        for angle in [4, 5] {
            correction[angle] = (correction[angle] + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
        }
        mean += correction;
    }
    let set = set_of(template, epoch, &mean);
    let left = Propagator::new(&set).unwrap().state(0.0).unwrap().position_km - target.position_km;
    assert!(left.norm() < 0.01, "{}: {} km", template.norad_id, left.norm());
    (set, mean)
}

/// Daily sets of thirty days, with a change of speed (along the track and across it, m/s) in the middle of day 20, and
/// the noise of the catalogues: half a millimetre a second along the track from set to set, 0.17 m/s across it, a tenth
/// of the drag.
pub(super) fn history(start: &Elements, kick_m_s: (f64, f64), noise: &mut Noise) -> Vec<Elements> {
    let begun = start.epoch;
    let kicked_at = begun + TimeDelta::minutes(20 * 1440 + 733);
    let before = Propagator::new(start).unwrap();
    let state = before.state_at(kicked_at).unwrap();
    let along = state.velocity_km_s.normalize();
    let across = state.position_km.cross(&state.velocity_km_s).normalize();
    let kick_km_s = (along * kick_m_s.0 + across * kick_m_s.1) / 1000.0;
    let kicked = State::new(state.position_km, state.velocity_km_s + kick_km_s);
    let after = Propagator::new(&fitted(start, kicked_at, &kicked).0).unwrap();
    let speed_m_s = speed_m_s(start);
    let per_set = std::f64::consts::FRAC_1_SQRT_2;
    (0..30)
        .map(|day| {
            let epoch = begun + TimeDelta::minutes(day * 1440 + (day * 37) % 90);
            let orbit = if epoch < kicked_at { &before } else { &after };
            let (_, mut mean) = fitted(start, epoch, &orbit.state_at(epoch).unwrap());
            mean[0] *= 1.0 + 2.0 * 0.0005 * per_set * noise.normal() / speed_m_s;
            mean[1] += 1e-5 * noise.normal();
            mean[2] += 1e-5 * noise.normal();
            mean[3] += 0.17 * per_set * noise.normal() / speed_m_s;
            mean[4] += 0.17 * per_set * noise.normal() / speed_m_s / mean[3].sin();
            mean[5] += 3e-5 * noise.normal();
            let drag = 1.0 + 0.1 * noise.normal();
            changed(&set_of(start, epoch, &mean), |fields| fields.bstar *= drag)
        })
        .collect()
}

/// Nearly circular low orbits of the bundled catalogue, thinned.
pub(super) fn quiet_orbits(count: usize) -> Vec<Elements> {
    let mut sets: Vec<Elements> = catalogue_2018();
    sets.retain(|set| {
        set.regime() == Regime::Leo && set.perigee_km() > 450.0 && set.inclination_deg > 5.0 && set.bstar.abs() < 1e-3
    });
    let every = (sets.len() / count).max(1);
    sets.into_iter().step_by(every).take(count).collect()
}

fn only(judgement: &Judgement) -> Option<Manoeuvre> {
    match judgement.manoeuvres[..] {
        [one] => Some(one),
        _ => None,
    }
}

#[test]
fn quiet_orbits_raise_no_alarm() {
    let mut noise = Noise(1);
    let orbits = quiet_orbits(120);
    let (mut days, mut alarms) = (0.0, Vec::new());
    for start in &orbits {
        let judgement = judge(&history(start, (0.0, 0.0), &mut noise));
        assert_eq!(judgement.steps + judgement.outliers.len(), 29);
        days += judgement.days;
        alarms.extend(judgement.manoeuvres);
    }
    println!("{} quiet orbits, {:.1} object-years: {} false alarms", orbits.len(), days / 365.25, alarms.len());
    assert!(orbits.len() >= 100 && alarms.is_empty(), "{alarms:?}");
}

#[test]
fn planted_burns_are_found_and_measured() {
    let mut noise = Noise(2);
    let orbits = quiet_orbits(25);
    for (kick_m_s, least_share) in [
        ((10.0, 0.0), 1.0),
        ((1.0, 0.0), 1.0),
        ((0.1, 0.0), 1.0),
        ((-0.1, 0.0), 1.0),
        ((0.01, 0.0), 0.0),
        ((0.003, 0.0), 0.0),
        ((0.0, 10.0), 1.0),
        ((0.0, 3.0), 0.9),
        ((0.0, 1.0), 0.0),
        ((0.0, 0.1), 0.0),
    ] {
        let mut found = 0;
        for start in &orbits {
            let sets = history(start, kick_m_s, &mut noise);
            let judgement = judge(&sets);
            let Some(burn) = only(&judgement) else {
                assert!(judgement.manoeuvres.is_empty(), "{}: {:?}", start.norad_id, judgement.manoeuvres);
                continue;
            };
            found += 1;
            // Between the sets of days 20 and 21, and nowhere else.
            assert_eq!((burn.start, burn.end), (sets[20].epoch, sets[21].epoch), "{}", start.norad_id);
            assert!(burn.confirmed && burn.own_noise && !burn.ongoing, "{burn:?}");
            assert!(
                (burn.along_track_m_s - kick_m_s.0).abs() < 0.02 + 0.02 * kick_m_s.0.abs(),
                "{kick_m_s:?} {burn:?}"
            );
            if let Some(turned) = burn.cross_track_m_s {
                assert!((turned - kick_m_s.1.abs()).abs() < 0.9 + 0.05 * kick_m_s.1, "{kick_m_s:?} {burn:?}");
            }
            let pattern = if kick_m_s.1 > 0.0 {
                Pattern::Plane
            } else if kick_m_s.0 > 0.0 {
                Pattern::Raising
            } else {
                Pattern::Lowering
            };
            assert_eq!(burn.pattern, pattern, "{kick_m_s:?} {burn:?}");
        }
        println!("{kick_m_s:?} m/s along, across: found in {found} of {}", orbits.len());
        assert!(f64::from(found) >= least_share * orbits.len() as f64, "{kick_m_s:?}: {found}");
    }
}

#[test]
fn an_outlier_is_no_manoeuvre() {
    let mut noise = Noise(3);
    for start in &quiet_orbits(10) {
        let mut sets = history(start, (0.0, 0.0), &mut noise);
        // A set of another object, a bad fit, the same orbit fitted anew, and the very same set again.
        sets[8] = changed(&sets[8], |fields| fields.inclination_deg += 0.8);
        sets[15] = changed(&sets[15], |fields| fields.mean_motion_rev_day *= 1.0 + 1e-4);
        let refit = changed(&sets[22], |fields| {
            fields.epoch += TimeDelta::minutes(3);
            fields.mean_motion_rev_day *= 1.0 + 1e-6;
        });
        sets.insert(22, changed(&sets[22], |fields| fields.raan_deg += 0.01));
        sets.insert(24, refit.clone());
        sets.insert(24, refit);
        sets.sort_by_key(|set| set.epoch);
        let judgement = judge(&sets);
        assert_eq!(judgement.outliers, [sets[8].epoch, sets[15].epoch], "{}", start.norad_id);
        assert!(judgement.manoeuvres.is_empty(), "{}: {:?}", start.norad_id, judgement.manoeuvres);
    }
}

/// Sets every 35 minutes are not one fit for ever: each row of refits ends 40 minutes after its first.
#[test]
fn refits_do_not_chain() {
    let sets: Vec<Elements> =
        (0..9).map(|k| changed(&quiet_orbits(1)[0], |fields| fields.epoch += TimeDelta::minutes(35 * k))).collect();
    let epochs: Vec<i64> = without_refits(&sets).iter().map(|set| (set.epoch - sets[0].epoch).num_minutes()).collect();
    assert_eq!(epochs, [35, 105, 175, 245, 280]);
}

#[test]
fn a_lone_jump_at_the_end_waits_for_the_next_set() {
    let mut noise = Noise(4);
    let start = &quiet_orbits(5)[2];
    let sets = history(start, (1.0, 0.0), &mut noise);
    let first = only(&judge(&sets[..22])).unwrap();
    assert!(!first.confirmed && first.ongoing, "{first:?}");
    assert!(only(&judge(&sets[..23])).unwrap().confirmed);
    // Two sets alone: measured against the class, and said so.
    let two = only(&judge(&sets[20..22])).unwrap();
    assert!(!two.own_noise && !two.confirmed, "{two:?}");
    assert_eq!(judge(&sets[20..21]), Judgement::default());
}

#[test]
fn low_thrust_is_one_event_that_goes_on() {
    let start = &quiet_orbits(5)[1];
    // One kilometre a day upwards from the tenth set on, each set fitted to the orbit of its day.
    let mut noise = Noise(5);
    let raised: Vec<Elements> = history(start, (0.0, 0.0), &mut noise)
        .iter()
        .enumerate()
        .map(|(day, set)| {
            let risen_km = day.saturating_sub(9) as f64;
            changed(set, |fields| fields.mean_motion_rev_day *= 1.0 - 1.5 * risen_km / set.semi_major_axis_km())
        })
        .collect();
    let burn = only(&judge(&raised)).unwrap();
    assert_eq!((burn.start, burn.end, burn.pattern), (raised[9].epoch, raised[29].epoch, Pattern::Raising));
    assert!(burn.ongoing && burn.confirmed && burn.steps == 20, "{burn:?}");
    // Δv = v Δa / 2a for 20 km.
    let expected = speed_m_s(start) * 20.0 / (2.0 * start.semi_major_axis_km());
    assert!((burn.along_track_m_s / expected - 1.0).abs() < 0.05, "{} against {expected}", burn.along_track_m_s);
}
