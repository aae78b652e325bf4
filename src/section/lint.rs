//! A printed section → what is wrong with it, and the text with everything mended that is certain.
//!
//! There are two passes. The first checks line by line: marks, spaces, places, links, words. It mends what it can
//! before the second pass checks the whole: headings, order, the window, copies. So an indented row is sorted with the
//! others at once, and mending twice changes nothing. Before both, text that went through a wrong encoding is restored.
//!
//! Lines never move in the first pass, so a finding has the line of the text as it was given. Outside the section
//! nothing changes but a wrong encoding.

mod dates;
mod explain;
mod facts;
mod form;
mod kind;
mod line;
mod links;
mod place;
mod row;
mod since;
mod title;
mod touched;
mod usual;
mod whole;

pub use explain::{Example, example};
pub use kind::{Kind, Mends, Severity};
pub use since::only_new;

use crate::believe::curate::Published;
use crate::facts::issue::Rhythm;
use crate::facts::mojibake::{self, Mended};
use crate::facts::topic::Topic;
use crate::section::grammar::{self, Line, Parsed};
use crate::section::habits::Habit;
use crate::section::select::Style;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::Range;
use touched::Touched;

/// Rounds of either pass at most. A mend can uncover another fault: a link behind a broken mark, spaces in a new
/// place. No printed issue needed more than three.
const ROUNDS: usize = 8;

/// What a section is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// How the newsletter prints its section.
    pub style: &'a Style,
    /// What the newsletter is about.
    pub topic: &'a Topic,
    /// When issues appear.
    pub rhythm: Rhythm,
    /// Days after the issue's that a section covers.
    pub days: u64,
    /// The issue's day by the file's name, if that has one. The text's own `Date:` outranks it.
    pub issue: Option<NaiveDate>,
    /// The events that are published, for the facts of rows; may be empty.
    pub published: &'a [&'a Published],
    /// The habits of groups by issues that were printed earlier; may be empty.
    pub habits: &'a [Habit],
}

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The character of the line, counted from 1.
    pub column: usize,
    /// Of which kind.
    pub kind: Kind,
    /// What stands there and what belongs there, in words.
    pub text: String,
    /// What mending it does, in words; `None` if that takes a human.
    pub mend: Option<String>,
    /// The text that it is about: all lines of the row, or the one line. Kind and subject together identify the fault
    /// in another version of the file, wherever it stands there.
    pub subject: String,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In the order of lines.
    pub findings: Vec<Finding>,
    /// The whole text with everything mended that is certain; the text itself if there is nothing.
    pub mended: String,
}

/// Checks the section of a text; `None` if there is none.
pub fn lint(text: &str, rules: &Rules<'_>) -> Option<Report> {
    checked(text, rules, None)
}

/// Checks the section of a text for the faults that a change has brought: `before` is the text without the change.
pub fn lint_since(text: &str, before: &str, rules: &Rules<'_>) -> Option<Report> {
    let touched = Touched::by(before, text);
    let mut report = checked(text, rules, Some(&touched))?;
    // A version without a section had no findings.
    let old = lint(before, rules).map_or_else(Vec::new, |report| report.findings);
    let parsed = grammar::parse(text, Some(rules.style));
    report.findings = since::brought(report.findings, &old, (&parsed, rules), &touched);
    Some(report)
}

fn checked(text: &str, rules: &Rules<'_>, touched: Option<&Touched>) -> Option<Report> {
    let mut findings = Vec::new();
    let whole = match mojibake::mended(text) {
        Some(mended) => {
            findings.push(wrong_encoding(&mended));
            mended.text
        }
        None => text.to_owned(),
    };
    let extent = grammar::extent(&whole, rules.style)?;
    let first_line = whole[..extent.start].matches('\n').count() + 1;
    let conflicts = line::conflicts(&whole);
    if !conflicts.is_empty() {
        // A human has to choose a side first. Otherwise rows of both sides would be sorted among each other, and copies
        // removed.
        findings.extend(conflicts);
        return Some(Report {
            findings,
            mended: whole,
        });
    }
    findings.extend(line::sections_again(&whole, rules.style));

    let (before, after) = (&whole[..extent.start], &whole[extent.end..]);
    let mut inside = whole[extent.clone()].to_owned();
    // If the rest of the file has line ends of Windows too, the section keeps them.
    let kept = before.contains("\r\n") || after.trim_start().contains("\r\n");
    if let Some(finding) = line::line_ends(&inside, first_line, kept) {
        findings.push(finding);
    }
    inside = inside.replace("\r\n", "\n");

    let rest = after.trim_start();
    let gap = &after[..after.len() - rest.len()];
    // White space before the first word of what follows is that line's own.
    let gap = &gap[..gap.rfind('\n').map_or(0, |end| end + 1)];
    let mut surroundings = whole::Surroundings {
        first_line,
        stated: grammar::stated_day(&whole).or(rules.issue),
        followed: !rest.is_empty(),
        blank_after: gap.matches('\n').count(),
        touched,
    };
    // A moved row can stand beside a line that belonged to nothing before and is part of the row now. Only the first
    // round reports findings; of later rounds only the mends count.
    let mut reported = Some(&mut findings);
    for _ in 0..ROUNDS {
        let mut unreported = Vec::new();
        let findings = reported.take().unwrap_or(&mut unreported);
        let lines_mended = mend_lines(inside.clone(), first_line, rules, findings);
        let (mended, blank_after) = whole::check(&lines_mended, &surroundings, rules, findings);
        surroundings.blank_after = blank_after;
        let settled = mended == inside;
        inside = mended;
        if settled {
            break;
        }
    }
    inside.push_str(&"\n".repeat(surroundings.blank_after));
    if kept {
        inside = inside.replace('\n', "\r\n");
    }
    let mended = format!("{before}{inside}{}", &after[gap.len()..]);
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.kind));
    Some(Report { findings, mended })
}

/// The first pass: findings of single lines, and the section without those that can be mended.
fn mend_lines(
    mut section: String,
    first_line: usize,
    rules: &Rules<'_>,
    findings: &mut Vec<Finding>,
) -> String {
    let mut reported: Vec<Finding> = Vec::new();
    for _ in 0..ROUNDS {
        let mut notes = Notes::default();
        let parsed = grammar::parse_from(&section, first_line, Some(rules.style));
        line::check(&parsed, rules, &mut notes);
        let Notes {
            findings: mut fresh,
            edits,
        } = notes;
        let subjects = subjects(&parsed);
        for finding in &mut fresh {
            if let Some(subject) = subjects.get(&finding.line) {
                finding.subject.clone_from(subject);
            }
        }
        let again = |reported: &[Finding], finding: &Finding| {
            reported
                .iter()
                .any(|old| (old.line, old.kind) == (finding.line, finding.kind))
        };
        fresh.retain(|finding| !again(&reported, finding));
        for finding in fresh {
            // However many spaces of a line are wrong, it is one fault.
            if finding.kind != Kind::Spaces || !again(&reported, &finding) {
                reported.push(finding);
            }
        }
        if edits.is_empty() {
            break;
        }
        section = applied(&section, edits);
    }
    findings.extend(reported);
    section
}

/// The text that each line belongs to: all lines of a row are the row's.
fn subjects(parsed: &Parsed<'_>) -> BTreeMap<usize, String> {
    let mut subjects = BTreeMap::new();
    for block in &parsed.blocks {
        let lines = &parsed.lines[block.lines.clone()];
        let text: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        let text = text.join("\n");
        for line in lines {
            subjects.insert(line.number, text.clone());
        }
    }
    subjects
}

/// The text after the edits; of two that overlap the first one counts.
fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        if edit.range.start < at {
            continue;
        }
        mended.push_str(&text[at..edit.range.start]);
        mended.push_str(&edit.with);
        at = edit.range.end;
    }
    mended.push_str(&text[at..]);
    mended
}

/// A change of some bytes of the section.
#[derive(Debug)]
struct Edit {
    range: Range<usize>,
    with: String,
}

/// What a pass has found so far.
#[derive(Debug, Default)]
struct Notes {
    findings: Vec<Finding>,
    edits: Vec<Edit>,
}

impl Notes {
    /// A finding that a human must settle, at a byte of the line.
    fn say(&mut self, line: &Line<'_>, at: usize, kind: Kind, text: impl Into<String>) {
        self.findings.push(Finding {
            line: line.number,
            column: line.text[..at].chars().count() + 1,
            kind,
            text: text.into(),
            mend: None,
            subject: line.text.trim().to_owned(),
        });
    }

    /// A finding with its mend: other text in the place of some bytes of the line.
    fn mend(
        &mut self,
        line: &Line<'_>,
        range: Range<usize>,
        with: impl Into<String>,
        kind: Kind,
        text: impl Into<String>,
    ) {
        let with = with.into();
        self.say(line, range.start, kind, text);
        let words = if with.trim().is_empty() {
            "remove it".to_owned()
        } else {
            format!("write {}", quoted(&with))
        };
        if let Some(finding) = self.findings.last_mut() {
            finding.mend = Some(words);
        }
        self.edit(line, range, with);
    }

    /// Says how the last finding is mended.
    fn name_mend(&mut self, words: &str) {
        if let Some(finding) = self.findings.last_mut() {
            finding.mend = Some(words.to_owned());
        }
    }

    /// A change that belongs to the last finding.
    fn edit(&mut self, line: &Line<'_>, range: Range<usize>, with: impl Into<String>) {
        self.edits.push(Edit {
            range: line.start + range.start..line.start + range.end,
            with: with.into(),
        });
    }
}

/// One finding for all places of a text that went through a wrong encoding: it is one damage of the whole file.
fn wrong_encoding(mended: &Mended) -> Finding {
    let places = if mended.places == 1 {
        "place"
    } else {
        "places"
    };
    let first = &mended.first;
    Finding {
        line: first.line,
        column: first.column,
        kind: Kind::Mojibake,
        text: format!(
            "UTF-8 text was opened as {} in {} {places}, first {} for {}",
            mended.read_as.join(" and "),
            mended.places,
            quoted(&first.wrong),
            quoted(&first.meant.to_string())
        ),
        mend: Some("restore the text".to_owned()),
        subject: String::new(),
    }
}

/// A text of the file in a message: one line, at most 90 characters, with invisible ones made visible.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 90;
    let mut short: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    let shown: String = short
        .chars()
        .flat_map(|char| {
            let hidden = char.is_control() || (!char.is_ascii() && char.is_whitespace());
            if hidden || grammar::is_hidden(char) {
                char.escape_unicode().collect::<Vec<_>>()
            } else {
                vec![char]
            }
        })
        .collect();
    format!("`{shown}`")
}
