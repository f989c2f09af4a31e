//! Where an object is over the rotating Earth at one time, and how far it can go from there.

use std::f64::consts::{PI, TAU};

use nalgebra::Vector3;

use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use crate::astro::frame::{EARTH_RATE_RAD_S, State, Teme};
use crate::astro::geodesy::{Foot, WGS84_FLATTENING, WGS84_RADIUS_KM};
use crate::astro::propagator::MAX_RADIUS_KM;

/// How far SGP4's velocity can be from the rate of change of its position, in km/s.
///
/// The model drops the rates of some of its periodic terms: up to 12 m/s were measured over whole catalogues.
pub(super) const VELOCITY_ERROR_KM_S: f64 = 0.015;

/// The same for the slopes of the path's polynomials: a few hundred times what they leave out over half a cell.
const SMOOTH_VELOCITY_ERROR_KM_S: f64 = 1e-5;

/// Share by which the perigee and apogee of the osculating orbit can move before the next look where the Sun and the Moon
/// move them, and by which forces beside the central one can add to the acceleration anywhere: J2 is 0.16 % of gravity
/// at the ground.
const ORBIT_MARGIN: f64 = 0.03;

/// The same share below 225 minutes of period: J2 moves the osculating perigee of a low orbit by some 20 km, 0.3 %, J3 by 7
/// km; drag lowers an apogee but no perigee by 40 km before the next look.
const LOW_ORBIT_MARGIN: f64 = 0.01;

/// Below this perigee radius, in km, an orbit may end at any perigee: such objects are looked at often.
const DYING_RADIUS_KM: f64 = EARTH_RADIUS_WGS72_KM + 100.0;

/// Longest step for a dying object, in seconds.
const DYING_STEP_S: f64 = 60.0;

/// An orbit whose greatest radius is more than this many times its least is not nearly circular.
const MOST_ECCENTRIC: f64 = 1.2;

/// The Earth's turn bends the ground tracks of orbits with a longer period than this, in seconds, too much for an arc.
const LONGEST_PERIOD_S: f64 = 9_000.0;

/// Semi-major axis in km at 225 minutes of period, where SGP4 begins to reckon with the Sun and the Moon.
const NEAR_EARTH_KM: f64 = 12_250.0;

/// Where an object is over the Earth, how it moves, and how far that can change.
///
/// The bounds hold until the osculating perigee and apogee have moved by 1 %, on high orbits by 3 %. Below 225 minutes of period only J2 and drag
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
    /// How far the velocities can be from the rates of change of the positions, km/s.
    pub velocity_error_km_s: f64,
}

/// How far an object can go, from its osculating orbit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    min_radius_km: f64,
    max_radius_km: f64,
    max_speed_km_s: f64,
    max_acceleration_km_s2: f64,
    max_step_s: f64,
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

impl Bounds {
    /// From the osculating orbit: perigee and apogee from energy and angular momentum (Vallado 4th ed., eq. 2-20, 2-74),
    /// the greatest speed from vis-viva at the least radius, gravity there too.
    pub(super) fn new(state: &State<Teme>) -> Self {
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
        let margin = if apogee_km + perigee_km > 2.0 * NEAR_EARTH_KM { ORBIT_MARGIN } else { LOW_ORBIT_MARGIN };
        let min_radius_km = (perigee_km * (1.0 - margin)).max(EARTH_RADIUS_WGS72_KM).min(radius_km);
        let max_radius_km = (apogee_km * (1.0 + margin)).min(MAX_RADIUS_KM).max(radius_km);
        let max_speed_squared = speed_squared + 2.0 * mu * (1.0 / min_radius_km - 1.0 / radius_km);
        Self {
            min_radius_km,
            max_radius_km,
            max_speed_km_s: max_speed_squared.sqrt() + VELOCITY_ERROR_KM_S,
            max_acceleration_km_s2: (1.0 + ORBIT_MARGIN) * mu / (min_radius_km * min_radius_km),
            max_step_s,
        }
    }

    /// Whether the orbit is one that the Sun and the Moon move.
    pub(super) fn is_high(&self) -> bool {
        self.min_radius_km + self.max_radius_km > 2.0 * NEAR_EARTH_KM
    }

    /// The least radius in km: that of the circle by whose period a low orbit's path is cut.
    pub(super) const fn cell_radius_km(&self) -> f64 {
        self.min_radius_km
    }
}

impl Fix {
    pub(super) const fn new(
        bounds: &Bounds,
        position_km: Vector3<f64>,
        velocity_km_s: Vector3<f64>,
        inertial_km_s: Vector3<f64>,
        velocity_error_km_s: f64,
    ) -> Self {
        let &Bounds { min_radius_km, max_radius_km, max_speed_km_s, max_acceleration_km_s2, max_step_s } = bounds;
        Self {
            position_km,
            velocity_km_s,
            inertial_km_s,
            min_radius_km,
            max_radius_km,
            max_speed_km_s,
            max_acceleration_km_s2,
            max_step_s,
            velocity_error_km_s,
        }
    }

    /// A fix from polynomials: the velocity is the rate of the position.
    pub(super) fn on_path(bounds: &Bounds, position_km: Vector3<f64>, velocity_km_s: Vector3<f64>) -> Self {
        let turn_km_s = Vector3::new(-EARTH_RATE_RAD_S * position_km.y, EARTH_RATE_RAD_S * position_km.x, 0.0);
        Self::new(bounds, position_km, velocity_km_s, velocity_km_s + turn_km_s, SMOOTH_VELOCITY_ERROR_KM_S)
    }

    /// Whether the velocities are the true rates of the positions, and not SGP4's own.
    #[must_use]
    pub fn is_smooth(&self) -> bool {
        self.velocity_error_km_s < VELOCITY_ERROR_KM_S
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

    /// Greatest part in km/s² of the acceleration relative to inertial space that does not point to the Earth's centre.
    #[must_use]
    pub fn max_side_acceleration_km_s2(&self) -> f64 {
        ORBIT_MARGIN * self.max_acceleration_km_s2
    }

    /// Greatest rate in km/s at which the distance from the Earth's centre changes: μ·e/h (Vallado 4th ed., eq. 1-31) with
    /// the eccentricity and momentum of an orbit from the least radius to the greatest.
    #[must_use]
    pub fn max_climb_km_s(&self) -> f64 {
        let (least_km, greatest_km) = (self.min_radius_km, self.max_radius_km);
        let sum_km = least_km + greatest_km;
        (greatest_km - least_km) / sum_km * (MU_WGS72_KM3_S2 * sum_km / (2.0 * least_km * greatest_km)).sqrt()
            + VELOCITY_ERROR_KM_S
    }

    /// Period in seconds of a circular orbit at the object's present radius: its time scale here.
    #[must_use]
    pub fn circular_period_s(&self) -> f64 {
        TAU * (self.position_km.norm().powi(3) / MU_WGS72_KM3_S2).sqrt()
    }

    /// The time in seconds over which the ground track is nearly an arc of a great circle: a quarter of a revolution of a low,
    /// nearly circular orbit, which the Earth's turn bends little; 0 for others.
    #[must_use]
    pub fn arc_s(&self) -> f64 {
        let period_s = self.circular_period_s();
        let is_plain = self.max_radius_km < MOST_ECCENTRIC * self.min_radius_km && period_s < LONGEST_PERIOD_S;
        if is_plain { period_s / 4.0 } else { 0.0 }
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
        let turn_to_rad_s = self.velocity_km_s.dot(&east) / (prime_vertical_km + foot.altitude_km);
        SubPoint { foot, up: foot.up(), turn_rad_s: north * north_rad_s + east * turn_to_rad_s, north_rad_s }
    }

    /// The normal of the ellipsoid beneath the object and its rate in rad/s, to 1e-4 rad and at little cost.
    ///
    /// With N for the radius of curvature across the meridian, the position is ((N + h)·n₁, (N + h)·n₂, (N·(1 − e²) + h)·n₃):
    /// the normal is the direction of the position stretched along the axis, by a factor for which N = a will do.
    #[must_use]
    pub fn near_normal(&self) -> (Vector3<f64>, Vector3<f64>) {
        let squeezed_km = WGS84_RADIUS_KM * WGS84_FLATTENING * (2.0 - WGS84_FLATTENING);
        let radius_km = self.position_km.norm();
        let stretch = radius_km / (radius_km - squeezed_km);
        let stretched = |v: &Vector3<f64>| Vector3::new(v.x, v.y, stretch * v.z);
        let (place, velocity) = (stretched(&self.position_km), stretched(&self.velocity_km_s));
        let length = place.norm();
        let normal = place / length;
        (normal, (velocity - normal * velocity.dot(&normal)) / length)
    }

    /// The normal of the ellipsoid beneath the object, to 1e-8 rad.
    ///
    /// From [`Self::near_normal`] n, N is known to 1e-6 of itself, and so is N + h = r·n + N·e²·n₃²: they give the stretch
    /// N + h over N·(1 − e²) + h, whose difference from 1 is below 0.7 %.
    #[must_use]
    pub fn normal(&self) -> Vector3<f64> {
        const ECCENTRICITY_SQUARED: f64 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING);
        let near = self.near_normal().0;
        let squared = near.z * near.z;
        let squeezed_km = ECCENTRICITY_SQUARED * WGS84_RADIUS_KM / (1.0 - ECCENTRICITY_SQUARED * squared).sqrt();
        let raised_km = self.position_km.dot(&near) + squeezed_km * squared;
        let stretch = raised_km / (raised_km - squeezed_km);
        Vector3::new(self.position_km.x, self.position_km.y, stretch * self.position_km.z).normalize()
    }

    /// The time in seconds for which the object cannot come within `reach_rad` of a place, seen from the Earth's
    /// centre, because of where its orbit lies: the plane stays farther away than that, or the object has to go round
    /// first. 0 where this tells nothing.
    ///
    /// The plane. The Earth carries the place towards it at ω·cos φ at most, φ the geocentric latitude; J2 turns the plane
    /// by at most ³⁄₂·J2·µ·R²/(r³·h) (normal acceleration over transverse speed, at the least radius). The Sun and the
    /// Moon turn it far less below 225 minutes of period, SGP4's own border between its theories; above it 0 is
    /// returned. SGP4's velocity error tilts the plane by less than 0.3°.
    ///
    /// The way round. Let β be the place's angle from the plane and ψ its longitude in the plane, counted from the
    /// object in the direction of motion. Within reach means |ψ| ≤ reach, since no point of the plane is nearer to the
    /// place than its foot. The object goes at h/r² at most, at the least radius: the margin of 1 % in that radius makes
    /// this rate 2 % too great, more than the turn of the plane about its own axis. As the place's direction moves by δ
    /// against the plane, ψ changes by asin(sin δ / cos β) at most. So, ahead by ψ, the object is not within reach until
    /// rate·τ + asin(sin δ(τ) / cos β) = ψ − reach; and it does not fall back to a place behind it as long as its least
    /// rate is above that of the other term, 1.4 / cos β times the turn while sin δ / cos β ≤ 0.7.
    #[must_use]
    pub fn orbit_clear_s(&self, place: &Vector3<f64>, reach_rad: f64) -> f64 {
        const J2: f64 = 1.082_616e-3;
        const TILT_RAD: f64 = 0.3 * PI / 180.0;
        if self.min_radius_km + self.max_radius_km > 2.0 * NEAR_EARTH_KM {
            return 0.0;
        }
        let momentum = self.position_km.cross(&self.inertial_km_s);
        let (height_km, momentum_norm) = (place.norm(), momentum.norm());
        let sin_from_plane = (momentum.dot(place).abs() / (momentum_norm * height_km)).min(1.0);
        let turn_rad_s = 1.5 * J2 * MU_WGS72_KM3_S2 * EARTH_RADIUS_WGS72_KM.powi(2)
            / (self.min_radius_km.powi(3) * momentum_norm)
            + EARTH_RATE_RAD_S * (place.x * place.x + place.y * place.y).sqrt() / height_km;
        let clear_rad = reach_rad + TILT_RAD;
        let plane_s = (sin_from_plane.asin() - clear_rad) / turn_rad_s;

        let cos_from_plane = (1.0 - sin_from_plane * sin_from_plane).sqrt();
        let slowest_rad_s = momentum_norm / (self.max_radius_km * self.max_radius_km);
        let along = momentum.cross(&self.position_km).dot(place) / momentum_norm;
        let turn_to_rad = along.atan2(self.position_km.dot(place));
        let ahead_rad = if turn_to_rad < 0.0 { turn_to_rad + TAU } else { turn_to_rad };
        if ahead_rad > TAU - clear_rad || slowest_rad_s * cos_from_plane < 1.4 * turn_rad_s {
            return plane_s.max(0.0);
        }
        let fastest_rad_s = momentum_norm / (self.min_radius_km * self.min_radius_km);
        let farthest_s = (ahead_rad - clear_rad) / fastest_rad_s;
        let shift = (turn_rad_s * farthest_s).min(PI / 2.0).sin() / cos_from_plane;
        let round_s = if shift <= 0.7 { farthest_s - shift.asin() / fastest_rad_s } else { 0.0 };
        plane_s.max(round_s).max(0.0)
    }
}
