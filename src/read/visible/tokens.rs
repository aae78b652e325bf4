//! A line of text → numbers, words and signs, each with its place in the line.

use super::words::folded;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Up to nine digits, with how many they are; longer ones are a `Word`.
    Number(u32, usize),
    /// Letters, folded.
    Word(String),
    /// Any other sign; a Japanese, Chinese or Korean one alone. Full-width forms are their plain ones.
    Sign(char),
}

/// A token, and the bytes of the line that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// The folded word that it is.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<u32> {
        match self.kind {
            Kind::Number(value, _) => Some(value),
            _ => None,
        }
    }

    /// Whether it is that sign.
    pub(super) fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// Whether it is one of those signs.
    pub(super) fn is_one_of(&self, signs: &[char]) -> bool {
        matches!(self.kind, Kind::Sign(sign) if signs.contains(&sign))
    }
}

/// Digits of the longest number that is one.
const LONGEST_NUMBER: usize = 9;

#[derive(PartialEq, Clone, Copy)]
enum Class {
    Digit,
    Letter,
    Space,
    Other,
}

/// The tokens of a line; white space is none.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((start, char)) = chars.next() {
        let sign = plain(char);
        let class = class(sign);
        let mut end = start + char.len_utf8();
        if matches!(class, Class::Digit | Class::Letter) {
            while let Some((place, next)) = chars.peek().copied() {
                if self::class(plain(next)) != class {
                    break;
                }
                end = place + next.len_utf8();
                chars.next();
            }
        }
        let text = &line[start..end];
        let kind = match class {
            Class::Space => continue,
            Class::Other => Kind::Sign(sign),
            Class::Letter => Kind::Word(folded(text)),
            Class::Digit => number(text),
        };
        tokens.push(Token { kind, start, end });
    }
    tokens
}

fn number(text: &str) -> Kind {
    let digits: String = text.chars().map(plain).collect();
    match digits.parse() {
        Ok(value) if digits.len() <= LONGEST_NUMBER => Kind::Number(value, digits.len()),
        _ => Kind::Word(digits),
    }
}

fn class(char: char) -> Class {
    if char.is_ascii_digit() {
        Class::Digit
    } else if char.is_whitespace() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{ad}') {
        Class::Space
    } else if char.is_alphabetic() && !is_east_asian(char) && !matches!(char, 'º' | 'ª')
        || unicode_normalization::char::is_combining_mark(char)
    {
        Class::Letter
    } else {
        Class::Other
    }
}

/// Whether a sign stands for a word or a syllable: they are written without spaces.
pub(super) fn is_east_asian(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// The plain form of a full-width sign, and one for all dashes and quotation marks.
fn plain(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5d}' => {
            char::from_u32(u32::from(char) - 0xff01 + u32::from('!')).unwrap_or(char)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '〜' | '～' | '∼' => '~',
        '’' | '‘' | 'ʼ' => '\'',
        '\u{3000}' => ' ',
        _ => char,
    }
}
