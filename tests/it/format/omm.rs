//! Dialects and damages of orbit mean-elements messages.

use alliedsky::format::{Format, ReadOptions, read_elements, write_omm_kvn};

use crate::format::read_data;

use super::{LINE1, LINE2, as_csv, edge_case, edge_cases, omm_fields, one, read, refused, time};

/// The same with some values changed or added.
fn omm_with(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = omm_fields();
    for (key, value) in changes {
        fields.retain(|(known, _)| known != key);
        fields.push(((*key).to_owned(), (*value).to_owned()));
    }
    fields
}

fn as_json(fields: &[(String, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(key, value)| format!("{key:?}:{value:?}")).collect();
    format!("[{{{}}}]", fields.join(","))
}

fn as_xml(fields: &[(String, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(key, value)| format!("<{key} units=\"x\">{value}</{key}>")).collect();
    format!("<?xml version=\"1.0\"?><ndm><omm id=\"a\">{}</omm></ndm>", fields.concat())
}

fn as_kvn(fields: &[(String, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(key, value)| format!("COMMENT x\n{key} = {value}\n")).collect();
    format!("CCSDS_OMM_VERS = 2.0\n{}", fields.concat())
}

fn in_all_notations(fields: &[(String, String)]) -> [String; 4] {
    [as_json(fields), as_csv(fields), as_xml(fields), as_kvn(fields)]
}

#[test]
fn omm_with_numbers_as_texts_equals_the_tle_in_every_notation() {
    let mut expected = one(&format!("ISS (ZARYA)\n{LINE1}\n{LINE2}\n")).into_fields();
    expected.rev_at_epoch = 9561;
    for text in in_all_notations(&omm_fields()) {
        assert_eq!(one(&text).into_fields(), expected, "{text}");
    }
}

#[test]
fn other_theories_times_frames_and_bodies_are_refused_by_name() {
    for (key, value) in [
        ("EPHEMERIS_TYPE", "4"),
        ("MEAN_ELEMENT_THEORY", "SGP4-XP"),
        ("MEAN_ELEMENT_THEORY", "DSST"),
        ("TIME_SYSTEM", "TAI"),
        ("REF_FRAME", "EME2000"),
        ("CENTER_NAME", "MARS BARYCENTER"),
        ("NORAD_CAT_ID", "-5"),
        ("NORAD_CAT_ID", "1000000000"),
        ("NORAD_CAT_ID", ""),
        ("EPOCH", "2026-02-30T00:00:00"),
        ("EPOCH", ""),
        ("BSTAR", "NaN"),
        ("BSTAR", "inf"),
        ("BSTAR", "1e999"),
        ("BSTAR", "x"),
        ("INCLINATION", "180.1"),
        ("MEAN_MOTION", ""),
        ("CLASSIFICATION_TYPE", "X"),
        ("ELEMENT_SET_NO", "-1"),
    ] {
        for text in in_all_notations(&omm_with(&[(key, value)])) {
            let message = refused(&text);
            assert!(message.contains(key), "{key} = {value}: {message}");
            assert!(key == "NORAD_CAT_ID" || message.contains("(NORAD 25544)"), "{message}");
        }
    }
    for (key, value) in [
        ("MEAN_ELEMENT_THEORY", "SGP/SGP4"),
        ("MEAN_ELEMENT_THEORY", "sgp4"),
        ("TIME_SYSTEM", "UTC"),
        ("REF_FRAME", "TEME"),
        ("CENTER_NAME", "Earth"),
        ("MEAN_MOTION_DOT", ""),
        ("OBJECT_ID", ""),
        ("ECCENTRICITY", "1.2E-4"),
        ("GM", "398600.8"),
    ] {
        for text in in_all_notations(&omm_with(&[(key, value)])) {
            one(&text);
        }
    }
}

#[test]
fn a_set_of_sgp4_xp_is_refused_as_tle_and_as_omm() {
    let cases = edge_cases();
    let case = edge_case(&cases, "xp_type4_tle");
    let message = refused(&format!("{}\n{}\n", case["line1"].as_str().unwrap(), case["line2"].as_str().unwrap()));
    assert!(message.contains("SGP4-XP"), "{message}");
    let message = refused(&edge_case(&cases, "xp_type4_omm")["omm"].to_string());
    assert!(message.contains("SGP4-XP"), "{message}");
    // With the drag term of SGP4-XP in place of BSTAR it is still the type that is named.
    let mut fields = omm_with(&[("EPHEMERIS_TYPE", "4"), ("BTERM", "0.0015")]);
    fields.retain(|(key, _)| key != "BSTAR");
    assert!(refused(&as_kvn(&fields)).contains("SGP4-XP"));
}

#[test]
fn epochs_of_an_omm_are_exact_in_all_their_forms() {
    for (text, expected) in [
        ("2018-01-20T21:33:14.841216", "2018-01-20T21:33:14.841216Z"),
        ("2018-01-20T21:33:14.841216Z", "2018-01-20T21:33:14.841216Z"),
        ("2018-020T21:33:14.841216", "2018-01-20T21:33:14.841216Z"),
        ("2018-01-20 21:33:14", "2018-01-20T21:33:14Z"),
        ("2018-01-20T21:33:14.1234567899", "2018-01-20T21:33:14.123456789Z"),
        ("2016-366T23:59:59.999", "2016-12-31T23:59:59.999Z"),
    ] {
        for notation in in_all_notations(&omm_with(&[("EPOCH", text)])) {
            assert_eq!(one(&notation).epoch, time(expected), "{text}");
        }
    }
    for (text, words) in [
        ("2016-12-31T23:59:60", "leap second"),
        ("2018-366T00:00:00", "no such day"),
        ("2018-01-20T24:00:00", "no such time"),
        ("2018-01-20", "no date and time"),
        ("2018-1-20T00:00:00", "no date and time"),
        ("20180120T000000", "no date and time"),
        ("2018-01-20T00:00:00+09:00", "no date and time"),
        ("1956-01-01T00:00:00", "outside the years"),
    ] {
        let message = refused(&as_json(&omm_with(&[("EPOCH", text)])));
        assert!(message.contains(words), "{text}: {message}");
    }
}

#[test]
fn a_semi_major_axis_stands_in_for_the_mean_motion() {
    let mut fields = omm_with(&[("SEMI_MAJOR_AXIS", "6782.5")]);
    fields.retain(|(key, _)| key != "MEAN_MOTION");
    for text in in_all_notations(&fields) {
        let set = one(&text);
        assert!((set.semi_major_axis_km() - 6782.5).abs() < 1e-9, "{}", set.semi_major_axis_km());
    }
}

#[test]
fn json_dialects_are_read() {
    let object = as_json(&omm_fields()).trim_matches(['[', ']']).to_owned();
    let expected = one(&object);
    let other = object.replace("25544", "25545");
    let nested = format!("{{\"header\": {{\"ORIGINATOR\": [\"x\"]}}, \"body\": {object}, \"DECAY_DATE\": null}}");
    assert_eq!(one(&nested), expected);
    assert_eq!(one(&object.replace('{', "{ \"TLE_LINE0\" : \"0 {[\\\"\" ,\n").replace("\":", "\"\t: ")), expected);
    for (text, sets, refused, truncated) in [
        (format!("{object}\n{other}\n"), 2, 0, false),
        (format!("[{object},{other}]"), 2, 0, false),
        (format!("[{object},[[1,{{}}]],7,\"x\",null,{other}]"), 2, 4, false),
        // A lost brace, a lost quote, a bad escape: each costs its own record.
        (format!("[{},{other}]", object.trim_end_matches('}')), 1, 1, false),
        (format!("[{},{other}]", object.replacen("\",", ",", 1)), 1, 1, false),
        (format!("[{},{other}]", object.replacen("ISS", "\\x", 1)), 1, 1, false),
        (format!("[{},{other}]", object.replacen(':', " ", 1)), 1, 1, false),
        (format!("[{object},{other}"), 2, 0, true),
        (format!("[{object},{}", &other[..200]), 1, 1, true),
        (format!("[{object},"), 1, 0, true),
    ] {
        let batch = read("json", text.as_bytes());
        let found = (batch.elements.len(), batch.rejected_count, batch.truncated);
        assert_eq!(found, (sets, refused, truncated), "{text}\n{:?}", batch.rejected);
    }
    let deep = format!("[{{\"MEAN_MOTION\":{}1{}}}]", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert!(refused(&deep).contains("nested too deep"));
    let unclosed = format!("[{}\"MEAN_MOTION\"", "{".repeat(200_000));
    refused(&unclosed);
}

#[test]
fn csv_dialects_are_read() {
    let expected = one(&as_csv(&omm_fields()));
    let mut reversed = omm_with(&[("EXTRA", "\"a, \"\"b\"\"\"")]);
    reversed.reverse();
    assert_eq!(one(&as_csv(&reversed)), expected);
    assert_eq!(one(&as_csv(&reversed).replacen("NORAD_CAT_ID", "norad_cat_id", 1)), expected);
    assert_eq!(one(&as_csv(&omm_fields()).replace('\n', "\r")), expected);
    assert_eq!(one(as_csv(&omm_fields()).trim_end()), expected);
    assert_eq!(one(&as_csv(&omm_with(&[("OBJECT_NAME", "\"A, \"\"B\"\"\"")]))).name, "A, \"B\"");

    let text = as_csv(&omm_fields());
    let (header, row) = text.trim_end().split_once('\n').unwrap();
    let other = row.replace("25544", "25545");
    for (bad, truncated) in [
        (format!("{header}\n{row},1\n{other}\n"), false),
        (format!("{header}\n\"{row}\n{other}\n"), false),
        (format!("{header}\n{}\n{other}\n", &row[..50]), false),
        (format!("{header}\n{row}\n{}", &other[..50]), true),
    ] {
        let batch = read("csv", bad.as_bytes());
        assert_eq!((batch.elements.len(), batch.rejected_count, batch.truncated), (1, 1, truncated), "{bad}");
    }
    for column in ["NORAD_CAT_ID", "EPOCH", "MEAN_MOTION", "ECCENTRICITY", "MEAN_ANOMALY", "BSTAR"] {
        let mut fields = omm_fields();
        fields.retain(|(key, _)| key != column);
        assert!(refused(&as_csv(&fields)).contains(&format!("no column {column}")));
    }
}

#[test]
fn several_kvn_messages_are_told_apart_with_and_without_their_header() {
    let message = as_kvn(&omm_with(&[("MEAN_MOTION", "15.54190080 [rev/day]"), ("OBJECT_NAME", "ISS [+]")]));
    // In the order of the standard the name comes first.
    let named = |id: &str| {
        let body = "CREATION_DATE = 2026-01-01T00:00:00\nORIGINATOR = X\n";
        let rest = write_omm_kvn(&[one(&message)], time("2026-01-01T00:00:00Z"));
        let rest = rest.split_once("OBJECT_NAME").unwrap().1;
        format!("{body}OBJECT_NAME{}", rest.replace("25544", id))
    };
    assert_eq!(one(&message).name, "ISS [+]");
    let (a, b) = (named("25544"), named("25545"));
    let metadata_free = b.split_once("EPOCH").unwrap().1;
    for (text, sets, refused) in [
        (format!("CCSDS_OMM_VERS = 3.0\n{a}CCSDS_OMM_VERS = 3.0\n{b}"), 2, 0),
        (format!("{a}{b}"), 2, 0),
        (format!("{}{}", a.split_once("OBJECT").unwrap().1.replacen("_NAME", "OBJECT_NAME", 1), b), 2, 0),
        (format!("EPOCH{metadata_free}EPOCH{}", metadata_free.replace("25545", "25546")), 2, 0),
        (format!("{}{b}", a.replace("BSTAR", "DRAG")), 1, 1),
        (format!("{a}{b}").replacen("BSTAR", "BSTAR = 1\nBSTAR", 1), 1, 1),
    ] {
        let batch = read("kvn", text.as_bytes());
        assert_eq!(batch.format, Format::OmmKvn);
        assert_eq!((batch.elements.len(), batch.rejected_count), (sets, refused), "{text}\n{:?}", batch.rejected);
    }
}

/// Texts are cut at 100 characters; a blank that then stands last goes as well.
#[test]
fn long_names_are_cut_and_have_no_blank_at_their_end() {
    let long = |blank_at: usize| format!("{} {}", "é".repeat(blank_at), "x".repeat(50));
    for (blank_at, chars) in [(60, 100), (99, 99), (100, 100), (40, 91)] {
        let set = one(&as_csv(&omm_with(&[("OBJECT_NAME", &long(blank_at))])));
        assert_eq!((set.name.chars().count(), set.name.trim()), (chars, set.name.as_str()), "{blank_at}");
    }
}

#[test]
fn xml_messages_are_read_one_by_one() {
    let inner = as_xml(&omm_with(&[("OBJECT_NAME", "A &amp; <![CDATA[<B>]]> &#x43;")]));
    assert_eq!(one(&inner).name, "A & <B> C");
    let start = inner.find("<omm").unwrap();
    let message = &inner[start..inner.len() - "</ndm>".len()];
    let other = message.replace("25544", "25545");
    for (text, sets, refused, truncated) in [
        (format!("<ndm>{message}{other}</ndm>"), 2, 0, false),
        (other.clone(), 1, 0, false),
        (format!("<ndm>{}{other}</ndm>", message.replace("</omm>", "")), 1, 1, false),
        (format!("<ndm>{}{other}</ndm>", message.replace("</EPOCH>", "")), 1, 1, false),
        (format!("<ndm>{}{other}</ndm>", message.replace("&amp;", "&who;")), 1, 1, false),
        (format!("<ndm>{message}{}", &other[..300]), 1, 1, true),
    ] {
        let batch = read("xml", text.as_bytes());
        let found = (batch.elements.len(), batch.rejected_count, batch.truncated);
        assert_eq!(found, (sets, refused, truncated), "{text}\n{:?}", batch.rejected);
    }
    assert!(refused("<ndm></ndm>").contains("no records"));
}

#[test]
fn a_number_cut_short_at_the_end_of_a_file_is_refused() {
    let good = &read_data("elements/theatre_20260906.json").elements[..2];
    let kvn = write_omm_kvn(good, "2026-09-07T00:00:00Z".parse().unwrap());
    let cut = &kvn[..kvn.rfind("BSTAR").unwrap() + "BSTAR = 8".len()];
    let batch = read_elements("cut.kvn", cut.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((batch.elements.len(), batch.rejected_count, batch.truncated), (1, 1, true), "{:?}", batch.rejected);

    let columns = ["NORAD_CAT_ID", "EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION", "RA_OF_ASC_NODE"];
    let head = format!("{},ARG_OF_PERICENTER,BSTAR,MEAN_ANOMALY", columns.join(","));
    let row = "25544,2026-09-06T11:11:22.279776,15.49,0.0005,51.63,257.8,113.2,8.3e-05,246.9211";
    let whole = format!("{head}\n{row}\n{row}\n");
    assert_eq!(read_elements("whole.csv", whole.as_bytes(), &ReadOptions::default()).unwrap().rejected_count, 0);
    let cut = &whole[..whole.len() - 4];
    let batch = read_elements("cut.csv", cut.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((batch.elements.len(), batch.rejected_count, batch.truncated), (1, 1, true), "{:?}", batch.rejected);
}
