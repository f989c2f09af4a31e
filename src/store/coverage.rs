//! Coverage figures in the store.

use rusqlite::{Connection, params};
use serde_json::Value;

use super::row::{Fields, count, json, placeholders};
use super::runs::{RunChoice, RunId, RunKind, chosen};
use super::{Store, StoreError};

/// How well one nation, or several together, sees one region over a run's window.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageRecord {
    /// Name of the region.
    pub region: String,
    /// The nations that look together, such as `us`, `jp+kr`.
    pub nations: String,
    /// On how many assets the figures rest.
    pub assets: usize,
    /// Share of the window in which any of the region is seen, percent.
    pub time_percent: f64,
    /// Share of the region's area that is seen at any time of the window, percent.
    pub area_percent: f64,
    /// Share of the window in which a place of the region is seen, averaged over its area, percent.
    pub cell_time_percent: f64,
    /// Number of accesses to the region.
    pub accesses: usize,
    /// Mean length of the gaps in which nothing of the region is seen, s; `None` without gaps.
    pub mean_gap_s: Option<f64>,
    /// Length of the longest of these gaps, s; `None` without gaps.
    pub longest_gap_s: Option<f64>,
    /// Everything else: the list of gaps, the assets by name.
    pub detail: Value,
}

/// The columns in the order of [`insert`] and [`read`].
const COLUMNS: &str = "run_id, region, nations, assets, time_percent, area_percent, cell_time_percent, accesses, \
    mean_gap_s, longest_gap_s, detail";

impl Store {
    /// Coverage figures, of one region or all, in the order in which they were written; none when there is no run.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn coverage(&self, run: RunChoice, region: Option<&str>) -> Result<Vec<CoverageRecord>, StoreError> {
        self.read("reading coverage", |connection| {
            let Some(run) = chosen(connection, run, RunKind::Coverage)? else {
                return Ok(Vec::new());
            };
            let mut statement = connection.prepare(&format!(
                "SELECT {COLUMNS} FROM coverage WHERE run_id = ?1 AND (?2 IS NULL OR region = ?2) ORDER BY id"
            ))?;
            let rows = statement.query_map(params![run.0, region], |row| read(&mut Fields::of(row)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

fn read(fields: &mut Fields<'_>) -> rusqlite::Result<CoverageRecord> {
    let _run_id: i64 = fields.take()?;
    Ok(CoverageRecord {
        region: fields.take()?,
        nations: fields.take()?,
        assets: fields.count()?,
        time_percent: fields.take()?,
        area_percent: fields.take()?,
        cell_time_percent: fields.take()?,
        accesses: fields.count()?,
        mean_gap_s: fields.take()?,
        longest_gap_s: fields.take()?,
        detail: json(fields)?.unwrap_or_default(),
    })
}

/// Writes the coverage figures of a run.
pub(super) fn insert(connection: &Connection, run: RunId, records: &[CoverageRecord]) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO coverage ({COLUMNS}) VALUES ({})", placeholders(COLUMNS));
    let mut statement = connection.prepare_cached(&sql)?;
    for record in records {
        statement.execute(params![
            run.0,
            record.region,
            record.nations,
            count(record.assets),
            record.time_percent,
            record.area_percent,
            record.cell_time_percent,
            count(record.accesses),
            record.mean_gap_s,
            record.longest_gap_s,
            record.detail.to_string()
        ])?;
    }
    Ok(())
}
