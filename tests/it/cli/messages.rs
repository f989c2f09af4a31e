//! Conjunction messages out and in, and covariances given.

use std::collections::BTreeSet;

use alliedsky::format::MAX_FILE_BYTES;
use alliedsky::format::cdm::{Cdm, CovarianceMethod, RefFrame, read_cdm};
use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::Place;
use crate::sets::{self, CrateOrbit};
use crate::truth;

fn read(name: &str, text: &[u8]) -> Vec<Cdm> {
    let batch = read_cdm(name, text, MAX_FILE_BYTES).unwrap();
    assert_eq!((batch.rejected_count, batch.remarks.len(), batch.truncated), (0, 0, false));
    batch.messages
}

/// The number of a cell, compared with the four decimals of scientific notation.
fn assert_same(cell: &str, value: Option<f64>) {
    assert_eq!(cell, value.map_or_else(String::new, |value| format!("{value:.4e}")));
}

#[test]
fn messages_say_what_the_table_says() {
    let place = Place::new();
    let rows = place.ok("conjunctions --format csv").rows();
    assert!(rows.len() > 5);
    let answer = place.ok("export cdm");
    let messages = read("kvn", answer.out.as_bytes());
    assert_eq!(answer.out, place.ok("export cdm").out, "the same every time");
    assert_eq!(messages, read("xml", place.ok("conjunctions --format xml").out.as_bytes()));
    assert_eq!(messages, read("json", place.ok("export cdm --format json").out.as_bytes()));
    assert_eq!(messages.len(), rows.len());
    assert_eq!(messages.iter().map(|cdm| &cdm.message_id).collect::<BTreeSet<_>>().len(), rows.len());
    for (cdm, row) in messages.iter().zip(&rows) {
        let designators = cdm.objects.each_ref().map(|object| object.object_designator.as_str());
        assert_eq!(designators, [row["primary_id"].as_str(), row["secondary_id"].as_str()]);
        assert!((cdm.tca - row["tca"].parse::<DateTime<Utc>>().unwrap()).abs().num_milliseconds() <= 1);
        let near = |found: f64, column: &str, within: f64| {
            let expected: f64 = row[column].parse().unwrap();
            assert!((found - expected).abs() <= within, "{column}: {found} {expected}");
        };
        near(cdm.miss_distance_m / 1e3, "miss_km", 1e-6);
        near(cdm.relative_speed_m_s.unwrap() / 1e3, "rel_speed_km_s", 1e-6);
        let relative = cdm.relative_state.unwrap();
        for (metres, column) in relative.position_m.into_iter().zip(["miss_r_km", "miss_t_km", "miss_n_km"]) {
            near(metres / 1e3, column, 1e-6);
        }
        assert!((Vector3::from(relative.velocity_m_s).norm() - cdm.relative_speed_m_s.unwrap()).abs() < 1e-6);
        assert_same(&row["pc"], cdm.collision_probability);
        near(cdm.hard_body_radius_m().unwrap(), "hbr_m", 0.005);
        let said = cdm.comments.join("\n");
        assert!(said.contains(&row["verdict"]) && said.contains(&row["pc_method"]), "{said}");
        assert_eq!(cdm.start_screen_period, Some("2026-09-07T00:00:00Z".parse().unwrap()));
        assert_eq!(cdm.screening_volume.x_m, Some(10_000.0));
        let [one, other] = cdm.objects.each_ref().map(|object| Vector3::from(object.position_km));
        assert!(((other - one).norm() * 1e3 - cdm.miss_distance_m).abs() < 1e-3);
        for object in &cdm.objects {
            assert_eq!(
                (object.covariance_method, object.ref_frame, object.ephemeris_name.as_str()),
                (CovarianceMethod::Default, RefFrame::Eme2000, "NONE")
            );
            let covariance = object.covariance.as_ref().unwrap();
            assert!(covariance.matrix().cholesky().is_some(), "positive definite");
            let source = covariance.comments[0].strip_prefix("Position: ").unwrap();
            assert!(row["covariance_source"].contains(source), "{source}");
            let said = object.comments.join("\n");
            assert!(said.contains("SGP4") && said.contains("Element set: epoch 2026-09-"), "{said}");
        }
    }
}

/// The distance from the Earth's centre is the same in every frame: the sgp4 crate's.
#[test]
fn the_states_are_those_of_the_element_sets() {
    let place = Place::new();
    let path = truth::data("elements/theatre_20260906.tle");
    let sets = sets::of_file(&path);
    place.write("sets.tle", std::fs::read(&path).unwrap());
    place.ok("import sets.tle --db sky.db");
    place.ok("run --db sky.db --now 2026-09-07T00:00:00Z --hours 72");
    let messages = read("kvn", place.ok("export cdm --db sky.db --now 2026-09-07T00:00:00Z").out.as_bytes());
    let mut compared = 0;
    for cdm in &messages {
        for object in &cdm.objects {
            let set = sets.iter().find(|set| set.norad_id.to_string() == object.object_designator).unwrap();
            let Some(theirs) = CrateOrbit::new(set).and_then(|orbit| orbit.position_km(cdm.tca)) else { continue };
            let ours = Vector3::from(object.position_km).norm();
            assert!((ours - theirs.norm()).abs() < 1e-5, "{ours} {}", theirs.norm());
            compared += 1;
        }
    }
    assert!(compared >= 4, "{compared}");
}

#[test]
fn one_event_one_object_and_a_file_an_event() {
    let place = Place::new();
    let rows = place.ok("conjunctions --format csv").rows();
    let row = &rows[rows.len() / 2];
    let (one, other, tca) = (&row["primary_id"], &row["secondary_id"], &row["tca"]);
    let messages = read("one", place.ok(&format!("export cdm --event {other},{one}@{tca}")).out.as_bytes());
    assert_eq!((messages.len(), messages[0].objects[0].object_designator.as_str()), (1, one.as_str()));
    let count = rows.iter().filter(|row| &row["primary_id"] == one || &row["secondary_id"] == one).count();
    place.ok(&format!("export cdm --sat {one} --folder out --format xml"));
    let files: Vec<_> = std::fs::read_dir(place.path("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), count);
    for file in &files {
        let messages = read("file", &std::fs::read(file).unwrap());
        assert_eq!(messages.len(), 1);
        assert_eq!(file.file_name().unwrap().to_str().unwrap(), format!("{}.xml", messages[0].message_id));
    }
    place.run(&format!("export cdm --event {one},{other}@2020-01-01")).fails(1, "no conjunction of");
    place.run("export cdm --event 5").fails(1, "expected two numbers");
    place.run("conjunctions --history --format kvn").fails(2, "no kvn form");
}

/// States through two frames, covariances in metres: what comes back has the probability that went out.
#[test]
fn our_own_messages_come_back_with_the_same_probability() {
    let place = Place::new();
    place.ok("export cdm -o out.cdm");
    let messages = read("out", &std::fs::read(place.path("out.cdm")).unwrap());
    let rows = place.ok("conjunctions assess out.cdm --format csv").rows();
    assert_eq!(rows.len(), messages.len());
    for (row, cdm) in rows.iter().zip(&messages) {
        assert_eq!((row["message_id"].as_str(), row["originator"].as_str()), (cdm.message_id.as_str(), "ALLIEDSKY"));
        assert_same(&row["message_pc"], cdm.collision_probability);
        if let Some(theirs) = cdm.collision_probability {
            let ours: f64 = row["pc"].parse().unwrap();
            assert!((ours - theirs).abs() <= theirs * 2e-4, "{ours} {theirs}");
        }
        assert!(row["covariance_source"].contains(&format!("given: {} / ALLIEDSKY", cdm.message_id)));
        assert_eq!(row["primary_age_days"], "");
    }
}

#[test]
fn messages_that_cannot_be_worked_out_are_told() {
    let place = Place::new();
    place.ok("export cdm -o out.cdm");
    let text = std::fs::read_to_string(place.path("out.cdm")).unwrap();
    let first = text.split_inclusive('\n').take_while(|line| !line.is_empty());
    let first: String =
        first.collect::<String>().split("CCSDS_CDM_VERS").nth(1).map(|rest| format!("CCSDS_CDM_VERS{rest}")).unwrap();
    let cdm = &read("first", first.as_bytes())[0];
    let designator = &cdm.objects[0].object_designator;
    let unnamed = first.replacen(&format!("OBJECT_DESIGNATOR = {designator}"), "OBJECT_DESIGNATOR = UNKNOWN", 1);
    assert_ne!(unnamed, first);
    let international = &cdm.objects[0].international_designator;
    let unnamed = unnamed.replacen(&format!("= {international}"), "= UNKNOWN", 1);
    place.write("unnamed.cdm", &unnamed);
    place.run("conjunctions assess unnamed.cdm").fails(1, "OBJECT_DESIGNATOR = UNKNOWN is no catalogue number");
    let bare: String = first
        .lines()
        .filter(|line| {
            !(line.starts_with('C')
                && ["_R ", "_T ", "_N ", "DOT "].iter().any(|end| line.split('=').next().unwrap().contains(end)))
        })
        .filter(|line| !line.starts_with("COMMENT HBR ="))
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("bare.cdm", bare);
    let rows = place.ok("conjunctions assess bare.cdm --format csv").rows();
    assert_eq!((rows[0]["pc"].as_str(), rows[0]["verdict"].as_str()), ("", "watch"));
    assert_eq!(rows[0]["pc_method"], "not computable: no covariance in the message");
    assert!(rows[0]["hbr_source"].starts_with("primary: "), "the program's own radii");
    place.run("conjunctions assess nosuch.cdm").fails(1, "nosuch.cdm");
}

/// The published messages of NASA CARA and its samples.
#[test]
fn the_messages_of_cara() {
    let Some(folder) = truth::local("pc/cdm") else { return };
    let place = Place::new();
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().display().to_string()).collect();
    files.sort();
    let mut words = vec!["conjunctions", "assess", "--format", "csv"];
    words.extend(files.iter().map(String::as_str));
    let answer = place.run_words(&words);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let rows = answer.rows();
    assert_eq!(rows.len(), 87);
    assert!(answer.err.contains("87 messages worked out again, 0 refused."), "{}", answer.err);
    for row in &rows {
        assert!(row["covariance_source"].contains("given: "));
        assert!(row["pc"].is_empty() == row["pc_method"].starts_with("not computable: "), "{row:?}");
    }
}

/// With errors alike on all axes the probability of a small sphere has a closed form: that of the plane's Gaussian.
#[test]
fn given_covariances_are_used_and_named() {
    let place = Place::new();
    let rows = place.ok("screen --hours 72 --threshold-km 10 --format csv").rows();
    let row = rows.iter().find(|row| row["rel_speed_km_s"].parse::<f64>().unwrap() > 5.0).unwrap();
    let entry = |id: &str, name: &str| {
        format!("[[covariance]]\nnorad_id = {id}\n{name}sigma_r_km = 3.0\nsigma_t_km = 3.0\nsigma_n_km = 3.0\n")
    };
    let (one, other) = (&row["primary_id"], &row["secondary_id"]);
    place.write("own.toml", entry(one, "name = \"flight dynamics\"\n") + &entry(other, ""));
    let check = |rows: Vec<std::collections::BTreeMap<String, String>>| {
        let found = rows.iter().find(|found| found["tca"] == row["tca"] && &found["primary_id"] == one).unwrap();
        assert_eq!(found["covariance_source"], "primary: given: flight dynamics; secondary: given: own.toml");
        let number = |column: &str| found[column].parse::<f64>().unwrap();
        let (miss_km, hbr_km, variance_km2) = (number("miss_km"), number("hbr_m") / 1e3, 18.0);
        let expected = (-miss_km * miss_km / (2.0 * variance_km2)).exp() * hbr_km * hbr_km / (2.0 * variance_km2);
        assert!((number("pc") - expected).abs() <= expected * 1e-3, "{} {expected}", number("pc"));
        assert!(rows.iter().filter(|row| row["covariance_source"].contains("class")).count() > 0);
    };
    let answer = place.ok("screen --hours 72 --threshold-km 10 --format csv --covariance own.toml");
    assert!(answer.err.contains("Covariances given of 2 objects, 2 of them screened"), "{}", answer.err);
    check(answer.rows());
    // The configuration's count in runs.
    place.write("sky.toml", "[files]\ncovariance = [\"own.toml\"]\n");
    let own = place.path("own.toml").display().to_string();
    let rows = place.ok("conjunctions --format csv --config sky.toml").rows();
    let found = rows.iter().find(|found| found["tca"] == row["tca"] && &found["primary_id"] == one).unwrap();
    let source = found["covariance_source"].replace(&own, "own.toml");
    assert!(source.contains("primary: given: flight dynamics; secondary: given: "), "{source}");
    // A message's covariance is its objects'.
    place.ok(&format!("export cdm --event {one},{other}@{} -o own.cdm", row["tca"]));
    let rows = place.ok("screen --hours 72 --threshold-km 10 --format csv --covariance own.cdm").rows();
    let found = rows.iter().find(|found| found["tca"] == row["tca"] && &found["primary_id"] == one).unwrap();
    assert!(found["covariance_source"].ends_with(" / ALLIEDSKY"), "{}", found["covariance_source"]);
    assert_eq!(found["pc"], row["pc"]);
    for (text, expected) in [
        (entry("5", "").replace("3.0", "0.0"), "sigma_r_km = 0 is outside"),
        (entry("5", "") + &entry("5", ""), "stands twice"),
        (entry("0", ""), "own.toml: covariance 1"),
    ] {
        place.write("own.toml", text);
        place.run("screen --covariance own.toml").fails(1, expected);
    }
}
