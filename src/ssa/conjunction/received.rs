//! Approaches as conjunction messages tell them, with the errors that the messages give.

use std::sync::Arc;

use nalgebra::Vector3;

use super::{Conjunction, Kind};
use crate::astro::elements::NoradId;
use crate::astro::frame::{EarthOrientation, EarthRotation, Ecef, Eme2000, Gcrf, State, Teme, rtn_axes};
use crate::astro::precession::{eme2000_to_teme, gcrf_to_eme2000};
use crate::astro::time::{JulianDate, TT_MINUS_UTC_S};
use crate::format::cdm::{Cdm, CdmObject, RefFrame};
use crate::ssa::covariance::{Covariance, Source};

/// An approach that somebody else found.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The approach: its ages are not numbers, for a message need not tell them.
    pub conjunction: Conjunction,
    /// The errors of the primary and of the secondary, where the message gives them.
    pub covariances: [Option<Covariance>; 2],
}

/// Why a message cannot be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceivedError {
    /// An object has no catalogue number.
    #[error("message {message_id}: OBJECT_DESIGNATOR = {designator} is no catalogue number")]
    Designator {
        /// The message.
        message_id: String,
        /// What stands there.
        designator: String,
    },
    /// The states make no orbit: a position or velocity of no length, or both along one line.
    #[error("message {message_id}: the state of {designator} is no orbit")]
    NoOrbit {
        /// The message.
        message_id: String,
        /// The object.
        designator: String,
    },
}

/// The approach of a message; `orientation` is the Earth's at its time, for states on Earth-fixed axes.
///
/// Distance and relative speed are those of the states: the message's own are often rounded to metres.
///
/// # Errors
/// See [`ReceivedError`].
pub fn receive(cdm: &Cdm, orientation: EarthOrientation) -> Result<Received, ReceivedError> {
    let [one, other] = &cdm.objects;
    let (primary_id, secondary_id) = (id(cdm, one)?, id(cdm, other)?);
    let (primary_state, secondary_state) = (orbit(cdm, one, orientation)?, orbit(cdm, other, orientation)?);
    let miss_km = secondary_state.position_km - primary_state.position_km;
    let conjunction = Conjunction {
        primary_id,
        primary_name: Arc::from(one.object_name.as_str()),
        secondary_id,
        secondary_name: Arc::from(other.object_name.as_str()),
        kind: Kind::Encounter,
        tca: cdm.tca,
        miss_km: miss_km.norm(),
        rel_speed_km_s: (secondary_state.velocity_km_s - primary_state.velocity_km_s).norm(),
        miss_rtn_km: rtn_axes(&primary_state) * miss_km,
        primary_age_days: f64::NAN,
        secondary_age_days: f64::NAN,
        primary_stale: false,
        secondary_stale: false,
        primary_state,
        secondary_state,
        spans: Vec::new(),
        assessment: None,
    };
    Ok(Received { conjunction, covariances: [covariance(cdm, one), covariance(cdm, other)] })
}

/// The covariances that a message gives for its objects, by catalogue number.
#[must_use]
pub fn given(cdm: &Cdm) -> Vec<(NoradId, Covariance)> {
    cdm.objects.iter().filter_map(|object| Some((id(cdm, object).ok()?, covariance(cdm, object)?))).collect()
}

/// The position's part of the covariance of an object, where the message gives one.
fn covariance(cdm: &Cdm, object: &CdmObject) -> Option<Covariance> {
    let matrix_m2 = object.covariance.as_ref()?.matrix();
    let source = Source::Given(format!("{} / {}", cdm.message_id, cdm.originator));
    Some(Covariance { rtn_km2: matrix_m2.fixed_view::<3, 3>(0, 0) / 1e6, source })
}

/// The catalogue number, which originators write with zeros in front.
fn id(cdm: &Cdm, object: &CdmObject) -> Result<NoradId, ReceivedError> {
    let designator = object.object_designator.trim();
    designator.trim_start_matches('0').parse().map_err(|_| ReceivedError::Designator {
        message_id: cdm.message_id.clone(),
        designator: designator.to_owned(),
    })
}

/// Position and velocity stand along one line where the sine between them is no more than the rounding of their axes.
const ALONG_ONE_LINE: f64 = 1e-12;

/// The state in TEME, which has an orbital plane.
fn orbit(cdm: &Cdm, object: &CdmObject, orientation: EarthOrientation) -> Result<State<Teme>, ReceivedError> {
    let (position_km, velocity_km_s) = (Vector3::from(object.position_km), Vector3::from(object.velocity_km_s));
    let jd_utc = JulianDate::from_utc(cdm.tca);
    let jd_tt = jd_utc.plus_seconds(TT_MINUS_UTC_S);
    let state = match object.ref_frame {
        RefFrame::Eme2000 => eme2000_to_teme(&State::<Eme2000>::new(position_km, velocity_km_s), jd_tt),
        RefFrame::Gcrf => eme2000_to_teme(&gcrf_to_eme2000(&State::<Gcrf>::new(position_km, velocity_km_s)), jd_tt),
        RefFrame::Itrf => {
            EarthRotation::at(jd_utc, orientation).to_teme(&State::<Ecef>::new(position_km, velocity_km_s))
        }
    };
    let plane = state.position_km.cross(&state.velocity_km_s).norm();
    let least = ALONG_ONE_LINE * state.position_km.norm() * state.velocity_km_s.norm();
    if plane.is_finite() && plane > least {
        Ok(state)
    } else {
        Err(ReceivedError::NoOrbit { message_id: cdm.message_id.clone(), designator: object.object_designator.clone() })
    }
}
