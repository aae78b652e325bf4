//! The findings that a change has brought: those on lines that it touches, and not in the text before it.

use super::touched::Touched;
use super::whole::is_window_line;
use super::{Finding, Kind, Rules};
use crate::section::grammar::{Content, Parsed, Shape};
use std::collections::BTreeMap;

/// The findings that a change has brought, each on a line that it touches.
///
/// A fault that another version had too, wherever it stood, is none of the change's. A row that the change does not
/// touch can still be wrong because of it. Where another line is the cause (the one that states the days, the heading
/// above), the finding moves there. Where the cause is a row that the change took away, the finding stays.
pub(super) fn brought(
    findings: Vec<Finding>,
    before: &[Finding],
    (parsed, rules): (&Parsed<'_>, &Rules<'_>),
    touched: &Touched,
) -> Vec<Finding> {
    let rows: Vec<(std::ops::Range<usize>, Option<usize>)> = rows(parsed);
    let window = parsed
        .lines
        .iter()
        .find(|line| line.shape == Shape::Text && is_window_line(line, rules.style))
        .map(|line| line.number);
    let mut kept = Vec::new();
    let mut moved: BTreeMap<(usize, Kind), Vec<Finding>> = BTreeMap::new();
    for finding in only_new(findings, before) {
        let row = rows.iter().find(|(lines, _)| lines.contains(&finding.line));
        let Some((_, heading)) = row.filter(|(lines, _)| !touched.holds(lines.clone())) else {
            kept.push(finding);
            continue;
        };
        let cause = match finding.kind {
            Kind::Past | Kind::Beyond | Kind::DateYear => window,
            Kind::WrongHeading => *heading,
            // Its other row is gone.
            Kind::HybridOnce => {
                kept.push(finding);
                continue;
            }
            _ => None,
        };
        if let Some(cause) = cause.filter(|line| touched.holds(*line..line + 1)) {
            let key = (cause, finding.kind);
            moved.entry(key).or_default().push(finding);
        }
    }
    kept.extend(
        moved
            .into_iter()
            .filter_map(|((line, _), findings)| together(line, findings)),
    );
    kept.sort_by_key(|finding| (finding.line, finding.column, finding.kind));
    kept
}

/// Several findings of one kind as one on the line that is their cause.
fn together(line: usize, findings: Vec<Finding>) -> Option<Finding> {
    let more: Vec<String> = findings[1..]
        .iter()
        .map(|finding| finding.line.to_string())
        .collect();
    let more = match &more[..] {
        [] => String::new(),
        more => format!("; the same for line {}", more.join(", ")),
    };
    findings.into_iter().next().map(|first| Finding {
        text: format!(
            "because of this line, line {}: {}{more}",
            first.line, first.text
        ),
        line,
        column: 1,
        ..first
    })
}

/// The lines of each row, and the heading above it.
fn rows(parsed: &Parsed<'_>) -> Vec<(std::ops::Range<usize>, Option<usize>)> {
    let mut heading = None;
    let mut rows = Vec::new();
    for block in &parsed.blocks {
        match &block.content {
            Content::Heading(_) => heading = Some(block.line),
            Content::Row(_) | Content::Unreadable(_) => {
                rows.push((block.line..block.line + block.lines.len(), heading));
            }
            _ => {}
        }
    }
    rows
}

/// The findings that another version of the text did not have: by kind and text, so that a row may have moved; as
/// often as they are new.
pub fn only_new(mut findings: Vec<Finding>, before: &[Finding]) -> Vec<Finding> {
    let mut known: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for finding in before {
        *known
            .entry((finding.kind, finding.subject.clone()))
            .or_default() += 1;
    }
    findings.retain(
        |finding| match known.get_mut(&(finding.kind, finding.subject.clone())) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        },
    );
    findings
}
