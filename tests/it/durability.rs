//! The database and the result files under everything a machine does to them: processes killed at any moment, disks
//! that are full, dying or read-only.

mod disk;
mod kills;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::truth;

/// Times at which the work is done, each some hours after the other, so that events are found again, replaced, past.
const CLOCKS: [&str; 3] = ["2026-09-06T12:00Z", "2026-09-06T14:00Z", "2026-09-06T17:00Z"];

const CONFIG: &str = "[run]\nwindow_hours = 6.0\nthreshold_km = 100.0\npass_hours = 6.0\nregions = [\"rok\"]\n\
     [publish]\nreport = false\n";

/// A folder with a small catalogue, and what of the program's work in it outlives the process.
struct Bench {
    folder: TempDir,
}

/// The rows of a table that mean something outside the database, in order.
type Rows = Vec<String>;

impl Bench {
    /// A database with sixty satellites and no events.
    fn new() -> Self {
        let bench = Self { folder: TempDir::new().unwrap() };
        let catalogue = truth::bytes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tle/theatre_20260906.csv.gz"));
        let lines: Vec<&str> = std::str::from_utf8(&catalogue).unwrap().lines().take(61).collect();
        std::fs::write(bench.path("small.csv"), lines.join("\n") + "\n").unwrap();
        std::fs::write(bench.path("config.toml"), CONFIG).unwrap();
        let output = bench.command(&["import", "small.csv"]).output().unwrap();
        assert!(output.status.success(), "{}", words(&output));
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alliedsky"));
        // The whole path: injected faults are for files beneath it.
        command.args(arguments).arg("--db").arg(self.path("sky.db")).arg("--config").arg(self.path("config.toml"));
        command.current_dir(self.folder.path()).env_clear().env("HOME", self.path("home"));
        command
    }

    /// The whole work at one clock.
    fn work(&self, clock: &str) -> Command {
        self.command(&["run", "--quiet", "--now", clock])
    }

    /// Does the whole work, which must succeed.
    fn work_done(&self, clock: &str) {
        let output = self.work(clock).output().unwrap();
        assert!(output.status.success(), "{clock}: {}", words(&output));
    }

    fn database(&self) -> Connection {
        Connection::open_with_flags(self.path("sky.db"), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
    }

    /// Whether pages, indices and references of the database are whole.
    fn assert_sound(&self, after: &str) {
        let database = self.database();
        let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "after {after}");
        let orphans: i64 =
            database.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
        assert_eq!(orphans, 0, "rows without their parent after {after}");
        let twice: i64 = database
            .query_row(
                "SELECT count(*) FROM (SELECT 1 FROM conjunction GROUP BY primary_id, secondary_id, kind, tca \
                 HAVING count(*) > 1)",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(twice, 0, "conjunctions stored twice after {after}");
    }

    /// The events, table by table, without the numbers of runs and rows.
    fn events(&self) -> BTreeMap<&'static str, Rows> {
        let database = self.database();
        let queries = [
            (
                "conjunction",
                "SELECT primary_id || ' ' || secondary_id || ' ' || kind || ' ' || tca || ' ' || miss_km || ' ' || \
                 rel_speed_km_s || ' ' || primary_x_km FROM conjunction ORDER BY 1",
            ),
            (
                "overflight",
                "SELECT norad_id || ' ' || region || ' ' || start || ' ' || end || ' ' || nearest_km || ' ' || \
                 open_start FROM overflight ORDER BY 1",
            ),
            (
                "pass",
                "SELECT norad_id || ' ' || site || ' ' || aos || ' ' || los || ' ' || max_elevation_deg FROM pass \
                 ORDER BY 1",
            ),
        ];
        queries
            .into_iter()
            .map(|(table, sql)| {
                let mut statement = database.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
                (table, rows)
            })
            .collect()
    }

    /// The result files by name, without those that tell when they were made.
    fn results(&self) -> BTreeMap<String, Vec<u8>> {
        let Ok(entries) = std::fs::read_dir(self.path("sky-results")) else { return BTreeMap::new() };
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
            .collect()
    }
}

fn words(output: &Output) -> String {
    format!("{:?}\n{}", output.status, String::from_utf8_lossy(&output.stderr))
}

/// What a database that nothing ever happened to holds after each clock.
fn undisturbed() -> Vec<BTreeMap<&'static str, Rows>> {
    let bench = Bench::new();
    let states: Vec<_> = CLOCKS
        .iter()
        .map(|clock| {
            bench.work_done(clock);
            bench.events()
        })
        .collect();
    for (state, clock) in states.iter().zip(CLOCKS) {
        assert!(state["conjunction"].len() > 20, "{clock}");
        assert!(state["overflight"].len() > 2, "{clock}");
        assert!(state["pass"].len() > 500, "{clock}");
    }
    states
}

/// Whether a table of `found` is as it was before the work or as it is after it, never something between.
fn assert_whole(
    found: &BTreeMap<&'static str, Rows>,
    before: &BTreeMap<&'static str, Rows>,
    after: &BTreeMap<&'static str, Rows>,
    when: &str,
) {
    for (table, rows) in found {
        let is_whole = *rows == before[table] || *rows == after[table];
        assert!(
            is_whole,
            "{table}: {} rows {when}, neither the {} before nor the {} after",
            rows.len(),
            before[table].len(),
            after[table].len()
        );
    }
}
