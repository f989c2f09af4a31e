//! Pairs of moving points that can come near each other within an interval, one of each among a few chosen points.
//!
//! Points are known at the middle of an interval, as in [`super::near_pairs`]. Nothing is sorted: what a tile of sixteen
//! has in common is its distance from the Earth. The radius that each point keeps to within the interval is bounded, and
//! a chosen point is tested against a tile where the two bands come within the threshold of each other; tiles of points
//! at about the same height meet few.
//!
//! With `p`, `v` at the middle and `k = µ/r³`, gravity alone leads to `p(1 − ½kτ²) + vτ + w`, whose square is
//! `r² + 2 p·v τ (1 − ½kτ²) + (v² − kr²)τ² + ¼k²r²τ⁴` but for `w`: for a circular orbit r² itself, since `v² = kr²`. What
//! `w` may be is the change of gravity on the way, at most `2µv/r³·h³/6` at the lowest radius within reach, a tenth more
//! for oblateness, whose own pull is less than a fiftieth of gravity; and the slip, which is what the pad holds beside the
//! bend. That one is at least what [`super::hermite`] grants a point that never gets lower than it is in the middle.

use super::hermite::{LANES, Tile};
use super::lanes::{Form, Instructions};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Distance wanted, km, not negative.
    pub threshold_km: f32,
    /// Half the length of the interval, s.
    pub half_step_s: f32,
    /// Gravitational parameter, km³/s².
    pub mu_km3_s2: f32,
}

/// Scratch space; reuse it, it allocates only while it grows.
#[derive(Debug, Default)]
pub struct NearChosen {
    /// The chosen points in tiles of their own.
    tiles: Vec<Tile>,
    bands: Vec<Bands>,
    places: Vec<u32>,
}

/// Lowest and highest radius of sixteen points within the interval, km; not a number where a point is absent.
#[derive(Clone, Copy, Debug)]
struct Bands {
    low: [f32; LANES],
    high: [f32; LANES],
}

impl NearChosen {
    /// Appends to `pairs` every pair of a chosen point and another whose straight relative line comes, within the
    /// interval, below the threshold and both pads; in no particular order, a pair of two chosen points twice.
    ///
    /// Points are told by their places, sixteen a tile: first through `tiles`, then through `more`. `chosen` holds the
    /// places of the chosen ones.
    pub fn find(
        &mut self,
        form: Form,
        search: &Search,
        (tiles, more): (&[Tile], &[Tile]),
        chosen: &[u32],
        pairs: &mut Vec<(u32, u32)>,
    ) {
        match form.instructions() {
            Instructions::Scalar => self.find_with::<false>(search, (tiles, more), chosen, pairs),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
            #[allow(unsafe_code)]
            Instructions::Avx2 => unsafe { self.find_avx2(search, (tiles, more), chosen, pairs) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            #[allow(unsafe_code)]
            Instructions::Avx512 => unsafe { self.find_avx512(search, (tiles, more), chosen, pairs) },
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn find_avx2(&mut self, search: &Search, tiles: (&[Tile], &[Tile]), chosen: &[u32], pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, chosen, pairs);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
    fn find_avx512(&mut self, search: &Search, tiles: (&[Tile], &[Tile]), chosen: &[u32], pairs: &mut Vec<(u32, u32)>) {
        self.find_with::<true>(search, tiles, chosen, pairs);
    }

    #[inline(always)]
    fn find_with<const FUSED: bool>(
        &mut self,
        search: &Search,
        (tiles, more): (&[Tile], &[Tile]),
        chosen: &[u32],
        pairs: &mut Vec<(u32, u32)>,
    ) {
        self.choose::<FUSED>(search, (tiles, more), chosen);
        for (index, tile) in tiles.iter().chain(more).enumerate() {
            let (mut lowest, mut highest) = (f32::MAX, f32::MIN);
            let bands = bands::<FUSED>(search, tile);
            for lane in 0..LANES {
                lowest = if bands.low[lane] < lowest { bands.low[lane] } else { lowest };
                highest = if bands.high[lane] > highest { bands.high[lane] } else { highest };
            }
            let (lowest, highest) = (lowest - search.threshold_km, highest + search.threshold_km);
            for (block, own) in self.bands.iter().enumerate() {
                let mut level = [false; LANES];
                for (lane, level) in level.iter_mut().enumerate() {
                    *level = (own.high[lane] >= lowest) & (own.low[lane] <= highest);
                }
                if !any(&level) {
                    continue;
                }
                for lane in (0..LANES).filter(|&lane| level[lane]) {
                    let near = near::<FUSED>(search, &self.tiles[block], lane, tile);
                    if any(&near) {
                        let own = self.places[block * LANES + lane];
                        let others =
                            (0..LANES).filter(|&other| near[other]).map(|other| (index * LANES + other) as u32);
                        pairs.extend(others.filter(|&other| other != own).map(|other| (own, other)));
                    }
                }
            }
        }
    }

    /// Takes the chosen points out of the tiles.
    #[inline(always)]
    fn choose<const FUSED: bool>(&mut self, search: &Search, (tiles, more): (&[Tile], &[Tile]), chosen: &[u32]) {
        self.tiles.clear();
        self.tiles.resize(chosen.len().div_ceil(LANES), Tile::ABSENT);
        self.places.clear();
        self.places.extend_from_slice(chosen);
        for (slot, &place) in chosen.iter().enumerate() {
            let (index, from, to) = (place as usize / LANES, place as usize % LANES, slot % LANES);
            let Some(source) = tiles.get(index).or_else(|| more.get(index - tiles.len())) else { continue };
            let target = &mut self.tiles[slot / LANES];
            for axis in 0..3 {
                target.position[axis][to] = source.position[axis][from];
                target.velocity[axis][to] = source.velocity[axis][from];
            }
            (target.pad[to], target.reach[to]) = (source.pad[from], source.reach[from]);
        }
        self.bands.clear();
        self.bands.extend(self.tiles.iter().map(|tile| bands::<FUSED>(search, tile)));
    }
}

/// What rounding in `f32` can change a radius by in the ring and far beyond, km.
const ROUNDING_KM: f32 = 0.1;

#[inline(always)]
fn bands<const FUSED: bool>(search: &Search, tile: &Tile) -> Bands {
    let (h, mu) = (search.half_step_s, search.mu_km3_s2);
    let mut bands = Bands { low: [f32::NAN; LANES], high: [f32::NAN; LANES] };
    let ([x, y, z], [vx, vy, vz]) = (&tile.position, &tile.velocity);
    for lane in 0..LANES {
        let squared = fma::<FUSED>(x[lane], x[lane], fma::<FUSED>(y[lane], y[lane], z[lane] * z[lane]));
        let rising = fma::<FUSED>(x[lane], vx[lane], fma::<FUSED>(y[lane], vy[lane], z[lane] * vz[lane]));
        let speed_squared = fma::<FUSED>(vx[lane], vx[lane], fma::<FUSED>(vy[lane], vy[lane], vz[lane] * vz[lane]));
        let radius = squared.sqrt();
        let energy = mu / radius;
        let pull = energy / radius;
        let change =
            2.0 * rising.abs() * h + (speed_squared - energy).abs() * h * h + 0.25 * pull * pull * h * h * h * h;
        let lowest = larger(radius - tile.reach[lane], 1000.0);
        let turn = 2.2 * mu * (speed_squared.sqrt() + pull * h) / (lowest * lowest * lowest);
        let bend = 1.1 * (pull / radius) * h * h * (0.5 * search.threshold_km + (2.0 / 3.0) * tile.reach[lane]);
        // Not `larger`: what is absent stays so.
        let slip = if tile.pad[lane] < bend { 0.0 } else { tile.pad[lane] - bend };
        let off = turn * h * h * h * (1.0 / 6.0) + 0.01 * pull * h * h + slip + ROUNDING_KM;
        bands.low[lane] = larger(squared - change, 0.0).sqrt() - off;
        bands.high[lane] = (squared + change).sqrt() + off;
    }
    bands
}

/// Which points of a tile one chosen point may come near to.
#[inline(always)]
fn near<const FUSED: bool>(search: &Search, of: &Tile, one: usize, tile: &Tile) -> [bool; LANES] {
    let (p, v) = (of.position.map(|row| row[one]), of.velocity.map(|row| row[one]));
    let base_km = search.threshold_km + of.pad[one];
    let h = search.half_step_s;
    let mut hits = [false; LANES];
    for (lane, hit) in hits.iter_mut().enumerate() {
        let d = [tile.position[0][lane] - p[0], tile.position[1][lane] - p[1], tile.position[2][lane] - p[2]];
        let u = [tile.velocity[0][lane] - v[0], tile.velocity[1][lane] - v[1], tile.velocity[2][lane] - v[2]];
        let closing = fma::<FUSED>(d[0], u[0], fma::<FUSED>(d[1], u[1], d[2] * u[2]));
        let speed_squared = fma::<FUSED>(u[0], u[0], fma::<FUSED>(u[1], u[1], u[2] * u[2]));
        // Without relative motion every time is as good as another.
        let tau = smaller(larger(-closing / larger(speed_squared, 1e-20), -h), h);
        let m = [fma::<FUSED>(u[0], tau, d[0]), fma::<FUSED>(u[1], tau, d[1]), fma::<FUSED>(u[2], tau, d[2])];
        let squared = fma::<FUSED>(m[0], m[0], fma::<FUSED>(m[1], m[1], m[2] * m[2]));
        let limit_km = base_km + tile.pad[lane];
        *hit = squared <= limit_km * limit_km;
    }
    hits
}

#[inline(always)]
fn any(hits: &[bool; LANES]) -> bool {
    u128::from_ne_bytes(hits.map(u8::from)) != 0
}

#[inline(always)]
fn fma<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

// What is not a number is absent: whichever of the two comes out, a later comparison is false.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests;
