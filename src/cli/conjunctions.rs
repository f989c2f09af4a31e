//! `conjunctions`: what the latest run found, how it came to be, what has changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use serde_json::Value;

use super::instant::Instant;
use super::output::Format;
use super::scope::{VerdictWord, distance_km, latest_run, probability, unknown_owners, verdict_of};
use super::words::counted;
use super::{Call, Outcome, compare, messages, usage};
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::astro::elements::NoradId;
use crate::report::conjunctions::{
    CHANGES_SHOWN, ChangedRow, LINES_SHOWN, SHOWN, changes_sheet, lines_sheet, sheet_with_history, sheet_with_trend,
};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::MISS_CHANGE_KM;
use crate::ssa::conjunction::scope::{Dropped, Reason};
use crate::ssa::nation::Nation;
use crate::ssa::probability::Verdict;
use crate::store::catalogue::CatalogueEntry;
use crate::store::conjunctions::{ConjunctionFilter, Event};
use crate::store::runs::Run;

/// List the conjunctions of the latest run
///
/// Without --from and --to all that the run found; with one of them, --from is the clock unless given. An approach that
/// run after run finds is one event, whose figures are those of the last; --history tells how they moved. With
/// --changed-since the answer is what is new, raised (nearer), lowered (farther), moved in time or vanished since then, of
/// whatever run: from 0.1 km and a tenth of the distance on, else by the verdict or half a power of ten of the
/// probability, or one second. As kvn or xml: conjunction data messages.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  alliedsky conjunctions --sort miss\n  alliedsky conjunctions --sat ALOS-4 --from now --to +48h --format json\n  alliedsky conjunctions --nation kr --max-miss-km 5\n  alliedsky conjunctions --min-pc 1e-6 --sort pc\n  alliedsky conjunctions --verdict act,watch --alert act\n  alliedsky conjunctions --changed-since -8h\n  alliedsky conjunctions --sat KOMPSAT-5 --history"
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
    /// At least this probability of collision; what has none is left out, and counted
    #[arg(long, value_name = "P", value_parser = probability, allow_hyphen_values = true)]
    min_pc: Option<f64>,
    /// What to do about them: act, watch, diluted, negligible; with commas or given again
    #[arg(long, value_enum, value_name = "VERDICT", value_delimiter = ',')]
    verdict: Vec<VerdictWord>,
    /// Leave out pairs of one fleet in service (constellation), parts of one station (docked), slow pairs below the
    /// threshold all through the run's window (formation); with commas or given again
    #[arg(long, value_name = "REASON", value_delimiter = ',', conflicts_with = "changed_since")]
    drop: Vec<Reason>,
    /// Exit code 3 where one of the rows has this verdict or a more urgent one; what has vanished does not count
    #[arg(long, value_enum, value_name = "VERDICT")]
    alert: Option<VerdictWord>,
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
    Compare(compare::Arguments),
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
    /// The most probable first, by pc and where there is none by pc_max
    Pc,
    /// Closest first
    Miss,
    /// Fastest first
    Speed,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.what {
        Some(What::Assess(arguments)) => messages::assess(call, arguments),
        Some(What::Compare(arguments)) => compare::run(call, arguments),
        None => list(call, arguments),
    }
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
    let mut events = app.store.conjunction_events(&filter)?;
    let without = choice.choose(&mut events, |event| &event.conjunction);
    let elements = catalogue.elements();
    let rules = app.rules(&elements, run.start.window, &arguments.drop)?;
    let mut dropped = Vec::new();
    events.retain(|event| {
        let reason = rules.reason(&event.conjunction);
        dropped.extend(reason);
        reason.is_none()
    });
    let outcome = choice.outcome(events.iter().map(|event| &event.conjunction));
    let mut notes = vec![account(events.len(), total, &run)];
    notes.extend(without);
    notes.extend(arguments.nation.and_then(|_| unknown_owners(&app.world, &catalogue)));
    if !arguments.drop.is_empty() {
        notes.push(Dropped::of(dropped).line(&arguments.drop));
    }
    choice.limit(&mut events, &mut notes);
    if events.is_empty() && total > 0 {
        notes.push("None of them is like that: ask for less, or for other times.".to_owned());
    }
    notes.extend(account_of(&run));
    notes.extend(catalogue.notes.iter().cloned());
    if matches!(call.output.format, Format::Kvn | Format::Xml) {
        let found = events.into_iter().map(|event| event.conjunction).collect();
        let (messages, left_out) = app.messages(&catalogue, &run, found)?;
        notes.extend(left_out);
        messages::write(call, &messages, &notes)?;
        return Ok(outcome);
    }
    let rows = events.iter().map(|event| (&event.conjunction, event.history.as_slice()));
    match (arguments.history, call.output.is_nested()) {
        (false, _) => call.output.sheet(&sheet_with_trend(rows), &SHOWN, &notes)?,
        (true, true) => call.output.sheet(&sheet_with_history(rows), &SHOWN, &notes)?,
        (true, false) => call.output.sheet(&lines_sheet(rows), &LINES_SHOWN, &notes)?,
    }
    Ok(outcome)
}

/// How much of what is on orbit the run has screened and which objects were on ephemerides, in its own words.
fn account_of(run: &Run) -> Vec<String> {
    let words = |key| run.tally.as_ref().and_then(|tally| tally.get(key));
    let completeness = words("completeness").into_iter();
    let ephemerides = words("ephemerides").and_then(Value::as_array).into_iter().flatten();
    completeness.chain(ephemerides).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the arguments choose among events, beyond what the store does.
struct Choice<'a> {
    arguments: &'a Arguments,
    world: &'a World,
    catalogue: &'a Catalogue,
}

impl Choice<'_> {
    /// Takes out what was not asked for, and sorts. Tells how many it left out because nobody knows their probability.
    fn choose<T>(&self, found: &mut Vec<T>, of: impl Fn(&T) -> &Conjunction) -> Option<String> {
        let pc = |item: &T| of(item).assessment.as_ref().and_then(|assessment| assessment.pc);
        let pc_max = |item: &T| of(item).assessment.as_ref().and_then(|assessment| assessment.pc_max);
        if let Some(nation) = self.arguments.nation {
            let entries = self.catalogue.by_id();
            found.retain(|item| is_of(self.world, &entries, of(item), nation));
        }
        let verdicts: Vec<Verdict> = self.arguments.verdict.iter().map(|word| word.verdict()).collect();
        found.retain(|item| verdicts.is_empty() || verdict_of(of(item)).is_some_and(|is| verdicts.contains(&is)));
        let unknown = found.iter().filter(|item| pc(item).is_none()).count();
        if let Some(least) = self.arguments.min_pc {
            found.retain(|item| pc(item).is_some_and(|pc| pc >= least));
        }
        match self.arguments.sort {
            Sort::Tca => {}
            Sort::Pc => found.sort_by(|a, b| {
                let key = |item: &T| (pc(item).unwrap_or(-1.0), pc_max(item).unwrap_or(-1.0));
                let ((a, a_max), (b, b_max)) = (key(a), key(b));
                b.total_cmp(&a).then(b_max.total_cmp(&a_max))
            }),
            Sort::Miss => found.sort_by(|a, b| of(a).miss_km.total_cmp(&of(b).miss_km)),
            Sort::Speed => found.sort_by(|a, b| of(b).rel_speed_km_s.total_cmp(&of(a).rel_speed_km_s)),
        }
        (self.arguments.min_pc.is_some() && unknown > 0)
            .then(|| format!("{unknown} more have no probability of collision; `--verdict watch` has them."))
    }

    /// Whether one of the rows is what an alert was asked for.
    fn outcome<'c>(&self, mut found: impl Iterator<Item = &'c Conjunction>) -> Outcome {
        let least = self.arguments.alert.map(VerdictWord::verdict);
        let holds = least.is_some_and(|least| found.any(|item| verdict_of(item).is_some_and(|is| is >= least)));
        if holds { Outcome::Alert } else { Outcome::Done }
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
        let without = self.choose(&mut rows, |row| &row.conjunction);
        let there = rows.iter().filter(|row| row.change != "vanished");
        let outcome = self.outcome(there.map(|row| &row.conjunction));
        let mut notes = vec![changes_note(&rows, since)];
        notes.extend(without);
        self.limit(&mut rows, &mut notes);
        notes.extend(self.catalogue.notes.iter().cloned());
        if self.arguments.history && !call.output.is_nested() {
            let lines = lines_sheet(rows.iter().map(|row| (&row.conjunction, row.history.as_slice())));
            call.output.sheet(&lines, &LINES_SHOWN, &notes)?;
        } else {
            call.output.sheet(&changes_sheet(&rows), &CHANGES_SHOWN, &notes)?;
        }
        Ok(outcome)
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
        "{} changed since {}{words}. Raised is nearer, lowered farther, by {MISS_CHANGE_KM} km and a tenth or more, else \
         more or less urgent by the verdict or half a power of ten of the probability.",
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
