//! Burns and what they change.

mod burns;
mod sweeps;
mod words;

use alliedsky::astro::elements::Elements;
use alliedsky::format::{ReadOptions, read_elements};

use crate::truth;

/// The bundled catalogue of January 2018.
fn snapshot() -> Vec<Elements> {
    let path = truth::data("../../tle/catalogue_20180120.csv.gz");
    read_elements("catalogue", &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap().elements
}

fn of(id: u32) -> Elements {
    snapshot().into_iter().find(|elements| elements.norad_id.get() == id).unwrap()
}
