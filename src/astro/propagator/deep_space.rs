//! Orbits of 225 minutes or longer, by the sgp4 crate, with the guards that it lacks.

use ::sgp4::{Constants, MinutesSinceEpoch, Orbit, ResonanceState, WGS72, iau_epoch_to_sidereal_time};
use chrono::{DateTime, Utc};

use super::{MAX_RADIUS_KM, MAX_SPEED_KM_S, PropagationError};
use crate::astro::elements::EARTH_RADIUS_WGS72_KM;
use crate::astro::time::JulianDate;
use crate::kernel::sgp4::MeanElements;

/// SGP4's deep-space theory for one element set.
#[derive(Clone)]
pub(super) struct DeepSpace {
    constants: Constants,
    /// Where the reckoning of the resonances begins: at the epoch, or as far from it as no time asked for is nearer.
    start: Option<ResonanceState>,
}

impl std::fmt::Debug for DeepSpace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeepSpace").field("constants", &self.constants).finish_non_exhaustive()
    }
}

impl DeepSpace {
    pub(super) fn new(mean: &MeanElements, epoch: DateTime<Utc>) -> Result<Self, PropagationError> {
        let orbit = Orbit::from_kozai_elements(
            &WGS72,
            mean.inclination_rad,
            mean.raan_rad,
            mean.eccentricity,
            mean.arg_perigee_rad,
            mean.mean_anomaly_rad,
            mean.mean_motion_rad_min,
        )
        .map_err(|_| PropagationError::Initialisation)?;
        let years_since_j2000 = JulianDate::from_utc(epoch).days_since_j2000() / 365.25;
        // The crate's own short-named defaults use WGS-84, 220 m off after a week.
        Constants::new(WGS72, iau_epoch_to_sidereal_time, years_since_j2000, mean.bstar, orbit)
            .map(|constants| Self { start: constants.initial_state(), constants })
            .map_err(|_| PropagationError::Initialisation)
    }

    /// Reckons the resonances up to a time, so that states farther from the epoch begin there: a year from the epoch it
    /// takes a hundred times as long as the rest. The states are the same to the last bit.
    pub(super) fn begin_at(&mut self, seconds: f64) {
        let mut resonance = self.constants.initial_state();
        // A time without a state leaves the reckoning at some earlier one, which is as good a beginning.
        let _ = self.after(seconds, &mut resonance);
        self.start = resonance;
    }

    /// The state at one time: x, y, z in km and their rates in km/s.
    pub(super) fn state(&self, seconds: f64) -> Result<[f64; 6], PropagationError> {
        self.after(seconds, &mut { self.start })
    }

    /// The states at many times; the reckoning of the resonances goes on from time to time, away from the epoch.
    pub(super) fn states(&self, seconds: &[f64], rows: &mut [&mut [f64]; 6]) {
        let after = seconds.partition_point(|&seconds| seconds < 0.0);
        let mut resonance = self.start;
        for k in (0..after).rev().chain(after..seconds.len()) {
            let state = self.after(seconds[k], &mut resonance).unwrap_or([f64::NAN; 6]);
            for (row, component) in rows.iter_mut().zip(state) {
                row[k] = component;
            }
        }
    }

    /// The state at a time, going on from a resonance state where it lies between that time and the epoch.
    fn after(&self, seconds: f64, resonance: &mut Option<ResonanceState>) -> Result<[f64; 6], PropagationError> {
        let minutes = seconds / 60.0;
        let is_ahead = resonance.as_ref().is_some_and(|state| {
            state.t() != 0.0 && (state.t() > 0.0) != (minutes > 0.0) || minutes.abs() < state.t().abs()
        });
        if is_ahead {
            *resonance = self.constants.initial_state();
        }
        let prediction = self
            .constants
            .propagate_from_state(MinutesSinceEpoch(minutes), resonance.as_mut(), false)
            .map_err(|error| match error {
                ::sgp4::Error::OutOfRangeEccentricity { .. }
                | ::sgp4::Error::OutOfRangePerturbedEccentricity { .. } => PropagationError::Eccentricity,
                ::sgp4::Error::NegativeSemiLatusRectum { .. } => PropagationError::SemiLatusRectum,
            })?;
        let norm = |[x, y, z]: [f64; 3]| (x * x + y * y + z * z).sqrt();
        let (radius_km, speed_km_s) = (norm(prediction.position), norm(prediction.velocity));
        if radius_km < EARTH_RADIUS_WGS72_KM {
            Err(PropagationError::Decayed)
        } else if radius_km <= MAX_RADIUS_KM && speed_km_s <= MAX_SPEED_KM_S {
            let ([x, y, z], [vx, vy, vz]) = (prediction.position, prediction.velocity);
            Ok([x, y, z, vx, vy, vz])
        } else {
            Err(PropagationError::Absurd)
        }
    }
}
