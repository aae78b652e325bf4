//! Any page that only links to its events, as guild.host's and many a group's own site: the list, and
//! the pages of the events on the same host, each read for its schema.org data.

use super::{charset, jsonld, linked, refusal};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use url::Url;

/// Parts of a path below a list that lead to no event: other looks at the list, and forms.
const NO_EVENTS: [&str; 18] = [
    "archive",
    "archives",
    "author",
    "calendar",
    "categories",
    "category",
    "create",
    "feed",
    "ical",
    "ics",
    "list",
    "map",
    "month",
    "new",
    "page",
    "past",
    "tag",
    "tags",
];

/// How the names of files end that are no pages.
const NO_PAGES: [&str; 12] = [
    "gif", "ical", "ics", "jpeg", "jpg", "json", "pdf", "png", "rss", "svg", "webp", "xml",
];

/// The page itself.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Page) => Some(Request::get(url.clone(), Purpose::List, way)),
        _ => None,
    }
}

/// What the list or the page of one of its events says. A list that links to no event is read for what
/// it holds itself.
pub(super) fn read(page: &Page) -> Result<Reading, Unreadable> {
    if let Purpose::Event { key, .. } = &page.request.purpose {
        let asked = Url::parse(&page.request.url).ok();
        return linked::event(page, key, |link| {
            let is_on_host = asked.as_ref().is_none_or(|asked| is_on_host(asked, link));
            Link::parse(link.as_str())
                .ok()
                .filter(|_| is_on_host)
                .map(|link| link.to_string())
        });
    }
    let (text, damage) = charset::text(page);
    let own = Url::parse(&page.url).ok().filter(Url::has_host);
    let mut reading = linked::list(page, &text, "https://file.invalid/", |anchor| {
        key(own.as_ref(), &anchor.url)
    });
    if reading.entries == 0 {
        return jsonld::read(page).map_err(|_| nothing(&text));
    }
    reading.problems.extend(damage);
    Ok(reading)
}

fn nothing(text: &str) -> Unreadable {
    Unreadable::NotWhatWasAsked(format!(
        "page links to no event below its own address and holds none{}",
        refusal::in_brackets(text)
    ))
}

/// The key of the event that a link of a list leads to: its address in print spelling, if the address
/// lies below the list's own or is by its grammar an event's.
fn key(list: Option<&Url>, url: &Url) -> Option<String> {
    let link = Link::parse(url.as_str()).ok()?;
    let is_event = matches!(link.meaning(), Meaning::Event { .. });
    let leads_to_one = match list {
        Some(list) => is_on_host(list, url) && (is_event || is_below(list, url)),
        None => is_event,
    };
    leads_to_one.then(|| link.to_string())
}

fn is_on_host(own: &Url, url: &Url) -> bool {
    let name = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    name(own) == name(url) && own.port() == url.port()
}

fn is_below(list: &Url, url: &Url) -> bool {
    let (mut list, parts) = (parts(list), parts(url));
    // `/events/index.html` is the list of `/events/`.
    if list.last().is_some_and(|last| last.contains('.')) {
        list.pop();
    }
    let Some(rest) = parts.strip_prefix(&list[..]) else {
        return false;
    };
    let Some(last) = rest.last() else {
        return false;
    };
    let kind = last.rsplit_once('.').map_or("", |(_, kind)| kind);
    let known = |word: &str, list: &[&str]| list.iter().any(|of| word.eq_ignore_ascii_case(of));
    !known(kind, &NO_PAGES) && !rest.iter().any(|part| known(part, &NO_EVENTS))
}

fn parts(url: &Url) -> Vec<&str> {
    url.path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect()
}
