//! The address of a page or feed, as people copy it from the browser → the filter in it.

use super::Wrong;
use crate::facts::link;
use crate::facts::place::{Asked, Country, Mode, Place, asked};
use crate::section::select::Heading;
use percent_encoding::percent_decode_str;

/// Keys of pages and feeds that say how events are shown, not which.
const HOW_SHOWN: [&str; 6] = ["cancelled", "limit", "after", "sort", "lang", "v"];

/// The pairs of a filter that is written as the query of an address, or as the address of a page or feed. `site` is
/// the address of the server, which may stand in a folder of its host.
///
/// # Errors
/// The address is of no page or feed that has a filter, or names a city that is unknown or one of several.
pub fn pairs(text: &str, site: Option<&str>) -> Result<Vec<(String, String)>, Wrong> {
    let text = text.trim();
    let (path, query) = parts(text);
    let folder = site.and_then(|site| parts(site).0).unwrap_or_default();
    let path = path.map(|path| {
        let rest = path.strip_prefix(folder);
        rest.filter(|rest| rest.is_empty() || rest.starts_with('/'))
            .unwrap_or(path)
    });
    let mut pairs = match path {
        Some(path) => of_path(path)?,
        None => Vec::new(),
    };
    // The page of a choice means any, whatever its query says.
    let is_choice = pairs.iter().any(|(key, _)| key == "match");
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    pairs.extend(query.filter(|(key, _)| {
        let key = key.as_str();
        let is_of_page = path.is_some() && HOW_SHOWN.contains(&key);
        !(is_tracking(key) || is_of_page || is_choice && key == "match")
    }));
    Ok(pairs)
}

/// Whether a parameter is put behind our addresses by those who link to them, and says nothing to us.
pub fn is_tracking(key: &str) -> bool {
    matches!(key, "ref" | "ref_src" | "referrer") || link::is_tracking(key)
}

/// The filter of a city's page: events there that people can go to.
pub fn in_city(city: &Place) -> Vec<(String, String)> {
    let pairs = [
        ("city", city.city()),
        ("state", city.state()),
        ("country", Some(city.country().code())),
        ("mode", Some(Mode::InPerson.name())),
    ];
    let said = pairs.into_iter();
    said.filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
        .collect()
}

/// The path of an address without its host, and its query; no path if the text is a query.
fn parts(text: &str) -> (Option<&str>, &str) {
    let head = text.split(['?', '#']).next().unwrap_or_default();
    let has_scheme = (head.split_once("://"))
        .is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is_address = has_scheme || head.starts_with('/');
    let is_query = head.contains('=') || !(head.contains('/') || text.contains('?'));
    if is_query && !is_address {
        return (None, text);
    }
    let text = text.split('#').next().unwrap_or_default();
    let (address, query) = text.split_once('?').unwrap_or((text, ""));
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    // What stands before the first slash is the host.
    let path = address.find('/').map_or("", |at| &address[at..]);
    (Some(path), query)
}

/// What the path of a page or feed asks for. Its end decides, because nothing may be known of the site's folder.
fn of_path(path: &str) -> Result<Vec<(String, String)>, Wrong> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let names: Vec<&str> = decoded.split('/').filter(|name| !name.is_empty()).collect();
    let one = |key: &str, value: &str| Ok(vec![(key.to_owned(), value.to_owned())]);
    let nowhere = || {
        let what = "is the address of no page or feed with events";
        Wrong::new("address", format!("{path:?} {what}"))
    };
    match names[..] {
        [.., "events.ics" | "events.atom" | "events.json" | "embed"]
        | [.., "page", _]
        | [.., "feeds", "all.ics"]
        | [] => Ok(Vec::new()),
        [.., "follow"] => one("match", "any"),
        [.., "feeds", "country", name] => {
            let code = name.strip_suffix(".ics").and_then(Country::parse);
            one("country", code.ok_or_else(nowhere)?.code())
        }
        [.., "feeds", "organiser", name] => {
            one("organiser", name.strip_suffix(".ics").ok_or_else(nowhere)?)
        }
        [.., "feeds", name] => {
            let heading = name.strip_suffix(".ics").and_then(Heading::parse);
            one("region", heading.ok_or_else(nowhere)?.slug())
        }
        [.., "organisers", name] => one("organiser", name.strip_suffix(".atom").unwrap_or(name)),
        [.., "in", name] => match asked(name) {
            Asked::One(spot) => Ok(in_city(&spot.place)),
            Asked::Several(places) => Err(super::near::one_of_several("address", name, &places)),
            Asked::Unknown(alike) => Err(super::near::unknown_city("address", name, &alike)),
        },
        _ => Err(nowhere()),
    }
}
