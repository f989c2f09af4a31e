//! Screening: who comes close to whom.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde_json::json;

use super::App;
use super::catalogue::Catalogue;
use super::ephemerides::Orbits;
use super::overfly::hours;
use super::work::{Account, CycleRequest};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::completeness::Completeness;
use crate::ssa::conjunction::history::Pair;
use crate::ssa::conjunction::scope::{Dropped, Objects, Reason, Rules};
use crate::ssa::conjunction::screen::{Found, ScreenRequest, Screening, screen};
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::tally::Tally;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};
use crate::store::scope::PairScope;

impl App {
    /// Finds the conjunctions among the objects of a catalogue, in the scope of the configuration, and stores them as a
    /// run.
    ///
    /// # Errors
    /// No word of `run.primaries` means anything here; an error of the disk, or cancelled by `progress`: the run is
    /// then in the ledger as failed.
    pub fn screen(
        &mut self,
        catalogue: &Catalogue,
        request: &CycleRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Scoped> {
        let window = hours(catalogue.clock, request.window_hours.unwrap_or(self.config.run.window_hours));
        let threshold_km = request.threshold_km.unwrap_or(self.config.run.threshold_km);
        let elements = catalogue.elements();
        let scope = self.run_scope(&elements, window)?;
        let start = NewRun {
            kind: RunKind::Screening,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window,
            parameters: json!({
                "threshold_km": threshold_km,
                "primaries": self.config.run.primaries.trim(),
                "drop": scope.rules.reasons,
            }),
        };
        let search = |app: &Self| {
            let Scoped { found, dropped, pairs } = scope.screen(&elements, threshold_km, progress)?;
            let ids = found.conjunctions.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
            let assessor = app.assessor(&elements, &ids, HashMap::new())?.on_orbits(scope.orbits.clone());
            Ok(Scoped { found: Screening { conjunctions: assessor.all(found.conjunctions), ..found }, dropped, pairs })
        };
        let record = |app: &mut Self, run, scoped: &Scoped| {
            let found = &scoped.found;
            let mut tally = serde_json::to_value(&found.tally)?;
            let completeness = app.completeness(&elements, &found.tally, None)?.line();
            tally["completeness"] = json!(completeness);
            tally["left_out"] = json!(scoped.dropped.0);
            let on_ephemerides = scope.orbits.lines(window);
            tally["ephemerides"] = json!(on_ephemerides);
            let notes = catalogue.notes.iter().cloned().chain(on_ephemerides).chain([completeness]);
            let notes = notes.chain(scope.notes(&scoped.dropped));
            tally["notes"] = json!(notes.collect::<Vec<_>>());
            let pairs = PairScope { primaries: scope.primaries.as_ref(), dropped: Some(&scoped.pairs) };
            app.record(run, &tally, &Events { conjunctions: &found.conjunctions, pairs, ..Events::default() })
        };
        self.in_ledger(&start, search, record)
    }

    /// Whom a run is about by the configuration, among some objects.
    ///
    /// # Errors
    /// No word of `run.primaries` means anything here; an error of the disk.
    pub(super) fn run_scope<'a>(&self, elements: &'a [Elements], window: Window) -> anyhow::Result<RunScope<'a>> {
        let (primaries, notes) = self.run_primaries(elements)?;
        let rules = self.rules(elements, window, &self.config.run.drop)?;
        let (words, orbits) = (self.config.run.primaries.trim().to_owned(), self.world.configured_orbits(elements));
        Ok(RunScope { words, primaries, rules, orbits, notes })
    }
}

/// Whom a run is about.
#[derive(Debug)]
pub(super) struct RunScope<'a> {
    /// The words of the configuration.
    words: String,
    /// Every pair holds one of these; `None`: every pair counts.
    primaries: Option<HashSet<NoradId>>,
    /// Which pairs are left out.
    rules: Rules<'a>,
    /// Orbits in place of element sets.
    pub(super) orbits: Orbits,
    /// What is to be said of the words.
    notes: Vec<String>,
}

/// What a screening found in its scope.
#[derive(Clone, Debug)]
pub struct Scoped {
    /// What is left in.
    pub found: Screening,
    /// How many approaches were left out, by reason.
    pub dropped: Dropped,
    /// Between which objects they were.
    pub pairs: HashSet<Pair>,
}

impl RunScope<'_> {
    /// Screens some objects, and leaves out what the rules say.
    ///
    /// # Errors
    /// Cancelled by `progress`.
    pub(super) fn screen(
        &self,
        elements: &[Elements],
        threshold_km: f64,
        progress: Progress<'_>,
    ) -> Result<Scoped, Cancelled> {
        let request = ScreenRequest {
            primaries: self.primaries.clone(),
            trajectories: self.orbits.trajectories(),
            ..ScreenRequest::new(self.rules.window, threshold_km)
        };
        let found = screen(elements, &request, progress)?;
        let (conjunctions, dropped, pairs) = self.rules.left_in(found.conjunctions);
        Ok(Scoped { found: Screening { conjunctions, ..found }, dropped, pairs })
    }

    /// What a run says of its scope; nothing where that is everything.
    fn notes(&self, dropped: &Dropped) -> Vec<String> {
        let whose = self.primaries.as_ref().map(|primaries| {
            let objects = if primaries.len() == 1 { "object" } else { "objects" };
            format!("Pairs that hold one of the {} {objects} of run.primaries = \"{}\".", primaries.len(), self.words)
        });
        let reasons = &self.rules.reasons;
        let without = (!reasons.is_empty()).then(|| dropped.line(reasons));
        whose.into_iter().chain(without).chain(self.notes.iter().cloned()).collect()
    }
}

impl App {
    /// How much of what is on orbit a screening of some objects has looked at, those older than so many days at
    /// `oldest`'s time left out.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn completeness(
        &self,
        elements: &[Elements],
        tally: &Tally,
        oldest: Option<(DateTime<Utc>, f64)>,
    ) -> anyhow::Result<Completeness> {
        let is_fresh =
            |elements: &&Elements| oldest.is_none_or(|(at, limit_days)| elements.age_days(at).abs() <= limit_days);
        let screened = elements.iter().filter(is_fresh).map(|elements| elements.norad_id);
        let screened: HashSet<NoradId> = screened.filter(|id| !tally.unusable.contains_key(id)).collect();
        Ok(Completeness::of(&screened, &self.store.facts()?))
    }

    /// The rules by which approaches between some objects are left out of a list.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn rules<'a>(&self, elements: &'a [Elements], window: Window, reasons: &[Reason]) -> anyhow::Result<Rules<'a>> {
        let mut objects = Objects::default();
        if !reasons.is_empty() {
            objects.elements = elements.iter().map(|elements| (elements.norad_id, elements)).collect();
            let facts = self.store.facts()?;
            objects.ops_status = facts.into_iter().filter_map(|(id, facts)| Some((id, facts.ops_status?))).collect();
        }
        Ok(Rules { reasons: reasons.to_vec(), window, objects })
    }
}

/// What a screening found: each approach made when it is asked for, or all there.
#[derive(Debug)]
pub enum Approaches<'a> {
    /// Of a catalogue as it is.
    Found(Box<Found<'a>>),
    /// Of one that something was done to.
    Listed(Vec<Conjunction>),
}

impl Approaches<'_> {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Found(found) => found.len(),
            Self::Listed(listed) => listed.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One by its number in order of TCA; `None` beyond the last.
    #[must_use]
    pub fn conjunction(&self, index: usize) -> Option<Conjunction> {
        match self {
            Self::Found(found) => found.conjunction(index),
            Self::Listed(listed) => listed.get(index).cloned(),
        }
    }

    /// The objects that approach others.
    #[must_use]
    pub fn ids(&self) -> HashSet<NoradId> {
        match self {
            Self::Found(found) => found.ids(),
            Self::Listed(listed) => listed.iter().flat_map(|one| [one.primary_id, one.secondary_id]).collect(),
        }
    }
}

/// The numbers of the approaches that the rules leave in, and how many they leave out.
#[must_use]
pub fn left_in(found: &Approaches<'_>, rules: &Rules<'_>) -> (Vec<usize>, Dropped) {
    if rules.reasons.is_empty() {
        return ((0..found.len()).collect(), Dropped::default());
    }
    let reason = |index| found.conjunction(index).and_then(|conjunction| rules.reason(&conjunction));
    let reasons: Vec<Option<Reason>> = (0..found.len()).into_par_iter().map(reason).collect();
    let kept = reasons.iter().enumerate().filter(|(_, reason)| reason.is_none()).map(|(index, _)| index).collect();
    (kept, Dropped::of(reasons.into_iter().flatten()))
}

/// What a screening says of itself.
#[must_use]
pub fn account(Scoped { found, dropped, .. }: &Scoped) -> Account {
    let (conjunctions, objects) = (found.conjunctions.len(), found.tally.objects);
    let failed = found.tally.unusable.len() + found.tally.lost.len();
    Account::new(
        format!("{conjunctions} conjunctions among {objects} objects, {failed} of which failed{}", left_out(dropped)),
        json!({
            "conjunctions": conjunctions,
            "objects": objects,
            "failed": failed,
            "stale": found.tally.stale,
            "left_out": dropped.0,
        }),
    )
}

fn left_out(dropped: &Dropped) -> String {
    if dropped.total() == 0 { String::new() } else { format!("; {} left out", dropped.total()) }
}

/// Whether more than half of some element sets are too old for their orbits.
#[must_use]
pub fn is_stale(elements: &[Elements], clock: DateTime<Utc>) -> bool {
    2 * elements.iter().filter(|elements| elements.is_stale(clock)).count() > elements.len()
}

/// Of each object the newest set alone: a file may hold a history.
#[must_use]
pub fn newest(elements: Vec<Elements>) -> Vec<Elements> {
    let mut newest: std::collections::BTreeMap<NoradId, Elements> = std::collections::BTreeMap::new();
    for elements in elements {
        match newest.entry(elements.norad_id) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(elements);
            }
            std::collections::btree_map::Entry::Occupied(mut held) => {
                let order = |e: &Elements| (e.epoch, e.element_set_no, e.orbit_key());
                if order(&elements) > order(held.get()) {
                    held.insert(elements);
                }
            }
        }
    }
    newest.into_values().collect()
}
