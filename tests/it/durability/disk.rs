//! Disks that fail: every write in its turn, a full disk, a read-only file system.
//!
//! A small library loaded before the C library's own makes the calls fail. It is compiled here; without a compiler the
//! tests say so and do nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{Bench, CLOCKS, assert_whole, undisturbed, words};

/// The library, or `None` where it cannot be made.
fn library() -> Option<&'static PathBuf> {
    static LIBRARY: OnceLock<Option<(PathBuf, tempfile::TempDir)>> = OnceLock::new();
    let made = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("faults.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durability/faults.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        let succeeded = compiler.status().is_ok_and(|status| status.success());
        succeeded.then_some((library, folder))
    });
    if made.is_none() || !cfg!(target_os = "linux") {
        println!("skipped: no C compiler makes the library that injects faults");
        return None;
    }
    made.as_ref().map(|(library, _)| library)
}

/// A command whose calls fail beneath the bench's folder.
fn failing(bench: &Bench, mut command: Command, library: &Path, kind: &str, at: usize) -> Command {
    command.env("LD_PRELOAD", library).env("FAULTS_FOLDER", format!("{}/", bench.folder.path().display()));
    command.env("FAULTS_KIND", kind).env("FAULTS_AT", at.to_string());
    command
}

/// How many calls of a whole run change files.
fn calls(library: &Path) -> usize {
    let bench = Bench::new();
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = failing(&bench, bench.work(CLOCKS[0]), library, "none", 0);
    let output = command.env("FAULTS_LOG", log.path()).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    let calls = usize::try_from(log.path().metadata().unwrap().len()).unwrap();
    assert!(calls > 50, "{calls} calls: are they seen at all?");
    calls
}

/// A run during which a disk fails from or at one call ends with an error that says what to do, or succeeds where the
/// call did not matter; the database is sound and the next run heals.
fn fails_and_heals(library: &Path, kind: &str, numbers: impl Iterator<Item = usize>) {
    let reference = undisturbed();
    for at in numbers {
        let bench = Bench::new();
        bench.work_done(CLOCKS[0]);
        let output = failing(&bench, bench.work(CLOCKS[1]), library, kind, at).output().unwrap();
        let when = format!("{kind} at call {at}: {}", words(&output));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{when}");
        assert!(output.status.code().is_some(), "{when}");
        if !output.status.success() {
            assert!(said.contains("error: "), "{when}");
        }
        bench.assert_sound(&when);
        assert_whole(&bench.events(), &reference[0], &reference[1], &when);
        if output.status.success() {
            assert_eq!(bench.events(), reference[1], "{when}");
        }
        bench.work_done(CLOCKS[1]);
        assert_eq!(bench.events(), reference[1], "healed after {when}");
    }
}

/// The distance between the calls that are tried; every one where `ALLIEDSKY_EVERY_WRITE` is set.
fn step(calls: usize, tried: usize) -> usize {
    if std::env::var_os("ALLIEDSKY_EVERY_WRITE").is_some() { 1 } else { calls / tried }
}

#[test]
fn each_write_may_fail() {
    let Some(library) = library() else { return };
    let calls = calls(library);
    // Every call near the start, where files are made and opened; then a sample of the many alike.
    fails_and_heals(library, "eio", (1..=8).chain((9..calls + 8).step_by(step(calls, 16))));
}

#[test]
fn the_disk_may_be_full() {
    let Some(library) = library() else { return };
    let calls = calls(library);
    fails_and_heals(library, "enospc", (1..calls + 8).step_by(step(calls, 12)));
}

#[test]
fn a_full_disk_is_said_to_be_full() {
    let Some(library) = library() else { return };
    let bench = Bench::new();
    let output = failing(&bench, bench.work(CLOCKS[0]), library, "enospc", 20).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("free space"), "{said}");
}

#[test]
fn a_read_only_file_system_is_named() {
    let Some(library) = library() else { return };
    let bench = Bench::new();
    bench.work_done(CLOCKS[0]);
    let before = (bench.events(), bench.results());
    let output = failing(&bench, bench.work(CLOCKS[1]), library, "erofs", 0).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: ") && !said.contains("panicked"), "{said}");
    assert_eq!((bench.events(), bench.results()), before);
    bench.work_done(CLOCKS[1]);
}
