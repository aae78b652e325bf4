//! Calls for papers → iCalendar, Atom and JSON.

use super::atom;
use super::ical::{self, Writer};
use crate::believe::curate::Published;
use crate::facts::call::{Call, Deadline};
use crate::facts::place::Country;
use crate::facts::when;
use crate::section::calls::place;
use chrono::DateTime;
use serde_json::{Value, json};
use std::fmt::Write;

/// What the lists are.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is served; empty for a file.
    pub url: &'a str,
    /// Where the server is seen, without a slash at the end; empty for a file.
    pub base: &'a str,
    /// Countries that print their places with a state.
    pub states: &'a [Country],
}

/// A calendar of deadlines. One without an hour is the whole day.
pub fn ics(calls: &[(&Published, &Call)], feed: &Feed<'_>) -> String {
    let mut out = Writer::default();
    ical::begin(
        &mut out,
        feed.name,
        Some(feed.url).filter(|url| !url.is_empty()),
    );
    for (event, call) in calls {
        out.line("BEGIN", "VEVENT");
        out.line("UID", &format!("{}-call@{}", event.id, ical::UID_HOST));
        out.line("DTSTAMP", &ical::utc(event.modified));
        out.line("LAST-MODIFIED", &ical::utc(event.modified));
        match call.until {
            Deadline::Day(day) => {
                out.line("DTSTART;VALUE=DATE", &ical::day(day));
                let next = day.succ_opt().unwrap_or(day);
                out.line("DTEND;VALUE=DATE", &ical::day(next));
            }
            Deadline::At(at, _) => out.line("DTSTART", &ical::utc(at)),
        }
        out.text(
            "SUMMARY",
            &format!("Call for papers closes: {}", event.title),
        );
        out.line("TRANSP", "TRANSPARENT");
        out.line("URL", call.link.as_str());
        out.text("DESCRIPTION", &in_words(event, call, feed));
        out.line("END", "VEVENT");
    }
    out.line("END", "VCALENDAR");
    out.into_text()
}

/// Until when, where and when the event is, and its pages.
fn in_words(event: &Published, call: &Call, feed: &Feed<'_>) -> String {
    let mut text = format!("Open until {}\n{}\n", call.until.in_words(), call.link);
    let place = place(event, feed.states);
    let _ = write!(text, "\nEvent: {}", ical::in_words(&event.when));
    if !place.is_empty() {
        let _ = write!(text, ", {place}");
    }
    if !feed.base.is_empty() {
        let _ = write!(text, "\nMore: {}/events/{}", feed.base, event.id);
    }
    text
}

/// An Atom feed: an entry for each call, updated when anything of its event changed.
pub fn atom(calls: &[(&Published, &Call)], feed: &Feed<'_>) -> String {
    let updated = calls.iter().map(|(event, _)| event.modified).max();
    let mut out = String::new();
    let updated = updated.unwrap_or(DateTime::UNIX_EPOCH);
    let page = format!("{}/cfp", feed.base);
    atom::begin(&mut out, feed.name, (feed.url, &page), updated);
    for (event, call) in calls {
        let title = format!("Until {}: {}", call.until.day(), event.title);
        let _ = writeln!(out, "  <entry>");
        let _ = writeln!(out, "    <id>urn:rusty-events:{}:call</id>", event.id);
        let _ = writeln!(out, "    <title>{}</title>", atom::escaped(&title));
        let link = atom::escaped(call.link.as_str());
        let _ = writeln!(out, "    <link href=\"{link}\"/>");
        let _ = writeln!(out, "    <updated>{}</updated>", atom::time(event.modified));
        let words = atom::escaped(&in_words(event, call, feed));
        let _ = writeln!(out, "    <summary>{words}</summary>");
        let _ = writeln!(out, "  </entry>");
    }
    out.push_str("</feed>\n");
    out
}

/// The calls as JSON. `until` is a day where the source says no hour; then `zone` is null.
pub fn json(calls: &[(&Published, &Call)], states: &[Country]) -> Value {
    let listed = calls.iter().map(|(event, call)| {
        let (until, zone) = match call.until {
            Deadline::Day(day) => (day.to_string(), None),
            Deadline::At(at, zone) => (when::with_offset(at, zone).to_rfc3339(), Some(zone.name())),
        };
        let (first, last) = (event.when.first_day(), event.when.last_day());
        json!({
            "event": event.id.as_str(),
            "title": event.title.as_str(),
            "url": call.link.as_str(),
            "until": until,
            "zone": zone,
            "date": first.to_string(),
            "end_date": (last > first).then(|| last.to_string()),
            "mode": event.mode.name(),
            "place": place(event, states),
            "page": event.links.first().map(|link| link.url.as_str()),
        })
    });
    json!({"calls": listed.collect::<Vec<_>>()})
}
