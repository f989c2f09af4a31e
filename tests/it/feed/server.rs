//! An HTTP server on loopback that plays CelesTrak and Space-Track, and every fault they and the network between have.
//!
//! What a route does is a list of steps, so that a fault is written as what goes over the wire. A thread per
//! connection, one request each; everything ends with the server.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// One thing that a connection does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends bytes one by one.
    Trickle(Vec<u8>, Duration),
    /// Sends bytes again and again until the client leaves.
    Endless(Vec<u8>),
    /// Says nothing until the client leaves.
    Stall,
    /// Ends the connection as a router does that has forgotten it, once the client has what was sent before.
    Reset,
}

/// What a route does with a request.
#[derive(Clone, Debug)]
pub struct Behaviour(pub Vec<Step>);

/// A whole answer in the making.
#[derive(Clone, Debug)]
pub struct Reply {
    status: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// An answer with a status, such as `404 Not Found`, without a body.
    pub fn new(status: &str) -> Self {
        Self { status: status.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// The head, without a length.
    pub fn head(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {}\r\n{headers}", self.status)
    }

    /// All of it, with its true length, except where the status allows none.
    pub fn bytes(&self) -> Vec<u8> {
        let has_none = self.status.starts_with("204") || self.status.starts_with("304");
        let length = if has_none { String::new() } else { format!("Content-Length: {}\r\n", self.body.len()) };
        [format!("{}{length}\r\n", self.head()).as_bytes(), &self.body].concat()
    }
}

impl From<Reply> for Behaviour {
    fn from(reply: Reply) -> Self {
        Self(vec![Step::Send(reply.bytes())])
    }
}

impl Behaviour {
    /// Good data, as CSV.
    pub fn csv(body: impl Into<Vec<u8>>) -> Self {
        Reply::new("200 OK").body("text/csv", body).into()
    }

    /// Good data, as JSON.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Reply::new("200 OK").body("application/json", body).into()
    }

    /// A short text with a status.
    pub fn text(status: &str, body: &str) -> Self {
        Reply::new(status).body("text/plain", body).into()
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub at: DateTime<Utc>,
    pub instant: Instant,
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn user_agent(&self) -> &str {
        self.header("user-agent")
    }

    pub fn cookie(&self) -> Option<&str> {
        self.headers.get("cookie").map(String::as_str)
    }
}

/// A login that the server asks for under `/basicspacedata`.
#[derive(Clone, Debug, Default)]
struct Login {
    /// The form that is accepted; nothing is asked for where there is none.
    form: Option<String>,
    opened: usize,
    sessions: BTreeSet<String>,
}

#[derive(Default)]
struct Shared {
    routes: Mutex<BTreeMap<String, Vec<Behaviour>>>,
    requests: Mutex<Vec<Request>>,
    login: Mutex<Login>,
    connections: AtomicUsize,
    is_over: AtomicBool,
}

/// The server; it ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts on a free port; every route answers 404 until it is set.
    pub fn start() -> Self {
        Self::serve("http", None)
    }

    /// The same over TLS.
    pub fn start_tls(config: Arc<rustls::ServerConfig>) -> Self {
        Self::serve("https", Some(config))
    }

    fn serve(scheme: &'static str, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared, tls.as_ref())
        });
        Self { address, scheme, shared, acceptor: Some(acceptor) }
    }

    /// A base URL where nobody listens.
    pub fn nobody() -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    pub fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What a route does from now on; a route without `?` stands for its path with any query.
    pub fn set(&self, route: &str, behaviour: impl Into<Behaviour>) {
        self.set_series(route, vec![behaviour.into()]);
    }

    /// What a route does the first time, the second time …; the last for ever.
    pub fn set_series(&self, route: &str, mut behaviours: Vec<Behaviour>) {
        assert!(!behaviours.is_empty());
        behaviours.reverse();
        self.shared.routes.lock().unwrap().insert(route.to_owned(), behaviours);
    }

    /// From now on `/ajaxauth/login` accepts this account, and `/basicspacedata` answers its sessions alone.
    pub fn require_login(&self, identity: &str, password: &str) {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("identity", identity)
            .append_pair("password", password)
            .finish();
        self.shared.login.lock().unwrap().form = Some(form);
    }

    /// What the source does with sessions that were idle for two hours.
    pub fn end_sessions(&self) {
        self.shared.login.lock().unwrap().sessions.clear();
    }

    /// Everything that was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How often a path, or what begins so, was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.shared.requests.lock().unwrap().iter().filter(|request| request.path.starts_with(path)).count()
    }

    /// Connections taken, whether or not anything was asked.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes whoever waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, tls: Option<&Arc<rustls::ServerConfig>>) {
    let mut workers = Vec::new();
    while let Ok((stream, _)) = listener.accept() {
        if shared.is_over.load(Ordering::SeqCst) {
            break;
        }
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let (shared, tls) = (Arc::clone(shared), tls.cloned());
        workers.push(thread::spawn(move || {
            // A client that leaves is no fault of the server's.
            let _ = Connection::open(stream, tls, shared).and_then(Connection::answer);
        }));
    }
    for worker in workers {
        let _ = worker.join();
    }
}

/// How long a connection waits before it looks whether the server is over.
const SLICE: Duration = Duration::from_millis(50);

enum Wire {
    Plain(TcpStream),
    Tls(Box<rustls::StreamOwned<rustls::ServerConnection, TcpStream>>),
}

impl Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes).and_then(|count| stream.flush().map(|()| count)),
        }
    }
}

struct Connection {
    wire: Wire,
    shared: Arc<Shared>,
    /// The last byte of the request is left where it is until the end: a socket closed over it is reset.
    has_unread: bool,
}

impl Connection {
    fn open(stream: TcpStream, tls: Option<Arc<rustls::ServerConfig>>, shared: Arc<Shared>) -> io::Result<Self> {
        stream.set_read_timeout(Some(SLICE))?;
        stream.set_write_timeout(Some(SLICE))?;
        stream.set_nodelay(true)?;
        let wire = match tls {
            None => Wire::Plain(stream),
            Some(config) => {
                let connection = rustls::ServerConnection::new(config).map_err(io::Error::other)?;
                Wire::Tls(Box::new(rustls::StreamOwned::new(connection, stream)))
            }
        };
        Ok(Self { wire, shared, has_unread: false })
    }

    fn answer(mut self) -> io::Result<()> {
        let request = self.read_request()?;
        let behaviour = self.shared.behaviour(&request);
        self.shared.requests.lock().unwrap().push(request);
        for step in behaviour.0 {
            match step {
                Step::Send(bytes) => self.send(&bytes)?,
                Step::Trickle(bytes, every) => {
                    for byte in bytes {
                        self.send(&[byte])?;
                        self.pause(every)?;
                    }
                }
                Step::Endless(bytes) => loop {
                    self.send(&bytes)?;
                },
                Step::Stall => return self.wait_for_end(),
                Step::Reset => {
                    // A reset takes with it what the client has not read yet.
                    self.pause(Duration::from_millis(300))?;
                    assert!(self.has_unread, "only a plain GET can be reset");
                    return Ok(());
                }
            }
        }
        if self.has_unread {
            self.read_exact(1)?;
        }
        match &mut self.wire {
            Wire::Plain(stream) => stream.shutdown(Shutdown::Write)?,
            Wire::Tls(stream) => {
                stream.conn.send_close_notify();
                stream.flush()?;
                stream.sock.shutdown(Shutdown::Write)?;
            }
        }
        self.wait_for_end()
    }

    fn read_request(&mut self) -> io::Result<Request> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r") {
            head.extend(self.read_exact(1)?);
        }
        self.has_unread = true;
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = String::new();
        if length > 0 {
            self.has_unread = false;
            body = String::from_utf8_lossy(&self.read_exact(1 + length)?[1..]).into_owned();
        }
        Ok(Request { at: Utc::now(), instant: Instant::now(), method, path, headers, body })
    }

    fn check(&self) -> io::Result<()> {
        if self.shared.is_over.load(Ordering::SeqCst) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }

    fn read_exact(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        let mut filled = 0;
        while filled < count {
            self.check()?;
            match self.wire.read(&mut bytes[filled..]) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => filled += read,
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(bytes)
    }

    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.check()?;
            match self.wire.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn pause(&self, length: Duration) -> io::Result<()> {
        let end = Instant::now() + length;
        while Instant::now() < end {
            self.check()?;
            thread::sleep(SLICE.min(end.saturating_duration_since(Instant::now())));
        }
        Ok(())
    }

    fn wait_for_end(&mut self) -> io::Result<()> {
        if self.has_unread {
            self.read_exact(1)?;
            self.has_unread = false;
        }
        loop {
            self.read_exact(1)?;
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

impl Shared {
    fn behaviour(&self, request: &Request) -> Behaviour {
        if let Some(answer) = self.login.lock().unwrap().answer(request) {
            return answer;
        }
        let mut routes = self.routes.lock().unwrap();
        let bare = request.path.split('?').next().unwrap_or_default();
        let key = [request.path.as_str(), bare].into_iter().find(|key| routes.contains_key(*key));
        let Some(series) = key.and_then(|key| routes.get_mut(key)) else {
            return Behaviour::text("404 Not Found", "no such page");
        };
        if series.len() > 1 { series.pop().unwrap() } else { series[0].clone() }
    }
}

impl Login {
    fn answer(&mut self, request: &Request) -> Option<Behaviour> {
        let form = self.form.as_ref()?;
        if request.path == "/ajaxauth/login" {
            if request.method != "POST" || request.body != *form {
                return Some(Behaviour::json("{\"Login\":\"Failed\"}"));
            }
            self.opened += 1;
            let cookie = format!("chocolatechip=session{}", self.opened);
            self.sessions.insert(cookie.clone());
            let reply = Reply::new("200 OK").header("Set-Cookie", &format!("{cookie}; path=/; secure; HttpOnly"));
            return Some(reply.body("application/json", "\"\"").into());
        }
        let is_known = request.cookie().is_some_and(|cookie| self.sessions.contains(cookie));
        let is_closed = request.path.starts_with("/basicspacedata") && !is_known;
        let body = "{\"error\":\"You must be logged in to complete this action\"}";
        is_closed.then(|| Reply::new("401 Unauthorized").body("application/json", body).into())
    }
}
