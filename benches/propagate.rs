//! States a second of SGP4, by theory.
#![allow(missing_docs, clippy::unwrap_used)]

use alliedsky::astro::elements::Elements;
use alliedsky::astro::propagator::Propagator;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// The 979 objects of 2018-01-20 on one side of the 225 minutes at which SGP4 changes theory.
fn propagators(is_deep: bool) -> Vec<Propagator> {
    let snapshot = bundled::snapshot("catalogue").unwrap();
    let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
    let wanted = |elements: &&Elements| (elements.period_min() >= 225.0) == is_deep;
    sets.iter().filter(wanted).filter_map(|elements| Propagator::new(elements).ok()).collect()
}

#[divan::bench(args = [false, true])]
fn an_hour_of_minutes(bencher: divan::Bencher<'_, '_>, is_deep: bool) {
    let propagators = propagators(is_deep);
    bencher.counter(ItemsCount::new(propagators.len() * 60)).bench_local(|| {
        for propagator in &propagators {
            for minute in 0..60 {
                let _ = divan::black_box(propagator.state(f64::from(minute) * 60.0));
            }
        }
    });
}
