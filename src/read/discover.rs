//! An address or a web page → the feeds, calendars and groups behind it.
//!
//! What is found is only a proposal to read. A page is hostile and may name anything: addresses are counted to a
//! limit, secrets are left out, and a host written in numbers is accepted only if it is the page's own.

use super::{charset, html, ics, jsonld, list, luma, meetup, plain};
use crate::facts::event::{folded, one_line};
use crate::facts::link::{Link, Meaning, is_host};
use crate::facts::source::google;
use crate::facts::source::{Page, Platform};
use std::collections::BTreeSet;
use url::{Host, Position, Url};

/// Candidates of one page at most.
const MOST_CANDIDATES: usize = 20;

/// Links and frames that are looked at in one page.
const MOST_TAGS: usize = 5_000;

/// Files of a page's own beyond which each is taken for that of a single event ("add to your calendar").
const MOST_FEEDS_OF_ONE_SITE: usize = 3;

/// Pages below a page's own from which on it may be a list of events.
const FEWEST_PAGES_BELOW: usize = 2;

/// Characters of a name at most.
const LONGEST_NAME_CHARS: usize = 100;

/// First parts of addresses on meetup.com that are no group.
const NO_GROUPS: [&str; 27] = [
    "about",
    "account",
    "apps",
    "blog",
    "cities",
    "find",
    "help",
    "home",
    "how-to-group-start",
    "legal",
    "login",
    "logout",
    "ls",
    "lp",
    "media",
    "meetup-pro",
    "members",
    "messages",
    "notifications",
    "press",
    "privacy",
    "pro",
    "register",
    "settings",
    "signup",
    "start",
    "topics",
];

/// Names on luma.com that are no calendar.
const NO_CALENDARS: [&str; 19] = [
    "about",
    "android",
    "app",
    "blog",
    "create",
    "discover",
    "event",
    "explore",
    "help",
    "home",
    "ios",
    "join",
    "login",
    "pricing",
    "privacy-policy",
    "settings",
    "signin",
    "terms",
    "user",
];

/// Servers of Mobilizon that do not say so in their name.
const MOBILIZON: [&str; 3] = ["mobilize.berlin", "rheinneckar.events", "keskonfai.fr"];

/// Names on pretix.eu that are no organiser.
const NO_SHOPS: [&str; 7] = [
    "about",
    "api",
    "control",
    "docs",
    "fundamentals",
    "static",
    "widget",
];

/// Parts of a title that say nothing about the owner of the page or calendar.
const TELLS_NOTHING: [&str; 15] = [
    "about",
    "calendar",
    "event calendar",
    "events",
    "events calendar",
    "home",
    "home page",
    "homepage",
    "index",
    "kalender",
    "meetups",
    "my calendar",
    "untitled",
    "upcoming events",
    "welcome",
];

/// Elements that name addresses.
const WANTED: [&str; 7] = [
    "a",
    "area",
    "embed",
    "iframe",
    "link",
    "pretix-button",
    "pretix-widget",
];

/// Something that may be read as a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its address, as a source would write it.
    pub url: String,
    /// Who would read it.
    pub platform: Platform,
    /// How it was found, as in "the page links to it".
    pub why: String,
}

/// How a page came to name a candidate, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// The page's address leads there.
    Leads,
    /// As `text/calendar`.
    Typed,
    /// In a frame or as a widget.
    Shown,
    /// As a feed.
    Feed,
    /// The page itself lists several events.
    Events,
    /// As the page of a group or calendar.
    Linked,
    /// The page itself holds one event.
    OneEvent,
    /// As one of many files.
    File,
    /// The page itself links to pages that may be those of events.
    Below,
}

/// The sources that an address alone names: a group's feed is the group, a calendar's frame is the
/// calendar. None for a web page that must be looked into.
///
/// `platform_of` says which platform an address is read as, if it is known.
pub fn behind_address(
    address: &str,
    platform_of: impl Fn(&str) -> Option<Platform>,
) -> Vec<Candidate> {
    let Ok(url) = Url::parse(address.trim()) else {
        return Vec::new();
    };
    sources_at(&url, &platform_of)
        .into_iter()
        .filter(|(url, _)| is_usable(url))
        .take(MOST_CANDIDATES)
        .map(|(url, platform)| Candidate {
            url,
            platform,
            why: "its address says so".to_owned(),
        })
        .collect()
}

/// What a page says about the feeds, calendars and groups behind it, best first, at most 20.
///
/// `platform_of` says which platform an address is read as, if it is known. The order: what the page
/// declares to be a calendar, what it shows in a frame, feeds, its own schema.org events, groups and
/// calendars that it links to. The page itself is only a candidate if it holds events or, where nothing
/// else is found, if it links to pages below its own.
pub fn behind_page(page: &Page, platform_of: impl Fn(&str) -> Option<Platform>) -> Vec<Candidate> {
    let (text, _) = charset::text(page);
    let Ok(base) = Url::parse(&page.url) else {
        return Vec::new();
    };
    let own_address = without_fragment(&base);
    if is_calendar(&text) {
        return vec![Candidate {
            url: own_address,
            platform: Platform::Ics,
            why: "it is a calendar feed itself".to_owned(),
        }];
    }
    let host = base.host_str().unwrap_or_default();
    if is_host(host, "luma.com") || is_host(host, "lu.ma") {
        // Whatever else stands on a page of Luma's, it is of one calendar.
        let calendar = luma::calendar_named_by(&text);
        return calendar
            .map(|id| Candidate {
                url: luma_calendar(&id),
                platform: Platform::Luma,
                why: "the calendar that the page names".to_owned(),
            })
            .into_iter()
            .collect();
    }

    let mut found = Vec::new();
    let own = sources_at(&base, &platform_of);
    let is_page = own.is_empty();
    if page.url != page.request.url {
        let leads = |(url, platform)| (Found::Leads, url, platform);
        found.extend(own.into_iter().map(leads));
    }
    found.extend(named_by(&text, &base, &platform_of));
    let mut events = 0;
    if is_page {
        events = jsonld::events_in(&text, &page.url).listings.len();
        let rank = match events {
            0 => None,
            1 => Some(Found::OneEvent),
            _ => Some(Found::Events),
        };
        found.extend(rank.map(|rank| (rank, own_address.clone(), Platform::Jsonld)));
    }
    let mut found = best_first(found, &base);
    let mut below = 0;
    if is_page && found.is_empty() && !parts(&base).is_empty() {
        // Below a site's front page stands everything it has.
        below = list::read(page).map_or(0, |reading| reading.next.len());
        if below >= FEWEST_PAGES_BELOW {
            found.push((Found::Below, own_address, Platform::List));
        }
    }
    found
        .into_iter()
        .map(|(how, url, platform)| Candidate {
            url,
            platform,
            why: match how {
                Found::Leads => "the address leads there".to_owned(),
                Found::Typed => "the page links to it as text/calendar".to_owned(),
                Found::Shown => "the page shows it in a frame".to_owned(),
                Found::Feed | Found::Linked => "the page links to it".to_owned(),
                Found::Events => format!("the page holds {events} schema.org events"),
                Found::OneEvent => "the page holds one schema.org event".to_owned(),
                Found::File => "the page links to it among many such files".to_owned(),
                Found::Below => format!("the page links to {below} pages below its own"),
            },
        })
        .collect()
}

/// What a page or feed calls itself, on one line: a guess at its owner's name.
///
/// Of a page the site's, else the part of its title that says something; of a feed that of its name.
pub fn name_of(page: &Page) -> Option<String> {
    let (text, _) = charset::text(page);
    let name = if is_calendar(&text) {
        let calendar = ics::calendar(&page.body, page.content_type.as_deref()).ok()?;
        // Google names a calendar after its owner's mailbox.
        let name = calendar.name.filter(|name| !name.contains('@'))?;
        telling_part(&name).map(str::to_owned)
    } else {
        site_name(&text).or_else(|| {
            let title = html::title(&text)?;
            telling_part(&title).map(str::to_owned)
        })
    };
    let name: String = one_line(&name?).chars().take(LONGEST_NAME_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

/// Whether an address is a secret: who has it reads what its owner did not publish.
pub fn is_secret(address: &str) -> bool {
    google::is_secret(address) || {
        let is_luma = Url::parse(address).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            is_host(host, "luma.com") || is_host(host, "lu.ma")
        });
        is_luma && address.contains("icssk-")
    }
}

/// What the tags of a page name, in its order.
fn named_by(
    text: &str,
    base: &Url,
    platform_of: &impl Fn(&str) -> Option<Platform>,
) -> Vec<(Found, String, Platform)> {
    let is_wanted = |tag: &html::Tag<'_>| WANTED.iter().any(|name| tag.is(name));
    let mut found = Vec::new();
    for tag in html::Tags::of(text).filter(is_wanted).take(MOST_TAGS) {
        let Some((manner, address)) = named(&tag) else {
            continue;
        };
        let Ok(url) = base.join(address.trim()) else {
            continue;
        };
        if manner == Manner::Shop {
            found.extend(shop(&url).map(|shop| (Found::Shown, shop, Platform::Pretix)));
            continue;
        }
        let mut sources = sources_at(&url, platform_of);
        let subscribed = matches!(url.scheme(), "webcal" | "webcals");
        if sources.is_empty() && (subscribed || manner == Manner::Typed) {
            sources.extend(as_https(&url).map(|url| (url, Platform::Ics)));
        }
        let own = as_https(&url);
        for (source, platform) in sources {
            // Behind the page of a group there is a feed too, but it is not what was linked to.
            let is_feed = platform == Platform::Ics && own.as_ref() == Some(&source);
            let how = match manner {
                Manner::Typed => Found::Typed,
                Manner::Frame | Manner::Shop => Found::Shown,
                Manner::Link if !is_feed => Found::Linked,
                Manner::Link if !subscribed && is_file(&source) => Found::File,
                Manner::Link => Found::Feed,
            };
            found.push((how, source, platform));
        }
    }
    found
}

/// How a tag names an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Link,
    Typed,
    Frame,
    Shop,
}

/// The address that a tag names, if it is one that leads on.
fn named(tag: &html::Tag<'_>) -> Option<(Manner, String)> {
    let [rel, kind, href, src, later, event] =
        tag.attributes(["rel", "type", "href", "src", "data-src", "event"])?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let (manner, address) = if tag.is("pretix-widget") || tag.is("pretix-button") {
        (Manner::Shop, event)
    } else if tag.is("iframe") || tag.is("embed") {
        // What is loaded late has nothing, or an empty page, where the address stands later.
        let is_late = !later.is_empty();
        (Manner::Frame, if is_late { later } else { src })
    } else if kind.eq_ignore_ascii_case("text/calendar") {
        (Manner::Typed, href)
    } else {
        // A page names its style sheets, its icon and itself by `<link>` too.
        let mut words = rel.split_ascii_whitespace();
        let leads_on =
            |word: &str| word.eq_ignore_ascii_case("alternate") || word.eq_ignore_ascii_case("me");
        if tag.is("link") && !words.any(leads_on) {
            return None;
        }
        (Manner::Link, href)
    };
    (!address.is_empty()).then_some((manner, address))
}

/// Sorts what was found, and drops what cannot be meant and what was found before in a better way.
fn best_first(
    mut found: Vec<(Found, String, Platform)>,
    base: &Url,
) -> Vec<(Found, String, Platform)> {
    let files: BTreeSet<&str> = found
        .iter()
        .filter(|(how, ..)| *how == Found::File)
        .map(|(_, url, _)| url.as_str())
        .collect();
    if files.len() <= MOST_FEEDS_OF_ONE_SITE {
        for (how, ..) in &mut found {
            if *how == Found::File {
                *how = Found::Feed;
            }
        }
    }
    found.sort_by_key(|(how, ..)| *how);
    let mut seen = BTreeSet::new();
    found.retain(|(_, url, _)| {
        is_usable(url)
            && may_be_named(url, base)
            && Link::parse(url).is_ok_and(|link| seen.insert(link))
    });
    found.truncate(MOST_CANDIDATES);
    found
}

/// The sources that an address alone names, spelled as a source would write them.
fn sources_at(
    url: &Url,
    platform_of: &impl Fn(&str) -> Option<Platform>,
) -> Vec<(String, Platform)> {
    let text = url.as_str();
    if let Some(feed) = google::foreign_feed(text) {
        let feed = Url::parse(&feed).ok().and_then(|feed| as_https(&feed));
        return feed.map(|url| (url, Platform::Ics)).into_iter().collect();
    }
    let calendars = google::feeds(text);
    if !calendars.is_empty() {
        return calendars
            .into_iter()
            .map(|feed| (feed, Platform::Ics))
            .collect();
    }
    if google::is_page(text) {
        return Vec::new();
    }
    let host = url.host_str().unwrap_or_default();
    let one = |source: Option<String>, platform| {
        let source = source.map(|source| (source, platform));
        source.into_iter().collect()
    };
    if is_host(host, "meetup.com") {
        let is_main = matches!(host, "meetup.com" | "www.meetup.com");
        let group = meetup::group_and_event(text).map(|(group, _)| group);
        let group = group.filter(|group| is_main && !NO_GROUPS.contains(&group.as_str()));
        let page = group.map(|group| format!("https://www.meetup.com/{group}/"));
        return one(page, Platform::Meetup);
    }
    if is_host(host, "luma.com") || is_host(host, "lu.ma") {
        return one(luma_page(url), Platform::Luma);
    }
    let Some(source) = as_https(url) else {
        return Vec::new();
    };
    if let Some(group) = mobilizon_group(url) {
        return vec![(group, Platform::Mobilizon)];
    }
    let is_event = matches!(
        Link::parse(&source).map(|link| link.meaning()),
        Ok(Meaning::Event { .. })
    );
    match platform_of(&source) {
        None | Some(Platform::Jsonld) => Vec::new(),
        // Of one event the feed would end with it: its organiser is meant.
        Some(Platform::Pretix) if parts(url).last() != Some(&"ical") => {
            one(pretix_organiser(url), Platform::Pretix)
        }
        // All that a server of Mobilizon knows, or a page of its own.
        Some(Platform::Mobilizon) if !source.contains("/feed/") => Vec::new(),
        Some(_) if is_event => Vec::new(),
        Some(platform) => vec![(source, platform)],
    }
}

/// A calendar of Luma, or a page of Luma's that says which calendar is meant.
fn luma_page(url: &Url) -> Option<String> {
    if let Some(id) = luma::calendar_in(url.as_str()) {
        return Some(luma_calendar(&id));
    }
    match parts(url)[..] {
        [name] if !NO_CALENDARS.contains(&name) => Some(format!("https://luma.com/{name}")),
        ["event", id] => Some(format!("https://luma.com/event/{id}")),
        _ => None,
    }
}

fn luma_calendar(id: &str) -> String {
    format!("https://luma.com/calendar/{id}")
}

/// The page of a group of Mobilizon; of a server that does not say so in its name, the group's feed.
/// Other servers of the fediverse write `/@name` too.
fn mobilizon_group(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let says_so = host.starts_with("mobilizon.");
    if !says_so && !MOBILIZON.contains(&host) {
        return None;
    }
    let group = parts(url).first()?.strip_prefix('@')?;
    let is_name = |char: char| char.is_ascii_alphanumeric() || "_.-".contains(char);
    let named = !group.is_empty() && group.chars().all(is_name);
    let feed = if says_so { "" } else { "/feed/ics" };
    named.then(|| format!("https://{host}/@{group}{feed}"))
}

/// An organiser who sells through pretix.eu, by the address of one of their events; `None` for a feed,
/// and for pages of pretix.eu itself.
fn pretix_organiser(url: &Url) -> Option<String> {
    let parts = parts(url);
    let organiser = *parts.first()?;
    let is_one = url.host_str() == Some("pretix.eu")
        && parts.last() != Some(&"ical")
        && !NO_SHOPS.contains(&organiser);
    is_one.then(|| format!("https://pretix.eu/{organiser}/"))
}

/// What a widget of pretix shows, on whatever host.
fn shop(url: &Url) -> Option<String> {
    if let Some(organiser) = pretix_organiser(url) {
        return Some(organiser);
    }
    let mut feed = Url::parse(&as_https(url)?).ok()?;
    feed.set_query(None);
    feed.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(["ical", ""]);
    Some(feed.into())
}

/// The address over https where it is written for a calendar program; `None` for what is no web page.
fn as_https(url: &Url) -> Option<String> {
    match url.scheme() {
        "http" | "https" => Some(without_fragment(url)),
        "webcal" | "webcals" => {
            let rest = &url[Position::BeforeHost..Position::AfterQuery];
            Url::parse(&format!("https://{rest}"))
                .ok()
                .map(String::from)
        }
        _ => None,
    }
}

fn without_fragment(url: &Url) -> String {
    url[..Position::AfterQuery].to_owned()
}

fn parts(url: &Url) -> Vec<&str> {
    url.path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect()
}

/// Whether an address names a file, which may hold a single event, and no feed that is made when asked.
fn is_file(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        let last = parts(&url).last().copied().unwrap_or_default();
        let is_file = url.query().is_none() && last.to_ascii_lowercase().ends_with(".ics");
        let is_export = url.path().ends_with("/export/ics");
        (is_file || is_export) && url.host_str() != Some("calendar.google.com")
    })
}

/// Whether an address can stand in a configuration: no secret, no name and password, and no calendar of
/// Google's own such as its holidays.
fn is_usable(address: &str) -> bool {
    !is_secret(address)
        && Link::parse(address).is_ok()
        && !["%23holiday%40", "%23weeknum%40", "%23contacts%40"]
            .iter()
            .any(|own| address.contains(own))
}

/// Whether a page at `base` may send its readers there: a host written in numbers lies inside of some
/// network, or might as well have a name.
fn may_be_named(address: &str, base: &Url) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(_)) => true,
        Some(_) => {
            url.host() == base.host() && url.port_or_known_default() == base.port_or_known_default()
        }
        None => false,
    }
}

fn is_calendar(text: &str) -> bool {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    start
        .get(.."BEGIN:VCALENDAR".len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
}

fn site_name(text: &str) -> Option<String> {
    let metas = html::Tags::of(text).filter(|tag| tag.is("meta"));
    let name = metas.take(200).find_map(|tag| {
        let [property, name, content] = tag.attributes(["property", "name", "content"])?;
        let is_name = [property, name].iter().any(|of| of == "og:site_name");
        is_name.then(|| plain::unescaped(&content))
    });
    name.filter(|name| !name.trim().is_empty())
}

/// The part of a title that names the owner of the page, as in `Events | Rust Example`.
fn telling_part(title: &str) -> Option<&str> {
    let mut parts = vec![title];
    for between in [" | ", " – ", " — ", " - ", " · ", " :: "] {
        parts = parts.iter().flat_map(|part| part.split(between)).collect();
    }
    parts
        .into_iter()
        .map(str::trim)
        .find(|part| !part.is_empty() && !TELLS_NOTHING.contains(&folded(part).as_str()))
}
