//! Redirects: followed a little way, and never anywhere that the source could not have named itself.

use super::{error, fetch, fetcher, page};
use crate::loopback::{self, Answer, Server};
use rusty_events::fetch::{Error, Fetched};
use std::net::Ipv4Addr;

/// `/0` redirects to `/1`, and so on, until the last one is a page.
fn chain(server: &Server, redirects: usize) {
    for at in 0..redirects {
        let next = format!("/{}", at + 1);
        server.serve(&format!("/{at}"), Answer::redirect(302, &next));
    }
    server.serve(&format!("/{redirects}"), Answer::ok("text/plain", "here"));
}

#[tokio::test]
async fn five_redirects_are_followed_and_the_sixth_is_not() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    chain(&server, 5);
    let page = page(&fetcher, &server.url("/0")).await;
    assert_eq!(page.body, b"here");
    assert_eq!(page.url, server.url("/5"));
    assert_eq!(page.request.url, server.url("/0"));

    let server = loopback::start();
    let fetcher = self::fetcher(&[&server]);
    chain(&server, 20);
    let error = error(&fetcher, &server.url("/0")).await;
    assert!(matches!(error, Error::Redirect { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn circles_are_left_at_once() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve("/a", Answer::redirect(301, "/b"));
    server.serve("/b", Answer::redirect(301, "/a#here"));
    server.serve("/self", Answer::redirect(301, ""));
    server.serve("/self?", Answer::redirect(301, "?"));
    let refused = error(&fetcher, &server.url("/a")).await;
    assert!(refused.to_string().contains("circle"), "{refused}");
    assert_eq!(server.requests().len(), 2);
    for path in ["/self", "/self?"] {
        let refused = error(&fetcher, &server.url(path)).await;
        assert!(matches!(refused, Error::Redirect { .. }), "{refused:?}");
        assert_eq!(server.asked(path).len(), 1);
    }
}

#[tokio::test]
async fn a_target_may_be_written_in_every_way_that_urls_know() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve("/x/new?q=1", Answer::ok("text/plain", "here"));
    for location in [
        "new?q=1",
        "./new?q=1",
        "../x/new?q=1",
        "/x/new?q=1",
        &format!("//{}/x/new?q=1", server.address()),
        &server.url("/x/new?q=1"),
        &server.url("/x/new?q=1#part"),
        " /x/new?q=1 ",
    ] {
        server.serve("/x/old", Answer::redirect(307, location));
        let page = page(&fetcher, &server.url("/x/old")).await;
        assert_eq!(page.url, server.url("/x/new?q=1"), "{location}");
    }
}

#[tokio::test]
async fn a_redirect_that_names_no_good_address_is_refused() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let at_other_port = format!("http://{}:22/", server.address().ip());
    let long = format!("/{}", "a".repeat(100_000));
    for answer in [
        Answer::status(302),
        Answer::redirect(302, "/a").header("Location", "/b"),
        Answer::redirect(302, &long),
        Answer::redirect(302, "/a\tb"),
        Answer::status(302).header("Location", b"/\xff"),
        Answer::redirect(302, "http://"),
        Answer::redirect(302, "file:///etc/passwd"),
        Answer::redirect(302, "javascript:alert(1)"),
        Answer::redirect(302, "ftp://example.org/"),
        Answer::redirect(302, "http://user:word@example.org/"),
        Answer::redirect(302, "http://example.org:22/"),
        Answer::redirect(302, "http://example.org:6379/"),
        Answer::redirect(302, &at_other_port),
    ] {
        server.serve("/", answer.clone());
        let error = error(&fetcher, &server.url("/")).await;
        assert!(
            matches!(error, Error::Redirect { .. } | Error::Forbidden { .. }),
            "{answer:?}: {error:?}"
        );
    }
    assert!(server.requests().iter().all(|asked| asked.path == "/"));
}

#[tokio::test]
async fn a_line_end_in_a_target_never_reaches_anybody() {
    let server = loopback::start();
    let raw = "HTTP/1.1 302 Found\r\nLocation: /a\rX-Evil: 1\r\nContent-Length: 0\r\n\r\n";
    server.serve("/", Answer::raw(raw));
    let error = error(&fetcher(&[&server]), &server.url("/")).await;
    assert!(
        matches!(error, Error::Garbled { .. } | Error::Redirect { .. }),
        "{error:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn no_redirect_leads_into_the_network() {
    let server = loopback::start_at(Ipv4Addr::new(127, 0, 0, 2));
    let canary = loopback::start_at(Ipv4Addr::new(127, 0, 0, 3));
    let port = canary.address().port();
    // Even where both may be named: one that is named does not open the other.
    let fetcher = fetcher(&[&server, &canary]);
    for target in [
        canary.url("/"),
        format!("http://[::ffff:127.0.0.3]:{port}/"),
        format!("http://2130706435:{port}/"),
        format!("http://0x7f.3:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("http://{}:{port}/", server.address().ip()),
    ] {
        server.serve("/", Answer::redirect(302, &target));
        let error = error(&fetcher, &server.url("/")).await;
        assert!(
            matches!(error, Error::Forbidden { .. }),
            "{target}: {error:?}"
        );
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn only_an_unbroken_row_of_permanent_redirects_tells_where_an_address_moved() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    server.serve("/end", Answer::ok("text/plain", "here"));
    for (statuses, moved_to) in [
        (&[301][..], Some("/end")),
        (&[308], Some("/end")),
        (&[302], None),
        (&[303], None),
        (&[307], None),
        (&[301, 308], Some("/end")),
        (&[301, 302], Some("/1")),
        (&[302, 301], None),
        (&[301, 302, 301], Some("/1")),
    ] {
        for (at, status) in statuses.iter().enumerate() {
            let next = match at + 1 {
                next if next == statuses.len() => "/end".to_owned(),
                next => format!("/{next}"),
            };
            server.serve(&format!("/{at}"), Answer::redirect(*status, &next));
        }
        let Ok(Fetched::Page { moved, .. }) = fetch(&fetcher, &server.url("/0")).await else {
            panic!("{statuses:?}");
        };
        assert_eq!(moved, moved_to.map(|path| server.url(path)), "{statuses:?}");
    }
}
