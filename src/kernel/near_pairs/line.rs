//! The test of a pair: does its straight relative line come near enough?

use std::ops::Range;

use super::super::hermite::LANES;
use super::Search;
use super::points::Rows;

/// The two tests of a pair.
#[derive(Clone, Copy)]
pub(super) struct Test<const FUSED: bool> {
    pub(super) threshold_km: f32,
    pub(super) half_step_s: f32,
}

/// A block of a row.
#[inline(always)]
pub(super) fn block(row: &[f32], start: usize) -> &[f32; LANES] {
    const NONE: [f32; LANES] = [f32::NAN; LANES];
    row.get(start..).and_then(|rest| rest.first_chunk()).unwrap_or(&NONE)
}

#[inline(always)]
pub(super) fn any(hits: &[bool; LANES]) -> bool {
    u128::from_ne_bytes(hits.map(u8::from)) != 0
}

impl<const FUSED: bool> Test<FUSED> {
    #[inline(always)]
    pub(super) fn new(search: &Search<'_>) -> Self {
        Self { threshold_km: search.threshold_km, half_step_s: search.half_step_s }
    }

    #[inline(always)]
    pub(super) fn fma(a: f32, b: f32, c: f32) -> f32 {
        if FUSED { a.mul_add(b, c) } else { a * b + c }
    }

    /// Tests the points `own` against those of `range` that come later.
    #[inline(always)]
    pub(super) fn all(&self, points: Rows<'_>, own: Range<usize>, range: Range<usize>, pairs: &mut Vec<(u32, u32)>) {
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
    pub(super) fn alone(
        &self,
        of: Rows<'_>,
        one: usize,
        others: Rows<'_>,
        range: Range<usize>,
        pairs: &mut Vec<(u32, u32)>,
    ) {
        let mut start = range.start;
        while start < range.end {
            self.one(of, one, others, start, (0, (range.end - start) as u32), pairs);
            start += LANES;
        }
    }

    /// Tests one point against a block of others, of which those lanes count for which `from + lane < count`, modulo
    /// 2³².
    #[inline(always)]
    pub(super) fn one(
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
            near[lane] = (excess * speed_squared <= closing * closing) & (from.wrapping_add(lane as u32) < count);
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
    pub(super) fn meets(&self, of: Rows<'_>, one: usize, others: Rows<'_>, other: usize) -> bool {
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
pub(super) const ROUNDING: f32 = 1.0 / (1 << 20) as f32;

/// Not so great that it times nothing were not a number.
#[inline(always)]
pub(super) fn finite(value: f32) -> f32 {
    if value < f32::MAX { value } else { f32::MAX }
}
