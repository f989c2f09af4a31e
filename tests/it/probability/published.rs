//! The tables of `tests/data/pc` and, where it is present, the full set of ESA's cases.

use std::path::Path;

use alliedsky::kernel::probability::alfano_maximum;
use alliedsky::ssa::probability::{NotComputable, PcMethod, Thresholds, Verdict, assess, plane};
use nalgebra::{Matrix3, Vector3};

use super::{Object, disc, near};
use crate::truth::{self, Row};

#[test]
fn the_two_dimensional_cases_of_four_papers() {
    let rows = truth::table(&truth::data("pc/twod77.csv"));
    let mut compared = 0;
    for row in &rows {
        let disc = disc(row, ["xm_m", "ym_m", "sigma_x_m", "sigma_y_m", "radius_m"]);
        let what = format!("{} {}", row.text("source_paper"), row.text("case"));
        near(disc.probability(), row.number("pc_exact"), 1e-10, &what);
        if row.text("comparable") == "1" {
            let off = (disc.probability() - row.number("pc_published")).abs();
            assert!(off <= row.number("published_abs_tol"), "{what}: off by {off:e}");
            compared += 1;
        }
    }
    assert_eq!((rows.len(), compared), (77, 62));
}

#[test]
fn chan_s_own_table() {
    for row in truth::table(&truth::data("pc/twod77.csv")) {
        let disc = disc(&row, ["xm_m", "ym_m", "sigma_x_m", "sigma_y_m", "radius_m"]);
        let (paper, case) = (row.text("source_paper"), row.text("case"));
        let own = disc.probability_by_chan();
        near(own, row.number("pc_chan_series"), 1e-10, case);
        // That one printed value comes from a series that was cut.
        if paper == "Chan 1997" && case != "Alfano 5" {
            let off = (own - row.number("pc_published")).abs();
            assert!(off <= row.number("published_abs_tol"), "{case}: off by {off:e}");
        }
    }
}

#[test]
fn alfano_s_maximum_over_miss_radius_and_aspect_ratio() {
    let rows = truth::table(&truth::data("pc/maxpc.csv"));
    for row in &rows {
        let [miss, radius, aspect] = ["miss_m", "radius_m", "aspect_ratio"].map(|column| row.number(column));
        let what = format!("{miss} m, {radius} m, {aspect}");
        let own = alfano_maximum(miss, radius, aspect);
        near(own.probability, row.number("pmax_exact"), 1e-10, &what);
        if own.sigma_minor > 0.0 {
            near(own.sigma_minor, row.number("sigma_minor_at_max_m"), 1e-6, &what);
        }
    }
    assert_eq!(rows.len(), 155);
}

/// One of Alfano's objects from its columns.
fn alfano_object(row: &Row, object: &str) -> Object {
    let number = |name: &str| row.number(&format!("{object}_{name}"));
    let lower = |i: usize, j: usize| number(&format!("c{}{}", i.max(j) + 1, i.min(j) + 1));
    Object {
        position_m: Vector3::new(number("rx"), number("ry"), number("rz")),
        velocity_m_s: Vector3::new(number("vx"), number("vy"), number("vz")),
        covariance_m2: Matrix3::from_fn(lower),
    }
}

#[test]
fn alfano_s_twelve_cases() {
    let slow = PcMethod::NotComputable(NotComputable::Slow);
    for row in truth::table(&truth::data("pc/alfano12.csv")) {
        let encounter = alfano_object(&row, "o1").encounter(&alfano_object(&row, "o2"), row.number("hbr_m"));
        let risk = assess(&encounter, &Thresholds::default());
        let case = row.id("case");
        if case == 12 {
            assert_eq!(plane(&encounter), Err(NotComputable::Slow), "the same orbit twice");
            assert_eq!((risk.pc_method, risk.verdict), (slow, Verdict::Act), "as slow, and within the radius");
            continue;
        }
        let plane = plane(&encounter).unwrap();
        let what = format!("case {case}");
        near(plane.sigma_minor_km * 1e3, row.number("sigma_minor_m"), 1e-9, &what);
        near(plane.sigma_major_km * 1e3, row.number("sigma_major_m"), 1e-9, &what);
        near(plane.miss_km() * 1e3, row.number("xm_m").hypot(row.number("ym_m")), 1e-9, &what);
        near(plane.disc().probability(), row.number("pc_exact"), 1e-10, &what);
        // CARA's 64-point rule is 9e-8 off the exact value where the radius is 50 times the smaller error.
        near(plane.disc().probability(), row.number("pc2d_cara"), 1e-7, &what);
        near(plane.disc().probability(), row.number("pc_linear_alfano"), 1e-3, &what);
        // Wherever a Monte Carlo run differs by more than its own bounds, the event must be refused.
        let (low, high) = (row.number("pc_mc_cara_lo95"), row.number("pc_mc_cara_hi95"));
        let (own, spread) = (plane.disc().probability(), high - low);
        if own < low - spread || own > high + spread {
            assert_eq!(risk.pc_method, slow, "{what}");
        }
        assert_eq!(risk.pc, None, "{what}: slow, or within the radius");
        let within = row.number("miss_m") <= row.number("hbr_m");
        assert_eq!(risk.verdict, if within { Verdict::Act } else { Verdict::Watch }, "{what}");
    }
}

/// ESA's cases: the exact column to 1e-8; the published one comes from a series of low order.
fn esa(path: &Path, exact: &str, published: &str, columns: [&str; 5]) -> usize {
    let rows = truth::table(path);
    for row in &rows {
        let disc = disc(row, columns);
        let what = format!("ESA {}", row.text("id"));
        let own = disc.probability();
        near(own, row.number(exact), 1e-8, &what);
        near(own, row.number(published), 4e-3, &what);
        let maximum = disc.maximum();
        assert!(maximum.probability >= own, "{what}");
        // Alfriend's maximum is that of a small disc: R²/(e·σx·σy·d²) at k² = d²/2.
        let least = disc.sigma_x.min(disc.sigma_y) * maximum.scale;
        if disc.radius < 0.01 * least {
            near(maximum.probability, row.number("pc_max_alfriend"), 1e-3, &what);
            near(maximum.scale * 2.0_f64.sqrt(), disc.mahalanobis(), 1e-3, &what);
        }
    }
    rows.len()
}

#[test]
fn two_hundred_of_esa_s_cases() {
    let columns = ["xm_m", "ym_m", "sigma_x_m", "sigma_y_m", "radius_m"];
    assert_eq!(esa(&truth::data("pc/esa200.csv"), "pc_exact", "pc_published", columns), 200);
}

#[test]
fn all_of_esa_s_cases() {
    let Some(path) = truth::local("pc/armellin_esa_2170.csv") else { return };
    for row in truth::table(&path) {
        let disc = disc(&row, ["x_m", "y_m", "sigma_x_m", "sigma_y_m", "radius_m"]);
        near(disc.probability(), row.number("own_pc_exact"), 1e-8, row.text("id"));
        near(disc.probability(), row.number("pc_alfano_ref"), 4e-3, row.text("id"));
        near(disc.probability_by_chan(), row.number("own_pc_chan"), 1e-8, row.text("id"));
    }
}
