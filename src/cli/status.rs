//! `status`: what the database holds and how old it is.

use serde_json::json;

use super::output::Format;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::run::is_stale;
use crate::report::zone::machine_time;
use crate::store::catalogue::CatalogueFilter;
use crate::store::status::Status;

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

fn as_json(
    app: &App,
    status: &Status,
    clock: chrono::DateTime<chrono::Utc>,
    stale: usize,
    is_stale: bool,
) -> serde_json::Value {
    json!({
        "database": app.database_name(),
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

fn as_text(call: &Call, app: &App, status: &Status, clock: chrono::DateTime<chrono::Utc>, stale: usize) -> String {
    let zone = call.output.zone;
    let show = |time: Option<chrono::DateTime<chrono::Utc>>| time.map_or_else(|| "-".to_owned(), |t| zone.show(t));
    let snapshot =
        status.snapshot.as_ref().map_or_else(|| "none".to_owned(), |s| format!("{}, not current data", s.name));
    let last_run = status.last_run.as_ref().map_or_else(
        || "none yet".to_owned(),
        |run| format!("{} {}, begun {}", run.start.kind.as_str(), run.status.as_str(), zone.show(run.start.started_at)),
    );
    let mut lines = vec![
        format!(
            "database       {} ({:.1} MB, schema {})",
            app.database_name(),
            status.database_bytes as f64 / 1e6,
            status.schema_version
        ),
        format!("clock          {}", zone.show(clock)),
        format!("snapshot       {snapshot}"),
        format!("objects        {}, {stale} with element sets too old for their orbit", status.current_objects),
        format!(
            "element sets   {}, epochs {} to {}",
            status.counts.element_sets,
            show(status.oldest_epoch),
            show(status.newest_epoch)
        ),
        format!("last run       {last_run}"),
        format!(
            "events         {} conjunctions, {} overflights, {} passes in {} runs",
            status.counts.conjunctions, status.counts.overflights, status.counts.passes, status.counts.runs
        ),
        app.world.orientation_note.clone(),
    ];
    for summary in &status.sources {
        lines.push(format!(
            "source         {} {}, {}: {} taken, {} refused",
            summary.source.kind.as_str(),
            summary.source.locator,
            zone.show(summary.source.fetched_at),
            summary.accepted,
            summary.rejected
        ));
    }
    lines.join("\n") + "\n"
}
