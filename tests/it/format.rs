//! Readers and writers of element sets and SATCAT, and the detection of kinds: what the areas below share.

use alliedsky::astro::elements::Elements;
use alliedsky::format::{
    Batch, Format, ReadOptions, read_elements, write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml,
};
use chrono::{DateTime, Utc};

use crate::truth;

mod agreement;
mod cdm_public;
mod http_date;
mod kinds;
mod large;
mod mutation;
mod omm;
mod satcat;
mod tle;
mod write;

fn read(name: &str, bytes: &[u8]) -> Batch {
    read_elements(name, bytes, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn read_data(name: &str) -> Batch {
    read(name, &std::fs::read(truth::data(name)).unwrap())
}

fn one(text: &str) -> Elements {
    let mut batch = read("one", text.as_bytes());
    assert_eq!((batch.elements.len(), batch.rejected_count, batch.truncated), (1, 0, false), "{:?}", batch.rejected);
    batch.elements.remove(0)
}

/// The words of the first refusal of a file in which nothing else is usable.
fn refused(text: &str) -> String {
    read_elements("refused", text.as_bytes(), &ReadOptions::default()).unwrap_err().to_string()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Puts the right checksum behind 68 columns.
fn with_checksum(line: &str) -> String {
    let body = &line[..68];
    let sum: u32 = body.chars().map(|c| if c == '-' { 1 } else { c.to_digit(10).unwrap_or(0) }).sum();
    format!("{body}{}", sum % 10)
}

const LINE1: &str = "1 25544U 98067A   18020.89808844  .00002078  00000-0  38550-4 0  9992";
const LINE2: &str = "2 25544  51.6424  32.9776 0003646  28.7227  39.5332 15.54190080 95614";

/// A set whose line 1 has `text` from `column` (counted from 1) on, with the right checksum.
fn with_line1(column: usize, text: &str) -> String {
    let mut line = LINE1.to_owned();
    line.replace_range(column - 1..column - 1 + text.len(), text);
    format!("{}\n{LINE2}\n", with_checksum(&line))
}

fn with_line2(column: usize, text: &str) -> String {
    let mut line = LINE2.to_owned();
    line.replace_range(column - 1..column - 1 + text.len(), text);
    format!("{LINE1}\n{}\n", with_checksum(&line))
}

fn edge_cases() -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(truth::data("sgp4/edge_cases.json")).unwrap()).unwrap()
}

fn edge_case<'v>(cases: &'v serde_json::Value, id: &str) -> &'v serde_json::Value {
    cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap()
}

/// Equal to the last bit, zeros with their sign.
fn assert_identical(a: &[Elements], b: &[Elements]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a, b);
        assert_eq!(a.orbit_key(), b.orbit_key());
        assert_eq!(a.mean_motion_dot.to_bits(), b.mean_motion_dot.to_bits());
        assert_eq!(a.mean_motion_ddot.to_bits(), b.mean_motion_ddot.to_bits());
    }
}

fn assert_round_trips(elements: &[Elements]) {
    let created = time("2026-09-07T00:00:00Z");
    for (text, format) in [
        (write_omm_csv(elements), Format::OmmCsv),
        (write_omm_json(elements), Format::OmmJson),
        (write_omm_kvn(elements, created), Format::OmmKvn),
        (write_omm_xml(elements, created), Format::OmmXml),
    ] {
        let batch = read(format.as_str(), text.as_bytes());
        assert_eq!((batch.format, batch.rejected_count, batch.truncated), (format, 0, false));
        assert_identical(elements, &batch.elements);
    }
}

/// The fields of the ISS's set as the text of an OMM, keywords with values.
fn omm_fields() -> Vec<(String, String)> {
    let cases = edge_cases();
    let omm = edge_case(&cases, "xp_type4_omm")["omm"].as_object().unwrap().clone();
    let mut fields: Vec<_> = omm.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())).collect();
    fields.iter_mut().find(|(key, _)| key == "EPHEMERIS_TYPE").unwrap().1 = "0".to_owned();
    fields
}

fn as_csv(fields: &[(String, String)]) -> String {
    let (keys, values): (Vec<_>, Vec<_>) = fields.iter().cloned().unzip();
    format!("{}\n{}\n", keys.join(","), values.join(","))
}
