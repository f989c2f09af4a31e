//! A sync from the first request to the last: order, ledger, holds, and what survives a death.

use alliedsky::store::catalogue::CatalogueFilter;

use super::{Cell, EOP, GP, NOW, SATCAT, gp_csv, line, outcomes, time};
use crate::feed::server::{Behaviour, Reply, Server};

#[test]
fn element_sets_are_asked_first_and_everything_is_taken_in() {
    let cell = Cell::new("[celestrak]\nids = [25544]\nsupplemental = [\"starlink\"]\n");
    cell.server.set("/NORAD/elements/gp.php?CATNR=25544&FORMAT=csv", Behaviour::csv(gp_csv(1, time(NOW))));
    cell.server.set("/NORAD/elements/supplemental/sup-gp.php", Behaviour::csv(gp_csv(3, time(NOW))));
    let report = cell.sync(time(NOW));
    assert_eq!(
        outcomes(&report),
        [
            ("gp GROUP=active", "fetched"),
            ("gp CATNR=25544", "fetched"),
            ("supplemental FILE=starlink", "fetched"),
            ("satcat", "fetched"),
            ("eop", "fetched"),
        ]
    );
    let paths: Vec<String> = cell.server.requests().iter().map(|request| request.path.clone()).collect();
    assert_eq!(
        paths,
        [
            "/NORAD/elements/gp.php?GROUP=active&FORMAT=csv",
            "/NORAD/elements/gp.php?CATNR=25544&FORMAT=csv",
            "/NORAD/elements/supplemental/sup-gp.php?FILE=starlink&FORMAT=csv",
            SATCAT,
            EOP,
        ]
    );
    assert!(cell.server.requests().iter().all(|request| request.user_agent().contains("ops@example.org")));
    let app = cell.app(time(NOW));
    let entries = app.store.current_elements(&CatalogueFilter::default()).unwrap();
    assert_eq!(entries.len(), 100);
    assert!(entries.iter().all(|entry| entry.facts.owner == "SKOR"));
    assert_eq!(entries[0].source.kind.as_str(), "celestrak");
    assert_eq!(app.store.earth_orientation().unwrap().len(), 400);
    assert_eq!(report.next(), Some(time("2026-11-22T12:10:00Z")));
    assert_eq!(line(&report, "eop").next, Some(time("2026-11-23T10:10:00Z")));
}

/// An object may be in several groups; which brought its set first does not matter, and the latest download of a group
/// says what it holds.
#[test]
fn a_group_is_what_its_download_held() {
    let cell = Cell::new("[celestrak]\ngroups = [\"active\", \"Stations\"]\n");
    let stations = "/NORAD/elements/gp.php?GROUP=Stations&FORMAT=csv";
    cell.server.set(stations, Behaviour::csv(gp_csv(40, time(NOW))));
    cell.sync(time(NOW));
    let numbers = |words: &str| -> Result<Vec<u32>, String> {
        let app = cell.app(time(NOW));
        let elements = app.catalogue().unwrap().elements();
        let Ok(choice) = words.parse();
        let found = app.primaries(&choice, &elements).map_err(|error| error.to_string())?.unwrap();
        let mut numbers: Vec<u32> = found.iter().map(|id| id.get()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    };
    assert_eq!(numbers("group:stations"), Ok((10_001..=10_040).collect()));
    assert_eq!(numbers("group:STATIONS,10099").map(|found| found.len()), Ok(41));
    assert_eq!(numbers("group:active").map(|found| found.len()), Ok(100));
    let unknown = numbers("group:geo").unwrap_err();
    assert!(unknown.contains("here of active, stations") && unknown.contains("name:GEO*"), "{unknown}");
    let later = time("2026-11-22T14:10:00Z");
    cell.server.set(stations, Behaviour::csv(gp_csv(39, later)));
    let report = cell.sync(later);
    assert_eq!(line(&report, "gp GROUP=Stations").did.as_str(), "fetched", "{report:?}");
    assert_eq!(numbers("group:stations"), Ok((10_001..=10_039).collect()));
}

#[test]
fn each_of_the_three_can_be_switched_off() {
    for (key, asked) in [("gp", [0, 1, 1]), ("satcat", [1, 0, 1]), ("eop", [1, 1, 0])] {
        let cell = Cell::new(&format!("[celestrak]\n{key} = false\n"));
        assert!(!cell.sync(time(NOW)).is_trouble());
        assert_eq!(cell.asked(), asked, "{key}");
    }
}

#[test]
fn nothing_is_asked_without_a_contact() {
    let cell = Cell::celestrak();
    let text = std::fs::read_to_string(cell.path("alliedsky.toml")).unwrap();
    std::fs::write(cell.path("alliedsky.toml"), text.replace("contact", "# contact")).unwrap();
    let (code, _, err) = cell.run("sync");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("contact = ") && err.contains("alliedsky.toml"), "{err}");
    assert!(!cell.path("sky.db").exists());
    assert_eq!(cell.server.connections(), 0);
    let (code, out, _) = cell.run("config check");
    assert_eq!(code, 0);
    assert!(out.contains("contact               missing: no source is asked"), "{out}");
    let (_, out, _) = cell.run("sync --explain");
    assert!(out.contains("off") && out.contains("contact"), "{out}");
}

#[test]
fn any_other_status_holds_the_source_until_a_person_resumes_it() {
    for (status, location) in [
        ("403 Forbidden", None),
        ("301 Moved Permanently", Some("https://celestrak.com/")),
        ("304 Not Modified", None),
        ("404 Not Found", None),
        ("429 Too Many Requests", None),
        ("500 Internal Server Error", None),
        ("503 Service Unavailable", None),
    ] {
        let cell = Cell::celestrak();
        cell.sync(time(NOW));
        let mut reply = Reply::new(status).body("text/plain", "you ask too often").header("Retry-After", "7200");
        if let Some(location) = location {
            reply = reply.header("Location", location);
        }
        cell.server.set(GP, reply);
        let report = cell.sync(time("2026-11-23T10:20:00Z"));
        let number = status.split(' ').next().unwrap();
        // The queries after it are not asked any more.
        assert_eq!(outcomes(&report), [("gp GROUP=active", "status"), ("satcat", "held"), ("eop", "held")], "{status}");
        let reason = &line(&report, "gp").reason;
        assert!(reason.contains(number) && reason.contains("Retry-After 7200"), "{reason}");
        assert!(status.starts_with("304") || reason.contains("you ask too often"), "{reason}");
        assert!(location.is_none_or(|location| reason.contains(location)), "{reason}");
        assert_eq!(cell.asked(), [2, 1, 1]);
        // A year later it is still held, whoever asks.
        let report = cell.sync(time("2027-11-23T10:20:00Z"));
        assert_eq!(report.lines.iter().filter(|line| line.did.as_str() == "held").count(), 3);
        assert_eq!(cell.asked(), [2, 1, 1]);
        assert_eq!(cell.objects(), 100);
        cell.serve_good(time("2026-11-23T10:00:00Z"));
        let (code, out, _) = cell.run("feeds resume celestrak");
        assert!(code == 0 && out.contains(number), "{code} {out}");
        // At once, in the same minute.
        assert!(!cell.sync(time("2026-11-23T10:21:00Z")).is_trouble());
        assert_eq!(cell.asked(), [3, 2, 2]);
    }
}

#[test]
fn the_program_says_what_it_did_and_why_not() {
    let cell = Cell::celestrak();
    let now = "--now 2026-11-22T10:10:00Z";
    let (code, out, err) = cell.run(&format!("sync --explain --format csv {now}"));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("celestrak,gp GROUP=active,due,2026-11-22T10:10:00.000000Z,"), "{out}");
    assert!(!cell.path("sky.db").exists(), "explaining writes nothing");
    assert_eq!(cell.server.connections(), 0);

    let (code, out, err) = cell.run(&format!("sync --format json {now}"));
    assert_eq!(code, 0, "{err}");
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(rows[0]["outcome"], "fetched");
    assert_eq!(rows[0]["objects"], 100);
    assert_eq!(rows[0]["next"], "2026-11-22T12:10:00.000000Z");

    // Nothing is due: exit code 0, and it says when next.
    let (code, out, _) = cell.run("sync --now 2026-11-22T10:11:00Z");
    assert_eq!(code, 0);
    assert!(out.contains("nothing was due, next at 2026-11-22T12:10:00Z"), "{out}");
    let (_, out, _) = cell.run("sync --explain --now 2026-11-22T10:11:00Z");
    assert!(out.contains("not before 2026-11-22T12:10:00Z: asked at 2026-11-22T10:10:00Z"), "{out}");
    assert_eq!(cell.asked(), [1, 1, 1]);

    cell.server.set(GP, Behaviour::text("403 Forbidden", "read the policy"));
    let (code, out, err) = cell.run("sync --now 2026-11-22T12:10:00Z");
    assert_eq!(code, 75, "{out}");
    assert!(err.contains("403") && err.contains("read the policy"), "the log says why: {err}");
    let (code, out, _) = cell.run("feeds --now 2026-11-22T12:11:00Z");
    assert!(code == 75 && out.contains("held since 2026-11-22T12:10:00Z: status 403"), "{code} {out}");
    let (code, out, _) = cell.run("sync --explain --now 2026-11-22T12:11:00Z");
    assert!(code == 0 && out.contains("held"), "{out}");
    let (code, out, _) = cell.run("sync --now 2026-11-22T12:11:00Z");
    assert!(code == 75 && out.contains("feeds resume celestrak"), "{out}");
    let (code, _, err) = cell.run("feeds resume nonsense");
    assert!(code == 2 && err.contains("nonsense"), "{err}");
}

#[test]
fn a_source_that_is_not_reached_is_not_tried_thrice() {
    let cell = Cell::celestrak();
    let nobody = Server::nobody();
    let text = std::fs::read_to_string(cell.path("alliedsky.toml")).unwrap();
    std::fs::write(cell.path("alliedsky.toml"), text.replace(&cell.server.base_url(), &nobody)).unwrap();
    let report = cell.sync(time(NOW));
    assert_eq!(outcomes(&report), [("gp GROUP=active", "not_reached"), ("satcat", "not_asked"), ("eop", "not_asked")]);
    assert!(report.is_trouble());
    assert_eq!(line(&report, "gp").next, Some(time("2026-11-22T10:25:00Z")));
    assert!(cell.app(time(NOW)).store.holds().unwrap().is_empty());
}

#[test]
fn the_users_clock_moves_no_ledger_of_a_real_source() {
    let cell = Cell::celestrak();
    let path = cell.path("alliedsky.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    // Space-Track, which is not asked for want of credentials, is on another machine.
    std::fs::write(&path, text.split("[space_track]").next().unwrap()).unwrap();
    // The epochs of the data are those of the real clock then.
    cell.serve_good(chrono::Utc::now() - chrono::TimeDelta::hours(1));
    assert!(!cell.sync(time("2026-11-22T10:10:00Z")).is_trouble());
    for now in ["2026-11-22T12:10:00Z", "2036-11-22T12:10:00Z", "1999-01-01T00:10:00Z"] {
        let report = cell.sync(time(now));
        assert!(report.lines.iter().all(|line| line.did.as_str() == "not_due"), "{report:?}");
    }
    assert_eq!(cell.asked(), [1, 1, 1]);
}

#[test]
fn twenty_processes_at_once_and_a_hundred_restarts_ask_once() {
    let cell = Cell::celestrak();
    let children: Vec<_> = (0..20)
        .map(|_| {
            let mut command = cell.command("sync -q --now 2026-11-22T10:10:00Z");
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        // Who waited ten seconds for the others says so with 75.
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 75)), "{code:?}");
    }
    assert_eq!(cell.asked(), [1, 1, 1]);
    for restart in 0..100 {
        cell.sync(time(NOW) + chrono::TimeDelta::seconds(6 * restart));
    }
    assert_eq!(cell.asked(), [1, 1, 1]);
}

/// Dies at each point of a sync; the next one, in the same minute, asks for nothing twice, and takes in what had come.
#[test]
#[cfg(debug_assertions)]
fn a_sync_that_died_is_made_good_by_the_next() {
    for (point, has_data) in [
        ("request-asked", false),
        ("download-written", false),
        ("download-synced", false),
        ("download-parsed", true),
        ("import-begun", true),
        ("import-committed", true),
        ("download-renamed", true),
        ("request-ended", true),
    ] {
        let cell = Cell::celestrak();
        let output =
            cell.command("sync -q --now 2026-11-22T10:10:00Z").env("ALLIEDSKY_KILL_AT", point).output().unwrap();
        assert_eq!(output.status.code(), None, "{point}: killed");
        let report = cell.sync(time("2026-11-22T10:11:00Z"));
        assert!(!report.is_trouble(), "{point}: {report:?}");
        let was_sent = usize::from(point != "request-asked");
        assert_eq!(cell.asked(), [was_sent, 1, 1], "{point}");
        assert_eq!(cell.objects(), if has_data { 100 } else { 0 }, "{point}");
        let app = cell.app(time(NOW));
        app.store.integrity().unwrap();
        let unfinished = app.store.requests(100).unwrap().into_iter().filter(|request| request.ended_at.is_none());
        assert_eq!(unfinished.count(), 0, "{point}");
        drop(app);
        // Two hours later it is asked for again.
        cell.serve_good(time("2026-11-22T12:00:00Z"));
        assert!(!cell.sync(time("2026-11-22T12:10:00Z")).is_trouble(), "{point}");
        assert_eq!(cell.asked(), [was_sent + 1, 1, 1], "{point}");
        assert_eq!(cell.objects(), 100, "{point}");
        let partials = std::fs::read_dir(cell.path("sky-downloads"))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".partial"));
        assert_eq!(partials.count(), 0, "{point}");
    }
}

#[test]
fn a_refusal_holds_its_source_though_the_process_died_of_it() {
    let cell = Cell::celestrak();
    cell.server.set(GP, Behaviour::text("403 Forbidden", "too many requests"));
    let command = cell.command("sync -q --now 2026-11-22T10:10:00Z").env("ALLIEDSKY_KILL_AT", "answer-noted").output();
    assert_eq!(command.unwrap().status.code(), None, "killed");
    let report = cell.sync(time("2026-11-22T18:11:00Z"));
    assert!(report.lines.iter().all(|line| line.did.as_str() == "held"), "{report:?}");
    assert!(report.lines[0].reason.contains("status 403"), "{report:?}");
    assert_eq!(cell.asked(), [1, 0, 0]);
}

#[test]
fn a_packed_answer_is_kept_as_it_came() {
    let cell = Cell::celestrak();
    let packed = crate::feed::faults::gzip(gp_csv(100, time(NOW)).as_bytes());
    let reply = Reply::new("200 OK").header("Content-Encoding", "gzip").body("text/csv", packed.clone());
    cell.server.set(GP, reply);
    let report = cell.sync(time(NOW));
    assert_eq!((line(&report, "gp").objects, line(&report, "gp").bytes), (Some(100), Some(packed.len() as u64)));
    assert_eq!(std::fs::read(cell.path("sky-downloads/celestrak-gp-active.csv.gz")).unwrap(), packed);
    // One that comes plain takes its place.
    cell.serve_good(time("2026-11-22T12:00:00Z"));
    cell.sync(time("2026-11-22T12:10:00Z"));
    assert!(cell.path("sky-downloads/celestrak-gp-active.csv").exists());
    assert!(!cell.path("sky-downloads/celestrak-gp-active.csv.gz").exists());
}

#[test]
fn clocks_that_differ_are_told_of() {
    for (minutes, is_told) in [(4, false), (-4, false), (6, true), (-6, true)] {
        let cell = Cell::celestrak();
        let date = chrono::Utc::now() + chrono::TimeDelta::minutes(minutes);
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        cell.server.set(GP, Reply::new("200 OK").header("Date", &date).body("text/csv", gp_csv(100, time(NOW))));
        let report = cell.sync(time(NOW));
        assert_eq!(report.warnings.len(), usize::from(is_told), "{minutes}: {report:?}");
        assert!(report.warnings.iter().all(|warning| warning.contains("clock of celestrak")), "{report:?}");
    }
}
