//! Fetching, against a server that behaves and against one that does not.

mod answers;
mod doors;
mod guard;
mod keys;
mod limits;
mod mirrors;
mod politeness;
mod redirects;
mod robots;
mod validators;

pub(crate) use keys::meetup_key;

use crate::loopback::Server;
use chrono::{DateTime, Utc};
use rusty_events::facts::source::{Page, Purpose, Request, Way};
use rusty_events::fetch::{Error, Fetched, Fetcher, Settings, Validators};
use std::time::Duration;

/// A fetcher to which these servers may be named, and that does not wait between requests.
fn fetcher(servers: &[&Server]) -> Fetcher {
    Fetcher::new(settings(servers)).unwrap()
}

fn settings(servers: &[&Server]) -> Settings {
    Settings {
        allow: servers.iter().map(|server| server.address()).collect(),
        per_host_interval: Duration::ZERO,
        ..Settings::default()
    }
}

fn request(url: &str) -> Request {
    Request::get(url, Purpose::List, Way::Feed)
}

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Fetched, Error> {
    let nothing_known = Validators::default();
    fetcher.fetch(&request(url), &nothing_known, now()).await
}

/// What is at an address that can be had.
async fn page(fetcher: &Fetcher, url: &str) -> Page {
    match fetch(fetcher, url).await {
        Ok(Fetched::Page { page, .. }) => page,
        other => panic!("{url}: {other:?}"),
    }
}

/// Why an address cannot be had.
async fn error(fetcher: &Fetcher, url: &str) -> Error {
    match fetch(fetcher, url).await {
        Err(error) => error,
        Ok(fetched) => panic!("{url}: {fetched:?}"),
    }
}
