//! `sensors`: the list, one object, a stored conjunction, custody.

use super::Place;

#[test]
fn the_list_has_every_sensor_with_its_source() {
    let place = Place::new();
    let rows = place.ok("sensors --format csv").rows();
    assert_eq!(rows.len(), 37);
    assert!(rows.iter().all(|row| !row["source"].is_empty() && !row["figures"].is_empty()));
    let japan = place.ok("sensors --nations jp --format json").json();
    assert_eq!(japan.as_array().unwrap().len(), 3);
    assert!(japan.as_array().unwrap().iter().all(|row| row["nation"] == "jp"));
    let table = place.ok("sensors");
    assert!(table.out.lines().all(|line| line.chars().count() <= 140), "{}", table.out);
    place.run("sensors --nations us,us").fails(2, "names a nation twice");
    place.run("sensors --sat 25544 --custody korea").fails(2, "cannot be used with");
}

#[test]
fn an_object_is_observed_in_time_and_above_the_horizon() {
    let place = Place::new();
    let rows = place.ok("sensors --sat 25544 --hours 12 --nations us,jp,kr,gb --format csv").rows();
    assert!(rows.len() > 20, "{}", rows.len());
    assert!(rows.windows(2).all(|pair| pair[0]["start"] <= pair[1]["start"]));
    for row in &rows {
        assert!(row["start"] < row["end"] && row["norad_id"] == "25544");
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        assert!(number("start_elevation_deg") > -1e-6 && number("end_elevation_deg") > -1e-6);
        assert!(number("timing_error_s") > 0.0);
    }
    place.run("sensors --sat NOBODY").fails(1, "unknown satellite");
}

#[test]
fn the_objects_of_a_stored_conjunction_are_observed_before_it() {
    let place = Place::new();
    place.ok("run --bundled --hours 6 --db sky.db");
    let events = place.ok("conjunctions --db sky.db --from 2026-09-07T01:00Z --format csv").rows();
    let event = &events[0];
    let (one, other) = (&event["primary_id"], &event["secondary_id"]);
    let rows = place.ok(&format!("sensors --event {one},{other} --db sky.db --format csv")).rows();
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["norad_id"].as_str()).collect();
    assert!(ids.iter().all(|id| id == one || id == other), "{ids:?}");
    assert!(rows.iter().all(|row| row["end"] <= event["tca"]), "before the closest approach");
    place.run("sensors --event 1,2 --db sky.db").fails(1, "no conjunction of 1 and 2 to come");
    place.run("sensors --event 25544 --db sky.db").fails(1, "expected two numbers");
}

#[test]
fn custody_has_a_row_for_every_coalition() {
    let place = Place::new();
    let rows = place.ok("sensors --custody theatre --hours 6 --format csv").rows();
    let nations: Vec<&str> = rows.iter().map(|row| row["nations"].as_str()).collect();
    assert_eq!(nations, ["us", "jp", "kr", "us+jp", "us+kr", "jp+kr", "us+jp+kr"]);
    let observed = |row: usize| rows[row]["observed"].parse::<usize>().unwrap();
    assert!(observed(6) >= observed(3) && observed(3) >= observed(0) && observed(6) > 0);
    let json = place.ok("sensors --custody theatre --hours 6 --format json").json();
    assert_eq!(json[0]["alone_ids"].as_array().unwrap().len(), json[0]["alone"].as_u64().unwrap() as usize);
    let table = place.ok("sensors --custody korea --hours 6").out;
    let table = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(table.contains("could be observed by none of us, jp, kr"), "{table}");
}
