//! Figures of coverage cell by cell, as rows and as GeoJSON.

use geo::MultiPolygon;
use geojson::{Geometry, GeometryValue};
use serde_json::{Value, json};

use super::coverage::{PlaceCoverage, nations_text};
use super::sheet::{self, Sheet, Shown};
use crate::ssa::place;

const COLUMNS: [&str; 20] = [
    "region",
    "cell",
    "latitude_deg",
    "longitude_deg",
    "area_km2",
    "nations",
    "fresh_percent",
    "time_percent",
    "accesses",
    "accesses_per_day",
    "mean_access_s",
    "longest_access_s",
    "mean_gap_s",
    "longest_gap_s",
    "mean_inner_gap_s",
    "longest_inner_gap_s",
    "time_average_gap_s",
    "mean_response_s",
    "response_p90_s",
    "first_access_s",
];

/// The columns for people.
pub const SHOWN: [Shown; 9] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "cell", head: "CELL", decimals: 0 },
    Shown { column: "latitude_deg", head: "LAT°", decimals: 3 },
    Shown { column: "longitude_deg", head: "LON°", decimals: 3 },
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "fresh_percent", head: "FRESH %", decimals: 1 },
    Shown { column: "time_percent", head: "TIME %", decimals: 2 },
    Shown { column: "accesses_per_day", head: "ACCESSES/DAY", decimals: 1 },
    Shown { column: "longest_gap_s", head: "LONGEST GAP", decimals: 0 },
];

/// A cell of a place and its outline; a site has one without.
pub type Shape = (place::Cell, Option<MultiPolygon<f64>>);

/// The cells of each place for every coalition with all its sensors. `shapes` has the cells of each place.
#[must_use]
pub fn sheet(places: &[PlaceCoverage], shapes: &[Vec<Shape>]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    for (place, shapes) in places.iter().zip(shapes) {
        for line in place.whole().filter(|line| line.coverage.assets > 0) {
            let nations = nations_text(&line.coverage.nations);
            for (index, ((cell, _), seen)) in shapes.iter().zip(&line.coverage.cells).enumerate() {
                sheet.push(row(&place.place, index, cell, &nations, seen));
            }
        }
    }
    sheet
}

fn row(
    place: &str,
    index: usize,
    cell: &place::Cell,
    nations: &str,
    seen: &crate::ssa::coverage::coalition::CellCoverage,
) -> Vec<sheet::Cell> {
    use sheet::Cell;
    let figures = &seen.figures;
    let seconds = |value: Option<f64>| value.map_or(Cell::Null, |seconds| Cell::Seconds(seconds, 3));
    vec![
        Cell::text(place),
        Cell::Integer(index as i64),
        Cell::Number(cell.latitude_deg, 5),
        Cell::Number(cell.longitude_deg, 5),
        Cell::Number(cell.area_km2, 3),
        Cell::text(nations),
        Cell::Number(seen.fresh_percent, 4),
        Cell::Number(figures.covered_percent, 4),
        Cell::Integer(figures.accesses as i64),
        Cell::Number(figures.accesses_per_day, 4),
        seconds(figures.mean_access_s),
        seconds(figures.longest_access_s),
        seconds(figures.gaps.mean_s),
        seconds(figures.gaps.longest_s),
        seconds(figures.inner_gaps.mean_s),
        seconds(figures.inner_gaps.longest_s),
        Cell::Seconds(figures.time_average_gap_s, 3),
        Cell::Seconds(figures.mean_response_s, 3),
        Cell::Seconds(figures.response.p90_s, 3),
        seconds(figures.first_access_s),
    ]
}

/// A feature for each cell: its outline, its area, and the fresh time of each coalition in percent by its nations' names.
#[must_use]
pub fn features(places: &[PlaceCoverage], shapes: &[Vec<Shape>], notes: &[String]) -> String {
    let mut features = Vec::new();
    for (place, shapes) in places.iter().zip(shapes) {
        for (index, (cell, outline)) in shapes.iter().enumerate() {
            let fresh: serde_json::Map<String, Value> = place
                .whole()
                .filter(|line| line.coverage.assets > 0)
                .filter_map(|line| {
                    let percent = line.coverage.cells.get(index)?.fresh_percent;
                    Some((nations_text(&line.coverage.nations), json!((percent * 1e4).round() / 1e4)))
                })
                .collect();
            let geometry = outline.as_ref().map_or_else(
                || json!({ "type": "Point", "coordinates": [cell.longitude_deg, cell.latitude_deg] }),
                |outline| serde_json::to_value(Geometry::new(GeometryValue::from(outline))).unwrap_or(Value::Null),
            );
            let properties = json!({
                "region": place.place, "cell": index, "area_km2": (cell.area_km2 * 1e3).round() / 1e3, "fresh_percent": fresh,
            });
            features.push(json!({ "type": "Feature", "geometry": geometry, "properties": properties }));
        }
    }
    format!("{}\n", json!({ "type": "FeatureCollection", "notes": notes, "features": features }))
}
