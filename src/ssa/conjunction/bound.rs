//! Why no approach can be missed.
//!
//! A window is cut into intervals of length 2h, and each interval is judged from the states at its middle. Two
//! inequalities carry the search; each holds for every pair of objects and every time τ in `[-h, h]` from the middle.
//!
//! **How far one object gets.** With `v` its SGP4 speed at the middle, `a` a bound of its acceleration over the
//! interval and `s` a bound of the slip between SGP4's velocity and the rate of its position,
//! `|r(τ) − r(0)| ≤ (v + s)·h + ½·a·h²` =: reach. If two objects are ever closer than the threshold D inside the
//! interval, then at its middle they are at most `D + reach₁ + reach₂` apart. This is the test of
//! [`crate::kernel::columns::Columns`], which lists *exactly* the pairs that satisfy it.
//!
//! **How straight a pair moves.** `|Δr(τ) − (Δr(0) + Δv(0)·τ)| ≤ ½·a_rel·h² + 2·s·h` =: pad. If the pair is ever
//! closer than D inside the interval, then the straight line `Δr(0) + Δv(0)·τ` comes closer than `D + pad`. For
//! neighbours the relative acceleration is the gravity gradient, at most `2µ/r³` times their distance, plus the
//! oblateness terms, whose gradient is below 2 % of it outside the Earth; the bound below takes 2.2.
//!
//! Pairs that pass both tests are refined on the propagator itself, so that neither interpolation nor the step can
//! show in a result; every other pair provably stays above D during the interval. The constant `s` is the one number
//! that no theory gives, since SGP4 is a series whose velocity is not the exact derivative of its position:
//! it is measured over whole catalogues (`tests/it/screening.rs` measures it again) and taken with a margin of two.

use crate::astro::elements::MU_WGS72_KM3_S2;

/// Bound of the difference between SGP4's velocity and the rate of its position, km/s.
pub const VELOCITY_SLIP_KM_S: f64 = 0.012;

/// How far an object can get in `h_s` seconds from a state with this radius and speed, km.
#[must_use]
pub fn reach_km(radius_km: f64, speed_km_s: f64, h_s: f64) -> f64 {
    let fall_s2 = gravity_km_s2(radius_km, speed_km_s, h_s);
    (speed_km_s + VELOCITY_SLIP_KM_S) * h_s + 0.5 * fall_s2 * h_s * h_s
}

/// How far a pair at most `distance_km` apart can leave its straight relative line in `h_s` seconds, km. `radius_km`
/// and `speed_km_s` are the lesser radius and the greater speed of the two.
#[must_use]
pub fn pad_km(radius_km: f64, speed_km_s: f64, distance_km: f64, h_s: f64) -> f64 {
    let lowest_km = lowest_radius_km(radius_km, speed_km_s, h_s) - distance_km;
    let gradient_s2 = 2.2 * MU_WGS72_KM3_S2 / lowest_km.max(1000.0).powi(3);
    0.5 * gradient_s2 * distance_km * h_s * h_s + 2.0 * VELOCITY_SLIP_KM_S * h_s
}

fn gravity_km_s2(radius_km: f64, speed_km_s: f64, h_s: f64) -> f64 {
    // 2 % above the point mass covers oblateness (1.5·J2 = 0.16 %) and drag down to the decay guard.
    1.02 * MU_WGS72_KM3_S2 / lowest_radius_km(radius_km, speed_km_s, h_s).powi(2)
}

/// The lowest radius the interval can hold: never below the guard of the propagator.
fn lowest_radius_km(radius_km: f64, speed_km_s: f64, h_s: f64) -> f64 {
    (radius_km - (speed_km_s + VELOCITY_SLIP_KM_S) * h_s).max(6370.0)
}
