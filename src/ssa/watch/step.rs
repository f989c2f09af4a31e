//! What lies between two element sets of one object that SGP4 does not explain.
//!
//! The earlier set is carried forward, the later one back, to the middle between their epochs. Each then answers for the
//! drag, the precession and the pull of Sun and Moon of its own half, so that a rate wrong in one of them counts half.
//! The two orbits are compared where they stand at the same angle along the track: the short-period oscillation of the
//! orbit then falls out of the difference, however far apart the two have drifted.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::elements::{Elements, MU_WGS72_KM3_S2};
use crate::astro::frame::{State, Teme};
use crate::astro::propagator::{PropagationError, Propagator};

/// The difference between two successive element sets of one object, reduced to the middle between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Epoch of the earlier set.
    pub from: DateTime<Utc>,
    /// Epoch of the later set.
    pub to: DateTime<Utc>,
    /// Time between them, days.
    pub days: f64,
    /// Jump of the semi-major axis beyond what the two sets' own drag explains, km.
    pub semi_major_jump_km: f64,
    /// The whole change of the semi-major axis from epoch to epoch, by the published mean motions, km.
    pub semi_major_change_km: f64,
    /// Angle between the two orbital planes, degrees.
    pub plane_deg: f64,
    /// Jump of the inclination, degrees.
    pub inclination_jump_deg: f64,
    /// Length of the difference of the eccentricity vectors.
    pub eccentricity_jump: f64,
    /// Speed of a circular orbit of this size, km/s.
    pub speed_km_s: f64,
    /// Semi-major axis of the later set, km.
    pub semi_major_km: f64,
    /// How far apart along the track the two stand in the middle, degrees.
    pub along_track_deg: f64,
}

/// Closer than this along the track the short-period oscillation of the axis, some 10 km, differs by less than a metre.
const SAME_ANGLE_RAD: f64 = 1e-5;

/// An element set with its SGP4, made once for the steps on both its sides.
#[derive(Clone, Debug)]
pub struct Orbit<'a> {
    /// The set.
    pub set: &'a Elements,
    propagator: Propagator,
}

impl<'a> Orbit<'a> {
    /// Initialises SGP4 for a set.
    ///
    /// # Errors
    /// The model has no solution for it.
    pub fn new(set: &'a Elements) -> Result<Self, PropagationError> {
        Ok(Self { set, propagator: Propagator::new(set)? })
    }
}

impl Step {
    /// Compares two sets, the earlier one first.
    ///
    /// # Errors
    /// SGP4 has no state for one of them in the middle.
    pub fn between(before: &Orbit<'_>, after: &Orbit<'_>) -> Result<Self, PropagationError> {
        let (earlier, later) = (before.set, after.set);
        let half = (later.epoch - earlier.epoch) / 2;
        let middle = earlier.epoch + half;
        let (before, after) = (&before.propagator, &after.propagator);
        let target = after.state_at(middle)?;
        let offset_s = before.offset_s(middle);
        let mut state = before.state(offset_s)?;
        let along_track_rad = angle_along(&state, &target);
        let mut shift_s = 0.0;
        let mut off_rad = along_track_rad;
        // The rate along the track is constant to the eccentricity: each turn leaves a fraction of what was off.
        for _ in 0..3 {
            if off_rad.abs() < SAME_ANGLE_RAD {
                break;
            }
            shift_s += off_rad / rate_rad_s(&state);
            state = before.state(offset_s + shift_s)?;
            off_rad = angle_along(&state, &target);
        }
        let semi_major_km = later.semi_major_axis_km();
        let (normal_before, normal_after) = (normal(&state), normal(&target));
        Ok(Self {
            from: earlier.epoch,
            to: later.epoch,
            days: later.age_days(later.epoch) - later.age_days(earlier.epoch),
            semi_major_jump_km: osculating_km(&target) - osculating_km(&state),
            semi_major_change_km: semi_major_km - earlier.semi_major_axis_km(),
            plane_deg: normal_before.cross(&normal_after).norm().atan2(normal_before.dot(&normal_after)).to_degrees(),
            inclination_jump_deg: (normal_after.z.clamp(-1.0, 1.0).acos() - normal_before.z.clamp(-1.0, 1.0).acos())
                .to_degrees(),
            eccentricity_jump: (eccentricity(&target) - eccentricity(&state)).norm(),
            speed_km_s: (MU_WGS72_KM3_S2 / semi_major_km).sqrt(),
            semi_major_km,
            along_track_deg: along_track_rad.to_degrees(),
        })
    }

    /// The least change of speed along the track that explains the jump of the semi-major axis, m/s, positive upwards:
    /// Δv = v Δa / 2a (Gauss's equation for a on a circular orbit, Vallado 4th ed., eq. 9-24).
    #[must_use]
    pub fn along_track_m_s(&self) -> f64 {
        500.0 * self.speed_km_s * self.semi_major_jump_km / self.semi_major_km
    }

    /// The change of speed that the semi-major axis underwent by what the sets themselves explain (drag, resonance),
    /// m/s, without sign.
    #[must_use]
    pub fn explained_m_s(&self) -> f64 {
        500.0 * self.speed_km_s * (self.semi_major_change_km - self.semi_major_jump_km).abs() / self.semi_major_km
    }

    /// The least change of speed across the plane that explains its turn, m/s: Δv = v Δθ.
    #[must_use]
    pub fn cross_track_m_s(&self) -> f64 {
        1000.0 * self.speed_km_s * self.plane_deg.to_radians()
    }
}

/// The angle from one position to another's projection on its plane, along the motion, −π to π.
fn angle_along(from: &State<Teme>, to: &State<Teme>) -> f64 {
    let radial = from.position_km.normalize();
    let along = normal(from).cross(&radial);
    to.position_km.dot(&along).atan2(to.position_km.dot(&radial))
}

fn rate_rad_s(state: &State<Teme>) -> f64 {
    state.position_km.cross(&state.velocity_km_s).norm() / state.position_km.norm_squared()
}

fn normal(state: &State<Teme>) -> Vector3<f64> {
    state.position_km.cross(&state.velocity_km_s).normalize()
}

/// Osculating semi-major axis by the vis-viva equation, km.
fn osculating_km(state: &State<Teme>) -> f64 {
    1.0 / (2.0 / state.position_km.norm() - state.velocity_km_s.norm_squared() / MU_WGS72_KM3_S2)
}

fn eccentricity(state: &State<Teme>) -> Vector3<f64> {
    state.velocity_km_s.cross(&state.position_km.cross(&state.velocity_km_s)) / MU_WGS72_KM3_S2
        - state.position_km.normalize()
}
