//! `status`: how things stand with the database, the sources and the daemon.

mod machine;

use std::path::PathBuf;

use super::feeds::{SHOWN, sheet_of};
use super::handover;
use super::instant::Instant;
use super::output::Format;
use super::words::counted;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::status::{Facts, Warning, warnings, write_metrics};
use crate::app::sync::plan::{FeedState, State};
use crate::app::trust::Trust;
use crate::machine::clock::Reading;
use crate::report::fold::{entries, folded};
use crate::report::sheet::{Cell, Sheet, Shown, printable};
use crate::report::zone::Zone;
use crate::store::alerts::PastAlert;
use crate::store::catalogue::SourceKind;
use crate::store::status::Status;

/// How things stand with the database, the sources and the daemon
///
/// Made for monitors, too: the exit code is 75 where something needs a person: most element sets too old for their
/// orbits, none at all after sources were asked; a source that has brought nothing new for two periods (the watched
/// folder: for inbox.alarm_after), never answered, is held, or sent what was refused; a task that failed three times in
/// a row, a daemon that did not stop in order, a clock that is not trusted, a full disk. It is 1 where the database is
/// not there or cannot be read.
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
    let own = call.setup.now.filter(|_| app.config.is_loopback());
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
    rows.extend(facts.alerts.iter().map(|alert| ("alert", past_alert(alert, zone))));
    // What the ledger tells of a source is in the table of the sources.
    let asked = |kind| matches!(kind, SourceKind::CelesTrak | SourceKind::SpaceTrack);
    for summary in status.sources.iter().filter(|summary| !asked(summary.source.kind)).take(NAMED_SOURCES) {
        let source = &summary.source;
        let (when, kind) = (zone.show(source.fetched_at), source.kind.as_str());
        let (taken, refused) = (summary.accepted, summary.rejected);
        rows.push(("source", format!("{kind} {}, {when}: {taken} taken, {refused} refused", source.locator)));
    }
    let warnings: String = warnings.iter().map(|warning| folded(&format!("warning: {}", warning.text))).collect();
    entries(rows, 14) + &tasks(facts, zone) + &sources(facts, zone) + &warnings
}

/// Files whose import is named, the latest first.
const NAMED_SOURCES: usize = 5;

fn tasks(facts: &Facts, zone: Zone) -> String {
    if facts.tasks.is_empty() {
        return String::new();
    }
    let mut sheet = Sheet::new(&["task", "outcome", "started_at", "duration_s", "next_at", "summary"]);
    for task in &facts.tasks {
        let last = task.record.last.as_ref();
        sheet.push(vec![
            Cell::text(task.task.as_str()),
            Cell::text(last.map_or("not run yet", |last| last.outcome.as_str())),
            last.map_or(Cell::Null, |last| Cell::Time(last.started_at)),
            Cell::number(last.and_then(|last| last.duration_s), 1),
            Cell::Time(task.due_at),
            Cell::text(&task.record.summary),
        ]);
    }
    let shown = [
        Shown { column: "task", head: "TASK", decimals: 0 },
        Shown { column: "outcome", head: "OUTCOME", decimals: 0 },
        Shown { column: "started_at", head: "LAST", decimals: 0 },
        Shown { column: "duration_s", head: "TOOK S", decimals: 1 },
        Shown { column: "next_at", head: "NEXT", decimals: 0 },
        Shown { column: "summary", head: "WHAT IT DID", decimals: 0 },
    ];
    format!("\n{}", sheet.to_table(&shown, zone))
}

/// The sources as the ledger knows them; nothing where none was ever asked and no daemon ever ran.
fn sources(facts: &Facts, zone: Zone) -> String {
    let asked = |feed: &&FeedState| feed.planned.state != State::Off || feed.last.is_some();
    if facts.feeds.iter().all(|feed| feed.last.is_none()) && facts.tasks.is_empty() {
        return String::new();
    }
    let rows: Vec<&FeedState> = facts.feeds.iter().filter(asked).collect();
    format!("\n{}", sheet_of(rows).to_table(&SHOWN, zone))
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

/// `2026-11-22 07:00:00 duty: new, ALOS-4 and FENGYUN 1C DEB at 2026-11-23 …`.
fn past_alert(alert: &PastAlert, zone: Zone) -> String {
    let [one, other] = &alert.names;
    format!(
        "{}, {}: {}, {} and {} at {}",
        zone.show(alert.told.told_at),
        alert.rule,
        alert.told.news.as_str(),
        printable(one),
        printable(other),
        zone.show(alert.tca)
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
