//! The contract: columns, forms, times, global options, exit codes.

use alliedsky::format::MAX_FILE_BYTES;
use alliedsky::format::oem::read_oem;

use super::{Answer, Place, catalogue, is_utf8_table, keys, of_2018};

const CONJUNCTION: &str = "primary_id,primary_name,secondary_id,secondary_name,tca,miss_km,rel_speed_km_s,miss_r_km,\
    miss_t_km,miss_n_km,primary_age_days,secondary_age_days,pc,pc_method,covariance_source,pc_max,pc_max_socrates,\
    dilution_km,kind";
const PASS: &str = "norad_id,name,site,aos,aos_azimuth_deg,tca,max_elevation_deg,tca_azimuth_deg,los,los_azimuth_deg,\
    min_range_km,sunlit,visible,age_days,timing_error_s";
const OVERFLIGHT: &str = "norad_id,name,nation,region,start,end,nearest_km,ascending,sensor,daylight,age_days,\
    timing_error_s";

/// The columns of the contract come first and in order, alike in CSV and JSON; columns computed later are empty, and
/// null; times have microseconds and a Z.
#[track_caller]
fn check_columns(place: &Place, line: &str, contract: &str, times: &[&str], empty: &[&str]) {
    let csv = place.ok(&format!("{line} --format csv -q"));
    assert_eq!(csv.err, "", "quiet");
    assert!(csv.header().starts_with(contract), "{}", csv.header());
    let rows = csv.rows();
    assert!(!rows.is_empty(), "{line}");
    let json = place.ok(&format!("{line} --format json -q")).json();
    let objects = json.as_array().unwrap();
    assert_eq!(objects.len(), rows.len());
    let header: Vec<&str> = csv.header().split(',').collect();
    let ndjson = place.ok(&format!("{line} --format ndjson -q"));
    assert_eq!(ndjson.out.lines().count(), rows.len());
    for (row, object) in rows.iter().zip(objects) {
        assert_eq!(keys(object)[..header.len()], header, "JSON has the columns of the CSV in the same order");
        for time in times {
            assert_eq!(object[time], row[*time].as_str());
            let shape: String = row[*time].chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
        }
        for column in empty {
            assert_eq!((row[*column].as_str(), &object[column]), ("", &serde_json::Value::Null), "{column}");
        }
        for (column, value) in object.as_object().unwrap() {
            if let Some(number) = value.as_f64() {
                // The reader of JSON is off by the last digit where a probability is next to nothing.
                let in_csv: f64 = row[column].parse().unwrap();
                assert!((in_csv - number).abs() <= 1e-14 * number.abs(), "{column}: {in_csv} {number}");
            }
        }
    }
}

#[test]
fn conjunction_rows_follow_the_contract() {
    let place = Place::new();
    check_columns(&place, "screen --hours 12 --threshold-km 10", CONJUNCTION, &["tca"], &[]);
    place.ok("run --bundled --hours 6 --db sky.db -q");
    check_columns(&place, "conjunctions --db sky.db", CONJUNCTION, &["tca"], &[]);
}

#[test]
fn companions_tell_their_spans_in_json_alone() {
    let place = Place::new();
    let line = "screen --hours 6 --primaries TANDEM-X";
    assert!(!place.ok(&format!("{line} --format csv")).header().contains("spans"));
    let json = place.ok(&format!("{line} --format json")).json();
    let pair = &json[0];
    assert_eq!(
        (&pair["kind"], &pair["primary_id"], &pair["secondary_id"]),
        (&"companion".into(), &36605.into(), &31698.into())
    );
    assert_eq!(pair["spans"][0]["start"], "2026-09-07T00:00:00.000000Z");
    assert_eq!(pair["spans"][0]["end"], "2026-09-07T06:00:00.000000Z");
}

#[test]
fn without_a_chosen_primary_the_smaller_number_is_first() {
    let rows = Place::new().ok("screen --hours 24 --threshold-km 10 --format csv").rows();
    assert!(rows.iter().all(|row| row["primary_id"].parse::<u32>().unwrap() < row["secondary_id"].parse().unwrap()));
}

#[test]
fn pass_rows_follow_the_contract() {
    let line = "passes --site Seoul --hours 6";
    check_columns(&Place::new(), line, PASS, &["aos", "tca", "los"], &[]);
    for row in Place::new().ok(&format!("{line} --format csv")).rows() {
        assert!(row["timing_error_s"].parse::<f64>().unwrap() > 0.0);
    }
}

#[test]
fn overflight_rows_follow_the_contract() {
    let place = Place::new();
    for line in ["overflights --region korea --hours 6", "overflights --site Seoul --hours 3 --nation cn"] {
        check_columns(&place, line, OVERFLIGHT, &["start", "end"], &[]);
    }
    let rows = place.ok("overflights --site Seoul --hours 3 --format csv").rows();
    assert!(rows.iter().any(|row| row["open_start"] == "true" && row["start"] == "2026-09-07T00:00:00.000000Z"));
    assert!(rows.iter().all(|row| row["timing_error_s"].parse::<f64>().unwrap() > 0.0));
}

/// A geostationary imager looks at Seoul by day: over a window that begins and ends by night, too, and has its middle there.
#[test]
fn a_stretch_partly_by_day_is_in_reach_of_what_needs_daylight() {
    let place = Place::new();
    let line = "overflights --site Seoul --sat GAOFEN-4";
    // The Sun sets at Seoul near 09:50 UTC and rises near 21:10.
    for (from, hours, reach, light) in
        [("00:00", 24, "eo", "part"), ("08:00", 4, "eo", "part"), ("10:30", 8, "", "no"), ("01:00", 6, "eo", "yes")]
    {
        let rows = place.ok(&format!("{line} --from 2026-09-07T{from}Z --hours {hours} --format csv")).rows();
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row["sensor"].as_str(), row["daylight"].as_str()), (reach, light), "{from}");
    }
}

/// What bears on one answer alone is refused with another, not passed over in silence.
#[test]
fn options_of_another_answer_are_refused() {
    let place = Place::new();
    for option in ["--by-kind", "--gaps 3", "--least-share 50"] {
        for show in ["sharing", "together", "simultaneous", "cells"] {
            let refused = place.run(&format!("coverage --site Seoul --show {show} {option}"));
            let word = option.split(' ').next().unwrap();
            assert!(refused.code == 2 && refused.err.contains(word), "{}", refused.err);
        }
        place.ok(&format!("coverage --site Seoul --hours 1 {option}"));
    }
}

/// What stands still over a place leaves no quiet window there: it is set apart and told of; where nothing else was asked
/// for, the answer is none, in words.
#[test]
fn quiet_windows_are_told_of_even_where_there_is_none() {
    let place = Place::new();
    let all = place.ok("overflights --site Seoul --nation cn --quiet-windows");
    assert!(
        all.out.contains("QUIET FROM UTC") && all.out.contains("stands still over the Earth: GAOFEN-4."),
        "{}",
        all.out
    );
    let rows = place.ok("overflights --site Seoul --nation cn --format csv").rows();
    let mut passes: Vec<(String, String)> = rows
        .iter()
        .filter(|row| row["name"] != "GAOFEN-4")
        .map(|row| (row["start"].clone(), row["end"].clone()))
        .collect();
    passes.sort();
    let quiet = place.ok("overflights --site Seoul --nation cn --quiet-windows --format csv").rows();
    assert!(quiet.len() > 20, "{}", quiet.len());
    for row in &quiet {
        assert!(passes.iter().all(|(start, end)| *end <= row["start"] || *start >= row["end"]), "{row:?}");
        assert!(row["duration_s"].parse::<f64>().unwrap() >= 1.0);
    }
    let none = place.ok("overflights --site Seoul --sat GAOFEN-4 --quiet-windows").out;
    assert!(none.contains("No quiet window over Seoul: somebody asked for is over it all the time."), "{none}");
    let region = place.ok("overflights --region japan --hours 24 --quiet-windows --format csv").rows();
    assert!(region.iter().all(|row| row["duration_s"].parse::<f64>().unwrap() >= 1.0));
}

/// Rows of several places say of which they are; those of one need not.
#[test]
fn a_table_of_many_places_names_them() {
    let place = Place::new();
    let head = |line: &str| place.ok(line).out.lines().next().unwrap().to_owned();
    assert!(head("overflights --everywhere --hours 1 --nation kr").starts_with("PLACE "));
    assert!(head("overflights --region korea --hours 12 --nation cn").starts_with("START UTC "));
}

#[test]
fn propagate_has_its_frames_in_every_form() {
    let place = Place::new();
    let cartesian = "time,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s,age_days";
    for (frame, header) in [
        ("teme", cartesian),
        ("eme2000", cartesian),
        ("ecef", cartesian),
        ("geodetic", "time,latitude_deg,longitude_deg,altitude_km,age_days"),
    ] {
        let line = format!("propagate 25544 --hours 1 --step 10m --frame {frame}");
        let csv = place.ok(&format!("{line} --format csv"));
        assert_eq!((csv.header(), csv.rows().len()), (header, 7));
        let json = place.ok(&format!("{line} --format json")).json();
        assert_eq!(keys(&json[6]).join(","), header);
        assert_eq!(json[6]["time"], "2026-09-07T01:00:00.000000Z");
        assert!(place.ok(&line).out.contains("2026-09-07 01:00:00  "));
    }
}

/// The message holds the states of the rows; it is the object's own file for another tool, and for ours.
#[test]
fn propagate_writes_an_ephemeris() {
    let place = Place::new();
    let line = "propagate 25544 --hours 1 --step 10m";
    for (frame, name) in [("teme", "TEME"), ("eme2000", "EME2000"), ("ecef", "ITRF2014")] {
        let rows = place.ok(&format!("{line} --frame {frame} --format csv")).rows();
        let text = place.ok(&format!("{line} --frame {frame} --format oem")).out;
        assert!(text.starts_with("CCSDS_OEM_VERS = 2.0\n"), "{text}");
        assert!(text.contains(&format!("OBJECT_ID = 1998-067A\nCENTER_NAME = EARTH\nREF_FRAME = {name}\n")), "{text}");
        assert_eq!(text, place.ok(&format!("{line} --frame {frame} --format kvn")).out);
        let oem = read_oem("a.oem", text.as_bytes(), MAX_FILE_BYTES).unwrap();
        let [segment] = &oem.segments[..] else { panic!("{text}") };
        assert_eq!(segment.states.len(), rows.len());
        assert_eq!((segment.start_time, segment.stop_time), (segment.states[0].epoch, segment.states[6].epoch));
        for (state, row) in segment.states.iter().zip(&rows) {
            assert_eq!(state.epoch.to_rfc3339_opts(chrono::SecondsFormat::Micros, true), row["time"]);
            for (index, axis) in ["x", "y", "z"].into_iter().enumerate() {
                let [km, km_s] = ["km", "km_s"].map(|unit| {
                    let prefix = if unit == "km" { "" } else { "v" };
                    row[&format!("{prefix}{axis}_{unit}")].parse::<f64>().unwrap()
                });
                assert!((state.position_km[index] - km).abs() < 1e-9, "{row:?}");
                assert!((state.velocity_km_s[index] - km_s).abs() < 1e-12, "{row:?}");
            }
        }
        let xml = place.ok(&format!("{line} --frame {frame} --format xml")).out;
        assert_eq!(read_oem("a.xml", xml.as_bytes(), MAX_FILE_BYTES).unwrap(), oem);
    }
    place.run(&format!("{line} --frame geodetic --format oem")).fails(2, "not geodetic");
    place.run("screen --format oem").fails(2, "this command has no oem form");
}

#[test]
fn global_options_stand_before_or_after_the_command() {
    let place = Place::new();
    let now = "--now 2026-09-08T09:00+09:00";
    let after = place.ok(&format!("passes --site Seoul --sat 25544 {now} --tz kst --threads 1 --eop none"));
    let before = place.ok(&format!("{now} --tz kst --threads 2 --eop none passes --site Seoul --sat 25544"));
    assert_eq!(after.out, before.out);
    assert!(after.out.starts_with("AOS KST"), "{}", after.out);
    assert!(after.out.contains("Clock 2026-09-08T00:00:00Z"), "{}", after.out);
}

#[test]
fn times_are_taken_in_every_form() {
    let place = Place::new();
    let first = |times: &str| {
        let line = format!("propagate 25544 --step 1h --format csv -q {times}");
        let rows = place.ok(&line).rows();
        (rows[0]["time"].clone(), rows[rows.len() - 1]["time"].clone())
    };
    let same = [
        ("--from 2026-09-08 --hours 2", "08T00", "08T02"),
        ("--from 2026-09-08T09:00Z --to 2026-09-08T11:00Z", "08T09", "08T11"),
        ("--from 2026-09-08T09:00+09:00 --to 2026-09-08T11:00+09:00", "08T00", "08T02"),
        ("--from now --to +3h", "07T00", "07T03"),
        ("--from -2d --hours 90m", "05T00", "05T01"),
        ("--from=-2h --to now", "06T22", "07T00"),
        ("--to +2h", "07T00", "07T02"),
        ("", "07T00", "08T00"),
    ];
    for (times, start, end) in same {
        let full = |hour: &str| format!("2026-09-{hour}:00:00.000000Z");
        assert_eq!(first(times), (full(start), full(end)), "{times}");
    }
}

#[test]
fn the_user_s_clock_may_be_relative_and_negative() {
    let clock = Place::new().run("status --now -2d --format json").json()["clock"].as_str().unwrap().to_owned();
    let clock: chrono::DateTime<chrono::Utc> = clock.parse().unwrap();
    let ago = chrono::Utc::now() - clock;
    assert!((ago - chrono::TimeDelta::days(2)).abs() < chrono::TimeDelta::minutes(5), "{ago}");
}

#[test]
fn tables_follow_the_zone_and_machine_formats_do_not() {
    let place = Place::new();
    let line = "propagate 25544 --hours 1 --step 1h --tz";
    for (zone, time) in [
        ("utc", "TIME UTC"),
        ("kst", "2026-09-07 09:00:00"),
        ("JST", "2026-09-07 10:00:00"),
        ("America/New_York", "2026-09-06 20:00:00"),
    ] {
        assert!(place.ok(&format!("{line} {zone}")).out.contains(time), "{zone}");
        assert_eq!(place.ok(&format!("{line} {zone} --format csv")).rows()[0]["time"], "2026-09-07T00:00:00.000000Z");
    }
}

#[test]
fn an_answer_goes_to_a_file_and_nothing_else_to_standard_output() {
    let place = Place::new();
    let to_screen = place.ok("catalog --owner kr --format csv");
    let to_file = place.ok("catalog --owner kr --format csv -o kr.csv");
    assert_eq!(to_file.out, "");
    assert_eq!(std::fs::read_to_string(place.path("kr.csv")).unwrap(), to_screen.out);
}

#[test]
fn verbose_writes_a_log_beside_the_answer() {
    let place = Place::new();
    let plain = place.ok("run --bundled --hours 1 --db a.db");
    let verbose = place.ok("run --bundled --hours 1 --db b.db -v");
    assert!(!plain.err.contains("INFO") && verbose.err.contains("INFO"), "{}", verbose.err);
    assert!(!verbose.err.contains('\u{1b}'), "no colours");
}

#[test]
fn every_command_has_help_with_examples_and_no_colours() {
    let place = Place::new();
    let commands = [
        "run",
        "import",
        "catalog",
        "show",
        "propagate",
        "screen",
        "conjunctions",
        "avoid",
        "passes",
        "overflights",
        "coverage",
        "roster",
        "regions",
        "sites",
        "sensors",
        "export",
        "status",
        "config check",
        "completions",
    ];
    for command in commands {
        let help = place.ok(&format!("{command} --help")).out;
        let example = format!("\n  alliedsky {}", command.split(' ').next().unwrap());
        assert!(help.contains("Examples:\n") && help.contains(&example), "{command}: {help}");
        assert!(help.contains("Options of every command:"), "{command}");
        assert!(is_utf8_table(&help.replace("\n          \n", "\n\n")), "{command}");
    }
    assert!(
        place.ok("--help").out.contains("Exit codes: 0 done, 1 failed, 2 usage, 3 what --alert asked for holds, 75")
    );
    assert!(place.ok("--version").out.starts_with("alliedsky "));
}

#[test]
fn completions_are_scripts_of_their_shell() {
    let place = Place::new();
    for (shell, words) in [("bash", "complete -F"), ("zsh", "#compdef alliedsky"), ("fish", "complete -c alliedsky")] {
        let script = place.ok(&format!("completions {shell}")).out;
        assert!(script.contains(words) && script.contains("overflights"), "{shell}");
    }
}

#[test]
fn screening_files_leaves_the_database_alone() {
    let place = Place::new();
    let file = catalogue();
    let line = format!("screen {} --from 2018-01-21 --hours 1 --format csv", file.display());
    let rows = place.ok(&line).rows();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["miss_km"].parse::<f64>().unwrap() < 5.0), "5 km unless told otherwise");
    assert!(!place.path("home/data").exists());
    place.ok("run --bundled --hours 1 --db sky.db");
    let before = std::fs::read(place.path("sky.db")).unwrap();
    assert_eq!(place.ok(&format!("{line} --db sky.db")).rows(), rows);
    assert_eq!(std::fs::read(place.path("sky.db")).unwrap(), before);
}

#[test]
fn screening_looks_a_day_ahead_among_all_below_5_km() {
    let place = Place::new();
    let plain = place.ok("screen");
    let spelt = place.ok("screen --hours 24 --threshold-km 5 --primaries all --from now");
    assert_eq!(plain.out, spelt.out);
    assert!(plain.out.contains("below 5 km from 2026-09-07T00:00:00Z to 2026-09-08T00:00:00Z"), "{}", plain.out);
}

#[test]
fn conjunctions_are_those_of_the_latest_run() {
    let place = Place::new();
    place.ok("run --bundled --hours 3 --db sky.db");
    place.ok("run --hours 12 --threshold-km 9.2 --db sky.db");
    let count = |options: &str| place.ok(&format!("conjunctions --db sky.db --format csv {options}")).rows().len();
    let all = place.ok("conjunctions --db sky.db --sort miss --format csv").rows();
    let misses: Vec<f64> = all.iter().map(|row| row["miss_km"].parse().unwrap()).collect();
    assert!(all.len() > 5 && misses.is_sorted() && misses.iter().all(|km| *km < 9.2), "{misses:?}");
    assert_eq!(count("--from -1d"), all.len());
    // The clock is the start where an end alone is given; it moves with --now.
    let late = count("--from +6h");
    assert!(0 < late && late < all.len());
    assert_eq!(count("--to +6h") + late, all.len());
    assert_eq!(count("--to 2026-09-07T12:00Z --now 2026-09-07T06:00Z"), late);
    assert_eq!(count("--max-miss-km 1"), 1);
    assert_eq!(count("--sat TANDEM-X"), 1);
    assert_eq!(count("--nation de"), 1);
    assert_eq!(count("--limit 2"), 2);
    let none = place.ok("conjunctions --db sky.db --sat ISS");
    assert!(none.out.contains(&format!("0 conjunctions of the {} below 9.2 km", all.len())), "{}", none.out);
}

#[test]
fn the_catalogue_is_filtered_and_written_as_element_sets() {
    let place = Place::new();
    let ids = |options: &str| -> Vec<String> {
        let rows = place.ok(&format!("catalog --format csv {options}")).rows();
        rows.into_iter().map(|row| row["norad_id"].clone()).collect()
    };
    assert_eq!(ids("").len(), 79);
    assert_eq!(ids("--name KOMPSAT"), ["29268", "38338", "39227", "40536"]);
    assert_eq!(ids("--owner kr --name kompsat"), ids("--name kompsat"));
    assert_eq!(ids("--regime GEO"), ["41194"]);
    assert!(ids("--stale").is_empty());
    assert_eq!(ids("--stale --now 2027-01-01").len(), 79);
    for (form, words) in
        [("tle", "\n1 29268U"), ("omm-csv", "OBJECT_NAME"), ("omm-kvn", "MEAN_MOTION"), ("omm-xml", "<omm")]
    {
        let name = format!("sets.{form}");
        place.ok(&format!("catalog --name KOMPSAT-2 --elements {form} -o {name}"));
        assert!(std::fs::read_to_string(place.path(&name)).unwrap().contains(words), "{form}");
        let shown = place.ok(&format!("import {name} --db {form}.db --now 2026-09-07 --format json")).json();
        assert_eq!((&shown[0]["accepted"], &shown[0]["rejected"]), (&1.into(), &0.into()), "{form}");
    }
}

/// The form ends at 339999: the others are written all the same, and the one left out is named.
#[test]
fn an_object_beyond_a_form_does_not_keep_the_others_from_it() {
    let place = Place::new();
    let omm = place.ok("catalog --name KOMPSAT --elements omm-csv").out.replace(",29268,", ",700123,");
    std::fs::write(place.path("six.csv"), omm).unwrap();
    place.ok("import six.csv --db six.db --now 2026-09-07");
    let written = place.ok("catalog --db six.db --now 2026-09-07 --elements tle");
    assert_eq!(written.out.lines().filter(|line| line.starts_with("1 ")).count(), 3, "{}", written.out);
    assert!(written.err.contains("1 object of 4 left out") && written.err.contains("700123"), "{}", written.err);
}

#[test]
fn an_object_is_shown_with_its_sensors_and_history() {
    let place = Place::new();
    let shown = place.ok("show ALOS-4");
    for words in
        ["60182  ALOS-4 (DAICHI-4)", "nation         Japan", "mission        sar", "sensor", "element sets   1 held"]
    {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    assert!(!shown.out.contains("not known"), "{}", shown.out);
    let json = place.ok("show 60182 --format json").json();
    assert_eq!((&json["norad_id"], &json["nation"]), (&60182.into(), &"jp".into()));
    assert_eq!(json["elements"]["NORAD_CAT_ID"].to_string().trim_matches('"'), "60182");
    assert_eq!(json["history"].as_array().unwrap().len(), 1);
    assert!(place.ok("show 60182 --format kvn").out.contains("CCSDS_OMM_VERS"));
    assert!(place.ok("show 60182 --format xml").out.contains("<omm"));
}

#[test]
fn roster_regions_and_sites_say_where_their_figures_come_from() {
    let place = Place::new();
    let rows = place.ok("roster --nation kr --format csv").rows();
    assert!(rows.iter().any(|row| row["name"] == "KOMPSAT-5" && row["sensor"] == "sar" && row["elements"] == "here"));
    assert!(rows.iter().filter(|row| !row["sensor"].is_empty()).all(|row| !row["source"].is_empty()));
    let none: Vec<_> = place.ok("roster --nation jp --format csv").rows();
    assert!(none.iter().any(|row| row["elements"] == "none published"));
    assert!(place.ok("roster --here --format csv").rows().len() < 200);
    let regions = place.ok("regions --format csv").rows();
    let names: Vec<&str> = regions.iter().map(|row| row["region"].as_str()).collect();
    for name in ["korea", "rok", "dprk", "japan", "theatre"] {
        assert!(names.contains(&name), "{name}");
    }
    let shapes = place.ok("regions --format geojson").json();
    assert_eq!(
        (&shapes["type"], shapes["features"].as_array().unwrap().len()),
        (&"FeatureCollection".into(), names.len())
    );
    assert!(place.ok("sites --format csv").rows().iter().all(|row| !row["source"].is_empty()));
}

#[test]
fn satellites_at_once_are_counted_and_fewer_for_each_more() {
    let place = Place::new();
    let rows = place.ok("coverage --region dprk --hours 12 --show simultaneous --format csv -q").rows();
    let whole = place.ok("coverage --region dprk --hours 12 --format csv -q").rows();
    let all = whole.iter().find(|row| row["nations"] == "us+jp+kr").unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap();
    assert_eq!(
        (&rows[0]["in_view_percent"], &rows[0]["fresh_percent"]),
        (&all["cell_time_percent"], &all["fresh_percent"])
    );
    assert!(rows.len() > 2 && rows.iter().enumerate().all(|(index, row)| number(&row["assets"]) == index as f64 + 1.0));
    for pair in rows.windows(2) {
        assert!(number(&pair[1]["fresh_percent"]) <= number(&pair[0]["fresh_percent"]));
        assert!(number(&pair[1]["in_view_percent"]) <= number(&pair[0]["in_view_percent"]));
    }
    let json = place.ok("coverage --region dprk --hours 12 --format json -q").json();
    assert_eq!(json["simultaneous"].as_array().unwrap().len(), rows.len());
    assert!(place.ok("coverage --region dprk --hours 12 --show simultaneous").out.contains("SATELLITES"));
}

#[test]
fn coverage_counts_each_pair_and_all_and_what_it_rests_on() {
    let place = Place::new();
    let rows = place.ok("coverage --region dprk --hours 6 --format csv").rows();
    let nations: Vec<&str> = rows.iter().map(|row| row["nations"].as_str()).collect();
    assert_eq!(nations, ["us", "jp", "kr", "us+jp", "us+kr", "jp+kr", "us+jp+kr"]);
    assert!(rows.iter().all(|row| row["assets"].parse::<u32>().unwrap() < row["roster_assets"].parse().unwrap()));
    let table = place.ok("coverage --site Yongbyon --hours 6 --nations kr,jp").out;
    for words in ["No elements published", "Not in these element sets", "Rests on 11 of the roster's 61", "jp+kr"] {
        assert!(table.contains(words) || words == "jp+kr" && table.contains("kr+jp"), "{words}: {table}");
    }
    let json = place.ok("coverage --region dprk --hours 6 --format json").json();
    assert!(json["assets"].as_array().unwrap().iter().any(|asset| asset["status"] == "none_published"));
}

#[test]
fn quiet_windows_are_what_overflights_leave() {
    let place = Place::new();
    let line = "overflights --region korea --nation cn --hours 12 --format csv";
    let seconds = |rows: &[std::collections::BTreeMap<String, String>]| -> f64 {
        let time = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        rows.iter().map(|row| (time(&row["end"]) - time(&row["start"])).as_seconds_f64()).sum()
    };
    let quiet = place.ok(&format!("{line} --quiet-windows")).rows();
    assert_eq!((quiet[0]["open_start"].as_str(), quiet[quiet.len() - 1]["open_end"].as_str()), ("true", "true"));
    let over = place.ok(line).rows();
    let both = seconds(&quiet) + seconds(&over);
    // Windows of less than a second, at most one between two overflights, are left out.
    let left_out_s = over.len() as f64;
    assert!(both >= 43_200.0 - left_out_s && both < 43_200.0 + seconds(&over), "{both}");
}

#[test]
fn status_is_stale_when_most_sets_are_too_old() {
    let place = of_2018();
    let answer = place.run("status --db sky.db --format json");
    assert_eq!(answer.code, 75);
    assert_eq!(answer.json()["stale"], true);
    let fresh = place.ok("status --db sky.db --now 2018-01-21 --format json").json();
    assert_eq!(
        (&fresh["stale"], &fresh["objects"], &fresh["snapshot"]),
        (&false.into(), &979.into(), &serde_json::Value::Null)
    );
    let old: Answer = place.run("run --db sky.db --hours 0.1 --now 2018-06-01");
    assert_eq!(old.code, 75, "{}", old.err);
    // Staleness is the affair of status and run alone.
    place.ok("catalog --db sky.db");
}
