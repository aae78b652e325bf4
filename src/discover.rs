//! The walk to candidates for sources: gathers what is stored already, reads the searches that are due, and looks at the
//! candidates that are most likely wanted.
//!
//! Nothing of a candidate is an event: its titles stand beside it for an editor, and are never printed. What is fetched
//! comes from pages of strangers, so it is fetched like what a visitor names: no private address, and no credential.

mod gather;
mod lead;
mod look;
mod merge;
mod search;

pub use gather::gather;

use crate::configured;
use crate::facts::candidate::{Candidate, Decided, Rank, State};
use crate::facts::decision;
use crate::facts::topic::Topic;
use crate::fetch::{self, Credentials, Fetcher};
use crate::propose::About;
use crate::refresh::Tools;
use crate::store::{self, Store};
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// Why candidates could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings of fetching.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Searched {
    /// Pages of searches that were read.
    pub searches: usize,
    /// Pages of groups that were looked at for a notice that they moved.
    pub notices: usize,
    /// Candidates that were looked at.
    pub looked: usize,
    /// Requests that this took.
    pub requests: usize,
    /// Whether the budget of the day ended it; the rest comes another day.
    pub is_spent: bool,
    /// What went wrong, each with its address.
    pub troubles: Vec<String>,
}

/// Gathers what is stored, then asks the network within the budget of the day (UTC).
///
/// # Errors
/// See [`Error`]. A page that cannot be read is no error: see [`Searched::troubles`].
pub async fn search(about: &About<'_>, store: &mut Store) -> Result<Searched, Error> {
    gather(about, store)?;
    let day = about.now.date_naive();
    let most = about.configuration.settings.discover.requests;
    let left = most.saturating_sub(store.discover_requests(day)?);
    let mut done = Searched {
        is_spent: left == 0,
        ..Searched::default()
    };
    if left == 0 {
        return Ok(done);
    }
    let fetcher = Fetcher::new(fetch::Settings {
        allow: Vec::new(),
        most_requests: Some(left),
        ..configured::fetching(about.configuration, Credentials::default())
    })?;
    let tools = Tools {
        fetcher: Arc::new(fetcher),
        // An event's own page says nothing about its group.
        budget: Arc::new(AtomicUsize::new(0)),
        topic: Arc::new(about.configuration.settings.topic.clone()),
        now: about.now,
    };
    // What was sent is counted even if the database fails in between.
    let ended = ask(about, store, &tools, left == most, &mut done).await;
    done.requests = tools.fetcher.sent();
    done.is_spent = tools.fetcher.is_spent();
    store.count_discover_requests(day, done.requests)?;
    ended?;
    Ok(done)
}

async fn ask(
    about: &About<'_>,
    store: &mut Store,
    tools: &Tools,
    is_whole_day: bool,
    done: &mut Searched,
) -> Result<(), store::Error> {
    search::searches(about, store, tools, is_whole_day, done).await?;
    look::notices(about, store, tools, done).await?;
    look::candidates(about, store, tools, done).await
}

/// Candidates in an order for people: those that are most likely wanted first. Those that nothing shows to be about the
/// topic come last.
///
/// # Errors
/// If the database cannot be read.
pub fn ranked(store: &Store, topic: &Topic) -> Result<Vec<(Candidate, Rank)>, store::Error> {
    let mut ranked: Vec<(Candidate, Rank)> = store
        .candidates()?
        .into_iter()
        .map(|candidate| {
            let rank = candidate.rank(topic);
            (candidate, rank)
        })
        .collect();
    ranked.sort_by(|(a, of_a), (b, of_b)| {
        let order = |of: &Rank| (Reverse(of.is_about_the_topic), Reverse(of.points));
        (order(of_a), a.first_seen, &a.id).cmp(&(order(of_b), b.first_seen, &b.id))
    });
    Ok(ranked)
}

/// Whether a candidate waits for an editor.
pub fn waits(candidate: &Candidate, rank: &Rank) -> bool {
    candidate.state == State::New && rank.is_about_the_topic
}

/// Why nothing was decided about a candidate.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is none of that id.
    #[error("there is no candidate {0:?}: `rusty-events discover list --all` shows all")]
    Unknown(String),
    /// Several ids begin so.
    #[error("{0:?} begins the ids of several candidates: {1}")]
    Several(String, String),
    /// The reason.
    #[error("reason: {0}")]
    Reason(#[from] decision::WrongReason),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The candidate of an id, or of the beginning of one.
///
/// # Errors
/// If there is none, or several.
pub fn find<'a>(candidates: &'a [Candidate], typed: &str) -> Result<&'a Candidate, Refused> {
    let id = typed.trim().to_ascii_lowercase();
    let begins = |of: &&Candidate| !id.is_empty() && of.id.starts_with(&id);
    let found: Vec<&Candidate> = candidates.iter().filter(begins).collect();
    let exact = found.iter().find(|of| of.id == id);
    match (exact, &found[..]) {
        (Some(exact), _) => Ok(exact),
        (None, [one]) => Ok(one),
        (None, []) => Err(Refused::Unknown(typed.to_owned())),
        (None, several) => {
            let ids: Vec<&str> = several.iter().map(|of| of.id.as_str()).collect();
            Err(Refused::Several(typed.to_owned(), ids.join(", ")))
        }
    }
}

/// Ignores a candidate for good, or takes that back; answers its name, and whether anything changed. A reason may be
/// empty.
///
/// # Errors
/// See [`Refused`].
pub fn decide(
    store: &mut Store,
    typed: &str,
    state: State,
    (reason, by): (&str, Option<&str>),
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(String, bool), Refused> {
    let reason = match reason.trim() {
        "" => String::new(),
        reason => decision::reason(reason)?,
    };
    let candidates = store.candidates()?;
    let candidate = find(&candidates, typed)?;
    let decided = Decided {
        by: by.map(str::to_owned),
        reason,
        at: now,
    };
    let is_new = store.decide_candidate(&candidate.id, state, &decided)?;
    Ok((name(candidate), is_new))
}

/// What to call a candidate.
pub fn name(candidate: &Candidate) -> String {
    let name = candidate.name.as_deref();
    name.unwrap_or(candidate.page.as_str()).to_owned()
}
