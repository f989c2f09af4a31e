//! Whether the wall clock can be believed.
//!
//! A machine may wake up in 1970, and an admin, a dead battery or a lying time server may move the clock by years. All
//! that is computed depends on the time, so that the daemon stops computing rather than being wrong. What tells is the
//! time since the machine started, which nobody sets, and what the sources say the time is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::feed::bundled;
use crate::machine::clock::Reading;
use crate::store::tasks::Told;

/// What one may think of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It may be believed.
    Good,
    /// It stands before a time that is past for certain.
    TooEarly,
    /// It was moved by so much while the machine ran.
    Jumped(TimeDelta),
}

/// A look at the clocks now and then, which remembers what it saw.
#[derive(Clone, Debug)]
pub struct ClockWatch {
    seen: Reading,
    /// Since when the wall stands where it jumped to, and how far that is.
    jump: Option<(Reading, TimeDelta)>,
}

/// A smaller jump is taken as it comes: a clock set right, or local time mistaken for UTC.
const LEAST_JUMP: TimeDelta = TimeDelta::hours(1);

/// Clocks that differ by less agree.
const AGREE: TimeDelta = TimeDelta::minutes(5);

/// A larger jump is believed only when a source or a person confirms it.
const MOST_BELIEVED: TimeDelta = TimeDelta::days(30);

/// How long a clock must go on steadily after a jump to be believed.
const STEADY: TimeDelta = TimeDelta::hours(1);

impl ClockWatch {
    /// From a reading that is believed: the daemon was just started.
    #[must_use]
    pub const fn new(seen: Reading) -> Self {
        Self { seen, jump: None }
    }

    /// The reading at which both clocks were last seen to agree.
    #[must_use]
    pub const fn seen(&self) -> &Reading {
        &self.seen
    }

    /// Looks at the clocks; `floor` is a time that is past for certain, `told` what a source said last.
    pub fn look(&mut self, now: &Reading, floor: DateTime<Utc>, told: Option<&Told>) -> Trust {
        if now.wall < floor {
            return Trust::TooEarly;
        }
        let by = now.jump_since(&self.seen).unwrap_or(TimeDelta::zero());
        let least = if self.jump.is_some() { AGREE } else { LEAST_JUMP };
        if by.abs() <= least || told.is_some_and(|told| confirms(told, now)) || self.is_steady(now, by) {
            self.seen = now.clone();
            self.jump = None;
            return Trust::Good;
        }
        match &self.jump {
            Some((_, before)) if (by - *before).abs() <= AGREE => {}
            _ => self.jump = Some((now.clone(), by)),
        }
        Trust::Jumped(by)
    }

    fn is_steady(&self, now: &Reading, by: TimeDelta) -> bool {
        self.jump.as_ref().is_some_and(|(since, before)| {
            by.abs() < MOST_BELIEVED && (by - *before).abs() <= AGREE && now.since(since) >= STEADY
        })
    }
}

/// A time that is past for certain: that of the newest snapshot which the program carries.
#[must_use]
pub fn floor() -> DateTime<Utc> {
    bundled::snapshots().iter().map(|snapshot| snapshot.clock).max().unwrap_or_default()
}

/// What the clock of a running daemon's machine looks like from another process, which has only the daemon's word for
/// when both clocks agreed.
#[must_use]
pub fn glance(now: &Reading, seen: Option<&Reading>) -> Trust {
    ClockWatch::new(seen.unwrap_or(now).clone()).look(now, floor(), None)
}

/// Whether a source's time, carried on by the time since it was told, agrees with the wall clock.
fn confirms(told: &Told, now: &Reading) -> bool {
    // Only within one start of the machine: across starts, the wall would vouch for itself.
    now.jump_since(&told.at).is_some() && ((told.time + now.since(&told.at)) - now.wall).abs() <= AGREE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::clock::Uptime;

    fn at(wall: &str, seconds: f64) -> Reading {
        Reading { wall: wall.parse().unwrap(), uptime: Some(Uptime { boot_id: "a".to_owned(), seconds }) }
    }

    #[test]
    fn the_floor_is_the_day_after_the_theatre_snapshot() {
        assert_eq!(floor().to_rfc3339(), "2026-09-07T00:00:00+00:00");
    }

    fn watch() -> ClockWatch {
        ClockWatch::new(at("2026-11-22T10:00:00Z", 1000.0))
    }

    #[test]
    fn a_clock_that_runs_is_good() {
        let mut watch = watch();
        for minute in 1..200 {
            let now = Reading {
                wall: watch.seen().wall + TimeDelta::minutes(1),
                uptime: Some(Uptime { boot_id: "a".to_owned(), seconds: 1000.0 + 60.0 * f64::from(minute) }),
            };
            assert_eq!(watch.look(&now, floor(), None), Trust::Good);
        }
    }

    #[test]
    fn small_jumps_go_on() {
        for wall in ["2026-11-22T11:00:30Z", "2026-11-22T09:02:00Z"] {
            let mut watch = watch();
            assert_eq!(watch.look(&at(wall, 1060.0), floor(), None), Trust::Good, "{wall}");
            assert_eq!(watch.seen().wall, wall.parse::<DateTime<Utc>>().unwrap());
        }
    }

    #[test]
    fn the_year_1970_is_too_early_at_every_look() {
        let mut watch = watch();
        for seconds in [1060.0, 4000.0, 90_000.0] {
            assert_eq!(watch.look(&at("1970-01-01T00:10:00Z", seconds), floor(), None), Trust::TooEarly);
        }
        // Back where it belongs.
        assert_eq!(watch.look(&at("2026-11-22T10:02:00Z", 1120.0), floor(), None), Trust::Good);
    }

    #[test]
    fn a_day_is_believed_after_an_hour() {
        let mut watch = watch();
        let jumped = Trust::Jumped(TimeDelta::days(1));
        assert_eq!(watch.look(&at("2026-11-23T10:01:00Z", 1060.0), floor(), None), jumped);
        assert_eq!(watch.look(&at("2026-11-23T10:59:00Z", 1060.0 + 3480.0), floor(), None), jumped);
        assert_eq!(watch.look(&at("2026-11-23T11:01:00Z", 1060.0 + 3600.0), floor(), None), Trust::Good);
    }

    #[test]
    fn a_clock_that_goes_on_jumping_is_not_believed() {
        let mut watch = watch();
        for (day, seconds) in [(23, 1060.0), (24, 1060.0 + 1800.0), (25, 1060.0 + 3700.0), (24, 1060.0 + 7000.0)] {
            let now = at(&format!("2026-11-{day}T10:00:00Z"), seconds);
            assert!(matches!(watch.look(&now, floor(), None), Trust::Jumped(_)), "{day}");
        }
    }

    #[test]
    fn ten_years_are_believed_from_a_source_alone() {
        let mut watch = watch();
        for seconds in [1060.0, 90_000.0] {
            let now = Reading { wall: "2036-11-22T10:00:00Z".parse().unwrap(), ..at("2026-11-22T10:00:00Z", seconds) };
            assert!(matches!(watch.look(&now, floor(), None), Trust::Jumped(_)));
        }
        let now = at("2036-11-22T10:20:00Z", 91_200.0);
        let of_the_old_time =
            Told { time: "2026-11-23T11:00:00Z".parse().unwrap(), at: at("2036-11-22T10:10:00Z", 90_600.0) };
        assert!(matches!(watch.look(&now, floor(), Some(&of_the_old_time)), Trust::Jumped(_)));
        let told = Told { time: "2036-11-22T10:12:00Z".parse().unwrap(), at: at("2036-11-22T10:10:00Z", 90_600.0) };
        assert_eq!(watch.look(&now, floor(), Some(&told)), Trust::Good);
    }

    #[test]
    fn a_clock_that_comes_back_is_good_again() {
        let mut watch = watch();
        assert!(matches!(watch.look(&at("2026-11-22T18:00:00Z", 1060.0), floor(), None), Trust::Jumped(_)));
        // Back to within an hour is not enough once it has jumped.
        assert!(matches!(watch.look(&at("2026-11-22T10:40:00Z", 1120.0), floor(), None), Trust::Jumped(_)));
        assert_eq!(watch.look(&at("2026-11-22T10:05:00Z", 1180.0), floor(), None), Trust::Good);
    }

    #[test]
    fn a_reading_without_uptime_is_believed() {
        let mut watch = ClockWatch::new(Reading::at("2026-11-22T10:00:00Z".parse().unwrap()));
        let now = Reading::at("2027-11-22T10:00:00Z".parse().unwrap());
        assert_eq!(watch.look(&now, floor(), None), Trust::Good);
    }
}
