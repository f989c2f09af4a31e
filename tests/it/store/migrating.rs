//! A database of the first schema, with rows, brought up to date.

use alliedsky::store::conjunctions::Event;

use super::*;

/// A database as the first version of the program left it: two runs that are done, one that failed, with rows that were
/// written by hand.
fn of_schema_1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/0001_initial.sql"));
    connection.execute_batch(&schema.unwrap()).unwrap();
    connection
        .execute_batch(
            "PRAGMA application_id = 1095977817; PRAGMA user_version = 1; PRAGMA journal_mode = wal;
             INSERT INTO run (id, kind, started_at, finished_at, clock, window_start, window_end, status, parameters) VALUES
             (1, 'cycle', '2026-11-22T16:00:00.000000Z', '2026-11-22T16:00:40.000000Z', '2026-09-07T00:00:00.000000Z',
              '2026-09-07T00:00:00.000000Z', '2026-09-14T00:00:00.000000Z', 'done', '{\"threshold_km\": 10.0}'),
             (2, 'screening', '2026-11-22T17:00:00.000000Z', '2026-11-22T17:00:40.000000Z',
              '2026-09-07T00:00:00.000000Z', '2026-09-07T00:00:00.000000Z', '2026-09-14T00:00:00.000000Z', 'done',
              '{\"threshold_km\": 10.0}'),
             (3, 'passes', '2026-11-22T17:00:00.000000Z', '2026-11-22T17:00:40.000000Z', '2026-09-07T00:00:00.000000Z',
              '2026-09-07T00:00:00.000000Z', '2026-09-14T00:00:00.000000Z', 'done', '{}'),
             (4, 'cycle', '2026-11-22T18:00:00.000000Z', '2026-11-22T18:00:40.000000Z', '2026-09-07T00:00:00.000000Z',
              '2026-09-07T00:00:00.000000Z', '2026-09-14T00:00:00.000000Z', 'failed', '{\"threshold_km\": 10.0}');",
        )
        .unwrap();
    let mut number = 0;
    for (run, kind, miss_km) in [
        (1, "encounter", 4.0),
        (1, "companion", 3.0),
        (2, "encounter", 2.5),
        (2, "companion", 1.5),
        (2, "duplicate", 0.0),
    ] {
        number += 1;
        let states = (0..12).map(|index| format!("{index}.25")).collect::<Vec<_>>().join(", ");
        connection
            .execute_batch(&format!(
                "INSERT INTO conjunction VALUES ({number}, {run}, {number}, 'A', 99, 'B', '{kind}',
                 '2026-09-08T00:00:00.123456Z', {miss_km}, 7.5, 1.0, 2.0, 3.0, 0.5, -0.25, 0, 1, {states},
                 NULL, NULL, NULL, NULL, NULL, NULL)"
            ))
            .unwrap();
        if kind == "companion" {
            connection
                .execute_batch(&format!(
                    "INSERT INTO conjunction_span VALUES
                     ({number}, 0, '2026-09-07T00:00:00.000000Z', '2026-09-08T01:00:00.000000Z'),
                     ({number}, 1, '2026-09-08T02:00:00.000000Z', '2026-09-08T03:00:00.000000Z')"
                ))
                .unwrap();
        }
    }
}

#[test]
fn the_latest_runs_conjunctions_become_events() {
    let (_folder, path) = in_folder();
    of_schema_1(&path);
    let mut store = Store::open(&path).unwrap();
    store.integrity().unwrap();
    let kept = store.conjunctions(&ConjunctionFilter::default()).unwrap();
    let figures: Vec<_> = kept.iter().map(|event| (event.kind, event.miss_km, event.spans.len())).collect();
    assert_eq!(figures, [(Kind::Encounter, 2.5, 0), (Kind::Companion, 1.5, 2), (Kind::Duplicate, 0.0, 0)]);
    assert_eq!(kept[0].secondary_state.velocity_km_s, Vector3::new(9.25, 10.25, 11.25));
    assert!(kept[0].secondary_stale && kept[0].secondary_age_days == -0.25);
    assert_eq!(store.status().unwrap().counts.conjunctions, 3, "the first run's copies are gone");
    let connection = Connection::open(&path).unwrap();
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(
        rows(&connection, "SELECT id, first_run_id, first_seen_at, over_at, threshold_km, status FROM conjunction"),
        [("2026-09-08T00:00:00.123456Z", 3), ("2026-09-08T03:00:00.000000Z", 4), ("2026-09-14T00:00:00.000000Z", 5)]
            .map(|(over, number)| vec![
                Cell::Integer(number),
                Cell::Integer(2),
                text("2026-09-07T00:00:40.000000Z"),
                text(over),
                Cell::Real(10.0),
                text("active")
            ])
    );
    assert_eq!(rows(&connection, "SELECT count(*) FROM conjunction_span"), [[Cell::Integer(2)]]);
    drop(connection);

    // And goes on: the next run finds the encounter again.
    let window = Window::new(time("2026-09-07T06:00:00Z"), TimeDelta::days(7));
    let parameters = json!({ "threshold_km": 10.0 });
    let started_at = time("2026-11-22T20:00:00Z");
    let run = NewRun { kind: RunKind::Screening, started_at, clock: window.start, window, parameters };
    let run = store.begin_run(&run).unwrap();
    let again = Conjunction { miss_km: 1.0, ..kept[0].clone() };
    let found = Events { conjunctions: &[again], ..Events::default() };
    store.record_run(run, started_at, &json!({}), &found).unwrap();
    let events = store.conjunction_events(&ConjunctionFilter::default()).unwrap();
    let lines = |event: &Event| event.history.iter().map(|line| line.miss_km).collect::<Vec<_>>();
    assert_eq!(events.iter().map(lines).collect::<Vec<_>>(), [[2.5, 1.0]]);
}

#[test]
fn an_empty_database_of_the_first_schema_is_brought_up_to_date() {
    let (_folder, path) = in_folder();
    of_schema_1(&path);
    Connection::open(&path).unwrap().execute_batch("DELETE FROM conjunction; DELETE FROM run").unwrap();
    let store = Store::open(&path).unwrap();
    store.integrity().unwrap();
    assert_eq!(store.conjunctions(&ConjunctionFilter::default()).unwrap(), []);
}
