//! Calendars, ground tracks, footprints and scenes, read back by readers that are not ours.

use std::collections::BTreeSet;

use alliedsky::astro::geodesy::Geodetic;
use chrono::{DateTime, NaiveDateTime, Utc};
use ical::parser::ical::component::IcalEvent;
use nalgebra::Vector3;
use serde_json::Value;

use super::Place;
use crate::sets::{self, CrateOrbit};
use crate::truth;

/// The events of a calendar by the ical crate, after a look at its bytes.
fn events(text: &str) -> Vec<IcalEvent> {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line ends in CR LF");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "lines are folded at 75 octets");
    let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
    assert!(calendar.properties.iter().any(|own| own.name == "PRODID"));
    assert!(calendar.properties.iter().any(|own| own.name == "VERSION" && own.value.as_deref() == Some("2.0")));
    calendar.events
}

fn value<'a>(event: &'a IcalEvent, name: &str) -> &'a str {
    let found = event.properties.iter().find(|own| own.name == name);
    found.and_then(|own| own.value.as_deref()).unwrap_or_else(|| panic!("no {name}"))
}

fn time(event: &IcalEvent, name: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(value(event, name), "%Y%m%dT%H%M%SZ").unwrap().and_utc()
}

fn uids(events: &[IcalEvent]) -> BTreeSet<String> {
    events.iter().map(|event| value(event, "UID").to_owned()).collect()
}

#[test]
fn a_calendar_has_the_passes_of_the_table() {
    let place = Place::new();
    let line = "passes --site Seoul --hours 12";
    let rows = place.ok(&format!("{line} --format csv")).rows();
    let text = place.ok(&format!("{line} --format ics")).out;
    let events = events(&text);
    assert_eq!(events.len(), rows.len());
    for (event, row) in events.iter().zip(&rows) {
        let (aos, los): (DateTime<Utc>, DateTime<Utc>) = (row["aos"].parse().unwrap(), row["los"].parse().unwrap());
        let (start, end) = (time(event, "DTSTART"), time(event, "DTEND"));
        assert!((0..1000).contains(&(aos - start).num_milliseconds()), "{aos} {start}");
        assert!((0..1000).contains(&(end - los).num_milliseconds()) && end > start, "{los} {end}");
        assert_eq!(value(event, "DTSTAMP"), "20260907T000000Z", "the clock");
        assert!(value(event, "SUMMARY").replace("\\,", ",").contains(&row["name"]));
        assert_eq!(value(event, "GEO"), "37.566500;126.978000");
    }
    assert_eq!(uids(&events).len(), events.len(), "names are unique");
}

/// Newer element sets move a pass by seconds: its name must stay. Here the same sets are half a day of drag different.
#[test]
fn names_of_events_stay_when_times_move_by_seconds() {
    let place = Place::new();
    let sets = std::fs::read_to_string(truth::data("elements/theatre_20260906.tle")).unwrap();
    place.write("a.tle", &sets);
    // A hundredth of a degree of mean anomaly is 0.16 s in low orbit; the checksum goes with the digit.
    let moved: String = sets.lines().map(|line| format!("{}\n", nudged(line))).collect();
    place.write("b.tle", moved);
    let named = |file: &str| {
        place.ok(&format!("import {file}.tle --db {file}.db"));
        let line = format!("passes --site Seoul --hours 12 --db {file}.db --now 2026-09-07 --format ics");
        uids(&events(&place.ok(&line).out))
    };
    let (before, after) = (named("a"), named("b"));
    assert!(before.len() > 50);
    assert!(before.intersection(&after).count() + 1 >= before.len(), "{:?}", before.difference(&after));
}

/// Line 2 of an element set with its mean anomaly changed in the second decimal.
fn nudged(line: &str) -> String {
    if !line.starts_with("2 ") || line.len() < 69 {
        return line.to_owned();
    }
    let mut bytes = line.as_bytes().to_vec();
    let digit = bytes[48];
    bytes[48] = if digit == b'9' { b'8' } else { digit + 1 };
    let sum: u32 =
        bytes[..68].iter().map(|b| if b.is_ascii_digit() { u32::from(b - b'0') } else { u32::from(*b == b'-') }).sum();
    bytes[68] = b'0' + (sum % 10) as u8;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn overflights_of_islands_and_odd_names_make_a_sound_calendar() {
    let place = Place::new();
    let sets = std::fs::read_to_string(truth::data("elements/theatre_20260906.tle")).unwrap();
    place.write("odd.tle", sets.replacen("ISS (ZARYA)", "ISS; \\ 星, one", 1));
    place.ok("import odd.tle --db sky.db");
    let line = "overflights --region japan --hours 24 --db sky.db --now 2026-09-07";
    let rows = place.ok(&format!("{line} --format csv")).rows();
    let text = place.ok(&format!("{line} --format ics")).out;
    let events = events(&text);
    assert_eq!((events.len(), uids(&events).len()), (rows.len(), rows.len()));
    assert!(events.len() > 100);
    if rows.iter().any(|row| row["norad_id"] == "25544") {
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:ISS\\; \\\\ 星\\, one"), "escaped");
    }
    place.run(&format!("{line} --quiet-windows --format ics")).fails(2, "quiet windows have no ics form");
}

fn features(text: &str) -> Vec<geojson::Feature> {
    let geojson::GeoJson::FeatureCollection(all) = text.parse().unwrap() else { panic!("no collection") };
    all.features
}

/// Where the sgp4 crate has an object of the theatre's snapshot.
fn crate_position(id: u32, time: DateTime<Utc>) -> Vector3<f64> {
    let sets = sets::of_file(&truth::data("elements/theatre_20260906.csv"));
    let elements = sets.iter().find(|elements| elements.norad_id.get() == id).unwrap();
    sets::rotation_at(time).rotate(&CrateOrbit::new(elements).unwrap().position_km(time).unwrap())
}

#[test]
fn a_ground_track_is_cut_at_the_antimeridian_and_lies_beneath() {
    let place = Place::new();
    let text = place.ok("export ground-track --sat 25544 --hours 6 --step 60s").out;
    let features = features(&text);
    let feature = &features[0];
    assert_eq!(feature.property("norad_id"), Some(&Value::from(25544)));
    assert!(feature.property("timing_error_s").and_then(Value::as_f64).unwrap() > 0.0);
    let lines: Vec<Vec<[f64; 2]>> = serde_json::from_value(
        serde_json::to_value(feature.geometry.as_ref().unwrap()).unwrap()["coordinates"].clone(),
    )
    .unwrap();
    assert!((4..=6).contains(&lines.len()), "a revolution takes an hour and a half: {}", lines.len());
    for line in &lines {
        assert!(line.windows(2).all(|pair| (pair[1][0] - pair[0][0]).abs() < 90.0), "no line crosses the map");
        assert!(line.iter().all(|[longitude, latitude]| longitude.abs() <= 180.0 && latitude.abs() < 52.0));
    }
    for pair in lines.windows(2) {
        let (last, first) = (pair[0].last().unwrap(), pair[1].first().unwrap());
        assert_eq!((last[0], first[0], last[1]), (180.0, -180.0, first[1]));
    }
    // Without the cuts' own points the corners are those of each minute.
    let corners: Vec<[f64; 2]> = lines.concat().into_iter().filter(|[longitude, _]| longitude.abs() < 180.0).collect();
    assert_eq!(corners.len(), 361);
    for (minute, corner) in corners.iter().enumerate().step_by(30) {
        let time = "2026-09-07T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::minutes(minute as i64);
        let beneath = Geodetic::from_ecef_km(&crate_position(25544, time));
        assert!((corner[0] - beneath.longitude_deg).abs() < 2e-5, "{minute}");
        assert!((corner[1] - beneath.latitude_deg).abs() < 2e-5, "{minute}");
    }
}

/// Seen from every corner of the footprint the satellite stands at the elevation that was asked for.
#[test]
fn a_footprint_ends_where_the_satellite_stands_at_the_elevation() {
    let place = Place::new();
    for (id, at) in [
        (39227, "2026-09-07T03:00Z"),
        (25544, "2026-09-07T03:20Z"),
        (39766, "2026-09-07T05:40Z"),
        (27424, "2026-09-07T03:30Z"),
    ] {
        let text = place.ok(&format!("export footprint --sat {id} --at {at} --min-elevation-deg 10")).out;
        let features = features(&text);
        let geometry = serde_json::to_value(features[0].geometry.as_ref().unwrap()).unwrap();
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = serde_json::from_value(geometry["coordinates"].clone()).unwrap();
        let time: DateTime<Utc> = at.replace('Z', ":00Z").parse().unwrap();
        let satellite = crate_position(id, time);
        let mut corners = 0;
        for ring in polygons.iter().flatten() {
            assert_eq!(ring.first(), ring.last(), "closed");
            let twice_area: f64 = ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
            assert!(twice_area > 0.0, "anticlockwise");
            for [longitude, latitude] in ring {
                assert!(longitude.abs() <= 180.0 && latitude.abs() <= 90.0);
                if longitude.abs() == 180.0 || latitude.abs() == 90.0 {
                    continue;
                }
                let corner = Geodetic::new(*latitude, *longitude, 0.0);
                let sight = satellite - corner.to_ecef_km();
                let elevation_deg = (sight.dot(&corner.up()) / sight.norm()).asin().to_degrees();
                assert!((elevation_deg - 10.0).abs() < 0.3, "{id}: {elevation_deg}° at {latitude}, {longitude}");
                corners += 1;
            }
        }
        assert!(corners >= 118, "{id}: {corners}");
    }
}

/// A radar looks past the ground beneath it: its footprint is a ring, cut where the antimeridian cuts it, and all of its
/// edge is seen at the one or the other angle off nadir.
#[test]
fn the_footprint_of_a_radar_has_a_hole() {
    let place = Place::new();
    let (mut whole, mut cut) = (0, 0);
    for minute in (0..1440).step_by(45) {
        let at = format!("2026-09-07T{:02}:{:02}Z", minute / 60, minute % 60);
        let found = features(&place.ok(&format!("export footprint --sat KOMPSAT-5 --at {at}")).out);
        assert_eq!(found[0].property("sensor"), Some(&Value::from("sar")));
        let reach = found[0].property("reach").unwrap().as_str().unwrap();
        let angles: Vec<f64> =
            reach.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|word| word.parse().ok()).collect();
        let geometry = serde_json::to_value(found[0].geometry.as_ref().unwrap()).unwrap();
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = serde_json::from_value(geometry["coordinates"].clone()).unwrap();
        let satellite = crate_position(39227, at.replace('Z', ":00Z").parse().unwrap());
        let nadir = -Geodetic::from_ecef_km(&satellite).up();
        let mut corners = [0, 0];
        for ring in polygons.iter().flatten() {
            assert_eq!(ring.first(), ring.last(), "closed");
            for [longitude, latitude] in ring.iter().filter(|[x, y]| x.abs() < 180.0 && y.abs() < 90.0) {
                let sight = Geodetic::new(*latitude, *longitude, 0.0).to_ecef_km() - satellite;
                let off_nadir_deg = sight.angle(&nadir).to_degrees();
                let edge = angles.iter().position(|angle| (off_nadir_deg - angle).abs() < 0.2);
                corners[edge.unwrap_or_else(|| panic!("{at}: {off_nadir_deg} of {angles:?}"))] += 1;
            }
        }
        assert!(corners.iter().all(|count| *count >= 100), "{at}: {corners:?}");
        match polygons.as_slice() {
            [one] if one.len() == 2 => whole += 1,
            parts => cut += usize::from(parts.len() > 1),
        }
    }
    assert!(whole > 20 && cut > 0, "{whole} {cut}");
}

#[test]
fn a_scene_holds_satellites_where_they_are_with_regions_and_sites() {
    let place = Place::new();
    let text = place.ok("export czml --nation kr --hours 3").out;
    let packets: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!((&packets[0]["id"], &packets[0]["version"]), (&"document".into(), &"1.0".into()));
    assert_eq!(packets[0]["clock"]["interval"], "2026-09-07T00:00:00.000000Z/2026-09-07T03:00:00.000000Z");
    let ids: BTreeSet<&str> = packets.iter().map(|packet| packet["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), packets.len(), "names are unique");
    let of = |kind: &str| ids.iter().filter(|id| id.starts_with(kind)).count();
    assert_eq!(of("satellite/"), 7);
    assert!(of("site/") > 30 && of("region/") > 7);
    for packet in packets.iter().filter(|packet| packet["id"].as_str().unwrap().starts_with("satellite/")) {
        let position = &packet["position"];
        assert_eq!(position["referenceFrame"], "FIXED");
        let epoch: DateTime<Utc> = position["epoch"].as_str().unwrap().parse().unwrap();
        let samples: Vec<f64> = serde_json::from_value(position["cartesian"].clone()).unwrap();
        assert_eq!(samples.len(), 4 * 91);
        let id: u32 = packet["id"].as_str().unwrap()["satellite/".len()..].parse().unwrap();
        for sample in samples.chunks(4).step_by(15) {
            let at = crate_position(id, epoch + chrono::TimeDelta::seconds(sample[0] as i64));
            assert!((Vector3::new(sample[1], sample[2], sample[3]) / 1000.0 - at).norm() < 1e-3, "{id}");
        }
    }
}
