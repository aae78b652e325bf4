//! What organisers write into titles: cancelled, postponed, not settled yet.
//!
//! Whole words only, in the languages of the groups that were printed.

use crate::facts::event::Title;

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

/// A title that waits for its organiser: printed, and listed for the editor.
pub(super) fn is_unsettled(title: &Title) -> bool {
    holds_any(title.as_str(), &["tbd", "tba", "tbc"])
        || title.as_str().to_lowercase().starts_with("full:")
}
