//! Months of the timetable in a moment.

use std::path::Path;

use chrono::Timelike;

use super::*;
use crate::daemon::schedule::{Step, step};
use crate::machine::clock::Uptime;

const START_S: f64 = 1000.0;

/// A machine whose wall clock can be moved, and a daemon on it that needs no time for its waits.
struct Simulation {
    timetable: Timetable,
    wall: DateTime<Utc>,
    boot: u32,
    up_s: f64,
    /// How long each task takes, s.
    took_s: [f64; 7],
    starts: Vec<(Task, DateTime<Utc>)>,
    looks: usize,
    from: usize,
}

impl Simulation {
    fn new(config: &str) -> Self {
        let wall = "2026-11-22T10:07:00Z".parse().unwrap();
        let config = Config::parse(Path::new("x.toml"), config).unwrap();
        let timetable = Timetable::new(Vec::new(), &config, &reading(wall, 0, START_S));
        Self { timetable, wall, boot: 0, up_s: START_S, took_s: [0.0; 7], starts: Vec::new(), looks: 0, from: 0 }
    }

    fn now(&self) -> Reading {
        reading(self.wall, self.boot, self.up_s)
    }

    fn pass(&mut self, seconds: f64) {
        self.up_s += seconds;
        self.wall += TimeDelta::milliseconds((seconds * 1000.0).round() as i64);
    }

    /// Goes on for so long by a clock that nobody sets.
    fn run(&mut self, length: TimeDelta) {
        let end_s = self.up_s + length.as_seconds_f64();
        while self.up_s < end_s {
            self.looks += 1;
            match step(&self.timetable.candidates(&self.now(), Trust::Good), self.from) {
                Step::Run(index) => {
                    let (task, started) = (Task::ALL[index], self.now());
                    self.starts.push((task, self.wall));
                    self.from = index + 1;
                    self.timetable.begin(task, &started);
                    self.pass(self.took_s[index]);
                    let ending = Ending { outcome: TaskOutcome::Done, summary: String::new(), detail: None };
                    self.timetable.end(task, &started, &self.now(), ending);
                    if task == Task::Sync {
                        self.timetable.heed_sources(&self.now());
                    }
                }
                Step::Wait(wait) => {
                    self.from = 0;
                    self.pass(wait.as_secs_f64());
                }
            }
        }
    }

    fn count(&self, task: Task) -> usize {
        self.starts.iter().filter(|(started, _)| *started == task).count()
    }

    fn record(&self, task: Task) -> &TaskRecord {
        self.timetable.records().iter().find(|record| record.name == task.as_str()).unwrap()
    }
}

fn reading(wall: DateTime<Utc>, boot: u32, seconds: f64) -> Reading {
    Reading { wall, uptime: Some(Uptime { boot_id: boot.to_string(), seconds }) }
}

#[test]
fn thirty_days_without_jitter() {
    let config = "[daemon]\njitter = \"0s\"\n[celestrak]\nbase_url = \"http://127.0.0.1:1\"\n\
                  [space_track]\nbase_url = \"http://127.0.0.1:1\"\n";
    let mut simulation = Simulation::new(config);
    simulation.run(TimeDelta::days(30));
    // 720 h: at 0 h, 2 h, … 718 h; at 0 h, 6 h, …; at 0 h, 24 h, …
    for (task, runs) in Task::ALL.into_iter().zip([360, 360, 360, 120, 120, 360, 30]) {
        assert_eq!(simulation.count(task), runs, "{}", task.as_str());
    }
    // A look a minute and one for each run: nothing spins.
    assert!(simulation.looks < 30 * 1440 + 4 * 1400, "{}", simulation.looks);
}

#[test]
fn thirty_days_as_shipped() {
    let mut simulation = Simulation::new("");
    simulation.took_s = [20.0, 10.0, 180.0, 60.0, 120.0, 5.0, 30.0];
    simulation.run(TimeDelta::days(30));
    // Up to 5 min of jitter, up to 4 min past a half hour, and the run itself on top of each 2 h: from
    // 720 h / (2 h + 10 min) to 720 h / 2 h.
    for (task, least, most) in [
        (Task::Sync, 332, 360),
        (Task::Watch, 330, 361),
        (Task::Screen, 330, 361),
        (Task::Overfly, 110, 121),
        (Task::Cover, 110, 121),
        (Task::Publish, 330, 361),
        (Task::Upkeep, 28, 31),
    ] {
        let count = simulation.count(task);
        assert!((least..=most).contains(&count), "{} {count}", task.as_str());
    }
    let syncs: Vec<_> = simulation.starts.iter().filter(|(task, _)| *task == Task::Sync).collect();
    for pair in syncs.windows(2) {
        assert!(pair[1].1 - pair[0].1 >= TimeDelta::hours(2), "{} {}", pair[0].1, pair[1].1);
    }
    assert!(syncs.iter().all(|(_, at)| at.minute() % 30 != 0));
    // A screening works on data that are new.
    let old = simulation.starts.iter().filter(|(task, _)| *task == Task::Screen).filter(|(_, at)| {
        let sync = syncs.iter().rev().find(|(_, sync)| sync <= at).unwrap().1;
        *at - sync > TimeDelta::minutes(15)
    });
    assert_eq!(old.count(), 0);
}

#[test]
fn a_moved_wall_clock_runs_nothing_twice_and_nothing_late() {
    for jump in [
        TimeDelta::hours(1),
        TimeDelta::hours(-1),
        TimeDelta::days(1),
        TimeDelta::days(-1),
        TimeDelta::days(3652),
        TimeDelta::days(-20_000),
    ] {
        let mut simulation = Simulation::new("[daemon]\njitter = \"0s\"\n");
        simulation.run(TimeDelta::minutes(90));
        assert_eq!(simulation.count(Task::Screen), 1);
        simulation.wall += jump;
        simulation.run(TimeDelta::minutes(20));
        assert_eq!(simulation.count(Task::Screen), 1, "{jump}");
        simulation.run(TimeDelta::minutes(30));
        assert_eq!(simulation.count(Task::Screen), 2, "{jump}");
        assert!(simulation.looks < 200, "{jump}: {}", simulation.looks);
    }
}

#[test]
fn a_machine_that_was_off_runs_each_task_once() {
    for (off, missed) in [(TimeDelta::hours(3), 0), (TimeDelta::days(1), 11), (TimeDelta::days(30), 359)] {
        let mut simulation = Simulation::new("[daemon]\njitter = \"0s\"\n");
        simulation.run(TimeDelta::minutes(30));
        let held = simulation.timetable.records().to_vec();
        let config = Config::parse(Path::new("x.toml"), "[daemon]\njitter = \"0s\"\n").unwrap();
        simulation.wall += off;
        simulation.boot += 1;
        simulation.up_s = 30.0;
        simulation.timetable = Timetable::new(held, &config, &simulation.now());
        simulation.starts.clear();
        simulation.run(TimeDelta::minutes(60));
        assert_eq!(simulation.count(Task::Screen), 1, "{off}");
        assert_eq!(simulation.record(Task::Screen).misses, missed, "{off}");
        assert_eq!(simulation.record(Task::Screen).runs, 2, "{off}");
    }
}

#[test]
fn a_machine_that_wakes_up_in_1970_catches_up_when_it_knows_the_time() {
    let config = Config::default();
    let mut simulation = Simulation::new("");
    simulation.run(TimeDelta::minutes(30));
    let held = simulation.timetable.records().to_vec();
    let before = simulation.wall;
    simulation.boot += 1;
    simulation.up_s = 30.0;
    simulation.wall = DateTime::UNIX_EPOCH;
    simulation.timetable = Timetable::new(held, &config, &simulation.now());
    let too_early = simulation.timetable.candidates(&simulation.now(), Trust::TooEarly);
    assert!(matches!(step(&too_early, 0), Step::Wait(_)));
    // A day after it was switched off.
    simulation.wall = before + TimeDelta::days(1);
    simulation.timetable.set_right(&simulation.now());
    simulation.starts.clear();
    simulation.run(TimeDelta::minutes(30));
    for task in Task::ALL {
        assert_eq!(simulation.count(task), 1, "{}", task.as_str());
    }
}

#[test]
fn a_long_run_skips_its_own_slots() {
    let mut simulation = Simulation::new("[daemon]\njitter = \"0s\"\n");
    // 5 h for a screening that is due every 2 h: two slots pass.
    simulation.took_s[2] = 5.0 * 3600.0;
    simulation.run(TimeDelta::hours(6));
    assert_eq!(simulation.count(Task::Screen), 1);
    assert_eq!(simulation.record(Task::Screen).skips, 2);
}

#[test]
fn what_kills_the_process_is_not_tried_at_once_for_ever() {
    let config = Config::default();
    let now = reading("2026-11-22T10:07:00Z".parse().unwrap(), 0, START_S);
    let mut timetable = Timetable::new(Vec::new(), &config, &now);
    for start in 1..=4 {
        timetable.begin(Task::Screen, &now);
        timetable = Timetable::new(timetable.records().to_vec(), &config, &now);
        let record = timetable.records().iter().find(|record| record.name == "screen").unwrap();
        assert_eq!(record.last.as_ref().unwrap().outcome, TaskOutcome::Interrupted);
        let is_due = slot(record).remaining(&now) <= TimeDelta::zero();
        assert_eq!(is_due, start < 3, "{start}");
    }
}

#[test]
fn a_source_that_was_not_reached_is_not_left_alone_for_a_whole_period() {
    let now = reading("2026-11-22T10:07:00Z".parse().unwrap(), 0, START_S);
    let mut timetable = Timetable::new(Vec::new(), &Config::default(), &now);
    let mut end = |outcome, next: &str| {
        let detail = Some(serde_json::json!({ "next": next }));
        timetable.begin(Task::Sync, &now);
        timetable.end(Task::Sync, &now, &now, Ending { outcome, summary: String::new(), detail });
        timetable.heed_sources(&now);
        slot(&timetable.records()[0]).remaining(&now).num_minutes()
    };
    assert_eq!(end(TaskOutcome::Held, "2026-11-22T10:22:00Z"), 15);
    assert_eq!(end(TaskOutcome::Held, "2026-11-22T10:07:01Z"), 6);
    // An hour ahead: as often as the configuration asks, no more.
    assert!(end(TaskOutcome::Done, "2026-11-22T11:07:00Z") >= 120);
    assert!(end(TaskOutcome::Held, "") >= 120);
}
