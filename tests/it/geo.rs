//! The neighbourhood of geostationary satellites, against the elements' own angles, a search on a fine grid in inertial
//! axes, and a planted change of slot.

use std::f64::consts::TAU;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::Window;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::geo::{
    SlotHistory, drift_deg_day, is_near_belt, longitudes_deg, mean_longitude_deg, neighbours, slot_history, wrapped_deg,
};
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};

/// The belt on 20 January 2018.
fn belt() -> Vec<Elements> {
    let path = format!("{}/tle/catalogue_20180120.csv.gz", env!("CARGO_MANIFEST_DIR"));
    let batch = read_elements("belt", &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap();
    batch.elements.into_iter().filter(is_near_belt).collect()
}

fn unturned(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

/// Greenwich mean sidereal time, degrees, by Meeus, *Astronomical Algorithms*, 2nd ed., eq. 12.4.
fn gmst_deg(time: DateTime<Utc>) -> f64 {
    let epoch: DateTime<Utc> = "2000-01-01T12:00:00Z".parse().unwrap();
    let days = (time - epoch).num_milliseconds() as f64 / 86_400_000.0;
    let t = days / 36_525.0;
    280.460_618_37 + 360.985_647_366_29 * days + 0.000_387_933 * t * t - t * t * t / 38_710_000.0
}

#[test]
fn longitudes_are_the_sum_of_the_angles_less_sidereal_time() {
    let mut compared = 0;
    for set in belt().iter().filter(|set| set.is_geostationary() && set.eccentricity < 0.001) {
        let angles = set.raan_deg + set.arg_perigee_deg + set.mean_anomaly_deg - gmst_deg(set.epoch);
        assert!(wrapped_deg(angles - mean_longitude_deg(set)).abs() < 1e-4, "{}", set.name);
        // The equation of the centre, 2e; the projection on the equator, i²/4; and what the Moon and the Sun do in a day.
        let inclination = set.inclination_deg.to_radians();
        let tolerance = (2.0 * set.eccentricity + 0.25 * inclination * inclination).to_degrees() + 0.05;
        let window = Window { start: set.epoch, end: set.epoch };
        let (_, longitude) = longitudes_deg(set, window, 60.0, &unturned)[0];
        assert!(wrapped_deg(angles - longitude).abs() < tolerance, "{}: {angles} {longitude}", set.name);
        // The drift by the mean motion alone misses the oblate Earth and the resonance: below 0.05° a day.
        let by_motion = 360.0 * set.mean_motion_rev_day - 360.985_647;
        let drift = drift_deg_day(set, set.epoch, &unturned).unwrap();
        assert!((drift - by_motion).abs() < 0.05, "{}: {drift} {by_motion}", set.name);
        compared += 1;
    }
    assert!(compared >= 8, "{compared}");
}

/// Right ascension in degrees and position in km on inertial axes: no rotation of the Earth in it.
fn inertial(set: &Elements, window: Window, step_s: f64) -> Vec<(f64, [f64; 3])> {
    let propagator = Propagator::new(set).unwrap();
    let steps = (window.seconds() / step_s).round() as usize;
    (0..=steps)
        .map(|step| {
            let at = propagator.state_at(window.at(step as f64 * step_s)).unwrap().position_km;
            (at.y.atan2(at.x) * 360.0 / TAU, [at.x, at.y, at.z])
        })
        .collect()
}

/// Every satellite against every other, one that swings by 4° and one that drifts among them.
#[test]
fn neighbours_are_those_of_a_fine_grid_in_inertial_axes() {
    const STEP_S: f64 = 15.0;
    const REACH_DEG: f64 = 6.0;
    let belt = belt();
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let all: Vec<&Elements> = belt.iter().collect();
    let found = neighbours(&all, &all, window, REACH_DEG, &unturned, &silent).unwrap();
    let paths: Vec<_> = all.iter().map(|set| inertial(set, window, STEP_S)).collect();
    let (mut met, mut cut) = (0, 0);
    for (asset, object) in (0..all.len()).flat_map(|asset| (0..all.len()).map(move |object| (asset, object))) {
        let one = found.iter().find(|one| (one.asset, one.object) == (asset, object));
        if asset == object {
            assert_eq!(one, None);
            continue;
        }
        let apart = |step: usize| wrapped_deg(paths[object][step].0 - paths[asset][step].0);
        let distance_km = |step: usize| {
            let (own, other) = (&paths[asset][step].1, &paths[object][step].1);
            (0..3).map(|axis| (other[axis] - own[axis]).powi(2)).sum::<f64>().sqrt()
        };
        let steps = 0..paths[asset].len();
        let least_deg = steps.clone().map(|step| apart(step).abs()).fold(f64::MAX, f64::min);
        // What only touches the edge may be in the one and not in the other.
        if (least_deg - REACH_DEG).abs() < 0.01 {
            continue;
        }
        let inside: Vec<usize> = steps.clone().filter(|&step| apart(step).abs() <= REACH_DEG).collect();
        assert_eq!(one.is_some(), !inside.is_empty(), "{} {}", all[asset].name, all[object].name);
        let Some(one) = one else { continue };
        met += 1;
        cut += usize::from(inside.len() < paths[asset].len());
        let least_km = steps.map(distance_km).fold(f64::MAX, f64::min);
        assert!(one.distance_km <= least_km + 1e-3 && one.distance_km > least_km - 15.0, "{one:?} {least_km}");
        let (first, last) = (inside[0] as f64 * STEP_S, inside[inside.len() - 1] as f64 * STEP_S);
        assert!((one.first_s - first).abs() <= STEP_S + 1.0 && (one.last_s - last).abs() <= STEP_S + 1.0, "{one:?}");
        let nearest = (one.nearest_s / STEP_S).round() as usize;
        assert!((one.longitude_deg - apart(nearest)).abs() < 0.1, "{one:?}");
        assert!((one.least_longitude_deg - least_deg).abs() < 0.05, "{one:?} {least_deg}");
    }
    assert!(met >= 4, "{met} met, {cut} of them for a part of the time");
}

/// A satellite that keeps its slot, leaves it by 0.6° a day for ten days and stays where it then is.
#[test]
fn a_planted_change_of_slot_is_found_with_its_drift() {
    let belt = belt();
    let model = belt.iter().find(|set| set.norad_id.get() == 41_836).unwrap();
    let daily_deg = 360.985_647_366;
    let kept_rev_day = daily_deg / 360.0;
    let mut mean_deg = model.mean_anomaly_deg;
    let mut sets = Vec::new();
    for day in 0..45_i64 {
        let drift = if (20..30).contains(&day) { 0.6 } else { 0.0 };
        let mut fields = model.clone().into_fields();
        fields.epoch = model.epoch + TimeDelta::days(day);
        fields.mean_motion_rev_day = kept_rev_day + drift / 360.0;
        fields.mean_anomaly_deg = mean_deg.rem_euclid(360.0);
        sets.push(Elements::new(fields).unwrap());
        mean_deg += daily_deg + drift;
    }
    let followed = slot_history(&sets);
    assert!((followed.days - 44.0).abs() < 1e-6, "{}", followed.days);
    let changes = followed.changes;
    assert_eq!(changes.len(), 2, "{changes:?}");
    let day = |day: i64| model.epoch + TimeDelta::days(day);
    for (change, end, drifts) in [(changes[0], 20, [0.0, 0.6]), (changes[1], 30, [0.6, 0.0])] {
        assert_eq!((change.start, change.end), (day(end - 1), day(end)));
        assert!((change.before_deg_day - drifts[0]).abs() < 0.06, "{change:?}");
        assert!((change.after_deg_day - drifts[1]).abs() < 0.06, "{change:?}");
    }
    let moved = wrapped_deg(changes[1].longitude_deg - changes[0].longitude_deg);
    assert!((moved - 6.0).abs() < 0.01, "{moved}");
    assert!(slot_history(&sets[..20]).changes.is_empty());
    assert_eq!(slot_history(&[]), SlotHistory::default());
    assert_eq!(slot_history(&sets[..1]), SlotHistory::default());
}
