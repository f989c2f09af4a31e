//! `backup` and `restore`.

use std::path::{Path, PathBuf};

use chrono::Utc;

use super::output::Format;
use super::words::counted;
use super::{Call, Outcome};
use crate::app::backup::{self, Copied};
use crate::app::database_path;
use crate::config::Config;

/// Copy the database into a file, checked, while others write
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky backup /var/backups/alliedsky/2026-11-22.db\n  alliedsky backup --force nightly.db"
)]
pub(super) struct BackupArguments {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file where it exists
    #[arg(long)]
    force: bool,
}

/// Put a backup in the place of the database, which is kept beside it
///
/// The backup is checked first; the daemon must be stopped. The present database, damaged or not, stays in its folder
/// as NAME.before-restore-TIME. What the sources were asked since the backup, and which are held, is carried over.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  alliedsky restore /var/backups/alliedsky/2026-11-22.db")]
pub(super) struct RestoreArguments {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn backup(call: &Call, arguments: &BackupArguments) -> anyhow::Result<Outcome> {
    let copied = backup::backup(&database(call)?, &arguments.file, arguments.force)?;
    say(call, "backup of", &copied)
}

pub(super) fn restore(call: &Call, arguments: &RestoreArguments) -> anyhow::Result<Outcome> {
    let copied = backup::restore(&database(call)?, &arguments.file, Utc::now())?;
    say(call, "restored", &copied)
}

/// The database alone: what the configuration names beside it may be damaged too.
fn database(call: &Call) -> anyhow::Result<PathBuf> {
    let config = match &call.setup.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    database_path(&call.setup, &config)
}

fn say(call: &Call, what: &str, copied: &Copied) -> anyhow::Result<Outcome> {
    let counts = &copied.status.counts;
    let text = if call.output.format == Format::Json {
        let object = serde_json::json!({
            "file": copied.file.display().to_string(),
            "kept": copied.aside.as_deref().map(Path::display).map(|path| path.to_string()),
            "schema": copied.status.schema_version,
            "element_sets": counts.element_sets,
            "runs": counts.runs,
        });
        format!("{object}\n")
    } else {
        let kept = copied.aside.as_deref().map_or_else(String::new, |path| format!("kept      {}\n", path.display()));
        format!(
            "{what} {}, {} (schema {}), checked\nfile      {}\n{kept}",
            counted(counts.element_sets, "element set", "element sets"),
            counted(counts.runs, "run", "runs"),
            copied.status.schema_version,
            copied.file.display()
        )
    };
    call.output.text(&text)?;
    Ok(Outcome::Done)
}
