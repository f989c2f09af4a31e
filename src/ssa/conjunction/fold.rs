//! The slabs of a window folded into records: a pure function, whoever computed the slabs.

use std::collections::BTreeMap;

use super::Kind;
use super::slab::{Minimum, SlabEvents, Stretch};
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;

/// Below this relative speed, in km/s, a minimum belongs to a companion.
pub const COMPANION_SPEED_KM_S: f64 = 0.010;

/// An object is used until this many seconds before its orbit ends.
///
/// Steps of up to a minute then always have a state in the middle of an interval and at both its ends, so that what is
/// found does not depend on them; and the last minute of a falling orbit is no prediction.
const LAST_SECONDS_LEFT_OUT: f64 = 61.0;

/// One record of a screening by object index; `first < second`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Index of one object.
    pub first: u32,
    /// Index of the other.
    pub second: u32,
    /// Sort of approach.
    pub kind: Kind,
    /// Seconds from the window's start; the rest follows from it.
    pub tca_s: f64,
    /// When the pair is below the threshold: for companions.
    pub spans: Box<[Span]>,
}

/// The slabs of one window, folded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folded {
    /// Encounters, companions and open ends in order of time, then of index.
    pub records: Vec<Record>,
    /// When each object that failed first had no state, and why.
    pub failures: BTreeMap<usize, (f64, PropagationError)>,
}

/// Folds the slabs of a window, given in order of time.
///
/// Minima at [`COMPANION_SPEED_KM_S`] or more are encounters, one record each. A pair with a slower minimum gets one
/// companion record: the least of its slow minima and of the window's ends, and its stretches joined. A pair below the
/// threshold at a window end that has no companion record gets an open one for that end. What comes after an object's
/// first failure, or in the minute before it, is left out: an orbit that has ended does not come back.
#[must_use]
pub fn fold(slabs: Vec<SlabEvents>) -> Folded {
    let mut minima = Vec::with_capacity(slabs.iter().map(|slab| slab.minima.len()).sum());
    let mut stretches = Vec::with_capacity(slabs.iter().map(|slab| slab.stretches.len()).sum());
    let mut failures: BTreeMap<usize, (f64, PropagationError)> = BTreeMap::new();
    for slab in slabs {
        minima.extend(slab.minima);
        stretches.extend(slab.stretches);
        for (object, time_s, error) in slab.failures {
            let first = failures.entry(object).or_insert((time_s, error));
            if time_s < first.0 {
                *first = (time_s, error);
            }
        }
    }
    let end_of = |object: u32| {
        failures.get(&(object as usize)).map_or(f64::INFINITY, |&(end_s, _)| end_s - LAST_SECONDS_LEFT_OUT)
    };
    minima.retain(|m| m.figures.tca_s < end_of(m.first).min(end_of(m.second)));
    stretches.retain_mut(|stretch| {
        stretch.span.end_s = stretch.span.end_s.min(end_of(stretch.first)).min(end_of(stretch.second));
        stretch.span.start_s < stretch.span.end_s
    });

    minima.sort_unstable_by(|a, b| pair(a).cmp(&pair(b)).then(a.figures.tca_s.total_cmp(&b.figures.tca_s)));
    stretches.sort_unstable_by(|a, b| of(a).cmp(&of(b)).then(a.span.start_s.total_cmp(&b.span.start_s)));
    let mut records = Vec::with_capacity(minima.len());
    for minima in minima.chunk_by(|a, b| pair(a) == pair(b)) {
        let spans = minima.iter().any(is_slow).then(|| joined(&stretches, pair(&minima[0])));
        records_of(minima, spans, &mut records);
    }
    // The greatest lists of all: gone before the next is sorted.
    drop((minima, stretches));
    records.shrink_to_fit();
    records.sort_unstable_by(|a: &Record, b: &Record| {
        a.tca_s.total_cmp(&b.tca_s).then((a.first, a.second).cmp(&(b.first, b.second)))
    });
    Folded { records, failures }
}

const fn pair(minimum: &Minimum) -> (u32, u32) {
    (minimum.first, minimum.second)
}

const fn of(stretch: &Stretch) -> (u32, u32) {
    (stretch.first, stretch.second)
}

fn is_slow(minimum: &Minimum) -> bool {
    !minimum.at_window_end && minimum.figures.rel_speed_km_s < COMPANION_SPEED_KM_S
}

/// The stretches of one pair, those that touch joined; `stretches` in order of pair and time.
fn joined(stretches: &[Stretch], pair: (u32, u32)) -> Box<[Span]> {
    let first = stretches.partition_point(|stretch| of(stretch) < pair);
    let mut spans: Vec<Span> = Vec::new();
    for Stretch { span, .. } in stretches[first..].iter().take_while(|stretch| of(stretch) == pair) {
        match spans.last_mut() {
            Some(last) if last.end_s == span.start_s => last.end_s = span.end_s,
            _ => spans.push(*span),
        }
    }
    spans.into()
}

/// Adds the records of one pair, from all its minima in order; `spans` where it is a companion.
fn records_of(minima: &[Minimum], spans: Option<Box<[Span]>>, records: &mut Vec<Record>) {
    let record = |minimum: &Minimum, kind, spans| Record {
        first: minimum.first,
        second: minimum.second,
        kind,
        tca_s: minimum.figures.tca_s,
        spans,
    };
    let is_encounter = |minimum: &&Minimum| !minimum.at_window_end && !is_slow(minimum);
    records.extend(minima.iter().filter(is_encounter).map(|minimum| record(minimum, Kind::Encounter, Box::default())));
    match spans {
        Some(spans) => {
            let own = minima.iter().filter(|minimum| !is_encounter(minimum));
            let least = own.min_by(|a, b| a.figures.miss_km.total_cmp(&b.figures.miss_km));
            records.extend(least.map(|minimum| record(minimum, Kind::Companion, spans)));
        }
        None => {
            let open = minima.iter().filter(|minimum| minimum.at_window_end);
            records.extend(open.map(|minimum| record(minimum, Kind::Open, Box::default())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssa::conjunction::slab::Figures;

    #[test]
    fn a_companion_s_least_distance_is_that_of_a_slow_minimum() {
        let minimum = |tca_s, miss_km, rel_speed_km_s| Minimum {
            first: 1,
            second: 2,
            figures: Figures { tca_s, miss_km, rel_speed_km_s },
            at_window_end: false,
        };
        let slab = SlabEvents {
            minima: vec![minimum(100.0, 0.04, 0.0167), minimum(900.0, 3.0, 0.002), minimum(1700.0, 2.0, 0.004)],
            ..SlabEvents::default()
        };
        let kinds: Vec<(Kind, f64)> = fold(vec![slab]).records.iter().map(|one| (one.kind, one.tca_s)).collect();
        assert_eq!(kinds, [(Kind::Encounter, 100.0), (Kind::Companion, 1700.0)]);
    }
}
