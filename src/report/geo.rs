//! The neighbourhood of geostationary satellites as rows.

use super::briefing::{GeoObject, GeoPart};
use super::sheet::{Cell, Sheet, Shown};
use crate::ssa::geo::Neighbour;

const COLUMNS: [&str; 21] = [
    "asset_id",
    "asset_name",
    "norad_id",
    "name",
    "nation",
    "first",
    "last",
    "visits",
    "least_longitude_deg",
    "nearest",
    "distance_km",
    "longitude_difference_deg",
    "latitude_difference_deg",
    "asset_longitude_deg",
    "asset_drift_deg_day",
    "drift_deg_day",
    "age_days",
    "slot_change_start",
    "slot_change_end",
    "drift_before_deg_day",
    "drift_after_deg_day",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 11] = [
    Shown { column: "asset_name", head: "SATELLITE", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "NEIGHBOUR", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "nearest", head: "NEAREST", decimals: 0 },
    Shown { column: "distance_km", head: "KM", decimals: 0 },
    Shown { column: "longitude_difference_deg", head: "LON°", decimals: 2 },
    Shown { column: "latitude_difference_deg", head: "LAT°", decimals: 2 },
    Shown { column: "drift_deg_day", head: "DRIFT °/D", decimals: 3 },
    Shown { column: "slot_change_end", head: "SLOT CHANGE", decimals: 0 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
];

/// The neighbours as rows, by satellite and least distance.
#[must_use]
pub fn sheet(part: &GeoPart) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    for neighbour in &part.neighbours {
        if let (Some(asset), Some(object)) = (part.assets.get(neighbour.asset), part.objects.get(neighbour.object)) {
            sheet.push(cells(part, asset, object, neighbour));
        }
    }
    sheet
}

fn cells(part: &GeoPart, asset: &GeoObject, object: &GeoObject, neighbour: &Neighbour) -> Vec<Cell> {
    let time = |seconds: f64| Cell::Time(part.window.at(seconds));
    let change = object.slot_change.as_ref();
    vec![
        Cell::Integer(asset.norad_id.get().into()),
        Cell::text(&asset.name),
        Cell::Integer(object.norad_id.get().into()),
        Cell::text(&object.name),
        object.nation.map_or(Cell::Null, |nation| Cell::text(nation.alpha2())),
        time(neighbour.first_s),
        time(neighbour.last_s),
        Cell::Integer(i64::try_from(neighbour.visits).unwrap_or(i64::MAX)),
        Cell::Number(neighbour.least_longitude_deg, 4),
        time(neighbour.nearest_s),
        Cell::Number(neighbour.distance_km, 2),
        Cell::Number(neighbour.longitude_deg, 4),
        Cell::Number(neighbour.latitude_deg, 4),
        Cell::number(asset.longitudes_deg.first().map(|(_, longitude_deg)| *longitude_deg), 4),
        Cell::number(asset.drift_deg_day, 4),
        Cell::number(object.drift_deg_day, 4),
        Cell::Number(object.age_days, 4),
        change.map_or(Cell::Null, |change| Cell::Time(change.start)),
        change.map_or(Cell::Null, |change| Cell::Time(change.end)),
        Cell::number(change.map(|change| change.before_deg_day), 4),
        Cell::number(change.map(|change| change.after_deg_day), 4),
    ]
}
