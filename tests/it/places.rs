//! The bundled snapshots, roster and sites, and the files that users lay over them.

mod regions;

use std::collections::{BTreeMap, BTreeSet};

use alliedsky::astro::elements::NoradId;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::feed::bundled;
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::place::Sites;
use alliedsky::ssa::roster::{ElementsPolicy, LookSide, Mission, Reach, Roster};

use crate::truth;

fn roster() -> Roster {
    let text = bundled::roster();
    Roster::parse(text.file, text.text).unwrap_or_else(|error| panic!("{error}"))
}

fn sites() -> Sites {
    let text = bundled::sites();
    Sites::parse(text.file, text.text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn snapshots_are_whole_and_have_their_clocks() {
    let mut names = Vec::new();
    for snapshot in bundled::snapshots() {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(snapshot.bytes), &mut text).unwrap();
        names.push((snapshot.name, text.lines().count() - 1, snapshot.clock.to_rfc3339()));
    }
    assert_eq!(
        names,
        [
            ("theatre", 79, "2026-09-07T00:00:00+00:00".to_owned()),
            ("catalogue", 979, "2018-01-21T00:00:00+00:00".to_owned())
        ]
    );
    assert_eq!(bundled::snapshot("Theatre").unwrap().file, "tle/theatre_20260906.csv.gz");
    assert!(bundled::snapshot("mars").unwrap_err().to_string().contains("expected theatre or catalogue"));
}

#[test]
fn every_satellite_of_the_theatre_has_a_nation() {
    let roster = roster();
    let snapshot = bundled::snapshot("theatre").unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(snapshot.bytes));
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let id: NoradId = row["NORAD_CAT_ID"].parse().unwrap();
        let asset = roster.by_id(id).unwrap_or_else(|| panic!("{id} {} is not in the roster", row["OBJECT_NAME"]));
        let bare = |name: &str| name.split(" (").next().unwrap_or(name).replace([' ', '-'], "");
        assert_eq!(bare(&asset.name), bare(&row["OBJECT_NAME"]), "{id}");
        *of.entry(asset.nation.alpha2()).or_default() += 1;
    }
    println!("of the theatre's snapshot: {of:?}");
    assert_eq!(of.values().sum::<usize>(), 79);
    assert_eq!((of["jp"], of["kr"]), (7, 7));
}

#[test]
fn the_roster_holds_what_the_allies_publish() {
    let roster = roster();
    let count = |nation| roster.of_nation(nation).count();
    for nation in roster.assets().iter().map(|asset| asset.nation).collect::<BTreeSet<_>>() {
        println!("{nation}: {}", count(nation));
    }
    let sensor = |id: u32| roster.by_id(NoradId::new(id).unwrap()).unwrap().sensors[0].clone();
    let kompsat5 = sensor(39227);
    assert_eq!(kompsat5.reach, Reach::OffNadir { min_deg: 18.3, max_deg: 49.0 });
    assert!(kompsat5.side_looking && !kompsat5.needs_daylight && !kompsat5.assumed);
    assert!(sensor(38338).needs_daylight && sensor(38338).assumed);
    for id in [58463, 59452, 62377, 63630, 66293, 69013, 47932, 66655, 58400, 25544, 39088, 41556] {
        assert!(roster.by_id(NoradId::new(id).unwrap()).is_some(), "{id}");
    }
    assert_eq!(roster.find("malligyong 1").unwrap().nation, Nation::Kp);
    assert_eq!(roster.find("25544").unwrap().mission, Mission::Crewed);
    let hidden = |nation| roster.of_nation(nation).filter(|a| a.elements == ElementsPolicy::NonePublished).count();
    assert_eq!((hidden(Nation::Jp), hidden(Nation::Kr)), (14, 0));
    assert_eq!(
        roster.find("KOMPSAT9").unwrap_err().to_string(),
        "unknown satellite \"KOMPSAT9\": did you mean KOMPSAT-2, KOMPSAT-3 or KOMPSAT-5?"
    );
    // Whoever takes pictures can be asked how far it sees, but for those nothing is known of.
    for asset in roster.assets().iter().filter(|asset| asset.mission.is_imaging() && asset.norad_id.is_some()) {
        assert!(!asset.sensors.is_empty(), "{}", asset.name);
    }
    assert!(roster.assets().iter().flat_map(|asset| &asset.sensors).all(|sensor| !sensor.source.is_empty()));
}

/// The off-nadir angles of ALOS-2 come from published incidence angles: sin η = R / (R + h) · sin θ (law of sines).
#[test]
fn alos_2_reach_follows_from_its_incidence_angles() {
    let roster = roster();
    let Reach::OffNadir { min_deg, max_deg } = roster.find("ALOS-2").unwrap().sensors[0].reach else { panic!() };
    let off_nadir = |incidence_deg: f64| (6371.0 / 6999.0 * incidence_deg.to_radians().sin()).asin().to_degrees();
    assert!((min_deg - off_nadir(8.0)).abs() < 0.05, "{}", off_nadir(8.0));
    assert!((max_deg - off_nadir(70.0)).abs() < 0.05, "{}", off_nadir(70.0));
}

/// Published pairs of height, half swath and angle: MODIS scans 55° to each side of 705 km and so 2330 km (NASA);
/// AVHRR 55.37° to each side of 833 km and so 2900 km (NOAA KLM guide).
#[test]
fn a_swath_has_the_angle_that_its_makers_publish() {
    for (height_km, width_km, angle_deg) in [(705.0, 2330.0, 55.0), (833.0, 2900.0, 55.37)] {
        let swath = Reach::Swath { near_km: 0.0, far_km: 0.5 * width_km };
        let (least_deg, greatest_deg) = swath.off_nadir_deg(height_km).unwrap();
        assert_eq!(least_deg, 0.0);
        assert!((greatest_deg - angle_deg).abs() < 0.3, "{greatest_deg}° for {angle_deg}°");
    }
    // Beyond the horizon: 64.8° from 670 km (sin η = R/(R + h)).
    let (_, edge_deg) = Reach::Swath { near_km: 0.0, far_km: 9000.0 }.off_nadir_deg(670.0).unwrap();
    assert!((edge_deg - (6371.0_f64 / 7041.0).asin().to_degrees()).abs() < 1e-9);
    assert_eq!(Reach::MinElevation { deg: 5.0 }.off_nadir_deg(700.0), None);
}

#[test]
fn a_sensor_has_a_side_a_strip_and_may_ignore_the_night() {
    let text = r#"
        asset = [
          { norad_id = 1, name = "X", nation = "kr", mission = "sar", sensors = ["beside", "below", "lights"] },
        ]
        [sensor.beside]
        kind = "sar"
        swath_km = 100
        swath_offset_km = 300
        side_looking = true
        look = "right"
        min_elevation_deg = 20
        assumed = true
        [sensor.below]
        kind = "eo"
        swath_km = 57
        needs_daylight = true
        source = "maker"
        [sensor.lights]
        kind = "eo"
        off_nadir_deg = [0, 30]
        ignore_night = true
        source = "maker"
    "#;
    let roster = Roster::parse("mine.toml", text).unwrap();
    let [beside, below, lights] = &roster.assets()[0].sensors[..] else { panic!() };
    assert_eq!((beside.reach, beside.look), (Reach::Swath { near_km: 250.0, far_km: 350.0 }, LookSide::Right));
    assert_eq!((beside.min_elevation_deg, beside.assumed), (Some(20.0), true));
    assert_eq!((below.reach, below.look), (Reach::Swath { near_km: 0.0, far_km: 28.5 }, LookSide::Both));
    assert!(below.needs_daylight && !below.ignores_night);
    assert!(lights.ignores_night && !lights.needs_daylight);
}

#[test]
fn a_users_roster_lies_over_the_bundled_one() {
    let base = roster();
    let text = r#"
        asset = [
          { norad_id = 38338, name = "KOMPSAT-3", nation = "KOR", mission = "eo", sensors = ["mine", "kompsat-5"] },
          { name = "nro imaging-satellites", norad_id = 99999, nation = "us", mission = "sar" },
          { name = "New one", nation = "jp", mission = "sar", elements = "none published" },
        ]
        [sensor.mine]
        kind = "eo"
        off_nadir_deg = [0, 20]
        source = "our own"
    "#;
    let merged = base.overlay("mine.toml", text).unwrap();
    assert_eq!(merged.assets().len(), base.assets().len() + 1);
    let mine = merged.find("KOMPSAT-3").unwrap();
    assert_eq!(mine.sensors[0].reach, Reach::OffNadir { min_deg: 0.0, max_deg: 20.0 });
    assert_eq!(mine.sensors[1].source, base.find("KOMPSAT-5").unwrap().sensors[0].source);
    assert_eq!(merged.by_id(NoradId::new(99999).unwrap()).unwrap().mission, Mission::Sar);
}

#[test]
fn a_mistake_in_a_roster_is_told_with_file_entry_and_field() {
    let asset = |fields: &str| format!("[[asset]]\nname = \"X\"\n{fields}\n");
    let sensor = |fields: &str| format!("[sensor.s]\n{fields}\n");
    let row = "nation = \"us\"\nmission = \"eo\"\n";
    let cases = [
        ("[[asset]]\nname = ".to_owned(), "the file"),
        ("[[aset]]\n".to_owned(), "aset: unknown key, expected asset or sensor"),
        (asset(&format!("{row}norad_id = 1\ncolour = 1")), "unknown field `colour`"),
        (asset(row), "norad_id is missing"),
        (asset(&format!("{row}norad_id = 0")), "norad_id: \"0\" is no catalogue number"),
        (asset("nation = \"zz\"\nmission = \"eo\"\nnorad_id = 1"), "\"zz\" is no nation"),
        (asset("nation = \"us\"\nmission = \"war\"\nnorad_id = 1"), "unknown variant `war`"),
        (asset(&format!("{row}norad_id = 1\nelements = \"some\"")), "elements = \"some\""),
        (asset(&format!("{row}norad_id = 1\nsensors = [\"s\"]")), "no [sensor.s] is defined"),
        (asset(&format!("{row}norad_id = 1")).repeat(2), "asset 2 (\"X\"): norad_id = 1 stands twice"),
        (sensor("kind = \"eo\"\nassumed = true"), "off_nadir_deg, swath_km or min_elevation_deg is missing"),
        (sensor("kind = \"eo\"\nswath_km = 0\nassumed = true"), "swath_km = 0 is outside"),
        (sensor("kind = \"eo\"\nswath_km = 9\noff_nadir_deg = [0, 1]\nassumed = true"), "the same in two ways"),
        (sensor("kind = \"eo\"\nswath_offset_km = 9\nmin_elevation_deg = 1\nassumed = true"), "without swath_km"),
        (sensor("kind = \"sar\"\nswath_km = 90\nswath_offset_km = 30\nassumed = true"), "lies there whole, at 45 or"),
        (sensor("kind = \"sar\"\nswath_km = 90\nlook = \"up\"\nassumed = true"), "unknown variant `up`"),
        (
            sensor("kind = \"sar\"\nswath_km = 90\nignore_night = true\nassumed = true"),
            "ignore_night is for a sensor of",
        ),
        (sensor("kind = \"eo\"\nswath_km = 90\nignore_night = true\nneeds_daylight = true\nassumed = true"), "ignore"),
        (sensor("kind = \"eo\"\noff_nadir_deg = [0, 30]"), "sensor.s: source is missing"),
        (sensor("kind = \"eo\"\noff_nadir_deg = [0, 91]\nassumed = true"), "off_nadir_deg[1] = 91 is outside 0 to 90"),
        (sensor("kind = \"eo\"\noff_nadir_deg = [0, nan]\nassumed = true"), "off_nadir_deg[1] = NaN is outside"),
        (sensor("kind = \"eo\"\noff_nadir_deg = [30, 20]\nassumed = true"), "the least angle must be the smaller"),
        (sensor("kind = \"eo\"\nmin_elevation_deg = -1\nassumed = true"), "min_elevation_deg = -1 is outside 0 to 90"),
    ];
    for (text, expected) in cases {
        let message = Roster::parse("mine.toml", &text).unwrap_err().to_string();
        assert!(message.starts_with("mine.toml: "), "{message}");
        assert!(message.contains(expected) && !message.contains('\n'), "{message:?} lacks {expected:?}");
    }
}

#[test]
fn nations_are_read_in_every_form() {
    for text in ["kr", "KR", "KOR", "kor", " Kor "] {
        assert_eq!(text.parse(), Ok(Nation::Kr));
    }
    assert_eq!((Nation::Us.alpha2(), Nation::Us.alpha3(), Nation::Kp.name()), ("us", "USA", "North Korea"));
    assert!("korea".parse::<Nation>().unwrap_err().to_string().contains("ISO 3166"));
    let owner = |code| Nation::from_satcat_owner(code).map(Nation::alpha2);
    assert_eq!(
        ["SKOR", "NKOR", "PRC", "CIS", "ESA", "ISS", "UK", "ROC", "ITSO"].map(owner),
        ["kr", "kp", "cn", "ru", "eu", "xx", "gb", "tw", "xx"].map(Some)
    );
    assert_eq!(["TBD", "CHBZ", ""].map(owner), [None; 3]);
    let distinct: BTreeSet<_> = Nation::ALL.iter().flat_map(|nation| [nation.alpha2(), nation.alpha3()]).collect();
    assert_eq!(distinct.len(), 2 * Nation::ALL.len());
    assert!(Nation::ALL.windows(2).all(|pair| pair[0].alpha2() < pair[1].alpha2()));
    for nation in Nation::ALL {
        assert_eq!(nation.alpha3().parse(), Ok(*nation));
    }
}

#[test]
fn nearly_every_owner_of_the_satellite_catalogue_is_known() {
    let Some(path) = truth::local("satcat/ads508_satcat_20250304.csv.gz") else { return };
    let rows = truth::table(&path);
    let unknown: BTreeSet<_> =
        rows.iter().map(|row| row.text("OWNER")).filter(|code| Nation::from_satcat_owner(code).is_none()).collect();
    println!("without a nation: {unknown:?}");
    let known = rows.iter().filter(|row| Nation::from_satcat_owner(row.text("OWNER")).is_some()).count();
    assert!(known as f64 > 0.98 * rows.len() as f64);
}

#[test]
fn sites_are_found_by_name_alias_and_position() {
    let sites = sites();
    let seoul = sites.find("SEOUL").unwrap();
    assert_eq!((seoul.latitude_deg, seoul.longitude_deg, seoul.nation), (37.5665, 126.978, Some(Nation::Kr)));
    assert_eq!(sites.find("pusan").unwrap().name, "Busan");
    assert_eq!(sites.find("osan").unwrap().name, "Osan AB");
    assert_eq!(sites.resolve("camp-humphreys").unwrap().latitude_deg, 36.9631);
    assert_eq!(sites.find("Seuol").unwrap_err().to_string(), "unknown site \"Seuol\": did you mean Seoul?");
    let point = sites.resolve("37.5, 187.25,120").unwrap();
    assert_eq!((point.latitude_deg, point.longitude_deg, point.altitude_m), (37.5, -172.75, 120.0));
    assert_eq!(point.geodetic(), Geodetic::new(37.5, -172.75, 0.12));
    for (text, expected) in [
        ("91,0", "latitude = 91 is outside -90 to 90"),
        ("0,361", "longitude = 361 is outside -180 to 360"),
        ("0,0,99999", "altitude = 99999 is outside"),
        ("NaN,0", "latitude = NaN is outside"),
        ("1,2,3,4", "4 numbers"),
        ("north,2", "\"north\" is no number"),
    ] {
        let message = sites.resolve(text).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("LAT,LON[,ALT_M]"), "{message}");
    }
}

#[test]
fn cities_stand_where_the_pass_tables_have_them() {
    let sites = sites();
    // From the settings of the pass tables: name, degrees north, degrees east.
    let expected = [
        ("Seoul", 37.5665, 126.978),
        ("Tokyo", 35.6762, 139.6503),
        ("Naha", 26.2124, 127.6809),
        ("Pyongyang", 39.0392, 125.7625),
        ("Sapporo", 43.0618, 141.3545),
    ];
    for (name, latitude_deg, longitude_deg) in expected {
        let site = sites.find(name).unwrap();
        assert!((site.latitude_deg - latitude_deg).abs() < 0.05, "{name}");
        assert!((site.longitude_deg - longitude_deg).abs() < 0.05, "{name}");
    }
}

#[test]
fn a_mistake_in_a_list_of_sites_is_told() {
    let site = |fields: &str| format!("[[site]]\nname = \"X\"\nkind = \"city\"\nassumed = true\n{fields}\n");
    for (text, expected) in [
        (site("latitude_deg = 91\nlongitude_deg = 0"), "site 1 (\"X\"): latitude_deg = 91 is outside"),
        (site("latitude_deg = 9"), "missing field `longitude_deg`"),
        (site("latitude_deg = 9\nlongitude_deg = 0\naltitude_km = 1"), "unknown field `altitude_km`"),
        (site("latitude_deg = 9\nlongitude_deg = 0").repeat(2), "site 2 (\"X\"): the name \"X\" stands twice"),
    ] {
        let message = Sites::parse("mine.toml", &text).unwrap_err().to_string();
        assert!(message.starts_with("mine.toml: ") && message.contains(expected), "{message}");
    }
    let over =
        sites().overlay("mine.toml", &site("latitude_deg = 9\nlongitude_deg = 0").replace('X', "seoul")).unwrap();
    assert_eq!((over.find("Seoul").unwrap().latitude_deg, over.all().len()), (9.0, sites().all().len()));
}

#[test]
fn a_roster_written_down_reads_the_same() {
    let mine = r#"
        asset = [
          { norad_id = 38338, name = "KOMPSAT-3", nation = "kr", mission = "eo", sensors = ["allied-eo"], release = "REL USA, KOR" },
          { norad_id = 99997, name = "Strip \"L\"", nation = "jp", mission = "sar", sensors = ["strip", "beside"], assumed = true },
        ]
        [sensor.allied-eo]
        kind = "eo"
        off_nadir_deg = [0, 12.5]
        ignore_night = true
        source = "own"
        [sensor.strip]
        kind = "eo"
        swath_km = 57.0
        needs_daylight = true
        source = "own"
        [sensor.beside]
        kind = "sar"
        swath_km = 30.0
        swath_offset_km = 250.0
        look = "left"
        min_elevation_deg = 15.0
        source = "own"
    "#;
    let roster = roster().overlay("mine.toml", mine).unwrap();
    let again = Roster::parse("again.toml", &roster.to_toml()).unwrap();
    assert_eq!(again.assets().len(), roster.assets().len());
    for (before, after) in roster.assets().iter().zip(again.assets()) {
        // A sensor's name may have changed, where two of one name differed.
        let mut after = after.clone();
        for (sensor, own) in after.sensors.iter_mut().zip(&before.sensors) {
            sensor.model.clone_from(&own.model);
        }
        assert_eq!(after, *before);
    }
}
