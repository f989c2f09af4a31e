//! Overflights as rows.

use super::rows::Rows;
use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::ssa::overflight::Overflight;

/// An overflight with what the roster and the catalogue know of the satellite.
#[derive(Clone, Debug, PartialEq)]
pub struct OverflightRow {
    /// The overflight.
    pub overflight: Overflight,
    /// Whose satellite it is: ISO 3166 alpha-2, empty where nobody told.
    pub nation: String,
    /// What it is for; empty where nobody told.
    pub mission: String,
    /// Its sensors that have the place within reach at some time of the overflight, such as `eo`, `sar`.
    pub sensor: String,
}

const COLUMNS: [&str; 16] = [
    "norad_id",
    "name",
    "nation",
    "region",
    "start",
    "end",
    "nearest_km",
    "ascending",
    "sensor",
    "daylight",
    "age_days",
    "timing_error_s",
    "mission",
    "open_start",
    "open_end",
    "stale",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 12] = [
    Shown { column: "start", head: "START", decimals: 0 },
    Shown { column: "end", head: "END", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "OBJECT", decimals: 0 },
    Shown { column: "mission", head: "MISSION", decimals: 0 },
    Shown { column: "sensor", head: "IN REACH OF", decimals: 0 },
    Shown { column: "daylight", head: "DAY", decimals: 0 },
    Shown { column: "ascending", head: "ASC", decimals: 0 },
    Shown { column: "nearest_km", head: "NEAREST KM", decimals: 0 },
    Shown { column: "timing_error_s", head: "± S", decimals: 1 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
];

/// So many overflights as rows, each made of its number when it is asked for.
#[must_use]
pub fn rows<'a>(count: usize, row: impl Fn(usize) -> OverflightRow + Sync + 'a) -> Rows<'a> {
    Rows::new(COLUMNS.to_vec(), 0, count, move |index| cells(row(index)))
}

/// Overflights as rows, in the order given, all at once.
#[must_use]
pub fn sheet(overflights: &[OverflightRow]) -> Sheet {
    rows(overflights.len(), |index| overflights[index].clone()).collect()
}

fn cells(OverflightRow { overflight, nation, mission, sensor }: OverflightRow) -> Vec<Cell> {
    vec![
        Cell::Integer(overflight.norad_id.get().into()),
        Cell::owned(overflight.name),
        Cell::owned(nation),
        Cell::owned(overflight.region),
        Cell::Time(overflight.start).marked(overflight.open_start, Mark::OpenStart),
        Cell::Later(overflight.end, overflight.start).marked(overflight.open_end, Mark::OpenEnd),
        Cell::Number(overflight.nearest_km, 3),
        Cell::Flag(overflight.ascending),
        Cell::owned(sensor),
        Cell::Flag(overflight.daylight),
        Cell::Number(overflight.age_days, 4).marked(overflight.stale, Mark::Stale),
        Cell::number(overflight.timing_error_s, 2),
        Cell::owned(mission),
        Cell::Flag(overflight.open_start),
        Cell::Flag(overflight.open_end),
        Cell::Flag(overflight.stale),
    ]
}
