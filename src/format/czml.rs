//! CZML, the scenes of CesiumJS: satellites that move, areas and points on the ground.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A satellite that moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Mover {
    /// Unique in the scene.
    pub id: String,
    /// Shown beside it.
    pub name: String,
    /// Shown when it is picked.
    pub description: String,
    /// Red, green, blue, opacity, 0 to 255.
    pub rgba: [u8; 4],
    /// Earth-fixed positions in km, a row a time in seconds from the scene's start; in time.
    pub samples: Vec<(f64, [f64; 3])>,
}

/// An area on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Unique in the scene.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Longitude and latitude in degrees along its outer edge.
    pub outline_deg: Vec<[f64; 2]>,
}

/// A point on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Unique in the scene.
    pub id: String,
    /// Shown beside it.
    pub name: String,
    /// Longitude and latitude in degrees, height in metres.
    pub place: [f64; 3],
}

/// Sampled positions are interpolated by polynomials of this degree.
const DEGREE: usize = 5;

/// A scene as a CZML document (the CZML guide of CesiumJS, versions 1.0): a packet of the document, then one for each
/// area, point and satellite. Satellites exist from their first sample to their last.
#[must_use]
pub fn document(
    name: &str,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    movers: &[Mover],
    areas: &[Area],
    points: &[Point],
) -> String {
    let interval = format!("{}/{}", instant(start), instant(end));
    let clock = json!({
        "interval": interval, "currentTime": instant(start), "multiplier": 60, "range": "LOOP_STOP", "step": "SYSTEM_CLOCK_MULTIPLIER",
    });
    let mut packets = vec![json!({ "id": "document", "name": name, "version": "1.0", "clock": clock })];
    packets.extend(areas.iter().map(area));
    packets.extend(points.iter().map(point));
    packets.extend(movers.iter().filter_map(|own| mover(own, start)));
    format!("{}\n", Value::Array(packets))
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn area(area: &Area) -> Value {
    let degrees: Vec<f64> =
        area.outline_deg.iter().flat_map(|&[longitude, latitude]| [longitude, latitude, 0.0]).collect();
    json!({
        "id": area.id,
        "name": area.name,
        "polyline": {
            "positions": { "cartographicDegrees": degrees },
            "width": 1.5,
            "clampToGround": true,
            "material": { "solidColor": { "color": { "rgba": [86, 100, 111, 255] } } },
        },
    })
}

fn point(point: &Point) -> Value {
    json!({
        "id": point.id,
        "name": point.name,
        "position": { "cartographicDegrees": point.place },
        "point": { "pixelSize": 6, "color": { "rgba": [20, 32, 43, 255] } },
        "label": label(&point.name),
    })
}

fn mover(mover: &Mover, start: DateTime<Utc>) -> Option<Value> {
    let (first, last) = (mover.samples.first()?.0, mover.samples.last()?.0);
    let at = |seconds| instant(crate::astro::time::plus_seconds(start, seconds));
    let cartesian: Vec<f64> =
        mover.samples.iter().flat_map(|&(time_s, [x, y, z])| [time_s, metres(x), metres(y), metres(z)]).collect();
    Some(json!({
        "id": mover.id,
        "name": mover.name,
        "description": mover.description,
        "availability": format!("{}/{}", at(first), at(last)),
        "position": {
            "epoch": instant(start),
            "referenceFrame": "FIXED",
            "interpolationAlgorithm": "LAGRANGE",
            "interpolationDegree": DEGREE,
            "cartesian": cartesian,
        },
        "point": { "pixelSize": 8, "color": { "rgba": mover.rgba } },
        "label": label(&mover.name),
        "path": {
            "leadTime": 1200,
            "trailTime": 1200,
            "width": 1,
            "material": { "solidColor": { "color": { "rgba": mover.rgba } } },
        },
    }))
}

fn label(text: &str) -> Value {
    json!({
        "text": text,
        "font": "12px sans-serif",
        "horizontalOrigin": "LEFT",
        "pixelOffset": { "cartesian2": [10, 0] },
    })
}

/// Kilometres as metres to the centimetre.
fn metres(km: f64) -> f64 {
    (km * 1e5).round() / 100.0
}
