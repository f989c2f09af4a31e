//! What the database holds, in figures.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::catalogue::{SOURCE_COLUMNS, SourceRecord, current_set, read_source_record};
use super::error::Failure;
use super::instant::Nanos;
use super::row::Fields;
use super::runs::{self, Run};
use super::snapshot::{self, Snapshot};
use super::{Store, StoreError, open};

/// The state of a database.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Version of the schema.
    pub schema_version: i32,
    /// Version of SQLite.
    pub sqlite_version: String,
    /// Size of the database, bytes.
    pub database_bytes: u64,
    /// Size of the write-ahead log beside it, bytes.
    pub log_bytes: u64,
    /// Rows of each table that a user asks about.
    pub counts: Counts,
    /// Objects that have a current element set.
    pub current_objects: usize,
    /// Epoch of the oldest current element set.
    pub oldest_epoch: Option<DateTime<Utc>>,
    /// Epoch of the newest current element set.
    pub newest_epoch: Option<DateTime<Utc>>,
    /// First and last day of Earth orientation, as modified Julian dates.
    pub earth_orientation_mjd: Option<(i32, i32)>,
    /// The active snapshot.
    pub snapshot: Option<Snapshot>,
    /// The run begun last, however it ended.
    pub last_run: Option<Run>,
    /// Of each locator the source imported last, the latest first.
    pub sources: Vec<SourceSummary>,
}

/// Numbers of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects.
    pub objects: usize,
    /// Element sets with all history.
    pub element_sets: usize,
    /// Sources.
    pub sources: usize,
    /// Runs.
    pub runs: usize,
    /// Conjunctions of all runs.
    pub conjunctions: usize,
    /// Overflights of all runs.
    pub overflights: usize,
    /// Passes of all runs.
    pub passes: usize,
}

/// A source with what its reader counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// The source.
    pub source: SourceRecord,
    /// Records taken.
    pub accepted: usize,
    /// Records refused.
    pub rejected: usize,
    /// Records that another of the same source repeated.
    pub duplicates: usize,
}

impl Store {
    /// What the database holds.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn status(&self) -> Result<Status, StoreError> {
        let mut status = self.read("reading the status", status)?;
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        status.log_bytes = std::fs::metadata(log).map_or(0, |metadata| metadata.len());
        Ok(status)
    }
}

fn status(connection: &Connection) -> Result<Status, Failure> {
    let (current_objects, oldest_epoch, newest_epoch) = current(connection)?;
    Ok(Status {
        schema_version: open::schema_version(connection)?,
        sqlite_version: rusqlite::version().to_owned(),
        database_bytes: connection.query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get::<_, i64>(0).map(i64::cast_unsigned),
        )?,
        log_bytes: 0,
        counts: counts(connection)?,
        current_objects,
        oldest_epoch,
        newest_epoch,
        earth_orientation_mjd: connection.query_row("SELECT min(mjd), max(mjd) FROM earth_orientation", [], |row| {
            Ok(row.get::<_, Option<i32>>(0)?.zip(row.get(1)?))
        })?,
        snapshot: snapshot::active(connection)?.map(|(snapshot, _)| snapshot),
        last_run: runs::run(connection, "WHERE id > ? ORDER BY id DESC LIMIT 1", 0)?,
        sources: sources(connection)?,
    })
}

/// Number of objects with a current set, and the epochs of the oldest and the newest.
type Current = (usize, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn current(connection: &Connection) -> Result<Current, Failure> {
    let sql = format!(
        "SELECT count(*), min(e.epoch), max(e.epoch) FROM object o JOIN element_set e ON e.id = ({})",
        current_set(connection)?
    );
    Ok(connection.query_row(&sql, [], |row| {
        let mut fields = Fields::of(row);
        let number = fields.count()?;
        let mut epoch = || fields.take::<Option<Nanos>>().map(|epoch| epoch.map(|epoch| epoch.0));
        Ok((number, epoch()?, epoch()?))
    })?)
}

fn counts(connection: &Connection) -> rusqlite::Result<Counts> {
    let sql = "SELECT (SELECT count(*) FROM object), (SELECT count(*) FROM element_set), \
               (SELECT count(*) FROM source), (SELECT count(*) FROM run), (SELECT count(*) FROM conjunction), \
               (SELECT count(*) FROM overflight), (SELECT count(*) FROM pass)";
    connection.query_row(sql, [], |row| {
        let mut fields = Fields::of(row);
        Ok(Counts {
            objects: fields.count()?,
            element_sets: fields.count()?,
            sources: fields.count()?,
            runs: fields.count()?,
            conjunctions: fields.count()?,
            overflights: fields.count()?,
            passes: fields.count()?,
        })
    })
}

fn sources(connection: &Connection) -> rusqlite::Result<Vec<SourceSummary>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {SOURCE_COLUMNS}, accepted, rejected, duplicates FROM source \
         WHERE id IN (SELECT max(id) FROM source GROUP BY kind, locator) ORDER BY id DESC"
    ))?;
    let rows = statement.query_map([], |row| {
        let mut fields = Fields::of(row);
        Ok(SourceSummary {
            source: read_source_record(&mut fields)?,
            accepted: fields.count()?,
            rejected: fields.count()?,
            duplicates: fields.count()?,
        })
    })?;
    rows.collect()
}
