//! `conjunctions`: what the latest run found.

use clap::ValueEnum;

use super::instant::Instant;
use super::screen::counted;
use super::{Call, Outcome, usage};
use crate::app::{App, World};
use crate::report::conjunctions::{SHOWN, sheet};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::roster::Nation;
use crate::store::conjunctions::ConjunctionFilter;
use crate::store::runs::RunKind;

/// List the conjunctions that the latest run found. Without --from and --to: all of them.
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
    #[arg(long, value_name = "KM")]
    max_miss_km: Option<f64>,
    /// One of the two objects, by number or name
    #[arg(long)]
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
    if app.database.is_none() {
        // Nothing has run yet: the bundled snapshot is screened in memory, as `run --bundled` would.
        crate::app::run::screen_only(&mut app)?;
    }
    let catalogue = app.catalogue()?;
    let Some(run) = app.store.latest_run(RunKind::Screening)? else {
        return Err(anyhow::anyhow!(
            "no run yet in {}: `alliedsky run` finds and stores conjunctions, `alliedsky screen` looks without storing",
            app.database_name()
        ));
    };
    if arguments.max_miss_km.is_some_and(|km| !(km >= 0.0)) {
        return Err(usage("--max-miss-km must be 0 or more"));
    }
    let sat = arguments.sat.as_ref().map(|text| catalogue.find(text)).transpose()?;
    let filter = ConjunctionFilter {
        from: arguments.from.map(|from| from.resolve(catalogue.clock)),
        to: arguments.to.map(|to| to.resolve(catalogue.clock)),
        max_miss_km: arguments.max_miss_km,
        sat: sat.map(|entry| entry.elements.norad_id),
        ..ConjunctionFilter::default()
    };
    let total = app.store.conjunctions(&ConjunctionFilter::default())?.len();
    let mut found = app.store.conjunctions(&filter)?;
    if let Some(nation) = arguments.nation {
        found.retain(|conjunction| is_of(&app, &catalogue.by_id(), conjunction, nation));
    }
    match arguments.sort {
        Sort::Tca => {}
        Sort::Miss => found.sort_by(|a, b| a.miss_km.total_cmp(&b.miss_km)),
        Sort::Speed => found.sort_by(|a, b| b.rel_speed_km_s.total_cmp(&a.rel_speed_km_s)),
    }
    let mut notes = vec![format!(
        "{} of {total} from the run over {} to {}.",
        counted(found.len(), "conjunction", "conjunctions"),
        clock_time(run.start.window.start),
        clock_time(run.start.window.end)
    )];
    notes.extend(catalogue.notes.iter().cloned());
    found.truncate(arguments.limit.unwrap_or(usize::MAX));
    call.output.sheet(&sheet(&found), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

fn is_of(
    app: &App,
    entries: &std::collections::HashMap<crate::astro::elements::NoradId, &crate::store::catalogue::CatalogueEntry>,
    conjunction: &Conjunction,
    nation: Nation,
) -> bool {
    let world: &World = &app.world;
    [conjunction.primary_id, conjunction.secondary_id]
        .iter()
        .any(|id| entries.get(id).and_then(|entry| world.nation_of(entry)) == Some(nation))
}
