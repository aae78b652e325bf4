//! The line that states the window: its words, and its two days.

use crate::section::style::DateForm;
use chrono::NaiveDate;

/// A line with two days, and with `{from}` and `{to}` in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedWindow {
    /// Its words: `Events between {from} - {to}`.
    pub pattern: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last one, not before the first.
    pub to: NaiveDate,
}

/// The first two days of a line that is no row.
pub fn stated_window(line: &str, dates: DateForm) -> Option<StatedWindow> {
    if line.contains('|') || line.trim_start().starts_with(['*', '-', '#', '<']) {
        return None;
    }
    let at = |begin: usize| {
        let mut places = line.char_indices().filter(|(at, _)| *at >= begin);
        places.find_map(|(at, _)| Some((at, dates.read(line.get(at..)?)?.0)))
    };
    let (first, from) = at(0)?;
    let (last, to) = at(first + 10)?;
    let pattern = format!(
        "{}{{from}}{}{{to}}{}",
        &line[..first],
        &line[first + 10..last],
        &line[last + 10..]
    );
    let pattern = pattern.trim().to_owned();
    (from <= to).then_some(StatedWindow { pattern, from, to })
}

/// Whether a line is the newsletter's own; and the day on which its window begins, unless a placeholder stands there.
pub(super) fn own(text: &str, line: &str, dates: DateForm) -> Option<Option<NaiveDate>> {
    let before = line.split("{from}").next().unwrap_or_default().trim();
    let rest = text.trim().strip_prefix(before)?;
    (!before.is_empty()).then(|| Some(dates.read(rest.trim_start())?.0))
}

/// A line that states the window in other words than the newsletter's: a few words, two days with hardly a
/// word between them, and none behind them. A sentence that only mentions two days is none.
pub fn window_in_other_words(text: &str, dates: DateForm) -> Option<StatedWindow> {
    const MOST_WORDS: usize = 5;
    const MOST_BETWEEN: usize = 3;
    let found = stated_window(text, dates)?;
    let (before, rest) = found.pattern.split_once("{from}")?;
    let (between, behind) = rest.split_once("{to}")?;
    let is_short = before.split_whitespace().count() <= MOST_WORDS
        && between.split_whitespace().count() <= MOST_BETWEEN
        && !behind.contains(char::is_alphanumeric)
        && before.contains(char::is_alphabetic)
        && !before.contains(|char: char| char.is_ascii_digit());
    is_short.then_some(found)
}
