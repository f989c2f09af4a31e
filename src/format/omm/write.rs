//! Writing OMM: every number with the fewest digits that read back to the same bits.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::Keyword;
use crate::astro::elements::Elements;
use crate::format::delimited::push_field;
use crate::format::epoch::format_iso;

/// CelesTrak's keys in CelesTrak's order.
const ORDER: [Keyword; 17] = [
    Keyword::ObjectName,
    Keyword::ObjectId,
    Keyword::Epoch,
    Keyword::MeanMotion,
    Keyword::Eccentricity,
    Keyword::Inclination,
    Keyword::RaOfAscNode,
    Keyword::ArgOfPericenter,
    Keyword::MeanAnomaly,
    Keyword::EphemerisType,
    Keyword::ClassificationType,
    Keyword::NoradCatId,
    Keyword::ElementSetNo,
    Keyword::RevAtEpoch,
    Keyword::Bstar,
    Keyword::MeanMotionDot,
    Keyword::MeanMotionDdot,
];

/// What KVN and XML say between the object and its epoch: the conventions of every set that is read here.
const METADATA: [(Keyword, &str); 4] = [
    (Keyword::CenterName, "EARTH"),
    (Keyword::RefFrame, "TEME"),
    (Keyword::TimeSystem, "UTC"),
    (Keyword::MeanElementTheory, "SGP4"),
];

/// Version of the standard (CCSDS 502.0-B-3) and who made the message.
const VERSION: &str = "3.0";
const ORIGINATOR: &str = "ALLIEDSKY";

/// OMM CSV with CelesTrak's 17 columns. Control characters in names become blanks.
#[must_use]
pub fn write_omm_csv(elements: &[Elements]) -> String {
    let mut text = ORDER.map(Keyword::as_str).join(",");
    text.push('\n');
    for set in elements {
        for (column, keyword) in ORDER.into_iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            push_field(&mut text, &value(set, keyword));
        }
        text.push('\n');
    }
    text
}

/// OMM JSON with CelesTrak's 17 keys, numbers as numbers, one object a line.
#[must_use]
pub fn write_omm_json(elements: &[Elements]) -> String {
    let mut text = String::from("[");
    for (index, set) in elements.iter().enumerate() {
        text.push_str(if index == 0 { "\n{" } else { ",\n{" });
        for (column, keyword) in ORDER.into_iter().enumerate() {
            let value = value(set, keyword);
            let separator = if column == 0 { "" } else { "," };
            let value = if is_text(keyword) { serde_json::Value::String(value).to_string() } else { value };
            // Writing to a String does not fail.
            let _ = write!(text, "{separator}\"{}\":{value}", keyword.as_str());
        }
        text.push('}');
    }
    text.push_str("\n]\n");
    text
}

/// OMM KVN, one whole message a set, made at `created`. Control characters in names become blanks.
#[must_use]
pub fn write_omm_kvn(elements: &[Elements], created: DateTime<Utc>) -> String {
    let mut text = String::new();
    for set in elements {
        let _ = writeln!(text, "CCSDS_OMM_VERS = {VERSION}\nCREATION_DATE = {}", format_iso(created));
        let _ = writeln!(text, "ORIGINATOR = {ORIGINATOR}\n");
        for (keyword, value) in message(set) {
            if keyword == Keyword::Epoch {
                text.push('\n');
            }
            let _ = writeln!(text, "{} = {}", keyword.as_str(), printable(&value));
        }
        text.push('\n');
    }
    text
}

/// OMM XML, the messages in one `ndm`, made at `created`. Control characters in names become blanks.
#[must_use]
pub fn write_omm_xml(elements: &[Elements], created: DateTime<Utc>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ndm>\n");
    for set in elements {
        let _ = write!(
            text,
            "<omm id=\"CCSDS_OMM_VERS\" version=\"{VERSION}\"><header><CREATION_DATE>{}</CREATION_DATE>\
             <ORIGINATOR>{ORIGINATOR}</ORIGINATOR></header><body><segment><metadata>",
            format_iso(created)
        );
        for (keyword, value) in message(set) {
            match keyword {
                Keyword::Epoch => text.push_str("</metadata><data><meanElements>"),
                Keyword::EphemerisType => text.push_str("</meanElements><tleParameters>"),
                _ => {}
            }
            let name = keyword.as_str();
            let _ = write!(text, "<{name}>{}</{name}>", quick_xml::escape::escape(printable(&value)));
        }
        text.push_str("</tleParameters></data></segment></body></omm>\n");
    }
    text.push_str("</ndm>\n");
    text
}

/// All fields of a message in the order of the standard.
fn message(set: &Elements) -> impl Iterator<Item = (Keyword, String)> {
    let field = |keyword: &Keyword| (*keyword, value(set, *keyword));
    let mut object: Vec<_> = ORDER[..2].iter().map(field).collect();
    if set.object_id.is_empty() {
        "UNKNOWN".clone_into(&mut object[1].1);
    }
    let metadata = METADATA.into_iter().map(|(keyword, value)| (keyword, value.to_owned()));
    let data: Vec<_> = ORDER[2..].iter().map(field).collect();
    object.into_iter().chain(metadata).chain(data)
}

const fn is_text(keyword: Keyword) -> bool {
    matches!(keyword, Keyword::ObjectName | Keyword::ObjectId | Keyword::Epoch | Keyword::ClassificationType)
}

fn value(set: &Elements, keyword: Keyword) -> String {
    match keyword {
        Keyword::ObjectName => set.name.clone(),
        Keyword::ObjectId => set.object_id.clone(),
        Keyword::Epoch => format_iso(set.epoch),
        Keyword::MeanMotion => number(set.mean_motion_rev_day),
        Keyword::Eccentricity => number(set.eccentricity),
        Keyword::Inclination => number(set.inclination_deg),
        Keyword::RaOfAscNode => number(set.raan_deg),
        Keyword::ArgOfPericenter => number(set.arg_perigee_deg),
        Keyword::MeanAnomaly => number(set.mean_anomaly_deg),
        Keyword::EphemerisType => set.ephemeris_type.to_string(),
        Keyword::ClassificationType => set.classification.to_string(),
        Keyword::NoradCatId => set.norad_id.to_string(),
        Keyword::ElementSetNo => set.element_set_no.to_string(),
        Keyword::RevAtEpoch => set.rev_at_epoch.to_string(),
        Keyword::Bstar => number(set.bstar),
        Keyword::MeanMotionDot => number(set.mean_motion_dot),
        Keyword::MeanMotionDdot => number(set.mean_motion_ddot),
        Keyword::CenterName
        | Keyword::RefFrame
        | Keyword::TimeSystem
        | Keyword::MeanElementTheory
        | Keyword::SemiMajorAxis => String::new(),
    }
}

/// The shortest text that reads back to the same bits; with an exponent where the zeros would be many.
pub(in crate::format) fn number(value: f64) -> String {
    if value == 0.0 || (1e-4..1e15).contains(&value.abs()) { value.to_string() } else { format!("{value:E}") }
}

pub(in crate::format) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
