//! Polynomials of degree 7 through the eight Chebyshev points of an interval.
//!
//! A function analytic around [-1, 1] has Chebyshev coefficients that fall geometrically, and its interpolant through
//! the zeros of T₈ is off by no more than twice the sum of the coefficients left out (Trefethen, *Approximation Theory
//! and Approximation Practice*, 2013, theorems 4.1, 8.1 and 8.2): the last coefficients kept tell the error.

/// Number of points and of coefficients.
pub const POINTS: usize = 8;

/// cos(kπ/16), k = 0..8.
const COSINE: [f64; POINTS] = [
    1.0,
    0.980_785_280_403_230_4,
    0.923_879_532_511_286_7,
    0.831_469_612_302_545_2,
    std::f64::consts::FRAC_1_SQRT_2,
    0.555_570_233_019_602_2,
    0.382_683_432_365_089_8,
    0.195_090_322_016_128_27,
];

/// The points in [-1, 1], the greatest first: the zeros of T₈, cos((2j + 1)π/16).
pub const ABSCISSAE: [f64; POINTS] =
    [COSINE[1], COSINE[3], COSINE[5], COSINE[7], -COSINE[7], -COSINE[5], -COSINE[3], -COSINE[1]];

/// The polynomial through values at [`ABSCISSAE`]: its coefficients in powers of x, the lowest first, and a bound of
/// what the first Chebyshev coefficient left out may be, as long as each is at most a sixteenth of the one before.
///
/// The discrete orthogonality of T₀ … T₇ over the points (Mason and Handscomb, *Chebyshev Polynomials*, 2003, eq. 4.42)
/// gives the Chebyshev coefficients, even ones from the sums of opposite values, odd ones from their differences.
#[must_use]
pub fn fit(values: &[f64; POINTS]) -> ([f64; POINTS], f64) {
    let [_, c1, c2, c3, c4, c5, c6, c7] = COSINE;
    let sum: [f64; 4] = std::array::from_fn(|j| values[j] + values[POINTS - 1 - j]);
    let difference: [f64; 4] = std::array::from_fn(|j| values[j] - values[POINTS - 1 - j]);
    let dot = |a: &[f64; 4], b: [f64; 4]| 0.25 * (a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]);
    let t0 = 0.5 * dot(&sum, [1.0; 4]);
    let t2 = dot(&sum, [c2, c6, -c6, -c2]);
    let t4 = dot(&sum, [c4, -c4, -c4, c4]);
    let t6 = dot(&sum, [c6, -c2, c2, -c6]);
    let t1 = dot(&difference, [c1, c3, c5, c7]);
    let t3 = dot(&difference, [c3, -c7, -c1, -c5]);
    let t5 = dot(&difference, [c5, -c1, c7, c3]);
    let t7 = dot(&difference, [c7, -c5, c3, -c1]);
    let powers = [
        t0 - t2 + t4 - t6,
        t1 - 3.0 * t3 + 5.0 * t5 - 7.0 * t7,
        2.0 * t2 - 8.0 * t4 + 18.0 * t6,
        4.0 * t3 - 20.0 * t5 + 56.0 * t7,
        8.0 * t4 - 48.0 * t6,
        16.0 * t5 - 112.0 * t7,
        32.0 * t6,
        64.0 * t7,
    ];
    (powers, t7.abs().max(t6.abs() / 16.0) / 16.0)
}

/// The values of `N` polynomials at x: see [`value_and_slope`].
#[must_use]
pub fn value<const N: usize>(powers: &[[f64; N]; POINTS], x: f64) -> [f64; N] {
    let mut value = powers[POINTS - 1];
    for power in powers[..POINTS - 1].iter().rev() {
        for axis in 0..N {
            value[axis] = value[axis] * x + power[axis];
        }
    }
    value
}

/// The values and slopes of `N` polynomials at x: coefficients by power, the lowest first, each for all polynomials.
#[must_use]
pub fn value_and_slope<const N: usize>(powers: &[[f64; N]; POINTS], x: f64) -> ([f64; N], [f64; N]) {
    let (mut value, mut slope) = (powers[POINTS - 1], [0.0; N]);
    for power in powers[..POINTS - 1].iter().rev() {
        for axis in 0..N {
            slope[axis] = slope[axis] * x + value[axis];
            value[axis] = value[axis] * x + power[axis];
        }
    }
    (value, slope)
}

#[cfg(test)]
mod tests {
    use super::{ABSCISSAE, COSINE, POINTS, fit, value_and_slope};

    #[test]
    fn the_points_are_the_zeros_of_the_eighth_polynomial() {
        for (k, cosine) in COSINE.iter().enumerate() {
            assert!((cosine - (k as f64 * std::f64::consts::PI / 16.0).cos()).abs() < 1e-15);
        }
        for x in ABSCISSAE {
            assert!((8.0 * x.acos()).cos().abs() < 1e-14);
        }
    }

    #[test]
    fn a_polynomial_of_degree_seven_comes_back() {
        let given = [3.0, -1.0, 0.5, 2.0, -4.0, 0.25, 1.5, -0.75];
        let at = |x: f64| given.iter().rev().fold(0.0, |value, power| value * x + power);
        let (powers, _) = fit(&ABSCISSAE.map(at));
        for (power, expected) in powers.iter().zip(given) {
            assert!((power - expected).abs() < 1e-13);
        }
    }

    #[test]
    fn a_sine_is_within_the_bound_and_so_is_its_slope() {
        for half_width in [0.05, 0.2, 0.5, 1.0] {
            let (powers, left_out) = fit(&ABSCISSAE.map(|x| (half_width * x + 0.4).sin()));
            let columns: [[f64; 1]; POINTS] = powers.map(|power| [power]);
            for step in -50..=50 {
                let x = f64::from(step) / 50.0;
                let ([value], [slope]) = value_and_slope(&columns, x);
                let (sin, cos) = (half_width * x + 0.4).sin_cos();
                assert!((value - sin).abs() <= 2.2 * left_out + 1e-15, "{half_width} {x}");
                assert!((slope - half_width * cos).abs() <= 200.0 * left_out + 1e-13, "{half_width} {x}");
            }
        }
    }
}
