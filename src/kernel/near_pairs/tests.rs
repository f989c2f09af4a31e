use proptest::prelude::*;

use super::super::hermite::{LANES, Tile};
use super::super::lanes::Form;
use super::{NearPairs, Search};

#[derive(Clone, Debug)]
struct Point {
    position: [f32; 3],
    velocity: [f32; 3],
    pad: f32,
    reach: f32,
}

fn tiles(points: &[Point]) -> Vec<Tile> {
    let mut tiles = vec![Tile::ABSENT; points.len().div_ceil(LANES)];
    for (index, point) in points.iter().enumerate() {
        let (tile, lane) = (&mut tiles[index / LANES], index % LANES);
        for axis in 0..3 {
            tile.position[axis][lane] = point.position[axis];
            tile.velocity[axis][lane] = point.velocity[axis];
        }
        (tile.pad[lane], tile.reach[lane]) = (point.pad, point.reach);
    }
    tiles
}

/// By how much the pair passes or fails the tighter of the two tests, in f64, km; below zero it fails.
fn surplus_km(a: &Point, b: &Point, search: &Search<'_>) -> f64 {
    let [d, u]: [[f64; 3]; 2] = [(a.position, b.position), (a.velocity, b.velocity)]
        .map(|(a, b)| [0, 1, 2].map(|axis| f64::from(b[axis]) - f64::from(a[axis])));
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let half_s = f64::from(search.half_step_s);
    let tau = if dot(u, u) > 0.0 { (-dot(d, u) / dot(u, u)).clamp(-half_s, half_s) } else { 0.0 };
    let m = [0, 1, 2].map(|axis| d[axis] + u[axis] * tau);
    let limit = |a: f32, b: f32| f64::from(search.threshold_km) + f64::from(a) + f64::from(b);
    (limit(a.reach, b.reach) - dot(d, d).sqrt()).min(limit(a.pad, b.pad) - dot(m, m).sqrt())
}

fn coordinate(width_km: f32) -> impl Strategy<Value = f32> {
    -width_km..width_km
}

prop_compose! {
    /// A point about one of a few places: in low orbit, over the poles, on either side of the meridian of ±180°, about
    /// the axis, in the stationary ring, far out, at the centre.
    fn point()(
        place in 0usize..10,
        offset in [coordinate(600.0), coordinate(600.0), coordinate(600.0)],
        velocity in [coordinate(8.0), coordinate(8.0), coordinate(8.0)],
        pad in 0f32..3.0,
        extra in 0f32..1.0,
        kind in 0u8..20,
    ) -> Point {
        let places = [[7000.0, 0.0, 0.0], [4000.0, -4000.0, 4000.0], [-7100.0, 0.0, 0.0], [-8700.0, 0.0, 500.0],
            [42_164.0, 0.0, 0.0], [0.0, -46_000.0, 100.0], [0.0, 0.0, 7000.0], [-700.0, 0.0, 6900.0],
            [0.0, 0.0, -7000.0], [0.0, 0.0, 0.0]];
        let mut position = [0, 1, 2].map(|axis| places[place][axis] + offset[axis]);
        // Some are absent, some the very same, some at rest, some of great reach.
        let velocity = if kind == 1 { [0.0; 3] } else { velocity };
        match kind {
            0 => position = [f32::NAN; 3],
            2 => position = places[place],
            _ => {}
        }
        let reach = if kind == 3 { 900.0 * extra } else { 150.0 + 30.0 * extra };
        let reach = if kind == 0 { f32::NAN } else { reach };
        Point { position, velocity, pad, reach }
    }
}

/// Points all over spheres of a few radii, in thousands of kilometres and wider apart than the others.
fn scattered() -> impl Strategy<Value = Point> {
    let angles = (-std::f64::consts::PI..=std::f64::consts::PI, -1f64..=1.0);
    (angles, prop::sample::select(vec![6300.0, 6370.0, 6900.0, 12_000.0, 42_164.0]), 100f32..200.0).prop_map(
        |((longitude, z), radius_km, reach)| {
            let flat = (1.0 - z * z).sqrt();
            let position = [flat * longitude.cos(), flat * longitude.sin(), z].map(|part| (radius_km * part) as f32);
            Point { position, velocity: [0.0; 3], pad: 1e9, reach }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_pair_that_passes_both_tests_is_passed_over(
        points in prop::collection::vec(point(), 0..160),
        threshold_km in 0f32..60.0,
        half_step_s in 1f32..40.0,
        ordinary_reach_km in 100f32..300.0,
        apart in any::<bool>(),
    ) {
        let tiles = tiles(&points);
        // The last tile is handed over apart.
        let (tiles, more) = tiles.split_at(tiles.len().saturating_sub(usize::from(apart)));
        let search = Search { threshold_km, half_step_s, ordinary_reach_km, more };
        let mut scratch = NearPairs::default();
        for form in ["scalar", "avx2", "avx512"].iter().filter_map(|name| Form::named(name)) {
            let mut found = Vec::new();
            for _ in 0..2 {
                found.clear();
                scratch.find(form, &search, tiles, &mut found);
            }
            let mut found: Vec<_> = found.iter().map(|&(i, j)| (i.min(j) as usize, i.max(j) as usize)).collect();
            found.sort_unstable();
            found.dedup();
            for i in 0..points.len() {
                for j in i + 1..points.len() {
                    let present = !points[i].reach.is_nan() && !points[j].reach.is_nan();
                    let surplus_km = surplus_km(&points[i], &points[j], &search);
                    let listed = found.binary_search(&(i, j)).is_ok();
                    // Rounding decides within a few metres.
                    if present && surplus_km > 0.02 {
                        prop_assert!(listed, "{}: {i} {j} by {surplus_km}", form.name());
                    }
                    prop_assert!(!listed || present);
                }
            }
        }
    }

    #[test]
    fn pairs_all_over_the_sphere_are_found_by_their_distance(
        points in prop::collection::vec(scattered(), 0..300),
        threshold_km in prop::sample::select(vec![0f32, 300.0, 2000.0, 6000.0, 7000.0, 30_000.0]),
        ordinary_reach_km in 150f32..300.0,
    ) {
        let tiles = tiles(&points);
        let search = Search { threshold_km, half_step_s: 30.0, ordinary_reach_km, more: &[] };
        let mut found = Vec::new();
        NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
        let found: std::collections::HashSet<_> = found.iter().map(|&(i, j)| (i.min(j), i.max(j))).collect();
        for j in 0..points.len() {
            for i in 0..j {
                // The lines, at rest and of great pads, pass: distance alone decides.
                let surplus_km = surplus_km(&points[i], &points[j], &search);
                prop_assert!(surplus_km < 0.02 || found.contains(&(i as u32, j as u32)), "{i} {j} by {surplus_km}");
            }
        }
    }

    #[test]
    fn few_pairs_are_listed_that_fail_the_second_test(
        points in prop::collection::vec(point(), 0..160),
        half_step_s in 1f32..40.0,
    ) {
        let tiles = tiles(&points);
        let search = Search { threshold_km: 5.0, half_step_s, ordinary_reach_km: 200.0, more: &[] };
        let mut found = Vec::new();
        NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
        for (i, j) in found {
            let line = Search { threshold_km: 5.02, ..search };
            let [a, b] = [i, j].map(|i| Point { reach: f32::INFINITY, ..points[i as usize].clone() });
            prop_assert!(surplus_km(&a, &b, &line) > 0.0);
        }
    }
}

#[test]
fn a_threshold_without_bounds_lists_every_pair() {
    let point = |x: f32, speed: f32| Point {
        position: [x, 0.0, 7000.0],
        velocity: [speed, 0.0, 0.0],
        pad: f32::INFINITY,
        reach: 100.0,
    };
    let points: Vec<Point> = (0..40).map(|k| point(300.0 * k as f32, (k % 2) as f32)).collect();
    let tiles = tiles(&points);
    for threshold_km in [1e6, f32::MAX, f32::INFINITY] {
        let search = Search { threshold_km, half_step_s: 20.0, ordinary_reach_km: 200.0, more: &[] };
        let mut found = Vec::new();
        NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 40 * 39 / 2);
    }
}

#[test]
fn hostile_numbers_neither_panic_nor_hide_a_pair() {
    let odd = [0.0, -0.0, 1e-40, -1e-30, 7000.0, -7000.0, 1e10, 1e25, f32::MAX, f32::INFINITY, f32::NAN];
    let mut points = Vec::new();
    for (k, &x) in odd.iter().enumerate() {
        for &z in &odd {
            let reach = if k % 2 == 0 { 250.0 } else { x };
            points.push(Point {
                position: [x, odd[(k + 3) % odd.len()], z],
                velocity: [z, x, 1.0],
                pad: x.abs(),
                reach,
            });
        }
    }
    let near = |x: f32| Point { position: [x, 0.0, 0.0], velocity: [0.0, x, 0.0], pad: 0.0, reach: 250.0 };
    points.extend([near(7000.0), near(7001.0)]);
    let (tiles, last) = (tiles(&points), points.len() as u32 - 1);
    for threshold_km in [0.0, 5.0, 6400.0, f32::MAX, f32::INFINITY] {
        for ordinary_reach_km in [0.0, 250.0, f32::MAX, f32::INFINITY, f32::NAN] {
            let search = Search { threshold_km, half_step_s: 30.0, ordinary_reach_km, more: &tiles[..1] };
            let mut found = Vec::new();
            NearPairs::default().find(Form::best(), &search, &tiles, &mut found);
            let is_listed = found.contains(&(last - 1, last)) || found.contains(&(last, last - 1));
            assert!(is_listed || threshold_km == 0.0, "{threshold_km} {ordinary_reach_km}");
        }
    }
}
