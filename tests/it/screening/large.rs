//! Whole public catalogues, where they are kept beside the checkout.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use alliedsky::ssa::conjunction::Kind;
use chrono::{DateTime, Utc};

use super::{Expected, assert_same, expected, ids, of_kind, screened, sets, window};
use crate::truth;

#[test]
#[ignore = "large catalogue, a minute of work"]
fn a_day_of_the_whole_catalogue() {
    let (Some(catalogue), Some(table)) =
        (truth::local("catalogs/20250901.tle.gz"), truth::local("conj/truth_20250901_24h.csv.gz"))
    else {
        return;
    };
    let sets = sets(&catalogue);
    let clock = Instant::now();
    let screening = screened(&sets, window("2025-09-02T00:00:00Z", 86_400), 5.0);
    println!("{} objects, 24 h, 5 km: {:.1} s", sets.len(), clock.elapsed().as_secs_f64());

    let table = truth::table(&table);
    let rows = |kind: &str| -> Vec<Expected> {
        table
            .iter()
            .filter(|row| row.text("kind") == kind)
            .map(|row| Expected {
                ids: sorted(row.id("norad_1"), row.id("norad_2")),
                tca: row.time("tca_utc_iso"),
                miss_km: row.number("miss_km"),
                rel_speed_km_s: row.number("rel_speed_km_s"),
                rtn_km: None,
            })
            .collect()
    };
    assert_eq!(rows("fast").len(), 30_736);
    assert_same(of_kind(&screening, Kind::Encounter), &rows("fast"));

    let pairs = |kind: Kind| -> HashSet<(u32, u32)> { of_kind(&screening, kind).iter().map(|c| ids(c)).collect() };
    let pairs_of = |rows: &[Expected]| -> HashSet<(u32, u32)> { rows.iter().map(|row| row.ids).collect() };
    assert_eq!(pairs(Kind::Duplicate), pairs_of(&rows("dup")));
    assert_eq!(of_kind(&screening, Kind::Duplicate).len(), 32);

    // A companion's one row is the least of its slow minima and its ends.
    let companions: HashMap<(u32, u32), f64> =
        of_kind(&screening, Kind::Companion).iter().map(|c| (ids(c), c.miss_km)).collect();
    let (slow, edges) = (rows("coorb"), rows("edge"));
    assert_eq!(companions.keys().copied().collect::<HashSet<_>>(), pairs_of(&slow));
    assert_eq!(companions.len(), of_kind(&screening, Kind::Companion).len());
    for (pair, miss_km) in &companions {
        let rows = slow.iter().chain(&edges).filter(|row| row.ids == *pair);
        let least_km = rows.map(|row| row.miss_km).fold(f64::INFINITY, f64::min);
        assert!((least_km - miss_km).abs() <= 1e-3, "{pair:?}: {miss_km} km, expected {least_km} km");
    }
    let open: Vec<Expected> = edges.into_iter().filter(|row| !companions.contains_key(&row.ids)).collect();
    assert_same(of_kind(&screening, Kind::Open), &open);
}

const fn sorted(a: u32, b: u32) -> (u32, u32) {
    if a < b { (a, b) } else { (b, a) }
}

#[test]
#[ignore = "large catalogue, a minute of work"]
fn a_day_of_a_quarter_of_the_active_satellites() {
    let (Some(subset), Some(table)) =
        (truth::local("conj/subset_2832.tle"), truth::local("conj/conjunctions_10km_24h.csv"))
    else {
        return;
    };
    let screening = screened(&sets(&subset), window("2025-04-24T00:00:00Z", 86_400), 10.0);
    let start: DateTime<Utc> = "2025-04-24T00:00:00Z".parse().unwrap();
    let mut rows: Vec<Expected> = truth::table(&table)
        .iter()
        .map(|row| Expected {
            tca: start + chrono::TimeDelta::nanoseconds((row.number("tca_s") * 1e9) as i64),
            ..expected(row)
        })
        .collect();
    let slow: HashSet<(u32, u32)> = rows.iter().filter(|row| row.rel_speed_km_s < 0.010).map(|row| row.ids).collect();
    assert_eq!(slow.len(), 2);
    assert_eq!(of_kind(&screening, Kind::Companion).iter().map(|c| ids(c)).collect::<HashSet<_>>(), slow);
    rows.retain(|row| row.rel_speed_km_s >= 0.010);
    assert_same(of_kind(&screening, Kind::Encounter), &rows);
}
