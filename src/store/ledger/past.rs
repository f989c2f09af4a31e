//! What the ledger knows: the reading side.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Outcome, RequestId};
use crate::machine::clock::{Reading, Uptime};
use crate::store::error::Failure;
use crate::store::instant::Micros;
use crate::store::row::{Fields, word};
use crate::store::{Store, StoreError};

/// What a rule needs to know before a request of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The hold on the source.
    pub hold: Option<Hold>,
    /// When the query was sent last, whatever came of it; requests that a person waived do not count.
    pub last_sent: Option<Reading>,
    /// How often since then the source was not reached.
    pub misses: u32,
    /// When it was not reached last.
    pub last_miss: Option<Reading>,
    /// The latest requests to the source of whatever query, latest first, at most [`RECENT`] of them.
    pub recent: Vec<Reading>,
}

/// How many of a source's latest requests are looked at: as many as it may be asked in an hour.
pub const RECENT: usize = 300;

/// A source that is not asked for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Source.
    pub source: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, for people.
    pub reason: String,
}

/// The last download of a query that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Good {
    /// When it was asked for, as the clocks stood.
    pub asked: Reading,
    /// When it was asked for, by the wall clock of then.
    pub asked_at: DateTime<Utc>,
    /// Objects, or days of Earth orientation.
    pub objects: usize,
    /// Newest epoch, or last day.
    pub newest: Option<DateTime<Utc>>,
    /// Whether the next download is compared with it.
    pub is_measure: bool,
}

/// Requests of a query in a row, up to the latest, that brought no answer to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// When the first of them was asked.
    pub since: DateTime<Utc>,
    /// How many they are.
    pub times: u32,
    /// Why the latest ended so, for people.
    pub reason: String,
}

/// A request as it stands in the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRow {
    /// Its number.
    pub id: RequestId,
    /// Source.
    pub source: String,
    /// Query.
    pub query: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status.
    pub http_status: Option<u16>,
    /// Length of the body as it came, bytes.
    pub bytes: Option<u64>,
    /// Objects, or days of Earth orientation.
    pub objects: Option<usize>,
    /// The source's own clock.
    pub server_date: Option<DateTime<Utc>>,
    /// Why it ended so, for people.
    pub reason: String,
}

impl Store {
    /// What the ledger knows before a request of a query.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn request_history(&self, source: &str, query: &str) -> Result<History, StoreError> {
        self.read("reading the ledger", |connection| history(connection, source, query))
    }

    /// The last download of a query that was taken.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn last_good(&self, source: &str, query: &str) -> Result<Option<Good>, StoreError> {
        self.read("reading the ledger", |connection| {
            let sql = "SELECT clock_wall, clock_boot_id, clock_uptime_s, asked_at, objects, newest, measure \
                       FROM request WHERE source = ? AND query = ? AND outcome = 'fetched' ORDER BY id DESC LIMIT 1";
            let read = |row: &Row<'_>| {
                let mut fields = Fields::of(row);
                Ok(Good {
                    asked: clock(&mut fields)?,
                    asked_at: fields.take::<Micros>()?.0,
                    objects: fields.count()?,
                    newest: fields.take::<Option<Micros>>()?.map(|newest| newest.0),
                    is_measure: fields.take()?,
                })
            };
            Ok(connection.query_row(sql, [source, query], read).optional()?)
        })
    }

    /// The last request of a query, however it ended.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn last_request(&self, source: &str, query: &str) -> Result<Option<RequestRow>, StoreError> {
        self.read("reading the ledger", |connection| {
            let sql = format!(
                "SELECT {REQUEST_COLUMNS} FROM request WHERE source = ? AND query = ? ORDER BY id DESC LIMIT 1"
            );
            Ok(connection.query_row(&sql, [source, query], read_request).optional()?)
        })
    }

    /// The requests of a query that failed since its source last answered; `None` where none did.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn failing(&self, source: &str, query: &str) -> Result<Option<Failing>, StoreError> {
        self.read("reading the ledger", |connection| {
            let mut statement = connection.prepare(
                "SELECT asked_at, reason FROM request WHERE source = ?1 AND query = ?2 \
                 AND outcome IN ('refused', 'status', 'not_reached', 'broken', 'interrupted') \
                 AND id > (SELECT coalesce(max(id), 0) FROM request WHERE source = ?1 AND query = ?2 \
                           AND outcome IN ('fetched', 'unchanged', 'no_data')) ORDER BY id",
            )?;
            let rows = statement.query_map([source, query], |row| Ok((row.get::<_, Micros>(0)?.0, row.get(1)?)))?;
            let mut failing: Option<Failing> = None;
            for row in rows {
                let (asked_at, reason) = row?;
                let (since, times) = failing.map_or((asked_at, 0), |before| (before.since, before.times));
                failing = Some(Failing { since, times: times + 1, reason });
            }
            Ok(failing)
        })
    }

    /// The latest requests, latest first, at most `limit`.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn requests(&self, limit: usize) -> Result<Vec<RequestRow>, StoreError> {
        self.read("reading the ledger", |connection| {
            let mut statement =
                connection.prepare(&format!("SELECT {REQUEST_COLUMNS} FROM request ORDER BY id DESC LIMIT ?"))?;
            let rows = statement.query_map([crate::store::row::count(limit)], read_request)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// The sources that are held.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        self.read("reading the ledger", |connection| {
            let mut statement = connection.prepare("SELECT source, since, reason FROM hold ORDER BY source")?;
            let rows = statement.query_map([], read_hold)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

pub(super) fn hold(connection: &Connection, source: &str) -> Result<Option<Hold>, Failure> {
    let sql = "SELECT source, since, reason FROM hold WHERE source = ?";
    Ok(connection.query_row(sql, [source], read_hold).optional()?)
}

fn read_hold(row: &Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold { source: row.get(0)?, since: row.get::<_, Micros>(1)?.0, reason: row.get(2)? })
}

pub(super) fn history(connection: &Connection, source: &str, query: &str) -> Result<History, Failure> {
    const CLOCK: &str = "SELECT clock_wall, clock_boot_id, clock_uptime_s FROM request";
    let read_clock = |row: &Row<'_>| clock(&mut Fields::of(row));
    let last_sent = connection
        .query_row(
            &format!(
                "{CLOCK} WHERE source = ? AND query = ? AND outcome <> 'not_reached' AND waived = 0 \
                 ORDER BY id DESC LIMIT 1"
            ),
            [source, query],
            read_clock,
        )
        .optional()?;
    let missed = "WHERE source = ?1 AND query = ?2 AND outcome = 'not_reached' AND waived = 0 \
                  AND id > (SELECT coalesce(max(id), 0) FROM request \
                            WHERE source = ?1 AND query = ?2 AND outcome <> 'not_reached')";
    let misses =
        connection.query_row(&format!("SELECT count(*) FROM request {missed}"), [source, query], |row| row.get(0))?;
    let last_miss = connection
        .query_row(&format!("{CLOCK} {missed} ORDER BY id DESC LIMIT 1"), [source, query], read_clock)
        .optional()?;
    let mut statement = connection.prepare_cached(&format!("{CLOCK} WHERE source = ? ORDER BY id DESC LIMIT ?"))?;
    let rows = statement.query_map(params![source, crate::store::row::count(RECENT)], read_clock)?;
    let recent = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(History { hold: hold(connection, source)?, last_sent, misses, last_miss, recent })
}

fn clock(fields: &mut Fields<'_>) -> rusqlite::Result<Reading> {
    let wall = fields.take::<Micros>()?.0;
    let (boot_id, seconds): (Option<String>, Option<f64>) = (fields.take()?, fields.take()?);
    Ok(Reading { wall, uptime: boot_id.zip(seconds).map(|(boot_id, seconds)| Uptime { boot_id, seconds }) })
}

/// In the order of [`read_request`].
const REQUEST_COLUMNS: &str =
    "id, source, query, asked_at, ended_at, outcome, http_status, bytes, objects, server_date, reason";

fn read_request(row: &Row<'_>) -> rusqlite::Result<RequestRow> {
    let mut fields = Fields::of(row);
    Ok(RequestRow {
        id: RequestId(fields.take()?),
        source: fields.take()?,
        query: fields.take()?,
        asked_at: fields.take::<Micros>()?.0,
        ended_at: fields.take::<Option<Micros>>()?.map(|time| time.0),
        outcome: word(&mut fields, Outcome::ALL, Outcome::as_str)?,
        http_status: fields.take()?,
        bytes: fields.take::<Option<i64>>()?.map(i64::cast_unsigned),
        objects: fields.take::<Option<i64>>()?.map(|objects| usize::try_from(objects).unwrap_or(0)),
        server_date: fields.take::<Option<Micros>>()?.map(|time| time.0),
        reason: fields.take()?,
    })
}
