//! SIGTERM, SIGINT and SIGHUP.

use std::process::Stdio;
use std::time::Duration;

use alliedsky::app::task::Task;
use rustix::process::Signal;

use super::{BUSY, OFFLINE, Place, wait_until};

#[test]
fn it_stops_at_any_moment() {
    // A week among 979 objects takes minutes here: most signals come amid a screening.
    let place = Place::new(&format!("{OFFLINE}{BUSY}").replace("window_hours = 1\n", "window_hours = 168\n"));
    // The golden ratio's multiples are spread evenly over 0 to 1.8 s.
    for round in 0..12 {
        let mut daemon = place.start();
        std::thread::sleep(Duration::from_secs_f64(1.8 * (f64::from(round) * 0.618_034).fract()));
        daemon.stop();
        place.store().integrity().unwrap();
    }
    let (status, _) = place.status();
    assert_eq!(status["objects"], 979);
    let words = ["stopped", "done", "cancelled", "failed"];
    let screen = place.task("screen");
    assert!(words.contains(&screen.last.unwrap().outcome.as_str()));
    assert_eq!(screen.failures, 0);
}

#[test]
fn it_stops_at_once_while_it_waits() {
    let place = Place::new(OFFLINE);
    let mut daemon = place.start();
    wait_until("all tasks", || place.tasks().iter().all(|task| task.done_at.is_some()), || daemon.log());
    daemon.signal(Signal::INT);
    assert_eq!(daemon.end(), 0);
    assert!(daemon.log().contains("daemon stopped"));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::new(&format!("{OFFLINE}{BUSY}"));
    let mut daemon = place.start();
    // Whoever holds this lock keeps a task waiting for ten seconds.
    let lock = alliedsky::app::work::work_lock(&place.path("sky.db")).unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    daemon.signal(Signal::TERM);
    daemon.wait_for("stopping");
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end(), 128 + 15);
    drop(lock);
    place.store().integrity().unwrap();
}

#[test]
fn it_stops_while_another_process_is_at_work() {
    let place = Place::new(&format!("{OFFLINE}{BUSY}"));
    let mut daemon = place.start();
    let lock = alliedsky::app::work::work_lock(&place.path("sky.db")).unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    daemon.stop();
    drop(lock);
}

#[test]
fn a_bad_configuration_keeps_the_old_one() {
    let place = Place::new(&format!("{OFFLINE}[daemon]\nscreen_every = \"6h\"\n"));
    let mut daemon = place.start();
    wait_until("all tasks", || place.tasks().iter().all(|task| task.done_at.is_some()), || daemon.log());
    let due_in_h = |place: &Place| place.task("screen").wait.as_seconds_f64() / 3600.0;
    assert!(due_in_h(&place) > 5.9);

    for bad in ["[daemon]\nscreen_every = \"never\"\n", "[run]\nregions = [\"atlantis\"]\n"] {
        place.configure(&format!("{}{bad}", OFFLINE.split("[run]").next().unwrap()));
        let before = daemon.log().matches("the old one stays in force").count();
        daemon.signal(Signal::HUP);
        let told = || daemon.log().matches("the old one stays in force").count() > before;
        wait_until("the refusal", told, || daemon.log());
        assert!(due_in_h(&place) > 5.9);
    }
    assert!(daemon.log().contains("atlantis"), "{}", daemon.log());

    place.configure(&format!("{OFFLINE}[daemon]\nscreen_every = \"1h\"\n"));
    daemon.signal(Signal::HUP);
    daemon.wait_for("configuration read again");
    assert!(due_in_h(&place) <= 1.0, "{}", due_in_h(&place));
    assert_eq!(place.task("screen").runs, 1);
    daemon.stop();
}

#[test]
fn closed_outputs_are_survived() {
    let place = Place::new(OFFLINE);
    let mut command = place.daemon_command();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    wait_until(
        "all tasks",
        || {
            let tasks = place.tasks();
            tasks.len() == Task::ALL.len() && tasks.iter().all(|task| task.done_at.is_some())
        },
        String::new,
    );
    assert!(child.try_wait().unwrap().is_none());
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
