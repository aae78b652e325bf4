//! Published events + window → the section that an issue prints: rows under headings, in order.

use crate::believe::curate::{Published, Shown};
use crate::believe::deduplicate::Suspicion;
use crate::facts::event::{EventId, Flag};
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::Mode;
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub use crate::section::style::{Heading, Style};

/// One row of a section.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The event it stands for; `None` for a row read from a printed section.
    pub event: Option<EventId>,
    /// The first day.
    pub date: NaiveDate,
    /// The last day, if it is a later one.
    pub end_date: Option<NaiveDate>,
    /// The whole text of the location column.
    pub location: String,
    /// Who holds it: name and page.
    pub organisers: Vec<(String, Option<Link>)>,
    /// Its pages: words and address.
    pub links: Vec<(String, Link)>,
    /// The doubts.
    pub flags: Vec<Flag>,
}

/// What an editor should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// The event.
    pub event: EventId,
    /// The doubt.
    pub kind: Flag,
    /// Whether its event is not printed until a person answers.
    pub waits: bool,
    /// Its first day.
    pub day: NaiveDate,
    /// Its title.
    pub title: String,
    /// The id of the first of its sources.
    pub source: Option<String>,
    /// The doubt in words, with what would settle it.
    pub text: String,
}

impl Attention {
    /// The event for people: its day, the beginning of its id, its title and its source.
    pub fn subject(&self) -> String {
        let subject = subject(&self.event, &self.title, self.source.as_deref());
        format!("{} {subject}", self.day)
    }

    /// Its title, and its source in brackets.
    pub fn titled(&self) -> String {
        format!("{}{}", self.title, in_brackets(self.source.as_deref()))
    }
}

/// What an issue prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The days it covers.
    pub window: Window,
    /// The rows under each heading that has any, both in printed order.
    pub headings: Vec<(Heading, Vec<Row>)>,
    /// What needs a human, in the order of dates.
    pub attention: Vec<Attention>,
}

/// Which events a section holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The days.
    pub window: Window,
    /// Only these headings; empty for all.
    pub headings: Vec<Heading>,
    /// Only events first published on or after this instant.
    pub new_since: Option<chrono::DateTime<chrono::Utc>>,
}

/// Selects and orders the rows of a section.
///
/// Rows stand in the order of first date, displayed location, organiser and title, without regard to
/// case and accents; ties end with the event's id, so that the result does not depend on the order of
/// `events`. A hybrid event stands under Virtual and under its region. Events that need a human first
/// are not among the rows but under `attention`.
pub fn select<'a>(
    events: impl Iterator<Item = &'a Published>,
    suspicions: &[Suspicion],
    selection: &Selection,
    style: &Style,
) -> Section {
    let events: BTreeMap<&EventId, &Published> = events.map(|event| (&event.id, event)).collect();
    let mut rows: Vec<(Vec<Heading>, Row)> = Vec::new();
    let mut attention = Vec::new();
    let mut suspected: BTreeMap<&EventId, Vec<(&EventId, &str)>> = BTreeMap::new();
    for Suspicion { one, other, why } in suspicions {
        suspected.entry(one).or_default().push((other, why));
        suspected.entry(other).or_default().push((one, why));
    }
    for event in events.values().copied() {
        if !is_in(event, selection) {
            continue;
        }
        let off = !event.status.takes_place();
        if off && !event.flags.iter().any(is_shown_when_off) {
            continue;
        }
        let headings: Vec<Heading> = headings(event)
            .into_iter()
            .filter(|heading| selection.headings.is_empty() || selection.headings.contains(heading))
            .collect();
        // What has no heading yet (an unknown place) is shown with every selection that is not narrowed.
        if headings.is_empty() && !selection.headings.is_empty() {
            continue;
        }
        let doubt = |kind: Flag, waits: bool, text: String| Attention {
            event: event.id.clone(),
            kind,
            waits,
            day: event.when.first_day(),
            title: event.title.as_str().to_owned(),
            source: source(event).map(str::to_owned),
            text,
        };
        let own = doubts(event).into_iter().map(|(kind, text)| {
            let waits = kind.needs_a_human() || (off && kind == Flag::StatusUnsure);
            doubt(kind, waits, text)
        });
        attention.extend(own);
        if off {
            continue;
        }
        let others = suspected.get(&event.id).into_iter().flatten();
        attention.extend(others.filter_map(|(other, why)| {
            let other = events
                .get(other)
                .filter(|other| other.status.takes_place() && other.shown == Shown::Everywhere)?;
            let other = subject(&other.id, other.title.as_str(), source(other));
            let text = format!("may be the same as {other}: {why}");
            Some(doubt(Flag::PossibleDuplicate, false, text))
        }));
        if event.flags.iter().any(|flag| flag.needs_a_human()) || event.links.is_empty() {
            continue;
        }
        rows.push((headings, row(event, style)));
    }
    rows.sort_by_cached_key(|(_, row)| printed_order(row));
    attention.sort_by(|a, b| (a.day, &a.event, a.kind).cmp(&(b.day, &b.event, b.kind)));
    Section {
        window: selection.window,
        headings: under_headings(&rows),
        attention,
    }
}

/// Whether a flag is shown of an event that does not take place. Such an event is no row, but an editor who decided on
/// it should see it, and so should what only the words of a title say.
fn is_shown_when_off(flag: &Flag) -> bool {
    matches!(flag, Flag::DecisionConflict | Flag::StatusUnsure)
}

/// The doubts about an event that an editor is shown, each in words.
fn doubts(event: &Published) -> Vec<(Flag, String)> {
    let off = !event.status.takes_place();
    let without_links = event.links.is_empty();
    let flags = event.flags.iter().copied();
    flags
        .filter(|flag| !off || is_shown_when_off(flag))
        // The doubt about an unknown organiser says already what to add.
        .filter(|flag| {
            *flag != Flag::NoLink
                || !without_links
                || !event.flags.contains(&Flag::UnknownOrganiser)
        })
        .map(|flag| match flag {
            // Nothing to link to at all: it is the organiser's page that would settle it.
            Flag::NoLink if without_links => (
                Flag::UnknownOrganiser,
                "it has no link, neither its own nor its organiser's: add the organiser's page to organisers.toml to have it printed".to_owned(),
            ),
            flag => (flag, in_words(flag, event)),
        })
        .collect()
}

/// Whether a selection is of the days, the time and the editor's decisions of an event; its headings are not asked.
fn is_in(event: &Published, selection: &Selection) -> bool {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let from = selection.window.from;
    let pinned = event.print_until.is_some_and(|until| from <= until) && from <= last;
    let is_early = event.print_from.is_some_and(|day| from < day);
    let is_known = selection
        .new_since
        .is_some_and(|since| event.created < since);
    event.shown == Shown::Everywhere
        && (pinned || selection.window.holds(first, last))
        && !is_early
        && !is_known
}

/// The rows under each heading that has any, in the section's order.
fn under_headings(rows: &[(Vec<Heading>, Row)]) -> Vec<(Heading, Vec<Row>)> {
    let mut headings = Vec::new();
    for heading in Heading::all() {
        let under: Vec<Row> = rows
            .iter()
            .filter(|(of, _)| of.contains(&heading))
            .map(|(_, row)| row.clone())
            .collect();
        if !under.is_empty() {
            headings.push((heading, under));
        }
    }
    headings
}

/// The headings an event stands under.
pub fn headings(event: &Published) -> Vec<Heading> {
    let region = event
        .place
        .as_ref()
        .map(|place| Heading::Region(place.region()));
    match event.mode {
        Mode::Virtual => vec![Heading::Virtual],
        Mode::InPerson => region.into_iter().collect(),
        Mode::Hybrid => std::iter::once(Heading::Virtual).chain(region).collect(),
    }
}

/// The row of an event.
pub fn row(event: &Published, style: &Style) -> Row {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    Row {
        event: Some(event.id.clone()),
        date: first,
        end_date: (last > first).then_some(last),
        location: location(event, style),
        organisers: event
            .organisers
            .iter()
            .map(|organiser| (organiser.name.clone(), organiser.url.clone()))
            .collect(),
        links: event
            .links
            .iter()
            .map(|link| (link.title.to_string(), link.url.clone()))
            .collect(),
        flags: event.flags.clone(),
    }
}

/// The text of the location column.
fn location(event: &Published, style: &Style) -> String {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&style.states));
    let label = match event.mode {
        Mode::InPerson => return place.unwrap_or_default(),
        Mode::Virtual => &style.virtual_label,
        Mode::Hybrid => &style.hybrid_label,
    };
    match place {
        Some(place) => format!("{label} ({place})"),
        None => label.clone(),
    }
}

/// What the printed order goes by, to be made once for each row.
pub fn printed_order(row: &Row) -> impl Ord + use<> {
    let organiser = row.organisers.first().map(|(name, _)| name.as_str());
    let title = row.links.first().map(|(title, _)| title.as_str());
    let key = order_key(row.date, &row.location, organiser, title);
    (key, row.event.clone())
}

/// What the order of rows goes by: first date, displayed location, first organiser, first title, without
/// regard to case and accents.
pub fn order_key(
    date: NaiveDate,
    location: &str,
    organiser: Option<&str>,
    title: Option<&str>,
) -> impl Ord + Clone + use<> {
    (
        date,
        for_order(location),
        organiser.map(for_order),
        title.map(for_order),
    )
}

/// Text as it is sorted: without regard to case and accents, and with its signs, so that
/// `Hybrid (Seattle, WA, US)` stands before `Mountain View, CA, US`.
fn for_order(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkd()
        .filter(|char| !unicode_normalization::char::is_combining_mark(*char))
        .flat_map(char::to_lowercase)
        .collect()
}

fn source(event: &Published) -> Option<&str> {
    let first = event.evidence.first();
    first.map(|evidence| evidence.source.0.as_str())
}

/// An event in a report: its short id, title and first source.
fn subject(event: &EventId, title: &str, source: Option<&str>) -> String {
    format!("{:.8} {title:?}{}", event.as_str(), in_brackets(source))
}

fn in_brackets(source: Option<&str>) -> String {
    source.map_or_else(String::new, |source| format!(" ({source})"))
}

/// A doubt in words, with what would settle it.
pub(crate) fn in_words(flag: Flag, event: &Published) -> String {
    let said = flag_in_words(flag, event);
    let choices = event.choices.iter().filter(|choice| choice.flag == flag);
    choices.fold(said, |said, choice| match (flag, choice.other.as_str()) {
        (Flag::FromProse, "") => format!("{said}: {:?}", choice.taken),
        (Flag::Unconfirmed, day) => format!("{said}: {:?} names no {day}", choice.taken),
        (Flag::FromProse, concluded) => format!("{said}: {:?} ({concluded})", choice.taken),
        (_, other) => format!("{said} (taken: {:?}, not {other:?})", choice.taken),
    })
}

fn flag_in_words(flag: Flag, event: &Published) -> String {
    let venue = event
        .venue
        .as_ref()
        .and_then(|venue| venue.address.clone().or_else(|| venue.name.clone()));
    let named = venue
        .map(|venue| format!(" ({venue:?})"))
        .unwrap_or_default();
    match flag {
        Flag::UnknownPlace => format!(
            "the place is not known{named}: not printed until a person says where it is"
        ),
        Flag::PlaceAssumed => {
            format!("the venue names no place we know{named}: its group's home is printed")
        }
        Flag::UnknownOrganiser => {
            "the organiser is not known, or only by name and without a page of theirs: add it to organisers.toml to have it printed".to_owned()
        }
        Flag::ModeAssumed => {
            "nothing says whether it is online: set `mode` of its source".to_owned()
        }
        Flag::ModeConflict => "its title and its page disagree on whether it is online".to_owned(),
        Flag::TooLong => "it lasts more than 14 days: only its first day is printed".to_owned(),
        Flag::EndBeforeStart => "it ends before it starts: printed without its end".to_owned(),
        Flag::ZoneAssumed if event.choices.iter().any(|choice| choice.flag == flag) => {
            "its place and its calendar keep different days".to_owned()
        }
        Flag::ZoneAssumed => "its source names no zone: the home's was taken".to_owned(),
        Flag::TimeAssumed => "its source says in two ways when it is".to_owned(),
        Flag::NoLink => "it has no page of its own: it links to its organiser".to_owned(),
        Flag::LinkAssumed => "several links could be its page".to_owned(),
        Flag::TitleUnsettled => "its title is not settled yet".to_owned(),
        Flag::StatusUnsure if !event.status.takes_place() => {
            "its title may say that it is off, or be about something that is: not printed until a person says that it takes place".to_owned()
        }
        Flag::StatusUnsure => {
            "its title says that it was moved: check that this is the new day".to_owned()
        }
        Flag::TopicUnsure => {
            "only its description names the topic: not printed until a person says that it belongs"
                .to_owned()
        }
        Flag::FalseUtc => "nearly all events of its source fall into the night there: are its times in another zone than it says? Set `zone` of its source".to_owned(),
        Flag::PossibleDuplicate => "another event looks like it".to_owned(),
        Flag::Unlisted => "its source's list no longer names it, and nothing says that it is off".to_owned(),
        Flag::HandWritten => "a person wrote it into the draft, and no source lists it".to_owned(),
        Flag::Unconfirmed => "the page that was to name its day does not: not printed until a person says that it takes place".to_owned(),
        Flag::FromProse => "it was read from a sentence of its page".to_owned(),
        Flag::Dormant => "it is of an endless series that has not changed for two years: not printed until a person says that it still takes place".to_owned(),
        Flag::SourcesDisagree => "its sources disagree on the day, the hour, the place or the mode".to_owned(),
        Flag::DecisionConflict => conflicts(event),
    }
}

/// Where a source has gone on since an editor decided.
fn conflicts(event: &Published) -> String {
    let mut conflicts: Vec<String> = event
        .overruled
        .iter()
        .filter(|overruled| overruled.is_conflict())
        .map(|overruled| {
            let by = overruled.by.as_deref().unwrap_or("an editor");
            format!(
                "its source says {} {:?} now, where it said {:?} when {by} wrote {:?}",
                overruled.field, overruled.says, overruled.said, overruled.decided
            )
        })
        .collect();
    if !event.status.takes_place() {
        conflicts.push(format!(
            "it is {} now, and an editor had decided on it",
            event.status.name()
        ));
    }
    format!(
        "{}: `rusty-events why {:.8}` shows both",
        conflicts.join("; "),
        event.id.as_str()
    )
}
