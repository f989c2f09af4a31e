use proptest::prelude::*;

use super::super::hermite::{LANES, Tile};
use super::super::lanes::Form;
use super::{NearChosen, Search, bands};

const MU_KM3_S2: f64 = 398_600.8;
const PAD_KM: f32 = 4.0;

type Point = ([f64; 3], [f64; 3]);

fn tiles(points: &[Point], reach_km: f32) -> Vec<Tile> {
    let mut tiles = vec![Tile::ABSENT; points.len().div_ceil(LANES)];
    for (index, (place, velocity)) in points.iter().enumerate() {
        let (tile, lane) = (&mut tiles[index / LANES], index % LANES);
        for axis in 0..3 {
            tile.position[axis][lane] = place[axis] as f32;
            tile.velocity[axis][lane] = velocity[axis] as f32;
        }
        (tile.pad[lane], tile.reach[lane]) = (PAD_KM, reach_km);
    }
    tiles
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Where a point falls in some seconds, by Runge and Kutta's fourth order in steps of about a second.
fn fallen((mut r, mut v): Point, seconds: f64) -> [f64; 3] {
    let pull = |r: [f64; 3]| r.map(|x| -MU_KM3_S2 * x / dot(r, r).powf(1.5));
    let add = |a: [f64; 3], b: [f64; 3], by: f64| [0, 1, 2].map(|axis| a[axis] + b[axis] * by);
    let steps = seconds.abs().ceil().max(1.0);
    let h = seconds / steps;
    for _ in 0..steps as usize {
        let (k1, l1) = (v, pull(r));
        let (k2, l2) = (add(v, l1, h / 2.0), pull(add(r, k1, h / 2.0)));
        let (k3, l3) = (add(v, l2, h / 2.0), pull(add(r, k2, h / 2.0)));
        let (k4, l4) = (add(v, l3, h), pull(add(r, k3, h)));
        let mean = |a: [f64; 3], b: [f64; 3], c: [f64; 3], d: [f64; 3]| {
            [0, 1, 2].map(|axis| (a[axis] + 2.0 * b[axis] + 2.0 * c[axis] + d[axis]) / 6.0)
        };
        (r, v) = (add(r, mean(k1, k2, k3, k4), h), add(v, mean(l1, l2, l3, l4), h));
    }
    r
}

fn direction() -> impl Strategy<Value = [f64; 3]> {
    [-1.0..1.0, -1.0..1.0, -1.0..1.0]
        .prop_filter("of some length", |d| dot(*d, *d) > 0.05)
        .prop_map(|d: [f64; 3]| d.map(|x| x / dot(d, d).sqrt()))
}

prop_compose! {
    /// Low and high orbits, circular and far from it.
    fn point()(
        up in direction(),
        along in direction(),
        radius in prop_oneof![6500.0..7500.0, 7500.0..45_000.0],
        share in prop_oneof![0.99..1.01, 0.5..1.39],
    ) -> Point {
        let speed = f64::sqrt(MU_KM3_S2 / radius) * share;
        (up.map(|x| x * radius), along.map(|x| x * speed))
    }
}

proptest! {
    #[test]
    fn a_falling_point_keeps_to_its_band(point in point(), half_step_s in 15.0f64..150.0, share in -1.0f64..1.0) {
        let search =
            Search { threshold_km: 5.0, half_step_s: half_step_s as f32, mu_km3_s2: MU_KM3_S2 as f32 };
        let reach_km = dot(point.1, point.1).sqrt() * half_step_s + 0.005 * half_step_s * half_step_s;
        let bands = bands::<false>(&search, &tiles(&[point], reach_km as f32)[0]);
        let then = fallen(point, share * half_step_s);
        let radius = dot(then, then).sqrt() as f32;
        prop_assert!((bands.low[0]..=bands.high[0]).contains(&radius), "{radius} {:?}", bands);
    }

    #[test]
    fn every_pair_of_a_chosen_point_whose_line_comes_near(
        points in prop::collection::vec(point(), 1..60),
        near in prop::collection::vec((0usize..60, [-30.0f64..30.0, -30.0..30.0, -30.0..30.0], direction()), 40),
        chosen in prop::collection::btree_set(0u32..100, 0..40),
    ) {
        // Some pass close to others, whatever their direction.
        let mut points = points;
        for (of, offset, along) in near {
            let (place, _) = points[of % points.len()];
            let speed = (MU_KM3_S2 / dot(place, place).sqrt()).sqrt();
            points.push(([0, 1, 2].map(|axis| place[axis] + offset[axis]), along.map(|x| x * speed)));
        }
        let search = Search { threshold_km: 5.0, half_step_s: 30.0, mu_km3_s2: MU_KM3_S2 as f32 };
        let chosen: Vec<u32> = chosen.into_iter().filter(|&place| (place as usize) < points.len()).collect();
        let all = tiles(&points, 400.0);
        let (tiles, more) = all.split_at(all.len() / 2);
        for form in ["scalar", "avx2", "avx512"].iter().filter_map(|name| Form::named(name)) {
            let mut found = Vec::new();
            NearChosen::default().find(form, &search, (tiles, more), &chosen, &mut found);
            for &one in &chosen {
                for (other, to) in points.iter().enumerate().filter(|(other, _)| *other != one as usize) {
                    let of = points[one as usize];
                    let d = [0, 1, 2].map(|axis| to.0[axis] - of.0[axis]);
                    let u = [0, 1, 2].map(|axis| to.1[axis] - of.1[axis]);
                    let tau = (-dot(d, u) / dot(u, u).max(1e-20)).clamp(-30.0, 30.0);
                    let m = [0, 1, 2].map(|axis| d[axis] + u[axis] * tau);
                    let surplus_km = 5.0 + 2.0 * f64::from(PAD_KM) - dot(m, m).sqrt();
                    if surplus_km.abs() > 0.02 {
                        let is_found = found.contains(&(one, other as u32));
                        // Two that are never at one height need not be found: their line is not what they fly.
                        let apart_km = (dot(of.0, of.0).sqrt() - dot(to.0, to.0).sqrt()).abs();
                        prop_assert!(is_found == (surplus_km > 0.0) || !is_found && apart_km > 10.0, "{surplus_km}");
                    }
                }
            }
        }
    }
}
