//! Twins → what is to be published, and how it differs from what was.
//!
//! Field by field the better source wins; the others stay as evidence. An event's SEQUENCE and times
//! are decided here; only the restoring of a backup raises them too (`store/restore.rs`).

use crate::believe::decisions::InForce;
use crate::believe::deduplicate::Twins;
use crate::facts::call::Call;
use crate::facts::event::{Choice, Event, EventId, Flag, Key, Status, Title, Venue, folded};
use crate::facts::link::Link;
use crate::facts::listing::Part;
use crate::facts::place::{Mode, Place};
use crate::facts::source::{Organiser, SourceId, Way};
use crate::facts::when::When;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

mod decided;
mod kept;
mod renamed;

pub use decided::{said, with};
pub use kept::kept;
pub use renamed::{followed, moved, renamed};

/// A link with the words it is printed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLink {
    /// The words.
    pub title: Title,
    /// The page.
    pub url: Link,
}

/// Where a published event was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The source.
    pub source: SourceId,
    /// The name under which the source knows it.
    pub key: Key,
    /// The platform's own id of it, or of its series.
    pub listing: String,
    /// Its page there.
    pub url: Option<Link>,
    /// By which ways it was read.
    pub ways: Vec<(Way, Part)>,
}

/// Where an event may be seen, by an editor's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shown {
    /// In the section and everywhere else.
    Everywhere,
    /// Not in the section.
    NotInSection,
    /// Nowhere.
    Nowhere,
}

impl Shown {
    /// Its name where it is kept.
    pub fn name(self) -> &'static str {
        match self {
            Shown::Everywhere => "everywhere",
            Shown::NotInSection => "not-in-section",
            Shown::Nowhere => "nowhere",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Shown> {
        [Shown::Everywhere, Shown::NotInSection, Shown::Nowhere]
            .into_iter()
            .find(|shown| shown.name() == name)
    }
}

/// A field on which an editor's word counts, not a source's. Values as an editor would write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    /// The field: one of those that can be edited, or `status`.
    pub field: String,
    /// What the sources said when the decision first met them.
    pub said: String,
    /// What they say now.
    pub says: String,
    /// What is published.
    pub decided: String,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Overruled {
    /// Whether a source has changed its word since, and to something else than the editor's.
    pub fn is_conflict(&self) -> bool {
        self.says != self.said && self.says != self.decided
    }
}

/// An event as the world sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Its id.
    pub id: EventId,
    /// Its title.
    pub title: Title,
    /// When it is.
    pub when: When,
    /// When it was to be before it was last moved.
    pub moved_from: Option<When>,
    /// In person, online or both.
    pub mode: Mode,
    /// Where it is; of an online event its organiser's home.
    pub place: Option<Place>,
    /// Its venue.
    pub venue: Option<Venue>,
    /// Where it is joined online.
    pub online_url: Option<Link>,
    /// Who holds it.
    pub organisers: Vec<Organiser>,
    /// Its pages, the event's own first.
    pub links: Vec<NamedLink>,
    /// Whether it takes place.
    pub status: Status,
    /// Since when its best source's list goes without it; none while that lists it.
    pub unlisted: Option<DateTime<Utc>>,
    /// Its call for papers.
    pub call: Option<Call>,
    /// The first issue day on which it may be printed.
    pub print_from: Option<NaiveDate>,
    /// The last issue day on which it is printed even outside the window.
    pub print_until: Option<NaiveDate>,
    /// Where it may be seen.
    pub shown: Shown,
    /// Fields on which an editor's word counts, in the order of fields.
    pub overruled: Vec<Overruled>,
    /// Where editors corrected a field: the event as its sources tell it, without evidence. Once no source lists it any
    /// more, this is all that is known of what they said.
    pub uncorrected: Option<Box<Published>>,
    /// What it is about.
    pub description: String,
    /// The doubts, in order.
    pub flags: Vec<Flag>,
    /// What was decided between equally good readings.
    pub choices: Vec<Choice>,
    /// Where it was read, the best source first.
    pub evidence: Vec<Evidence>,
    /// How often start, end, place, mode or status changed since it was first published (RFC 5545
    /// section 3.8.7.4).
    pub sequence: u32,
    /// When it was first published.
    pub created: DateTime<Utc>,
    /// When anything that others see of it last changed.
    pub modified: DateTime<Utc>,
}

impl Published {
    /// Since when no source lists it, or its best source does not. A word that it takes place counts against that if it
    /// was given later.
    pub fn unlisted_since(&self) -> Option<DateTime<Utc>> {
        // Earlier versions kept no time.
        let withdrawn = (self.status == Status::Withdrawn).then_some(self.modified);
        self.unlisted.or(withdrawn)
    }
}

/// What one publication changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Revision {
    /// Events to be written: the new and the changed, in the order of ids.
    pub write: Vec<Published>,
    /// How many of them are new.
    pub new: usize,
    /// How many were published before and are different now.
    pub changed: usize,
    /// How many were published, are still to come, and are no longer believed.
    pub withdrawn: usize,
}

/// Where SEQUENCE begins for events that were never published from this database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Floors {
    /// For events that an earlier database is known to have published.
    pub known: BTreeMap<EventId, u32>,
    /// For all others: more than 0 where it is not known what an earlier database had published.
    pub others: u32,
}

impl Revision {
    /// Lets SEQUENCE begin where it must for those that were never published before: what an earlier
    /// database published of them must not look newer.
    pub fn begin_at(&mut self, floors: &Floors, old: &BTreeMap<EventId, Published>) {
        for event in &mut self.write {
            if !old.contains_key(&event.id) {
                let known = floors.known.get(&event.id).copied();
                event.sequence = known.unwrap_or(floors.others);
            }
        }
    }
}

/// What the world is to see, given what it saw.
///
/// `old` holds every published event; `configured` the sources there are; `in_force` what editors said,
/// which counts before what any source says. An event that no source tells
/// any more is withdrawn if it is still to come and one of its sources could have listed it; one that is
/// over, or has no configured source any more, stays as it is.
pub fn curate(
    twins: &[Twins],
    old: &BTreeMap<EventId, Published>,
    configured: &BTreeSet<SourceId>,
    in_force: &InForce,
    now: DateTime<Utc>,
) -> Revision {
    let mut revision = Revision::default();
    for set in twins {
        let Some(mut fresh) = merged(set, now) else {
            continue;
        };
        let ids = set.members.iter().map(|(id, _)| id).chain([&set.id]);
        let before = old.get(&fresh.id);
        decided::apply(&mut fresh, &in_force.on(ids), before);
        match before {
            None => {
                revision.new += 1;
                revision.write.push(fresh);
            }
            Some(before) => {
                let after = revised(before, fresh, now);
                if after != *before {
                    revision.changed += usize::from(after.modified != before.modified);
                    revision.write.push(after);
                }
            }
        }
    }
    let believed: BTreeSet<&EventId> = twins.iter().map(|set| &set.id).collect();
    let swallowed: BTreeSet<&EventId> = twins
        .iter()
        .flat_map(|set| &set.members)
        .map(|(id, _)| id)
        .filter(|id| !believed.contains(id))
        .collect();
    for (id, before) in old.iter().filter(|(id, _)| !believed.contains(id)) {
        let over = before.when.over() < now;
        let could_be_told = before
            .evidence
            .iter()
            .any(|evidence| configured.contains(&evidence.source));
        // What another event's set took in is no longer an event of its own, whenever it was.
        let gone = swallowed.contains(id) || (!over && could_be_told);
        let mut after = before.clone();
        let decisions = in_force.on([id].into_iter());
        decided::apply_standing(&mut after, &decisions);
        if gone && before.status != Status::Withdrawn {
            after.status = Status::Withdrawn;
            after.unlisted = before.unlisted.or(Some(now));
            // An editor took the trouble: that it is gone is for an editor to see.
            if !decisions.is_empty() && !swallowed.contains(id) {
                after.flags.push(Flag::DecisionConflict);
                after.flags.sort_unstable();
                after.flags.dedup();
            }
            revision.withdrawn += 1;
        } else if after != *before {
            revision.changed += 1;
        } else {
            continue;
        }
        revision.write.push(revised(before, after, now));
    }
    revision.write.sort_by(|a, b| a.id.cmp(&b.id));
    revision
}

/// The published event as it is believed now: its id and birth stay, its SEQUENCE rises by one if what a
/// calendar must tell its owner changed, and nothing changes if nothing changed.
fn revised(before: &Published, fresh: Published, now: DateTime<Utc>) -> Published {
    let mut after = Published {
        sequence: before.sequence,
        created: before.created,
        modified: before.modified,
        moved_from: if begins_elsewhere(&before.when, &fresh.when) {
            Some(before.when)
        } else {
            before.moved_from
        },
        ..fresh
    };
    // From where we know it, and what we doubt, is no news to subscribers.
    let seen = Published {
        evidence: before.evidence.clone(),
        flags: before.flags.clone(),
        choices: before.choices.clone(),
        overruled: before.overruled.clone(),
        uncorrected: before.uncorrected.clone(),
        unlisted: before.unlisted,
        ..after.clone()
    };
    if seen == *before {
        return after;
    }
    // Where the clock was set back, a change is no older than the one before it.
    after.modified = now.max(before.modified);
    let moved = span(&after.when) != span(&before.when)
        || after.place != before.place
        || after.mode != before.mode
        || after.status != before.status
        // Out of sight is as good as cancelled for who has it in a calendar.
        || (after.shown == Shown::Nowhere) != (before.shown == Shown::Nowhere);
    if moved {
        after.sequence = before.sequence.saturating_add(1);
    }
    after
}

/// Whether it begins at another time than it did, as people would say it: an hour that becomes known on the
/// same day moves nothing.
fn begins_elsewhere(before: &When, after: &When) -> bool {
    if before.zone().is_some() && after.zone().is_some() {
        before.start() != after.start()
    } else {
        before.first_day() != after.first_day()
    }
}

/// What a calendar keeps of when an event is: whether it is whole days, its start and its end. The zone its
/// dates are in is no part of it.
fn span(when: &When) -> (bool, DateTime<Utc>, Option<DateTime<Utc>>) {
    match when {
        When::Timed { start, end, .. } => (false, *start, *end),
        When::Days { .. } => (true, when.start(), Some(when.over())),
    }
}

/// One event out of a set: field by field what the configuration forces, else the best source's word that is
/// no guess, the others' where it is silent.
fn merged(set: &Twins, now: DateTime<Utc>) -> Option<Published> {
    let (_, best) = set.members.first()?;
    let members = || set.members.iter().map(|(_, event)| event);
    let doubtful = |event: &Event, flag: Flag| event.flags.contains(&flag);

    let moded = members()
        .find(|event| event.mode_is_forced)
        .or_else(|| members().find(|event| !doubtful(event, Flag::ModeAssumed)))
        .unwrap_or(best);
    let placed = placed(set, moded.mode).unwrap_or(best);
    let timed = members()
        .find(|event| !doubtful(event, Flag::FalseUtc))
        .unwrap_or(best);
    let organised = members()
        .find(|event| !doubtful(event, Flag::UnknownOrganiser))
        .unwrap_or(best);
    let when = with_its_hours(timed.when, set);

    // A cancellation is believed from any source: they are not announced in jest. That it is put off
    // is old news from a source that does not know the new day yet.
    let is_news = |event: &&Event| {
        event.status != Status::Postponed || event.when.first_day() == when.first_day()
    };
    let stated = members()
        .filter(is_news)
        .find(|event| !event.status.takes_place())
        .unwrap_or(best);
    let status = stated.status;

    let mut flags: BTreeSet<Flag> = best.flags.iter().copied().collect();
    // A doubt comes with the word that it is about, …
    let tellers = [
        (Flag::UnknownPlace, placed),
        (Flag::PlaceAssumed, placed),
        (Flag::ModeAssumed, moded),
        (Flag::ModeConflict, moded),
        (Flag::UnknownOrganiser, organised),
        (Flag::StatusUnsure, stated),
        (Flag::FalseUtc, timed),
        (Flag::ZoneAssumed, timed),
        (Flag::TimeAssumed, timed),
        (Flag::EndBeforeStart, timed),
        (Flag::TooLong, timed),
    ];
    for (flag, teller) in tellers {
        if doubtful(teller, flag) {
            flags.insert(flag);
        } else {
            flags.remove(&flag);
        }
    }
    // … and these are settled by any source that knows.
    for flag in [
        Flag::NoLink,
        Flag::LinkAssumed,
        Flag::TopicUnsure,
        Flag::Dormant,
    ] {
        if members().any(|event| !doubtful(event, flag)) {
            flags.remove(&flag);
        }
    }
    let disagrees = |event: &Event| {
        !agrees_on_time(&when, event)
            || (moded.mode != Mode::Virtual && !agrees_on_place(placed, event))
            || (event.mode != moded.mode
                && !moded.mode_is_forced
                && !doubtful(event, Flag::ModeAssumed))
    };
    if members().any(disagrees) {
        flags.insert(Flag::SourcesDisagree);
    }

    let choices = flags.iter().flat_map(|flag| {
        let teller = tellers.iter().find(|(of, _)| of == flag);
        let teller = teller.map_or(best, |(_, teller)| teller);
        teller.choices.iter().filter(|choice| choice.flag == *flag)
    });
    let choices = choices.cloned().collect();

    let (organisers, links) = organisers_and_links(set, organised);
    let venue = members()
        .filter(|event| match (&event.place, &placed.place) {
            (Some(theirs), Some(ours)) => theirs.same_as(ours),
            _ => true,
        })
        .find_map(|event| event.venue.clone())
        .filter(|_| moded.mode != Mode::Virtual);
    let description = members()
        .map(|event| &event.description)
        .find(|text| !text.trim().is_empty());
    Some(Published {
        id: set.id.clone(),
        title: best.title.clone(),
        when,
        moved_from: None,
        mode: moded.mode,
        place: placed
            .place
            .clone()
            .or_else(|| members().find_map(|event| event.place.clone())),
        venue: placed.venue.clone().or(venue),
        online_url: members().find_map(|event| event.online_url.clone()),
        organisers,
        links,
        status,
        unlisted: best.unlisted,
        call: members().find_map(|event| event.call.clone()),
        print_from: members().find_map(|event| event.print_from),
        print_until: None,
        shown: Shown::Everywhere,
        overruled: Vec::new(),
        uncorrected: None,
        description: description.cloned().unwrap_or_default(),
        flags: flags.into_iter().collect(),
        choices,
        evidence: members()
            .map(|event| Evidence {
                source: event.source.clone(),
                key: event.keys[0].clone(),
                listing: event.listing.clone(),
                url: event.link.clone(),
                ways: event.ways.clone(),
            })
            .collect(),
        sequence: 0,
        created: now,
        modified: now,
    })
}

fn place_is_sure(event: &Event) -> bool {
    event.place.is_some()
        && !event.flags.contains(&Flag::PlaceAssumed)
        && !event.flags.contains(&Flag::UnknownPlace)
}

/// The copy that states the place: one with a place forced by the configuration; then, if the event is in person or
/// hybrid, one that names a venue before one that only has a home.
fn placed(set: &Twins, mode: Mode) -> Option<&Event> {
    let sure = || {
        let members = set.members.iter().map(|(_, event)| event);
        members.filter(|event| place_is_sure(event))
    };
    let alike = |event: &&Event| (event.mode == Mode::Virtual) == (mode == Mode::Virtual);
    sure()
        .find(|event| event.place_is_forced)
        .or_else(|| sure().filter(alike).find(|event| event.venue.is_some()))
        .or_else(|| sure().find(alike))
        .or_else(|| sure().next())
}

/// The times of an event, with its hours or its end from a source that knows them where the best one only
/// has the day or the start.
fn with_its_hours(when: When, set: &Twins) -> When {
    let known = |event: &&Event| !event.flags.contains(&Flag::FalseUtc);
    let mut others = set.members.iter().map(|(_, event)| event).filter(known);
    let found = match when {
        When::Days { first, last } if first == last => others.find(|other| {
            other.when.zone().is_some()
                && (other.when.first_day(), other.when.last_day()) == (first, last)
        }),
        When::Timed {
            start, end: None, ..
        } => others.find(
            |other| matches!(other.when, When::Timed { start: theirs, end: Some(_), .. } if theirs == start),
        ),
        _ => None,
    };
    found.map_or(when, |other| other.when)
}

/// The same day, and the same hour if both say one.
fn agrees_on_time(when: &When, event: &Event) -> bool {
    let hours = when.zone().is_some() && event.when.zone().is_some();
    event.when.first_day() == when.first_day()
        && (!hours || event.when.start() == when.start() || event.flags.contains(&Flag::FalseUtc))
}

/// The same city, if it names a venue in one.
fn agrees_on_place(placed: &Event, event: &Event) -> bool {
    if placed.place_is_forced || event.venue.is_none() || !place_is_sure(event) {
        return true;
    }
    match (&placed.place, &event.place) {
        (Some(ours), Some(theirs)) => ours.same_as(theirs),
        _ => true,
    }
}

/// Who holds it, and its pages: the best source's first, then those of other groups that announce it too.
fn organisers_and_links(set: &Twins, organised: &Event) -> (Vec<Organiser>, Vec<NamedLink>) {
    let members = || set.members.iter().map(|(_, event)| event);
    let has_page = |event: &Event| event.link.is_some() && !event.flags.contains(&Flag::NoLink);
    let any_page = members().any(has_page);
    let mut organisers: Vec<Organiser> = organised.organisers.clone();
    let mut links: Vec<NamedLink> = Vec::with_capacity(1);
    for event in members() {
        let known = !event.flags.contains(&Flag::UnknownOrganiser);
        let other_group = known
            && !event.organisers.is_empty()
            && !event.organisers.iter().any(|organiser| {
                organisers.iter().any(|known| {
                    known.name == organiser.name
                        || folded(&known.name) == folded(&organiser.name)
                        || (known.url.is_some() && known.url == organiser.url)
                })
            });
        if other_group {
            organisers.extend(event.organisers.iter().cloned());
        }
        // A group's own page stands in for an event's only where no source knows one.
        let page = event.link.clone().filter(|_| !any_page || has_page(event));
        let Some(url) = page else { continue };
        let first = links.is_empty();
        // A second page of the same group says nothing new; another group's is a mirror.
        if (first || other_group) && !links.iter().any(|link| link.url == url) {
            let title = if first {
                event.title.clone()
            } else {
                Title::parse(&format!("Mirror: {}", event.title))
                    .unwrap_or_else(|| event.title.clone())
            };
            links.push(NamedLink { title, url });
        }
        for (title, url) in &event.further_links {
            if !links.iter().any(|link| link.url == *url) {
                links.push(NamedLink {
                    title: title.clone(),
                    url: url.clone(),
                });
            }
        }
    }
    (organisers, links)
}
