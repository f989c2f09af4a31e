//! One slab of a screening: a pure function of the objects and a stretch of time, so that slabs can run anywhere.

use std::ops::{ControlFlow, Range};

use super::bound::margins;
use super::order::Order;
use super::refine::{Approach, Pair};
use super::tracks::Tracks;
use crate::astro::ephemeris::Ephemeris;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::hermite::Bounds;
use crate::kernel::lanes::Form;
use crate::kernel::near_pairs::{NearPairs, Search};
use crate::ssa::progress::Cancelled;

/// Speed in km/s that circular orbits stay below; faster objects search farther.
const ORDINARY_SPEED_KM_S: f64 = 8.1;

/// Slip in km that most objects stay below; the others search farther.
const ORDINARY_SLIP_KM: f64 = 2.0;

/// What is asked of every slab.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Approaches below this distance are wanted, km.
    pub threshold_km: f64,
    /// Length of the window, seconds.
    pub window_s: f64,
    /// Number of intervals that the window is cut into.
    pub intervals: usize,
    /// For each object its group of identical orbits; pairs of one group are left out.
    pub twins: &'a [u32],
    /// The objects in tiles.
    pub order: &'a Order,
    /// For each object whether it is a chosen primary; a pair without one is left out. Empty: every pair counts.
    pub primaries: &'a [bool],
}

impl Plan<'_> {
    /// Where the `index`-th interval begins. The last ends with the window itself, which the quotient can miss by a bit.
    pub(super) fn edge_s(&self, index: usize) -> f64 {
        if index == self.intervals { self.window_s } else { self.window_s * index as f64 / self.intervals as f64 }
    }

    /// The `index`-th interval. Neighbours share the very same number as their common end.
    pub(super) fn interval(&self, index: usize) -> Span {
        Span::new(self.edge_s(index), self.edge_s(index + 1))
    }

    pub(super) fn wants(&self, i: usize, j: usize) -> bool {
        self.twins[i] != self.twins[j] && (self.primaries.is_empty() || self.primaries[i] || self.primaries[j])
    }
}

/// What a window's minima are told apart by; the states follow from the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Seconds from the window's start.
    pub tca_s: f64,
    /// Distance, km.
    pub miss_km: f64,
    /// Relative speed, km/s.
    pub rel_speed_km_s: f64,
}

impl From<&Approach> for Figures {
    fn from(approach: &Approach) -> Self {
        Self { tca_s: approach.tca_s, miss_km: approach.miss_km, rel_speed_km_s: approach.rel_speed_km_s() }
    }
}

/// A pair's approach, found in a slab; `first < second`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimum {
    /// Index of one object.
    pub first: u32,
    /// Index of the other.
    pub second: u32,
    /// Time, distance and relative speed.
    pub figures: Figures,
    /// Whether this is the window's end rather than a minimum: the pair is below the threshold there and the minimum
    /// lies outside.
    pub at_window_end: bool,
}

/// A stretch in which a pair is below the threshold. One that goes on in the next interval ends exactly where its
/// continuation starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Index of one object.
    pub first: u32,
    /// Index of the other.
    pub second: u32,
    /// When.
    pub span: Span,
}

/// What one slab holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlabEvents {
    /// Minima below the threshold, and the window's ends.
    pub minima: Vec<Minimum>,
    /// Stretches below the threshold.
    pub stretches: Vec<Stretch>,
    /// When objects ceased to have a state in the slab: index, seconds, reason.
    pub failures: Vec<(usize, f64, PropagationError)>,
}

/// Scratch space of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    tracks: Tracks,
    near: NearPairs,
    places: Vec<(u32, u32)>,
    candidates: Vec<(usize, usize)>,
}

/// Screens the intervals `range` of the plan; calls `interval_done` after each, which may ask to stop.
///
/// # Errors
/// [`Cancelled`] when `interval_done` asks to stop.
pub fn screen_slab(
    ephemeris: &Ephemeris,
    plan: &Plan<'_>,
    range: Range<usize>,
    scratch: &mut Scratch,
    interval_done: impl Fn() -> ControlFlow<()>,
) -> Result<SlabEvents, Cancelled> {
    let mut events = SlabEvents::default();
    let edge_s = |index| plan.edge_s(index);
    scratch.tracks.fill(ephemeris, plan.order, range.clone(), edge_s, plan.threshold_km, &mut events.failures);
    for (step, index) in range.enumerate() {
        let interval = plan.interval(index);
        find_candidates(ephemeris, plan, step, interval, scratch);
        for &(first, second) in &scratch.candidates {
            refine(&Pair { ephemeris, first, second }, plan, interval, &mut events);
        }
        if interval_done().is_break() {
            return Err(Cancelled);
        }
    }
    join(&mut events);
    Ok(events)
}

/// Joins the stretches of each pair that touch: a formation has one in every interval.
pub(super) fn join(events: &mut SlabEvents) {
    let SlabEvents { minima, stretches, .. } = events;
    stretches.sort_unstable_by(|a, b| {
        (a.first, a.second).cmp(&(b.first, b.second)).then(a.span.start_s.total_cmp(&b.span.start_s))
    });
    stretches.dedup_by(|next, last| {
        let touching = (next.first, next.second, next.span.start_s) == (last.first, last.second, last.span.end_s);
        if touching {
            last.span.end_s = next.span.end_s;
        }
        touching
    });
    // Slabs wait for the whole window: what they hold should take no more than it needs.
    minima.shrink_to_fit();
    stretches.shrink_to_fit();
}

/// The pairs that can come below the threshold in an interval, in order.
fn find_candidates(ephemeris: &Ephemeris, plan: &Plan<'_>, step: usize, interval: Span, scratch: &mut Scratch) {
    let half_step_s = 0.5 * interval.seconds();
    let ordinary = Bounds { lowest_km: 6500.0, slip_km: ORDINARY_SLIP_KM };
    let (ordinary_reach_km, _) = margins(plan.threshold_km, half_step_s).reach_and_pad(ordinary, ORDINARY_SPEED_KM_S);
    let here = scratch.tracks.step(ephemeris, step, interval, plan.threshold_km);
    let search = Search {
        threshold_km: plan.threshold_km.max(0.0) as f32,
        half_step_s: half_step_s as f32,
        ordinary_reach_km: ordinary_reach_km as f32,
        more: here.parts,
    };
    scratch.places.clear();
    scratch.near.find(Form::best(), &search, here.tiles, &mut scratch.places);
    scratch.candidates.clear();
    scratch.candidates.extend(scratch.places.iter().filter_map(|&(a, b)| {
        let (a, b) = (here.object(a), here.object(b));
        plan.wants(a, b).then_some((a.min(b), a.max(b)))
    }));
    scratch.candidates.sort_unstable();
    scratch.candidates.dedup();
}

/// Adds what a pair does in an interval.
pub(super) fn refine(pair: &Pair<'_>, plan: &Plan<'_>, interval: Span, events: &mut SlabEvents) {
    let (first, second) = (pair.first as u32, pair.second as u32);
    let below = |approach: &Approach| approach.miss_km < plan.threshold_km;
    let extrema = pair.extrema(interval);
    for &(time_s, _) in extrema.iter().filter(|(_, minimum)| *minimum) {
        if let Some(approach) = pair.at(time_s).filter(below) {
            let approach = pair.settled(approach, plan.window_s);
            events.minima.push(Minimum { first, second, figures: (&approach).into(), at_window_end: false });
        }
    }
    // At the window's ends the distance may already be rising, or still be falling: the minimum is outside.
    let start = (interval.start_s == 0.0).then_some((0.0, true));
    let end = (interval.end_s == plan.window_s).then_some((plan.window_s, false));
    for (end_s, is_start) in start.into_iter().chain(end) {
        if pair.closing_rate(end_s).is_some_and(|rate| (rate >= 0.0) == is_start)
            && let Some(approach) = pair.at(end_s).filter(below)
        {
            events.minima.push(Minimum { first, second, figures: (&approach).into(), at_window_end: true });
        }
    }
    let parts = pair.below(interval, &extrema, plan.threshold_km);
    events.stretches.extend(parts.into_iter().map(|span| Stretch { first, second, span }));
}
