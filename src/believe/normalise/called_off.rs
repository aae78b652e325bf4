//! Whether a text says that its event is off: a title, or what stands where the place should.
//!
//! Organisers write it in front, behind, in brackets, in capitals, between signs, with a reason. A talk about
//! cancelling says the same words in a sentence: "How cancelled futures leak". So a text is taken apart at its signs,
//! and the word counts where it is all that a part says, or nearly all. The words are in `data/called-off.tsv`.

use super::words::{self, Kind};
use crate::facts::topic::Topic;
use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// What a text says of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It does not take place.
    Cancelled,
    /// It takes place on a day not yet known.
    Postponed,
    /// It has another day or time than before; the one that is listed may be either.
    Moved,
}

/// Characters of a text that are looked at: longer ones are descriptions.
const LONGEST: usize = 300;

/// What a text says; `None` if it says nothing of the kind. "No Rust meetup" says it of a newsletter on that topic.
pub fn said(text: &str, topic: &Topic) -> Option<Said> {
    let text = beginning(text);
    let text = joined(&text);
    if !may_say(&text, topic) {
        return None;
    }
    let parts = parts(&text);
    let says = |kind: Kind| parts.iter().any(|part| part.says(kind));
    let is_off = |part: &Part| part.says_no_event(topic) || part.says_as_a_sentence();
    if says(Kind::Cancelled) || parts.iter().any(is_off) {
        Some(Said::Cancelled)
    } else if says(Kind::Postponed) {
        Some(Said::Postponed)
    } else if parts.iter().any(Part::says_moved) {
        Some(Said::Moved)
    } else {
        None
    }
}

/// Whether a title that says so may as well be a talk's: "Rust async: cancelled", where nothing but the last part of
/// several says it, neither in brackets nor in capitals.
pub(super) fn may_be_a_talk(title: &str) -> bool {
    let parts = parts(&joined(&beginning(title)));
    let mut saying = parts
        .iter()
        .filter(|part| part.says(Kind::Cancelled) || part.says(Kind::Postponed))
        .peekable();
    saying.peek().is_some() && saying.all(Part::stands_behind_a_topic)
}

/// What of a text is looked at, composed.
fn beginning(text: &str) -> Cow<'_, str> {
    match text.is_ascii() {
        true => Cow::Borrowed(&text[..text.len().min(LONGEST)]),
        false => Cow::Owned(text.nfc().take(LONGEST).collect()),
    }
}

/// Whether any of the phrases is in a text: hardly one title of a hundred has one, and all have to be asked. Most hold
/// not even the longest word of one; the other words may have one of the topic between them: "No Rust meetup".
fn may_say(text: &str, topic: &Topic) -> bool {
    fn phrases() -> impl Iterator<Item = &'static str> {
        let kinds = [
            Kind::Cancelled,
            Kind::Postponed,
            Kind::NoEvent,
            Kind::Predicate,
            Kind::Moved,
        ];
        kinds.into_iter().flat_map(words::of)
    }
    static LONGEST_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let longest = phrases().filter_map(|phrase| {
            let words = phrase.split([' ', '-']);
            words.max_by_key(|word| word.len())
        });
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).build(longest).ok()
    });
    static PHRASES: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(phrases()).ok());
    let has_word = |text: &str| {
        let words = LONGEST_WORDS.as_ref();
        words.is_none_or(|words| words.is_match(text))
    };
    let is_likely = match text.is_ascii() {
        true => has_word(text),
        false => has_word(&lower(text)),
    };
    is_likely
        && PHRASES.as_ref().is_none_or(|phrases| {
            phrases.is_match(&lower(text)) || phrases.is_match(&topic.without(text))
        })
}

/// In small letters; a capital dotted i leaves its dot behind.
fn lower(text: &str) -> String {
    text.to_lowercase().replace("i\u{307}", "i")
}

/// A part of a text between two signs.
#[derive(Debug)]
struct Part {
    /// Its words in lower case, with single spaces.
    text: String,
    /// As it is written.
    written: String,
    /// Whether it stands in brackets or between stars.
    apart: bool,
    /// Whether it asks.
    question: bool,
    /// Whether it is the first or the last of the text.
    at_end: (bool, bool),
    /// Whether there are small letters elsewhere in the text, so that capitals tell something.
    capitals_tell: bool,
}

/// `C A N C E L L E D` as one word: four single letters and more.
fn joined(text: &str) -> Cow<'_, str> {
    let is_letter = |word: &str| {
        let mut letters = word.chars().filter(|char| char.is_alphanumeric());
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    };
    if !text.split(' ').any(is_letter) {
        return Cow::Borrowed(text);
    }
    let mut out: Vec<String> = Vec::new();
    let mut letters = String::new();
    let flush = |letters: &mut String, out: &mut Vec<String>| {
        let taken = std::mem::take(letters);
        match taken.chars().count() {
            0 => {}
            1..4 => out.extend(taken.chars().map(String::from)),
            _ => out.push(taken),
        }
    };
    for word in text.split(' ') {
        let bare: String = word.chars().filter(|char| char.is_alphanumeric()).collect();
        if bare.chars().count() == 1 && bare.chars().all(char::is_alphabetic) {
            letters.push_str(&bare);
            // A sign ends the word: "D:".
            if word.chars().count() > 1 {
                flush(&mut letters, &mut out);
                let signs: String = word
                    .chars()
                    .filter(|char| !char.is_alphanumeric())
                    .collect();
                if let Some(last) = out.last_mut() {
                    last.push_str(&signs);
                }
            }
        } else {
            flush(&mut letters, &mut out);
            out.push(word.to_owned());
        }
    }
    flush(&mut letters, &mut out);
    Cow::Owned(out.join(" "))
}

fn parts(text: &str) -> Vec<Part> {
    let has_small = text.chars().any(char::is_lowercase);
    let chars: Vec<char> = text.chars().collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut current = String::new();
    let mut depth = 0_u32;
    let push = |current: &mut String, apart: bool, question: bool, parts: &mut Vec<Part>| {
        let written = std::mem::take(current);
        let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if written.chars().any(char::is_alphanumeric) {
            parts.push(Part {
                text: lower(&written),
                written,
                apart,
                question,
                at_end: (false, false),
                capitals_tell: has_small,
            });
        }
    };
    for (at, &char) in chars.iter().enumerate() {
        let is_spaced = |at: usize| chars.get(at).is_none_or(|char| char.is_whitespace());
        let is_dash = matches!(char, '-' | '/' | '+' | '&')
            && (at == 0 || is_spaced(at - 1))
            && is_spaced(at + 1);
        // "+++ABGESAGT+++"; "C++" is a name.
        let is_plus = |at: usize| chars.get(at) == Some(&'+');
        let is_row_of_plus =
            is_plus(at) && (at.saturating_sub(2)..=at).any(|from| (from..from + 3).all(is_plus));
        match char {
            '(' | '[' | '{' | '【' | '「' | '『' | '<' | '（' | '［' | '〔' => {
                push(&mut current, depth > 0, false, &mut parts);
                depth += 1;
            }
            ')' | ']' | '}' | '】' | '」' | '』' | '>' | '）' | '］' | '〕' => {
                push(&mut current, depth > 0, false, &mut parts);
                depth = depth.saturating_sub(1);
            }
            '*' | '~' | '_' => {
                let inside = at > 0 && !is_spaced(at - 1);
                push(&mut current, depth > 0 || inside, false, &mut parts);
            }
            '?' | '？' => push(&mut current, depth > 0, true, &mut parts),
            ':' | '：' | '|' | '｜' | '–' | '—' | '!' | '！' | '.' | ',' | '、' | '。' | ';'
            | '・' | '"' | '“' | '”' => {
                push(&mut current, depth > 0, false, &mut parts);
            }
            _ if is_dash || is_row_of_plus => push(&mut current, depth > 0, false, &mut parts),
            // An emoji is a sign; a letter of any script, a mark on it and a digit are not.
            _ if !char.is_ascii()
                && !char.is_alphanumeric()
                && !char.is_whitespace()
                && !unicode_normalization::char::is_combining_mark(char)
                && char != '·'
                && char != '’' =>
            {
                push(&mut current, depth > 0, false, &mut parts);
            }
            _ => current.push(char),
        }
    }
    push(&mut current, depth > 0, false, &mut parts);
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.iter_mut().enumerate() {
        part.at_end = (at == 0, at == last);
    }
    parts
}

/// A phrase in a part, and what stands around it.
struct Around<'a> {
    before: &'a str,
    after: &'a str,
    /// Whether white space follows.
    is_set_off: bool,
}

/// Where a phrase stands in a part as whole words.
fn around<'a>(text: &'a str, phrase: &str) -> Vec<Around<'a>> {
    let has_spaces = is_spaced(phrase);
    text.match_indices(phrase)
        .map(|(at, _)| (&text[..at], &text[at + phrase.len()..]))
        .filter(|(before, after)| {
            !has_spaces
                || !(before.ends_with(char::is_alphanumeric)
                    || after.starts_with(char::is_alphanumeric))
        })
        .map(|(before, after)| {
            let is_sign = |char: char| char.is_whitespace() || "-'’".contains(char);
            Around {
                before: before.trim_matches(is_sign),
                after: after.trim_matches(is_sign),
                is_set_off: after.starts_with(char::is_whitespace),
            }
        })
        .collect()
}

/// Whether words of its script are written with spaces between them.
fn is_spaced(phrase: &str) -> bool {
    phrase.chars().all(|char| char < '\u{2E80}')
}

/// Whether a text is nothing but words of a kind.
fn is_only(text: &str, kind: Kind) -> bool {
    text.split_whitespace()
        .all(|word| words::of(kind).any(|known| known == word))
}

fn begins_with(text: &str, kind: Kind) -> bool {
    words::of(kind).any(|known| {
        text.strip_prefix(known)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

fn ends_with(text: &str, kind: Kind) -> bool {
    words::of(kind).any(|known| {
        text.strip_suffix(known)
            .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    })
}

impl Part {
    /// Whether the part says that its event is off or put off.
    fn says(&self, kind: Kind) -> bool {
        if self.question {
            return false;
        }
        words::with_language(kind).any(|(language, phrase)| {
            let mut places = around(&self.text, phrase).into_iter();
            places.any(|around| self.says_there(kind, language, phrase, &around))
                || self.shouts(phrase)
        })
    }

    /// Whether a phrase says it where it stands.
    fn says_there(&self, kind: Kind, language: &str, phrase: &str, around: &Around<'_>) -> bool {
        let (before, after) = (around.before, around.after);
        // "Nicht abgesagt!", "タスクのキャンセル"
        let is_joined = || {
            let end = self.text.find(phrase).map_or(0, |at| at + phrase.len());
            words::of(Kind::Joint).any(|joint| self.text[..end].ends_with(joint))
        };
        if ends_with(before, Kind::Not) || is_joined() {
            return false;
        }
        let asks = begins_with(&self.text, Kind::Asks);
        let alone = is_only(before, Kind::Filler) && is_only(after, Kind::Filler);
        let with_reason = before.is_empty() && (self.apart || begins_with(after, Kind::After));
        // "Treffen abgesagt", "soirée annulée"; in English the verb is seldom left out, and "cancelled" stands at the end
        // of many a talk's title.
        let is_told = is_only(after, Kind::Filler)
            && !asks
            && (language != "en" || ends_with(before, Kind::Verb));
        // "Rust Meetup cancelled due to snow", "Treffen verschoben auf Januar"
        let may_be_until = kind == Kind::Postponed && (language != "en" || before.is_empty());
        let goes_on =
            begins_with(after, Kind::Reason) || (may_be_until && begins_with(after, Kind::ToDate));
        // In scripts without spaces a word or two may stand beside it: "本日中止"; a space parts more than words.
        let in_few = !is_spaced(phrase)
            && ((before.is_empty() && around.is_set_off)
                || (before.is_empty() || after.is_empty())
                    && before.chars().count() + after.chars().count() <= 4);
        alone || with_reason || is_told || (goes_on && !asks) || in_few
    }

    /// Whether it says it as a whole sentence: "Rust Meetup will not take place".
    fn says_as_a_sentence(&self) -> bool {
        let asks = begins_with(&self.text, Kind::Asks);
        !self.question
            && !asks
            && words::of(Kind::Predicate).any(|phrase| {
                let mut places = around(&self.text, phrase).into_iter();
                places.any(|around| {
                    is_only(around.after, Kind::Filler) || begins_with(around.after, Kind::After)
                })
            })
    }

    /// Whether it is the last part of several, neither in brackets nor in capitals.
    fn stands_behind_a_topic(&self) -> bool {
        let is_loud = self.written.chars().all(|char| !char.is_lowercase());
        !self.at_end.0 && !self.apart && !is_loud
    }

    /// In capitals at either end of the text, beside words that are not.
    fn shouts(&self, phrase: &str) -> bool {
        let loud = phrase.to_uppercase();
        let is_told = loud != *phrase && loud.chars().count() > 4 && self.capitals_tell;
        let begins = || {
            self.written
                .strip_prefix(loud.as_str())
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let ends = || {
            self.written
                .strip_suffix(loud.as_str())
                .filter(|rest| !rest.ends_with(char::is_alphanumeric))
                .is_some_and(|rest| !ends_with(lower(rest).trim_end(), Kind::Not))
        };
        // "Rust Meetup POSTPONED TO JANUARY"
        let goes_on = || {
            let behind = self.written.split_once(loud.as_str());
            behind.is_some_and(|(_, rest)| {
                let rest = lower(rest);
                let rest = rest.trim_start();
                begins_with(rest, Kind::After) || begins_with(rest, Kind::ToDate)
            })
        };
        is_told && ((self.at_end.0 && begins()) || (self.at_end.1 && ends()) || goes_on())
    }

    /// `No meetup this month`, `No Rust meetup`: nothing follows, or when and why.
    fn says_no_event(&self, topic: &Topic) -> bool {
        let text = topic.without(&self.written);
        !self.question
            && words::of(Kind::NoEvent).any(|phrase| {
                let mut places = around(&text, phrase).into_iter();
                places.any(|around| {
                    is_only(around.before, Kind::Filler)
                        && (around.after.is_empty() || begins_with(around.after, Kind::After))
                })
            })
    }

    /// `Moved to January`, `RESCHEDULED`: at the beginning of a part, which is short or apart.
    fn says_moved(&self) -> bool {
        !self.question
            && words::of(Kind::Moved).any(|phrase| {
                let mut places = around(&self.text, phrase).into_iter();
                places.any(|around| {
                    is_only(around.before, Kind::Filler)
                        && (around.after.is_empty() || self.apart || self.shouts(phrase))
                })
            })
    }
}
