//! Who holds an event: the groups we know, by the links and names they go by.

use super::page::Linked;
use crate::facts::event::{Title, folded};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::place::{Mode, Place};
use crate::facts::source::{Address, Organiser, Platform, Source};
use crate::facts::topic::Topic;
use std::collections::BTreeMap;

/// Words before a group's name on a line of a description, as they are compared.
const LABELS: [&str; 8] = [
    "organisers",
    "organiser",
    "organised",
    "organizers",
    "organizer",
    "organized",
    "hosted",
    "veranstalter",
];

/// Lines of a description that are looked at for such a label.
const MOST_LINES: usize = 100;

/// The groups we know, by the links and the names they go by: they tell who holds an event of a shared calendar.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    by_link: BTreeMap<Link, Group>,
    by_name: BTreeMap<String, Group>,
    /// What all of them are about.
    pub topic: Topic,
}

/// A group we know: the name it is printed under, and its home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// As printed.
    pub organiser: Organiser,
    /// Its home.
    pub place: Option<Place>,
    /// How its events are held, where a calendar of many groups does not say.
    pub mode: Option<Mode>,
}

impl Groups {
    /// Adds a group under its printed name, its page and its other links and names. A link or a name
    /// that is taken stays with the group that had it first.
    pub fn add(&mut self, group: Group, links: &[Link], names: &[String]) {
        for link in group.organiser.url.iter().chain(links) {
            self.by_link
                .entry(link.clone())
                .or_insert_with(|| group.clone());
        }
        for name in std::iter::once(&group.organiser.name).chain(names) {
            self.by_name
                .entry(folded(name))
                .or_insert_with(|| group.clone());
        }
    }

    /// Every name, folded for comparison, with the group that goes by it.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Organiser)> {
        let names = self.by_name.iter();
        names.map(|(name, group)| (&**name, &group.organiser))
    }

    /// Every link by which a group is known, with the group.
    pub fn links(&self) -> impl Iterator<Item = (&Link, &Organiser)> {
        let links = self.by_link.iter();
        links.map(|(link, group)| (link, &group.organiser))
    }

    /// Adds the organisers of the configured sources.
    pub fn add_sources(&mut self, sources: &[Source]) {
        for source in sources {
            let Some(organiser) = &source.organiser else {
                continue;
            };
            let group = Group {
                organiser: organiser.clone(),
                place: source.place.clone(),
                mode: source.mode,
            };
            let mut links = source.aliases.clone();
            links.extend(source.replaces.iter().map(|(link, _)| link.clone()));
            if let Address::Web(url) = &source.address {
                links.extend(Link::parse(url));
            }
            self.add(group, &links, &[]);
        }
    }

    /// Fills in what is usual for a group and not configured: `names` folded for comparison, `pages` in print spelling.
    pub fn fill<'a>(
        &mut self,
        names: impl Iterator<Item = &'a String>,
        pages: impl Iterator<Item = &'a String>,
        place: Option<&Place>,
        mode: Option<Mode>,
    ) {
        let by_page = pages
            .filter_map(|page| Link::parse(page).ok())
            .find_map(|page| self.by_link.get(&page));
        let mut names = names;
        let group = by_page.or_else(|| names.find_map(|name| self.by_name.get(name)));
        let Some(organiser) = group.map(|group| group.organiser.clone()) else {
            return;
        };
        let all = self.by_link.values_mut().chain(self.by_name.values_mut());
        for group in all.filter(|group| group.organiser == organiser) {
            group.place = group.place.take().or_else(|| place.cloned());
            group.mode = group.mode.or(mode);
        }
    }

    /// The group with this page, or of this event's page on its platform.
    fn of_link(&self, link: &Link) -> Option<&Group> {
        self.by_link.get(link).or_else(|| match link.meaning() {
            Meaning::Event {
                scope: "meetup", ..
            } => {
                let group = link.as_str().split("/events/").next()?;
                self.by_link.get(&Link::parse(group).ok()?)
            }
            Meaning::Event {
                scope: "hasgeek", ..
            } => {
                let group = link.as_str().trim_end_matches('/').rsplit_once('/')?.0;
                self.by_link.get(&Link::parse(group).ok()?)
            }
            _ => None,
        })
    }

    /// Whether a page stands at an address of a group: on its own site, or below a page of its own.
    fn vouches(&self, page: &Link, group: &Group) -> bool {
        let is_its = |address: &str| {
            let home = Link::parse(address).ok();
            home.and_then(|home| self.by_link.get(&home)) == Some(group)
        };
        let address = page.as_str();
        let ends = address.match_indices(['/', '?', '#']);
        // The first two slashes belong to the scheme.
        let mut ends = ends.map(|(end, _)| end).skip(2);
        ends.any(|end| is_its(&address[..end]) || is_its(&address[..=end])) || is_its(address)
    }

    fn of_name(&self, name: &str) -> Option<&Group> {
        self.by_name.get(&folded(name))
    }
}

/// Who holds an event, and where they are at home.
#[derive(Debug, Default)]
pub(super) struct Holder {
    /// As printed.
    pub(super) organisers: Vec<Organiser>,
    /// Their home.
    pub(super) home: Option<Place>,
    /// How its events are usually held, in a calendar of many groups.
    pub(super) usual_mode: Option<Mode>,
    /// The page names an organiser that is not known.
    pub(super) unknown: bool,
    /// The calendar is one of many groups: what it does not say of an event is filled in from what is usual.
    pub(super) is_of_many: bool,
}

impl Holder {
    /// The title without the name of its group before it, in a calendar of many groups: "Rust Cologne: Hack night".
    pub(super) fn without_name(&self, title: &Title, groups: &Groups) -> Option<Title> {
        let organiser = self
            .organisers
            .first()
            .filter(|_| self.is_of_many && !self.unknown)?;
        let text = title.as_str();
        let in_brackets = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let signs = [": ", " - ", " – ", " — ", " | ", "：", " · "];
        let mut parted = signs
            .iter()
            .filter_map(|sign| text.split_once(sign))
            .chain(in_brackets);
        let (_, rest) = parted.find(|(name, _)| {
            let group = groups.of_name(name);
            group.is_some_and(|group| group.organiser == *organiser)
        })?;
        Title::parse(rest.trim_start_matches([' ', ':', '-', '–']))
    }
}

/// Who holds an event: the configured organiser. In a calendar of many groups it is the group to which its link, its
/// organiser's link or a link in its text leads; or the group that it names, if one of its links stands at an address
/// of that group. A name alone proves nothing.
pub(super) fn holder(
    source: &Source,
    listing: &Listing,
    page: Option<&Listing>,
    linked: &Linked,
    groups: &Groups,
) -> Holder {
    let link = linked.page.as_ref();
    let linked = &linked.all;
    // A hand-written event and a printed row name their organisers themselves.
    if source.is_by_hand() {
        let organisers = stated(listing, usize::MAX);
        let unknown = organisers.is_empty();
        return Holder {
            organisers,
            home: source.place.clone(),
            unknown,
            ..Holder::default()
        };
    }
    if let Some(organiser) = source.organiser.as_ref().filter(|_| !listing.cross_listed) {
        return Holder {
            organisers: vec![organiser.clone()],
            home: source.place.clone(),
            ..Holder::default()
        };
    }
    let named = || {
        page.into_iter()
            .chain([listing])
            .flat_map(|listing| &listing.organisers)
    };
    // Anybody can write a name into a calendar of many groups: it counts only beside an address of the group.
    let is_vouched = |group: &&Group| {
        let mut pages = link.into_iter().chain(linked);
        pages.any(|page| groups.vouches(page, group))
    };
    let known = link
        .and_then(|link| groups.of_link(link))
        .or_else(|| {
            named().find_map(|(_, url)| groups.of_link(&Link::parse(url.as_deref()?).ok()?))
        })
        .or_else(|| linked.iter().find_map(|link| groups.of_link(link)))
        .or_else(|| {
            let of_name = |(name, _): &(String, Option<String>)| groups.of_name(name);
            let by_name = named().find_map(of_name);
            let by_label = || labelled(&listing.description, groups);
            let by_title = || titled(&listing.title, groups);
            let vouched = by_name.or_else(by_label).or_else(by_title);
            vouched.filter(is_vouched)
        });
    // A calendar of many groups has no home; an event that is carried for another group does not take place at the
    // carrier's.
    let home = source.place.clone().filter(|_| !listing.cross_listed);
    if let Some(group) = known {
        let home = group.place.clone().or(home);
        return Holder {
            organisers: vec![group.organiser.clone()],
            home,
            usual_mode: group.mode,
            unknown: false,
            is_of_many: true,
        };
    }
    let organisers = page
        .map(|page| stated(page, 1))
        .filter(|names| !names.is_empty());
    let organisers = organisers.unwrap_or_else(|| stated(listing, 1));
    Holder {
        organisers,
        home,
        // A conference holds itself; its list only collects.
        unknown: source.platform != Platform::Conferences,
        is_of_many: true,
        ..Holder::default()
    }
}

/// The group that a description names on a line of its own: "Organiser: Rust Cologne", "Hosted by Rust
/// Cologne".
fn labelled<'a>(description: &str, groups: &'a Groups) -> Option<&'a Group> {
    let lines = description.lines().take(MOST_LINES).map(folded);
    lines.into_iter().find_map(|line| {
        let name = LABELS.iter().find_map(|label| line.strip_prefix(label))?;
        let name = name.strip_prefix(' ')?;
        groups.by_name.get(name.strip_prefix("by ").unwrap_or(name))
    })
}

/// The group that a title names beside what it is about: "Rust Cologne: Rust and Tell", "Rust Cologne -
/// Rust and Tell", "[Rust Cologne] Rust and Tell", "Rust and Tell @ Rust Cologne", "Rust and Tell (Rust
/// Cologne)".
///
/// At its end, but behind an "@", only a name of several words: "Async from within: Tokio" is about
/// Tokio and not by it.
fn titled<'a>(title: &str, groups: &'a Groups) -> Option<&'a Group> {
    let title = title.trim();
    let in_front = title
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map(|(name, _)| name);
    let parts: Vec<&str> = title
        .split([':', '|', '–', '—', '@'])
        .flat_map(|part| part.split(" - "))
        .collect();
    let at = title.rsplit_once(['@', '＠']).map(|(_, name)| name);
    let behind = title
        .strip_suffix([')', ']'])
        .and_then(|rest| rest.rsplit_once(['(', '[']))
        .map(|(_, name)| name);
    let of_name = |name: &str| groups.of_name(name);
    let has_words = |name: &&str| folded(name).contains(' ');
    in_front
        .and_then(of_name)
        .or_else(|| of_name(parts.first()?))
        .or_else(|| of_name(at?))
        .or_else(|| of_name(behind.filter(has_words)?))
        .or_else(|| of_name(parts.last().copied().filter(has_words)?))
}

/// The organisers that a listing names, at most so many.
fn stated(listing: &Listing, most: usize) -> Vec<Organiser> {
    let readable = listing.organisers.iter().filter_map(|(name, url)| {
        let name = Title::parse(name)?.as_str().to_owned();
        Some(Organiser {
            name,
            url: url.as_deref().and_then(|url| Link::parse(url).ok()),
        })
    });
    readable.take(most).collect()
}
