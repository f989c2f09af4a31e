//! The state of one orbit at a block of times.
//!
//! The formulae are those of *Spacetrack Report No. 3*, section 6 (see [`super::constants`] for the sources), numbered
//! on from there, in a form without arc tangent or remainder: the argument of latitude u is never needed as an angle,
//! only its sine and cosine, which are algebraic; and what the short-period terms add to u, i and Ω is small, so that
//! sines and cosines are turned by it.
//!
//! 20. M_DF = M₀ + Ṁt, ω_DF = ω₀ + ω̇t
//! 21. δ = B*C₃ cos ω₀ t − ⅔(q₀−s)⁴ B* ξ⁴/(e₀η) [(1 + η cos M_DF)³ − (1 + η cos M₀)³]
//! 22. ω = ω_DF − δ, M_p = M_DF + δ
//! 23. Ω = Ω₀ + Ω̇t − ²¹⁄₂ n₀″k₂θ/(a₀″²β₀²) C₁ t²
//! 24. e = e₀ − B*C₄ t − B*C₅ (sin M_p − sin M₀), at least 10⁻⁶
//! 25. a = a₀″ (1 − C₁t − D₂t² − D₃t³ − D₄t⁴)²
//! 26. a_xN = e cos ω, a_yN = e sin ω + A₃₀ sin i₀ / (4k₂ a (1−e²))
//! 27. U = M_p + ω + (drag's lead) + A₃₀ sin i₀ (3+5θ) / (8k₂ a (1−e²) (1+θ)) a_xN, where M_p + ω = M_DF + ω_DF
//! 28. U = F − a_xN sin F + a_yN cos F, Kepler's equation for F = E + ω
//! 29. e cos E = a_xN cos F + a_yN sin F, e sin E = a_xN sin F − a_yN cos F, e_L² = a_xN² + a_yN²
//! 30. p_L = a (1 − e_L²), r = a (1 − e cos E), ṙ = kₑ √a e sin E / r, rḟ = kₑ √p_L / r
//! 31. cos u = a/r [cos F − a_xN + a_yN e sin E / (1 + √(1−e_L²))],
//!     sin u = a/r [sin F − a_yN − a_xN e sin E / (1 + √(1−e_L²))]
//! 32. r_k = r [1 − ³⁄₂ k₂ √(1−e_L²)/p_L² (3θ²−1)] + k₂/(2p_L) (1−θ²) cos 2u
//! 33. Δu = −k₂/(4p_L²) (7θ²−1) sin 2u, ΔΩ = 3k₂θ/(2p_L²) sin 2u, Δi = 3k₂θ/(2p_L²) sin i₀ cos 2u
//! 34. ṙ_k = ṙ − k₂n/p_L (1−θ²) sin 2u, rḟ_k = rḟ + k₂n/p_L [(1−θ²) cos 2u − ³⁄₂(1−3θ²)], n = kₑ a^−³⁄₂

use super::constants::{EARTH_RADIUS_KM, K2, KE, NearEarth};
use crate::kernel::circular::{SMALL, sin_cos, small_sin_cos, turned};
use crate::kernel::lanes::Arithmetic;

/// Farther out than this, in km, no state is given.
pub const MAX_RADIUS_KM: f64 = 600_000.0;

/// Faster than this, in km/s, no state is given.
pub const MAX_SPEED_KM_S: f64 = 12.0;

/// Kepler's equation is solved when the cubic error of the last step is below this, rad.
const KEPLER_TOLERANCE: f64 = 1e-12;

/// Steps after which a solution that does not settle is left as it is.
const KEPLER_STEPS: usize = 10;

/// One component of a block.
pub(super) type Row<const N: usize> = [f64; N];

/// States at a block of times, and what tells whether they are states.
#[derive(Clone, Copy)]
pub(super) struct Block<const N: usize> {
    /// x, y, z in km and their rates in km/s; not a number where there is no state.
    pub(super) rows: [Row<N>; 6],
    /// Mean eccentricity before it is held above 10⁻⁶.
    pub(super) mean_eccentricity: Row<N>,
    /// 1 − e_L².
    pub(super) one_minus_el2: Row<N>,
    /// r_k in Earth radii.
    pub(super) radius_er: Row<N>,
}

/// Elements of date, long-period terms included.
struct Elements<const N: usize> {
    node: Row<N>,
    mean_eccentricity: Row<N>,
    /// √(a₀″/a), with the sign of √(a/a₀″).
    inverse_shrink: Row<N>,
    axn: Row<N>,
    ayn: Row<N>,
    latitude_argument: Row<N>,
}

/// Kepler's equation solved.
struct Anomaly<const N: usize> {
    sin_f: Row<N>,
    cos_f: Row<N>,
}

/// The states at `minutes` from epoch.
#[inline(always)]
pub(super) fn states<A: Arithmetic, const N: usize>(orbit: &NearEarth, minutes: &Row<N>) -> Block<N> {
    let elements = elements::<A, N>(orbit, minutes);
    let anomaly = kepler::<A, N>(&elements);
    short_period::<A, N>(orbit, &elements, &anomaly)
}

/// Equations (20) to (27).
#[inline(always)]
fn elements<A: Arithmetic, const N: usize>(orbit: &NearEarth, minutes: &Row<N>) -> Elements<N> {
    let zero = [0.0; N];
    let (mut delta, mut mean_eccentricity) = (zero, zero);
    match &orbit.drag {
        Some(drag) => {
            for k in 0..N {
                let t = minutes[k];
                let anomaly = A::fma(orbit.mean_anomaly[1], t, orbit.mean_anomaly[0]); // (20)
                let swing = A::fma(drag.eta, sin_cos::<A>(anomaly).1, 1.0);
                let cubed = swing * swing * swing - drag.anomaly_start;
                delta[k] = A::fma(drag.perigee_rate, t, drag.anomaly_scale * cubed); // (21)
                let sine = sin_cos::<A>(anomaly + delta[k]).0 - drag.sin_anomaly; // (22)
                let lost = A::fma(orbit.eccentricity_rate, t, drag.eccentricity_scale * sine);
                mean_eccentricity[k] = orbit.eccentricity - lost; // (24)
            }
        }
        None => {
            for k in 0..N {
                mean_eccentricity[k] = A::fma(-orbit.eccentricity_rate, minutes[k], orbit.eccentricity);
            }
        }
    }
    let mut out = Elements {
        node: zero,
        mean_eccentricity,
        inverse_shrink: zero,
        axn: zero,
        ayn: zero,
        latitude_argument: zero,
    };
    for k in 0..N {
        let t = minutes[k];
        let e = if mean_eccentricity[k] > 1.0e-6 { mean_eccentricity[k] } else { 1.0e-6 };
        let (sin_perigee, cos_perigee) =
            sin_cos::<A>(A::fma(orbit.arg_perigee[1], t, orbit.arg_perigee[0] - delta[k]));
        let shrink = polynomial::<A, 5>(&orbit.shrink, t); // root of (25)
        let one_minus_e2 = A::fma(-e, e, 1.0);
        let inverse = 1.0 / (shrink * shrink * one_minus_e2);
        let inverse_parameter = inverse * orbit.inverse_semi_major;
        let axn = e * cos_perigee; // (26)
        out.ayn[k] = A::fma(e, sin_perigee, orbit.long_y * inverse_parameter);
        let lead = polynomial::<A, 4>(&orbit.lead, t) * (t * t);
        let argument = A::fma(orbit.latitude_argument[1], t, orbit.latitude_argument[0]) + lead;
        out.latitude_argument[k] = A::fma(orbit.long_l * inverse_parameter, axn, argument); // (27)
        out.axn[k] = axn;
        out.inverse_shrink[k] = inverse * one_minus_e2 * shrink;
        out.node[k] = polynomial::<A, 3>(&orbit.node, t); // (23)
    }
    out
}

#[inline(always)]
fn polynomial<A: Arithmetic, const N: usize>(coefficients: &[f64; N], t: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for k in (0..N - 1).rev() {
        sum = A::fma(sum, t, coefficients[k]);
    }
    sum
}

/// Equation (28) by Halley's steps from F = U, sine and cosine turned along: a step of size δ leaves an error of
/// about e δ³ / 6, so most orbits need one, and the block goes on until its worst time is done.
#[inline(always)]
fn kepler<A: Arithmetic, const N: usize>(elements: &Elements<N>) -> Anomaly<N> {
    let Elements { axn, ayn, latitude_argument, .. } = elements;
    let (mut sin_f, mut cos_f, mut f) = ([0.0; N], [0.0; N], *latitude_argument);
    // 1 while a time is not done, then 0: its neighbours' further steps leave it as it is.
    let mut open = [1.0; N];
    for k in 0..N {
        (sin_f[k], cos_f[k]) = sin_cos::<A>(f[k]);
    }
    for _ in 0..KEPLER_STEPS {
        let (mut is_open, mut is_wide) = (0_u64, 0_u64);
        let mut step = [0.0; N];
        for k in 0..N {
            let e_sin = A::fma(axn[k], sin_f[k], -(ayn[k] * cos_f[k]));
            let e_cos = A::fma(axn[k], cos_f[k], ayn[k] * sin_f[k]);
            // How much U is missed by, its first derivative, and its second, which is e sin E.
            let miss = (f[k] - latitude_argument[k]) - e_sin;
            let slope = 1.0 - e_cos;
            let delta = -2.0 * miss * slope / A::fma(2.0 * slope, slope, -(miss * e_sin));
            // Far from a solution Halley's step can be too long: as the report's own, it is held below a radian.
            let delta = if delta > 0.95 { 0.95 } else { delta };
            let delta = if delta < -0.95 { -0.95 } else { delta };
            let delta = delta * open[k];
            step[k] = delta;
            f[k] += delta;
            let size = delta.abs();
            let left = size * size * size * (e_sin.abs() + e_cos.abs());
            let is_done = left <= 6.0 * KEPLER_TOLERANCE;
            open[k] = if is_done { 0.0 } else { open[k] };
            is_open |= u64::from(!is_done);
            is_wide |= u64::from(size > SMALL);
        }
        for k in 0..N {
            (sin_f[k], cos_f[k]) = turned::<A>((sin_f[k], cos_f[k]), small_sin_cos::<A>(step[k]));
        }
        if is_wide != 0 {
            for k in 0..N {
                let full = sin_cos::<A>(f[k]);
                let is_wide = step[k].abs() > SMALL;
                sin_f[k] = if is_wide { full.0 } else { sin_f[k] };
                cos_f[k] = if is_wide { full.1 } else { cos_f[k] };
            }
        }
        if is_open == 0 {
            break;
        }
    }
    Anomaly { sin_f, cos_f }
}

/// Equations (29) to (34) and the way to positions and velocities.
#[inline(always)]
fn short_period<A: Arithmetic, const N: usize>(
    orbit: &NearEarth,
    elements: &Elements<N>,
    anomaly: &Anomaly<N>,
) -> Block<N> {
    let zero = [0.0; N];
    let mut block = Block {
        rows: [zero; 6],
        mean_eccentricity: elements.mean_eccentricity,
        one_minus_el2: zero,
        radius_er: zero,
    };
    let theta = orbit.cos_inclination;
    let theta2 = theta * theta;
    let inverse_root = orbit.inverse_semi_major.sqrt();
    let (mut sin_u, mut cos_u, mut parameter_inverse) = (zero, zero, zero);
    let (mut radial_rate, mut transverse_rate, mut radius) = (zero, zero, zero);
    for k in 0..N {
        let (axn, ayn, sin_f, cos_f) = (elements.axn[k], elements.ayn[k], anomaly.sin_f[k], anomaly.cos_f[k]);
        let e_sin = A::fma(axn, sin_f, -(ayn * cos_f)); // (29)
        let r_over_a = 1.0 - A::fma(axn, cos_f, ayn * sin_f);
        let one_minus_el2 = 1.0 - A::fma(axn, axn, ayn * ayn);
        let beta = one_minus_el2.sqrt();
        // One division for three.
        let (one_plus_beta, both) = (1.0 + beta, r_over_a * one_minus_el2);
        let inverse = 1.0 / (both * one_plus_beta);
        let inverse_both = inverse * one_plus_beta;
        let a_over_r = inverse_both * one_minus_el2;
        let turn = e_sin * (inverse * both);
        let shrink = elements.inverse_shrink[k];
        let inverse_a = orbit.inverse_semi_major * (shrink * shrink);
        let root = inverse_root * shrink.abs() * a_over_r;
        sin_u[k] = a_over_r * A::fma(-axn, turn, sin_f - ayn); // (31)
        cos_u[k] = a_over_r * A::fma(ayn, turn, cos_f - axn);
        parameter_inverse[k] = inverse_both * r_over_a * inverse_a;
        let j = K2 * parameter_inverse[k];
        let (sin_2u, cos_2u) = (2.0 * sin_u[k] * cos_u[k], A::fma(-2.0 * sin_u[k], sin_u[k], 1.0));
        let even = (1.0 - theta2) * cos_2u;
        let mean_motion_j = inverse_root * shrink.abs() * inverse_a * j;
        radial_rate[k] = A::fma(-(1.0 - theta2) * mean_motion_j, sin_2u, root * e_sin); // (30), (34)
        transverse_rate[k] =
            A::fma(mean_motion_j, A::fma(1.5, A::fma(3.0, theta2, -1.0), even), root * beta);
        let pinch = A::fma(-1.5 * (3.0 * theta2 - 1.0) * j * parameter_inverse[k], beta, 1.0);
        radius[k] = A::fma(r_over_a * pinch, 1.0 / inverse_a, 0.5 * j * even); // (32)
        block.one_minus_el2[k] = one_minus_el2;
    }
    block.radius_er = radius;
    for k in 0..N {
        let (sin_2u, cos_2u) = (2.0 * sin_u[k] * cos_u[k], A::fma(-2.0 * sin_u[k], sin_u[k], 1.0));
        let j2 = K2 * parameter_inverse[k] * parameter_inverse[k];
        let swing = 1.5 * theta * j2;
        let latitude = turned::<A>((sin_u[k], cos_u[k]), tiny_sin_cos::<A>(-0.25 * (7.0 * theta2 - 1.0) * j2 * sin_2u)); // (33)
        let node = turned::<A>(sin_cos::<A>(elements.node[k]), tiny_sin_cos::<A>(swing * sin_2u));
        let tilt = turned::<A>(
            (orbit.sin_inclination, orbit.cos_inclination),
            tiny_sin_cos::<A>(swing * orbit.sin_inclination * cos_2u),
        );
        let is_state = is_state(block.mean_eccentricity[k], block.one_minus_el2[k], radius[k])
            & (radial_rate[k] * radial_rate[k] + transverse_rate[k] * transverse_rate[k] <= MAX_RATE * MAX_RATE);
        let radius_km = if is_state { radius[k] * EARTH_RADIUS_KM } else { f64::NAN };
        let radial_km_s = if is_state { radial_rate[k] * KM_S } else { f64::NAN };
        let transverse_km_s = transverse_rate[k] * KM_S;
        let ((sin_u, cos_u), (sin_node, cos_node), (sin_i, cos_i)) = (latitude, node, tilt);
        // The directions of the position and across it, in the orbit's plane.
        let (sin_across, cos_across) = (sin_node * cos_i, cos_node * cos_i);
        let position = [
            A::fma(cos_node, cos_u, -(sin_across * sin_u)),
            A::fma(sin_node, cos_u, cos_across * sin_u),
            sin_i * sin_u,
        ];
        let across = [
            -A::fma(cos_node, sin_u, sin_across * cos_u),
            A::fma(cos_across, cos_u, -(sin_node * sin_u)),
            sin_i * cos_u,
        ];
        for axis in 0..3 {
            block.rows[axis][k] = radius_km * position[axis];
            block.rows[axis + 3][k] = A::fma(radial_km_s, position[axis], transverse_km_s * across[axis]);
        }
    }
    block
}

/// One Earth radius a minute times kₑ, in km/s.
const KM_S: f64 = EARTH_RADIUS_KM * KE / 60.0;

const MAX_RATE: f64 = MAX_SPEED_KM_S / KM_S;

/// Whether what was worked out is a state.
#[inline(always)]
fn is_state(mean_eccentricity: f64, one_minus_el2: f64, radius_er: f64) -> bool {
    (mean_eccentricity >= -0.001)
        & (mean_eccentricity < 1.0)
        & (one_minus_el2 >= 0.0)
        & (radius_er >= 1.0)
        & (radius_er <= MAX_RADIUS_KM / EARTH_RADIUS_KM)
}

/// Sine and cosine of a short-period correction: hundredths of a radian at most for any orbit above the ground.
#[inline(always)]
fn tiny_sin_cos<A: Arithmetic>(angle: f64) -> (f64, f64) {
    let z = angle * angle;
    let sine = A::fma(angle * z, A::fma(z, 1.0 / 120.0, -1.0 / 6.0), angle);
    (sine, A::fma(z, A::fma(z, 1.0 / 24.0, -0.5), 1.0))
}
