//! `status`: what the database holds and how old it is.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::output::Format;
use super::screen::counted;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::screen::is_stale;
use crate::report::zone::{Zone, machine_time};
use crate::store::catalogue::CatalogueFilter;
use crate::store::status::Status;

/// What the database holds and how old it is
///
/// The exit code is 75 where most element sets are too old for their orbits.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky status\n  alliedsky status --format json\n  alliedsky status -q > /dev/null || echo fetch new element sets"
)]
pub(super) struct Arguments {}

pub(super) fn run(call: &Call) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let status = app.store.status()?;
    let clock = app.clock()?;
    let elements: Vec<_> =
        app.store.current_elements(&CatalogueFilter::default())?.into_iter().map(|entry| entry.elements).collect();
    let stale = elements.iter().filter(|elements| elements.is_stale(clock)).count();
    let is_stale = is_stale(&elements, clock);
    let text = match call.output.format {
        Format::Json => format!("{}\n", as_json(&app, &status, clock, stale, is_stale)),
        _ => as_text(call, &app, &status, clock, stale),
    };
    call.output.text(&text)?;
    Ok(if is_stale { Outcome::Stale } else { Outcome::Done })
}

fn as_json(app: &App, status: &Status, clock: DateTime<Utc>, stale: usize, is_stale: bool) -> serde_json::Value {
    json!({
        "database": app.database,
        "schema_version": status.schema_version,
        "sqlite_version": status.sqlite_version,
        "database_bytes": status.database_bytes,
        "clock": machine_time(clock),
        "snapshot": status.snapshot.as_ref().map(|snapshot| snapshot.name.as_str()),
        "objects": status.current_objects,
        "element_sets": status.counts.element_sets,
        "oldest_epoch": status.oldest_epoch.map(machine_time),
        "newest_epoch": status.newest_epoch.map(machine_time),
        "stale_objects": stale,
        "stale": is_stale,
        "runs": status.counts.runs,
        "conjunctions": status.counts.conjunctions,
        "overflights": status.counts.overflights,
        "passes": status.counts.passes,
        "last_run": status.last_run.as_ref().map(|run| json!({
            "id": run.id.0,
            "kind": run.start.kind.as_str(),
            "status": run.status.as_str(),
            "started_at": machine_time(run.start.started_at),
            "finished_at": run.finished_at.map(machine_time),
        })),
        "sources": status.sources.iter().map(|summary| json!({
            "kind": summary.source.kind.as_str(),
            "locator": summary.source.locator,
            "sha256": summary.source.sha256,
            "fetched_at": machine_time(summary.source.fetched_at),
            "accepted": summary.accepted,
            "rejected": summary.rejected,
        })).collect::<Vec<_>>(),
    })
}

fn as_text(call: &Call, app: &App, status: &Status, clock: DateTime<Utc>, stale: usize) -> String {
    let zone = call.output.zone;
    let snapshot =
        status.snapshot.as_ref().map_or_else(|| "none".to_owned(), |s| format!("{}, not current data", s.name));
    let last_run = status.last_run.as_ref().map_or_else(
        || "none yet".to_owned(),
        |run| format!("{} {}, begun {}", run.start.kind.as_str(), run.status.as_str(), zone.show(run.start.started_at)),
    );
    let counts = &status.counts;
    let note = &app.world.orientation_note;
    let mut rows = vec![
        ("database", database(app, status)),
        ("clock", zone.show(clock)),
        ("snapshot", snapshot),
        ("objects", format!("{}, {stale} with element sets too old for their orbit", status.current_objects)),
        ("element sets", element_sets(status, zone)),
        ("Earth", note.strip_prefix("Earth orientation: ").unwrap_or(note).to_owned()),
        ("last run", last_run),
        (
            "events",
            format!(
                "{}, {}, {} in {}",
                counted(counts.conjunctions, "conjunction", "conjunctions"),
                counted(counts.overflights, "overflight", "overflights"),
                counted(counts.passes, "pass", "passes"),
                counted(counts.runs, "run", "runs")
            ),
        ),
    ];
    for summary in &status.sources {
        let source = &summary.source;
        let when = zone.show(source.fetched_at);
        let (taken, refused) = (summary.accepted, summary.rejected);
        let kind = source.kind.as_str();
        rows.push(("source", format!("{kind} {}, {when}: {taken} taken, {refused} refused", source.locator)));
    }
    rows.into_iter().map(|(what, text)| format!("{what:<14} {text}\n")).collect()
}

fn database(app: &App, status: &Status) -> String {
    match &app.database {
        Some(path) => {
            format!(
                "{} ({:.1} MB, schema {})",
                path.display(),
                status.database_bytes as f64 / 1e6,
                status.schema_version
            )
        }
        None => "none, the bundled snapshot answers".to_owned(),
    }
}

fn element_sets(status: &Status, zone: Zone) -> String {
    match (status.oldest_epoch, status.newest_epoch) {
        (Some(oldest), Some(newest)) => {
            let count = status.counts.element_sets;
            format!("{count}, current epochs {} to {}", zone.show(oldest), zone.show(newest))
        }
        _ => "none: `alliedsky import FILE` brings some in".to_owned(),
    }
}
