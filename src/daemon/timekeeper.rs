//! The daemon's clock: the machine's, or one that a user set going at a time of his own.

use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::trust::{ClockWatch, Trust, floor};
use crate::machine::clock::Reading;
use crate::store::Store;

/// What time it is, and whether that can be believed.
#[derive(Debug)]
pub(super) struct Timekeeper {
    /// A user's time and when it was set going.
    own: Option<(DateTime<Utc>, Instant)>,
    watch: ClockWatch,
    trust: Trust,
}

impl Timekeeper {
    /// The machine's clock, or one that begins at a time of the user's and goes on from there.
    pub(super) fn new(own: Option<DateTime<Utc>>) -> Self {
        let own = own.map(|time| (time, Instant::now()));
        Self { own, watch: ClockWatch::new(Reading::now()), trust: Trust::Good }
    }

    /// Now.
    pub(super) fn now(&self) -> Reading {
        match self.own {
            Some((time, begun)) => {
                let passed = TimeDelta::from_std(begun.elapsed()).unwrap_or(TimeDelta::zero());
                Reading::at(time.checked_add_signed(passed).unwrap_or(time))
            }
            None => Reading::now(),
        }
    }

    /// The clocks as they were last seen to agree.
    pub(super) const fn seen(&self) -> &Reading {
        self.watch.seen()
    }

    /// What the last look came to.
    pub(super) const fn trust(&self) -> Trust {
        self.trust
    }

    /// Looks at the clocks: what was thought of them before, and what is now. A user's clock is his own affair.
    pub(super) fn look(&mut self, now: &Reading, database: &Path) -> (Trust, Trust) {
        let before = self.trust;
        if self.own.is_none() {
            self.trust = self.watch.look(now, floor(), None);
            if matches!(self.trust, Trust::Jumped(_)) {
                // Only now is it worth asking what the sources have said.
                let told = Store::open_read_only(database).ok().and_then(|store| store.told_time().ok().flatten());
                self.trust = self.watch.look(now, floor(), told.as_ref());
            }
        }
        (before, self.trust)
    }
}
