//! What a newsletter is about: the words by which an event of a group with other topics too is known to be meant.

use std::collections::BTreeSet;

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
        let lower = text.to_lowercase();
        // A few capitals are longer or shorter than their small letters. Then places are those of the text in small
        // letters alone, and the case counts for nothing.
        let as_written = if lower.len() == text.len() {
            text
        } else {
            lower.as_str()
        };
        let phrases: Vec<(usize, usize)> = self
            .not
            .iter()
            .flat_map(|phrase| places(&lower, phrase, false).map(|at| (at, at + phrase.len())))
            .collect();
        self.words.iter().any(|word| {
            let small = word.text.to_lowercase();
            let mut places = places(&lower, &small, word.part);
            places.any(|at| {
                let end = at + small.len();
                let is_case = !word.exact
                    || as_written.len() != text.len()
                    || as_written.get(at..end) == Some(&word.text);
                is_case && !phrases.iter().any(|(from, to)| *from <= at && end <= *to)
            })
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

/// Where a word stands in a text, in bytes: as a whole word, unless it may be part of one.
fn places<'a>(text: &'a str, word: &'a str, part: bool) -> impl Iterator<Item = usize> + use<'a> {
    // Scripts without spaces between words have no word borders to look for.
    let bordered = !part && word.chars().all(|char| char < FIRST_UNSPACED);
    let found = text.match_indices(word).filter(move |(at, _)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !bordered
            || !(before.is_some_and(char::is_alphanumeric)
                || after.is_some_and(char::is_alphanumeric))
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
