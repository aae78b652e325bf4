//! The question organisers and editors ask: why is an event where it is, or why is it not there?
//!
//! All that is known of an event, a group or a few words, put together from what was said, decided, made of
//! it and printed. Nothing is decided here.

use crate::believe;
use crate::believe::curate::Published;
use crate::believe::decisions::{Names, Unfound};
use crate::believe::deduplicate::Suspicion;
use crate::facts::decision::EventName;
use crate::facts::event::{Event, EventId, Rejected};
use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Listing, Part};
use crate::facts::source::{Source, SourceId};
use crate::refresh::Orders;
use crate::section::habits::Habit;
use crate::section::select::Style;
use crate::store::{Error, Logged, Question, Standing, Store, Version};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

mod group;
pub mod lookup;
mod next;
mod taken_out;

pub use group::Usual;
pub use next::Next;
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
    /// The weekday of issues.
    pub weekday: Weekday,
    /// Whose midnight begins the issue's day.
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

/// A question of which nothing is known.
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
    Known::new(orders, newsletter, store)?.answer(question)
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

/// Everything the answers are looked up in. What takes long to read is read once, when the first question needs it.
#[derive(Debug)]
pub struct Known<'a> {
    orders: &'a Orders<'a>,
    newsletter: Newsletter<'a>,
    store: &'a Store,
    published: BTreeMap<EventId, Published>,
    names: Names,
    standings: BTreeMap<SourceId, Standing>,
    listings: OnceCell<BTreeMap<SourceId, Vec<Listing>>>,
    told: RefCell<BTreeMap<SourceId, Rc<Vec<Event>>>>,
    twins: OnceCell<BTreeMap<EventId, (EventId, Option<String>)>>,
    suspicions: OnceCell<Vec<Suspicion>>,
    decisions: OnceCell<Vec<Logged>>,
    taken_out: OnceCell<BTreeMap<EventId, Vec<TakenOut>>>,
    printed: OnceCell<Vec<Printed>>,
    habits: OnceCell<Vec<Habit>>,
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
    /// Reads what every answer needs.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn new(
        orders: &'a Orders<'a>,
        newsletter: Newsletter<'a>,
        store: &'a Store,
    ) -> Result<Known<'a>, Error> {
        Ok(Known {
            orders,
            newsletter,
            store,
            published: store.published()?,
            names: Names::new(&store.identities()?, store.links()?),
            standings: store.standings()?,
            listings: OnceCell::new(),
            told: RefCell::default(),
            twins: OnceCell::new(),
            suspicions: OnceCell::new(),
            decisions: OnceCell::new(),
            taken_out: OnceCell::new(),
            printed: OnceCell::new(),
            habits: OnceCell::new(),
        })
    }

    /// Answers a question, as [`why`] does.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn answer(&self, question: &str) -> Result<Answer, Error> {
        let question = question.trim();
        let link = Link::typed(question);
        let found = match (self.names.typed(question), &link) {
            (Err(Unfound::Unknown), Some(link)) => {
                lookup::through_rows(link, self.rows()?, self.store, &self.published)?
            }
            (found, _) => found,
        };
        match found {
            Ok(id) => {
                if let Some(event) = self.event(&id) {
                    return Ok(Answer::Event(Box::new(self.account(event)?)));
                }
            }
            Err(Unfound::Several(ids)) => {
                let events: BTreeMap<&EventId, &Published> = ids
                    .iter()
                    .filter_map(|id| self.event(id))
                    .map(|event| (&event.id, event))
                    .collect();
                return Ok(several(events.into_values().collect(), self.orders.now));
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
            let events = lookup::in_words(question, &self.published);
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

    fn rows(&self) -> Result<&Vec<Printed>, Error> {
        once(&self.printed, || lookup::printed(self.store))
    }

    /// The printed rows that hold a page.
    fn rows_with(&self, link: Option<&Link>) -> Result<Vec<Printed>, Error> {
        let Some(link) = link else {
            return Ok(Vec::new());
        };
        let holds = |row: &&Printed| row.links.contains(link);
        Ok(self.rows()?.iter().filter(holds).cloned().collect())
    }

    fn listings(&self) -> Result<&BTreeMap<SourceId, Vec<Listing>>, Error> {
        once(&self.listings, || self.store.listings())
    }

    /// What a source tells today.
    fn told(&self, source: &Source) -> Result<Rc<Vec<Event>>, Error> {
        if let Some(told) = self.told.borrow().get(&source.id) {
            return Ok(Rc::clone(told));
        }
        let listings = self.store.listings_of(&source.id)?;
        let window = believe::window(self.orders.now);
        let told = believe::told_by(source, &listings, window, self.orders.groups);
        let told = Rc::new(told.events);
        let mut known = self.told.borrow_mut();
        known.insert(source.id.clone(), Rc::clone(&told));
        Ok(told)
    }

    fn event(&self, id: &EventId) -> Option<&Published> {
        self.published.get(self.names.published(id))
    }

    fn standing(&self, source: &SourceId) -> Standing {
        self.standings.get(source).cloned().unwrap_or_default()
    }

    fn account(&self, event: &Published) -> Result<Account, Error> {
        let seen = self.seen(event)?;
        let twins = once(&self.twins, || self.store.twins())?;
        let merged: Vec<(EventId, Option<String>)> = twins
            .iter()
            .filter(|(id, (set, _))| *set == event.id && **id != event.id)
            .map(|(id, (_, rule))| (id.clone(), rule.clone()))
            .collect();
        let suspicions = once(&self.suspicions, || self.store.suspicions())?;
        let suspected = suspicions.iter().filter_map(|pair| {
            let other = if pair.one == event.id {
                &pair.other
            } else if pair.other == event.id {
                &pair.one
            } else {
                return None;
            };
            Some((other.clone(), pair.why.clone()))
        });
        let suspected = suspected.collect();
        let ids: BTreeSet<&EventId> = merged.iter().map(|(id, _)| id).chain([&event.id]).collect();
        let decisions = self.decisions(&ids)?;
        Ok(Account {
            printed: self.printed(event, &ids)?,
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
            taken_out::taken_out(self.store, self.newsletter.issue)
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
            let told = match source {
                None => None,
                Some(source) => {
                    let told = self.told(source)?;
                    let mut events = told.iter();
                    events
                        .find(|told| told.keys.contains(&evidence.key))
                        .cloned()
                }
            };
            seen.push(Seen {
                source: evidence.source.clone(),
                configured: source.is_some(),
                key: evidence.listing.clone(),
                event: told,
                versions: self.store.versions(&evidence.source, &evidence.listing)?,
                questions: self.store.questions(&evidence.source, &evidence.listing)?,
                standing: self.standing(&evidence.source),
            });
        }
        Ok(seen)
    }

    fn configured(&self, id: &SourceId) -> Option<&Source> {
        self.orders.sources.iter().find(|source| source.id == *id)
    }

    fn decisions(&self, ids: &BTreeSet<&EventId>) -> Result<Vec<Logged>, Error> {
        let all = once(&self.decisions, || {
            let written = self.orders.decisions.iter().map(|decision| Logged {
                decision: decision.clone(),
                undone: None,
            });
            Ok(written.chain(self.store.decisions()?).collect())
        })?;
        let mut decisions: Vec<Logged> = all.clone();
        decisions.retain(|logged| {
            let other = match &logged.decision.action {
                crate::facts::decision::Action::Merge(other) => Some(other),
                _ => None,
            };
            std::iter::once(&logged.decision.event)
                .chain(other)
                .any(|name| self.names.find(name).is_ok_and(|id| ids.contains(&id)))
        });
        decisions.sort_by(|a, b| {
            (a.decision.at, &a.decision.origin).cmp(&(b.decision.at, &b.decision.origin))
        });
        Ok(decisions)
    }

    /// The printed rows that link to an event: by a page of this event alone, or by any of its pages on one of
    /// its days.
    fn printed(
        &self,
        event: &Published,
        ids: &BTreeSet<&EventId>,
    ) -> Result<Vec<(NaiveDate, String, String)>, Error> {
        let days = event.when.first_day()..=event.when.last_day();
        let mut found = Vec::new();
        for Printed { issue, row, links } in self.rows()? {
            let is_it = links.iter().any(|link| {
                let alone = matches!(link.meaning(), Meaning::Event { .. });
                if !alone && !days.contains(&row.date) {
                    return false;
                }
                let known = self.names.links.get(link).into_iter().flatten();
                let named = self.names.find(&EventName::Link(link.clone()));
                known.chain(named.as_ref().ok()).any(|id| ids.contains(id))
            });
            if is_it {
                found.push((*issue, row.heading.clone(), row.text.clone()));
            }
        }
        Ok(found)
    }

    /// The entries of that page that came to nothing.
    fn listed(&self, link: &Link) -> Result<Vec<Unbelieved>, Error> {
        let rejected = self.store.rejected()?;
        let id = match link.meaning() {
            Meaning::Event { id, .. } => Some(id),
            _ => None,
        };
        let mut found = Vec::new();
        for (source, listings) in self.listings()? {
            for listing in listings {
                let own = listing
                    .link
                    .as_deref()
                    .and_then(|url| Link::parse(url).ok());
                let is_it = own.as_ref() == Some(link) || id.as_ref() == Some(&listing.key);
                if listing.part != Part::List || !is_it {
                    continue;
                }
                let why = rejected
                    .iter()
                    .find(|reject| reject.source == *source && reject.key == listing.key);
                found.push(Unbelieved {
                    source: source.clone(),
                    rejected: why.cloned(),
                    listing: listing.clone(),
                });
            }
        }
        found.truncate(MOST_SHOWN);
        Ok(found)
    }
}
