//! How the daemon keeps time and house.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::length::Length;

/// The daemon's periods. Each task runs once a period; what was missed is caught up once.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Daemon {
    /// Between two looks at the sources; what they allow is kept by the ledger, whatever stands here.
    pub sync_every: Length,
    /// Between two looks for changed orbits, decays and new objects.
    pub watch_every: Length,
    /// Between two screenings for conjunctions.
    pub screen_every: Length,
    /// Between two computations of overflights and passes.
    pub overfly_every: Length,
    /// Between two computations of coverage.
    pub cover_every: Length,
    /// Between two writings of the result files.
    pub publish_every: Length,
    /// Between two rounds of housekeeping: retention, check of the database.
    pub upkeep_every: Length,
    /// The most by which a due time is put off at random, so that not all clients of a source ask at once.
    pub jitter: Length,
    /// Address of the web face, on this machine.
    pub listen: SocketAddr,
    /// File for Prometheus' text collector, written after each task.
    pub prometheus_file: Option<PathBuf>,
}

/// What is published beside the result files.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publish {
    /// The report of the first 72 hours, in a folder `report`.
    pub report: bool,
}

impl Default for Publish {
    fn default() -> Self {
        Self { report: true }
    }
}

/// How long is kept what nobody needs for the present.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Element sets that are no longer current, by epoch.
    pub element_sets_days: f64,
    /// Events that are over, and the runs behind them.
    pub events_days: f64,
    /// Requests in the ledger.
    pub requests_days: f64,
    /// The size that the database is held to, MiB: beyond it, the oldest history goes before its days are over.
    pub max_database_mib: u32,
}

impl Default for Daemon {
    fn default() -> Self {
        Self {
            sync_every: Length::seconds(2 * 3600),
            watch_every: Length::seconds(2 * 3600),
            screen_every: Length::seconds(2 * 3600),
            overfly_every: Length::seconds(6 * 3600),
            cover_every: Length::seconds(6 * 3600),
            publish_every: Length::seconds(2 * 3600),
            upkeep_every: Length::seconds(24 * 3600),
            jitter: Length::seconds(5 * 60),
            listen: SocketAddr::from(([127, 0, 0, 1], 8787)),
            prometheus_file: None,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { element_sets_days: 60.0, events_days: 90.0, requests_days: 90.0, max_database_mib: 8192 }
    }
}
