//! Titles and names as sets of words.

use crate::facts::event::MONTHS;
use crate::facts::topic::Topic;
use std::cmp::Ordering;

/// Of the words of two titles, how many must be common to both for them to be near-equal: three of four.
const COMMON_WORDS: (usize, usize) = (3, 4);

/// Words that say no more than that there is a meeting; the names of months are further ones, and so are the words of
/// the newsletter's topic.
const PLAIN: &[&str] = &[
    "meetup",
    "meeting",
    "meet",
    "up",
    "event",
    "monthly",
    "user",
    "group",
    "community",
    "online",
    "virtual",
    "hybrid",
    "person",
    "mirror",
    "and",
    "n",
    "the",
    "a",
    "of",
    "in",
    "at",
    "on",
    "with",
    "for",
    "to",
];

/// Words for kinds of meetings: half of all titles are made of these and the plain ones, and two events
/// that share no other word share nothing.
const KINDS: &[&str] = &[
    "night", "evening", "hack", "learn", "social", "talk", "talks",
];

/// The words of a folded text, each once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    text: String,
    /// Where each word begins and ends in the text.
    places: Vec<(usize, usize)>,
    /// Of each word, whether it is one of the topic.
    of_topic: Vec<bool>,
}

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    is_of_topic: bool,
}

impl Words {
    /// The words of a text that is folded already. Those of the topic tell nothing: every evening is about it.
    pub(crate) fn of(text: String, topic: &Topic) -> Words {
        let mut places: Vec<(usize, usize)> = Vec::new();
        let mut begin = 0;
        for part in text.split(' ') {
            if !part.is_empty() {
                places.push((begin, begin + part.len()));
            }
            begin += part.len() + 1;
        }
        places.sort_unstable_by(|a, b| text[a.0..a.1].cmp(&text[b.0..b.1]));
        places.dedup_by(|a, b| text[a.0..a.1] == text[b.0..b.1]);
        let of_topic = places
            .iter()
            .map(|(from, to)| topic.is_word(&text[*from..*to]))
            .collect();
        Words {
            text,
            places,
            of_topic,
        }
    }

    /// The folded text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The words in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Word<'_>> {
        let places = self.places.iter().zip(&self.of_topic);
        places.map(|((from, to), is_of_topic)| Word {
            text: &self.text[*from..*to],
            is_of_topic: *is_of_topic,
        })
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        let found = self
            .places
            .binary_search_by(|(from, to)| self.text[*from..*to].cmp(word));
        found.is_ok()
    }

    fn is_subset(&self, other: &Words) -> bool {
        self.iter().all(|word| other.contains(word.text))
    }

    /// The words that both have.
    fn common<'a>(&'a self, other: &'a Words) -> impl Iterator<Item = Word<'a>> {
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        std::iter::from_fn(move || {
            loop {
                match ours.peek()?.text.cmp(theirs.peek()?.text) {
                    Ordering::Less => ours.next(),
                    Ordering::Greater => theirs.next(),
                    Ordering::Equal => {
                        theirs.next();
                        return ours.next();
                    }
                };
            }
        })
    }

    /// Whether two titles say the same: equal but for case, accents and signs, or three of four words in common.
    pub(crate) fn near_equal(&self, other: &Words) -> bool {
        if self.text == other.text {
            return true;
        }
        let (mut common, mut telling) = (0, false);
        for word in self.common(other) {
            common += 1;
            telling |= word.is_telling();
        }
        let all = self.places.len() + other.places.len() - common;
        telling && common * COMMON_WORDS.1 >= all * COMMON_WORDS.0
    }
}

/// Whether two titles say the same but for a year: `RustConf` and `RustConf 2026`.
pub(crate) fn same_but_year(a: &Words, b: &Words) -> bool {
    let is_year = |word: &&str| word.len() == 4 && word.starts_with("20") && is_number(word);
    let without = |words: &Words| {
        let words = words.text().split(' ').filter(|word| !is_year(word));
        words.collect::<Vec<_>>().join(" ")
    };
    let ours = without(a);
    !ours.is_empty() && ours == without(b)
}

impl Word<'_> {
    fn is_plain(&self) -> bool {
        self.is_of_topic || PLAIN.contains(&self.text) || MONTHS.contains(&self.text)
    }

    /// Whether it tells one event from another: no plain one, and none for a kind of meeting.
    pub(crate) fn is_telling(&self) -> bool {
        !self.is_plain() && !KINDS.contains(&self.text)
    }
}

fn is_number(word: &str) -> bool {
    word.chars().all(|char| char.is_ascii_digit())
}

/// A title and the names that stand beside it, its group's and its city's: those tell nothing apart.
#[derive(Clone, Copy)]
pub(crate) struct Titled<'a> {
    pub(crate) title: &'a Words,
    pub(crate) names: &'a Words,
}

/// What a title is about: its words but for plain ones, numbers, and the names of both.
fn about<'a>(one: Titled<'a>, other: Titled<'a>) -> Vec<&'a str> {
    let is_name = |word: &str| one.names.contains(word) || other.names.contains(word);
    one.title
        .iter()
        .filter(|word| !word.is_plain() && !is_number(word.text) && !is_name(word.text))
        .map(|word| word.text)
        .collect()
}

/// Whether both titles are about something, and not about the same: no word of the one, but for plain
/// ones, names and numbers, is in the other.
pub(crate) fn say_two_things(a: Titled<'_>, b: Titled<'_>) -> bool {
    let (ours, theirs) = (about(a, b), about(b, a));
    !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|word| theirs.contains(word))
}

/// Whether two titles say the same but for plain words, names and numbers.
pub(crate) fn say_one_thing(a: Titled<'_>, b: Titled<'_>) -> bool {
    about(a, b) == about(b, a) || a.title.near_equal(b.title)
}

/// How many words that tell something two titles share, if all words of the one are in the other or
/// they are nearly equal. The name of a group counts in the title of another's event, and not in its own.
pub(crate) fn shared_words(a: Titled<'_>, b: Titled<'_>) -> Option<usize> {
    let (ours, theirs) = (a.title, b.title);
    if !ours.is_subset(theirs) && !theirs.is_subset(ours) && !ours.near_equal(theirs) {
        return None;
    }
    let is_own = |word: &str| a.names.contains(word) && b.names.contains(word);
    let shared = ours.common(theirs);
    let telling =
        shared.filter(|word| word.is_telling() && !is_own(word.text) && !is_number(word.text));
    Some(telling.count())
}
