//! Result files beside the database.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use super::findings::RunReport;
use super::overfly::Place;
use crate::report::geojson::features;
use crate::report::{conjunctions, coverage, overflights, passes};

/// The folder of the results of a database: `sky.db` has `sky-results` beside it.
#[must_use]
pub fn results_folder(database: &Path) -> PathBuf {
    let stem = database.file_stem().map_or_else(|| "alliedsky".into(), |stem| stem.to_string_lossy().into_owned());
    database.with_file_name(format!("{stem}-results"))
}

/// Writes a run's results as CSV, JSON and GeoJSON and returns the files.
///
/// Every file is written whole under another name first, so that a reader never meets half of one.
///
/// # Errors
/// A file cannot be written.
pub fn publish(folder: &Path, report: &RunReport, places: &[Place]) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let shapes: Vec<(String, Value)> = places.iter().map(Place::shape).collect();
    let conjunctions = conjunctions::sheet(&report.conjunctions);
    let overflights = overflights::sheet(&report.overflights);
    let passes = passes::sheet(&report.passes);
    let coverage = coverage::sheet(&report.coverage);
    let notes: Vec<String> = report.notes.iter().chain(&report.coverage_notes).cloned().collect();
    let files = [
        ("conjunctions.csv", conjunctions.to_csv()),
        ("conjunctions.json", conjunctions.to_json()),
        ("overflights.csv", overflights.to_csv()),
        ("overflights.json", overflights.to_json()),
        ("overflights.geojson", features(&shapes, "overflights", &overflights, &report.notes)),
        ("passes.csv", passes.to_csv()),
        ("passes.json", passes.to_json()),
        ("coverage.csv", coverage.to_csv()),
        ("coverage.json", coverage.to_json()),
        ("coverage.geojson", features(&shapes, "coverage", &coverage, &notes)),
        ("run.json", format!("{:#}\n", report.to_json())),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let partial = folder.join(format!(".{name}.partial"));
        std::fs::write(&partial, text)
            .and_then(|()| std::fs::rename(&partial, &path))
            .with_context(|| format!("writing {}", path.display()))?;
        written.push(path);
    }
    Ok(written)
}
