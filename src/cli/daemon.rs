//! `daemon`: the program that runs for months.

use super::{Call, Outcome, usage};
use crate::config::Config;
use crate::daemon;

/// Run for months: fetch, screen, overfly, cover, publish, keep house, each in its own period
///
/// Works through the tasks in the periods of the configuration, one at a time, and keeps in the database when each is
/// due. One daemon runs on a database: another ends at once with exit code 75. SIGTERM and SIGINT stop it within ten
/// seconds with exit code 0, SIGHUP reads the configuration again. The log goes to standard error, one JSON object a
/// line. `--now` sets its clock only where every base URL leads to this machine.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky daemon --config alliedsky.toml\n  alliedsky daemon --db sky.db --config replay.toml --now 2018-01-21"
)]
pub(super) struct Arguments {}

pub(super) fn run(call: &Call) -> anyhow::Result<Outcome> {
    if call.setup.now.is_some() {
        let config = call.setup.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        if !config.is_loopback() {
            return Err(usage(
                "--now: the daemon keeps the machine's clock unless every base URL leads to this machine",
            ));
        }
    }
    daemon::run(&call.setup)?;
    Ok(Outcome::Done)
}
