//! What a text says where a place should stand: nothing, "online", or something to look up.

use super::fold::fold;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

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

/// The words of online events and the hosts of meetings: kind, value, languages, evidence.
const ONLINE: &str = include_str!("../../../data/online.tsv");

/// Words that are looked up whole.
type Words = LazyLock<HashSet<&'static str>>;

/// What platforms and hurried people write for "not known".
static PLACEHOLDERS: Words = LazyLock::new(|| {
    set("\
    tbd; tba; tbc; to be announced; to be determined; to be confirmed; to be decided; \
    location tbd; location tba; venue tbd; venue tba; venue to be announced; \
    location to be announced; n a; na; none; null; undefined; unknown; address; location; \
    venue; register to see address; private location; coming soon")
});

/// Words that are also names of cities: where one stands alone, it hardly ever means the city.
static COMMON: Words = LazyLock::new(|| {
    set("\
    bar; bath; best; college; commerce; essen; enterprise; home; independence; media; mobile; \
    most; nice; normal; of; orange; park; plaza; reading; roof; split; surprise; university; \
    university place; video")
});

/// Words behind which the name of a city is that of a room, a house or a street.
static NAMED_AFTER_CITIES: Words = LazyLock::new(|| {
    set("\
    room; rooms; raum; zimmer; saal; salle; sala; zaal; sal; aula; lounge; suite; konferenzraum; besprechungsraum; \
    seminarraum; meetingraum; hotel; hostel; cafe; bar; pub; restaurant; ristorante; trattoria; pizzeria; taverna; \
    osteria; bistro; kino; cinema; haus; house; casa; villa; palais; palace; hof; street; road; avenue; strasse; str; \
    allee; platz; weg; rue; via; piazza; calle; plaza; place; de; di; da; of; von; zu; new; fort; port; san; santa; \
    little; saint; hilton; radisson; ibis; novotel; marriott; hyatt; sheraton; the; and; und; et; y; e")
});

/// Words of a part of an address that lies inside of a house.
static INSIDE_A_HOUSE: Words = LazyLock::new(|| {
    set("\
    floor; room; level; suite; unit; raum; etage; stock; og; eg; obergeschoss; zimmer; saal; etaj; etage; salle; piso; \
    sala; planta; piano; pietro; pokoj; aula; hall; building; gate; stage; table; door; entrance; этаж; офис; kat")
});

/// Letters from here on are written without spaces between words: kana, Han and Hangul.
const FIRST_UNSPACED: char = '\u{3000}';
/// Sides of a joined place that are looked at.
const MAX_SIDES: usize = 20;

/// Reads one field.
pub(super) fn said(text: Option<&str>) -> Said<'_> {
    let text = text.unwrap_or("").trim();
    if text.len() > super::MAX_TEXT_BYTES {
        return Said::Text(text);
    }
    let (mut links, mut words) = (Vec::new(), Vec::new());
    for word in text.split_whitespace() {
        let word = word.trim_matches(['(', ')', '<', '>', '[', ']', ',', ';']);
        if is_link(word) || (word.contains('/') && leads_to_a_meeting(word)) {
            links.push(word);
        } else if !is_channel(word) {
            words.push(word);
        }
    }
    let key = fold(&words.join(" "));
    if key.is_empty() {
        // Any other page may be a hall's own, a map or a ticket shop.
        let meeting = links.iter().any(|link| leads_to_a_meeting(link));
        return if meeting { Said::Online } else { Said::Nothing };
    }
    if PLACEHOLDERS.contains(&*key) || text.starts_with("#_") {
        return Said::Nothing;
    }
    if names_online_only(&key) {
        return Said::Online;
    }
    // Outlook joins the places of a meeting with semicolons: what is left is the hall.
    match text.rsplit_once(';') {
        Some((hall, online)) if said(Some(online)) == Said::Online => said(Some(hall)),
        _ => match text.split_once(';') {
            Some((online, hall)) if said(Some(online)) == Said::Online => said(Some(hall)),
            _ => Said::Text(text),
        },
    }
}

/// Whether a text that names a hall says beside it that one may join online: `c-base; Microsoft Teams Meeting`,
/// `c-base + Zoom`.
pub fn names_online_too(text: &str) -> bool {
    text.len() <= super::MAX_TEXT_BYTES
        && text
            .split([';', '+', '＋', '&', '＆', '\n', '/'])
            .take(MAX_SIDES)
            .any(|side| !side.trim().is_empty() && said(Some(side)) == Said::Online)
}

/// Whether a field for a place says that the event is online, and nothing else.
pub fn says_online(text: &str) -> bool {
    said(Some(text)) == Said::Online
}

/// Whether a folded text is made of words for "online" and of what says nothing beside them.
fn names_online_only(key: &str) -> bool {
    if named("phrase").whole.contains(key) {
        return true;
    }
    let mut online = false;
    let pieces = key.split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter));
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        // A meeting's number: "Zoom Meeting ID: 123 456 789"; a shorter one is a room's.
        if piece.len() >= 3 && piece.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let mut rest = piece;
        while !rest.is_empty() {
            // Words of Chinese, Japanese and Korean stand without spaces: the longest that fits comes first.
            let run = run_of_one_script(rest);
            let spaced = run.starts_with(|letter: char| letter < FIRST_UNSPACED);
            let known = |kind| match spaced {
                true => named(kind).whole.get(run).map(|word| word.len()),
                false => {
                    let fits = values(kind).filter(|word| run.starts_with(word));
                    fits.map(str::len).max()
                }
            };
            let Some(length) = known("word").into_iter().chain(known("beside")).max() else {
                return false;
            };
            online |= known("word") == Some(length);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    online
}

/// The letters at the start of a word that are written with spaces between words, or those that are not.
fn run_of_one_script(text: &str) -> &str {
    let first = text.starts_with(|letter: char| letter < FIRST_UNSPACED);
    let end = text.find(|letter: char| (letter < FIRST_UNSPACED) != first);
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// Marks that belong to the letter before them: the long vowel of Japanese is a letter to Unicode, a mark that
/// could not be composed is none.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

/// Whether an address is that of a meeting, a stream or a chat.
fn leads_to_a_meeting(link: &str) -> bool {
    let lower = link.to_ascii_lowercase();
    if lower.starts_with("zoommtg:") || lower.starts_with("msteams:") {
        return true;
    }
    let rest = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.trim_start_matches("www.");
    let is_under = |known: &str| {
        host.strip_suffix(known)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let label = host.split_once('.').map_or("", |(label, _)| label);
    values("host").any(is_under) || values("label").any(|known| known == label)
}

/// The words of a kind in the table of online words.
#[derive(Default)]
struct Kind {
    in_order: Vec<&'static str>,
    whole: HashSet<&'static str>,
}

fn named(kind: &str) -> &'static Kind {
    static NONE: LazyLock<Kind> = LazyLock::new(Kind::default);
    static KINDS: LazyLock<BTreeMap<&str, Kind>> = LazyLock::new(|| {
        let mut kinds: BTreeMap<&str, Kind> = BTreeMap::new();
        for line in ONLINE.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            if let (Some(kind), Some(word)) = (cells.next(), cells.next()) {
                let known = kinds.entry(kind).or_default();
                known.in_order.push(word);
                known.whole.insert(word);
            }
        }
        kinds
    });
    KINDS.get(kind).unwrap_or(&NONE)
}

fn values(kind: &str) -> impl Iterator<Item = &'static str> {
    named(kind).in_order.iter().copied()
}

/// Whether a folded name is a word that only by the way is also a city.
pub(super) fn is_common(key: &str) -> bool {
    COMMON.contains(key)
}

/// Whether what stands behind this word may have the name of a city without lying there.
pub(super) fn is_named_after_cities(word: &str) -> bool {
    NAMED_AFTER_CITIES.contains(&*fold(word))
}

/// Whether a part of an address names a floor or a room.
pub(super) fn is_inside_a_house(text: &str) -> bool {
    let key = fold(text);
    key.split(' ')
        .any(|word| INSIDE_A_HOUSE.contains(word.trim_end_matches("th")))
}

/// The words of a list between semicolons.
fn set(list: &'static str) -> HashSet<&'static str> {
    list.split(';').map(str::trim).collect()
}

/// `#rust`, `#rust:matrix.org`: where to meet inside of a chat.
fn is_channel(word: &str) -> bool {
    word.strip_prefix('#')
        .is_some_and(|name| name.starts_with(char::is_alphabetic))
}

fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ["http://", "https://", "www.", "zoommtg://", "msteams://"]
        .iter()
        .any(|start| lower.starts_with(start))
}
