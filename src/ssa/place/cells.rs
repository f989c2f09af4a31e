//! Regions cut into cells of known area, so that a share of an area is a sum over points.

use std::collections::{HashSet, VecDeque};

use geo::{BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect, coord};
use h3o::{CellIndex, LatLng, Resolution};

use super::Region;
use super::region::{inner_point, polygon_area_km2};

/// The least number of cells that suits a figure of coverage.
const LEAST_CELLS: usize = 250;

/// The area of a cell that suits one, km²: that of H3's resolution 4, 45 km across.
const CELL_KM2: f64 = 1_770.0;

/// A piece of a region: what lies inside of it of one hexagon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Latitude of a point inside the piece, degrees; its centroid where that is inside.
    pub latitude_deg: f64,
    /// Longitude of that point, degrees, -180 to 180.
    pub longitude_deg: f64,
    /// Area of the piece on WGS-84, km².
    pub area_km2: f64,
}

/// More cells than anyone can want.
const MOST_CELLS: usize = 100_000;

/// Pieces smaller than this share of the region are crumbs of clipping and are left out.
const CRUMB: f64 = 1e-9;

impl Region {
    /// The number of cells that suits a figure of coverage: 250, of large regions one for each 1,770 km².
    #[must_use]
    pub fn usual_cells(&self) -> usize {
        ((self.area_km2() / CELL_KM2) as usize).clamp(LEAST_CELLS, MOST_CELLS)
    }

    /// The region as pieces of H3 cells, about `target` of them (a third to three times as many, since a step of H3's
    /// resolution is a factor of seven), ordered by H3 index.
    ///
    /// Neighbouring cells share their corners and are cut straight in (longitude, latitude), as the region's edges are:
    /// the pieces neither overlap nor leave gaps, and their areas add up to the region's.
    #[must_use]
    pub fn cells(&self, target: usize) -> Vec<Cell> {
        self.shaped_cells(target).into_iter().map(|(cell, _)| cell).collect()
    }

    /// [`Region::cells`] with the outline of each, in longitude and latitude, degrees.
    #[must_use]
    pub fn shaped_cells(&self, target: usize) -> Vec<(Cell, MultiPolygon<f64>)> {
        let wanted = target.clamp(1, MOST_CELLS) as f64;
        let misfit = |count: f64| (count / wanted).ln().abs();
        let by_area = |resolution: &Resolution| misfit(self.area_km2() / resolution.area_km2());
        let fine = Resolution::range(Resolution::Zero, Resolution::Fifteen)
            .min_by(|a, b| by_area(a).total_cmp(&by_area(b)))
            .unwrap_or(Resolution::Four);
        // A long coast adds cells that the area does not tell of: the coarser step may come closer to the target.
        let cells = self.cells_at(fine);
        match fine.pred().map(|coarse| self.cells_at(coarse)) {
            Some(fewer) if misfit(fewer.len() as f64) < misfit(cells.len() as f64) => fewer,
            _ => cells,
        }
    }

    fn cells_at(&self, resolution: Resolution) -> Vec<(Cell, MultiPolygon<f64>)> {
        let mut seen = HashSet::new();
        let mut queue: VecDeque<CellIndex> = VecDeque::new();
        for &[longitude_deg, latitude_deg, ..] in self.edges() {
            // Refused only where a coordinate is not finite, and a region's are.
            let Ok(corner) = LatLng::new(latitude_deg, longitude_deg) else { continue };
            let cell = corner.to_cell(resolution);
            if seen.insert(cell) {
                queue.push_back(cell);
            }
        }
        let mut found: Vec<(CellIndex, (Cell, MultiPolygon<f64>))> = Vec::new();
        while let Some(index) = queue.pop_front() {
            let Some(pieces) = self.pieces(index) else { continue };
            found.extend(self.cell(&pieces).map(|cell| (index, (cell, pieces))));
            let neighbours: Vec<CellIndex> = index.grid_disk(1);
            queue.extend(neighbours.into_iter().filter(|cell| seen.insert(*cell)));
        }
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, cell)| cell).collect()
    }

    /// What lies in the region of a cell; `None` where the cell and the region are apart.
    fn pieces(&self, index: CellIndex) -> Option<MultiPolygon<f64>> {
        let outline = outline(index);
        let mut pieces = Vec::new();
        let mut near = false;
        // The region's longitudes may belong to another turn than the cell's.
        for turn in [-360.0, 0.0, 360.0] {
            let shifted: Vec<Coord<f64>> = outline.iter().map(|at| coord! { x: at.x + turn, y: at.y }).collect();
            let hexagon = Polygon::new(LineString::new(shifted), Vec::new());
            let Some(bounds) = hexagon.bounding_rect() else { continue };
            if self.edge_boxes_meet(&bounds) {
                near = true;
                pieces.extend(hexagon.intersection(&self.polygons_near(&bounds)).0);
            } else if self.holds_unturned(&bounds) {
                near = true;
                pieces.push(hexagon);
            }
        }
        near.then(|| MultiPolygon::new(pieces))
    }

    /// Whether the middle of a box that no edge meets lies inside, its longitude taken as it stands.
    fn holds_unturned(&self, bounds: &Rect<f64>) -> bool {
        let middle = bounds.center();
        let own = self.bounds();
        (own.west_deg..=own.east_deg).contains(&middle.x) && self.contains(middle.y, middle.x)
    }

    fn cell(&self, pieces: &MultiPolygon<f64>) -> Option<Cell> {
        let area_km2: f64 = pieces.iter().map(|piece| polygon_area_km2(piece).abs()).sum();
        if area_km2 <= CRUMB * self.area_km2() {
            return None;
        }
        let (latitude_deg, longitude_deg) = inner_point(pieces, self)?;
        let longitude_deg = (longitude_deg + 180.0).rem_euclid(360.0) - 180.0;
        Some(Cell { latitude_deg, longitude_deg, area_km2 })
    }
}

/// A cell's corners as a closed ring, counter-clockwise, in longitudes that run on; around a pole it goes on along the
/// pole, which makes the cell a strip of the (longitude, latitude) plane.
fn outline(index: CellIndex) -> Vec<Coord<f64>> {
    let boundary = index.boundary();
    let mut ring: Vec<Coord<f64>> = Vec::with_capacity(boundary.len() + 3);
    for corner in boundary.iter() {
        let before = ring.last().map_or(corner.lng(), |at| at.x);
        ring.push(coord! { x: before + short_way(corner.lng() - before), y: corner.lat() });
    }
    let Some((&first, &last)) = ring.first().zip(ring.last()) else { return ring };
    let closing = last.x + short_way(first.x - last.x);
    if (closing - first.x).abs() > 180.0 {
        let pole = if first.y > 0.0 { 90.0 } else { -90.0 };
        ring.push(coord! { x: closing, y: first.y });
        ring.push(coord! { x: closing, y: pole });
        ring.push(coord! { x: first.x, y: pole });
    }
    ring.push(first);
    ring
}

impl Region {
    /// Whether a box of longitudes of the region's own turn meets an edge's box.
    fn edge_boxes_meet(&self, bounds: &Rect<f64>) -> bool {
        self.edges().iter().any(|&[x1, y1, x2, y2]| {
            x1.min(x2) <= bounds.max().x
                && x1.max(x2) >= bounds.min().x
                && y1.min(y2) <= bounds.max().y
                && y1.max(y2) >= bounds.min().y
        })
    }

    /// The polygons whose box meets a box, cut down to its surroundings.
    fn polygons_near(&self, bounds: &Rect<f64>) -> MultiPolygon<f64> {
        let meets = |polygon: &&Polygon<f64>| {
            polygon.bounding_rect().is_some_and(|own| geo::Intersects::intersects(&own, bounds))
        };
        MultiPolygon::new(self.polygons().iter().filter(meets).map(|polygon| cut(polygon, bounds)).collect())
    }
}

/// What of a polygon lies in a box a little wider than `bounds`: Sutherland and Hodgman 1974, one side of the box after
/// the other. The parts of a ring that leave the box become edges to and fro along its rim, which enclose nothing and
/// lie outside `bounds`. It makes the exact clipping of a cell as quick as the few edges near that cell.
fn cut(polygon: &Polygon<f64>, bounds: &Rect<f64>) -> Polygon<f64> {
    let pad_deg = 0.1 * (bounds.width() + bounds.height());
    let (min, max) = (bounds.min(), bounds.max());
    let ring = |ring: &LineString<f64>| {
        let mut coords = ring.0.clone();
        // Each side as the sign and axis of its outward normal, and its distance along it.
        for (sign, along_x, limit) in
            [(-1.0, true, -min.x), (1.0, true, max.x), (-1.0, false, -min.y), (1.0, false, max.y)]
        {
            coords = cut_by_side(&coords, |at| sign * if along_x { at.x } else { at.y } - limit - pad_deg);
        }
        LineString::new(coords)
    };
    Polygon::new(ring(polygon.exterior()), polygon.interiors().iter().map(ring).collect())
}

/// The part of a closed ring where `outward`, linear in the position, is not positive.
fn cut_by_side(ring: &[Coord<f64>], outward: impl Fn(Coord<f64>) -> f64) -> Vec<Coord<f64>> {
    let mut kept = Vec::new();
    for (&from, &to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (before, after) = (outward(from), outward(to));
        if before <= 0.0 {
            kept.push(from);
        }
        if (before <= 0.0) != (after <= 0.0) {
            kept.push(from + (to - from) * (before / (before - after)));
        }
    }
    kept
}

/// A difference of longitudes by the short way, degrees, -180 to 180.
fn short_way(difference_deg: f64) -> f64 {
    (difference_deg + 180.0).rem_euclid(360.0) - 180.0
}
