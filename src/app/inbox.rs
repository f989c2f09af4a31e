//! The watched folder: files that people or another machine put there, for a machine without a network.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Context;

use super::App;
use super::import::Content;
use super::sync::{Did, Line, Source, SyncReport, examine};
use crate::feed::file;
use crate::machine::kill_point::kill_point;
use crate::store::catalogue::SourceKind;
use crate::store::ledger::{Ending, Held, Outcome};

/// A file that was not written to for so long is whole.
const AT_REST: Duration = Duration::from_secs(2);

/// What the ledger calls the folder, whatever path leads to it.
pub(super) const IN_LEDGER: &str = "folder";

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
        report.has_inbox = true;
        let files = match files_at_rest(&folder) {
            Ok(files) => files,
            Err(error) => {
                let reason = format!("{error:#}");
                tracing::warn!(source = "inbox", reason, "the watched folder cannot be read");
                let line = Line::new(Source::Inbox, &folder.display().to_string(), Did::Unasked, &reason);
                report.lines.push(line);
                return self.note_inbox(Outcome::NotReached, reason, None);
            }
        };
        let (mut taken, mut refused) = (None, Vec::new());
        for path in files {
            let (line, reason) = match self.take_file(&path)? {
                Ok((line, held)) => {
                    taken = Some(with(taken, held));
                    (line, None)
                }
                Err(reason) => {
                    refused.push(format!("{}: {reason}", name_of(&path)));
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
        self.note_look(taken, &refused)
    }

    /// Writes down what the folder held, what was refused last: that is what a person should see. A look that found
    /// nothing is worth a line only where it is the first, or the folder could not be read before.
    fn note_look(&mut self, taken: Option<Held>, refused: &[String]) -> anyhow::Result<()> {
        if taken.is_some() {
            self.note_inbox(Outcome::Fetched, String::new(), taken)?;
        } else if refused.is_empty() {
            let last = self.store.last_request(Source::Inbox.as_str(), IN_LEDGER)?;
            if last.is_none_or(|last| last.outcome == Outcome::NotReached) {
                self.note_inbox(Outcome::NoData, "no file was there".to_owned(), None)?;
            }
        }
        let Some(first) = refused.first() else { return Ok(()) };
        let more = refused.len() - 1;
        let reason = if more == 0 { first.clone() } else { format!("{first}; and {more} more") };
        self.note_inbox(Outcome::Refused, reason, None)
    }

    /// Writes a look into the folder into the ledger, where the requests to the other sources stand.
    fn note_inbox(&mut self, outcome: Outcome, reason: String, held: Option<Held>) -> anyhow::Result<()> {
        let now = self.ledger_clock();
        let ending = Ending { at: now.wall, outcome, reason, status: None, held, hold: false };
        Ok(self.store.note_look(Source::Inbox.as_str(), IN_LEDGER, &now, &ending)?)
    }

    /// Takes one file in; the inner error says why it is refused.
    fn take_file(&mut self, path: &Path) -> anyhow::Result<Result<(Line, Held), String>> {
        let payload = match file::read(path) {
            Ok(payload) => payload,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let now = self.ledger_clock().wall;
        let (content, found) = match examine(&payload, None, now) {
            Ok(examined) => examined,
            Err(reason) => return Ok(Err(reason)),
        };
        // What the ledger tells of a source is how many objects its element sets are of.
        let brings_sets = matches!(content, Content::Elements(_));
        let held = Held {
            objects: if brings_sets { found.objects } else { 0 },
            rejected: found.rejected,
            newest: found.newest.filter(|_| brings_sets),
        };
        self.import_from(SourceKind::Inbox, &payload, content, now)?;
        kill_point("inbox-imported");
        let reason = match found.rejected {
            0 => String::new(),
            bad => format!("{bad} of {} records were bad and left out", found.accepted + bad),
        };
        let line = Line::new(Source::Inbox, &name_of(path), Did::Ended(Outcome::Fetched), reason);
        Ok(Ok((Line { objects: Some(found.objects), bytes: Some(payload.bytes.len() as u64), ..line }, held)))
    }
}

/// What several files of one look held.
fn with(before: Option<Held>, held: Held) -> Held {
    let Some(before) = before else { return held };
    Held {
        objects: before.objects + held.objects,
        rejected: before.rejected + held.rejected,
        newest: before.newest.max(held.newest),
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
