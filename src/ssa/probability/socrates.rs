//! The maximum probability as CelesTrak's SOCRATES gives it.

use nalgebra::{Matrix3, Vector3};

use super::plane::Ellipse;
use crate::astro::frame::{State, Teme, rtn_axes};
use crate::kernel::probability::alfano_maximum;

/// SOCRATES' standard deviations on the axes R, T and N of each object, km: their ratio decides, not their size.
const SIGMAS_KM: [f64; 3] = [0.1, 0.3, 0.1];

/// The maximum probability without knowledge of how large the errors are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SocratesMaximum {
    /// The greatest probability over all sizes of the errors, in their worst orientation.
    pub pc_max: f64,
    /// The smaller standard deviation in the plane at which it is reached, km: with larger errors the probability is
    /// diluted.
    pub dilution_km: f64,
    /// The ratio of the larger to the smaller standard deviation in the plane.
    pub aspect_ratio: f64,
}

/// Alfano's maximum probability with the errors' shape that SOCRATES assumes: 100, 300 and 100 m on R, T and N of each
/// object, added, and seen along the relative velocity (Kelso and Alfano, *Satellite orbital conjunction reports
/// assessing threatening encounters in space*, AAS 05-124).
///
/// It needs no covariance and exists for every encounter, also where no probability can be computed. Nothing where the
/// relative velocity is zero, the radius is not above zero, or a state is not finite or has no orbital plane.
#[must_use]
pub fn socrates_maximum(
    primary_state: &State<Teme>,
    secondary_state: &State<Teme>,
    hbr_km: f64,
) -> Option<SocratesMaximum> {
    let miss_km = (secondary_state.position_km - primary_state.position_km).norm();
    let rel_velocity_km_s = secondary_state.velocity_km_s - primary_state.velocity_km_s;
    let along = rel_velocity_km_s.try_normalize(f64::MIN_POSITIVE)?;
    let covariance_km2 = shape_km2(primary_state) + shape_km2(secondary_state);
    let ellipse = Ellipse::across(&covariance_km2, &along)?;
    // Rounding alone can leave the range that the shape has.
    let aspect_ratio = (ellipse.variance_major / ellipse.variance_minor).sqrt().clamp(1.0, 3.0);
    let known = miss_km.is_finite() && aspect_ratio.is_finite() && hbr_km.is_finite() && hbr_km > 0.0;
    let maximum = known.then(|| alfano_maximum(miss_km, hbr_km, aspect_ratio))?;
    let (pc_max, dilution_km) = (maximum.probability, maximum.sigma_minor);
    (pc_max.is_finite() && dilution_km.is_finite()).then_some(SocratesMaximum { pc_max, dilution_km, aspect_ratio })
}

/// SOCRATES' covariance of one object on inertial axes, km².
fn shape_km2(state: &State<Teme>) -> Matrix3<f64> {
    let axes = rtn_axes(state);
    let variances = Vector3::from(SIGMAS_KM.map(|sigma_km| sigma_km * sigma_km));
    axes.transpose() * Matrix3::from_diagonal(&variances) * axes
}
