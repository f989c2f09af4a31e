//! The total deadline of a request, and the word from above that ends it.

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

/// How often `stop` is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Ends work that takes too long or is no longer wanted.
pub(super) struct Watch<'a> {
    end: Option<Instant>,
    stop: &'a dyn Fn() -> bool,
}

/// Why work was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The deadline is over.
    Deadline,
    /// `stop` said so.
    Stopped,
}

impl<'a> Watch<'a> {
    /// Counts from now.
    pub(super) fn new(deadline: Duration, stop: &'a dyn Fn() -> bool) -> Self {
        Self { end: Instant::now().checked_add(deadline), stop }
    }

    /// What the work gives, unless it is ended before.
    pub(super) async fn until<F: Future>(&self, work: F) -> Result<F::Output, Ended> {
        let mut work = pin!(work);
        loop {
            if (self.stop)() {
                return Err(Ended::Stopped);
            }
            let left = self.end.map_or(POLL, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Ended::Deadline);
            }
            if let Ok(output) = tokio::time::timeout(left.min(POLL), work.as_mut()).await {
                return Ok(output);
            }
        }
    }
}
