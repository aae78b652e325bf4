//! `q`: whole words and beginnings of words, whatever their case and accents.

use crate::believe::curate::Published;
use crate::facts::event::folded;
use crate::facts::place::plain_letter;

/// Characters of a description that are searched.
const LONGEST_TEXT: usize = 20_000;

/// Words of which all are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// As they were written.
    pub(super) said: String,
    /// What the text of an event must hold: ` begin`, ` word `, or a part of a text without spaces.
    needles: Vec<String>,
}

impl Words {
    pub(super) fn parse(value: &str) -> Words {
        let key = plain(value);
        Words {
            said: value.split_whitespace().collect::<Vec<_>>().join(" "),
            needles: key
                .split(' ')
                .filter(|word| !word.is_empty())
                .map(needle)
                .collect(),
        }
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.needles.len()
    }

    /// Whether all of them are in an event, of which [`searched`] made a text.
    pub(super) fn are_in(&self, event: &Published, text: &str) -> bool {
        let mut missing = self
            .needles
            .iter()
            .filter(|needle| !text.contains(*needle))
            .peekable();
        if missing.peek().is_none() {
            return true;
        }
        let about = plain_description(event);
        about.is_some_and(|about| missing.all(|needle| stands_in(&about, needle)))
    }
}

/// A description that needs no folded copy: in ASCII small letters are all that folding makes of letters. Most are
/// ASCII, and a copy of each would fill as much memory again.
fn plain_description(event: &Published) -> Option<String> {
    let text = &event.description;
    let searched = text.get(..LONGEST_TEXT).unwrap_or(text);
    text.is_ascii().then(|| searched.to_ascii_lowercase())
}

/// Whether a needle stands in a text of small letters as it would in the same text folded.
fn stands_in(text: &str, needle: &str) -> bool {
    let Some(word) = needle.strip_prefix(' ') else {
        // A part of a text without spaces is not ASCII.
        return false;
    };
    let (begin, is_whole) = (word.trim_end(), word.ends_with(' '));
    let is_of_word = |at: Option<usize>| {
        let byte = at.and_then(|at| text.as_bytes().get(at));
        byte.is_some_and(|byte| is_of_word(*byte))
    };
    let mut found = text.match_indices(begin).map(|(at, _)| at);
    found.any(|at| {
        let behind = Some(at + begin.len()).filter(|_| is_whole);
        !is_of_word(at.checked_sub(1)) && !is_of_word(behind)
    })
}

/// What [`folded`] leaves of ASCII.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'#')
}

/// `ai` is a word, and no begin of `aims`; `async` begins `asynchronous`. Chinese, Japanese, Korean and Thai are
/// written without spaces, or with endings on the word.
fn needle(word: &str) -> String {
    if word.contains(is_unspaced) {
        word.to_owned()
    } else if word.chars().count() <= 2 {
        format!(" {word} ")
    } else {
        format!(" {word}")
    }
}

fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// What is searched of an event: title, groups, place, venue, and a description that is not ASCII, as words with a space
/// before and behind each.
pub(super) fn searched(event: &Published) -> String {
    let mut text = " ".to_owned();
    let mut add = |part: &str| {
        text.push_str(&plain(part));
        text.push(' ');
    };
    add(event.title.as_str());
    for organiser in &event.organisers {
        add(&organiser.name);
    }
    if let Some(place) = &event.place {
        add(place.city().unwrap_or_default());
        add(place.country().name());
    }
    if let Some(venue) = &event.venue {
        add(venue.name.as_deref().unwrap_or_default());
        add(venue.address.as_deref().unwrap_or_default());
    }
    if !event.description.is_ascii() {
        let about: String = event.description.chars().take(LONGEST_TEXT).collect();
        add(&about);
    }
    text
}

/// [`folded`], with the letters that Unicode does not take apart.
fn plain(text: &str) -> String {
    let folded = folded(text);
    if folded.is_ascii() {
        return folded;
    }
    let mut plain = String::with_capacity(folded.len());
    for letter in folded.chars() {
        match plain_letter(letter) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    plain
}
