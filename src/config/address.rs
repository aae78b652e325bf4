//! A source's address: where it leads, which platform serves it, and what to call it.

use super::wrong::Wrong;
use crate::facts::internet::not_public;
use crate::facts::link::{Link, Meaning, is_host};
use crate::facts::source::{Address, Platform, Way, google};
use crate::facts::wording::{near, quoted};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// Longest address, in bytes.
const LONGEST_BYTES: usize = 2048;

/// Longest last part of an id that is made from an address.
const LONGEST_SLUG_CHARS: usize = 40;

/// `{year}` in an address, which a list of conferences is read with, as addresses escape it.
const YEAR: &str = "%7Byear%7D";

/// Parts of a feed's path that do not name the group.
const TELLS_NOTHING: [&str; 15] = [
    "basic",
    "calendar",
    "calendars",
    "events",
    "event",
    "export",
    "feed",
    "feeds",
    "full",
    "ical",
    "ics",
    "index",
    "instance",
    "public",
    "upcoming",
];

/// An address as written: on the web, or a file.
pub(super) enum Written {
    Web(Url),
    File(PathBuf),
}

/// The names of platforms that are read from an address; events written by hand have none.
fn readable() -> Vec<&'static str> {
    Platform::ALL
        .into_iter()
        .filter(|platform| !platform.ways().contains(&Way::Configuration))
        // Its events stand as [[event]] too.
        .filter(|platform| *platform != Platform::Checked)
        .map(Platform::name)
        .collect()
}

/// The platform of that name.
pub(super) fn platform_named(name: &str) -> Result<Platform, Wrong> {
    let readable = readable();
    if readable.contains(&name)
        && let Some(platform) = Platform::named(name)
    {
        return Ok(platform);
    }
    let known = readable.join(", ");
    let meant = near(name, readable);
    if [Platform::Manual, Platform::Checked]
        .map(Platform::name)
        .contains(&name)
    {
        return Err(Wrong::advised(format!(
            "events written by hand stand as [[event]], not in a [[source]]; known: {known}"
        )));
    }
    let name = quoted(name);
    Err(Wrong::advised(match meant {
        Some(meant) => format!("{name} is not a platform; did you mean {meant:?}?"),
        None => format!("{name} is not a platform; known: {known}"),
    }))
}

/// A web address, with `webcal` written as `https`; `None` if the text has no scheme.
pub(super) fn web(text: &str) -> Option<Result<Url, Wrong>> {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme)?;
    // One letter is a drive of Windows.
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then(|| web_address(text, scheme))
}

fn web_address(text: &str, scheme: &str) -> Result<Url, Wrong> {
    if text.len() > LONGEST_BYTES {
        return Err(Wrong::bare(format!("is longer than {LONGEST_BYTES} bytes")));
    }
    let spelled = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => text.to_owned(),
        "webcal" | "webcals" => format!("https{}", &text[scheme.len()..]),
        _ => {
            return Err(Wrong::advised(format!(
                "scheme {} is not read; write an https or http address, or a file's path",
                quoted(scheme)
            )));
        }
    };
    // The message does not repeat the text, which may hold a password.
    let url = Url::parse(&spelled).map_err(|error| {
        Wrong::advised(format!(
            "is not an address: {error}; write it in full, as in https://www.example.org/events"
        ))
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::advised(
            "holds a user name or password, and everyone who sees the configuration would see it; write the address without them",
        ));
    }
    Ok(url)
}

/// Where a source's `url` leads.
pub(super) fn parse(
    text: &str,
    root: Option<&Path>,
    allow: &[SocketAddr],
) -> Result<Written, Wrong> {
    match web(text) {
        Some(url) => {
            let url = url?;
            guard(&url, allow)?;
            // Several pages of one calendar are one source with one id.
            Ok(Written::Web(google::feed(&url).unwrap_or(url)))
        }
        None => {
            if let Some(meant) = lacks_scheme(text) {
                let text = quoted(text);
                return Err(Wrong::advised(format!(
                    "{text} would be a file; did you mean {meant:?}?"
                )));
            }
            super::value::path(text, root).map(Written::File)
        }
    }
}

/// The address that was meant if only `https://` is missing.
fn lacks_scheme(text: &str) -> Option<String> {
    let host = text.split('/').next()?;
    let known = [
        "meetup.com",
        "luma.com",
        "lu.ma",
        "hasgeek.com",
        "guild.host",
        "calendar.google.com",
    ];
    let is_web = host.starts_with("www.") || known.iter().any(|known| is_host(host, known));
    is_web.then(|| format!("https://{text}"))
}

/// Refuses a private address, unless exactly this one is allowed. `fetch` guards each connection again; this
/// check reports the mistake early, with its line.
fn guard(url: &Url, allow: &[SocketAddr]) -> Result<(), Wrong> {
    let port = url.port_or_known_default().unwrap_or(443);
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            if is_host(name, "localhost") {
                return Err(Wrong::advised(format!(
                    "{name:?} is this machine; write its IP address and port, and allow them in fetch.allow"
                )));
            }
            return Ok(());
        }
        None => return Err(Wrong::bare("has no host")),
    };
    let address = SocketAddr::new(ip, port);
    let Some(kind) = not_public(ip).filter(|_| !allow.contains(&address)) else {
        return Ok(());
    };
    Err(Wrong::advised(format!(
        "{ip} is {kind}; if it is meant, write allow = [\"{address}\"] under [fetch] in service.toml"
    )))
}

/// The platform that serves an address.
pub(super) fn platform_of(written: &Written) -> Result<Platform, Wrong> {
    match written {
        Written::Web(url) => Ok(platform_of_url(url)),
        Written::File(path) => match path.extension().and_then(|end| end.to_str()) {
            Some("ics" | "ical") => Ok(Platform::Ics),
            Some("html" | "htm") => Ok(Platform::Jsonld),
            _ => {
                let known = readable().join(", ");
                Err(Wrong::advised(format!(
                    "a file's name does not tell its platform; write platform, one of {known}"
                )))
            }
        },
    }
}

pub(super) fn platform_of_url(url: &Url) -> Platform {
    let host = url.host_str().unwrap_or_default();
    if let Some(platform) = Platform::of_host(host) {
        return platform;
    }
    if url.as_str().contains(YEAR) {
        return Platform::Conferences;
    }
    // Anyone can host these two.
    if url.path().starts_with("/api/event_slim/") {
        return Platform::Bevy;
    }
    let parts = parts(url);
    let of_group = matches!(parts[..], [group, "feed", "ics"] if group.starts_with('@'));
    if of_group || parts == ["feed", "instance", "ics"] {
        return Platform::Mobilizon;
    }
    let last = parts
        .last()
        .copied()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_feed = last.ends_with(".ics")
        || last.ends_with(".ical")
        || matches!(last.as_str(), "ics" | "ical")
        || url.query_pairs().any(|(name, value)| {
            matches!(
                (&*name, &*value),
                ("ical", "1") | ("format", "ics" | "ical")
            )
        });
    if is_feed {
        Platform::Ics
    } else {
        Platform::Jsonld
    }
}

/// The parts of a path.
fn parts(url: &Url) -> Vec<&str> {
    url.path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect()
}

/// An address on its platform, and what it implies.
pub(super) struct Placed {
    pub(super) address: Address,
    /// Platform and slug; `None` if the address implies none.
    pub(super) id: Option<String>,
    /// The page for people: a group's, a calendar's, or the web page itself. `None` for most feeds.
    pub(super) page: Option<Link>,
}

/// Whether a text can be a source's id: it is typed on a command line and printed in tables.
pub(super) fn is_id(text: &str) -> bool {
    text.chars().count() <= 100
        && text
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '/' | '-' | '_' | '.' | '@' | '+'))
        && text.starts_with(char::is_alphanumeric)
}

/// What an address means on its platform.
pub(super) fn place(written: Written, platform: Platform) -> Result<Placed, Wrong> {
    if let Written::Web(url) = &written
        && url.as_str().contains(YEAR)
        && platform != Platform::Conferences
    {
        return Err(Wrong::bare(
            "{year} is filled in for lists of conferences only",
        ));
    }
    let (slug, page) = match &written {
        Written::Web(url) => match platform {
            Platform::Meetup => meetup(url)?,
            Platform::Luma => luma(url)?,
            Platform::Hasgeek => hasgeek(url)?,
            Platform::Eventbrite => eventbrite(url)?,
            Platform::Connpass => connpass(url)?,
            Platform::Mobilizon => mobilizon(url)?,
            // A draft or a feed is not a page for people, nor is a list as JSON.
            Platform::Conferences | Platform::Section => (slug_of(url), None),
            _ if platform.ways() == [Way::Feed] => (slug_of(url), None),
            Platform::Bevy if url.path().starts_with("/api/") => (slug_of(url), None),
            _ => {
                let link = Link::parse(url.as_str()).map_err(Wrong::bare)?;
                (slug_of(url), Some(link))
            }
        },
        Written::File(path) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            (slug(&stem), None)
        }
    };
    let id = format!("{platform}/{slug}");
    Ok(Placed {
        address: match written {
            Written::Web(url) => Address::Web(String::from(url).replace(YEAR, "{year}")),
            Written::File(path) => Address::File(path),
        },
        id: (!slug.is_empty() && is_id(&id)).then_some(id),
        page,
    })
}

/// A group of Meetup: by its page in any language, or by its feed.
fn meetup(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    if let Ok(link) = Link::parse(url.as_str())
        && let Meaning::Group { id, .. } = link.meaning()
    {
        return Ok((id, Some(link)));
    }
    let parts = parts(url);
    if let [.., group, "events", "ical" | "rss"] = parts[..] {
        let page = Link::parse(&format!("https://www.meetup.com/{group}/")).ok();
        return Ok((group.to_lowercase(), page));
    }
    let advice = match parts[..] {
        [.., group, "events", _] => {
            format!("a source is its group, https://www.meetup.com/{group}/")
        }
        _ => "a source is a group, as in https://www.meetup.com/rust-berlin/".to_owned(),
    };
    Err(Wrong::advised(format!(
        "is not a group's page on Meetup; {advice}"
    )))
}

/// A calendar of Luma: by its lasting address, its name, or an address of the interface.
fn luma(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    let mut ids = url.query_pairs().map(|(_, value)| value.into_owned());
    if let Some(id) = ids.find(|value| value.starts_with("cal-")) {
        let page = Link::parse(&format!("https://luma.com/calendar/{id}"));
        return Ok((id, page.ok()));
    }
    let name = match parts(url)[..] {
        ["calendar" | "user", id] => id,
        [name] => name,
        _ => {
            return Err(Wrong::advised(
                "is not a calendar on Luma, as https://luma.com/calendar/cal-… or https://luma.com/NAME",
            ));
        }
    };
    let page = Link::parse(url.as_str()).map_err(Wrong::bare)?;
    Ok((name.to_owned(), Some(page)))
}

/// An account of hasgeek.com; its projects are found from there.
fn hasgeek(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    let link = Link::parse(url.as_str()).map_err(Wrong::bare)?;
    match link.meaning() {
        Meaning::Group {
            scope: "hasgeek",
            id,
        } => {
            let page = Link::parse(&format!("https://hasgeek.com/{id}"));
            Ok((id, page.ok()))
        }
        _ => Err(Wrong::advised(
            "is not an account's page on hasgeek.com, as https://hasgeek.com/rustbangalore",
        )),
    }
}

/// An organiser on Eventbrite, on the domain of any country, or one event.
fn eventbrite(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    let link = Link::parse(url.as_str()).map_err(Wrong::bare)?;
    let number = match link.meaning() {
        Meaning::Group { id, .. } | Meaning::Event { id, .. } => id,
        Meaning::Other => String::new(),
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::advised(
            "is neither an organiser's page on Eventbrite, as https://www.eventbrite.com/o/NAME-NUMBER, nor an event's, as https://www.eventbrite.com/e/NAME-tickets-NUMBER; another page that holds schema.org events is read with platform = \"jsonld\"",
        ));
    }
    let name = parts(url).last().copied().unwrap_or_default();
    let name = slug(name.strip_suffix(&number).unwrap_or_default());
    let of_organiser = matches!(link.meaning(), Meaning::Group { .. });
    let telling = if of_organiser && !name.is_empty() {
        name
    } else {
        number
    };
    Ok((telling, Some(link)))
}

/// A group on connpass, by its own host, or one event.
fn connpass(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    let link = Link::parse(url.as_str()).map_err(Wrong::bare)?;
    if let Meaning::Event { id, .. } = link.meaning() {
        return Ok((id, Some(link)));
    }
    let host = url.host_str().unwrap_or_default();
    match host.strip_suffix(".connpass.com") {
        Some(group) if group != "www" && !group.contains('.') => {
            let page = Link::parse(&format!("https://{host}/"));
            Ok((group.to_owned(), page.ok()))
        }
        _ => Err(Wrong::advised(
            "is neither a group on connpass, as https://GROUP.connpass.com/, nor an event's page",
        )),
    }
}

/// A group of a Mobilizon instance, by its page or its feed; or all that the instance knows.
fn mobilizon(url: &Url) -> Result<(String, Option<Link>), Wrong> {
    let page = match parts(url)[..] {
        [group, ..] if group.starts_with('@') => url.join(&format!("/{group}")).ok(),
        [] | ["feed", "instance", _] => None,
        _ => {
            return Err(Wrong::advised(
                "is not a group's page on Mobilizon, as https://mobilizon.fr/@rust_paris",
            ));
        }
    };
    let slug = slug_of(page.as_ref().unwrap_or(url));
    let page = page.and_then(|page| Link::parse(page.as_str()).ok());
    Ok((slug, page))
}

/// The host, and the last part of the path that names something: `mobilizon.us/novalug`.
fn slug_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let host: String = host
        .chars()
        .map(|char| {
            if matches!(char, '[' | ']' | ':') {
                '-'
            } else {
                char
            }
        })
        .collect();
    let telling = parts(url)
        .into_iter()
        .rev()
        .map(|part| {
            let name = part.split_once('.').map_or(part, |(name, _)| name);
            slug(&name.replace("%40", "@"))
        })
        .find(|slug| !slug.is_empty() && !TELLS_NOTHING.contains(&slug.as_str()));
    let host = host.trim_matches('-').to_owned();
    match telling {
        Some(telling) => format!("{host}/{telling}"),
        None => host,
    }
}

/// Text as part of an id: lower case, letters, digits and single hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for char in text.chars().flat_map(char::to_lowercase) {
        if char.is_alphanumeric() {
            slug.push(char);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let cut: String = slug.chars().take(LONGEST_SLUG_CHARS).collect();
    cut.trim_end_matches('-').to_owned()
}
