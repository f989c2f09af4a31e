//! The inequalities that make a screening complete, measured on real orbits.

use alliedsky::astro::elements::{Elements, MU_WGS72_KM3_S2};
use alliedsky::astro::ephemeris::Ephemeris;
use alliedsky::astro::frame::{State, Teme};
use alliedsky::astro::time::Window;
use alliedsky::kernel::hermite::{Knot, LANES, Tile, interpolate};
use alliedsky::kernel::lanes::Form;
use alliedsky::ssa::conjunction::bound::margins;
use alliedsky::ssa::conjunction::order::Order;
use nalgebra::Vector3;

use super::{sets, snapshot_2018, window};
use crate::truth;

/// What a screening knows of an object in one interval.
struct Track {
    place_km: Vector3<f64>,
    velocity_km_s: Vector3<f64>,
    slip_km: f64,
    reach_km: f64,
    pad_km: f64,
}

const LANE: usize = 3;

fn six(state: &State<Teme>) -> [f64; 6] {
    let (r, v) = (state.position_km, state.velocity_km_s);
    [r.x, r.y, r.z, v.x, v.y, v.z]
}

/// An object's track in the interval around `middle_s`, the `part`-th of `stride` between two knots.
fn track(
    ephemeris: &Ephemeris,
    object: usize,
    middle_s: f64,
    step_s: f64,
    (part, stride): (usize, usize),
    threshold_km: f64,
) -> Option<Track> {
    let (from_s, spacing_s) = (middle_s - (part as f64 + 0.5) * step_s, stride as f64 * step_s);
    let margins = margins(threshold_km, 0.5 * step_s);
    let mut knots: [Knot; 2] = [[[f64::NAN; LANES]; 6]; 2];
    let mut states = [[0.0; 6]; 2];
    for (k, time_s) in [from_s, from_s + spacing_s].into_iter().enumerate() {
        states[k] = six(&ephemeris.state(object, time_s).ok()?);
        for axis in 0..6 {
            knots[k][axis][LANE] = states[k][axis];
        }
    }
    let mut tiles = vec![Tile::ABSENT; stride];
    interpolate(Form::best(), &margins, &knots[0], &knots[1], spacing_s, (&mut tiles, 1));
    let tile = &tiles[part];
    let vector = |rows: &[[f32; LANES]; 3]| Vector3::from(rows.map(|row| f64::from(row[LANE])));
    Some(Track {
        place_km: vector(&tile.position),
        velocity_km_s: vector(&tile.velocity),
        slip_km: margins.between(states[0], states[1], spacing_s).slip_km,
        reach_km: f64::from(tile.reach[LANE]),
        pad_km: f64::from(tile.pad[LANE]),
    })
}

/// Shares of what is granted that were used: of the slip, of the reach.
#[derive(Default)]
struct Used {
    slip: f64,
    reach: f64,
    checked: usize,
}

/// Over every object, some middles and `|τ| <= h`: the slip granted is never exceeded, nor the reach.
fn one_object_bounds(elements: &[Elements], window: Window, step_s: f64, stride: usize, middles: usize) -> Used {
    let ephemeris = Ephemeris::new(elements, window);
    let h_s = 0.5 * step_s;
    let mut used = Used::default();
    for (object, set) in elements.iter().enumerate() {
        if Order::new(&Ephemeris::new([set], window), step_s, false).longest_stride() < stride {
            continue;
        }
        for k in 0..middles {
            // Middles spread over the window, another phase for each object.
            let middle_s = window.seconds() * ((k as f64 + (object as f64 * 0.618).fract()) / middles as f64);
            let Some(track) = track(&ephemeris, object, middle_s, step_s, (k % stride, stride), 5.0) else { continue };
            let Ok(here) = ephemeris.state(object, middle_s) else { continue };
            let gravity = here.position_km * (-MU_WGS72_KM3_S2 / here.position_km.norm().powi(3));
            for tau_s in [-1.0, -0.8, -0.55, -0.3, -0.1, 0.1, 0.3, 0.55, 0.8, 1.0].map(|share: f64| share * h_s) {
                let Ok(then) = ephemeris.state(object, middle_s + tau_s) else { continue };
                // Gravity turns by at most |jerk| τ³/6 <= 2µ v/r³ · τ³/6 from what it is at the middle.
                let jerk =
                    2.0 * MU_WGS72_KM3_S2 * here.velocity_km_s.norm() / (here.position_km.norm() - 100.0).powi(3);
                let line = track.place_km + track.velocity_km_s * tau_s + gravity * (0.5 * tau_s * tau_s);
                let slipped = ((then.position_km - line).norm() - 1.1 * jerk * tau_s.abs().powi(3) / 6.0).max(0.0);
                let moved = (then.position_km - track.place_km).norm();
                let what = (set.norad_id, middle_s, tau_s);
                assert!(slipped <= track.slip_km, "{what:?}: {slipped} km, granted {} km", track.slip_km);
                assert!(moved <= track.reach_km, "{what:?}: moved {moved} km, granted {} km", track.reach_km);
                used.slip = used.slip.max(slipped / track.slip_km);
                used.reach = used.reach.max(moved / track.reach_km);
                used.checked += 1;
            }
        }
    }
    println!(
        "steps of {step_s} s, {stride} a knot, {} checks: {:.2} of the slip, {:.4} of the reach",
        used.checked, used.slip, used.reach
    );
    used
}

/// Over the pairs that can be near in an interval, at some middles: none that is below the threshold at a time leaves
/// its straight line by more than granted then.
fn pair_bound(elements: &[Elements], window: Window, step_s: f64, threshold_km: f64, middles: usize) -> (usize, f64) {
    let ephemeris = Ephemeris::new(elements, window);
    let h_s = 0.5 * step_s;
    let (mut pairs, mut worst) = (0, 0f64);
    for k in 0..middles {
        let middle_s = window.seconds() * (k as f64 + 0.5) / middles as f64;
        let objects: Vec<(usize, Track)> = (0..ephemeris.len())
            .filter_map(|object| Some((object, track(&ephemeris, object, middle_s, step_s, (k % 2, 2), threshold_km)?)))
            .collect();
        for (index, (i, a)) in objects.iter().enumerate() {
            for (j, b) in &objects[index + 1..] {
                let (separation, drift) = (b.place_km - a.place_km, b.velocity_km_s - a.velocity_km_s);
                if separation.norm() > threshold_km + a.reach_km + b.reach_km {
                    continue;
                }
                let pad_km = a.pad_km + b.pad_km;
                for tau_s in [-1.0, -0.7, -0.4, 0.4, 0.7, 1.0].map(|share: f64| share * h_s) {
                    let then = |object: usize| ephemeris.state(object, middle_s + tau_s).ok();
                    let (Some(state_a), Some(state_b)) = (then(*i), then(*j)) else { continue };
                    let apart = state_b.position_km - state_a.position_km;
                    if apart.norm() < threshold_km {
                        let left = (apart - (separation + drift * tau_s)).norm();
                        assert!(left <= pad_km, "{i} {j} at {middle_s} + {tau_s}: {left} km, granted {pad_km} km");
                        worst = worst.max(left / pad_km);
                        pairs += 1;
                    }
                }
            }
        }
    }
    println!("steps of {step_s} s: {pairs} near pairs use up to {worst:.2} of what they are granted");
    (pairs, worst)
}

#[test]
fn no_object_gets_farther_than_its_reach() {
    let day = window("2018-01-21T00:00:00Z", 86_400);
    for (step_s, stride, least) in
        [(5.0, 1, 200_000), (20.0, 4, 200_000), (60.0, 1, 200_000), (60.0, 2, 200_000), (60.0, 8, 1000)]
    {
        let used = one_object_bounds(&snapshot_2018(), day, step_s, stride, 25);
        assert!(used.checked > least, "{}", used.checked);
        // The bound is of use: near what objects do, not far above.
        assert!(stride > 4 || used.reach > 0.98, "{}", used.reach);
    }
}

#[test]
fn no_pair_leaves_its_straight_line_by_more_than_granted() {
    let day = window("2018-01-21T00:00:00Z", 86_400);
    // A wide threshold, for there to be pairs.
    for (step_s, middles) in [(5.0, 10), (20.0, 10), (60.0, 10)] {
        let (pairs, _) = pair_bound(&snapshot_2018(), day, step_s, 200.0, middles);
        assert!(pairs > 300, "{pairs}");
    }
}

#[test]
#[ignore = "large catalogue, a minute of work"]
fn bounds_hold_over_the_whole_catalogue() {
    let Some(catalogue) = truth::local("catalogs/20250901.tle.gz") else { return };
    let sets = sets(&catalogue);
    let day = window("2025-09-02T00:00:00Z", 86_400);
    for (step_s, stride) in [(20.0, 1), (20.0, 4), (60.0, 1), (60.0, 2), (60.0, 8)] {
        one_object_bounds(&sets, day, step_s, stride, 30);
    }
    pair_bound(&sets, day, 60.0, 50.0, 1);
}
