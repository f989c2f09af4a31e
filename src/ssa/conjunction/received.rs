//! Approaches as conjunction messages tell them, with the errors that the messages give.

use std::collections::HashMap;
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
    /// An object has no catalogue number, and its international designator is not that of one object here.
    #[error(
        "message {message_id}: OBJECT_DESIGNATOR = {designator} is no catalogue number, and INTERNATIONAL_DESIGNATOR = \
         {international} is that of {objects} here"
    )]
    Designator {
        /// The message.
        message_id: String,
        /// What stands there.
        designator: String,
        /// What stands as its international designator.
        international: String,
        /// Which objects have that: `no object`, `objects 5 and 6`.
        objects: String,
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

/// Objects by international designator, `1998-067A`, in upper case.
pub type Designators = HashMap<String, Vec<NoradId>>;

/// The approach of a message; `orientation` is the Earth's at its time, for states on Earth-fixed axes. An object
/// without a catalogue number is the one with its international designator.
///
/// Distance and relative speed are those of the states: the message's own are often rounded to metres.
///
/// # Errors
/// See [`ReceivedError`].
pub fn receive(cdm: &Cdm, orientation: EarthOrientation, designators: &Designators) -> Result<Received, ReceivedError> {
    let [one, other] = &cdm.objects;
    let (primary_id, secondary_id) = (id(cdm, one, designators)?, id(cdm, other, designators)?);
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

/// The covariances that a message gives for its objects, by catalogue number, and why one is of no object.
#[must_use]
pub fn given(cdm: &Cdm, designators: &Designators) -> (Vec<(NoradId, Covariance)>, Vec<ReceivedError>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (object, covariance) in cdm.objects.iter().filter_map(|object| Some((object, covariance(cdm, object)?))) {
        match id(cdm, object, designators) {
            Ok(id) => known.push((id, covariance)),
            Err(error) => unknown.push(error),
        }
    }
    (known, unknown)
}

/// The position's part of the covariance of an object, where the message gives one.
fn covariance(cdm: &Cdm, object: &CdmObject) -> Option<Covariance> {
    let matrix_m2 = object.covariance.as_ref()?.matrix();
    let source = Source::Given(format!("{} / {}", cdm.message_id, cdm.originator));
    Some(Covariance { rtn_km2: matrix_m2.fixed_view::<3, 3>(0, 0) / 1e6, source })
}

/// The catalogue number, which originators write with zeros in front, else that of the one object with the
/// international designator, which may stand in either field.
fn id(cdm: &Cdm, object: &CdmObject, designators: &Designators) -> Result<NoradId, ReceivedError> {
    let designator = object.object_designator.trim();
    if let Ok(id) = designator.trim_start_matches('0').parse() {
        return Ok(id);
    }
    let fields = [designator, object.international_designator.trim()];
    let found = fields.iter().find_map(|text| designators.get(&international(text)?));
    let objects = match found.map(Vec::as_slice) {
        Some(&[id]) => return Ok(id),
        None | Some([]) => "no object".to_owned(),
        Some(several) => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            format!("objects {}", ids.join(" and "))
        }
    };
    Err(ReceivedError::Designator {
        message_id: cdm.message_id.clone(),
        designator: designator.to_owned(),
        international: fields[1].to_owned(),
        objects,
    })
}

/// An international designator as catalogues write it, `1998-067A`: CDM has it so (508.0-B-1, table 3-3), TLE as
/// `98067A` with the years from 1957 on. `None` for anything else.
fn international(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let split = |at: usize| Some((text.get(..at)?, text.get(at..)?));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, launch) = match split(4) {
        Some((year, rest)) if rest.starts_with('-') => (year.to_owned(), rest.get(1..)?),
        _ => {
            let (year, rest) = split(2)?;
            let century = if year < "57" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
    };
    let (number, piece) = (launch.get(..3)?, launch.get(3..)?);
    let is_piece = (1..=3).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_number(&year) && is_number(number) && is_piece).then(|| format!("{year}-{number}{piece}"))
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
