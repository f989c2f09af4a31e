//! One object's orbit as a function of time: SGP4 with guards, or the trajectory that its operator gives.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::elements::Elements;
use super::frame::{State, Teme};
use super::time::{JulianDate, gmst82_rad};
use super::trajectory::Trajectory;
use crate::kernel::lanes::Form;
use crate::kernel::sgp4::{DeepSpace, NearEarth, NoState, NotNearEarth};
pub use crate::kernel::sgp4::{MAX_RADIUS_KM, MAX_SPEED_KM_S};

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
    /// The operator's ephemeris says nothing about that time.
    #[error("outside the operator's ephemeris")]
    OutsideEphemeris,
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
            Self::OutsideEphemeris => "outside_ephemeris",
        }
    }

    const fn of(reason: NoState) -> Self {
        match reason {
            NoState::Eccentricity => Self::Eccentricity,
            NoState::SemiLatusRectum => Self::SemiLatusRectum,
            NoState::Decayed => Self::Decayed,
            NoState::Absurd => Self::Absurd,
        }
    }
}

/// One object's orbit, ready to be asked for any time, from any thread.
///
/// SGP4 with WGS-72 constants, IAU sidereal time and the improved mode: what the sets were fitted for and what peers use
/// (Vallado et al. 2006, AIAA 2006-6753), by [`crate::kernel::sgp4`] in the widest form of this processor.
#[derive(Clone, Debug)]
pub struct Propagator {
    epoch: DateTime<Utc>,
    form: Form,
    theory: Theory,
}

/// The model's two theories, told apart by the mean motion that it works out, not by the element set's; or states.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every object is near the Earth: boxed it would cost a look-up a state"
)]
enum Theory {
    NearEarth(NearEarth),
    DeepSpace(Box<DeepSpace>),
    Given(Arc<Trajectory>),
}

impl Propagator {
    /// Initialises SGP4.
    ///
    /// # Errors
    /// [`PropagationError::Initialisation`] where the model has no solution for the elements.
    pub fn new(elements: &Elements) -> Result<Self, PropagationError> {
        let mean = elements.mean();
        let theory = match NearEarth::new(&mean) {
            Ok(near_earth) => Theory::NearEarth(near_earth),
            Err(NotNearEarth::DeepSpace) => {
                let epoch = JulianDate::from_utc(elements.epoch);
                let days_since_1900 = epoch.days_since_j2000() + 36_525.0;
                let orbit = DeepSpace::new(&mean, days_since_1900, gmst82_rad(epoch));
                Theory::DeepSpace(Box::new(orbit.map_err(|_| PropagationError::Initialisation)?))
            }
            Err(NotNearEarth::NoOrbit) => return Err(PropagationError::Initialisation),
        };
        Ok(Self { epoch: elements.epoch, form: Form::best(), theory })
    }

    /// The orbit that an operator gives, on its own clock. Its guards are those of [`Trajectory::new`].
    #[must_use]
    pub fn along(trajectory: Arc<Trajectory>) -> Self {
        Self { epoch: trajectory.zero(), form: Form::best(), theory: Theory::Given(trajectory) }
    }

    /// The trajectory, where the orbit is one that an operator gives.
    #[must_use]
    pub const fn trajectory(&self) -> Option<&Arc<Trajectory>> {
        match &self.theory {
            Theory::Given(trajectory) => Some(trajectory),
            Theory::NearEarth(_) | Theory::DeepSpace(_) => None,
        }
    }

    /// Whether the Moon, the Sun and resonances count: the model's period is 225 minutes or longer.
    #[must_use]
    pub const fn is_deep_space(&self) -> bool {
        matches!(self.theory, Theory::DeepSpace(_))
    }

    /// Seconds from the element set's epoch to `time`: add it to seconds from `time` to get this propagator's clock.
    #[must_use]
    pub fn offset_s(&self, time: DateTime<Utc>) -> f64 {
        let delta = time - self.epoch;
        delta.num_seconds() as f64 + f64::from(delta.subsec_nanos()) * 1e-9
    }

    /// Makes states cheap from this many seconds since the epoch on, away from it, where much must be reckoned up to
    /// then. It changes no state.
    pub fn begin_at(&mut self, seconds_since_epoch: f64) {
        if let Theory::DeepSpace(orbit) = &mut self.theory
            && seconds_since_epoch.abs() <= MAX_AGE_DAYS * 86_400.0
        {
            orbit.begin_at(seconds_since_epoch);
        }
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
        let [x, y, z, vx, vy, vz] = match &self.theory {
            Theory::NearEarth(orbit) => orbit.state(self.form, seconds_since_epoch).map_err(PropagationError::of)?,
            Theory::DeepSpace(orbit) => orbit.state(self.form, seconds_since_epoch).map_err(PropagationError::of)?,
            Theory::Given(trajectory) => {
                trajectory.state(seconds_since_epoch).ok_or(PropagationError::OutsideEphemeris)?
            }
        };
        Ok(State::new(Vector3::new(x, y, z), Vector3::new(vx, vy, vz)))
    }

    /// The states at many times after the element set's epoch: x, y, z in km and their rates in km/s, one row a component;
    /// not a number where there is no state, for a reason that [`Self::state`] tells.
    ///
    /// From some eight times on an orbit costs an eighth of what it does one by one. Ascending times are best.
    ///
    /// # Panics
    /// If a row is shorter than `seconds_since_epoch`.
    pub fn states(&self, seconds_since_epoch: &[f64], rows: [&mut [f64]; 6]) {
        let is_too_far = |seconds: f64| seconds.is_nan() || seconds.abs() > MAX_AGE_DAYS * 86_400.0;
        let mut rows = rows;
        let mut filled = rows.each_mut().map(|row| &mut **row);
        match &self.theory {
            Theory::NearEarth(orbit) => orbit.states(self.form, seconds_since_epoch, filled),
            Theory::DeepSpace(orbit) => orbit.states(self.form, seconds_since_epoch, filled),
            Theory::Given(trajectory) => {
                for (k, seconds) in seconds_since_epoch.iter().enumerate() {
                    let state = trajectory.state(*seconds).unwrap_or([f64::NAN; 6]);
                    filled.iter_mut().zip(state).for_each(|(row, value)| row[k] = value);
                }
            }
        }
        for (k, _) in seconds_since_epoch.iter().enumerate().filter(|(_, seconds)| is_too_far(**seconds)) {
            for row in &mut rows {
                row[k] = f64::NAN;
            }
        }
    }
}
