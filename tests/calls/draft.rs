//! A draft's section of calls brought up to date, value by value.

use super::*;
use rusty_events::believe::curate::{NamedLink, Published};
use rusty_events::facts::call::{Call, Deadline};
use rusty_events::facts::event::{Flag, Status, Title};
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::when::When;
use rusty_events::section::calls::{
    CallStyle, Inputs, Kind, Reconciled, Written, open, reconcile, row, rows,
};

fn conference(id: &str, name: &str, until: &str, first: &str) -> Published {
    let mut event = crate::feeds::evening(1, name);
    event.id = rusty_events::facts::event::EventId::stored(id.to_owned());
    event.title = Title::parse(name).unwrap();
    event.when = When::Days {
        first: day(first),
        last: day(first),
    };
    event.place = Place::parse("Graz, AT").ok();
    let page = format!("https://{id}.example/");
    event.links = vec![NamedLink {
        title: event.title.clone(),
        url: Link::parse(&page).unwrap(),
    }];
    event.call = Some(Call {
        link: Link::parse(&format!("{page}cfp")).unwrap(),
        until: Deadline::Day(day(until)),
    });
    event
}

fn two() -> Vec<Published> {
    vec![
        conference("aaa", "Later Conf", "2026-10-01", "2026-12-05"),
        conference("bbb", "Sooner Conf", "2026-09-10", "2026-12-01"),
    ]
}

fn updated(text: &str, events: &[Published], base: &Written) -> Reconciled {
    let style = CallStyle {
        heading: HEADING.to_owned(),
        none: NONE.to_owned(),
        states: Vec::new(),
    };
    let with_call: Vec<_> = events
        .iter()
        .filter_map(|event| Some((event, event.call.as_ref()?)))
        .collect();
    let today = day("2026-09-02");
    reconcile(&Inputs {
        section: &read(text),
        events: &with_call,
        rows: &rows(events.iter(), today, &[]),
        base,
        day: today,
        style: &style,
    })
}

fn printed(event: &Published) -> String {
    row(event, event.call.as_ref().unwrap(), &[])
}

#[test]
fn rows_stand_in_the_order_of_their_deadlines() {
    let events = two();
    let (later, sooner) = (printed(&events[0]), printed(&events[1]));
    assert_eq!(
        sooner,
        "* [**Sooner Conf**](https://bbb.example/cfp) | Closes on 2026-09-10 | Graz, AT | Event on 2026-12-01\n"
    );
    let hand = "* [**By Hand**](https://hand.example) | 2026-09-20 | Oslo, NO | 2026-11-01\n";
    let done = updated(&format!("{HEADING}\n\n{hand}"), &events, &Written::new());
    assert_eq!(done.text, format!("{HEADING}\n\n{sooner}{hand}{later}"));
    let again = updated(&done.text, &events, &done.written);
    assert_eq!(again.text, done.text, "the second time nothing changes");
}

#[test]
fn what_takes_place_no_more_needs_a_human_or_is_over_is_not_open() {
    let today = day("2026-09-02");
    let open_of = |change: fn(&mut Published)| {
        let mut events = two();
        change(&mut events[1]);
        open(events.iter(), today).len()
    };
    assert_eq!(open_of(|_| {}), 2);
    assert_eq!(open_of(|event| event.status = Status::Cancelled), 1);
    assert_eq!(open_of(|event| event.flags.push(Flag::UnknownPlace)), 1);
    let until = |event: &mut Published, until: &str| {
        event.call.as_mut().unwrap().until = Deadline::Day(day(until));
    };
    assert_eq!(open_of(|event| event.call = None), 1);
    let mut events = two();
    until(&mut events[1], "2026-09-02");
    assert_eq!(open(events.iter(), today).len(), 2, "its last day");
    until(&mut events[1], "2026-09-01");
    assert_eq!(open(events.iter(), today).len(), 1);
}

#[test]
fn a_deadline_is_a_day_of_its_own_zone() {
    let zone = chrono_tz::Tz::America__Los_Angeles;
    let at = "2026-09-11T06:59:00Z".parse().unwrap();
    let mut event = conference("aaa", "Conf", "2026-10-01", "2026-12-05");
    event.call.as_mut().unwrap().until = Deadline::At(at, zone);
    assert!(
        printed(&event).contains("| Closes on 2026-09-10 |"),
        "{}",
        printed(&event)
    );
    let until = event.call.unwrap().until;
    assert_eq!(until.in_words(), "2026-09-10 23:59 (America/Los_Angeles)");
    assert_eq!(until.over(), at);
    let over = Deadline::Day(day("2026-09-10")).over();
    assert_eq!(
        over,
        "2026-09-11T12:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
}

#[test]
fn online_is_virtual_and_hybrid_is_its_city() {
    let mut event = conference("aaa", "Conf", "2026-10-01", "2026-12-05");
    event.mode = Mode::Hybrid;
    assert!(printed(&event).contains("| Graz, AT |"));
    event.mode = Mode::Virtual;
    assert!(printed(&event).contains("| Virtual |"));
}

#[test]
fn a_row_by_hand_of_an_event_that_we_know_stays_and_is_compared() {
    let events = two();
    let hand = "* [Sooner Conf 2026](https://bbb.example/cfp?x=1) | Closes 2026-09-08 | Graz, Austria | Event date: 2026-12-01\n";
    let text = format!("{HEADING}\n\n{hand}");
    let done = updated(&text, &events, &Written::new());
    assert_eq!(
        done.text,
        format!("{text}{}", printed(&events[0])),
        "known by name and day"
    );
    let kept = &done.entries[0];
    assert_eq!((kept.kind, kept.line), (Kind::KeptByHand, Some(3)));
    assert!(
        kept.what
            .contains("closes on 2026-09-10, the row 2026-09-08"),
        "{}",
        kept.what
    );
    // Once its own day has passed, the source's later one counts.
    let past = text.replace("2026-09-08", "2026-09-01");
    let done = updated(&past, &events, &Written::new());
    assert!(done.text.contains(&printed(&events[1])), "{}", done.text);
    assert_eq!(done.entries[0].kind, Kind::Changed);
}

#[test]
fn a_call_that_ends_leaves_as_we_wrote_it_and_stays_as_people_did() {
    let mut events = two();
    let before = updated(&format!("{HEADING}\n\n"), &events, &Written::new());
    events[1].status = Status::Cancelled;
    let done = updated(&before.text, &events, &before.written);
    assert!(!done.text.contains("Sooner"), "{}", done.text);
    assert_eq!(done.entries[0].kind, Kind::Off);
    let changed = before.text.replace("Sooner Conf", "Sooner Conf (new date)");
    let done = updated(&changed, &events, &before.written);
    assert!(
        done.text.contains("Sooner Conf (new date)"),
        "{}",
        done.text
    );
    assert_eq!(done.entries[0].kind, Kind::KeptByHand);
}

#[test]
fn the_line_without_calls_comes_and_goes() {
    let intro = format!("{HEADING}\n\nAre you a speaker?\n\n");
    let tail = "If you organise, write.\n";
    let events = two();
    let none = updated(&format!("{intro}{tail}"), &[], &Written::new());
    assert_eq!(none.text, format!("{intro}{NONE}\n\n{tail}"));
    let again = updated(&none.text, &[], &Written::new());
    assert_eq!(again.text, none.text);
    let filled = updated(&none.text, &events, &Written::new());
    let (later, sooner) = (printed(&events[0]), printed(&events[1]));
    assert_eq!(filled.text, format!("{intro}{sooner}{later}\n{tail}"));
    let fresh = updated(&format!("{intro}{tail}"), &events, &Written::new());
    assert_eq!(fresh.text, filled.text);
}

#[test]
fn line_ends_stay() {
    let text = format!("{HEADING}\r\n\r\nAre you?\r\n\r\n{NONE}\r\n");
    let done = updated(&text, &two(), &Written::new());
    assert_eq!(
        done.text.matches('\n').count(),
        done.text.matches("\r\n").count()
    );
    assert_eq!(done.text.matches("Closes on").count(), 2);
}

#[test]
fn a_title_of_marks_stays_a_title() {
    let mut event = conference("aaa", "Conf", "2026-10-01", "2026-12-05");
    event.title = Title::parse("A](https://evil.example) | Closes on 2030-01-01 <b>*x*").unwrap();
    let text = format!("{HEADING}\n\n{}", printed(&event));
    let read = read(&text);
    let row = read.rows().next().unwrap();
    assert_eq!(row.link, "https://aaa.example/cfp");
    assert_eq!(row.closes, on("2026-10-01"));
}
