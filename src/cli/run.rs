//! `run`: one whole cycle and its summary.

use std::time::Instant;

use super::progress::with_bar;
use super::{Call, Outcome, hours, usage};
use crate::app::run::CycleRequest;
use crate::app::summary::summary;
use crate::feed::bundled;

/// One whole cycle over the current element sets: conjunctions, overflights of the regions, passes over the sites,
/// coverage by nation; everything into the database and into CSV, JSON and GeoJSON files beside it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky run --bundled\n  alliedsky run --bundled catalogue --db old.db --hours 24\n  alliedsky run --threshold-km 5"
)]
pub(super) struct Arguments {
    /// Fill the database from a bundled snapshot first: theatre or catalogue
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "theatre")]
    bundled: Option<String>,
    /// Look so many hours ahead [default: 168, or the configuration's]
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    hours: Option<chrono::TimeDelta>,
    /// Approaches below this distance, km [default: 10, or the configuration's]
    #[arg(long, value_name = "KM")]
    threshold_km: Option<f64>,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.threshold_km.is_some_and(|km| !(km > 0.0 && km <= 1000.0)) {
        return Err(usage("--threshold-km must be above 0 and at most 1000"));
    }
    if arguments.hours.is_some_and(|hours| hours.num_milliseconds() <= 0 || hours.num_days() > 366) {
        return Err(usage("--hours must be above 0 and at most a year"));
    }
    let begun = Instant::now();
    let mut app = call.open_for_writing()?;
    let is_empty = app.store.status()?.counts.element_sets == 0;
    match &arguments.bundled {
        Some(name) => app.use_snapshot(bundled::snapshot(name).map_err(|error| usage(error.to_string()))?)?,
        None if is_empty => {
            call.output.notes(&["no element sets in the database: taking the bundled snapshot".to_owned()]);
            app.use_snapshot(&bundled::snapshots()[0])?;
        }
        None => {}
    }
    let request = CycleRequest {
        window_hours: arguments.hours.map(|hours| hours.as_seconds_f64() / 3600.0),
        threshold_km: arguments.threshold_km,
    };
    let report = with_bar(call.output.quiet, "screening", |progress| app.run_cycle(&request, progress))?;
    call.output.text(&summary(&report, &app.database_name(), call.output.zone, begun.elapsed()))?;
    Ok(if report.stale { Outcome::Stale } else { Outcome::Done })
}
