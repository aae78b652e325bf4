//! Twins → what is to be published, and how it differs from what was.
//!
//! Field by field the better source wins; the others stay as evidence. An event's SEQUENCE and times
//! are decided here and nowhere else.

use crate::deduplicate::Twins;
use crate::event::{Event, EventId, Flag, Key, Status, Title, Venue};
use crate::link::Link;
use crate::listing::Part;
use crate::place::{Mode, Place};
use crate::rulings::Rulings;
use crate::source::{Organiser, SourceId, Way};
use crate::when::When;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

mod renamed;
mod ruled;

pub use renamed::renamed;

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
    /// What the sources said when the ruling first met them.
    pub said: String,
    /// What they say now.
    pub says: String,
    /// What is published.
    pub ruled: String,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Overruled {
    /// Whether a source has changed its word since, and to something else than the editor's.
    pub fn is_conflict(&self) -> bool {
        self.says != self.said && self.says != self.ruled
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
    /// The first issue day on which it may be printed.
    pub print_from: Option<NaiveDate>,
    /// The last issue day on which it is printed even outside the window.
    pub print_until: Option<NaiveDate>,
    /// Where it may be seen.
    pub shown: Shown,
    /// Fields on which an editor's word counts, in the order of fields.
    pub overruled: Vec<Overruled>,
    /// What it is about.
    pub description: String,
    /// The doubts, in order.
    pub flags: Vec<Flag>,
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

/// What the world is to see, given what it saw.
///
/// `old` holds every published event; `configured` the sources there are; `rulings` what editors said,
/// which counts before what any source says. An event that no source tells
/// any more is withdrawn if it is still to come and one of its sources could have told it; one that is
/// over, or whose sources are no longer configured, stays as it is.
pub fn curate(
    twins: &[Twins],
    old: &BTreeMap<EventId, Published>,
    configured: &BTreeSet<SourceId>,
    rulings: &Rulings,
    now: DateTime<Utc>,
) -> Revision {
    let mut revision = Revision::default();
    for set in twins {
        let Some(mut fresh) = merged(set, now) else {
            continue;
        };
        let ids = set.members.iter().map(|(id, _)| id).chain([&set.id]);
        let before = old.get(&fresh.id);
        ruled::apply(&mut fresh, &rulings.on(ids), before);
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
    let told: BTreeSet<&EventId> = twins.iter().map(|set| &set.id).collect();
    let swallowed: BTreeSet<&EventId> = twins
        .iter()
        .flat_map(|set| &set.members)
        .map(|(id, _)| id)
        .filter(|id| !told.contains(id))
        .collect();
    for (id, before) in old.iter().filter(|(id, _)| !told.contains(id)) {
        let over = before.when.over() < now;
        let could_be_told = before
            .evidence
            .iter()
            .any(|evidence| configured.contains(&evidence.source));
        // What another event's set took in is no longer an event of its own, whenever it was.
        let gone = swallowed.contains(id) || (!over && could_be_told);
        let mut after = before.clone();
        let decisions = rulings.on([id].into_iter());
        ruled::apply_standing(&mut after, &decisions);
        if gone && before.status != Status::Withdrawn {
            after.status = Status::Withdrawn;
            // An editor took the trouble: that it is gone is for an editor to see.
            if !decisions.is_empty() && !swallowed.contains(id) {
                after.flags.push(Flag::RulingConflict);
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

/// The published event after it is told anew: its id and birth stay, its SEQUENCE rises by one if what a
/// calendar must tell its owner changed, and nothing changes if nothing changed.
fn revised(before: &Published, fresh: Published, now: DateTime<Utc>) -> Published {
    let mut after = Published {
        sequence: before.sequence,
        created: before.created,
        modified: before.modified,
        ..fresh
    };
    // Whence we know it, and what we doubt, is nobody's news.
    let seen = Published {
        evidence: before.evidence.clone(),
        flags: before.flags.clone(),
        overruled: before.overruled.clone(),
        ..after.clone()
    };
    if seen == *before {
        return after;
    }
    after.modified = now;
    let moved = after.when != before.when
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

/// One event out of a set: the best source's word for what it says, the others' where it is silent.
fn merged(set: &Twins, now: DateTime<Utc>) -> Option<Published> {
    let (_, best) = set.members.first()?;
    let members = || set.members.iter().map(|(_, event)| event);
    let doubtful = |event: &Event, flag: Flag| event.flags.contains(&flag);

    let place = members()
        .find(|event| event.place.is_some() && !doubtful(event, Flag::PlaceAssumed))
        .unwrap_or(best);
    let sure_of_mode = members()
        .find(|event| !doubtful(event, Flag::ModeAssumed))
        .unwrap_or(best);
    let organised = members()
        .find(|event| !doubtful(event, Flag::UnknownOrganiser))
        .unwrap_or(best);

    // A cancellation is believed from whoever says it first; nobody announces one in jest.
    let status = members()
        .map(|event| event.status)
        .find(|status| !status.takes_place())
        .unwrap_or(best.status);

    let mut flags: BTreeSet<Flag> = best.flags.iter().copied().collect();
    for (flag, settled) in [
        (
            Flag::UnknownPlace,
            place.place.is_some() && !doubtful(place, Flag::UnknownPlace),
        ),
        (Flag::PlaceAssumed, !doubtful(place, Flag::PlaceAssumed)),
        (
            Flag::ModeAssumed,
            !doubtful(sure_of_mode, Flag::ModeAssumed),
        ),
        (
            Flag::UnknownOrganiser,
            !doubtful(organised, Flag::UnknownOrganiser),
        ),
        (
            Flag::NoLink,
            members().any(|event| !doubtful(event, Flag::NoLink)),
        ),
        (
            Flag::TopicUnsure,
            members().any(|event| !doubtful(event, Flag::TopicUnsure)),
        ),
    ] {
        if settled {
            flags.remove(&flag);
        }
    }
    if members().any(|event| event.when.first_day() != best.when.first_day()) {
        flags.insert(Flag::SourcesDisagree);
    }

    let mut organisers: Vec<Organiser> = organised.organisers.clone();
    let mut links: Vec<NamedLink> = Vec::new();
    for event in members() {
        let known = !doubtful(event, Flag::UnknownOrganiser);
        let other_group = known
            && !event.organisers.is_empty()
            && !event.organisers.iter().any(|organiser| {
                organisers.iter().any(|known| {
                    known.name.eq_ignore_ascii_case(&organiser.name)
                        || (known.url.is_some() && known.url == organiser.url)
                })
            });
        let Some(url) = event.link.clone() else {
            continue;
        };
        let first = links.is_empty();
        if other_group {
            organisers.extend(event.organisers.iter().cloned());
        }
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

    let longest = members()
        .map(|event| &event.description)
        .find(|text| !text.trim().is_empty());
    Some(Published {
        id: set.id.clone(),
        title: best.title.clone(),
        when: best.when,
        mode: sure_of_mode.mode,
        place: place
            .place
            .clone()
            .or_else(|| members().find_map(|event| event.place.clone())),
        venue: place
            .venue
            .clone()
            .or_else(|| members().find_map(|event| event.venue.clone())),
        online_url: members().find_map(|event| event.online_url.clone()),
        organisers,
        links,
        status,
        print_from: members().find_map(|event| event.print_from),
        print_until: None,
        shown: Shown::Everywhere,
        overruled: Vec::new(),
        description: longest.cloned().unwrap_or_default(),
        flags: flags.into_iter().collect(),
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
