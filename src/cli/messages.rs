//! Conjunction messages on the command line: written for others, and others' worked out again.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::instant::Instant;
use super::output::Format;
use super::scope::latest_run;
use super::words::counted;
use super::{Call, Outcome, usage};
use crate::app::messages::read_messages;
use crate::format::cdm::{Cdm, write_cdm_json, write_cdm_kvn, write_cdm_xml};
use crate::report::conjunctions::{RECEIVED_SHOWN, ReceivedRow, received_sheet};
use crate::store::conjunctions::ConjunctionFilter;

/// Conjunctions of the latest run as conjunction data messages (CCSDS 508.0), KVN unless --format says xml or json
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky export cdm --event 60182,40118 -o event.cdm\n  alliedsky export cdm --event 60182,40118@2026-09-10T02:07Z --format xml\n  alliedsky export cdm --sat ALOS-4 --folder messages"
)]
pub(super) struct ExportArguments {
    /// This event: both numbers, and the one nearest to a time if one is given, the next to come otherwise; again for more
    #[arg(long, value_name = "ID,ID[@TCA]", conflicts_with = "sat")]
    event: Vec<String>,
    /// Events of this object, by number or name
    #[arg(long, value_name = "ID")]
    sat: Option<String>,
    /// A file a message, named after it, in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    folder: Option<PathBuf>,
}

/// The forms of a message.
pub(super) const FORMS: [Format; 4] = [Format::Table, Format::Kvn, Format::Xml, Format::Json];

pub(super) fn export(call: &Call, arguments: &ExportArguments) -> anyhow::Result<Outcome> {
    let mut app = call.open()?;
    let catalogue = app.catalogue()?;
    let run = latest_run(call, &mut app, &catalogue)?;
    let mut chosen = Vec::new();
    for text in &arguments.event {
        let (pair, at) = match text.split_once('@') {
            Some((pair, at)) => {
                (pair, Some(at.parse::<Instant>().map_err(|error| usage(error.to_string()))?.resolve(catalogue.clock)))
            }
            None => (text.as_str(), None),
        };
        let event = app.event_at(pair, at, catalogue.clock)?;
        if !chosen.contains(&event) {
            chosen.push(event);
        }
    }
    if arguments.event.is_empty() {
        let sat = arguments.sat.as_ref().map(|text| catalogue.find(text)).transpose()?;
        let sat = sat.map(|entry| entry.elements.norad_id);
        chosen = app.store.conjunctions(&ConjunctionFilter { sat, ..ConjunctionFilter::default() })?;
        anyhow::ensure!(!chosen.is_empty(), "the latest run found no such conjunction: there is nothing to write");
    }
    let (messages, mut notes) = app.messages(&catalogue, &run, chosen)?;
    notes.extend(catalogue.notes.iter().cloned());
    if let Some(folder) = &arguments.folder {
        notes.insert(0, format!("{} in {}.", counted(messages.len(), "message", "messages"), folder.display()));
        in_folder(folder, call.output.format, &messages)?;
        call.output.notes(&notes);
    } else {
        write(call, &messages, &notes)?;
    }
    Ok(Outcome::Done)
}

/// Writes messages in the form asked for.
pub(super) fn write(call: &Call, messages: &[Cdm], notes: &[String]) -> anyhow::Result<()> {
    call.output.notes(notes);
    anyhow::ensure!(!messages.is_empty(), "there is no message to write");
    call.output.text(&text(call.output.format, messages))
}

fn text(format: Format, messages: &[Cdm]) -> String {
    match format {
        Format::Xml => write_cdm_xml(messages),
        Format::Json => write_cdm_json(messages),
        _ => write_cdm_kvn(messages),
    }
}

fn in_folder(folder: &Path, format: Format, messages: &[Cdm]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let ending = match format {
        Format::Xml => "xml",
        Format::Json => "json",
        _ => "cdm",
    };
    for message in messages {
        let path = folder.join(format!("{}.{ending}", message.message_id));
        std::fs::write(&path, text(format, std::slice::from_ref(message)))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// Work out conjunction messages again
///
/// Reads conjunction data messages (CCSDS 508.0) as KVN, XML or JSON, and puts what their own covariances come to beside the
/// probability that they tell. The radius is the message's where a comment names it (HBR = 10 [m]), the program's otherwise.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky conjunctions assess event.cdm\n  alliedsky conjunctions assess inbox/*.xml --format csv"
)]
pub(super) struct AssessArguments {
    /// Conjunction messages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn assess(call: &Call, arguments: &AssessArguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let lookup = app.lookup()?;
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        let file = read_messages(path)?;
        refused.extend(file.refused);
        for message in file.messages {
            match app.recomputed(&message, &lookup) {
                Ok(conjunction) => rows.push(ReceivedRow { file: file.name.clone(), message, conjunction }),
                Err(error) => refused.push(format!("{}: {error}", file.name)),
            }
        }
    }
    let mut notes =
        vec![format!("{} worked out again, {} refused.", counted(rows.len(), "message", "messages"), refused.len())];
    notes.extend(refused.iter().map(|refused| format!("refused: {refused}")));
    anyhow::ensure!(!rows.is_empty(), notes.join("\n"));
    call.output.sheet(&received_sheet(&rows), &RECEIVED_SHOWN, &notes)?;
    Ok(Outcome::Done)
}
