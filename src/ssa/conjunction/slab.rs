//! One slab of a screening: a pure function of the objects and a stretch of time, so that slabs can run anywhere.

use std::ops::Range;

use nalgebra::Vector3;

use super::bound::{SLIP_FLOOR_KM_S, bend_km, defect_km, reach_km};
use super::refine::{Approach, Pair};
use crate::astro::ephemeris::{Ephemeris, Slab};
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::columns::{Columns, Points};

/// Speed in km/s that circular orbits stay below; faster objects search farther.
const ORDINARY_SPEED_KM_S: f64 = 8.1;

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
    /// For each object whether it is a chosen primary; a pair without one is left out. Empty: every pair counts.
    pub primaries: &'a [bool],
}

impl Plan<'_> {
    /// The `index`-th interval. Neighbours share the very same number as their common end.
    fn interval(&self, index: usize) -> Span {
        // The last edge is the window's end itself, which the quotient can miss by a bit.
        let edge = |index: usize| {
            if index == self.intervals { self.window_s } else { self.window_s * index as f64 / self.intervals as f64 }
        };
        Span::new(edge(index), edge(index + 1))
    }

    fn wants(&self, i: usize, j: usize) -> bool {
        self.twins[i] != self.twins[j] && (self.primaries.is_empty() || self.primaries[i] || self.primaries[j])
    }
}

/// A pair's approach, found in a slab; `first < second`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimum {
    /// Index of one object.
    pub first: usize,
    /// Index of the other.
    pub second: usize,
    /// Time, distance, states.
    pub approach: Approach,
    /// Whether this is the window's end rather than a minimum: the pair is below the threshold there and the minimum
    /// lies outside.
    pub at_window_end: bool,
}

/// A stretch in which a pair is below the threshold. One that goes on in the next interval ends exactly where its
/// continuation starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Index of one object.
    pub first: usize,
    /// Index of the other.
    pub second: usize,
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
    slab: Slab,
    columns: Columns,
    radius: Vec<f64>,
    speed: Vec<f64>,
    slip: Vec<f64>,
    reach: Vec<f64>,
    candidates: Vec<(usize, usize)>,
}

/// Screens the intervals `range` of the plan.
pub fn screen_slab(ephemeris: &Ephemeris, plan: &Plan<'_>, range: Range<usize>, scratch: &mut Scratch) -> SlabEvents {
    let mut events = SlabEvents::default();
    // One step more on either side, against which the outer steps' slip is measured.
    let step_s = plan.window_s / plan.intervals as f64;
    let middles: Vec<f64> =
        (0..range.len() + 2).map(|step| (range.start as f64 + step as f64 - 0.5) * step_s).collect();
    ephemeris.fill(&middles, &mut scratch.slab);
    let inside = |time_s: f64| (0.0..=plan.window_s).contains(&time_s);
    events.failures.extend(scratch.slab.failures().iter().filter(|(_, time_s, _)| inside(*time_s)));
    for (step, index) in range.enumerate() {
        let interval = plan.interval(index);
        find_candidates(plan, step + 1, step_s, scratch);
        for &(first, second) in &scratch.candidates {
            refine(&Pair { ephemeris, first, second }, plan, interval, &mut events);
        }
    }
    join(&mut events.stretches);
    events
}

/// Joins the stretches of each pair that touch: a formation has one in every interval.
fn join(stretches: &mut Vec<Stretch>) {
    stretches
        .sort_by(|a, b| (a.first, a.second).cmp(&(b.first, b.second)).then(a.span.start_s.total_cmp(&b.span.start_s)));
    stretches.dedup_by(|next, last| {
        let touching = (next.first, next.second, next.span.start_s) == (last.first, last.second, last.span.end_s);
        if touching {
            last.span.end_s = next.span.end_s;
        }
        touching
    });
}

/// The components of one step as vectors.
#[derive(Clone, Copy)]
struct Step<'a>([&'a [f64]; 6]);

impl Step<'_> {
    fn position(&self, i: usize) -> Vector3<f64> {
        Vector3::new(self.0[0][i], self.0[1][i], self.0[2][i])
    }

    fn velocity(&self, i: usize) -> Vector3<f64> {
        Vector3::new(self.0[3][i], self.0[4][i], self.0[5][i])
    }
}

/// The pairs that can come below the threshold within half a step of a step, in order.
fn find_candidates(plan: &Plan<'_>, step: usize, step_s: f64, scratch: &mut Scratch) {
    let h_s = 0.5 * step_s;
    let [before, here, after] = [step - 1, step, step + 1].map(|step| Step(scratch.slab.step(step)));
    for row in [&mut scratch.radius, &mut scratch.speed, &mut scratch.slip, &mut scratch.reach] {
        row.clear();
    }
    for i in 0..here.0[0].len() {
        let (position, velocity) = (here.position(i), here.velocity(i));
        let defect_before = defect_km(&position, &velocity, -step_s, &before.position(i));
        let defect_after = defect_km(&position, &velocity, step_s, &after.position(i));
        // A neighbouring step without a state is not a number, which `max` passes over.
        let slip = SLIP_FLOOR_KM_S * h_s + 0f64.max(defect_before).max(defect_after);
        let (radius, speed) = (position.norm(), velocity.norm());
        scratch.radius.push(radius);
        scratch.speed.push(speed);
        scratch.slip.push(slip);
        scratch.reach.push(slip + reach_km(radius, speed, h_s));
    }
    let (radius, speed, slip, reach) = (&scratch.radius, &scratch.speed, &scratch.slip, &scratch.reach);
    let candidates = &mut scratch.candidates;
    candidates.clear();
    let ordinary_reach_km = reach_km(6500.0, ORDINARY_SPEED_KM_S, h_s);
    let [x, y, z, ..] = here.0;
    scratch.columns.near_pairs(Points { x, y, z, reach }, plan.threshold_km, ordinary_reach_km, |i, j| {
        let (separation, drift) = (here.position(j) - here.position(i), here.velocity(j) - here.velocity(i));
        let farthest_km = plan.threshold_km + 2.0 * (reach[i] + reach[j]);
        let pad_km = bend_km(radius[i].min(radius[j]), speed[i].max(speed[j]), farthest_km, h_s) + slip[i] + slip[j];
        if straight_minimum_km(&separation, &drift, h_s) < plan.threshold_km + pad_km && plan.wants(i, j) {
            candidates.push((i.min(j), i.max(j)));
        }
    });
    candidates.sort_unstable();
}

/// Least distance on the straight line `separation + drift * τ` for `|τ| <= h_s`, km.
fn straight_minimum_km(separation: &Vector3<f64>, drift: &Vector3<f64>, h_s: f64) -> f64 {
    let speed_squared = drift.norm_squared();
    let tau = if speed_squared > 0.0 { (-separation.dot(drift) / speed_squared).clamp(-h_s, h_s) } else { 0.0 };
    (separation + drift * tau).norm()
}

fn refine(pair: &Pair<'_>, plan: &Plan<'_>, interval: Span, events: &mut SlabEvents) {
    let (first, second) = (pair.first, pair.second);
    let below = |approach: &Approach| approach.miss_km < plan.threshold_km;
    let extrema = pair.extrema(interval);
    for &(time_s, _) in extrema.iter().filter(|(_, minimum)| *minimum) {
        if let Some(approach) = pair.at(time_s).filter(below) {
            events.minima.push(Minimum { first, second, approach, at_window_end: false });
        }
    }
    // At the window's ends the distance may already be rising, or still be falling: the minimum is outside.
    let start = (interval.start_s == 0.0).then_some((0.0, true));
    let end = (interval.end_s == plan.window_s).then_some((plan.window_s, false));
    for (end_s, is_start) in start.into_iter().chain(end) {
        if pair.closing_rate(end_s).is_some_and(|rate| (rate >= 0.0) == is_start)
            && let Some(approach) = pair.at(end_s).filter(below)
        {
            events.minima.push(Minimum { first, second, approach, at_window_end: true });
        }
    }
    let parts = pair.below(interval, &extrema, plan.threshold_km);
    events.stretches.extend(parts.into_iter().map(|span| Stretch { first, second, span }));
}
