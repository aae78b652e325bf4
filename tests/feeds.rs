//! Feeds: what subscribers' calendars and readers get.

mod groups;
mod ical;
mod near;
mod wanted;

use chrono::{DateTime, Utc};
use rusty_events::believe::curate::{NamedLink, Published, Shown};
use rusty_events::facts::event::{EventId, Key, Status, Title};
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::Organiser;
use rusty_events::facts::when::When;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An evening in Berlin on a day of August 2026, of a group.
pub(crate) fn evening(day: u32, title: &str) -> Published {
    let start = at(&format!("2026-08-{day:02}T17:00:00Z"));
    Published {
        id: EventId::first_seen_as(&Key::new("test", &format!("{day}-{title}"), None)),
        title: Title::parse(title).unwrap(),
        when: When::Timed {
            start,
            end: Some(start + chrono::TimeDelta::hours(2)),
            zone: "Europe/Berlin".parse().unwrap(),
        },
        moved_from: None,
        mode: Mode::InPerson,
        place: Place::parse("Berlin, DE").ok(),
        venue: None,
        online_url: None,
        organisers: vec![Organiser {
            name: "Rust Berlin".to_owned(),
            url: Link::parse("https://www.meetup.com/rust-berlin").ok(),
        }],
        links: vec![NamedLink {
            title: Title::parse(title).unwrap(),
            url: Link::parse(&format!("https://www.meetup.com/rust-berlin/events/{day}/")).unwrap(),
        }],
        status: Status::Confirmed,
        unlisted: None,
        call: None,
        print_from: None,
        print_until: None,
        shown: Shown::Everywhere,
        overruled: Vec::new(),
        uncorrected: None,
        description: String::new(),
        flags: Vec::new(),
        choices: Vec::new(),
        evidence: Vec::new(),
        sequence: 0,
        created: at("2026-07-01T10:00:00Z"),
        modified: at("2026-07-02T11:12:13Z"),
    }
}
