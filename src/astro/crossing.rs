//! Event search: every stretch of time in which a scalar function g is at or above zero.
//!
//! A pass, an overflight and an access are each the stretches with g(t) ≥ 0 of some g: height over the horizon,
//! distance inside a border, room left in a sensor's cone. [`intervals`] finds them **by a bound, not by a fixed
//! step**: with each value, the caller states how long the sign cannot change ([`Sample::clear_s`]), and the search
//! leaps that far. Where the promise is shorter than [`Steps::min_s`] it advances by `min_s`. A change of sign can
//! therefore hide only inside one step of `min_s`, next to a second one: **no interval and no gap of `min_s` or
//! longer is lost**, whatever the shape of g.
//!
//! The promise mostly comes from a bound A on the curvature: from g₀ with rate g₀′ known to ± δ, Taylor's theorem
//! with the remainder in Lagrange's form gives |g₀| − (toward + δ)·τ − ½·A·τ² as the least distance from zero after
//! τ, so the sign holds until the positive root of that parabola ([`clear_s`]). Far from zero the leap is
//! √(2·|g₀|/A), close to a crossing it is Newton's step shortened by a term of second order, so the search arrives
//! within a second in two or three samples.
//!
//! A [`Track`] answers from polynomials that many searches share, a millimetre from the propagator (its `path` tells how
//! that is known). On them g's curvature is bounded both ways, and [`crate::kernel::root::zeros`] finds all zeros of a
//! stretch from its ends' values; between visits [`Fix::orbit_clear_s`] leaps over what the orbit's plane and the way
//! round it rule out. [`Horizons`] does so for the sites of a whole theatre at once.

mod cells;
mod elevation;
mod fix;
mod ground;
mod horizons;
mod off_nadir;
mod orbit;
mod path;
mod piece;
mod pieces;
mod sunlight;
mod track;

pub use elevation::Horizon;
pub use fix::{Fix, SubPoint};
pub use ground::GroundArc;
pub use horizons::{Glance, Horizons, Watch};
pub use off_nadir::{Cone, Side};
pub use sunlight::SunPath;
pub use track::Track;

use super::span::Span;
use crate::kernel::root::root;

/// Accuracy of a crossing in seconds.
pub const CROSSING_TOLERANCE_S: f64 = 1e-7;

/// Accuracy of the instant at which an object loses its state, in seconds.
const LOSS_TOLERANCE_S: f64 = 1e-3;

/// One value of g with the promise that goes with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// g at the time asked about; the unit is the caller's.
    pub value: f64,
    /// For this many seconds from then on the sign of g cannot change; 0 where nothing is known.
    pub clear_s: f64,
}

/// Shortest and longest step of a search, and how exact it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// Step where no promise is longer, in seconds: every interval and gap of this length is found.
    pub min_s: f64,
    /// Longest step, in seconds.
    pub max_s: f64,
    /// Accuracy of a crossing, in seconds; from twice `min_s` on it is the nearer end of the step that it lies in.
    pub crossing_s: f64,
}

impl Default for Steps {
    /// Half a second at least, a day at most.
    fn default() -> Self {
        Self { min_s: 0.5, max_s: 86_400.0, crossing_s: CROSSING_TOLERANCE_S }
    }
}

/// One stretch with g ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// When, in the caller's seconds.
    pub span: Span,
    /// Whether it was already going on where the search began.
    pub open_start: bool,
    /// Whether it was still going on where the search, or the object's orbit, ended.
    pub open_end: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan<E> {
    /// All stretches with g ≥ 0, in order.
    pub intervals: Vec<Interval>,
    /// Where g ceased to have a value, with the reason: the search ended there.
    pub lost: Option<(f64, E)>,
}

/// The time for which a value keeps its sign, in seconds, given a bound on its curvature.
///
/// `toward` is the rate towards zero (that of −|g|, so g′ below zero and −g′ above), `rate_error` how far the true
/// rate can be from it, `curvature` the greatest second derivative towards zero over the stretch. The positive root
/// of ½·A·τ² + (toward + δ)·τ − |g| = 0, written without the difference of near numbers; infinite where the value
/// cannot come back.
#[must_use]
pub fn clear_s(distance: f64, toward: f64, rate_error: f64, curvature: f64) -> f64 {
    let rate = toward + rate_error;
    let root = (rate * rate + 2.0 * curvature * distance).sqrt();
    if rate > 0.0 {
        2.0 * distance / (rate + root)
    } else if curvature > 0.0 {
        (root - rate) / curvature
    } else {
        f64::INFINITY
    }
}

/// All stretches of `within` in which g ≥ 0: see the module's text for what cannot be missed.
///
/// A crossing is refined to [`Steps::crossing_s`]. Where g ceases to have a value the search ends, the running
/// interval is open there, and [`Scan::lost`] holds the instant.
///
/// # Errors
/// g has no value at the start of `within`.
pub fn intervals<E>(
    within: Span,
    steps: Steps,
    mut sample: impl FnMut(f64) -> Result<Sample, E>,
) -> Result<Scan<E>, E> {
    let mut at_s = within.start_s;
    let mut here = sample(at_s)?;
    let mut scan = Scan { intervals: Vec::new(), lost: None };
    let mut running = (here.value >= 0.0).then_some((at_s, true));
    while at_s < within.end_s && scan.lost.is_none() {
        // `max` first: it also replaces a promise that is not a number.
        let mut next_s = (at_s + here.clear_s.max(steps.min_s).min(steps.max_s)).min(within.end_s);
        let there = match sample(next_s) {
            Ok(there) => there,
            Err(error) => {
                let (last_s, last) = last_value(at_s, here, next_s, &mut sample);
                scan.lost = Some((last_s, error));
                next_s = last_s;
                last
            }
        };
        if (here.value >= 0.0) != (there.value >= 0.0) {
            let crossing_s = root((at_s, here.value), (next_s, there.value), steps.crossing_s, |time_s| {
                sample(time_s).map(|sample| sample.value).ok()
            });
            match running.take() {
                Some((start_s, open_start)) => {
                    let span = Span::new(start_s, crossing_s);
                    scan.intervals.push(Interval { span, open_start, open_end: false });
                }
                None => running = Some((crossing_s, false)),
            }
        }
        (at_s, here) = (next_s, there);
    }
    if let Some((start_s, open_start)) = running {
        scan.intervals.push(Interval { span: Span::new(start_s, at_s), open_start, open_end: true });
    }
    Ok(scan)
}

/// The last value between `good_s`, which has one, and `bad_s`, which has none, by bisection.
fn last_value<E>(
    mut good_s: f64,
    mut good: Sample,
    mut bad_s: f64,
    sample: &mut impl FnMut(f64) -> Result<Sample, E>,
) -> (f64, Sample) {
    while bad_s - good_s > LOSS_TOLERANCE_S {
        let middle_s = 0.5 * (good_s + bad_s);
        match sample(middle_s) {
            Ok(middle) => (good_s, good) = (middle_s, middle),
            Err(_) => bad_s = middle_s,
        }
    }
    (good_s, good)
}

/// The times within a span at which `rate` turns from rising to falling, to `tolerance_s`: the local maxima of what
/// it is the rate of.
///
/// `rate` returns the rate and the longest step to the next look; maxima nearer to each other than that may merge.
/// The ends of the span are never maxima. The list ends where the rate ceases to have a value.
#[must_use]
pub fn maxima(within: Span, tolerance_s: f64, mut rate: impl FnMut(f64) -> Option<(f64, f64)>) -> Vec<f64> {
    let mut found = Vec::new();
    let mut at_s = within.start_s;
    let Some((mut here, mut step_s)) = rate(at_s) else { return found };
    while at_s < within.end_s {
        let next_s = (at_s + step_s.max(tolerance_s)).min(within.end_s);
        let Some((there, there_step_s)) = rate(next_s) else { return found };
        if here > 0.0 && there <= 0.0 {
            found.push(root((at_s, here), (next_s, there), tolerance_s, |time_s| rate(time_s).map(|(rate, _)| rate)));
        }
        (at_s, here, step_s) = (next_s, there, there_step_s);
    }
    found
}
