//! The believing half, over values: all that the sources say → recur, normalise, deduplicate, curate.
//!
//! It runs over *all* listings: a page that did not change must not keep a new occurrence out of the window, nor
//! a corrected configuration, nor an editor's decision, from taking effect. Who calls it may leave it out where none of
//! that changed: the same grounds give the same beliefs.

pub mod absence;
pub mod curate;
pub mod decisions;
pub mod deduplicate;
pub mod directory;
pub mod normalise;
pub mod recur;
pub(crate) mod same;

use crate::believe::curate::{Floors, Published, Revision};
use crate::believe::decisions::{InForce, Names};
use crate::believe::deduplicate::{Identities, Suspicion, Twins};
use crate::believe::normalise::Groups;
use crate::facts::decision::Decision;
use crate::facts::event::{Event, EventId, Flag, Key, Rejected};
use crate::facts::issue::{MOST_WINDOW_DAYS, Window};
use crate::facts::link::Link;
use crate::facts::listing::{Listing, Part, Problem};
use crate::facts::source::{Source, SourceId};
use chrono::{DateTime, Days, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Days back for which events are believed anew.
const DAYS_BACK: u64 = 90;

/// All that beliefs rest on.
#[derive(Debug)]
pub struct Grounds<'a> {
    /// The sources of the configuration.
    pub sources: &'a [Source],
    /// A source that an editor asked to forget: its events are withdrawn.
    pub forgotten: Option<&'a SourceId>,
    /// The groups that are known.
    pub groups: &'a Groups,
    /// What the sources say.
    pub taken: Taken,
    /// Under which ids events were seen. What it says of decisions is not read.
    pub identities: Identities,
    /// Under which pages events were seen.
    pub links: BTreeMap<Link, BTreeSet<EventId>>,
    /// The decisions in force: those of the database and those of `config/decisions`.
    pub decisions: &'a [Decision],
    /// What is published.
    pub published: &'a BTreeMap<EventId, Published>,
    /// What editors may keep although no source lists it: what is published today, also where another day is looked back
    /// at.
    pub may_be_kept: &'a BTreeMap<EventId, Published>,
    /// Where the SEQUENCE of what was never published begins.
    pub floors: Floors,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The events of all sources, before they are compared.
#[derive(Debug, Default)]
pub struct Taken {
    events: Vec<Event>,
    rejected: Vec<Rejected>,
    problems: Vec<(SourceId, Problem)>,
}

/// Takes the listings of the sources for events, one source after the other: the listings of a thousand sources at once
/// would be a third of the memory in use. `listings` returns those of one source.
///
/// # Errors
/// Those of `listings`.
pub fn taken<E>(
    sources: &[Source],
    groups: &Groups,
    now: DateTime<Utc>,
    mut listings: impl FnMut(&SourceId) -> Result<Vec<Listing>, E>,
) -> Result<Taken, E> {
    let window = window(now);
    let newsletter = Source::newsletter();
    let mut taken = Taken::default();
    for source in &with_newsletter(sources) {
        let listings = listings(&source.id)?;
        if listings.is_empty() {
            continue;
        }
        let mut believed = believed_of(source, &listings, window, groups);
        if *source == newsletter {
            believed.events.iter_mut().for_each(written_by_hand);
        }
        taken.events.extend(believed.events);
        taken.rejected.extend(believed.rejected);
        let problems = believed.problems.into_iter();
        taken
            .problems
            .extend(problems.map(|problem| (source.id.clone(), problem)));
    }
    Ok(taken)
}

/// The sources, and the newsletter itself: the source of rows that editors wrote.
fn with_newsletter(sources: &[Source]) -> Vec<Source> {
    let newsletter = Source::newsletter();
    let mut sources = sources.to_vec();
    if sources.iter().all(|source| source.id != newsletter.id) {
        sources.push(newsletter);
    }
    sources
}

/// What is believed, and what follows for what is published.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beliefs {
    /// How many events the sources list.
    pub events: usize,
    /// The events after those that are one were joined.
    pub twins: Vec<Twins>,
    /// Pairs that look like one and are not held to be.
    pub suspicions: Vec<Suspicion>,
    /// Keys that were never seen before, with the id each is to be frozen under.
    pub new_keys: BTreeMap<Key, EventId>,
    /// What could not be believed.
    pub rejected: Vec<Rejected>,
    /// Series that could not be expanded, by source.
    pub problems: Vec<(SourceId, Problem)>,
    /// What is in force of the decisions.
    pub in_force: InForce,
    /// What is to be published.
    pub revision: Revision,
}

/// Believes all that the sources say.
pub fn believe(grounds: Grounds<'_>) -> Beliefs {
    let topic = &grounds.groups.topic;
    let sources = with_newsletter(grounds.sources);
    let Taken {
        events,
        rejected,
        problems,
    } = grounds.taken;
    let mut beliefs = Beliefs {
        events: events.len(),
        rejected,
        problems,
        ..Beliefs::default()
    };
    beliefs.rejected.sort();

    let mut identities = grounds.identities;
    let mut configured: BTreeSet<SourceId> =
        sources.iter().map(|source| source.id.clone()).collect();
    identities.sets.extend(curate::renamed(
        &events,
        &identities,
        grounds.published,
        topic,
        grounds.now,
    ));
    identities.sets.extend(curate::moved(
        &events,
        &identities,
        grounds.published,
        grounds.now,
    ));
    let followed = curate::followed(&events, &identities);
    identities.sets.extend(followed);
    beliefs.new_keys = identities.new_keys(events.iter());
    let names = if grounds.decisions.is_empty() {
        // None is asked for, but for what editors joined before.
        Names {
            sets: identities.sets.clone(),
            joined_by_decision: identities.joined_by_decision.clone(),
            ..Names::default()
        }
    } else {
        names(&events, &identities, &beliefs.new_keys, grounds.links)
    };
    beliefs.in_force = InForce::of(grounds.decisions, &names);
    identities.decided = beliefs.in_force.pairing.clone();
    identities.sets.clone_from(&beliefs.in_force.sets);
    let mut events = events;
    events.extend(curate::kept(
        &events,
        grounds.may_be_kept,
        &configured,
        &identities,
        &beliefs.in_force,
        grounds.now,
    ));

    beliefs.twins = deduplicate::deduplicate(events, &sources, &identities, topic);
    let alone = |id: &EventId| identities.decided.alone.contains(id);
    beliefs.suspicions = deduplicate::suspicions(&beliefs.twins, topic);
    beliefs
        .suspicions
        .retain(|suspicion| !alone(&suspicion.one) && !alone(&suspicion.other));
    // The events of a forgotten source are withdrawn, not kept as those of a source that is only missing.
    configured.extend(grounds.forgotten.cloned());
    beliefs.revision = curate::curate(
        &beliefs.twins,
        grounds.published,
        &configured,
        &beliefs.in_force,
        grounds.now,
    );
    beliefs
        .revision
        .begin_at(&grounds.floors, grounds.published);
    beliefs
}

/// The names under which decisions may know the events, those of today among them: a decision that another database
/// took can be on one of these.
fn names(
    events: &[Event],
    identities: &Identities,
    new_keys: &BTreeMap<Key, EventId>,
    links: BTreeMap<Link, BTreeSet<EventId>>,
) -> Names {
    let mut names = Names::new(identities, links);
    for (key, id) in new_keys {
        names.keys.insert(key.clone(), id.clone());
        names.ids.insert(id.clone());
    }
    for event in events {
        let (id, _) = identities.of(event);
        let further = event.further_links.iter().map(|(_, url)| url);
        for link in event.link.iter().chain(further) {
            let ids = names.links.entry(link.clone()).or_default();
            ids.insert(id.clone());
        }
    }
    names
}

/// What people wrote into a draft is flagged as that, and held by whom they say.
fn written_by_hand(event: &mut Event) {
    if !event.organisers.is_empty() {
        event.flags.retain(|flag| *flag != Flag::UnknownOrganiser);
    }
    event.flags.push(Flag::HandWritten);
    event.flags.sort_unstable();
}

/// The days for which events are believed: 90 back, a year on.
pub fn window(now: DateTime<Utc>) -> Window {
    let today = now.date_naive();
    Window {
        from: today
            .checked_sub_days(Days::new(DAYS_BACK))
            .unwrap_or(today),
        to: today
            .checked_add_days(Days::new(MOST_WINDOW_DAYS))
            .unwrap_or(today),
    }
}

/// What one source's listings tell of the days of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Believed {
    /// The events, in the order of their starts.
    pub events: Vec<Event>,
    /// What could not be believed.
    pub rejected: Vec<Rejected>,
    /// Series that could not be expanded; that the group was renamed on its platform.
    pub problems: Vec<Problem>,
}

/// Expands and normalises one source's listings: those of its list, and those of its events' own pages.
pub fn believed_of(
    source: &Source,
    listings: &[Listing],
    window: Window,
    groups: &Groups,
) -> Believed {
    let listings = &absence::as_their_pages_say(listings)[..];
    let listed = listings.iter().filter(|listing| listing.part == Part::List);
    let fallback = source.zone.unwrap_or(chrono_tz::Tz::UTC);
    let expanded = recur::expand(listed, around(window), fallback, recur::Limits::default());
    let mut normalised = normalise::normalise(source, listings, &expanded.occurrences, groups);
    normalised
        .events
        .retain(|event| window.holds(event.when.first_day(), event.when.last_day()));
    let mut problems = expanded.problems;
    problems.extend(normalise::renamed(source, listings).map(|what| Problem {
        line: 0,
        what,
        item: None,
        lost: false,
    }));
    Believed {
        events: normalised.events,
        rejected: normalised.rejected,
        problems,
    }
}

/// The instants of a window of local days, wide enough for every zone (UTC−12 to UTC+14).
fn around(window: Window) -> (DateTime<Utc>, DateTime<Utc>) {
    let midnight = |day: chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    let margin = chrono::TimeDelta::hours(14);
    let from = midnight(window.from)
        .checked_sub_signed(margin)
        .unwrap_or(DateTime::<Utc>::MIN_UTC);
    let to = midnight(window.to).checked_add_signed(chrono::TimeDelta::days(1) + margin);
    (from, to.unwrap_or(DateTime::<Utc>::MAX_UTC))
}
