//! Pairs of moving points that can come near each other within an interval, among many: by cells, in wide lanes.
//!
//! Points are known at the middle of an interval, in `f32`. Two tests are made of a pair, sixteen at a time: whether it
//! is at most the threshold and both reaches apart, and whether the straight relative line comes, within the interval,
//! below the threshold and both pads. The first needs positions only and leaves few pairs; what passes both is listed.
//!
//! A uniform grid says which pairs are worth a test: its cells are at least as wide as the farthest two ordinary points
//! can be apart and pass the first test, so that such a pair shares a cell or stands in neighbouring ones, and the
//! cells of a row are contiguous. There are two grids, a fine one around the Earth and a coarse one for what is far
//! out; points near the border are in both. The few points whose reach is extraordinary are in neither, and look
//! through both as far as they need to.

use std::ops::Range;

use super::hermite::{LANES, Tile};
use super::lanes::{Form, Instructions};

/// Points farther from the origin than this are in the coarse grid, km.
const NEAR_KM: f32 = 9_000.0;

/// Half the width of the coarse grid, km: a little beyond the geostationary ring. What lies outside a grid is put into
/// its outermost cells: that keeps the order along an axis, so neighbours stay neighbours.
const FAR_KM: f32 = 45_000.0;

/// Most cells along an axis of the fine and of the coarse grid.
const MOST_CELLS: [f32; 2] = [72.0, 32.0];

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Distance wanted, km, not negative.
    pub threshold_km: f32,
    /// Half the length of the interval, s.
    pub half_step_s: f32,
    /// Points of greater reach than this, km, are looked after one by one. Any value gives the same pairs; one that
    /// most points stay below gives them soonest.
    pub ordinary_reach_km: f32,
    /// For each point whether it is chosen: a pair without such a point is passed over. Empty: every pair counts.
    pub chosen: &'a [bool],
}

/// Tiles of points at one instant: every `stride`-th from the first.
#[derive(Clone, Copy, Debug)]
pub struct Tiles<'a> {
    /// The tiles.
    pub tiles: &'a [Tile],
    /// Index of the first of this instant.
    pub first: usize,
    /// From one of this instant to the next.
    pub stride: usize,
}

impl<'a> Tiles<'a> {
    #[inline(always)]
    fn iter(self) -> impl Iterator<Item = &'a Tile> {
        self.tiles.iter().skip(self.first).step_by(self.stride)
    }
}

/// Scratch space; reuse it, it allocates only while it grows.
#[derive(Debug, Default)]
pub struct NearPairs {
    fine: Grid,
    coarse: Grid,
    single: Points,
}

impl NearPairs {
    /// Appends to `pairs`, by index in the tiles, every pair that passes both tests, some more than once and in no
    /// particular order.
    ///
    /// Rounding is not granted: reaches and pads must hold it, see [`super::hermite`].
    pub fn find(&mut self, form: Form, search: &Search<'_>, tiles: Tiles<'_>, pairs: &mut Vec<(u32, u32)>) {
        match form.instructions() {
            Instructions::Scalar => self.find_with::<false>(search, tiles, pairs),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
            #[allow(unsafe_code)]
            Instructions::Avx2 => unsafe { self.find_avx2(search, tiles, pairs) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            #[allow(unsafe_code)]
            Instructions::Avx512 => unsafe { self.find_avx512(search, tiles, pairs) },
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn find_avx2(&mut self, search: &Search<'_>, tiles: Tiles<'_>, pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, pairs);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
    fn find_avx512(&mut self, search: &Search<'_>, tiles: Tiles<'_>, pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, pairs);
    }

    #[inline(always)]
    fn find_with<const FUSED: bool>(
        &mut self,
        search: &Search<'_>,
        tiles: Tiles<'_>,
        pairs: &mut Vec<(u32, u32)>,
    ) {
        // A hair wider, so that rounding cannot put a pair at the very limit two cells apart.
        let widest_km = (search.threshold_km + 2.0 * search.ordinary_reach_km) * 1.001;
        self.sort(search, tiles, widest_km);
        let test = Test::<FUSED>::new(search, widest_km);
        if search.chosen.is_empty() {
            self.fine.pairs(&test, pairs);
            self.coarse.pairs(&test, pairs);
        }
        self.pairs_of_single::<FUSED>(search, pairs);
    }

    #[inline(always)]
    fn sort(&mut self, search: &Search<'_>, tiles: Tiles<'_>, widest_km: f32) {
        let count = tiles.iter().count() * LANES;
        self.fine.shape(NEAR_KM, widest_km, MOST_CELLS[0], count);
        self.coarse.shape(FAR_KM, widest_km, MOST_CELLS[1], count);
        self.single.clear();
        let (near_squared, far_squared) =
            (NEAR_KM * NEAR_KM, (NEAR_KM - widest_km).max(0.0) * (NEAR_KM - widest_km).max(0.0));
        for (index, tile) in tiles.iter().enumerate() {
            let [x, y, z] = &tile.position;
            let (fine, coarse) = (self.fine.cells(tile), self.coarse.cells(tile));
            for lane in 0..LANES {
                let (mut in_fine, mut in_coarse) = (ABSENT, ABSENT);
                let id = index * LANES + lane;
                if !x[lane].is_nan() {
                    let chosen = search.chosen.get(id).copied().unwrap_or(false);
                    if chosen || tile.reach[lane] > search.ordinary_reach_km {
                        self.single.push(tile, lane, id as u32);
                    } else {
                        let squared = x[lane] * x[lane] + y[lane] * y[lane] + z[lane] * z[lane];
                        if squared <= near_squared {
                            in_fine = fine[lane];
                        }
                        if squared >= far_squared {
                            in_coarse = coarse[lane];
                        }
                    }
                }
                self.fine.count(in_fine);
                self.coarse.count(in_coarse);
            }
        }
        self.fine.place(tiles);
        self.coarse.place(tiles);
        self.single.pad_with_absent();
    }

    #[inline(always)]
    fn pairs_of_single<const FUSED: bool>(&self, search: &Search<'_>, pairs: &mut Vec<(u32, u32)>) {
        let single = &self.single;
        for slot in 0..single.len() {
            if search.chosen.is_empty() || search.chosen[single.id[slot] as usize] {
                let widest_km = (search.threshold_km + search.ordinary_reach_km + single.reach[slot]) * 1.001;
                let test = Test::<FUSED>::new(search, widest_km);
                self.fine.pairs_around(&test, single, slot, widest_km, pairs);
                self.coarse.pairs_around(&test, single, slot, widest_km, pairs);
            }
            // The others' reaches differ too much for one limit: the line alone decides.
            let test = Test::<FUSED>::new(search, f32::INFINITY);
            test.one(single, slot, single, slot + 1..single.len(), pairs);
        }
    }
}

/// Cell of a point that is not in the grid.
const ABSENT: u32 = u32::MAX;

/// Points as rows of numbers.
#[derive(Debug, Default)]
struct Points {
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    vx: Vec<f32>,
    vy: Vec<f32>,
    vz: Vec<f32>,
    pad: Vec<f32>,
    reach: Vec<f32>,
    id: Vec<u32>,
}

impl Points {
    fn rows(&mut self) -> [&mut Vec<f32>; 8] {
        [
            &mut self.x,
            &mut self.y,
            &mut self.z,
            &mut self.vx,
            &mut self.vy,
            &mut self.vz,
            &mut self.pad,
            &mut self.reach,
        ]
    }

    fn len(&self) -> usize {
        self.id.len()
    }

    fn clear(&mut self) {
        self.rows().into_iter().for_each(Vec::clear);
        self.id.clear();
    }

    fn push(&mut self, tile: &Tile, lane: usize, id: u32) {
        for (row, value) in self.rows().into_iter().zip(values(tile, lane)) {
            row.push(value);
        }
        self.id.push(id);
    }

    /// Rows are read in whole blocks: beyond the last point stand absent ones.
    fn pad_with_absent(&mut self) {
        let padded = self.len() + LANES;
        self.rows().into_iter().for_each(|row| row.resize(padded, f32::NAN));
    }

    fn resize(&mut self, count: usize) {
        self.id.resize(count, 0);
        self.rows().into_iter().for_each(|row| row.resize(count + LANES, f32::NAN));
    }
}

fn values(tile: &Tile, lane: usize) -> [f32; 8] {
    let ([x, y, z], [vx, vy, vz]) = (&tile.position, &tile.velocity);
    [x[lane], y[lane], z[lane], vx[lane], vy[lane], vz[lane], tile.pad[lane], tile.reach[lane]]
}

/// Points sorted by cell.
#[derive(Debug, Default)]
struct Grid {
    half_km: f32,
    cells_per_km: f32,
    per_axis: u32,
    /// Where each cell's points begin; one more entry for the end.
    starts: Vec<u32>,
    /// The cell of each point in the order of the tiles.
    cell_of: Vec<u32>,
    /// The cell of each point in the order of the cells.
    cell_at: Vec<u32>,
    points: Points,
}

impl Grid {
    /// Empties the grid and makes its cells at least `widest_km` wide.
    fn shape(&mut self, half_km: f32, widest_km: f32, most_cells: f32, count: usize) {
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
    fn along_axis(&self, coordinate: f32) -> u32 {
        let last = (self.per_axis - 1) as f32;
        ((coordinate + self.half_km) * self.cells_per_km).max(0.0).min(last) as i32 as u32
    }

    #[inline(always)]
    fn cells(&self, tile: &Tile) -> [u32; LANES] {
        let [x, y, z] = &tile.position;
        let mut cells = [0; LANES];
        for lane in 0..LANES {
            let (across, up) = (self.along_axis(y[lane]), self.along_axis(z[lane]));
            cells[lane] = (up * self.per_axis + across) * self.per_axis + self.along_axis(x[lane]);
        }
        cells
    }

    #[inline(always)]
    fn count(&mut self, cell: u32) {
        if cell != ABSENT {
            self.starts[cell as usize] += 1;
        }
        self.cell_of.push(cell);
    }

    #[inline(always)]
    fn place(&mut self, tiles: Tiles<'_>) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let count = sum as usize;
        self.points.resize(count);
        self.cell_at.resize(count, 0);
        let Points { x, y, z, vx, vy, vz, pad, reach, id } = &mut self.points;
        // The sums are the cells' ends: with them as cursors, filling each cell from its end leaves the starts.
        for (index, (tile, cells)) in tiles.iter().zip(self.cell_of.as_chunks::<LANES>().0).enumerate() {
            for (lane, &cell) in cells.iter().enumerate() {
                if cell == ABSENT {
                    continue;
                }
                let cursor = &mut self.starts[cell as usize];
                *cursor -= 1;
                let slot = *cursor as usize;
                [x[slot], y[slot], z[slot], vx[slot], vy[slot], vz[slot], pad[slot], reach[slot]] = values(tile, lane);
                id[slot] = (index * LANES + lane) as u32;
                self.cell_at[slot] = cell;
            }
        }
    }

    /// The points in the cells `first..=last` of a row.
    #[inline(always)]
    fn slots(&self, row: u32, first: u32, last: u32) -> Range<usize> {
        let base = row * self.per_axis;
        self.starts[(base + first) as usize] as usize..self.starts[(base + last + 1) as usize] as usize
    }

    /// All pairs of the grid.
    #[inline(always)]
    fn pairs<const FUSED: bool>(&self, test: &Test<FUSED>, pairs: &mut Vec<(u32, u32)>) {
        let (count, last) = (self.points.len(), self.per_axis - 1);
        let mut slot = 0;
        while slot < count {
            let cell = self.cell_at[slot];
            let own = slot..self.starts[cell as usize + 1] as usize;
            slot = own.end;
            let (row, along) = (cell / self.per_axis, cell % self.per_axis);
            let (up, across) = (row / self.per_axis, row % self.per_axis);
            let (left, right) = (along.saturating_sub(1), (along + 1).min(last));
            let ahead = self.slots(row, along, right).end;
            for one in own.clone() {
                test.one(&self.points, one, &self.points, one + 1..ahead, pairs);
            }
            // Half of the neighbouring rows: a pair of cells comes up once. No closures here: they would be compiled
            // without the instructions that the function is made for.
            let low = across.saturating_sub(1);
            let beside = if across < last { row + 1..row + 2 } else { 0..0 };
            let above = (up + 1) * self.per_axis;
            let above = if up < last { above + low..above + (across + 1).min(last) + 1 } else { 0..0 };
            for row in beside.chain(above) {
                let range = self.slots(row, left, right);
                if !range.is_empty() {
                    for one in own.clone() {
                        test.one(&self.points, one, &self.points, range.clone(), pairs);
                    }
                }
            }
        }
    }

    /// Tests a point that is in no grid against all points within `widest_km`.
    #[inline(always)]
    fn pairs_around<const FUSED: bool>(
        &self,
        test: &Test<FUSED>,
        single: &Points,
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
                test.one(single, slot, &self.points, range, pairs);
            }
        }
    }
}

/// The two tests of a pair.
#[derive(Clone, Copy)]
struct Test<const FUSED: bool> {
    widest_squared: f32,
    threshold_km: f32,
    half_step_s: f32,
}

/// A block of a row.
#[inline(always)]
fn block(row: &[f32], start: usize) -> &[f32; LANES] {
    const NONE: [f32; LANES] = [f32::NAN; LANES];
    row.get(start..).and_then(|rest| rest.first_chunk()).unwrap_or(&NONE)
}

#[inline(always)]
fn any(hits: &[bool; LANES]) -> bool {
    let mut any = false;
    for &hit in hits {
        any |= hit;
    }
    any
}

impl<const FUSED: bool> Test<FUSED> {
    #[inline(always)]
    fn new(search: &Search<'_>, widest_km: f32) -> Self {
        Self {
            widest_squared: widest_km * widest_km,
            threshold_km: search.threshold_km,
            half_step_s: search.half_step_s,
        }
    }

    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        if FUSED { a.mul_add(b, c) } else { a * b + c }
    }

    /// Tests one point against a range of points.
    #[inline(always)]
    fn one(&self, of: &Points, slot: usize, others: &Points, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
        let (x, y, z) = (of.x[slot], of.y[slot], of.z[slot]);
        let mut start = range.start;
        while start < range.end {
            let rest = (range.end - start) as u32;
            let (xs, ys, zs) = (block(&others.x, start), block(&others.y, start), block(&others.z, start));
            let mut near = [false; LANES];
            for lane in 0..LANES {
                let (dx, dy, dz) = (xs[lane] - x, ys[lane] - y, zs[lane] - z);
                let squared = Self::fma(dx, dx, Self::fma(dy, dy, dz * dz));
                near[lane] = (squared <= self.widest_squared) & ((lane as u32) < rest);
            }
            if any(&near) {
                self.lines(of, slot, others, start, &near, pairs);
            }
            start += LANES;
        }
    }

    /// The second test of a block of which some points passed the first.
    #[inline(always)]
    fn lines(
        &self,
        of: &Points,
        slot: usize,
        others: &Points,
        start: usize,
        near: &[bool; LANES],
        pairs: &mut Vec<(u32, u32)>,
    ) {
        let place = [of.x[slot], of.y[slot], of.z[slot], of.vx[slot], of.vy[slot], of.vz[slot]];
        let base_km = self.threshold_km + of.pad[slot];
        let (xs, ys, zs) = (block(&others.x, start), block(&others.y, start), block(&others.z, start));
        let (vxs, vys, vzs) = (block(&others.vx, start), block(&others.vy, start), block(&others.vz, start));
        let pads = block(&others.pad, start);
        let mut kept = [false; LANES];
        for lane in 0..LANES {
            let (dx, dy, dz) = (xs[lane] - place[0], ys[lane] - place[1], zs[lane] - place[2]);
            let (ux, uy, uz) = (vxs[lane] - place[3], vys[lane] - place[4], vzs[lane] - place[5]);
            let closing = Self::fma(dx, ux, Self::fma(dy, uy, dz * uz));
            let speed_squared = Self::fma(ux, ux, Self::fma(uy, uy, uz * uz));
            // Without relative motion every time is as good as another.
            let tau = (-closing / speed_squared.max(1e-20)).max(-self.half_step_s).min(self.half_step_s);
            let (mx, my, mz) = (Self::fma(ux, tau, dx), Self::fma(uy, tau, dy), Self::fma(uz, tau, dz));
            let squared = Self::fma(mx, mx, Self::fma(my, my, mz * mz));
            let limit_km = base_km + pads[lane];
            kept[lane] = near[lane] & (squared <= limit_km * limit_km);
        }
        if any(&kept) {
            for lane in (0..LANES).filter(|&lane| kept[lane]) {
                pairs.push((of.id[slot], others.id[start + lane]));
            }
        }
    }
}
