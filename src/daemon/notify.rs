//! What the service manager is told; nothing where there is none.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use sd_notify::NotifyState;

use super::schedule::LONGEST_WAIT;

/// Up and running, with what it does now.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// What it does now.
pub fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// The configuration is being read again; [`ready`] ends it.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// About to end.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

/// The service manager's watchdog: it restarts a daemon that has not fed it for too long.
///
/// The loop feeds it while it waits, a task only by its progress: one that hangs starves it.
#[derive(Debug)]
pub struct Watchdog {
    interval: Option<Duration>,
    fed: Mutex<Option<Instant>>,
}

impl Watchdog {
    /// As the service manager wants it.
    #[must_use]
    pub fn new() -> Self {
        // A third of the time: two feedings may be late.
        let interval = sd_notify::watchdog_enabled().map(|limit| (limit / 3).max(Duration::from_millis(100)));
        Self { interval, fed: Mutex::new(None) }
    }

    /// The longest that may pass between two feedings.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval.unwrap_or(LONGEST_WAIT)
    }

    /// Says that there is progress; more often than needed does no harm.
    pub fn feed(&self) {
        let Some(interval) = self.interval else { return };
        let mut fed = self.fed.lock().unwrap_or_else(PoisonError::into_inner);
        if fed.is_none_or(|fed| fed.elapsed() >= interval / 2) {
            *fed = Some(Instant::now());
            tell(&[NotifyState::Watchdog]);
        }
    }
}

impl Default for Watchdog {
    fn default() -> Self {
        Self::new()
    }
}
