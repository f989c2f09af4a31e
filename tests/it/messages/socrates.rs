//! SOCRATES' list.

use alliedsky::format::socrates::{SocratesBatch, read_socrates};
use alliedsky::format::{FormatError, MAX_FILE_BYTES};

use super::time;
use crate::truth;

const HEADER: &str = "NORAD_CAT_ID_1,OBJECT_NAME_1,DSE_1,NORAD_CAT_ID_2,OBJECT_NAME_2,DSE_2,TCA,TCA_RANGE,\
    TCA_RELATIVE_SPEED,MAX_PROB,DILUTION\n";
const ROW: &str =
    "5,VANGUARD 1 [-],7.125,900,\"NAME, [X-1]\",-0.25,2026-09-08 11:22:33.456,0.018,14.25,2.5E-03,0.004\n";

fn read(text: &str) -> Result<SocratesBatch, FormatError> {
    read_socrates("a.csv", text.as_bytes(), MAX_FILE_BYTES)
}

#[test]
fn a_row_is_read_in_our_units() {
    let batch = read(&format!("{HEADER}{ROW}")).unwrap();
    assert_eq!((batch.rows.len(), batch.rejected_count, batch.truncated), (1, 0, false));
    let row = &batch.rows[0];
    let [one, two] = &row.objects;
    assert_eq!((one.norad_id.get(), one.name.as_str(), one.status), (5, "VANGUARD 1", Some('-')));
    assert_eq!((two.norad_id.get(), two.name.as_str(), two.status), (900, "NAME, [X-1]", None));
    assert_eq!((one.days_since_epoch, two.days_since_epoch), (Some(7.125), Some(-0.25)));
    assert_eq!((row.tca, row.miss_km), (time("2026-09-08T11:22:33.456Z"), 0.018));
    assert_eq!((row.relative_speed_km_s, row.pc_max, row.dilution_km), (Some(14.25), Some(0.0025), Some(0.004)));
}

#[test]
fn bad_rows_are_counted_and_listed() {
    let rows: Vec<String> = [
        ("5,VANGUARD", "X,VANGUARD", "line 3, NORAD_CAT_ID_1 = X: no catalogue number"),
        ("900,", "5,", "line 4 (NORAD 5): both objects are the same"),
        ("2.5E-03", "2.5", "line 5 (NORAD 5), MAX_PROB = 2.5: out of range (0 to 1)"),
        ("0.018", "", "line 6 (NORAD 5), TCA_RANGE: missing"),
        ("0.018", "-1", "line 7 (NORAD 5), TCA_RANGE = -1: out of range (0 or more)"),
        ("11:22", "25:22", "line 8 (NORAD 5), TCA = 2026-09-08 25:22:33.456: no such time of day"),
        (",14.25", "", "line 9: 10 fields where the header names 11"),
    ]
    .map(|(from, to, expected)| format!("{}|{expected}", ROW.replacen(from, to, 1).trim_end()))
    .to_vec();
    let text: String = rows.iter().map(|row| format!("{}\n", row.split_once('|').unwrap().0)).collect();
    let batch = read(&format!("{HEADER}{ROW}{text}")).unwrap();
    assert_eq!((batch.rows.len(), batch.rejected_count, batch.rejected.len()), (1, 7, 7));
    for (rejection, row) in batch.rejected.iter().zip(&rows) {
        let expected = format!("a.csv, {}", row.split_once('|').unwrap().1);
        assert!(rejection.to_string().starts_with(&expected), "{rejection}\n{expected}");
    }
}

#[test]
fn columns_may_stand_in_any_order_and_be_more() {
    let batch = read("NEW,TCA_RANGE,TCA,NORAD_CAT_ID_2,NORAD_CAT_ID_1\n1,0.5,2026-09-08 11:22:33.456,2,1\n").unwrap();
    assert_eq!((batch.rows[0].miss_km, batch.rows[0].pc_max), (0.5, None));
    let error = read("NORAD_CAT_ID_1,TCA_RANGE,NORAD_CAT_ID_2\n1,0.5,2\n").unwrap_err().to_string();
    assert_eq!(error, "a.csv: the header has no column TCA: download the file again with all columns");
    assert!(read(&format!("{HEADER}{ROW}{}", &ROW[..40])).unwrap().truncated);
}

/// A list as it was published, of which every row is used.
#[test]
fn a_published_list() {
    let Some(path) = truth::local("socrates/socrates_plus_20250311_recovered.csv.gz") else { return };
    let batch = read_socrates("socrates", &std::fs::read(&path).unwrap(), MAX_FILE_BYTES).unwrap();
    let rows = truth::table(&path);
    batch.rejected.iter().take(5).for_each(|rejection| println!("{rejection}"));
    assert_eq!((batch.rows.len(), batch.rejected_count), (rows.len(), 0));
    for (ours, theirs) in batch.rows.iter().zip(&rows) {
        assert_eq!(ours.objects[0].norad_id.get(), theirs.id("NORAD_CAT_ID_1"));
        assert_eq!(ours.objects[1].norad_id.get(), theirs.id("NORAD_CAT_ID_2"));
        assert_eq!((ours.miss_km, ours.pc_max), (theirs.number("TCA_RANGE"), Some(theirs.number("MAX_PROB"))));
        assert!(ours.objects.iter().all(|object| !object.name.is_empty()));
    }
}
