//! Copies while others write, and the way back from one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

use alliedsky::app::backup::{backup, restore};
use alliedsky::app::work::{Busy, lock_path};
use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::machine::lock::Lock;
use alliedsky::store::catalogue::{CatalogueFilter, SourceKind, SourceRecord};
use alliedsky::store::conjunctions::ConjunctionFilter;
use alliedsky::store::overflights::OverflightFilter;
use alliedsky::store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A set of an object in a low orbit.
pub(crate) fn set(norad_id: u32, epoch: DateTime<Utc>) -> Elements {
    Elements::new(ElementFields {
        norad_id: NoradId::new(norad_id).unwrap(),
        name: format!("OBJECT {norad_id}"),
        object_id: "1998-067A".to_owned(),
        epoch,
        mean_motion_rev_day: 15.0 + f64::from(norad_id % 997) * 1e-4,
        eccentricity: 0.000_671_3,
        inclination_deg: 51.64,
        raan_deg: f64::from(norad_id % 360),
        arg_perigee_deg: 130.536,
        mean_anomaly_deg: 325.028_8,
        bstar: 0.116_06e-4,
        mean_motion_dot: 2.182e-5,
        mean_motion_ddot: 0.0,
        ephemeris_type: 0,
        classification: 'U',
        element_set_no: 999,
        rev_at_epoch: 56_353,
    })
    .unwrap()
}

pub(crate) fn source(content: &str, fetched_at: DateTime<Utc>) -> SourceRecord {
    SourceRecord {
        kind: SourceKind::File,
        locator: "catalogue.csv".to_owned(),
        sha256: content.to_owned(),
        fetched_at,
        format: "omm-csv".to_owned(),
        release: None,
    }
}

/// One catalogue of so many objects, as one import.
fn take(store: &mut Store, number: u32, objects: u32) {
    let epoch = time("2026-09-06T00:00:00Z") + TimeDelta::hours(number.into());
    let sets: Vec<Elements> = (1..=objects).map(|id| set(id, epoch)).collect();
    store.import_elements(&source(&number.to_string(), epoch), &sets, 0, 0).unwrap();
}

fn filled(folder: &Path, imports: u32) -> PathBuf {
    let path = folder.join("sky.db");
    let mut store = Store::open(&path).unwrap();
    for number in 0..imports {
        take(&mut store, number, 200);
    }
    path
}

fn newest(path: &Path) -> Vec<Elements> {
    let store = Store::open_read_only(path).unwrap();
    let entries = store.current_elements(&CatalogueFilter::default()).unwrap();
    entries.into_iter().map(|entry| entry.elements).collect()
}

fn program(folder: &Path, line: &str) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin("alliedsky"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn backups_beside_a_writer_are_sound_and_each_of_one_moment() {
    const OBJECTS: u32 = 200;
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 1);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut store = Store::open(&path).unwrap();
            let mut number = 1;
            while !stop.load(Ordering::Relaxed) {
                take(&mut store, number, OBJECTS);
                number += 1;
            }
            number
        });
        let mut sizes = Vec::new();
        for round in 0..25 {
            let file = folder.path().join(format!("backup-{round}.db"));
            backup(&path, &file, false).unwrap();
            let copy = Store::open_read_only(&file).unwrap();
            copy.integrity().unwrap();
            let counts = copy.status().unwrap().counts;
            assert_eq!(counts.element_sets % OBJECTS as usize, 0, "half an import");
            assert_eq!(counts.element_sets / OBJECTS as usize, counts.sources);
            sizes.push(counts.sources);
        }
        stop.store(true, Ordering::Relaxed);
        let written = writer.join().unwrap();
        println!("{sizes:?} of {written} imports");
        assert!(sizes.is_sorted() && sizes[0] < sizes[24], "the writer went on: {sizes:?}");
    });
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_damaged_database_says_how_to_come_back_and_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let run = program(at, "run --bundled --hours 2 --db sky.db");
    assert!(run.status.success(), "{}", said(&run));
    let events = program(at, "conjunctions --db sky.db --format csv");
    let made = program(at, "backup saved.db --db sky.db");
    assert!(made.status.success() && said(&made).contains("3 runs"), "{}", said(&made));

    let path = at.join("sky.db");
    let mut bytes = std::fs::read(&path).unwrap();
    for page in bytes.chunks_mut(4096).skip(1) {
        page[..512].fill(0xA5);
    }
    std::fs::write(&path, &bytes).unwrap();
    let refused = program(at, "catalog --db sky.db");
    assert_eq!(refused.status.code(), Some(1));
    let words = "`alliedsky restore BACKUP --db sky.db`";
    assert!(said(&refused).contains(words), "{}", said(&refused));

    let back = program(at, "restore saved.db --db sky.db");
    assert!(back.status.success(), "{}", said(&back));
    assert_eq!(program(at, "conjunctions --db sky.db --format csv").stdout, events.stdout);
    Store::open_read_only(&path).unwrap().integrity().unwrap();
    let kept: Vec<_> = std::fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("sky.db.before-restore-"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(&kept[0]).unwrap(), bytes);
    let again = program(at, "run --hours 2 --db sky.db");
    assert!(again.status.success(), "{}", said(&again));
}

#[test]
fn what_is_no_sound_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let path = filled(at, 2);
    let before = newest(&path);
    backup(&path, &at.join("good.db"), false).unwrap();
    let good = std::fs::read(at.join("good.db")).unwrap();
    let mut damaged = good.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0xFF);
    std::fs::write(at.join("damaged.db"), damaged).unwrap();
    std::fs::write(at.join("cut.db"), &good[..good.len() / 3]).unwrap();
    std::fs::write(at.join("text.db"), "no database").unwrap();
    std::fs::write(at.join("empty.db"), "").unwrap();
    let other = rusqlite::Connection::open(at.join("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t(x); INSERT INTO t VALUES (1);").unwrap();
    drop(other);
    std::fs::copy(at.join("good.db"), at.join("newer.db")).unwrap();
    rusqlite::Connection::open(at.join("newer.db")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let now = time("2026-11-22T00:00:00Z");
    for (name, words) in [
        ("damaged.db", "damaged"),
        ("cut.db", "damaged"),
        ("text.db", "not a database"),
        ("empty.db", "no such database"),
        ("nosuch.db", "no such database"),
        ("other.db", "another program"),
        ("newer.db", "newer version"),
        ("sky.db", "the database itself"),
    ] {
        let error = restore(&path, &at.join(name), now).unwrap_err();
        assert!(format!("{error:#}").contains(words), "{name}: {error:#}");
        assert_eq!(newest(&path), before, "{name}");
    }
    let held = Lock::take(&lock_path(&path, "daemon"), "the daemon runs as process 1").unwrap();
    let error = restore(&path, &at.join("good.db"), now).unwrap_err();
    assert!(error.is::<Busy>() && error.to_string().contains("stop the daemon first"), "{error}");
    let refused = program(at, "restore good.db --db sky.db");
    assert_eq!(refused.status.code(), Some(75), "{}", said(&refused));
    drop(held);
    restore(&path, &at.join("good.db"), now).unwrap();
    assert_eq!(newest(&path), before);
}

#[test]
fn a_backup_replaces_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 1);
    let file = folder.path().join("saved.db");
    std::fs::write(&file, "something of mine").unwrap();
    let error = backup(&path, &file, false).unwrap_err();
    assert!(error.to_string().contains("--force"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), b"something of mine");
    let error = backup(&path, &path, true).unwrap_err();
    assert!(error.to_string().contains("the database itself"), "{error}");
    backup(&path, &file, true).unwrap();
    assert_eq!(newest(&file), newest(&path));
    let error = backup(&folder.path().join("none.db"), &folder.path().join("b.db"), false).unwrap_err();
    assert!(error.to_string().contains("no such database"), "{error}");
}

#[test]
fn the_log_of_the_database_that_goes_is_not_played_into_the_one_that_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 1);
    let file = folder.path().join("saved.db");
    backup(&path, &file, false).unwrap();
    let saved = newest(&path);
    // What a crash leaves: a database with a log that holds a whole import.
    let mut store = Store::open(&path).unwrap();
    take(&mut store, 7, 200);
    let crashed = tempfile::tempdir().unwrap();
    let there = crashed.path().join("sky.db");
    for end in ["", "-wal"] {
        std::fs::copy(format!("{}{end}", path.display()), format!("{}{end}", there.display())).unwrap();
    }
    drop(store);
    let later = newest(&path);
    assert_ne!(later, saved);
    let done = restore(&there, &file, time("2026-11-22T00:00:00Z")).unwrap();
    assert_eq!(newest(&there), saved);
    assert_eq!(newest(&done.aside.unwrap()), later, "nothing of the old one is lost");

    // The same where the log cannot be taken in, because the database is damaged.
    let damaged = tempfile::tempdir().unwrap();
    let there = damaged.path().join("sky.db");
    std::fs::write(&there, "no database any more").unwrap();
    std::fs::write(damaged.path().join("sky.db-wal"), "and no log").unwrap();
    restore(&there, &file, time("2026-11-22T00:00:00Z")).unwrap();
    assert_eq!(newest(&there), saved);
    let kept = damaged.path().join("sky.db.before-restore-20261122T000000Z-wal");
    assert_eq!(std::fs::read(kept).unwrap(), b"and no log");
}

#[test]
fn a_restore_killed_before_its_end_leaves_the_database_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let path = filled(at, 1);
    backup(&path, &at.join("saved.db"), false).unwrap();
    take(&mut Store::open(&path).unwrap(), 7, 200);
    let before = newest(&path);
    let killed = Command::new(assert_cmd::cargo::cargo_bin("alliedsky"))
        .args(["restore", "saved.db", "--db", "sky.db"])
        .current_dir(at)
        .env_clear()
        .env("HOME", at)
        .env("ALLIEDSKY_KILL_AT", "backup-copied")
        .output()
        .unwrap();
    assert_eq!(killed.status.code(), None, "{}", said(&killed));
    assert_eq!(newest(&path), before);
    restore(&path, &at.join("saved.db"), time("2026-11-22T00:00:00Z")).unwrap();
    assert_ne!(newest(&path), before);
}

#[test]
fn missing_files_beside_the_database_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 1);
    let kept = newest(&path);
    let mut store = Store::open(&path).unwrap();
    store.checkpoint().unwrap();
    take(&mut store, 7, 200);
    let copy = folder.path().join("copy.db");
    // Without its log the database is that of the last checkpoint; the index of the log is made anew.
    std::fs::copy(&path, &copy).unwrap();
    assert_eq!(newest(&copy), kept);
    Store::open(&copy).unwrap().integrity().unwrap();
    std::fs::copy(format!("{}-wal", path.display()), format!("{}-wal", copy.display())).unwrap();
    let _ = std::fs::remove_file(format!("{}-shm", copy.display()));
    assert_eq!(Store::open(&copy).unwrap().status().unwrap().counts.sources, 2);
    assert_eq!(newest(&copy), newest(&path));
}

/// A flipped byte ends in an error, in a finding of the check, in a row that says something else, or nowhere: never in
/// a panic, and never in fewer rows that pass for all of them.
#[test]
fn a_flipped_byte_is_found_or_does_no_harm() {
    const PLACES: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path(), 3);
    drop(Store::open(&path).unwrap());
    let sound = std::fs::read(&path).unwrap();
    let copy = folder.path().join("flipped.db");
    let (mut found, mut changed, mut harmless) = (0, 0, 0);
    let before = newest(&path);
    for place in 0..PLACES {
        // Spread over the file, the first page more densely: everything hangs on it.
        let at = if place < 40 { place * 97 % 4096 } else { (place * 7919 * 131) % sound.len() };
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (place % 8);
        std::fs::write(&copy, &bytes).unwrap();
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", copy.display()));
        }
        let look = || -> Result<Vec<Elements>, StoreError> {
            let mut store = Store::open(&copy)?;
            store.integrity()?;
            store.conjunctions(&ConjunctionFilter::default())?;
            store.overflights(&OverflightFilter::default())?;
            store.status()?;
            let entries = store.current_elements(&CatalogueFilter::default())?;
            take(&mut store, 900, 10);
            Ok(entries.into_iter().map(|entry| entry.elements).collect())
        };
        match look() {
            Err(error) => {
                assert!(error.to_string().contains("flipped.db"), "{error}");
                found += 1;
            }
            Ok(rows) if rows == before => harmless += 1,
            Ok(rows) => {
                assert_eq!(rows.len(), before.len(), "byte {at}");
                changed += 1;
            }
        }
    }
    println!("{found} found, {changed} in a value, {harmless} without effect on the catalogue");
    assert!(found > PLACES / 4, "{found} of {PLACES}");
}
