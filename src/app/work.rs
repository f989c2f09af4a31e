//! How every use case works: what it is asked, under which lock, with what room on the disk, how its run gets into the
//! ledger, and what it tells in the end.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::Utc;
use serde_json::{Value, json};

use super::App;
use crate::machine::disk::free_bytes;
use crate::machine::kill_point::kill_point;
use crate::machine::lock::{Lock, LockError};
use crate::store::Store;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunId};

/// What one cycle covers; the configuration's figures unless told otherwise.
#[derive(Clone, Debug, Default)]
pub struct CycleRequest {
    /// Length of the window, hours.
    pub window_hours: Option<f64>,
    /// Approaches below this distance are stored, km.
    pub threshold_km: Option<f64>,
}

/// What a use case did.
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

/// How the words begin that a daemon writes into its lock.
pub const DAEMON_RUNS: &str = "a daemon runs on this database: ";

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
