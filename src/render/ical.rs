//! Events → an iCalendar feed (RFC 5545, with the names of RFC 7986).
//!
//! Written here and not by the crate that reads them: Google drops a whole feed for one line that is folded
//! wrongly, and subscribers' calendars must not flicker, so every byte is ours. Only the properties below are
//! ever written, whatever a source sends; nothing is "now".

use crate::believe::curate::{Published, Shown};
use crate::facts::event::{Status, folded};
use crate::facts::place::{Country, Mode, Place};
use crate::facts::when::{self, When};
use crate::section::select::headings;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::fmt::Write;

/// The host part of every UID: a constant, so that a server that moves changes no subscriber's calendar.
pub(super) const UID_HOST: &str = "rusty-events";
/// Octets of a line without its end (RFC 5545 section 3.1).
const LINE: usize = 75;
/// Characters of a description that are sent; calendars show little of it, and the event's page has it all.
const LONGEST_DESCRIPTION: usize = 4_000;

/// What a feed is.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Its name in the subscriber's list of calendars.
    pub name: &'a str,
    /// Where it is served; `None` for a file.
    pub url: Option<&'a str>,
    /// Where the server is seen, without a slash at the end: each event names its page there.
    pub base: Option<&'a str>,
    /// The page that shows the same, on which a choice may be changed (RFC 7986 section 5.5).
    pub page: Option<&'a str>,
    /// Keep cancelled events CONFIRMED, for calendars that drop cancelled ones in silence: the title says it.
    pub mark: bool,
    /// Countries that print their places with a state.
    pub states: &'a [Country],
    /// Today in UTC: an event that is off stays in the feed until its end.
    pub today: NaiveDate,
}

/// The feed of some events, in the order in which they come.
///
/// Times in UTC, whole days as DATE with the day after the last as their end. DTSTAMP and LAST-MODIFIED are
/// when what others see of the event last changed. What does not take place is CANCELLED with the reason
/// until it would be over, and then left out; what an editor hid everywhere is, if it had been seen before.
pub fn feed<'a>(events: impl IntoIterator<Item = &'a Published>, feed: &Feed<'_>) -> String {
    let mut out = Writer::default();
    begin(&mut out, feed.name, feed.url);
    if let Some(page) = feed.page {
        out.line("URL", page);
    }
    for event in events
        .into_iter()
        .filter(|event| is_told(event, feed.today))
    {
        write(&mut out, event, feed);
    }
    out.line("END", "VCALENDAR");
    out.into_text()
}

/// What stands before the events of a feed.
pub(super) fn begin(out: &mut Writer, name: &str, url: Option<&str>) {
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//rusty-events//rusty-events//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.text("NAME", name);
    out.text("X-WR-CALNAME", name);
    out.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
    out.line("X-PUBLISHED-TTL", "PT6H");
    if let Some(url) = url {
        out.line("SOURCE;VALUE=URI", url);
    }
    out.line("COLOR", "darkorange");
}

/// Whether a feed tells of an event at all.
pub fn is_told(event: &Published, today: NaiveDate) -> bool {
    let hidden = event.shown == Shown::Nowhere;
    if event.status.takes_place() && !hidden {
        return true;
    }
    // An event that never was in a feed needs no cancellation.
    event.when.over().date_naive() >= today && !(hidden && event.sequence == 0)
}

fn write(out: &mut Writer, event: &Published, feed: &Feed<'_>) {
    let (word, reason) = match event.status {
        _ if event.shown == Shown::Nowhere => {
            (Some("Cancelled"), Some("An editor has removed it."))
        }
        Status::Confirmed | Status::Tentative => (None, None),
        Status::Cancelled => (Some("Cancelled"), Some("It does not take place.")),
        Status::Postponed => (
            Some("Postponed"),
            Some("It is postponed; the new day is not known yet."),
        ),
        Status::Withdrawn => (
            Some("Withdrawn"),
            Some("No source lists it any more: ask its organiser."),
        ),
    };
    out.line("BEGIN", "VEVENT");
    out.line("UID", &format!("{}@{UID_HOST}", event.id));
    out.line("SEQUENCE", &event.sequence.to_string());
    out.line("DTSTAMP", &utc(event.modified));
    out.line("CREATED", &utc(event.created));
    out.line("LAST-MODIFIED", &utc(event.modified));
    match event.when {
        When::Timed { start, end, .. } => {
            out.line("DTSTART", &utc(start));
            if let Some(end) = end.filter(|end| *end > start) {
                out.line("DTEND", &utc(end));
            }
        }
        When::Days { first, last } => {
            out.line("DTSTART;VALUE=DATE", &day(first));
            // The end of whole days is the day after them.
            out.line(
                "DTEND;VALUE=DATE",
                &day(last.checked_add_days(Days::new(1)).unwrap_or(last)),
            );
        }
    }
    let title = event.title.as_str();
    match word {
        Some(word) => out.text("SUMMARY", &format!("{word}: {title}")),
        None => out.text("SUMMARY", title),
    }
    out.line(
        "STATUS",
        match (word, event.status) {
            (Some(_), _) if !feed.mark => "CANCELLED",
            (None, Status::Tentative) => "TENTATIVE",
            _ => "CONFIRMED",
        },
    );
    // An announcement: it takes no one's time until they say so.
    out.line("TRANSP", "TRANSPARENT");
    if let Some(location) = location(event, feed.states) {
        out.text("LOCATION", &location);
    }
    let coordinates = event.venue.as_ref().and_then(|venue| venue.coordinates);
    if let Some((north, east)) = coordinates.filter(|_| event.mode != Mode::Virtual) {
        out.line("GEO", &format!("{north:.6};{east:.6}"));
    }
    if let Some(url) = &event.online_url {
        out.line("CONFERENCE;VALUE=URI;FEATURE=VIDEO", url.as_str());
    }
    if let Some(link) = event.links.first() {
        out.line("URL", link.url.as_str());
    }
    let categories: Vec<String> = headings(event)
        .iter()
        .map(|heading| escaped(heading.name()))
        .collect();
    if !categories.is_empty() {
        out.line("CATEGORIES", &categories.join(","));
    }
    out.text("DESCRIPTION", &description(event, reason, feed));
    out.line("END", "VEVENT");
}

/// Venue, address and city; of an online event the word and the link to join.
pub fn location(event: &Published, states: &[Country]) -> Option<String> {
    let place = event.place.as_ref().map(|place| place.printed(states));
    if event.mode == Mode::Virtual {
        let url = event.online_url.as_ref().map(|url| url.as_str());
        return Some(url.unwrap_or("Online").to_owned());
    }
    let venue = event.venue.as_ref();
    let mut parts: Vec<&str> = Vec::new();
    // A venue may say no more than the city, with a state that is not printed.
    let is_place = |text: &&str| Place::parse(text).ok().as_ref() == event.place.as_ref();
    let texts = [
        venue.and_then(|venue| venue.name.as_deref()),
        venue.and_then(|venue| venue.address.as_deref()),
    ];
    let texts = texts.into_iter().flatten().filter(|text| !is_place(text));
    for part in texts.map(str::trim) {
        // An address often begins with the venue's name.
        if !part.is_empty() && !parts.iter().any(|known| holds(known, part)) {
            parts.retain(|known| !holds(part, known));
            parts.push(part);
        }
    }
    // And it ends with its city and country, or with one of them.
    let rest = event.place.as_ref().zip(place.as_deref());
    let rest = rest.and_then(|(place, printed)| {
        let said = |name: &str| parts.iter().any(|part| holds(part, name));
        let last = parts.last().and_then(|part| part.rsplit(',').next());
        let country = place.country();
        let has_country = last.is_some_and(|last| Country::parse(last) == Some(country));
        match place.city().is_some_and(said) {
            true if has_country || said(country.name()) => None,
            true => Some(country.printed()),
            false => Some(printed),
        }
    });
    parts.extend(rest);
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Whether a text holds another as whole words, whatever their case.
fn holds(text: &str, part: &str) -> bool {
    let (text, part) = (folded(text), folded(part));
    !part.is_empty() && format!(" {text} ").contains(&format!(" {part} "))
}

/// What became of it, who holds it, its pages, what it is about.
fn description(event: &Published, reason: Option<&str>, feed: &Feed<'_>) -> String {
    let mut text = String::new();
    if let Some(reason) = reason {
        let _ = writeln!(text, "{reason}\n");
    }
    if let Some(old) = &event.moved_from {
        let _ = writeln!(text, "Moved: it was to be {}.\n", in_words(old));
    }
    let organisers: Vec<&str> = event
        .organisers
        .iter()
        .map(|known| known.name.as_str())
        .collect();
    if !organisers.is_empty() {
        let _ = writeln!(text, "By {}", organisers.join(" and "));
    }
    if event.mode == Mode::Hybrid {
        text.push_str("In person and online\n");
    }
    let about = event.description.trim();
    let join = event.online_url.as_ref();
    // What the text itself links to needs no line; nor does the page on which one joins.
    let is_said = |url: &str| about.contains(url.trim_end_matches('/'));
    for link in &event.links {
        if Some(&link.url) != join && !is_said(link.url.as_str()) {
            let _ = writeln!(text, "{}", link.url);
        }
    }
    if let Some(url) = join {
        let _ = writeln!(text, "Join online: {url}");
    }
    if let Some(base) = feed.base {
        let _ = writeln!(text, "More: {base}/events/{}", event.id);
    }
    if !about.is_empty() {
        text.push('\n');
        let mut chars = about.chars();
        text.extend(chars.by_ref().take(LONGEST_DESCRIPTION));
        if chars.next().is_some() {
            text.push('…');
        }
    }
    text.trim_end().to_owned()
}

/// A time for people: `2026-08-27 19:00 (Europe/Berlin)`, `2026-09-08 to 2026-09-11`.
pub fn in_words(when: &When) -> String {
    match *when {
        When::Timed { start, zone, .. } => {
            let local = when::to_local(start, zone);
            format!("{} ({})", local.format("%Y-%m-%d %H:%M"), zone.name())
        }
        When::Days { first, last } if first == last => first.to_string(),
        When::Days { first, last } => format!("{first} to {last}"),
    }
}

pub(super) fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

pub(super) fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// A text as a value (RFC 5545 section 3.3.11). Controls that no line may hold are dropped.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for char in text.replace("\r\n", "\n").chars() {
        match char {
            '\\' | ';' | ',' => {
                value.push('\\');
                value.push(char);
            }
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => value.push_str("\\n"),
            '\t' => value.push(' '),
            char if char.is_control() || matches!(char, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') => {}
            char => value.push(char),
        }
    }
    value
}

/// Lines as they are sent.
#[derive(Default)]
pub(super) struct Writer(String);

impl Writer {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.line(name, &escaped(text));
    }

    /// A line, folded at 75 octets and never inside a character.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for char in name.chars().chain([':']).chain(value.chars()) {
            // Nothing but our own ends of lines ends a line, whatever a value holds.
            if matches!(char, '\r' | '\n') {
                continue;
            }
            if char.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= char.len_utf8();
            self.0.push(char);
        }
        self.0.push_str("\r\n");
    }
}
