//! What nations see alone and together.

use crate::astro::span::{Span, SpanSet};
use crate::ssa::coverage::figures::Figures;
use crate::ssa::roster::Nation;

/// What one asset sees of a place that is cut into cells: for each cell, when.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetView {
    /// Whose it is.
    pub nation: Nation,
    /// Index into the caller's list of assets.
    pub asset: usize,
    /// For each cell the stretches in view, seconds from the window's start.
    pub cells: Vec<SpanSet>,
}

impl AssetView {
    /// When any cell is in view.
    #[must_use]
    pub fn any_cell(&self) -> SpanSet {
        SpanSet::union_of(&self.cells)
    }
}

/// What one coalition sees of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct CoalitionCoverage {
    /// Its nations, in the order asked for.
    pub nations: Vec<Nation>,
    /// Assets whose elements and sensors the figures rest on.
    pub assets: usize,
    /// Share of the window in which any part of the place is in view, percent.
    pub time_percent: f64,
    /// Share of the area that is in view at least once in the window, percent.
    pub area_percent: f64,
    /// Share of the window in which a cell is in view, averaged over the area, percent.
    pub cell_time_percent: f64,
    /// Figures of the place as a whole: an access is one asset's view of any of it.
    pub figures: Figures,
    /// When nothing of the place is in view.
    pub gaps: Vec<Gap>,
}

/// A stretch in which a coalition sees nothing of the place.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// When.
    pub span: Span,
    /// The other nations that see something of the place during the gap, soonest first.
    pub filled_by: Vec<Filler>,
}

/// A nation that looks where a coalition does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filler {
    /// Which.
    pub nation: Nation,
    /// When it first sees the place in the gap, seconds from the window's start.
    pub first_s: f64,
    /// How long it sees the place in the gap, seconds.
    pub seen_s: f64,
    /// What remains: the longest stretch of the gap in which it sees nothing either, seconds.
    pub left_s: f64,
}

/// Every coalition worth a line: each nation alone, each pair, all together.
#[must_use]
pub fn coalitions(nations: &[Nation]) -> Vec<Vec<Nation>> {
    let alone = nations.iter().map(|&nation| vec![nation]);
    let pairs = nations.iter().enumerate().flat_map(|(i, &a)| nations[i + 1..].iter().map(move |&b| vec![a, b]));
    let together = (nations.len() > 2).then(|| nations.to_vec());
    alone.chain(pairs).chain(together).collect()
}

/// The figures of one coalition over `[0, window_s]`. `cell_areas_km2` has one area a cell; `others` are the nations
/// that may fill its gaps.
#[must_use]
pub fn coverage(
    nations: &[Nation],
    others: &[Nation],
    views: &[AssetView],
    cell_areas_km2: &[f64],
    window_s: f64,
) -> CoalitionCoverage {
    let own: Vec<&AssetView> = views.iter().filter(|view| nations.contains(&view.nation)).collect();
    let accesses: Vec<Span> = own.iter().flat_map(|view| view.any_cell().as_slice().to_vec()).collect();
    let any = SpanSet::from_spans(accesses.clone());
    let area_km2: f64 = cell_areas_km2.iter().sum();
    let (mut seen_km2, mut seen_km2_s) = (0.0, 0.0);
    for (cell, cell_km2) in cell_areas_km2.iter().enumerate() {
        let seen_s = SpanSet::union_of(own.iter().filter_map(|view| view.cells.get(cell))).seconds();
        seen_km2_s += cell_km2 * seen_s;
        if seen_s > 0.0 {
            seen_km2 += cell_km2;
        }
    }
    let fillers: Vec<(Nation, SpanSet)> = others
        .iter()
        .filter(|nation| !nations.contains(nation))
        .map(|&nation| {
            let seen: Vec<SpanSet> =
                views.iter().filter(|view| view.nation == nation).map(AssetView::any_cell).collect();
            (nation, SpanSet::union_of(&seen))
        })
        .collect();
    let gaps = any.gaps(window_s).as_slice().iter().map(|&span| gap(span, &fillers)).collect();
    CoalitionCoverage {
        nations: nations.to_vec(),
        assets: own.len(),
        time_percent: 100.0 * any.seconds() / window_s,
        area_percent: 100.0 * seen_km2 / area_km2,
        cell_time_percent: 100.0 * seen_km2_s / (area_km2 * window_s),
        figures: Figures::new(&accesses, window_s),
        gaps,
    }
}

fn gap(span: Span, fillers: &[(Nation, SpanSet)]) -> Gap {
    let whole = SpanSet::from_spans(vec![span]);
    let mut filled_by: Vec<Filler> = fillers
        .iter()
        .filter_map(|(nation, seen)| {
            let inside = seen.intersection(&whole);
            let first_s = inside.as_slice().first()?.start_s;
            // Measured from the gap's own start, so that its ends count as they do in every figure.
            let shifted = inside
                .as_slice()
                .iter()
                .map(|part| Span::new(part.start_s - span.start_s, part.end_s - span.start_s))
                .collect();
            let left = SpanSet::from_spans(shifted).gaps(span.seconds());
            let left_s = left.as_slice().iter().map(Span::seconds).fold(0.0, f64::max);
            Some(Filler { nation: *nation, first_s, seen_s: inside.seconds(), left_s })
        })
        .collect();
    filled_by.sort_by(|a, b| a.first_s.total_cmp(&b.first_s));
    Gap { span, filled_by }
}
