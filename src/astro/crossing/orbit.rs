//! An object and the Earth that turns beneath it, as models tell them.

use chrono::{DateTime, Utc};

use super::fix::{Bounds, Fix, VELOCITY_ERROR_KM_S};
use crate::astro::frame::{EarthOrientation, EarthRotation, State, Teme};
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::Span;
use crate::astro::time::{JulianDate, Window};

/// Most times of which states are asked for together.
const MOST_TIMES: usize = 32;

/// An object's orbit from the start of a window on; times are in seconds from there.
#[derive(Debug)]
pub(super) struct Orbit<'a, O> {
    propagator: &'a Propagator,
    orientation: &'a O,
    window: Window,
    start_jd: JulianDate,
    offset_s: f64,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Orbit<'a, O> {
    pub(super) fn new(propagator: &'a Propagator, window: Window, orientation: &'a O) -> Self {
        let offset_s = propagator.offset_s(window.start);
        Self { propagator, orientation, window, start_jd: JulianDate::from_utc(window.start), offset_s }
    }

    /// Length of the window in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.window.seconds()
    }

    /// TEME state.
    pub(super) fn state(&self, time_s: f64) -> Result<State<Teme>, PropagationError> {
        self.propagator.state(self.offset_s + time_s)
    }

    /// Earth-fixed position and velocity, with bounds.
    pub(super) fn fix(&self, time_s: f64) -> Result<Fix, PropagationError> {
        let state = self.state(time_s)?;
        let rotation = self.rotation(time_s);
        let ecef = rotation.to_ecef(&state);
        let inertial_km_s = rotation.rotate(&state.velocity_km_s);
        let bounds = Bounds::new(&state);
        Ok(Fix::new(&bounds, ecef.position_km, ecef.velocity_km_s, inertial_km_s, VELOCITY_ERROR_KM_S))
    }

    /// TEME states at many times, one row a component: x, y, z in km and their rates in km/s; not a number where there
    /// is none.
    pub(super) fn states(&self, times_s: &[f64], rows: [&mut [f64]; 6]) {
        let mut own_s = [0.0; MOST_TIMES];
        let own_s = &mut own_s[..times_s.len()];
        for (own, time_s) in own_s.iter_mut().zip(times_s) {
            *own = self.offset_s + time_s;
        }
        self.propagator.states(own_s, rows);
    }

    /// The UTC day of a time, counted from the window's first.
    pub(super) fn day(&self, time_s: f64) -> f64 {
        (self.start_jd.fraction + time_s / 86_400.0).floor()
    }

    /// Whether a midnight UTC lies in a span: there the Earth's orientation may bend, or jump by a leap second.
    pub(super) fn midnight_in(&self, span: Span) -> bool {
        self.day(span.start_s) != self.day(span.end_s)
    }

    /// How the Earth stands `time_s` seconds after the start of the window.
    pub(super) fn rotation(&self, time_s: f64) -> EarthRotation {
        EarthRotation::at(self.jd_utc(time_s), (self.orientation)(self.window.at(time_s)))
    }

    /// The UTC Julian date `time_s` seconds after the start of the window.
    pub(super) fn jd_utc(&self, time_s: f64) -> JulianDate {
        self.start_jd.plus_seconds(time_s)
    }
}
