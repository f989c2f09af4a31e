//! Objects that count only for a part of a window: orbits between burns, and trajectories with an end.
//!
//! Each is searched throughout the window, and what lies outside its stretches is taken out of what the slabs found, before
//! it is folded. Where a stretch begins or ends with a pair below the threshold and on the way out of it, an open record
//! stands, as at the window's ends.

use crate::astro::ephemeris::Ephemeris;
use crate::astro::span::{Span, SpanSet};
use crate::ssa::conjunction::refine::Pair;
use crate::ssa::conjunction::slab::{Minimum, SlabEvents, Stretch};

/// When objects count.
#[derive(Clone, Copy, Debug)]
pub struct Stretches<'a> {
    /// Of each object, in seconds from the window's start; `None` counts always.
    pub of_objects: &'a [Option<SpanSet>],
    /// At an end of a stretch only pairs slower than this, km/s, get an open record.
    pub opens_below_km_s: f64,
}

impl Stretches<'_> {
    /// Takes out of a slab what lies outside the stretches of its objects, in a window of `window_s` seconds.
    pub fn cut(&self, slab: &mut SlabEvents, ephemeris: &Ephemeris, window_s: f64) {
        let both =
            |first, second, time_s| self.counts(first, time_s, window_s) && self.counts(second, time_s, window_s);
        slab.minima.retain(|minimum| both(minimum.first, minimum.second, minimum.figures.tca_s));
        // An orbit that counts from a burn on may lie under the ground before it.
        slab.failures.retain(|&(object, time_s, _)| self.counts(object as u32, time_s, window_s));
        let ends = slab.stretches.iter().flat_map(|below| {
            let ends = self.of(below).flat_map(|own| [(own.start_s, true), (own.end_s, false)]);
            let inside = ends.filter(|(time_s, _)| below.span.start_s <= *time_s && *time_s < below.span.end_s);
            let inside = inside.filter(|(time_s, _)| 0.0 < *time_s && *time_s < window_s);
            inside.map(|(time_s, is_start)| (below.first, below.second, time_s, is_start))
        });
        let opened: Vec<Minimum> = ends
            .filter(|&(first, second, time_s, is_start)| {
                // An end is not part of its stretch: what counts there is the moment before.
                let inside_s = if is_start { time_s } else { time_s.next_down() };
                both(first, second, inside_s)
            })
            .filter_map(|(first, second, time_s, is_start)| {
                let pair = Pair { ephemeris, first: first as usize, second: second as usize };
                let is_leaving = (pair.closing_rate(time_s)? >= 0.0) == is_start;
                let approach = pair.at(time_s)?;
                let is_slow = approach.rel_speed_km_s() < self.opens_below_km_s;
                let figures = (&approach).into();
                (is_leaving && is_slow).then_some(Minimum { first, second, figures, at_window_end: true })
            })
            .collect();
        slab.minima.extend(opened);
        let parts = slab.stretches.iter().flat_map(|below| {
            let own = [below.first, below.second].map(|object| self.of_objects[object as usize].as_ref());
            let whole = SpanSet::from_spans(vec![below.span]);
            let left = own.into_iter().flatten().fold(whole, |left, own| left.intersection(own));
            left.as_slice().iter().map(|&span| Stretch { span, ..*below }).collect::<Vec<_>>()
        });
        slab.stretches = parts.collect();
    }

    /// The stretches of both objects of a pair.
    fn of(&self, below: &Stretch) -> impl Iterator<Item = Span> {
        let own = [below.first, below.second].map(|object| self.of_objects[object as usize].as_ref());
        own.into_iter().flatten().flat_map(|own| own.as_slice().iter().copied())
    }

    fn counts(&self, object: u32, time_s: f64, window_s: f64) -> bool {
        let counts_in = |stretch: &Span| {
            stretch.start_s <= time_s && (time_s < stretch.end_s || time_s == window_s && stretch.end_s >= window_s)
        };
        self.of_objects[object as usize].as_ref().is_none_or(|own| own.as_slice().iter().any(counts_in))
    }
}
