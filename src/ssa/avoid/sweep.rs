//! The sweep itself.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::candidates::Axis;
use super::{Outcome, Sweep, SweepRequest, Trial, TrialError, Way, is_hit, limit_of, pc, reaches};
use crate::astro::burn::Burn;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::rtn_axes;
use crate::astro::propagator::Propagator;
use crate::astro::span::Span;
use crate::astro::time::{Window, plus_seconds};
use crate::ssa::conjunction::assessment::{Party, assess, on_inertial_axes};
use crate::ssa::conjunction::fold::COMPANION_SPEED_KM_S;
use crate::ssa::conjunction::refine::Pair;
use crate::ssa::conjunction::screen::branches::{Branch, Met, screen_branches};
use crate::ssa::conjunction::screen::{ScreenRequest, screen};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::probability::Thresholds;
use crate::ssa::progress::{Cancelled, Progress, silent};
use crate::ssa::tally::Tally;

/// An event is looked for below this distance, km.
const EVENT_KM: f64 = 50.0;

/// A time given for an event may be off by this, s.
const EVENT_S: f64 = 600.0;

/// Part of the shorter revolution, before and after its time, in which an event is looked for after a burn.
const EVENT_TURN: f64 = 0.125;

/// Extrema of a distance are looked for in intervals of so many seconds.
const STEP_S: f64 = 60.0;

/// Approaches of two objects nearer to each other in time than this are the same one, s.
const SAME_S: f64 = 600.0;

/// An approach of two objects with their element sets.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The approach, the satellite that can burn first.
    pub conjunction: Conjunction,
    /// The element sets of both.
    pub sets: [&'a Elements; 2],
}

/// Why there is no event to avoid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Twice the same object.
    #[error("{0} cannot come close to itself")]
    Itself(NoradId),
    /// None below the distance in the window, or about the time given.
    #[error("{primary} and {secondary} do not come below {EVENT_KM} km of each other {when}")]
    None {
        /// One object.
        primary: NoradId,
        /// The other one.
        secondary: NoradId,
        /// Where it was looked for.
        when: String,
    },
    /// The two fly along with each other.
    #[error("{primary} and {secondary} fly along with each other: no burn at one time tells them apart")]
    Companions {
        /// One object.
        primary: NoradId,
        /// The other one.
        secondary: NoradId,
    },
}

/// The approach of two objects in a window: that about a time, or else the nearest one.
///
/// # Errors
/// See [`EventError`].
pub fn find_event<'a>(
    sets: [&'a Elements; 2],
    window: Window,
    tca: Option<DateTime<Utc>>,
) -> Result<Event<'a>, EventError> {
    let [primary, secondary] = sets.map(|set| set.norad_id);
    if primary == secondary {
        return Err(EventError::Itself(primary));
    }
    let request = ScreenRequest { primaries: Some(HashSet::from([primary])), ..ScreenRequest::new(window, EVENT_KM) };
    let found = screen(&sets.map(Clone::clone), &request, &silent).map(|found| found.conjunctions).unwrap_or_default();
    if found.iter().any(|row| matches!(row.kind, Kind::Companion | Kind::Duplicate)) {
        return Err(EventError::Companions { primary, secondary });
    }
    let off_s = |row: &Conjunction| tca.map_or(0.0, |tca| (row.tca - tca).as_seconds_f64().abs());
    let near = found.into_iter().filter(|row| row.kind == Kind::Encounter && off_s(row) <= EVENT_S);
    let order = |row: &Conjunction| if tca.is_some() { off_s(row) } else { row.miss_km };
    near.min_by(|a, b| order(a).total_cmp(&order(b))).map(|conjunction| Event { conjunction, sets }).ok_or_else(|| {
        let when = match tca {
            Some(tca) => format!("within {EVENT_S} s of {}", tca.format("%Y-%m-%dT%H:%M:%SZ")),
            None => {
                format!("from {} to {}", window.start.format("%Y-%m-%dT%H:%MZ"), window.end.format("%Y-%m-%dT%H:%MZ"))
            }
        };
        EventError::None { primary, secondary, when }
    })
}

/// What is known of the primary and the secondary of an approach, by their element sets in the catalogue.
pub type Parties<'a> = &'a (dyn Fn(&Conjunction) -> Option<[Party; 2]> + Sync);

/// Every burn of a sweep with what it meets, not yet assessed.
#[derive(Clone, Debug)]
pub struct Searched<'a> {
    event: Event<'a>,
    request: SweepRequest,
    /// What the orbit without a burn meets.
    unburnt: Vec<Conjunction>,
    burnt: Vec<Burnt>,
    tally: Tally,
}

/// A burn, its orbit, and what that meets.
#[derive(Clone, Debug)]
struct Burnt {
    axis: Axis,
    burn: Burn,
    after: Result<Elements, TrialError>,
    met: Vec<Conjunction>,
}

/// Tries burns of an event's primary: screens the orbit after each against the catalogue.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn search<'a>(
    catalogue: &[Elements],
    event: Event<'a>,
    request: SweepRequest,
    progress: Progress<'_>,
) -> Result<Searched<'a>, Cancelled> {
    let origin = event.sets[0];
    let mut burnt: Vec<Burnt> = request
        .candidates
        .par_iter()
        .map(|&(axis, burn)| {
            let after = burn.applied_to(origin).map_err(TrialError::Burn);
            Burnt { axis, burn, after, met: Vec::new() }
        })
        .collect();
    // The first branch is the orbit without a burn.
    let mut branches = vec![Branch { elements: origin.clone(), origin, stretch: request.window }];
    let mut burnt_of = vec![None];
    for (index, Burnt { burn, after, .. }) in burnt.iter().enumerate() {
        if let Ok(elements) = after {
            let stretch = Window { start: burn.time.max(request.window.start), end: request.window.end };
            branches.push(Branch { elements: elements.clone(), origin, stretch });
            burnt_of.push(Some(index));
        }
    }
    let asked = ScreenRequest::new(request.window, request.threshold_km);
    let found = screen_branches(catalogue, &branches, &asked, progress)?;
    let mut unburnt = Vec::new();
    let met: Vec<Met> = (0..found.len()).into_par_iter().filter_map(|index| found.met(index)).collect();
    for Met { branch, conjunction, .. } in met {
        match burnt_of[branch] {
            Some(index) => burnt[index].met.push(conjunction),
            None => unburnt.push(conjunction),
        }
    }
    for &(branch, error) in found.unusable.iter().chain(&found.lost) {
        if let Some(index) = burnt_of[branch] {
            burnt[index].after = Err(error.into());
        }
    }
    let tally = found.tally().clone();
    Ok(Searched { event, request, unburnt, burnt, tally })
}

impl Searched<'_> {
    /// The objects of all approaches.
    #[must_use]
    pub fn ids(&self) -> HashSet<NoradId> {
        let met = self.burnt.iter().flat_map(|burnt| &burnt.met).chain(&self.unburnt);
        met.map(|one| one.secondary_id).chain(self.event.sets.map(|set| set.norad_id)).collect()
    }

    /// Assesses what was met and judges every burn.
    #[must_use]
    pub fn judge(self, parties: Parties<'_>, thresholds: &Thresholds) -> Sweep {
        let Self { event, request, unburnt, burnt, tally } = self;
        let assessor = Assessor { parties, thresholds };
        let own = assessor.assessed(event.conjunction.clone());
        let limit = request.limit.unwrap_or_else(|| limit_of(&own));
        let before = Before::new(&event, assessor.all(unburnt));
        let judge = Judge { event, assessor, limit, before };
        let mut trials: Vec<Trial> = burnt
            .into_par_iter()
            .map(|Burnt { axis, burn, after, met }| {
                let outcome = after.and_then(|after| judge.outcome(&after, met));
                Trial { axis, burn, outcome }
            })
            .collect();
        sort(&mut trials);
        let Before { others, companions } = judge.before;
        Sweep {
            event: own,
            others: others.len(),
            worst: most_probable(others.iter()).cloned(),
            companions: companions.into_iter().collect(),
            limit,
            window: request.window,
            threshold_km: request.threshold_km,
            trials,
            tally,
        }
    }
}

/// Assesses approaches.
#[derive(Clone, Copy)]
struct Assessor<'a> {
    parties: Parties<'a>,
    thresholds: &'a Thresholds,
}

impl Assessor<'_> {
    fn assessed(&self, conjunction: Conjunction) -> Conjunction {
        let assessment = (self.parties)(&conjunction)
            .map(|[primary, secondary]| Arc::new(assess(&conjunction, [&primary, &secondary], self.thresholds)));
        Conjunction { assessment, ..conjunction }
    }

    fn all(&self, conjunctions: Vec<Conjunction>) -> Vec<Conjunction> {
        conjunctions.into_iter().map(|conjunction| self.assessed(conjunction)).collect()
    }
}

/// What the satellite meets without a burn, apart from the event.
struct Before {
    others: Vec<Conjunction>,
    companions: BTreeSet<NoradId>,
}

impl Before {
    fn new(event: &Event<'_>, met: Vec<Conjunction>) -> Self {
        let (along, others): (Vec<Conjunction>, Vec<Conjunction>) = met
            .into_iter()
            .filter(|one| !is_event(event, one))
            .partition(|one| one.kind != Kind::Encounter && one.rel_speed_km_s < COMPANION_SPEED_KM_S);
        let companions: BTreeSet<NoradId> = along.iter().map(|one| one.secondary_id).collect();
        let others = others.into_iter().filter(|one| !companions.contains(&one.secondary_id)).collect();
        Self { others, companions }
    }

    /// The same approach without the burn.
    fn of(&self, conjunction: &Conjunction) -> Option<&Conjunction> {
        let off_s = |one: &&Conjunction| (one.tca - conjunction.tca).as_seconds_f64().abs();
        self.others
            .iter()
            .filter(|one| one.secondary_id == conjunction.secondary_id && off_s(one) <= SAME_S)
            .min_by(|a, b| off_s(a).total_cmp(&off_s(b)))
    }
}

/// Judges burns.
struct Judge<'a> {
    event: Event<'a>,
    assessor: Assessor<'a>,
    limit: f64,
    before: Before,
}

impl Judge<'_> {
    fn outcome(&self, after: &Elements, met: Vec<Conjunction>) -> Result<Outcome, TrialError> {
        let event = self.event_after(after)?;
        let (gained_km, gained_sigmas) = self.gained(after)?;
        let others: Vec<Conjunction> = met
            .into_iter()
            .filter(|one| !is_event(&self.event, one) && !self.before.companions.contains(&one.secondary_id))
            .map(|one| self.assessor.assessed(one))
            .collect();
        let made = most_probable(others.iter().filter(|one| self.is_new(one))).cloned();
        let worst = most_probable(others.iter()).cloned();
        let way = match &made {
            _ if reaches(&event, self.limit) => Way::DoesNotClear,
            Some(_) => Way::MakesNew,
            None => Way::Clears,
        };
        let worst_before = worst.as_ref().and_then(|worst| pc(self.before.of(worst)?));
        Ok(Outcome { way, event, gained_km, gained_sigmas, worst, worst_before, made, others: others.len() })
    }

    /// The event on the orbit after a burn.
    fn event_after(&self, after: &Elements) -> Result<Conjunction, TrialError> {
        let Event { conjunction, sets } = &self.event;
        let half_s = event_half_s(&self.event);
        let window =
            Window { start: plus_seconds(conjunction.tca, -half_s), end: plus_seconds(conjunction.tca, half_s) };
        let ephemeris = Ephemeris::new([after, sets[1]], window);
        let pair = Pair { ephemeris: &ephemeris, first: 0, second: 1 };
        let parts = (window.seconds() / STEP_S).ceil().max(1.0);
        let edge_s = |part: usize| window.seconds() * part as f64 / parts;
        let nearest = (0..parts as usize)
            .flat_map(|part| pair.extrema(Span::new(edge_s(part), edge_s(part + 1))))
            .filter(|(_, is_minimum)| *is_minimum)
            .filter_map(|(time_s, _)| pair.at(time_s))
            .min_by(|a, b| a.miss_km.total_cmp(&b.miss_km))
            .ok_or(TrialError::NoApproach)?;
        let tca = window.at(nearest.tca_s);
        let separation_km = nearest.second_state.position_km - nearest.first_state.position_km;
        Ok(self.assessor.assessed(Conjunction {
            tca,
            miss_km: nearest.miss_km,
            rel_speed_km_s: nearest.rel_speed_km_s(),
            miss_rtn_km: rtn_axes(&nearest.first_state) * separation_km,
            primary_age_days: sets[0].age_days(tca),
            secondary_age_days: sets[1].age_days(tca),
            primary_state: nearest.first_state,
            secondary_state: nearest.second_state,
            ..conjunction.clone()
        }))
    }

    /// How far a burn moves the satellite across the relative velocity at the event's time, in km and in standard
    /// deviations.
    fn gained(&self, after: &Elements) -> Result<(f64, Option<f64>), TrialError> {
        let Event { conjunction, .. } = &self.event;
        let (one, other) = (&conjunction.primary_state, &conjunction.secondary_state);
        let state = Propagator::new(after).and_then(|propagator| propagator.state_at(conjunction.tca))?;
        let moved_km = state.position_km - one.position_km;
        let along = (other.velocity_km_s - one.velocity_km_s).try_normalize(f64::MIN_POSITIVE).unwrap_or_default();
        let across_km = moved_km - along * moved_km.dot(&along);
        let gained_km = across_km.norm();
        let sigmas = (self.assessor.parties)(conjunction).and_then(|[primary, secondary]| {
            let direction = across_km.try_normalize(f64::MIN_POSITIVE)?;
            let covariance_km2 =
                on_inertial_axes(&primary.covariance, one) + on_inertial_axes(&secondary.covariance, other);
            let variance_km2 = direction.dot(&(covariance_km2 * direction));
            (variance_km2 > 0.0).then(|| gained_km / variance_km2.sqrt())
        });
        Ok((gained_km, sigmas))
    }

    /// Whether an approach after a burn is one that the burn has made.
    fn is_new(&self, one: &Conjunction) -> bool {
        reaches(one, self.limit)
            && self.before.of(one).is_none_or(|before| match (pc(one), pc(before)) {
                (Some(pc), Some(pc_before)) => pc > 2.0 * pc_before,
                _ => !reaches(before, self.limit),
            })
    }
}

/// Half of the time in which the event is looked for on another orbit, s.
fn event_half_s(event: &Event<'_>) -> f64 {
    EVENT_TURN * 60.0 * event.sets[0].period_min().min(event.sets[1].period_min())
}

/// Whether an approach is the event itself, moved or not.
fn is_event(event: &Event<'_>, conjunction: &Conjunction) -> bool {
    let off_s = (conjunction.tca - event.conjunction.tca).as_seconds_f64().abs();
    conjunction.secondary_id == event.conjunction.secondary_id && off_s <= event_half_s(event)
}

/// The most probable of some approaches; one within the radius, which has no probability, is before all others, and the
/// rest of those without one come last, of these the nearest first.
fn most_probable<'a>(met: impl Iterator<Item = &'a Conjunction>) -> Option<&'a Conjunction> {
    let weight = |one: &Conjunction| pc(one).unwrap_or(if is_hit(one) { 2.0 } else { -1.0 });
    met.max_by(|a, b| weight(a).total_cmp(&weight(b)).then(b.miss_km.total_cmp(&a.miss_km)))
}

/// Ways out first, then what makes a new event, then what does not clear; each cheapest first, then by probability, and
/// the later one first, which leaves more time to decide.
fn sort(trials: &mut [Trial]) {
    let rank = |trial: &Trial| trial.outcome.as_ref().map_or(3, |outcome| outcome.way as u8);
    let left = |trial: &Trial| trial.outcome.as_ref().ok().and_then(|outcome| pc(&outcome.event)).unwrap_or(1.0);
    // Burns of one size are so whatever the last bit of their sum of squares says.
    let size_um_s = |trial: &Trial| (trial.burn.delta_v_m_s() * 1e6).round();
    trials.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(size_um_s(a).total_cmp(&size_um_s(b)))
            .then(left(a).total_cmp(&left(b)))
            .then(b.burn.time.cmp(&a.burn.time))
            .then(a.axis.cmp(&b.axis))
            .then(a.axis.of(&a.burn.delta_v_rtn_m_s).total_cmp(&b.axis.of(&b.burn.delta_v_rtn_m_s)))
    });
}
