//! What goes wrong is said, suggests the way out, and sets the exit code.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use super::{Answer, Place};

#[test]
fn unknown_names_suggest_what_is_alike() {
    let place = Place::new();
    for (line, words) in [
        ("show KOMPSAT9", "error: unknown satellite \"KOMPSAT9\": did you mean KOMPSAT-2, KOMPSAT-3 or KOMPSAT-5?"),
        ("passes --site Seoul --sat ALOS5", "unknown satellite \"ALOS5\": did you mean ALOS-"),
        ("show QQQQQ", "`alliedsky catalog --name PART`"),
        ("show 99999", "no element set of NORAD 99999 here"),
        ("screen --primaries KOMPSAT9", "did you mean KOMPSAT-2"),
        ("passes --site Seol", "unknown site \"Seol\": did you mean Seoul? `alliedsky sites` lists them"),
        ("passes --site 37", "a position LAT,LON[,ALT_M] is taken too"),
        ("overflights --region koria", "unknown region \"koria\": did you mean korea? `alliedsky regions`"),
        ("coverage --region Nowhere", "`alliedsky regions` lists them"),
    ] {
        let answer = place.run(line);
        answer.fails(1, words);
        assert_eq!(answer.out, "", "{line}");
    }
    place.run("passes --site 95,10").fails(2, "latitude = 95 is outside -90 to 90");
    place
        .run("run --bundled theater --db x.db")
        .fails(2, "unknown snapshot \"theater\": expected theatre or catalogue");
    assert!(!place.path("x.db").exists(), "a wrong argument leaves no database behind");
}

#[test]
fn wrong_arguments_are_told_from_failures() {
    let place = Place::new();
    for (line, words) in [
        ("", "Usage: alliedsky"),
        ("frobnicate", "unrecognized subcommand"),
        ("passes", "--site"),
        ("overflights", "name a place with --region or --site"),
        ("overflights --region korea --site Seoul", "cannot be used with"),
        ("passes --site Seoul --from yesterday", "\"yesterday\" is no time: use 2026-11-22"),
        ("passes --site Seoul --from 2026-09-08 --to 2026-09-07", "--to lies before --from"),
        ("conjunctions --from 2026-09-08 --to 2026-09-07", "--to lies before --from"),
        ("passes --site Seoul --hours 0", "an empty window"),
        ("passes --site Seoul --hours -3", "\"-3\" is no number of hours"),
        ("passes --site Seoul --hours nan", "is no number of hours"),
        ("passes --site Seoul --hours 9000", "more than a year"),
        ("passes --site Seoul --hours 3 --to +1d", "cannot be used with"),
        ("passes --site Seoul --nation zz", "\"zz\" is no nation"),
        ("passes --site Seoul --mission x", "is no mission"),
        ("passes --site Seoul --min-elevation-deg 95", "below 90"),
        ("passes --site Seoul --min-elevation-deg -5", "0 or more"),
        ("overflights --site Seoul --off-nadir-deg nan", "above 0 and below 90"),
        ("overflights --region korea --quiet-windows --format geojson", "no geojson form"),
        ("coverage --region korea --nations us,us", "names us twice"),
        ("screen --threshold-km 0", "above 0 and at most 1000 km"),
        ("screen --threshold-km -1", "above 0 and at most 1000 km"),
        ("screen --max-age-days 0", "expected more than 0 days"),
        ("conjunctions --max-miss-km -1", "expected 0 km or more"),
        ("screen --primaries KOMPSAT-3,", "--primaries is one of all, allied, payloads"),
        ("screen --format kvn", "this command has no kvn form, only table, csv, json, ndjson"),
        ("propagate 25544 --step 0s", "--step must be above 0"),
        ("propagate 25544 --step 5", "is no length of time"),
        ("catalog --type comet", "expected PAY, R/B, DEB or UNK"),
        ("catalog --regime lunar", "expected leo, meo, geo or heo"),
        ("catalog --elements sgf", "omm-csv"),
        ("status --tz mars", "unknown time zone \"mars\": use utc, kst, jst"),
        ("status --format yaml", "table, csv, json"),
        ("status --threads 0", "1..=1024"),
        ("run --hours 0", "--hours must be above 0"),
        ("import", "<FILE>"),
    ] {
        let answer = place.run(line);
        answer.fails(2, words);
        assert_eq!(answer.out, "", "{line}");
    }
    assert!(!place.path("home/data").exists());
}

#[test]
fn files_that_cannot_be_read_are_named_once() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    place.write("text.geojson", "no json");
    for (line, words) in [
        ("screen nosuch.tle", "error: cannot read nosuch.tle: No such file or directory (os error 2)\n"),
        ("screen folder", "error: cannot read folder: Is a directory (os error 21)\n"),
        ("status --eop nosuch.txt", "error: cannot read nosuch.txt: No such file or directory (os error 2)\n"),
        ("status --config nosuch.toml", "error: nosuch.toml: cannot read the configuration: No such file"),
        ("overflights --region nosuch.geojson", "cannot read nosuch.geojson"),
        ("overflights --region text.geojson", "text.geojson: this is no GeoJSON"),
        ("status --eop text.geojson", "text.geojson"),
        ("catalog -o folder", "cannot write folder"),
        ("screen --hours 8000 -o nosuch/x.csv", "cannot write nosuch/x.csv"),
    ] {
        let answer = place.run(line);
        answer.fails(1, words);
        assert!(answer.err.matches("os error").count() <= 1, "{}", answer.err);
    }
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    place.write("junk.db", [7_u8; 5000]);
    place.ok("run --bundled --hours 1 --db good.db");
    let good = std::fs::read(place.path("good.db")).unwrap();
    place.write("cut.db", &good[..good.len() / 2]);
    let damaged: Vec<u8> = good.iter().enumerate().map(|(at, byte)| if at < 4096 { *byte } else { 0xA5 }).collect();
    place.write("damaged.db", &damaged);
    place.ok("catalog --name TERRA --elements omm-csv -o good.csv");
    for command in ["catalog", "status", "conjunctions", "import good.csv", "run"] {
        place.run(&format!("{command} --db junk.db")).fails(1, "junk.db: not a database; it was left as it is");
        place.run(&format!("{command} --db folder")).fails(1, "folder: not a file");
        for name in ["cut.db", "damaged.db"] {
            place.run(&format!("{command} --db {name}")).fails(1, "restore a backup");
        }
    }
    assert_eq!(std::fs::read(place.path("junk.db")).unwrap(), [7_u8; 5000]);
    assert_eq!(std::fs::read(place.path("damaged.db")).unwrap(), damaged);
}

#[test]
fn a_database_without_element_sets_says_how_to_fill_it() {
    let place = Place::new();
    place.ok(&format!("import --db sky.db {}", crate::truth::data("frames/finals2000A_excerpt.txt").display()));
    for line in ["catalog", "passes --site Seoul", "screen", "show 25544", "coverage --region korea"] {
        let answer = place.run(&format!("{line} --db sky.db"));
        answer.fails(1, "the database sky.db holds no element sets: `alliedsky import FILE` brings some in");
    }
    assert!(place.ok("status --db sky.db").out.contains("element sets   none: `alliedsky import FILE`"));
}

#[test]
fn no_run_yet_says_what_to_do() {
    let place = super::of_2018();
    place.run("conjunctions --db sky.db").fails(1, "no run yet in sky.db: `alliedsky run` finds");
}

#[test]
fn empty_answers_say_why() {
    let place = Place::new();
    for (line, words) in [
        ("catalog --name nosuch", "None of the 79 objects is like that."),
        ("catalog --owner SKOR", "owners beyond the roster's come from a SATCAT"),
        ("passes --site Seoul --nation br", "No object here is of nation br"),
        ("passes --site -60,-120 --sat GAOFEN-4", "None of 1 object rises so high in this window."),
        ("passes --site Seoul --sat KOMPSAT-5 --hours 12 --visible --min-elevation-deg 60", "0 passes over Seoul"),
        ("overflights --region korea --sat GPM-CORE --hours 0.1", "None of 1 object is over it in this window."),
        ("screen --hours 0.1 --primaries ISS", "No pair comes so close: a wider --threshold-km shows the nearest."),
        ("screen --max-age-days 0.1", "79 left out, older than asked for."),
    ] {
        let table = place.ok(line);
        assert!(table.out.contains(words), "{line}: {}", table.out);
        assert!(table.out.starts_with(char::is_alphanumeric), "no head without rows: {}", table.out);
        let csv = place.ok(&format!("{line} --format csv"));
        assert_eq!(csv.out.lines().count(), 1, "the header stays");
        assert!(csv.err.contains(words), "{line}: {}", csv.err);
        assert_eq!(place.ok(&format!("{line} --format json")).out, "[]\n");
    }
}

#[test]
fn text_that_is_not_utf_8_is_refused_or_taken_as_a_file_name() {
    let place = Place::new();
    let odd = OsStr::from_bytes(b"\xff\xfe.tle");
    Answer::of(place.command().arg("show").arg(odd)).fails(2, "invalid UTF-8");
    Answer::of(place.command().arg("screen").arg(odd)).fails(1, "cannot read");
    std::fs::copy(super::catalogue(), place.0.path().join(odd)).unwrap();
    let imported = Answer::of(place.command().args(["import", "--db", "sky.db"]).arg(odd));
    assert_eq!(imported.code, 0, "{}", imported.err);
}

#[test]
fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is_one() {
    let place = Place::new();
    let binary = assert_cmd::cargo::cargo_bin("alliedsky");
    let start = |words: &[&str], out: Stdio| {
        let mut command = std::process::Command::new(&binary);
        command.args(words).current_dir(place.0.path()).env("HOME", place.path("home")).env_remove("XDG_DATA_HOME");
        command.stdout(out).stderr(Stdio::piped()).spawn().unwrap()
    };
    // More than a pipe holds, so that the program meets the closed end.
    let words = ["propagate", "25544", "--hours", "48", "--step", "10s", "--format", "csv", "-q"];
    let mut child = start(&words, Stdio::piped());
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    for words in [&["catalog"][..], &["completions", "bash"], &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = start(words, full.into()).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
    }
}

#[test]
fn the_configuration_is_checked_by_line_and_key() {
    let place = Place::new();
    place.write("good.toml", "database = \"mine.db\"\n[run]\nwindow_hours = 2.0\nthreshold_km = 9.0\n");
    let checked = place.ok("config check --config good.toml");
    assert!(checked.out.ends_with("ok\n") && checked.out.contains("run.window_hours      2\n"), "{}", checked.out);
    assert!(checked.out.contains("mine.db, not there yet"), "{}", checked.out);
    assert_eq!(place.ok("config check --config good.toml --format json").json()["run.threshold_km"], "9");
    assert!(place.ok("config check").out.contains("none, all defaults"));
    let run = place.ok("run --bundled --config good.toml");
    assert!(run.out.contains("below 9 km") && run.out.contains("to 2026-09-07T02:00:00Z"), "{}", run.out);
    assert!(place.path("mine.db").is_file(), "beside the configuration");
    for (text, words) in [
        ("[run]\nwindow_hours = 2.0\ntreshold_km = 5\n", "line 3, column 1"),
        ("[run]\nwindow_hours = 2.0\ntreshold_km = 5\n", "unknown field `treshold_km`"),
        ("[run]\nwindow_hours = -4.0\n", "run.window_hours = -4 is out of range"),
        ("[run]\nwindow_hours = \"long\"\n", "line 2, column 16 (window_hours): invalid type"),
        ("window", "line 1"),
        ("[files]\nroster = [\"nosuch.toml\"]\n", "nosuch.toml"),
    ] {
        place.write("bad.toml", text);
        place.run("config check --config bad.toml").fails(1, words);
        place.run("--config bad.toml status").fails(1, words);
    }
}

#[test]
fn an_error_of_the_configuration_names_file_line_key_and_what_to_do() {
    let place = super::of_2018();
    for (text, words) in [
        ("[run]\nregions = [\"krea\"]\n", "c.toml: run.regions: unknown region \"krea\": did you mean korea"),
        ("[run]\nprimaries = \"owner:XYZ\"\n", "c.toml: run.primaries: no object here is meant by \"owner:XYZ\""),
        (
            "# ours\n[run]\npass_hours = 24\nwindow_hours = -4.0\n",
            "c.toml: line 4: run.window_hours = -4 is out of range",
        ),
        ("contact = \"nobody\"\n", "c.toml: line 1: contact = \"nobody\" is out of range (an e-mail address"),
        ("[daemon]\nsync_every = \"1ms\"\n", "c.toml: line 2"),
        (
            "[[alert]]\nname = \"a\"\nverdict = \"watch\"\n",
            "c.toml: line 1: alert \"a\" does not say how to tell: set one",
        ),
        (
            "[[alert]]\nname = \"a\"\nverdict = \"watch\"\nwebhook = \"http://nohost.invalid/x\"\n",
            "c.toml: alert.webhook of alert \"a\": ",
        ),
    ] {
        place.write("c.toml", text);
        let answer = place.run("config check --config c.toml --db sky.db");
        answer.fails(1, words);
        assert!(!answer.out.ends_with("ok\n"), "{}", answer.out);
    }
}

#[test]
fn what_cannot_be_judged_here_is_no_fault_of_the_configuration() {
    let place = Place::new();
    place.write("c.toml", "[space_track]\ncredentials_file = \"theirs/space-track\"\n[inbox]\nfolder = \"in\"\n");
    let told = place.ok("config check --config c.toml").out.replace("\n  ", " ");
    assert!(told.contains("ok, but space_track.credentials_file cannot be read by this user"), "{told}");
    assert!(told.contains("inbox.folder in is not there: make the folder"), "{told}");
    let json = place.ok("config check --config c.toml --format json").json();
    assert!(json["result"].as_str().unwrap().starts_with("ok, but "), "{json}");
    std::fs::create_dir(place.path("theirs")).unwrap();
    place.write("theirs/space-track", "one line alone");
    std::fs::set_permissions(place.path("theirs/space-track"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    place.run("config check --config c.toml").fails(1, "c.toml: space_track.credentials_file: ");
}

/// A password has no place in a configuration; where somebody writes one nevertheless it is not repeated.
#[test]
fn an_error_of_the_configuration_does_not_repeat_its_lines() {
    let place = Place::new();
    for text in [
        "[space_track]\npassword = \"s3cret\"\n",
        "[space_track]\npassword = s3cret\n",
        "[space_track]\nbase_url = \"https://me:s3cret@host\"\n",
        "[space_track]\ncredentials_file = [\n\"s3cret=x\", 5, ]\n",
    ] {
        place.write("bad.toml", text);
        let output = place.run("config check --config bad.toml");
        assert!(!output.err.contains("s3cret"), "{}", output.err);
        output.fails(1, "bad.toml: line 2, column ");
    }
}
