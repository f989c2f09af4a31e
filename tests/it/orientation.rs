//! Earth orientation: the readers against what stands in the files, and the table between and beyond its rows.

use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::orientation::{OrientationRow, OrientationTable};
use alliedsky::format::eop::{EopBatch, read_eop};
use alliedsky::format::{MAX_FILE_BYTES, Problem};
use chrono::{DateTime, Utc};

use crate::truth;

const ARCSECOND: f64 = std::f64::consts::PI / 648_000.0;

/// Days of 2000, the leap second of 2016-12-31, 2018, the first predicted days and the first without values.
fn finals() -> Vec<u8> {
    truth::bytes(&truth::data("frames/finals2000A_excerpt.txt"))
}

/// Three days as CelesTrak publishes them.
const CELESTRAK: &str = "DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE
2018-01-01,58119,0.059258,0.247585,0.2163567,0.0008094,0.000118,-0.000175,0.041955,0.007790,37,O
2018-01-02,58120,0.057424,0.248531,0.2155887,0.0007372,0.000150,-0.000206,0.042005,0.007839,37,O
2018-01-03,58121,0.055761,0.249477,0.2148521,0.0007549,0.000198,-0.000220,0.041868,0.007691,37,P
";

fn read(bytes: &[u8]) -> EopBatch {
    read_eop("eop", bytes, MAX_FILE_BYTES).unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn assert_close(found: EarthOrientation, ut1_utc_s: f64, x_arcsec: f64, y_arcsec: f64) {
    assert!((found.ut1_utc_s - ut1_utc_s).abs() < 1e-9, "{found:?}");
    assert!((found.pole_x_rad / ARCSECOND - x_arcsec).abs() < 1e-9, "{found:?}");
    assert!((found.pole_y_rad / ARCSECOND - y_arcsec).abs() < 1e-9, "{found:?}");
}

#[test]
fn finals_rows() {
    let batch = read(&finals());
    assert_eq!((batch.rows.len(), batch.rejected_count), (57, 0));
    let table = OrientationTable::new(batch.rows);
    // As printed, a year of one digit included.
    assert_close(table.at(time("2000-01-01T00:00:00Z")), 0.355_477_9, 0.043_301, 0.377_867);
    assert_close(table.at(time("2016-12-31T00:00:00Z")), -0.407_760_1, 0.081_400, 0.263_094);
    assert_close(table.at(time("2026-10-23T00:00:00Z")), -0.044_480_1, 0.148_194, 0.317_462);
    assert!(!table.is_predicted(time("2026-10-22T00:00:00Z")));
    assert!(table.is_predicted(time("2026-10-22T12:00:00Z")));
    assert!(table.is_predicted(time("2026-10-23T00:00:00Z")));
}

#[test]
fn linear_between_days() {
    let table = OrientationTable::new(read(&finals()).rows);
    let noon = table.at(time("2000-01-01T12:00:00Z"));
    assert_close(noon, (0.355_477_9 + 0.354_601_3) / 2.0, (0.043_301 + 0.043_541) / 2.0, (0.377_867 + 0.377_638) / 2.0);
}

#[test]
fn across_a_leap_second() {
    let table = OrientationTable::new(read(&finals()).rows);
    let ut1_utc_s = |text: &str| table.at(time(text)).ut1_utc_s;
    // All of the last day runs on towards the next value less one second; then it jumps.
    assert!((ut1_utc_s("2016-12-31T12:00:00Z") - (-0.407_760_1 + 0.591_282_1 - 1.0) / 2.0).abs() < 1e-9);
    assert!((ut1_utc_s("2016-12-31T23:59:59.999Z") - (0.591_282_1 - 1.0)).abs() < 1e-7);
    assert!((ut1_utc_s("2017-01-01T00:00:00Z") - 0.591_282_1).abs() < 1e-9);
}

#[test]
fn celestrak_rows() {
    let batch = read(CELESTRAK.as_bytes());
    assert_eq!((batch.rows.len(), batch.rejected_count), (3, 0));
    let table = OrientationTable::new(batch.rows);
    assert_close(table.at(time("2018-01-02T00:00:00Z")), 0.215_588_7, 0.057_424, 0.248_531);
    assert!(!table.is_predicted(time("2018-01-01T06:00:00Z")) && table.is_predicted(time("2018-01-02T06:00:00Z")));
    // Both publishers mean the same Earth.
    let finals = OrientationTable::new(read(&finals()).rows);
    for day in ["2018-01-01T00:00:00Z", "2018-01-02T09:00:00Z", "2018-01-03T00:00:00Z"] {
        let (a, b) = (table.at(time(day)), finals.at(time(day)));
        assert!((a.ut1_utc_s - b.ut1_utc_s).abs() < 1e-4);
        assert!((a.pole_x_rad - b.pole_x_rad).abs() < 5e-4 * ARCSECOND);
        assert!((a.pole_y_rad - b.pole_y_rad).abs() < 5e-4 * ARCSECOND);
    }
}

#[test]
fn beyond_the_ends_the_last_row_is_held() {
    let table = OrientationTable::new(read(CELESTRAK.as_bytes()).rows);
    for (day, inside, ut1_utc_s) in [
        ("1960-01-01T00:00:00Z", false, 0.216_356_7),
        ("2017-12-31T23:59:59Z", false, 0.216_356_7),
        ("2018-01-03T00:00:00Z", true, 0.214_852_1),
        ("2018-01-03T00:00:01Z", false, 0.214_852_1),
        ("2100-01-01T00:00:00Z", false, 0.214_852_1),
    ] {
        assert_eq!(table.covers(time(day)), inside, "{day}");
        assert!((table.at(time(day)).ut1_utc_s - ut1_utc_s).abs() < 1e-12, "{day}");
        assert_eq!(table.is_predicted(time(day)), !inside || day.starts_with("2018-01-03"));
    }
    let none = OrientationTable::none();
    assert!(none.is_empty() && !none.covers(time("2018-01-01T00:00:00Z")));
    assert_eq!(none.at(time("2018-01-01T00:00:00Z")), EarthOrientation::default());
}

#[test]
fn one_row_a_day() {
    let row = |mjd: i32, ut1_utc_s: f64, predicted: bool| OrientationRow {
        mjd,
        orientation: EarthOrientation { ut1_utc_s, ..EarthOrientation::default() },
        predicted,
    };
    let rows = vec![row(3, 0.3, false), row(1, 0.1, true), row(3, 0.4, true), row(1, 0.2, true), row(2, 0.5, false)];
    let table = OrientationTable::new(rows);
    assert_eq!(table.rows(), [row(1, 0.2, true), row(2, 0.5, false), row(3, 0.3, false)]);
}

#[test]
fn bad_rows_do_not_lose_the_file() {
    let mut lines: Vec<String> = CELESTRAK.lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("0.2163567", "NaN");
    lines[2] = lines[2].replace("0.057424", "57.424");
    let batch = read(lines.join("\r\n").as_bytes());
    assert_eq!((batch.rows.len(), batch.rejected_count), (1, 2));
    assert_eq!(batch.rejected[0].to_string(), "eop, line 2, UT1-UTC = NaN: out of range (-1 to 1)");
    assert_eq!(batch.rejected[1].to_string(), "eop, line 3, X = 57.424: out of range (-2 to 2)");

    // A download that ends inside the second line's UT1−UTC: what is there of the number is not believed.
    for cut in [188 + 20, 188 + 60, 188 + 67] {
        let batch = read(&finals()[..cut]);
        assert_eq!((batch.rows.len(), batch.rejected_count), (1, 1), "cut at {cut}");
    }
}

#[test]
fn other_files_are_refused() {
    let refuse = |bytes: &[u8]| read_eop("eop", bytes, MAX_FILE_BYTES).unwrap_err().problem;
    assert!(matches!(refuse(b"<html><body>403</body></html>"), Problem::Foreign(_)));
    assert!(matches!(refuse(b""), Problem::Foreign(_)));
    assert!(matches!(refuse(b"DATE,MJD,X,Y,UT1-UTC,DATA_TYPE\n"), Problem::NoRecords));
    assert!(matches!(refuse(b"DATE,MJD,X,UT1-UTC,DATA_TYPE\n"), Problem::MissingColumn { column: "Y" }));
    let sets = truth::bytes(&truth::data("../../tle/catalogue_20180120.csv.gz"));
    assert!(matches!(refuse(&sets), Problem::OtherKind { .. }));
}
