//! GeoJSON (RFC 7946): places with what was found about them.

use geojson::{Geometry, GeometryValue};
use serde_json::{Value, json};

use super::sheet::Sheet;
use crate::ssa::place::{Region, Site};

/// The outline of a region as a GeoJSON geometry.
#[must_use]
pub fn region_geometry(region: &Region) -> Value {
    serde_json::to_value(Geometry::new(GeometryValue::from(region.polygons()))).unwrap_or(Value::Null)
}

/// A site as a GeoJSON point.
#[must_use]
pub fn site_geometry(site: &Site) -> Value {
    json!({ "type": "Point", "coordinates": [site.longitude_deg, site.latitude_deg, site.altitude_m] })
}

/// A feature collection with a feature for each place: its name, and under `key` the rows of `sheet` that are about it,
/// whose `region` or else `name` is its name. `notes` say what the rows rest on.
#[must_use]
pub fn features(places: &[(String, Value)], key: &str, sheet: &Sheet, notes: &[String]) -> String {
    let rows = sheet.to_objects();
    let features: Vec<Value> = places
        .iter()
        .map(|(name, geometry)| {
            let about =
                |row: &&Value| row.get("region").or(row.get("name")).is_some_and(|place| place == name.as_str());
            let own: Vec<&Value> = rows.iter().filter(about).collect();
            json!({ "type": "Feature", "geometry": geometry, "properties": { "name": name, key: own } })
        })
        .collect();
    format!("{}\n", json!({ "type": "FeatureCollection", "notes": notes, "features": features }))
}
