//! Sections, what became of them, and events → JSON. The forms are small types of this file: a rename in the domain must
//! not change what others read.

use super::atom::time;
use crate::believe::curate::Published;
use crate::facts::listing::Part;
use crate::facts::source::Way;
use crate::facts::when::{self, When};
use crate::section::merge::{Detail, Entry, Report};
use crate::section::select::{self, Attention, Row, Section};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A section: window, rows by region, and what needs attention.
pub fn section(section: &Section) -> Value {
    let regions: Vec<Value> = section
        .headings
        .iter()
        .map(|(heading, rows)| json!({"name": heading.name(), "rows": rows.iter().map(row).collect::<Vec<_>>()}))
        .collect();
    json!({
        "window": {"from": section.window.from.to_string(), "to": section.window.to.to_string()},
        "regions": regions,
        "attention": attention(&section.attention),
    })
}

fn attention(doubts: &[Attention]) -> Vec<Value> {
    let doubts = doubts.iter();
    doubts
        .map(|doubt| json!({"event": doubt.event.as_str(), "kind": doubt.kind.name(), "text": format!("{}: {}", doubt.subject(), doubt.text)}))
        .collect()
}

/// What an update did with the rows of a section.
pub fn report(report: &Report) -> Value {
    let detail = |detail: &Detail| match detail {
        Detail::Field {
            field,
            theirs,
            ours,
        } => json!({"field": field.name(), "draft": theirs, "event": ours}),
        Detail::Note(note) => json!({"note": note}),
    };
    let entry = |entry: &Entry| {
        json!({
            "kind": entry.kind.name(),
            "done": entry.done,
            "event": entry.event.as_ref().map(crate::facts::event::EventId::as_str),
            "line": entry.line,
            "date": entry.day.to_string(),
            "title": entry.title,
            "location": entry.location,
            "url": entry.page,
            "details": entry.details.iter().map(detail).collect::<Vec<_>>(),
        })
    };
    json!({
        "rows": report.rows,
        "respelled": report.spelling,
        "reordered": report.reordered,
        "without_base": report.without_base,
        "entries": report.entries.iter().map(entry).collect::<Vec<_>>(),
        "attention": attention(&report.attention),
    })
}

/// A row of a section.
pub fn row(row: &Row) -> Value {
    let named = |name: &str, key: &str, url: Option<&crate::facts::link::Link>| json!({key: name, "url": url.map(crate::facts::link::Link::as_str)});
    json!({
        "event": row.event.as_ref().map(crate::facts::event::EventId::as_str),
        "date": row.date.to_string(),
        "end_date": row.end_date.map(|date| date.to_string()),
        "location": row.location,
        "organisers": row.organisers.iter().map(|(name, url)| named(name, "name", url.as_ref())).collect::<Vec<_>>(),
        "links": row.links.iter().map(|(title, url)| named(title, "title", Some(url))).collect::<Vec<_>>(),
        "flags": row.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>(),
    })
}

/// An event. `seen` has when each of its sources last listed it, or nothing; `base` is where the server is
/// seen.
pub fn event(event: &Published, seen: &BTreeMap<String, String>, base: Option<&str>) -> Value {
    let (start, end, zone) = match event.when {
        When::Timed { start, end, zone } => {
            let at = |instant| when::with_offset(instant, zone).to_rfc3339();
            (at(start), end.map(at), Some(zone.name()))
        }
        When::Days { first, last } => (first.to_string(), Some(last.to_string()), None),
    };
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let place = event.place.as_ref().map(|place| {
        json!({"city": place.city(), "state": place.state(), "country": place.country().code()})
    });
    let venue = event.venue.as_ref().map(|venue| {
        json!({
            "name": venue.name,
            "address": venue.address,
            "latitude": venue.coordinates.map(|(latitude, _)| latitude),
            "longitude": venue.coordinates.map(|(_, longitude)| longitude),
        })
    });
    let sources: Vec<Value> = event
        .evidence
        .iter()
        .map(|evidence| {
            let mut source = json!({
                "id": evidence.source.0,
                "key": evidence.listing,
                "url": evidence.url.as_ref().map(crate::facts::link::Link::as_str),
                "way": ways(&evidence.ways),
            });
            if let Some(seen) = seen.get(&evidence.source.0) {
                source["seen"] = seen.as_str().into();
            }
            source
        })
        .collect();
    json!({
        "id": event.id.as_str(),
        "url": base.map(|base| format!("{base}/events/{}", event.id)),
        "created": time(event.created),
        "modified": time(event.modified),
        "sequence": event.sequence,
        "title": event.title.as_str(),
        "start": start,
        "end": end,
        "zone": zone,
        "date": first.to_string(),
        "end_date": (last > first).then(|| last.to_string()),
        "all_day": matches!(event.when, When::Days { .. }),
        "mode": event.mode.name(),
        "place": place,
        "venue": venue,
        "online_url": event.online_url.as_ref().map(crate::facts::link::Link::as_str),
        "regions": select::headings(event).iter().map(|heading| heading.name()).collect::<Vec<_>>(),
        "organisers": event
            .organisers
            .iter()
            .map(|organiser| json!({"name": organiser.name, "url": organiser.url.as_ref().map(crate::facts::link::Link::as_str)}))
            .collect::<Vec<_>>(),
        "links": event
            .links
            .iter()
            .map(|link| json!({"title": link.title.as_str(), "url": link.url.as_str()}))
            .collect::<Vec<_>>(),
        "status": event.status.name(),
        "description": event.description,
        "sources": sources,
        "flags": event.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>(),
    })
}

/// Ways in one word, as reports show them: `feed`, `feed+page`.
pub fn ways(ways: &[(Way, Part)]) -> String {
    let names: Vec<&str> = ways
        .iter()
        .map(|(way, part)| match part {
            Part::List => way.name(),
            Part::Page => "page",
        })
        .collect();
    names.join("+")
}
