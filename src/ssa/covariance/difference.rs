//! Where two element sets of one object put it at one instant: pairwise differencing.
//!
//! The older set is propagated to the epoch of the newer one, where the newer one is best (Osweiler, AFIT/GSS/ENY/06-M09,
//! 2006). What lies between them holds the errors of both, less what they share.
//!
//! The difference is measured along the newer set's orbit, not along a straight line: R is the difference of the radii,
//! T and N are arcs at the newer one's distance. An object 100 km behind on a circle would otherwise seem 0.7 km below.

use nalgebra::{Matrix3, Vector3};

use crate::astro::elements::Elements;
use crate::astro::frame::{State, Teme, rtn_axes};
use crate::astro::propagator::{PropagationError, Propagator};

/// An element set with its SGP4 and its state at its own epoch.
#[derive(Clone, Debug)]
pub struct Track<'a> {
    /// The set.
    pub set: &'a Elements,
    propagator: Propagator,
    at_epoch: State<Teme>,
    axes: Matrix3<f64>,
}

/// How far the older of two sets is from the newer one at the newer one's epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Along R, T and N of the newer set, km.
    pub rtn_km: Vector3<f64>,
    /// Age of the older set, days.
    pub age_days: f64,
}

impl<'a> Track<'a> {
    /// Initialises SGP4.
    ///
    /// # Errors
    /// The model has no solution for the set, or no state at its epoch.
    pub fn new(set: &'a Elements) -> Result<Self, PropagationError> {
        let propagator = Propagator::new(set)?;
        let at_epoch = propagator.state_at(set.epoch)?;
        Ok(Self { set, propagator, axes: rtn_axes(&at_epoch), at_epoch })
    }

    /// Where an older set puts the object at this one's epoch, less where this one does.
    ///
    /// # Errors
    /// SGP4 has no state for the older set.
    pub fn from_older(&self, older: &Self) -> Result<Difference, PropagationError> {
        let position_km = older.propagator.state_at(self.set.epoch)?.position_km;
        let (radius_km, older_radius_km) = (self.at_epoch.position_km.norm(), position_km.norm());
        let within = self.axes * position_km;
        let rtn_km = Vector3::new(
            older_radius_km - radius_km,
            radius_km * within.y.atan2(within.x),
            radius_km * (within.z / older_radius_km).clamp(-1.0, 1.0).asin(),
        );
        Ok(Difference { rtn_km, age_days: older.set.age_days(self.set.epoch) })
    }
}
