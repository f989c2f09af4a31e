//! Overflights against the truth tables of `tests/data/overflights` and, where present, the large ones.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use alliedsky::astro::crossing::Track;
use alliedsky::astro::elements::Elements;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::ssa::access::{Constraint, accesses};
use alliedsky::ssa::overflight::{Daylight, Overflight, OverflightSearch, Target};
use alliedsky::ssa::place::Region;
use alliedsky::ssa::progress::{Cancelled, silent};
use chrono::{DateTime, TimeDelta, Utc};

use crate::sets;
use crate::truth::{self, Row};

fn window_2018() -> Window {
    Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(3))
}

fn search(target: Target<'_>, window: Window, objects: &[Elements]) -> Vec<Overflight> {
    let search = OverflightSearch::new(target, window, sets::level);
    match search.run(objects, &silent) {
        Ok((overflights, tally)) => {
            assert!(tally.unusable.is_empty());
            assert!(overflights.is_sorted_by_key(|overflight| (overflight.start, overflight.norad_id)));
            overflights
        }
        Err(Cancelled) => panic!("nobody cancelled"),
    }
}

fn seconds(overflight: &Overflight) -> f64 {
    (overflight.end - overflight.start).as_seconds_f64()
}

fn apart_s(a: DateTime<Utc>, b: DateTime<Utc>) -> f64 {
    (a - b).as_seconds_f64().abs()
}

/// How finely a table was made.
struct Fineness {
    /// Rows shorter than this may be missing from it, seconds.
    row_s: f64,
    /// Gaps shorter than this may be missing from it, so that two rows are one, seconds.
    gap_s: f64,
}

/// Every row of the table is found within 2 ms, and every overflight found is in the table, but for what the table is too
/// coarse to hold.
fn compare(rows: &[Row], column: &str, regions: &[Region], objects: &[Elements], window: Window, fineness: &Fineness) {
    let (mut seen, mut worst_s) = (0, 0.0f64);
    for region in regions {
        let started = std::time::Instant::now();
        let mut found = search(Target::Beneath(region), window, objects);
        let took_s = started.elapsed().as_secs_f64();
        found.sort_by_key(|overflight| (overflight.norad_id, overflight.start));
        let expected: Vec<&Row> =
            rows.iter().filter(|row| row.text(column).eq_ignore_ascii_case(region.name())).collect();
        let mut known = vec![false; found.len()];
        for row in &expected {
            let label = format!("{} over {} at {}", row.id("norad"), region.name(), row.text("ingress_utc"));
            let first = nearest(&found, row, |overflight| apart_s(overflight.start, row.time("ingress_utc")));
            let last = nearest(&found, row, |overflight| apart_s(overflight.end, row.time("egress_utc")));
            let (Some((first, start_off_s)), Some((last, end_off_s))) = (first, last) else {
                assert!(row.number("duration_s") < fineness.row_s, "missing: {label}");
                continue;
            };
            let off_s = start_off_s.max(end_off_s);
            if off_s > 2e-3 || last < first {
                assert!(row.number("duration_s") < fineness.row_s, "{label}: off by {off_s} s");
                continue;
            }
            for pair in found[first..=last].windows(2) {
                let gap_s = (pair[1].start - pair[0].end).as_seconds_f64();
                assert!(gap_s < fineness.gap_s, "{label}: parted for {gap_s} s");
            }
            known[first..=last].fill(true);
            worst_s = worst_s.max(off_s);
            seen += 1;
        }
        for (overflight, _) in found.iter().zip(known).filter(|(_, known)| !known) {
            assert!(seconds(overflight) < fineness.row_s + 4e-3, "extra: {overflight:?}");
        }
        assert!(found.iter().all(|overflight| overflight.nearest_km == 0.0));
        println!("{}: {} found, {} in the table, {took_s:.2} s", region.name(), found.len(), expected.len());
    }
    println!("{seen} rows of {}, times within {worst_s:e} s", rows.len());
}

/// The row's object's overflight that is least off, by its index.
fn nearest(found: &[Overflight], row: &Row, off_s: impl Fn(&Overflight) -> f64) -> Option<(usize, f64)> {
    let own = |(_, overflight): &(usize, &Overflight)| overflight.norad_id.get() == row.id("norad");
    let offs = found.iter().enumerate().filter(own).map(|(index, overflight)| (index, off_s(overflight)));
    offs.min_by(|a, b| a.1.total_cmp(&b.1))
}

fn regions_2018() -> Vec<Region> {
    let files = ["korea", "rok", "dprk", "japan"].map(|name| format!("../../tle/regions/{name}.geojson"));
    files
        .iter()
        .map(String::as_str)
        .chain(["overflights/boxes.geojson"])
        .flat_map(|file| Region::from_geojson(file, &truth::bytes(&truth::data(file))).unwrap())
        .collect()
}

#[test]
fn all_rows_of_the_table() {
    let rows = truth::table(&truth::data("overflights/overflights.csv"));
    let ids: Vec<u32> = truth::table(&truth::data("passes/passes.csv.gz")).iter().map(|row| row.id("norad")).collect();
    let regions = regions_2018();
    assert_eq!(regions.len(), 6);
    // Asked for are rows of a second and more; the table holds even the shortest, and so does the search.
    let fineness = Fineness { row_s: 0.0, gap_s: 0.0 };
    compare(&rows, "region", &regions, &sets::chosen_2018(&ids), window_2018(), &fineness);
}

#[test]
fn all_rows_of_the_large_table() {
    let (Some(table), Some(polygons), Some(tles)) = (
        truth::local("coverage/overflights.csv"),
        truth::local("coverage/polygons.geojson"),
        truth::local("passes/tles.txt"),
    ) else {
        return;
    };
    let rows = truth::table(&table);
    let window = Window::new("2025-04-24T00:00:00Z".parse().unwrap(), TimeDelta::days(7));
    let regions = Region::from_geojson("polygons.geojson", &truth::bytes(&polygons)).unwrap();
    assert_eq!(regions.len(), 13);
    // Made of samples a second apart.
    let fineness = Fineness { row_s: 1.0, gap_s: 1.0 };
    compare(&rows, "polygon", &regions, &sets::of_file(&tles), window, &fineness);
}

/// A border from pole to pole is one, whether it has corners on its way or not.
#[test]
fn a_lune_has_the_overflights_of_the_same_lune_with_more_corners() {
    let region = |corners: &str| {
        let text = format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"name\":\"lune\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{corners}]}}}}"
        );
        Region::from_geojson("lune.geojson", text.as_bytes()).unwrap().remove(0)
    };
    let objects = sets::chosen_2018(&[39766, 31598, 25485]);
    for (west, east) in [(10, 20), (0, 179), (-170, -20)] {
        let straight = region(&format!("[[{west},-90],[{east},-90],[{east},90],[{west},90],[{west},-90]]"));
        let bent =
            region(&format!("[[{west},-90],[{east},-90],[{east},0],[{east},90],[{west},90],[{west},0],[{west},-90]]"));
        let [straight, bent] = [&straight, &bent].map(|lune| search(Target::Beneath(lune), window_2018(), &objects));
        assert!(bent.len() > 30, "{}", bent.len());
        assert_eq!(straight.len(), bent.len(), "{west} to {east}");
        for (one, other) in straight.iter().zip(&bent) {
            assert_eq!(one.norad_id, other.norad_id);
            let apart_s = |a: DateTime<Utc>, b: DateTime<Utc>| (a - b).as_seconds_f64().abs();
            assert!(apart_s(one.start, other.start) < 1e-3 && apart_s(one.end, other.end) < 1e-3, "{one:?} {other:?}");
        }
    }
}

/// An island's overflights by a side-looking sensor are those of its points, joined.
#[test]
fn a_region_in_view_is_the_union_of_its_points() {
    let regions = regions_2018();
    let region = &regions[0];
    let constraint = Constraint { min_elevation_deg: 5.0, off_nadir_deg: Some((10.0, 35.0)) };
    let objects = sets::chosen_2018(&[39766, 31598, 25485]);
    let target = Target::in_view(region, 30, constraint);
    let Target::InView { points, .. } = &target else { panic!("asked for one") };
    let points = points.clone();
    assert!(points.len() > 10);
    let found = search(target, window_2018(), &objects);
    assert!(!found.is_empty());
    for elements in &objects {
        let propagator = Propagator::new(elements).unwrap();
        let track = Track::new(&propagator, window_2018(), &sets::level);
        let whole = SpanSet::from_spans(vec![Span::new(0.0, window_2018().seconds())]);
        let mut spans = Vec::new();
        for point in &points {
            let scan = accesses(&track, point, &constraint, &whole).unwrap();
            spans.extend(scan.intervals.iter().map(|interval| interval.span));
        }
        let union = SpanSet::from_spans(spans);
        let own: Vec<&Overflight> =
            found.iter().filter(|overflight| overflight.norad_id == elements.norad_id).collect();
        assert_eq!(own.len(), union.as_slice().len());
        for (overflight, span) in own.iter().zip(union.as_slice()) {
            assert!((window_2018().offset_s(overflight.start) - span.start_s).abs() < 1e-5);
            assert!((window_2018().offset_s(overflight.end) - span.end_s).abs() < 1e-5);
        }
    }
}

/// Over a site at the foot of the track the nearest distance is small, and it follows from the highest elevation.
#[test]
fn the_nearest_distance_to_a_site_follows_from_the_geometry() {
    let seoul = Station::new(Geodetic::new(37.5665, 126.978, 0.0));
    let constraint = Constraint { min_elevation_deg: 10.0, off_nadir_deg: None };
    let objects = sets::chosen_2018(&[33591]);
    let found = search(Target::Site { name: "Seoul", station: seoul, constraint }, window_2018(), &objects);
    let passes: BTreeMap<String, f64> = truth::table(&truth::data("passes/passes.csv.gz"))
        .iter()
        .filter(|row| row.id("norad") == 33591 && row.text("site") == "Seoul" && row.number("mask_deg") == 10.0)
        .map(|row| (row.time("rise_utc").format("%d %H:%M").to_string(), row.number("culm_el_deg")))
        .collect();
    let mut compared = 0;
    for overflight in &found {
        let Some(elevation_deg) = passes.get(&overflight.start.format("%d %H:%M").to_string()) else { continue };
        // On a sphere: central angle = acos(s cos e / r) - e, for the height of this nearly circular orbit.
        let (ground_km, orbit_km, elevation) = (6371.0, 6371.0 + 860.0, elevation_deg.to_radians());
        let angle = (ground_km * elevation.cos() / orbit_km).acos() - elevation;
        let off = (overflight.nearest_km / (angle * ground_km) - 1.0).abs();
        assert!(off < 0.05 || overflight.nearest_km < 100.0, "{} km at {elevation_deg}", overflight.nearest_km);
        compared += 1;
    }
    assert!(compared >= 6, "{compared} of {}", found.len());
}

/// Over the midwinter theatre: morning is day, midnight is night, and a node's side follows from the latitudes.
#[test]
fn daylight_and_direction() {
    let rows = truth::table(&truth::data("overflights/overflights.csv"));
    let regions = regions_2018();
    let region = regions.iter().find(|region| region.name() == "BOX_JAPAN").unwrap();
    let ids: Vec<u32> = rows.iter().map(|row| row.id("norad")).collect();
    for overflight in search(Target::Beneath(region), window_2018(), &sets::chosen_2018(&ids)) {
        // Japanese solar time is UTC + 9 h, within half an hour; sunrise in January is near 7, sunset near 17.
        let hour = f64::from((overflight.start.timestamp() + 9 * 3_600).rem_euclid(86_400) as u32) / 3_600.0;
        if (8.0..16.0).contains(&hour) {
            assert_eq!(overflight.daylight, Daylight::Day, "{overflight:?}");
        } else if !(6.0..18.0).contains(&hour) {
            assert_eq!(overflight.daylight, Daylight::Night, "{overflight:?}");
        }
        let row = rows.iter().find(|row| {
            row.text("region") == "BOX_JAPAN"
                && row.id("norad") == overflight.norad_id.get()
                && apart_s(row.time("ingress_utc"), overflight.start) < 1.0
        });
        let climb_deg = row.map(|row| row.number("egress_lat") - row.number("ingress_lat")).unwrap();
        if climb_deg.abs() > 3.0 {
            assert_eq!(overflight.ascending, climb_deg > 0.0);
        }
    }
}

/// A break from above ends the search.
#[test]
fn a_search_can_be_cancelled() {
    let regions = regions_2018();
    let search = OverflightSearch::new(Target::Beneath(&regions[0]), window_2018(), sets::level);
    let objects = sets::chosen_2018(&[25544, 33591, 39766]);
    assert!(search.run(&objects, &|_| ControlFlow::Break(())).is_err());
}

/// Who of a real catalogue passes over Korea in a day: what it costs.
#[test]
fn a_day_of_a_large_catalogue() {
    let Some(path) = truth::local("catalogs/20250901.tle.gz") else { return };
    let objects = sets::of_file(&path);
    let window = Window::new("2025-09-01T12:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let regions = regions_2018();
    for (what, target, count) in [
        ("beneath", Target::Beneath(&regions[0]), objects.len()),
        ("in view", Target::in_view(&regions[0], 50, Constraint { min_elevation_deg: 20.0, off_nadir_deg: None }), 500),
    ] {
        let search = OverflightSearch::new(target, window, sets::level);
        let started = std::time::Instant::now();
        let Ok((found, tally)) = search.run(&objects[..count], &silent) else { panic!("nobody cancelled") };
        let seconds = started.elapsed().as_secs_f64();
        println!("{what}: {} objects, {} overflights in {seconds:.2} s", tally.objects, found.len());
        assert!(found.len() > 1000);
    }
}

/// Beginning and end of an overflight in seconds, and its least distance in km.
type Over = (f64, f64, f64);

/// All regions and sites in one go, against the position looked at every five seconds, and against one place at a time.
fn all_places_against_a_scan(objects: &[Elements], window: Window) {
    use alliedsky::feed::bundled;
    use alliedsky::ssa::place::Sites;
    let regions: Vec<Region> = bundled::regions()
        .iter()
        .flat_map(|outline| Region::from_geojson(outline.file, outline.text.as_bytes()).unwrap())
        .collect();
    let sites = Sites::parse("sites", bundled::sites().text).unwrap();
    let constraint = Constraint { min_elevation_deg: 10.0, off_nadir_deg: None };
    let stations: Vec<Station> = sites.all().iter().map(|site| Station::new(site.geodetic())).collect();
    let mut targets: Vec<Target<'_>> = regions.iter().map(Target::Beneath).collect();
    targets.extend(sites.all().iter().zip(&stations).map(|(site, &station)| Target::Site {
        name: &site.name,
        station,
        constraint,
    }));
    let searches: Vec<_> =
        targets.into_iter().map(|target| OverflightSearch::new(target, window, sets::level)).collect();
    let Ok((found, _)) = OverflightSearch::run_all(&searches, objects, &silent) else { panic!("nobody cancelled") };
    assert_eq!(found.places(), regions.len() + stations.len());
    let found: Vec<Vec<Overflight>> = (0..found.places()).map(|place| found.of_place(place).collect()).collect();
    for place in [0, 3, 7, found.len() - 1] {
        let Ok((alone, _)) = searches[place].run(objects, &silent) else { panic!("nobody cancelled") };
        assert_eq!(alone.len(), found[place].len());
        for (one, other) in alone.iter().zip(&found[place]) {
            assert_eq!(one.norad_id, other.norad_id);
            assert!(apart_s(one.start, other.start) < 1e-5 && apart_s(one.end, other.end) < 1e-5);
            assert!((one.nearest_km - other.nearest_km).abs() < 1e-2 + 1e-3 * one.nearest_km, "{one:?} {other:?}");
        }
    }
    let mut spans: BTreeMap<(usize, u32), Vec<Over>> = BTreeMap::new();
    for (place, rows) in found.iter().enumerate() {
        for row in rows {
            let span = (window.offset_s(row.start), window.offset_s(row.end), row.nearest_km);
            spans.entry((place, row.norad_id.get())).or_default().push(span);
        }
    }
    let steps: Vec<_> = (0..=(window.seconds() / 5.0) as u32)
        .map(|step| (5.0 * f64::from(step), sets::rotation_at(window.at(5.0 * f64::from(step)))))
        .collect();
    for elements in objects {
        let Some(orbit) = sets::CrateOrbit::new(elements) else { continue };
        for (time_s, rotation) in &steps {
            let Some(position_km) = orbit.position_km(window.at(*time_s)) else { break };
            let fixed_km = rotation.rotate(&position_km);
            let below = Geodetic::from_ecef_km(&fixed_km);
            // The least distance of the overflight that is going on, where one is.
            let over_at_km = |place: usize| {
                let own = spans.get(&(place, elements.norad_id.get()))?;
                own.iter().find(|span| (span.0..=span.1).contains(time_s)).map(|span| span.2)
            };
            for (place, region) in regions.iter().enumerate() {
                let inside = region.contains(below.latitude_deg, below.longitude_deg);
                let at_the_edge = || region.boundary_distance_deg(below.latitude_deg, below.longitude_deg) < 1e-5;
                assert!(
                    inside == over_at_km(place).is_some() || at_the_edge(),
                    "{} over {} at {time_s} s",
                    elements.norad_id,
                    region.name()
                );
            }
            for (place, station) in stations.iter().enumerate() {
                let distance_km = below.up().angle(&station.up) * 6371.0088;
                let nearest_km = over_at_km(regions.len() + place);
                assert!(
                    nearest_km.is_none_or(|nearest_km| nearest_km < 1.005 * distance_km + 0.01),
                    "{} over site {place} at {time_s} s: {distance_km} km is nearer",
                    elements.norad_id
                );
                let above_deg = station.look(&fixed_km).elevation_deg - 10.0;
                let agrees = (above_deg > 0.0) == nearest_km.is_some() || above_deg.abs() < 1e-5;
                assert!(agrees, "{} over site {place} at {time_s} s", elements.norad_id);
            }
        }
    }
}

#[test]
fn all_places_in_one_go() {
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(1));
    let objects: Vec<Elements> = sets::catalogue_2018().into_iter().step_by(20).collect();
    all_places_against_a_scan(&objects, window);
}

#[test]
#[ignore = "large catalogue, a minute"]
fn all_places_in_one_go_by_a_large_catalogue() {
    let Some(path) = truth::local("catalogs/20250901.tle.gz") else { return };
    let window = Window::new("2025-09-02T00:00:00Z".parse().unwrap(), TimeDelta::days(1));
    let objects: Vec<Elements> = sets::of_file(&path).into_iter().skip(3).step_by(97).collect();
    all_places_against_a_scan(&objects, window);
}

/// Geostationary satellites stand over Seoul all the time. By the almanac the Sun rose there at 22:44 UTC on 2018-01-20 and
/// set at 08:42 UTC on 2018-01-21, its centre five minutes before.
#[test]
fn a_stretch_over_sunrise_or_sunset_is_partly_by_day() {
    let objects: Vec<Elements> = sets::catalogue_2018().into_iter().filter(Elements::is_geostationary).collect();
    let site = |minutes: i64, length: i64| {
        let constraint = Constraint { min_elevation_deg: 10.0, off_nadir_deg: None };
        let seoul = Station::new(Geodetic::new(37.5665, 126.978, 0.0));
        let start: DateTime<Utc> = "2018-01-21T00:00:00Z".parse().unwrap();
        let window = Window::new(start + TimeDelta::minutes(minutes), TimeDelta::minutes(length));
        let found = search(Target::Site { name: "Seoul", station: seoul, constraint }, window, &objects);
        let mut light: Vec<Daylight> = found.iter().map(|overflight| overflight.daylight).collect();
        light.dedup();
        light
    };
    let set = 8 * 60 + 42;
    assert_eq!(site(0, 3 * 1440), [Daylight::Part]);
    assert_eq!(site(set - 600, 560), [Daylight::Part], "from before sunrise");
    assert_eq!(site(set - 500, 485), [Daylight::Day], "to a quarter of an hour before sunset");
    assert_eq!(site(set - 500, 515), [Daylight::Part], "to a quarter of an hour after it");
    assert_eq!(site(set + 15, 700), [Daylight::Night]);
    assert_eq!(site(set + 15, 1440), [Daylight::Part], "dark at both ends, light between");
}
