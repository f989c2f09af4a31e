//! The plane of an encounter: the miss and the errors as they are seen along the relative velocity.

use std::f64::consts::TAU;

use nalgebra::{Matrix3, Vector3};

use super::{Encounter, NotComputable};
use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::kernel::probability::Disc;

/// Below this relative speed the path past each other is no straight line, km/s.
const SLOWEST_KM_S: f64 = 0.01;

/// The largest share of the shorter period that the encounter may last.
const LONGEST_SHARE: f64 = 0.005;

/// The largest bend of the errors' ellipsoid in standard deviations of its shortest side.
const LARGEST_BEND: f64 = 0.1;

/// Beyond this many standard deviations there is nothing: of a plane's normal distribution 2·10⁻⁸ lies farther out.
const FARTHEST: f64 = 6.0;

/// A negative eigenvalue up to this share of the largest is what rounding to seven digits makes.
const ROUNDED: f64 = 1e-6;

/// An encounter projected along the relative velocity, on the principal axes of the errors.
///
/// The projection is the linear correction to the closest approach too: on a straight line, what is left of the miss
/// across the relative velocity is the least distance, [`Self::to_closest_s`] away from the given states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The miss along the axis of the smallest error, km, from zero up: the sign decides nothing.
    pub miss_minor_km: f64,
    /// The miss along the axis of the largest error, km, from zero up.
    pub miss_major_km: f64,
    /// The smallest standard deviation in the plane, km.
    pub sigma_minor_km: f64,
    /// The largest standard deviation in the plane, km.
    pub sigma_major_km: f64,
    /// The standard deviation along the relative velocity, km.
    pub sigma_along_km: f64,
    /// The largest standard deviation in any direction, km.
    pub sigma_longest_km: f64,
    /// The combined hard-body radius, km.
    pub hbr_km: f64,
    /// Relative speed, km/s; above zero.
    pub rel_speed_km_s: f64,
    /// Seconds from the given states to the least distance on the straight line.
    pub to_closest_s: f64,
}

/// Projects an encounter along its relative velocity.
///
/// # Errors
/// A number is not finite or too large to be squared, the radius or the relative velocity is not above zero, or the
/// covariance is not symmetric, has a negative eigenvalue beyond rounding, or is not positive definite in the plane.
pub fn plane(encounter: &Encounter) -> Result<Plane, NotComputable> {
    let Encounter { miss_km, rel_velocity_km_s, covariance_km2, hbr_km, shorter_period_s } = encounter;
    let numbers = miss_km.iter().chain(rel_velocity_km_s).chain(covariance_km2).chain([hbr_km]).chain(shorter_period_s);
    if !numbers.into_iter().all(|number| number.is_finite()) {
        return Err(NotComputable::NotFinite);
    }
    if *hbr_km <= 0.0 {
        return Err(NotComputable::NoRadius);
    }
    let rel_speed_km_s = rel_velocity_km_s.norm();
    if rel_speed_km_s < f64::MIN_POSITIVE {
        return Err(NotComputable::Slow);
    }
    let covariance_km2 = symmetric(covariance_km2).ok_or(NotComputable::Covariance)?;
    let sigma_longest_km = longest_km2(&covariance_km2).ok_or(NotComputable::Covariance)?.sqrt();
    let along = rel_velocity_km_s / rel_speed_km_s;
    let ellipse = Ellipse::across(&covariance_km2, &along).ok_or(NotComputable::Covariance)?;
    let plane = Plane {
        miss_minor_km: miss_km.dot(&ellipse.minor).abs(),
        miss_major_km: miss_km.dot(&ellipse.major).abs(),
        sigma_minor_km: ellipse.variance_minor.sqrt(),
        sigma_major_km: ellipse.variance_major.sqrt(),
        sigma_along_km: along.dot(&(covariance_km2 * along)).max(0.0).sqrt(),
        sigma_longest_km,
        hbr_km: *hbr_km,
        rel_speed_km_s,
        to_closest_s: -miss_km.dot(&along) / rel_speed_km_s,
    };
    if plane.numbers().into_iter().all(f64::is_finite) { Ok(plane) } else { Err(NotComputable::NotFinite) }
}

impl Plane {
    /// The least distance on the straight line, km.
    #[must_use]
    pub fn miss_km(&self) -> f64 {
        self.miss_minor_km.hypot(self.miss_major_km)
    }

    /// The disc of collisions under the errors, lengths in km, the smaller error first.
    #[must_use]
    pub const fn disc(&self) -> Disc {
        Disc {
            x: self.miss_minor_km,
            y: self.miss_major_km,
            sigma_x: self.sigma_minor_km,
            sigma_y: self.sigma_major_km,
            radius: self.hbr_km,
        }
    }

    /// Whether the encounter is too slow for a straight relative path: below 10 m/s, or longer than 0.5 % of the shorter
    /// period, the time in which the relative motion passes one standard deviation along itself.
    #[must_use]
    pub fn is_slow(&self, shorter_period_s: Option<f64>) -> bool {
        let lasts_s = self.sigma_along_km / self.rel_speed_km_s;
        self.rel_speed_km_s < SLOWEST_KM_S
            || shorter_period_s.is_some_and(|period_s| lasts_s > LONGEST_SHARE * period_s)
    }

    /// Whether the errors reach so far along the orbit that it bends away from under the straight ellipsoid.
    ///
    /// An arc of length L on a circle of radius a leaves its tangent by L²/(2a). With L² = σ² + d², the longest error and
    /// the miss together, and a of the shorter period, this is compared with a tenth of the smallest error in the plane.
    /// Beyond it the two-dimensional probability can be wrong by orders of magnitude in both senses, where the bent errors
    /// reach the other object at all. With L of six longest errors that is six errors in the plane and L²/(2a), and what
    /// the relative path bends in the time L/v in which it crosses them: the pull differs by at most 2µL/a³ over L, half of
    /// which times the squared time is (2π/P)² L³/v². False where they do not reach it, and where the period is not known.
    #[must_use]
    pub fn is_curved(&self, shorter_period_s: Option<f64>) -> bool {
        shorter_period_s.is_some_and(|period_s| {
            let axis_km = (MU_WGS72_KM3_S2 * (period_s / TAU).powi(2)).cbrt();
            let reach_km2 = self.sigma_longest_km.powi(2) + self.miss_km().powi(2);
            let length_km = FARTHEST * self.sigma_longest_km;
            let crossing_s = length_km / self.rel_speed_km_s;
            let bend_km = length_km.powi(2) / (2.0 * axis_km) + (TAU / period_s * crossing_s).powi(2) * length_km;
            let is_reached = |miss_km: f64, sigma_km: f64| miss_km <= FARTHEST * sigma_km + bend_km;
            reach_km2 > 2.0 * axis_km * LARGEST_BEND * self.sigma_minor_km
                && is_reached(self.miss_minor_km, self.sigma_minor_km)
                && is_reached(self.miss_major_km, self.sigma_major_km)
        })
    }

    fn numbers(&self) -> [f64; 8] {
        [
            self.miss_minor_km,
            self.miss_major_km,
            self.sigma_minor_km,
            self.sigma_major_km,
            self.sigma_along_km,
            self.sigma_longest_km,
            self.rel_speed_km_s,
            self.to_closest_s,
        ]
    }
}

/// The mean of a matrix and its transpose; nothing where they differ by more than rounding.
fn symmetric(matrix: &Matrix3<f64>) -> Option<Matrix3<f64>> {
    let largest = matrix.amax();
    let even = (matrix - matrix.transpose()).amax() <= ROUNDED * largest;
    (even && largest > 0.0).then(|| 0.5 * (matrix + matrix.transpose()))
}

/// The largest eigenvalue of a symmetric matrix without a negative one.
fn longest_km2(matrix: &Matrix3<f64>) -> Option<f64> {
    // Near one, no step of the method can overflow.
    let largest = matrix.amax();
    let eigenvalues = (matrix / largest).try_symmetric_eigen(f64::EPSILON, 1000)?.eigenvalues;
    (eigenvalues.min() >= -ROUNDED * eigenvalues.max()).then(|| eigenvalues.max() * largest)
}

/// A symmetric matrix seen along a direction.
pub(super) struct Ellipse {
    minor: Vector3<f64>,
    major: Vector3<f64>,
    pub(super) variance_minor: f64,
    pub(super) variance_major: f64,
}

impl Ellipse {
    /// The principal axes across a unit vector; nothing where the smaller variance is not above rounding.
    pub(super) fn across(matrix: &Matrix3<f64>, along: &Vector3<f64>) -> Option<Self> {
        let first = along.cross(&Vector3::ith(along.iamin(), 1.0)).normalize();
        let second = along.cross(&first);
        let (a, b, c) = (first.dot(&(matrix * first)), first.dot(&(matrix * second)), second.dot(&(matrix * second)));
        let variance_major = 0.5 * (a + c) + (0.5 * (a - c)).hypot(b);
        let (sine, cosine) = (0.5 * (2.0 * b).atan2(a - c)).sin_cos();
        let minor = second * cosine - first * sine;
        let major = first * cosine + second * sine;
        // Along its own axis it keeps digits that the difference of eigenvalues, or the determinant, loses when narrow.
        let variance_minor = minor.dot(&(matrix * minor));
        let positive = variance_minor > 4.0 * f64::EPSILON * variance_major;
        positive.then_some(Self { minor, major, variance_minor, variance_major })
    }
}
