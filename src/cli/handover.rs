//! `status --since`: the handover of a shift.

use chrono::{DateTime, Utc};

use super::conjunctions::changed;
use super::output::Format;
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::report::conjunctions::ChangedRow;
use crate::report::handover::Handover;
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::Family;
use crate::store::conjunctions::ConjunctionFilter;
use crate::store::runs::{Run, RunStatus};
use crate::store::watch::WatchFilter;

/// Prints what happened since a time.
///
/// # Errors
/// A time to come; the database cannot be read.
pub(super) fn run(call: &Call, app: &App, since: DateTime<Utc>) -> anyhow::Result<Outcome> {
    let until = app.clock()?;
    if since > until {
        return Err(usage(format!("--since lies after the clock, which is {}", clock_time(until))));
    }
    let handover = handover(app, since, until)?;
    let text = match call.output.format {
        Format::Json => format!("{:#}\n", handover.to_json()),
        _ => handover.to_text(call.output.zone),
    };
    call.output.text(&text)?;
    Ok(Outcome::Done)
}

fn handover(app: &App, since: DateTime<Utc>, until: DateTime<Utc>) -> anyhow::Result<Handover> {
    let store = &app.store;
    let mut changed = changed(store.conjunctions_touched_since(since, &ConjunctionFilter::default())?, since);
    // What is over needs nobody's care, however it has changed before; of pairs that stay together TCA says nothing.
    changed.retain(|row| row.change == "vanished" || !is_approach(&row.conjunction) || row.conjunction.tca > until);
    let passed = store.conjunctions_passed(since, until)?.into_iter().map(|event| ChangedRow {
        change: "passed",
        before: None,
        conjunction: event.conjunction,
        history: event.history,
    });
    let (done, failed): (Vec<Run>, Vec<Run>) =
        store.runs_ended_since(since)?.into_iter().partition(|run| run.status == RunStatus::Done);
    let ahead = ConjunctionFilter { from: Some(until), ..ConjunctionFilter::default() };
    Ok(Handover {
        since,
        until,
        changed,
        passed: passed.collect(),
        ahead: store.conjunctions(&ahead)?.iter().filter(|conjunction| is_approach(conjunction)).count(),
        watched: store
            .watch_events(&WatchFilter { since: Some(since), ..WatchFilter::default() })?
            .into_iter()
            .map(|stored| stored.event)
            .collect(),
        runs_done: done.len(),
        runs_failed: failed.iter().map(failure).collect(),
        held: store
            .holds()?
            .iter()
            .map(|hold| format!("{} since {}: {}", hold.source, clock_time(hold.since), hold.reason))
            .collect(),
    })
}

fn is_approach(conjunction: &Conjunction) -> bool {
    conjunction.kind.family() == Family::Approach
}

/// `screening of 2026-09-07T00:00:00Z: why`.
fn failure(run: &Run) -> String {
    let why = run.tally.as_ref().and_then(|tally| tally["error"].as_str()).unwrap_or("no reason was told");
    format!("{} of {}: {why}", run.start.kind.as_str(), clock_time(run.start.clock))
}
