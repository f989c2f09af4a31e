//! What can go wrong with a database, and what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store refused or failed. Every message names the file and says what to do; a failed call changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not a SQLite database.
    #[error(
        "{}: not a database; it was left as it is. Choose another file with --db, or move this one away",
        .path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a SQLite database of another program.
    #[error(
        "{}: a SQLite database of another program (application id {application_id:#010x}); it was left as it is. \
         Choose another file with --db",
        .path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The application id found in it.
        application_id: i32,
    },
    /// A newer version of the program wrote the database.
    #[error(
        "{}: written by a newer version of alliedsky (schema {found}, this version knows {known}); it was left as it \
         is. Update the program, or choose another file with --db",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The newest schema version known here.
        known: i32,
    },
    /// The database has an older schema and was opened for reading only.
    #[error(
        "{}: written by an older version of alliedsky (schema {found}, now {known}). A command that writes \
         brings it up to date: `alliedsky run`, `sync`, `import FILE` or `watch --update`",
        .path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The schema version of this program.
        known: i32,
    },
    /// There is no such file.
    #[error(
        "{}: no such database. Fill one with `alliedsky run --bundled` or `alliedsky import FILE`",
        .path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The path is a folder or a device.
    #[error("{}: not a file. Give --db the path of a database file", .path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The SQLite that was linked can lose data.
    #[error(
        "SQLite {found} is too old: versions before 3.51.3 can damage a database with two writers. Build alliedsky \
         with its bundled SQLite"
    )]
    SqliteTooOld {
        /// Its version.
        found: String,
    },
    /// A safety setting did not take effect.
    #[error(
        "{}: SQLite kept {pragma} = {found} instead of {wanted}; is the file on a network drive? Move it to a local \
         disk",
        .path.display()
    )]
    Setting {
        /// The file.
        path: PathBuf,
        /// Name of the setting.
        pragma: &'static str,
        /// Value asked for.
        wanted: String,
        /// Value in force.
        found: String,
    },
    /// The schema could not be brought up to date.
    #[error("{}: the schema could not be brought up to date, nothing was changed: {reason}", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// SQLite reported an error.
    #[error("{}: {doing} failed: {source}. {}", .path.display(), advice(.source, .path))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The check of the whole file found damage.
    #[error(
        "{}: the database is damaged ({}). {}",
        .path.display(), .findings.join("; "), way_back(.path)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found, at most 100 lines.
        findings: Vec<String>,
    },
    /// A path that SQLite cannot be given.
    #[error("{}: this path is no UTF-8 text, which SQLite needs. Choose another name", .path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// No snapshot of this name has been imported.
    #[error("no bundled snapshot \"{name}\" in the database. Fill it with `alliedsky run --bundled`")]
    UnknownSnapshot {
        /// The name asked for.
        name: String,
    },
    /// The run does not exist, or has ended already.
    #[error("run {id} is not running: it does not exist or has ended")]
    NotRunning {
        /// Its number.
        id: i64,
    },
}

/// What a user can do about an error of SQLite.
fn advice(error: &rusqlite::Error, path: &Path) -> String {
    let words = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "Nothing was changed; free space on the disk and try again",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Another process is writing to the database; try again when it is done"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "Check that you may write to the file and to its folder, which reading takes too; a copy that whoever may made \
             with `alliedsky backup COPY` can be read without (`--db COPY`)"
        }
        Some(ErrorCode::CannotOpen) => {
            "Check that its folder exists and that you may read and write there; a copy that whoever may made with \
             `alliedsky backup COPY` can be read without (`--db COPY`)"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            return format!("The database is damaged. {}", way_back(path));
        }
        Some(ErrorCode::SystemIoFailure) => "Nothing was changed; check the disk, and its free space, and try again",
        Some(_) => "Nothing was changed",
        None => "A value does not fit the database; nothing was changed",
    };
    words.to_owned()
}

/// What a user types when the database is damaged.
fn way_back(path: &Path) -> String {
    format!(
        "To restore a backup: `alliedsky restore BACKUP --db {}` (the damaged file is kept beside it); without one, move \
         the file away and import again",
        path.display()
    )
}

/// What the work inside a transaction may end with, before the file's path is known.
pub(super) enum Failure {
    /// An error of SQLite.
    Sqlite(rusqlite::Error),
    /// A refusal of our own.
    Refused(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// The public error.
    pub(super) fn at(self, path: &Path, doing: &'static str) -> StoreError {
        match self {
            Self::Sqlite(source) => StoreError::Sqlite { path: path.to_owned(), doing, source },
            Self::Refused(error) => error,
        }
    }
}
