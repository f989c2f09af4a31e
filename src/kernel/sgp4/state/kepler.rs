//! Kepler's equation, (28) of [`super`], at the times of a block.

use super::Block;
use crate::kernel::circular::{SMALL, sin_cos, small_sin_cos, turned};
use crate::kernel::lanes::Arithmetic;

/// Kepler's equation is solved when the next step would be below this, rad.
const KEPLER_TOLERANCE: f64 = 1e-12;

/// Longest step towards the solution, rad.
const LONGEST_STEP: f64 = 0.95;

/// Steps after which a solution that does not settle is left as it is.
const KEPLER_STEPS: usize = 10;

impl<const N: usize> Block<N> {
    /// Equation (28) where e_L is below [`NEARLY_CIRCULAR`](super::NEARLY_CIRCULAR).
    ///
    /// With F = U + δ, S = e sin E and C = e cos E at F = U, it reads δ = S cos δ + C sin δ, or, with s = S/(1−C) and
    /// c = C/(1−C), δ = s (1 − δ²/2 + δ⁴/24 − …) − c (δ³/6 − δ⁵/120 + …). Put into itself again and again, this is a series
    /// in s and c: δ = s − s³/2 − c s³/6 + ¹³⁄₂₄ s⁵ + ¹⁷⁄₄₀ c s⁵ − ¾ s⁷ + c² s⁵/12 + …, of which the last two are below
    /// 1.3·10⁻¹² and left out. By (28) δ is e sin E itself.
    #[inline(always)]
    pub(super) fn nearly_circular<A: Arithmetic>(&mut self) {
        for k in 0..N {
            (self.sin_f[k], self.cos_f[k]) = sin_cos::<A>(self.latitude_argument[k]);
        }
        for k in 0..N {
            let (axn, ayn, sine, cosine) = (self.axn[k], self.ayn[k], self.sin_f[k], self.cos_f[k]);
            let e_sin = A::fma(axn, sine, -(ayn * cosine));
            let e_cos = A::fma(axn, cosine, ayn * sine);
            let inverse = 1.0 / (1.0 - e_cos);
            let (e_sin, e_cos) = (e_sin * inverse, e_cos * inverse);
            let z = e_sin * e_sin;
            let third = A::fma(e_cos, -1.0 / 6.0, -0.5);
            let fifth = A::fma(e_cos, 17.0 / 40.0, 13.0 / 24.0);
            let delta = e_sin * A::fma(z, A::fma(z, fifth, third), 1.0);
            self.e_sin[k] = delta;
            let z = delta * delta;
            let small = (
                A::fma(delta * z, A::fma(z, 1.0 / 120.0, -1.0 / 6.0), delta),
                A::fma(z, A::fma(z, 1.0 / 24.0, -0.5), 1.0),
            );
            (self.sin_f[k], self.cos_f[k]) = turned::<A>((sine, cosine), small);
        }
    }

    /// Equation (28) by Newton's steps from F = U, held below 0.95 rad, until a step would be below 10⁻¹², and as many at
    /// most as in the reference (Vallado et al.): where the reckoning has made a giant of an orbit, what it leaves over is
    /// a tenth of a millimetre. Sine and cosine are turned along.
    #[inline(always)]
    pub(super) fn any_ellipse<A: Arithmetic>(&mut self) {
        let (mut f, mut step) = (self.latitude_argument, [0.0; N]);
        // 1 while a time is not done, then 0: further steps of its neighbours leave it as it is.
        let mut open = [1.0; N];
        for k in 0..N {
            (self.sin_f[k], self.cos_f[k]) = sin_cos::<A>(f[k]);
        }
        for _ in 0..KEPLER_STEPS {
            let (mut is_open, mut is_wide) = (0_u64, 0_u64);
            for k in 0..N {
                let (axn, ayn, sine, cosine) = (self.axn[k], self.ayn[k], self.sin_f[k], self.cos_f[k]);
                let e_sin = A::fma(axn, sine, -(ayn * cosine));
                let e_cos = A::fma(axn, cosine, ayn * sine);
                let delta = ((self.latitude_argument[k] - f[k]) + e_sin) / (1.0 - e_cos);
                let delta = if delta > LONGEST_STEP { LONGEST_STEP } else { delta };
                let delta = if delta < -LONGEST_STEP { -LONGEST_STEP } else { delta };
                let is_done = delta.abs() < KEPLER_TOLERANCE;
                open[k] = if is_done { 0.0 } else { open[k] };
                step[k] = delta * open[k];
                f[k] += step[k];
                is_open |= u64::from(!is_done);
                is_wide |= u64::from(delta.abs() > SMALL);
            }
            if is_open == 0 {
                break;
            }
            if is_wide == 0 {
                for k in 0..N {
                    let sine_cosine = (self.sin_f[k], self.cos_f[k]);
                    (self.sin_f[k], self.cos_f[k]) = turned::<A>(sine_cosine, small_sin_cos::<A>(step[k]));
                }
            } else {
                for k in 0..N {
                    (self.sin_f[k], self.cos_f[k]) = sin_cos::<A>(f[k]);
                }
            }
        }
        for k in 0..N {
            self.e_sin[k] = A::fma(self.axn[k], self.sin_f[k], -(self.ayn[k] * self.cos_f[k])); // (29)
        }
    }
}
