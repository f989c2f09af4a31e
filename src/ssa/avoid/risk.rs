//! The risk of an approach by the classes of both element sets.

use super::THRESHOLDS;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::frame::{State, Teme, rtn_axes};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::covariance::class;
use crate::ssa::probability::{Encounter, Risk, assess};
use nalgebra::{Matrix3, Vector3};

/// Radius in km of the sphere that holds an object.
pub type Radii<'a> = &'a (dyn Fn(NoradId) -> f64 + Sync);

/// The covariance in km² of both positions together on the axes of the states; `sets` are those of primary and secondary,
/// whose ages are the conjunction's.
pub(super) fn covariance_km2(conjunction: &Conjunction, sets: [&Elements; 2]) -> Matrix3<f64> {
    let of = |elements: &Elements, age_days: f64, state: &State<Teme>| {
        let axes = rtn_axes(state);
        axes.transpose() * class::covariance(elements, age_days).rtn_km2 * axes
    };
    of(sets[0], conjunction.primary_age_days, &conjunction.primary_state)
        + of(sets[1], conjunction.secondary_age_days, &conjunction.secondary_state)
}

/// Secondary minus primary: km and km/s.
pub(super) fn relative(conjunction: &Conjunction) -> (Vector3<f64>, Vector3<f64>) {
    let (one, other) = (&conjunction.primary_state, &conjunction.secondary_state);
    (other.position_km - one.position_km, other.velocity_km_s - one.velocity_km_s)
}

/// The risk of an approach between two sets.
pub(super) fn risk(conjunction: &Conjunction, sets: [&Elements; 2], radii: Radii<'_>) -> Risk {
    let (miss_km, rel_velocity_km_s) = relative(conjunction);
    let encounter = Encounter {
        miss_km,
        rel_velocity_km_s,
        covariance_km2: covariance_km2(conjunction, sets),
        hbr_km: radii(conjunction.primary_id) + radii(conjunction.secondary_id),
        shorter_period_s: Some(60.0 * sets[0].period_min().min(sets[1].period_min())),
    };
    assess(&encounter, &THRESHOLDS)
}
