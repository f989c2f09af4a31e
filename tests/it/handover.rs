//! The handover of a shift and the changes of conjunctions, by the program itself on a database made by hand.

use std::path::Path;
use std::slice::from_ref;

use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::store::Store;
use alliedsky::store::events::Events;
use alliedsky::store::runs::{NewRun, RunKind};
use assert_cmd::Command;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::meetings::{at, meeting, take_in};

fn begin(store: &mut Store, clock: f64) -> alliedsky::store::runs::RunId {
    store
        .begin_run(&NewRun {
            kind: RunKind::Screening,
            started_at: at(clock),
            clock: at(clock),
            window: Window { start: at(clock), end: at(clock + 48.0) },
            parameters: json!({ "threshold_km": 10.0 }),
        })
        .unwrap()
}

fn finds(store: &mut Store, clock: f64, conjunctions: &[Conjunction]) {
    let run = begin(store, clock);
    let events = Events { conjunctions, ..Events::default() };
    store.record_run(run, at(clock) + TimeDelta::minutes(10), &json!({}), &events).unwrap();
}

/// Runs at 0 h and at 7 h, and one at 6 h that failed; each takes 10 minutes.
fn two_shifts(path: &Path) {
    let mut store = Store::open(path).unwrap();
    take_in(&mut store);
    let twins = Conjunction { kind: Kind::Duplicate, ..meeting(21, 0.0, 0.0) };
    let before = [
        meeting(1, 5.0, 1.0),  // passes
        meeting(3, 20.0, 4.0), // raised
        meeting(5, 21.0, 0.4), // lowered
        meeting(7, 22.0, 2.0), // vanishes
        meeting(9, 23.0, 3.0), // stays
        meeting(11, 24.0, 3.5),
    ];
    finds(&mut store, 0.0, &[&before[..], from_ref(&twins)].concat());
    let failed = begin(&mut store, 6.0);
    store.fail_run(failed, at(6.1), &json!({ "error": "no space left on the disk" })).unwrap();
    let after = [
        meeting(3, 20.0, 0.25),
        meeting(5, 21.0, 6.0),
        meeting(9, 23.0, 3.05),
        meeting(11, 24.001, 3.5),
        meeting(13, 30.0, 0.8),
        meeting(15, 31.0, 0.7),
    ];
    let twins = Conjunction { tca: at(7.0), ..twins };
    finds(&mut store, 7.0, &[&after[..], &[twins]].concat());
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        two_shifts(&folder.path().join("sky.db"));
        Self(folder)
    }

    fn run(&self, line: &str) -> (i32, String, String) {
        let mut command = Command::cargo_bin("alliedsky").unwrap();
        let words = line.split_whitespace().chain(["--db", "sky.db", "--now", "2026-11-22T08:00Z"]);
        let output =
            command.current_dir(self.0.path()).env_clear().env("HOME", self.0.path()).args(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn ok(&self, line: &str) -> String {
        let (code, out, err) = self.run(line);
        assert_eq!(code, 0, "{line}: {out}{err}");
        out
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --format json -q"))).unwrap()
    }
}

/// The lower numbers of the pairs in a list.
fn pairs(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|row| row["primary_id"].as_u64().unwrap()).collect()
}

#[test]
fn a_handover_tells_what_is_new_raised_lowered_and_closed() {
    let place = Place::new();
    let handover = place.json("status --since -6h");
    assert_eq!(
        handover["counts"],
        json!({ "new": 2, "raised": 1, "lowered": 1, "moved": 1, "vanished": 1, "passed": 1 })
    );
    // The nearest first.
    assert_eq!(pairs(&handover["conjunctions"]["new"]), [15, 13]);
    for (change, expected) in [("raised", 3), ("lowered", 5), ("moved", 11), ("vanished", 7), ("passed", 1)] {
        assert_eq!(pairs(&handover["conjunctions"][change]), [expected], "{change}");
    }
    let raised = &handover["conjunctions"]["raised"][0];
    assert_eq!((&raised["miss_km"], &raised["previous_miss_km"]), (&json!(0.25), &json!(4.0)));
    assert_eq!(raised["changed_at"], "2026-11-22T07:10:00.000000Z");
    assert_eq!(handover["conjunctions"]["vanished"][0]["vanished_why"], "moved apart");
    assert_eq!((&handover["ahead"], &handover["runs_done"]), (&json!(6), &json!(1)));
    assert_eq!(handover["runs_failed"], json!(["screening of 2026-11-22T06:00:00Z: no space left on the disk"]));
    assert_eq!(handover["watch"], json!({ "new": 0, "manoeuvres": 0, "decays": 0, "decayed": 0 }));
    assert_eq!((&handover["held"], &handover["companions"]["new"]), (&json!([]), &json!(0)));
    assert_eq!(
        (&handover["since"], &handover["until"]),
        (&json!("2026-11-22T02:00:00.000000Z"), &json!("2026-11-22T08:00:00.000000Z"))
    );
}

#[test]
fn a_shift_in_which_a_run_was_under_way_misses_nothing() {
    let place = Place::new();
    // The run of 7 h ended at 7:10: who took over at 7:05 has not seen what it found.
    assert_eq!(place.json("status --since 2026-11-22T07:05Z")["counts"]["new"], 2);
    assert_eq!(place.json("status --since 2026-11-22T07:10Z")["counts"]["new"], 0);
    // From before the first run everything is new that is still ahead; what has passed since is told as passed.
    let all = place.json("status --since -3d");
    assert_eq!(all["counts"], json!({ "new": 6, "raised": 0, "lowered": 0, "moved": 0, "vanished": 1, "passed": 1 }));
    assert_eq!(all["companions"]["new"], 1);
}

#[test]
fn the_handover_for_people_is_short() {
    let place = Place::new();
    let text = place.ok("status --since -6h --tz kst");
    for line in [
        "from           2026-11-22 11:00:00 KST to 2026-11-22 17:00:00 KST",
        "conjunctions   6 ahead: 2 new, 1 raised, 1 lowered, 1 moved in time",
        "closed         1 passed their TCA, 1 vanished",
        "runs           1 done, 1 failed",
        "failed         screening of 2026-11-22T06:00:00Z: no space left on the disk",
        "held           none",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let changes: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| ["new", "raised", "lowered", "moved", "vanished", "passed"].contains(word))
        .collect();
    assert_eq!(changes, ["new", "new", "raised", "lowered", "vanished", "passed"]);
    assert!(text.lines().count() < 20 && text.lines().all(|line| line.len() <= 110), "{text}");
    let quiet = place.ok("status --since now");
    assert!(quiet.contains("0 new") && !quiet.contains("CHANGE"), "{quiet}");
    let (code, _, err) = place.run("status --since +1h");
    assert_eq!(code, 2);
    assert!(err.contains("--since lies after the clock"), "{err}");
}

#[test]
fn changed_conjunctions_are_listed_with_what_they_were() {
    let place = Place::new();
    let rows = place.json("conjunctions --changed-since -6h");
    let changes: Vec<(u64, &str)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["primary_id"].as_u64().unwrap(), row["change"].as_str().unwrap()))
        .collect();
    let expected = [(3, "raised"), (5, "lowered"), (7, "vanished"), (11, "moved"), (13, "new"), (15, "new")];
    assert_eq!(changes, expected);
    assert_eq!(rows[3]["previous_tca"], "2026-11-23T00:00:00.000000Z");
    assert_eq!(rows[3]["tca"], "2026-11-23T00:00:03.600000Z");
    assert_eq!((&rows[4]["previous_miss_km"], &rows[4]["previous_tca"]), (&Value::Null, &Value::Null));
    let nearest = place.json("conjunctions --changed-since -6h --sort miss --max-miss-km 1 --limit 2");
    assert_eq!(pairs(&nearest), [3, 15]);

    // The columns of the list come first, those of the change after them.
    let header = |line: &str| place.ok(&format!("{line} --format csv -q")).lines().next().unwrap().to_owned();
    let list = header("conjunctions");
    assert!(!list.contains("change"));
    assert_eq!(
        header("conjunctions --changed-since -6h"),
        format!("{list},change,previous_miss_km,previous_tca,changed_at,vanished_why")
    );
    let (_, table, _) = place.run("conjunctions --changed-since -6h");
    assert!(table.contains("6 conjunctions have changed since 2026-11-22T02:00:00Z: 1 raised, 1 lowered"), "{table}");
}

#[test]
fn the_history_of_a_pair_shows_every_run_that_moved_it() {
    let place = Place::new();
    let events = place.json("conjunctions --sat 3 --history");
    let history = events[0]["history"].as_array().unwrap();
    let lines: Vec<_> = history.iter().map(|line| (line["recorded_at"].as_str().unwrap(), &line["miss_km"])).collect();
    assert_eq!(lines, [("2026-11-22T00:10:00.000000Z", &json!(4.0)), ("2026-11-22T07:10:00.000000Z", &json!(0.25))]);
    let csv = place.ok("conjunctions --sat 3 --history --format csv -q");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("primary_id,primary_name,secondary_id,secondary_name,kind,recorded_at,run,tca,miss_km"));
    let table = place.ok("conjunctions --sat 3 --history");
    assert!(table.contains("4.000") && table.contains("0.250"), "{table}");
    let gone = place.json("conjunctions --changed-since -6h --sat 7 --history");
    assert_eq!(gone[0]["history"][1]["vanished_why"], "moved apart");
}

#[test]
fn every_row_tells_where_its_event_is_heading() {
    let place = Place::new();
    let trend_of = |list: &Value, id: u64| {
        let rows = list.as_array().unwrap();
        rows.iter().find(|row| row["primary_id"] == id).unwrap()["trend"].clone()
    };
    for line in ["conjunctions", "conjunctions --history"] {
        let list = place.json(line);
        let trends = [3, 5, 9, 13].map(|id| trend_of(&list, id));
        assert_eq!(trends, [json!("rising"), json!("falling"), json!("steady"), json!(null)], "{line}");
    }
    let changed = place.json("conjunctions --changed-since 2026-11-22T01:00Z");
    assert_eq!([3, 5, 7].map(|id| trend_of(&changed, id)), [json!("rising"), json!("falling"), json!(null)]);
    let table = place.ok("conjunctions");
    let line = |name: &str| table.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("SAT 3 ").contains("-↑") && line("SAT 5 ").contains("-↓") && !line("SAT 9 ").contains('↑'), "{table}");
    assert!(table.contains("↑ rising from run to run; ↓ falling from run to run."), "{table}");
}
