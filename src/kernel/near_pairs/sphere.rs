//! Points sorted by where they stand as seen from the centre: bands of latitude, cut into cells of longitude.
//!
//! # Which cells may hold a neighbour
//!
//! The ball of radius W about a point at radius r > W appears, from the centre, as a cap of angular radius
//! `c = asin(W/r)`: whatever is at most W away from the point, at any radius, stands within c of it. Where r ≤ W it may
//! stand anywhere. All points of the grid are above [`LOWEST_KM`], so c of that radius serves them all.
//!
//! Latitudes of a pair c apart differ by at most c. With bands wider than that, neighbours share a band or stand in two
//! that touch.
//!
//! A cap of radius c about a point of latitude φ with `|φ| + c < π/2` does not reach a pole, and its meridians of contact
//! stand at right angles on the radii to them: in that spherical triangle with the pole `sin c = cos φ·sin Δλ`. So
//! longitudes differ by at most `asin(sin c / cos φ)`; where the cap reaches a pole they may differ by anything. The
//! bound grows with |φ|, so that a band's is that of its edge farther from the equator; and since it holds from both
//! sides, two bands have the smaller one of theirs.
//!
//! Angles are reckoned in `f32`, each wrong by at most [`ANGLE_ERROR`]: bands are twice that wider than c, spans of
//! longitude twice that longer, and the bands' edges are taken that farther out.

use std::f64::consts::{FRAC_PI_2, PI};
use std::ops::Range;

use super::super::hermite::{LANES, Tile};
use super::line::Test;
use super::points::{Points, Record};

/// Radius that the points of the grid are not below, km; what is lower belongs to no grid.
pub(super) const LOWEST_KM: f32 = 6_370.0;

/// What an angle may be wrong by, rad: 3e-6 of the polynomial, less than 2e-6 of rounding.
const ANGLE_ERROR: f64 = 1e-5;

/// Most bands, and most cells of a band.
const MOST: (f64, f64) = (64.0, 512.0);

/// Cells of longitude to the angle that neighbours may be apart.
const CELLS_PER_REACH: f64 = 3.0;

/// How far the direction of what is within `widest_km` of a point may differ from the point's own, rad.
fn seen_angle(widest_km: f64, radius_km: f64) -> f64 {
    // What is not a number or infinite may be anywhere.
    if widest_km < radius_km && radius_km < f64::INFINITY { (widest_km / radius_km).asin() } else { PI }
}

/// How far the longitude of what is within `angle` of a point may differ from the point's own, rad.
fn longitude_reach(angle: f64, latitude: f64) -> f64 {
    if latitude.abs() + angle < FRAC_PI_2 { (angle.sin() / latitude.cos()).min(1.0).asin() } else { PI }
}

/// How many cells farther a point may stand that is at most so far off in longitude, in a band of so many cells.
fn span(longitude_reach: f64, cells: f64) -> u32 {
    ((longitude_reach + 2.0 * ANGLE_ERROR) * cells / (2.0 * PI)) as u32 + 1
}

/// (atan √s) / √s as a polynomial in s ≤ 1: within 3e-6 of atan, by interpolation at Chebyshev's nodes.
const ARC_TANGENT: [f32; 6] = [0.999_994_8, -0.332_957_1, 0.195_346_6, -0.120_448_59, 0.056_589_985, -0.013_130_382];

/// The angle of a direction in the plane, from −π to π; 0 at the origin. No branch, for the compiler to make lanes of.
#[inline(always)]
fn angle(x: f32, y: f32) -> f32 {
    let (across, along) = (y.abs(), x.abs());
    let is_steep = across > along;
    let (low, high) = if is_steep { (along, across) } else { (across, along) };
    let slope = low / if high > f32::MIN_POSITIVE { high } else { f32::MIN_POSITIVE };
    let square = slope * slope;
    let mut sum = ARC_TANGENT[5];
    for k in (0..5).rev() {
        sum = sum * square + ARC_TANGENT[k];
    }
    let acute = sum * slope;
    let acute = if is_steep { std::f32::consts::FRAC_PI_2 - acute } else { acute };
    let angle = if x < 0.0 { std::f32::consts::PI - acute } else { acute };
    angle.copysign(y)
}

/// Points sorted by cell.
#[derive(Debug, Default)]
pub(super) struct Sphere {
    /// Bands, and cells of a band.
    bands: u32,
    cells: u32,
    /// For each band how many cells farther a neighbour may stand.
    spans: Vec<u32>,
    /// Where each cell's points begin. After the last cell come the points that are not in the grid, then the end.
    starts: Vec<u32>,
    /// Cells of the points of each tile.
    cell_of: Vec<[u32; LANES]>,
    points: Points,
}

impl Sphere {
    /// Empties the grid and shapes it for `count` points and neighbours at most `widest_km` apart.
    pub(super) fn shape(&mut self, widest_km: f64, count: usize) {
        let reach = seen_angle(widest_km, f64::from(LOWEST_KM));
        // Emptying and summing the cells costs time as well: of few points there are few cells.
        let most = 4.0 * (count as f64).sqrt();
        let bands = (PI / (reach + 2.0 * ANGLE_ERROR)).min(MOST.0).min(most).floor().max(1.0);
        let cells = (2.0 * PI / reach * CELLS_PER_REACH).min(MOST.1).min(most).floor().max(1.0);
        (self.bands, self.cells) = (bands as u32, cells as u32);
        let height = PI / bands;
        self.spans.clear();
        self.spans.extend((0..self.bands).map(|band| {
            let low = f64::from(band) * height - FRAC_PI_2;
            let outermost = low.abs().max((low + height).abs()) + ANGLE_ERROR;
            span(longitude_reach(reach, outermost), cells)
        }));
        self.starts.clear();
        self.starts.resize((self.bands * self.cells) as usize + 2, 0);
        self.cell_of.clear();
    }

    /// The cell that stands for no cell.
    #[inline(always)]
    pub(super) fn nowhere(&self) -> u32 {
        self.bands * self.cells
    }

    /// The cells of sixteen points.
    #[inline(always)]
    pub(super) fn cells_of(&self, tile: &Tile) -> [u32; LANES] {
        let [x, y, z] = &tile.position;
        let bands_per_rad = self.bands as f32 * std::f32::consts::FRAC_1_PI;
        let cells_per_rad = self.cells as f32 * (0.5 * std::f32::consts::FRAC_1_PI);
        let mut cells = [0; LANES];
        for lane in 0..LANES {
            let flat_km = (x[lane] * x[lane] + y[lane] * y[lane]).sqrt();
            let latitude = angle(flat_km, z[lane]) + std::f32::consts::FRAC_PI_2;
            let longitude = angle(x[lane], y[lane]) + std::f32::consts::PI;
            let band = whole_below(latitude * bands_per_rad, self.bands);
            cells[lane] = band * self.cells + whole_below(longitude * cells_per_rad, self.cells);
        }
        cells
    }

    /// Notes the cells of the next sixteen points.
    #[inline(always)]
    pub(super) fn count(&mut self, cells: [u32; LANES]) {
        for cell in cells {
            if let Some(start) = self.starts.get_mut(cell as usize) {
                *start += 1;
            }
        }
        self.cell_of.push(cells);
    }

    /// Sorts the points, whose cells have been counted.
    #[inline(always)]
    pub(super) fn place(&mut self, tiles: &[Tile]) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let nowhere = self.nowhere() as usize;
        let records = &mut self.points.records;
        records.resize(sum as usize, Record::ABSENT);
        // The sums are the cells' ends: with them as cursors, filling each cell from its end leaves the starts.
        for (index, (tile, cells)) in tiles.iter().zip(&self.cell_of).enumerate() {
            for (lane, &cell) in cells.iter().enumerate() {
                let Some(cursor) = self.starts.get_mut(cell as usize) else { continue };
                *cursor -= 1;
                if let Some(record) = records.get_mut(*cursor as usize) {
                    *record = Record::new(tile, index, lane);
                }
            }
        }
        records.truncate(self.starts[nowhere] as usize);
        self.points.fill_rows();
    }

    /// The points in the cells `first..=last` of the row that begins with the cell `row`.
    #[inline(always)]
    fn slots(&self, row: u32, first: u32, last: u32) -> Range<usize> {
        self.starts[(row + first) as usize] as usize..self.starts[(row + last + 1) as usize] as usize
    }

    /// The points of a row that are at most `span` cells from a cell, on either side; the second range is past ±π.
    #[inline(always)]
    fn around(&self, row: u32, cell: u32, span: u32) -> [Range<usize>; 2] {
        let last = self.cells - 1;
        if 2 * span >= last {
            [self.slots(row, 0, last), 0..0]
        } else if cell < span {
            [self.slots(row, 0, cell + span), self.slots(row, cell + self.cells - span, last)]
        } else if cell + span > last {
            [self.slots(row, cell - span, last), self.slots(row, 0, cell + span - self.cells)]
        } else {
            [self.slots(row, cell - span, cell + span), 0..0]
        }
    }

    /// The points of a row that are at most `span` cells ahead of a cell, but for its own in the first range.
    #[inline(always)]
    fn ahead(&self, row: u32, cell: u32, span: u32) -> [Range<usize>; 2] {
        let last = self.cells - 1;
        if 2 * span >= last {
            [self.slots(row, cell, last), 0..0]
        } else if cell + span > last {
            [self.slots(row, cell, last), self.slots(row, 0, cell + span - self.cells)]
        } else {
            [self.slots(row, cell, cell + span), 0..0]
        }
    }

    /// All pairs of the grid.
    #[inline(always)]
    pub(super) fn pairs<const FUSED: bool>(&self, test: &Test<FUSED>, pairs: &mut Vec<(u32, u32)>) {
        let points = self.points.as_rows();
        for band in 0..self.bands {
            let row = band * self.cells;
            let span = self.spans[band as usize];
            let next = self.spans.get(band as usize + 1).map(|&next| (row + self.cells, next.min(span)));
            for cell in 0..self.cells {
                let own = self.slots(row, cell, cell);
                if own.is_empty() {
                    continue;
                }
                let [ahead, ahead_past] = self.ahead(row, cell, span);
                let [beside, beside_past] = next.map_or([0..0, 0..0], |(row, span)| self.around(row, cell, span));
                let ones = &points.records[own.clone()];
                test.later(own, points, ahead, pairs);
                test.all(ones, points, beside, pairs);
                test.all(ones, points, ahead_past, pairs);
                test.all(ones, points, beside_past, pairs);
            }
        }
    }

    /// All pairs of a point outside the grid with those of the grid that are within `widest_km`.
    #[inline(always)]
    pub(super) fn pairs_around<const FUSED: bool>(
        &self,
        test: &Test<FUSED>,
        one: &Record,
        widest_km: f64,
        pairs: &mut Vec<(u32, u32)>,
    ) {
        let [x, y, z] = one.position.map(f64::from);
        let flat_km = x.hypot(y);
        let reach = seen_angle(widest_km, flat_km.hypot(z));
        let (latitude, longitude) = (z.atan2(flat_km), y.atan2(x));
        let span = span(longitude_reach(reach, latitude), f64::from(self.cells));
        let cell = whole_below_f64((longitude + PI) * f64::from(self.cells) / (2.0 * PI), self.cells);
        let band = |latitude: f64| whole_below_f64((latitude + FRAC_PI_2) * f64::from(self.bands) / PI, self.bands);
        let granted = reach + ANGLE_ERROR;
        for band in band(latitude - granted)..=band(latitude + granted) {
            for range in self.around(band * self.cells, cell, span) {
                test.all(std::slice::from_ref(one), self.points.as_rows(), range, pairs);
            }
        }
    }
}

/// The whole number below `value`, held from 0 to `count - 1`; what is not a number goes anywhere.
#[inline(always)]
fn whole_below(value: f32, count: u32) -> u32 {
    let last = (count - 1) as f32;
    let value = if value > 0.0 { value } else { 0.0 };
    (if value < last { value } else { last }) as i32 as u32
}

/// The same in `f64`.
fn whole_below_f64(value: f64, count: u32) -> u32 {
    (value.max(0.0) as u32).min(count - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ANGLE_ERROR, angle};

    proptest! {
        #[test]
        fn angles_are_as_exact_as_is_granted(turn in -3.2f64..3.2, power in -30i32..30, steps in -3i32..=3) {
            // All around, and within a few thousandths of the multiples of an eighth of a turn.
            let corner = f64::from(steps) * std::f64::consts::FRAC_PI_4 + 1e-3 * turn;
            for wanted in [turn, corner] {
                let (x, y) = (wanted.cos() * 2f64.powi(power), wanted.sin() * 2f64.powi(power));
                let (x, y) = (x as f32, y as f32);
                let off = f64::from(angle(x, y)) - f64::from(y).atan2(f64::from(x));
                prop_assert!(off.abs() < 0.5 * ANGLE_ERROR, "{x} {y}: {off}");
            }
        }
    }

    #[test]
    fn the_origin_has_an_angle() {
        for (x, y) in [(0.0, 0.0), (1e-40, -1e-41), (-0.0, 0.0)] {
            assert!(angle(x, y).abs() <= std::f32::consts::PI);
        }
    }
}
