//! A section → the Markdown that the newsletter prints.
//!
//! Text of organisers is printed as they wrote it, and escaped only where a renderer would change it.
//! Three renderers must show exactly the text, as one link in one item: Python-Markdown 3.7 with
//! `extra` (the newsletter's), Python-Markdown plain, and CommonMark. Python-Markdown shows the
//! backslash of `\<`, `\&`, `\~` and `\"`, so only `\[ \] \* \_ \\` and `&lt; &gt; &amp; &#96;` serve.

use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::section::merge::{Block, Cell, Named, NewRow};
use crate::section::select::{Row, Section, Style};
use std::fmt::Write;

/// The whole section; ends with a single newline.
pub fn section(section: &Section, style: &Style) -> String {
    let mut text = format!(
        "{}\n\n{}\n",
        style.heading,
        window_line(section.window, style)
    );
    for (heading, rows) in &section.headings {
        let _ = write!(text, "\n### {}\n", style.name(*heading));
        for row in rows {
            text.push_str(&self::row(row, style));
        }
    }
    text
}

/// The line that names the days covered.
pub fn window_line(window: Window, style: &Style) -> String {
    style
        .line
        .replace("{from}", &style.dates.written(window.from))
        .replace("{to}", &style.dates.written(window.to))
}

/// One row: two lines, each with its newline.
pub fn row(row: &Row, style: &Style) -> String {
    let mut text = format!("* {}", style.dates.span(row.date, row.end_date));
    let _ = write!(text, " | {}", escaped(&row.location));
    if !row.organisers.is_empty() {
        let fallback = row.links.first().map(|(_, url)| url);
        let names: Vec<String> = row
            .organisers
            .iter()
            .map(|(name, url)| match url.as_ref().or(fallback) {
                Some(url) => format!("[{}]({})", escaped(name), address(url)),
                None => escaped(name),
            })
            .collect();
        let _ = write!(text, " | {}", names.join(&style.organiser_separator));
    }
    text.push_str("\n    * ");
    let links: Vec<String> = row
        .links
        .iter()
        .map(|(title, url)| format!("[**{}**]({})", escaped(title), address(url)))
        .collect();
    text.push_str(&links.join(" | "));
    text.push('\n');
    text
}

/// A reconciled section; ends with a single newline.
pub fn reconciled(blocks: &[Block], style: &Style) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Text(lines) => text.push_str(lines),
            Block::Row(row) => text.push_str(&new_row(row, style)),
        }
    }
    text
}

/// A row of which some columns stand as they were: its lines, each with its newline.
fn new_row(row: &NewRow, style: &Style) -> String {
    let days = match &row.days {
        Cell::Stands(text) => text.clone(),
        Cell::Written((first, last)) => style.dates.span(*first, *last),
    };
    let location = match &row.location {
        Cell::Stands(text) => text.clone(),
        Cell::Written(location) => escaped(location),
    };
    let joined = |list: &[Named], marks: &str, joint: &str| {
        let links: Vec<String> = list
            .iter()
            .map(|Named { words, url }| match url {
                Some(url) => format!("[{marks}{}{marks}]({url})", escaped(words)),
                None => escaped(words),
            })
            .collect();
        links.join(joint)
    };
    let organisers = match &row.organisers {
        Cell::Stands(text) => text.clone(),
        Cell::Written(list) if list.is_empty() => None,
        Cell::Written(list) => Some(joined(list, "", &style.organiser_separator)),
    };
    // A column that people left empty stays as they wrote it: `||`.
    let (location, joint) = match &*location {
        "" => (location, "|"),
        _ => (format!(" {location}"), " |"),
    };
    let organisers = organisers.map_or_else(String::new, |text| format!("{joint} {text}"));
    let links = match &row.links {
        Cell::Stands(text) => text.clone(),
        Cell::Written(list) => format!("    * {}\n", joined(list, "**", " | ")),
    };
    format!("* {days} |{location}{organisers}\n{links}")
}

/// A link's spelling already has no character that would end a Markdown address.
fn address(url: &Link) -> &str {
    url.as_str()
}

/// Text as Markdown that shows exactly this text.
///
/// ```
/// use rusty_events::section::print::escaped;
/// assert_eq!(escaped("Rust & C++ <3 [EN]"), "Rust & C++ <3 [EN]");
/// assert_eq!(escaped("Vec<T> in snake_case and *stars*"), r"Vec&lt;T> in snake_case and \*stars\*");
/// ```
pub fn escaped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let brackets_stand = brackets_stand(&chars);
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1).copied();
        match char {
            // Before what is not punctuation a backslash is itself; at the end it would meet our `**`.
            '\\' if after.is_none_or(|after| after.is_ascii_punctuation()) => {
                escaped.push_str("\\\\")
            }
            '*' => escaped.push_str("\\*"),
            // Between letters and digits an underscore is itself in all three.
            '_' if !(is_word(before) && is_word(after)) => escaped.push_str("\\_"),
            '[' | ']' if !brackets_stand => {
                escaped.push('\\');
                escaped.push(char);
            }
            // The newsletter's own check counts raw backticks, and a pair would become code.
            '`' => escaped.push_str("&#96;"),
            '<' if begins_tag(&chars[at + 1..]) => escaped.push_str("&lt;"),
            '&' if begins_entity(&chars[at + 1..]) => escaped.push_str("&amp;"),
            // At the beginning of an item Python-Markdown takes `[…]:` for a definition, whatever is
            // escaped in it, and drops the item.
            ':' if before == Some(']') && !brackets_stand => escaped.push_str("&#58;"),
            char => escaped.push(char),
        }
    }
    escaped
}

fn is_word(char: Option<char>) -> bool {
    char.is_some_and(char::is_alphanumeric)
}

/// Whether the brackets may stand as they are: in pairs, none inside another, and none that could be a
/// link, an image, a footnote or a definition of its own.
fn brackets_stand(chars: &[char]) -> bool {
    let mut open = false;
    for (at, &char) in chars.iter().enumerate() {
        match char {
            '[' => {
                let image = at > 0 && matches!(chars[at - 1], '!' | '\\' | ']');
                let note = matches!(chars.get(at + 1), Some('^' | ']' | ' ' | '!') | None);
                if open || image || note {
                    return false;
                }
                open = true;
            }
            ']' => {
                if !open || matches!(chars.get(at + 1), Some('(' | '[' | ':' | '{')) {
                    return false;
                }
                open = false;
            }
            // Code and raw HTML bind tighter than brackets.
            '`' | '<' | '\\' if open => return false,
            _ => {}
        }
    }
    !open
}

/// Whether what follows `<` could make it a tag, a comment or an address: `<3` and `<>` are themselves.
fn begins_tag(rest: &[char]) -> bool {
    let tag = rest
        .first()
        .is_some_and(|first| first.is_ascii_alphabetic() || "/!?".contains(*first));
    // Python-Markdown takes anything with an at sign between angle brackets for a mail address.
    let mail = rest
        .iter()
        .position(|char| *char == '@')
        .is_some_and(|at| rest[at..].contains(&'>'));
    tag || mail
}

/// Whether what follows an ampersand makes it a character reference: a name and a semicolon, or a number,
/// to which Python-Markdown gives the semicolon that it lacks.
fn begins_entity(rest: &[char]) -> bool {
    match rest {
        ['#', 'x' | 'X', digit, ..] => digit.is_ascii_hexdigit(),
        ['#', digit, ..] => digit.is_ascii_digit(),
        _ => {
            let name = rest
                .iter()
                .take_while(|char| char.is_ascii_alphanumeric())
                .count();
            name > 0 && rest.get(name) == Some(&';')
        }
    }
}
