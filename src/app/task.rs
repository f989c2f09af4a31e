//! The tasks that keep a database current: each looks at the database, makes it right, and writes down what it did.
//!
//! A task may be done again at any time: it changes nothing that is right already.

use chrono::TimeDelta;

use super::App;
use super::screen::account;
use super::sync::SyncRequest;
use super::work::{Account, CycleRequest};
use crate::config::service::Daemon;
use crate::ssa::progress::Progress;

/// One of the tasks, in the order in which one cycle does them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Ask the sources for what is due.
    Sync,
    /// Look for orbits that have changed, orbits about to end, new objects.
    Watch,
    /// Find conjunctions.
    Screen,
    /// Find the overflights of the regions and the passes over the sites.
    Overfly,
    /// Compute the coverage of the regions.
    Cover,
    /// Write the result files from what the database holds.
    Publish,
    /// Check the database, let go of what is too old, give space back.
    Upkeep,
}

impl Task {
    /// Every task, in the order of one cycle.
    pub const ALL: [Self; 7] =
        [Self::Sync, Self::Watch, Self::Screen, Self::Overfly, Self::Cover, Self::Publish, Self::Upkeep];

    /// The word for columns, keys of the configuration and the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Watch => "watch",
            Self::Screen => "screen",
            Self::Overfly => "overfly",
            Self::Cover => "cover",
            Self::Publish => "publish",
            Self::Upkeep => "upkeep",
        }
    }

    /// Its period in a configuration.
    #[must_use]
    pub const fn every(self, periods: &Daemon) -> TimeDelta {
        match self {
            Self::Sync => periods.sync_every.0,
            Self::Watch => periods.watch_every.0,
            Self::Screen => periods.screen_every.0,
            Self::Overfly => periods.overfly_every.0,
            Self::Cover => periods.cover_every.0,
            Self::Publish => periods.publish_every.0,
            Self::Upkeep => periods.upkeep_every.0,
        }
    }
}

impl App {
    /// Does one task under the work lock, from the check of the disk to the moving of the write-ahead log.
    ///
    /// # Errors
    /// [`Busy`](super::work::Busy); too little free space; what the task itself fails of. A run that had begun is then in the ledger as
    /// failed. [`Cancelled`](crate::ssa::progress::Cancelled) is in the chain of causes where `progress` asked to stop.
    pub fn perform(&mut self, task: Task, progress: Progress<'_>) -> anyhow::Result<Account> {
        let _lock = self.begin_work()?;
        let account = match task {
            Task::Sync => self.sync(&SyncRequest::default(), progress)?.account(),
            Task::Watch => self.watch(progress)?.account(),
            Task::Screen => self.screen_and_alert(progress)?,
            Task::Overfly => self.overfly(&self.catalogue()?, &CycleRequest::default(), progress)?,
            Task::Cover => self.cover(&self.catalogue()?, &CycleRequest::default(), progress)?,
            Task::Publish => self.publish(progress)?.account(),
            Task::Upkeep => self.upkeep(progress)?.account(),
        };
        self.end_work()?;
        Ok(account)
    }

    fn screen_and_alert(&mut self, progress: Progress<'_>) -> anyhow::Result<Account> {
        let catalogue = self.catalogue()?;
        let mut account = account(&self.screen(&catalogue, &CycleRequest::default(), progress)?);
        let alerted = self.alert(&catalogue)?;
        if let Some(line) = alerted.line() {
            account.summary = format!("{}; {line}", account.summary);
        }
        account.detail["alerts"] = alerted.told.into();
        account.detail["alerts_failed"] = alerted.failed.len().into();
        Ok(account)
    }
}
