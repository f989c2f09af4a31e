//! Passes over a site and overflights of a region by the 2018 snapshot.
#![allow(missing_docs, clippy::unwrap_used)]

use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::overflight::{OverflightSearch, Target};
use alliedsky::ssa::pass::PassSearch;
use alliedsky::ssa::place::Region;
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, TimeDelta, Utc};

fn main() {
    divan::main();
}

fn catalogue() -> (Vec<Elements>, Window) {
    let snapshot = bundled::snapshot("catalogue").unwrap();
    let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
    (sets, Window::new(snapshot.clock, TimeDelta::days(1)))
}

fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

#[divan::bench(sample_count = 10)]
fn passes_over_seoul_in_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, window) = catalogue();
    let station = Station::new(Geodetic::new(37.5665, 126.978, 0.038));
    let search = PassSearch { site: "Seoul", station, window, min_elevation_deg: 10.0, orientation: level };
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}

#[divan::bench(sample_count = 10)]
fn crossings_of_korea_in_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, window) = catalogue();
    let outline = bundled::regions().iter().find(|text| text.file.ends_with("korea.geojson")).unwrap();
    let regions = Region::from_geojson(outline.file, outline.text.as_bytes()).unwrap();
    let search = OverflightSearch::new(Target::Beneath(&regions[0]), window, level);
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}
