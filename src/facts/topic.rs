//! What a newsletter is about: the words by which an event of a group with other topics too is known to be meant.

use std::collections::BTreeSet;
use std::ops::Range;

/// Letters from here on are written without spaces between words: kana, Han and Hangul.
const FIRST_UNSPACED: char = '\u{3000}';

/// The words of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topic {
    name: Option<String>,
    words: Vec<Word>,
    /// In small letters.
    not: Vec<String>,
    /// The words in small letters.
    plain: BTreeSet<String>,
}

/// A word of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written; one word or several.
    pub text: String,
    /// Whether capitals and small letters must be as written: `Go` is not in `go hiking`.
    pub exact: bool,
    /// Whether it may be part of a longer word: `gopher` in `GopherCon`.
    pub part: bool,
}

impl Word {
    /// A whole word in any case.
    pub fn whole(text: &str) -> Word {
        Word {
            text: text.to_owned(),
            exact: false,
            part: false,
        }
    }
}

impl Topic {
    /// An event is about the topic if one of the words is in its title or text. `not` are phrases that hold such a
    /// word and mean something else: `let's go`.
    pub fn new(words: Vec<Word>, not: &[String]) -> Topic {
        Topic {
            name: None,
            plain: words.iter().map(|word| word.text.to_lowercase()).collect(),
            not: not.iter().map(|phrase| phrase.to_lowercase()).collect(),
            words,
        }
    }

    /// Whole words in any case.
    pub fn of<S: AsRef<str>>(words: &[S]) -> Topic {
        let words = words.iter().map(|word| Word::whole(word.as_ref()));
        Topic::new(words.collect(), &[])
    }

    /// The same under a name, which stands in headings of pages: `Rust`.
    pub fn named(self, name: Option<String>) -> Topic {
        Topic { name, ..self }
    }

    /// Its name in headings.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its words.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether a word in small letters is one of them: beside other events on the topic it tells nothing.
    pub fn is_word(&self, lower: &str) -> bool {
        self.plain.contains(lower)
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether one of the words is in a name, which may be written in one: `EuroRust`, `rust-berlin`.
    pub fn is_named_in(&self, name: &str) -> bool {
        self.is_in(name) || self.is_in(&in_words(name))
    }

    /// Whether one of the words is in a text, outside of the phrases that mean something else.
    pub fn is_in(&self, text: &str) -> bool {
        self.found(text, &text.to_lowercase()).next().is_some()
    }

    /// Where words of the topic stand in a text, in bytes of the text in small letters. Of a word that may be part of a
    /// longer one it is the longer one: `GopherCon`.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let lower = text.to_lowercase();
        let whole = |found: Range<usize>| {
            let before = lower[..found.start].trim_end_matches(is_joined);
            let after = lower[found.end..].trim_start_matches(is_joined);
            before.len()..lower.len() - after.len()
        };
        self.found(text, &lower).map(whole).collect()
    }

    /// A text in small letters and single spaces without the words of the topic: `No Rust-Meetup` says `no meetup`.
    pub fn without(&self, text: &str) -> String {
        let lower = text.to_lowercase();
        let mut kept = String::new();
        let mut end = 0;
        let mut places = self.places(text);
        places.sort_by_key(|place| place.start);
        for place in places {
            if let Some(before) = lower.get(end..place.start) {
                kept.push_str(before);
                kept.push(' ');
            }
            end = end.max(place.end);
        }
        kept.push_str(&lower[end..]);
        let words = kept.split([' ', '-']).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    fn found<'a>(
        &'a self,
        text: &'a str,
        lower: &'a str,
    ) -> impl Iterator<Item = Range<usize>> + use<'a> {
        // A few capitals are longer or shorter than their small letters. Then places are those of the text in small
        // letters alone, and the case counts for nothing.
        let as_written = if lower.len() == text.len() {
            text
        } else {
            lower
        };
        let phrases: Vec<Range<usize>> = self
            .not
            .iter()
            .flat_map(|phrase| places(lower, phrase, false).map(|at| at..at + phrase.len()))
            .collect();
        self.words.iter().flat_map(move |word| {
            let small = word.text.to_lowercase();
            let found: Vec<Range<usize>> = places(lower, &small, word.part)
                .map(|at| at..at + small.len())
                .filter(|found| {
                    let is_case = !word.exact
                        || as_written.len() != text.len()
                        || as_written.get(found.clone()) == Some(&word.text);
                    let means_it = |phrase: &Range<usize>| {
                        phrase.start > found.start || found.end > phrase.end
                    };
                    is_case && phrases.iter().all(means_it)
                })
                .collect();
            found
        })
    }
}

/// Whether one of the words is in the text, as a whole word in any case: `rust` is not in `trust`.
pub fn holds_any<S: AsRef<str>>(text: &str, wanted: &[S]) -> bool {
    let text = text.to_lowercase();
    wanted.iter().any(|word| {
        places(&text, &word.as_ref().to_lowercase(), false)
            .next()
            .is_some()
    })
}

/// Whether a letter beside a word makes it part of a longer one. In `Rust勉強会` the other script parts them.
fn is_joined(letter: char) -> bool {
    letter.is_alphanumeric() && letter < FIRST_UNSPACED
}

/// Where a word stands in a text, in bytes: as a whole word, unless it may be part of one.
fn places<'a>(text: &'a str, word: &'a str, part: bool) -> impl Iterator<Item = usize> + use<'a> {
    // Scripts without spaces between words have no word borders to look for.
    let bordered = !part && word.chars().all(|char| char < FIRST_UNSPACED);
    let found = text.match_indices(word).filter(move |(at, _)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !bordered || !(before.is_some_and(is_joined) || after.is_some_and(is_joined))
    });
    found.map(|(at, _)| at).filter(move |_| !word.is_empty())
}

/// A text with a space before each capital that follows a small letter, and before the last of several capitals
/// that a small letter follows: names are often written in one, and the words of `EuroRust` are `Euro` and `Rust`.
pub fn in_words(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut parted = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            parted.push(' ');
        }
        parted.push(*letter);
    }
    parted
}
