//! Overflights of the theatre's regions by a catalogue: by the point beneath a satellite, and by what it can see.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "input/catalogue.rs"]
mod catalogue;

use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::time::Window;
use alliedsky::feed::bundled;
use alliedsky::ssa::access::Constraint;
use alliedsky::ssa::overflight::{OverflightSearch, Target};
use alliedsky::ssa::place::Region;
use alliedsky::ssa::progress::silent;
use catalogue::catalogue;
use chrono::{DateTime, TimeDelta, Utc};

fn main() {
    divan::main();
}

fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

fn regions() -> Vec<Region> {
    let read = |text: &bundled::Text| Region::from_geojson(text.file, text.text.as_bytes()).unwrap();
    bundled::regions().iter().flat_map(read).collect()
}

fn korea() -> Region {
    regions().into_iter().find(|region| region.name() == "korea").unwrap()
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
    let regions = regions();
    let window = Window::new(from, TimeDelta::days(1));
    bencher.bench_local(|| {
        let rows = regions.iter().map(|region| {
            let search = OverflightSearch::new(Target::Beneath(region), window, level);
            search.run(&sets, &silent).unwrap().0.len()
        });
        rows.sum::<usize>()
    });
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
