//! How often a host is asked: how many requests at once, and the pause between two.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// With more hosts than this, those without recent requests are forgotten. Only redirects lead to hosts that no
/// configuration names.
const MOST_HOSTS: usize = 1024;

/// The shortest and the longest wait that a server can ask for.
const SHORTEST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The queues of all hosts.
#[derive(Debug)]
pub(super) struct Queues {
    all: Arc<Semaphore>,
    per_host: usize,
    interval: Duration,
    hosts: Mutex<HashMap<String, Arc<Queue>>>,
}

/// The queue of one host.
#[derive(Debug)]
struct Queue {
    in_flight: Arc<Semaphore>,
    /// When the last request began. The next request holds the lock until it begins.
    last_start: tokio::sync::Mutex<Option<Instant>>,
}

/// The permission to send one request; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _permits: [Option<OwnedSemaphorePermit>; 2],
    /// Keeps the queue from being forgotten.
    _queue: Arc<Queue>,
}

impl Queues {
    pub(super) fn new(in_flight: usize, per_host: usize, interval: Duration) -> Queues {
        Queues {
            all: Arc::new(Semaphore::new(in_flight)),
            per_host,
            interval,
            hosts: Mutex::default(),
        }
    }

    /// Waits for the permission to send a request to a host: first come, first served. `pause` is the pause that
    /// the host itself asks for.
    ///
    /// The permit among all requests is taken last, so that waiting for one host does not block requests to
    /// others. A waiting request holds no such permit, so there is no deadlock.
    pub(super) async fn turn(&self, host: &str, pause: Duration) -> Turn {
        let queue = self.queue(host);
        // The semaphores are never closed, so both permits always come.
        let of_host = Arc::clone(&queue.in_flight).acquire_owned().await.ok();
        let mut last_start = queue.last_start.lock().await;
        if let Some(last) = *last_start {
            let interval = self.interval.max(pause);
            tokio::time::sleep(interval.saturating_sub(last.elapsed())).await;
        }
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        *last_start = Some(Instant::now());
        drop(last_start);
        Turn {
            _permits: [of_host, of_all],
            _queue: queue,
        }
    }

    fn queue(&self, host: &str) -> Arc<Queue> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, queue| {
                let recent = queue
                    .last_start
                    .try_lock()
                    .is_ok_and(|last| last.is_some_and(|last| last.elapsed() < self.interval));
                recent || Arc::strong_count(queue) > 1
            });
        }
        let queue = hosts.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Queue {
                in_flight: Arc::new(Semaphore::new(self.per_host)),
                last_start: tokio::sync::Mutex::default(),
            })
        });
        Arc::clone(queue)
    }
}

/// The hosts that asked to be left alone, and until when.
#[derive(Debug, Default)]
pub(super) struct Rests(Mutex<HashMap<String, Rest>>);

#[derive(Debug, Clone, Copy)]
struct Rest {
    /// How many answers in a row asked for it.
    in_a_row: u32,
    until: DateTime<Utc>,
}

/// So many answers in a row speak for the whole host; a single one may be about one page.
const ENOUGH: u32 = 2;

impl Rests {
    /// How long a host is still left alone, if it is. Many groups have their pages on one host: when it asks us to
    /// wait, none of them is fetched.
    pub(super) fn left(&self, host: &str, now: DateTime<Utc>) -> Option<Duration> {
        let hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = hosts.get(host).filter(|rest| rest.in_a_row >= ENOUGH)?;
        let left = (rest.until - now).to_std().ok()?;
        (!left.is_zero() && left <= LONGEST_WAIT).then_some(left)
    }

    /// Notes whether an answer of a host asks us to wait, and for how long.
    pub(super) fn heard(&self, host: &str, wait: Option<Duration>, now: DateTime<Utc>) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wait) = wait else {
            hosts.remove(host);
            return;
        };
        if hosts.len() >= MOST_HOSTS {
            hosts.clear();
        }
        let until = now + TimeDelta::from_std(wait.min(LONGEST_WAIT)).unwrap_or_default();
        let known = hosts.get(host).filter(|rest| rest.until > now);
        let rest = known.map_or(Rest { in_a_row: 1, until }, |rest| Rest {
            in_a_row: rest.in_a_row.saturating_add(1),
            until: until.min(rest.until),
        });
        hosts.insert(host.to_owned(), rest);
    }
}

/// How long `Retry-After` asks to wait: a number of seconds, or a date in one of HTTP's three forms (RFC 9110,
/// 10.2.3). At least a minute, also for a value that makes no sense; at most a day.
pub(super) fn retry_after(value: &[u8], now: DateTime<Utc>) -> Duration {
    let wait = std::str::from_utf8(value).ok().and_then(|value| {
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            // More digits than fit into a number mean a very long time.
            return Some(value.parse().map_or(LONGEST_WAIT, Duration::from_secs));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(SystemTime::from(now)).ok()
    });
    wait.unwrap_or_default().clamp(SHORTEST_WAIT, LONGEST_WAIT)
}
