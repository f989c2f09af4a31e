//! One object over the rotating Earth, with bounds on how it can move.

use std::cell::{Ref, RefCell};

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::cells::Cells;
use super::fix::Fix;
use super::ground::GroundArc;
use super::orbit::Orbit;
use super::path::Path;
use super::piece::{Smooth, Upright};
use crate::astro::elements::EARTH_RADIUS_WGS72_KM;
use crate::astro::frame::EarthOrientation;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::time::Window;

/// An object's path over the Earth from the start of a window on.
///
/// Inside the window positions come from polynomials that are within a millimetre of the propagator; searches for many
/// places share them, so one track serves them all.
#[derive(Debug)]
pub struct Track<'a, O> {
    orbit: Orbit<'a, O>,
    path: RefCell<Path>,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Track<'a, O> {
    /// The path of an object; `orientation` tells how the Earth stands at an instant.
    #[must_use]
    pub fn new(propagator: &'a Propagator, window: Window, orientation: &'a O) -> Self {
        let orbit = Orbit::new(propagator, window, orientation);
        let window_s = orbit.seconds();
        let even = |_| Cells::even(EARTH_RADIUS_WGS72_KM, window_s);
        let cells = orbit.state(0.0).map_or_else(even, |state| Cells::new(&state, window_s));
        let path = RefCell::new(Path::new(cells));
        Self { orbit, path }
    }

    /// Position and velocity `time_s` seconds after the start of the window, with bounds.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn fix(&self, time_s: f64) -> Result<Fix, PropagationError> {
        if let Some(smooth) = self.path.borrow_mut().smooth(&self.orbit, time_s) {
            return Ok(smooth.fix(time_s));
        }
        self.orbit.fix(time_s)
    }

    /// The propagator's own fix where no polynomials were needed yet, with the wider error of its velocity, and until when
    /// none are known: lone looks that leap far need none.
    pub fn ahead(&self, time_s: f64) -> Option<(Fix, f64)> {
        let until_s = self.path.borrow().unknown_until_s(time_s)?;
        Some((self.orbit.fix(time_s).ok()?, until_s))
    }

    /// Earth-fixed position in km `time_s` seconds after the start of the window.
    ///
    /// # Errors
    /// The object has no state then.
    pub fn position_km(&self, time_s: f64) -> Result<Vector3<f64>, PropagationError> {
        if let Some(smooth) = self.path.borrow_mut().smooth(&self.orbit, time_s) {
            return Ok(smooth.position_km(time_s));
        }
        let state = self.orbit.state(time_s)?;
        Ok(self.orbit.rotation(time_s).rotate(&state.position_km))
    }

    /// The ground track about a time inside the window; nothing where it has no good polynomial, as near a pole.
    pub fn ground(&self, time_s: f64) -> Option<Ref<'_, GroundArc>> {
        let arc = self.path.borrow_mut().ground(&self.orbit, time_s)?;
        Ref::filter_map(self.path.borrow(), |path| path.arc(arc)).ok()
    }

    /// The polynomials in force at a time; nothing where the propagator itself is asked.
    pub(super) fn smooth(&self, time_s: f64) -> Option<Smooth> {
        self.path.borrow_mut().smooth(&self.orbit, time_s).cloned()
    }

    /// The same with the normals beneath the object; nothing where these have no good polynomials.
    pub(super) fn upright(&self, time_s: f64) -> Option<Upright> {
        self.path.borrow_mut().upright(&self.orbit, time_s).cloned()
    }
}
