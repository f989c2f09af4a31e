//! What a person should know of the sources: each judged by itself, by its own past.

use chrono::TimeDelta;

use super::Facts;
use super::warnings::length;
use crate::app::sync::Source;
use crate::app::sync::plan::{FeedState, State};
use crate::app::trust::Trust;
use crate::store::ledger::{Failing, Outcome};

/// The catalogue changes every two hours at most.
const SHORTEST_PERIOD: TimeDelta = TimeDelta::hours(2);

/// What is wrong with the sources that are asked; those that are held are told of elsewhere.
pub(super) fn alarms(facts: &Facts) -> Vec<String> {
    let is_asked = |feed: &&FeedState| !matches!(feed.planned.state, State::Off | State::Held);
    let mut alarms: Vec<String> = facts.feeds.iter().filter(is_asked).filter_map(|feed| alarm(facts, feed)).collect();
    let was_tried =
        facts.feeds.iter().any(|feed| feed.last.is_some()) || facts.tasks.iter().any(|task| task.record.last.is_some());
    if facts.database.is_some() && facts.store.current_objects == 0 && was_tried {
        let text = "the database holds no element sets, and no source has brought any: `alliedsky import FILE` does";
        alarms.push(text.to_owned());
    }
    alarms
}

fn alarm(facts: &Facts, feed: &FeedState) -> Option<String> {
    // Nothing was asked yet: a machine that has just been set up.
    let last = feed.last.as_ref()?;
    let name = format!("{} {}", feed.planned.source.as_str(), feed.planned.query);
    if last.outcome == Outcome::Refused {
        let more = match feed.planned.source {
            Source::Inbox => {
                "; what was refused lies in `refused` beneath it, and the next file that is taken ends this"
            }
            Source::Feed(_) => "",
        };
        return Some(format!("{name}: what came last was refused: {}{more}", last.reason));
    }
    match feed.planned.source {
        Source::Inbox if last.outcome == Outcome::NotReached => {
            Some(format!("{name}: {}", failed("the folder was not read", feed.failing.as_ref()?)))
        }
        Source::Inbox => {
            let is_all = !facts.feeds.iter().any(|other| {
                let planned = &other.planned;
                planned.source != Source::Inbox && planned.brings_sets && planned.state != State::Off
            });
            let age = feed.age.filter(|age| is_all && *age > facts.inbox_alarm_after)?;
            (facts.trust == Trust::Good).then(|| format!("{name}: no file was taken for {}", length(age)))
        }
        Source::Feed(_) => of_feed(facts, feed, &name),
    }
}

/// Two periods without what a source on the network is asked for.
fn of_feed(facts: &Facts, feed: &FeedState, name: &str) -> Option<String> {
    let Some(age) = feed.age else {
        return feed.failing.as_ref().map(|failing| format!("{name}: {}", failed("it has never answered", failing)));
    };
    let period = feed.planned.interval.unwrap_or(SHORTEST_PERIOD).max(facts.sync_every).max(SHORTEST_PERIOD);
    if age <= period * 2 || facts.trust != Trust::Good {
        return None;
    }
    let since = feed.last_good.as_ref().map(|good| good.asked_at.format("%FT%TZ").to_string()).unwrap_or_default();
    let what = if feed.planned.brings_sets { "no new element sets" } else { "no new data" };
    let what = format!("{what} for {}, since {since}", length(age));
    match &feed.failing {
        Some(failing) => Some(format!("{name}: {}", failed(&what, failing))),
        // A source that answers as it should has nothing newer of the rest.
        None => feed.planned.brings_sets.then(|| format!("{name}: {what}")),
    }
}

/// `it has never answered: asked 6 times since …, last: …`.
fn failed(what: &str, failing: &Failing) -> String {
    let Failing { since, times, reason } = failing;
    let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
    format!("{what}: tried {times} since {}, last: {reason}", since.format("%FT%TZ"))
}
