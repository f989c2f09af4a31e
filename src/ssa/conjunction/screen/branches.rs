//! Screening objects that are on other orbits than the catalogue says: after a burn, or after each of many burns that
//! might be made.
//!
//! A [`Branch`] is such an orbit with the stretch of time in which it counts. All branches go through one search against
//! the whole catalogue, as chosen primaries do, each over the whole window; [`Stretches`] takes out what does not count. A
//! burn may turn a slow pair round, so one on its way out stands in an open record where its stretch ends. Of a pair
//! faster than [`TURNED_KM_S`] a burn moves the minimum by its change of velocity times the distance over the squared
//! relative speed, milliseconds: only a minimum as near as that to the burn can fall between two stretches.

use std::collections::{HashMap, HashSet};

use super::{Found, ScreenRequest, drop_unusable, replace_given, slabs};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::rtn_axes;
use crate::astro::propagator::PropagationError;
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::fold::fold;
use crate::ssa::conjunction::stretches::Stretches;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::tally::Tally;

/// A burn may turn round a pair that is slower than this, km/s.
pub const TURNED_KM_S: f64 = 0.1;

/// One orbit of an object and when it counts.
#[derive(Clone, Debug)]
pub struct Branch<'a> {
    /// The orbit.
    pub elements: Elements,
    /// The element set that it was made from: its age is the branch's.
    pub origin: &'a Elements,
    /// When it counts; approaches outside do not happen.
    pub stretch: Window,
}

/// An approach of a branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// The branch's number.
    pub branch: usize,
    /// The approach, the branch's object first.
    pub conjunction: Conjunction,
    /// The branch of the other object, where it has some.
    pub other: Option<usize>,
}

/// What the branches meet.
#[derive(Debug)]
pub struct BranchScreening<'a> {
    found: Found<'a>,
    /// For each usable object its branch, where it is one.
    branches: Vec<Option<usize>>,
    all: &'a [Branch<'a>],
    /// Branches without a state when they begin to count.
    pub unusable: Vec<(usize, PropagationError)>,
    /// Branches that end while they count: what they meet later is left out.
    pub lost: Vec<(usize, PropagationError)>,
}

/// Screens every branch against all objects of a catalogue that have none, and against the branches of other objects:
/// never against another branch of its own, nor against the orbit in the catalogue.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn screen_branches<'a>(
    catalogue: &'a [Elements],
    branches: &'a [Branch<'a>],
    request: &'a ScreenRequest,
    progress: Progress<'_>,
) -> Result<BranchScreening<'a>, Cancelled> {
    let window = request.window;
    let ids: HashSet<NoradId> = branches.iter().map(|branch| branch.elements.norad_id).collect();
    let others = catalogue.iter().filter(|elements| !ids.contains(&elements.norad_id));
    let (fresh, too_old): (Vec<&Elements>, Vec<&Elements>) = others.partition(|elements| request.takes(elements));
    let objects = fresh.len() + too_old.len() + ids.len();
    let mut tally = Tally { objects, too_old: too_old.len(), ..Tally::default() };
    let all: Vec<&Elements> = branches.iter().map(|branch| &branch.elements).chain(fresh).collect();
    let mut ephemeris = Ephemeris::new(all.iter().copied(), window);
    replace_given(&mut ephemeris, &all[branches.len()..], branches.len(), request);
    let mut unusable = Vec::new();
    let mut usable: Vec<&Elements> = Vec::new();
    let mut numbers: Vec<Option<usize>> = Vec::new();
    let begins_s = |object: usize| branches.get(object).map_or(0.0, |branch| window.offset_s(branch.stretch.start));
    let verdicts = drop_unusable(&mut ephemeris, begins_s);
    for (object, (elements, verdict)) in all.into_iter().zip(verdicts).enumerate() {
        let number = (object < branches.len()).then_some(object);
        match (verdict, number) {
            (Ok(()), _) => {
                usable.push(elements);
                numbers.push(number);
            }
            (Err(error), Some(number)) => unusable.push((number, error)),
            (Err(error), None) => {
                tally.unusable.insert(elements.norad_id, error);
            }
        }
    }
    let twins = twins(&usable);
    let primaries: Vec<bool> = numbers.iter().map(Option::is_some).collect();
    let mut slabs = if unusable.len() == branches.len() {
        Vec::new()
    } else {
        slabs(&mut ephemeris, request, &twins, &primaries, progress)?
    };
    let stretches: Vec<Option<SpanSet>> = numbers
        .iter()
        .enumerate()
        .map(|(object, number)| match number {
            Some(number) => {
                let stretch = branches[*number].stretch;
                let span = Span::new(window.offset_s(stretch.start), window.offset_s(stretch.end));
                Some(SpanSet::from_spans(vec![span]))
            }
            None => ephemeris.covered(object),
        })
        .collect();
    let stretches = Stretches { of_objects: &stretches, opens_below_km_s: TURNED_KM_S };
    slabs.iter_mut().for_each(|slab| stretches.cut(slab, &ephemeris, window.seconds()));
    let folded = fold(slabs);
    let mut lost = Vec::new();
    for (&object, &(_, error)) in &folded.failures {
        match numbers[object] {
            Some(number) => lost.push((number, error)),
            None => {
                tally.lost.insert(usable[object].norad_id, error);
            }
        }
    }
    let names = usable.iter().map(|elements| elements.name.as_str().into()).collect();
    let found = Found { request, usable, names, ephemeris, duplicates: Vec::new(), records: folded.records, tally };
    Ok(BranchScreening { found, branches: numbers, all: branches, unusable, lost })
}

impl BranchScreening<'_> {
    /// What was screened and what was dropped.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.found.tally
    }

    /// Number of approaches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// One approach by its number in order of TCA; `None` beyond the last.
    #[must_use]
    pub fn met(&self, index: usize) -> Option<Met> {
        let record = self.found.records.get(index)?;
        let mut conjunction = self.found.conjunction(index)?;
        let [first, second] = [record.first, record.second].map(|object| self.branches[object as usize]);
        let is_first = |number: usize| self.all[number].elements.norad_id == conjunction.primary_id;
        let (branch, other) = match (first, second) {
            (Some(first), other) if is_first(first) => (Some(first), other),
            (other, Some(second)) if is_first(second) => (Some(second), other),
            (first, second) => (first.or(second), None),
        };
        let branch = branch?;
        if conjunction.primary_id != self.all[branch].elements.norad_id {
            conjunction = turned(conjunction);
        }
        let origin = self.all[branch].origin;
        (conjunction.primary_age_days, conjunction.primary_stale) =
            (origin.age_days(conjunction.tca), origin.is_stale(conjunction.tca));
        if let Some(other) = other {
            let origin = self.all[other].origin;
            (conjunction.secondary_age_days, conjunction.secondary_stale) =
                (origin.age_days(conjunction.tca), origin.is_stale(conjunction.tca));
        }
        Some(Met { branch, conjunction, other })
    }
}

/// The same approach with the secondary as its primary.
#[must_use]
pub fn turned(conjunction: Conjunction) -> Conjunction {
    let separation_km = conjunction.primary_state.position_km - conjunction.secondary_state.position_km;
    Conjunction {
        primary_id: conjunction.secondary_id,
        primary_name: conjunction.secondary_name,
        secondary_id: conjunction.primary_id,
        secondary_name: conjunction.primary_name,
        miss_rtn_km: rtn_axes(&conjunction.secondary_state) * separation_km,
        primary_age_days: conjunction.secondary_age_days,
        secondary_age_days: conjunction.primary_age_days,
        primary_stale: conjunction.secondary_stale,
        secondary_stale: conjunction.primary_stale,
        primary_state: conjunction.secondary_state,
        secondary_state: conjunction.primary_state,
        ..conjunction
    }
}

/// For each object the first of the same catalogue number: branches of one object never meet.
fn twins(usable: &[&Elements]) -> Vec<u32> {
    let mut first: HashMap<NoradId, u32> = HashMap::new();
    let group = |(index, elements): (usize, &&Elements)| *first.entry(elements.norad_id).or_insert(index as u32);
    usable.iter().enumerate().map(group).collect()
}
