//! The first column of a row: a day or a span of days.

use chrono::NaiveDate;

/// Reads a day or a span of days: `2024-11-06`, `2026-09-08 - 2026-09-11`, and what was also printed:
/// `2024-04-15 & 2024-04-16`, `2024-01-27-28`, `2022-05-19 & 05-20`.
pub(super) fn days(text: &str) -> Result<(NaiveDate, Option<NaiveDate>), String> {
    let wrong = || format!("{text:?} is no date");
    let text = text.trim();
    let (first, rest) = text.split_at_checked(10).ok_or_else(wrong)?;
    let from: NaiveDate = first.parse().map_err(|_| wrong())?;
    let rest = rest.trim_matches(|char: char| char.is_whitespace() || "-–&,*".contains(char));
    if rest.is_empty() {
        return Ok((from, None));
    }
    let whole = match rest.len() {
        2 => format!("{}{rest}", &first[..8]),
        5 => format!("{}{rest}", &first[..5]),
        _ => rest.to_owned(),
    };
    let to: NaiveDate = whole.parse().map_err(|_| wrong())?;
    Ok((from, Some(to)))
}
