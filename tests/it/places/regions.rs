//! Outlines: areas, containment, cells, caps, and what is refused.

use std::time::Instant;

use alliedsky::astro::geodesy::Geodetic;
use alliedsky::feed::bundled;
use alliedsky::ssa::place::{OutlineProblem, Region, Sites};
use alliedsky::ssa::roster::Roster;
use geo::{Densify, Euclidean, GeodesicArea};
use proptest::prelude::*;

use crate::truth;

fn region(name: &str) -> Region {
    bundled::regions()
        .iter()
        .flat_map(|text| Region::from_geojson(text.file, text.text.as_bytes()).unwrap())
        .find(|region| region.name() == name)
        .unwrap_or_else(|| panic!("no region {name}"))
}

fn regions_of(file: &str) -> Vec<Region> {
    let path = truth::data("regions").join(file);
    Region::from_geojson(file, &truth::bytes(&path)).unwrap_or_else(|error| panic!("{error}"))
}

fn shape(json: &str) -> Result<Vec<Region>, String> {
    Region::from_geojson("bay.geojson", json.as_bytes()).map_err(|error| error.to_string())
}

fn polygon(rings: &str) -> Result<Vec<Region>, String> {
    shape(&format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#))
}

/// Areas as published by statistical offices and almanacs (km²), 3 % wider for outlines of 1:50 000 000. The outline of
/// Japan leaves out the Ogasawara islands (104 km²) and, as its source draws them, the southern Kurils (5 000 km²).
#[test]
fn areas_agree_with_published_ones() {
    for (name, least_km2, greatest_km2) in [
        ("korea", 219_000.0 * 0.97, 223_000.0 * 1.03),
        ("rok", 97_000.0 * 0.97, 100_400.0 * 1.03),
        ("dprk", 120_500.0 * 0.97, 123_000.0 * 1.03),
        ("japan", 365_000.0 * 0.97, 378_000.0 * 1.03),
    ] {
        let area_km2 = region(name).area_km2();
        println!("{name}: {area_km2:.0} km²");
        assert!((least_km2..greatest_km2).contains(&area_km2), "{name}: {area_km2}");
    }
    let parts = region("rok").area_km2() + region("dprk").area_km2();
    assert!((parts / region("korea").area_km2() - 1.0).abs() < 1e-3);
}

/// A second method: geodesic area (Karney 2013) of the outline cut so fine that geodesics follow the straight edges.
#[test]
fn areas_agree_with_geodesic_ones() {
    for name in ["korea", "japan", "theatre", "east_sea", "west_sea"] {
        let region = region(name);
        let geodesic_km2 = Euclidean.densify(region.polygons(), 0.02).geodesic_area_unsigned() / 1e6;
        assert!((region.area_km2() / geodesic_km2 - 1.0).abs() < 1e-6, "{name}: {} {geodesic_km2}", region.area_km2());
    }
    let earth = polygon("[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]").unwrap().remove(0);
    // The area of WGS-84 (Moritz 1980 for the figure, Karney 2013 for the digits).
    assert!((earth.area_km2() - 510_065_621.724).abs() < 0.01, "{}", earth.area_km2());
}

#[test]
fn known_points_lie_where_they_should() {
    let points: [(&str, f64, f64, &[&str]); 12] = [
        ("Seoul", 37.5665, 126.9780, &["korea", "rok", "theatre", "west_sea"]),
        ("Daejeon", 36.3504, 127.3845, &["korea", "rok", "theatre", "east_sea"]),
        ("Jeju", 33.40, 126.53, &["korea", "rok", "theatre", "west_sea"]),
        ("Pyongyang", 39.0392, 125.7625, &["korea", "dprk", "theatre", "west_sea"]),
        ("Kanggye", 40.97, 126.59, &["korea", "dprk", "theatre", "west_sea"]),
        ("Tokyo", 35.6895, 139.6917, &["japan", "theatre", "east_sea"]),
        ("Sapporo", 43.0618, 141.3545, &["japan", "theatre", "east_sea"]),
        ("Okinawa", 26.50, 127.95, &["japan", "theatre"]),
        ("Yellow Sea", 36.0, 123.5, &["theatre", "west_sea"]),
        ("East Sea / Sea of Japan", 39.5, 133.5, &["theatre", "east_sea"]),
        ("Beijing", 39.9, 116.4, &[]),
        ("Buenos Aires", -34.6, -58.4, &[]),
    ];
    let all: Vec<Region> = bundled::regions()
        .iter()
        .flat_map(|text| Region::from_geojson(text.file, text.text.as_bytes()).unwrap())
        .collect();
    for (name, latitude_deg, longitude_deg, expected) in points {
        for turn in [-360.0, 0.0, 360.0] {
            let holding = all.iter().filter(|region| region.contains(latitude_deg, longitude_deg + turn));
            assert_eq!(holding.map(Region::name).collect::<Vec<_>>(), expected, "{name}");
        }
    }
}

#[test]
fn holes_are_left_out_however_rings_are_wound() {
    let holed = regions_of("holed.geojson").remove(0);
    assert_eq!(holed.name(), "holed");
    assert!(holed.contains(32.0, 122.0) && !holed.contains(35.0, 125.0) && !holed.contains(35.0, 119.9));
    let square = polygon("[[[120,30],[130,30],[130,40],[120,40],[120,30]]]").unwrap().remove(0);
    let hole = polygon("[[[124,34],[126,34],[126,36],[124,36],[124,34]]]").unwrap().remove(0);
    assert!((holed.area_km2() - square.area_km2() + hole.area_km2()).abs() < 1e-6);
    // Wound either way, with a spike at the western end.
    for ring in [
        "[[[120,30],[119,30],[120,30],[120,40],[130,40],[130,30],[120,30]]]",
        "[[[120,30],[130,30],[130,40],[120,40],[120,30],[119,30],[120,30]]]",
    ] {
        let spiked = polygon(ring).unwrap().remove(0);
        assert!((spiked.area_km2() - square.area_km2()).abs() < 1e-6, "{ring}: {}", spiked.area_km2());
    }
    // From the middle of the hole the nearest edge is the hole's.
    assert!((holed.boundary_distance_deg(35.0, 125.25) - 0.75).abs() < 1e-12);
    assert!((holed.boundary_distance_deg(43.0, 134.0) - 5.0).abs() < 1e-12);
    assert_cells_fill(&holed);
}

#[test]
fn the_antimeridian_may_be_written_in_every_way() {
    let regions = regions_of("antimeridian.geojson");
    let named = |name: &str| regions.iter().find(|region| region.name() == name).unwrap();
    let reference = named("running");
    assert_eq!(reference.polygons().0.len(), 1);
    for name in ["running", "wrapped", "split", "westward"] {
        let region = named(name);
        assert_eq!(region.polygons().0.len(), 1, "{name}");
        assert!((region.area_km2() / reference.area_km2() - 1.0).abs() < 1e-7, "{name}");
        for (longitude_deg, inside) in [
            (169.9, false),
            (170.1, true),
            (180.0, true),
            (-180.0, true),
            (-170.1, true),
            (-169.9, false),
            (0.0, false),
        ] {
            assert_eq!(region.contains(-15.0, longitude_deg), inside, "{name} {longitude_deg}");
        }
        assert!((region.boundary_distance_deg(-15.0, 180.0) - 5.0).abs() < 1e-6, "{name}");
        assert!((region.boundary_distance_deg(-15.0, -165.0) - 5.0).abs() < 1e-6, "{name}");
        assert!((region.boundary_distance_deg(-15.0, 165.0) - 5.0).abs() < 1e-6, "{name}");
        assert_cells_fill(region);
    }
    assert!(named("polar").contains(85.0, 12.0) && named("polar").contains(70.5, 180.0));
    assert!(!named("polar").contains(69.0, 12.0));
    assert_eq!(named("belt").enclosing_cap().radius_rad, std::f64::consts::PI);
    assert_cells_fill(named("polar"));
    assert_cells_fill(named("belt"));
    // A zone between two parallels of a sphere of the same area, near enough to tell a hole from a whole.
    assert!((named("belt").area_km2() / 510_065_621.724 - 0.5).abs() < 0.01);
}

#[test]
fn bad_outlines_are_told_with_feature_and_reason() {
    let cases = [
        ("<html>", "bay.geojson: this is no GeoJSON"),
        (r#"{"type":"FeatureCollection","features":[]}"#, "there is no feature in it"),
        (r#"{"type":"Point","coordinates":[1,2]}"#, "expected a Polygon or MultiPolygon, found Point"),
        (r#"{"type":"Feature","properties":null,"geometry":null}"#, "found no geometry"),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#, "without parts"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "the outer ring has 0 positions"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#, "the outer ring has 3 positions"),
        (
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
            "feature 1 (\"bay\"): the outer ring is not closed: it begins at 0, 0 and ends at 0, 1",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[37,127],[38,127],[38,128],[37,127]]]}"#,
            "the outer ring, position 1: latitude 127 is outside -90 to 90 (GeoJSON writes longitude first)",
        ),
        (r#"{"type":"Polygon","coordinates":[[[400,1],[2,1],[2,2],[400,1]]]}"#, "longitude 400 is outside"),
        (r#"{"type":"Polygon","coordinates":[[[1],[2,1],[2,2],[1]]]}"#, "bay.geojson: "),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[0,4],[4,6],[0,0]]]}"#, "the outline crosses itself"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[2,0],[0,0]]]}"#, "encloses no area"),
        (
            r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[9,0],[0,0]],[[2,2],[1,4],[4,4],[4,2],[2,2]]]}"#,
            "its parts or holes overlap",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[0,80],[120,80],[-120,80],[0,80]]]}"#,
            "the outer ring goes round a pole: close it along the pole",
        ),
        (
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]],[[[0,0],[4,0],[4,4],[0,0]]]]}"#,
            "its parts or holes overlap",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,3]]]}"#,
            "hole 1 is not closed",
        ),
    ];
    for (json, expected) in cases {
        let message = shape(json).unwrap_err();
        assert!(message.starts_with("bay.geojson: ") && message.contains(expected), "{message:?} lacks {expected:?}");
    }
    let square = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}"#;
    let twice = format!(
        r#"{{"type":"FeatureCollection","features":[{0},{0}]}}"#,
        format_args!(r#"{{"type":"Feature","properties":{{"name":"a"}},"geometry":{square}}}"#)
    );
    assert!(shape(&twice).unwrap_err().contains("feature 2 (\"a\"): the name stands twice"));
    let nameless = format!(
        r#"{{"type":"FeatureCollection","features":[{0},{0}]}}"#,
        format_args!(r#"{{"type":"Feature","properties":{{}},"geometry":{square}}}"#)
    );
    let names: Vec<_> = shape(&nameless).unwrap().iter().map(|region| region.name().to_owned()).collect();
    assert_eq!(names, ["bay_1", "bay_2"]);
    assert_eq!(shape(&format!("\u{feff}{square}")).unwrap()[0].name(), "bay");
}

#[test]
fn too_many_positions_are_refused() {
    let ring: Vec<String> = (0..200_001).map(|step| format!("[{},{}]", f64::from(step) * 1e-4, step % 2)).collect();
    let json = format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","));
    let error = Region::from_geojson("big.geojson", json.as_bytes()).unwrap_err();
    assert_eq!(error.problem, OutlineProblem::TooManyPoints);
}

/// The pieces add up to the region's area, and every point lies inside.
fn assert_cells_fill(region: &Region) {
    let cells = region.cells(region.usual_cells());
    let sum_km2: f64 = cells.iter().map(|cell| cell.area_km2).sum();
    assert!((sum_km2 / region.area_km2() - 1.0).abs() < 1e-5, "{}: {sum_km2} {}", region.name(), region.area_km2());
    for cell in &cells {
        assert!(region.contains(cell.latitude_deg, cell.longitude_deg), "{}: {cell:?}", region.name());
        assert!(cell.area_km2 > 0.0 && (-180.0..180.0).contains(&cell.longitude_deg));
    }
}

#[test]
fn cells_fill_every_bundled_region() {
    for text in bundled::regions() {
        let region = Region::from_geojson(text.file, text.text.as_bytes()).unwrap().remove(0);
        let start = Instant::now();
        let cells = region.cells(region.usual_cells());
        println!("{}: {} cells, {:.0} ms", region.name(), cells.len(), start.elapsed().as_secs_f64() * 1e3);
        let usual = region.usual_cells();
        assert!((usual / 3..=3 * usual).contains(&cells.len()), "{}: {}", region.name(), cells.len());
        assert!(start.elapsed().as_secs_f64() < 2.0);
        assert_cells_fill(&region);
    }
}

#[test]
fn large_test_polygons_are_read() {
    let Some(path) = truth::local("coverage/polygons.geojson") else { return };
    let regions = Region::from_geojson("polygons.geojson", &truth::bytes(&path)).unwrap();
    assert_eq!(regions.len(), 13);
    for region in &regions {
        println!("{}: {:.0} km²", region.name(), region.area_km2());
        assert_cells_fill(region);
        assert_cap_holds(region);
    }
}

fn assert_cap_holds(region: &Region) {
    let cap = region.enclosing_cap();
    let angle = |latitude_deg, longitude_deg| {
        Geodetic::new(latitude_deg, longitude_deg, 0.0).up().dot(&cap.up).clamp(-1.0, 1.0).acos()
    };
    for &[x1, y1, x2, y2] in region.edges() {
        for step in 0..=50 {
            let share = f64::from(step) / 50.0;
            let angle_rad = angle(y1 + share * (y2 - y1), x1 + share * (x2 - x1));
            assert!(angle_rad <= cap.radius_rad, "{}", region.name());
        }
    }
    for cell in region.cells(region.usual_cells()) {
        assert!(angle(cell.latitude_deg, cell.longitude_deg) <= cap.radius_rad, "{}", region.name());
    }
}

#[test]
fn caps_hold_their_regions_and_are_not_much_wider() {
    for (name, widest_deg) in [("korea", 6.5), ("japan", 16.0), ("theatre", 15.5), ("rok", 4.0)] {
        let region = region(name);
        assert_cap_holds(&region);
        let radius_deg = region.enclosing_cap().radius_rad.to_degrees();
        println!("{name}: {radius_deg:.2} deg around {:?}", region.enclosing_cap().center());
        assert!(radius_deg < widest_deg, "{name}: {radius_deg}");
    }
    for region in regions_of("antimeridian.geojson") {
        assert_cap_holds(&region);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Whoever is farther from the outline than a step cannot change sides by it: what a search for crossings rests on.
    #[test]
    fn a_step_shorter_than_the_distance_never_changes_sides(
        latitude_deg in 30.0..46.0f64,
        longitude_deg in 120.0..148.0f64,
        bearing in 0.0..std::f64::consts::TAU,
        share in 0.0..0.999f64,
    ) {
        let japan = region("japan");
        let step_deg = share * japan.boundary_distance_deg(latitude_deg, longitude_deg);
        let (east, north) = (step_deg * bearing.sin(), step_deg * bearing.cos());
        prop_assert_eq!(
            japan.contains(latitude_deg, longitude_deg),
            japan.contains(latitude_deg + north, longitude_deg + east)
        );
    }

    /// No bytes make a reader panic.
    #[test]
    fn any_text_is_read_or_refused(
        text in "\\PC{0,200}",
        numbers in proptest::collection::vec((-400.0..400.0f64, -100.0..100.0f64), 0..9),
    ) {
        let _ = Region::from_geojson("x", text.as_bytes());
        let _ = Roster::parse("x", &text);
        let _ = Sites::parse("x", &text);
        let mut ring: Vec<_> = numbers.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
        ring.extend(ring.first().cloned());
        if let Ok(regions) = polygon(&format!("[[{}]]", ring.join(","))) {
            let _ = regions[0].cells(30);
        }
    }
}
