//! Result files beside the database, and the report.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::brief::BriefRequest;
use super::findings::Findings;
use super::overfly::Place;
use super::work::Account;
use super::{App, report};
use crate::astro::time::Window;
use crate::machine::kill_point::kill_point;
use crate::report::geojson::features;
use crate::report::{conjunctions, coverage, overflights, passes};
use crate::ssa::progress::{Cancelled, Progress};

/// What was written.
#[derive(Clone, Debug)]
pub struct Published {
    /// What the files hold.
    pub findings: Findings,
    /// The files.
    pub files: Vec<PathBuf>,
    /// The report beside them.
    pub report: Reported,
}

/// What became of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// Nobody wants one, or a database in memory has no place for it.
    No,
    /// It was written into this folder.
    Written(PathBuf),
    /// It could not be made; the one before, if any, stands. Why, in words.
    Failed(String),
}

impl Reported {
    fn to_json(&self) -> Value {
        match self {
            Self::No => Value::Null,
            Self::Written(folder) => json!({ "folder": folder.display().to_string() }),
            Self::Failed(error) => json!({ "error": error }),
        }
    }
}

impl Published {
    /// What the task did.
    #[must_use]
    pub fn account(&self) -> Account {
        let folder = self.files.first().and_then(|file| file.parent()).unwrap_or(Path::new(""));
        let report = match &self.report {
            Reported::No => String::new(),
            Reported::Written(_) => " and a report".to_owned(),
            Reported::Failed(error) => format!("; no report: {error}"),
        };
        Account::new(
            format!("{} files in {}{report}", self.files.len(), folder.display()),
            json!({
                "files": self.files.len(),
                "folder": folder.display().to_string(),
                "report": self.report.to_json(),
            }),
        )
    }
}

impl App {
    /// Writes what the last runs found as CSV, JSON and GeoJSON beside the database: the same bytes whoever does it,
    /// and whenever, until the next run, new element sets or another roster. A database in memory has no files. The report
    /// comes last, and one that cannot be made stops nothing.
    ///
    /// # Errors
    /// No run yet, or an error of the disk: each file is then the old or the new one, never half of one; cancelled by
    /// `progress`.
    pub fn publish(&self, progress: Progress<'_>) -> anyhow::Result<Published> {
        let findings = self.findings()?;
        let Some(database) = &self.database else {
            return Ok(Published { findings, files: Vec::new(), report: Reported::No });
        };
        let folder = results_folder(database);
        let files = write(&folder, &findings, &self.places()?)?;
        let report = if self.config.publish.report {
            match self.report(&folder.join(REPORT), &findings, progress) {
                Ok(folder) => Reported::Written(folder),
                Err(error) if error.chain().any(|cause| cause.is::<Cancelled>()) => return Err(error),
                Err(error) => {
                    let reason = format!("{error:#}");
                    tracing::warn!(error = reason, "the report could not be made");
                    Reported::Failed(reason)
                }
            }
        } else {
            Reported::No
        };
        Ok(Published { findings, files, report })
    }

    /// Writes the report of the first hours of the last run's window: its time, too, is the run's.
    fn report(&self, folder: &Path, findings: &Findings, progress: Progress<'_>) -> anyhow::Result<PathBuf> {
        let releasable = self.releasable_at(None, findings.clock)?;
        let start = findings.window.start;
        let window = Window { start, end: findings.window.end.min(start + REPORT_LENGTH) };
        let request = BriefRequest {
            marking: releasable.marking.clone(),
            thresholds: self.config.conjunctions.thresholds(),
            drop: self.config.run.drop.clone(),
            ..BriefRequest::new(window, findings.clock)
        };
        let (_, files) = report::files(self, &releasable, &request, progress)?;
        report::replace(folder, &files)?;
        Ok(folder.to_owned())
    }
}

/// The folder of the report beside the result files.
const REPORT: &str = "report";

/// What the report looks at, where the run looked so far.
const REPORT_LENGTH: TimeDelta = TimeDelta::hours(72);

/// The folder of the results of a database: `sky.db` has `sky-results` beside it.
#[must_use]
pub fn results_folder(database: &Path) -> PathBuf {
    let stem = database.file_stem().map_or_else(|| "alliedsky".into(), |stem| stem.to_string_lossy().into_owned());
    database.with_file_name(format!("{stem}-results"))
}

/// Every file is written whole under another name first, so that a reader never meets half of one.
fn write(folder: &Path, findings: &Findings, places: &[Place]) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let shapes: Vec<(String, Value)> = places.iter().map(Place::shape).collect();
    let conjunctions = conjunctions::sheet(&findings.conjunctions);
    let overflights = overflights::sheet(&findings.overflights);
    let passes = passes::sheet(&findings.passes);
    let coverage = coverage::sheet(&findings.coverage);
    let notes: Vec<String> = findings.notes.iter().chain(&findings.coverage_notes).cloned().collect();
    let files = [
        ("conjunctions.csv", conjunctions.to_csv()),
        ("conjunctions.json", conjunctions.to_json()),
        ("overflights.csv", overflights.to_csv()),
        ("overflights.json", overflights.to_json()),
        ("overflights.geojson", features(&shapes, "overflights", &overflights, &findings.overflight_notes)),
        ("passes.csv", passes.to_csv()),
        ("passes.json", passes.to_json()),
        ("coverage.csv", coverage.to_csv()),
        ("coverage.json", coverage.to_json()),
        ("coverage.geojson", features(&shapes, "coverage", &coverage, &notes)),
        ("run.json", format!("{:#}\n", findings.to_json())),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let partial = folder.join(format!(".{name}.partial"));
        let put = || -> std::io::Result<()> {
            let mut file = File::create(&partial)?;
            file.write_all(text.as_bytes())?;
            // Before the rename: after a power cut the new name must not stand for an empty file.
            file.sync_data()?;
            kill_point("publish-written");
            std::fs::rename(&partial, &path)
        };
        put().with_context(|| format!("writing {}", path.display()))?;
        kill_point("publish-renamed");
        written.push(path);
    }
    Ok(written)
}
