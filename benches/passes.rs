//! Passes of a catalogue over one site, and over all of the theatre's.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "input/catalogue.rs"]
mod catalogue;
#[path = "input/theatre.rs"]
mod theatre;

use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::ssa::pass::PassSearch;
use alliedsky::ssa::progress::silent;
use catalogue::catalogue;
use chrono::TimeDelta;
use theatre::{level, places};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 7], sample_count = 5)]
fn over_seoul_for_days(bencher: divan::Bencher<'_, '_>, days: i64) {
    let (sets, from) = catalogue();
    let station = Station::new(places().1.find("Seoul").unwrap().geodetic());
    let window = Window::new(from, TimeDelta::days(days));
    let search = PassSearch { site: "Seoul", station, window, min_elevation_deg: 10.0, orientation: level };
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}

#[divan::bench(sample_count = 3)]
fn over_every_site_for_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let (_, sites) = places();
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
