//! What each member of a group brings to what all of them see together.
//!
//! The worth of a group S is the time (or fresh time) in which any of its members sees a cell, times the cell's area,
//! summed over the cells: the measure of a union of sets, μ(∪ Aᵢ). For such a game everything that sharing is asked about
//! comes out of one pass over the ends of the sets, exactly:
//!
//! * **Worth of every coalition.** With m(T) the measure of where just the nations T see and no other, v(S) is the sum of
//!   m(T) over all T that meet S.
//! * **Drop-one contribution**, v(N) − v(N∖i): the measure of where i alone sees.
//! * **Shapley value** (Shapley 1953, *A value for n-person games*, eq. 13): the mean of what i adds over all orders in
//!   which the members may join. A point seen by k members adds its measure in an order to the one of them that comes
//!   first, which each is in 1/k of the orders. So φᵢ = ∫ over Aᵢ of dμ/k: no sampling, whatever the number of assets. The
//!   values are not negative and add up to v(N), since k members at a point share it in k equal parts.
//!
//! The values of assets add up to the whole, but those of a nation's assets do not add up to the nation's own value, which
//! splits a moment among nations, not among assets.

use rayon::prelude::*;

use super::looks::Yardstick;
use super::view::AssetView;
use crate::astro::span::{Span, SpanSet};
use crate::ssa::nation::Nation;

/// More nations than anybody weighs against each other: there are 2ⁿ − 1 coalitions of n.
pub const MOST_NATIONS: usize = 8;

/// One member of the group: an asset and the nation that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Index of the nation, below [`MOST_NATIONS`].
    pub nation: usize,
    /// For each cell when it is seen, in order of time.
    pub cells: &'a [SpanSet],
}

/// What the members bring over all cells, in seconds times the unit of the areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// By set of nations, as bits: where just these see. Place 0 is what nobody sees.
    by_nations: Vec<f64>,
    /// By number of members: where just so many see at once, from none on.
    pub by_count: Vec<f64>,
    /// What each member brings, in the order given.
    pub members: Vec<Share>,
    /// Length of the window times the whole area.
    pub whole: f64,
}

/// What one member, or one nation, brings to the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// What it sees alone: v({i}).
    pub alone: f64,
    /// What all lose without it: v(N) − v(N∖i).
    pub lost: f64,
    /// Its Shapley value.
    pub shapley: f64,
}

impl Share {
    fn add(&mut self, other: Self, factor: f64) {
        self.alone += factor * other.alone;
        self.lost += factor * other.lost;
        self.shapley += factor * other.shapley;
    }
}

impl Sharing {
    /// Weighs `members` of `nations` nations over the cells with these areas within `window`; a nation's index of
    /// [`MOST_NATIONS`] or more counts as the last.
    #[must_use]
    pub fn new(members: &[Member<'_>], nations: usize, areas: &[f64], window: Span) -> Self {
        let nations = nations.clamp(1, MOST_NATIONS);
        let empty = || Self {
            by_nations: vec![0.0; 1 << nations],
            by_count: vec![0.0; members.len() + 1],
            members: vec![Share::default(); members.len()],
            whole: 0.0,
        };
        let of_cell = |cell: usize| {
            let mut sharing = empty();
            sharing.weigh(members, nations, cell, window);
            sharing
        };
        // Summed in the order of the cells, so that the sums do not depend on the number of threads.
        let cells: Vec<Self> = (0..areas.len()).into_par_iter().map(of_cell).collect();
        let mut sum = empty();
        for (cell, &area) in cells.iter().zip(areas) {
            sum.add(cell, area);
        }
        sum
    }

    fn add(&mut self, other: &Self, factor: f64) {
        for (sum, value) in self.by_nations.iter_mut().zip(&other.by_nations) {
            *sum += factor * value;
        }
        for (sum, value) in self.by_count.iter_mut().zip(&other.by_count) {
            *sum += factor * value;
        }
        for (sum, value) in self.members.iter_mut().zip(&other.members) {
            sum.add(*value, factor);
        }
        self.whole += factor * other.whole;
    }

    /// One cell: a pass over all ends in order of time.
    fn weigh(&mut self, members: &[Member<'_>], nations: usize, cell: usize, window: Span) {
        let mut ends: Vec<(f64, u32, bool)> = Vec::new();
        for (member, seen) in members.iter().enumerate() {
            for span in seen.cells.get(cell).map_or(&[][..], SpanSet::as_slice) {
                let (start_s, end_s) = (span.start_s.max(window.start_s), span.end_s.min(window.end_s));
                if start_s < end_s {
                    ends.push((start_s, member as u32, true));
                    ends.push((end_s, member as u32, false));
                }
            }
        }
        ends.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut active = [0_u32; MOST_NATIONS];
        let (mut mask, mut count) = (0, 0_usize);
        // ∫ dt/k and ∫ [k = 1] dt so far: a member has what they gain while it sees.
        let (mut shared_s, mut sole_s) = (0.0, 0.0);
        let mut at_s = window.start_s;
        for (time_s, member, starts) in ends {
            let seconds = time_s - at_s;
            at_s = time_s;
            self.by_nations[mask] += seconds;
            self.by_count[count] += seconds;
            match count {
                0 => {}
                1 => {
                    shared_s += seconds;
                    sole_s += seconds;
                }
                _ => shared_s += seconds / count as f64,
            }
            let nation = members[member as usize].nation.min(nations - 1);
            let sign = if starts { -1.0 } else { 1.0 };
            let own = Share { alone: time_s, lost: sole_s, shapley: shared_s };
            self.members[member as usize].add(own, sign);
            if starts {
                (active[nation], count) = (active[nation] + 1, count + 1);
                mask |= 1 << nation;
            } else {
                (active[nation], count) = (active[nation] - 1, count - 1);
                if active[nation] == 0 {
                    mask &= !(1 << nation);
                }
            }
        }
        self.by_nations[0] += window.end_s - at_s;
        self.by_count[0] += window.end_s - at_s;
        self.whole = window.seconds();
    }

    /// What a coalition sees, given as bits of nations.
    #[must_use]
    pub fn worth(&self, coalition: usize) -> f64 {
        self.sets().filter(|(nations, _)| nations & coalition != 0).map(|(_, worth)| worth).sum()
    }

    /// Where just these nations see and no other, given as bits.
    #[must_use]
    pub fn just(&self, nations: usize) -> f64 {
        self.by_nations.get(nations).copied().unwrap_or(0.0)
    }

    /// What a nation brings.
    #[must_use]
    pub fn nation(&self, nation: usize) -> Share {
        let own = 1 << nation;
        let shapley =
            self.sets().filter(|(set, _)| set & own != 0).map(|(set, worth)| worth / f64::from(set.count_ones())).sum();
        Share { alone: self.worth(own), lost: self.just(own), shapley }
    }

    /// Where so many members or more see at once: N-asset coverage.
    #[must_use]
    pub fn at_least(&self, members: usize) -> f64 {
        self.by_count.iter().skip(members).sum()
    }

    /// A worth in percent of the window and the whole area.
    #[must_use]
    pub fn percent(&self, worth: f64) -> f64 {
        if self.whole > 0.0 { 100.0 * worth / self.whole } else { 0.0 }
    }

    fn sets(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.by_nations.iter().copied().enumerate()
    }
}

/// What one asset sees of each cell, as the sweep takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Index of its nation.
    pub nation: usize,
    /// Index into the caller's list of assets.
    pub asset: usize,
    /// For each cell when it is seen.
    pub cells: Vec<SpanSet>,
}

impl Seen {
    /// The asset as a member of the group.
    #[must_use]
    pub fn member(&self) -> Member<'_> {
        Member { nation: self.nation, cells: &self.cells }
    }
}

/// When each asset's looks at each cell are fresh, all its kinds of sensor together; assets of other nations are left out.
#[must_use]
pub fn fresh(views: &[AssetView], nations: &[Nation], yardstick: Yardstick) -> Vec<Seen> {
    let window = Span::new(0.0, yardstick.window_s);
    let mut seen: Vec<Seen> = Vec::new();
    for view in views {
        let Some(nation) = nations.iter().position(|nation| *nation == view.nation) else { continue };
        let cells: Vec<SpanSet> =
            view.cells.par_iter().map(|cell| cell.prolonged(yardstick.horizon_s).within(window)).collect();
        match seen.iter_mut().find(|seen| seen.asset == view.asset) {
            Some(before) => {
                for (before, more) in before.cells.iter_mut().zip(cells) {
                    *before = before.union(&more);
                }
            }
            None => seen.push(Seen { nation, asset: view.asset, cells }),
        }
    }
    seen
}

/// The views with every access shorter at both ends by its asset's timing error, in seconds, as a function of the asset
/// and the time; what then has no length is left out. Ends at the bounds of the search are no events and stay.
#[must_use]
pub fn shrunk(views: &[AssetView], bounds: Span, error_s: impl Fn(usize, f64) -> f64 + Sync) -> Vec<AssetView> {
    let shorter = |asset: usize, span: &Span| {
        let cut_s = |end_s: f64, bound_s: f64| if end_s == bound_s { 0.0 } else { error_s(asset, end_s) };
        let start_s = span.start_s + cut_s(span.start_s, bounds.start_s);
        let end_s = span.end_s - cut_s(span.end_s, bounds.end_s);
        (start_s < end_s).then_some(Span::new(start_s, end_s))
    };
    let of_view = |view: &AssetView| {
        let cell = |seen: &SpanSet| {
            SpanSet::from_spans(seen.as_slice().iter().filter_map(|span| shorter(view.asset, span)).collect())
        };
        AssetView { cells: view.cells.iter().map(cell).collect(), ..*view }
    };
    views.par_iter().map(of_view).collect()
}
