//! The faults that the grammar notes while it reads: form alone, each mended with certainty.

use super::{Kind, Notes, Rules, quoted};
use crate::section::grammar::{Fault, INDENTATION, Line, Wrong, content, days};

/// Reports a fault of this line with its mend.
pub(super) fn report(line: &Line<'_>, fault: &Fault, rules: &Rules<'_>, notes: &mut Notes) {
    let span = fault.span.start - line.start..fault.span.end - line.start;
    let written = &line.text[span.clone()];
    let (kind, text) = match fault.what {
        Wrong::Heading => (
            Kind::HeadingSpelling,
            format!(
                "the heading {} is spelled {}",
                quoted(written),
                quoted(&fault.right)
            ),
        ),
        Wrong::Mark => mark(line, written),
        Wrong::Below => {
            let wanted = format!("not {} but {}", quoted(written), quoted(INDENTATION));
            (Kind::Indent, format!("a row's second line begins {wanted}"))
        }
        Wrong::Days => match days(written, rules.style.dates) {
            Ok(days) if days.last == Some(days.first) => (
                Kind::DateOrder,
                format!(
                    "{} begins and ends on {}",
                    quoted(written),
                    rules.style.dates.written(days.first)
                ),
            ),
            _ => (
                Kind::DateForm,
                format!("{} is written {}", quoted(written), quoted(&fault.right)),
            ),
        },
        Wrong::Place => place(written, &fault.right, rules),
        Wrong::Link => (
            Kind::LinkBroken,
            format!("{} makes no link", quoted(written)),
        ),
        // Lines stay where they are in the first pass: the second removes the blank one.
        Wrong::Gap => return,
    };
    notes.mend(line, span, fault.right.as_str(), kind, text);
}

/// How a row begins that does not begin with a star and a space.
fn mark(line: &Line<'_>, written: &str) -> (Kind, String) {
    let (marked, _) = content(line.text);
    if line.text.starts_with(char::is_whitespace) {
        let text = format!(
            "a row is not indented, and {} stands before this one",
            quoted(written)
        );
        (Kind::Indent, text)
    } else if marked {
        let text = format!(
            "a row begins with a star and a space, not with {}",
            quoted(written)
        );
        (Kind::ListMark, text)
    } else {
        let text = "no star stands before the day";
        (Kind::ListMark, text.to_owned())
    }
}

/// How a place is written that can mean only one other form.
fn place(written: &str, right: &str, rules: &Rules<'_>) -> (Kind, String) {
    if right.contains(',') || !written.contains(['(', '|', ',']) {
        let text = format!("{} is written {}", quoted(written), quoted(right));
        return (Kind::ModeWord, text);
    }
    let inside = written.split_once('(').map(|(_, inside)| inside);
    if inside.is_some_and(|inside| inside.trim_end_matches(')').trim().is_empty()) {
        let text = format!(
            "no place stands between the brackets of {}",
            quoted(written)
        );
        return (Kind::PlaceMissing, text);
    }
    let label = &rules.style.virtual_label;
    let text = format!("{} names no place beside `{label}`", quoted(written));
    (Kind::VirtualPlace, text)
}
