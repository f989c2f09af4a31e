//! One object's orbit as a function of time: SGP4 with guards.

use ::sgp4::{Constants, MinutesSinceEpoch, Orbit, WGS72, iau_epoch_to_sidereal_time};
use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::elements::{EARTH_RADIUS_WGS72_KM, Elements};
use super::frame::{State, Teme};

/// A state farther out than this, in km, is refused: no element set can mean it.
pub const MAX_RADIUS_KM: f64 = 600_000.0;

/// A state faster than this, in km/s, is refused: above the speed of escape from the ground.
pub const MAX_SPEED_KM_S: f64 = 12.0;

/// SGP4 is not asked further from the epoch than this, in days: a century.
pub const MAX_AGE_DAYS: f64 = 36_525.0;

/// Why an object has no state at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PropagationError {
    /// The radius is below the Earth's: the object has come down.
    #[error("decayed: the position is below 6378.135 km")]
    Decayed,
    /// Mean or perturbed eccentricity left 0 to 1, mostly a decay long past.
    #[error("the eccentricity left 0 to 1, as it does when an orbit has decayed")]
    Eccentricity,
    /// The semi-latus rectum became negative.
    #[error("the semi-latus rectum became negative")]
    SemiLatusRectum,
    /// Beyond 600 000 km, faster than 12 km/s, or not a number.
    #[error("absurd state: beyond 600000 km or faster than 12 km/s")]
    Absurd,
    /// More than a century from the epoch.
    #[error("more than a century from the element set's epoch")]
    TooFarFromEpoch,
    /// SGP4 cannot be set up for these elements.
    #[error("SGP4 cannot be initialised for these elements")]
    Initialisation,
}

impl PropagationError {
    /// The word for tallies and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decayed => "decayed",
            Self::Eccentricity => "eccentricity",
            Self::SemiLatusRectum => "semi_latus_rectum",
            Self::Absurd => "absurd",
            Self::TooFarFromEpoch => "too_far_from_epoch",
            Self::Initialisation => "initialisation",
        }
    }
}

/// SGP4 for one element set, ready to be asked for any time, from any thread.
///
/// WGS-72 constants, IAU sidereal time and the improved mode: what the sets were fitted for and what peers use
/// (Vallado et al. 2006, AIAA 2006-6753). The crate's own short-named defaults use WGS-84, 220 m off after a week.
#[derive(Clone, Debug)]
pub struct Propagator {
    epoch: DateTime<Utc>,
    constants: Constants,
}

impl Propagator {
    /// Initialises SGP4.
    ///
    /// # Errors
    /// [`PropagationError::Initialisation`] where the model has no solution for the elements.
    pub fn new(elements: &Elements) -> Result<Self, PropagationError> {
        let orbit = Orbit::from_kozai_elements(
            &WGS72,
            elements.inclination_deg.to_radians(),
            elements.raan_deg.to_radians(),
            elements.eccentricity,
            elements.arg_perigee_deg.to_radians(),
            elements.mean_anomaly_deg.to_radians(),
            elements.mean_motion_rev_day * (std::f64::consts::PI / 720.0),
        )
        .map_err(|_| PropagationError::Initialisation)?;
        let constants =
            Constants::new(WGS72, iau_epoch_to_sidereal_time, years_since_j2000(elements.epoch), elements.bstar, orbit)
                .map_err(|_| PropagationError::Initialisation)?;
        Ok(Self { epoch: elements.epoch, constants })
    }

    /// Seconds from the element set's epoch to `time`: add it to seconds from `time` to get this propagator's clock.
    #[must_use]
    pub fn offset_s(&self, time: DateTime<Utc>) -> f64 {
        let delta = time - self.epoch;
        delta.num_seconds() as f64 + f64::from(delta.subsec_nanos()) * 1e-9
    }

    /// State at a UTC instant.
    ///
    /// # Errors
    /// See [`PropagationError`].
    pub fn state_at(&self, time: DateTime<Utc>) -> Result<State<Teme>, PropagationError> {
        self.state(self.offset_s(time))
    }

    /// State `seconds_since_epoch` after the element set's epoch.
    ///
    /// # Errors
    /// See [`PropagationError`]: the model's own errors, and the guards that it lacks.
    pub fn state(&self, seconds_since_epoch: f64) -> Result<State<Teme>, PropagationError> {
        if seconds_since_epoch.is_nan() || seconds_since_epoch.abs() > MAX_AGE_DAYS * 86_400.0 {
            return Err(PropagationError::TooFarFromEpoch);
        }
        let prediction =
            self.constants.propagate(MinutesSinceEpoch(seconds_since_epoch / 60.0)).map_err(|error| match error {
                ::sgp4::Error::OutOfRangeEccentricity { .. }
                | ::sgp4::Error::OutOfRangePerturbedEccentricity { .. } => PropagationError::Eccentricity,
                ::sgp4::Error::NegativeSemiLatusRectum { .. } => PropagationError::SemiLatusRectum,
            })?;
        let state = State::new(Vector3::from(prediction.position), Vector3::from(prediction.velocity));
        let radius_km = state.position_km.norm();
        let speed_km_s = state.velocity_km_s.norm();
        if radius_km < EARTH_RADIUS_WGS72_KM {
            Err(PropagationError::Decayed)
        } else if radius_km <= MAX_RADIUS_KM && speed_km_s <= MAX_SPEED_KM_S {
            Ok(state)
        } else {
            Err(PropagationError::Absurd)
        }
    }
}

/// Julian years of 365.25 days from 2000-01-01T12:00:00 UTC.
fn years_since_j2000(time: DateTime<Utc>) -> f64 {
    super::time::JulianDate::from_utc(time).days_since_j2000() / 365.25
}
