//! Writing OEM: every number with the fewest digits that read back to the same bits, epochs in UTC.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::draft::{STATE, TERMS};
use super::message::{Oem, OemCovariance, OemSegment, OemState};
use crate::format::epoch::format_iso;
use crate::format::omm::write::{number, printable};

/// Version of the standard: 502.0-B-2, which every reader knows; a name of the message came with 502.0-B-3.
const fn version(oem: &Oem) -> &'static str {
    if oem.message_id.is_some() { "3.0" } else { "2.0" }
}

/// OEM KVN. Control characters in texts become blanks.
#[must_use]
pub fn write_oem_kvn(oem: &Oem) -> String {
    // Writing to a String does not fail.
    let mut text = format!("CCSDS_OEM_VERS = {}\n", version(oem));
    push_comments(&mut text, &oem.comments);
    for (key, value) in header(oem) {
        let _ = writeln!(text, "{key} = {value}");
    }
    for segment in &oem.segments {
        text.push_str("\nMETA_START\n");
        push_comments(&mut text, &segment.comments);
        for (key, value) in metadata(segment) {
            let _ = writeln!(text, "{key} = {value}");
        }
        text.push_str("META_STOP\n\n");
        push_comments(&mut text, &segment.data_comments);
        for state in &segment.states {
            text.push_str(&format_iso(state.epoch));
            for value in numbers(state) {
                let _ = write!(text, " {}", number(value));
            }
            text.push('\n');
        }
        if !segment.covariances.is_empty() {
            text.push_str("\nCOVARIANCE_START\n");
            segment.covariances.iter().for_each(|covariance| push_covariance(&mut text, covariance));
            text.push_str("COVARIANCE_STOP\n");
        }
    }
    text
}

fn push_comments(text: &mut String, comments: &[String]) {
    for comment in comments {
        let _ = writeln!(text, "COMMENT {}", printable(comment));
    }
}

fn push_covariance(text: &mut String, covariance: &OemCovariance) {
    let _ = writeln!(text, "EPOCH = {}", format_iso(covariance.epoch));
    if let Some(frame) = &covariance.frame {
        let _ = writeln!(text, "COV_REF_FRAME = {}", printable(frame));
    }
    let mut terms = covariance.terms.iter();
    for row in 1..=6 {
        let row: Vec<String> = terms.by_ref().take(row).map(|term| number(*term)).collect();
        let _ = writeln!(text, "{}", row.join(" "));
    }
}

/// OEM XML. Control characters in texts become blanks.
#[must_use]
pub fn write_oem_xml(oem: &Oem) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<oem id=\"CCSDS_OEM_VERS\" version=\"{}\">\n<header>", version(oem));
    push_elements(&mut text, &oem.comments, header(oem));
    text.push_str("</header>\n<body>\n");
    for segment in &oem.segments {
        text.push_str("<segment>\n<metadata>\n");
        push_elements(&mut text, &segment.comments, metadata(segment));
        text.push_str("</metadata>\n<data>\n");
        push_elements(&mut text, &segment.data_comments, Vec::new());
        for state in &segment.states {
            let _ = write!(text, "<stateVector><EPOCH>{}</EPOCH>", format_iso(state.epoch));
            push_numbers(&mut text, &STATE, &numbers(state));
            text.push_str("</stateVector>\n");
        }
        for covariance in &segment.covariances {
            let _ = write!(text, "<covarianceMatrix><EPOCH>{}</EPOCH>", format_iso(covariance.epoch));
            if let Some(frame) = &covariance.frame {
                let _ = write!(text, "<COV_REF_FRAME>{}</COV_REF_FRAME>", escape(printable(frame)));
            }
            push_numbers(&mut text, &TERMS, &covariance.terms);
            text.push_str("</covarianceMatrix>\n");
        }
        text.push_str("</data>\n</segment>\n");
    }
    text.push_str("</body>\n</oem>\n");
    text
}

fn push_elements(text: &mut String, comments: &[String], fields: Vec<(&str, String)>) {
    for comment in comments {
        let _ = writeln!(text, "<COMMENT>{}</COMMENT>", escape(printable(comment)));
    }
    for (key, value) in fields {
        let _ = writeln!(text, "<{key}>{}</{key}>", escape(value));
    }
}

fn push_numbers(text: &mut String, row: &[(&str, &str)], values: &[f64]) {
    for ((name, unit), value) in row.iter().zip(values) {
        let _ = write!(text, "<{name} units=\"{unit}\">{}</{name}>", number(*value));
    }
}

fn header(oem: &Oem) -> Vec<(&'static str, String)> {
    let mut fields = vec![("CREATION_DATE", format_iso(oem.creation_date)), ("ORIGINATOR", known(&oem.originator))];
    fields.extend(oem.message_id.as_deref().map(|text| ("MESSAGE_ID", known(text))));
    fields
}

fn metadata(segment: &OemSegment) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("OBJECT_NAME", known(&segment.object_name)),
        ("OBJECT_ID", known(&segment.object_id)),
        ("CENTER_NAME", "EARTH".to_owned()),
        ("REF_FRAME", segment.frame.to_string()),
        ("TIME_SYSTEM", "UTC".to_owned()),
        ("START_TIME", format_iso(segment.start_time)),
    ];
    fields.extend(segment.useable_start_time.map(|time| ("USEABLE_START_TIME", format_iso(time))));
    fields.extend(segment.useable_stop_time.map(|time| ("USEABLE_STOP_TIME", format_iso(time))));
    fields.push(("STOP_TIME", format_iso(segment.stop_time)));
    fields.extend(segment.interpolation.as_deref().map(|text| ("INTERPOLATION", known(text))));
    fields.extend(segment.interpolation_degree.map(|degree| ("INTERPOLATION_DEGREE", degree.to_string())));
    fields
}

fn numbers(state: &OemState) -> Vec<f64> {
    let acceleration = state.acceleration_km_s2.iter().flatten();
    state.position_km.iter().chain(&state.velocity_km_s).chain(acceleration).copied().collect()
}

/// A text, or `UNKNOWN` in the place of an empty one.
fn known(text: &str) -> String {
    let text = printable(text);
    if text.trim().is_empty() { "UNKNOWN".to_owned() } else { text }
}
