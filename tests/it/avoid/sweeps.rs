//! Sweeps of burns against planted events.

use std::collections::HashSet;

use alliedsky::astro::burn::Burn;
use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::frame::rtn_axes;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::{Window, plus_seconds};
use alliedsky::ssa::avoid::{
    Axis, CandidateRequest, EventError, Sweep, SweepRequest, Trial, Way, candidates, find_event, search,
};
use alliedsky::ssa::conjunction::Conjunction;
use alliedsky::ssa::conjunction::assessment::Party;
use alliedsky::ssa::conjunction::screen::branches::{Branch, screen_branches};
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::covariance::{Covariance, Source};
use alliedsky::ssa::hard_body::{Radius, RadiusSource};
use alliedsky::ssa::probability::Thresholds;
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

use super::{of, snapshot};

const PLANTED: u32 = 900_001;

fn day() -> Window {
    Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(30))
}

fn position(elements: &Elements, time: DateTime<Utc>) -> Vector3<f64> {
    Propagator::new(elements).unwrap().state_at(time).unwrap().position_km
}

/// An object that crosses another's orbit square to it, `early_km` too early to hit it at `time`.
fn crossing(target: &Elements, id: u32, time: DateTime<Utc>, early_km: f64) -> Elements {
    let state = Propagator::new(target).unwrap().state_at(time).unwrap();
    let along_m_s = 1000.0 * (rtn_axes(&state) * state.velocity_km_s).y;
    let turn = Burn { time, delta_v_rtn_m_s: Vector3::new(0.0, -along_m_s, along_m_s) };
    let mut fields = turn.applied_to(target).unwrap().into_fields();
    fields.norad_id = NoradId::new(id).unwrap();
    fields.name = format!("PLANTED {id}");
    fields.mean_anomaly_deg += (early_km / state.position_km.norm()).to_degrees();
    Elements::new(fields).unwrap()
}

/// Errors of 100, 300 and 100 m, and bodies of 5 m.
fn parties(_: &Conjunction) -> Option<[Party; 2]> {
    let party = || Party {
        covariance: Covariance::of_sigmas(Vector3::new(0.1, 0.3, 0.1), Source::Given("test".to_owned())),
        radius: Radius { hbr_m: 5.0, source: RadiusSource::Rcs(1.0) },
    };
    Some([party(), party()])
}

fn burns(window: Window, tca: DateTime<Utc>, target: &Elements, count: usize) -> Vec<(Axis, Burn)> {
    let asked =
        CandidateRequest { earliest: window.start, axes: vec![Axis::Along], least_m_s: 0.001, most_m_s: 0.3, count };
    candidates(&asked, tca, 60.0 * target.period_min())
}

fn swept(catalogue: &[Elements], ids: [u32; 2], count: usize) -> Sweep {
    let sets = ids.map(|id| catalogue.iter().find(|elements| elements.norad_id.get() == id).unwrap());
    let event = find_event(sets, day(), None).unwrap();
    let candidates = burns(day(), event.conjunction.tca, sets[0], count);
    let request = SweepRequest { window: day(), threshold_km: 5.0, candidates, limit: None };
    search(catalogue, event, request, &silent).unwrap().judge(&parties, &Thresholds::default())
}

/// The catalogue of that day with an object that comes within 100 m of a satellite 20 hours into the window.
fn planted() -> (Elements, Vec<Elements>, DateTime<Utc>) {
    let target = of(39_766);
    let time = plus_seconds(day().start, 72_000.0);
    let mut catalogue = snapshot();
    catalogue.push(crossing(&target, PLANTED, time, 0.1));
    (target, catalogue, time)
}

#[test]
fn a_planted_event_is_cleared_as_hill_says() {
    let (target, catalogue, time) = planted();
    let sweep = swept(&catalogue, [39_766, PLANTED], 200);
    assert!((sweep.event.tca - time).as_seconds_f64().abs() < 1.0 && (sweep.event.miss_km - 0.0707).abs() < 0.01);
    let pc = |one: &Conjunction| one.assessment.as_ref().unwrap().pc.unwrap();
    println!("{:?} limit {} pc {}", sweep.counts(), sweep.limit, pc(&sweep.event));
    assert!(sweep.trials.len() > 100 && sweep.counts()[&Some(Way::Clears)] > 20);
    assert!(sweep.counts()[&Some(Way::DoesNotClear)] > 20);
    let turn_s = 60.0 * target.period_min();
    let state = &sweep.event.primary_state;
    let track = rtn_axes(state).row(1).transpose();
    let separation = sweep.event.secondary_state.position_km - state.position_km;
    let direction = (sweep.event.secondary_state.velocity_km_s - state.velocity_km_s).normalize();
    let mut compared = 0;
    for Trial { burn, outcome, .. } in &sweep.trials {
        let outcome = outcome.as_ref().unwrap();
        assert_eq!(outcome.event.secondary_id.get(), PLANTED);
        assert!(burn.time >= day().start && (time - burn.time).as_seconds_f64() > 0.49 * turn_s);
        assert!(outcome.way != Way::Clears || pc(&outcome.event) < sweep.limit && outcome.made.is_none());
        // Clohessy and Wiltshire (1960): along the track by 4 sin(nt) / n - 3 t times the change, upwards by 2 (1 -
        // cos(nt)) / n times it; the rest is straight lines.
        let (n, t) = (std::f64::consts::TAU / turn_s, (time - burn.time).as_seconds_f64());
        let dv_km_s = burn.delta_v_rtn_m_s.y * 1e-3;
        let along_km = dv_km_s * (4.0 * (n * t).sin() / n - 3.0 * t);
        let up_km = dv_km_s * 2.0 * (1.0 - (n * t).cos()) / n;
        let moved = separation - track * along_km - state.position_km.normalize() * up_km;
        let expected_km = (moved - direction * moved.dot(&direction)).norm();
        assert!((outcome.event.miss_km - expected_km).abs() < 0.03 + 0.03 * expected_km, "{burn:?}: {expected_km}");
        compared += 1;
        // Errors of both add to 0.42 km along the track and 0.14 km across.
        let across = along_km.hypot(up_km);
        let sigmas = outcome.gained_sigmas.unwrap();
        assert!((outcome.gained_km / sigmas) > 0.14 && outcome.gained_km / sigmas < 0.43, "{sigmas} for {across}");
    }
    assert_eq!(compared, sweep.trials.len());
    let ways: Vec<Way> = sweep.trials.iter().map(|trial| trial.outcome.as_ref().unwrap().way).collect();
    assert!(ways.is_sorted());
    let sizes: Vec<f64> = sweep.trials.iter().map(|trial| trial.burn.delta_v_m_s()).collect();
    let clears = ways.iter().filter(|way| **way == Way::Clears).count();
    assert!(sizes[..clears].windows(2).all(|pair| pair[1] > pair[0] - 1e-9), "cheapest first");
}

#[test]
fn a_burn_into_another_object_is_told() {
    let (target, mut catalogue, _) = planted();
    let clean = swept(&catalogue, [39_766, PLANTED], 60);
    let way = |sweep: &Sweep, burn: &Burn| {
        let trial = sweep.trials.iter().find(|trial| trial.burn == *burn).unwrap();
        trial.outcome.clone().unwrap()
    };
    let chosen = clean.trials.iter().find(|trial| trial.burn.delta_v_m_s() > 0.2).unwrap().burn;
    assert_eq!(way(&clean, &chosen).way, Way::Clears);
    // Something crosses where that burn, and no other, brings the satellite two hours after the event.
    let later = plus_seconds(day().start, 80_000.0);
    let after = chosen.applied_to(&target).unwrap();
    catalogue.push(crossing(&after, PLANTED + 1, later, 0.08));
    let sweep = swept(&catalogue, [39_766, PLANTED], 60);
    let outcome = way(&sweep, &chosen);
    assert_eq!(outcome.way, Way::MakesNew);
    let made = outcome.made.unwrap();
    assert_eq!(made.secondary_id.get(), PLANTED + 1);
    assert!((made.tca - later).as_seconds_f64().abs() < 1.0 && made.miss_km < 0.1, "{made:?}");
    // Both go round in the same time, so that other burns may meet it at other crossings; nothing else changes.
    for trial in clean.trials.iter().filter(|trial| trial.burn != chosen) {
        let (old, new) = (way(&clean, &trial.burn), way(&sweep, &trial.burn));
        assert_eq!(old.event, new.event);
        if old.way != new.way {
            let made = new.made.unwrap();
            let places = [&trial.burn.applied_to(&target).unwrap(), catalogue.last().unwrap()];
            let [one, other] = places.map(|elements| position(elements, made.tca));
            assert!(made.secondary_id.get() == PLANTED + 1 && ((one - other).norm() - made.miss_km).abs() < 1e-3);
        }
    }
}

#[test]
fn branches_meet_what_a_screening_of_their_own_finds() {
    let (target, catalogue, time) = planted();
    let window = Window::new(day().start, TimeDelta::hours(24));
    let request = ScreenRequest::new(window, 20.0);
    let branches: Vec<Branch<'_>> = burns(window, time, &target, 40)
        .into_iter()
        .step_by(3)
        .map(|(_, burn)| Branch {
            elements: burn.applied_to(&target).unwrap(),
            origin: &target,
            stretch: Window { start: burn.time, end: window.end },
        })
        .collect();
    let found = screen_branches(&catalogue, &branches, &request, &silent).unwrap();
    let mets: Vec<_> = (0..found.len()).map(|index| found.met(index).unwrap()).collect();
    let mut rows = 0;
    for (number, branch) in branches.iter().enumerate() {
        let replaced: Vec<Elements> = catalogue
            .iter()
            .map(|elements| if elements.norad_id == target.norad_id { &branch.elements } else { elements })
            .cloned()
            .collect();
        let alone =
            ScreenRequest { primaries: Some(HashSet::from([target.norad_id])), ..ScreenRequest::new(window, 20.0) };
        let expected = screen(&replaced, &alone, &silent).unwrap().conjunctions;
        let expected: Vec<_> = expected.iter().filter(|row| row.tca >= branch.stretch.start).collect();
        let own: Vec<_> = mets.iter().filter(|met| met.branch == number).map(|met| &met.conjunction).collect();
        assert_eq!(own.len(), expected.len());
        for (own, expected) in own.iter().zip(&expected) {
            assert_eq!((own.primary_id, own.secondary_id), (expected.primary_id, expected.secondary_id));
            assert!((own.miss_km - expected.miss_km).abs() < 1e-6 && own.kind == expected.kind);
            assert!((own.primary_age_days - target.age_days(own.tca)).abs() < 1e-9, "the age is the old set's");
            rows += 1;
        }
    }
    assert!(rows > 20, "{rows}");
}

/// A burn that lets an orbit fall leaves half a revolution to meet others in, however long before it the window begins:
/// carried back, the orbit would have been under the ground.
#[test]
fn an_orbit_counts_from_its_burn_on_whatever_it_was_before() {
    let (target, catalogue, _) = planted();
    let time = plus_seconds(day().start, 40_000.0);
    let burn = Burn { time, delta_v_rtn_m_s: Vector3::new(0.0, -240.0, 0.0) };
    let after = burn.applied_to(&target).unwrap();
    let end = plus_seconds(time, 1_500.0);
    let met = |start: DateTime<Utc>| {
        let window = Window { start, end };
        let branches = [Branch { elements: after.clone(), origin: &target, stretch: Window { start: time, end } }];
        let request = ScreenRequest::new(window, 300.0);
        let found = screen_branches(&catalogue, &branches, &request, &silent).unwrap();
        assert!(found.unusable.is_empty(), "{:?}", found.unusable);
        (0..found.len()).filter_map(|index| found.met(index)).map(|met| met.conjunction).collect::<Vec<_>>()
    };
    let near = met(plus_seconds(time, -60.0));
    let far = met(day().start);
    assert!(near.len() > 5, "{}", near.len());
    assert_eq!(far.len(), near.len());
    for (one, other) in far.iter().zip(&near) {
        assert_eq!((one.secondary_id, one.kind), (other.secondary_id, other.kind));
        assert!((one.miss_km - other.miss_km).abs() < 1e-5, "{one:?} {other:?}");
    }
}

#[test]
fn who_stays_where_he_is_has_no_event() {
    let (target, mut catalogue, time) = planted();
    let other = catalogue.last().unwrap().clone();
    let far = of(36_744);
    let error = |sets, tca| find_event(sets, day(), tca).unwrap_err();
    assert_eq!(error([&target, &target], None), EventError::Itself(target.norad_id));
    assert!(matches!(error([&target, &far], None), EventError::None { .. }));
    let elsewhen = Some(plus_seconds(time, 7200.0));
    assert!(error([&target, &other], elsewhen).to_string().contains("2018-01-21T22:00:00Z"));
    assert!(find_event([&target, &other], day(), Some(plus_seconds(time, 300.0))).is_ok());
    let mut fields = target.clone().into_fields();
    fields.norad_id = NoradId::new(900_009).unwrap();
    fields.mean_anomaly_deg += 0.01;
    let follower = Elements::new(fields).unwrap();
    assert!(matches!(error([&target, &follower], None), EventError::Companions { .. }));
    // One that flies along is no new event of a burn.
    catalogue.push(follower);
    let sweep = swept(&catalogue, [39_766, PLANTED], 20);
    assert_eq!(sweep.companions.iter().map(|id| id.get()).collect::<Vec<_>>(), [900_009]);
    let made = sweep.trials.iter().filter_map(|trial| trial.outcome.as_ref().unwrap().made.as_ref());
    assert!(made.into_iter().all(|made| made.secondary_id.get() != 900_009));
}

#[test]
fn a_satellite_in_deep_space_gets_out_of_the_way() {
    let target = of(36_744);
    let time = plus_seconds(day().start, 90_000.0);
    let mut catalogue = snapshot();
    catalogue.push(crossing(&target, PLANTED, time, 0.2));
    let sweep = swept(&catalogue, [36_744, PLANTED], 40);
    assert!((sweep.event.tca - time).as_seconds_f64().abs() < 1.0);
    assert!(sweep.counts()[&Some(Way::Clears)] > 3);
}

#[test]
fn candidates_keep_their_bounds() {
    let target = of(39_766);
    let turn_s = 60.0 * target.period_min();
    let start = day().start;
    for (hours, count, axes) in
        [(1.0, 500, 1), (20.0, 500, 1), (72.0, 500, 3), (72.0, 7, 1), (72.0, 1, 3), (0.5, 500, 1)]
    {
        let tca = plus_seconds(start, hours * 3600.0);
        let axes = [Axis::Along, Axis::Radial, Axis::Normal][..axes].to_vec();
        let request = CandidateRequest { earliest: start, axes, least_m_s: 0.01, most_m_s: 1.0, count };
        let burns = candidates(&request, tca, turn_s);
        assert!(burns.len() <= count && burns.is_empty() == (hours < 0.8), "{hours} h: {}", burns.len());
        for (axis, burn) in &burns {
            let quarters = (tca - burn.time).as_seconds_f64() / (0.25 * turn_s);
            assert!(burn.time >= start && quarters > 1.999 && (quarters - quarters.round()).abs() < 1e-6);
            assert!((0.0099..1.0001).contains(&burn.delta_v_m_s()));
            assert!((axis.of(&burn.delta_v_rtn_m_s).abs() - burn.delta_v_m_s()).abs() < 1e-12);
        }
        assert!(count < 100 || hours < 10.0 || burns.len() > 300, "{}", burns.len());
    }
}
