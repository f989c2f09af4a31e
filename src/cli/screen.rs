//! `screen`: find conjunctions, now.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::progress::with_bar;
use super::scope::{When, age_days, threshold_km};
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::catalogue::age_text;
use crate::app::import::read_options;
use crate::app::screen::{Primaries, newest};
use crate::app::summary::tally_lines;
use crate::astro::elements::Elements;
use crate::feed::file;
use crate::format::read_elements;
use crate::report::conjunctions::{SHOWN, rows};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::screen::{ScreenRequest, find};
use crate::ssa::manoeuvre::Manoeuvres;
use crate::ssa::tally::Tally;

/// Find conjunctions, now
///
/// Every approach below a threshold among all objects: complete by construction, refined on SGP4 itself. With files it
/// screens those and leaves the database alone.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky screen --hours 24 --threshold-km 5\n  alliedsky screen active.csv.gz --primaries 60182,ALOS-2 --hours 7d\n  alliedsky screen --primaries allied --format csv -o week.csv --hours 168"
)]
pub(super) struct Arguments {
    /// Element sets to screen instead of the database's
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    when: When,
    /// Approaches below this distance, km
    #[arg(long, default_value = "5", value_name = "KM", value_parser = threshold_km, allow_hyphen_values = true)]
    threshold_km: f64,
    /// Every pair must hold one of these: all, allied, payloads, or numbers and names with commas
    #[arg(long, default_value = "all", value_name = "all|allied|payloads|IDS")]
    primaries: String,
    /// Leave out element sets older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days, allow_hyphen_values = true)]
    max_age_days: Option<f64>,
    /// What if these burns are made: TOML with [[burn]] norad_id, time, delta_v_rtn_m_s = [r, t, n]
    #[arg(long, value_name = "FILE")]
    manoeuvre: Option<PathBuf>,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let threshold_km = arguments.threshold_km;
    let primaries = choice(&arguments.primaries)?;
    let app = call.open()?;
    let input = if arguments.files.is_empty() { of_database(&app)? } else { of_files(call, &app, arguments)? };
    let window = arguments.when.window(input.clock)?;
    let request = ScreenRequest {
        primaries: app.primaries(&primaries, &input.elements)?,
        max_age_days: arguments.max_age_days,
        ..ScreenRequest::new(window, threshold_km)
    };
    if let Some(path) = &arguments.manoeuvre {
        return with_burns(call, &app, path, input, &request);
    }
    let found = with_bar(call.output.quiet, "screening", |progress| find(&input.elements, &request, progress))?;
    let notes = notes(found.len(), &found.tally, &request, input.notes);
    let assessor = app.assessor(&input.elements, &found.ids(), HashMap::new())?;
    let row = |index| found.conjunction(index).map(|conjunction| Cow::Owned(assessor.assessed(conjunction)));
    call.output.rows(rows(found.len(), row), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// The same after burns that somebody might make.
fn with_burns(call: &Call, app: &App, path: &Path, input: Input, request: &ScreenRequest) -> anyhow::Result<Outcome> {
    let payload = file::read(path)?;
    let text = String::from_utf8(payload.bytes).with_context(|| format!("{} is no UTF-8 text", payload.locator))?;
    let manoeuvres = Manoeuvres::parse(&payload.locator, &text)?;
    let found =
        with_bar(call.output.quiet, "screening", |progress| manoeuvres.screen(&input.elements, request, progress))?;
    let mut notes = notes(found.conjunctions.len(), &found.tally, request, input.notes);
    let whose: Vec<String> = manoeuvres.ids().map(|id| id.to_string()).collect();
    notes.push(format!(
        "What if: {} of {} made exactly as {} has it, with SGP4's own velocity; covariances and ages are those of the \
         element sets before.",
        counted(manoeuvres.count(), "burn", "burns"),
        whose.join(", "),
        payload.locator
    ));
    let ids = found.conjunctions.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
    let assessor = app.assessor(&input.elements, &ids, HashMap::new())?;
    let row = |index: usize| found.conjunctions.get(index).map(|one| Cow::Owned(assessor.assessed(one.clone())));
    call.output.rows(rows(found.conjunctions.len(), row), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// What is said under the rows.
fn notes(count: usize, tally: &Tally, request: &ScreenRequest, of_input: Vec<String>) -> Vec<String> {
    let mut notes = vec![format!(
        "{} below {} km from {} to {}.",
        counted(count, "approach", "approaches"),
        request.threshold_km,
        clock_time(request.window.start),
        clock_time(request.window.end)
    )];
    if count == 0 {
        notes.push(why_none(tally, request).to_owned());
    }
    notes.push(format!("{}.", counted(tally.objects, "object", "objects")));
    notes.extend(tally_lines(tally));
    notes.extend(of_input);
    notes
}

/// Why a screening found nothing.
fn why_none(tally: &Tally, request: &ScreenRequest) -> &'static str {
    if tally.objects - tally.unusable.len() - tally.too_old < 2 {
        "Fewer than two objects could be used: there was no pair to look at."
    } else if request.primaries.as_ref().is_some_and(HashSet::is_empty) {
        "No object here is one of the --primaries asked for."
    } else {
        "No pair comes so close: a wider --threshold-km shows the nearest."
    }
}

fn choice(text: &str) -> anyhow::Result<Primaries> {
    let Ok(primaries) = text.parse();
    match &primaries {
        Primaries::Named(names) if names.iter().any(String::is_empty) => {
            Err(usage("--primaries is one of all, allied, payloads, or numbers and names with commas between"))
        }
        _ => Ok(primaries),
    }
}

struct Input {
    elements: Vec<Elements>,
    clock: DateTime<Utc>,
    notes: Vec<String>,
}

fn of_database(app: &App) -> anyhow::Result<Input> {
    let catalogue = app.catalogue()?;
    Ok(Input { elements: catalogue.elements(), clock: catalogue.clock, notes: catalogue.notes })
}

fn of_files(call: &Call, app: &App, arguments: &Arguments) -> anyhow::Result<Input> {
    let mut elements = Vec::new();
    let mut notes = Vec::new();
    let clock = app.now.unwrap_or_else(Utc::now);
    for path in &arguments.files {
        let payload = file::read(path)?;
        let batch = read_elements(&payload.locator, &payload.bytes, &read_options(app.now))?;
        if batch.rejected_count > 0 || batch.truncated {
            let cut = if batch.truncated { ", and the file is cut off" } else { "" };
            let refused = counted(batch.rejected_count, "record", "records");
            notes.push(format!("{}: {refused} refused{cut}.", payload.locator));
            call.output.notes(&batch.rejected.iter().take(5).map(|r| format!("refused: {r}")).collect::<Vec<_>>());
        }
        elements.extend(batch.elements);
    }
    let elements = newest(elements);
    let start = arguments.when.from.map_or(clock, |from| from.resolve(clock));
    let names: Vec<String> = arguments.files.iter().map(|path| path.display().to_string()).collect();
    notes.push(format!("From {}; {}.", names.join(", "), age_text(elements.iter(), start)));
    Ok(Input { elements, clock, notes })
}

/// `1 approach`, `2 approaches`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
