//! The status for machines.

use serde_json::{Value, json};

use crate::app::status::{Facts, TaskFacts, Warning};
use crate::app::sync::plan::FeedState;
use crate::app::trust::Trust;
use crate::report::zone::machine_time;
use crate::store::status::SourceSummary;

pub(super) fn as_json(facts: &Facts, warnings: &[Warning]) -> Value {
    let status = &facts.store;
    json!({
        "database": facts.database,
        "schema_version": status.schema_version,
        "sqlite_version": status.sqlite_version,
        "database_bytes": status.database_bytes,
        "log_bytes": status.log_bytes,
        "disk_free_bytes": facts.free_bytes,
        "clock": machine_time(facts.clock),
        "clock_trust": clock_trust(facts.trust),
        "snapshot": status.snapshot.as_ref().map(|snapshot| snapshot.name.as_str()),
        "objects": status.current_objects,
        "element_sets": status.counts.element_sets,
        "oldest_epoch": status.oldest_epoch.map(machine_time),
        "newest_epoch": status.newest_epoch.map(machine_time),
        "stale_objects": facts.stale_objects,
        "stale": facts.stale,
        "runs": status.counts.runs,
        "conjunctions": status.counts.conjunctions,
        "overflights": status.counts.overflights,
        "passes": status.counts.passes,
        "last_run": status.last_run.as_ref().map(|run| json!({
            "id": run.id.0,
            "kind": run.start.kind.as_str(),
            "status": run.status.as_str(),
            "started_at": machine_time(run.start.started_at),
            "finished_at": run.finished_at.map(machine_time),
        })),
        "daemon": facts.daemon.as_ref().map(|daemon| json!({
            "process_id": daemon.record.as_ref().map(|record| record.process_id),
            "started_at": daemon.record.as_ref().map(|record| machine_time(record.started_at)),
        })),
        "tasks": facts.tasks.iter().map(task).collect::<Vec<_>>(),
        "feeds": facts.feeds.iter().map(feed).collect::<Vec<_>>(),
        "holds": facts.holds.iter().map(|hold| json!({
            "source": hold.source,
            "since": machine_time(hold.since),
            "reason": hold.reason,
        })).collect::<Vec<_>>(),
        "alerts": facts.alerts.iter().map(|alert| json!({
            "rule": alert.rule,
            "news": alert.told.news.as_str(),
            "told_at": machine_time(alert.told.told_at),
            "primary_name": alert.names[0],
            "secondary_name": alert.names[1],
            "tca": machine_time(alert.tca),
        })).collect::<Vec<_>>(),
        "alert_rules": facts.attempts.iter().map(|attempt| json!({
            "rule": attempt.rule,
            "tried_at": machine_time(attempt.tried_at),
            "sent_at": attempt.sent_at.map(machine_time),
            "failures_in_a_row": attempt.failures,
            "reason": attempt.reason,
        })).collect::<Vec<_>>(),
        "sources": status.sources.iter().map(source).collect::<Vec<_>>(),
        "warnings": warnings.iter().map(|warning| json!({
            "text": warning.text,
            "alarm": warning.is_alarm,
        })).collect::<Vec<_>>(),
    })
}

fn clock_trust(trust: Trust) -> Value {
    match trust {
        Trust::Good => json!({ "trusted": true }),
        Trust::TooEarly => json!({ "trusted": false, "reason": "before this program was made" }),
        Trust::Jumped(by) => json!({ "trusted": false, "reason": "jumped", "jump_s": by.as_seconds_f64() }),
    }
}

fn task(facts: &TaskFacts) -> Value {
    let record = &facts.record;
    let last = record.last.as_ref();
    json!({
        "task": facts.task.as_str(),
        "outcome": last.map(|last| last.outcome.as_str()),
        "started_at": last.map(|last| machine_time(last.started_at)),
        "finished_at": last.and_then(|last| last.finished_at).map(machine_time),
        "duration_s": last.and_then(|last| last.duration_s),
        "done_at": record.done_at.map(machine_time),
        "next_at": machine_time(facts.due_at),
        "every_s": facts.every.as_seconds_f64(),
        "runs": record.runs,
        "skipped": record.skips,
        "missed": record.misses,
        "failures_in_a_row": record.failures,
        "summary": record.summary,
        "detail": record.detail,
    })
}

fn feed(feed: &FeedState) -> Value {
    let (planned, good, last) = (&feed.planned, feed.last_good.as_ref(), feed.last.as_ref());
    json!({
        "source": planned.source.as_str(),
        "query": planned.query,
        "state": planned.state.as_str(),
        "reason": planned.reason,
        "next_at": planned.next.map(machine_time),
        "last_good_at": good.map(|good| machine_time(good.asked_at)),
        "age_s": feed.age.map(|age| age.as_seconds_f64()),
        "objects": good.map(|good| good.objects),
        "newest_epoch": good.and_then(|good| good.newest).map(machine_time),
        "last_asked_at": last.map(|last| machine_time(last.asked_at)),
        "last_outcome": last.map(|last| last.outcome.as_str()),
        "last_reason": last.map(|last| last.reason.as_str()),
    })
}

fn source(summary: &SourceSummary) -> Value {
    json!({
        "kind": summary.source.kind.as_str(),
        "locator": summary.source.locator,
        "sha256": summary.source.sha256,
        "fetched_at": machine_time(summary.source.fetched_at),
        "accepted": summary.accepted,
        "rejected": summary.rejected,
    })
}
