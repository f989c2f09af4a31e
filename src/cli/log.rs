//! The log on standard error: for people, or one JSON object a line for a journal.

use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Lines for people: warnings and errors, more on request.
pub(super) fn for_people(verbose: u8) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .init();
}

/// One JSON object a line, from "info" up, the same line at most ten times a minute.
pub(super) fn for_a_journal(verbose: u8) {
    let level = if verbose == 0 { LevelFilter::INFO } else { LevelFilter::DEBUG };
    tracing_subscriber::registry().with(Journal::default().with_filter(level)).init();
}

/// Writes each event as a line of JSON.
#[derive(Debug, Default)]
struct Journal {
    limiter: Mutex<Limiter>,
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        // The place in the source and the words: lines that differ in their figures are alike.
        let site = format!("{}:{} {}", metadata.target(), metadata.line().unwrap_or(0), fields.message);
        let (passes, silent) = {
            let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
            (limiter.passes(site, &fields.message, Instant::now()), limiter.take_silent(Instant::now()))
        };
        let mut text = String::new();
        for (message, suppressed) in silent {
            let mut rest = Map::new();
            rest.insert("suppressed".to_owned(), suppressed.into());
            text += &line("info", &message, rest);
        }
        if passes {
            text += &line(&metadata.level().to_string().to_ascii_lowercase(), &fields.message, fields.rest);
        }
        // A closed or full standard error leaves nobody to tell.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

fn line(level: &str, message: &str, rest: Map<String, Value>) -> String {
    let mut object = Map::new();
    object.insert("time".to_owned(), Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true).into());
    object.insert("level".to_owned(), level.into());
    object.insert("message".to_owned(), message.into());
    for (name, value) in rest {
        object.entry(name).or_insert(value);
    }
    format!("{}\n", Value::Object(object))
}

/// The fields of an event.
#[derive(Debug, Default)]
struct Fields {
    message: String,
    rest: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            // What a record of the `log` crate says of itself.
            (name, _) if name.starts_with("log.") => {}
            (name, value) => {
                self.rest.insert(name.to_owned(), value);
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}

/// Lets the same line through so often a minute, and counts the rest.
#[derive(Debug, Default)]
struct Limiter {
    sites: HashMap<String, Site>,
}

#[derive(Debug)]
struct Site {
    message: String,
    begun: Instant,
    passed: u32,
    suppressed: u64,
}

/// The same line at most so often in [`MINUTE`].
const MOST: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60);

/// So many different lines are told apart in a minute.
const MOST_SITES: usize = 1000;

impl Limiter {
    fn passes(&mut self, site: String, message: &str, now: Instant) -> bool {
        if self.sites.len() >= MOST_SITES {
            return true;
        }
        let new = || Site { message: message.to_owned(), begun: now, passed: 0, suppressed: 0 };
        let site = self.sites.entry(site).or_insert_with(new);
        if now.duration_since(site.begun) < MINUTE && site.passed >= MOST {
            site.suppressed += 1;
            return false;
        }
        site.passed += 1;
        true
    }

    /// The lines whose minute is over, with how often each was not written; they are forgotten.
    fn take_silent(&mut self, now: Instant) -> Vec<(String, u64)> {
        let mut over = Vec::new();
        self.sites.retain(|_, site| {
            let is_over = now.duration_since(site.begun) >= MINUTE;
            if is_over && site.suppressed > 0 {
                over.push((site.message.clone(), site.suppressed));
            }
            !is_over
        });
        over
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Limiter, line};

    #[test]
    fn the_eleventh_line_of_a_minute_is_counted_instead() {
        let mut limiter = Limiter::default();
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let passed = (0..25).filter(|second| limiter.passes("a".to_owned(), "held", at(*second))).count();
        assert_eq!(passed, 10);
        assert!(limiter.passes("b".to_owned(), "other", at(25)));
        assert_eq!(limiter.take_silent(at(59)), []);
        assert_eq!(limiter.take_silent(at(60)), [("held".to_owned(), 15)]);
        assert!(limiter.passes("a".to_owned(), "held", at(61)));
    }

    #[test]
    fn a_line_is_one_line() {
        let mut rest = serde_json::Map::new();
        rest.insert("name".to_owned(), "a\nb\u{1b}[0m".into());
        rest.insert("level".to_owned(), "other".into());
        let line = line("info", "x\r\ny", rest);
        assert_eq!(line.matches('\n').count(), 1);
        assert!(!line.contains('\r') && !line.contains('\u{1b}'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&value["level"], &value["name"]), (&"info".into(), &"a\nb\u{1b}[0m".into()));
    }
}
