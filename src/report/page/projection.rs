//! The frame of the maps: an equal-area projection around the regions, onto whole units of a grid.

use crate::report::briefing::region::RegionPart;

/// Width of a map in units; coordinates are whole numbers of them.
pub(super) const WIDTH: f64 = 440.0;
/// Free space around the regions, as a share of the frame.
const MARGIN: f64 = 0.04;
/// Mean radius of the Earth, km (IUGG), for the bar of the scale.
const EARTH_RADIUS_KM: f64 = 6371.0;

/// A point on the grid.
pub(super) type Point = (i32, i32);

/// Lambert's azimuthal equal-area projection of the sphere (Snyder 1987, *Map Projections: A Working Manual*, USGS
/// Professional Paper 1395, equations 24-2 to 24-4), scaled to a frame: equal areas on the ground are equal in print.
pub(super) struct Projection {
    sin_center: f64,
    cos_center: f64,
    center_longitude_deg: f64,
    /// Units per radius of the Earth.
    scale: f64,
    left: f64,
    top: f64,
    pub height: f64,
}

impl Projection {
    /// A frame that holds all regions; `None` where there is nothing to draw.
    pub(super) fn around(regions: &[RegionPart]) -> Option<Self> {
        let points = || {
            let cells = regions.iter().flat_map(|region| &region.cells);
            cells.flat_map(|cell| cell.polygons.iter().flatten().flatten().copied()).filter(|point| is_sound(*point))
        };
        // The mean direction is sound across the antimeridian and near a pole, where a box of degrees is not.
        let mut sum = [0.0; 3];
        for point in points() {
            let (longitude, latitude) = (point[0].to_radians(), point[1].to_radians());
            sum[0] += latitude.cos() * longitude.cos();
            sum[1] += latitude.cos() * longitude.sin();
            sum[2] += latitude.sin();
        }
        if sum.iter().all(|part| part.abs() < 1e-9) {
            return None;
        }
        let center = sum[2].atan2(sum[0].hypot(sum[1]));
        let mut frame = Self {
            sin_center: center.sin(),
            cos_center: center.cos(),
            center_longitude_deg: sum[1].atan2(sum[0]).to_degrees(),
            scale: 1.0,
            left: 0.0,
            top: 0.0,
            height: 0.0,
        };
        let (mut min, mut max) = ([f64::MAX; 2], [f64::MIN; 2]);
        for (x, y) in points().filter_map(|point| frame.plane(point)) {
            min = [min[0].min(x), min[1].min(y)];
            max = [max[0].max(x), max[1].max(y)];
        }
        let (wide, high) = (max[0] - min[0], max[1] - min[1]);
        if !(wide.is_finite() && high.is_finite() && wide.max(high) > 0.0) {
            return None;
        }
        // A very tall or flat region still gets a frame that fits a page.
        let frame_wide = wide.max(0.75 * high) * (1.0 + 2.0 * MARGIN);
        let frame_high = high.max(0.6 * wide) * (1.0 + 2.0 * MARGIN);
        frame.scale = WIDTH / frame_wide;
        frame.height = (frame_high * frame.scale).round();
        frame.left = (min[0] + max[0]) / 2.0 * frame.scale - WIDTH / 2.0;
        frame.top = (min[1] + max[1]) / 2.0 * frame.scale - frame.height / 2.0;
        Some(frame)
    }

    /// A place in the plane, x to the east and y to the south, in radii of the Earth times the scale; `None` for the
    /// far side of the Earth.
    fn plane(&self, [longitude_deg, latitude_deg]: [f64; 2]) -> Option<(f64, f64)> {
        let (sin, cos) = latitude_deg.to_radians().sin_cos();
        let (sin_east, cos_east) = (longitude_deg - self.center_longitude_deg).to_radians().sin_cos();
        let nearness = 1.0 + self.sin_center * sin + self.cos_center * cos * cos_east;
        if nearness < 0.3 {
            return None;
        }
        let k = self.scale * (2.0 / nearness).sqrt();
        Some((k * cos * sin_east, -k * (self.cos_center * sin - self.sin_center * cos * cos_east)))
    }

    /// A place in the frame, in units.
    pub(super) fn place(&self, point: [f64; 2]) -> Option<(f64, f64)> {
        if !is_sound(point) {
            return None;
        }
        let (x, y) = self.plane(point)?;
        Some((x - self.left, y - self.top))
    }

    /// A place on the grid.
    pub(super) fn grid(&self, point: [f64; 2]) -> Option<Point> {
        let (x, y) = self.place(point)?;
        Some((x.round() as i32, y.round() as i32))
    }

    /// A round length that spans about a fifth of the frame, km, and its length in units.
    pub(super) fn scale_bar(&self) -> (f64, f64) {
        let units_per_km = self.scale / EARTH_RADIUS_KM;
        let wanted_km = 0.25 * WIDTH / units_per_km;
        let power = 10f64.powf(wanted_km.log10().floor());
        let km = [5.0, 2.0, 1.0].into_iter().map(|times| times * power).find(|km| *km <= wanted_km).unwrap_or(power);
        (km, km * units_per_km)
    }
}

fn is_sound([longitude_deg, latitude_deg]: [f64; 2]) -> bool {
    longitude_deg.is_finite() && (-90.0..=90.0).contains(&latitude_deg)
}

/// The part of a closed ring inside the frame and a rim around it (Sutherland and Hodgman 1974): what runs along the rim
/// is outside what is seen.
pub(super) fn clip(ring: &[(f64, f64)], height: f64) -> Vec<(f64, f64)> {
    const RIM: f64 = 12.0;
    let sides: [(f64, bool, f64); 4] =
        [(-1.0, true, RIM), (1.0, true, WIDTH + RIM), (-1.0, false, RIM), (1.0, false, height + RIM)];
    let mut kept = ring.to_vec();
    for (sign, along_x, limit) in sides {
        let outward = |point: (f64, f64)| sign * if along_x { point.0 } else { point.1 } - limit;
        let mut next = Vec::with_capacity(kept.len());
        for (index, &to) in kept.iter().enumerate() {
            let from = kept[(index + kept.len() - 1) % kept.len()];
            let (before, after) = (outward(from), outward(to));
            if (before <= 0.0) != (after <= 0.0) {
                let share = before / (before - after);
                next.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            }
            if after <= 0.0 {
                next.push(to);
            }
        }
        kept = next;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::briefing::region::CellPart;

    fn region(ring: Vec<[f64; 2]>) -> RegionPart {
        RegionPart {
            name: String::new(),
            title: String::new(),
            cells: vec![CellPart { polygons: vec![vec![ring]], area_km2: 1.0 }],
            coalitions: Vec::new(),
            nations: Vec::new(),
            assets: Vec::new(),
            classes: Vec::new(),
            together: Vec::new(),
        }
    }

    #[test]
    fn equal_areas_on_the_ground_are_equal_on_the_map() {
        let frame =
            Projection::around(&[region(vec![[120.0, 20.0], [150.0, 20.0], [150.0, 50.0], [120.0, 50.0]])]).unwrap();
        let area = |west: f64, south: f64| {
            let corners = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1]];
            let at: Vec<(f64, f64)> = corners.iter().map(|corner| frame.place(*corner).unwrap()).collect();
            let twice: f64 = (0..4).map(|i| at[i].0 * at[(i + 1) % 4].1 - at[(i + 1) % 4].0 * at[i].1).sum();
            // On the sphere: the difference of the sines of the parallels.
            let ground = (south + 0.1_f64).to_radians().sin() - south.to_radians().sin();
            twice.abs() / ground
        };
        let middle = area(135.0, 35.0);
        for (west, south) in [(121.0, 21.0), (149.0, 21.0), (121.0, 49.0), (140.0, 49.0)] {
            assert!((area(west, south) / middle - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn a_region_across_the_antimeridian_fits_its_frame() {
        let frame =
            Projection::around(&[region(vec![[175.0, 50.0], [-175.0, 50.0], [-175.0, 55.0], [175.0, 55.0]])]).unwrap();
        for corner in [[175.0, 50.0], [-175.0, 55.0]] {
            let (x, y) = frame.place(corner).unwrap();
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=frame.height).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn clipping_keeps_what_is_inside() {
        let square = [(-100.0, 10.0), (100.0, 10.0), (100.0, 60.0), (-100.0, 60.0)];
        let clipped = clip(&square, 500.0);
        assert!(clipped.iter().all(|(x, _)| *x >= -12.001) && clipped.len() == 4, "{clipped:?}");
    }
}
