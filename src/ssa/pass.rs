//! Passes of satellites over a site.

use chrono::{DateTime, Utc};

use crate::astro::elements::NoradId;

/// One pass: the stretch in which an object stands above a site's minimum elevation.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: String,
    /// The site's name.
    pub site: String,
    /// Acquisition: the rise above the minimum elevation, or the window's start where the pass is already going on.
    pub aos: DateTime<Utc>,
    /// Azimuth at AOS, degrees.
    pub aos_azimuth_deg: f64,
    /// Culmination: the time of the highest elevation (the highest of several on eccentric orbits).
    pub tca: DateTime<Utc>,
    /// Elevation at culmination, degrees.
    pub max_elevation_deg: f64,
    /// Azimuth at culmination, degrees.
    pub tca_azimuth_deg: f64,
    /// Loss: the set below the minimum elevation, or the window's end.
    pub los: DateTime<Utc>,
    /// Azimuth at LOS, degrees.
    pub los_azimuth_deg: f64,
    /// Range at culmination, km.
    pub min_range_km: f64,
    /// The share of the Sun's disc that the satellite sees at culmination, 0 to 1.
    pub lit_fraction: f64,
    /// Elevation of the Sun at the site at culmination, degrees.
    pub sun_elevation_deg: f64,
    /// Whether the pass was already going on when the window began.
    pub open_start: bool,
    /// Whether the pass was still going on when the window, or the object's orbit, ended.
    pub open_end: bool,
    /// Number of local maxima of the elevation inside the pass.
    pub culminations: u32,
    /// Age of the element set at culmination, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime at culmination.
    pub stale: bool,
}

impl Pass {
    /// Whether the satellite is in sunlight at culmination: at least half of the Sun's disc.
    #[must_use]
    pub fn sunlit(&self) -> bool {
        self.lit_fraction >= 0.5
    }

    /// Whether an observer can see it: sunlit, with the Sun 6° or more below the site's horizon (end of civil dusk).
    #[must_use]
    pub fn visible(&self) -> bool {
        self.sunlit() && self.sun_elevation_deg <= -6.0
    }
}
