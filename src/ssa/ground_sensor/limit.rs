//! What limits a sensor, each limit a function of time with the promise of [`crate::astro::crossing`].
//!
//! With ρ = r − s from the station to the object, v and a relative to the ground, every limit is a g that is at or above
//! zero where it lets the object be seen:
//!
//! - Angle m above the plane across a unit vector n fixed to the ground: g = ρ·n − |ρ|·sin m, whose curvature is
//!   g″ = a·n − sin m·(ρ̂·a + v⊥²/|ρ|). With n up it is the elevation; with n = cos α·east − sin α·north and m = 0 it is the
//!   half space clockwise of the azimuth α; with n = ±north and m = −δ one face of a fan of half width δ.
//! - Range: g = ±(|ρ| − ρ₀), g″ = ±(ρ̂·a + v⊥²/|ρ|).
//! - Height over the ellipsoid: g = ±(h − h₀), h′ = v·p with the normal p, h″ = a·p + v·p′, |p′| ≤ κ·v.
//!
//! v⊥²/|ρ| is taken at half the present range, for as long as the object needs for the other half; bounds on a, v and κ:
//! [`Fix`].
//!
//! - Darkness: the Sun's elevation changes by at most 0.0042° a second.
//! - Sunlight: half of the Sun's disc is hidden inside the shadow's cones. In kilometres along (x) and across (p) the axis
//!   from the Sun through the Earth's centre, the object is lit fully where p > R + x·t or x < 0, and not at all where
//!   x > 0 and p < R − x·t, t = 0.0048 (the apparent radius of the Sun at perihelion and the parallax); the distance to
//!   these surfaces shrinks by no more than the object's speed in inertial space and the Sun's way, 2·10⁻⁷ rad/s.
//!
//! [`all`] and [`any`] join limits: where all hold, none is lost before the first promise ends; where some fail, all
//! cannot hold before the last promise of those that fail ends. A joint search therefore keeps the promise of its parts.

use nalgebra::Vector3;

use crate::astro::crossing::{Fix, Sample, clear_s};
use crate::astro::look::Station;
use crate::astro::sun::{SHADOW_RADIUS_KM, SUNLIT_FRACTION, lit_fraction};

/// The fastest that the Sun's elevation can change, degrees a second: the Earth's turn, with a margin for the Sun's own
/// motion.
const SUN_RATE_DEG_S: f64 = 0.0042;

/// All limits hold.
pub(super) fn all(samples: impl IntoIterator<Item = Sample>) -> Sample {
    let seed = Sample { value: f64::INFINITY, clear_s: f64::INFINITY };
    samples.into_iter().fold(seed, |joint, one| match (joint.value >= 0.0, one.value >= 0.0) {
        (true, true) => Sample { value: joint.value.min(one.value), clear_s: joint.clear_s.min(one.clear_s) },
        (true, false) => one,
        (false, true) => joint,
        (false, false) => Sample { value: joint.value.min(one.value), clear_s: joint.clear_s.max(one.clear_s) },
    })
}

/// One limit or more holds.
pub(super) fn any(samples: impl IntoIterator<Item = Sample>) -> Sample {
    not(all(samples.into_iter().map(not)))
}

/// The limit does not hold.
pub(super) fn not(sample: Sample) -> Sample {
    Sample { value: -sample.value, ..sample }
}

/// What a station sees of an object at one time.
pub(super) struct Sight<'a> {
    station: &'a Station,
    fix: &'a Fix,
    range: Vector3<f64>,
    range_km: f64,
    /// v⊥²/|ρ| at most, and how long that holds.
    bending_km_s2: f64,
    valid_s: f64,
}

impl<'a> Sight<'a> {
    pub(super) fn new(station: &'a Station, fix: &'a Fix) -> Self {
        let range = fix.position_km - station.position_km;
        let range_km = range.norm();
        let speed_km_s = fix.max_ground_speed_km_s();
        Self {
            station,
            fix,
            range,
            range_km,
            bending_km_s2: speed_km_s * speed_km_s / (0.5 * range_km),
            valid_s: (0.5 * range_km / speed_km_s).min(fix.max_step_s),
        }
    }

    /// At `angle_rad` or more above the plane across `normal`.
    pub(super) fn above(&self, normal: &Vector3<f64>, angle_rad: f64) -> Sample {
        let sine = angle_rad.sin();
        let value = self.range.dot(normal) - sine * self.range_km;
        let rate = self.fix.velocity_km_s.dot(normal) - sine * self.range_rate();
        let lever = 1.0 + sine.abs();
        let curvature = lever * self.fix.max_ground_acceleration_km_s2() + sine.abs() * self.bending_km_s2;
        self.sample(value, rate, lever, curvature)
    }

    /// At an elevation in degrees or more.
    pub(super) fn above_elevation(&self, elevation_deg: f64) -> Sample {
        self.above(&self.station.up, elevation_deg.to_radians())
    }

    /// In the half space clockwise of an azimuth in degrees.
    pub(super) fn clockwise_of(&self, azimuth_deg: f64) -> Sample {
        let (sine, cosine) = azimuth_deg.to_radians().sin_cos();
        self.above(&(self.station.east * cosine - self.station.north * sine), 0.0)
    }

    /// Within an angle in degrees of the plane through the zenith, east and west.
    pub(super) fn in_fan(&self, half_width_deg: f64) -> Sample {
        let slack_rad = -half_width_deg.to_radians();
        all([self.above(&self.station.north, slack_rad), self.above(&-self.station.north, slack_rad)])
    }

    /// At a distance in km or farther.
    pub(super) fn beyond(&self, distance_km: f64) -> Sample {
        let curvature = self.fix.max_ground_acceleration_km_s2() + self.bending_km_s2;
        self.sample(self.range_km - distance_km, self.range_rate(), 1.0, curvature)
    }

    /// At a height in km or higher.
    pub(super) fn higher(&self, height_km: f64) -> Sample {
        let below = self.fix.sub_point();
        let speed_km_s = self.fix.max_ground_speed_km_s();
        let curvature = self.fix.max_ground_acceleration_km_s2() + self.fix.max_bend_per_km() * speed_km_s * speed_km_s;
        self.sample(below.foot.altitude_km - height_km, self.fix.velocity_km_s.dot(&below.up), 1.0, curvature)
    }

    fn range_rate(&self) -> f64 {
        self.range.dot(&self.fix.velocity_km_s) / self.range_km.max(f64::MIN_POSITIVE)
    }

    fn sample(&self, value: f64, rate: f64, lever: f64, curvature: f64) -> Sample {
        let toward = if value < 0.0 { rate } else { -rate };
        let promise_s = clear_s(value.abs(), toward, lever * self.fix.velocity_error_km_s, curvature);
        Sample { value, clear_s: promise_s.min(self.valid_s) }
    }
}

/// The Sun stands at or below an elevation in degrees over a station.
pub(super) fn dark(station: &Station, sun_km: &Vector3<f64>, max_sun_elevation_deg: f64) -> Sample {
    let value = max_sun_elevation_deg - station.look(sun_km).elevation_deg;
    Sample { value, clear_s: value.abs() / SUN_RATE_DEG_S }
}

/// The object sees half of the Sun's disc or more.
pub(super) fn sunlit(fix: &Fix, sun_km: &Vector3<f64>) -> Sample {
    /// Slope of the cones' sides, and km for where they touch the Earth.
    const SLOPE: f64 = 0.0048;
    const MARGIN_KM: f64 = 1.0;
    /// The Sun's way round the Earth, rad/s, at the least distance.
    const SUN_WAY_RAD_S: f64 = 2.1e-7;
    let axis = -sun_km.normalize();
    let along_km = fix.position_km.dot(&axis);
    let across_km = (fix.position_km - axis * along_km).norm();
    let outside_km = across_km - SHADOW_RADIUS_KM - SLOPE * along_km.max(0.0) - MARGIN_KM;
    let inside_km = SHADOW_RADIUS_KM - SLOPE * along_km - across_km - MARGIN_KM;
    let before_km = -along_km - SLOPE * SHADOW_RADIUS_KM - MARGIN_KM;
    let value = lit_fraction(&fix.position_km, sun_km) - SUNLIT_FRACTION;
    let distance_km = if value >= 0.0 { outside_km.max(before_km) } else { inside_km };
    let speed_km_s = (1.0 + SLOPE) * (fix.max_speed_km_s + SUN_WAY_RAD_S * fix.max_radius_km);
    Sample { value, clear_s: (distance_km / speed_km_s).clamp(0.0, fix.max_step_s) }
}
