//! One whole cycle: screen, overfly, cover, publish.

use std::time::Instant;

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::App;
use super::catalogue::Catalogue;
use super::cover::CoverageRequest;
use super::findings::RunReport;
use super::overfly::{Over, Place, hours};
use super::publish::{publish, results_folder};
use crate::astro::elements::Elements;
use crate::astro::time::Window;
use crate::feed::bundled;
use crate::report::coverage::{gaps, nations_text};
use crate::ssa::conjunction::screen::{ScreenRequest, Screening, screen};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::overflight::Overflight;
use crate::ssa::progress::Progress;
use crate::ssa::roster::Nation;
use crate::store::coverage::CoverageRecord;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunId, RunKind};

/// What one cycle covers; the configuration's figures unless told otherwise.
#[derive(Clone, Debug, Default)]
pub struct CycleRequest {
    /// Length of the window, hours.
    pub window_hours: Option<f64>,
    /// Approaches below this distance are stored, km.
    pub threshold_km: Option<f64>,
}

/// How many of the nearest approaches a summary names.
const NEAREST: usize = 10;

/// Thresholds tried, km, until the nearest are found.
const WIDER_KM: [f64; 7] = [0.5, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0];

/// In a catalogue larger than this the wider thresholds would find thousands, and the overflights of everything would
/// fill the disk: those of the roster's satellites are kept.
const SMALL_CATALOGUE: usize = 5000;

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

    /// Runs one cycle, stores its events and writes the result files.
    ///
    /// # Errors
    /// No element sets, an unknown region in the configuration, an error of the disk, or cancelled by `progress`. A run
    /// that had begun is then in the ledger as failed, or as done where only its result files could not be written.
    pub fn run_cycle(&mut self, request: &CycleRequest, progress: Progress<'_>) -> anyhow::Result<RunReport> {
        let catalogue = self.catalogue()?;
        let window = hours(catalogue.clock, request.window_hours.unwrap_or(self.config.run.window_hours));
        let threshold_km = request.threshold_km.unwrap_or(self.config.run.threshold_km);
        let places = self.places()?;
        let run = self.store.begin_run(&NewRun {
            kind: RunKind::Cycle,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window,
            parameters: json!({
                "threshold_km": threshold_km,
                "regions": places.iter().map(Place::name).collect::<Vec<_>>(),
                "sites": self.world.sites.all().iter().map(|site| &site.name).collect::<Vec<_>>(),
                "pass_hours": self.config.run.pass_hours,
            }),
        })?;
        let recorded = self.cycle(&catalogue, &places, window, threshold_km, progress).and_then(|report| {
            self.record(run, &report)?;
            Ok(report)
        });
        let mut report = match recorded {
            Ok(report) => report,
            Err(error) => {
                self.store.fail_run(run, Utc::now(), &json!({ "error": format!("{error:#}") }))?;
                return Err(error);
            }
        };
        self.store.checkpoint()?;
        if let Some(database) = &self.database {
            report.files = publish(&results_folder(database), &report, &places)?;
        }
        Ok(report)
    }

    fn record(&mut self, run: RunId, report: &RunReport) -> anyhow::Result<()> {
        let overflights: Vec<Overflight> = report.overflights.iter().map(|row| row.overflight.clone()).collect();
        let events = Events {
            conjunctions: &report.conjunctions,
            overflights: &overflights,
            passes: &report.passes,
            coverage: &coverage_records(report),
        };
        self.store.record_run(run, Utc::now(), &serde_json::to_value(&report.tally)?, &events)?;
        Ok(())
    }

    /// The regions that a cycle looks at.
    ///
    /// # Errors
    /// The configuration names a region that is not known.
    pub fn places(&self) -> anyhow::Result<Vec<Place>> {
        let mut places = Vec::new();
        for name in &self.config.run.regions {
            places.extend(self.world.find_regions(name)?.into_iter().map(Place::Region));
        }
        Ok(places)
    }

    fn cycle(
        &self,
        catalogue: &Catalogue,
        places: &[Place],
        window: Window,
        threshold_km: f64,
        progress: Progress<'_>,
    ) -> anyhow::Result<RunReport> {
        let elements = catalogue.elements();
        let begun = Instant::now();
        let done = |stage: &str| tracing::info!(stage, elapsed_s = begun.elapsed().as_secs_f64(), "stage done");
        let Screening { conjunctions, tally } =
            screen(&elements, &ScreenRequest::new(window, threshold_km), &|share| progress(0.35 * share))?;
        let (nearest, nearest_within_km) =
            nearest(&elements, window, (&conjunctions, threshold_km), &|share| progress(0.35 + 0.05 * share))?;
        done("screen");

        let known: Vec<Elements> =
            elements.iter().filter(|e| self.world.roster.by_id(e.norad_id).is_some()).cloned().collect();
        let watched = if elements.len() > SMALL_CATALOGUE { &known } else { &elements };
        let mut overflights = Vec::new();
        for (index, place) in places.iter().enumerate() {
            let part = |share: f64| progress(0.4 + 0.1 * (index as f64 + share) / places.len() as f64);
            overflights.extend(self.world.overflights(catalogue, watched, place, Over::Beneath, window, &part)?.0);
        }
        done("overflights");
        let pass_hours = self.config.run.pass_hours;
        let mut passes = Vec::new();
        let sites = self.world.sites.all();
        for (index, site) in sites.iter().enumerate() {
            let least_deg = self.config.run.min_elevation_deg;
            let pass_window = hours(catalogue.clock, pass_hours);
            let part = |share: f64| progress(0.5 + 0.1 * (index as f64 + share) / sites.len() as f64);
            passes.extend(self.world.passes(&known, site, least_deg, pass_window, &part)?.0);
        }
        done("passes");
        let request = CoverageRequest {
            window,
            nations: Nation::ALLIED.to_vec(),
            missions: Vec::new(),
            min_sun_elevation_deg: 0.0,
            max_age_days: None,
        };
        let answer = self.world.coverage(catalogue, places, &request, &|share| progress(0.6 + 0.4 * share))?;
        done("coverage");
        Ok(RunReport {
            clock: catalogue.clock,
            window,
            threshold_km,
            notes: catalogue.notes.clone(),
            stale: is_stale(&elements, catalogue.clock),
            conjunctions,
            nearest,
            nearest_within_km,
            tally,
            watched: watched.len(),
            overflights,
            passes,
            pass_hours,
            coverage_notes: answer.notes(),
            assets: answer.assets_json(),
            coverage: answer.places,
            files: Vec::new(),
        })
    }
}

/// Screens and stores the conjunctions alone.
///
/// # Errors
/// As [`App::run_cycle`].
pub fn screen_only(app: &mut App, progress: Progress<'_>) -> anyhow::Result<()> {
    let catalogue = app.catalogue()?;
    let window = hours(catalogue.clock, app.config.run.window_hours);
    let threshold_km = app.config.run.threshold_km;
    let Screening { conjunctions, tally } =
        screen(&catalogue.elements(), &ScreenRequest::new(window, threshold_km), progress)?;
    let run = app.store.begin_run(&NewRun {
        kind: RunKind::Screening,
        started_at: Utc::now(),
        clock: catalogue.clock,
        window,
        parameters: json!({ "threshold_km": threshold_km }),
    })?;
    let events = Events { conjunctions: &conjunctions, ..Events::default() };
    app.store.record_run(run, Utc::now(), &serde_json::to_value(&tally)?, &events)?;
    Ok(())
}

/// Whether more than half of some element sets are too old for their orbits.
#[must_use]
pub fn is_stale(elements: &[Elements], clock: DateTime<Utc>) -> bool {
    2 * elements.iter().filter(|elements| elements.is_stale(clock)).count() > elements.len()
}

/// The nearest approaches, and the distance below which they were looked for: those found below the threshold, or of a
/// wider search where they are fewer than ten.
fn nearest(
    elements: &[Elements],
    window: Window,
    (found, threshold_km): (&[Conjunction], f64),
    progress: Progress<'_>,
) -> anyhow::Result<(Vec<Conjunction>, f64)> {
    let widest_km = if elements.len() > SMALL_CATALOGUE { WIDEST_IN_LARGE_KM } else { f64::INFINITY };
    // Identical element sets under two numbers (docked modules, copies) are no approach.
    let apart = |found: Vec<Conjunction>| -> Vec<Conjunction> {
        found.into_iter().filter(|conjunction| conjunction.kind != Kind::Duplicate).collect()
    };
    let (mut nearest, mut within_km) = (apart(found.to_vec()), threshold_km);
    for wider_km in WIDER_KM.into_iter().filter(|wider_km| *wider_km > threshold_km && *wider_km <= widest_km) {
        if nearest.len() >= NEAREST {
            break;
        }
        nearest = apart(screen(elements, &ScreenRequest::new(window, wider_km), progress)?.conjunctions);
        within_km = wider_km;
    }
    nearest.sort_by(|a, b| a.miss_km.total_cmp(&b.miss_km));
    nearest.truncate(NEAREST);
    Ok((nearest, within_km))
}

fn coverage_records(report: &RunReport) -> Vec<CoverageRecord> {
    let mut records = Vec::new();
    for place in &report.coverage {
        // A coalition without assets here has no figures, and none are stored for it.
        for (coverage, listed) in place.coalitions.iter().filter(|(coverage, _)| coverage.assets > 0) {
            records.push(CoverageRecord {
                region: place.place.clone(),
                nations: nations_text(&coverage.nations),
                assets: coverage.assets,
                time_percent: coverage.time_percent,
                area_percent: coverage.area_percent,
                cell_time_percent: coverage.cell_time_percent,
                accesses: coverage.figures.accesses,
                mean_gap_s: coverage.figures.gaps.mean_s,
                longest_gap_s: coverage.figures.gaps.longest_s,
                detail: json!({ "roster_assets": listed, "gaps": gaps(&coverage.gaps, place.window) }),
            });
        }
    }
    records
}
