//! Epochs of other time systems in UTC.

use chrono::{DateTime, TimeDelta, Utc};

/// Time systems that are read; others (UT1, TDB, mission times) would need more than a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeSystem {
    Utc,
    Tai,
    Gps,
    Tt,
}

/// From which instant on, in Unix seconds of UTC, TAI − UTC is how many seconds: IERS Bulletin C, 1972 to 2017. No leap
/// second has been announced since, and none is taken to come.
const TAI_MINUS_UTC: [(i64, i64); 28] = [
    (63_072_000, 10),
    (78_796_800, 11),
    (94_694_400, 12),
    (126_230_400, 13),
    (157_766_400, 14),
    (189_302_400, 15),
    (220_924_800, 16),
    (252_460_800, 17),
    (283_996_800, 18),
    (315_532_800, 19),
    (362_793_600, 20),
    (394_329_600, 21),
    (425_865_600, 22),
    (489_024_000, 23),
    (567_993_600, 24),
    (631_152_000, 25),
    (662_688_000, 26),
    (709_948_800, 27),
    (741_484_800, 28),
    (773_020_800, 29),
    (820_454_400, 30),
    (867_715_200, 31),
    (915_148_800, 32),
    (1_136_073_600, 33),
    (1_230_768_000, 34),
    (1_341_100_800, 35),
    (1_435_708_800, 36),
    (1_483_228_800, 37),
];

impl TimeSystem {
    pub(super) fn find(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_uppercase().as_str() {
            "UTC" => Self::Utc,
            "TAI" => Self::Tai,
            "GPS" => Self::Gps,
            "TT" => Self::Tt,
            _ => return None,
        })
    }

    /// TAI minus this system: 19 s for GPS (IS-GPS-200), −32.184 s for TT (IAU 1991).
    const fn tai_minus_it(self) -> TimeDelta {
        match self {
            Self::Utc | Self::Tai => TimeDelta::zero(),
            Self::Gps => TimeDelta::seconds(19),
            Self::Tt => TimeDelta::milliseconds(-32_184),
        }
    }

    /// UTC of a date and time of this system, which comes as if it were UTC.
    pub(super) fn to_utc(self, label: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
        if self == Self::Utc {
            return Ok(label);
        }
        let tai = label + self.tai_minus_it();
        for (index, (since, seconds)) in TAI_MINUS_UTC.iter().enumerate().rev() {
            let utc = tai - TimeDelta::seconds(*seconds);
            if utc.timestamp() >= *since {
                let next = TAI_MINUS_UTC.get(index + 1);
                return if next.is_some_and(|(next, _)| utc.timestamp() >= *next) {
                    Err("inside a leap second, which UTC's clock here does not have")
                } else {
                    Ok(utc)
                };
            }
        }
        Err("before 1972, when UTC had no whole leap seconds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(system: TimeSystem, label: &str) -> Result<String, &'static str> {
        system.to_utc(label.parse().unwrap()).map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }

    /// The Unix epochs of the table are midnights of 1 January or 1 July.
    #[test]
    fn leap_seconds_come_at_half_years() {
        use chrono::Datelike;
        for (since, _) in TAI_MINUS_UTC {
            let day = DateTime::from_timestamp(since, 0).unwrap();
            assert_eq!(since % 86_400, 0);
            assert!(day.day() == 1 && matches!(day.month(), 1 | 7), "{day}");
        }
    }

    /// GPS and UTC were the same at GPS's own epoch; the other instants are those that the IERS's bulletins print.
    #[test]
    fn other_systems_in_utc() {
        assert_eq!(utc(TimeSystem::Gps, "1980-01-06T00:00:00Z").unwrap(), "1980-01-06T00:00:00Z");
        assert_eq!(utc(TimeSystem::Gps, "2026-09-06T00:00:18Z").unwrap(), "2026-09-06T00:00:00Z");
        assert_eq!(utc(TimeSystem::Tai, "2017-01-01T00:00:37Z").unwrap(), "2017-01-01T00:00:00Z");
        assert_eq!(utc(TimeSystem::Tai, "2017-01-01T00:00:35.5Z").unwrap(), "2016-12-31T23:59:59.500Z");
        assert!(utc(TimeSystem::Tai, "2017-01-01T00:00:36.5Z").unwrap_err().contains("leap second"));
        assert_eq!(utc(TimeSystem::Tt, "2000-01-01T12:00:00Z").unwrap(), "2000-01-01T11:58:55.816Z");
        assert!(utc(TimeSystem::Tt, "1971-01-01T12:00:00Z").is_err());
    }
}
