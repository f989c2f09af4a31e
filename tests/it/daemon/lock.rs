//! One daemon a database.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;

use super::{BUSY, OFFLINE, Place, said, wait_until};

#[test]
fn of_twenty_starts_one_runs() {
    let place = Place::new(&format!("{OFFLINE}[daemon]\nscreen_every = \"1h\"\n"));
    let mut children: Vec<_> =
        (0..20).map(|_| place.daemon_command().stderr(Stdio::piped()).spawn().unwrap()).collect();
    let mut codes = vec![None; children.len()];
    wait_until(
        "nineteen to end",
        || {
            for (child, code) in children.iter_mut().zip(&mut codes) {
                if code.is_none() {
                    *code = child.try_wait().unwrap().map(|status| status.code());
                }
            }
            codes.iter().flatten().count() == 19
        },
        String::new,
    );
    std::thread::sleep(Duration::from_millis(300));
    for (mut child, code) in children.into_iter().zip(codes) {
        match code {
            Some(code) => {
                let said = said(&mut child);
                assert_eq!(code, Some(75), "{said}");
                assert!(said.contains("a daemon runs on this database: process "), "{said}");
                assert_eq!(said.lines().count(), 1, "{said}");
            }
            None => {
                assert!(child.try_wait().unwrap().is_none(), "{}", said(&mut child));
                rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
                assert_eq!(child.wait().unwrap().code(), Some(0));
            }
        }
    }
}

#[test]
fn a_killed_daemon_leaves_no_lock() {
    let place = Place::new(&format!("{OFFLINE}{BUSY}"));
    for round in 1..=3 {
        let mut daemon = place.start();
        daemon.wait_for("task ended");
        daemon.signal(Signal::KILL);
        daemon.child.wait().unwrap();
        assert!(place.tasks().iter().map(|task| task.runs).sum::<u32>() >= round);
    }
    let (status, code) = place.status();
    assert!(status["daemon"].is_null());
    let warnings = status["warnings"].to_string();
    assert!(code == 75 && warnings.contains("the daemon did not stop in order (process "), "{status:#}");
    let mut daemon = place.start();
    let (status, _) = place.status();
    assert_eq!(status["daemon"]["process_id"], daemon.child.id());
    assert!(!status["warnings"].to_string().contains("in order"), "{status:#}");
    daemon.stop();
    // Stopped in order: worth a word, no alarm.
    let (status, _) = place.status();
    let stopped =
        status["warnings"].as_array().unwrap().iter().find(|w| w["text"].to_string().contains("no daemon runs"));
    assert_eq!(stopped.unwrap()["alarm"], false, "{status:#}");
    assert!(!status["warnings"].to_string().contains("in order"), "{status:#}");
    place.store().integrity().unwrap();
}

#[test]
fn what_was_running_when_the_process_died_was_interrupted() {
    let place = Place::new(&format!("{OFFLINE}[daemon]\nsync_every = \"1h\"\n"));
    let mut command = place.daemon_command();
    command.env("ALLIEDSKY_KILL_AT", "task-begun:3");
    let mut daemon = place.spawn(command);
    daemon.child.wait().unwrap();
    let screen = place.task("screen");
    assert_eq!((screen.runs, screen.last.unwrap().outcome.as_str()), (1, "running"));
    let mut daemon = place.start();
    wait_until("the second run", || place.task("screen").done_at.is_some(), || daemon.log());
    assert_eq!((place.task("screen").runs, place.task("sync").runs), (2, 1));
    assert_eq!(place.task("screen").failures, 0);
    daemon.stop();
}
