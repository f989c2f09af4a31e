//! Screening objects that are on other orbits than the catalogue says: after a burn, or after each of many burns that
//! might be made.
//!
//! A [`Branch`] is such an orbit with the stretch of time in which it counts. All branches go through one search against
//! the whole catalogue, as chosen primaries do, each over the whole window; what lies outside their stretches is taken
//! out of what the slabs found, before it is folded. Where a stretch begins or ends with a slow pair below the threshold
//! and on the way out of it, an open record stands, as at the window's ends: a burn may turn such a pair round. Of a pair
//! faster than [`TURNED_KM_S`] a burn moves the minimum by its change of velocity times the distance over the squared
//! relative speed, milliseconds: only a minimum as near as that to the burn can fall between two stretches.

use std::collections::{HashMap, HashSet};

use super::{Found, ScreenRequest, slabs};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::rtn_axes;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::Span;
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::fold::fold;
use crate::ssa::conjunction::refine::Pair;
use crate::ssa::conjunction::slab::{Minimum, SlabEvents};
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
    /// Branches without a state at the window's start.
    pub unusable: Vec<(usize, PropagationError)>,
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
    let mut tally = Tally::default();
    let mut unusable = Vec::new();
    let mut usable: Vec<&Elements> = Vec::new();
    let mut numbers: Vec<Option<usize>> = Vec::new();
    for (number, branch) in branches.iter().enumerate() {
        match Propagator::new(&branch.elements).and_then(|propagator| propagator.state_at(window.start)) {
            Ok(_) => {
                usable.push(&branch.elements);
                numbers.push(Some(number));
            }
            Err(error) => unusable.push((number, error)),
        }
    }
    let others = catalogue.iter().filter(|elements| !ids.contains(&elements.norad_id));
    let (fresh, too_old): (Vec<&Elements>, Vec<&Elements>) = others
        .partition(|elements| request.max_age_days.is_none_or(|limit| elements.age_days(window.start).abs() <= limit));
    (tally.objects, tally.too_old) = (fresh.len() + too_old.len() + ids.len(), too_old.len());
    for elements in fresh {
        match Propagator::new(elements).and_then(|propagator| propagator.state_at(window.start)) {
            Ok(_) => {
                usable.push(elements);
                numbers.push(None);
            }
            Err(error) => {
                tally.unusable.insert(elements.norad_id, error);
            }
        }
    }
    let mut ephemeris = Ephemeris::new(usable.iter().copied(), window);
    let twins = twins(&usable);
    let primaries: Vec<bool> = numbers.iter().map(Option::is_some).collect();
    let mut slabs = if unusable.len() == branches.len() {
        Vec::new()
    } else {
        slabs(&mut ephemeris, request, &twins, &primaries, progress)?
    };
    let stretches: Vec<Option<Span>> = numbers
        .iter()
        .map(|number| {
            let stretch = branches[(*number)?].stretch;
            Some(Span::new(window.offset_s(stretch.start), window.offset_s(stretch.end)))
        })
        .collect();
    for slab in &mut slabs {
        cut(slab, &ephemeris, window.seconds(), &stretches);
    }
    let folded = fold(slabs);
    for (object, (_, error)) in folded.failures.iter().filter(|(object, _)| numbers[**object].is_none()) {
        tally.lost.insert(usable[*object].norad_id, *error);
    }
    let names = usable.iter().map(|elements| elements.name.as_str().into()).collect();
    let found = Found { request, usable, names, ephemeris, duplicates: Vec::new(), records: folded.records, tally };
    Ok(BranchScreening { found, branches: numbers, all: branches, unusable })
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

/// Takes out of a slab what lies outside the stretches of its objects; `None` counts always.
fn cut(slab: &mut SlabEvents, ephemeris: &Ephemeris, window_s: f64, stretches: &[Option<Span>]) {
    let counts = |object: u32, time_s: f64| {
        stretches[object as usize].is_none_or(|stretch| {
            stretch.start_s <= time_s && (time_s < stretch.end_s || time_s == window_s && stretch.end_s >= window_s)
        })
    };
    let both = |first: u32, second: u32, time_s: f64| counts(first, time_s) && counts(second, time_s);
    slab.minima.retain(|minimum| both(minimum.first, minimum.second, minimum.figures.tca_s));
    let ends = slab.stretches.iter().flat_map(|below| {
        let own = [below.first, below.second].map(|object| stretches[object as usize]);
        let ends = own.into_iter().flatten().flat_map(|own| [(own.start_s, true), (own.end_s, false)]);
        let inside = ends.filter(|(time_s, _)| below.span.start_s <= *time_s && *time_s < below.span.end_s);
        let inside = inside.filter(|(time_s, _)| 0.0 < *time_s && *time_s < window_s);
        inside.map(|(time_s, is_start)| (below.first, below.second, time_s, is_start))
    });
    let opened: Vec<Minimum> = ends
        .filter(|&(first, second, time_s, is_start)| {
            // An end is not part of its stretch: what counts there is the moment before.
            let inside_s = if is_start { time_s } else { time_s.next_down() };
            both(first, second, inside_s)
        })
        .filter_map(|(first, second, time_s, is_start)| {
            let pair = Pair { ephemeris, first: first as usize, second: second as usize };
            let is_leaving = (pair.closing_rate(time_s)? >= 0.0) == is_start;
            let approach = pair.at(time_s)?;
            let is_slow = approach.rel_speed_km_s() < TURNED_KM_S;
            let figures = (&approach).into();
            (is_leaving && is_slow).then_some(Minimum { first, second, figures, at_window_end: true })
        })
        .collect();
    slab.minima.extend(opened);
    slab.stretches.retain_mut(|below| {
        for own in [below.first, below.second].map(|object| stretches[object as usize]).into_iter().flatten() {
            below.span.start_s = below.span.start_s.max(own.start_s);
            below.span.end_s = below.span.end_s.min(own.end_s);
        }
        below.span.start_s < below.span.end_s
    });
}
