//! Tracks of 16 objects side by side: cubic Hermite interpolation between known states, and how far it may be off.
//!
//! Between two knots `H` seconds apart, with `φ` the share of the way, the cubic with the knots' positions and
//! velocities is `p = r_a + (3φ² − 2φ³)(r_b − r_a) + H·φ(1−φ)·((1−φ)·v_a − φ·v_b)`. Where the fourth derivative of the
//! track is at most `M₄`, it is off by at most `H⁴·M₄/384` in position and `√3·H³·M₄/216` in velocity (Birkhoff and
//! Priver 1967, *J. Math. and Phys.* 46, 440).

use super::lanes::{Form, Instructions};

/// Objects side by side: one AVX-512 register of `f32`, two of `f64`.
pub const LANES: usize = 16;

/// States of [`LANES`] objects at one time: x, y, z in km and their rates in km/s. An absent object is not a number.
pub type Knot = [[f64; LANES]; 6];

/// [`LANES`] objects at the middle of one interval; where an object is absent all its numbers are NaN.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Tile {
    /// x, y, z, km.
    pub position: [[f32; LANES]; 3],
    /// Their rates, km/s.
    pub velocity: [[f32; LANES]; 3],
    /// How far the object may leave the straight line by what is its own, km.
    pub pad: [f32; LANES],
    /// How far the object gets from its place within the interval, km.
    pub reach: [f32; LANES],
}

impl Tile {
    /// Sixteen absent objects.
    pub const ABSENT: Self = Self {
        position: [[f32::NAN; LANES]; 3],
        velocity: [[f32::NAN; LANES]; 3],
        pad: [f32::NAN; LANES],
        reach: [f32::NAN; LANES],
    };

    /// Makes one object absent.
    pub fn remove(&mut self, lane: usize) {
        for row in self.position.iter_mut().chain(&mut self.velocity).chain([&mut self.pad, &mut self.reach]) {
            row[lane] = f32::NAN;
        }
    }
}

/// What the margins of a track depend on beside its states.
#[derive(Clone, Copy, Debug)]
pub struct Margins {
    /// Gravitational parameter, km³/s².
    pub mu_km3_s2: f64,
    /// Radius that no state is below, km.
    pub lowest_radius_km: f64,
    /// Speed that no state exceeds, km/s.
    pub highest_speed_km_s: f64,
    /// What a velocity is always granted to differ from the rate of its position, km/s.
    pub slip_floor_km_s: f64,
    /// Half the length of an interval, s.
    pub half_step_s: f64,
    /// Distance below which approaches are wanted, km.
    pub threshold_km: f64,
}

/// The bounds of one object between two knots.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Radius that the object stays above, km.
    pub lowest_km: f64,
    /// How far the object may be off the straight line through the middle of an interval, gravity apart, km.
    pub slip_km: f64,
}

impl Margins {
    /// The bounds of an object between the states `a` and `b`, `spacing_s` apart.
    #[inline(always)]
    #[must_use]
    pub fn between(&self, a: [f64; 6], b: [f64; 6], spacing_s: f64) -> Bounds {
        let (mu, h_s) = (self.mu_km3_s2, self.half_step_s);
        let (radius_a, radius_b) = (norm([a[0], a[1], a[2]]), norm([b[0], b[1], b[2]]));
        let (speed_a, speed_b) = (norm([a[3], a[4], a[5]]), norm([b[3], b[4], b[5]]));
        // A path bent by at most 0.01 km/s² dips by at most an eighth of that times the spacing's square.
        let dip_km = 0.125 * 0.01 * spacing_s * spacing_s;
        let lowest_km = larger(smaller(radius_a, radius_b) - dip_km, self.lowest_radius_km);
        let pull = mu / (lowest_km * lowest_km);
        let fastest_km_s = larger(speed_a, speed_b) + 0.51 * pull * spacing_s;
        let fourth =
            1.1 * pull * (6.0 * fastest_km_s * fastest_km_s + 2.0 * pull * lowest_km) / (lowest_km * lowest_km);
        let cube_s3 = spacing_s * spacing_s * spacing_s;
        let interpolation_km = fourth * cube_s3 * (spacing_s / 384.0 + h_s * (3f64.sqrt() / 216.0));
        let forth = self.defect(a, b, radius_a, spacing_s);
        let back = self.defect(b, a, radius_b, -spacing_s);
        let rounding_km = ROUNDING * (larger(radius_a, radius_b) + fastest_km_s * (h_s + spacing_s));
        let slip_km =
            interpolation_km + larger(forth, back) + self.slip_floor_km_s * (0.25 * spacing_s + h_s) + rounding_km;
        Bounds { lowest_km, slip_km }
    }

    /// Distance between the state `to` and where gravity and its rate carry the state `from` in `tau_s` seconds, km.
    #[inline(always)]
    fn defect(&self, from: [f64; 6], to: [f64; 6], radius_km: f64, tau_s: f64) -> f64 {
        let inverse_squared = 1.0 / (radius_km * radius_km);
        let stiffness = self.mu_km3_s2 * inverse_squared / radius_km;
        let radial = 3.0 * inverse_squared * (from[0] * from[3] + from[1] * from[4] + from[2] * from[5]);
        // r + v τ − (µ/r³)·(r τ²/2 + (v − 3 (r·v)/r² r) τ³/6)
        let cubic = stiffness * tau_s * tau_s * tau_s * (1.0 / 6.0);
        let along_position = 1.0 - stiffness * tau_s * tau_s * 0.5 + cubic * radial;
        let along_velocity = tau_s - cubic;
        let off = |axis: usize| from[axis] * along_position + from[axis + 3] * along_velocity - to[axis];
        norm([off(0), off(1), off(2)])
    }

    /// Reach and pad of an object with this speed at the middle of an interval, km.
    #[inline(always)]
    #[must_use]
    pub fn reach_and_pad(&self, bounds: Bounds, speed_km_s: f64) -> (f64, f64) {
        let h_s = self.half_step_s;
        // 2 % above the point mass covers oblateness (1.5·J2 = 0.16 %) and drag down to the decay guard.
        let pull = 1.02 * self.mu_km3_s2 / (bounds.lowest_km * bounds.lowest_km);
        let reach_km = speed_km_s * h_s + 0.5 * pull * h_s * h_s + bounds.slip_km;
        let sweep_km = reach_km + 0.5 * pull * h_s * h_s;
        let other_km = self.highest_speed_km_s * h_s + 0.01 * h_s * h_s;
        // A point between two dips below both by no more than the chord of their distance.
        let half_chord_km = 0.5 * (self.threshold_km + sweep_km + other_km);
        let chord_squared = self.lowest_radius_km * self.lowest_radius_km - half_chord_km * half_chord_km;
        let above_chord_km = larger(chord_squared, 1e6).sqrt();
        let lowest_km = larger(bounds.lowest_km - self.threshold_km - reach_km - other_km, above_chord_km);
        let gradient_s2 = 2.2 * self.mu_km3_s2 / (lowest_km * lowest_km * lowest_km);
        let bend_km = 0.5 * gradient_s2 * h_s * h_s * (0.5 * self.threshold_km + (2.0 / 3.0) * sweep_km);
        (reach_km, bend_km + 1.01 * bounds.slip_km)
    }
}

/// Eight units of rounding of an `f32`, as a share: what positions, velocities and the arithmetic on them lose.
const ROUNDING: f64 = 1.0 / (1 << 21) as f64;

#[inline(always)]
fn norm(v: [f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}

// `f64::max` treats NaN in a way that costs instructions; here NaN means absent and may come out of either.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Fills every `every`-th of `tiles`, from the first on, with the middles of as many equal intervals between two knots
/// `spacing_s` apart.
///
/// # Panics
/// If `every` is 0.
pub fn interpolate(
    form: Form,
    margins: &Margins,
    a: &Knot,
    b: &Knot,
    spacing_s: f64,
    (tiles, every): (&mut [Tile], usize),
) {
    match form.instructions() {
        Instructions::Scalar => between_knots(margins, a, b, spacing_s, tiles, every),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { between_knots_avx2(margins, a, b, spacing_s, tiles, every) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { between_knots_avx512(margins, a, b, spacing_s, tiles, every) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn between_knots_avx2(margins: &Margins, a: &Knot, b: &Knot, spacing_s: f64, tiles: &mut [Tile], every: usize) {
    between_knots(margins, a, b, spacing_s, tiles, every);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
fn between_knots_avx512(margins: &Margins, a: &Knot, b: &Knot, spacing_s: f64, tiles: &mut [Tile], every: usize) {
    between_knots(margins, a, b, spacing_s, tiles, every);
}

#[inline(always)]
fn between_knots(margins: &Margins, a: &Knot, b: &Knot, spacing_s: f64, tiles: &mut [Tile], every: usize) {
    let mut lowest_km = [0.0; LANES];
    let mut slip_km = [0.0; LANES];
    for lane in 0..LANES {
        let state =
            |knot: &Knot| [knot[0][lane], knot[1][lane], knot[2][lane], knot[3][lane], knot[4][lane], knot[5][lane]];
        let bounds = margins.between(state(a), state(b), spacing_s);
        lowest_km[lane] = bounds.lowest_km;
        slip_km[lane] = bounds.slip_km;
    }
    let count = tiles.len().div_ceil(every) as f64;
    for (k, tile) in tiles.iter_mut().step_by(every).enumerate() {
        let share = (k as f64 + 0.5) / count;
        let rest = 1.0 - share;
        let toward_b = share * share * (3.0 - 2.0 * share);
        let (rate_a, rate_b) = (spacing_s * share * rest * rest, -spacing_s * share * share * rest);
        // Knots at one time, in a window of no length, are no way apart.
        let climb = 6.0 * share * rest / spacing_s.max(1e-3);
        let (keep_a, keep_b) = (rest * (1.0 - 3.0 * share), share * (3.0 * share - 2.0));
        let mut speed_squared = [0.0; LANES];
        for axis in 0..3 {
            for lane in 0..LANES {
                let (from, way) = (a[axis][lane], b[axis][lane] - a[axis][lane]);
                let (v_a, v_b) = (a[axis + 3][lane], b[axis + 3][lane]);
                let velocity = way * climb + v_a * keep_a + v_b * keep_b;
                tile.position[axis][lane] = (from + way * toward_b + v_a * rate_a + v_b * rate_b) as f32;
                tile.velocity[axis][lane] = velocity as f32;
                speed_squared[lane] += velocity * velocity;
            }
        }
        for lane in 0..LANES {
            let bounds = Bounds { lowest_km: lowest_km[lane], slip_km: slip_km[lane] };
            let (reach_km, pad_km) = margins.reach_and_pad(bounds, speed_squared[lane].sqrt());
            tile.reach[lane] = reach_km as f32;
            tile.pad[lane] = pad_km as f32;
        }
    }
}
