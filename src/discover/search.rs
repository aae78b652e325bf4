//! Reads the pages of searches: the groups that hold the events on them, and those that they link to.

use super::lead::{Lead, evidence};
use super::look::page_at;
use super::{Searched, merge};
use crate::config::Search;
use crate::facts::candidate::{Evidence, Kind};
use crate::facts::event::{counted, folded};
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Page, Platform, Source};
use crate::propose::{self, About, Behind};
use crate::read::{self, Known, discover};
use crate::refresh::Tools;
use crate::store::{self, Look, Store};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Pages of events that one page of a search makes us read, where the search does not say who holds them.
const MOST_EVENT_PAGES: usize = 5;

/// Reads the pages that are due, one after another, until the budget is spent.
pub(super) async fn searches(
    about: &About<'_>,
    store: &mut Store,
    tools: &Tools,
    done: &mut Searched,
) -> Result<(), store::Error> {
    let listings = store.listings()?;
    for search in &about.configuration.searches {
        let every = TimeDelta::from_std(search.every).unwrap_or(TimeDelta::MAX);
        for (url, words) in search.addresses() {
            let last = store.look_at(&url)?;
            let is_due =
                last.is_none_or(|last| last.at > about.now || about.now - last.at >= every);
            if !is_due || tools.fetcher.is_spent() {
                continue;
            }
            let read = match page_at(&url, tools).await {
                Ok(page) => leads_of(about, (search, &words), &page, tools).await,
                Err(why) => Err(why),
            };
            let (leads, trouble) = match read {
                Ok(leads) => (leads, None),
                Err(why) => (Vec::new(), Some(why)),
            };
            merge::keep(about, store, leads, &listings)?;
            // A look that the budget cut short is no look.
            if tools.fetcher.has_refused() {
                return Ok(());
            }
            done.searches += 1;
            done.troubles
                .extend(trouble.iter().map(|why| format!("search {url}: {why}")));
            let at = about.now;
            store.keep_look(&url, &Look { at, trouble })?;
        }
    }
    Ok(())
}

/// The hints of one page; or why nothing on it can be read.
async fn leads_of(
    about: &About<'_>,
    (search, words): (&Search, &str),
    page: &Page,
    tools: &Tools,
) -> Result<Vec<Lead>, String> {
    let found = |count: usize| -> Evidence {
        let host = search.host();
        let looked_for = match words {
            "" => String::new(),
            words => format!(" for {words:?}"),
        };
        let events = match count {
            0 => String::new(),
            count => format!(" with {}", counted(count, "event", "events")),
        };
        let words = format!("the search on {host}{looked_for} lists it{events}");
        evidence(
            Kind::Search,
            &page.request.url,
            words,
            Some(&page.request.url),
            about.now,
        )
    };
    let source = Source::new(
        "search",
        Address::Web(page.request.url.clone()),
        search.platform.unwrap_or(Platform::Page),
    );
    let reading = read::read(&source, page, &Known::default(), about.now);
    let (listings, trouble) = match reading {
        Ok(reading) => (reading.listings, None),
        Err(why) => (Vec::new(), Some(why.to_string())),
    };
    let mut groups: BTreeMap<String, Vec<Behind>> = BTreeMap::new();
    let mut of_no_group = Vec::new();
    for listing in &listings {
        match propose::behind(about, listing) {
            Some(group) => groups
                .entry(group.candidate.url.clone())
                .or_default()
                .push(group),
            None if says_its_group(about, listing) => {}
            None => of_no_group.push(listing),
        }
    }
    for listing in on_topic(about, of_no_group).take(MOST_EVENT_PAGES) {
        if let Some(group) = asked(about, listing, tools).await {
            groups
                .entry(group.candidate.url.clone())
                .or_default()
                .push(group);
        }
    }
    let linked = discover::behind_page(page, |url| about.platform_of(url));
    let linked = linked
        .into_iter()
        .filter(|of| !groups.contains_key(&of.url) && is_elsewhere(of, page))
        .map(|of| Lead::at(&of.url, of.platform, found(0)))
        .collect::<Vec<Lead>>();
    if let Some(trouble) = trouble.filter(|_| linked.is_empty()) {
        return Err(trouble);
    }
    let leads = groups.into_values().filter_map(|groups| {
        let evidence = found(groups.len());
        Lead::behind(groups, evidence)
    });
    Ok(leads.chain(linked).collect())
}

/// Whether a page of a search names this address, and is not it itself.
fn is_elsewhere(candidate: &discover::Candidate, page: &Page) -> bool {
    let own = [&page.url, &page.request.url].map(|url| Link::parse(url).ok());
    let link = Link::parse(&candidate.url).ok();
    !matches!(candidate.platform, Platform::Jsonld | Platform::List) && !own.contains(&link)
}

/// Whether an event says of which group it is: then that is read already.
fn says_its_group(about: &About<'_>, listing: &Listing) -> bool {
    let organisers = listing
        .organisers
        .iter()
        .filter_map(|(_, url)| url.as_ref());
    let mut urls = organisers.chain(&listing.link);
    urls.any(|url| {
        let group = propose::group_at(about, url, true);
        group.is_some() || about.configuration.reader_of(url, None).is_some()
    })
}

/// The events with a word of the topic in the title, or in the name of who holds them.
fn on_topic<'a>(
    about: &About<'_>,
    listings: Vec<&'a Listing>,
) -> impl Iterator<Item = &'a Listing> {
    let topic = &about.configuration.settings.topic;
    let names = |text: &str| topic.is_empty() || topic.is_named_in(text);
    listings.into_iter().filter(move |listing| {
        let mut organisers = listing.organisers.iter();
        names(&listing.title) || organisers.any(|(name, _)| names(name))
    })
}

/// The group behind an event, by what the event's own page says.
async fn asked(about: &About<'_>, listing: &Listing, tools: &Tools) -> Option<Behind> {
    let url = listing.link.as_deref()?;
    let page = page_at(url, tools).await.ok()?;
    let source = Source::new("event", Address::Web(url.to_owned()), Platform::Jsonld);
    let reading = read::read(&source, &page, &Known::default(), about.now).ok();
    let listings = reading.iter().flat_map(|reading| &reading.listings);
    let same = |of: &&Listing| folded(&of.title) == folded(&listing.title);
    if let Some(group) = listings
        .clone()
        .find(same)
        .and_then(|of| propose::behind(about, of))
    {
        return Some(group);
    }
    let candidates = discover::behind_page(&page, |url| about.platform_of(url));
    let candidate = candidates.into_iter().find(|of| is_elsewhere(of, &page))?;
    let reader = about
        .configuration
        .reader_of(&candidate.url, Some(candidate.platform));
    if reader.is_some() {
        return None;
    }
    let organiser = listings.flat_map(|of| &of.organisers).next();
    let organiser = organiser.or(listing.organisers.first());
    Some(Behind {
        organiser: organiser.map(|(name, _)| name.clone()).unwrap_or_default(),
        page: None,
        listing: listing.clone(),
        candidate,
    })
}
