//! What nations see alone and together.

use rayon::prelude::*;

use crate::astro::span::{Span, SpanSet};
use crate::ssa::coverage::figures::Figures;
use crate::ssa::coverage::looks::{Look, Yardstick, looks_at};
use crate::ssa::coverage::view::AssetView;
use crate::ssa::nation::Nation;

/// What one coalition sees of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct CoalitionCoverage {
    /// Its nations, in the order asked for.
    pub nations: Vec<Nation>,
    /// Assets whose elements and sensors the figures rest on.
    pub assets: usize,
    /// Fresh time: the share of time and area that has been in view within the horizon, percent.
    pub fresh_percent: f64,
    /// Share of the window in which any part of the place is in view, percent.
    pub time_percent: f64,
    /// Share of the area that is in view at least once in the window, percent.
    pub area_percent: f64,
    /// Share of the window in which a cell is in view, averaged over the area, percent.
    pub cell_time_percent: f64,
    /// When the last of the cells has been seen for the first time, seconds from the window's start; `None` where one is
    /// never seen.
    pub all_seen_s: Option<f64>,
    /// The figures of a cell, averaged over the area.
    pub means: CellMeans,
    /// Figures of the place as a whole: an access is one asset's look at it ([`Yardstick::least_share`]).
    pub figures: Figures,
    /// Figures of each cell, in the order of the areas.
    pub cells: Vec<CellCoverage>,
    /// The looks at the place by start, those of before the window left out.
    pub looks: Vec<Look>,
    /// When there is no look at the place.
    pub gaps: Vec<Gap>,
}

/// Figures of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellCoverage {
    /// Share of the window in which the cell has been in view within the horizon, percent.
    pub fresh_percent: f64,
    /// The rest.
    pub figures: Figures,
}

/// Figures of the cells averaged by area. A cell never seen has one gap, the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellMeans {
    /// Accesses a day.
    pub accesses_per_day: f64,
    /// Mean gap, seconds; a cell that is always in view counts with 0.
    pub mean_gap_s: f64,
    /// Longest gap, seconds.
    pub longest_gap_s: f64,
    /// Time-average gap, seconds.
    pub time_average_gap_s: f64,
    /// Mean response time, seconds.
    pub mean_response_s: f64,
}

/// A stretch in which a coalition has no look at the place.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// When.
    pub span: Span,
    /// The other nations that look at the place during the gap, soonest first.
    pub filled_by: Vec<Filler>,
    /// The longest stretch of the gap in which no other nation looks either, seconds.
    pub left_s: f64,
}

/// A nation that looks where a coalition does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filler {
    /// Which.
    pub nation: Nation,
    /// With which of its assets it looks first.
    pub asset: usize,
    /// When it first looks at the place in the gap, seconds from the window's start.
    pub first_s: f64,
    /// How long it looks at the place in the gap, seconds.
    pub seen_s: f64,
    /// What remains: the longest stretch of the gap in which it does not look either, seconds.
    pub left_s: f64,
}

/// Every non-empty coalition, the small ones first, in the order of the nations.
#[must_use]
pub fn coalitions(nations: &[Nation]) -> Vec<Vec<Nation>> {
    let mut sets: Vec<usize> = (1..1_usize << nations.len()).collect();
    // Among sets of one size those with the earlier nations come first.
    sets.sort_by_key(|set| (set.count_ones(), !set.reverse_bits()));
    sets.into_iter().map(|set| members(nations, set)).collect()
}

fn members(nations: &[Nation], set: usize) -> Vec<Nation> {
    nations.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, &nation)| nation).collect()
}

/// The figures of one coalition over `[0, window_s]`. `cell_areas_km2` has one area a cell; `others` are the nations
/// that may fill its gaps.
#[must_use]
pub fn coverage(
    nations: &[Nation],
    others: &[Nation],
    views: &[AssetView],
    cell_areas_km2: &[f64],
    yardstick: Yardstick,
) -> CoalitionCoverage {
    let window_s = yardstick.window_s;
    let own: Vec<&AssetView> = views.iter().filter(|view| nations.contains(&view.nation)).collect();
    let cells: Vec<CellCoverage> =
        (0..cell_areas_km2.len()).into_par_iter().map(|cell| cell_coverage(&own, cell, yardstick)).collect();
    let area_km2: f64 = cell_areas_km2.iter().sum();
    let mean = |value: &dyn Fn(&CellCoverage) -> f64| {
        cells.iter().zip(cell_areas_km2).map(|(cell, km2)| value(cell) * km2).sum::<f64>() / area_km2
    };
    let looks = looks_at(&own, cell_areas_km2, yardstick);
    let any = SpanSet::union_of(own.iter().flat_map(|view| &view.cells)).within(Span::new(0.0, window_s));
    let seen = SpanSet::from_spans(looks.iter().map(|look| look.span).collect());
    let fillers: Vec<(Nation, Vec<Look>)> = others
        .iter()
        .filter(|nation| !nations.contains(nation))
        .map(|&nation| {
            let theirs: Vec<&AssetView> = views.iter().filter(|view| view.nation == nation).collect();
            (nation, looks_at(&theirs, cell_areas_km2, yardstick))
        })
        .collect();
    let mut assets: Vec<usize> = own.iter().map(|view| view.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    CoalitionCoverage {
        nations: nations.to_vec(),
        assets: assets.len(),
        fresh_percent: mean(&|cell| cell.fresh_percent),
        time_percent: 100.0 * any.seconds() / window_s,
        area_percent: mean(&|cell| if cell.figures.covered_s > 0.0 { 100.0 } else { 0.0 }),
        cell_time_percent: mean(&|cell| cell.figures.covered_percent),
        all_seen_s: cells
            .iter()
            .map(|cell| cell.figures.first_access_s)
            .try_fold(0.0, |last: f64, first| first.map(|first_s| last.max(first_s))),
        means: CellMeans {
            accesses_per_day: mean(&|cell| cell.figures.accesses_per_day),
            mean_gap_s: mean(&|cell| cell.figures.gaps.mean_s.unwrap_or(0.0)),
            longest_gap_s: mean(&|cell| cell.figures.gaps.longest_s.unwrap_or(0.0)),
            time_average_gap_s: mean(&|cell| cell.figures.time_average_gap_s),
            mean_response_s: mean(&|cell| cell.figures.mean_response_s),
        },
        figures: Figures::new(&looks.iter().map(|look| look.span).collect::<Vec<_>>(), window_s),
        cells,
        looks,
        gaps: seen.gaps(window_s).as_slice().iter().map(|&span| gap(span, &fillers)).collect(),
    }
}

fn cell_coverage(views: &[&AssetView], cell: usize, yardstick: Yardstick) -> CellCoverage {
    let window = Span::new(0.0, yardstick.window_s);
    let sets = || views.iter().filter_map(|view| view.cells.get(cell));
    let fresh = SpanSet::union_of(sets()).prolonged(yardstick.horizon_s).within(window);
    let accesses: Vec<Span> = sets().flat_map(|set| set.within(window).as_slice().to_vec()).collect();
    CellCoverage {
        fresh_percent: 100.0 * fresh.seconds() / yardstick.window_s,
        figures: Figures::new(&accesses, yardstick.window_s),
    }
}

fn gap(span: Span, fillers: &[(Nation, Vec<Look>)]) -> Gap {
    let mut filled_by: Vec<Filler> = fillers
        .iter()
        .filter_map(|(nation, looks)| {
            let inside = |look: &&Look| look.span.start_s < span.end_s && look.span.end_s > span.start_s;
            let first = looks.iter().find(inside)?;
            let seen = SpanSet::from_spans(looks.iter().map(|look| look.span).collect()).within(span);
            Some(Filler {
                nation: *nation,
                asset: first.asset,
                first_s: seen.as_slice().first()?.start_s,
                seen_s: seen.seconds(),
                left_s: longest_left_s(&seen, span),
            })
        })
        .collect();
    filled_by.sort_by(|a, b| a.first_s.total_cmp(&b.first_s));
    let all = SpanSet::from_spans(fillers.iter().flat_map(|(_, looks)| looks).map(|look| look.span).collect());
    Gap { span, filled_by, left_s: longest_left_s(&all.within(span), span) }
}

/// The longest stretch of a gap that lies in none of `seen`; the gap's ends count as they do in every figure.
fn longest_left_s(seen: &SpanSet, gap: Span) -> f64 {
    let left = seen.shifted(-gap.start_s).gaps(gap.seconds());
    left.as_slice().iter().map(Span::seconds).fold(0.0, f64::max)
}
