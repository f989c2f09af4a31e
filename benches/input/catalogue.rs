//! The objects that the benches work on: the bundled snapshot of 2018, or a file of one's own.

use alliedsky::astro::elements::Elements;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use chrono::{DateTime, Utc};

/// Element sets, and the instant at which every window starts: of the file that `ALLIEDSKY_BENCH_FILE` names, from
/// `ALLIEDSKY_BENCH_FROM` (RFC 3339) on; else of the bundled snapshot, 979 objects of which 976 have states.
pub(crate) fn catalogue() -> (Vec<Elements>, DateTime<Utc>) {
    let Some(file) = std::env::var_os("ALLIEDSKY_BENCH_FILE") else {
        let snapshot = bundled::snapshot("catalogue").unwrap();
        let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
        return (sets, snapshot.clock);
    };
    let from = std::env::var("ALLIEDSKY_BENCH_FROM").expect("ALLIEDSKY_BENCH_FROM says when the windows start");
    let bytes = std::fs::read(&file).unwrap();
    let sets = read_elements(&file.to_string_lossy(), &bytes, &ReadOptions::default()).unwrap().elements;
    (sets, from.parse().unwrap())
}
