//! Alerts: what the rules of the configuration have to tell of the conjunctions that the database holds.
//!
//! A message goes out first and is written down after: a process that dies between sends it again, and none is lost. Each
//! rule has one attempt a cycle; what failed is tried again in the next, with the figures of then.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::App;
use super::catalogue::Catalogue;
use crate::astro::elements::NoradId;
use crate::config::alert::Alert;
use crate::machine::kill_point::kill_point;
use crate::notify::{NotifyError, command, file, webhook};
use crate::report::conjunctions::sheet_with_trend;
use crate::report::zone::machine_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::alert::{Figures, News};
use crate::ssa::nation::Nation;
use crate::store::alerts::Told;
use crate::store::catalogue::CatalogueEntry;
use crate::store::conjunctions::Event;

/// The most conjunctions that one attempt tells of, the most urgent first; the others wait for the next.
const MOST: usize = 1000;

/// What the rules told in one cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerted {
    /// Conjunctions told, each by one rule.
    pub told: usize,
    /// Rules that could not be told, with the reason.
    pub failed: Vec<(String, String)>,
}

impl Alerted {
    /// In one line; nothing where there was nothing to tell.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        let told = (self.told > 0).then(|| format!("{} told", self.told));
        let failed = self.failed.iter().map(|(rule, reason)| format!("\"{rule}\" failed: {reason}"));
        let words: Vec<String> = told.into_iter().chain(failed).collect();
        (!words.is_empty()).then(|| format!("alerts: {}", words.join("; ")))
    }
}

/// What a rule has to tell of one event.
struct Message<'a> {
    event: &'a Event,
    told: Told,
}

impl App {
    /// Tells what the rules of the configuration have to tell of the events of the latest screening. The caller holds the
    /// work lock.
    ///
    /// # Errors
    /// An error of the disk; a way out that fails is an account, no error.
    pub fn alert(&mut self, catalogue: &Catalogue) -> anyhow::Result<Alerted> {
        let mut alerted = Alerted::default();
        if self.config.alert.is_empty() || self.database.is_none() {
            return Ok(alerted);
        }
        let events = self.store.alert_events()?;
        let entries = catalogue.by_id();
        for alert in self.config.alert.clone() {
            let messages = self.calls(&alert, &events, &entries, catalogue.clock)?;
            if messages.is_empty() {
                continue;
            }
            match send(&alert, &messages, catalogue.clock) {
                Ok(()) => {
                    kill_point("alert-sent");
                    let told: Vec<Told> = messages.into_iter().map(|message| message.told).collect();
                    self.store.put_told(&alert.name, catalogue.clock, &told)?;
                    kill_point("alert-written");
                    alerted.told += told.len();
                    tracing::info!(rule = alert.name, events = told.len(), "alert sent");
                }
                Err(error) => {
                    let reason = error.to_string();
                    tracing::warn!(rule = alert.name, reason, "alert not sent");
                    self.store.put_failure(&alert.name, catalogue.clock, &reason)?;
                    alerted.failed.push((alert.name, reason));
                }
            }
        }
        Ok(alerted)
    }

    /// What a rule has to tell, the most urgent first.
    fn calls<'a>(
        &self,
        alert: &Alert,
        events: &'a [(i64, Event)],
        entries: &HashMap<NoradId, &CatalogueEntry>,
        clock: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Message<'a>>> {
        let past = self.store.told(&alert.name)?;
        let (rule, thresholds) = (alert.rule(), self.config.conjunctions.thresholds());
        let mut messages = Vec::new();
        for (id, event) in events {
            let conjunction = &event.conjunction;
            // What is over needs nobody's care.
            if conjunction.over_at(clock) < clock || !self.concerns(alert, conjunction, entries) {
                continue;
            }
            let before = past.get(id);
            let open = before.filter(|told| told.news != News::Cleared);
            let now = Figures::of(conjunction);
            let news = rule.news(open.map(|told| &told.worst), &now, event.vanished().is_some(), &thresholds);
            let Some(news) = news else { continue };
            let told = Told {
                conjunction_id: *id,
                messages: before.map_or(0, |told| told.messages).saturating_add(1),
                news,
                told_at: clock,
                worst: open.map_or(now, |told| now.worst(told.worst)),
            };
            messages.push(Message { event, told });
        }
        messages.sort_by(|a, b| {
            let key = |message: &Message<'_>| Figures::of(&message.event.conjunction);
            let (a, b) = (key(a), key(b));
            b.verdict.cmp(&a.verdict).then(b.pc.unwrap_or(-1.0).total_cmp(&a.pc.unwrap_or(-1.0)))
        });
        messages.truncate(MOST);
        Ok(messages)
    }

    /// Whether an approach is of the objects and the sort that a rule is about.
    fn concerns(&self, alert: &Alert, conjunction: &Conjunction, entries: &HashMap<NoradId, &CatalogueEntry>) -> bool {
        let ids = [conjunction.primary_id, conjunction.secondary_id];
        let nation = |id: &NoradId| -> Option<Nation> { self.world.nation_of(entries.get(id)?) };
        (alert.kinds.is_empty() || alert.kinds.contains(&conjunction.kind))
            && (alert.ids.is_empty() || ids.iter().any(|id| alert.ids.contains(&id.get())))
            && (alert.nations.is_empty() || ids.iter().filter_map(nation).any(|nation| alert.nations.contains(&nation)))
    }
}

/// Sends messages the way of a rule.
fn send(alert: &Alert, messages: &[Message<'_>], clock: DateTime<Utc>) -> Result<(), NotifyError> {
    let lines: Vec<Value> = messages.iter().map(|message| as_json(alert, message, clock)).collect();
    if let Some(path) = &alert.file {
        return file::append(path, &lines.iter().map(Value::to_string).collect::<Vec<_>>());
    }
    let text = json!({ "rule": alert.name, "sent_at": machine_time(clock), "alerts": lines }).to_string();
    let deadline = alert.deadline.0.to_std().unwrap_or_default();
    match (&alert.webhook, alert.command.as_deref()) {
        (Some(address), _) => webhook::post(address.reveal(), text, deadline),
        (None, Some([program, arguments @ ..])) => command::run(program, arguments, text, deadline),
        (None, _) => Ok(()),
    }
}

/// One message: which it is (a receiver that knows it already has had it), what is new, the row of the conjunction.
fn as_json(alert: &Alert, message: &Message<'_>, clock: DateTime<Utc>) -> Value {
    let Message { event, told } = message;
    let mut rows = sheet_with_trend(std::iter::once((&event.conjunction, event.history.as_slice()))).to_objects();
    json!({
        "message": format!("{}/{}/{}", alert.name, told.conjunction_id, told.messages),
        "rule": alert.name,
        "news": told.news.as_str(),
        "vanished_why": event.vanished().map(|why| why.as_str()),
        "sent_at": machine_time(clock),
        "conjunction": rows.pop(),
    })
}
