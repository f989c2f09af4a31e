//! Who passes over which place.

use chrono::{DateTime, Utc};

use crate::astro::elements::NoradId;

/// One overflight: the stretch in which an object's ground track, or what it can see, is on a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Overflight {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: String,
    /// The region's or site's name.
    pub region: String,
    /// Beginning, or the window's start where it is already going on.
    pub start: DateTime<Utc>,
    /// End, or the window's end.
    pub end: DateTime<Utc>,
    /// Least distance along the ground between the sub-satellite point and the place, km; 0 when it passes over it.
    pub nearest_km: f64,
    /// Whether the object moves north at the middle of the overflight.
    pub ascending: bool,
    /// Whether the Sun is above the place's horizon at the middle of the overflight.
    pub daylight: bool,
    /// Whether the overflight was already going on when the window began.
    pub open_start: bool,
    /// Whether it was still going on when the window, or the object's orbit, ended.
    pub open_end: bool,
    /// Age of the element set at the middle of the overflight, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime then.
    pub stale: bool,
}
