//! Checks of single lines: characters, marks, templates' words; and which check a line gets.

use super::{Finding, Kind, Notes, Rules, form, quoted, row};
use crate::section::grammar::{self, Line, Parsed, Shape};
use crate::section::select::Style;

/// Every check of every line.
pub(super) fn check(parsed: &Parsed<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    for block in &parsed.blocks {
        let lines = &parsed.lines[block.lines.clone()];
        for fault in &block.faults {
            if let Some(line) = lines.iter().find(|line| line.number == fault.line) {
                form::report(line, fault, rules, notes);
            }
        }
    }
    for line in &parsed.lines {
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
            Shape::Heading => heading(line, rules, notes),
            Shape::Row => row::first_line(line, rules, notes),
            Shape::SubRow => row::second_line(line, rules, notes),
            _ => {}
        }
        if !matches!(line.shape, Shape::Blank) {
            backticks(line, notes);
            tags(line, notes);
        }
    }
    row::without_second_line(&parsed.lines, notes);
}

fn section_heading(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let right = rules.style.heading.as_str();
    let written = line.text.trim_end();
    if written != right {
        let text = format!(
            "the section's heading {} is spelled {}",
            quoted(written),
            quoted(right)
        );
        notes.mend(line, 0..line.text.len(), right, Kind::SectionHeading, text);
    }
}

/// A heading that names no region. How a region's heading is spelled, the grammar notes.
fn heading(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let Some(heading) = line.heading(Some(rules.style)) else {
        return;
    };
    // The section's own heading once more has its own finding.
    if heading.names_a_region() || heading.is_the_sections(&rules.style.heading) {
        return;
    }
    let known: Vec<&str> = rules.style.names.all().collect();
    let text = format!(
        "{} names no region: write one of {}",
        quoted(&heading.words),
        known.join(", ")
    );
    notes.say(line, 0, Kind::HeadingUnknown, text);
}

/// The section's own heading, once more.
pub(super) fn sections_again(text: &str, style: &Style) -> Vec<Finding> {
    let lines = grammar::lines(text, 1, Some(style));
    let mut own = lines.iter().filter(|line| {
        line.heading(Some(style))
            .is_some_and(|own| own.is_the_sections(&style.heading))
    });
    let first = own.next().map_or(1, |line| line.number);
    let finding = |line: &Line<'_>| Finding {
        line: line.number,
        column: 1,
        kind: Kind::SectionAgain,
        text: format!(
            "{} stands on line {first} already: put the rows of this second section into the first, and delete it",
            quoted(line.text.trim())
        ),
        mend: None,
        subject: line.text.trim().to_owned(),
    };
    own.map(finding).collect()
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
    let behind = || {
        let word = text[..range.start].split_whitespace().next_back();
        word.map_or(String::new(), |word| format!(" behind {}", quoted(word)))
    };
    let (what, mend) = match &text[range.clone()] {
        _ if range.end == text.len() => ("spaces at the end of the line".to_owned(), "remove them"),
        run if run.contains('\t') => (format!("a tab{}", behind()), SINGLE),
        run if run.chars().all(|char| char == ' ') => {
            (format!("{} spaces{}", run.len(), behind()), SINGLE)
        }
        run => {
            let char = run.chars().find(|char| *char != ' ').map_or(32, u32::from);
            let what = format!(
                "white space other than a plain one (U+{char:04X}){}",
                behind()
            );
            (what, SINGLE)
        }
    };
    notes.say(line, range.start, Kind::Spaces, what);
    notes.name_mend(mend);
    for (range, with) in edits {
        notes.edit(line, range, with);
    }
}

const SINGLE: &str = "write single spaces";

/// Control characters anywhere, hidden marks where they do nothing for the text.
fn hidden(line: &Line<'_>, notes: &mut Notes) {
    for mark in grammar::hidden(line.text) {
        let what = format!(
            "U+{:04X} is invisible and changes how the line is read",
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

/// What the newsletter's own check of backticks refuses. Fences of three and four do not count.
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

/// Words of templates that are never meant.
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
        let text = format!(
            "{} is left from a template: write what it stands for",
            quoted(word)
        );
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
        text: format!(
            "{} is left from a merge that was not finished: choose one side, and delete the marks",
            quoted(line.text)
        ),
        mend: None,
        subject: line.text.to_owned(),
    };
    marks.map(finding).collect()
}

/// Lines that end as on Windows: one finding for all. If the rest of the file has them too (`kept`), the section keeps
/// them.
pub(super) fn line_ends(section: &str, first_line: usize, kept: bool) -> Option<Finding> {
    let places = section.matches("\r\n").count();
    let first = section.find("\r\n")?;
    let number = first_line + section[..first].matches('\n').count();
    let text = if kept {
        format!(
            "{places} lines end with CR LF, as in the rest of the file: set `core.autocrlf` in Git"
        )
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
