//! The program that runs for months: a clock that calls the use cases.
//!
//! One thread works, one waits for signals. The tasks run one after another, in their order, each on an [`App`] opened
//! for it alone: between two tasks the daemon holds nothing but its lock and its timetable, so that a disk that was full
//! or a file that was away needs nobody to restart it.

pub mod notify;
pub mod schedule;
pub mod signals;
mod timekeeper;
mod timetable;
mod work;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::Utc;

use crate::app::status::{Facts, write_metrics};
use crate::app::sync::session::Session;
use crate::app::task::Task;
use crate::app::trust::Trust;
use crate::app::work::{Busy, DAEMON_RUNS, lock_path};
use crate::app::{App, Setup, database_path};
use crate::config::Config;
use crate::machine::clock::Reading;
use crate::machine::lock::{Lock, LockError};
use crate::store::Store;
use crate::store::tasks::DaemonRecord;
use notify::Watchdog;
use schedule::{LONGEST_WAIT, SHORTEST_WAIT, Step, step};
use signals::Signals;
use timekeeper::Timekeeper;
use timetable::Timetable;

/// Runs until a signal asks it to stop.
///
/// # Errors
/// [`Busy`] where another daemon holds the lock of the database; a configuration or a database that is not good; a
/// missing contact address.
pub fn run(setup: &Setup) -> anyhow::Result<()> {
    let signals = Signals::listen().context("listening for signals")?;
    let config = read(setup)?;
    let database = database_path(setup, &config)?;
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    let lock = take_lock(&database)?;
    let mut daemon = Daemon::start(setup, config, database, signals)?;
    notify::ready(&daemon.outlook());
    daemon.log_start();
    daemon.work();
    notify::stopping();
    // What stands in the lock from here on tells of a daemon that nobody has stopped.
    if let Err(error) = lock.release() {
        tracing::warn!(%error, "the lock was let go of, but names this process still");
    }
    tracing::info!(database = %daemon.database.display(), "daemon stopped");
    Ok(())
}

/// The configuration, as far as this machine can follow it.
fn read(setup: &Setup) -> anyhow::Result<Config> {
    let mut config = match &setup.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    if config.contact.is_none() && asks_celestrak(&config) {
        if config.inbox.folder.is_none() {
            bail!(
                "no contact address: the sources want to know whom to write to before the first request. Set `contact` \
                 to an e-mail address or a URL in the configuration file, or name an `inbox.folder` to work without a \
                 network"
            );
        }
        tracing::warn!("no `contact` in the configuration: the network is left alone, only the inbox is looked at");
        config.celestrak.gp = false;
        config.celestrak.satcat = false;
        config.celestrak.eop = false;
        config.space_track.gp = false;
        config.space_track.cdm_public = false;
    }
    Ok(config)
}

/// Whether CelesTrak would be asked for anything.
fn asks_celestrak(config: &Config) -> bool {
    let source = &config.celestrak;
    let names_sets = !(source.groups.is_empty() && source.ids.is_empty() && source.supplemental.is_empty());
    (source.gp && names_sets) || source.satcat || source.eop
}

/// Takes the lock of the one daemon of a database.
fn take_lock(database: &Path) -> anyhow::Result<Lock> {
    let path = lock_path(database, "daemon");
    let since = Utc::now().format("%FT%TZ");
    let holder = format!("{DAEMON_RUNS}process {}, since {since}", std::process::id());
    let mut tries = 0;
    loop {
        tries += 1;
        match Lock::take(&path, &holder) {
            Ok(lock) => return Ok(lock),
            // `status` holds it for a moment when it looks whether a daemon runs.
            Err(LockError::Held { .. }) if tries < 3 => sleep(Duration::from_millis(50)),
            Err(LockError::Held { path, holder }) => return Err(Busy { holder, path }.into()),
            Err(error @ LockError::File { .. }) => return Err(error.into()),
        }
    }
}

/// The daemon between its start and its end.
struct Daemon {
    setup: Setup,
    config: Config,
    database: PathBuf,
    signals: Signals,
    watchdog: Watchdog,
    time: Timekeeper,
    timetable: Timetable,
    record: DaemonRecord,
    /// The session with Space-Track, which outlives the task that opened it.
    session: Session,
}

impl Daemon {
    fn start(setup: &Setup, config: Config, database: PathBuf, signals: Signals) -> anyhow::Result<Self> {
        let time = Timekeeper::new(setup.now);
        let now = time.now();
        let record = DaemonRecord { process_id: std::process::id(), started_at: now.wall, seen: now.clone() };
        let mut daemon = Self {
            setup: Setup { database: Some(database.clone()), create: true, ..setup.clone() },
            config,
            database,
            signals,
            watchdog: Watchdog::new(),
            time,
            timetable: Timetable::default(),
            record,
            session: Session::default(),
        };
        let app = daemon.open(daemon.config.clone())?;
        app.places()?;
        daemon.timetable = Timetable::new(app.store.tasks()?, &daemon.config, &now);
        drop(app);
        daemon.save()?;
        Ok(daemon)
    }

    /// Everything that a use case works with, opened anew.
    fn open(&self, config: Config) -> anyhow::Result<App> {
        let now = self.setup.now.map(|_| self.time.now().wall);
        App::open_with(&Setup { now, ..self.setup.clone() }, config)
    }

    fn work(&mut self) {
        let mut from = 0;
        while !self.signals.is_stopping() {
            if self.signals.take_reload() {
                self.reload();
            }
            let now = self.time.now();
            let trust = self.look_at_the_clock(&now);
            match step(&self.timetable.candidates(&now, trust), from) {
                Step::Run(index) => {
                    if let Some(task) = Task::ALL.get(index) {
                        self.perform(*task);
                    }
                    from = index + 1;
                }
                Step::Wait(wait) => {
                    from = 0;
                    self.watchdog.feed();
                    notify::status(&self.outlook());
                    self.signals.wait(wait.min(self.watchdog.interval()).clamp(SHORTEST_WAIT, LONGEST_WAIT));
                }
            }
        }
    }

    /// What the clocks say of each other; a change is logged once.
    fn look_at_the_clock(&mut self, now: &Reading) -> Trust {
        let (before, trust) = self.time.look(now, &self.database);
        if before == trust || matches!((before, trust), (Trust::Jumped(_), Trust::Jumped(_))) {
            return trust;
        }
        match trust {
            Trust::Good => {
                tracing::info!(wall = %now.wall, "the clock is trusted again");
                self.record.seen = now.clone();
                self.timetable.set_right(now);
                self.save_or_log();
            }
            Trust::TooEarly => {
                tracing::error!(wall = %now.wall, "clock not trusted: it stands before this program was made; waiting");
            }
            Trust::Jumped(by) => tracing::error!(
                wall = %now.wall,
                by_s = by.num_seconds(),
                "clock not trusted: it jumped; nothing is computed until it comes back, a source confirms it, it has \
                 stood for an hour, or the daemon is started again"
            ),
        }
        trust
    }

    /// Reads the configuration again; a bad one changes nothing.
    fn reload(&mut self) {
        notify::reloading();
        match self.reloaded() {
            Ok(config) => {
                self.config = config;
                self.timetable.follow(&self.config, &self.time.now());
                self.save_or_log();
                tracing::info!("configuration read again");
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the new configuration is bad: the old one stays in force"
                );
            }
        }
        notify::ready(&self.outlook());
    }

    fn reloaded(&self) -> anyhow::Result<Config> {
        let config = read(&Setup { database: None, ..self.setup.clone() })?;
        let wanted = config.database.as_ref();
        if wanted.is_some_and(|wanted| *wanted != self.database) && self.config.database.as_ref() != wanted {
            bail!("it names another database: that takes a restart");
        }
        if self.setup.now.is_some() && !config.is_loopback() {
            bail!("with --now every base URL must be on this machine");
        }
        let app = self.open(config.clone())?;
        app.places()?;
        Ok(config)
    }

    /// When what comes next, in a line.
    fn outlook(&self) -> String {
        let now = self.time.now();
        match self.time.trust() {
            Trust::Good => match self.timetable.next(&now) {
                Some((task, due)) => format!("waiting; next is {} at {}", task.as_str(), due.format("%FT%TZ")),
                None => "waiting".to_owned(),
            },
            Trust::TooEarly | Trust::Jumped(_) => "waiting: the clock is not trusted".to_owned(),
        }
    }

    fn log_start(&self) {
        let missed: u32 = self.timetable.missed(&self.time.now());
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            process = self.record.process_id,
            database = %self.database.display(),
            missed,
            next = self.outlook(),
            "daemon started"
        );
    }

    /// Writes the timetable down.
    fn save(&self) -> anyhow::Result<()> {
        let mut store = Store::open(&self.database)?;
        store.put_tasks(self.timetable.records())?;
        store.put_daemon(&self.record)?;
        Ok(())
    }

    /// The timetable in memory goes on where the disk is full or away.
    fn save_or_log(&self) {
        if let Err(error) = self.save() {
            tracing::error!(error = format!("{error:#}"), "the timetable could not be written down");
        }
    }

    /// Tells Prometheus, where the configuration names a file.
    fn publish_metrics(&self) {
        let Some(file) = &self.config.daemon.prometheus_file else { return };
        let written = self.open(self.config.clone()).and_then(|app| {
            let facts = Facts::gather(&app, &self.time.now())?;
            write_metrics(file, &facts)
        });
        if let Err(error) = written {
            tracing::warn!(error = format!("{error:#}"), "the Prometheus file was not written");
        }
    }
}
