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

mod grid;
mod line;
mod points;
#[cfg(test)]
mod tests;

use grid::{ABSENT, Grid};
use line::{Test, any};
use points::Points;

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
    /// For each point of the tiles whether it is chosen: a pair without such a point is passed over. Empty: every pair counts.
    pub chosen: &'a [bool],
    /// More points, counted on from the last tile, that are looked after one by one and count as chosen.
    pub more: &'a [Tile],
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
    fn find_with<const FUSED: bool>(&mut self, search: &Search<'_>, tiles: &[Tile], pairs: &mut Vec<(u32, u32)>) {
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
        for (index, tile) in search.more.iter().enumerate() {
            for lane in (0..LANES).filter(|&lane| !tile.reach[lane].is_nan()) {
                self.single.push(tile, lane, ((tiles.len() + index) * LANES + lane) as u32);
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
            // What is beyond the tiles counts as chosen.
            let id = single.id[slot] as usize;
            if search.chosen.is_empty() || search.chosen.get(id).copied().unwrap_or(true) {
                let widest_km = (search.threshold_km + search.ordinary_reach_km + self.single.reach[slot]) * 1.001;
                self.fine.pairs_around(&test, single, slot, widest_km, pairs);
                self.coarse.pairs_around(&test, single, slot, widest_km, pairs);
            }
            test.alone(single, slot, single, slot + 1..self.single.len(), pairs);
        }
    }
}
