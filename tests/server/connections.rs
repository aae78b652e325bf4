//! Connections that no honest client makes.

use super::Served;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn what_is_no_request_is_refused_and_the_next_one_answered() {
    let served = Served::sample();
    let long = format!("GET /?q={} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(9_000));
    let longer = format!(
        "GET /?q={} HTTP/1.1\r\nHost: x\r\n\r\n",
        "a".repeat(1 << 20)
    );
    let pairs = format!(
        "GET /events.ics?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "q=a&".repeat(1_000)
    );
    let head = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X: y\r\n".repeat(20_000)
    );
    let cases: [&[u8]; 12] = [
        b"GET /\r\n\r\n",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /events.ics?q=%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        long.as_bytes(),
        longer.as_bytes(),
        pairs.as_bytes(),
        head.as_bytes(),
    ];
    for request in cases {
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        // A client that says no more leaves.
        let mut stream = TcpStream::connect(served.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let _ = stream.write_all(request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap_or("none").to_owned();
        assert!(
            answer.is_empty() || status.starts_with('4'),
            "{shown}: {status}"
        );
        assert_eq!(served.get("/healthz").status, 200, "after {shown}");
    }
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let body = format!("name={}", "a".repeat(100_000));
    let too_long = served.ask("POST", "/login", &[form], &body);
    assert_eq!(too_long.status, 413);
    assert_eq!(
        too_long.header("content-type"),
        Some("application/problem+json")
    );
}

#[test]
fn a_client_that_sends_or_reads_nothing_is_dropped_and_blocks_no_other() {
    let served = Served::sample();
    let open = || {
        let stream = TcpStream::connect(served.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(90)))
            .unwrap();
        stream
    };
    let silent = open();
    let mut begun = open();
    begun
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .unwrap();
    let mut posting = open();
    posting
        .write_all(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname=")
        .unwrap();
    let idle: Vec<TcpStream> = (0..500).map(|_| open()).collect();
    assert_eq!(served.get("/events.ics").status, 200, "beside them all");
    for (name, mut stream) in [("silent", silent), ("begun", begun), ("posting", posting)] {
        let mut answer = Vec::new();
        // An error or nothing; but the connection is closed.
        let ended = stream.read_to_end(&mut answer);
        assert!(ended.is_ok() || answer.is_empty(), "{name}: {ended:?}");
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.starts_with("HTTP/1.1 2"), "{name}: {text}");
    }
    drop(idle);
    assert_eq!(served.get("/events.ics").status, 200);
}

#[test]
fn who_takes_every_connection_leaves_the_database_to_those_who_are_there() {
    let served = Served::with_files(100);
    let mut first = TcpStream::connect(served.address).unwrap();
    let wait = Some(Duration::from_secs(60));
    first.set_read_timeout(wait).unwrap();
    let mut ask = |path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        first.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            first.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.unwrap().parse().unwrap()];
        first.read_exact(&mut body).unwrap();
        head.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(ask("/healthz"), "200");
    let idle: Vec<TcpStream> = (0..120)
        .map(|_| TcpStream::connect(served.address).unwrap())
        .collect();
    // Until it has taken in as many as it will.
    let files = || {
        let of = std::fs::read_dir(format!("/proc/{}/fd", served.pid()));
        of.map_or(0, Iterator::count)
    };
    let mut open = 0;
    while open != files() {
        open = files();
        std::thread::sleep(Duration::from_millis(200));
    }
    // What needs files of its own: connections to the database.
    for path in ["/readyz", "/why?url=https://rust.example/", "/sources"] {
        assert_eq!(ask(path), "200", "{path}");
    }
    let read = served.beside(&["section", "-q"]);
    assert!(!read.out.is_empty(), "{}", read.err);
    drop(idle);
    assert_eq!(served.get("/events.ics").status, 200, "and then it goes on");
}
