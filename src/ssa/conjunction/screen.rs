//! Screening: all approaches below a threshold among the objects of a catalogue.

pub mod branches;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::{DateTime, Utc};

use super::chosen::{COARSE, FEW, MOST_STEPS, screen_slab_of_chosen};
use super::fold::{Record, fold};
use super::order::Order;
use super::refine::Pair;
use super::slab::{Plan, SlabEvents, screen_slab};
use super::stretches::Stretches;
use super::{Conjunction, Kind};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::rtn_axes;
use crate::astro::propagator::PropagationError;
use crate::astro::span::SpanSet;
use crate::astro::time::Window;
use crate::astro::trajectory::Trajectory;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::tally::Tally;

/// What to screen for.
#[derive(Clone, Debug)]
pub struct ScreenRequest {
    /// Stretch of time.
    pub window: Window,
    /// Approaches below this distance are wanted, km.
    pub threshold_km: f64,
    /// Pairs without one of these objects are left out; `None`: every pair counts.
    pub primaries: Option<HashSet<NoradId>>,
    /// Element sets older than this at the window's start are left out, days.
    pub max_age_days: Option<f64>,
    /// Length of an interval, seconds, taken as 1 where it is less and as 60 where it is more: the answer does not
    /// depend on it, only the time it takes.
    pub step_s: f64,
    /// Intervals in a slab: likewise.
    pub slab_steps: usize,
    /// Trajectories that stand in place of the element sets of their objects. Outside its time such an object is not
    /// screened; its age counts from when its trajectory was made.
    pub trajectories: Trajectories,
}

/// Trajectories by object.
pub type Trajectories = BTreeMap<NoradId, Arc<Trajectory>>;

impl ScreenRequest {
    /// All pairs of a window below a threshold, with the steps that screen a whole catalogue fastest.
    #[must_use]
    pub const fn new(window: Window, threshold_km: f64) -> Self {
        let trajectories = Trajectories::new();
        Self { window, threshold_km, primaries: None, max_age_days: None, step_s: 60.0, slab_steps: 30, trajectories }
    }

    /// Whether an object is young enough to be screened.
    fn takes(&self, elements: &Elements) -> bool {
        let is_young = |limit_days: f64| elements.age_days(self.window.start).abs() <= limit_days;
        self.max_age_days.is_none_or(is_young) || self.trajectories.contains_key(&elements.norad_id)
    }

    /// Number of equal intervals that the window is cut into.
    fn intervals(&self) -> usize {
        let step_s = if self.step_s.is_nan() { LONGEST_STEP_S } else { self.step_s.clamp(1.0, LONGEST_STEP_S) };
        ((self.window.seconds() / step_s).ceil() as usize).max(1)
    }
}

/// Longer intervals are not used: an orbit's end and the extrema of slow pairs are looked for with these in mind.
const LONGEST_STEP_S: f64 = 60.0;

/// Most objects times intervals in a slab, which takes memory for each, and the fewest intervals that are worth one.
const MOST_PLACES: usize = 1_000_000;
const SHORTEST_SLAB: usize = 4;

/// The answer of a screening.
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// Every approach, in order of TCA.
    pub conjunctions: Vec<Conjunction>,
    /// What was screened and what was dropped.
    pub tally: Tally,
}

/// Finds every approach below the threshold: none can be missed, see [`super::bound`].
///
/// The result does not depend on `step_s`, `slab_steps` or the number of threads. Runs on rayon's current pool.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn screen(elements: &[Elements], request: &ScreenRequest, progress: Progress<'_>) -> Result<Screening, Cancelled> {
    let found = find(elements, request, progress)?;
    Ok(Screening { conjunctions: found.conjunctions().collect(), tally: found.tally })
}

/// What [`screen`] finds, of each approach as little as its conjunction follows from: millions take little memory.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn find<'a>(
    elements: &'a [Elements],
    request: &'a ScreenRequest,
    progress: Progress<'_>,
) -> Result<Found<'a>, Cancelled> {
    let window = request.window;
    let mut tally = Tally { objects: elements.len(), ..Tally::default() };
    let fresh: Vec<&Elements> = elements.iter().filter(|elements| request.takes(elements)).collect();
    tally.too_old = elements.len() - fresh.len();
    let (usable, mut ephemeris) = usable_objects(fresh, request, &mut tally);
    let is_stale = |elements: &Elements| is_stale(request, elements, window.start);
    tally.stale = usable.iter().filter(|elements| is_stale(elements)).count();
    let twins = twin_groups(&usable, &request.trajectories);
    let primaries = primary_flags(&usable, request.primaries.as_ref());
    let mut slabs = slabs(&mut ephemeris, request, &twins, &primaries, progress)?;
    if !request.trajectories.is_empty() {
        let covered: Vec<Option<SpanSet>> = (0..ephemeris.len()).map(|object| ephemeris.covered(object)).collect();
        let stretches = Stretches { of_objects: &covered, opens_below_km_s: f64::INFINITY };
        slabs.iter_mut().for_each(|slab| stretches.cut(slab, &ephemeris, window.seconds()));
    }
    let folded = fold(slabs);
    for (object, (_, error)) in &folded.failures {
        tally.lost.insert(usable[*object].norad_id, *error);
    }
    let duplicates = duplicates(&ephemeris, &twins, &primaries);
    let names = usable.iter().map(|elements| elements.name.as_str().into()).collect();
    Ok(Found { request, usable, names, ephemeris, duplicates, records: folded.records, tally })
}

/// Screens all slabs of a request's window. A pair of one group of `twins` is left out, and one without a primary where
/// there are any.
fn slabs(
    ephemeris: &mut Ephemeris,
    request: &ScreenRequest,
    twins: &[u32],
    primaries: &[bool],
    progress: Progress<'_>,
) -> Result<Vec<SlabEvents>, Cancelled> {
    let window = request.window;
    let few = !primaries.is_empty() && FEW * primaries.iter().filter(|&&primary| primary).count() <= primaries.len();
    let steps = if few { request.intervals().div_ceil(COARSE) } else { request.intervals() };
    let order = Order::new(ephemeris, window.seconds() / steps as f64, few);
    ephemeris.lay_out(order.objects());
    let ephemeris: &Ephemeris = ephemeris;
    let plan = Plan {
        threshold_km: request.threshold_km,
        window_s: window.seconds(),
        intervals: if few { steps * COARSE } else { steps },
        order: &order,
        twins,
        primaries,
    };
    let slab_steps = request.slab_steps.max(1);
    if few {
        in_slabs(steps, slab_steps.min(MOST_STEPS), progress, |range, scratch, done: &dyn Fn() -> ControlFlow<()>| {
            screen_slab_of_chosen(ephemeris, &plan, range, scratch, done)
        })
    } else {
        let slab_steps = slab_steps.min((MOST_PLACES / ephemeris.len().max(1)).max(SHORTEST_SLAB));
        in_slabs(steps, slab_steps, progress, |range, scratch, done: &dyn Fn() -> ControlFlow<()>| {
            screen_slab(ephemeris, &plan, range, scratch, done)
        })
    }
}

/// The approaches found, not yet made conjunctions.
#[derive(Debug)]
pub struct Found<'a> {
    request: &'a ScreenRequest,
    usable: Vec<&'a Elements>,
    names: Vec<Arc<str>>,
    ephemeris: Ephemeris,
    duplicates: Vec<Record>,
    records: Vec<Record>,
    /// What was screened and what was dropped.
    pub tally: Tally,
}

impl Found<'_> {
    /// Number of approaches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.duplicates.len() + self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The objects that approach others.
    #[must_use]
    pub fn ids(&self) -> HashSet<NoradId> {
        let records = self.duplicates.iter().chain(&self.records);
        records
            .flat_map(|record| [record.first, record.second])
            .map(|object| self.usable[object as usize].norad_id)
            .collect()
    }

    /// Every approach, in order of TCA, each made when it is asked for.
    pub fn conjunctions(&self) -> impl Iterator<Item = Conjunction> {
        (0..self.len()).filter_map(|index| self.conjunction(index))
    }

    /// Age of an object's element set, or of the trajectory in its place.
    fn age_days(&self, elements: &Elements, time: DateTime<Utc>) -> f64 {
        match self.request.trajectories.get(&elements.norad_id) {
            Some(trajectory) => (time - trajectory.made_at).as_seconds_f64() / 86_400.0,
            None => elements.age_days(time),
        }
    }

    /// One approach by its number in order of TCA, its primary first; `None` beyond the last.
    #[must_use]
    pub fn conjunction(&self, index: usize) -> Option<Conjunction> {
        let record = self.duplicates.iter().chain(&self.records).nth(index)?;
        let [first, second] = [record.first, record.second].map(|object| object as usize);
        let approach = Pair { ephemeris: &self.ephemeris, first, second }.at(record.tca_s)?;
        let chosen = |object: usize| {
            self.request.primaries.as_ref().is_some_and(|set| set.contains(&self.usable[object].norad_id))
        };
        let swap = match (chosen(first), chosen(second)) {
            (true, false) => false,
            (false, true) => true,
            _ => self.usable[first].norad_id > self.usable[second].norad_id,
        };
        let (first, second) = ((first, approach.first_state), (second, approach.second_state));
        let ((one, primary_state), (other, secondary_state)) = if swap { (second, first) } else { (first, second) };
        let (primary, secondary) = (self.usable[one], self.usable[other]);
        let at = |time_s| self.request.window.at(time_s);
        let tca = at(approach.tca_s);
        let separation_km = secondary_state.position_km - primary_state.position_km;
        Some(Conjunction {
            primary_id: primary.norad_id,
            primary_name: self.names[one].clone(),
            secondary_id: secondary.norad_id,
            secondary_name: self.names[other].clone(),
            kind: record.kind,
            tca,
            miss_km: approach.miss_km,
            rel_speed_km_s: approach.rel_speed_km_s(),
            miss_rtn_km: rtn_axes(&primary_state) * separation_km,
            primary_age_days: self.age_days(primary, tca),
            secondary_age_days: self.age_days(secondary, tca),
            primary_stale: is_stale(self.request, primary, tca),
            secondary_stale: is_stale(self.request, secondary, tca),
            primary_state,
            secondary_state,
            spans: record.spans.iter().map(|span| (at(span.start_s), at(span.end_s))).collect(),
            assessment: None,
        })
    }
}

/// The objects that can be screened, and where they are.
fn usable_objects<'a>(
    elements: Vec<&'a Elements>,
    request: &ScreenRequest,
    tally: &mut Tally,
) -> (Vec<&'a Elements>, Ephemeris) {
    let mut ephemeris = Ephemeris::new(elements.iter().copied(), request.window);
    replace_given(&mut ephemeris, &elements, 0, request);
    let mut usable = Vec::with_capacity(elements.len());
    for (elements, verdict) in elements.into_iter().zip(drop_unusable(&mut ephemeris, |_| 0.0)) {
        match verdict {
            Ok(()) => usable.push(elements),
            Err(error) => {
                tally.unusable.insert(elements.norad_id, error);
            }
        }
    }
    (usable, ephemeris)
}

/// Takes the objects out of an ephemeris that have no state when they begin to count, or whose trajectory is of another
/// time; tells of each whether it stays.
fn drop_unusable(ephemeris: &mut Ephemeris, begins_s: impl Fn(usize) -> f64) -> Vec<Result<(), PropagationError>> {
    let verdict = |object| match ephemeris.covered(object) {
        Some(covered) if covered.is_empty() => Err(PropagationError::OutsideEphemeris),
        Some(_) => Ok(()),
        None => ephemeris.state(object, begins_s(object)).map(|_| ()),
    };
    let verdicts: Vec<Result<(), PropagationError>> = (0..ephemeris.len()).map(verdict).collect();
    ephemeris.retain(|object| verdicts[object].is_ok());
    verdicts
}

/// Puts the trajectories of a request in place of the element sets from the `first` object of an ephemeris on.
fn replace_given(ephemeris: &mut Ephemeris, elements: &[&Elements], first: usize, request: &ScreenRequest) {
    if request.trajectories.is_empty() {
        return;
    }
    for (index, elements) in elements.iter().enumerate() {
        if let Some(trajectory) = request.trajectories.get(&elements.norad_id) {
            ephemeris.replace(first + index, trajectory.clone());
        }
    }
}

fn is_stale(request: &ScreenRequest, elements: &Elements, time: DateTime<Utc>) -> bool {
    !request.trajectories.contains_key(&elements.norad_id) && elements.is_stale(time)
}

/// For each object the index of the first object with the same orbit; one on a trajectory of its own has no twin.
fn twin_groups(elements: &[&Elements], trajectories: &Trajectories) -> Vec<u32> {
    let mut first: HashMap<[u64; 8], u32> = HashMap::new();
    elements
        .iter()
        .enumerate()
        .map(|(index, elements)| {
            let index = index as u32;
            if trajectories.contains_key(&elements.norad_id) {
                index
            } else {
                *first.entry(elements.orbit_key()).or_insert(index)
            }
        })
        .collect()
}

fn primary_flags(elements: &[&Elements], primaries: Option<&HashSet<NoradId>>) -> Vec<bool> {
    primaries
        .map_or_else(Vec::new, |chosen| elements.iter().map(|elements| chosen.contains(&elements.norad_id)).collect())
}

/// All slabs of so many steps in order, each by the next thread that is free; a thread uses its scratch space again and
/// again.
fn in_slabs<S: Default>(
    steps: usize,
    slab_steps: usize,
    progress: Progress<'_>,
    screen_slab: impl Fn(Range<usize>, &mut S, &dyn Fn() -> ControlFlow<()>) -> Result<SlabEvents, Cancelled> + Sync,
) -> Result<Vec<SlabEvents>, Cancelled> {
    let slab_count = steps.div_ceil(slab_steps);
    let (next, done, cancelled) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let step_done = || {
        let share = (done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / steps as f64;
        if progress(share).is_break() {
            cancelled.store(true, Ordering::Relaxed);
        }
        if cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let of_threads = rayon::broadcast(|_| {
        let (mut scratch, mut slabs) = (S::default(), Vec::new());
        loop {
            let slab = next.fetch_add(1, Ordering::Relaxed);
            if slab >= slab_count {
                return Ok(slabs);
            }
            let range = slab * slab_steps..((slab + 1) * slab_steps).min(steps);
            slabs.push((slab, screen_slab(range, &mut scratch, &step_done)?));
        }
    });
    let mut slabs = Vec::with_capacity(slab_count);
    for of_thread in of_threads {
        slabs.extend(of_thread?);
    }
    slabs.sort_unstable_by_key(|&(slab, _): &(usize, SlabEvents)| slab);
    Ok(slabs.into_iter().map(|(_, events)| events).collect())
}

/// One record for every wanted pair of identical orbits, at the window's start.
fn duplicates(ephemeris: &Ephemeris, twins: &[u32], primaries: &[bool]) -> Vec<Record> {
    let mut groups: HashMap<u32, Vec<usize>> = HashMap::new();
    for (object, &group) in twins.iter().enumerate() {
        groups.entry(group).or_default().push(object);
    }
    let mut records = Vec::new();
    for objects in groups.into_values().filter(|objects| objects.len() > 1) {
        for (k, &first) in objects.iter().enumerate() {
            for &second in &objects[k + 1..] {
                let wanted = primaries.is_empty() || primaries[first] || primaries[second];
                if wanted && (Pair { ephemeris, first, second }).at(0.0).is_some() {
                    let (first, second) = (first as u32, second as u32);
                    records.push(Record { first, second, kind: Kind::Duplicate, tca_s: 0.0, spans: Box::default() });
                }
            }
        }
    }
    records.sort_by_key(|record| (record.first, record.second));
    records
}
