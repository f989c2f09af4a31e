//! The sweep itself.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::candidates::Axis;
use super::risk::{Radii, covariance_km2, relative, risk};
use super::{Assessed, Outcome, Sweep, SweepRequest, Trial, TrialError, Way, limit_of, reaches};
use crate::astro::burn::Burn;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::rtn_axes;
use crate::astro::propagator::Propagator;
use crate::astro::span::Span;
use crate::astro::time::{Window, plus_seconds};
use crate::ssa::conjunction::fold::COMPANION_SPEED_KM_S;
use crate::ssa::conjunction::refine::Pair;
use crate::ssa::conjunction::screen::branches::{Branch, screen_branches};
use crate::ssa::conjunction::screen::{ScreenRequest, screen};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::progress::{Cancelled, Progress, silent};

/// An event is looked for below this distance, km.
const EVENT_KM: f64 = 50.0;

/// A time given for an event may be off by this, s.
const EVENT_S: f64 = 600.0;

/// Part of the shorter revolution, before and after its time, in which an event is looked for after a burn.
const EVENT_TURN: f64 = 0.125;

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
    let request =
        ScreenRequest { primaries: Some(HashSet::from([primary])), ..ScreenRequest::new(window, EVENT_KM) };
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
            None => format!(
                "from {} to {}",
                window.start.format("%Y-%m-%dT%H:%MZ"),
                window.end.format("%Y-%m-%dT%H:%MZ")
            ),
        };
        EventError::None { primary, secondary, when }
    })
}

/// Tries burns of an event's primary.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn sweep(
    catalogue: &[Elements],
    event: &Event<'_>,
    request: &SweepRequest,
    radii: Radii<'_>,
    progress: Progress<'_>,
) -> Result<Sweep, Cancelled> {
    let burnt: Vec<(Axis, Burn, Result<Elements, TrialError>)> = request
        .candidates
        .par_iter()
        .map(|&(axis, burn)| (axis, burn, burn.applied_to(event.sets[0]).map_err(TrialError::Burn)))
        .collect();
    // The first branch is the orbit without a burn.
    let mut branches =
        vec![Branch { elements: event.sets[0].clone(), origin: event.sets[0], stretch: request.window }];
    let mut branch_of: Vec<Option<usize>> = Vec::with_capacity(burnt.len());
    for (_, burn, after) in &burnt {
        branch_of.push(after.as_ref().ok().map(|_| branches.len()));
        branches.extend(after.as_ref().ok().map(|elements| Branch {
            elements: elements.clone(),
            origin: event.sets[0],
            stretch: Window { start: burn.time, end: request.window.end },
        }));
    }
    let asked = ScreenRequest::new(request.window, request.threshold_km);
    let found = screen_branches(catalogue, &branches, &asked, progress)?;
    let sets: HashMap<NoradId, &Elements> = catalogue.iter().map(|elements| (elements.norad_id, elements)).collect();
    let assessed: Vec<(usize, Assessed)> = (0..found.len())
        .into_par_iter()
        .filter_map(|index| {
            let met = found.met(index)?;
            let secondary = sets.get(&met.conjunction.secondary_id)?;
            let risk = risk(&met.conjunction, [event.sets[0], secondary], radii);
            Some((met.branch, Assessed { conjunction: met.conjunction, risk }))
        })
        .collect();
    let mut met: Vec<Vec<Assessed>> = vec![Vec::new(); branches.len()];
    for (branch, assessed) in assessed {
        met[branch].push(assessed);
    }
    let unusable: HashMap<usize, TrialError> =
        found.unusable.iter().map(|&(branch, error)| (branch, TrialError::State(error))).collect();
    let own_risk = risk(&event.conjunction, event.sets, radii);
    let limit = request.limit.unwrap_or_else(|| limit_of(&own_risk));
    let judge = Judge { event, radii, limit, before: Before::new(event, std::mem::take(&mut met[0])) };
    let mut trials: Vec<Trial> = burnt
        .into_par_iter()
        .zip(&branch_of)
        .map(|((axis, burn, after), branch)| {
            let outcome = after.and_then(|after| {
                let branch = branch.unwrap_or_default();
                unusable.get(&branch).map_or(Ok(()), |error| Err(*error))?;
                judge.outcome(&after, &met[branch])
            });
            Trial { axis, burn, outcome }
        })
        .collect();
    sort(&mut trials);
    let Before { others, companions } = judge.before;
    Ok(Sweep {
        event: Assessed { conjunction: event.conjunction.clone(), risk: own_risk },
        others: others.len(),
        worst: most_probable(others.iter()).cloned(),
        companions: companions.into_iter().collect(),
        limit,
        window: request.window,
        threshold_km: request.threshold_km,
        trials,
        tally: found.tally().clone(),
    })
}

/// What the satellite meets without a burn, apart from the event.
struct Before {
    others: Vec<Assessed>,
    companions: BTreeSet<NoradId>,
}

impl Before {
    fn new(event: &Event<'_>, met: Vec<Assessed>) -> Self {
        let (along, others): (Vec<Assessed>, Vec<Assessed>) = met
            .into_iter()
            .filter(|one| !is_event(event, &one.conjunction))
            .partition(|one| one.conjunction.kind != Kind::Encounter && !is_fast(&one.conjunction));
        let companions: BTreeSet<NoradId> = along.iter().map(|one| one.conjunction.secondary_id).collect();
        let others = others.into_iter().filter(|one| !companions.contains(&one.conjunction.secondary_id)).collect();
        Self { others, companions }
    }

    /// The same approach without the burn.
    fn of(&self, conjunction: &Conjunction) -> Option<&Assessed> {
        let off_s = |one: &&Assessed| (one.conjunction.tca - conjunction.tca).as_seconds_f64().abs();
        self.others
            .iter()
            .filter(|one| one.conjunction.secondary_id == conjunction.secondary_id && off_s(one) <= SAME_S)
            .min_by(|a, b| off_s(a).total_cmp(&off_s(b)))
    }
}

/// Faster than what flies along.
fn is_fast(conjunction: &Conjunction) -> bool {
    conjunction.rel_speed_km_s >= COMPANION_SPEED_KM_S
}

/// Judges burns.
struct Judge<'a> {
    event: &'a Event<'a>,
    radii: Radii<'a>,
    limit: f64,
    before: Before,
}

impl Judge<'_> {
    fn outcome(&self, after: &Elements, met: &[Assessed]) -> Result<Outcome, TrialError> {
        let event = self.event_after(after)?;
        let (gained_km, gained_sigmas) = self.gained(after)?;
        let others: Vec<&Assessed> = met
            .iter()
            .filter(|one| !is_event(self.event, &one.conjunction))
            .filter(|one| !self.before.companions.contains(&one.conjunction.secondary_id))
            .collect();
        let made = most_probable(others.iter().copied().filter(|one| self.is_new(one))).cloned();
        let worst = most_probable(others.iter().copied()).cloned();
        let way = match &made {
            _ if reaches(&event.risk, self.limit) => Way::DoesNotClear,
            Some(_) => Way::MakesNew,
            None => Way::Clears,
        };
        let worst_before = worst.as_ref().and_then(|worst| self.before.of(&worst.conjunction)?.risk.pc);
        Ok(Outcome { way, event, gained_km, gained_sigmas, worst, worst_before, made, others: others.len() })
    }

    /// The event on the orbit after a burn.
    fn event_after(&self, after: &Elements) -> Result<Assessed, TrialError> {
        let Event { conjunction, sets } = self.event;
        let half_s = EVENT_TURN * 60.0 * sets[0].period_min().min(sets[1].period_min());
        let start = plus_seconds(conjunction.tca, -half_s);
        let window = Window { start, end: plus_seconds(conjunction.tca, half_s) };
        let ephemeris = Ephemeris::new([after, sets[1]], window);
        let pair = Pair { ephemeris: &ephemeris, first: 0, second: 1 };
        let parts = (window.seconds() / 60.0).ceil().max(1.0);
        let edge_s = |k: f64| window.seconds() * k / parts;
        let minima = (0..parts as usize).flat_map(|k| pair.extrema(Span::new(edge_s(k as f64), edge_s(k as f64 + 1.0))));
        let nearest = minima
            .filter(|(_, is_minimum)| *is_minimum)
            .filter_map(|(time_s, _)| pair.at(time_s))
            .min_by(|a, b| a.miss_km.total_cmp(&b.miss_km))
            .ok_or(TrialError::NoApproach)?;
        let tca = window.at(nearest.tca_s);
        let separation_km = nearest.second_state.position_km - nearest.first_state.position_km;
        let conjunction = Conjunction {
            tca,
            miss_km: nearest.miss_km,
            rel_speed_km_s: nearest.rel_speed_km_s(),
            miss_rtn_km: rtn_axes(&nearest.first_state) * separation_km,
            primary_age_days: sets[0].age_days(tca),
            secondary_age_days: sets[1].age_days(tca),
            primary_state: nearest.first_state,
            secondary_state: nearest.second_state,
            ..conjunction.clone()
        };
        let risk = risk(&conjunction, *sets, self.radii);
        Ok(Assessed { conjunction, risk })
    }

    /// How far a burn moves the satellite across the relative velocity at the event's time, in km and in standard deviations.
    fn gained(&self, after: &Elements) -> Result<(f64, Option<f64>), TrialError> {
        let Event { conjunction, sets } = self.event;
        let state = Propagator::new(after).and_then(|propagator| propagator.state_at(conjunction.tca))?;
        let moved_km = state.position_km - conjunction.primary_state.position_km;
        let (_, rel_velocity_km_s) = relative(conjunction);
        let along = rel_velocity_km_s.try_normalize(f64::MIN_POSITIVE).unwrap_or_default();
        let across_km = moved_km - along * moved_km.dot(&along);
        let gained_km = across_km.norm();
        let sigmas = across_km.try_normalize(f64::MIN_POSITIVE).and_then(|direction| {
            let variance_km2 = direction.dot(&(covariance_km2(conjunction, *sets) * direction));
            (variance_km2 > 0.0).then(|| gained_km / variance_km2.sqrt())
        });
        Ok((gained_km, sigmas))
    }

    /// Whether an approach after a burn is one that the burn has made.
    fn is_new(&self, one: &Assessed) -> bool {
        reaches(&one.risk, self.limit)
            && self.before.of(&one.conjunction).is_none_or(|before| match (one.risk.pc, before.risk.pc) {
                (Some(pc), Some(pc_before)) => pc > 2.0 * pc_before,
                _ => !reaches(&before.risk, self.limit),
            })
    }
}

/// Whether an approach is the event itself, moved or not.
fn is_event(event: &Event<'_>, conjunction: &Conjunction) -> bool {
    let half_s = EVENT_TURN * 60.0 * event.sets[0].period_min().min(event.sets[1].period_min());
    conjunction.secondary_id == event.conjunction.secondary_id
        && (conjunction.tca - event.conjunction.tca).as_seconds_f64().abs() <= half_s
}

/// The most probable of some approaches; of those without a probability the one within the radius, then the nearest.
fn most_probable<'a>(met: impl Iterator<Item = &'a Assessed>) -> Option<&'a Assessed> {
    let weight = |one: &Assessed| one.risk.pc.unwrap_or(if reaches(&one.risk, 1.0) { 2.0 } else { -1.0 });
    met.max_by(|a, b| {
        weight(a).total_cmp(&weight(b)).then(b.conjunction.miss_km.total_cmp(&a.conjunction.miss_km))
    })
}

/// Ways out first, then what makes a new event, then what does not clear; each cheapest first, then by probability, and
/// the later one first, which leaves more time to decide.
fn sort(trials: &mut [Trial]) {
    let rank = |trial: &Trial| trial.outcome.as_ref().map_or(3, |outcome| outcome.way as u8);
    let pc = |trial: &Trial| trial.outcome.as_ref().ok().and_then(|outcome| outcome.event.risk.pc).unwrap_or(1.0);
    // Burns of one size are so whatever the last bit of their sum of squares says.
    let size_um_s = |trial: &Trial| (trial.burn.delta_v_m_s() * 1e6).round();
    trials.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(size_um_s(a).total_cmp(&size_um_s(b)))
            .then(pc(a).total_cmp(&pc(b)))
            .then(b.burn.time.cmp(&a.burn.time))
            .then(a.axis.cmp(&b.axis))
            .then(a.axis.of(&a.burn.delta_v_rtn_m_s).total_cmp(&b.axis.of(&b.burn.delta_v_rtn_m_s)))
    });
}
