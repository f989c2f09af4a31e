//! The configuration file: TOML, every field with a default and its unit in its name.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a user can set; unknown keys are refused, so that a slip of the pen is not a silent default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Database file; a path relative to the configuration file's folder. The command line's `--db` comes first.
    pub database: Option<PathBuf>,
    /// What one run covers.
    pub run: Run,
    /// The user's own files, laid over the bundled ones.
    pub files: Files,
}

/// What one run covers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Length of the window for conjunctions, overflights and coverage, hours.
    pub window_hours: f64,
    /// Approaches below this distance are stored, km.
    pub threshold_km: f64,
    /// Length of the window for passes, hours.
    pub pass_hours: f64,
    /// Least elevation of a pass, degrees.
    pub min_elevation_deg: f64,
    /// Names of the regions whose overflights and coverage are computed.
    pub regions: Vec<String>,
}

/// The user's own files, laid over the bundled ones.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Rosters, TOML.
    pub roster: Vec<PathBuf>,
    /// Sites, TOML.
    pub sites: Vec<PathBuf>,
    /// Regions, GeoJSON.
    pub regions: Vec<PathBuf>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            window_hours: 168.0,
            threshold_km: 10.0,
            pass_hours: 24.0,
            min_elevation_deg: 10.0,
            regions: ["korea", "rok", "dprk", "japan", "theatre"].map(str::to_owned).to_vec(),
        }
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot read the configuration: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The file is not TOML, or has an unknown or wrong key: the message names line and key.
    #[error("{}: {message}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, key, problem.
        message: String,
    },
    /// A figure is out of range.
    #[error("{}: {field} = {value} is out of range ({expected})", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// Key.
        field: &'static str,
        /// Value found.
        value: f64,
        /// Range in words.
        expected: &'static str,
    },
}

impl Config {
    /// Reads and checks a configuration file; relative paths in it start from its folder.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Parse { path: path.to_owned(), message: error.to_string() })?;
        config.check(path)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let files = &mut config.files;
        for list in [&mut files.roster, &mut files.sites, &mut files.regions] {
            for file in list {
                *file = folder.join(&*file);
            }
        }
        config.database = config.database.map(|database| folder.join(database));
        Ok(config)
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let run = &self.run;
        let checks = [
            ("run.window_hours", run.window_hours, 0.01, 8760.0, "0.01 to 8760 hours"),
            ("run.threshold_km", run.threshold_km, 1e-6, 1000.0, "0.000001 to 1000 km"),
            ("run.pass_hours", run.pass_hours, 0.01, 8760.0, "0.01 to 8760 hours"),
            ("run.min_elevation_deg", run.min_elevation_deg, 0.0, 89.0, "0 to 89 degrees"),
        ];
        for (field, value, low, high, expected) in checks {
            if !(low..=high).contains(&value) {
                return Err(ConfigError::OutOfRange { path: path.to_owned(), field, value, expected });
            }
        }
        Ok(())
    }
}
