//! Element sets for the tests.

use std::path::Path;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::{EarthOrientation, EarthRotation};
use alliedsky::astro::time::JulianDate;
use alliedsky::format::{ReadOptions, read_elements};
use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::truth;

/// The truth tables are made with UT1 = UTC and no polar motion.
pub fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

/// All good sets of a file, whatever its format.
pub fn of_file(path: &Path) -> Vec<Elements> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_elements(&path.display().to_string(), &bytes, &ReadOptions::default()).unwrap().elements
}

/// The 979 objects of 2018-01-20.
pub fn catalogue_2018() -> Vec<Elements> {
    let sets = of_file(&truth::data("../../tle/catalogue_20180120.csv.gz"));
    assert_eq!(sets.len(), 979);
    sets
}

/// The chosen objects of [`catalogue_2018`].
pub fn chosen_2018(ids: &[u32]) -> Vec<Elements> {
    catalogue_2018().into_iter().filter(|elements| ids.contains(&elements.norad_id.get())).collect()
}

/// How the Earth stands with UT1 = UTC and no polar motion.
pub fn rotation_at(time: DateTime<Utc>) -> EarthRotation {
    EarthRotation::at(JulianDate::from_utc(time), EarthOrientation::default())
}

/// An orbit by the sgp4 crate alone: WGS-72, IAU sidereal time, the improved mode.
pub struct CrateOrbit {
    epoch: DateTime<Utc>,
    constants: sgp4::Constants,
}

impl CrateOrbit {
    /// Nothing where the crate cannot initialise it.
    pub fn new(elements: &Elements) -> Option<Self> {
        let orbit = sgp4::Orbit::from_kozai_elements(
            &sgp4::WGS72,
            elements.inclination_deg.to_radians(),
            elements.raan_deg.to_radians(),
            elements.eccentricity,
            elements.arg_perigee_deg.to_radians(),
            elements.mean_anomaly_deg.to_radians(),
            elements.mean_motion_rev_day * (std::f64::consts::PI / 720.0),
        )
        .ok()?;
        let years = JulianDate::from_utc(elements.epoch).days_since_j2000() / 365.25;
        let sidereal_time = sgp4::iau_epoch_to_sidereal_time;
        let constants = sgp4::Constants::new(sgp4::WGS72, sidereal_time, years, elements.bstar, orbit).ok()?;
        Some(Self { epoch: elements.epoch, constants })
    }

    /// TEME position in km; nothing where there is none, or beneath the ground.
    pub fn position_km(&self, time: DateTime<Utc>) -> Option<Vector3<f64>> {
        let minutes = sgp4::MinutesSinceEpoch((time - self.epoch).as_seconds_f64() / 60.0);
        let position_km = Vector3::from(self.constants.propagate(minutes).ok()?.position);
        (position_km.norm() > 6378.135).then_some(position_km)
    }
}
