//! Every method on 100 000 encounters, over all cores and on one.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use alliedsky::astro::frame::{State, Teme};
use alliedsky::ssa::probability::{Encounter, Thresholds, assess, socrates_maximum};
use nalgebra::{Matrix3, Vector3};
use rayon::prelude::*;

fn main() {
    divan::main();
}

const EVENTS: u32 = 100_000;

/// The next of a fixed row of numbers below one (Knuth's MMIX generator).
fn next(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    f64::from((*seed >> 40) as u32) / f64::from(1_u32 << 24)
}

/// Two states that pass each other within 5 km, and the encounter they make with errors as element sets have them.
fn events() -> Vec<(State<Teme>, State<Teme>, Encounter)> {
    let mut seed = 1;
    let mut between = |low: f64, high: f64| low + (high - low) * next(&mut seed);
    let mut event = || {
        let position_km = Vector3::new(6900.0, 0.0, 0.0);
        let mut velocity = || {
            let (sine, cosine) = between(0.0, std::f64::consts::TAU).sin_cos();
            Vector3::new(between(-0.05, 0.05), 7.6 * cosine, 7.6 * sine)
        };
        let (first, second) = (velocity(), velocity());
        let along = (second - first).normalize();
        let across = Vector3::new(between(-1.0, 1.0), between(-1.0, 1.0), between(-1.0, 1.0)).cross(&along);
        let miss_km = across.normalize() * between(0.0, 5.0);
        let growth = 10.0_f64.powf(between(-1.0, 1.5));
        let sigmas = Vector3::new(0.1, 0.5 * growth, 0.1);
        let spread = |velocity_km_s: Vector3<f64>| {
            let normal = Vector3::x().cross(&velocity_km_s).normalize();
            let axes = Matrix3::from_columns(&[Vector3::x(), normal.cross(&Vector3::x()), normal]);
            axes * Matrix3::from_diagonal(&sigmas.component_mul(&sigmas)) * axes.transpose()
        };
        let encounter = Encounter {
            miss_km,
            rel_velocity_km_s: second - first,
            covariance_km2: spread(first) + spread(second),
            hbr_km: between(0.002, 0.03),
            shorter_period_s: Some(5700.0),
        };
        (State::new(position_km, first), State::new(position_km + miss_km, second), encounter)
    };
    (0..EVENTS).map(|_| event()).collect()
}

/// The probability, Chan's, the maximum over scales, the verdict, and SOCRATES' maximum.
fn all_methods((primary, secondary, encounter): &(State<Teme>, State<Teme>, Encounter)) -> f64 {
    let risk = assess(encounter, &Thresholds::default());
    let socrates = socrates_maximum(primary, secondary, encounter.hbr_km);
    risk.pc_max.unwrap_or(0.0) + socrates.map_or(0.0, |maximum| maximum.pc_max)
}

#[divan::bench(sample_count = 3)]
fn all_methods_on_all_cores(bencher: divan::Bencher<'_, '_>) {
    let events = events();
    bencher.bench_local(|| events.par_iter().map(all_methods).sum::<f64>());
}

#[divan::bench(sample_count = 3)]
fn all_methods_on_one_core(bencher: divan::Bencher<'_, '_>) {
    let events = events();
    bencher.bench_local(|| events.iter().map(all_methods).sum::<f64>());
}
