//! What is opened, created, refused.

use super::*;

/// The schema of this version: one step more needs a look at what older databases become.
const SCHEMA: i32 = 11;

#[test]
fn the_settings_hold_and_the_file_is_marked() {
    let (_folder, path) = in_folder();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.path(), path);
    assert_eq!(store.status().unwrap().schema_version, SCHEMA);
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(&bytes[68..72], b"ASKY");
    assert_eq!(APPLICATION_ID, i32::from_be_bytes(*b"ASKY"));
    assert_eq!(bytes[60..64], SCHEMA.to_be_bytes(), "user_version");
    assert_eq!(bytes[18..20], [2, 2], "WAL");
    let version: Vec<u32> = rusqlite::version().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(version >= vec![3, 51, 3], "{version:?}");
}

#[test]
fn every_table_is_strict() {
    let (_folder, path) = in_folder();
    drop(Store::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    let loose = rows(
        &connection,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite%'",
    );
    assert_eq!(loose, Vec::<Vec<Cell>>::new());
    for table in [
        "object",
        "element_set",
        "source",
        "run",
        "conjunction",
        "overflight",
        "pass",
        "coverage",
        "earth_orientation",
        "setting",
    ] {
        assert_eq!(rows(&connection, &format!("SELECT count(*) FROM {table}")), [[Cell::Integer(0)]], "{table}");
    }
}

/// The file and its folder, byte by byte.
fn folder_content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

fn refused(folder: &Path, path: &Path) -> Vec<StoreError> {
    let before = folder_content(folder);
    let errors = vec![Store::open(path).unwrap_err(), Store::open_read_only(path).unwrap_err()];
    assert_eq!(folder_content(folder), before, "the file, or its folder, was changed");
    for error in &errors {
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    errors
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let (folder, path) = in_folder();
    let page = vec![0u8; 8192];
    let mut header = b"SQLite format 3\0".to_vec();
    header.extend(vec![0xA5; 5000]);
    for bytes in [&b"hello"[..], b"1 25544U 98067A   08264.51782528", &page, &header] {
        std::fs::write(&path, bytes).unwrap();
        for error in refused(folder.path(), &path) {
            assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
            assert!(error.to_string().contains("--db"), "{error}");
        }
    }
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    for (mode, application_id) in [("delete", 0), ("wal", 0), ("delete", 0x4750_4b47), ("wal", 0x4750_4b47)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd name?#%41 é.db");
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch(&format!(
                "PRAGMA journal_mode={mode}; PRAGMA application_id={application_id}; \
             CREATE TABLE t(x); INSERT INTO t VALUES (1);"
            ))
            .unwrap();
        drop(other);
        for error in refused(folder.path(), &path) {
            assert!(
                matches!(error, StoreError::Foreign { application_id: found, .. } if found == application_id),
                "{error}"
            );
        }
    }
}

#[test]
fn another_programs_log_is_left_alone() {
    let (folder, path) = in_folder();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA journal_mode=wal; CREATE TABLE t(x); INSERT INTO t VALUES (1);").unwrap();
    assert!(std::fs::metadata(folder.path().join("alliedsky.db-wal")).unwrap().len() > 0);
    for error in refused(folder.path(), &path) {
        assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    }
    other.execute_batch("INSERT INTO t VALUES (2)").unwrap();
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    for version in [SCHEMA + 1, 99, -1] {
        let (folder, path) = in_folder();
        drop(Store::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
        for error in refused(folder.path(), &path) {
            assert!(matches!(error, StoreError::Newer { found, known: SCHEMA, .. } if found == version), "{error}");
            assert!(error.to_string().contains("Update"), "{error}");
        }
    }
}

#[test]
fn a_newer_schema_that_is_only_in_the_log_is_refused() {
    let (folder, path) = in_folder();
    drop(Store::open(&path).unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", SCHEMA + 1).unwrap();
    // A second machine's view: the file and its log as a crash leaves them.
    let crashed = tempfile::tempdir().unwrap();
    let copy = crashed.path().join("alliedsky.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(folder.path().join("alliedsky.db-wal"), crashed.path().join("alliedsky.db-wal")).unwrap();
    let main_file = std::fs::read(&copy).unwrap();
    let error = Store::open(&copy).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, .. } if found == SCHEMA + 1), "{error}");
    assert_eq!(std::fs::read(&copy).unwrap(), main_file);
}

#[test]
fn an_older_schema_is_not_read_only() {
    let (_folder, path) = in_folder();
    let bare = Connection::open(&path).unwrap();
    bare.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    drop(bare);
    let error = Store::open_read_only(&path).unwrap_err();
    assert!(matches!(error, StoreError::Older { found: 0, known: SCHEMA, .. }), "{error}");
    // Left by a crash between the header and the schema: the next writer finishes the work.
    Store::open(&path).unwrap().integrity().unwrap();
    Store::open_read_only(&path).unwrap();
}

#[test]
fn missing_files_and_folders_say_so() {
    let (folder, path) = in_folder();
    assert!(matches!(Store::open_read_only(&path).unwrap_err(), StoreError::Missing { .. }));
    assert!(!path.exists(), "reading must not create");
    assert!(matches!(Store::open(folder.path()).unwrap_err(), StoreError::NotAFile { .. }));
    let error = Store::open(&folder.path().join("none/alliedsky.db")).unwrap_err();
    assert!(error.to_string().contains("folder exists"), "{error}");
}

#[test]
fn an_empty_file_becomes_a_database() {
    let (_folder, path) = in_folder();
    std::fs::write(&path, b"").unwrap();
    Store::open(&path).unwrap().integrity().unwrap();
}

#[test]
fn many_may_create_the_same_database_at_once() {
    for _ in 0..5 {
        let (_folder, path) = in_folder();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::open(&path).map(drop))).collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
        Store::open_read_only(&path).unwrap().integrity().unwrap();
    }
}

#[test]
fn damage_is_found() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let sets: Vec<_> = (1..2000).map(|number| set(number, "2026-09-06T12:00:00Z")).collect();
    store.import_elements(&file("a"), &sets, 0, 0).unwrap();
    store.integrity().unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    let error = Store::open(&path).unwrap().integrity().unwrap_err();
    assert!(error.to_string().contains("backup"), "{error}");
}

#[test]
fn wrong_types_and_dangling_references_are_refused() {
    let (_folder, path) = in_folder();
    drop(Store::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    for sql in [
        "INSERT INTO object (norad_id, name, object_id, rcs_m2) VALUES (5, 'x', '', 'large')",
        "INSERT INTO object (norad_id, name, object_id) VALUES (0, 'x', '')",
        "INSERT INTO overflight VALUES (1, 77, 5, 'x', 'y', '2026', '2026', 0, 0, 0, 0, 0, 0, 0, NULL, 0)",
        "INSERT INTO earth_orientation VALUES (60000, 0, 0, 0, 2, 1)",
        "INSERT INTO snapshot_set VALUES (1, 1)",
    ] {
        assert!(
            connection.execute(sql, []).unwrap_err().to_string().contains("constraint")
                || connection.execute(sql, []).unwrap_err().to_string().contains("cannot store"),
            "{sql}"
        );
    }
}
