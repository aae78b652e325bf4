//! How often one host is asked, and how many at once.

use super::{page, settings};
use crate::loopback::{self, Answer, Server};
use futures_util::future::join_all;
use rusty_events::fetch::{Error, Fetcher, Mirror, MirrorTarget, Settings, Validators};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(80);

/// When the first request for anything came.
fn first(server: &Server) -> Instant {
    server.requests()[0].at
}

#[tokio::test]
async fn requests_to_one_host_are_begun_one_interval_apart_in_the_order_they_came() {
    let server = loopback::start();
    // Another port of the same host.
    let same_host = loopback::start();
    let other_host = loopback::start_at(Ipv4Addr::new(127, 0, 0, 2));
    let fetcher = Fetcher::new(Settings {
        per_host_in_flight: 3,
        per_host_interval: INTERVAL,
        ..settings(&[&server, &same_host, &other_host])
    })
    .unwrap();
    let paths = ["/0", "/1", "/2"];
    for path in paths {
        server.serve(path, Answer::ok("text/plain", ""));
    }
    same_host.serve("/", Answer::ok("text/plain", ""));
    other_host.serve("/", Answer::ok("text/plain", ""));
    let mut urls: Vec<String> = paths.iter().map(|path| server.url(path)).collect();
    urls.push(same_host.url("/"));
    urls.push(other_host.url("/"));
    let begun = Instant::now();
    join_all(urls.iter().map(|url| page(&fetcher, url))).await;

    assert!(begun.elapsed() >= 3 * INTERVAL, "{:?}", begun.elapsed());
    let asked: Vec<String> = server
        .requests()
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    assert_eq!(asked, paths);
    // Who asks somebody else does not wait behind them.
    assert!(first(&other_host) < first(&same_host));
}

#[tokio::test]
async fn redirects_wait_their_turn_and_waiting_does_not_use_up_their_time() {
    let server = loopback::start();
    server.serve("/0", Answer::redirect(302, "/1"));
    server.serve("/1", Answer::redirect(302, "/2"));
    server.serve("/2", Answer::ok("text/plain", ""));
    let fetcher = Fetcher::new(Settings {
        per_host_interval: INTERVAL,
        total_timeout: 2 * INTERVAL,
        ..settings(&[&server])
    })
    .unwrap();
    let begun = Instant::now();
    page(&fetcher, &server.url("/0")).await;
    assert!(begun.elapsed() >= 2 * INTERVAL, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_host_has_so_many_requests_at_a_time_and_all_hosts_together_so_many() {
    let pause = Duration::from_millis(30);
    for (in_flight, per_host, rounds) in [(16, 1, 4), (16, 2, 2), (1, 4, 4)] {
        let servers = [
            loopback::start(),
            loopback::start_at(Ipv4Addr::new(127, 0, 0, 2)),
        ];
        let fetcher = Fetcher::new(Settings {
            requests_in_flight: in_flight,
            per_host_in_flight: per_host,
            ..settings(&[&servers[0], &servers[1]])
        })
        .unwrap();
        // With two hosts, the limit of all differs from the limit of one.
        let hosts = if in_flight == 1 { 2 } else { 1 };
        let urls: Vec<String> = (0..4)
            .map(|place| servers[place % hosts].url("/"))
            .collect();
        for server in &servers {
            server.serve("/", Answer::ok("text/plain", "").after(pause));
        }
        let begun = Instant::now();
        join_all(urls.iter().map(|url| page(&fetcher, url))).await;
        assert!(begun.elapsed() >= rounds * pause, "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn hosts_that_one_mirror_serves_are_asked_as_the_one_that_it_is() {
    let server = loopback::start();
    let fetcher = Fetcher::new(Settings {
        per_host_interval: INTERVAL,
        mirrors: vec![Mirror {
            prefix: "https://".to_owned(),
            to: MirrorTarget::Server(server.url("/")),
        }],
        ..settings(&[])
    })
    .unwrap();
    let urls = ["https://one.example/", "https://two.example/"];
    for path in ["/one.example/", "/two.example/"] {
        server.serve(path, Answer::ok("text/plain", ""));
    }
    let begun = Instant::now();
    join_all(urls.iter().map(|url| page(&fetcher, url))).await;
    assert!(begun.elapsed() >= INTERVAL, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = loopback::start();
    server.serve("/", Answer::ok("text/plain", "here"));
    let fetcher = Arc::new(super::fetcher(&[&server]));
    for _ in 0..3 {
        let (fetcher, url) = (Arc::clone(&fetcher), server.url("/"));
        // Also from task to task.
        let task = tokio::spawn(async move { page(&fetcher, &url).await });
        task.await.unwrap();
    }
    assert_eq!(server.requests().len(), 3);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_host_that_asks_twice_to_be_left_alone_is_not_asked_for_anything_until_then() {
    let server = loopback::start();
    let other = loopback::start_at(Ipv4Addr::new(127, 0, 0, 2));
    let fetcher = Fetcher::new(settings(&[&server, &other])).unwrap();
    let enough = Answer::status(429).header("Retry-After", "3600");
    for path in ["/1", "/2", "/3", "/4"] {
        server.serve(path, enough.clone());
    }
    server.serve("/good", Answer::ok("text/plain", "here"));
    other.serve("/good", Answer::ok("text/plain", "here"));
    let nothing_known = Validators::default();
    let ask = async |url: &str, minutes: i64| {
        let at = super::now() + chrono::TimeDelta::minutes(minutes);
        fetcher
            .fetch(&super::request(url), &nothing_known, at)
            .await
    };
    // One page speaks for itself, as long as another answers.
    for path in ["/1", "/good", "/2"] {
        let answer = ask(&server.url(path), 0).await;
        assert_eq!(answer.is_ok(), path == "/good", "{path}");
    }
    assert_eq!(server.requests().len(), 3);
    // Two in a row speak for the host.
    let refused = ask(&server.url("/3"), 0).await.unwrap_err();
    assert!(matches!(refused, Error::Refused { .. }), "{refused}");
    for (path, minutes) in [("/4", 0), ("/good", 10), ("/1", 59)] {
        let resting = ask(&server.url(path), minutes).await.unwrap_err();
        assert!(matches!(resting, Error::Resting { .. }), "{resting}");
        let left = u64::try_from(60 - minutes).unwrap() * 60;
        assert_eq!(resting.retry_after(), Some(Duration::from_secs(left)));
        assert!(!resting.not_this_way() && !resting.is_unreachable());
    }
    assert_eq!(server.requests().len(), 4, "no host was asked");
    assert!(ask(&other.url("/good"), 0).await.is_ok(), "another host");
    assert!(ask(&server.url("/good"), 60).await.is_ok(), "an hour later");
    // A clock that was set back makes no request wait.
    for path in ["/1", "/2"] {
        assert!(ask(&server.url(path), 60 * 24 * 400).await.is_err());
    }
    assert!(ask(&server.url("/good"), 61).await.is_ok());
}
