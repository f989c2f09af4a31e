//! Element sets for the tests.

use std::path::Path;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::format::{ReadOptions, read_elements};
use chrono::{DateTime, Utc};

use crate::truth;

/// The truth tables are made with UT1 = UTC and no polar motion.
pub fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

/// All good sets of a file, whatever its format.
pub fn of_file(path: &Path) -> Vec<Elements> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_elements(&path.display().to_string(), &bytes, &ReadOptions::default()).unwrap().elements
}

/// The 979 objects of 2018-01-20.
pub fn catalogue_2018() -> Vec<Elements> {
    let sets = of_file(&truth::data("../../tle/catalogue_20180120.csv.gz"));
    assert_eq!(sets.len(), 979);
    sets
}

/// The chosen objects of [`catalogue_2018`].
pub fn chosen_2018(ids: &[u32]) -> Vec<Elements> {
    catalogue_2018().into_iter().filter(|elements| ids.contains(&elements.norad_id.get())).collect()
}
