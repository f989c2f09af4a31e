//! Our conjunctions beside the lists of others.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Answer, Place};
use crate::truth;

const HEADER: &str = "NORAD_CAT_ID_1,OBJECT_NAME_1,DSE_1,NORAD_CAT_ID_2,OBJECT_NAME_2,DSE_2,TCA,TCA_RANGE,\
    TCA_RELATIVE_SPEED,MAX_PROB,DILUTION\n";

type Row = BTreeMap<String, String>;

/// A row of SOCRATES made of one of ours, the two objects in the other order.
fn listed(row: &Row, late_s: i64, farther_km: f64, older_days: f64) -> String {
    let tca: DateTime<Utc> = row["tca"].parse().unwrap();
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    format!(
        "{},{},{:.3},{},{},{:.3},{},{:.3},1.0,1.000E-05,0.1\n",
        row["secondary_id"],
        row["secondary_name"],
        number("secondary_age_days") + older_days,
        row["primary_id"],
        row["primary_name"],
        number("primary_age_days"),
        (tca + TimeDelta::seconds(late_s)).format("%Y-%m-%d %H:%M:%S%.3f"),
        number("miss_km") + farther_km
    )
}

fn of<'a>(rows: &'a [Row], found_by: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row["found_by"] == found_by).collect()
}

#[test]
fn a_list_pair_by_pair() {
    let place = Place::new();
    let ours = place.ok("conjunctions --format csv").rows();
    let encounters: Vec<&Row> = ours.iter().filter(|row| row["kind"] == "encounter").collect();
    assert!(encounters.len() > 12);
    // All but one of ours, each 2 s late and 0.25 km farther.
    let left_out = encounters[encounters.len() / 2];
    let mut text = HEADER.to_owned();
    for row in &encounters {
        if row != &left_out {
            text += &listed(row, 2, 0.25, 0.0);
        }
    }
    // Theirs alone: an object that we do not have, one too far for us, one with older sets, one like ours, one afterwards.
    let shifted = |row: &Row, hours: i64| {
        let mut row = row.clone();
        let tca = row["tca"].parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours);
        row.insert("tca".to_owned(), tca.to_rfc3339());
        row
    };
    let mut alone = shifted(left_out, 5);
    let later = |row: &Row, days: f64| {
        let mut row = row.clone();
        for column in ["primary_age_days", "secondary_age_days"] {
            row.insert(column.to_owned(), (row[column].parse::<f64>().unwrap() + days).to_string());
        }
        row
    };
    alone = later(&alone, 5.0 / 24.0);
    text += &listed(&alone, 0, 0.0, 0.0);
    text += &listed(&later(&shifted(&alone, 3), 3.0 / 24.0), 0, 0.0, 1.0);
    text += &listed(&later(&shifted(&alone, 6), 6.0 / 24.0), 0, 50.0, 0.0);
    text += &listed(&shifted(left_out, 24 * 30), 0, 0.0, 0.0);
    let mut strange = shifted(left_out, 8);
    strange.insert("primary_id".to_owned(), "99999".to_owned());
    text += &listed(&strange, 0, 0.0, 0.0);
    place.write("list.csv", text);
    let answer = place.ok("conjunctions compare list.csv --format csv");
    let rows = answer.rows();
    let both = of(&rows, "both");
    assert_eq!(both.len(), encounters.len() - 1);
    for row in both {
        assert_eq!((row["tca_difference_s"].parse::<f64>().unwrap() - 2.0).abs().max(0.001), 0.001, "{row:?}");
        assert!((row["miss_difference_km"].parse::<f64>().unwrap() - 0.25).abs() < 6e-4, "{row:?}");
        assert_eq!((row["their_pc"].as_str(), row["cause"].as_str()), ("1.0000e-5", "unknown"));
    }
    let mut theirs: Vec<&str> = of(&rows, "them").iter().map(|row| row["cause"].as_str()).collect();
    theirs.sort_unstable();
    assert_eq!(theirs, ["boundary", "other element set", "scope", "threshold", "unknown"]);
    let alone = of(&rows, "us");
    assert_eq!(alone.len(), ours.len() - encounters.len() + 1);
    assert!(alone.iter().any(|row| row["tca"] == left_out["tca"]));
    let count = encounters.len() - 1;
    let words = format!("{count} in both ({count} with other figures: {count} unknown); ");
    assert!(answer.err.contains(&words), "{}", answer.err);
    place.run("conjunctions compare nosuch.csv").fails(1, "nosuch.csv");
}

/// Messages of which a later one replaces an earlier, against a screening over their own time.
#[test]
fn public_messages_against_a_fresh_screening() {
    let place = Place::new();
    let ours = place.ok("conjunctions --format csv").rows();
    let row = ours.iter().rev().find(|row| row["kind"] == "encounter").unwrap();
    let message = |id: u64, miss_m: f64| {
        format!(
            "{{\"CDM_ID\":\"{id}\",\"CREATED\":\"2026-09-07 00:00:00\",\"EMERGENCY_REPORTABLE\":\"Y\",\
             \"TCA\":\"{}\",\"MIN_RNG\":\"{miss_m}\",\"PC\":\"1.5e-05\",\"SAT_1_ID\":\"{}\",\"SAT_1_NAME\":\"A\",\
             \"SAT1_OBJECT_TYPE\":\"PAYLOAD\",\"SAT1_RCS\":\"LARGE\",\"SAT_1_EXCL_VOL\":\"1\",\"SAT_2_ID\":\"{}\",\
             \"SAT_2_NAME\":\"B\",\"SAT2_OBJECT_TYPE\":\"DEBRIS\",\"SAT2_RCS\":\"SMALL\",\"SAT_2_EXCL_VOL\":\"1\"}}",
            row["tca"].trim_end_matches('Z'),
            row["primary_id"],
            row["secondary_id"]
        )
    };
    place.write("list.json", format!("[{},{}]", message(8, 9900.0), message(7, 100.0)));
    let answer = place.ok("conjunctions compare list.json --screen --format csv");
    let rows = answer.rows();
    let both = of(&rows, "both");
    assert_eq!((both.len(), of(&rows, "them").len()), (1, 0), "{}", answer.err);
    assert_eq!((both[0]["their_miss_km"].as_str(), both[0]["tca_difference_s"].as_str()), ("9.900000", "0.000"));
    assert!((both[0]["miss_km"].parse::<f64>().unwrap() - row["miss_km"].parse::<f64>().unwrap()).abs() < 1e-6);
}

/// A list as it was published; the snapshot is of another year, so nothing of it can be ours.
#[test]
fn a_published_list_lies_outside_our_window() {
    let Some(path) = truth::local("socrates/socrates_plus_20250311_recovered.csv.gz") else { return };
    let place = Place::new();
    let answer = place.ok(&format!("conjunctions compare {} --format csv", path.display()));
    let rows = answer.rows();
    assert_eq!((of(&rows, "both").len(), of(&rows, "them").len()), (0, truth::table(&path).len()));
    assert!(rows.iter().all(|row| row["cause"] == "boundary"), "{}", answer.err);
}

/// Everything that was done to a list which python-sgp4 made of the same catalogue; see the README of the data.
struct Deeds {
    place: Place,
    done: Vec<truth::Row>,
}

impl Deeds {
    fn new(hours: u32, threshold_km: f64) -> Self {
        let place = Place::new();
        let text = super::catalogue_text();
        let lines: Vec<&str> = text.lines().collect();
        let ours = lines.chunks(3).filter(|set| !["40655", "42789"].contains(&&set[1][2..7]));
        place.write("ours.tle", ours.flatten().fold(String::new(), |text, line| text + line + "\n"));
        place.ok("import --db sky.db ours.tle");
        place.write(
            "alliedsky.toml",
            format!("[run]\nwindow_hours = {hours}\nthreshold_km = {threshold_km}\npass_hours = 1\nregions = []\n"),
        );
        place.ok("run --db sky.db --config alliedsky.toml --now 2018-01-21T00:00:00Z");
        Self { place, done: truth::table(&truth::data("compare/done.csv.gz")) }
    }

    fn compare(&self, list: &str) -> Answer {
        let list = truth::data(&format!("compare/{list}"));
        self.place
            .ok(&format!("conjunctions compare --db sky.db --now 2018-01-21T00:00:00Z --format csv {}", list.display()))
    }

    /// What was done to the approach of a row.
    fn of(&self, row: &Row) -> Option<&truth::Row> {
        let mut pair = [&row["primary_id"], &row["secondary_id"]].map(|id| id.parse::<u32>().unwrap());
        pair.sort_unstable();
        let tca = if row["tca"].is_empty() { &row["their_tca"] } else { &row["tca"] };
        let tca: DateTime<Utc> = tca.parse().unwrap();
        self.done.iter().find(|done| {
            [done.id("primary_id"), done.id("secondary_id")] == pair
                && (done.time("tca") - tca).abs() < TimeDelta::milliseconds(100)
                && (done.text("found_by") == "them") == (row["found_by"] == "them")
        })
    }
}

/// Every row names what was done, where one thing was done alone, and else one of the things that were done. Counts the rows
/// whose cause could be no other.
fn assert_as_done(deeds: &Deeds, rows: &[Row], expected: impl Fn(&truth::Row, &Row) -> Vec<String>) -> Counts {
    let mut counts = Counts::new();
    let theirs = rows.iter().filter(|row| !row["their_tca"].is_empty());
    let times: Vec<DateTime<Utc>> = theirs.clone().map(|row| row["their_tca"].parse().unwrap()).collect();
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    let listed: Vec<&str> = theirs.flat_map(|row| [row["primary_id"].as_str(), row["secondary_id"].as_str()]).collect();
    for row in rows {
        let is_companion = row["kind"] == "companion" || row["cause"] == "one row a pair";
        let Some(done) = deeds.of(row) else {
            assert!(is_companion || row["kind"] == "open" && row["cause"] == "boundary", "{row:?}");
            continue;
        };
        let mut causes = expected(done, row);
        let tca = done.time("tca");
        if row["found_by"] == "us" && (tca < *first + TimeDelta::minutes(1) || tca > *last - TimeDelta::minutes(1)) {
            // So near the ends of the list that it does not show where it begins.
            if !causes.iter().any(|cause| cause == "boundary") {
                causes.push("boundary".to_owned());
            }
        }
        let is_unseen = ["primary_id", "secondary_id"].iter().any(|column| !listed.contains(&row[*column].as_str()));
        if row["found_by"] == "us" && causes[0] == "other element set" && is_unseen {
            // The list does not tell which set it had.
            causes.push("unknown".to_owned());
        }
        if is_companion {
            causes.extend(["one row a pair".to_owned(), String::new()]);
        }
        assert!(causes.contains(&row["cause"]), "{causes:?}: {row:?}");
        if causes.len() == 1 {
            *counts.entry((row["found_by"].clone(), causes[0].clone())).or_default() += 1;
        }
    }
    counts
}

type Counts = BTreeMap<(String, String), usize>;

fn deeds(done: &truth::Row) -> Vec<String> {
    done.text("deeds").split(';').map(str::to_owned).collect()
}

fn at_least(counts: &Counts, expected: &[(&str, &str, usize)]) {
    for (found_by, cause, least) in expected {
        let found = counts.get(&((*found_by).to_owned(), (*cause).to_owned())).copied().unwrap_or_default();
        assert!(found >= *least, "{found} of {found_by}, {cause}: {counts:?}");
    }
}

#[test]
fn each_cause_is_named_as_what_was_done_to_the_list() {
    let side = Deeds::new(168, 6.0);
    let rows = side.compare("socrates.csv.gz").rows();
    let counts = assert_as_done(&side, &rows, |done, _| deeds(done));
    at_least(
        &counts,
        &[
            ("both", "", 300),
            ("both", "other element set", 1),
            ("us", "boundary", 10),
            ("us", "scope", 10),
            ("us", "threshold", 50),
            ("us", "constellation filter", 10),
            ("us", "other element set", 5),
            ("us", "unknown", 2),
            ("them", "boundary", 10),
            ("them", "scope", 5),
            ("them", "other element set", 5),
        ],
    );
}

/// The squadron's messages rest on its own orbits: what no rule of the list explains is put down to them.
#[test]
fn public_messages_differ_by_their_own_orbits() {
    let side = Deeds::new(168, 6.0);
    let rows = side.compare("cdm_public.json.gz").rows();
    let counts = assert_as_done(&side, &rows, |done, row| {
        let mut causes = deeds(done);
        // A list of messages does not tell its scope.
        causes.retain(|cause| cause != "unknown" && !(cause == "scope" && row["found_by"] == "us"));
        if causes.is_empty() { vec!["other element set".to_owned()] } else { causes }
    });
    at_least(
        &counts,
        &[
            ("both", "", 300),
            ("both", "other element set", 1),
            ("us", "boundary", 10),
            ("us", "threshold", 50),
            ("us", "constellation filter", 10),
            ("us", "other element set", 10),
            ("them", "boundary", 10),
            ("them", "scope", 5),
            ("them", "other element set", 5),
        ],
    );
}

/// Against a shorter and nearer screening of ours, the list has what lies beyond.
#[test]
fn a_list_that_looks_farther_and_longer_than_we_do() {
    let side = Deeds::new(100, 2.0);
    let rows = side.compare("socrates.csv.gz").rows();
    let our_end: DateTime<Utc> = "2018-01-25T04:00:00Z".parse().unwrap();
    let (mut beyond, mut later) = (0, 0);
    for row in of(&rows, "them") {
        let tca: DateTime<Utc> = row["their_tca"].parse().unwrap();
        let is_far = row["their_miss_km"].parse::<f64>().unwrap() >= 2.0;
        match row["cause"].as_str() {
            "threshold" => beyond += usize::from(is_far),
            "boundary" => later += usize::from(tca > our_end - TimeDelta::minutes(1)),
            "scope" => {}
            cause => assert!(!is_far && tca < our_end && cause != "unknown", "{row:?}"),
        }
    }
    assert!(beyond > 100 && later > 100, "{beyond} {later}");
    let words = |cause: &str| rows.iter().filter(|row| row["cause"] == cause).count();
    assert_eq!((words("threshold"), words("boundary") >= later), (beyond, true));
}

/// What a run was not about, or left out, is no difference between the lists.
#[test]
fn a_run_about_some_objects_says_so_where_it_is_compared() {
    let place = Place::new();
    place.write("c.toml", "[run]\nprimaries = \"ALOS-2,name:SKYSAT*\"\ndrop = [\"constellation\"]\n");
    place.ok("run --bundled --hours 48 --threshold-km 20 --db sky.db --config c.toml -q");
    let all = place.ok("screen --db sky.db --hours 48 --threshold-km 20 --format csv -q").rows();
    let encounters: Vec<&Row> = all.iter().filter(|row| row["kind"] == "encounter").collect();
    let mut text = HEADER.to_owned();
    encounters.iter().for_each(|row| text += &listed(row, 0, 0.0, 0.0));
    // Two of one fleet, which meet in the other list alone.
    let mut siblings = (*encounters[0]).clone();
    for (column, value) in [("primary_id", "41772"), ("secondary_id", "42989")] {
        siblings.insert(column.to_owned(), value.to_owned());
    }
    text += &listed(&siblings, 0, 0.0, 0.0);
    place.write("list.csv", text);
    let compared = place.ok("conjunctions compare list.csv --db sky.db --config c.toml --format csv -q").rows();
    let is_about = |row: &&&Row| {
        [&row["primary_name"], &row["secondary_name"]]
            .iter()
            .any(|name| *name == "ALOS-2" || name.starts_with("SKYSAT"))
    };
    let about = encounters.iter().filter(is_about).count();
    assert!(about > 0 && about < encounters.len(), "{about} of {}", encounters.len());
    assert_eq!(of(&compared, "both").len(), about);
    let theirs = of(&compared, "them");
    let count = |cause: &str| theirs.iter().filter(|row| row["cause"] == cause).count();
    assert_eq!((count("scope"), count("constellation filter")), (encounters.len() - about, 1), "{theirs:?}");
}
