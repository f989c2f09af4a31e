//! What would be asked now, what not, and when next: nothing is written.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Did, Line, Source, SyncReport, SyncRequest};
use crate::app::App;
use crate::app::inbox::IN_LEDGER;
use crate::feed::etiquette::{self, Facts, NotNow};
use crate::feed::query::{Feed, Kind, Query};
use crate::feed::space_track::{CredentialError, Credentials};
use crate::feed::{celestrak, space_track};
use crate::machine::clock::Reading;
use crate::store::ledger::{Failing, Good, History, Hold, RequestRow};

/// Whether a query may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Now.
    Due,
    /// Later.
    Waits,
    /// Not until a person says so.
    Held,
    /// Not at all: the configuration leaves it out, or something is missing.
    Off,
}

impl State {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Waits => "waits",
            Self::Held => "held",
            Self::Off => "off",
        }
    }
}

/// What a sync would do with a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its source.
    pub source: Source,
    /// Its name.
    pub query: String,
    /// Whether it may be asked.
    pub state: State,
    /// From when on; `None` where only a person can tell.
    pub next: Option<DateTime<Utc>>,
    /// Why; empty where it is due.
    pub reason: String,
    /// Whether the configuration leaves it out, or credentials are missing.
    pub is_left_out: bool,
    /// The least time between two requests; `None` for the watched folder.
    pub interval: Option<TimeDelta>,
    /// Whether element sets come from it, and not other data alone.
    pub brings_sets: bool,
}

/// A query with its past.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedState {
    /// What a sync would do with it.
    pub planned: Planned,
    /// Its last download that was taken.
    pub last_good: Option<Good>,
    /// How long ago that was, whatever the wall clock did since.
    pub age: Option<TimeDelta>,
    /// Its last request, however it ended.
    pub last: Option<RequestRow>,
    /// Its requests that failed since its source last answered.
    pub failing: Option<Failing>,
}

impl App {
    /// What a sync would ask now, what not and why, and when next. Asks nothing and writes nothing.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sync_plan(&self, request: &SyncRequest) -> anyhow::Result<Vec<Planned>> {
        let now = self.ledger_clock();
        let mut plan = Vec::new();
        if let (true, Some(folder)) = (request.wants(Source::Inbox), &self.config.inbox.folder) {
            let query = folder.display().to_string();
            plan.push(Planned {
                source: Source::Inbox,
                query,
                state: State::Due,
                next: Some(now.wall),
                reason: String::new(),
                is_left_out: false,
                interval: None,
                brings_sets: true,
            });
        }
        for (query, off) in self.all_queries() {
            if request.wants(Source::Feed(query.feed)) {
                plan.push(self.planned(&query, off, &now)?);
            }
        }
        Ok(plan)
    }

    /// Every query with its past: last good data, age, when next, held or not and why.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn feeds(&self) -> anyhow::Result<Vec<FeedState>> {
        let now = self.ledger_clock();
        self.sync_plan(&SyncRequest::default())?
            .into_iter()
            .map(|planned| {
                let source = planned.source.as_str();
                let query = if planned.source == Source::Inbox { IN_LEDGER } else { planned.query.as_str() };
                let last_good = self.store.last_good(source, query)?;
                let age = last_good.as_ref().map(|good| now.since(&good.asked).max(TimeDelta::zero()));
                let last = self.store.last_request(source, query)?;
                let failing = self.store.failing(source, query)?;
                Ok(FeedState { planned, last_good, age, last, failing })
            })
            .collect()
    }

    /// Lets a source be asked again at once; returns the hold that was lifted. With `any_size`, its next downloads are
    /// not compared with those before.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn resume(&mut self, feed: Feed, any_size: bool) -> anyhow::Result<Option<Hold>> {
        let lifted = self.store.resume(feed.as_str(), any_size)?;
        tracing::info!(source = feed.as_str(), was_held = lifted.is_some(), any_size, "a source may be asked again");
        Ok(lifted)
    }

    fn planned(&self, query: &Query, off: Option<String>, now: &Reading) -> anyhow::Result<Planned> {
        let is_left_out = off.is_some();
        let missing = self.config.contact.is_none().then(|| self.missing_contact());
        let (state, next, reason) = match off.or(missing) {
            Some(reason) => (State::Off, None, reason),
            None => match self.judge(query, now)? {
                Ok(()) => (State::Due, Some(now.wall), String::new()),
                Err(refusal @ NotNow::Held { .. }) => (State::Held, None, refusal.to_string()),
                Err(refusal @ NotNow::Waits { .. }) => (State::Waits, refusal.until(), refusal.to_string()),
            },
        };
        Ok(Planned {
            source: Source::Feed(query.feed),
            query: query.name.clone(),
            state,
            next,
            reason,
            is_left_out,
            interval: Some(etiquette::interval(query.feed, query.kind)),
            brings_sets: matches!(query.kind, Kind::Gp | Kind::Supplemental),
        })
    }

    /// Whether a query may be asked now, by what the ledger knows.
    pub(super) fn judge(&self, query: &Query, now: &Reading) -> anyhow::Result<Result<(), NotNow>> {
        let history = self.store.request_history(query.feed.as_str(), &query.name)?;
        Ok(etiquette::may_ask(query, &facts(&history), now))
    }

    /// The queries that a sync is to look at, in order; a source that cannot be asked for want of credentials gets a
    /// line where those that are given cannot be used.
    pub(super) fn wanted_queries(&self, request: &SyncRequest, report: &mut SyncReport) -> Vec<Query> {
        let space_track = Source::Feed(Feed::SpaceTrack);
        if let (true, Err(error)) = (request.wants(space_track), self.credentials()) {
            report.lines.push(Line::new(space_track, "login", Did::Unasked, error.to_string()));
        }
        let wanted = self.all_queries().into_iter().filter(|(_, off)| off.is_none()).map(|(query, _)| query);
        wanted.filter(|query| request.wants(Source::Feed(query.feed))).collect()
    }

    /// Every query of the configuration in the order of asking, and why it is left out where it is. Element sets come
    /// first: the others are of use only with them.
    pub(super) fn all_queries(&self) -> Vec<(Query, Option<String>)> {
        let (celestrak, space_track) = (&self.config.celestrak, &self.config.space_track);
        let mut queries: Vec<(Query, Option<String>)> = Vec::new();
        let mut add = |query: Query, switch: Option<&str>| {
            let off = switch.map(|key| format!("switched off: {key} = false in the configuration"));
            // The same group written twice is one query.
            if queries.iter().all(|(known, _)| known.name != query.name || known.feed != query.feed) {
                queries.push((query, off));
            }
        };
        let gp = (!celestrak.gp).then_some("celestrak.gp");
        celestrak.groups.iter().for_each(|group| add(celestrak::group(group), gp));
        celestrak.ids.iter().for_each(|id| add(celestrak::object(*id), gp));
        celestrak.supplemental.iter().for_each(|name| add(celestrak::supplemental(name), gp));
        add(space_track::full_catalogue(), (!space_track.gp).then_some("space_track.gp"));
        add(space_track::cdm_public(), (!space_track.cdm_public).then_some("space_track.cdm_public"));
        add(celestrak::satcat(), (!celestrak.satcat).then_some("celestrak.satcat"));
        add(celestrak::earth_orientation(), (!celestrak.eop).then_some("celestrak.eop"));
        let missing = match self.credentials() {
            Ok(Some(_)) => None,
            Ok(None) => Some(NO_CREDENTIALS.to_owned()),
            Err(error) => Some(error.to_string()),
        };
        for (query, off) in &mut queries {
            if query.feed == Feed::SpaceTrack && off.is_none() {
                off.clone_from(&missing);
            }
        }
        queries
    }

    pub(super) fn credentials(&self) -> Result<Option<Credentials>, CredentialError> {
        Credentials::find(self.config.space_track.credentials_file.as_deref())
    }

    /// The query of a name in the ledger, whether or not the configuration still asks it.
    pub(super) fn query_of(&self, source: &str, name: &str) -> Option<Query> {
        let queries = self.all_queries().into_iter().map(|(query, _)| query);
        queries.into_iter().find(|query| query.feed.as_str() == source && query.name == name)
    }

    /// The address of a query.
    pub(super) fn url(&self, query: &Query) -> String {
        match query.feed {
            Feed::CelesTrak => self.config.celestrak.base_url.join(&query.path),
            Feed::SpaceTrack => self.config.space_track.base_url.join(&query.path),
        }
    }
}

pub(super) const NO_CREDENTIALS: &str = "no credentials: set ALLIEDSKY_SPACE_TRACK_IDENTITY and ALLIEDSKY_SPACE_TRACK_PASSWORD, or \
                              space_track.credentials_file";

/// What the rules need of what the ledger knows.
pub(super) fn facts(history: &History) -> Facts {
    Facts {
        hold: history.hold.as_ref().map(|hold| (hold.since, hold.reason.clone())),
        last_sent: history.last_sent.clone(),
        misses: history.misses,
        last_miss: history.last_miss.clone(),
        recent: history.recent.clone(),
    }
}

/// What an earlier download of a query is worth for comparison: conjunction messages come and go.
pub(super) const fn is_compared(kind: Kind) -> bool {
    !matches!(kind, Kind::CdmPublic | Kind::Login)
}
