//! Sine and cosine in loops that the compiler turns into wide lanes: no branch, no table, no call.

use super::lanes::Arithmetic;

/// 1.5 × 2⁵²: added to a number and taken away again it rounds it, and leaves the whole number in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// (sin x − x) / x³ as a polynomial in x², |x| ≤ π/2: the best in the sense of Chebyshev, within 5e-14 of sin x.
const SINE: [f64; 6] = [
    -0.166_666_666_664_023_22,
    0.008_333_333_316_518_028,
    -0.000_198_412_660_108_898_84,
    2.755_690_145_182_432_4e-6,
    -2.502_846_226_611_029e-8,
    1.538_743_199_280_629_6e-10,
];

/// (cos x − 1 + x²/2) / x⁴ as a polynomial in x², |x| ≤ π/2: within 3e-15 of cos x.
const COSINE: [f64; 6] = [
    0.041_666_666_666_398_455,
    -0.001_388_888_887_413_845_2,
    2.480_158_427_435_564e-5,
    -2.755_701_412_113_475e-7,
    2.086_052_927_032_997_3e-9,
    -1.103_257_107_721_149_4e-11,
];

/// The same for |x| ≤ 0.55: within 5e-14 of sin x.
const SMALL_SINE: [f64; 4] =
    [-0.166_666_666_644_175, 0.008_333_332_729_314_308, -0.000_198_407_320_005_600_35, 2.736_186_940_463_522e-6];

/// The same for |x| ≤ 0.55: within 2e-15 of cos x.
const SMALL_COSINE: [f64; 4] =
    [0.041_666_666_664_118_46, -0.001_388_888_828_039_976_2, 2.480_108_808_843_102e-5, -2.738_658_862_624_890_6e-7];

/// The greatest argument of [`small_sin_cos`].
pub(super) const SMALL: f64 = 0.55;

#[inline(always)]
fn polynomial<A: Arithmetic, const N: usize>(coefficients: &[f64; N], z: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for k in (0..N - 1).rev() {
        sum = A::fma(sum, z, coefficients[k]);
    }
    sum
}

/// Sine and cosine of any angle below 6 million radians, in rad, within 1e-13 and what the angle's last bit is worth.
///
/// The angle less the nearest multiple of π is in ±π/2, where sine and cosine are one polynomial each; both change sign
/// where the multiple is odd. To m π the nearest number to π is wrong by 4·10⁻¹⁷ of the angle, and its product's rounding
/// by half a unit in the angle's last place at most: together less than the unit that the angle itself is uncertain by.
#[inline(always)]
pub(super) fn sin_cos<A: Arithmetic>(angle: f64) -> (f64, f64) {
    let shifted = A::fma(angle, std::f64::consts::FRAC_1_PI, ROUND);
    let turns = shifted - ROUND;
    let sign = shifted.to_bits() << 63;
    let x = A::fma(-turns, std::f64::consts::PI, angle);
    let z = x * x;
    let sine = A::fma(x * z, polynomial::<A, 6>(&SINE, z), x);
    let cosine = A::fma(z, A::fma(z, polynomial::<A, 6>(&COSINE, z), -0.5), 1.0);
    (f64::from_bits(sine.to_bits() ^ sign), f64::from_bits(cosine.to_bits() ^ sign))
}

/// Sine and cosine of an angle within ±[`SMALL`] rad.
#[inline(always)]
pub(super) fn small_sin_cos<A: Arithmetic>(angle: f64) -> (f64, f64) {
    let z = angle * angle;
    let sine = A::fma(angle * z, polynomial::<A, 4>(&SMALL_SINE, z), angle);
    let cosine = A::fma(z * z, polynomial::<A, 4>(&SMALL_COSINE, z), A::fma(-0.5, z, 1.0));
    (sine, cosine)
}

/// Sine and cosine of a sum, from those of an angle and of a second angle.
#[inline(always)]
pub(super) fn turned<A: Arithmetic>((sine, cosine): (f64, f64), (by_sine, by_cosine): (f64, f64)) -> (f64, f64) {
    (A::fma(sine, by_cosine, cosine * by_sine), A::fma(cosine, by_cosine, -(sine * by_sine)))
}

/// The angle in rad, −π to π, at which a point (x, y) stands, within 1e-13; any angle where both are 0.
///
/// From a first answer within 1e-5 (Abramowitz and Stegun, 4.4.47), the sine of what is missing is (y cos − x sin)/r.
#[inline(always)]
pub(super) fn angle_of<A: Arithmetic>(y: f64, x: f64) -> f64 {
    const TANGENT: [f64; 5] = [0.999_866, -0.330_299_5, 0.180_141, -0.085_133, 0.020_835_1];
    let (along, across) = (x.abs(), y.abs());
    let is_upright = across > along;
    let (short, long) = if is_upright { (along, across) } else { (across, along) };
    let share = short / if long > 0.0 { long } else { 1.0 };
    let angle = share * polynomial::<A, 5>(&TANGENT, share * share);
    let angle = if is_upright { std::f64::consts::FRAC_PI_2 - angle } else { angle };
    let angle = if x < 0.0 { std::f64::consts::PI - angle } else { angle };
    let angle = if y < 0.0 { -angle } else { angle };
    let (sine, cosine) = sin_cos::<A>(angle);
    let square = A::fma(x, x, y * y);
    let missing = A::fma(y, cosine, -(x * sine)) / if square > 0.0 { square.sqrt() } else { 1.0 };
    angle + missing * A::fma(missing * missing, 1.0 / 6.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SMALL, angle_of, sin_cos, small_sin_cos, turned};
    #[cfg(target_arch = "x86_64")]
    use crate::kernel::lanes::Fused;
    use crate::kernel::lanes::{Arithmetic, Plain};

    fn near((sine, cosine): (f64, f64), angle: f64) {
        let limit = 1e-13 + (angle.abs().next_up() - angle.abs());
        let is_near = (sine - angle.sin()).abs() < limit && (cosine - angle.cos()).abs() < limit;
        assert!(is_near, "{angle}: {sine}, {cosine}");
    }

    fn check<A: Arithmetic>(angle: f64, by: f64) {
        near(sin_cos::<A>(angle), angle);
        near(small_sin_cos::<A>(by), by);
        near(turned::<A>(sin_cos::<A>(by), small_sin_cos::<A>(by)), 2.0 * by);
    }

    proptest! {
        #[test]
        fn an_angle_is_that_of_the_standard_library(y in -2.0..2.0f64, x in -2.0..2.0f64, small in 1e-12..1.0f64) {
            for (y, x) in [(y, x), (y * small, x), (y, x * small), (y, 0.0), (0.0, x)] {
                prop_assert!((angle_of::<Plain>(y, x) - y.atan2(x)).abs() < 1e-13, "{y} {x}");
                #[cfg(target_arch = "x86_64")]
                prop_assert!((angle_of::<Fused>(y, x) - y.atan2(x)).abs() < 1e-13, "{y} {x}");
            }
        }

        #[test]
        fn agree_with_the_standard_library(angle in -6e6..6e6f64, small in -8.0..8.0f64, by in -SMALL..SMALL) {
            for angle in [angle, small, small * std::f64::consts::FRAC_PI_2, small.round() * std::f64::consts::PI] {
                check::<Plain>(angle, by);
                #[cfg(target_arch = "x86_64")]
                check::<Fused>(angle, by);
            }
        }
    }
}
