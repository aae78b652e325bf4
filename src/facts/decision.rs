//! What a human decided on an event: who, when, why, and what is to hold whatever the sources say.

use crate::facts::event::{EventId, one_line};
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place};
use crate::facts::when::{Stamp, When, to_local};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use std::fmt;
use std::path::PathBuf;

/// One decision of an editor. It is never changed, only taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The event it is about.
    pub event: EventName,
    /// What is decided.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: Option<String>,
    /// When; of two decisions on one matter the later counts.
    pub at: DateTime<Utc>,
    /// Where it is kept.
    pub origin: Origin,
}

/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// Why a text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongReason {
    /// It says nothing.
    #[error("is empty: say why, others will read it")]
    Empty,
    /// It has so many characters.
    #[error("has {0} characters; write at most {LONGEST_REASON}")]
    TooLong(usize),
}

/// A reason as it is kept: on one line, at most 500 characters.
///
/// # Errors
/// If it is empty or too long.
pub fn reason(text: &str) -> Result<String, WrongReason> {
    let reason = one_line(text);
    match reason.chars().count() {
        0 => Err(WrongReason::Empty),
        length if length > LONGEST_REASON => Err(WrongReason::TooLong(length)),
        _ => Ok(reason),
    }
}

/// Where a decision is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In a file of the configuration: the file, and the line of its `[[decision]]`, counted from 1.
    File(PathBuf, usize),
    /// In the database, under this number.
    Database(i64),
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path, line) => write!(out, "{}:{line}", path.display()),
            Origin::Database(number) => write!(out, "{number}"),
        }
    }
}

/// How a decision names an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventName {
    /// By its link; one that stands on several dates names none of them.
    Link(Link),
    /// By its id, whole: a prefix that is unique today may not be so tomorrow.
    Id(EventId),
}

impl fmt::Display for EventName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventName::Link(link) => link.fmt(out),
            EventName::Id(id) => id.fmt(out),
        }
    }
}

/// What a decision does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Not printed in the newsletter, but served elsewhere.
    HideFromSection,
    /// Nowhere to be seen.
    HideEverywhere,
    /// To be seen, whatever hid it: an earlier decision, the words of its title, a doubt about its topic, or that no source
    /// lists it any more.
    Show,
    /// Fields that read otherwise, at least one, none twice.
    Edit(Vec<Correction>),
    /// Does not take place.
    Cancel,
    /// Takes place on a day not yet known.
    Postpone,
    /// Is the same event as that other.
    Merge(EventName),
    /// Is no twin of any other.
    Split,
    /// Printed in every issue up to and including that day, also outside the window.
    PrintUntil(NaiveDate),
}

impl Action {
    /// Whether two decisions are about one matter, so that of one event the later counts alone.
    pub fn supersedes(&self, earlier: &Action) -> bool {
        use Action::{
            Cancel, Edit, HideEverywhere, HideFromSection, Merge, Postpone, PrintUntil, Show, Split,
        };
        match (earlier, self) {
            (HideFromSection | HideEverywhere | Show, HideFromSection | HideEverywhere | Show)
            | (Cancel | Postpone, Cancel | Postpone)
            | (PrintUntil(_), PrintUntil(_))
            | (Merge(_) | Split, Merge(_) | Split) => true,
            (Edit(earlier), Edit(later)) => earlier
                .iter()
                .any(|one| later.iter().any(|other| one.field() == other.field())),
            _ => false,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::HideFromSection => out.write_str("hide from section"),
            Action::HideEverywhere => out.write_str("hide everywhere"),
            Action::Show => out.write_str("show"),
            Action::Edit(corrections) => {
                out.write_str("edit")?;
                for correction in corrections {
                    write!(out, " {}={:?}", correction.field(), correction.value())?;
                }
                Ok(())
            }
            Action::Cancel => out.write_str("cancel"),
            Action::Postpone => out.write_str("postpone"),
            Action::Merge(other) => write!(out, "merge {other}"),
            Action::Split => out.write_str("split"),
            Action::PrintUntil(day) => write!(out, "print until {day}"),
        }
    }
}

/// One field that an editor corrects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// The title.
    Title(String),
    /// The first day, or the local start.
    Start(Stamp),
    /// The last day (inclusive), or the local end.
    End(Stamp),
    /// The zone.
    Zone(Tz),
    /// The place.
    Place(Place),
    /// The mode.
    Mode(Mode),
    /// The organiser's name.
    Organiser(String),
    /// The organiser's page.
    OrganiserUrl(Link),
    /// The event's page.
    Link(Link),
    /// What it is about.
    Description(String),
}

/// When an event begins, if that is after the end that an editor gives it.
pub fn begins_after_its_end(fields: &[Correction], when: &When) -> Option<NaiveDateTime> {
    let local = |stamp: Stamp, of_a_day: NaiveTime| match stamp {
        Stamp::Date(day) => day.and_time(of_a_day),
        Stamp::Floating(local) | Stamp::Zoned(local, _) => local,
        Stamp::Offset(at) => at.naive_local(),
        Stamp::Utc(at) => at.naive_utc(),
    };
    let end = fields.iter().find_map(|field| match field {
        Correction::End(end) => Some(*end),
        _ => None,
    })?;
    let start = fields.iter().find_map(|field| match field {
        Correction::Start(start) => Some(*start),
        _ => None,
    });
    let begins = match (start, when) {
        (Some(start), _) => local(start, NaiveTime::MIN),
        (None, When::Timed { start, zone, .. }) => to_local(*start, *zone),
        (None, When::Days { first, .. }) => first.and_time(NaiveTime::MIN),
    };
    let last_second = NaiveTime::from_hms_opt(23, 59, 59)?;
    (local(end, last_second) < begins).then_some(begins)
}

impl Correction {
    /// The fields that can be corrected, as they are written.
    pub const FIELDS: [&'static str; 10] = [
        "title",
        "start",
        "end",
        "zone",
        "place",
        "mode",
        "organiser",
        "organiser-url",
        "link",
        "description",
    ];

    /// The field, as it is written.
    pub fn field(&self) -> &'static str {
        match self {
            Correction::Title(_) => "title",
            Correction::Start(_) => "start",
            Correction::End(_) => "end",
            Correction::Zone(_) => "zone",
            Correction::Place(_) => "place",
            Correction::Mode(_) => "mode",
            Correction::Organiser(_) => "organiser",
            Correction::OrganiserUrl(_) => "organiser-url",
            Correction::Link(_) => "link",
            Correction::Description(_) => "description",
        }
    }

    /// The value, as it is written: days and local times as in ISO 8601, places as `Berlin, DE`.
    pub fn value(&self) -> String {
        match self {
            Correction::Title(text)
            | Correction::Organiser(text)
            | Correction::Description(text) => text.clone(),
            Correction::Start(stamp) | Correction::End(stamp) => match stamp {
                Stamp::Date(date) => date.to_string(),
                Stamp::Floating(local) | Stamp::Zoned(local, _) => {
                    local.format("%Y-%m-%dT%H:%M").to_string()
                }
                Stamp::Offset(at) => at.to_rfc3339(),
                Stamp::Utc(at) => at.to_rfc3339(),
            },
            Correction::Zone(zone) => zone.name().to_owned(),
            Correction::Place(place) => place.printed(&[place.country()]),
            Correction::Mode(mode) => mode.name().to_owned(),
            Correction::OrganiserUrl(link) | Correction::Link(link) => link.to_string(),
        }
    }
}
