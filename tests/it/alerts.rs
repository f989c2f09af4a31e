//! Alerts: told once, told again when worse, told when over; by a webhook, a command, a file; never lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alliedsky::app::alert::Alerted;
use alliedsky::app::{App, EopChoice, Setup};
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::alert::{Figures, News, Rule};
use alliedsky::ssa::conjunction::assessment::Assessment;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::probability::{Thresholds, Verdict};
use alliedsky::store::Store;
use alliedsky::store::events::Events;
use alliedsky::store::runs::{NewRun, RunKind};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::feed::server::{Behaviour, Server, Step};
use crate::meetings;

fn at(hours: i64) -> DateTime<Utc> {
    meetings::at(hours as f64)
}

/// The satellites `first` and the next meet a day and a half from the beginning, with a probability.
fn meeting(first: u32, pc: f64) -> Conjunction {
    let verdict = match pc {
        pc if pc >= 1e-4 => Verdict::Act,
        pc if pc >= 1e-7 => Verdict::Watch,
        _ => Verdict::Negligible,
    };
    Conjunction {
        assessment: Some(Arc::new(Assessment {
            pc: Some(pc),
            pc_method: "foster-2d".to_owned(),
            covariance_source: "class model".to_owned(),
            pc_max: Some(pc),
            pc_max_scale: Some(1.0),
            pc_max_socrates: None,
            dilution_km: None,
            hbr_m: 5.0,
            hbr_source: "by hand".to_owned(),
            is_curved: false,
            verdict,
        })),
        ..meetings::meeting(first, 36.0, 1.0)
    }
}

/// A folder with a configuration and a database of 40 satellites.
struct Cell(TempDir);

impl Cell {
    fn new(config: &str) -> Self {
        let cell = Self(TempDir::new().unwrap());
        cell.configure(config);
        let mut store = Store::open(&cell.path("sky.db")).unwrap();
        meetings::take_in(&mut store);
        cell
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn configure(&self, config: &str) {
        std::fs::write(self.path("alliedsky.toml"), config).unwrap();
    }

    fn app(&self, hours: i64) -> App {
        App::open(&Setup {
            database: Some(self.path("sky.db")),
            config: Some(self.path("alliedsky.toml")),
            now: Some(at(hours)),
            eop: EopChoice::None,
            create: true,
        })
        .unwrap()
    }

    /// A screening that finds these, and what the rules then tell.
    fn cycle(&self, hours: i64, found: &[Conjunction]) -> Alerted {
        let mut app = self.app(hours);
        let _lock = app.begin_work().unwrap();
        let window = Window { start: at(hours), end: at(hours + 48) };
        let parameters = json!({ "threshold_km": 10.0 });
        let run = NewRun { kind: RunKind::Screening, started_at: at(hours), clock: at(hours), window, parameters };
        let run = app.store.begin_run(&run).unwrap();
        let events = Events { conjunctions: found, ..Events::default() };
        app.store.record_run(run, at(hours), &json!({}), &events).unwrap();
        let catalogue = app.catalogue().unwrap();
        app.alert(&catalogue).unwrap()
    }

    fn status(&self) -> Value {
        let output = self.command(&["status", "--format", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn command(&self, words: &[&str]) -> std::process::Output {
        assert_cmd::Command::cargo_bin("alliedsky")
            .unwrap()
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .args(words)
            .args(["--db", "sky.db", "--config", "alliedsky.toml", "--now", "2026-11-22T12:00Z"])
            .output()
            .unwrap()
    }
}

/// News and probability of each line of JSON of a file; none where it is not there.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn news(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["news"].as_str().unwrap()).collect()
}

#[test]
fn an_event_is_told_once_then_when_worse_then_when_over() {
    let server = Server::start();
    server.set("/hook", Behaviour::text("200 OK", "thanks"));
    let cell = Cell::new("");
    let rule = "min_pc = 1e-6\n";
    let out = cell.path("command.jsonl");
    cell.configure(&format!(
        "[[alert]]\nname = \"hook\"\n{rule}webhook = \"{}/hook?token=abc\"\n\
         [[alert]]\nname = \"command\"\n{rule}command = [\"/bin/sh\", \"-c\", \"cat >> $0; echo >> $0\", \"{}\"]\n\
         [[alert]]\nname = \"file\"\n{rule}file = \"file.jsonl\"\n",
        server.base_url(),
        out.display()
    ));
    let course = [
        (1e-8, None),
        (2e-6, Some("new")),
        (3e-6, None),
        (2.1e-5, Some("worse")),
        (2e-4, Some("worse")),
        (3e-6, None),
        // Below the threshold, not far below it: it hovers.
        (5e-7, None),
        (3e-6, None),
        (9e-8, Some("cleared")),
        (9e-9, None),
        (2e-6, Some("new")),
    ];
    let mut told = Vec::new();
    for (hours, (pc, news)) in (0..).zip(course) {
        let alerted = cell.cycle(hours, &[meeting(1, pc), meeting(11, 1e-9)]);
        assert_eq!(alerted, Alerted { told: if news.is_some() { 3 } else { 0 }, failed: vec![] }, "{pc} at {hours}");
        told.extend(news);
    }
    let by_file = lines(&cell.path("file.jsonl"));
    assert_eq!(news(&by_file), told);
    let batches: Vec<Value> = server.requests().iter().map(|r| serde_json::from_str(&r.body).unwrap()).collect();
    let by_hook: Vec<Value> = batches.iter().map(|batch| batch["alerts"][0].clone()).collect();
    assert_eq!(news(&by_hook), told);
    let by_command: Vec<Value> = lines(&out).iter().map(|batch| batch["alerts"][0].clone()).collect();
    assert_eq!(news(&by_command), told);
    let first = &by_file[0];
    assert_eq!((&first["rule"], &first["sent_at"]), (&json!("file"), &json!("2026-11-22T01:00:00.000000Z")));
    let row = &first["conjunction"];
    assert_eq!((&row["primary_id"], &row["pc"], &row["verdict"]), (&json!(1), &json!(2e-6), &json!("watch")));
    assert_eq!(row["primary_name"], "SAT 1");
    let mut messages: Vec<&str> = by_file.iter().map(|line| line["message"].as_str().unwrap()).collect();
    messages.dedup();
    assert_eq!(messages.len(), told.len(), "each message has a name of its own: {messages:?}");
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.header("content-type")), ("POST", "application/json"));
    let status = cell.status();
    assert_eq!(status["alerts"].as_array().unwrap().len(), 3, "one row a rule and event");
    assert_eq!((&status["alerts"][0]["news"], &status["alerts"][0]["primary_name"]), (&json!("new"), &json!("SAT 1")));
    let text = String::from_utf8(cell.command(&["status"]).stdout).unwrap();
    assert!(text.contains("file: new, SAT 1 and SAT 2 at 2026-11-23 12:00:00"), "{text}");
}

#[test]
fn what_vanishes_is_over_and_what_has_passed_is_not_told() {
    let cell = Cell::new("[[alert]]\nname = \"duty\"\nverdict = \"watch\"\nfile = \"duty.jsonl\"\n");
    cell.cycle(0, &[meeting(1, 1e-5), meeting(3, 1e-5), meeting(5, 1e-9)]);
    cell.cycle(1, &[meeting(3, 1e-5)]);
    cell.cycle(2, &[meeting(3, 1e-5)]);
    let of = |first: u32| -> Vec<Value> {
        let of_pair = |line: &Value| line["conjunction"]["primary_id"] == first;
        lines(&cell.path("duty.jsonl")).into_iter().filter(of_pair).collect()
    };
    assert_eq!(news(&of(1)), ["new", "cleared"]);
    assert_eq!(of(1)[1]["vanished_why"], "moved apart");
    assert_eq!((news(&of(3)), news(&of(5))), (vec!["new"], vec![]));
    // After its time nothing is left to tell.
    cell.cycle(40, &[]);
    assert_eq!(news(&of(3)), ["new"]);
    let late = Conjunction { tca: at(39), ..meeting(7, 1e-2) };
    cell.cycle(40, &[late]);
    assert_eq!(of(7).len(), 0);
}

#[test]
fn rules_are_about_objects_verdicts_and_sorts() {
    let cell = Cell::new(
        "[[alert]]\nname = \"act\"\nverdict = \"act\"\nfile = \"act.jsonl\"\n\
         [[alert]]\nname = \"ours\"\nverdict = \"watch\"\nids = [12]\nfile = \"ours.jsonl\"\n\
         [[alert]]\nname = \"nobody's\"\nverdict = \"watch\"\nnations = [\"kr\"]\nfile = \"kr.jsonl\"\n\
         [[alert]]\nname = \"slow\"\nverdict = \"watch\"\nkinds = [\"companion\"]\nfile = \"slow.jsonl\"\n",
    );
    let slow = Conjunction { kind: Kind::Companion, spans: vec![(at(1), at(30))], ..meeting(21, 1e-5) };
    cell.cycle(0, &[meeting(1, 1e-3), meeting(11, 1e-5), meeting(13, 1e-6), slow]);
    let pairs = |name: &str| -> Vec<u64> {
        lines(&cell.path(name)).iter().map(|line| line["conjunction"]["primary_id"].as_u64().unwrap()).collect()
    };
    assert_eq!([pairs("act.jsonl"), pairs("ours.jsonl"), pairs("slow.jsonl")], [vec![1], vec![11], vec![21]]);
    assert_eq!(pairs("kr.jsonl"), [0; 0]);
}

#[test]
fn what_fails_is_told_and_tried_again() {
    let server = Server::start();
    let (bad, good) = (Behaviour::text("500 Internal Server Error", "no"), Behaviour::text("204 No Content", ""));
    server.set_series("/hook", vec![bad.clone(), Behaviour(vec![Step::Stall]), good]);
    let cell = Cell::new(&format!(
        "[[alert]]\nname = \"hook\"\nverdict = \"act\"\ndeadline = \"1s\"\nwebhook = \"{}/hook?token=hush-hush\"\n",
        server.base_url()
    ));
    let found = [meeting(1, 1e-3)];
    let refused = cell.cycle(0, &found);
    assert_eq!(refused.failed, [("hook".to_owned(), "127.0.0.1 answered with status 500".to_owned())]);
    let status = cell.status();
    let rule = &status["alert_rules"][0];
    assert_eq!((&rule["failures_in_a_row"], &rule["sent_at"]), (&json!(1), &json!(null)));
    let warning = status["warnings"].to_string();
    assert!(warning.contains("was not delivered once") && warning.contains("status 500"), "{warning}");
    let slow = cell.cycle(1, &found);
    assert_eq!(slow.failed[0].1, "127.0.0.1 was not reached: no answer in 1 s");
    assert_eq!(cell.status()["alert_rules"][0]["failures_in_a_row"], 2);
    assert_eq!(cell.cycle(2, &found), Alerted { told: 1, failed: vec![] });
    assert_eq!(cell.cycle(3, &found), Alerted::default());
    assert_eq!(server.requests().len(), 3, "one attempt a cycle");
    let rule = cell.status()["alert_rules"][0].clone();
    assert_eq!((&rule["failures_in_a_row"], &rule["reason"]), (&json!(0), &json!("")));
    // The secret is in the configuration alone.
    let check = cell.command(&["config", "check"]);
    let told = [check.stdout, check.stderr, std::fs::read(cell.path("sky.db")).unwrap(), warning.into_bytes()].concat();
    assert!(String::from_utf8_lossy(&told).contains("hook to http://127.0.0.1/…"));
    assert!(!String::from_utf8_lossy(&told).contains("hush"));
}

#[test]
fn programs_that_fail_or_hang_are_told() {
    let failed = |command: &str| {
        let cell =
            Cell::new(&format!("[[alert]]\nname = \"c\"\nverdict = \"act\"\ndeadline = \"1s\"\ncommand = {command}\n"));
        cell.cycle(0, &[meeting(1, 1e-3)]).failed.into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
    };
    assert_eq!(failed("[\"sleep\", \"20\"]"), ["sleep was ended after 1 s"]);
    assert_eq!(failed("[\"false\"]"), ["false failed: exit status: 1"]);
    assert!(failed("[\"/no/such/program\"]")[0].starts_with("cannot run /no/such/program: "));
    // It need not read what it is given, and no shell looks at its arguments.
    assert_eq!(failed("[\"true\", \"; touch x\"]"), [""; 0]);
}

#[test]
fn a_file_that_a_crash_left_within_a_line_goes_on_with_a_line() {
    let cell = Cell::new("[[alert]]\nname = \"f\"\nverdict = \"act\"\nfile = \"f.jsonl\"\n");
    std::fs::write(cell.path("f.jsonl"), "{\"torn\":").unwrap();
    cell.cycle(0, &[meeting(1, 1e-3)]);
    let text = std::fs::read_to_string(cell.path("f.jsonl")).unwrap();
    let (torn, line) = text.split_once('\n').unwrap();
    assert_eq!(torn, "{\"torn\":");
    assert!(line.ends_with("}\n") && serde_json::from_str::<Value>(line).is_ok(), "{line}");
}

/// The program itself: what went out before the process died goes out again, and then no more.
#[test]
fn a_kill_loses_no_alert() {
    for (point, told) in [("events-committed", 1), ("alert-sent", 2), ("alert-written", 1)] {
        let folder = TempDir::new().unwrap();
        let rule = "name = \"duty\"\nverdict = \"watch\"\nids = [36605]\nfile = \"duty.jsonl\"\n";
        std::fs::write(folder.path().join("c.toml"), format!("[publish]\nreport = false\n[[alert]]\n{rule}")).unwrap();
        let run = |kill_at: &str| {
            let output = assert_cmd::Command::cargo_bin("alliedsky")
                .unwrap()
                .current_dir(folder.path())
                .env_clear()
                .env("HOME", folder.path())
                .env("ALLIEDSKY_KILL_AT", kill_at)
                .args(["run", "--bundled", "--hours", "3", "--db", "sky.db", "--config", "c.toml"])
                .output()
                .unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        assert_eq!(run(point).0, None, "{point} was not reached");
        let (code, text) = run("");
        assert_eq!(code, Some(0), "{text}");
        assert_eq!(text.contains("alerts: 1 told\n"), point != "alert-written", "{text}");
        assert!(!run("").1.contains("alerts:"));
        let lines = lines(&folder.path().join("duty.jsonl"));
        assert_eq!(lines.len(), told, "{point}");
        assert!(lines.iter().all(|line| line["message"] == lines[0]["message"] && line["news"] == "new"), "{point}");
    }
}

#[test]
fn rules_that_mean_nothing_are_refused() {
    let refused = |text: &str| {
        let path = Path::new("c.toml");
        alliedsky::config::Config::parse(path, &format!("[[alert]]\n{text}")).unwrap_err().to_string()
    };
    let way = "file = \"x\"\n";
    for (text, words) in [
        (format!("name = \"\"\nverdict = \"act\"\n{way}"), "c.toml: line 1: alert \"\" has no name"),
        (
            format!("name = \"a\"\n{way}"),
            "alert \"a\" does not say which conjunctions: set verdict, or min_pc, or both",
        ),
        (format!("name = \"a\"\nverdict = \"soon\"\n{way}"), "expected act, watch, diluted or negligible"),
        (format!("name = \"a\"\nmin_pc = 2.0\n{way}"), "set one from 0 to 1"),
        (
            "name = \"a\"\nmin_pc = 0.1\n".to_owned(),
            "c.toml: line 1: alert \"a\" does not say how to tell: set one of webhook, command and file",
        ),
        (format!("name = \"a\"\nmin_pc = 0.1\n{way}command = [\"x\"]\n"), "set only one of webhook, command and file"),
        ("name = \"a\"\nmin_pc = 0.1\ncommand = []\n".to_owned(), "set a program, then its arguments"),
        (format!("name = \"a\"\nmin_pc = 0.1\ndeadline = \"1h\"\n{way}"), "1s to 1m"),
        (format!("name = \"a\"\nmin_pc = 0.1\nids = [0]\n{way}"), "catalogue numbers"),
        (format!("name = \"a\"\nmin_pc = 0.1\nnation = \"kr\"\n{way}"), "unknown field"),
        (
            format!("name = \"a\"\nmin_pc = 0.1\n{way}[[alert]]\nname = \"a\"\nmin_pc = 0.1\n{way}"),
            "c.toml: line 5: alert \"a\" stands there twice",
        ),
    ] {
        let error = refused(&text);
        assert!(error.contains(words), "{text}: {error}");
        assert!(!error.contains("that of alert"), "{error}");
    }
    let plain = "name = \"a\"\nmin_pc = 0.1\nwebhook = \"http://example.org/x?token=hush\"\n";
    let cell = Cell::new(&format!("[[alert]]\n{plain}"));
    let failed = cell.cycle(0, &[meeting(1, 1.0)]).failed;
    assert!(failed[0].1.contains("only https is spoken with other machines"), "{failed:?}");
    assert!(!failed[0].1.contains("hush"));
}

/// By the rule's own words, over every course of a few figures.
#[test]
fn no_course_repeats_itself() {
    let levels = [None, Some(1e-9), Some(5e-7), Some(2e-6), Some(3e-5), Some(1e-3)];
    let rule = Rule { verdict: None, min_pc: Some(1e-6) };
    let figures = |pc: Option<f64>| Figures { verdict: pc.map(|_| Verdict::Watch), pc };
    for course in 0..levels.len().pow(5) {
        let mut told: Option<Figures> = None;
        let mut rest = course;
        for _ in 0..5 {
            let now = figures(levels[rest % levels.len()]);
            rest /= levels.len();
            let news = rule.news(told.as_ref(), &now, false, &Thresholds::default());
            let expected = match (told.and_then(|told| told.pc), now.pc) {
                (None, Some(pc)) if pc >= 1e-6 => Some(News::New),
                (Some(_), Some(pc)) if pc < 1e-7 => Some(News::Cleared),
                (Some(before), Some(pc)) if pc >= 10.0 * before => Some(News::Worse),
                _ => None,
            };
            assert_eq!(news, expected, "{told:?} {now:?}");
            told = match news {
                Some(News::Cleared) => None,
                Some(_) => Some(told.map_or(now, |before| now.worst(before))),
                None => told,
            };
        }
    }
}
