//! An editor decides something about an event: one use case for the command line and the pages.
//!
//! A decision is recorded, then everything stored is believed anew, so that it takes effect at once. Believing
//! waits for another believer but never for the network: a refresh that runs beside it believes once more at its
//! end, and reads the decisions then.

use crate::believe::decisions::{InForce, Names, Unfound};
use crate::facts::decision::{self, Action, Decision, EventName, Origin};
use crate::facts::event::{EventId, one_line};
use crate::refresh::{self, Orders};
use crate::store::{self, Logged, Store};
use chrono::{NaiveDate, NaiveDateTime};

/// What an editor wants to hold of an event.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The event.
    pub event: EventId,
    /// What is to hold.
    pub action: Action,
    /// Why.
    pub reason: &'a str,
    /// Who decides.
    pub by: Option<&'a str>,
    /// The last decision on the event that the editor saw ([`Store::last_decision`]); `None` if they were not
    /// shown any.
    pub seen: Option<i64>,
    /// Today, where the newsletter is made.
    pub today: NaiveDate,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It is recorded under this number, and has taken effect.
    Recorded(i64),
    /// It held already, by this decision.
    Already(Decision),
    /// Somebody decided on the event since the editor looked.
    Overtaken,
}

/// Why a decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The reason.
    #[error("reason: {0}")]
    Reason(#[from] decision::WrongReason),
    /// The other event of a merge is the event itself.
    #[error("an event cannot be merged with itself: name the other one, too")]
    Itself,
    /// The other event of a merge is published as one with it already.
    #[error("the two are published as one event already")]
    OneAlready,
    /// The corrected end lies before the start.
    #[error(
        "end: lies before the start, {}: give a later one, or correct the start too",
        .0.format("%Y-%m-%d %H:%M")
    )]
    EndsBefore(NaiveDateTime),
    /// The last day of printing has passed.
    #[error("{0} is over: name a day to come")]
    Over(NaiveDate),
    /// An event of the decision.
    #[error("{0}")]
    Unfound(Unfound),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Records a decision and believes anew what is stored.
///
/// # Errors
/// See [`Refused`]; nothing is recorded then, unless the database failed after it was.
pub fn decide(
    wanted: &Wanted<'_>,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Decided, Refused> {
    let reason = decision::reason(wanted.reason)?;
    let names = Names::new(&store.identities()?, store.links()?);
    match &wanted.action {
        Action::Merge(other) => {
            let other = names.find(other).map_err(Refused::Unfound)?;
            if other == wanted.event {
                return Err(Refused::Itself);
            }
            if names.published(&other) == names.published(&wanted.event) {
                return Err(Refused::OneAlready);
            }
        }
        Action::PrintUntil(day) if *day < wanted.today => return Err(Refused::Over(*day)),
        Action::Edit(fields) => {
            let event = store.event(names.published(&wanted.event))?;
            let begins =
                event.and_then(|event| decision::begins_after_its_end(fields, &event.when));
            if let Some(begins) = begins {
                return Err(Refused::EndsBefore(begins));
            }
        }
        _ => {}
    }
    let (event, action) = (&wanted.event, &wanted.action);
    let published = store.event(names.published(event))?;
    let unlisted = published.and_then(|event| event.unlisted_since());
    // That it takes place is said anew where its source went without it since.
    let is_outdated =
        |same: &Decision| *action == Action::Show && unlisted.is_some_and(|since| same.at < since);
    let number = loop {
        let last = match wanted.seen {
            Some(seen) => seen,
            None => store.last_decision(event)?,
        };
        let in_force = store.decisions_in_force(orders.decisions)?;
        let in_force = InForce::of(&in_force, &names);
        let standing = in_force.standing(event, action);
        if let Some(same) = standing.filter(|same| !is_outdated(same)) {
            return Ok(Decided::Already(same.clone()));
        }
        let recorded = store.decide_after(last, event, action, &reason, wanted.by, orders.now)?;
        match (recorded, wanted.seen) {
            (Some(number), _) => break number,
            (None, Some(_)) => return Ok(Decided::Overtaken),
            // Somebody else decided just now: look again.
            (None, None) => {}
        }
    };
    tracing::info!(number, by = ?wanted.by, %event, %action, ?reason, "decided");
    refresh::believe(orders, store)?;
    Ok(Decided::Recorded(number))
}

/// What became of a decision that was to be taken back.
#[derive(Debug, Clone, PartialEq)]
pub enum Undone {
    /// It is taken back. These say the same still.
    TakenBack(Decision, Vec<Decision>),
    /// It was taken back before.
    Before(Logged),
    /// The database has no such decision.
    Unknown,
}

/// Takes a decision of the database back and believes anew what is stored. The reason may be empty.
///
/// # Errors
/// If the reason is too long, or the database cannot be read or written.
pub fn undo(
    number: i64,
    reason: &str,
    by: Option<&str>,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Undone, Refused> {
    let reason = match one_line(reason) {
        empty if empty.is_empty() => empty,
        said => decision::reason(&said)?,
    };
    let logged = store.decisions()?;
    let Some(logged) = logged
        .into_iter()
        .find(|logged| logged.decision.origin == Origin::Database(number))
    else {
        return Ok(Undone::Unknown);
    };
    if logged.undone.is_some() || !store.undo(number, &reason, by, orders.now)? {
        return Ok(Undone::Before(logged));
    }
    tracing::info!(number, ?by, "taken back");
    refresh::believe(orders, store)?;
    let names = Names::new(&store.identities()?, store.links()?);
    let in_force = store.decisions_in_force(orders.decisions)?;
    let in_force = InForce::of(&in_force, &names);
    let still = match &logged.decision.event {
        EventName::Id(event) => in_force.of.get(event).cloned().unwrap_or_default(),
        EventName::Link(_) => Vec::new(),
    };
    let still = still
        .into_iter()
        .filter(|other| other.action == logged.decision.action)
        .collect();
    Ok(Undone::TakenBack(logged.decision, still))
}
