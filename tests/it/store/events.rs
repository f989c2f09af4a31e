//! Runs and their events.

use super::*;

pub(super) fn new_run(kind: RunKind) -> NewRun {
    let window = Window::new(time("2026-09-07T00:00:00Z"), TimeDelta::days(7));
    NewRun {
        kind,
        started_at: time("2026-11-22T16:00:00.000001Z"),
        clock: time("2026-09-07T00:00:00Z"),
        window,
        parameters: json!({"threshold_km": 10.0, "primaries": "all"}),
    }
}

fn vector(seed: f64) -> Vector3<f64> {
    Vector3::new(seed.sqrt(), -seed / 3.0, (seed * 7.0).ln())
}

fn conjunction(primary: u32, kind: Kind, tca: &str) -> Conjunction {
    let spans = match kind {
        Kind::Companion => vec![
            (time("2026-09-07T00:00:00Z"), time("2026-09-07T00:30:00.000001Z")),
            (time("2026-09-07T01:00:00Z"), time("2026-09-07T01:30:00Z")),
        ],
        _ => Vec::new(),
    };
    Conjunction {
        primary_id: id(primary),
        primary_name: "아리랑 '3A'".into(),
        secondary_id: id(primary + 1),
        secondary_name: "COSMOS\0 2251 DEB".into(),
        kind,
        tca: time(tca),
        miss_km: f64::from(primary).sqrt(),
        rel_speed_km_s: 14.0 / 3.0,
        miss_rtn_km: vector(2.0),
        primary_age_days: 0.1,
        secondary_age_days: -0.2,
        primary_stale: false,
        secondary_stale: true,
        primary_state: State::new(vector(3.0), vector(5.0)),
        secondary_state: State::new(vector(7.0), vector(11.0)),
        spans,
        assessment: None,
    }
}

fn overflight(number: u32, start: &str, end: &str) -> Overflight {
    Overflight {
        norad_id: id(number),
        name: "WORLDVIEW-3".into(),
        region: "korean_peninsula".into(),
        start: time(start),
        end: time(end),
        nearest_km: 1.0 / 3.0,
        ascending: true,
        daylight: Daylight::Part,
        open_start: true,
        open_end: false,
        age_days: 0.7,
        stale: true,
        timing_error_s: Some(0.25),
    }
}

fn pass(number: u32, lit_fraction: f64, sun_elevation_deg: f64) -> Pass {
    Pass {
        norad_id: id(number),
        name: "ISS (ZARYA)".into(),
        site: "Osan".into(),
        aos: time("2026-09-07T10:00:00.000001Z"),
        aos_azimuth_deg: 359.999_999_999_999_94,
        tca: time("2026-09-07T10:05:00.5Z"),
        max_elevation_deg: 89.0 + 1e-13,
        tca_azimuth_deg: 1.0 / 7.0,
        los: time("2026-09-07T10:10:00.999999Z"),
        los_azimuth_deg: 120.0,
        min_range_km: 420.0 + 1.0 / 3.0,
        lit_fraction,
        sun_elevation_deg,
        open_start: false,
        open_end: true,
        culminations: 3,
        age_days: 1.5,
        stale: false,
        timing_error_s: Some(0.25),
    }
}

fn coverage() -> CoverageRecord {
    CoverageRecord {
        region: "japan".into(),
        nations: "jp+kr".into(),
        assets: 12,
        time_percent: 12.0 / 7.0,
        area_percent: 99.9,
        cell_time_percent: 1.0 / 3.0,
        accesses: 41,
        mean_gap_s: None,
        longest_gap_s: Some(86_400.0 / 7.0),
        detail: json!({"gaps": [["2026-09-07T00:00:00Z", "2026-09-07T03:00:00Z"]], "z": 1, "a": "일본"}),
    }
}

#[test]
fn every_field_of_every_event_comes_back() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let conjunctions = [Kind::Encounter, Kind::Companion, Kind::Duplicate, Kind::Open]
        .map(|kind| conjunction(10 + kind as u32, kind, &format!("2026-09-07T0{}:00:00.123456Z", kind as u32)));
    let overflights = [overflight(5, "2026-09-07T00:00:00Z", "2026-09-07T00:01:00.5Z")];
    let passes = [pass(5, 1.0 / 3.0, -6.0), pass(6, 0.5, -6.0), pass(7, 1.0, -5.999_999)];
    let figures = [coverage()];
    let events = Events {
        conjunctions: &conjunctions,
        overflights: &overflights,
        passes: &passes,
        coverage: &figures,
        ..Events::default()
    };
    let run = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    store.record_run(run, time("2026-11-22T16:00:20Z"), &json!({"objects": 79}), &events).unwrap();
    store.checkpoint().unwrap();

    let reader = Store::open_read_only(&path).unwrap();
    assert_eq!(reader.conjunctions(&ConjunctionFilter::default()).unwrap(), conjunctions);
    assert_eq!(reader.overflights(&OverflightFilter::default()).unwrap(), overflights);
    assert_eq!(reader.passes(&PassFilter::default()).unwrap(), passes);
    assert_eq!(reader.coverage(RunChoice::Latest, None).unwrap(), figures);
    assert_eq!(reader.coverage(RunChoice::Id(run), Some("rok")).unwrap(), []);
    let bits = |state: &State<_>| {
        state.position_km.iter().chain(&state.velocity_km_s).map(|x: &f64| x.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(
        bits(&reader.conjunctions(&ConjunctionFilter::default()).unwrap()[0].primary_state),
        bits(&conjunctions[0].primary_state)
    );

    let ledger = reader.run(run).unwrap().unwrap();
    assert_eq!(ledger.start, new_run(RunKind::Cycle));
    assert_eq!((ledger.status, ledger.finished_at), (RunStatus::Done, Some(time("2026-11-22T16:00:20Z"))));
    assert_eq!((ledger.tally, ledger.snapshot), (Some(json!({"objects": 79})), None));

    // What other readers of the file find.
    let connection = Connection::open(&path).unwrap();
    let lit: Vec<_> = passes
        .iter()
        .map(|pass| vec![Cell::Integer(pass.sunlit().into()), Cell::Integer(pass.visible().into())])
        .collect();
    assert_eq!(rows(&connection, "SELECT sunlit, visible FROM pass ORDER BY id"), lit);
    assert_eq!(
        rows(
            &connection,
            "SELECT tca, pc, pc_method, covariance_source, pc_max, pc_max_socrates, dilution_km \
             FROM conjunction LIMIT 1"
        )[0][..2],
        [Cell::Text("2026-09-07T00:00:00.123456Z".into()), Cell::Null]
    );
    assert_eq!(
        rows(&connection, "SELECT o.timing_error_s, p.timing_error_s, o.end FROM overflight o, pass p LIMIT 1")[0],
        [Cell::Real(0.25), Cell::Real(0.25), Cell::Text("2026-09-07T00:01:00.500000Z".into())]
    );
}

#[test]
fn instants_are_cut_to_the_microsecond_as_they_are_printed() {
    let mut store = Store::in_memory().unwrap();
    let event = conjunction(1, Kind::Encounter, "2026-09-07T23:59:59.999999999Z");
    let run = store.begin_run(&new_run(RunKind::Screening)).unwrap();
    store
        .record_run(
            run,
            time("2026-11-22T16:00:20Z"),
            &json!(null),
            &Events { conjunctions: &[event], ..Events::default() },
        )
        .unwrap();
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap()[0].tca, time("2026-09-07T23:59:59.999999Z"));
}

#[test]
fn filters_choose() {
    let mut store = Store::in_memory().unwrap();
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), [], "no run, no event");
    let conjunctions: Vec<_> = (1..=9)
        .rev()
        .map(|hour| {
            conjunction(
                hour * hour,
                if hour == 3 { Kind::Open } else { Kind::Encounter },
                &format!("2026-09-07T0{hour}:00:00Z"),
            )
        })
        .collect();
    let overflights = [
        overflight(1, "2026-09-07T01:00:00Z", "2026-09-07T02:00:00Z"),
        overflight(2, "2026-09-07T03:00:00Z", "2026-09-07T04:00:00Z"),
    ];
    let passes = [pass(1, 1.0, 0.0), Pass { site: "Misawa".into(), ..pass(2, 1.0, 0.0) }];
    let run = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    store
        .record_run(
            run,
            time("2026-11-22T16:00:20Z"),
            &json!({}),
            &Events {
                conjunctions: &conjunctions,
                overflights: &overflights,
                passes: &passes,
                coverage: &[],
                ..Events::default()
            },
        )
        .unwrap();

    let hours = |filter: ConjunctionFilter| -> Vec<u32> {
        use chrono::Timelike;
        store.conjunctions(&filter).unwrap().iter().map(|event| event.tca.hour()).collect()
    };
    assert_eq!(hours(ConjunctionFilter::default()), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let (from, to) = (Some(time("2026-09-07T03:00:00Z")), Some(time("2026-09-07T05:00:00Z")));
    assert_eq!(hours(ConjunctionFilter { from, to, ..Default::default() }), [3, 4, 5]);
    assert_eq!(hours(ConjunctionFilter { max_miss_km: Some(4.0), ..Default::default() }), [1, 2, 3, 4]);
    assert_eq!(hours(ConjunctionFilter { sat: Some(id(25)), ..Default::default() }), [5]);
    assert_eq!(hours(ConjunctionFilter { sat: Some(id(26)), ..Default::default() }), [5]);
    assert_eq!(hours(ConjunctionFilter { kind: Some(Kind::Open), ..Default::default() }), [3]);
    assert_eq!(hours(ConjunctionFilter { run: RunChoice::Id(RunId(99)), ..Default::default() }), [0u32; 0]);

    let from = Some(time("2026-09-07T02:00:00.000001Z"));
    assert_eq!(store.overflights(&OverflightFilter { from, ..Default::default() }).unwrap(), overflights[1..]);
    let (from, to) = (Some(time("2026-09-07T01:30:00Z")), Some(time("2026-09-07T02:59:59Z")));
    assert_eq!(store.overflights(&OverflightFilter { from, to, ..Default::default() }).unwrap(), overflights[..1]);
    assert_eq!(store.overflights(&OverflightFilter { region: Some("rok".into()), ..Default::default() }).unwrap(), []);
    assert_eq!(
        store.overflights(&OverflightFilter { norad_id: Some(id(2)), ..Default::default() }).unwrap(),
        overflights[1..]
    );
    assert_eq!(store.passes(&PassFilter { site: Some("Misawa".into()), ..Default::default() }).unwrap(), passes[1..]);
    assert_eq!(store.passes(&PassFilter { to: Some(time("2026-09-07T10:00:00Z")), ..Default::default() }).unwrap(), []);
}

#[test]
fn the_latest_run_is_the_last_that_is_done_and_asked_the_question() {
    let mut store = Store::in_memory().unwrap();
    let end = time("2026-11-22T16:00:20Z");
    let mut screening = |kind, number: u32| {
        let run = store.begin_run(&new_run(kind)).unwrap();
        let events = [conjunction(number, Kind::Encounter, "2026-09-07T00:00:00Z")];
        store.record_run(run, end, &json!({}), &Events { conjunctions: &events, ..Events::default() }).unwrap();
        run
    };
    let cycle = screening(RunKind::Cycle, 1);
    let second = screening(RunKind::Screening, 2);
    let passes = store.begin_run(&new_run(RunKind::Passes)).unwrap();
    store.record_run(passes, end, &json!({}), &Events::default()).unwrap();
    let running = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    let failed = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    store.fail_run(failed, end, &json!({"error": "no element sets"})).unwrap();

    let latest = |kind| store.latest_run(kind).unwrap().unwrap().id;
    assert_eq!(latest(RunKind::Cycle), cycle);
    assert_eq!(latest(RunKind::Screening), second);
    assert_eq!(latest(RunKind::Passes), passes);
    assert_eq!(latest(RunKind::Overflights), cycle);
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap()[0].primary_id, id(2));
    let first = ConjunctionFilter { run: RunChoice::Id(cycle), ..Default::default() };
    assert_eq!(store.conjunctions(&first).unwrap()[0].primary_id, id(1));
    assert_eq!(store.run(running).unwrap().unwrap().status, RunStatus::Running);
    let last = store.status().unwrap().last_run.unwrap();
    assert_eq!((last.id, last.status), (failed, RunStatus::Failed));

    for ended in [cycle, failed, RunId(99)] {
        let error = store.record_run(ended, end, &json!({}), &Events::default()).unwrap_err();
        assert!(matches!(error, StoreError::NotRunning { .. }), "{error}");
    }
}

#[test]
fn a_run_is_there_whole_or_not_at_all() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let run = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    let before = content(&path);
    let good = conjunction(1, Kind::Companion, "2026-09-07T00:00:00Z");
    let bad = Pass { min_range_km: f64::NAN, ..pass(1, 1.0, 0.0) };
    let events = Events {
        conjunctions: &[good],
        passes: &[pass(2, 1.0, 0.0), bad],
        coverage: &[coverage()],
        ..Events::default()
    };
    let end = time("2026-11-22T16:00:20Z");
    let error = store.record_run(run, end, &json!({}), &events).unwrap_err();
    assert!(error.to_string().contains("min_range_km"), "{error}");
    assert_eq!(content(&path), before);
    let twice = [coverage(), coverage()];
    store.record_run(run, end, &json!({}), &Events { coverage: &twice, ..events }).unwrap_err();
    assert_eq!(content(&path), before);
    assert_eq!(store.latest_run(RunKind::Cycle).unwrap(), None);
    store.fail_run(run, end, &json!({"error": "a number that is not one"})).unwrap();
    store.integrity().unwrap();
}

#[test]
fn a_run_names_the_snapshot_it_was_made_from() {
    let mut store = Store::in_memory().unwrap();
    store
        .import_elements(&source(SourceKind::Bundled, "theatre_20260906", "a"), &[set(1, "2026-09-06T12:00:00Z")], 0, 0)
        .unwrap();
    store
        .set_snapshot(Some(&Snapshot { name: "theatre_20260906".into(), clock: time("2026-09-07T00:00:00Z") }))
        .unwrap();
    let run = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
    assert_eq!(store.run(run).unwrap().unwrap().snapshot.as_deref(), Some("theatre_20260906"));
}

#[test]
fn a_reader_sees_a_run_before_or_after_never_between() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let events: Vec<_> =
        (1..=1000).map(|number| conjunction(number, Kind::Companion, "2026-09-07T00:00:00Z")).collect();
    let passes: Vec<_> = (1..=1000).map(|number| pass(number, 1.0, 0.0)).collect();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..8 {
                let run = store.begin_run(&new_run(RunKind::Cycle)).unwrap();
                let events = Events { conjunctions: &events, passes: &passes, ..Events::default() };
                store.record_run(run, time("2026-11-22T16:00:20Z"), &json!({}), &events).unwrap();
                store.checkpoint().unwrap();
            }
        });
        let reader = Store::open_read_only(&path).unwrap();
        let mut reads = 0;
        while !writer.is_finished() {
            let counts = reader.status().unwrap().counts;
            assert_eq!(counts.conjunctions % 1000, 0);
            assert_eq!(counts.conjunctions, counts.passes);
            let seen = reader.conjunctions(&ConjunctionFilter::default()).unwrap();
            assert!(seen.is_empty() || seen.len() == 1000 && seen.iter().all(|event| event.spans.len() == 2));
            reads += 1;
        }
        writer.join().unwrap();
        println!("{reads} reads beside the writer");
        assert!(reads > 1);
    });
    assert!(store.checkpoint().unwrap());
    let status = store.status().unwrap();
    assert_eq!((status.log_bytes, status.counts.conjunctions, status.counts.runs), (0, 1_000, 8));
}

#[test]
fn two_writers_wait_for_each_other() {
    let (_folder, path) = in_folder();
    drop(Store::open(&path).unwrap());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                for round in 0..10 {
                    let number = writer * 10 + round + 1;
                    store
                        .import_elements(&file(&number.to_string()), &[set(number, "2026-09-06T12:00:00Z")], 0, 0)
                        .unwrap();
                }
            });
        }
    });
    let store = Store::open(&path).unwrap();
    assert_eq!(store.status().unwrap().current_objects, 40);
    store.integrity().unwrap();
}

#[test]
fn a_reader_cannot_write() {
    let (_folder, path) = in_folder();
    drop(Store::open(&path).unwrap());
    let mut reader = Store::open_read_only(&path).unwrap();
    let error = reader.begin_run(&new_run(RunKind::Cycle)).unwrap_err();
    assert!(error.to_string().contains("may write"), "{error}");
}
