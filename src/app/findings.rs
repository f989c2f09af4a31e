//! What one cycle found.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::astro::time::Window;
use crate::report::coverage::PlaceCoverage;
use crate::report::overflights::OverflightRow;
use crate::report::zone::machine_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::pass::Pass;
use crate::ssa::tally::Tally;

/// What one cycle found.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The time taken for now.
    pub clock: DateTime<Utc>,
    /// The stretch of time.
    pub window: Window,
    /// Threshold of the conjunctions, km.
    pub threshold_km: f64,
    /// Where the element sets come from.
    pub notes: Vec<String>,
    /// Conjunctions below the threshold, by time.
    pub conjunctions: Vec<Conjunction>,
    /// The ten nearest approaches, duplicates left out, found with a wider threshold where that was needed.
    pub nearest: Vec<Conjunction>,
    /// The distance below which the nearest were looked for, km.
    pub nearest_within_km: f64,
    /// What was screened and what was dropped.
    pub tally: Tally,
    /// How many objects the overflights are of: all, or of a large catalogue the roster's.
    pub watched: usize,
    /// Overflights of the regions, by region, then start.
    pub overflights: Vec<OverflightRow>,
    /// Passes of the roster's satellites over the sites, by site, then AOS.
    pub passes: Vec<Pass>,
    /// Length of the window of the passes, hours.
    pub pass_hours: f64,
    /// Coverage of the regions.
    pub coverage: Vec<PlaceCoverage>,
    /// What the coverage rests on.
    pub coverage_notes: Vec<String>,
    /// The assets behind the coverage.
    pub assets: Value,
    /// Whether most element sets are too old for their orbits.
    pub stale: bool,
    /// The result files.
    pub files: Vec<PathBuf>,
}

impl RunReport {
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
        })
    }
}
