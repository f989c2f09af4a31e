//! One task of the daemon, from its beginning in the timetable to its end there.

use std::ops::ControlFlow;

use super::timetable::Ending;
use super::{Daemon, notify};
use crate::app::task::Task;
use crate::app::work::Account;
use crate::machine::kill_point::kill_point;
use crate::ssa::progress::Cancelled;
use crate::store::tasks::TaskOutcome;

impl Daemon {
    /// Runs a task; whatever comes of it, the daemon goes on.
    pub(super) fn perform(&mut self, task: Task) {
        let started = self.time.now();
        let missed = self.timetable.begin(task, &started);
        let name = task.as_str();
        if missed > 0 {
            tracing::info!(task = name, missed, "catching up, once");
        }
        notify::status(&format!("{name} since {}", started.wall.format("%FT%TZ")));
        self.watchdog.feed();
        self.save_or_log();
        kill_point("task-begun");
        let account = self.account(task);
        let ending = self.ending(account);
        let ended = self.time.now();
        log(task, &ending, ended.since(&started).as_seconds_f64());
        let skipped = self.timetable.end(task, &started, &ended, ending);
        if skipped > 0 {
            tracing::warn!(task = name, skipped, "ran longer than its period: due times are skipped");
        }
        if task == Task::Sync {
            self.timetable.heed_sources(&ended);
        }
        self.record.seen = self.time.seen().clone();
        kill_point("task-ended");
        self.save_or_log();
        if !self.signals.is_stopping() {
            self.publish_metrics();
        }
    }

    fn account(&mut self, task: Task) -> anyhow::Result<Account> {
        let mut app = self.open(self.config.clone())?;
        app.session = std::mem::take(&mut self.session);
        let progress = |_share: f64| {
            self.watchdog.feed();
            if self.signals.is_stopping() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let account = app.perform(task, &progress);
        self.session = app.session;
        account
    }

    fn ending(&self, account: anyhow::Result<Account>) -> Ending {
        match account {
            Ok(Account { summary, detail, held }) => {
                let outcome = if held { TaskOutcome::Held } else { TaskOutcome::Done };
                Ending { outcome, summary, detail: Some(detail) }
            }
            Err(error) => {
                let is_cancelled = self.signals.is_stopping() || error.chain().any(|cause| cause.is::<Cancelled>());
                let outcome = if is_cancelled { TaskOutcome::Cancelled } else { TaskOutcome::Failed };
                Ending { outcome, summary: format!("{error:#}"), detail: None }
            }
        }
    }
}

fn log(task: Task, ending: &Ending, took_s: f64) {
    let (task, outcome, summary) = (task.as_str(), ending.outcome.as_str(), ending.summary.as_str());
    match ending.outcome {
        TaskOutcome::Failed => tracing::error!(task, outcome, took_s, summary, "task failed"),
        TaskOutcome::Held => tracing::warn!(task, outcome, took_s, summary, "task held"),
        _ => tracing::info!(task, outcome, took_s, summary, "task ended"),
    }
}
