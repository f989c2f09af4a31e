//! The fit of an object's own sets recovers the errors that were put in.

use alliedsky::astro::elements::{ElementFields, Elements};
use alliedsky::ssa::covariance::class::{Band, Class};
use alliedsky::ssa::covariance::history::fit;
use alliedsky::ssa::covariance::{Covariance, Source, best, combined_source};

use super::synthetic::{Errors, Normal, history, later, orbit};

const ERRORS: Errors = Errors { along_km: 2.0, along_km_day: 0.25, across_km: 0.25 };

/// Standard deviations along T and N of the difference of two sets: both err at their epochs, the older one drifts.
fn expected_km(age_days: f64) -> (f64, f64) {
    let along_km2 = 2.0 * ERRORS.along_km.powi(2) + (ERRORS.along_km_day * age_days).powi(2);
    (along_km2.sqrt(), (2.0 * ERRORS.across_km.powi(2)).sqrt())
}

fn class(sets: &[Elements]) -> Class {
    Class::of(sets.last().unwrap())
}

#[test]
fn a_history_without_errors_agrees_to_metres() {
    let without = Errors { along_km: 0.0, along_km_day: 0.0, across_km: 0.0 };
    let sets = history(&orbit(1), 20, 1.0, without, &mut Normal::new(1));
    let found = fit(&sets, &class(&sets)).unwrap();
    // The floor is what is left: the class's figures at the epoch.
    assert_eq!(found.covariance(5.0).sigmas_km(), class(&sets).sigmas_km(0.0));
}

#[test]
fn growth_that_was_put_in_is_recovered() {
    let mut ratios = Vec::new();
    for seed in 0..12 {
        let sets = history(&orbit(100 + seed), 40, 0.7, ERRORS, &mut Normal::new(seed.into()));
        let found = fit(&sets, &class(&sets)).unwrap();
        assert!(found.pairs > 300 && (found.days - 27.3).abs() < 1e-6 && found.longest_days > 14.0, "{found:?}");
        for age_days in [1.0, 5.0, 10.0, 14.0] {
            let sigmas_km = found.covariance(age_days).sigmas_km();
            let (along_km, across_km) = expected_km(age_days);
            ratios.push((age_days, sigmas_km.y / along_km, sigmas_km.z / across_km));
        }
    }
    for age_days in [1.0, 5.0, 10.0, 14.0] {
        let of: Vec<_> = ratios.iter().filter(|ratio| ratio.0 == age_days).collect();
        let mean =
            |axis: fn(&(f64, f64, f64)) -> f64| of.iter().map(|ratio| axis(ratio)).sum::<f64>() / of.len() as f64;
        let (along, across) = (mean(|ratio| ratio.1), mean(|ratio| ratio.2));
        println!("{age_days} d: {along:.2} along, {across:.2} across, {of:.2?}");
        assert!((0.85..1.15).contains(&along), "{age_days} d: {along}");
        // Turns of the plane show fully twice a revolution alone: everywhere together they have the same mean square.
        assert!((0.8..1.15).contains(&across), "{age_days} d: {across}");
        assert!(of.iter().all(|ratio| (0.55..1.7).contains(&ratio.1) && (0.55..1.7).contains(&ratio.2)), "{of:?}");
    }
}

#[test]
fn the_order_and_repetition_of_sets_do_not_matter() {
    let sets = history(&orbit(7), 30, 0.8, ERRORS, &mut Normal::new(7));
    let mut mixed: Vec<Elements> = sets.iter().rev().chain(&sets).cloned().collect();
    mixed.rotate_left(11);
    assert_eq!(fit(&sets, &class(&sets)), fit(&mixed, &class(&sets)));
}

#[test]
fn a_manoeuvre_is_cut_out() {
    let mut normal = Normal::new(3);
    let mut sets = history(&orbit(3), 20, 0.7, ERRORS, &mut normal);
    // 1 m/s at half time: 0.0004 of the mean motion, 17 km a day.
    let burnt = ElementFields { mean_motion_rev_day: 14.57 * (1.0 - 0.0004), ..later(&orbit(3), 14.0) };
    sets.extend(history(&burnt, 20, 0.7, ERRORS, &mut normal));
    let found = fit(&sets, &class(&sets)).unwrap();
    let (along_km, _) = expected_km(5.0);
    let sigma_km = found.covariance(5.0).sigmas_km().y;
    println!("{} pairs, {sigma_km} km for {along_km}", found.pairs);
    assert!(found.pairs < 400 && sigma_km < 1.7 * along_km, "{sigma_km} km in {} pairs", found.pairs);
}

#[test]
fn few_sets_tell_nothing_and_beyond_them_the_class_grows() {
    let sets = history(&orbit(5), 4, 1.0, ERRORS, &mut Normal::new(5));
    assert!(fit(&sets, &class(&sets)).is_none());
    assert!(fit(&[], &class(&sets)).is_none());
    let sets = history(&orbit(5), 6, 1.0, ERRORS, &mut Normal::new(5));
    let found = fit(&sets, &class(&sets)).unwrap();
    assert_eq!(found.pairs, 15);
    let variance = |days: f64| found.covariance(days).rtn_km2[(1, 1)];
    let of_class = |days: f64| class(&sets).covariance(days).rtn_km2[(1, 1)];
    let added = (variance(12.0) - variance(5.0)) / (of_class(12.0) - of_class(5.0));
    assert!((added - 1.0).abs() < 1e-6, "{added}");
    assert_eq!(variance(4.0), variance(-4.0));
}

#[test]
fn the_better_source_comes_first_and_is_named() {
    let sets = history(&orbit(9), 10, 1.0, ERRORS, &mut Normal::new(9));
    let newest = sets.last().unwrap();
    let found = fit(&sets, &class(&sets)).unwrap();
    let given = Covariance { source: Source::Given("17.cdm".to_owned()), ..found.covariance(1.0) };
    assert_eq!(best(Some(given.clone()), Some(&found), newest, 2.0), given);
    let (own, of_class) = (best(None, Some(&found), newest, 2.0), best(None, None, newest, 2.0));
    assert_eq!(own, found.covariance(2.0));
    assert_eq!(of_class.source, Source::Class(Band::Leo600To800));
    assert_eq!(
        combined_source(&own.source, &of_class.source),
        "primary: history (45 pairs, 9 days); secondary: class LEO 600-800 km"
    );
    assert_eq!(given.source.to_string(), "given: 17.cdm");
}
