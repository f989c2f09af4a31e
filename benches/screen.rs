//! Screening of a catalogue against itself, and of a fleet against the catalogue.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "input/catalogue.rs"]
mod catalogue;

use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::progress::silent;
use catalogue::catalogue;
use chrono::TimeDelta;

fn main() {
    divan::main();
}

#[divan::bench(args = [6, 24], sample_count = 5)]
fn below_5_km_for_hours(bencher: divan::Bencher<'_, '_>, hours: i64) {
    let (sets, from) = catalogue();
    let request = ScreenRequest::new(Window::new(from, TimeDelta::hours(hours)), 5.0);
    bencher.bench_local(|| screen(&sets, &request, &silent).unwrap());
}

#[divan::bench(args = [1.0, 10.0, 50.0], sample_count = 5)]
fn six_hours_below_km(bencher: divan::Bencher<'_, '_>, threshold_km: f64) {
    let (sets, from) = catalogue();
    let request = ScreenRequest::new(Window::new(from, TimeDelta::hours(6)), threshold_km);
    bencher.bench_local(|| screen(&sets, &request, &silent).unwrap());
}

/// Primaries evenly from the whole catalogue, so that every regime is among them.
#[divan::bench(args = [1, 100], sample_count = 5)]
fn fleet_against_all_for_a_day(bencher: divan::Bencher<'_, '_>, primaries: usize) {
    let (sets, from) = catalogue();
    let every = (sets.len() / primaries).max(1);
    let fleet = sets.iter().step_by(every).take(primaries).map(|elements| elements.norad_id).collect();
    let window = Window::new(from, TimeDelta::days(1));
    let request = ScreenRequest { primaries: Some(fleet), ..ScreenRequest::new(window, 5.0) };
    bencher.bench_local(|| screen(&sets, &request, &silent).unwrap());
}
