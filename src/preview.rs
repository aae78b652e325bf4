//! One look at a source that is not known yet, of which nothing is stored: what `preview`, `source add`, `event add` and the
//! page for organisers have in common.

use crate::believe::curate::{self, Published};
use crate::believe::decisions::InForce;
use crate::believe::deduplicate::{self, Identities};
use crate::believe::normalise::Groups;
use crate::believe::{self, Believed};
use crate::facts::event::{Event, Rejected};
use crate::facts::issue::Window;
use crate::facts::listing::{Listing, Problem};
use crate::facts::source::Source;
use crate::facts::topic::Topic;
use crate::refresh::{self, Tools};
use crate::section::print;
use crate::section::select::{self, Style};
use crate::store::{Outcome, Standing, Unread};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What a visit to a source found, of which nothing is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// How many events its list names, readable or not.
    pub entries: usize,
    /// How many of the listings stand in its list; they come first.
    pub listed: usize,
    /// Those of its list, and those of its events' own pages.
    pub listings: Vec<Listing>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// In which form the page held them, where its reader knows several.
    pub read_as: Option<String>,
}

/// Visits a source of which nothing is known.
///
/// # Errors
/// Says where it failed and why.
pub async fn read(source: &Source, tools: &Tools) -> Result<Seen, String> {
    let nothing = Standing::default();
    let visit = refresh::visit(source, &nothing, Unread::default(), BTreeMap::new(), tools).await;
    match visit.outcome {
        Outcome::Read {
            entries,
            mut listings,
            mut problems,
            read_as,
            ..
        } => {
            let listed = listings.len();
            listings.extend(visit.pages.into_iter().map(|(listing, _)| listing));
            problems.extend(visit.page_problems);
            Ok(Seen {
                entries,
                listed,
                listings,
                problems,
                read_as,
            })
        }
        Outcome::Failed { phase, error, .. } => Err(format!("{phase}: {error}")),
        Outcome::Unchanged { .. } => {
            Err("said to be unchanged, though nothing is known of it".to_owned())
        }
    }
}

/// The events of one source as the world would see them, in the order of their starts.
pub fn published(source: &Source, events: Vec<Event>, now: DateTime<Utc>) -> Vec<Published> {
    // Of one source no two are held to be one, by words or otherwise.
    let topic = Topic::default();
    let sources = std::slice::from_ref(source);
    let twins = deduplicate::deduplicate(events, sources, &Identities::default(), &topic);
    let configured = BTreeSet::from([source.id.clone()]);
    let mut events = curate::curate(
        &twins,
        &BTreeMap::new(),
        &configured,
        &InForce::default(),
        now,
    )
    .write;
    events.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
    events
}

/// An event that could not be believed, as a problem of its page.
pub fn not_believed(reject: &Rejected) -> Problem {
    Problem {
        line: reject.line,
        what: format!("{}: {}", reject.field, reject.reason),
        item: Some(reject.title.clone()),
        lost: true,
    }
}

/// The first event of a page, whenever that is: a single event's page is shown even if the event is over.
pub fn whenever(source: &Source, listings: &[Listing], groups: &Groups) -> Option<Believed> {
    let day = listings.first()?.start.date();
    let window = Window::new(day.pred_opt()?, day.succ_opt()?)?;
    Some(believe::believed_of(source, listings, window, groups))
}

/// The rows that the newsletter would print of events, whenever they are.
pub fn rows(style: &Style, events: &[Published]) -> String {
    let mut printed: Vec<select::Row> = events
        .iter()
        .filter(|event| event.status.takes_place())
        .map(|event| select::row(event, style))
        .collect();
    printed.sort_by_cached_key(select::printed_order);
    printed.iter().map(|row| print::row(row, style)).collect()
}

/// A problem on one line.
pub fn in_words(problem: &Problem) -> String {
    let line = if problem.line == 0 {
        String::new()
    } else {
        format!("line {}: ", problem.line)
    };
    let item = problem
        .item
        .as_deref()
        .map(|item| format!(" ({item})"))
        .unwrap_or_default();
    format!("{line}{}{item}", problem.what)
}
