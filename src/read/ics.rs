//! Calendar feeds and files (iCalendar, RFC 5545) → listings.
//!
//! Every event is read alone: what is broken in one costs no other. What is no calendar at all (a login
//! page, an error message, nothing) is never an empty calendar. The steps: `text` makes lines of
//! bytes, `components` sorts them, `zones` explains the TZIDs, `event` makes a listing of each
//! event, `versions` settles which of several under one UID count.

mod components;
mod definition;
mod event;
mod problems;
mod property;
mod text;
mod times;
mod versions;
mod words;
mod zones;

use super::refusal;
use crate::facts::event::folded;
use crate::facts::listing::{Listing, Reading, Status, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use chrono::{DateTime, NaiveDateTime, Utc};
use problems::{Problems, shown};
use text::Served;
use zones::Zones;

/// What calendars write in place of a title that they do not show: words as compared, language, evidence.
const FREE_BUSY: &str = include_str!("../../data/free-busy.tsv");

/// Bytes of a notice before a calendar.
const LONGEST_NOTICE: usize = 64 * 1024;

/// The request that begins a reading: the feed itself.
///
/// `None` for a file, or on another way than [`Way::Feed`].
pub fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Feed) => Some(Request::get(url.clone(), Purpose::List, way)),
        _ => None,
    }
}

/// What a feed says.
///
/// # Errors
/// As [`calendar`].
pub fn read(_source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let served = Served {
        content_type: page.content_type.as_deref(),
        url: &page.url,
    };
    Ok(calendar_served(&page.body, &served)?.reading)
}

/// A calendar file as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// What it calls itself (X-WR-CALNAME, or NAME of RFC 7986).
    pub name: Option<String>,
    /// Its events, each with the line of its BEGIN.
    pub reading: Reading,
}

/// Reads a calendar file, or several after one another.
///
/// # Errors
/// [`Unreadable::NotWhatWasAsked`] if something else stands in its place: nothing, HTML, JSON, other text.
pub fn calendar(body: &[u8], content_type: Option<&str>) -> Result<Calendar, Unreadable> {
    let served = Served {
        content_type,
        url: "",
    };
    calendar_served(body, &served)
}

fn calendar_served(body: &[u8], served: &Served<'_>) -> Result<Calendar, Unreadable> {
    let mut problems = Problems::default();
    let (body, before) = behind_a_notice(body);
    if before > 0 {
        let what =
            format!("{before} lines of something else stand before the calendar: passed over");
        problems.note(1, what, None);
    }
    refuse_others(body)?;
    let lines = text::lines(body, served, before, &mut problems);
    if !lines.iter().any(|line| line.name() == "BEGIN") {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "got text in place of a calendar: {}",
            shown(&String::from_utf8_lossy(&body[..body.len().min(400)]))
        )));
    }
    let mut file = components::split(lines, &mut problems);
    let name = file
        .calendars
        .iter()
        .flat_map(|lines| property::properties(lines, &mut Problems::default()))
        .find(|property| matches!(property.name.as_str(), "X-WR-CALNAME" | "NAME"))
        .map(|property| property.value.trim().to_owned());
    let stamped_at = stamped_at(&file.events);
    let mut zones = Zones::take(&mut file, &mut problems);
    let cancels: Vec<bool> = file.calendars.iter().map(|lines| cancels(lines)).collect();
    let listings = file
        .events
        .iter()
        .filter_map(|component| {
            let mut listing = event::listing(component, &mut zones, &mut problems)?;
            // RFC 5546 section 3.2.5: the method says it, whatever STATUS says.
            if cancels.get(component.calendar) == Some(&true) && listing.status != Status::Cancelled
            {
                let what = "METHOD:CANCEL cancels it, though its STATUS does not say so";
                problems.note(listing.line, what.to_owned(), Some(&listing.key));
                listing.status = Status::Cancelled;
            }
            Some((component.calendar, listing))
        })
        .collect();
    let mut listings = versions::latest(listings, &mut problems);
    hide_times_without_titles(&mut listings, &mut problems);
    versions::cancelled_with_their_series(&mut listings);
    Ok(Calendar {
        name,
        reading: Reading {
            entries: file.entries,
            listings,
            whole: file.whole && problems.lost_entries() == 0,
            problems: problems.finish(),
            next: Vec::new(),
            cut_off: false,
            read_as: None,
            stamped_at,
        },
    })
}

/// The DTSTAMP that all events share: Google, Luma, Meetup, Teamup, The Events Calendar and sometimes Outlook write there
/// when the file was made (24 of their 27 feeds with several events in the archive). Others write when each event last
/// changed; RFC 5545 section 3.8.7.2 allows both.
fn stamped_at(events: &[components::Component]) -> Option<DateTime<Utc>> {
    let mut stamps = events.iter().map(|event| {
        let mut lines = event.lines.iter();
        let line = lines.find(|line| line.name() == "DTSTAMP");
        line.map(text::Line::plain_value)
    });
    let first = stamps.next()??;
    if !stamps.all(|stamp| stamp == Some(first)) {
        return None;
    }
    let at = NaiveDateTime::parse_from_str(first, "%Y%m%dT%H%M%SZ").ok()?;
    Some(at.and_utc())
}

/// Marks as private what a calendar shows only as taken time: "Busy" is no event's title, but what Google and
/// Exchange write where a calendar is shared without details.
fn hide_times_without_titles(listings: &mut [Listing], problems: &mut Problems) {
    let hidden = listings
        .iter_mut()
        .filter(|listing| is_only_taken_time(listing));
    let mut first: Option<(usize, String)> = None;
    let mut count = 0;
    for listing in hidden {
        listing.private = true;
        count += 1;
        first.get_or_insert((listing.line, listing.title.clone()));
    }
    if let Some((line, title)) = first {
        let what = format!(
            "events without a title are not printed: {count}, the first is called {}. The calendar shows only when its owner is busy: ask for it to be shared with all details",
            shown(&title)
        );
        problems.note(line, what, None);
    }
}

fn is_only_taken_time(listing: &Listing) -> bool {
    let says_nothing = listing.description.is_empty()
        && listing.link.is_none()
        && listing.online_url.is_none()
        && listing.locations.is_empty();
    let title = folded(&listing.title);
    let mut words = FREE_BUSY.lines().filter_map(|line| line.split('\t').next());
    says_nothing && words.any(|word| word == title)
}

/// Whether a calendar is a message that cancels its events.
fn cancels(lines: &[text::Line]) -> bool {
    let mut methods = lines.iter().filter(|line| line.name() == "METHOD");
    methods.any(|line| line.plain_value().eq_ignore_ascii_case("CANCEL"))
}

/// A body from the line on that begins a calendar, and how many lines stand before: PHP prints its notices
/// before the page. A whole page of HTML is not a calendar, though one may be quoted in it.
fn behind_a_notice(body: &[u8]) -> (&[u8], usize) {
    let head = &body[..body.len().min(LONGEST_NOTICE)];
    if head.trim_ascii_start().first() != Some(&b'<') {
        return (body, 0);
    }
    let mut at = 0;
    for (count, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let lower = line.to_ascii_lowercase();
        let holds = |mark: &[u8]| lower.windows(mark.len()).any(|part| part == mark);
        if lower.trim_ascii_end() == b"begin:vcalendar" {
            return (&body[at..], count);
        }
        if holds(b"<html") || holds(b"<body") || holds(b"<!doctype") {
            break;
        }
        at += line.len();
    }
    (body, 0)
}

/// Refuses what is plainly something else, with what it says of itself.
fn refuse_others(body: &[u8]) -> Result<(), Unreadable> {
    let start = body.iter().position(|byte| {
        !matches!(byte, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF | 0) && !byte.is_ascii_whitespace()
    });
    let Some(start) = start else {
        return Err(Unreadable::NotWhatWasAsked(
            "got an empty body in place of a calendar".to_owned(),
        ));
    };
    let text = &body[start..];
    match text.first() {
        Some(b'<') => {
            let said = match html_title(text) {
                Some(title) => format!("got an HTML page (title: {title}) in place of a calendar"),
                None => "got an HTML or XML page in place of a calendar".to_owned(),
            };
            Err(Unreadable::NotWhatWasAsked(said))
        }
        Some(b'{' | b'[') => {
            let said = match refusal::message(text) {
                Some(message) => format!(
                    "got JSON in place of a calendar, which says: {}",
                    shown(&message)
                ),
                None => "got JSON in place of a calendar".to_owned(),
            };
            Err(Unreadable::NotWhatWasAsked(said))
        }
        _ => Ok(()),
    }
}

fn html_title(page: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&page[..page.len().min(64 * 1024)]);
    let page = scraper::Html::parse_document(&head);
    let title = scraper::Selector::parse("title").ok()?;
    let text: String = page.select(&title).next()?.text().collect();
    let text = crate::facts::event::one_line(&text);
    (!text.is_empty()).then(|| shown(&text))
}
