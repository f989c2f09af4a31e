//! The places that the benches look at, and how the Earth stands there.

use alliedsky::astro::frame::EarthOrientation;
use alliedsky::feed::bundled;
use alliedsky::ssa::place::{Region, Sites};
use chrono::{DateTime, Utc};

/// The Earth's pole where it is on average, and UT1 = UTC.
pub(crate) fn level(_: DateTime<Utc>) -> EarthOrientation {
    EarthOrientation::default()
}

/// The bundled regions and sites.
pub(crate) fn places() -> (Vec<Region>, Sites) {
    let read = |text: &bundled::Text| Region::from_geojson(text.file, text.text.as_bytes()).unwrap();
    let regions = bundled::regions().iter().flat_map(read).collect();
    (regions, Sites::parse(bundled::sites().file, bundled::sites().text).unwrap())
}
