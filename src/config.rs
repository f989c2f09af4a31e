//! The configuration file: TOML, every field with a default and its unit in its name.

pub mod alert;
pub mod base_url;
pub mod length;
pub mod service;
pub mod sources;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::ssa::conjunction::scope::Reason;
use crate::ssa::probability::Thresholds;
use alert::Alert;
use length::Length;
use service::{Daemon, Publish, Retention};
use sources::{CelesTrak, Download, Inbox, SpaceTrack};

/// What a user can set; unknown keys are refused, so that a slip of the pen is not a silent default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whom a source can write to: an e-mail address or a URL, part of the User-Agent of every request. Required before
    /// the first one.
    pub contact: Option<String>,
    /// Database file; a path relative to the configuration file's folder. The command line's `--db` comes first.
    pub database: Option<PathBuf>,
    /// What one run covers.
    pub run: Run,
    /// From where on a probability of collision matters.
    pub conjunctions: Conjunctions,
    /// Who is told of which conjunctions.
    pub alert: Vec<Alert>,
    /// The user's own files, laid over the bundled ones.
    pub files: Files,
    /// What is asked of CelesTrak.
    pub celestrak: CelesTrak,
    /// What is asked of Space-Track.
    pub space_track: SpaceTrack,
    /// The watched folder.
    pub inbox: Inbox,
    /// Bounds of a download.
    pub download: Download,
    /// What is published.
    pub publish: Publish,
    /// The daemon's periods.
    pub daemon: Daemon,
    /// How long history is kept.
    pub retention: Retention,
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
    /// Every conjunction has one of these objects: `all`, `allied`, `payloads`, or words with commas between.
    pub primaries: String,
    /// Pairs that are left out of the conjunctions.
    pub drop: Vec<Reason>,
}

/// From where on a probability of collision matters.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conjunctions {
    /// Events from this probability on are watched.
    pub watch_pc: f64,
    /// Events from this probability on are acted on.
    pub act_pc: f64,
}

impl Conjunctions {
    /// The two as the rule of the verdict takes them.
    #[must_use]
    pub const fn thresholds(&self) -> Thresholds {
        Thresholds { watch: self.watch_pc, act: self.act_pc }
    }
}

impl Default for Conjunctions {
    fn default() -> Self {
        let Thresholds { watch, act } = Thresholds::default();
        Self { watch_pc: watch, act_pc: act }
    }
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
    /// Ground sensors, TOML.
    pub sensors: Vec<PathBuf>,
    /// Radii of objects, TOML.
    pub hard_body: Vec<PathBuf>,
    /// Errors of objects: conjunction messages, or TOML.
    pub covariance: Vec<PathBuf>,
    /// Ephemerides of objects in place of their element sets: OEM.
    pub ephemeris: Vec<PathBuf>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            window_hours: 168.0,
            threshold_km: 10.0,
            pass_hours: 24.0,
            min_elevation_deg: 10.0,
            regions: ["korea", "rok", "dprk", "japan", "theatre"].map(str::to_owned).to_vec(),
            primaries: "all".to_owned(),
            drop: Vec::new(),
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
    #[error("{}: {}{field} = {value} is out of range ({expected})", path.display(), at(*line))]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// Its line, where it is known.
        line: Option<usize>,
        /// Key.
        field: &'static str,
        /// Value found.
        value: String,
        /// Range in words.
        expected: &'static str,
    },
    /// An alert cannot be used.
    #[error("{}: {}alert \"{name}\" {fault}", path.display(), at(*line))]
    Alert {
        /// The file.
        path: PathBuf,
        /// The line on which it begins, where it is known.
        line: Option<usize>,
        /// What it is called.
        name: String,
        /// What is wrong, and what to do.
        fault: &'static str,
    },
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

impl Config {
    /// Reads and checks a configuration file; relative paths in it start from its folder.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Checks the text of a configuration file, which stands at `path`.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text)
            .map_err(|error| ConfigError::Parse { path: path.to_owned(), message: without_source(&error, text) })?;
        config.check(path, text)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let Files { roster, sites, regions, sensors, hard_body, covariance, ephemeris } = &mut config.files;
        let lists = [roster, sites, regions, sensors, hard_body, covariance, ephemeris];
        let single = [
            &mut config.database,
            &mut config.space_track.credentials_file,
            &mut config.inbox.folder,
            &mut config.daemon.prometheus_file,
        ];
        let alerts = config.alert.iter_mut().filter_map(|alert| alert.file.as_mut());
        for file in alerts.chain(lists.into_iter().flatten()).chain(single.into_iter().flatten()) {
            *file = folder.join(&*file);
        }
        Ok(config)
    }

    /// Whether every base URL leads to this machine, that of a source which is not asked included: a test or a replay,
    /// whose clock the user may set.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.celestrak.base_url.is_loopback() && self.space_track.base_url.is_loopback()
    }

    fn check(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let run = &self.run;
        let (days, retention) = ("1 to 36500 days", &self.retention);
        let numbers = [
            ("run.window_hours", run.window_hours, 0.01, 8760.0, "0.01 to 8760 hours"),
            ("run.threshold_km", run.threshold_km, 1e-6, 1000.0, "0.000001 to 1000 km"),
            ("run.pass_hours", run.pass_hours, 0.01, 8760.0, "0.01 to 8760 hours"),
            ("run.min_elevation_deg", run.min_elevation_deg, 0.0, 89.0, "0 to 89 degrees"),
            ("download.max_mib", f64::from(self.download.max_mib), 1.0, 1024.0, "1 to 1024 MiB"),
            ("retention.element_sets_days", retention.element_sets_days, 1.0, 36_500.0, days),
            ("retention.events_days", retention.events_days, 1.0, 36_500.0, days),
            ("retention.requests_days", retention.requests_days, 1.0, 36_500.0, days),
            ("retention.max_database_mib", f64::from(retention.max_database_mib), 64.0, 1e6, "64 to 1000000 MiB"),
            ("conjunctions.watch_pc", self.conjunctions.watch_pc, 0.0, self.conjunctions.act_pc, "0 to act_pc"),
            ("conjunctions.act_pc", self.conjunctions.act_pc, 0.0, 1.0, "0 to 1"),
        ];
        for (field, value, low, high, expected) in numbers {
            if !(low..=high).contains(&value) {
                let (value, line) = (value.to_string(), line_of(text, field));
                return Err(ConfigError::OutOfRange { path: path.to_owned(), line, field, value, expected });
            }
        }
        self.check_lengths(path, text)?;
        self.check_alerts(path, text)?;
        self.check_words(path, text)
    }

    fn check_alerts(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        for (index, alert) in self.alert.iter().enumerate() {
            let is_twice = self.alert[..index].iter().any(|other| other.name == alert.name);
            let twice = is_twice.then_some("stands there twice: give each a name of its own");
            if let Some(fault) = alert.fault().or(twice) {
                let (line, name) = (nth_line(text, "[[alert]]", index), alert.name.clone());
                return Err(ConfigError::Alert { path: path.to_owned(), line, name, fault });
            }
        }
        Ok(())
    }

    fn check_lengths(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        const PERIOD: (i64, i64, &str) = (1, 30 * 86_400, "1s to 30d");
        let daemon = &self.daemon;
        let lengths = [
            ("download.deadline", self.download.deadline, (1, 600, "1s to 10m")),
            ("inbox.alarm_after", self.inbox.alarm_after, (3600, 365 * 86_400, "1h to 365d")),
            ("daemon.sync_every", daemon.sync_every, PERIOD),
            ("daemon.watch_every", daemon.watch_every, PERIOD),
            ("daemon.screen_every", daemon.screen_every, PERIOD),
            ("daemon.overfly_every", daemon.overfly_every, PERIOD),
            ("daemon.cover_every", daemon.cover_every, PERIOD),
            ("daemon.publish_every", daemon.publish_every, PERIOD),
            ("daemon.upkeep_every", daemon.upkeep_every, PERIOD),
            ("daemon.jitter", daemon.jitter, (0, 3600, "0s to 1h")),
        ];
        for (field, value, (low_s, high_s, expected)) in lengths {
            if !(Length::seconds(low_s)..=Length::seconds(high_s)).contains(&value) {
                let (value, line) = (value.to_string(), line_of(text, field));
                return Err(ConfigError::OutOfRange { path: path.to_owned(), line, field, value, expected });
            }
        }
        Ok(())
    }

    /// Words that become part of a request: nothing in them may change where it goes or what it says.
    fn check_words(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let refuse = |field: &'static str, value: &str, expected| {
            let (value, line) = (format!("\"{value}\""), line_of(text, field));
            Err(ConfigError::OutOfRange { path: path.to_owned(), line, field, value, expected })
        };
        if self.run.primaries.split(',').any(|word| word.trim().is_empty()) {
            return refuse("run.primaries", &self.run.primaries, PRIMARIES);
        }
        let celestrak = &self.celestrak;
        let is_word = |text: &str, more: &[char]| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c) || more.contains(&c))
        };
        if let Some(group) = celestrak.groups.iter().find(|group| !is_word(group, &[])) {
            return refuse("celestrak.groups", group, "names of CelesTrak's groups, such as active");
        }
        if let Some(query) = celestrak.supplemental.iter().find(|query| !is_word(query, &['='])) {
            return refuse("celestrak.supplemental", query, "a file such as starlink, or SOURCE=SpaceX-E");
        }
        if let Some(id) = celestrak.ids.iter().find(|id| !(1..=999_999_999).contains(*id)) {
            return refuse("celestrak.ids", &id.to_string(), "catalogue numbers from 1 to 999999999");
        }
        match &self.contact {
            Some(contact) if !is_contact(contact) => {
                refuse("contact", contact, "an e-mail address or a URL, printable ASCII")
            }
            _ => Ok(()),
        }
    }
}

/// What `run.primaries` can be.
const PRIMARIES: &str =
    "all, allied, payloads, or numbers, names, owner:CODE, nation:XX, name:PREFIX*, group:NAME with commas between";

/// The line of a key such as `run.window_hours`, where it stands under its table's head or by itself.
fn line_of(text: &str, field: &str) -> Option<usize> {
    let mut table = String::new();
    text.lines().enumerate().find_map(|(index, line)| {
        let line = line.trim();
        if let Some(head) = line.strip_prefix('[') {
            table = format!("{}.", head.split(']').next().unwrap_or_default().trim());
            return None;
        }
        let key = line.split_once('=')?.0.trim();
        (format!("{}{key}", table.trim_start_matches('[')) == field).then_some(index + 1)
    })
}

/// The line on which the n-th of some lines stands that begin alike.
fn nth_line(text: &str, beginning: &str, n: usize) -> Option<usize> {
    let is_so = |(_, line): &(usize, &str)| line.trim_start().starts_with(beginning);
    text.lines().enumerate().filter(is_so).nth(n).map(|(index, _)| index + 1)
}

/// Line, column, key and what is wrong there, without the line itself: somebody may have written a password into it, and
/// the message goes into logs.
fn without_source(error: &toml::de::Error, text: &str) -> String {
    let Some((before, rest)) = error.span().and_then(|span| text.split_at_checked(span.start)) else {
        return error.message().to_owned();
    };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let (line, column) = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
    let source = before[start..].chars().chain(rest.chars().take_while(|c| *c != '\n')).collect::<String>();
    let key = source.split_once('=').map_or("", |(key, _)| key.trim());
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let named = if is_key { format!(" ({key})") } else { String::new() };
    format!("line {line}, column {column}{named}: {}", error.message())
}

/// Whether somebody can be written to.
fn is_contact(text: &str) -> bool {
    let is_reachable = text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty())
        || text.starts_with("https://")
        || text.starts_with("http://");
    is_reachable && text.len() <= 200 && text.chars().all(|c| c.is_ascii_graphic() && !"()".contains(c))
}
