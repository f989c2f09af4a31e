//! Orbits from ephemeris messages, against an integration in Python and Skyfield's frames.

use alliedsky::astro::elements::MU_WGS72_KM3_S2;
use alliedsky::astro::frame::EarthOrientation;
use alliedsky::astro::trajectory::NoTrajectory;
use alliedsky::format::oem::{Oem, OemCovariance, read_oem};
use alliedsky::ssa::covariance::Source;
use alliedsky::ssa::given_orbit::{GivenOrbit, GivenOrbitError};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

use crate::truth;

fn message(frame: &str) -> Oem {
    let bytes = truth::bytes(&truth::data(&format!("ephemeris/iss_{frame}.oem")));
    read_oem("iss.oem", &bytes, 1 << 24).unwrap()
}

fn orbit(oem: &Oem) -> Result<GivenOrbit, GivenOrbitError> {
    GivenOrbit::of_oem("iss.oem", oem, |_| EarthOrientation::default())
}

fn midnight() -> DateTime<Utc> {
    "2018-01-21T00:00:00Z".parse().unwrap()
}

/// The farthest that an orbit is from the truth between its states, km and km/s.
fn farthest(orbit: &GivenOrbit) -> (f64, f64) {
    let rows = truth::table(&truth::data("ephemeris/iss_between.csv"));
    assert_eq!(rows.len(), 135);
    let offset_s = (midnight() - orbit.trajectory.zero()).as_seconds_f64();
    rows.iter().fold((0.0, 0.0), |(place, speed): (f64, f64), row| {
        let state = orbit.trajectory.state(row.number("time_s") + offset_s).unwrap();
        let three = |names: [&str; 3]| Vector3::from(names.map(|name| row.number(name)));
        let r = three(["x_km", "y_km", "z_km"]) - Vector3::new(state[0], state[1], state[2]);
        let v = three(["vx_km_s", "vy_km_s", "vz_km_s"]) - Vector3::new(state[3], state[4], state[5]);
        (place.max(r.norm()), speed.max(v.norm()))
    })
}

#[test]
fn between_states_four_minutes_apart_it_is_good_to_centimetres() {
    let (place_km, speed_km_s) = farthest(&orbit(&message("teme")).unwrap());
    assert!(place_km < 3e-5, "{place_km} km");
    assert!(speed_km_s < 1e-6, "{speed_km_s} km/s");
}

#[test]
fn inertial_and_earth_fixed_axes_lead_to_the_same_place() {
    // The nutation theories of 1980 and 2000 differ by hundredths of an arc second: metres in low orbit.
    for frame in ["gcrf", "itrf"] {
        let (place_km, speed_km_s) = farthest(&orbit(&message(frame)).unwrap());
        assert!(place_km < 5e-3, "{frame}: {place_km} km");
        assert!(speed_km_s < 1e-5, "{frame}: {speed_km_s} km/s");
    }
}

#[test]
fn missing_states_are_a_gap_and_not_bridged() {
    let mut oem = message("teme");
    // Without the states from minute 40 to 76 the seventh degree spans three quarters of an hour.
    oem.segments[0].states.drain(10..20);
    let orbit = orbit(&oem).unwrap();
    let state_at = |minutes: i64| {
        let time = midnight() + TimeDelta::minutes(minutes);
        orbit.trajectory.covered(alliedsky::astro::time::Window::new(time, TimeDelta::seconds(1))).seconds()
    };
    assert!(state_at(30) > 0.0 && state_at(100) > 0.0);
    for inside in [37, 45, 60, 75, 79] {
        assert_eq!(state_at(inside), 0.0, "minute {inside}");
    }
}

#[test]
fn useable_times_are_kept_to() {
    let mut oem = message("teme");
    oem.segments[0].useable_start_time = Some(midnight() + TimeDelta::minutes(13));
    oem.segments[0].useable_stop_time = Some(midnight() + TimeDelta::minutes(99));
    let orbit = orbit(&oem).unwrap();
    assert_eq!(orbit.trajectory.ends(), [13, 99].map(|minutes| midnight() + TimeDelta::minutes(minutes)));
    let (place_km, _) = farthest_within(&orbit, 13.0 * 60.0, 99.0 * 60.0);
    assert!(place_km < 3e-5, "{place_km} km");
}

fn farthest_within(orbit: &GivenOrbit, from_s: f64, to_s: f64) -> (f64, usize) {
    let rows = truth::table(&truth::data("ephemeris/iss_between.csv"));
    let offset_s = (midnight() - orbit.trajectory.zero()).as_seconds_f64();
    let inside = rows.iter().filter(|row| (from_s..=to_s).contains(&row.number("time_s")));
    inside.fold((0.0, 0), |(place, count): (f64, usize), row| {
        let state = orbit.trajectory.state(row.number("time_s") + offset_s).unwrap();
        let truth = Vector3::new(row.number("x_km"), row.number("y_km"), row.number("z_km"));
        (place.max((truth - Vector3::new(state[0], state[1], state[2])).norm()), count + 1)
    })
}

#[test]
fn a_second_segment_takes_over_where_its_useable_time_begins() {
    let mut oem = message("teme");
    let mut later = oem.segments[0].clone();
    oem.segments[0].states.truncate(30);
    later.states.drain(..20);
    oem.segments.push(later);
    let orbit = orbit(&oem).unwrap();
    let (place_km, count) = farthest_within(&orbit, 0.0, 1e6);
    assert!(place_km < 1e-3 && count == 135, "{place_km} km, {count}");
}

#[test]
fn what_is_no_trajectory_is_refused_with_its_reason() {
    let refused = |change: &dyn Fn(&mut Oem)| {
        let mut oem = message("teme");
        change(&mut oem);
        orbit(&oem).unwrap_err()
    };
    let why = |error: GivenOrbitError| match error {
        GivenOrbitError::NoTrajectory { why, .. } => why,
        other => panic!("{other}"),
    };
    assert_eq!(why(refused(&|oem| oem.segments[0].states.truncate(3))), NoTrajectory::TooFewStates);
    let metres = |oem: &mut Oem| {
        for state in &mut oem.segments[0].states {
            state.position_km = state.position_km.map(|x| x * 1000.0);
            state.velocity_km_s = state.velocity_km_s.map(|v| v * 1000.0);
        }
    };
    assert_eq!(why(refused(&metres)), NoTrajectory::Rough);
    let rotating = |oem: &mut Oem| {
        for state in &mut oem.segments[0].states {
            state.velocity_km_s[0] += 0.5;
        }
    };
    assert_eq!(why(refused(&rotating)), NoTrajectory::Rough);
    let other = refused(&|oem| {
        let mut second = oem.segments[0].clone();
        second.object_id = "2020-001A".to_owned();
        oem.segments.push(second);
    });
    assert!(other.to_string().contains("1998-067A and of 2020-001A"), "{other}");
}

/// A covariance of the position and velocity at midnight, without correlations, on some axes.
fn with_covariance(frame: Option<&str>, sigmas: [f64; 6]) -> GivenOrbit {
    let mut oem = message("teme");
    let mut terms = [0.0; 21];
    for (k, sigma) in sigmas.into_iter().enumerate() {
        terms[k * (k + 1) / 2 + k] = sigma * sigma;
    }
    oem.segments[0].covariances = vec![OemCovariance { epoch: midnight(), frame: frame.map(str::to_owned), terms }];
    orbit(&oem).unwrap()
}

#[test]
fn a_covariance_comes_back_on_the_axes_of_the_orbit() {
    for frame in ["RTN", "RSW"] {
        let found = with_covariance(Some(frame), [0.1, 0.2, 0.3, 0.0, 0.0, 0.0]).covariance(midnight()).unwrap();
        assert!((found.sigmas_km() - Vector3::new(0.1, 0.2, 0.3)).norm() < 1e-8);
        assert_eq!(found.source, Source::Given("iss.oem (2018-01-21T00:00Z)".to_owned()));
    }
    // Nearly a circle: the velocity is T, and N of TNW points down.
    let found = with_covariance(Some("TNW"), [0.1, 0.2, 0.3, 0.0, 0.0, 0.0]).covariance(midnight()).unwrap();
    assert!((found.sigmas_km() - Vector3::new(0.2, 0.1, 0.3)).norm() < 1e-3);
    // A sphere is one on all axes.
    for frame in [None, Some("GCRF"), Some("ITRF2014"), Some("TEME")] {
        let found = with_covariance(frame, [0.1, 0.1, 0.1, 0.0, 0.0, 0.0]).covariance(midnight()).unwrap();
        assert!((found.sigmas_km() - Vector3::repeat(0.1)).norm() < 1e-8, "{frame:?}");
    }
    let oem = {
        let mut oem = message("teme");
        oem.segments[0].covariances =
            vec![OemCovariance { epoch: midnight(), frame: Some("LVLH".to_owned()), terms: [0.0; 21] }];
        oem
    };
    assert!(orbit(&oem).unwrap_err().to_string().contains("COV_REF_FRAME = LVLH"));
}

#[test]
fn an_error_of_the_speed_grows_as_hill_has_it() {
    // Hill's equations (Vallado 4th ed., eq. 6-66) for δv along the track, on a circle with the rate n:
    // radial 2 δv/n (1 − cos nt), along the track δv/n (4 sin nt − 3 nt).
    let orbit = with_covariance(Some("RTN"), [1e-9, 1e-9, 1e-9, 0.0, 1e-6, 0.0]);
    let state = orbit.trajectory.state(0.0).unwrap();
    let radius_km = Vector3::new(state[0], state[1], state[2]).norm();
    let speed_squared = state[3] * state[3] + state[4] * state[4] + state[5] * state[5];
    let semi_major_km = 1.0 / (2.0 / radius_km - speed_squared / MU_WGS72_KM3_S2);
    let n = (MU_WGS72_KM3_S2 / semi_major_km.powi(3)).sqrt();
    for minutes in [10, 60, 170] {
        let sigmas = orbit.covariance(midnight() + TimeDelta::minutes(minutes)).unwrap().sigmas_km();
        let nt = n * 60.0 * minutes as f64;
        let (radial, along) = (2e-6 / n * (1.0 - nt.cos()), 1e-6 / n * (4.0 * nt.sin() - 3.0 * nt));
        // The orbit is no perfect circle, and Hill's equations are those of one.
        let tolerance_km = 0.02 * radial.hypot(along);
        assert!((sigmas.x - radial.abs()).abs() < tolerance_km, "{minutes}: {sigmas} {radial}");
        assert!((sigmas.y - along.abs()).abs() < tolerance_km, "{minutes}: {sigmas} {along}");
    }
}

#[test]
fn an_old_covariance_or_none_is_told_as_such() {
    let none = orbit(&message("teme")).unwrap().covariance(midnight()).unwrap_err();
    assert_eq!(none, "no covariance in iss.oem");
    let old = with_covariance(None, [0.1; 6]).covariance(midnight() + TimeDelta::days(8)).unwrap_err();
    assert!(old.contains("more than a week from TCA"), "{old}");
}

proptest::proptest! {
    #[test]
    fn hostile_numbers_are_refused_or_bounded(
        changes in proptest::collection::vec((0usize..46, 0usize..6, proptest::num::f64::ANY), 1..8),
        shifts in proptest::collection::vec((0usize..46, -400_000_i64..400_000), 0..4),
        ask_s in -1e5..1e5f64,
    ) {
        let mut oem = message("teme");
        let states = &mut oem.segments[0].states;
        for (index, component, value) in changes {
            let state = &mut states[index];
            if component < 3 { state.position_km[component] = value } else { state.velocity_km_s[component - 3] = value }
        }
        for (index, by_ms) in shifts {
            states[index].epoch += TimeDelta::milliseconds(by_ms);
        }
        if let Ok(orbit) = orbit(&oem)
            && let Some(state) = orbit.trajectory.state(ask_s)
        {
            proptest::prop_assert!(state.iter().all(|value| value.is_finite()), "{state:?}");
            let unrest_km = orbit.trajectory.unrest_km(alliedsky::astro::span::Span::new(ask_s, ask_s + 60.0));
            proptest::prop_assert!((0.0..2000.0).contains(&unrest_km), "{unrest_km}");
        }
    }
}
