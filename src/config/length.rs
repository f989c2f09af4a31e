//! Lengths of time as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, de};

/// A length of time: `90s`, `30m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub TimeDelta);

/// The text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no length of time: use 90s, 30m, 24h or 7d")]
pub struct LengthError(String);

impl Length {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(TimeDelta::milliseconds(seconds.saturating_mul(1000)))
    }

    /// As the standard library has it.
    #[must_use]
    pub fn to_std(self) -> Duration {
        self.0.to_std().unwrap_or_default()
    }
}

impl FromStr for Length {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || LengthError(text.to_owned());
        let trimmed = text.trim();
        let (digits, unit_s) = match trimmed.char_indices().last() {
            Some((at, 's')) => (&trimmed[..at], 1.0),
            Some((at, 'm')) => (&trimmed[..at], 60.0),
            Some((at, 'h')) => (&trimmed[..at], 3600.0),
            Some((at, 'd')) => (&trimmed[..at], 86_400.0),
            _ => return Err(refuse()),
        };
        let count: f64 = digits.parse().map_err(|_| refuse())?;
        let seconds = count * unit_s;
        // A century is longer than any element set can be carried.
        if !(0.0..=3.2e9).contains(&seconds) {
            return Err(refuse());
        }
        Ok(Self(TimeDelta::milliseconds((seconds * 1000.0).round() as i64)))
    }
}

impl fmt::Display for Length {
    /// In the largest unit that needs no fraction.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.num_milliseconds();
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)] {
            if millis != 0 && millis % size == 0 {
                return write!(formatter, "{}{unit}", millis / size);
            }
        }
        write!(formatter, "{}s", millis as f64 / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Length;

    #[test]
    fn lengths_are_read_and_written_alike() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("24h", 86_400), ("1d", 86_400), ("1.5h", 5400), ("0s", 0)]
        {
            let length: Length = text.parse().unwrap();
            assert_eq!(length, Length::seconds(seconds), "{text}");
            assert_eq!(length.to_string().parse(), Ok(length), "{text}");
        }
        assert_eq!(Length::seconds(7200).to_string(), "2h");
        for text in ["24", "-2h", "h", "", "1e99d", "NaNh", "2 weeks"] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }
}
