//! What happened since a time, for whoever takes over.

use chrono::{DateTime, Utc};

use super::instant::Micros;
use super::runs::{Run, run};
use super::{Store, StoreError};

impl Store {
    /// The runs that ended later than `since` by their own clocks: that which a run took for now, and the time it took.
    /// The earliest first.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn runs_ended_since(&self, since: DateTime<Utc>) -> Result<Vec<Run>, StoreError> {
        self.read("reading the ledger", |connection| {
            let mut statement = connection.prepare(
                "SELECT id FROM run WHERE status <> 'running' \
                 AND julianday(clock) + max(0.0, julianday(finished_at) - julianday(started_at)) > julianday(?) \
                 ORDER BY id",
            )?;
            let ids =
                statement.query_map([Micros(since)], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            let mut runs = Vec::with_capacity(ids.len());
            for id in ids {
                runs.extend(run(connection, "WHERE id = ?", id)?);
            }
            Ok(runs)
        })
    }
}
