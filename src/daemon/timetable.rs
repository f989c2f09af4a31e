//! Which task is due when, and how each went: the rows of the table `task`, in the order of the tasks.

use chrono::{DateTime, TimeDelta, Utc};
use std::hash::{BuildHasher, Hasher};

use super::schedule::{Candidate, Rhythm, Slot, left_of_half_hour};
use crate::app::task::Task;
use crate::app::trust::{Trust, floor};
use crate::config::Config;
use crate::machine::clock::Reading;
use crate::store::tasks::{LastRun, TaskOutcome, TaskRecord};

/// After so many runs in a row that ended with the process, a task waits for its next due time: what kills the process
/// shall not do it again at once.
const MOST_AT_ONCE: u32 = 3;

/// Sources are looked at no more often in a period than this, whatever they say.
const MOST_TRIES: i32 = 20;

/// The tasks with their rhythms.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    records: Vec<TaskRecord>,
    rhythms: Vec<Rhythm>,
    /// Whether no source is asked in the minute of the full and the half hour.
    avoids_half_hours: bool,
}

/// How a run of a task ended, for the timetable.
pub(super) struct Ending {
    pub(super) outcome: TaskOutcome,
    pub(super) summary: String,
    pub(super) detail: Option<serde_json::Value>,
}

impl Timetable {
    /// From what the database holds: tasks never seen before are due at once, one in whose midst the process ended is
    /// called interrupted and is still due.
    pub(super) fn new(held: Vec<TaskRecord>, config: &Config, now: &Reading) -> Self {
        let records = Task::ALL
            .into_iter()
            .map(|task| {
                let held = held.iter().find(|record| record.name == task.as_str());
                held.map_or_else(|| new_record(task, now), |record| taken_up(record.clone()))
            })
            .collect();
        let mut timetable = Self { records, ..Self::default() };
        timetable.follow(config, now);
        for index in 0..timetable.records.len() {
            let (record, rhythm) = (&mut timetable.records[index], &timetable.rhythms[index]);
            let interrupted = record.last.as_ref().is_some_and(|last| last.outcome == TaskOutcome::Interrupted);
            if interrupted && record.failures >= MOST_AT_ONCE {
                put(record, rhythm.after(now, now, chance()).slot);
            }
        }
        timetable
    }

    /// Takes up the periods of a configuration.
    pub(super) fn follow(&mut self, config: &Config, now: &Reading) {
        self.avoids_half_hours = !config.is_loopback();
        self.rhythms = Task::ALL.iter().map(|task| rhythm(*task, config)).collect();
        // By a clock that is wrong for certain, due times of an earlier start of the machine all lie in the future.
        // A user's clock is his own affair.
        if now.uptime.is_none() || now.wall >= floor() {
            self.set_right(now);
        }
    }

    /// Brings due times that lie too far ahead within a period.
    pub(super) fn set_right(&mut self, now: &Reading) {
        for (record, rhythm) in self.records.iter_mut().zip(&self.rhythms) {
            put(record, slot(record).within(rhythm, now));
        }
    }

    /// The tasks as the choice of the next one sees them.
    pub(super) fn candidates(&self, now: &Reading, trust: Trust) -> Vec<Candidate> {
        let pause = if self.avoids_half_hours { left_of_half_hour(now.wall) } else { TimeDelta::zero() };
        let each = Task::ALL.into_iter().zip(&self.records).zip(&self.rhythms);
        each.map(|((task, record), rhythm)| Candidate {
            remaining: slot(record).remaining(now).max(if task == Task::Sync { pause } else { TimeDelta::MIN }),
            every: rhythm.every,
            allowed: is_allowed(task, trust),
        })
        .collect()
    }

    /// The task that is due next, and when by the wall clock.
    pub(super) fn next(&self, now: &Reading) -> Option<(Task, DateTime<Utc>)> {
        let each = Task::ALL.into_iter().zip(&self.records);
        each.map(|(task, record)| (task, slot(record).due_at(now))).min_by_key(|(_, due)| *due)
    }

    /// Due times that passed while nobody was there.
    pub(super) fn missed(&self, now: &Reading) -> u32 {
        let each = self.records.iter().zip(&self.rhythms);
        each.map(|(record, rhythm)| slot(record).missed(now, rhythm.every)).sum()
    }

    /// The rows to be written down.
    pub(super) fn records(&self) -> &[TaskRecord] {
        &self.records
    }

    /// A run begins; returns how many due times it stands for beside its own.
    pub(super) fn begin(&mut self, task: Task, now: &Reading) -> u32 {
        let Some((record, rhythm)) = self.entry(task) else { return 0 };
        let missed = if record.runs == 0 { 0 } else { slot(record).missed(now, rhythm.every) };
        record.misses = record.misses.saturating_add(missed);
        record.runs = record.runs.saturating_add(1);
        record.last =
            Some(LastRun { started_at: now.wall, finished_at: None, duration_s: None, outcome: TaskOutcome::Running });
        missed
    }

    /// A run has ended; returns how many due times passed meanwhile. One that was cancelled is still due.
    pub(super) fn end(&mut self, task: Task, started: &Reading, ended: &Reading, ending: Ending) -> u32 {
        let Some((record, rhythm)) = self.entry(task) else { return 0 };
        let rhythm = *rhythm;
        record.last = Some(LastRun {
            started_at: started.wall,
            finished_at: Some(ended.wall),
            duration_s: Some(ended.since(started).as_seconds_f64()),
            outcome: ending.outcome,
        });
        record.summary = ending.summary;
        record.detail = ending.detail;
        if ending.outcome == TaskOutcome::Cancelled {
            return 0;
        }
        if ending.outcome == TaskOutcome::Failed {
            record.failures = record.failures.saturating_add(1);
        } else {
            record.failures = 0;
            record.done_at = Some(ended.wall);
        }
        let next = rhythm.after(started, ended, chance());
        record.skips = record.skips.saturating_add(next.skipped);
        put(record, next.slot);
        next.skipped
    }

    /// After a look at the sources: what they said about when they may be asked again, and what new data call for.
    ///
    /// A source that was not reached, or was asked a moment too early, is not left alone for a whole period. Tasks that
    /// failed, for want of data perhaps, are tried again, and what is due shortly follows at once.
    pub(super) fn heed_sources(&mut self, now: &Reading) {
        let Some((sync, rhythm)) = self.entry(Task::Sync) else { return };
        let outcome = sync.last.as_ref().map(|last| last.outcome);
        let next = sync.detail.as_ref().and_then(|detail| detail.get("next")).and_then(serde_json::Value::as_str);
        let next = next.and_then(|text| text.parse::<DateTime<Utc>>().ok());
        if let Some(wait) = next.map(|next| next - now.wall) {
            let is_worth_it = outcome == Some(TaskOutcome::Held) || wait < rhythm.every / 4;
            let wait = wait.max(rhythm.every / MOST_TRIES);
            if is_worth_it && wait < slot(sync).remaining(now) {
                put(sync, Slot { anchor: now.clone(), wait });
            }
        }
        let candidates = self.candidates(now, Trust::Good);
        let Some(source) = candidates.first() else { return };
        for (record, candidate) in self.records.iter_mut().zip(&candidates).skip(1) {
            let failed = outcome == Some(TaskOutcome::Done) && record.failures > 0;
            let is_soon = candidate.remaining > TimeDelta::zero() && candidate.remaining <= candidate.shortly(source);
            if failed || is_soon {
                put(record, Slot::at_once(now.clone()));
            }
        }
    }

    fn entry(&mut self, task: Task) -> Option<(&mut TaskRecord, &Rhythm)> {
        let index = Task::ALL.into_iter().position(|each| each == task)?;
        Some((self.records.get_mut(index)?, self.rhythms.get(index)?))
    }
}

/// What may run while the clock is not trusted: while it has jumped, a source may be asked, whose answer tells the time;
/// while it stands before the program was made, nothing.
const fn is_allowed(task: Task, trust: Trust) -> bool {
    match trust {
        Trust::Good => true,
        Trust::Jumped(_) => matches!(task, Task::Sync | Task::Publish),
        Trust::TooEarly => false,
    }
}

fn rhythm(task: Task, config: &Config) -> Rhythm {
    Rhythm {
        every: task.every(&config.daemon),
        jitter: config.daemon.jitter.0,
        from_end: task == Task::Sync,
        avoids_half_hours: !config.is_loopback(),
    }
}

fn new_record(task: Task, now: &Reading) -> TaskRecord {
    TaskRecord {
        name: task.as_str().to_owned(),
        anchor: now.clone(),
        wait: TimeDelta::zero(),
        last: None,
        summary: String::new(),
        detail: None,
        done_at: None,
        runs: 0,
        skips: 0,
        misses: 0,
        failures: 0,
    }
}

/// A task that another daemon left: what still runs by its word was interrupted.
fn taken_up(mut record: TaskRecord) -> TaskRecord {
    if let Some(last) = record.last.as_mut().filter(|last| last.outcome == TaskOutcome::Running) {
        last.outcome = TaskOutcome::Interrupted;
        record.failures = record.failures.saturating_add(1);
        record.summary = "the process ended before the task did".to_owned();
    }
    record
}

fn slot(record: &TaskRecord) -> Slot {
    Slot { anchor: record.anchor.clone(), wait: record.wait }
}

fn put(record: &mut TaskRecord, slot: Slot) {
    record.anchor = slot.anchor;
    record.wait = slot.wait;
}

/// A number from 0 to 1 that no two daemons share.
fn chance() -> f64 {
    let bits = std::hash::RandomState::new().build_hasher().finish();
    bits as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests;
