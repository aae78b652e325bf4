//! The JSON Schemas of the configuration's files, for editors that complete and check TOML. What is read, the readers
//! decide; a test holds these tables to the keys that they know.

use super::files::Kind;
use crate::facts::chat::Chat;
use crate::facts::decision::Correction;
use crate::facts::place::Mode;
use crate::facts::source::Platform;
use Shape::{
    Any, Count, Day, Flag, Instant, List, Map, Number, OneOf, Stamp, Table, Tables, Text, Word,
};
use serde_json::{Map as Object, Value, json};

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// One line of text.
    Text,
    /// Text of any number of lines.
    Any,
    /// `true` or `false`.
    Flag,
    /// A whole number within a range.
    Number(u64, u64),
    /// A span of time: `48h`.
    Count,
    /// A day.
    Day,
    /// A day, or a local time.
    Stamp,
    /// A time with its offset from UTC.
    Instant,
    /// One of a few words.
    OneOf(fn() -> Vec<&'static str>),
    /// A word of a topic.
    Word,
    /// Words of a topic, or the name of the newsletter's.
    Only,
    /// A selector, or one with a regular expression.
    Pick,
    /// The fields of an event.
    Corrections,
    /// A list of one shape.
    List(&'static Shape),
    /// A table with free keys.
    Map,
    /// A table with these keys.
    Table(&'static [Key]),
    /// A list of tables with these keys.
    Tables(&'static [Key]),
}

/// A key: its name, whether it must be there, what it looks like, and what it means.
type Key = (&'static str, bool, Shape, &'static str);

fn modes() -> Vec<&'static str> {
    [Mode::InPerson, Mode::Virtual, Mode::Hybrid]
        .map(Mode::name)
        .to_vec()
}

fn weekdays() -> Vec<&'static str> {
    super::settings::WEEKDAYS.to_vec()
}

fn platforms() -> Vec<&'static str> {
    Platform::ALL.map(Platform::name).to_vec()
}

#[rustfmt::skip]
const KEY_OF_A_PLATFORM: &[Key] = &[
    ("file", false, Text, "the file that holds the credential"),
    ("env", false, Text, "the variable of the environment that holds it"),
];

#[rustfmt::skip]
const SERVICE: &[Key] = &[
    ("database", false, Text, "where events, readings and decisions are kept"),
    ("stale-after", false, Count, "a source without a good reading for this long is reported as stale"),
    ("newsletter", false, Table(&[
        ("name", false, Text, "the newsletter that the events are collected for"),
        ("url", false, Text, "its home page"),
        ("repository", false, Text, "a checkout of the newsletter; its printed issues are learned"),
        ("draft", false, Text, "path or URL of the current draft, for the pages"),
        ("pull-requests", false, Text, "OWNER/NAME on GitHub; open pull requests that touch a draft are read"),
        ("issues", false, Text, "where an organiser may ask for a group; takes title and body"),
        ("language", false, Text, "the language of the web pages, and of the words that [section] does not set: \"pt-BR\""),
        ("weekday", false, OneOf(weekdays), "the day an issue is dated"),
        ("every", false, OneOf(|| super::settings::EVERY.to_vec()), "how often issues appear"),
        ("first-issue", false, Day, "the day of any issue, to know which weeks have one"),
        ("days-of-month", false, List(&Number(1, 31)), "the days of each month on which issues appear; 31 is the last"),
        ("zone", false, Text, "the zone that decides what \"today\" is"),
    ]), "the newsletter that prints the section"),
    ("topic", false, Table(&[
        ("name", false, Text, "its name in headings of the pages"),
        ("words", false, List(&Word), "what the newsletter is about"),
        ("not", false, List(&Text), "phrases that contain such a word but mean something else"),
    ]), "what the newsletter is about"),
    ("section", false, Table(&[
        ("days", false, Number(1, 366), "the window: from the issue's date to this many days later, both included"),
        ("headings", false, Table(HEADINGS), "the words of the headings inside"),
        ("heading", false, Text, "the section's first line: one or two number signs, and words"),
        ("line", false, Text, "the line with the window's days: words, {from} and {to}"),
        ("virtual-label", false, Text, "before the place of an online event, or alone"),
        ("hybrid-label", false, Text, "before the place of a hybrid event"),
        ("dates", false, Text, "\"YYYY-MM-DD\", \"DD/MM/YYYY\" or \"MM/DD/YYYY\""),
        ("organiser-separator", false, Any, "between the organisers of one event"),
        ("states", false, List(&Text), "countries printed with a state"),
        ("calls-heading", false, Text, "the heading of the section of calls for papers"),
        ("no-calls", false, Text, "the line that stands there without any"),
    ]), "how the section looks"),
    ("fetch", false, Table(&[
        ("contact", false, Text, "in the User-Agent, so that a site can reach you"),
        ("requests-in-flight", false, Number(1, 256), "at once, over all hosts"),
        ("per-host-in-flight", false, Number(1, 16), "at once, to one host"),
        ("per-host-interval", false, Count, "between the starts of two requests to one host"),
        ("event-pages", false, Number(0, 10_000), "pages of single events in one run, at most"),
        ("allow", false, List(&Text), "exact private IP:port that sources may name"),
        ("mirrors", false, Map, "prefixes that are read from another server or a folder"),
        ("keys", false, Table(KEYS), "credentials by platform"),
    ]), "how sources are fetched"),
    ("discover", false, Table(&[
        ("requests", false, Number(0, 1_000), "requests a day for finding new groups, at most"),
    ]), "how new groups are looked for"),
    ("notify", false, Tables(NOTIFY), "a chat to which news of events is posted, each once"),
    ("schedule", false, Table(&[
        ("refresh", false, Text, "cron: when the sources are read"),
        ("zone", false, Text, "of that line"),
    ]), "when sources are read"),
    ("server", false, Table(&[
        ("listen", false, Text, "address and port"),
        ("url", false, Text, "for absolute links"),
        ("title", false, Text, "of the pages and feeds"),
        ("proxies", false, List(&Text), "proxies that are believed when they say where a request is from"),
    ]), "the web server"),
];

#[rustfmt::skip]
const NOTIFY: &[Key] = &[
    ("name", true, Text, "your name for it; what was already posted is kept under this name"),
    ("chat", true, OneOf(|| Chat::ALL.map(Chat::name).to_vec()), "the format of its messages"),
    ("filter", false, Text, "which events: the query of a page or feed, or its whole address"),
    ("what", false, List(&OneOf(|| super::notify::WHAT.to_vec())), "which news"),
    ("webhook", true, Table(KEY_OF_A_PLATFORM), "the file or variable with the address that the chat gave you"),
];

const HEADINGS: &[Key] = &[
    ("virtual", false, Text, "online and hybrid events"),
    ("africa", false, Text, "events in Africa"),
    ("asia", false, Text, "events in Asia"),
    ("europe", false, Text, "events in Europe"),
    ("north-america", false, Text, "events in North America"),
    ("oceania", false, Text, "events in Oceania"),
    ("south-america", false, Text, "events in South America"),
];

const KEYS: &[Key] = &[
    (
        "meetup",
        false,
        Table(KEY_OF_A_PLATFORM),
        "of a Meetup client",
    ),
    (
        "eventbrite",
        false,
        Table(KEY_OF_A_PLATFORM),
        "of any free account",
    ),
    ("connpass", false, Table(KEY_OF_A_PLATFORM), "of connpass"),
    ("github", false, Table(KEY_OF_A_PLATFORM), "any token"),
];

#[rustfmt::skip]
const SOURCE: &[Key] = &[
    ("id", false, Text, "its name; by default made from the url"),
    ("url", true, Text, "the group, calendar, feed or page; a file's path"),
    ("platform", false, OneOf(platforms), "how it is read; by default recognised from the url"),
    ("organiser", false, Text, "what the newsletter prints; none for a calendar of many groups"),
    ("organiser-url", false, Text, "the page that the newsletter links to"),
    ("place", false, Text, "home, \"City, CC\": for events that name no place, and for online events"),
    ("zone", false, Text, "of events that name none; by default the home's"),
    ("mode", false, OneOf(modes), "where the source cannot say"),
    ("force-mode", false, OneOf(modes), "of all its events, whatever the source says"),
    ("force-place", false, Text, "of all its events, whatever the source says"),
    ("only", false, Shape::Only, "what its events must be about: words, or \"topic\" for [topic] in service.toml"),
    ("topic", false, Text, "what a list of conferences is read for"),
    ("aliases", false, List(&Text), "other addresses of the same group"),
    ("replaces", false, Tables(&[
        ("url", true, Text, "the address before"),
        ("from", true, Day, "the day it moved"),
    ]), "addresses this group had before"),
    ("expect-empty", false, Flag, "listing nothing for months raises no alarm"),
    ("rules", false, Table(RULES), "where its events are, for platform = \"html\" or \"json\""),
];

#[rustfmt::skip]
const SEARCH: &[Key] = &[
    ("url", true, Text, "the page; {words} and {page} are filled in"),
    ("words", false, List(&Text), "what is looked for"),
    ("pages", false, Number(1, 5), "how many pages are read"),
    ("every", false, Count, "how often it is read"),
    ("platform", false, OneOf(platforms), "how it is read"),
];

#[rustfmt::skip]
const RULES: &[Key] = &[
    ("item", true, Text, "each is an event"),
    ("title", true, Shape::Pick, "its title"),
    ("date", true, Shape::Pick, "its day"),
    ("time", false, Shape::Pick, "its time"),
    ("end", false, Shape::Pick, "its end"),
    ("place", false, Shape::Pick, "its place"),
    ("link", false, Shape::Pick, "its page"),
    ("mode", false, Shape::Pick, "how it is held"),
    ("next", false, Shape::Pick, "the next page"),
    ("empty", false, Text, "an element that is there when there is no event"),
    ("date-format", false, Text, "how days are written"),
    ("language", false, Text, "of the days"),
];

#[rustfmt::skip]
const EVENT: &[Key] = &[
    ("title", true, Text, "what is printed"),
    ("id", false, Text, "its name; by default made from link and start"),
    ("start", true, Stamp, "the first day, or the local time"),
    ("end", false, Stamp, "the last day, or the local time"),
    ("place", false, Text, "\"City, CC\""),
    ("zone", false, Text, "of start and end; by default the place's"),
    ("mode", false, OneOf(modes), "how it is held"),
    ("organiser", false, Text, "what the newsletter prints"),
    ("organiser-url", false, Text, "the page that the newsletter links to"),
    ("link", false, Text, "its page"),
    ("status", false, OneOf(|| super::events::STATUSES.to_vec()), "whether it takes place"),
    ("description", false, Any, "text for calendars"),
    ("cfp", false, Text, "where talks are submitted"),
    ("cfp-until", false, Stamp, "until when"),
    ("print-from", false, Day, "the first issue day on which it is printed"),
    ("repeats", false, Text, "\"second thursday\", or a rule of RFC 5545"),
    ("until", false, Day, "the last day on which it repeats"),
    ("except", false, List(&Day), "days on which it does not"),
    ("check", false, Text, "the page that must name its days"),
    ("assume", false, Flag, "its days are printed unchecked"),
];

#[rustfmt::skip]
const ORGANISER: &[Key] = &[
    ("name", true, Text, "what the newsletter prints"),
    ("url", false, Text, "the page that it links to"),
    ("aliases", false, List(&Text), "other names and addresses"),
    ("place", false, Text, "its home, \"City, CC\""),
    ("mode", false, OneOf(modes), "in-person, virtual or hybrid, where a calendar of many groups does not say"),
];

#[rustfmt::skip]
const DECISION: &[Key] = &[
    ("event", true, Text, "the event's link, or its whole id"),
    ("hide", false, OneOf(|| vec!["section", "everywhere"]), "do not print it"),
    ("show", false, Flag, "show it, whatever hid it; if no source lists it any more, it takes place all the same"),
    ("edit", false, Shape::Corrections, "corrected fields"),
    ("cancel", false, Flag, "it does not take place"),
    ("postpone", false, Flag, "its new day is not known"),
    ("merge", false, Text, "it is the same as this other event"),
    ("split", false, Flag, "it is an event of its own"),
    ("print-until", false, Day, "the last issue day on which it is printed, whatever the window"),
    ("reason", true, Text, "why; others will read it"),
    ("by", false, Text, "by whom"),
    ("at", true, Instant, "when"),
];

#[rustfmt::skip]
const SOURCES: &[Key] = &[
    ("source", false, Tables(SOURCE), "a group, a calendar, a feed or a page that is read"),
    ("search", false, Tables(SEARCH), "a page on which groups are looked for"),
    ("event", false, Tables(EVENT), "an event written by hand"),
];

#[rustfmt::skip]
const ORGANISERS: &[Key] = &[
    ("organiser", false, Tables(ORGANISER), "a group without a source, or other names of a group"),
];

#[rustfmt::skip]
const DECISIONS: &[Key] = &[
    ("decision", false, Tables(DECISION), "what an editor decided about an event"),
];

/// The files and the tables in them.
#[rustfmt::skip]
const FILES: [(&str, &str, &[Key]); 4] = [
    ("schema/service.json", "The settings of rusty-events, service.toml", SERVICE),
    ("schema/sources.json", "Sources and events of rusty-events, sources/*.toml", SOURCES),
    ("schema/organisers.json", "Groups of rusty-events, organisers.toml", ORGANISERS),
    ("schema/decisions.json", "Decisions of rusty-events, decisions/*.toml", DECISIONS),
];

/// The schemas: the path of each below the configuration's folder, and its text.
pub fn schemas() -> impl Iterator<Item = (&'static str, String)> {
    FILES.into_iter().map(|(path, title, keys)| {
        let mut schema = table(keys);
        schema.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        schema.insert("title".to_owned(), json!(title));
        (path, format!("{:#}\n", Value::Object(schema)))
    })
}

/// Where else a key belongs, as a reader would write it: `under [newsletter]`, `into decisions/*.toml`. `file` is the kind
/// of the file in which it stands.
pub(super) fn places_of(file: Kind, key: &str) -> Vec<String> {
    let mut places = Vec::new();
    for (kind, name, tables) in [
        (Kind::Service, "service.toml", SERVICE),
        (Kind::Sources, "sources/*.toml", SOURCES),
        (Kind::Organisers, "organisers.toml", ORGANISERS),
        (Kind::Decisions, "decisions/*.toml", DECISIONS),
    ] {
        if kind == file {
            under(tables, "", key, &mut places);
        } else if tables.iter().any(|(of, ..)| *of == key) {
            places.push(format!("into {name}"));
        }
    }
    // What stands within one of the others is not meant.
    let least = places.iter().map(|place| place.matches('.').count()).min();
    places.retain(|place| Some(place.matches('.').count()) == least);
    places.truncate(MOST_PLACES);
    places
}

/// So many places are named where a key belongs to several tables.
const MOST_PLACES: usize = 3;

/// The tables below these that have the key.
fn under(tables: &[Key], within: &str, key: &str, places: &mut Vec<String>) {
    for (name, _, shape, _) in tables {
        let (keys, header) = match shape {
            Table(keys) => (*keys, format!("[{within}{name}]")),
            Tables(keys) => (*keys, format!("[[{within}{name}]]")),
            _ => continue,
        };
        if keys.iter().any(|(of, ..)| *of == key) {
            places.push(format!("under {header}"));
        }
        under(keys, &format!("{within}{name}."), key, places);
    }
}

fn table(keys: &[Key]) -> Object<String, Value> {
    let mut properties = Object::new();
    for (name, _, shape, about) in keys {
        let mut value = value(*shape);
        if let Value::Object(fields) = &mut value {
            fields.insert("description".to_owned(), json!(about));
        }
        properties.insert((*name).to_owned(), value);
    }
    let needed: Vec<&str> = keys.iter().filter(|key| key.1).map(|key| key.0).collect();
    let mut schema = Object::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !needed.is_empty() {
        schema.insert("required".to_owned(), json!(needed));
    }
    schema
}

fn value(shape: Shape) -> Value {
    let day = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    match shape {
        Text => json!({"type": "string", "minLength": 1, "maxLength": 2048}),
        Any => json!({"type": "string"}),
        Flag => json!({"type": "boolean"}),
        Number(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Count => json!({"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"}),
        Day => json!({"type": "string", "pattern": day}),
        Stamp => {
            json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$"})
        }
        Instant => {
            json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})$"})
        }
        OneOf(words) => json!({"enum": words()}),
        Word => json!({"anyOf": [value(Text), {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "word": value(Text),
                "exact": {"type": "boolean", "description": "capitals and small letters count as written"},
                "part": {"type": "boolean", "description": "it may be part of a longer word"},
            },
            "required": ["word"],
        }]}),
        Shape::Only => json!({"anyOf": [{"const": "topic"}, value(List(&Word))]}),
        Shape::Pick => {
            json!({"anyOf": [value(Text), {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}]})
        }
        Shape::Corrections => {
            let fields =
                Correction::FIELDS.map(|field| (field.to_owned(), json!({"type": "string"})));
            json!({"type": "object", "additionalProperties": false, "minProperties": 1, "properties": Object::from_iter(fields)})
        }
        List(item) => json!({"type": "array", "items": value(*item)}),
        Map => json!({"type": "object", "additionalProperties": value(Text)}),
        Table(keys) => Value::Object(table(keys)),
        Tables(keys) => json!({"type": "array", "items": Value::Object(table(keys))}),
    }
}
