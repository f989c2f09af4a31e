//! The orbit after a burn.

use alliedsky::astro::burn::{Burn, BurnError};
use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::{State, Teme, rtn_axes};
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::plus_seconds;
use nalgebra::{Vector3, Vector6};

use super::{of, snapshot};

fn burn(elements: &Elements, after_s: f64, delta_v_rtn_m_s: [f64; 3]) -> Burn {
    Burn { time: plus_seconds(elements.epoch, after_s), delta_v_rtn_m_s: Vector3::from(delta_v_rtn_m_s) }
}

fn state(elements: &Elements, burn: &Burn, days: f64) -> State<Teme> {
    Propagator::new(elements).unwrap().state_at(plus_seconds(burn.time, days * 86_400.0)).unwrap()
}

/// Where the second set is after some days on the axes of the first, km.
fn apart_km(one: &Elements, other: &Elements, burn: &Burn, days: f64) -> Vector3<f64> {
    let (a, b) = (state(one, burn, days), state(other, burn, days));
    rtn_axes(&a) * (b.position_km - a.position_km)
}

#[test]
fn the_velocity_changes_and_the_position_does_not() {
    // Low, sun-synchronous, navigation, and eccentric orbits.
    for id in [25_544, 39_766, 33_591, 41_328, 25_485] {
        let elements = of(id);
        for delta_v_rtn_m_s in [[0.0, 0.1, 0.0], [-0.5, 0.0, 0.0], [0.0, 0.0, 2.0], [3.0, -10.0, 1.0]] {
            let burn = burn(&elements, 50_000.0, delta_v_rtn_m_s);
            let after = burn.applied_to(&elements).unwrap();
            let unburnt = Burn { delta_v_rtn_m_s: Vector3::zeros(), ..burn }.applied_to(&elements).unwrap();
            let [old, still, new] = [&elements, &unburnt, &after].map(|elements| state(elements, &burn, 0.0));
            assert!((new.position_km - old.position_km).norm() < 0.05, "{id} {delta_v_rtn_m_s:?}");
            // Both are made anew in the same way.
            assert!((new.position_km - still.position_km).norm() < 1e-5, "{id} {delta_v_rtn_m_s:?}");
            let change_m_s = rtn_axes(&old) * (new.velocity_km_s - still.velocity_km_s) * 1000.0;
            assert!((change_m_s - burn.delta_v_rtn_m_s).norm() < 1e-3, "{id}: {change_m_s} for {delta_v_rtn_m_s:?}");
            assert_eq!((after.epoch, after.bstar, after.norad_id), (burn.time, elements.bstar, elements.norad_id));
        }
    }
}

#[test]
fn no_burn_gives_back_the_track() {
    let mut worst_km = Vec::new();
    for elements in snapshot().iter().filter(|elements| elements.perigee_km() > 450.0) {
        let burn = burn(elements, 100_000.0, [0.0; 3]);
        let Ok(after) = burn.applied_to(elements) else { panic!("{} has no elements", elements.norad_id) };
        let off_km = [0.5, 1.0, 1.5, 2.0, 3.0].map(|days| apart_km(elements, &after, &burn, days).norm());
        worst_km.push((off_km.into_iter().fold(0.0, f64::max), elements.norad_id));
    }
    worst_km.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |share: f64| worst_km[((worst_km.len() - 1) as f64 * share) as usize].0;
    println!("{} sets: {} {} {} {:?}", worst_km.len(), at(0.5), at(0.9), at(0.99), worst_km.last());
    assert!(at(0.5) < 0.001 && at(0.9) < 0.05 && at(0.99) < 0.5 && at(1.0) < 5.0);
}

/// Gravity of a point with J2, km/s² (Vallado, *Fundamentals*, 4th edition, eq. 8-30 with the WGS-72 constants of SGP4).
fn pull(r: &Vector3<f64>) -> Vector3<f64> {
    const MU: f64 = 398_600.8;
    const J2: f64 = 1.082_616e-3;
    const RADIUS_KM: f64 = 6378.135;
    let radius = r.norm();
    let share = 1.5 * J2 * (RADIUS_KM / radius).powi(2);
    let tilt = 5.0 * (r.z / radius).powi(2);
    let factor = Vector3::new(1.0 + share * (1.0 - tilt), 1.0 + share * (1.0 - tilt), 1.0 + share * (3.0 - tilt));
    -r.component_mul(&factor) * MU / radius.powi(3)
}

/// A state some seconds later under that gravity, by the classical Runge-Kutta method of the fourth order.
fn integrated(state: &State<Teme>, seconds: f64) -> Vector3<f64> {
    let mut y = Vector6::zeros();
    y.fixed_rows_mut::<3>(0).copy_from(&state.position_km);
    y.fixed_rows_mut::<3>(3).copy_from(&state.velocity_km_s);
    let rate = |y: &Vector6<f64>| {
        let a = pull(&y.fixed_rows::<3>(0).into_owned());
        Vector6::new(y[3], y[4], y[5], a.x, a.y, a.z)
    };
    let steps = (seconds / 5.0).ceil();
    let h = seconds / steps;
    for _ in 0..steps as usize {
        let k1 = rate(&y);
        let k2 = rate(&(y + k1 * (h / 2.0)));
        let k3 = rate(&(y + k2 * (h / 2.0)));
        let k4 = rate(&(y + k3 * h));
        y += (k1 + 2.0 * k2 + 2.0 * k3 + k4) * (h / 6.0);
    }
    y.fixed_rows::<3>(0).into_owned()
}

#[test]
fn burns_move_a_satellite_as_numerical_integration_says() {
    // What a burn changes, not where the satellite is: drag, other harmonics and SGP4's own errors are in both tracks.
    for id in [39_766, 33_591, 41_328, 36_744] {
        let elements = of(id);
        for delta_v_rtn_m_s in [[0.0, 0.2, 0.0], [0.0, -0.2, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.5]] {
            let burn = burn(&elements, 3000.0, delta_v_rtn_m_s);
            // Over the equator SGP4 has no mean elements for every state.
            let Ok(after) = burn.applied_to(&elements) else {
                assert!(id == 36_744 && delta_v_rtn_m_s[2] != 0.0, "{id}: {delta_v_rtn_m_s:?}");
                continue;
            };
            let old = state(&elements, &burn, 0.0);
            let kicked = State::new(
                old.position_km,
                old.velocity_km_s + rtn_axes(&old).transpose() * burn.delta_v_rtn_m_s / 1000.0,
            );
            for days in [0.05, 0.5, 1.5] {
                let axes = rtn_axes(&state(&elements, &burn, days));
                let seconds = days * 86_400.0;
                let expected = axes * (integrated(&kicked, seconds) - integrated(&old, seconds));
                let found = apart_km(&elements, &after, &burn, days);
                let off_km = (found - expected).norm();
                println!("{id} {delta_v_rtn_m_s:?} {days} d: {:.4} km, off {off_km:.4}", expected.norm());
                assert!(off_km < 0.02 + 0.02 * expected.norm(), "{id}: {found} for {expected} after {days} days");
            }
        }
    }
}

/// Geostationary satellites, inclined by hundredths of a degree: whatever has mean elements is found, and moves nearly as
/// numerical integration says; SGP4's terms of Sun and Moon, which turn with the node there, are off by up to 3 km in a day.
/// That some states have none is SGP4's too: a search from many starts on python-sgp4 found them for 86 of these 96 burns.
#[test]
fn burns_over_the_equator() {
    let (mut tried, mut off_km) = (0, Vec::new());
    for id in [36_744, 40_267, 41_836, 41_866] {
        let elements = of(id);
        assert!(elements.inclination_deg < 0.2, "{id}: {}", elements.inclination_deg);
        for after_s in [-25_920.0, 8640.0, 25_920.0, 53_568.0] {
            for delta_v_rtn_m_s in
                [[0.0; 3], [0.0, 0.2, 0.0], [0.0, 0.0, 0.5], [0.0, 0.0, -0.5], [0.0, 0.0, 3.0], [0.0, 0.0, -3.0]]
            {
                let burn = burn(&elements, after_s, delta_v_rtn_m_s);
                tried += 1;
                let Ok(after) = burn.applied_to(&elements) else { continue };
                assert!(apart_km(&elements, &after, &burn, 0.0).norm() < 0.05, "{id} {after_s} s {delta_v_rtn_m_s:?}");
                let old = state(&elements, &burn, 0.0);
                let change_km_s = rtn_axes(&old).transpose() * burn.delta_v_rtn_m_s / 1000.0;
                let kicked = State::new(old.position_km, old.velocity_km_s + change_km_s);
                let seconds = 0.8 * 86_400.0;
                let axes = rtn_axes(&state(&elements, &burn, 0.8));
                let expected = axes * (integrated(&kicked, seconds) - integrated(&old, seconds));
                off_km.push((apart_km(&elements, &after, &burn, 0.8) - expected).norm());
            }
        }
    }
    off_km.sort_by(f64::total_cmp);
    let (found, median_km, most_km) = (off_km.len(), off_km[off_km.len() / 2], off_km[off_km.len() - 1]);
    println!("{found} of {tried}, off by {median_km} km, at most {most_km}");
    assert!(tried == 96 && found >= 82 && median_km < 0.3 && most_km < 3.5, "{found} of {tried}: {off_km:?}");
}

#[test]
fn a_burn_along_the_track_drifts_as_hill_says() {
    // Clohessy and Wiltshire (1960): after whole revolutions a change dv along the track has moved the satellite by
    // 3 dv t backwards, and after half a revolution by 4 dv / n upwards.
    let elements = of(33_591);
    let (turn_s, dv_m_s) = (60.0 * elements.period_min(), 0.1);
    let motion = std::f64::consts::TAU / turn_s;
    let burn = burn(&elements, 0.0, [0.0, dv_m_s, 0.0]);
    let after = burn.applied_to(&elements).unwrap();
    for turns in [1.0, 5.0, 14.0] {
        let along_km = apart_km(&elements, &after, &burn, turns * turn_s / 86_400.0).y;
        let expected_km = -3.0 * dv_m_s * 1e-3 * turns * turn_s;
        assert!((along_km / expected_km - 1.0).abs() < 0.02, "{turns}: {along_km} for {expected_km}");
    }
    let up_km = apart_km(&elements, &after, &burn, 0.5 * turn_s / 86_400.0).x;
    let expected_km = 4.0 * dv_m_s * 1e-3 / motion;
    assert!((up_km / expected_km - 1.0).abs() < 0.02, "{up_km} for {expected_km}");
}

#[test]
fn what_leaves_no_orbit_is_told() {
    let elements = of(33_591);
    let try_burn = |after_s: f64, delta_v| burn(&elements, after_s, delta_v).applied_to(&elements);
    assert_eq!(try_burn(0.0, [0.0, 4500.0, 0.0]), Err(BurnError::NoOrbit));
    assert_eq!(try_burn(0.0, [0.0, -7000.0, 0.0]), Err(BurnError::NoOrbit));
    assert!(matches!(try_burn(4e9, [0.0, 0.1, 0.0]), Err(BurnError::NoState(_))));
    assert!(try_burn(0.0, [f64::NAN, 0.0, 0.0]).is_err());
    assert!(try_burn(0.0, [f64::INFINITY, 0.0, 0.0]).is_err());
}
