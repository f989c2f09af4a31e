//! What a reader returns: the good sets, the refused ones, and what was done about repeated ones.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::error::Problem;
use super::unpack::MAX_FILE_BYTES;
use crate::astro::elements::{Elements, ElementsError, NoradId};

/// Names, and other texts of a record, are cut at this many characters.
pub const MAX_NAME_CHARS: usize = 100;

/// Refusals beyond this many are counted but not kept, so that a hostile file cannot fill the memory with them.
pub const MAX_REJECTIONS_LISTED: usize = 100_000;

/// Formats of element sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Two-line elements, with or without a line for the name.
    Tle,
    /// Orbit mean-elements message as CSV, as CelesTrak writes it.
    OmmCsv,
    /// Orbit mean-elements messages as JSON.
    OmmJson,
    /// Orbit mean-elements messages as XML (CCSDS 505.0-B).
    OmmXml,
    /// Orbit mean-elements messages as `KEY = value` lines (CCSDS 502.0-B-3).
    OmmKvn,
}

impl Format {
    /// Name for messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tle => "TLE",
            Self::OmmCsv => "OMM CSV",
            Self::OmmJson => "OMM JSON",
            Self::OmmXml => "OMM XML",
            Self::OmmKvn => "OMM KVN",
        }
    }
}

/// How to read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOptions {
    /// The clock against which epochs are judged; `None` judges none.
    pub now: Option<DateTime<Utc>>,
    /// A set whose epoch is later than the clock by more than this, in days, is refused.
    pub max_future_days: f64,
    /// Limit of the size after unpacking, in bytes.
    pub max_unpacked_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { now: None, max_future_days: 7.0, max_unpacked_bytes: MAX_FILE_BYTES }
    }
}

/// The content of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Good sets in the order of the file; one object may stand in it with several epochs.
    pub elements: Vec<Elements>,
    /// Refused records, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused records.
    pub rejected_count: usize,
    /// Sets dropped because another of the same object and epoch has the same orbit.
    pub duplicates: usize,
    /// Sets dropped because another of the same object and epoch has a different orbit and a higher element set
    /// number (or, where that is equal, a greater [`Elements::orbit_key`]).
    pub conflicts: usize,
    /// The file ends inside a record: what came before is good, but it is not the whole file.
    pub truncated: bool,
    /// Format found.
    pub format: Format,
}

/// Where in a file a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Lines from the first to the last, counted from 1.
    Lines(usize, usize),
    /// Record, counted from 1.
    Record(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(first, last) if first == last => write!(formatter, "line {first}"),
            Self::Lines(first, last) => write!(formatter, "lines {first}-{last}"),
            Self::Record(index) => write!(formatter, "record {index}"),
        }
    }
}

/// A refused record: `gp.json, record 17 (NORAD 25544), ECCENTRICITY = -0.1: out of range (0 to below 1)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// File name or address.
    pub source_name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// The object, where its number could be read.
    pub norad_id: Option<NoradId>,
    /// Keyword of the field at fault.
    pub field: Option<&'static str>,
    /// Text of that field, cut and with control characters escaped.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {}", self.source_name, self.place)?;
        if let Some(id) = self.norad_id {
            write!(formatter, " (NORAD {id})")?;
        }
        if let Some(field) = self.field {
            write!(formatter, ", {field}")?;
            if let Some(value) = &self.value {
                write!(formatter, " = {value}")?;
            }
        }
        write!(formatter, ": {}", self.reason)
    }
}

/// A refusal before it is known where the record stands.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) norad_id: Option<NoradId>,
    pub(super) field: Option<&'static str>,
    pub(super) value: Option<String>,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn record(norad_id: Option<NoradId>, reason: impl Into<String>) -> Self {
        Self { norad_id, field: None, value: None, reason: reason.into() }
    }

    pub(super) fn field(
        norad_id: Option<NoradId>,
        field: &'static str,
        value: &str,
        reason: impl Into<String>,
    ) -> Self {
        let shown: String = value.chars().take(40).flat_map(char::escape_default).collect();
        Self { norad_id, field: Some(field), value: Some(shown), reason: reason.into() }
    }

    pub(super) fn missing(norad_id: Option<NoradId>, field: &'static str) -> Self {
        Self { norad_id, field: Some(field), value: None, reason: "missing".to_owned() }
    }

    pub(super) fn elements(norad_id: NoradId, error: ElementsError) -> Self {
        let (value, reason) = match error {
            ElementsError::NotFinite { .. } => (None, "not a finite number".to_owned()),
            ElementsError::OutOfRange { value, expected, .. } => {
                (Some(value.to_string()), format!("out of range ({expected})"))
            }
            ElementsError::Sgp4Xp => (
                Some("4".to_owned()),
                "SGP4-XP, which SGP4 would propagate to a wrong orbit without an error".to_owned(),
            ),
            ElementsError::BeneathGround { mean_motion_rev_day } => {
                (Some(mean_motion_rev_day.to_string()), "puts the orbit beneath the ground".to_owned())
            }
        };
        Self { norad_id: Some(norad_id), field: Some(error.field()), value, reason }
    }

    pub(super) fn at(self, source_name: &Arc<str>, place: Place) -> Rejection {
        let Self { norad_id, field, value, reason } = self;
        Rejection { source_name: Arc::clone(source_name), place, norad_id, field, value, reason }
    }
}

/// A published text as it is stored: without surrounding blanks and not longer than [`MAX_NAME_CHARS`].
pub(super) fn clean_text(text: &str) -> String {
    let trimmed = text.trim();
    let end = trimmed.char_indices().nth(MAX_NAME_CHARS).map_or(trimmed.len(), |(end, _)| end);
    // The cut may have come behind a blank.
    trimmed[..end].trim_end().to_owned()
}

/// Gathers what a reader finds.
pub(super) struct Collector<'o> {
    source_name: Arc<str>,
    options: &'o ReadOptions,
    latest_epoch: Option<DateTime<Utc>>,
    elements: Vec<Elements>,
    rejected: Vec<Rejection>,
    rejected_count: usize,
    truncated: bool,
}

impl<'o> Collector<'o> {
    pub(super) fn new(source_name: &str, options: &'o ReadOptions) -> Self {
        // Not a number means no allowance, and the clock is only overstepped by dates that exist.
        let allowance = TimeDelta::milliseconds((options.max_future_days.clamp(0.0, 1e6) * 86_400e3) as i64);
        Self {
            source_name: source_name.into(),
            options,
            latest_epoch: options.now.and_then(|now| now.checked_add_signed(allowance)),
            elements: Vec::new(),
            rejected: Vec::new(),
            rejected_count: 0,
            truncated: false,
        }
    }

    /// Takes one record: good, unless its epoch lies too far ahead of the clock.
    pub(super) fn take(&mut self, place: Place, record: Result<Elements, Refusal>) {
        match record.and_then(|elements| self.judge_epoch(elements)) {
            Ok(elements) => self.elements.push(elements),
            Err(refusal) => self.reject(place, refusal),
        }
    }

    fn judge_epoch(&self, elements: Elements) -> Result<Elements, Refusal> {
        match (self.options.now, self.latest_epoch) {
            (Some(now), Some(latest)) if elements.epoch > latest => Err(Refusal::field(
                Some(elements.norad_id),
                "EPOCH",
                &super::epoch::format_iso(elements.epoch),
                format!("{:.1} days after the clock {}", -elements.age_days(now), now.format("%FT%TZ")),
            )),
            _ => Ok(elements),
        }
    }

    pub(super) fn reject(&mut self, place: Place, refusal: Refusal) {
        self.rejected_count += 1;
        if self.rejected.len() < MAX_REJECTIONS_LISTED {
            self.rejected.push(refusal.at(&self.source_name, place));
        }
    }

    /// Notes that the file ends inside a record.
    pub(super) const fn mark_truncated(&mut self) {
        self.truncated = true;
    }

    pub(super) fn finish(self, format: Format) -> Result<Batch, Problem> {
        if self.elements.is_empty() {
            return Err(nothing_usable(self.rejected_count, &self.rejected));
        }
        let Self { rejected, rejected_count, truncated, .. } = self;
        let (elements, duplicates, conflicts) = settle(self.elements);
        Ok(Batch { elements, rejected, rejected_count, duplicates, conflicts, truncated, format })
    }
}

/// The error for a file without a good record.
pub(super) fn nothing_usable(count: usize, rejected: &[Rejection]) -> Problem {
    if count == 0 {
        return Problem::NoRecords;
    }
    Problem::NothingUsable { count, first: rejected.iter().take(3).cloned().collect() }
}

/// Keeps one set for each object and epoch; returns it with the numbers of duplicates and of conflicts.
///
/// The choice and both numbers do not depend on the order of the records; the order of the kept ones is the file's.
fn settle(elements: Vec<Elements>) -> (Vec<Elements>, usize, usize) {
    let mut order: Vec<usize> = (0..elements.len()).collect();
    let rank = |index: &usize| {
        let set = &elements[*index];
        let drag = [set.mean_motion_dot.to_bits(), set.mean_motion_ddot.to_bits()];
        (set.element_set_no, set.orbit_key(), set.name.as_str(), set.object_id.as_str(), drag, set.rev_at_epoch)
    };
    let instant = |index: &usize| (elements[*index].norad_id, elements[*index].epoch);
    order.sort_unstable_by(|a, b| instant(a).cmp(&instant(b)).then_with(|| rank(b).cmp(&rank(a))));
    let (mut duplicates, mut conflicts) = (0, 0);
    let mut keep = vec![false; elements.len()];
    for group in order.chunk_by(|a, b| instant(a) == instant(b)) {
        keep[group[0]] = true;
        if group.len() > 1 {
            let mut orbits: Vec<_> = group.iter().map(|index| elements[*index].orbit_key()).collect();
            orbits.sort_unstable();
            orbits.dedup();
            conflicts += orbits.len() - 1;
            duplicates += group.len() - orbits.len();
        }
    }
    let kept = elements.into_iter().zip(keep).filter_map(|(set, keep)| keep.then_some(set)).collect();
    (kept, duplicates, conflicts)
}
