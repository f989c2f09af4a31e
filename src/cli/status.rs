//! `status`: how things stand with the database, the sources and the daemon.

mod machine;

use std::path::PathBuf;

use super::handover;
use super::instant::Instant;
use super::output::Format;
use super::screen::counted;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::is_loopback;
use crate::app::status::{Facts, TaskFacts, Warning, warnings, write_metrics};
use crate::app::sync::plan::{FeedState, State};
use crate::app::trust::Trust;
use crate::machine::clock::Reading;
use crate::report::fold::folded;
use crate::report::zone::Zone;
use crate::store::status::Status;

/// How things stand with the database, the sources and the daemon
///
/// Made for monitors, too: the exit code is 75 where something needs a person: most element sets too old for their
/// orbits, no new ones for two periods, a source held or its data refused, a task that failed three times in a row, a
/// clock that is not trusted, a full disk. It is 1 where the database cannot be read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky status\n  alliedsky status --format json\n  alliedsky status --since -8h\n  alliedsky status -q > /dev/null || echo look at alliedsky\n  alliedsky status --prometheus /var/lib/prometheus/node-exporter/alliedsky.prom"
)]
pub(super) struct Arguments {
    /// Write the figures to a file for Prometheus' text collector, too
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
    /// Hand over a shift instead: what is new, raised, lowered and closed since this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "prometheus")]
    since: Option<Instant>,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    if let Some(since) = arguments.since {
        return handover::run(call, &app, since.resolve(app.clock()?));
    }
    let own = call.setup.now.filter(|_| is_loopback(&app.config));
    let facts = Facts::gather(&app, &own.map_or_else(Reading::now, Reading::at))?;
    let warnings = warnings(&facts);
    if let Some(file) = &arguments.prometheus {
        write_metrics(file, &facts)?;
    }
    let text = match call.output.format {
        Format::Json => format!("{}\n", machine::as_json(&facts, &warnings)),
        _ => as_text(&app, &facts, &warnings, call.output.zone),
    };
    call.output.text(&text)?;
    Ok(if warnings.iter().any(|warning| warning.is_alarm) { Outcome::Stale } else { Outcome::Done })
}

fn as_text(app: &App, facts: &Facts, warnings: &[Warning], zone: Zone) -> String {
    let status = &facts.store;
    let note = &app.world.orientation_note;
    let mut rows = vec![
        ("database", database(facts)),
        ("clock", clock(facts, zone)),
        (
            "snapshot",
            status.snapshot.as_ref().map_or_else(|| "none".to_owned(), |s| format!("{}, not current data", s.name)),
        ),
        (
            "objects",
            format!("{}, {} with element sets too old for their orbit", status.current_objects, facts.stale_objects),
        ),
        ("element sets", element_sets(status, zone)),
        ("Earth", note.strip_prefix("Earth orientation: ").unwrap_or(note).to_owned()),
        ("last run", last_run(status, zone)),
        ("events", events(status)),
    ];
    if facts.daemon.is_some() || !facts.tasks.is_empty() {
        rows.push(("daemon", daemon(facts)));
    }
    rows.extend(facts.tasks.iter().map(|task| ("task", of_task(task, zone))));
    let asked = |feed: &&FeedState| feed.planned.state != State::Off || feed.last.is_some();
    // Where no daemon ever ran and nothing was asked, the sources are no part of the answer.
    if facts.feeds.iter().any(|feed| feed.last.is_some()) || !facts.tasks.is_empty() {
        rows.extend(facts.feeds.iter().filter(asked).map(|feed| ("feed", of_feed(feed, zone))));
    }
    for summary in &status.sources {
        let source = &summary.source;
        let when = zone.show(source.fetched_at);
        let (taken, refused) = (summary.accepted, summary.rejected);
        let kind = source.kind.as_str();
        rows.push(("source", format!("{kind} {}, {when}: {taken} taken, {refused} refused", source.locator)));
    }
    let rows: String = rows.into_iter().map(|(what, text)| format!("{what:<14} {text}\n")).collect();
    let warnings: String = warnings.iter().map(|warning| folded(&format!("warning: {}", warning.text))).collect();
    rows + &warnings
}

fn database(facts: &Facts) -> String {
    let status = &facts.store;
    let Some(path) = &facts.database else { return "none, the bundled snapshot answers".to_owned() };
    let free = facts.free_bytes.map_or_else(String::new, |bytes| format!(", {:.1} GB free", bytes as f64 / 1e9));
    format!(
        "{} ({:.1} MB, log {:.1} MB, schema {}{free})",
        path.display(),
        status.database_bytes as f64 / 1e6,
        status.log_bytes as f64 / 1e6,
        status.schema_version
    )
}

fn clock(facts: &Facts, zone: Zone) -> String {
    let trust = match facts.trust {
        Trust::Good => "",
        Trust::TooEarly | Trust::Jumped(_) => ", not trusted",
    };
    format!("{}{trust}", zone.show(facts.clock))
}

fn last_run(status: &Status, zone: Zone) -> String {
    status.last_run.as_ref().map_or_else(
        || "none yet".to_owned(),
        |run| format!("{} {}, begun {}", run.start.kind.as_str(), run.status.as_str(), zone.show(run.start.started_at)),
    )
}

fn events(status: &Status) -> String {
    let counts = &status.counts;
    format!(
        "{}, {}, {} in {}",
        counted(counts.conjunctions, "conjunction", "conjunctions"),
        counted(counts.overflights, "overflight", "overflights"),
        counted(counts.passes, "pass", "passes"),
        counted(counts.runs, "run", "runs")
    )
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

fn daemon(facts: &Facts) -> String {
    match &facts.daemon {
        Some(daemon) if daemon.holder.is_empty() => "runs".to_owned(),
        Some(daemon) => daemon.holder.clone(),
        None => "none runs".to_owned(),
    }
}

fn of_task(task: &TaskFacts, zone: Zone) -> String {
    let record = &task.record;
    let last = record.last.as_ref().map_or_else(
        || "not run yet".to_owned(),
        |last| {
            let took = last.duration_s.map_or_else(String::new, |seconds| format!(" in {seconds:.1} s"));
            format!("{} {}{took}", last.outcome.as_str(), zone.show(last.started_at))
        },
    );
    let summary = if record.summary.is_empty() { String::new() } else { format!(": {}", record.summary) };
    format!("{:<8} {last}, next {}{summary}", task.task.as_str(), zone.show(task.due_at))
}

fn of_feed(feed: &FeedState, zone: Zone) -> String {
    let planned = &feed.planned;
    let good = feed.last_good.as_ref().map_or_else(
        || "no good data yet".to_owned(),
        |good| {
            let age_h = feed.age.unwrap_or_default().as_seconds_f64() / 3600.0;
            format!("{} objects {} ({age_h:.1} h old)", good.objects, zone.show(good.asked_at))
        },
    );
    let last = feed.last.as_ref().map_or_else(String::new, |last| format!(", last answer {}", last.outcome.as_str()));
    let next = match (planned.state, planned.next) {
        (State::Due, _) => ", due now".to_owned(),
        (State::Held, _) => ", held".to_owned(),
        (_, Some(next)) => format!(", next {}", zone.show(next)),
        (_, None) => String::new(),
    };
    format!("{} {}: {good}{last}{next}", planned.source.as_str(), planned.query)
}
