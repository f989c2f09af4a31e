//! `report`, `verify` and `exposure`: what stands in the folder, that it is checked, and what a recipient cannot learn.

use std::collections::BTreeMap;
use std::path::Path;

use super::Place;

/// Every file of a folder, by its name with folders.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

const NOW: &str = "--now 2026-09-07T00:00:00Z";

#[test]
fn a_report_is_whole_and_is_verified() {
    let place = Place::new();
    let told = place.ok(&format!("report --hours 24 --out one {NOW}"));
    assert!(told.out.contains("marked PUBLIC"), "{}", told.out);
    let written = files(&place.path("one"));
    let tables = "coverage sharing together simultaneous gaps cells looks watched quiet exposure custody crossing \
                  first_looks assets";
    for name in tables.split_whitespace() {
        let csv = &written[&format!("{name}.csv")];
        let header = csv.lines().next().unwrap();
        assert!(header.ends_with(",marking"), "{name}: {header}");
        assert!(csv.lines().skip(1).all(|line| line.ends_with(",PUBLIC")), "{name}");
        let rows: Vec<serde_json::Value> = serde_json::from_str(&written[&format!("{name}.json")]).unwrap();
        assert_eq!(rows.len(), csv.lines().count() - 1, "{name}");
    }
    let looks: Vec<serde_json::Value> = serde_json::from_str(&written["looks.json"]).unwrap();
    let by_night = looks.iter().filter(|row| {
        // At the peninsula's western edge the Sun sets at 10:03 UTC that day, at its eastern edge it rises at 20:53.
        let time = |column: &str| row[column].as_str().unwrap()[11..16].to_owned();
        let date = |column: &str| row[column].as_str().unwrap()[..10].to_owned();
        let is_dark = date("start") == date("end") && *"10:15" < *time("start") && *time("end") < *"20:45";
        row["region"] == "korea" && row["kind"] == "optical" && is_dark
    });
    let by_night: Vec<_> = by_night.collect();
    assert!(by_night.len() > 5 && by_night.iter().all(|row| row["usable"] == false && row["share_percent"] == 0.0));
    assert!(by_night.iter().all(|row| row["reach_percent"].as_f64().unwrap() > 0.0));
    let manifest: serde_json::Value = serde_json::from_str(&written["manifest.json"]).unwrap();
    assert_eq!((&manifest["element_sets"], &manifest["marking"]), (&79.into(), &"PUBLIC".into()));
    let listed = manifest["files"].as_array().unwrap().len() + manifest["inputs"].as_array().unwrap().len();
    assert_eq!(listed, written.len() - 1);

    let same = place.ok("verify one");
    assert!(same.out.starts_with("Same: "), "{}", same.out);
    let again = format!("report --hours 24 --out two {NOW}");
    place.ok(&again);
    assert_eq!(written, files(&place.path("two")), "the same bytes when it is made again");
}

/// Regions whose names are abbreviations stay so in sentences.
#[test]
fn abbreviations_keep_their_capitals() {
    let place = Place::new();
    place.ok(&format!("report --region rok --region dprk --hours 6 --out one {NOW}"));
    let page = files(&place.path("one"))["index.html"].replace('\u{a0}', " ");
    assert!(page.contains("look at ROK within") && page.contains("DPRK"));
    assert!(!page.contains("Rok") && !page.contains("Dprk"));
}

/// The risks in a report are those that `screen` gives, and they are made again from what stands in the report.
#[test]
fn the_risks_of_a_report_are_those_of_the_screening() {
    let place = Place::new();
    place.ok(&format!("report --hours 72 --out one {NOW}"));
    let screened =
        place.ok(&format!("screen --primaries allied --hours 72 --threshold-km 20 --format csv -q {NOW}")).rows();
    let key = |row: &BTreeMap<String, String>| {
        ["primary_id", "secondary_id", "tca", "pc", "pc_max", "verdict", "hbr_source", "covariance_source"]
            .map(|column| row[column].clone())
    };
    let mut screened: Vec<_> = screened.iter().map(key).collect();
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path("one/conjunctions.json")).unwrap()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), screened.len());
    assert!(screened.len() > 3);
    let text = std::fs::read_to_string(place.path("one/conjunctions.csv")).unwrap();
    screened.sort();
    for row in &screened {
        assert!(text.contains(&row[2]) && text.contains(&row[7]), "{row:?}");
        if !row[3].is_empty() {
            assert!(text.contains(&format!("{},foster-2d", row[3])), "{row:?}");
        }
    }
    let bodies = std::fs::read_to_string(place.path("one/inputs/hard_body.toml")).unwrap();
    let ids: std::collections::BTreeSet<&String> = screened.iter().flat_map(|row| [&row[0], &row[1]]).collect();
    assert_eq!(bodies.matches("[[object]]").count(), ids.len(), "the objects of conjunctions, no others");
    assert!(place.ok("verify one").out.starts_with("Same: "));
    // A radius that is changed changes the risks.
    let first = bodies.lines().find(|line| line.starts_with("radius_m")).unwrap();
    place.write("one/inputs/hard_body.toml", bodies.replace(first, "radius_m = 77.5"));
    let found = place.run("verify one");
    assert_eq!(found.code, 1);
    assert!(found.out.contains("conjunctions.csv line"), "{}", found.out);
}

/// A report about an outline of one's own carries it: it is verified where the file is no more.
#[test]
fn a_region_from_a_file_goes_with_the_report() {
    let place = Place::new();
    let ring = "[[[126,37],[128,37],[128,38],[126,38],[126,37]]]";
    place.write("area.geojson", format!("{{\"type\":\"Polygon\",\"coordinates\":{ring}}}"));
    place.ok(&format!("report --hours 6 --region area.geojson --site 37.5,127 --out one {NOW}"));
    std::fs::remove_file(place.path("area.geojson")).unwrap();
    assert!(place.ok("verify one").out.starts_with("Same: "));
}

#[test]
fn a_changed_figure_and_a_changed_input_are_found() {
    let place = Place::new();
    place.ok(&format!("report --hours 24 --out one {NOW}"));
    let sharing = std::fs::read_to_string(place.path("one/sharing.csv")).unwrap();
    let row = sharing.lines().nth(1).unwrap();
    let figure = row.rsplit(',').nth(1).unwrap();
    let wrong = format!("{:.4}", figure.parse::<f64>().unwrap() + 0.01);
    place.write("one/sharing.csv", sharing.replacen(figure, &wrong, 1));
    let found = place.run("verify one");
    assert_eq!(found.code, 1);
    assert!(found.out.contains("sharing.csv: changed since the report was made"), "{}", found.out);
    assert!(found.out.contains(&format!("sharing.csv line 2: {wrong}, made again {figure}")), "{}", found.out);

    place.ok(&format!("report --hours 24 --out one {NOW}"));
    let elements = std::fs::read_to_string(place.path("one/inputs/elements.csv")).unwrap();
    let without: Vec<&str> = elements.lines().filter(|line| !line.starts_with("ALOS-2,")).collect();
    place.write("one/inputs/elements.csv", without.join("\n"));
    let found = place.run("verify one --format json");
    assert_eq!(found.code, 1);
    let json: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    assert!(json["different"].as_u64().unwrap() > 10, "{json}");
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("mine")).unwrap();
    place.write("mine/thesis.txt", "years of work");
    let refused = place.run("report --out mine");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("holds something that is no report"), "{}", refused.err);
    assert_eq!(place.run("verify mine").code, 1);
    assert_eq!(std::fs::read_to_string(place.path("mine/thesis.txt")).unwrap(), "years of work");
}

/// A world in which one satellite is withheld from Japan: its roster row, and element sets that a person brought, those
/// of another satellite under another name. A radar on the ground is withheld too.
fn withholding(elements: &str, like: &str, name: &str, id: &str, sensor: &str, latitude_deg: f64) -> Place {
    let place = Place::new();
    let header = elements.lines().next().unwrap();
    let row = elements.lines().find(|line| line.starts_with(&format!("{like},"))).unwrap();
    let number = row.split(',').nth(11).unwrap();
    let row = row.replacen(like, name, 1).replacen(&format!(",{number},"), &format!(",{id},"), 1);
    place.write("public.csv", elements);
    place.write("own.csv", format!("{header}\n{row}\n"));
    place.write(
        "roster.toml",
        format!(
            "asset = [{{ norad_id = {id}, name = \"{name}\", nation = \"kr\", mission = \"sar\", \
             sensors = [\"{sensor}\"], release = \"REL USA, KOR\" }}]\n"
        ),
    );
    place.write(
        "sensors.toml",
        format!(
            "[[sensor]]\nname = \"{name} EYE\"\nnation = \"kr\"\nkind = \"radar\"\nlatitude_deg = {latitude_deg}\n\
             longitude_deg = 127.5\nfields = [{{ elevation_deg = [3, 90] }}]\nrange_km = [0, 4000]\n\
             source = \"own\"\nfigures = \"published\"\nrelease = \"REL USA, KOR\"\n"
        ),
    );
    place.write(
        "hard_body.toml",
        format!(
            "[[object]]\nnorad_id = {id}\nname = \"{name}\"\nradius_m = 9\nsource = \"own\"\n\
             [[class]]\nname = \"{like}\"\nradius_m = 11\nsource = \"{name}\"\n"
        ),
    );
    place.write(
        "c.toml",
        "[files]\nroster = [\"roster.toml\"]\nsensors = [\"sensors.toml\"]\nhard_body = [\"hard_body.toml\"]\n",
    );
    place.ok("import public.csv own.csv --db sky.db -q");
    place
}

/// Nothing that a recipient gets tells of a withheld asset: its report is byte for byte the same whatever was withheld,
/// and the one of a world that never had it but for the number of items withheld, which stands on the page and in the
/// manifest.
#[test]
fn what_is_withheld_leaves_no_trace() {
    let line = format!("report --for jpn --hours 24 --out out --db sky.db {NOW}");
    let elements = Place::new().ok("catalog --elements omm-csv -q").out;
    let heron = withholding(&elements, "KOMPSAT-5", "NIGHT HERON", "99001", "allied-sar", 37.0);
    let egret = withholding(&elements, "KOMPSAT-3", "GREY EGRET", "123456789", "allied-eo", 33.0);
    for place in [&heron, &egret] {
        place.ok(&format!("{line} --config c.toml"));
    }
    let theirs = files(&heron.path("out"));
    assert!(theirs.values().all(|text| !text.contains("HERON") && !text.contains("99001")));
    assert!(theirs["index.html"].contains("2\u{a0}items withheld"));
    assert!(theirs == files(&egret.path("out")), "what is withheld shows");

    let without = Place::new();
    without.write("public.csv", &elements);
    without.ok("import public.csv --db sky.db -q");
    without.ok(&line);
    let plain = files(&without.path("out"));
    assert_eq!(theirs.keys().collect::<Vec<_>>(), plain.keys().collect::<Vec<_>>());
    for (name, text) in plain.iter().filter(|(name, _)| !["index.html", "manifest.json"].contains(&name.as_str())) {
        assert!(theirs[name] == *text, "{name} tells of what is withheld");
    }

    // To Korea it may go: its figures are other ones, and the marking says to whom the whole may go.
    let told = heron.ok(&format!("{} --config c.toml", line.replace("jpn", "kor").replace("--out out", "--out kor")));
    assert!(told.out.contains("marked REL USA, KOR"), "{}", told.out);
    let korean = files(&heron.path("kor"));
    assert!(korean["assets.csv"].contains("NIGHT HERON") && korean["looks.csv"].contains("NIGHT HERON"));
    assert!(korean["coverage.csv"].lines().skip(1).all(|line| line.ends_with("\"REL USA, KOR\"")));
    assert!(korean["sharing.csv"] != plain["sharing.csv"] && korean["custody.csv"] != plain["custody.csv"]);
    assert!(korean["crossing.csv"].contains("NIGHT HERON EYE") && korean["inputs/sensors.toml"].contains("HERON"));
    assert!(korean["first_looks.csv"] != plain["first_looks.csv"]);
}

#[test]
fn exposure_and_quiet_fill_the_window() {
    let place = Place::new();
    let json = place.ok("exposure --site Seoul --hours 24 --least 0s --format json -q").json();
    let seconds = |rows: &serde_json::Value, wanted: &dyn Fn(&serde_json::Value) -> bool| -> f64 {
        rows.as_array().unwrap().iter().filter(|row| wanted(row)).map(|row| row["duration_s"].as_f64().unwrap()).sum()
    };
    let quiet_s = seconds(&json["quiet"], &|row| row["state"] == "quiet");
    let summary = &json["places"][0];
    assert!((quiet_s - summary["quiet_s"].as_f64().unwrap()).abs() < 0.1);
    assert!((quiet_s + summary["watched_s"].as_f64().unwrap() - 86_400.0).abs() < 0.01);
    assert!(summary["radar_windows"].as_u64().unwrap() > 0 && summary["optical_windows"].as_u64().unwrap() > 0);
    // Each name has its number, by which the catalogue knows the satellite.
    let named = place.ok("exposure --site Seoul --hours 24 --show watched --format csv -q").rows();
    let known: Vec<String> =
        place.ok("catalog --format csv").rows().iter().map(|row| row["norad_id"].clone()).collect();
    for row in &named {
        let ids: Vec<String> = row["watcher_ids"].split(", ").map(str::to_owned).collect();
        assert_eq!(ids.len(), row["watchers"].split(", ").count(), "{row:?}");
        assert!(ids.iter().all(|id| known.contains(id)), "{row:?}");
    }
    let standing = named.iter().find(|row| row["lane"] == "geostationary").unwrap();
    assert_eq!(standing["watcher_ids"], "41194", "{standing:?}");
    // Every lane that shortens a quiet window has its column, and each line says what it rests on.
    let table = place.ok("exposure --site Seoul").out;
    let head: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(head[..8], ["PLACE", "WATCHERS", "ASSETS", "OF", "RADAR", "OPTICAL", "OTHER", "GEO"]);
    let other = named.iter().filter(|row| row["lane"] == "other").count();
    let cells: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(cells[6], other.to_string());
    assert!(other > 0 && summary["assets"].as_u64() < summary["roster_assets"].as_u64());
}

/// North Korea's satellite has no elements here: nobody knows when it looks, so nothing is told to be quiet.
#[test]
fn nothing_is_quiet_where_nothing_is_known() {
    let place = Place::new();
    let line = "exposure --site Seoul --nation kp";
    let rows = place.ok(&format!("{line} --format csv")).rows();
    for column in ["watched_s", "quiet_s", "longest_quiet_s", "longest_quiet_start"] {
        assert_eq!(rows[0][column], "", "{column}");
    }
    assert_eq!(rows[0]["assets"], "0");
    assert_eq!(place.ok(&format!("{line} --show quiet --format csv")).rows().len(), 0);
    for show in ["summary", "quiet"] {
        let out = place.ok(&format!("{line} --show {show}")).out;
        assert!(out.contains("nothing is known to be quiet") && !out.contains("24h"), "{out}");
    }
}

/// What the report says of ground sensors is what `overflights` and `sensors` say of the same objects.
#[test]
fn custody_in_the_report_is_that_of_the_commands() {
    let place = Place::new();
    place.ok(&format!("report --hours 24 --out one {NOW}"));
    let rows = |name: &str| -> Vec<BTreeMap<String, serde_json::Value>> {
        serde_json::from_slice(&std::fs::read(place.path(&format!("one/{name}.json"))).unwrap()).unwrap()
    };
    let crossing = rows("crossing");
    let mut crossers: BTreeMap<String, String> = BTreeMap::new();
    for region in ["korea", "japan"] {
        for row in place.ok(&format!("overflights --region {region} --hours 24 --format csv -q {NOW}")).rows() {
            if !["us", "jp", "kr"].contains(&row["nation"].as_str()) {
                let first = crossers.entry(row["norad_id"].clone()).or_insert(row["start"].clone());
                *first = first.clone().min(row["start"].clone());
            }
        }
    }
    let listed: BTreeMap<String, String> = crossing
        .iter()
        .map(|row| (row["norad_id"].to_string(), row["crosses_start"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(listed, crossers);
    assert_eq!(crossing.len(), 3 * crossers.len(), "a row for each nation");
    let custody = rows("custody");
    assert_eq!(custody[6]["objects"].as_u64().unwrap() as usize, crossers.len());
    for (index, nation) in ["us", "jp", "kr"].into_iter().enumerate() {
        let with = crossing.iter().filter(|row| row["nation"] == nation && row["chances"] != 0).count();
        assert_eq!(custody[index]["observed"].as_u64().unwrap() as usize, with);
    }
    let check = |row: &BTreeMap<String, serde_json::Value>, until: &str| {
        let id = &row["norad_id"];
        let found = place.ok(&format!("sensors --sat {id} --hours 24 --format json -q {NOW}")).json();
        let own = found.as_array().unwrap().iter();
        let own: Vec<_> =
            own.filter(|one| one["nation"] == row["nation"] && one["start"].as_str().unwrap() < until).collect();
        assert_eq!(row["chances"].as_u64().unwrap() as usize, own.len(), "{id} {}", row["nation"]);
        let first = own.first().map_or(&serde_json::Value::Null, |one| &one["start"]);
        assert_eq!(&row["first_start"], first);
    };
    crossing.iter().step_by(17).for_each(|row| check(row, "9"));
    let looks = rows("first_looks");
    assert!(!looks.is_empty() && looks.len().is_multiple_of(6), "two objects and three nations for each event");
    looks.iter().step_by(7).for_each(|row| check(row, row["tca"].as_str().unwrap()));
}

/// Element sets of a file that may not go to a nation leave no trace in its report: neither a newer set of a public
/// object, nor an object of which there is no other, nor a name.
#[test]
fn a_file_with_a_marking_is_withheld_from_others() {
    let elements = Place::new().ok("catalog --elements omm-csv -q").out;
    let (header, rows) = elements.split_once('\n').unwrap();
    let row = |name: &str| rows.lines().find(|line| line.starts_with(&format!("{name},"))).unwrap();
    // A newer set and another name for one object, and an object of its own.
    let newer = row("KOMPSAT-5").replacen("KOMPSAT-5", "NIGHT HERON", 1);
    let epoch = newer.split(',').nth(2).unwrap().to_owned();
    let newer = newer.replacen(&epoch, "2026-09-06T23:00:00.000000", 1);
    let number = row("ALOS-2").split(',').nth(11).unwrap();
    let alone = row("ALOS-2").replacen("ALOS-2", "GREY EGRET", 1).replacen(&format!(",{number},"), ",99001,", 1);
    // The very set that is public too, under a longer name.
    let same = row("KOMPSAT-3").replacen("KOMPSAT-3", "KOMPSAT-3 BLACK STORK", 1);
    let own = format!("{header}\n{newer}\n{alone}\n{same}\n");
    let report = |place: &Place, nation: &str, out: &str| {
        place.ok(&format!("report --for {nation} --hours 12 --out {out} --db sky.db {NOW}"));
        files(&place.path(out))
    };
    let plain = Place::new();
    plain.write("public.csv", &elements);
    plain.ok("import public.csv --db sky.db -q");
    let without = report(&plain, "jpn", "out");
    // In either order.
    for order in [["public.csv", "own.csv"], ["own.csv", "public.csv"]] {
        let place = Place::new();
        place.write("public.csv", &elements);
        place.write("own.csv", &own);
        for file in order {
            let marking = if file == "own.csv" { vec!["--release", "REL USA, KOR"] } else { Vec::new() };
            assert_eq!(place.run_words(&[&["import", "--db", "sky.db", "-q", file], &marking[..]].concat()).code, 0);
        }
        let theirs = report(&place, "jpn", "out");
        for (name, text) in without.iter().filter(|(name, _)| !["index.html", "manifest.json"].contains(&name.as_str()))
        {
            assert!(theirs[name] == *text, "{name} tells of what is withheld, {order:?}");
        }
        for word in ["HERON", "EGRET", "STORK", "99001"] {
            assert!(theirs.values().all(|text| !text.contains(word)), "{word}, {order:?}");
        }
        assert!(theirs["index.html"].contains("1\u{a0}item withheld"));
        let korean = report(&place, "kor", "kor");
        assert!(korean["inputs/elements.csv"].contains("GREY EGRET"));
        assert!(korean["coverage.csv"].lines().skip(1).all(|line| line.ends_with("\"REL USA, KOR\"")));
        // Again without a marking nothing changes; taken away, all may have it.
        place.ok("import own.csv --db sky.db -q");
        assert!(!report(&place, "jpn", "out")["inputs/elements.csv"].contains("EGRET"));
        place.ok("import own.csv --release public --db sky.db -q");
        assert!(report(&place, "jpn", "out")["inputs/elements.csv"].contains("GREY EGRET"));
    }
    let place = Place::new();
    place.run("import --release secret own.csv").fails(2, "no release marking");
}

/// `geo` follows the satellites named, in every form, and refuses what is not near the belt.
#[test]
fn the_belt_is_answered_in_every_form() {
    let place = Place::new();
    let none = place.ok(&format!("geo {NOW}"));
    assert!(none.out.contains("No allied geostationary satellite of the roster has elements here"), "{}", none.out);
    // The bundled snapshot has one satellite in the belt: nobody is near it.
    let rows = place.ok(&format!("geo --sat 41194 --format csv -q {NOW}"));
    assert!(rows.out.starts_with("asset_id,asset_name,norad_id,"), "{}", rows.out);
    assert_eq!(rows.out.lines().count(), 1);
    place.ok(&format!("geo --sat GAOFEN-4 -q -o belt.svg {NOW}"));
    let svg = std::fs::read_to_string(place.path("belt.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("GAOFEN-4 at "), "{svg}");
    place.run("geo --sat ALOS-2").fails(1, "is not near the geostationary belt");
    place.run("geo --reach-deg 0").fails(2, "above 0 and at most 30");
}
