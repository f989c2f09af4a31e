//! GeoJSON outlines: text in, checked rings out, in longitudes that run on across the antimeridian.

use geo::bool_ops::FillRule;
use geo::{Area, BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon, coord};
use geojson::{Feature, GeoJson, Geometry, GeometryValue, Position};

/// The most positions a file may hold.
pub const MAX_POINTS: usize = 200_000;

/// Latitudes this far beyond a pole are rounding and are taken as the pole, degrees (about 1 m).
const POLE_ROUNDING_DEG: f64 = 1e-5;

/// What is wrong with which feature of which file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}{problem}", feature.as_ref().map(|feature| format!("{feature}: ")).unwrap_or_default())]
pub struct OutlineError {
    /// The file, as its reader was told.
    pub file: String,
    /// The feature, such as `feature 2 ("bay")`; `None` where the file as a whole is wrong.
    pub feature: Option<String>,
    /// What is wrong.
    pub problem: OutlineProblem,
}

/// What is wrong with an outline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutlineProblem {
    /// The bytes are no GeoJSON.
    #[error("this is no GeoJSON: {0}")]
    NotGeoJson(String),
    /// A collection without features.
    #[error("there is no feature in it")]
    Empty,
    /// A geometry that encloses no area.
    #[error("expected a Polygon or MultiPolygon, found {0}")]
    NoPolygon(String),
    /// More positions than [`MAX_POINTS`].
    #[error("more than {MAX_POINTS} positions")]
    TooManyPoints,
    /// A ring of fewer than four positions.
    #[error("{ring} has {points} positions: a closed ring needs four or more")]
    TooFewPoints {
        /// Which ring.
        ring: String,
        /// Its number of positions.
        points: usize,
    },
    /// A ring whose last position is not its first.
    #[error("{ring} is not closed: it begins at {first} and ends at {last} (longitude, latitude)")]
    Unclosed {
        /// Which ring.
        ring: String,
        /// Its first position.
        first: String,
        /// Its last position.
        last: String,
    },
    /// A position that is not two or three numbers in range.
    #[error("{ring}, position {position}: {problem}")]
    Position {
        /// Which ring.
        ring: String,
        /// The position's number, from 1.
        position: usize,
        /// What is wrong.
        problem: String,
    },
    /// A ring that goes once round the Earth and does not come back along a pole.
    #[error(
        "{ring} goes round a pole: close it along the pole, as in [[-180,80],[180,80],[180,90],[-180,90],[-180,80]]"
    )]
    RoundPole {
        /// Which ring.
        ring: String,
    },
    /// A ring without area, or rings that cross themselves or each other.
    #[error("{0}")]
    Shape(&'static str),
    /// Two features of one name.
    #[error("the name stands twice in the file")]
    SameName,
}

/// One feature's outline with its name.
pub(super) struct Outline {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) polygons: MultiPolygon<f64>,
}

/// Reads every polygon feature of a GeoJSON file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Outline>, OutlineError> {
    let whole = |problem| OutlineError { file: file.to_owned(), feature: None, problem };
    let features = features(bytes).map_err(whole)?;
    if features.is_empty() {
        return Err(whole(OutlineProblem::Empty));
    }
    let several = features.len() > 1;
    let mut outlines: Vec<Outline> = Vec::new();
    let mut budget = MAX_POINTS;
    for (index, feature) in features.iter().enumerate() {
        let name = name_of(feature).unwrap_or_else(|| match several {
            true => format!("{}_{}", stem(file), index + 1),
            false => stem(file).to_owned(),
        });
        let refuse = |problem| OutlineError {
            file: file.to_owned(),
            feature: Some(format!("feature {} ({name:?})", index + 1)),
            problem,
        };
        if outlines.iter().any(|present| present.name == name) {
            return Err(refuse(OutlineProblem::SameName));
        }
        let polygons = polygons(feature, &mut budget).map_err(refuse)?;
        let title = property(feature, "title").or_else(|| property(feature, "name")).unwrap_or_else(|| name.clone());
        outlines.push(Outline { name, title, polygons });
    }
    Ok(outlines)
}

/// The file's name without folders and extension.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn features(bytes: &[u8]) -> Result<Vec<Feature>, OutlineProblem> {
    let text = std::str::from_utf8(bytes).map_err(|error| OutlineProblem::NotGeoJson(error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    match text.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => Ok(collection.features),
        Ok(GeoJson::Feature(feature)) => Ok(vec![feature]),
        Ok(GeoJson::Geometry(geometry)) => Ok(vec![Feature::from(geometry)]),
        Err(error) => Err(OutlineProblem::NotGeoJson(error.to_string())),
    }
}

fn property(feature: &Feature, key: &str) -> Option<String> {
    let text = feature.property(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The name of a feature: its property `id`, its own `id`, its property `name`.
fn name_of(feature: &Feature) -> Option<String> {
    let own = || match &feature.id {
        Some(geojson::feature::Id::String(id)) if !id.trim().is_empty() => Some(id.trim().to_owned()),
        Some(geojson::feature::Id::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    property(feature, "id").or_else(own).or_else(|| property(feature, "name"))
}

fn polygons(feature: &Feature, budget: &mut usize) -> Result<MultiPolygon<f64>, OutlineProblem> {
    let parts: Vec<&Vec<Vec<Position>>> = match &feature.geometry {
        Some(Geometry { value: GeometryValue::Polygon { coordinates }, .. }) => vec![coordinates],
        Some(Geometry { value: GeometryValue::MultiPolygon { coordinates }, .. }) => coordinates.iter().collect(),
        Some(geometry) => return Err(OutlineProblem::NoPolygon(geometry.value.type_name().to_owned())),
        None => return Err(OutlineProblem::NoPolygon("no geometry".to_owned())),
    };
    if parts.is_empty() {
        return Err(OutlineProblem::NoPolygon("a MultiPolygon without parts".to_owned()));
    }
    let mut polygons = Vec::with_capacity(parts.len());
    for (index, rings) in parts.iter().enumerate() {
        let of = if parts.len() > 1 { format!(" of polygon {}", index + 1) } else { String::new() };
        polygons.push(polygon(rings, &of, budget)?);
    }
    let together = side_by_side(MultiPolygon::new(polygons));
    check_shape(&together)?;
    Ok(together)
}

fn polygon(rings: &[Vec<Position>], of: &str, budget: &mut usize) -> Result<Polygon<f64>, OutlineProblem> {
    let Some((outer, inner)) = rings.split_first() else {
        return Err(OutlineProblem::TooFewPoints { ring: format!("the outer ring{of}"), points: 0 });
    };
    let exterior = ring(outer, format!("the outer ring{of}"), budget)?;
    let middle_deg = middle(&exterior);
    let mut holes = Vec::with_capacity(inner.len());
    for (index, positions) in inner.iter().enumerate() {
        let mut hole = ring(positions, format!("hole {}{of}", index + 1), budget)?;
        let shift_deg = 360.0 * ((middle_deg - middle(&hole)) / 360.0).round();
        shift(&mut hole, shift_deg);
        holes.push(hole);
    }
    Ok(wound(Polygon::new(exterior, holes)))
}

/// Counter-clockwise outside, clockwise holes, however the file winds them: by the sign of their areas, since a spike
/// or a repeated corner hides the turn that a ring takes at any one position.
fn wound(polygon: Polygon<f64>) -> Polygon<f64> {
    let turn = |ring: &mut LineString<f64>, sign: f64| {
        if signed_ring_area(ring) * sign < 0.0 {
            ring.0.reverse();
        }
    };
    let (mut exterior, mut interiors) = polygon.into_inner();
    turn(&mut exterior, 1.0);
    interiors.iter_mut().for_each(|ring| turn(ring, -1.0));
    Polygon::new(exterior, interiors)
}

/// What lies to the left of all rings together: outer rings counter-clockwise, holes clockwise.
fn joined(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    polygons.union_with_fill_rule(&MultiPolygon::<f64>::new(Vec::new()), FillRule::Positive)
}

/// The area that a ring encloses in the (longitude, latitude) plane, square degrees; positive where it runs
/// counter-clockwise. Measured from its first position, so that a small ring far from the origin keeps its digits.
fn signed_ring_area(ring: &LineString<f64>) -> f64 {
    let Some(&origin) = ring.0.first() else { return 0.0 };
    let cross = |a: Coord<f64>, b: Coord<f64>| a.x * b.y - b.x * a.y;
    ring.lines().map(|line| cross(line.start - origin, line.end - origin)).sum::<f64>() / 2.0
}

fn ring(positions: &[Position], ring: String, budget: &mut usize) -> Result<LineString<f64>, OutlineProblem> {
    *budget = budget.checked_sub(positions.len()).ok_or(OutlineProblem::TooManyPoints)?;
    if positions.len() < 4 {
        return Err(OutlineProblem::TooFewPoints { ring, points: positions.len() });
    }
    let mut coords = Vec::with_capacity(positions.len());
    for (index, position) in positions.iter().enumerate() {
        let coord = coordinate(position.as_slice()).map_err(|problem| OutlineProblem::Position {
            ring: ring.clone(),
            position: index + 1,
            problem,
        })?;
        coords.push(coord);
    }
    let ends = coords.first().copied().zip(coords.last().copied());
    if let Some((first, last)) = ends
        && first != last
    {
        let show = |at: Coord<f64>| format!("{}, {}", at.x, at.y);
        return Err(OutlineProblem::Unclosed { ring, first: show(first), last: show(last) });
    }
    unwrap(&mut coords).then_some(()).ok_or(OutlineProblem::RoundPole { ring })?;
    coords.dedup();
    Ok(LineString::new(coords))
}

fn coordinate(position: &[f64]) -> Result<Coord<f64>, String> {
    let &[longitude, latitude, ..] = position else {
        return Err("a position needs a longitude and a latitude".to_owned());
    };
    if !(-360.0..=360.0).contains(&longitude) {
        return Err(format!("longitude {longitude} is outside -360 to 360"));
    }
    if latitude.is_nan() || latitude.abs() > 90.0 + POLE_ROUNDING_DEG {
        return Err(format!("latitude {latitude} is outside -90 to 90 (GeoJSON writes longitude first)"));
    }
    Ok(coord! { x: longitude, y: latitude.clamp(-90.0, 90.0) })
}

/// Makes longitudes run on: an edge of more than 180 and less than 360 degrees is read as the short way across the
/// antimeridian, where RFC 7946 (3.1.9) would have had the shape cut; one of 360 is the full circle of a polar cap or
/// belt. Whether the ring comes back to its beginning.
fn unwrap(coords: &mut [Coord<f64>]) -> bool {
    let mut turns = 0.0;
    let mut before = coords.first().map_or(0.0, |first| first.x);
    for coord in coords.iter_mut() {
        let step = coord.x - before;
        before = coord.x;
        if step.abs() > 180.0 && step.abs() < 360.0 {
            turns -= step.signum();
        }
        coord.x += 360.0 * turns;
    }
    turns == 0.0
}

fn middle(ring: &LineString<f64>) -> f64 {
    ring.bounding_rect().map_or(0.0, |bounds| bounds.center().x)
}

fn shift(ring: &mut LineString<f64>, by_deg: f64) {
    ring.coords_mut().for_each(|coord| coord.x += by_deg);
}

/// Brings all parts to the turn of longitude in which they lie closest together, and joins those that were split at the
/// antimeridian, so that a track across it does not leave the region there.
fn side_by_side(mut polygons: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let Some(start_deg) = widest_gap_end(&polygons) else {
        return polygons;
    };
    for polygon in &mut polygons.0 {
        let west_deg = polygon.bounding_rect().map_or(0.0, |bounds| bounds.min().x);
        // The start is one of the western ends; the slack keeps rounding from sending that one round once more.
        let by_deg = -360.0 * ((west_deg - start_deg + 1e-9) / 360.0).floor();
        polygon.exterior_mut(|ring| shift(ring, by_deg));
        polygon.interiors_mut(|rings| rings.iter_mut().for_each(|ring| shift(ring, by_deg)));
    }
    // Files are cut at the antimeridian, or at Greenwich where they count 0 to 360.
    let seam = |x: f64| (x.rem_euclid(180.0) == 0.0).then_some(x);
    let west_end = |polygon: &Polygon<f64>| polygon.bounding_rect().and_then(|bounds| seam(bounds.min().x));
    let east_end = |polygon: &Polygon<f64>| polygon.bounding_rect().and_then(|bounds| seam(bounds.max().x));
    let western: Vec<f64> = polygons.iter().filter_map(west_end).collect();
    if polygons.iter().filter_map(east_end).any(|x| western.contains(&x)) {
        return joined(&polygons).into_iter().map(wound).collect();
    }
    polygons
}

/// The eastern end of the widest stretch of longitudes that no part touches, in the turn -180 to 180.
fn widest_gap_end(polygons: &MultiPolygon<f64>) -> Option<f64> {
    let mut spans: Vec<(f64, f64)> = polygons
        .iter()
        .filter_map(|polygon| {
            let bounds = polygon.bounding_rect()?;
            let west = (bounds.min().x + 180.0).rem_euclid(360.0) - 180.0;
            Some((west, west + bounds.width()))
        })
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, _) = *spans.first()?;
    // A part that reaches over the antimeridian covers the beginning of the turn as well.
    let mut reached = spans.iter().map(|(_, east)| east - 360.0).fold(f64::NEG_INFINITY, f64::max);
    let (mut widest, mut end) = (first - reached, first);
    for (west, east) in spans {
        if west - reached > widest {
            (widest, end) = (west - reached, west);
        }
        reached = reached.max(east);
    }
    Some(end)
}

/// Whether the rings enclose an area once: rings that cross or overlap enclose less, or more, than they add up to.
fn check_shape(polygons: &MultiPolygon<f64>) -> Result<(), OutlineProblem> {
    let added = polygons.unsigned_area();
    let bounds = polygons.bounding_rect();
    if bounds.is_some_and(|bounds| bounds.width() > 360.0 + 1e-9) {
        return Err(OutlineProblem::Shape("the outline is wider than 360 degrees"));
    }
    let covered = polygons.union(&MultiPolygon::<f64>::new(Vec::new())).unsigned_area();
    let differs = |area: f64| (area - added).abs() > 1e-4 * area.max(added);
    if differs(covered) || differs(joined(polygons).unsigned_area()) {
        return Err(OutlineProblem::Shape("the outline crosses itself, or its parts or holes overlap"));
    }
    if added <= 0.0 {
        return Err(OutlineProblem::Shape("the outline encloses no area"));
    }
    Ok(())
}
