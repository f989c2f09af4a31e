//! How early or late an event may be: the error of an element set along its track, as time.
//!
//! The error is that of the set's class of orbit, by its age: [`super::covariance::class`] has the model and its sources,
//! and what it is not.

use chrono::{DateTime, Utc};

use super::covariance::class::Class;
use crate::astro::elements::{Elements, MU_WGS72_KM3_S2};

/// One standard deviation along the track in km of an element set `age_days` from its epoch, before or after.
///
/// The greatest value is the circumference of the orbit over √12, the deviation of a place evenly spread round it. Beyond
/// 15 days the growth is extrapolated.
#[must_use]
pub fn along_track_sigma_km(elements: &Elements, age_days: f64) -> f64 {
    Class::of(elements).sigmas_km(age_days).y
}

/// One standard deviation in seconds of how early or late the object is at an instant: [`along_track_sigma_km`] over the
/// mean speed on the orbit, √(µ/a).
///
/// On an eccentric orbit the error is one of the mean anomaly, the same number of seconds all along.
#[must_use]
pub fn timing_error_s(elements: &Elements, at: DateTime<Utc>) -> f64 {
    let speed_km_s = (MU_WGS72_KM3_S2 / elements.semi_major_axis_km()).sqrt();
    along_track_sigma_km(elements, elements.age_days(at)) / speed_km_s
}
