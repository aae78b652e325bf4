//! What the owner of a host asks programs to leave alone is left alone.

mod rules;

use super::{fetcher, now, settings};
use crate::loopback::{self, Answer, Server};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::facts::source::{Purpose, Request, Way};
use rusty_events::fetch::{Error, Fetched, Fetcher, Mirror, MirrorTarget, Settings, Validators};
use std::time::Duration;

const FORBIDS_EVENTS: &str = "# hello\nUser-agent: *\nDisallow: /events/\n";

fn of(url: String, way: Way) -> Request {
    Request::get(url, Purpose::List, way)
}

async fn ask(fetcher: &Fetcher, request: &Request, now: DateTime<Utc>) -> Result<Fetched, Error> {
    fetcher.fetch(request, &Validators::default(), now).await
}

/// Reads a path of a server as a web page.
async fn read(fetcher: &Fetcher, server: &Server, path: &str) -> Result<Fetched, Error> {
    ask(fetcher, &of(server.url(path), Way::Page), now()).await
}

fn rules(text: &str) -> Answer {
    Answer::ok("text/plain", text)
}

/// A server with a page, and this in place of its robots.txt.
fn with(robots: Answer) -> Server {
    let server = loopback::start();
    server.serve("/events/1", Answer::ok("text/html", "an event"));
    server.serve("/about", Answer::ok("text/html", "about us"));
    server.serve("/robots.txt", robots);
    server
}

fn paths(server: &Server) -> Vec<String> {
    let asked = server.requests().into_iter();
    asked.map(|asked| asked.path).collect()
}

#[tokio::test]
async fn a_page_that_is_forbidden_is_not_asked_for_and_the_error_says_what_to_do() {
    let server = with(rules(FORBIDS_EVENTS));
    let fetcher = fetcher(&[&server]);
    let error = read(&fetcher, &server, "/events/1?token=secret")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "robots.txt of {} forbids this page to programs (line 3, \"Disallow: /events/\"): name a feed of the events instead, or ask the site to allow rusty-events",
            server.address()
        )
    );
    assert_eq!(error.phase(), "robots");
    assert!(error.not_this_way() && !error.is_unreachable());
    assert!(read(&fetcher, &server, "/about").await.is_ok());
    assert_eq!(paths(&server), ["/robots.txt", "/about"]);
    let asked = &server.asked("/robots.txt")[0];
    assert!(
        asked
            .header("user-agent")
            .unwrap()
            .starts_with("rusty-events/")
    );
    assert_eq!(asked.header("accept"), Some("*/*"));
}

#[tokio::test]
async fn a_host_that_allows_us_alone_is_read() {
    let server = with(rules(
        "User-agent: *\nDisallow: /\n\nUser-agent: rusty-events\nDisallow: /private\n",
    ));
    let fetcher = fetcher(&[&server]);
    assert!(read(&fetcher, &server, "/events/1").await.is_ok());
    assert!(matches!(
        read(&fetcher, &server, "/private").await,
        Err(Error::Disallowed { line: 5, .. })
    ));
}

#[tokio::test]
async fn it_is_asked_once_a_day_for_all_pages_of_a_host() {
    let server = with(rules(FORBIDS_EVENTS));
    let fetcher = fetcher(&[&server]);
    let page = of(server.url("/about"), Way::Page);
    let at_once = (0..20).map(|_| ask(&fetcher, &page, now()));
    for answer in futures_util::future::join_all(at_once).await {
        answer.unwrap();
    }
    assert_eq!(server.asked("/robots.txt").len(), 1);
    assert_eq!(paths(&server)[0], "/robots.txt");
    let late = now() + TimeDelta::hours(24);
    ask(&fetcher, &page, late - TimeDelta::seconds(1))
        .await
        .unwrap();
    assert_eq!(server.asked("/robots.txt").len(), 1);
    server.serve("/robots.txt", rules("User-agent: *\nDisallow: /\n"));
    assert!(matches!(
        ask(&fetcher, &page, late).await,
        Err(Error::Disallowed { .. })
    ));
    assert_eq!(server.asked("/robots.txt").len(), 2);

    // Another port is another host.
    let other = with(rules(FORBIDS_EVENTS));
    let both = super::fetcher(&[&server, &other]);
    let _ = read(&both, &server, "/about").await;
    read(&both, &other, "/about").await.unwrap();
    assert_eq!(other.asked("/robots.txt").len(), 1);
}

#[tokio::test]
async fn feeds_and_interfaces_are_not_asked_about() {
    let server = with(rules("User-agent: *\nDisallow: /\n"));
    let fetcher = fetcher(&[&server]);
    for way in [Way::Feed, Way::Items, Way::Api] {
        ask(&fetcher, &of(server.url("/about"), way), now())
            .await
            .unwrap();
    }
    assert_eq!(paths(&server), ["/about"; 3]);
    // The page that tells where a list of items is, is a page.
    let signpost = Request::get(server.url("/about"), Purpose::Signpost, Way::Items);
    assert!(matches!(
        ask(&fetcher, &signpost, now()).await,
        Err(Error::Disallowed { .. })
    ));
}

#[tokio::test]
async fn a_host_without_one_may_be_read() {
    let challenge = "<html><script>window._cf_chl_opt = {}</script></html>";
    for robots in [
        Answer::status(404),
        Answer::status(400),
        Answer::status(401),
        Answer::status(403),
        Answer::status(410),
        Answer::status(451),
        Answer::status(204),
        Answer::status(403).body(challenge),
        Answer::ok("text/html", challenge),
        Answer::ok(
            "text/html",
            "<!DOCTYPE html><pre>\nUser-agent: *\nDisallow: /\n</pre>",
        ),
        rules(""),
    ] {
        let server = with(robots.clone());
        let fetcher = fetcher(&[&server]);
        for _ in 0..2 {
            let answer = read(&fetcher, &server, "/events/1").await;
            assert!(answer.is_ok(), "{robots:?}: {answer:?}");
        }
        assert_eq!(server.asked("/robots.txt").len(), 1, "{robots:?}");
    }
}

#[tokio::test]
async fn a_host_that_cannot_say_is_not_read() {
    for (robots, says) in [
        (Answer::status(500), "failed (status 500)"),
        (Answer::status(502), "failed (status 502)"),
        (
            Answer::status(503).header("Retry-After", "3600"),
            "left alone for 3600 s",
        ),
        (Answer::status(429), "refuses (status 429)"),
        (Answer::silent(), "no answer within"),
        (
            rules(FORBIDS_EVENTS).trickling(Duration::from_millis(100)),
            "did not finish",
        ),
        (rules(FORBIDS_EVENTS).declaring(9999), "truncated"),
        (Answer::raw("what?"), "not understood"),
        (Answer::raw(""), "not understood"),
    ] {
        let server = with(robots.clone());
        let patience = Duration::from_millis(400);
        let fetcher = Fetcher::new(Settings {
            connect_timeout: patience,
            total_timeout: patience * 2,
            ..settings(&[&server])
        })
        .unwrap();
        let error = read(&fetcher, &server, "/events/1").await.unwrap_err();
        let said = error.to_string();
        let start = format!(
            "robots.txt of {} cannot be read, so no page of the host is read: ",
            server.address()
        );
        assert!(said.starts_with(&start) && said.contains(says), "{said}");
        assert_eq!(error.phase(), "robots", "{said}");
        assert!(!error.not_this_way() && !error.is_unreachable(), "{said}");
        let asked_to_wait = said
            .contains(" 3600 s")
            .then_some(Duration::from_secs(3600));
        assert_eq!(error.retry_after(), asked_to_wait, "{said}");

        // No other request of this run asks again. The next run does, and finds it mended.
        server.serve("/robots.txt", rules("User-agent: *\nAllow: /\n"));
        assert_eq!(read(&fetcher, &server, "/about").await.unwrap_err(), error);
        assert_eq!(paths(&server), ["/robots.txt"], "{said}");
        let later = now() + TimeDelta::hours(6);
        ask(&fetcher, &of(server.url("/about"), Way::Page), later)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_host_out_of_reach_is_out_of_reach_and_not_its_robots_alone() {
    let server = loopback::start();
    let fetcher = fetcher(&[&server]);
    let request = of(server.url("/"), Way::Page);
    drop(server);
    // The thread that listens ends with the next connection.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = ask(&fetcher, &request, now()).await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_circle_leads_to_none() {
    let server = with(Answer::redirect(301, "/1"));
    for hop in 1..5 {
        server.serve(
            &format!("/{hop}"),
            Answer::redirect(302, &format!("/{}", hop + 1)),
        );
    }
    server.serve("/5", rules(FORBIDS_EVENTS));
    assert!(matches!(
        read(&fetcher(&[&server]), &server, "/events/1").await,
        Err(Error::Disallowed { .. })
    ));
    for (at, to) in [
        ("/5", "/6"),
        ("/1", "/robots.txt"),
        ("/robots.txt", "file:///etc/passwd"),
    ] {
        server.serve("/6", rules(FORBIDS_EVENTS));
        server.serve(at, Answer::redirect(302, to));
        assert!(
            read(&fetcher(&[&server]), &server, "/events/1")
                .await
                .is_ok(),
            "{to}"
        );
    }
}

#[tokio::test]
async fn its_redirects_are_guarded_like_all_others() {
    let canary = loopback::start();
    let server = with(Answer::redirect(302, &canary.url("/robots.txt")));
    let fetcher = fetcher(&[&server, &canary]);
    assert!(read(&fetcher, &server, "/events/1").await.is_ok());
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn of_a_large_file_the_beginning_counts() {
    let filler = "#".repeat(1023) + "\n";
    let large = format!("{FORBIDS_EVENTS}{}Disallow: /about\n", filler.repeat(1024));
    for robots in [rules(&large), rules(&large).gzip(), rules(&large).endless()] {
        let server = with(robots);
        let fetcher = fetcher(&[&server]);
        assert!(matches!(
            read(&fetcher, &server, "/events/1").await,
            Err(Error::Disallowed { .. })
        ));
        assert!(read(&fetcher, &server, "/about").await.is_ok());
    }
}

#[tokio::test]
async fn a_page_that_leads_elsewhere_is_asked_about_there_too() {
    let server = with(rules(FORBIDS_EVENTS));
    server.serve("/moved", Answer::redirect(302, "/events/1"));
    let error = read(&fetcher(&[&server]), &server, "/moved")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Disallowed { .. }), "{error}");
    assert_eq!(paths(&server), ["/robots.txt", "/moved"]);
}

#[tokio::test]
async fn a_mirror_of_a_whole_host_has_its_robots_txt_and_a_mirror_of_a_part_has_none() {
    let mirror = loopback::start();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("events")).unwrap();
    for file in ["events/1", "about"] {
        std::fs::write(folder.path().join(file), "a page").unwrap();
    }
    std::fs::write(folder.path().join("robots.txt"), FORBIDS_EVENTS).unwrap();
    mirror.serve("/a/events/1", Answer::ok("text/html", "a page"));
    mirror.serve("/a/robots.txt", rules(FORBIDS_EVENTS));
    mirror.serve("/part/1", Answer::ok("text/html", "a page"));
    let mirrors = [
        ("https://a.example", MirrorTarget::Server(mirror.url("/a"))),
        (
            "https://b.example/events",
            MirrorTarget::Server(mirror.url("/part")),
        ),
        (
            "https://c.example",
            MirrorTarget::Folder(folder.path().to_owned()),
        ),
        (
            "https://d.example/events",
            MirrorTarget::Folder(folder.path().join("events")),
        ),
    ];
    let mirrors = mirrors.map(|(prefix, to)| Mirror {
        prefix: prefix.to_owned(),
        to,
    });
    let fetcher = Fetcher::new(Settings {
        mirrors: mirrors.to_vec(),
        ..settings(&[])
    })
    .unwrap();
    for (url, allowed) in [
        ("https://a.example/events/1", false),
        ("https://b.example/events/1", true),
        ("https://c.example/events/1", false),
        ("https://c.example/about", true),
        ("https://d.example/events/1", true),
    ] {
        let answer = ask(&fetcher, &of(url.to_owned(), Way::Page), now()).await;
        assert_eq!(answer.is_ok(), allowed, "{url}: {answer:?}");
    }
    assert_eq!(paths(&mirror), ["/a/robots.txt", "/part/1"]);
}

#[tokio::test]
async fn it_takes_its_turn_and_a_short_pause_is_kept() {
    let server = with(rules("User-agent: *\nCrawl-delay: 0.4\n"));
    let fetcher = Fetcher::new(Settings {
        per_host_interval: Duration::from_millis(150),
        ..settings(&[&server])
    })
    .unwrap();
    for _ in 0..2 {
        read(&fetcher, &server, "/about").await.unwrap();
    }
    ask(&fetcher, &of(server.url("/about"), Way::Feed), now())
        .await
        .unwrap();
    let at: Vec<_> = server.requests().iter().map(|asked| asked.at).collect();
    let gaps: Vec<Duration> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Starts are spaced on our side; the network may bring two a little closer.
    let near = |gap: Duration, least: u64| gap >= Duration::from_millis(least - 60);
    assert!(
        near(gaps[0], 400) && near(gaps[1], 400) && near(gaps[2], 150),
        "{gaps:?}"
    );
}
