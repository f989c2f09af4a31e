//! The class model against the figures that it is made from.

use std::f64::consts::TAU;

use alliedsky::astro::elements::{ElementFields, Elements};
use alliedsky::ssa::covariance::class::{Class, FLOOR_KM, covariance};
use alliedsky::ssa::timing::along_track_sigma_km;

use super::synthetic;
use crate::truth;

/// An orbit by its perigee, eccentricity and inclination, without drag.
fn orbit(perigee_km: f64, eccentricity: f64, inclination_deg: f64) -> Elements {
    let semi_major_km = (6378.135 + perigee_km) / (1.0 - eccentricity);
    Elements::new(ElementFields {
        mean_motion_rev_day: 86_400.0 / (TAU * (semi_major_km.powi(3) / 398_600.8).sqrt()),
        eccentricity,
        inclination_deg,
        ..synthetic::orbit(1)
    })
    .unwrap()
}

/// Flohrer, Krag & Klinkrad 2008, table 2: R/T/N in metres, by eccentricity, perigee and inclination.
const TABLE: [(f64, f64, f64, [f64; 3]); 15] = [
    (0.001, 700.0, 10.0, [67.0, 118.0, 75.0]),
    (0.001, 700.0, 45.0, [107.0, 308.0, 169.0]),
    (0.001, 700.0, 98.0, [115.0, 517.0, 137.0]),
    (0.01, 900.0, 10.0, [191.0, 256.0, 203.0]),
    (0.01, 900.0, 45.0, [71.0, 228.0, 95.0]),
    (0.01, 900.0, 98.0, [91.0, 428.0, 114.0]),
    (0.001, 35_780.0, 0.1, [357.0, 432.0, 83.0]),
    (0.5, 500.0, 10.0, [2252.0, 4270.0, 1421.0]),
    (0.5, 500.0, 45.0, [629.0, 909.0, 2057.0]),
    (0.5, 500.0, 98.0, [494.0, 814.0, 1337.0]),
    (0.3, 2000.0, 10.0, [1748.0, 3119.0, 971.0]),
    (0.3, 2000.0, 45.0, [1832.0, 1878.0, 1454.0]),
    (0.3, 2000.0, 98.0, [529.0, 817.0, 1570.0]),
    (0.2, 26_000.0, 10.0, [402.0, 418.0, 83.0]),
    (0.2, 26_000.0, 45.0, [4712.0, 6223.0, 1208.0]),
];

#[test]
fn at_the_epoch_it_is_flohrers_table_times_one_factor_an_axis() {
    for (eccentricity, perigee_km, inclination_deg, cell_m) in TABLE {
        let sigmas_km = covariance(&orbit(perigee_km, eccentricity, inclination_deg), 0.0).sigmas_km();
        let along_km = (0.002 * cell_m[1]).max(FLOOR_KM[1]);
        assert!((sigmas_km.y - along_km).abs() < 1e-12, "{perigee_km} km, {inclination_deg} deg: {sigmas_km}");
        for axis in [0, 2] {
            // On an eccentric orbit who is late is also too high or too low.
            let with_it_km = if eccentricity >= 0.1 && axis == 0 { 0.5 * eccentricity * along_km } else { 0.0 };
            let factor = (sigmas_km[axis].powi(2) - with_it_km.powi(2)).sqrt() / (0.001 * cell_m[axis]);
            let is_floor = sigmas_km[axis] == FLOOR_KM[axis];
            assert!(is_floor || (1.0 - 1e-12..=3.0).contains(&factor), "{perigee_km} km, axis {axis}: {factor}");
        }
    }
}

#[test]
fn it_only_grows_with_the_age_up_to_its_cap() {
    for (eccentricity, perigee_km, inclination_deg, _) in TABLE {
        let class = Class::of(&orbit(perigee_km, eccentricity, inclination_deg));
        let mut before = class.sigmas_km(0.0);
        for days in 1..400 {
            let now = class.sigmas_km(f64::from(days));
            assert!((0..3).all(|axis| now[axis] >= before[axis]) && now.iter().all(|km| km.is_finite()));
            assert_eq!(now, class.sigmas_km(f64::from(-days)));
            before = now;
        }
        assert_eq!(class.sigmas_km(1e5), class.sigmas_km(1e6));
    }
}

#[test]
fn the_error_along_the_track_follows_the_drag_that_a_set_tells() {
    let with = |mean_motion_dot: f64| {
        Elements::new(ElementFields { mean_motion_dot, ..orbit(450.0, 0.001, 50.0).into_fields() }).unwrap()
    };
    let grown_km = |set: &Elements| along_track_sigma_km(set, 4.0) - along_track_sigma_km(set, 0.0);
    // n-dot over two of 1e-4 rev/day² moves it by 16e-4 revolutions in four days.
    let moved_km = |rate: f64| rate * 16.0 * TAU * with(rate).semi_major_axis_km();
    let (weak, strong) = (with(1e-4), with(1e-3));
    let share = (grown_km(&strong) - grown_km(&weak)) / (moved_km(1e-3) - moved_km(1e-4));
    assert!((0.05..0.8).contains(&share), "{share}");
    assert_eq!(along_track_sigma_km(&weak, 4.0), along_track_sigma_km(&with(-1e-4), 4.0));
}

/// Catalogues of 2023, and of 2026 for stationary satellites: robust deviations along R and N of the class, at the middle of each bin of a day.
#[test]
fn across_the_track_it_is_near_the_measured_differences() {
    let Some(path) = truth::local("covariance_pairwise.csv") else { return };
    let mut tested = 0;
    for row in truth::table(&path) {
        let orbits = match row.text("regime") {
            "LEO 400-600" => orbit(500.0, 0.001, 75.0),
            "LEO 600-800" => orbit(700.0, 0.001, 75.0),
            "LEO 800-2000" => orbit(1000.0, 0.001, 75.0),
            "MEO" => orbit(20_180.0, 0.001, 55.0),
            "GEO" => orbit(35_786.0, 0.001, 5.0),
            _ => continue,
        };
        // Stationary satellites that are kept in their places; elsewhere whole catalogues.
        let source = if row.text("regime") == "GEO" { "celestrak" } else { "keeptrack" };
        if row.text("source") != source || row.number("n") < 100.0 {
            continue;
        }
        let from: f64 = row.text("dt_days_bin").split_once('-').unwrap().0.parse().unwrap();
        let sigmas_km = covariance(&orbits, from + 0.5).sigmas_km();
        for (axis, column) in [(0, "robust_sigma_R_m"), (2, "robust_sigma_N_m")] {
            let ratio = sigmas_km[axis] / (0.001 * row.number(column));
            println!("{} at {from} d, {column}: model {ratio:.2} times that", row.text("regime"));
            assert!((0.5..5.0).contains(&ratio), "{} at {from} d, {column}: {ratio}", row.text("regime"));
            tested += 1;
        }
    }
    assert!(tested >= 20, "{tested}");
}
