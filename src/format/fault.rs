//! A refusal together with the line on which it happened, where that is known.

use std::sync::Arc;

use super::refusal::{Place, Refusal, Rejection};
use super::xml::Malformed;
use crate::astro::elements::NoradId;

/// What is wrong, and on which line.
#[derive(Debug)]
pub(super) struct Fault {
    line: Option<usize>,
    refusal: Refusal,
}

impl Fault {
    pub(super) fn message(reason: impl Into<String>) -> Self {
        Self { line: None, refusal: Refusal::record(None, reason) }
    }

    pub(super) fn missing(field: &'static str) -> Self {
        Self { line: None, refusal: Refusal::missing(None, field) }
    }

    pub(super) fn field(field: &'static str, text: &str, reason: impl Into<String>) -> Self {
        Self { line: None, refusal: Refusal::field(None, field, text, reason) }
    }

    pub(super) fn on_line(mut self, line: impl Into<Option<usize>>) -> Self {
        self.line = line.into();
        self
    }

    pub(super) fn of_object(mut self, norad_id: Option<NoradId>) -> Self {
        self.refusal.norad_id = norad_id;
        self
    }

    /// Adds to the reason.
    pub(super) fn because(mut self, more: &str) -> Self {
        self.refusal.reason.push_str(more);
        self
    }

    /// The refusal in a file, on its own line where that is known and else where the message stands.
    pub(super) fn at(self, source_name: &Arc<str>, place: Place) -> Rejection {
        self.refusal.at(source_name, self.line.map_or(place, |line| Place::Lines(line, line)))
    }
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Self::message(malformed.reason).on_line(malformed.line)
    }
}
