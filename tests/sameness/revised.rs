//! How what is published follows what sources say: SEQUENCE, times, and what no source lists any more.

use super::*;

#[test]
fn nothing_changes_when_nothing_changed() {
    let world = meetup_and_calendar();
    let own = event(
        &world.sources[0],
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let first = published(&world, vec![own.clone()], &BTreeMap::new(), now());
    assert_eq!(
        (first[0].sequence, first[0].created, first[0].modified),
        (0, now(), now())
    );
    let later = now() + chrono::TimeDelta::hours(6);
    assert_eq!(
        published(&world, vec![own], &remembered(first), later),
        Vec::new()
    );
}

#[test]
fn sequence_rises_exactly_when_start_end_place_mode_or_status_change() {
    let world = meetup_and_calendar();
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(&world.sources[0], "1", EVENING, page);
    let old = remembered(published(
        &world,
        vec![own.clone()],
        &BTreeMap::new(),
        now(),
    ));
    let later = now() + chrono::TimeDelta::hours(6);
    let from: DateTime<Utc> = EVENING.parse().unwrap();
    let starting = move |minutes: i64, zone: chrono_tz::Tz| When::Timed {
        start: from + chrono::TimeDelta::minutes(minutes),
        end: None,
        zone,
    };
    let berlin = chrono_tz::Tz::Europe__Berlin;
    type Change = Box<dyn Fn(&mut Event)>;
    let changes: Vec<(&str, u32, Change)> = vec![
        (
            "a day later",
            1,
            Box::new(move |event| event.when = starting(24 * 60, berlin)),
        ),
        (
            "half an hour later",
            1,
            Box::new(move |event| event.when = starting(30, berlin)),
        ),
        (
            "an end",
            1,
            Box::new(move |event| {
                event.when = When::Timed {
                    start: from,
                    end: Some(from + chrono::TimeDelta::hours(2)),
                    zone: berlin,
                };
            }),
        ),
        (
            "another city",
            1,
            Box::new(|event| event.place = Place::parse("Hamburg, DE").ok()),
        ),
        (
            "another mode",
            1,
            Box::new(|event| event.mode = Mode::Hybrid),
        ),
        (
            "cancelled",
            1,
            Box::new(|event| event.status = Status::Cancelled),
        ),
        (
            "in another zone",
            0,
            Box::new(move |event| event.when = starting(0, chrono_tz::Tz::Europe__Warsaw)),
        ),
        (
            "another title",
            0,
            Box::new(|event| event.title = Title::parse("Rust, Learn and Pizza").unwrap()),
        ),
        (
            "another text",
            0,
            Box::new(|event| event.description = "New.".to_owned()),
        ),
    ];
    for (what, rise, change) in changes {
        let mut changed = own.clone();
        change(&mut changed);
        let after = published(&world, vec![changed], &old, later);
        assert_eq!(
            (after[0].sequence, after[0].created, after[0].modified),
            (rise, now(), later),
            "{what}"
        );
    }
    // Nor does a doubt, or where it was read, make it new to anybody.
    let mut doubted = own;
    doubted.flags.push(Flag::ModeAssumed);
    doubted.ways.push((Way::Page, Part::Page));
    let after = published(&world, vec![doubted], &old, later);
    assert_eq!((after[0].sequence, after[0].modified), (0, now()));
}

#[test]
fn an_event_that_no_source_lists_any_more_is_withdrawn_once_and_a_past_one_stays() {
    let world = meetup_and_calendar();
    let meetup = &world.sources[0];
    let past = event(
        meetup,
        "0",
        "2026-08-01T17:00:00Z",
        "https://www.meetup.com/rust-berlin/events/0/",
    );
    let future = event(
        meetup,
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let old = remembered(published(
        &world,
        vec![past, future],
        &BTreeMap::new(),
        now(),
    ));
    let after = published(&world, Vec::new(), &old, now());
    assert_eq!(
        after
            .iter()
            .map(|event| (event.status, event.sequence))
            .collect::<Vec<_>>(),
        [(Status::Withdrawn, 1)]
    );
    let mut old = old;
    old.extend(remembered(after));
    assert_eq!(published(&world, Vec::new(), &old, now()), Vec::new());

    // A source that is no longer configured takes nothing with it.
    let none = curate(&[], &old, &BTreeSet::new(), &InForce::default(), now());
    assert_eq!(none.write, Vec::new());
}
