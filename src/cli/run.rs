//! `run`: one whole cycle and its summary.

use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::Context;

use super::output::Format;
use super::progress::with_bar;
use super::scope::{hours, threshold_km};
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::summary::summary;
use crate::app::sync::SyncRequest;
use crate::app::work::CycleRequest;
use crate::daemon::signals::Signals;
use crate::feed::bundled;
use crate::ssa::progress::Progress;

/// One whole cycle: conjunctions, overflights and passes, coverage, result files
///
/// Asks the sources first for what is due, where the configuration has a contact, and takes in the watched folder; a
/// source that is held or fails is told and stops nothing. Works on the current element sets: conjunctions among all
/// objects, overflights of the regions and passes over the sites by the roster's satellites, coverage by nation.
/// Everything goes into the database, and into CSV, JSON and GeoJSON files in a folder beside it. The exit code is 75
/// where most element sets are too old for their orbits.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky run --bundled\n  alliedsky run --bundled catalogue --db old.db --hours 24\n  alliedsky run --threshold-km 5"
)]
pub(super) struct Arguments {
    /// Fill the database from a bundled snapshot first: theatre or catalogue
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "theatre")]
    bundled: Option<String>,
    /// Look so many hours ahead [default: 168, or the configuration's]
    #[arg(long, value_name = "HOURS", value_parser = hours, allow_hyphen_values = true)]
    hours: Option<chrono::TimeDelta>,
    /// Approaches below this distance, km [default: 10, or the configuration's]
    #[arg(long, value_name = "KM", value_parser = threshold_km, allow_hyphen_values = true)]
    threshold_km: Option<f64>,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.hours.is_some_and(|hours| hours.num_milliseconds() <= 0 || hours.num_days() > 366) {
        return Err(usage("--hours must be above 0 and at most a year"));
    }
    let named = arguments.bundled.as_deref().map(bundled::snapshot).transpose().map_err(|e| usage(e.to_string()))?;
    let begun = Instant::now();
    let signals = Signals::listen().context("listening for signals")?;
    let mut app = call.open_for_writing()?;
    let _lock = app.begin_work()?;
    let request = CycleRequest {
        window_hours: arguments.hours.map(|hours| hours.as_seconds_f64() / 3600.0),
        threshold_km: arguments.threshold_km,
    };
    let report = with_bar(call.output.quiet, "running", |progress| {
        let progress = |share: f64| if signals.is_stopping() { ControlFlow::Break(()) } else { progress(share) };
        match named {
            Some(snapshot) => app.use_snapshot(snapshot)?,
            None => fill(call, &mut app, &progress)?,
        }
        app.run_cycle(&request, &progress)
    })?;
    app.end_work()?;
    let text = match call.output.format {
        Format::Json => format!("{:#}\n", report.findings.to_json()),
        _ => summary(&report, &app.database_name(), call.output.zone, begun.elapsed()),
    };
    call.output.text(&text)?;
    Ok(if report.stale { Outcome::Stale } else { Outcome::Done })
}

/// Asks the sources, and takes the bundled snapshot where there is nothing else.
fn fill(call: &Call, app: &mut App, progress: Progress<'_>) -> anyhow::Result<()> {
    if app.config.contact.is_some() || app.config.inbox.folder.is_some() {
        match app.sync(&SyncRequest::default(), progress) {
            Ok(report) => {
                let trouble = report.lines.iter().filter(|line| line.did.is_trouble());
                let mut notes = vec![format!("sources: {}", report.summary())];
                notes.extend(trouble.map(|line| format!("{}: {}: {}", line.query, line.did.as_str(), line.reason)));
                call.output.notes(&notes);
            }
            Err(error) if progress(0.0).is_break() => return Err(error),
            // What is there can be worked on whatever the sources do.
            Err(error) => call.output.notes(&[format!("the sources brought nothing: {error:#}")]),
        }
        app.refresh_orientation()?;
    }
    if app.store.status()?.counts.element_sets == 0 {
        call.output.notes(&["no element sets in the database: taking the bundled snapshot".to_owned()]);
        app.use_snapshot(&bundled::snapshots()[0])?;
    }
    Ok(())
}
