//! Burns from the command line.

use super::{Place, catalogue};

/// A database with the catalogue of January 2018, and the nearest approach of a satellite that can burn.
fn event(place: &Place) -> (String, String) {
    place.ok(&format!("import --db sky.db {}", catalogue().display()));
    let rows = place.ok("screen --db sky.db --now 2018-01-21 --hours 48 --threshold-km 8 --format csv").rows();
    let row = rows
        .iter()
        .filter(|row| row["kind"] == "encounter" && row["tca"].as_str() > "2018-01-22")
        .filter(|row| row["rel_speed_km_s"].parse::<f64>().unwrap() > 3.0)
        .min_by(|a, b| a["miss_km"].parse::<f64>().unwrap().total_cmp(&b["miss_km"].parse().unwrap()));
    let row = row.unwrap();
    (row["primary_id"].clone(), row["secondary_id"].clone())
}

#[test]
fn burns_are_swept_and_drawn() {
    let place = Place::new();
    let (one, other) = event(&place);
    let line = format!(
        "avoid --db sky.db --now 2018-01-21 --event {one},{other} --candidates 60 --clear-pc 1e-12 --all --format csv \
         --plot burns.svg"
    );
    let answer = place.ok(&line);
    let rows = answer.rows();
    assert!(rows.len() > 30 && rows.len() <= 60, "{}", rows.len());
    assert!(answer.err.contains("Without a burn") && answer.err.contains("standard deviations"), "{}", answer.err);
    for row in &rows {
        assert_eq!((&row["primary_id"], &row["secondary_id"]), (&one, &other));
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        assert_eq!(row["result"] == "does not clear", number("pc") >= 1e-12, "{row:?}");
        assert!(number("gained_sigmas") >= 0.0 && number("primary_age_days") > 0.0);
        assert!((number("delta_v_m_s") - number("delta_v_t_m_s")).abs() < 1e-9);
    }
    let clears: Vec<f64> = rows
        .iter()
        .filter(|row| row["result"] == "clears")
        .map(|row| row["delta_v_m_s"].parse::<f64>().unwrap().abs())
        .collect();
    assert!(clears.is_sorted(), "{clears:?}");
    let listed = place.ok(&line.replace("--all ", "")).rows();
    assert_eq!(listed.len(), clears.len());

    let drawing = std::fs::read_to_string(place.path("burns.svg")).unwrap();
    let mut reader = quick_xml::Reader::from_str(&drawing);
    let (mut words, mut squares) = (String::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Text(text) => words.push_str(text.as_ref()),
            quick_xml::events::Event::Empty(tag) if tag.name().as_ref() == "rect" => squares += 1,
            _ => {}
        }
    }
    assert!(squares > 2 * rows.len(), "{squares}");
    for said in ["km", "hours from the burn", "m/s", "Probability", "burns"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(drawing.contains("role=\"img\"") && drawing.contains("<desc"));
}

#[test]
fn what_cannot_be_avoided_is_told() {
    let place = Place::new();
    place.run("avoid --event 39766").fails(2, "two objects");
    place.run("avoid --event 39766,").fails(2, "two objects");
    place.run("avoid --event 39766,39084@whenever").fails(2, "no time");
    place.run("avoid --event 39766,39084 --min-delta-v-m-s 2").fails(2, "below");
    place.run("avoid --event 39766,39084 --max-delta-v-m-s nan").fails(2, "m/s");
    place.run("avoid --event 39766,NOBODY").fails(1, "unknown satellite");
    place.run("avoid --event 39766,39766").fails(1, "itself");
    place.run("avoid --event 39766,39084").fails(1, "do not come below 50 km");
}

#[test]
fn a_file_of_burns_changes_a_screening() {
    let place = Place::new();
    let (one, other) = event(&place);
    let line =
        format!("screen --db sky.db --now 2018-01-21 --hours 48 --threshold-km 8 --primaries {one} --format csv");
    let before = place.ok(&line).rows();
    assert!(before.iter().any(|row| row["secondary_id"] == other));
    let burn = format!("[[burn]]\nnorad_id = {one}\ntime = \"2018-01-21T01:00:00Z\"\ndelta_v_rtn_m_s = [0, 3.0, 0]\n");
    place.write("burns.toml", &burn);
    let answer = place.ok(&format!("{line} --manoeuvre burns.toml"));
    let after = answer.rows();
    assert!(answer.err.contains("What if: 1 burn"), "{}", answer.err);
    let miss = |rows: &[std::collections::BTreeMap<String, String>]| {
        rows.iter()
            .find(|row| row["secondary_id"] == other && row["tca"].as_str() > "2018-01-22")
            .map(|row| row["miss_km"].clone())
    };
    assert_ne!(miss(&before), miss(&after));
    place.write("burns.toml", burn.replace("norad_id", "sat"));
    place.run(&format!("{line} --manoeuvre burns.toml")).fails(1, "burns.toml: burn 1");
    place.run(&format!("{line} --manoeuvre nowhere.toml")).fails(1, "nowhere.toml");
    place.write("burns.toml", burn.replace(&format!("= {one}\n"), "= 900000\n"));
    place.run(&format!("{line} --manoeuvre burns.toml")).fails(1, "900000");
}
