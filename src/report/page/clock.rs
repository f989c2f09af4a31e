//! Times of a report as readers say them: Korean and Japanese time first, UTC with its Z beside.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use super::words::NBSP;
use crate::astro::span::Span;
use crate::astro::time::Window;

/// Korea's and Japan's offset from UTC, s: neither changes its clocks.
const OFFSET_S: i64 = 9 * 3600;

/// The clock of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: DateTime<Utc>,
    window_s: f64,
}

impl Clock {
    pub(super) fn new(window: Window) -> Self {
        Self { start: window.start, window_s: window.seconds() }
    }

    pub(super) const fn window_s(&self) -> f64 {
        self.window_s
    }

    /// A time of the window, to the nearest minute.
    fn at(&self, time_s: f64) -> DateTime<Utc> {
        let at = self.start + TimeDelta::milliseconds((time_s * 1000.0).round() as i64);
        let into_minute = TimeDelta::milliseconds(at.timestamp_millis().rem_euclid(60_000));
        if into_minute >= TimeDelta::seconds(30) { at - into_minute + TimeDelta::minutes(1) } else { at - into_minute }
    }

    /// Seconds of the local day at a time of the window.
    fn second_of_local_day(&self, time_s: f64) -> f64 {
        let midnight = local(self.start).num_seconds_from_midnight();
        f64::from(midnight) + f64::from(self.start.timestamp_subsec_millis()) / 1000.0 + time_s
    }

    /// `18:34`.
    pub(super) fn local(&self, time_s: f64) -> String {
        local(self.at(time_s)).format("%H:%M").to_string()
    }

    /// `09:34Z`.
    pub(super) fn utc(&self, time_s: f64) -> String {
        self.at(time_s).format("%H:%MZ").to_string()
    }

    /// `7 Sep`, the local date.
    pub(super) fn date(&self, time_s: f64) -> String {
        date(local(self.at(time_s)))
    }

    /// A time of the first 24 hours as `18:34`, where it says all, else `9 Sep 18:34`.
    pub(super) fn when(&self, time_s: f64) -> String {
        if is_of_first_day(time_s) { self.local(time_s) } else { self.dated(time_s) }
    }

    fn dated(&self, time_s: f64) -> String {
        format!("{}{NBSP}{}", self.date(time_s), self.local(time_s))
    }

    /// `18:34–07:29` in the first 24 hours, else `8 Sep 08:36–11:29` or `8 Sep 22:10–9 Sep 01:04`: a date at one end alone
    /// would leave the other's open.
    pub(super) fn range(&self, span: Span) -> String {
        let (start_s, end_s) = (span.start_s, span.end_s);
        if is_of_first_day(start_s) && is_of_first_day(end_s) {
            return format!("{}–{}", self.local(start_s), self.local(end_s));
        }
        let end = if self.date(start_s) == self.date(end_s) { self.local(end_s) } else { self.dated(end_s) };
        format!("{}–{end}", self.dated(start_s))
    }

    /// Whether a stretch is cut by the window's start or end.
    pub(super) fn is_cut(&self, span: Span) -> bool {
        span.start_s <= 1e-3 || span.end_s >= self.window_s - 1e-3
    }

    /// Times of a stretch that are whole multiples of `step_s` on the local clock.
    pub(super) fn ticks(&self, span: Span, step_s: f64) -> Vec<f64> {
        let offset = self.second_of_local_day(0.0);
        let first = ((span.start_s + offset) / step_s - 1e-9).ceil() as i64;
        let last = ((span.end_s + offset) / step_s + 1e-9).floor() as i64;
        (first..=last).map(|multiple| multiple as f64 * step_s - offset).collect()
    }

    /// Whether a time is midnight on the local clock.
    pub(super) fn is_midnight(&self, time_s: f64) -> bool {
        let into_day = self.second_of_local_day(time_s).rem_euclid(86_400.0);
        into_day.min(86_400.0 - into_day) < 1.0
    }

    /// The stretch `span` for a heading: `7 Sep 2026 09:00 KST (00:00Z) to 8 Sep 09:00 KST`.
    pub(super) fn long_range(&self, span: Span) -> String {
        let start = self.at(span.start_s);
        let year = local(start).year();
        let end = local(self.at(span.end_s));
        let end_year = if end.year() == year { String::new() } else { format!(" {}", end.year()) };
        format!(
            "{} {year} {} KST ({}) to {}{end_year} {} KST",
            self.date(span.start_s),
            self.local(span.start_s),
            self.utc(span.start_s),
            self.date(span.end_s),
            self.local(span.end_s)
        )
    }
}

/// Whether a time of the clock alone says all: it comes once in the first 24 hours.
fn is_of_first_day(time_s: f64) -> bool {
    (0.0..86_400.0).contains(&time_s) || (time_s - 86_400.0).abs() < 30.0
}

/// A time of its own, such as when a report was made: `7 Sep 08:30 KST`.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    let local = local(time);
    format!("{} {}", date(local), local.format("%H:%M KST"))
}

/// The same in UTC: `6 Sep 23:30Z`.
pub(super) fn utc_stamp(time: DateTime<Utc>) -> String {
    format!("{} {}", date(time), time.format("%H:%MZ"))
}

fn local(time: DateTime<Utc>) -> DateTime<Utc> {
    // Only the digits of the clock are read from it.
    time + TimeDelta::seconds(OFFSET_S)
}

fn date(time: DateTime<Utc>) -> String {
    time.format("%-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(start: &str) -> Clock {
        Clock::new(Window::new(start.parse().unwrap(), TimeDelta::hours(72)))
    }

    #[test]
    fn times_are_of_korea_and_dates_only_where_needed() {
        let clock = clock("2026-09-07T00:00:00Z");
        assert_eq!(clock.range(Span::new(34_440.0, 80_940.0)), "18:34–07:29");
        assert_eq!(clock.range(Span::new(80_940.0, 90_000.0)), "8 Sep\u{a0}07:29–10:00");
        assert_eq!(clock.range(Span::new(50_400.0, 90_000.0)), "7 Sep\u{a0}23:00–8 Sep\u{a0}10:00");
        assert_eq!(clock.utc(54_000.0), "15:00Z");
        assert!(clock.is_midnight(54_000.0));
        assert_eq!(clock.long_range(Span::new(0.0, 86_400.0)), "7 Sep 2026 09:00 KST (00:00Z) to 8 Sep 09:00 KST");
    }

    #[test]
    fn ticks_stand_on_the_local_hours() {
        let clock = clock("2026-09-07T00:20:30.5Z");
        let ticks = clock.ticks(Span::new(0.0, 4.0 * 3600.0), 7200.0);
        assert_eq!(ticks, [2369.5, 9569.5]);
        assert_eq!(clock.local(ticks[0]), "10:00");
    }
}
