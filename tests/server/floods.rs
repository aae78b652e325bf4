//! Visitors who ask for more than their share.

use super::{Answer, Served, form};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// The most memory that the process ever had, in MiB.
fn peak(served: &Served) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib: u64 = line
        .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap();
    kib / 1024
}

/// Sends a form and hangs up before the answer.
fn abort(served: &Served, path: &str, from: &str, body: &str) {
    let mut stream = TcpStream::connect(served.address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\n{}: {}\r\nX-Forwarded-For: {from}\r\nContent-Length: {}\r\n\r\n",
        served.address,
        FORM.0,
        FORM.1,
        body.len()
    );
    // It may refuse before it has read all.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
    thread::sleep(Duration::from_millis(10));
}

/// The slowest answer of `/healthz` among twenty.
fn slowest_health(served: &Served) -> Duration {
    let one = |_| {
        let began = Instant::now();
        assert_eq!(served.get("/healthz").status, 200);
        began.elapsed()
    };
    (0..20).map(one).max().unwrap()
}

#[test]
fn aborted_logins_take_the_memory_of_two() {
    let served = Served::sample();
    let before = peak(&served);
    let body = form(&[("name", "ann"), ("password", "wrong wrong wrong")]);
    thread::scope(|scope| {
        for at in 0..60 {
            let (served, body) = (&served, &body);
            scope.spawn(move || abort(served, "/login", &format!("2001:db8:{at:x}::1"), body));
        }
    });
    eprintln!("health within {:?}", slowest_health(&served));
    let after = peak(&served);
    eprintln!("peak {before} MiB, after 60 aborted logins {after} MiB");
    // Two hashes of 19 MiB, and what else there is.
    assert!(after < before + 80, "{before} MiB, then {after} MiB");
}

#[test]
fn aborted_drafts_take_the_memory_of_two() {
    let served = Served::sample();
    let before = peak(&served);
    // Rows, not words: comparing rows with events is what costs.
    let long = "Word ".repeat(380);
    let rows = (0..900).map(|at| {
        format!("* 2024-11-07 | Virtual (Berlin, DE) | [A](https://a.example/{at})\n    * [**{long}{at}**](https://a.example/b/{at})\n")
    });
    let text = served.get("/section.md").text() + &rows.collect::<String>();
    let body = form(&[("draft", &text)]);
    assert!(body.len() < 2 << 20);
    thread::scope(|scope| {
        for at in 0..24 {
            let (served, body) = (&served, &body);
            scope.spawn(move || abort(served, "/section", &format!("2001:db8:{at:x}::1"), body));
        }
    });
    eprintln!("health within {:?}", slowest_health(&served));
    let after = peak(&served);
    eprintln!("peak {before} MiB, after 24 aborted drafts {after} MiB");
    assert!(after < before + 100, "{before} MiB, then {after} MiB");
}

#[test]
fn a_draft_of_more_rows_than_any_issue_is_refused() {
    let served = Served::sample();
    let section = served.get("/section.md").text();
    let row =
        "* 2024-11-07 | Virtual | [A](https://a.example)\n    * [**B**](https://a.example/b)\n";
    let draft = section + &row.repeat(1_001);
    let answer = served.post("/section", None, &[("draft", &draft)]);
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(
        answer.text().contains("more than 1000 rows"),
        "{}",
        answer.text()
    );
}

#[test]
fn a_visitor_who_sends_slowly_keeps_no_other_out() {
    let served = Served::sample();
    let head = |from: &str| {
        format!(
            "POST /section HTTP/1.1\r\nHost: {}\r\n{}: {}\r\nX-Forwarded-For: {from}\r\nContent-Length: 1000\r\n\r\ndraft=",
            served.address, FORM.0, FORM.1
        )
    };
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(served.address).unwrap();
        stream.write_all(head("192.0.2.1").as_bytes()).unwrap();
        slow.push(stream);
    }
    // Six of the eight are refused at once.
    let refused: Vec<Answer> = slow[2..]
        .iter_mut()
        .filter_map(|stream| {
            stream
                .set_read_timeout(Some(Duration::from_secs(2)))
                .unwrap();
            let mut answer = vec![0; 4_096];
            let length = stream.read(&mut answer).ok()?;
            Answer::read(&answer[..length])
        })
        .collect();
    assert!(refused.len() >= 4, "{}", refused.len());
    for answer in &refused {
        assert_eq!(answer.status, 503);
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    let draft = served.get("/section.md").text();
    let headers = [FORM, ("X-Forwarded-For", "198.51.100.7")];
    let other = served.ask("POST", "/section", &headers, &form(&[("draft", &draft)]));
    assert_eq!(other.status, 200, "{}", other.text());
}

#[test]
fn checks_are_counted_by_64_and_by_48() {
    let served = Served::sample();
    let check = |from: String| {
        let headers = [("X-Forwarded-For", from.as_str())];
        let path = "/check?url=http://127.0.0.1:9/x";
        served.ask("GET", path, &headers, "").status
    };
    let of_one: Vec<u16> = (0..7)
        .map(|at| check(format!("2001:db8:0:1::{at:x}")))
        .collect();
    assert_eq!(of_one, [200, 200, 200, 200, 200, 200, 429]);
    let of_others: Vec<u16> = (2..15)
        .map(|at| check(format!("2001:db8:0:{at:x}::1")))
        .collect();
    assert_eq!(of_others[..12], [200; 12]);
    assert_eq!(of_others[12], 429, "the /48 has had its share");
    assert_eq!(
        check("2001:db8:1::1".to_owned()),
        200,
        "another one has not"
    );
}

#[test]
fn a_request_names_one_host() {
    let served = Served::sample();
    let status = |hosts: &str| {
        let request = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        served.raw(request.as_bytes()).unwrap().status
    };
    assert_eq!(status("Host: a.example\r\n"), 200);
    assert_eq!(status("Host: [::1]:8080\r\n"), 200);
    for wrong in [
        "",
        "Host: a.example\r\nHost: b.example\r\n",
        "Host: a.example/path\r\n",
        "Host: user@a.example\r\n",
        "Host: a b\r\n",
    ] {
        assert_eq!(status(wrong), 400, "{wrong:?}");
    }
}
