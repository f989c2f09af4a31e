//! The same probabilities by other routes, limits that need no integral, and laws of scale.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use alliedsky::kernel::probability::{Disc, alfano_maximum};
use proptest::prelude::*;

use super::near;

/// The sum over rays from the peak of the density: along each of them the probability between two distances is known
/// in closed form, and the mean over evenly spaced rays has no error but the last digits.
fn by_rays(disc: &Disc) -> f64 {
    const RAYS: i32 = 200_000;
    let miss = disc.miss();
    let towards = disc.y.atan2(disc.x);
    let sum: f64 = (0..RAYS)
        .map(|k| {
            let s = PI * ((f64::from(k) + 0.5) / f64::from(RAYS) - 0.5);
            // From outside, the rays that meet the disc, closer together at its edges; from inside, all of them.
            let (offset, weight) = if miss > disc.radius {
                let half = (disc.radius / miss).asin();
                (half * s.sin(), half * s.cos() * PI)
            } else {
                (2.0 * s, TAU)
            };
            let (sine, cosine) = (towards + offset).sin_cos();
            let (a, b) = (cosine / disc.sigma_x, sine / disc.sigma_y);
            let stretch = a.hypot(b);
            let turn = 1.0 / (disc.sigma_x * disc.sigma_y * stretch * stretch);
            let chord = (disc.radius.powi(2) - (miss * offset.sin()).powi(2)).max(0.0).sqrt();
            let from = ((miss * offset.cos() - chord) * stretch).max(0.0);
            let to = (miss * offset.cos() + chord) * stretch;
            weight * turn * (-0.5 * from * from).exp() * -(-0.5 * (to * to - from * from)).exp_m1()
        })
        .sum();
    sum / f64::from(RAYS) / TAU
}

/// The plain sum over a polar grid of the disc itself.
fn by_grid(disc: &Disc) -> f64 {
    let (rings, sectors) = (400, 400);
    let width = disc.radius / f64::from(rings);
    let mut sum = 0.0;
    for ring in 0..=rings {
        let simpson = if ring == 0 || ring == rings { 1.0 } else { f64::from(2 + 2 * (ring % 2)) };
        let r = width * f64::from(ring);
        for sector in 0..sectors {
            let (sine, cosine) = (TAU * f64::from(sector) / f64::from(sectors)).sin_cos();
            let (x, y) = ((disc.x + r * cosine) / disc.sigma_x, (disc.y + r * sine) / disc.sigma_y);
            sum += simpson * r * (-0.5 * (x * x + y * y)).exp();
        }
    }
    sum * width / 3.0 / f64::from(sectors) / (disc.sigma_x * disc.sigma_y)
}

/// A number between two powers of ten, evenly in the power.
fn between(low: f64, high: f64) -> impl Strategy<Value = f64> {
    (low..high).prop_map(|power| 10.0_f64.powf(power))
}

prop_compose! {
    /// Discs of every sort: errors far above and far below the radius, round and narrow, off by up to 30 of them.
    fn discs()(
        radius in between(-3.0, 3.0),
        sigma_x in between(-1.5, 1.5),
        sigma_y in between(-1.5, 1.5),
        away in 0.0..30.0_f64,
        edge in 0.0..1.5_f64,
        angle in 0.0..TAU,
    ) -> Disc {
        let (sine, cosine) = angle.sin_cos();
        Disc {
            x: cosine * (edge * radius + away * sigma_x),
            y: sine * (edge * radius + away * sigma_y),
            sigma_x,
            sigma_y,
            radius,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rays_give_the_same(disc in discs()) {
        let (own, other) = (disc.probability(), by_rays(&disc));
        if other > 1e-30 {
            prop_assert!((own / other - 1.0).abs() < 1e-8, "{:?}: {:e} against {:e}", disc, own, other);
        } else {
            prop_assert!(own < 1.1e-30, "{:?}: {:e} against {:e}", disc, own, other);
        }
    }

    #[test]
    fn chan_s_series_is_exact_for_round_errors(
        radius in between(-4.0, 0.8), miss in 0.0..12.0_f64, angle in 0.0..TAU, unit in between(-6.0, 6.0),
    ) {
        let (sine, cosine) = angle.sin_cos();
        let disc = Disc {
            x: miss * cosine * unit, y: miss * sine * unit, sigma_x: unit, sigma_y: unit, radius: radius * unit,
        };
        let (own, other) = (disc.probability(), disc.probability_by_chan());
        if other > 1e-30 {
            prop_assert!((own / other - 1.0).abs() < 1e-9, "{:?}: {:e} against {:e}", disc, own, other);
        }
    }

    #[test]
    fn units_signs_and_the_order_of_axes_do_not_matter(disc in discs(), unit in between(-9.0, 9.0)) {
        let own = disc.probability();
        let Disc { x, y, sigma_x, sigma_y, radius } = disc;
        let swapped = Disc { x: y, y: -x, sigma_x: sigma_y, sigma_y: sigma_x, radius };
        let other_unit = Disc {
            x: x * unit, y: y * unit, sigma_x: sigma_x * unit, sigma_y: sigma_y * unit, radius: radius * unit,
        };
        for other in [swapped.probability(), other_unit.probability()] {
            prop_assert!((own - other).abs() <= 1e-9 * own || own < 1e-100, "{:?}: {:e}, {:e}", disc, own, other);
        }
    }

    #[test]
    fn a_larger_radius_is_more_probable_and_one_further_away_less(disc in discs(), more in 1.0..2.0_f64) {
        let slack = |p: f64| p * (1.0 + 1e-9) + 1e-290;
        let own = disc.probability();
        prop_assert!((0.0..=1.0).contains(&own));
        let larger = Disc { radius: disc.radius * more, ..disc };
        prop_assert!(own <= slack(larger.probability()), "{:?}, {}", disc, more);
        let further = Disc { x: disc.x * more, y: disc.y * more, ..disc };
        prop_assert!(further.probability() <= slack(own), "{:?}, {}", disc, more);
    }

    #[test]
    fn no_scale_beats_the_maximum(disc in discs()) {
        let maximum = disc.maximum();
        if disc.miss() <= disc.radius {
            prop_assert_eq!((maximum.probability, maximum.scale), (1.0, 0.0));
            prop_assert!(disc.scaled(1e-9).probability() > 0.99 || disc.miss() > 0.999 * disc.radius);
        } else {
            prop_assert!(maximum.probability >= disc.probability());
            let reached = disc.scaled(maximum.scale).probability();
            prop_assert!((reached / maximum.probability - 1.0).abs() < 1e-9);
            for step in -120..=120 {
                let scale = maximum.scale * 1.05_f64.powi(step);
                let other = disc.scaled(scale).probability();
                prop_assert!(other <= maximum.probability * (1.0 + 1e-9), "{:?} at {}: {:e}", disc, scale, other);
            }
        }
    }
}

#[test]
fn a_plain_sum_over_the_disc_gives_the_same() {
    for (x, y, sigma_x, sigma_y) in
        [(0.0, 0.0, 1.0, 1.0), (0.3, -0.2, 0.5, 2.0), (2.0, 3.0, 1.0, 0.7), (-4.0, 1.0, 0.6, 5.0), (9.0, 9.0, 3.0, 2.0)]
    {
        for radius in [1e-6, 0.01, 0.3, 1.0, 1.8] {
            let disc = Disc { x, y, sigma_x, sigma_y, radius };
            near(disc.probability(), by_grid(&disc), 1e-8, &format!("{disc:?}"));
        }
    }
}

#[test]
fn limits_that_need_no_integral() {
    let half_plane = |sigmas: f64| 0.5 * libm::erfc(sigmas / 2.0_f64.sqrt());
    for ratio in [1e3, 1e5, 1e6] {
        let disc = |x: f64, sigma_y: f64| Disc { x, y: 0.0, sigma_x: 1.0, sigma_y, radius: ratio };
        near(disc(0.5 * ratio, 1.0).probability(), 1.0, 1e-10, "well within");
        for sigmas in [-3.0, 0.0, 2.0, 6.0, 10.0] {
            // Near its edge a large disc is a half-plane, but for a bend of σ²/2R.
            let own = disc(ratio + sigmas, 1.0).probability();
            near(own, half_plane(sigmas), 12.0 / ratio, &format!("{sigmas} outside of {ratio}"));
        }
        assert_eq!(disc(ratio + 50.0, 1.0).probability(), 0.0);
        // Errors on a line across the disc: what of the line is within it.
        let needle = Disc { x: 0.6, y: 0.5, sigma_x: 1.0 / ratio, sigma_y: 2.0, radius: 1.0 };
        let line = half_plane(-0.3 / 2.0) - half_plane(1.3 / 2.0);
        near(needle.probability(), line, 1.0 / ratio, "needle");
    }
    for radius in [1e-3, 1e-6, 1e-9, 1e-30, 1e-100] {
        // A small disc: its area times the density, 30 standard deviations off at most.
        for (x, y) in [(0.0, 0.0), (1.0, 2.0), (5.0, -3.0), (0.0, 10.0), (30.0, 1.0)] {
            let disc = Disc { x, y, sigma_x: 1.0, sigma_y: 2.0, radius };
            let density = (-0.5 * disc.mahalanobis().powi(2)).exp() / (2.0 * TAU);
            near(
                disc.probability(),
                PI * radius * radius * density,
                1e3 * radius * radius + 1e-9,
                &format!("{disc:?}"),
            );
        }
    }
}

#[test]
fn a_narrow_peak_far_from_the_middle_is_found() {
    // On the edge, near the ends of the substitution, and in front of the disc: each against the rays.
    for (x, y, sigma_x, sigma_y) in [
        (1.0, 0.0, 1e-3, 1e-3),
        (1.002, 0.0, 1e-3, 0.9e-3),
        (0.0, 1.004, 1e-3, 2e-3),
        (0.71, 0.71, 1e-3, 4e-3),
        (0.999_99, 0.05, 2e-4, 3e-2),
        (0.2, 1.3, 1e-2, 5e-2),
    ] {
        let disc = Disc { x, y, sigma_x, sigma_y, radius: 1.0 };
        near(disc.probability(), by_rays(&disc), 1e-8, &format!("{disc:?}"));
    }
}

#[test]
fn the_worst_orientation_is_the_worst() {
    for aspect in [1.0, 1.5, 3.0, 10.0] {
        let worst = alfano_maximum(100.0, 12.0, aspect);
        for step in 0..=20 {
            let (sine, cosine) = (FRAC_PI_2 * f64::from(step) / 20.0).sin_cos();
            let disc = Disc { x: 100.0 * cosine, y: 100.0 * sine, sigma_x: 1.0, sigma_y: aspect, radius: 12.0 };
            assert!(disc.maximum().probability <= worst.probability * (1.0 + 1e-9), "{aspect}, {step}");
        }
        let at =
            |sigma: f64| Disc { x: 0.0, y: 100.0, sigma_x: sigma, sigma_y: sigma * aspect, radius: 12.0 }.probability();
        near(at(worst.sigma_minor), worst.probability, 1e-10, "at its own size");
    }
}
