//! The greatest probability over the size of the errors.

use std::f64::consts::SQRT_2;

use super::Disc;

/// The greatest probability over all sizes of the same distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Maximum {
    /// The probability.
    pub probability: f64,
    /// By what both standard deviations are multiplied there; 0 where the limit of no errors at all is the greatest.
    pub scale: f64,
}

/// Alfano's maximum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlfanoMaximum {
    /// The probability.
    pub probability: f64,
    /// The smaller standard deviation there, in the unit of the miss: with larger ones the probability is diluted.
    pub sigma_minor: f64,
}

/// How near to the true scale the search ends, as a share of it: the probability is flat there, and good to 1e-12.
const SCALE_TOLERANCE: f64 = 1e-6;

/// The first step to both sides of the start, in the logarithm of the scale.
const FIRST_STEP: f64 = 0.08;

/// Steps of the search for a bracket, each larger than the last by half, and of the search inside it.
const MOST_STEPS: usize = 60;

impl Disc {
    /// The greatest probability over all scales of the standard deviations, above zero to infinity.
    ///
    /// With the centre outside the disc the probability falls to zero at both ends and has a single peak, near
    /// k² = d²/2, d the Mahalanobis distance: exactly there where the disc is small (Alfriend, Akella, Frisbee, Foster,
    /// Lee and Wilkins, *Space Debris* 1, 1999, 21). With the origin in the disc it rises to one as the errors vanish.
    #[must_use]
    pub fn maximum(&self) -> Maximum {
        if self.miss() <= self.radius {
            return Maximum { probability: 1.0, scale: 0.0 };
        }
        let at = |log_scale: f64| (log_scale, self.scaled(log_scale.exp()).probability());
        let (log_scale, probability) = peak(at, (self.mahalanobis() / SQRT_2).ln());
        let own = self.probability();
        // Where the event's own size is at the peak, the search may end a rounding error beside it.
        if own >= probability {
            return Maximum { probability: own, scale: 1.0 };
        }
        Maximum { probability, scale: log_scale.exp() }
    }
}

/// The greatest probability for a miss, a radius and a ratio of the larger to the smaller standard deviation, over
/// their size, with the larger one along the miss: the worst orientation (Alfano, *Relating position uncertainty to
/// maximum conjunction probability*, J. Astronaut. Sci. 53, 2005, 193; the exact integral in place of its series).
///
/// Where the miss is not above the radius it is one, at no errors at all.
#[must_use]
pub fn alfano_maximum(miss: f64, radius: f64, aspect_ratio: f64) -> AlfanoMaximum {
    if miss <= radius {
        return AlfanoMaximum { probability: 1.0, sigma_minor: 0.0 };
    }
    // The maximum where the radius is small beside the miss: the search begins at scale one.
    let sigma_minor = miss / (SQRT_2 * aspect_ratio);
    let disc = Disc { x: 0.0, y: miss, sigma_x: sigma_minor, sigma_y: sigma_minor * aspect_ratio, radius };
    let Maximum { probability, scale } = disc.maximum();
    AlfanoMaximum { probability, sigma_minor: sigma_minor * scale }
}

/// The peak of a function with a single one, (place, value), sought from `start`.
fn peak(mut at: impl FnMut(f64) -> (f64, f64), start: f64) -> (f64, f64) {
    let mut best = at(start);
    let (mut left, mut right) = (at(start - FIRST_STEP), at(start + FIRST_STEP));
    let mut step = FIRST_STEP;
    for _ in 0..MOST_STEPS {
        step *= 1.5;
        if left.1 > best.1 {
            (right, best) = (best, left);
            left = at(best.0 - step);
        } else if right.1 > best.1 {
            (left, best) = (best, right);
            right = at(best.0 + step);
        } else {
            break;
        }
    }
    refined(at, left, best, right)
}

/// The peak between two places from a point that is higher than both: parabolas where they converge, golden sections
/// where they do not (Brent, *Algorithms for Minimization without Derivatives*, 1973, ch. 5).
fn refined(
    mut at: impl FnMut(f64) -> (f64, f64),
    left: (f64, f64),
    mut best: (f64, f64),
    right: (f64, f64),
) -> (f64, f64) {
    const SHARE: f64 = 0.381_966_011_250_105_1;
    let (mut from, mut to) = (left.0, right.0);
    let (mut second, mut third) = if left.1 > right.1 { (left, right) } else { (right, left) };
    let (mut step, mut before_last) = (to - from, to - from);
    for _ in 0..MOST_STEPS {
        let middle = 0.5 * (from + to);
        if (best.0 - middle).abs() + 0.5 * (to - from) <= 2.0 * SCALE_TOLERANCE {
            break;
        }
        let longest = 0.5 * before_last.abs();
        before_last = step;
        let inside = |offset: &f64| offset.abs() < longest && from < best.0 + offset && best.0 + offset < to;
        step = vertex(best, second, third).filter(inside).unwrap_or_else(|| {
            before_last = if best.0 < middle { to - best.0 } else { from - best.0 };
            SHARE * before_last
        });
        let tried = at(best.0 + step.signum() * step.abs().max(SCALE_TOLERANCE));
        if tried.1 >= best.1 {
            *(if tried.0 < best.0 { &mut to } else { &mut from }) = best.0;
            (third, second, best) = (second, best, tried);
        } else {
            *(if tried.0 < best.0 { &mut from } else { &mut to }) = tried.0;
            if tried.1 >= second.1 || second.0 == best.0 {
                (third, second) = (second, tried);
            } else if tried.1 >= third.1 || third.0 == best.0 || third.0 == second.0 {
                third = tried;
            }
        }
    }
    best
}

/// How far from the first of three points the vertex of the parabola through them lies; none where they are on a line.
fn vertex(best: (f64, f64), second: (f64, f64), third: (f64, f64)) -> Option<f64> {
    let (a, b) = (second.0 - best.0, third.0 - best.0);
    let (fall_a, fall_b) = (best.1 - second.1, best.1 - third.1);
    let denominator = 2.0 * (a * fall_b - b * fall_a);
    let offset = (a * a * fall_b - b * b * fall_a) / denominator;
    offset.is_finite().then_some(offset)
}
