//! Asking whether there is anything new.

use super::{error, fetch, fetcher, now, request};
use crate::loopback::{self, Answer};
use rusty_events::fetch::{Error, Fetched, Validators};

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_a_304_is_no_page() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    for etag in [
        "\"1\"",
        "W/\"a,b\"",
        "unquoted",
        "\"\"",
        "\"\\ \u{e4}\u{20ac}\"",
    ] {
        for modified in ["Wed, 21 Oct 2015 07:28:00 GMT", "yesterday"] {
            server.serve_in_turn(
                "/",
                vec![
                    Answer::ok("text/calendar", "BEGIN")
                        .header("ETag", etag)
                        .header("Last-Modified", modified),
                    Answer::status(304).header("ETag", "\"another\""),
                ],
            );
            let url = server.url("/");
            let Ok(Fetched::Page { validators, .. }) = fetch(&fetcher, &url).await else {
                panic!("a page is served");
            };
            assert_eq!(validators.etag.as_deref(), Some(etag));
            assert_eq!(validators.last_modified.as_deref(), Some(modified));
            let again = fetcher.fetch(&request(&url), &validators, now()).await;
            assert_eq!(again.unwrap(), Fetched::Unchanged);
            let asked = server.requests().pop().unwrap();
            let as_read: String = etag.bytes().map(char::from).collect();
            assert_eq!(asked.header("if-none-match"), Some(as_read.as_str()));
            assert_eq!(asked.header("if-modified-since"), Some(modified));
        }
    }
}

#[tokio::test]
async fn a_date_is_never_invented() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve(
        "/",
        Answer::ok("text/calendar", "BEGIN").header("ETag", "\"1\""),
    );
    let url = server.url("/");
    let Ok(Fetched::Page { validators, .. }) = fetch(&fetcher, &url).await else {
        panic!("a page is served");
    };
    assert_eq!(validators.last_modified, None);
    let again = fetcher.fetch(&request(&url), &validators, now()).await;
    // The same mark for the same bytes is no 304: it is for the server to say so.
    assert!(matches!(again, Ok(Fetched::Page { .. })));
    let asked = server.requests().pop().unwrap();
    assert_eq!(asked.header("if-none-match"), Some("\"1\""));
    assert_eq!(asked.header("if-modified-since"), None);
}

#[tokio::test]
async fn validators_that_are_overlong_or_no_text_are_dropped() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let long = "x".repeat(1025);
    server.serve(
        "/",
        Answer::ok("text/calendar", "BEGIN")
            .header("ETag", b"\"\xff\"")
            .header("Last-Modified", &long),
    );
    let Ok(Fetched::Page { validators, .. }) = fetch(&fetcher, &server.url("/")).await else {
        panic!("a page is served");
    };
    assert_eq!(validators, Validators::default());
    let longest = "x".repeat(1024);
    server.serve(
        "/",
        Answer::ok("text/calendar", "BEGIN").header("ETag", &longest),
    );
    let Ok(Fetched::Page { validators, .. }) = fetch(&fetcher, &server.url("/")).await else {
        panic!("a page is served");
    };
    assert_eq!(validators.etag, Some(longest));
}

#[tokio::test]
async fn a_stored_validator_that_no_header_can_carry_is_not_sent() {
    let server = loopback::start();
    server.serve("/", Answer::ok("text/calendar", "BEGIN"));
    let broken = Validators {
        etag: Some("\"a\"\r\nX-Evil: 1".to_owned()),
        last_modified: None,
    };
    let fetcher = fetcher(&[&server]);
    let url = server.url("/");
    let fetched = fetcher.fetch(&request(&url), &broken, now()).await;
    assert!(matches!(fetched, Ok(Fetched::Page { .. })));
    let asked = server.requests().pop().unwrap();
    assert_eq!(asked.header("if-none-match"), None);
    assert_eq!(asked.header("x-evil"), None);
}

#[tokio::test]
async fn unchanged_without_anything_known_is_asked_once_more_and_then_an_error() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve_in_turn(
        "/mended",
        vec![Answer::status(304), Answer::ok("text/calendar", "BEGIN")],
    );
    let fetched = fetch(&fetcher, &server.url("/mended")).await;
    assert!(matches!(fetched, Ok(Fetched::Page { .. })));
    let asked = server.asked("/mended");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("cache-control"), None);
    assert_eq!(asked[1].header("cache-control"), Some("no-cache"));

    server.serve("/stubborn", Answer::status(304));
    let refused = error(&fetcher, &server.url("/stubborn")).await;
    assert!(matches!(refused, Error::Garbled { .. }), "{refused:?}");
    assert_eq!(server.asked("/stubborn").len(), 2);
}

#[tokio::test]
async fn a_304_with_a_body_is_still_unchanged() {
    let server = loopback::start();
    let known = Validators {
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
    };
    server.serve(
        "/",
        Answer::raw("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\nBEGIN"),
    );
    let url = server.url("/");
    let fetched = fetcher(&[&server])
        .fetch(&request(&url), &known, now())
        .await;
    assert_eq!(fetched.unwrap(), Fetched::Unchanged);
}
