//! What SGP4 works out once for an element set.
//!
//! Symbols and order are those of Hoots and Roehrich, *Spacetrack Report No. 3* (1980), section 6, whose formulae are
//! numbered here in the order in which they stand there, with the corrections of Vallado, Crawford, Hujsak and Kelso,
//! *Revisiting Spacetrack Report #3* (AIAA 2006-6753). Lengths are in Earth radii, times in minutes, angles in radians.
//!
//! Mean motion and semi-major axis as Brouwer has them, from Kozai's n₀ (θ = cos i₀, β₀² = 1 − e₀²):
//!
//! 1. a₁ = (kₑ/n₀)^⅔
//! 2. δ₁ = ³⁄₂ k₂ (3θ² − 1) / (a₁² β₀³)
//! 3. a₀ = a₁ (1 − ⅓δ₁ − δ₁² − ¹³⁴⁄₈₁ δ₁³)
//! 4. δ₀ = ³⁄₂ k₂ (3θ² − 1) / (a₀² β₀³)
//! 5. n₀″ = n₀ / (1 + δ₀)
//! 6. a₀″ = (kₑ/n₀″)^⅔ (Vallado et al.; the report has a₀ / (1 − δ₀))
//!
//! The atmosphere (q₀ = 120 km; s = 78 km, less for a perigee below 156 km):
//!
//! 7. ξ = 1 / (a₀″ − s)
//! 8. η = a₀″ e₀ ξ
//! 9. C₂ = (q₀−s)⁴ ξ⁴ n₀″ (1−η²)^−⁷⁄₂ [a₀″ (1 + ³⁄₂η² + 4e₀η + e₀η³) + ³⁄₂ k₂ξ/(1−η²) (−½ + ³⁄₂θ²) (8 + 24η² + 3η⁴)]
//! 10. C₁ = B* C₂
//! 11. C₃ = (q₀−s)⁴ ξ⁵ A₃₀ n₀″ sin i₀ / (k₂ e₀)
//! 12. C₄ = 2 n₀″ (q₀−s)⁴ ξ⁴ a₀″ β₀² (1−η²)^−⁷⁄₂ {2η(1+e₀η) + ½e₀ + ½η³ − 2k₂ξ/(a₀″(1−η²)) [3(1−3θ²)(1 + ³⁄₂η² −
//!     2e₀η − ½e₀η³) + ¾(1−θ²)(2η² − e₀η − e₀η³) cos 2ω₀]}
//! 13. C₅ = 2 (q₀−s)⁴ ξ⁴ a₀″ β₀² (1−η²)^−⁷⁄₂ [1 + ¹¹⁄₄ η(η+e₀) + e₀η³]
//! 14. D₂ = 4 a₀″ ξ C₁²
//! 15. D₃ = ⁴⁄₃ a₀″ ξ² (17a₀″ + s) C₁³
//! 16. D₄ = ⅔ a₀″² ξ³ (221a₀″ + 31s) C₁⁴
//!
//! Rates of mean anomaly, argument of perigee and node by the Earth's flattening:
//!
//! 17. Ṁ = n₀″ [1 + 3k₂(3θ²−1)/(2a₀″²β₀³) + 3k₂²(13 − 78θ² + 137θ⁴)/(16a₀″⁴β₀⁷)]
//! 18. ω̇ = n₀″ [−3k₂(1−5θ²)/(2a₀″²β₀⁴) + 3k₂²(7 − 114θ² + 395θ⁴)/(16a₀″⁴β₀⁸) + 5k₄(3 − 36θ² + 49θ⁴)/(4a₀″⁴β₀⁸)]
//! 19. Ω̇ = n₀″ [−3k₂θ/(a₀″²β₀⁴) + 3k₂²(4θ − 19θ³)/(2a₀″⁴β₀⁸) + 5k₄θ(3 − 7θ²)/(2a₀″⁴β₀⁸)]

/// Equatorial radius of the Earth, km (WGS-72).
pub(super) const EARTH_RADIUS_KM: f64 = 6378.135;

/// kₑ, the square root of the gravitational parameter, Earth radii^³⁄₂ a minute (WGS-72, µ = 398600.8 km³/s²).
pub(super) const KE: f64 = 0.074_366_916_133_173_42;

/// Zonal harmonics of WGS-72.
const J2: f64 = 1.082_616e-3;
const J3: f64 = -2.538_81e-6;
const J4: f64 = -1.655_97e-6;

/// k₂ = ½ J₂.
pub(super) const K2: f64 = 0.5 * J2;

/// k₄ = −⅜ J₄.
const K4: f64 = -0.375 * J4;

/// A₃₀ = −J₃.
const A30: f64 = -J3;

/// A₃₀/k₂, km.
pub(super) const LONG_KM: f64 = A30 / K2 * EARTH_RADIUS_KM;

/// Above this period the Moon, the Sun and resonances count and the theory is another one, minutes.
pub const DEEP_SPACE_PERIOD_MIN: f64 = 225.0;

/// Up to this mean motion after Brouwer the theory is that of deep space, rad a minute.
pub(super) const LEAST_MEAN_MOTION: f64 = std::f64::consts::TAU / DEEP_SPACE_PERIOD_MIN;

/// Mean elements as an element set has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanElements {
    /// Inclination, rad.
    pub inclination_rad: f64,
    /// Right ascension of the ascending node, rad.
    pub raan_rad: f64,
    /// Eccentricity.
    pub eccentricity: f64,
    /// Argument of perigee, rad.
    pub arg_perigee_rad: f64,
    /// Mean anomaly, rad.
    pub mean_anomaly_rad: f64,
    /// Mean motion after Kozai, rad a minute.
    pub mean_motion_rad_min: f64,
    /// B*, per Earth radius.
    pub bstar: f64,
}

/// Why there is no near-earth orbit for some elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNearEarth {
    /// The period is [`DEEP_SPACE_PERIOD_MIN`] or longer.
    DeepSpace,
    /// The elements have no orbit: an eccentricity outside 0 to 1, or a mean motion that is not above 0.
    NoOrbit,
}

/// The constants of one near-earth orbit; see the module's text for what each comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct NearEarth {
    /// e₀, a₀″, cos i₀, sin i₀.
    pub(super) eccentricity: f64,
    pub(super) semi_major_er: f64,
    pub(super) cos_inclination: f64,
    pub(super) sin_inclination: f64,
    /// M₀ and Ṁ, ω₀ and ω̇, Ω₀, Ω̇ and the node's drag term.
    pub(super) mean_anomaly: [f64; 2],
    pub(super) arg_perigee: [f64; 2],
    pub(super) node: [f64; 3],
    /// n₀″.
    pub(super) mean_motion: f64,
    /// The root of a in km, as a polynomial in t from t⁰ on: √a₀″ times 1, −C₁, −D₂, −D₃, −D₄.
    pub(super) root: [f64; 5],
    /// What drag adds to the mean longitude, as a polynomial in t from t² on.
    pub(super) lead: [f64; 4],
    /// B* C₄.
    pub(super) eccentricity_rate: f64,
    /// What is left out for a perigee below 220 km.
    pub(super) drag: Option<PeriodicDrag>,
    /// Long-period terms by J₃, in km: A₃₀ sin i₀ / (4k₂), and A₃₀ sin i₀ (3+5θ) / (8k₂ (1+θ)).
    pub(super) long_y: f64,
    pub(super) long_l: f64,
}

/// Drag that follows the mean anomaly.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PeriodicDrag {
    /// η.
    pub(super) eta: f64,
    /// B* C₃ cos ω₀.
    pub(super) perigee_rate: f64,
    /// −⅔ (q₀−s)⁴ B* ξ⁴ / (e₀ η).
    pub(super) anomaly_scale: f64,
    /// (1 + η cos M₀)³.
    pub(super) anomaly_start: f64,
    /// B* C₅.
    pub(super) eccentricity_scale: f64,
    /// sin M₀.
    pub(super) sin_anomaly: f64,
}

impl NearEarth {
    /// Works out the constants.
    ///
    /// # Errors
    /// [`NotNearEarth`].
    pub fn new(mean: &MeanElements) -> Result<Self, NotNearEarth> {
        let n0 = mean_motion(mean).ok_or(NotNearEarth::NoOrbit)?;
        if n0 <= LEAST_MEAN_MOTION {
            return Err(NotNearEarth::DeepSpace);
        }
        let a0 = (KE / n0).powf(2.0 / 3.0); // (6)
        let is_low = a0 * (1.0 - mean.eccentricity) < 220.0 / EARTH_RADIUS_KM + 1.0;
        Ok(Self::with_drag(mean, n0, is_low))
    }

    /// The constants for a mean motion after Brouwer, rad a minute; with C₁ and C₄ alone of all that drag does where it
    /// `is_plain`, as the theories for low perigees and for deep space have it.
    pub(super) fn with_drag(mean: &MeanElements, n0: f64, is_plain: bool) -> Self {
        let e0 = mean.eccentricity;
        let (sin_i, theta) = mean.inclination_rad.sin_cos();
        let theta2 = theta * theta;
        let beta2 = 1.0 - e0 * e0;
        let a0 = (KE / n0).powf(2.0 / 3.0); // (6)
        let air = Air::new(a0, e0);
        let (mean_rate, perigee_rate, node_rate) = flattening_rates(n0, a0, theta2, beta2);
        let c1 = mean.bstar * air.c2(n0, a0, e0, theta2); // (10)
        let c4 = air.c4(n0, a0, e0, theta2, beta2, mean.arg_perigee_rad);
        let node_drag = -10.5 * n0 * K2 * theta / (a0 * a0 * beta2) * c1;
        let d = if is_plain { [0.0; 3] } else { air.d(a0, c1) };
        // Vallado et al.: the pole of the long-period term at 180° of inclination is cut off.
        let one_plus_theta = if (1.0 + theta).abs() > 1.5e-12 { 1.0 + theta } else { 1.5e-12 };
        Self {
            eccentricity: e0,
            semi_major_er: a0,
            cos_inclination: theta,
            sin_inclination: sin_i,
            mean_anomaly: [mean.mean_anomaly_rad, mean_rate],
            arg_perigee: [mean.arg_perigee_rad, perigee_rate],
            mean_motion: n0,
            node: [mean.raan_rad, theta * node_rate, node_drag],
            root: [1.0, -c1, -d[0], -d[1], -d[2]].map(|share| share * (a0 * EARTH_RADIUS_KM).sqrt()),
            lead: if is_plain { [1.5 * n0 * c1, 0.0, 0.0, 0.0] } else { longitude_lead(c1, d).map(|lead| n0 * lead) },
            eccentricity_rate: mean.bstar * c4,
            drag: (!is_plain).then(|| air.periodic(mean, n0, a0, sin_i, beta2)),
            long_y: LONG_KM * sin_i / 4.0,
            long_l: LONG_KM * sin_i * (3.0 + 5.0 * theta) / (8.0 * one_plus_theta),
        }
    }
}

/// n₀″ of mean elements, rad a minute; nothing where they have no orbit.
pub(super) fn mean_motion(mean: &MeanElements) -> Option<f64> {
    let e0 = mean.eccentricity;
    if !(0.0..1.0).contains(&e0) || mean.mean_motion_rad_min.is_nan() || mean.mean_motion_rad_min <= 0.0 {
        return None;
    }
    let n0 = brouwer_mean_motion(mean.mean_motion_rad_min, mean.inclination_rad.cos().powi(2), 1.0 - e0 * e0);
    (n0 > 0.0).then_some(n0)
}

/// n₀″ from Kozai's n₀, equations (1) to (5).
fn brouwer_mean_motion(n0: f64, theta2: f64, beta2: f64) -> f64 {
    let a1 = (KE / n0).powf(2.0 / 3.0);
    let flattening = 1.5 * K2 * (3.0 * theta2 - 1.0) / (beta2 * beta2.sqrt());
    let d1 = flattening / (a1 * a1);
    let a0 = a1 * (1.0 - d1 * (1.0 / 3.0 + d1 * (1.0 + 134.0 / 81.0 * d1)));
    n0 / (1.0 + flattening / (a0 * a0))
}

/// Ṁ, ω̇ and Ω̇/θ, equations (17) to (19), rad a minute.
fn flattening_rates(n0: f64, a0: f64, theta2: f64, beta2: f64) -> (f64, f64, f64) {
    let theta4 = theta2 * theta2;
    let beta = beta2.sqrt();
    // The powers of 1/(a₀″ β₀²) come in squares and fourths.
    let p2 = (a0 * beta2).powi(-2);
    let (first, second, fourth) = (n0 * K2 * p2, n0 * K2 * K2 * p2 * p2, n0 * K4 * p2 * p2);
    let mean = n0
        + 1.5 * first * beta * (3.0 * theta2 - 1.0)
        + 0.1875 * second * beta * (13.0 - 78.0 * theta2 + 137.0 * theta4);
    let perigee = -1.5 * first * (1.0 - 5.0 * theta2)
        + 0.1875 * second * (7.0 - 114.0 * theta2 + 395.0 * theta4)
        + 1.25 * fourth * (3.0 - 36.0 * theta2 + 49.0 * theta4);
    let node = -3.0 * first + 1.5 * second * (4.0 - 19.0 * theta2) + 2.5 * fourth * (3.0 - 7.0 * theta2);
    (mean, perigee, node)
}

/// What drag adds to the mean longitude over n₀″: ³⁄₂C₁ t² + (D₂+2C₁²) t³ + ¼(3D₃+12C₁D₂+10C₁³) t⁴ +
/// ⅕(3D₄+12C₁D₃+6D₂²+30C₁²D₂+15C₁⁴) t⁵, from t² on.
fn longitude_lead(c1: f64, [d2, d3, d4]: [f64; 3]) -> [f64; 4] {
    let c1_squared = c1 * c1;
    [
        1.5 * c1,
        d2 + 2.0 * c1_squared,
        0.25 * (3.0 * d3 + c1 * (12.0 * d2 + 10.0 * c1_squared)),
        0.2 * (3.0 * d4 + 12.0 * c1 * d3 + 6.0 * d2 * d2 + 15.0 * c1_squared * (2.0 * d2 + c1_squared)),
    ]
}

/// The atmosphere as an orbit meets it.
struct Air {
    s: f64,
    xi: f64,
    eta: f64,
    /// (q₀−s)⁴ ξ⁴.
    density: f64,
    /// 1 − η², whose sign Vallado et al. drop.
    one_minus_eta2: f64,
    /// (q₀−s)⁴ ξ⁴ (1−η²)^−⁷⁄₂.
    pressure: f64,
}

impl Air {
    fn new(a0: f64, e0: f64) -> Self {
        let perigee_km = EARTH_RADIUS_KM * (a0 * (1.0 - e0) - 1.0);
        let s_km = if perigee_km < 98.0 {
            20.0
        } else if perigee_km < 156.0 {
            perigee_km - 78.0
        } else {
            78.0
        };
        let s = s_km / EARTH_RADIUS_KM + 1.0;
        let xi = 1.0 / (a0 - s);
        let eta = a0 * e0 * xi;
        let density = ((120.0 - s_km) / EARTH_RADIUS_KM * xi).powi(4);
        let one_minus_eta2 = (1.0 - eta * eta).abs();
        Self { s, xi, eta, density, one_minus_eta2, pressure: density / one_minus_eta2.powf(3.5) }
    }

    /// C₂, equation (9).
    fn c2(&self, n0: f64, a0: f64, e0: f64, theta2: f64) -> f64 {
        let (eta, eta2) = (self.eta, self.eta * self.eta);
        self.pressure
            * n0
            * (a0 * (1.0 + 1.5 * eta2 + e0 * eta * (4.0 + eta2))
                + 1.5 * K2 * self.xi / self.one_minus_eta2 * (1.5 * theta2 - 0.5) * (8.0 + 3.0 * eta2 * (8.0 + eta2)))
    }

    /// C₄, equation (12).
    fn c4(&self, n0: f64, a0: f64, e0: f64, theta2: f64, beta2: f64, arg_perigee_rad: f64) -> f64 {
        let (eta, eta2) = (self.eta, self.eta * self.eta);
        let by_drag = 2.0 * eta * (1.0 + e0 * eta) + 0.5 * e0 + 0.5 * eta * eta2;
        let even = 3.0 * (1.0 - 3.0 * theta2) * (1.0 + 1.5 * eta2 - 2.0 * e0 * eta - 0.5 * e0 * eta * eta2);
        let turning = 0.75 * (1.0 - theta2) * (2.0 * eta2 - e0 * eta - e0 * eta * eta2) * (2.0 * arg_perigee_rad).cos();
        let flattening = 2.0 * K2 * self.xi / (a0 * self.one_minus_eta2);
        2.0 * n0 * self.pressure * a0 * beta2 * (by_drag - flattening * (even + turning))
    }

    /// D₂, D₃, D₄, equations (14) to (16).
    fn d(&self, a0: f64, c1: f64) -> [f64; 3] {
        let xi_c1 = self.xi * c1;
        [
            4.0 * a0 * xi_c1 * c1,
            4.0 / 3.0 * a0 * xi_c1 * xi_c1 * (17.0 * a0 + self.s) * c1,
            2.0 / 3.0 * a0 * a0 * xi_c1 * xi_c1 * xi_c1 * (221.0 * a0 + 31.0 * self.s) * c1,
        ]
    }

    /// The terms with C₃ (11), C₅ (13) and of δM; the first and last are left out where e₀ is at most 10⁻⁴, which they
    /// divide by.
    fn periodic(&self, mean: &MeanElements, n0: f64, a0: f64, sin_i: f64, beta2: f64) -> PeriodicDrag {
        let (e0, eta) = (mean.eccentricity, self.eta);
        let (sin_anomaly, cos_anomaly) = mean.mean_anomaly_rad.sin_cos();
        let c5 = 2.0 * self.pressure * a0 * beta2 * (1.0 + 2.75 * eta * (eta + e0) + e0 * eta * eta * eta);
        let (c3, anomaly_scale) = if e0 > 1.0e-4 {
            let c3 = self.density * self.xi * A30 * n0 * sin_i / (K2 * e0);
            (c3, -2.0 / 3.0 * self.density * mean.bstar / (e0 * eta))
        } else {
            (0.0, 0.0)
        };
        PeriodicDrag {
            eta,
            perigee_rate: mean.bstar * c3 * mean.arg_perigee_rad.cos(),
            anomaly_scale,
            anomaly_start: (1.0 + eta * cos_anomaly).powi(3),
            eccentricity_scale: mean.bstar * c5,
            sin_anomaly,
        }
    }
}
