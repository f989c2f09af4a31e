//! Dialects and damages of two-line element sets.

use alliedsky::astro::elements::Elements;
use alliedsky::format::write_tle;

use super::{
    LINE1, LINE2, edge_case, edge_cases, one, read, read_data, refused, time, with_checksum, with_line1, with_line2,
};

#[test]
fn names_with_and_without_zero_line_ends_and_tails_are_read() {
    let bare = one(&format!("{LINE1}\n{LINE2}\n"));
    assert_eq!((bare.name.as_str(), bare.object_id.as_str()), ("", "1998-067A"));
    assert_eq!(bare.epoch, time("2018-01-20T21:33:14.841216Z"));
    for text in [
        format!("ISS (ZARYA)\n{LINE1}\n{LINE2}\n"),
        format!("0 ISS (ZARYA)\r\n{LINE1}\r\n{LINE2}\r\n"),
        format!("0 ISS (ZARYA)  \r{LINE1}   \r{LINE2}"),
        format!("\u{feff}# comment\n\n  ISS (ZARYA)\n# another\n\n{LINE1}\n\n{LINE2}  0.0  1440.0 120.00\n\n"),
    ] {
        let mut fields = bare.clone().into_fields();
        fields.name = "ISS (ZARYA)".to_owned();
        assert_eq!(one(&text), Elements::new(fields).unwrap());
    }
}

#[test]
fn number_forms_of_a_tle_are_read() {
    for (text, bstar) in [
        (" 00000-0", 0.0_f64),
        (" 00000+0", 0.0),
        ("-00000-0", 0.0),
        ("        ", 0.0),
        (" 11635-2", 0.11635e-2),
        ("-11606-4", -0.11606e-4),
        ("+13519-0", 0.13519),
        (" 14311+1", 1.4311),
    ] {
        assert_eq!(one(&with_line1(54, text)).bstar.to_bits(), bstar.to_bits(), "{text:?}");
    }
    for (text, dot) in [("-.00172956", -0.001_729_56), ("+.00000001", 1e-8), ("          ", 0.0), ("0.00000001", 1e-8)]
    {
        assert_eq!(one(&with_line1(34, text)).mean_motion_dot, dot, "{text:?}");
    }
    assert_eq!(one(&with_line2(9, "  0.0004")).inclination_deg, 0.0004);
    assert_eq!(one(&with_line2(27, "     10")).eccentricity, 1e-6);
    assert_eq!(one(&with_line1(63, " ")).ephemeris_type, 0);
    assert_eq!(one(&with_line1(65, "    ")).element_set_no, 0);
    for (column, text) in
        [(54, " 1163x-2"), (34, " .000e2078"), (63, "X"), (8, "X"), (45, "00000000"), (34, "       inf")]
    {
        refused(&with_line1(column, text));
    }
    for (column, text) in [(9, " 51 6424"), (27, "00x3646"), (53, "15.5x190080"), (53, "           "), (8, "1")] {
        refused(&with_line2(column, text));
    }
}

#[test]
fn epochs_of_a_tle_are_exact() {
    let cases = edge_cases();
    for pair in edge_case(&cases, "epoch_year_57")["cases"].as_array().unwrap() {
        let (digits, year) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        let set = one(&with_line1(19, &format!("{digits}001.00000001")));
        assert_eq!(set.epoch, time(&format!("{year}-01-01T00:00:00.000864Z")));
        assert_eq!(one(&with_line1(10, digits)).object_id, format!("{year}-067A"));
    }
    assert_eq!(one(&with_line1(19, "16366.99999999")).epoch, time("2016-12-31T23:59:59.999136Z"));
    for day in ["18366.00000000", "16367.00000000", "18000.50000000", "18999.00000000", "18 -1.00000000"] {
        assert!(refused(&with_line1(19, day)).contains("EPOCH"), "{day}");
    }
}

#[test]
fn alpha5_numbers_are_read_and_written() {
    let cases = edge_cases();
    let case = edge_case(&cases, "alpha5");
    let set = |id: &str| {
        let one = LINE1.replace("25544", id);
        format!("{}\n{}\n", with_checksum(&one), with_checksum(&LINE2.replace("25544", id)))
    };
    for pair in case["pairs"].as_array().unwrap() {
        let (text, id) = (pair[0].as_str().unwrap(), pair[1].as_u64().unwrap());
        let elements = one(&set(text));
        assert_eq!(u64::from(elements.norad_id.get()), id);
        assert_eq!(&write_tle(&elements).unwrap().0[2..7], text);
    }
    for text in case["reject"].as_array().unwrap() {
        refused(&set(&format!("{:5}", text.as_str().unwrap())));
    }
}

#[test]
fn a_bad_line_never_takes_the_next_good_set_with_it() {
    let good: Vec<(String, String)> =
        read_data("elements/theatre_20260906.tle").elements[..3].iter().map(|set| write_tle(set).unwrap()).collect();
    let (a, b, c) = (&good[0], &good[1], &good[2]);
    let damaged = a.1.replacen(' ', "\0", 3);
    for (text, refusals) in [
        // Line 2 lost, line 1 lost, both lines damaged, swapped, cut, and lines of other sets between.
        (format!("{}\n{}\n{}\n{}\n{}\n", a.0, b.0, b.1, c.0, c.1), 1),
        (format!("{}\n{}\n{}\n{}\n{}\n", a.1, b.0, b.1, c.0, c.1), 1),
        (format!("{}\n{damaged}\n{}\n{}\n{}\n{}\n", a.0, b.0, b.1, c.0, c.1), 1),
        (format!("{}\n{}\n{}\n{}\n{}\n{}\n", a.1, a.0, b.0, b.1, c.0, c.1), 1),
        (format!("{}\n{}\n{}\n{}\n{}\n{}\n", &a.0[..40], a.1, b.0, b.1, c.0, c.1), 1),
        (format!("A\n{}\n{}\nB\n{}\n{}\nC\n{}\n{}\n", a.0, &a.1[..8], b.0, b.1, c.0, c.1), 2),
        (format!("A\nA again\n{}\n{}\n{}\n{}\n", b.0, b.1, c.0, c.1), 1),
    ] {
        let batch = read("resync", text.as_bytes());
        let ids: Vec<_> = batch.elements.iter().map(|set| write_tle(set).unwrap()).collect();
        assert_eq!(ids, [b.clone(), c.clone()], "{text}");
        assert_eq!((batch.rejected_count, batch.truncated), (refusals, false), "{text}\n{:?}", batch.rejected);
        assert!(batch.elements.iter().all(|set| set.name.len() < 10), "a damaged line became a name");
    }
    for cut in [format!("{}\n{}\nNAME", a.0, a.1), format!("{}\n{}\n{}", a.0, a.1, b.0), {
        format!("{}\n{}\n{}\n{}", a.0, a.1, b.0, &b.1[..30])
    }] {
        let batch = read("cut", cut.as_bytes());
        assert_eq!((batch.elements.len(), batch.rejected_count, batch.truncated), (1, 1, true), "{cut}");
    }
}

#[test]
fn one_object_with_two_epochs_is_history() {
    let text = format!("{LINE1}\n{LINE2}\n{}", with_line1(19, "18021.89808844"));
    let batch = read("history", text.as_bytes());
    assert_eq!((batch.elements.len(), batch.duplicates, batch.conflicts), (2, 0, 0));
}
