//! The answer does not depend on how the work is cut.

use alliedsky::astro::elements::Elements;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, Screening, screen};
use alliedsky::ssa::progress::silent;

use super::{ids, seconds_between, snapshot_2018, window};

const HOURS: i64 = 6;

fn cut(elements: &[Elements], step_s: f64, slab_steps: usize, threads: usize) -> Screening {
    let window = window("2018-01-21T00:00:00Z", HOURS * 3600);
    let request = ScreenRequest { step_s, slab_steps, ..ScreenRequest::new(window, 10.0) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| screen(elements, &request, &silent)).unwrap()
}

/// The same rows in the same order, to a hundredth of a millisecond and a tenth of a millimetre.
fn assert_equal(a: &Screening, b: &Screening, how: &str) {
    assert_equal_within(1e-5, 1e-7, a, b, how);
}

pub(super) fn assert_equal_within(limit_s: f64, limit_km: f64, a: &Screening, b: &Screening, how: &str) {
    assert_eq!(a.tally, b.tally, "{how}");
    assert_eq!(a.conjunctions.len(), b.conjunctions.len(), "{how}");
    let (mut worst_s, mut worst_km) = (0f64, 0f64);
    for (x, y) in a.conjunctions.iter().zip(&b.conjunctions) {
        assert_eq!((ids(x), x.kind), (ids(y), y.kind), "{how}: at {}", x.tca);
        worst_s = worst_s.max(seconds_between(x.tca, y.tca));
        worst_km = worst_km.max((x.miss_km - y.miss_km).abs());
        assert_eq!(x.spans.len(), y.spans.len(), "{how}: {:?}", ids(x));
        for (one, other) in x.spans.iter().zip(&y.spans) {
            let off_s = seconds_between(one.0, other.0).max(seconds_between(one.1, other.1));
            assert!(off_s < limit_s, "{how}: {:?} span off by {off_s} s", ids(x));
        }
    }
    println!("{how}: {} rows, TCA within {worst_s:.1e} s, miss within {worst_km:.1e} km", a.conjunctions.len());
    assert!(worst_s < limit_s && worst_km < limit_km, "{how}: {worst_s} s, {worst_km} km");
}

#[test]
fn the_same_rows_for_every_step() {
    let elements = snapshot_2018();
    let usual = cut(&elements, 20.0, 16, 2);
    assert!(usual.conjunctions.len() > 80);
    for step_s in [5.0, 37.0, 40.0, 60.0] {
        assert_equal(&usual, &cut(&elements, step_s, 16, 2), &format!("steps of {step_s} s"));
    }
}

#[test]
fn the_very_same_answer_for_every_slab_length_and_number_of_threads() {
    let elements = snapshot_2018();
    let usual = cut(&elements, 20.0, 16, 2);
    for slab_steps in [0, 1, 7, 1000, 100_000] {
        assert_eq!(usual, cut(&elements, 20.0, slab_steps, 2), "slabs of {slab_steps}");
    }
    for threads in [1, 3, 8] {
        assert_eq!(usual, cut(&elements, 20.0, 16, threads), "{threads} threads");
    }
}

#[test]
fn the_same_rows_in_any_order_of_the_objects() {
    let elements = snapshot_2018();
    let mut reversed = elements.clone();
    reversed.reverse();
    assert_equal(&cut(&elements, 20.0, 16, 2), &cut(&reversed, 20.0, 16, 2), "reversed");
}

#[test]
fn steps_that_make_no_sense_give_the_same_rows() {
    let elements: Vec<_> = snapshot_2018().into_iter().take(300).collect();
    let usual = cut(&elements, 20.0, 16, 2);
    for step_s in [f64::NAN, f64::INFINITY, 1e9, 0.0, -20.0] {
        assert_equal(&usual, &cut(&elements, step_s, 16, 2), &format!("steps of {step_s} s"));
    }
}
