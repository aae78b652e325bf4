//! How an event is held, as the words of a title or a text say it.

use crate::facts::place::Mode;
use crate::facts::topic::Topic;
use aho_corasick::AhoCorasick;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Words of the mode in titles: kind, word, languages, evidence.
const MODES: &str = include_str!("../../../data/mode-words.tsv");

/// Characters of a text that are read: what says how an event is held stands at its beginning.
const MOST_CHARS: usize = 2_000;

/// Words between two of a pair: "in person **meetup and** online".
const MOST_WORDS_BETWEEN: usize = 3;

/// Bytes between two of a pair.
const MOST_BYTES_BETWEEN: usize = 60;

/// Letters from here on are written without spaces between words: kana, Han and Hangul.
const FIRST_UNSPACED: char = '\u{3000}';

/// The words without one of which a text names no mode.
static SAYING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let kinds = [
        "hybrid", "both", "virtual", "apart", "online", "tool", "channel", "stream",
    ];
    AhoCorasick::new(kinds.into_iter().flat_map(values)).ok()
});

/// The mode that words name; `None` if they name none.
///
/// A word alone says nothing: "Building an online game server" is about a server, "kein Livestream" is in person.
/// `data/mode-words.tsv` says of each word where it counts. Words of the topic may stand before what a gathering is
/// called: "Online Rust meetup".
pub(super) fn mode_of(text: &str, topic: &Topic) -> Option<Mode> {
    let written: String = text.chars().take(MOST_CHARS).collect();
    let lower = written.to_lowercase();
    // Most texts hold no such word at all: one pass over them says so.
    if !SAYING.as_ref().is_none_or(|words| words.is_match(&lower)) {
        return None;
    }
    let topic = topic.places(&written);
    let text = Text {
        lower: &lower,
        topic: &topic,
    };
    let any = |kind: &'static str, counts: &dyn Fn(&Word<'_>) -> bool| {
        let mut words = words(kind, text);
        words.any(|word| !word.is_denied() && counts(&word))
    };
    let is_hybrid =
        any("hybrid", &|word| word.stands_apart()) || any("both", &|_| true) || is_pair(text);
    if is_hybrid {
        return Some(Mode::Hybrid);
    }
    let is_virtual = any("virtual", &|word| !word.is_of_a_thing())
        || any("apart", &|word| word.stands_apart())
        || any("online", &|word| word.ends() || word.stands_apart())
        || any("tool", &|word| word.is_where_it_is_held(true))
        || any("channel", &|word| word.is_where_it_is_held(false));
    is_virtual.then_some(Mode::Virtual)
}

/// Bytes of a text that can be a label.
const LONGEST_LABEL: usize = 60;

/// The mode that a text names which stands beside a place, if it is made of nothing else: "Hybride", "en ligne", "vor
/// Ort und online".
pub(super) fn label(text: &str) -> Option<Mode> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_LABEL {
        return None;
    }
    if let Some(mode) = Mode::parse(text) {
        return Some(mode);
    }
    let lower = text.to_lowercase();
    let is = |kind: &'static str| values(kind).any(|word| word == lower);
    if is("hybrid") || is("both") {
        return Some(Mode::Hybrid);
    }
    // What is streamed takes place in a hall.
    if ["virtual", "online", "apart"].into_iter().any(is) && !is("stream") {
        return Some(Mode::Virtual);
    }
    if is("in-person") {
        return Some(Mode::InPerson);
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mut joints = (1..words.len()).filter(|at| values("and").any(|and| and == words[*at]));
    let is_pair = |at: usize| {
        let sides = [&words[..at], &words[at + 1..]].map(|side| label(&side.join(" ")));
        matches!(sides, [Some(one), Some(other)] if one != other)
    };
    joints.any(is_pair).then_some(Mode::Hybrid)
}

/// Whether the only word for online says that it is streamed.
pub(super) fn is_streamed(title: &str) -> bool {
    let text = Text {
        lower: &title.to_lowercase(),
        topic: &[],
    };
    words("stream", text).any(|word| !word.is_denied() && !word.is_of_a_thing())
}

/// The words of a kind in the table, which is taken apart once: every title asks for a dozen kinds.
fn values(kind: &'static str) -> impl Iterator<Item = &'static str> {
    static WORDS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in MODES.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            if let (Some(kind), Some(word)) = (cells.next(), cells.next()) {
                words.entry(kind).or_default().push(word);
            }
        }
        words
    });
    WORDS.get(kind).into_iter().flatten().copied()
}

fn is_unspaced(word: &str) -> bool {
    word.starts_with(|letter: char| letter >= FIRST_UNSPACED)
}

/// A text in small letters, and where words of the topic stand in it.
#[derive(Clone, Copy)]
struct Text<'a> {
    lower: &'a str,
    topic: &'a [Range<usize>],
}

/// A word of the table where it stands in a text.
struct Word<'a> {
    text: Text<'a>,
    at: usize,
    word: &'static str,
}

/// The words of a kind in a text, each as a whole word.
fn words<'a>(kind: &'static str, text: Text<'a>) -> impl Iterator<Item = Word<'a>> {
    values(kind).flat_map(move |word| {
        let places = text
            .lower
            .match_indices(word)
            .map(move |(at, _)| Word { text, at, word });
        places.filter(|found| {
            is_unspaced(found.word)
                || !(found.before().ends_with(char::is_alphanumeric)
                    || found.after().starts_with(char::is_alphanumeric))
        })
    })
}

impl<'a> Word<'a> {
    fn before(&self) -> &'a str {
        &self.text.lower[..self.at]
    }

    fn after(&self) -> &'a str {
        &self.text.lower[self.end()..]
    }

    fn end(&self) -> usize {
        self.at + self.word.len()
    }

    /// Whether the words before say "no": "kein Livestream", "not online", "non-virtual".
    fn is_denied(&self) -> bool {
        let is_between = |char: char| char.is_whitespace() || "-‐–".contains(char);
        let before = self.before().trim_end_matches(is_between);
        let word = last_word(before);
        values("no").any(|no| word == no)
    }

    /// What is meant is a thing, not the evening: "livestream server", `オンラインゲーム`, `在线游戏`.
    fn is_of_a_thing(&self) -> bool {
        let after = self.after().trim_start_matches([' ', '-', '‐']);
        values("thing").any(|thing| after.starts_with(thing))
    }

    /// Whether it ends the text, but for its number: "Rust Nürnberg online #12".
    fn ends(&self) -> bool {
        self.after().chars().all(|char| !char.is_alphabetic())
    }

    /// Whether it stands by itself between signs or at an end with a sign beside it, or before what a gathering is
    /// called.
    fn stands_apart(&self) -> bool {
        let (before, after) = (self.before().trim_end(), self.after().trim_start());
        let opens = before.is_empty() || before.ends_with(|char: char| !char.is_alphanumeric());
        let closes =
            after.starts_with(|char: char| !char.is_alphanumeric() && !"-/".contains(char));
        // In Japanese and Chinese a space parts more than words.
        let is_kana_or_han = is_unspaced(self.word) && !self.word.starts_with(is_hangul);
        let is_spaced = (before.is_empty() || before.len() < self.at)
            && (after.is_empty() || after.len() < self.after().len());
        // "(online via Discord)"
        let is_in_brackets = before.ends_with(['(', '[', '（', '【', '［']);
        let goes_on = is_in_brackets && without(after, "via").is_some();
        (opens && (closes || after.is_empty()))
            || goes_on
            || (is_kana_or_han && is_spaced && !self.is_of_a_thing())
            || self.text.leads_to_a_gathering(self.end())
    }

    /// Whether it names the program in which the event is held: "Rust Meetup (via Zoom)", "Rust Meetup @ Discord". A
    /// talk may be about such a program: the name alone counts in brackets only, and only of a program for meetings.
    fn is_where_it_is_held(&self, is_for_meetings: bool) -> bool {
        let after = self.after().trim_start();
        if !(after.is_empty() || after.starts_with(|char: char| !char.is_alphanumeric())) {
            return false;
        }
        let before = self.before().trim_end();
        if before.ends_with(['@', '＠']) {
            return true;
        }
        let last = last_word(before);
        let with_preposition = values("via").any(|via| via == last);
        let held = match with_preposition {
            true => before[..before.len() - last.len()].trim_end(),
            false => before,
        };
        let in_brackets = held.ends_with(['(', '[', '（', '【', '［']);
        let gathers = || values("gathering").any(|gathering| gathering == last_word(held));
        (in_brackets && (with_preposition || is_for_meetings)) || (with_preposition && gathers())
    }
}

fn is_hangul(letter: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&letter)
}

fn last_word(text: &str) -> &str {
    let is_sign = |char: char| !char.is_alphanumeric() && char != '\'';
    text.rsplit(is_sign).next().unwrap_or_default()
}

impl<'a> Text<'a> {
    /// Whether it goes on from there to what a gathering is called, past words that say what it is about: "Online
    /// **Rust Meetup**", but not "Online algorithms meetup".
    fn leads_to_a_gathering(self, at: usize) -> bool {
        let is_between = |char: char| char.is_whitespace() || "-‐".contains(char);
        let mut rest = self.lower[at..].trim_start_matches(is_between);
        for _ in 0..=MOST_WORDS_BETWEEN {
            if let Some(behind) = without(rest, "gathering") {
                let behind = behind.trim_start_matches(is_between);
                return !values("thing").any(|thing| behind.starts_with(thing));
            }
            match without(rest, "about").or_else(|| self.without_topic(rest)) {
                Some(behind) => rest = behind.trim_start_matches(is_between),
                None => return false,
            }
        }
        false
    }

    /// What stands behind a word of the topic with which the rest of the text begins.
    fn without_topic(self, rest: &str) -> Option<&'a str> {
        let at = self.lower.len() - rest.len();
        let word = self.topic.iter().find(|place| place.start == at)?;
        self.lower.get(word.end..)
    }

    /// Whether a pair ends there: "online/offline sync" is about something.
    fn closes(self, at: usize) -> bool {
        let after = &self.lower[at..];
        let goes_on =
            after.trim_start().starts_with(char::is_alphabetic) || after.starts_with(['-', '‐']);
        !goes_on || self.leads_to_a_gathering(at)
    }
}

/// The text behind a word of a kind with which it begins.
fn without<'a>(text: &'a str, kind: &'static str) -> Option<&'a str> {
    values(kind).find_map(|word| {
        let rest = text.strip_prefix(word)?;
        // "Rust勉強会": the other script parts them.
        let goes_on = |char: char| char.is_alphanumeric() && char < FIRST_UNSPACED;
        let ends = is_unspaced(word) || !rest.starts_with(goes_on);
        ends.then_some(rest)
    })
}

/// A word for "in person" and one for "online" beside each other, joined: "vor Ort und online", "現地+オンライン".
fn is_pair(text: Text<'_>) -> bool {
    let here: Vec<Word<'_>> = words("in-person", text).collect();
    let kinds = ["virtual", "online", "apart", "stream", "tool"];
    let there = kinds.iter().flat_map(|kind| words(kind, text));
    let there: Vec<Word<'_>> = there.filter(|there| !there.is_denied()).collect();
    here.iter().any(|here| {
        there.iter().any(|there| {
            let (first, second) = if here.at < there.at {
                (here, there)
            } else {
                (there, here)
            };
            let between = text.lower.get(first.end()..second.at);
            between.is_some_and(joins) && text.closes(second.end())
        })
    })
}

/// Whether what stands between two words joins them: "and", a plus sign, a comma.
fn joins(between: &str) -> bool {
    if between.len() > MOST_BYTES_BETWEEN {
        return false;
    }
    let words: Vec<&str> = between.split_whitespace().collect();
    let sign = between.contains(['+', '＋', '&', '＆', '/', '／', ',', '、', '・']);
    let and = || {
        words
            .iter()
            .any(|word| values("and").any(|and| and == *word))
    };
    words.len() <= MOST_WORDS_BETWEEN && (sign || and())
}
