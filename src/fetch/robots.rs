//! robots.txt (RFC 9309): the pages that the owner of a host asks programs to leave alone.
//!
//! It is asked before every web page: lists, pages of single events, and what `preview` or `source add`
//! reads. It is not asked for feeds and interfaces, which are made for programs. No setting turns it off.
//!
//! The robots.txt of a mirrored host comes from the mirror. If only a part of a host is mirrored and
//! robots.txt is outside of that part, it is not asked: the host itself is not visited.

mod rules;

pub use rules::{Forbidden, LARGEST, Rules};

use super::error::{self, Error, PRODUCT};
use super::mirror::Place;
use super::{Fetched, Fetcher, Validators, guard};
use crate::facts::source::{Purpose, Request, Way};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::{Position, Url};

/// How long rules are kept, and how long a file that could not be read is not requested again.
const KEPT: TimeDelta = TimeDelta::hours(24);
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);

/// The longest `Crawl-delay` that is respected.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// With more hosts, or more bytes of rules, those that are not in use are forgotten.
const MOST_HOSTS: usize = 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The rules of each scheme, host and port.
#[derive(Debug, Default)]
pub(super) struct Robots {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug, Default)]
struct Host {
    /// Locked while the file is requested, so that other requests wait for the answer.
    known: tokio::sync::Mutex<Option<Known>>,
    weight: AtomicUsize,
}

#[derive(Debug)]
struct Known {
    rules: Result<Rules, Error>,
    until: DateTime<Utc>,
}

impl Robots {
    fn host(&self, origin: String) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let weights = hosts
            .values()
            .map(|host| host.weight.load(Ordering::Relaxed));
        let is_full = hosts.len() >= MOST_HOSTS || weights.sum::<usize>() > MOST_BYTES;
        if is_full && !hosts.contains_key(&origin) {
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        Arc::clone(hosts.entry(origin).or_default())
    }
}

impl Request {
    /// Whether a request is for a web page, so that robots.txt applies.
    fn is_of_a_web_page(&self) -> bool {
        self.way == Way::Page || self.purpose == Purpose::Signpost
    }
}

impl Fetcher {
    /// Refuses an address that the host's robots.txt forbids, and any address if robots.txt cannot be read.
    /// Otherwise returns the pause that the host asks for. `place` is where the address is fetched.
    pub(super) async fn may_read(
        &self,
        request: &Request,
        url: &Url,
        place: &Place,
        named: Option<SocketAddr>,
        now: DateTime<Utc>,
    ) -> Result<Duration, Error> {
        if !request.is_of_a_web_page() {
            return Ok(Duration::ZERO);
        }
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        let is_own = |place: &Place| matches!(place, Place::Own(_));
        if !is_own(place) && is_own(&self.place(&address, named)?) {
            return Ok(Duration::ZERO);
        }
        let host = self.robots.host(url.origin().ascii_serialization());
        let mut known = host.known.lock().await;
        let rules = match known.take().filter(|known| now < known.until) {
            Some(still) => &known.insert(still).rules,
            None => {
                let asked = self.ask_for_rules(&address, now).await;
                let weight = asked.rules.as_ref().map_or(0, Rules::weight);
                host.weight.store(weight, Ordering::Relaxed);
                &known.insert(asked).rules
            }
        };
        let rules = rules.as_ref().map_err(Clone::clone)?;
        match rules.forbidding(&url[Position::BeforePath..Position::AfterQuery]) {
            None => Ok(rules.crawl_delay().unwrap_or_default().min(LONGEST_PAUSE)),
            Some(Forbidden { line, pattern }) => Err(Error::Disallowed {
                host: guard::host(url),
                line,
                pattern,
            }),
        }
    }

    async fn ask_for_rules(&self, address: &Url, now: DateTime<Utc>) -> Known {
        // Requested as a feed, so that robots.txt is not asked about robots.txt.
        let request = Request::get(address.as_str(), Purpose::List, Way::Configuration);
        let host = guard::host(address);
        let nothing_known = Validators::default();
        let budget = self.budget(Some(LARGEST + 1));
        let asked = self.fetch_within(budget, &request, &nothing_known, now);
        // Boxed, since this is a fetch within a fetch.
        let rules = match Box::pin(asked).await {
            Ok(Fetched::Page { page, .. }) => Ok(Rules::read(&page.body, PRODUCT)),
            Ok(Fetched::Unchanged) => Ok(Rules::default()),
            Err(error) if is_none(&error) => Ok(Rules::default()),
            Err(error) => Err(error),
        };
        match rules {
            Ok(rules) => {
                if let Some(delay) = rules.crawl_delay() {
                    tracing::info!(
                        host,
                        seconds = delay.as_secs_f32(),
                        "robots.txt asks for pauses"
                    );
                }
                Known {
                    rules: Ok(rules),
                    until: now + KEPT,
                }
            }
            Err(why) => {
                let wait = why
                    .retry_after()
                    .and_then(|wait| TimeDelta::from_std(wait).ok());
                Known {
                    until: now + wait.unwrap_or_default().max(AFTER_FAILURE),
                    rules: Err(Error::NoRules {
                        host,
                        why: Box::new(why),
                    }),
                }
            }
        }
    }
}

/// Whether an error means that a host has no robots.txt ("unavailable", RFC 9309, 2.3.1.3). Other errors mean
/// that it may have one. A robots.txt behind too many redirects counts as none.
fn is_none(error: &error::Error) -> bool {
    match error {
        Error::NotServed { .. } | Error::Gone { .. } | Error::Redirect { .. } => true,
        // A private address: either the host's own, and then the host is refused, or that of a redirect.
        Error::Forbidden { .. } | Error::BadUrl { .. } => true,
        Error::Refused { status, .. } | Error::Blocked { status, .. } => {
            *status != 429 && *status < 500
        }
        Error::Server { status, .. } => *status < 500,
        _ => false,
    }
}
