//! What the server knows: its set-up, and what is published, read anew when the database has changed.

use super::kept::Kept;
use super::limits::{Attempts, Checks};
use super::snapshot::Snapshot;
use super::turns::{Turns, lock};
use crate::believe::normalise::Groups;
use crate::config;
use crate::config::Configuration;
use crate::configured;
use crate::facts::source::{Purpose, Request, Way};
use crate::fetch::{Fetched, Fetcher, Validators};
use crate::notify::Channel;
use crate::refresh::Orders;
use crate::section::select::Style;
use crate::store::{self, Store};
use crate::why::PrintedRows;
use crate::words::{self, Language, Languages};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the server takes the time from: the machine's clock, or a test's.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock that is asked each time.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Clock")
    }
}

/// Who asks the hosts, by who named the address.
#[derive(Debug)]
pub struct Fetchers {
    /// For what is configured.
    pub configured: Arc<Fetcher>,
    /// For a page that an organiser wants checked: it knows no mirror and no private address.
    pub foreign: Arc<Fetcher>,
}

/// What the server is made from.
#[derive(Debug)]
pub struct Setup {
    /// Everything that is configured.
    pub configuration: Configuration,
    /// The groups it knows.
    pub groups: Groups,
    /// How rows look.
    pub style: Style,
    /// The database's file.
    pub database: PathBuf,
    /// Where it is seen from outside, without a slash at the end.
    pub base: String,
    /// Who asks the hosts.
    pub fetchers: Fetchers,
    /// The time.
    pub clock: Clock,
    /// The chats that hear of events; none unless set.
    pub channels: Vec<Channel>,
    /// The languages of the visitors' pages.
    pub languages: Languages,
}

impl Setup {
    /// What a configuration says, seen under `base`.
    ///
    /// # Errors
    /// If the words of a language are not whole.
    pub fn new(
        configuration: Configuration,
        database: PathBuf,
        base: String,
        fetchers: Fetchers,
        clock: Clock,
    ) -> Result<Setup, words::Wrong> {
        Ok(Setup {
            groups: configured::groups(&configuration),
            style: configured::style(&configuration),
            configuration,
            database,
            base,
            fetchers,
            clock,
            channels: Vec::new(),
            languages: Languages::compiled()?,
        })
    }

    /// The language of a page where the visitor asks for none that there is: the newsletter's, if pages are in it.
    pub fn usual_language(&self) -> &Arc<Language> {
        let own = self.configuration.settings.newsletter.language.as_deref();
        let own = own.and_then(|tag| self.languages.named(tag));
        own.unwrap_or(self.languages.english())
    }

    /// Today, where the newsletter is made.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        crate::facts::when::to_local(now, self.configuration.settings.newsletter.zone).date()
    }

    /// What a walk is to work on.
    pub fn orders(&self, now: DateTime<Utc>) -> Orders<'_> {
        Orders {
            sources: &self.configuration.sources,
            groups: &self.groups,
            style: &self.style,
            decisions: &self.configuration.decisions,
            only: &[],
            event_pages: self.configuration.settings.fetch.event_pages,
            now,
        }
    }

    /// Whether it is seen over TLS: then its cookies go nowhere else.
    pub fn is_secure(&self) -> bool {
        self.base.starts_with("https://")
    }
}

/// The running server.
#[derive(Debug)]
pub struct State {
    /// What it is made from.
    pub setup: Setup,
    /// Logins that failed.
    pub(super) attempts: Mutex<Attempts>,
    /// Answers that were made before.
    pub(super) kept: Mutex<Kept>,
    /// How many requests each route answered, by status.
    pub(super) requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    /// Pages that were checked just now.
    pub(super) checks: Checks,
    /// Turns for making what is not kept: a flood of questions waits, and leaves the machine to the others.
    pub(super) making: Turns,
    /// Turns for looking at a password, which takes 19 MiB.
    pub(super) logins: Turns,
    /// Turns for drafts that are pasted in: each may have two megabytes.
    pub(super) drafts: Turns,
    /// Turns for reading a page or feed that a visitor names.
    pub(super) readings: Turns,
    /// Turns for figures about the process, so that a flood of other questions does not hide them.
    pub(super) figures: Turns,
    /// What the worker last did.
    pub(super) runs: Runs,
    draft: Mutex<Option<Draft>>,
    printed: Mutex<Option<(i64, Arc<PrintedRows>)>>,
    snapshot: Mutex<Arc<Snapshot>>,
    watcher: Mutex<Store>,
    idle: Mutex<Vec<Store>>,
}

/// The draft on the web.
#[derive(Debug, Clone)]
struct Draft {
    /// When it was asked for.
    at: DateTime<Utc>,
    /// Its text, or why it could not be had.
    text: Result<String, String>,
}

/// What the worker last did, for monitoring.
#[derive(Debug, Default)]
pub struct Runs {
    last: AtomicI64,
    millis: AtomicU64,
}

impl Runs {
    fn ended(&self, at: DateTime<Utc>, took: Option<Duration>) {
        self.last.store(at.timestamp(), Ordering::Relaxed);
        if let Some(took) = took {
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.millis.store(millis, Ordering::Relaxed);
        }
    }

    /// When the worker last looked after every source that was due, in seconds since 1970; before its first round,
    /// when a source was last visited. `None` if none ever was.
    pub fn last(&self) -> Option<i64> {
        let at = self.last.load(Ordering::Relaxed);
        (at != 0).then_some(at)
    }

    /// How long the last run took that visited anything; `None` before the first.
    pub fn took(&self) -> Option<Duration> {
        let millis = self.millis.load(Ordering::Relaxed);
        (millis != 0).then(|| Duration::from_millis(millis))
    }
}

/// Connections to the database that wait for their next use.
const MOST_IDLE: usize = 4;

impl State {
    /// Opens the database and reads what is published.
    ///
    /// # Errors
    /// If the database cannot be opened or read.
    pub fn new(setup: Setup) -> Result<State, store::Error> {
        let watcher = Store::open(&setup.database)?;
        let now = setup.clock.now();
        let snapshot = Snapshot::default().renewed(&watcher, &setup.groups, now)?;
        let runs = Runs::default();
        let visits = snapshot.standings.values();
        if let Some(last) = visits.filter_map(|standing| standing.last_visit).max() {
            runs.ended(last, None);
        }
        Ok(State {
            setup,
            attempts: Mutex::default(),
            kept: Mutex::default(),
            requests: Mutex::default(),
            checks: Checks::default(),
            making: Turns::new(4, 256, 64),
            logins: Turns::new(2, 30, 4),
            drafts: Turns::new(2, 6, 2),
            readings: Turns::new(2, 10, 2),
            figures: Turns::new(1, 30, 30),
            runs,
            draft: Mutex::default(),
            printed: Mutex::default(),
            snapshot: Mutex::new(Arc::new(snapshot)),
            watcher: Mutex::new(watcher),
            idle: Mutex::default(),
        })
    }

    /// What is published now; if the database cannot be read, what was published when it last could be: a page of
    /// a minute ago is better than none.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        // One reads, the others take what there is: a slow disk must not stop the pages.
        let Ok(watcher) = self.watcher.try_lock() else {
            return Arc::clone(&lock(&self.snapshot));
        };
        self.renewed(&watcher)
    }

    /// [`Self::snapshot`] for the event loop: what has changed is read on another thread.
    pub(super) async fn latest(self: &Arc<State>) -> Arc<Snapshot> {
        let known = Arc::clone(&lock(&self.snapshot));
        let is_current = match self.watcher.try_lock() {
            // One reads already.
            Err(_) => true,
            Ok(watcher) => watcher
                .data_version()
                .is_ok_and(|version| known.is_of(version)),
        };
        if is_current {
            return known;
        }
        let state = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || state.snapshot());
        read.await.unwrap_or(known)
    }

    /// What is published after a change that the caller made.
    pub fn snapshot_after_change(&self) -> Arc<Snapshot> {
        let watcher = lock(&self.watcher);
        self.renewed(&watcher)
    }

    fn renewed(&self, watcher: &Store) -> Arc<Snapshot> {
        let known = Arc::clone(&lock(&self.snapshot));
        let fresh = watcher.data_version().and_then(|version| {
            if known.is_of(version) {
                return Ok(None);
            }
            let now = self.setup.clock.now();
            known.renewed(watcher, &self.setup.groups, now).map(Some)
        });
        match fresh {
            Ok(None) => known,
            Ok(Some(fresh)) => {
                let fresh = Arc::new(fresh);
                *lock(&self.snapshot) = Arc::clone(&fresh);
                fresh
            }
            Err(error) => {
                tracing::error!(%error, "the database cannot be read; pages show what they knew");
                known
            }
        }
    }

    /// Does something with a connection to the database of its own.
    ///
    /// # Errors
    /// If the database cannot be opened, and what `work` says.
    pub fn with_store<T>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, store::Error>,
    ) -> Result<T, store::Error> {
        let waiting = lock(&self.idle).pop();
        let mut store = match waiting {
            Some(store) => store,
            None => Store::open(&self.setup.database)?,
        };
        let done = work(&mut store)?;
        let mut idle = lock(&self.idle);
        if idle.len() < MOST_IDLE {
            idle.push(store);
        }
        Ok(done)
    }

    /// The rows of all issues, read again when an issue was taken in or written.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn printed(&self, store: &Store) -> Result<Arc<PrintedRows>, store::Error> {
        let last = store.last_issue_kept()?;
        let mut known = lock(&self.printed);
        if let Some((of, printed)) = &*known
            && *of == last
        {
            return Ok(Arc::clone(printed));
        }
        let printed = Arc::new(PrintedRows::read(store, &self.setup.style)?);
        *known = Some((last, Arc::clone(&printed)));
        Ok(printed)
    }

    /// The text of the draft on the web as it was last fetched.
    ///
    /// # Errors
    /// Says why it could not be.
    pub fn draft(&self) -> Result<String, String> {
        let known = lock(&self.draft).clone();
        known.map_or_else(
            || Err("it was not fetched yet".to_owned()),
            |draft| draft.text,
        )
    }

    /// Fetches the configured draft if it is on the web, and was not fetched within the last minute.
    pub async fn renew_draft(&self) {
        let Some(config::Draft::Web(url)) = &self.setup.configuration.settings.newsletter.draft
        else {
            return;
        };
        let now = self.setup.clock.now();
        {
            let mut known = lock(&self.draft);
            if let Some(draft) = &*known
                && now - draft.at < TimeDelta::minutes(1)
            {
                return;
            }
            // The others take what there is while one fetches.
            if let Some(draft) = &mut *known {
                draft.at = now;
            }
        }
        let request = Request::get(url.as_str(), Purpose::List, Way::Page);
        let fetched = self
            .setup
            .fetchers
            .configured
            .fetch(&request, &Validators::default(), now)
            .await;
        let text = match fetched {
            Ok(Fetched::Page { page, .. }) => {
                String::from_utf8(page.body).map_err(|_| "it is not UTF-8".to_owned())
            }
            Ok(Fetched::Unchanged) => {
                Err("it is said to be unchanged, and is not known".to_owned())
            }
            Err(error) => Err(error.to_string()),
        };
        *lock(&self.draft) = Some(Draft { at: now, text });
    }

    /// The time for what is public: of the full hour, so that what is kept stays the same for so long.
    pub fn hour(&self) -> DateTime<Utc> {
        let now = self.setup.clock.now();
        now - TimeDelta::seconds(now.timestamp().rem_euclid(3600))
            - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()))
    }

    /// That the worker has visited what was due at a time, and how long that took if there was anything.
    pub fn round_ended(&self, at: DateTime<Utc>, took: Option<Duration>) {
        self.runs.ended(at, took);
    }
}
