//! What asks in the benches: connections that stay open, and figures of how long their answers took.

use crate::archive;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get as route;
use rusty_events::server::{self, Setup, State};
use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long answers took, in milliseconds.
pub(crate) struct Figures {
    pub(crate) median: f64,
    pub(crate) p99: f64,
    pub(crate) slowest: f64,
    count: usize,
}

impl Figures {
    pub(crate) fn of(mut took: Vec<Duration>) -> Figures {
        took.sort();
        let at = |percent: usize| {
            let place = took.len() * percent / 100;
            took[place.min(took.len() - 1)].as_secs_f64() * 1e3
        };
        Figures {
            median: at(50),
            p99: at(99),
            slowest: at(100),
            count: took.len(),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures {
            median,
            p99,
            slowest,
            count,
        } = self;
        write!(
            out,
            "median {median:.2} ms, p99 {p99:.2} ms, slowest {slowest:.1} ms, of {count}"
        )
    }
}

pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A connection that asks again and again.
pub(crate) struct Client {
    address: String,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: &str) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Client {
            address: address.to_owned(),
            stream,
            buffer: vec![0; 1 << 16],
        }
    }

    pub(crate) fn get(&mut self, path: &str, headers: &str) -> Answer {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
            self.address
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut read = Vec::new();
        loop {
            let length = self.stream.read(&mut self.buffer).unwrap();
            assert_ne!(length, 0, "{path}: the connection was closed");
            read.extend_from_slice(&self.buffer[..length]);
            let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8(read[..end].to_vec()).unwrap();
            let answer = Answer {
                head,
                body: Vec::new(),
            };
            let length: usize = answer
                .header("content-length")
                .and_then(|length| length.parse().ok())
                .unwrap_or(0);
            let mut body = read.split_off(end + 4);
            let known = body.len();
            body.resize(length, 0);
            self.stream.read_exact(&mut body[known..]).unwrap();
            return Answer { body, ..answer };
        }
    }
}

pub(crate) fn get(address: &str, path: &str, headers: &str) -> Answer {
    Client::new(address).get(path, headers)
}

/// Sends a form as a visitor of a network of its own, and does not wait for the answer.
pub(crate) fn post_and_hang_up(address: &str, path: &str, visitor: usize, body: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: 2001:db8:{visitor:x}::1\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    // It may refuse before it has read all.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
    thread::sleep(Duration::from_millis(10));
}

/// axum with one page in memory, and nothing else to do: its address.
pub(crate) fn hello(page: &Answer) -> String {
    let (body, tag) = (
        axum::body::Bytes::from(page.body.clone()),
        page.header("etag").unwrap().to_owned(),
    );
    let answer = move |asked: HeaderMap| {
        let (body, tag) = (body.clone(), tag.clone());
        async move {
            let headers = [
                (header::ETAG, tag.clone()),
                (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            ];
            match asked
                .get(header::IF_NONE_MATCH)
                .is_some_and(|known| known == tag.as_str())
            {
                true => (StatusCode::NOT_MODIFIED, headers).into_response(),
                false => (headers, body).into_response(),
            }
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            // The program's connections set it, too.
            let router = Router::new().route("/", route(answer));
            axum::serve(
                axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))),
                router,
            )
            .await
            .unwrap();
        });
    });
    address
}

/// The server in this process, where visitors may have pages of this machine checked: hostile ones.
pub(crate) struct Hostile {
    pub(crate) address: String,
    pages: String,
}

impl Hostile {
    pub(crate) fn serve(folder: &Path) -> Hostile {
        let pages = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = pages.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in pages.incoming() {
                thread::spawn(move || serve_hostile(stream.unwrap()));
            }
        });
        let mut setup = archive::state(folder).setup;
        let settings = rusty_events::fetch::Settings {
            allow: vec![own.parse().unwrap()],
            per_host_interval: Duration::ZERO,
            per_host_in_flight: 4,
            ..rusty_events::fetch::Settings::default()
        };
        setup.fetchers.foreign = Arc::new(rusty_events::fetch::Fetcher::new(settings).unwrap());
        Hostile {
            address: in_this_process(setup),
            pages: own,
        }
    }

    /// Has one of the pages checked, each time another visitor.
    pub(crate) fn check(&self, number: usize) {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static VISITORS: AtomicUsize = AtomicUsize::new(0);
        let visitor = VISITORS.fetch_add(1, Ordering::Relaxed);
        let url = format!("http://{}/{number}/{visitor}.ics", self.pages);
        let from = format!(
            "X-Forwarded-For: 2001:db8:{:x}:{visitor:x}::1\r\n",
            visitor / 50
        );
        get(&self.address, &format!("/check?url={url}"), &from);
    }
}

fn in_this_process(setup: Setup) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let state = Arc::new(State::new(setup).unwrap());
    thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let (_stop, stopped) = tokio::sync::watch::channel(false);
            server::run(listener, state, stopped).await;
        });
    });
    address
}

/// Bodies that cost much: bare CRs, open tags, rules for days that never come, events at one instant.
fn serve_hostile(mut stream: TcpStream) {
    let mut request = [0; 4_096];
    let Ok(length) = stream.read(&mut request) else {
        return;
    };
    let path = String::from_utf8_lossy(&request[..length])
        .split(' ')
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let calendar =
        |events: String| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
    let event = |number: usize, lines: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{number}@x\r\nSUMMARY:Talk {number}\r\n{lines}\r\nEND:VEVENT\r\n"
        )
    };
    let body = match path.as_bytes().get(1) {
        Some(b'0') => calendar("\r".repeat(150_000)),
        Some(b'1') => calendar(
            (0..2_000)
                .map(|number| {
                    event(
                        number,
                        "DTSTART:20200230T100000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                    )
                })
                .collect(),
        ),
        Some(b'2') => calendar(
            (0..5_000)
                .map(|number| event(number, "DTSTART:20261220T180000Z"))
                .collect(),
        ),
        _ => format!("<html>{}", "<div><a href='/x'>".repeat(50_000)),
    };
    let kind = if path.starts_with("/3") {
        "text/html"
    } else {
        "text/calendar"
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}
