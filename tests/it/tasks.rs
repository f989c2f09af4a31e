//! The tasks as functions over the database: the same again changes nothing, what is cut off leaves no trace but its
//! line in the ledger.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use alliedsky::app::publish::results_folder;
use alliedsky::app::task::Task;
use alliedsky::app::work::lock_path;
use alliedsky::app::{App, EopChoice, Setup};
use alliedsky::feed::bundled;
use alliedsky::machine::lock::Lock;
use alliedsky::ssa::progress::{Cancelled, silent};
use alliedsky::store::Store;
use alliedsky::store::conjunctions::ConjunctionFilter;
use alliedsky::store::runs::{NewRun, RunId, RunKind, RunStatus};

/// An application on a folder's database with the bundled snapshot, a short window configured.
fn app(folder: &Path) -> App {
    let config = folder.join("alliedsky.toml");
    std::fs::write(&config, "[run]\nwindow_hours = 2.0\npass_hours = 2.0\n[publish]\nreport = false\n").unwrap();
    let setup = Setup {
        database: Some(folder.join("sky.db")),
        config: Some(config),
        now: None,
        eop: EopChoice::Store,
        create: true,
    };
    let mut app = App::open(&setup).unwrap();
    if app.store.status().unwrap().counts.element_sets == 0 {
        app.import_snapshot(&bundled::snapshots()[0]).unwrap();
    }
    app
}

fn results(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    std::fs::read_dir(results_folder(&folder.join("sky.db")))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("alliedsky"));
    command.current_dir(folder).env_clear().env("HOME", folder);
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const WORK: [Task; 4] = [Task::Screen, Task::Overfly, Task::Cover, Task::Publish];

#[test]
fn the_words_of_the_tasks_are_the_keys_of_the_configuration() {
    let words: Vec<&str> = Task::ALL.into_iter().map(Task::as_str).collect();
    assert_eq!(words, ["sync", "watch", "screen", "overfly", "cover", "publish", "upkeep"]);
}

#[test]
fn the_same_task_again_changes_nothing_and_files_are_the_same_whenever_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = app(folder.path());
    for task in WORK {
        let account = first.perform(task, &silent).unwrap();
        assert!(!account.summary.is_empty() && !account.held, "{account:?}");
    }
    let written = results(folder.path());
    assert_eq!(written.len(), 11);
    let run: serde_json::Value =
        serde_json::from_slice(&written[&results_folder(&folder.path().join("sky.db")).join("run.json")]).unwrap();
    for key in [
        "clock",
        "window_start",
        "window_end",
        "threshold_km",
        "conjunctions",
        "overflights_of_objects",
        "overflights",
        "passes",
        "notes",
        "tally",
        "coverage_notes",
        "assets",
    ] {
        assert!(!run[key].is_null(), "{key}: {run}");
    }
    let events = first.store.conjunctions(&ConjunctionFilter::default()).unwrap();
    let counts = first.store.status().unwrap().counts;
    drop(first);

    // As another process would, much later, with nothing in memory.
    std::fs::remove_dir_all(results_folder(&folder.path().join("sky.db"))).unwrap();
    app(folder.path()).perform(Task::Publish, &silent).unwrap();
    assert_eq!(results(folder.path()), written);

    let mut again = app(folder.path());
    for task in WORK {
        again.perform(task, &silent).unwrap();
    }
    assert_eq!(results(folder.path()), written);
    assert_eq!(again.store.conjunctions(&ConjunctionFilter::default()).unwrap(), events);
    let now = again.store.status().unwrap().counts;
    assert_eq!(now.runs, counts.runs + 3);
    assert_eq!(
        (now.conjunctions, now.overflights, now.passes),
        (counts.conjunctions, counts.overflights, counts.passes),
        "an event found again is the same event"
    );
}

/// The folder of the report: every file by its name.
fn report_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![results_folder(&folder.join("sky.db")).join("report")]);
    while let Some(here) = folders.pop() {
        for path in std::fs::read_dir(here).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn publishing_writes_the_report_which_is_replaced_whole_and_whose_failure_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    app.perform(Task::Screen, &silent).unwrap();
    assert!(!results_folder(&folder.path().join("sky.db")).join("report").exists());
    app.config.publish.report = true;
    let account = app.perform(Task::Publish, &silent).unwrap();
    assert!(account.summary.ends_with("and a report"), "{account:?}");
    let written = report_files(folder.path());
    let report = results_folder(&folder.path().join("sky.db")).join("report");
    assert!(
        written.contains_key(&report.join("index.html")) && written.contains_key(&report.join("inputs/elements.csv"))
    );
    let said = program(folder.path()).arg("verify").arg(&report).output().unwrap();
    assert!(said.status.success() && said.stdout.starts_with(b"Same: "), "{said:?}");

    // Whoever writes it, and when: the same bytes, and of what lay there before nothing stays.
    std::fs::write(report.join("stray.txt"), "left by an older version").unwrap();
    app.perform(Task::Publish, &silent).unwrap();
    assert_eq!(report_files(folder.path()), written);
    let names = std::fs::read_dir(results_folder(&folder.path().join("sky.db"))).unwrap();
    assert!(names.map(|entry| entry.unwrap().file_name()).all(|name| !name.to_string_lossy().ends_with(".partial")));

    // A folder of somebody's own in its place is left alone, and told.
    std::fs::remove_dir_all(&report).unwrap();
    std::fs::create_dir(&report).unwrap();
    std::fs::write(report.join("thesis.txt"), "years of work").unwrap();
    let account = app.perform(Task::Publish, &silent).unwrap();
    assert!(account.summary.contains("no report: ") && account.summary.contains("holds something that is no report"));
    assert!(account.detail["report"]["error"].is_string(), "{account:?}");
    assert_eq!(std::fs::read_to_string(report.join("thesis.txt")).unwrap(), "years of work");
    let error = app.perform(Task::Publish, &|_| ControlFlow::Break(())).unwrap_err();
    assert!(error.chain().any(|cause| cause.is::<Cancelled>()), "{error:#}");
}

#[test]
fn a_report_cut_off_at_any_moment_is_the_old_one_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let run = |hours: &str, kill: Option<&str>| {
        let mut command = program(at);
        command.args(["run", "--bundled", "--hours", hours, "--db", "sky.db"]);
        if let Some(point) = kill {
            command.env("ALLIEDSKY_KILL_AT", point);
        }
        command.output().unwrap()
    };
    assert!(run("1", None).status.success());
    let old = report_files(at);
    assert_eq!(run("2", Some("report-written")).status.code(), None);
    assert_eq!(report_files(at), old);
    assert_eq!(run("2", Some("report-renamed")).status.code(), None);
    let new = report_files(at);
    assert!(new != old);
    assert!(run("2", None).status.success());
    assert_eq!(report_files(at), new);
    let names = std::fs::read_dir(results_folder(&at.join("sky.db"))).unwrap();
    assert!(names.map(|entry| entry.unwrap().file_name()).all(|name| !name.to_string_lossy().ends_with(".partial")));
}

#[test]
fn files_of_a_part_are_there_before_the_other_parts_have_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    let error = app.perform(Task::Publish, &silent).unwrap_err();
    assert!(error.to_string().contains("no run yet"), "{error}");
    app.perform(Task::Screen, &silent).unwrap();
    app.perform(Task::Publish, &silent).unwrap();
    let written = results(folder.path());
    let text = |name: &str| {
        let bytes = &written[&results_folder(&folder.path().join("sky.db")).join(name)];
        String::from_utf8(bytes.clone()).unwrap()
    };
    assert!(text("conjunctions.csv").lines().count() > 1);
    assert_eq!(text("passes.csv").lines().count(), 1, "the header alone");
    assert_eq!(text("coverage.json"), "[]\n");
}

#[test]
fn a_cancelled_task_is_in_the_ledger_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    for task in [Task::Screen, Task::Overfly, Task::Cover] {
        app.perform(task, &silent).unwrap();
        let before = app.store.status().unwrap();
        let error = app.perform(task, &|_| ControlFlow::Break(())).unwrap_err();
        assert!(error.is::<Cancelled>(), "{error:#}");
        let after = app.store.status().unwrap();
        let run = after.last_run.unwrap();
        assert_eq!(run.status, RunStatus::Failed, "{task:?}");
        assert_eq!(run.tally.unwrap()["error"], "cancelled");
        assert_eq!(after.counts.runs, before.counts.runs + 1);
        assert_eq!(
            (after.counts.conjunctions, after.counts.overflights, after.counts.passes),
            (before.counts.conjunctions, before.counts.overflights, before.counts.passes)
        );
    }
    app.perform(Task::Publish, &silent).unwrap();
    app.store.integrity().unwrap();
}

#[test]
fn a_run_that_its_process_did_not_end_is_called_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path());
    let clock = app.clock().unwrap();
    let start = NewRun {
        kind: RunKind::Coverage,
        started_at: clock,
        clock,
        window: alliedsky::astro::time::Window::new(clock, chrono::TimeDelta::hours(1)),
        parameters: serde_json::json!({}),
    };
    let left = app.store.begin_run(&start).unwrap();
    app.perform(Task::Screen, &silent).unwrap();
    let run = app.store.run(left).unwrap().unwrap();
    assert_eq!((run.status, run.tally.unwrap()["error"].as_str()), (RunStatus::Failed, Some("interrupted")));
}

#[test]
fn a_run_killed_at_any_of_its_points_is_made_good_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let run = |database: &str, kill: Option<&str>| {
        let mut command = program(at);
        command.args(["run", "--bundled", "--hours", "1", "--db", database]);
        if let Some(point) = kill {
            command.env("ALLIEDSKY_KILL_AT", point);
        }
        command.output().unwrap()
    };
    let whole = run("whole.db", None);
    assert!(whole.status.success(), "{}", said(&whole));
    let events = |database: &str| {
        let mut command = program(at);
        command.args(["conjunctions", "--format", "csv", "--db", database]);
        command.output().unwrap().stdout
    };
    let points = [
        "lock-taken",
        "run-begun:2",
        "publish-written:3",
        "publish-renamed:5",
        "checkpoint-before",
        "checkpoint-after",
    ];
    for point in points {
        let killed = run("killed.db", Some(point));
        assert_eq!(killed.status.code(), None, "{point}: {}", said(&killed));
        Store::open(&at.join("killed.db")).unwrap().integrity().unwrap();
    }
    let healed = run("killed.db", None);
    assert!(healed.status.success(), "{}", said(&healed));
    assert_eq!(events("killed.db"), events("whole.db"));
    let store = Store::open_read_only(&at.join("killed.db")).unwrap();
    let runs = store.status().unwrap().counts.runs as i64;
    let open =
        (1..=runs).filter(|id| store.run(RunId(*id)).unwrap().is_some_and(|run| run.status == RunStatus::Running));
    assert_eq!(open.count(), 0);
    for file in ["conjunctions.csv", "overflights.csv", "passes.json", "coverage.geojson", "run.json"] {
        assert_eq!(
            std::fs::read(at.join("killed-results").join(file)).unwrap(),
            std::fs::read(at.join("whole-results").join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn a_second_writer_waits_and_then_says_who_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    drop(app(folder.path()));
    let _held = Lock::take(&lock_path(&folder.path().join("sky.db"), "work"), "process 1 screens").unwrap();
    let begun = Instant::now();
    let refused = program(folder.path()).args(["run", "--hours", "1", "--db", "sky.db"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(75), "{}", said(&refused));
    assert!(said(&refused).contains("process 1 screens"), "{}", said(&refused));
    assert!(begun.elapsed() > Duration::from_secs(9), "it waits for a task that may be about to end");
}

#[test]
fn a_signal_ends_a_run_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    drop(app(at));
    let mut child = program(at)
        .args(["run", "--hours", "168", "--db", "sky.db"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let store = Store::open_read_only(&at.join("sky.db")).unwrap();
    while store.status().unwrap().counts.runs == 0 {
        assert!(Instant::now() < deadline, "no run has begun");
        std::thread::sleep(Duration::from_millis(20));
    }
    let asked = Instant::now();
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    store.integrity().unwrap();
    let mut next = app(at);
    next.perform(Task::Screen, &silent).unwrap();
    let first = next.store.run(RunId(1)).unwrap().unwrap();
    let reason = first.tally.unwrap()["error"].as_str().map(str::to_owned);
    assert_eq!(first.status, RunStatus::Failed);
    assert!(["cancelled", "interrupted"].contains(&reason.as_deref().unwrap()), "{reason:?}");
}
