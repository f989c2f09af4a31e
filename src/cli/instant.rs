//! Times as people type them.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::config::length::Length;

/// A time: a date, an instant, or relative to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instant {
    /// An instant of its own.
    At(DateTime<Utc>),
    /// So long after the clock, or before it.
    FromNow(TimeDelta),
}

/// The text is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no time: use 2026-11-22, 2026-11-22T09:00Z, 2026-11-22T09:00+09:00, now, +24h or -2d (UTC unless a zone is given)"
)]
pub(super) struct InstantError(String);

impl Instant {
    /// The instant, given the clock.
    #[must_use]
    pub(super) fn resolve(self, clock: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::At(time) => time,
            Self::FromNow(delta) => clock.checked_add_signed(delta).unwrap_or(clock),
        }
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || InstantError(text.to_owned());
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("now") {
            return Ok(Self::FromNow(TimeDelta::zero()));
        }
        if let Some(rest) = trimmed.strip_prefix('+') {
            return rest.parse().map(|Length(delta)| Self::FromNow(delta)).map_err(|_| refuse());
        }
        if let Some(rest) = trimmed.strip_prefix('-') {
            return rest.parse().map(|Length(delta)| Self::FromNow(-delta)).map_err(|_| refuse());
        }
        // No satellite flew before, and no element set reaches so far ahead.
        absolute(trimmed).filter(|time| (1957..2200).contains(&time.year())).map(Self::At).ok_or_else(refuse)
    }
}

fn absolute(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc());
    }
    let text = text.replacen(' ', "T", 1);
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z"];
    let with_offset = text.replace(['Z', 'z'], "+00:00");
    if let Some(time) = zoned.iter().find_map(|format| DateTime::parse_from_str(&with_offset, format).ok()) {
        return Some(time.with_timezone(&Utc));
    }
    let plain = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    plain.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok()).map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::Instant;

    fn at(text: &str) -> Option<DateTime<Utc>> {
        let clock = "2026-11-22T00:00:00Z".parse().ok()?;
        text.parse::<Instant>().ok().map(|instant| instant.resolve(clock))
    }

    #[test]
    fn every_form_of_the_contract() {
        let same = [
            ("2026-11-22", "2026-11-22T00:00:00Z"),
            ("2026-11-22T09:00Z", "2026-11-22T09:00:00Z"),
            ("2026-11-22T09:00+09:00", "2026-11-22T00:00:00Z"),
            ("2026-11-22T09:00:30.5Z", "2026-11-22T09:00:30.500Z"),
            ("2026-11-22 09:00", "2026-11-22T09:00:00Z"),
            ("now", "2026-11-22T00:00:00Z"),
            ("+24h", "2026-11-23T00:00:00Z"),
            ("-2d", "2026-11-20T00:00:00Z"),
            ("+1.5h", "2026-11-22T01:30:00Z"),
        ];
        for (text, expected) in same {
            assert_eq!(at(text), expected.parse().ok(), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "0001-01-01",
            "9999-12-31",
            "2026-11-22T25:00Z",
            "+24",
            "-d",
            "+-3h",
            "+1e99d",
            "+NaNh",
            "日",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
