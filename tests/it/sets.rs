//! Element sets for the tests, read with as little as their files need.

use std::path::Path;

use alliedsky::astro::elements::{ElementFields, Elements};
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::time::plus_seconds;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::truth;

/// The truth tables are made with UT1 = UTC and no polar motion.
pub fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

/// The 979 objects of 2018-01-20.
pub fn catalogue_2018() -> Vec<Elements> {
    truth::table(&truth::data("../../tle/catalogue_20180120.csv.gz"))
        .iter()
        .map(|row| {
            let epoch = NaiveDateTime::parse_from_str(row.text("EPOCH"), "%Y-%m-%dT%H:%M:%S%.f").unwrap();
            Elements::new(ElementFields {
                norad_id: row.text("NORAD_CAT_ID").parse().unwrap(),
                name: row.text("OBJECT_NAME").to_owned(),
                object_id: row.text("OBJECT_ID").to_owned(),
                epoch: epoch.and_utc(),
                mean_motion_rev_day: row.number("MEAN_MOTION"),
                eccentricity: row.number("ECCENTRICITY"),
                inclination_deg: row.number("INCLINATION"),
                raan_deg: row.number("RA_OF_ASC_NODE"),
                arg_perigee_deg: row.number("ARG_OF_PERICENTER"),
                mean_anomaly_deg: row.number("MEAN_ANOMALY"),
                bstar: row.number("BSTAR"),
                mean_motion_dot: row.number("MEAN_MOTION_DOT"),
                mean_motion_ddot: row.number("MEAN_MOTION_DDOT"),
                ephemeris_type: 0,
                classification: 'U',
                element_set_no: row.id("ELEMENT_SET_NO"),
                rev_at_epoch: row.id("REV_AT_EPOCH"),
            })
            .unwrap()
        })
        .collect()
}

/// The chosen objects of [`catalogue_2018`].
pub fn chosen_2018(ids: &[u32]) -> Vec<Elements> {
    catalogue_2018().into_iter().filter(|elements| ids.contains(&elements.norad_id.get())).collect()
}

/// The sets of a file of TLEs with name lines; those that cannot be read are left out.
pub fn from_tle(path: &Path) -> Vec<Elements> {
    let text = String::from_utf8(truth::bytes(path)).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines
        .windows(3)
        .filter(|lines| lines[1].starts_with("1 ") && lines[2].starts_with("2 ") && lines[1].len() > 60)
        .filter_map(|lines| tle(lines[0].trim_start_matches("0 "), lines[1], lines[2]))
        .collect()
}

fn tle(name: &str, one: &str, two: &str) -> Option<Elements> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let year: i32 = one[18..20].parse().ok()?;
    let new_year = NaiveDate::from_ymd_opt(if year < 57 { 2000 } else { 1900 } + year, 1, 1)?.and_hms_opt(0, 0, 0)?;
    let (days, fraction) = (number(&one[20..23])?, number(&format!("0{}", &one[23..32]))?);
    Elements::new(ElementFields {
        norad_id: one[2..7].parse().ok()?,
        name: name.to_owned(),
        object_id: String::new(),
        epoch: plus_seconds(new_year.and_utc(), ((days - 1.0) * 86_400.0) + (fraction * 86_400.0e6).round() * 1e-6),
        mean_motion_rev_day: number(&two[52..63])?,
        eccentricity: number(&format!("0.{}", &two[26..33]))?,
        inclination_deg: number(&two[8..16])?,
        raan_deg: number(&two[17..25])?,
        arg_perigee_deg: number(&two[34..42])?,
        mean_anomaly_deg: number(&two[43..51])?,
        bstar: number(&format!("{}.{}e{}", &one[53..54], &one[54..59], &one[59..61]).replace(' ', ""))?,
        mean_motion_dot: 0.0,
        mean_motion_ddot: 0.0,
        ephemeris_type: 0,
        classification: 'U',
        element_set_no: 0,
        rev_at_epoch: 0,
    })
    .ok()
}
