//! The ledger of runs: what was computed, over which window, and how it ended.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::error::Failure;
use super::instant::Micros;
use super::row::{Fields, json, word};
use super::{Store, StoreError};
use crate::astro::time::Window;

/// The number of a run, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// What a run computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Everything: one whole cycle.
    Cycle,
    /// Conjunctions.
    Screening,
    /// Overflights of the regions and passes over the sites.
    Overflights,
    /// Passes alone.
    Passes,
    /// Coverage.
    Coverage,
}

impl RunKind {
    const ALL: [Self; 5] = [Self::Cycle, Self::Screening, Self::Overflights, Self::Passes, Self::Coverage];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cycle => "cycle",
            Self::Screening => "screening",
            Self::Overflights => "overflights",
            Self::Passes => "passes",
            Self::Coverage => "coverage",
        }
    }

    /// The kind that computes this one too.
    const fn wider(self) -> Self {
        match self {
            Self::Passes => Self::Overflights,
            other => other,
        }
    }
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunStatus {
    /// Begun and not ended: at work, or its process died.
    Running,
    /// Ended, its events are in the store.
    Done,
    /// Ended without events.
    Failed,
}

impl RunStatus {
    const ALL: [Self; 3] = [Self::Running, Self::Done, Self::Failed];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// A run about to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// What it computes.
    pub kind: RunKind,
    /// When it began, by the wall clock.
    pub started_at: DateTime<Utc>,
    /// What it takes for now: the wall clock, the snapshot's, or the user's.
    pub clock: DateTime<Utc>,
    /// The time it looks at.
    pub window: Window,
    /// What was asked, from which the store sees which events the run has looked at: `threshold_km`, `primaries` (every
    /// pair, unless it is there and not `"all"`), names of `regions` and `sites`, `pass_hours` (the window's, unless it is
    /// there), numbers of `overflight_objects` and `pass_objects` (every object, unless they are there).
    pub parameters: Value,
}

/// A run in the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// What it computes, when it began, over which window, with which parameters.
    pub start: NewRun,
    /// How it stands.
    pub status: RunStatus,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What it dropped and why.
    pub tally: Option<Value>,
    /// The snapshot that was active when it began.
    pub snapshot: Option<String>,
}

/// Whose events are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunChoice {
    /// The last run that is done and computed events of the sort.
    #[default]
    Latest,
    /// This run.
    Id(RunId),
}

impl Store {
    /// Writes down that a run begins. It has no events until [`Store::record_run`].
    ///
    /// # Errors
    /// An error of the disk.
    pub fn begin_run(&mut self, run: &NewRun) -> Result<RunId, StoreError> {
        self.write("beginning a run", |transaction| {
            transaction.execute(
                "INSERT INTO run (kind, started_at, clock, window_start, window_end, status, parameters, snapshot) \
                 VALUES (?, ?, ?, ?, ?, 'running', ?, (SELECT value FROM setting WHERE key = 'snapshot'))",
                params![
                    run.kind.as_str(),
                    Micros(run.started_at),
                    Micros(run.clock),
                    Micros(run.window.start),
                    Micros(run.window.end),
                    run.parameters.to_string()
                ],
            )?;
            Ok(RunId(transaction.last_insert_rowid()))
        })
    }

    /// Writes down that a run failed, with what is known about it.
    ///
    /// # Errors
    /// [`StoreError::NotRunning`] when the run has ended; an error of the disk.
    pub fn fail_run(&mut self, id: RunId, finished_at: DateTime<Utc>, tally: &Value) -> Result<(), StoreError> {
        self.write("ending a run", |transaction| end(transaction, id, RunStatus::Failed, finished_at, tally))
    }

    /// Calls every run that is still under way failed, because its process was interrupted, and returns how many there
    /// were: for whoever is sure that no other process has one.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn fail_interrupted_runs(&mut self, finished_at: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("ending interrupted runs", |transaction| {
            Ok(transaction.execute(
                "UPDATE run SET status = 'failed', finished_at = ?, tally = ? WHERE status = 'running'",
                params![Micros(finished_at), serde_json::json!({ "error": "interrupted" }).to_string()],
            )?)
        })
    }

    /// The last run that is done and computed what `kind` asks; a whole cycle computes everything.
    ///
    /// # Errors
    /// An error of the disk, or a row that was changed by hand.
    pub fn latest_run(&self, kind: RunKind) -> Result<Option<Run>, StoreError> {
        self.read("reading the ledger", |connection| match chosen(connection, RunChoice::Latest, kind)? {
            Some(id) => Ok(run(connection, "WHERE id = ?", id.0)?),
            None => Ok(None),
        })
    }

    /// A run by its number.
    ///
    /// # Errors
    /// An error of the disk, or a row that was changed by hand.
    pub fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        self.read("reading the ledger", |connection| Ok(run(connection, "WHERE id = ?", id.0)?))
    }
}

/// The run whose events of the sort `kind` are asked for.
pub(super) fn chosen(connection: &Connection, choice: RunChoice, kind: RunKind) -> rusqlite::Result<Option<RunId>> {
    match choice {
        RunChoice::Id(id) => Ok(Some(id)),
        RunChoice::Latest => connection
            .query_row(
                "SELECT max(id) FROM run WHERE status = 'done' AND kind IN ('cycle', ?, ?)",
                [kind.as_str(), kind.wider().as_str()],
                |row| row.get::<_, Option<i64>>(0),
            )
            .map(|id| id.map(RunId)),
    }
}

/// The first run that a clause with one parameter finds.
pub(super) fn run(connection: &Connection, clause: &str, parameter: i64) -> rusqlite::Result<Option<Run>> {
    let sql = format!(
        "SELECT id, kind, started_at, clock, window_start, window_end, parameters, status, finished_at, tally, \
         snapshot FROM run {clause}"
    );
    connection.query_row(&sql, [parameter], |row| read(&mut Fields::of(row))).optional()
}

fn read(fields: &mut Fields<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: RunId(fields.take()?),
        start: NewRun {
            kind: word(fields, RunKind::ALL, RunKind::as_str)?,
            started_at: fields.take::<Micros>()?.0,
            clock: fields.take::<Micros>()?.0,
            window: Window { start: fields.take::<Micros>()?.0, end: fields.take::<Micros>()?.0 },
            parameters: json(fields)?.unwrap_or_default(),
        },
        status: word(fields, RunStatus::ALL, RunStatus::as_str)?,
        finished_at: fields.take::<Option<Micros>>()?.map(|time| time.0),
        tally: json(fields)?,
        snapshot: fields.take()?,
    })
}

/// Ends a run that is under way.
pub(super) fn end(
    connection: &Connection,
    id: RunId,
    status: RunStatus,
    finished_at: DateTime<Utc>,
    tally: &Value,
) -> Result<(), Failure> {
    let changed = connection.execute(
        "UPDATE run SET status = ?, finished_at = ?, tally = ? WHERE id = ? AND status = 'running'",
        params![status.as_str(), Micros(finished_at), tally.to_string(), id.0],
    )?;
    if changed == 1 { Ok(()) } else { Err(Failure::Refused(StoreError::NotRunning { id: id.0 })) }
}
