//! Answers the question of organisers and editors: why is an event printed where it is, or why is it not printed?
//!
//! The answer is everything known of an event, a group or a few words: what sources said, what editors decided, what
//! we made of it, and what was printed. Nothing is decided here.

use crate::believe;
use crate::believe::curate::Published;
use crate::believe::decisions::Unfound;
use crate::facts::decision::{Action, EventName};
use crate::facts::event::{Event, EventId, Key, Rejected};
use crate::facts::issue::{self, Rhythm, Window};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::source::{Source, SourceId};
use crate::refresh::Orders;
use crate::section::habits::Habit;
use crate::section::select::Style;
use crate::store::{Error, Events, Logged, Question, Standing, Store, Version};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod group;
pub mod lookup;
mod next;
mod printed;
mod taken_out;

pub use group::Usual;
pub use next::Next;
pub use printed::PrintedRows;
pub use taken_out::TakenOut;

use lookup::Printed;

/// Events and entries that one answer shows at most.
const MOST_SHOWN: usize = 30;

/// The issue for which the question is asked.
#[derive(Debug, Clone, Copy)]
pub struct Newsletter<'a> {
    /// The issue's day.
    pub issue: NaiveDate,
    /// Days from an issue's day to the last of its window.
    pub days: u64,
    /// When issues appear.
    pub rhythm: Rhythm,
    /// The zone in which the issue's day begins.
    pub zone: Tz,
    /// How its rows look.
    pub style: &'a Style,
    /// The age from which a source's last good reading may be missing something.
    pub stale_after: TimeDelta,
}

impl Newsletter<'_> {
    /// The days of the issue.
    pub fn window(&self) -> Window {
        Window::starting(self.issue, self.days)
    }

    /// The instant before which a change must be read to be in the issue: when its day begins.
    pub fn deadline(&self) -> DateTime<Utc> {
        crate::facts::when::to_utc(self.issue.and_time(chrono::NaiveTime::MIN), self.zone)
    }

    /// This issue, or the first after it that a change read now is sure to be in.
    #[must_use]
    pub fn ahead(self, now: DateTime<Utc>) -> Self {
        let after = self.issue.succ_opt().unwrap_or(self.issue);
        match self.deadline() > now {
            true => self,
            false => Newsletter {
                issue: issue::next_issue(after, self.rhythm),
                ..self
            },
        }
    }
}

/// What is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// One event.
    Event(Box<Account>),
    /// Several events, the next one first and those that are over last; and how many more there are.
    Several(Vec<Published>, usize),
    /// A group: what tells of it.
    Group(Box<Group>),
    /// Entries that sources list and that came to nothing.
    Listed(Vec<Unbelieved>),
    /// Nothing.
    Unknown(Unknown),
}

/// All that is known of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The event as it is published.
    pub event: Published,
    /// What each source says of it, the best first.
    pub seen: Vec<Seen>,
    /// Which other ids are this event, each with the rule that joined them.
    pub merged: Vec<(EventId, Option<String>)>,
    /// Which events look like it and are not held to be it, and why.
    pub suspected: Vec<(EventId, String)>,
    /// What editors decided on it, also what was taken back.
    pub decisions: Vec<Logged>,
    /// In which issues it was printed: day, heading and the row's text.
    pub printed: Vec<(NaiveDate, String, String)>,
    /// Where it will be printed, or why not.
    pub next: Next,
    /// The drafts that people took it out of, of this issue and of those after it.
    pub taken_out: Vec<TakenOut>,
}

/// What one source says of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The source.
    pub source: SourceId,
    /// Whether it is still configured.
    pub configured: bool,
    /// Its own id of the event, or of its series.
    pub key: String,
    /// What is believed of what it says today, if it says anything.
    pub event: Option<Event>,
    /// Every version of what it said, the oldest first.
    pub versions: Vec<Version>,
    /// The questions to its page.
    pub questions: Vec<Question>,
    /// How the source is doing.
    pub standing: Standing,
}

/// All that is known of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its sources, with how each is doing; none for a group that has its events from other sources.
    pub sources: Vec<(Source, Standing)>,
    /// Its events that are not over, in the order of their days.
    pub events: Vec<Published>,
    /// What its sources list and is not believed.
    pub rejected: Vec<Rejected>,
    /// Its habit, if it was printed in the last year: by it the group may be named as missing.
    pub usual: Option<Usual>,
    /// The link that was asked for, if it is one of an event of which nothing is known.
    pub unknown: Option<Link>,
    /// The printed rows that hold that link.
    pub printed: Vec<Printed>,
}

/// An entry of a source that came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Unbelieved {
    /// Who lists it.
    pub source: SourceId,
    /// What it says.
    pub listing: Listing,
    /// The field that is not believed, and why; `None` if its days are not looked at, or its source is no
    /// longer configured.
    pub rejected: Option<Rejected>,
}

/// A question without an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// What was asked.
    pub question: String,
    /// It as a link, if it is one.
    pub link: Option<Link>,
    /// The page of the group behind the link, where the link names it.
    pub group: Option<Link>,
    /// The printed rows that hold the link, in the order of the issues.
    pub printed: Vec<Printed>,
}

/// Answers a question: a link, an id or its first digits, a source's id, or words of a title or of a
/// group's name.
///
/// # Errors
/// If the database cannot be read.
pub fn why(
    question: &str,
    orders: &Orders<'_>,
    newsletter: Newsletter<'_>,
    store: &Store,
) -> Result<Answer, Error> {
    Known::new(orders, newsletter, store).answer(question)
}

fn several(events: Vec<&Published>, now: DateTime<Utc>) -> Answer {
    let (shown, more) = lookup::next_first(events, now);
    Answer::Several(shown.into_iter().cloned().collect(), more)
}

/// The page of the group that holds an event, where the event's link names it.
fn group_behind(link: &Link) -> Option<Link> {
    let Meaning::Event { .. } = link.meaning() else {
        return None;
    };
    let rest = link.as_str().strip_prefix("https://www.meetup.com/")?;
    let slug = rest.split('/').next().filter(|slug| !slug.is_empty())?;
    Link::parse(&format!("https://www.meetup.com/{slug}/")).ok()
}

/// What the answers are looked up in. What serves several answers is read when the first of them needs it, or was read
/// before.
#[derive(Debug)]
pub struct Known<'a> {
    orders: &'a Orders<'a>,
    newsletter: Newsletter<'a>,
    store: &'a Store,
    published: OnceCell<Arc<Events>>,
    standings: OnceCell<BTreeMap<SourceId, Standing>>,
    decisions: OnceCell<Vec<Decided>>,
    taken_out: OnceCell<BTreeMap<EventId, Vec<TakenOut>>>,
    printed: OnceCell<Arc<PrintedRows>>,
    habits: OnceCell<Vec<Habit>>,
}

/// A decision, and the events that it names.
#[derive(Debug)]
struct Decided {
    logged: Logged,
    events: BTreeSet<EventId>,
}

/// What a cell holds, read if it is empty.
fn once<T>(cell: &OnceCell<T>, read: impl FnOnce() -> Result<T, Error>) -> Result<&T, Error> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let read = read()?;
    Ok(cell.get_or_init(|| read))
}

impl<'a> Known<'a> {
    /// Nothing is read yet.
    pub fn new(orders: &'a Orders<'a>, newsletter: Newsletter<'a>, store: &'a Store) -> Known<'a> {
        Known {
            orders,
            newsletter,
            store,
            published: OnceCell::new(),
            standings: OnceCell::new(),
            decisions: OnceCell::new(),
            taken_out: OnceCell::new(),
            printed: OnceCell::new(),
            habits: OnceCell::new(),
        }
    }

    /// With what the caller has read already.
    pub fn with(
        self,
        published: Arc<Events>,
        standings: BTreeMap<SourceId, Standing>,
        printed: Arc<PrintedRows>,
    ) -> Known<'a> {
        Known {
            published: published.into(),
            standings: standings.into(),
            printed: printed.into(),
            ..self
        }
    }

    /// Answers a question, as [`why`] does.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn answer(&self, question: &str) -> Result<Answer, Error> {
        let question = question.trim();
        let link = Link::typed(question);
        let found = match (self.named(question, link.as_ref())?, &link) {
            (Err(Unfound::Unknown), Some(link)) => self.through_rows(link)?,
            (found, _) => found,
        };
        match found {
            Ok(id) => {
                if let Some(event) = self.event(&id)? {
                    return Ok(Answer::Event(Box::new(self.account(&event)?)));
                }
            }
            Err(Unfound::Several(ids)) => {
                let mut events: BTreeMap<EventId, Arc<Published>> = BTreeMap::new();
                for id in &ids {
                    events.extend(self.event(id)?.map(|event| (event.id.clone(), event)));
                }
                let events = events.values().map(|event| &**event).collect();
                return Ok(several(events, self.orders.now));
            }
            Err(Unfound::Unknown) => {}
        }
        if let Some(link) = &link {
            let listed = self.listed(link)?;
            if !listed.is_empty() {
                return Ok(Answer::Listed(listed));
            }
        }
        if let Some(group) = self.group(question, link.as_ref())? {
            return Ok(Answer::Group(Box::new(group)));
        }
        if link.is_none() {
            let events = lookup::in_words(question, self.all()?);
            match events[..] {
                [] => {}
                [event] => return Ok(Answer::Event(Box::new(self.account(event)?))),
                _ => return Ok(several(events, self.orders.now)),
            }
        }
        Ok(Answer::Unknown(Unknown {
            question: question.to_owned(),
            group: link.as_ref().and_then(group_behind),
            printed: self.rows_with(link.as_ref())?,
            link,
        }))
    }

    /// The id under which the event of a link, an id or its first digits is published.
    fn named(
        &self,
        question: &str,
        link: Option<&Link>,
    ) -> Result<Result<EventId, Unfound>, Error> {
        let names = match link {
            Some(link) => self.store.names_for([&EventName::Link(link.clone())])?,
            None => self.store.names_beginning(&question.to_ascii_lowercase())?,
        };
        let published = |id: EventId| names.published(&id).clone();
        Ok(match names.typed(question) {
            Ok(id) => Ok(published(id)),
            Err(Unfound::Several(ids)) => {
                Err(Unfound::Several(ids.into_iter().map(published).collect()))
            }
            Err(Unfound::Unknown) => Err(Unfound::Unknown),
        })
    }

    /// The event of the printed rows that hold a page which no source ever named.
    fn through_rows(&self, link: &Link) -> Result<Result<EventId, Unfound>, Error> {
        let holding = self.rows_with(Some(link))?;
        if holding.is_empty() {
            return Ok(Err(Unfound::Unknown));
        }
        lookup::through_rows(link, &holding, self.store, &self.store.published()?)
    }

    fn rows(&self) -> Result<&PrintedRows, Error> {
        let read = || {
            Ok(Arc::new(PrintedRows::read(
                self.store,
                self.newsletter.style,
            )?))
        };
        once(&self.printed, read).map(|printed| &**printed)
    }

    /// The printed rows that hold a page.
    fn rows_with(&self, link: Option<&Link>) -> Result<Vec<Printed>, Error> {
        match link {
            Some(link) => Ok(self.rows()?.with(link)),
            None => Ok(Vec::new()),
        }
    }

    /// The event that is published under an id.
    fn event(&self, id: &EventId) -> Result<Option<Arc<Published>>, Error> {
        match self.published.get() {
            Some(known) => Ok(known.get(id).cloned()),
            None => Ok(self.store.event(id)?.map(Arc::new)),
        }
    }

    /// Every published event.
    fn all(&self) -> Result<impl Iterator<Item = &Published>, Error> {
        let read = || {
            let events = self.store.published()?.into_iter();
            let shared = events.map(|(id, event)| (id, Arc::new(event)));
            Ok(Arc::new(shared.collect()))
        };
        let all = once(&self.published, read)?;
        Ok(all.values().map(|event| &**event))
    }

    fn standing(&self, source: &SourceId) -> Result<Standing, Error> {
        let standings = once(&self.standings, || self.store.standings())?;
        Ok(standings.get(source).cloned().unwrap_or_default())
    }

    fn account(&self, event: &Published) -> Result<Account, Error> {
        let seen = self.seen(event)?;
        let merged = self.store.joined_to(&event.id)?;
        let suspicions = self.store.suspicions_of(&event.id)?.into_iter();
        let suspected = suspicions.map(|pair| match pair.one == event.id {
            true => (pair.other, pair.why),
            false => (pair.one, pair.why),
        });
        let suspected = suspected.collect();
        let ids: BTreeSet<&EventId> = merged.iter().map(|(id, _)| id).chain([&event.id]).collect();
        let decisions = self.decisions(&ids)?;
        Ok(Account {
            printed: self.rows()?.of(event, &ids, self.store)?,
            taken_out: self.taken_out(&ids)?,
            next: next::next(event, &seen, &decisions, self.newsletter, self.orders.now),
            event: event.clone(),
            seen,
            merged,
            suspected,
            decisions,
        })
    }

    fn taken_out(&self, ids: &BTreeSet<&EventId>) -> Result<Vec<TakenOut>, Error> {
        let all = once(&self.taken_out, || {
            taken_out::taken_out(self.store, self.newsletter.issue, self.newsletter.style)
        })?;
        Ok(ids
            .iter()
            .filter_map(|id| all.get(*id))
            .flatten()
            .cloned()
            .collect())
    }

    fn seen(&self, event: &Published) -> Result<Vec<Seen>, Error> {
        let mut seen = Vec::new();
        for evidence in &event.evidence {
            let source = self.configured(&evidence.source);
            let believed = match source {
                None => None,
                Some(source) => self.said(source, &evidence.listing, &evidence.key)?,
            };
            seen.push(Seen {
                source: evidence.source.clone(),
                configured: source.is_some(),
                key: evidence.listing.clone(),
                event: believed,
                versions: self.store.versions(&evidence.source, &evidence.listing)?,
                questions: self.store.questions(&evidence.source, &evidence.listing)?,
                standing: self.standing(&evidence.source)?,
            });
        }
        Ok(seen)
    }

    /// What a source says today of an event, from all that it lists under the event's own key there.
    fn said(&self, source: &Source, listing: &str, key: &Key) -> Result<Option<Event>, Error> {
        let listings = self.store.listings_of_key(&source.id, listing)?;
        let window = believe::window(self.orders.now);
        let believed = believe::believed_of(source, &listings, window, self.orders.groups);
        let mut events = believed.events.into_iter();
        Ok(events.find(|event| event.keys.contains(key)))
    }

    fn configured(&self, id: &SourceId) -> Option<&Source> {
        self.orders.sources.iter().find(|source| source.id == *id)
    }

    fn decisions(&self, ids: &BTreeSet<&EventId>) -> Result<Vec<Logged>, Error> {
        let all = once(&self.decisions, || self.decided())?;
        let on_these = |decided: &&Decided| decided.events.iter().any(|id| ids.contains(id));
        let decided = all.iter().filter(on_these);
        let mut decisions: Vec<Logged> = decided.map(|decided| decided.logged.clone()).collect();
        decisions.sort_by(|a, b| {
            (a.decision.at, &a.decision.origin).cmp(&(b.decision.at, &b.decision.origin))
        });
        Ok(decisions)
    }

    /// All decisions, each with the events that it names.
    fn decided(&self) -> Result<Vec<Decided>, Error> {
        let written = self.orders.decisions.iter().map(|decision| Logged {
            decision: decision.clone(),
            undone: None,
        });
        let mut decided = Vec::new();
        for logged in written.chain(self.store.decisions()?) {
            let other = match &logged.decision.action {
                Action::Merge(other) => Some(other),
                _ => None,
            };
            let asked: Vec<&EventName> = std::iter::once(&logged.decision.event)
                .chain(other)
                .collect();
            let names = self.store.names_for(asked.iter().copied())?;
            let found = asked.iter().filter_map(|name| names.find(name).ok());
            decided.push(Decided {
                events: found.collect(),
                logged,
            });
        }
        Ok(decided)
    }

    /// The entries of that page that came to nothing.
    fn listed(&self, link: &Link) -> Result<Vec<Unbelieved>, Error> {
        let id = match link.meaning() {
            Meaning::Event { id, .. } => Some(id),
            _ => None,
        };
        let listed = self.store.listed(id.as_deref(), link)?;
        if listed.is_empty() {
            return Ok(Vec::new());
        }
        let rejected = self.store.rejected()?;
        let listed = listed.into_iter().map(|(source, listing)| {
            let mut of_listing = rejected
                .iter()
                .filter(|reject| reject.source == source && reject.key == listing.key);
            Unbelieved {
                rejected: of_listing.next().cloned(),
                source,
                listing,
            }
        });
        let mut found: Vec<Unbelieved> = listed.collect();
        found.truncate(MOST_SHOWN);
        Ok(found)
    }
}
