//! Few objects against all give the rows of all against all that hold one of them.

use std::collections::HashSet;

use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::Conjunction;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::progress::silent;

use super::{ids, screened, seconds_between, sets, snapshot_2018, window};
use crate::truth;

/// Every `every`-th object, and the rows of both ways with these.
fn assert_same_rows(elements: &[Elements], window: Window, threshold_km: f64, every: usize) -> usize {
    let fleet: HashSet<NoradId> = elements.iter().step_by(every).map(|elements| elements.norad_id).collect();
    let all = screened(elements, window, threshold_km);
    let request = ScreenRequest { primaries: Some(fleet.clone()), ..ScreenRequest::new(window, threshold_km) };
    let few = screen(elements, &request, &silent).unwrap();
    assert_eq!(few.tally, all.tally);
    let is_wanted = |row: &&Conjunction| fleet.contains(&row.primary_id) || fleet.contains(&row.secondary_id);
    let wanted: Vec<&Conjunction> = all.conjunctions.iter().filter(is_wanted).collect();
    assert_eq!(few.conjunctions.len(), wanted.len());
    let pair = |row: &Conjunction| (ids(row).0.min(ids(row).1), ids(row).0.max(ids(row).1));
    for (one, other) in few.conjunctions.iter().zip(&wanted) {
        assert_eq!((pair(one), one.kind), (pair(other), other.kind));
        assert!(seconds_between(one.tca, other.tca) < 1e-5, "{:?}", ids(one));
        assert!((one.miss_km - other.miss_km).abs() < 1e-7, "{:?}", ids(one));
        assert_eq!(one.spans.len(), other.spans.len());
    }
    wanted.len()
}

#[test]
fn a_fleet_has_its_rows_of_the_whole_snapshot() {
    let elements = snapshot_2018();
    for (seconds, every) in [(86_400, 10), (40_001, 50), (30, 9)] {
        let rows = assert_same_rows(&elements, window("2018-01-21T00:00:00Z", seconds), 20.0, every);
        assert!(seconds < 40_000 || rows > 5, "{rows} rows");
    }
}

#[test]
fn the_very_same_rows_for_every_slab_length() {
    let elements = snapshot_2018();
    let fleet: HashSet<NoradId> = elements.iter().step_by(20).map(|elements| elements.norad_id).collect();
    let request = |slab_steps| ScreenRequest {
        primaries: Some(fleet.clone()),
        slab_steps,
        ..ScreenRequest::new(window("2018-01-21T00:00:00Z", 36_000), 20.0)
    };
    let usual = screen(&elements, &request(26), &silent).unwrap();
    assert!(usual.conjunctions.len() > 20);
    for slab_steps in [0, 1, 7, 100_000] {
        assert_eq!(usual, screen(&elements, &request(slab_steps), &silent).unwrap(), "slabs of {slab_steps}");
    }
}

#[test]
#[ignore = "large catalogue, a minute of work"]
fn a_fleet_has_its_rows_of_the_whole_catalogue() {
    let Some(catalogue) = truth::local("catalogs/20250901.tle.gz") else { return };
    let sets = sets(&catalogue);
    assert!(assert_same_rows(&sets, window("2025-09-02T00:00:00Z", 86_400), 5.0, 250) > 50);
}
