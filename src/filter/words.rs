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
        let about = plain_description(event);
        let is_there = |needle: &String| {
            text.contains(needle) || about.is_some_and(|about| stands_in(about, needle))
        };
        self.needles.iter().all(is_there)
    }
}

/// A description that can be searched as it is: folding ASCII takes no letter apart. Most are, and a folded copy of each
/// would fill as much memory again.
fn plain_description(event: &Published) -> Option<&[u8]> {
    let text = event.description.as_bytes();
    let is_plain = event.description.is_ascii();
    is_plain.then(|| &text[..text.len().min(LONGEST_TEXT)])
}

/// Whether a needle stands in a text as it would in the same text folded.
fn stands_in(text: &[u8], needle: &str) -> bool {
    let Some(word) = needle.strip_prefix(' ') else {
        // A part of a text without spaces is not ASCII.
        return false;
    };
    let is_whole = word.ends_with(' ');
    let begin = word.trim_end().as_bytes();
    let mut words = text.split(|byte| !is_of_word(*byte));
    words.any(|word| match word.get(..begin.len()) {
        Some(same) => same.eq_ignore_ascii_case(begin) && !(is_whole && word.len() > begin.len()),
        None => false,
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
