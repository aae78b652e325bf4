//! What one reading names anew and what it goes without: which of them are one event.

use super::{Entry, World};
use crate::loopback::Answer;
use crate::markdown::topic;
use chrono::{DateTime, Utc};
use rusty_events::believe::absence::handovers;
use rusty_events::facts::event::Status;
use rusty_events::facts::listing::{Listing, Location};
use rusty_events::facts::source::Way;
use rusty_events::facts::when::Stamp;

fn listing(key: &str, title: &str, start: &str) -> Listing {
    Listing::new(key, title, Stamp::Utc(start.parse().unwrap()), Way::Feed)
}

fn linked(key: &str, start: &str, link: &str) -> Listing {
    Listing {
        link: Some(link.to_owned()),
        ..listing(key, &format!("Title of {key}"), start)
    }
}

fn is_handed(new: &Listing, missing: &Listing, others: &[&Listing]) -> bool {
    let named: Vec<&Listing> = others.iter().copied().chain([new]).collect();
    !handovers(&[new], &[missing], &named, None, &topic(), before()).is_empty()
}

fn before() -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse().unwrap()
}

const EVENING: &str = "2026-09-03T17:00:00Z";
const NEXT_DAY: &str = "2026-09-04T17:00:00Z";
const A_WEEK_ON: &str = "2026-09-12T17:00:00Z";

#[test]
fn in_a_calendar_of_many_groups_what_is_of_two_groups_or_in_two_cities_is_two() {
    let plain = |key| listing(key, "Rust Hack and Learn", EVENING);
    let by = |key, name: &str| Listing {
        organisers: vec![(name.to_owned(), None)],
        ..plain(key)
    };
    let on = |key, page: &str| Listing {
        link: Some(page.to_owned()),
        ..plain(key)
    };
    let text = |key, page: &str| Listing {
        description: format!("More at {page}, or by mail."),
        ..plain(key)
    };
    let city = |key, address: &str| Listing {
        locations: vec![Location {
            address: Some(address.to_owned()),
            ..Location::default()
        }],
        ..plain(key)
    };
    assert!(is_handed(&plain("b"), &plain("a"), &[]));
    assert!(is_handed(&by("b", "Rust Lyon"), &by("a", "rust lyon"), &[]));
    let meetup = |slug: &str, id: &str| format!("https://www.meetup.com/{slug}/events/{id}/");
    let number = meetup("rust-lyon", "307089940");
    let letters = meetup("rust-lyon", "xvkdgtyhcgbfc");
    assert!(is_handed(&on("b", &number), &on("a", &letters), &[]));
    assert!(is_handed(&text("b", &number), &text("a", &letters), &[]));
    let street = "Station Road 7, Lyon, FR";
    assert!(is_handed(
        &city("b", "Mill Lane 2, Lyon, FR"),
        &city("a", street),
        &[]
    ));

    let another = meetup("rust-lyon", "307089941");
    let of_oslo = meetup("rust-oslo", "307089940");
    for (new, missing) in [
        (by("b", "Rust Oslo"), by("a", "Rust Lyon")),
        (on("b", &of_oslo), on("a", &number)),
        (text("b", &of_oslo), text("a", &number)),
        (on("b", &another), on("a", &number)),
        (on("b", "https://luma.com/abc"), on("a", &number)),
        (
            text("b", "https://luma.com/abcd1234"),
            text("a", "https://luma.com/wxyz5678"),
        ),
        (
            on("b", "https://club.example/7"),
            on("a", "https://rust.example/7"),
        ),
        (city("b", "Station Road 7, Oslo, NO"), city("a", street)),
        (
            text("b", "https://club.example/7"),
            text("a", "https://rust.example/7"),
        ),
    ] {
        assert!(!is_handed(&new, &missing, &[]), "{new:?} {missing:?}");
    }
    let luma = |key, page: &str| on(key, &format!("https://luma.com/{page}"));
    let (new, missing) = (luma("evt-b", "abcd1234"), luma("evt-a", "wxyz5678"));
    assert!(is_handed(&new, &missing, &[]), "entered again");
    // A group's own list names its events by their pages: there another number may be another name.
    let own = |id: &'static str| on(id, &meetup("rust-lyon", id));
    assert!(is_handed(&own("307089941"), &own("307089940"), &[]));
}

#[test]
fn a_page_that_only_one_event_has_hands_it_over_on_another_day_and_under_another_title() {
    let page = "https://club.example/events/7";
    let old = linked("a", EVENING, page);
    assert!(is_handed(&linked("b", NEXT_DAY, page), &old, &[]));
    assert!(!is_handed(
        &linked("b", NEXT_DAY, "https://club.example/events/8"),
        &old,
        &[]
    ));
    // The club's page of the next meeting, nine days later.
    assert!(!is_handed(&linked("b", A_WEEK_ON, page), &old, &[]));
    let luma = "https://luma.com/abc";
    assert!(is_handed(
        &linked("b", A_WEEK_ON, luma),
        &linked("a", EVENING, luma),
        &[]
    ));

    let third = linked("c", A_WEEK_ON, page);
    assert!(!is_handed(&linked("b", NEXT_DAY, page), &old, &[&third]));
    for home in ["https://club.example/", "https://www.meetup.com/rust-lyon"] {
        assert!(!is_handed(
            &linked("b", NEXT_DAY, home),
            &linked("a", EVENING, home),
            &[]
        ));
    }
}

#[test]
fn an_edited_occurrence_of_a_meetup_series_is_known_by_its_day() {
    let page = |id: &str| format!("https://www.meetup.com/rust-lyon/events/{id}/");
    let letters = linked("xvkdgtyhcgbfc", EVENING, &page("xvkdgtyhcgbfc"));
    let later = "2026-09-03T18:30:00Z";
    let number = linked("307089940", later, &page("307089940"));
    assert!(is_handed(&number, &letters, &[]));
    let next_day = linked("307089940", NEXT_DAY, &page("307089940"));
    assert!(!is_handed(&next_day, &letters, &[]));
    // A number stays what it is, and the letters never come after it.
    let other = linked("307089941", EVENING, &page("307089941"));
    assert!(!is_handed(&number, &other, &[]));
    assert!(!is_handed(&letters, &number, &[]));
    // A workshop and an evening that are both new: one of them is, and it cannot be known which.
    let workshop = linked("307089942", "2026-09-03T13:00:00Z", &page("307089942"));
    let new = [&number, &workshop];
    assert_eq!(
        handovers(&new, &[&letters], &new, None, &topic(), before()),
        []
    );
}

#[test]
fn what_has_begun_is_handed_over_at_its_time_and_not_to_the_next_meeting() {
    let page = "https://club.example/events/7";
    let old = linked("a", EVENING, page);
    let again = Listing {
        key: "b".to_owned(),
        ..old.clone()
    };
    let next = Listing {
        key: "b".to_owned(),
        ..linked("a", NEXT_DAY, page)
    };
    for (begun, is_next) in [(EVENING, true), ("2026-09-03T17:30:00Z", false)] {
        let now: DateTime<Utc> = begun.parse().unwrap();
        assert_eq!(
            handovers(&[&again], &[&old], &[&again], None, &topic(), now),
            [(0, 0)]
        );
        let handed = handovers(&[&next], &[&old], &[&next], None, &topic(), now);
        assert_eq!(!handed.is_empty(), is_next, "{begun}");
    }
}

#[test]
fn what_moved_to_this_very_hour_is_handed_over_though_it_has_begun() {
    let missing = listing("a", "Rust Hack and Learn", "2026-08-22T05:30:00Z");
    let begun = listing("b", "Rust Hack and Learn", "2026-08-20T05:30:00Z");
    assert!(is_handed(&begun, &missing, &[]));
    let long_ago = listing("b", "Rust Hack and Learn", "2026-08-19T05:30:00Z");
    assert!(!is_handed(&long_ago, &missing, &[]));
    assert!(!is_handed(&missing, &begun, &[]), "what had begun is over");
}

#[test]
fn a_word_before_the_title_that_says_what_became_of_it_is_none_of_the_title() {
    let old = listing("a", "Rust Hack and Learn", EVENING);
    let titled = |title: &str| listing("b", title, NEXT_DAY);
    assert!(is_handed(
        &titled("Postponed: Rust Hack and Learn"),
        &old,
        &[]
    ));
    assert!(!is_handed(
        &titled("Workshop: Rust Hack and Learn"),
        &old,
        &[]
    ));
}

#[test]
fn what_a_list_that_was_cut_off_could_not_name_before_is_no_event_that_left_it() {
    let ends: DateTime<Utc> = EVENING.parse().unwrap();
    let is_handed = |new: &Listing, missing: &Listing| {
        !handovers(&[new], &[missing], &[new], Some(ends), &topic(), before()).is_empty()
    };
    let page = |id: &str| format!("https://www.meetup.com/rust-lyon/events/{id}/");
    let titled = |id: &str, start: &str| Listing {
        title: "Rust Social".to_owned(),
        ..linked(id, start, &page(id))
    };
    let left = titled("dvrddkypxnsbf", "2026-09-03T12:00:00Z");
    let later = "2026-09-03T18:30:00Z";
    assert!(!is_handed(&titled("zyxfbtdyfgtlp", later), &left));
    assert!(!is_handed(&titled("zyxfbtdyfgtlp", NEXT_DAY), &left));
    // In view it would have been named before.
    assert!(is_handed(&titled("zyxfbtdyfgtlp", EVENING), &left));
    // An instance that gets a number was edited, and may have moved beyond all others.
    assert!(is_handed(&titled("307089940", NEXT_DAY), &left));
    assert!(!is_handed(
        &titled("307089940", NEXT_DAY),
        &titled("307089941", EVENING)
    ));
    // Its page, or its time with its title, says more than that.
    let moved = linked("b", NEXT_DAY, "https://luma.com/abc");
    assert!(is_handed(
        &moved,
        &linked("a", EVENING, "https://luma.com/abc")
    ));
    let again = titled("zyxfbtdyfgtlp", NEXT_DAY);
    assert!(is_handed(&again, &titled("dvrddkypxnsbf", NEXT_DAY)));
}

#[test]
fn what_comes_into_view_at_the_end_of_a_list_of_ten_is_not_the_event_that_left_it() {
    let world = World::new();
    let mirrors = format!(
        "[fetch.mirrors]\n\"https://\" = \"{}\"\n",
        world.server.url("")
    );
    let source = "[[source]]\nurl = \"https://www.meetup.com/rust-example/\"\norganiser = \"Rust Example\"\nplace = \"Berlin, DE\"\n";
    world.configure(source, &mirrors);
    // Two series meet on one day, under one title; the second one is the eleventh event.
    let all: Vec<Entry> = (1..12)
        .map(|number| {
            let letters = format!(
                "dvrddkypxns{}",
                char::from(b'a' + u8::try_from(number).unwrap())
            );
            let entry = world.entry(number.min(10));
            Entry {
                uid: format!("event_{letters}@meetup.com"),
                page: Some(format!(
                    "https://www.meetup.com/rust-example/events/{letters}/"
                )),
                start: entry
                    .start
                    .replace("T19", if number == 11 { "T21" } else { "T19" }),
                more: "DESCRIPTION:Rust Example\\nwords\r\n".to_owned(),
                ..entry
            }
        })
        .collect();
    let lists = |entries: &[&Entry]| {
        let entries: Vec<Entry> = entries.iter().copied().cloned().collect();
        world.server.serve(
            "/www.meetup.com/rust-example/events/ical/",
            Answer::ok("text/calendar", super::feed(&entries)),
        );
    };
    let ten: Vec<&Entry> = all.iter().take(10).collect();
    lists(&ten);
    world.refresh(0);
    let before = world.one("Evening number 10");

    // The tenth is deleted, and its page is gone.
    let others: Vec<&Entry> = ten[..9].iter().copied().chain([&all[10]]).collect();
    lists(&others);
    world.refresh(24);
    let after: Vec<_> = world
        .published()
        .into_iter()
        .filter(|event| event.title == before.title)
        .map(|event| (event.id == before.id, event.when.start(), event.status))
        .collect();
    let two_hours_on = before.when.start() + chrono::TimeDelta::hours(2);
    assert_eq!(
        after,
        [
            (true, before.when.start(), Status::Withdrawn),
            (false, two_hours_on, Status::Confirmed)
        ]
    );
}
