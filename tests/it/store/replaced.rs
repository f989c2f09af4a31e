//! Overflights and passes over many runs: replaced, joined, left alone; and the digest that says two databases are equal.

use super::kept::{Run, at, meeting, store_of_nine};
use super::*;

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
        daylight: Daylight::Day,
        open_start: false,
        open_end: false,
        age_days: 0.5,
        stale: false,
        timing_error_s: Some(0.25),
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
        timing_error_s: Some(0.25),
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
    let known = Overflight { nearest_km: 40.0, daylight: Daylight::Night, ..over(1, "korea", 1.9, 2.1) };
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
        assert_eq!((joined.nearest_km, joined.daylight), (40.0, Daylight::Part));
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
