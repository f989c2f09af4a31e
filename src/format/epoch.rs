//! Epochs of OMM (ISO 8601) and TLE (year and day), exact to the nanosecond.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Years that an epoch can mean: two-digit years begin at 1957, and past 2199 the nanoseconds would not fit for long.
const YEARS: std::ops::RangeInclusive<i32> = 1957..=2199;

/// Nanoseconds in 1e-8 day, the resolution of a TLE.
pub(super) const TLE_TICK_NS: i64 = 864_000;

/// Ticks of 1e-8 day in a day.
pub(super) const TLE_TICKS_PER_DAY: i64 = 100_000_000;

/// Reads `2026-09-06T12:34:56.789` or `2026-249T12:34:56.789`, with or without `Z`; digits past the nanosecond are cut.
pub(super) fn parse_iso(text: &str) -> Result<DateTime<Utc>, &'static str> {
    const SHAPE: &str = "no date and time like 2026-09-06T12:34:56.789 or 2026-249T12:34:56.789, in UTC";
    let text = text.trim();
    let text = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("+00:00")).unwrap_or(text);
    let (date, time) = text.split_once(['T', 't', ' ']).ok_or(SHAPE)?;
    let date = parse_date(date).ok_or(SHAPE)??;
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = whole.split(':').map(|part| digits(part, 2));
    let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(SHAPE);
    };
    if second == 60 {
        return Err("second 60 is a leap second, which SGP4's clock does not have");
    }
    let nanosecond = nanoseconds(fraction).ok_or(SHAPE)?;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond).ok_or("no such time of day")?;
    Ok(NaiveDateTime::new(date, time).and_utc())
}

/// The date in a calendar or day-of-year form; `None` where it has neither shape.
fn parse_date(text: &str) -> Option<Result<NaiveDate, &'static str>> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?.cast_signed();
    let (second, third) = (parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let date = match third {
        Some(day) => NaiveDate::from_ymd_opt(year, digits(second, 2)?, digits(day, 2)?),
        None => NaiveDate::from_yo_opt(year, digits(second, 3)?),
    };
    Some(match date {
        None => Err("no such day in the calendar"),
        Some(date) if YEARS.contains(&date.year()) => Ok(date),
        Some(_) => Err("outside the years 1957 to 2199"),
    })
}

/// A number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(value.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// Reads columns 19 to 32 of a TLE, `yyddd.ffffffff`: 57 to 99 are 1957 to 1999, 00 to 56 are 2000 to 2056.
pub(super) fn parse_tle(text: &str) -> Result<DateTime<Utc>, &'static str> {
    const SHAPE: &str = "no epoch like 26249.46623009 (year, day, fraction of a day)";
    let year = text.get(..2).and_then(two_digit_year).ok_or(SHAPE)?;
    let (day, fraction) = text.get(2..).and_then(|rest| rest.split_once('.')).ok_or(SHAPE)?;
    let fraction = fraction.trim_end();
    let day = day.trim_start();
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&day.len()) || !all_digits(day) || fraction.len() > 8 || !all_digits(fraction) {
        return Err(SHAPE);
    }
    let day: u32 = day.parse().map_err(|_| SHAPE)?;
    let date = NaiveDate::from_yo_opt(year, day).ok_or("no such day in that year")?;
    let ticks = fraction.bytes().chain(std::iter::repeat(b'0')).take(8);
    let ticks = ticks.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok(date.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::nanoseconds(ticks * TLE_TICK_NS))
}

/// The year that two digits of a TLE mean.
pub(super) fn two_digit_year(text: &str) -> Option<i32> {
    let year = digits(text, 2)?.cast_signed();
    Some(if year >= 57 { 1900 + year } else { 2000 + year })
}

/// An epoch as CelesTrak writes it: microseconds and no zone; nanoseconds only where they are not zero.
pub(super) fn format_iso(epoch: DateTime<Utc>) -> String {
    let shape = if epoch.timestamp_subsec_nanos().is_multiple_of(1000) { "%FT%T%.6f" } else { "%FT%T%.9f" };
    epoch.format(shape).to_string()
}
