//! Events over many runs: found again, changed, vanished, replaced, joined; and the digest that says two are equal.

use alliedsky::ssa::conjunction::history::{Change, Vanished};
use alliedsky::store::conjunctions::Event;

use super::*;

/// A circular orbit of radius 7000 km has a period of 2π √(7000³ / 398600.8) s = 5828.5 s by hand, a quarter of which is
/// 1457.1 s; one of 42 164 km one of 86 163.6 s (a sidereal day, 86 164.1 s, to 0.001 %).
const QUARTER_S: f64 = 1457.13;

fn circular(radius_km: f64) -> State<alliedsky::astro::frame::Teme> {
    let speed_km_s = (398_600.8_f64 / radius_km).sqrt();
    State::new(Vector3::new(radius_km, 0.0, 0.0), Vector3::new(0.0, speed_km_s, 0.0))
}

/// Hours after the first clock, with decimals.
fn at(hours: f64) -> DateTime<Utc> {
    time("2026-09-07T00:00:00Z") + TimeDelta::microseconds((hours * 3.6e9).round() as i64)
}

/// An encounter of two objects so many hours after the first clock.
fn meeting(pair: (u32, u32), hours: f64, miss_km: f64) -> Conjunction {
    Conjunction {
        primary_id: id(pair.0),
        primary_name: format!("OBJECT {}", pair.0),
        secondary_id: id(pair.1),
        secondary_name: format!("OBJECT {}", pair.1),
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
    }
}

/// A store that has element sets of the objects 1 to 9.
fn store_of_nine() -> Store {
    let mut store = Store::in_memory().unwrap();
    let sets: Vec<Elements> = (1..=9).map(|number| set(number, "2026-09-06T12:00:00Z")).collect();
    store.import_elements(&file("a"), &sets, 0, 0).unwrap();
    store
}

/// A screening: its clock in hours, the length of its window, its threshold, its tally.
struct Run(f64, f64, f64, serde_json::Value);

impl Run {
    fn at(clock_hours: f64) -> Self {
        Self(clock_hours, 24.0, 10.0, json!({}))
    }

    /// Records the run; it takes a minute.
    fn finds(self, store: &mut Store, conjunctions: &[Conjunction]) -> RunId {
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
fn everything(store: &Store) -> Vec<Event> {
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
    Run::at(1.0).finds(&mut store, &[other.clone()]);
    assert_eq!(vanished(&store), [Some(Vanished::MovedApart), None]);
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), [other.clone()], "the latest run's");
    // Said once, however many runs follow.
    Run::at(2.0).finds(&mut store, &[other.clone()]);
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

#[test]
fn without_element_sets_nobody_stands_behind_an_event() {
    let mut store = store_of_nine();
    Run::at(0.0).finds(&mut store, &[meeting((1, 20), 5.0, 3.0), meeting((1, 2), 6.0, 3.0)]);
    // Whatever the threshold: object 20 has no element set.
    Run(1.0, 24.0, 1.0, json!({})).finds(&mut store, &[]);
    assert_eq!(vanished(&store), [Some(Vanished::NoElementSets), None]);
}

#[test]
fn companions_and_twins_are_one_event_a_pair() {
    let companion = |start: f64, end: f64, tca: f64, miss_km| Conjunction {
        kind: Kind::Companion,
        spans: vec![(at(start), at(end))],
        ..meeting((1, 2), tca, miss_km)
    };
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

/// A run over the regions and sites named, from `clock` on, 24 h for overflights and 12 for passes.
fn look(store: &mut Store, clock: f64, parameters: serde_json::Value, (overflights, passes): (&[Overflight], &[Pass])) {
    let window = Window { start: at(clock), end: at(clock + 24.0) };
    let started_at = time("2026-11-22T16:00:00Z");
    let run = NewRun { kind: RunKind::Cycle, started_at, clock: at(clock), window, parameters };
    let run = store.begin_run(&run).unwrap();
    let events = Events { overflights, passes, ..Events::default() };
    store.record_run(run, started_at, &json!({}), &events).unwrap();
}

fn over(number: u32, region: &str, start: f64, end: f64) -> Overflight {
    Overflight {
        norad_id: id(number),
        name: format!("OBJECT {number}"),
        region: region.into(),
        start: at(start),
        end: at(end),
        nearest_km: 0.0,
        ascending: true,
        daylight: true,
        open_start: false,
        open_end: false,
        age_days: 0.5,
        stale: false,
    }
}

fn visit(number: u32, site: &str, aos: f64, los: f64, max_elevation_deg: f64) -> Pass {
    Pass {
        norad_id: id(number),
        name: format!("OBJECT {number}"),
        site: site.into(),
        aos: at(aos),
        aos_azimuth_deg: 10.0,
        tca: at((aos + los) / 2.0),
        max_elevation_deg,
        tca_azimuth_deg: 90.0,
        los: at(los),
        los_azimuth_deg: 170.0,
        min_range_km: 800.0,
        lit_fraction: 1.0,
        sun_elevation_deg: -10.0,
        open_start: false,
        open_end: false,
        culminations: 1,
        age_days: 0.5,
        stale: false,
    }
}

/// Every stored overflight by its beginning: object, region, start and end in hours, open at the start.
fn stored_overflights(path: &Path) -> Vec<(i64, String, f64, f64, bool)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let hours = |text: String| (time(&text) - at(0.0)).num_milliseconds() as f64 / 3.6e6;
    let sql = "SELECT norad_id, region, start, end, open_start FROM overflight ORDER BY start, norad_id";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, hours(row.get(2)?), hours(row.get(3)?), row.get(4)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

fn nine_at(path: &Path) -> Store {
    let mut store = Store::open(path).unwrap();
    let sets: Vec<Elements> = (1..=9).map(|number| set(number, "2026-09-06T12:00:00Z")).collect();
    store.import_elements(&file("a"), &sets, 0, 0).unwrap();
    store
}

#[test]
fn what_is_to_come_is_replaced_and_the_past_left_alone() {
    let (_folder, path) = in_folder();
    let mut store = nine_at(&path);
    let before = [
        over(1, "korea", 1.0, 1.1),
        over(1, "korea", 5.0, 5.1),
        over(1, "japan", 6.0, 6.1),
        over(2, "korea", 7.0, 7.1),
        over(30, "japan", 8.0, 8.1),
        over(30, "japan", 1.5, 1.6),
        over(1, "korea", 27.0, 27.1),
    ];
    look(&mut store, 0.0, json!({}), (&before, &[]));
    // Two hours later only Korea is looked at, for 24 hours: 26 h is the end of what it has seen.
    look(&mut store, 2.0, json!({ "regions": ["korea"] }), (&[over(1, "korea", 5.01, 5.11)], &[]));
    let row = |number, region: &str, start, end| (number, region.to_owned(), start, end, false);
    assert_eq!(
        stored_overflights(&path),
        [
            row(1, "korea", 1.0, 1.1),
            row(30, "japan", 1.5, 1.6),
            row(1, "korea", 5.01, 5.11),
            row(1, "japan", 6.0, 6.1),
            row(1, "korea", 27.0, 27.1),
        ]
    );
    // Only of the objects that were looked at.
    let parameters = json!({ "regions": ["korea", "japan"], "overflight_objects": [2, 3] });
    look(&mut store, 3.0, parameters, (&[over(2, "japan", 9.0, 9.1)], &[]));
    let starts: Vec<f64> = stored_overflights(&path).iter().map(|row| row.2).collect();
    assert_eq!(starts, [1.0, 1.5, 5.01, 6.0, 9.0, 27.0]);
    // A run that looked at no overflight takes nothing away, whatever regions it names.
    let window = Window { start: at(4.0), end: at(28.0) };
    let started_at = time("2026-11-22T16:00:00Z");
    for kind in [RunKind::Screening, RunKind::Coverage, RunKind::Passes] {
        let parameters = json!({ "threshold_km": 10.0, "regions": ["korea", "japan"] });
        let run = store.begin_run(&NewRun { kind, started_at, clock: at(4.0), window, parameters }).unwrap();
        store.record_run(run, started_at, &json!({}), &Events::default()).unwrap();
    }
    assert_eq!(stored_overflights(&path).len(), 6);
    assert_eq!(store.overflights(&OverflightFilter::default()).unwrap(), [over(2, "japan", 9.0, 9.1)]);
}

#[test]
fn what_is_under_way_is_joined() {
    let (_folder, path) = in_folder();
    let mut store = nine_at(&path);
    let known = Overflight { nearest_km: 40.0, daylight: false, ..over(1, "korea", 1.9, 2.1) };
    // Polygons of one region, an hour apart, and one that the new sets let begin just after the clock.
    let before = [known, over(2, "korea", 1.0, 1.1), over(2, "korea", 1.99, 2.2), over(3, "korea", 1.9999, 2.1)];
    look(&mut store, 0.0, json!({}), (&before, &[]));
    let cut = |number, end| Overflight { open_start: true, nearest_km: 50.0, ..over(number, "korea", 2.0, end) };
    let found = [cut(1, 2.11), cut(2, 2.21), over(3, "korea", 2.0001, 2.1)];
    for _ in 0..2 {
        look(&mut store, 2.0, json!({ "regions": ["korea"] }), (&found, &[]));
        let rows = stored_overflights(&path);
        let spans: Vec<_> = rows.iter().map(|row| (row.0, row.2, row.3, row.4)).collect();
        let starts = [(2, 1.0, 1.1, false), (1, 1.9, 2.11, false), (2, 1.99, 2.21, false)];
        assert_eq!(spans[..3], starts);
        assert_eq!((spans.len(), spans[3].0, spans[3].3), (4, 3, false));
        assert!((spans[3].1 - 2.0001).abs() < 1e-6, "{spans:?}");
        let joined = &store.overflights(&OverflightFilter { norad_id: Some(id(1)), ..Default::default() }).unwrap()[0];
        assert_eq!((joined.nearest_km, joined.daylight), (40.0, false));
    }
}

#[test]
fn a_pass_under_way_keeps_its_rise_and_its_culmination() {
    let mut store = store_of_nine();
    let known = visit(1, "Osan", 1.9, 2.05, 80.0);
    let rising = visit(2, "Osan", 1.99, 2.2, 70.0);
    look(&mut store, 0.0, json!({}), (&[], &[known.clone(), rising.clone(), visit(3, "Osan", 13.0, 13.1, 20.0)]));
    // The first has culminated at 1.975 h; of the second the new sets know a slightly higher culmination.
    let cut = |pass: &Pass, max_elevation_deg, tca: f64| Pass {
        aos: at(2.0),
        aos_azimuth_deg: 100.0,
        tca: at(tca),
        max_elevation_deg,
        open_start: true,
        ..pass.clone()
    };
    let found = [cut(&known, 60.0, 2.0), cut(&rising, 71.0, 2.1)];
    look(&mut store, 2.0, json!({ "sites": ["Osan"], "pass_hours": 12.0 }), (&[], &found));
    let passes = store.passes(&PassFilter::default()).unwrap();
    assert_eq!(passes, [known, Pass { tca: at(2.1), max_elevation_deg: 71.0, ..rising }]);
    assert_eq!(store.status().unwrap().counts.passes, 2, "13 h is within 2 h + 12 h and was not found again");
}

#[test]
fn the_digest_is_of_the_events_and_nothing_else() {
    let conjunctions = [
        meeting((1, 2), 5.0, 3.0),
        meeting((3, 4), 6.0, 2.0),
        Conjunction { kind: Kind::Companion, spans: vec![(at(0.0), at(1.0))], ..meeting((5, 6), 0.5, 1.0) },
    ];
    let overflights = [over(1, "korea", 5.0, 5.1), over(2, "japan", 5.0, 5.1)];
    let passes = [visit(1, "Osan", 3.0, 3.1, 40.0), visit(2, "Osan", 4.0, 4.1, 50.0)];
    let digest = |store: &Store| store.event_digest().unwrap();
    let mut one = store_of_nine();
    assert_eq!(digest(&one), digest(&Store::in_memory().unwrap()), "element sets are no events");
    Run::at(0.0).finds(&mut one, &conjunctions);
    look(&mut one, 0.0, json!({}), (&overflights, &passes));
    let expected = digest(&one);
    assert_eq!(expected.len(), 64);
    assert_ne!(expected, digest(&store_of_nine()));

    // Another order, other runs, and all of it twice.
    let mut other = store_of_nine();
    let failed = other.begin_run(&events::new_run(RunKind::Cycle)).unwrap();
    other.fail_run(failed, time("2026-11-22T16:00:20Z"), &json!({})).unwrap();
    for _ in 0..2 {
        let (mut conjunctions, mut overflights) = (conjunctions.clone(), overflights.clone());
        conjunctions.reverse();
        overflights.reverse();
        look(&mut other, 0.0, json!({}), (&overflights, &passes));
        Run::at(0.0).finds(&mut other, &conjunctions);
        assert_eq!(digest(&other), expected);
    }
    // Any figure counts.
    let mut third = store_of_nine();
    let mut conjunctions = conjunctions.clone();
    conjunctions[2].spans[0].1 = at(1.000_001);
    Run::at(0.0).finds(&mut third, &conjunctions);
    look(&mut third, 0.0, json!({}), (&overflights, &passes));
    assert_ne!(digest(&third), expected);
}
