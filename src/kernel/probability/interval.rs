//! The normal probability of an interval, without loss of digits in the tails or for short intervals.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The probability that a standard normal number lies within `half` of `centre`; neither is below zero.
///
/// Both error functions on one side of zero nearly cancel where the interval is short; there the density's Taylor series
/// about the centre is integrated term by term: 2hφ(c)·Σ He₂ₖ(c)·h²ᵏ/(2k+1)! with Hermite's polynomials (Abramowitz and
/// Stegun, sec. 26.2). The first term left out is below 1e-14 of the sum.
pub(super) fn interval(centre: f64, half: f64) -> f64 {
    if half * (1.0 + centre) < 0.1 {
        return short(centre, half);
    }
    let lower = (centre - half) * FRAC_1_SQRT_2;
    let upper = (centre + half) * FRAC_1_SQRT_2;
    if lower > 0.0 {
        0.5 * (libm::erfc(lower) - libm::erfc(upper))
    } else {
        0.5 * (libm::erf(upper) + libm::erf(-lower))
    }
}

fn short(centre: f64, half: f64) -> f64 {
    let (c, h) = (centre * centre, half * half);
    let second = c - 1.0;
    let fourth = (c - 6.0) * c + 3.0;
    let sixth = ((c - 15.0) * c + 45.0) * c - 15.0;
    let eighth = (((c - 28.0) * c + 210.0) * c - 420.0) * c + 105.0;
    let series = 1.0 + h / 6.0 * (second + h / 20.0 * (fourth + h / 42.0 * (sixth + h / 72.0 * eighth)));
    2.0 * half * density(centre) * series
}

/// The standard normal density.
pub(super) fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() * (0.5 / PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{density, interval};

    /// Simpson's rule on the density itself.
    fn simpson(centre: f64, half: f64) -> f64 {
        let steps = 20_000;
        let width = 2.0 * half / f64::from(steps);
        let weight = |k: i32| if k == 0 || k == steps { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
        let sum: f64 = (0..=steps).map(|k| weight(k) * density(centre - half + width * f64::from(k))).sum();
        sum * width / 3.0
    }

    #[test]
    fn agrees_with_a_plain_sum_on_both_sides_of_every_seam() {
        for centre in [0.0, 0.03, 0.5, 1.0, 2.0, 5.0, 9.0, 20.0, 30.0] {
            let seam = 0.1 / (1.0 + centre);
            for half in [1e-9, 1e-3 * seam, 0.5 * seam, seam * 0.999_999, seam * 1.000_001, 2.0 * seam, 0.3, 1.0] {
                let (own, other) = (interval(centre, half), simpson(centre, half));
                assert!((own / other - 1.0).abs() < 1e-11, "{centre} ± {half}: {own:e} against {other:e}");
            }
        }
        assert_eq!(interval(0.0, 50.0), 1.0);
        assert_eq!(interval(60.0, 1.0), 0.0);
    }
}
