//! Conjunctions in the store: one row an event, however many runs have found it, with its history.

mod changes;
mod keep;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use rusqlite::{Connection, params};

use super::instant::Micros;
use super::row::{Fields, word};
use super::runs::{RunChoice, RunKind, chosen};
use super::{Store, StoreError};
use crate::astro::elements::NoradId;
use crate::astro::frame::{State, Teme};
use crate::ssa::conjunction::assessment::Assessment;
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::probability::Verdict;
pub use changes::Event;
pub(super) use changes::events;
pub(super) use keep::keep;

/// Which conjunctions are wanted; the default is every one of the latest run.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConjunctionFilter {
    /// Seen last by which run.
    pub run: RunChoice,
    /// TCA at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// TCA at this time or earlier.
    pub to: Option<DateTime<Utc>>,
    /// At most this distance at TCA, km.
    pub max_miss_km: Option<f64>,
    /// One of the two objects.
    pub sat: Option<NoradId>,
    /// Only this sort of approach.
    pub kind: Option<Kind>,
}

/// The columns in the order of [`read`] and of what [`keep`] binds.
const COLUMNS: &str = "run_id, primary_id, primary_name, secondary_id, secondary_name, kind, tca, miss_km, \
    rel_speed_km_s, miss_r_km, miss_t_km, miss_n_km, primary_age_days, secondary_age_days, primary_stale, \
    secondary_stale, primary_x_km, primary_y_km, primary_z_km, primary_vx_km_s, primary_vy_km_s, primary_vz_km_s, \
    secondary_x_km, secondary_y_km, secondary_z_km, secondary_vx_km_s, secondary_vy_km_s, secondary_vz_km_s, \
    pc, pc_method, covariance_source, pc_max, pc_max_scale, pc_max_socrates, dilution_km, hbr_m, hbr_source, is_curved, \
    verdict";

const KINDS: [Kind; 4] = [Kind::Encounter, Kind::Companion, Kind::Duplicate, Kind::Open];

/// The conjunctions that the parameters 1 to 6 choose.
const WHERE: &str = "run_id = ?1 AND (?2 IS NULL OR tca >= ?2) AND (?3 IS NULL OR tca <= ?3) \
    AND (?4 IS NULL OR miss_km <= ?4) AND (?5 IS NULL OR ?5 IN (primary_id, secondary_id)) \
    AND (?6 IS NULL OR kind = ?6)";

impl ConjunctionFilter {
    /// Gives the parameters 1 to 6 of [`WHERE`] to what asks with them: the first is its own.
    fn ask<T>(&self, first: &dyn rusqlite::ToSql, with: impl FnOnce(&[&dyn rusqlite::ToSql]) -> T) -> T {
        with(params![
            first,
            self.from.map(Micros),
            self.to.map(Micros),
            self.max_miss_km,
            self.sat.map(NoradId::get),
            self.kind.map(Kind::as_str)
        ])
    }
}

/// When pairs are below the threshold, by the number of their conjunction.
type Spans = HashMap<i64, Vec<(DateTime<Utc>, DateTime<Utc>)>>;

impl Store {
    /// Conjunctions by time of closest approach; none when there is no run.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn conjunctions(&self, filter: &ConjunctionFilter) -> Result<Vec<Conjunction>, StoreError> {
        self.read("reading conjunctions", |connection| {
            let Some(run) = chosen(connection, filter.run, RunKind::Screening)? else {
                return Ok(Vec::new());
            };
            let found: rusqlite::Result<Vec<Conjunction>> = filter.ask(&run.0, |chosen| {
                let mut spans = spans(connection, WHERE, chosen)?;
                let mut statement = connection.prepare(&format!(
                    "SELECT id, {COLUMNS} FROM conjunction WHERE {WHERE} ORDER BY tca, primary_id, secondary_id, id"
                ))?;
                let rows = statement.query_map(chosen, |row| read(&mut Fields::of(row), &mut spans))?;
                rows.collect()
            });
            Ok(found?)
        })
    }
}

/// The spans of the conjunctions that a condition chooses.
fn spans(connection: &Connection, wanted: &str, chosen: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<Spans> {
    let mut statement = connection.prepare(&format!(
        "SELECT conjunction_id, start, end FROM conjunction_span \
         WHERE conjunction_id IN (SELECT id FROM conjunction WHERE {wanted}) ORDER BY conjunction_id, ordinal"
    ))?;
    let mut spans = Spans::new();
    let mut rows = statement.query(chosen)?;
    while let Some(row) = rows.next()? {
        let (start, end): (Micros, Micros) = (row.get(1)?, row.get(2)?);
        spans.entry(row.get(0)?).or_default().push((start.0, end.0));
    }
    Ok(spans)
}

fn read(fields: &mut Fields<'_>, spans: &mut Spans) -> rusqlite::Result<Conjunction> {
    let id: i64 = fields.take()?;
    let _run_id: i64 = fields.take()?;
    Ok(Conjunction {
        primary_id: fields.norad_id()?,
        primary_name: fields.take()?,
        secondary_id: fields.norad_id()?,
        secondary_name: fields.take()?,
        kind: word(fields, KINDS, Kind::as_str)?,
        tca: fields.take::<Micros>()?.0,
        miss_km: fields.take()?,
        rel_speed_km_s: fields.take()?,
        miss_rtn_km: vector(fields)?,
        primary_age_days: fields.take()?,
        secondary_age_days: fields.take()?,
        primary_stale: fields.take()?,
        secondary_stale: fields.take()?,
        primary_state: State::<Teme>::new(vector(fields)?, vector(fields)?),
        secondary_state: State::<Teme>::new(vector(fields)?, vector(fields)?),
        spans: spans.remove(&id).unwrap_or_default(),
        assessment: assessment(fields)?.map(Arc::new),
    })
}

/// What was made of an approach; nothing of one that an older version of the program stored.
fn assessment(fields: &mut Fields<'_>) -> rusqlite::Result<Option<Assessment>> {
    let pc: Option<f64> = fields.take()?;
    let method: Option<String> = fields.take()?;
    let source: Option<String> = fields.take()?;
    let (pc_max, pc_max_scale) = (fields.take()?, fields.take()?);
    let (pc_max_socrates, dilution_km) = (fields.take()?, fields.take()?);
    let (hbr_m, hbr_source): (Option<f64>, Option<String>) = (fields.take()?, fields.take()?);
    let is_curved: Option<bool> = fields.take()?;
    let verdict = verdict(fields)?;
    let (Some(pc_method), Some(covariance_source), Some(verdict)) = (method, source, verdict) else {
        return Ok(None);
    };
    Ok(Some(Assessment {
        pc,
        pc_method,
        covariance_source,
        pc_max,
        pc_max_scale,
        pc_max_socrates,
        dilution_km,
        hbr_m: hbr_m.unwrap_or_default(),
        hbr_source: hbr_source.unwrap_or_default(),
        is_curved: is_curved.unwrap_or_default(),
        verdict,
    }))
}

/// A verdict, the next column; none where there is none, or a word of another version.
fn verdict(fields: &mut Fields<'_>) -> rusqlite::Result<Option<Verdict>> {
    let word = fields.take::<Option<String>>()?;
    Ok(word.and_then(|word| Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word)))
}

fn vector(fields: &mut Fields<'_>) -> rusqlite::Result<Vector3<f64>> {
    Ok(Vector3::new(fields.take()?, fields.take()?, fields.take()?))
}
