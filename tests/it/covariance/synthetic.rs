//! Histories of element sets with errors that are known because they were put in.

use std::f64::consts::TAU;

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::sets;

/// Normal numbers, the same in every run: SplitMix64 and the polar method.
pub struct Normal(u64);

impl Normal {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From -1 to 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub fn next(&mut self) -> f64 {
        loop {
            let (x, y) = (self.uniform(), self.uniform());
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }
}

/// Standard deviations of the errors of one set.
#[derive(Clone, Copy)]
pub struct Errors {
    /// Along the track at the epoch, km.
    pub along_km: f64,
    /// Growth along the track, km/day.
    pub along_km_day: f64,
    /// Across the plane, where it is widest, km.
    pub across_km: f64,
}

pub fn epoch() -> DateTime<Utc> {
    "2026-09-06T00:00:00Z".parse().unwrap()
}

/// A circle without drag, 700 km high, 63 degrees steep.
pub fn orbit(number: u32) -> ElementFields {
    ElementFields {
        norad_id: NoradId::new(number).unwrap(),
        epoch: epoch(),
        mean_motion_rev_day: 14.57,
        eccentricity: 0.001,
        inclination_deg: 63.0,
        raan_deg: f64::from(number % 360),
        arg_perigee_deg: 30.0,
        mean_anomaly_deg: 10.0,
        bstar: 0.0,
        mean_motion_dot: 0.0,
        mean_motion_ddot: 0.0,
        ..sets::catalogue_2018()[0].clone().into_fields()
    }
}

/// Rates of the mean anomaly, the argument of perigee and the node, rad/min: SGP4's secular terms (Hoots & Roehrich,
/// Spacetrack Report No. 3, 1980, sec. 6), by another program than the one under test.
fn rates(fields: &ElementFields) -> [f64; 3] {
    let (j2, j4): (f64, f64) = (0.001_082_616, -0.000_001_655_97);
    let xke = 60.0 / (6378.135_f64.powi(3) / 398_600.8).sqrt();
    let (e, theta) = (fields.eccentricity, fields.inclination_deg.to_radians().cos());
    let (beta2, theta2) = (1.0 - e * e, theta * theta);
    let beta = beta2.sqrt();
    let kozai = fields.mean_motion_rev_day * TAU / 1440.0;
    let a1 = (xke / kozai).powf(2.0 / 3.0);
    let k = 0.75 * j2 * (3.0 * theta2 - 1.0) / (beta * beta2);
    let d1 = k / (a1 * a1);
    let a0 = a1 * (1.0 - d1 * d1 - d1 * (1.0 / 3.0 + 134.0 * d1 * d1 / 81.0));
    let n = kozai / (1.0 + k / (a0 * a0));
    let a = (xke / n).powf(2.0 / 3.0);
    let p2 = 1.0 / (a * beta2).powi(2);
    let t1 = 1.5 * j2 * p2 * n;
    let t2 = 0.5 * t1 * j2 * p2;
    let t3 = -0.46875 * j4 * p2 * p2 * n;
    let theta4 = theta2 * theta2;
    let anomaly =
        n + 0.5 * t1 * beta * (3.0 * theta2 - 1.0) + 0.0625 * t2 * beta * (13.0 - 78.0 * theta2 + 137.0 * theta4);
    let perigee = -0.5 * t1 * (1.0 - 5.0 * theta2)
        + 0.0625 * t2 * (7.0 - 114.0 * theta2 + 395.0 * theta4)
        + t3 * (3.0 - 36.0 * theta2 + 49.0 * theta4);
    let node = -t1 * theta + (0.5 * t2 * (4.0 - 19.0 * theta2) + 2.0 * t3 * (3.0 - 7.0 * theta2)) * theta;
    [anomaly, perigee, node]
}

/// The same orbit so many days later.
pub fn later(fields: &ElementFields, days: f64) -> ElementFields {
    let passed = TimeDelta::microseconds((days * 86_400e6).round() as i64);
    let minutes = passed.as_seconds_f64() / 60.0;
    let [anomaly, perigee, node] = rates(fields).map(|rate| (rate * minutes).to_degrees());
    ElementFields {
        epoch: fields.epoch + passed,
        mean_anomaly_deg: (fields.mean_anomaly_deg + anomaly).rem_euclid(360.0),
        arg_perigee_deg: (fields.arg_perigee_deg + perigee).rem_euclid(360.0),
        raan_deg: (fields.raan_deg + node).rem_euclid(360.0),
        ..fields.clone()
    }
}

/// A set with errors drawn for it.
pub fn drawn(fields: &ElementFields, errors: Errors, normal: &mut Normal) -> Elements {
    let mean = fields.mean_motion_rev_day;
    let circumference_km = TAU * (398_600.8_f64 / (mean * TAU / 86_400.0).powi(2)).cbrt();
    Elements::new(ElementFields {
        mean_anomaly_deg: fields.mean_anomaly_deg + 360.0 * errors.along_km * normal.next() / circumference_km,
        mean_motion_rev_day: mean + errors.along_km_day * normal.next() / circumference_km,
        // A turn about the line of nodes and one about the line across it: alike wherever the object stands.
        inclination_deg: fields.inclination_deg + 360.0 * errors.across_km * normal.next() / circumference_km,
        raan_deg: fields.raan_deg
            + 360.0 * errors.across_km * normal.next() / circumference_km / fields.inclination_deg.to_radians().sin(),
        ..fields.clone()
    })
    .unwrap()
}

/// So many sets of one orbit, `step_days` apart.
pub fn history(
    orbit: &ElementFields,
    count: usize,
    step_days: f64,
    errors: Errors,
    normal: &mut Normal,
) -> Vec<Elements> {
    (0..count).map(|index| drawn(&later(orbit, index as f64 * step_days), errors, normal)).collect()
}
