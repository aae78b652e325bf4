//! robots.txt (RFC 9309): what the owner of a host asks programs to leave alone.
//!
//! Asked before everything that is read as a web page: lists, pages of single events, whatever somebody
//! wants looked at. Feeds and interfaces are not asked about: they are made for programs, and whoever
//! gives out their address gives it out to be read by one. There is no setting that turns it off.
//!
//! A mirror stands for its host here too. Where only a part of a host is mirrored, and robots.txt is no
//! part of it, nobody is asked: the host itself is not visited.

mod rules;

pub use rules::{Forbidden, LARGEST, Rules};

use super::mirror::Place;
use super::{Error, Fetched, Fetcher, Validators, error, guard};
use crate::facts::source::{Purpose, Request, Way};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::{Position, Url};

/// The name that a robots.txt calls this program by: that of the User-Agent.
pub const PRODUCT: &str = env!("CARGO_PKG_NAME");

/// How long rules are kept, and how long nobody asks again for a file that could not be read.
const KEPT: TimeDelta = TimeDelta::hours(24);
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);

/// The longest `Crawl-delay` that is followed.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Hosts and bytes of rules that are kept, before those that nobody is asking for are forgotten.
const MOST_HOSTS: usize = 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What is known of each scheme, host and port.
#[derive(Debug, Default)]
pub(super) struct Robots {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug, Default)]
struct Host {
    /// Held locked by who asks, so that the others wait for the answer.
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
    /// Whether what is asked for is read as people see it, so that the host's robots.txt counts.
    fn is_of_a_web_page(&self) -> bool {
        self.way == Way::Page || self.purpose == Purpose::Signpost
    }
}

impl Fetcher {
    /// Refuses an address that the host's robots.txt forbids, or does not tell of because it cannot be
    /// read; else the pause that the host wants before it. `place` is where the address is fetched.
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
        // By the way of what is no page: whether this one may be read is not asked.
        let request = Request::get(address.as_str(), Purpose::List, Way::Configuration);
        let host = guard::host(address);
        let nothing_known = Validators::default();
        let budget = self.budget(Some(LARGEST + 1));
        let asked = self.fetch_within(budget, &request, &nothing_known, now);
        // Boxed, for this is a fetch within a fetch.
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

/// Whether an error means that a host has no robots.txt ("unavailable", RFC 9309, 2.3.1.3), and not that
/// it could not be asked for it. One that is not reached by redirects is none either.
fn is_none(error: &error::Error) -> bool {
    match error {
        Error::NotServed { .. } | Error::Gone { .. } | Error::Redirect { .. } => true,
        // An address inside the network: of the host itself, which is then refused, or of a redirect.
        Error::Forbidden { .. } | Error::BadUrl { .. } => true,
        Error::Refused { status, .. } | Error::Blocked { status, .. } => {
            *status != 429 && *status < 500
        }
        Error::Server { status, .. } => *status < 500,
        _ => false,
    }
}
