//! Google calendars: people pass on the address of a page; what can be read is the feed.

use url::Url;

/// The public feed of a Google calendar, from the address of its page (`…/calendar/embed?src=`,
/// `…?cid=`). `None` for any other address, and for what is a feed already.
pub fn feed(url: &Url) -> Option<Url> {
    if url.host_str() != Some("calendar.google.com") || url.path().contains("/ical/") {
        return None;
    }
    let id = url
        .query_pairs()
        .find_map(|(name, value)| match name.as_ref() {
            "src" => Some(value.into_owned()),
            "cid" if value.contains('@') => Some(value.into_owned()),
            "cid" => base64(&value),
            _ => None,
        })?;
    let mut feed = Url::parse("https://calendar.google.com/").ok()?;
    feed.path_segments_mut().ok()?.pop_if_empty().extend([
        "calendar",
        "ical",
        &id,
        "public",
        "basic.ics",
    ]);
    // The id is a mail address; Google serves it with `%40` alone.
    Url::parse(&feed.as_str().replace('@', "%40")).ok()
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
