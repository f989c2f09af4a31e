//! The probability of a disc over which the density hardly varies.

use super::Disc;

/// How much the exponent of the density may vary over the disc, squared, for the series to be good to 1e-10.
const MOST_VARIATION: f64 = 0.08;

impl Disc {
    /// The probability by the mean of the density over the disc; nothing where the density varies too much.
    ///
    /// The mean of a smooth f over a disc of radius R is Σ (R/2)²ⁿ ∇²ⁿf / (n! (n+1)!), from Taylor's series and the means of
    /// even powers over a disc. For a normal density the derivatives along an axis are Hermite's polynomials: with
    /// a = R·x/σ² and p = R²/σ², R²f″/f = a² − p, R⁴f⁗/f = a⁴ − 6a²p + 3p², R⁶f⁽⁶⁾/f = a⁶ − 15a⁴p + 45a²p² − 15p³. With
    /// s = Σ a² + 3p below 0.08 the first term left out is below s⁴/737280, 6e-11 of the whole.
    pub(super) fn probability_of_small(&self) -> Option<f64> {
        let axis = |miss: f64, sigma: f64| {
            let (radius, miss) = (self.radius / sigma, miss / sigma);
            (radius, miss, radius * miss * (radius * miss), radius * radius)
        };
        let (radius_x, miss_x, a, p) = axis(self.x, self.sigma_x);
        let (radius_y, miss_y, b, q) = axis(self.y, self.sigma_y);
        // What is not a number is not small.
        let is_small = a + b + 3.0 * (p + q) < MOST_VARIATION;
        if !is_small {
            return None;
        }
        let powers = |a: f64, p: f64| {
            [a - p, a * (a - 6.0 * p) + 3.0 * p * p, a * (a * (a - 15.0 * p) + 45.0 * p * p) - 15.0 * p * p * p]
        };
        let ([x2, x4, x6], [y2, y4, y6]) = (powers(a, p), powers(b, q));
        let mean =
            1.0 + (x2 + y2) / 8.0 + (x4 + 2.0 * x2 * y2 + y4) / 192.0 + (x6 + 3.0 * (x4 * y2 + x2 * y4) + y6) / 9216.0;
        let density = (-0.5 * (miss_x * miss_x + miss_y * miss_y)).exp();
        Some(0.5 * radius_x * radius_y * density * mean)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Disc;

    proptest! {
        /// Both ways give the same, where both can.
        #[test]
        fn the_series_is_the_integral(
            x in -20.0..20.0f64, y in -20.0..20.0f64, ratio in 0.02..50.0f64, radius in 1e-4..0.2f64,
        ) {
            let disc = Disc { x, y: y * ratio, sigma_x: 1.0, sigma_y: ratio, radius };
            let Some(small) = disc.probability_of_small() else { return Ok(()) };
            let exact = disc.probability_by_slices();
            prop_assume!(exact > 1e-250);
            prop_assert!((small / exact - 1.0).abs() < 3e-10, "{small:e} {exact:e}");
        }
    }
}
