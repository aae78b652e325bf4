//! Addresses that only lead to another one (`data/redirects.tsv`): what mail programs, calendars and social
//! networks put around a link to see who clicks on it.

use super::{LinkError, Table, columns, host_matches, lines, path_begins};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use std::sync::LazyLock;
use url::Url;

/// How many redirects may stand around one another: a mail program's around a social network's around a
/// calendar's.
const MOST_LAYERS: usize = 6;

/// The address behind all redirects; `None` if this is none.
///
/// # Errors
/// If it is one, and what it leads to cannot be read, is no web address, or is a redirect too often.
pub(super) fn followed(url: &Url) -> Result<Option<Url>, LinkError> {
    let mut at = None;
    for _ in 0..MOST_LAYERS {
        match target(at.as_ref().unwrap_or(url)) {
            Leads::Nowhere => return Ok(at),
            Leads::To(target) => at = Some(target),
            Leads::Astray => return Err(LinkError::Redirect),
        }
    }
    Err(LinkError::Redirect)
}

/// Whether an address leads to another one.
pub(super) fn is_one(url: &Url) -> bool {
    !matches!(target(url), Leads::Nowhere)
}

/// Where an address leads.
enum Leads {
    /// To its own page.
    Nowhere,
    To(Url),
    /// To another that it does not tell.
    Astray,
}

/// Whether a path may hold another address.
pub(super) fn may_carry(path: &str) -> bool {
    let mut signs = ["http", "/amp/", "/3s/", "/3ts/"].iter();
    signs.any(|sign| path.contains(sign))
}

fn target(url: &Url) -> Leads {
    // What carries no address leads to none: most links are done here.
    let carries = url.query().is_some() || may_carry(url.path());
    let Some(host) = url.host_str().filter(|_| carries) else {
        return Leads::Nowhere;
    };
    static REDIRECTS: Table =
        LazyLock::new(|| columns(include_str!("../../../data/redirects.tsv")));
    let rule = lines(&REDIRECTS).find_map(|mut columns| {
        let (meant, path, place) = (columns.next()?, columns.next()?, columns.next()?);
        (host_matches(host, meant) && path_begins(url.path(), path)).then_some(place)
    });
    let Some(place) = rule else {
        return Leads::Nowhere;
    };
    match text_at(url, place).as_deref().and_then(address) {
        Some(target) => Leads::To(target),
        None => Leads::Astray,
    }
}

/// The text of the other address, where the table says that it stands.
fn text_at(url: &Url, place: &str) -> Option<String> {
    let query = || Some(decoded(url.query()?));
    let whole = url.as_str();
    let between = |before: &str, after: &str| {
        let (_, rest) = whole.split_once(before)?;
        Some(rest.split_once(after).map_or(rest, |(text, _)| text))
    };
    match place {
        "?" => query(),
        "/" => {
            let at = url.path().find("http")?;
            let rest = &url.path()[at..];
            // Where the address is encoded, it is one part; else it is the rest.
            Some(
                match rest.split('/').next().filter(|part| part.contains('%')) {
                    Some(part) => decoded(part),
                    None => match url.query() {
                        Some(query) => format!("{rest}?{query}"),
                        None => rest.to_owned(),
                    },
                },
            )
        }
        "amp" => {
            let rest = between("/amp/", "#")?;
            Some(format!(
                "https://{}",
                rest.strip_prefix("s/").unwrap_or(rest)
            ))
        }
        "-2" => {
            let (_, text) = url.query_pairs().find(|(name, _)| name == "u")?;
            Some(decoded(&text.replace('-', "%").replace('_', "/")))
        }
        "-3" => {
            let (text, rest) = whole.split_once("/v3/__")?.1.rsplit_once("__;")?;
            let taken_out = rest.split('!').next().unwrap_or_default();
            version_three(&with_two_slashes(text), taken_out)
        }
        "___" => Some(decoded(between("___", "___")?)),
        "3s" => Some(decoded(url.path_segments()?.nth(1)?)),
        "a1" => {
            let (_, text) = url.query_pairs().find(|(name, _)| name == "u")?;
            in_base64(text.strip_prefix("a1")?)
        }
        "RU" => Some(decoded(between("/RU=", "/RK=")?)),
        names => names.split(' ').find_map(|name| match name {
            "?" => query(),
            name => {
                let mut pairs = url.query_pairs();
                let (_, text) = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
                Some(text.into_owned())
            }
        }),
    }
}

/// An absolute web address on a host of the internet.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return None;
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        // Some leave the scheme off.
        Err(_) if !text.contains(':') => Url::parse(&format!("https://{text}")).ok()?,
        Err(_) => return None,
    };
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && url.domain().is_some_and(|host| host.contains('.'))).then_some(url)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Some programs make one slash of two.
fn with_two_slashes(text: &str) -> String {
    match text.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => text.to_owned(),
    }
}

fn in_base64(text: &str) -> Option<String> {
    let text = text.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(text);
    let bytes = bytes.or_else(|_| STANDARD_NO_PAD.decode(text)).ok()?;
    String::from_utf8(bytes).ok()
}

/// URL Defense, version 3: characters that were taken out stand behind the address in Base64. `*` stands for
/// one of them, `**` and a letter for two (`A`) to 65 (`_`).
fn version_three(text: &str, taken_out: &str) -> Option<String> {
    const LENGTHS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let taken_out = in_base64(taken_out)?;
    let mut taken_out = taken_out.chars();
    let mut whole = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '*' {
            whole.push(char);
        } else if chars.next_if_eq(&'*').is_some() {
            let length = LENGTHS.find(chars.next()?)? + 2;
            whole.extend(taken_out.by_ref().take(length));
        } else {
            whole.push(taken_out.next()?);
        }
    }
    Some(whole)
}
