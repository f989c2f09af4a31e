//! `screen`: find conjunctions, now.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::progress::with_bar;
use super::scope::{When, age_days, threshold_km};
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::catalogue::age_text;
use crate::app::import::read_options;
use crate::app::messages::read_covariances;
use crate::app::screen::{Primaries, newest};
use crate::app::summary::tally_lines;
use crate::astro::elements::Elements;
use crate::feed::file;
use crate::format::read_elements;
use crate::report::conjunctions::{SHOWN, rows};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::screen::{ScreenRequest, find};
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
    /// Errors of objects, before what the program takes for them: conjunction messages (CDM), or TOML
    #[arg(long, value_name = "FILE")]
    covariance: Vec<PathBuf>,
    /// Leave out element sets older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days, allow_hyphen_values = true)]
    max_age_days: Option<f64>,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let threshold_km = arguments.threshold_km;
    let primaries = choice(&arguments.primaries)?;
    let app = call.open()?;
    let given = read_covariances(&arguments.covariance)?;
    let input = if arguments.files.is_empty() { of_database(&app)? } else { of_files(call, &app, arguments)? };
    let window = arguments.when.window(input.clock)?;
    let request = ScreenRequest {
        primaries: app.primaries(&primaries, &input.elements)?,
        max_age_days: arguments.max_age_days,
        ..ScreenRequest::new(window, threshold_km)
    };
    let found = with_bar(call.output.quiet, "screening", |progress| find(&input.elements, &request, progress))?;
    let tally = &found.tally;
    let mut notes = vec![format!(
        "{} below {threshold_km} km from {} to {}.",
        counted(found.len(), "approach", "approaches"),
        clock_time(window.start),
        clock_time(window.end)
    )];
    if found.is_empty() {
        notes.push(why_none(tally, &request).to_owned());
    }
    notes.push(format!("{}.", counted(tally.objects, "object", "objects")));
    notes.extend(tally_lines(tally));
    notes.extend(input.notes);
    if !given.is_empty() {
        let count = input.elements.iter().filter(|elements| given.contains_key(&elements.norad_id)).count();
        let objects = counted(given.len(), "object", "objects");
        notes.push(format!(
            "Covariances given of {objects}, {count} of them screened; they hold as they are at every TCA."
        ));
    }
    let assessor = app.assessor(&input.elements, &found.ids(), given)?;
    let row = |index| found.conjunction(index).map(|conjunction| Cow::Owned(assessor.assessed(conjunction)));
    call.output.rows(rows(found.len(), row), &SHOWN, &notes)?;
    Ok(Outcome::Done)
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
