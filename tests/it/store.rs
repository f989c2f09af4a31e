//! The database: what goes in comes out, once; what is not ours stays as it is; a run is there whole or not at all.

mod catalogue;
mod events;
mod kept;
mod migrating;
mod opening;
mod probable;
mod replaced;
mod snapshots;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::slice::from_ref;
use std::time::Instant;

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::frame::State;
use alliedsky::astro::orientation::OrientationRow;
use alliedsky::astro::time::Window;
use alliedsky::format::satcat::{ObjectType, SatcatEntry};
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::overflight::{Daylight, Overflight};
use alliedsky::ssa::pass::Pass;
use alliedsky::store::catalogue::{CatalogueFilter, SourceKind, SourceRecord};
use alliedsky::store::conjunctions::ConjunctionFilter;
use alliedsky::store::coverage::CoverageRecord;
use alliedsky::store::events::Events;
use alliedsky::store::import::{ImportOutcome, SatcatOutcome};
use alliedsky::store::overflights::OverflightFilter;
use alliedsky::store::passes::PassFilter;
use alliedsky::store::runs::{NewRun, RunChoice, RunId, RunKind, RunStatus};
use alliedsky::store::snapshot::Snapshot;
use alliedsky::store::{APPLICATION_ID, Store, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use nalgebra::Vector3;
use proptest::prelude::*;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(number: u32) -> NoradId {
    NoradId::new(number).unwrap()
}

fn source(kind: SourceKind, locator: &str, content: &str) -> SourceRecord {
    SourceRecord {
        kind,
        locator: locator.to_owned(),
        sha256: content.to_owned(),
        fetched_at: time("2026-09-07T01:02:03.456789Z"),
        format: "omm-csv".to_owned(),
        release: None,
    }
}

fn file(content: &str) -> SourceRecord {
    source(SourceKind::File, &format!("/tmp/{content}.csv"), content)
}

/// A set near the ISS's orbit with a number in every field that no short decimal stands for.
fn fields(norad_id: u32, epoch: &str) -> ElementFields {
    ElementFields {
        norad_id: id(norad_id),
        name: format!("OBJECT {norad_id}"),
        object_id: "1998-067A".to_owned(),
        epoch: time(epoch),
        mean_motion_rev_day: 15.5 + f64::from(norad_id % 997) * 1e-5 / 3.0,
        eccentricity: 0.000_671_3 + 1e-19,
        inclination_deg: 51.64 + 1.0 / 3.0,
        raan_deg: 247.462_7,
        arg_perigee_deg: 130.536,
        mean_anomaly_deg: 325.028_8 - 1e-13,
        bstar: -0.116_06e-4,
        mean_motion_dot: 2.182e-5,
        mean_motion_ddot: 5e-324,
        ephemeris_type: 3,
        classification: 'S',
        element_set_no: 999,
        rev_at_epoch: 56_353,
    }
}

fn set(norad_id: u32, epoch: &str) -> Elements {
    Elements::new(fields(norad_id, epoch)).unwrap()
}

fn changed(set: &Elements, change: impl FnOnce(&mut ElementFields)) -> Elements {
    let mut fields = set.clone().into_fields();
    change(&mut fields);
    Elements::new(fields).unwrap()
}

/// Every row of every table, read past the store.
fn content(path: &Path) -> BTreeMap<String, Vec<Vec<Cell>>> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), rows(&connection, &format!("SELECT * FROM {name} ORDER BY 1, 2"))))
        .collect()
}

fn rows(connection: &Connection, sql: &str) -> Vec<Vec<Cell>> {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|column| row.get(column)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

fn in_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alliedsky.db");
    (folder, path)
}

fn all(store: &Store) -> Vec<Elements> {
    store.current_elements(&CatalogueFilter::default()).unwrap().into_iter().map(|entry| entry.elements).collect()
}
