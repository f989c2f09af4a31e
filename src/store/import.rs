//! Bringing element sets and facts in, one source in one transaction.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params, params_from_iter};

use super::catalogue::{NEWEST_FIRST, OBJECT_COLUMNS, SET_COLUMNS, SourceKind, SourceRecord};
use super::error::Failure;
use super::instant::{Micros, Nanos};
use super::row::{Fields, count, placeholders};
use super::{Store, StoreError, snapshot};
use crate::astro::elements::Elements;
use crate::format::satcat::{RcsSize, SatcatEntry};
use crate::ssa::release::Release;

/// Sets of one transaction: where the store holds many of each object, each may touch an index page of its own, 4 KiB.
pub const BATCH_SETS: usize = 8000;

/// What an import of element sets changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Sets that the store did not have.
    pub new_sets: usize,
    /// Sets that it had, from this source or another.
    pub known_sets: usize,
    /// Objects that it had not heard of.
    pub new_objects: usize,
    /// New sets whose object has another set of the same epoch. Both are kept.
    pub conflicts: usize,
    /// Sets whose marking is another now: that of this source was changed, which had brought them.
    pub remarked_sets: usize,
    /// Whether this very source had been imported before.
    pub already_imported: bool,
}

/// What an import of facts about objects changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SatcatOutcome {
    /// Objects whose facts are now those of this source.
    pub objects: usize,
    /// Of these, the ones that the store had not heard of.
    pub new_objects: usize,
    /// Objects whose facts from a later source were kept.
    pub outdated: usize,
    /// Whether this very source had been imported before.
    pub already_imported: bool,
}

impl Store {
    /// Takes in the element sets of one source, with the reader's counts of rejected and duplicate records.
    ///
    /// Up to [`BATCH_SETS`] sets are taken in all or nothing, more of them a batch at a time, so that the write-ahead log
    /// stays small; importing the same again changes nothing, and makes an interrupted import whole. A set that is known
    /// from another source is recognised by what SGP4 reads and its set number; of two names of one set the longer
    /// stays. Sets from a source that is not bundled end the active snapshot.
    ///
    /// # Errors
    /// An error of the disk; an epoch outside the years 0 to 9999.
    pub fn import_elements(
        &mut self,
        source: &SourceRecord,
        elements: &[Elements],
        rejected: usize,
        duplicates: usize,
    ) -> Result<ImportOutcome, StoreError> {
        let counts = [elements.len(), rejected, duplicates];
        let (first, rest) = elements.split_at(elements.len().min(BATCH_SETS));
        let (source_id, mut outcome) = self.write("importing element sets", |transaction| {
            let remarked_sets = sets_to_remark(transaction, source)?;
            let (source_id, already_imported) = record_source(transaction, source, counts)?;
            let outcome = take_sets(transaction, source, source_id, first)?;
            Ok((source_id, ImportOutcome { already_imported, remarked_sets, ..outcome }))
        })?;
        for batch in rest.chunks(BATCH_SETS) {
            self.checkpoint()?;
            let part = self
                .write("importing element sets", |transaction| Ok(take_sets(transaction, source, source_id, batch)?))?;
            outcome.new_sets += part.new_sets;
            outcome.known_sets += part.known_sets;
            outcome.new_objects += part.new_objects;
            outcome.conflicts += part.conflicts;
        }
        Ok(outcome)
    }

    /// Takes in a satellite catalogue. The facts fetched last stay, whatever the order of imports.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn import_satcat(
        &mut self,
        source: &SourceRecord,
        objects: &[SatcatEntry],
        rejected: usize,
        duplicates: usize,
    ) -> Result<SatcatOutcome, StoreError> {
        self.write("importing the satellite catalogue", |transaction| {
            let (source_id, already_imported) =
                record_source(transaction, source, [objects.len(), rejected, duplicates])?;
            let mut outcome = SatcatOutcome { already_imported, ..SatcatOutcome::default() };
            let mut known = transaction.prepare("SELECT EXISTS (SELECT 1 FROM object WHERE norad_id = ?)")?;
            let mut upsert = transaction.prepare(&satcat_sql())?;
            for facts in objects {
                let is_known: bool = known.query_row([facts.norad_id.get()], |row| row.get(0))?;
                if put_facts(&mut upsert, facts, source_id)? {
                    outcome.objects += 1;
                    outcome.new_objects += usize::from(!is_known);
                } else {
                    outcome.outdated += 1;
                }
            }
            Ok(outcome)
        })
    }
}

/// Takes in some sets of a source that is written down already.
fn take_sets(
    connection: &Connection,
    source: &SourceRecord,
    source_id: i64,
    sets: &[Elements],
) -> rusqlite::Result<ImportOutcome> {
    let mut import = SetImport::new(connection, source, source_id)?;
    for set in sets {
        import.take(set)?;
    }
    if source.kind != SourceKind::Bundled && !sets.is_empty() {
        snapshot::clear(connection)?;
    }
    Ok(import.outcome)
}

/// How many sets a source had brought before under another marking than the one it is given now.
fn sets_to_remark(connection: &Connection, source: &SourceRecord) -> Result<usize, Failure> {
    let Some(release) = &source.release else { return Ok(0) };
    let sql = "SELECT count(*) FROM element_set WHERE source_id = \
               (SELECT id FROM source WHERE sha256 = ? AND locator = ? AND kind = ? \
                AND coalesce(release, ?) <> ?)";
    let key = [source.sha256.as_str(), source.locator.as_str(), source.kind.as_str()];
    let markings = [Release::Public.marking(), release.marking()];
    let values = key.into_iter().chain(markings.iter().map(String::as_str));
    Ok(connection.query_row(sql, params_from_iter(values), |row| Fields::of(row).count())?)
}

/// The number of a source, which is written down if it is new; whether it was known.
pub(super) fn record_source(
    connection: &Connection,
    source: &SourceRecord,
    [accepted, rejected, duplicates]: [usize; 3],
) -> Result<(i64, bool), Failure> {
    let counts = [accepted, rejected, duplicates].map(count);
    let known: Option<i64> = connection
        .query_row(
            "SELECT id FROM source WHERE sha256 = ? AND locator = ? AND kind = ?",
            params![source.sha256, source.locator, source.kind.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = known {
        if let Some(release) = &source.release {
            connection.execute("UPDATE source SET release = ?2 WHERE id = ?1", params![id, release.marking()])?;
        }
        // A later version's reader may take more of the same bytes.
        connection.execute(
            "UPDATE source SET accepted = ?2, rejected = ?3, duplicates = ?4 \
             WHERE id = ?1 AND (accepted, rejected, duplicates) <> (?2, ?3, ?4)",
            params![id, counts[0], counts[1], counts[2]],
        )?;
        return Ok((id, true));
    }
    connection.execute(
        "INSERT INTO source (kind, locator, sha256, fetched_at, format, accepted, rejected, duplicates, release) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            source.kind.as_str(),
            source.locator,
            source.sha256,
            Micros(source.fetched_at),
            source.format,
            counts[0],
            counts[1],
            counts[2],
            source.release.as_ref().map(Release::marking)
        ],
    )?;
    Ok((connection.last_insert_rowid(), false))
}

/// The statements of an import of element sets, prepared once.
struct SetImport<'a> {
    insert_object: CachedStatement<'a>,
    insert_set: CachedStatement<'a>,
    conflict: CachedStatement<'a>,
    find_set: CachedStatement<'a>,
    adopt_set: CachedStatement<'a>,
    name_object: CachedStatement<'a>,
    hold_set: CachedStatement<'a>,
    source_id: i64,
    bundled: bool,
    /// Whether what the source brings may go to some nations alone.
    restricted: bool,
    outcome: ImportOutcome,
}

impl<'a> SetImport<'a> {
    fn new(connection: &'a Connection, source: &SourceRecord, source_id: i64) -> rusqlite::Result<Self> {
        Ok(Self {
            insert_object: connection.prepare_cached(
                "INSERT INTO object (norad_id, name, object_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            )?,
            insert_set: connection.prepare_cached(&format!(
                "INSERT INTO element_set ({SET_COLUMNS}) VALUES ({}) ON CONFLICT DO NOTHING",
                placeholders(SET_COLUMNS)
            ))?,
            conflict: connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM element_set WHERE norad_id = ? AND epoch = ? AND id <> ?)",
            )?,
            find_set: connection.prepare_cached(
                "SELECT id FROM element_set WHERE norad_id = ? AND epoch = ? AND element_set_no = ? \
                 AND mean_motion_rev_day = ? AND eccentricity = ? AND inclination_deg = ? AND raan_deg = ? \
                 AND arg_perigee_deg = ? AND mean_anomaly_deg = ? AND bstar = ?",
            )?,
            adopt_set: connection.prepare_cached(&adopt_sql())?,
            name_object: connection.prepare_cached(&format!(
                "UPDATE object SET \
                 name = coalesce((SELECT name FROM element_set WHERE norad_id = ?1 AND name <> '' \
                                  ORDER BY {NEWEST_FIRST} LIMIT 1), name), \
                 object_id = coalesce((SELECT object_id FROM element_set WHERE norad_id = ?1 AND object_id <> '' \
                                       ORDER BY {NEWEST_FIRST} LIMIT 1), object_id) \
                 WHERE norad_id = ?1 AND source_id IS NULL"
            ))?,
            hold_set: connection.prepare_cached(
                "INSERT INTO snapshot_set (source_id, element_set_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            )?,
            source_id,
            bundled: source.kind == SourceKind::Bundled,
            // As it is written down: a file that is imported again keeps its marking.
            restricted: connection.query_row(
                "SELECT coalesce(release LIKE 'REL%', 0) FROM source WHERE id = ?",
                [source_id],
                |row| row.get(0),
            )?,
            outcome: ImportOutcome::default(),
        })
    }

    fn take(&mut self, set: &Elements) -> rusqlite::Result<()> {
        let norad_id = set.norad_id.get();
        let new_object = self.insert_object.execute(params![norad_id, set.name, set.object_id])? == 1;
        self.outcome.new_objects += usize::from(new_object);
        let (set_id, changed) = match self.insert(set)? {
            Some(id) => {
                self.outcome.new_sets += 1;
                let conflict: bool =
                    self.conflict.query_row(params![norad_id, Nanos(set.epoch), id], |row| row.get(0))?;
                self.outcome.conflicts += usize::from(conflict);
                (id, true)
            }
            None => {
                self.outcome.known_sets += 1;
                let id = self.find(set)?;
                let source_id = (!self.bundled).then_some(self.source_id);
                // What a set of all is called by some stays with them.
                let names = if self.restricted { ["", ""] } else { [set.name.as_str(), set.object_id.as_str()] };
                let opens = !self.restricted && !self.bundled;
                let changed = self.adopt_set.execute(params![id, names[0], names[1], source_id, opens])? == 1;
                (id, changed)
            }
        };
        if changed && !new_object {
            self.name_object.execute([norad_id])?;
        }
        if self.bundled {
            self.hold_set.execute([self.source_id, set_id])?;
        }
        Ok(())
    }

    /// The number of the new row, `None` where the set is known.
    fn insert(&mut self, set: &Elements) -> rusqlite::Result<Option<i64>> {
        // SQLite turns a number that is not one into NULL, which the columns refuse; `Elements` has none.
        let inserted = self.insert_set.insert(params![
            set.norad_id.get(),
            set.name,
            set.object_id,
            Nanos(set.epoch),
            set.mean_motion_rev_day,
            set.eccentricity,
            set.inclination_deg,
            set.raan_deg,
            set.arg_perigee_deg,
            set.mean_anomaly_deg,
            set.bstar,
            set.mean_motion_dot,
            set.mean_motion_ddot,
            set.ephemeris_type,
            set.classification.to_string(),
            set.element_set_no,
            set.rev_at_epoch,
            self.source_id
        ]);
        match inserted {
            Ok(id) => Ok(Some(id)),
            Err(rusqlite::Error::StatementChangedRows(0)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn find(&mut self, set: &Elements) -> rusqlite::Result<i64> {
        self.find_set.query_row(
            params![
                set.norad_id.get(),
                Nanos(set.epoch),
                set.element_set_no,
                set.mean_motion_rev_day,
                set.eccentricity,
                set.inclination_deg,
                set.raan_deg,
                set.arg_perigee_deg,
                set.mean_anomaly_deg,
                set.bstar
            ],
            |row| row.get(0),
        )
    }
}

/// What a second source adds to a known set: the longer name (of equal ones the greater, so that the order of imports
/// does not matter), and itself as the source where only a bundled one had the set, or (`?5`) one that may not pass it on
/// to all while this one may: no name of that one is left then.
fn adopt_sql() -> String {
    let opened = "(?5 AND source_id IN (SELECT id FROM source WHERE release LIKE 'REL%'))";
    let adopted =
        format!("(?4 IS NOT NULL AND (source_id IN (SELECT id FROM source WHERE kind = 'bundled') OR {opened}))");
    let longer =
        |column: &str, value: &str| format!("((length({value}), {value}) > (length({column}), {column}) OR {opened})");
    let (name, object_id) = (longer("name", "?2"), longer("object_id", "?3"));
    format!(
        "UPDATE element_set SET name = iif({name}, ?2, name), object_id = iif({object_id}, ?3, object_id), \
         source_id = iif({adopted}, ?4, source_id) \
         WHERE id = ?1 AND ({name} OR {object_id} OR {adopted})"
    )
}

/// Writes an object's facts unless those it has were fetched later; an empty name or designator replaces nothing.
fn satcat_sql() -> String {
    let updates: Vec<String> = OBJECT_COLUMNS
        .split(", ")
        .skip(1)
        .map(|column| match column {
            "name" | "object_id" => format!("{column} = coalesce(nullif(excluded.{column}, ''), {column})"),
            _ => format!("{column} = excluded.{column}"),
        })
        .collect();
    format!(
        "INSERT INTO object ({OBJECT_COLUMNS}, source_id) VALUES ({}, ?) \
         ON CONFLICT (norad_id) DO UPDATE SET {}, source_id = excluded.source_id \
         WHERE object.source_id IS NULL OR (SELECT fetched_at FROM source WHERE id = object.source_id) \
               <= (SELECT fetched_at FROM source WHERE id = excluded.source_id)",
        placeholders(OBJECT_COLUMNS),
        updates.join(", "),
    )
}

/// Whether the facts were taken.
fn put_facts(statement: &mut rusqlite::Statement<'_>, facts: &SatcatEntry, source_id: i64) -> rusqlite::Result<bool> {
    let changed = statement.execute(params![
        facts.norad_id.get(),
        facts.name,
        facts.object_id,
        facts.object_type.as_str(),
        facts.ops_status.map(String::from).unwrap_or_default(),
        facts.owner,
        facts.launch_date,
        facts.launch_site,
        facts.decay_date,
        facts.period_min,
        facts.inclination_deg,
        facts.apogee_km,
        facts.perigee_km,
        facts.rcs_m2,
        facts.rcs_size.map_or("", RcsSize::as_str),
        source_id
    ])?;
    Ok(changed == 1)
}
