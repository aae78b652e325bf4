//! What organisers write into titles: not settled yet; and the words of `data/called-off.tsv`.
//!
//! Whole words only, in the languages of the groups that were printed.

use crate::facts::event::Title;
use crate::facts::topic::holds_any;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a word of `data/called-off.tsv` says.
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
    Not,
    Predicate,
    Reason,
    ToDate,
    Joint,
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
            "not" => Kind::Not,
            "predicate" => Kind::Predicate,
            "reason" => Kind::Reason,
            "to-date" => Kind::ToDate,
            "joint" => Kind::Joint,
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
        for line in include_str!("../../../data/called-off.tsv").lines() {
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

/// A title that waits for its organiser: printed, and listed for the editor.
pub(super) fn is_unsettled(title: &Title) -> bool {
    holds_any(title.as_str(), &["tbd", "tba", "tbc"])
        || title.as_str().to_lowercase().starts_with("full:")
}
