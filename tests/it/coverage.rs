//! Figures of merit against the published tables.

mod sharing;

use std::collections::HashMap;
use std::path::Path;

use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::ssa::coverage::coalition::{Filler, coalitions, coverage};
use alliedsky::ssa::coverage::figures::Figures;
use alliedsky::ssa::coverage::looks::Yardstick;
use alliedsky::ssa::coverage::view::{AssetView, LookKind, Scene, Target, lit, views};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::place::EnclosingCap;
use alliedsky::ssa::roster::{LookSide, Reach, Sensor, SensorKind};
use chrono::TimeDelta;

use crate::{sets, truth};

const WINDOW_S: f64 = 172_800.0;
const LEO4: [&str; 4] = ["25544", "33591", "39766", "31598"];

/// Checks every row of a table of figures, computed from the table's own accesses; `is_low` tells which satellites the
/// rows of low orbits are of. Returns how many rows there are.
fn check_table(accesses_of: &Path, figures_of: &Path, window_s: f64, is_low: &dyn Fn(&str) -> bool) -> usize {
    let mut accesses: HashMap<(String, String), Vec<(String, Span)>> = HashMap::new();
    for row in truth::table(accesses_of) {
        let span = Span::new(row.number("start_s"), row.number("stop_s"));
        let place = (row.text("lat").to_owned(), row.text("lon").to_owned());
        accesses.entry(place).or_default().push((row.text("norad").to_owned(), span));
    }
    let rows = truth::table(figures_of);
    for row in &rows {
        let place = (row.text("lat").to_owned(), row.text("lon").to_owned());
        let satellites = row.text("sats");
        let chosen: Vec<Span> = accesses
            .get(&place)
            .into_iter()
            .flatten()
            .filter(|(id, _)| match satellites {
                "ALL" => true,
                "LEO4" | "LEO8" => is_low(id),
                one => id == one,
            })
            .map(|(_, span)| *span)
            .collect();
        compare(&Figures::new(&chosen, window_s), row, &format!("{place:?} {satellites}"));
    }
    rows.len()
}

fn check(constraint: &str) {
    let table = |kind: &str| truth::data(&format!("coverage/{kind}_{constraint}.csv.gz"));
    assert_eq!(check_table(&table("accesses"), &table("fom"), WINDOW_S, &|id| LEO4.contains(&id)), 936);
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

/// Ten satellites over 391 points for three days; only where the large tables are.
#[test]
fn figures_match_the_large_elevation_table() {
    let (Some(accesses), Some(figures), Some(tles)) = (
        truth::local("coverage/accesses_EL20.csv.gz"),
        truth::local("coverage/fom_EL20.csv"),
        truth::local("passes/tles.txt"),
    ) else {
        return;
    };
    let objects = sets::of_file(&tles);
    let is_low = |id: &str| {
        let object = objects.iter().find(|elements| elements.norad_id.to_string() == id);
        object.is_some_and(|elements| elements.mean_motion_rev_day > 11.0)
    };
    assert_eq!(check_table(&accesses, &figures, 259_200.0, &is_low), 4692);
}

#[test]
fn figures_match_the_nadir_cone_table() {
    check("CONE30");
}

/// The table's grid as one place: 117 points, and a cap that holds them.
fn grid() -> Target {
    let middle = Geodetic::new(38.0, 134.0, 0.0);
    let mut points = Vec::new();
    for lat in (30..=46).step_by(2) {
        for lon in (122..=146).step_by(2) {
            points.push(Station::new(Geodetic::new(f64::from(lat), f64::from(lon), 0.0)));
        }
    }
    let radius_rad = points.iter().map(|point| point.up.angle(&middle.up())).fold(0.0, f64::max);
    Target { areas_km2: vec![1.0; points.len()], points, cap: EnclosingCap { up: middle.up(), radius_rad } }
}

fn sensor(reach: Reach, needs_daylight: bool) -> Sensor {
    Sensor {
        model: "test".into(),
        kind: SensorKind::Eo,
        reach,
        min_elevation_deg: None,
        needs_daylight,
        ignores_night: false,
        side_looking: false,
        look: LookSide::Both,
        source: "test".into(),
        assumed: false,
    }
}

fn window() -> Window {
    Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(2))
}

/// From element sets to figures: every row of a table of figures, by the search that coverage itself uses.
fn check_from_elements(constraint: &str, reach: Reach) {
    let scene = Scene { target: grid(), window: window(), lead_s: 0.0 };
    let ids = [25_544, 33_591, 39_766, 31_598, 25_485, 41_328];
    let views: Vec<(String, AssetView)> = sets::chosen_2018(&ids)
        .iter()
        .map(|elements| {
            let sensors = [sensor(reach, false)];
            let (mut views, lost) = views(elements, (Nation::Us, 0), &sensors, &scene, &sets::level).unwrap();
            assert_eq!((views.len(), lost), (1, None));
            (elements.norad_id.to_string(), views.remove(0))
        })
        .collect();
    let mut rows = 0;
    for row in truth::table(&truth::data(&format!("coverage/fom_{constraint}.csv.gz"))) {
        let up = Geodetic::new(row.number("lat"), row.number("lon"), 0.0).up();
        let cell = scene.target.points.iter().position(|point| point.up == up).unwrap();
        let satellites = row.text("sats");
        let chosen: Vec<Span> = views
            .iter()
            .filter(|(id, _)| match satellites {
                "ALL" => true,
                "LEO4" => LEO4.contains(&id.as_str()),
                one => id == one,
            })
            .flat_map(|(_, view)| view.cells[cell].as_slice().to_vec())
            .collect();
        compare(&Figures::new(&chosen, WINDOW_S), &row, &format!("{constraint} {cell} {satellites}"));
        rows += 1;
    }
    assert_eq!(rows, 936);
}

#[test]
fn figures_from_element_sets_match_the_elevation_table() {
    check_from_elements("EL20", Reach::MinElevation { deg: 20.0 });
}

#[test]
fn figures_from_element_sets_match_the_nadir_cone_table() {
    check_from_elements("CONE30", Reach::OffNadir { min_deg: 0.0, max_deg: 30.0 });
}

#[test]
fn daylight_halves_what_an_optical_sensor_sees() {
    let mut target = grid();
    target.points.truncate(1);
    let scene = Scene { target, window: window(), lead_s: 0.0 };
    let light = scene.daylight(0.0, &sets::level);
    // 30 N, 122 E on 2018-01-21: the Sun is up for 10 h 33 min (standard almanac: 06:51 to 17:21 at the place, less
    // the 5 min that refraction and the upper limb add at each end of the day).
    let hours = light[0].seconds() / 2.0 / 3600.0;
    assert!((hours - 10.4).abs() < 0.1, "{hours} h of Sun a day");
    let elements = &sets::chosen_2018(&[39_766])[0];
    let seen = |sensor: &Sensor| {
        let sensors = std::slice::from_ref(sensor);
        let (reach, _) = views(elements, (Nation::Jp, 0), sensors, &scene, &sets::level).unwrap();
        lit(&reach, &light)[0].cells[0].clone()
    };
    let reach = Reach::MinElevation { deg: 0.0 };
    let (always, by_day) = (seen(&sensor(reach, false)), seen(&sensor(reach, true)));
    assert_eq!(by_day, always.intersection(&light[0]));
    assert!(by_day.seconds() > 0.0 && by_day.seconds() < always.seconds());
}

fn spans(list: &[(f64, f64)]) -> SpanSet {
    SpanSet::from_spans(list.iter().map(|&(start, end)| Span::new(start, end)).collect())
}

/// A window of 1000 s in which any part of the place counts, and looks are fresh for 100 s.
const ANY_PART: Yardstick = Yardstick { window_s: 1000.0, horizon_s: 100.0, least_share: 0.0 };

/// Two cells of 300 and 100 km², a window of 1000 s, three nations with an asset each, worked out by hand.
fn by_hand() -> Vec<AssetView> {
    let view = |nation, asset, first: &[(f64, f64)], second: &[(f64, f64)]| AssetView {
        nation,
        asset,
        kind: LookKind::Optical,
        cells: vec![spans(first), spans(second)],
    };
    vec![
        view(Nation::Us, 0, &[(100.0, 200.0)], &[(150.0, 250.0)]),
        view(Nation::Jp, 1, &[], &[(600.0, 700.0)]),
        view(Nation::Kr, 2, &[(0.0, 50.0), (900.0, 1000.0)], &[]),
    ]
}

#[test]
fn a_nation_alone() {
    let nations = [Nation::Us, Nation::Jp, Nation::Kr];
    let us = coverage(&[Nation::Us], &nations, &by_hand(), &[300.0, 100.0], ANY_PART);
    assert_eq!((us.assets, us.figures.accesses), (1, 1));
    assert!((us.time_percent - 15.0).abs() < 1e-12);
    assert!((us.area_percent - 100.0).abs() < 1e-12);
    assert!((us.cell_time_percent - 10.0).abs() < 1e-12);
    let jp = coverage(&[Nation::Jp], &nations, &by_hand(), &[300.0, 100.0], ANY_PART);
    assert!((jp.area_percent - 25.0).abs() < 1e-12);
    assert!((jp.cell_time_percent - 2.5).abs() < 1e-12);

    let gaps: Vec<(f64, f64)> = us.gaps.iter().map(|gap| (gap.span.start_s, gap.span.end_s)).collect();
    assert_eq!(gaps, [(0.0, 100.0), (250.0, 1000.0)]);
    let filler = |nation, asset, first_s, seen_s, left_s| Filler { nation, asset, first_s, seen_s, left_s };
    assert_eq!(us.gaps[0].filled_by, [filler(Nation::Kr, 2, 0.0, 50.0, 50.0)]);
    assert_eq!((us.gaps[0].left_s, us.gaps[1].left_s), (50.0, 350.0));
    assert_eq!(
        us.gaps[1].filled_by,
        [filler(Nation::Jp, 1, 600.0, 100.0, 350.0), filler(Nation::Kr, 2, 900.0, 100.0, 650.0)]
    );
}

#[test]
fn all_together() {
    let nations = [Nation::Us, Nation::Jp, Nation::Kr];
    let all = coverage(&nations, &nations, &by_hand(), &[300.0, 100.0], ANY_PART);
    assert_eq!((all.assets, all.figures.accesses), (3, 4));
    assert!((all.time_percent - 40.0).abs() < 1e-12);
    assert!((all.cell_time_percent - (300.0 * 250.0 + 100.0 * 200.0) / 4000.0).abs() < 1e-12);
    assert!(all.gaps.iter().all(|gap| gap.filled_by.is_empty()));
    assert_eq!(all.figures.gaps.longest_s, Some(350.0));
}

#[test]
fn coalitions_are_each_alone_each_pair_and_all() {
    let names = |nations: &[Nation]| coalitions(nations).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(names(&[Nation::Us, Nation::Jp, Nation::Kr]), [1, 1, 1, 2, 2, 2, 3]);
    assert_eq!(names(&[Nation::Us, Nation::Jp]), [1, 1, 2]);
    assert_eq!(names(&[Nation::Kr]), [1]);
    let four = coalitions(&[Nation::Us, Nation::Jp, Nation::Kr, Nation::Au]);
    assert_eq!(four.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
    assert_eq!(four[6], [Nation::Us, Nation::Au]);
    assert_eq!(four[7], [Nation::Jp, Nation::Kr]);
}

#[test]
fn fresh_time_by_hand() {
    // The first cell: in view 100 to 200, fresh to 300. The second: 150 to 250, fresh to 350.
    let us = coverage(&[Nation::Us], &[], &by_hand(), &[300.0, 100.0], ANY_PART);
    assert!((us.fresh_percent - 20.0).abs() < 1e-12);
    assert_eq!(us.all_seen_s, Some(150.0));
    let kr = coverage(&[Nation::Kr], &[], &by_hand(), &[300.0, 100.0], ANY_PART);
    // 0 to 150 and 900 to the end, of the first cell alone.
    assert!((kr.fresh_percent - 0.75 * 25.0).abs() < 1e-12);
    assert_eq!(kr.all_seen_s, None);
}

#[test]
fn a_look_from_before_the_window_is_still_fresh_in_it() {
    let mut views = by_hand();
    views.truncate(1);
    views[0].cells = vec![spans(&[(-80.0, -20.0)]), spans(&[(-400.0, -150.0)])];
    let us = coverage(&[Nation::Us], &[], &views, &[300.0, 100.0], ANY_PART);
    assert!((us.fresh_percent - 0.75 * 8.0).abs() < 1e-12);
    assert_eq!((us.figures.accesses, us.time_percent), (0, 0.0));
}

#[test]
fn a_gap_at_the_place_ends_with_a_look_at_enough_of_it() {
    // The United States see the first cell from 100 and the second from 150: one look at all of the place. Korea's looks
    // reach the first cell alone, three quarters of the area.
    let at_least = |share| Yardstick { least_share: share, ..ANY_PART };
    let all = [Nation::Us, Nation::Jp, Nation::Kr];
    let with = |share| coverage(&all, &all, &by_hand(), &[300.0, 100.0], at_least(share));
    let spans = |share| with(share).looks.iter().map(|look| (look.span.start_s, look.span.end_s)).collect::<Vec<_>>();
    assert_eq!(spans(0.8), [(100.0, 250.0)]);
    assert_eq!(spans(0.5), [(0.0, 50.0), (100.0, 250.0), (900.0, 1000.0)]);
    assert_eq!(with(0.8).figures.gaps.longest_s, Some(750.0));
    assert_eq!(with(0.5).looks[1].share, 1.0);
}

#[test]
fn waits_by_hand() {
    // Gaps of 100, 300 and 400 in 1000 s: half of the moments wait at most x with 200 + 100 + 2·x = 500.
    let figures = Figures::new(&[Span::new(100.0, 200.0), Span::new(500.0, 600.0)], 1000.0);
    let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value} against {expected}");
    near(figures.response.p50_s, 100.0);
    near(figures.response.p90_s, 300.0);
    near(figures.response.p99_s, 390.0);
    let never = Figures::new(&[], 1000.0);
    near(never.response.p90_s, 900.0);
    let always = Figures::new(&[Span::new(0.0, 1000.0)], 1000.0);
    near(always.response.p99_s, 0.0);
}
