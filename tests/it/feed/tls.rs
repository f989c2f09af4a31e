//! Who answers in a source's name: certificates that are accepted, and those that are not.
//!
//! Which authorities a process trusts is a matter of its environment, so each question is asked by a process of its own.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use alliedsky::feed::http::{Ask, FetchError, Fetcher, Limits};
use tempfile::TempDir;

use super::certificates::Authority;
use super::server::{Behaviour, Server};

/// Names the URL that [`asks_for_another_test`] asks, in its process.
const URL: &str = "ALLIEDSKY_TEST_URL";

/// No test by itself: the process that another test starts.
#[test]
fn asks_for_another_test() {
    let Ok(url) = std::env::var(URL) else { return };
    let folder = TempDir::new().unwrap();
    let limits = Limits { deadline: Duration::from_secs(4), max_bytes: 1 << 20 };
    let ask = Ask { url: &url, form: None, cookie: None };
    match Fetcher::new("ops@example.org", limits).unwrap().fetch(&ask, &folder.path().join("a"), &|| false) {
        Ok(answer) => println!("SAID {}", answer.status),
        Err(error @ FetchError::NotReached { .. }) => println!("SAID not reached: {error}"),
        Err(error) => println!("SAID otherwise: {error:?}"),
    }
}

/// What a process says that trusts the authorities of a file and asks a URL, with more of an environment.
fn said(url: &str, authorities: &Path, environment: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "feed::tls::asks_for_another_test", "--nocapture"])
        .env_clear()
        .env(URL, url)
        .env("SSL_CERT_FILE", authorities)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.split_once("SAID ")).map(|(_, said)| said.to_owned());
    line.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn certificates_are_checked() {
    let folder = TempDir::new().unwrap();
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, &ours.pem).unwrap();
    let names = ["localhost", "127.0.0.1"];
    let cases = [
        ("valid", ours.valid(&names), "200"),
        ("expired", ours.expired(&names), "expired"),
        ("another name", ours.valid(&["celestrak.example"]), "not valid for name"),
        ("self-signed", Authority::self_signed(&names), "certificate"),
        ("another authority", theirs.valid(&names), "UnknownIssuer"),
    ];
    for (name, config, expected) in cases {
        let server = Server::start_tls(config);
        server.set("/a", Behaviour::csv("x"));
        for host in ["localhost", "127.0.0.1"] {
            let said = said(&format!("https://{host}:{}/a", server.port()), &file, &[]);
            assert!(said.contains(expected), "{name}: {said}");
            if name != "valid" {
                assert!(said.starts_with(&format!("not reached: {host} was not reached: ")), "{name}: {said}");
                assert!(said.contains("check this machine's clock and CA certificates"), "{name}: {said}");
            }
        }
        let asked = if name == "valid" { 2 } else { 0 };
        assert_eq!((server.requests().len(), server.connections()), (asked, 2), "{name}");
    }
}

#[test]
fn a_handshake_that_stalls_or_is_none_reaches_nobody() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, Authority::new("ours").pem).unwrap();
    // Connections are taken by the system; nobody reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let began = Instant::now();
    let stalled = said(&format!("https://{}/a", silent.local_addr().unwrap()), &file, &[]);
    assert!(stalled.starts_with("not reached: "), "{stalled}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    let plain = Server::start();
    let garbage = said(&format!("https://127.0.0.1:{}/a", plain.port()), &file, &[]);
    assert!(garbage.starts_with("not reached: "), "{garbage}");
    assert_eq!(plain.requests().len(), 0);
}

#[test]
fn without_authorities_this_machine_alone_is_asked() {
    let folder = TempDir::new().unwrap();
    let none = folder.path().join("empty.pem");
    std::fs::write(&none, "").unwrap();
    let server = Server::start();
    server.set("/a", Behaviour::csv("x"));
    // A proxy that is not there would be in the way of every other machine.
    let proxy = Server::nobody();
    let environment = [("HTTP_PROXY", proxy.as_str()), ("HTTPS_PROXY", &proxy), ("ALL_PROXY", &proxy)];
    assert_eq!(said(&format!("{}/a", server.base_url()), &none, &environment), "200");
    let said = said("https://127.0.0.1:1/a", &none, &environment);
    assert!(said.contains("install the CA certificates"), "{said}");
}

#[test]
fn another_machine_is_asked_through_the_proxy() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, Authority::new("ours").pem).unwrap();
    let proxy = Server::start();
    let said = said("https://celestrak.example/a", &file, &[("HTTPS_PROXY", &proxy.base_url())]);
    assert!(said.starts_with("not reached: celestrak.example was not reached: "), "{said}");
    let asked: Vec<_> = proxy.requests().into_iter().map(|request| (request.method, request.path)).collect();
    assert_eq!(asked, [("CONNECT".to_owned(), "celestrak.example:443".to_owned())]);
}
