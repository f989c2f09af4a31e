//! `conjunctions compare`: our conjunctions beside the list of somebody else.

use std::path::PathBuf;

use super::progress::with_bar;
use super::scope::latest_run;
use super::words::counted;
use super::{Call, Outcome};
use crate::app::compare::{Against, Comparison, read_list};
use crate::report::compare::{SHOWN, sheet};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::compare::{Cause, Compared};

/// Put our conjunctions beside another list
///
/// Reads SOCRATES' list (CSV) or the public messages of Space-Track (JSON of the class cdm_public). Pair by pair: what both
/// have with the differences, and what one alone has; with the cause of each difference, as far as it can be told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky conjunctions compare sort-minRange.csv\n  alliedsky conjunctions compare cdm_public.json --screen --format csv"
)]
pub(super) struct Arguments {
    /// The list
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Screen the database's element sets over the list's own time and distance, instead of taking the latest run
    #[arg(long)]
    screen: bool,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let list = read_list(&arguments.file)?;
    let mut app = call.open()?;
    let catalogue = app.catalogue()?;
    let Comparison { compared, ours, window, threshold_km } = if arguments.screen {
        with_bar(call.output.quiet, "screening", |progress| {
            app.comparison(&catalogue, &list, Against::Fresh(progress))
        })?
    } else {
        let run = latest_run(call, &mut app, &catalogue)?;
        app.comparison(&catalogue, &list, Against::Run(&run))?
    };
    let mut notes = vec![format!(
        "Ours: {} below {threshold_km} km from {} to {}; theirs: {}.",
        ours.len(),
        clock_time(window.start),
        clock_time(window.end),
        list.listed.len()
    )];
    notes.push(tally(&compared));
    if list.refused > 0 {
        notes.push(format!("{} of the list refused.", counted(list.refused, "row", "rows")));
    }
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet(&compared, &ours, &list.listed), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// `3 in both (1 with other figures: 1 other element set); 2 in ours alone (1 scope, 1 boundary); 0 in theirs alone.`
fn tally(compared: &[Compared]) -> String {
    let counted = |cause_of: fn(&Compared) -> Option<Cause>| {
        let mut counts = std::collections::BTreeMap::new();
        for cause in compared.iter().filter_map(cause_of) {
            *counts.entry(cause).or_insert(0_usize) += 1;
        }
        let words: Vec<String> = counts.iter().map(|(cause, count)| format!("{count} {}", cause.as_str())).collect();
        (counts.values().sum::<usize>(), words.join(", "))
    };
    let alone = |whose: &str, (count, words): (usize, String)| {
        let words = if words.is_empty() { words } else { format!(" ({words})") };
        format!("{count} in {whose} alone{words}")
    };
    let both = compared.iter().filter(|one| matches!(one, Compared::Both { .. })).count();
    let differ = match counted(|one| if let Compared::Both { cause, .. } = one { *cause } else { None }) {
        (0, _) => String::new(),
        (count, words) => format!(" ({count} with other figures: {words})"),
    };
    let ours = alone("ours", counted(|one| if let Compared::Ours(_, cause) = one { Some(*cause) } else { None }));
    let theirs = alone("theirs", counted(|one| if let Compared::Theirs(_, cause) = one { Some(*cause) } else { None }));
    format!("{both} in both{differ}; {ours}; {theirs}.")
}
