//! Screening: who comes close to whom.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::App;
use super::catalogue::Catalogue;
use super::overfly::hours;
use super::work::{Account, CycleRequest};
use crate::astro::elements::{Elements, NoradId};
use crate::format::satcat::ObjectType;
use crate::ssa::conjunction::screen::{ScreenRequest, Screening, screen};
use crate::ssa::progress::Progress;
use crate::ssa::roster::Nation;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};

/// Which objects every reported pair must hold one of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Primaries {
    /// Every pair counts.
    All,
    /// The roster's satellites of the United States, Japan and South Korea.
    Allied,
    /// Objects that are neither rocket bodies nor debris.
    Payloads,
    /// These, by number or name.
    Named(Vec<String>),
}

impl FromStr for Primaries {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "allied" => Self::Allied,
            "payloads" => Self::Payloads,
            _ => Self::Named(text.split(',').map(|name| name.trim().to_owned()).collect()),
        })
    }
}

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
            let elements = catalogue.elements();
            let found = screen(&elements, &ScreenRequest::new(window, threshold_km), progress)?;
            let ids = found.conjunctions.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
            let assessor = app.assessor(&elements, &ids, HashMap::new())?;
            Ok(Screening { conjunctions: assessor.all(found.conjunctions), ..found })
        };
        self.in_ledger(&start, search, |app, run, found: &Screening| {
            let mut tally = serde_json::to_value(&found.tally)?;
            tally["notes"] = json!(catalogue.notes);
            app.record(run, &tally, &Events { conjunctions: &found.conjunctions, ..Events::default() })
        })
    }

    /// The chosen primaries among some objects; `None`: every pair counts.
    ///
    /// # Errors
    /// A named object is not among them.
    pub fn primaries(&self, choice: &Primaries, elements: &[Elements]) -> anyhow::Result<Option<HashSet<NoradId>>> {
        Ok(match choice {
            Primaries::All => None,
            Primaries::Allied => {
                let assets = Nation::ALLIED.into_iter().flat_map(|nation| self.world.roster.of_nation(nation));
                Some(assets.filter_map(|asset| asset.norad_id).collect())
            }
            Primaries::Payloads => {
                let mut payloads = HashSet::new();
                for elements in elements {
                    if self.is_payload(elements)? {
                        payloads.insert(elements.norad_id);
                    }
                }
                Some(payloads)
            }
            Primaries::Named(names) => {
                let mut chosen = HashSet::new();
                for name in names {
                    chosen.insert(super::catalogue::find(elements, |elements| elements, name)?.norad_id);
                }
                Some(chosen)
            }
        })
    }

    /// Whether an object is a payload: by the satellite catalogue, else by its name.
    pub(super) fn is_payload(&self, elements: &Elements) -> anyhow::Result<bool> {
        let facts = self.store.object(elements.norad_id)?;
        Ok(match facts.map(|facts| facts.object_type) {
            Some(known) if known != ObjectType::Unknown => known == ObjectType::Payload,
            _ => {
                let name = elements.name.to_ascii_uppercase();
                !(name.ends_with(" DEB")
                    || name.contains(" DEB ")
                    || name.contains("R/B")
                    || name.starts_with("OBJECT"))
            }
        })
    }
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
