//! One request: what it says, what it gives, and how each fault ends it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use alliedsky::feed::celestrak::{Body, body, group};
use alliedsky::feed::file::sha256;
use alliedsky::feed::http::{Answer, Ask, FetchError, Fetcher, Limits};
use alliedsky::feed::query::Kind;
use alliedsky::feed::space_track;
use alliedsky::format::unpack;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use super::faults::{Fault, Outcome, all, gzip};
use super::server::{Behaviour, Reply, Server, Step};
use super::theatre;

const LIMITS: Limits = Limits { deadline: Duration::from_millis(1500), max_bytes: 2 << 20 };

/// What a busy machine may add to a deadline.
const SLACK: Duration = Duration::from_secs(4);

fn fetcher(limits: Limits) -> Fetcher {
    Fetcher::new("ops@example.org", limits).unwrap()
}

fn get(url: &str) -> Ask<'_> {
    Ask { url, form: None, cookie: None }
}

const fn never() -> bool {
    false
}

#[test]
fn an_answer_is_what_was_sent() {
    let (server, folder, data) = (Server::start(), TempDir::new().unwrap(), theatre());
    let into = folder.path().join("download");
    let reply = Reply::new("200 OK").header("Date", "Sun, 22 Nov 2026 09:30:00 GMT").body("text/csv", data.clone());
    server.set("/NORAD/elements/gp.php?GROUP=active&FORMAT=csv", reply);
    let url = format!("{}{}", server.base_url(), group("active").path);
    let answer = fetcher(LIMITS).fetch(&get(&url), &into, &never).unwrap();
    assert_eq!((answer.status, answer.bytes), (200, data.len() as u64));
    assert_eq!(answer.sha256, sha256(&data));
    assert_eq!(answer.content_type, "text/csv");
    assert_eq!(answer.date.map(|date| date.to_rfc3339()).as_deref(), Some("2026-11-22T09:30:00+00:00"));
    assert!(answer.head.starts_with("OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION"), "{}", answer.head);
    assert_eq!(answer.head.chars().count(), 300);
    assert_eq!(std::fs::read(&into).unwrap(), data);

    let requests = server.requests();
    assert_eq!((requests.len(), server.connections()), (1, 1));
    assert_eq!(requests[0].method, "GET");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(requests[0].user_agent(), format!("alliedsky/{version} (ops@example.org)"));
    assert_eq!(requests[0].header("accept-encoding"), "gzip");
    assert_eq!(requests[0].cookie(), None);
}

#[test]
fn gzip_stays_packed_in_the_file_and_its_head_is_read() {
    let (server, folder, data) = (Server::start(), TempDir::new().unwrap(), theatre());
    let into = folder.path().join("download");
    let packed = gzip(&data);
    server.set("/a", Reply::new("200 OK").header("Content-Encoding", "gzip").body("text/csv", packed.clone()));
    let answer = fetcher(LIMITS).fetch(&get(&format!("{}/a", server.base_url())), &into, &never).unwrap();
    assert_eq!(std::fs::read(&into).unwrap(), packed);
    assert_eq!(answer.sha256, sha256(&packed));
    assert!(answer.head.starts_with("OBJECT_NAME,OBJECT_ID,EPOCH"), "{}", answer.head);
}

#[test]
fn a_session_is_opened_kept_and_lost() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let into = folder.path().join("download");
    server.require_login("ops@example.org", "correct horse & battery=staple");
    let query = space_track::full_catalogue();
    server.set(&query.path, Behaviour::json("[]"));
    let fetcher = fetcher(LIMITS);
    let login = |password: &str| {
        let credentials = space_track::Credentials { identity: "ops@example.org".into(), password: password.into() };
        let url = format!("{}{}", server.base_url(), space_track::login().path);
        fetcher.fetch(&Ask { url: &url, form: Some(&credentials.form()), cookie: None }, &into, &never).unwrap()
    };
    let refused = login("wrong");
    assert_eq!(refused.status, 200);
    assert!(space_track::is_login_failure(refused.head.as_bytes()));
    assert!(space_track::session_cookie(&refused).is_none());

    let accepted = login("correct horse & battery=staple");
    assert!(!format!("{accepted:?}").contains("session1"), "{accepted:?}");
    let cookie = space_track::session_cookie(&accepted).unwrap();
    assert_eq!(cookie.expose_secret(), "chocolatechip=session1");
    let url = format!("{}{}", server.base_url(), query.path);
    let ask = |cookie: Option<&SecretString>| {
        fetcher.fetch(&Ask { url: &url, form: None, cookie }, &into, &never).unwrap().status
    };
    assert_eq!((ask(None), ask(Some(&cookie))), (401, 200));
    server.end_sessions();
    assert_eq!(ask(Some(&cookie)), 401);
    let methods: Vec<_> = server.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["POST", "POST", "GET", "GET", "GET"]);
}

/// Asks once for what a fault answers; returns what is wrong with what came of it.
fn wrong(fault: &Fault, data: &[u8]) -> Option<String> {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let query = group("active");
    server.set(&query.path, fault.behaviour.clone());
    let into = folder.path().join("download");
    let url = format!("{}{}", server.base_url(), query.path);
    // Looked at while it runs: never more than the limit is on the disk.
    let largest = AtomicU64::new(0);
    let watch = || {
        largest.fetch_max(std::fs::metadata(&into).map_or(0, |found| found.len()), Ordering::Relaxed);
        false
    };
    let began = Instant::now();
    let result = fetcher(LIMITS).fetch(&get(&url), &into, &watch);
    let took = began.elapsed();
    let said = format!("{} {result:?} after {took:?}, {} connections", fault.name, server.connections());
    let is_as_expected = match (&result, fault.outcome) {
        (Ok(answer), Outcome::Data) => answer.status == 200 && unpacked(&into).is_some_and(|found| found == data),
        (Ok(answer), Outcome::Refused(status)) => answer.status == status && !is_whole(&into, data),
        (Err(error @ FetchError::Broken { status, .. }), Outcome::Broken(expected)) => {
            // Another status holds the source.
            let is_asked_again = matches!(status, None | Some(200));
            *status == expected && error.to_string().contains("asked again when its interval is over") == is_asked_again
        }
        (Err(FetchError::Deadline { status, .. }), Outcome::Deadline(expected)) => *status == expected,
        (Err(FetchError::TooLarge { status: 200, .. }), Outcome::TooLarge) => true,
        _ => false,
    };
    let is_bounded = took < LIMITS.deadline + SLACK
        && largest.into_inner() <= LIMITS.max_bytes
        && std::fs::metadata(&into).map_or(0, |found| found.len()) <= LIMITS.max_bytes
        && into.exists() == result.is_ok();
    let is_asked_once = (server.requests().len(), server.connections()) == (1, 1);
    (!is_as_expected || !is_bounded || !is_asked_once).then_some(said)
}

fn unpacked(path: &std::path::Path) -> Option<Vec<u8>> {
    unpack(&std::fs::read(path).unwrap(), 16 << 20).ok().map(std::borrow::Cow::into_owned)
}

/// Whether a file is, to a reader, all of the data.
fn is_whole(path: &std::path::Path, data: &[u8]) -> bool {
    unpacked(path).is_some_and(|found| matches!(body(Kind::Gp, &found), Body::Data) && found.len() >= data.len())
}

#[test]
fn every_fault_ends_in_time_and_is_asked_once() {
    let data = theatre();
    let faults = all(&data);
    assert!(faults.len() >= 45, "{}", faults.len());
    let mut wrongs: Vec<String> = Vec::new();
    for few in faults.chunks(12) {
        thread::scope(|scope| {
            let asked: Vec<_> = few.iter().map(|fault| scope.spawn(|| wrong(fault, &data))).collect();
            wrongs.extend(asked.into_iter().filter_map(|thread| thread.join().unwrap()));
        });
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn a_redirect_leads_nowhere() {
    let (server, other, folder) = (Server::start(), Server::start(), TempDir::new().unwrap());
    let into = folder.path().join("download");
    for (to, target) in [(format!("{}/gp", other.base_url()), "/away"), ("/there".to_owned(), "/here")] {
        server.set(target, Reply::new("302 Found").header("Location", &to));
        let url = format!("{}{target}", server.base_url());
        let answer = fetcher(LIMITS).fetch(&get(&url), &into, &never).unwrap();
        assert_eq!((answer.status, answer.location), (302, Some(to)));
    }
    assert_eq!((server.requests().len(), other.connections()), (2, 0));
}

#[test]
fn a_refusal_keeps_what_it_says_of_later() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let into = folder.path().join("download");
    for after in ["3600", "Wed, 25 Nov 2026 08:00:00 GMT"] {
        server.set("/a", Reply::new("429 Too Many Requests").header("Retry-After", after));
        let answer = fetcher(LIMITS).fetch(&get(&format!("{}/a", server.base_url())), &into, &never).unwrap();
        assert_eq!((answer.status, answer.retry_after.as_deref()), (429, Some(after)));
    }
}

#[test]
fn nobody_there_is_nothing_asked() {
    let folder = TempDir::new().unwrap();
    let url = format!("{}/a", Server::nobody());
    let error = fetcher(LIMITS).fetch(&get(&url), &folder.path().join("download"), &never).unwrap_err();
    assert!(matches!(error, FetchError::NotReached { .. }), "{error:?}");
    assert!(!error.was_asked());
    assert!(error.to_string().contains("127.0.0.1 was not reached: "), "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

#[test]
fn localhost_is_this_machine() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    server.set("/a", Behaviour::csv("x"));
    let url = format!("http://localhost:{}/a", server.port());
    let answer = fetcher(LIMITS).fetch(&get(&url), &folder.path().join("download"), &never).unwrap();
    assert_eq!(answer.status, 200);
}

#[test]
fn other_machines_are_never_asked_in_the_clear() {
    let folder = TempDir::new().unwrap();
    for url in ["http://192.0.2.1/a", "http://localhost.example.org/", "ftp://127.0.0.1/", "http://[2001:db8::1]/", "x"]
    {
        let error = fetcher(LIMITS).fetch(&get(url), &folder.path().join("download"), &never).unwrap_err();
        assert!(matches!(error, FetchError::Setup { .. }), "{url}: {error:?}");
    }
    for contact in ["", "ops example", "ops@example.org\r\nX-Other: 1", "(ops)", "ops@例.jp"] {
        assert!(matches!(Fetcher::new(contact, LIMITS), Err(FetchError::Setup { .. })), "{contact}");
    }
}

#[test]
fn a_word_from_above_ends_a_download_at_once() {
    let folder = TempDir::new().unwrap();
    let limits = Limits { deadline: Duration::from_secs(60), ..LIMITS };
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let stalls = [
        vec![Step::Stall],
        vec![Step::Send(head.clone()), Step::Stall],
        vec![Step::Send(head), Step::Trickle(vec![b'a'; 5000], Duration::from_millis(5))],
    ];
    for (index, steps) in stalls.into_iter().enumerate() {
        let server = Server::start();
        server.set("/a", Behaviour(steps));
        let is_over = Arc::new(AtomicBool::new(false));
        thread::spawn({
            let is_over = Arc::clone(&is_over);
            move || {
                thread::sleep(Duration::from_millis(300));
                is_over.store(true, Ordering::SeqCst);
            }
        });
        let into = folder.path().join(index.to_string());
        let began = Instant::now();
        let url = format!("{}/a", server.base_url());
        let error = fetcher(limits).fetch(&get(&url), &into, &|| is_over.load(Ordering::SeqCst)).unwrap_err();
        assert!(matches!(error, FetchError::Cancelled { .. }), "{index}: {error:?}");
        assert!(began.elapsed() < SLACK, "{index}: {:?}", began.elapsed());
        assert!(!into.exists());
    }
}

#[test]
fn a_stop_before_the_first_byte_asks_nothing() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        true
    };
    let error = fetcher(LIMITS)
        .fetch(&get(&format!("{}/a", server.base_url())), &folder.path().join("download"), &stop)
        .unwrap_err();
    assert!(matches!(error, FetchError::Cancelled { .. }), "{error:?}");
    assert_eq!((asked.get(), server.requests().len()), (1, 0));
}

#[test]
fn a_folder_that_is_not_there_is_named_and_nothing_is_asked() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let into = folder.path().join("none/download");
    let error = fetcher(LIMITS).fetch(&get(&format!("{}/a", server.base_url())), &into, &never).unwrap_err();
    assert!(matches!(error, FetchError::Disk { status: None, .. }), "{error:?}");
    assert!(error.to_string().contains(&into.display().to_string()), "{error}");
    assert_eq!((error.was_asked(), server.connections()), (false, 0));
}

#[test]
fn no_error_holds_a_secret() {
    let (server, folder) = (Server::start(), TempDir::new().unwrap());
    let into = folder.path().join("download");
    let secret = SecretString::from("hunter2");
    let bad_cookie = SecretString::from("chocolatechip=hunter2\r\n");
    let form = [("identity", &secret), ("password", &secret)];
    let said = |result: Result<Answer, FetchError>| format!("{result:?} {}", result.as_ref().unwrap_err());
    let url = format!("{}/a", server.base_url());
    server.set("/a", Behaviour(vec![]));
    let asks = [
        Ask { url: &url, form: Some(&form), cookie: None },
        Ask { url: &url, form: None, cookie: Some(&secret) },
        Ask { url: &url, form: None, cookie: Some(&bad_cookie) },
        Ask { url: "http://user:hunter2@192.0.2.1/?password=hunter2", form: Some(&form), cookie: None },
    ];
    for ask in &asks {
        let said = said(fetcher(LIMITS).fetch(ask, &into, &never));
        assert!(!said.contains("hunter2"), "{said}");
    }
}
