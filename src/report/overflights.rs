//! Overflights as rows.

use super::rows::{Line, Rows};
use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::ssa::overflight::Overflight;

/// An overflight with what the roster and the catalogue know of the satellite.
#[derive(Clone, Debug, PartialEq)]
pub struct OverflightRow<T = String> {
    /// The overflight.
    pub overflight: Overflight<T>,
    /// Whose satellite it is: ISO 3166 alpha-2, empty where nobody told.
    pub nation: &'static str,
    /// What it is for; empty where nobody told.
    pub mission: &'static str,
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

/// The columns of the table for people, the place first, which one place needs not.
pub const SHOWN: [Shown; 13] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
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
pub fn rows<'a, T: AsRef<str>>(count: usize, row: impl Fn(usize) -> OverflightRow<T> + Sync + 'a) -> Rows<'a> {
    Rows::line_by_line(COLUMNS.to_vec(), count, move |index, line| fill(&row(index), line))
}

/// Overflights as rows, in the order given, all at once.
#[must_use]
pub fn sheet(overflights: &[OverflightRow]) -> Sheet {
    Rows::line_by_line(COLUMNS.to_vec(), overflights.len(), |index, line| fill(&overflights[index], line)).collect()
}

fn fill<T: AsRef<str>>(row: &OverflightRow<T>, line: &mut Line<'_>) {
    let OverflightRow { overflight, nation, mission, sensor } = row;
    line.add(Cell::Integer(overflight.norad_id.get().into()));
    line.text(overflight.name.as_ref());
    line.text(nation);
    line.text(overflight.region.as_ref());
    line.marked(Cell::Time(overflight.start), overflight.open_start, Mark::OpenStart);
    line.marked(Cell::Later(overflight.end, overflight.start), overflight.open_end, Mark::OpenEnd);
    line.add(Cell::Number(overflight.nearest_km, 3));
    line.add(Cell::Flag(overflight.ascending));
    line.text(sensor);
    line.text(overflight.daylight.as_str());
    line.marked(Cell::Number(overflight.age_days, 4), overflight.stale, Mark::Stale);
    line.add(Cell::number(overflight.timing_error_s, 2));
    line.text(mission);
    line.add(Cell::Flag(overflight.open_start));
    line.add(Cell::Flag(overflight.open_end));
    line.add(Cell::Flag(overflight.stale));
}
