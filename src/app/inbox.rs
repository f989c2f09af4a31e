//! The watched folder: files that people or another machine put there, for a machine without a network.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Context;

use super::App;
use super::sync::{Did, Line, Source, SyncReport, examine};
use crate::feed::file;
use crate::machine::kill_point::kill_point;
use crate::store::catalogue::SourceKind;
use crate::store::ledger::Outcome;

/// A file that was not written to for so long is whole.
const AT_REST: Duration = Duration::from_secs(2);

/// What tells that a file was written to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl App {
    /// Takes in every file of the watched folder that is no longer written to, and moves it to `taken` or `refused`
    /// beneath it. A file that cannot be read is told of and keeps no other one out.
    ///
    /// # Errors
    /// The database cannot be written; what was taken before is in it.
    pub(super) fn take_inbox(&mut self, report: &mut SyncReport) -> anyhow::Result<()> {
        let Some(folder) = self.config.inbox.folder.clone() else { return Ok(()) };
        let files = match files_at_rest(&folder) {
            Ok(files) => files,
            Err(error) => {
                let reason = format!("{error:#}");
                tracing::warn!(source = "inbox", reason, "the watched folder cannot be read");
                report.lines.push(Line::new(Source::Inbox, &folder.display().to_string(), Did::Unasked, reason));
                return Ok(());
            }
        };
        for path in files {
            let (line, reason) = match self.take_file(&path)? {
                Ok(line) => (line, None),
                Err(reason) => {
                    (Line::new(Source::Inbox, &name_of(&path), Did::Ended(Outcome::Refused), &reason), Some(reason))
                }
            };
            let (query, outcome, objects) = (line.query.as_str(), line.did.as_str(), line.objects);
            match &reason {
                Some(reason) => tracing::warn!(source = "inbox", query, outcome, reason, "a file was refused"),
                None => tracing::info!(source = "inbox", query, outcome, objects, "a file was taken"),
            }
            report.lines.push(line);
            if let Err(error) = put_away(&folder, &path, reason.as_deref()) {
                let warning = format!("{error:#}");
                tracing::warn!(source = "inbox", warning, "a file cannot be moved and is read again each time");
                report.warnings.push(warning);
            }
        }
        Ok(())
    }

    /// Takes one file in; the inner error says why it is refused.
    fn take_file(&mut self, path: &Path) -> anyhow::Result<Result<Line, String>> {
        let payload = match file::read(path) {
            Ok(payload) => payload,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let now = self.ledger_clock().wall;
        let (content, found) = match examine(&payload, None, now) {
            Ok(examined) => examined,
            Err(reason) => return Ok(Err(reason)),
        };
        self.import_from(SourceKind::Inbox, &payload, content, now)?;
        kill_point("inbox-imported");
        let reason = match found.rejected {
            0 => String::new(),
            bad => format!("{bad} of {} records were bad and left out", found.accepted + bad),
        };
        let line = Line::new(Source::Inbox, &name_of(path), Did::Ended(Outcome::Fetched), reason);
        Ok(Ok(Line { objects: Some(found.objects), bytes: Some(payload.bytes.len() as u64), ..line }))
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The regular files of a folder that nobody writes to, by name; hidden ones are still on their way.
fn files_at_rest(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let reading = || format!("reading the watched folder {}", folder.display());
    let mut files = Vec::new();
    let mut is_any_fresh = false;
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if name_of(&path).starts_with('.') {
            continue;
        }
        if let Some(mark) = mark(&path) {
            // A file of the future has a clock of its own: only a second look tells.
            let age = mark.modified.and_then(|time| time.elapsed().ok());
            let is_fresh = age.is_none_or(|age| age < AT_REST);
            is_any_fresh |= is_fresh;
            files.push((path, mark, is_fresh));
        }
    }
    if is_any_fresh {
        sleep(AT_REST);
    }
    files.retain(|(path, before, is_fresh)| !is_fresh || mark(path) == Some(*before));
    let mut paths: Vec<PathBuf> = files.into_iter().map(|(path, ..)| path).collect();
    paths.sort();
    Ok(paths)
}

/// The mark of a regular file; `None` for anything else, links included.
fn mark(path: &Path) -> Option<Mark> {
    let metadata = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some(Mark { bytes: metadata.len(), modified: metadata.modified().ok() })
}

/// Moves a file to `taken`, or to `refused` with the reason beside it; what has its name there already stays.
fn put_away(folder: &Path, path: &Path, reason: Option<&str>) -> anyhow::Result<()> {
    let shelf = folder.join(if reason.is_some() { "refused" } else { "taken" });
    std::fs::create_dir_all(&shelf).with_context(|| format!("making the folder {}", shelf.display()))?;
    let name = name_of(path);
    let free = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}.{number}")));
    let to = free.map(|name| shelf.join(name)).find(|to| !to.exists()).unwrap_or_else(|| shelf.join(&name));
    std::fs::rename(path, &to).with_context(|| format!("moving {} to {}", path.display(), to.display()))?;
    if let Some(reason) = reason {
        let mut beside = to.into_os_string();
        beside.push(".reason.txt");
        std::fs::write(&beside, format!("{reason}\n"))
            .with_context(|| format!("writing {}", Path::new(&beside).display()))?;
    }
    Ok(())
}
