//! When an event written by hand repeats: `second thursday`, `every friday`, or a rule of RFC 5545.

use chrono::NaiveDate;

/// When an event repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeats {
    /// As it is written.
    pub written: String,
    /// An RRULE, without UNTIL.
    pub rule: String,
    /// The last day on which it may be.
    pub until: Option<NaiveDate>,
    /// Days on which it is not.
    pub except: Vec<NaiveDate>,
}

/// Which of a month.
const WHICH: [(&str, &str); 10] = [
    ("first", "1"),
    ("1st", "1"),
    ("second", "2"),
    ("2nd", "2"),
    ("third", "3"),
    ("3rd", "3"),
    ("fourth", "4"),
    ("4th", "4"),
    ("last", "-1"),
    ("every", ""),
];

/// Days of the week, as the rules of RFC 5545 name them.
const DAYS: [(&str, &str); 7] = [
    ("monday", "MO"),
    ("tuesday", "TU"),
    ("wednesday", "WE"),
    ("thursday", "TH"),
    ("friday", "FR"),
    ("saturday", "SA"),
    ("sunday", "SU"),
];

/// Why words mean no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// A rule that names its last day.
    #[error("write the last day as until = \"…\"")]
    Until,
    /// Words in another form.
    #[error(
        "{0:?} is neither like \"second thursday\" or \"every friday\" nor a rule like \"FREQ=WEEKLY;BYDAY=TH\""
    )]
    Unread(String),
}

/// The RRULE that some words mean: `second thursday`, `first and third monday`, `every friday`; a rule stays as it is.
///
/// # Errors
/// Says which forms are read.
pub fn rule(written: &str) -> Result<String, NoRule> {
    let text = written.trim();
    let upper = text.to_ascii_uppercase();
    if upper.starts_with("FREQ=") {
        if upper.contains("UNTIL=") {
            return Err(NoRule::Until);
        }
        return Ok(upper);
    }
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|char: char| char.is_whitespace() || char == ',')
        .filter(|word| !word.is_empty() && *word != "and")
        .collect();
    let words = match words.strip_suffix(&["of", "the", "month"]) {
        Some(words) => words,
        None => &words,
    };
    let form = || NoRule::Unread(written.to_owned());
    let (day, which) = words.split_last().ok_or_else(form)?;
    let (_, day) = DAYS.iter().find(|(name, _)| name == day).ok_or_else(form)?;
    let numbers: Option<Vec<&str>> = which
        .iter()
        .map(|word| Some(WHICH.iter().find(|(name, _)| name == word)?.1))
        .collect();
    match numbers.ok_or_else(form)?.as_slice() {
        [] => Err(form()),
        [""] => Ok(format!("FREQ=WEEKLY;BYDAY={day}")),
        several if several.contains(&"") => Err(form()),
        several => {
            let days: Vec<String> = several
                .iter()
                .map(|number| format!("{number}{day}"))
                .collect();
            Ok(format!("FREQ=MONTHLY;BYDAY={}", days.join(",")))
        }
    }
}
