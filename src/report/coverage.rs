//! Coverage as rows.

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
    Shown { column: "mean_gap_s", head: "MEAN GAP S", decimals: 0 },
    Shown { column: "longest_gap_s", head: "LONGEST GAP S", decimals: 0 },
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

/// Places and coalitions as rows, in the order given.
#[must_use]
pub fn sheet(places: &[PlaceCoverage]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS).with_nested(1);
    for place in places {
        for (coverage, roster_assets) in &place.coalitions {
            let figures = &coverage.figures;
            let mut row = vec![
                Cell::text(&place.place),
                Cell::Text(nations_text(&coverage.nations)),
                Cell::Integer(coverage.assets as i64),
                Cell::Integer(*roster_assets as i64),
            ];
            if coverage.assets == 0 {
                // Without assets here nothing is known; a zero would say that they see nothing.
                row.resize(COLUMNS.len(), Cell::Null);
                sheet.push(row);
                continue;
            }
            let longest = longest(&coverage.gaps);
            let time = |seconds: Option<f64>| seconds.map_or(Cell::Null, |s| Cell::Time(place.window.at(s)));
            row.extend([
                Cell::Number(coverage.time_percent, 4),
                Cell::Number(coverage.area_percent, 4),
                Cell::Number(coverage.cell_time_percent, 4),
                Cell::Integer(figures.accesses as i64),
                Cell::number(figures.mean_access_s, 3),
                Cell::Integer(figures.gaps.count as i64),
                Cell::number(figures.gaps.mean_s, 3),
                Cell::number(figures.gaps.longest_s, 3),
                time(longest.map(|gap| gap.span.start_s)),
                Cell::Number(figures.time_average_gap_s, 3),
                Cell::Number(figures.mean_response_s, 3),
                time(figures.first_access_s),
                Cell::Nested(gaps(&coverage.gaps, place.window)),
            ]);
            sheet.push(row);
        }
    }
    sheet
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
