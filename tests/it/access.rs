//! Accesses of sensors to points against the truth tables of `tests/data/coverage`.

use std::collections::BTreeMap;

use alliedsky::astro::crossing::{Interval, Track};
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::ssa::access::{Constraint, Nearby, accesses};
use alliedsky::ssa::place::EnclosingCap;
use chrono::TimeDelta;

use crate::sets;
use crate::truth::{self, Row};

const IDS: [u32; 6] = [25544, 33591, 39766, 31598, 25485, 41328];

fn window() -> Window {
    Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(2))
}

/// A cap that holds the grid of the table: 30..46 N, 122..146 E.
fn cap() -> EnclosingCap {
    let up = Geodetic::new(38.0, 134.0, 0.0).up();
    let corners = [(30.0, 122.0), (30.0, 146.0), (46.0, 122.0), (46.0, 146.0)];
    let radius_rad = corners.iter().map(|&(lat, lon)| Geodetic::new(lat, lon, 0.0).up().angle(&up)).fold(0.0, f64::max);
    EnclosingCap { up, radius_rad }
}

/// Every access of the table and no other, searched inside the spans in which the satellite reaches the grid at all.
fn compare(table: &str, constraint: Constraint) {
    let rows = truth::table(&truth::data(table));
    let whole = Span::new(0.0, window().seconds());
    let mut by_key: BTreeMap<(u32, u32, u32), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        by_key.entry((row.id("norad"), row.id("lat"), row.id("lon"))).or_default().push(row);
    }
    let (mut seen, mut worst_s) = (0, 0.0f64);
    for elements in sets::chosen_2018(&IDS) {
        let propagator = Propagator::new(&elements).unwrap();
        let track = Track::new(&propagator, window(), &sets::level);
        let near = Nearby::new(&track, &cap(), &constraint, whole).unwrap();
        let share = near.spans().seconds() / whole.seconds();
        println!("{}: near the grid {:.1} % of the window", elements.norad_id, share * 100.0);
        for lat in (30..=46).step_by(2) {
            for lon in (122..=146).step_by(2) {
                let point = Station::new(Geodetic::new(f64::from(lat), f64::from(lon), 0.0));
                let scan = accesses(&track, &point, &constraint, &near.spans_of(&point.up)).unwrap();
                assert!(scan.lost.is_none());
                let expected = by_key.remove(&(elements.norad_id.get(), lat, lon)).unwrap_or_default();
                assert_eq!(scan.intervals.len(), expected.len(), "{} at {lat}, {lon}", elements.norad_id);
                for (interval, row) in scan.intervals.iter().zip(expected) {
                    worst_s = worst_s.max(off_s(interval, row));
                    seen += 1;
                }
            }
        }
    }
    assert_eq!(seen, rows.len());
    println!("{seen} accesses, times within {worst_s:e} s");
    assert!(worst_s < 1e-3);
}

fn off_s(interval: &Interval, row: &Row) -> f64 {
    assert_eq!(interval.open_start, row.text("start_clipped") == "1");
    assert_eq!(interval.open_end, row.text("stop_clipped") == "1");
    let start_off_s = (interval.span.start_s - row.number("start_s")).abs();
    start_off_s.max((interval.span.end_s - row.number("stop_s")).abs())
}

#[test]
fn accesses_above_twenty_degrees() {
    compare("coverage/accesses_EL20.csv.gz", Constraint { min_elevation_deg: 20.0, off_nadir_deg: None });
}

#[test]
fn accesses_in_a_cone_of_thirty_degrees() {
    compare("coverage/accesses_CONE30.csv.gz", Constraint { min_elevation_deg: 0.0, off_nadir_deg: Some((0.0, 30.0)) });
}

/// A side-looking sensor's accesses and those of its blind middle make up the full cone's, without a gap.
#[test]
fn an_annulus_and_its_middle_make_the_cone() {
    let whole = SpanSet::from_spans(vec![Span::new(0.0, window().seconds())]);
    for elements in sets::chosen_2018(&IDS) {
        let propagator = Propagator::new(&elements).unwrap();
        let track = Track::new(&propagator, window(), &sets::level);
        let point = Station::new(Geodetic::new(37.5665, 126.978, 0.038));
        let spans = |off_nadir_deg| {
            let constraint = Constraint { min_elevation_deg: 5.0, off_nadir_deg: Some(off_nadir_deg) };
            let scan = accesses(&track, &point, &constraint, &whole).unwrap();
            SpanSet::from_spans(scan.intervals.iter().map(|interval| interval.span).collect())
        };
        let (cone, middle, annulus) = (spans((0.0, 45.0)), spans((0.0, 20.0)), spans((20.0, 45.0)));
        assert!(!cone.is_empty());
        assert!(middle.intersection(&annulus).seconds() < 1e-5);
        assert!((middle.seconds() + annulus.seconds() - cone.seconds()).abs() < 1e-5);
    }
}

/// The large table: ten satellites over 391 points for three days, without the pruning of the other tests.
#[test]
fn accesses_of_the_large_table() {
    let (Some(table), Some(tles)) = (truth::local("coverage/accesses_EL20.csv.gz"), truth::local("passes/tles.txt"))
    else {
        return;
    };
    let window = Window::new("2025-04-24T00:00:00Z".parse().unwrap(), TimeDelta::days(3));
    let whole = SpanSet::from_spans(vec![Span::new(0.0, window.seconds())]);
    let rows = truth::table(&table);
    let mut by_key: BTreeMap<(u32, String, String), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        by_key.entry((row.id("norad"), row.text("lat").to_owned(), row.text("lon").to_owned())).or_default().push(row);
    }
    let objects = sets::of_file(&tles);
    let (mut seen, mut worst_s) = (0, 0.0f64);
    for ((norad, lat, lon), expected) in by_key {
        let elements = objects.iter().find(|elements| elements.norad_id.get() == norad).unwrap();
        let propagator = Propagator::new(elements).unwrap();
        let track = Track::new(&propagator, window, &sets::level);
        let point = Station::new(Geodetic::new(lat.parse().unwrap(), lon.parse().unwrap(), 0.0));
        let constraint = Constraint { min_elevation_deg: 20.0, off_nadir_deg: None };
        let scan = accesses(&track, &point, &constraint, &whole).unwrap();
        // The table was sampled every second: it may lack what is shorter.
        let found: Vec<&Interval> = scan.intervals.iter().filter(|interval| interval.span.seconds() >= 1.0).collect();
        let expected: Vec<&&Row> =
            expected.iter().filter(|row| row.number("stop_s") - row.number("start_s") >= 1.0).collect();
        assert_eq!(found.len(), expected.len(), "{norad} at {lat}, {lon}");
        for (interval, row) in found.iter().zip(expected) {
            worst_s = worst_s.max((interval.span.start_s - row.number("start_s")).abs());
            worst_s = worst_s.max((interval.span.end_s - row.number("stop_s")).abs());
            seen += 1;
        }
    }
    println!("{seen} accesses of {}, times within {worst_s:e} s", rows.len());
    assert!(worst_s < 1e-3);
}
