//! What the sources are asked, how often, and what of their answers reaches the catalogue.

mod etiquette;
mod faults;
mod guard;
mod inbox;
mod ledger;
mod restoring;
mod schedule;
mod space_track;
mod status;
mod sync;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Output;

use alliedsky::app::sync::{Line, SyncReport, SyncRequest};
use alliedsky::app::{App, EopChoice, Setup};
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use crate::feed::server::{Behaviour, Server};

const GP: &str = "/NORAD/elements/gp.php";
const SATCAT: &str = "/pub/satcat.csv";
const EOP: &str = "/SpaceData/EOP-Last5Years.csv";

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Element sets of objects from 10001 on, as CelesTrak's CSV; only the numbers and the epoch differ.
fn gp_csv(objects: usize, epoch: DateTime<Utc>) -> String {
    let mut text = String::from(
        "OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
         MEAN_ANOMALY,EPHEMERIS_TYPE,CLASSIFICATION_TYPE,NORAD_CAT_ID,ELEMENT_SET_NO,REV_AT_EPOCH,BSTAR,\
         MEAN_MOTION_DOT,MEAN_MOTION_DDOT\n",
    );
    for index in 0..objects {
        text += &gp_row(10_001 + index, epoch);
    }
    text
}

fn gp_row(norad_id: usize, epoch: DateTime<Utc>) -> String {
    let epoch = epoch.format("%Y-%m-%dT%H:%M:%S%.6f");
    format!(
        "OBJECT {norad_id},2020-001A,{epoch},15.5,.0005,51.6,{:.4},90.0,10.0,0,U,{norad_id},999,1000,.1E-3,.1E-4,0\n",
        (norad_id % 360) as f64
    )
}

/// A satellite catalogue of objects from 10001 on.
fn satcat_csv(objects: usize) -> String {
    let mut text = String::from(
        "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE,LAUNCH_SITE,DECAY_DATE,\
         PERIOD,INCLINATION,APOGEE,PERIGEE,RCS,DATA_STATUS_CODE,ORBIT_CENTER,ORBIT_TYPE\n",
    );
    for norad_id in 10_001..10_001 + objects {
        writeln!(
            text,
            "OBJECT {norad_id},2020-001A,{norad_id},PAY,+,SKOR,2020-01-01,NSC,,92.9,51.6,420,410,1.0,,EA,ORB"
        )
        .unwrap();
    }
    text
}

/// Earth orientation of so many days from a modified Julian date on.
fn eop_csv(first_mjd: i32, days: i32) -> String {
    let mut text = String::from("DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE\n");
    for mjd in first_mjd..first_mjd + days {
        let date = chrono::NaiveDate::from_ymd_opt(1858, 11, 17).unwrap() + TimeDelta::days(i64::from(mjd));
        writeln!(text, "{date},{mjd},0.1,0.2,0.01,0.001,0,0,0,0,37,O").unwrap();
    }
    text
}

/// The time at which the tests stand, on which all data are good.
const NOW: &str = "2026-11-22T10:10:00Z";

/// A cell: a folder with a configuration, a database, and sources on loopback.
struct Cell {
    folder: TempDir,
    server: Server,
}

impl Cell {
    /// Sources that answer everything with good data; the configuration asks for what `more` adds to the defaults.
    fn new(more: &str) -> Self {
        let cell = Self { folder: TempDir::new().unwrap(), server: Server::start() };
        cell.serve_good(time(NOW));
        cell.configure(more);
        cell
    }

    /// CelesTrak alone.
    fn celestrak() -> Self {
        Self::new("")
    }

    fn serve_good(&self, epoch: DateTime<Utc>) {
        self.server.set(GP, Behaviour::csv(gp_csv(100, epoch)));
        self.server.set(SATCAT, Behaviour::csv(satcat_csv(100)));
        self.server.set(EOP, Behaviour::csv(eop_csv(61_000, 400)));
    }

    fn configure(&self, more: &str) {
        let base = self.server.base_url();
        let celestrak = if more.contains("[celestrak]") { "" } else { "\n[celestrak]" };
        let base_lines = format!("base_url = \"{base}\"\n");
        let text = format!("contact = \"ops@example.org\"\n{more}{celestrak}\n");
        let text = text.replace("[celestrak]", &format!("[celestrak]\n{base_lines}"));
        let text = if text.contains("[space_track]") {
            text.replace("[space_track]", &format!("[space_track]\n{base_lines}"))
        } else {
            format!("{text}\n[space_track]\n{base_lines}")
        };
        std::fs::write(self.path("alliedsky.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program's use cases on this cell at a time, for writing.
    fn app(&self, now: DateTime<Utc>) -> App {
        App::open(&Setup {
            database: Some(self.path("sky.db")),
            config: Some(self.path("alliedsky.toml")),
            now: Some(now),
            eop: EopChoice::None,
            create: true,
        })
        .unwrap()
    }

    fn sync(&self, now: DateTime<Utc>) -> SyncReport {
        let mut app = self.app(now);
        let _lock = app.begin_work().unwrap();
        app.sync(&SyncRequest::default(), &silent).unwrap()
    }

    /// The real program.
    fn command(&self, words: &str) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_alliedsky"));
        let home = self.path("home");
        std::fs::create_dir_all(&home).unwrap();
        command.env_clear().env("HOME", &home).current_dir(self.folder.path());
        command.args(["--db", "sky.db", "--config", "alliedsky.toml"]).args(words.split_whitespace());
        command
    }

    fn run(&self, words: &str) -> (i32, String, String) {
        said(self.command(words).output().unwrap())
    }

    /// How often each path was asked for.
    fn asked(&self) -> [usize; 3] {
        [GP, SATCAT, EOP].map(|path| self.server.count(path))
    }

    fn objects(&self) -> usize {
        self.app(time(NOW)).store.status().unwrap().current_objects
    }
}

/// Exit code, answer and log; the prose under a table on one line.
fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("\n  ", " ");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// The line of a query, by the beginning of its name.
fn line<'a>(report: &'a SyncReport, name: &str) -> &'a Line {
    let found = report.lines.iter().find(|line| line.query.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name} in {report:?}"))
}

/// Query and outcome of every line.
fn outcomes(report: &SyncReport) -> Vec<(&str, &str)> {
    report.lines.iter().map(|line| (line.query.as_str(), line.did.as_str())).collect()
}
