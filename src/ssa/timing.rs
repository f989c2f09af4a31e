//! How early or late an event may be: the error of an element set along its track, as time.
//!
//! The error is that of the set's class of orbit, by its age: [`super::covariance::class`] has the model and its sources,
//! and what it is not.

use chrono::{DateTime, Utc};

use super::covariance::class::{Along, Class};
use crate::astro::elements::{Elements, MU_WGS72_KM3_S2};

/// One standard deviation along the track in km of an element set `age_days` from its epoch, before or after.
///
/// The greatest value is the circumference of the orbit over √12, the deviation of a place evenly spread round it. Beyond
/// 15 days the growth is extrapolated.
#[must_use]
pub fn along_track_sigma_km(elements: &Elements, age_days: f64) -> f64 {
    Class::of(elements).along().sigma_above_floor_km(age_days)
}

/// One standard deviation in seconds of how early or late the object is at an instant: [`along_track_sigma_km`] over the
/// mean speed on the orbit, √(µ/a).
///
/// On an eccentric orbit the error is one of the mean anomaly, the same number of seconds all along.
#[must_use]
pub fn timing_error_s(elements: &Elements, at: DateTime<Utc>) -> f64 {
    Timing::of(elements).error_s(elements.age_days(at))
}

/// The error of one element set as time, for many instants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    along: Along,
    speed_km_s: f64,
}

impl Timing {
    /// That of an element set.
    #[must_use]
    pub fn of(elements: &Elements) -> Self {
        let speed_km_s = (MU_WGS72_KM3_S2 / elements.semi_major_axis_km()).sqrt();
        Self { along: Class::of(elements).along(), speed_km_s }
    }

    /// [`timing_error_s`] at an age in days.
    #[must_use]
    pub fn error_s(&self, age_days: f64) -> f64 {
        self.along.sigma_above_floor_km(age_days) / self.speed_km_s
    }
}
