//! A slab of a screening of few objects against all: a coarse look at all, a close look at what it leaves.
//!
//! Intervals of several minutes are judged as [`super::bound`] says, with pads as wide as so long a line needs; every pair
//! left is judged again in each interval of a minute, from states of its own, as in a screening of all. What is refined in
//! the end is refined in the very same intervals.

use std::ops::{ControlFlow, Range};

use super::bound::margins;
use super::line::{Cutter, Line, parts_of};
use super::refine::Pair;
use super::slab::{Plan, SlabEvents, join, refine};
use super::tracks::Tracks;
use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::ephemeris::Ephemeris;
use crate::astro::span::Span;
use crate::kernel::lanes::Form;
use crate::kernel::near_chosen::{NearChosen, Search};
use crate::ssa::progress::Cancelled;

/// Intervals in a coarse one.
pub const COARSE: usize = 4;

/// Coarse intervals in a slab: with both ends as many states as are reckoned side by side.
pub const MOST_STEPS: usize = 15;

/// Where the chosen objects are fewer than one in so many, this search is the faster one.
pub const FEW: usize = 8;

/// Scratch space of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    tracks: Tracks,
    near: NearChosen,
    chosen: Vec<u32>,
    places: Vec<(u32, u32)>,
    candidates: Vec<(u32, u32)>,
    cutter: Cutter,
    edges_s: Vec<f64>,
    by_minute: [Vec<Option<Line>>; 2],
    lines: [Vec<Line>; 2],
}

/// Screens the coarse intervals `range` of a plan with primaries, whose number of intervals is a multiple of [`COARSE`];
/// calls `interval_done` after each, which may ask to stop.
///
/// # Errors
/// [`Cancelled`] when `interval_done` asks to stop.
pub fn screen_slab_of_chosen(
    ephemeris: &Ephemeris,
    plan: &Plan<'_>,
    range: Range<usize>,
    scratch: &mut Scratch,
    interval_done: impl Fn() -> ControlFlow<()>,
) -> Result<SlabEvents, Cancelled> {
    let mut events = SlabEvents::default();
    let edge_s = |index| plan.edge_s(index * COARSE);
    scratch.tracks.fill(ephemeris, plan.order, range.clone(), edge_s, plan.threshold_km, &mut events.failures);
    for (step, index) in range.enumerate() {
        find_candidates(ephemeris, plan, step, Span::new(edge_s(index), edge_s(index + 1)), scratch);
        for k in 0..scratch.candidates.len() {
            let (first, second) = scratch.candidates[k];
            let pair = Pair { ephemeris, first: first as usize, second: second as usize };
            look_closely(&pair, plan, index * COARSE, scratch);
            for minute in 0..COARSE {
                let interval = plan.interval(index * COARSE + minute);
                if can_meet(&pair, plan.threshold_km, minute, interval, scratch) {
                    refine(&pair, plan, interval, &mut events);
                }
            }
        }
        if interval_done().is_break() {
            return Err(Cancelled);
        }
    }
    join(&mut events);
    Ok(events)
}

/// The pairs with a primary that can come below the threshold in a coarse interval, in order.
fn find_candidates(ephemeris: &Ephemeris, plan: &Plan<'_>, step: usize, interval: Span, scratch: &mut Scratch) {
    let Scratch { tracks, near, chosen, places, candidates, .. } = scratch;
    candidates.clear();
    // Nobody knows a line for an orbit that ends: the close look decides.
    let count = ephemeris.len();
    for ending in tracks.ending(step) {
        candidates.extend((0..count).map(|other| (ending.min(other) as u32, ending.max(other) as u32)));
    }
    let here = tracks.step(ephemeris, step, interval, plan.threshold_km);
    chosen.clear();
    chosen.extend(here.places().filter(|&(_, object)| plan.primaries[object]).map(|(place, _)| place));
    let search = Search {
        threshold_km: plan.threshold_km.max(0.0) as f32,
        half_step_s: (0.5 * interval.seconds()) as f32,
        mu_km3_s2: MU_WGS72_KM3_S2 as f32,
    };
    places.clear();
    near.find(Form::best(), &search, (here.tiles, here.parts), chosen, places);
    candidates.extend(places.iter().map(|&(a, b)| {
        let (a, b) = (here.object(a) as u32, here.object(b) as u32);
        (a.min(b), a.max(b))
    }));
    candidates.retain(|&(a, b)| plan.wants(a as usize, b as usize));
    candidates.sort_unstable();
    candidates.dedup();
}

/// The lines of both objects in each of the [`COARSE`] intervals from the `first` on.
fn look_closely(pair: &Pair<'_>, plan: &Plan<'_>, first: usize, scratch: &mut Scratch) {
    let Scratch { edges_s, by_minute, cutter, .. } = scratch;
    edges_s.clear();
    edges_s.extend((first..=first + COARSE).map(|index| plan.edge_s(index)));
    for (lines, object) in by_minute.iter_mut().zip([pair.first, pair.second]) {
        lines.clear();
        cutter.lines(pair.ephemeris, object as u32, edges_s, plan.threshold_km, lines);
    }
}

/// Whether a pair can come below the threshold in one of the intervals last looked at, by the lines of both.
fn can_meet(pair: &Pair<'_>, threshold_km: f64, minute: usize, interval: Span, scratch: &mut Scratch) -> bool {
    let margins = margins(threshold_km, 0.5 * interval.seconds());
    for (k, object) in [pair.first, pair.second].into_iter().enumerate() {
        // Where one of the two has no line at all there is nothing to meet.
        let Some(line) = scratch.by_minute[k][minute] else { return false };
        let (lines, parts) = (&mut scratch.lines[k], parts_of(&margins, line.pad_km));
        lines.clear();
        if parts > 1 {
            scratch.cutter.cut(pair.ephemeris, object as u32, parts, interval, threshold_km, lines);
        } else {
            lines.push(line);
        }
    }
    let [first, second] = &scratch.lines;
    first.iter().any(|a| second.iter().any(|b| a.meets(b, margins.half_step_s, margins.threshold_km)))
}
