//! A web server that answers as a test says, also as no server should, and remembers what it was asked.
//!
//! ```ignore
//! let server = loopback::start();
//! server.serve("/feed.ics", Answer::ok("text/calendar", FEED).header("ETag", "\"1\""));
//! let url = server.url("/feed.ics");
//! …
//! assert_eq!(server.asked("/feed.ics").len(), 1);
//! ```

// Each test file uses its own part of it, and what is public is so for the other test files.
#![allow(dead_code, unreachable_pub)]

mod answer;

pub use answer::{Answer, gzip};

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

/// A server on a port of its own, until it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// With the query.
    pub path: String,
    /// In order, names in lower case; values byte for byte, read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// What was posted.
    pub body: Vec<u8>,
    pub at: Instant,
    /// On which connection, counted from 1.
    pub connection: u64,
}

#[derive(Default)]
struct Shared {
    /// What is served at a path: one after the other, the last one for ever.
    answers: Mutex<HashMap<String, Vec<Answer>>>,
    asked: Mutex<Vec<Asked>>,
    connections: AtomicU64,
    /// Bytes of bodies that were handed to the network.
    sent: AtomicU64,
    over: AtomicBool,
}

/// Starts a server on 127.0.0.1.
pub fn start() -> Server {
    start_at(Ipv4Addr::LOCALHOST)
}

/// Starts a server on another address of this machine, such as 127.0.0.2.
pub fn start_at(ip: Ipv4Addr) -> Server {
    let listener = TcpListener::bind((ip, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let shared = Arc::new(Shared::default());
    let of_thread = Arc::clone(&shared);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if of_thread.over.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let shared = Arc::clone(&of_thread);
            std::thread::spawn(move || shared.talk(stream));
        }
    });
    Server { address, shared }
}

impl Server {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What is served at these paths as sources of a configuration, each under its path as its id: calendars of a
    /// group in Berlin.
    pub fn as_sources(&self, scope: &str, paths: &[&str]) -> String {
        let entry = |path: &&str| {
            let id = path.trim_matches('/').replace(['.', '/'], "-");
            format!(
                "[[source]]\nid = \"{scope}{id}\"\nurl = \"{}\"\nplatform = \"ics\"\norganiser = \"Rust {id}\"\norganiser-url = \"https://{id}.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n\n",
                self.url(path)
            )
        };
        paths.iter().map(entry).collect()
    }

    /// Serves an answer at a path (with the query, if there is one) from now on.
    pub fn serve(&self, path: &str, answer: Answer) {
        self.serve_in_turn(path, vec![answer]);
    }

    /// Serves answers at a path one after the other; the last one for ever.
    pub fn serve_in_turn(&self, path: &str, answers: Vec<Answer>) {
        assert!(!answers.is_empty());
        let answers = answers.into_iter().rev().collect();
        locked(&self.shared.answers).insert(path.to_owned(), answers);
    }

    /// Forgets what is served, and what was asked.
    pub fn start_anew(&self) {
        locked(&self.shared.answers).clear();
        locked(&self.shared.asked).clear();
    }

    /// Every request so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Asked> {
        locked(&self.shared.asked).clone()
    }

    /// The requests for one path (with the query).
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let mut asked = self.requests();
        asked.retain(|asked| asked.path == path);
        asked
    }

    /// Connections that were made, whether or not anything was asked on them.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Bytes of bodies that were handed to the network, which may hold some megabytes of them.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

impl Asked {
    /// The first header of a name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(its, _)| its == name);
        header.map(|(_, value)| value.as_str())
    }
}

impl Shared {
    /// Answers on one connection until either side has enough.
    fn talk(&self, stream: TcpStream) {
        let connection = self.connections.fetch_add(1, Ordering::SeqCst) + 1;
        // Head and body are written one after the other; neither shall wait for the other's receipt.
        let _ = stream.set_nodelay(true);
        let Ok(mut out) = stream.try_clone() else {
            return;
        };
        let mut reader = BufReader::new(stream);
        while let Some(asked) = read_request(&mut reader, connection) {
            let answer = self.answer_to(&asked).or_unchanged(&asked);
            locked(&self.asked).push(asked.clone());
            let goes_on = answer.write(&asked, &mut out, &self.sent, &self.over);
            if !goes_on {
                return;
            }
        }
    }

    fn answer_to(&self, asked: &Asked) -> Answer {
        let mut answers = locked(&self.answers);
        match answers.get_mut(&asked.path) {
            Some(turns) if turns.len() > 1 => turns.pop().unwrap(),
            Some(turns) => turns[0].clone(),
            None => Answer::status(404),
        }
    }
}

/// Reads a request.
fn read_request(reader: &mut BufReader<TcpStream>, connection: u64) -> Option<Asked> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(64 * 1024).read_until(b'\n', &mut line);
        if read.ok()? == 0 {
            return None;
        }
        let line: String = line.iter().map(|byte| char::from(*byte)).collect();
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut first = lines.first()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut body).ok()?;
    Some(Asked {
        method,
        path,
        headers,
        body,
        at: Instant::now(),
        connection,
    })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
