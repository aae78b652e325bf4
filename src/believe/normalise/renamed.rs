//! Whether a group goes by another name or address on its platform than in the configuration.

use crate::facts::event::{folded, one_line};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Platform, Source};

/// What a platform calls a group where it is not what the configuration says, with the line to change; `None` if they
/// agree. What is printed follows the configuration.
///
/// The address is the group's part in the addresses of its events, as Meetup has it: it must be another in all of them.
/// The name is that of the organiser that links to the group's own page; one that holds the configured name, or is held
/// by it, is the same ("Rust Berlin", "Rust Berlin e.V.").
pub fn renamed(source: &Source, listings: &[Listing]) -> Option<String> {
    let Address::Web(address) = &source.address else {
        return None;
    };
    let own: Vec<Link> = Link::parse(address)
        .into_iter()
        .chain(source.aliases.iter().cloned())
        .collect();
    let mut listed = listings.iter().filter(|listing| !listing.cross_listed);
    if let Some(group) = other_group(source, &own, listed.clone()) {
        return Some(format!(
            "its events stand on {group}: if the group was renamed, write `url = {:?}` in the entry of {}",
            group.as_str(),
            source.id
        ));
    }
    let configured = folded(&source.organiser.as_ref()?.name);
    let name = listed.find_map(|listing| {
        let of_group = |(_, url): &&(String, Option<String>)| {
            let url = url.as_deref().and_then(|url| Link::parse(url).ok());
            url.is_some_and(|url| own.contains(&url))
        };
        let (name, _) = listing.organisers.iter().find(of_group)?;
        let other = folded(name);
        let is_same = other.contains(&configured) || configured.contains(&other);
        (!is_same && !other.is_empty()).then(|| one_line(name))
    })?;
    let name: String = name.chars().take(100).collect();
    Some(format!(
        "its platform calls the group {name:?}: if it was renamed, write `organiser = {name:?}` in the entry of {}",
        source.id
    ))
}

/// The group's page below which all events of a source stand, where it is none of its own.
fn other_group<'a>(
    source: &Source,
    own: &[Link],
    listings: impl Iterator<Item = &'a Listing>,
) -> Option<Link> {
    if source.platform != Platform::Meetup {
        return None;
    }
    let pages = listings.filter_map(|listing| Link::parse(listing.link.as_deref()?).ok());
    let mut groups = pages.filter_map(|page| {
        matches!(
            page.meaning(),
            Meaning::Event {
                scope: "meetup",
                ..
            }
        )
        .then(|| page.as_str().split("/events/").next().map(Link::parse))?
        .and_then(Result::ok)
    });
    let first = groups.next()?;
    (!own.contains(&first) && groups.all(|group| group == first)).then_some(first)
}
