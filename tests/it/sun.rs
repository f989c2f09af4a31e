//! The Sun against DE421, and the shadow of the Earth against a table of eclipses made with it.

use std::collections::BTreeMap;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::{EarthOrientation, EarthRotation};
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::precession::Nutation;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::sun::{SHADOW_RADIUS_KM, SUN_RADIUS_KM, lit_fraction, sun_elevation_deg, sun_position_km};
use alliedsky::astro::time::{JulianDate, TT_MINUS_UTC_S};
use chrono::{DateTime, Utc};
use nalgebra::{Rotation3, Vector3};

use crate::{sets, truth};

#[test]
fn direction_and_distance() {
    let (mut worst_deg, mut worst_km) = (0.0_f64, 0.0_f64);
    for row in truth::table(&truth::data("frames/sun.csv")) {
        let jd = row.number("jd_utc");
        let jd_utc = JulianDate { whole: jd.floor(), fraction: jd.fract() };
        let nutation = Nutation::at(jd_utc.plus_seconds(TT_MINUS_UTC_S));
        let to_true = Rotation3::from_axis_angle(&Vector3::z_axis(), nutation.equation_of_equinoxes_rad());
        let ours = to_true * sun_position_km(jd_utc);
        let expected = Vector3::new(row.number("tod_x_km"), row.number("tod_y_km"), row.number("tod_z_km"));
        worst_deg = worst_deg.max(ours.cross(&expected).norm().atan2(ours.dot(&expected)).to_degrees());
        worst_km = worst_km.max((ours.norm() - expected.norm()).abs());
    }
    println!("{worst_deg} deg, {worst_km} km");
    assert!(worst_deg <= 0.0015 && worst_km <= 6000.0);
}

#[test]
fn two_discs() {
    let sun_km = Vector3::new(149_597_870.7, 0.0, 0.0);
    assert_eq!(lit_fraction(&Vector3::new(7000.0, 0.0, 0.0), &sun_km), 1.0);
    assert_eq!(lit_fraction(&Vector3::new(-7000.0, 0.0, 0.0), &sun_km), 0.0);
    // Beyond the tip of the umbra (1.38 million km) the Earth is a dark spot on the disc.
    let far_km = Vector3::new(-3e6, 0.0, 0.0);
    let spot = (SHADOW_RADIUS_KM / 3e6).asin() / (SUN_RADIUS_KM / (149_597_870.7 + 3e6)).asin();
    assert!((lit_fraction(&far_km, &sun_km) - (1.0 - spot * spot)).abs() < 1e-12);
    // Across the penumbra of a low orbit the fraction falls steadily from 1 to 0; half way, half the disc is left.
    let at = |y_km: f64| lit_fraction(&Vector3::new(-2800.0, y_km, 0.0), &sun_km);
    let (mut last, mut edges) = (1.0, (f64::NAN, f64::NAN));
    for step in 0..=60_000 {
        let y_km = 6410.0 - 0.001 * f64::from(step);
        let lit = at(y_km);
        assert!(lit <= last + 1e-12 && (last - lit) < 1e-3, "at {y_km} km");
        if last == 1.0 && lit < 1.0 {
            edges.0 = y_km;
        }
        if last > 0.0 && lit == 0.0 {
            edges.1 = y_km;
        }
        last = lit;
    }
    assert!((at(0.5 * (edges.0 + edges.1)) - 0.5).abs() < 0.005);
}

/// Where `dark` changes between two samples 10 s apart, in seconds to a microsecond.
fn change_s(dark: impl Fn(f64) -> bool, mut before_s: f64, mut after_s: f64) -> f64 {
    let was = dark(before_s);
    while after_s - before_s > 1e-6 {
        let middle_s = 0.5 * (before_s + after_s);
        if dark(middle_s) == was {
            before_s = middle_s;
        } else {
            after_s = middle_s;
        }
    }
    0.5 * (before_s + after_s)
}

/// Beginnings and ends of `dark` in three days, those cut by the window at its edge.
fn stretches(dark: impl Fn(f64) -> bool, window_s: f64) -> Vec<(f64, f64)> {
    let (mut found, mut since) = (Vec::new(), dark(0.0).then_some(0.0));
    let mut time_s = 0.0;
    while time_s < window_s {
        let next_s = time_s + 10.0;
        match (since, dark(next_s)) {
            (None, true) => since = Some(change_s(&dark, time_s, next_s)),
            (Some(start_s), false) => {
                found.push((start_s, change_s(&dark, time_s, next_s)));
                since = None;
            }
            _ => {}
        }
        time_s = next_s;
    }
    found.extend(since.map(|start_s| (start_s, window_s)));
    found
}

#[test]
fn eclipses() {
    let start: DateTime<Utc> = "2018-01-21T00:00:00Z".parse().unwrap();
    let jd_start = JulianDate::from_utc(start);
    let window_s = 3.0 * 86_400.0;
    let mut table = BTreeMap::<u32, Vec<truth::Row>>::new();
    for row in truth::table(&truth::data("frames/eclipse.csv")) {
        table.entry(row.id("norad")).or_default().push(row);
    }
    // Looked at as well, and never in the shadow.
    for id in [25485, 41328, 36744] {
        table.insert(id, Vec::new());
    }
    let catalogue: Vec<Elements> = sets::catalogue_2018();
    let mut rows = 0;
    for (id, expected) in &table {
        let orbit = Propagator::new(catalogue.iter().find(|set| set.norad_id.get() == *id).unwrap()).unwrap();
        let offset_s = orbit.offset_s(start);
        let lit = |time_s: f64| {
            let state = orbit.state(offset_s + time_s).unwrap();
            lit_fraction(&state.position_km, &sun_position_km(jd_start.plus_seconds(time_s)))
        };
        let penumbra = stretches(|time_s| lit(time_s) < 1.0, window_s);
        let umbra = stretches(|time_s| lit(time_s) <= 0.0, window_s);
        assert_eq!((penumbra.len(), umbra.len()), (expected.len(), expected.len()), "{id}");
        let mut worst_s = 0.0_f64;
        for ((row, penumbra), umbra) in expected.iter().zip(&penumbra).zip(&umbra) {
            for (column, ours_s) in [
                ("penumbra_in", penumbra.0),
                ("umbra_in", umbra.0),
                ("umbra_out", umbra.1),
                ("penumbra_out", penumbra.1),
            ] {
                worst_s = worst_s.max((ours_s - (row.time(column) - start).as_seconds_f64()).abs());
            }
            rows += 1;
        }
        println!("{id}: {} eclipses, worst {worst_s} s", expected.len());
        let limit_s = if *id == 38752 { 1.0 } else { 0.1 };
        assert!(worst_s <= limit_s, "{id}: {worst_s} s");
    }
    assert_eq!(rows, 277);
}

#[test]
fn height_over_a_site() {
    // The Sun stands overhead at its own sub-point, and as far below the horizon on the other side.
    let jd_utc = JulianDate::from_utc("2018-03-20T16:15:00Z".parse().unwrap());
    let rotation = EarthRotation::at(jd_utc, EarthOrientation::default());
    let below = Geodetic::from_ecef_km(&rotation.rotate(&sun_position_km(jd_utc)));
    // The equinox: over the equator.
    assert!(below.latitude_deg.abs() < 0.003, "{}", below.latitude_deg);
    let zenith = Station::new(Geodetic::new(below.latitude_deg, below.longitude_deg, 0.0));
    assert!(sun_elevation_deg(&zenith, jd_utc, &rotation) > 89.99);
    let nadir = Station::new(Geodetic::new(-below.latitude_deg, below.longitude_deg + 180.0, 0.0));
    assert!(sun_elevation_deg(&nadir, jd_utc, &rotation) < -89.99);
    for pole in [-90.0, 90.0] {
        let station = Station::new(Geodetic::new(pole, 0.0, 0.0));
        assert!(sun_elevation_deg(&station, jd_utc, &rotation).abs() < 0.006);
    }
}
