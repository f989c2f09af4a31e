//! What sources and networks do wrong, each as bytes on the wire, with what must come of it.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::{Behaviour, Reply, Step};

/// What asking once must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A whole answer with the data that were to come: to be taken.
    Data,
    /// A whole answer of this status that holds no data, or damaged ones: to be refused by whoever reads it.
    Refused(u16),
    /// The answer broke off, before or after its status.
    Broken(Option<u16>),
    /// More than the limit.
    TooLarge,
    /// The deadline, before or after the status.
    Deadline(Option<u16>),
}

/// A fault.
#[derive(Clone, Debug)]
pub struct Fault {
    pub name: &'static str,
    pub behaviour: Behaviour,
    pub outcome: Outcome,
}

/// The text of CelesTrak's usage policy when it has had enough.
pub const POLICY: &str =
    "You have been blocked: please read the usage policy at https://celestrak.org/usage-policy.php";

/// CelesTrak's words for a repeated download.
pub const NOT_UPDATED: &str = "GP data has not updated since your last successful download of GROUP=active \
                               at 2026-11-22 08:00:00 UTC.\nData is updated once every 2 hours.";

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Hotel network</body></html>";

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member of one MiB of zeros again and again: each byte becomes about a thousand.
pub fn gzip_bomb(mib: usize) -> Vec<u8> {
    gzip(&vec![0; 1 << 20]).repeat(mib)
}

fn head(extra: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n{extra}\r\n")
}

fn send(parts: &[&[u8]]) -> Step {
    Step::Send(parts.concat())
}

fn packed(bytes: Vec<u8>) -> Behaviour {
    Reply::new("200 OK").header("Content-Encoding", "gzip").body("text/csv", bytes).into()
}

/// Every fault of an answer to a question whose data would have been `data`, an element set file of some kilobytes.
pub fn all(data: &[u8]) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut add = |name, outcome, behaviour| found.push(Fault { name, behaviour, outcome });
    for (name, status, behaviour) in statuses() {
        add(name, Outcome::Refused(status), behaviour);
    }
    for (name, outcome, behaviour) in bodies(data) {
        add(name, outcome, behaviour);
    }
    for (name, outcome, steps) in wires(data) {
        add(name, outcome, Behaviour(steps));
    }
    found
}

/// Whole answers that hold no data.
fn statuses() -> Vec<(&'static str, u16, Behaviour)> {
    let text = Behaviour::text;
    let redirect = |status, to| Reply::new(status).header("Location", to).into();
    let retry = |after| {
        let reply = Reply::new("429 Too Many Requests").header("Retry-After", after);
        reply.body("text/plain", "slow down").into()
    };
    vec![
        ("200 with a page", 200, Reply::new("200 OK").body("text/html", PAGE).into()),
        ("200 with the policy", 200, text("200 OK", POLICY)),
        ("200 with the refusal of a repetition", 200, text("200 OK", NOT_UPDATED)),
        ("200 with nothing found", 200, text("200 OK", "No GP data found")),
        ("200 with nothing", 200, text("200 OK", "")),
        ("204", 204, Reply::new("204 No Content").into()),
        ("301 to another path", 301, redirect("301 Moved Permanently", "/elsewhere")),
        ("301 to itself", 301, redirect("301 Moved Permanently", "/NORAD/elements/gp.php?GROUP=active&FORMAT=csv")),
        ("302 to http", 302, redirect("302 Found", "http://127.0.0.1:9/gp.php")),
        ("304", 304, Reply::new("304 Not Modified").into()),
        ("401", 401, text("401 Unauthorized", "who are you")),
        ("403 with the policy", 403, text("403 Forbidden", POLICY)),
        ("403 with the refusal of a repetition", 403, text("403 Forbidden", NOT_UPDATED)),
        ("404", 404, text("404 Not Found", "no such page")),
        ("429 for seconds", 429, retry("3600")),
        ("429 until a date", 429, retry("Wed, 25 Nov 2026 08:00:00 GMT")),
        ("500", 500, text("500 Internal Server Error", "")),
        ("502", 502, Reply::new("502 Bad Gateway").body("text/html", PAGE).into()),
        ("503", 503, text("503 Service Unavailable", "maintenance")),
    ]
}

/// Whole answers with data that are not what they should be.
fn bodies(data: &[u8]) -> Vec<(&'static str, Outcome, Behaviour)> {
    let refused = Outcome::Refused(200);
    let half = &data[..data.len() / 2];
    let zipped = gzip(data);
    let short = [head(&format!("Content-Length: {}\r\n", half.len())).as_bytes(), data].concat();
    vec![
        ("a length too short", refused, Behaviour(vec![Step::Send(short)])),
        ("half of the data", refused, Behaviour::csv(half)),
        ("NUL bytes", refused, Behaviour::csv(vec![0; 5000])),
        ("noise", refused, Behaviour::csv((0..5000_u32).map(|i| (i * i % 251) as u8 | 0x80).collect::<Vec<_>>())),
        ("gzip cut", refused, packed(zipped[..zipped.len() / 2].to_vec())),
        ("gzip with noise behind it", refused, packed([&zipped[..], b"\x01noise behind it"].concat())),
        ("gzip bomb", refused, packed(gzip_bomb(600))),
        ("a wrong type", Outcome::Data, Reply::new("200 OK").body("text/html", data).into()),
        ("gzip that says nothing of it", Outcome::Data, Behaviour::csv(zipped)),
    ]
}

/// Answers that never become whole.
fn wires(data: &[u8]) -> Vec<(&'static str, Outcome, Vec<Step>)> {
    let half = &data[..data.len() / 2];
    let chunked = head("Transfer-Encoding: chunked\r\n");
    let chunk = [format!("{:x}\r\n", half.len()).as_bytes(), half, b"\r\n"].concat();
    let with_length = |length: usize| head(&format!("Content-Length: {length}\r\n"));
    let whole = with_length(data.len());
    let (none, ok) = (None, Some(200));
    let flood: String = (0..20_000).map(|i| format!("X-Flood-{i}: {}\r\n", "a".repeat(40))).collect();
    vec![
        ("reset before the answer", Outcome::Broken(none), vec![Step::Reset]),
        ("closed before the answer", Outcome::Broken(none), vec![]),
        ("closed in the head", Outcome::Broken(none), vec![send(&[b"HTTP/1.1 200 OK\r\nContent-"])]),
        ("reset in the body", Outcome::Broken(ok), vec![send(&[whole.as_bytes(), half]), Step::Reset]),
        ("a length too long", Outcome::Broken(ok), vec![send(&[with_length(data.len() + 9).as_bytes(), data])]),
        ("a chunk cut", Outcome::Broken(ok), vec![send(&[chunked.as_bytes(), &chunk[..chunk.len() / 2]])]),
        ("the last chunk missing", Outcome::Broken(ok), vec![send(&[chunked.as_bytes(), &chunk])]),
        ("a chunk without a length", Outcome::Broken(ok), vec![send(&[chunked.as_bytes(), b"zzz\r\n", half])]),
        (
            "a chunk of absurd length",
            Outcome::Broken(ok),
            vec![send(&[chunked.as_bytes(), b"fffffffffffffffff\r\n", half])],
        ),
        ("two lengths", Outcome::Broken(none), {
            vec![send(&[head("Content-Length: 10\r\nContent-Length: 20\r\n").as_bytes(), data])]
        }),
        ("no HTTP", Outcome::Broken(none), vec![send(&[b"SSH-2.0-OpenSSH_9.9\r\n"])]),
        ("NUL bytes for HTTP", Outcome::Broken(none), vec![Step::Send(vec![0; 5000])]),
        ("a flood of headers", Outcome::Broken(none), {
            vec![send(&[b"HTTP/1.1 200 OK\r\n", flood.as_bytes(), b"\r\n", data])]
        }),
        ("an endless header", Outcome::Broken(none), {
            vec![send(&[b"HTTP/1.1 200 OK\r\nX-Endless: "]), Step::Endless(vec![b'a'; 4096])]
        }),
        ("one byte a second", Outcome::Deadline(ok), {
            vec![send(&[whole.as_bytes()]), Step::Trickle(data.to_vec(), Duration::from_secs(1))]
        }),
        ("one byte of the head a second", Outcome::Deadline(none), {
            vec![Step::Trickle(whole.clone().into_bytes(), Duration::from_secs(1))]
        }),
        ("no answer", Outcome::Deadline(none), vec![Step::Stall]),
        ("a stalled head", Outcome::Deadline(none), vec![send(&[b"HTTP/1.1 200 OK\r\nContent-"]), Step::Stall]),
        ("a stalled body", Outcome::Deadline(ok), vec![send(&[whole.as_bytes(), half]), Step::Stall]),
        ("endless provisional answers", Outcome::Deadline(none), {
            vec![Step::Endless(b"HTTP/1.1 102 Processing\r\n\r\n".to_vec())]
        }),
        ("an endless body", Outcome::TooLarge, {
            vec![send(&[head("").as_bytes()]), Step::Endless(vec![b'a'; 65_536])]
        }),
        ("endless chunks", Outcome::TooLarge, {
            vec![send(&[chunked.as_bytes()]), Step::Endless([b"1000\r\n", &[b'a'; 4096][..], b"\r\n"].concat())]
        }),
        ("a length of a terabyte", Outcome::TooLarge, {
            vec![send(&[with_length(1 << 40).as_bytes(), half]), Step::Stall]
        }),
    ]
}
