//! Release markings, and what a recipient gets.

use std::path::Path;

use alliedsky::config::Config;
use alliedsky::feed::bundled;
use alliedsky::ssa::ground_sensor::GroundSensors;
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::place::Sites;
use alliedsky::ssa::release::Release;
use alliedsky::ssa::roster::{Reach, Roster};

fn release(text: &str) -> Release {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn markings_are_read_and_written() {
    for text in ["REL USA, JPN, KOR", "rel to kor,jpn, usa", "REL us, jp, kr", " REL  KOR, USA, JPN "] {
        assert_eq!(release(text).marking(), "REL USA, JPN, KOR", "{text}");
    }
    assert_eq!((release("public"), release(" Public ")), (Release::Public, Release::default()));
    assert_eq!(Release::Public.marking(), "PUBLIC");
    assert_eq!(release(&release("REL AUS, USA").marking()), release("REL USA, AUS"));
    for (text, expected) in [
        ("secret", "\"secret\" is no release marking"),
        ("REL", "is no release marking"),
        ("RELUSA", "is no release marking"),
        ("REL USA, Mars", "\"MARS\" is no nation"),
        ("REL USA,,JPN", "is no nation"),
        ("", "is no release marking"),
    ] {
        let message = text.parse::<Release>().unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_marking_allows_its_nations_alone() {
    let to = release("REL USA, KOR");
    assert!(to.allows(Nation::Us) && to.allows(Nation::Kr) && !to.allows(Nation::Jp));
    assert!(Nation::ALL.iter().all(|nation| Release::Public.allows(*nation)));
}

#[test]
fn a_recipient_gets_what_is_released_and_the_public_entry_beneath() {
    let text = bundled::roster();
    let base = Roster::parse(text.file, text.text).unwrap();
    let mine = r#"
        asset = [
          { norad_id = 38338, name = "KOMPSAT-3", nation = "kr", mission = "eo", sensors = ["mine"], release = "REL KOR" },
          { norad_id = 99998, name = "Quiet", nation = "kr", mission = "sar", release = "REL USA, KOR" },
        ]
        [sensor.mine]
        kind = "eo"
        off_nadir_deg = [0, 44.5]
        source = "own"
    "#;
    let whole = base.overlay("mine.toml", mine).unwrap();
    let (for_kr, withheld) = whole.for_recipient(Nation::Kr);
    assert_eq!((for_kr.assets(), withheld), (whole.assets(), 0));
    let (for_us, withheld) = whole.for_recipient(Nation::Us);
    assert_eq!((for_us.assets().len(), withheld), (base.assets().len() + 1, 1));
    let (for_jp, withheld) = whole.for_recipient(Nation::Jp);
    assert_eq!(withheld, 2);
    assert_eq!(for_jp.assets(), base.assets(), "as if the file had never been read");
    assert!(for_jp.find("Quiet").is_err());
    assert!(!format!("{for_jp:?}").contains("44.5"), "nothing of a withheld sensor is left");
    let reach = |roster: &Roster| roster.find("38338").unwrap().sensors[0].reach;
    assert_eq!(reach(&for_kr), Reach::OffNadir { min_deg: 0.0, max_deg: 44.5 });
    assert_eq!(reach(&for_jp), reach(&base));

    let broken = mine.replace("REL KOR", "REL Mars");
    let message = base.overlay("mine.toml", &broken).unwrap_err().to_string();
    assert!(message.contains("asset 1 (\"KOMPSAT-3\")") && message.contains("no nation"), "{message}");
}

#[test]
fn sites_and_sensors_are_withheld_in_the_same_way() {
    let (text, own) = (bundled::sites(), bundled::sensors());
    let sites = Sites::parse(text.file, text.text).unwrap();
    let mine = r#"
        site = [
          { name = "Seoul", latitude_deg = 37.1, longitude_deg = 127, kind = "city", assumed = true, release = "REL KOR" },
          { name = "Hidden", latitude_deg = 36.1, longitude_deg = 127, kind = "base", assumed = true, release = "REL KOR" },
        ]
    "#;
    let (for_jp, withheld) = sites.overlay("mine.toml", mine).unwrap().for_recipient(Nation::Jp);
    assert_eq!((withheld, for_jp.all()), (2, sites.all()), "in the same order");

    let sensors = GroundSensors::parse(own.file, own.text).unwrap();
    let mine = r#"
        [[sensor]]
        name = "ROKAF EOSS"
        nation = "kr"
        kind = "telescope"
        latitude_deg = 36.2
        longitude_deg = 127
        fields = [{ elevation_deg = [7, 90] }]
        range_km = [0, 5000]
        source = "own"
        figures = "published"
        release = "REL USA, KOR"
    "#;
    let whole = sensors.overlay("mine.toml", mine).unwrap();
    let (for_us, withheld) = whole.for_recipient(Nation::Us);
    assert_eq!((withheld, for_us.all()), (0, whole.all()));
    let (for_jp, withheld) = whole.for_recipient(Nation::Jp);
    assert_eq!((withheld, for_jp.all()), (1, sensors.all()));
}

#[test]
fn sources_carry_markings_in_the_configuration() {
    let config = |text: &str| Config::parse(Path::new("/c.toml"), text);
    let own = config("[space_track]\nrelease = \"REL USA, KOR\"\n[inbox]\nrelease = \"REL KOR\"").unwrap();
    assert_eq!(own.space_track.release.marking(), "REL USA, KOR");
    assert_eq!((own.inbox.release.marking().as_str(), own.celestrak.release), ("REL KOR", Release::Public));
    let message = config("[inbox]\nrelease = \"secret\"").unwrap_err().to_string();
    assert!(message.contains("line 2") && message.contains("no release marking"), "{message}");
}
