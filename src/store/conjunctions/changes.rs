//! Events with their histories: what has changed since a time, and what has passed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ToSql, params};

use super::super::instant::Micros;
use super::super::row::{Fields, word};
use super::super::runs::{RunKind, chosen};
use super::super::{Store, StoreError};
use super::{COLUMNS, ConjunctionFilter, WHERE, read, spans, vector, verdict};
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::{Change, Sighting, Vanished, change_since};

/// A conjunction with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The figures known last.
    pub conjunction: Conjunction,
    /// How they came to be, the earliest first: the lines that differ from the one before.
    pub history: Vec<Sighting>,
}

impl Event {
    /// Why it has vanished, if it has.
    #[must_use]
    pub fn vanished(&self) -> Option<Vanished> {
        self.history.last().and_then(|sighting| sighting.vanished)
    }

    /// How it stands against a time: see [`change_since`].
    #[must_use]
    pub fn change_since(&self, since: DateTime<Utc>) -> Option<(Change, Option<&Sighting>)> {
        change_since(&self.history, self.conjunction.kind.family(), since)
    }
}

impl Store {
    /// What [`Store::conjunctions`] lists, with histories.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn conjunction_events(&self, filter: &ConjunctionFilter) -> Result<Vec<Event>, StoreError> {
        self.read("reading the history of conjunctions", |connection| {
            let Some(run) = chosen(connection, filter.run, RunKind::Screening)? else {
                return Ok(Vec::new());
            };
            Ok(without_ids(filter.ask(&run.0, |chosen| events(connection, WHERE, chosen))?))
        })
    }

    /// The events whose histories have a line later than `since`, vanished ones too, of whatever run; the filter's run
    /// does not count. Whether a line is a change that counts [`Event::change_since`] tells.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn conjunctions_touched_since(
        &self,
        since: DateTime<Utc>,
        filter: &ConjunctionFilter,
    ) -> Result<Vec<Event>, StoreError> {
        let wanted = WHERE.replacen("run_id = ?1", "changed_at > ?1", 1);
        self.read("reading the changes of conjunctions", |connection| {
            Ok(without_ids(filter.ask(&Micros(since), |chosen| events(connection, &wanted, chosen))?))
        })
    }

    /// The approaches known at `since`, or found later, whose TCA has passed between then and `now`; not those that have
    /// vanished, nor what is one event a pair.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn conjunctions_passed(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Event>, StoreError> {
        let wanted = "over_at > ?1 AND over_at <= ?2 AND status = 'active' AND kind IN ('encounter', 'open')";
        self.read("reading the conjunctions that have passed", |connection| {
            Ok(without_ids(events(connection, wanted, params![Micros(since), Micros(now)])?))
        })
    }
}

fn without_ids(events: Vec<(i64, Event)>) -> Vec<Event> {
    events.into_iter().map(|(_, event)| event).collect()
}

/// The events that a condition chooses, by TCA, each with its number.
pub(in crate::store) fn events(
    connection: &Connection,
    wanted: &str,
    chosen: &[&dyn ToSql],
) -> rusqlite::Result<Vec<(i64, Event)>> {
    let mut spans = spans(connection, wanted, chosen)?;
    let mut histories = histories(connection, wanted, chosen)?;
    let mut statement = connection.prepare(&format!(
        "SELECT id, {COLUMNS} FROM conjunction WHERE {wanted} ORDER BY tca, primary_id, secondary_id, id"
    ))?;
    let rows = statement.query_map(chosen, |row| {
        let id: i64 = row.get(0)?;
        let conjunction = read(&mut Fields::of(row), &mut spans)?;
        Ok((id, Event { conjunction, history: histories.remove(&id).unwrap_or_default() }))
    })?;
    rows.collect()
}

/// Histories by the number of their event.
fn histories(
    connection: &Connection,
    wanted: &str,
    chosen: &[&dyn ToSql],
) -> rusqlite::Result<HashMap<i64, Vec<Sighting>>> {
    let mut statement = connection.prepare(&format!(
        "SELECT h.conjunction_id, h.run_id, h.recorded_at, r.window_start, r.window_end, h.vanished_why IS NOT NULL, \
         coalesce(h.vanished_why, 'moved apart'), h.tca, h.miss_km, h.rel_speed_km_s, h.miss_r_km, h.miss_t_km, \
         h.miss_n_km, h.primary_age_days, h.secondary_age_days, h.pc, h.pc_max, h.verdict \
         FROM conjunction_history h LEFT JOIN run r ON r.id = h.run_id \
         WHERE h.conjunction_id IN (SELECT id FROM conjunction WHERE {wanted}) ORDER BY h.conjunction_id, h.ordinal"
    ))?;
    let mut histories: HashMap<i64, Vec<Sighting>> = HashMap::new();
    let mut rows = statement.query(chosen)?;
    while let Some(row) = rows.next()? {
        let mut fields = Fields::of(row);
        histories.entry(fields.take()?).or_default().push(sighting(&mut fields)?);
    }
    Ok(histories)
}

fn sighting(fields: &mut Fields<'_>) -> rusqlite::Result<Sighting> {
    Ok(Sighting {
        run: fields.take()?,
        recorded_at: fields.take::<Micros>()?.0,
        window: {
            let ends: (Option<Micros>, Option<Micros>) = (fields.take()?, fields.take()?);
            ends.0.zip(ends.1).map(|(start, end)| Window { start: start.0, end: end.0 })
        },
        vanished: {
            let has_vanished: bool = fields.take()?;
            let why = word(fields, Vanished::ALL, Vanished::as_str)?;
            has_vanished.then_some(why)
        },
        tca: fields.take::<Micros>()?.0,
        miss_km: fields.take()?,
        rel_speed_km_s: fields.take()?,
        miss_rtn_km: vector(fields)?,
        primary_age_days: fields.take()?,
        secondary_age_days: fields.take()?,
        pc: fields.take()?,
        pc_max: fields.take()?,
        verdict: verdict(fields)?,
    })
}
