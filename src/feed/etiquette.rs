//! What the sources allow, as rules over what the ledger knows: no clock, no network, no database.
//!
//! CelesTrak's usage policy (T. S. Kelso, May 2026): a query once per update of its data, which is every two hours; stop
//! at any answer other than 200 and tell a person. Space-Track's API documentation: fewer than 30 requests a minute and
//! 300 an hour, GP at most once an hour and not at the full and the half hour, conjunction messages three times a day.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::query::{Feed, Kind, Query};
use crate::machine::clock::Reading;

/// Requests to Space-Track in a minute, of the 30 that are its limit.
pub const MOST_A_MINUTE: usize = 20;

/// Requests to Space-Track in an hour, of the 300 that are its limit.
pub const MOST_AN_HOUR: usize = 200;

/// How long a source that was not reached is left alone at first; each further time doubles it, up to the interval of
/// the query.
pub const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// A request this short before the full or the half hour may arrive in the minute that Space-Track asks to keep free.
const MARGIN_S: u32 = 15;

/// What the ledger knows about a query and its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Since when and why the source is held.
    pub hold: Option<(DateTime<Utc>, String)>,
    /// When the query was sent last, whatever came of it.
    pub last_sent: Option<Reading>,
    /// How often since then the source was not reached.
    pub misses: u32,
    /// When it was not reached last.
    pub last_miss: Option<Reading>,
    /// The source's latest requests of whatever query, latest first.
    pub recent: Vec<Reading>,
}

/// Why a query is not asked now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// Nothing is asked of the source until a person says so.
    #[error("held since {}: {reason}; `alliedsky feeds resume {feed}` lets it be asked again", since.format("%FT%TZ"))]
    Held {
        /// The source.
        feed: Feed,
        /// Since when.
        since: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// Not before a time.
    #[error("not before {}: {reason}", until.format("%FT%TZ"))]
    Waits {
        /// The first instant at which it may be asked.
        until: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

impl NotNow {
    /// The first instant at which the query may be asked; `None` where only a person can tell.
    #[must_use]
    pub const fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Held { .. } => None,
            Self::Waits { until, .. } => Some(*until),
        }
    }
}

/// The least time between two requests of a query.
#[must_use]
pub const fn interval(feed: Feed, kind: Kind) -> TimeDelta {
    match (feed, kind) {
        (Feed::CelesTrak, Kind::Satcat | Kind::EarthOrientation) => TimeDelta::hours(24),
        (Feed::CelesTrak, _) => TimeDelta::hours(2),
        // A login is repeated by itself only after a session has lapsed.
        (Feed::SpaceTrack, Kind::Login) => TimeDelta::minutes(15),
        (Feed::SpaceTrack, Kind::CdmPublic) => TimeDelta::hours(8),
        (Feed::SpaceTrack, Kind::Satcat | Kind::EarthOrientation) => TimeDelta::hours(24),
        (Feed::SpaceTrack, Kind::Gp | Kind::Supplemental) => TimeDelta::hours(1),
    }
}

/// Whether a query may be asked now.
///
/// # Errors
/// Why not, and from when on.
pub fn may_ask(query: &Query, facts: &Facts, now: &Reading) -> Result<(), NotNow> {
    let pause = pause(query, facts, now);
    judge(query, facts, now, pause)
}

/// Whether a request may be repeated at once, because it failed of a session that had lapsed; so may the login.
///
/// # Errors
/// Why not, and from when on.
pub fn may_repeat(query: &Query, facts: &Facts, now: &Reading) -> Result<(), NotNow> {
    judge(query, facts, now, None)
}

fn judge(query: &Query, facts: &Facts, now: &Reading, pause: Option<Pause>) -> Result<(), NotNow> {
    if let Some((since, reason)) = &facts.hold {
        return Err(NotNow::Held { feed: query.feed, since: *since, reason: reason.clone() });
    }
    let mut wait = pause;
    if query.feed == Feed::SpaceTrack {
        for (most, span, words) in [
            (MOST_A_MINUTE, TimeDelta::minutes(1), "requests a minute"),
            (MOST_AN_HOUR, TimeDelta::hours(1), "requests an hour"),
        ] {
            if let Some(nth) = facts.recent.get(most - 1) {
                longer(&mut wait, span - elapsed(now, nth), || format!("Space-Track is asked at most {most} {words}"));
            }
        }
        if query.kind == Kind::Gp {
            let length = wait.as_ref().map_or(TimeDelta::zero(), |wait| wait.length);
            let shift = past_the_half_hour(later(now.wall, length));
            match &mut wait {
                Some(wait) => wait.length = length + shift,
                None => {
                    longer(&mut wait, shift, || "Space-Track asks to leave out the full and the half hour".to_owned())
                }
            }
        }
    }
    match wait {
        Some(Pause { length, reason }) => Err(NotNow::Waits { until: later(now.wall, length), reason }),
        None => Ok(()),
    }
}

/// How long to wait yet, and why.
struct Pause {
    length: TimeDelta,
    reason: String,
}

fn longer(wait: &mut Option<Pause>, length: TimeDelta, reason: impl FnOnce() -> String) {
    if length > wait.as_ref().map_or(TimeDelta::zero(), |wait| wait.length) {
        *wait = Some(Pause { length, reason: reason() });
    }
}

/// What the query's own past asks for.
fn pause(query: &Query, facts: &Facts, now: &Reading) -> Option<Pause> {
    let interval = interval(query.feed, query.kind);
    let mut wait = None;
    if let Some(last) = &facts.last_sent {
        longer(&mut wait, interval - elapsed(now, last), || {
            format!("asked at {}, and at most once in {}", last.wall.format("%FT%TZ"), words(interval))
        });
    }
    if let Some(last) = &facts.last_miss {
        let doublings = facts.misses.saturating_sub(1).min(20);
        let length = (FIRST_PAUSE * (1 << doublings)).min(interval);
        longer(&mut wait, length - elapsed(now, last), || {
            let times = if facts.misses == 1 { "once".to_owned() } else { format!("{} times in a row", facts.misses) };
            format!("not reached {times}, last at {}", last.wall.format("%FT%TZ"))
        });
    }
    wait
}

/// The time since an earlier reading. Where the machine's own clock says that the reading lies in the future, it has
/// been set since, and nothing is known: none has passed. A clock of the user's counts as it stands.
fn elapsed(now: &Reading, then: &Reading) -> TimeDelta {
    let since = now.since(then);
    if now.uptime.is_some() { since.max(TimeDelta::zero()) } else { since }
}

fn later(time: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    time.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// How long until the minute of the full or the half hour, and a little before it, is over; zero where it is not near.
fn past_the_half_hour(time: DateTime<Utc>) -> TimeDelta {
    let second = (time.minute() % 30) * 60 + time.second();
    let whole = TimeDelta::nanoseconds(i64::from(time.nanosecond() % 1_000_000_000));
    match second {
        0..60 => TimeDelta::seconds(i64::from(60 - second)) - whole,
        _ if second >= 1800 - MARGIN_S => TimeDelta::seconds(i64::from(1860 - second)) - whole,
        _ => TimeDelta::zero(),
    }
}

fn words(length: TimeDelta) -> String {
    match length.num_minutes() {
        60 => "an hour".to_owned(),
        minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}
