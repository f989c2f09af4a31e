//! Angle from the satellite's nadir to a station as a function of time.

use chrono::{DateTime, Utc};

use super::track::Track;
use super::{Sample, Scan, Steps, clear_s, intervals};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;

/// Which side of a cone counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the cone's angle or nearer to nadir.
    Inside,
    /// At the cone's angle or farther from nadir.
    Outside,
}

/// When a station lies inside, or outside, a cone about the satellite's geodetic nadir.
///
/// With d = s − r from the satellite to the station and p the downward normal of the ellipsoid beneath the satellite,
/// f = d·p − |d|·cos η is positive where the angle at the satellite is less than η; g is f inside, −f outside.
/// f′ = −v·p + d·p′ + cos η·(d̂·v) and
/// f″ = −a·p − 2·v·p′ + d·p″ + cos η·(d̂·a) − cos η·v⊥²/|d|. With κ the greatest curvature of the ellipsoid raised to the
/// satellite's height ([`super::Fix::max_bend_per_km`]), |p′| ≤ κ·v and |p″| ≤ κ·a + 2.1·κ²·v², where the tenth covers the change of curvature along the meridian. So
/// |f″| ≤ (1 + cos η)·a + 2·κ·v² + |d|·(κ·a + 2.1·κ²·v²) + cos η·v²/|d|, the last term only downwards. |d| is taken
/// between half and one and a half of its present value, for as long as the satellite needs to leave that range.
#[derive(Debug)]
pub struct Cone<'a, O> {
    track: &'a Track<'a, O>,
    station: &'a Station,
    cos_angle: f64,
    side: Side,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Cone<'a, O> {
    /// A cone of half angle `off_nadir_deg` about the nadir.
    #[must_use]
    pub fn new(track: &'a Track<'a, O>, station: &'a Station, off_nadir_deg: f64, side: Side) -> Self {
        Self { track, station, cos_angle: off_nadir_deg.to_radians().cos(), side }
    }

    /// g in km at a time, with its promise.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn sample(&self, time_s: f64) -> Result<Sample, PropagationError> {
        let fix = self.track.fix(time_s)?;
        let below = fix.sub_point();
        let (sight, velocity) = (self.station.position_km - fix.position_km, fix.velocity_km_s);
        let sight_km = sight.norm();
        let inside = -sight.dot(&below.up) - sight_km * self.cos_angle;
        let inside_rate = velocity.dot(&below.up) - sight.dot(&below.turn_rad_s)
            + self.cos_angle * sight.dot(&velocity) / sight_km.max(f64::MIN_POSITIVE);

        let (speed, acceleration) = (fix.max_ground_speed_km_s(), fix.max_ground_acceleration_km_s2());
        let bend = fix.max_bend_per_km();
        let lever = 1.0 + self.cos_angle.abs();
        let turning = bend * speed;
        let mut curvature = lever * acceleration
            + 2.0 * turning * speed
            + 1.5 * sight_km * (bend * acceleration + 2.1 * turning * turning);
        // v⊥²/|d| pulls f down: that is towards zero where f is positive.
        if (inside >= 0.0) == (self.cos_angle >= 0.0) {
            curvature += self.cos_angle.abs() * speed * speed / (0.5 * sight_km);
        }
        let toward = if inside < 0.0 { inside_rate } else { -inside_rate };
        let rate_error = (lever + 1.5 * sight_km * bend) * fix.velocity_error_km_s;
        let valid_s = (0.5 * sight_km / speed).min(fix.max_step_s);
        let clear_s = clear_s(inside.abs(), toward, rate_error, curvature).min(valid_s);
        Ok(Sample { value: if self.side == Side::Inside { inside } else { -inside }, clear_s })
    }

    /// All stretches of `within` in which the station is on the chosen side.
    ///
    /// # Errors
    /// The object has no state at the start of `within`.
    pub fn intervals(&self, within: Span, steps: Steps) -> Result<Scan<PropagationError>, PropagationError> {
        intervals(within, steps, |time_s| self.sample(time_s))
    }
}
