//! The time zone that people read times in; machine formats are always UTC.

use std::str::FromStr;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;

/// A zone for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

/// The text names no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone \"{0}\": use utc, kst, jst or an IANA name like Asia/Seoul")]
pub struct ZoneError(String);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "utc" | "z" => Ok(Self(Tz::UTC)),
            "kst" => Ok(Self(Tz::Asia__Seoul)),
            "jst" => Ok(Self(Tz::Asia__Tokyo)),
            _ => Tz::from_str(text).map(Self).map_err(|_| ZoneError(text.to_owned())),
        }
    }
}

impl Zone {
    /// Date, time to the second, and the zone's letters: `2026-09-07 09:00:00 KST`.
    #[must_use]
    pub fn show(self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.0).format("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    /// Date and time to the second, without the zone: for columns whose head names it.
    #[must_use]
    pub fn show_bare(self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.0).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A time that people read beside an earlier one: the time of day, and how many days later its date is, if it is:
    /// `09:00:00 +1d`.
    #[must_use]
    pub fn show_later(self, time: DateTime<Utc>, first: DateTime<Utc>) -> String {
        let (time, first) = (time.with_timezone(&self.0), first.with_timezone(&self.0));
        let days = (time.date_naive() - first.date_naive()).num_days();
        let day = if days == 0 { String::new() } else { format!(" {days:+}d") };
        format!("{}{day}", time.format("%H:%M:%S"))
    }

    /// The zone's letters at a time.
    #[must_use]
    pub fn letters(self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.0).format("%Z").to_string()
    }
}

/// RFC 3339 with microseconds and `Z`, as every machine format prints times.
#[must_use]
pub fn machine_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Adds what [`machine_time`] makes of an instant.
pub fn push_machine_time(time: DateTime<Utc>, to: &mut Vec<u8>) {
    // Once: a time with a zone works it out at each question.
    let naive = time.naive_utc();
    let (year, nanosecond) = (naive.year(), naive.nanosecond());
    // Years of other lengths and leap seconds are rare.
    if !(0..=9999).contains(&year) || nanosecond >= 1_000_000_000 {
        to.extend_from_slice(machine_time(time).as_bytes());
        return;
    }
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |place: usize, two_digits: u32| {
        text[place] = b'0' + (two_digits / 10) as u8;
        text[place + 1] = b'0' + (two_digits % 10) as u8;
    };
    let (year, second, microsecond) = (year.unsigned_abs(), naive.num_seconds_from_midnight(), nanosecond / 1000);
    put(0, year / 100);
    put(2, year % 100);
    put(5, naive.month());
    put(8, naive.day());
    put(11, second / 3600);
    put(14, second / 60 % 60);
    put(17, second % 60);
    put(20, microsecond / 10_000);
    put(22, microsecond / 100 % 100);
    put(24, microsecond % 100);
    to.extend_from_slice(&text);
}

/// RFC 3339 to the second with `Z`, for the clock in notes.
#[must_use]
pub fn clock_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{machine_time, push_machine_time};

    proptest! {
        #[test]
        fn instants_are_printed_as_chrono_prints_them(seconds in -70_000_000_000i64..300_000_000_000, nanos in 0u32..1_000_000_000) {
            let time = DateTime::from_timestamp(seconds, nanos).unwrap_or_default();
            let mut text = Vec::new();
            push_machine_time(time, &mut text);
            prop_assert_eq!(String::from_utf8_lossy(&text), machine_time(time));
        }
    }
}
