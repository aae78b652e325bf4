//! The service: the worker that keeps the events fresh, and the web server beside it, until the process is to stop.
//!
//! The worker has a runtime of its own. A refresh waits for the network, and parses, writes and believes without a
//! pause; on threads of its own none of that makes a page wait.

use crate::discover;
use crate::fetch::Fetcher;
use crate::learn;
use crate::notify;
use crate::propose::About;
use crate::pulls;
use crate::refresh::{self, Ended, Report};
use crate::render::chat::Look;
use crate::schedule::Cron;
use crate::server::{self, State};
use crate::store::{self, Store};
use chrono::TimeDelta;
use sd_notify::NotifyState;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How often the worker looks whether a source is due.
const LOOK: Duration = Duration::from_secs(20);
/// How often the pages are prepared.
const PREPARE: Duration = Duration::from_secs(5);
/// How long the pull requests that were read stand.
const PULLS: TimeDelta = TimeDelta::hours(1);
/// The stack of a thread that parses.
const STACK: usize = 8 << 20;
/// The pause after messages of which more are to follow, or which a chat did not take.
const BETWEEN_MESSAGES: Duration = Duration::from_secs(300);
/// The pause after a round without a network, a locked or an unreadable database.
const AFTER_TROUBLE: Duration = Duration::from_secs(120);

/// Runs the worker and the server until `stop` says so; `listener` is open already.
///
/// What is under way then is given up: each visit that ended is recorded, and one that did not is as if it had
/// never begun. Open requests have five seconds to end.
///
/// # Errors
/// If the schedule cannot be read, or the worker's thread cannot be made.
pub async fn run(
    state: Arc<State>,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let schedule = &state.setup.configuration.settings.schedule;
    let cron = Cron::parse(&schedule.refresh, schedule.zone).map_err(Error::Schedule)?;
    let worker = {
        let (state, stop) = (Arc::clone(&state), stop.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("visits")
            .thread_stack_size(STACK)
            .build()
            .map_err(Error::Thread)?;
        std::thread::Builder::new()
            .name("worker".to_owned())
            // Believing runs the same parsers as the runtime's threads do.
            .stack_size(STACK)
            .spawn(move || runtime.block_on(work(&state, &cron, stop)))
            .map_err(Error::Thread)?
    };
    let pulse = tokio::spawn(pulse(stop.clone()));
    let prepared = tokio::spawn(prepare(Arc::clone(&state)));
    tell(&[NotifyState::Ready]);
    server::run(listener, state, stop).await;
    pulse.abort();
    prepared.abort();
    // It stops with us and has nothing to wait for but a page being believed.
    let ended = tokio::task::spawn_blocking(move || worker.join()).await;
    if !matches!(ended, Ok(Ok(()))) {
        tracing::error!("the worker did not end well");
    }
    Ok(())
}

/// Why the service could not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schedule's line.
    #[error("[schedule] refresh: {0}")]
    Schedule(String),
    /// The system made no thread.
    #[error("the worker cannot be started: {0}")]
    Thread(std::io::Error),
}

/// Refreshes what is due, for ever.
async fn work(state: &State, cron: &Cron, stop: watch::Receiver<bool>) {
    let fetcher = Arc::clone(&state.setup.fetchers.configured);
    // The configuration may be another one than last time.
    if let Err(error) = believe(state) {
        tracing::error!(%error, "what is stored could not be believed anew");
    }
    let mut mine = stop.clone();
    let rounds = async {
        let mut first = true;
        let mut chats = Chats::default();
        loop {
            let pause = match round(state, cron, &fetcher).await {
                Ok(()) => {
                    chats.post(state, &fetcher).await;
                    LOOK
                }
                Err(error) => {
                    tracing::warn!(%error, "a round of the worker failed");
                    AFTER_TROUBLE
                }
            };
            if first {
                tell(&[NotifyState::Status("keeping the events fresh")]);
                first = false;
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = rounds => {}
        () = async { drop(mine.wait_for(|stop| *stop).await) } => {}
    }
}

fn believe(state: &State) -> Result<(), store::Error> {
    let now = state.setup.clock.now();
    let mut store = Store::open(&state.setup.database)?;
    learn(state, &mut store);
    refresh::believe(&state.setup.orders(now), &mut store)?;
    Ok(())
}

/// One look: the sources that are due are visited, and all that is stored is believed anew.
async fn round(state: &State, cron: &Cron, fetcher: &Arc<Fetcher>) -> Result<(), refresh::Error> {
    let now = state.setup.clock.now();
    let began = Instant::now();
    let mut store = Store::open(&state.setup.database)?;
    let orders = state.setup.orders(now);
    let report = refresh::refresh_due(orders, cron, fetcher, &mut store, |_| {}).await?;
    match report {
        None => state.round_ended(now, None),
        Some(report) => {
            said(&report);
            learn(state, &mut store);
            read_pulls(state, fetcher, &mut store).await?;
            find_candidates(state, &mut store).await;
            state.round_ended(now, Some(began.elapsed()));
        }
    }
    Ok(())
}

/// How far news was posted to the chats.
#[derive(Default)]
struct Chats {
    /// The last publication of which they have heard.
    posted: Option<i64>,
    /// Until when they are left alone after trouble.
    rest: Option<Instant>,
}

impl Chats {
    /// Posts news to the chats. A chat that cannot be reached must not stop the events.
    async fn post(&mut self, state: &State, fetcher: &Fetcher) {
        let setup = &state.setup;
        let rests = self.rest.is_some_and(|until| Instant::now() < until);
        if setup.channels.is_empty() || rests {
            return;
        }
        match self.post_all(state, fetcher).await {
            Ok(true) => self.rest = None,
            Ok(false) => self.rest = Some(Instant::now() + BETWEEN_MESSAGES),
            Err(error) => {
                tracing::warn!(%error, "news was not posted to the chats");
                self.rest = Some(Instant::now() + BETWEEN_MESSAGES);
            }
        }
    }

    /// Whether everything was posted.
    async fn post_all(&mut self, state: &State, fetcher: &Fetcher) -> Result<bool, store::Error> {
        let setup = &state.setup;
        let mut store = Store::open(&setup.database)?;
        let publication = store.publication()?;
        if self.posted == Some(publication) {
            return Ok(true);
        }
        let settings = &setup.configuration.settings;
        let run = notify::Run {
            channels: &setup.channels,
            groups: &setup.groups,
            sources: &setup.configuration.sources,
            fetcher: Some(fetcher),
            look: Look {
                base: settings.server.url.as_deref(),
                states: &settings.section.states,
            },
            now: setup.clock.now(),
        };
        let mut is_all = true;
        for report in notify::run(&run, &mut store).await? {
            if let Some(why) = &report.failed {
                tracing::warn!(chat = %report.channel, %why, "a chat was not sent its news");
            }
            is_all &= report.failed.is_none() && report.left == 0;
        }
        self.posted = is_all.then_some(publication);
        Ok(is_all)
    }
}

/// Takes in what the newsletter has printed. It makes the pages better; that it cannot be had today must not stop the
/// events.
fn learn(state: &State, store: &mut Store) {
    let newsletter = &state.setup.configuration.settings.newsletter;
    let Some(repository) = &newsletter.repository else {
        return;
    };
    let now = state.setup.clock.now();
    match learn::learn(store, repository, &state.setup.style, now) {
        Ok(learned) => tracing::info!(new = learned.new, "printed issues were learned"),
        Err(error) => tracing::warn!(%error, "printed issues were not learned"),
    }
}

/// Reads the open pull requests of the newsletter's repository, once an hour at most.
async fn read_pulls(
    state: &State,
    fetcher: &Fetcher,
    store: &mut Store,
) -> Result<(), store::Error> {
    let newsletter = &state.setup.configuration.settings.newsletter;
    let Some(repository) = &newsletter.pull_requests else {
        return Ok(());
    };
    let now = state.setup.clock.now();
    let last = store.pull_list(repository)?;
    if last.is_some_and(|last| last.at <= now && now - last.at < PULLS) {
        return Ok(());
    }
    let read = pulls::refresh(repository, fetcher, store, now).await?;
    if let Some(why) = read.stopped {
        tracing::warn!(why, "pull requests were not all read");
    }
    Ok(())
}

/// Looks for groups that no source reads. The events do not wait for it, and do not fail with it.
async fn find_candidates(state: &State, store: &mut Store) {
    let about = About {
        configuration: &state.setup.configuration,
        groups: &state.setup.groups,
        now: state.setup.clock.now(),
    };
    match discover::search(&about, store).await {
        Ok(done) => {
            for trouble in &done.troubles {
                tracing::warn!(trouble, "a page could not be read for candidates");
            }
            tracing::info!(
                requests = done.requests,
                searches = done.searches,
                looked = done.looked,
                "candidates were looked for"
            );
        }
        Err(error) => tracing::warn!(%error, "candidates were not looked for"),
    }
}

/// Logs what an operator should know of a run.
fn said(report: &Report) {
    for line in &report.sources {
        match &line.ended {
            Ended::Failed { phase, error } => {
                tracing::warn!(source = %line.source, phase, error, "a source failed; its last good events stand");
            }
            Ended::Held(way, doubt) => {
                tracing::warn!(source = %line.source, way, %doubt, "a reading is held; what was said before stands");
            }
            Ended::Read(_) | Ended::Unchanged(_) | Ended::NotDue(_) => {}
        }
    }
    for (source, problem) in &report.believed.problems {
        tracing::warn!(%source, line = problem.line, what = problem.what, item = problem.item, "a series could not be expanded whole");
    }
    tracing::info!(
        sources = report.sources.len(),
        events = report.believed.events,
        new = report.believed.new,
        changed = report.believed.changed,
        withdrawn = report.believed.withdrawn,
        "refreshed"
    );
}

/// Prepares the pages again and again, on a thread where it makes none wait.
async fn prepare(state: Arc<State>) {
    loop {
        let of = Arc::clone(&state);
        drop(tokio::task::spawn_blocking(move || server::content::prepare(&of)).await);
        tokio::time::sleep(PREPARE).await;
    }
}

/// Tells systemd that the process lives, twice as often as it asks for.
async fn pulse(mut stop: watch::Receiver<bool>) {
    let beat = async {
        let Some(every) = sd_notify::watchdog_enabled() else {
            return std::future::pending().await;
        };
        loop {
            tell(&[NotifyState::Watchdog]);
            tokio::time::sleep(every / 2).await;
        }
    };
    tokio::select! {
        () = beat => {}
        () = async { drop(stop.wait_for(|stop| *stop).await) } => tell(&[NotifyState::Stopping]),
    }
}

/// Tells systemd something, where it listens.
fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::debug!(%error, "systemd could not be notified");
    }
}
