//! The events of a run, written in one piece with its end.

mod digest;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::coverage::CoverageRecord;
use super::error::Failure;
use super::runs::{self, RunId, RunStatus, end};
use super::scope::{PairScope, Scope};
use super::{Store, StoreError, conjunctions, coverage, overflights, passes};
use crate::machine::kill_point::kill_point;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::overflight::Overflight;
use crate::ssa::pass::Pass;

/// The events of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events<'a> {
    /// Close approaches.
    pub conjunctions: &'a [Conjunction],
    /// Between which objects they could have been.
    pub pairs: PairScope<'a>,
    /// Overflights.
    pub overflights: &'a [Overflight],
    /// Passes.
    pub passes: &'a [Pass],
    /// Coverage figures.
    pub coverage: &'a [CoverageRecord],
}

impl Store {
    /// Brings the events up to date with what a run found and calls it done: both become visible together, or neither.
    ///
    /// Conjunctions are found again, changed, added, and marked as vanished where the run would have seen them;
    /// overflights and passes to come are replaced, those under way are joined, the past stays. What the run has looked
    /// at its parameters tell, see [`NewRun::parameters`](super::runs::NewRun::parameters), and what it dropped the
    /// tally. The same events recorded twice change nothing.
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
            kill_point("events-begun");
            let run = runs::run(transaction, "WHERE id = ?", id.0)?;
            let run = run.ok_or(Failure::Refused(StoreError::NotRunning { id: id.0 }))?;
            let scope = Scope::of(run, finished_at, tally, events.pairs);
            conjunctions::keep(transaction, &scope, events.pairs, events.conjunctions)?;
            kill_point("events-conjunctions");
            overflights::replace(transaction, &scope, events.overflights)?;
            kill_point("events-overflights");
            passes::replace(transaction, &scope, events.passes)?;
            coverage::insert(transaction, id, events.coverage)?;
            kill_point("events-before-commit");
            Ok(())
        })?;
        kill_point("events-committed");
        Ok(())
    }
}
