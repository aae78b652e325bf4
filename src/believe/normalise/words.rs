//! What organisers write into titles: cancelled, postponed, online, not settled yet.
//!
//! Whole words only, in the languages of the groups that were printed.

use crate::facts::event::Title;
use crate::facts::place::Mode;

const CANCELLED: &[&str] = &[
    "cancelled",
    "canceled",
    "abgesagt",
    "annulé",
    "annulée",
    "cancelado",
    "cancelada",
    "annullato",
    "geannuleerd",
    "inställt",
    "avlyst",
    "aflyst",
    "peruttu",
    "odwołane",
    "zrušeno",
    "отменено",
    "中止",
];

const POSTPONED: &[&str] = &[
    "postponed",
    "verschoben",
    "reporté",
    "aplazado",
    "adiado",
    "rinviato",
    "uitgesteld",
    "延期",
];

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

/// The title says that it does not take place: it begins or ends with the word, or has it in brackets.
///
/// "How cancelled futures leak" is a talk.
pub(super) fn is_cancelled(title: &Title) -> bool {
    is_marked(title, CANCELLED)
}

/// The title says that it is put off.
pub(super) fn is_postponed(title: &Title) -> bool {
    is_marked(title, POSTPONED)
}

fn is_marked(title: &Title, marks: &[&str]) -> bool {
    let text = title.as_str().to_lowercase();
    let bare = text.trim_matches(|char: char| !char.is_alphanumeric());
    marks.iter().any(|mark| {
        let begins = text
            .trim_start_matches(|char: char| !char.is_alphanumeric())
            .strip_prefix(mark)
            .is_some_and(|rest| {
                let next = rest.trim_start().chars().next();
                next.is_none_or(|char| !char.is_alphanumeric())
                    || text.starts_with(['[', '(', '*', '❌', '🚫'])
            });
        // Shouted at the front without a sign after it: "CANCELLED Critical Mass Ride".
        let shouted = title.as_str().starts_with(&mark.to_uppercase()) && mark.is_ascii();
        let ends = text
            .trim_end_matches(|char: char| !char.is_alphanumeric())
            .strip_suffix(mark)
            .and_then(|rest| rest.trim_end().chars().next_back())
            .is_some_and(|char| !char.is_alphanumeric());
        let bracketed = ["[", "(", "*", "【"]
            .iter()
            .any(|open| text.contains(&format!("{open}{mark}")));
        bare == *mark || begins || shouted || ends || bracketed
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
