//! What a reader returns: the good sets, the refused ones, and what was done about repeated ones.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::error::Problem;
use super::kind::Format;
use super::refusal::{Place, Refusal, Rejection};
use super::unpack::MAX_FILE_BYTES;
use crate::astro::elements::Elements;

/// Refusals beyond this many are counted but not kept, so that a hostile file cannot fill the memory with them.
pub const MAX_REJECTIONS_LISTED: usize = 100_000;

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
