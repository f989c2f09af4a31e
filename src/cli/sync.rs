//! `sync`: ask the sources for what is due.

use super::output::Format;
use super::progress::with_bar;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::sync::plan::{Planned, State};
use crate::app::sync::{Did, Line, Source, SyncReport, SyncRequest};
use crate::report::sheet::{Cell, Sheet, Shown};

/// Ask the sources for what is due, and take in the watched folder
///
/// Asks no query more often than its source allows, whatever else runs on this database and however often it is called.
/// The exit code is 0 where something was fetched or nothing was due, 75 where a source is held, was not reached, or
/// sent what was refused.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky sync --config alliedsky.toml\n  alliedsky sync celestrak --config alliedsky.toml\n  alliedsky sync --explain"
)]
pub(super) struct Arguments {
    /// Only these sources: celestrak, space-track, inbox [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<Source>,
    /// Ask nothing and write nothing: list what would be asked now, what not and why, and when next
    #[arg(long)]
    explain: bool,
}

const COLUMNS: [&str; 7] = ["source", "query", "outcome", "objects", "bytes", "next", "reason"];

const SHOWN: [Shown; 6] = [
    Shown { column: "source", head: "SOURCE", decimals: 0 },
    Shown { column: "query", head: "QUERY", decimals: 0 },
    Shown { column: "outcome", head: "OUTCOME", decimals: 0 },
    Shown { column: "objects", head: "OBJECTS", decimals: 0 },
    Shown { column: "bytes", head: "BYTES", decimals: 0 },
    Shown { column: "next", head: "NEXT", decimals: 0 },
];

const PLAN_COLUMNS: [&str; 5] = ["source", "query", "state", "next", "reason"];

const PLAN_SHOWN: [Shown; 4] = [
    Shown { column: "source", head: "SOURCE", decimals: 0 },
    Shown { column: "query", head: "QUERY", decimals: 0 },
    Shown { column: "state", head: "STATE", decimals: 0 },
    Shown { column: "next", head: "NEXT", decimals: 0 },
];

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let request = SyncRequest { sources: arguments.sources.clone() };
    if arguments.explain {
        // What a first sync would do can be asked before there is a database.
        let plan = App::open(&call.setup)?.sync_plan(&request)?;
        return explain(call, &plan).map(|()| Outcome::Done);
    }
    // Before a database is made: an empty one would answer in place of the bundled snapshot.
    if let Ok(app) = App::open(&call.setup)
        && app.database.is_none()
    {
        app.check_sync(&request)?;
    }
    let mut app = call.open_for_writing()?;
    let _lock = app.begin_work()?;
    let report = with_bar(call.output.quiet, "asking", |progress| app.sync(&request, progress))?;
    app.end_work()?;
    show(call, &report)?;
    Ok(if report.is_trouble() { Outcome::Stale } else { Outcome::Done })
}

fn show(call: &Call, report: &SyncReport) -> anyhow::Result<()> {
    let mut sheet = Sheet::new(&COLUMNS);
    for line in &report.lines {
        sheet.push(vec![
            Cell::text(line.source.as_str()),
            Cell::text(&line.query),
            Cell::text(line.did.as_str()),
            whole(line.objects.map(|objects| objects as u64)),
            whole(line.bytes),
            line.next.map_or(Cell::Null, Cell::Time),
            Cell::text(&line.reason),
        ]);
    }
    let mut notes = Vec::new();
    if call.output.format == Format::Table {
        notes.extend(report.lines.iter().filter_map(reason));
        // A hold is the same for every query of its source.
        notes.dedup();
    }
    notes.extend(report.warnings.iter().map(|warning| format!("warning: {warning}")));
    notes.push(format!("{}.", report.summary()));
    call.output.sheet(&sheet, &SHOWN, &notes)
}

/// Why a line came out as it did, in full: a table has no room for it.
fn reason(line: &Line) -> Option<String> {
    let query = if line.did == Did::Held { String::new() } else { format!(" {}", line.query) };
    (!line.reason.is_empty()).then(|| format!("{}{query}: {}", line.source.as_str(), line.reason))
}

fn whole(value: Option<u64>) -> Cell {
    value.and_then(|value| i64::try_from(value).ok()).map_or(Cell::Null, Cell::Integer)
}

fn explain(call: &Call, plan: &[Planned]) -> anyhow::Result<()> {
    let mut sheet = Sheet::new(&PLAN_COLUMNS);
    for planned in plan {
        sheet.push(vec![
            Cell::text(planned.source.as_str()),
            Cell::text(&planned.query),
            Cell::text(planned.state.as_str()),
            planned.next.map_or(Cell::Null, Cell::Time),
            Cell::text(&planned.reason),
        ]);
    }
    let mut notes = Vec::new();
    if call.output.format == Format::Table {
        notes.extend(plan.iter().filter_map(why_not));
        notes.dedup();
    }
    notes.push("Nothing was asked.".to_owned());
    call.output.sheet(&sheet, &PLAN_SHOWN, &notes)
}

fn why_not(planned: &Planned) -> Option<String> {
    let query = if planned.state == State::Held { String::new() } else { format!(" {}", planned.query) };
    (!planned.reason.is_empty()).then(|| format!("{}{query}: {}", planned.source.as_str(), planned.reason))
}
