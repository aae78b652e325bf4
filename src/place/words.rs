//! What a text says where a place should stand: nothing, "online", or something to look up.

use super::fold::fold;

/// Said in the place of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// Nothing, or a placeholder.
    Nothing,
    /// That it is online.
    Online,
    /// Something else.
    Text(&'a str),
}

/// Each of these alone says that an event is online. Written as folded: Cyrillic й loses its mark.
const ONLINE: &[&str] = &[
    "online",
    "virtual",
    "virtually",
    "remote",
    "remotely",
    "webinar",
    "zoom",
    "discord",
    "youtube",
    "twitch",
    "jitsi",
    "webex",
    "bigbluebutton",
    "livestream",
    "internet",
    "cyberspace",
    "skype",
    "whereby",
    "gathertown",
    "remoto",
    "virtuel",
    "virtuell",
    "virtuale",
    "オンライン",
    "オンライン開催",
    "オンラインイベント",
    "线上",
    "在线",
    "線上",
    "온라인",
    "онлаин",
    "удаленно",
    "אונליין",
    "מקוון",
    "zdalnie",
];

/// These say nothing beside one of those.
const BESIDE: &[&str] = &[
    "event",
    "meeting",
    "meetup",
    "call",
    "video",
    "conference",
    "only",
    "on",
    "via",
    "the",
    "and",
    "live",
    "stream",
    "google",
    "meet",
    "server",
    "channel",
    "link",
    "in",
    "description",
    "details",
    "below",
    "registration",
    "after",
    "tba",
    "tbd",
    "see",
    "to",
    "be",
    "announced",
    "sent",
    "will",
    "visible",
    "for",
    "attendees",
    "members",
    "with",
    "evento",
    "evenement",
    "veranstaltung",
    "room",
    "com",
    "us",
    "en",
    "da",
    "de",
];

/// Online, in more than one word.
const ONLINE_PHRASES: &[&str] = &[
    "on line",
    "google meet",
    "google hangouts",
    "microsoft teams",
    "ms teams",
    "teams meeting",
    "gather town",
    "gather",
    "live stream",
    "en ligne",
    "evenement en ligne",
    "a distance",
    "en visio",
    "visioconference",
    "en linea",
    "evento en linea",
    "na dalku",
    "pa natet",
    "pa nett",
    "link visible for attendees",
    "matrix",
    "slack",
    "telegram",
];

/// What platforms and hurried people write for "not known".
const PLACEHOLDERS: &[&str] = &[
    "tbd",
    "tba",
    "tbc",
    "to be announced",
    "to be determined",
    "to be confirmed",
    "to be decided",
    "location tbd",
    "location tba",
    "venue tbd",
    "venue tba",
    "venue to be announced",
    "location to be announced",
    "n a",
    "na",
    "none",
    "null",
    "undefined",
    "unknown",
    "address",
    "location",
    "venue",
    "register to see address",
    "private location",
    "coming soon",
    "tbd tbd",
    "?",
];

/// Pages that tell where an event is, or hide it: a link to one is no meeting room.
const EVENT_PAGES: &[&str] = &[
    "lu.ma",
    "luma.com",
    "meetup.com",
    "eventbrite.",
    "maps.google.",
    "google.com/maps",
    "goo.gl/maps",
    "maps.app.goo.gl",
    "openstreetmap.org",
    "maps.apple.com",
];

/// Reads one field.
pub(super) fn said(text: Option<&str>) -> Said<'_> {
    let text = text.unwrap_or("").trim();
    if text.len() > super::MAX_TEXT_BYTES {
        return Said::Text(text);
    }
    let (mut links, mut words) = (Vec::new(), Vec::new());
    for word in text.split_whitespace() {
        let word = word.trim_matches(['(', ')', '<', '>', '[', ']', ',', ';']);
        if is_link(word) {
            links.push(word);
        } else {
            words.push(word);
        }
    }
    let key = fold(&words.join(" "));
    if key.is_empty() {
        return match links.iter().all(|link| is_event_page(link)) {
            _ if links.is_empty() => Said::Nothing,
            true => Said::Nothing,
            false => Said::Online,
        };
    }
    if PLACEHOLDERS.contains(&key.as_str()) || text.starts_with("#_") {
        return Said::Nothing;
    }
    let online = key.split(' ').any(|word| ONLINE.contains(&word))
        && key
            .split(' ')
            .all(|word| ONLINE.contains(&word) || BESIDE.contains(&word));
    if online || ONLINE_PHRASES.contains(&key.as_str()) {
        return Said::Online;
    }
    Said::Text(text)
}

/// Whether a word is also a city, but hardly ever means it where it stands alone.
pub(super) fn is_common(key: &str) -> bool {
    const COMMON: &[&str] = &[
        "bar",
        "bath",
        "best",
        "college",
        "commerce",
        "essen",
        "enterprise",
        "home",
        "independence",
        "media",
        "mobile",
        "most",
        "nice",
        "normal",
        "of",
        "orange",
        "park",
        "plaza",
        "reading",
        "roof",
        "split",
        "surprise",
        "university",
        "university place",
        "video",
    ];
    COMMON.contains(&key)
}

fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ["http://", "https://", "www.", "zoommtg://"]
        .iter()
        .any(|start| lower.starts_with(start))
}

fn is_event_page(link: &str) -> bool {
    let lower = link.to_ascii_lowercase();
    let rest = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    EVENT_PAGES
        .iter()
        .any(|page| rest.trim_start_matches("www.").starts_with(page))
}
