//! One whole cycle: screen, overfly, cover, publish.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};

use super::App;
use super::alert::Alerted;
use super::catalogue::Catalogue;
use super::findings::Findings;
use super::overfly::{Place, SMALL_CATALOGUE};
use super::publish::{Published, Reported};
use super::screen::is_stale;
use super::work::CycleRequest;
use crate::astro::elements::Elements;
use crate::astro::time::Window;
use crate::feed::bundled;
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::progress::Progress;

/// What one cycle found.
#[derive(Clone, Debug)]
pub struct CycleReport {
    /// What the database holds of it.
    pub findings: Findings,
    /// The ten nearest approaches, duplicates left out, found with a wider threshold where that was needed.
    pub nearest: Vec<Conjunction>,
    /// The distance below which the nearest were looked for, km.
    pub nearest_within_km: f64,
    /// Whether most element sets are too old for their orbits.
    pub stale: bool,
    /// The result files.
    pub files: Vec<PathBuf>,
    /// The report beside them.
    pub report: Reported,
    /// What the rules told.
    pub alerted: Alerted,
}

/// How many of the nearest approaches a summary names.
const NEAREST: usize = 10;

/// Thresholds tried, km, until the nearest are found.
const WIDER_KM: [f64; 7] = [0.5, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0];

/// The widest threshold tried in a large catalogue, km: millions of pairs of neighbours lie below the next.
const WIDEST_IN_LARGE_KM: f64 = 5.0;

impl App {
    /// Fills an empty or snapshot database from a bundled snapshot.
    ///
    /// # Errors
    /// The database holds element sets from elsewhere, which a snapshot must not be mixed with.
    pub fn use_snapshot(&mut self, snapshot: &bundled::Snapshot) -> anyhow::Result<()> {
        if self.store.has_foreign_sets()? {
            bail!(
                "{} holds element sets of your own, which a snapshot must not be mixed with: \
                 name another database with --db FILE, or leave out --bundled",
                self.database_name()
            );
        }
        self.import_snapshot(snapshot)?;
        Ok(())
    }

    /// Runs one cycle on the catalogue that is there: one clock for all of it, its events stored, its result files
    /// written. The caller holds the work lock ([`App::begin_work`]).
    ///
    /// # Errors
    /// No element sets, an unknown region in the configuration, an error of the disk, or cancelled by `progress`. A run
    /// that had begun is then in the ledger as failed; those before it are done and keep their events.
    pub fn run_cycle(&mut self, request: &CycleRequest, progress: Progress<'_>) -> anyhow::Result<CycleReport> {
        let catalogue = self.catalogue()?;
        let begun = Instant::now();
        let done = |stage: &str| tracing::info!(stage, elapsed_s = begun.elapsed().as_secs_f64(), "stage done");
        // Before anything is written: a slip in the configuration should not cost an hour.
        self.places()?;
        self.run_primaries(&catalogue.elements())?;
        self.watch(&|share| progress(0.05 * share))?;
        done("watch");
        self.screen(&catalogue, request, &|share| progress(0.05 + 0.3 * share))?;
        done("screen");
        let alerted = self.alert(&catalogue)?;
        done("alert");
        self.overfly(&catalogue, request, &|share| progress(0.35 + 0.2 * share))?;
        done("overfly");
        self.cover(&catalogue, request, &|share| progress(0.55 + 0.35 * share))?;
        done("cover");
        let Published { findings, files, report } = self.publish(&|share| progress(0.9 + 0.05 * share))?;
        done("publish");
        let (nearest, nearest_within_km) =
            self.nearest(&catalogue, &findings, &|share| progress(0.95 + 0.05 * share))?;
        done("nearest");
        let stale = is_stale(&catalogue.elements(), catalogue.clock);
        Ok(CycleReport { findings, nearest, nearest_within_km, stale, files, report, alerted })
    }

    /// The regions that a cycle looks at.
    ///
    /// # Errors
    /// The configuration names a region that is not known.
    pub fn places(&self) -> anyhow::Result<Vec<Place>> {
        let mut places = Vec::new();
        for name in &self.config.run.regions {
            let found = self.world.find_regions(name).with_context(|| self.key("run.regions"))?;
            places.extend(found.into_iter().map(Place::Region));
        }
        Ok(places)
    }

    /// The nearest approaches, and the distance below which they were looked for: those found below the threshold, or of a
    /// wider search where they are fewer than ten.
    fn nearest(
        &self,
        catalogue: &Catalogue,
        findings: &Findings,
        progress: Progress<'_>,
    ) -> anyhow::Result<(Vec<Conjunction>, f64)> {
        let elements: Vec<Elements> = catalogue.elements();
        let (window, threshold_km): (Window, f64) = (findings.window, findings.threshold_km);
        let widest_km = if elements.len() > SMALL_CATALOGUE { WIDEST_IN_LARGE_KM } else { f64::INFINITY };
        let scope = self.run_scope(&elements, window)?;
        // Identical element sets under two numbers (docked modules, copies) are no approach.
        let apart = |found: Vec<Conjunction>| -> Vec<Conjunction> {
            found.into_iter().filter(|conjunction| conjunction.kind != Kind::Duplicate).collect()
        };
        let (mut nearest, mut within_km) = (apart(findings.conjunctions.clone()), threshold_km);
        for wider_km in WIDER_KM.into_iter().filter(|wider_km| *wider_km > threshold_km && *wider_km <= widest_km) {
            if nearest.len() >= NEAREST {
                break;
            }
            nearest = apart(scope.screen(&elements, wider_km, progress)?.found.conjunctions);
            within_km = wider_km;
        }
        nearest.sort_by(|a, b| a.miss_km.total_cmp(&b.miss_km));
        nearest.truncate(NEAREST);
        let ids = nearest.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
        let nearest = self.assessor(&elements, &ids, HashMap::new())?.on_orbits(scope.orbits).all(nearest);
        Ok((nearest, within_km))
    }
}
