//! Closest approaches on the propagator itself.

use nalgebra::Vector3;

use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::{State, Teme};
use crate::astro::span::Span;
use crate::kernel::root::root;

/// Half the base, in seconds, of the difference that gives the rate of the distance.
///
/// The rate of |Δr|² is taken from positions alone, because SGP4's velocity is not exactly their derivative and the
/// definition of TCA is the least distance. The base bends the root by base²/24 times the third derivative of |Δr|²
/// over its second, at most an eighth of a second squared times relative acceleration over relative speed: in low
/// orbit, 10 km apart, 3e-6 s at 1 km/s and 3e-4 s at 10 m/s, below the tolerance that either is asked for.
const HALF_BASE_S: f64 = 0.5;

/// Approaches slower than this, km/s, get a rate from farther apart in the end.
///
/// Positions are rounded to some 1e-9 km. In a difference over a second that hides the least distance of two objects a
/// few kilometres apart for 10 ms at 1 m/s, and for microseconds at this speed.
const SLOW_KM_S: f64 = 0.05;

/// Spacing, in seconds, of the eight positions from which the rate of slow pairs is taken, and their weights: the
/// central difference of the eighth order (Fornberg 1988, *Math. Comp.* 51, 699, table 1).
///
/// Rounding counts a hundredth as much as over a second. What the formula leaves out is `h⁸/630` times the ninth
/// derivative of |Δr|²; that turns at most twice an orbit, so in low orbit TCA is off by `h⁸/630·(2ω)⁷`, microseconds.
const WIDE_S: f64 = 90.0;
const WEIGHTS: [f64; 4] = [4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0];

/// Slow approaches are moved by no more than this, in seconds: where the two rates disagree by more, a pair is so slow
/// that its distance does not tell.
const FARTHEST_MOVE_S: f64 = 10.0;

/// TCA is refined to this, in seconds.
const TCA_TOLERANCE_S: f64 = 1e-7;

/// A minimum and a maximum closer together than this, in seconds, may be passed over: over so little time the distance
/// of a pair slow enough to have both changes by micrometres.
const SHORTEST_PART_S: f64 = 1.0;

/// A pair of objects on the clock of its ephemeris.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// Where the states come from.
    pub ephemeris: &'a Ephemeris,
    /// Index of one object.
    pub first: usize,
    /// Index of the other.
    pub second: usize,
}

/// A minimum of the distance, with both states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Approach {
    /// Seconds from the window's start.
    pub tca_s: f64,
    /// Distance, km.
    pub miss_km: f64,
    /// State of the first object.
    pub first_state: State<Teme>,
    /// State of the second object.
    pub second_state: State<Teme>,
}

impl Approach {
    /// Relative speed, km/s.
    #[must_use]
    pub fn rel_speed_km_s(&self) -> f64 {
        (self.second_state.velocity_km_s - self.first_state.velocity_km_s).norm()
    }
}

impl Pair<'_> {
    fn separation_km(&self, time_s: f64) -> Option<Vector3<f64>> {
        let first = self.ephemeris.state(self.first, time_s).ok()?;
        let second = self.ephemeris.state(self.second, time_s).ok()?;
        Some(second.position_km - first.position_km)
    }

    /// Half the rate of |Δr|², km²/s, from positions; `None` where an object has no state.
    pub fn closing_rate(&self, time_s: f64) -> Option<f64> {
        let before = self.separation_km(time_s - HALF_BASE_S)?;
        let after = self.separation_km(time_s + HALF_BASE_S)?;
        Some((after - before).dot(&(after + before)) / (4.0 * HALF_BASE_S))
    }

    /// Half the rate of |Δr|², km²/s, from positions over many minutes.
    fn wide_closing_rate(&self, time_s: f64) -> Option<f64> {
        let mut rate = 0.0;
        for (k, weight) in WEIGHTS.into_iter().enumerate() {
            let apart_s = WIDE_S * (k + 1) as f64;
            let (before, after) = (self.separation_km(time_s - apart_s)?, self.separation_km(time_s + apart_s)?);
            rate += weight * (after - before).dot(&(after + before));
        }
        Some(rate / (2.0 * WIDE_S))
    }

    /// The minimum at an approach found by [`Self::extrema`], within `window_s` seconds from the window's start: where
    /// the pair is slow, the time at which the distance over some minutes has it.
    pub fn settled(&self, approach: Approach, window_s: f64) -> Approach {
        if approach.rel_speed_km_s() >= SLOW_KM_S {
            return approach;
        }
        let settled = || {
            let slope = {
                let beside = |by_s: f64| self.wide_closing_rate(approach.tca_s + by_s);
                (beside(FARTHEST_MOVE_S)? - beside(-FARTHEST_MOVE_S)?) / (2.0 * FARTHEST_MOVE_S)
            };
            let mut time_s = approach.tca_s;
            for _ in 0..3 {
                time_s -= self.wide_closing_rate(time_s)? / slope;
            }
            let is_near = (time_s - approach.tca_s).abs() < FARTHEST_MOVE_S;
            is_near.then(|| self.at(time_s.clamp(0.0, window_s))).flatten()
        };
        settled().unwrap_or(approach)
    }

    /// The approach at a given time, minimum or not.
    pub fn at(&self, time_s: f64) -> Option<Approach> {
        let first_state = self.ephemeris.state(self.first, time_s).ok()?;
        let second_state = self.ephemeris.state(self.second, time_s).ok()?;
        let miss_km = (second_state.position_km - first_state.position_km).norm();
        Some(Approach { tca_s: time_s, miss_km, first_state, second_state })
    }

    /// The times in `(start, end]` at which the distance is least (`true`) or greatest, in order.
    pub fn extrema(&self, interval: Span) -> Vec<(f64, bool)> {
        let mut found = Vec::new();
        if let (Some(start), Some(end)) = (self.closing_rate(interval.start_s), self.closing_rate(interval.end_s)) {
            self.extrema_between((interval.start_s, start), (interval.end_s, end), &mut found);
        }
        found
    }

    /// Looks between two times with their rates, in ever smaller parts while a part could hold more than one extremum.
    fn extrema_between(&self, start: (f64, f64), end: (f64, f64), found: &mut Vec<(f64, bool)>) {
        let part = Span::new(start.0, end.0);
        let middle_s = 0.5 * (part.start_s + part.end_s);
        if part.seconds() > SHORTEST_PART_S
            && let Some(middle) = self.at(middle_s)
            && may_turn_twice(&middle, part.seconds(), start.1, end.1)
            && let Some(rate) = self.closing_rate(middle_s)
        {
            self.extrema_between(start, (middle_s, rate), found);
            self.extrema_between((middle_s, rate), end, found);
        } else if (start.1 < 0.0) != (end.1 < 0.0) {
            let rate = |time_s| self.closing_rate(time_s);
            found.push((root(start, end, TCA_TOLERANCE_S, rate), start.1 < 0.0));
        }
    }

    /// The parts of `interval` in which the distance is below `threshold_km`, given the extrema inside it.
    pub fn below(&self, interval: Span, extrema: &[(f64, bool)], threshold_km: f64) -> Vec<Span> {
        let excess = |time_s| Some(self.separation_km(time_s)?.norm() - threshold_km);
        let mut parts: Vec<Span> = Vec::new();
        let mut from = interval.start_s;
        for to in extrema.iter().map(|&(time_s, _)| time_s).chain([interval.end_s]) {
            if let Some(part) = below_where_monotonic(Span::new(from, to), excess) {
                match parts.last_mut() {
                    Some(last) if last.end_s == part.start_s => last.end_s = part.end_s,
                    _ => parts.push(part),
                }
            }
            from = to;
        }
        parts
    }
}

/// Whether the distance may have more than one extremum within `part_s` seconds around an approach, given half the
/// rates of |Δr|² at its ends.
///
/// The rate's own derivative is |Δv|² + Δr·Δa, with |Δa| at most the gravity gradient times the distance. While that
/// cannot be zero the rate is monotonic; and where it is bounded, a rate that is large at both ends cannot come to zero.
fn may_turn_twice(middle: &Approach, part_s: f64, start_rate: f64, end_rate: f64) -> bool {
    let half_s = 0.5 * part_s;
    let speed_km_s = middle.rel_speed_km_s();
    let lowest_km = middle.first_state.position_km.norm().min(middle.second_state.position_km.norm());
    // A pair that is not slow cannot turn twice, and the others hardly move in a part: the margin covers both.
    let gradient_s2 = 3.0 * MU_WGS72_KM3_S2 / lowest_km.powi(3);
    let farthest_km = middle.miss_km + speed_km_s * half_s;
    let change_km_s = gradient_s2 * farthest_km * half_s;
    let least_speed_km_s = (speed_km_s - change_km_s).max(0.0);
    let greatest_speed_km_s = speed_km_s + change_km_s;
    let pull_km2_s2 = gradient_s2 * farthest_km * farthest_km;
    if least_speed_km_s * least_speed_km_s > pull_km2_s2 {
        return false;
    }
    let steepest_km2_s2 = greatest_speed_km_s * greatest_speed_km_s + pull_km2_s2;
    start_rate.abs() + end_rate.abs() <= steepest_km2_s2 * part_s
}

/// The part of a span in which `excess` is negative, when it has no extremum inside the span.
fn below_where_monotonic(span: Span, excess: impl Fn(f64) -> Option<f64>) -> Option<Span> {
    let (start, end) = (excess(span.start_s)?, excess(span.end_s)?);
    match (start < 0.0, end < 0.0) {
        (true, true) => Some(span),
        (false, false) => None,
        (inside_at_start, _) => {
            let crossing_s = root((span.start_s, start), (span.end_s, end), 1e-6, excess);
            Some(if inside_at_start { Span::new(span.start_s, crossing_s) } else { Span::new(crossing_s, span.end_s) })
        }
    }
}
