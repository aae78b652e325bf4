//! What a request says, and what statuses and refusals mean to a caller.

use super::{error, fetch, fetcher, now, page, request, settings};
use crate::loopback::{self, Answer};
use rusty_events::facts::source::{Request, Way};
use rusty_events::fetch::{Error, Fetcher, Phase, Settings, Validators};
use std::io::Write;
use std::time::Duration;

#[tokio::test]
async fn a_page_comes_with_its_bytes_type_address_and_time() {
    let server = loopback::start();
    server.serve("/a?b=c", Answer::ok("text/calendar", b"\xef\xbb\xbfBEGIN"));
    let url = server.url("/a?b=c#d");
    let page = page(&fetcher(&[&server]), &url).await;
    assert_eq!(page.body, b"\xef\xbb\xbfBEGIN");
    assert_eq!(page.content_type.as_deref(), Some("text/calendar"));
    assert_eq!(page.url, server.url("/a?b=c"));
    assert_eq!(page.request, request(&url));
    assert_eq!(page.at, now());
}

#[tokio::test]
async fn a_request_says_who_asks_and_what_for() {
    let server = loopback::start();
    server.serve("/", Answer::ok("text/plain", ""));
    let fetcher = Fetcher::new(Settings {
        contact: Some("https://example.org/about".to_owned()),
        ..settings(&[&server])
    })
    .unwrap();
    for (way, accept) in [
        (Way::Items, "application/json, */*;q=0.5"),
        (Way::Feed, "text/calendar, */*;q=0.5"),
        (Way::Page, "text/html, application/xhtml+xml, */*;q=0.5"),
    ] {
        let url = server.url("/");
        let request = Request {
            way,
            ..request(&url)
        };
        let nothing_known = Validators::default();
        fetcher
            .fetch(&request, &nothing_known, now())
            .await
            .unwrap();
        let asked = server.requests().pop().unwrap();
        assert_eq!(asked.method, "GET");
        assert_eq!(asked.header("accept"), Some(accept));
        let agent = asked.header("user-agent").unwrap();
        assert!(agent.starts_with("rusty-events/"), "{agent}");
        assert!(agent.ends_with(" (+https://example.org/about)"), "{agent}");
        assert_eq!(asked.header("if-none-match"), None);
        assert_eq!(asked.header("if-modified-since"), None);
        let codings = asked.header("accept-encoding").unwrap();
        assert!(codings.contains("gzip") && codings.contains("br"));
    }
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_their_key() {
    for (settings, key) in [
        (
            Settings {
                contact: Some("me\r\nX-Evil: 1".to_owned()),
                ..Settings::default()
            },
            "contact",
        ),
        (
            Settings {
                requests_in_flight: 0,
                ..Settings::default()
            },
            "requests-in-flight",
        ),
        (
            Settings {
                per_host_in_flight: 0,
                ..Settings::default()
            },
            "per-host-in-flight",
        ),
    ] {
        let refused = Fetcher::new(settings).unwrap_err();
        assert!(matches!(refused, Error::Settings { key: its, .. } if its == key));
        assert_eq!(refused.phase(), "settings");
    }
}

#[tokio::test]
async fn a_status_tells_the_caller_what_to_do() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    for status in [400, 401, 402, 403, 404, 405, 406, 410, 415, 418, 429, 451] {
        server.serve(&format!("/{status}"), Answer::status(status));
    }
    for status in [204, 206, 300, 500, 502, 503, 504, 599] {
        server.serve(&format!("/{status}"), Answer::status(status));
    }
    for requested in server_statuses() {
        let error = error(&fetcher, &server.url(&format!("/{requested}"))).await;
        let ways_left = matches!(requested, 401 | 403 | 404 | 406 | 415);
        assert_eq!(error.not_this_way(), ways_left, "{error}");
        assert!(!error.is_unreachable(), "{error}");
        assert_eq!(error.retry_after(), None, "{error}");
        assert_eq!(error.phase(), "http");
        assert!(error.to_string().contains(&requested.to_string()));
        let right = match requested {
            410 => matches!(error, Error::Gone { .. }),
            429 | 451 | 503 => {
                matches!(error, Error::Refused { status, .. } if status == requested)
            }
            400..500 => matches!(error, Error::NotServed { status, .. } if status == requested),
            _ => matches!(error, Error::Server { status, .. } if status == requested),
        };
        assert!(right, "{error:?}");
    }
    assert_eq!(server.requests().len(), 20, "nothing is tried twice");
}

fn server_statuses() -> impl Iterator<Item = u16> {
    [
        400, 401, 402, 403, 404, 405, 406, 410, 415, 418, 429, 451, 204, 206, 300, 500, 502, 503,
        504, 599,
    ]
    .into_iter()
}

#[tokio::test]
async fn retry_after_is_believed_from_a_minute_to_a_day() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve("/good", Answer::ok("text/plain", ""));
    for (value, seconds) in [
        ("120", 120),
        (" 3600 ", 3600),
        ("0", 60),
        ("1000000000000", 86_400),
        ("99999999999999999999999999", 86_400),
        ("-1", 60),
        ("1.5e3", 60),
        ("soon", 60),
        ("", 60),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sunday, 22-Nov-26 12:10:00 GMT", 600),
        ("Sun Nov 22 12:10:00 2026", 600),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 60),
        ("Sun, 22 Nov 2099 11:00:00 GMT", 86_400),
    ] {
        for status in [429, 503, 500, 451] {
            server.serve("/", Answer::status(status).header("Retry-After", value));
            let error = error(&fetcher, &server.url("/")).await;
            let wait = Some(Duration::from_secs(seconds));
            assert_eq!(error.retry_after(), wait, "{value}");
            // Else it would soon be taken to speak for its whole host.
            page(&fetcher, &server.url("/good")).await;
        }
    }
}

const CHALLENGE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";

#[tokio::test]
async fn a_bot_challenge_is_no_page_whatever_its_status() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let walls = [
        Answer::status(403).header("cf-mitigated", "challenge"),
        Answer::ok("text/html", "<p>hello</p>").header("CF-Mitigated", "Challenge"),
        Answer::ok("text/html", CHALLENGE),
        Answer::ok("text/html", CHALLENGE).gzip(),
        Answer::status(403).body(CHALLENGE),
        Answer::status(503).body(format!("\u{feff}\n{CHALLENGE}")),
        Answer::status(429).body("<script>window.gokuProps = {}</script>"),
        Answer::status(403)
            .header("cf-mitigated", "challenge")
            .header("Retry-After", "300"),
    ];
    for wall in walls {
        server.serve("/", wall);
        let error = error(&fetcher, &server.url("/")).await;
        assert!(matches!(error, Error::Blocked { .. }), "{error:?}");
        assert!(!error.not_this_way());
    }
    let last = error(&fetcher, &server.url("/")).await;
    assert_eq!(last.retry_after(), Some(Duration::from_secs(300)));
}

#[tokio::test]
async fn a_page_that_only_mentions_a_challenge_is_a_page() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    for (kind, body) in [
        (
            "text/calendar",
            "BEGIN:VCALENDAR\r\nX-A:<title>Just a moment...</title>",
        ),
        (
            "text/html",
            "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
        ),
        ("application/json", "{\"html\": \"window.gokuProps\"}"),
    ] {
        server.serve("/", Answer::ok(kind, body));
        assert_eq!(page(&fetcher, &server.url("/")).await.body, body.as_bytes());
    }
}

#[tokio::test]
async fn a_port_without_a_server_is_unreachable() {
    let server = loopback::start();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let mut settings = settings(&[&server]);
    settings.allow.push(address);
    let error = error(
        &Fetcher::new(settings).unwrap(),
        &format!("http://{address}/"),
    )
    .await;
    assert!(
        matches!(
            error,
            Error::Unreachable {
                phase: Phase::Connect,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.is_unreachable() && !error.not_this_way());
    assert_eq!(error.phase(), "connect");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_not_asked_in_plain_text() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut heard = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut heard);
        heard
    });
    let fetcher = Fetcher::new(Settings {
        allow: vec![address],
        ..Settings::default()
    })
    .unwrap();
    let error = error(&fetcher, &format!("https://{address}/")).await;
    assert!(
        matches!(
            error,
            Error::Unreachable {
                phase: Phase::Tls,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(!error.is_unreachable(), "somebody is there");
    drop(fetcher);
    let heard = accepted.join().unwrap();
    assert!(!heard.starts_with(b"GET"));
}

#[tokio::test]
async fn what_is_not_http_is_named_as_such() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(100_000));
    let large = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(2_000_000));
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "hello",
        "",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        &many,
        &large,
    ] {
        server.serve("/", Answer::raw(garbage));
        let error = error(&fetcher, &server.url("/")).await;
        let start: String = garbage.chars().take(40).collect();
        assert!(matches!(error, Error::Garbled { .. }), "{start}: {error:?}");
        assert!(error.to_string().len() < 400);
    }
}

#[tokio::test]
async fn no_message_holds_a_secret_of_the_address() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let port = server.address().port();
    server.serve("/a?token=s3cret", Answer::status(500));
    server.serve(
        "/b?token=s3cret",
        Answer::redirect(302, "http://u:s3cret@example.org/"),
    );
    server.serve("/c?token=s3cret", Answer::raw("no"));
    server.serve(
        "/d?token=s3cret",
        Answer::ok("text/plain", "1").declaring(5),
    );
    for url in [
        server.url("/a?token=s3cret"),
        server.url("/b?token=s3cret"),
        server.url("/c?token=s3cret"),
        server.url("/d?token=s3cret"),
        format!("http://user:s3cret@127.0.0.1:{port}/"),
        format!("https://127.0.0.9:{port}/?token=s3cret"),
        "gopher://example.org/?s3cret".to_owned(),
        "s3cret".to_owned(),
    ] {
        let error = fetch(&fetcher, &url).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
