//! Bringing the events of the watch up to date.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use super::super::instant::Micros;
use super::super::row::Fields;
use super::{COLUMNS, Findings, Recorded, read_event};
use crate::astro::elements::NoradId;
use crate::ssa::watch::event::{Kind, State, WatchEvent};

/// The statements that bring events up to date, and what they changed so far.
pub(super) struct Recorder<'a> {
    findings: &'a Findings<'a>,
    transaction: &'a Transaction<'a>,
    find: CachedStatement<'a>,
    insert: CachedStatement<'a>,
    update: CachedStatement<'a>,
    oldest: HashMap<NoradId, DateTime<Utc>>,
    found: HashSet<i64>,
    recorded: Recorded,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(transaction: &'a Transaction<'a>, findings: &'a Findings<'a>) -> rusqlite::Result<Self> {
        let numbered = |from: usize| -> String {
            (0..COLUMNS.split(',').count()).map(|index| format!("?{}", from + index)).collect::<Vec<_>>().join(", ")
        };
        Ok(Self {
            findings,
            transaction,
            // A decay and a first appearance happen once; a manoeuvre is the same where the intervals overlap.
            find: transaction.prepare_cached(
                "SELECT id FROM watch_event WHERE norad_id = ?1 AND kind = ?2 \
                 AND (kind <> 'manoeuvre' OR (start < ?4 AND end > ?3)) ORDER BY state = 'withdrawn', start LIMIT 1",
            )?,
            insert: transaction.prepare_cached(&format!(
                "INSERT INTO watch_event ({COLUMNS}, first_seen_at, updated_at) VALUES ({}, ?15, ?15)",
                numbered(1)
            ))?,
            update: transaction.prepare_cached(&format!(
                "UPDATE watch_event SET ({COLUMNS}, updated_at) = ({columns}, ?15) \
                 WHERE id = ?16 AND ({COLUMNS}) IS NOT ({columns})",
                columns = numbered(1)
            ))?,
            oldest: findings.judged.iter().copied().collect(),
            found: HashSet::new(),
            recorded: Recorded::default(),
        })
    }

    pub(super) fn take(&mut self, event: &WatchEvent) -> rusqlite::Result<()> {
        let id = event.subject.norad_id.get();
        let known: Option<i64> = self
            .find
            .query_row(params![id, event.kind.as_str(), Micros(event.start), Micros(event.end)], |row| row.get(0))
            .optional()?;
        let Some(known) = known else {
            self.recorded.new += 1;
            let clock = Micros(self.findings.clock);
            let row = self.insert.insert(params![
                event.kind.as_str(),
                event.state.as_str(),
                id,
                event.subject.name,
                event.subject.owner,
                Micros(event.start),
                Micros(event.end),
                event.pattern,
                event.along_track_m_s,
                event.cross_track_m_s,
                event.sigma,
                event.earliest.map(Micros),
                event.latest.map(Micros),
                event.evidence.to_string(),
                clock
            ])?;
            self.found.insert(row);
            return Ok(());
        };
        let merged = self.merged(known, event)?;
        let changed = self.update.execute(params![
            merged.kind.as_str(),
            merged.state.as_str(),
            id,
            merged.subject.name,
            merged.subject.owner,
            Micros(merged.start),
            Micros(merged.end),
            merged.pattern,
            merged.along_track_m_s,
            merged.cross_track_m_s,
            merged.sigma,
            merged.earliest.map(Micros),
            merged.latest.map(Micros),
            merged.evidence.to_string(),
            Micros(self.findings.clock),
            known
        ])?;
        self.recorded.changed += changed;
        self.found.insert(known);
        Ok(())
    }

    /// The event with what only the known row still tells: a beginning before the sets that were read, and the forecast
    /// of a decay that has come to pass.
    fn merged(&self, known: i64, event: &WatchEvent) -> rusqlite::Result<WatchEvent> {
        let sql = format!("SELECT {COLUMNS} FROM watch_event WHERE id = ?");
        let before =
            self.transaction.prepare_cached(&sql)?.query_row([known], |row| read_event(&mut Fields::of(row)))?;
        let mut merged = event.clone();
        let oldest = self.oldest.get(&event.subject.norad_id);
        if event.kind == Kind::Manoeuvre && oldest.is_some_and(|oldest| before.start < *oldest) {
            merged.start = before.start;
        }
        if event.state == State::Decayed {
            merged.start = before.start;
            merged.earliest = before.earliest;
            merged.latest = before.latest;
            if let (Some(told), Some(new)) = (before.evidence.as_object(), merged.evidence.as_object_mut()) {
                for (key, value) in told {
                    new.entry(key.as_str()).or_insert_with(|| value.clone());
                }
            }
        }
        Ok(merged)
    }

    /// Takes back what the judged objects' sets no longer show, and marks decays that are overdue.
    pub(super) fn withdraw(&mut self) -> rusqlite::Result<()> {
        let mut stale = self.transaction.prepare_cached(
            "SELECT id FROM watch_event WHERE norad_id = ?1 AND ((kind = 'manoeuvre' AND start >= ?2 \
             AND state <> 'withdrawn') OR (kind = 'decay' AND state IN ('predicted', 'overdue')))",
        )?;
        let mut take_back = self
            .transaction
            .prepare_cached("UPDATE watch_event SET state = 'withdrawn', updated_at = ?2 WHERE id = ?1")?;
        for (id, oldest) in self.findings.judged {
            let rows = stale.query_map(params![id.get(), Micros(*oldest)], |row| row.get::<_, i64>(0))?;
            for row in rows.collect::<rusqlite::Result<Vec<_>>>()? {
                if !self.found.contains(&row) {
                    take_back.execute(params![row, Micros(self.findings.clock)])?;
                    self.recorded.withdrawn += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> rusqlite::Result<Recorded> {
        let overdue = self.transaction.execute(
            "UPDATE watch_event SET state = 'overdue', updated_at = ?1 \
             WHERE kind = 'decay' AND state = 'predicted' AND latest < ?1",
            [Micros(self.findings.clock)],
        )?;
        Ok(Recorded { changed: self.recorded.changed + overdue, ..self.recorded })
    }
}
