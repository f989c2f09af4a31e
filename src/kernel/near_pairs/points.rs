//! Points as rows of numbers, read a block at a time.

use super::super::hermite::{LANES, Tile};

/// Points as rows of numbers.
#[derive(Debug, Default)]
pub(super) struct Points {
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
    pub(super) z: Vec<f32>,
    pub(super) vx: Vec<f32>,
    pub(super) vy: Vec<f32>,
    pub(super) vz: Vec<f32>,
    pub(super) pad: Vec<f32>,
    pub(super) reach: Vec<f32>,
    pub(super) id: Vec<u32>,
}

impl Points {
    pub(super) fn rows(&mut self) -> [&mut Vec<f32>; 8] {
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

    pub(super) fn len(&self) -> usize {
        self.id.len()
    }

    pub(super) fn clear(&mut self) {
        self.rows().into_iter().for_each(Vec::clear);
        self.id.clear();
    }

    pub(super) fn push(&mut self, tile: &Tile, lane: usize, id: u32) {
        for (row, value) in self.rows().into_iter().zip(values(tile, lane)) {
            row.push(value);
        }
        self.id.push(id);
    }

    /// Rows are read in whole blocks: beyond the last point stand absent ones.
    pub(super) fn pad_with_absent(&mut self) {
        let padded = self.len() + LANES;
        self.rows().into_iter().for_each(|row| row.resize(padded, f32::NAN));
    }

    pub(super) fn resize(&mut self, count: usize) {
        self.id.resize(count, 0);
        self.rows().into_iter().for_each(|row| row.resize(count + LANES, f32::NAN));
    }
}

/// The rows of some points, all of one length: with a block beyond the last point.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) x: &'a [f32],
    pub(super) y: &'a [f32],
    pub(super) z: &'a [f32],
    pub(super) vx: &'a [f32],
    pub(super) vy: &'a [f32],
    pub(super) vz: &'a [f32],
    pub(super) pad: &'a [f32],
    pub(super) id: &'a [u32],
}

impl Points {
    #[inline(always)]
    pub(super) fn as_rows(&self) -> Rows<'_> {
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

pub(super) fn values(tile: &Tile, lane: usize) -> [f32; 8] {
    let ([x, y, z], [vx, vy, vz]) = (&tile.position, &tile.velocity);
    [x[lane], y[lane], z[lane], vx[lane], vy[lane], vz[lane], tile.pad[lane], tile.reach[lane]]
}
