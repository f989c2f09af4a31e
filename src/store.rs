//! The database: the only floor that speaks SQL.
//!
//! One SQLite file holds the catalogue with its history, the ledger of runs, and their events. The schema stands in
//! `migrations/`. A write is one transaction, durable on the disk when the call returns (`WAL`, `synchronous=FULL`);
//! readers see it whole or not at all, and never wait for it.
//!
//! What a value loses on the way through the file: instants are kept to the microsecond (epochs of element sets to the
//! nanosecond), and minus zero becomes zero, because SQLite has none. Everything else comes back bit by bit; a number
//! that is not a number is refused.

pub mod alerts;
pub mod backup;
pub mod catalogue;
pub mod conjunctions;
pub mod coverage;
mod described;
pub mod earth_orientation;
mod error;
pub mod events;
pub mod groups;
mod handover;
pub mod import;
mod instant;
pub mod ledger;
mod open;
pub mod overflights;
pub mod passes;
pub mod public_messages;
pub mod retention;
mod row;
pub mod runs;
pub mod scope;
pub mod snapshot;
pub mod status;
pub mod tasks;
pub mod watch;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use error::Failure;
pub use error::StoreError;
pub use open::APPLICATION_ID;

/// An open database.
///
/// Not shared between threads: each opens its own. One writes at a time; another writer waits up to ten seconds.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the database at `path`, creating it if it does not exist (its folder must), and brings its schema up to
    /// date.
    ///
    /// # Errors
    /// A file that is no database, another program's, or written by a newer version is refused and left as it is; so
    /// is one on which the safety settings do not take effect.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open::for_writing(path)?, path: path.to_owned() })
    }

    /// Opens an existing database for reading only, as many readers as wanted beside a writer.
    ///
    /// # Errors
    /// As [`Store::open`]; a missing file and an older schema are refused too, because nothing is written.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open::for_reading(path)?, path: path.to_owned() })
    }

    /// A database in memory, gone when dropped.
    ///
    /// # Errors
    /// Only when memory is short.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self { connection: open::in_memory()?, path: PathBuf::from(":memory:") })
    }

    /// The file; `:memory:` for a database in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the write-ahead log into the file and cuts it to nothing: to be called after each run, so that the log
    /// does not grow. Returns whether it was possible; readers or another writer may be in the way, which does no harm.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn checkpoint(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map(|busy| busy == 0)
            .map_err(|error| self.failed("moving the write-ahead log", error))
    }

    /// Checks the whole file: pages, records, indices, and the references between tables.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with what was found.
    pub fn integrity(&self) -> Result<(), StoreError> {
        let found = self.read("checking the database", findings)?;
        if found.is_empty() { Ok(()) } else { Err(StoreError::Damaged { path: self.path.clone(), findings: found }) }
    }

    /// One transaction that writes: all of `work` or nothing of it.
    fn write<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let path = &self.path;
        // Immediate: a transaction that began by reading could not wait for another writer.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| Failure::from(error).at(path, doing))?;
        let result = work(&transaction).map_err(|failure| failure.at(path, doing))?;
        transaction.commit().map_err(|error| Failure::from(error).at(path, doing))?;
        Ok(result)
    }

    /// One transaction that reads: every statement of `work` sees the same state of the database.
    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection.unchecked_transaction().map_err(|error| self.failed(doing, error))?;
        work(&transaction).map_err(|failure| failure.at(&self.path, doing))
    }

    fn failed(&self, doing: &'static str, source: rusqlite::Error) -> StoreError {
        Failure::from(source).at(&self.path, doing)
    }
}

/// What a check of the whole file finds: at most 100 lines about pages, records and indices, and those about references.
fn findings(connection: &Connection) -> Result<Vec<String>, Failure> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    found.retain(|line| line != "ok");
    let mut statement = connection.prepare("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check")?;
    let orphans = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
        .map(|pair| pair.map(|(child, parent)| format!("rows of {child} refer to missing rows of {parent}")));
    for orphan in orphans {
        found.push(orphan?);
    }
    Ok(found)
}
