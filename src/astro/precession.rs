//! Precession and nutation: from the equator of date ([`Teme`]) to the equator of J2000 ([`Eme2000`]) and back.
//!
//! IAU 1976 precession with the 106 terms of the IAU 1980 nutation, without the observed corrections δΔψ, δΔε and the
//! frame bias: within 0.12″ of the IAU 2000A/2006 theory on 200 dates from 2020 to 2034 (4 m at 7000 km, 25 m in GEO),
//! far below the error of an element set. The published example of TEME in J2000 (Vallado et al. 2006,
//! AIAA 2006-6753, app. C) is met to a millimetre with its own four terms of nutation.

mod terms;

use nalgebra::{Matrix3, Rotation3, Vector3};

use self::terms::TERMS;
use super::frame::{Eme2000, Gcrf, State, Teme};
use super::time::JulianDate;

/// One arcsecond in radians.
const ARCSECOND: f64 = std::f64::consts::PI / 648_000.0;

/// Nutation at one instant, in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nutation {
    /// Nutation in longitude Δψ.
    pub longitude_rad: f64,
    /// Nutation in obliquity Δε.
    pub obliquity_rad: f64,
    /// Mean obliquity of the ecliptic of date ε̄.
    pub mean_obliquity_rad: f64,
}

/// Coefficients of T⁰ to T³, T in Julian centuries of TT since J2000.
fn polynomial(coefficients: [f64; 4], t: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient)
}

impl Nutation {
    /// IAU 1980 nutation at a Julian date in TT.
    ///
    /// Fundamental arguments and series: Seidelmann 1992, *Explanatory Supplement*, sec. 3.222; mean obliquity: Lieske
    /// et al. 1977.
    #[must_use]
    pub fn at(jd_tt: JulianDate) -> Self {
        Self::of_largest_terms(jd_tt, TERMS.len())
    }

    /// The same from the `count` largest terms alone, to repeat reductions that cut the series: the published example
    /// of TEME in J2000 (Vallado et al. 2006, app. C) has four.
    #[must_use]
    pub fn of_largest_terms(jd_tt: JulianDate, count: usize) -> Self {
        let t = jd_tt.centuries_since_j2000();
        // l, l′, F, D, Ω in arcseconds; whole turns are kept apart to lose no digits.
        let turn = |turns: f64| (turns * t).rem_euclid(1.0) * 1_296_000.0;
        let arguments = [
            polynomial([485_866.733, 715_922.633, 31.310, 0.064], t) + turn(1325.0),
            polynomial([1_287_099.804, 1_292_581.224, -0.577, -0.012], t) + turn(99.0),
            polynomial([335_778.877, 295_263.137, -13.257, 0.011], t) + turn(1342.0),
            polynomial([1_072_261.307, 1_105_601.328, -6.891, 0.019], t) + turn(1236.0),
            polynomial([450_160.280, -482_890.539, 7.455, 0.008], t) + turn(-5.0),
        ];
        let (mut longitude, mut obliquity) = (0.0, 0.0);
        for term in TERMS.iter().take(count).rev() {
            let angle: f64 =
                term.0.iter().zip(&arguments).map(|(multiple, argument)| f64::from(*multiple) * argument).sum();
            let (sin, cos) = (angle * ARCSECOND).sin_cos();
            longitude += (term.1[0] + term.1[1] * t) * sin;
            obliquity += (term.1[2] + term.1[3] * t) * cos;
        }
        Self {
            longitude_rad: longitude * 1e-4 * ARCSECOND,
            obliquity_rad: obliquity * 1e-4 * ARCSECOND,
            mean_obliquity_rad: polynomial([84_381.448, -46.8150, -0.000_59, 0.001_813], t) * ARCSECOND,
        }
    }

    /// Equation of the equinoxes Δψ cos ε̄ in radians: right ascension of the mean equinox of TEME is its negative.
    ///
    /// Without the two terms of 1997 (0.003″), as TEME is commonly reduced (Vallado et al. 2006, app. C).
    #[must_use]
    pub fn equation_of_equinoxes_rad(&self) -> f64 {
        self.longitude_rad * self.mean_obliquity_rad.cos()
    }
}

/// The matrix that takes TEME vectors to EME2000, for a Julian date in TT and its nutation.
///
/// `P(T) · N(T) · R3(−Δψ cos ε̄)`: Vallado, *Fundamentals*, 4th ed., eqs. 3-79, 3-85 to 3-88.
#[must_use]
pub fn teme_to_eme2000_matrix(jd_tt: JulianDate, nutation: &Nutation) -> Matrix3<f64> {
    let true_obliquity = nutation.mean_obliquity_rad + nutation.obliquity_rad;
    // Active rotations: turning the vector by an angle is turning the axes by its negative.
    let to_true_equinox = about_z(nutation.equation_of_equinoxes_rad());
    let to_mean_of_date =
        about_x(nutation.mean_obliquity_rad) * about_z(-nutation.longitude_rad) * about_x(-true_obliquity);
    let t = jd_tt.centuries_since_j2000();
    let zeta = polynomial([0.0, 2306.2181, 0.301_88, 0.017_998], t) * ARCSECOND;
    let theta = polynomial([0.0, 2004.3109, -0.426_65, -0.041_833], t) * ARCSECOND;
    let z = polynomial([0.0, 2306.2181, 1.094_68, 0.018_203], t) * ARCSECOND;
    let to_j2000 = about_z(-zeta) * Rotation3::from_axis_angle(&Vector3::y_axis(), theta) * about_z(-z);
    (to_j2000 * to_mean_of_date * to_true_equinox).into_inner()
}

/// A GCRF state in EME2000: the frame bias R1(−η₀) R2(ξ₀) R3(dα₀), 0.023″ in all (Hilton and Hohenkerk 2004, A&A 413,
/// 765, with the values that the IERS Conventions 2010 have in chapter 5).
#[must_use]
pub fn gcrf_to_eme2000(state: &State<Gcrf>) -> State<Eme2000> {
    let (xi, eta, right_ascension) = (-0.016_617 * ARCSECOND, -0.006_819_2 * ARCSECOND, -0.0146 * ARCSECOND);
    let matrix = about_x(eta) * Rotation3::from_axis_angle(&Vector3::y_axis(), -xi) * about_z(-right_ascension);
    State::new(matrix * state.position_km, matrix * state.velocity_km_s)
}

fn about_x(angle_rad: f64) -> Rotation3<f64> {
    Rotation3::from_axis_angle(&Vector3::x_axis(), angle_rad)
}

fn about_z(angle_rad: f64) -> Rotation3<f64> {
    Rotation3::from_axis_angle(&Vector3::z_axis(), angle_rad)
}

/// A TEME state in EME2000, at a Julian date in TT.
///
/// UTC plus [`TT_MINUS_UTC_S`](super::time::TT_MINUS_UTC_S) will do: a minute moves the axes by 0.0001″. The turning of
/// the axes themselves (at most 3e-7 km/s in GEO) is not added to the velocity.
#[must_use]
pub fn teme_to_eme2000(state: &State<Teme>, jd_tt: JulianDate) -> State<Eme2000> {
    let matrix = teme_to_eme2000_matrix(jd_tt, &Nutation::at(jd_tt));
    State::new(matrix * state.position_km, matrix * state.velocity_km_s)
}

/// The inverse of [`teme_to_eme2000`].
#[must_use]
pub fn eme2000_to_teme(state: &State<Eme2000>, jd_tt: JulianDate) -> State<Teme> {
    let matrix = teme_to_eme2000_matrix(jd_tt, &Nutation::at(jd_tt)).transpose();
    State::new(matrix * state.position_km, matrix * state.velocity_km_s)
}
