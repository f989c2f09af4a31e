//! Copies of a database: made while others write, checked before anybody relies on one.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::error::Failure;
use super::ledger::{Rows, rows};
use super::{StoreError, findings, open};

/// A database of ours that stands by itself and is only looked at: of this schema or an older one.
#[derive(Debug)]
pub struct Backup {
    connection: Connection,
    path: PathBuf,
    /// Version of its schema.
    pub schema_version: i32,
}

impl Backup {
    /// Opens a database to be copied, for reading only. An older schema is taken as it is: whoever opens the copy for
    /// writing brings it up to date.
    ///
    /// # Errors
    /// The file is missing, no database, another program's, written by a newer version, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (connection, schema_version) = open::for_copying(path)?;
        Ok(Self { connection, path: path.to_owned(), schema_version })
    }

    /// Checks the whole file: pages, records, indices, and the references between tables.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with what was found; the file cannot be read.
    pub fn integrity(&self) -> Result<(), StoreError> {
        let found = findings(&self.connection).map_err(|failure| failure.at(&self.path, "checking the database"))?;
        if found.is_empty() { Ok(()) } else { Err(StoreError::Damaged { path: self.path.clone(), findings: found }) }
    }

    /// Its ledger, but the requests of the source `except`.
    ///
    /// # Errors
    /// The file cannot be read, or is of a schema before the ledger.
    pub fn ledger(&self, except: &str) -> Result<Rows, StoreError> {
        rows(&self.connection, except).map_err(|failure| failure.at(&self.path, "reading the ledger"))
    }

    /// Writes the state of this moment into a new file, packed, whatever is written meanwhile. The file is not synced.
    ///
    /// # Errors
    /// There is such a file; an error of the disk; the database is too damaged to be read.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let name = target.to_str().ok_or_else(|| StoreError::NotUtf8 { path: target.to_owned() })?;
        self.connection
            .execute("VACUUM INTO ?", [name])
            .map(drop)
            .map_err(|error| Failure::from(error).at(&self.path, "copying the database"))
    }
}
