//! `screen`: find conjunctions, now.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use clap::ValueEnum;

use super::progress::with_bar;
use super::scope::{VerdictWord, When, age_days, threshold_km, verdict_of};
use super::words::counted;
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::catalogue::age_text;
use crate::app::ephemerides::EphemerisFile;
use crate::app::import::read_options;
use crate::app::messages::read_covariances;
use crate::app::primaries::Primaries;
use crate::app::screen::{Approaches, left_in, newest};
use crate::app::summary::tally_lines;
use crate::astro::elements::Elements;
use crate::feed::file;
use crate::format::read_elements;
use crate::report::conjunctions::{SHOWN, rows};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::scope::Reason;
use crate::ssa::conjunction::screen::{ScreenRequest, find};
use crate::ssa::manoeuvre::Manoeuvres;
use crate::ssa::tally::Tally;

/// Find conjunctions, now
///
/// Every approach below a threshold among all objects: complete by construction, refined on SGP4 itself. With files it
/// screens those and leaves the database alone.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky screen --hours 24 --threshold-km 5\n  alliedsky screen active.csv.gz --primaries 60182,ALOS-2 --hours 7d\n  alliedsky screen --primaries allied --format csv -o week.csv --hours 168\n  alliedsky screen --primaries nation:kr,name:ALOS* --drop docked,formation --alert act\n  alliedsky screen --primaries ALOS-4 --ephemeris alos4.oem --hours 72\n  alliedsky screen --preset socrates --format csv -o as-socrates.csv"
)]
pub(super) struct Arguments {
    /// Element sets to screen instead of the database's
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    when: When,
    /// Approaches below this distance, km [default: 5]
    #[arg(long, value_name = "KM", value_parser = threshold_km, allow_hyphen_values = true)]
    threshold_km: Option<f64>,
    /// Every pair must hold one of these: all, allied, payloads, or numbers and names, owner:CODE, nation:XX, name:PREFIX*,
    /// group:NAME with commas [default: all]
    #[arg(long, value_name = "all|allied|payloads|WORDS")]
    primaries: Option<String>,
    /// Leave out pairs of one fleet in service (constellation), parts of one station (docked), slow pairs below the
    /// threshold all through the window (formation); with commas or given again
    #[arg(long, value_name = "REASON", value_delimiter = ',')]
    drop: Vec<Reason>,
    /// The scope of another service; what is given beside it comes first
    #[arg(long, value_enum, value_name = "NAME")]
    preset: Option<Preset>,
    /// Exit code 3 where an approach has this verdict or a more urgent one
    #[arg(long, value_enum, value_name = "VERDICT")]
    alert: Option<VerdictWord>,
    /// Errors of objects, before what the program takes for them: conjunction messages (CDM), or TOML
    #[arg(long, value_name = "FILE")]
    covariance: Vec<PathBuf>,
    /// Orbits of objects in place of their element sets: an operator's ephemeris (OEM), which says by its OBJECT_ID whose
    /// it is, or after NORAD=
    #[arg(long, value_name = "[NORAD=]FILE")]
    ephemeris: Vec<EphemerisFile>,
    /// Leave out element sets older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days, allow_hyphen_values = true)]
    max_age_days: Option<f64>,
    /// What if these burns are made: TOML with [[burn]] norad_id, time, delta_v_rtn_m_s = [r, t, n]
    #[arg(long, value_name = "FILE")]
    manoeuvre: Option<PathBuf>,
}

/// The scope of another service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// CelesTrak's SOCRATES: payloads against all objects, 5 km, 7 days, no pairs of one fleet in service
    Socrates,
}

/// Who is looked at, as it follows from the arguments.
struct Scope {
    threshold_km: f64,
    usual: TimeDelta,
    primaries: Primaries,
    drop: Vec<Reason>,
}

impl Scope {
    fn of(arguments: &Arguments) -> anyhow::Result<Self> {
        let mut drop = arguments.drop.clone();
        let (usual, primaries) = match arguments.preset {
            None => (TimeDelta::hours(24), Primaries::All),
            Some(Preset::Socrates) => {
                drop.push(Reason::Constellation);
                (TimeDelta::days(7), Primaries::Payloads)
            }
        };
        let primaries = arguments.primaries.as_deref().map(choice).transpose()?.unwrap_or(primaries);
        Ok(Self { threshold_km: arguments.threshold_km.unwrap_or(5.0), usual, primaries, drop })
    }
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Scope { threshold_km, usual, primaries, drop } = Scope::of(arguments)?;
    let app = call.open()?;
    let given = read_covariances(&arguments.covariance, &app.store)?;
    let mut input = if arguments.files.is_empty() { of_database(&app)? } else { of_files(call, &app, arguments)? };
    let window = arguments.when.window_or(input.clock, usual)?;
    let orbits = app.world.orbits(&arguments.ephemeris, &mut input.elements)?;
    let request = ScreenRequest {
        primaries: app.primaries(&primaries, &input.elements)?,
        max_age_days: arguments.max_age_days,
        trajectories: orbits.trajectories(),
        ..ScreenRequest::new(window, threshold_km)
    };
    let answer = match &arguments.manoeuvre {
        Some(path) => after_burns(call, path, &input.elements, &request)?,
        None => as_they_are(call, &input.elements, &request)?,
    };
    let (found, tally) = (&answer.found, &answer.tally);
    let (kept, dropped) = left_in(found, &app.rules(&input.elements, window, &drop)?);
    let mut notes = vec![format!(
        "{} below {threshold_km} km from {} to {}.",
        counted(kept.len(), "approach", "approaches"),
        clock_time(window.start),
        clock_time(window.end)
    )];
    if found.is_empty() {
        notes.push(why_none(tally, &request).to_owned());
    }
    if !drop.is_empty() {
        notes.push(dropped.line(&drop));
    }
    notes.push(format!("{}.", counted(tally.objects, "object", "objects")));
    notes.extend(tally_lines(tally));
    let oldest = arguments.max_age_days.map(|days| (window.start, days));
    notes.push(app.completeness(&input.elements, tally, oldest)?.line());
    notes.extend(answer.note);
    notes.extend(orbits.lines(window));
    notes.extend(input.notes);
    if !given.is_empty() {
        let count = input.elements.iter().filter(|elements| given.contains_key(&elements.norad_id)).count();
        let objects = counted(given.len(), "object", "objects");
        notes.push(format!(
            "Covariances given of {objects}, {count} of them screened; they hold as they are at every TCA."
        ));
    }
    let assessor = app.assessor(&input.elements, &found.ids(), given)?.on_orbits(orbits);
    let least = arguments.alert.map(VerdictWord::verdict);
    let holds = AtomicBool::new(false);
    let row = |place: usize| {
        let conjunction = assessor.assessed(found.conjunction(*kept.get(place)?)?);
        if least.is_some_and(|least| verdict_of(&conjunction).is_some_and(|is| is >= least)) {
            holds.store(true, Ordering::Relaxed);
        }
        Some(Cow::Owned(conjunction))
    };
    call.output.rows(rows(kept.len(), row), &SHOWN, &notes)?;
    Ok(if holds.load(Ordering::Relaxed) { Outcome::Alert } else { Outcome::Done })
}

/// What a screening found.
struct Answer<'a> {
    found: Approaches<'a>,
    tally: Tally,
    /// What must be said of it.
    note: Option<String>,
}

fn as_they_are<'a>(call: &Call, elements: &'a [Elements], request: &'a ScreenRequest) -> anyhow::Result<Answer<'a>> {
    let found = with_bar(call.output.quiet, "screening", |progress| find(elements, request, progress))?;
    let tally = found.tally.clone();
    Ok(Answer { found: Approaches::Found(Box::new(found)), tally, note: None })
}

/// The same after burns that somebody might make.
fn after_burns<'a>(
    call: &Call,
    path: &Path,
    elements: &'a [Elements],
    request: &'a ScreenRequest,
) -> anyhow::Result<Answer<'a>> {
    let payload = file::read(path)?;
    let text = String::from_utf8(payload.bytes).with_context(|| format!("{} is no UTF-8 text", payload.locator))?;
    let manoeuvres = Manoeuvres::parse(&payload.locator, &text)?;
    let found = with_bar(call.output.quiet, "screening", |progress| manoeuvres.screen(elements, request, progress))?;
    let whose: Vec<String> = manoeuvres.ids().map(|id| id.to_string()).collect();
    let (made, all) = manoeuvres.counts(request.window);
    let late = if made < all {
        format!(" {} behind the window's end left out.", counted(all - made, "burn", "burns"))
    } else {
        String::new()
    };
    let note = format!(
        "What if: {} of {} made exactly as {} has it, with SGP4's own velocity; covariances and ages are those of the \
         element sets before.{late}",
        counted(made, "burn", "burns"),
        whose.join(", "),
        payload.locator
    );
    Ok(Answer { found: Approaches::Listed(found.conjunctions), tally: found.tally, note: Some(note) })
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
        Primaries::Named(names) if names.iter().any(String::is_empty) => Err(usage(
            "--primaries is one of all, allied, payloads, or numbers, names, owner:CODE, nation:XX, name:PREFIX*, group:NAME with commas between",
        )),
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
