//! Invisible characters, and the white space between words.

/// Whether a character is invisible: marks that turn the reading direction, hide or join text.
pub fn is_hidden(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character leaves nothing to see: white space, a hidden mark or a control character.
pub(super) fn is_blank(char: char) -> bool {
    char.is_whitespace() || char.is_control() || is_hidden(char)
}

/// A control character, or a hidden mark that does nothing for the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    /// The byte at which it stands.
    pub at: usize,
    /// The character.
    pub char: char,
    /// Whether it stands at the end of a word, where it does nothing, alone or with others.
    pub removable: bool,
}

/// The invisible characters of a line that change how it is read.
pub fn hidden(text: &str) -> Vec<Hidden> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut before: Option<char> = None;
    let mut in_flag = false;
    while let Some((at, char)) = chars.next() {
        let after = chars.peek().map(|(_, char)| *char);
        let wrong = if char.is_control() {
            char != '\t'
        } else if is_hidden(char) {
            // 🏴 and invisible letters make the flags of Scotland and Wales.
            let flag = matches!(char, '\u{e0000}'..='\u{e007f}') && in_flag;
            !(flag || belongs(char, before, after))
        } else {
            in_flag = char == '\u{1f3f4}' || (in_flag && matches!(char, '\u{e0020}'..='\u{e007f}'));
            false
        };
        if wrong {
            let removable = false;
            found.push(Hidden {
                at,
                char,
                removable,
            });
        }
        before = Some(char);
    }
    let ends_word = |char: Option<char>| {
        char.is_none_or(|char| char.is_whitespace() || "*[]()|".contains(char))
    };
    let end = |mark: &Hidden| mark.at + mark.char.len_utf8();
    for run in found.chunk_by_mut(|one, next| end(one) == next.at) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let before = text[..first.at].chars().next_back();
        let after = text[end(last)..].chars().next();
        let removable = ends_word(before) || ends_word(after);
        run.iter_mut().for_each(|mark| mark.removable = removable);
    }
    found
}

/// Whether a hidden mark is part of the text around it: joiners inside emoji and between letters of the
/// scripts that need them, direction marks inside text of both directions.
fn belongs(char: char, before: Option<char>, after: Option<char>) -> bool {
    let inside = |char: Option<char>| char.is_some_and(|char| !char.is_ascii() && !is_hidden(char));
    let letter = |char: Option<char>| {
        char.is_some_and(|char| char == ' ' || char.is_alphanumeric() || !char.is_ascii())
    };
    match char {
        '\u{200c}' | '\u{200d}' => inside(before) && inside(after),
        '\u{200e}' | '\u{200f}' => {
            letter(before) && letter(after) && (inside(before) || inside(after))
        }
        _ => false,
    }
}

/// Whether a line is indented; a lone carriage return before it does not do that.
pub(super) fn is_indented(text: &str) -> bool {
    text.starts_with(|char: char| char == '\t' || (char.is_whitespace() && !char.is_control()))
}

/// A part of a line as it reads: without hidden marks at the ends of words, with single spaces.
pub(super) fn cleaned(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut at = 0;
    for mark in hidden(text).into_iter().filter(|mark| mark.removable) {
        visible.push_str(&text[at..mark.at]);
        // A control character such as a form feed separates words.
        if mark.char.is_whitespace() {
            visible.push(' ');
        }
        at = mark.at + mark.char.len_utf8();
    }
    visible.push_str(&text[at..]);
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
