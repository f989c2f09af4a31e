//! Orbits that go round once or twice while the Earth turns once: the equator's ellipse pulls them the same way each
//! time, and their mean motion swings for years.
//!
//! λ, the satellite's mean longitude over the turning Earth, and the mean motion n follow
//! λ′ = n + λ̇₀, n′ = Σ D sin(pω + mλ − G), integrated in steps of half a day with Taylor's terms up to the second
//! (the routine DEEP of *Spacetrack Report No. 3*; Hoots, Schumacher and Glover, J. Guidance 27 (2004) 174). For orbits
//! of half a day λ counts half a revolution for one.

use super::third_body::Drift;
use crate::kernel::sgp4::constants::{MeanElements, NearEarth};

/// Rate of the sidereal time, rad a minute.
const SIDEREAL_RATE: f64 = 4.375_269_088_011_3e-3;

/// Step of the integration, minutes.
const STEP_MIN: f64 = 720.0;

/// Phases of the Earth's tesseral harmonics, rad.
const G22: f64 = 5.768_639_6;
const G32: f64 = 0.952_408_98;
const G44: f64 = 1.801_499_8;
const G52: f64 = 1.050_833_0;
const G54: f64 = 4.410_889_8;

/// One term: D sin(pω + mλ − G).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Term {
    strength: f64,
    perigees: f64,
    longitudes: f64,
    phase: f64,
}

/// The resonance of one orbit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resonance {
    terms: [Term; 10],
    /// How many of them count: 3 of orbits of a day, 10 of half a day.
    count: usize,
    /// λ at the epoch, and λ̇₀.
    longitude: [f64; 2],
    mean_motion: f64,
    /// ω at the epoch, and its rate by the Earth's flattening alone.
    perigee: [f64; 2],
    /// The sidereal time at the epoch.
    sidereal: f64,
    /// The mean anomaly is λ less so many times the node's sidereal angle, and so many times the perigee.
    nodes: f64,
    perigees: f64,
}

/// Where the integration stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kernel::sgp4) struct Course {
    minutes: f64,
    longitude: f64,
    mean_motion: f64,
    /// λ′, n′ and n″ there.
    rates: [f64; 3],
}

impl Resonance {
    /// The resonance of an orbit, where it has one; `sidereal_rad` is the sidereal time at the epoch.
    pub(super) fn new(mean: &MeanElements, orbit: &NearEarth, drift: &Drift, sidereal_rad: f64) -> Option<Self> {
        let (e0, n0) = (mean.eccentricity, orbit.mean_motion);
        let is_daily = n0 > 0.003_490_658_5 && n0 < 0.005_235_987_7;
        let is_half_daily = (8.26e-3..=9.24e-3).contains(&n0) && e0 >= 0.5;
        if !is_daily && !is_half_daily {
            return None;
        }
        let (terms, count) = if is_daily { (daily(orbit), 3) } else { (half_daily(orbit), 10) };
        let (nodes, perigees) = if is_daily { (1.0, 1.0) } else { (2.0, 0.0) };
        let node_rate = orbit.node[1] + drift.node - SIDEREAL_RATE;
        let perigee_rate = orbit.arg_perigee[1] + drift.perigee;
        let longitude =
            mean.mean_anomaly_rad + nodes * (mean.raan_rad - sidereal_rad) + perigees * mean.arg_perigee_rad;
        Some(Self {
            terms,
            count,
            longitude: [
                longitude % std::f64::consts::TAU,
                orbit.mean_anomaly[1] + drift.mean_anomaly + nodes * node_rate + perigees * perigee_rate - n0,
            ],
            mean_motion: n0,
            perigee: orbit.arg_perigee,
            sidereal: sidereal_rad,
            nodes,
            perigees,
        })
    }

    /// The course at the epoch.
    pub(super) fn beginning(&self) -> Course {
        self.at(0.0, self.longitude[0], self.mean_motion)
    }

    /// Brings a course to the step that `minutes` lies in, from `beginning` on where it has gone too far or the other way.
    pub(super) fn advance(&self, course: &mut Course, beginning: &Course, minutes: f64) {
        let is_beyond = |course: &Course| course.minutes * minutes < 0.0 || course.minutes.abs() > minutes.abs();
        if is_beyond(course) {
            *course = if is_beyond(beginning) { self.beginning() } else { *beginning };
        }
        let step = if minutes > 0.0 { STEP_MIN } else { -STEP_MIN };
        // A time that is not finite has no step to come to.
        while (minutes - course.minutes).abs() >= STEP_MIN && minutes.is_finite() {
            let [longitude_rate, rate, rate_rate] = course.rates;
            let half_square = 0.5 * STEP_MIN * STEP_MIN;
            *course = self.at(
                course.minutes + step,
                course.longitude + longitude_rate * step + rate * half_square,
                course.mean_motion + rate * step + rate_rate * half_square,
            );
        }
    }

    fn at(&self, minutes: f64, longitude: f64, mean_motion: f64) -> Course {
        let perigee = self.perigee[0] + self.perigee[1] * minutes;
        let longitude_rate = mean_motion + self.longitude[1];
        let (mut rate, mut slope) = (0.0, 0.0);
        for term in &self.terms[..self.count] {
            let (sine, cosine) = (term.perigees * perigee + term.longitudes * longitude - term.phase).sin_cos();
            rate += term.strength * sine;
            slope += term.longitudes * term.strength * cosine;
        }
        Course { minutes, longitude, mean_motion, rates: [longitude_rate, rate, slope * longitude_rate] }
    }

    /// √(a/a₀″) before drag, and the mean anomaly with what the node and the perigee must still take from it, at a time in
    /// the course's step.
    pub(super) fn elements(&self, course: &Course, minutes: f64) -> (f64, f64) {
        let [longitude_rate, rate, rate_rate] = course.rates;
        let later = minutes - course.minutes;
        let mean_motion = course.mean_motion + later * (rate + 0.5 * later * rate_rate);
        let longitude = course.longitude + later * (longitude_rate + 0.5 * later * rate);
        let sidereal = (self.sidereal + SIDEREAL_RATE * minutes) % std::f64::consts::TAU;
        // An orbit that the reckoning has turned round has no state: its root is not a number.
        ((self.mean_motion / mean_motion).powf(1.0 / 3.0), longitude + self.nodes * sidereal)
    }

    /// So many times the node, and so many times the perigee, are part of the longitude.
    pub(super) const fn shares(&self) -> [f64; 2] {
        [self.nodes, self.perigees]
    }
}

/// Orbits of a day: sin(λ − λ₃₁), sin 2(λ − λ₂₂), sin 3(λ − λ₃₃).
fn daily(orbit: &NearEarth) -> [Term; 10] {
    let (e2, theta) = (orbit.eccentricity.powi(2), orbit.cos_inclination);
    let sin2 = orbit.sin_inclination.powi(2);
    let a = orbit.semi_major_er;
    let strength = 3.0 * (orbit.mean_motion / a).powi(2);
    let f311 = 0.9375 * sin2 * (1.0 + 3.0 * theta) - 0.75 * (1.0 + theta);
    let f330 = 1.875 * (1.0 + theta).powi(3);
    let g200 = 1.0 + e2 * (-2.5 + 0.8125 * e2);
    let g300 = 1.0 + e2 * (-6.0 + 6.609_37 * e2);
    let term = |longitudes: f64, strength: f64, phase: f64| Term {
        strength,
        perigees: 0.0,
        longitudes,
        phase: longitudes * phase,
    };
    let mut terms = [Term { strength: 0.0, perigees: 0.0, longitudes: 0.0, phase: 0.0 }; 10];
    terms[0] = term(1.0, strength * f311 * (1.0 + 2.0 * e2) * 2.146_074_8e-6 / a, 0.131_309_08);
    terms[1] = term(2.0, 2.0 * strength * 0.75 * (1.0 + theta).powi(2) * g200 * 1.789_167_9e-6, 2.884_319_8);
    terms[2] = term(3.0, 3.0 * strength * f330 * g300 * 2.212_301_5e-7 / a, 0.374_480_87);
    terms
}

/// Orbits of half a day with an eccentricity of a half or more, as Molniya's: ten terms, whose strengths follow polynomials
/// in the eccentricity.
fn half_daily(orbit: &NearEarth) -> [Term; 10] {
    let (e, theta, sine) = (orbit.eccentricity, orbit.cos_inclination, orbit.sin_inclination);
    let (theta2, sine2) = (theta * theta, sine * sine);
    let by_a = 1.0 / orbit.semi_major_er;
    let cubic = |c: [f64; 4]| c[0] + e * (c[1] + e * (c[2] + e * c[3]));
    let [g211, g310, g322, g410, g422] = if e <= 0.65 {
        [
            cubic([3.616, -13.247, 16.29, 0.0]),
            cubic([-19.302, 117.39, -228.419, 156.591]),
            cubic([-18.9068, 109.7927, -214.6334, 146.5816]),
            cubic([-41.122, 242.694, -471.094, 313.953]),
            cubic([-146.407, 841.88, -1629.014, 1083.435]),
        ]
    } else {
        [
            cubic([-72.099, 331.819, -508.738, 266.724]),
            cubic([-346.844, 1582.851, -2415.925, 1246.113]),
            cubic([-342.585, 1554.908, -2366.899, 1215.972]),
            cubic([-1052.797, 4758.686, -7193.992, 3651.957]),
            cubic([-3581.69, 16_178.11, -24_462.77, 12_422.52]),
        ]
    };
    let g520 = if e <= 0.65 {
        cubic([-532.114, 3017.977, -5740.032, 3708.276])
    } else if e < 0.715 {
        cubic([1464.74, -4664.75, 3763.64, 0.0])
    } else {
        cubic([-5149.66, 29_936.92, -54_087.36, 31_324.56])
    };
    let [g532, g521, g533] = if e < 0.7 {
        [
            cubic([-853.666, 4690.25, -8624.77, 5341.4]),
            cubic([-822.710_72, 4568.6173, -8491.4146, 5337.524]),
            cubic([-919.2277, 4988.61, -9064.77, 5542.21]),
        ]
    } else {
        [
            cubic([-40_023.88, 170_470.89, -242_699.48, 115_605.82]),
            cubic([-51_752.104, 218_913.95, -309_468.16, 146_349.42]),
            cubic([-37_995.78, 161_616.52, -229_838.2, 109_377.94]),
        ]
    };
    let f220 = 0.75 * (1.0 + 2.0 * theta + theta2);
    let f221 = 1.5 * sine2;
    let f321 = 1.875 * sine * (1.0 - 2.0 * theta - 3.0 * theta2);
    let f322 = -1.875 * sine * (1.0 + 2.0 * theta - 3.0 * theta2);
    let f441 = 35.0 * sine2 * f220;
    let f442 = 39.375 * sine2 * sine2;
    let f522 = 9.843_75
        * sine
        * (sine2 * (1.0 - 2.0 * theta - 5.0 * theta2) + 0.333_333_33 * (-2.0 + 4.0 * theta + 6.0 * theta2));
    let f523 = sine
        * (4.921_875_12 * sine2 * (-2.0 - 4.0 * theta + 10.0 * theta2)
            + 6.562_500_12 * (1.0 + 2.0 * theta - 3.0 * theta2));
    let f542 = 29.531_25 * sine * (2.0 - 8.0 * theta + theta2 * (-12.0 + 8.0 * theta + 10.0 * theta2));
    let f543 = 29.531_25 * sine * (-2.0 - 8.0 * theta + theta2 * (12.0 + 8.0 * theta - 10.0 * theta2));
    let by_2 = 3.0 * (orbit.mean_motion * by_a).powi(2);
    let (by_3, by_4, by_5) = (by_2 * by_a, by_2 * by_a * by_a, by_2 * by_a * by_a * by_a);
    let (root22, root32, root44) = (by_2 * 1.789_167_9e-6, by_3 * 3.739_379_2e-7, 2.0 * by_4 * 7.363_695_3e-9);
    let (root52, root54) = (by_5 * 1.142_863_9e-7, 2.0 * by_5 * 2.176_580_3e-9);
    let term = |strength, perigees, longitudes, phase| Term { strength, perigees, longitudes, phase };
    [
        term(root22 * f220 * (-0.306 - (e - 0.64) * 0.44), 2.0, 1.0, G22),
        term(root22 * f221 * g211, 0.0, 1.0, G22),
        term(root32 * f321 * g310, 1.0, 1.0, G32),
        term(root32 * f322 * g322, -1.0, 1.0, G32),
        term(root44 * f441 * g410, 2.0, 2.0, G44),
        term(root44 * f442 * g422, 0.0, 2.0, G44),
        term(root52 * f522 * g520, 1.0, 1.0, G52),
        term(root52 * f523 * g532, -1.0, 1.0, G52),
        term(root54 * f542 * g521, 1.0, 2.0, G54),
        term(root54 * f543 * g533, -1.0, 2.0, G54),
    ]
}
