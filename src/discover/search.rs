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

/// Reads the pages that are due, one after another, until the budget is spent. `is_whole_day` says whether that is the
/// whole budget of a day.
pub(super) async fn searches(
    about: &About<'_>,
    store: &mut Store,
    tools: &Tools,
    is_whole_day: bool,
    done: &mut Searched,
) -> Result<(), store::Error> {
    let listings = store.listings()?;
    for search in &about.configuration.searches {
        for (url, words) in search.addresses() {
            if !is_due(store.look_at(&url)?, search, about) || tools.fetcher.is_spent() {
                continue;
            }
            let has_whole_day = is_whole_day && tools.fetcher.sent() == 0;
            let mut asked = Vec::new();
            let (leads, mut trouble) = match page_at(&url, tools).await {
                Ok(page) => {
                    let of = (search, words.as_str());
                    leads_of(about, of, &page, (store, &mut asked), tools).await?
                }
                Err(why) => (Vec::new(), Some(why)),
            };
            merge::keep(about, store, leads, &listings)?;
            let at = about.now;
            for event in &asked {
                store.keep_look(event, &Look::new(at, None))?;
            }
            let is_cut_short = tools.fetcher.has_refused();
            let requests = about.configuration.settings.discover.requests;
            if is_cut_short {
                // It is no look, and goes on another day with the next event. What a whole day is not enough for, it
                // would do again every day.
                if !has_whole_day || !asked.is_empty() {
                    return Ok(());
                }
                trouble = Some(format!(
                    "takes more requests than a day has, {requests}: raise `requests` under [discover] to 20 or more"
                ));
            }
            done.searches += 1;
            done.troubles
                .extend(trouble.iter().map(|why| format!("search {url}: {why}")));
            let not_enough = is_cut_short.then_some(requests);
            let look = Look::new(at, trouble);
            store.keep_look(&url, &Look { not_enough, ..look })?;
            if is_cut_short {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Whether a page that a search asks for was not looked at since it was last due; or was too much under another limit.
fn is_due(last: Option<Look>, search: &Search, about: &About<'_>) -> bool {
    let Some(last) = last else { return true };
    let every = TimeDelta::from_std(search.every).unwrap_or(TimeDelta::MAX);
    let requests = about.configuration.settings.discover.requests;
    last.at > about.now
        || about.now - last.at >= every
        || last.not_enough.is_some_and(|then| then != requests)
}

/// The hints of one page, and why nothing on it can be read. The pages of events that this asks are added to `asked`;
/// those that were asked since the page was last due are not asked again.
async fn leads_of(
    about: &About<'_>,
    (search, words): (&Search, &str),
    page: &Page,
    (store, asked): (&mut Store, &mut Vec<String>),
    tools: &Tools,
) -> Result<(Vec<Lead>, Option<String>), store::Error> {
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
        let Some(url) = listing.link.as_deref() else {
            continue;
        };
        if !is_due(store.look_at(url)?, search, about) {
            continue;
        }
        let group = behind_event(about, (listing, url), tools).await;
        if tools.fetcher.has_refused() {
            break;
        }
        asked.push(url.to_owned());
        if let Some(group) = group {
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
    let trouble = trouble.filter(|_| linked.is_empty());
    let leads = groups.into_values().filter_map(|groups| {
        let evidence = found(groups.len());
        Lead::behind(groups, evidence)
    });
    Ok((leads.chain(linked).collect(), trouble))
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
async fn behind_event(
    about: &About<'_>,
    (listing, url): (&Listing, &str),
    tools: &Tools,
) -> Option<Behind> {
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
