//! `conjunctions`: what the latest run found.

use std::collections::HashMap;

use clap::ValueEnum;

use super::instant::Instant;
use super::progress::with_bar;
use super::scope::distance_km;
use super::screen::counted;
use super::{Call, Outcome, usage};
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::app::run::CycleRequest;
use crate::astro::elements::NoradId;
use crate::report::conjunctions::{SHOWN, sheet};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::roster::Nation;
use crate::store::catalogue::CatalogueEntry;
use crate::store::conjunctions::ConjunctionFilter;
use crate::store::runs::{Run, RunKind};

/// List the conjunctions of the latest run
///
/// Without --from and --to all that the run found; with one of them, --from is the clock unless given.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky conjunctions --sort miss\n  alliedsky conjunctions --sat ALOS-4 --from now --to +48h --format json\n  alliedsky conjunctions --nation kr --max-miss-km 5"
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
    let mut app = call.open()?;
    let catalogue = app.catalogue()?;
    let filter = filter(arguments, &catalogue)?;
    if app.database.is_none() {
        // Nothing has run yet: the bundled snapshot is screened in memory, as `run --bundled` would.
        let request = CycleRequest::default();
        with_bar(call.output.quiet, "screening", |progress| app.screen(&catalogue, &request, progress))?;
    }
    let Some(run) = app.store.latest_run(RunKind::Screening)? else {
        anyhow::bail!(
            "no run yet in {}: `alliedsky run` finds and stores conjunctions, `alliedsky screen` looks without storing",
            app.database_name()
        );
    };
    let total = app.store.conjunctions(&ConjunctionFilter::default())?.len();
    let mut found = app.store.conjunctions(&filter)?;
    if let Some(nation) = arguments.nation {
        let entries = catalogue.by_id();
        found.retain(|conjunction| is_of(&app.world, &entries, conjunction, nation));
    }
    match arguments.sort {
        Sort::Tca => {}
        Sort::Miss => found.sort_by(|a, b| a.miss_km.total_cmp(&b.miss_km)),
        Sort::Speed => found.sort_by(|a, b| b.rel_speed_km_s.total_cmp(&a.rel_speed_km_s)),
    }
    let mut notes = vec![account(found.len(), total, &run)];
    if found.is_empty() && total > 0 {
        notes.push("None of them is like that: ask for less, or for other times.".to_owned());
    }
    if let Some(limit) = arguments.limit.filter(|limit| *limit < found.len()) {
        found.truncate(limit);
        notes.push(format!("The first {limit} of them."));
    }
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet(&found), &SHOWN, &notes)?;
    Ok(Outcome::Done)
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
