//! The state of one orbit at a block of times.
//!
//! The formulae are those of *Spacetrack Report No. 3*, section 6 (see [`super::constants`] for the sources), numbered
//! on from there, in a form without arc tangent or remainder: the argument of latitude u is never needed as an angle,
//! only its sine and cosine, which are algebraic; and what the short-period terms add to u, i and Ω is small, so that
//! sines and cosines are turned by it. Lengths are in km here, so that nothing is scaled at the end.
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

mod kepler;

use super::constants::{EARTH_RADIUS_KM, K2, NearEarth, PeriodicDrag};
use crate::kernel::circular::{sin_cos, turned};
use crate::kernel::lanes::Arithmetic;

/// Farther out than this, in km, no state is given.
pub const MAX_RADIUS_KM: f64 = 600_000.0;

/// Faster than this, in km/s, no state is given.
pub const MAX_SPEED_KM_S: f64 = 12.0;

/// Below this eccentricity Kepler's equation is solved by [`Block::nearly_circular`], else by [`Block::any_ellipse`].
const NEARLY_CIRCULAR: f64 = 0.02;

/// Above this k₂/p_L² the short-period terms are large: the perigee lies far below the ground.
const SMALL_FLATTENING: f64 = 1e-3;

/// k₂ in km².
const K2_KM2: f64 = K2 * EARTH_RADIUS_KM * EARTH_RADIUS_KM;

/// The root of the gravitational parameter, km^³⁄₂ a second.
const ROOT_OF_MU: f64 = 631.348_398_271_509;

/// The greatest number below 1.
const LARGEST_ECCENTRICITY: f64 = 1.0 - 0.5 * f64::EPSILON;

/// One component of a block.
pub(super) type Row<const N: usize> = [f64; N];

/// States at a block of times, what tells whether they are states, and what was worked out on the way.
pub(super) struct Block<const N: usize> {
    /// Mean eccentricity before it is held above 10⁻⁶.
    pub(super) mean_eccentricity: Row<N>,
    /// e_L².
    pub(super) el2: Row<N>,
    /// r_k, km.
    pub(super) radius_km: Row<N>,
    /// What drag adds to the mean anomaly and takes from the perigee.
    delta: Row<N>,
    pub(super) node: Row<N>,
    /// √a, and 1/a; lengths in km.
    pub(super) root: Row<N>,
    pub(super) inverse_a: Row<N>,
    pub(super) axn: Row<N>,
    pub(super) ayn: Row<N>,
    /// U, and sine and cosine of F.
    pub(super) latitude_argument: Row<N>,
    sin_f: Row<N>,
    cos_f: Row<N>,
    /// e sin E.
    e_sin: Row<N>,
    /// Sine and cosine of u; those of 2u over p_L²; ṙ_k and rḟ_k, km/s.
    sin_u: Row<N>,
    cos_u: Row<N>,
    odd: Row<N>,
    even: Row<N>,
    radial_km_s: Row<N>,
    transverse_km_s: Row<N>,
}

impl<const N: usize> Block<N> {
    pub(super) const fn new() -> Self {
        let row = [0.0; N];
        Self {
            mean_eccentricity: row,
            el2: row,
            radius_km: row,
            delta: row,
            node: row,
            root: row,
            inverse_a: row,
            axn: row,
            ayn: row,
            latitude_argument: row,
            sin_f: row,
            cos_f: row,
            e_sin: row,
            sin_u: row,
            cos_u: row,
            odd: row,
            even: row,
            radial_km_s: row,
            transverse_km_s: row,
        }
    }

    /// Fills `rows` with the states at `minutes` from epoch: x, y, z in km and their rates in km/s; not a number where
    /// there is no state.
    #[inline(always)]
    pub(super) fn states<A: Arithmetic>(&mut self, orbit: &NearEarth, minutes: &Row<N>, rows: &mut [&mut Row<N>; 6]) {
        match &orbit.drag {
            Some(drag) => self.eccentricity::<A>(orbit, drag, minutes),
            None => {
                for k in 0..N {
                    self.delta[k] = 0.0;
                    self.mean_eccentricity[k] = A::fma(-orbit.eccentricity_rate, minutes[k], orbit.eccentricity);
                }
            }
        }
        let is_circular = self.elements::<A>(orbit, minutes);
        self.solve::<A>(is_circular, |_| (orbit.sin_inclination, orbit.cos_inclination), rows);
    }

    /// Equations (28) to (34), from the rows that those before them fill; `inclination` gives its sine and cosine at a time
    /// of the block, `is_circular` tells whether every orbit of it is nearly so.
    #[inline(always)]
    pub(super) fn solve<A: Arithmetic>(
        &mut self,
        is_circular: bool,
        inclination: impl Fn(usize) -> (f64, f64),
        rows: &mut [&mut Row<N>; 6],
    ) {
        if is_circular {
            self.nearly_circular::<A>();
            self.in_plane::<A, true>(&inclination);
            self.in_space::<A, true>(&inclination, rows);
        } else {
            self.any_ellipse::<A>();
            if self.in_plane::<A, false>(&inclination) {
                self.in_space::<A, true>(&inclination, rows);
            } else {
                self.in_space::<A, false>(&inclination, rows);
            }
        }
    }

    /// Equations (20) to (22) and (24).
    #[inline(always)]
    fn eccentricity<A: Arithmetic>(&mut self, orbit: &NearEarth, drag: &PeriodicDrag, minutes: &Row<N>) {
        for k in 0..N {
            let t = minutes[k];
            let anomaly = orbit.mean_anomaly[0] + orbit.mean_anomaly[1] * t; // (20)
            let swing = A::fma(drag.eta, sin_cos::<A>(anomaly).1, 1.0);
            let cubed = A::fma(swing * swing, swing, -drag.anomaly_start);
            self.delta[k] = A::fma(drag.perigee_rate, t, drag.anomaly_scale * cubed); // (21)
        }
        // A loop of its own: one sine behind the other, a processor looks ahead at too few times.
        for k in 0..N {
            let t = minutes[k];
            let anomaly = (orbit.mean_anomaly[0] + orbit.mean_anomaly[1] * t) + self.delta[k]; // (22)
            let sine = sin_cos::<A>(anomaly).0 - drag.sin_anomaly;
            let lost = A::fma(orbit.eccentricity_rate, t, drag.eccentricity_scale * sine);
            self.mean_eccentricity[k] = orbit.eccentricity - lost; // (24)
        }
    }

    /// Equations (22), (23) and (25) to (27); tells whether every orbit of the block is nearly circular.
    ///
    /// Angles of thousands of radians are added up here, of which only the rest of a revolution counts. They are added in
    /// the order and with the roundings of the reference (Vallado et al.), unfused in every form: on an orbit that drag
    /// has carried far away in the reckoning, a different last bit would be a tenth of a millimetre.
    #[inline(always)]
    fn elements<A: Arithmetic>(&mut self, orbit: &NearEarth, minutes: &Row<N>) -> bool {
        for k in 0..N {
            let t = minutes[k];
            let e = self.mean_eccentricity[k];
            let e = if e < 1.0e-6 { 1.0e-6 } else { e }; // not a number stays so
            let perigee = (orbit.arg_perigee[0] + orbit.arg_perigee[1] * t) - self.delta[k]; // (22)
            let (sin_perigee, cos_perigee) = sin_cos::<A>(perigee);
            let root = polynomial::<A, 5>(&orbit.root, t); // (25)
            let one_minus_e2 = A::fma(-e, e, 1.0);
            let inverse_parameter = 1.0 / (root * root * one_minus_e2);
            let axn = e * cos_perigee; // (26)
            let ayn = A::fma(e, sin_perigee, orbit.long_y * inverse_parameter);
            let lead = t * t * polynomial::<A, 4>(&orbit.lead, t);
            let anomaly = ((orbit.mean_anomaly[0] + orbit.mean_anomaly[1] * t) + self.delta[k]) + lead;
            self.latitude_argument[k] = (anomaly + perigee) + orbit.long_l * inverse_parameter * axn; // (27)
            self.axn[k] = axn;
            self.ayn[k] = ayn;
            self.root[k] = root;
            self.inverse_a[k] = inverse_parameter * one_minus_e2;
            self.node[k] = polynomial::<A, 3>(&orbit.node, t); // (23)
        }
        self.is_nearly_circular::<A>()
    }

    /// e_L² of (29); tells whether every orbit of the block is nearly circular.
    #[inline(always)]
    pub(super) fn is_nearly_circular<A: Arithmetic>(&mut self) -> bool {
        let mut beyond = 0;
        for k in 0..N {
            let (axn, ayn) = (self.axn[k], self.ayn[k]);
            self.el2[k] = A::fma(axn, axn, ayn * ayn);
            beyond |= outside(self.el2[k], 0.0, NEARLY_CIRCULAR * NEARLY_CIRCULAR);
        }
        !is_outside(beyond)
    }

    /// Equations (29) to (32) and (34). Where e_L² is above 1 the square root makes everything not a number.
    ///
    /// Below [`NEARLY_CIRCULAR`] root and quotients are the first terms of their series in e_L² < 4·10⁻⁴. What is left
    /// out is below 10⁻¹⁵ of the root; 3·10⁻¹² of 1/(1+√(1−e_L²)), which is multiplied by e_L² in (31); and 7·10⁻¹¹ of
    /// 1/(1−e_L²), on which only the terms in k₂ depend.
    ///
    /// Tells whether those terms are small at all times of the block.
    #[inline(always)]
    fn in_plane<A: Arithmetic, const CIRCULAR: bool>(&mut self, inclination: &impl Fn(usize) -> (f64, f64)) -> bool {
        let mut large = 0;
        for k in 0..N {
            let theta = inclination(k).1;
            let theta2 = theta * theta;
            let (even_share, level_share) = (K2_KM2 * (1.0 - theta2), 1.5 * K2_KM2 * (3.0 * theta2 - 1.0));
            let (axn, ayn, sin_f, cos_f) = (self.axn[k], self.ayn[k], self.sin_f[k], self.cos_f[k]);
            let (e_sin, el2) = (self.e_sin[k], self.el2[k]);
            let e_cos = A::fma(axn, cos_f, ayn * sin_f); // (29)
            let r_over_a = 1.0 - e_cos;
            let one_minus_el2 = 1.0 - el2;
            let a_over_r = 1.0 / r_over_a;
            let (beta, inverse_one_plus_beta, inverse_one_minus_el2) = if CIRCULAR {
                let share = polynomial::<A, 3>(&[0.5, 0.125, 0.0625], el2);
                (A::fma(-el2, share, 1.0), share, polynomial::<A, 3>(&[1.0; 3], el2))
            } else {
                let beta = one_minus_el2.sqrt();
                (beta, 1.0 / (1.0 + beta), 1.0 / one_minus_el2)
            };
            let turn = e_sin * inverse_one_plus_beta;
            let sin_u = a_over_r * A::fma(-axn, turn, sin_f - ayn); // (31)
            let cos_u = a_over_r * A::fma(ayn, turn, cos_f - axn);
            let (sin_2u, cos_2u) = (2.0 * sin_u * cos_u, A::fma(-2.0 * sin_u, sin_u, 1.0));
            let (root, inverse_a) = (self.root[k], self.inverse_a[k]);
            let inverse_parameter = inverse_one_minus_el2 * inverse_a;
            let squared = inverse_parameter * inverse_parameter;
            let (odd, even, level) = (squared * sin_2u, squared * cos_2u, squared * level_share);
            let circular_km_s = root.abs() * inverse_a * ROOT_OF_MU;
            let (orbital_km_s, sway_km_s) = (circular_km_s * a_over_r, circular_km_s * one_minus_el2);
            self.radial_km_s[k] = A::fma(-even_share * sway_km_s, odd, orbital_km_s * e_sin); // (30), (34)
            self.transverse_km_s[k] = A::fma(sway_km_s, A::fma(even_share, even, level), orbital_km_s * beta);
            let r_km = root * root * r_over_a;
            let swell_km = 0.5 * even_share * inverse_parameter;
            self.radius_km[k] = A::fma(r_km, A::fma(-level, beta, 1.0), swell_km * cos_2u); // (32)
            self.sin_u[k] = sin_u;
            self.cos_u[k] = cos_u;
            self.odd[k] = odd;
            self.even[k] = even;
            if !CIRCULAR {
                large |= outside(squared, 0.0, SMALL_FLATTENING / K2_KM2);
            }
        }
        !is_outside(large)
    }

    /// Equation (33), and the way to positions and velocities.
    ///
    /// Δu and Δi are thousandths of a radian for orbits above the ground: Taylor's terms up to the third order are enough
    /// where they are `SMALL_TERMS`.
    #[inline(always)]
    fn in_space<A: Arithmetic, const SMALL_TERMS: bool>(
        &self,
        inclination: &impl Fn(usize) -> (f64, f64),
        rows: &mut [&mut Row<N>; 6],
    ) {
        let [x, y, z, vx, vy, vz] = rows;
        for k in 0..N {
            let (sin_i, theta) = inclination(k);
            let along = -0.25 * K2_KM2 * (7.0 * theta * theta - 1.0);
            let (across, tilt) = (1.5 * K2_KM2 * theta, 1.5 * K2_KM2 * theta * sin_i);
            let (tilt2, tilt3) = (0.5 * tilt * tilt, tilt * tilt * tilt / 6.0);
            let sine_terms = [sin_i, theta * tilt, -sin_i * tilt2, -theta * tilt3];
            let cosine_terms = [theta, -sin_i * tilt, -theta * tilt2, sin_i * tilt3];
            let (along2, along3) = (-0.5 * along * along, -along * along * along / 6.0);
            let (odd, even) = (self.odd[k], self.even[k]);
            let odd2 = odd * odd;
            // (33)
            let turn = if SMALL_TERMS {
                (odd * A::fma(along3, odd2, along), A::fma(along2, odd2, 1.0))
            } else {
                sin_cos::<A>(along * odd)
            };
            let (sin_u, cos_u) = turned::<A>((self.sin_u[k], self.cos_u[k]), turn);
            let (sin_node, cos_node) = sin_cos::<A>(A::fma(across, odd, self.node[k]));
            let (sin_i, cos_i) = if SMALL_TERMS {
                (polynomial::<A, 4>(&sine_terms, even), polynomial::<A, 4>(&cosine_terms, even))
            } else {
                turned::<A>((sin_i, theta), sin_cos::<A>(tilt * even))
            };
            let (radius_km, radial_km_s, transverse_km_s) =
                (self.radius_km[k], self.radial_km_s[k], self.transverse_km_s[k]);
            let speed2 = A::fma(radial_km_s, radial_km_s, transverse_km_s * transverse_km_s);
            let none = outside(self.mean_eccentricity[k], -0.001, LARGEST_ECCENTRICITY)
                | outside(radius_km, EARTH_RADIUS_KM, MAX_RADIUS_KM)
                | outside(speed2, 0.0, MAX_SPEED_KM_S * MAX_SPEED_KM_S);
            let nothing = if is_outside(none) { f64::NAN } else { 0.0 };
            let (radius_km, radial_km_s) = (radius_km + nothing, radial_km_s + nothing);
            // Along the node and across it in the orbit's plane.
            let (along_km, across_km) = (radius_km * cos_u, radius_km * sin_u);
            let along_km_s = A::fma(radial_km_s, cos_u, -(transverse_km_s * sin_u));
            let across_km_s = A::fma(radial_km_s, sin_u, transverse_km_s * cos_u);
            let (sin_across, cos_across) = (sin_node * cos_i, cos_node * cos_i);
            x[k] = A::fma(cos_node, along_km, -(sin_across * across_km));
            y[k] = A::fma(sin_node, along_km, cos_across * across_km);
            z[k] = sin_i * across_km;
            vx[k] = A::fma(cos_node, along_km_s, -(sin_across * across_km_s));
            vy[k] = A::fma(sin_node, along_km_s, cos_across * across_km_s);
            vz[k] = sin_i * across_km_s;
        }
    }
}

/// In the sign bit, whether a number is outside two bounds; a not-a-number may be or not.
#[inline(always)]
fn outside(number: f64, least: f64, most: f64) -> u64 {
    (number - least).to_bits() | (most - number).to_bits()
}

/// Whether any of what [`outside`] told, joined by "or", was so.
#[inline(always)]
const fn is_outside(bits: u64) -> bool {
    bits >> 63 != 0
}

/// The sum of coefficients times powers of t.
#[inline(always)]
fn polynomial<A: Arithmetic, const N: usize>(coefficients: &[f64; N], t: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for k in (0..N - 1).rev() {
        sum = A::fma(sum, t, coefficients[k]);
    }
    sum
}
