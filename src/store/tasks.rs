//! The daemon's tasks and the daemon itself: what it must know after a restart, and what others are told.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::instant::Micros;
use super::row::{self, Fields};
use super::{Store, StoreError};
use crate::machine::clock::{Reading, Uptime};

/// How a run of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It has not ended.
    Running,
    /// It did what it is for.
    Done,
    /// It ended with an error.
    Failed,
    /// It ended well, but a source is held or what it sent was refused.
    Held,
    /// It was asked to stop.
    Cancelled,
    /// The process ended under it.
    Interrupted,
}

impl TaskOutcome {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Done, Self::Failed, Self::Held, Self::Cancelled, Self::Interrupted];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The last run of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct LastRun {
    /// Start, by the wall clock.
    pub started_at: DateTime<Utc>,
    /// End, by the wall clock; `None` while it runs or where the process ended under it.
    pub finished_at: Option<DateTime<Utc>>,
    /// How long it took, s, whatever the wall clock did meanwhile.
    pub duration_s: Option<f64>,
    /// How it ended.
    pub outcome: TaskOutcome,
}

/// A task of the daemon.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRecord {
    /// Its word.
    pub name: String,
    /// From when the wait for its next run is measured.
    pub anchor: Reading,
    /// The wait.
    pub wait: TimeDelta,
    /// Its last run.
    pub last: Option<LastRun>,
    /// What the last run came to, or why it failed, in a line.
    pub summary: String,
    /// What the last run came to, in figures.
    pub detail: Option<Value>,
    /// End of the last run that was done or held.
    pub done_at: Option<DateTime<Utc>>,
    /// Runs begun.
    pub runs: u32,
    /// Due times that passed while it ran.
    pub skips: u32,
    /// Due times that passed while the daemon did not run.
    pub misses: u32,
    /// Runs in a row, up to the last, that failed or under which the process ended.
    pub failures: u32,
}

/// The time as a source told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What the source said.
    pub time: DateTime<Utc>,
    /// When it was asked.
    pub at: Reading,
}

/// The daemon that runs or ran last.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonRecord {
    /// Its process.
    pub process_id: u32,
    /// Its start.
    pub started_at: DateTime<Utc>,
    /// Both clocks as it last saw them agree.
    pub seen: Reading,
}

const TASK_COLUMNS: &str = "name, anchor_wall, anchor_boot_id, anchor_uptime_s, wait_s, started_at, finished_at, \
     duration_s, outcome, summary, detail, done_at, runs, skips, misses, failures";

impl Store {
    /// The tasks that a daemon has written down, by name.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn tasks(&self) -> Result<Vec<TaskRecord>, StoreError> {
        self.read("reading the tasks", |connection| {
            let mut statement = connection.prepare(&format!("SELECT {TASK_COLUMNS} FROM task ORDER BY name"))?;
            let rows = statement.query_map([], read_task)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// Writes tasks down, each in the place of its namesake.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn put_tasks(&mut self, tasks: &[TaskRecord]) -> Result<(), StoreError> {
        self.write("writing the tasks", |transaction| {
            let values = row::placeholders(TASK_COLUMNS);
            let mut statement =
                transaction.prepare(&format!("INSERT OR REPLACE INTO task ({TASK_COLUMNS}) VALUES ({values})"))?;
            for task in tasks {
                let (boot_id, uptime_s) = parts(task.anchor.uptime.as_ref());
                let last = task.last.as_ref();
                statement.execute(params![
                    task.name,
                    Micros(task.anchor.wall),
                    boot_id,
                    uptime_s,
                    task.wait.as_seconds_f64(),
                    last.map(|last| Micros(last.started_at)),
                    last.and_then(|last| last.finished_at).map(Micros),
                    last.and_then(|last| last.duration_s),
                    last.map(|last| last.outcome.as_str()),
                    task.summary,
                    task.detail.as_ref().map(Value::to_string),
                    task.done_at.map(Micros),
                    task.runs,
                    task.skips,
                    task.misses,
                    task.failures,
                ])?;
            }
            Ok(())
        })
    }

    /// The daemon that runs or ran last; `None` where none ever did.
    ///
    /// # Errors
    /// An error of the disk, or a row that was changed by hand.
    pub fn daemon(&self) -> Result<Option<DaemonRecord>, StoreError> {
        self.read("reading the tasks", |connection| {
            let sql = "SELECT process_id, started_at, seen_wall, seen_boot_id, seen_uptime_s FROM daemon WHERE id = 1";
            Ok(connection
                .query_row(sql, [], |row| {
                    let mut fields = Fields::of(row);
                    Ok(DaemonRecord {
                        process_id: fields.take()?,
                        started_at: fields.take::<Micros>()?.0,
                        seen: reading(&mut fields)?,
                    })
                })
                .optional()?)
        })
    }

    /// Writes down which daemon runs and what it sees of the clocks.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn put_daemon(&mut self, daemon: &DaemonRecord) -> Result<(), StoreError> {
        self.write("writing the tasks", |transaction| {
            let (boot_id, uptime_s) = parts(daemon.seen.uptime.as_ref());
            transaction.execute(
                "INSERT OR REPLACE INTO daemon (id, process_id, started_at, seen_wall, seen_boot_id, seen_uptime_s) \
                 VALUES (1, ?, ?, ?, ?, ?)",
                params![daemon.process_id, Micros(daemon.started_at), Micros(daemon.seen.wall), boot_id, uptime_s],
            )?;
            Ok(())
        })
    }

    /// The time that a source told last, with the clocks as they stood when it was asked.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn told_time(&self) -> Result<Option<Told>, StoreError> {
        self.read("reading the ledger", |connection| {
            let sql = "SELECT server_date, clock_wall, clock_boot_id, clock_uptime_s FROM request \
                       WHERE server_date IS NOT NULL ORDER BY id DESC LIMIT 1";
            Ok(connection
                .query_row(sql, [], |row| {
                    let mut fields = Fields::of(row);
                    Ok(Told { time: fields.take::<Micros>()?.0, at: reading(&mut fields)? })
                })
                .optional()?)
        })
    }
}

fn parts(uptime: Option<&Uptime>) -> (Option<&str>, Option<f64>) {
    (uptime.map(|uptime| uptime.boot_id.as_str()), uptime.map(|uptime| uptime.seconds))
}

fn reading(fields: &mut Fields<'_>) -> rusqlite::Result<Reading> {
    let wall = fields.take::<Micros>()?.0;
    let (boot_id, seconds): (Option<String>, Option<f64>) = (fields.take()?, fields.take()?);
    let uptime = boot_id.zip(seconds).map(|(boot_id, seconds)| Uptime { boot_id, seconds });
    Ok(Reading { wall, uptime })
}

fn read_task(row: &rusqlite::Row<'_>) -> rusqlite::Result<TaskRecord> {
    let mut fields = Fields::of(row);
    let name = fields.take()?;
    let anchor = reading(&mut fields)?;
    let wait_s: f64 = fields.take()?;
    let started_at: Option<Micros> = fields.take()?;
    let finished_at: Option<Micros> = fields.take()?;
    let duration_s = fields.take()?;
    let outcome = outcome(&mut fields)?;
    Ok(TaskRecord {
        name,
        anchor,
        wait: TimeDelta::milliseconds((wait_s * 1000.0).round() as i64),
        last: started_at.zip(outcome).map(|(started_at, outcome)| LastRun {
            started_at: started_at.0,
            finished_at: finished_at.map(|time| time.0),
            duration_s,
            outcome,
        }),
        summary: fields.take()?,
        detail: row::json(&mut fields)?,
        done_at: fields.take::<Option<Micros>>()?.map(|time| time.0),
        runs: fields.take()?,
        skips: fields.take()?,
        misses: fields.take()?,
        failures: fields.take()?,
    })
}

fn outcome(fields: &mut Fields<'_>) -> rusqlite::Result<Option<TaskOutcome>> {
    let word: Option<String> = fields.take()?;
    let known = |word: &str| TaskOutcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
    // The column's own check lets no other word in.
    Ok(word.as_deref().and_then(known))
}
