//! The error of one object's element sets, from the sets themselves.
//!
//! 1. The sets of the last 30 days; of sets closer than 40 minutes, which are fits of one orbit, the later one.
//! 2. Manoeuvres cut the row, and sets that stand alone out of it are left out ([`manoeuvre::judge`]): no pair is
//!    compared across a cut.
//! 3. Every older set is compared with every newer one ([`super::difference`]), in bins of half a day by age.
//! 4. In each bin and axis a robust second moment about zero, (1.4826 median |d|)²: a bias is an error as well.
//! 5. Over the bins σ² = a + b τ + c τ² along R and N; along T σ² = a + b τ² + c τ⁴, since the error of drag itself grows
//!    with τ² (as [`super::class`] does). None of the three below zero: the best of the eight subsets of terms, which for
//!    three terms is what non-negative least squares finds. Bins count by their number of pairs, and relatively.
//! 6. Scaled so that the pairs, those beyond three robust deviations left out, have variance one; 1.4 times the
//!    deviation more for fleets under thrust and in geostationary orbit, whose next burn no earlier pair has in it.
//! 7. Up to the greatest age compared; from there the class's variance adds its growth.
//!
//! The differences hold the newer set's error too, which would have to be taken off; they lack what two sets have in
//! common, which would have to be added. The first is left in for the second. And precision is no accuracy: however well
//! an object's sets agree, its error is never less than the class's at the epoch, which is twice Flohrer's along the
//! track, with the floor of 100, 300 and 100 m.
//!
//! Method: Osweiler, AFIT/GSS/ENY/06-M09, 2006 (pairs, bins); Geul, Mooij & Noomen, Adv. Space Res. 59 (2017) 2522
//! (robust weights); Lawson & Hanson, *Solving Least Squares Problems*, 1974, ch. 23 (non-negative least squares).

use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::{Matrix3, Vector3};

use super::class::Class;
use super::difference::{Difference, Track};
use super::{Covariance, Source};
use crate::astro::elements::Elements;
use crate::ssa::watch::manoeuvre::{self, Judgement, without_refits};

/// Fewer pairs than this tell nothing.
pub const LEAST_PAIRS: usize = 10;

/// Fewer sets than this make fewer pairs.
pub const LEAST_SETS: usize = 5;

/// Sets older than this before the newest one do not count.
const WINDOW: TimeDelta = TimeDelta::days(30);

/// Pairs farther apart than this are not compared, days.
const LONGEST_DAYS: f64 = 15.0;

/// Width of a bin of ages, days.
const BIN_DAYS: f64 = 0.5;

/// With more sets than this every second one is left out, until there are not.
const MOST_SETS: usize = 64;

/// A normal distribution's standard deviation over its median absolute value.
const ROBUST: f64 = 1.4826;

/// Pairs beyond this many robust deviations do not count for the scale.
const CLIP: f64 = 3.0;

/// Variance of a normal distribution that is cut at [`CLIP`] deviations.
const CLIPPED_VARIANCE: f64 = 0.9733;

/// Least spread that a bin is taken for, km: below it, the digits of a set count.
const LEAST_KM: f64 = 0.001;

/// The error of an object's sets by their age.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Pairs of sets that were compared.
    pub pairs: usize,
    /// Time that the sets cover, days.
    pub days: f64,
    /// Greatest age compared, days: beyond it the class's growth is added.
    pub longest_days: f64,
    growth: [Growth; 3],
    class: Class,
}

/// A variance in km² by the age in days, as the sum of three terms.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Growth {
    powers: [i32; 3],
    terms: [f64; 3],
}

/// Powers of the age in the variance along R, T and N.
const POWERS: [[i32; 3]; 3] = [[0, 1, 2], [0, 2, 4], [0, 1, 2]];

/// Fits the sets of one object, in any order; `class` is that of its newest set.
///
/// `None` with fewer than [`LEAST_PAIRS`] pairs on one side of its manoeuvres.
#[must_use]
pub fn fit(sets: &[Elements], class: &Class) -> Option<Fit> {
    let sets = chosen(sets);
    let judgement = manoeuvre::judge(&sets);
    let differences = differences(&sets, &judgement);
    if differences.len() < LEAST_PAIRS {
        return None;
    }
    let days = sets.first()?.age_days(sets.last()?.epoch);
    let longest_days = differences.iter().map(|difference| difference.age_days).fold(0.0, f64::max);
    let growth = |axis: usize| {
        let pairs: Vec<(f64, f64)> =
            differences.iter().map(|difference| (difference.age_days, difference.rtn_km[axis])).collect();
        Growth::of(POWERS[axis], &pairs)
    };
    let growth = [growth(0)?, growth(1)?, growth(2)?];
    Some(Fit { pairs: differences.len(), days, longest_days, growth, class: *class })
}

impl Fit {
    /// The fit of an object of a class from the terms of [`Self::terms_km2`]; `None` where one of the numbers is negative
    /// or not finite.
    #[must_use]
    pub fn from_terms(
        pairs: usize,
        days: f64,
        longest_days: f64,
        terms_km2: [[f64; 3]; 3],
        class: &Class,
    ) -> Option<Self> {
        let is_sound = |number: &f64| number.is_finite() && *number >= 0.0;
        let sound = terms_km2.iter().flatten().chain([&days, &longest_days]).all(is_sound);
        let growth = [0, 1, 2].map(|axis| Growth { powers: POWERS[axis], terms: terms_km2[axis] });
        sound.then_some(Self { pairs, days, longest_days, growth, class: *class })
    }

    /// The variance along R, T and N as three terms each, km² at a day of age: R and N grow with the powers 0, 1 and 2 of
    /// the age in days, T with 0, 2 and 4.
    #[must_use]
    pub fn terms_km2(&self) -> [[f64; 3]; 3] {
        self.growth.map(|growth| growth.terms)
    }

    /// The covariance of the newest set `age_days` from its epoch, before or after.
    #[must_use]
    pub fn covariance(&self, age_days: f64) -> Covariance {
        let seen_days = age_days.abs().min(self.longest_days);
        let (now_km, then_km) = (self.class.sigmas_km(age_days), self.class.sigmas_km(seen_days));
        let least_km = self.class.sigmas_km(0.0);
        let mut sigmas_km = Vector3::zeros();
        for axis in 0..3 {
            let added_km2 = now_km[axis].powi(2) - then_km[axis].powi(2);
            let own_km2 = self.growth[axis].at(seen_days) * self.class.band.history_factor().powi(2);
            let sigma_km = (own_km2 + added_km2.max(0.0)).sqrt();
            sigmas_km[axis] = sigma_km.max(least_km[axis]).min(self.class.most_km(axis));
        }
        let Self { pairs, days, .. } = *self;
        Covariance::of_sigmas(sigmas_km, Source::History { pairs, days })
    }
}

/// The sets that count, by time: see the module's text.
fn chosen(sets: &[Elements]) -> Vec<Elements> {
    let mut sets: Vec<Elements> = sets.to_vec();
    sets.sort_by_key(|set| (set.epoch, set.element_set_no, set.orbit_key()));
    let Some(newest) = sets.last().map(|set| set.epoch) else { return sets };
    let recent = without_refits(sets.iter().filter(|set| newest - set.epoch <= WINDOW));
    let mut kept: Vec<Elements> = recent.into_iter().cloned().collect();
    while kept.len() > MOST_SETS {
        // Counted from the newest, which stays.
        let odd = kept.len() % 2;
        kept = kept.into_iter().enumerate().filter(|(index, _)| index % 2 != odd).map(|(_, set)| set).collect();
    }
    kept
}

/// Whether a manoeuvre lies between two times, or one of them is that of a set out of the row.
#[must_use]
pub fn is_cut(judgement: &Judgement, older: DateTime<Utc>, newer: DateTime<Utc>) -> bool {
    let is_outlier = |epoch| judgement.outliers.contains(&epoch);
    is_outlier(older)
        || is_outlier(newer)
        || judgement.manoeuvres.iter().any(|manoeuvre| manoeuvre.start < newer && older < manoeuvre.end)
}

fn differences(sets: &[Elements], judgement: &Judgement) -> Vec<Difference> {
    let tracks: Vec<Track<'_>> = sets.iter().filter_map(|set| Track::new(set).ok()).collect();
    let mut differences = Vec::new();
    for (index, newer) in tracks.iter().enumerate() {
        for older in &tracks[..index] {
            let age_days = older.set.age_days(newer.set.epoch);
            if age_days <= LONGEST_DAYS && !is_cut(judgement, older.set.epoch, newer.set.epoch) {
                differences.extend(newer.from_older(older).ok());
            }
        }
    }
    differences
}

impl Growth {
    /// Fits pairs of age in days and difference in km.
    fn of(powers: [i32; 3], pairs: &[(f64, f64)]) -> Option<Self> {
        let bins = bins(pairs);
        let mut best: Option<(f64, [f64; 3])> = None;
        for subset in 1..8_u8 {
            let Some(terms) = solved(powers, subset, &bins) else { continue };
            let left: f64 = bins
                .iter()
                .map(|bin| bin.weight * (Self { powers, terms }.at(bin.age_days) / bin.variance_km2 - 1.0).powi(2))
                .sum();
            if best.is_none_or(|(least, _)| left < least) {
                best = Some((left, terms));
            }
        }
        let growth = Self { powers, terms: best?.1 };
        let scale = scale(pairs.iter().map(|(age_days, km)| km.abs() / growth.at(*age_days).sqrt()))?;
        Some(Self { powers, terms: growth.terms.map(|term| term * scale) })
    }

    /// Variance in km² at an age in days, not below the least that counts.
    fn at(&self, age_days: f64) -> f64 {
        let sum: f64 = self.powers.iter().zip(self.terms).map(|(power, term)| term * age_days.powi(*power)).sum();
        sum.max(LEAST_KM * LEAST_KM)
    }
}

/// The spread of the differences of about one age.
struct Bin {
    age_days: f64,
    variance_km2: f64,
    weight: f64,
}

fn bins(pairs: &[(f64, f64)]) -> Vec<Bin> {
    let bin_of = |age_days: f64| (age_days / BIN_DAYS) as usize;
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted
        .chunk_by(|a, b| bin_of(a.0) == bin_of(b.0))
        .map(|bin| {
            let weight = bin.len() as f64;
            let spread_km = ROBUST * median(bin.iter().map(|(_, km)| km.abs()).collect());
            Bin {
                age_days: bin.iter().map(|(age_days, _)| age_days).sum::<f64>() / weight,
                variance_km2: spread_km.max(LEAST_KM).powi(2),
                weight,
            }
        })
        .collect()
}

/// Relative least squares over some of the terms, the bits of `subset`; `None` where a term comes out below zero.
fn solved(powers: [i32; 3], subset: u8, bins: &[Bin]) -> Option<[f64; 3]> {
    let is_in = |term: usize| subset & (1 << term) != 0;
    let mut normal = Matrix3::zeros();
    let mut right = Vector3::zeros();
    for bin in bins {
        let row = Vector3::from_fn(
            |term, _| {
                if is_in(term) { bin.age_days.powi(powers[term]) / bin.variance_km2 } else { 0.0 }
            },
        );
        normal += bin.weight * row * row.transpose();
        right += bin.weight * row;
    }
    for term in (0..3).filter(|term| !is_in(*term)) {
        normal[(term, term)] = 1.0;
    }
    // In units of each term's own size, so that the solution does not drown in rounding.
    let units = normal.diagonal().map(|size| if size > 0.0 { 1.0 / size.sqrt() } else { 0.0 });
    let scaled = Matrix3::from_fn(|row, column| normal[(row, column)] * units[row] * units[column]);
    let terms = scaled.cholesky()?.solve(&right.component_mul(&units)).component_mul(&units);
    terms.iter().all(|term| term.is_finite() && *term >= 0.0).then_some([terms.x, terms.y, terms.z])
}

/// By how much a variance is too small, given deviations in its units.
fn scale(deviations: impl Iterator<Item = f64>) -> Option<f64> {
    let deviations: Vec<f64> = deviations.collect();
    let most = CLIP * ROBUST * median(deviations.clone());
    let kept: Vec<f64> = deviations.into_iter().filter(|deviation| *deviation <= most).collect();
    let mean = kept.iter().map(|deviation| deviation * deviation).sum::<f64>() / kept.len() as f64;
    Some(mean / CLIPPED_VARIANCE).filter(|scale| scale.is_finite() && *scale > 0.0)
}

/// The middle one of some values, the mean of the two middle ones of an even number; zero of none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    }
}
