//! Points as rows of numbers, read a block at a time.

use super::super::hermite::{LANES, Tile};

/// Points tested at a time: one register of 256 bits. Ranges are short, so that a wider one would be half empty.
pub(super) const BLOCK: usize = 16;

/// Beyond any distance; the square of a few times that much is still a number.
pub(super) const LARGE_KM: f32 = 1e18;

/// What is known of a point, side by side: half a cache line, so that sorting writes to one place a point.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub(super) struct Record {
    pub(super) position: [f32; 3],
    pub(super) velocity: [f32; 3],
    pub(super) pad: f32,
    pub(super) id: u32,
}

impl Record {
    pub(super) const ABSENT: Self = Self { position: [f32::NAN; 3], velocity: [f32::NAN; 3], pad: f32::NAN, id: 0 };

    /// The point in a lane of the tile `tiles[index]`.
    #[inline(always)]
    pub(super) fn new(tile: &Tile, index: usize, lane: usize) -> Self {
        let ([x, y, z], [vx, vy, vz]) = (&tile.position, &tile.velocity);
        Self {
            position: [x[lane], y[lane], z[lane]],
            velocity: [vx[lane], vy[lane], vz[lane]],
            pad: if tile.pad[lane] < LARGE_KM { tile.pad[lane] } else { LARGE_KM },
            id: (index * LANES + lane) as u32,
        }
    }
}

/// Points, and the same again as rows: with a block of absent ones beyond the last.
#[derive(Debug, Default)]
pub(super) struct Points {
    pub(super) records: Vec<Record>,
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    vx: Vec<f32>,
    vy: Vec<f32>,
    vz: Vec<f32>,
    pad: Vec<f32>,
}

/// The rows of some points, all of one length.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) records: &'a [Record],
    pub(super) x: &'a [f32],
    pub(super) y: &'a [f32],
    pub(super) z: &'a [f32],
    pub(super) vx: &'a [f32],
    pub(super) vy: &'a [f32],
    pub(super) vz: &'a [f32],
    pub(super) pad: &'a [f32],
}

impl Points {
    /// Fills the rows from the records.
    #[inline(always)]
    pub(super) fn fill_rows(&mut self) {
        let Self { records, x, y, z, vx, vy, vz, pad } = self;
        let (blocks, rest) = records.as_chunks::<BLOCK>();
        let padded = (blocks.len() + 2) * BLOCK;
        for row in [&mut *x, y, z, vx, vy, vz, pad] {
            row.resize(padded, f32::NAN);
        }
        let mut last = [[Record::ABSENT; BLOCK]; 2];
        last[0][..rest.len()].copy_from_slice(rest);
        let [x, y, z, vx, vy, vz, pad] = [x, y, z, vx, vy, vz, pad].map(|row| row.as_chunks_mut::<BLOCK>().0);
        let rows = x.iter_mut().zip(y).zip(z).zip(vx).zip(vy).zip(vz).zip(pad);
        for (block, ((((((x, y), z), vx), vy), vz), pad)) in blocks.iter().chain(&last).zip(rows) {
            for (lane, record) in block.iter().enumerate() {
                [x[lane], y[lane], z[lane]] = record.position;
                [vx[lane], vy[lane], vz[lane]] = record.velocity;
                pad[lane] = record.pad;
            }
        }
    }

    #[inline(always)]
    pub(super) fn as_rows(&self) -> Rows<'_> {
        // One length for all, so that one comparison checks a block of every row.
        let count = self.x.len();
        Rows {
            records: &self.records,
            x: &self.x[..count],
            y: &self.y[..count],
            z: &self.z[..count],
            vx: &self.vx[..count],
            vy: &self.vy[..count],
            vz: &self.vz[..count],
            pad: &self.pad[..count],
        }
    }
}

/// A block of rows, and the points from there on as records.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) position: [&'a [f32; BLOCK]; 3],
    pub(super) velocity: [&'a [f32; BLOCK]; 3],
    pub(super) pad: &'a [f32; BLOCK],
    pub(super) records: &'a [Record],
}

impl<'a> Rows<'a> {
    /// The points from `start` on, and absent ones beyond the last.
    #[inline(always)]
    pub(super) fn block(&self, start: usize) -> Block<'a> {
        const NONE: [f32; BLOCK] = [f32::NAN; BLOCK];
        let block = |row: &'a [f32]| row.get(start..).and_then(|rest| rest.first_chunk()).unwrap_or(&NONE);
        Block {
            position: [block(self.x), block(self.y), block(self.z)],
            velocity: [block(self.vx), block(self.vy), block(self.vz)],
            pad: block(self.pad),
            records: self.records.get(start..).unwrap_or_default(),
        }
    }
}
