//! The words of a section that a newsletter chooses. `update` reads a printed section again, so words that
//! it could not read back are refused here, with a message.

use super::super::value;
use super::super::wrong::Wrong;
use crate::facts::link;
use crate::facts::place::Mode;
use crate::facts::wording::quoted;
use crate::section::style::DateForm;
use toml::de::DeValue;

/// The section's first line: a heading with one or two number signs, since the headings of regions have three.
pub(super) fn heading(value: &DeValue<'_>) -> Result<String, Wrong> {
    let heading = value::text(value)?;
    let words = heading
        .strip_prefix("## ")
        .or_else(|| heading.strip_prefix("# "))
        .filter(|words| words.split(' ').all(|word| !word.is_empty()))
        .filter(|words| !words.starts_with('#') && !words.ends_with(['#', ':']));
    match words {
        Some(_) => Ok(heading.to_owned()),
        None => Err(Wrong::advised(format!(
            "{} is no heading such as \"## Upcoming Events\": one or two number signs, for the regions below it have three, then words with single spaces and no colon at the end",
            quoted(heading)
        ))),
    }
}

/// The heading of the section of calls for papers.
pub(super) fn calls_heading(value: &DeValue<'_>) -> Result<String, Wrong> {
    let heading = value::text(value)?;
    let words = heading.trim_start_matches('#');
    let level = heading.len() - words.len();
    let is_one = (1..=6).contains(&level) && words.starts_with(' ') && !words.trim().is_empty();
    match is_one {
        true => Ok(heading.to_owned()),
        false => Err(Wrong::bare(format!(
            "{} is no heading such as \"### CFP - Events\"",
            quoted(heading)
        ))),
    }
}

/// The line that stands in place of calls. It must not look like a call, a heading or a comment.
pub(super) fn no_calls(value: &DeValue<'_>) -> Result<String, Wrong> {
    let line = value::text(value)?;
    let is_other = ["#", "[", "* [", "- [", "<", "|"]
        .iter()
        .any(|mark| line.starts_with(mark));
    match is_other {
        true => Err(Wrong::advised(format!(
            "{} would be read as something else: write a sentence, as in \"*No calls this week.*\"",
            quoted(line)
        ))),
        false => Ok(line.to_owned()),
    }
}

/// The line with the window's days. It is recognised by its words before the first day.
pub(super) fn line(value: &DeValue<'_>) -> Result<String, Wrong> {
    let line = value::text(value)?;
    let rest = line.replacen("{from}", "", 1).replacen("{to}", "", 1);
    if rest.len() + "{from}{to}".len() != line.len() || rest.contains(['{', '}']) {
        let line = quoted(line);
        return Err(Wrong::bare(format!(
            "{line} must hold {{from}} and {{to}}, once each"
        )));
    }
    let (before, after) = line.split_once("{from}").unwrap_or_default();
    let between = after.split_once("{to}").map(|(between, _)| between);
    let is_other = ["#", "* ", "- ", "+ ", ">", "<"]
        .iter()
        .any(|mark| before.starts_with(mark));
    if !before.contains(char::is_alphabetic) || is_other || between.is_none_or(str::is_empty) {
        return Err(Wrong::advised(format!(
            "{} must begin with words, then {{from}}, then something between it and {{to}}, as in \"Events from {{from}} to {{to}}\"",
            quoted(line)
        )));
    }
    Ok(line.to_owned())
}

/// What stands between the organisers of one event.
pub(super) fn separator(value: &DeValue<'_>) -> Result<String, Wrong> {
    let separator = value::verbatim(value)?;
    if link::is_joint(separator) {
        return Ok(separator.to_owned());
    }
    Err(Wrong::advised(format!(
        "{} is not read as what stands between two links: write one of {} or \"and\", with spaces around it",
        quoted(separator),
        link::JOINTS
            .chars()
            .map(|mark| mark.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    )))
}

/// What stands before the place of a hybrid event.
pub(super) fn hybrid_label(value: &DeValue<'_>) -> Result<String, Wrong> {
    label(
        value,
        Mode::Hybrid,
        "\"Hybrid\", \"Virtual and In-Person\" or \"In-Person and Virtual\"",
    )
}

/// What stands before the place of an online event, or alone.
pub(super) fn virtual_label(value: &DeValue<'_>) -> Result<String, Wrong> {
    label(value, Mode::Virtual, "\"Virtual\" or \"Online\"")
}

/// A word that is read as a mode.
fn label(value: &DeValue<'_>, mode: Mode, such: &str) -> Result<String, Wrong> {
    let label = value::text(value)?;
    let plain = |char: char| char.is_alphabetic() || matches!(char, ' ' | '-');
    if Mode::parse(label) == Some(mode) && label.chars().all(plain) {
        return Ok(label.to_owned());
    }
    Err(Wrong::advised(format!(
        "{} is not read as {}: write {such}, or the usual word of another language, as in \"Híbrido\" or \"En ligne\"",
        quoted(label),
        match mode {
            Mode::Hybrid => "a hybrid event's",
            Mode::Virtual | Mode::InPerson => "an online event's",
        }
    )))
}

/// The words of a heading inside the section.
pub(super) fn name(value: &DeValue<'_>) -> Result<String, Wrong> {
    let words = value::text(value)?;
    let plain = |char: char| char.is_alphanumeric() || " -&,.'’/()".contains(char);
    let is_name = words.chars().all(plain)
        && words.starts_with(char::is_alphabetic)
        && words.split(' ').all(|word| !word.is_empty())
        && words.chars().count() <= 60;
    match is_name {
        true => Ok(words.to_owned()),
        false => Err(Wrong::advised(format!(
            "{} is no name of a heading: letters and digits with single spaces, at most 60, without number signs",
            quoted(words)
        ))),
    }
}

/// How days are written.
pub(super) fn dates(value: &DeValue<'_>) -> Result<DateForm, Wrong> {
    let pattern = value::text(value)?;
    DateForm::parse(pattern).ok_or_else(|| {
        Wrong::advised(format!(
            "{} is no form of days: write \"YYYY-MM-DD\", \"DD/MM/YYYY\" or \"MM/DD/YYYY\", with - / or . between the numbers",
            quoted(pattern)
        ))
    })
}
