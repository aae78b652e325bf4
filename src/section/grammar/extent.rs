//! Where the section stands in the text of an issue, and which day that names.

use super::row::begins_row;
use crate::facts::place::Region;
use chrono::NaiveDate;
use std::ops::Range;

/// Where the section stands in a text, in bytes: from the line of its heading to what follows its last row.
///
/// `heading` is the section's own, such as `## Upcoming Events`; other case and another level are taken for
/// it too. The section ends before the next heading of its level or above, before the paragraph that asks
/// readers for their events, or with the text; blank lines before that end are not part of it. A text
/// without such a heading is a section if it begins with one of the headings inside (`### Virtual`), or
/// with a row. `None` if there is none.
pub fn extent(text: &str, heading: &str) -> Option<Range<usize>> {
    let words = |line: &str| {
        let line = line.trim().trim_start_matches('\u{feff}');
        let words = line.strip_prefix('#')?.trim_matches(['#', ':', ' ']);
        Some(words.to_lowercase())
    };
    let wanted = words(heading).unwrap_or_else(|| heading.trim().to_lowercase());
    let mut begin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if words(line).is_some_and(|words| words == wanted) {
            begin = Some((at, at + line.len()));
            break;
        }
        at += line.len();
    }
    let (start, inside) = begin.or_else(|| {
        let first = text.trim_start();
        let line = first.lines().next().unwrap_or_default();
        let at = text.len() - first.len();
        (line.starts_with("### ") || begins_row(line)).then_some((at, at))
    })?;
    let mut end = inside;
    let mut at = inside;
    for line in text[inside..].split_inclusive('\n') {
        let above = line.starts_with("# ") || line.starts_with("## ");
        let inside =
            words(line).is_some_and(|words| words == "virtual" || Region::parse(&words).is_some());
        if (above && !inside) || line.starts_with("If you are running a") {
            break;
        }
        at += line.len();
        if !line.trim().is_empty() {
            end = at;
        }
    }
    Some(start..end)
}

/// The day that a draft's own header gives (`Date: 2024-11-06`), above its first heading.
pub fn stated_day(text: &str) -> Option<NaiveDate> {
    text.lines()
        .take_while(|line| !line.starts_with('#'))
        .take(40)
        .find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("Date:"))
        .and_then(|day| day.trim().get(..10)?.parse().ok())
}
