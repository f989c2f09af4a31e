//! Encounters planted on real orbits, compared with brute force over all pairs.

use std::f64::consts::TAU;

use alliedsky::astro::elements::{ElementFields, Elements, MU_WGS72_KM3_S2, NoradId};
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::progress::silent;
use nalgebra::{Matrix3x4, Vector3, Vector4};

use super::reference::{Minimum, minima};
use super::{ids, snapshot_2018, window};

const THRESHOLD_KM: f64 = 10.0;
const WINDOW_S: i64 = 2 * 3600;

fn hours_of_2018() -> Window {
    window("2018-01-21T00:00:00Z", WINDOW_S)
}

pub(super) fn with(elements: &Elements, change: impl FnOnce(&mut ElementFields)) -> Elements {
    let mut fields = elements.clone().into_fields();
    change(&mut fields);
    Elements::new(fields).unwrap()
}

pub(super) fn named(elements: &Elements, id: u32) -> Elements {
    with(elements, |fields| fields.norad_id = NoradId::new(id).unwrap())
}

/// The shape of a planted orbit: what is not fitted.
#[derive(Clone, Copy, Debug)]
struct Shape {
    mean_motion_rev_day: f64,
    eccentricity: f64,
    inclination_deg: f64,
    /// Which of the two branches through the place: northbound or southbound.
    northbound: bool,
    /// Which of the two: going up or down.
    ascending_from_perigee: bool,
}

impl Shape {
    /// An element set of this shape whose SGP4 position at `time_s` is `place`, to a millimetre; `None` where the
    /// shape does not reach the place.
    fn through(&self, id: u32, window: Window, time_s: f64, place: &Vector3<f64>) -> Option<Elements> {
        let epoch = window.at(time_s);
        let build = |p: &Vector4<f64>| {
            Elements::new(ElementFields {
                norad_id: NoradId::new(id).unwrap(),
                name: format!("PLANTED {id}"),
                object_id: String::new(),
                epoch,
                mean_motion_rev_day: p[3],
                eccentricity: self.eccentricity,
                inclination_deg: self.inclination_deg,
                raan_deg: p[0].to_degrees().rem_euclid(360.0),
                arg_perigee_deg: p[1].to_degrees().rem_euclid(360.0),
                mean_anomaly_deg: p[2].to_degrees().rem_euclid(360.0),
                bstar: 1e-5,
                mean_motion_dot: 0.0,
                mean_motion_ddot: 0.0,
                ephemeris_type: 0,
                classification: 'U',
                element_set_no: 0,
                rev_at_epoch: 0,
            })
            .ok()
        };
        let position = |p: &Vector4<f64>| {
            let propagator = Propagator::new(&build(p)?).ok()?;
            Some(propagator.state(propagator.offset_s(window.start) + time_s).ok()?.position_km)
        };
        let mut p = self.keplerian(place)?;
        // Newton with the least-norm step: four unknowns, three equations.
        for _ in 0..30 {
            let here = position(&p)?;
            let error = place - here;
            if error.norm() < 1e-6 {
                return build(&p);
            }
            let mut slope = Matrix3x4::zeros();
            for (column, delta) in [1e-6, 1e-6, 1e-6, 1e-6].into_iter().enumerate() {
                let mut moved = p;
                moved[column] += delta;
                slope.set_column(column, &((position(&moved)? - here) / delta));
            }
            p += slope.pseudo_inverse(1e-9).ok()? * error;
        }
        None
    }

    /// Node, argument of perigee, mean anomaly (radians) and mean motion (rev/day) of the two-body orbit there.
    fn keplerian(&self, place: &Vector3<f64>) -> Option<Vector4<f64>> {
        let radius = place.norm();
        let e = self.eccentricity;
        let inclination = self.inclination_deg.to_radians();
        let sine = place.z / (radius * inclination.sin());
        let northbound = (sine.abs() <= 1.0).then(|| sine.asin())?;
        let u = if self.northbound { northbound } else { std::f64::consts::PI - northbound };
        let node = place.y.atan2(place.x) - (inclination.cos() * u.sin()).atan2(u.cos());
        let motion = self.mean_motion_rev_day * TAU / 86_400.0;
        let axis = (MU_WGS72_KM3_S2 / (motion * motion)).cbrt();
        let cosine = (axis * (1.0 - e * e) / radius - 1.0) / e;
        let anomaly = if e < 0.01 {
            0.3
        } else if cosine.abs() <= 1.0 {
            cosine.acos() * if self.ascending_from_perigee { 1.0 } else { -1.0 }
        } else {
            return None;
        };
        let eccentric = 2.0 * ((0.5 * anomaly).tan() * ((1.0 - e) / (1.0 + e)).sqrt()).atan();
        let rev_day = if e < 0.01 {
            (MU_WGS72_KM3_S2 / radius.powi(3)).sqrt() * 86_400.0 / TAU
        } else {
            self.mean_motion_rev_day
        };
        Some(Vector4::new(node, u - anomaly, eccentric - e * eccentric.sin(), rev_day))
    }
}

fn state(elements: &Elements, window: Window, time_s: f64) -> (Vector3<f64>, Vector3<f64>) {
    let propagator = Propagator::new(elements).unwrap();
    let state = propagator.state(propagator.offset_s(window.start) + time_s).unwrap();
    (state.position_km, state.velocity_km_s)
}

/// An object of `shape` that passes `target` at `time_s` by `miss_km`, square to their relative velocity.
fn plant(shape: &Shape, id: u32, target: &Elements, window: Window, time_s: f64, miss_km: f64) -> Option<Elements> {
    let (place, velocity) = state(target, window, time_s);
    let mut planted = shape.through(id, window, time_s, &place)?;
    for _ in 0..4 {
        let relative = state(&planted, window, time_s).1 - velocity;
        let square = relative.cross(&place).normalize() * miss_km;
        planted = shape.through(id, window, time_s, &(place + square))?;
    }
    Some(planted)
}

/// The reference minimum that a found row is.
fn matches(conjunction: &Conjunction, minimum: &Minimum, window: Window) -> bool {
    // Brute force compares distances, and deep-space SGP4 rounds them to 1e-8 km: so flat is a slow minimum.
    let tolerance_s = 1e-5 + (4e-8 * minimum.miss_km.max(1e-3)).sqrt() / minimum.rel_speed_km_s.max(1e-6);
    ids(conjunction) == minimum.ids && (window.offset_s(conjunction.tca) - minimum.tca_s).abs() <= tolerance_s
}

/// What a screening finds is what brute force finds: neither less nor more.
pub(super) fn assert_as_reference(
    elements: &[Elements],
    window: Window,
    threshold_km: f64,
    step_s: f64,
) -> Vec<Conjunction> {
    let request = ScreenRequest { step_s, ..ScreenRequest::new(window, threshold_km) };
    let rows = screen(elements, &request, &silent).unwrap().conjunctions;
    let reference = minima(elements, window, threshold_km);
    let slow = |minimum: &&Minimum| minimum.rel_speed_km_s < 0.010 && !minimum.at_end;
    let companions: std::collections::BTreeSet<(u32, u32)> = reference.iter().filter(slow).map(|m| m.ids).collect();
    let of = |kind: Kind| rows.iter().filter(move |row| row.kind == kind);

    assert_eq!(of(Kind::Companion).map(ids).collect::<std::collections::BTreeSet<_>>(), companions);
    for row in of(Kind::Companion) {
        let least = reference.iter().filter(|m| m.ids == ids(row)).map(|m| m.miss_km).fold(f64::INFINITY, f64::min);
        assert!((row.miss_km - least).abs() < 1e-6, "{:?}: {} for {least} km", ids(row), row.miss_km);
    }
    let expected: Vec<&Minimum> = reference
        .iter()
        .filter(|m| if m.at_end { !companions.contains(&m.ids) } else { m.rel_speed_km_s >= 0.010 })
        .collect();
    let singles: Vec<&Conjunction> = of(Kind::Encounter).chain(of(Kind::Open)).collect();
    for minimum in &expected {
        let row = singles.iter().find(|row| matches(row, minimum, window));
        let Some(row) = row else { panic!("steps of {step_s} s: missed {minimum:?}") };
        assert!((row.miss_km - minimum.miss_km).abs() < 1e-6, "{minimum:?}: {} km", row.miss_km);
        assert!((row.rel_speed_km_s - minimum.rel_speed_km_s).abs() < 1e-6, "{minimum:?}");
        let near_an_end = minimum.tca_s.min(window.seconds() - minimum.tca_s) < 1e-3;
        assert!(near_an_end || (row.kind == Kind::Open) == minimum.at_end, "{minimum:?}: {:?}", row.kind);
    }
    for row in &singles {
        assert!(expected.iter().any(|minimum| matches(row, minimum, window)), "extra: {:?} at {}", ids(row), row.tca);
    }
    assert_eq!(singles.len(), expected.len(), "steps of {step_s} s");
    rows
}

/// Low, retrograde (head-on to most), polar, eccentric ones at their perigee and above, navigation and stationary ring.
const SHAPES: [Shape; 9] = [
    shape(15.2, 0.0012, 51.6, true, true),
    shape(15.2, 0.0012, 128.4, true, true),
    shape(14.9, 0.0005, 97.6, false, true),
    shape(14.2, 0.0100, 82.5, true, false),
    shape(2.006, 0.74, 63.4, true, true),
    shape(2.25, 0.73, 98.0, false, false),
    shape(12.6, 0.12, 70.0, false, false),
    shape(2.0056, 0.004, 55.0, true, true),
    shape(1.0027, 0.0006, 7.0, false, true),
];

const fn shape(
    mean_motion_rev_day: f64,
    eccentricity: f64,
    inclination_deg: f64,
    northbound: bool,
    ascending_from_perigee: bool,
) -> Shape {
    Shape { mean_motion_rev_day, eccentricity, inclination_deg, northbound, ascending_from_perigee }
}

/// Times of closest approach: inside an interval, at the ends of intervals and of slabs of 20 s and 60 s steps, at the
/// window's ends and a little beyond either.
const TIMES_S: [f64; 10] = [1234.567, 4000.0, 4010.0, 320.0, 1280.0, 3600.0, 0.25, 7199.75, -0.2, 7200.2];

/// Misses: a hit, an ordinary one, and grazing the threshold on both sides by a decimetre.
const MISSES_KM: [f64; 4] = [0.01, 3.0, THRESHOLD_KM - 1e-4, THRESHOLD_KM + 1e-4];

/// A low, a sun-synchronous, a navigation, a stationary, and an eccentric target.
fn targets() -> Vec<Elements> {
    let wanted = [25_544, 39_766, 33_591, 41_328, 36_744, 25_485];
    snapshot_2018().into_iter().filter(|elements| wanted.contains(&elements.norad_id.get())).collect()
}

#[test]
fn planted_encounters_are_found_as_brute_force_finds_them() {
    let window = hours_of_2018();
    let mut catalogue = targets();
    assert_eq!(catalogue.len(), 6);
    let mut planted = Vec::new();
    for (t, target) in targets().iter().enumerate() {
        for (s, shape) in SHAPES.iter().enumerate() {
            for (k, &time_s) in TIMES_S.iter().enumerate() {
                // A miss of each sort with each shape and time, without every combination.
                let miss_km = MISSES_KM[(t + s + k) % MISSES_KM.len()];
                let id = (800_000 + t * 10_000 + s * 100 + k) as u32;
                if let Some(elements) = plant(shape, id, target, window, time_s, miss_km) {
                    planted.push((ids_of(target, &elements), time_s, miss_km));
                    catalogue.push(elements);
                }
            }
        }
    }
    println!("{} planted", planted.len());
    assert!(planted.len() > 200, "{}", planted.len());
    let mut found = Vec::new();
    for step_s in [20.0, 60.0] {
        found = assert_as_reference(&catalogue, window, THRESHOLD_KM, step_s);
    }
    let fastest = found.iter().map(|row| row.rel_speed_km_s).fold(0.0, f64::max);
    assert!(fastest > 14.5, "{fastest}");
    println!("{} rows, the fastest at {fastest:.2} km/s", found.len());
    for (pair, time_s, miss_km) in planted {
        let row = found.iter().find(|row| ids(row) == pair && (window.offset_s(row.tca) - time_s).abs() < 0.5);
        // Beyond an end, a pair that has passed the threshold since is rightly absent.
        if miss_km < 9.0 && (0.0..=WINDOW_S as f64).contains(&time_s) {
            let row = row.unwrap_or_else(|| panic!("{pair:?} planted at {time_s} s, {miss_km} km"));
            assert!((row.miss_km - miss_km).abs() < 1e-3, "{pair:?}: {} for {miss_km} km", row.miss_km);
            assert!(matches!(row.kind, Kind::Encounter | Kind::Companion), "{pair:?}");
        } else if miss_km > THRESHOLD_KM {
            assert!(row.is_none(), "{pair:?} planted at {time_s} s, {miss_km} km");
        }
    }
}

fn ids_of(a: &Elements, b: &Elements) -> (u32, u32) {
    (a.norad_id.get().min(b.norad_id.get()), a.norad_id.get().max(b.norad_id.get()))
}

#[test]
fn neighbours_on_one_orbit_are_found_as_brute_force_finds_them() {
    let window = hours_of_2018();
    let mut catalogue = Vec::new();
    for (t, target) in targets().iter().enumerate() {
        catalogue.push(target.clone());
        // Degrees of mean anomaly, node and inclination, and parts of the mean motion, by which neighbours differ:
        // trailing, crossing slowly, overtaking, and breathing about one place.
        let changes = [
            (0.01, 0.0, 0.0, 0.0),
            (0.03, 0.02, 0.0, 0.0),
            (-0.02, 0.0, 0.05, 0.0),
            (0.05, 0.0, 0.0, -4e-4),
            (-0.04, 0.03, 0.03, 3e-4),
            (0.002, 0.0, 0.0, 2e-5),
            (0.0, 0.12, 0.0, 0.0),
        ];
        for (k, (anomaly, node, inclination, motion)) in changes.into_iter().enumerate() {
            let id = (900_000 + t * 100 + k) as u32;
            catalogue.push(with(&named(target, id), |fields| {
                fields.mean_anomaly_deg += anomaly;
                fields.raan_deg += node;
                fields.inclination_deg += inclination;
                fields.mean_motion_rev_day *= 1.0 + motion;
                fields.eccentricity += 1e-5 * k as f64;
            }));
        }
    }
    for (step_s, threshold_km) in [(20.0, 10.0), (60.0, 10.0), (5.0, 3.0), (37.0, 50.0)] {
        let rows = assert_as_reference(&catalogue, window, threshold_km, step_s);
        let count = |kind: Kind| rows.iter().filter(|row| row.kind == kind).count();
        let (encounters, companions, open) = (count(Kind::Encounter), count(Kind::Companion), count(Kind::Open));
        println!("{step_s} s, {threshold_km} km: {encounters} encounters, {companions} companions, {open} open");
        assert!(encounters > 10 && companions > 5 && open > 2);
    }
}

#[test]
fn shallow_minima_inside_one_interval_are_found() {
    // A swarm about one orbit, wide and slow: here and there a distance falls, rests a few seconds and falls on, so that
    // a minimum and a maximum lie in one interval and the rates at its ends show neither.
    let leader = snapshot_2018().into_iter().find(|elements| elements.norad_id.get() == 39_766).unwrap();
    let swarm: Vec<Elements> = (40..110)
        .map(|k| {
            // Weyl sequences: spread evenly, the same every time.
            let part = |step: f64| (f64::from(k) * step).fract() - 0.5;
            with(&named(&leader, 900_000 + k as u32), |fields| {
                let turn = 360.0 * part(0.618_034);
                fields.eccentricity = 0.004 + 0.006 * part(0.754_878);
                fields.arg_perigee_deg = (fields.arg_perigee_deg + turn).rem_euclid(360.0);
                fields.mean_anomaly_deg = (fields.mean_anomaly_deg - turn + part(0.569_840)).rem_euclid(360.0);
                fields.raan_deg += part(0.414_214);
                fields.inclination_deg += 0.6 * part(0.732_051);
            })
        })
        .collect();
    let rows = assert_as_reference(&swarm, hours_of_2018(), 150.0, 60.0);
    let encounters = rows.iter().filter(|row| row.kind == Kind::Encounter).count();
    println!("{encounters} encounters");
    assert!(encounters > 3000, "{encounters}");
}
