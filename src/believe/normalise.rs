//! Listings → events.
//!
//! The last place where text may be wrong: what leaves here has a title, a local date, a place in a
//! known country or none, and one spelling of its link. What cannot be believed leaves as a
//! [`Rejected`] with field and reason. Touches no network, clock or database.

use crate::believe::recur::Occurrence;
use crate::facts::event::{Event, Flag, Key, Rejected, Status, Title, one_line};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{self, Listing, Part};
use crate::facts::place::{Mode, Resolution};
use crate::facts::source::{Platform, Source, Way};
use crate::facts::topic::Topic;
use crate::facts::when::When;
use flags::Flags;
use groups::holder;
use location::{Said, by_hand, mode, place};
use lookups::Lookups;
use page::Linked;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use time::{Zones, when};

mod called_off;
mod flags;
mod groups;
mod labels;
mod location;
mod lookups;
mod modes;
mod page;
mod renamed;
mod time;
mod words;

pub use called_off::{Said as CalledOff, said as called_off};
pub use groups::{Group, Groups};
pub use renamed::renamed;

/// What a [`Rejected`] gives as its field if the event is not about the group's topic today.
pub const TOPIC: &str = "topic";

/// The reason of a [`Rejected`] of which no one can tell when it starts.
pub const NO_ZONE: &str = "a local time without a zone: set `zone` or `place` of the source";

/// Characters of a description that are kept.
const LONGEST_DESCRIPTION: usize = 16_000;

/// What became of one source's listings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Normalised {
    /// The events, in the order of the occurrences.
    pub events: Vec<Event>,
    /// What could not be believed.
    pub rejected: Vec<Rejected>,
}

/// Turns one source's occurrences into events.
///
/// `listings` are all that the source says, `occurrences` what of it falls into the days that are asked
/// for. What an event's own page says counts before its list for place, mode and venue; of title and
/// times the list knows better, which is read more often.
pub fn normalise(
    source: &Source,
    listings: &[Listing],
    occurrences: &[Occurrence<'_>],
    groups: &Groups,
) -> Normalised {
    let (listed, own_pages): (Vec<&Listing>, Vec<&Listing>) = listings
        .iter()
        .partition(|listing| listing.part == Part::List);
    let pages: BTreeMap<&str, &Listing> = own_pages
        .into_iter()
        .map(|page| (page.key.as_str(), page))
        .collect();
    let signs = flags::signs_of_life(&listed);
    let mut normalised = Normalised::default();
    let mut taken = BTreeSet::new();
    let mut drafts: HashMap<*const Listing, Result<Draft, Refusal>> = HashMap::new();
    let mut lookups = Lookups::default();
    for occurrence in occurrences {
        let listing = occurrence.listing;
        // What an interface says is all that the page says, and newer.
        let page = pages.get(listing.key.as_str()).copied();
        let page = page.filter(|_| listing.way != Way::Api);
        let event = if listing.rule.is_some() {
            // All occurrences of a series say the same, but for the day.
            let draft = drafts
                .entry(std::ptr::from_ref(listing))
                .or_insert_with(|| draft(source, listing, page, groups, &mut lookups));
            draft.clone().and_then(|draft| draft.on(source, occurrence))
        } else {
            draft(source, listing, page, groups, &mut lookups)
                .and_then(|draft| draft.on(source, occurrence))
        };
        match event {
            Ok(mut event) => {
                if flags::is_dormant(occurrence, &signs) {
                    event.flags.push(Flag::Dormant);
                    event.flags.sort_unstable();
                }
                // A series of several a day, or two events on one page: the later ones by their time too.
                if !taken.insert(event.keys[0].clone()) {
                    let time = event.when.start().format("T%H%MZ");
                    event.keys[0] = Key::stored(format!("{}{time}", event.keys[0].as_str()));
                    taken.insert(event.keys[0].clone());
                }
                normalised.events.push(event);
            }
            Err((field, reason)) => normalised.rejected.push(Rejected {
                source: source.id.clone(),
                key: occurrence.listing.key.clone(),
                line: occurrence.listing.line,
                title: one_line(&occurrence.listing.title),
                field: field.to_owned(),
                reason,
            }),
        }
    }
    flags::by_night(occurrences, &mut normalised.events);
    normalised
}

type Refusal = (&'static str, String);

/// An event but for its day.
#[derive(Clone)]
struct Draft {
    /// Everything; its keys are missing, and its times are those of the listing.
    event: Event,
    zones: Zones,
    flags: Flags,
}

impl Draft {
    /// The event on the day of one occurrence.
    fn on(mut self, source: &Source, occurrence: &Occurrence<'_>) -> Result<Event, Refusal> {
        let mut event = self.event;
        event.when = when(occurrence, event.mode, self.zones, &mut self.flags)?;
        if event.when.is_too_long() {
            self.flags.push(Flag::TooLong);
        }
        event.keys = keys(source, occurrence, &event.when);
        (event.flags, event.choices) = self.flags.finish();
        Ok(event)
    }
}

/// What a listing and its event's own page say, but for the day.
fn draft(
    source: &Source,
    listing: &Listing,
    page: Option<&Listing>,
    groups: &Groups,
    lookups: &mut Lookups,
) -> Result<Draft, Refusal> {
    if listing.private || page.is_some_and(|page| page.private) {
        return Err((
            "class",
            "the organiser marks it as private: never published".to_owned(),
        ));
    }
    let title = Title::parse(&listing.title)
        .or_else(|| Title::parse(&page?.title))
        .ok_or_else(|| ("title", "nothing visible is in it".to_owned()))?;
    let mut flags = Flags::default();

    let description = page
        .map(|page| page.description.as_str())
        .filter(|text| !text.is_empty())
        .unwrap_or(&listing.description);
    let linked = Linked::of(listing, page, description, &mut flags);

    about_the_topic(source, &title, description, &mut flags)?;

    let holder = holder(source, listing, page, &linked, groups);
    if holder.organisers.is_empty() || holder.unknown {
        flags.push(Flag::UnknownOrganiser);
    }

    let topic = &groups.topic;
    let home = holder.home.as_ref();
    let said = Said::of(listing, page, (&title, description), topic, home);
    let resolution = match by_hand(source, listing) {
        Some(place) => Resolution::Found(place),
        None => said.resolve(home, lookups),
    };
    let mode = mode(source, &said, &resolution, &holder, &mut flags);
    let place = place(source, (mode, &resolution), &holder, &said, &mut flags);
    let printed = holder.without_name(&title, groups);

    let own_page = linked.page.clone();
    let link = match linked.page {
        Some(link) => Some(link),
        None => {
            flags.push(Flag::NoLink);
            holder
                .organisers
                .first()
                .and_then(|organiser| organiser.url.clone())
        }
    };
    let online_url = [Some(listing), page]
        .into_iter()
        .flatten()
        .find_map(|listing| Link::parse(listing.online_url.as_deref()?).ok());
    let title_says = called_off::said(title.as_str(), topic);
    let status = status(listing, page, title_says, topic);
    if status.takes_place() && title_says == Some(called_off::Said::Moved) {
        flags.push(Flag::StatusUnsure);
    }
    let is_stated = [Some(listing), page]
        .into_iter()
        .flatten()
        .any(|listing| listing.status == stated_as(status));
    if !status.takes_place() && !is_stated && called_off::may_be_a_talk(title.as_str()) {
        flags.chose(
            Flag::StatusUnsure,
            status.name(),
            "confirmed, a talk about it",
        );
    }
    let missing = listing.missing.filter(|_| status.takes_place());
    if missing.is_some() {
        flags.push(Flag::Unlisted);
    }
    if words::is_unsettled(&title) {
        flags.push(Flag::TitleUnsettled);
    }
    flags.of_reader(source, [Some(listing), page]);

    let mut ways = vec![(listing.way, Part::List)];
    ways.extend(page.map(|page| (page.way, Part::Page)));
    let first = listing.start.date();
    let event = Event {
        keys: Vec::new(),
        listing: listing.key.clone(),
        source: source.id.clone(),
        ways,
        line: listing.line,
        title: printed.unwrap_or_else(|| title.clone()),
        when: When::Days { first, last: first },
        mode,
        mode_is_forced: source.force_mode.is_some(),
        place,
        place_is_forced: source.force_place.is_some(),
        venue: if mode == Mode::Virtual {
            None
        } else {
            said.venue()
        },
        online_url,
        organisers: holder.organisers,
        link,
        further_links: listing
            .further_links
            .iter()
            .filter_map(|(title, url)| Some((Title::parse(title)?, Link::parse(url).ok()?)))
            .collect(),
        mentions: linked.mentions,
        status,
        unlisted: missing.map(|missing| missing.since),
        call: time::call(listing, page, own_page.as_ref()),
        print_from: listing.print_from,
        description: description.chars().take(LONGEST_DESCRIPTION).collect(),
        flags: Vec::new(),
        choices: Vec::new(),
    };
    Ok(Draft {
        zones: Zones::of(source, event.place.as_ref(), holder.home.as_ref(), lookups),
        event,
        flags,
    })
}

/// The names under which the source knows the occurrence: today's first, then the one it had before.
///
/// A page's address that does not tell alone which event it means (a conference's home page, a club's
/// calendar) does so only together with the day: 38 of 1,448 printed links stand on several dates.
fn keys(source: &Source, occurrence: &Occurrence<'_>, when: &When) -> Vec<Key> {
    let listing = occurrence.listing;
    let scope = source.platform.scope(&source.id);
    let named = |key: &str| {
        let by_address = matches!(source.platform, Platform::Jsonld | Platform::Page)
            && Link::parse(key).is_ok_and(|link| link.meaning() == Meaning::Other);
        let day = occurrence
            .original
            .or(listing.renewed)
            .or_else(|| by_address.then(|| when.first_day()));
        Key::new(scope, key, day)
    };
    std::iter::once(&listing.key)
        .chain(&listing.predecessor)
        .map(|key| named(key))
        .collect()
}

/// Whether a group that is not only about the topic means it this time.
fn about_the_topic(
    source: &Source,
    title: &Title,
    description: &str,
    flags: &mut Flags,
) -> Result<(), Refusal> {
    if source.only.is_empty() || source.only.is_in(title.as_str()) {
        return Ok(());
    }
    if source.only.is_in(description) {
        flags.push(Flag::TopicUnsure);
        return Ok(());
    }
    let words = source
        .only
        .words()
        .iter()
        .map(|word| format!("{:?}", word.text))
        .collect::<Vec<_>>()
        .join(", ");
    Err((
        TOPIC,
        format!("none of the words of `only` = [{words}] is in it: not about the topic"),
    ))
}

/// What is believed of its state: a cancellation on any of its pages, in its title, or in the place of its place,
/// holds.
fn status(
    listing: &Listing,
    page: Option<&Listing>,
    title_says: Option<called_off::Said>,
    topic: &Topic,
) -> Status {
    let said = [Some(listing), page]
        .into_iter()
        .flatten()
        .map(|listing| listing.status);
    let said: Vec<listing::Status> = said.collect();
    let places = [Some(listing), page]
        .into_iter()
        .flatten()
        .flat_map(|listing| &listing.locations)
        .flat_map(|location| [&location.venue, &location.address, &location.city])
        .filter_map(Option::as_deref);
    let places = places.filter_map(|text| called_off::said(text, topic));
    let worded: Vec<called_off::Said> = title_says.into_iter().chain(places).collect();
    if said.contains(&listing::Status::Cancelled) || worded.contains(&called_off::Said::Cancelled) {
        Status::Cancelled
    } else if said.contains(&listing::Status::Postponed)
        || worded.contains(&called_off::Said::Postponed)
    {
        Status::Postponed
    } else if said.contains(&listing::Status::Tentative) {
        Status::Tentative
    } else {
        Status::Confirmed
    }
}

/// What a source's field says that means this status.
fn stated_as(status: Status) -> listing::Status {
    match status {
        Status::Cancelled | Status::Withdrawn => listing::Status::Cancelled,
        Status::Postponed => listing::Status::Postponed,
        Status::Tentative => listing::Status::Tentative,
        Status::Confirmed => listing::Status::Confirmed,
    }
}

/// What a list or a page says of an event's state, in a field or in words.
fn said_of(said: &Listing, topic: &Topic) -> Option<Status> {
    let title = Title::parse(&said.title)?;
    let title_says = called_off::said(title.as_str(), topic);
    Some(status(said, None, title_says, topic))
}

/// Whether a list or a page says of an event that it does not take place, in a field or in its title.
pub fn is_off(said: &Listing, topic: &Topic) -> bool {
    said_of(said, topic).is_some_and(|status| !status.takes_place())
}

/// Whether a list or a page says of an event that it waits for a new day.
pub fn is_put_off(said: &Listing, topic: &Topic) -> bool {
    said_of(said, topic) == Some(Status::Postponed)
}
