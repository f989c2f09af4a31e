//! The orbit of an object as its operator gives it: an ephemeris message (OEM) turned into a trajectory in TEME, with the
//! errors that it tells.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::{Matrix3, Matrix6, Vector3};

use super::covariance::{Covariance, Source};
use crate::astro::frame::{EarthOrientation, EarthRotation, Ecef, Eme2000, Gcrf, State, Teme, rtn_axes};
use crate::astro::precession::{eme2000_to_teme, gcrf_to_eme2000};
use crate::astro::time::{JulianDate, TT_MINUS_UTC_S};
use crate::astro::trajectory::{NoTrajectory, Segment, Trajectory, fallen};
use crate::format::oem::{Oem, OemCovariance, OemFrame, OemState};

/// A covariance is not carried farther than this from its epoch: free fall alone says too little by then.
const CARRIED: TimeDelta = TimeDelta::days(7);

/// Changes of a state from which its transition is taken by differences, km and km/s.
const STEPS: [f64; 2] = [1e-2, 1e-5];

/// An object's orbit from its operator.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenOrbit {
    /// Name of the message: its file.
    pub message: String,
    /// The object's name in the message.
    pub object_name: String,
    /// International designator, or what else the message has for it.
    pub object_id: String,
    /// Who made the message.
    pub originator: String,
    /// Where the object is.
    pub trajectory: Arc<Trajectory>,
    errors: Vec<Error>,
}

/// A covariance of the message, on the axes of TEME.
#[derive(Clone, Debug, PartialEq)]
struct Error {
    epoch: DateTime<Utc>,
    state: [f64; 6],
    teme: Matrix6<f64>,
}

/// Why a message gives no orbit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivenOrbitError {
    /// Its segments speak of several objects.
    #[error("{message}: segments of {first} and of {other}: expected the ephemeris of one object")]
    Several {
        /// The message.
        message: String,
        /// One object.
        first: String,
        /// Another.
        other: String,
    },
    /// Its states make no trajectory.
    #[error("{message}: {why}")]
    NoTrajectory {
        /// The message.
        message: String,
        /// Why not.
        why: NoTrajectory,
    },
    /// A covariance is on axes that are not read.
    #[error(
        "{message}: COV_REF_FRAME = {frame} at {epoch}: expected RTN, RSW, RIC, TNW, or one of the frames of the states"
    )]
    Axes {
        /// The message.
        message: String,
        /// What stands there.
        frame: String,
        /// Where.
        epoch: DateTime<Utc>,
    },
}

impl GivenOrbit {
    /// The orbit of a message; `orientation` is the Earth's at a time, for states on Earth-fixed axes.
    ///
    /// # Errors
    /// See [`GivenOrbitError`].
    pub fn of_oem(
        message: &str,
        oem: &Oem,
        orientation: impl Fn(DateTime<Utc>) -> EarthOrientation,
    ) -> Result<Self, GivenOrbitError> {
        let axes = |frame: &OemFrame, time| Axes { frame: frame.clone(), time, orientation: orientation(time) };
        let mut segments = Vec::new();
        for segment in &oem.segments {
            let state = |at: &OemState| {
                let (r, v) = (Vector3::from(at.position_km), Vector3::from(at.velocity_km_s));
                (at.epoch, axes(&segment.frame, at.epoch).to_teme(r, v))
            };
            if let Some(useable) = segment.useable() {
                segments.push(Segment { states: segment.states.iter().map(state).collect(), useable });
            }
        }
        let refuse = |why| GivenOrbitError::NoTrajectory { message: message.to_owned(), why };
        let first = oem.segments.first().ok_or_else(|| refuse(NoTrajectory::TooFewStates))?;
        if let Some(other) = oem.segments.iter().find(|segment| segment.object_id != first.object_id) {
            return Err(GivenOrbitError::Several {
                message: message.to_owned(),
                first: first.object_id.clone(),
                other: other.object_id.clone(),
            });
        }
        let trajectory = Trajectory::new(segments, oem.creation_date).map_err(refuse)?;
        let mut errors = Vec::new();
        for segment in &oem.segments {
            for given in &segment.covariances {
                let Some(state) = trajectory.state((given.epoch - trajectory.zero()).as_seconds_f64()) else {
                    continue;
                };
                let on_axes = |frame: &OemFrame| axes(frame, given.epoch).rotation();
                let to_teme =
                    rotation(given, &segment.frame, &state, on_axes).ok_or_else(|| GivenOrbitError::Axes {
                        message: message.to_owned(),
                        frame: given.frame.clone().unwrap_or_default(),
                        epoch: given.epoch,
                    })?;
                errors.push(Error { epoch: given.epoch, state, teme: turned(&matrix(&given.terms), &to_teme) });
            }
        }
        errors.sort_by_key(|error| error.epoch);
        Ok(Self {
            message: message.to_owned(),
            object_name: first.object_name.clone(),
            object_id: first.object_id.clone(),
            originator: oem.originator.clone(),
            trajectory: Arc::new(trajectory),
            errors,
        })
    }

    /// Whether the message tells any error.
    #[must_use]
    pub fn has_covariance(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The error of the position at a time: the message's last covariance before it, else its first, carried there by the
    /// transition of free fall, without anything for what that leaves out.
    ///
    /// # Errors
    /// In words, why there is none.
    pub fn covariance(&self, time: DateTime<Utc>) -> Result<Covariance, String> {
        let after = self.errors.partition_point(|error| error.epoch <= time);
        let error = self.errors.get(after.saturating_sub(1));
        let error = error.ok_or_else(|| format!("no covariance in {}", self.message))?;
        let carried = time - error.epoch;
        let epoch = error.epoch.format("%Y-%m-%dT%H:%MZ");
        if carried.abs() > CARRIED {
            return Err(format!("the covariance in {} is of {epoch}, more than a week from TCA", self.message));
        }
        let seconds = carried.as_seconds_f64();
        let transition = transition(error.state, seconds);
        let teme = transition * error.teme * transition.transpose();
        let here = self.trajectory.state((time - self.trajectory.zero()).as_seconds_f64());
        let rtn = rtn_axes(&state_of(here.unwrap_or_else(|| fallen(error.state, seconds))));
        let rtn_km2 = rtn * teme.fixed_view::<3, 3>(0, 0) * rtn.transpose();
        let how_far = match seconds.abs() {
            less if less < 1.0 => String::new(),
            seconds => format!(", carried {:.1} h", seconds / 3600.0),
        };
        let source = Source::Given(format!("{} ({epoch}{how_far})", self.message));
        Ok(Covariance { rtn_km2: 0.5 * (rtn_km2 + rtn_km2.transpose()), source })
    }
}

/// Axes at one time.
struct Axes {
    frame: OemFrame,
    time: DateTime<Utc>,
    orientation: EarthOrientation,
}

impl Axes {
    fn to_teme(&self, position_km: Vector3<f64>, velocity_km_s: Vector3<f64>) -> State<Teme> {
        let jd_utc = JulianDate::from_utc(self.time);
        let jd_tt = jd_utc.plus_seconds(TT_MINUS_UTC_S);
        match self.frame {
            OemFrame::Teme => State::new(position_km, velocity_km_s),
            OemFrame::Eme2000 => eme2000_to_teme(&State::<Eme2000>::new(position_km, velocity_km_s), jd_tt),
            OemFrame::Gcrf | OemFrame::Icrf => {
                eme2000_to_teme(&gcrf_to_eme2000(&State::<Gcrf>::new(position_km, velocity_km_s)), jd_tt)
            }
            OemFrame::Itrf(_) => {
                EarthRotation::at(jd_utc, self.orientation).to_teme(&State::<Ecef>::new(position_km, velocity_km_s))
            }
        }
    }

    /// The rotation from these axes to those of TEME.
    fn rotation(&self) -> Matrix3<f64> {
        let columns = [Vector3::x(), Vector3::y(), Vector3::z()];
        Matrix3::from_columns(&columns.map(|axis| self.to_teme(axis, Vector3::zeros()).position_km))
    }
}

/// The rotation from the axes of a covariance to those of TEME; `None` where they are not known.
///
/// CCSDS 502.0-B-3, annex B: RTN and RSW have the radius first and the normal of the orbit last; TNW has the velocity
/// first and the normal last.
fn rotation(
    given: &OemCovariance,
    of_states: &OemFrame,
    state: &[f64; 6],
    on_axes: impl Fn(&OemFrame) -> Matrix3<f64>,
) -> Option<Matrix3<f64>> {
    let Some(name) = &given.frame else { return Some(on_axes(of_states)) };
    let state = state_of(*state);
    match name.trim().to_ascii_uppercase().as_str() {
        "RTN" | "RSW" | "RIC" => Some(rtn_axes(&state).transpose()),
        "TNW" => {
            let along = state.velocity_km_s.normalize();
            let normal = state.position_km.cross(&state.velocity_km_s).normalize();
            Some(Matrix3::from_columns(&[along, normal.cross(&along), normal]))
        }
        other => OemFrame::find(other).map(|frame| on_axes(&frame)),
    }
}

/// The symmetric matrix of a lower triangle by rows.
fn matrix(terms: &[f64; 21]) -> Matrix6<f64> {
    Matrix6::from_fn(|row, column| {
        let (row, column) = (row.max(column), row.min(column));
        terms[row * (row + 1) / 2 + column]
    })
}

/// A covariance of a state on turned axes.
fn turned(covariance: &Matrix6<f64>, rotation: &Matrix3<f64>) -> Matrix6<f64> {
    let mut both = Matrix6::zeros();
    both.fixed_view_mut::<3, 3>(0, 0).copy_from(rotation);
    both.fixed_view_mut::<3, 3>(3, 3).copy_from(rotation);
    both * covariance * both.transpose()
}

/// How a small change of a state in free fall shows some seconds later, by central differences.
fn transition(state: [f64; 6], seconds: f64) -> Matrix6<f64> {
    Matrix6::from_columns(&[0, 1, 2, 3, 4, 5].map(|changed: usize| {
        let step = STEPS[changed / 3];
        let moved = |by: f64| {
            let mut moved = state;
            moved[changed] += by;
            nalgebra::Vector6::from(fallen(moved, seconds))
        };
        (moved(step) - moved(-step)) / (2.0 * step)
    }))
}

fn state_of([x, y, z, vx, vy, vz]: [f64; 6]) -> State<Teme> {
    State::new(Vector3::new(x, y, z), Vector3::new(vx, vy, vz))
}
