//! Angle from the satellite's nadir to a station as a function of time.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::fix::Fix;
use super::piece::Upright;
use super::pieces::{self, OnPath};
use super::track::Track;
use super::{CROSSING_TOLERANCE_S, Sample, Scan, Steps, clear_s, intervals};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::root::{Fineness, zeros};

/// A piece of path is walked in so many chords.
const CHORDS: f64 = 4.0;

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
        Ok(self.of_fix(&self.track.fix(time_s)?))
    }

    /// g from the ellipsoid's normal beneath the object, and its rate in rad/s.
    fn of_normal(&self, fix: &Fix, up: &Vector3<f64>, turn_rad_s: &Vector3<f64>) -> Sample {
        let (sight, velocity) = (self.station.position_km - fix.position_km, fix.velocity_km_s);
        let sight_km = sight.norm();
        let inside = -sight.dot(up) - sight_km * self.cos_angle;
        let inside_rate = velocity.dot(up) - sight.dot(turn_rad_s)
            + self.cos_angle * sight.dot(&velocity) / sight_km.max(f64::MIN_POSITIVE);

        let mut curvature = self.bend_km_s2(fix, 1.5 * sight_km);
        let speed = fix.max_ground_speed_km_s();
        // v⊥²/|d| pulls f down: that is towards zero where f is positive.
        if (inside >= 0.0) == (self.cos_angle >= 0.0) {
            curvature += self.cos_angle.abs() * speed * speed / (0.5 * sight_km);
        }
        let toward = if inside < 0.0 { inside_rate } else { -inside_rate };
        let lever = 1.0 + self.cos_angle.abs();
        let rate_error = (lever + 1.5 * sight_km * fix.max_bend_per_km()) * fix.velocity_error_km_s;
        let valid_s = (0.5 * sight_km / speed).min(fix.max_step_s);
        let clear_s = clear_s(inside.abs(), toward, rate_error, curvature).min(valid_s);
        Sample { value: self.signed(inside), clear_s }
    }

    /// The greatest |f″| at most `farthest_km` from the station, but for the term in v⊥²/|d|.
    fn bend_km_s2(&self, fix: &Fix, farthest_km: f64) -> f64 {
        let (speed, acceleration) = (fix.max_ground_speed_km_s(), fix.max_ground_acceleration_km_s2());
        let bend = fix.max_bend_per_km();
        let turning = bend * speed;
        (1.0 + self.cos_angle.abs()) * acceleration
            + 2.0 * turning * speed
            + farthest_km * (bend * acceleration + 2.1 * turning * turning)
    }

    /// g where f is known.
    fn signed(&self, inside: f64) -> f64 {
        if self.side == Side::Inside { inside } else { -inside }
    }

    /// All stretches of `within` in which the station is on the chosen side.
    ///
    /// # Errors
    /// The object has no state at the start of `within`.
    pub fn intervals(&self, within: Span, steps: Steps) -> Result<Scan<PropagationError>, PropagationError> {
        match pieces::intervals(self, within, steps) {
            Some(intervals) => Ok(Scan { intervals, lost: None }),
            None => intervals(within, steps, |time_s| self.sample(time_s)),
        }
    }
}

impl<O: Fn(DateTime<Utc>) -> EarthOrientation> OnPath<O> for Cone<'_, O> {
    type Piece = Upright;

    fn track(&self) -> &Track<'_, O> {
        self.track
    }

    fn piece(&self, time_s: f64) -> Option<Upright> {
        self.track.upright(time_s)
    }

    fn span(piece: &Upright) -> Span {
        piece.span
    }

    fn of_fix(&self, fix: &Fix) -> Sample {
        let below = fix.sub_point();
        self.of_normal(fix, &below.up, &below.turn_rad_s)
    }

    fn on_piece(&self, piece: &Upright, time_s: f64) -> Sample {
        let (fix, up, turn_rad_s) = piece.fix(time_s);
        self.of_normal(&fix, &up, &turn_rad_s)
    }

    /// In a chord of Δ from |d₀| to |d₁| the distance is between (|d₀| + |d₁| − v·Δ)/2, never less than the least height, and
    /// (|d₀| + |d₁| + v·Δ)/2, from the triangle.
    fn walk(&self, piece: &Upright, from: (f64, f64), end_s: f64, steps: Steps, found: &mut impl FnMut(f64)) {
        let fineness = Fineness { shortest: 0.1 * steps.min_s, tolerance: CROSSING_TOLERANCE_S };
        let look = |time_s: f64| {
            let (position_km, up) = piece.at(time_s);
            let sight = self.station.position_km - position_km;
            let sight_km = sight.norm();
            (self.signed(-sight.dot(&up) - sight_km * self.cos_angle), sight_km)
        };
        let fix = piece.fix(from.0).0;
        let speed_km_s = fix.max_ground_speed_km_s();
        let least_km = (fix.min_radius_km - self.station.position_km.norm()).max(1.0);
        let chords = ((end_s - from.0) / piece.span.seconds() * CHORDS).ceil().max(1.0);
        let length_s = (end_s - from.0) / chords;
        let (mut here, mut sight_km) = (from, look(from.0).1);
        for chord in 1..=chords as u32 {
            let next_s = from.0 + f64::from(chord) * length_s;
            let (value, next_sight_km) = look(next_s);
            let next = (next_s, value);
            let (both_km, way_km) = (sight_km + next_sight_km, speed_km_s * length_s);
            let nearest_km = (0.5 * (both_km - way_km)).max(least_km);
            let bend = self.bend_km_s2(&fix, 0.5 * (both_km + way_km))
                + self.cos_angle.abs() * speed_km_s * speed_km_s / nearest_km;
            zeros(here, next, bend, fineness, &|time_s| look(time_s).0, found);
            (here, sight_km) = (next, next_sight_km);
        }
    }
}
