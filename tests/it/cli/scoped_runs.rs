//! Runs about some objects, what reports say of their scope, and what a probability alone does to a history.

use alliedsky::astro::elements::Elements;
use alliedsky::format::{ReadOptions, read_elements, write_omm_csv};
use chrono::TimeDelta;

use super::Place;

const NOW: &str = "--now 2026-09-07T00:00:00Z";

/// Text of a page without its tags and line breaks.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for character in page.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(if character == '\u{a0}' { ' ' } else { character }),
            _ => {}
        }
    }
    text
}

fn page(place: &Place, folder: &str) -> String {
    words(&std::fs::read_to_string(place.path(&format!("{folder}/index.html"))).unwrap())
}

fn pairs(place: &Place) -> Vec<(String, String, String)> {
    let rows = place.ok("conjunctions --db sky.db --format csv").rows();
    rows.into_iter()
        .map(|row| (row["primary_name"].clone(), row["secondary_name"].clone(), row["kind"].clone()))
        .collect()
}

#[test]
fn a_run_is_about_what_the_configuration_says() {
    let place = Place::new();
    place.ok("run --bundled --hours 6 --threshold-km 60 --db sky.db -q");
    let all = pairs(&place);
    let is_about = |pair: &&(String, String, String)| {
        let has = |name: &str| pair.0 == name || pair.1 == name;
        (has("TANDEM-X") || has("ALOS-2") || has("KOMPSAT-5")) && pair.2 != "companion"
    };
    let expected: Vec<_> = all.iter().filter(is_about).collect();
    assert!(!expected.is_empty() && all.len() > expected.len() + 1, "{all:?}");

    place.write("c.toml", "[run]\nprimaries = \"TANDEM-X, ALOS-2, KOMPSAT-5, GONE-1\"\ndrop = [\"formation\"]\n");
    let told =
        place.ok("run --bundled --hours 6 --threshold-km 60 --db sky.db --config c.toml").out.replace("\n  ", " ");
    assert!(told.contains("Pairs that hold one of the 3 objects of run.primaries = \"TANDEM-X"), "{told}");
    assert!(told.contains("Left out: 1 formation (slow, and below"), "{told}");
    assert!(told.contains("run.primaries: unknown satellite \"GONE-1\""), "{told}");
    let mut found = pairs(&place);
    // The chosen stand first now.
    let sorted = |pairs: &mut Vec<(String, String, String)>| {
        pairs.iter_mut().for_each(|pair| {
            if pair.0 > pair.1 {
                std::mem::swap(&mut pair.0, &mut pair.1);
            }
        });
        pairs.sort();
    };
    let mut expected: Vec<_> = expected.into_iter().cloned().collect();
    sorted(&mut found);
    sorted(&mut expected);
    assert_eq!(found, expected);
    let changed = place.ok("conjunctions --db sky.db --changed-since 2026-09-07T00:00:00Z --format csv").out;
    assert!(!changed.contains("vanished,") && !changed.contains("moved apart"), "{changed}");
    let connection = rusqlite::Connection::open(place.path("sky.db")).unwrap();
    let sql = "SELECT parameters ->> 'drop', tally ->> '$.left_out.formation' FROM run WHERE kind = 'screening' ORDER BY id DESC";
    let told: (String, i64) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(told, ("[\"formation\"]".to_owned(), 1));
    // The report is about the allied satellites all the same, without the formation.
    let report = page(&place, "sky-results/report");
    assert!(report.contains("Satellites of USA, JPN, KOR against the 79 objects"), "{report}");
    assert!(report.contains("Left out: ") && place.ok("verify sky-results/report").out.starts_with("Same: "));
    // Everything again: what was outside is found as it was.
    place.ok("run --bundled --hours 6 --threshold-km 60 --db sky.db -q");
    assert_eq!(pairs(&place), all);

    place.write("c.toml", "[run]\nprimaries = \"GONE-1,name:NOBODY*\"\n");
    let refused = place.run("run --bundled --hours 6 --db sky.db --config c.toml");
    refused.fails(1, "run.primaries: unknown satellite \"GONE-1\"");
    assert!(refused.err.contains("no object here is meant by \"name:NOBODY*\""), "{}", refused.err);
}

#[test]
fn a_mistake_in_the_scope_is_told_with_its_key() {
    let place = Place::new();
    let check = |text: &str| {
        place.write("c.toml", text);
        place.run("config check --config c.toml --db sky.db")
    };
    check("[run]\nprimaries = \"ALOS-2,,KOMPSAT-5\"\n")
        .fails(1, "run.primaries = \"ALOS-2,,KOMPSAT-5\" is out of range");
    check("[run]\ndrop = [\"fleet\"]\n").fails(1, "(drop): unknown variant `fleet`, expected one of");
    // The snapshot that answers before there is a database need not know everybody.
    let before = check("[run]\nprimaries = \"owner:XYZ\"\ndrop = [\"docked\", \"constellation\"]\n");
    assert_eq!(before.code, 0, "{}", before.err);
    assert!(before.out.contains("owner:XYZ (not all of it is known"), "{}", before.out);
    assert!(before.out.contains("docked, constellation"), "{}", before.out);
    place.ok("run --bundled --hours 2 --db sky.db -q");
    check("[run]\nprimaries = \"owner:XYZ\"\n").fails(1, "run.primaries: no object here is meant by \"owner:XYZ\"");
    let out = check("[run]\nprimaries = \"name:KOMPSAT*\"\n").out;
    assert!(out.contains("name:KOMPSAT*: 4 objects"), "{out}");
    assert!(check("").out.contains("run.primaries         all"));
}

/// The same element sets, and an operator's errors: the probability alone has changed.
#[test]
fn better_errors_alone_are_a_line_of_the_history() {
    let place = Place::new();
    let line = "run --bundled --hours 72 --threshold-km 20 --db sky.db -q --config c.toml";
    place.write("c.toml", "");
    place.ok(line);
    let known = |row: &std::collections::BTreeMap<String, String>| row["pc"].parse::<f64>().is_ok_and(|pc| pc > 1e-9);
    let rows = place.ok("conjunctions --db sky.db --sort pc --format csv").rows();
    let event = rows.iter().find(|row| row["kind"] == "encounter" && known(row)).unwrap();
    let entry = |id: &str| {
        format!("[[covariance]]\nnorad_id = {id}\nsigma_r_km = 0.001\nsigma_t_km = 0.001\nsigma_n_km = 0.001\n")
    };
    place.write("own.toml", entry(&event["primary_id"]) + &entry(&event["secondary_id"]));
    place.write("c.toml", "[files]\ncovariance = [\"own.toml\"]\n");
    place.ok(line);
    place.ok(line);
    let list = format!("conjunctions --db sky.db --sat {} --history --format csv", event["primary_id"]);
    let lines: Vec<_> = place.ok(&list).rows();
    let lines: Vec<_> = lines.iter().filter(|row| row["tca"] == event["tca"]).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["miss_km"], lines[1]["miss_km"]);
    assert_eq!(lines[0]["pc"], event["pc"]);
    assert!(lines[1]["pc"].parse::<f64>().unwrap() < 1e-12, "kilometres apart, known to a metre: {lines:?}");
    let trend =
        |row: &std::collections::BTreeMap<String, String>| (row["tca"] == event["tca"]).then(|| row["trend"].clone());
    let rows = place.ok("conjunctions --db sky.db --format csv").rows();
    assert_eq!(rows.iter().find_map(trend).as_deref(), Some("falling"));
}

const SATCAT: &str = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE,LAUNCH_SITE,\
    DECAY_DATE,PERIOD,INCLINATION,APOGEE,PERIGEE,RCS,DATA_STATUS_CODE,ORBIT_CENTER,ORBIT_TYPE\n\
    KOMPSAT-2,2006-031A,29268,PAY,+,SKOR,2006-07-28,PKMTR,,98.5,98.1,700,680,5.0,,EA,ORB\n\
    GONE,2006-031B,29269,R/B,,CIS,2006-07-28,PKMTR,2010-01-01,98.5,98.1,700,680,5.0,,EA,ORB\n\
    STAGE,2006-031D,29271,R/B,,CIS,2006-07-28,PKMTR,,98.5,98.1,700,680,5.0,,EA,ORB\n\
    PIECE,2006-031C,29270,DEB,,CIS,2006-07-28,PKMTR,,98.5,98.1,700,680,5.0,,EA,ORB\n";

#[test]
fn the_report_says_how_much_of_what_is_on_orbit_it_is_of() {
    let elements = Place::new().ok("catalog --elements omm-csv -q").out;
    let place = Place::new();
    place.write("public.csv", &elements);
    place.write("satcat.csv", SATCAT);
    place.ok("import public.csv --db sky.db -q");
    let report = |place: &Place, more: &str| {
        place.ok(&format!("report --hours 6 --out out --db sky.db {NOW} {more}"));
        assert!(place.ok("verify out").out.starts_with("Same: "));
        page(place, "out")
    };
    let unknown = "how many are on orbit is not known without a satellite catalogue";
    assert!(report(&place, "").contains(unknown));
    place.ok("import satcat.csv --db sky.db -q");
    let line = "Screened 1 of the 3 on orbit by the satellite catalogue, and 78 that it does not have (0 analyst objects \
                and 0 with numbers of six digits among them); not screened: 1 rocket bodies, 1 debris.";
    let told = report(&place, "");
    assert!(told.contains(line), "{told}");
    assert!(report(&place, "--for jpn").contains(line), "a catalogue that anybody may have");
    // It stands on its input.
    let input = std::fs::read_to_string(place.path("out/inputs/on_orbit.json")).unwrap();
    assert_eq!(input, "{\"DEB\":[29270],\"PAY\":[29268],\"R/B\":[29271]}\n");
    place.write("out/inputs/on_orbit.json", input.replace("29270", "29270,29272,29273"));
    let found = place.run("verify out");
    assert_eq!(found.code, 1);
    assert!(found.out.contains("index.html line"), "{}", found.out);

    // One that came by a way that is marked goes to nobody else, not even as a number or as an owner.
    let place = Place::new();
    place.write("public.csv", &elements);
    place.ok("import public.csv --db sky.db -q");
    place.ok(&format!("report --hours 6 --out plain --for jpn --db sky.db {NOW}"));
    std::fs::create_dir(place.path("inbox")).unwrap();
    place.write("inbox/satcat.csv", SATCAT);
    place.write("c.toml", "[inbox]\nfolder = \"inbox\"\nrelease = \"REL KOR\"\n");
    place.ok("sync --db sky.db --config c.toml");
    assert!(report(&place, "--config c.toml").contains(line));
    assert!(report(&place, "--for kor --config c.toml").contains(line));
    let theirs = report(&place, "--for jpn --config c.toml");
    assert!(theirs.contains(unknown), "{theirs}");
    for name in ["inputs/on_orbit.json", "inputs/owners.json", "inputs/hard_body.toml", "conjunctions.csv"] {
        let text = |folder: &str| std::fs::read_to_string(place.path(&format!("{folder}/{name}"))).unwrap();
        assert!(text("out") == text("plain"), "{name} tells of what is withheld");
    }
}

/// A satellite that keeps its slot, leaves it by 0.6° a day for ten days and stays where it then is.
fn moved(model: &Elements) -> Vec<Elements> {
    let daily_deg = 360.985_647_366;
    let mut mean_deg = model.mean_anomaly_deg;
    let day = |day: i64| {
        let drift = if (20..30).contains(&day) { 0.6 } else { 0.0 };
        let mut fields = model.clone().into_fields();
        fields.epoch = model.epoch + TimeDelta::days(day);
        fields.mean_motion_rev_day = (daily_deg + drift) / 360.0;
        fields.mean_anomaly_deg = mean_deg.rem_euclid(360.0);
        mean_deg += daily_deg + drift;
        Elements::new(fields).unwrap()
    };
    (0..45).map(day).collect()
}

#[test]
fn the_report_tells_changes_of_slot_and_whose_sets_show_them() {
    let path = format!("{}/tle/catalogue_20180120.csv.gz", env!("CARGO_MANIFEST_DIR"));
    let belt = read_elements("belt", &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap().elements;
    let model = belt.iter().find(|set| set.norad_id.get() == 41_836).unwrap();
    let sets = moved(model);
    let (past, last) = sets.split_at(44);
    let now = (last[0].epoch + TimeDelta::hours(6)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let place = Place::new();
    place.write("last.csv", write_omm_csv(last));
    place.write("past.csv", write_omm_csv(past));
    place.ok("import last.csv --db sky.db -q");
    assert_eq!(place.run_words(&["import", "past.csv", "--release", "REL KOR", "--db", "sky.db", "-q"]).code, 0);
    let report = |more: &str| {
        place.ok(&format!("report --hours 12 --out out --db sky.db --now {now} {more}"));
        assert!(place.ok("verify out").out.starts_with("Same: "));
        page(&place, "out")
    };
    let told = report("");
    assert!(
        told.contains(
            "past element sets follow 1 of these 1 object, over up to 44 days, and show 1, 1 of an allied satellite;"
        ),
        "{told}"
    );
    assert!(told.contains("HIMAWARI-9: drift +0.60 to ") && told.contains("° a day between"), "{told}");
    assert!(report("--for kor").contains("HIMAWARI-9: drift +0.60 to "));
    // Past sets that may not go there leave nothing behind.
    let theirs = report("--for jpn");
    assert!(theirs.contains("Changes of slot: there are too few past element sets here to tell."), "{theirs}");
    assert!(!std::fs::read_to_string(place.path("out/inputs/slots.toml")).unwrap().contains("change"));
}

/// Space-Track's classes of size, from its messages and from its catalogue, where there is no figure.
#[test]
fn classes_of_size_stand_on_the_row() {
    let elements = Place::new().ok("catalog --elements omm-csv -q").out;
    let place = Place::new();
    place.write("public.csv", &elements);
    place.ok("import public.csv --db sky.db -q");
    let line = format!("screen --db sky.db --hours 48 --threshold-km 20 --format csv -q {NOW}");
    let rows = place.ok(&line).rows();
    let row = rows.iter().find(|row| row["hbr_source"].starts_with("primary: assumed for type")).unwrap();
    let id = row["primary_id"].clone();
    let source = || {
        let rows = place.ok(&line).rows();
        let row = rows.iter().find(|row| row["primary_id"] == id).unwrap();
        row["hbr_source"].split(';').next().unwrap().to_owned()
    };
    let message = |number: u32, size: &str| {
        format!(
            "{{\"CDM_ID\":\"{number}\",\"CREATED\":\"2026-09-06T00:00:00.000000\",\"EMERGENCY_REPORTABLE\":\"N\",\
             \"TCA\":\"2026-09-08T05:06:07.891000\",\"MIN_RNG\":\"123\",\"PC\":null,\"SAT_1_ID\":\"5\",\
             \"SAT_1_NAME\":\"X\",\"SAT1_OBJECT_TYPE\":\"PAYLOAD\",\"SAT1_RCS\":\"SMALL\",\"SAT_1_EXCL_VOL\":\"1\",\
             \"SAT_2_ID\":\"{id}\",\"SAT_2_NAME\":\"Y\",\"SAT2_OBJECT_TYPE\":\"PAYLOAD\",\"SAT2_RCS\":\"{size}\",\
             \"SAT_2_EXCL_VOL\":\"1\"}}"
        )
    };
    place.write("messages.json", format!("[{},{},{}]", message(9, "LARGE"), message(7, "SMALL"), message(11, "N/A")));
    place.ok("import messages.json --db sky.db -q");
    assert_eq!(source(), "primary: RCS size LARGE", "of the latest message that tells");
    let catalogue = |rcs: &str| {
        format!(
            "NORAD_CAT_ID,SATNAME,OBJECT_TYPE,COUNTRY,INTLDES,LAUNCH,SITE,DECAY,RCSVALUE,RCS_SIZE\n{id},Y,PAYLOAD,US,,,,,{rcs},MEDIUM\n"
        )
    };
    place.write("satcat.csv", catalogue("0"));
    place.ok("import satcat.csv --db sky.db -q");
    assert_eq!(source(), "primary: RCS size MEDIUM");
    place.write("satcat.csv", catalogue("5.5"));
    place.ok("import satcat.csv --db sky.db -q");
    assert_eq!(source(), "primary: RCS 5.5 m2");
}

/// A message that names an object by its international designator alone is worked out like the one with its number.
#[test]
fn messages_by_international_designator_are_worked_out() {
    let place = Place::new();
    place.ok("export cdm -o out.cdm");
    let text = std::fs::read_to_string(place.path("out.cdm")).unwrap();
    let expected = place.ok("conjunctions assess out.cdm --format csv").rows();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in lines.iter_mut().filter(|line| line.starts_with("OBJECT_DESIGNATOR")) {
        *line = "OBJECT_DESIGNATOR = UNKNOWN".to_owned();
    }
    place.write("out.cdm", lines.join("\n") + "\n");
    let found = place.ok("conjunctions assess out.cdm --format csv").rows();
    assert!(expected == found && !found.is_empty(), "{found:?}");
    let broken: Vec<String> = lines.iter().map(|line| line.replace("INTERNATIONAL_DESIGNATOR", "COMMENT")).collect();
    let named: Vec<String> = lines
        .iter()
        .map(|line| match line.split_once('=') {
            Some((key, _)) if key.trim() == "INTERNATIONAL_DESIGNATOR" => format!("{key}= UNKNOWN"),
            _ => line.clone(),
        })
        .collect();
    place.write("unknown.cdm", named.join("\n") + "\n");
    place.run("conjunctions assess unknown.cdm").fails(1, "is that of no object here");
    place.write("broken.cdm", broken.join("\n") + "\n");
    assert_eq!(place.run("conjunctions assess broken.cdm").code, 1);
}
