//! The orbit after a burn.

use alliedsky::astro::burn::Burn;
use alliedsky::astro::elements::Elements;
use alliedsky::astro::frame::rtn_axes;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::plus_seconds;
use alliedsky::format::{ReadOptions, read_elements};
use nalgebra::Vector3;

use crate::truth;

pub fn snapshot() -> Vec<Elements> {
    let path = truth::data("../../tle/catalogue_20180120.csv.gz");
    read_elements("catalogue", &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap().elements
}

fn zero(elements: &Elements, after_s: f64) -> Burn {
    Burn { time: plus_seconds(elements.epoch, after_s), delta_v_rtn_m_s: Vector3::zeros() }
}

/// How far apart two sets are after some days, on the first one's axes, km.
fn apart_km(one: &Elements, other: &Elements, from: &Burn, days: f64) -> Option<Vector3<f64>> {
    let time = plus_seconds(from.time, days * 86_400.0);
    let a = Propagator::new(one).ok()?.state_at(time).ok()?;
    let b = Propagator::new(other).ok()?.state_at(time).ok()?;
    Some(rtn_axes(&a) * (b.position_km - a.position_km))
}

#[test]
fn no_burn_gives_back_the_track() {
    let mut rows = Vec::new();
    for elements in snapshot().iter().step_by(7) {
        let burn = zero(elements, 100_000.0);
        match burn.applied_to(elements) {
            Ok(after) => {
                let worst = [0.0, 1.0, 3.0].map(|days| apart_km(elements, &after, &burn, days).map_or(-1.0, |d| d.norm()));
                rows.push((worst[2], worst, elements.norad_id, elements.perigee_km(), elements.period_min(), elements.bstar));
            }
            Err(error) => println!("{} {error} perigee {} e {}", elements.norad_id, elements.perigee_km(), elements.eccentricity),
        }
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    println!("{} rows, median {:?}, 90 % {:?}", rows.len(), rows[rows.len() / 2], rows[rows.len() * 9 / 10]);
    for row in rows.iter().rev().take(40) {
        println!("{row:?}");
    }
}
