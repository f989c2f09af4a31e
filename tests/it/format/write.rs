//! What is written reads back to the same bits.

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::format::{TleError, write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml, write_tle};

use super::{LINE1, LINE2, assert_round_trips, one, read, read_data, with_checksum};
use crate::truth;

#[test]
fn every_omm_writer_round_trips_to_the_bit() {
    assert_round_trips(&read_data("elements/gpredict_20180120.tle.gz").elements);
    assert_round_trips(&read_data("elements/theatre_20260906.csv").elements);
}

#[test]
fn written_csv_and_json_have_celestraks_keys_in_its_order() {
    let elements = read_data("elements/theatre_20260906.csv").elements;
    let published = truth::bytes(&truth::data("elements/theatre_20260906.csv"));
    let header = String::from_utf8(published).unwrap().lines().next().unwrap().to_owned();
    assert_eq!(write_omm_csv(&elements).lines().next().unwrap(), header);
    let json: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&write_omm_json(&elements)).unwrap();
    assert_eq!(json[0].keys().cloned().collect::<Vec<_>>().join(","), header);
    assert!(json[0]["MEAN_MOTION"].is_f64() && json[0]["NORAD_CAT_ID"].is_u64() && json[0]["EPOCH"].is_string());
}

#[test]
fn awkward_names_and_nanoseconds_round_trip() {
    let mut fields = one(&format!("{LINE1}\n{LINE2}\n")).into_fields();
    fields.name = r#"A "B", <C> & 'D' [+] = é東"#.to_owned();
    fields.object_id = String::new();
    fields.epoch += chrono::TimeDelta::nanoseconds(7);
    fields.mean_motion_ddot = -1e-300;
    assert_round_trips(&[Elements::new(fields.clone()).unwrap()]);
    fields.name = "A\u{1}B\nC".to_owned();
    let set = Elements::new(fields).unwrap();
    assert_eq!(read("j", write_omm_json(std::slice::from_ref(&set)).as_bytes()).elements[0].name, set.name);
    for text in [
        write_omm_csv(std::slice::from_ref(&set)),
        write_omm_kvn(std::slice::from_ref(&set), set.epoch),
        write_omm_xml(std::slice::from_ref(&set), set.epoch),
    ] {
        assert_eq!(one(&text).name, "A B C");
    }
}

/// Blanks in place of the zeros before a number.
fn unpad(line: &mut String, start: usize, most: usize) {
    let zeros = line[start..start + most].bytes().take_while(|byte| *byte == b'0').count();
    line.replace_range(start..start + zeros, &" ".repeat(zeros));
}

/// The same line in the form that is written here: `-0` behind a zero and no sign before it, and blanks, not zeros, before
/// a number.
fn canonical(line: &str) -> String {
    let mut line = line.to_owned();
    if line.starts_with('1') {
        unpad(&mut line, 64, 3);
        return with_checksum(&line[..68].replace("00000+0", "00000-0").replace("-.00000000", " .00000000"));
    }
    for (start, padding) in [(8, 2), (17, 2), (34, 2), (43, 2), (63, 4)] {
        unpad(&mut line, start, padding);
    }
    line
}

#[test]
fn tle_writer_gives_the_published_lines_again() {
    for name in ["elements/gpredict_20180120.tle.gz", "elements/theatre_20260906.tle"] {
        let text = String::from_utf8(truth::bytes(&truth::data(name))).unwrap();
        let published: Vec<&str> = text.lines().filter(|line| line.len() == 69).collect();
        let elements = read_data(name).elements;
        assert_eq!(published.len(), 2 * elements.len());
        for (set, lines) in elements.iter().zip(published.chunks(2)) {
            let (one, two) = write_tle(set).unwrap();
            assert_eq!((one, two), (canonical(lines[0]), canonical(lines[1])));
        }
    }
}

#[test]
fn tle_writer_refuses_what_has_no_place() {
    let good = one(&format!("{LINE1}\n{LINE2}\n")).into_fields();
    let with = |change: fn(&mut ElementFields)| {
        let mut fields = good.clone();
        change(&mut fields);
        write_tle(&Elements::new(fields).unwrap())
    };
    let id = |id: u32| {
        let mut fields = good.clone();
        fields.norad_id = NoradId::new(id).unwrap();
        write_tle(&Elements::new(fields).unwrap())
    };
    assert!(id(339_999).unwrap().0.starts_with("1 Z9999U"));
    assert_eq!(id(340_000), Err(TleError::IdTooLarge(340_000)));
    assert!(with(|fields| fields.eccentricity = 0.999_999_99).is_err());
    assert!(with(|fields| fields.mean_motion_dot = 1.5).is_err());
    assert!(with(|fields| fields.element_set_no = 10_000).is_err());
    assert!(with(|fields| fields.epoch = "2057-01-01T00:00:00Z".parse().unwrap()).is_err());
    // Zero has no sign, also where it is the rounding that makes it zero.
    let derivative = |value: f64| {
        let mut fields = good.clone();
        fields.mean_motion_dot = value;
        write_tle(&Elements::new(fields).unwrap()).unwrap().0[33..43].to_owned()
    };
    assert_eq!([-4.9e-9, -0.0, 4.9e-9].map(derivative), [" .00000000"; 3]);
    assert_eq!([-5.1e-9, 5.1e-9].map(derivative), ["-.00000001", " .00000001"]);
    // A designator that would be read as another one has no place either; of another shape it may stand as it is.
    let designator = |object_id: &str| {
        let mut fields = good.clone();
        object_id.clone_into(&mut fields.object_id);
        write_tle(&Elements::new(fields).unwrap()).map(|(one, _)| one[9..17].trim_end().to_owned())
    };
    assert_eq!(designator("1998-067A"), Ok("98067A".to_owned()));
    assert_eq!(designator("98067A"), Ok("98067A".to_owned()));
    assert_eq!(designator("98-6"), Ok("98-6".to_owned()));
    assert_eq!(designator(""), Ok(String::new()));
    for object_id in ["1998-06-0", "1956-067A", "2057-001A", "98-067AB-C", "1998-067ABCD", "1998-06é"] {
        assert!(designator(object_id).is_err(), "{object_id}");
    }
    // Rounded to the next day, and angles brought into 0 to 360.
    let (one, two) = with(|fields| {
        fields.epoch = "2019-12-31T23:59:59.9999Z".parse().unwrap();
        fields.raan_deg = -1.0;
        fields.bstar = -3.0e-13;
    })
    .unwrap();
    assert_eq!((&one[18..32], &one[53..61], &two[17..25]), ("20001.00000000", "-00030-9", "359.0000"));
}
