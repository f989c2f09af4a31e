//! Height over a station's mask as a function of time.

use chrono::{DateTime, Utc};

use super::fix::Fix;
use super::piece::Smooth;
use super::pieces::{self, OnPath};
use super::track::Track;
use super::{CROSSING_TOLERANCE_S, Interval, Sample, Scan, Steps, clear_s, intervals};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::root::{Fineness, zeros};

/// A piece of path is walked in so many chords.
const CHORDS: f64 = 4.0;

/// When an object stands at or above an elevation, seen from a station.
///
/// With ρ = r − s from the station to the object and n the ellipsoid's normal, g = ρ·n − |ρ|·sin m is positive
/// exactly where the elevation exceeds m, and g′ = v·n − sin m·(ρ̂·v). Its curvature is
/// g″ = a·n − sin m·(ρ̂·a + v⊥²/|ρ|), with a and v relative to the ground and v⊥ the part of v across the line of
/// sight. Hence upwards g″ ≤ (1 + |sin m|)·|a|; the last term only helps where m ≥ 0. Downwards −g″ is at most
/// (1 + |sin m|)·|a| + sin m·v²/ρ_low, where ρ_low is half the range now: it holds for as long as the object needs
/// for the other half. Bounds on |a| and v: [`Fix`].
#[derive(Debug)]
pub struct Horizon<'a, O> {
    track: &'a Track<'a, O>,
    station: &'a Station,
    sin_mask: f64,
    /// Mask above the plane across the geocentric vertical, less the angle between the two verticals.
    geocentric_mask_rad: f64,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Horizon<'a, O> {
    /// The horizon of a station raised by `min_elevation_deg`.
    #[must_use]
    pub fn new(track: &'a Track<'a, O>, station: &'a Station, min_elevation_deg: f64) -> Self {
        let mask_rad = min_elevation_deg.to_radians();
        let deflection_rad = station.up.cross(&station.position_km.normalize()).norm().min(1.0).asin();
        Self { track, station, sin_mask: mask_rad.sin(), geocentric_mask_rad: mask_rad - deflection_rad }
    }

    /// g in km at a time, with its promise.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn sample(&self, time_s: f64) -> Result<Sample, PropagationError> {
        Ok(self.sample_of(&self.track.fix(time_s)?))
    }

    fn sample_of(&self, fix: &Fix) -> Sample {
        let range = fix.position_km - self.station.position_km;
        let range_km = range.norm();
        let value = range.dot(&self.station.up) - range_km * self.sin_mask;
        let rate = fix.velocity_km_s.dot(&self.station.up)
            - self.sin_mask * range.dot(&fix.velocity_km_s) / range_km.max(f64::MIN_POSITIVE);
        let lever = 1.0 + self.sin_mask.abs();
        let mut curvature = lever * fix.max_ground_acceleration_km_s2();
        let mut valid_s = fix.max_step_s;
        // The term of v⊥² works against the object's sign: downwards for a mask above the plane, upwards below.
        if (value >= 0.0) == (self.sin_mask > 0.0) && self.sin_mask != 0.0 {
            let speed_km_s = fix.max_ground_speed_km_s();
            curvature += self.sin_mask.abs() * speed_km_s * speed_km_s / (0.5 * range_km);
            valid_s = valid_s.min(0.5 * range_km / speed_km_s);
        }
        let toward = if value < 0.0 { rate } else { -rate };
        let mut promise_s = clear_s(value.abs(), toward, lever * fix.velocity_error_km_s, curvature).min(valid_s);
        // Shorter promises are those of an object that is about to rise: the orbit would say no more.
        if value < 0.0 && promise_s > 10.0 {
            let orbit_s = fix.orbit_clear_s(&self.station.position_km, self.reach_rad(fix));
            promise_s = promise_s.max(orbit_s.min(fix.max_step_s));
        }
        Sample { value, clear_s: promise_s }
    }

    /// The greatest angle at the Earth's centre between the station and the object while it is above the mask: from
    /// the triangle centre, station, object with the object at its greatest radius.
    fn reach_rad(&self, fix: &Fix) -> f64 {
        let share = self.station.position_km.norm() * self.geocentric_mask_rad.cos() / fix.max_radius_km;
        if share < 1.0 { share.acos() - self.geocentric_mask_rad } else { std::f64::consts::PI }
    }

    /// All stretches of `within` in which the object is above the mask.
    ///
    /// # Errors
    /// The object has no state at the start of `within`.
    pub fn intervals(&self, within: Span, steps: Steps) -> Result<Scan<PropagationError>, PropagationError> {
        match pieces::intervals(self, within, steps) {
            Some(intervals) => Ok(Scan { intervals, lost: None }),
            None => intervals(within, steps, |time_s| self.sample(time_s)),
        }
    }

    /// The times of the local maxima of the elevation inside an interval, to about a millisecond.
    ///
    /// They are searched at steps of a sixtieth of the revolution of a circular orbit at the object's present radius,
    /// so that an eccentric orbit is looked at more often near perigee, and of a quarter of the interval at most.
    /// Where the propagator's velocity had to do for the rate of its position, the error of up to 0.1 s in low orbits is
    /// taken away by parabolas through positions alone.
    #[must_use]
    pub fn culminations(&self, interval: &Interval) -> Vec<f64> {
        let span = interval.span;
        let mut is_exact = true;
        let found = super::maxima(span, 1e-3, |time_s| {
            let fix = self.track.fix(time_s).ok()?;
            is_exact &= fix.is_smooth();
            let range = fix.position_km - self.station.position_km;
            let velocity = fix.velocity_km_s;
            let rate = velocity.dot(&self.station.up)
                - range.dot(&self.station.up) * range.dot(&velocity) / range.norm_squared();
            Some((rate, (fix.circular_period_s() / 60.0).min(span.seconds() / 4.0)))
        });
        if is_exact { found } else { found.into_iter().map(|time_s| self.polish(time_s, span)).collect() }
    }

    /// The local maximum of the elevation near a time: vertices of parabolas through sin(elevation) at three times,
    /// the last of them a five-thousandth of the time scale of the orbit wide.
    fn polish(&self, time_s: f64, within: Span) -> f64 {
        let Ok(fix) = self.track.fix(time_s) else { return time_s };
        let half_s = fix.circular_period_s() * 1e-4;
        let mut best_s = time_s;
        for half_s in [half_s, half_s, 0.2 * half_s] {
            best_s = (best_s + self.vertex(best_s, half_s)).clamp(within.start_s, within.end_s);
        }
        best_s
    }

    /// How far the vertex of the parabola through three points `half_s` apart lies from the middle one, in seconds;
    /// 0 where the points have no maximum.
    fn vertex(&self, time_s: f64, half_s: f64) -> f64 {
        let (before, now, after) =
            (self.sin_elevation(time_s - half_s), self.sin_elevation(time_s), self.sin_elevation(time_s + half_s));
        let (Some(before), Some(now), Some(after)) = (before, now, after) else { return 0.0 };
        let bend = before - 2.0 * now + after;
        if bend >= 0.0 {
            return 0.0;
        }
        (0.5 * half_s * (before - after) / bend).clamp(-20.0 * half_s, 20.0 * half_s)
    }

    fn sin_elevation(&self, time_s: f64) -> Option<f64> {
        let range = self.track.position_km(time_s).ok()? - self.station.position_km;
        Some(range.dot(&self.station.up) / range.norm())
    }
}

impl<O: Fn(DateTime<Utc>) -> EarthOrientation> OnPath<O> for Horizon<'_, O> {
    type Piece = Smooth;

    fn track(&self) -> &Track<'_, O> {
        self.track
    }

    fn piece(&self, time_s: f64) -> Option<Smooth> {
        self.track.smooth(time_s)
    }

    fn span(piece: &Smooth) -> Span {
        piece.span
    }

    fn of_fix(&self, fix: &Fix) -> Sample {
        self.sample_of(fix)
    }

    fn on_piece(&self, piece: &Smooth, time_s: f64) -> Sample {
        self.sample_of(&piece.fix(time_s))
    }

    /// In a chord of Δ from ρ₀ to ρ₁ the range is at least (ρ₀ + ρ₁ − v·Δ)/2, from the triangle, and never less than the
    /// least height; so |g″| ≤ (1 + |sin m|)·|a| + |sin m|·v²/ρ_low over the chord, both ways.
    fn walk(&self, smooth: &Smooth, from: (f64, f64), end_s: f64, steps: Steps, found: &mut impl FnMut(f64)) {
        let fineness = Fineness { shortest: 0.1 * steps.min_s, tolerance: CROSSING_TOLERANCE_S };
        let range_to = |time_s: f64| smooth.position_km(time_s) - self.station.position_km;
        let value = |time_s: f64| {
            let range = range_to(time_s);
            range.dot(&self.station.up) - range.norm() * self.sin_mask
        };
        let fix = smooth.fix(from.0);
        let (lever, sin_mask) = (1.0 + self.sin_mask.abs(), self.sin_mask.abs());
        let (acceleration_km_s2, speed_km_s) = (fix.max_ground_acceleration_km_s2(), fix.max_ground_speed_km_s());
        let least_km = (fix.min_radius_km - self.station.position_km.norm()).max(1.0);
        let chords = ((end_s - from.0) / smooth.span.seconds() * CHORDS).ceil().max(1.0);
        let length_s = (end_s - from.0) / chords;
        let (mut here, mut range_km) = (from, range_to(from.0).norm());
        for chord in 1..=chords as u32 {
            let next_s = from.0 + f64::from(chord) * length_s;
            let range = range_to(next_s);
            let next_range_km = range.norm();
            let next = (next_s, range.dot(&self.station.up) - next_range_km * self.sin_mask);
            let nearest_km = (0.5 * (range_km + next_range_km - speed_km_s * length_s)).max(least_km);
            let bend = lever * acceleration_km_s2 + sin_mask * speed_km_s * speed_km_s / nearest_km;
            zeros(here, next, bend, fineness, &value, found);
            (here, range_km) = (next, next_range_km);
        }
    }
}
