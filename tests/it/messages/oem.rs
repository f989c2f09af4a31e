//! Orbit ephemeris messages, in and out.

use alliedsky::format::oem::{Oem, OemFrame, OemState, read_oem, write_oem_kvn, write_oem_xml};
use alliedsky::format::{FormatError, MAX_FILE_BYTES};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::{instant, number, samples, text, time};

/// A trajectory in GPS time as an operator would write it.
const KVN: &str = "\
CCSDS_OEM_VERS = 2.0
COMMENT by hand
CREATION_DATE = 2026-09-05T12:00:00
ORIGINATOR = SOMEONE
META_START
OBJECT_NAME = ALOS-4
OBJECT_ID = 2024-123A
CENTER_NAME = EARTH
REF_FRAME = ITRF2000
TIME_SYSTEM = GPS
START_TIME = 2026-249T00:00:18
USEABLE_START_TIME = 2026-09-06T00:01:18
STOP_TIME = 2026-09-06T00:02:18
INTERPOLATION = HERMITE
INTERPOLATION_DEGREE = 7
META_STOP
COMMENT states
2026-09-06T00:00:18.000 7000.0 0.0 0.0 0.0 7.5 0.0
2026-09-06T00:01:18.000  6.99e3 450.5 -0.125  -0.4 7.45 1E-3 1e-3 2e-3 -3e-3
2026-09-06T00:02:18.000 6970 900 0 -0.8 7.40 0
COVARIANCE_START
EPOCH = 2026-09-06T00:00:18
COV_REF_FRAME = RTN
1.0
0.1 2.0
0.2 0.3 3.0
0.4 0.5 0.6 4.0
0.7 0.8 0.9 1.1 5.0
1.2 1.3 1.4 1.5 1.6 6.0
COVARIANCE_STOP
";

fn read(text: &str) -> Result<Oem, FormatError> {
    read_oem("a.oem", text.as_bytes(), MAX_FILE_BYTES)
}

#[test]
fn a_trajectory_is_read_in_utc() {
    let oem = read(KVN).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((oem.originator.as_str(), oem.comments.as_slice()), ("SOMEONE", ["by hand".to_owned()].as_slice()));
    let [segment] = oem.segments.as_slice() else { panic!("{oem:?}") };
    assert_eq!((segment.object_name.as_str(), segment.object_id.as_str()), ("ALOS-4", "2024-123A"));
    assert_eq!(segment.frame, OemFrame::Itrf("ITRF2000".to_owned()));
    assert_eq!((segment.start_time, segment.stop_time), (time("2026-09-06T00:00:00Z"), time("2026-09-06T00:02:00Z")));
    assert_eq!(segment.useable(), Some((time("2026-09-06T00:01:00Z"), time("2026-09-06T00:02:00Z"))));
    assert_eq!((segment.interpolation.as_deref(), segment.interpolation_degree), (Some("HERMITE"), Some(7)));
    assert_eq!((segment.states.len(), segment.data_comments.as_slice()), (3, ["states".to_owned()].as_slice()));
    let state = OemState {
        epoch: time("2026-09-06T00:01:00Z"),
        position_km: [6990.0, 450.5, -0.125],
        velocity_km_s: [-0.4, 7.45, 0.001],
        acceleration_km_s2: Some([0.001, 0.002, -0.003]),
    };
    assert_eq!(segment.states[1], state);
    let [covariance] = segment.covariances.as_slice() else { panic!("{segment:?}") };
    assert_eq!((covariance.epoch, covariance.frame.as_deref()), (time("2026-09-06T00:00:00Z"), Some("RTN")));
    assert_eq!((covariance.terms[5], covariance.terms[15], covariance.terms[20]), (3.0, 1.2, 6.0));
}

#[test]
fn faults_name_line_and_field() {
    for (from, to, expected) in [
        (
            "TIME_SYSTEM = GPS",
            "TIME_SYSTEM = UT1",
            "a.oem, line 10, TIME_SYSTEM = UT1: only UTC, TAI, GPS and TT are read",
        ),
        (
            "REF_FRAME = ITRF2000",
            "REF_FRAME = TOD",
            "a.oem, line 9, REF_FRAME = TOD: only EME2000, GCRF, ICRF, ITRF and TEME",
        ),
        ("CENTER_NAME = EARTH", "CENTER_NAME = MARS", "line 8, CENTER_NAME = MARS: only EARTH is read"),
        ("STOP_TIME = 2026-09-06T00:02:18\n", "", "STOP_TIME: missing"),
        ("ORIGINATOR = SOMEONE\n", "", "ORIGINATOR: missing"),
        ("900 0 -0.8", "900 O -0.8", "line 20, Z = O: not a number"),
        ("900 0 -0.8", "900 -0.8", "line 20: 5 numbers after the epoch where a state has 6"),
        (
            "00:02:18.000 6970",
            "00:01:18.000 6970",
            "line 20, EPOCH = 2026-09-06T00:01:18.000: not after the epoch before it",
        ),
        ("18.000 7000.0 0.0", "18.000 7000000.0 0.0", "line 18: 7000000 km from the Earth's centre"),
        ("1.2 1.3 1.4", "1.3 1.4", "line 22, EPOCH"),
        ("COVARIANCE_STOP\n", "", "the file ends inside a covariance"),
        ("META_STOP", "META_STOP\nX = 1", "line 17: a line that has no place here: X = 1"),
        ("COVARIANCE_STOP", "COVARIANCE_STOP\nCCSDS_OEM_VERS = 2.0", "a second message"),
    ] {
        let broken = KVN.replacen(from, to, 1);
        assert_ne!(broken, KVN, "{from}");
        let error = read(&broken).unwrap_err().to_string();
        if expected != "line 22, EPOCH" {
            assert!(error.contains(expected), "{error}\n{expected}");
        } else {
            assert!(error.contains("20 terms where a covariance has 21"), "{error}");
        }
        assert_eq!(error.matches("a.oem").count(), 1, "{error}");
    }
}

/// What stands on a last line without an end may be half a number.
#[test]
fn a_state_that_may_be_cut_is_left_out() {
    let whole = &KVN[..KVN.find("COVARIANCE_START").unwrap()];
    assert_eq!(read(whole).unwrap().segments[0].states.len(), 3);
    assert_eq!(read(whole.trim_end()).unwrap().segments[0].states.len(), 2);
}

#[test]
fn faults_of_xml_name_the_line() {
    let xml = write_oem_xml(&samples::oem());
    for (from, to, expected) in [
        ("<Y units=\"km\">", "<Y units=\"m\">", "Y = 0: in the unit m, where the standard has km"),
        ("<Y units=\"km\">", "<Q units=\"km\">", "malformed XML"),
        ("</oem>", "", "ends inside the message"),
        ("<REF_FRAME>EME2000", "<REF_FRAME>MEGSD", "REF_FRAME = MEGSD"),
    ] {
        let error = read(&xml.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(expected) && error.starts_with("a.oem, "), "{error}");
    }
    let line = xml.lines().position(|line| line.contains("<X units")).unwrap() + 1;
    let error = read(&xml.replacen("<X units=\"km\">", "<X units=\"km\">O", 1)).unwrap_err().to_string();
    assert!(error.contains(&format!("a.oem, line {line}, X = O7000")), "{error}");
}

fn assert_survives(oem: &Oem) {
    for text in [write_oem_kvn(oem), write_oem_xml(oem)] {
        let again = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(&again, oem, "{text}");
    }
}

#[test]
fn a_trajectory_survives_both_notations() {
    assert_survives(&samples::oem());
    let mut named = samples::oem();
    named.message_id = Some("A 1".to_owned());
    assert!(write_oem_kvn(&named).starts_with("CCSDS_OEM_VERS = 3.0\n"));
    assert_survives(&named);
    assert_survives(&read(KVN).unwrap());
}

prop_compose! {
    fn any_oem()(
        names in prop::collection::vec(text(), 4),
        start in instant(),
        steps in prop::collection::vec(1_i64..1_000_000_000_000, 1..20),
        numbers in prop::collection::vec(number(), 60),
        frame in prop::sample::select(vec![
            OemFrame::Eme2000, OemFrame::Gcrf, OemFrame::Icrf, OemFrame::Teme, OemFrame::Itrf("ITRF-97".to_owned()),
        ]),
        some in prop::collection::vec(any::<bool>(), 4),
    ) -> Oem {
        let mut oem = samples::oem();
        let segment = &mut oem.segments[0];
        segment.object_name.clone_from(&names[0]);
        segment.comments = names[1..].to_vec();
        segment.frame = frame;
        let mut epoch = start;
        segment.states = steps.iter().enumerate().map(|(index, step)| {
            epoch += TimeDelta::nanoseconds(*step);
            OemState {
                epoch,
                position_km: [7000.0 + numbers[index % 60].clamp(-900.0, 900.0), 0.0, 1.0 / (index as f64 + 3.0)],
                velocity_km_s: std::array::from_fn(|axis| numbers[(index * 3 + axis) % 60]),
                acceleration_km_s2: some[0].then(|| std::array::from_fn(|axis| numbers[(index * 7 + axis) % 60])),
            }
        }).collect();
        segment.useable_start_time = some[1].then_some(start);
        if some[2] {
            segment.covariances.clear();
        }
        oem
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_trajectory_survives_both_notations(oem in any_oem()) {
        assert_survives(&oem);
    }
}
