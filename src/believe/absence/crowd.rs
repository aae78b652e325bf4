//! What many sources do at once: a platform that fails, or this program, shows as one change in many sources.
//!
//! One source that fails looks like a group that really emptied its calendar. Many together do not: in a week
//! hardly one event in ten of all that are announced goes, moves or gets another title. What is beyond that is
//! held: what each of the sources said before stands until it says so again, or an editor accepts the change.
//!
//! The judgement compares two states of what is stored, the one before and the one now, and not two visits. So
//! it does not matter whether one refresh reads all sources or a hundred read one each.

use super::{Titles, instant, is_outside, same_time};
use crate::facts::event::folded;
use crate::facts::listing::{Answer, Listing, Part, Status};
use crate::facts::source::SourceId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The time within which changes count together. A daily refresh, or one that goes round in small parts, has
/// then seen every source.
pub const TOGETHER: TimeDelta = TimeDelta::hours(24);

/// Sources that must change at least: two groups do so by chance on many a day.
pub const FEWEST_SOURCES: usize = 3;

/// The share of events to come, and of sources, that must have changed. Of the events that one printed issue
/// and the next could both name, the median week changed 3 %, nine weeks in ten at most 11 % (54 pairs of issues,
/// 2024 to 2026); the weeks above a fifth are those in which the newsletter's tool had lost a platform.
const CHANGED_PERCENT: usize = 25;

/// The same for all three kinds of change together: none of those weeks came to it but for the tool's losses.
const MIXED_PERCENT: usize = 40;

/// The new events that must have come, as a share of those that stood. The same weeks added 23 % in the median
/// and never more than 94 %; this is for one day.
const ADDED_PERCENT: usize = 100;

/// New events that must have come at least: three groups that announce their season are no flood.
const FEWEST_ADDED: usize = 20;

/// The part of the shares that raise an alarm below which its scope is as usual again: at the same shares it would
/// flicker.
const CALM: usize = 2;

/// How long ago a source must have been read well for its new events to count as sudden: after a longer
/// silence there is more to tell.
pub const SILENT: TimeDelta = TimeDelta::days(3);

/// The scope of all sources, beside those of the platforms.
pub const ALL: &str = "all";

/// What kind of change it is. A failure has one symptom in all sources; what days bring is of every kind, so each
/// is summed and held for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Events went, or were called off.
    Gone,
    /// Events have another time or place.
    Moved,
    /// Events have another title.
    Renamed,
    /// All three, where none alone is beyond what days bring.
    Mixed,
    /// Events came.
    Added,
}

impl Kind {
    /// Every kind, in the order in which they are looked for.
    pub const ALL: [Kind; 5] = [
        Kind::Gone,
        Kind::Moved,
        Kind::Renamed,
        Kind::Mixed,
        Kind::Added,
    ];

    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Gone => "gone",
            Kind::Moved => "moved",
            Kind::Renamed => "renamed",
            Kind::Mixed => "mixed",
            Kind::Added => "added",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The share of the events to come, in percent, that must have changed so, and the events at least.
    fn beyond(self) -> (usize, usize) {
        match self {
            Kind::Gone | Kind::Moved | Kind::Renamed => (CHANGED_PERCENT, FEWEST_SOURCES),
            Kind::Mixed => (MIXED_PERCENT, FEWEST_SOURCES),
            Kind::Added => (ADDED_PERCENT, FEWEST_ADDED),
        }
    }
}

/// How what a source says now differs from what it said before, in events that are to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drift {
    /// Events that stood before.
    pub standing: usize,
    /// Those that are no longer named, or called off.
    pub gone: usize,
    /// Those that have another time or place.
    pub moved: usize,
    /// Those that have another title.
    pub renamed: usize,
    /// Events that were not known before.
    pub added: usize,
}

impl Drift {
    /// How many events changed in this way.
    pub fn of(&self, kind: Kind) -> usize {
        match kind {
            Kind::Gone => self.gone,
            Kind::Moved => self.moved,
            Kind::Renamed => self.renamed,
            Kind::Mixed => self.gone + self.moved + self.renamed,
            Kind::Added => self.added,
        }
    }
}

impl std::ops::AddAssign for Drift {
    fn add_assign(&mut self, other: Drift) {
        self.standing += other.standing;
        self.gone += other.gone;
        self.moved += other.moved;
        self.renamed += other.renamed;
        self.added += other.added;
    }
}

/// Compares what a source said before with what it says now. An event counts once: as gone, or moved, or renamed.
///
/// Of a series only its hour counts as its time: its first occurrence moves on as time passes. An occurrence that
/// is edited belongs to its series.
pub fn drift(before: &[Listing], after: &[Listing], now: DateTime<Utc>) -> Drift {
    let pages = (pages(before), pages(after));
    let stood = standing(before, &pages.0, now);
    let stands = standing(after, &pages.1, now);
    let mut by_key: BTreeMap<&str, &Listing> = BTreeMap::new();
    for listing in &stands {
        if let Some(old) = &listing.predecessor {
            by_key.entry(old).or_insert(listing);
        }
    }
    for listing in &stands {
        by_key.insert(&listing.key, listing);
    }
    let titles = Titles::of(stands.iter().copied());
    let mut drift = Drift {
        standing: stood.len(),
        ..Drift::default()
    };
    for old in &stood {
        let Some(new) = by_key.get(old.key.as_str()) else {
            drift.gone += usize::from(!titles.hold(old));
            continue;
        };
        let on_page = |has: fn(&Listing, &Listing) -> bool| {
            let (was, is) = (pages.0.get(old.key.as_str()), pages.1.get(new.key.as_str()));
            matches!((was, is), (Some(was), Some(is)) if has(was, is))
        };
        if has_moved(old, new) || on_page(has_moved) {
            drift.moved += 1;
        } else if has_another_title(old, new) || on_page(has_another_title) {
            drift.renamed += 1;
        }
    }
    let known: BTreeSet<&str> = before.iter().map(|known| known.key.as_str()).collect();
    let list = before.iter().filter(|known| known.part == Part::List);
    let known_titles = Titles::of(list);
    let is_new = |listing: &&&Listing| {
        let predecessor = listing.predecessor.as_deref();
        !known.contains(listing.key.as_str())
            && !predecessor.is_some_and(|key| known.contains(key))
            && !known_titles.hold(listing)
    };
    drift.added = stands.iter().filter(is_new).count();
    drift
}

/// How many events of a source are to come.
pub fn to_come(listings: &[Listing], now: DateTime<Utc>) -> usize {
    standing(listings, &pages(listings), now).len()
}

fn pages(listings: &[Listing]) -> BTreeMap<&str, &Listing> {
    let pages = listings.iter().filter(|one| one.part == Part::Page);
    pages.map(|page| (page.key.as_str(), page)).collect()
}

/// The events and series that are to come and that nothing speaks against.
fn standing<'a>(
    listings: &'a [Listing],
    pages: &BTreeMap<&str, &Listing>,
    now: DateTime<Utc>,
) -> Vec<&'a Listing> {
    let is_off =
        |listing: &Listing| matches!(listing.status, Status::Cancelled | Status::Postponed);
    let stands = listings.iter().filter(|listing| {
        listing.part == Part::List
            && listing.instance.is_none()
            && listing
                .missing
                .is_none_or(|missing| missing.answer == Some(Answer::Live))
            && !is_off(listing)
            && !pages
                .get(listing.key.as_str())
                .is_some_and(|page| is_off(page))
            && !is_outside(listing, None, now)
    });
    stands.collect()
}

fn has_moved(before: &Listing, after: &Listing) -> bool {
    let is_later = if before.rule.is_some() && after.rule.is_some() {
        instant(&before.start).time() != instant(&after.start).time()
            && !same_time(&before.start, &after.start)
    } else {
        !same_time(&before.start, &after.start)
    };
    is_later || is_elsewhere(before, after)
}

/// Another way of reading a source tells its places in other words.
fn is_elsewhere(before: &Listing, after: &Listing) -> bool {
    let place = |listing: &Listing| -> Option<String> {
        let location = listing.locations.first()?;
        let parts = [&location.venue, &location.address, &location.city];
        let text: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        Some(folded(&text.join(" "))).filter(|text| !text.is_empty())
    };
    let mode = |listing: &Listing| listing.mode;
    before.way == after.way
        && ((place(before).is_some() && place(before) != place(after))
            || (mode(before).is_some() && mode(before) != mode(after)))
}

fn has_another_title(before: &Listing, after: &Listing) -> bool {
    folded(&before.title) != folded(&after.title)
}

/// One source in the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Which.
    pub source: SourceId,
    /// Its platform's name.
    pub platform: &'static str,
    /// The host that it is read from, for the alarm's words; empty if there is none.
    pub host: String,
    /// What it changed, of each kind in the order of [`Kind::ALL`]: compared with what it said before that change.
    pub drift: [Drift; 5],
}

impl Voice {
    fn of(&self, kind: Kind) -> Drift {
        let place = Kind::ALL.into_iter().position(|known| known == kind);
        self.drift[place.unwrap_or_default()]
    }
}

/// A change of many sources at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// A platform's name, or [`ALL`].
    pub scope: String,
    /// Of which kind.
    pub kind: Kind,
    /// The sources that changed.
    pub sources: Vec<SourceId>,
    /// All sources of the scope that have events.
    pub of_sources: usize,
    /// The sum over all sources of the scope.
    pub drift: Drift,
    /// The largest part that one source has in it.
    largest: Drift,
    /// The host that all which changed are read from, where it is one and says more than the platform.
    pub host: Option<String>,
}

impl fmt::Display for Crowd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.scope.as_str() {
            ALL => "sources".to_owned(),
            platform => format!("{platform} sources"),
        };
        let (changed, all, drift) = (self.sources.len(), self.of_sources, self.drift);
        write!(out, "{changed} of {all} {scope} changed at once: ")?;
        if self.kind == Kind::Added {
            write!(
                out,
                "{} new events beside {} that were to come",
                drift.added, drift.standing
            )?;
        } else {
            let parts = [
                (Kind::Gone, "are gone or called off"),
                (Kind::Moved, "have another time or place"),
                (Kind::Renamed, "have another title"),
            ];
            let parts: Vec<String> = parts
                .into_iter()
                .filter(|(kind, _)| [*kind, Kind::Mixed].contains(&self.kind))
                .map(|(kind, what)| format!("{} {what}", drift.of(kind)))
                .collect();
            let parts = parts.join(", ");
            write!(out, "of {} events to come {parts}", drift.standing)?;
        }
        match &self.host {
            Some(host) => write!(out, " (all are read from {host})"),
            None => Ok(()),
        }
    }
}

/// The scopes that changed beyond what days bring, by platform and in all; of all only what the platforms' own do
/// not account for. Sources that are held already are in the sum.
pub fn crowds(voices: &[Voice]) -> Vec<Crowd> {
    let mut crowds: Vec<Crowd> = Vec::new();
    let platforms: BTreeSet<&str> = voices.iter().map(|voice| voice.platform).collect();
    for scope in platforms.into_iter().chain([ALL]) {
        for kind in Kind::ALL {
            let is_of = |crowd: &&Crowd| match kind {
                Kind::Added => crowd.kind == Kind::Added,
                Kind::Mixed => crowd.kind != Kind::Added,
                kind => crowd.kind == kind,
            };
            let named: BTreeSet<&SourceId> = crowds
                .iter()
                .filter(is_of)
                .flat_map(|crowd| &crowd.sources)
                .collect();
            let counts = |voice: &&Voice| is_in(voice, scope) && !named.contains(&voice.source);
            let sum = sum(scope, kind, voices.iter().filter(counts));
            crowds.extend(sum.filter(|crowd| is_beyond(crowd, 1)));
        }
    }
    crowds
}

/// Whether a scope is as usual again, although some of its sources are still held.
pub fn is_calm(scope: &str, kind: Kind, voices: &[Voice]) -> bool {
    let sum = sum(
        scope,
        kind,
        voices.iter().filter(|voice| is_in(voice, scope)),
    );
    sum.is_none_or(|crowd| !is_beyond(&crowd, CALM))
}

fn is_in(voice: &Voice, scope: &str) -> bool {
    scope == ALL || voice.platform == scope
}

/// The sum over a scope; `None` if nothing of it changed in this way.
fn sum<'a>(scope: &str, kind: Kind, voices: impl Iterator<Item = &'a Voice>) -> Option<Crowd> {
    let mut crowd = Crowd {
        scope: scope.to_owned(),
        kind,
        sources: Vec::new(),
        of_sources: 0,
        drift: Drift::default(),
        largest: Drift::default(),
        host: None,
    };
    let mut hosts = BTreeSet::new();
    for voice in voices {
        let drift = voice.of(kind);
        crowd.of_sources += usize::from(drift.standing > 0 || drift.of(kind) > 0);
        crowd.drift += drift;
        if drift.of(kind) > 0 {
            crowd.sources.push(voice.source.clone());
            hosts.insert(voice.host.as_str());
        }
        if drift.of(kind) > crowd.largest.of(kind) {
            crowd.largest = drift;
        }
    }
    if let (1, Some(host)) = (hosts.len(), hosts.first()) {
        crowd.host = Some((*host).to_owned()).filter(|host| !host.is_empty());
    }
    (!crowd.sources.is_empty()).then_some(crowd)
}

/// Whether it is beyond this part of what days bring, and no single source's doing: the rest must be beyond it, too.
fn is_beyond(crowd: &Crowd, part: usize) -> bool {
    let (percent, fewest) = crowd.kind.beyond();
    let (all, largest) = (crowd.drift, crowd.largest);
    let is_share =
        |changed: usize, standing: usize| changed > 0 && changed * 100 * part >= percent * standing;
    let (changed, by_one) = (all.of(crowd.kind), largest.of(crowd.kind));
    crowd.sources.len() >= FEWEST_SOURCES
        && crowd.sources.len() * 100 * part >= CHANGED_PERCENT * crowd.of_sources
        && changed >= fewest
        && is_share(changed, all.standing)
        && is_share(changed - by_one, all.standing - largest.standing)
}

/// Whether a source that is held for such a change says again what it said before.
pub fn is_back(kind: Kind, drift: Drift) -> bool {
    match kind {
        // A few new events are what days bring.
        Kind::Added => drift.added * 2 <= drift.standing.max(2),
        kind => drift.of(kind) == 0,
    }
}
