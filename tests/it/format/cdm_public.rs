//! Space-Track's public conjunction data messages.

use alliedsky::format::cdm_public::{CdmPublicBatch, read_cdm_public};
use alliedsky::format::satcat::{ObjectType, read_satcat};
use alliedsky::format::{Foreign, FormatError, MAX_FILE_BYTES, Problem};

use super::time;

/// One record as the source writes it, every value a string, with one key's value replaced by another JSON value.
fn record(replaced: &str, value: &str) -> String {
    let fields = [
        ("CDM_ID", "\"392735348\""),
        ("CREATED", "\"2022-12-02 02:09:06.000000\""),
        ("EMERGENCY_REPORTABLE", "\"Y\""),
        ("TCA", "\"2022-12-04T01:03:42.235000\""),
        ("MIN_RNG", "\"886\""),
        ("PC", "\"0.000173503\""),
        ("SAT_1_ID", "\"3740\""),
        ("SAT_1_NAME", "\"THOR ABLESTAR DEB\""),
        ("SAT1_OBJECT_TYPE", "\"DEBRIS\""),
        ("SAT1_RCS", "\"SMALL\""),
        ("SAT_1_EXCL_VOL", "\"5.00\""),
        ("SAT_2_ID", "\"799500123\""),
        ("SAT_2_NAME", "\"UNKNOWN\""),
        ("SAT2_OBJECT_TYPE", "\"UNKNOWN\""),
        ("SAT2_RCS", "null"),
        ("SAT_2_EXCL_VOL", "\"1.00\""),
    ];
    let members = fields.map(|(key, text)| format!("\"{key}\":{}", if key == replaced { value } else { text }));
    format!("{{{}}}", members.join(","))
}

fn read(text: &str) -> Result<CdmPublicBatch, FormatError> {
    read_cdm_public("cdm.json", text.as_bytes(), MAX_FILE_BYTES)
}

#[test]
fn a_message_is_read_in_our_units() {
    let batch = read(&format!("[{}]", record("", ""))).unwrap();
    assert_eq!((batch.messages.len(), batch.rejected_count, batch.truncated), (1, 0, false));
    let cdm = &batch.messages[0];
    assert_eq!((cdm.cdm_id, cdm.emergency_reportable), (392_735_348, true));
    assert_eq!(cdm.created, Some(time("2022-12-02T02:09:06Z")));
    assert_eq!(cdm.tca, time("2022-12-04T01:03:42.235Z"));
    assert_eq!((cdm.miss_km, cdm.pc), (0.886, Some(0.000_173_503)));
    assert_eq!((cdm.sat1.norad_id.get(), cdm.sat1.name.as_str()), (3740, "THOR ABLESTAR DEB"));
    assert_eq!((cdm.sat1.object_type, cdm.sat2.object_type), (ObjectType::Debris, ObjectType::Unknown));
    assert_eq!((cdm.sat1.rcs_size.as_str(), cdm.sat2.rcs_size.as_str()), ("SMALL", ""));
    assert_eq!((cdm.sat1.exclusion_volume.as_str(), cdm.sat2.exclusion_volume.as_str()), ("5.00", "1.00"));
    assert_eq!((cdm.sat2.norad_id.get(), cdm.sat2.name.as_str()), (799_500_123, "UNKNOWN"));
}

/// Descriptions of the class name the keys with and without the first underscore.
#[test]
fn keys_are_the_same_with_and_without_underscores() {
    let plain = record("", "").replace("SAT_1", "SAT1").replace("SAT_2", "SAT2");
    assert!(plain.contains("\"SAT1_ID\""));
    assert_eq!(read(&plain).unwrap().messages, read(&record("", "")).unwrap().messages);
}

#[test]
fn what_the_source_may_leave_out_is_none() {
    for blank in ["null", "\"\"", "\" \""] {
        assert_eq!(read(&record("PC", blank)).unwrap().messages[0].pc, None);
        assert_eq!(read(&record("CREATED", blank)).unwrap().messages[0].created, None);
        assert!(!read(&record("EMERGENCY_REPORTABLE", blank)).unwrap().messages[0].emergency_reportable);
        assert_eq!(read(&record("SAT_1_NAME", blank)).unwrap().messages[0].sat1.name, "");
    }
    assert_eq!(read(&record("PC", "0.5")).unwrap().messages[0].pc, Some(0.5));
    assert_eq!(read(&record("MIN_RNG", "1250.5")).unwrap().messages[0].miss_km, 1.2505);
}

#[test]
fn a_bad_record_is_refused_by_its_field_and_costs_itself_alone() {
    for (key, value, words) in [
        ("CDM_ID", "null", "CDM_ID: missing"),
        ("CDM_ID", "\"-1\"", "CDM_ID = -1: no number of a message"),
        ("CDM_ID", "\"99999999999999999999\"", "no number of a message"),
        ("CREATED", "\"yesterday\"", "CREATED = yesterday: no date and time"),
        ("EMERGENCY_REPORTABLE", "\"maybe\"", "EMERGENCY_REPORTABLE = maybe: neither Y nor N"),
        ("TCA", "null", "TCA: missing"),
        ("TCA", "\"2022-02-30T00:00:00\"", "TCA = 2022-02-30T00:00:00: no such day"),
        ("MIN_RNG", "\"\"", "MIN_RNG: missing"),
        ("MIN_RNG", "\"-1\"", "MIN_RNG = -1: out of range (0 m or more)"),
        ("MIN_RNG", "\"inf\"", "MIN_RNG = inf: not a finite number"),
        ("MIN_RNG", "\"NaN\"", "not a finite number"),
        ("PC", "\"1.5\"", "PC = 1.5: out of range (0 to 1)"),
        ("PC", "\"high\"", "PC = high: not a number"),
        ("SAT_1_ID", "null", "SAT_1_ID: missing"),
        ("SAT_2_ID", "\"0\"", "SAT_2_ID = 0: no catalogue number"),
        ("SAT_2_ID", "\"1234567890\"", "SAT_2_ID = 1234567890: no catalogue number"),
        ("SAT_2_ID", "\"3740\"", "(NORAD 3740): both objects are the same"),
    ] {
        let batch = read(&format!("[{},{}]", record(key, value), record("", ""))).unwrap();
        assert_eq!((batch.messages.len(), batch.rejected_count, batch.truncated), (1, 1, false), "{key}");
        let said = batch.rejected[0].to_string();
        assert!(said.starts_with("cdm.json, record 1") && said.contains(words), "{said}");
    }
}

#[test]
fn a_cut_answer_says_so() {
    let text = format!("[{},{}", record("", ""), &record("", "")[..200]);
    let batch = read(&text).unwrap();
    assert_eq!((batch.messages.len(), batch.rejected_count, batch.truncated), (1, 1, true));
    let text = format!("[{}", record("", ""));
    assert!(read(&text).unwrap().truncated);
}

#[test]
fn other_answers_are_refused_as_a_whole() {
    let problem = |text: &str| read(text).unwrap_err().problem;
    assert_eq!(problem("[]"), Problem::Foreign(Foreign::NoData("[]".to_owned())));
    assert!(matches!(problem("{\"error\":\"limit\"}"), Problem::Foreign(Foreign::ErrorBody(_))));
    assert!(matches!(problem("<html>login</html>"), Problem::Foreign(Foreign::Html)));
    let satcat = "[{\"NORAD_CAT_ID\":\"1\",\"OBJECT_TYPE\":\"PAYLOAD\"}]";
    assert!(matches!(problem(satcat), Problem::OtherKind { .. }));
    assert!(matches!(problem(&record("TCA", "null")), Problem::NothingUsable { count: 1, .. }));
    let limited = read_cdm_public("cdm.json", record("", "").as_bytes(), 10).unwrap_err();
    assert_eq!(limited.problem, Problem::OverLimit { limit_bytes: 10 });
    let error = read_satcat("cdm.json", record("", "").as_bytes(), MAX_FILE_BYTES).unwrap_err();
    assert!(error.to_string().contains("cdm_public"), "{error}");
}
