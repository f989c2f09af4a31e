//! How high a moving point stands over many horizons at once.
//!
//! A place on the ground with the normal n sees a point at ρ from it; g = ρ·n − |ρ|·sin m is positive exactly where the
//! point stands above the mask m. Eight places make a [`Tile`], one a lane. All lengths are in one unit, all vectors on
//! one set of axes fixed to the places.

use super::chebyshev::POINTS;
use super::lanes::{Arithmetic, Form, Instructions, Plain};

#[cfg(target_arch = "x86_64")]
use super::lanes::Fused;

/// Places of a tile.
pub const LANES: usize = 8;

/// Eight places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// Where they are.
    pub place: [[f64; LANES]; 3],
    /// The unit normals there.
    pub normal: [[f64; LANES]; 3],
    /// The sine of each mask.
    pub sin_mask: [f64; LANES],
}

impl Tile {
    /// No places: nothing is ever seen from any of them.
    pub const NOWHERE: Self = Self { place: [[0.0; LANES]; 3], normal: [[0.0; LANES]; 3], sin_mask: [1.0; LANES] };

    /// Puts the place of a lane of one tile into a lane of this one.
    pub fn take(&mut self, lane: usize, from: &Self, from_lane: usize) {
        for axis in 0..3 {
            self.place[axis][lane] = from.place[axis][from_lane];
            self.normal[axis][lane] = from.normal[axis][from_lane];
        }
        self.sin_mask[lane] = from.sin_mask[from_lane];
    }
}

/// What the places of a tile see of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// g.
    pub height: [f64; LANES],
    /// Distance.
    pub range: [f64; LANES],
}

/// Bounds of a point's motion, and the length of the chords its path is cut into.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Greatest second derivative of its position.
    pub acceleration: f64,
    /// Greatest speed.
    pub speed: f64,
    /// Least distance from any place.
    pub least_range: f64,
    /// Time from one point of the path to the next.
    pub chord: f64,
}

impl Motion {
    /// The greatest |g″| over a chord, from the distances at its ends.
    ///
    /// g″ = a·n − sin m·(ρ̂·a + v⊥²/|ρ|), so |g″| ≤ (1 + |sin m|)·|a| + |sin m|·v²/ρ_low; by the triangle with the ends the
    /// distance is nowhere below (ρ₀ + ρ₁ − v·Δ)/2.
    #[inline(always)]
    #[must_use]
    pub fn bend(&self, sin_mask: f64, ranges: (f64, f64)) -> f64 {
        let nearest = 0.5 * (ranges.0 + ranges.1 - self.speed * self.chord);
        let nearest = if nearest > self.least_range { nearest } else { self.least_range };
        let sine = sin_mask.abs();
        (1.0 + sine) * self.acceleration + sine * self.speed * self.speed / nearest
    }
}

/// What a chord holds of g's zeros at the places of a tile.
pub type Verdict = [u8; LANES];

/// No zero.
pub const NONE: u8 = 0;
/// One, and g is monotone.
pub const ONE: u8 = 1;
/// Not known: what a closer look is for.
pub const UNKNOWN: u8 = 2;

/// What the places of some tiles see of each point of a path: `seen` holds the tiles of the first point, then those of
/// the next. `verdicts` holds the same of the chord that begins at the point, for all but the last.
///
/// The slope of g varies by bend·Δ at most over a chord Δ: if g changes by more than bend·Δ², its slope is never 0 and the
/// signs of the ends tell of the one zero. If the ends have one sign and are farther than bend·Δ²/8 from zero, g is farther
/// from its chord nowhere, so there is none. Both as in [`super::root::zeros`].
pub fn look(
    form: Form,
    tiles: &[Tile],
    motion: &Motion,
    path: &[[f64; 3]],
    seen: &mut [Seen],
    verdicts: &mut [Verdict],
) {
    match form.instructions() {
        Instructions::Scalar => look_in::<Plain>(tiles, motion, path, seen, verdicts),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { look_avx2(tiles, motion, path, seen, verdicts) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { look_avx512(tiles, motion, path, seen, verdicts) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn look_avx2(tiles: &[Tile], motion: &Motion, path: &[[f64; 3]], seen: &mut [Seen], verdicts: &mut [Verdict]) {
    look_in::<Fused>(tiles, motion, path, seen, verdicts);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
fn look_avx512(tiles: &[Tile], motion: &Motion, path: &[[f64; 3]], seen: &mut [Seen], verdicts: &mut [Verdict]) {
    look_in::<Fused>(tiles, motion, path, seen, verdicts);
}

#[inline(always)]
fn look_in<A: Arithmetic>(
    tiles: &[Tile],
    motion: &Motion,
    path: &[[f64; 3]],
    seen: &mut [Seen],
    verdicts: &mut [Verdict],
) {
    let count = tiles.len();
    for (point, row) in path.iter().zip(seen.chunks_exact_mut(count.max(1))) {
        for (tile, seen) in tiles.iter().zip(row) {
            let mut height = [0.0; LANES];
            let mut squared = [0.0; LANES];
            for (axis, coordinate) in point.iter().enumerate() {
                for lane in 0..LANES {
                    let way = coordinate - tile.place[axis][lane];
                    height[lane] = A::fma(way, tile.normal[axis][lane], height[lane]);
                    squared[lane] = A::fma(way, way, squared[lane]);
                }
            }
            for lane in 0..LANES {
                seen.range[lane] = squared[lane].sqrt();
                seen.height[lane] = height[lane] - seen.range[lane] * tile.sin_mask[lane];
            }
        }
    }
    let chord_squared = motion.chord * motion.chord;
    for (index, verdict) in verdicts.iter_mut().enumerate() {
        let (Some(from), Some(to)) = (seen.get(index), seen.get(index + count)) else { return };
        let tile = &tiles[index % count];
        for (lane, verdict) in verdict.iter_mut().enumerate() {
            let (here, there) = (from.height[lane], to.height[lane]);
            let bent = chord_squared * motion.bend(tile.sin_mask[lane], (from.range[lane], to.range[lane]));
            let least = if here.abs() < there.abs() { here.abs() } else { there.abs() };
            let is_changed = (here >= 0.0) != (there >= 0.0);
            let is_steep = (there - here).abs() > bent;
            let is_far = least > 0.125 * bent;
            // Steep and changed: one zero. Steep or far, and not changed: none.
            let is_settled = is_steep | (is_far & !is_changed);
            *verdict = u8::from(is_changed & is_steep) * ONE + u8::from(!is_settled) * UNKNOWN;
        }
    }
}

/// Eight stretches of one path with a zero of g in each, g being monotone there; abscissae in halves of the path's length
/// from its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brackets {
    /// Beginnings.
    pub from: [f64; LANES],
    /// Ends.
    pub to: [f64; LANES],
    /// Where the zeros are looked for first.
    pub guess: [f64; LANES],
    /// The greatest |g″| in each.
    pub bend: [f64; LANES],
}

/// Most steps towards the zeros.
const STEPS: usize = 6;

/// The zeros of g in brackets, each for its lane's place, while a point goes along polynomials; not a number where a zero is
/// not known to `tolerance`.
///
/// Newton's steps. From a point with the slope s, a step δ with h = bend·|δ|/|s| ≤ ½ ends within h·|δ| of the zero
/// (Kantorovich's theorem: (1 − h − √(1 − 2h))/h ≤ h), which is the error known after it.
#[must_use]
pub fn zeros(
    form: Form,
    tile: &Tile,
    powers: &[[f64; 3]; POINTS],
    brackets: &Brackets,
    tolerance: f64,
) -> [f64; LANES] {
    match form.instructions() {
        Instructions::Scalar => zeros_in::<Plain>(tile, powers, brackets, tolerance),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { zeros_avx2(tile, powers, brackets, tolerance) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { zeros_avx512(tile, powers, brackets, tolerance) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn zeros_avx2(tile: &Tile, powers: &[[f64; 3]; POINTS], brackets: &Brackets, tolerance: f64) -> [f64; LANES] {
    zeros_in::<Fused>(tile, powers, brackets, tolerance)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
fn zeros_avx512(tile: &Tile, powers: &[[f64; 3]; POINTS], brackets: &Brackets, tolerance: f64) -> [f64; LANES] {
    zeros_in::<Fused>(tile, powers, brackets, tolerance)
}

#[inline(always)]
fn zeros_in<A: Arithmetic>(
    tile: &Tile,
    powers: &[[f64; 3]; POINTS],
    brackets: &Brackets,
    tolerance: f64,
) -> [f64; LANES] {
    let mut at = brackets.guess;
    let mut error = [f64::INFINITY; LANES];
    for _ in 0..STEPS {
        let (mut height, mut rate) = ([0.0; LANES], [0.0; LANES]);
        let (mut squared, mut closing) = ([0.0; LANES], [0.0; LANES]);
        for axis in 0..3 {
            let (mut value, mut slope) = ([powers[POINTS - 1][axis]; LANES], [0.0; LANES]);
            for power in powers[..POINTS - 1].iter().rev() {
                for lane in 0..LANES {
                    slope[lane] = A::fma(slope[lane], at[lane], value[lane]);
                    value[lane] = A::fma(value[lane], at[lane], power[axis]);
                }
            }
            for lane in 0..LANES {
                let way = value[lane] - tile.place[axis][lane];
                height[lane] = A::fma(way, tile.normal[axis][lane], height[lane]);
                rate[lane] = A::fma(slope[lane], tile.normal[axis][lane], rate[lane]);
                squared[lane] = A::fma(way, way, squared[lane]);
                closing[lane] = A::fma(way, slope[lane], closing[lane]);
            }
        }
        let mut worst = 0.0;
        for lane in 0..LANES {
            let range = squared[lane].sqrt();
            let value = height[lane] - tile.sin_mask[lane] * range;
            let slope = rate[lane] - tile.sin_mask[lane] * closing[lane] / range;
            let inverse = 1.0 / slope;
            let next = at[lane] - value * inverse;
            // What is not a number goes to an end as well.
            let next = if next > brackets.from[lane] { next } else { brackets.from[lane] };
            let next = if next < brackets.to[lane] { next } else { brackets.to[lane] };
            let step = (value * inverse).abs();
            let share = (brackets.bend[lane] * inverse).abs() * step;
            error[lane] = if share <= 0.5 { share * step } else { f64::INFINITY };
            at[lane] = next;
            worst = if error[lane] > worst { error[lane] } else { worst };
        }
        if worst <= tolerance {
            break;
        }
    }
    for lane in 0..LANES {
        at[lane] = if error[lane] <= tolerance { at[lane] } else { f64::NAN };
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::{Brackets, LANES, Motion, NONE, ONE, Seen, Tile, Verdict, look, zeros};
    use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit};
    use crate::kernel::lanes::Form;

    /// A circular orbit of radius 7000 over places on a ball of radius 6378, 300 s to each side of the middle.
    const RATE: f64 = 1.08e-3;
    const HALF: f64 = 300.0;

    fn position(phase: f64, x: f64) -> [f64; 3] {
        let angle = phase + RATE * HALF * x;
        [7000.0 * angle.cos(), 7000.0 * angle.sin() * 0.8, 7000.0 * angle.sin() * 0.6]
    }

    fn powers(phase: f64) -> [[f64; 3]; POINTS] {
        let fits: [_; 3] = std::array::from_fn(|axis| fit(&ABSCISSAE.map(|x| position(phase, x)[axis])).0);
        std::array::from_fn(|power| [fits[0][power], fits[1][power], fits[2][power]])
    }

    fn tile(angles: [(f64, f64); LANES], mask_deg: f64) -> Tile {
        let mut tile = Tile::NOWHERE;
        for (lane, (along, across)) in angles.into_iter().enumerate() {
            let normal = [along.cos() * across.cos(), along.sin() * across.cos(), across.sin()];
            for (axis, part) in normal.into_iter().enumerate() {
                tile.normal[axis][lane] = part;
                tile.place[axis][lane] = 6378.0 * part;
            }
            tile.sin_mask[lane] = mask_deg.to_radians().sin();
        }
        tile
    }

    fn height(tile: &Tile, lane: usize, at: [f64; 3]) -> f64 {
        let way: [f64; 3] = std::array::from_fn(|axis| at[axis] - tile.place[axis][lane]);
        let up: f64 = (0..3).map(|axis| way[axis] * tile.normal[axis][lane]).sum();
        up - way.iter().map(|part| part * part).sum::<f64>().sqrt() * tile.sin_mask[lane]
    }

    proptest! {
        #[test]
        fn verdicts_and_zeros_are_those_of_a_dense_look(
            phase in 0.0f64..0.6, mask_deg in -5.0f64..60.0, along in -0.6f64..0.9, across in -0.4f64..0.6,
        ) {
            let places = std::array::from_fn(|lane| (along + 0.05 * lane as f64, across - 0.07 * lane as f64));
            let (tile, powers) = (tile(places, mask_deg), powers(phase));
            let chords = 8usize;
            let xs: Vec<f64> = (0..=chords).map(|point| 2.0 * point as f64 / chords as f64 - 1.0).collect();
            let path: Vec<[f64; 3]> = xs.iter().map(|&x| position(phase, x)).collect();
            let motion = Motion {
                acceleration: 7000.0 * RATE * RATE, speed: 7000.0 * RATE, least_range: 622.0, chord: 2.0 * HALF / chords as f64,
            };
            for form in ["scalar", "avx2", "avx512"].into_iter().filter_map(Form::named) {
                let mut seen = vec![Seen::default(); chords + 1];
                let mut verdicts = vec![Verdict::default(); chords];
                look(form, &[tile], &motion, &path, &mut seen, &mut verdicts);
                for chord in 0..chords {
                    let mut brackets = Brackets {
                        from: [xs[chord]; LANES], to: [xs[chord + 1]; LANES], guess: [0.0; LANES], bend: [0.0; LANES],
                    };
                    for lane in 0..LANES {
                        let (here, there) = (seen[chord].height[lane], seen[chord + 1].height[lane]);
                        prop_assert!((here - height(&tile, lane, path[chord])).abs() < 1e-8);
                        let share = if (here >= 0.0) == (there >= 0.0) { 0.5 } else { here / (here - there) };
                        brackets.guess[lane] = xs[chord] + share * (xs[chord + 1] - xs[chord]);
                        let ranges = (seen[chord].range[lane], seen[chord + 1].range[lane]);
                        brackets.bend[lane] = motion.bend(tile.sin_mask[lane], ranges) * HALF * HALF;
                    }
                    let found = zeros(form, &tile, &powers, &brackets, 1e-7 / HALF);
                    for lane in 0..LANES {
                        let at = |share: f64| {
                            height(&tile, lane, position(phase, xs[chord] + share * (xs[chord + 1] - xs[chord])))
                        };
                        let signs: Vec<bool> = (0..=200).map(|step| at(f64::from(step) / 200.0) >= 0.0).collect();
                        let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
                        match verdicts[chord][lane] {
                            NONE => prop_assert!(changes == 0),
                            ONE => {
                                prop_assert!(changes == 1);
                                let x = found[lane];
                                if x.is_finite() {
                                    let side = |x: f64| height(&tile, lane, position(phase, x));
                                    prop_assert!((side(x - 1e-8) >= 0.0) != (side(x + 1e-8) >= 0.0), "{} {}", side(x), x);
                                }
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }

    /// Most zeros need no second way: those of a place that the object rises over steeply.
    #[test]
    fn a_steep_zero_is_found() {
        let (tile, powers) = (tile([(0.35, 0.2); LANES], 10.0), powers(0.3));
        let (from, to) = (height(&tile, 0, position(0.3, -1.0)), height(&tile, 0, position(0.3, -0.2)));
        assert!(from < 0.0 && to > 0.0, "{from} {to}");
        let brackets = Brackets {
            from: [-1.0; LANES],
            to: [-0.2; LANES],
            guess: [-0.6; LANES],
            bend: [0.02 * HALF * HALF; LANES],
        };
        assert!(zeros(Form::SCALAR, &tile, &powers, &brackets, 1e-9).iter().all(|x| x.is_finite()));
    }
}
