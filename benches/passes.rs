//! Passes of a catalogue over one site, and over all of the theatre's.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "input/catalogue.rs"]
mod catalogue;

use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::feed::bundled;
use alliedsky::ssa::pass::PassSearch;
use alliedsky::ssa::place::Sites;
use alliedsky::ssa::progress::silent;
use catalogue::catalogue;
use chrono::{DateTime, TimeDelta, Utc};

fn main() {
    divan::main();
}

fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

fn sites() -> Sites {
    Sites::parse(bundled::sites().file, bundled::sites().text).unwrap()
}

#[divan::bench(args = [1, 7], sample_count = 5)]
fn over_seoul_for_days(bencher: divan::Bencher<'_, '_>, days: i64) {
    let (sets, from) = catalogue();
    let station = Station::new(sites().find("Seoul").unwrap().geodetic());
    let window = Window::new(from, TimeDelta::days(days));
    let search = PassSearch { site: "Seoul", station, window, min_elevation_deg: 10.0, orientation: level };
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}

#[divan::bench(sample_count = 3)]
fn over_every_site_for_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let sites = sites();
    let window = Window::new(from, TimeDelta::days(1));
    bencher.bench_local(|| {
        let passes = sites.all().iter().map(|site| {
            let station = Station::new(site.geodetic());
            let search = PassSearch { site: &site.name, station, window, min_elevation_deg: 10.0, orientation: level };
            search.run(&sets, &silent).unwrap().0.len()
        });
        passes.sum::<usize>()
    });
}
