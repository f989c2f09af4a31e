//! Probabilities of collision against published numbers, other routes of computation, and hostile input.

mod cara;
mod hostile;
mod independent;
mod published;
mod socrates;
mod verdicts;

use alliedsky::kernel::probability::Disc;
use alliedsky::ssa::probability::Encounter;
use nalgebra::{Matrix3, Vector3};

use crate::truth::Row;

/// Relative agreement.
#[track_caller]
fn near(own: f64, truth: f64, relative: f64, what: &str) {
    let off = if own == truth { 0.0 } else { own / truth - 1.0 };
    assert!(off.abs() <= relative, "{what}: {own:e} against {truth:e}, off by {off:e}");
}

/// A row's disc, in metres.
fn disc(row: &Row, columns: [&str; 5]) -> Disc {
    let [x, y, sigma_x, sigma_y, radius] = columns.map(|column| row.number(column));
    Disc { x, y, sigma_x, sigma_y, radius }
}

/// An object: position, velocity and position covariance on inertial axes, in m.
struct Object {
    position_m: Vector3<f64>,
    velocity_m_s: Vector3<f64>,
    covariance_m2: Matrix3<f64>,
}

impl Object {
    /// The same object, where its covariance is on its own R, T and N axes.
    fn from_rtn(position_m: Vector3<f64>, velocity_m_s: Vector3<f64>, covariance_m2: Matrix3<f64>) -> Self {
        let radial = position_m.normalize();
        let normal = position_m.cross(&velocity_m_s).normalize();
        let axes = Matrix3::from_columns(&[radial, normal.cross(&radial), normal]);
        Self { position_m, velocity_m_s, covariance_m2: axes * covariance_m2 * axes.transpose() }
    }

    /// The period of its orbit, s, by its energy.
    fn period_s(&self) -> f64 {
        const MU_M3_S2: f64 = 3.986_004_418e14;
        let energy = 0.5 * self.velocity_m_s.norm_squared() - MU_M3_S2 / self.position_m.norm();
        let axis_m = -0.5 * MU_M3_S2 / energy;
        std::f64::consts::TAU * (axis_m.powi(3) / MU_M3_S2).sqrt()
    }

    fn encounter(&self, other: &Self, hbr_m: f64) -> Encounter {
        Encounter {
            miss_km: (other.position_m - self.position_m) * 1e-3,
            rel_velocity_km_s: (other.velocity_m_s - self.velocity_m_s) * 1e-3,
            covariance_km2: (self.covariance_m2 + other.covariance_m2) * 1e-6,
            hbr_km: hbr_m * 1e-3,
            shorter_period_s: Some(self.period_s().min(other.period_s())),
        }
    }
}
