//! Screening of the 2018 snapshot, 976 usable objects.
#![allow(missing_docs, clippy::unwrap_used)]

use alliedsky::astro::elements::Elements;
use alliedsky::astro::time::Window;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::progress::silent;
use chrono::TimeDelta;

fn main() {
    divan::main();
}

fn catalogue() -> (Vec<Elements>, Window) {
    let snapshot = bundled::snapshot("catalogue").unwrap();
    let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
    (sets, Window::new(snapshot.clock, TimeDelta::hours(6)))
}

#[divan::bench(args = [5.0, 10.0, 50.0], sample_count = 5)]
fn six_hours_below_km(bencher: divan::Bencher<'_, '_>, threshold_km: f64) {
    let (sets, window) = catalogue();
    bencher.bench_local(|| screen(&sets, &ScreenRequest::new(window, threshold_km), &silent).unwrap());
}
