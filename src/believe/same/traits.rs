//! What is compared of a record, computed once for each: of an event, a listing, or what was published.

use super::words::{Titled, Words};
use crate::facts::event::{Event, EventId, Flag, Key, folded};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::place::{self, Mode, Place, Resolution};
use crate::facts::source::{Organiser, SourceId};
use crate::facts::topic::Topic;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

/// Words that organisers write before a title, with a colon.
const STATES: &[&str] = &["postponed", "cancelled", "canceled", "moved", "new date"];

/// A page by which others may know an event, as text to compare.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Page {
    /// `scope:id` on a platform, else the address.
    pub(crate) name: String,
    /// The day that it takes to know which event an address means; none where the page names one event alone.
    pub(crate) day: Option<NaiveDate>,
}

/// A link in an event's text to the page of a single event.
#[derive(Debug, Clone)]
pub(crate) struct Mention<'a> {
    pub(crate) link: &'a Link,
    /// `scope:id` of the event that the page is of.
    pub(crate) page: Option<String>,
    /// That no event has that page today.
    pub(crate) is_lost: bool,
}

/// What is compared of one record.
#[derive(Debug)]
pub(crate) struct Traits<'a> {
    pub(crate) source: Option<&'a SourceId>,
    pub(crate) keys: &'a [Key],
    /// The id under which it is known, and the one of the set that it was in at the last refresh.
    pub(crate) id: Option<&'a EventId>,
    pub(crate) was_in: Option<&'a EventId>,
    pub(crate) start: DateTime<Utc>,
    pub(crate) day: NaiveDate,
    /// Whether it says an hour.
    pub(crate) is_timed: bool,
    pub(crate) title: Words,
    /// The names of its organisers and its city.
    pub(crate) names: Words,
    /// Its organisers: the folded name, and the page.
    pub(crate) organisers: Vec<(String, Option<&'a Link>)>,
    pub(crate) has_unknown_organiser: bool,
    /// The addresses of its organisers' pages on platforms, without a slash at the end.
    pub(crate) groups: Vec<&'a str>,
    pub(crate) mode: Option<Mode>,
    place: Option<&'a Place>,
    /// The street address of its venue, folded.
    pub(crate) address: Option<String>,
    pub(crate) link: Option<Cow<'a, Link>>,
    /// What its link means, if it is an event's page: the platform and the id.
    pub(crate) own: Option<(&'static str, String)>,
    pub(crate) pages: Vec<Page>,
    pub(crate) mentions: Vec<Mention<'a>>,
    /// That its source's list goes without it.
    pub(crate) is_unlisted: bool,
    /// That it is, or links to, a page elsewhere that no event has any more.
    pub(crate) is_left_behind: bool,
    /// Of a listing: that others of its reading have its link too.
    pub(crate) shares_its_link: bool,
    /// Of a new listing: that it starts after the end of its list as it was before, which was cut off.
    pub(crate) was_out_of_view: bool,
    /// What only listings have.
    pub(crate) listing: Option<OfListing<'a>>,
}

/// What is compared of a listing beyond that; looked up when it is asked for.
#[derive(Debug)]
pub(crate) struct OfListing<'a> {
    pub(crate) listing: &'a Listing,
    /// The title without the word before it that says what became of the event.
    pub(crate) stem: String,
    page: OnceCell<Option<(Link, Meaning)>>,
    city: OnceCell<Option<Place>>,
}

impl<'a> Traits<'a> {
    /// What is compared of an event.
    pub(crate) fn of_event(event: &'a Event, topic: &Topic) -> Traits<'a> {
        let mut names = String::new();
        let organisers = named(&event.organisers);
        let city = event.place.as_ref().and_then(Place::city).map(folded);
        for name in organisers.iter().map(|(name, _)| name).chain(&city) {
            names.push_str(name);
            names.push(' ');
        }
        let own = match event.link.as_ref().map(Link::meaning) {
            Some(Meaning::Event { scope, id }) => Some((scope, id)),
            _ => None,
        };
        Traits {
            source: Some(&event.source),
            keys: &event.keys,
            day: event.when.first_day(),
            is_timed: event.when.zone().is_some(),
            names: Words::of(names, topic),
            has_unknown_organiser: event.flags.contains(&Flag::UnknownOrganiser),
            groups: groups(&event.organisers),
            mode: Some(event.mode),
            place: event.place.as_ref(),
            address: address(event),
            link: event.link.as_ref().map(Cow::Borrowed),
            pages: pages(event, own.as_ref()),
            own,
            mentions: event.mentions.iter().map(mention).collect(),
            is_unlisted: event.flags.contains(&Flag::Unlisted),
            ..Traits::new(
                event.when.start(),
                Words::of(event.title.folded(), topic),
                organisers,
            )
        }
    }

    /// What is compared of a listing.
    pub(crate) fn of_listing(listing: &'a Listing, topic: &Topic) -> Traits<'a> {
        let start = listing.start.instant(Tz::UTC);
        let organisers = listing.organisers.iter();
        let organisers = organisers.map(|(name, _)| (folded(name), None)).collect();
        let link = listing.link.as_deref();
        Traits {
            mode: listing.mode,
            link: link.and_then(|link| Link::parse(link).ok()).map(Cow::Owned),
            listing: Some(OfListing {
                listing,
                stem: stem(listing),
                page: OnceCell::new(),
                city: OnceCell::new(),
            }),
            ..Traits::new(start, Words::of(folded(&listing.title), topic), organisers)
        }
    }

    /// What is compared of an event that was published.
    pub(crate) fn of_published(
        start: DateTime<Utc>,
        title: Words,
        organisers: &'a [Organiser],
        link: Option<&'a Link>,
    ) -> Traits<'a> {
        Traits {
            link: link.map(Cow::Borrowed),
            ..Traits::new(start, title, named(organisers))
        }
    }

    fn new(
        start: DateTime<Utc>,
        title: Words,
        organisers: Vec<(String, Option<&'a Link>)>,
    ) -> Traits<'a> {
        Traits {
            source: None,
            keys: &[],
            id: None,
            was_in: None,
            start,
            day: start.date_naive(),
            is_timed: true,
            title,
            names: Words::default(),
            organisers,
            has_unknown_organiser: false,
            groups: Vec::new(),
            mode: None,
            place: None,
            address: None,
            link: None,
            own: None,
            pages: Vec::new(),
            mentions: Vec::new(),
            is_unlisted: false,
            is_left_behind: false,
            shares_its_link: false,
            was_out_of_view: false,
            listing: None,
        }
    }

    /// Its title beside the names that tell nothing apart.
    pub(crate) fn titled(&self) -> Titled<'_> {
        Titled {
            title: &self.title,
            names: &self.names,
        }
    }

    /// Its place; of a listing the city that its locations name.
    pub(crate) fn place(&self) -> Option<&Place> {
        match &self.listing {
            Some(of) => of.city.get_or_init(|| city(of.listing)).as_ref(),
            None => self.place,
        }
    }

    /// The page with which a listing stands, and what that means.
    pub(crate) fn page(&self) -> Option<&(Link, Meaning)> {
        let of = self.listing.as_ref()?;
        let found = of.page.get_or_init(|| {
            let page = page(of.listing)?;
            let meaning = page.meaning();
            Some((page, meaning))
        });
        found.as_ref()
    }

    /// Of a Meetup event, whether it has a number: an occurrence of a series has the series' letters until it
    /// is edited.
    pub(crate) fn is_numbered(&self) -> Option<bool> {
        match self.page()? {
            (
                _,
                Meaning::Event {
                    scope: "meetup",
                    id,
                },
            ) => Some(is_number(id)),
            _ => None,
        }
    }

    /// Whether a page stands below one of its organisers' pages on a platform.
    pub(crate) fn is_on_page_of_group(&self, page: &Link) -> bool {
        self.groups.iter().any(|group| {
            let rest = page.as_str().strip_prefix(group);
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Whether its text links to the other's page, or to another page of the other's group.
    pub(crate) fn points_to(&self, other: &Traits<'_>) -> bool {
        self.mentions.iter().any(|mention| {
            other.link.as_deref() == Some(mention.link) || other.is_on_page_of_group(mention.link)
        })
    }

    /// Whether a page, as `scope:id`, stands on the platform that the event's names are from: then it is no other's.
    fn has_on_its_platform(&self, page: &str) -> bool {
        let scope = page.split_once(':').map(|(scope, _)| scope);
        self.keys.iter().any(|key| {
            let of_key = key.as_str().split_once(':').map(|(scope, _)| scope);
            scope.is_some() && of_key == scope
        })
    }
}

/// Notes of each event which of the pages that it links to no event has today, and whether it is a copy of one that
/// has gone: a group that goes over to another platform, or an event that gets another number there, takes its page
/// away, and those who copied it do not know that yet.
pub(crate) fn note_what_is_left(all: &mut [Traits<'_>]) {
    let mut pages: HashSet<String> = HashSet::new();
    let mut at_home: HashSet<String> = HashSet::new();
    for traits in all.iter() {
        for page in &traits.pages {
            if page.day.is_none() {
                pages.insert(page.name.clone());
            }
            if traits.has_on_its_platform(&page.name) {
                at_home.insert(page.name.clone());
            }
        }
    }
    for traits in all.iter_mut() {
        for mention in &mut traits.mentions {
            let page = mention.page.as_ref();
            mention.is_lost = page.is_some_and(|page| !pages.contains(page));
        }
        let own = traits
            .own
            .as_ref()
            .map(|(scope, id)| format!("{scope}:{id}"));
        let mentioned = traits.mentions.iter().filter_map(|one| one.page.as_deref());
        let is_left = own
            .as_deref()
            .into_iter()
            .chain(mentioned)
            .any(|page| !traits.has_on_its_platform(page) && !at_home.contains(page));
        traits.is_left_behind = is_left;
    }
}

fn named(organisers: &[Organiser]) -> Vec<(String, Option<&Link>)> {
    let organisers = organisers.iter();
    organisers
        .map(|organiser| (folded(&organiser.name), organiser.url.as_ref()))
        .collect()
}

fn groups(organisers: &[Organiser]) -> Vec<&str> {
    let pages = organisers.iter().filter_map(|one| one.url.as_ref());
    pages
        .filter(|page| matches!(page.meaning(), Meaning::Group { .. }))
        .map(|page| page.as_str().trim_end_matches('/'))
        .collect()
}

/// The street address of its venue. A city alone is none.
fn address(event: &Event) -> Option<String> {
    let address = folded(event.venue.as_ref()?.address.as_deref()?);
    let has_number = address.chars().any(|char| char.is_ascii_digit());
    has_number.then_some(address)
}

fn mention(link: &Link) -> Mention<'_> {
    Mention {
        link,
        page: match link.meaning() {
            Meaning::Event { scope, id } => Some(format!("{scope}:{id}")),
            _ => None,
        },
        is_lost: false,
    }
}

/// The pages by which an event may be known to others: its own, and those it had on its platform under
/// an earlier id; with the day where the address does not tell alone which event it means.
fn pages(event: &Event, own: Option<&(&'static str, String)>) -> Vec<Page> {
    let mut pages = Vec::new();
    if let Some((scope, id)) = own {
        pages.push(Page {
            name: format!("{scope}:{id}"),
            day: None,
        });
        // A calendar may still link to the address before the platform gave it another.
        let earlier = event.keys.iter().skip(1).map(Key::as_str);
        let on_platform = earlier.filter(|key| {
            let id = key.strip_prefix(scope);
            id.is_some_and(|id| id.starts_with(':'))
        });
        pages.extend(on_platform.map(|key| Page {
            name: key.to_owned(),
            day: None,
        }));
    } else if let Some(link) = &event.link
        // A group's page is no event's page: two events of a day may both link to it.
        && link.meaning() == Meaning::Other
    {
        pages.push(Page {
            name: link.to_string(),
            day: Some(event.when.first_day()),
        });
    }
    pages
}

/// The page a listing stands with: its own, else the first event's page that its text names, or the only
/// page, as calendars have it that are kept by hand.
fn page(listing: &Listing) -> Option<Link> {
    if let Some(link) = &listing.link {
        return Link::parse(link).ok();
    }
    let words = listing.description.split_whitespace();
    let pages = words.filter_map(|word| {
        let address = &word[word.find("https://").or_else(|| word.find("http://"))?..];
        Link::parse(address.trim_end_matches([')', ']', '>', '"', '.', ',', ';'])).ok()
    });
    let pages: Vec<Link> = pages.collect();
    let is_event = |link: &&Link| matches!(link.meaning(), Meaning::Event { .. });
    match (pages.iter().find(is_event), &pages[..]) {
        (Some(event), _) => Some(event.clone()),
        (None, [only]) => Some(only.clone()),
        _ => None,
    }
}

/// The title, folded, without the word before it that says what became of the event.
fn stem(listing: &Listing) -> String {
    let title = match listing.title.split_once(':') {
        Some((word, title)) if STATES.contains(&folded(word).as_str()) => title,
        _ => &listing.title,
    };
    folded(title)
}

/// The city that a listing's locations name, where they name one.
fn city(listing: &Listing) -> Option<Place> {
    listing
        .locations
        .iter()
        .find_map(|location| match place::resolve(&location.stated(), None) {
            Resolution::Found(place) if place.city().is_some() => Some(place),
            _ => None,
        })
}

/// Whether a platform's id is a number.
pub(crate) fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
}
