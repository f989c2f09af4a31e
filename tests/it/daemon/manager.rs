//! What the service manager hears.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{BUSY, LONG, OFFLINE, Place};

/// Its end of the socket.
struct Manager(UnixDatagram);

impl Manager {
    fn new(place: &Place) -> Self {
        let socket = UnixDatagram::bind(place.path("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        Self(socket)
    }

    /// The lines heard within a time.
    fn hear(&self, length: Duration) -> Vec<String> {
        let begun = Instant::now();
        let mut lines = Vec::new();
        let mut bytes = [0; 4096];
        while begun.elapsed() < length {
            if let Ok(count) = self.0.recv(&mut bytes) {
                lines.extend(String::from_utf8_lossy(&bytes[..count]).lines().map(str::to_owned));
            }
        }
        lines
    }

    /// Waits for a line that begins so; all that was heard up to it.
    #[track_caller]
    fn wait_for(&self, beginning: &str) -> Vec<String> {
        let begun = Instant::now();
        let mut heard: Vec<String> = Vec::new();
        while !heard.iter().any(|line| line.starts_with(beginning)) {
            assert!(begun.elapsed() < LONG, "{beginning}: {heard:?}");
            heard.extend(self.hear(Duration::from_millis(100)));
        }
        heard
    }
}

#[test]
fn it_hears_of_everything() {
    let place = Place::new(&format!("{OFFLINE}{BUSY}"));
    let manager = Manager::new(&place);
    let mut command = place.daemon_command();
    command.env("NOTIFY_SOCKET", place.path("notify")).env("WATCHDOG_USEC", "1500000");
    let mut daemon = place.spawn(command);
    let heard = manager.wait_for("READY=1");
    assert!(!heard.iter().any(|line| line == "STOPPING=1"));
    manager.wait_for("WATCHDOG=1");
    manager.wait_for("STATUS=screen since ");
    daemon.signal(Signal::HUP);
    let heard = manager.wait_for("RELOADING=1");
    assert!(heard.iter().any(|line| line.starts_with("MONOTONIC_USEC=")), "{heard:?}");
    // Both may have been heard at once.
    if !heard.iter().any(|line| line == "READY=1") {
        manager.wait_for("READY=1");
    }
    daemon.signal(Signal::TERM);
    manager.wait_for("STOPPING=1");
    assert_eq!(daemon.end(), 0);
}

#[test]
fn a_task_that_makes_no_progress_starves_the_watchdog() {
    let place = Place::new(&format!("{OFFLINE}{BUSY}"));
    let manager = Manager::new(&place);
    // A task waits for this lock without any progress, as one that hangs.
    let lock = alliedsky::app::work::work_lock(&place.path("sky.db")).unwrap();
    let mut command = place.daemon_command();
    command.env("NOTIFY_SOCKET", place.path("notify")).env("WATCHDOG_USEC", "900000");
    let _daemon = place.spawn(command);
    manager.wait_for("STATUS=sync since ");
    manager.hear(Duration::from_millis(500));
    let heard = manager.hear(Duration::from_secs(3));
    assert!(!heard.iter().any(|line| line == "WATCHDOG=1"), "{heard:?}");
    drop(lock);
    manager.wait_for("WATCHDOG=1");
}
