//! Screening: who comes close to whom.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde_json::json;

use super::App;
use super::catalogue::Catalogue;
use super::overfly::hours;
use super::work::{Account, CycleRequest};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::completeness::Completeness;
use crate::ssa::conjunction::scope::{Dropped, Objects, Reason, Rules};
use crate::ssa::conjunction::screen::{Found, ScreenRequest, Screening, screen};
use crate::ssa::progress::Progress;
use crate::ssa::tally::Tally;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};

impl App {
    /// Finds the conjunctions among all objects of a catalogue and stores them as a run.
    ///
    /// # Errors
    /// An error of the disk, or cancelled by `progress`: the run is then in the ledger as failed.
    pub fn screen(
        &mut self,
        catalogue: &Catalogue,
        request: &CycleRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Screening> {
        let window = hours(catalogue.clock, request.window_hours.unwrap_or(self.config.run.window_hours));
        let threshold_km = request.threshold_km.unwrap_or(self.config.run.threshold_km);
        let start = NewRun {
            kind: RunKind::Screening,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window,
            parameters: json!({ "threshold_km": threshold_km }),
        };
        let search = |app: &Self| {
            let mut elements = catalogue.elements();
            let orbits = app.world.orbits(&[], &mut elements)?;
            let asked =
                ScreenRequest { trajectories: orbits.trajectories(), ..ScreenRequest::new(window, threshold_km) };
            let found = screen(&elements, &asked, progress)?;
            let ids = found.conjunctions.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
            let lines = orbits.lines(window);
            let assessor = app.assessor(&elements, &ids, HashMap::new())?.on_orbits(orbits);
            Ok((Screening { conjunctions: assessor.all(found.conjunctions), ..found }, lines))
        };
        let finish = |app: &mut Self, run, (found, lines): &(Screening, Vec<String>)| {
            let mut tally = serde_json::to_value(&found.tally)?;
            let completeness = app.completeness(&catalogue.elements(), &found.tally, None)?.line();
            tally["completeness"] = json!(completeness);
            tally["ephemerides"] = json!(lines);
            tally["notes"] = json!(catalogue.notes.iter().chain(lines).chain([&completeness]).collect::<Vec<_>>());
            app.record(run, &tally, &Events { conjunctions: &found.conjunctions, ..Events::default() })
        };
        Ok(self.in_ledger(&start, search, finish)?.0)
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
pub fn account(found: &Screening) -> Account {
    let (conjunctions, objects) = (found.conjunctions.len(), found.tally.objects);
    let failed = found.tally.unusable.len() + found.tally.lost.len();
    Account::new(
        format!("{conjunctions} conjunctions among {objects} objects, {failed} of which failed"),
        json!({
            "conjunctions": conjunctions,
            "objects": objects,
            "failed": failed,
            "stale": found.tally.stale,
        }),
    )
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
