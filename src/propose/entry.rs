//! Writes the entry of a source from what its events have in common.

use super::About;
use super::find::Readable;
use super::habits::{Habits, Usual, same_clock};
use crate::believe;
use crate::config::{self, Entry, Inferred, KnownOrganiser};
use crate::facts::event::{Title, folded};
use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::place::Place;
use crate::facts::source::{Address, Platform, Rules, Source, SourceId};
use crate::read::discover::Candidate;
use chrono::Days;

/// A source's habits are read from its events of so many days before and after today.
const HABITS_DAYS: u64 = 365;

/// How many values a remark names if no one of them is usual.
const NAMED_AT_MOST: usize = 3;

/// A source that was found, and what its entry is made of.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Where it is, and who would read it.
    pub candidate: &'a Candidate,
    /// What it lists.
    pub listings: &'a [Listing],
    /// A guess at its name, and where it was read.
    pub name: Option<&'a (String, &'static str)>,
    /// Whether it stands on the page that was asked for, and is not known by the address alone.
    pub on_page: bool,
    /// By which elements its events are found.
    pub rules: Option<&'a Rules>,
    /// The source that it takes the place of: what a person wrote there holds here too.
    pub old: Option<&'a Source>,
}

impl<'a> Found<'a> {
    /// A source that takes the place of none.
    pub fn new(found: &'a Readable) -> Found<'a> {
        Found {
            candidate: &found.candidate,
            listings: &found.seen.listings,
            name: found.name.as_ref(),
            on_page: found.on_page,
            rules: found.rules.as_ref(),
            old: None,
        }
    }
}

/// Writes the entry of a source that was found behind an address.
///
/// # Errors
/// If the configuration would refuse the source's address.
pub fn entry(about: &About<'_>, asked: &str, found: &Found<'_>) -> Result<Entry, String> {
    let configuration = about.configuration;
    let candidate = found.candidate;
    let (url, platform) = (&candidate.url, candidate.platform);
    let inferred = config::infer(url, Some(platform), &configuration.settings.fetch)
        .map_err(|what| format!("{url}: {what}"))?;
    let asked = Link::parse(asked).ok();

    let mut entry = Entry::new("source");
    match &inferred.id {
        Some(id) => {
            let free = configuration.free_id(id);
            if free != *id {
                entry.text("id", &free.0, &format!("{id} is another source"));
            }
        }
        None => {
            let id = SourceId(format!("{platform}/{}", host_of(url)));
            entry.text("id", &configuration.free_id(&id).0, "");
        }
    }
    entry.text("url", url, "");
    if config::platform_of(url) != platform {
        entry.text("platform", platform.name(), "");
    }
    if let Some(rules) = found.rules {
        entry.rules(rules);
    }
    let page = match found.old {
        Some(old) => as_before(&mut entry, old),
        None => as_found(about, &mut entry, found, &inferred, asked.as_ref()),
    };

    // The address that was asked for is the group's page too, if it is not an event's. As an alias it is
    // recognised the next time.
    let is_other = |link: &Link| {
        let own = [Link::parse(url).ok(), inferred.page, page];
        !own.iter().flatten().any(|own| own == link)
    };
    let alias =
        asked.filter(|link| found.on_page && is_other(link) && link.meaning() == Meaning::Other);
    if let Some(alias) = alias {
        entry.list("aliases", &[alias.to_string()]);
    }
    Ok(entry)
}

/// Writes what the events and the configuration say of the group. Returns the page of the organiser.
fn as_found(
    about: &About<'_>,
    entry: &mut Entry,
    found: &Found<'_>,
    inferred: &Inferred,
    asked: Option<&Link>,
) -> Option<Link> {
    let habits = habits(about, found);
    let known = known(about, inferred, asked, &habits);
    let named = organiser(entry, known, &habits, found);
    let page = match named {
        true => organiser_url(entry, inferred, known, &habits, found, asked),
        false => None,
    };
    let place = place(entry, known, &habits);
    zone(about, entry, place.as_ref(), &habits);
    mode(entry, &habits);
    page
}

/// Copies what stands in the entry of the source that it replaces. Returns the page of the organiser, unless that was
/// the page which the group has left.
fn as_before(entry: &mut Entry, old: &Source) -> Option<Link> {
    let remark = format!("as of {}", old.id);
    let organiser = old.organiser.as_ref()?;
    entry.text("organiser", &organiser.name, &remark);
    let left = match &old.address {
        Address::Web(url) => config::page_of(url, Some(old.platform)),
        Address::File(_) | Address::Inline(_) => None,
    };
    let page = organiser
        .url
        .clone()
        .filter(|page| Some(page) != left.as_ref());
    if let Some(page) = &page {
        entry.text("organiser-url", page.as_str(), "");
    }
    if let Some(place) = &old.place {
        entry.text("place", &place.printed(&[place.country()]), "");
    }
    if let Some(zone) = old
        .zone
        .filter(|zone| old.place.as_ref().and_then(Place::zone) != Some(*zone))
    {
        entry.text("zone", zone.name(), "");
    }
    if let Some(mode) = old.mode {
        entry.text("mode", mode.name(), "");
    }
    page
}

fn habits(about: &About<'_>, found: &Found<'_>) -> Habits {
    let candidate = found.candidate;
    let address = Address::Web(candidate.url.clone());
    let source = Source::new(&candidate.url, address, candidate.platform);
    // Events that a calendar lists for other groups say nothing about its own habits.
    let own: Vec<Listing> = found
        .listings
        .iter()
        .filter(|listing| !listing.cross_listed)
        .cloned()
        .collect();
    let today = about.today();
    let days = Days::new(HABITS_DAYS);
    let window = Window {
        from: today.checked_sub_days(days).unwrap_or(today),
        to: today.checked_add_days(days).unwrap_or(today),
    };
    let believed = believe::believed_of(&source, &own, window, about.groups);
    Habits::of(&own, &believed.events)
}

/// The organiser in organisers.toml with this address or name.
fn known<'a>(
    about: &About<'a>,
    inferred: &Inferred,
    asked: Option<&Link>,
    habits: &Habits,
) -> Option<&'a KnownOrganiser> {
    let links = [inferred.page.as_ref(), asked];
    let name = habits.organiser.most().map(|name| folded(name));
    let organisers = &about.configuration.organisers;
    let by_link = organisers.iter().find(|known| {
        links.iter().flatten().any(|link| {
            known.url.as_ref() == Some(link) || known.aliases.iter().any(|a| a == link.as_str())
        })
    });
    by_link.or_else(|| {
        organisers.iter().find(|known| {
            let mut names = std::iter::once(&known.name).chain(&known.aliases);
            names.any(|of| Some(folded(of)) == name)
        })
    })
}

/// Writes the organiser, or why none can be named. Returns whether one was written.
fn organiser(
    entry: &mut Entry,
    known: Option<&KnownOrganiser>,
    habits: &Habits,
    found: &Found<'_>,
) -> bool {
    let guess = found
        .name
        .and_then(|(name, remark)| Some((Title::parse(name)?.to_string(), *remark)));
    // In a feed that anyone can make, ORGANIZER is often the person who typed the event.
    let platform = found.candidate.platform;
    let is_feed = matches!(platform, Platform::Ics | Platform::Mobilizon);
    let (name, remark) = match (known, &habits.organiser, guess) {
        (Some(known), ..) => (known.name.clone(), "as in organisers.toml".to_owned()),
        (None, Usual::Mixed(names), Some((name, remark))) if is_feed => {
            let several = named(names, |name| name.clone());
            let remark = format!(
                "{remark}; its events name {several}: leave it out if they are many groups"
            );
            (name, remark)
        }
        (None, _, Some((name, remark))) if is_feed => (name, remark.to_owned()),
        (None, Usual::Most(name, count, all), _) if count == all => (name.clone(), String::new()),
        (None, Usual::Most(name, count, all), _) => {
            (name.clone(), format!("as {count} of {all} events name it"))
        }
        (None, Usual::Mixed(names), _) => {
            let several = named(names, |name| name.clone());
            let remark =
                format!("its events name {several}: left out of a calendar of many groups");
            entry.missing("organiser", &names[0], &remark);
            return false;
        }
        (None, Usual::Unstated, Some((name, remark))) => (name, remark.to_owned()),
        (None, Usual::Unstated, None) => {
            let remark = "as the newsletter should print it";
            entry.missing("organiser", "…", remark);
            return false;
        }
    };
    entry.text("organiser", &name, &remark);
    true
}

/// Writes the page that the organiser's name links to, unless the address implies it. Returns the page.
fn organiser_url(
    entry: &mut Entry,
    inferred: &Inferred,
    known: Option<&KnownOrganiser>,
    habits: &Habits,
    found: &Found<'_>,
    asked: Option<&Link>,
) -> Option<Link> {
    let of_events = || habits.organiser_url.clone();
    let of_page = || asked.filter(|_| found.on_page).cloned();
    let url = known
        .and_then(|known| known.url.clone())
        .or_else(|| match (&inferred.page, found.candidate.platform) {
            (None, _) => of_events().or_else(of_page),
            (_, Platform::Luma) => of_events(),
            _ => None,
        })
        .or_else(|| inferred.page.clone());
    match &url {
        Some(url) if inferred.page.as_ref() != Some(url) => {
            entry.text("organiser-url", url.as_str(), "");
        }
        Some(_) => {}
        None => {
            let remark = "the page that the name links to";
            entry.missing("organiser-url", "https://…", remark);
        }
    }
    url
}

fn place(entry: &mut Entry, known: Option<&KnownOrganiser>, habits: &Habits) -> Option<Place> {
    let written = |place: &Place| {
        let text = place.printed(&[place.country()]);
        Place::parse(&text)
            .is_ok_and(|read| read == *place)
            .then_some(text)
    };
    let of_known = known.and_then(|known| known.place.as_ref());
    let (place, remark) = match (of_known, &habits.place) {
        (Some(place), _) => (place, "as in organisers.toml".to_owned()),
        (None, Usual::Most(place, count, all)) => (place, format!("where {}", share(*count, *all))),
        (None, Usual::Mixed(places)) => {
            let several = named(places, |place| place.printed(&[place.country()]));
            let remark = format!("its events are in several places: {several}");
            let first = places.first().and_then(written);
            entry.missing("place", &first.unwrap_or_default(), &remark);
            return None;
        }
        (None, Usual::Unstated) => {
            let remark = "its home: no event says where it is";
            entry.missing("place", "City, ??", remark);
            return None;
        }
    };
    let Some(text) = written(place) else {
        entry.missing("place", "City, ??", "its home");
        return None;
    };
    entry.text("place", &text, &remark);
    Some(place.clone())
}

fn zone(about: &About<'_>, entry: &mut Entry, place: Option<&Place>, habits: &Habits) {
    let Some(zone) = habits.zone.most() else {
        return;
    };
    match place.and_then(Place::zone) {
        Some(home) if same_clock(home, *zone, about.now) => {}
        Some(home) => {
            let remark = format!("of its times; the place's is {}", home.name());
            entry.text("zone", zone.name(), &remark);
        }
        None => entry.text("zone", zone.name(), "of its times"),
    }
}

fn mode(entry: &mut Entry, habits: &Habits) {
    match &habits.mode {
        Usual::Most(mode, count, all) => {
            let remark = format!("as {}", share(*count, *all));
            entry.text("mode", mode.name(), &remark);
        }
        // Every event says it itself.
        Usual::Mixed(_) => {}
        Usual::Unstated => entry.missing("mode", "in-person", "no event says whether it is online"),
    }
}

/// So many of its events.
fn share(count: usize, all: usize) -> String {
    match all {
        1 => "its one event is".to_owned(),
        all => format!("{count} of {all} events are"),
    }
}

/// The first few of several values.
fn named<T>(values: &[T], name: impl Fn(&T) -> String) -> String {
    let names: Vec<String> = values.iter().take(NAMED_AT_MOST).map(name).collect();
    let more = if values.len() > NAMED_AT_MOST {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", names.join(", "))
}

fn host_of(url: &str) -> String {
    let host = Link::parse(url).map_or_else(|_| String::new(), |link| link.host().to_owned());
    let is_plain = |char: &char| char.is_alphanumeric() || ".-".contains(*char);
    let host: String = host.chars().filter(is_plain).take(60).collect();
    if host.is_empty() {
        "new".to_owned()
    } else {
        host
    }
}
