//! Pairs of moving points that can come near each other within an interval, among many: by cells, in wide lanes.
//!
//! Points are known at the middle of an interval, in `f32`: place, velocity, how far they get within the interval (their
//! reach), and how far they may leave a straight line (their pad). A pair is listed when its straight relative line comes,
//! within the interval, below the threshold and both pads; it need not be looked at when the two are farther apart than
//! the threshold and both reaches.
//!
//! A grid on the sphere says which pairs are worth a look (`near_pairs/sphere.rs`): low orbit is a thin shell, in which
//! points that are near each other are seen near each other from the centre, and few others are. Its bands of latitude
//! are so wide that what a point must look at is one stretch of its own band and one of the next, each contiguous. The few
//! points whose reach is extraordinary, or that are below every orbit, are not in the grid; each looks through it as far
//! as it needs to.
//!
//! The test of a pair, sixteen at a time, is that the *endless* line comes so near, `(|d|² − L²)·|u|² <= (d·u)²` for the
//! separation `d`, the relative velocity `u` and the limit `L`: no division and no branch. The few that pass are tested
//! again, one by one, for when. A block at the end of a stretch is tested whole, so that a pair may come up twice.

mod line;
mod points;
mod sphere;
#[cfg(test)]
mod tests;

use line::Test;
use points::{Points, Record};
use sphere::{LOWEST_KM, Sphere};

use super::hermite::{LANES, Tile};
use super::lanes::{Form, Instructions};

/// Radius above which a point is in no grid, km: its square is far below the greatest number.
const HIGHEST_KM: f32 = 1e15;

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
    /// More points, counted on from the last tile, that are looked after one by one.
    pub more: &'a [Tile],
}

/// Scratch space; reuse it, it allocates only while it grows.
#[derive(Debug, Default)]
pub struct NearPairs {
    sphere: Sphere,
    /// Points that are in no grid, and their reaches.
    single: Points,
    reaches_km: Vec<f32>,
}

impl NearPairs {
    /// Appends to `pairs`, by index in the tiles (sixteen a tile), every pair that is within the threshold and both
    /// reaches and whose line comes within the threshold and both pads; some more than once, in no particular order, the
    /// smaller index first. A pair listed beyond these passes the test of the line as well.
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
        // A hair wider, so that rounding cannot hide a pair at the very limit.
        let widest_km = (search.threshold_km + 2.0 * search.ordinary_reach_km) * 1.001;
        self.sphere.shape(f64::from(widest_km), tiles.len() * LANES);
        self.sort(search, tiles);
        self.sphere.pairs(&Test::<FUSED>::new(search.threshold_km, search.half_step_s, widest_km), pairs);
        self.pairs_of_single::<FUSED>(search, pairs);
    }

    #[inline(always)]
    fn sort(&mut self, search: &Search<'_>, tiles: &[Tile]) {
        self.single.records.clear();
        self.reaches_km.clear();
        let nowhere = self.sphere.nowhere();
        for (index, tile) in tiles.iter().enumerate() {
            let [x, y, z] = &tile.position;
            let mut cells = self.sphere.cells_of(tile);
            let mut is_single = [false; LANES];
            for lane in 0..LANES {
                let squared = x[lane] * x[lane] + y[lane] * y[lane] + z[lane] * z[lane];
                // Comparisons with what is absent are false.
                let is_above = squared >= LOWEST_KM * LOWEST_KM;
                let is_below = squared <= HIGHEST_KM * HIGHEST_KM;
                let is_ordinary = is_above & is_below & (tile.reach[lane] <= search.ordinary_reach_km);
                cells[lane] = if is_ordinary { cells[lane] } else { nowhere };
                is_single[lane] = !is_ordinary & !tile.reach[lane].is_nan();
            }
            self.sphere.count(cells);
            if u128::from_ne_bytes(is_single.map(u8::from)) != 0 {
                self.add_single(tile, index, |lane| is_single[lane]);
            }
        }
        for (index, tile) in search.more.iter().enumerate() {
            self.add_single(tile, tiles.len() + index, |lane| !tile.reach[lane].is_nan());
        }
        self.sphere.place(tiles);
        self.single.fill_rows();
    }

    fn add_single(&mut self, tile: &Tile, index: usize, is_single: impl Fn(usize) -> bool) {
        for lane in (0..LANES).filter(|&lane| is_single(lane)) {
            self.single.records.push(Record::new(tile, index, lane));
            self.reaches_km.push(tile.reach[lane]);
        }
    }

    #[inline(always)]
    fn pairs_of_single<const FUSED: bool>(&self, search: &Search<'_>, pairs: &mut Vec<(u32, u32)>) {
        let single = self.single.as_rows();
        let furthest_km = self.reaches_km.iter().fold(search.ordinary_reach_km, |most, &reach| most.max(reach));
        for (slot, (record, &reach_km)) in single.records.iter().zip(&self.reaches_km).enumerate() {
            let test = |other_km| {
                let widest_km = (search.threshold_km + reach_km + other_km) * 1.001;
                (Test::<FUSED>::new(search.threshold_km, search.half_step_s, widest_km), widest_km)
            };
            let (ordinary, widest_km) = test(search.ordinary_reach_km);
            self.sphere.pairs_around(&ordinary, record, f64::from(widest_km), pairs);
            test(furthest_km).0.all(std::slice::from_ref(record), single, slot + 1..single.records.len(), pairs);
        }
    }
}
