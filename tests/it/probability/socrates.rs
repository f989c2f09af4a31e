//! The maximum that SOCRATES publishes.

use alliedsky::astro::frame::{State, Teme};
use alliedsky::kernel::probability::alfano_maximum;
use alliedsky::ssa::probability::socrates_maximum;
use nalgebra::Vector3;

use super::near;
use crate::truth;

/// A state at the node of an orbit of 7000 km and its height above it.
fn state(height_km: f64, inclination_deg: f64) -> State<Teme> {
    let (sine, cosine) = inclination_deg.to_radians().sin_cos();
    State::new(Vector3::new(7000.0 + height_km, 0.0, 0.0), Vector3::new(0.0, 7.5 * cosine, 7.5 * sine))
}

#[test]
fn the_shape_seen_along_the_relative_velocity() {
    // Head-on: both long axes lie along the line of sight, so the ellipse is round.
    let head_on = socrates_maximum(&state(0.0, 0.0), &state(0.1, 180.0), 0.02).unwrap();
    near(head_on.aspect_ratio, 1.0, 1e-12, "head-on");
    let round = alfano_maximum(0.1, 0.02, 1.0);
    near(head_on.pc_max, round.probability, 1e-9, "head-on");
    near(head_on.dilution_km, round.sigma_minor, 1e-6, "head-on");
    // Nearly the same way: both are seen from the side at full length.
    let along = socrates_maximum(&state(0.0, 50.0), &state(0.1, 50.001), 0.02).unwrap();
    near(along.aspect_ratio, 3.0, 1e-6, "along");
    // At right angles: the relative velocity is at 45° to both, and across it T and N of each weigh 5 to 1 in square.
    let crossing = socrates_maximum(&state(0.0, 0.0), &state(0.1, 90.0), 0.02).unwrap();
    near(crossing.aspect_ratio, 5.0_f64.sqrt(), 1e-9, "crossing");
}

#[test]
fn every_encounter_has_one_but_at_no_relative_speed() {
    let own = state(0.0, 30.0);
    assert_eq!(socrates_maximum(&own, &own, 0.02), None);
    assert_eq!(socrates_maximum(&own, &State::new(own.position_km * 1.0001, own.velocity_km_s), 0.02), None);
    let touching = socrates_maximum(&own, &state(0.01, 80.0), 0.02).unwrap();
    assert_eq!((touching.pc_max, touching.dilution_km), (1.0, 0.0));
    let slow = State::new(own.position_km * 1.0001, own.velocity_km_s * 1.000_01);
    assert!(socrates_maximum(&own, &slow, 0.02).is_some());
    for hbr_km in [0.0, -0.01, f64::NAN, f64::INFINITY] {
        assert_eq!(socrates_maximum(&own, &state(0.1, 80.0), hbr_km), None, "{hbr_km}");
    }
}

#[test]
fn published_rows_agree_within_their_rounding() {
    let Some(path) = truth::local("pc/socrates_rows.csv") else { return };
    let mut compared = 0;
    for row in truth::table(&path) {
        // The last row has no dilution threshold, and its miss is no whole number of metres.
        let Some(dilution_km) = row.optional("dilution_threshold_km") else { continue };
        let (range_km, published) = (row.number("min_range_km"), row.number("max_prob"));
        // The range, the threshold and so the aspect ratio within half a metre; radii of 10 m and 1 m, or twice 10 m.
        let mut span = (f64::INFINITY, 0.0_f64);
        for range_km in [range_km - 0.0005, range_km + 0.0005] {
            for dilution_km in [dilution_km - 0.0005, dilution_km + 0.0005] {
                let hbr_km = if row.number("implied_combined_radius_m") > 15.0 { 0.02 } else { 0.011 };
                // The aspect ratio whose maximum has this threshold, by bisection: the threshold falls as it grows.
                let (mut low, mut high) = (1.0, 3.0);
                for _ in 0..60 {
                    let middle = 0.5 * (low + high);
                    let is_above = alfano_maximum(range_km, hbr_km, middle).sigma_minor > dilution_km;
                    *(if is_above { &mut low } else { &mut high }) = middle;
                }
                let pc = alfano_maximum(range_km, hbr_km, low).probability;
                span = (span.0.min(pc), span.1.max(pc));
            }
        }
        assert!(span.0 * 0.995 <= published && published <= span.1 * 1.005, "{published}: {span:?}");
        compared += 1;
    }
    assert_eq!(compared, 10);
}
