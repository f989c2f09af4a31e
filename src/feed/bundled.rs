//! What the binary carries: two dated snapshots, the roster, the sites and the regions, so that every command works
//! with no network, no configuration and no database. Origin and terms of each file stand in `tle/README.md`.

use chrono::{DateTime, Utc};

/// A dated set of elements, OMM in CSV, gzipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The name that `--bundled` takes.
    pub name: &'static str,
    /// The file in the project.
    pub file: &'static str,
    /// The file's bytes, gzipped CSV.
    pub bytes: &'static [u8],
    /// The time that commands take for now while they work on this snapshot.
    pub clock: DateTime<Utc>,
    /// The day the elements were published.
    pub taken: &'static str,
    /// What it holds, for people.
    pub description: &'static str,
}

/// A text the binary carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The file in the project, as errors name it.
    pub file: &'static str,
    /// Its content.
    pub text: &'static str,
}

/// A snapshot's name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown snapshot \"{0}\": expected theatre or catalogue")]
pub struct UnknownSnapshot(pub String);

macro_rules! embedded_text {
    ($file:literal) => {
        Text { file: $file, text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $file)) }
    };
}

/// Midnight UTC, in seconds since 1970, of 2026-09-07.
const THEATRE_CLOCK_S: i64 = 1_788_739_200;

/// Midnight UTC, in seconds since 1970, of 2018-01-21.
const CATALOGUE_CLOCK_S: i64 = 1_516_492_800;

const fn clock(unix_s: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(unix_s, 0) {
        Some(time) => time,
        None => DateTime::UNIX_EPOCH,
    }
}

static SNAPSHOTS: [Snapshot; 2] = [
    Snapshot {
        name: "theatre",
        file: "tle/theatre_20260906.csv.gz",
        bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tle/theatre_20260906.csv.gz")),
        clock: clock(THEATRE_CLOCK_S),
        taken: "2026-09-06",
        description: "79 satellites that look at Korea and Japan: allied Earth observers, foreign imagers, the ISS",
    },
    Snapshot {
        name: "catalogue",
        file: "tle/catalogue_20180120.csv.gz",
        bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tle/catalogue_20180120.csv.gz")),
        clock: clock(CATALOGUE_CLOCK_S),
        taken: "2018-01-20",
        description: "979 objects of all regimes, for screening at some scale",
    },
];

static REGIONS: [Text; 7] = [
    embedded_text!("tle/regions/korea.geojson"),
    embedded_text!("tle/regions/rok.geojson"),
    embedded_text!("tle/regions/dprk.geojson"),
    embedded_text!("tle/regions/japan.geojson"),
    embedded_text!("tle/regions/theatre.geojson"),
    embedded_text!("tle/regions/east_sea.geojson"),
    embedded_text!("tle/regions/west_sea.geojson"),
];

/// The land around the theatre, for maps: Natural Earth's coastlines, cut straight at a box.
static LAND: Text = embedded_text!("tle/regions/east_asia_land.geojson");

/// The sentence that every map and every list of regions shows.
pub const OUTLINE_NOTICE: &str =
    "Outlines follow Natural Earth's de-facto view and state no position on any boundary or claim.";

/// The sentence that every output made from a snapshot's elements shows.
pub const ELEMENTS_NOTICE: &str = "Orbital elements: U.S. Space Force 18 SDS via CelesTrak / Space-Track.";

/// The snapshots, the default first.
#[must_use]
pub fn snapshots() -> &'static [Snapshot] {
    &SNAPSHOTS
}

/// The snapshot with a name.
///
/// # Errors
/// There is none of that name.
pub fn snapshot(name: &str) -> Result<&'static Snapshot, UnknownSnapshot> {
    SNAPSHOTS
        .iter()
        .find(|snapshot| snapshot.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| UnknownSnapshot(name.to_owned()))
}

/// The roster, TOML.
#[must_use]
pub fn roster() -> Text {
    embedded_text!("tle/roster.toml")
}

/// The sites, TOML.
#[must_use]
pub fn sites() -> Text {
    embedded_text!("tle/sites.toml")
}

/// The ground sensors, TOML.
#[must_use]
pub fn sensors() -> Text {
    embedded_text!("tle/sensors.toml")
}

/// The hard bodies, TOML.
#[must_use]
pub fn hard_bodies() -> Text {
    embedded_text!("tle/hard_body.toml")
}

/// The regions, GeoJSON, one a file.
#[must_use]
pub fn regions() -> &'static [Text] {
    &REGIONS
}

/// The land around the theatre as GeoJSON, for maps.
#[must_use]
pub fn land() -> &'static Text {
    &LAND
}
