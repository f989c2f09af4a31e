//! The tasks that keep a database current: each looks at the database, makes it right, and writes down what it did.
//!
//! A task may be done again at any time: it changes nothing that is right already.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::App;
use super::run::CycleRequest;
use super::screen::account;
use super::sync::SyncRequest;
use crate::config::service::Daemon;
use crate::machine::disk::free_bytes;
use crate::machine::kill_point::kill_point;
use crate::machine::lock::{Lock, LockError};
use crate::ssa::progress::Progress;
use crate::store::Store;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunId};

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

/// What a task did.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// In one line.
    pub summary: String,
    /// In figures, for machines.
    pub detail: Value,
    /// Whether a source is held or what it sent was refused: exit code 75.
    pub held: bool,
}

impl Account {
    /// An account of a task that no source had a part in.
    #[must_use]
    pub const fn new(summary: String, detail: Value) -> Self {
        Self { summary, detail, held: false }
    }
}

/// Another process writes to the database: exit code 75, for it will be done later.
#[derive(Debug, thiserror::Error)]
#[error("{holder}; nothing was changed: try again when it is done (lock {})", .path.display())]
pub struct Busy {
    /// Who is at work, in its own words.
    pub holder: String,
    /// The lock.
    pub path: PathBuf,
}

/// How long a task waits for the one that another process is at.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// What a task leaves free on the disk, bytes.
const RESERVE_BYTES: u64 = 64 << 20;

/// The file of a lock of a database: `sky.db` has `sky.db.work.lock` (one writes) and `sky.db.daemon.lock` (one
/// daemon).
#[must_use]
pub fn lock_path(database: &Path, what: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".{what}.lock"));
    PathBuf::from(name)
}

/// Takes the lock of whoever writes to a database for longer than a moment; waits ten seconds for it.
///
/// # Errors
/// [`Busy`] where another process holds it still; the lock's file cannot be made.
pub fn work_lock(database: &Path) -> anyhow::Result<Lock> {
    let path = lock_path(database, "work");
    let holder =
        format!("process {} is at work on the database since {}", std::process::id(), Utc::now().format("%FT%TZ"));
    let deadline = Instant::now() + LOCK_WAIT;
    loop {
        match Lock::take(&path, &holder) {
            Ok(lock) => {
                kill_point("lock-taken");
                return Ok(lock);
            }
            Err(LockError::Held { .. }) if Instant::now() < deadline => sleep(Duration::from_millis(50)),
            Err(LockError::Held { path, holder }) => return Err(Busy { holder, path }.into()),
            Err(error @ LockError::File { .. }) => return Err(error.into()),
        }
    }
}

impl App {
    /// Does one task under the work lock, from the check of the disk to the moving of the write-ahead log.
    ///
    /// # Errors
    /// [`Busy`]; too little free space; what the task itself fails of. A run that had begun is then in the ledger as
    /// failed. [`Cancelled`](crate::ssa::progress::Cancelled) is in the chain of causes where `progress` asked to stop.
    pub fn perform(&mut self, task: Task, progress: Progress<'_>) -> anyhow::Result<Account> {
        let _lock = self.begin_work()?;
        let account = match task {
            Task::Sync => self.sync(&SyncRequest::default(), progress)?.account(),
            Task::Watch => self.watch(progress)?.account(),
            Task::Screen => account(&self.screen(&self.catalogue()?, &CycleRequest::default(), progress)?),
            Task::Overfly => self.overfly(&self.catalogue()?, &CycleRequest::default(), progress)?,
            Task::Cover => self.cover(&self.catalogue()?, &CycleRequest::default(), progress)?,
            Task::Publish => self.publish()?.account(),
            Task::Upkeep => self.upkeep(progress)?.account(),
        };
        self.end_work()?;
        Ok(account)
    }

    /// Takes the lock of whoever writes to the database.
    ///
    /// # Errors
    /// As [`work_lock`]; a database in memory has none.
    pub fn work_lock(&self) -> anyhow::Result<Lock> {
        work_lock(self.database.as_deref().context("the bundled snapshot in memory cannot be written to")?)
    }

    /// Takes the work lock, looks whether the disk has room, and calls the runs of processes that died what they are.
    ///
    /// # Errors
    /// [`Busy`]; too little free space; an error of the disk.
    pub fn begin_work(&mut self) -> anyhow::Result<Lock> {
        let lock = self.work_lock()?;
        if let Some(database) = &self.database {
            check_space(database, 0)?;
            // While this process waited, a restored backup may have come in the place of the file that it had opened.
            self.store = Store::open(database)?;
        }
        self.refresh_orientation()?;
        // Whoever holds the lock is the only one whose run can be under way.
        let interrupted = self.store.fail_interrupted_runs(Utc::now())?;
        if interrupted > 0 {
            tracing::warn!(runs = interrupted, "runs that their process did not end were called failed");
        }
        Ok(lock)
    }

    /// Moves the write-ahead log into the database, so that it does not grow.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn end_work(&self) -> anyhow::Result<()> {
        kill_point("checkpoint-before");
        if !self.store.checkpoint()? {
            tracing::info!("a reader keeps the write-ahead log; the next task moves it");
        }
        kill_point("checkpoint-after");
        Ok(())
    }

    /// Begins a run in the ledger, does its work, and writes its events and its end in one piece; where the work fails,
    /// the run is in the ledger as failed, with the reason.
    pub(super) fn in_ledger<T>(
        &mut self,
        start: &NewRun,
        work: impl FnOnce(&Self) -> anyhow::Result<T>,
        record: impl FnOnce(&mut Self, RunId, &T) -> anyhow::Result<()>,
    ) -> anyhow::Result<T> {
        let run = self.store.begin_run(start)?;
        kill_point("run-begun");
        let done = work(self).and_then(|found| record(self, run, &found).map(|()| found));
        if let Err(error) = &done {
            // A full disk refuses this too: the first error is the one to be told, and the next task finds the run.
            if let Err(second) = self.store.fail_run(run, Utc::now(), &json!({ "error": format!("{error:#}") })) {
                tracing::warn!(error = %second, "the failed run could not be written down as such");
            }
        }
        done
    }

    /// Writes the events of a run and its end.
    pub(super) fn record(&mut self, run: RunId, tally: &Value, events: &Events<'_>) -> anyhow::Result<()> {
        Ok(self.store.record_run(run, Utc::now(), tally, events)?)
    }
}

/// Refuses to begin what the disk has no room for: `bytes`, and what is left free in any case.
///
/// # Errors
/// Too little free space, or the disk cannot be asked.
pub(super) fn check_space(path: &Path, bytes: u64) -> anyhow::Result<()> {
    let free = free_bytes(path).with_context(|| format!("looking for free space at {}", path.display()))?;
    let needed = bytes.saturating_add(RESERVE_BYTES);
    if free < needed {
        let mib = |bytes: u64| bytes >> 20;
        bail!(
            "only {} MiB free on the disk of {}, and {} MiB are needed: free some space and try again; \
             nothing was changed",
            mib(free),
            path.display(),
            mib(needed)
        );
    }
    Ok(())
}
