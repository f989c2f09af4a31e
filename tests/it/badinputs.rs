//! Every hostile or broken file ends as its manifest says.

use std::collections::BTreeSet;
use std::io::Write;

use alliedsky::format::{Batch, FormatError, Problem, ReadOptions, read_elements};
use chrono::{DateTime, Utc};

use crate::truth;

/// How a file ends.
enum End {
    /// Good sets, refused records, duplicates, conflicts, truncated.
    Accept(usize, usize, usize, usize, bool),
    /// The whole file is refused, with these words in the message.
    Refuse(&'static str),
}
use End::{Accept, Refuse};

const GOOD: End = Accept(72, 0, 0, 0, false);
const ONE_REFUSED: End = Accept(71, 1, 0, 0, false);

/// Where the manifest leaves a choice, the comment says which was made.
const ENDS: [(&str, End); 53] = [
    ("00_good.tle", Accept(100, 0, 0, 0, false)),
    ("00_good.json", GOOD),
    ("00_good.csv", GOOD),
    ("01_empty.txt", Refuse("empty")),
    ("02_header_only.csv", Refuse("no records")),
    ("03_html_200.html", Refuse("an HTML page")),
    ("04_captive_portal.html", Refuse("login page")),
    ("05_celestrak_403.txt", Refuse("wait for the next update")),
    ("06_no_gp_data.txt", Refuse("no data for this query (\"No GP data found\")")),
    ("07_invalid_query.txt", Refuse("GROUP=actve")),
    // Choice: the complete prefix is accepted and the batch says that it is not the whole file.
    ("08_truncated.json", Accept(47, 1, 0, 0, true)),
    ("09_truncated.tle", Accept(50, 1, 0, 0, true)),
    ("10_truncated.csv", Accept(35, 1, 0, 0, true)),
    ("11_truncated.json.gz", Refuse("gzip data is cut or damaged")),
    ("12_bad_crc.json.gz", Refuse("gzip data is cut or damaged")),
    ("13_gzip_bomb.json.gz", Refuse("more than 67108864 bytes")),
    ("14_nested_bomb.json", Refuse("not recognised")),
    ("15_huge_line.tle", Accept(100, 1, 0, 0, false)),
    // Two sets have NULs in them.
    ("16_nul_bytes.tle", Accept(98, 2, 0, 0, false)),
    ("17_random.bin", Refuse("binary data")),
    // Choice: refused, not decoded.
    ("18_utf16.csv", Refuse("UTF-16")),
    ("19_bom_crlf.csv", GOOD),
    // Choice: CR alone ends a line.
    ("20_cr_only.tle", Accept(100, 0, 0, 0, false)),
    // Choice: the set is refused, not the file.
    ("21_nan.json", ONE_REFUSED),
    ("22_strings.json", GOOD),
    ("23_missing_field.json", ONE_REFUSED),
    ("24_ecc_neg.json", ONE_REFUSED),
    ("25_ecc_ge1.json", ONE_REFUSED),
    ("26_mm_zero.json", ONE_REFUSED),
    ("27_mm_huge.json", ONE_REFUSED),
    ("28_epoch_future.json", ONE_REFUSED),
    // The reader accepts; the age is judged where the set is used.
    ("29_epoch_old.json", GOOD),
    ("30_epoch_bad.json", ONE_REFUSED),
    ("31_id_6digit.json", GOOD),
    ("32_id_9digit.json", GOOD),
    ("33_id_neg.json", ONE_REFUSED),
    ("34_type4.json", ONE_REFUSED),
    ("35_duplicate.json", Accept(72, 0, 72, 0, false)),
    ("36_conflict.json", Accept(72, 0, 0, 1, false)),
    ("37_name_injection.json", GOOD),
    ("38_name_long.json", GOOD),
    ("39_bad_checksum.tle", Accept(99, 1, 0, 0, false)),
    ("40_lines_swapped.tle", Accept(99, 1, 0, 0, false)),
    ("41_mismatched_ids.tle", Accept(99, 1, 0, 0, false)),
    ("42_short_lines.tle", Accept(99, 1, 0, 0, false)),
    // The reader sees three good sets: that they must not replace a full catalogue is known where that one is kept.
    ("43_shrunk_catalogue.json", Accept(3, 0, 0, 0, false)),
    // Choice: a single object is accepted.
    ("44_object_not_array.json", Accept(1, 0, 0, 0, false)),
    ("45_error_json.json", Refuse("violated your query rate limit")),
    ("46_col_reorder.csv", GOOD),
    // Choice: accepted, because the column that the rows lack is last and is not read.
    ("47_extra_col.csv", GOOD),
    ("48_missing_col.csv", Refuse("no column BSTAR")),
    ("49_xml_entity_bomb.xml", Refuse("DOCTYPE")),
    ("50_xxe.xml", Refuse("DOCTYPE")),
];

/// The day after the newest good epoch of these files.
fn clock() -> DateTime<Utc> {
    "2018-01-22T06:00:00Z".parse().unwrap()
}

/// Files above 100 kB are made here, as the manifest describes them.
fn content(name: &str) -> Vec<u8> {
    match name {
        "13_gzip_bomb.json.gz" => {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            packer.write_all(b"[").unwrap();
            for _ in 0..200 {
                packer.write_all(&[b' '; 1 << 20]).unwrap();
            }
            packer.write_all(b"]").unwrap();
            packer.finish().unwrap()
        }
        "14_nested_bomb.json" => [[b'['; 100_000], [b']'; 100_000]].concat(),
        "15_huge_line.tle" => [&[b'A'; 5_000_000][..], b"\n", &content("00_good.tle")].concat(),
        "38_name_long.json" => {
            let good = String::from_utf8(content("00_good.json")).unwrap();
            good.replacen("ATLAS CENTAUR 2", &"A".repeat(100_000), 1).into_bytes()
        }
        _ => std::fs::read(truth::data("badinputs").join(name)).unwrap(),
    }
}

fn read(name: &str) -> Result<Batch, FormatError> {
    let options = ReadOptions { now: Some(clock()), max_unpacked_bytes: 64 << 20, ..ReadOptions::default() };
    read_elements(name, &content(name), &options)
}

#[test]
fn every_file_of_the_manifest_is_here() {
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&content("manifest.json")).unwrap();
    let listed: BTreeSet<&str> = manifest.iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    assert_eq!(listed, ENDS.iter().map(|(name, _)| *name).collect());
}

#[test]
fn every_file_ends_as_the_manifest_says() {
    for (name, end) in ENDS {
        match (read(name), end) {
            (Ok(batch), Accept(sets, refused, duplicates, conflicts, truncated)) => {
                let found = (batch.elements.len(), batch.rejected_count, batch.duplicates, batch.conflicts);
                assert_eq!(found, (sets, refused, duplicates, conflicts), "{name}: {:?}", batch.rejected);
                assert_eq!(batch.truncated, truncated, "{name}");
                assert_eq!(batch.rejected.len(), batch.rejected_count, "{name}");
            }
            (Err(error), Refuse(words)) => {
                let message = error.to_string();
                assert!(message.starts_with(name) && message.contains(words), "{name}: {message}");
                assert!(message.len() < 400, "{name}: a message of {} bytes", message.len());
            }
            (Ok(batch), Refuse(words)) => panic!("{name} gave {} sets, not \"{words}\"", batch.elements.len()),
            (Err(error), Accept(..)) => panic!("{error}"),
        }
    }
}

#[test]
fn refusals_name_record_object_field_and_reason() {
    for (name, expected) in [
        ("21_nan.json", "21_nan.json, record 1 (NORAD 694), ECCENTRICITY = NaN: not a finite number"),
        ("23_missing_field.json", "23_missing_field.json, record 1 (NORAD 694), EPOCH: missing"),
        ("24_ecc_neg.json", "24_ecc_neg.json, record 1 (NORAD 694), ECCENTRICITY = -0.1: out of range (0 to below 1)"),
        ("25_ecc_ge1.json", "25_ecc_ge1.json, record 1 (NORAD 694), ECCENTRICITY = 1: out of range (0 to below 1)"),
        (
            "26_mm_zero.json",
            "26_mm_zero.json, record 1 (NORAD 694), MEAN_MOTION = 0: out of range (0.000001 rev/day or more)",
        ),
        (
            "27_mm_huge.json",
            "27_mm_huge.json, record 1 (NORAD 694), MEAN_MOTION = 25: puts the orbit beneath the ground",
        ),
        (
            "28_epoch_future.json",
            "28_epoch_future.json, record 1 (NORAD 694), EPOCH = 2099-01-01T00:00:00.000000: \
             29563.8 days after the clock 2018-01-22T06:00:00Z",
        ),
        (
            "30_epoch_bad.json",
            "30_epoch_bad.json, record 1 (NORAD 694), EPOCH = 2026-02-30T25:61:61: no such day in the calendar",
        ),
        ("33_id_neg.json", "33_id_neg.json, record 1, NORAD_CAT_ID = -5: no catalogue number (1 to 999999999)"),
        (
            "34_type4.json",
            "34_type4.json, record 1 (NORAD 694), EPHEMERIS_TYPE = 4: \
             SGP4-XP, which SGP4 would propagate to a wrong orbit without an error",
        ),
        (
            "39_bad_checksum.tle",
            "39_bad_checksum.tle, lines 2-3 (NORAD 694): the checksum of line 1 is 4, its characters sum to 3",
        ),
        ("40_lines_swapped.tle", "40_lines_swapped.tle, lines 2-3 (NORAD 694): line 2 stands before line 1"),
        (
            "41_mismatched_ids.tle",
            "41_mismatched_ids.tle, lines 2-3 (NORAD 694), NORAD_CAT_ID = 00733: \
             line 2 belongs to another object than line 1",
        ),
        ("42_short_lines.tle", "42_short_lines.tle, lines 2-3 (NORAD 694): line 1 has 60 columns instead of 69"),
    ] {
        assert_eq!(read(name).unwrap().rejected[0].to_string(), expected);
    }
}

#[test]
fn names_are_data_and_are_cut_at_a_limit() {
    let injected = &read("37_name_injection.json").unwrap().elements[0];
    assert_eq!(injected.name, "x'); DROP TABLE events;--\0\u{202e}<script>");
    let long = &read("38_name_long.json").unwrap().elements[0];
    assert_eq!(long.name, "A".repeat(alliedsky::format::MAX_NAME_CHARS));
}

#[test]
fn large_catalogue_numbers_are_read() {
    assert_eq!(read("31_id_6digit.json").unwrap().elements[0].norad_id.get(), 100_753);
    assert_eq!(read("32_id_9digit.json").unwrap().elements[0].norad_id.get(), 799_501_234);
}

#[test]
fn a_conflict_is_settled_alike_in_any_order() {
    let text = String::from_utf8(content("36_conflict.json")).unwrap();
    let mut records: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let options = ReadOptions::default();
    let kept = |records: &[serde_json::Value]| {
        let text = serde_json::to_vec(records).unwrap();
        let batch = read_elements("order.json", &text, &options).unwrap();
        assert_eq!((batch.duplicates, batch.conflicts), (0, 1));
        batch.elements.into_iter().find(|set| set.norad_id.get() == 694).unwrap()
    };
    let forward = kept(&records);
    records.reverse();
    assert_eq!(kept(&records), forward);
    // Both have the same element set number; with a higher one the other set wins.
    let other = records.iter_mut().find(|record| {
        record["NORAD_CAT_ID"] == 694 && record["MEAN_ANOMALY"].as_f64() != Some(forward.mean_anomaly_deg)
    });
    other.unwrap()["ELEMENT_SET_NO"] = 1000.into();
    assert_ne!(kept(&records).mean_anomaly_deg, forward.mean_anomaly_deg);
}

#[test]
fn without_a_clock_no_epoch_is_too_late() {
    let batch = read_elements("future", &content("28_epoch_future.json"), &ReadOptions::default()).unwrap();
    assert_eq!(batch.elements.len(), 72);
}

#[test]
fn a_file_of_bad_records_only_is_refused_with_its_first_reasons() {
    let text = br#"[{"NORAD_CAT_ID": 1, "MEAN_MOTION": 15}, 7, {"MEAN_MOTION": 15}]"#;
    let error = read_elements("bad.json", text, &ReadOptions::default()).unwrap_err();
    assert!(matches!(&error.problem, Problem::NothingUsable { count: 3, first } if first.len() == 3));
    assert!(error.to_string().contains("bad.json, record 1 (NORAD 1), EPOCH: missing"), "{error}");
}

#[test]
fn zstd_is_limited_as_gzip_is() {
    let bomb = zstd::encode_all(&vec![b' '; 4 << 20][..], 19).unwrap();
    let options = ReadOptions { max_unpacked_bytes: 1 << 20, ..ReadOptions::default() };
    let error = read_elements("bomb.zst", &bomb, &options).unwrap_err();
    assert!(matches!(error.problem, Problem::OverLimit { .. } | Problem::Packing { .. }), "{error}");
    let good = zstd::encode_all(&content("00_good.tle")[..], 3).unwrap();
    assert_eq!(read_elements("good.zst", &good, &options).unwrap().elements.len(), 100);
    let error = read_elements("cut.zst", &good[..good.len() - 20], &options).unwrap_err();
    assert!(matches!(error.problem, Problem::Packing { packing: "zstd", .. }), "{error}");
}
