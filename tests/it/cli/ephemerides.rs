//! Operators' ephemerides from the command line.

use std::collections::BTreeMap;

use super::{Place, catalogue};
use crate::truth;

fn place() -> Place {
    let place = Place::new();
    for name in ["iss_teme.oem", "iss_itrf.oem"] {
        place.write(name, truth::bytes(&truth::data(&format!("ephemeris/{name}"))));
    }
    place
}

fn line(rest: &str) -> String {
    format!("screen {} --from 2018-01-21 --threshold-km 150 --format csv {rest}", catalogue().display())
}

fn numbers(row: &BTreeMap<String, String>, columns: &[&str]) -> Vec<f64> {
    columns.iter().map(|column| row[*column].parse().unwrap()).collect()
}

#[test]
fn an_ephemeris_takes_the_place_of_elements() {
    let place = place();
    let usual = place.ok(&line("--primaries 25544 --hours 3"));
    let wanted = usual.rows();
    assert!(wanted.len() > 5, "{} rows", wanted.len());
    for name in ["iss_teme.oem", "iss_itrf.oem"] {
        let answer = place.ok(&line(&format!("--primaries 25544 --hours 3 --ephemeris {name}")));
        let rows = answer.rows();
        let expected =
            format!("NORAD 25544 on the ephemeris {name} (RK4-J2, 2018-01-20T18:00:00Z) in place of its elements: all");
        assert!(answer.err.contains(&expected), "{}", answer.err);
        assert!(answer.err.contains("Where it begins it is 0.0 km from the elements."), "{}", answer.err);
        assert_eq!(rows.len(), wanted.len());
        // Without drag and in the plainest field the ephemeris leaves SGP4 by a kilometre in three hours.
        let tolerance = 2.0;
        for (row, other) in rows.iter().zip(&wanted) {
            assert_eq!((&row["secondary_id"], &row["kind"]), (&other["secondary_id"], &other["kind"]));
            let [one, two] = [row, other].map(|row| numbers(row, &["miss_km", "rel_speed_km_s"]));
            assert!((one[0] - two[0]).abs() < tolerance && (one[1] - two[1]).abs() < tolerance, "{one:?} {two:?}");
            assert!(numbers(row, &["primary_age_days"])[0] < 0.4, "{row:?}");
            assert_eq!(row["pc_method"], format!("not computable: no covariance in {name}"));
            assert!(row["pc"].is_empty() && row["pc_max"].is_empty(), "{row:?}");
        }
    }
}

#[test]
fn a_covariance_of_its_own_gives_a_probability() {
    let place = place();
    let mut text = String::from_utf8(truth::bytes(&truth::data("ephemeris/iss_teme.oem"))).unwrap();
    text.push_str("COVARIANCE_START\nEPOCH = 2018-01-21T00:00:00\nCOV_REF_FRAME = RTN\n");
    text.push_str("4e-4\n0 2.5e-3\n0 0 4e-4\n0 0 0 1e-12\n0 0 0 0 1e-12\n0 0 0 0 0 1e-12\nCOVARIANCE_STOP\n");
    place.write("own.oem", text);
    let rows = place.ok(&line("--primaries 25544 --hours 3 --ephemeris own.oem")).rows();
    let encounter = rows.iter().find(|row| row["kind"] == "encounter").unwrap();
    assert!(!encounter["pc"].is_empty(), "{encounter:?}");
    let source = &encounter["covariance_source"];
    assert!(source.starts_with("primary: given: own.oem (2018-01-21T00:00Z, carried "), "{source}");
}

#[test]
fn what_an_ephemeris_leaves_out_is_told() {
    let place = place();
    let answer = place.ok(&line("--primaries 25544 --hours 6 --ephemeris iss_teme.oem"));
    assert!(answer.err.contains("screened from 2018-01-21T00:00:00Z to 2018-01-21T03:00:00Z only"), "{}", answer.err);
    assert!(answer.rows().iter().all(|row| row["tca"].as_str() < "2018-01-21T03:00:01"));
    let later = line("--primaries 25544 --ephemeris iss_teme.oem").replace("2018-01-21", "2018-01-22");
    let later = place.ok(&later);
    assert!(later.err.contains("says nothing about this window") && later.rows().is_empty(), "{}", later.err);
}

#[test]
fn an_object_that_nobody_lists_is_screened_under_its_number() {
    let place = place();
    let rows = place.ok(&line("--primaries 900001 --hours 3 --ephemeris 900001=iss_teme.oem")).rows();
    let itself = rows.iter().find(|row| row["secondary_id"] == "25544").unwrap();
    assert!(itself["kind"] == "companion" && numbers(itself, &["miss_km"])[0] < 1e-3, "{itself:?}");
}

#[test]
fn what_cannot_be_used_is_refused() {
    let place = place();
    let text = String::from_utf8(truth::bytes(&truth::data("ephemeris/iss_teme.oem"))).unwrap();
    place.write("other.oem", text.replace("1998-067A", "2031-001A"));
    let exchanged = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
        [epoch, x, y, z, vx, vy, vz] => [epoch, x, y, z, vy, vz, vx].join(" "),
        _ => line.to_owned(),
    };
    place.write("exchanged.oem", text.lines().map(exchanged).collect::<Vec<_>>().join("\n"));
    place.write("burns.toml", "[[burn]]\nnorad_id = 25544\ntime = 2018-01-21T01:00:00Z\ndelta_v_rtn_m_s = [0, 1, 0]\n");
    place
        .run(&line("--ephemeris other.oem"))
        .fails(1, "no element set of OBJECT_ID = 2031-001A (ISS (ZARYA)): name it as NORAD=");
    let wrong =
        place.ok(&line("--ephemeris 25544=iss_teme.oem --ephemeris 42032=other.oem --primaries 42032 --hours 3"));
    assert!(
        wrong.err.contains("km from the elements: make sure that object, frame and times are right"),
        "{}",
        wrong.err
    );
    place.run(&line("--ephemeris nothing.oem")).fails(1, "nothing.oem");
    place.run(&line("--ephemeris burns.toml")).fails(1, "expected an ephemeris (OEM)");
    place.run(&line("--ephemeris exchanged.oem")).fails(1, "no two neighbouring states can be joined");
    place
        .run(&line("--ephemeris iss_teme.oem --ephemeris 25544=iss_itrf.oem"))
        .fails(1, "two ephemerides of NORAD 25544");
    place
        .run(&line("--ephemeris iss_teme.oem --manoeuvre burns.toml"))
        .fails(1, "NORAD 25544 is on an operator's ephemeris");
}

#[test]
fn the_configuration_names_ephemerides_for_every_screening() {
    let place = place();
    place.ok(&format!("import --db sky.db {}", catalogue().display()));
    place.write(
        "alliedsky.toml",
        "[files]\nephemeris = [\"iss_teme.oem\", \"gone.oem\"]\n[run]\nwindow_hours = 3\nregions = [\"rok\"]\n",
    );
    let common = "--config alliedsky.toml --db sky.db --now 2018-01-21T00:00:00Z";
    let answer = place.ok(&format!("screen {common} --primaries 25544 --hours 3 --threshold-km 80 --format csv"));
    assert!(answer.err.contains("in place of its elements: all of the window"), "{}", answer.err);
    assert!(answer.err.contains("Ephemeris not used: ") && answer.err.contains("gone.oem"), "{}", answer.err);
    place.ok(&format!("run {common} -o results"));
    let list = place.ok(&format!("conjunctions {common} --format csv"));
    assert!(list.err.contains("NORAD 25544 on the ephemeris iss_teme.oem"), "{}", list.err);

    // A report of one's own has it among its inputs, and can be made again anywhere; one for a nation has not.
    let given = |folder: &str| std::fs::read_to_string(place.path(folder).join("inputs/ephemerides.json"));
    place.ok(&format!("report {common} --hours 3 --out own"));
    assert!(given("own").unwrap().contains("OBJECT_ID = 1998-067A"));
    place.ok("verify own");
    place.ok(&format!("report {common} --hours 3 --for kr --out theirs"));
    assert!(given("theirs").is_err());
}
