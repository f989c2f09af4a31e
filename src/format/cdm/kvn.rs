//! CDM as `KEY = value [unit]` lines, one message after the other.

use std::borrow::Cow;

use super::Collector;
use super::keys::{self, KEYS, Section};
use super::record::Record;
use crate::format::fault::Fault;
use crate::format::lines::{Line, Lines, comment};
use crate::format::omm::CUT;
use crate::format::omm::kvn::key;
use crate::format::refusal::Place;

/// Reads all messages; one begins at its version line.
pub(super) fn read(text: &str, collector: &mut Collector) {
    let mut open: Option<Open<'_>> = None;
    for line in Lines::new(text) {
        match (comment(line.text), key(line.text)) {
            (Some(comment), _) => open.iter_mut().for_each(|open| open.comments.push(comment)),
            (None, Some(key)) if key.ends_with("_VERS") => {
                if let Some(message) = open.take() {
                    message.finish(collector);
                }
                open = (key == "CCSDS_CDM_VERS").then(|| Open::new(line.number));
            }
            (None, Some(key)) => open.iter_mut().for_each(|open| open.put(key, line)),
            (None, None) => {}
        }
    }
    let Some(message) = open else { return };
    // A message has no closing line: one that was cut lacks its last fields, or digits of its last number.
    if message.may_be_cut && !text.ends_with(['\n', '\r']) {
        let (first, last) = message.lines;
        collector.reject(Place::Lines(first, last), Fault::message(CUT));
        collector.mark_truncated();
    } else {
        message.finish(collector);
    }
}

/// A message whose lines are being read.
struct Open<'a> {
    record: Record<'a>,
    lines: (usize, usize),
    /// How many lines `OBJECT` there were.
    object: usize,
    /// Comments since the last field: they belong to the next one.
    comments: Vec<&'a str>,
    section: Section,
    /// Whether the last field would not show that it was cut short.
    may_be_cut: bool,
}

impl<'a> Open<'a> {
    fn new(line: usize) -> Self {
        let section = Section::Header;
        Self {
            record: Record::default(),
            lines: (line, line),
            object: 0,
            comments: Vec::new(),
            section,
            may_be_cut: true,
        }
    }

    fn put(&mut self, key: &str, line: Line<'a>) {
        self.lines.1 = line.number;
        self.may_be_cut = false;
        let (Some(index), Some((_, value))) = (keys::find(key), line.text.split_once('=')) else {
            return;
        };
        if KEYS[index].name == "OBJECT" {
            self.object += 1;
        }
        self.section = KEYS[index].section;
        self.settle_comments();
        let (text, unit) = match value.split_once('[') {
            // Texts may have brackets of their own.
            Some((number, unit)) if KEYS[index].unit.is_some() => (number, Some(unit)),
            _ => (value, None),
        };
        self.record.put(self.object, index, Cow::Borrowed(text.trim()), Some(line.number));
        if let Some(unit) = unit {
            self.record.put_unit(self.object, index, Cow::Borrowed(unit.trim_end_matches(']').trim()));
        }
        self.may_be_cut = !unit.is_some_and(|unit| unit.ends_with(']'));
    }

    fn settle_comments(&mut self) {
        let object = if self.section <= Section::Relative { 0 } else { self.object };
        for comment in self.comments.drain(..) {
            self.record.put_comment(object, self.section, comment);
        }
    }

    fn finish(mut self, collector: &mut Collector) {
        self.settle_comments();
        collector.take(Place::Lines(self.lines.0, self.lines.1), self.record);
    }
}
