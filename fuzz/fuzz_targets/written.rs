//! What is written of any words of strangers: a calendar, a report, a mended draft, a merged one.

use super::{rules, style};
use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use icalendar::parser::{read_calendar, unfold};
use pulldown_cmark::{Event, Parser, Tag};
use rusty_events::believe::curate::{NamedLink, Published, Shown};
use rusty_events::facts::event::{EventId, Key, Status, Title, Venue};
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::Organiser;
use rusty_events::facts::when::When;
use rusty_events::read::ics;
use rusty_events::render::ical::{self, Feed};
use rusty_events::render::report;
use rusty_events::section::grammar::{extent, rows};
use rusty_events::section::lint::lint;
use rusty_events::section::merge::{Detail, Entry, Field, Kind, Report};
use rusty_events::section::versions::merged;

/// What stands between the parts of an input.
const BETWEEN: &str = "\n%%\n";

/// The properties of an event that a calendar of ours may have.
const PROPERTIES: [&str; 16] = [
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "STATUS",
    "TRANSP",
    "LOCATION",
    "GEO",
    "URL",
    "CATEGORIES",
    "DESCRIPTION",
    "CONFERENCE",
];

/// The parts of an input; those that it does not have are empty.
fn parts<const COUNT: usize>(text: &str) -> [&str; COUNT] {
    let mut parts = text.splitn(COUNT, BETWEEN);
    [(); COUNT].map(|()| parts.next().unwrap_or_default())
}

/// Title, description, venue, address and organiser of an event, as our calendar writes them and another
/// library reads them: the values are the same, and nothing else is there.
pub(crate) fn calendar(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let [title, about, name, address, organiser] = parts(&text);
    let Some(event) = event(title, about, [name, address], organiser) else {
        return;
    };
    let feed = Feed {
        name: "All events",
        url: Some("https://events.example.org/events.ics"),
        base: Some("https://events.example.org"),
        page: None,
        mark: false,
        states: &[],
        today: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap_or_default(),
    };
    let written = ical::feed([&event], &feed);
    assert!(
        written
            .split_terminator("\r\n")
            .all(|line| line.len() <= 75 && !line.contains(['\r', '\n']))
    );
    let unfolded = unfold(&written);
    let read = read_calendar(&unfolded);
    let read = read.unwrap_or_else(|error| panic!("{error}: {written:?}"));
    assert_eq!(read.components.len(), 1, "{written:?}");
    let own = &read.components[0];
    assert!(own.components.is_empty(), "{written:?}");
    let value = |name: &str| {
        let mut all = own
            .properties
            .iter()
            .filter(|property| property.name == name);
        let value = all.next().map(|property| property.val.to_string());
        assert!(all.next().is_none(), "{name} twice: {written:?}");
        value.unwrap_or_default()
    };
    for property in &own.properties {
        assert!(PROPERTIES.contains(&property.name.as_ref()), "{property:?}");
    }
    assert_eq!(value("SUMMARY"), kept(event.title.as_str()));
    assert_eq!(value("UID"), format!("{}@rusty-events", event.id));
    assert_eq!(value("DTSTART"), "20260320T174640Z");
    let about = kept(event.description.trim());
    if about.chars().count() < 500 {
        let described = value("DESCRIPTION");
        assert!(
            described.trim_end().ends_with(about.trim_end()),
            "{described:?} does not end with {about:?}"
        );
    }
    let again = ics::calendar(written.as_bytes(), None);
    let again = again.unwrap_or_else(|error| panic!("{error:?}: {written:?}"));
    assert_eq!(again.reading.listings.len(), 1);
    assert_eq!(
        Title::parse(&again.reading.listings[0].title),
        Some(event.title)
    );
}

/// A text without what no line of a calendar may hold, with our ends of lines.
fn kept(text: &str) -> String {
    let mut kept = String::new();
    for char in text.replace("\r\n", "\n").chars() {
        match char {
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            '\t' => kept.push(' '),
            char if char.is_control() || matches!(char, '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {}
            char => kept.push(char),
        }
    }
    kept
}

fn event(title: &str, about: &str, venue: [&str; 2], organiser: &str) -> Option<Published> {
    let title = Title::parse(title)?;
    let start = DateTime::from_timestamp(1_774_028_800, 0)?;
    let [name, address] = venue.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
    Some(Published {
        id: EventId::first_seen_as(&Key::new("fuzz", "1", None)),
        title: title.clone(),
        when: When::Timed {
            start,
            end: Some(start + TimeDelta::hours(2)),
            zone: Tz::Europe__Berlin,
        },
        moved_from: None,
        mode: Mode::InPerson,
        place: Place::parse("Berlin, DE").ok(),
        venue: Some(Venue {
            name,
            address,
            coordinates: None,
        }),
        online_url: None,
        organisers: vec![Organiser {
            name: organiser.to_owned(),
            url: None,
        }],
        links: vec![NamedLink {
            title,
            url: Link::parse("https://www.meetup.com/rust-berlin/events/1/").ok()?,
        }],
        status: Status::Confirmed,
        unlisted: None,
        call: None,
        print_from: None,
        print_until: None,
        shown: Shown::Everywhere,
        overruled: Vec::new(),
        uncorrected: None,
        description: about.to_owned(),
        flags: Vec::new(),
        choices: Vec::new(),
        evidence: Vec::new(),
        sequence: 0,
        created: start,
        modified: start,
    })
}

/// Title, place, note and two values of a field, of a row of every kind in a report: text and nothing else, in a
/// pull request and in the log of a job.
pub(crate) fn reported(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let [title, location, note, theirs, ours] = parts(&text).map(str::to_owned);
    let entry = |kind| Entry {
        kind,
        event: None,
        line: Some(7),
        day: NaiveDate::from_ymd_opt(2026, 3, 20).unwrap_or_default(),
        title: title.clone(),
        location: location.clone(),
        page: None,
        details: vec![
            Detail::Field {
                field: Field::Location,
                theirs: theirs.clone(),
                ours: ours.clone(),
            },
            Detail::Note(note.clone()),
        ],
        done: true,
    };
    let given = Report {
        entries: Kind::ALL.map(entry).to_vec(),
        without_base: Some(format!("It is not known: {note}")),
        ..Report::default()
    };
    let written = report::markdown(&title, &given);
    assert!(written.chars().count() <= 65_536);
    for (at, _) in written.match_indices('@') {
        assert!(
            written[at + 1..].starts_with("&#8203;"),
            "a mention: {written:?}"
        );
    }
    let mut items = 0;
    for part in Parser::new(&written) {
        match part {
            Event::Start(
                Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::CodeBlock(_),
            )
            | Event::Html(_)
            | Event::InlineHtml(_) => panic!("{part:?}: {written:?}"),
            Event::Start(Tag::Item) => items += 1,
            _ => {}
        }
    }
    assert!(items <= Kind::ALL.len(), "{items} items: {written:?}");
    let logged = report::plain(&text);
    for line in logged.lines() {
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##["),
            "{logged:?}"
        );
    }
    assert!(!logged.contains(|char: char| char.is_control() && char != '\n' && char != '\t'));
}

/// A draft that `lint --fix` mends: what it mended it finds in order.
pub(crate) fn fix(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let style = style();
    let rules = rules(&style);
    let Some(once) = lint(&text, &rules) else {
        return;
    };
    let twice = lint(&once.mended, &rules).map(|report| report.mended);
    if let Some(twice) = twice {
        assert_eq!(twice, once.mended, "{text:?}");
    }
}

/// Two versions of a draft and the one that both began with: where only one side changed, that side is the result,
/// and no merge of ours leaves marks.
pub(crate) fn versions(body: &[u8]) {
    let text = String::from_utf8_lossy(body).replace('\r', "");
    let style = style();
    let sections = parts::<3>(&text).map(|text| {
        let span = extent(text, &style);
        let text = span.map_or(text, |span| &text[span]);
        format!("{}\n", text.trim_end_matches('\n'))
    });
    let [base, ours, theirs] = &sections;
    let Some(done) = merged(base, ours, theirs, &style) else {
        return;
    };
    let held = [base, ours, theirs]
        .map(|text| rows(text, &style).len())
        .iter()
        .sum();
    assert!(
        rows(&done.text, &style).len() <= held,
        "{text:?} became {:?}",
        done.text
    );
    for (left, right) in [(ours, base), (ours, ours)] {
        let same = merged(base, left, right, &style).map(|done| done.text);
        assert_eq!(same.as_ref(), Some(ours), "{base:?}");
    }
}
