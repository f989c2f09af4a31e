//! The watch: which orbits were changed, which are about to end, which objects are new.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;
use serde_json::json;

use super::App;
use super::work::Account;
use crate::astro::elements::NoradId;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::watch::event::{Kind, State, WatchEvent};
use crate::ssa::watch::{decay, manoeuvre};
use crate::store::watch::{Findings, Newcomer, Recorded, Watched};

/// Sets older than this before the newest one of an object say nothing about its noise today.
const HISTORY: TimeDelta = TimeDelta::days(45);

/// Objects that are read at a time, so that the histories of a whole catalogue need not stand in memory at once.
const CHUNK: usize = 2000;

/// What a look at the histories saw and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchAccount {
    /// Objects with new sets, which were judged.
    pub judged: usize,
    /// Of these, objects with too few sets to be compared.
    pub too_short: usize,
    /// Sets that stood alone out of their rows and were left out.
    pub outliers: usize,
    /// Manoeuvres that the judged histories show.
    pub manoeuvres: usize,
    /// Decays to come within a month.
    pub decays: usize,
    /// Decays that the satellite catalogue dated since the last look.
    pub decayed: usize,
    /// Objects that are new in the catalogue.
    pub new_objects: usize,
    /// What the store took of it.
    pub recorded: Recorded,
}

impl WatchAccount {
    /// In a line and in figures.
    #[must_use]
    pub fn account(&self) -> Account {
        let Recorded { new, changed, withdrawn } = self.recorded;
        Account::new(
            format!(
                "{} objects with new element sets; {new} events new, {changed} changed, {withdrawn} withdrawn",
                self.judged
            ),
            json!({
                "judged": self.judged, "too_short": self.too_short, "outliers": self.outliers,
                "manoeuvres": self.manoeuvres, "decays": self.decays, "decayed": self.decayed,
                "new_objects": self.new_objects, "new": new, "changed": changed, "withdrawn": withdrawn,
            }),
        )
    }
}

/// What one object's history tells.
struct Judged {
    id: NoradId,
    oldest: Option<DateTime<Utc>>,
    steps: usize,
    outliers: usize,
    events: Vec<WatchEvent>,
}

impl App {
    /// Looks at every object with element sets since the last look, and brings the events up to date.
    ///
    /// Looking again without new sets changes nothing, but that the time of a decay may have passed.
    ///
    /// # Errors
    /// The store cannot be read or written, or cancelled by `progress`: then nothing is written.
    pub fn watch(&mut self, progress: Progress<'_>) -> anyhow::Result<WatchAccount> {
        let clock = self.clock()?;
        let pending = self.store.watch_pending()?;
        let mut account = WatchAccount { judged: pending.objects.len(), ..WatchAccount::default() };
        let mut events = Vec::new();
        let mut judged = Vec::with_capacity(pending.objects.len());
        for (index, ids) in pending.objects.chunks(CHUNK).enumerate() {
            if progress((index * CHUNK) as f64 / pending.objects.len() as f64).is_break() {
                return Err(Cancelled.into());
            }
            let watched = self.store.watched(ids)?;
            let found: Vec<Judged> = watched.par_iter().map(|object| judge(object, clock)).collect();
            for object in found {
                account.too_short += usize::from(object.steps == 0);
                account.outliers += object.outliers;
                judged.extend(object.oldest.map(|oldest| (object.id, oldest)));
                events.extend(object.events);
            }
        }
        for gone in self.store.watch_gone()? {
            account.decayed += 1;
            // In place of a forecast: one event an object.
            events.retain(|event| event.kind != Kind::Decay || event.subject.norad_id != gone.subject.norad_id);
            events.push(WatchEvent::decayed(gone.subject, gone.newest, gone.date));
        }
        let newcomers = self.store.watch_newcomers()?;
        events.extend(new_objects(&newcomers, self.store.watch_known()?));
        let of = |kind| events.iter().filter(|event| event.kind == kind).count();
        account.manoeuvres = of(Kind::Manoeuvre);
        account.decays = of(Kind::Decay) - account.decayed;
        account.new_objects = of(Kind::New);
        account.recorded = self.store.record_watch(&Findings {
            events: &events,
            judged: &judged,
            newcomers: &newcomers,
            mark: pending.mark,
            clock,
        })?;
        Ok(account)
    }
}

fn judge(object: &Watched, clock: DateTime<Utc>) -> Judged {
    let newest = object.history.last().map(|set| set.epoch);
    let begun = object.history.partition_point(|set| newest.is_some_and(|newest| set.epoch < newest - HISTORY));
    let history = &object.history[begun..];
    let judgement = manoeuvre::judge(history);
    let manoeuvres = judgement.manoeuvres.iter();
    let mut events: Vec<WatchEvent> =
        manoeuvres.map(|manoeuvre| WatchEvent::manoeuvre(object.subject.clone(), manoeuvre, &judgement)).collect();
    if object.decay_date.is_none() {
        events.extend(decay::forecast(history).map(|decay| {
            let event = WatchEvent::decay(object.subject.clone(), &decay);
            if decay.latest < clock { WatchEvent { state: State::Overdue, ..event } } else { event }
        }));
    }
    Judged {
        id: object.subject.norad_id,
        oldest: history.first().map(|set| set.epoch),
        steps: judgement.steps,
        outliers: judgement.outliers.len(),
        events,
    }
}

/// The newcomers that are new in the world, not only here: their source brought mostly objects that were known, and
/// fewer new ones than there were. A source of mostly unknown objects fills the catalogue.
fn new_objects(newcomers: &[Newcomer], known: usize) -> Vec<WatchEvent> {
    let mut brought: HashMap<i64, usize> = HashMap::new();
    for newcomer in newcomers {
        *brought.entry(newcomer.source_id).or_default() += 1;
    }
    let known_before = |source_id: i64| -> usize {
        known + brought.iter().filter(|(other, _)| **other < source_id).map(|(_, count)| count).sum::<usize>()
    };
    let is_update: HashMap<i64, bool> = newcomers
        .iter()
        .map(|newcomer| {
            let count = brought.get(&newcomer.source_id).copied().unwrap_or_default();
            let is_update = 2 * count <= newcomer.source_sets && count <= known_before(newcomer.source_id);
            (newcomer.source_id, is_update)
        })
        .collect();
    newcomers
        .iter()
        .filter(|newcomer| is_update.get(&newcomer.source_id) == Some(&true))
        .map(|newcomer| {
            let evidence = json!({
                "object_id": newcomer.object_id,
                "launch_date": newcomer.launch_date.map(|date| date.to_string()),
                "source": newcomer.source,
                "fetched_at": crate::report::zone::machine_time(newcomer.fetched_at),
                "new_in_source": brought.get(&newcomer.source_id),
                "sets_in_source": newcomer.source_sets,
            });
            WatchEvent::new_object(newcomer.subject.clone(), newcomer.first_epoch, evidence)
        })
        .collect()
}
