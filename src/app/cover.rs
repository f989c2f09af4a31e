//! Coverage as a task of a run: computed for the configured regions, stored.

pub mod answer;
pub mod assets;
pub mod exposure;
pub mod request;

use chrono::Utc;
use serde_json::{Value, json};

use super::App;
use super::catalogue::Catalogue;
use super::overfly::{Place, hours};
use super::work::{Account, CycleRequest};
use crate::report::coverage::{CoverageRow, MoreFigures, RowFigures, rows};
use crate::ssa::nation::Nation;
use crate::ssa::progress::Progress;
use crate::store::coverage::CoverageRecord;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};
use request::CoverageRequest;

impl App {
    /// Computes the coverage of the configured regions by the allied nations and stores it as a run.
    ///
    /// # Errors
    /// The configuration names an unknown region; an error of the disk, or cancelled by `progress`: the run is then in
    /// the ledger as failed.
    pub fn cover(
        &mut self,
        catalogue: &Catalogue,
        request: &CycleRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Account> {
        let places = self.places()?;
        let window = hours(catalogue.clock, request.window_hours.unwrap_or(self.config.run.window_hours));
        let nations = Nation::ALLIED.to_vec();
        let start = NewRun {
            kind: RunKind::Coverage,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window,
            parameters: json!({
                "regions": places.iter().map(Place::name).collect::<Vec<_>>(),
                "nations": nations.iter().map(Nation::to_string).collect::<Vec<_>>(),
            }),
        };
        let request = CoverageRequest { nations, ..CoverageRequest::new(window) };
        let figures = |app: &Self| {
            let answer = app.world.coverage(catalogue, &places, &request, progress)?;
            Ok((rows(&answer.places), assets::notes(&answer.assets), assets::to_json(&answer.assets)))
        };
        let (rows, ..) = self.in_ledger(&start, figures, |app, run, (rows, notes, assets)| {
            let without: Vec<Value> =
                rows.iter().filter(|row| row.kind == "all" && row.figures.is_none()).map(without_assets).collect();
            let tally = json!({
                "notes": catalogue.notes, "coverage_notes": notes, "assets": assets, "without_assets": without,
            });
            let coverage: Vec<CoverageRecord> =
                rows.iter().filter(|row| row.kind == "all").filter_map(record).collect();
            app.record(run, &tally, &Events { coverage: &coverage, ..Events::default() })
        })?;
        Ok(Account::new(
            format!("coverage of {} regions in {} lines", places.len(), rows.len()),
            json!({ "regions": places.len(), "lines": rows.len() }),
        ))
    }
}

/// A coalition without assets here, which has no figures to store.
fn without_assets(row: &CoverageRow) -> Value {
    json!({ "region": row.place, "nations": row.nations, "roster_assets": row.roster_assets })
}

/// A row as the store keeps it; `None` where it has no figures.
fn record(row: &CoverageRow) -> Option<CoverageRecord> {
    let figures = row.figures.as_ref()?;
    let mut detail = json!(figures.more);
    detail["roster_assets"] = json!(row.roster_assets);
    Some(CoverageRecord {
        region: row.place.clone(),
        nations: row.nations.clone(),
        assets: row.assets,
        time_percent: figures.time_percent,
        area_percent: figures.area_percent,
        cell_time_percent: figures.cell_time_percent,
        accesses: figures.accesses,
        mean_gap_s: figures.mean_gap_s,
        longest_gap_s: figures.longest_gap_s,
        detail,
    })
}

/// The row of a record. One of an older version lacks some of the figures: they are empty then.
pub(super) fn row_of(record: CoverageRecord) -> CoverageRow {
    let roster_assets = record.detail["roster_assets"].as_u64().unwrap_or_default();
    CoverageRow {
        place: record.region,
        nations: record.nations,
        kind: "all",
        assets: record.assets,
        roster_assets: usize::try_from(roster_assets).unwrap_or(usize::MAX),
        figures: Some(RowFigures {
            time_percent: record.time_percent,
            area_percent: record.area_percent,
            cell_time_percent: record.cell_time_percent,
            accesses: record.accesses,
            mean_gap_s: record.mean_gap_s,
            longest_gap_s: record.longest_gap_s,
            more: serde_json::from_value::<MoreFigures>(record.detail).unwrap_or_default(),
        }),
    }
}
