//! What nobody needs for the present goes, in small transactions, so that the write-ahead log stays small and a crash
//! loses nothing but time.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

use super::catalogue::NEWEST_FIRST;
use super::error::Failure;
use super::instant::{Micros, Nanos};
use super::{Store, StoreError};

/// Of each object so many of its newest element sets stay, whatever their age: what the watch needs to know the noise
/// of an object that is rarely seen.
pub const KEPT_SETS: usize = 10;

/// Rows of element sets that one transaction removes: each may lie on an index page of its own, of 4 KiB.
const BATCH_SETS: usize = 4000;

/// Other rows that one transaction removes: with their history and their entries in the indices, of a dozen pages each.
const BATCH_ROWS: usize = 500;

/// Free pages that one transaction gives back: as many again may have to be moved.
const BATCH_PAGES: usize = 2000;

/// Before when each sort of history goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Element sets that are no longer current, by epoch.
    pub element_sets: DateTime<Utc>,
    /// Events, by when they were over, and the runs behind them.
    pub events: DateTime<Utc>,
    /// Requests in the ledger.
    pub requests: DateTime<Utc>,
}

/// How many rows went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Element sets.
    pub element_sets: usize,
    /// Conjunctions, each with its history.
    pub conjunctions: usize,
    /// Overflights.
    pub overflights: usize,
    /// Passes.
    pub passes: usize,
    /// Lines of coverage.
    pub coverage: usize,
    /// Runs.
    pub runs: usize,
    /// Requests to sources.
    pub requests: usize,
    /// Public conjunction messages.
    pub messages: usize,
    /// Events of the watch.
    pub watch_events: usize,
    /// Sources.
    pub sources: usize,
}

impl Removed {
    /// All rows.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.element_sets
            + self.conjunctions
            + self.overflights
            + self.passes
            + self.coverage
            + self.runs
            + self.requests
            + self.messages
            + self.watch_events
            + self.sources
    }

    /// Adds another count.
    pub const fn add(&mut self, other: &Self) {
        self.element_sets += other.element_sets;
        self.conjunctions += other.conjunctions;
        self.overflights += other.overflights;
        self.passes += other.passes;
        self.coverage += other.coverage;
        self.runs += other.runs;
        self.requests += other.requests;
        self.messages += other.messages;
        self.watch_events += other.watch_events;
        self.sources += other.sources;
    }
}

/// The room that a database takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Size of a page, bytes.
    pub page_bytes: u64,
    /// Pages of the file.
    pub pages: u64,
    /// Of these, pages that hold nothing.
    pub free_pages: u64,
}

impl Space {
    /// Bytes of the pages that hold something.
    #[must_use]
    pub const fn used_bytes(&self) -> u64 {
        self.page_bytes * (self.pages - self.free_pages)
    }
}

/// Events that are over before `?1`: rows to remove, a batch at a time.
const CONJUNCTIONS: &str =
    "DELETE FROM conjunction WHERE id IN (SELECT id FROM conjunction WHERE over_at < ?1 LIMIT ?2)";
const OVERFLIGHTS: &str = "DELETE FROM overflight WHERE id IN (SELECT id FROM overflight WHERE end < ?1 LIMIT ?2)";
const PASSES: &str = "DELETE FROM pass WHERE id IN (SELECT id FROM pass WHERE los < ?1 LIMIT ?2)";
const WATCH_EVENTS: &str =
    "DELETE FROM watch_event WHERE id IN (SELECT id FROM watch_event WHERE updated_at < ?1 LIMIT ?2)";
const MESSAGES: &str =
    "DELETE FROM public_message WHERE cdm_id IN (SELECT cdm_id FROM public_message WHERE tca < ?1 LIMIT ?2)";

/// The last run of each kind that is done: what the present rests on, however old it is.
const LATEST_RUNS: &str = "SELECT max(id) FROM run WHERE status = 'done' GROUP BY kind";

/// Sources that nothing refers to; the last of each place is told by the status while it is not too old.
const SOURCES: &str = "DELETE FROM source WHERE id IN (
    SELECT s.id FROM source s
    WHERE NOT EXISTS (SELECT 1 FROM element_set e WHERE e.source_id = s.id)
        AND s.id NOT IN (SELECT source_id FROM object WHERE source_id IS NOT NULL)
        AND s.id NOT IN (SELECT source_id FROM earth_orientation)
        AND s.id NOT IN (SELECT source_id FROM public_message)
        AND s.id NOT IN (SELECT source_id FROM snapshot_set)
        AND (s.fetched_at < ?1 OR s.id NOT IN (SELECT max(id) FROM source GROUP BY kind, locator))
    LIMIT ?2)";

impl Store {
    /// The room that the database takes.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn space(&self) -> Result<Space, StoreError> {
        self.read("looking at the size of the database", |connection| {
            let number = |pragma: &str| -> rusqlite::Result<u64> {
                connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
            };
            Ok(Space {
                page_bytes: number("page_size")?,
                pages: number("page_count")?,
                free_pages: number("freelist_count")?,
            })
        })
    }

    /// Removes the history before some limits. What is current stays, whatever its age: the newest element sets of each
    /// object, those of bundled snapshots, the last run of each kind, and what the rules of the sources look back to.
    ///
    /// Works in many transactions and can be stopped between two: what is gone is gone, the rest waits for the next
    /// time.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn forget(&mut self, limits: &Limits, stop: &dyn Fn() -> bool) -> Result<Removed, StoreError> {
        let events = limits.events;
        Ok(Removed {
            element_sets: self.forget_sets(limits.element_sets, stop)?,
            conjunctions: self.forget_rows("removing old conjunctions", CONJUNCTIONS, events, stop)?,
            overflights: self.forget_rows("removing old overflights", OVERFLIGHTS, events, stop)?,
            passes: self.forget_rows("removing old passes", PASSES, events, stop)?,
            messages: self.forget_rows("removing old conjunction messages", MESSAGES, events, stop)?,
            coverage: self.forget_rows("removing old coverage", &coverage(), events, stop)?,
            watch_events: self.forget_rows("removing old events of the watch", WATCH_EVENTS, events, stop)?,
            runs: self.forget_rows("removing old runs", &runs(), events, stop)?,
            requests: self.prune_requests(limits.requests)?,
            sources: self.forget_rows("removing old sources", SOURCES, events, stop)?,
        })
    }

    fn forget_sets(&mut self, before: DateTime<Utc>, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
        let mut old = self.read("looking for old element sets", |connection| old_sets(connection, before))?;
        // In the order in which they came, those of one page together.
        old.sort_unstable();
        let mut removed = 0;
        for batch in old.chunks(BATCH_SETS) {
            if stop() {
                break;
            }
            removed += self.write("removing old element sets", |transaction| remove_sets(transaction, batch))?;
            self.checkpoint()?;
        }
        Ok(removed)
    }

    /// Removes rows by a statement with a limit of time and one of number, until none is left.
    fn forget_rows(
        &mut self,
        doing: &'static str,
        sql: &str,
        before: DateTime<Utc>,
        stop: &dyn Fn() -> bool,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        while !stop() {
            let batch = self.write(doing, |transaction| {
                Ok(transaction.execute(sql, params![Micros(before), BATCH_ROWS as i64])?)
            })?;
            if batch == 0 {
                break;
            }
            removed += batch;
            self.checkpoint()?;
        }
        Ok(removed)
    }

    /// Gives free pages back to the disk, as far as `keep` pages, and returns how many bytes the file has lost. A file
    /// that was not made for it keeps its free pages and fills them again.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn give_back(&mut self, keep: u64, stop: &dyn Fn() -> bool) -> Result<u64, StoreError> {
        let before = self.space()?;
        let mut space = before;
        while space.free_pages > keep && !stop() {
            let batch = (space.free_pages - keep).min(BATCH_PAGES as u64);
            // Each step of the statement gives one page back.
            self.write("giving free pages back", |transaction| {
                let mut statement = transaction.prepare(&format!("PRAGMA incremental_vacuum({batch})"))?;
                let mut rows = statement.query([])?;
                while rows.next()?.is_some() {}
                Ok(())
            })?;
            self.checkpoint()?;
            let now = self.space()?;
            if now.free_pages >= space.free_pages {
                break;
            }
            space = now;
        }
        Ok(space.page_bytes * before.pages.saturating_sub(space.pages))
    }
}

/// Lines of coverage of runs whose window ended before `?1`.
fn coverage() -> String {
    format!(
        "DELETE FROM coverage WHERE id IN (SELECT c.id FROM coverage c JOIN run r ON r.id = c.run_id \
         WHERE r.window_end < ?1 AND r.id NOT IN ({LATEST_RUNS}) LIMIT ?2)"
    )
}

/// Runs from before `?1` that have ended and have no events any more.
fn runs() -> String {
    format!(
        "DELETE FROM run WHERE id IN (SELECT r.id FROM run r WHERE r.status <> 'running' AND r.clock < ?1 \
         AND r.id NOT IN ({LATEST_RUNS}) \
         AND NOT EXISTS (SELECT 1 FROM conjunction WHERE run_id = r.id) \
         AND NOT EXISTS (SELECT 1 FROM overflight WHERE run_id = r.id) \
         AND NOT EXISTS (SELECT 1 FROM pass WHERE run_id = r.id) \
         AND NOT EXISTS (SELECT 1 FROM coverage WHERE run_id = r.id) LIMIT ?2)"
    )
}

/// Element sets with an epoch before a limit that are not among the newest of their object. The one that came last
/// stays: the watch knows by its number what it has seen.
fn old_sets(connection: &Connection, before: DateTime<Utc>) -> Result<Vec<i64>, Failure> {
    let bundled: HashSet<i64> = connection
        .prepare("SELECT element_set_id FROM snapshot_set")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let last: Option<i64> = connection.query_row("SELECT max(id) FROM element_set", [], |row| row.get(0))?;
    // Backwards along the index of the sets, without a look at their rows.
    let mut statement = connection
        .prepare(&format!("SELECT norad_id, id, epoch < ? FROM element_set ORDER BY norad_id DESC, {NEWEST_FIRST}"))?;
    let mut rows = statement.query([Nanos(before)])?;
    let mut old = Vec::new();
    let (mut object, mut rank) = (0_i64, 0_usize);
    while let Some(row) = rows.next()? {
        let (norad_id, id, is_old): (i64, i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if norad_id != object {
            (object, rank) = (norad_id, 0);
        }
        if bundled.contains(&id) {
            continue;
        }
        rank += 1;
        if is_old && rank > KEPT_SETS && Some(id) != last {
            old.push(id);
        }
    }
    Ok(old)
}

fn remove_sets(transaction: &Transaction<'_>, ids: &[i64]) -> Result<usize, Failure> {
    let mut statement = transaction.prepare_cached("DELETE FROM element_set WHERE id = ?")?;
    let mut removed = 0;
    for id in ids {
        removed += statement.execute([id])?;
    }
    Ok(removed)
}
