//! Housekeeping over months: the database stays small, and nothing goes that the present needs.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use alliedsky::app::task::Task;
use alliedsky::app::{App, EopChoice, Setup};
use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::frame::State;
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::overflight::{Daylight, Overflight};
use alliedsky::ssa::pass::Pass;
use alliedsky::ssa::progress::silent;
use alliedsky::store::catalogue::CatalogueFilter;
use alliedsky::store::coverage::CoverageRecord;
use alliedsky::store::events::Events;
use alliedsky::store::retention::KEPT_SETS;
use alliedsky::store::runs::{NewRun, RunKind};
use alliedsky::store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;
use serde_json::json;

use crate::backup::{set, source};

const OBJECTS: u32 = 300;
const UPDATES_A_DAY: i64 = 3;
const CONJUNCTIONS: u32 = 50;
const OVERFLIGHTS: u32 = 200;
const PASSES: u32 = 100;
const REGIONS: u32 = 7;

fn beginning() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// An application on the folder's database whose clock stands at a time.
fn app(folder: &Path, now: DateTime<Utc>, retention: &str) -> App {
    let config = folder.join("alliedsky.toml");
    std::fs::write(&config, format!("[retention]\n{retention}")).unwrap();
    let setup = Setup {
        database: Some(folder.join("sky.db")),
        config: Some(config),
        now: Some(now),
        eop: EopChoice::None,
        create: true,
    };
    App::open(&setup).unwrap()
}

/// One catalogue, `update` since the beginning.
fn take(store: &mut Store, update: i64, objects: u32) -> Vec<Elements> {
    let epoch = beginning() + TimeDelta::hours(update * 24 / UPDATES_A_DAY);
    let sets: Vec<Elements> = (1..=objects).map(|id| set(id, epoch + TimeDelta::milliseconds(i64::from(id)))).collect();
    store.import_elements(&source(&update.to_string(), epoch), &sets, 0, 0).unwrap();
    sets
}

fn id(number: u32) -> NoradId {
    NoradId::new(number).unwrap()
}

fn conjunction(number: u32, tca: DateTime<Utc>) -> Conjunction {
    let state = || State::new(Vector3::new(7000.0, 1.0 / 3.0, 2.0), Vector3::new(0.1, 7.5, 1.0));
    Conjunction {
        primary_id: id(number),
        primary_name: format!("OBJECT {number}").into(),
        secondary_id: id(number + 1),
        secondary_name: format!("OBJECT {}", number + 1).into(),
        kind: Kind::Encounter,
        tca,
        miss_km: 3.0,
        rel_speed_km_s: 14.0,
        miss_rtn_km: Vector3::new(1.0, 2.0, 2.0),
        primary_age_days: 0.5,
        secondary_age_days: 0.5,
        primary_stale: false,
        secondary_stale: false,
        primary_state: state(),
        secondary_state: state(),
        spans: Vec::new(),
        assessment: None,
    }
}

fn overflight(number: u32, start: DateTime<Utc>) -> Overflight {
    Overflight {
        norad_id: id(number % OBJECTS + 1),
        name: format!("OBJECT {}", number % OBJECTS + 1),
        region: "korea".to_owned(),
        start,
        end: start + TimeDelta::minutes(3),
        nearest_km: 0.0,
        ascending: true,
        daylight: Daylight::Night,
        open_start: false,
        open_end: false,
        age_days: 0.7,
        stale: false,
        timing_error_s: Some(0.25),
    }
}

fn pass(number: u32, aos: DateTime<Utc>) -> Pass {
    Pass {
        norad_id: id(number % OBJECTS + 1),
        name: format!("OBJECT {}", number % OBJECTS + 1),
        site: "Osan".to_owned(),
        aos,
        aos_azimuth_deg: 10.0,
        tca: aos + TimeDelta::minutes(5),
        max_elevation_deg: 60.0,
        tca_azimuth_deg: 90.0,
        los: aos + TimeDelta::minutes(10),
        los_azimuth_deg: 170.0,
        min_range_km: 500.0,
        lit_fraction: 1.0,
        sun_elevation_deg: -20.0,
        open_start: false,
        open_end: false,
        culminations: 1,
        age_days: 0.5,
        stale: false,
        timing_error_s: Some(0.25),
    }
}

/// What the tasks of one day write: events of the day that begins, and the coverage of its week.
fn work(store: &mut Store, day: DateTime<Utc>) {
    let spread = |count: u32| {
        (0..count).map(move |index| (index + 1, day + TimeDelta::seconds(i64::from(index) * 80_000 / i64::from(count))))
    };
    let conjunctions: Vec<_> = spread(CONJUNCTIONS).map(|(number, tca)| conjunction(number, tca)).collect();
    let overflights: Vec<_> = spread(OVERFLIGHTS).map(|(number, start)| overflight(number, start)).collect();
    let passes: Vec<_> = spread(PASSES).map(|(number, aos)| pass(number, aos)).collect();
    let coverage: Vec<_> = (0..REGIONS)
        .map(|region| CoverageRecord {
            region: format!("region {region}"),
            nations: "us+jp+kr".to_owned(),
            assets: 30,
            time_percent: 10.0,
            area_percent: 90.0,
            cell_time_percent: 1.0,
            accesses: 100,
            mean_gap_s: Some(1000.0),
            longest_gap_s: Some(9000.0),
            detail: json!({ "gaps": vec!["2026-01-01T00:00:00.000000Z"; 20] }),
        })
        .collect();
    let mut record = |kind, parameters, events: &Events<'_>| {
        let window = Window::new(day, TimeDelta::days(1));
        let run = store.begin_run(&NewRun { kind, started_at: day, clock: day, window, parameters }).unwrap();
        store.record_run(run, day, &json!({}), events).unwrap();
    };
    record(
        RunKind::Screening,
        json!({ "threshold_km": 10.0 }),
        &Events { conjunctions: &conjunctions, ..Events::default() },
    );
    record(
        RunKind::Overflights,
        json!({ "regions": ["korea"], "sites": ["Osan"] }),
        &Events { overflights: &overflights, passes: &passes, ..Events::default() },
    );
    record(RunKind::Coverage, json!({}), &Events { coverage: &coverage, ..Events::default() });
}

/// The greatest length of a file while something is done.
fn largest<T>(path: &Path, work: impl FnOnce() -> T) -> (T, u64) {
    let (stop, largest) = (AtomicBool::new(false), AtomicU64::new(0));
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
                largest.fetch_max(length, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let answer = work();
        stop.store(true, Ordering::Relaxed);
        answer
    });
    (answer, largest.into_inner())
}

fn count(path: &Path, sql: &str) -> usize {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize
}

/// 90 days of a catalogue of 300 objects with three sets a day each, 30 days of element sets and 40 of events kept.
///
/// The bound: a set takes 290 bytes with its entries in the indices (the public catalogue, three snapshots) and 330
/// where pages have been emptied and filled again; a conjunction with its history 1000, an overflight 250, a pass 320,
/// a day of coverage 7 lines of 800, three runs 500 each. One day more than is kept stands there before the upkeep of
/// the day, and a quarter of the file may be free.
#[test]
fn ninety_days_stay_below_the_bound_and_lose_nothing_that_counts() {
    const DAYS: i64 = 90;
    const SETS_DAYS: i64 = 30;
    const EVENTS_DAYS: i64 = 40;
    const A_SET: i64 = 330;
    let a_day_of_events = i64::from(CONJUNCTIONS) * 1000
        + i64::from(OVERFLIGHTS) * 250
        + i64::from(PASSES) * 320
        + i64::from(REGIONS) * 800
        + 3 * 500;
    let sets = i64::from(OBJECTS) * UPDATES_A_DAY * (SETS_DAYS + 1);
    let bound = ((sets * A_SET + (EVENTS_DAYS + 1) * a_day_of_events) as f64 / 0.75) as u64 + (1 << 20);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.db");
    let log = folder.path().join("sky.db-wal");
    let retention = format!("element_sets_days = {SETS_DAYS}\nevents_days = {EVENTS_DAYS}\n");
    let ((), largest_log) = largest(&log, || {
        for day in 0..DAYS {
            let now = beginning() + TimeDelta::days(day);
            let mut app = app(folder.path(), now + TimeDelta::hours(20), &retention);
            let mut current = Vec::new();
            for update in 0..UPDATES_A_DAY {
                current = take(&mut app.store, day * UPDATES_A_DAY + update, OBJECTS);
            }
            work(&mut app.store, now);
            let account = app.perform(Task::Upkeep, &silent).unwrap();
            if day == 60 {
                // Ten years ahead, as a clock without a battery may be: nothing is older for it but by the week that
                // data may be behind.
                let before = app.store.status().unwrap().counts;
                app.now = Some(now + TimeDelta::days(3650));
                app.perform(Task::Upkeep, &silent).unwrap();
                let after = app.store.status().unwrap().counts;
                let week = 7 * OBJECTS as usize * UPDATES_A_DAY as usize;
                assert!(before.element_sets - after.element_sets <= week, "{before:?} {after:?}");
                app.now = Some("1970-01-01T00:00:00Z".parse().unwrap());
                app.perform(Task::Upkeep, &silent).unwrap();
                assert_eq!(app.store.status().unwrap().counts, after);
            }
            let held: Vec<Elements> = app
                .store
                .current_elements(&CatalogueFilter::default())
                .unwrap()
                .into_iter()
                .map(|entry| entry.elements)
                .collect();
            assert_eq!(held, current, "day {day}");
            let size = std::fs::metadata(&path).unwrap().len();
            assert!(size < bound, "day {day}: {size} of {bound} bytes: {account:?}");
            assert_eq!(std::fs::metadata(&log).map_or(0, |log| log.len()), 0, "the log is moved after each task");
        }
    });
    assert!(largest_log > 0 && largest_log < 64 << 20, "{largest_log}");
    let store = Store::open(&path).unwrap();
    store.integrity().unwrap();
    let counts = store.status().unwrap().counts;
    let size = std::fs::metadata(&path).unwrap().len();
    println!("{size} of {bound} bytes, log at most {largest_log} bytes; {counts:?}");
    drop(store);

    // What is kept is exactly what is young enough, by a query of its own.
    let last = beginning() + TimeDelta::days(DAYS - 1) + TimeDelta::hours(20);
    let kept = |count: u32, length: TimeDelta, days: i64| -> usize {
        let limit = last - TimeDelta::days(days);
        let over = (0..DAYS).flat_map(|day| {
            (0..count).map(move |index| {
                beginning()
                    + TimeDelta::days(day)
                    + TimeDelta::seconds(i64::from(index) * 80_000 / i64::from(count))
                    + length
            })
        });
        over.filter(|over| *over >= limit).count()
    };
    assert_eq!(counts.overflights, kept(OVERFLIGHTS, TimeDelta::minutes(3), EVENTS_DAYS));
    assert_eq!(counts.passes, kept(PASSES, TimeDelta::minutes(10), EVENTS_DAYS));
    assert_eq!(counts.conjunctions, kept(CONJUNCTIONS, TimeDelta::zero(), EVENTS_DAYS));
    assert_eq!(
        count(
            &path,
            "SELECT count(*) FROM conjunction_history WHERE conjunction_id NOT IN (SELECT id FROM conjunction)"
        ),
        0
    );
    let young = (0..DAYS * UPDATES_A_DAY)
        .filter(|update| beginning() + TimeDelta::hours(update * 8) >= last - TimeDelta::days(SETS_DAYS));
    assert_eq!(counts.element_sets, young.count() * OBJECTS as usize);
    assert!(counts.runs <= 3 * (EVENTS_DAYS as usize + 2), "{counts:?}");
    // As many sources as still have a set, and the last.
    assert_eq!(counts.sources, counts.element_sets / OBJECTS as usize);
}

#[test]
fn an_object_that_nobody_tracks_any_more_keeps_its_newest_sets() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = app(folder.path(), beginning() + TimeDelta::days(200), "");
    for update in 0..30 {
        take(&mut app.store, update, 2);
    }
    // One of the two goes on for half a year.
    let late = beginning() + TimeDelta::days(199);
    app.store.import_elements(&source("late", late), &[set(1, late)], 0, 0).unwrap();
    app.perform(Task::Upkeep, &silent).unwrap();
    for object in [1, 2] {
        let history = app.store.history(id(object)).unwrap();
        assert_eq!(history.len(), KEPT_SETS, "{object}");
        assert!(history.is_sorted_by(|a, b| a.0.epoch > b.0.epoch));
    }
    assert_eq!(app.store.history(id(1)).unwrap()[0].0.epoch, late);
    assert_eq!(app.store.current_elements(&CatalogueFilter::default()).unwrap().len(), 2);
}

#[test]
fn beyond_its_greatest_size_the_oldest_history_goes_first_and_the_disk_gets_it_back() {
    const MOST: u64 = 3 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.db");
    let updates = 150;
    let mut app = app(folder.path(), beginning() + TimeDelta::hours(8 * updates), "");
    for update in 0..updates {
        take(&mut app.store, update, 100);
    }
    app.store.checkpoint().unwrap();
    let before = std::fs::metadata(&path).unwrap().len();
    assert!(before > MOST, "{before}");
    app.perform(Task::Upkeep, &silent).unwrap();
    assert_eq!(app.store.history(id(7)).unwrap().len(), updates as usize, "50 days are within 60");
    app.config.retention.max_database_mib = 3;
    let account = app.perform(Task::Upkeep, &silent).unwrap();
    assert!(account.summary.contains("for the size only"), "{}", account.summary);
    let after = std::fs::metadata(&path).unwrap().len();
    assert!(after < MOST, "{before} {after}");
    for object in [1, 50, 100] {
        let history = app.store.history(id(object)).unwrap();
        assert!((KEPT_SETS..updates as usize).contains(&history.len()), "{}", history.len());
        // The newest are there without a gap.
        for (index, (set, _)) in history.iter().enumerate() {
            let update = updates - 1 - index as i64;
            let epoch = beginning() + TimeDelta::hours(8 * update) + TimeDelta::milliseconds(i64::from(object));
            assert_eq!(set.epoch, epoch);
        }
    }
    // What is current alone may be too large: it stays, and that is said.
    app.config.retention.max_database_mib = 0;
    let account = app.perform(Task::Upkeep, &silent).unwrap();
    assert!(account.summary.contains("larger than retention.max_database_mib"), "{}", account.summary);
    assert_eq!(app.store.current_elements(&CatalogueFilter::default()).unwrap().len(), 100);
    app.store.integrity().unwrap();
}

#[test]
fn nothing_goes_from_a_damaged_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.db");
    let mut first = app(folder.path(), beginning() + TimeDelta::days(400), "");
    for update in 0..30 {
        take(&mut first.store, update, 200);
    }
    first.store.checkpoint().unwrap();
    drop(first);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xFF);
    std::fs::write(&path, &bytes).unwrap();
    let mut app = app(folder.path(), beginning() + TimeDelta::days(400), "");
    let error = app.perform(Task::Upkeep, &silent).unwrap_err();
    assert!(format!("{error:#}").contains("alliedsky restore"), "{error:#}");
    let store_error = error.downcast_ref::<StoreError>();
    assert!(matches!(store_error, Some(StoreError::Damaged { .. } | StoreError::Sqlite { .. })), "{store_error:?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}
