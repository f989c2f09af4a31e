//! When what runs: a function of readings of the clock, with nothing of its own to remember.
//!
//! A due time is kept as a reading of both clocks and a wait from it. Within one start of the machine the wait is
//! measured by the time since that start, so that it makes no difference where the wall clock is moved to; across
//! starts only the wall can tell.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::machine::clock::Reading;

/// A task is put off at random by this share of its period at most, and waits by no more for new data.
const MOST_SHARE: i32 = 10;

/// The longest wait before the clocks are looked at again.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The shortest wait: nothing makes the daemon spin.
pub const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// How often a task runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Its period.
    pub every: TimeDelta,
    /// The most by which a due time is put off at random; never more than a tenth of the period.
    pub jitter: TimeDelta,
    /// Whether the period begins when the task has ended. The sources count their pauses from a download, which may
    /// stand at the end of a run: from its start, every other run would come a moment too early and bring nothing.
    pub from_end: bool,
    /// Whether due times keep clear of the full and the half hour, when everybody asks.
    pub avoids_half_hours: bool,
}

/// When a task is due: a wait from a reading of the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// From when the wait is measured.
    pub anchor: Reading,
    /// The wait.
    pub wait: TimeDelta,
}

/// What follows a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// When the task is due again.
    pub slot: Slot,
    /// Due times that passed while it ran.
    pub skipped: u32,
}

/// A task as the choice of the next one sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The time until it is due; zero or less where it is.
    pub remaining: TimeDelta,
    /// Its period.
    pub every: TimeDelta,
    /// Whether it may run: false while the clock that it depends on is not trusted.
    pub allowed: bool,
}

impl Candidate {
    /// How far its time may be moved to fall together with new data: a tenth of the shorter period.
    #[must_use]
    pub fn shortly(&self, source: &Self) -> TimeDelta {
        self.every.min(source.every) / MOST_SHARE
    }
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Run the candidate with this index.
    Run(usize),
    /// Look again after so long.
    Wait(Duration),
}

impl Slot {
    /// Due at once.
    #[must_use]
    pub const fn at_once(now: Reading) -> Self {
        Self { anchor: now, wait: TimeDelta::zero() }
    }

    /// The time until it is due; zero or less where it is.
    #[must_use]
    pub fn remaining(&self, now: &Reading) -> TimeDelta {
        self.wait.checked_sub(&now.since(&self.anchor)).unwrap_or(TimeDelta::zero())
    }

    /// When it is due by the wall clock as it stands now.
    #[must_use]
    pub fn due_at(&self, now: &Reading) -> DateTime<Utc> {
        now.wall.checked_add_signed(self.remaining(now)).unwrap_or(now.wall)
    }

    /// Due times that have passed beside the one that is due: what a machine that was off has missed, and what one run
    /// catches up.
    #[must_use]
    pub fn missed(&self, now: &Reading, every: TimeDelta) -> u32 {
        periods(-self.remaining(now), every)
    }

    /// The same, or a period from now where it lies further ahead than its rhythm allows: after the wall clock went
    /// back between two starts of the machine, or after the period was made shorter.
    #[must_use]
    pub fn within(self, rhythm: &Rhythm, now: &Reading) -> Self {
        // A tenth for the jitter, and what keeping clear of the half hour may add.
        let furthest = rhythm.every + rhythm.every / MOST_SHARE + TimeDelta::minutes(4);
        if self.remaining(now) > furthest { Self { anchor: now.clone(), wait: rhythm.every } } else { self }
    }
}

impl Rhythm {
    /// What follows a run; `share`, from 0 to 1, is the chance that the jitter takes.
    #[must_use]
    pub fn after(&self, started: &Reading, ended: &Reading, share: f64) -> Next {
        let took = if self.from_end { TimeDelta::zero() } else { ended.since(started).max(TimeDelta::zero()) };
        let skipped = periods(took, self.every);
        let into_period = took - times(self.every, skipped);
        let jitter = self.jitter.min(self.every / MOST_SHARE);
        let put_off = milliseconds(share.clamp(0.0, 1.0) * jitter.num_milliseconds() as f64);
        let mut wait = self.every - into_period + put_off;
        if self.avoids_half_hours {
            let due = ended.wall.checked_add_signed(wait).unwrap_or(ended.wall);
            wait += past_the_half_hour(due, share);
        }
        Next { slot: Slot { anchor: ended.clone(), wait }, skipped }
    }
}

/// How often a period fits into a length of time.
fn periods(length: TimeDelta, every: TimeDelta) -> u32 {
    let count = length.num_milliseconds().max(0) / every.num_milliseconds().max(1);
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn times(every: TimeDelta, count: u32) -> TimeDelta {
    TimeDelta::milliseconds(every.num_milliseconds().saturating_mul(i64::from(count)))
}

fn milliseconds(count: f64) -> TimeDelta {
    TimeDelta::milliseconds(count as i64)
}

/// How far a due time is moved so that it keeps clear of the full and the half hour by a minute on both sides: into the
/// second minute after it, where `share` chooses the second.
#[must_use]
pub fn past_the_half_hour(due: DateTime<Utc>, share: f64) -> TimeDelta {
    let into_half_s = f64::from(due.minute() % 30) * 60.0 + f64::from(due.second());
    let is_near = !(120.0..29.0 * 60.0).contains(&into_half_s);
    if !is_near {
        return TimeDelta::zero();
    }
    let target_s = 120.0 + 59.0 * share.clamp(0.0, 1.0);
    let ahead_s = if into_half_s < 120.0 { target_s - into_half_s } else { 1800.0 + target_s - into_half_s };
    milliseconds(ahead_s * 1000.0)
}

/// What is left of the minute of the full or the half hour; nothing in any other minute.
#[must_use]
pub fn left_of_half_hour(wall: DateTime<Utc>) -> TimeDelta {
    if wall.minute().is_multiple_of(30) { TimeDelta::seconds(60 - i64::from(wall.second())) } else { TimeDelta::zero() }
}

/// The next step: the first candidate that is due, in order from `from` round to the one before it, else a wait until
/// the first will be. Who goes on after the one that ran last lets none wait for ever behind those that take too long.
///
/// The first candidate brings the data that the others work on. One that falls due [`shortly`](Candidate::shortly)
/// before it waits for it.
#[must_use]
pub fn step(candidates: &[Candidate], from: usize) -> Step {
    let source = candidates.first().filter(|first| first.allowed && first.remaining > TimeDelta::zero());
    let waits = |candidate: &Candidate| {
        source.is_some_and(|source| source.remaining - candidate.remaining <= candidate.shortly(source))
    };
    let mut wait = LONGEST_WAIT;
    let in_order = candidates.iter().enumerate();
    let round = in_order.clone().skip(from).chain(in_order.take(from));
    for (index, candidate) in round.filter(|(_, candidate)| candidate.allowed) {
        if candidate.remaining > TimeDelta::zero() {
            wait = wait.min(candidate.remaining.to_std().unwrap_or_default());
        } else if index == 0 || !waits(candidate) {
            return Step::Run(index);
        }
    }
    Step::Wait(wait.max(SHORTEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::clock::Uptime;

    fn reading(wall: &str, uptime: Option<(&str, f64)>) -> Reading {
        let uptime = uptime.map(|(boot_id, seconds)| Uptime { boot_id: boot_id.to_owned(), seconds });
        Reading { wall: wall.parse().unwrap(), uptime }
    }

    fn hours(count: i64) -> TimeDelta {
        TimeDelta::hours(count)
    }

    const EXACT: Rhythm =
        Rhythm { every: TimeDelta::hours(2), jitter: TimeDelta::zero(), from_end: false, avoids_half_hours: false };

    #[test]
    fn the_period_counts_from_the_start_of_a_run() {
        let started = reading("2026-11-22T10:10:00Z", Some(("a", 1000.0)));
        let ended = reading("2026-11-22T10:40:00Z", Some(("a", 2800.0)));
        let next = EXACT.after(&started, &ended, 0.5);
        assert_eq!((next.slot.due_at(&ended).to_rfc3339(), next.skipped), ("2026-11-22T12:10:00+00:00".to_owned(), 0));
        let from_end = Rhythm { from_end: true, ..EXACT };
        assert_eq!(from_end.after(&started, &ended, 0.5).slot.wait, hours(2));
    }

    #[test]
    fn a_run_longer_than_its_period_skips_slots() {
        let started = reading("2026-11-22T10:10:00Z", Some(("a", 1000.0)));
        // 4 h 30 min: the slots of 12:10 and 14:10 passed; the next is 16:10, 1 h 30 min later.
        let ended = reading("2026-11-22T14:40:00Z", Some(("a", 1000.0 + 16_200.0)));
        let next = EXACT.after(&started, &ended, 0.0);
        assert_eq!((next.skipped, next.slot.wait), (2, TimeDelta::minutes(90)));
    }

    #[test]
    fn the_jitter_is_at_most_a_tenth_of_the_period() {
        let now = reading("2026-11-22T10:10:00Z", None);
        let rhythm = Rhythm { every: TimeDelta::minutes(20), jitter: TimeDelta::minutes(5), ..EXACT };
        assert_eq!(rhythm.after(&now, &now, 1.0).slot.wait, TimeDelta::minutes(22));
        assert_eq!(rhythm.after(&now, &now, 0.0).slot.wait, TimeDelta::minutes(20));
        let rhythm = Rhythm { jitter: TimeDelta::minutes(5), ..EXACT };
        assert_eq!(rhythm.after(&now, &now, 1.0).slot.wait, TimeDelta::minutes(125));
    }

    #[test]
    fn due_times_keep_clear_of_the_half_hours() {
        for second in 0..7200 {
            let due: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
            let due = due + TimeDelta::seconds(second);
            for share in [0.0, 0.3, 1.0] {
                let moved = past_the_half_hour(due, share);
                let minute = (due + moved).minute() % 30;
                assert!((2..29).contains(&minute), "{due} {moved}");
                assert!((TimeDelta::zero()..TimeDelta::minutes(4)).contains(&moved), "{due} {moved}");
            }
        }
        let clear: DateTime<Utc> = "2026-11-22T10:02:00Z".parse().unwrap();
        assert_eq!(past_the_half_hour(clear, 0.7), TimeDelta::zero());
        let rhythm = Rhythm { avoids_half_hours: true, ..EXACT };
        let now = reading("2026-11-22T09:30:30Z", None);
        // Due at 11:30:30, moved to 11:32:00.
        assert_eq!(rhythm.after(&now, &now, 0.0).slot.wait, TimeDelta::seconds(7200 + 90));
    }

    #[test]
    fn jumps_of_the_wall_clock_change_no_wait() {
        let anchor = reading("2026-11-22T10:00:00Z", Some(("a", 500.0)));
        let slot = Slot { anchor, wait: hours(2) };
        for wall in [
            "2026-11-22T12:00:00Z",
            "2026-11-22T10:00:00Z",
            "2026-11-23T11:00:00Z",
            "2026-11-21T11:00:00Z",
            "1970-01-01T00:00:00Z",
            "2036-11-22T11:00:00Z",
        ] {
            let now = reading(wall, Some(("a", 500.0 + 3600.0)));
            assert_eq!(slot.remaining(&now), hours(1), "{wall}");
            let slot = slot.clone().within(&EXACT, &now);
            assert_eq!((slot.remaining(&now), slot.missed(&now, hours(2))), (hours(1), 0), "{wall}");
        }
    }

    #[test]
    fn a_machine_that_was_off_catches_up_once() {
        for (off, missed) in [(hours(1), 0), (hours(24), 12), (hours(720), 360)] {
            let anchor = reading("2026-11-22T10:10:00Z", Some(("a", 90_000.0)));
            let slot = Slot { anchor: anchor.clone(), wait: hours(2) };
            let now = Reading {
                wall: anchor.wall + hours(2) + off,
                uptime: Some(Uptime { boot_id: "b".to_owned(), seconds: 40.0 }),
            };
            assert!(slot.remaining(&now) <= TimeDelta::zero());
            assert_eq!(slot.missed(&now, hours(2)), missed);
            let next = EXACT.after(&now, &now, 0.0);
            assert_eq!((next.slot.remaining(&now), next.skipped), (hours(2), 0));
        }
    }

    #[test]
    fn an_anchor_in_the_future_of_another_start_is_moved() {
        let anchor = reading("2036-11-22T10:00:00Z", Some(("a", 500.0)));
        let slot = Slot { anchor, wait: hours(2) };
        let now = reading("2026-11-22T10:00:00Z", Some(("b", 50.0)));
        let slot = slot.within(&EXACT, &now);
        assert_eq!(slot, Slot { anchor: now.clone(), wait: hours(2) });
        // A period made shorter takes effect at once, too.
        let shorter = Rhythm { every: TimeDelta::minutes(30), ..EXACT };
        assert_eq!(slot.within(&shorter, &now).remaining(&now), TimeDelta::minutes(30));
    }

    fn candidate(remaining_min: i64, every_h: i64) -> Candidate {
        Candidate { remaining: TimeDelta::minutes(remaining_min), every: hours(every_h), allowed: true }
    }

    #[test]
    fn the_first_in_order_that_is_due_runs() {
        assert_eq!(step(&[candidate(0, 2), candidate(-30, 2)], 0), Step::Run(0));
        assert_eq!(step(&[candidate(60, 2), candidate(0, 2), candidate(-1, 6)], 0), Step::Run(1));
        assert_eq!(step(&[candidate(60, 2), candidate(1, 2)], 0), Step::Wait(LONGEST_WAIT));
        let soon = Candidate { remaining: TimeDelta::milliseconds(3), ..candidate(0, 2) };
        assert_eq!(step(&[soon], 0), Step::Wait(SHORTEST_WAIT));
        assert_eq!(step(&[], 0), Step::Wait(LONGEST_WAIT));
    }

    #[test]
    fn what_falls_due_just_before_new_data_waits_for_them() {
        // A tenth of 2 h is 12 min.
        assert!(matches!(step(&[candidate(5, 2), candidate(-6, 2)], 0), Step::Wait(_)));
        assert_eq!(step(&[candidate(5, 2), candidate(-8, 2)], 0), Step::Run(1));
        assert_eq!(step(&[candidate(13, 2), candidate(0, 2)], 0), Step::Run(1));
        let paused = Candidate { allowed: false, ..candidate(5, 2) };
        assert_eq!(step(&[paused, candidate(-6, 2)], 0), Step::Run(1));
    }

    #[test]
    fn a_long_period_waits_no_longer_than_the_data_are_fresh() {
        // A tenth of 2 h, not of 24 h: the data of a moment ago are the newest for 2 h.
        assert_eq!(step(&[candidate(119, 2), candidate(0, 24)], 0), Step::Run(1));
        assert!(matches!(step(&[candidate(10, 2), candidate(-1, 24)], 0), Step::Wait(_)));
    }

    #[test]
    fn a_task_that_is_always_due_keeps_no_other_waiting() {
        let due = [candidate(0, 2), candidate(0, 2), candidate(0, 2)];
        assert_eq!([0, 1, 2, 3].map(|from| step(&due, from)), [0, 1, 2, 0].map(Step::Run));
        assert_eq!(step(&[candidate(0, 2), candidate(9, 2), candidate(9, 2)], 1), Step::Run(0));
    }

    #[test]
    fn what_is_paused_makes_nobody_spin() {
        let paused = Candidate { allowed: false, ..candidate(-600, 2) };
        assert_eq!(step(&[paused, paused], 0), Step::Wait(LONGEST_WAIT));
    }
}
