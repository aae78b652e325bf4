//! Which of all the links is the event's page.

use super::flags::Flags;
use crate::facts::event::Flag;
use crate::facts::link::{Found, Introduced, Link, Meaning, links_in};
use crate::facts::listing::Listing;

/// An event's page, and the further links that its texts hold.
pub(super) struct Linked {
    /// Its page; none if nothing is known to be one.
    pub(super) page: Option<Link>,
    /// Pages of other single events in its texts: what this may be a copy of.
    pub(super) mentions: Vec<Link>,
    /// All links of its texts, each once, in their order.
    pub(super) all: Vec<Link>,
}

impl Linked {
    /// Reads the links of a listing and of the event's own page; `description` is the page's, or else the list's.
    pub(super) fn of(
        listing: &Listing,
        page: Option<&Listing>,
        description: &str,
        flags: &mut Flags,
    ) -> Linked {
        let said = [Some(listing), page]
            .into_iter()
            .flatten()
            .filter_map(|listing| Link::parse(listing.link.as_deref()?).ok())
            .find(|link| !link.is_no_events_page());
        let mut found = links_in(&listing.description);
        if listing.description != description {
            let known: Vec<Link> = found.iter().map(|found| found.link.clone()).collect();
            let more = links_in(description).into_iter();
            found.extend(more.filter(|found| !known.contains(&found.link)));
        }
        let in_text = match &said {
            Some(said) => better_than(said, &found, flags),
            None => page_in_text(&found, flags),
        };
        let own = said.clone();
        let mentions = found.iter().map(|found| &found.link);
        Linked {
            page: in_text.or(said),
            mentions: mentions
                .filter(|link| is_event(link) && Some(*link) != own.as_ref())
                .cloned()
                .collect(),
            all: found.into_iter().map(|found| found.link).collect(),
        }
    }
}

fn is_event(link: &Link) -> bool {
    matches!(link.meaning(), Meaning::Event { .. })
}

/// The event's page, of which only its text tells: calendars without a field for it keep it there. The first
/// that is an event's and is not said to be over, best where one signs up; else the only link there is, or the
/// only one where one signs up.
fn page_in_text(found: &[Found<'_>], flags: &mut Flags) -> Option<Link> {
    let events = || found.iter().filter(|found| is_event(&found.link));
    if let (Some(only), None) = (events().next(), events().nth(1)) {
        return Some(only.link.clone());
    }
    if let Some(best) = events().map(Found::introduced).max() {
        let mut equal = events().filter(|found| found.introduced() == best);
        let taken = equal.next()?;
        if let Some(other) = equal.next() {
            flags.chose(Flag::LinkAssumed, taken.link.as_str(), other.link.as_str());
        }
        return Some(taken.link.clone());
    }
    let pages: Vec<&Found<'_>> = found
        .iter()
        .filter(|found| !found.link.is_no_events_page())
        .collect();
    let of_this = || {
        pages
            .iter()
            .filter(|found| found.introduced() == Introduced::AsThis)
    };
    match (pages.as_slice(), of_this().count()) {
        ([only], _) => Some(only.link.clone()),
        (_, 1) => of_this().next().map(|found| found.link.clone()),
        _ => None,
    }
}

/// The one event's page in the text, where the field for it names only its group's page on that platform.
fn better_than(said: &Link, found: &[Found<'_>], flags: &mut Flags) -> Option<Link> {
    let Meaning::Group { scope: group, .. } = said.meaning() else {
        return None;
    };
    let mut events = found.iter().filter(|found| {
        let of_platform = |scope| scope == group;
        matches!(found.link.meaning(), Meaning::Event { scope, .. } if of_platform(scope))
            && found.introduced() != Introduced::AsPast
    });
    let (Some(event), None) = (events.next(), events.next()) else {
        return None;
    };
    flags.chose(Flag::LinkAssumed, event.link.as_str(), said.as_str());
    Some(event.link.clone())
}
