//! Points sorted into square columns, to list the pairs that are near each other.

/// Half the side, in km, of the square that the columns divide: a little beyond the geostationary ring.
///
/// Points outside it are put into the outermost columns. Clamping keeps the order of points along an axis, so points
/// whose columns would have been neighbours stay neighbours: nothing is lost, only slower far out.
const HALF_SIDE_KM: f64 = 45_000.0;

/// Points that are tested together.
const BLOCK: usize = 8;

/// Scratch space for one set of points at one instant; reuse it, it allocates only while it grows.
///
/// Every point has a position in km and a reach in km: a pair is near when the distance is at most `base_km` plus both
/// reaches. Columns stand on the x-y plane, their side is at least the distance at which two points of ordinary reach
/// can be near, so that a pair shares a column or stands in neighbouring ones. The few points of extraordinary reach
/// are kept out of the columns and look as far as they need to.
#[derive(Debug, Default)]
pub struct Columns {
    side_km: f64,
    per_axis: usize,
    starts: Vec<u32>,
    column_of: Vec<u32>,
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    reach: Vec<f64>,
    point: Vec<u32>,
    far_reaching: Vec<u32>,
}

/// Points as slices of equal length; a point whose `x` is not a number is absent.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    /// First coordinate, km.
    pub x: &'a [f64],
    /// Second coordinate, km.
    pub y: &'a [f64],
    /// Third coordinate, km.
    pub z: &'a [f64],
    /// Reach, km.
    pub reach: &'a [f64],
}

impl Points<'_> {
    fn near(&self, i: usize, j: usize, base_km: f64) -> bool {
        let (dx, dy, dz) = (self.x[i] - self.x[j], self.y[i] - self.y[j], self.z[i] - self.z[j]);
        let limit = base_km + self.reach[i] + self.reach[j];
        dx * dx + dy * dy + dz * dz <= limit * limit
    }
}

impl Columns {
    /// Calls `visit(i, j)` once for every unordered pair of present points with
    /// `distance <= base_km + reach[i] + reach[j]`. `ordinary_reach_km` sets the side of the columns: any value gives
    /// the same pairs, one that most points stay below gives them soonest.
    pub fn near_pairs(
        &mut self,
        points: Points<'_>,
        base_km: f64,
        ordinary_reach_km: f64,
        mut visit: impl FnMut(usize, usize),
    ) {
        self.sort(points, base_km, ordinary_reach_km);
        self.pairs_in_columns(base_km, &mut visit);
        self.pairs_of_far_reaching(points, base_km, &mut visit);
    }

    fn column_index(&self, coordinate: f64) -> usize {
        // A saturating cast: what lies outside goes into the first or last column.
        (((coordinate + HALF_SIDE_KM) / self.side_km) as usize).min(self.per_axis - 1)
    }

    fn sort(&mut self, points: Points<'_>, base_km: f64, ordinary_reach_km: f64) {
        // A hair wider, so that rounding cannot put a pair at the very limit two columns apart.
        let least_side_km = 2.0 * HALF_SIDE_KM / most_columns_per_axis(points.x.len());
        self.side_km = ((base_km + 2.0 * ordinary_reach_km) * (1.0 + 1e-9)).max(least_side_km);
        self.per_axis = ((2.0 * HALF_SIDE_KM / self.side_km).ceil() as usize).max(1);
        let columns = self.per_axis * self.per_axis;
        self.starts.clear();
        self.starts.resize(columns + 1, 0);
        self.far_reaching.clear();
        self.column_of.clear();
        const ABSENT: u32 = u32::MAX;
        for i in 0..points.x.len() {
            let column = if points.x[i].is_nan() {
                ABSENT
            } else if points.reach[i] > ordinary_reach_km {
                self.far_reaching.push(i as u32);
                ABSENT
            } else {
                (self.column_index(points.y[i]) * self.per_axis + self.column_index(points.x[i])) as u32
            };
            if column != ABSENT {
                self.starts[column as usize] += 1;
            }
            self.column_of.push(column);
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let count = sum as usize;
        for row in [&mut self.x, &mut self.y, &mut self.z, &mut self.reach] {
            row.resize(count, 0.0);
        }
        self.point.resize(count, 0);
        // The sums are the columns' ends: filling from the back with them as cursors leaves the starts.
        for (i, &column) in self.column_of.iter().enumerate().rev() {
            if column != ABSENT {
                let cursor = &mut self.starts[column as usize];
                *cursor -= 1;
                let slot = *cursor as usize;
                self.x[slot] = points.x[i];
                self.y[slot] = points.y[i];
                self.z[slot] = points.z[i];
                self.reach[slot] = points.reach[i];
                self.point[slot] = i as u32;
            }
        }
    }

    /// The slots of the columns `first..=last` of one row: neighbours along a row are contiguous.
    fn slots(&self, row: usize, first: usize, last: usize) -> std::ops::Range<usize> {
        let base = row * self.per_axis;
        self.starts[base + first] as usize..self.starts[base + last + 1] as usize
    }

    fn pairs_in_columns(&self, base_km: f64, visit: &mut impl FnMut(usize, usize)) {
        let last = self.per_axis - 1;
        for row in 0..self.per_axis {
            let occupied = self.slots(row, 0, last);
            if occupied.is_empty() {
                continue;
            }
            for column in 0..self.per_axis {
                let own = self.slots(row, column, column);
                if own.is_empty() {
                    continue;
                }
                let right_end = self.slots(row, column, (column + 1).min(last)).end;
                let above = if row < last {
                    self.slots(row + 1, column.saturating_sub(1), (column + 1).min(last))
                } else {
                    0..0
                };
                for slot in own {
                    self.near_in(slot, slot + 1..right_end, base_km, visit);
                    self.near_in(slot, above.clone(), base_km, visit);
                }
            }
        }
    }

    fn near_in(&self, slot: usize, others: std::ops::Range<usize>, base_km: f64, visit: &mut impl FnMut(usize, usize)) {
        let (x, y, z, base) = (self.x[slot], self.y[slot], self.z[slot], base_km + self.reach[slot]);
        let near = |ox: f64, oy: f64, oz: f64, reach: f64| {
            let (dx, dy, dz) = (ox - x, oy - y, oz - z);
            let limit = base + reach;
            dx * dx + dy * dy + dz * dz <= limit * limit
        };
        let (xs, x_rest) = self.x[others.clone()].as_chunks::<BLOCK>();
        let (ys, y_rest) = self.y[others.clone()].as_chunks::<BLOCK>();
        let (zs, z_rest) = self.z[others.clone()].as_chunks::<BLOCK>();
        let (reaches, reach_rest) = self.reach[others.clone()].as_chunks::<BLOCK>();
        let mut start = others.start;
        for (((xs, ys), zs), reaches) in xs.iter().zip(ys).zip(zs).zip(reaches) {
            // Nearly every block holds no near point: found out without a branch for each, it is done in wide lanes.
            let mut hits = [false; BLOCK];
            for k in 0..BLOCK {
                hits[k] = near(xs[k], ys[k], zs[k], reaches[k]);
            }
            if hits.iter().fold(false, |any, hit| any | hit) {
                for k in (0..BLOCK).filter(|&k| hits[k]) {
                    visit(self.point[slot] as usize, self.point[start + k] as usize);
                }
            }
            start += BLOCK;
        }
        for k in 0..x_rest.len() {
            if near(x_rest[k], y_rest[k], z_rest[k], reach_rest[k]) {
                visit(self.point[slot] as usize, self.point[start + k] as usize);
            }
        }
    }

    fn pairs_of_far_reaching(&self, points: Points<'_>, base_km: f64, visit: &mut impl FnMut(usize, usize)) {
        let greatest_ordinary = self.reach.iter().copied().fold(0.0, f64::max);
        for (k, &i) in self.far_reaching.iter().enumerate() {
            let i = i as usize;
            let limit = base_km + points.reach[i] + greatest_ordinary;
            let columns =
                |coordinate: f64| self.column_index(coordinate - limit)..=self.column_index(coordinate + limit);
            let across = columns(points.x[i]);
            for row in columns(points.y[i]) {
                for slot in self.slots(row, *across.start(), *across.end()) {
                    let j = self.point[slot] as usize;
                    if points.near(i, j, base_km) {
                        visit(i, j);
                    }
                }
            }
            for &j in &self.far_reaching[k + 1..] {
                if points.near(i, j as usize, base_km) {
                    visit(i, j as usize);
                }
            }
        }
    }
}

/// Emptying and summing the columns costs time as well: of few points there are few columns.
fn most_columns_per_axis(points: usize) -> f64 {
    (2.0 * (points as f64).sqrt()).clamp(1.0, 512.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Columns, Points};

    proptest! {
        #[test]
        fn lists_exactly_the_near_pairs(
            rows in prop::collection::vec(
                (-60e3..60e3f64, -60e3..60e3f64, -60e3..60e3f64, 0.0..3000.0f64, 0u8..10), 0..120),
            clump in prop::collection::vec((-300.0..300.0f64, -300.0..300.0f64, -300.0..300.0f64, 0.0..300.0f64), 0..60),
            base_km in 0.0..500.0f64,
            ordinary_reach_km in 1.0..2000.0f64,
        ) {
            let mut x: Vec<f64> = rows.iter().map(|r| if r.4 == 0 { f64::NAN } else { r.0 }).collect();
            let (mut y, mut z): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (r.1, r.2)).unzip();
            let mut reach: Vec<f64> = rows.iter().map(|r| r.3).collect();
            for c in clump {
                x.push(c.0 + 44_900.0);
                y.push(c.1 - 7000.0);
                z.push(c.2);
                reach.push(c.3);
            }
            let points = Points { x: &x, y: &y, z: &z, reach: &reach };
            let mut found = Vec::new();
            let mut columns = Columns::default();
            for _ in 0..2 {
                found.clear();
                columns.near_pairs(points, base_km, ordinary_reach_km, |i, j| found.push((i.min(j), i.max(j))));
            }
            found.sort_unstable();
            let expected: Vec<_> = (0..x.len())
                .flat_map(|i| (i + 1..x.len()).map(move |j| (i, j)))
                .filter(|&(i, j)| points.near(i, j, base_km))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
