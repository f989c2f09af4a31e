//! What a run has looked at, so that it replaces and closes nothing else.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde_json::Value;

use super::catalogue::current_set;
use super::error::Failure;
use super::runs::{Run, RunId, RunKind};
use crate::astro::elements::NoradId;
use crate::astro::time::Window;
use crate::ssa::conjunction::history::Pair;

/// Which pairs of objects a screening could have found: what is outside has not been looked for, and does not vanish.
#[derive(Clone, Copy, Debug, Default)]
pub struct PairScope<'a> {
    /// Every pair holds one of these; `None`: every pair counts, unless the run's parameters say otherwise.
    pub primaries: Option<&'a HashSet<NoradId>>,
    /// Pairs that were found and left out.
    pub dropped: Option<&'a HashSet<Pair>>,
}

impl PairScope<'_> {
    /// Whether a pair that comes close would have been among the approaches.
    #[must_use]
    pub fn covers(&self, pair: Pair) -> bool {
        self.primaries.is_none_or(|primaries| primaries.contains(&pair.0) || primaries.contains(&pair.1))
            && self.dropped.is_none_or(|dropped| !dropped.contains(&pair))
    }
}

/// What a run has looked at, by the ledger and its tally.
pub(super) struct Scope {
    /// The run.
    pub(super) run: RunId,
    /// Its clock when it ended.
    pub(super) seen_at: DateTime<Utc>,
    /// The time it looked at.
    pub(super) window: Window,
    /// Approaches below this distance were looked for, km; `None` where the run did not tell.
    pub(super) threshold_km: Option<f64>,
    /// Whether it looked for conjunctions among all objects of the catalogue, and told between which pairs of them.
    pub(super) screened: bool,
    /// Objects that could not be followed through the window.
    pub(super) dropped: HashSet<NoradId>,
    kind: RunKind,
    parameters: Value,
}

impl Scope {
    /// Of a run that ends now with a tally.
    pub(super) fn of(run: Run, finished_at: DateTime<Utc>, tally: &Value, pairs: PairScope<'_>) -> Self {
        let start = run.start;
        let elapsed = (finished_at - start.started_at).max(TimeDelta::zero());
        let parameters = start.parameters;
        let is_all = parameters["primaries"].as_str().is_none_or(|primaries| primaries.eq_ignore_ascii_case("all"));
        let is_whole = (is_all || pairs.primaries.is_some()) && tally["too_old"].as_u64().unwrap_or(0) == 0;
        Self {
            run: run.id,
            seen_at: start.clock.checked_add_signed(elapsed).unwrap_or(start.clock),
            window: start.window,
            threshold_km: parameters["threshold_km"].as_f64(),
            screened: is_whole && matches!(start.kind, RunKind::Cycle | RunKind::Screening),
            kind: start.kind,
            dropped: ["unusable", "lost"].iter().flat_map(|reason| ids_of_keys(&tally[*reason])).collect(),
            parameters,
        }
    }

    /// The regions whose overflights the run looked for: those it names, and those of the overflights it found.
    pub(super) fn regions<'a>(&self, found: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
        let looked = matches!(self.kind, RunKind::Cycle | RunKind::Overflights);
        let named = self.named("regions").filter(|_| looked).map(str::to_owned);
        found.map(str::to_owned).chain(named).collect()
    }

    /// The sites whose passes the run looked for: those it names, and those of the passes it found.
    pub(super) fn sites<'a>(&self, found: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
        let looked = matches!(self.kind, RunKind::Cycle | RunKind::Overflights | RunKind::Passes);
        let named = self.named("sites").filter(|_| looked).map(str::to_owned);
        found.map(str::to_owned).chain(named).collect()
    }

    fn named(&self, key: &str) -> impl Iterator<Item = &str> {
        self.parameters[key].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// The objects that the run names under a key, as a JSON array; `None`: every object.
    pub(super) fn objects(&self, key: &str) -> Option<String> {
        self.parameters[key].as_array().map(|ids| Value::from(ids.clone()).to_string())
    }

    /// Until when the run looked for passes.
    pub(super) fn passes_until(&self) -> DateTime<Utc> {
        let hours = self.parameters["pass_hours"].as_f64().filter(|hours| hours.is_finite() && *hours >= 0.0);
        let until = hours
            .and_then(|hours| self.window.start.checked_add_signed(TimeDelta::microseconds((hours * 3.6e9) as i64)));
        until.unwrap_or(self.window.end)
    }
}

/// The catalogue numbers that are the keys of an object.
fn ids_of_keys(object: &Value) -> impl Iterator<Item = NoradId> + '_ {
    let keys = object.as_object().into_iter().flat_map(serde_json::Map::keys);
    keys.filter_map(|key| key.parse().ok())
}

/// A condition on the number in a column: its object has a current element set.
pub(super) fn has_elements(connection: &Connection, column: &str) -> Result<String, Failure> {
    let current = current_set(connection)?;
    Ok(format!("EXISTS (SELECT 1 FROM object o WHERE o.norad_id = {column} AND ({current}) IS NOT NULL)"))
}
