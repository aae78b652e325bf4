//! Fetching: the only module that uses the network to read sources, and reads the folders of mirrors.
//!
//! Before a request is sent, its address is parsed ([`guard`]), its mirror is looked up, the address that it
//! leads to is checked, and it waits for its turn. Redirects are followed here and not by the HTTP client,
//! because each hop takes all these steps again. Before a web page, the host's robots.txt is asked
//! ([`robots`]).
//!
//! There are no retries: `schedule` decides when a source is read again. The one exception is a server that
//! answers "unchanged" to a request without validators.

pub mod guard;
pub mod robots;

mod access;
mod answer;
mod asked;
mod error;
mod folder;
mod keys;
mod mirror;
mod politeness;
mod post;
mod settings;

pub use error::{Error, ForbiddenAnswer, PRODUCT, Phase};
pub use keys::{Credentials, Origins};
pub use post::Unsent;
pub use settings::{Mirror, MirrorTarget, Settings};

use crate::facts::source::{Credential, Page, Request, Way};
use access::Access;
use answer::{Budget, Meaning};
use asked::Asked;
use chrono::{DateTime, Utc};
use mirror::{Mirrors, Place};
use politeness::{Queues, Rests};
use reqwest::header::{self, HeaderMap, HeaderValue};
use robots::Robots;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Most redirects that are followed for one request.
const MOST_REDIRECTS: usize = 5;

/// How long an unused connection is kept for the next request to the same host.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The server's marks of a version of a page, to ask whether there is a newer one (RFC 9110, 8.8). They are
/// kept byte for byte, with their quotes, up to 1 KB.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one a request, moved once; a box would only stand in every caller's way"
)]
pub enum Fetched {
    /// There is nothing newer than the version of the validators.
    Unchanged,
    /// A page.
    Page {
        /// The page. Its `url` is the original address, even if a mirror served it.
        page: Page,
        /// The validators for the next request.
        validators: Validators,
        /// Where the address has moved for good, if the server says so. It is reported, and never written into
        /// the configuration. A redirect behind a temporary one does not count.
        moved: Option<String>,
        /// When the page left its origin, if a cache served it and says so (`Age`, RFC 9111 section 5.1).
        left_origin_at: Option<DateTime<Utc>>,
    },
}

/// Fetches pages, one at a time or many at once.
#[derive(Debug)]
pub struct Fetcher {
    client: reqwest::Client,
    queues: Queues,
    rests: Rests,
    mirrors: Mirrors,
    allow: Vec<SocketAddr>,
    keys: Credentials,
    origins: Origins,
    access: tokio::sync::Mutex<Option<Access>>,
    robots: Robots,
    connect_timeout: Duration,
    total_timeout: Duration,
    sent: AtomicUsize,
    most_requests: usize,
    has_refused: AtomicBool,
    has_warned: AtomicBool,
}

impl Fetcher {
    /// Sets up the one client.
    ///
    /// # Errors
    /// [`Error::Settings`] for a contact that cannot stand in a header, a limit of zero requests, an invalid
    /// mirror, or a machine without root certificates.
    pub fn new(settings: Settings) -> Result<Fetcher, Error> {
        let wrong = |key, why: &str| Error::Settings {
            key,
            why: why.to_owned(),
        };
        if settings.requests_in_flight == 0 {
            return Err(wrong("requests-in-flight", "must be at least 1"));
        }
        if settings.per_host_in_flight == 0 {
            return Err(wrong("per-host-in-flight", "must be at least 1"));
        }
        let mut user_agent = format!("{PRODUCT}/{}", env!("CARGO_PKG_VERSION"));
        if let Some(contact) = &settings.contact {
            user_agent.push_str(&format!(" (+{contact})"));
        }
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| wrong("contact", "holds characters that no header can carry"))?;
        let client = reqwest::Client::builder()
            .user_agent(user_agent)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .gzip(true)
            .brotli(true)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(settings.per_host_in_flight)
            .dns_resolver(guard::GuardedResolver)
            .build()
            .map_err(|error| wrong("client", &error::one_line(&format!("{error:?}"))))?;
        Ok(Fetcher {
            client,
            queues: Queues::new(
                settings.requests_in_flight,
                settings.per_host_in_flight,
                settings.per_host_interval,
            ),
            rests: Rests::default(),
            mirrors: Mirrors::new(settings.mirrors)?,
            allow: settings.allow,
            keys: settings.keys,
            origins: settings.origins,
            access: tokio::sync::Mutex::default(),
            robots: Robots::default(),
            connect_timeout: settings.connect_timeout,
            total_timeout: settings.total_timeout,
            sent: AtomicUsize::new(0),
            most_requests: settings.most_requests.unwrap_or(usize::MAX),
            has_refused: AtomicBool::new(false),
            has_warned: AtomicBool::new(false),
        })
    }

    /// Whether an address would be fetched at all, as far as the address alone shows.
    ///
    /// # Errors
    /// [`Error::BadUrl`] and [`Error::Forbidden`], as [`Fetcher::fetch`] would.
    pub fn check(&self, url: &str) -> Result<(), Error> {
        let url = guard::parse(url)?;
        self.place(&url, self.named(&url)).map(drop)
    }

    /// How many requests were sent, those for robots.txt and after redirects included. Folders are not asked.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether no further request may be sent.
    pub fn is_spent(&self) -> bool {
        self.sent() >= self.most_requests
    }

    /// Whether a request was not sent because the limit was reached.
    pub fn has_refused(&self) -> bool {
        self.has_refused.load(Ordering::Relaxed)
    }

    /// Whether this credential is configured.
    pub fn holds(&self, key: Credential) -> bool {
        self.keys.holds(key)
    }

    /// Fetches what a request asks for, unless the validators' version is still current. A POST is sent every
    /// time, and only to a server.
    ///
    /// # Errors
    /// [`Error`] has a variant for each thing that a caller does differently. A page that did not arrive whole
    /// is never returned.
    pub async fn fetch(
        &self,
        request: &Request,
        validators: &Validators,
        now: DateTime<Utc>,
    ) -> Result<Fetched, Error> {
        self.fetch_within(self.budget(None), request, validators, now)
            .await
    }

    /// The time and size limits of a request.
    fn budget(&self, first: Option<usize>) -> Budget {
        Budget {
            whole: self.total_timeout,
            left: self.total_timeout,
            pause: Duration::ZERO,
            first,
        }
    }

    async fn fetch_within(
        &self,
        mut budget: Budget,
        request: &Request,
        validators: &Validators,
        now: DateTime<Utc>,
    ) -> Result<Fetched, Error> {
        let mut url = guard::parse(&request.url)?;
        let named = self.named(&url);
        let posted = request.body.as_deref();
        let nothing_known = Validators::default();
        let validators = if posted.is_some() {
            &nothing_known
        } else {
            validators
        };
        let mut headers = headers(request, validators);
        let mut key = request.key;
        let conditional = headers.contains_key(header::IF_NONE_MATCH)
            || headers.contains_key(header::IF_MODIFIED_SINCE);
        let mut seen = vec![url.clone()];
        let mut moved = None;
        let mut moved_for_good = true;
        let mut place = self.place(&url, named)?;
        loop {
            budget.pause = self.may_read(request, &url, &place, named, now).await?;
            let proof = match key {
                Some(key) => self.proof(key, &url, &place, now).await?,
                None => None,
            };
            let asked = match &place {
                // A folder holds pages; it cannot answer a POST.
                Place::Folder(_) if posted.is_some() => {
                    let host = guard::host(&url);
                    return Err(Error::NotServed { host, status: 404 });
                }
                Place::Folder(files) => folder::look_up(&url, files, validators).await?,
                Place::Own(real) | Place::Server(real, _) => {
                    let mut headers = headers.clone();
                    if let Some(proof) = &proof {
                        headers.insert(proof.name.clone(), proof.value.clone());
                    }
                    let question = Question {
                        url: &url,
                        real,
                        headers: &headers,
                        posted,
                        now,
                    };
                    let asked = self.ask(&question, &mut budget).await;
                    if matches!(asked, Err(Error::NotServed { status: 401, .. }))
                        && proof.is_some()
                        && key == Some(Credential::Meetup)
                    {
                        self.distrust(&guard::host(&url)).await;
                    }
                    asked?
                }
            };
            if proof.is_some_and(|proof| asked.repeats(&proof.secret)) {
                return Err(Error::Garbled {
                    host: guard::host(&url),
                    why: "it repeats the key that it was shown".to_owned(),
                });
            }
            match asked {
                Asked::Unchanged if conditional => return Ok(Fetched::Unchanged),
                Asked::Unchanged if headers.contains_key(header::CACHE_CONTROL) => {
                    return Err(Error::Garbled {
                        host: guard::host(&url),
                        why: "it says \"unchanged\" (status 304) where nothing is known yet"
                            .to_owned(),
                    });
                }
                // A cache answered another client's request: ask once more, past all caches.
                Asked::Unchanged => {
                    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                }
                Asked::Redirect { to, permanent } => {
                    let refused = |why: String| Error::Redirect {
                        host: guard::host(&url),
                        why,
                    };
                    if let Some(why) = not_followed(&seen, &to, posted.is_some()) {
                        return Err(refused(why.to_owned()));
                    }
                    place = self.place(&to, named).map_err(|error| match error {
                        Error::BadUrl { why } => refused(why),
                        error => error,
                    })?;
                    moved_for_good &= permanent;
                    if moved_for_good {
                        moved = Some(to.to_string());
                    }
                    // A redirect to another host could lead back here with the credential.
                    key = key.filter(|_| to.origin() == url.origin());
                    seen.push(to.clone());
                    url = to;
                }
                Asked::Page {
                    content_type,
                    body,
                    validators,
                    age,
                } => {
                    let page = Page {
                        request: request.clone(),
                        url: url.into(),
                        content_type,
                        body,
                        at: now,
                    };
                    return Ok(Fetched::Page {
                        page,
                        validators,
                        moved,
                        left_origin_at: age.and_then(|age| now.checked_sub_signed(age)),
                    });
                }
            }
        }
    }

    /// Reads a file that the configuration names as a source. Unchanged if the validators belong to the same
    /// content.
    ///
    /// # Errors
    /// [`Error::File`] if it is missing, cannot be read, is no regular file, or is larger than the limit of a
    /// body.
    pub async fn read_file(
        &self,
        path: &Path,
        request: &Request,
        validators: &Validators,
        now: DateTime<Utc>,
    ) -> Result<Fetched, Error> {
        Ok(match folder::read_file(path, validators).await? {
            Asked::Page {
                content_type,
                body,
                validators,
                ..
            } => Fetched::Page {
                page: Page {
                    request: request.clone(),
                    url: request.url.clone(),
                    content_type,
                    body,
                    at: now,
                },
                validators,
                moved: None,
                left_origin_at: None,
            },
            Asked::Unchanged | Asked::Redirect { .. } => Fetched::Unchanged,
        })
    }

    /// The allowed private address that a source names.
    fn named(&self, url: &Url) -> Option<SocketAddr> {
        let named = guard::literal(url).filter(|address| self.allow.contains(address));
        if let Some(address) = named
            && !self.has_warned.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%address, "an address inside the network is read, as allow under [fetch] says");
        }
        named
    }

    /// Where an address is really fetched, if that is allowed.
    fn place(&self, url: &Url, named: Option<SocketAddr>) -> Result<Place, Error> {
        let place = self.mirrors.place(url)?;
        match &place {
            Place::Own(real) => guard::check(real, named)?,
            Place::Server(real, of_mirror) => guard::check(real, *of_mirror)?,
            Place::Folder(_) => {}
        }
        Ok(place)
    }

    /// Waits for its turn, then asks the server.
    async fn ask(&self, question: &Question<'_>, budget: &mut Budget) -> Result<Asked, Error> {
        let Question { url, real, now, .. } = *question;
        let queue = real.host_str().unwrap_or_default().trim_end_matches('.');
        let _turn = self.queues.turn(queue, budget.pause).await;
        // The queue is that of the original host: one mirror can serve several hosts.
        let named = guard::host(url);
        if let Some(left) = self.rests.left(&named, now) {
            return Err(Error::Resting { host: named, left });
        }
        let granted = self
            .sent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sent| {
                (sent < self.most_requests).then_some(sent + 1)
            });
        if granted.is_err() {
            self.has_refused.store(true, Ordering::Relaxed);
            return Err(Error::Spent { host: named });
        }
        let begun = Instant::now();
        let asked = self.exchange(question, *budget).await;
        let took = begun.elapsed();
        budget.left = budget.left.saturating_sub(took);
        match &asked {
            // No answer at all.
            Err(Error::Unreachable { .. } | Error::Forbidden { .. }) => {}
            Ok(_) => self.rests.heard(&named, None, now),
            Err(error) => self.rests.heard(&named, error.retry_after(), now),
        }
        // Not the query and not the body: either may hold a secret.
        let (host, path) = (guard::host(real), real.path());
        let took = took.as_millis();
        match &asked {
            Ok(asked) => tracing::debug!(host, path, took, outcome = %asked, "asked"),
            Err(error) => tracing::debug!(host, path, took, phase = error.phase(), %error, "asked"),
        }
        asked
    }

    async fn exchange(&self, question: &Question<'_>, budget: Budget) -> Result<Asked, Error> {
        let Question {
            url,
            real,
            headers,
            posted,
            now,
        } = *question;
        let host = if url == real {
            guard::host(real)
        } else {
            format!("{} (mirrored at {})", guard::host(url), guard::host(real))
        };
        let begun = Instant::now();
        let patience = self.connect_timeout.min(budget.left);
        let request = match posted {
            Some(body) => self.client.post(real.clone()).body(body.to_owned()),
            None => self.client.get(real.clone()),
        };
        let request = request.headers(headers.clone());
        let mut response = match tokio::time::timeout(patience, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Error::before_answer(&host, &error)),
            Err(_) if patience < self.connect_timeout => {
                return Err(Error::TooSlow {
                    host,
                    limit: budget.whole,
                });
            }
            Err(_) => {
                return Err(Error::Unreachable {
                    host,
                    phase: Phase::Answer,
                    reason: format!("no answer within {} s", patience.as_secs_f32()),
                });
            }
        };
        let budget = Budget {
            left: budget.left.saturating_sub(begun.elapsed()),
            ..budget
        };
        match answer::meaning(&host, &mut response, budget, now).await? {
            Meaning::Unchanged => Ok(Asked::Unchanged),
            Meaning::Redirect { permanent } => {
                let to = self.target(url, real, &host, response.headers())?;
                Ok(Asked::Redirect { to, permanent })
            }
            Meaning::Page => {
                let validators = Validators::of(response.headers());
                let content_type = answer::content_type(response.headers());
                let age = answer::age(response.headers());
                let status = response.status().as_u16();
                let body = answer::body(&host, &mut response, budget).await?;
                if answer::is_challenge(&body) {
                    return Err(Error::Blocked {
                        host,
                        status,
                        retry_after: None,
                    });
                }
                Ok(Asked::Page {
                    content_type,
                    body,
                    validators,
                    age,
                })
            }
        }
    }

    /// Where a redirect leads, as an original address. The caller checks it like any address.
    fn target(&self, url: &Url, real: &Url, host: &str, headers: &HeaderMap) -> Result<Url, Error> {
        let refused = |why: &str| Error::Redirect {
            host: host.to_owned(),
            why: why.to_owned(),
        };
        let mut locations = headers.get_all(header::LOCATION).iter();
        let location = locations
            .next()
            .ok_or_else(|| refused("it does not say where to"))?;
        if locations.next().is_some() {
            return Err(refused("it names two addresses"));
        }
        if location.len() > guard::LONGEST_URL {
            return Err(refused("the address is too long"));
        }
        let location = std::str::from_utf8(location.as_bytes())
            .map_err(|_| refused("the address is not text"))?
            .trim_matches(' ');
        if location.is_empty() || location.chars().any(char::is_control) {
            return Err(refused("the address is empty or holds control characters"));
        }
        let mirrored = url != real;
        if let Some(meant) = mirrored
            .then(|| self.mirrors.unmapped(url, real, location))
            .flatten()
        {
            return Ok(meant);
        }
        let target = url
            .join(location)
            .map_err(|_| refused("the address is none"))?;
        guard::accept(target).map_err(|error| match error {
            Error::BadUrl { why } => refused(&why),
            error => error,
        })
    }
}

/// What one exchange asks, of the server at `real`; `url` is the address that it stands for.
struct Question<'a> {
    url: &'a Url,
    real: &'a Url,
    headers: &'a HeaderMap,
    /// The body to post; `None` to get the page.
    posted: Option<&'a str>,
    now: DateTime<Utc>,
}

/// Why a redirect is not followed, if it is not. `seen` are the addresses so far, the one that redirects last.
fn not_followed(seen: &[Url], to: &Url, is_posted: bool) -> Option<&'static str> {
    let from_https = seen.last().is_some_and(|from| from.scheme() == "https");
    if is_posted {
        Some("it answers a question that was posted")
    } else if to.scheme() == "http" && from_https {
        Some("it leads from https to http")
    } else if seen.contains(to) {
        Some("it leads in a circle")
    } else if seen.len() > MOST_REDIRECTS {
        Some("it is the sixth in a row")
    } else {
        None
    }
}

/// The headers and the body of a request: accepted types, the POST body, and the known version.
fn headers(request: &Request, validators: &Validators) -> HeaderMap {
    let accept = match request.way {
        Way::Api | Way::Items => "application/json, */*;q=0.5",
        Way::Feed => "text/calendar, */*;q=0.5",
        Way::Page => "text/html, application/xhtml+xml, */*;q=0.5",
        Way::Configuration => "*/*",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
    if request.body.is_some() {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    for (name, value) in [
        (header::IF_NONE_MATCH, &validators.etag),
        (header::IF_MODIFIED_SINCE, &validators.last_modified),
    ] {
        if let Some(value) = value
            && let Ok(value) = HeaderValue::from_bytes(value.as_bytes())
        {
            headers.insert(name, value);
        }
    }
    headers
}
