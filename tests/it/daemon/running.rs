//! What it does, what it says of it, and what it refuses to begin with.

use std::process::Stdio;

use chrono::TimeDelta;

use super::{BUSY, OFFLINE, Place, wait_until};

#[test]
fn every_task_runs_once_and_is_told() {
    let place = Place::new(&format!("{OFFLINE}[daemon]\nprometheus_file = \"sky.prom\"\n"));
    let mut daemon = place.start();
    wait_until("all tasks", || place.tasks().iter().all(|task| task.done_at.is_some()), || daemon.log());
    let (status, code) = place.status();
    assert_eq!(code, 0, "{status:#}");
    assert_eq!(status["daemon"]["process_id"], daemon.child.id());
    let names: Vec<&str> =
        status["tasks"].as_array().unwrap().iter().map(|task| task["task"].as_str().unwrap()).collect();
    assert_eq!(names, ["sync", "watch", "screen", "overfly", "cover", "publish", "upkeep"]);
    for task in status["tasks"].as_array().unwrap() {
        assert_eq!((&task["outcome"], &task["runs"]), (&"done".into(), &1.into()), "{task}");
        assert!(task["duration_s"].as_f64().unwrap() >= 0.0);
        assert!(task["next_at"].as_str().unwrap() > task["started_at"].as_str().unwrap());
    }
    assert!(status["conjunctions"].as_u64().unwrap() > 0);
    assert!(place.path("sky-results/conjunctions.csv").exists());
    daemon.stop();
    let figures = std::fs::read_to_string(place.path("sky.prom")).unwrap();
    assert!(figures.contains("# TYPE alliedsky_task_runs_total counter\nalliedsky_task_runs_total{task=\"sync\"} 1\n"));
    assert!(figures.contains("\nalliedsky_objects 979\n"), "{figures}");
    assert!(status["daemon"]["started_at"].as_str().unwrap().starts_with("2018-01-21T00:07"));

    for line in daemon.lines() {
        for key in ["time", "level", "message"] {
            assert!(line[key].is_string(), "{line}");
        }
    }
}

#[test]
fn a_missed_period_is_caught_up_once() {
    let place = Place::new(OFFLINE);
    let mut daemon = place.start();
    wait_until("all tasks", || place.tasks().iter().all(|task| task.done_at.is_some()), || daemon.log());
    daemon.stop();
    // As a machine that was off for three days leaves it: due before those, and counted in another start.
    let mut tasks = place.tasks();
    for task in &mut tasks {
        task.anchor.wall -= TimeDelta::days(3);
    }
    place.store().put_tasks(&tasks).unwrap();
    let mut daemon = place.start();
    wait_until("all tasks", || place.tasks().iter().all(|task| task.runs == 2), || daemon.log());
    std::thread::sleep(std::time::Duration::from_millis(500));
    for task in place.tasks() {
        assert_eq!(task.runs, 2, "{}", task.name);
        // 72 h of 24 h, 6 h and 2 h, without the one that is caught up.
        let least = match task.name.as_str() {
            "upkeep" => 1,
            "overfly" | "cover" => 10,
            _ => 34,
        };
        assert!((least..=least + 1).contains(&task.misses), "{} {}", task.name, task.misses);
    }
    assert!(daemon.log().contains("catching up, once"));
    daemon.stop();
}

#[test]
fn it_says_what_it_needs() {
    let place = Place::new("");
    let refused = |config: &str, more: &[&str]| {
        place.configure(config);
        let words = [&["daemon", "--db", "sky.db", "--config", "c.toml"], more].concat();
        let output = place.command(&words).stderr(Stdio::piped()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = refused("", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("contact") && said.contains("inbox.folder"), "{said}");
    let (code, said) = refused("contact = \"ops@example.org\"\n", &["--now", "2018-01-21"]);
    assert_eq!(code, 2);
    assert!(said.contains("--now"), "{said}");
    let (code, said) = refused("[daemon]\nperiod = 1\n", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("period"), "{said}");
    let (code, said) = refused(&format!("{OFFLINE}[files]\nroster = [\"nosuch.toml\"]\n"), &["--now", "2018-01-21"]);
    assert_eq!(code, 1);
    assert!(said.contains("nosuch.toml"), "{said}");
    std::fs::write(place.path("sky.db"), "no database at all, but long enough to be looked at as one").unwrap();
    let (code, said) = refused(OFFLINE, &[]);
    assert_eq!(code, 1);
    assert!(said.contains("sky.db"), "{said}");
}

#[test]
fn a_machine_without_network_works_on_its_inbox() {
    let place = Place::new(&format!("[inbox]\nfolder = \"inbox\"\n[run]\nwindow_hours = 1\n{BUSY}"));
    std::fs::create_dir(place.path("inbox")).unwrap();
    std::fs::copy(crate::truth::data("elements/theatre_20260906.csv"), place.path("inbox/new.csv")).unwrap();
    let command = place.command(&["daemon", "--db", "sky.db", "--config", "c.toml", "--threads", "1"]);
    let mut daemon = place.spawn(command);
    daemon.wait_for("the network is left alone");
    wait_until("the file", || !place.path("inbox/new.csv").exists(), || daemon.log());
    daemon.stop();
    assert!(place.path("inbox/taken").is_dir(), "{}", daemon.log());
    assert!(place.store().requests(10).unwrap().iter().all(|request| request.source == "inbox"));
}

#[test]
fn the_password_is_nowhere() {
    const SECRET: &str = "correct-horse-battery-staple-7741";
    let config = OFFLINE.replace("gp = false\ncdm_public = false", "gp = true\ncdm_public = true");
    let place = Place::new(&format!("{config}{BUSY}"));
    let mut command = place.daemon_command();
    command.arg("-vv").env("ALLIEDSKY_SPACE_TRACK_IDENTITY", "ops").env("ALLIEDSKY_SPACE_TRACK_PASSWORD", SECRET);
    let mut daemon = place.spawn(command);
    wait_until(
        "a sync",
        || {
            place
                .tasks()
                .iter()
                .any(|task| task.name == "sync" && task.last.as_ref().is_some_and(|last| last.finished_at.is_some()))
        },
        || daemon.log(),
    );
    daemon.stop();
    assert!(!place.store().requests(10).unwrap().is_empty(), "{}", daemon.log());
    let mut looked_at = 0;
    for entry in std::fs::read_dir(place.0.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{}", path.display());
            looked_at += 1;
        }
    }
    assert!(looked_at >= 3);
}
