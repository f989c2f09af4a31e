//! The facts as figures for Prometheus.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{Facts, warnings};
use crate::app::sync::plan::{FeedState, State};
use crate::app::trust::Trust;
use crate::report::prometheus::{Kind, Metric, text};

/// Writes the facts to a file for Prometheus' text collector, whole or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write_metrics(path: &Path, facts: &Facts) -> anyhow::Result<()> {
    let name = path.file_name().with_context(|| format!("{} names no file", path.display()))?;
    // The collector reads files that end in .prom alone: not this one.
    let partial = path.with_file_name(format!(".{}.partial", name.to_string_lossy()));
    let write = || {
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(text(&metrics(facts)).as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().with_context(|| format!("writing {}", path.display()))
}

fn metrics(facts: &Facts) -> Vec<Metric> {
    let mut metrics = of_the_whole(facts);
    metrics.extend(of_the_feeds(facts));
    metrics.extend(of_the_tasks(facts));
    metrics
}

fn flag(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

fn of_the_whole(facts: &Facts) -> Vec<Metric> {
    let store = &facts.store;
    let alarms = warnings(facts).iter().filter(|warning| warning.is_alarm).count();
    let mut metrics = vec![
        Metric::gauge("alliedsky_written_timestamp_seconds", "When this was written.", seconds(facts.now.wall)),
        Metric::gauge("alliedsky_daemon_up", "Whether a daemon runs.", flag(facts.daemon.is_some())),
        Metric::gauge("alliedsky_clock_trusted", "Whether the clock is trusted.", flag(facts.trust == Trust::Good)),
        Metric::gauge("alliedsky_alarms", "Things that a person should look at.", alarms as f64),
        Metric::gauge("alliedsky_objects", "Objects with a current element set.", store.current_objects as f64),
        Metric::gauge(
            "alliedsky_stale_objects",
            "Objects whose element set is too old for its orbit.",
            facts.stale_objects as f64,
        ),
        Metric::gauge("alliedsky_element_sets", "Element sets with history.", store.counts.element_sets as f64),
        Metric::gauge("alliedsky_conjunctions", "Conjunctions held.", store.counts.conjunctions as f64),
        Metric::gauge("alliedsky_database_bytes", "Size of the database.", store.database_bytes as f64),
        Metric::gauge("alliedsky_log_bytes", "Size of the write-ahead log.", store.log_bytes as f64),
    ];
    if let Some(epoch) = store.newest_epoch {
        metrics.push(Metric::gauge(
            "alliedsky_newest_epoch_timestamp_seconds",
            "Epoch of the newest current element set.",
            seconds(epoch),
        ));
    }
    if let Some(free) = facts.free_bytes {
        metrics.push(Metric::gauge("alliedsky_disk_free_bytes", "Free space of the database's disk.", free as f64));
    }
    metrics
}

fn of_the_feeds(facts: &Facts) -> Vec<Metric> {
    let gauge = |name, help, value: &dyn Fn(&FeedState) -> Option<f64>| {
        let sample = |feed: &FeedState| {
            let labels =
                vec![("source", feed.planned.source.as_str().to_owned()), ("query", feed.planned.query.clone())];
            Some((labels, value(feed)?))
        };
        let asked = facts.feeds.iter().filter(|feed| feed.planned.state != State::Off);
        Metric { name, help, kind: Kind::Gauge, samples: asked.filter_map(sample).collect() }
    };
    vec![
        gauge("alliedsky_source_age_seconds", "Time since the last good download.", &|feed| {
            feed.age.map(|age| age.as_seconds_f64())
        }),
        gauge("alliedsky_source_objects", "Objects in the last good download.", &|feed| {
            feed.last_good.as_ref().map(|good| good.objects as f64)
        }),
        gauge("alliedsky_source_held", "Whether the source is held until a person resumes it.", &|feed| {
            Some(flag(feed.planned.state == State::Held))
        }),
    ]
}

fn of_the_tasks(facts: &Facts) -> Vec<Metric> {
    let tasks = &facts.tasks;
    let gauge = |name, help, value: &dyn Fn(&super::TaskFacts) -> Option<f64>| {
        let values = tasks.iter().filter_map(|task| Some((task.task.as_str().to_owned(), value(task)?)));
        Metric::each((name, Kind::Gauge), help, "task", values)
    };
    let counter = |name, help, value: &dyn Fn(&super::TaskFacts) -> u32| {
        let values = tasks.iter().map(|task| (task.task.as_str().to_owned(), f64::from(value(task))));
        Metric::each((name, Kind::Counter), help, "task", values)
    };
    vec![
        gauge("alliedsky_task_success_timestamp_seconds", "End of the last run that was done.", &|task| {
            task.record.done_at.map(seconds)
        }),
        gauge("alliedsky_task_duration_seconds", "How long the last run took.", &|task| {
            task.record.last.as_ref().and_then(|last| last.duration_s)
        }),
        gauge("alliedsky_task_due_timestamp_seconds", "When the task is due.", &|task| Some(seconds(task.due_at))),
        gauge("alliedsky_task_failures_in_a_row", "Runs in a row that failed.", &|task| {
            Some(f64::from(task.record.failures))
        }),
        counter("alliedsky_task_runs_total", "Runs begun.", &|task| task.record.runs),
        counter("alliedsky_task_skips_total", "Due times skipped because a run took too long.", &|task| {
            task.record.skips
        }),
    ]
}

fn seconds(time: chrono::DateTime<chrono::Utc>) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}
