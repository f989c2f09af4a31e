//! What came is read and judged as a whole, and only then taken in.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::ask::Download;
use super::download::{self, Files};
use super::plan::is_compared;
use super::{Did, Line, Source, SyncReport};
use crate::app::App;
use crate::app::import::{Content, read};
use crate::feed::celestrak::{Body, body, group_of};
use crate::feed::file::{self, Payload};
use crate::feed::guard::{self, Before, Found, MOST_FUTURE_DAYS, Refusal};
use crate::feed::query::{Feed, Kind, Query};
use crate::format::{self, FormatError, MAX_FILE_BYTES, Problem, ReadOptions, Rejection};
use crate::machine::kill_point::kill_point;
use crate::store::catalogue::SourceKind;
use crate::store::ledger::{Ending, Held, Outcome, Unfinished};

/// What a body turned out to be.
enum Look {
    Data(Box<Content>, Found),
    Other(Outcome, String),
}

impl App {
    /// Reads a download, judges it, takes it in, and ends its request.
    ///
    /// # Errors
    /// An error of the disk; the request is then left as it is, and the next sync takes the download in.
    pub(super) fn take_download(&mut self, query: &Query, download: &Download) -> anyhow::Result<Line> {
        let Download { id, asked_at, path, files, bytes, sha256, .. } = download;
        let packed = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let is_packed = packed.starts_with(&[0x1f, 0x8b]);
        let payload = Payload { locator: self.url(query), bytes: packed, sha256: sha256.clone() };
        let look = self.look(query, &payload)?;
        kill_point("download-parsed");
        let source = Source::Feed(query.feed);
        let (mut line, held) = match look {
            Look::Data(content, found) => {
                let kind = match query.feed {
                    Feed::CelesTrak => SourceKind::CelesTrak,
                    Feed::SpaceTrack => SourceKind::SpaceTrack,
                };
                let members = match content.as_ref() {
                    Content::Elements(batch) => batch.elements.iter().map(|elements| elements.norad_id).collect(),
                    _ => HashSet::new(),
                };
                kill_point("import-begun");
                self.import_from(kind, &payload, *content, *asked_at)?;
                if let Some(group) = group_of(query) {
                    self.store.put_group(group, &members)?;
                }
                kill_point("import-committed");
                files.keep(path, is_packed)?;
                kill_point("download-renamed");
                let reason = match found.rejected {
                    0 => String::new(),
                    bad => format!("{bad} of {} records were bad and left out", found.accepted + bad),
                };
                let line = Line::new(source, &query.name, Did::Ended(Outcome::Fetched), reason);
                let held = Held { objects: found.objects, rejected: found.rejected, newest: found.newest };
                (Line { objects: Some(found.objects), ..line }, Some(held))
            }
            Look::Other(outcome, reason) => {
                if outcome == Outcome::Refused {
                    files.refuse(path)?;
                } else {
                    std::fs::remove_file(path).with_context(|| format!("removing {}", path.display()))?;
                }
                (Line::new(source, &query.name, Did::Ended(outcome), reason), None)
            }
        };
        line.bytes = Some(*bytes);
        self.end(*id, query, &line, held, Some(200), false)?;
        Ok(line)
    }

    fn look(&self, query: &Query, payload: &Payload) -> anyhow::Result<Look> {
        let refused = |reason: String| Look::Other(Outcome::Refused, reason);
        let unpacked = match format::unpack(&payload.bytes, MAX_FILE_BYTES) {
            Ok(unpacked) => unpacked,
            Err(error) => return Ok(refused(error.to_string())),
        };
        match body(query.kind, &unpacked) {
            Body::Data => {}
            Body::NotUpdated(text) => return Ok(Look::Other(Outcome::Unchanged, text)),
            Body::NoData(text) => return Ok(Look::Other(Outcome::NoData, text)),
            Body::NotData(text) => return Ok(refused(text)),
        }
        let good = self.store.last_good(query.feed.as_str(), &query.name)?;
        let before = good
            .filter(|good| good.is_measure && is_compared(query.kind))
            .map(|good| Before { objects: good.objects, newest: good.newest });
        Ok(match examine(payload, before.as_ref(), self.ledger_clock().wall) {
            Ok((content, found)) => Look::Data(Box::new(content), found),
            Err(reason) => refused(reason),
        })
    }

    /// Ends the requests whose process died: a download that had come whole is taken in now, the others are called
    /// interrupted. What is left half done goes.
    ///
    /// # Errors
    /// An error of the disk.
    pub(super) fn finish_interrupted(&mut self, report: &mut SyncReport) -> anyhow::Result<()> {
        let Some(database) = self.database.clone() else { return Ok(()) };
        for request in self.store.settle_ledger(&self.ledger_clock())? {
            let query = self.query_of(&request.source, &request.query).filter(|query| query.kind != Kind::Login);
            if let (Some(query), Some(sha256)) = (&query, &request.sha256) {
                let files = Files::of(&database, query)?;
                if let Some((path, bytes)) = find_download(&files, sha256) {
                    let Unfinished { id, asked_at, .. } = request;
                    let (sha256, head) = (sha256.clone(), String::new());
                    let download = Download { id, asked_at, path, files, bytes, sha256, head };
                    report.lines.push(self.take_download(query, &download)?);
                    continue;
                }
            }
            self.call_interrupted(&request)?;
        }
        download::remove_partials(&database)
    }

    fn call_interrupted(&mut self, request: &Unfinished) -> anyhow::Result<()> {
        // The source had refused: that its process died then does not undo it. A session may have lapsed.
        let is_session = |status| status == 401 && request.source == Feed::SpaceTrack.as_str();
        let refused = request.http_status.filter(|status| *status != 200 && !is_session(*status));
        let what = refused.map_or_else(String::new, |status| format!("status {status}, and "));
        let reason = format!("{what}its process ended before the answer was taken in");
        tracing::warn!(source = request.source, query = request.query, reason, "a request was interrupted");
        let ending = Ending {
            at: self.ledger_clock().wall,
            outcome: if refused.is_some() { Outcome::Status } else { Outcome::Interrupted },
            reason,
            status: None,
            held: None,
            hold: refused.is_some(),
        };
        Ok(self.store.end_request(request.id, &ending)?)
    }
}

/// The file of a download that an earlier process had brought to the disk, and its length in bytes.
fn find_download(files: &Files, sha256: &str) -> Option<(PathBuf, u64)> {
    let [plain, packed] = files.taken();
    [files.partial(), plain, packed].into_iter().find_map(|path| {
        let payload = file::read(&path).ok()?;
        (payload.sha256 == sha256).then_some((path, payload.bytes.len() as u64))
    })
}

/// Reads some bytes and judges them as a whole, against what the last download held where that is known.
///
/// # Errors
/// Why nothing of them is to be taken, in words.
pub(in crate::app) fn examine(
    payload: &Payload,
    before: Option<&Before>,
    clock: DateTime<Utc>,
) -> Result<(Content, Found), String> {
    let options = ReadOptions { now: Some(clock), max_future_days: MOST_FUTURE_DAYS, ..ReadOptions::default() };
    let content = read(payload, &options).map_err(|error| unreadable(&error, clock))?;
    let found = found(&content);
    guard::judge(&found, before, clock).map_err(|refusal| refusal.to_string())?;
    Ok((content, found))
}

/// Why a reader refused the whole; epochs of the future have words of their own.
fn unreadable(error: &FormatError, clock: DateTime<Utc>) -> String {
    match &error.problem {
        Problem::NothingUsable { count, first } if !first.is_empty() && first.iter().all(is_future) => {
            Refusal::Future { future: *count, total: *count, clock }.to_string()
        }
        problem => problem.to_string(),
    }
}

/// Whether a record was refused for an epoch of the future.
fn is_future(rejection: &Rejection) -> bool {
    rejection.field == Some("EPOCH") && rejection.reason.contains("after the clock")
}

/// What the guard needs to know of a content.
fn found(content: &Content) -> Found {
    match content {
        Content::Elements(batch) => {
            let mut ids: Vec<u32> = batch.elements.iter().map(|elements| elements.norad_id.get()).collect();
            ids.sort_unstable();
            ids.dedup();
            Found {
                objects: ids.len(),
                accepted: batch.elements.len() + batch.duplicates + batch.conflicts,
                rejected: batch.rejected_count,
                future: batch.rejected.iter().filter(|rejection| is_future(rejection)).count(),
                newest: batch.elements.iter().map(|elements| elements.epoch).max(),
                is_truncated: batch.truncated,
            }
        }
        Content::Satcat(batch) => Found {
            objects: batch.entries.len(),
            accepted: batch.entries.len(),
            rejected: batch.rejected_count,
            is_truncated: batch.truncated,
            ..Found::default()
        },
        Content::EarthOrientation(batch) => Found {
            objects: batch.rows.len(),
            accepted: batch.rows.len(),
            rejected: batch.rejected_count,
            newest: batch.rows.iter().map(|row| row.mjd).max().and_then(midnight),
            ..Found::default()
        },
        Content::PublicMessages(batch) => Found {
            objects: batch.messages.len(),
            accepted: batch.messages.len(),
            rejected: batch.rejected_count,
            is_truncated: batch.truncated,
            ..Found::default()
        },
    }
}

/// The start of a day by its modified Julian date; 40587 is 1970-01-01.
fn midnight(mjd: i32) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp((i64::from(mjd) - 40_587) * 86_400, 0)
}

#[cfg(test)]
mod tests {
    use super::midnight;

    #[test]
    fn days_are_counted_from_1858() {
        // 2000-01-01 is MJD 51544 (IERS Conventions).
        assert_eq!(midnight(51_544), "2000-01-01T00:00:00Z".parse().ok());
    }
}
