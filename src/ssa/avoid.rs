//! What if: hundreds of burns of one satellite, each screened against the whole catalogue.
//!
//! [`search`] takes an event and tries burns of several sizes along the track, and along other axes where asked, at times
//! from a first one to half a revolution before the event. Every burn's orbit is screened against every object; all of
//! them go through one search ([`crate::ssa::conjunction::screen::branches`]).
//!
//! # What is a way out
//!
//! A burn *clears* the event when afterwards its probability is below a limit. Where no limit is given it is 10^-1.5 of
//! the event's own probability, but not below [`LEAST_LIMIT`] and not above [`MOST_LIMIT`]. It *makes a new one* when
//! another approach, after the burn and in the window, is at that limit or above it, and more than twice as probable as
//! the same two objects are without the burn at about that time. What else the orbit meets was there before, and is told.
//! A probability that cannot be computed is above every limit: nothing has been shown to be harmless.
//!
//! # What it is not
//!
//! - The errors are those of the two element sets at their ages, and the burn adds none of its own.
//!   [`Outcome::gained_sigmas`] says how many standard deviations the burn moves the satellite across the relative
//!   velocity: below about one it moves it by less than anybody knows where it is, and the figures say nothing.
//! - Nothing brings the satellite back to where it belongs; what that costs is not counted.
//! - A burn is a jump of the velocity, exactly carried out: see [`crate::astro::burn`].

mod candidates;
mod sweep;

pub use candidates::{Axis, CandidateRequest, candidates};
pub use sweep::{Event, EventError, Parties, Searched, find_event, search};

use std::collections::BTreeMap;

use crate::astro::burn::{Burn, BurnError};
use crate::astro::elements::NoradId;
use crate::astro::propagator::PropagationError;
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::probability::Verdict;
use crate::ssa::tally::Tally;

/// No limit of a way out is below this, nor any above [`MOST_LIMIT`].
pub const LEAST_LIMIT: f64 = 1e-7;

/// 10^-1.5 of the probability from which events are acted on.
pub const MOST_LIMIT: f64 = 1e-4 * SHARE;

/// By how much a probability must fall: 10^-1.5.
const SHARE: f64 = 0.031_622_776_601_683_79;

/// What to try.
#[derive(Clone, Debug)]
pub struct SweepRequest {
    /// Stretch of time that every burn's orbit is screened in.
    pub window: Window,
    /// Approaches below this distance are looked at, km.
    pub threshold_km: f64,
    /// Burns, with their axis.
    pub candidates: Vec<(Axis, Burn)>,
    /// Probability below which an event is cleared; `None`: by the event's own.
    pub limit: Option<f64>,
}

/// What became of one burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The event is cleared and no new one is made.
    Clears,
    /// The event is cleared, and another one made.
    MakesNew,
    /// The event is not cleared.
    DoesNotClear,
}

impl Way {
    /// The words for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clears => "clears",
            Self::MakesNew => "makes a new one",
            Self::DoesNotClear => "does not clear",
        }
    }
}

/// What one burn leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Whether it is a way out.
    pub way: Way,
    /// The event after the burn.
    pub event: Conjunction,
    /// How far the burn moves the satellite across the relative velocity, km.
    pub gained_km: f64,
    /// The same in standard deviations of both objects' errors in that direction; `None` where there are none.
    pub gained_sigmas: Option<f64>,
    /// Of the other approaches after the burn the one with the greatest probability.
    pub worst: Option<Conjunction>,
    /// The probability of that pair about then without the burn, where it comes below the threshold.
    pub worst_before: Option<f64>,
    /// The new event, where one is made: the most probable.
    pub made: Option<Conjunction>,
    /// Number of other approaches below the threshold after the burn.
    pub others: usize,
}

/// One burn that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its axis.
    pub axis: Axis,
    /// The burn.
    pub burn: Burn,
    /// What it leads to, or why that is not known.
    pub outcome: Result<Outcome, TrialError>,
}

/// Why nothing is known of a burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrialError {
    /// There is no orbit after it.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// The orbit after it has no state somewhere in the window.
    #[error("the orbit after the burn: {0}")]
    State(#[from] PropagationError),
    /// The two objects do not approach each other any more about the event's time.
    #[error("no approach of the two is left about that time")]
    NoApproach,
}

/// The answer of a sweep.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The event as it stands, assessed as all approaches here are.
    pub event: Conjunction,
    /// Number of other approaches below the threshold without a burn.
    pub others: usize,
    /// The most probable of them.
    pub worst: Option<Conjunction>,
    /// Objects that fly along with the satellite, docked or in formation: they are left out of what a burn meets.
    pub companions: Vec<NoradId>,
    /// Probability below which an event is cleared.
    pub limit: f64,
    /// What was screened.
    pub window: Window,
    /// Approaches below this distance were looked at, km.
    pub threshold_km: f64,
    /// Every burn: the ways out first, then by what keeps it from being one; each cheapest first.
    pub trials: Vec<Trial>,
    /// What was screened and what was dropped.
    pub tally: Tally,
}

impl Sweep {
    /// How many burns came to what; those of which nothing is known are under `None`.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Option<Way>, usize> {
        let mut counts = BTreeMap::new();
        for trial in &self.trials {
            *counts.entry(trial.outcome.as_ref().ok().map(|outcome| outcome.way)).or_default() += 1;
        }
        counts
    }
}

/// The probability below which an event is cleared, by its own.
#[must_use]
pub fn limit_of(event: &Conjunction) -> f64 {
    pc(event).map_or(LEAST_LIMIT, |pc| (pc * SHARE).clamp(LEAST_LIMIT, MOST_LIMIT))
}

/// The probability of an approach, where it is known.
fn pc(conjunction: &Conjunction) -> Option<f64> {
    conjunction.assessment.as_ref().and_then(|assessment| assessment.pc)
}

/// Whether an approach is at a limit or above; one without a probability has not been shown to be below.
fn reaches(conjunction: &Conjunction, limit: f64) -> bool {
    pc(conjunction).is_none_or(|pc| pc >= limit)
}

/// Whether an approach is within the radius.
fn is_hit(conjunction: &Conjunction) -> bool {
    let verdict = conjunction.assessment.as_ref().map(|assessment| assessment.verdict);
    pc(conjunction).is_none() && verdict == Some(Verdict::Act)
}
