//! The bundled snapshots: their clock, and that every answer made from one says so.

use super::{Answer, Place, catalogue};

fn clock(answer: &Answer) -> String {
    answer.json()["clock"].as_str().unwrap().to_owned()
}

#[test]
fn a_database_keeps_the_snapshot_s_clock_until_other_sets_come() {
    let place = Place::new();
    place.ok("run --bundled --hours 1 --db sky.db");
    let status = place.ok("status --db sky.db --format json");
    assert_eq!(clock(&status), "2026-09-07T00:00:00.000000Z");
    assert_eq!(status.json()["snapshot"], "theatre");
    let passes = place.ok("passes --site Seoul --sat 25544 --db sky.db --format csv").rows();
    assert!(passes.iter().all(|row| row["aos"].starts_with("2026-09-07T")));
    assert_eq!(clock(&place.ok("status --db sky.db --format json --now 2026-09-08")), "2026-09-08T00:00:00.000000Z");

    place.ok(&format!("import --db sky.db {}", catalogue().display()));
    let status = place.run("status --db sky.db --format json");
    assert_eq!(status.json()["snapshot"], serde_json::Value::Null);
    let now = chrono::Utc::now() - clock(&status).parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(now.num_minutes().abs() < 5, "the wall clock");
    let moved = place.run("status --db sky.db --format json --now 2018-01-21");
    assert_eq!(clock(&moved), "2018-01-21T00:00:00.000000Z");
    // A snapshot is not mixed into element sets of the user's own.
    place.run("run --bundled --db sky.db").fails(1, "must not be mixed");
}

#[test]
fn the_catalogue_snapshot_has_its_own_clock() {
    let place = Place::new();
    let run = place.ok("run --bundled catalogue --hours 0.2 --db sky.db");
    assert!(
        run.out.contains("From the bundled snapshot \"catalogue\" (979 objects), not from current data."),
        "{}",
        run.out
    );
    assert_eq!(clock(&place.ok("status --db sky.db --format json")), "2018-01-21T00:00:00.000000Z");
}

#[test]
fn a_run_ends_with_a_summary_and_files() {
    let place = Place::new();
    let run = place.ok("run --bundled --hours 6 --db sky.db");
    for words in [
        "not from current data",
        "SCREENED 79 of 79 objects below 10 km:",
        "No object failed.",
        "CLOSEST APPROACHES",
        "NEXT OVERFLIGHTS OF THE THEATRE",
        "COVERAGE by nation and together",
        "us+jp+kr",
        "database  sky.db",
        "results   sky-results/",
    ] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    assert!(run.out.lines().all(|line| line.chars().count() <= 120), "{}", run.out);
    for kind in ["conjunctions", "overflights", "passes", "coverage"] {
        for form in ["csv", "json"] {
            assert!(place.path(&format!("sky-results/{kind}.{form}")).is_file(), "{kind}.{form}");
        }
    }
    let shapes = std::fs::read_to_string(place.path("sky-results/coverage.geojson")).unwrap();
    assert!(shapes.starts_with("{\"type\":\"FeatureCollection\""));
    let json = place.ok("run --hours 1 --db sky.db --format json").json();
    assert_eq!((&json["clock"], &json["threshold_km"]), (&"2026-09-07T00:00:00.000000Z".into(), &10.0.into()));
    let stored = place.ok("conjunctions --db sky.db --format csv").rows().len();
    assert_eq!(json["conjunctions"], stored);
}

#[test]
fn every_answer_from_a_snapshot_says_so() {
    let place = Place::new();
    place.ok("run --bundled --hours 1 --db sky.db");
    let lines = [
        "catalog",
        "show 25544",
        "propagate 25544 --hours 1 --step 1h",
        "screen --hours 1",
        "conjunctions --to +1h",
        "passes --site Seoul --hours 1",
        "overflights --region korea --hours 1",
        "overflights --region korea --hours 1 --quiet-windows",
        "coverage --region dprk --hours 1",
        "roster --nation kr",
    ];
    let says = |text: &str| text.contains("bundled snapshot") && text.contains("not from current data");
    for line in lines {
        for place_line in [line.to_owned(), format!("{line} --db sky.db")] {
            let table = place.ok(&place_line);
            assert!(says(&table.out), "{place_line}: {}", table.out);
            assert_eq!(table.err, "", "{place_line}");
            let machine = place.ok(&format!("{place_line} --format json"));
            assert!(says(&machine.err), "{place_line}: {}", machine.err);
            machine.json();
            assert_eq!(place.ok(&format!("{place_line} --format json -q")).err, "", "{place_line}");
        }
    }
    for form in ["csv", "ndjson"] {
        assert!(says(&place.ok(&format!("catalog --format {form}")).err));
    }
    assert!(says(&place.ok("overflights --region korea --hours 1 --format geojson").err));
    assert!(says(&place.ok("catalog --elements tle").err));
    assert!(place.ok("status").out.contains("snapshot       theatre, not current data"));
}

#[test]
fn a_named_database_that_is_not_there_is_an_error() {
    let place = Place::new();
    place.write("c.toml", "database = \"gone.db\"\n");
    for command in [
        "status",
        "feeds",
        "coverage --region korea",
        "conjunctions",
        "passes --site Seoul",
        "report",
        "screen",
        "catalog",
    ] {
        let answer = place.run(&format!("{command} --db nosuch.db"));
        answer.fails(1, "error: there is no database nosuch.db: mend the path, or let `alliedsky run`");
        assert_eq!(answer.out, "", "{command}");
        let answer = place.run(&format!("{command} --config c.toml"));
        answer.fails(1, "error: there is no database gone.db: ");
        assert!(answer.err.contains("without `database` in c.toml"), "{}", answer.err);
        // The command line comes before the configuration.
        place.run(&format!("{command} --config c.toml --db nosuch.db")).fails(1, "no database nosuch.db");
    }
    assert!(!place.path("nosuch.db").exists() && !place.path("gone.db").exists());
    place.ok(&format!("import --config c.toml {}", super::catalogue().display()));
    assert!(place.ok("status --config c.toml --now 2018-01-21").out.contains("gone.db"));
}

#[test]
fn without_a_named_database_the_bundled_snapshot_answers() {
    let place = Place::new();
    let answer = place.ok("status");
    assert_eq!(answer.err, "");
    assert!(answer.out.contains("none, the bundled snapshot answers"), "{}", answer.out);
    assert!(!place.path("home/data").exists(), "reading makes no files");
    place.ok("run --bundled --hours 1");
    assert!(place.path("home/data/alliedsky/alliedsky.db").is_file());
    assert!(place.ok("status").out.contains("in 3 runs"));
}
