//! Areas on the ground by their outline.

use std::f64::consts::PI;

use geo::{Centroid, MultiPolygon, Polygon};
use nalgebra::Vector3;

use super::outline::{self, Outline, OutlineError};
use crate::astro::geodesy::{Geodetic, WGS84_FLATTENING, WGS84_RADIUS_KM};

/// An area on the ground.
///
/// Its outline is in degrees of geodetic latitude and longitude on WGS-84; edges are straight in (longitude, latitude),
/// as RFC 7946 (3.1.1) has them. Longitudes run on across the antimeridian, so a region's may exceed 180.
#[derive(Clone, Debug)]
pub struct Region {
    name: String,
    title: String,
    polygons: MultiPolygon<f64>,
    parts: Vec<Part>,
    runs: Vec<Run>,
    edges: Vec<[f64; 4]>,
    bounds: Bounds,
    cap: EnclosingCap,
    area_km2: f64,
}

/// One polygon with its holes: a range of the region's runs of edges, and the box around them.
#[derive(Clone, Debug)]
struct Part {
    runs: std::ops::Range<usize>,
    bounds: Bounds,
}

/// A few edges that follow each other, with the box around them: most edges can be passed over by a look at it.
#[derive(Clone, Debug)]
struct Run {
    edges: std::ops::Range<usize>,
    bounds: Bounds,
}

/// Edges in a run.
const RUN: usize = 12;

/// A box of latitudes and longitudes, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Southern latitude, degrees.
    pub south_deg: f64,
    /// Northern latitude, degrees.
    pub north_deg: f64,
    /// Western longitude, degrees, -180 to below 180.
    pub west_deg: f64,
    /// Eastern longitude, degrees, above the western one, up to 540.
    pub east_deg: f64,
}

/// A cap of the sphere of directions that holds every point of a region.
///
/// The directions are the outward normals of the ellipsoid ([`Geodetic::up`]), so the cap is as true for geodetic
/// latitudes as a cap on a sphere is for spherical ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnclosingCap {
    /// The middle, a unit vector, Earth-fixed.
    pub up: Vector3<f64>,
    /// The greatest angle between the middle and a normal of the region, rad; π where the region is too wide for a cap.
    pub radius_rad: f64,
}

impl EnclosingCap {
    /// The middle on the ellipsoid.
    #[must_use]
    pub fn center(&self) -> Geodetic {
        Geodetic::new(self.up.z.clamp(-1.0, 1.0).asin().to_degrees(), self.up.y.atan2(self.up.x).to_degrees(), 0.0)
    }
}

impl Region {
    /// The regions of a GeoJSON file (RFC 7946): a feature collection, a feature or a bare geometry, of polygons or
    /// multipolygons; `file` is what errors call it, and what names a feature without `id` and `name`.
    ///
    /// Rings that cross the antimeridian may be split there, or run on beyond 180, or jump from 180 to -180.
    ///
    /// # Errors
    /// No GeoJSON, no polygon, more than [`super::MAX_POINTS`] positions, a ring not closed or too short, a position
    /// out of range, an outline that crosses itself.
    pub fn from_geojson(file: &str, bytes: &[u8]) -> Result<Vec<Self>, OutlineError> {
        Ok(outline::read(file, bytes)?.into_iter().map(Self::new).collect())
    }

    fn new(outline: Outline) -> Self {
        let Outline { name, title, polygons } = outline;
        let mut edges = Vec::new();
        let mut parts = Vec::with_capacity(polygons.0.len());
        let mut runs: Vec<Run> = Vec::new();
        for polygon in &polygons {
            let start = edges.len();
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                edges.extend(ring.lines().map(|line| [line.start.x, line.start.y, line.end.x, line.end.y]));
            }
            let own = edges.get(start..).unwrap_or_default();
            let first = runs.len();
            for (index, run) in own.chunks(RUN).enumerate() {
                let from = start + index * RUN;
                runs.push(Run { bounds: Bounds::of(run), edges: from..from + run.len() });
            }
            parts.push(Part { bounds: Bounds::of(own), runs: first..runs.len() });
        }
        let bounds = Bounds::of(&edges);
        let cap = enclosing_cap(&edges, bounds);
        let area_km2 = polygons.iter().map(polygon_area_km2).sum();
        Self { name, title, polygons, parts, runs, edges, bounds, cap, area_km2 }
    }

    /// The short name that commands take.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The outline: x is the longitude, y the latitude, degrees; outer rings counter-clockwise.
    #[must_use]
    pub fn polygons(&self) -> &MultiPolygon<f64> {
        &self.polygons
    }

    /// The edges, each from (longitude, latitude) to (longitude, latitude), degrees.
    #[must_use]
    pub fn edges(&self) -> &[[f64; 4]] {
        &self.edges
    }

    /// The box around it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// A cap that holds it, at most half a degree wider than needed.
    #[must_use]
    pub fn enclosing_cap(&self) -> EnclosingCap {
        self.cap
    }

    /// Its area on WGS-84 in km², edges straight in (longitude, latitude).
    #[must_use]
    pub fn area_km2(&self) -> f64 {
        self.area_km2
    }

    /// Whether a point lies in it; longitudes of any turn, degrees.
    ///
    /// Counts the edges east of the point, each with its southern end only (Shimrat 1962), part by part.
    #[must_use]
    pub fn contains(&self, latitude_deg: f64, longitude_deg: f64) -> bool {
        let longitude_deg = self.bounds.turned(longitude_deg);
        let inside = |part: &&Part| part.bounds.holds(latitude_deg, longitude_deg);
        let meets_ray = |run: &&Run| {
            (run.bounds.south_deg..=run.bounds.north_deg).contains(&latitude_deg)
                && run.bounds.east_deg >= longitude_deg
        };
        let crossed = |run: &Run| {
            let edges = self.edges.get(run.edges.clone()).unwrap_or_default();
            edges.iter().filter(|edge| crosses_ray(edge, latitude_deg, longitude_deg)).count()
        };
        self.parts.iter().filter(inside).any(|part| {
            let runs = self.runs.get(part.runs.clone()).unwrap_or_default();
            runs.iter().filter(meets_ray).map(crossed).sum::<usize>() % 2 == 1
        })
    }

    /// The edges that may meet a box of the region's own turn: all that do, and some that lie near it.
    pub fn edges_near(&self, bounds: &Bounds) -> impl Iterator<Item = &[f64; 4]> {
        let meets = |own: &Bounds| {
            own.west_deg <= bounds.east_deg
                && own.east_deg >= bounds.west_deg
                && own.south_deg <= bounds.north_deg
                && own.north_deg >= bounds.south_deg
        };
        self.runs
            .iter()
            .filter(move |run| meets(&run.bounds))
            .flat_map(|run| self.edges.get(run.edges.clone()).unwrap_or_default())
            .filter(move |edge| meets(&Bounds::of(std::slice::from_ref(*edge))))
    }

    /// The distance from a point to the nearest edge, inside or out, in degrees of the (longitude, latitude) plane;
    /// longitudes of any turn.
    #[must_use]
    pub fn boundary_distance_deg(&self, latitude_deg: f64, longitude_deg: f64) -> f64 {
        let eastern = self.bounds.turned(longitude_deg);
        let near = |longitude_deg: f64| self.boundary_distance_squared(latitude_deg, longitude_deg);
        let mut least = if eastern <= self.bounds.east_deg { near(eastern) } else { f64::INFINITY };
        // Outside of the box the nearest edge may lie east or west of the point; inside of a box wider than half a turn
        // the way round the back may be the shorter one.
        if eastern > self.bounds.east_deg || self.bounds.width_deg() > 180.0 {
            least = least.min(near(eastern)).min(near(eastern - 360.0)).min(near(eastern + 360.0));
        }
        least.sqrt()
    }

    /// The square of the distance to the nearest edge of this very turn: first among the run whose box is nearest,
    /// then among those whose boxes are nearer than that.
    fn boundary_distance_squared(&self, latitude_deg: f64, longitude_deg: f64) -> f64 {
        let to_box = |run: &Run| run.bounds.distance_squared(latitude_deg, longitude_deg);
        let among = |run: &Run| {
            let squared = |edge: &[f64; 4]| distance_squared(edge, latitude_deg, longitude_deg);
            self.edges.get(run.edges.clone()).unwrap_or_default().iter().map(squared).fold(f64::INFINITY, f64::min)
        };
        let Some(nearest) = self.runs.iter().min_by(|a, b| to_box(a).total_cmp(&to_box(b))) else {
            return f64::INFINITY;
        };
        self.runs
            .iter()
            .fold(among(nearest), |least, run| if to_box(run) < least { least.min(among(run)) } else { least })
    }
}

impl Bounds {
    fn of(edges: &[[f64; 4]]) -> Self {
        let empty = Self {
            south_deg: f64::INFINITY,
            north_deg: f64::NEG_INFINITY,
            west_deg: f64::INFINITY,
            east_deg: f64::NEG_INFINITY,
        };
        edges.iter().fold(empty, |bounds, &[x1, y1, x2, y2]| Self {
            south_deg: bounds.south_deg.min(y1.min(y2)),
            north_deg: bounds.north_deg.max(y1.max(y2)),
            west_deg: bounds.west_deg.min(x1.min(x2)),
            east_deg: bounds.east_deg.max(x1.max(x2)),
        })
    }

    /// The square of the distance of a point of the same turn from the box, 0 inside.
    fn distance_squared(&self, latitude_deg: f64, longitude_deg: f64) -> f64 {
        let x = (self.west_deg - longitude_deg).max(longitude_deg - self.east_deg).max(0.0);
        let y = (self.south_deg - latitude_deg).max(latitude_deg - self.north_deg).max(0.0);
        x * x + y * y
    }

    /// Extent in longitude, degrees.
    #[must_use]
    pub fn width_deg(&self) -> f64 {
        self.east_deg - self.west_deg
    }

    /// The longitude in the turn that begins at the western end.
    fn turned(&self, longitude_deg: f64) -> f64 {
        let east_of_west = (longitude_deg - self.west_deg).rem_euclid(360.0);
        // A full circle of rounding below the western end would otherwise come out east of everything.
        if 360.0 - east_of_west < 1e-12 { self.west_deg } else { self.west_deg + east_of_west }
    }

    /// Whether a point of the same turn lies in the box or on its rim.
    fn holds(&self, latitude_deg: f64, longitude_deg: f64) -> bool {
        (self.south_deg..=self.north_deg).contains(&latitude_deg)
            && (self.west_deg..=self.east_deg).contains(&longitude_deg)
    }
}

fn crosses_ray(&[x1, y1, x2, y2]: &[f64; 4], latitude_deg: f64, longitude_deg: f64) -> bool {
    (y1 > latitude_deg) != (y2 > latitude_deg) && longitude_deg < x1 + (x2 - x1) * (latitude_deg - y1) / (y2 - y1)
}

fn distance_squared(&[x1, y1, x2, y2]: &[f64; 4], latitude_deg: f64, longitude_deg: f64) -> f64 {
    let (along_x, along_y) = (x2 - x1, y2 - y1);
    let (to_x, to_y) = (longitude_deg - x1, latitude_deg - y1);
    let length_squared = along_x * along_x + along_y * along_y;
    let share =
        if length_squared > 0.0 { ((to_x * along_x + to_y * along_y) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (to_x - share * along_x, to_y - share * along_y);
    x * x + y * y
}

/// Edges are sampled so finely for the cap, degrees.
const CAP_STEP_DEG: f64 = 0.5;

/// A cap around all edges, and so around the region: found by moving the middle towards the farthest point in ever
/// smaller steps (Bădoiu and Clarkson 2003), then widened by half a sampling step, since an angle on the sphere is
/// never greater than its length in the (longitude, latitude) plane.
///
/// The complement of a cap below a quarter turn is wider than a hemisphere and cannot hide in a region narrower than
/// half a turn of longitude; anything wider gets the whole sphere.
fn enclosing_cap(edges: &[[f64; 4]], bounds: Bounds) -> EnclosingCap {
    let mut normals: Vec<Vector3<f64>> = Vec::new();
    for &[x1, y1, x2, y2] in edges {
        let steps = ((x2 - x1).hypot(y2 - y1) / CAP_STEP_DEG).ceil().max(1.0);
        normals.extend((0..steps as u32).map(|step| {
            let share = f64::from(step) / steps;
            Geodetic::new(y1 + share * (y2 - y1), x1 + share * (x2 - x1), 0.0).up()
        }));
    }
    let mean: Vector3<f64> = normals.iter().sum();
    let mut up = mean.try_normalize(1e-9).unwrap_or_else(Vector3::z);
    let farthest =
        |up: &Vector3<f64>| normals.iter().map(|normal| (normal.dot(up), normal)).min_by(|a, b| a.0.total_cmp(&b.0));
    for step in 1..=64 {
        let Some((_, normal)) = farthest(&up) else { break };
        up = (up + (normal - up) / f64::from(step + 1)).try_normalize(1e-9).unwrap_or(up);
    }
    let least_cosine = farthest(&up).map_or(-1.0, |(cosine, _)| cosine.clamp(-1.0, 1.0));
    let radius_rad = least_cosine.acos() + (CAP_STEP_DEG / 2.0).to_radians();
    let too_wide = radius_rad >= PI / 2.0 || bounds.width_deg() >= 180.0;
    EnclosingCap { up, radius_rad: if too_wide { PI } else { radius_rad } }
}

/// The area of a polygon on WGS-84 in km², edges straight in (longitude, latitude).
///
/// By Green's theorem the sum over the edges of Δλ times the mean along the edge of the area between the equator and
/// the latitude, per radian of longitude. That mean is a five-point Gauss-Legendre sum, exact to rounding for edges of
/// a few degrees and to 1e-9 for edges from pole to pole.
pub(super) fn polygon_area_km2(polygon: &Polygon<f64>) -> f64 {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    // Counter-clockwise rings run east along their southern side: Green's sum over them is negative.
    -rings.flat_map(|ring| ring.lines()).map(|line| strip_km2(line.start.y, line.end.y, line.dx())).sum::<f64>()
}

/// Abscissae in 0..1 and weights of the five-point Gauss-Legendre rule (Abramowitz and Stegun, table 25.4).
const GAUSS_5: [(f64, f64); 5] = [
    (0.046_910_077_030_668_0, 0.118_463_442_528_094_5),
    (0.230_765_344_947_158_45, 0.239_314_335_249_683_24),
    (0.5, 0.284_444_444_444_444_4),
    (0.769_234_655_052_841_5, 0.239_314_335_249_683_24),
    (0.953_089_922_969_332, 0.118_463_442_528_094_5),
];

fn strip_km2(from_deg: f64, to_deg: f64, width_deg: f64) -> f64 {
    let mean: f64 = GAUSS_5
        .iter()
        .map(|(share, weight)| weight * area_below_km2_rad((from_deg + share * (to_deg - from_deg)).to_radians()))
        .sum();
    mean * width_deg.to_radians()
}

/// The area between the equator and a geodetic latitude on WGS-84, km² per radian of longitude: a² q / 2 with q of
/// Snyder 1987 (USGS Professional Paper 1395), eq. 3-12.
fn area_below_km2_rad(latitude_rad: f64) -> f64 {
    let eccentricity_squared = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING);
    let eccentricity = eccentricity_squared.sqrt();
    let sine = latitude_rad.sin();
    let q = (1.0 - eccentricity_squared)
        * (sine / (1.0 - eccentricity_squared * sine * sine) + (eccentricity * sine).atanh() / eccentricity);
    WGS84_RADIUS_KM * WGS84_RADIUS_KM * q / 2.0
}

/// A point inside a clipped piece of this region: the centroid where it lies inside.
pub(super) fn inner_point(pieces: &MultiPolygon<f64>, region: &Region) -> Option<(f64, f64)> {
    let inside = |point: &geo::Point<f64>| region.contains(point.y(), point.x());
    let largest = || pieces.iter().max_by(|a, b| polygon_area_km2(a).total_cmp(&polygon_area_km2(b)));
    let point = pieces
        .centroid()
        .filter(|point| inside(point) && geo::Contains::contains(pieces, point))
        .or_else(|| geo::InteriorPoint::interior_point(largest()?).filter(inside))?;
    Some((point.y(), point.x()))
}
