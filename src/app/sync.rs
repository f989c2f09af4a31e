//! Asking the sources for what is due, and taking in what is good.
//!
//! Every request is in the ledger before it is sent; what comes is read and judged as a whole before any of it reaches
//! the catalogue. A sync that was killed at any point is made good by the next one.

mod ask;
mod download;
pub mod plan;
pub mod session;
mod take;

use anyhow::{bail, ensure};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::App;
use super::work::Account;
use crate::feed::etiquette::NotNow;
use crate::feed::http::{Fetcher, Limits};
use crate::feed::query::{Feed, Query};
use crate::machine::clock::Reading;
use crate::report::zone::machine_time;
use crate::ssa::progress::{Cancelled, Progress};
use crate::store::ledger::Outcome;
use ask::Asker;

pub(super) use take::examine;

/// Where data may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A source on the network.
    Feed(Feed),
    /// The watched folder.
    Inbox,
}

impl Source {
    /// The word for columns and the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed(feed) => feed.as_str(),
            Self::Inbox => "inbox",
        }
    }
}

impl std::str::FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("inbox") {
            return Ok(Self::Inbox);
        }
        text.parse().map(Self::Feed).map_err(|error: crate::feed::query::UnknownFeed| format!("{error}, or inbox"))
    }
}

/// What is to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncRequest {
    /// These sources; all of them where none is named.
    pub sources: Vec<Source>,
}

impl SyncRequest {
    pub(super) fn wants(&self, source: Source) -> bool {
        self.sources.is_empty() || self.sources.contains(&source)
    }
}

/// What became of a query, or of a file of the watched folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It was asked, and ended so.
    Ended(Outcome),
    /// It was not due.
    Waited,
    /// Its source is held.
    Held,
    /// It could not be asked: something else stands in the way.
    Unasked,
}

impl Did {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended(outcome) => outcome.as_str(),
            Self::Waited => "not_due",
            Self::Held => "held",
            Self::Unasked => "not_asked",
        }
    }

    /// Whether a source is held, was not reached, or sent what cannot be used: exit code 75.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::Held
                | Self::Unasked
                | Self::Ended(Outcome::Refused | Outcome::Status | Outcome::NotReached | Outcome::Broken)
        )
    }
}

/// What became of one query, or of one file of the watched folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its source.
    pub source: Source,
    /// Its name: that of the query, or the file's.
    pub query: String,
    /// What became of it.
    pub did: Did,
    /// Objects, days of Earth orientation or messages that came.
    pub objects: Option<usize>,
    /// Length of what came, bytes.
    pub bytes: Option<u64>,
    /// When it may be asked again; `None` where only a person can tell.
    pub next: Option<DateTime<Utc>>,
    /// Why, for people; may be empty.
    pub reason: String,
}

impl Line {
    pub(super) fn new(source: Source, query: &str, did: Did, reason: impl Into<String>) -> Self {
        Self { source, query: query.to_owned(), did, objects: None, bytes: None, next: None, reason: reason.into() }
    }

    fn not_now(query: &Query, refusal: &NotNow) -> Self {
        let did = if matches!(refusal, NotNow::Held { .. }) { Did::Held } else { Did::Waited };
        let line = Self::new(Source::Feed(query.feed), &query.name, did, refusal.to_string());
        Self { next: refusal.until(), ..line }
    }
}

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncReport {
    /// One line a query or file.
    pub lines: Vec<Line>,
    /// What a person should know: a clock that is wrong, a file that cannot be read.
    pub warnings: Vec<String>,
    /// Whether there is a watched folder, which was looked into.
    pub has_inbox: bool,
}

impl SyncReport {
    /// Whether a source is held, was not reached, or sent what cannot be used: exit code 75.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        self.lines.iter().any(|line| line.did.is_trouble())
    }

    /// The first instant at which something may be asked again.
    #[must_use]
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.lines.iter().filter_map(|line| line.next).min()
    }

    /// One line for the log and for `status`.
    #[must_use]
    pub fn summary(&self) -> String {
        let words =
            ["fetched", "unchanged", "no_data", "refused", "status", "not_reached", "broken", "held", "not_asked"];
        let mut parts: Vec<String> = words
            .into_iter()
            .filter_map(|word| match self.lines.iter().filter(|line| line.did.as_str() == word).count() {
                0 => None,
                count => Some(format!("{count} {}", word.replace('_', " "))),
            })
            .collect();
        if parts.is_empty() {
            let words = match (self.lines.is_empty(), self.has_inbox) {
                (false, _) => "nothing was due",
                (true, true) => "no new file in the watched folder",
                (true, false) => "no source is configured",
            };
            parts.push(words.to_owned());
        }
        if let Some(next) = self.next() {
            parts.push(format!("next at {}", next.format("%FT%TZ")));
        }
        parts.join(", ")
    }

    /// All of it, for machines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                json!({
                    "source": line.source.as_str(), "query": line.query, "outcome": line.did.as_str(),
                    "objects": line.objects, "bytes": line.bytes, "next": line.next.map(machine_time),
                    "reason": line.reason,
                })
            })
            .collect();
        json!({ "lines": lines, "next": self.next().map(machine_time), "warnings": self.warnings })
    }

    /// As a task's account.
    #[must_use]
    pub fn account(&self) -> Account {
        Account { held: self.is_trouble(), ..Account::new(self.summary(), self.to_json()) }
    }
}

impl App {
    /// The clock of the ledger: the machine's own, which nobody sets back; the user's only where every source that is
    /// asked is on this machine.
    #[must_use]
    pub fn ledger_clock(&self) -> Reading {
        match self.now {
            Some(now) if self.config.is_loopback() => Reading::at(now),
            _ => Reading::now(),
        }
    }

    /// Takes in the watched folder, then asks the sources for what is due. The caller holds the work lock
    /// ([`App::begin_work`]).
    ///
    /// # Errors
    /// No `contact` while a source is to be asked; an error of the disk; cancelled by `progress`. What was fetched
    /// before is in the store.
    pub fn sync(&mut self, request: &SyncRequest, progress: Progress<'_>) -> anyhow::Result<SyncReport> {
        self.check_sync(request)?;
        let mut report = SyncReport::default();
        self.finish_interrupted(&mut report)?;
        if request.wants(Source::Inbox) {
            self.take_inbox(&mut report)?;
        }
        let queries = self.wanted_queries(request, &mut report);
        let Some(first) = queries.first() else { return Ok(report) };
        let Some(contact) = self.config.contact.clone() else {
            // A machine without a network lives from its folder.
            let reason = self.missing_contact();
            report.lines.push(Line::new(Source::Feed(first.feed), "all", Did::Waited, reason));
            return Ok(report);
        };
        let download = &self.config.download;
        let max_bytes = u64::from(download.max_mib) << 20;
        let fetcher = Fetcher::new(&contact, Limits { deadline: download.deadline.to_std(), max_bytes })?;
        let total = queries.len() as f64;
        let mut asker = Asker::new(&fetcher);
        for (index, query) in queries.iter().enumerate() {
            let share = index as f64 / total;
            if progress(share).is_break() {
                return Err(Cancelled.into());
            }
            asker.ask(self, query, &|| progress(share).is_break(), &mut report)?;
        }
        self.tell_next(&queries, &mut report)?;
        Ok(report)
    }

    /// Looks whether what a sync needs of the configuration is there, before anything is made or asked.
    ///
    /// # Errors
    /// No `contact` while a source is to be asked; no credentials for Space-Track where it is named.
    pub fn check_sync(&self, request: &SyncRequest) -> anyhow::Result<()> {
        if request.sources.contains(&Source::Feed(Feed::SpaceTrack)) {
            ensure!(self.credentials()?.is_some(), plan::NO_CREDENTIALS);
        }
        let has_folder = self.config.inbox.folder.is_some() && request.sources.is_empty();
        let asks =
            self.all_queries().iter().any(|(query, off)| off.is_none() && request.wants(Source::Feed(query.feed)));
        if asks && self.config.contact.is_none() && !has_folder {
            bail!(self.missing_contact());
        }
        Ok(())
    }

    /// Why nothing is asked without a contact, and where to write it.
    #[must_use]
    pub fn missing_contact(&self) -> String {
        let place = match &self.config_file {
            Some(path) => format!("in {}", path.display()),
            None => "in a configuration file and name it with --config".to_owned(),
        };
        format!(
            "no source is asked without a contact that it can write to: set contact = \"you@example.org\" at the top, \
             {place}"
        )
    }

    /// When each query may be asked again, in the lines of what was asked.
    fn tell_next(&self, queries: &[Query], report: &mut SyncReport) -> anyhow::Result<()> {
        let now = self.ledger_clock();
        for line in report.lines.iter_mut().filter(|line| line.next.is_none()) {
            let query =
                queries.iter().find(|query| Source::Feed(query.feed) == line.source && query.name == line.query);
            if let Some(query) = query {
                line.next = self.judge(query, &now)?.map_or_else(|refusal| refusal.until(), |()| Some(now.wall));
            }
        }
        Ok(())
    }
}
