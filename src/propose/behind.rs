//! An event → the group that holds it and that no source reads, by addresses alone.

use super::About;
use crate::config::Entry;
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Platform, Source};
use crate::read::discover::{self, Candidate};

/// A group that no source reads.
#[derive(Debug, Clone)]
pub struct Behind {
    /// Where it is, and who would read it.
    pub candidate: Candidate,
    /// Its name, as the event gives it; empty if it does not.
    pub organiser: String,
    /// The page that the event gives it.
    pub page: Option<Link>,
    /// The event, with this organiser alone.
    pub listing: Listing,
}

/// The group behind an event that no source reads: the one that the event's page is of, else the one that its organiser
/// links to.
pub fn behind(about: &About<'_>, listing: &Listing) -> Option<Behind> {
    let organisers = listing.organisers.iter().map(|(name, url)| {
        let url = url.as_deref();
        (name, url, url.and_then(|url| group_at(about, url, false)))
    });
    let organisers: Vec<_> = organisers.collect();
    let pages = std::iter::once(listing.link.as_deref())
        .flatten()
        .chain(listing.further_links.iter().map(|(_, url)| url.as_str()));
    let of_page = pages.filter_map(|page| group_at(about, page, true)).next();
    // A page's group is believed before the organiser's link: that may be of the platform which the group has left.
    let candidate = of_page.or_else(|| {
        let own = organisers.iter().filter_map(|(.., own)| own.clone());
        own.into_iter().next()
    })?;
    if about
        .configuration
        .reader_of(&candidate.url, Some(candidate.platform))
        .is_some()
    {
        return None;
    }
    let is_its = |own: &Option<Candidate>| own.as_ref().is_some_and(|own| own.url == candidate.url);
    let organiser = organisers
        .iter()
        .find(|(.., own)| is_its(own))
        .or_else(|| organisers.first());
    let (name, url) = organiser.map_or((String::new(), None), |(name, url, _)| {
        ((*name).clone(), *url)
    });
    let mut listing = listing.clone();
    listing.organisers.clear();
    if !name.is_empty() {
        let url = url.map(str::to_owned);
        listing.organisers.push((name.clone(), url));
    }
    Some(Behind {
        candidate,
        organiser: name,
        page: url.and_then(|url| Link::parse(url).ok()),
        listing,
    })
}

/// The group or calendar that an address names by itself. `is_event` says that it stands where an event's page does.
pub fn group_at(about: &About<'_>, url: &str, is_event: bool) -> Option<Candidate> {
    let link = Link::parse(url).ok()?;
    let found = discover::behind_address(link.as_str(), |url| about.platform_of(url));
    let [candidate] = <[Candidate; 1]>::try_from(found).ok()?;
    // Luma's page of an event does not say of which calendar it is, and no address tells a name from an event.
    let is_lumas = candidate.platform == Platform::Luma;
    let is_page = matches!(link.meaning(), Meaning::Event { .. });
    (!is_lumas || !is_page || !is_event).then_some(candidate)
}

/// The source that a group has already, at another address.
pub fn elsewhere<'a>(
    about: &About<'a>,
    organiser: &str,
    page: Option<&Link>,
) -> Option<&'a Source> {
    let configuration = about.configuration;
    let by_page = page.and_then(|page| configuration.reader_of(page.as_str(), None));
    let name = folded(organiser);
    by_page.map(|reader| reader.source).or_else(|| {
        configuration.sources.iter().find(|source| {
            let known = source.organiser.as_ref();
            known.is_some_and(|known| folded(&known.name) == name)
        })
    })
}

/// Writes into an entry that it takes the place of the group's old source, from the first of the events on. Says which
/// source that is and where it stands; `None` if the old source has no address or there is no event.
pub fn replacing(
    about: &About<'_>,
    entry: &mut Entry,
    old: &Source,
    listings: &[Listing],
) -> Option<String> {
    let Address::Web(url) = &old.address else {
        return None;
    };
    let from = listings.iter().map(|of| of.start.date()).min()?;
    let place = about.configuration.written_at.get(&old.id);
    let place = place.map(|(file, line)| format!(" ({}:{line})", file.display()));
    let place = place.unwrap_or_default();
    let remark = "leave this out if the group uses both addresses";
    entry.replaces(url, from, remark);
    Some(format!("{}{place}", old.id))
}
