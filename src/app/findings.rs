//! What the database holds of the last screening, overflights, passes and coverage.

use std::collections::HashMap;

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::App;
use super::catalogue::Catalogue;
use super::cover::row_of;
use crate::astro::time::Window;
use crate::report::coverage::{CoverageRow, nations_text};
use crate::report::overflights::OverflightRow;
use crate::report::zone::machine_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::coverage::coalition::coalitions;
use crate::ssa::nation::Nation;
use crate::ssa::overflight::Overflight;
use crate::ssa::pass::Pass;
use crate::ssa::tally::Tally;
use crate::store::conjunctions::ConjunctionFilter;
use crate::store::overflights::OverflightFilter;
use crate::store::passes::PassFilter;
use crate::store::runs::{Run, RunChoice, RunKind};

/// What the database holds of the last runs.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The time taken for now by the screening; where there is none, by the overflights or the coverage.
    pub clock: DateTime<Utc>,
    /// The stretch of time that it looked at.
    pub window: Window,
    /// Threshold of the conjunctions, km.
    pub threshold_km: f64,
    /// Where the element sets came from.
    pub notes: Vec<String>,
    /// Conjunctions below the threshold, by time.
    pub conjunctions: Vec<Conjunction>,
    /// What was screened and what was dropped.
    pub tally: Tally,
    /// How many objects the overflights are of: all, or of a large catalogue the roster's.
    pub watched: usize,
    /// What the overflights rest on.
    pub overflight_notes: Vec<String>,
    /// Overflights of the regions, by region, then start.
    pub overflights: Vec<OverflightRow>,
    /// Passes of the roster's satellites over the sites, by site, then AOS.
    pub passes: Vec<Pass>,
    /// Length of the window of the passes, hours.
    pub pass_hours: f64,
    /// Coverage of the regions.
    pub coverage: Vec<CoverageRow>,
    /// What the coverage rests on.
    pub coverage_notes: Vec<String>,
    /// The assets behind the coverage.
    pub assets: Value,
    /// Clock and window of each run, for those who read the files.
    pub runs: Value,
}

impl Findings {
    /// What the results rest on: the clock, the source, the account of objects and assets.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "clock": machine_time(self.clock),
            "window_start": machine_time(self.window.start),
            "window_end": machine_time(self.window.end),
            "threshold_km": self.threshold_km,
            "conjunctions": self.conjunctions.len(),
            "overflights_of_objects": self.watched,
            "overflights": self.overflights.len(),
            "passes": self.passes.len(),
            "notes": self.notes,
            "tally": self.tally,
            "coverage_notes": self.coverage_notes,
            "assets": self.assets,
            "runs": self.runs,
        })
    }
}

impl App {
    /// What the last runs found, as the database holds it: the same whoever asks, and whenever, until the next run.
    ///
    /// # Errors
    /// There is no run yet; an error of the disk.
    pub fn findings(&self) -> anyhow::Result<Findings> {
        let latest = |kind| self.store.latest_run(kind);
        let screening = latest(RunKind::Screening)?;
        let overflown = latest(RunKind::Overflights)?;
        let covered = latest(RunKind::Coverage)?;
        let Some(first) = [&screening, &overflown, &covered].into_iter().flatten().next() else {
            bail!("no run yet in {}: `alliedsky run` does one", self.database_name());
        };
        let catalogue = self.catalogue()?;
        let of = |run: &Option<Run>, key: &str| -> Value {
            let tally = run.as_ref().and_then(|run| run.tally.as_ref());
            tally.and_then(|tally| tally.get(key)).cloned().unwrap_or(Value::Null)
        };
        // A run of an older version kept no notes: what it rests on is known no more.
        let notes =
            |run: &Option<Run>, key: &str| -> Vec<String> { serde_json::from_value(of(run, key)).unwrap_or_default() };
        let tally = screening.as_ref().and_then(|run| run.tally.clone());
        Ok(Findings {
            clock: first.start.clock,
            window: first.start.window,
            threshold_km: parameter(&screening, "threshold_km").unwrap_or(self.config.run.threshold_km),
            notes: notes(&screening, "notes"),
            conjunctions: self.store.conjunctions(&ConjunctionFilter::default())?,
            tally: tally.and_then(|tally| serde_json::from_value(tally).ok()).unwrap_or_default(),
            watched: usize::try_from(of(&overflown, "watched").as_u64().unwrap_or_default())?,
            overflight_notes: notes(&overflown, "notes"),
            overflights: self.overflight_rows(&catalogue)?,
            passes: self.passes_by_site()?,
            pass_hours: parameter(&overflown, "pass_hours").unwrap_or(self.config.run.pass_hours),
            coverage: self.coverage_rows(&covered)?,
            coverage_notes: notes(&covered, "coverage_notes"),
            assets: of(&covered, "assets"),
            runs: json!({
                "screening": screening.as_ref().map(in_short),
                "overflights": overflown.as_ref().map(in_short),
                "coverage": covered.as_ref().map(in_short),
            }),
        })
    }

    /// The overflights by region in the order of the configuration, then by start, with what is known of the
    /// satellites.
    fn overflight_rows(&self, catalogue: &Catalogue) -> anyhow::Result<Vec<OverflightRow>> {
        let mut by_region: HashMap<String, Vec<Overflight>> = HashMap::new();
        for overflight in self.store.overflights(&OverflightFilter::default())? {
            by_region.entry(overflight.region.clone()).or_default().push(overflight);
        }
        let mut rows = Vec::new();
        for place in self.places()? {
            let found = by_region.remove(place.name()).unwrap_or_default();
            rows.extend(self.world.described(catalogue, &place, found));
        }
        Ok(rows)
    }

    /// The passes by site in the order of the list of sites, then by AOS.
    fn passes_by_site(&self) -> anyhow::Result<Vec<Pass>> {
        let places: HashMap<&str, usize> =
            self.world.sites.all().iter().enumerate().map(|(index, site)| (site.name.as_str(), index)).collect();
        let mut passes = self.store.passes(&PassFilter::default())?;
        passes.sort_by_key(|pass| places.get(pass.site.as_str()).copied().unwrap_or(usize::MAX));
        Ok(passes)
    }

    /// The coverage by region and coalition in the order of the run, the coalitions without assets among them.
    fn coverage_rows(&self, run: &Option<Run>) -> anyhow::Result<Vec<CoverageRow>> {
        let Some(run) = run else { return Ok(Vec::new()) };
        let mut rows: Vec<CoverageRow> =
            self.store.coverage(RunChoice::Id(run.id), None)?.into_iter().map(row_of).collect();
        let without = run.tally.as_ref().and_then(|tally| tally.get("without_assets")).and_then(Value::as_array);
        for row in without.into_iter().flatten() {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            rows.push(CoverageRow {
                place: text("region"),
                nations: text("nations"),
                kind: "all",
                assets: 0,
                roster_assets: usize::try_from(row["roster_assets"].as_u64().unwrap_or_default())?,
                figures: None,
            });
        }
        let regions: Vec<String> = self.places()?.iter().map(|place| place.name().to_owned()).collect();
        let order: Vec<String> = coalitions(&Nation::ALLIED).iter().map(|nations| nations_text(nations)).collect();
        let index = |list: &[String], word: &str| list.iter().position(|known| known == word).unwrap_or(list.len());
        rows.sort_by_key(|row| (index(&regions, &row.place), index(&order, &row.nations)));
        Ok(rows)
    }
}

fn parameter(run: &Option<Run>, key: &str) -> Option<f64> {
    run.as_ref().and_then(|run| run.start.parameters.get(key)).and_then(Value::as_f64)
}

fn in_short(run: &Run) -> Value {
    json!({
        "clock": machine_time(run.start.clock),
        "window_start": machine_time(run.start.window.start),
        "window_end": machine_time(run.start.window.end),
    })
}
