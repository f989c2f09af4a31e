//! The inequalities that make a screening complete, measured on real orbits.

use alliedsky::astro::elements::Elements;
use alliedsky::astro::ephemeris::Ephemeris;
use alliedsky::astro::frame::{State, Teme};
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::bound::{SLIP_FLOOR_KM_S, bend_km, defect_km, reach_km};

use super::{sets, snapshot_2018, window};
use crate::truth;

/// The slip that a screening grants an object at the middle of an interval of `step_s` seconds.
fn slip_km(ephemeris: &Ephemeris, object: usize, middle_s: f64, step_s: f64) -> Option<f64> {
    let here = ephemeris.state(object, middle_s).ok()?;
    let defect = |tau_s: f64| {
        let then = ephemeris.state(object, middle_s + tau_s).ok()?;
        Some(defect_km(&here.position_km, &here.velocity_km_s, tau_s, &then.position_km))
    };
    Some(0.5 * step_s * SLIP_FLOOR_KM_S + defect(-step_s)?.max(defect(step_s)?))
}

/// Shares of what is granted that were used: of the slip, of the reach.
#[derive(Default)]
struct Used {
    slip: f64,
    reach: f64,
    checked: usize,
}

/// Over every object, some middles and `|τ| <= h`: the slip granted is never exceeded, nor the reach.
fn one_object_bounds(elements: &[Elements], window: Window, step_s: f64, middles: usize) -> Used {
    let ephemeris = Ephemeris::new(elements, window);
    let h_s = 0.5 * step_s;
    let mut used = Used::default();
    for (object, set) in elements.iter().enumerate() {
        for k in 0..middles {
            // Middles spread over the window, another phase for each object.
            let middle_s = window.seconds() * ((k as f64 + (object as f64 * 0.618).fract()) / middles as f64);
            let (Ok(here), Some(slip)) =
                (ephemeris.state(object, middle_s), slip_km(&ephemeris, object, middle_s, step_s))
            else {
                continue;
            };
            let (position, velocity) = (here.position_km, here.velocity_km_s);
            let reach = slip + reach_km(position.norm(), velocity.norm(), h_s);
            for tau_s in [-1.0, -0.8, -0.55, -0.3, -0.1, 0.1, 0.3, 0.55, 0.8, 1.0].map(|share: f64| share * h_s) {
                let Ok(then) = ephemeris.state(object, middle_s + tau_s) else { continue };
                let slipped = defect_km(&position, &velocity, tau_s, &then.position_km);
                let moved = (then.position_km - position).norm();
                let what = (set.norad_id, middle_s, tau_s);
                assert!(slipped <= slip, "{what:?}: {slipped} km, granted {slip} km");
                assert!(moved <= reach, "{what:?}: moved {moved} km, granted {reach} km");
                used.slip = used.slip.max(slipped / slip);
                used.reach = used.reach.max(moved / reach);
                used.checked += 1;
            }
        }
    }
    println!(
        "steps of {step_s} s, {} checks: {:.2} of the slip, {:.4} of the reach",
        used.checked, used.slip, used.reach
    );
    used
}

/// Over the pairs that can be near in an interval, at some middles: no pair leaves its straight line by more than
/// granted.
fn pair_bound(elements: &[Elements], window: Window, step_s: f64, threshold_km: f64, middles: usize) -> (usize, f64) {
    let ephemeris = Ephemeris::new(elements, window);
    let h_s = 0.5 * step_s;
    let (mut pairs, mut worst) = (0, 0f64);
    for k in 0..middles {
        let middle_s = window.seconds() * (k as f64 + 0.5) / middles as f64;
        let objects: Vec<(usize, State<Teme>, f64, f64)> = (0..ephemeris.len())
            .filter_map(|object| {
                let state = ephemeris.state(object, middle_s).ok()?;
                let slip = slip_km(&ephemeris, object, middle_s, step_s)?;
                let reach = slip + reach_km(state.position_km.norm(), state.velocity_km_s.norm(), h_s);
                Some((object, state, slip, reach))
            })
            .collect();
        for (index, (i, a, slip_a, reach_a)) in objects.iter().enumerate() {
            for (j, b, slip_b, reach_b) in &objects[index + 1..] {
                let (separation, drift) = (b.position_km - a.position_km, b.velocity_km_s - a.velocity_km_s);
                if separation.norm() > threshold_km + reach_a + reach_b {
                    continue;
                }
                let radius = a.position_km.norm().min(b.position_km.norm());
                let speed = a.velocity_km_s.norm().max(b.velocity_km_s.norm());
                let farthest = threshold_km + 2.0 * (reach_a + reach_b);
                let pad = bend_km(radius, speed, farthest, h_s) + slip_a + slip_b;
                for tau_s in [-1.0, -0.7, -0.4, 0.4, 0.7, 1.0].map(|share: f64| share * h_s) {
                    let then = |object: usize| ephemeris.state(object, middle_s + tau_s).ok();
                    let (Some(a), Some(b)) = (then(*i), then(*j)) else { continue };
                    let left = (b.position_km - a.position_km - (separation + drift * tau_s)).norm();
                    assert!(left <= pad, "{i} {j} at {middle_s} + {tau_s}: {left} km, granted {pad} km");
                    worst = worst.max(left / pad);
                }
                pairs += 1;
            }
        }
    }
    println!("steps of {step_s} s: {pairs} near pairs use up to {worst:.2} of what they are granted");
    (pairs, worst)
}

#[test]
fn no_object_gets_farther_than_its_reach() {
    let day = window("2018-01-21T00:00:00Z", 86_400);
    for step_s in [5.0, 20.0, 60.0] {
        let used = one_object_bounds(&snapshot_2018(), day, step_s, 25);
        assert!(used.checked > 200_000);
        // The bound is of use: near what objects do, not far above.
        assert!(used.reach > 0.98, "{}", used.reach);
    }
}

#[test]
fn no_pair_leaves_its_straight_line_by_more_than_granted() {
    let day = window("2018-01-21T00:00:00Z", 86_400);
    for (step_s, middles) in [(5.0, 40), (20.0, 20), (60.0, 10)] {
        let (pairs, _) = pair_bound(&snapshot_2018(), day, step_s, 10.0, middles);
        assert!(pairs > 300, "{pairs}");
    }
}

#[test]
#[ignore = "large catalogue, a minute of work"]
fn bounds_hold_over_the_whole_catalogue() {
    let Some(catalogue) = truth::local("catalogs/20250901.tle.gz") else { return };
    let sets = sets(&catalogue);
    let day = window("2025-09-02T00:00:00Z", 86_400);
    for step_s in [20.0, 60.0] {
        one_object_bounds(&sets, day, step_s, 30);
    }
    pair_bound(&sets, day, 20.0, 5.0, 2);
}
