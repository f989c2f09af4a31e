//! From element sets in a database to events in it and on the command line.

use std::path::Path;

use alliedsky::app::watch::WatchAccount;
use alliedsky::app::{App, EopChoice, Setup};
use alliedsky::astro::elements::Elements;
use alliedsky::format::satcat::{ObjectType, SatcatEntry};
use alliedsky::format::write_omm_json;
use alliedsky::ssa::progress::silent;
use alliedsky::ssa::watch::event::{Kind, State};
use alliedsky::store::Store;
use alliedsky::store::catalogue::{SourceKind, SourceRecord};
use alliedsky::store::retention::Limits;
use alliedsky::store::watch::{StoredEvent, WatchFilter};
use assert_cmd::Command;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::changed;
use super::planted::{Noise, history, quiet_orbits};

const CLOCK: &str = "2018-03-01T00:00:00Z";

fn open(folder: &Path, now: &str) -> App {
    let setup = Setup {
        database: Some(folder.join("sky.db")),
        config: None,
        now: Some(now.parse().unwrap()),
        eop: EopChoice::None,
        create: true,
    };
    App::open(&setup).unwrap()
}

fn source(name: &str) -> SourceRecord {
    SourceRecord {
        kind: SourceKind::File,
        locator: name.to_owned(),
        sha256: name.to_owned(),
        fetched_at: CLOCK.parse().unwrap(),
        format: "omm-csv".to_owned(),
        release: None,
    }
}

fn import(app: &mut App, name: &str, sets: &[Elements]) {
    app.store.import_elements(&source(name), sets, 0, 0).unwrap();
}

fn look(app: &mut App) -> WatchAccount {
    app.watch(&silent).unwrap()
}

fn events(store: &Store) -> Vec<StoredEvent> {
    store.watch_events(&WatchFilter { withdrawn: true, ..WatchFilter::default() }).unwrap()
}

fn facts(set: &Elements, decay_date: Option<&str>) -> SatcatEntry {
    SatcatEntry {
        norad_id: set.norad_id,
        name: "SOMEBODY'S".to_owned(),
        object_id: set.object_id.clone(),
        object_type: ObjectType::Payload,
        ops_status: None,
        owner: "JPN".to_owned(),
        launch_date: None,
        launch_site: String::new(),
        decay_date: decay_date.map(|date| date.parse().unwrap()),
        period_min: None,
        inclination_deg: None,
        apogee_km: None,
        perigee_km: None,
        rcs_m2: None,
        rcs_size: None,
    }
}

#[test]
fn a_manoeuvre_is_one_event_however_often_it_is_looked_at() {
    let folder = TempDir::new().unwrap();
    let mut app = open(folder.path(), CLOCK);
    let start = &quiet_orbits(5)[2];
    let sets = history(start, (1.0, 0.0), &mut Noise(7));
    import(&mut app, "first", &sets[..22]);
    let account = look(&mut app);
    assert_eq!((account.judged, account.manoeuvres, account.new_objects, account.recorded.new), (1, 1, 0, 1));
    let first = events(&app.store);
    assert_eq!((first.len(), first[0].event.state), (1, State::Unconfirmed));

    // The same again: nothing to judge, and nothing changes.
    assert_eq!(look(&mut app), WatchAccount::default());
    drop(app);
    let mut app = open(folder.path(), "2018-03-02T00:00:00Z");
    import(&mut app, "again", &sets[..22]);
    assert_eq!(look(&mut app), WatchAccount::default());
    assert_eq!(events(&app.store), first);

    // The next set confirms it: the same event, changed.
    import(&mut app, "second", &sets[..23]);
    let account = look(&mut app);
    assert_eq!((account.recorded.new, account.recorded.changed, account.recorded.withdrawn), (0, 1, 0));
    let second = events(&app.store);
    assert_eq!((second[0].id, second[0].event.state, second.len()), (first[0].id, State::Confirmed, 1));
    assert_eq!(second[0].first_seen_at, CLOCK.parse::<DateTime<Utc>>().unwrap());
    assert!(second[0].updated_at > second[0].first_seen_at);
    assert_eq!(second[0].event.evidence["noise"], "own");

    // More quiet sets move the noise a little, but no other event appears.
    import(&mut app, "third", &sets);
    look(&mut app);
    assert_eq!(events(&app.store).len(), 1);

    // What has not changed for long goes.
    let mut forget = |day: &str| {
        let before = format!("{day}T00:00:00Z").parse().unwrap();
        let limits = Limits { element_sets: DateTime::UNIX_EPOCH, events: before, requests: DateTime::UNIX_EPOCH };
        app.store.forget(&limits, &|| false).unwrap().watch_events
    };
    assert_eq!(forget("2018-03-02"), 0);
    assert_eq!(forget("2018-03-03"), 1);
    assert!(events(&app.store).is_empty());
}

#[test]
fn a_jump_that_was_a_bad_set_is_withdrawn() {
    let folder = TempDir::new().unwrap();
    let mut app = open(folder.path(), CLOCK);
    let start = &quiet_orbits(5)[3];
    let mut sets = history(start, (0.0, 0.0), &mut Noise(8));
    sets[12] = changed(&sets[12], |fields| fields.mean_motion_rev_day *= 1.0 + 1e-4);
    import(&mut app, "first", &sets[..13]);
    assert_eq!(look(&mut app).manoeuvres, 1);
    import(&mut app, "second", &sets[..14]);
    let account = look(&mut app);
    assert_eq!((account.manoeuvres, account.outliers, account.recorded.withdrawn), (0, 1, 1));
    let kept = events(&app.store);
    assert_eq!((kept.len(), kept[0].event.state), (1, State::Withdrawn));
    assert!(app.store.watch_events(&WatchFilter::default()).unwrap().is_empty());
}

#[test]
fn new_objects_are_those_that_an_update_brings() {
    let folder = TempDir::new().unwrap();
    let mut app = open(folder.path(), CLOCK);
    let sets = quiet_orbits(60);
    let update: Vec<Elements> =
        sets[..42].iter().map(|set| changed(set, |fields| fields.element_set_no += 1)).collect();
    // The first filling, then the next state of the same with two more, then a group nobody knew.
    import(&mut app, "first", &sets[..40]);
    assert_eq!(look(&mut app).new_objects, 0);
    import(&mut app, "second", &update);
    assert_eq!(look(&mut app).new_objects, 2);
    import(&mut app, "another group", &sets[42..]);
    assert_eq!(look(&mut app).new_objects, 0);
    let found: Vec<_> = events(&app.store).into_iter().filter(|stored| stored.event.kind == Kind::New).collect();
    let mut ids: Vec<_> = found.iter().map(|stored| stored.event.subject.norad_id).collect();
    ids.sort();
    let mut expected = [sets[40].norad_id, sets[41].norad_id];
    expected.sort();
    assert_eq!(ids, expected);
    assert_eq!(
        (&found[0].event.evidence["source"], &found[0].event.evidence["new_in_source"]),
        (&"second".into(), &2.into())
    );

    // The owner is known as soon as the catalogue is.
    assert_eq!(found[0].event.subject.owner, "");
    let satcat = facts(&sets[40], None);
    app.store.import_satcat(&source("satcat"), &[satcat], 0, 0).unwrap();
    let filter = WatchFilter { sat: Some(sets[40].norad_id), ..WatchFilter::default() };
    let seen = app.store.watch_events(&filter).unwrap();
    assert_eq!((seen[0].event.subject.owner.as_str(), seen[0].event.subject.name.as_str()), ("JPN", "SOMEBODY'S"));
}

#[test]
fn all_at_once_tells_the_same_new_objects() {
    let folder = TempDir::new().unwrap();
    let mut app = open(folder.path(), CLOCK);
    let sets = quiet_orbits(42);
    let update: Vec<Elements> = sets.iter().map(|set| changed(set, |fields| fields.element_set_no += 1)).collect();
    import(&mut app, "first", &sets[..40]);
    import(&mut app, "second", &update);
    assert_eq!(look(&mut app).new_objects, 2);
}

/// A circular orbit at 200 km that has some ten days left.
fn falling() -> Elements {
    changed(&quiet_orbits(5)[0], |fields| {
        fields.mean_motion_rev_day = 16.27;
        fields.eccentricity = 0.0;
        fields.mean_motion_dot = 4.6e-3;
    })
}

#[test]
fn a_decay_is_foretold_then_overdue_then_dated() {
    let folder = TempDir::new().unwrap();
    let set = falling();
    let mut app = open(folder.path(), "2018-01-22T00:00:00Z");
    import(&mut app, "first", std::slice::from_ref(&set));
    assert_eq!(look(&mut app).decays, 1);
    let told = events(&app.store);
    assert_eq!((told[0].event.kind, told[0].event.state), (Kind::Decay, State::Predicted));
    assert!(told[0].event.earliest < Some(told[0].event.end) && Some(told[0].event.end) < told[0].event.latest);
    drop(app);

    let mut app = open(folder.path(), CLOCK);
    assert_eq!(look(&mut app).recorded.changed, 1);
    assert_eq!(events(&app.store)[0].event.state, State::Overdue);
    assert_eq!(look(&mut app), WatchAccount::default());

    app.store.import_satcat(&source("satcat"), &[facts(&set, Some("2018-01-30"))], 0, 0).unwrap();
    let account = look(&mut app);
    assert_eq!((account.decayed, account.decays, account.recorded.changed), (1, 0, 1));
    let ended = events(&app.store);
    assert_eq!((ended.len(), ended[0].id, ended[0].event.state), (1, told[0].id, State::Decayed));
    // What was foretold stays beside what came.
    assert_eq!((ended[0].event.earliest, ended[0].event.latest), (told[0].event.earliest, told[0].event.latest));
    assert_eq!(ended[0].event.end, "2018-01-30T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(
        (&ended[0].event.evidence["basis"], ended[0].event.evidence["perigee_km"].is_number()),
        (&"satcat".into(), true)
    );
    assert_eq!(look(&mut app), WatchAccount::default());
}

#[test]
fn long_gone_objects_are_not_told_of() {
    let folder = TempDir::new().unwrap();
    let mut app = open(folder.path(), CLOCK);
    let set = quiet_orbits(5).swap_remove(0);
    import(&mut app, "first", std::slice::from_ref(&set));
    // Decayed years after the newest set, and one without any set.
    let other = changed(&set, |fields| fields.norad_id = 60_000.try_into().unwrap());
    let satcat = [facts(&set, Some("2022-01-30")), facts(&other, Some("2018-01-30"))];
    app.store.import_satcat(&source("satcat"), &satcat, 0, 0).unwrap();
    assert_eq!(look(&mut app).decayed, 0);
    assert!(events(&app.store).is_empty());
}

fn program(folder: &Path, line: &str) -> (i32, String, String) {
    let output = Command::cargo_bin("alliedsky")
        .unwrap()
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .args(line.split_whitespace())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_line_tells_them() {
    let folder = TempDir::new().unwrap();
    let run = |line: &str| program(folder.path(), line);
    let start = &quiet_orbits(5)[2];
    let sets = history(start, (1.0, 0.0), &mut Noise(9));
    std::fs::write(folder.path().join("sets.json"), write_omm_json(&sets)).unwrap();
    let (code, _, told) = run("import sets.json --db sky.db");
    assert_eq!(code, 0, "{told}");

    let (code, _, told) = run("watch --db sky.db");
    assert_eq!(code, 1);
    assert!(told.contains("alliedsky watch --update"), "{told}");

    let (code, table, told) = run("watch --update --db sky.db");
    assert_eq!(code, 0, "{told}");
    assert!(table.contains("manoeuvre") && table.contains("confirmed") && table.contains("raising +1.0"), "{table}");
    assert!(table.contains("1 object with new element sets"), "{table}");

    let (_, rows, _) = run("watch --db sky.db --format csv --kind manoeuvre");
    assert!(rows.starts_with("norad_id,name,owner,kind,state,pattern,start,end,along_track_m_s,"), "{rows}");
    assert_eq!(rows.lines().count(), 2, "{rows}");
    let (_, objects, _) = run(&format!("watch --db sky.db --format json --sat {}", start.norad_id));
    let objects: serde_json::Value = serde_json::from_str(&objects).unwrap();
    assert_eq!(objects[0]["evidence"]["noise"], "own");
    assert!((objects[0]["along_track_m_s"].as_f64().unwrap() - 1.0).abs() < 0.05);
    for nothing in ["--kind decay", "--owner KOR", "--sat 1", "--since +1d"] {
        let (code, rows, _) = run(&format!("watch --db sky.db --format csv {nothing}"));
        assert_eq!((code, rows.lines().count()), (0, 1), "{nothing}: {rows}");
    }
}

#[test]
fn the_bundled_snapshot_is_looked_at_in_memory() {
    let folder = TempDir::new().unwrap();
    let (code, table, told) = program(folder.path(), "watch");
    assert_eq!(code, 0, "{told}");
    let words: Vec<&str> = table.split_whitespace().collect();
    assert!(words.join(" ").contains("79 with too few to compare"), "{table}");
}
