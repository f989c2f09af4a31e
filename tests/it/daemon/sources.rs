//! The daemon and its sources: a server on this machine.

use rustix::process::Signal;

use super::{BUSY, OFFLINE, Place, wait_until};
use crate::feed::server::{Behaviour, Server, Step};

const GP: &str = "/NORAD/elements/gp.php";

/// Asks the server for one group of element sets every second, if the ledger lets it.
fn place(server: &Server) -> Place {
    let source = format!("base_url = \"{}\"\ngp = true", server.base_url());
    let config = OFFLINE.replacen("base_url = \"http://127.0.0.1:1\"\ngp = false", &source, 1);
    Place::new(&format!("{config}{BUSY}"))
}

/// The 979 objects of January 2018 as CSV, packed as it stands.
fn catalogue() -> Behaviour {
    Behaviour::csv(std::fs::read(crate::truth::data("elements/gpredict_20180120.csv.gz")).unwrap())
}

#[test]
fn restarts_ask_nothing_twice() {
    let server = Server::start();
    server.set(GP, catalogue());
    let place = place(&server);
    for round in 1..=5 {
        let mut daemon = place.start();
        wait_until("a sync", || place.task("sync").runs > round * 2, || daemon.log());
        if round % 2 == 0 {
            daemon.signal(Signal::KILL);
            daemon.child.wait().unwrap();
        } else {
            daemon.stop();
        }
    }
    assert_eq!(server.count(GP), 1);
    let (status, code) = place.status();
    assert_eq!(code, 0, "{status:#}");
    let feed = status["feeds"].as_array().unwrap().iter().find(|feed| feed["query"] == "gp GROUP=active").unwrap();
    assert_eq!((&feed["state"], &feed["last_outcome"]), (&"waits".into(), &"fetched".into()));
    assert!(feed["objects"].as_u64().unwrap() > 970, "{feed}");
}

#[test]
fn a_source_that_refuses_is_held_and_the_rest_goes_on() {
    let server = Server::start();
    server.set(GP, Behaviour::text("403 Forbidden", "You have exceeded the limit of one download per update."));
    let place = place(&server);
    let mut daemon = place.start();
    daemon.wait_for("task held");
    wait_until(
        "the rest",
        || place.tasks().iter().all(|task| task.done_at.is_some() && task.runs >= 2),
        || daemon.log(),
    );
    let (status, code) = place.status();
    assert_eq!(code, 75);
    assert_eq!(status["holds"][0]["source"], "celestrak");
    assert!(status["holds"][0]["reason"].as_str().unwrap().contains("403"), "{status:#}");
    assert!(status["warnings"].to_string().contains("alliedsky feeds resume celestrak"), "{status:#}");
    assert_eq!(server.count(GP), 1);
    daemon.stop();
}

#[test]
fn it_stops_amid_a_download() {
    let server = Server::start();
    server.set(GP, Behaviour(vec![Step::Stall]));
    let place = place(&server);
    let mut daemon = place.start();
    wait_until("the request", || server.count(GP) == 1, || daemon.log());
    daemon.stop();
    assert!(!daemon.log().contains("did not end in time"), "{}", daemon.log());
    place.store().integrity().unwrap();
    assert_eq!(place.task("sync").last.unwrap().outcome.as_str(), "cancelled");
}
