//! The test of a pair: does its straight relative line come near enough?

use std::ops::Range;

use super::points::{BLOCK, Block, LARGE_KM, Record, Rows};

/// The two tests of a pair.
#[derive(Clone, Copy)]
pub(super) struct Test<const FUSED: bool> {
    threshold_km: f32,
    half_step_s: f32,
    /// What rounding can take from |d|² − (d·u)²/|u|², km².
    slack_km2: f32,
}

/// The number of each lane.
const LANE: [i32; BLOCK] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

#[inline(always)]
fn any(hits: &[bool; BLOCK]) -> bool {
    u128::from_ne_bytes(hits.map(u8::from)) != 0
}

impl<const FUSED: bool> Test<FUSED> {
    /// The tests of pairs that are at most `widest_km` apart; others may fail the first where they would pass the second.
    #[inline(always)]
    pub(super) fn new(threshold_km: f32, half_step_s: f32, widest_km: f32) -> Self {
        let slack_km2 = (ROUNDING * widest_km * widest_km).min(LARGE_KM * LARGE_KM);
        Self { threshold_km: threshold_km.min(LARGE_KM), half_step_s, slack_km2 }
    }

    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        if FUSED { a.mul_add(b, c) } else { a * b + c }
    }

    /// Lists the pairs of the points `own` with those of a range that come later, and perhaps with some of the next
    /// fifteen.
    #[inline(always)]
    pub(super) fn later(&self, own: Range<usize>, others: Rows<'_>, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
        let ones = &others.records[own.clone()];
        let mut start = range.start;
        while start < own.end.min(range.end) {
            let block = others.block(start);
            for (but, one) in (own.start as i32 - start as i32..).zip(ones) {
                self.one(one, &block, but, pairs);
            }
            start += BLOCK;
        }
        self.all(ones, others, start..range.end, pairs);
    }

    /// Lists the pairs of some points with those of a range, and perhaps with some of the next fifteen.
    #[inline(always)]
    pub(super) fn all(&self, ones: &[Record], others: Rows<'_>, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
        let mut start = range.start;
        while start < range.end {
            let block = others.block(start);
            for one in ones {
                self.one(one, &block, -1, pairs);
            }
            start += BLOCK;
        }
    }

    /// Tests one point against a block of others, of which those after the lane `but` count.
    #[inline(always)]
    fn one(&self, one: &Record, others: &Block<'_>, but: i32, pairs: &mut Vec<(u32, u32)>) {
        let ([x, y, z], [vx, vy, vz], pad) = (others.position, others.velocity, others.pad);
        let ([own_x, own_y, own_z], [own_vx, own_vy, own_vz]) = (one.position, one.velocity);
        let base_km = self.threshold_km + one.pad;
        let mut near = [false; BLOCK];
        for lane in 0..BLOCK {
            let (dx, dy, dz) = (x[lane] - own_x, y[lane] - own_y, z[lane] - own_z);
            let (ux, uy, uz) = (vx[lane] - own_vx, vy[lane] - own_vy, vz[lane] - own_vz);
            let squared = Self::fma(dx, dx, Self::fma(dy, dy, Self::fma(dz, dz, -self.slack_km2)));
            let closing = Self::fma(dx, ux, Self::fma(dy, uy, dz * uz));
            let speed_squared = Self::fma(ux, ux, Self::fma(uy, uy, uz * uz));
            let limit_km = base_km + pad[lane];
            // |d|² − (d·u)²/|u|², the least of the endless line, without a division.
            let excess = Self::fma(-limit_km, limit_km, squared);
            near[lane] = (excess * speed_squared <= closing * closing) & (LANE[lane] > but);
        }
        if any(&near) {
            self.list(one, others.records, pairs);
        }
    }

    #[cold]
    #[inline(never)]
    fn list(&self, one: &Record, others: &[Record], pairs: &mut Vec<(u32, u32)>) {
        let others = others.iter().take(BLOCK).filter(|other| other.id != one.id && self.meets(one, other));
        pairs.extend(others.map(|other| (one.id.min(other.id), one.id.max(other.id))));
    }

    /// Whether the straight relative line comes, within the interval, below the threshold and both pads.
    #[inline(always)]
    fn meets(&self, one: &Record, other: &Record) -> bool {
        let [d, u] = [(one.position, other.position), (one.velocity, other.velocity)]
            .map(|(one, other)| [other[0] - one[0], other[1] - one[1], other[2] - one[2]]);
        let speed_squared = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
        let closing = d[0] * u[0] + d[1] * u[1] + d[2] * u[2];
        // Without relative motion every time is as good as another.
        let tau = (-closing / speed_squared.max(1e-20)).max(-self.half_step_s).min(self.half_step_s);
        let m = [d[0] + u[0] * tau, d[1] + u[1] * tau, d[2] + u[2] * tau];
        let limit_km = self.threshold_km + one.pad + other.pad;
        m[0] * m[0] + m[1] * m[1] + m[2] * m[2] <= limit_km * limit_km
    }
}

/// What rounding can change |d|² and (d·u)²/|u|² by, as a share of |d|²: sixteen units.
const ROUNDING: f32 = 1.0 / (1 << 20) as f32;
