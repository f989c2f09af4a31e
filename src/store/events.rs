//! The events of a run, written in one piece with its end.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::coverage::CoverageRecord;
use super::runs::{RunId, RunStatus, end};
use super::{Store, StoreError, conjunctions, coverage, overflights, passes};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::overflight::Overflight;
use crate::ssa::pass::Pass;

/// The events of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events<'a> {
    /// Close approaches.
    pub conjunctions: &'a [Conjunction],
    /// Overflights.
    pub overflights: &'a [Overflight],
    /// Passes.
    pub passes: &'a [Pass],
    /// Coverage figures.
    pub coverage: &'a [CoverageRecord],
}

impl Store {
    /// Writes a run's events and calls it done: both become visible together, or neither.
    ///
    /// # Errors
    /// [`StoreError::NotRunning`] when the run has ended; an event with a number that is not one; an error of the disk.
    pub fn record_run(
        &mut self,
        id: RunId,
        finished_at: DateTime<Utc>,
        tally: &Value,
        events: &Events<'_>,
    ) -> Result<(), StoreError> {
        self.write("writing a run's events", |transaction| {
            end(transaction, id, RunStatus::Done, finished_at, tally)?;
            conjunctions::insert(transaction, id, events.conjunctions)?;
            overflights::insert(transaction, id, events.overflights)?;
            passes::insert(transaction, id, events.passes)?;
            coverage::insert(transaction, id, events.coverage)?;
            Ok(())
        })
    }
}
