//! What we believe: an event with every field checked, its identity, and what could not be believed.

use crate::facts::call::Call;
use crate::facts::link::Link;
use crate::facts::listing::Part;
use crate::facts::place::{Mode, Place};
use crate::facts::source::{Organiser, SourceId, Way};
use crate::facts::when::When;
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Characters of a title beyond which it is cut, with an ellipsis.
const LONGEST_TITLE: usize = 200;

/// Marks on one letter; no script heaps more.
const MOST_MARKS: usize = 4;

/// Characters of a text that are read for one line.
const MOST_CHARS_OF_A_LINE: usize = 100_000;

/// Characters of one reading of a choice.
const LONGEST_READING: usize = 120;

/// A name under which a source knows an event.
///
/// Ordered as text, so that the keys of one refresh can be taken in an order that does not depend on
/// that of the sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key of an event: under which scope, by which id, and of a series on which of its own days.
    pub fn new(scope: &str, id: &str, occurrence: Option<NaiveDate>) -> Key {
        match occurrence {
            Some(day) => Key(format!("{scope}:{id}@{day}")),
            None => Key(format!("{scope}:{id}")),
        }
    }

    /// A key read back from the database.
    pub fn stored(text: String) -> Key {
        Key(text)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event's identity: frozen when it is first seen, and with it the UID in subscribers' calendars.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(String);

impl EventId {
    /// The id of an event first seen under `key`: 16 hexadecimal digits of its SHA-256. Of 64 bits, a
    /// million events share one with a chance of 1 in 37 million.
    pub fn first_seen_as(key: &Key) -> EventId {
        let digest = Sha256::digest(key.0.as_bytes());
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
        EventId(digits.take(16).collect())
    }

    /// An id read back from the database or an argument.
    pub fn stored(text: String) -> EventId {
        EventId(text)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A title as it is printed: one line, no invisible marks at its ends, nothing that turns the reading
/// direction, at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Title(String);

impl Title {
    /// Reads a title; `None` if nothing visible is in it.
    pub fn parse(text: &str) -> Option<Title> {
        let title = one_line(text);
        let mut chars = title.chars();
        let mut cut: String = chars.by_ref().take(LONGEST_TITLE).collect();
        if chars.next().is_some() {
            cut.truncate(cut.trim_end().len());
            cut.push('…');
        }
        cut.chars()
            .any(|char| !is_invisible(char) && !char.is_whitespace() && !is_combining(char))
            .then_some(Title(cut))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The title for comparison: case, accents and punctuation folded, single spaces.
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl fmt::Display for Title {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A number with the noun that goes with it: `1 event`, `0 events`.
pub fn counted<N>(count: N, one: &str, more: &str) -> String
where
    N: fmt::Display + PartialEq + From<bool>,
{
    let is_one = count == N::from(true);
    format!("{count} {}", if is_one { one } else { more })
}

/// Text as one printable line: composed (NFC), every run of white space and controls one space, marks
/// that turn or hide text dropped, heaps of marks on one letter cut, none at the ends.
pub fn one_line(text: &str) -> String {
    if is_one_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len().min(4096));
    let mut gap = false;
    let mut marks = 0;
    for char in text.nfc().take(MOST_CHARS_OF_A_LINE) {
        marks = if is_combining(char) { marks + 1 } else { 0 };
        // Heaps of marks reach over the lines above and below.
        if marks > MOST_MARKS {
            continue;
        }
        if char.is_whitespace() || char.is_control() {
            gap = true;
        } else if turns_or_hides(char) {
            continue;
        } else {
            if gap && !line.is_empty() {
                line.push(' ');
            }
            gap = false;
            line.push(char);
        }
    }
    let line = line.trim_matches(|char: char| is_invisible(char) || char.is_whitespace());
    line.to_owned()
}

/// Whether a text is printable as it stands, as can be seen at a glance: visible ASCII with single spaces between.
fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_spaced = |pair: &[u8]| pair == b"  ";
    bytes
        .iter()
        .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
        && !bytes.windows(2).any(is_spaced)
        && !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && bytes.len() <= MOST_CHARS_OF_A_LINE
}

/// The names of the months as titles write them, in lower case, in order.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Text for comparison: lower case, accents and punctuation dropped, single spaces.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut push = |char: char| {
        if char.is_alphanumeric() || matches!(char, '+' | '#') {
            folded.push(char);
        } else if !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
    };
    // In ASCII there is nothing to take apart: most texts are, and all are compared folded.
    if text.is_ascii() {
        text.chars()
            .for_each(|char| push(char.to_ascii_lowercase()));
    } else {
        text.nfkd()
            .filter(|char| !is_combining(*char))
            .flat_map(char::to_lowercase)
            .for_each(push);
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn is_combining(char: char) -> bool {
    unicode_normalization::char::is_combining_mark(char)
}

/// Bidirectional controls, the Tags block, the soft hyphen and the byte-order mark.
pub(crate) fn turns_or_hides(char: char) -> bool {
    matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{E0000}'..='\u{E007F}' | '\u{00AD}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Marks that may stand inside a title (joined emoji) but say nothing at its ends.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{180E}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// What is believed of an event's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It takes place.
    Confirmed,
    /// It is planned.
    Tentative,
    /// It does not take place.
    Cancelled,
    /// It will take place on a day not yet known.
    Postponed,
    /// Its source no longer lists it.
    Withdrawn,
}

impl Status {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Tentative => "tentative",
            Status::Cancelled => "cancelled",
            Status::Postponed => "postponed",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// Whether an event in this state is printed.
    pub fn takes_place(self) -> bool {
        matches!(self, Status::Confirmed | Status::Tentative)
    }
}

/// A doubt that is shown to the editor. A closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// The place is not known, or there are several of the name.
    UnknownPlace,
    /// The venue's text names no place we know: the home was taken.
    PlaceAssumed,
    /// No organiser is configured and the page names none that is known.
    UnknownOrganiser,
    /// No source field says whether it is online, and no mode is configured.
    ModeAssumed,
    /// Fields of the source contradict each other.
    ModeConflict,
    /// Longer than 14 days: printed by its first day.
    TooLong,
    /// It ends before it starts: printed without its end.
    EndBeforeStart,
    /// The source gave no zone: the home's was taken.
    ZoneAssumed,
    /// Its source says in two ways when it is, and they differ.
    TimeAssumed,
    /// No page of its own: it links to its organiser.
    NoLink,
    /// Its text links to several events' pages, or to one where the field for it names its group's.
    LinkAssumed,
    /// The title says `TBD`, `FULL` or the like.
    TitleUnsettled,
    /// The title says that it moved: the day may be an old one. Or it says that it is off, and may be a talk about that.
    StatusUnsure,
    /// The topic's word is in the description only.
    TopicUnsure,
    /// Two sources disagree on this event's day, hour, place or mode.
    SourcesDisagree,
    /// Nearly all events of its source fall into the night where they take place.
    FalseUtc,
    /// It is of an endless series that has not been touched for two years.
    Dormant,
    /// Another event of the day looks like it, and is not held to be it.
    PossibleDuplicate,
    /// Its source's list no longer names it, and nothing says that it is off.
    Unlisted,
    /// A source has changed its word on what an editor decided.
    DecisionConflict,
    /// People wrote it into a draft, and no source tells of it.
    HandWritten,
    /// It was read from a sentence of a page, not from a field.
    FromProse,
    /// A person wrote when it repeats, and the page that was to name its day does not.
    Unconfirmed,
}

impl Flag {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Flag::UnknownPlace => "unknown-place",
            Flag::PlaceAssumed => "place-assumed",
            Flag::UnknownOrganiser => "unknown-organiser",
            Flag::ModeAssumed => "mode-assumed",
            Flag::ModeConflict => "mode-conflict",
            Flag::TooLong => "too-long",
            Flag::EndBeforeStart => "end-before-start",
            Flag::ZoneAssumed => "zone-assumed",
            Flag::TimeAssumed => "time-assumed",
            Flag::NoLink => "no-link",
            Flag::LinkAssumed => "link-assumed",
            Flag::TitleUnsettled => "title-unsettled",
            Flag::StatusUnsure => "status-unsure",
            Flag::TopicUnsure => "topic-unsure",
            Flag::SourcesDisagree => "sources-disagree",
            Flag::FalseUtc => "false-utc",
            Flag::Dormant => "dormant",
            Flag::PossibleDuplicate => "possible-duplicate",
            Flag::Unlisted => "unlisted",
            Flag::DecisionConflict => "ruling-conflict",
            Flag::HandWritten => "hand-written",
            Flag::FromProse => "from-prose",
            Flag::Unconfirmed => "unconfirmed",
        }
    }

    /// The flag of that name.
    pub fn named(name: &str) -> Option<Flag> {
        Flag::ALL.into_iter().find(|flag| flag.name() == name)
    }

    /// Every flag.
    pub const ALL: [Flag; 23] = [
        Flag::UnknownPlace,
        Flag::PlaceAssumed,
        Flag::UnknownOrganiser,
        Flag::ModeAssumed,
        Flag::ModeConflict,
        Flag::TooLong,
        Flag::EndBeforeStart,
        Flag::ZoneAssumed,
        Flag::TimeAssumed,
        Flag::NoLink,
        Flag::LinkAssumed,
        Flag::TitleUnsettled,
        Flag::StatusUnsure,
        Flag::TopicUnsure,
        Flag::SourcesDisagree,
        Flag::FalseUtc,
        Flag::Dormant,
        Flag::PossibleDuplicate,
        Flag::Unlisted,
        Flag::DecisionConflict,
        Flag::HandWritten,
        Flag::FromProse,
        Flag::Unconfirmed,
    ];

    /// Whether a row with this doubt is kept out of the section until a human has looked.
    pub fn needs_a_human(self) -> bool {
        matches!(
            self,
            Flag::UnknownPlace
                | Flag::UnknownOrganiser
                | Flag::TopicUnsure
                | Flag::Dormant
                | Flag::Unconfirmed
        )
    }
}

/// What was decided between two readings that are equally good: the doubt that it raises, and both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The doubt, which is among the event's flags too.
    pub flag: Flag,
    /// What was taken, in a few words.
    pub taken: String,
    /// What was not, in a few words.
    pub other: String,
}

impl Choice {
    /// A choice, with both readings cut to what fits into a line.
    pub fn new(flag: Flag, taken: impl AsRef<str>, other: impl AsRef<str>) -> Choice {
        let short = |text: &str| one_line(text).chars().take(LONGEST_READING).collect();
        Choice {
            flag,
            taken: short(taken.as_ref()),
            other: short(other.as_ref()),
        }
    }
}

/// A venue, as its source writes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Venue {
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Degrees north and east.
    pub coordinates: Option<(f64, f64)>,
}

/// One event as one source says it, every field checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The names under which the source knows it, the platform's own first.
    pub keys: Vec<Key>,
    /// The key of its listing: the platform's own id of the event, or of the series.
    pub listing: String,
    /// The source that lists it.
    pub source: SourceId,
    /// By which ways it was read.
    pub ways: Vec<(Way, Part)>,
    /// The line of the list on which it stands; 0 where there is none.
    pub line: usize,
    /// Its title.
    pub title: Title,
    /// When it is.
    pub when: When,
    /// In person, online or both.
    pub mode: Mode,
    /// Whether the configuration says its mode, whatever its source says (`force-mode`).
    pub mode_is_forced: bool,
    /// Where it is; of an online event its organiser's home.
    pub place: Option<Place>,
    /// Whether the configuration says its place, whatever its source says (`force-place`).
    pub place_is_forced: bool,
    /// Its venue.
    pub venue: Option<Venue>,
    /// Where it is joined online.
    pub online_url: Option<Link>,
    /// Who holds it. Empty if that is not known.
    pub organisers: Vec<Organiser>,
    /// Its page.
    pub link: Option<Link>,
    /// Further pages of it, each with its words.
    pub further_links: Vec<(Title, Link)>,
    /// Links to single events in its text: what this may be a copy of.
    pub mentions: Vec<Link>,
    /// Whether it takes place.
    pub status: Status,
    /// Since when its source's list goes without it; none while it is listed.
    pub unlisted: Option<DateTime<Utc>>,
    /// Its call for papers.
    pub call: Option<Call>,
    /// The first day on which it may be printed.
    pub print_from: Option<NaiveDate>,
    /// What it is about.
    pub description: String,
    /// The doubts.
    pub flags: Vec<Flag>,
    /// What was decided between equally good readings; each has its flag.
    pub choices: Vec<Choice>,
}

/// A listing that could not be believed, for the editor to see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// Who listed it.
    pub source: SourceId,
    /// The listing's key.
    pub key: String,
    /// The line on which it stands; 0 where there is none.
    pub line: usize,
    /// Its title, as one line.
    pub title: String,
    /// The field that is not believed.
    pub field: String,
    /// Why, and what would help.
    pub reason: String,
}
