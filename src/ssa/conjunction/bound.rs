//! Why no approach can be missed. TODO-DOC

use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::propagator::MAX_SPEED_KM_S;
use crate::kernel::hermite::Margins;

/// Slip in km/s that every object is granted beside its own measured defect: ten times the catalogue's median.
pub const SLIP_FLOOR_KM_S: f64 = 0.002;

/// Radius that no state is below, km: a little under the guard of the propagator.
pub const LOWEST_RADIUS_KM: f64 = 6370.0;

/// What the margins of all objects have in common.
#[must_use]
pub fn margins(threshold_km: f64, half_step_s: f64) -> Margins {
    Margins {
        mu_km3_s2: MU_WGS72_KM3_S2,
        lowest_radius_km: LOWEST_RADIUS_KM,
        highest_speed_km_s: MAX_SPEED_KM_S,
        slip_floor_km_s: SLIP_FLOOR_KM_S,
        half_step_s,
        threshold_km: threshold_km.max(0.0),
    }
}
