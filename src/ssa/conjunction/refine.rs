//! Closest approaches on the propagator itself.

use nalgebra::Vector3;

use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::{State, Teme};
use crate::astro::span::Span;
use crate::kernel::root::bracketed;

/// Half the base, in seconds, of the difference that gives the rate of the distance.
///
/// The rate of |Δr|² is taken from positions alone, because SGP4's velocity is not exactly their derivative and the
/// published definition of TCA is the least distance. A base of one second bends the root by less than 1e-7 s for
/// encounters and 1e-4 s for companions, below the tolerance that either is asked for.
const HALF_BASE_S: f64 = 0.5;

/// TCA is refined to this, in seconds.
const TCA_TOLERANCE_S: f64 = 1e-7;

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

    /// The approach at a given time, minimum or not.
    pub fn at(&self, time_s: f64) -> Option<Approach> {
        let first_state = self.ephemeris.state(self.first, time_s).ok()?;
        let second_state = self.ephemeris.state(self.second, time_s).ok()?;
        let miss_km = (second_state.position_km - first_state.position_km).norm();
        Some(Approach { tca_s: time_s, miss_km, first_state, second_state })
    }

    /// The time in `(start, end]` at which the distance is least or greatest, when its rate changes sign there:
    /// `true` for a minimum. The interval is short enough to hold one extremum at most.
    pub fn extremum(&self, interval: Span) -> Option<(f64, bool)> {
        let rates = (self.closing_rate(interval.start_s)?, self.closing_rate(interval.end_s)?);
        let minimum = match rates {
            (before, after) if before < 0.0 && after >= 0.0 => true,
            (before, after) if before >= 0.0 && after < 0.0 => false,
            _ => return None,
        };
        let time_s = bracketed(
            |time_s| self.closing_rate(time_s),
            (interval.start_s, rates.0),
            (interval.end_s, rates.1),
            TCA_TOLERANCE_S,
        )?;
        Some((time_s, minimum))
    }

    /// The parts of `interval` in which the distance is below `threshold_km`, given the extremum inside it, if any.
    pub fn below(&self, interval: Span, extremum_s: Option<f64>, threshold_km: f64) -> Vec<Span> {
        let excess = |time_s| Some(self.separation_km(time_s)?.norm() - threshold_km);
        let mut parts: Vec<Span> = Vec::new();
        let mut from = interval.start_s;
        for to in extremum_s.into_iter().chain([interval.end_s]) {
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

/// The part of a span in which `excess` is negative, when it has no extremum inside the span.
fn below_where_monotonic(span: Span, excess: impl Fn(f64) -> Option<f64>) -> Option<Span> {
    let (start, end) = (excess(span.start_s)?, excess(span.end_s)?);
    match (start < 0.0, end < 0.0) {
        (true, true) => Some(span),
        (false, false) => None,
        (inside_at_start, _) => {
            let crossing_s = bracketed(excess, (span.start_s, start), (span.end_s, end), 1e-6)?;
            Some(if inside_at_start { Span::new(span.start_s, crossing_s) } else { Span::new(crossing_s, span.end_s) })
        }
    }
}
