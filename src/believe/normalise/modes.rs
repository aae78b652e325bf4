//! How an event is held, as the words of a title or a text say it.

use crate::facts::place::Mode;
use aho_corasick::AhoCorasick;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words of the mode in titles: kind, word, languages, evidence.
const MODES: &str = include_str!("../../../data/mode-words.tsv");

/// Words between two of a pair: "in person **meetup and** online".
const MOST_WORDS_BETWEEN: usize = 3;

/// The mode that words name; `None` if they name none.
///
/// A word alone says nothing: "Building an online game server" is about a server, "kein Livestream" is in person.
/// `data/mode-words.tsv` says of each word where it counts.
pub(super) fn mode_of(text: &str) -> Option<Mode> {
    let text = text.to_lowercase();
    if !may_say(&text) {
        return None;
    }
    let held = |kind: &'static str| {
        let words = values(kind);
        words.flat_map(|word| places(&text, word).map(move |at| (at, word)))
    };
    let hybrid = held("hybrid").any(|(at, word)| {
        !is_denied(&text, at)
            && (stands_apart(&text, at, word) || opens_a_gathering(&text, at, word))
    }) || held("both").any(|(at, _)| !is_denied(&text, at));
    if hybrid || is_pair(&text) {
        return Some(Mode::Hybrid);
    }
    let is_virtual = held("virtual")
        .any(|(at, word)| !is_denied(&text, at) && !is_of_a_thing(&text, at, word))
        || held("apart").any(|(at, word)| !is_denied(&text, at) && stands_apart(&text, at, word))
        || held("online").any(|(at, word)| {
            let ends = text[at + word.len()..]
                .chars()
                .all(|char| !char.is_alphanumeric());
            !is_denied(&text, at)
                && (ends || stands_apart(&text, at, word) || opens_a_gathering(&text, at, word))
        });
    is_virtual.then_some(Mode::Virtual)
}

/// Whether any word is in a text without which none of the rules can say anything. Most titles and texts have none,
/// and all have to be asked.
fn may_say(text: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let kinds = ["hybrid", "both", "virtual", "apart", "online", "stream"];
        AhoCorasick::new(kinds.into_iter().flat_map(values)).ok()
    });
    WORDS.as_ref().is_none_or(|words| words.is_match(text))
}

/// Whether the only word for online says that it is streamed.
pub(super) fn is_streamed(title: &str) -> bool {
    let title = title.to_lowercase();
    values("stream").any(|word| places(&title, word).any(|at| !is_denied(&title, at)))
}

/// The words of a kind in the table.
fn values(kind: &'static str) -> impl Iterator<Item = &'static str> {
    static BY_KIND: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in MODES.lines() {
            let mut cells = line.split('\t');
            if let (Some(kind), Some(word)) = (cells.next(), cells.next()) {
                by_kind.entry(kind).or_default().push(word);
            }
        }
        by_kind
    });
    BY_KIND.get(kind).into_iter().flatten().copied()
}

/// Where a word stands in a text, as a whole word.
fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    // Scripts without spaces between words have no word borders to look for.
    let bordered = word.chars().all(|char| char < '\u{3000}');
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| {
            !bordered
                || !(text[..*at].ends_with(char::is_alphanumeric)
                    || text[at + word.len()..].starts_with(char::is_alphanumeric))
        })
}

/// Whether the words before say "no": "kein Livestream", "not online", "non-virtual".
fn is_denied(text: &str, at: usize) -> bool {
    let before =
        text[..at].trim_end_matches(|char: char| char.is_whitespace() || "-‐–".contains(char));
    let word = before
        .rsplit(|char: char| !char.is_alphanumeric() && char != '\'')
        .next();
    values("no").any(|no| word == Some(no))
}

/// What is meant is a thing, not the evening: `オンラインゲーム`, `在线游戏`.
fn is_of_a_thing(text: &str, at: usize, word: &str) -> bool {
    let after = &text[at + word.len()..];
    values("thing").any(|thing| after.trim_start().starts_with(thing))
}

/// A word for "in person" and one for "online" beside each other, joined: "vor Ort und online", "現地+オンライン".
fn is_pair(text: &str) -> bool {
    let here: Vec<(usize, usize)> = ends("in-person", text);
    let kinds = ["virtual", "online", "apart", "stream"];
    let there: Vec<(usize, usize)> = kinds.iter().flat_map(|kind| ends(kind, text)).collect();
    here.iter().any(|here| {
        there.iter().any(|there| {
            let (first, second) = if here.0 < there.0 {
                (here, there)
            } else {
                (there, here)
            };
            let between = text.get(first.1..second.0).unwrap_or("\n");
            let words: Vec<&str> = between.split_whitespace().collect();
            let sign = between.contains(['+', '＋', '&', '＆', '/', '／', ',', '、']);
            let joined = sign
                || words
                    .iter()
                    .any(|word| values("and").any(|and| and == *word));
            joined && words.len() <= MOST_WORDS_BETWEEN && !is_denied(text, there.0)
        })
    })
}

fn ends(kind: &'static str, text: &str) -> Vec<(usize, usize)> {
    let words = values(kind);
    words
        .flat_map(|word| places(text, word).map(move |at| (at, at + word.len())))
        .collect()
}

/// Whether a word stands by itself between signs or at an end with a sign beside it, or before what a
/// gathering is called.
fn stands_apart(text: &str, at: usize, word: &str) -> bool {
    let (before, after) = (text[..at].trim_end(), text[at + word.len()..].trim_start());
    let opens = before.is_empty() || before.ends_with(|char: char| !char.is_alphanumeric());
    let closes = after.starts_with(|char: char| !char.is_alphanumeric() && char != '-');
    let next = after.trim_start_matches(['-', '‐']);
    let next: String = next
        .chars()
        .take_while(|char| char.is_alphanumeric() || *char == '-')
        .collect();
    let named = values("gathering").any(|gathering| gathering == next);
    (opens && (closes || after.is_empty())) || named
}

/// Whether a word opens a title that goes on to a gathering: "Online Rust Meetup".
fn opens_a_gathering(text: &str, at: usize, word: &str) -> bool {
    let opens = !text[..at].contains(char::is_alphanumeric);
    let mut words = text[at + word.len()..].split(|char: char| !char.is_alphanumeric());
    let nearby = words
        .by_ref()
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS_BETWEEN);
    opens
        && nearby
            .into_iter()
            .any(|word| values("gathering").any(|gathering| gathering == word))
}
