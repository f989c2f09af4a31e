//! What a text is, by its content.

use std::borrow::Cow;

use super::kind::{Foreign, Format, Kind, Notation};
use super::lines::{Lines, comment};
use super::{delimited, omm, tle};

/// Characters of a foreign text that a message repeats.
const QUOTED_CHARS: usize = 120;

/// Where the keys of a JSON or XML text are looked for: far enough in that a long name does not hide them.
const HEAD_BYTES: usize = 1 << 20;

/// Tells what `bytes`, already unpacked, hold.
#[must_use]
pub fn detect(bytes: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        None => Kind::Foreign(Foreign::Empty),
        Some(b'<') => detect_xml(text),
        Some(b'[' | b'{') => detect_json(text),
        Some(_) => detect_lines(text),
    }
}

fn detect_xml(text: &str) -> Kind {
    let head = head(text, HEAD_BYTES).to_ascii_lowercase();
    if head.contains("<html") || head.contains("<!doctype html") {
        Kind::Foreign(Foreign::Html)
    } else if head.contains("<!doctype") || head.contains("<!entity") {
        Kind::Foreign(Foreign::Doctype)
    } else if head.contains("<omm") {
        Kind::Elements(Format::OmmXml)
    } else if let Some(name) = ["cdm", "oem", "opm", "ocm", "tdm", "aem", "apm", "rdm"]
        .iter()
        .find(|name| head.contains(&format!("<{name} ")) || head.contains(&format!("<{name}>")))
    {
        message(&name.to_ascii_uppercase(), Notation::Xml)
    } else if head.contains("<ndm") {
        Kind::Elements(Format::OmmXml)
    } else {
        unknown(text)
    }
}

/// A message of the standards by its abbreviation.
fn message(name: &str, notation: Notation) -> Kind {
    match name {
        "CDM" => Kind::Cdm(notation),
        "OEM" => Kind::Oem(notation),
        _ => Kind::Foreign(Foreign::OtherMessage(name.to_owned())),
    }
}

fn detect_json(text: &str) -> Kind {
    let head = head(text, HEAD_BYTES);
    let has = |keys: &[&str]| keys.iter().any(|key| head.contains(key));
    if has(&["\"MEAN_MOTION\"", "\"SEMI_MAJOR_AXIS\"", "\"ECCENTRICITY\""]) {
        Kind::Elements(Format::OmmJson)
    } else if has(&["\"CCSDS_CDM_VERS\"", "\"SAT1_OBJECT_DESIGNATOR\""]) {
        Kind::Cdm(Notation::Json)
    } else if has(&["\"CDM_ID\"", "\"MIN_RNG\""]) {
        Kind::CdmPublic
    } else if has(&["\"OBJECT_TYPE\"", "\"SATNAME\"", "\"OPS_STATUS_CODE\""]) {
        Kind::SatcatJson
    } else if has(&["\"error\"", "\"Error\"", "\"ERROR\""]) {
        Kind::Foreign(Foreign::ErrorBody(quoted(text)))
    } else if text.bytes().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'{' | b'}')) {
        let empty_list = text.len() < 100 && text.trim_end().ends_with([']', '}']);
        if empty_list { Kind::Foreign(Foreign::NoData(quoted(text))) } else { unknown(text) }
    } else {
        unknown(text)
    }
}

fn detect_lines(text: &str) -> Kind {
    let Some(first) = Lines::new(text).find(|line| !line.text.starts_with('#') && comment(line.text).is_none()) else {
        return unknown(text);
    };
    if let Some(key) = omm::kvn::key(first.text) {
        if let Some(name) = key.strip_prefix("CCSDS_").and_then(|rest| rest.strip_suffix("_VERS")) {
            return match name {
                "OMM" => Kind::Elements(Format::OmmKvn),
                _ => message(name, Notation::Kvn),
            };
        }
        if omm::kvn::is_opening_key(key) {
            return Kind::Elements(Format::OmmKvn);
        }
    }
    if let Some(kind) = detect_csv(first.text) {
        return kind;
    }
    if is_finals(first.text) {
        return Kind::EarthOrientationFinals;
    }
    if Lines::new(text).any(|line| tle::is_element_line(line.text)) {
        return Kind::Elements(Format::Tle);
    }
    detect_answer(text)
}

/// Judges a CSV header.
fn detect_csv(line: &str) -> Option<Kind> {
    let line = head(line, 16 << 10);
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    delimited::split(line, &mut fields).ok()?;
    if fields.len() < 3 {
        return None;
    }
    let has = |names: &[&str]| fields.iter().any(|field| names.iter().any(|name| field.eq_ignore_ascii_case(name)));
    if has(&["MJD"]) && has(&["UT1-UTC"]) {
        Some(Kind::EarthOrientationCsv)
    } else if has(&["MEAN_MOTION", "SEMI_MAJOR_AXIS", "ECCENTRICITY", "MEAN_ANOMALY"]) {
        Some(Kind::Elements(Format::OmmCsv))
    } else if has(&["NORAD_CAT_ID_1"]) && has(&["TCA_RANGE"]) {
        Some(Kind::SocratesCsv)
    } else if has(&["NORAD_CAT_ID"]) && has(&["OBJECT_TYPE", "SATNAME", "OPS_STATUS_CODE", "LAUNCH_DATE"]) {
        Some(Kind::SatcatCsv)
    } else {
        None
    }
}

/// `finals2000A` of the IERS: the date in columns 1 to 6, its MJD in 8 to 15, then the flag I or P.
fn is_finals(line: &str) -> bool {
    let (Some(date), Some(mjd), Some(flag)) = (line.get(..6), line.get(7..15), line.get(16..17)) else {
        return false;
    };
    date.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
        && mjd.contains('.')
        && mjd.trim().parse::<f64>().is_ok_and(|mjd| (37_000.0..100_000.0).contains(&mjd))
        && matches!(flag, "I" | "P" | " ")
}

/// Short texts that sources send in place of data.
fn detect_answer(text: &str) -> Kind {
    let lower = head(text, 4 << 10).to_ascii_lowercase();
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    Kind::Foreign(if has(&["not updated since", "usage policy", "rate limit", "too many requests"]) {
        Foreign::NotUpdated(quoted(text))
    } else if has(&["invalid query"]) {
        Foreign::InvalidQuery(quoted(text))
    } else if has(&["no gp data", "no supgp data", "no data found", "no results", "no records found"]) {
        Foreign::NoData(quoted(text))
    } else {
        Foreign::Unknown(quoted(text))
    })
}

fn unknown(text: &str) -> Kind {
    Kind::Foreign(Foreign::Unknown(quoted(text)))
}

/// The beginning of a text on one line, control characters escaped.
fn quoted(text: &str) -> String {
    text.trim()
        .chars()
        .take(QUOTED_CHARS)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

/// At most `bytes` of the text, cut between characters.
fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
