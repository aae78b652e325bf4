//! Events → an Atom feed (RFC 4287), for people who follow what is announced.

use super::ical::in_words;
use crate::believe::curate::Published;
use crate::facts::event::Status;
use crate::section::select::{Style, row};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::Write;

/// Characters of a description that are sent.
const LONGEST_SUMMARY: usize = 1_000;

/// What a feed is.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Its title.
    pub name: &'a str,
    /// Where it is served.
    pub url: &'a str,
    /// Where the server is seen, without a slash at the end.
    pub base: &'a str,
    /// The page that shows the same.
    pub page: &'a str,
    /// When it last changed, if it holds no event.
    pub since: DateTime<Utc>,
    /// How places are printed.
    pub style: &'a Style,
}

/// The feed of some events, in the order in which they come. An entry's id is the event's, so that a reader sees
/// it once; it is updated when what others see of the event last changed.
pub fn feed(events: &[&Published], feed: &Feed<'_>) -> String {
    let updated = events
        .iter()
        .map(|event| event.modified)
        .max()
        .unwrap_or(feed.since);
    let mut out = String::new();
    begin(&mut out, feed.name, (feed.url, feed.page), updated);
    for event in events {
        entry(&mut out, event, feed);
    }
    out.push_str("</feed>\n");
    out
}

/// What stands before the entries of a feed: its name, where it is served, and the page that shows the same.
pub(super) fn begin(
    out: &mut String,
    name: &str,
    (url, page): (&str, &str),
    updated: DateTime<Utc>,
) {
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let _ = writeln!(out, "  <id>{}</id>", escaped(url));
    let _ = writeln!(out, "  <title>{}</title>", escaped(name));
    let _ = writeln!(out, "  <updated>{}</updated>", time(updated));
    let _ = writeln!(
        out,
        "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>",
        escaped(url)
    );
    let _ = writeln!(
        out,
        "  <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>",
        escaped(page)
    );
    let _ = writeln!(out, "  <author><name>{}</name></author>", escaped(name));
}

fn entry(out: &mut String, event: &Published, feed: &Feed<'_>) {
    let mut title = format!("{}: {}", event.when.first_day(), event.title);
    if event.status != Status::Confirmed {
        title = format!("{title} ({})", event.status.name());
    }
    let _ = writeln!(out, "  <entry>");
    let _ = writeln!(out, "    <id>urn:rusty-events:{}</id>", event.id);
    let _ = writeln!(out, "    <title>{}</title>", escaped(&title));
    let _ = writeln!(
        out,
        "    <link href=\"{}/events/{}\"/>",
        escaped(feed.base),
        event.id
    );
    let _ = writeln!(out, "    <published>{}</published>", time(event.created));
    let _ = writeln!(out, "    <updated>{}</updated>", time(event.modified));
    let _ = writeln!(
        out,
        "    <summary>{}</summary>",
        escaped(&summary(event, feed.style))
    );
    let _ = writeln!(out, "  </entry>");
}

fn summary(event: &Published, style: &Style) -> String {
    let mut parts = vec![in_words(&event.when)];
    let location = row(event, style).location;
    if !location.is_empty() {
        parts.push(location);
    }
    let organisers: Vec<&str> = event
        .organisers
        .iter()
        .map(|known| known.name.as_str())
        .collect();
    if !organisers.is_empty() {
        parts.push(organisers.join(" and "));
    }
    let mut text = parts.join(" · ");
    if let Some(old) = &event.moved_from {
        let _ = write!(text, " · moved: it was to be {}", in_words(old));
    }
    let about = event.description.trim();
    if !about.is_empty() {
        text.push_str(" · ");
        let mut chars = about.chars();
        text.extend(chars.by_ref().take(LONGEST_SUMMARY));
        if chars.next().is_some() {
            text.push('…');
        }
    }
    text
}

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text for XML 1.0: marks escaped, and what no document may hold dropped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(char),
            char if char.is_control() || matches!(char, '\u{FFFE}' | '\u{FFFF}') => {}
            char => out.push(char),
        }
    }
    out
}
