//! Objects, their element sets with all history, and where each came from: the reading side.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::Failure;
use super::instant::{Micros, Nanos};
use super::row::{Fields, count, word};
use super::{Store, StoreError, snapshot};
use crate::astro::elements::{ElementFields, Elements, NoradId};
use crate::format::satcat::{ObjectType, RcsSize, SatcatEntry};
use crate::ssa::nation::Nation;
use crate::ssa::release::{Release, ReleaseError};

/// What sort of source element sets or facts came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A snapshot inside the program.
    Bundled,
    /// A file.
    File,
    /// Standard input.
    Stdin,
    /// CelesTrak, or a mirror of it.
    CelesTrak,
    /// Space-Track.
    SpaceTrack,
    /// A file of the watched folder.
    Inbox,
}

impl SourceKind {
    const ALL: [Self; 6] = [Self::Bundled, Self::File, Self::Stdin, Self::CelesTrak, Self::SpaceTrack, Self::Inbox];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::File => "file",
            Self::Stdin => "stdin",
            Self::CelesTrak => "celestrak",
            Self::SpaceTrack => "space_track",
            Self::Inbox => "inbox",
        }
    }
}

/// Where data came from. Two records with equal digest, locator and kind are the same source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// Sort of source.
    pub kind: SourceKind,
    /// File or URL; the name of the snapshot for a bundled one.
    pub locator: String,
    /// SHA-256 of the bytes as they came, in hexadecimal.
    pub sha256: String,
    /// When the bytes were fetched or read.
    pub fetched_at: DateTime<Utc>,
    /// Format they were in, such as `omm-csv`.
    pub format: String,
    /// To whom it may be passed on, where whoever brought it said so.
    pub release: Option<Release>,
}

impl SourceRecord {
    /// Whether it may go to a recipient by its own marking; without one it may.
    fn allows(&self, recipient: Nation) -> bool {
        self.release.as_ref().is_none_or(|release| release.allows(recipient))
    }
}

/// An object as it stands in the current catalogue.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// Its newest element set; name and international designator are the object's where the set has none.
    pub elements: Elements,
    /// What is known about the object beside its orbit.
    pub facts: SatcatEntry,
    /// Where the element set came from.
    pub source: Arc<SourceRecord>,
}

/// Which objects of the current catalogue are wanted; the default is all of them. Empty lists ask nothing.
#[derive(Clone, Debug, Default)]
pub struct CatalogueFilter {
    /// One of these catalogue numbers.
    pub ids: Vec<NoradId>,
    /// One of these owner codes.
    pub owners: Vec<String>,
    /// One of these object types.
    pub object_types: Vec<String>,
    /// A part of the name, whatever the case of ASCII letters.
    pub name_contains: Option<String>,
    /// Element sets from sources of these sorts do not count: an object's current set is its newest without them.
    pub without: Vec<SourceKind>,
    /// Nor do those from sources whose own marking does not allow this nation.
    pub recipient: Option<Nation>,
}

/// The columns of an element set, in the order of [`read_elements`].
pub(super) const SET_COLUMNS: &str = "norad_id, name, object_id, epoch, mean_motion_rev_day, eccentricity, \
    inclination_deg, raan_deg, arg_perigee_deg, mean_anomaly_deg, bstar, mean_motion_dot, mean_motion_ddot, \
    ephemeris_type, classification, element_set_no, rev_at_epoch, source_id";

/// The columns of an object, in the order of [`read_facts`].
pub(super) const OBJECT_COLUMNS: &str = "norad_id, name, object_id, object_type, ops_status, owner, launch_date, \
    launch_site, decay_date, period_min, inclination_deg, apogee_km, perigee_km, rcs_m2, rcs_size";

/// The first in this order is an object's current set: latest epoch, then higher set number, then the numbers
/// themselves, so that two conflicting sets of one epoch are chosen between alike whichever came first.
pub(super) const NEWEST_FIRST: &str = "epoch DESC, element_set_no DESC, mean_motion_rev_day DESC, eccentricity DESC, \
    inclination_deg DESC, raan_deg DESC, arg_perigee_deg DESC, mean_anomaly_deg DESC, bstar DESC";

impl Store {
    /// The newest element set of each object, by catalogue number.
    ///
    /// While a snapshot is active ([`Store::snapshot`]) only the sets it holds count; else all but those that bundled
    /// snapshots alone have brought.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn current_elements(&self, filter: &CatalogueFilter) -> Result<Vec<CatalogueEntry>, StoreError> {
        self.read("reading the catalogue", |connection| {
            let sources = sources(connection)?;
            let snapshot_source = snapshot::active(connection)?.and_then(|(_, id)| sources.get(&id).cloned());
            let mut statement = connection.prepare(&current_sql(connection)?)?;
            let ids = list(filter.ids.iter().map(|id| id.get()));
            let is_barred = |source: &SourceRecord| {
                filter.without.contains(&source.kind) || filter.recipient.is_some_and(|nation| !source.allows(nation))
            };
            let without = list(sources.iter().filter(|(_, source)| is_barred(source)).map(|(id, _)| *id));
            let rows = statement.query_map(
                params![ids, list(&filter.owners), list(&filter.object_types), filter.name_contains, without],
                |row| read_entry(row, &sources, snapshot_source.as_ref()),
            )?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// Every element set of an object that the store has, newest first, with the source that brought it first (a
    /// bundled one only where no other has it).
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn history(&self, norad_id: NoradId) -> Result<Vec<(Elements, Arc<SourceRecord>)>, StoreError> {
        self.read("reading an object's history", |connection| {
            let sources = sources(connection)?;
            let mut statement = connection.prepare(&format!(
                "SELECT {SET_COLUMNS} FROM element_set WHERE norad_id = ? ORDER BY {NEWEST_FIRST}"
            ))?;
            let rows = statement.query_map([norad_id.get()], |row| {
                let mut fields = Fields::of(row);
                Ok((read_elements(&mut fields)?, read_source(&mut fields, &sources)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// What is known about an object beside its orbit; `None` when the store has never heard of it.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn object(&self, norad_id: NoradId) -> Result<Option<SatcatEntry>, StoreError> {
        self.read("reading an object", |connection| {
            let sql = format!("SELECT {OBJECT_COLUMNS} FROM object WHERE norad_id = ?");
            Ok(connection.query_row(&sql, [norad_id.get()], |row| read_facts(&mut Fields::of(row))).optional()?)
        })
    }

    /// What is known about every object beside its orbit.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn facts(&self) -> Result<HashMap<NoradId, SatcatEntry>, StoreError> {
        self.read("reading what is known of the objects", |connection| {
            let mut statement = connection.prepare(&format!("SELECT {OBJECT_COLUMNS} FROM object"))?;
            let rows = statement.query_map([], |row| {
                let facts = read_facts(&mut Fields::of(row))?;
                Ok((facts.norad_id, facts))
            })?;
            Ok(rows.collect::<rusqlite::Result<HashMap<_, _>>>()?)
        })
    }

    /// The objects of which the store has at least so many element sets.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn often_renewed(&self, sets: usize) -> Result<Vec<NoradId>, StoreError> {
        self.read("counting element sets", |connection| {
            let mut statement =
                connection.prepare("SELECT norad_id FROM element_set GROUP BY norad_id HAVING count(*) >= ?")?;
            let rows = statement.query_map([count(sets)], |row| Fields::of(row).norad_id())?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// The markings of the sources of element sets that have one of their own, one for each source.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn releases(&self) -> Result<Vec<Release>, StoreError> {
        self.read("reading the markings", |connection| {
            let sql = "SELECT release FROM source WHERE release IS NOT NULL \
                       AND EXISTS (SELECT 1 FROM element_set WHERE source_id = source.id) ORDER BY id";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([], |row| read_release(&mut Fields::of(row)))?;
            Ok(rows.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// Whether any element set came from a source other than a bundled snapshot.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn has_foreign_sets(&self) -> Result<bool, StoreError> {
        self.read("reading the catalogue", |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM element_set WHERE source_id NOT IN \
                       (SELECT id FROM source WHERE kind = 'bundled'))";
            Ok(connection.query_row(sql, [], |row| row.get(0))?)
        })
    }
}

/// The current set of each object that passes the filter: parameters 1 to 5.
fn current_sql(connection: &Connection) -> Result<String, Failure> {
    // What an object is called by sets that do not count must not show.
    let known = |column: &str| {
        format!(
            "CASE WHEN e.{column} <> '' THEN e.{column} WHEN ?5 IS NULL \
             OR o.source_id NOT IN (SELECT value FROM json_each(?5)) THEN o.{column} \
             ELSE coalesce((SELECT c.{column} FROM element_set c WHERE c.norad_id = o.norad_id AND c.{column} <> '' \
                            {COUNTS} ORDER BY {NEWEST_FIRST} LIMIT 1), '') END"
        )
    };
    let e = prefixed("e", SET_COLUMNS).replace("e.name", &known("name")).replace("e.object_id", &known("object_id"));
    let o = prefixed("o", OBJECT_COLUMNS);
    Ok(format!(
        "SELECT {e}, {o} FROM object o JOIN element_set e ON e.id = ({current}) \
         WHERE (?1 IS NULL OR o.norad_id IN (SELECT value FROM json_each(?1))) \
         AND (?2 IS NULL OR o.owner IN (SELECT value FROM json_each(?2))) \
         AND (?3 IS NULL OR o.object_type IN (SELECT value FROM json_each(?3))) \
         AND (?4 IS NULL OR instr(upper(o.name), upper(?4)) OR instr(upper(e.name), upper(?4))) \
         ORDER BY o.norad_id",
        current = current_set_where(connection, COUNTS)?,
    ))
}

/// Whether the set `c` comes from none of the sources of parameter 5.
const COUNTS: &str = "AND (?5 IS NULL OR c.source_id NOT IN (SELECT value FROM json_each(?5)))";

/// The id of the current set of the object `o`, as a sub-query.
pub(super) fn current_set(connection: &Connection) -> Result<String, Failure> {
    current_set_where(connection, "")
}

/// The same among the sets `c` that satisfy a condition.
fn current_set_where(connection: &Connection, condition: &str) -> Result<String, Failure> {
    let among = match snapshot::active(connection)? {
        Some((_, source_id)) => {
            format!("EXISTS (SELECT 1 FROM snapshot_set m WHERE m.source_id = {source_id} AND m.element_set_id = c.id)")
        }
        None => "c.source_id NOT IN (SELECT id FROM source WHERE kind = 'bundled')".to_owned(),
    };
    Ok(format!(
        "SELECT c.id FROM element_set c WHERE c.norad_id = o.norad_id AND {among} {condition} ORDER BY {NEWEST_FIRST} LIMIT 1"
    ))
}

/// A list of columns, each of the table `alias`.
fn prefixed(alias: &str, columns: &str) -> String {
    columns.split(", ").map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

/// A JSON array for `json_each`; `None` for an empty list.
fn list<T: serde::Serialize>(values: impl IntoIterator<Item = T>) -> Option<String> {
    let values: Vec<serde_json::Value> = values.into_iter().map(|value| serde_json::json!(value)).collect();
    (!values.is_empty()).then(|| serde_json::Value::Array(values).to_string())
}

fn read_entry(
    row: &Row<'_>,
    sources: &HashMap<i64, Arc<SourceRecord>>,
    snapshot: Option<&Arc<SourceRecord>>,
) -> rusqlite::Result<CatalogueEntry> {
    let mut fields = Fields::of(row);
    let elements = read_elements(&mut fields)?;
    let first = read_source(&mut fields, sources)?;
    let facts = read_facts(&mut fields)?;
    Ok(CatalogueEntry { elements, facts, source: snapshot.cloned().unwrap_or(first) })
}

/// The fields of [`SET_COLUMNS`] but the last.
pub(super) fn read_elements(fields: &mut Fields<'_>) -> rusqlite::Result<Elements> {
    let set = ElementFields {
        norad_id: fields.norad_id()?,
        name: fields.take()?,
        object_id: fields.take()?,
        epoch: fields.take::<Nanos>()?.0,
        mean_motion_rev_day: fields.take()?,
        eccentricity: fields.take()?,
        inclination_deg: fields.take()?,
        raan_deg: fields.take()?,
        arg_perigee_deg: fields.take()?,
        mean_anomaly_deg: fields.take()?,
        bstar: fields.take()?,
        mean_motion_dot: fields.take()?,
        mean_motion_ddot: fields.take()?,
        ephemeris_type: fields.take()?,
        classification: fields.take::<String>()?.chars().next().unwrap_or('U'),
        element_set_no: fields.take()?,
        rev_at_epoch: fields.take()?,
    };
    Elements::new(set).map_err(|error| fields.invalid(error))
}

/// A source by its number, the next column.
pub(super) fn read_source(
    fields: &mut Fields<'_>,
    sources: &HashMap<i64, Arc<SourceRecord>>,
) -> rusqlite::Result<Arc<SourceRecord>> {
    let id = fields.take()?;
    sources.get(&id).cloned().ok_or(rusqlite::Error::IntegralValueOutOfRange(0, id))
}

/// The fields of [`OBJECT_COLUMNS`].
pub(super) fn read_facts(fields: &mut Fields<'_>) -> rusqlite::Result<SatcatEntry> {
    Ok(SatcatEntry {
        norad_id: fields.norad_id()?,
        name: fields.take()?,
        object_id: fields.take()?,
        object_type: ObjectType::from_text(&fields.take::<String>()?),
        ops_status: fields.take::<String>()?.chars().next(),
        owner: fields.take()?,
        launch_date: fields.take()?,
        launch_site: fields.take()?,
        decay_date: fields.take()?,
        period_min: fields.take()?,
        inclination_deg: fields.take()?,
        apogee_km: fields.take()?,
        perigee_km: fields.take()?,
        rcs_m2: fields.take()?,
        rcs_size: RcsSize::from_text(&fields.take::<String>()?),
    })
}

/// The columns of a source, in the order of [`read_source_record`].
pub(super) const SOURCE_COLUMNS: &str = "kind, locator, sha256, fetched_at, format, release";

/// The fields of [`SOURCE_COLUMNS`].
pub(super) fn read_source_record(fields: &mut Fields<'_>) -> rusqlite::Result<SourceRecord> {
    Ok(SourceRecord {
        kind: word(fields, SourceKind::ALL, SourceKind::as_str)?,
        locator: fields.take()?,
        sha256: fields.take()?,
        fetched_at: fields.take::<Micros>()?.0,
        format: fields.take()?,
        release: read_release(fields)?,
    })
}

/// A release marking, the next column.
fn read_release(fields: &mut Fields<'_>) -> rusqlite::Result<Option<Release>> {
    let text: Option<String> = fields.take()?;
    text.map(|text| text.parse().map_err(|error: ReleaseError| fields.invalid(error))).transpose()
}

/// The sources by number.
pub(super) fn sources(connection: &Connection) -> rusqlite::Result<HashMap<i64, Arc<SourceRecord>>> {
    let mut statement = connection.prepare(&format!("SELECT id, {SOURCE_COLUMNS} FROM source"))?;
    let rows = statement.query_map([], |row| {
        let mut fields = Fields::of(row);
        Ok((fields.take()?, Arc::new(read_source_record(&mut fields)?)))
    })?;
    rows.collect()
}
