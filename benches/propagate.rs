//! States a second of SGP4 on one core: the kernel in each form of this processor, side by side with the sgp4 crate.
#![allow(missing_docs, clippy::unwrap_used)]

use alliedsky::astro::elements::Elements;
use alliedsky::astro::propagator::Propagator;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::kernel::lanes::Form;
use alliedsky::kernel::sgp4::NearEarth;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// Times of one fill: a day in minutes.
const TIMES: usize = 1440;

/// Half of the 979 objects of 2018-01-20, on one side of the 225 minutes at which SGP4 changes theory.
fn objects(is_deep: bool) -> Vec<Elements> {
    let snapshot = bundled::snapshot("catalogue").unwrap();
    let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
    let is_wanted = |elements: &Elements| Propagator::new(elements).is_ok_and(|orbit| orbit.is_deep_space() == is_deep);
    sets.into_iter().filter(is_wanted).step_by(2).collect()
}

fn seconds() -> Vec<f64> {
    (0..TIMES).map(|minute| minute as f64 * 60.0).collect()
}

fn crate_constants(elements: &Elements) -> sgp4::Constants {
    let mean = elements.mean();
    let orbit = sgp4::Orbit::from_kozai_elements(
        &sgp4::WGS72,
        mean.inclination_rad,
        mean.raan_rad,
        mean.eccentricity,
        mean.arg_perigee_rad,
        mean.mean_anomaly_rad,
        mean.mean_motion_rad_min,
    );
    sgp4::Constants::new(sgp4::WGS72, sgp4::iau_epoch_to_sidereal_time, 18.0, mean.bstar, orbit.unwrap()).unwrap()
}

/// The forms that this processor has.
fn forms() -> impl Iterator<Item = &'static str> {
    ["scalar", "avx2", "avx512"].into_iter().filter(|name| Form::named(name).is_some())
}

#[divan::bench(args = forms(), sample_count = 20)]
fn near_earth_day(bencher: divan::Bencher<'_, '_>, form: &str) {
    let form = Form::named(form).unwrap();
    let orbits: Vec<_> = objects(false).iter().map(|elements| NearEarth::new(&elements.mean()).unwrap()).collect();
    let (seconds, mut rows) = (seconds(), vec![vec![0.0; TIMES]; 6]);
    bencher.counter(ItemsCount::new(orbits.len() * TIMES)).bench_local(|| {
        for orbit in &orbits {
            let [x, y, z, vx, vy, vz] = &mut rows[..] else { unreachable!() };
            orbit.states(form, &seconds, [x, y, z, vx, vy, vz]);
            divan::black_box(&mut rows);
        }
    });
}

#[divan::bench(sample_count = 20)]
fn near_earth_one_by_one(bencher: divan::Bencher<'_, '_>) {
    let orbits: Vec<_> = objects(false).iter().map(|elements| Propagator::new(elements).unwrap()).collect();
    one_by_one(bencher, &orbits, |orbit, second| orbit.state(second).is_ok());
}

#[divan::bench(sample_count = 5)]
fn near_earth_crate(bencher: divan::Bencher<'_, '_>) {
    let orbits: Vec<_> = objects(false).iter().map(crate_constants).collect();
    one_by_one(bencher, &orbits, |orbit, second| orbit.propagate(sgp4::MinutesSinceEpoch(second / 60.0)).is_ok());
}

#[divan::bench(sample_count = 5)]
fn deep_space_day(bencher: divan::Bencher<'_, '_>) {
    let orbits: Vec<_> = objects(true).iter().map(|elements| Propagator::new(elements).unwrap()).collect();
    let (seconds, mut rows) = (seconds(), vec![vec![0.0; TIMES]; 6]);
    bencher.counter(ItemsCount::new(orbits.len() * TIMES)).bench_local(|| {
        for orbit in &orbits {
            let [x, y, z, vx, vy, vz] = &mut rows[..] else { unreachable!() };
            orbit.states(&seconds, [x, y, z, vx, vy, vz]);
            divan::black_box(&mut rows);
        }
    });
}

#[divan::bench(sample_count = 5)]
fn deep_space_crate(bencher: divan::Bencher<'_, '_>) {
    let orbits: Vec<_> = objects(true).iter().map(crate_constants).collect();
    one_by_one(bencher, &orbits, |orbit, second| orbit.propagate(sgp4::MinutesSinceEpoch(second / 60.0)).is_ok());
}

/// A state a call.
fn one_by_one<T>(bencher: divan::Bencher<'_, '_>, orbits: &[T], state: impl Fn(&T, f64) -> bool) {
    let seconds = seconds();
    bencher.counter(ItemsCount::new(orbits.len() * TIMES)).bench_local(|| {
        for orbit in orbits {
            for &second in &seconds {
                divan::black_box(state(orbit, second));
            }
        }
    });
}
