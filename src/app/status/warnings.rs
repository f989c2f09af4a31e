//! What a person should look at.

use chrono::TimeDelta;

use super::{Facts, sources};
use crate::app::trust::Trust;

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What, and what to do about it.
    pub text: String,
    /// Whether a monitor should raise an alarm.
    pub is_alarm: bool,
}

/// Below this much free space nothing is begun that writes, bytes.
const LEAST_FREE_BYTES: u64 = 64 << 20;

/// A task that failed so often in a row needs a person.
const MANY_FAILURES: u32 = 3;

/// What a person should look at, the worst first.
#[must_use]
pub fn warnings(facts: &Facts) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut alarm = |text: String| found.push(Warning { text, is_alarm: true });
    match facts.trust {
        Trust::Good => {}
        Trust::TooEarly => alarm(format!(
            "clock not trusted: {} is before this program was made; set the clock",
            facts.now.wall.format("%FT%TZ")
        )),
        Trust::Jumped(by) => alarm(format!(
            "clock not trusted: it jumped by {}; set it right, or start the daemon again if it is right",
            length(by)
        )),
    }
    for hold in &facts.holds {
        alarm(format!(
            "{} is held since {}: {}; `alliedsky feeds resume {}` lets it be asked again",
            hold.source,
            hold.since.format("%FT%TZ"),
            hold.reason,
            hold.source
        ));
    }
    sources::alarms(facts).into_iter().for_each(&mut alarm);
    if facts.stale {
        alarm("most element sets are too old for their orbits".to_owned());
    }
    if let Some(daemon) = &facts.lost_daemon {
        alarm(format!(
            "the daemon did not stop in order ({daemon}): it was killed, or the machine went down; start it again"
        ));
    }
    if let Some(free) = facts.free_bytes.filter(|free| *free < LEAST_FREE_BYTES) {
        alarm(format!(
            "only {} MiB free on the disk of the database, {} are needed",
            free >> 20,
            LEAST_FREE_BYTES >> 20
        ));
    }
    for task in facts.tasks.iter().filter(|task| task.record.failures >= MANY_FAILURES) {
        let (name, times) = (task.task.as_str(), task.record.failures);
        alarm(format!("{name} failed {times} times in a row: {}", task.record.summary));
    }
    for attempt in facts.attempts.iter().filter(|attempt| attempt.failures > 0) {
        let (rule, times) = (&attempt.rule, attempt.failures);
        let times = if times == 1 { "once".to_owned() } else { format!("{times} times in a row") };
        let text =
            format!("alert \"{rule}\" was not delivered {times}, tried again after each screening: {}", attempt.reason);
        found.push(Warning { text, is_alarm: attempt.failures >= MANY_FAILURES });
    }
    let mut note = |text: String| found.push(Warning { text, is_alarm: false });
    if facts.daemon.is_none() && facts.lost_daemon.is_none() && !facts.tasks.is_empty() {
        note("no daemon runs on this database; the last one was stopped".to_owned());
    }
    if !facts.has_contact && facts.store.snapshot.is_none() && facts.database.is_some() {
        note("no `contact` in the configuration: no source is asked over the network".to_owned());
    }
    found
}

/// A length of time in words.
pub(super) fn length(delta: TimeDelta) -> String {
    let sign = if delta < TimeDelta::zero() { "-" } else { "" };
    let minutes = delta.num_minutes().abs();
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{sign}{minutes} min"),
        (0, hours, minutes) => format!("{sign}{hours} h {minutes} min"),
        (days, hours, _) => format!("{sign}{days} d {hours} h"),
    }
}
