//! What the program writes, read by Orekit, and held against the published NDM XML schema. Skipped, with a line that
//! says so, where neither `target/orekit` nor the system's Python has Orekit; `.ci/run` puts it there.

use std::path::{Path, PathBuf};
use std::process::Command;

use alliedsky::format::MAX_FILE_BYTES;
use alliedsky::format::cdm::{Cdm, read_cdm, write_cdm_kvn, write_cdm_xml};
use alliedsky::format::oem::{Oem, read_oem, write_oem_kvn, write_oem_xml};
use alliedsky::format::{ReadOptions, read_elements, write_omm_kvn, write_omm_xml};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{samples, time};

/// The leap seconds that the instants here need, in the shape of the file that Orekit reads.
const LEAP_SECONDS: &str = " 1999 JAN  1 =JD 2451179.5  TAI-UTC=  32.0       S + (MJD - 41317.) X 0.0      S
 2006 JAN  1 =JD 2453736.5  TAI-UTC=  33.0       S + (MJD - 41317.) X 0.0      S
 2009 JAN  1 =JD 2454832.5  TAI-UTC=  34.0       S + (MJD - 41317.) X 0.0      S
 2012 JUL  1 =JD 2456109.5  TAI-UTC=  35.0       S + (MJD - 41317.) X 0.0      S
 2015 JUL  1 =JD 2457204.5  TAI-UTC=  36.0       S + (MJD - 41317.) X 0.0      S
 2017 JAN  1 =JD 2457754.5  TAI-UTC=  37.0       S + (MJD - 41317.) X 0.0      S
";

const TLE: &str = "VANGUARD 1\n\
    1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n\
    2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n";

/// A Python that has Orekit.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/orekit/bin/python");
    let found = [own, PathBuf::from("python3")].into_iter().find(|python| {
        let output = Command::new(python).args(["-c", "import orekit_jpype"]).output();
        output.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        println!("skipped: no Python with Orekit is installed here");
    }
    found
}

fn near(found: &Value, expected: f64) {
    let found_number = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    // Orekit keeps SI units: a product and its inverse may cost the last bits.
    assert!((found_number - expected).abs() <= expected.abs() * 1e-15 * 8.0, "{found} {expected}");
}

fn assert_vector(found: &Value, expected: &[f64], scale: f64) {
    assert_eq!(found.as_array().unwrap().len(), expected.len());
    found.as_array().unwrap().iter().zip(expected).for_each(|(found, expected)| near(found, expected * scale));
}

/// A lower triangle by rows.
fn assert_triangle(found: &Value, expected: &[f64], scale: f64) {
    let rows: Vec<&Value> = found.as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap()).collect();
    assert_eq!((rows.len(), expected.len()), (21, 21));
    rows.iter().zip(expected).for_each(|(found, expected)| near(found, expected * scale));
}

fn assert_time(found: &Value, expected: DateTime<Utc>) {
    let found: DateTime<Utc> = time(&format!("{}Z", found.as_str().unwrap().trim_end_matches('Z')));
    assert!((found - expected).abs().num_microseconds().unwrap() <= 1, "{found} {expected}");
}

fn assert_cdm(found: &Value, cdm: &Cdm) {
    assert_eq!(
        (found["originator"].as_str(), found["id"].as_str()),
        (Some("ALLIEDSKY"), Some(cdm.message_id.as_str()))
    );
    assert_time(&found["tca"], cdm.tca);
    near(&found["miss_m"], cdm.miss_distance_m);
    near(&found["speed_m_s"], cdm.relative_speed_m_s.unwrap());
    near(&found["probability"], cdm.collision_probability.unwrap());
    let relative = cdm.relative_state.unwrap();
    assert_vector(&found["relative_position_m"], &relative.position_m, 1.0);
    assert_vector(&found["relative_velocity_m_s"], &relative.velocity_m_s, 1.0);
    for (index, object) in cdm.objects.iter().enumerate() {
        let found = &found["objects"][index];
        assert_eq!(found["designator"], object.object_designator.as_str());
        assert_eq!(found["name"], object.object_name.as_str());
        assert_eq!(found["international"], object.international_designator.as_str());
        assert_eq!(found["frame"], "EME2000");
        assert_eq!(found["method"], format!("{:?}", object.covariance_method).to_uppercase());
        assert_vector(&found["position_m"], &object.position_km, 1e3);
        assert_vector(&found["velocity_m_s"], &object.velocity_km_s, 1e3);
        assert_triangle(&found["covariance"], &object.covariance.as_ref().unwrap().terms, 1.0);
    }
}

fn assert_oem(found: &Value, oem: &Oem) {
    assert_eq!(found["segments"].as_array().unwrap().len(), oem.segments.len());
    for (found, segment) in found["segments"].as_array().unwrap().iter().zip(&oem.segments) {
        assert_eq!(found["name"], segment.object_name.as_str());
        if let Some(degree) = segment.interpolation_degree {
            assert_eq!(found["degree"].as_u64(), Some(degree.into()));
        }
        assert_eq!(found["frame"], segment.frame.to_string());
        assert_time(&found["start"], segment.start_time);
        assert_time(&found["stop"], segment.stop_time);
        assert_eq!(found["states"].as_array().unwrap().len(), segment.states.len());
        for (found, state) in found["states"].as_array().unwrap().iter().zip(&segment.states) {
            let found = found.as_array().unwrap();
            assert_time(&found[0], state.epoch);
            assert_vector(&Value::from(found[1..4].to_vec()), &state.position_km, 1e3);
            assert_vector(&Value::from(found[4..7].to_vec()), &state.velocity_km_s, 1e3);
        }
        assert_eq!(found["covariances"].as_array().unwrap().len(), segment.covariances.len());
        for (found, covariance) in found["covariances"].as_array().unwrap().iter().zip(&segment.covariances) {
            assert_time(&found[0], covariance.epoch);
            assert_triangle(&found[1], &covariance.terms, 1e6);
        }
    }
}

/// What a command of the program writes.
fn written(line: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::Command::cargo_bin("alliedsky").unwrap();
    command.env_clear().env("HOME", folder.path()).args(line.split_whitespace());
    let answer = command.output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    answer.stdout
}

/// A message of the bundled snapshot's first approach with a probability, as the program exports it.
fn exported() -> Cdm {
    let messages = read_cdm("exported", &written("export cdm"), MAX_FILE_BYTES).unwrap().messages;
    messages.into_iter().find(|cdm| cdm.collision_probability.is_some()).unwrap()
}

/// States of an object in a frame, and the message of them.
fn propagated(frame: &str, format: &str) -> (Oem, String) {
    let text = written(&format!("propagate 25544 --hours 3 --step 10m --frame {frame} --format {format}"));
    (read_oem("propagated", &text, MAX_FILE_BYTES).unwrap(), String::from_utf8(text).unwrap())
}

/// The same states in EME2000 as the program turns them and as Orekit does.
fn assert_turned(found: &Value, turned: &Oem) {
    let found = found["segments"][0]["eme2000"].as_array().unwrap();
    assert_eq!((found.len(), turned.segments[0].states.len()), (19, 19));
    for (found, state) in found.iter().zip(&turned.segments[0].states) {
        let expected = state.position_km.iter().chain(&state.velocity_km_s).map(|value| value * 1e3);
        for (index, expected) in expected.enumerate() {
            let apart = (found[index].as_f64().unwrap() - expected).abs();
            // Orekit's equinox has the two small terms that the standards added in 1997 and SGP4's TEME has not: 0.003″.
            assert!(apart < if index < 3 { 0.15 } else { 3e-4 }, "{index}: {found} {expected}");
        }
    }
}

#[test]
fn an_independent_reader_takes_every_message() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (cdm, mut full, oem, exported) = (samples::cdm(), samples::full_cdm(), samples::oem(), exported());
    // Orekit looks up bodies by name in an ephemeris, which is not there.
    for object in &mut full.objects {
        (object.n_body_perturbations, object.orbit_center) = (None, None);
    }
    let mut named = samples::oem();
    named.message_id = Some("A 1".to_owned());
    let sets = read_elements("vanguard", TLE.as_bytes(), &ReadOptions::default()).unwrap().elements;
    let omm_xml = write_omm_xml(&sets, time("2026-09-06T00:00:00Z"));
    let (teme, eme2000, ecef) = (propagated("teme", "oem"), propagated("eme2000", "xml"), propagated("ecef", "kvn"));
    let message = |document: &str| document.replace("<ndm>\n", "").replace("</ndm>\n", "");
    for (name, text) in [
        ("tai-utc.dat", LEAP_SECONDS.to_owned()),
        ("cdm.kvn", write_cdm_kvn(std::slice::from_ref(&cdm))),
        ("cdm.xml", write_cdm_xml(std::slice::from_ref(&cdm))),
        ("cdm.exported.kvn", write_cdm_kvn(std::slice::from_ref(&exported))),
        ("cdm.exported.xml", write_cdm_xml(std::slice::from_ref(&exported))),
        ("cdm.full.kvn", write_cdm_kvn(std::slice::from_ref(&full))),
        ("cdm.full.xml", write_cdm_xml(std::slice::from_ref(&full))),
        ("oem.kvn", write_oem_kvn(&oem)),
        ("oem.xml", write_oem_xml(&oem)),
        ("oem.named.xml", write_oem_xml(&named)),
        ("oem.teme.kvn", teme.1),
        ("oem.eme2000.xml", eme2000.1),
        ("oem.ecef.kvn", ecef.1),
        ("omm.kvn", write_omm_kvn(&sets, time("2026-09-06T00:00:00Z"))),
        ("omm.xml", message(&omm_xml)),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Command::new(python).args(["-c", include_str!("orekit.py")]).arg(folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let found: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_cdm(&found["cdm.exported.kvn"], &exported);
    assert_cdm(&found["cdm.exported.xml"], &exported);
    for (name, cdm) in [("cdm.kvn", &cdm), ("cdm.xml", &cdm), ("cdm.full.kvn", &full), ("cdm.full.xml", &full)] {
        assert_cdm(&found[name], cdm);
    }
    for (name, oem) in [
        ("oem.kvn", &oem),
        ("oem.xml", &oem),
        ("oem.named.xml", &named),
        ("oem.teme.kvn", &teme.0),
        ("oem.eme2000.xml", &eme2000.0),
        ("oem.ecef.kvn", &ecef.0),
    ] {
        assert_oem(&found[name], oem);
    }
    assert_turned(&found["oem.teme.kvn"], &eme2000.0);
    for name in ["omm.kvn", "omm.xml"] {
        let (found, set) = (&found[name], &sets[0]);
        assert_eq!((found["name"].as_str(), found["id"].as_u64()), (Some("VANGUARD 1"), Some(5)));
        assert_time(&found["epoch"], set.epoch);
        near(&found["mean_motion_rad_s"], set.mean_motion_rev_day * std::f64::consts::TAU / 86_400.0);
        near(&found["eccentricity"], set.eccentricity);
        near(&found["inclination_rad"], set.inclination_deg.to_radians());
        near(&found["raan_rad"], set.raan_deg.to_radians());
        near(&found["arg_perigee_rad"], set.arg_perigee_deg.to_radians());
        near(&found["mean_anomaly_rad"], set.mean_anomaly_deg.to_radians());
        near(&found["bstar"], set.bstar);
    }
    let documents =
        ["cdm.exported.xml", "cdm.full.xml", "cdm.xml", "oem.eme2000.xml", "oem.named.xml", "oem.xml", "omm.xml"];
    let checked: Vec<&str> = found["schema"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    if checked.is_empty() {
        println!("not held against the schema: the Python package ccsds-ndm is not installed here");
    } else {
        assert_eq!(checked, documents);
    }
}
