//! The tables of circumstances: what people reported, in our own words, each with what must come of it.
//!
//! `schema.tsv` holds events of schema.org. An object is added to an ordinary event of 10 December 2026, and
//! `null` takes a field away; a list holds the scripts of a page as they are, and what is no JSON is the page.
//! `calendar.tsv` holds lines that
//! replace those of an ordinary VEVENT, parted by `\n`; `reported.tsv` holds such lines and whole events, with the home
//! of the group. `markup.tsv` holds bodies of pages without JSON-LD, `charsets.tsv` titles in undeclared encodings.
//!
//! What must come is a list of `field=value`, parted by `; `: how many events there are, a fact of the first one,
//! a flag that it has, a word of a problem; `starts`, `titles` and `off` (the starts of those that are cancelled) name
//! all events, parted by commas, the earliest first. Times are local times of the event's zone.

use super::group;
use crate::readers;
use crate::sameness::source;
use rusty_events::believe::normalise::Groups;
use rusty_events::believe::{Believed, believed_of};
use rusty_events::facts::event::{Event, Status};
use rusty_events::facts::issue::Window;
use rusty_events::facts::source::{Platform, Purpose, Source, Way};
use rusty_events::facts::when::{When, to_local};
use rusty_events::read::{self, Known};
use serde_json::{Map, Value, json};

const PAGE: &str = "https://crab.example/page";

/// What is believed of a page of a group in Berlin, and the problems of reading it.
fn read_page(platform: Platform, url: &str, body: &[u8]) -> (Believed, Vec<String>) {
    let mut group = group("Berlin, DE");
    group.platform = platform;
    read_page_of(&group, url, body)
}

fn read_page_of(group: &Source, url: &str, body: &[u8]) -> (Believed, Vec<String>) {
    let platform = group.platform;
    let way = match platform {
        Platform::Ics => Way::Feed,
        _ => Way::Page,
    };
    let now = "2026-11-29T09:00:00Z".parse().unwrap();
    let page = readers::page(url, Purpose::List, way, body);
    let read = read::read(group, &page, &Known::default(), now);
    let refusal = read.as_ref().err().map(ToString::to_string);
    let reading = read.unwrap_or_default();
    let window = Window::new("2026-12-01".parse().unwrap(), "2027-11-30".parse().unwrap()).unwrap();
    let believed = believed_of(group, &reading.listings, window, &Groups::default());
    let problems = reading.problems.iter().chain(&believed.problems);
    let problems = problems.map(|problem| problem.what.clone());
    let problems = problems.chain(refusal).collect();
    (believed, problems)
}

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

/// What of an expectation is not so.
fn differences(expected: &str, believed: &Believed, problems: &[String]) -> Vec<String> {
    let first = believed.events.first();
    let differs = |expected: &str| {
        let (field, value) = expected.split_once('=').unwrap();
        let found = match field {
            "count" => believed.events.len().to_string(),
            "starts" => of_each(believed, |event| Some(fact("start", event))),
            "titles" => of_each(believed, |event| Some(event.title.to_string())),
            "off" => of_each(believed, |event| {
                (event.status == Status::Cancelled).then(|| fact("start", event))
            }),
            "flagged" => {
                let flagged = believed
                    .events
                    .iter()
                    .any(|event| event.flags.iter().any(|flag| flag.name() == value));
                return (!flagged).then(|| expected.to_owned());
            }
            "problem" => {
                let named = problems.iter().any(|what| what.contains(value));
                return (!named).then(|| format!("{expected}: {problems:?}"));
            }
            "flag" => {
                let flags: Vec<&str> = first.map_or(Vec::new(), |event| {
                    event.flags.iter().map(|flag| flag.name()).collect()
                });
                let both = first.is_some_and(|event| {
                    event
                        .choices
                        .iter()
                        .any(|choice| choice.flag.name() == value)
                });
                let is_plain = value == "mode-assumed";
                let shown = flags.contains(&value) && (both || is_plain);
                return (!shown).then(|| format!("{expected}: {flags:?}"));
            }
            _ => first.map_or_else(String::new, |event| fact(field, event)),
        };
        (found != value).then(|| format!("{expected}, found {found:?}"))
    };
    // A title may hold the sign that parts two facts.
    let facts = expected
        .split("; ")
        .fold(Vec::<String>::new(), |mut facts, part| {
            match facts.last_mut() {
                Some(last) if !part.contains('=') => *last = format!("{last}; {part}"),
                _ => facts.push(part.to_owned()),
            }
            facts
        });
    facts.iter().filter_map(|fact| differs(fact)).collect()
}

/// A fact of all events that have it, the earliest event first, those of one start by title.
fn of_each(believed: &Believed, fact_of: impl Fn(&Event) -> Option<String>) -> String {
    let mut events: Vec<&Event> = believed.events.iter().collect();
    events.sort_by_key(|event| (fact("start", event), event.title.to_string()));
    let facts: Vec<String> = events.into_iter().filter_map(fact_of).collect();
    facts.join(",")
}

fn fact(field: &str, event: &Event) -> String {
    match (field, &event.when) {
        ("start", When::Timed { start, zone, .. }) => {
            to_local(*start, *zone).format("%Y-%m-%dT%H:%M").to_string()
        }
        ("start", _) => event.when.first_day().to_string(),
        ("end", When::Timed { end, zone, .. }) => end.map_or_else(String::new, |end| {
            to_local(end, *zone).format("%Y-%m-%dT%H:%M").to_string()
        }),
        ("end", _) => event.when.last_day().to_string(),
        ("days", _) => {
            let (first, last) = (event.when.first_day(), event.when.last_day());
            match first == last {
                true => first.to_string(),
                false => format!("{first}..{last}"),
            }
        }
        ("title", _) => event.title.to_string(),
        ("description", _) => event.description.clone(),
        ("mode", _) => event.mode.name().to_owned(),
        ("status", _) => event.status.name().to_owned(),
        ("place", _) => event.place.as_ref().map_or_else(String::new, |place| {
            let parts = [place.city(), place.state(), Some(place.country().code())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }),
        ("link", _) => event
            .link
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        ("joined", _) => event
            .online_url
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        _ => panic!("{field} is no fact"),
    }
}

fn assert_all(table: &str, read_page: impl Fn(&str) -> (Believed, Vec<String>)) {
    let mut wrong = Vec::new();
    for row in rows(table) {
        let [name, written, expected, _evidence] = row[..] else {
            panic!("four columns: {row:?}");
        };
        let (believed, problems) = read_page(written);
        let differences = differences(expected, &believed, &problems);
        if !differences.is_empty() {
            wrong.push(format!("{name}: {}", differences.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The scripts of a page, or the page as it is written.
fn scripts(written: &str) -> String {
    if written.starts_with('<') {
        return format!("<!doctype html><title>Crabs</title>\n{written}").replace('⏎', "\n");
    }
    let blocks = match serde_json::from_str(written).unwrap() {
        Value::Array(blocks) => blocks,
        Value::Object(changes) => {
            let mut event = json!({
                "@context": "https://schema.org", "@type": "Event", "name": "Crab talk",
                "startDate": "2026-12-10T19:00:00+01:00", "url": "https://crab.example/e/1",
                "location": {"@type": "Place", "name": "Crab hall", "address":
                    {"@type": "PostalAddress", "addressLocality": "Hamburg", "addressCountry": "DE"}},
            });
            let fields: &mut Map<String, Value> = event.as_object_mut().unwrap();
            for (name, value) in changes {
                match value {
                    Value::Null => fields.remove(&name),
                    value => fields.insert(name, value),
                };
            }
            vec![event]
        }
        other => panic!("{other} is no event"),
    };
    let scripts = blocks
        .iter()
        .map(|block| format!("<script type=\"application/ld+json\">\n{block}\n</script>\n"));
    format!(
        "<!doctype html><title>Crabs</title>\n{}",
        scripts.collect::<String>()
    )
}

/// A calendar of an ordinary event with these lines in place of its own, or of the events that are written out.
fn calendar(written: &str) -> String {
    if written.contains("BEGIN:VCALENDAR") {
        return written.replace("\\n", "\r\n");
    }
    let given: Vec<&str> = written.split("\\n").collect();
    let name = |line: &str| line.split([':', ';']).next().unwrap().to_owned();
    let lines = if written.contains("BEGIN:VEVENT") {
        given.join("\r\n")
    } else {
        let usual = [
            "UID:a",
            "DTSTAMP:20261101T120000Z",
            "DTSTART;TZID=Europe/Berlin:20261210T190000",
            "SUMMARY:Crab talk",
        ];
        let kept = usual
            .into_iter()
            .filter(|line| !given.iter().any(|given| name(given) == name(line)));
        let lines: Vec<&str> = kept.chain(given.iter().copied()).collect();
        format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT", lines.join("\r\n"))
    };
    // A tab would part the table's columns.
    format!("BEGIN:VCALENDAR\r\n{lines}\r\nEND:VCALENDAR\r\n").replace('⇥', "\t")
}

#[test]
fn calendars_that_people_reported_are_read_as_they_were_meant() {
    let mut wrong = Vec::new();
    for row in rows(include_str!("reported.tsv")) {
        let [name, home, written, expected, _evidence] = row[..] else {
            panic!("five columns: {row:?}");
        };
        let group = match home {
            "-" => source("ics/crabs", Platform::Ics, Some("Crab Club")),
            home => group(home),
        };
        let (believed, problems) = read_page_of(&group, PAGE, calendar(written).as_bytes());
        let differences = differences(expected, &believed, &problems);
        if !differences.is_empty() {
            wrong.push(format!("{name}: {}", differences.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn events_of_schema_org_are_read_as_their_pages_mean_them() {
    assert_all(include_str!("schema.tsv"), |written| {
        read_page(Platform::Jsonld, PAGE, scripts(written).as_bytes())
    });
}

#[test]
fn a_time_without_an_offset_is_on_the_clock_of_its_place_where_the_group_names_none() {
    let group = source("jsonld/crabs", Platform::Jsonld, Some("Crab Club"));
    let written = r#"{"startDate": "2026-12-10T09:30:00", "location": {"@type": "Place", "name": "Corner",
        "address": {"@type": "PostalAddress", "addressLocality": "Manchester", "addressCountry": "GB"}}}"#;
    let (believed, problems) = read_page_of(&group, PAGE, scripts(written).as_bytes());
    let expected = "count=1; start=2026-12-10T09:30; place=Manchester, GB";
    assert_eq!(differences(expected, &believed, &problems), [""; 0]);
}

#[test]
fn events_of_calendars_are_read_as_their_programs_mean_them() {
    assert_all(include_str!("calendar.tsv"), |written| {
        read_page(Platform::Ics, PAGE, calendar(written).as_bytes())
    });
}

#[test]
fn events_in_the_markup_of_a_page_are_read_too() {
    assert_all(include_str!("markup.tsv"), |written| {
        let page = format!("<!doctype html><title>Crabs</title><body>{written}</body>");
        read_page(Platform::Jsonld, PAGE, page.as_bytes())
    });
}

#[test]
fn a_page_of_json_ld_is_not_read_twice() {
    let page = scripts("{}")
        + "<div itemscope itemtype=\"http://schema.org/Event\"><b itemprop=\"name\">Other</b><time itemprop=\"startDate\" datetime=\"2026-12-11\"></time></div>";
    let (believed, _) = read_page(Platform::Jsonld, PAGE, page.as_bytes());
    assert_eq!(believed.events.len(), 1);
}

#[test]
fn an_undeclared_character_set_is_known_by_its_letters() {
    let mut wrong = Vec::new();
    for row in rows(include_str!("charsets.tsv")) {
        let [name, set, served, domain, title] = row[..] else {
            panic!("five columns: {row:?}");
        };
        let encoding = encoding_rs::Encoding::for_label(set.as_bytes()).unwrap();
        let (platform, text) = match served {
            "ics" => (Platform::Ics, calendar(&format!("SUMMARY:{title}"))),
            _ => {
                let event = format!("{{\"name\": \"{title}\"}}");
                (Platform::Jsonld, scripts(&event))
            }
        };
        let (body, _, unmappable) = encoding.encode(&text);
        assert!(!unmappable, "{name}");
        let url = format!("https://crab.{domain}/page");
        let (believed, problems) = read_page(platform, &url, &body);
        let found = believed.events.first().map(|event| event.title.to_string());
        let said = problems.iter().any(|what| what.contains("not UTF-8"));
        if found.as_deref() != Some(title) || !said {
            wrong.push(format!("{name}: {found:?} {problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn what_is_utf_8_stays_utf_8_whatever_stands_beside_it() {
    // A stray byte among more characters of UTF-8 is damage, not another encoding.
    let mut body = calendar("SUMMARY:Krabben über Köln").into_bytes();
    let end = b"END:VEVENT";
    let at = body
        .windows(end.len())
        .position(|part| part == end)
        .unwrap();
    body.splice(at..at, b"COMMENT:\xfc\r\n".iter().copied());
    let (believed, problems) = read_page(Platform::Ics, PAGE, &body);
    assert_eq!(
        believed.events[0].title.as_str(),
        "Krabben über Köln",
        "{problems:?}"
    );
    let declared = calendar("SUMMARY:Ã¼ber ist ein Wort");
    let (believed, _) = read_page(Platform::Ics, PAGE, declared.as_bytes());
    assert_eq!(believed.events[0].title.as_str(), "über ist ein Wort");
}

#[test]
fn a_calendars_zone_in_place_of_an_unknown_one_is_shown_with_both() {
    let lines = calendar("DTSTART;TZID=Crab Time:20261210T190000");
    let shown = lines.replace(
        "BEGIN:VEVENT",
        "X-WR-TIMEZONE:Europe/Lisbon\r\nBEGIN:VEVENT",
    );
    let (believed, _) = read_page(Platform::Ics, PAGE, shown.as_bytes());
    let choices = &believed.events[0].choices;
    let shown = choices.iter().any(|choice| {
        choice.flag.name() == "time-assumed"
            && (&*choice.taken, &*choice.other) == ("Europe/Lisbon", "Crab Time")
    });
    assert!(shown, "{choices:?}");
}
