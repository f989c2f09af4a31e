//! The last days of an orbit, against figures worked by hand from the published table of densities.

use std::f64::consts::TAU;

use alliedsky::astro::elements::{EARTH_RADIUS_WGS72_KM, Elements, MU_WGS72_KM3_S2};
use alliedsky::ssa::watch::decay::{Basis, forecast};
use chrono::TimeDelta;

use super::changed;
use crate::sets::catalogue_2018;

/// A circular orbit at a height above the equator's radius, so many days after a fixed time.
fn circular(height_km: f64, days: f64, mean_motion_dot: f64) -> Elements {
    let a_km = EARTH_RADIUS_WGS72_KM + height_km;
    changed(&catalogue_2018()[0], |fields| {
        fields.epoch = "2026-03-01T00:00:00Z".parse().unwrap();
        fields.epoch += TimeDelta::seconds((days * 86_400.0) as i64);
        fields.mean_motion_rev_day = (MU_WGS72_KM3_S2 / a_km.powi(3)).sqrt() * 86_400.0 / TAU;
        fields.eccentricity = 0.0;
        fields.mean_motion_dot = mean_motion_dot;
        fields.mean_motion_ddot = 0.0;
    })
}

/// From 200 km down: ∫ρ(200)/ρ(h) dh = 24.93 km over the lines of Vallado's table 8-4 from 200 to 90 km, straight in the
/// logarithm between them (180 to 200 km gives 14.56, 150 to 180 km 8.46, all below 1.91). So an orbit that falls by a
/// tenth of that a day has ten days.
const FALL_FROM_200_KM: f64 = 24.93;

#[test]
fn a_circular_orbit_falls_by_the_table() {
    let a_km = EARTH_RADIUS_WGS72_KM + 200.0;
    for days in [2.0, 10.0, 25.0] {
        let falling_km_day = FALL_FROM_200_KM / days;
        // n ∝ a^(-3/2); the field is half the rate.
        let n = circular(200.0, 0.0, 0.0).mean_motion_rev_day;
        let dot = 1.5 * n * falling_km_day / a_km / 2.0;
        let decay = forecast(&[circular(200.0, 0.0, dot)]).unwrap();
        let told_days = (decay.end - decay.epoch).as_seconds_f64() / 86_400.0;
        assert!((told_days / days - 1.0).abs() < 0.03, "{told_days} against {days}");
        assert_eq!(decay.basis, Basis::Rate);
        let margin_days = (decay.latest - decay.end).as_seconds_f64() / 86_400.0;
        assert!((margin_days - 0.4 * told_days).abs() < 1e-3 && decay.earliest < decay.end);
    }
}

#[test]
fn what_was_measured_comes_before_what_a_set_says_of_itself() {
    // From 205 to 200 km: 37.1 (exp(5 / 37.1) - 1) = 5.355 km of the same measure (the table's scale height above 200 km
    // is 50 / ln(2.789 / 0.7248) = 37.1 km). Two days for that leave 2 × 24.93 / 5.355 = 9.3 days.
    let history = [circular(205.0, 0.0, 1e-6), circular(200.0, 2.0, 1e-6)];
    let decay = forecast(&history).unwrap();
    let told_days = (decay.end - decay.epoch).as_seconds_f64() / 86_400.0;
    assert!((told_days / 9.31 - 1.0).abs() < 0.03, "{told_days}");
    assert_eq!((decay.basis, decay.base_days), (Basis::History, 2.0));
    // The set's own rate means years: the interval says how far apart the two are.
    assert!(decay.latest - decay.end > TimeDelta::days(9), "{decay:?}");
}

#[test]
fn what_lasts_or_climbs_is_not_foretold() {
    assert_eq!(forecast(&[]), None);
    assert_eq!(forecast(&[circular(500.0, 0.0, 1.0)]), None, "high");
    assert_eq!(forecast(&[circular(200.0, 0.0, 0.0)]), None, "no rate");
    assert_eq!(forecast(&[circular(200.0, 0.0, -1e-3)]), None, "climbs by its own word");
    assert_eq!(forecast(&[circular(200.0, 0.0, 1e-5)]), None, "lasts for months");
    let raised = [circular(200.0, 0.0, 1e-2), circular(210.0, 2.0, 1e-2)];
    assert_eq!(forecast(&raised), None, "climbs by its history, whatever the set says");
    // Most of an old catalogue does not come down within a month.
    let sets = catalogue_2018();
    let told = sets.iter().filter(|set| forecast(std::slice::from_ref(set)).is_some()).count();
    assert!((1..20).contains(&told), "{told}");
}
