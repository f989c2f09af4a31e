//! How things stand: the database, the sources, the tasks, the clock, the disk, and what a person should look at.

mod metrics;
mod sources;
mod warnings;

use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::screen::is_stale;
use super::sync::plan::FeedState;
use super::task::Task;
use super::trust::{Trust, glance};
use super::work::{DAEMON_RUNS, lock_path};
use crate::machine::clock::Reading;
use crate::machine::disk::free_bytes;
use crate::machine::lock::Lock;
use crate::store::alerts::{Attempt, PastAlert};
use crate::store::catalogue::CatalogueFilter;
use crate::store::ledger::Hold;
use crate::store::status::Status;
use crate::store::tasks::{DaemonRecord, TaskRecord};

pub use metrics::write_metrics;
pub use warnings::{Warning, warnings};

/// Alerts that the status names.
const ALERTS: u32 = 5;

/// How things stand.
#[derive(Debug)]
pub struct Facts {
    /// The database file; `None` where the bundled snapshot answers.
    pub database: Option<PathBuf>,
    /// What it holds.
    pub store: Status,
    /// The time taken for now: the user's, the active snapshot's, or the wall clock.
    pub clock: DateTime<Utc>,
    /// Both clocks of the machine.
    pub now: Reading,
    /// What one may think of the wall clock.
    pub trust: Trust,
    /// Objects whose element set is too old for its orbit.
    pub stale_objects: usize,
    /// Whether most are; never said by a clock that is not trusted.
    pub stale: bool,
    /// The daemon that runs.
    pub daemon: Option<DaemonFacts>,
    /// The daemon that ended without having stopped in order, `process 12, since …`, where none was started since.
    pub lost_daemon: Option<String>,
    /// What the daemon does, in the order of the tasks; empty where none ever ran.
    pub tasks: Vec<TaskFacts>,
    /// What the sources are asked, with its past and what is next.
    pub feeds: Vec<FeedState>,
    /// The period of the configuration in which the sources are asked.
    pub sync_every: TimeDelta,
    /// How long the watched folder may bring nothing.
    pub inbox_alarm_after: TimeDelta,
    /// Sources that are held.
    pub holds: Vec<Hold>,
    /// What was told of conjunctions, the latest first.
    pub alerts: Vec<PastAlert>,
    /// How the ways out of the configuration's alerts do.
    pub attempts: Vec<Attempt>,
    /// Free space where the database stands, bytes.
    pub free_bytes: Option<u64>,
    /// Whether the sources can be told whom to write to.
    pub has_contact: bool,
}

/// The daemon that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonFacts {
    /// What its lock says of it.
    pub holder: String,
    /// What it wrote down of itself.
    pub record: Option<DaemonRecord>,
}

/// A task of the daemon.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskFacts {
    /// Which.
    pub task: Task,
    /// What the daemon wrote down of it.
    pub record: TaskRecord,
    /// Its period.
    pub every: TimeDelta,
    /// When it is due, by the wall clock as it stands.
    pub due_at: DateTime<Utc>,
}

impl Facts {
    /// Looks at everything; `now` is the machine's clock.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn gather(app: &App, now: &Reading) -> anyhow::Result<Self> {
        let daemon = running(app)?;
        let seen = daemon.as_ref().and_then(|daemon| daemon.record.as_ref()).map(|record| &record.seen);
        let trust = if app.now.is_some() { Trust::Good } else { glance(now, seen) };
        let clock = app.clock()?;
        let entries = app.store.current_elements(&CatalogueFilter::default())?;
        let elements: Vec<_> = entries.into_iter().map(|entry| entry.elements).collect();
        // An active snapshot brings a clock of its own.
        let can_tell = trust == Trust::Good || app.store.snapshot()?.is_some();
        let stale_objects = elements.iter().filter(|elements| can_tell && elements.is_stale(clock)).count();
        Ok(Self {
            database: app.database.clone(),
            store: app.store.status()?,
            clock,
            now: now.clone(),
            trust,
            stale_objects,
            stale: can_tell && is_stale(&elements, clock),
            lost_daemon: lost_daemon(app),
            daemon,
            tasks: tasks(app, now)?,
            feeds: app.feeds()?,
            sync_every: Task::Sync.every(&app.config.daemon),
            inbox_alarm_after: app.config.inbox.alarm_after.0,
            holds: app.store.holds()?,
            alerts: app.store.last_alerts(ALERTS)?,
            attempts: attempts(app)?,
            free_bytes: app.database.as_deref().and_then(|path| free_bytes(path).ok()),
            has_contact: app.config.contact.is_some(),
        })
    }
}

fn attempts(app: &App) -> anyhow::Result<Vec<Attempt>> {
    let is_configured = |attempt: &Attempt| app.config.alert.iter().any(|alert| alert.name == attempt.rule);
    Ok(app.store.alert_attempts()?.into_iter().filter(is_configured).collect())
}

fn running(app: &App) -> anyhow::Result<Option<DaemonFacts>> {
    let Some(database) = &app.database else { return Ok(None) };
    // A lock that cannot be looked at, such as another user's, tells nothing.
    let holder = Lock::holder(&lock_path(database, "daemon")).unwrap_or(None);
    let record = app.store.daemon().context("reading about the daemon")?;
    Ok(holder.map(|holder| DaemonFacts { holder, record }))
}

fn lost_daemon(app: &App) -> Option<String> {
    // As above.
    let said = Lock::left(&lock_path(app.database.as_deref()?, "daemon")).unwrap_or(None)?;
    said.strip_prefix(DAEMON_RUNS).map(str::to_owned)
}

fn tasks(app: &App, now: &Reading) -> anyhow::Result<Vec<TaskFacts>> {
    let records = app.store.tasks()?;
    let facts = |task: Task| {
        let record = records.iter().find(|record| record.name == task.as_str())?.clone();
        let remaining = record.wait - now.since(&record.anchor);
        let due_at = now.wall.checked_add_signed(remaining).unwrap_or(now.wall);
        Some(TaskFacts { task, record, every: task.every(&app.config.daemon), due_at })
    };
    Ok(Task::ALL.into_iter().filter_map(facts).collect())
}
