//! Conjunctions over many runs: found again, changed, vanished.

use std::collections::HashSet;

use alliedsky::ssa::conjunction::history::{Change, Trend, Vanished, trend};
use alliedsky::store::conjunctions::Event;
use alliedsky::store::scope::PairScope;

use super::*;

/// A circular orbit of radius 7000 km has a period of 2π √(7000³ / 398600.8) s = 5828.5 s by hand, a quarter of which is
/// 1457.1 s; one of 42 164 km one of 86 163.6 s (a sidereal day, 86 164.1 s, to 0.001 %).
const QUARTER_S: f64 = 1457.13;

pub(super) fn circular(radius_km: f64) -> State<alliedsky::astro::frame::Teme> {
    let speed_km_s = (398_600.8_f64 / radius_km).sqrt();
    State::new(Vector3::new(radius_km, 0.0, 0.0), Vector3::new(0.0, speed_km_s, 0.0))
}

/// Hours after the first clock, with decimals.
pub(super) fn at(hours: f64) -> DateTime<Utc> {
    time("2026-09-07T00:00:00Z") + TimeDelta::microseconds((hours * 3.6e9).round() as i64)
}

/// An encounter of two objects so many hours after the first clock.
pub(super) fn meeting(pair: (u32, u32), hours: f64, miss_km: f64) -> Conjunction {
    Conjunction {
        primary_id: id(pair.0),
        primary_name: format!("OBJECT {}", pair.0).into(),
        secondary_id: id(pair.1),
        secondary_name: format!("OBJECT {}", pair.1).into(),
        kind: Kind::Encounter,
        tca: at(hours),
        miss_km,
        rel_speed_km_s: 10.0,
        miss_rtn_km: Vector3::new(miss_km, 0.0, 0.0),
        primary_age_days: 0.5,
        secondary_age_days: 0.5,
        primary_stale: false,
        secondary_stale: false,
        primary_state: circular(7000.0),
        secondary_state: circular(42_164.0),
        spans: Vec::new(),
        assessment: None,
    }
}

/// A store that has element sets of the objects 1 to 9.
pub(super) fn store_of_nine() -> Store {
    let mut store = Store::in_memory().unwrap();
    let sets: Vec<Elements> = (1..=9).map(|number| set(number, "2026-09-06T12:00:00Z")).collect();
    store.import_elements(&file("a"), &sets, 0, 0).unwrap();
    store
}

/// A screening: its clock in hours, the length of its window, its threshold, its tally.
pub(super) struct Run(f64, f64, f64, serde_json::Value);

impl Run {
    pub(super) fn at(clock_hours: f64) -> Self {
        Self(clock_hours, 24.0, 10.0, json!({}))
    }

    /// Records the run; it takes a minute.
    pub(super) fn finds(self, store: &mut Store, conjunctions: &[Conjunction]) -> RunId {
        let Self(clock, hours, threshold_km, tally) = self;
        let run = NewRun {
            kind: RunKind::Screening,
            started_at: time("2026-11-22T16:00:00Z"),
            clock: at(clock),
            window: Window { start: at(clock), end: at(clock + hours) },
            parameters: json!({ "threshold_km": threshold_km }),
        };
        let run = store.begin_run(&run).unwrap();
        let events = Events { conjunctions, ..Events::default() };
        store.record_run(run, time("2026-11-22T16:01:00Z"), &tally, &events).unwrap();
        run
    }
}

/// Every event that was ever stored, by TCA.
pub(super) fn everything(store: &Store) -> Vec<Event> {
    store.conjunctions_touched_since(at(-1e4), &ConjunctionFilter::default()).unwrap()
}

fn vanished(store: &Store) -> Vec<Option<Vanished>> {
    everything(store).iter().map(Event::vanished).collect()
}

#[test]
fn an_approach_is_the_same_event_up_to_a_quarter_of_the_shorter_period() {
    for (later_s, events) in [(0.0, 1), (QUARTER_S - 0.5, 1), (QUARTER_S + 0.5, 2), (-QUARTER_S + 0.5, 1)] {
        let mut store = store_of_nine();
        Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0)]);
        Run::at(1.0).finds(&mut store, &[meeting((2, 1), 5.0 + later_s / 3600.0, 3.0)]);
        assert_eq!(everything(&store).len(), events, "{later_s} s later");
    }
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0)]);
    Run::at(1.0).finds(&mut store, &[meeting((1, 3), 5.0, 3.0)]);
    assert_eq!(everything(&store).len(), 2, "another pair");
}

#[test]
fn approaches_half_an_orbit_apart_stay_two() {
    let half_h = 2.0 * QUARTER_S / 3600.0;
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0), meeting((1, 2), 5.0 + half_h, 6.0)]);
    // Both come later by a little, and their distances have changed places.
    let both = [meeting((1, 2), 5.01, 6.0), meeting((1, 2), 5.01 + half_h, 3.0)];
    Run::at(1.0).finds(&mut store, &both);
    let events = everything(&store);
    assert_eq!(events.iter().map(|event| event.history.len()).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(events[0].history.iter().map(|line| line.miss_km).collect::<Vec<_>>(), [3.0, 6.0]);
    // Only the second is left: the first is not taken for it.
    Run::at(2.0).finds(&mut store, &both[1..]);
    assert_eq!(vanished(&store), [Some(Vanished::MovedApart), None]);
}

#[test]
fn the_nearest_are_taken_together_and_none_twice() {
    let minutes = |minutes: f64| 5.0 + minutes / 60.0;
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 2), minutes(0.0), 1.0), meeting((1, 2), minutes(20.0), 2.0)]);
    // 15 minutes is within reach of both and nearer to the second; what is left for the first is another.
    Run::at(1.0).finds(&mut store, &[meeting((1, 2), minutes(15.0), 3.0), meeting((1, 2), minutes(17.0), 4.0)]);
    let lines: Vec<Vec<f64>> =
        everything(&store).iter().map(|event| event.history.iter().map(|line| line.miss_km).collect()).collect();
    assert_eq!(lines, [vec![1.0, 3.0], vec![2.0, 4.0]]);
}

#[test]
fn an_event_keeps_its_first_run_and_has_the_figures_of_the_last() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let first = Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0)]);
    let second = Run::at(2.0).finds(&mut store, &[meeting((1, 2), 5.001, 1.5)]);
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), [meeting((1, 2), 5.001, 1.5)]);
    let connection = Connection::open(&path).unwrap();
    let sql = "SELECT run_id, first_run_id, first_seen_at, last_seen_at, changed_at, status, over_at, threshold_km \
               FROM conjunction";
    let text = |text: &str| Cell::Text(text.into());
    // Seen when the run ended, by its own clock: a minute later than it.
    assert_eq!(
        rows(&connection, sql),
        [[
            Cell::Integer(second.0),
            Cell::Integer(first.0),
            text("2026-09-07T00:01:00.000000Z"),
            text("2026-09-07T02:01:00.000000Z"),
            text("2026-09-07T02:01:00.000000Z"),
            text("active"),
            text("2026-09-07T05:00:03.600000Z"),
            Cell::Real(10.0)
        ]]
    );
}

#[test]
fn what_is_not_found_again_has_vanished_until_it_is() {
    let mut store = store_of_nine();
    let (one, other) = (meeting((1, 2), 5.0, 3.0), meeting((3, 4), 6.0, 3.0));
    Run::at(0.0).finds(&mut store, &[one.clone(), other.clone()]);
    Run::at(1.0).finds(&mut store, from_ref(&other));
    assert_eq!(vanished(&store), [Some(Vanished::MovedApart), None]);
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), from_ref(&other), "the latest run's");
    // Said once, however many runs follow.
    Run::at(2.0).finds(&mut store, from_ref(&other));
    assert_eq!(everything(&store)[0].history.len(), 2);
    let last = &everything(&store)[0].history[1];
    assert_eq!((last.miss_km, last.tca, last.recorded_at), (3.0, at(5.0), at(1.0 + 1.0 / 60.0)));
    Run::at(3.0).finds(&mut store, &[one.clone(), other.clone()]);
    assert_eq!(vanished(&store), [None, None]);
    assert_eq!(everything(&store)[0].history.len(), 3);
    let change = |event: &Event, hours| event.change_since(at(hours)).map(|(change, _)| change);
    let event = &everything(&store)[0];
    assert_eq!(change(event, -1.0), Some(Change::New));
    assert_eq!(change(event, 0.5), None, "there then and there now");
    assert_eq!(change(event, 1.5), Some(Change::New), "vanished then");
    // Past its TCA it is over, not vanished.
    Run::at(5.5).finds(&mut store, &[other]);
    assert_eq!(vanished(&store), [None, None]);
}

#[test]
fn a_run_closes_only_what_it_would_have_seen() {
    let dropped = |key: &str| json!({ key: { "00002": "decayed", "2": "decayed" } });
    let cases = [
        ("a smaller threshold", Run(1.0, 24.0, 5.0, json!({})), None),
        ("a window that ends before", Run(1.0, 3.0, 10.0, json!({})), None),
        ("a window that ends half a minute later", Run(1.0, 4.0 + 30.0 / 3600.0, 10.0, json!({})), None),
        ("a window that ends two minutes later", Run(1.0, 4.0 + 120.0 / 3600.0, 10.0, json!({})), Some(())),
        ("an object without a state", Run(1.0, 24.0, 10.0, dropped("unusable")), None),
        ("an object lost inside the window", Run(1.0, 24.0, 10.0, dropped("lost")), None),
        ("objects left out for their age", Run(1.0, 24.0, 10.0, json!({ "too_old": 1 })), None),
        ("a wider threshold", Run(1.0, 24.0, 20.0, json!({ "unusable": { "7": "decayed" } })), Some(())),
    ];
    for (what, run, closes) in cases {
        let mut store = store_of_nine();
        Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0)]);
        run.finds(&mut store, &[]);
        assert_eq!(vanished(&store), [closes.map(|()| Vanished::MovedApart)], "{what}");
    }
    // A run that looked at something else, or did not say how far it looked.
    for (kind, parameters) in [
        (RunKind::Overflights, json!({ "threshold_km": 10.0 })),
        (RunKind::Screening, json!({})),
        (RunKind::Screening, json!({ "threshold_km": 10.0, "primaries": "allied" })),
    ] {
        let mut store = store_of_nine();
        Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0)]);
        let window = Window { start: at(1.0), end: at(25.0) };
        let started_at = time("2026-11-22T16:00:00Z");
        let run = store.begin_run(&NewRun { kind, started_at, clock: at(1.0), window, parameters }).unwrap();
        store.record_run(run, started_at, &json!({}), &Events::default()).unwrap();
        assert_eq!(vanished(&store), [None], "{kind:?}");
    }
}

/// What a run was not about has not been looked for: it neither vanishes nor stands in the list of the run.
#[test]
fn what_is_outside_a_runs_scope_does_not_vanish() {
    let mut store = store_of_nine();
    let known = [(1, 2), (3, 4), (5, 6), (7, 20)].map(|pair| meeting(pair, 5.0 + 0.1 * f64::from(pair.0), 3.0));
    Run::at(0.0).finds(&mut store, &known);
    let (primaries, dropped) = (HashSet::from([id(2), id(5)]), HashSet::from([(id(5), id(6))]));
    let pairs = PairScope { primaries: Some(&primaries), dropped: Some(&dropped) };
    let run = NewRun {
        kind: RunKind::Screening,
        started_at: time("2026-11-22T16:00:00Z"),
        clock: at(1.0),
        window: Window { start: at(1.0), end: at(25.0) },
        parameters: json!({ "threshold_km": 10.0, "primaries": "2,5", "drop": ["docked"] }),
    };
    let run = store.begin_run(&run).unwrap();
    let events = Events { pairs, ..Events::default() };
    store.record_run(run, time("2026-11-22T16:01:00Z"), &json!({}), &events).unwrap();
    // Looked for and not found; not asked about; left out; without element sets whoever asks.
    assert_eq!(vanished(&store), [Some(Vanished::MovedApart), None, None, Some(Vanished::NoElementSets)]);
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), []);
    Run::at(2.0).finds(&mut store, &known[1..2]);
    let apart = Some(Vanished::MovedApart);
    assert_eq!(vanished(&store), [apart, None, apart, Some(Vanished::NoElementSets)]);
    assert_eq!(everything(&store)[1].history.len(), 1, "it stood as it was all the while");
}

#[test]
fn without_element_sets_nobody_stands_behind_an_event() {
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 20), 5.0, 3.0), meeting((1, 2), 6.0, 3.0)]);
    // Whatever the threshold: object 20 has no element set.
    Run(1.0, 24.0, 1.0, json!({})).finds(&mut store, &[]);
    assert_eq!(vanished(&store), [Some(Vanished::NoElementSets), None]);
}

/// Objects 1 and 2, near each other from a start to an end, nearest at some time, in hours after the first clock.
fn companion(start: f64, end: f64, tca: f64, miss_km: f64) -> Conjunction {
    Conjunction { kind: Kind::Companion, spans: vec![(at(start), at(end))], ..meeting((1, 2), tca, miss_km) }
}

#[test]
fn companions_and_twins_are_one_event_a_pair() {
    let twin = |clock: f64| Conjunction { kind: Kind::Duplicate, ..meeting((3, 4), clock, 0.0) };
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[companion(0.0, 24.0, 1.0, 3.0), twin(0.0)]);
    Run::at(12.0).finds(&mut store, &[companion(12.0, 30.0, 29.0, 3.0), twin(12.0)]);
    Run::at(60.0).finds(&mut store, &[companion(60.0, 84.0, 61.0, 2.0), twin(60.0)]);
    let events = everything(&store);
    assert_eq!(events.len(), 2);
    // The time of the least distance in a window says nothing, and is no line.
    let lines: Vec<usize> = events.iter().map(|event| event.history.len()).collect();
    assert_eq!(lines, [1, 2], "{events:?}");
    assert_eq!(events[1].conjunction.spans, [(at(60.0), at(84.0))]);
    assert_eq!(events[1].change_since(at(13.0)).map(|(change, _)| change), Some(Change::Raised));
    // Not found at a time at which the last run had them near each other.
    Run::at(70.0).finds(&mut store, &[]);
    assert_eq!(vanished(&store), [Some(Vanished::MovedApart); 2]);
    Run::at(80.0).finds(&mut store, &[twin(80.0)]);
    assert_eq!(everything(&store).len(), 2);
}

#[test]
fn a_stay_is_the_same_event_where_a_window_shows_an_end_of_it_alone() {
    let open = |hours, miss_km| Conjunction { kind: Kind::Open, ..meeting((1, 2), hours, miss_km) };
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[open(24.0, 4.0)]);
    Run(6.0, 48.0, 10.0, json!({})).finds(&mut store, &[companion(20.0, 40.0, 35.0, 1.7)]);
    // The window ends in it, before the least distance, and later begins in it, after that.
    Run::at(8.0).finds(&mut store, &[open(32.0, 3.0)]);
    Run::at(38.0).finds(&mut store, &[open(38.0, 6.0)]);
    let events = everything(&store);
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((events[0].conjunction.kind, events[0].conjunction.miss_km), (Kind::Companion, 1.7));
    assert_eq!(events[0].vanished(), None);
    let lines: Vec<f64> = events[0].history.iter().map(|line| line.miss_km).collect();
    assert_eq!(lines, [4.0, 1.7]);
    // What is open at another time is another event.
    Run::at(42.0).finds(&mut store, &[open(66.0, 6.0)]);
    assert_eq!(everything(&store).len(), 2);
}

#[test]
fn a_least_distance_that_the_window_has_left_behind_is_no_change() {
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[companion(0.0, 24.0, 1.0, 0.02)]);
    Run::at(6.0).finds(&mut store, &[companion(6.0, 30.0, 9.0, 0.4)]);
    let event = everything(&store).remove(0);
    assert_eq!((event.history.len(), event.change_since(at(1.0))), (2, None));
    assert_eq!(trend(&event.history), Some(Trend::Steady));
    // Farther at the time that was looked at before, then nearer at any.
    Run::at(7.0).finds(&mut store, &[companion(7.0, 31.0, 9.0, 0.8)]);
    assert_eq!(everything(&store)[0].change_since(at(6.5)).unwrap().0, Change::Lowered);
    Run::at(20.0).finds(&mut store, &[companion(20.0, 44.0, 21.0, 0.3)]);
    assert_eq!(everything(&store)[0].change_since(at(7.5)).unwrap().0, Change::Raised);
}

#[test]
fn an_open_end_becomes_the_encounter_and_does_not_undo_it() {
    let open = |hours, miss_km| Conjunction { kind: Kind::Open, ..meeting((1, 2), hours, miss_km) };
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[open(24.0, 9.0)]);
    Run::at(6.0).finds(&mut store, &[meeting((1, 2), 24.0002, 1.0)]);
    // From just after TCA on the pair is seen moving apart.
    Run::at(24.0004).finds(&mut store, &[open(24.0004, 5.0)]);
    let events = everything(&store);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].conjunction.kind, events[0].conjunction.miss_km), (Kind::Encounter, 1.0));
    assert_eq!(events[0].history.len(), 2);
}

#[test]
fn changes_that_count() {
    let hours_s = |seconds: f64| seconds / 3600.0;
    let cases = [
        (10.0, 9.05, 0.0, None),
        (10.0, 8.95, 0.0, Some(Change::Raised)),
        (10.0, 11.05, 0.0, Some(Change::Lowered)),
        (0.3, 0.21, 0.0, None),
        (0.3, 0.19, 0.0, Some(Change::Raised)),
        (5.0, 5.0, 0.9, None),
        (5.0, 5.0, -1.1, Some(Change::Moved)),
        (5.0, 1.0, 30.0, Some(Change::Raised)),
    ];
    for (before_km, now_km, later_s, expected) in cases {
        let mut store = store_of_nine();
        Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, before_km)]);
        Run::at(1.0).finds(&mut store, &[meeting((1, 2), 5.0 + hours_s(later_s), now_km)]);
        let events = everything(&store);
        let found = events[0].change_since(at(0.5));
        assert_eq!(found.map(|(change, _)| change), expected, "{before_km} km to {now_km} km, {later_s} s later");
        if let Some((_, before)) = found {
            assert_eq!(before.map(|line| (line.miss_km, line.tca)), Some((before_km, at(5.0))));
        }
        assert_eq!(store.conjunctions_touched_since(at(1.5), &ConjunctionFilter::default()).unwrap(), []);
    }
    // What comes back to where it was has not changed, whatever lay between.
    let mut store = store_of_nine();
    for (clock, miss_km) in [(0.0, 5.0), (1.0, 1.0), (2.0, 5.0)] {
        Run::at(clock).finds(&mut store, &[meeting((1, 2), 9.0, miss_km)]);
    }
    assert_eq!(everything(&store)[0].change_since(at(0.5)), None);
    assert_eq!(everything(&store)[0].change_since(at(1.5)).unwrap().0, Change::Lowered);
}

#[test]
fn what_has_passed_is_told_apart() {
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0), meeting((3, 4), 6.0, 3.0), meeting((5, 6), 9.0, 3.0)]);
    Run::at(1.0).finds(&mut store, &[meeting((1, 2), 5.0, 3.0), meeting((5, 6), 9.0, 3.0)]);
    let passed = |since, now| -> Vec<u32> {
        let events = store.conjunctions_passed(at(since), at(now)).unwrap();
        events.iter().map(|event| event.conjunction.primary_id.get()).collect()
    };
    assert_eq!(passed(0.5, 8.5), [1]);
    assert_eq!(passed(5.0, 9.0), [5]);
}

#[test]
fn a_whole_catalogue_is_kept_in_seconds() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let found = |later_h: f64, miss_km: f64| -> Vec<Conjunction> {
        let encounter =
            |index: u32| meeting((index % 7001 + 1, index + 8000), 1.0 + f64::from(index) * 7e-4 + later_h, miss_km);
        let companion = |index: u32| Conjunction {
            kind: if index.is_multiple_of(2) { Kind::Companion } else { Kind::Duplicate },
            spans: if index.is_multiple_of(2) { vec![(at(later_h), at(24.0))] } else { Vec::new() },
            ..meeting((index + 1, index + 100_000), later_h, miss_km)
        };
        (0..30_000).map(encounter).chain((0..48_000).map(companion)).collect()
    };
    let (first, second) = (found(0.0, 3.0), found(0.001, 2.0));
    let begun = Instant::now();
    Run::at(0.0).finds(&mut store, &first);
    store.checkpoint().unwrap();
    let inserted = begun.elapsed();
    Run::at(0.5).finds(&mut store, &second);
    let updated = begun.elapsed() - inserted;
    let status = store.status().unwrap();
    println!(
        "78 000 events: new in {inserted:?}, updated in {updated:?}; {} MB, log {} MB",
        status.database_bytes >> 20,
        status.log_bytes >> 20
    );
    assert_eq!(status.counts.conjunctions, 78_000);
    let events = everything(&store);
    assert!(events.iter().all(|event| event.history.len() == 2), "every one was found again and came nearer");
    assert!(updated.as_secs() < 60, "{updated:?}");
}
