//! One request over HTTP, bounded in every way: one connection, one answer, no redirect followed, nothing asked twice.
//!
//! `https` is spoken with every other machine, against the platform's own certificates, and through the proxy of
//! `HTTPS_PROXY` (or `ALL_PROXY`, less `NO_PROXY`) where the environment names one. Plain `http` is for this machine
//! alone; no proxy stands there, and no name is looked up: `localhost` is 127.0.0.1 and ::1.

mod error;
mod watch;

use std::fs::File;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Request, Response, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::{Host, Url, form_urlencoded};

pub use self::error::FetchError;
use self::error::{advice, root_cause, setup};
use self::watch::{Ended, Watch};
use super::file::hexadecimal;
use crate::format::http_date::http_date;
use crate::machine::kill_point::kill_point;

/// Bounds of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest it may take, from looking up the name to the last byte on the disk.
    pub deadline: Duration,
    /// The most that is read of a body, as it comes over the wire.
    pub max_bytes: u64,
}

/// Asks, in the name of somebody who can be written to.
#[derive(Debug)]
pub struct Fetcher {
    user_agent: HeaderValue,
    limits: Limits,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where to.
    pub url: &'a str,
    /// The fields of a form, which make it a POST; without them it is a GET.
    pub form: Option<&'a [(&'a str, &'a SecretString)]>,
    /// The `Cookie` header.
    pub cookie: Option<&'a SecretString>,
}

/// A whole answer, of whatever status; its body is in the file.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Length of the body as it came, packed or not.
    pub bytes: u64,
    /// SHA-256 of the body as it came, hexadecimal.
    pub sha256: String,
    /// `Content-Type`, empty where there is none.
    pub content_type: String,
    /// `Date`: the source's clock.
    pub date: Option<DateTime<Utc>>,
    /// `Retry-After`, seconds or a date.
    pub retry_after: Option<String>,
    /// `Location` of a redirect, which is not followed.
    pub location: Option<String>,
    /// `Set-Cookie`, one an entry.
    pub cookies: Vec<SecretString>,
    /// The beginning of the body, unpacked: at most 300 printable characters on one line.
    pub head: String,
}

impl Fetcher {
    /// Asks in the name of `contact`, an e-mail address or a URL.
    ///
    /// # Errors
    /// [`FetchError::Setup`] where nobody could write to `contact`.
    pub fn new(contact: &str, limits: Limits) -> Result<Self, FetchError> {
        let is_plain = contact.chars().all(|character| character.is_ascii_graphic() && !"()".contains(character));
        if contact.is_empty() || !is_plain {
            return Err(setup("set contact in the configuration to an e-mail address or a URL, printable ASCII"));
        }
        let user_agent = format!("alliedsky/{} ({contact})", env!("CARGO_PKG_VERSION"));
        Ok(Self { user_agent: HeaderValue::try_from(user_agent).map_err(setup)?, limits })
    }

    /// Asks once. The body goes to the file `into`, which is on the disk when this returns, and gone where it fails;
    /// gzip is left packed. `stop` is looked at every 50 ms or oftener and ends the request at once.
    ///
    /// # Errors
    /// See [`FetchError`]; an answer of any status is no error.
    pub fn fetch(&self, ask: &Ask<'_>, into: &Path, stop: &dyn Fn() -> bool) -> Result<Answer, FetchError> {
        let watch = Watch::new(self.limits.deadline, stop);
        let target = Target::of(ask.url)?;
        let request = self.request(ask, &target)?;
        let client = self.client(&target)?;
        // Of this request alone: when it ends, nothing of it is left open.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(setup)?;
        let disk = |status| move |source| FetchError::Disk { path: into.to_owned(), status, source };
        let mut file = File::create(into).map_err(disk(None))?;
        let outcome = runtime.block_on(async {
            let mut response = self.send(&client, request, &watch, &target.host).await?;
            let status = response.status().as_u16();
            let body = self.receive(&mut response, &mut file, &watch, &target.host, &disk(Some(status))).await?;
            Ok((response.headers().clone(), status, body))
        });
        // A look-up of a name cannot be stopped: it is left to end by itself.
        runtime.shutdown_background();
        let outcome = outcome.and_then(|(headers, status, body)| {
            kill_point("download-written");
            file.sync_all().map_err(disk(Some(status)))?;
            kill_point("download-synced");
            Ok(answer(&headers, status, body))
        });
        if outcome.is_err() {
            // What is left of it is of no use; that it cannot be removed is the lesser evil.
            let _ = std::fs::remove_file(into);
        }
        outcome
    }

    fn request(&self, ask: &Ask<'_>, target: &Target) -> Result<Request, FetchError> {
        let method = if ask.form.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::new(method, target.url.clone());
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        if let Some(cookie) = ask.cookie {
            let mut value = HeaderValue::try_from(cookie.expose_secret())
                .map_err(|_| setup("the session's cookie holds characters that no header may"))?;
            value.set_sensitive(true);
            headers.insert(header::COOKIE, value);
        }
        if let Some(fields) = ask.form {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(header::CONTENT_TYPE, form);
            let mut body = form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(fields.iter().map(|(name, value)| (name, value.expose_secret())));
            *request.body_mut() = Some(body.finish().into());
        }
        Ok(request)
    }

    /// A client of one request: the certificates are read anew each time, so that a machine that is up for months
    /// takes what its administrator renews.
    fn client(&self, target: &Target) -> Result<Client, FetchError> {
        // Another part of the program may have chosen already, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Half the deadline leaves it to the deadline to speak of what happens after the connection stands.
        let connect = CONNECT_TIMEOUT.min(self.limits.deadline / 2);
        let mut builder = Client::builder()
            .http1_only()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(connect);
        if target.is_loopback {
            let port = 0;
            let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            builder = builder.no_proxy().resolve_to_addrs("localhost", &here.map(|ip| SocketAddr::new(ip, port)));
        }
        if target.url.scheme() == "http" {
            // Without certificates: there may be none on this machine, and none are asked for.
            let config = rustls::ClientConfig::builder()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder = builder.tls_backend_preconfigured(config);
        }
        builder.build().map_err(|error| setup(format!("{} (install the CA certificates)", root_cause(&error))))
    }

    async fn send(
        &self,
        client: &Client,
        request: Request,
        watch: &Watch<'_>,
        host: &str,
    ) -> Result<Response, FetchError> {
        let sent = watch.until(client.execute(request)).await.map_err(|ended| self.ended(ended, host, None))?;
        sent.map_err(|error| {
            let (host, reason) = (host.to_owned(), root_cause(&error));
            if error.is_connect() {
                FetchError::NotReached { host, reason: format!("{reason} ({})", advice(&reason)) }
            } else {
                FetchError::Broken { host, status: None, reason }
            }
        })
    }

    async fn receive(
        &self,
        response: &mut Response,
        file: &mut File,
        watch: &Watch<'_>,
        host: &str,
        disk: &(dyn Fn(std::io::Error) -> FetchError + Sync),
    ) -> Result<Body, FetchError> {
        let status = response.status().as_u16();
        let max_bytes = self.limits.max_bytes;
        let too_large = || FetchError::TooLarge { host: host.to_owned(), status, max_bytes };
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(too_large());
        }
        let mut body = Body { bytes: 0, hash: Sha256::new(), start: Vec::new() };
        loop {
            let chunk = watch.until(response.chunk()).await.map_err(|ended| self.ended(ended, host, Some(status)))?;
            let chunk = chunk.map_err(|error| FetchError::Broken {
                host: host.to_owned(),
                status: Some(status),
                reason: root_cause(&error),
            })?;
            let Some(chunk) = chunk else { return Ok(body) };
            if body.bytes + chunk.len() as u64 > max_bytes {
                return Err(too_large());
            }
            file.write_all(&chunk).map_err(disk)?;
            body.take(&chunk);
        }
    }

    fn ended(&self, ended: Ended, host: &str, status: Option<u16>) -> FetchError {
        let host = host.to_owned();
        match ended {
            Ended::Deadline => FetchError::Deadline { host, status, deadline: self.limits.deadline },
            Ended::Stopped => FetchError::Cancelled { host },
        }
    }
}

/// The longest that a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a request goes.
struct Target {
    url: Url,
    host: String,
    is_loopback: bool,
}

impl Target {
    fn of(text: &str) -> Result<Self, FetchError> {
        let url = Url::parse(text).map_err(setup)?;
        let (host, is_loopback) = match url.host() {
            Some(Host::Domain(name)) => (name.to_owned(), name.eq_ignore_ascii_case("localhost")),
            Some(Host::Ipv4(address)) => (address.to_string(), address.is_loopback()),
            Some(Host::Ipv6(address)) => (address.to_string(), address.is_loopback()),
            None => return Err(setup("the URL has no host")),
        };
        match url.scheme() {
            "https" => Ok(Self { url, host, is_loopback }),
            "http" if is_loopback => Ok(Self { url, host, is_loopback }),
            _ => Err(setup(format!("only https is spoken with other machines, and {host} is another"))),
        }
    }
}

/// What is known of a body that has gone to the file.
struct Body {
    bytes: u64,
    hash: Sha256,
    start: Vec<u8>,
}

/// Bytes of a body that its head is made of, packed.
const START_BYTES: usize = 4 << 10;

/// Bytes of a header, or characters of a body, that an answer keeps.
const KEPT_CHARS: usize = 300;

impl Body {
    fn take(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len() as u64;
        self.hash.update(chunk);
        let missing = START_BYTES - self.start.len();
        self.start.extend_from_slice(&chunk[..chunk.len().min(missing)]);
    }

    fn head(&self) -> String {
        if !self.start.starts_with(&[0x1f, 0x8b]) {
            return printable(&String::from_utf8_lossy(&self.start));
        }
        let mut unpacked = Vec::new();
        // Cut by its nature: what came out before the end is what is wanted.
        let _ = flate2::read::GzDecoder::new(&self.start[..]).take(START_BYTES as u64).read_to_end(&mut unpacked);
        printable(&String::from_utf8_lossy(&unpacked))
    }
}

fn answer(headers: &HeaderMap, status: u16, body: Body) -> Answer {
    let text =
        |name| headers.get(name).map(|value: &HeaderValue| printable(&String::from_utf8_lossy(value.as_bytes())));
    Answer {
        status,
        bytes: body.bytes,
        head: body.head(),
        sha256: hexadecimal(&body.hash.finalize()),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        date: text(header::DATE).and_then(|date| http_date(&date)),
        retry_after: text(header::RETRY_AFTER),
        location: text(header::LOCATION),
        cookies: headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok().map(SecretString::from))
            .collect(),
    }
}

/// The beginning of a text on one line, without control characters.
fn printable(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().filter(|character| *character != char::REPLACEMENT_CHARACTER).take(KEPT_CHARS).collect()
}
