//! Figures of merit against the published tables.

use std::collections::HashMap;

use alliedsky::astro::span::Span;
use alliedsky::ssa::coverage::figures::Figures;

use crate::truth;

const WINDOW_S: f64 = 172_800.0;
const LEO4: [&str; 4] = ["25544", "33591", "39766", "31598"];

/// Checks every row of a table of figures, computed from the table's own accesses.
fn check(constraint: &str) {
    let mut accesses: HashMap<(String, String), Vec<(String, Span)>> = HashMap::new();
    for row in truth::table(&truth::data(&format!("coverage/accesses_{constraint}.csv.gz"))) {
        let span = Span::new(row.number("start_s"), row.number("stop_s"));
        let place = (row.text("lat").to_owned(), row.text("lon").to_owned());
        accesses.entry(place).or_default().push((row.text("norad").to_owned(), span));
    }
    let rows = truth::table(&truth::data(&format!("coverage/fom_{constraint}.csv.gz")));
    assert_eq!(rows.len(), 936);
    for row in rows {
        let place = (row.text("lat").to_owned(), row.text("lon").to_owned());
        let satellites = row.text("sats");
        let chosen: Vec<Span> = accesses
            .get(&place)
            .into_iter()
            .flatten()
            .filter(|(id, _)| match satellites {
                "ALL" => true,
                "LEO4" => LEO4.contains(&id.as_str()),
                one => id == one,
            })
            .map(|(_, span)| *span)
            .collect();
        compare(&Figures::new(&chosen, WINDOW_S), &row, &format!("{constraint} {place:?} {satellites}"));
    }
}

fn compare(figures: &Figures, row: &truth::Row, what: &str) {
    let counts = [
        ("n_access", figures.accesses),
        ("n_union", figures.stretches),
        ("n_gap_incl", figures.gaps.count),
        ("n_gap_excl", figures.inner_gaps.count),
    ];
    for (column, count) in counts {
        assert_eq!(count as f64, row.number(column), "{what}: {column}");
    }
    let numbers = [
        ("cov_time_s", Some(figures.covered_s), 2e-3),
        ("pct_covered", Some(figures.covered_percent), 1e-4),
        ("access_per_day", Some(figures.accesses_per_day), 1e-4),
        ("mean_access_s", figures.mean_access_s, 2e-3),
        ("max_access_s", figures.longest_access_s, 2e-3),
        ("mean_gap_incl_s", figures.gaps.mean_s, 2e-3),
        ("max_gap_incl_s", figures.gaps.longest_s, 2e-3),
        ("min_gap_incl_s", figures.gaps.shortest_s, 2e-3),
        ("mean_gap_excl_s", figures.inner_gaps.mean_s, 2e-3),
        ("max_gap_excl_s", figures.inner_gaps.longest_s, 2e-3),
        ("min_gap_excl_s", figures.inner_gaps.shortest_s, 2e-3),
        ("mean_start_to_start_s", figures.mean_start_to_start_s, 2e-3),
        ("time_avg_gap_s", Some(figures.time_average_gap_s), 2e-3),
        ("mean_response_s", Some(figures.mean_response_s), 2e-3),
        ("first_access_s", figures.first_access_s, 2e-3),
    ];
    for (column, ours, tolerance) in numbers {
        match (ours, row.optional(column)) {
            (Some(ours), Some(theirs)) => {
                assert!((ours - theirs).abs() <= tolerance, "{what}: {column} {ours} against {theirs}");
            }
            (ours, theirs) => assert_eq!(ours, theirs, "{what}: {column}"),
        }
    }
}

#[test]
fn figures_match_the_elevation_table() {
    check("EL20");
}

#[test]
fn figures_match_the_nadir_cone_table() {
    check("CONE30");
}
