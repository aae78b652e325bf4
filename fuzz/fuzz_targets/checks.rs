//! What must hold of any bytes, one function a target; the project's tests hold the seeds to the same.

#![allow(dead_code, unused_imports, reason = "a target runs one of them")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rusty_events::believe::believed_of;
use rusty_events::believe::curate::curate;
use rusty_events::believe::decisions::InForce;
use rusty_events::believe::deduplicate::{Identities, deduplicate};
use rusty_events::believe::normalise::Groups;
use rusty_events::believe::recur::{Limits, expand};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{Listing, Problem, Rule};
use rusty_events::facts::place::{Country, Place, Resolution, Stated, parse_location, resolve};
use rusty_events::facts::source::{
    Address, Organiser, Page, Platform, Purpose, Request, Source, Way,
};
use rusty_events::facts::topic::{Topic, Word};
use rusty_events::facts::when::Stamp;
use rusty_events::read::{self, Known};
use rusty_events::render::json;
use rusty_events::section::calls::{self, CallStyle, Inputs, Written};
use rusty_events::section::grammar::{self, Content, PrintedRow, Shape};
use rusty_events::section::lint::{Kind, Rules, lint};
use rusty_events::section::print;
use rusty_events::section::pulled;
use rusty_events::section::select::{self, Selection, Style};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

// By its path: this file is a module of each target, and of the tests.
#[path = "written.rs"]
mod written;

pub(crate) use written::{calendar, fix, reported, versions};

/// The group that the page belongs to.
const GROUP: &str = "https://www.meetup.com/rust-berlin/";

/// Days for which the bytes are believed: a series of every day costs as many events.
const DAYS: u64 = 120;

/// Characters of a message.
const LONGEST_MESSAGE: usize = 500;

/// A calendar.
pub(crate) fn ics(body: &[u8]) {
    walk(Platform::Ics, Way::Feed, Purpose::List, body);
}

/// A list of conferences.
pub(crate) fn conferences(body: &[u8]) {
    walk(Platform::Conferences, Way::Items, Purpose::List, body);
}

/// The heading of the section of calls in a text, and the line that stands there without any.
const CALLS: (&str, &str) = ("### CFP - Events", "*No calls this week.*");

/// A draft with a section of calls: nothing of it is lost, an update of it without events writes no call, and a second
/// one changes nothing.
pub(crate) fn calls(body: &[u8]) {
    let (heading, none) = CALLS;
    let update = |text: &str| {
        let section = calls::section(text, heading, none)?;
        let lines = section.lines.iter().map(|line| line.text.as_str());
        assert_eq!(lines.collect::<String>(), text[section.span.clone()]);
        let style = CallStyle {
            heading: heading.to_owned(),
            none: none.to_owned(),
            states: Vec::new(),
        };
        let reconciled = calls::reconcile(&Inputs {
            section: &section,
            events: &[],
            rows: &[],
            base: &Written::new(),
            day: now().date_naive(),
            style: &style,
        });
        let (before, after) = (&text[..section.span.start], &text[section.span.end..]);
        let whole = format!("{before}{}{after}", reconciled.text);
        Some((section.rows().count(), whole))
    };
    let text = String::from_utf8_lossy(body);
    let Some((rows, once)) = update(&text) else {
        return;
    };
    let Some((left, twice)) = update(&once) else {
        panic!("the section is gone: {once:?}");
    };
    assert!(left <= rows, "{once:?}");
    assert_eq!(twice, once);
}

/// The difference of a file in a pull request: each row that it adds stands in its lines.
pub(crate) fn patch(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let lines = text.lines().filter(|line| line.starts_with('+')).count();
    let added = pulled::added(&text, &style());
    assert!(
        added.rows.len() + added.unreadable.len() <= lines,
        "{added:?}"
    );
    for row in &added.rows {
        assert!(!row.links.is_empty(), "{row:?}");
    }
}

/// The heading of the section in a text.
const SECTION: &str = "## Upcoming Events";

/// A text that may hold a section: nothing of it is lost, it is the same by itself and in its file, and what
/// is mended to a row was read as that row before.
pub(crate) fn section(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let parsed = grammar::parse(&text, Some(&style()));
    assert_eq!(parsed.to_string(), text);
    let (mut at, mut line) = (0, 1);
    for block in &parsed.blocks {
        assert_eq!((block.span.start, block.line), (at, line));
        assert!(block.span.end > at);
        line += parsed.text(block).matches('\n').count();
        at = block.span.end;
        if let Content::Row(row) = &block.content {
            assert_eq!(row.text, parsed.text(block));
        }
    }
    assert_eq!(at, text.len());
    let Some(extent) = grammar::extent(&text, &style()) else {
        return;
    };
    let inside = &text[extent.clone()];
    let in_file = grammar::lines(&text, 1, Some(&style()));
    // A merge may have begun above the section; such a text is refused whole.
    if in_file.iter().any(|line| line.shape == Shape::Conflict) {
        return;
    }
    let in_file = in_file.iter().filter(|line| extent.contains(&line.start));
    let alone = grammar::lines(inside, 1, Some(&style()));
    let shapes: Vec<Shape> = alone.iter().map(|line| line.shape).collect();
    assert!(in_file.map(|line| line.shape).eq(shapes));
    mends(&text, inside);
}

/// How sections are printed.
fn style() -> Style {
    Style {
        heading: SECTION.to_owned(),
        line: "{from} - {to}".to_owned(),
        states: Vec::new(),
        ..Style::default()
    }
}

/// Words with each of their rules.
static TOPIC: LazyLock<Topic> = LazyLock::new(|| {
    let word = |text: &str, exact, part| Word {
        text: text.to_owned(),
        exact,
        part,
    };
    let words = vec![word("Go", true, false), word("gopher", false, true)];
    Topic::new(words, &["let's go".to_owned()])
});

/// What `lint` checks a section by, without an issue and without a database.
fn rules(style: &Style) -> Rules<'_> {
    Rules {
        style,
        topic: &TOPIC,
        rhythm: chrono::Weekday::Wed.into(),
        days: 28,
        issue: None,
        published: &[],
        habits: &[],
    }
}

/// Holds a section to what `lint` makes of it.
fn mends(text: &str, inside: &str) {
    let style = style();
    let rules = rules(&style);
    let Some(report) = lint(text, &rules) else {
        panic!("a section is there and not checked");
    };
    let gone = |kind| report.findings.iter().any(|finding| finding.kind == kind);
    // A text in a wrong encoding may hold what no one can see in it; and where whole headings and rows move,
    // a link that belonged to nothing can come to stand below a row that had none.
    if [
        Kind::Mojibake,
        Kind::HeadingDuplicate,
        Kind::HeadingEmpty,
        Kind::HeadingOrder,
        Kind::Order,
        Kind::Duplicate,
    ]
    .into_iter()
    .any(gone)
    {
        return;
    }
    let mended = &report.mended;
    let extent = grammar::extent(mended, &style);
    // Of a section without a row and a heading of its own nothing is left.
    let left = extent.map_or("", |extent| &mended[extent]);
    let (before, after) = (grammar::rows(inside, &style), grammar::rows(left, &style));
    let of = |row: &PrintedRow| {
        let page = |(_, url): &(String, String)| {
            Link::parse(url).map_or_else(|_| url.clone(), |link| link.to_string())
        };
        (row.date, row.links.iter().map(page).collect::<Vec<_>>())
    };
    let before: BTreeSet<_> = before.iter().map(of).collect();
    let after: BTreeSet<_> = after.iter().map(of).collect();
    assert!(
        after.is_subset(&before),
        "{after:?} not in {before:?}: {text:?} is mended to {mended:?}"
    );
    if !gone(Kind::Past) {
        assert!(
            before.is_subset(&after),
            "{before:?} not in {after:?}: {text:?} is mended to {mended:?}"
        );
    }
}

/// A web page with schema.org events, or the JSON-LD alone.
pub(crate) fn jsonld(body: &[u8]) {
    walk(Platform::Jsonld, Way::Page, Purpose::List, body);
}

/// Any document that may announce events.
pub(crate) fn page(body: &[u8]) {
    walk(Platform::Page, Way::Page, Purpose::List, body);
    walk(Platform::Json, Way::Items, Purpose::List, body);
}

/// A web page as a person reads it, and by the rules that it suggests.
pub(crate) fn visible(body: &[u8]) {
    walk(Platform::Html, Way::Page, Purpose::List, body);
    let page = Page {
        request: Request::get(GROUP, Purpose::List, Way::Page),
        url: GROUP.to_owned(),
        content_type: None,
        body: body.to_vec(),
        at: now(),
    };
    if let Some((platform, rules)) = read::propose(&page) {
        let source = Source {
            rules,
            ..group(platform)
        };
        assert_eq!(read::faults_of_rules(&source), []);
        walk_source(&source, page);
    }
}

/// A page of Meetup, of a group and of an event; or the data that such a page carries for its scripts.
pub(crate) fn next_data(body: &[u8]) {
    let page = if body.trim_ascii_start().starts_with(b"<") {
        body.to_vec()
    } else {
        [
            b"<script id=\"__NEXT_DATA__\" type=\"application/json\">",
            body,
            b"</script>",
        ]
        .concat()
    };
    walk(Platform::Meetup, Way::Page, Purpose::List, &page);
    let event = Purpose::Event {
        key: "1".to_owned(),
        mark: String::new(),
    };
    walk(Platform::Meetup, Way::Page, event, &page);
}

/// Recurrence rules, one a line, of series that begin at awkward times: in a gap of the clock, at a time
/// that comes twice, on a leap day, long ago.
pub(crate) fn rrule(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let midnight = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day)
            .unwrap_or_default()
            .and_time(chrono::NaiveTime::MIN)
    };
    let half_past_two = TimeDelta::minutes(150);
    for start in [
        Stamp::Zoned(midnight(2026, 3, 8) + half_past_two, Tz::America__New_York),
        Stamp::Floating(midnight(2025, 10, 26) + half_past_two),
        Stamp::Date(midnight(2024, 2, 29).date()),
        Stamp::Utc(DateTime::UNIX_EPOCH),
    ] {
        let mut listing = Listing::new("x", "x", start, Way::Feed);
        listing.rule = Some(Rule {
            rules: text.lines().map(str::to_owned).collect(),
            ..Rule::default()
        });
        follows(&listing);
    }
}

/// A series gives each start once, in order, in the window, and not more than may be; and from later on
/// it gives the same.
fn follows(series: &Listing) {
    let now = now();
    let (later, end) = (now + TimeDelta::days(200), now + TimeDelta::days(400));
    let zone = Tz::Europe__Berlin;
    let limits = Limits::default();
    let starts_from = |from| {
        let expanded = expand([series], (from, end), zone, limits);
        let starts = expanded.occurrences.iter();
        let starts: Vec<DateTime<Utc>> = starts.map(|at| at.start.instant(zone)).collect();
        assert!(starts.len() <= limits.occurrences, "{}", starts.len());
        assert!(starts.is_sorted_by(|one, next| one < next), "{starts:?}");
        are_messages(&expanded.problems);
        (starts, expanded.problems.is_empty())
    };
    let (whole, is_well) = starts_from(now);
    if !is_well {
        return;
    }
    let (part, is_well) = starts_from(later);
    // What began the day before may still run.
    let from_later_on = |starts: Vec<DateTime<Utc>>| -> Vec<DateTime<Utc>> {
        starts.into_iter().filter(|at| *at >= later).collect()
    };
    if is_well {
        assert_eq!(
            from_later_on(whole),
            from_later_on(part),
            "from later on it is the same series"
        );
    }
}

/// An address, a city, or the location column of a row.
pub(crate) fn place(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let home = Place::parse("Berlin, DE").ok();
    let states: Vec<Country> = Country::parse("US").into_iter().collect();
    let is_read_again = |place: &Place| {
        let printed = place.printed(&states);
        let again = Place::parse(&printed).map(|place| place.printed(&states));
        assert_eq!(
            again.as_ref(),
            Ok(&printed),
            "what is printed is read as the same place"
        );
    };
    for stated in [
        Stated {
            address: Some(text),
            ..Stated::default()
        },
        Stated {
            venue: Some(text),
            address: Some(text),
            ..Stated::default()
        },
        Stated {
            city: Some(text),
            country: Some("US"),
            ..Stated::default()
        },
    ] {
        for home in [None, home.as_ref()] {
            match resolve(&stated, home) {
                Resolution::Found(place) | Resolution::Likely(place) => is_read_again(&place),
                Resolution::Ambiguous(places) => places.iter().for_each(is_read_again),
                Resolution::Unknown(text) => assert!(text.chars().count() <= 200, "{text}"),
                Resolution::Nothing | Resolution::Online => {}
            }
        }
    }
    if let Ok((_, Some(place))) = parse_location(text) {
        is_read_again(&place);
    }
}

/// What is wrong is said on one line of a log.
fn are_messages(problems: &[Problem]) {
    for problem in problems {
        is_a_message(&problem.what);
        problem.item.as_deref().into_iter().for_each(is_a_message);
    }
}

fn is_a_message(text: &str) {
    let is_short = text.chars().nth(LONGEST_MESSAGE).is_none();
    assert!(is_short && !text.contains(char::is_control), "{text:?}");
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_774_000_000, 0).unwrap_or_default()
}

/// Reads, believes and prints a page: no more events than the page lists, and each row is two lines.
fn walk(platform: Platform, way: Way, purpose: Purpose, body: &[u8]) {
    let page = Page {
        request: Request::get(GROUP, purpose, way),
        url: GROUP.to_owned(),
        content_type: None,
        body: body.to_vec(),
        at: now(),
    };
    walk_source(&group(platform), page);
}

/// The group's source on a platform.
fn group(platform: Platform) -> Source {
    Source {
        organiser: Some(Organiser {
            name: "Rust Berlin".to_owned(),
            url: Link::parse(GROUP).ok(),
        }),
        place: Place::parse("Berlin, DE").ok(),
        zone: Some(Tz::Europe__Berlin),
        ..Source::new("x", Address::Web(GROUP.to_owned()), platform)
    }
}

fn walk_source(source: &Source, page: Page) {
    let now = now();
    // An event's own page only adds to what the list says of it.
    let listed = match &page.request.purpose {
        Purpose::Event { key, .. } => Some(Listing::new(key, "x", Stamp::Utc(now), Way::Feed)),
        _ => None,
    };
    let mut reading = match read::read(source, &page, &Known::default(), now) {
        Ok(reading) => reading,
        Err(why) => return is_a_message(&why.to_string()),
    };
    are_messages(&reading.problems);
    assert!(reading.listings.len() <= reading.entries, "{reading:?}");
    reading.listings.extend(listed);
    let window = Window::starting(now.date_naive(), DAYS);
    let mut groups = Groups::default();
    groups.topic = TOPIC.clone();
    let believed = believed_of(source, &reading.listings, window, &groups);
    are_messages(&believed.problems);
    for rejected in &believed.rejected {
        is_a_message(&rejected.reason);
    }
    let twins = deduplicate(
        believed.events,
        std::slice::from_ref(source),
        &Identities::default(),
        &Topic::default(),
    );
    let published = curate(
        &twins,
        &BTreeMap::new(),
        &BTreeSet::new(),
        &InForce::default(),
        now,
    )
    .write;
    let style = style();
    let selection = Selection {
        window,
        headings: Vec::new(),
        new_since: None,
    };
    let section = select::select(published.iter(), &[], &selection, &style);
    let rows: usize = section.headings.iter().map(|(_, rows)| rows.len()).sum();
    let printed = print::section(&section, &style);
    let lines = 3 + 2 * section.headings.len() + 2 * rows;
    assert_eq!(printed.lines().count(), lines, "{printed}");
    let is_plain = |char: char| char == '\n' || !char.is_control();
    assert!(printed.chars().all(is_plain), "{printed:?}");
    drop(json::section(&section));
}
