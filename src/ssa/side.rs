//! On which side of its ground track a satellite has a point.
//!
//! N = r × v, with r and v relative to the rotating Earth, is the normal of the plane through the Earth's centre that holds
//! the ground track's direction; it points to the left of the motion, since up × forward = left. A point p lies to the left
//! where g = N·(p − r) = N·p is positive. Within 2 km of the track the sides are those of the geocentric vertical, not of
//! the ellipsoid's normal.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::access::scan_each;
use crate::astro::crossing::{Fix, Sample, Scan, Steps, Track, intervals};
use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use crate::astro::frame::{EARTH_RATE_RAD_S, EarthOrientation};
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::SpanSet;

/// A side of the ground track, seen along the motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackSide {
    /// To the left.
    Left,
    /// To the right.
    Right,
}

/// The side on which a satellite has a point: Earth-fixed positions in km, the velocity relative to the ground in km/s.
/// A point on the track itself counts as left.
#[must_use]
pub fn side_of(position_km: &Vector3<f64>, velocity_km_s: &Vector3<f64>, point_km: &Vector3<f64>) -> TrackSide {
    if position_km.cross(velocity_km_s).dot(point_km) >= 0.0 { TrackSide::Left } else { TrackSide::Right }
}

/// When a point lies on a side of the track, inside `within`.
///
/// g′ = p·(r × a) + p·(v × v) leaves only the part of the acceleration that is not along r: the Coriolis and centrifugal
/// terms, 2·ω·v + ω²·r at most, and that of the flattened Earth, at most 1.5·J2·µ·R²/r⁴ (Vallado 4th ed., eq. 9-11);
/// the Sun and the Moon together stay below 1e-5 km/s² up to a tenth of the Moon's distance. A tenth more covers the rest.
/// So |g′| ≤ |p|·r·a with the greatest r, and g cannot change its sign for |g|/|g′|.
///
/// # Errors
/// The satellite has no state where the first span begins. Where it ceases to have one later, [`Scan::lost`] tells when.
pub fn on_side<O: Fn(DateTime<Utc>) -> EarthOrientation>(
    track: &Track<'_, O>,
    point: &Station,
    side: TrackSide,
    within: &SpanSet,
) -> Result<Scan<PropagationError>, PropagationError> {
    let sign = if side == TrackSide::Left { 1.0 } else { -1.0 };
    let point_km = &point.position_km;
    scan_each(within, |span| {
        intervals(span, Steps::default(), |time_s| {
            let fix = track.fix(time_s)?;
            let value = sign * fix.position_km.cross(&fix.velocity_km_s).dot(point_km);
            let rate = point_km.norm() * fix.max_radius_km * sideways_km_s2(&fix);
            // What the velocity itself may be wrong by can change the sign close to the track.
            let error = point_km.norm() * fix.max_radius_km * fix.velocity_error_km_s;
            Ok(Sample { value, clear_s: ((value.abs() - error) / rate).clamp(0.0, fix.max_step_s) })
        })
    })
}

/// The greatest acceleration relative to the ground across the position, km/s².
fn sideways_km_s2(fix: &Fix) -> f64 {
    const J2: f64 = 1.082_616e-3;
    let turning = EARTH_RATE_RAD_S * (2.0 * fix.max_ground_speed_km_s() + EARTH_RATE_RAD_S * fix.max_radius_km);
    let flattening = 1.5 * J2 * MU_WGS72_KM3_S2 * EARTH_RADIUS_WGS72_KM.powi(2) / fix.min_radius_km.powi(4);
    1.1 * (turning + flattening + 1e-5)
}
