//! One request: written down, sent, and its answer brought to the disk.

use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::download::Files;
use super::plan::facts;
use super::{Did, Line, Source, SyncReport};
use crate::app::App;
use crate::app::work::check_space;
use crate::feed::etiquette;
use crate::feed::http::{Answer, Ask, FetchError, Fetcher};
use crate::feed::query::{Feed, Kind, Query};
use crate::feed::space_track::session_cookie;
use crate::machine::kill_point::kill_point;
use crate::ssa::progress::Cancelled;
use crate::store::ledger::{Ending, Held, Outcome, Received, RequestId};

/// Asks one query after the other, and remembers within a sync what need not be tried again.
pub(super) struct Asker<'f> {
    fetcher: &'f Fetcher,
    /// Sources that were not reached in this sync.
    unreached: Vec<Feed>,
    /// Whether the disk is known to have room.
    has_space: bool,
    /// Whether the session with Space-Track was opened in this sync.
    pub(super) has_logged_in: bool,
}

/// A whole answer of status 200 on the disk.
pub(super) struct Download {
    pub(super) id: RequestId,
    pub(super) asked_at: DateTime<Utc>,
    pub(super) path: PathBuf,
    pub(super) files: Files,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// The beginning of the body.
    pub(super) head: String,
}

/// What became of sending a request.
pub(super) enum Sent {
    /// An answer of status 200.
    Arrived(Download),
    /// The session of the request had lapsed; nothing is held for that.
    Lapsed,
    /// Anything else, which has ended.
    Not(Line),
}

/// By how much the source's clock and the machine's may differ.
const MOST_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

impl<'f> Asker<'f> {
    pub(super) const fn new(fetcher: &'f Fetcher) -> Self {
        Self { fetcher, unreached: Vec::new(), has_space: false, has_logged_in: false }
    }

    /// Asks one query, if it may be asked, and takes in what comes.
    ///
    /// # Errors
    /// An error of the disk; cancelled.
    pub(super) fn ask(
        &mut self,
        app: &mut App,
        query: &Query,
        stop: &dyn Fn() -> bool,
        report: &mut SyncReport,
    ) -> anyhow::Result<()> {
        let source = Source::Feed(query.feed);
        if let Err(refusal) = app.judge(query, &app.ledger_clock())? {
            report.lines.push(Line::not_now(query, &refusal));
            return Ok(());
        }
        if self.unreached.contains(&query.feed) {
            report.lines.push(Line::new(source, &query.name, Did::Unasked, "the source was not reached just now"));
            return Ok(());
        }
        let is_open = query.feed == Feed::SpaceTrack && app.session.cookie.is_some();
        if query.feed == Feed::SpaceTrack && !is_open && !self.login(app, false, stop, report)? {
            report.lines.push(Line::new(source, &query.name, Did::Unasked, "no session with the source"));
            return Ok(());
        }
        let mut sent = self.send(app, query, None, false, stop, report)?;
        if let Sent::Lapsed = sent {
            if !self.login(app, true, stop, report)? {
                report.lines.push(Line::new(source, &query.name, Did::Unasked, "the session has lapsed"));
                return Ok(());
            }
            sent = self.send(app, query, None, true, stop, report)?;
        }
        let line = match sent {
            Sent::Arrived(download) => app.take_download(query, &download)?,
            Sent::Lapsed => Line::new(source, &query.name, Did::Held, "the session has lapsed"),
            Sent::Not(line) => line,
        };
        report.lines.push(line);
        Ok(())
    }

    /// Writes a request down, sends it, and writes its answer down; `again` where it is repeated after a session that
    /// had lapsed.
    ///
    /// # Errors
    /// An error of the disk; cancelled.
    pub(super) fn send(
        &mut self,
        app: &mut App,
        query: &Query,
        form: Option<&[(&str, &SecretString)]>,
        again: bool,
        stop: &dyn Fn() -> bool,
        report: &mut SyncReport,
    ) -> anyhow::Result<Sent> {
        let database = app.database.clone().context("the bundled snapshot in memory cannot be written to")?;
        if !self.has_space {
            check_space(&database, u64::from(app.config.download.max_mib) << 20)?;
            self.has_space = true;
        }
        let files = Files::of(&database, query)?;
        let now = app.ledger_clock();
        let rule = if again { etiquette::may_repeat } else { etiquette::may_ask };
        let reserved =
            app.store.reserve(query.feed.as_str(), &query.name, &now, |history| rule(query, &facts(history), &now))?;
        let id = match reserved {
            Ok(id) => id,
            Err(refusal) => return Ok(Sent::Not(Line::not_now(query, &refusal))),
        };
        kill_point("request-asked");
        let path = files.partial();
        let cookie = app.session.cookie.clone().filter(|_| query.feed == Feed::SpaceTrack);
        let ask = Ask { url: &app.url(query), form, cookie: cookie.as_ref() };
        let answer = match self.fetcher.fetch(&ask, &path, stop) {
            Ok(answer) => answer,
            Err(error) => return self.failed(app, id, query, &error).map(Sent::Not),
        };
        app.store.note_answer(id, &received(&answer))?;
        kill_point("answer-noted");
        tell_skew(query, &answer, report);
        if let (Feed::SpaceTrack, Some(renewed)) = (query.feed, session_cookie(&answer)) {
            app.session.cookie = Some(renewed);
        }
        if answer.status == 200 {
            let Answer { bytes, sha256, head, .. } = answer;
            return Ok(Sent::Arrived(Download { id, asked_at: now.wall, path, files, bytes, sha256, head }));
        }
        if query.kind == Kind::Login {
            std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        } else {
            files.refuse(&path)?;
        }
        // A session that was opened just now has not lapsed: the source refuses, and is held.
        let is_lapsed = answer.status == 401 && cookie.is_some() && !self.has_logged_in;
        let line = Line {
            bytes: Some(answer.bytes),
            ..Line::new(Source::Feed(query.feed), &query.name, Did::Ended(Outcome::Status), status_reason(&answer))
        };
        app.end(id, query, &line, None, Some(answer.status), !is_lapsed)?;
        Ok(if is_lapsed { Sent::Lapsed } else { Sent::Not(line) })
    }

    /// Ends a request that brought no whole answer.
    fn failed(&mut self, app: &mut App, id: RequestId, query: &Query, error: &FetchError) -> anyhow::Result<Line> {
        let status = error.status();
        let (outcome, hold) = match (error, status) {
            (FetchError::Cancelled { .. }, _) => (Outcome::Cancelled, false),
            _ if !error.was_asked() => (Outcome::NotReached, false),
            (_, Some(status)) if status != 200 => (Outcome::Status, true),
            _ => (Outcome::Broken, false),
        };
        let line = Line::new(Source::Feed(query.feed), &query.name, Did::Ended(outcome), error.to_string());
        app.end(id, query, &line, None, status, hold)?;
        if outcome == Outcome::NotReached {
            self.unreached.push(query.feed);
        }
        if outcome == Outcome::Cancelled {
            return Err(Cancelled.into());
        }
        Ok(line)
    }
}

impl App {
    /// Writes down how a request ended, and says so in the log.
    ///
    /// # Errors
    /// An error of the disk.
    pub(super) fn end(
        &mut self,
        id: RequestId,
        query: &Query,
        line: &Line,
        held: Option<Held>,
        status: Option<u16>,
        hold: bool,
    ) -> anyhow::Result<()> {
        let Did::Ended(outcome) = line.did else { return Ok(()) };
        let ending = Ending {
            at: self.ledger_clock().wall,
            outcome,
            reason: line.reason.clone(),
            status: status.filter(|status| *status != 200),
            held,
            hold,
        };
        self.store.end_request(id, &ending)?;
        kill_point("request-ended");
        let (source, query, outcome) = (query.feed.as_str(), query.name.as_str(), line.did.as_str());
        let (bytes, objects, reason) = (line.bytes, line.objects, line.reason.as_str());
        if line.did.is_trouble() {
            tracing::warn!(source, query, outcome, http_status = status, bytes, objects, hold, reason, "request ended");
        } else {
            tracing::info!(source, query, outcome, http_status = status, bytes, objects, reason, "request ended");
        }
        Ok(())
    }
}

fn received(answer: &Answer) -> Received {
    Received { status: answer.status, bytes: answer.bytes, sha256: answer.sha256.clone(), server_date: answer.date }
}

/// What a person needs to know of an answer that is no data.
fn status_reason(answer: &Answer) -> String {
    let mut reason = format!("status {}", answer.status);
    if let Some(location) = &answer.location {
        reason += &format!(", moved to {location} (not followed: is base_url right?)");
    }
    if let Some(wait) = &answer.retry_after {
        reason += &format!(", Retry-After {wait}");
    }
    if !answer.head.is_empty() {
        reason += &format!(": \"{}\"", answer.head);
    }
    reason
}

/// Warns where the machine and the source do not agree on the time: one of the two judges epochs wrongly.
fn tell_skew(query: &Query, answer: &Answer, report: &mut SyncReport) {
    let Some(date) = answer.date else { return };
    let wall = Utc::now();
    if (wall - date).abs() <= MOST_CLOCK_SKEW {
        return;
    }
    let warning = format!(
        "the clock of {} says {} and this machine's {}: set the one that is wrong",
        query.feed,
        date.format("%FT%TZ"),
        wall.format("%FT%TZ")
    );
    if !report.warnings.iter().any(|known| known.contains(&format!("the clock of {}", query.feed))) {
        tracing::warn!(source = query.feed.as_str(), server_date = %date, "the clocks of source and machine differ");
        report.warnings.push(warning);
    }
}
