//! What the risks of a report's conjunctions rest on, and how they went from run to run.

use std::collections::HashSet;

use super::App;
use super::assess::Ground;
use super::release::Releasable;
use crate::astro::elements::{Elements, NoradId};
use crate::report::briefing::{EventHistory, HistoryLine};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::completeness::Known as OnOrbit;
use crate::ssa::conjunction::history::{Family, Known, Sighting, matched, trend};
use crate::ssa::geo::{SlotChange, SlotHistory, slot_history};
use crate::store::catalogue::SourceRecord;
use crate::store::conjunctions::{ConjunctionFilter, Event};

/// Histories that a report shows.
const MOST_HISTORIES: usize = 4;

/// Lines of a history that a report shows, the latest.
const MOST_LINES: usize = 24;

/// What the figures of some conjunctions rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Of each object, by number.
    pub grounds: Vec<Ground>,
    /// How the most urgent of them went, the most urgent first.
    pub histories: Vec<EventHistory>,
    /// What a satellite catalogue knows to be on orbit; `None` without one.
    pub on_orbit: Option<OnOrbit>,
    /// What their past element sets tell of the slots of satellites in the belt and of their neighbours, by number.
    pub slots: Vec<Slot>,
}

/// Tells what the figures of some conjunctions rest on, and what is known of the slots of some objects in the belt.
pub type EvidenceOf<'a> = dyn Fn(&[Conjunction], &[NoradId]) -> anyhow::Result<Evidence> + 'a;

/// What an object's past element sets tell of its slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// How long they follow it, days; 0 where there are too few.
    pub days: f64,
    /// The last change of slot that they show.
    pub change: Option<SlotChange>,
}

impl App {
    /// What the figures of approaches in a releasable catalogue rest on, and what is known of the slots of some
    /// objects.
    ///
    /// Past element sets count where their source may go to the recipient, and so does the satellite catalogue. What
    /// earlier runs found rests on all there is, so a recipient gets none of it.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn evidence(
        &self,
        releasable: &Releasable,
        found: &[Conjunction],
        belt: &[NoradId],
    ) -> anyhow::Result<Evidence> {
        let ids: HashSet<NoradId> = found.iter().flat_map(|event| [event.primary_id, event.secondary_id]).collect();
        let is_released = releasable.marking.recipient.is_some();
        let wanted = releasable.catalogue.entries.iter().filter(|entry| ids.contains(&entry.elements.norad_id));
        let objects = wanted.map(|entry| {
            let mut facts = entry.facts.clone();
            if is_released {
                // The name that a withheld source gave it must not choose its radius.
                facts.name.clone_from(&entry.elements.name);
            }
            (&entry.elements, facts)
        });
        let allowed = |id, source: &SourceRecord| releasable.allows(id, source);
        let grounds = self.grounds(&releasable.world.hard_bodies, objects.collect(), &allowed)?;
        let histories = if is_released || found.is_empty() {
            Vec::new()
        } else {
            histories(&self.store.conjunction_events(&ConjunctionFilter::default())?, found)
        };
        let slots = belt.iter().map(|id| self.slot(*id, &allowed)).collect::<anyhow::Result<_>>()?;
        Ok(Evidence { grounds, histories, on_orbit: releasable.on_orbit.clone(), slots })
    }

    /// What the past element sets of an object tell of its slot, those whose source is `allowed`.
    ///
    /// # Errors
    /// An error of the disk.
    pub(super) fn slot(
        &self,
        norad_id: NoradId,
        allowed: &dyn Fn(NoradId, &SourceRecord) -> bool,
    ) -> anyhow::Result<Slot> {
        let history = self.store.history(norad_id)?.into_iter();
        let sets: Vec<Elements> = history.filter(|(_, source)| allowed(norad_id, source)).map(|(set, _)| set).collect();
        let SlotHistory { days, changes } = slot_history(&sets);
        Ok(Slot { norad_id, days, change: changes.last().copied() })
    }
}

/// The histories of the most urgent events, one a primary: the most probable first, then the nearest.
fn histories(known: &[Event], found: &[Conjunction]) -> Vec<EventHistory> {
    let keys: Vec<Known> = known
        .iter()
        .map(|event| Known {
            pair: event.conjunction.pair(),
            family: event.conjunction.kind.family(),
            tca: event.conjunction.tca,
        })
        .collect();
    let mut told: Vec<(usize, &Event)> = matched(&keys, found)
        .into_iter()
        .enumerate()
        .filter_map(|(event, index)| Some((event, known.get(index?)?)))
        .filter(|(_, event)| event.conjunction.kind.family() == Family::Approach && event.vanished().is_none())
        .filter(|(_, event)| event.history.len() > 1)
        .collect();
    let pc = |event: &Event| event.history.last().and_then(|line| line.pc).unwrap_or(0.0);
    told.sort_by(|(_, a), (_, b)| {
        pc(b).total_cmp(&pc(a)).then(a.conjunction.miss_km.total_cmp(&b.conjunction.miss_km))
    });
    let mut primaries = HashSet::new();
    told.retain(|(event, _)| found.get(*event).is_some_and(|event| primaries.insert(event.primary_id)));
    told.truncate(MOST_HISTORIES);
    told.into_iter().map(|(event, known)| history(event, &known.history)).collect()
}

fn history(event: usize, sightings: &[Sighting]) -> EventHistory {
    let line = |sighting: &Sighting| HistoryLine {
        recorded_at: sighting.recorded_at,
        miss_km: sighting.miss_km,
        pc: sighting.pc,
    };
    let found: Vec<HistoryLine> = sightings.iter().filter(|line| line.vanished.is_none()).map(line).collect();
    let first = found.len().saturating_sub(MOST_LINES);
    EventHistory { event, lines: found[first..].to_vec(), trend: trend(sightings) }
}
