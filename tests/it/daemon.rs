//! The daemon as its machine meets it: real processes, real signals.

mod clock;
mod lock;
mod manager;
mod running;
mod sources;
mod stopping;

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use alliedsky::store::Store;
use alliedsky::store::tasks::TaskRecord;

/// Nothing of this takes so long on any machine.
const LONG: Duration = Duration::from_secs(60);

/// Sources that are switched off, on this machine: the clock may be set.
const OFFLINE: &str = "contact = \"ops@example.org\"\n\
     [celestrak]\nbase_url = \"http://127.0.0.1:1\"\ngp = false\nsatcat = false\neop = false\n\
     [space_track]\nbase_url = \"http://127.0.0.1:1\"\ngp = false\ncdm_public = false\n\
     [run]\nwindow_hours = 1\npass_hours = 1\nregions = [\"korea\"]\n\
     [publish]\nreport = false\n";

/// Every task over and over again.
const BUSY: &str = "[daemon]\nsync_every = \"1s\"\nwatch_every = \"1s\"\nscreen_every = \"1s\"\noverfly_every = \"1s\"\ncover_every = \"1s\"\n\
     publish_every = \"1s\"\nupkeep_every = \"1s\"\njitter = \"0s\"\n";

/// A folder with a database of 979 objects, `sky.db`, and a configuration, `c.toml`.
struct Place(TempDir);

impl Place {
    fn new(config: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        std::fs::create_dir(place.path("home")).unwrap();
        place.configure(config);
        let data = crate::truth::data("elements/gpredict_20180120.tle.gz");
        let output = place.command(&["import", "--db", "sky.db"]).arg(data).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn configure(&self, config: &str) {
        std::fs::write(self.path("c.toml"), config).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alliedsky"));
        command.current_dir(self.0.path()).env_clear().env("HOME", self.path("home")).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn daemon_command(&self) -> Command {
        let words = ["daemon", "--db", "sky.db", "--config", "c.toml", "--threads", "1", "--now", "2018-01-21T00:07Z"];
        self.command(&words)
    }

    /// Starts a daemon and waits until it is ready.
    fn start(&self) -> Daemon {
        let daemon = self.spawn(self.daemon_command());
        daemon.wait_for("daemon started");
        daemon
    }

    fn spawn(&self, mut command: Command) -> Daemon {
        let log = tempfile::NamedTempFile::new_in(self.0.path()).unwrap().into_temp_path();
        let child = command.stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
        Daemon { child, log }
    }

    fn store(&self) -> Store {
        Store::open(&self.path("sky.db")).unwrap()
    }

    fn tasks(&self) -> Vec<TaskRecord> {
        self.store().tasks().unwrap()
    }

    fn task(&self, name: &str) -> TaskRecord {
        self.tasks().into_iter().find(|task| task.name == name).unwrap()
    }

    /// `status` as JSON, and its exit code.
    fn status(&self) -> (Value, i32) {
        let words =
            ["status", "--db", "sky.db", "--config", "c.toml", "--now", "2018-01-21T00:08Z", "--format", "json"];
        let output = self.command(&words).stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        (value, output.status.code().unwrap())
    }
}

/// A daemon that ends with the test.
struct Daemon {
    child: Child,
    log: tempfile::TempPath,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// The lines of the log: each is an object.
    fn lines(&self) -> Vec<Value> {
        let log = self.log();
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }

    #[track_caller]
    fn wait_for(&self, words: &str) {
        wait_until(words, || self.log().contains(words), || self.log());
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    fn end(&mut self) -> i32 {
        let mut status = None;
        let child = &mut self.child;
        wait_until(
            "the end",
            || {
                status = child.try_wait().unwrap();
                status.is_some()
            },
            String::new,
        );
        let status = status.unwrap();
        status.code().unwrap_or_else(|| panic!("{status}: {}", self.log()))
    }

    /// Asks it to stop; it must within ten seconds, with exit code 0.
    #[track_caller]
    fn stop(&mut self) {
        let begun = Instant::now();
        self.signal(Signal::TERM);
        assert_eq!(self.end(), 0, "{}", self.log());
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool, more: impl Fn() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG, "waiting for {what}: {}", more());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// All that a process wrote to its standard error.
fn said(child: &mut Child) -> String {
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}
