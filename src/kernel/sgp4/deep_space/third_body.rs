//! What the Sun and the Moon do to an orbit: rates, and terms that follow the body round its own orbit.
//!
//! The body goes round in an ellipse of eccentricity eₓ, in a plane that is turned to the satellite's at the epoch; its
//! pull averaged over the satellite's revolution has a part that is steady and one that goes with twice, and with once,
//! the body's true longitude fₓ (Hujsak, *Spacetrack Report No. 1*, 1979; the routine DEEP of Report No. 3; Hoots,
//! Schumacher and Glover, J. Guidance 27 (2004) 174, whose letters a, X and Z are kept here).

use crate::kernel::circular::sin_cos;
use crate::kernel::lanes::Arithmetic;
use crate::kernel::sgp4::constants::MeanElements;

/// One body as it stands to an orbit at the epoch of its elements.
struct Body {
    /// Sine and cosine of the inclination of its orbit, of the satellite's node from its node, and of its perigee.
    inclination: (f64, f64),
    node: (f64, f64),
    perigee: (f64, f64),
    eccentricity: f64,
    /// Mean motion, rad a minute, and mean anomaly at the epoch, rad.
    mean_motion: f64,
    mean_anomaly: f64,
    /// Strength of its pull, rad a minute.
    strength: f64,
}

/// The terms of one body that come and go; each pair goes with ½sin²fₓ − ¼ and −½ sin fₓ cos fₓ, each third with sin fₓ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ThirdBody {
    /// Mean anomaly at the epoch, and its rate a minute.
    mean_anomaly: [f64; 2],
    twice_eccentricity: f64,
    eccentricity: [f64; 2],
    inclination: [f64; 2],
    anomaly: [f64; 3],
    /// Of the perigee, with the part that the turn of the node takes from it still in.
    perigee: [f64; 3],
    /// Of the node, times sin i.
    node: [f64; 2],
}

/// The steady part, rad a minute (the eccentricity's a minute).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Drift {
    pub(super) eccentricity: f64,
    pub(super) inclination: f64,
    pub(super) mean_anomaly: f64,
    pub(super) perigee: f64,
    pub(super) node: f64,
}

/// What the terms of the Sun and the Moon add at one time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pull {
    pub(super) eccentricity: f64,
    pub(super) inclination: f64,
    pub(super) anomaly: f64,
    pub(super) perigee: f64,
    pub(super) node: f64,
}

impl ThirdBody {
    /// The Sun and the Moon, and what they do together all the time; days are counted from noon of 31 December 1899.
    pub(super) fn sun_and_moon(mean: &MeanElements, n0: f64, days_since_1900: f64) -> ([Self; 2], Drift) {
        let (sun, by_sun) = Self::new(&Body::sun(mean, days_since_1900), mean, n0);
        let (moon, by_moon) = Self::new(&Body::moon(mean, days_since_1900), mean, n0);
        let drift = Drift {
            eccentricity: by_sun.eccentricity + by_moon.eccentricity,
            inclination: by_sun.inclination + by_moon.inclination,
            mean_anomaly: by_sun.mean_anomaly + by_moon.mean_anomaly,
            perigee: by_sun.perigee + by_moon.perigee,
            node: by_sun.node + by_moon.node,
        };
        ([sun, moon], drift)
    }

    fn new(body: &Body, mean: &MeanElements, n0: f64) -> (Self, Drift) {
        /// Nearer than this to the equator's plane, in rad, the node is not moved.
        const FLAT_RAD: f64 = 5.235_987_7e-2;
        let e0 = mean.eccentricity;
        let (e2, beta2) = (e0 * e0, 1.0 - e0 * e0);
        let (sin_i, cos_i) = mean.inclination_rad.sin_cos();
        let a = body.axes(sin_i, cos_i);
        let (sin_w, cos_w) = mean.arg_perigee_rad.sin_cos();
        let x = [
            a[0] * cos_w + a[1] * sin_w,
            a[2] * cos_w + a[3] * sin_w,
            -a[0] * sin_w + a[1] * cos_w,
            -a[2] * sin_w + a[3] * cos_w,
            a[4] * sin_w,
            a[5] * sin_w,
            a[4] * cos_w,
            a[5] * cos_w,
        ];
        let z31 = 12.0 * x[0] * x[0] - 3.0 * x[2] * x[2];
        let z32 = 24.0 * x[0] * x[1] - 6.0 * x[2] * x[3];
        let z33 = 12.0 * x[1] * x[1] - 3.0 * x[3] * x[3];
        let z11 = -6.0 * a[0] * a[4] + e2 * (-24.0 * x[0] * x[6] - 6.0 * x[2] * x[4]);
        let z12 = -6.0 * (a[0] * a[5] + a[2] * a[4])
            + e2 * (-24.0 * (x[1] * x[6] + x[0] * x[7]) - 6.0 * (x[2] * x[5] + x[3] * x[4]));
        let z13 = -6.0 * a[2] * a[5] + e2 * (-24.0 * x[1] * x[7] - 6.0 * x[3] * x[5]);
        let z21 = 6.0 * a[1] * a[4] + e2 * (24.0 * x[0] * x[4] - 6.0 * x[2] * x[6]);
        let z22 = 6.0 * (a[3] * a[4] + a[1] * a[5])
            + e2 * (24.0 * (x[1] * x[4] + x[0] * x[5]) - 6.0 * (x[3] * x[6] + x[2] * x[7]));
        let z23 = 6.0 * a[3] * a[5] + e2 * (24.0 * x[1] * x[5] - 6.0 * x[3] * x[7]);
        let z1 = (3.0 * (a[0] * a[0] + a[1] * a[1]) + z31 * e2) * 2.0 + beta2 * z31;
        let z2 = (6.0 * (a[0] * a[2] + a[1] * a[3]) + z32 * e2) * 2.0 + beta2 * z32;
        let z3 = (3.0 * (a[2] * a[2] + a[3] * a[3]) + z33 * e2) * 2.0 + beta2 * z33;
        let s3 = body.strength / n0;
        let (s2, s4) = (-0.5 * s3 / beta2.sqrt(), s3 * beta2.sqrt());
        let s1 = -15.0 * e0 * s4;
        let is_flat = !(FLAT_RAD..=std::f64::consts::PI - FLAT_RAD).contains(&mean.inclination_rad);
        let node = if is_flat { 0.0 } else { -body.mean_motion * s2 * (z21 + z23) / sin_i };
        let drift = Drift {
            eccentricity: s1 * body.mean_motion * (x[0] * x[2] + x[1] * x[3]),
            inclination: s2 * body.mean_motion * (z11 + z13),
            mean_anomaly: -body.mean_motion * s3 * (z1 + z3 - 14.0 - 6.0 * e2),
            perigee: s4 * body.mean_motion * (z31 + z33 - 6.0) - cos_i * node,
            node,
        };
        let terms = Self {
            mean_anomaly: [body.mean_anomaly, body.mean_motion],
            twice_eccentricity: 2.0 * body.eccentricity,
            eccentricity: [2.0 * s1 * (x[1] * x[2] + x[0] * x[3]), 2.0 * s1 * (x[1] * x[3] - x[0] * x[2])],
            inclination: [2.0 * s2 * z12, 2.0 * s2 * (z13 - z11)],
            anomaly: [-2.0 * s3 * z2, -2.0 * s3 * (z3 - z1), -2.0 * s3 * (-21.0 - 9.0 * e2) * body.eccentricity],
            perigee: [2.0 * s4 * z32, 2.0 * s4 * (z33 - z31), -18.0 * s4 * body.eccentricity],
            node: [-2.0 * s2 * z22, -2.0 * s2 * (z23 - z21)],
        };
        (terms, drift)
    }

    /// What the body adds `minutes` after the epoch.
    #[inline(always)]
    pub(super) fn pull<A: Arithmetic>(&self, minutes: f64) -> Pull {
        let anomaly = self.mean_anomaly[0] + self.mean_anomaly[1] * minutes;
        let longitude = A::fma(self.twice_eccentricity, sin_cos::<A>(anomaly).0, anomaly);
        let (sine, cosine) = sin_cos::<A>(longitude);
        let (f2, f3) = (A::fma(0.5 * sine, sine, -0.25), -0.5 * sine * cosine);
        let pair = |terms: &[f64; 2]| A::fma(terms[0], f2, terms[1] * f3);
        let triple = |terms: &[f64; 3]| A::fma(terms[2], sine, A::fma(terms[0], f2, terms[1] * f3));
        Pull {
            eccentricity: pair(&self.eccentricity),
            inclination: pair(&self.inclination),
            anomaly: triple(&self.anomaly),
            perigee: triple(&self.perigee),
            node: pair(&self.node),
        }
    }
}

impl Body {
    fn sun(mean: &MeanElements, days_since_1900: f64) -> Self {
        Self {
            inclination: (0.397_854_16, 0.917_448_67),
            node: mean.raan_rad.sin_cos(),
            perigee: (-0.980_884_58, 0.194_590_5),
            eccentricity: 0.016_75,
            mean_motion: 1.194_59e-5,
            mean_anomaly: (6.256_583_7 + 0.017_201_977 * days_since_1900) % std::f64::consts::TAU,
            strength: 2.986_479_7e-6,
        }
    }

    /// The Moon's orbit goes round the ecliptic's pole in 18.6 years: its place on the equator comes from its node there.
    fn moon(mean: &MeanElements, days_since_1900: f64) -> Self {
        let ecliptic_node = (4.523_602 - 9.242_202_9e-4 * days_since_1900) % std::f64::consts::TAU;
        let (sin_ecliptic, cos_ecliptic) = ecliptic_node.sin_cos();
        let cos_i = 0.913_751_64 - 0.035_680_96 * cos_ecliptic;
        let sin_i = (1.0 - cos_i * cos_i).sqrt();
        let sin_node = 0.089_683_511 * sin_ecliptic / sin_i;
        let cos_node = (1.0 - sin_node * sin_node).sqrt();
        let to_perigee = (0.397_854_16 * sin_ecliptic / sin_i)
            .atan2(cos_node * cos_ecliptic + 0.917_448_67 * sin_node * sin_ecliptic);
        let perigee = 5.835_151_4 + 0.001_944_368 * days_since_1900 + to_perigee - ecliptic_node;
        let (sin_raan, cos_raan) = mean.raan_rad.sin_cos();
        Self {
            inclination: (sin_i, cos_i),
            node: (sin_raan * cos_node - cos_raan * sin_node, cos_node * cos_raan + sin_node * sin_raan),
            perigee: perigee.sin_cos(),
            eccentricity: 0.054_9,
            mean_motion: 1.583_521_8e-4,
            mean_anomaly: (-1.115_184_2 + 0.228_027_132 * days_since_1900) % std::f64::consts::TAU,
            strength: 4.796_806_5e-7,
        }
    }

    /// a₁ to a₆: the axes of the body's orbit in the satellite's plane.
    fn axes(&self, sin_i: f64, cos_i: f64) -> [f64; 6] {
        let ((sin_x, cos_x), (sin_h, cos_h), (sin_g, cos_g)) = (self.inclination, self.node, self.perigee);
        let a1 = cos_g * cos_h + sin_g * cos_x * sin_h;
        let a3 = -sin_g * cos_h + cos_g * cos_x * sin_h;
        let a7 = -cos_g * sin_h + sin_g * cos_x * cos_h;
        let a8 = sin_g * sin_x;
        let a9 = sin_g * sin_h + cos_g * cos_x * cos_h;
        let a10 = cos_g * sin_x;
        [a1, cos_i * a7 + sin_i * a8, a3, cos_i * a9 + sin_i * a10, -sin_i * a7 + cos_i * a8, -sin_i * a9 + cos_i * a10]
    }
}
