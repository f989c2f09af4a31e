//! The ledger: every request to a source, written and committed before it is sent, and which sources are held.
//!
//! What is allowed is not decided here: [`Store::reserve`] hands what the ledger knows to the caller's rule inside the
//! transaction that writes the request, so that of twenty processes which ask at once one is allowed.

mod carry;
mod past;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::error::Failure;
use super::instant::Micros;
use super::row::count;
use super::{Store, StoreError};
use crate::machine::clock::{Reading, Uptime};

pub use carry::Rows;
pub(super) use carry::rows;
pub use past::{Failing, Good, History, Hold, RECENT, RequestRow};

/// Number of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub i64);

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Not yet: it is under way, or its process has died.
    Asked,
    /// Its data were taken.
    Fetched,
    /// The source has nothing newer than what it sent before.
    Unchanged,
    /// The source has nothing for this query.
    NoData,
    /// What came was refused.
    Refused,
    /// The source answered with another status than 200.
    Status,
    /// The source was not reached: nothing was asked.
    NotReached,
    /// The answer broke off, was too large, took too long, or could not be written down.
    Broken,
    /// The user or the system stopped it.
    Cancelled,
    /// Its process died before it ended.
    Interrupted,
}

impl Outcome {
    pub(super) const ALL: [Self; 10] = [
        Self::Asked,
        Self::Fetched,
        Self::Unchanged,
        Self::NoData,
        Self::Refused,
        Self::Status,
        Self::NotReached,
        Self::Broken,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Fetched => "fetched",
            Self::Unchanged => "unchanged",
            Self::NoData => "no_data",
            Self::Refused => "refused",
            Self::Status => "status",
            Self::NotReached => "not_reached",
            Self::Broken => "broken",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What came back, before anybody has looked into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// HTTP status.
    pub status: u16,
    /// Length of the body as it came, bytes.
    pub bytes: u64,
    /// SHA-256 of the body as it came, hexadecimal.
    pub sha256: String,
    /// The source's own clock.
    pub server_date: Option<DateTime<Utc>>,
}

/// What a download held, for comparison with the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Objects, or days of Earth orientation.
    pub objects: usize,
    /// Records refused.
    pub rejected: usize,
    /// Newest epoch, or last day.
    pub newest: Option<DateTime<Utc>>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub outcome: Outcome,
    /// Why, for people; may be empty.
    pub reason: String,
    /// HTTP status, where one came with an answer that broke off.
    pub status: Option<u16>,
    /// What the download held.
    pub held: Option<Held>,
    /// Whether the source is held from now on.
    pub hold: bool,
}

/// A request that had not ended when its process died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Its number.
    pub id: RequestId,
    /// Source.
    pub source: String,
    /// Query.
    pub query: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// HTTP status; `None` where the answer had not come.
    pub http_status: Option<u16>,
    /// SHA-256 of what it had brought with status 200, hexadecimal.
    pub sha256: Option<String>,
}

impl Store {
    /// Writes a request down as asked, if `rule` allows it after what the ledger knows: both in one transaction, on the
    /// disk when the call returns.
    ///
    /// # Errors
    /// An error of the disk. What the rule refuses is the inner error.
    pub fn reserve<R>(
        &mut self,
        source: &str,
        query: &str,
        now: &Reading,
        rule: impl FnOnce(&History) -> Result<(), R>,
    ) -> Result<Result<RequestId, R>, StoreError> {
        self.write("writing a request down", |transaction| {
            if let Err(refusal) = rule(&past::history(transaction, source, query)?) {
                return Ok(Err(refusal));
            }
            let (boot_id, uptime_s) = uptime(now);
            transaction.execute(
                "INSERT INTO request (source, query, asked_at, clock_wall, clock_boot_id, clock_uptime_s, outcome) \
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, 'asked')",
                params![source, query, Micros(now.wall), boot_id, uptime_s],
            )?;
            Ok(Ok(RequestId(transaction.last_insert_rowid())))
        })
    }

    /// Writes down a look at a source that asks nobody, such as a folder: it began and ended at once.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn note_look(&mut self, source: &str, query: &str, now: &Reading, ending: &Ending) -> Result<(), StoreError> {
        let noted = self.reserve(source, query, now, |_| Ok::<(), std::convert::Infallible>(()))?;
        let Ok(id) = noted;
        self.end_request(id, ending)
    }

    /// Writes down that an answer has come, before it is read: should the process die, the download is not lost.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn note_answer(&mut self, id: RequestId, received: &Received) -> Result<(), StoreError> {
        self.write("writing an answer down", |transaction| {
            transaction.execute(
                "UPDATE request SET http_status = ?, bytes = ?, sha256 = ?, server_date = ? WHERE id = ?",
                params![
                    received.status,
                    i64::try_from(received.bytes).unwrap_or(i64::MAX),
                    received.sha256,
                    storable(received.server_date),
                    id.0
                ],
            )?;
            Ok(())
        })
    }

    /// Writes down how a request ended, and holds its source where that is asked for.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn end_request(&mut self, id: RequestId, ending: &Ending) -> Result<(), StoreError> {
        self.write("writing the end of a request down", |transaction| {
            transaction.execute(
                "UPDATE request SET ended_at = ?, outcome = ?, reason = ?, http_status = coalesce(?, http_status), \
                 objects = ?, rejected = ?, newest = ? WHERE id = ?",
                params![
                    Micros(ending.at),
                    ending.outcome.as_str(),
                    ending.reason,
                    ending.status,
                    ending.held.map(|held| count(held.objects)),
                    ending.held.map(|held| count(held.rejected)),
                    storable(ending.held.and_then(|held| held.newest)),
                    id.0
                ],
            )?;
            if ending.hold {
                // The first reason stays: later ones follow from it.
                transaction.execute(
                    "INSERT INTO hold (source, since, reason) SELECT source, ?, ? FROM request WHERE id = ? \
                     ON CONFLICT DO NOTHING",
                    params![Micros(ending.at), ending.reason, id.0],
                )?;
            }
            Ok(())
        })
    }

    /// Sets the ledger right at the start of a sync, which must be the only one: clocks that the present one shows to
    /// have been wrong are replaced by it. Returns the requests whose process died.
    ///
    /// A request of another start of the machine that lies in the future, or before one that was asked earlier, tells
    /// nothing about how long ago it was: it is taken as asked now.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn settle_ledger(&mut self, now: &Reading) -> Result<Vec<Unfinished>, StoreError> {
        self.write("settling the ledger", |transaction| {
            mend_clocks(transaction, now)?;
            let mut statement = transaction.prepare(
                "SELECT id, source, query, asked_at, http_status, iif(http_status = 200, sha256, NULL) FROM request \
                 WHERE outcome = 'asked' ORDER BY id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Unfinished {
                    id: RequestId(row.get(0)?),
                    source: row.get(1)?,
                    query: row.get(2)?,
                    asked_at: row.get::<_, Micros>(3)?.0,
                    http_status: row.get(4)?,
                    sha256: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// Lets a source be asked again at once: lifts its hold and forgets that its failed requests are to be waited for.
    /// What it gave counts on: a query that was answered is not asked again early. With `any_size`, the next download
    /// of each query is not compared with an earlier one. Returns the hold that was lifted.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn resume(&mut self, source: &str, any_size: bool) -> Result<Option<Hold>, StoreError> {
        self.write("resuming a source", |transaction| {
            let hold = past::hold(transaction, source)?;
            transaction.execute("DELETE FROM hold WHERE source = ?", [source])?;
            transaction.execute(
                "UPDATE request SET waived = 1 WHERE source = ? AND outcome NOT IN ('asked', 'unchanged') \
                 AND (outcome <> 'fetched' OR objects IS NULL)",
                [source],
            )?;
            if any_size {
                transaction.execute("UPDATE request SET measure = 0 WHERE source = ?", [source])?;
            }
            Ok(hold)
        })
    }

    /// Drops the requests asked before an instant, but of each query the latest and the latest that brought data, and
    /// all of the last day: what the rules count stays. Returns how many went.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn prune_requests(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("dropping old requests", |transaction| {
            Ok(transaction.execute(
                "DELETE FROM request WHERE asked_at < ?1 AND clock_wall < ?1 AND outcome <> 'asked' \
                 AND id NOT IN (SELECT max(id) FROM request GROUP BY source, query) \
                 AND id NOT IN (SELECT max(id) FROM request WHERE outcome = 'fetched' GROUP BY source, query)",
                [Micros(before)],
            )?)
        })
    }
}

/// The columns of the time since the start of the machine.
fn uptime(now: &Reading) -> (Option<&str>, Option<f64>) {
    match &now.uptime {
        Some(Uptime { boot_id, seconds }) => (Some(boot_id), Some(*seconds)),
        None => (None, None),
    }
}

/// An instant from outside, where it has a text of fixed width.
fn storable(time: Option<DateTime<Utc>>) -> Option<Micros> {
    use chrono::Datelike;
    time.filter(|time| (0..=9999).contains(&time.year())).map(Micros)
}

/// By how much a clock may have been set back while the machine ran without its requests losing their place, s: what a
/// time server does after a start.
const SLIGHT_STEP_S: f64 = 60.0;

fn mend_clocks(connection: &Connection, now: &Reading) -> Result<(), Failure> {
    // A clock of the user's says nothing about the machine's.
    let (Some(boot_id), Some(uptime_s)) = uptime(now) else { return Ok(()) };
    connection.execute(
        "WITH seen AS (SELECT id, clock_wall, clock_boot_id, unixepoch(clock_wall, 'subsec') AS s, \
                       max(unixepoch(clock_wall, 'subsec')) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING \
                       AND 1 PRECEDING) AS earlier_s FROM request) \
         UPDATE request SET clock_wall = ?1, clock_boot_id = ?2, clock_uptime_s = ?3 \
         WHERE id IN (SELECT id FROM seen WHERE clock_boot_id IS NOT ?2 AND (clock_wall > ?1 OR s < earlier_s - ?4))",
        params![Micros(now.wall), boot_id, uptime_s, SLIGHT_STEP_S],
    )?;
    Ok(())
}
