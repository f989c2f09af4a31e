//! The event engine: what it promises, on functions whose answer is known and on a catalogue looked at second by second.

use std::cell::Cell;

use alliedsky::astro::crossing::{Horizon, Sample, Steps, Track, clear_s, intervals, maxima};
use alliedsky::astro::elements::Elements;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::span::Span;
use alliedsky::astro::time::Window;
use alliedsky::kernel::root::root;
use chrono::TimeDelta;
use proptest::prelude::*;

use crate::sets;

proptest! {
    /// offset + sin(ωt + φ): every stretch above zero is known in closed form.
    #[test]
    fn a_sine_is_found_whole(offset in -1.2f64..1.2, period_s in 20.0f64..5_000.0, phase in 0.0f64..6.0) {
        let omega = std::f64::consts::TAU / period_s;
        let scan = intervals::<()>(Span::new(0.0, 10_000.0), Steps::default(), |time_s| {
            let (sin, cos) = (omega * time_s + phase).sin_cos();
            let (value, rate) = (offset + sin, omega * cos);
            let toward = if value < 0.0 { rate } else { -rate };
            Ok(Sample { value, clear_s: clear_s(value.abs(), toward, 0.0, omega * omega) })
        });
        let found = scan.unwrap().intervals;
        if offset >= 1.0 {
            prop_assert_eq!(found.len(), 1);
            prop_assert!(found[0].open_start && found[0].open_end);
        } else if offset <= -1.0 {
            prop_assert!(found.is_empty());
        } else {
            // Above zero for θ in (-asin(offset), π + asin(offset)); shorter than the least step it may be lost.
            let half_s = (std::f64::consts::FRAC_PI_2 + offset.asin()) / omega;
            prop_assume!(half_s > 0.3 && period_s - 2.0 * half_s > 0.6);
            for interval in &found {
                let middle = omega * 0.5 * (interval.span.start_s + interval.span.end_s) + phase;
                if !interval.open_start && !interval.open_end {
                    prop_assert!((interval.span.seconds() - 2.0 * half_s).abs() < 1e-5);
                    prop_assert!((middle.sin() - 1.0).abs() < 1e-9);
                }
            }
            let first_s = (std::f64::consts::FRAC_PI_2 - phase) / omega;
            let overlaps_s = (-2..600).map(|turn| {
                let middle_s = first_s + f64::from(turn) * period_s;
                (middle_s + half_s).min(10_000.0) - (middle_s - half_s).max(0.0)
            });
            // A stretch cut by the window to less than the least step may or may not be found.
            let sure = overlaps_s.clone().filter(|&overlap_s| overlap_s > 0.6).count();
            let possible = overlaps_s.filter(|&overlap_s| overlap_s >= 0.0).count();
            prop_assert!((sure..=possible).contains(&found.len()), "{} of {sure} to {possible}", found.len());
        }
    }

    #[test]
    fn a_root_is_within_its_tolerance(zero in -10.0f64..10.0, power in 1i32..8) {
        let value = |x: f64| (x - zero).powi(power).copysign(x - zero);
        let found = root((-20.0, value(-20.0)), (30.0, value(30.0)), 1e-9, |x| Some(value(x)));
        prop_assert!((found - zero).abs() <= 1e-9);
    }
}

/// g = 1 on [100, 200] and beyond 300, with a state until 400.25 s only.
fn step_function(time_s: f64) -> Result<Sample, &'static str> {
    if time_s > 400.25 {
        return Err("gone");
    }
    let inside = (100.0..=200.0).contains(&time_s) || time_s >= 300.0;
    Ok(Sample { value: if inside { 1.0 } else { -1.0 }, clear_s: 0.0 })
}

#[test]
fn an_object_that_is_lost_ends_its_interval() {
    let scan = intervals(Span::new(0.0, 1_000.0), Steps::default(), step_function).unwrap();
    let (lost_s, reason) = scan.lost.unwrap();
    assert_eq!(reason, "gone");
    assert!((lost_s - 400.25).abs() < 2e-3);
    assert_eq!(scan.intervals.len(), 2);
    assert!(!scan.intervals[0].open_start && !scan.intervals[0].open_end);
    assert!((scan.intervals[0].span.start_s - 100.0).abs() < 1e-6);
    assert!((scan.intervals[0].span.end_s - 200.0).abs() < 1e-6);
    assert!(scan.intervals[1].open_end);
    assert_eq!(scan.intervals[1].span.end_s, lost_s);
    assert_eq!(intervals(Span::new(500.0, 1_000.0), Steps::default(), step_function).unwrap_err(), "gone");
}

#[test]
fn an_empty_span_has_at_most_one_open_interval() {
    let at = |time_s| intervals(Span::new(time_s, time_s), Steps::default(), step_function).unwrap().intervals;
    assert!(at(50.0).is_empty());
    let inside = at(150.0);
    assert_eq!(inside.len(), 1);
    assert!(inside[0].open_start && inside[0].open_end && inside[0].span.seconds() == 0.0);
}

#[test]
fn a_promise_that_is_no_number_is_taken_as_none() {
    let scan = intervals::<()>(Span::new(0.0, 100.0), Steps::default(), |time_s| {
        Ok(Sample { value: if (40.0..60.0).contains(&time_s) { 1.0 } else { -1.0 }, clear_s: f64::NAN })
    });
    assert_eq!(scan.unwrap().intervals.len(), 1);
}

#[test]
fn maxima_of_a_cosine() {
    let found = maxima(Span::new(-1.0, 20.0), 1e-9, |x| Some((-x.sin(), 0.5)));
    assert_eq!(found.len(), 4);
    for (turns, maximum) in found.iter().enumerate() {
        assert!((maximum - turns as f64 * std::f64::consts::TAU).abs() < 1e-8);
    }
}

/// The intervals of one object over Seoul for a day, with the number of samples they took.
fn seoul(elements: &Elements, mask_deg: f64) -> Option<(Vec<Span>, u32)> {
    let (window, station) = seoul_day();
    let propagator = Propagator::new(elements).ok()?;
    let track = Track::new(&propagator, window, &sets::level);
    let horizon = Horizon::new(&track, &station, mask_deg);
    let samples = Cell::new(0);
    let scan = intervals(Span::new(0.0, window.seconds()), Steps::default(), |time_s| {
        samples.set(samples.get() + 1);
        horizon.sample(time_s)
    });
    Some((scan.ok()?.intervals.iter().map(|interval| interval.span).collect(), samples.get()))
}

fn seoul_day() -> (Window, Station) {
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::days(1));
    (window, Station::new(Geodetic::new(37.5665, 126.978, 0.038)))
}

/// Every ten seconds, the elevation tells the same as the intervals: nothing is lost, nothing invented.
#[test]
fn nothing_is_lost_against_dense_sampling() {
    let (window, station) = seoul_day();
    let mut looked_at = 0;
    for (index, elements) in sets::catalogue_2018().iter().enumerate().filter(|(index, _)| index % 6 == 0) {
        // A mask below the plane turns the sign of the range's term round.
        let mask_deg = [0.0, 10.0, 45.0, -3.0][index / 6 % 4];
        let Some((spans, _)) = seoul(elements, mask_deg) else { continue };
        let propagator = Propagator::new(elements).unwrap();
        let track = Track::new(&propagator, window, &sets::level);
        for step in 0..8_640 {
            let time_s = f64::from(step) * 10.0;
            let above = station.look(&track.position_km(time_s).unwrap()).elevation_deg >= mask_deg;
            assert_eq!(
                above,
                spans.iter().any(|span| span.contains(time_s)),
                "{} at {time_s} s, mask {mask_deg}",
                elements.norad_id
            );
        }
        looked_at += 1;
    }
    assert!(looked_at > 150);
}

/// The bound is tight enough to be cheap: a low orbit takes few samples a revolution, crossings and their refinement
/// included.
#[test]
fn samples_a_revolution_are_few() {
    let (mut samples, mut revolutions, mut idle_samples, mut idle_revolutions) = (0.0, 0.0, 0.0, 0.0);
    for elements in sets::catalogue_2018().iter().filter(|elements| elements.apogee_km() < 2_000.0) {
        let Some((spans, taken)) = seoul(elements, 10.0) else { continue };
        samples += f64::from(taken);
        revolutions += elements.mean_motion_rev_day;
        if spans.is_empty() {
            idle_samples += f64::from(taken);
            idle_revolutions += elements.mean_motion_rev_day;
        }
    }
    println!(
        "samples a revolution: {:.2}; without a pass: {:.2}",
        samples / revolutions,
        idle_samples / idle_revolutions
    );
    assert!(samples / revolutions < 12.0);
    assert!(idle_samples / idle_revolutions < 3.0);
}
