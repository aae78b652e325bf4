//! The two lines of a row → what they say.

use super::days::days;
use super::links::{linked, unescaped};
use chrono::NaiveDate;

/// A row as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRow {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The heading it stands under, as printed.
    pub heading: String,
    /// Its exact text, both lines with their newlines.
    pub text: String,
    /// The first day.
    pub date: NaiveDate,
    /// The last day, where one is printed.
    pub end_date: Option<NaiveDate>,
    /// The location column.
    pub location: String,
    /// Who holds it: name and address, as printed.
    pub organisers: Vec<(String, Option<String>)>,
    /// What it is: words and address, as printed.
    pub links: Vec<(String, String)>,
}

/// Whether a line begins a row.
pub(super) fn begins_row(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['*', '-', '+']) else {
        return false;
    };
    rest.trim_start()
        .starts_with(|char: char| char.is_ascii_digit())
        && rest.contains('|')
}

pub(super) type Columns = (
    NaiveDate,
    Option<NaiveDate>,
    String,
    Vec<(String, Option<String>)>,
    Vec<(String, String)>,
);

/// Reads the lines of a row.
pub(super) fn row(lines: &[&str]) -> Result<Columns, String> {
    let first = lines[0].trim_start_matches(['*', '-', '+']).trim();
    let mut columns = first.splitn(3, '|').map(str::trim);
    let dates = columns.next().unwrap_or_default();
    let location = columns.next().ok_or("no place")?;
    let organisers = columns.next().unwrap_or_default();
    let (date, end_date) = days(dates)?;
    let organisers = named(organisers)?;
    let mut links = Vec::new();
    for line in &lines[1..] {
        links.extend(linked(
            line.trim().trim_start_matches(['*', '-', '+']).trim(),
        )?);
    }
    if links.is_empty() {
        return Err("no link below it".to_owned());
    }
    Ok((date, end_date, unescaped(location), organisers, links))
}

/// Reads organisers: links, or a bare name.
fn named(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    if !text.contains('[') {
        let name = text.trim();
        return Ok(if name.is_empty() {
            Vec::new()
        } else {
            vec![(unescaped(name), None)]
        });
    }
    Ok(linked(text)?
        .into_iter()
        .map(|(name, url)| (name, Some(url)))
        .collect())
}
