//! Findings of the watch in the store: the histories it reads, the events it keeps.

mod record;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::catalogue::{SET_COLUMNS, read_elements};
use super::instant::{Micros, Nanos};
use super::row::{Fields, json, word};
use super::{Store, StoreError};
use crate::astro::elements::{Elements, NoradId};
use crate::ssa::watch::event::{Kind, State, Subject, WatchEvent};
use record::Recorder;

/// The newest sets of an object that its judgement rests on, at most.
const MOST_SETS: u32 = 60;

/// A decay is told only of objects whose newest set is at most so old at the end, days: the others were lost long before.
const LOST_AFTER_DAYS: u32 = 60;

/// The setting that holds the last element set that was looked at.
const MARK: &str = "watch_last_set";

/// What the watch has not looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The last element set of the store: to be handed back with the findings.
    pub mark: i64,
    /// Objects with sets since the last look.
    pub objects: Vec<NoradId>,
}

/// One object with what the watch needs of it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Whose.
    pub subject: Subject,
    /// When it came down, by the satellite catalogue.
    pub decay_date: Option<NaiveDate>,
    /// Its newest element sets, in the order of their epochs.
    pub history: Vec<Elements>,
}

/// An object that the watch has never met.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Whose.
    pub subject: Subject,
    /// International designator; empty where unknown.
    pub object_id: String,
    /// Day of launch, where known.
    pub launch_date: Option<NaiveDate>,
    /// Epoch of the set that came first.
    pub first_epoch: DateTime<Utc>,
    /// Number of the source that brought it.
    pub source_id: i64,
    /// File or URL of that source.
    pub source: String,
    /// When that source was fetched or read.
    pub fetched_at: DateTime<Utc>,
    /// Element sets that it held.
    pub source_sets: usize,
}

/// An object that the satellite catalogue calls decayed, not told of yet.
#[derive(Clone, Debug)]
pub struct Gone {
    /// Whose.
    pub subject: Subject,
    /// Epoch of its newest set.
    pub newest: DateTime<Utc>,
    /// Day of decay.
    pub date: NaiveDate,
}

/// What one look at the histories found.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The events.
    pub events: &'a [WatchEvent],
    /// The objects that were judged, each with the epoch of the oldest set that was read: events of theirs after it
    /// that were not found again are withdrawn.
    pub judged: &'a [(NoradId, DateTime<Utc>)],
    /// Objects met for the first time.
    pub newcomers: &'a [Newcomer],
    /// The mark of [`Pending`].
    pub mark: i64,
    /// The time taken for now.
    pub clock: DateTime<Utc>,
}

/// What recording some findings changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Events that the store did not have.
    pub new: usize,
    /// Events that stand differently now.
    pub changed: usize,
    /// Events that later sets did not bear out.
    pub withdrawn: usize,
}

/// Which events are wanted; the default is all but the withdrawn ones.
#[derive(Clone, Debug, Default)]
pub struct WatchFilter {
    /// First seen or changed at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Only this sort.
    pub kind: Option<Kind>,
    /// Only of this object.
    pub sat: Option<NoradId>,
    /// Withdrawn ones too.
    pub withdrawn: bool,
}

/// An event in the store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its number.
    pub id: i64,
    /// What was found.
    pub event: WatchEvent,
    /// When it was found first, by the clock.
    pub first_seen_at: DateTime<Utc>,
    /// When it last changed, by the clock.
    pub updated_at: DateTime<Utc>,
}

/// The columns of an event, in the order of [`read_event`].
const COLUMNS: &str = "kind, state, norad_id, name, owner, start, end, pattern, along_track_m_s, cross_track_m_s, \
    sigma, earliest, latest, evidence";

impl Store {
    /// Which objects have sets that the watch has not looked at.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn watch_pending(&self) -> Result<Pending, StoreError> {
        self.read("looking for new element sets", |connection| {
            let seen = mark(connection)?.unwrap_or(0);
            let last: Option<i64> = connection.query_row("SELECT max(id) FROM element_set", [], |row| row.get(0))?;
            let mut statement =
                connection.prepare("SELECT DISTINCT norad_id FROM element_set WHERE id > ? ORDER BY norad_id")?;
            let objects = statement.query_map([seen], |row| Fields::of(row).norad_id())?;
            Ok(Pending { mark: last.unwrap_or(0).max(seen), objects: objects.collect::<rusqlite::Result<Vec<_>>>()? })
        })
    }

    /// Whether the watch has ever looked.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn watch_has_run(&self) -> Result<bool, StoreError> {
        self.read("reading the settings", |connection| Ok(mark(connection)?.is_some()))
    }

    /// The newest sets of some objects with what else the watch needs of them, in one state of the database.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn watched(&self, objects: &[NoradId]) -> Result<Vec<Watched>, StoreError> {
        self.read("reading histories", |connection| {
            let mut facts =
                connection.prepare("SELECT norad_id, name, owner, decay_date FROM object WHERE norad_id = ?")?;
            let mut sets = connection.prepare(&format!(
                "SELECT {SET_COLUMNS} FROM element_set WHERE norad_id = ? \
                 ORDER BY epoch DESC, element_set_no DESC LIMIT {MOST_SETS}"
            ))?;
            let mut watched = Vec::with_capacity(objects.len());
            for id in objects {
                let rows = sets.query_map([id.get()], |row| read_elements(&mut Fields::of(row)))?;
                let mut history = rows.collect::<rusqlite::Result<Vec<_>>>()?;
                history.reverse();
                let (subject, decay_date) = facts.query_row([id.get()], |row| {
                    let mut fields = Fields::of(row);
                    Ok((read_subject(&mut fields)?, fields.take()?))
                })?;
                watched.push(Watched { subject, decay_date, history });
            }
            Ok(watched)
        })
    }

    /// Objects with element sets that the watch has never met.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn watch_newcomers(&self) -> Result<Vec<Newcomer>, StoreError> {
        self.read("looking for new objects", |connection| {
            let mut statement = connection.prepare(
                "SELECT o.norad_id, o.name, o.owner, o.object_id, o.launch_date, e.epoch, s.id, s.locator, \
                        s.fetched_at, s.accepted \
                 FROM object o \
                 JOIN element_set e ON e.id = (SELECT min(f.id) FROM element_set f WHERE f.norad_id = o.norad_id) \
                 JOIN source s ON s.id = e.source_id \
                 WHERE NOT EXISTS (SELECT 1 FROM watch_object w WHERE w.norad_id = o.norad_id) ORDER BY o.norad_id",
            )?;
            let rows = statement.query_map([], |row| {
                let mut fields = Fields::of(row);
                Ok(Newcomer {
                    subject: read_subject(&mut fields)?,
                    object_id: fields.take()?,
                    launch_date: fields.take()?,
                    first_epoch: fields.take::<Nanos>()?.0,
                    source_id: fields.take()?,
                    source: fields.take()?,
                    fetched_at: fields.take::<Micros>()?.0,
                    source_sets: fields.count()?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// How many objects the watch has met.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn watch_known(&self) -> Result<usize, StoreError> {
        self.read("counting objects", |connection| {
            Ok(connection.query_row("SELECT count(*) FROM watch_object", [], |row| Fields::of(row).count())?)
        })
    }

    /// Objects that the satellite catalogue dates a decay of, soon after their newest set, and no event tells yet.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn watch_gone(&self) -> Result<Vec<Gone>, StoreError> {
        self.read("looking for decayed objects", |connection| {
            let mut statement = connection.prepare(&format!(
                "SELECT o.norad_id, o.name, o.owner, o.decay_date, \
                        (SELECT max(e.epoch) FROM element_set e WHERE e.norad_id = o.norad_id) AS newest \
                 FROM object o WHERE o.decay_date IS NOT NULL \
                 AND newest >= date(o.decay_date, '-{LOST_AFTER_DAYS} days') \
                 AND NOT EXISTS (SELECT 1 FROM watch_event w WHERE w.norad_id = o.norad_id AND w.kind = 'decay' \
                                 AND w.state = 'decayed' AND substr(w.end, 1, 10) = o.decay_date) \
                 ORDER BY o.norad_id"
            ))?;
            let rows = statement.query_map([], |row| {
                let mut fields = Fields::of(row);
                let subject = read_subject(&mut fields)?;
                Ok(Gone { subject, date: fields.take()?, newest: fields.take::<Nanos>()?.0 })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// Writes findings down, all or nothing. The same findings again change nothing.
    ///
    /// # Errors
    /// A number that is not one; an error of the disk.
    pub fn record_watch(&mut self, findings: &Findings<'_>) -> Result<Recorded, StoreError> {
        self.write("writing the watch's findings", |transaction| {
            let mut recorder = Recorder::new(transaction, findings)?;
            for event in findings.events {
                recorder.take(event)?;
            }
            recorder.withdraw()?;
            let outcome = recorder.finish()?;
            let mut meet = transaction.prepare(
                "INSERT INTO watch_object (norad_id, source_id, first_epoch) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            )?;
            for newcomer in findings.newcomers {
                let id = newcomer.subject.norad_id.get();
                meet.execute(params![id, newcomer.source_id, Nanos(newcomer.first_epoch)])?;
            }
            transaction.execute(
                "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
                params![MARK, findings.mark.to_string()],
            )?;
            Ok(outcome)
        })
    }

    /// The events of the watch, by the time they begin.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn watch_events(&self, filter: &WatchFilter) -> Result<Vec<StoredEvent>, StoreError> {
        self.read("reading the watch's events", |connection| {
            // Name and owner as the catalogue knows them today: facts often come after the first finding.
            let columns = format!("w.{}", COLUMNS.replace(", ", ", w."))
                .replace("w.name", "coalesce(nullif(o.name, ''), w.name)")
                .replace("w.owner", "coalesce(nullif(o.owner, ''), w.owner)");
            let mut statement = connection.prepare(&format!(
                "SELECT w.id, w.first_seen_at, w.updated_at, {columns} FROM watch_event w \
                 LEFT JOIN object o ON o.norad_id = w.norad_id \
                 WHERE (?1 IS NULL OR w.updated_at >= ?1) AND (?2 IS NULL OR w.kind = ?2) \
                 AND (?3 IS NULL OR w.norad_id = ?3) AND (?4 OR w.state <> 'withdrawn') \
                 ORDER BY w.start, w.norad_id, w.id"
            ))?;
            let chosen = params![
                filter.since.map(Micros),
                filter.kind.map(Kind::as_str),
                filter.sat.map(NoradId::get),
                filter.withdrawn
            ];
            let rows = statement.query_map(chosen, |row| {
                let mut fields = Fields::of(row);
                Ok(StoredEvent {
                    id: fields.take()?,
                    first_seen_at: fields.take::<Micros>()?.0,
                    updated_at: fields.take::<Micros>()?.0,
                    event: read_event(&mut fields)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

fn mark(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row("SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?", [MARK], |row| row.get(0))
        .optional()
}

fn read_subject(fields: &mut Fields<'_>) -> rusqlite::Result<Subject> {
    Ok(Subject { norad_id: fields.norad_id()?, name: fields.take()?, owner: fields.take()? })
}

fn read_event(fields: &mut Fields<'_>) -> rusqlite::Result<WatchEvent> {
    let kind = word(fields, Kind::ALL, Kind::as_str)?;
    let state = word(fields, State::ALL, State::as_str)?;
    let optional = |time: Option<Micros>| time.map(|time| time.0);
    Ok(WatchEvent {
        kind,
        state,
        subject: read_subject(fields)?,
        start: fields.take::<Micros>()?.0,
        end: fields.take::<Micros>()?.0,
        pattern: fields.take()?,
        along_track_m_s: fields.take()?,
        cross_track_m_s: fields.take()?,
        sigma: fields.take()?,
        earliest: optional(fields.take()?),
        latest: optional(fields.take()?),
        evidence: json(fields)?.unwrap_or_default(),
    })
}
