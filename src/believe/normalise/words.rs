//! What organisers write into titles: online, hybrid, not settled yet; and the words of `data/words.tsv`.
//!
//! Whole words only, in the languages of the groups that were printed.

use crate::facts::event::Title;
use crate::facts::place::Mode;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a word of `data/words.tsv` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Cancelled,
    Postponed,
    NoEvent,
    Moved,
    After,
    Verb,
    Asks,
    Filler,
}

impl Kind {
    fn named(name: &str) -> Option<Kind> {
        Some(match name {
            "cancelled" => Kind::Cancelled,
            "postponed" => Kind::Postponed,
            "no-event" => Kind::NoEvent,
            "moved" => Kind::Moved,
            "after" => Kind::After,
            "verb" => Kind::Verb,
            "asks" => Kind::Asks,
            "filler" => Kind::Filler,
            _ => return None,
        })
    }
}

/// The words of a kind, in every language.
pub(super) fn of(kind: Kind) -> impl Iterator<Item = &'static str> {
    with_language(kind).map(|(_, words)| words)
}

/// The words of a kind, each with the code of its language.
pub(super) fn with_language(kind: Kind) -> impl Iterator<Item = (&'static str, &'static str)> {
    type Words = BTreeMap<Kind, Vec<(&'static str, &'static str)>>;
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let mut words = Words::new();
        for line in include_str!("../../../data/words.tsv").lines() {
            let mut columns = line.split('\t');
            let kind = columns.next().and_then(Kind::named);
            let language = columns.next().unwrap_or_default();
            let phrases = columns.next().unwrap_or_default().split("; ");
            if let Some(kind) = kind {
                let known = words.entry(kind).or_default();
                known.extend(phrases.map(|phrase| (language, phrase)));
            }
        }
        words
    });
    WORDS.get(&kind).into_iter().flatten().copied()
}

const VIRTUAL: &[&str] = &[
    "online",
    "on-line",
    "webinar",
    "livestream",
    "tele-meetup",
    "virtuell",
    "virtuelle",
    "en ligne",
    "en línea",
    "distanciel",
    "à distance",
    "à distância",
    "a distancia",
    "zdalnie",
    "verkossa",
    "etänä",
    "på nätet",
    "på nett",
    "çevrimiçi",
    "онлайн",
    "オンライン",
    "线上",
    "線上",
    "온라인",
];

/// Words that tell the mode only where they stand apart: `(remote)`, `Virtual: …`, `… | virtual`, `Remote meetup`. A talk
/// on virtual memory or remote procedures is none.
const VIRTUAL_APART: &[&str] = &[
    "virtual", "remote", "remoto", "remota", "virtuel", "digital",
];

/// What an event is called after such a word.
const GATHERINGS: &[&str] = &[
    "meetup", "meet-up", "meeting", "event", "hack", "talk", "talks", "session", "edition",
    "workshop", "social", "hangout",
];

const HYBRID: &[&str] = &[
    "hybrid",
    "hybride",
    "híbrido",
    "hibrido",
    "ibrido",
    "ハイブリッド",
];

/// Whether one of the words is in the text, as a whole word in any case: `rust` is not in `trust`.
pub(super) fn holds_any<S: AsRef<str>>(text: &str, wanted: &[S]) -> bool {
    let text = text.to_lowercase();
    wanted
        .iter()
        .any(|word| holds(&text, &word.as_ref().to_lowercase()))
}

fn holds(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    // Scripts without spaces between words have no word borders to look for.
    let bordered = word.chars().all(|char| char < '\u{3000}');
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !bordered
            || !(before.is_some_and(char::is_alphanumeric)
                || after.is_some_and(char::is_alphanumeric))
    })
}

/// The mode that words name; `None` if they name none.
pub(super) fn mode_of(text: &str) -> Option<Mode> {
    if holds_any(text, HYBRID) {
        return Some(Mode::Hybrid);
    }
    let text = text.to_lowercase();
    let apart = VIRTUAL_APART.iter().any(|word| stands_apart(&text, word));
    (apart || holds_any(&text, VIRTUAL)).then_some(Mode::Virtual)
}

/// Whether a word stands by itself between signs or at an end with a sign beside it, or before what a
/// gathering is called.
fn stands_apart(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].trim_end(), text[at + word.len()..].trim_start());
        let bordered = !text[..at].ends_with(char::is_alphanumeric)
            && !text[at + word.len()..].starts_with(char::is_alphanumeric);
        let opens = before.is_empty() || before.ends_with(|char: char| !char.is_alphanumeric());
        let closes = after.starts_with(|char: char| !char.is_alphanumeric());
        let next: String = after
            .chars()
            .take_while(|char| char.is_alphanumeric() || *char == '-')
            .collect();
        let named = GATHERINGS.contains(&next.as_str());
        bordered && ((opens && (closes || after.is_empty())) || named)
    })
}

/// A title that waits for its organiser: printed, and listed for the editor.
pub(super) fn is_unsettled(title: &Title) -> bool {
    holds_any(title.as_str(), &["tbd", "tba", "tbc"])
        || title.as_str().to_lowercase().starts_with("full:")
}
