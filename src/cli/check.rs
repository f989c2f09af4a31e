//! `config check`.

use std::path::Path;

use anyhow::bail;

use super::output::Format;
use super::words::counted;
use super::{Call, Outcome};
use crate::app::sync::{Source, SyncRequest};
use crate::app::{App, database_path};
use crate::astro::elements::Elements;
use crate::config::alert::Alert;
use crate::config::base_url::BaseUrl;
use crate::feed::bundled;
use crate::feed::query::Feed;
use crate::feed::space_track::{CredentialError, Credentials};
use crate::notify::webhook;
use crate::report::fold::{entries, folded};
use crate::store::catalogue::CatalogueFilter;

/// Look at the configuration
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Read the configuration and every file it names, and say what it comes to
    ///
    /// The exit code is 1 where something in it is wrong; what cannot be judged here, such as a file of the service's
    /// user, is told after `ok, but`.
    #[command(after_help = "Examples:\n  alliedsky config check --config alliedsky.toml")]
    Check,
}

pub(super) fn run(call: &Call, Command::Check: &Command) -> anyhow::Result<Outcome> {
    let app = App::open(&call.setup)?;
    let run = &app.config.run;
    let file = call.setup.config.as_ref().map_or_else(|| "none, all defaults".to_owned(), |p| p.display().to_string());
    let path = database_path(&call.setup, &app.config)?;
    let database = match &app.database {
        Some(path) => path.display().to_string(),
        None => {
            format!(
                "{}, not there yet: the bundled snapshot \"{}\" answers",
                path.display(),
                bundled::snapshots()[0].name
            )
        }
    };
    let note = &app.world.orientation_note;
    let orientation = note.strip_prefix("Earth orientation: ").unwrap_or(note);
    let regions: Vec<String> = app.places()?.iter().map(|place| place.name().to_owned()).collect();
    let rows = [
        ("configuration", file),
        ("database", database),
        ("run.window_hours", run.window_hours.to_string()),
        ("run.threshold_km", run.threshold_km.to_string()),
        ("run.pass_hours", run.pass_hours.to_string()),
        ("run.min_elevation_deg", run.min_elevation_deg.to_string()),
        ("run.regions", regions.join(", ")),
        ("run.primaries", primaries(&app)?),
        ("run.drop", drop(&app)),
        ("roster", format!("{} satellites", app.world.roster.assets().len())),
        ("sites", app.world.sites.all().len().to_string()),
        ("regions", app.world.regions.len().to_string()),
        ("sensors", app.world.sensors.all().len().to_string()),
        ("hard bodies", app.world.hard_bodies.len().to_string()),
        ("covariances", app.world.covariances.len().to_string()),
        ("earth orientation", orientation.to_owned()),
        ("contact", contact(&app)),
        ("celestrak", asked(&app, Feed::CelesTrak, &app.config.celestrak.base_url)?),
        ("space_track", asked(&app, Feed::SpaceTrack, &app.config.space_track.base_url)?),
        ("inbox", app.config.inbox.folder.as_ref().map_or_else(|| "none".to_owned(), |path| inbox(path))),
        ("ledger's clock", clock(&app)),
        ("alerts", alerts(&app)),
        ("daemon.listen", format!("{}, not served yet", app.config.daemon.listen)),
    ];
    let faults = faults(&app);
    let doubts = doubts(&app);
    let verdict = if doubts.is_empty() { "ok".to_owned() } else { format!("ok, but {}", doubts.join("; ")) };
    if call.output.format == Format::Json {
        let result = if faults.is_empty() { verdict } else { "wrong".to_owned() };
        let object: serde_json::Map<String, serde_json::Value> =
            rows.into_iter().chain([("result", result)]).map(|(key, value)| (key.to_owned(), value.into())).collect();
        call.output.text(&format!("{}\n", serde_json::Value::Object(object)))?;
    } else {
        let verdict = if faults.is_empty() { folded(&verdict) } else { String::new() };
        call.output.text(&format!("{}{verdict}", entries(rows, 21)))?;
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("; "));
    }
    Ok(Outcome::Done)
}

/// What is wrong wherever the configuration is used.
fn faults(app: &App) -> Vec<String> {
    let of_alert = |alert: &Alert| {
        let error = webhook::checked(alert.webhook.as_ref()?.reveal()).err()?;
        Some(format!("{} of alert \"{}\": {error}", app.key("alert.webhook"), alert.name))
    };
    let mut faults: Vec<String> = app.config.alert.iter().filter_map(of_alert).collect();
    if let Err(error @ (CredentialError::Open { .. } | CredentialError::Malformed { .. })) = credentials(app) {
        faults.push(format!("{}: {error}", app.key("space_track.credentials_file")));
    }
    faults
}

/// What another user, or another moment, may see with other eyes.
fn doubts(app: &App) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Err(error @ CredentialError::Read { .. }) = credentials(app) {
        doubts.push(format!(
            "space_track.credentials_file cannot be read by this user ({error}): see that the service's user can"
        ));
    }
    if let Some(folder) = app.config.inbox.folder.as_ref().filter(|folder| !folder.is_dir()) {
        doubts.push(format!("inbox.folder {} is not there: make the folder", folder.display()));
    }
    doubts
}

/// Whether the credentials file can be used, whatever the environment of this call brings.
fn credentials(app: &App) -> Result<(), CredentialError> {
    app.config.space_track.credentials_file.as_deref().map_or(Ok(()), Credentials::check)
}

/// Whose conjunctions a run is about. Words that mean nothing in a database of one's own are a mistake; the bundled
/// snapshot need not know them.
fn primaries(app: &App) -> anyhow::Result<String> {
    let words = app.config.run.primaries.trim();
    let entries = app.store.current_elements(&CatalogueFilter::default())?;
    let elements: Vec<Elements> = entries.into_iter().map(|entry| entry.elements).collect();
    let is_own = app.database.is_some() && !elements.is_empty();
    Ok(match app.run_primaries(&elements) {
        Ok((None, _)) => words.to_owned(),
        Ok((Some(found), notes)) if notes.is_empty() => {
            format!("{words}: {}", counted(found.len(), "object", "objects"))
        }
        Ok((_, notes)) if is_own => bail!("{}", notes.join(" ")),
        Err(error) if is_own => return Err(error),
        Ok(_) | Err(_) => format!("{words} (not all of it is known to the bundled snapshot)"),
    })
}

fn drop(app: &App) -> String {
    let reasons: Vec<&str> = app.config.run.drop.iter().map(|reason| reason.as_str()).collect();
    if reasons.is_empty() { "nothing".to_owned() } else { reasons.join(", ") }
}

/// Whom a source can write to, or what to do about it.
fn contact(app: &App) -> String {
    let missing = || format!("missing: {}", app.missing_contact());
    app.config.contact.clone().unwrap_or_else(missing)
}

/// What a sync asks of a source, and where.
fn asked(app: &App, feed: Feed, base: &BaseUrl) -> anyhow::Result<String> {
    let plan = app.sync_plan(&SyncRequest { sources: vec![Source::Feed(feed)] })?;
    let asked: Vec<&str> = plan.iter().filter(|planned| !planned.is_left_out).map(|p| p.query.as_str()).collect();
    if asked.is_empty() {
        let mut reasons: Vec<&str> = plan.iter().map(|planned| planned.reason.as_str()).collect();
        reasons.dedup();
        return Ok(format!("{base}: nothing ({})", reasons.join("; ")));
    }
    Ok(format!("{base}: {}", asked.join(", ")))
}

/// The rules and their ways out; of an address no more than its host.
fn alerts(app: &App) -> String {
    let way = |alert: &Alert| match (&alert.webhook, &alert.command, &alert.file) {
        (Some(address), ..) => match webhook::checked(address.reveal()) {
            Ok(_) => address.to_string(),
            Err(error) => format!("{address} ({error})"),
        },
        (_, Some(words), _) => words.first().cloned().unwrap_or_default(),
        (.., path) => path.as_ref().map_or_else(String::new, |path| path.display().to_string()),
    };
    let rules: Vec<String> = app.config.alert.iter().map(|alert| format!("{} to {}", alert.name, way(alert))).collect();
    if rules.is_empty() { "none".to_owned() } else { rules.join(", ") }
}

fn inbox(path: &Path) -> String {
    let there = if path.is_dir() { "" } else { ", not there: make the folder" };
    format!("{}{there}", path.display())
}

/// Whether `--now` moves the clock by which the sources are asked.
fn clock(app: &App) -> String {
    let what =
        if app.config.is_loopback() { "--now, for every source is on this machine" } else { "the machine's own" };
    what.to_owned()
}
