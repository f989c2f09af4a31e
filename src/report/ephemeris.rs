//! States of an object as the standard's ephemeris message.

use chrono::{DateTime, Utc};

use super::zone::machine_time;
use crate::astro::elements::Elements;
use crate::format::oem::{Oem, OemFrame, OemSegment, OemState};

/// Who made the messages.
const ORIGINATOR: &str = "ALLIEDSKY";

/// The message of an object's states in a frame, each later than the one before, made at `created_at`. It says that they
/// come from SGP4 and from which element set.
#[must_use]
pub fn message(elements: &Elements, frame: OemFrame, states: Vec<OemState>, created_at: DateTime<Utc>) -> Oem {
    let (first, last) = (states.first(), states.last());
    let segment = OemSegment {
        comments: vec![
            "States from SGP4 (WGS-72) and public mean elements, not from an orbit determination".to_owned(),
            format!("Element set: NORAD {}, epoch {}", elements.norad_id, machine_time(elements.epoch)),
        ],
        object_name: elements.name.to_string(),
        object_id: elements.object_id.to_string(),
        frame,
        start_time: first.map_or(elements.epoch, |state| state.epoch),
        useable_start_time: None,
        useable_stop_time: None,
        stop_time: last.map_or(elements.epoch, |state| state.epoch),
        interpolation: None,
        interpolation_degree: None,
        data_comments: Vec::new(),
        states,
        covariances: Vec::new(),
    };
    Oem {
        comments: Vec::new(),
        creation_date: created_at,
        originator: ORIGINATOR.to_owned(),
        message_id: None,
        segments: vec![segment],
    }
}
