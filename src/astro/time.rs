//! UTC instants, windows of them, and sidereal time.

use chrono::{DateTime, TimeDelta, Utc};

/// A Julian date in two parts, so that the fraction keeps its microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JulianDate {
    /// Whole part, a multiple of one half.
    pub whole: f64,
    /// Days after the whole part.
    pub fraction: f64,
}

/// Julian date of 1970-01-01T00:00:00.
const UNIX_EPOCH_JD: f64 = 2_440_587.5;

/// Julian date of 2000-01-01T12:00:00.
pub const J2000_JD: f64 = 2_451_545.0;

/// TT − UTC in seconds as it stands since 2017 (37 leap seconds and 32.184 s).
///
/// Earlier dates have up to 27 s less; for what moves slowly (the Sun, precession) one value serves all.
pub const TT_MINUS_UTC_S: f64 = 69.184;

impl JulianDate {
    /// The Julian date of a UTC instant, leap seconds ignored.
    #[must_use]
    pub fn from_utc(time: DateTime<Utc>) -> Self {
        let seconds = time.timestamp();
        let days = seconds.div_euclid(86_400);
        let seconds_of_day = seconds.rem_euclid(86_400) as f64 + f64::from(time.timestamp_subsec_nanos()) * 1e-9;
        Self { whole: UNIX_EPOCH_JD + days as f64, fraction: seconds_of_day / 86_400.0 }
    }

    /// The date `seconds` later.
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self { whole: self.whole, fraction: self.fraction + seconds / 86_400.0 }
    }

    /// Days since J2000, in one number.
    #[must_use]
    pub fn days_since_j2000(self) -> f64 {
        (self.whole - J2000_JD) + self.fraction
    }

    /// Julian centuries since J2000.
    #[must_use]
    pub fn centuries_since_j2000(self) -> f64 {
        self.days_since_j2000() / 36_525.0
    }
}

/// Greenwich mean sidereal time of 1982 in radians, 0 to 2π, for a Julian date in UT1.
///
/// Aoki et al. 1982 (Vallado, *Fundamentals*, 4th ed., eq. 3-47), with the whole days taken out of the fast term so
/// that no digits are lost.
#[must_use]
pub fn gmst82_rad(jd_ut1: JulianDate) -> f64 {
    let t = jd_ut1.centuries_since_j2000();
    let seconds = 67_310.548_41 + 8_640_184.812_866 * t + 0.093_104 * t * t - 6.2e-6 * t * t * t;
    let turns = (jd_ut1.whole - J2000_JD).rem_euclid(1.0) + jd_ut1.fraction.rem_euclid(1.0);
    (seconds / 86_400.0 + turns).rem_euclid(1.0) * std::f64::consts::TAU
}

/// A stretch of UTC time, the frame of reference of every computation: inside, time is seconds from `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First instant.
    pub start: DateTime<Utc>,
    /// Last instant, not before the first.
    pub end: DateTime<Utc>,
}

impl Window {
    /// From `start` for `duration`; a negative duration gives an empty window.
    #[must_use]
    pub fn new(start: DateTime<Utc>, duration: TimeDelta) -> Self {
        Self { start, end: start + duration.max(TimeDelta::zero()) }
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        (self.end - self.start).as_seconds_f64()
    }

    /// The instant `seconds` after the start, to the nanosecond.
    #[must_use]
    pub fn at(&self, seconds: f64) -> DateTime<Utc> {
        plus_seconds(self.start, seconds)
    }

    /// Seconds from the start to `time`.
    #[must_use]
    pub fn offset_s(&self, time: DateTime<Utc>) -> f64 {
        (time - self.start).as_seconds_f64()
    }
}

/// `time` plus a number of seconds, to the nanosecond; the result stays where it is if the sum is not a date.
#[must_use]
pub fn plus_seconds(time: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    let whole = seconds.floor();
    let nanoseconds = ((seconds - whole) * 1e9).round() as i64;
    TimeDelta::try_seconds(whole as i64)
        .and_then(|delta| delta.checked_add(&TimeDelta::nanoseconds(nanoseconds)))
        .and_then(|delta| time.checked_add_signed(delta))
        .unwrap_or(time)
}
