//! Pairs of moving points that can come near each other within an interval, among many: by cells, in wide lanes.
//!
//! Points are known at the middle of an interval, in `f32`: place, velocity, how far they get within the interval (their
//! reach), and how far they may leave a straight line (their pad). A pair is listed when its straight relative line comes,
//! within the interval, below the threshold and both pads; it need not be looked at when the two are farther apart than
//! the threshold and both reaches.
//!
//! A uniform grid says which pairs are worth a look: its cells are at least as wide as two ordinary points can be apart
//! and need one, so that such a pair shares a cell or stands in neighbouring ones, and the cells of a row are contiguous.
//! There are two grids, a fine one around the Earth and a coarse one for what is far out; points near the border are in
//! both. The few points whose reach is extraordinary are in neither, and look through both as far as they need to.
//!
//! The test of a pair, sixteen at a time, is that the *endless* line comes so near, `(|d|² − L²)·|u|² <= (d·u)²` for the
//! separation `d`, the relative velocity `u` and the limit `L`: no division and no branch. The few that pass are tested
//! again, one by one, for when.

use std::ops::Range;

use super::hermite::{LANES, Tile};
use super::lanes::{Form, Instructions};

/// Points farther from the origin than this are in the coarse grid, km.
const NEAR_KM: f32 = 9_000.0;

/// Half the width of the coarse grid, km: a little beyond the geostationary ring. What lies outside a grid is put into
/// its outermost cells: that keeps the order along an axis, so neighbours stay neighbours.
const FAR_KM: f32 = 45_000.0;

/// Most cells along an axis of the fine and of the coarse grid.
const MOST_CELLS: [f32; 2] = [72.0, 24.0];

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

/// Scratch space; reuse it, it allocates only while it grows.
#[derive(Debug, Default)]
pub struct NearPairs {
    fine: Grid,
    coarse: Grid,
    single: Points,
}

impl NearPairs {
    /// Appends to `pairs`, by index in the tiles (sixteen a tile), every pair that is within the threshold and both
    /// reaches and whose line comes within the threshold and both pads; some more than once, in no particular order.
    ///
    /// Rounding of the places is not granted: reaches and pads must hold it, see [`super::hermite`].
    pub fn find(&mut self, form: Form, search: &Search<'_>, tiles: &[Tile], pairs: &mut Vec<(u32, u32)>) {
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
    fn find_avx2(&mut self, search: &Search<'_>, tiles: &[Tile], pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, pairs);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
    fn find_avx512(&mut self, search: &Search<'_>, tiles: &[Tile], pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, pairs);
    }

    #[inline(always)]
    fn find_with<const FUSED: bool>(
        &mut self,
        search: &Search<'_>,
        tiles: &[Tile],
        pairs: &mut Vec<(u32, u32)>,
    ) {
        // A hair wider, so that rounding cannot put a pair at the very limit two cells apart.
        let widest_km = (search.threshold_km + 2.0 * search.ordinary_reach_km) * 1.001;
        self.sort(search, tiles, widest_km);
        let test = Test::<FUSED>::new(search);
        if search.chosen.is_empty() {
            self.fine.pairs(&test, pairs);
            self.coarse.pairs(&test, pairs);
        }
        self.pairs_of_single::<FUSED>(search, pairs);
    }

    #[inline(always)]
    fn sort(&mut self, search: &Search<'_>, tiles: &[Tile], widest_km: f32) {
        let count = tiles.len() * LANES;
        self.fine.shape(NEAR_KM, widest_km, MOST_CELLS[0], count);
        self.coarse.shape(FAR_KM, widest_km, MOST_CELLS[1], count);
        self.single.clear();
        let (near_squared, far_squared) =
            (NEAR_KM * NEAR_KM, (NEAR_KM - widest_km).max(0.0) * (NEAR_KM - widest_km).max(0.0));
        for (index, tile) in tiles.iter().enumerate() {
            let [x, y, z] = &tile.position;
            let (mut fine, mut coarse) = (self.fine.cells(tile), self.coarse.cells(tile));
            let mut single = [false; LANES];
            for lane in 0..LANES {
                let squared = x[lane] * x[lane] + y[lane] * y[lane] + z[lane] * z[lane];
                // Comparisons with what is absent are false.
                let ordinary = tile.reach[lane] <= search.ordinary_reach_km;
                fine[lane] = if ordinary & (squared <= near_squared) { fine[lane] } else { ABSENT };
                coarse[lane] = if ordinary & (squared >= far_squared) { coarse[lane] } else { ABSENT };
                single[lane] = tile.reach[lane] > search.ordinary_reach_km;
            }
            if !search.chosen.is_empty() {
                for (lane, &chosen) in search.chosen[index * LANES..].iter().take(LANES).enumerate() {
                    if chosen && !tile.reach[lane].is_nan() {
                        (fine[lane], coarse[lane], single[lane]) = (ABSENT, ABSENT, true);
                    }
                }
            }
            self.fine.count(index, &fine);
            self.coarse.count(index, &coarse);
            if any(&single) {
                for lane in (0..LANES).filter(|&lane| single[lane]) {
                    self.single.push(tile, lane, (index * LANES + lane) as u32);
                }
            }
        }
        self.fine.place(tiles);
        self.coarse.place(tiles);
        self.single.pad_with_absent();
    }

    #[inline(always)]
    fn pairs_of_single<const FUSED: bool>(&self, search: &Search<'_>, pairs: &mut Vec<(u32, u32)>) {
        let (test, single) = (Test::<FUSED>::new(search), self.single.as_rows());
        for slot in 0..self.single.len() {
            if search.chosen.is_empty() || search.chosen[single.id[slot] as usize] {
                let widest_km = (search.threshold_km + search.ordinary_reach_km + self.single.reach[slot]) * 1.001;
                self.fine.pairs_around(&test, single, slot, widest_km, pairs);
                self.coarse.pairs_around(&test, single, slot, widest_km, pairs);
            }
            test.alone(single, slot, single, slot + 1..self.single.len(), pairs);
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

/// The rows of some points, all of one length: with a block beyond the last point.
#[derive(Clone, Copy)]
struct Rows<'a> {
    x: &'a [f32],
    y: &'a [f32],
    z: &'a [f32],
    vx: &'a [f32],
    vy: &'a [f32],
    vz: &'a [f32],
    pad: &'a [f32],
    id: &'a [u32],
}

impl Points {
    #[inline(always)]
    fn as_rows(&self) -> Rows<'_> {
        let count = self.x.len();
        Rows {
            x: &self.x[..count],
            y: &self.y[..count],
            z: &self.z[..count],
            vx: &self.vx[..count],
            vy: &self.vy[..count],
            vz: &self.vz[..count],
            pad: &self.pad[..count],
            id: &self.id,
        }
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
    /// Tiles with points in the grid, and the cells of these.
    cell_of: Vec<(u32, [u32; LANES])>,
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
        let (cell, last) = ((coordinate + self.half_km) * self.cells_per_km, (self.per_axis - 1) as f32);
        // Comparisons instead of `clamp`: what is not a number goes anywhere, it is absent.
        let cell = if cell > 0.0 { cell } else { 0.0 };
        (if cell < last { cell } else { last }) as i32 as u32
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
    fn count(&mut self, tile: usize, cells: &[u32; LANES]) {
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
    fn place(&mut self, tiles: &[Tile]) {
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
                    (x[slot], y[slot], z[slot]) = (tile.position[0][lane], tile.position[1][lane], tile.position[2][lane]);
                    (vx[slot], vy[slot], vz[slot]) =
                        (tile.velocity[0][lane], tile.velocity[1][lane], tile.velocity[2][lane]);
                    (pad[slot], id[slot]) = (tile.pad[lane], index * LANES as u32 + lane as u32);
                }
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
    fn pairs_around<const FUSED: bool>(
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

/// The two tests of a pair.
#[derive(Clone, Copy)]
struct Test<const FUSED: bool> {
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
    u128::from_ne_bytes(hits.map(u8::from)) != 0
}

impl<const FUSED: bool> Test<FUSED> {
    #[inline(always)]
    fn new(search: &Search<'_>) -> Self {
        Self { threshold_km: search.threshold_km, half_step_s: search.half_step_s }
    }

    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        if FUSED { a.mul_add(b, c) } else { a * b + c }
    }

    /// Tests the points `own` against those of `range` that come later.
    #[inline(always)]
    fn all(&self, points: Rows<'_>, own: Range<usize>, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
        let mut start = range.start;
        while start < range.end {
            for one in own.clone() {
                // The slots after `one` and before the end, by one comparison: what comes before wraps round.
                let (from, count) = ((start as u32).wrapping_sub(one as u32 + 1), (range.end - one - 1) as u32);
                self.one(points, one, points, start, (from, count), pairs);
            }
            start += LANES;
        }
    }

    /// Tests one point against a range of others.
    #[inline(always)]
    fn alone(&self, of: Rows<'_>, one: usize, others: Rows<'_>, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
        let mut start = range.start;
        while start < range.end {
            self.one(of, one, others, start, (0, (range.end - start) as u32), pairs);
            start += LANES;
        }
    }

    /// Tests one point against a block of others, of which those lanes count for which `from + lane < count`, modulo
    /// 2³².
    #[inline(always)]
    fn one(
        &self,
        of: Rows<'_>,
        one: usize,
        others: Rows<'_>,
        start: usize,
        (from, count): (u32, u32),
        pairs: &mut Vec<(u32, u32)>,
    ) {
        let (x, y, z) = (block(others.x, start), block(others.y, start), block(others.z, start));
        let (vx, vy, vz) = (block(others.vx, start), block(others.vy, start), block(others.vz, start));
        let pad = block(others.pad, start);
        let (own_x, own_y, own_z) = (of.x[one], of.y[one], of.z[one]);
        let (own_vx, own_vy, own_vz) = (of.vx[one], of.vy[one], of.vz[one]);
        let base_km = self.threshold_km + of.pad[one];
        let mut near = [false; LANES];
        for lane in 0..LANES {
            let (dx, dy, dz) = (x[lane] - own_x, y[lane] - own_y, z[lane] - own_z);
            let (ux, uy, uz) = (vx[lane] - own_vx, vy[lane] - own_vy, vz[lane] - own_vz);
            let squared = Self::fma(dx, dx, Self::fma(dy, dy, dz * dz));
            let closing = Self::fma(dx, ux, Self::fma(dy, uy, dz * uz));
            let speed_squared = Self::fma(ux, ux, Self::fma(uy, uy, uz * uz));
            let limit_km = base_km + pad[lane];
            // |d|² − (d·u)²/|u|², the least of the endless line, without a division.
            let excess = Self::fma(squared, 1.0 - ROUNDING, -finite(limit_km * limit_km));
            near[lane] =
                (excess * speed_squared <= closing * closing) & (from.wrapping_add(lane as u32) < count);
        }
        if any(&near) {
            for lane in (0..LANES).filter(|&lane| near[lane]) {
                let other = start + lane;
                if self.meets(of, one, others, other) {
                    pairs.push((of.id[one], others.id[other]));
                }
            }
        }
    }

    /// Whether the straight relative line comes, within the interval, below the threshold and both pads.
    #[inline(always)]
    fn meets(&self, of: Rows<'_>, one: usize, others: Rows<'_>, other: usize) -> bool {
        let d = [others.x[other] - of.x[one], others.y[other] - of.y[one], others.z[other] - of.z[one]];
        let u = [others.vx[other] - of.vx[one], others.vy[other] - of.vy[one], others.vz[other] - of.vz[one]];
        let speed_squared = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
        let closing = d[0] * u[0] + d[1] * u[1] + d[2] * u[2];
        // Without relative motion every time is as good as another.
        let tau = (-closing / speed_squared.max(1e-20)).max(-self.half_step_s).min(self.half_step_s);
        let m = [d[0] + u[0] * tau, d[1] + u[1] * tau, d[2] + u[2] * tau];
        let limit_km = self.threshold_km + of.pad[one] + others.pad[other];
        m[0] * m[0] + m[1] * m[1] + m[2] * m[2] <= limit_km * limit_km
    }
}

/// What rounding can change |d|² and (d·u)²/|u|² by, as a share of |d|²: sixteen units.
const ROUNDING: f32 = 1.0 / (1 << 20) as f32;

/// Not so great that it times nothing were not a number.
#[inline(always)]
fn finite(value: f32) -> f32 {
    if value < f32::MAX { value } else { f32::MAX }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hermite::{LANES, Tile};
    use super::super::lanes::Form;
    use super::{NearPairs, Search};

    #[derive(Clone, Debug)]
    struct Point {
        position: [f32; 3],
        velocity: [f32; 3],
        pad: f32,
        reach: f32,
    }

    fn tiles(points: &[Point]) -> Vec<Tile> {
        let mut tiles = vec![Tile::ABSENT; points.len().div_ceil(LANES)];
        for (index, point) in points.iter().enumerate() {
            let (tile, lane) = (&mut tiles[index / LANES], index % LANES);
            for axis in 0..3 {
                tile.position[axis][lane] = point.position[axis];
                tile.velocity[axis][lane] = point.velocity[axis];
            }
            (tile.pad[lane], tile.reach[lane]) = (point.pad, point.reach);
        }
        tiles
    }

    /// By how much the pair passes or fails the tighter of the two tests, in f64, km; below zero it fails.
    fn surplus_km(a: &Point, b: &Point, search: &Search<'_>) -> f64 {
        let [d, u]: [[f64; 3]; 2] = [(a.position, b.position), (a.velocity, b.velocity)]
            .map(|(a, b)| [0, 1, 2].map(|axis| f64::from(b[axis]) - f64::from(a[axis])));
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let half_s = f64::from(search.half_step_s);
        let tau = if dot(u, u) > 0.0 { (-dot(d, u) / dot(u, u)).clamp(-half_s, half_s) } else { 0.0 };
        let m = [0, 1, 2].map(|axis| d[axis] + u[axis] * tau);
        let limit = |a: f32, b: f32| f64::from(search.threshold_km) + f64::from(a) + f64::from(b);
        (limit(a.reach, b.reach) - dot(d, d).sqrt()).min(limit(a.pad, b.pad) - dot(m, m).sqrt())
    }

    fn coordinate(width_km: f32) -> impl Strategy<Value = f32> {
        -width_km..width_km
    }

    prop_compose! {
        /// A point about one of a few places: inside the fine grid, at its border, in the ring and beyond the coarse one.
        fn point()(
            place in 0usize..6,
            offset in [coordinate(600.0), coordinate(600.0), coordinate(600.0)],
            velocity in [coordinate(8.0), coordinate(8.0), coordinate(8.0)],
            pad in 0f32..3.0,
            extra in 0f32..1.0,
            kind in 0u8..20,
        ) -> Point {
            let places = [[7000.0, 0.0, 0.0], [4000.0, -4000.0, 4000.0], [0.0, 8990.0, 0.0], [-8700.0, 0.0, 500.0],
                [42_164.0, 0.0, 0.0], [0.0, -46_000.0, 100.0]];
            let mut position = [0, 1, 2].map(|axis| places[place][axis] + offset[axis]);
            // Some are absent, some the very same, some at rest, some of great reach.
            let velocity = if kind == 1 { [0.0; 3] } else { velocity };
            match kind {
                0 => position = [f32::NAN; 3],
                2 => position = places[place],
                _ => {}
            }
            let reach = if kind == 3 { 900.0 * extra } else { 150.0 + 30.0 * extra };
            let reach = if kind == 0 { f32::NAN } else { reach };
            Point { position, velocity, pad, reach }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_pair_that_passes_both_tests_is_passed_over(
            points in prop::collection::vec(point(), 0..160),
            threshold_km in 0f32..60.0,
            half_step_s in 1f32..40.0,
            ordinary_reach_km in 100f32..300.0,
            choice in prop::collection::vec(0u8..8, 176),
            choosing in any::<bool>(),
        ) {
            let tiles = tiles(&points);
            let chosen: Vec<bool> = choice.iter().map(|&c| c == 0).collect();
            let chosen = if choosing { &chosen[..] } else { &[] };
            let search = Search { threshold_km, half_step_s, ordinary_reach_km, chosen };
            let mut scratch = NearPairs::default();
            for form in ["scalar", "avx2", "avx512"].iter().filter_map(|name| Form::named(name)) {
                let mut found = Vec::new();
                for _ in 0..2 {
                    found.clear();
                    scratch.find(form, &search, &tiles, &mut found);
                }
                let mut found: Vec<_> = found.iter().map(|&(i, j)| (i.min(j) as usize, i.max(j) as usize)).collect();
                found.sort_unstable();
                found.dedup();
                for i in 0..points.len() {
                    for j in i + 1..points.len() {
                        let present = !points[i].reach.is_nan() && !points[j].reach.is_nan();
                        let wanted = chosen.is_empty() || chosen[i] || chosen[j];
                        let surplus_km = surplus_km(&points[i], &points[j], &search);
                        let listed = found.binary_search(&(i, j)).is_ok();
                        // Rounding decides within a few metres.
                        if present && wanted && surplus_km > 0.02 {
                            prop_assert!(listed, "{}: {i} {j} by {surplus_km}", form.name());
                        }
                        prop_assert!(!listed || present);
                    }
                }
            }
        }

        #[test]
        fn few_pairs_are_listed_that_fail_the_second_test(
            points in prop::collection::vec(point(), 0..160),
            half_step_s in 1f32..40.0,
        ) {
            let tiles = tiles(&points);
            let search = Search { threshold_km: 5.0, half_step_s, ordinary_reach_km: 200.0, chosen: &[] };
            let mut found = Vec::new();
            NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
            for (i, j) in found {
                let line = Search { threshold_km: 5.02, ..search };
                let [a, b] = [i, j].map(|i| Point { reach: f32::INFINITY, ..points[i as usize].clone() });
                prop_assert!(surplus_km(&a, &b, &line) > 0.0);
            }
        }
    }

    #[test]
    fn a_threshold_without_bounds_lists_every_pair() {
        let point = |x: f32, speed: f32| Point {
            position: [x, 0.0, 7000.0],
            velocity: [speed, 0.0, 0.0],
            pad: f32::INFINITY,
            reach: 100.0,
        };
        let points: Vec<Point> = (0..40).map(|k| point(300.0 * k as f32, (k % 2) as f32)).collect();
        let tiles = tiles(&points);
        for threshold_km in [1e6, f32::MAX, f32::INFINITY] {
            let search = Search { threshold_km, half_step_s: 20.0, ordinary_reach_km: 200.0, chosen: &[] };
            let mut found = Vec::new();
            NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), 40 * 39 / 2);
        }
    }
}
