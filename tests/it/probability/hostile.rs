//! Any input has an answer: never a number that is none, never a panic.

use alliedsky::astro::frame::{State, Teme};
use alliedsky::ssa::probability::{
    Encounter, NotComputable, PcMethod, Risk, Thresholds, Verdict, assess, socrates_maximum,
};
use nalgebra::{Matrix3, Vector3};
use proptest::array::{uniform3, uniform9};
use proptest::prelude::*;

/// Numbers as they come from broken files.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0_f64,
        2 => 1e-6..1e-2_f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e300,
            -1e300, 1e150, 1e-150, 1e-300,
        ]),
    ]
}

/// Sound, or broken in one place out of many.
fn mostly(sound: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
    prop_oneof![30 => sound, 1 => number()]
}

fn check(risk: &Risk) -> Result<(), TestCaseError> {
    let numbers = [risk.pc, risk.pc_chan, risk.pc_max, risk.pc_max_scale, risk.mahalanobis];
    prop_assert!(numbers.iter().flatten().all(|number| number.is_finite() && *number >= 0.0), "{:?}", risk);
    prop_assert!([risk.pc, risk.pc_chan, risk.pc_max].iter().flatten().all(|pc| *pc <= 1.0), "{:?}", risk);
    if risk.pc_method == PcMethod::Foster2d {
        prop_assert!(risk.pc.unwrap() <= risk.pc_max.unwrap() && risk.pc_max_scale.is_some(), "{:?}", risk);
        prop_assert!(risk.plane.is_some() && risk.mahalanobis.is_some());
    } else {
        prop_assert!(risk.pc.is_none() && risk.pc_max.is_none() && risk.pc_chan.is_none(), "{:?}", risk);
        prop_assert!(risk.verdict >= Verdict::Watch && !risk.is_diluted, "{:?}", risk);
        prop_assert!(risk.pc_method.to_string().starts_with("not computable: "));
    }
    Ok(())
}

/// L·Lᵀ: a covariance as it should be, nearly flat ones included.
fn covariance(l: [f64; 6]) -> Matrix3<f64> {
    let root = Matrix3::new(l[0], 0.0, 0.0, l[1], l[2], 0.0, l[3], l[4], l[5]);
    root * root.transpose()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn anything_at_all(
        miss in uniform3(number()), velocity in uniform3(number()), covariance in uniform9(number()),
        hbr_km in number(), period in prop::option::of(number()), thresholds in (number(), number()),
    ) {
        let encounter = Encounter {
            miss_km: Vector3::from(miss),
            rel_velocity_km_s: Vector3::from(velocity),
            covariance_km2: Matrix3::from_row_slice(&covariance),
            hbr_km,
            shorter_period_s: period,
        };
        check(&assess(&encounter, &Thresholds { watch: thresholds.0, act: thresholds.1 }))?;
    }

    #[test]
    fn nearly_sound(
        miss in uniform3(mostly(-5.0..5.0)), velocity in uniform3(mostly(-8.0..8.0)),
        roots in prop::array::uniform6(mostly(-1.0..1.0)), size in -8.0..4.0_f64,
        hbr_km in mostly(0.001..0.03), period in prop::option::of(mostly(5000.0..90_000.0)),
    ) {
        let encounter = Encounter {
            miss_km: Vector3::from(miss),
            rel_velocity_km_s: Vector3::from(velocity),
            covariance_km2: covariance(roots.map(|root| root * 10.0_f64.powf(size))),
            hbr_km,
            shorter_period_s: period,
        };
        check(&assess(&encounter, &Thresholds::default()))?;
    }

    #[test]
    fn states_of_any_kind_for_socrates(states in uniform3(uniform3(number())), near in uniform3(number()), hbr_km in number()) {
        let primary: State<Teme> = State::new(Vector3::from(states[0]) * 1e3, Vector3::from(states[1]));
        let secondary = State::new(primary.position_km + Vector3::from(near), Vector3::from(states[2]));
        if let Some(maximum) = socrates_maximum(&primary, &secondary, hbr_km) {
            prop_assert!((0.0..=1.0).contains(&maximum.pc_max), "{:?}", maximum);
            prop_assert!(maximum.dilution_km.is_finite() && maximum.dilution_km >= 0.0, "{:?}", maximum);
            prop_assert!((1.0..=3.0).contains(&maximum.aspect_ratio), "{:?}", maximum);
        }
    }
}

/// A sound encounter: 1 km off at 10 km/s, errors of 300 m and 1 km.
fn sound() -> Encounter {
    Encounter {
        miss_km: Vector3::new(0.6, 0.8, 0.0),
        rel_velocity_km_s: Vector3::new(0.0, 0.0, 10.0),
        covariance_km2: Matrix3::from_diagonal(&Vector3::new(0.09, 1.0, 0.09)),
        hbr_km: 0.01,
        shorter_period_s: Some(5800.0),
    }
}

#[test]
fn each_reason_has_its_words() {
    let reason = |change: &dyn Fn(&mut Encounter)| {
        let mut encounter = sound();
        change(&mut encounter);
        assess(&encounter, &Thresholds::default()).pc_method.to_string()
    };
    assert_eq!(reason(&|_| ()), "foster-2d");
    assert_eq!(reason(&|e| e.miss_km.x = f64::NAN), "not computable: not finite");
    assert_eq!(reason(&|e| e.covariance_km2[(1, 1)] = f64::INFINITY), "not computable: not finite");
    assert_eq!(reason(&|e| e.shorter_period_s = Some(f64::NAN)), "not computable: not finite");
    assert_eq!(reason(&|e| e.hbr_km = 0.0), "not computable: no hard-body radius");
    assert_eq!(reason(&|e| e.hbr_km = -0.01), "not computable: no hard-body radius");
    assert_eq!(reason(&|e| e.rel_velocity_km_s = Vector3::zeros()), "not computable: slow encounter");
    assert_eq!(reason(&|e| e.rel_velocity_km_s.z = 0.009_99), "not computable: slow encounter");
    // 0.3 km at 0.0102 km/s last 29.4 s, more than 0.5 % of 5800 s, less than that of 5900 s.
    assert_eq!(reason(&|e| e.rel_velocity_km_s.z = 0.0102), "not computable: slow encounter");
    assert_eq!(reason(&|e| (e.rel_velocity_km_s.z, e.shorter_period_s) = (0.0102, Some(5900.0))), "foster-2d");
    assert_eq!(reason(&|e| (e.rel_velocity_km_s.z, e.shorter_period_s) = (0.0102, None)), "foster-2d");
    assert_eq!(reason(&|e| e.covariance_km2.fill(0.0)), "not computable: covariance not positive definite");
    assert_eq!(reason(&|e| e.covariance_km2[(0, 0)] = -0.01), "not computable: covariance not positive definite");
    assert_eq!(reason(&|e| e.covariance_km2[(2, 2)] = -0.01), "not computable: covariance not positive definite");
    assert_eq!(reason(&|e| e.covariance_km2[(0, 1)] = 0.1), "not computable: covariance not positive definite");
    assert_eq!(reason(&|e| e.miss_km = Vector3::new(0.006, 0.008, 0.0)), "not computable: miss below radius");
    // What is not known along the relative velocity does not matter in the plane.
    assert_eq!(reason(&|e| e.covariance_km2[(2, 2)] = 0.0), "foster-2d");
    assert_eq!(PcMethod::NotComputable(NotComputable::Slow).to_string(), "not computable: slow encounter");
}
