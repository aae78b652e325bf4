//! Google calendars: people pass on the address of a page; what can be read is the feed.

use url::Url;

/// Calendars that one address may show together.
const MOST_CALENDARS: usize = 20;

/// Characters of a calendar's id, a mail address, at most.
const LONGEST_ID_CHARS: usize = 254;

/// The public feeds of the calendars that a page of Google's shows (`…/embed?src=`, `…?cid=`), in the
/// order of the address; none for any other address, and none for a feed.
pub fn feeds(address: &str) -> Vec<String> {
    let Some(url) = calendar_page(address) else {
        return Vec::new();
    };
    let ids = url.query_pairs().filter_map(|(name, value)| match &*name {
        _ if value.contains("://") => None,
        // Both are written plainly or in base64; what is neither is an id without a host.
        "src" => mail_address(&value).or(Some(value.into_owned())),
        "cid" => mail_address(&value),
        _ => None,
    });
    ids.filter(|id| is_id(id))
        .take(MOST_CALENDARS)
        .filter_map(|id| feed_of(&id))
        .collect()
}

/// The feed of another host that a page of Google Calendar shows (`…?cid=webcal://…`).
pub fn foreign_feed(address: &str) -> Option<String> {
    let url = calendar_page(address)?;
    let (_, feed) = url
        .query_pairs()
        .find(|(name, value)| name == "cid" && value.contains("://"))?;
    Some(feed.into_owned())
}

/// The public feed of the first calendar that a page of Google's shows.
pub fn feed(url: &Url) -> Option<Url> {
    Url::parse(feeds(url.as_str()).first()?).ok()
}

/// Whether an address of Google's is secret: who has it reads what is not public.
pub fn is_secret(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        is_google(&url)
            && url
                .path_segments()
                .is_some_and(|mut parts| parts.any(|part| part.starts_with("private-")))
    })
}

/// Whether an address is a page of Google's calendar, not a feed.
pub fn is_page(address: &str) -> bool {
    calendar_page(address).is_some()
}

fn calendar_page(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    (is_google(&url) && !url.path().contains("/ical/")).then_some(url)
}

fn is_google(url: &Url) -> bool {
    match url.host_str() {
        Some("calendar.google.com") => true,
        Some("www.google.com" | "google.com") => url.path().starts_with("/calendar/"),
        _ => false,
    }
}

fn mail_address(text: &str) -> Option<String> {
    if text.contains('@') {
        return Some(text.to_owned());
    }
    base64(text).filter(|text| text.contains('@'))
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.chars().count() <= LONGEST_ID_CHARS
        && id
            .chars()
            .all(|char| !char.is_control() && !char.is_whitespace())
}

fn feed_of(id: &str) -> Option<String> {
    let mut feed = Url::parse("https://calendar.google.com/").ok()?;
    feed.path_segments_mut().ok()?.pop_if_empty().extend([
        "calendar",
        "ical",
        id,
        "public",
        "basic.ics",
    ]);
    // The id is a mail address; Google serves it with `%40` alone.
    Some(feed.as_str().replace('@', "%40"))
}

/// Base64 with or without padding, in either alphabet; `None` for what is none or no text.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}
