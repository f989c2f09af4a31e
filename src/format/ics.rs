//! iCalendar (RFC 5545): events out, for calendars on phones and desks.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// One event of a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What makes it the same event in a later edition: unique in the world.
    pub uid: String,
    /// Beginning.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Its title.
    pub summary: String,
    /// What else to know, lines divided by `\n`.
    pub description: String,
    /// Where.
    pub location: String,
    /// Latitude and longitude in degrees, where it happens at a point.
    pub geo: Option<(f64, f64)>,
}

/// The longest line in octets, its break not counted (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// A calendar named `name`, made at `stamp`.
///
/// Times are UTC in whole seconds: beginnings are rounded down and ends up, so that an event lasts a second at least, as
/// DTEND must lie after DTSTART (3.8.2.2). Text is escaped (3.3.11), lines are folded at 75 octets between characters and
/// end in CR LF (3.1).
#[must_use]
pub fn calendar(name: &str, stamp: DateTime<Utc>, events: &[Event]) -> String {
    let mut text = String::new();
    let mut line = |content: &str| push_folded(&mut text, content);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(concat!("PRODID:-//alliedsky//alliedsky ", env!("CARGO_PKG_VERSION"), "//EN"));
    line("CALSCALE:GREGORIAN");
    line("METHOD:PUBLISH");
    line(&format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        let start = event.start.trunc_subsecs(0);
        let end = event.end.trunc_subsecs(0);
        let end = if end < event.end || end <= start { end + TimeDelta::seconds(1) } else { end };
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&event.uid)));
        line(&format!("DTSTAMP:{}", basic(stamp)));
        line(&format!("DTSTART:{}", basic(start)));
        line(&format!("DTEND:{}", basic(end)));
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        if !event.description.is_empty() {
            line(&format!("DESCRIPTION:{}", escaped(&event.description)));
        }
        if !event.location.is_empty() {
            line(&format!("LOCATION:{}", escaped(&event.location)));
        }
        if let Some((latitude_deg, longitude_deg)) = event.geo {
            line(&format!("GEO:{latitude_deg:.6};{longitude_deg:.6}"));
        }
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

/// `20260907T010203Z`.
fn basic(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Text with its backslashes, semicolons, commas and line breaks escaped; other control characters are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Adds a content line, folded: each line after the first begins with a blank, which counts.
fn push_folded(text: &mut String, content: &str) {
    let mut octets = 0;
    for character in content.chars() {
        if octets + character.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(character);
        octets += character.len_utf8();
    }
    text.push_str("\r\n");
}
