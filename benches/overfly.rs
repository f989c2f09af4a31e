//! Overflights of the theatre's regions by a catalogue: by the point beneath a satellite, and by what it can see.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "input/catalogue.rs"]
mod catalogue;
#[path = "input/theatre.rs"]
mod theatre;

use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::ssa::access::Constraint;
use alliedsky::ssa::overflight::{OverflightSearch, Target};
use alliedsky::ssa::place::Region;
use alliedsky::ssa::progress::silent;
use catalogue::catalogue;
use chrono::TimeDelta;
use theatre::{level, places};

fn main() {
    divan::main();
}

fn korea() -> Region {
    places().0.into_iter().find(|region| region.name() == "korea").unwrap()
}

#[divan::bench(sample_count = 5)]
fn beneath_korea_in_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let korea = korea();
    let search = OverflightSearch::new(Target::Beneath(&korea), Window::new(from, TimeDelta::days(1)), level);
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}

#[divan::bench(sample_count = 3)]
fn beneath_every_region_in_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let (regions, _) = places();
    let window = Window::new(from, TimeDelta::days(1));
    let search = |region| OverflightSearch::new(Target::Beneath(region), window, level);
    let searches: Vec<_> = regions.iter().map(search).collect();
    bencher.bench_local(|| OverflightSearch::run_all(&searches, &sets, &silent).unwrap());
}

/// The regions by the point beneath the satellite, the sites by ten degrees of elevation.
#[divan::bench(sample_count = 3)]
fn over_every_place_in_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let (regions, sites) = places();
    let window = Window::new(from, TimeDelta::days(1));
    let constraint = Constraint { min_elevation_deg: 10.0, off_nadir_deg: None };
    let of_sites = sites.all().iter().map(|site| Target::Site {
        name: &site.name,
        station: Station::new(site.geodetic()),
        constraint,
    });
    let targets = regions.iter().map(Target::Beneath).chain(of_sites);
    let searches: Vec<_> = targets.map(|target| OverflightSearch::new(target, window, level)).collect();
    bencher.bench_local(|| OverflightSearch::run_all(&searches, &sets, &silent).unwrap());
}

/// Any of Korea's cells within 30° of the satellite's nadir, and the satellite 20° up or higher from there.
#[divan::bench(sample_count = 3)]
fn korea_in_view_for_six_hours(bencher: divan::Bencher<'_, '_>) {
    let (sets, from) = catalogue();
    let korea = korea();
    let constraint = Constraint { min_elevation_deg: 20.0, off_nadir_deg: Some((0.0, 30.0)) };
    let target = Target::in_view(&korea, korea.usual_cells(), constraint);
    let search = OverflightSearch::new(target, Window::new(from, TimeDelta::hours(6)), level);
    bencher.bench_local(|| search.run(&sets, &silent).unwrap());
}
