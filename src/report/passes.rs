//! Passes as rows.

use super::rows::{Line, Rows};
use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::ssa::pass::Pass;

const COLUMNS: [&str; 18] = [
    "norad_id",
    "name",
    "site",
    "aos",
    "aos_azimuth_deg",
    "tca",
    "max_elevation_deg",
    "tca_azimuth_deg",
    "los",
    "los_azimuth_deg",
    "min_range_km",
    "sunlit",
    "visible",
    "age_days",
    "timing_error_s",
    "open_start",
    "open_end",
    "stale",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 14] = [
    Shown { column: "aos", head: "AOS", decimals: 0 },
    Shown { column: "aos_azimuth_deg", head: "AZ°", decimals: 0 },
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "max_elevation_deg", head: "EL°", decimals: 1 },
    Shown { column: "tca_azimuth_deg", head: "AZ°", decimals: 0 },
    Shown { column: "los", head: "LOS", decimals: 0 },
    Shown { column: "los_azimuth_deg", head: "AZ°", decimals: 0 },
    Shown { column: "min_range_km", head: "RANGE KM", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "OBJECT", decimals: 0 },
    Shown { column: "sunlit", head: "LIT", decimals: 0 },
    Shown { column: "visible", head: "VIS", decimals: 0 },
    Shown { column: "timing_error_s", head: "± S", decimals: 1 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
];

/// Passes as rows, in the order given.
#[must_use]
pub fn rows(passes: &[Pass]) -> Rows<'_> {
    Rows::line_by_line(COLUMNS.to_vec(), passes.len(), |index, line| fill(&passes[index], line))
}

/// Passes as rows, in the order given, all at once.
#[must_use]
pub fn sheet(passes: &[Pass]) -> Sheet {
    rows(passes).collect()
}

fn fill(pass: &Pass, line: &mut Line<'_>) {
    line.add(Cell::Integer(pass.norad_id.get().into()));
    line.text(&pass.name);
    line.text(&pass.site);
    line.marked(Cell::Time(pass.aos), pass.open_start, Mark::OpenStart);
    line.add(Cell::Number(pass.aos_azimuth_deg, 6));
    line.add(Cell::Later(pass.tca, pass.aos));
    line.add(Cell::Number(pass.max_elevation_deg, 6));
    line.add(Cell::Number(pass.tca_azimuth_deg, 6));
    line.marked(Cell::Later(pass.los, pass.aos), pass.open_end, Mark::OpenEnd);
    line.add(Cell::Number(pass.los_azimuth_deg, 6));
    line.add(Cell::Number(pass.min_range_km, 4));
    line.add(Cell::Flag(pass.sunlit()));
    line.add(Cell::Flag(pass.visible()));
    line.marked(Cell::Number(pass.age_days, 4), pass.stale, Mark::Stale);
    line.add(Cell::number(pass.timing_error_s, 2));
    line.add(Cell::Flag(pass.open_start));
    line.add(Cell::Flag(pass.open_end));
    line.add(Cell::Flag(pass.stale));
}
