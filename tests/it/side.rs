//! On which side of its track a satellite has a point, by bearings along the ground.

use alliedsky::astro::crossing::Track;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::ssa::side::{TrackSide, on_side, side_of};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

use crate::sets::{self, CrateOrbit};

/// Earth-fixed direction of an object by the sgp4 crate.
fn direction(orbit: &CrateOrbit, time: DateTime<Utc>) -> Vector3<f64> {
    sets::rotation_at(time).rotate(&orbit.position_km(time).unwrap()).normalize()
}

/// Bearing on a sphere from one direction to another, radians from north through east.
fn bearing(from: &Vector3<f64>, to: &Vector3<f64>) -> f64 {
    let east = Vector3::z().cross(from).normalize();
    let north = from.cross(&east);
    to.dot(&east).atan2(to.dot(&north))
}

/// How far to the left of the track's bearing a point lies, as the sine; nothing within 5 km of the great circle.
fn leftness(orbit: &CrateOrbit, time: DateTime<Utc>, point: &Vector3<f64>) -> Option<f64> {
    let half = TimeDelta::seconds(1);
    let (here, next) = (direction(orbit, time), direction(orbit, time + half));
    let sine = (bearing(&here, &next) - bearing(&here, point)).sin();
    (6371.0 * (sine * here.angle(point).sin()).abs() > 12.0).then_some(sine)
}

#[test]
fn sides_agree_with_bearings_along_the_ground() {
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(6));
    let station = Station::new(Geodetic::new(37.5665, 126.978, 0.04));
    let point = station.position_km.normalize();
    let within = SpanSet::from_spans(vec![Span::new(0.0, window.seconds())]);
    let mut objects = sets::catalogue_2018();
    objects.retain(|elements| elements.period_min() < 130.0);
    let mut compared = 0;
    for elements in objects.iter().step_by(40) {
        let (Ok(propagator), Some(orbit)) = (Propagator::new(elements), CrateOrbit::new(elements)) else { continue };
        let track = Track::new(&propagator, window, &sets::level);
        let Ok(left) = on_side(&track, &station, TrackSide::Left, &within) else { continue };
        let right = on_side(&track, &station, TrackSide::Right, &within).unwrap();
        let inside = |scan: &[alliedsky::astro::crossing::Interval], time_s| {
            scan.iter().any(|interval| interval.span.contains(time_s))
        };
        let sum: f64 = left.intervals.iter().chain(&right.intervals).map(|interval| interval.span.seconds()).sum();
        assert!((sum - window.seconds()).abs() < 1e-3, "{}: the sides share the window", elements.norad_id);
        for step in 0..(6 * 720 - 1) {
            let time_s = f64::from(step) * 5.0;
            let Some(sine) = leftness(&orbit, window.at(time_s), &point) else { continue };
            assert_eq!(sine > 0.0, inside(&left.intervals, time_s), "{} at {time_s} s", elements.norad_id);
            assert_eq!(sine < 0.0, inside(&right.intervals, time_s), "{} at {time_s} s", elements.norad_id);
            compared += 1;
        }
    }
    println!("{compared} sides compared");
    assert!(compared > 50_000);
}

#[test]
fn northbound_the_west_is_left() {
    let (position, north) = (Vector3::new(7000.0, 0.0, 0.0), Vector3::new(0.0, 0.0, 7.5));
    let at = |latitude_deg, longitude_deg| Geodetic::new(latitude_deg, longitude_deg, 0.0).to_ecef_km();
    assert_eq!(side_of(&position, &north, &at(10.0, -2.0)), TrackSide::Left);
    assert_eq!(side_of(&position, &north, &at(-10.0, 2.0)), TrackSide::Right);
    assert_eq!(side_of(&position, &-north, &at(-10.0, 2.0)), TrackSide::Left);
}
