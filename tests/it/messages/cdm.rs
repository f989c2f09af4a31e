//! Conjunction data messages, in and out.

use alliedsky::format::cdm::{
    Cdm, CdmBatch, Covariance, CovarianceMethod, Maneuverable, RefFrame, read_cdm, write_cdm_json, write_cdm_kvn,
    write_cdm_xml,
};
use alliedsky::format::{FormatError, MAX_FILE_BYTES, Notation};
use proptest::prelude::*;

use super::{instant, number, samples, text, time};
use crate::truth;

/// A message in KVN as an originator would write it, with what the standard demands and a little more.
const KVN: &str = "\
CCSDS_CDM_VERS = 1.0
CREATION_DATE = 2026-249T12:30:00
ORIGINATOR = SOMEONE
MESSAGE_ID = 77
COMMENT on both
TCA = 2026-09-08T11:22:33.456
MISS_DISTANCE = 715 [m]
RELATIVE_SPEED = 14762 [m/s]
COLLISION_PROBABILITY = 4.835E-05
COMMENT HBR = 12.5 [m]
OBJECT = OBJECT1
OBJECT_DESIGNATOR = 00005
CATALOG_NAME = SATCAT
OBJECT_NAME = NAME [WITH BRACKETS]
INTERNATIONAL_DESIGNATOR = 1958-002B
EPHEMERIS_NAME = NONE
COVARIANCE_METHOD = CALCULATED
MANEUVERABLE = N/A
REF_FRAME = ITRF-97
WEIGHTED_RMS = NaN
RESIDUALS_ACCEPTED = 97.8  [
X = -2570.097065 [km]
Y = 2244.654904 [km]
Z = 6281.497978 [km]
X_DOT = 4.418769571 [km/s]
Y_DOT = 4.833547743 [km/s]
Z_DOT = -3.526774282 [km/s]
OBJECT = OBJECT2
OBJECT_DESIGNATOR = 20580
CATALOG_NAME = SATCAT
OBJECT_NAME = HST
INTERNATIONAL_DESIGNATOR = 1990-037B
EPHEMERIS_NAME = HST_1
COVARIANCE_METHOD = DEFAULT
MANEUVERABLE = NO
REF_FRAME = ITRF-97
X = -2569.540800
Y = 2245.093614
Z = 6281.599946
X_DOT = -2.888612500
Y_DOT = -6.007247516
Z_DOT = 3.328770172
";

fn read(text: &str) -> Result<CdmBatch, FormatError> {
    read_cdm("a.cdm", text.as_bytes(), MAX_FILE_BYTES)
}

fn one(text: &str) -> (Cdm, Vec<String>) {
    let mut batch = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!((batch.messages.len(), batch.rejected_count, batch.truncated), (1, 0, false), "{:?}", batch.rejected);
    (batch.messages.remove(0), batch.remarks.iter().map(ToString::to_string).collect())
}

#[test]
fn a_message_is_read_as_it_is_written() {
    let (cdm, remarks) = one(KVN);
    assert_eq!(remarks, Vec::<String>::new());
    assert_eq!((cdm.originator.as_str(), cdm.message_id.as_str()), ("SOMEONE", "77"));
    assert_eq!((cdm.creation_date, cdm.tca), (time("2026-09-06T12:30:00Z"), time("2026-09-08T11:22:33.456Z")));
    assert_eq!((cdm.miss_distance_m, cdm.relative_speed_m_s), (715.0, Some(14_762.0)));
    assert_eq!((cdm.collision_probability, cdm.hard_body_radius_m()), (Some(4.835e-5), Some(12.5)));
    assert_eq!(cdm.comments, ["on both"]);
    let [one, two] = &cdm.objects;
    assert_eq!((one.object_designator.as_str(), one.object_name.as_str()), ("00005", "NAME [WITH BRACKETS]"));
    assert_eq!(
        (one.covariance_method, two.covariance_method),
        (CovarianceMethod::Calculated, CovarianceMethod::Default)
    );
    assert_eq!((one.maneuverable, two.maneuverable), (Maneuverable::NotKnown, Maneuverable::No));
    assert_eq!((one.ref_frame, two.ephemeris_name.as_str()), (RefFrame::Itrf, "HST_1"));
    assert_eq!((one.od.weighted_rms, one.od.residuals_accepted_percent), (None, Some(97.8)));
    assert_eq!(one.position_km, [-2_570.097_065, 2_244.654_904, 6_281.497_978]);
    assert_eq!(two.velocity_km_s, [-2.888_612_5, -6.007_247_516, 3.328_770_172]);
    assert_eq!((&one.covariance, &two.covariance), (&None, &None));
}

/// Every fault says where it is and what is wrong; what the standard leaves optional is passed over instead.
#[test]
fn faults_name_line_and_field() {
    for (from, to, expected) in [
        (
            "MISS_DISTANCE = 715 [m]",
            "MISS_DISTANCE = 0.715 [km]",
            "a.cdm, line 7 (NORAD 5), MISS_DISTANCE = 0.715: in the unit km, where the standard has m",
        ),
        ("MISS_DISTANCE = 715 [m]", "MISS_DISTANCE = -715 [m]", "line 7 (NORAD 5), MISS_DISTANCE = -715: out of range"),
        ("MISS_DISTANCE = 715 [m]\n", "", "a.cdm, lines 1-41 (NORAD 5), MISS_DISTANCE: missing"),
        ("Z = 6281.497978 [km]", "Z = 6281,497978 [km]", "line 24 (NORAD 5), Z = 6281,497978: not a number"),
        ("Z = 6281.497978 [km]", "Z = NaN [km]", "line 24 (NORAD 5), Z = NaN: not a finite number"),
        ("Z = 6281.599946\n", "", "Z: missing for object 2"),
        (
            "REF_FRAME = ITRF-97",
            "REF_FRAME = TEME",
            "line 19 (NORAD 5), REF_FRAME = TEME: expected EME2000, GCRF, ITRF",
        ),
        (
            "TCA = 2026-09-08T11:22:33.456",
            "TCA = 8 September",
            "line 6 (NORAD 5), TCA = 8 September: no date and time like",
        ),
        ("MANEUVERABLE = NO", "MANEUVERABLE = MAYBE", "MANEUVERABLE = MAYBE: expected YES, NO, N/A"),
        ("OBJECT = OBJECT2", "OBJECT = OBJECT1", "OBJECT = OBJECT1: expected OBJECT1 and OBJECT2, each once"),
        ("OBJECT_NAME = HST\n", "OBJECT_NAME = HST\nOBJECT_NAME = HST\n", "OBJECT_NAME = HST: stands twice"),
        ("MANEUVERABLE = NO", "ORBIT_CENTER = MOON\nMANEUVERABLE = NO", "ORBIT_CENTER = MOON: only EARTH is read"),
        ("Z_DOT = 3.328770172\n", "Z_DOT = 3.3287", "may be cut inside its last number"),
    ] {
        let broken = KVN.replacen(from, to, 1);
        assert_ne!(broken, KVN, "{from}");
        let error = read(&broken).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\n{expected}");
    }
}

#[test]
fn optional_fields_at_fault_are_passed_over_with_a_remark() {
    for (from, to, expected) in [
        ("[m/s]", "[km/s]", "line 8 (NORAD 5), RELATIVE_SPEED = 14762: in the unit km/s, where the standard has m/s"),
        ("4.835E-05", "1.5", "COLLISION_PROBABILITY = 1.5: out of range (0 to 1)"),
        ("WEIGHTED_RMS = NaN", "WEIGHTED_RMS = good", "line 20 (NORAD 5), WEIGHTED_RMS = good: not a number"),
        ("WEIGHTED_RMS = NaN", "RELATIVE_POSITION_R = 1 [m]", "RELATIVE_POSITION_T: missing; the 6 fields from"),
        (
            "OBJECT = OBJECT2",
            "CR_R = 1 [m**2]\nOBJECT = OBJECT2",
            "CT_R: missing for object 1; the 21 fields from CR_R",
        ),
    ] {
        let (cdm, remarks) = one(&KVN.replacen(from, to, 1));
        assert!(remarks.len() == 1 && remarks[0].contains(expected), "{remarks:?}\n{expected}");
        assert!(cdm.relative_speed_m_s.is_some() || from == "[m/s]");
        assert!(cdm.collision_probability.is_some() || from == "4.835E-05");
        assert_eq!((cdm.relative_state, &cdm.objects[0].covariance), (None, &None));
    }
}

#[test]
fn one_bad_message_does_not_lose_the_file() {
    let text = format!("{KVN}{}{KVN}", KVN.replacen("TCA", "TAC", 1));
    let batch = read(&text).unwrap();
    assert_eq!((batch.messages.len(), batch.rejected_count, batch.notation), (2, 1, Notation::Kvn));
    assert!(batch.rejected[0].to_string().starts_with("a.cdm, lines 43-84 (NORAD 5), TCA: missing"));
    let xml = write_cdm_xml(&[samples::cdm(), samples::full_cdm(), samples::cdm()]);
    let batch = read(&xml.replacen("<TCA>", "<TAC>", 2).replacen("<TAC>", "<TCA>", 1)).unwrap();
    assert_eq!((batch.messages.len(), batch.rejected_count), (2, 1));
    assert!(batch.rejected[0].to_string().contains("malformed XML"), "{}", batch.rejected[0]);
    let cut = read(&xml[..xml.len() - 300]).unwrap();
    assert_eq!((cut.messages.len(), cut.rejected_count, cut.truncated), (2, 1, true));
}

/// Space-Track's JSON: all values strings, units beside them, and the prefix does not tell which object is the first.
#[test]
fn flat_json_of_space_track() {
    let cdm = samples::cdm();
    let mut theirs = vec!["\"MESSAGE_FOR\":null".to_owned()];
    // Line by line: a JSON library would round the numbers.
    for line in write_cdm_json(std::slice::from_ref(&cdm)).lines() {
        let Some((key, value)) = line.trim_start_matches('{').trim_end_matches([',', '}']).split_once(':') else {
            continue;
        };
        let key = match key.split_at_checked(6) {
            Some(("\"SAT1_", name)) => format!("\"SAT2_{name}"),
            Some(("\"SAT2_", name)) => format!("\"SAT1_{name}"),
            _ => key.to_owned(),
        };
        theirs.push(format!("{key}:\"{}\"", value.trim_matches('"')));
    }
    for (key, text) in
        [("CDM_ID", "24"), ("MISS_DISTANCE_UNIT", "m"), ("SAT1_CR_R_UNIT", "m**2"), ("TCA_FRACTION", "23")]
    {
        theirs.push(format!("\"{key}\":\"{text}\""));
    }
    let (read, remarks) = one(&format!("[{{{}}}]", theirs.join(",")));
    assert_eq!(read, cdm);
    assert!(remarks.len() == 1 && remarks[0].contains("TCA = 23: a fraction of a second"), "{remarks:?}");
    theirs.push("\"SAT1_X_UNIT\":\"m\"".to_owned());
    let error = self::read(&format!("{{{}}}", theirs.join(","))).unwrap_err().to_string();
    assert!(error.contains("record 1 (NORAD 33759), X = ") && error.contains("in the unit m, where"), "{error}");
}

type Writer = fn(&[Cdm]) -> String;

const WRITERS: [(Writer, Notation); 3] =
    [(write_cdm_kvn, Notation::Kvn), (write_cdm_xml, Notation::Xml), (write_cdm_json, Notation::Json)];

fn assert_survives(messages: &[Cdm]) {
    for (write, notation) in WRITERS {
        let text = write(messages);
        let batch = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(
            (batch.rejected_count, batch.notation, batch.truncated),
            (0, notation, false),
            "{:?}",
            batch.rejected
        );
        assert_eq!(batch.messages, messages, "{text}");
        assert!(batch.remarks.is_empty(), "{:?}", batch.remarks);
    }
}

#[test]
fn every_field_survives_every_notation() {
    assert_survives(&[samples::full_cdm()]);
    assert_survives(&[samples::cdm(), samples::full_cdm()]);
    // Every keyword of the standard is in the full message, in the standard's own order.
    let text = write_cdm_kvn(&[samples::full_cdm()]);
    assert_eq!(
        text.lines().filter(|line| line.contains(" = ") && !line.starts_with("COMMENT")).count(),
        1 + 24 + 2 * 90
    );
}

/// The terms of a covariance are its lower triangle by rows.
#[test]
fn covariance_as_a_matrix() {
    let covariance = Covariance { terms: std::array::from_fn(|index| index as f64), ..samples::covariance(1.0) };
    let matrix = covariance.matrix();
    assert_eq!(
        (matrix[(0, 0)], matrix[(1, 0)], matrix[(1, 1)], matrix[(5, 0)], matrix[(5, 5)]),
        (0.0, 1.0, 2.0, 15.0, 20.0)
    );
    assert_eq!(matrix, matrix.transpose());
    assert_eq!(Covariance::from_matrix(&matrix).terms, covariance.terms);
}

prop_compose! {
    fn any_cdm()(
        names in prop::collection::vec(text(), 6),
        comments in prop::collection::vec(text(), 0..3),
        times in prop::collection::vec(instant(), 3),
        numbers in prop::collection::vec(number(), 42 + 12 + 6),
        some in prop::collection::vec(any::<bool>(), 8),
        probability in 0.0..=1.0,
    ) -> Cdm {
        let mut cdm = if some[0] { samples::full_cdm() } else { samples::cdm() };
        cdm.comments = comments.clone();
        cdm.header_comments = comments;
        (cdm.creation_date, cdm.tca) = (times[0], times[1]);
        cdm.start_screen_period = some[1].then_some(times[2]);
        cdm.miss_distance_m = numbers[0].abs();
        cdm.collision_probability = some[2].then_some(probability);
        cdm.originator.clone_from(&names[0]);
        cdm.message_for = some[3].then(|| names[1].clone());
        let mut numbers = numbers.into_iter();
        let mut next = || numbers.next().unwrap();
        for (index, object) in cdm.objects.iter_mut().enumerate() {
            object.object_name.clone_from(&names[2 + index]);
            object.operator_phone = some[4].then(|| names[4].clone());
            object.position_km = std::array::from_fn(|_| next());
            object.velocity_km_s = std::array::from_fn(|_| next());
            object.covariance = some[5 + index].then(|| Covariance {
                comments: Vec::new(),
                terms: std::array::from_fn(|_| next()),
                drag: None,
                solar: None,
                thrust: None,
            });
        }
        cdm
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_survives_every_notation(messages in prop::collection::vec(any_cdm(), 1..3)) {
        assert_survives(&messages);
    }
}

/// The published test messages of NASA CARA: each is read, written in every notation and read again; the states and
/// covariances are those that another reader made of them.
#[test]
fn messages_of_cara() {
    let Some(folder) = truth::local("pc/cdm") else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases = truth::local("pc/cara_cdm_cases.json").map(|path| std::fs::read(path).unwrap());
    let cases: serde_json::Value = serde_json::from_slice(&cases.unwrap()).unwrap();
    let (mut compared, mut remarks) = (0, 0);
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let batch = read_cdm(name, &std::fs::read(file).unwrap(), MAX_FILE_BYTES).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((batch.messages.len(), batch.rejected_count, batch.truncated), (1, 0, false), "{name}");
        remarks += batch.remarks.len();
        batch.remarks.iter().for_each(|remark| println!("{remark}"));
        assert_survives(&batch.messages);
        let cdm = &batch.messages[0];
        assert!(cdm.objects.iter().all(|object| object.covariance.is_some()), "{name}");
        let Some(case) = cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == name) else { continue };
        compared += 1;
        assert_eq!(cdm.hard_body_radius_m(), case["hbr_m"].as_f64(), "{name}");
        for (object, [position, velocity, covariance]) in
            cdm.objects.iter().zip([["r1", "v1", "C1_rtn"], ["r2", "v2", "C2_rtn"]])
        {
            // The other reader's file is read by a JSON library that may be one bit off.
            let near = |ours: f64, theirs: &serde_json::Value| {
                let theirs = theirs.as_f64().unwrap();
                assert!((ours - theirs).abs() <= theirs.abs() * 1e-15 * 4.0, "{name}: {ours} {theirs}");
            };
            for axis in 0..3 {
                near(object.position_km[axis] * 1000.0, &case[position][axis]);
                near(object.velocity_km_s[axis] * 1000.0, &case[velocity][axis]);
            }
            let ours = object.covariance.as_ref().unwrap().matrix();
            for row in 0..6 {
                for column in 0..6 {
                    near(ours[(row, column)], &case[covariance][row][column]);
                }
            }
        }
    }
    println!("{} messages, {compared} compared, {remarks} remarks", files.len());
    assert!(files.len() >= 87 && compared >= 53);
}
