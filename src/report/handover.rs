//! The handover of a shift: what whoever comes on duty must know of the hours before.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::conjunctions::{CHANGES_SHOWN, ChangedRow, changes_sheet};
use super::fold::folded;
use super::zone::{Zone, machine_time};
use crate::ssa::conjunction::history::{Family, MISS_CHANGE_KM};
use crate::ssa::watch::event::{Kind, State, WatchEvent};

/// How many of each sort a handover names.
const NAMED: usize = 5;

/// What happened between two instants.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// From then.
    pub since: DateTime<Utc>,
    /// To now.
    pub until: DateTime<Utc>,
    /// What has changed: conjunctions to come that are new, raised, lowered or moved, and those that have vanished.
    pub changed: Vec<ChangedRow>,
    /// Conjunctions whose TCA has passed.
    pub passed: Vec<ChangedRow>,
    /// Approaches to come that the last run saw.
    pub ahead: usize,
    /// What the watch over the element sets has found, or found changed.
    pub watched: Vec<WatchEvent>,
    /// Runs that ended well.
    pub runs_done: usize,
    /// Runs that failed: which, and why.
    pub runs_failed: Vec<String>,
    /// Sources that are held: which, since when and why.
    pub held: Vec<String>,
}

/// The sorts of change in the order in which they are told.
const ORDER: [&str; 6] = ["new", "raised", "lowered", "moved", "vanished", "passed"];

impl Handover {
    /// The approaches of one sort of change, the most serious first: the nearest, now or before.
    fn approaches(&self, change: &str) -> Vec<&ChangedRow> {
        let rows = self.changed.iter().chain(&self.passed);
        let mut rows: Vec<&ChangedRow> = rows.filter(|row| row.change == change && is_approach(row)).collect();
        rows.sort_by(|a, b| worst_km(a).total_cmp(&worst_km(b)));
        rows
    }

    /// The nearest approaches of one sort of change, one a pair: two that meet every orbit would hide the others.
    fn nearest(&self, change: &str) -> Vec<ChangedRow> {
        let mut rows = self.approaches(change);
        let mut pairs = HashSet::new();
        rows.retain(|row| pairs.insert(row.conjunction.pair()));
        rows.into_iter().take(NAMED).cloned().collect()
    }

    /// How many pairs that stay together have changed in a way.
    fn pairs(&self, change: &str) -> usize {
        self.changed.iter().filter(|row| row.change == change && !is_approach(row)).count()
    }

    fn count(&self, change: &str) -> usize {
        self.approaches(change).len()
    }

    /// New objects, manoeuvres, decays foretold and decays that have come.
    fn finds(&self) -> [usize; 4] {
        let count = |is: fn(&WatchEvent) -> bool| self.watched.iter().filter(|event| is(event)).count();
        [
            count(|event| event.kind == Kind::New),
            count(|event| event.kind == Kind::Manoeuvre),
            count(|event| event.kind == Kind::Decay && event.state != State::Decayed),
            count(|event| event.kind == Kind::Decay && event.state == State::Decayed),
        ]
    }

    /// For people: the figures, then the most serious of each sort.
    #[must_use]
    pub fn to_text(&self, zone: Zone) -> String {
        let mut lines = vec![
            ("from", format!("{} to {}", zone.show(self.since), zone.show(self.until))),
            (
                "conjunctions",
                format!(
                    "{} ahead: {} new, {} raised, {} lowered, {} moved in time",
                    self.ahead,
                    self.count("new"),
                    self.count("raised"),
                    self.count("lowered"),
                    self.count("moved")
                ),
            ),
            ("closed", format!("{} passed their TCA, {} vanished", self.count("passed"), self.count("vanished"))),
        ];
        let [new, raised, lowered, gone] = ["new", "raised", "lowered", "vanished"].map(|change| self.pairs(change));
        if new + raised + lowered + gone > 0 {
            lines.push(("companions", format!("{new} new, {raised} raised, {lowered} lowered, {gone} vanished")));
        }
        let [new, manoeuvres, decays, decayed] = self.finds();
        if !self.watched.is_empty() {
            let text = format!(
                "{new} new objects, {manoeuvres} manoeuvres, {decays} decays foretold, {decayed} decayed: \
                 `alliedsky watch --since` lists them"
            );
            lines.push(("watch", text));
        }
        lines.push(("runs", format!("{} done, {} failed", self.runs_done, self.runs_failed.len())));
        lines.extend(self.runs_failed.iter().map(|run| ("failed", run.clone())));
        let held = if self.held.is_empty() { vec!["none".to_owned()] } else { self.held.clone() };
        lines.extend(held.into_iter().map(|source| ("held", source)));
        let figures: String = lines.iter().map(|(what, text)| folded(&format!("{what:<14} {text}"))).collect();
        let named: Vec<ChangedRow> =
            ORDER.iter().filter(|change| **change != "moved").flat_map(|change| self.nearest(change)).collect();
        if named.is_empty() {
            return figures;
        }
        let table = changes_sheet(&named).to_table(&CHANGES_SHOWN, zone);
        let legend = format!(
            "The {NAMED} nearest of each, one a pair. Raised is nearer, lowered farther, by {MISS_CHANGE_KM} km and a \
             tenth or more, else more or less urgent; companions and identical element sets are counted apart. \
             `alliedsky conjunctions --changed-since` lists all."
        );
        format!("{figures}\n{table}\n{}", folded(&legend))
    }

    /// For machines: the same figures, and every approach that is new, raised, lowered, vanished or has passed.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let rows = |change: &&str| {
            let rows: Vec<ChangedRow> = self.approaches(change).into_iter().cloned().collect();
            ((*change).to_owned(), Value::Array(changes_sheet(&rows).to_objects()))
        };
        let [new, manoeuvres, decays, decayed] = self.finds();
        json!({
            "since": machine_time(self.since),
            "until": machine_time(self.until),
            "ahead": self.ahead,
            "counts": figures(&ORDER, |change| self.count(change)),
            "companions": figures(&["new", "raised", "lowered", "vanished"], |change| self.pairs(change)),
            "conjunctions": ORDER.iter().map(rows).collect::<Map<_, _>>(),
            "watch": { "new": new, "manoeuvres": manoeuvres, "decays": decays, "decayed": decayed },
            "runs_done": self.runs_done,
            "runs_failed": self.runs_failed,
            "held": self.held,
        })
    }
}

fn figures(words: &[&str], count: impl Fn(&str) -> usize) -> Value {
    words.iter().map(|word| ((*word).to_owned(), Value::from(count(word)))).collect::<Map<_, _>>().into()
}

fn is_approach(row: &ChangedRow) -> bool {
    row.conjunction.kind.family() == Family::Approach
}

/// The least distance that the event had before or has now, km.
fn worst_km(row: &ChangedRow) -> f64 {
    row.before.as_ref().map_or(f64::INFINITY, |before| before.miss_km).min(row.conjunction.miss_km)
}
