//! Objects on trajectories that their operators give, among objects on element sets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::frame::{State, Teme, rtn_axes};
use alliedsky::astro::propagator::{PropagationError, Propagator};
use alliedsky::astro::time::Window;
use alliedsky::astro::trajectory::{Segment, Trajectory};
use alliedsky::ssa::conjunction::screen::{ScreenRequest, Screening, screen};
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

use super::planted::named;
use super::{screened, seconds_between, snapshot_2018, window};

/// The states of an element set every so many seconds, moved by what `moved` gives for the time since the window's start.
fn sampled(
    elements: &Elements,
    window: Window,
    every_s: f64,
    moved: impl Fn(f64, &State<Teme>) -> (Vector3<f64>, Vector3<f64>),
) -> Segment {
    let propagator = Propagator::new(elements).unwrap();
    let count = (window.seconds() / every_s).round() as usize;
    let state = |k: usize| {
        let time = window.at(k as f64 * every_s);
        let state = propagator.state_at(time).unwrap();
        let (r, v) = moved(k as f64 * every_s, &state);
        (time, State::new(state.position_km + r, state.velocity_km_s + v))
    };
    Segment { states: (0..=count).map(state).collect(), useable: (window.start, window.end) }
}

fn unmoved(_: f64, _: &State<Teme>) -> (Vector3<f64>, Vector3<f64>) {
    (Vector3::zeros(), Vector3::zeros())
}

fn on(id: NoradId, segments: Vec<Segment>, made_at: DateTime<Utc>, request: ScreenRequest) -> ScreenRequest {
    let trajectory = Arc::new(Trajectory::new(segments, made_at).unwrap());
    ScreenRequest { trajectories: [(id, trajectory)].into(), ..request }
}

fn of(found: &Screening, id: NoradId) -> Vec<&Conjunction> {
    found.conjunctions.iter().filter(|row| row.primary_id == id || row.secondary_id == id).collect()
}

/// The object with most encounters.
fn busiest(found: &Screening) -> NoradId {
    let mut counts: HashMap<NoradId, usize> = HashMap::new();
    for row in found.conjunctions.iter().filter(|row| row.kind == Kind::Encounter) {
        *counts.entry(row.primary_id).or_default() += 1;
        *counts.entry(row.secondary_id).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(id, count)| (count, id)).unwrap().0
}

#[test]
fn an_ephemeris_made_of_an_element_set_meets_what_the_element_set_meets() {
    let elements = snapshot_2018();
    let day = window("2018-01-21T00:00:00Z", 86_400);
    let usual = screened(&elements, day, 30.0);
    let id = busiest(&usual);
    let own = elements.iter().find(|elements| elements.norad_id == id).unwrap();
    let made_at = day.start - TimeDelta::hours(6);
    let wider = Window { start: day.start - TimeDelta::hours(1), end: day.end + TimeDelta::hours(1) };
    for primaries in [None, Some(HashSet::from([id]))] {
        let asked = ScreenRequest { primaries: primaries.clone(), ..ScreenRequest::new(day, 30.0) };
        let request = on(id, vec![sampled(own, wider, 60.0, unmoved)], made_at, asked);
        let found = screen(&elements, &request, &silent).unwrap();
        let (wanted, met) = (of(&usual, id), of(&found, id));
        assert!(wanted.len() > 20, "{} rows", wanted.len());
        assert_eq!(met.len(), wanted.len());
        if primaries.is_none() {
            assert_eq!(found.conjunctions.len(), usual.conjunctions.len());
        }
        for (one, other) in met.iter().zip(&wanted) {
            let pair = |row: &Conjunction| row.primary_id.min(row.secondary_id);
            assert_eq!((pair(one), one.kind), (pair(other), other.kind));
            // SGP4's velocities are not the rates of its positions: between its states a polynomial is off by centimetres.
            assert!(seconds_between(one.tca, other.tca) < 1e-2, "{one:?} {other:?}");
            assert!((one.miss_km - other.miss_km).abs() < 3e-4, "{one:?} {other:?}");
            let age_days = if one.primary_id == id { one.primary_age_days } else { one.secondary_age_days };
            let wanted_days = (one.tca - made_at).as_seconds_f64() / 86_400.0;
            assert!((age_days - wanted_days).abs() < 1e-9, "{age_days}");
        }
    }
}

#[test]
fn it_counts_in_its_time_alone_and_without_a_time_not_at_all() {
    let elements = snapshot_2018();
    let day = window("2018-01-21T00:00:00Z", 86_400);
    let usual = screened(&elements, day, 30.0);
    let id = busiest(&usual);
    let own = elements.iter().find(|elements| elements.norad_id == id).unwrap();
    let part = |from_s: i64, to_s: i64| {
        let at = |s| day.start + TimeDelta::seconds(s);
        sampled(own, Window { start: at(from_s), end: at(to_s) }, 60.0, unmoved)
    };
    // Stretches that touch, that lie minutes apart, and that lie hours apart.
    let spans = [(7_260, 14_460), (14_460, 20_040), (20_400, 30_000), (51_000, 80_040)];
    let segments: Vec<Segment> = spans.iter().map(|&(from_s, to_s)| part(from_s, to_s)).collect();
    let request = on(id, segments, day.start, ScreenRequest::new(day, 30.0));
    let found = screen(&elements, &request, &silent).unwrap();
    let is_inside = |row: &&&Conjunction| {
        let s = (row.tca - day.start).as_seconds_f64();
        spans.iter().any(|&(from_s, to_s)| (from_s as f64..to_s as f64).contains(&s))
    };
    let (met, all) = (of(&found, id), of(&usual, id));
    let wanted: Vec<&&Conjunction> = all.iter().filter(is_inside).collect();
    assert!(wanted.len() > 5 && wanted.len() < all.len());
    let closed: Vec<&&Conjunction> = met.iter().filter(|row| row.kind != Kind::Open).collect();
    assert_eq!(closed.len(), wanted.len());
    for (one, other) in closed.iter().zip(&wanted) {
        assert!(seconds_between(one.tca, other.tca) < 1e-2, "{one:?} {other:?}");
        assert!((one.miss_km - other.miss_km).abs() < 3e-4, "{one:?} {other:?}");
    }
    assert!(!found.tally.unusable.contains_key(&id) && !found.tally.lost.contains_key(&id), "{:?}", found.tally);

    let request = on(id, vec![part(-40_000, -20_000)], day.start, ScreenRequest::new(day, 30.0));
    let nothing = screen(&elements, &request, &silent).unwrap();
    assert_eq!(nothing.tally.unusable.get(&id), Some(&PropagationError::OutsideEphemeris));
    assert!(of(&nothing, id).is_empty());
}

/// A segment within another stands in its place there, and no longer.
#[test]
fn a_segment_within_a_longer_one_does_not_end_it() {
    let elements = snapshot_2018();
    let own = &elements[0];
    let day = window("2018-01-21T00:00:00Z", 21_600);
    let within = Window { start: day.at(7_200.0), end: day.at(10_800.0) };
    let moved = |_: f64, _: &State<Teme>| (Vector3::new(0.5, 0.0, 0.0), Vector3::zeros());
    let segments = vec![sampled(own, day, 60.0, unmoved), sampled(own, within, 60.0, moved)];
    let trajectory = Trajectory::new(segments, day.start).unwrap();
    assert_eq!(trajectory.ends(), [day.start, day.end]);
    let propagator = Propagator::new(own).unwrap();
    for (time_s, off_km) in [(3_600.0, 0.0), (7_190.0, 0.0), (9_000.0, 0.5), (10_810.0, 0.0), (20_000.0, 0.0)] {
        let at = trajectory.state((day.at(time_s) - trajectory.zero()).as_seconds_f64()).unwrap();
        let state = propagator.state_at(day.at(time_s)).unwrap();
        let apart_km = (Vector3::new(at[0], at[1], at[2]) - state.position_km).norm();
        // SGP4's velocities are not quite the rates of its positions: metres between two states.
        assert!((apart_km - off_km).abs() < 0.02, "{time_s} s: {apart_km} km");
    }
}

/// How far a trip out and back is, 0 to 1, and its rate: within a minute, at rest at both ends of it.
fn trip(time_s: f64, from_s: f64) -> (f64, f64) {
    let angle = std::f64::consts::TAU * ((time_s - from_s) / 60.0);
    if (from_s..=from_s + 60.0).contains(&time_s) {
        (0.5 - 0.5 * angle.cos(), 0.5 * angle.sin() * std::f64::consts::TAU / 60.0)
    } else {
        (0.0, 0.0)
    }
}

#[test]
fn a_trip_between_two_knots_is_not_missed() {
    // Eight kilometres beside another object, and for a moment on top of it: at the ends of the minute nothing shows.
    let elements = snapshot_2018();
    let window = window("2018-01-21T00:00:00Z", 1200);
    for own in elements.iter().step_by(97).take(8) {
        let Ok(start) = Propagator::new(own).and_then(|propagator| propagator.state_at(window.start)) else { continue };
        let aside = rtn_axes(&start).transpose() * Vector3::new(0.0, 0.0, 8.0);
        let from_s = 540.0;
        let moved = |time_s: f64, _: &State<Teme>| {
            let (way, rate) = trip(time_s, from_s);
            (aside * (1.0 - way), aside * -rate)
        };
        let visitor = NoradId::new(999_999).unwrap();
        let mut all: Vec<Elements> = elements.iter().take(200).cloned().collect();
        all.retain(|elements| elements.norad_id != own.norad_id);
        all.extend([own.clone(), named(own, 999_999)]);
        for primaries in [None, Some(HashSet::from([visitor]))] {
            let asked = ScreenRequest { primaries, ..ScreenRequest::new(window, 2.0) };
            let request = on(visitor, vec![sampled(own, window, 10.0, moved)], window.start, asked);
            let found = screen(&all, &request, &silent).unwrap();
            let met = of(&found, visitor);
            let nearest =
                met.iter().min_by(|a, b| a.miss_km.total_cmp(&b.miss_km)).unwrap_or_else(|| panic!("{own:?}"));
            assert!(nearest.miss_km < 0.01, "{nearest:?}");
            let off_s = (nearest.tca - window.at(from_s + 30.0)).as_seconds_f64();
            assert!(off_s.abs() < 1.0, "{nearest:?}");
        }
    }
}

#[test]
fn a_burn_between_two_segments_is_flown() {
    // At the window's middle 100 m/s to the side: what is met is what brute force over the trajectory itself has.
    let elements = snapshot_2018();
    let window = window("2018-01-21T00:00:00Z", 4 * 3600);
    let busiest = busiest(&screened(&elements, window, 30.0));
    let own = elements.iter().find(|elements| elements.norad_id == busiest).unwrap();
    let half = Window { start: window.start, end: window.at(7200.0) };
    let burnt = {
        let burn = alliedsky::astro::burn::Burn { time: half.end, delta_v_rtn_m_s: Vector3::new(5.0, 20.0, 100.0) };
        burn.applied_to(own).unwrap()
    };
    let segments = || {
        let after = Window { start: half.end, end: window.end };
        vec![sampled(own, half, 60.0, unmoved), sampled(&burnt, after, 60.0, unmoved)]
    };
    let asked = ScreenRequest::new(window, 60.0);
    let found = screen(&elements, &on(own.norad_id, segments(), window.start, asked), &silent).unwrap();
    let trajectory = Trajectory::new(segments(), window.start).unwrap();
    let mut wanted = Vec::new();
    for other in elements.iter().filter(|other| other.norad_id != own.norad_id) {
        let Ok(propagator) = Propagator::new(other) else { continue };
        let offset_s = propagator.offset_s(window.start);
        let distance_km = |time_s: f64| {
            let state = trajectory.state(time_s).unwrap();
            let other = propagator.state(offset_s + time_s).map_or(Vector3::repeat(1e9), |state| state.position_km);
            (other - Vector3::new(state[0], state[1], state[2])).norm()
        };
        let samples: Vec<f64> = (0..=window.seconds() as usize).map(|second| distance_km(second as f64)).collect();
        for k in 1..samples.len() - 1 {
            if samples[k] < 75.0 && samples[k] <= samples[k - 1] && samples[k] < samples[k + 1] {
                // A parabola through three samples of the square, around the least of finer ones.
                let fine: Vec<f64> = (0..=2000).map(|m| distance_km(k as f64 + (m as f64 - 1000.0) * 1e-3)).collect();
                let least = fine.iter().copied().fold(f64::INFINITY, f64::min);
                if least < 60.0 {
                    wanted.push((other.norad_id, k as f64, least));
                }
            }
        }
    }
    let met: Vec<&Conjunction> =
        of(&found, own.norad_id).into_iter().filter(|row| row.kind == Kind::Encounter).collect();
    assert!(wanted.iter().any(|&(_, at_s, _)| at_s > 7200.0) && wanted.len() > 5, "{wanted:?}");
    let is_row = |row: &&&Conjunction, (id, at_s, least): &(NoradId, f64, f64)| {
        (row.primary_id == *id || row.secondary_id == *id)
            && ((row.tca - window.start).as_seconds_f64() - at_s).abs() < 1.1
            && (row.miss_km - least).abs() < 1e-3 + 1e-3 * least
    };
    for one in &wanted {
        assert!(met.iter().any(|row| is_row(&row, one)), "{one:?} of {wanted:?} not in {met:?}");
    }
    assert_eq!(met.len(), wanted.len(), "{met:?}");
}
