//! SGP4 for orbits of 225 minutes or longer, one orbit at many times.
//!
//! The near-earth theory with the drag of C₁ and C₄ alone, to which are added what the Sun and the Moon do ([`third_body`])
//! and, for orbits of a day and of half a day, the resonance with the Earth's turn ([`resonance`]); then the long- and
//! short-period terms of [`super::state`], with the inclination of the time. *Spacetrack Report No. 3*, section 7; Hoots,
//! Schumacher and Glover, *History of Analytical Orbit Modeling in the U.S. Space Surveillance System*, J. Guidance 27
//! (2004) 174; Vallado et al., AIAA 2006-6753, whose improved mode this is.
//!
//! Below 0.2 rad of inclination the terms of node and perigee are added to the pole of the orbit's plane (Lyddane's way)
//! instead of to the angles, which would be divided by a small sine. With the node Ω and δh, δi for what the bodies add,
//! the direction (sin i cos Ω − δh sin Ω + δi cos i cos Ω, sin i sin Ω + δh cos Ω + δi cos i sin Ω) lies
//! atan2(δh, sin i + δi cos i) further round than Ω: one arc tangent of a small angle for two of large ones.

mod resonance;
mod third_body;

use super::constants::{LEAST_MEAN_MOTION, LONG_KM, MeanElements, NearEarth, mean_motion};
use super::state::{Block, Row};
use crate::kernel::circular::{angle_of, sin_cos};
use crate::kernel::lanes::Arithmetic;
pub(super) use resonance::Course;
use resonance::Resonance;
use third_body::{Drift, Pull, ThirdBody};

/// From this inclination on the bodies' terms are added to the angles, rad.
const STEEP_RAD: f64 = 0.2;

/// The constants of one orbit in deep space.
#[derive(Clone, Debug, PartialEq)]
pub struct DeepSpace {
    secular: NearEarth,
    inclination_rad: f64,
    bodies: [ThirdBody; 2],
    drift: Drift,
    resonance: Option<Reckoned>,
}

/// A resonance, and where its reckoning begins: at the epoch, or as far from it as no time asked for is nearer.
#[derive(Clone, Debug, PartialEq)]
struct Reckoned {
    resonance: Resonance,
    beginning: Course,
}

/// Why there is no deep-space orbit for some elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDeepSpace {
    /// The period is below 225 minutes.
    NearEarth,
    /// The elements have no orbit: an eccentricity outside 0 to 1, or a mean motion that is not above 0.
    NoOrbit,
}

/// What the bodies add at a block of times, and the rest that the near-earth theory has no rows for.
struct Pulls<const N: usize> {
    eccentricity: Row<N>,
    inclination: Row<N>,
    anomaly: Row<N>,
    perigee: Row<N>,
    node: Row<N>,
    /// √(a/a₀″) before drag, and the mean anomaly before what the bodies add.
    shrink: Row<N>,
    mean_anomaly: Row<N>,
    sin_i: Row<N>,
    cos_i: Row<N>,
}

impl DeepSpace {
    /// Works out the constants; days are counted from noon of 31 December 1899, Julian date 2415020, and the sidereal time
    /// in rad is Greenwich's, both at the epoch.
    ///
    /// # Errors
    /// [`NotDeepSpace`].
    pub fn new(mean: &MeanElements, days_since_1900: f64, sidereal_rad: f64) -> Result<Self, NotDeepSpace> {
        let n0 = mean_motion(mean).ok_or(NotDeepSpace::NoOrbit)?;
        if n0 > LEAST_MEAN_MOTION {
            return Err(NotDeepSpace::NearEarth);
        }
        let secular = NearEarth::with_drag(mean, n0, true);
        let (bodies, drift) = ThirdBody::sun_and_moon(mean, n0, days_since_1900);
        let resonance = Resonance::new(mean, &secular, &drift, sidereal_rad)
            .map(|resonance| Reckoned { beginning: resonance.beginning(), resonance });
        Ok(Self { secular, inclination_rad: mean.inclination_rad, bodies, drift, resonance })
    }

    /// Reckons the resonance up to a time, so that states farther from the epoch begin there: a year from the epoch it
    /// takes a hundred times as long as the rest. The states are the same to the last bit.
    pub fn begin_at(&mut self, seconds: f64) {
        if let Some(Reckoned { resonance, beginning }) = &mut self.resonance {
            let from = resonance.beginning();
            resonance.advance(beginning, &from, seconds / super::MINUTE_S);
        }
    }

    /// Fills `rows` with the states at `minutes` from epoch, as [`Block::states`] does.
    #[inline(always)]
    pub(super) fn fill<A: Arithmetic, const N: usize>(
        &self,
        course: &mut Option<Course>,
        block: &mut Block<N>,
        minutes: &Row<N>,
        rows: &mut [&mut Row<N>; 6],
    ) {
        let mut pulls = Pulls::new();
        pulls.mean_anomaly(self, course, minutes);
        pulls.bodies::<A>(&self.bodies, minutes);
        let is_circular = if pulls.plane::<A>(self, minutes) {
            self.elements::<A, N, true>(&pulls, block, minutes)
        } else {
            self.elements::<A, N, false>(&pulls, block, minutes)
        };
        block.solve::<A>(is_circular, |k| (pulls.sin_i[k], pulls.cos_i[k]), rows);
    }

    /// The course that states begin with.
    pub(super) fn course(&self) -> Option<Course> {
        self.resonance.as_ref().map(|reckoned| reckoned.beginning)
    }

    /// Equations (22) to (27) with what the bodies add; `STEEP` where no inclination of the block is below 0.2 rad. Tells
    /// whether every orbit of the block is nearly circular.
    #[inline(always)]
    #[expect(clippy::manual_range_contains, reason = "no branch between the comparisons of lanes")]
    fn elements<A: Arithmetic, const N: usize, const STEEP: bool>(
        &self,
        pulls: &Pulls<N>,
        block: &mut Block<N>,
        minutes: &Row<N>,
    ) -> bool {
        let orbit = &self.secular;
        let [nodes, perigees] = self.resonance.as_ref().map_or([0.0; 2], |reckoned| reckoned.resonance.shares());
        let (node_rate, perigee_rate) = (orbit.node[1] + self.drift.node, orbit.arg_perigee[1] + self.drift.perigee);
        let lost = orbit.eccentricity_rate - self.drift.eccentricity;
        let (long_y, long_l) = (LONG_KM / 4.0, LONG_KM / 8.0);
        for k in 0..N {
            let t = minutes[k];
            let (sin_i, cos_i) = (pulls.sin_i[k], pulls.cos_i[k]);
            let mean = orbit.eccentricity - lost * t; // (24)
            let e = (if mean > 1.0e-6 { mean } else { 1.0e-6 }) + pulls.eccentricity[k];
            let is_ellipse = (mean >= -0.001) & (mean < 1.0) & (e >= 0.0) & (e < 1.0);
            block.mean_eccentricity[k] = if is_ellipse { e } else { -1.0 };
            let node = (orbit.node[0] + node_rate * t) + orbit.node[2] * t * t; // (23)
            let perigee = orbit.arg_perigee[0] + perigee_rate * t; // (22)
            let anomaly = pulls.mean_anomaly[k] - nodes * node - perigees * perigee;
            let anomaly = (anomaly + pulls.anomaly[k]) + orbit.lead[0] * (t * t);
            let (pull, tilt) = (pulls.node[k], pulls.inclination[k]);
            let steep_turn = pull / sin_i;
            let mut turn = steep_turn;
            let mut perigee = (perigee + pulls.perigee[k]) - cos_i * steep_turn;
            if !STEEP {
                let flat_turn = angle_of::<A>(pull, A::fma(tilt, cos_i, sin_i));
                let within_turn = node - (node * (0.5 * std::f64::consts::FRAC_1_PI)).trunc() * std::f64::consts::TAU;
                let is_steep = pulls.is_steep(self, k, t);
                let flat_perigee = (orbit.arg_perigee[0] + perigee_rate * t + pulls.perigee[k])
                    - cos_i * flat_turn
                    - tilt * within_turn * sin_i;
                turn = if is_steep { turn } else { flat_turn };
                perigee = if is_steep { perigee } else { flat_perigee };
            }
            let (sin_perigee, cos_perigee) = sin_cos::<A>(perigee);
            let root = pulls.shrink[k] * A::fma(orbit.root[1], t, orbit.root[0]); // (25)
            let one_minus_e2 = A::fma(-e, e, 1.0);
            let inverse_parameter = 1.0 / (root * root * one_minus_e2);
            let one_plus_cosine = 1.0 + cos_i;
            // Vallado et al.: the pole of the long-period term at 180° of inclination is cut off.
            let one_plus_cosine = if one_plus_cosine.abs() > 1.5e-12 { one_plus_cosine } else { 1.5e-12 };
            let long_l = long_l * sin_i * A::fma(5.0, cos_i, 3.0) / one_plus_cosine;
            let axn = e * cos_perigee; // (26)
            let ayn = A::fma(e, sin_perigee, long_y * sin_i * inverse_parameter);
            block.axn[k] = axn;
            block.ayn[k] = ayn;
            block.latitude_argument[k] = (anomaly + perigee) + long_l * inverse_parameter * axn; // (27)
            block.root[k] = root;
            block.inverse_a[k] = inverse_parameter * one_minus_e2;
            block.node[k] = node + turn;
        }
        block.is_nearly_circular::<A>()
    }
}

impl<const N: usize> Pulls<N> {
    const fn new() -> Self {
        let row = [0.0; N];
        Self {
            eccentricity: row,
            inclination: row,
            anomaly: row,
            perigee: row,
            node: row,
            shrink: row,
            mean_anomaly: row,
            sin_i: row,
            cos_i: row,
        }
    }

    /// Mean anomaly and semi-major axis before the bodies and drag, one time after another: the reckoning of a resonance
    /// goes from step to step, away from the epoch.
    fn mean_anomaly(&mut self, orbit: &DeepSpace, course: &mut Option<Course>, minutes: &Row<N>) {
        let (Some(Reckoned { resonance, beginning }), Some(course)) = (&orbit.resonance, course) else {
            let [start, rate] = orbit.secular.mean_anomaly;
            let rate = rate + orbit.drift.mean_anomaly;
            for k in 0..N {
                self.shrink[k] = 1.0;
                self.mean_anomaly[k] = start + rate * minutes[k];
            }
            return;
        };
        // Ascending times before the epoch come nearer to it.
        let backwards = minutes[0] < 0.0;
        for step in 0..N {
            let k = if backwards { N - 1 - step } else { step };
            resonance.advance(course, beginning, minutes[k]);
            (self.shrink[k], self.mean_anomaly[k]) = resonance.elements(course, minutes[k]);
        }
    }

    #[inline(always)]
    fn bodies<A: Arithmetic>(&mut self, [sun, moon]: &[ThirdBody; 2], minutes: &Row<N>) {
        for k in 0..N {
            let Pull { eccentricity, inclination, anomaly, perigee, node } = sun.pull::<A>(minutes[k]);
            self.eccentricity[k] = eccentricity;
            self.inclination[k] = inclination;
            self.anomaly[k] = anomaly;
            self.perigee[k] = perigee;
            self.node[k] = node;
        }
        for k in 0..N {
            let Pull { eccentricity, inclination, anomaly, perigee, node } = moon.pull::<A>(minutes[k]);
            self.eccentricity[k] += eccentricity;
            self.inclination[k] += inclination;
            self.anomaly[k] += anomaly;
            self.perigee[k] += perigee;
            self.node[k] += node;
        }
    }

    /// Sine and cosine of the inclination; tells whether it is steep at all times of the block.
    #[inline(always)]
    fn plane<A: Arithmetic>(&mut self, orbit: &DeepSpace, minutes: &Row<N>) -> bool {
        let mut is_flat = 0_u64;
        for k in 0..N {
            let inclination = self.inclination_rad(orbit, k, minutes[k]);
            (self.sin_i[k], self.cos_i[k]) = sin_cos::<A>(inclination);
            is_flat |= u64::from(inclination < STEEP_RAD);
        }
        is_flat == 0
    }

    #[inline(always)]
    fn inclination_rad(&self, orbit: &DeepSpace, k: usize, t: f64) -> f64 {
        (orbit.inclination_rad + orbit.drift.inclination * t) + self.inclination[k]
    }

    #[inline(always)]
    fn is_steep(&self, orbit: &DeepSpace, k: usize, t: f64) -> bool {
        self.inclination_rad(orbit, k, t) >= STEEP_RAD
    }
}
