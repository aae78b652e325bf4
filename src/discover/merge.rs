//! Hints → candidates: hints at one page are put together, what a source reads is none, and each gets the entry that
//! would make it a source.

use super::lead::{Lead, evidence};
use crate::config::page_of;
use crate::facts::candidate::{COMPARED_WITH, Candidate, Kind, State, tell_apart};
use crate::facts::event::{counted, folded};
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Platform, Source, SourceId};
use crate::propose::{self, About, Found};
use crate::read::discover;
use crate::store::{self, Standing, Store};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Events with the same day and title from which on two calendars are taken for those of one group: one alone may be
/// chance, as "Rust meetup" on the same evening in two cities.
const FEWEST_SAME: usize = 2;

/// Candidates that are kept for an editor to decide about: those that are most likely wanted.
const MOST_WAITING: usize = 2_000;

/// Puts hints together with the candidates that are known, and keeps those.
pub(super) fn keep(
    about: &About<'_>,
    store: &mut Store,
    leads: Vec<Lead>,
    listings: &BTreeMap<SourceId, Vec<Listing>>,
) -> Result<(), store::Error> {
    let standings = store.standings()?;
    let known = Sources::new(about, listings, &standings);
    let mut candidates: BTreeMap<Link, Candidate> = store
        .candidates()?
        .into_iter()
        .map(|candidate| (candidate.page.clone(), candidate))
        .collect();
    let mut changed: BTreeSet<Link> = BTreeSet::new();
    let mut ids: BTreeSet<String> = candidates.values().map(|of| of.id.clone()).collect();
    for candidate in candidates.values_mut() {
        if candidate.state != State::Added && is_read(about, candidate) {
            candidate.state = State::Added;
            changed.insert(candidate.page.clone());
        }
    }
    let mut of_each: BTreeMap<Link, Vec<Lead>> = BTreeMap::new();
    for lead in leads {
        let page = page_of(&lead.url, Some(lead.platform));
        let reader = about
            .configuration
            .reader_of(&lead.url, Some(lead.platform));
        if let (Some(page), None) = (page, reader) {
            of_each.entry(page).or_default().push(lead);
        }
    }
    for (page, leads) in of_each {
        let Some(first) = leads.first() else { continue };
        let candidate = match candidates.get_mut(&page) {
            Some(candidate) => candidate,
            None => {
                let mut new = Candidate::new(page.clone(), &first.url, first.platform, about.now);
                tell_apart(&mut new, &ids);
                ids.insert(new.id.clone());
                candidates.entry(page.clone()).or_insert(new)
            }
        };
        take_in(&known, candidate, leads);
        changed.insert(page);
    }
    let least = least_wanted(about, &candidates);
    candidates.retain(|page, _| changed.contains(page) && !least.contains(page));
    let candidates: Vec<Candidate> = candidates.into_values().collect();
    store.keep_candidates(&candidates)?;
    store.forget_candidates(&least)
}

/// The pages of the candidates that are too many.
fn least_wanted(about: &About<'_>, candidates: &BTreeMap<Link, Candidate>) -> BTreeSet<Link> {
    let topic = &about.configuration.settings.topic;
    let waiting = candidates.values().filter(|of| of.state == State::New);
    let mut waiting: Vec<_> = waiting
        .map(|of| {
            let rank = of.rank(topic);
            (rank.is_about_the_topic, rank.points, of.last_seen, &of.page)
        })
        .collect();
    waiting.sort_by(|a, b| b.cmp(a));
    let least = waiting.into_iter().skip(MOST_WAITING);
    least.map(|(.., page)| page.clone()).collect()
}

fn is_read(about: &About<'_>, candidate: &Candidate) -> bool {
    let reader = about
        .configuration
        .reader_of(&candidate.url, Some(candidate.platform));
    reader.is_some()
}

/// What is configured, as candidates are compared with it.
struct Sources<'a> {
    about: &'a About<'a>,
    standings: &'a BTreeMap<SourceId, Standing>,
    /// Days and titles of the events of groups that are read.
    events: BTreeMap<(NaiveDate, String), Vec<&'a Source>>,
    /// The sources that list an event to come.
    ahead: BTreeSet<&'a SourceId>,
}

impl<'a> Sources<'a> {
    fn new(
        about: &'a About<'a>,
        listings: &'a BTreeMap<SourceId, Vec<Listing>>,
        standings: &'a BTreeMap<SourceId, Standing>,
    ) -> Sources<'a> {
        let today = about.today();
        let mut events: BTreeMap<(NaiveDate, String), Vec<&Source>> = BTreeMap::new();
        let mut ahead = BTreeSet::new();
        for source in &about.configuration.sources {
            let own = listings
                .get(&source.id)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let comes = |of: &Listing| of.start.date() >= today || of.rule.is_some();
            if own.iter().any(|of| comes(of) && of.missing.is_none()) {
                ahead.insert(&source.id);
            }
            if source.organiser.is_some() && !source.is_by_hand() {
                for listing in own {
                    events
                        .entry(day_and_title(listing))
                        .or_default()
                        .push(source);
                }
            }
        }
        Sources {
            about,
            standings,
            events,
            ahead,
        }
    }

    /// How a source is doing that may have been left; `None` if it is read well and lists events to come.
    fn left(&self, source: &Source) -> Option<String> {
        match self.standings.get(&source.id) {
            None => Some("was never read".to_owned()),
            Some(standing) if standing.failures > 0 => {
                let error = standing.error.as_deref().unwrap_or("unknown");
                Some(format!("fails: {error}"))
            }
            Some(_) if !self.ahead.contains(&source.id) => {
                Some("lists no event to come".to_owned())
            }
            Some(_) => None,
        }
    }

    /// The source with most of these events, and with how many.
    fn same_events(&self, listings: &[Listing]) -> Option<(&'a Source, usize)> {
        let events: BTreeSet<(NaiveDate, String)> = listings.iter().map(day_and_title).collect();
        let mut counts: BTreeMap<&SourceId, (&Source, usize)> = BTreeMap::new();
        for one in &events {
            for source in self.events.get(one).into_iter().flatten() {
                counts.entry(&source.id).or_insert((source, 0)).1 += 1;
            }
        }
        let most = counts.into_values().max_by_key(|(_, count)| *count);
        most.filter(|(_, count)| *count >= FEWEST_SAME)
    }
}

/// Takes hints at one page into its candidate.
fn take_in(known: &Sources<'_>, candidate: &mut Candidate, leads: Vec<Lead>) {
    let about = known.about;
    let left_before = candidate.moved_from().map(str::to_owned);
    let mut listings: Vec<Listing> = Vec::new();
    let mut name = None;
    let mut page = None;
    let mut has_moved = false;
    for lead in leads {
        candidate.last_seen = about.now;
        has_moved |= lead.evidence.kind == Kind::Moved;
        candidate.add(lead.evidence);
        listings.extend(lead.listings);
        name = name.or(lead.name);
        page = page.or(lead.page);
    }
    candidate.list(&listings);
    if candidate.name.is_none() {
        candidate.name = name.clone();
    }
    if let Some((source, same)) = known.same_events(&listings) {
        let count = counted(same, "event", "events");
        let words = format!(
            "{count} of it stand in {} with the same day and title",
            source.id
        );
        has_moved |= compare(known, candidate, source, words);
    }
    let named = name.or_else(|| candidate.name.clone()).unwrap_or_default();
    if !has_moved
        && !folded(&named).is_empty()
        && let Some(source) = propose::elsewhere(about, &named, page.as_ref())
        && source.organiser.is_some()
    {
        let words = format!("it has the name or the page of the group of {}", source.id);
        compare(known, candidate, source, words);
    }
    // What a look at the group's own page gave says more than rows about it.
    let was_read = matches!(&candidate.looked, Some((_, None)));
    if was_read && candidate.moved_from() != left_before.as_deref() {
        // The next look writes the entry anew: it says which source it replaces.
        candidate.looked = None;
    }
    // How a site of no platform could be read is not known yet.
    let is_platforms = !matches!(candidate.platform, Platform::Jsonld | Platform::Page);
    let says_more = !listings.is_empty() || candidate.entry.is_none();
    if !was_read && is_platforms && says_more {
        let at = discover::Candidate {
            url: candidate.url.clone(),
            platform: candidate.platform,
            why: String::new(),
        };
        let found = Found {
            candidate: &at,
            listings: &listings,
            name: None,
            on_page: false,
            rules: None,
            old: None,
        };
        write_entry(about, candidate, &found);
    }
}

/// Notes that a candidate seems to be the group of a source. The source is left if it is not read well, or lists nothing
/// to come; else the events are most likely announced twice. Says whether it is left.
fn compare(known: &Sources<'_>, candidate: &mut Candidate, source: &Source, words: String) -> bool {
    let now = known.about.now;
    let (kind, words) = match known.left(source) {
        Some(how) => (Kind::Moved, format!("{words}, and {} {how}", source.id)),
        None => (
            Kind::Twice,
            format!("{words}, and {} is read well", source.id),
        ),
    };
    let subject = format!("{COMPARED_WITH}{}", source.id);
    // A source that was read well before may be left now, or the other way round.
    candidate.evidence.retain(|of| of.subject != subject);
    candidate.add(evidence(kind, &subject, words, None, now));
    kind == Kind::Moved
}

/// Writes the entry that would make a candidate a source, and takes name and place from it. It replaces the source that
/// the group has left.
pub(super) fn write_entry(about: &About<'_>, candidate: &mut Candidate, found: &Found<'_>) {
    let replaced = candidate.moved_from().and_then(|id| {
        let mut sources = about.configuration.sources.iter();
        sources.find(|source| source.id.0 == id)
    });
    let found = Found {
        // A calendar of many groups says nothing about one of them.
        old: replaced.filter(|old| old.organiser.is_some()),
        ..*found
    };
    let Ok(mut entry) = propose::entry(about, &found.candidate.url, &found) else {
        return;
    };
    if candidate.name.is_none() {
        candidate.name = entry.stated("organiser").map(str::to_owned);
    }
    candidate.place = entry
        .stated("place")
        .map(str::to_owned)
        .or(candidate.place.take());
    if let Some(old) = replaced
        && propose::replacing(about, &mut entry, old, found.listings).is_none()
        && let Address::Web(url) = &old.address
    {
        let remark = "the day on which it moved; leave this out if the group uses both addresses";
        entry.replaces(url, about.today(), remark);
    }
    candidate.entry = Some(entry.to_string());
}

/// By what an event is found again in another calendar.
fn day_and_title(listing: &Listing) -> (NaiveDate, String) {
    (listing.start.date(), folded(&listing.title))
}
