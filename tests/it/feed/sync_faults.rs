//! Every fault against the whole program: `sync` ends in time with the right code, the ledger says what happened, the
//! source is asked once, and what the catalogue held it still holds.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::certificates::Authority;
use super::faults::{Fault, Outcome, all};
use super::server::{Behaviour, Server};
use super::theatre;

/// When the good data are fetched; the snapshot they are from was taken the day before.
const FIRST: &str = "2026-09-07T00:05:00Z";

/// When the fault comes: the query may be asked again.
const LATER: &str = "2026-09-07T02:10:00Z";

/// When it may not.
const SOON: &str = "2026-09-07T02:11:00Z";

/// What a busy machine may add to a deadline.
const SLACK: Duration = Duration::from_secs(20);

const GP: &str = "/NORAD/elements/gp.php?GROUP=active&FORMAT=csv";

const PASSWORD: &str = "correct-horse-battery-staple";

/// A folder with a home, a database and a configuration in it.
struct Place(TempDir);

impl Place {
    fn new(celestrak: &str, more: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        std::fs::create_dir(place.path("home")).unwrap();
        place.configure(celestrak, more);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn configure(&self, base_url: &str, more: &str) {
        let text = format!(
            "contact = \"ops@example.org\"\n\
             [celestrak]\nbase_url = \"{base_url}\"\ngroups = [\"active\"]\nsatcat = false\neop = false\n\
             [space_track]\nbase_url = \"{base_url}\"\n{more}\n\
             [download]\ndeadline = \"2s\"\nmax_mib = 2\n"
        );
        std::fs::write(self.path("sky.toml"), text).unwrap();
    }

    fn command(&self, now: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alliedsky"));
        command.current_dir(self.0.path()).env_clear().env("HOME", self.path("home"));
        command.args(["--db", "sky.db", "--config", "sky.toml", "--now", now]).args(words);
        command
    }

    fn run(&self, now: &str, words: &[&str]) -> Said {
        Said::of(&self.command(now, words).output().unwrap())
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("sky.db")).unwrap()
    }

    /// The ledger: outcome, status and reason of every request, in order.
    fn ledger(&self) -> Vec<(String, Option<u16>, String)> {
        let database = self.database();
        let mut rows = database.prepare("SELECT outcome, http_status, reason FROM request ORDER BY id").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect()
    }

    fn is_held(&self) -> bool {
        self.database().query_row("SELECT count(*) FROM hold", [], |row| row.get::<_, u32>(0)).unwrap() > 0
    }

    /// Every element set the database holds, whole; it is sound.
    fn catalogue(&self) -> Vec<String> {
        let database = self.database();
        let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let mut rows = database.prepare("SELECT * FROM element_set ORDER BY 1, 2, 3").unwrap();
        let columns = rows.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values: Vec<_> = (0..columns).map(|at| row.get_ref(at).map(|value| format!("{value:?}"))).collect();
            Ok(values.into_iter().map(Result::unwrap).collect::<Vec<_>>().join("|"))
        };
        rows.query_map([], row).unwrap().map(Result::unwrap).collect()
    }
}

/// What a command said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }
}

/// The outcome in the ledger, whether the source is held, and the exit code.
fn expected(fault: &Fault) -> (&'static str, bool, i32) {
    match (fault.outcome, fault.name) {
        (Outcome::Data, _) => ("fetched", false, 0),
        (_, "200 with the refusal of a repetition") => ("unchanged", false, 0),
        (_, "200 with nothing found") => ("no_data", false, 0),
        (Outcome::Refused(200), _) => ("refused", false, 75),
        (Outcome::Refused(_), _) => ("status", true, 75),
        (Outcome::Broken(_) | Outcome::TooLarge | Outcome::Deadline(_), _) => ("broken", false, 75),
    }
}

/// Asks a source that has this fault, after it had given good data; returns what is wrong with what came of it.
fn wrong(fault: &Fault, data: &[u8], seeded: &Path, before: &[String]) -> Result<(), String> {
    let server = Server::start();
    let place = Place::new(&server.base_url(), "gp = false\ncdm_public = false");
    copy_folder(seeded, place.0.path());
    server.set(GP, fault.behaviour.clone());
    let began = Instant::now();
    let first = place.run(LATER, &["sync"]);
    let took = began.elapsed();
    let (outcome, is_held, code) = expected(fault);
    let check = |is_right: bool, what: &str| {
        let said = format!("{}: {what}: code {:?}, {took:?}\n{}{}", fault.name, first.code, first.out, first.err);
        if is_right { Ok(()) } else { Err(format!("{said}\n{:?}", place.ledger().last())) }
    };
    check(first.code == Some(code), "code")?;
    check(took < Duration::from_secs(2) + SLACK, "deadline")?;
    check(!first.err.contains("panicked"), "panic")?;
    check((server.requests().len(), server.connections()) == (1, 1), "one request")?;
    let ledger = place.ledger();
    check(ledger.len() == 2, "one row more")?;
    check(ledger[1].0 == outcome, "outcome")?;
    check(place.is_held() == is_held, "hold")?;
    check(outcome == "fetched" || !ledger[1].2.is_empty(), "reason")?;
    if let Outcome::Refused(status) = fault.outcome {
        check(ledger[1].1 == Some(status), "status")?;
    }
    check(place.catalogue() == before, "catalogue")?;

    let second = place.run(SOON, &["sync"]);
    check(server.connections() == 1, "a second sync asks nothing")?;
    check(second.code == Some(if is_held { 75 } else { 0 }), "code of the second sync")?;
    if is_held {
        // Lines are folded for the screen.
        let said = second.out.split_whitespace().collect::<Vec<_>>().join(" ");
        check(said.contains("`alliedsky feeds resume celestrak`"), &format!("advice ({})", second.out))?;
    }
    if code == 75 {
        server.set(GP, Behaviour::csv(data));
        place.run(SOON, &["feeds", "resume", "celestrak"]).ok();
        let third = place.run(SOON, &["sync"]);
        check(third.code == Some(0) && server.connections() == 2, "resumed")?;
        check(place.ledger().last().unwrap().0 == "fetched" && !place.is_held(), "fetched again")?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy_folder(&path, &to);
        } else if path.extension().is_none_or(|extension| extension != "toml") {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

#[test]
fn no_fault_costs_data_or_a_second_request() {
    let data = theatre();
    let server = Server::start();
    server.set(GP, Behaviour::csv(data.clone()));
    let seeded = Place::new(&server.base_url(), "gp = false\ncdm_public = false");
    seeded.run(FIRST, &["sync"]).ok();
    assert_eq!(seeded.ledger()[0].0, "fetched");
    let catalogue = seeded.catalogue();
    assert_eq!(catalogue.len(), 79);

    let left = Mutex::new(all(&data));
    let wrongs = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some(fault) = { left.lock().unwrap().pop() } {
                    wrongs.lock().unwrap().extend(wrong(&fault, &data, seeded.0.path(), &catalogue).err());
                }
            });
        }
    });
    let wrongs = wrongs.into_inner().unwrap();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n\n"));
}

/// Space-Track asked for everything, with a password in the environment.
fn space_track(place: &Place, now: &str, password: &str, words: &[&str]) -> Said {
    let mut command = place.command(now, words);
    command.env("ALLIEDSKY_SPACE_TRACK_IDENTITY", "ops@example.org").env("ALLIEDSKY_SPACE_TRACK_PASSWORD", password);
    Said::of(&command.output().unwrap())
}

/// Files under a folder that hold any of some words.
fn holding(folder: &Path, words: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            found.extend(words.iter().any(|word| holds(word)).then_some(path));
        }
    }
    found
}

#[test]
fn the_password_and_the_session_are_never_written_down() {
    let server = Server::start();
    server.require_login("ops@example.org", PASSWORD);
    server.set("/basicspacedata", Behaviour::text("404 Not Found", "no such class"));
    let place = Place::new(&server.base_url(), "");
    let mut said = String::new();
    let runs = [
        // Refused, held, let again, accepted and then a fault behind the session.
        (FIRST, "wrong-horse-battery-staple", &["-v", "sync", "space-track"][..]),
        (FIRST, PASSWORD, &["feeds", "resume", "space-track"]),
        (LATER, PASSWORD, &["-v", "sync", "space-track", "--format", "json"]),
        (SOON, PASSWORD, &["-v", "status"]),
        (SOON, PASSWORD, &["-v", "sync", "--explain"]),
    ];
    for (now, password, words) in runs {
        let answer = space_track(&place, now, password, words);
        said += &format!("{words:?} {:?}\n{}{}\n", answer.code, answer.out, answer.err);
    }
    let asked: Vec<_> = server.requests().into_iter().map(|request| (request.method, request.path)).collect();
    assert_eq!(asked.iter().filter(|(method, _)| method == "POST").count(), 2, "{asked:?}\n{said}");
    assert!(asked.iter().any(|(method, _)| method == "GET"), "{asked:?}\n{said}");
    let secrets = [PASSWORD, "wrong-horse-battery-staple", "chocolatechip=", "session1"];
    for secret in secrets {
        assert!(!said.contains(secret), "{said}");
    }
    assert_eq!(holding(place.0.path(), &secrets), Vec::<PathBuf>::new());
}

#[test]
fn a_source_that_is_not_reached_is_left_alone_and_not_held() {
    let folder = TempDir::new().unwrap();
    let authority = Authority::new("ours");
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    let names = ["127.0.0.1"];
    let servers = [
        ("expired", Server::start_tls(authority.expired(&names))),
        ("self-signed", Server::start_tls(Authority::self_signed(&names))),
        ("another name", Server::start_tls(authority.valid(&["celestrak.example"]))),
        ("valid", Server::start_tls(authority.valid(&names))),
    ];
    let nobody = [("nobody", Server::nobody(), None)];
    let cases = servers.iter().map(|(name, server)| (*name, server.base_url(), Some(server))).chain(nobody);
    for (name, base_url, server) in cases {
        let place = Place::new(&base_url, "gp = false\ncdm_public = false");
        if let Some(server) = server {
            server.set(GP, Behaviour::csv(theatre()));
        }
        let sync = |now| Said::of(&place.command(now, &["sync"]).env("SSL_CERT_FILE", &file).output().unwrap());
        let (first, second) = (sync(LATER), sync(SOON));
        let said = format!("{name}: {}{}{}{}", first.out, first.err, second.out, second.err);
        let is_valid = name == "valid";
        assert_eq!(first.code, Some(if is_valid { 0 } else { 75 }), "{said}");
        assert_eq!(second.code, Some(0), "{said}");
        let ledger = place.ledger();
        assert_eq!(ledger.len(), 1, "{said}");
        assert_eq!(ledger[0].0, if is_valid { "fetched" } else { "not_reached" }, "{said}");
        assert!(!place.is_held(), "{said}");
        assert_eq!(place.catalogue().len(), if is_valid { 79 } else { 0 }, "{said}");
        assert!(server.is_none_or(|server| server.connections() == 1), "{said}");
    }
}

#[test]
fn a_kill_in_a_download_costs_no_second_request() {
    let server = Server::start();
    server.set(GP, Behaviour::csv(theatre()));
    // What the source gave is lost with the process until it is known to be whole on the disk, and kept from then on.
    for (point, kept) in [
        ("request-asked", 0),
        ("download-written", 0),
        ("download-synced", 0),
        ("download-renamed", 79),
        ("request-ended", 79),
    ] {
        let place = Place::new(&server.base_url(), "gp = false\ncdm_public = false");
        let before = server.requests().len();
        let killed = place.command(FIRST, &["sync"]).env("ALLIEDSKY_KILL_AT", point).output().unwrap();
        assert_eq!(killed.status.code(), None, "{point}: {}", String::from_utf8_lossy(&killed.stderr));
        let asked = usize::from(point != "request-asked");
        let next = place.run("2026-09-07T00:06:00Z", &["sync"]);
        assert_eq!(next.code, Some(0), "{point}: {}{}", next.out, next.err);
        assert_eq!(server.requests().len() - before, asked, "{point}: {}", next.out);
        assert_eq!(place.catalogue().len(), kept, "{point}: {}", next.out);
        place.run(LATER, &["sync"]).ok();
        assert_eq!((place.catalogue().len(), server.requests().len() - before), (79, asked + 1), "{point}");
    }
}
