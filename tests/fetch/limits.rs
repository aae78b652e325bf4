//! Bodies: how large, how long, how coded, and whether they are whole.

use super::{error, fetcher, page, settings};
use crate::loopback::{self, Answer, gzip};
use rusty_events::fetch::{Error, Fetcher, Phase, Settings};
use std::time::{Duration, Instant};

const MIB: usize = 1024 * 1024;

/// 12 MiB of zeros in brotli (RFC 7932).
const BROTLI_BOMB: &[u8] = &[
    0xcb, 0xff, 0xff, 0x3f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x2f, 0xff, 0xff,
    0x7f, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x11, 0x80, 0xee, 0xfd, 0x0f,
];

/// The same with a window of 1 GiB, which only the "large window" form of brotli can declare.
const BROTLI_BOMB_WITH_A_LARGE_WINDOW: &[u8] = &[
    0x11, 0x5e, 0xfe, 0xff, 0xfe, 0x29, 0xf0, 0x08, 0x8c, 0x37, 0x02, 0x01, 0xb9, 0xf7, 0xbf,
];

#[tokio::test]
async fn a_body_of_ten_mebibytes_is_read_and_one_byte_more_is_not() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let largest = vec![b'a'; 10 * MIB];
    server.serve("/whole", Answer::ok("text/plain", &largest));
    server.serve(
        "/chunked",
        Answer::ok("text/plain", &largest).chunked(100_000),
    );
    for path in ["/whole", "/chunked"] {
        assert!(page(&fetcher, &server.url(path)).await.body == largest);
    }
    let larger = [largest.as_slice(), b"a"].concat();
    server.serve("/whole", Answer::ok("text/plain", &larger));
    server.serve(
        "/chunked",
        Answer::ok("text/plain", &larger).chunked(100_000),
    );
    server.serve("/gzip", Answer::ok("text/plain", &larger).gzip());
    for path in ["/whole", "/chunked", "/gzip"] {
        let error = error(&fetcher, &server.url(path)).await;
        let Error::TooLarge { limit_bytes, .. } = error else {
            panic!("{path}: {error:?}");
        };
        assert_eq!(limit_bytes, 10 * 1024 * 1024);
    }
    // One that only says so is not waited for.
    let announced = Answer::ok("text/plain", "a").declaring(larger.len() as u64);
    server.serve("/announced", announced);
    let error = error(&fetcher, &server.url("/announced")).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_without_an_end_is_left_at_the_limit() {
    let server = loopback::start();
    let event = "BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(2000);
    server.serve("/", Answer::ok("text/calendar", event).endless());
    let error = error(&fetcher(&[&server]), &server.url("/")).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    // The network itself takes some megabytes in.
    assert!(server.sent() < 40 * MIB as u64, "{}", server.sent());
}

#[tokio::test]
async fn bombs_are_counted_as_they_unfold() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    for bomb in [BROTLI_BOMB, BROTLI_BOMB_WITH_A_LARGE_WINDOW] {
        let answer = Answer::ok("text/calendar", bomb).header("Content-Encoding", "br");
        server.serve("/", answer);
        let error = error(&fetcher, &server.url("/")).await;
        assert!(
            matches!(error, Error::TooLarge { .. } | Error::Decode { .. }),
            "{error:?}"
        );
    }
    server.serve("/", Answer::ok("text/calendar", vec![0; 32 * MIB]).gzip());
    let error = error(&fetcher, &server.url("/")).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn gzip_and_brotli_are_undone() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let text = "BEGIN:VCALENDAR\r\n".repeat(1000);
    server.serve("/gzip", Answer::ok("text/calendar", &text).gzip());
    server.serve(
        "/gzip-in-chunks",
        Answer::ok("text/calendar", &text).gzip().chunked(7),
    );
    server.serve(
        "/none",
        Answer::ok("text/calendar", &text).header("Content-Encoding", "identity"),
    );
    for path in ["/gzip", "/gzip-in-chunks", "/none"] {
        assert_eq!(
            page(&fetcher, &server.url(path)).await.body,
            text.as_bytes()
        );
    }
    // "hello" as one uncompressed piece of brotli.
    let hello = b"\x0b\x02\x80hello\x03";
    server.serve(
        "/br",
        Answer::ok("text/plain", hello).header("Content-Encoding", "br"),
    );
    assert_eq!(page(&fetcher, &server.url("/br")).await.body, b"hello");
}

#[tokio::test]
async fn a_body_that_is_not_coded_as_declared_is_refused() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let zipped = gzip(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    let mut wrong_sum = zipped.clone();
    let at = wrong_sum.len() - 5;
    wrong_sum[at] ^= 0xff;
    let coded = |codings: &[&str], body: &[u8]| {
        codings
            .iter()
            .fold(Answer::ok("text/calendar", body), |answer, coding| {
                answer.header("Content-Encoding", coding)
            })
    };
    let twice = gzip(&zipped);
    for (what, answer) in [
        (
            "plain text declared as gzip",
            coded(&["gzip"], b"BEGIN:VCALENDAR"),
        ),
        (
            "plain text declared as brotli",
            coded(&["br"], b"BEGIN:VCALENDAR"),
        ),
        ("gzip declared as plain text", coded(&[], &zipped)),
        (
            "gzip that ends too early",
            coded(&["gzip"], &zipped[..zipped.len() / 2]),
        ),
        ("gzip with a wrong check sum", coded(&["gzip"], &wrong_sum)),
        ("gzip in gzip, declared once", coded(&["gzip"], &twice)),
        ("gzip in gzip, in one line", coded(&["gzip, gzip"], &twice)),
        (
            "gzip in gzip, in two lines",
            coded(&["gzip", "gzip"], &twice),
        ),
        (
            "a coding that was not asked for",
            coded(&["deflate"], b"BEGIN:VCALENDAR"),
        ),
        ("another one", coded(&["zstd"], b"BEGIN:VCALENDAR")),
        (
            "one that does not exist",
            coded(&["made-up"], b"BEGIN:VCALENDAR"),
        ),
    ] {
        server.serve("/", answer);
        let error = error(&fetcher, &server.url("/")).await;
        assert!(matches!(error, Error::Decode { .. }), "{what}: {error:?}");
        assert_eq!(error.phase(), "decode");
    }
}

#[tokio::test]
async fn headers_without_an_end_are_refused() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let long = format!("X-Long: {}\r\n", "a".repeat(10 * MIB));
    for (what, headers) in [("many", "X-Short: a\r\n".repeat(100_000)), ("long", long)] {
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n{headers}Content-Length: 1\r\n\r\na"
        );
        server.serve("/", Answer::raw(answer));
        let error = error(&fetcher, &server.url("/")).await;
        assert_eq!(error.phase(), "http", "{what}: {error:?}");
    }
}

#[tokio::test]
async fn a_body_that_ends_before_its_end_is_truncated() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let body = "BEGIN:VCALENDAR\r\n";
    server.serve("/", Answer::ok("text/calendar", body).declaring(100));
    let error = error(&fetcher, &server.url("/")).await;
    let Error::Truncated { got, of, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*got, *of), (17, Some(100)));
    assert!(error.to_string().contains("got 17 of 100 bytes"), "{error}");

    server.serve("/", Answer::ok("text/calendar", body).unended());
    let error = super::error(&fetcher, &server.url("/")).await;
    assert!(
        matches!(
            error,
            Error::Truncated {
                got: 17,
                of: None,
                ..
            }
        ),
        "{error:?}"
    );

    let zipped = gzip(body.repeat(1000).as_bytes());
    let cut = Answer::ok("text/calendar", &zipped[..zipped.len() / 2])
        .header("Content-Encoding", "gzip")
        .declaring(zipped.len() as u64);
    server.serve("/", cut);
    let error = super::error(&fetcher, &server.url("/")).await;
    assert!(matches!(error, Error::Truncated { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_the_connection_ends_is_whole() {
    let server = loopback::start();
    server.serve("/", Answer::ok("text/calendar", "BEGIN").until_close());
    assert_eq!(
        page(&fetcher(&[&server]), &server.url("/")).await.body,
        b"BEGIN"
    );
}

fn impatient(server: &loopback::Server, until_head: Duration) -> Fetcher {
    Fetcher::new(Settings {
        connect_timeout: until_head,
        total_timeout: Duration::from_millis(150),
        ..settings(&[server])
    })
    .unwrap()
}

#[tokio::test]
async fn a_body_that_trickles_is_left_when_the_time_is_over() {
    let server = loopback::start();
    let trickle = Answer::ok("text/calendar", "x".repeat(5000)).trickling(Duration::from_millis(5));
    server.serve("/", trickle);
    let begun = Instant::now();
    let error = error(
        &impatient(&server, Duration::from_secs(10)),
        &server.url("/"),
    )
    .await;
    assert!(matches!(error, Error::TooSlow { .. }), "{error:?}");
    assert!(!error.is_unreachable(), "somebody is there");
    // The whole body would take 25 s.
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_that_says_nothing_or_crawls_has_not_answered() {
    let server = loopback::start();
    server.serve("/silent", Answer::silent());
    let crawl = Answer::ok("text/calendar", "x").crawling(Duration::from_millis(20));
    server.serve("/crawling", crawl);
    for path in ["/silent", "/crawling"] {
        let error = error(
            &impatient(&server, Duration::from_millis(100)),
            &server.url(path),
        )
        .await;
        assert!(
            matches!(
                error,
                Error::Unreachable {
                    phase: Phase::Answer,
                    ..
                }
            ),
            "{path}: {error:?}"
        );
        assert!(error.is_unreachable());
    }
}

#[tokio::test]
async fn redirects_share_the_time_of_one_request() {
    let server = loopback::start();
    let pause = Duration::from_millis(60);
    for (from, to) in [("/1", "/2"), ("/2", "/3"), ("/3", "/4")] {
        server.serve(from, Answer::redirect(302, to).after(pause));
    }
    server.serve("/4", Answer::ok("text/plain", "here"));
    let error = error(
        &impatient(&server, Duration::from_secs(10)),
        &server.url("/1"),
    )
    .await;
    assert!(matches!(error, Error::TooSlow { .. }), "{error:?}");
    assert_eq!(server.asked("/4").len(), 0);
}
