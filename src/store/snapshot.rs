//! The bundled snapshot that the database stands for, with its clock.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::Failure;
use super::instant::Micros;
use super::{Store, StoreError};

/// A bundled snapshot of the catalogue and the time it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Name, which is the locator of its source.
    pub name: String,
    /// The clock of every command while it is active.
    pub clock: DateTime<Utc>,
}

impl Store {
    /// The active snapshot. Importing element sets from any other source ends it.
    ///
    /// # Errors
    /// An error of the disk, or a setting that was changed by hand.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.read("reading the settings", |connection| Ok(active(connection)?.map(|(snapshot, _)| snapshot)))
    }

    /// Makes a snapshot, whose element sets must have been imported, the active one; `None` ends it.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`], or an error of the disk.
    pub fn set_snapshot(&mut self, snapshot: Option<&Snapshot>) -> Result<(), StoreError> {
        self.write("writing the settings", |transaction| {
            let Some(snapshot) = snapshot else {
                return Ok(clear(transaction)?);
            };
            let sql =
                "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params!["snapshot", snapshot.name])?;
            transaction.execute(sql, params!["snapshot_clock", Micros(snapshot.clock)])?;
            match active(transaction)? {
                Some(_) => Ok(()),
                None => Err(Failure::Refused(StoreError::UnknownSnapshot { name: snapshot.name.clone() })),
            }
        })
    }
}

/// Ends the active snapshot.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM setting WHERE key IN ('snapshot', 'snapshot_clock')", []).map(|_| ())
}

/// The active snapshot and the number of its source: the latest bundled one of that name that brought element sets.
pub(super) fn active(connection: &Connection) -> rusqlite::Result<Option<(Snapshot, i64)>> {
    let sql = "SELECT n.value, c.value, s.id FROM setting n \
               JOIN setting c ON c.key = 'snapshot_clock' \
               JOIN source s ON s.kind = 'bundled' AND s.locator = n.value \
               WHERE n.key = 'snapshot' AND EXISTS (SELECT 1 FROM snapshot_set m WHERE m.source_id = s.id) \
               ORDER BY s.id DESC LIMIT 1";
    connection
        .query_row(sql, [], |row| Ok((Snapshot { name: row.get(0)?, clock: row.get::<_, Micros>(1)?.0 }, row.get(2)?)))
        .optional()
}
