//! OMM as `KEY = value` lines, one message after the other.

use std::borrow::Cow;

use super::{CUT, Keyword, Record};
use crate::format::batch::Collector;
use crate::format::lines::Lines;
use crate::format::refusal::{Place, Refusal};

/// The key of a line, where it has the shape `KEY = value`.
pub(in crate::format) fn key(line: &str) -> Option<&str> {
    let key = line.split_once('=')?.0.trim();
    let key_like = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (!key.is_empty() && key.bytes().all(key_like)).then_some(key)
}

/// Whether a message without its version line may begin with `key`.
pub(in crate::format) fn is_opening_key(key: &str) -> bool {
    matches!(key, "CREATION_DATE" | "ORIGINATOR" | "MESSAGE_ID") || Keyword::find(key).is_some()
}

/// Reads all messages. One begins at its version line; without one, where metadata follow the data of the message
/// before, or where a second epoch stands.
pub(in crate::format) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut message = Message::default();
    for line in Lines::new(text) {
        let Some((key, value)) = key(line.text).zip(line.text.split_once('=')) else {
            continue;
        };
        let keyword = Keyword::find(key);
        let begins = match keyword {
            None => key.ends_with("_VERS"),
            Some(Keyword::Epoch) => message.record.has(Keyword::Epoch),
            Some(keyword) => {
                keyword.is_metadata() && message.has_data && (!message.has_version || message.record.has(keyword))
            }
        };
        if begins {
            std::mem::take(&mut message).finish(collector);
            message.has_version = keyword.is_none();
        }
        match keyword {
            Some(keyword) => message.put(keyword, value.1, line.number),
            // A field that is not read may be cut without harm.
            None => message.last = None,
        }
    }
    // A message has no closing line: one that was cut lacks its last fields.
    if text.ends_with(['\n', '\r']) {
        message.finish(collector);
    } else if message.lines.is_some() && !message.finish_cut(collector) {
        collector.mark_truncated();
    }
}

#[derive(Default)]
struct Message<'a> {
    record: Record<'a>,
    lines: Option<(usize, usize)>,
    has_data: bool,
    has_version: bool,
    last: Option<Keyword>,
}

impl<'a> Message<'a> {
    fn put(&mut self, keyword: Keyword, value: &'a str, number: usize) {
        let value = value.trim();
        let value = match keyword {
            // Names may end in brackets of their own.
            Keyword::ObjectName | Keyword::ObjectId => value,
            _ => value.strip_suffix(']').and_then(|open| open.rsplit_once('[')).map_or(value, |(number, _)| number),
        };
        self.record.set(keyword, Cow::Borrowed(value));
        self.last = Some(keyword);
        self.has_data |= !keyword.is_metadata();
        self.lines = Some((self.lines.map_or(number, |(first, _)| first), number));
    }

    /// Hands over a message whose last line has no end; whether it was good.
    fn finish_cut(self, collector: &mut Collector<'_>) -> bool {
        match self.lines {
            Some((first, last)) if self.last.is_some_and(Keyword::is_read_by_sgp4) => {
                collector.take(Place::Lines(first, last), Err(Refusal::record(None, CUT)));
                false
            }
            _ => self.finish(collector),
        }
    }

    /// Hands the message over; whether it was good.
    fn finish(self, collector: &mut Collector<'_>) -> bool {
        let Some((first, last)) = self.lines else {
            return true;
        };
        let elements = self.record.elements();
        let good = elements.is_ok();
        collector.take(Place::Lines(first, last), elements);
        good
    }
}
