//! Corner cases of a screening: what it is asked, and objects that end, repeat or are not there.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::frame::rtn_axes;
use alliedsky::astro::propagator::{PropagationError, Propagator};
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::Kind;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::progress::{Cancelled, silent};

use chrono::TimeDelta;

use super::planted::{named, with};
use super::{ids, screened, snapshot_2018, window};

const START: &str = "2018-01-21T00:00:00Z";

fn object(id: u32) -> Elements {
    snapshot_2018().into_iter().find(|elements| elements.norad_id.get() == id).unwrap()
}

#[test]
fn nothing_and_one_object_and_no_time() {
    let day = window(START, 86_400);
    let nothing = screened(&[], day, 10.0);
    assert!(nothing.conjunctions.is_empty() && nothing.tally.objects == 0);
    let one = screened(&[object(25_544)], day, 10.0);
    assert!(one.conjunctions.is_empty() && one.tally.objects == 1 && one.tally.unusable.is_empty());
    let unusable = screened(&[object(24_794)], day, 10.0);
    assert!(unusable.conjunctions.is_empty() && unusable.tally.unusable.len() == 1);
    for threshold_km in [0.0, -1.0, f64::NAN] {
        assert!(screened(&snapshot_2018(), window(START, 600), threshold_km).conjunctions.is_empty());
    }
}

#[test]
fn a_window_of_no_length_shows_who_is_near() {
    // At one instant every pair below the threshold is open, once, whether it comes or goes.
    let sets = snapshot_2018();
    let (mut coming, mut going) = (0, 0);
    for minute in 0..30 {
        let start = (window(START, 0).at(f64::from(minute) * 2880.0)).to_rfc3339();
        let instant = screened(&sets, window(&start, 0), 40.0);
        let states: Vec<_> = sets
            .iter()
            .filter_map(|elements| Some((elements, Propagator::new(elements).ok()?)))
            .filter_map(|(elements, p)| Some((elements.norad_id.get(), p.state_at(start.parse().unwrap()).ok()?)))
            .collect();
        let mut near = Vec::new();
        for (k, (i, a)) in states.iter().enumerate() {
            for (j, b) in &states[k + 1..] {
                let separation = b.position_km - a.position_km;
                if separation.norm() < 40.0 {
                    near.push((*i.min(j), *i.max(j)));
                    let closing = separation.dot(&(b.velocity_km_s - a.velocity_km_s)) < 0.0;
                    *(if closing { &mut coming } else { &mut going }) += 1;
                }
            }
        }
        let mut found: Vec<_> = instant.conjunctions.iter().map(ids).collect();
        assert!(instant.conjunctions.iter().all(|conjunction| conjunction.kind == Kind::Open));
        near.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, near, "{start}");
    }
    assert!(coming > 5 && going > 5, "{coming} coming, {going} going");
}

#[test]
fn a_threshold_without_bounds_is_answered() {
    let two = [object(25_544), object(20_580)];
    let window = window(START, 7200);
    for threshold_km in [1e6, 1e300, f64::INFINITY] {
        let screening = screened(&two, window, threshold_km);
        let encounters = screening.conjunctions.iter().filter(|row| row.kind == Kind::Encounter).count();
        let open = screening.conjunctions.iter().filter(|row| row.kind == Kind::Open).count();
        // Below the threshold all the time: as many minima as their dance has, and at most the two ends.
        assert!((1..=6).contains(&encounters) && open <= 2, "{threshold_km} km: {encounters} and {open}");
    }
}

#[test]
fn identical_sets_are_one_duplicate_row_and_nothing_else() {
    let station = object(25_544);
    let triple = [station.clone(), named(&station, 700_001), named(&station, 700_000), object(20_580)];
    let screening = screened(&triple, window(START, 86_400), 10.0);
    let rows: Vec<_> = screening.conjunctions.iter().map(|row| (row.kind, ids(row), row.miss_km)).collect();
    let duplicate = |a, b| (Kind::Duplicate, (a, b), 0.0);
    assert_eq!(rows.len(), 3, "{rows:?}");
    for pair in [(25_544, 700_000), (25_544, 700_001), (700_000, 700_001)] {
        assert!(rows.contains(&duplicate(pair.0, pair.1)), "{rows:?}");
    }
    assert!(screening.conjunctions.iter().all(|row| row.tca == window(START, 0).start && row.rel_speed_km_s == 0.0));
}

#[test]
fn the_sign_of_a_zero_makes_no_other_orbit() {
    let plus = with(&object(25_544), |fields| fields.bstar = 0.0);
    let minus = with(&named(&plus, 700_000), |fields| fields.bstar = -0.0);
    let rows = screened(&[plus, minus], window(START, 7200), 10.0).conjunctions;
    assert_eq!(rows.iter().map(|row| row.kind).collect::<Vec<_>>(), [Kind::Duplicate]);
}

#[test]
fn chosen_primaries_stand_first_and_are_in_every_row() {
    let sets = snapshot_2018();
    let day = window(START, 86_400);
    let all = screened(&sets, day, 10.0);
    let higher: HashSet<NoradId> = all.conjunctions.iter().map(|row| row.secondary_id).step_by(7).collect();
    let request = ScreenRequest { primaries: Some(higher.clone()), ..ScreenRequest::new(day, 10.0) };
    let chosen = screen(&sets, &request, &silent).unwrap();
    let expected: Vec<_> = all
        .conjunctions
        .iter()
        .filter(|row| higher.contains(&row.primary_id) || higher.contains(&row.secondary_id))
        .collect();
    assert!(expected.len() > 20);
    assert_eq!(chosen.conjunctions.len(), expected.len());
    let mut swapped = 0;
    for (row, plain) in chosen.conjunctions.iter().zip(expected) {
        assert!(higher.contains(&row.primary_id));
        let swap = !higher.contains(&plain.primary_id);
        swapped += usize::from(swap);
        let both = (row.primary_id, row.secondary_id);
        assert_eq!(
            both,
            if swap { (plain.secondary_id, plain.primary_id) } else { (plain.primary_id, plain.secondary_id) }
        );
        assert_eq!((row.tca, row.miss_km, row.kind), (plain.tca, plain.miss_km, plain.kind));
        // The frame is the new primary's, and everything else changed hands too.
        let separation = row.secondary_state.position_km - row.primary_state.position_km;
        assert!((rtn_axes(&row.primary_state) * separation - row.miss_rtn_km).norm() < 1e-9);
        assert!((row.miss_rtn_km.norm() - row.miss_km).abs() < 1e-9);
        if swap {
            assert_eq!((row.primary_age_days, row.primary_stale), (plain.secondary_age_days, plain.secondary_stale));
            assert_eq!((&row.primary_name, row.primary_state), (&plain.secondary_name, plain.secondary_state));
        }
    }
    assert!(swapped > 10, "{swapped}");

    let nobody = ScreenRequest { primaries: Some(HashSet::new()), ..ScreenRequest::new(day, 10.0) };
    assert!(screen(&sets, &nobody, &silent).unwrap().conjunctions.is_empty());
}

#[test]
fn sets_beyond_the_age_limit_are_left_out_and_counted() {
    let sets = snapshot_2018();
    let window = window(START, 6 * 3600);
    let request = ScreenRequest { max_age_days: Some(0.25), ..ScreenRequest::new(window, 10.0) };
    let screening = screen(&sets, &request, &silent).unwrap();
    let young = |id: NoradId| object_of(&sets, id).age_days(window.start).abs() <= 0.25;
    assert_eq!(screening.tally.too_old, sets.iter().filter(|elements| !young(elements.norad_id)).count());
    assert!(screening.tally.too_old > 100);
    let all = screened(&sets, window, 10.0).conjunctions;
    let expected: Vec<_> = all.into_iter().filter(|row| young(row.primary_id) && young(row.secondary_id)).collect();
    assert!(!expected.is_empty());
    assert_eq!(screening.conjunctions, expected);
}

fn object_of(sets: &[Elements], id: NoradId) -> &Elements {
    sets.iter().find(|elements| elements.norad_id == id).unwrap()
}

#[test]
fn ages_and_staleness_are_those_at_the_approach() {
    for row in screened(&snapshot_2018(), window(START, 86_400), 10.0).conjunctions {
        let primary = object(row.primary_id.get());
        assert!((row.primary_age_days - primary.age_days(row.tca)).abs() < 1e-12);
        assert_eq!(row.primary_stale, primary.is_stale(row.tca));
    }
}

#[test]
fn an_orbit_that_ends_inside_the_window_is_used_until_then() {
    // A low orbit with heavy drag, and a twin of it that keeps it company all the way down.
    let low = with(&object(25_544), |fields| {
        fields.mean_motion_rev_day = 16.25;
        fields.eccentricity = 0.0004;
        fields.bstar = 0.01;
    });
    let follower = with(&named(&low, 700_000), |fields| fields.mean_anomaly_deg += 0.02);
    let crossing = with(&named(&low, 700_001), |fields| fields.inclination_deg = 180.0 - fields.inclination_deg);
    let window = window(START, 3 * 86_400);
    let propagator = Propagator::new(&low).unwrap();
    let offset_s = propagator.offset_s(window.start);
    let end_s = (0..3 * 86_400).find(|&second| propagator.state(offset_s + f64::from(second)).is_err()).unwrap();
    assert!((7200..2 * 86_400).contains(&end_s), "{end_s}");

    let sets = [low, follower, crossing, object(20_580)];
    let mut answers = Vec::new();
    for step_s in [5.0, 20.0, 37.0, 60.0] {
        let request = ScreenRequest { step_s, ..ScreenRequest::new(window, 30.0) };
        let screening = screen(&sets, &request, &silent).unwrap();
        let lost: Vec<(u32, PropagationError)> =
            screening.tally.lost.iter().map(|(id, error)| (id.get(), *error)).collect();
        assert_eq!(lost.len(), 3, "{lost:?}");
        assert_eq!(lost[0].0, 25_544);
        assert!(screening.tally.unusable.is_empty());
        assert!(screening.conjunctions.iter().all(|row| window.offset_s(row.tca) < f64::from(end_s)));
        let pair: Vec<_> = screening.conjunctions.iter().filter(|row| ids(row) == (25_544, 700_000)).collect();
        assert!(pair.iter().any(|row| row.kind != Kind::Encounter), "{step_s}: {}", pair.len());
        for (_, end) in pair.iter().flat_map(|row| &row.spans) {
            assert!(window.offset_s(*end) < f64::from(end_s) + 1.0);
        }
        answers.push((step_s, screening));
    }
    let (_, usual) = &answers[0];
    assert!(usual.conjunctions.len() > 20, "{}", usual.conjunctions.len());
    for (step_s, screening) in &answers[1..] {
        let how = format!("decay, steps of {step_s} s");
        // Some of these pass each other at metres a second: rounding blurs their TCA that much.
        super::invariance::assert_equal_within(2e-3, 1e-6, usual, screening, &how);
    }
}

#[test]
fn a_screening_can_be_cancelled_and_says_how_far_it_is() {
    let sets = snapshot_2018();
    let request = ScreenRequest::new(window(START, 3600), 10.0);
    let calls = AtomicUsize::new(0);
    let stop = |_: f64| {
        calls.fetch_add(1, Ordering::Relaxed);
        ControlFlow::Break(())
    };
    assert_eq!(screen(&sets, &request, &stop), Err(Cancelled));
    assert!(calls.load(Ordering::Relaxed) < 12, "it went on after being stopped");

    let shares = std::sync::Mutex::new(Vec::new());
    let listen = |share: f64| {
        shares.lock().unwrap().push(share);
        ControlFlow::Continue(())
    };
    screen(&sets, &request, &listen).unwrap();
    let mut shares = shares.into_inner().unwrap();
    shares.sort_by(f64::total_cmp);
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)) && shares.last() == Some(&1.0));
}

#[test]
fn an_open_end_is_found_whatever_the_length_of_the_window() {
    // YAOGAN-7 and PLEIADES NEO 3 are closing below 10 km when these windows end, each at another fraction of a second,
    // which no division into intervals meets exactly.
    let sets: Vec<Elements> = crate::sets::of_file(&crate::truth::data("elements/theatre_20260906.tle"))
        .into_iter()
        .filter(|elements| [36_110, 48_268].contains(&elements.norad_id.get()))
        .collect();
    for milliseconds in (9_300..9_400).chain([9_123, 9_377, 9_378, 9_389, 9_393]) {
        let length = TimeDelta::milliseconds(3_600_000 + milliseconds);
        let window = Window::new("2026-09-10T09:00:00Z".parse().unwrap(), length);
        let found = screened(&sets, window, 10.0).conjunctions;
        assert_eq!(found.len(), 1, "a window of {length}");
        assert_eq!((found[0].kind, found[0].tca), (Kind::Open, window.end), "a window of {length}");
    }
}
