//! When slow pairs are nearest, against polynomials fitted to their distance.

use alliedsky::astro::propagator::Propagator;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use nalgebra::{DMatrix, DVector};

use super::{of_kind, screened, snapshot_2018, window};

const HALF_S: f64 = 900.0;
const SAMPLES: usize = 361;
const TERMS: usize = 17;

/// Seconds from the TCA of a row to the minimum of the squared distance over half an hour, fitted with Chebyshev
/// polynomials: rounding of the single positions averages out.
fn off_s(row: &Conjunction, propagators: [&Propagator; 2]) -> f64 {
    let squared_km2 = |by_s: f64| {
        let [a, b] = propagators.map(|p| p.state(p.offset_s(row.tca) + by_s).unwrap().position_km);
        (b - a).norm_squared()
    };
    let share = |k: usize| 2.0 * k as f64 / (SAMPLES - 1) as f64 - 1.0;
    let term = |n: usize, x: f64| (n as f64 * x.acos()).cos();
    let design = DMatrix::from_fn(SAMPLES, TERMS, |k, n| term(n, share(k)));
    let samples = DVector::from_fn(SAMPLES, |k, _| squared_km2(share(k) * HALF_S));
    let fitted = design.svd(true, true).solve(&samples, 1e-14).unwrap();
    // dT_n/dx = n·sin(n·θ)/sin θ, x = cos θ.
    let rate = |x: f64| -> f64 {
        let angle = x.acos();
        (1..TERMS).map(|n| fitted[n] * n as f64 * (n as f64 * angle).sin() / angle.sin()).sum()
    };
    let (mut x, step) = (0.0, 1e-3);
    for _ in 0..5 {
        x -= rate(x) * 2.0 * step / (rate(x + step) - rate(x - step));
    }
    x * HALF_S
}

#[test]
fn slow_pairs_are_nearest_when_a_fit_over_half_an_hour_says() {
    let elements = snapshot_2018();
    let day = window("2018-01-21T00:00:00Z", 86_400);
    let screening = screened(&elements, day, 60.0);
    let propagator = |id| Propagator::new(elements.iter().find(|set| set.norad_id == id).unwrap()).unwrap();
    let mut checked = 0;
    for row in of_kind(&screening, Kind::Companion) {
        if row.tca == day.start || row.tca == day.end {
            continue;
        }
        let off_s = off_s(row, [&propagator(row.primary_id), &propagator(row.secondary_id)]);
        println!("{} {}: {} km/s, {off_s:.1e} s", row.primary_id, row.secondary_id, row.rel_speed_km_s);
        assert!(off_s.abs() < 1e-3, "{} {}: off by {off_s} s", row.primary_id, row.secondary_id);
        checked += 1;
    }
    assert!(checked >= 4, "{checked}");
}
