//! Points sorted into the cells of a uniform grid.

use std::ops::Range;

use super::super::hermite::{LANES, Tile};
use super::line::{Test, any};
use super::points::{Points, Rows};

/// Cell of a point that is not in the grid.
pub(super) const ABSENT: u32 = u32::MAX;

/// Points sorted by cell.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) half_km: f32,
    pub(super) cells_per_km: f32,
    pub(super) per_axis: u32,
    /// Where each cell's points begin; one more entry for the end.
    pub(super) starts: Vec<u32>,
    /// Tiles with points in the grid, and the cells of these.
    pub(super) cell_of: Vec<(u32, [u32; LANES])>,
    pub(super) points: Points,
}

impl Grid {
    /// Empties the grid and makes its cells at least `widest_km` wide.
    pub(super) fn shape(&mut self, half_km: f32, widest_km: f32, most_cells: f32, count: usize) {
        // Emptying and summing the cells costs time as well: of few points there are few cells.
        let most = (2.0 * (count as f32).cbrt()).clamp(1.0, most_cells);
        let side_km = widest_km.max(2.0 * half_km / most);
        self.half_km = half_km;
        self.cells_per_km = 1.0 / side_km;
        self.per_axis = ((2.0 * half_km / side_km).ceil() as u32).max(1);
        let cells = (self.per_axis * self.per_axis * self.per_axis) as usize;
        self.starts.clear();
        self.starts.resize(cells + 1, 0);
        self.cell_of.clear();
    }

    #[inline(always)]
    pub(super) fn along_axis(&self, coordinate: f32) -> u32 {
        let (cell, last) = ((coordinate + self.half_km) * self.cells_per_km, (self.per_axis - 1) as f32);
        // Comparisons instead of `clamp`: what is not a number goes anywhere, it is absent.
        let cell = if cell > 0.0 { cell } else { 0.0 };
        (if cell < last { cell } else { last }) as i32 as u32
    }

    #[inline(always)]
    pub(super) fn cells(&self, tile: &Tile) -> [u32; LANES] {
        let [x, y, z] = &tile.position;
        let mut cells = [0; LANES];
        for lane in 0..LANES {
            let (across, up) = (self.along_axis(y[lane]), self.along_axis(z[lane]));
            cells[lane] = (up * self.per_axis + across) * self.per_axis + self.along_axis(x[lane]);
        }
        cells
    }

    #[inline(always)]
    pub(super) fn count(&mut self, tile: usize, cells: &[u32; LANES]) {
        let mut present = [false; LANES];
        for lane in 0..LANES {
            present[lane] = cells[lane] != ABSENT;
        }
        if any(&present) {
            for &cell in cells {
                if let Some(start) = self.starts.get_mut(cell as usize) {
                    *start += 1;
                }
            }
            self.cell_of.push((tile as u32, *cells));
        }
    }

    #[inline(always)]
    pub(super) fn place(&mut self, tiles: &[Tile]) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let count = sum as usize;
        self.points.resize(count);
        let Points { x, y, z, vx, vy, vz, pad, id, .. } = &mut self.points;
        let (x, y, z, id) = (&mut x[..count], &mut y[..count], &mut z[..count], &mut id[..count]);
        let (vx, vy, vz, pad) = (&mut vx[..count], &mut vy[..count], &mut vz[..count], &mut pad[..count]);
        // The sums are the cells' ends: with them as cursors, filling each cell from its end leaves the starts.
        for &(index, ref cells) in &self.cell_of {
            let tile = &tiles[index as usize];
            for (lane, &cell) in cells.iter().enumerate() {
                let Some(cursor) = self.starts.get_mut(cell as usize) else { continue };
                *cursor -= 1;
                let slot = *cursor as usize;
                if slot < count {
                    (x[slot], y[slot], z[slot]) =
                        (tile.position[0][lane], tile.position[1][lane], tile.position[2][lane]);
                    (vx[slot], vy[slot], vz[slot]) =
                        (tile.velocity[0][lane], tile.velocity[1][lane], tile.velocity[2][lane]);
                    (pad[slot], id[slot]) = (tile.pad[lane], index * LANES as u32 + lane as u32);
                }
            }
        }
    }

    /// The points in the cells `first..=last` of a row.
    #[inline(always)]
    pub(super) fn slots(&self, row: u32, first: u32, last: u32) -> Range<usize> {
        let base = row * self.per_axis;
        self.starts[(base + first) as usize] as usize..self.starts[(base + last + 1) as usize] as usize
    }

    /// All pairs of the grid.
    #[inline(always)]
    pub(super) fn pairs<const FUSED: bool>(&self, test: &Test<FUSED>, pairs: &mut Vec<(u32, u32)>) {
        let last = self.per_axis - 1;
        let points = self.points.as_rows();
        for up in 0..=last {
            for across in 0..=last {
                let row = up * self.per_axis + across;
                if self.slots(row, 0, last).is_empty() {
                    continue;
                }
                // The row itself and half of the neighbouring ones: a pair of cells comes up once.
                let low = across.saturating_sub(1);
                let beside = if across < last { row + 1..row + 2 } else { 0..0 };
                let above = (up + 1) * self.per_axis;
                let above = if up < last { above + low..above + (across + 1).min(last) + 1 } else { 0..0 };
                for along in 0..=last {
                    let own = self.slots(row, along, along);
                    if own.is_empty() {
                        continue;
                    }
                    let (left, right) = (along.saturating_sub(1), (along + 1).min(last));
                    test.all(points, own.clone(), own.start..self.slots(row, along, right).end, pairs);
                    for row in beside.clone().chain(above.clone()) {
                        test.all(points, own.clone(), self.slots(row, left, right), pairs);
                    }
                }
            }
        }
    }

    /// Tests a point that is in no grid against all points within `widest_km`.
    #[inline(always)]
    pub(super) fn pairs_around<const FUSED: bool>(
        &self,
        test: &Test<FUSED>,
        single: Rows<'_>,
        slot: usize,
        widest_km: f32,
        pairs: &mut Vec<(u32, u32)>,
    ) {
        // What rounding of a coordinate could hide is put on top.
        let limit_km = widest_km + 0.1;
        let place = [single.x[slot], single.y[slot], single.z[slot]];
        let first = place.map(|coordinate| self.along_axis(coordinate - limit_km));
        let last = place.map(|coordinate| self.along_axis(coordinate + limit_km));
        for up in first[2]..=last[2] {
            for across in first[1]..=last[1] {
                let range = self.slots(up * self.per_axis + across, first[0], last[0]);
                test.alone(single, slot, self.points.as_rows(), range, pairs);
            }
        }
    }
}
