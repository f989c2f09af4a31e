//! Coverage as rows.

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sheet::{Cell, Sheet, Shown};
use super::zone::machine_time;
use crate::astro::time::Window;
use crate::ssa::coverage::coalition::{CoalitionCoverage, Gap};
use crate::ssa::roster::Nation;

const COLUMNS: [&str; 17] = [
    "region",
    "nations",
    "assets",
    "roster_assets",
    "time_percent",
    "area_percent",
    "cell_time_percent",
    "accesses",
    "mean_access_s",
    "gap_count",
    "mean_gap_s",
    "longest_gap_s",
    "longest_gap_start",
    "time_average_gap_s",
    "mean_response_s",
    "first_access",
    "gaps",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 11] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "assets", head: "ASSETS", decimals: 0 },
    Shown { column: "roster_assets", head: "OF", decimals: 0 },
    Shown { column: "time_percent", head: "TIME %", decimals: 2 },
    Shown { column: "area_percent", head: "AREA %", decimals: 1 },
    Shown { column: "cell_time_percent", head: "CELL-TIME %", decimals: 2 },
    Shown { column: "accesses", head: "ACCESSES", decimals: 0 },
    Shown { column: "mean_gap_s", head: "MEAN GAP", decimals: 0 },
    Shown { column: "longest_gap_s", head: "LONGEST GAP", decimals: 0 },
    Shown { column: "longest_gap_start", head: "LONGEST GAP FROM", decimals: 0 },
];

/// The figures of one place for several coalitions.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceCoverage {
    /// Name of the region or site.
    pub place: String,
    /// The window that the figures are of.
    pub window: Window,
    /// For each coalition its figures, and how many assets the roster lists for its nations.
    pub coalitions: Vec<(CoalitionCoverage, usize)>,
}

/// `us+jp+kr`.
#[must_use]
pub fn nations_text(nations: &[Nation]) -> String {
    nations.iter().map(Nation::to_string).collect::<Vec<_>>().join("+")
}

/// What one coalition sees of one place, as one row.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageRow {
    /// Name of the region or site.
    pub place: String,
    /// The nations, such as `us+jp`.
    pub nations: String,
    /// Assets that the figures rest on.
    pub assets: usize,
    /// Assets that the roster lists for these nations.
    pub roster_assets: usize,
    /// The figures; `None` without assets here: nothing is known then, and a zero would say that they see nothing.
    pub figures: Option<RowFigures>,
}

/// The figures of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFigures {
    /// Share of the window in which any part of the place is in view, percent.
    pub time_percent: f64,
    /// Share of the area that is in view at least once in the window, percent.
    pub area_percent: f64,
    /// Share of the window in which a cell is in view, averaged over the area, percent.
    pub cell_time_percent: f64,
    /// Number of accesses.
    pub accesses: usize,
    /// Mean length of a gap, s; `None` without gaps.
    pub mean_gap_s: Option<f64>,
    /// Length of the longest gap, s.
    pub longest_gap_s: Option<f64>,
    /// The rest.
    pub more: MoreFigures,
}

/// The figures that only the machine formats have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoreFigures {
    /// Mean length of an access, s.
    pub mean_access_s: Option<f64>,
    /// Number of gaps.
    pub gap_count: usize,
    /// When the longest gap begins, the first of equals.
    pub longest_gap_start: Option<DateTime<Utc>>,
    /// Mean length of the gap that a random moment falls into, s.
    pub time_average_gap_s: f64,
    /// Mean wait from a random moment to the next access, s.
    pub mean_response_s: f64,
    /// When the place is first in view.
    pub first_access: Option<DateTime<Utc>>,
    /// The gaps with who fills them, as [`gaps`] writes them.
    pub gaps: Value,
}

/// Places and coalitions as rows, in the order given.
#[must_use]
pub fn rows(places: &[PlaceCoverage]) -> Vec<CoverageRow> {
    let of_place = |place: &PlaceCoverage| -> Vec<CoverageRow> {
        let row = |(coverage, roster_assets): &(CoalitionCoverage, usize)| CoverageRow {
            place: place.place.clone(),
            nations: nations_text(&coverage.nations),
            assets: coverage.assets,
            roster_assets: *roster_assets,
            figures: (coverage.assets > 0).then(|| row_figures(coverage, place.window)),
        };
        place.coalitions.iter().map(row).collect()
    };
    places.iter().flat_map(of_place).collect()
}

fn row_figures(coverage: &CoalitionCoverage, window: Window) -> RowFigures {
    let figures = &coverage.figures;
    RowFigures {
        time_percent: coverage.time_percent,
        area_percent: coverage.area_percent,
        cell_time_percent: coverage.cell_time_percent,
        accesses: figures.accesses,
        mean_gap_s: figures.gaps.mean_s,
        longest_gap_s: figures.gaps.longest_s,
        more: MoreFigures {
            mean_access_s: figures.mean_access_s,
            gap_count: figures.gaps.count,
            longest_gap_start: longest(&coverage.gaps).map(|gap| window.at(gap.span.start_s).trunc_subsecs(6)),
            time_average_gap_s: figures.time_average_gap_s,
            mean_response_s: figures.mean_response_s,
            first_access: figures.first_access_s.map(|s| window.at(s).trunc_subsecs(6)),
            gaps: gaps(&coverage.gaps, window),
        },
    }
}

/// Rows as a sheet, in the order given.
#[must_use]
pub fn sheet(rows: &[CoverageRow]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS).with_nested(1);
    for row in rows {
        let mut cells = vec![
            Cell::text(&row.place),
            Cell::text(&row.nations),
            Cell::Integer(row.assets as i64),
            Cell::Integer(row.roster_assets as i64),
        ];
        let Some(figures) = &row.figures else {
            cells.resize(COLUMNS.len(), Cell::Null);
            sheet.push(cells);
            continue;
        };
        let more = &figures.more;
        let time = |time: Option<DateTime<Utc>>| time.map_or(Cell::Null, Cell::Time);
        cells.extend([
            Cell::Number(figures.time_percent, 4),
            Cell::Number(figures.area_percent, 4),
            Cell::Number(figures.cell_time_percent, 4),
            Cell::Integer(figures.accesses as i64),
            seconds(more.mean_access_s),
            Cell::Integer(more.gap_count as i64),
            seconds(figures.mean_gap_s),
            seconds(figures.longest_gap_s),
            time(more.longest_gap_start),
            Cell::Seconds(more.time_average_gap_s, 3),
            Cell::Seconds(more.mean_response_s, 3),
            time(more.first_access),
            Cell::Nested(more.gaps.clone()),
        ]);
        sheet.push(cells);
    }
    sheet
}

fn seconds(value: Option<f64>) -> Cell {
    value.map_or(Cell::Null, |seconds| Cell::Seconds(seconds, 3))
}

/// The longest gap, the first of equals.
#[must_use]
pub fn longest(gaps: &[Gap]) -> Option<&Gap> {
    gaps.iter().reduce(|best, gap| if gap.span.seconds() > best.span.seconds() { gap } else { best })
}

/// Gaps with who fills them, as JSON.
#[must_use]
pub fn gaps(gaps: &[Gap], window: Window) -> Value {
    gaps.iter()
        .map(|gap| {
            let filled_by: Vec<Value> = gap
                .filled_by
                .iter()
                .map(|filler| {
                    json!({
                        "nation": filler.nation.to_string(),
                        "first": machine_time(window.at(filler.first_s)),
                        "seen_s": round_ms(filler.seen_s),
                        "longest_left_s": round_ms(filler.left_s),
                    })
                })
                .collect();
            json!({
                "start": machine_time(window.at(gap.span.start_s)),
                "end": machine_time(window.at(gap.span.end_s)),
                "duration_s": round_ms(gap.span.seconds()),
                "filled_by": filled_by,
            })
        })
        .collect()
}

fn round_ms(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
