//! Looks: when an asset reaches a place as a whole, and how much of it.

use rayon::prelude::*;

use super::view::{AssetView, LookKind};
use crate::astro::span::{Span, SpanSet};
use crate::ssa::nation::Nation;

/// By what looks are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yardstick {
    /// Length of the window, seconds.
    pub window_s: f64,
    /// A look is fresh for so long, seconds. Views must reach as far back before the window.
    pub horizon_s: f64,
    /// Share of the place's area that a look must reach to count as one at the place, 0 to 1; at 0 any of it.
    pub least_share: f64,
}

/// A stretch in which one asset has some of a place in view without a break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// When, seconds from the window's start.
    pub span: Span,
    /// Share of the place's area that comes into view during it, 0 to 1.
    pub share: f64,
    /// Whose it is.
    pub nation: Nation,
    /// Index into the caller's list of assets.
    pub asset: usize,
    /// With what it looks.
    pub kind: LookKind,
}

/// The looks of some assets at a place that reach [`Yardstick::least_share`] of it, by start and asset, cut by the window.
#[must_use]
pub fn looks_at(views: &[&AssetView], cell_areas_km2: &[f64], yardstick: Yardstick) -> Vec<Look> {
    let window = Span::new(0.0, yardstick.window_s);
    let mut looks: Vec<Look> = views
        .par_iter()
        .flat_map_iter(|view| looks_of(view, cell_areas_km2))
        .filter(|look| look.share >= yardstick.least_share)
        .collect();
    looks.retain_mut(|look| {
        look.span = Span::new(look.span.start_s.max(window.start_s), look.span.end_s.min(window.end_s));
        look.span.start_s < look.span.end_s
    });
    looks.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s).then((a.asset, a.kind).cmp(&(b.asset, b.kind))));
    looks
}

/// All looks of one view, by start.
#[must_use]
pub fn looks_of(view: &AssetView, cell_areas_km2: &[f64]) -> Vec<Look> {
    let area_km2: f64 = cell_areas_km2.iter().sum();
    let any = view.any_cell();
    let mut reached_km2 = vec![0.0; any.as_slice().len()];
    for (cell, km2) in view.cells.iter().zip(cell_areas_km2) {
        let mut last = usize::MAX;
        for span in cell.as_slice() {
            // Each of a cell's spans lies whole in one look; a look that meets the cell twice reaches it once.
            let look = any.as_slice().partition_point(|look| look.end_s < span.start_s);
            if look != last && look < reached_km2.len() {
                reached_km2[look] += km2;
            }
            last = look;
        }
    }
    let look = |(span, reached_km2): (&Span, f64)| Look {
        span: *span,
        share: (reached_km2 / area_km2).min(1.0),
        nation: view.nation,
        asset: view.asset,
        kind: view.kind,
    };
    any.as_slice().iter().zip(reached_km2).map(look).collect()
}

/// The stretches in which at least two of the nations have the same cell in view, with who they are by index: for each
/// set of nations, as bits, the union over the cells of when just these, or more, see one cell together.
#[must_use]
pub fn together(views: &[AssetView], nations: &[Nation], cells: usize, window_s: f64) -> Vec<(usize, SpanSet)> {
    let of_nation = |nation: Nation, cell: usize| {
        SpanSet::union_of(views.iter().filter(|view| view.nation == nation).filter_map(|view| view.cells.get(cell)))
    };
    let sets: Vec<usize> = (1..1_usize << nations.len()).filter(|set| set.count_ones() >= 2).collect();
    let of_cell = |cell: usize| -> Vec<SpanSet> {
        let own: Vec<SpanSet> = nations.iter().map(|&nation| of_nation(nation, cell)).collect();
        let shared = |set: &usize| {
            let members = (0..own.len()).filter(|bit| set >> bit & 1 == 1);
            members.map(|bit| own[bit].clone()).reduce(|a, b| a.intersection(&b)).unwrap_or_default()
        };
        sets.iter().map(shared).collect()
    };
    let by_cell: Vec<Vec<SpanSet>> = (0..cells).into_par_iter().map(of_cell).collect();
    let window = Span::new(0.0, window_s);
    let union = |index: usize| SpanSet::union_of(by_cell.iter().map(|sets| &sets[index])).within(window);
    sets.iter().enumerate().map(|(index, &set)| (set, union(index))).collect()
}
