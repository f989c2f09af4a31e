//! Ground tracks and footprints as GeoJSON (RFC 7946), cut where they cross the antimeridian.

use std::f64::consts::TAU;

use chrono::{DateTime, Utc};
use geo::orient::{Direction, Orient};
use geo::{BooleanOps, LineString, MultiPolygon, Polygon};
use serde_json::{Value, json};

use super::zone::machine_time;
use crate::astro::geodesy::Geodetic;

/// Mean radius of the Earth in km (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0;

/// Corners of a footprint's edge.
const CORNERS: usize = 120;

/// Points beneath a satellite as a `MultiLineString`, longitude and latitude in degrees: a line ends at the antimeridian
/// and the next begins on its other side, at the latitude between (3.1.9).
#[must_use]
pub fn track_geometry(places: &[Geodetic]) -> Value {
    let mut lines: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut last: Option<&Geodetic> = None;
    for place in places {
        let here = [rounded(place.longitude_deg), rounded(place.latitude_deg)];
        let turn_deg = last.map_or(0.0, |last| place.longitude_deg - last.longitude_deg);
        match (last, lines.last_mut()) {
            (Some(last), Some(line)) if turn_deg.abs() > 180.0 => {
                // Eastwards the longitude falls by nearly a circle.
                let edge_deg = if turn_deg < 0.0 { 180.0 } else { -180.0 };
                let way_deg = turn_deg - 360.0 * turn_deg.signum();
                let share = if way_deg == 0.0 { 0.5 } else { (edge_deg - last.longitude_deg) / way_deg };
                let latitude_deg = last.latitude_deg + share * (place.latitude_deg - last.latitude_deg);
                line.push([edge_deg, rounded(latitude_deg)]);
                lines.push(vec![[-edge_deg, rounded(latitude_deg)], here]);
            }
            (Some(_), Some(line)) => line.push(here),
            _ => lines.push(vec![here]),
        }
        last = Some(place);
    }
    lines.retain(|line| line.len() > 1);
    json!({ "type": "MultiLineString", "coordinates": lines })
}

/// The ground within an angle of a satellite's nadir or within its horizon, as a `MultiPolygon`.
///
/// A circle about the point beneath, on a sphere of normals: at the off-nadir angle η, sin ε = cos of the elevation
/// (R + h)·sin η / R, and the radius at the Earth's centre is the elevation's complement less η; for a least elevation e it
/// is acos(R·cos e / (R + h)) − e (Wertz & Larson, *Space Mission Analysis and Design*, 3rd ed., sec. 5.2). Within 0.3 % of
/// the ellipsoid's. `edge` is the greatest off-nadir angle, or the least elevation.
///
/// Within `hole`, where there is one, nothing is in reach, such as the strip beneath a radar that looks to both sides.
#[must_use]
pub fn footprint_geometry(beneath: &Geodetic, edge: Edge, hole: Option<Edge>) -> Value {
    let outer = disc(beneath, edge);
    let reach = match hole {
        None => outer,
        Some(hole) => outer.difference(&disc(beneath, hole)).orient(Direction::Default),
    };
    let ring =
        |ring: &LineString<f64>| -> Vec<[f64; 2]> { ring.0.iter().map(|at| [rounded(at.x), rounded(at.y)]).collect() };
    let polygon = |polygon: &Polygon<f64>| -> Vec<Vec<[f64; 2]>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    };
    json!({ "type": "MultiPolygon", "coordinates": reach.iter().map(polygon).collect::<Vec<_>>() })
}

/// The ground within an edge, cut at the antimeridian.
fn disc(beneath: &Geodetic, edge: Edge) -> MultiPolygon<f64> {
    let ring = ring(beneath, radius_rad(beneath.altitude_km, edge));
    let part = |shift_deg: f64| {
        let east = clipped(&ring, |[longitude, _]| 180.0 + shift_deg - longitude);
        let both = clipped(&east, |[longitude, _]| longitude - shift_deg + 180.0);
        let corners = both.iter().map(|[longitude, latitude]| (longitude - shift_deg, *latitude));
        (both.len() >= 3).then(|| Polygon::new(LineString::from_iter(corners), Vec::new()))
    };
    [-360.0, 0.0, 360.0].into_iter().filter_map(part).collect()
}

/// Where a footprint ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// At this angle off nadir, degrees; at the horizon where that comes first.
    OffNadirDeg(f64),
    /// At this least elevation, degrees.
    ElevationDeg(f64),
}

fn radius_rad(altitude_km: f64, edge: Edge) -> f64 {
    let ratio = EARTH_RADIUS_KM / (EARTH_RADIUS_KM + altitude_km.max(1.0));
    match edge {
        Edge::ElevationDeg(deg) => (ratio * deg.to_radians().cos()).acos() - deg.to_radians(),
        Edge::OffNadirDeg(deg) => {
            let sine = deg.to_radians().sin() / ratio;
            if sine < 1.0 { sine.asin() - deg.to_radians() } else { ratio.acos() }
        }
    }
}

/// A circle's corners, anticlockwise seen from above, longitudes running on without a jump; one about a pole is closed
/// along it.
fn ring(middle: &Geodetic, radius_rad: f64) -> Vec<[f64; 2]> {
    let (sin_latitude, cos_latitude) = middle.latitude_deg.to_radians().sin_cos();
    let (sin_radius, cos_radius) = radius_rad.sin_cos();
    let pole_deg = if radius_rad.to_degrees() > 90.0 - middle.latitude_deg.abs() {
        Some(90.0_f64.copysign(middle.latitude_deg))
    } else {
        None
    };
    let mut corners: Vec<[f64; 2]> = Vec::with_capacity(CORNERS + 3);
    // One corner more about a pole: the circle ends a whole turn from where it began.
    let count = if pole_deg.is_some() { CORNERS + 1 } else { CORNERS };
    for corner in 0..count {
        let azimuth = -TAU * corner as f64 / CORNERS as f64;
        let latitude = (sin_latitude * cos_radius + cos_latitude * sin_radius * azimuth.cos()).clamp(-1.0, 1.0).asin();
        let east = azimuth.sin() * sin_radius * cos_latitude;
        let longitude = middle.longitude_deg + east.atan2(cos_radius - sin_latitude * latitude.sin()).to_degrees();
        let before = corners.last().map_or(middle.longitude_deg, |[longitude, _]| *longitude);
        corners.push([longitude - 360.0 * ((longitude - before) / 360.0).round(), latitude.to_degrees()]);
    }
    if let (Some(pole_deg), Some(&[first, _]), Some(&[last, _])) = (pole_deg, corners.first(), corners.last()) {
        corners.extend([[last, pole_deg], [first, pole_deg]]);
        // Back into the windows that are cut out.
        let middle_deg = 0.5 * (first + last);
        let shift_deg = 360.0 * (middle_deg / 360.0).round();
        corners.iter_mut().for_each(|[longitude, _]| *longitude -= shift_deg);
    }
    corners
}

/// The part of a polygon where a function of its points, linear along edges, is at or above zero (Sutherland & Hodgman
/// 1974).
fn clipped(ring: &[[f64; 2]], inside: impl Fn([f64; 2]) -> f64) -> Vec<[f64; 2]> {
    let mut kept = Vec::with_capacity(ring.len() + 2);
    for (index, &here) in ring.iter().enumerate() {
        let before = ring[(index + ring.len() - 1) % ring.len()];
        let (from, to) = (inside(before), inside(here));
        if (from >= 0.0) != (to >= 0.0) {
            let share = from / (from - to);
            kept.push([before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])]);
        }
        if to >= 0.0 {
            kept.push(here);
        }
    }
    kept
}

/// Degrees to the sixth decimal: 0.1 m on the ground.
fn rounded(deg: f64) -> f64 {
    (deg * 1e6).round() / 1e6
}

/// A feature collection of features, each a geometry with its properties; `notes` say what they rest on.
#[must_use]
pub fn collection(features: Vec<(Value, Value)>, notes: &[String]) -> String {
    let features: Vec<Value> = features
        .into_iter()
        .map(|(geometry, properties)| json!({ "type": "Feature", "geometry": geometry, "properties": properties }))
        .collect();
    format!("{}\n", json!({ "type": "FeatureCollection", "notes": notes, "features": features }))
}

/// A time for the properties of a feature.
#[must_use]
pub fn time_value(time: DateTime<Utc>) -> Value {
    Value::String(machine_time(time))
}
