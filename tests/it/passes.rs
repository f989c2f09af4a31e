//! Passes against the truth tables of `tests/data/passes` and, where present, the large ones.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use alliedsky::astro::elements::{Elements, Regime};
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::ssa::pass::{Pass, PassSearch};
use alliedsky::ssa::progress::{Cancelled, silent};
use chrono::{DateTime, TimeDelta, Utc};

use crate::sets;
use crate::truth::{self, Row};

fn sites(path: &Path) -> BTreeMap<String, Station> {
    let settings: serde_json::Value = serde_json::from_slice(&truth::bytes(path)).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    settings["sites"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, place)| {
            (name.clone(), Station::new(Geodetic::new(number(&place[0]), number(&place[1]), number(&place[2]))))
        })
        .collect()
}

fn search(objects: &[Elements], site: &str, station: Station, window: Window, mask_deg: f64) -> Vec<Pass> {
    let search = PassSearch { site, station, window, min_elevation_deg: mask_deg, orientation: sets::level };
    match search.run(objects, &silent) {
        Ok((passes, tally)) => {
            assert_eq!(tally.objects, objects.len());
            passes
        }
        Err(Cancelled) => panic!("nobody cancelled"),
    }
}

fn apart_s(a: DateTime<Utc>, b: DateTime<Utc>) -> f64 {
    (a - b).as_seconds_f64().abs()
}

fn apart_deg(a: f64, b: f64) -> f64 {
    ((a - b + 180.0).rem_euclid(360.0) - 180.0).abs()
}

/// The greatest differences seen, by what they are of.
#[derive(Default)]
struct Worst(BTreeMap<&'static str, f64>);

impl Worst {
    fn check(&mut self, what: &'static str, difference: f64, tolerance: f64, row: &str) {
        assert!(difference <= tolerance, "{what}: off by {difference:e}, allowed {tolerance:e}: {row}");
        let worst = self.0.entry(what).or_default();
        *worst = worst.max(difference);
    }
}

/// The elevation rate at an end of a pass in deg/s, from the elevation a second inside it.
fn is_grazing(objects: &BTreeMap<u32, Elements>, station: &Station, row: &Row, column: &str) -> bool {
    use alliedsky::astro::frame::{EarthOrientation, EarthRotation};
    use alliedsky::astro::propagator::Propagator;
    use alliedsky::astro::time::JulianDate;
    let propagator = Propagator::new(&objects[&row.id("norad")]).unwrap();
    let elevation_deg = |seconds: i64| {
        let time = row.time(column) + TimeDelta::seconds(seconds);
        let rotation = EarthRotation::at(JulianDate::from_utc(time), EarthOrientation::default());
        station.look(&rotation.rotate(&propagator.state_at(time).unwrap().position_km)).elevation_deg
    };
    (elevation_deg(1) - elevation_deg(-1)).abs() / 2.0 < 1e-4
}

struct Table<'a> {
    rows: &'a [Row],
    objects: &'a [Elements],
    sites: &'a BTreeMap<String, Station>,
    window: Window,
    start_clipped: fn(&Row) -> bool,
    end_clipped: fn(&Row) -> bool,
}

/// Compares every row of a table, both masks; returns the greatest differences.
fn compare(table: &Table<'_>) -> Worst {
    let by_id: BTreeMap<u32, Elements> =
        table.objects.iter().map(|elements| (elements.norad_id.get(), elements.clone())).collect();
    let mut worst = Worst::default();
    let mut seen = 0;
    for (site, &station) in table.sites {
        for mask_deg in [0.0, 10.0] {
            let mut passes = search(table.objects, site, station, table.window, mask_deg);
            assert!(passes.is_sorted_by_key(|pass| (pass.aos, pass.norad_id)));
            let mut rows: Vec<&Row> = table
                .rows
                .iter()
                .filter(|row| row.text("site") == site && row.number("mask_deg") == mask_deg)
                .collect();
            passes.sort_by_key(|pass| (pass.norad_id, pass.aos));
            rows.sort_by_key(|row| (row.id("norad"), row.time("rise_utc")));
            assert_eq!(passes.len(), rows.len(), "{site}, mask {mask_deg}");
            for (pass, row) in passes.iter().zip(rows) {
                compare_row(&mut worst, pass, row, table, &by_id, &station);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, table.rows.len());
    worst
}

fn compare_row(
    worst: &mut Worst,
    pass: &Pass,
    row: &Row,
    table: &Table<'_>,
    by_id: &BTreeMap<u32, Elements>,
    station: &Station,
) {
    let label = format!("{} {} {} {}", pass.norad_id, pass.site, row.text("mask_deg"), row.text("rise_utc"));
    assert_eq!(pass.norad_id.get(), row.id("norad"), "{label}");
    assert_eq!(pass.open_start, (table.start_clipped)(row), "{label}");
    assert_eq!(pass.open_end, (table.end_clipped)(row), "{label}");
    assert_eq!(f64::from(pass.culminations), row.number("n_local_max"), "{label}");
    for (what, time, column) in [("rise s", pass.aos, "rise_utc"), ("set s", pass.los, "set_utc")] {
        // Half a millisecond is the rounding of the table.
        let off_s = apart_s(time, row.time(column));
        if off_s <= 1.0e-3 {
            worst.check(what, off_s, 1e-3, &label);
        } else {
            assert!(is_grazing(by_id, station, row, column), "{what} off by {off_s} s: {label}");
            worst.check("grazing s", off_s, 0.1, &label);
        }
    }
    worst.check("rise azimuth deg", apart_deg(pass.aos_azimuth_deg, row.number("rise_az_deg")), 1e-4, &label);
    worst.check("set azimuth deg", apart_deg(pass.los_azimuth_deg, row.number("set_az_deg")), 1e-4, &label);
    worst.check("elevation deg", (pass.max_elevation_deg - row.number("culm_el_deg")).abs(), 1e-5, &label);
    let off_s = apart_s(pass.tca, row.time("culm_utc"));
    let range_off_km = (pass.min_range_km - row.number("culm_range_km")).abs();
    if by_id[&pass.norad_id.get()].regime() == Regime::Leo {
        worst.check("LEO culmination s", off_s, 0.02, &label);
        worst.check("LEO range km", range_off_km, 1e-3, &label);
    } else {
        // Where the maximum is flat the range differs by what it changes in the difference of time, 5 km/s at most;
        // the table's times are rounded to a millisecond.
        worst.check("culmination s", off_s, 1.0, &label);
        worst.check("range km", range_off_km, 1e-3 + 5.0 * (off_s + 5e-4), &label);
    }
    worst.check("lit fraction", (pass.lit_fraction - row.number("lit_frac_culm")).abs(), 0.01, &label);
    worst.check("Sun deg", (pass.sun_elevation_deg - row.number("sun_el_culm_deg")).abs(), 0.02, &label);
}

#[test]
fn all_rows_of_the_table() {
    let start: DateTime<Utc> = "2018-01-21T00:00:00Z".parse().unwrap();
    let rows = truth::table(&truth::data("passes/passes.csv.gz"));
    let settings: serde_json::Value =
        serde_json::from_slice(&truth::bytes(&truth::data("passes/settings.json"))).unwrap();
    let ids: Vec<u32> = settings["norad"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect();
    let objects = sets::chosen_2018(&ids);
    assert_eq!(objects.len(), ids.len());
    let worst = compare(&Table {
        rows: &rows,
        objects: &objects,
        sites: &sites(&truth::data("passes/settings.json")),
        window: Window::new(start, TimeDelta::days(3)),
        start_clipped: |row| row.text("start_clipped") == "1",
        end_clipped: |row| row.text("end_clipped") == "1",
    });
    println!("{} rows, greatest differences: {:?}", rows.len(), worst.0);
}

#[test]
fn all_rows_of_the_large_table() {
    let (Some(table), Some(tles), Some(settings)) =
        (truth::local("passes/passes_A.csv"), truth::local("passes/tles.txt"), truth::local("passes/settings.json"))
    else {
        return;
    };
    let start: DateTime<Utc> = "2025-04-24T00:00:00Z".parse().unwrap();
    let rows = truth::table(&table);
    let objects = sets::of_file(&tles);
    assert_eq!(objects.len(), 22);
    let worst = compare(&Table {
        rows: &rows,
        objects: &objects,
        sites: &sites(&settings),
        window: Window::new(start, TimeDelta::days(7)),
        start_clipped: |row| row.text("start_clipped") == "1",
        end_clipped: |row| !row.text("end_clipped").is_empty(),
    });
    println!("{} rows, greatest differences: {:?}", rows.len(), worst.0);
}

/// All passes of a real catalogue over one site in a day: what it costs, and that the samples are few.
#[test]
fn a_day_of_a_large_catalogue() {
    let Some(path) = truth::local("catalogs/20250901.tle.gz") else { return };
    let objects = sets::of_file(&path);
    let seoul = Station::new(Geodetic::new(37.5665, 126.978, 0.038));
    let window = Window::new("2025-09-01T12:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let search =
        PassSearch { site: "Seoul", station: seoul, window, min_elevation_deg: 10.0, orientation: sets::level };
    let started = std::time::Instant::now();
    let Ok((passes, tally)) = search.run(&objects, &silent) else { panic!("nobody cancelled") };
    let seconds = started.elapsed().as_secs_f64();
    println!("{} objects, {} passes in {seconds:.2} s; {:?}", objects.len(), passes.len(), tally.by_reason());
    assert!(passes.len() > 1000);
}

/// Objects without a state at the start are named with their reason; the others' passes are there all the same.
#[test]
fn objects_that_cannot_be_used_are_counted() {
    let objects = sets::catalogue_2018();
    let seoul = Station::new(Geodetic::new(37.5665, 126.978, 0.038));
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(6));
    let search =
        PassSearch { site: "Seoul", station: seoul, window, min_elevation_deg: 10.0, orientation: sets::level };
    let Ok((passes, tally)) = search.run(&objects, &silent) else { panic!("nobody cancelled") };
    assert!(!passes.is_empty());
    assert_eq!(tally.objects, 979);
    let unusable: Vec<u32> = tally.unusable.keys().map(|id| id.get()).collect();
    assert_eq!(unusable, [24794, 24969, 41939]);
    assert!(tally.lost.is_empty());
    assert!(search.run(&objects, &|_| ControlFlow::Break(())).is_err());
}

/// Every five seconds the passes tell the same as the sgp4 crate's own positions: none is lost, none invented, none cut
/// short. Returns the number of passes.
fn brute_force(objects: &[Elements], window: Window, mask_deg: f64) -> usize {
    let seoul = Station::new(Geodetic::new(37.5665, 126.978, 0.0));
    let passes = search(objects, "Seoul", seoul, window, mask_deg);
    let mut by_id: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
    for pass in &passes {
        let span = (window.offset_s(pass.aos), window.offset_s(pass.los));
        by_id.entry(pass.norad_id.get()).or_default().push(span);
    }
    let rotations: Vec<_> = (0..=(window.seconds() / 5.0) as u32)
        .map(|step| {
            let time_s = 5.0 * f64::from(step);
            (time_s, sets::rotation_at(window.at(time_s)))
        })
        .collect();
    for elements in objects {
        let Some(crate_orbit) = sets::CrateOrbit::new(elements) else { continue };
        let own = by_id.remove(&elements.norad_id.get()).unwrap_or_default();
        for (time_s, rotation) in &rotations {
            let Some(position_km) = crate_orbit.position_km(window.at(*time_s)) else { break };
            let elevation_deg = seoul.look(&rotation.rotate(&position_km)).elevation_deg;
            // A sample at the very edge may fall to either side.
            if (elevation_deg - mask_deg).abs() < 1e-5 {
                continue;
            }
            let is_in_pass = own.iter().any(|&(aos_s, los_s)| (aos_s..=los_s).contains(time_s));
            assert_eq!(elevation_deg > mask_deg, is_in_pass, "{} at {time_s} s: {elevation_deg}", elements.norad_id);
        }
    }
    passes.len()
}

#[test]
fn passes_against_a_scan_every_five_seconds() {
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(1));
    let objects: Vec<Elements> = sets::catalogue_2018().into_iter().step_by(5).collect();
    for mask_deg in [0.0, 10.0, 60.0, -2.0] {
        let found = brute_force(&objects, window, mask_deg);
        println!("{found} passes above {mask_deg} deg");
        assert!(found > 100);
    }
}

#[test]
#[ignore = "large catalogue, a minute"]
fn a_week_of_a_large_catalogue_against_a_scan_every_five_seconds() {
    let Some(path) = truth::local("catalogs/20250901.tle.gz") else { return };
    let window = Window::new("2025-09-02T00:00:00Z".parse().unwrap(), TimeDelta::days(7));
    let objects: Vec<Elements> = sets::of_file(&path).into_iter().skip(7).step_by(61).collect();
    assert!(objects.len() > 400);
    for mask_deg in [0.0, 10.0] {
        let found = brute_force(&objects, window, mask_deg);
        println!("{} objects, {found} passes above {mask_deg} deg", objects.len());
        assert!(found > 5_000);
    }
}
