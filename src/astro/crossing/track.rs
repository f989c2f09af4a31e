//! One object over the rotating Earth, with bounds on how it can move.

use std::f64::consts::{PI, TAU};

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use crate::astro::frame::{EARTH_RATE_RAD_S, EarthOrientation, EarthRotation, State, Teme};
use crate::astro::geodesy::Foot;
use crate::astro::propagator::{MAX_RADIUS_KM, PropagationError, Propagator};
use crate::astro::time::{JulianDate, Window, plus_seconds};

/// How far SGP4's velocity can be from the rate of change of its position, in km/s.
///
/// The model drops the rates of some of its periodic terms: up to 12 m/s were measured over whole catalogues.
pub(super) const VELOCITY_ERROR_KM_S: f64 = 0.015;

/// Share by which the perigee and apogee of the osculating orbit can move before the next look, and by which forces
/// beside the central one can add to the acceleration: J2 is 0.16 % of gravity at the ground and moves the osculating
/// perigee of a low orbit by some 20 km.
const ORBIT_MARGIN: f64 = 0.03;

/// Below this perigee radius, in km, an orbit may end at any perigee: such objects are looked at often.
const DYING_RADIUS_KM: f64 = EARTH_RADIUS_WGS72_KM + 100.0;

/// Longest step for a dying object, in seconds.
const DYING_STEP_S: f64 = 60.0;

/// Semi-major axis in km at 225 minutes of period, where SGP4 begins to reckon with the Sun and the Moon.
const NEAR_EARTH_KM: f64 = 12_250.0;

/// An object's path over the Earth from the start of a window on.
#[derive(Debug)]
pub struct Track<'a, O> {
    propagator: &'a Propagator,
    orientation: &'a O,
    start: DateTime<Utc>,
    start_jd: JulianDate,
    offset_s: f64,
}

/// Where an object is over the Earth, how it moves, and how far that can change.
///
/// The bounds hold until the osculating perigee and apogee have moved by 3 %. Below 225 minutes of period only J2 and drag
/// move them in SGP4, and drag lowers an apogee but no perigee by that much within a day; above, where the Sun and the
/// Moon do, [`Fix::max_step_s`] renews the bounds twice a revolution.
#[derive(Clone, Copy, Debug)]
pub struct Fix {
    /// Earth-fixed position in km.
    pub position_km: Vector3<f64>,
    /// Earth-fixed velocity, relative to the rotating Earth, in km/s.
    pub velocity_km_s: Vector3<f64>,
    /// Velocity relative to inertial space on the Earth-fixed axes, in km/s.
    pub inertial_km_s: Vector3<f64>,
    /// Least distance from the Earth's centre in km; never below that at which an object counts as decayed.
    pub min_radius_km: f64,
    /// Greatest distance from the Earth's centre in km.
    pub max_radius_km: f64,
    /// Greatest speed relative to inertial space in km/s.
    pub max_speed_km_s: f64,
    /// Greatest acceleration relative to inertial space in km/s².
    pub max_acceleration_km_s2: f64,
    /// Longest step in seconds: short for an object that may come down, half a revolution on high orbits.
    pub max_step_s: f64,
}

/// The foot of the ellipsoid's normal through an object.
#[derive(Clone, Copy, Debug)]
pub struct SubPoint {
    /// The foot, and the object's height above it.
    pub foot: Foot,
    /// The ellipsoid's normal there, Earth-fixed.
    pub up: Vector3<f64>,
    /// Rate of change of the normal, rad/s.
    pub turn_rad_s: Vector3<f64>,
    /// Its part towards north: the rate of the geodetic latitude, rad/s.
    pub north_rad_s: f64,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Track<'a, O> {
    /// The path of an object; `orientation` tells how the Earth stands at an instant.
    #[must_use]
    pub fn new(propagator: &'a Propagator, window: Window, orientation: &'a O) -> Self {
        Self {
            propagator,
            orientation,
            start: window.start,
            start_jd: JulianDate::from_utc(window.start),
            offset_s: propagator.offset_s(window.start),
        }
    }

    /// Position and velocity `time_s` seconds after the start of the window, with bounds.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn fix(&self, time_s: f64) -> Result<Fix, PropagationError> {
        let state = self.propagator.state(self.offset_s + time_s)?;
        let rotation = self.rotation(time_s);
        let ecef = rotation.to_ecef(&state);
        Ok(Fix::new(&state, ecef.position_km, ecef.velocity_km_s, rotation.rotate(&state.velocity_km_s)))
    }

    /// Earth-fixed position in km `time_s` seconds after the start of the window.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn position_km(&self, time_s: f64) -> Result<Vector3<f64>, PropagationError> {
        let state = self.propagator.state(self.offset_s + time_s)?;
        Ok(self.rotation(time_s).rotate(&state.position_km))
    }

    /// TEME state `time_s` seconds after the start of the window.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn teme(&self, time_s: f64) -> Result<State<Teme>, PropagationError> {
        self.propagator.state(self.offset_s + time_s)
    }

    /// How the Earth stands `time_s` seconds after the start of the window.
    #[must_use]
    pub fn rotation(&self, time_s: f64) -> EarthRotation {
        EarthRotation::at(self.jd_utc(time_s), (self.orientation)(plus_seconds(self.start, time_s)))
    }

    /// The UTC Julian date `time_s` seconds after the start of the window.
    #[must_use]
    pub fn jd_utc(&self, time_s: f64) -> JulianDate {
        self.start_jd.plus_seconds(time_s)
    }
}

impl Fix {
    /// The bounds come from the osculating orbit: perigee and apogee from energy and angular momentum (Vallado 4th
    /// ed., eq. 2-20, 2-74), the greatest speed from vis-viva at the least radius, gravity there too.
    fn new(
        state: &State<Teme>,
        position_km: Vector3<f64>,
        velocity_km_s: Vector3<f64>,
        inertial_km_s: Vector3<f64>,
    ) -> Self {
        let (mu, radius_km) = (MU_WGS72_KM3_S2, state.position_km.norm());
        let speed_squared = state.velocity_km_s.norm_squared();
        let energy = 0.5 * speed_squared - mu / radius_km;
        let (mut perigee_km, mut apogee_km, mut max_step_s) = (0.0, MAX_RADIUS_KM, DYING_STEP_S);
        if energy < 0.0 {
            let semi_major_km = -0.5 * mu / energy;
            let momentum_squared = state.position_km.cross(&state.velocity_km_s).norm_squared();
            let eccentricity = (1.0 - momentum_squared / (mu * semi_major_km)).max(0.0).sqrt();
            perigee_km = semi_major_km * (1.0 - eccentricity);
            apogee_km = semi_major_km * (1.0 + eccentricity);
            max_step_s = if perigee_km < DYING_RADIUS_KM {
                DYING_STEP_S
            } else if semi_major_km > NEAR_EARTH_KM {
                PI * (semi_major_km.powi(3) / mu).sqrt()
            } else {
                f64::INFINITY
            };
        }
        let min_radius_km = (perigee_km * (1.0 - ORBIT_MARGIN)).max(EARTH_RADIUS_WGS72_KM).min(radius_km);
        let max_radius_km = (apogee_km * (1.0 + ORBIT_MARGIN)).min(MAX_RADIUS_KM).max(radius_km);
        let max_speed_squared = speed_squared + 2.0 * mu * (1.0 / min_radius_km - 1.0 / radius_km);
        Self {
            position_km,
            velocity_km_s,
            inertial_km_s,
            min_radius_km,
            max_radius_km,
            max_speed_km_s: max_speed_squared.sqrt() + VELOCITY_ERROR_KM_S,
            max_acceleration_km_s2: (1.0 + ORBIT_MARGIN) * mu / (min_radius_km * min_radius_km),
            max_step_s,
        }
    }

    /// Greatest speed relative to the rotating Earth in km/s.
    ///
    /// ω·r is added at the greatest radius although the speed is greatest at the least: simple, and never too small.
    #[must_use]
    pub fn max_ground_speed_km_s(&self) -> f64 {
        self.max_speed_km_s + EARTH_RATE_RAD_S * self.max_radius_km
    }

    /// Greatest second derivative in km/s² of the component of the position along any Earth-fixed direction.
    ///
    /// For a direction n that turns with the Earth, (r·n)″ = a·n + 2·v·n′ + r·n″ with |n′| ≤ ω and |n″| ≤ ω².
    #[must_use]
    pub fn max_ground_acceleration_km_s2(&self) -> f64 {
        self.max_acceleration_km_s2
            + EARTH_RATE_RAD_S * (2.0 * self.max_speed_km_s + EARTH_RATE_RAD_S * self.max_radius_km)
    }

    /// Period in seconds of a circular orbit at the object's present radius: its time scale here.
    #[must_use]
    pub fn circular_period_s(&self) -> f64 {
        TAU * (self.position_km.norm().powi(3) / MU_WGS72_KM3_S2).sqrt()
    }

    /// Greatest curvature in 1/km of the surfaces parallel to the ellipsoid that the object can reach: by so much, times
    /// its speed, the normal beneath it turns at most. A meridian's radius of curvature is nowhere more than 43 km
    /// shorter than the distance from the Earth's centre, here taken as 45.
    #[must_use]
    pub fn max_bend_per_km(&self) -> f64 {
        1.0 / (self.min_radius_km - 45.0)
    }

    /// The point of the ellipsoid beneath the object, and how its normal turns.
    #[must_use]
    pub fn sub_point(&self) -> SubPoint {
        let foot = Foot::of(&self.position_km);
        let (meridian_km, prime_vertical_km) = foot.curvature_radii_km();
        let (east, north) = (foot.east(), foot.north());
        let north_rad_s = self.velocity_km_s.dot(&north) / (meridian_km + foot.altitude_km);
        let east_rad_s = self.velocity_km_s.dot(&east) / (prime_vertical_km + foot.altitude_km);
        SubPoint { foot, up: foot.up(), turn_rad_s: north * north_rad_s + east * east_rad_s, north_rad_s }
    }

    /// The time in seconds for which the object cannot come within `reach_rad` of a place, seen from the Earth's
    /// centre, because the plane of its orbit stays farther away than that; 0 where this tells nothing.
    ///
    /// The Earth carries the place towards the plane at ω·cos φ at most, φ the geocentric latitude; J2 turns the plane
    /// by at most ³⁄₂·J2·µ·R²/(r³·h) (normal acceleration over transverse speed, at the least radius). The Sun and the
    /// Moon turn it far less below 225 minutes of period, SGP4's own border between its theories; above it 0 is
    /// returned. SGP4's velocity error tilts the plane by less than 0.3°.
    #[must_use]
    pub fn plane_clear_s(&self, place: &Vector3<f64>, reach_rad: f64) -> f64 {
        const J2: f64 = 1.082_616e-3;
        const TILT_RAD: f64 = 0.3 * PI / 180.0;
        if self.min_radius_km + self.max_radius_km > 2.0 * NEAR_EARTH_KM {
            return 0.0;
        }
        let momentum = self.position_km.cross(&self.inertial_km_s);
        let (height_km, momentum_norm) = (place.norm(), momentum.norm());
        let from_plane_rad = (momentum.dot(place).abs() / (momentum_norm * height_km)).min(1.0).asin();
        let turn_rad_s = 1.5 * J2 * MU_WGS72_KM3_S2 * EARTH_RADIUS_WGS72_KM.powi(2)
            / (self.min_radius_km.powi(3) * momentum_norm)
            + EARTH_RATE_RAD_S * place.x.hypot(place.y) / height_km;
        ((from_plane_rad - reach_rad - TILT_RAD) / turn_rad_s).max(0.0)
    }
}
