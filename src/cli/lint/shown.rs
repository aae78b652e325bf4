//! The findings as text for people, as JSON for programs, and as annotations for GitHub.

use super::super::output::annotation;
use super::Checked;
use rusty_events::section::lint::{Finding, Severity};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Further lines of equal findings that are listed.
const MOST_LINES: usize = 12;

/// One line a finding. Equal ones are one line, with the further lines of the file behind it.
pub(super) fn as_text(all: &[Checked], colours: bool) -> String {
    let mut text = String::new();
    for checked in all {
        for (finding, further) in grouped(&checked.findings) {
            let severity = finding.kind.severity();
            let (on, off) = match (colours, severity) {
                (false, _) => ("", ""),
                (true, Severity::Error) => ("\u{1b}[31m", "\u{1b}[0m"),
                (true, Severity::Warning) => ("\u{1b}[33m", "\u{1b}[0m"),
            };
            let _ = write!(
                text,
                "{}:{}:{}: {on}{}[{}]{off}: {}",
                checked.file,
                finding.line,
                finding.column,
                severity.name(),
                finding.kind.name(),
                finding.text
            );
            if let Some(mend) = &finding.mend {
                let _ = write!(text, " — {mend}");
            }
            text.push_str(&also_on(&further));
            text.push('\n');
        }
    }
    text
}

/// Findings that say the same, in the order of the first of each, with the lines of the others.
fn grouped(findings: &[Finding]) -> Vec<(&Finding, Vec<usize>)> {
    let mut groups: Vec<(&Finding, Vec<usize>)> = Vec::new();
    let mut known = BTreeMap::new();
    for finding in findings {
        let key = (finding.kind, &finding.text, &finding.mend);
        match known.get(&key) {
            Some(at) => {
                let group: &mut (&Finding, Vec<usize>) = &mut groups[*at];
                group.1.push(finding.line);
            }
            None => {
                known.insert(key, groups.len());
                groups.push((finding, Vec::new()));
            }
        }
    }
    groups
}

fn also_on(lines: &[usize]) -> String {
    let shown: Vec<String> = lines
        .iter()
        .take(MOST_LINES)
        .map(ToString::to_string)
        .collect();
    let more = lines.len() - shown.len();
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    match lines {
        [] => String::new(),
        [line] => format!(" (also on line {line})"),
        _ => format!(" (also on lines {}{rest})", shown.join(", ")),
    }
}

pub(super) fn as_json(all: &[Checked]) -> Value {
    let findings: Vec<Value> = all
        .iter()
        .flat_map(|checked| {
            checked
                .findings
                .iter()
                .map(move |finding| (checked, finding))
        })
        .map(|(checked, finding)| {
            json!({
                "file": checked.file,
                "line": finding.line,
                "column": finding.column,
                "kind": finding.kind.name(),
                "severity": finding.kind.severity().name(),
                "text": finding.text,
                "mend": finding.mend,
            })
        })
        .collect();
    json!({ "findings": findings })
}

/// Workflow commands with the escapes that they require: a text must not end its command, nor a property.
pub(super) fn as_annotations(all: &[Checked]) -> String {
    let mut text = String::new();
    for checked in all {
        for finding in &checked.findings {
            let mend = finding
                .mend
                .as_ref()
                .map_or_else(String::new, |mend| format!(" — {mend}"));
            text.push_str(&annotation(
                finding.kind.severity().name(),
                &[
                    ("file", &checked.file),
                    ("line", &finding.line.to_string()),
                    ("col", &finding.column.to_string()),
                    ("title", finding.kind.name()),
                ],
                &format!("{}{mend}", finding.text),
            ));
        }
    }
    text
}

pub(super) fn summary(all: &[Checked]) -> String {
    let count = |severity| {
        all.iter()
            .flat_map(|checked| &checked.findings)
            .filter(|finding| finding.kind.severity() == severity)
            .count()
    };
    let mended: usize = all.iter().map(|checked| checked.mended).sum();
    let certain = all
        .iter()
        .flat_map(|checked| &checked.findings)
        .filter(|finding| finding.mend.is_some())
        .count();
    let number = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        more => format!("{more} {one}s"),
    };
    let mut text = format!(
        "{}, {} in {}",
        number(count(Severity::Error), "error"),
        number(count(Severity::Warning), "warning"),
        number(all.len(), "file")
    );
    if mended > 0 {
        let _ = write!(text, "; {mended} mended");
    }
    if certain > 0 {
        let _ = write!(text, "; --fix mends {certain}");
    }
    text
}
