//! `import`: files into the database.

use std::path::{Path, PathBuf};

use chrono::Utc;
use serde_json::json;

use super::output::Format;
use super::words::counted;
use super::{Call, Outcome, explained, tell};
use crate::app::App;
use crate::app::import::{Content, Imported, read, read_options};
use crate::feed::file::{self, Payload};
use crate::format::Rejection;
use crate::ssa::release::Release;
use crate::store::import::ImportOutcome;

/// Bring element sets, a SATCAT or Earth orientation into the database
///
/// Formats are told apart by content: OMM (CSV, JSON, XML, KVN), TLE, 2LE, 3LE, SATCAT (CSV, JSON), Earth orientation
/// (finals2000A, CelesTrak CSV); gzip and zstd are unpacked. What is known already changes nothing. A file that is refused
/// keeps no other one out; the exit code is then 1.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky import active.csv satcat.csv\n  zcat catalog.tle.gz | alliedsky import -\n  alliedsky import --release \"REL USA, JPN\" own.csv"
)]
pub(super) struct Arguments {
    /// Files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// To whom the element sets of these files may be passed on, such as "REL USA, JPN": reports for others do without
    /// them. A file that is imported again without it keeps its marking; `public` takes it away
    #[arg(long, value_name = "MARKING")]
    release: Option<Release>,
}

/// Refused records that are named one by one before the rest is only counted.
const NAMED_REJECTIONS: usize = 20;

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    // Made with the first good file: a slip of the pen or an error page must not leave an empty database behind, which
    // would answer in place of the bundled snapshot.
    let mut app: Option<App> = None;
    let mut failures = 0;
    let mut answers = Vec::new();
    for path in &arguments.files {
        match content(call, path, arguments.release.is_some()) {
            Ok((payload, content)) => {
                let app = match &mut app {
                    Some(app) => app,
                    None => app.insert(call.open_for_writing()?),
                };
                let imported = app.import(&payload, content, Utc::now(), arguments.release.clone())?;
                tell_rejections(call, imported.rejected(), imported.rejected_count());
                answers.push(answer(&payload, &imported, arguments.release.as_ref()));
            }
            // One bad file never keeps the others out.
            Err(error) => {
                failures += 1;
                tell(&format!("error: {}", explained(&error)));
            }
        }
    }
    if let Some(app) = &app {
        app.store.checkpoint()?;
    }
    call.output.text(&answers_text(call, answers))?;
    if failures > 0 {
        anyhow::bail!("{failures} of {} could not be imported", counted(arguments.files.len(), "file", "files"));
    }
    Ok(Outcome::Done)
}

fn content(call: &Call, path: &Path, is_marked: bool) -> anyhow::Result<(Payload, Content)> {
    let payload = file::read(path)?;
    let content = read(&payload, &read_options(call.setup.now))?;
    if is_marked && !matches!(content, Content::Elements(_)) {
        anyhow::bail!("{} holds no element sets: --release is kept for these alone", payload.locator);
    }
    Ok((payload, content))
}

fn answers_text(call: &Call, answers: Vec<(String, serde_json::Value)>) -> String {
    match call.output.format {
        Format::Json => {
            let values: Vec<serde_json::Value> = answers.into_iter().map(|(_, value)| value).collect();
            format!("{}\n", serde_json::Value::from(values))
        }
        Format::Ndjson => answers.into_iter().map(|(_, value)| format!("{value}\n")).collect(),
        _ => answers.into_iter().map(|(line, _)| format!("{line}\n")).collect(),
    }
}

fn tell_rejections(call: &Call, rejected: &[Rejection], count: usize) {
    let named = rejected.iter().take(NAMED_REJECTIONS).map(|rejection| format!("refused: {rejection}"));
    let mut lines: Vec<String> = named.collect();
    if count > lines.len() {
        lines.push(format!("refused: {} more", count - lines.len()));
    }
    call.output.notes(&lines);
}

impl Imported {
    fn rejected(&self) -> &[Rejection] {
        match self {
            Self::Elements { batch, .. } => &batch.rejected,
            Self::Satcat { rejected, .. }
            | Self::EarthOrientation { rejected, .. }
            | Self::PublicMessages { rejected, .. } => rejected,
        }
    }

    fn rejected_count(&self) -> usize {
        match self {
            Self::Elements { batch, .. } => batch.rejected_count,
            Self::Satcat { rejected, .. }
            | Self::EarthOrientation { rejected, .. }
            | Self::PublicMessages { rejected, .. } => rejected.len(),
        }
    }
}

/// What a marking did: to sets that this file had brought before, and not to those that another one brought.
fn marked(release: &Release, outcome: &ImportOutcome) -> String {
    let marking = release.marking();
    if outcome.remarked_sets > 0 {
        format!("; {} marked {marking} now", counted(outcome.remarked_sets, "known set is", "known sets are"))
    } else if outcome.known_sets > 0 && !outcome.already_imported {
        format!("; marked {marking}, but known sets keep the marking of the file that brought them")
    } else {
        format!("; marked {marking}")
    }
}

/// What one file brought, for people and for programs.
fn answer(payload: &Payload, imported: &Imported, release: Option<&Release>) -> (String, serde_json::Value) {
    let file = &payload.locator;
    let refused = imported.rejected_count();
    match imported {
        Imported::Elements { batch, outcome } => {
            let cut = if batch.truncated { "; the file is cut off: fetch it again" } else { "" };
            let line = format!(
                "{file}: {}, {} sets: {} new, {} known, {refused} refused, {} duplicates, {} conflicts; {} new objects{}{cut}",
                batch.format.as_str(),
                batch.elements.len(),
                outcome.new_sets,
                outcome.known_sets,
                batch.duplicates,
                batch.conflicts + outcome.conflicts,
                outcome.new_objects,
                release.map_or_else(String::new, |release| marked(release, outcome)),
            );
            let value = json!({
                "file": file, "sha256": payload.sha256, "kind": "elements", "format": batch.format.as_str(),
                "accepted": batch.elements.len(), "new_sets": outcome.new_sets, "known_sets": outcome.known_sets,
                "rejected": refused, "duplicates": batch.duplicates,
                "conflicts": batch.conflicts + outcome.conflicts, "new_objects": outcome.new_objects,
                "remarked_sets": outcome.remarked_sets, "truncated": batch.truncated,
            });
            (line, value)
        }
        Imported::Satcat { outcome, .. } => (
            format!(
                "{file}: SATCAT, {} objects taken, {} of them new, {} known better already, {refused} refused",
                outcome.objects, outcome.new_objects, outcome.outdated
            ),
            json!({
                "file": file, "sha256": payload.sha256, "kind": "satcat", "objects": outcome.objects,
                "new_objects": outcome.new_objects, "outdated": outcome.outdated, "rejected": refused,
            }),
        ),
        Imported::EarthOrientation { days, better, .. } => (
            format!("{file}: Earth orientation, {days} days, {better} of them new or better, {refused} refused"),
            json!({
                "file": file, "sha256": payload.sha256, "kind": "earth_orientation", "days": days, "better": better,
                "rejected": refused,
            }),
        ),
        Imported::PublicMessages { messages, new, .. } => (
            format!("{file}: public conjunction messages, {messages} taken, {new} of them new, {refused} refused"),
            json!({
                "file": file, "sha256": payload.sha256, "kind": "cdm_public", "messages": messages, "new": new,
                "rejected": refused,
            }),
        ),
    }
}
