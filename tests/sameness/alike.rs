//! What makes two events one without a link between them, and what is only reported.

use super::*;

fn two_platforms() -> World {
    World {
        sources: vec![
            source("luma/rust-girona", Platform::Luma, Some("Rust Girona")),
            source("meetup/rust-girona", Platform::Meetup, Some("Rust Girona")),
            source("ics/community", Platform::Ics, None),
        ],
        identities: Identities::default(),
    }
}

#[test]
fn one_group_holds_one_event_at_a_time_in_a_place() {
    let world = two_platforms();
    let [luma, meetup, _] = &world.sources[..] else {
        unreachable!()
    };
    let ours = event(luma, "evt-1", EVENING, "https://luma.com/hack");
    let mut theirs = event(
        meetup,
        "1",
        EVENING,
        "https://www.meetup.com/rust-girona/events/1/",
    );
    theirs.title = Title::parse("Something else altogether").unwrap();
    let twins = world.twins(vec![ours.clone(), theirs.clone()]);
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].rules[0].0, Rule::SameOrganiserAndStart);
    // In another city, or at another hour, it is another.
    let elsewhere = Event {
        place: Place::parse("Barcelona, ES").ok(),
        ..theirs.clone()
    };
    assert_eq!(world.twins(vec![ours.clone(), elsewhere]).len(), 2);
    let mut later = theirs;
    later.when = When::Timed {
        start: "2026-08-27T18:00:00Z".parse().unwrap(),
        end: None,
        zone: chrono_tz::Tz::Europe__Berlin,
    };
    assert_eq!(world.twins(vec![ours, later]).len(), 2);
}

#[test]
fn two_hack_nights_of_two_groups_are_two() {
    let world = World {
        sources: vec![
            source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin")),
            source("luma/rust-girona", Platform::Luma, Some("Rust Girona")),
        ],
        identities: Identities::default(),
    };
    let [berlin, girona] = &world.sources[..] else {
        unreachable!()
    };
    let mut ours = event(
        berlin,
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let mut theirs = event(girona, "evt-1", EVENING, "https://luma.com/hack");
    (ours.mode, theirs.mode) = (Mode::Virtual, Mode::Virtual);
    let twins = world.twins(vec![ours, theirs]);
    assert_eq!((twins.len(), suspicions(&twins).len()), (2, 0));
}

#[test]
fn off_by_an_hour_or_without_evidence_is_reported_and_never_merged() {
    let world = two_platforms();
    let [luma, meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let titled = |mut event: Event| {
        event.title = Title::parse("Taller de WebAssembly").unwrap();
        event
    };
    let ours = titled(event(luma, "evt-1", EVENING, "https://luma.com/wasm"));
    let mut late = titled(event(
        meetup,
        "1",
        "2026-08-27T18:00:00Z",
        "https://www.meetup.com/rust-girona/events/1/",
    ));
    let twins = world.twins(vec![ours.clone(), late.clone()]);
    let found = suspicions(&twins);
    assert_eq!((twins.len(), found.len()), (2, 1));
    assert!(
        found[0].why.contains("60 minutes apart"),
        "{}",
        found[0].why
    );
    // Three hours later it is another event.
    late.when = When::Timed {
        start: "2026-08-27T20:00:00Z".parse().unwrap(),
        end: None,
        zone: chrono_tz::Tz::Europe__Berlin,
    };
    assert_eq!(suspicions(&world.twins(vec![ours.clone(), late])), []);

    // A copy of unknown organiser, with nothing to prove that it is one.
    let mut copy = titled(event(calendar, "a", EVENING, "https://example.org/wasm"));
    copy.flags = vec![Flag::UnknownOrganiser];
    let twins = world.twins(vec![ours.clone(), copy.clone()]);
    assert_eq!((twins.len(), suspicions(&twins).len()), (2, 1));
    // The venue's address proves it.
    let venue = |event: Event| Event {
        venue: Some(Venue {
            address: Some("Carrer Nou 1, Girona".to_owned()),
            ..Venue::default()
        }),
        ..event
    };
    let twins = world.twins(vec![venue(ours), venue(copy)]);
    assert_eq!(
        (twins.len(), twins[0].rules[0].0),
        (1, Rule::SameStartAndTitle)
    );
}
