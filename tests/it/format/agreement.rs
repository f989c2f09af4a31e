//! One catalogue in several formats gives one set of orbits.

use alliedsky::astro::elements::Elements;
use alliedsky::astro::propagator::Propagator;
use alliedsky::format::Format;

use super::read_data;

fn assert_close(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() <= 1e-15 * a.abs().max(b.abs()), "{what}: {a} and {b}");
}

fn assert_same_numbers(a: &Elements, b: &Elements) {
    assert_eq!((a.norad_id, a.epoch, &a.name, &a.object_id), (b.norad_id, b.epoch, &b.name, &b.object_id));
    for (what, of) in [
        ("mean motion", (|set: &Elements| set.mean_motion_rev_day) as fn(&Elements) -> f64),
        ("eccentricity", |set| set.eccentricity),
        ("inclination", |set| set.inclination_deg),
        ("node", |set| set.raan_deg),
        ("perigee", |set| set.arg_perigee_deg),
        ("anomaly", |set| set.mean_anomaly_deg),
        ("drag", |set| set.bstar),
        ("first derivative", |set| set.mean_motion_dot),
        ("second derivative", |set| set.mean_motion_ddot),
    ] {
        assert_close(of(a), of(b), &format!("{} {what}", a.norad_id));
    }
}

/// States of both sets at the same minutes since their epoch; the greatest distance in km.
fn greatest_distance_km(a: &Elements, b: &Elements) -> f64 {
    let (a, b) = (Propagator::new(a).unwrap(), Propagator::new(b).unwrap());
    let distance = |minutes: f64| match (a.state(minutes * 60.0), b.state(minutes * 60.0)) {
        (Ok(a), Ok(b)) => (a.position_km - b.position_km).norm(),
        (Err(a), Err(b)) => {
            assert_eq!(a, b);
            0.0
        }
        (a, b) => panic!("{a:?} and {b:?}"),
    };
    [0.0, 1440.0, 10_080.0].into_iter().map(distance).fold(0.0, f64::max)
}

/// Holds the TLE of a catalogue to its OMM in CSV, which the program carries, and in JSON.
fn assert_formats_agree(stem: &str, suffix: &str, csv: &str, count: usize) {
    let tle = read_data(&format!("{stem}.tle{suffix}"));
    assert_eq!((tle.elements.len(), tle.rejected_count, tle.format), (count, 0, Format::Tle));
    let json = format!("{stem}.json{suffix}");
    for (file, format) in [(csv, Format::OmmCsv), (&json, Format::OmmJson)] {
        let omm = read_data(file);
        assert_eq!((omm.elements.len(), omm.rejected_count, omm.format), (count, 0, format));
        let mut greatest_km = 0.0_f64;
        for (a, b) in tle.elements.iter().zip(&omm.elements) {
            assert_same_numbers(a, b);
            greatest_km = greatest_km.max(greatest_distance_km(a, b));
        }
        assert!(greatest_km <= 1e-6, "{stem}: TLE and {file} differ by {greatest_km} km");
    }
}

#[test]
fn all_formats_of_the_2018_catalogue_give_the_same_orbits() {
    assert_formats_agree("elements/gpredict_20180120", ".gz", "../../tle/catalogue_20180120.csv.gz", 979);
}

#[test]
fn all_formats_of_the_theatre_give_the_same_orbits() {
    assert_formats_agree("elements/theatre_20260906", "", "../../tle/theatre_20260906.csv.gz", 79);
}

#[test]
fn the_verification_set_is_read_but_for_its_wrong_checksums() {
    let batch = read_data("sgp4/SGP4-VER.TLE");
    let refused: Vec<u32> = batch.rejected.iter().map(|refusal| refusal.norad_id.unwrap().get()).collect();
    assert_eq!(refused, [33333, 33334, 33335]);
    assert!(batch.rejected.iter().all(|refusal| refusal.reason.contains("checksum of line 1")));
    // 33 sets, three of them refused; 20413 stands in the file twice.
    assert_eq!((batch.elements.len(), batch.duplicates, batch.truncated), (29, 1, false));
    let blank_type = batch.elements.iter().find(|set| set.norad_id.get() == 11801).unwrap();
    assert_eq!((blank_type.ephemeris_type, blank_type.object_id.as_str()), (0, ""));
}
