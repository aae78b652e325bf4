//! Checks of single lines: characters, marks, templates' words; and which check a line gets.

use super::{Finding, Kind, Notes, Rules, links, quoted, row};
use crate::section::grammar::{self, Line, Shape};
use crate::section::select::Heading;

/// Every check of every line.
pub(super) fn check(lines: &[Line<'_>], rules: &Rules<'_>, notes: &mut Notes) {
    for line in lines {
        match line.shape {
            // What is commented out is not printed, and code is printed as it is.
            Shape::Comment | Shape::Code | Shape::Gap | Shape::Conflict => continue,
            _ => {}
        }
        spaces(line, notes);
        hidden(line, notes);
        placeholders(line, notes);
        match line.shape {
            Shape::SectionHeading => section_heading(line, rules, notes),
            Shape::Heading => heading(line, notes),
            Shape::Row => row::first_line(line, rules, notes),
            Shape::SubRow => row::second_line(line, notes),
            _ => {}
        }
        if !matches!(line.shape, Shape::Blank) {
            backticks(line, notes);
            tags(line, notes);
        }
    }
    row::without_second_line(lines, notes);
}

fn section_heading(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let right = rules.style.heading.as_str();
    if line.text.trim_end() != right {
        let text = format!("the section's heading is {}", quoted(right));
        notes.mend(line, 0..line.text.len(), right, Kind::SectionHeading, text);
    }
}

fn heading(line: &Line<'_>, notes: &mut Notes) {
    let words = line.heading().map(|heading| heading.words);
    let words = words.unwrap_or_default();
    let Some(heading) = Heading::parse(&words) else {
        let known: Vec<&str> = Heading::all().map(Heading::name).collect();
        let text = format!(
            "{} names no region; there are {}",
            quoted(&words),
            known.join(", ")
        );
        return notes.say(line, 0, Kind::HeadingUnknown, text);
    };
    let right = format!("### {}", heading.name());
    if line.text.trim_end() != right {
        let text = format!("the heading is spelled {}", quoted(&right));
        notes.mend(line, 0..line.text.len(), right, Kind::HeadingSpelling, text);
    }
}

/// White space that is not one plain space between words: one finding a line, at the first place.
fn spaces(line: &Line<'_>, notes: &mut Notes) {
    let text = line.text;
    let indentation = text.len() - text.trim_start().len();
    // The second line's indentation is a check of its own.
    let from = if line.shape == Shape::Blank {
        0
    } else {
        indentation
    };
    let mut edits = Vec::new();
    let mut at = from;
    while let Some(found) = text[at..].find(char::is_whitespace) {
        let start = at + found;
        let run = &text[start..];
        let end = start + run.len() - run.trim_start().len();
        // Only a printed line's words are ours to fold: a paragraph's line may break at two spaces.
        let folds = !matches!(line.shape, Shape::Text | Shape::Item);
        if end == text.len() {
            edits.push((start..end, ""));
        } else if folds && &text[start..end] != " " {
            edits.push((start..end, " "));
        }
        at = end;
    }
    let Some((range, _)) = edits.first().cloned() else {
        return;
    };
    let what = match &text[range.clone()] {
        _ if range.end == text.len() => "spaces at the end of the line".to_owned(),
        run if run.contains('\t') => "a tab between words".to_owned(),
        run if run.chars().all(|char| char == ' ') => "more than one space".to_owned(),
        run => format!(
            "white space other than a plain one: U+{:04X}",
            run.chars().find(|char| *char != ' ').map_or(32, u32::from)
        ),
    };
    notes.say(line, range.start, Kind::Spaces, what);
    set_mend(notes, "write single spaces");
    for (range, with) in edits {
        notes.edit(line, range, with);
    }
}

/// Names the mend of the finding said last.
pub(super) fn set_mend(notes: &mut Notes, words: &str) {
    if let Some(finding) = notes.findings.last_mut() {
        finding.mend = Some(words.to_owned());
    }
}

/// Control characters anywhere, hidden marks where they do nothing for the text.
fn hidden(line: &Line<'_>, notes: &mut Notes) {
    for mark in grammar::hidden(line.text) {
        let what = format!(
            "U+{:04X} cannot be seen and changes how the line is read",
            u32::from(mark.char)
        );
        // At the ends of words, where it does nothing, it goes; inside them it may be meant.
        if mark.removable {
            let place = mark.at..mark.at + mark.char.len_utf8();
            notes.mend(line, place, "", Kind::Character, what);
        } else {
            notes.say(line, mark.at, Kind::Character, what);
        }
    }
}

/// What the newsletter's own check of backticks refuses; fences of three and four do not count.
fn backticks(line: &Line<'_>, notes: &mut Notes) {
    let text = line.text.replace("````", "").replace("```", "");
    let at = || line.text.rfind('`').unwrap_or(0);
    if text.contains("``") {
        notes.say(
            line,
            at(),
            Kind::Backticks,
            "an empty pair of backticks: write `&#96;` for each that is text",
        );
    } else if text.matches('`').count() % 2 == 1 {
        notes.say(
            line,
            at(),
            Kind::Backticks,
            "an odd number of backticks: write `&#96;` for the one that is text",
        );
    }
}

/// Tags that the newsletter's own check lets pass.
const KNOWN_TAGS: &[&str] = &[
    "p",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "strong",
    "hr",
    "li",
    "ul",
    "ol",
    "em",
    "code",
    "blockquote",
    "small",
    "br",
];

fn tags(line: &Line<'_>, notes: &mut Notes) {
    let text = line.text;
    let mut in_code = false;
    for (at, char) in text.char_indices() {
        if char == '`' {
            in_code = !in_code;
        }
        if char != '<' || in_code || text[..at].ends_with('\\') {
            continue;
        }
        let rest = &text[at + 1..];
        let name = rest.trim_start_matches('/');
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let begins = name
            .chars()
            .next()
            .is_some_and(|char| char.is_ascii_alphabetic());
        // `<https://…>` is a link, and `<3` is a heart.
        let address = rest[name.len().min(rest.len())..].starts_with(':');
        let odd = rest.starts_with(['!', '?']);
        if odd || (begins && !address && !KNOWN_TAGS.contains(&name.to_lowercase().as_str())) {
            let text = format!(
                "{} is taken for an HTML tag: write `&lt;`",
                quoted(&format!("<{name}"))
            );
            notes.say(line, at, Kind::Tag, text);
        }
    }
}

/// Words of templates that nobody means.
const PLACEHOLDERS: &[&str] = &[
    "{{",
    "}}",
    "YYYY-MM-DD",
    "YYYY",
    "_HERE",
    "TODO",
    "FIXME",
    "XXXX",
    "//example.com",
    "//example.org",
    "//example.net",
    "//www.example.com",
];

fn placeholders(line: &Line<'_>, notes: &mut Notes) {
    if let Some((at, word)) = PLACEHOLDERS
        .iter()
        .filter_map(|word| Some((line.text.find(word)?, word)))
        .min()
    {
        let text = format!("{} was left over from a template", quoted(word));
        notes.say(line, at, Kind::Placeholder, text);
    }
}

/// Marks of a merge that was not finished, anywhere in the file.
pub(super) fn conflicts(text: &str) -> Vec<Finding> {
    let lines = grammar::lines(text, 1, None).into_iter();
    let marks = lines.filter(|line| line.shape == Shape::Conflict);
    let finding = |line: Line<'_>| Finding {
        line: line.number,
        column: 1,
        kind: Kind::ConflictMarker,
        text: "a merge was not finished: take one side, and delete the marks".to_owned(),
        mend: None,
        subject: line.text.to_owned(),
    };
    marks.map(finding).collect()
}

/// Lines that end as on Windows: one finding for all. `kept` if the rest of the file has them too: then
/// the section keeps them.
pub(super) fn line_ends(section: &str, first_line: usize, kept: bool) -> Option<Finding> {
    let places = section.matches("\r\n").count();
    let first = section.find("\r\n")?;
    let number = first_line + section[..first].matches('\n').count();
    let text = if kept {
        format!("{places} lines end with CR LF, as the rest of the file: set `core.autocrlf`")
    } else {
        format!("{places} lines end with CR LF")
    };
    Some(Finding {
        line: number,
        column: section[..first]
            .rsplit('\n')
            .next()
            .map_or(1, |line| line.chars().count() + 1),
        kind: Kind::LineEnds,
        text,
        mend: (!kept).then(|| "write LF".to_owned()),
        subject: String::new(),
    })
}

/// The words of a link, and everything else that a line prints, as renderers would change it.
pub(super) fn words(line: &Line<'_>, at: usize, words: &str, notes: &mut Notes) {
    if let Some(what) = links::changed_by_renderers(words) {
        notes.say(line, at, Kind::Unescaped, what);
    }
}
