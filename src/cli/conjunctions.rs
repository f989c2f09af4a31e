//! `conjunctions`: what the latest run found, how it came to be, what has changed.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::ValueEnum;

use super::instant::Instant;
use super::output::Format;
use super::progress::with_bar;
use super::scope::distance_km;
use super::screen::counted;
use super::{Call, Outcome, messages, usage};
use crate::app::catalogue::Catalogue;
use crate::app::work::CycleRequest;
use crate::app::{App, World};
use crate::astro::elements::NoradId;
use crate::report::conjunctions::{
    CHANGES_SHOWN, ChangedRow, LINES_SHOWN, SHOWN, changes_sheet, lines_sheet, sheet, sheet_with_history,
};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::MISS_CHANGE_KM;
use crate::ssa::roster::Nation;
use crate::store::catalogue::CatalogueEntry;
use crate::store::conjunctions::{ConjunctionFilter, Event};
use crate::store::runs::{Run, RunKind};

/// List the conjunctions of the latest run
///
/// Without --from and --to all that the run found; with one of them, --from is the clock unless given. An approach that
/// run after run finds is one event, whose figures are those of the last; --history tells how they moved. With
/// --changed-since the answer is what is new, raised (nearer), lowered (farther), moved in time or vanished since then, of
/// whatever run: from 0.1 km and a tenth of the distance on, or one second. As kvn or xml: conjunction data messages.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  alliedsky conjunctions --sort miss\n  alliedsky conjunctions --sat ALOS-4 --from now --to +48h --format json\n  alliedsky conjunctions --nation kr --max-miss-km 5\n  alliedsky conjunctions --changed-since -8h\n  alliedsky conjunctions --sat KOMPSAT-5 --history"
)]
pub(super) struct Arguments {
    /// TCA at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<Instant>,
    /// TCA at this time or earlier
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<Instant>,
    /// At most this distance, km
    #[arg(long, value_name = "KM", value_parser = distance_km, allow_hyphen_values = true)]
    max_miss_km: Option<f64>,
    /// One of the two objects, by number or name
    #[arg(long, value_name = "ID")]
    sat: Option<String>,
    /// One of the two objects is this nation's
    #[arg(long)]
    nation: Option<Nation>,
    /// Order of the rows
    #[arg(long, value_enum, default_value = "tca")]
    sort: Sort,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// What has changed since this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    changed_since: Option<Instant>,
    /// How distance and TCA moved from run to run
    #[arg(long)]
    history: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Assess(messages::AssessArguments),
    Compare(messages::CompareArguments),
}

impl Arguments {
    /// The forms its answer can take.
    pub(super) const fn forms(&self) -> &'static [Format] {
        use Format::{Csv, Json, Kvn, Ndjson, Table, Xml};
        if self.what.is_some() || self.history || self.changed_since.is_some() {
            &[Table, Csv, Json, Ndjson]
        } else {
            &[Table, Csv, Json, Ndjson, Kvn, Xml]
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// By time
    Tca,
    /// Closest first
    Miss,
    /// Fastest first
    Speed,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.what {
        Some(What::Assess(arguments)) => messages::assess(call, arguments),
        Some(What::Compare(arguments)) => messages::compare(call, arguments),
        None => list(call, arguments),
    }
}

/// The latest screening. Where nothing has run yet the bundled snapshot is screened in memory, as `run --bundled` would.
pub(super) fn latest_run(call: &Call, app: &mut App, catalogue: &Catalogue) -> anyhow::Result<Run> {
    if app.database.is_none() {
        let request = CycleRequest::default();
        with_bar(call.output.quiet, "screening", |progress| app.screen(catalogue, &request, progress))?;
    }
    app.store.latest_run(RunKind::Screening)?.with_context(|| {
        format!(
            "no run yet in {}: `alliedsky run` finds and stores conjunctions, `alliedsky screen` looks without storing",
            app.database_name()
        )
    })
}

fn list(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut app = call.open()?;
    let catalogue = app.catalogue()?;
    let filter = filter(arguments, &catalogue)?;
    let run = latest_run(call, &mut app, &catalogue)?;
    let choice = Choice { arguments, world: &app.world, catalogue: &catalogue };
    if let Some(since) = arguments.changed_since {
        let since = since.resolve(catalogue.clock);
        let rows = changed(app.store.conjunctions_touched_since(since, &filter)?, since);
        return choice.changes(call, rows, since);
    }
    let total = app.store.conjunctions(&ConjunctionFilter::default())?.len();
    if arguments.history {
        let events = app.store.conjunction_events(&filter)?;
        return choice.histories(call, events, |count| account(count, total, &run));
    }
    let mut found = app.store.conjunctions(&filter)?;
    choice.choose(&mut found, |found| found);
    let mut notes = vec![account(found.len(), total, &run)];
    choice.limit(&mut found, &mut notes);
    if found.is_empty() && total > 0 {
        notes.push("None of them is like that: ask for less, or for other times.".to_owned());
    }
    notes.extend(catalogue.notes.iter().cloned());
    if matches!(call.output.format, Format::Kvn | Format::Xml) {
        let (messages, left_out) = app.messages(&catalogue, &run, found)?;
        notes.extend(left_out);
        messages::write(call, &messages, &notes)?;
        return Ok(Outcome::Done);
    }
    call.output.sheet(&sheet(&found), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// What the arguments choose among events, beyond what the store does.
struct Choice<'a> {
    arguments: &'a Arguments,
    world: &'a World,
    catalogue: &'a Catalogue,
}

impl Choice<'_> {
    /// Takes out what is of other nations, and sorts.
    fn choose<T>(&self, found: &mut Vec<T>, of: impl Fn(&T) -> &Conjunction) {
        if let Some(nation) = self.arguments.nation {
            let entries = self.catalogue.by_id();
            found.retain(|item| is_of(self.world, &entries, of(item), nation));
        }
        match self.arguments.sort {
            Sort::Tca => {}
            Sort::Miss => found.sort_by(|a, b| of(a).miss_km.total_cmp(&of(b).miss_km)),
            Sort::Speed => found.sort_by(|a, b| of(b).rel_speed_km_s.total_cmp(&of(a).rel_speed_km_s)),
        }
    }

    /// Keeps so many as were asked for, and says so.
    fn limit<T>(&self, found: &mut Vec<T>, notes: &mut Vec<String>) {
        if let Some(limit) = self.arguments.limit.filter(|limit| *limit < found.len()) {
            found.truncate(limit);
            notes.push(format!("The first {limit} of them."));
        }
    }

    /// Prints changes, or their histories.
    fn changes(&self, call: &Call, mut rows: Vec<ChangedRow>, since: DateTime<Utc>) -> anyhow::Result<Outcome> {
        self.choose(&mut rows, |row| &row.conjunction);
        let mut notes = vec![changes_note(&rows, since)];
        self.limit(&mut rows, &mut notes);
        notes.extend(self.catalogue.notes.iter().cloned());
        if self.arguments.history && !call.output.is_nested() {
            let lines = lines_sheet(rows.iter().map(|row| (&row.conjunction, row.history.as_slice())));
            call.output.sheet(&lines, &LINES_SHOWN, &notes)?;
        } else {
            call.output.sheet(&changes_sheet(&rows), &CHANGES_SHOWN, &notes)?;
        }
        Ok(Outcome::Done)
    }

    /// Prints histories: one row a line of them, or nested in their events.
    fn histories(
        &self,
        call: &Call,
        mut events: Vec<Event>,
        account: impl Fn(usize) -> String,
    ) -> anyhow::Result<Outcome> {
        self.choose(&mut events, |event| &event.conjunction);
        let mut notes = vec![account(events.len())];
        self.limit(&mut events, &mut notes);
        notes.extend(self.catalogue.notes.iter().cloned());
        let rows = events.iter().map(|event| (&event.conjunction, event.history.as_slice()));
        if call.output.is_nested() {
            call.output.sheet(&sheet_with_history(rows), &SHOWN, &notes)?;
        } else {
            call.output.sheet(&lines_sheet(rows), &LINES_SHOWN, &notes)?;
        }
        Ok(Outcome::Done)
    }
}

/// The changes that count among events with later lines than `since`.
pub(super) fn changed(events: Vec<Event>, since: DateTime<Utc>) -> Vec<ChangedRow> {
    let row = |event: Event| {
        let (change, before) = event.change_since(since)?;
        let before = before.cloned();
        Some(ChangedRow { change: change.as_str(), before, conjunction: event.conjunction, history: event.history })
    };
    events.into_iter().filter_map(row).collect()
}

/// `5 changed since …: 2 new, 1 raised, …`.
fn changes_note(rows: &[ChangedRow], since: DateTime<Utc>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        match counts.iter_mut().find(|(word, _)| *word == row.change) {
            Some((_, count)) => *count += 1,
            None => counts.push((row.change, 1)),
        }
    }
    let words: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
    format!(
        "{} changed since {}{words}. Raised is nearer, lowered farther, by {MISS_CHANGE_KM} km and a tenth or more.",
        counted(rows.len(), "conjunction has", "conjunctions have"),
        clock_time(since)
    )
}

fn filter(arguments: &Arguments, catalogue: &Catalogue) -> anyhow::Result<ConjunctionFilter> {
    let clock = catalogue.clock;
    let to = arguments.to.map(|to| to.resolve(clock));
    let from = arguments.from.map(|from| from.resolve(clock)).or(to.map(|_| clock));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(usage("--to lies before --from"));
    }
    let sat = arguments.sat.as_ref().map(|text| catalogue.find(text)).transpose()?;
    Ok(ConjunctionFilter {
        from,
        to,
        max_miss_km: arguments.max_miss_km,
        sat: sat.map(|entry| entry.elements.norad_id),
        ..ConjunctionFilter::default()
    })
}

/// `3 conjunctions of the 29 below 10 km that the run found …`.
fn account(count: usize, total: usize, run: &Run) -> String {
    let threshold_km = run.start.parameters["threshold_km"].as_f64();
    format!(
        "{} of the {total}{} that the run over {} to {} found.",
        counted(count, "conjunction", "conjunctions"),
        threshold_km.map_or_else(String::new, |km| format!(" below {km} km")),
        clock_time(run.start.window.start),
        clock_time(run.start.window.end)
    )
}

fn is_of(
    world: &World,
    entries: &HashMap<NoradId, &CatalogueEntry>,
    conjunction: &Conjunction,
    nation: Nation,
) -> bool {
    [conjunction.primary_id, conjunction.secondary_id]
        .iter()
        .any(|id| entries.get(id).and_then(|entry| world.nation_of(entry)) == Some(nation))
}
