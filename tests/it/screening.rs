//! Screening against tables of all approaches, made by other programs.

mod bounds;
mod edges;
mod few;
mod invariance;
mod large;
mod planted;
mod reference;
mod scope;
mod slow;
mod trajectories;

use std::path::Path;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::time::Window;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::conjunction::screen::{ScreenRequest, Screening, screen};
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

use crate::truth;

/// The element sets of a file, through the project's reader.
fn sets(path: &Path) -> Vec<Elements> {
    let name = path.file_name().unwrap().to_string_lossy();
    read_elements(&name, &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap().elements
}

fn snapshot_2018() -> Vec<Elements> {
    sets(&truth::data("../../tle/catalogue_20180120.csv.gz"))
}

fn window(start: &str, seconds: i64) -> Window {
    Window::new(start.parse().unwrap(), TimeDelta::seconds(seconds))
}

fn screened(elements: &[Elements], window: Window, threshold_km: f64) -> Screening {
    screen(elements, &ScreenRequest::new(window, threshold_km), &silent).unwrap()
}

fn ids(conjunction: &Conjunction) -> (u32, u32) {
    (conjunction.primary_id.get(), conjunction.secondary_id.get())
}

fn of_kind(screening: &Screening, kind: Kind) -> Vec<&Conjunction> {
    screening.conjunctions.iter().filter(|conjunction| conjunction.kind == kind).collect()
}

/// An approach as a table gives it.
struct Expected {
    ids: (u32, u32),
    tca: DateTime<Utc>,
    miss_km: f64,
    rel_speed_km_s: f64,
    rtn_km: Option<Vector3<f64>>,
}

/// Seconds by which two ways of finding a TCA may differ: tables take the root of Δr·Δv with SGP4's velocity, which is
/// not exactly the derivative of its position, so the slower an approach the farther its least distance lies away.
fn tca_tolerance_s(rel_speed_km_s: f64) -> f64 {
    match rel_speed_km_s {
        fast if fast > 1.0 => 1e-3,
        middling if middling > 0.1 => 50e-3,
        _ => 0.5,
    }
}

/// Gravity gradient in low orbit, per second squared: relative acceleration of neighbours over their distance.
const RELATIVE_GRAVITY_S2: f64 = 2.6e-6;

fn seconds_between(a: DateTime<Utc>, b: DateTime<Utc>) -> f64 {
    (a - b).as_seconds_f64().abs()
}

/// Every expected approach is among the found ones, within the tolerances of the tables, and no other is.
fn assert_same(mut found: Vec<&Conjunction>, expected: &[Expected]) {
    let (mut worst_tca_s, mut worst_miss_km, mut worst_speed, mut worst_rtn_km) = (0f64, 0f64, 0f64, 0f64);
    for row in expected {
        let nearest = found
            .iter()
            .enumerate()
            .filter(|(_, conjunction)| ids(conjunction) == row.ids)
            .min_by(|a, b| seconds_between(a.1.tca, row.tca).total_cmp(&seconds_between(b.1.tca, row.tca)))
            .map(|(index, _)| index);
        let Some(index) = nearest else { panic!("not found: {:?} at {}, {} km", row.ids, row.tca, row.miss_km) };
        let conjunction = found.swap_remove(index);
        let off_s = seconds_between(conjunction.tca, row.tca);
        assert!(off_s <= tca_tolerance_s(row.rel_speed_km_s), "{:?} at {}: TCA off by {off_s} s", row.ids, row.tca);
        let miss_off_km = (conjunction.miss_km - row.miss_km).abs();
        assert!(miss_off_km <= 1e-3, "{:?} at {}: miss off by {miss_off_km} km", row.ids, row.tca);
        // Where the tables' TCA is another, speed and direction are those of another moment.
        let speed_off = (conjunction.rel_speed_km_s - row.rel_speed_km_s).abs();
        let speed_limit = 1e-6 + RELATIVE_GRAVITY_S2 * row.miss_km * off_s;
        assert!(speed_off <= speed_limit, "{:?} at {}: speed off by {speed_off} km/s", row.ids, row.tca);
        if let Some(rtn_km) = row.rtn_km {
            let off_km = (conjunction.miss_rtn_km - rtn_km).amax();
            let moved_km = if row.rel_speed_km_s > 0.1 { 0.0 } else { off_s * row.rel_speed_km_s };
            assert!(off_km <= 1e-3 + moved_km, "{:?} at {}: RTN off by {off_km} km", row.ids, row.tca);
            worst_rtn_km = worst_rtn_km.max(off_km);
        }
        worst_speed = worst_speed.max(speed_off);
        if row.rel_speed_km_s > 1.0 {
            worst_tca_s = worst_tca_s.max(off_s);
        }
        worst_miss_km = worst_miss_km.max(miss_off_km);
    }
    let extra: Vec<_> = found.iter().map(|c| (ids(c), c.tca, c.miss_km, c.rel_speed_km_s)).collect();
    assert!(extra.is_empty(), "not in the table: {extra:?}");
    println!(
        "{} rows; worst: TCA {worst_tca_s:.1e} s above 1 km/s, miss {worst_miss_km:.1e} km, speed {worst_speed:.1e} \
         km/s, RTN {worst_rtn_km:.1e} km",
        expected.len()
    );
}

fn rtn(row: &truth::Row) -> Vector3<f64> {
    Vector3::new(row.number("r_r_km"), row.number("r_t_km"), row.number("r_n_km"))
}

fn expected(row: &truth::Row) -> Expected {
    Expected {
        ids: (row.id("norad1"), row.id("norad2")),
        tca: row.time("tca_utc"),
        miss_km: row.number("miss_km"),
        rel_speed_km_s: row.number("relspeed_kms"),
        rtn_km: Some(rtn(row)),
    }
}

#[test]
fn every_approach_of_the_2018_snapshot() {
    let screening = screened(&snapshot_2018(), window("2018-01-21T00:00:00Z", 86_400), 10.0);
    let table = truth::table(&truth::data("conj/conjunctions_10km_24h.csv"));
    let of = |edge: &str| -> Vec<Expected> {
        table.iter().filter(|row| row.text("at_window_edge") == edge).map(expected).collect()
    };
    assert_same(of_kind(&screening, Kind::Encounter), &of("0"));
    assert_same(of_kind(&screening, Kind::Open), &of("1"));
    assert!(of_kind(&screening, Kind::Duplicate).is_empty());

    let unusable: Vec<u32> = screening.tally.unusable.keys().map(|id| id.get()).collect();
    assert_eq!(unusable, [24_794, 24_969, 41_939]);
    assert_eq!((screening.tally.objects, screening.tally.lost.len(), screening.tally.too_old), (979, 0, 0));
    assert_eq!(screening.tally.stale, stale_by_hand(&snapshot_2018()));
    assert!(screening.conjunctions.is_sorted_by_key(|conjunction| conjunction.tca));
}

fn stale_by_hand(elements: &[Elements]) -> usize {
    let start = "2018-01-21T00:00:00Z".parse().unwrap();
    elements.iter().filter(|e| ![24_794, 24_969, 41_939].contains(&e.norad_id.get()) && e.is_stale(start)).count()
}

#[test]
fn slow_companions_of_the_2018_snapshot_are_one_row_a_pair() {
    let window = window("2018-01-21T00:00:00Z", 86_400);
    let screening = screened(&snapshot_2018(), window, 10.0);
    let companions = of_kind(&screening, Kind::Companion);
    let table = truth::table(&truth::data("conj/slow_companions_24h.csv"));
    let expected: Vec<Expected> = table
        .iter()
        .map(|row| Expected {
            ids: (row.id("norad1"), row.id("norad2")),
            tca: row.time("tmin_utc"),
            miss_km: row.number("min_range_km"),
            rel_speed_km_s: row.number("relspeed_at_min_kms"),
            rtn_km: Some(rtn(row)),
        })
        .collect();
    assert_same(companions.clone(), &expected);
    for row in &table {
        let pair = (row.id("norad1"), row.id("norad2"));
        let companion = companions.iter().find(|conjunction| ids(conjunction) == pair).unwrap();
        let below_s: f64 = companion.spans.iter().map(|(start, end)| (*end - *start).as_seconds_f64()).sum();
        let off_s = (below_s - row.number("seconds_within_10km")).abs();
        // The table counts samples of 5 s: it is half a sample off, on average, at each end of each span.
        assert!(off_s <= 10.0, "{pair:?}: {below_s} s below 10 km, off by {off_s} s");
        assert!(companion.spans.iter().any(|&(start, end)| (start..=end).contains(&companion.tca)));
        assert!(companion.spans.windows(2).all(|spans| spans[0].1 < spans[1].0));
        assert!(companion.spans.iter().all(|&(start, end)| window.start <= start && start < end && end <= window.end));
        let fast = of_kind(&screening, Kind::Encounter).iter().filter(|conjunction| ids(conjunction) == pair).count();
        assert_eq!(fast, row.number("n_fast_minima_lt_10km") as usize, "{pair:?}");
    }
}

#[test]
fn iridium_33_and_cosmos_2251() {
    let sets = sets(&truth::data("historic/iridium33_cosmos2251_20090210.3le"));
    let screening = screened(&sets, window("2009-02-10T12:00:00Z", 8 * 3600), 5.0);
    let collision: DateTime<Utc> = "2009-02-10T16:55:59.8Z".parse().unwrap();
    let conjunction = screening.conjunctions.iter().min_by(|a, b| a.miss_km.total_cmp(&b.miss_km)).unwrap();
    assert_eq!((conjunction.kind, ids(conjunction)), (Kind::Encounter, (22_675, 24_946)));
    assert_eq!(&*conjunction.primary_name, "COSMOS 2251");
    assert_eq!(&*conjunction.secondary_name, "IRIDIUM 33");
    // What the table prints: to a tenth of a second, and two decimals.
    assert!(seconds_between(conjunction.tca, collision) <= 0.05, "{}", conjunction.tca);
    assert!((conjunction.miss_km - 0.70).abs() <= 0.005, "{}", conjunction.miss_km);
    assert!((conjunction.rel_speed_km_s - 11.65).abs() <= 0.005, "{}", conjunction.rel_speed_km_s);
}

#[test]
fn a_week_of_the_theatre() {
    let sets = sets(&truth::data("elements/theatre_20260906.tle"));
    let week = window("2026-09-07T00:00:00Z", 7 * 86_400);
    let near = screened(&sets, week, 10.0);
    assert_eq!(of_kind(&near, Kind::Encounter).len(), 28);
    let companions = of_kind(&near, Kind::Companion);
    assert_eq!(companions.len(), 1);
    assert_eq!(&*companions[0].primary_name, "TERRASAR-X");
    assert_eq!(&*companions[0].secondary_name, "TANDEM-X");
    assert_eq!(near.conjunctions.len(), 29);
    assert!(near.tally.unusable.is_empty() && near.tally.lost.is_empty());

    let wide = screened(&sets, week, 20.0);
    let faster = wide.conjunctions.iter().filter(|conjunction| conjunction.rel_speed_km_s > 0.010).count();
    assert_eq!(faster, 109);
}
