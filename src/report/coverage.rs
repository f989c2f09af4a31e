//! Coverage as rows.

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sheet::{Cell, Sheet, Shown};
use super::zone::machine_time;
use crate::astro::span::SpanSet;
use crate::astro::time::Window;
use crate::ssa::coverage::coalition::{CoalitionCoverage, Gap};
use crate::ssa::coverage::looks::Yardstick;
use crate::ssa::coverage::sharing::Sharing;
use crate::ssa::coverage::view::LookKind;
use crate::ssa::nation::Nation;

const COLUMNS: [&str; 29] = [
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
    "kind",
    "fresh_percent",
    "fresh_shorter_percent",
    "response_p50_s",
    "response_p90_s",
    "response_p99_s",
    "all_seen",
    "cell_accesses_per_day",
    "cell_mean_gap_s",
    "cell_longest_gap_s",
    "cell_time_average_gap_s",
    "cell_mean_response_s",
    "gaps",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 13] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "kind", head: "KIND", decimals: 0 },
    Shown { column: "assets", head: "ASSETS", decimals: 0 },
    Shown { column: "roster_assets", head: "OF", decimals: 0 },
    Shown { column: "fresh_percent", head: "FRESH %", decimals: 1 },
    Shown { column: "time_percent", head: "TIME %", decimals: 2 },
    Shown { column: "area_percent", head: "AREA %", decimals: 1 },
    Shown { column: "cell_time_percent", head: "CELL-TIME %", decimals: 2 },
    Shown { column: "accesses", head: "ACCESS", decimals: 0 },
    Shown { column: "mean_gap_s", head: "MEAN GAP", decimals: 0 },
    Shown { column: "longest_gap_s", head: "LONGEST GAP", decimals: 0 },
    Shown { column: "longest_gap_start", head: "GAP FROM", decimals: 0 },
];

/// The figures of one place for every coalition.
#[derive(Clone, Debug)]
pub struct PlaceCoverage {
    /// Name of the region or site.
    pub place: String,
    /// The window that the figures are of.
    pub window: Window,
    /// By what looks were weighed.
    pub yardstick: Yardstick,
    /// The nations asked for.
    pub nations: Vec<Nation>,
    /// The figures of every coalition, with all its sensors, then by kind where there are several kinds.
    pub coalitions: Vec<CoalitionLine>,
    /// What each nation and each asset brings to the fresh time of all, and which assets these are.
    pub sharing: (Sharing, Vec<usize>),
    /// The same where every access is shorter at both ends by its timing error.
    pub shorter: Sharing,
    /// What is in view at the moment, in the place of fresh time.
    pub in_view: Sharing,
    /// When nations have the same cell in view at once, by set of nations as bits.
    pub together: Vec<(usize, SpanSet)>,
}

/// One coalition of one place.
#[derive(Clone, Debug)]
pub struct CoalitionLine {
    /// With what it looks; `None`: with everything.
    pub kind: Option<LookKind>,
    /// How many such assets the roster lists for its nations.
    pub listed: usize,
    /// The figures.
    pub coverage: CoalitionCoverage,
}

impl PlaceCoverage {
    /// The lines of all sensors together.
    pub fn whole(&self) -> impl Iterator<Item = &CoalitionLine> {
        self.coalitions.iter().filter(|line| line.kind.is_none())
    }

    /// A coalition as bits of [`PlaceCoverage::nations`].
    #[must_use]
    pub fn bits(&self, nations: &[Nation]) -> usize {
        self.nations.iter().enumerate().filter(|(_, nation)| nations.contains(nation)).map(|(bit, _)| 1 << bit).sum()
    }

    /// The nations of such bits.
    #[must_use]
    pub fn members(&self, bits: usize) -> Vec<Nation> {
        self.nations.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, &nation)| nation).collect()
    }
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
    /// With what they look: `all`, `optical`, `radar`, `other`.
    pub kind: &'static str,
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
    /// Fresh time: share of time and area that has been in view within the horizon, percent.
    pub fresh_percent: Option<f64>,
    /// The same where every access is shorter at both ends by its timing error, percent.
    pub fresh_shorter_percent: Option<f64>,
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
    /// Wait from a random moment to the next access that half of the moments do not exceed, s.
    pub response_p50_s: Option<f64>,
    /// That of 90 % of the moments, s.
    pub response_p90_s: Option<f64>,
    /// That of 99 % of the moments, s.
    pub response_p99_s: Option<f64>,
    /// When the place is first in view.
    pub first_access: Option<DateTime<Utc>>,
    /// When the last of its cells has been seen for the first time.
    pub all_seen: Option<DateTime<Utc>>,
    /// Accesses a day of a cell, averaged over the area.
    pub cell_accesses_per_day: Option<f64>,
    /// Mean gap of a cell, averaged over the area, s.
    pub cell_mean_gap_s: Option<f64>,
    /// Longest gap of a cell, averaged over the area, s.
    pub cell_longest_gap_s: Option<f64>,
    /// Time-average gap of a cell, averaged over the area, s.
    pub cell_time_average_gap_s: Option<f64>,
    /// Mean response time of a cell, averaged over the area, s.
    pub cell_mean_response_s: Option<f64>,
    /// The gaps with who fills them, as [`gaps`] writes them.
    pub gaps: Value,
}

/// Places and coalitions as rows, in the order given.
#[must_use]
pub fn rows(places: &[PlaceCoverage]) -> Vec<CoverageRow> {
    let of_place = |place: &PlaceCoverage| -> Vec<CoverageRow> {
        let row = |line: &CoalitionLine| CoverageRow {
            place: place.place.clone(),
            nations: nations_text(&line.coverage.nations),
            kind: line.kind.map_or("all", LookKind::as_str),
            assets: line.coverage.assets,
            roster_assets: line.listed,
            figures: (line.coverage.assets > 0).then(|| row_figures(place, line)),
        };
        place.coalitions.iter().map(row).collect()
    };
    places.iter().flat_map(of_place).collect()
}

fn row_figures(place: &PlaceCoverage, line: &CoalitionLine) -> RowFigures {
    let (coverage, window) = (&line.coverage, place.window);
    let (figures, means) = (&coverage.figures, &coverage.means);
    let time = |seconds: f64| window.at(seconds).trunc_subsecs(6);
    let shorter = || place.shorter.percent(place.shorter.worth(place.bits(&coverage.nations)));
    RowFigures {
        time_percent: coverage.time_percent,
        area_percent: coverage.area_percent,
        cell_time_percent: coverage.cell_time_percent,
        accesses: figures.accesses,
        mean_gap_s: figures.gaps.mean_s,
        longest_gap_s: figures.gaps.longest_s,
        more: MoreFigures {
            fresh_percent: Some(coverage.fresh_percent),
            fresh_shorter_percent: line.kind.is_none().then(shorter),
            mean_access_s: figures.mean_access_s,
            gap_count: figures.gaps.count,
            longest_gap_start: longest(&coverage.gaps).map(|gap| time(gap.span.start_s)),
            time_average_gap_s: figures.time_average_gap_s,
            mean_response_s: figures.mean_response_s,
            response_p50_s: Some(figures.response.p50_s),
            response_p90_s: Some(figures.response.p90_s),
            response_p99_s: Some(figures.response.p99_s),
            first_access: figures.first_access_s.map(time),
            all_seen: coverage.all_seen_s.map(time),
            cell_accesses_per_day: Some(means.accesses_per_day),
            cell_mean_gap_s: Some(means.mean_gap_s),
            cell_longest_gap_s: Some(means.longest_gap_s),
            cell_time_average_gap_s: Some(means.time_average_gap_s),
            cell_mean_response_s: Some(means.mean_response_s),
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
            cells[16] = Cell::text(row.kind);
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
            Cell::text(row.kind),
            Cell::number(more.fresh_percent, 4),
            Cell::number(more.fresh_shorter_percent, 4),
            seconds(more.response_p50_s),
            seconds(more.response_p90_s),
            seconds(more.response_p99_s),
            time(more.all_seen),
            Cell::number(more.cell_accesses_per_day, 4),
            seconds(more.cell_mean_gap_s),
            seconds(more.cell_longest_gap_s),
            seconds(more.cell_time_average_gap_s),
            seconds(more.cell_mean_response_s),
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
                "longest_left_s": round_ms(gap.left_s),
                "filled_by": filled_by,
            })
        })
        .collect()
}

fn round_ms(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
