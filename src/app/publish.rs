//! Result files beside the database.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

use super::App;
use super::findings::Findings;
use super::overfly::Place;
use super::work::Account;
use crate::machine::kill_point::kill_point;
use crate::report::geojson::features;
use crate::report::{conjunctions, coverage, overflights, passes};

/// What was written.
#[derive(Clone, Debug)]
pub struct Published {
    /// What the files hold.
    pub findings: Findings,
    /// The files.
    pub files: Vec<PathBuf>,
}

impl Published {
    /// What the task did.
    #[must_use]
    pub fn account(&self) -> Account {
        let folder = self.files.first().and_then(|file| file.parent()).unwrap_or(Path::new(""));
        Account::new(
            format!("{} files in {}", self.files.len(), folder.display()),
            json!({ "files": self.files.len(), "folder": folder.display().to_string() }),
        )
    }
}

impl App {
    /// Writes what the last runs found as CSV, JSON and GeoJSON beside the database: the same bytes whoever does it,
    /// and whenever, until the next run, new element sets or another roster. A database in memory has no files.
    ///
    /// # Errors
    /// No run yet, or an error of the disk: each file is then the old or the new one, never half of one.
    pub fn publish(&self) -> anyhow::Result<Published> {
        let findings = self.findings()?;
        let files = match &self.database {
            Some(database) => write(&results_folder(database), &findings, &self.places()?)?,
            None => Vec::new(),
        };
        Ok(Published { findings, files })
    }
}

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
