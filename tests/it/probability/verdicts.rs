//! What an operator is told, and what must never be kept back.

use alliedsky::ssa::probability::{Encounter, Risk, Thresholds, Verdict, assess, plane};
use nalgebra::{Matrix3, Vector3};
use proptest::prelude::*;

use super::near;

/// An encounter across round errors: miss and error in m, radius 10 m.
fn encounter(miss_m: f64, sigma_m: f64) -> Encounter {
    Encounter {
        miss_km: Vector3::new(miss_m * 1e-3, 0.0, 0.0),
        rel_velocity_km_s: Vector3::new(0.0, 0.0, 12.0),
        covariance_km2: Matrix3::identity() * (sigma_m * 1e-3).powi(2),
        hbr_km: 0.01,
        shorter_period_s: Some(5700.0),
    }
}

fn told(encounter: &Encounter) -> Risk {
    assess(encounter, &Thresholds::default())
}

#[test]
fn the_four_verdicts() {
    let verdict = |miss_m, sigma_m| told(&encounter(miss_m, sigma_m)).verdict;
    assert_eq!(verdict(100.0, 100.0), Verdict::Act);
    assert_eq!(verdict(2000.0, 1000.0), Verdict::Watch);
    assert_eq!(verdict(5000.0, 400.0), Verdict::Negligible);
    // 300 m off, and errors of 30 km: improbable because nothing is known.
    let diluted = told(&encounter(300.0, 30_000.0));
    assert!(diluted.pc.unwrap() < 1e-7 && diluted.pc_max.unwrap() > 1e-4 && diluted.is_diluted);
    assert_eq!(diluted.verdict.as_str(), "diluted: better data needed");
    // As improbable, but no size of errors makes it one to act on.
    assert_eq!(verdict(9000.0, 30_000.0), Verdict::Negligible);
    assert_eq!(verdict(9.0, 100.0), Verdict::Act);
    let words =
        [Verdict::Negligible, Verdict::Diluted, Verdict::Watch, Verdict::Act].map(|verdict| verdict.to_string());
    assert_eq!(words, ["negligible", "diluted: better data needed", "watch", "act"]);
}

#[test]
fn thresholds_are_the_user_s() {
    let risk = |watch, act| assess(&encounter(2000.0, 1000.0), &Thresholds { watch, act });
    let pc = risk(0.0, 0.0).pc.unwrap();
    assert_eq!(risk(pc, 2.0 * pc).verdict, Verdict::Watch);
    assert_eq!(risk(pc / 2.0, pc).verdict, Verdict::Act);
    assert_eq!(risk(2.0 * pc, 3.0 * pc).verdict, Verdict::Negligible);
    assert_eq!(risk(f64::NAN, f64::NAN).verdict, Verdict::Act);
}

#[test]
fn what_is_not_known_is_never_negligible() {
    let mut docked = encounter(300.0, 100.0);
    docked.rel_velocity_km_s.z = 0.001;
    assert_eq!(told(&docked).verdict, Verdict::Watch);
    docked.miss_km.x = 0.005;
    assert_eq!(told(&docked).verdict, Verdict::Act);
    let mut unknown = encounter(300.0, 100.0);
    unknown.covariance_km2.fill(f64::NAN);
    assert_eq!(told(&unknown).verdict, Verdict::Watch);
    unknown.miss_km.x = 0.0;
    assert_eq!(told(&unknown).verdict, Verdict::Act);
    // 20 km of error along the orbit, 1.2 km off: the number would be negligible, were it one.
    let mut curved = encounter(1200.0, 100.0);
    curved.covariance_km2[(1, 1)] = 400.0;
    let risk = told(&curved);
    assert!(risk.pc.unwrap() < 1e-30 && risk.is_curved);
    assert_eq!(risk.verdict, Verdict::Diluted);
    curved.shorter_period_s = None;
    assert!(!told(&curved).is_curved);
}

/// Six standard deviations of 20 km along the orbit bend by 120²/(2·6870) = 1.05 km: with six of 100 m nothing is 5 km off.
/// So it is with good data, whatever the distance.
#[test]
fn where_no_bent_error_reaches_the_number_stands() {
    let mut far = encounter(5000.0, 100.0);
    far.covariance_km2[(1, 1)] = 400.0;
    let risk = told(&far);
    assert!(!risk.is_curved);
    assert_eq!(risk.verdict, Verdict::Negligible);
    for miss_m in [3000.0, 40_000.0, 900_000.0] {
        assert_eq!(told(&encounter(miss_m, 5.0)).verdict, Verdict::Negligible, "{miss_m} m off, errors of 5 m");
    }
}

#[test]
fn a_negligible_event_outside_the_dilution_region_needs_errors_three_times_as_large_to_act_on() {
    let mut checked = 0;
    for step in 0..200 {
        let sigma_m = 100.0 * 1.02_f64.powi(step);
        let near_miss = encounter(500.0, sigma_m);
        let risk = told(&near_miss);
        if risk.verdict == Verdict::Negligible && risk.pc_max.unwrap() >= 1e-4 {
            assert!(risk.pc_max_scale.unwrap() > 3.0, "{sigma_m}: {risk:?}");
            checked += 1;
        }
    }
    assert!(checked > 3, "{checked}");
}

#[test]
fn chan_s_number_appears_only_where_it_is_valid() {
    assert!(told(&encounter(300.0, 101.0)).pc_chan.is_some());
    assert_eq!(told(&encounter(300.0, 99.0)).pc_chan, None);
    let risk = told(&encounter(300.0, 150.0));
    near(risk.pc_chan.unwrap(), risk.pc.unwrap(), 1e-8, "exact for round errors");
}

proptest! {
    #[test]
    fn the_choice_of_axes_does_not_matter(
        turn in prop::array::uniform3(-3.0..3.0_f64), miss in prop::array::uniform3(-2.0..2.0_f64),
        sigmas in prop::array::uniform3(0.05..1.5_f64), tilt in prop::array::uniform3(-3.0..3.0_f64),
    ) {
        let rotation = |v: [f64; 3]| *nalgebra::Rotation3::new(Vector3::from(v)).matrix();
        let spread = rotation(tilt) * Matrix3::from_diagonal(&Vector3::from(sigmas.map(|s| s * s))) * rotation(tilt).transpose();
        let one = Encounter {
            miss_km: Vector3::from(miss),
            rel_velocity_km_s: Vector3::new(3.0, -7.0, 5.0),
            covariance_km2: spread,
            hbr_km: 0.012,
            shorter_period_s: Some(6000.0),
        };
        let axes = rotation(turn);
        let other = Encounter {
            miss_km: axes * one.miss_km,
            rel_velocity_km_s: axes * one.rel_velocity_km_s,
            covariance_km2: axes * one.covariance_km2 * axes.transpose(),
            ..one
        };
        let (a, b) = (plane(&one).unwrap(), plane(&other).unwrap());
        prop_assert!((a.sigma_minor_km / b.sigma_minor_km - 1.0).abs() < 1e-9);
        prop_assert!((a.miss_km() - b.miss_km()).abs() < 1e-12);
        // The least distance by search along the straight line, and its time.
        let at = |time_s: f64| (one.miss_km + one.rel_velocity_km_s * time_s).norm();
        prop_assert!((at(a.to_closest_s) - a.miss_km()).abs() < 1e-12);
        prop_assert!(at(a.to_closest_s - 0.01) > a.miss_km() && at(a.to_closest_s + 0.01) > a.miss_km());
        let (a, b) = (told(&one), told(&other));
        prop_assume!(a.pc.is_some());
        let (pa, pb) = (a.pc.unwrap(), b.pc.unwrap());
        prop_assert!((pa - pb).abs() <= 1e-7 * pa || pa < 1e-100, "{:e}, {:e}", pa, pb);
    }
}
