//! Opening a database: who wrote it, which schema it has, which settings must hold.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::error::{Failure, StoreError};

/// The application id in the header of every database of ours: the letters `ASKY`.
pub const APPLICATION_ID: i32 = 0x4153_4b59;

/// Version 3.51.3, the first without the fault that lets two connections damage a write-ahead log when it restarts.
const MIN_SQLITE_VERSION: i32 = 3_051_003;

/// How long a statement waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a file that does not fit together is looked at again: whoever writes it may be amid a move.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// The log is cut to this many bytes whenever it starts anew.
const JOURNAL_SIZE_LIMIT: i64 = 16 << 20;

/// The schema, step by step. An applied step is never edited.
const STEPS: &[M<'_>] = &[
    M::up(include_str!("../../migrations/0001_initial.sql")),
    M::up(include_str!("../../migrations/0002_ledger.sql")),
    M::up(include_str!("../../migrations/0003_events.sql")),
    M::up(include_str!("../../migrations/0004_watch.sql")),
    M::up(include_str!("../../migrations/0005_tasks.sql")),
    M::up(include_str!("../../migrations/0006_retention.sql")),
    M::up(include_str!("../../migrations/0007_release.sql")),
    M::up(include_str!("../../migrations/0008_risk.sql")),
    M::up(include_str!("../../migrations/0009_alert.sql")),
    M::up(include_str!("../../migrations/0010_groups.sql")),
    M::up(include_str!("../../migrations/0011_darkness.sql")),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The schema version of this program.
const SCHEMA_VERSION: i32 = STEPS.len() as i32;

/// What the file looks like before anything touches it.
enum Found {
    /// No file, or one without a byte.
    Nothing,
    /// A database of ours.
    Ours,
}

pub(super) fn for_writing(path: &Path) -> Result<Connection, StoreError> {
    check_sqlite()?;
    let found = look(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = open(path, flags)?;
    if matches!(found, Found::Ours) {
        check_version(&connection, path)?;
    } else {
        // First of all, so that the header in the file itself is ours from its first byte on.
        prepare(&connection, path, "creating the database", |connection| {
            // In one piece: between the two, another process would see a file of nobody's.
            let transaction = connection.unchecked_transaction()?;
            // Only a file made for it can give free pages back a few at a time; packing it as a whole would put all of
            // it through the write-ahead log.
            transaction.pragma_update(None, "auto_vacuum", "incremental")?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.commit()
        })?;
    }
    prepare(&connection, path, "setting up the database", |connection| {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
    })?;
    settings(&connection, path)?;
    verify(&connection, path, "journal_mode", "wal")?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

pub(super) fn for_reading(path: &Path) -> Result<Connection, StoreError> {
    check_sqlite()?;
    if matches!(look(path)?, Found::Nothing) {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let found = check_version(&connection, path)?;
    if found < SCHEMA_VERSION {
        return Err(StoreError::Older { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    settings(&connection, path)?;
    Ok(connection)
}

/// A database of this schema or an older one, for reading, and its version.
pub(super) fn for_copying(path: &Path) -> Result<(Connection, i32), StoreError> {
    check_sqlite()?;
    if matches!(look(path)?, Found::Nothing) {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let found = check_version(&connection, path)?;
    settings(&connection, path)?;
    Ok((connection, found))
}

pub(super) fn in_memory() -> Result<Connection, StoreError> {
    check_sqlite()?;
    let path = Path::new(":memory:");
    let mut connection =
        Connection::open_in_memory().map_err(|error| Failure::from(error).at(path, "creating the database"))?;
    settings(&connection, path)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < MIN_SQLITE_VERSION {
        return Err(StoreError::SqliteTooOld { found: rusqlite::version().to_owned() });
    }
    Ok(())
}

/// Looks at a file without changing it or anything beside it.
///
/// The file is read through SQLite as one that cannot change: no lock, no log, no repair. Reading it past SQLite would
/// be no good, for closing any handle of a file drops the locks that this process holds on it.
fn look(path: &Path) -> Result<Found, StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(StoreError::NotAFile { path: path.to_owned() }),
        Ok(metadata) if metadata.len() > 0 => {}
        _ => return Ok(Found::Nothing),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read_header = || {
        Connection::open_with_flags(immutable_uri(path), flags).and_then(|connection| {
            Ok((pragma_number(&connection, "application_id")?, pragma_number(&connection, "user_version")?))
        })
    };
    // While another process moves its log into the file, what is read without a lock may not fit together.
    let deadline = Instant::now() + LOOK_TIMEOUT;
    let mut header = read_header();
    while matches!(&header, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt))
        && Instant::now() < deadline
    {
        sleep(Duration::from_millis(10));
        header = read_header();
    }
    match header {
        Ok((APPLICATION_ID, version)) => refuse_newer(path, version).map(|()| Found::Ours),
        Ok((application_id, _)) => Err(StoreError::Foreign { path: path.to_owned(), application_id }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(StoreError::NotADatabase { path: path.to_owned() })
        }
        Err(error) => Err(Failure::from(error).at(path, "opening the database")),
    }
}

/// The URI of a file to be read as if it stood on a disc that cannot change.
fn immutable_uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?immutable=1");
    uri
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Connection::open_with_flags(path, flags)
        .and_then(|connection| connection.busy_timeout(BUSY_TIMEOUT).map(|()| connection))
        .map_err(|error| Failure::from(error).at(path, "opening the database"))
}

/// The schema version, the log included: the header may lag behind after a crash.
fn check_version(connection: &Connection, path: &Path) -> Result<i32, StoreError> {
    let keep_log = |on| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on);
    let version = keep_log(true)
        .and_then(|_| schema_version(connection))
        .map_err(|error| Failure::from(error).at(path, "opening the database"))?;
    refuse_newer(path, version)?;
    keep_log(false).map_err(|error| Failure::from(error).at(path, "opening the database"))?;
    Ok(version)
}

fn refuse_newer(path: &Path, found: i32) -> Result<(), StoreError> {
    if (0..=SCHEMA_VERSION).contains(&found) {
        return Ok(());
    }
    Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION })
}

/// The version of the schema of an open database.
pub(super) fn schema_version(connection: &Connection) -> rusqlite::Result<i32> {
    pragma_number(connection, "user_version")
}

fn pragma_number(connection: &Connection, pragma: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// Does a step that needs the file alone for a moment; several processes may create the same database at once, and
/// SQLite does not wait by itself for a change of the journal mode.
fn prepare<T>(
    connection: &Connection,
    path: &Path,
    doing: &'static str,
    step: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match step(connection) {
            Err(error)
                if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
                    && Instant::now() < deadline =>
            {
                sleep(Duration::from_millis(10));
            }
            result => return result.map_err(|error| Failure::from(error).at(path, doing)),
        }
    }
}

/// The settings of one connection, and the proof that they took effect.
fn settings(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let limit = JOURNAL_SIZE_LIMIT.to_string();
    let pragmas: [(&'static str, &str, &str); 7] = [
        ("synchronous", "full", "2"),
        ("foreign_keys", "on", "1"),
        ("trusted_schema", "off", "0"),
        ("cell_size_check", "on", "1"),
        ("mmap_size", "0", "0"),
        ("journal_size_limit", &limit, &limit),
        ("cache_size", "-32768", "-32768"),
    ];
    for (pragma, value, expected) in pragmas {
        connection
            .execute_batch(&format!("PRAGMA {pragma} = {value}"))
            .map_err(|error| Failure::from(error).at(path, "setting up the database"))?;
        // A database in memory has no file to map.
        if !(pragma == "mmap_size" && path == Path::new(":memory:")) {
            verify(connection, path, pragma, expected)?;
        }
    }
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .and_then(|_| connection.busy_timeout(BUSY_TIMEOUT))
        .map_err(|error| Failure::from(error).at(path, "setting up the database"))?;
    verify(connection, path, "busy_timeout", &BUSY_TIMEOUT.as_millis().to_string())
}

fn verify(connection: &Connection, path: &Path, pragma: &'static str, wanted: &str) -> Result<(), StoreError> {
    let found = connection
        .pragma_query_value(None, pragma, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                value => value.as_i64().map_or_else(|_| String::new(), |number| number.to_string()),
            })
        })
        .map_err(|error| Failure::from(error).at(path, "setting up the database"))?;
    if found == wanted {
        return Ok(());
    }
    Err(StoreError::Setting { path: path.to_owned(), pragma, wanted: wanted.to_owned(), found })
}

/// Brings the schema up to date in one transaction.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let Err(error) = MIGRATIONS.to_latest(connection) else {
        return Ok(());
    };
    // Another process may have done it in the meantime; then the error says only that.
    match schema_version(connection) {
        Ok(SCHEMA_VERSION) => Ok(()),
        _ => Err(StoreError::Migration { path: path.to_owned(), reason: error.to_string() }),
    }
}
