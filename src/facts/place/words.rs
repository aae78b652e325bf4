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
const ONLINE: &str = "\
    online virtual virtually remote remotely webinar zoom discord youtube twitch jitsi webex \
    bigbluebutton livestream internet cyberspace skype whereby gathertown remoto virtuel \
    virtuell virtuale オンライン オンライン開催 オンラインイベント 线上 在线 線上 온라인 онлаин удаленно אונליין מקוון zdalnie";

/// These say nothing beside one of those.
const BESIDE: &str = "\
    event meeting meetup call video conference only on via the and live stream google meet \
    server channel link in description details below registration after tba tbd see to be \
    announced sent will visible for attendees members with evento evenement veranstaltung room \
    com us en da de";

/// Online, in more than one word.
const ONLINE_PHRASES: &str = "\
    on line; google meet; google hangouts; microsoft teams; ms teams; teams meeting; \
    gather town; gather; live stream; en ligne; evenement en ligne; a distance; en visio; \
    visioconference; en linea; evento en linea; na dalku; pa natet; pa nett; \
    link visible for attendees; matrix; slack; telegram";

/// What platforms and hurried people write for "not known".
const PLACEHOLDERS: &str = "\
    tbd; tba; tbc; to be announced; to be determined; to be confirmed; to be decided; \
    location tbd; location tba; venue tbd; venue tba; venue to be announced; \
    location to be announced; n a; na; none; null; undefined; unknown; address; location; \
    venue; register to see address; private location; coming soon";

/// Cities whose names are words: where one stands alone, it hardly ever means the city.
const COMMON: &str = "\
    bar; bath; best; college; commerce; essen; enterprise; home; independence; media; mobile; \
    most; nice; normal; of; orange; park; plaza; reading; roof; split; surprise; university; \
    university place; video";

/// Pages that tell where an event is, or hide it: a link to one is no meeting room.
const EVENT_PAGES: &str = "\
    lu.ma; luma.com; meetup.com; eventbrite.; maps.google.; google.com/maps; goo.gl/maps; \
    maps.app.goo.gl; openstreetmap.org; maps.apple.com";

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
        let meeting = links.iter().any(|link| !is_event_page(link));
        return if meeting { Said::Online } else { Said::Nothing };
    }
    if is_among(PLACEHOLDERS, &key) || text.starts_with("#_") {
        return Said::Nothing;
    }
    let says = |list: &str, word: &str| list.split(' ').any(|known| known == word);
    let online = key.split(' ').any(|word| says(ONLINE, word))
        && key
            .split(' ')
            .all(|word| says(ONLINE, word) || says(BESIDE, word));
    if online || is_among(ONLINE_PHRASES, &key) {
        return Said::Online;
    }
    Said::Text(text)
}

/// Whether a folded name is a word that only by the way is also a city.
pub(super) fn is_common(key: &str) -> bool {
    is_among(COMMON, key)
}

fn is_among(list: &str, text: &str) -> bool {
    list.split("; ").any(|known| known == text)
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
    let rest = rest.trim_start_matches("www.");
    EVENT_PAGES.split("; ").any(|page| rest.starts_with(page))
}
