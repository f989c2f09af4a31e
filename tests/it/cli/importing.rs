//! `import`: once is enough, one bad file keeps no other out, every hostile file ends with a message.

use std::io::Write;

use super::{Answer, Place, catalogue};
use crate::truth::data;

#[test]
fn the_same_file_twice_changes_nothing() {
    let place = Place::new();
    let line = format!("import --db sky.db --format json {}", catalogue().display());
    let first = place.ok(&line).json();
    assert_eq!((&first[0]["new_sets"], &first[0]["known_sets"]), (&979.into(), &0.into()));
    let before = place.ok("catalog --db sky.db --format csv --now 2018-01-21").out;
    let second = place.ok(&line).json();
    assert_eq!((&second[0]["new_sets"], &second[0]["known_sets"]), (&0.into(), &979.into()));
    assert_eq!(place.ok("catalog --db sky.db --format csv --now 2018-01-21").out, before);
}

#[test]
fn the_same_sets_in_another_notation_are_known() {
    let place = super::of_2018();
    let json = data("elements/gpredict_20180120.json.gz");
    let again = place.ok(&format!("import --db sky.db --format json {}", json.display())).json();
    assert_eq!((&again[0]["new_sets"], &again[0]["format"]), (&0.into(), &"OMM JSON".into()));
}

#[test]
fn a_marking_that_changes_is_told() {
    let place = Place::new();
    std::fs::copy(data("elements/theatre_20260906.csv"), place.path("p.csv")).unwrap();
    let import = |more: &[&str]| {
        let answer = place.run_words(&[&["import", "p.csv", "--db", "sky.db"], more].concat());
        assert_eq!(answer.code, 0, "{}", answer.err);
        answer.out
    };
    assert!(!import(&[]).contains("marked"));
    let told = import(&["--release", "REL USA"]);
    assert!(told.contains("0 new, 79 known") && told.contains("; 79 known sets are marked REL USA now"), "{told}");
    let told = import(&["--release", "REL USA"]);
    assert!(told.contains("; marked REL USA\n"), "nothing changes: {told}");
    let told = import(&["--release", "public", "--format", "json"]);
    assert!(told.contains("\"remarked_sets\":79"), "{told}");
    // Of another file the sets keep the marking they have.
    let text = std::fs::read_to_string(place.path("p.csv")).unwrap();
    place.write("p.csv", format!("{text}\n"));
    let told = import(&["--release", "REL USA"]);
    assert!(told.contains("marked REL USA, but known sets keep the marking of the file that brought them"), "{told}");
}

#[test]
fn a_report_for_whom_all_is_withheld_from_says_so() {
    let place = Place::new();
    let file = data("elements/theatre_20260906.csv").display().to_string();
    let answer = place.run_words(&["import", &file, "--db", "sky.db", "--release", "REL USA"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let answer = place.run("report --for jpn --out out --db sky.db --now 2026-09-07");
    answer.fails(1, "the database sky.db holds element sets of 79 objects, and all of them are withheld from JPN");
    assert!(!place.path("out").exists());
}

#[test]
fn files_come_packed_and_through_standard_input() {
    let text = std::fs::read(data("badinputs/00_good.tle")).unwrap();
    let place = Place::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    place.write("a.tle.gz", gzip.finish().unwrap());
    place.write("b.zst", zstd::encode_all(&text[..], 1).unwrap());
    place.ok("import a.tle.gz --db a.db");
    place.ok("import b.zst --db b.db");
    let piped = Answer::of(place.command().args(["import", "-", "--db", "c.db"]).write_stdin(text));
    assert_eq!(
        (piped.code, piped.out.starts_with("-: TLE, 100 sets: 100 new")),
        (0, true),
        "{}{}",
        piped.out,
        piped.err
    );
    let ids = |db: &str| -> Vec<String> {
        let rows = place.ok(&format!("catalog --db {db} --format csv")).rows();
        rows.into_iter().map(|row| row["norad_id"].clone()).collect()
    };
    assert_eq!(ids("a.db").len(), 100);
    assert!(ids("a.db") == ids("b.db") && ids("b.db") == ids("c.db"));
}

#[test]
fn one_bad_file_keeps_no_other_out() {
    let place = Place::new();
    let bad = data("badinputs/03_html_200.html").display().to_string();
    let good = data("badinputs/00_good.tle").display().to_string();
    let answer = place.run(&format!("import {bad} nosuch.tle {good} --db sky.db"));
    answer.fails(1, "2 of 3 files could not be imported");
    assert!(answer.err.contains("03_html_200.html: an HTML page instead of data"), "{}", answer.err);
    assert!(answer.err.contains("cannot read nosuch.tle: No such file"), "{}", answer.err);
    assert!(answer.out.contains("100 sets: 100 new"), "{}", answer.out);
    assert_eq!(place.ok("catalog --db sky.db --format csv").rows().len(), 100);
}

#[test]
fn a_slip_of_the_pen_leaves_no_database_behind() {
    let place = Place::new();
    place.run("import nosuch.tle").fails(1, "1 of 1 file could not be imported");
    place.write("page.csv", "<html><body>Sign in</body></html>");
    place.run("import page.csv").fails(1, "an HTML page instead of data");
    assert!(!place.path("home/data").exists());
    assert!(place.ok("passes --site Seoul --hours 1").out.contains("From the bundled snapshot"));
}

#[test]
fn every_hostile_file_ends_with_a_message_that_names_it() {
    let place = Place::new();
    let mut names: Vec<String> = std::fs::read_dir(data("badinputs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "manifest.json")
        .collect();
    names.sort();
    assert!(names.len() > 45);
    for name in &names {
        let path = data("badinputs").join(name);
        let answer =
            place.run_words(&["import", "--db", &format!("{name}.db"), "--now", "2018-01-22", path.to_str().unwrap()]);
        assert!(matches!(answer.code, 0 | 1), "{name}: {}{}", answer.out, answer.err);
        assert!(!answer.err.contains("panicked"), "{name}: {}", answer.err);
        assert!(!format!("{}{}", answer.out, answer.err).contains(['\u{1b}', '\0']), "{name}: control characters");
        let said = if answer.code == 0 { &answer.out } else { &answer.err };
        assert!(said.contains(name.as_str()), "{name}: {said}");
        assert!(answer.err.len() < 12_000, "{name}: {} bytes of message", answer.err.len());
    }
}

#[test]
fn a_satcat_tells_owners_types_and_dates() {
    let place = super::of_2018();
    place.write(
        "satcat.csv",
        "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE,LAUNCH_SITE,DECAY_DATE,\
         PERIOD,INCLINATION,APOGEE,PERIGEE,RCS,DATA_STATUS_CODE,ORBIT_CENTER,ORBIT_TYPE\n\
         STSAT-3,2013-066G,39422,PAY,+,SKOR,2013-11-21,DLS,,96.9,97.6,610,580,0.5,,EA,ORB\n\
         SL-3 R/B,1970-102B,4814,R/B,,CIS,1970-12-02,PLMSC,,92.0,81.2,430,410,4.2,,EA,ORB\n",
    );
    let imported = place.ok("import satcat.csv --db sky.db");
    assert!(imported.out.contains("SATCAT, 2 objects taken"), "{}", imported.out);
    let catalog = |options: &str| place.ok(&format!("catalog --db sky.db --format csv {options}")).rows();
    for owner in ["SKOR", "kr", "KOR"] {
        let rows = catalog(&format!("--owner {owner}"));
        let row = rows.iter().find(|row| row["norad_id"] == "39422").unwrap();
        let facts = ["owner", "nation", "object_type", "ops_status"].map(|column| row[column].as_str());
        assert_eq!(facts, ["SKOR", "kr", "PAY", "+"]);
    }
    assert_eq!(catalog("--type R/B").len(), 1);
    assert_eq!(catalog("--type r/b --owner CIS")[0]["nation"], "ru");
    let shown = place.ok("show 39422 --db sky.db").out;
    for words in ["owner          SKOR", "launched       2013-11-21", "RCS            0.5 m²", "status         +"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn earth_orientation_is_used_once_it_is_imported() {
    let place = super::of_2018();
    let line = "propagate 25544 --db sky.db --from 2018-01-21 --hours 1 --step 1h --frame geodetic --now 2018-01-21";
    let none = "Earth orientation: none (UT1 = UTC, no polar motion)";
    let before = place.ok(line).out;
    assert!(before.contains(none));
    let eop = data("frames/finals2000A_excerpt.txt").display().to_string();
    place.write("eop.txt", eop_of_2018());
    let taken = place.ok("import eop.txt --db sky.db");
    assert!(taken.out.contains("Earth orientation, 40 days"), "{}", taken.out);
    assert!(place.ok(&format!("import {eop} --db sky.db")).out.contains("Earth orientation"));
    let longitude = |options: &str| -> f64 {
        place.ok(&format!("{line} {options} --format csv")).rows()[0]["longitude_deg"].parse().unwrap()
    };
    let after = place.ok(line).out;
    assert!(after.contains("Earth orientation: store") && !after.contains(none), "{after}");
    assert_eq!(place.ok(&format!("{line} --eop none")).out, before);
    // 0.2 s of UT1 − UTC turn the Earth by 15.04 "/s × 0.2 s.
    let turned_deg = longitude("") - longitude("--eop none");
    assert!((turned_deg.abs() - 15.041 / 3600.0 * 0.2).abs() < 1e-5, "{turned_deg}");
    assert_eq!(longitude("--eop store"), longitude(""));
    assert_eq!(longitude("--eop eop.txt"), longitude(""));
    let by_file = place.ok(&format!("{line} --eop eop.txt")).out;
    assert!(by_file.contains("Earth orientation: eop.txt"), "{by_file}");
}

/// CelesTrak's columns for the forty days from 2018-01-01 with UT1 − UTC = 0.2 s and the pole at rest.
fn eop_of_2018() -> String {
    let mut text = String::from("DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE\n");
    for day in 0..40 {
        let date = chrono::NaiveDate::from_ymd_opt(2018, 1, 1).unwrap() + chrono::Days::new(day);
        text.push_str(&format!("{date},{},0.0,0.0,0.2000000,0.0,0.0,0.0,0.0,0.0,37,O\n", 58_119 + day));
    }
    text
}
