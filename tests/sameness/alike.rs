//! What makes two events one without a link between them, and what is only reported.

use super::*;
use crate::markdown::topic;

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
    theirs.title = Title::parse("Rust Girona, online meetup for August 2026").unwrap();
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
    assert_eq!((twins.len(), suspicions(&twins, &topic()).len()), (2, 0));
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
    let found = suspicions(&twins, &topic());
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
    assert_eq!(
        suspicions(&world.twins(vec![ours.clone(), late]), &topic()),
        []
    );

    // A copy of unknown organiser, with nothing to prove that it is one.
    let mut copy = titled(event(calendar, "a", EVENING, "https://example.org/wasm"));
    copy.flags = vec![Flag::UnknownOrganiser];
    let twins = world.twins(vec![ours.clone(), copy.clone()]);
    assert_eq!((twins.len(), suspicions(&twins, &topic()).len()), (2, 1));
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

#[test]
fn one_group_at_one_time_with_two_things_to_do_is_reported_and_never_merged() {
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
    theirs.title = Title::parse("Web frontend co-learning").unwrap();
    let twins = world.twins(vec![ours, theirs]);
    let found = suspicions(&twins, &topic());
    assert_eq!((twins.len(), found.len()), (2, 1));
    assert!(found[0].why.contains("two things"), "{}", found[0].why);
}

#[test]
fn of_two_events_at_one_time_each_finds_its_own_copy() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let titled = |source, id, title| Event {
        title: Title::parse(title).unwrap(),
        organisers: meetup.organiser.clone().into_iter().collect(),
        ..event(source, id, EVENING, "https://www.meetup.com/rust-berlin/")
    };
    // The keys are such that the order of events alone would pair them crosswise.
    let events = vec![
        titled(meetup, "1", "Rust Hack and Learn"),
        titled(meetup, "2", "Rust Berlin Meetup"),
        titled(calendar, "a", "Rust Berlin Meetup"),
        titled(calendar, "b", "Rust Hack and Learn"),
    ];
    for set in world.twins(events) {
        let titles: BTreeSet<_> = set.members.iter().map(|(_, event)| &event.title).collect();
        assert_eq!((set.members.len(), titles.len()), (2, 1));
    }
}

#[test]
fn two_pages_of_a_group_on_one_platform_are_two_and_a_series_number_is_none() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = |id: &str| format!("https://www.meetup.com/rust-berlin/events/{id}/");
    let copy = |id: &str| Event {
        organisers: meetup.organiser.clone().into_iter().collect(),
        ..event(calendar, "a", EVENING, &page(id))
    };
    let own = event(meetup, "307089940", EVENING, &page("307089940"));
    let twins = world.twins(vec![own.clone(), copy("307089941")]);
    assert_eq!((twins.len(), suspicions(&twins, &topic()).len()), (2, 1));
    // What Meetup edits in a series gets a number in place of the series' letters.
    assert_eq!(world.twins(vec![own, copy("xvkdgtyhcgbfc")]).len(), 1);
}

#[test]
fn a_calendar_that_links_to_the_address_before_its_id_changed_is_a_copy() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = |id: &str| format!("https://www.meetup.com/rust-berlin/events/{id}/");
    let mut own = event(meetup, "307089940", EVENING, &page("307089940"));
    let copy = Event {
        title: Title::parse("Another name of it").unwrap(),
        ..event(calendar, "a", EVENING, &page("307089939"))
    };
    assert_eq!(world.twins(vec![own.clone(), copy.clone()]).len(), 2);
    own.keys.push(Key::new("meetup", "307089939", None));
    let twins = world.twins(vec![own, copy]);
    assert_eq!((twins.len(), twins[0].rules[0].0), (1, Rule::SameLink));
}

#[test]
fn a_copy_that_was_one_with_its_original_stays_so_until_it_has_heard_of_the_change() {
    let mut world = meetup_and_calendar();
    let sources = world.sources.clone();
    let [meetup, calendar] = &sources[..] else {
        unreachable!()
    };
    let later = |own: &Event| Event {
        title: Title::parse("Ferris' coffee").unwrap(),
        when: timed("2026-09-03T17:00:00Z"),
        ..own.clone()
    };
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(meetup, "1", EVENING, page);
    let by_page = event(calendar, "a", EVENING, page);
    // A club's page tells which event it means only with the day.
    let at_home = event(meetup, "1", EVENING, "https://club.example/events/7");
    let of_home = event(calendar, "b", EVENING, "https://club.example/events/7");
    let in_text = Event {
        mentions: vec![Link::parse(page).unwrap()],
        ..event(calendar, "c", EVENING, "https://calendar.example/c")
    };
    for (own, copy) in [(&own, by_page), (&at_home, of_home), (&own, in_text)] {
        world.identities = Identities::default();
        let before = vec![own.clone(), copy.clone()];
        let twins = world.twins(before.clone());
        assert_eq!(twins.len(), 1, "{copy:?}");
        let after = vec![later(own), copy.clone()];
        assert_eq!(world.twins(after.clone()).len(), 2, "never seen as one");

        remember(&mut world, &before, &twins);
        let moved = world.twins(after.clone());
        assert_eq!(moved.len(), 1, "{copy:?}");
        assert_eq!(moved[0].id, twins[0].id);
        // Two months on it is next season's, and its link a wrong one.
        let mut season = after;
        season[0].when = timed("2026-10-29T17:00:00Z");
        assert_eq!(world.twins(season).len(), 2);
    }
}

fn timed(start: &str) -> When {
    When::Timed {
        start: start.parse().unwrap(),
        end: None,
        zone: chrono_tz::Tz::Europe__Berlin,
    }
}

/// Lets a world know of its last refresh.
fn remember(
    world: &mut World,
    events: &[Event],
    twins: &[rusty_events::believe::deduplicate::Twins],
) {
    let new = world.identities.new_keys(events.iter());
    let seen = new.into_iter().map(|(key, id)| (key, (id, now())));
    world.identities.keys.extend(seen);
    let members = twins.iter().flat_map(|set| {
        let others = set.members.iter().filter(|(id, _)| *id != set.id);
        others.map(|(id, _)| (id.clone(), set.id.clone()))
    });
    world.identities.sets.extend(members);
}

#[test]
fn a_copy_of_a_page_that_went_to_another_platform_stays_one_with_the_event() {
    let mut world = meetup_and_calendar();
    let luma = source("luma/rust-berlin", Platform::Luma, Some("Rust Berlin"));
    world.sources.push(luma.clone());
    let page = "https://www.meetup.com/rust-berlin/events/307089940/";
    let own = event(&world.sources[0], "307089940", EVENING, page);
    let copy = event(&world.sources[1], "x@google.com", EVENING, page);
    let there = event(&luma, "evt-1", EVENING, "https://luma.com/abcdefgh");
    let all = [own.clone(), copy.clone(), there.clone()];
    let twins = world.twins(all.to_vec());
    assert_eq!(twins.len(), 1);
    remember(&mut world, &all, &twins);

    // Half an hour earlier, and on the old platform no more.
    let there = Event {
        when: timed("2026-08-27T16:30:00Z"),
        ..there
    };
    let after = world.twins(vec![copy.clone(), there.clone()]);
    assert_eq!(after.len(), 1, "{after:#?}");
    assert_eq!(after[0].members[0].1.source, luma.id, "who has heard");
    // Two copies that link to a page that is not read have no original in each other.
    let second = source("luma/world", Platform::Luma, None);
    world.sources.push(second.clone());
    let again = event(&second, "evt-2", EVENING, page);
    let copies = [copy.clone(), again, there.clone()];
    remember(&mut world, &copies, &after);
    let second_set = (
        world.identities.of(&copies[1]).0,
        world.identities.of(&own).0,
    );
    world.identities.sets.extend([second_set]);
    assert_eq!(world.twins(copies.to_vec()).len(), 1);
    // What was never one with it, has another title, or is far away is not.
    let another = Event {
        title: Title::parse("Embedded workshop").unwrap(),
        ..there.clone()
    };
    let next_month = Event {
        when: timed("2026-09-17T17:00:00Z"),
        ..there.clone()
    };
    for other in [another, next_month] {
        assert_eq!(world.twins(vec![copy.clone(), other]).len(), 2);
    }
    // Where the organiser goes online and names the talk, the copy may be late with both.
    let renamed = |title: &str| Event {
        title: Title::parse(title).unwrap(),
        mode: Mode::Virtual,
        when: own.when,
        ..there.clone()
    };
    let with_talk = renamed(&format!("{}: A borrow checker's diary", own.title));
    let workshop = renamed("Embedded workshop");
    for (other, sets) in [(&with_talk, 1), (&workshop, 2)] {
        let twins = world.twins(vec![copy.clone(), other.clone()]);
        assert_eq!(twins.len(), sets, "{}", other.title);
    }
    world.identities.sets.clear();
    assert_eq!(world.twins(vec![copy.clone(), with_talk]).len(), 2);
    assert_eq!(world.twins(vec![copy, there]).len(), 2);
}

#[test]
fn a_link_to_an_unlisted_page_mirrors_what_its_group_has_at_that_time() {
    let mut world = meetup_and_calendar();
    world.sources[0].organiser.as_mut().unwrap().url =
        Link::parse("https://www.meetup.com/rust-berlin").ok();
    let other = source("meetup/rust-lyon", Platform::Meetup, Some("Rust Lyon"));
    let number = "https://www.meetup.com/rust-berlin/events/307089940/";
    let own = Event {
        mode: Mode::Virtual,
        ..event(&world.sources[0], "307089940", EVENING, number)
    };
    let mirror = |group: &str| Event {
        title: Title::parse("Mirror: Rust Hack and Learn").unwrap(),
        mode: Mode::Virtual,
        // As its page was called before it had a number.
        mentions: vec![
            Link::parse(&format!(
                "https://www.meetup.com/{group}/events/xvkdgtyhcgbfc/"
            ))
            .unwrap(),
        ],
        ..event(
            &other,
            "1",
            EVENING,
            "https://www.meetup.com/rust-lyon/events/1/",
        )
    };
    world.sources.push(other.clone());
    let twins = world.twins(vec![own.clone(), mirror("rust-berlin")]);
    assert_eq!(
        (twins.len(), twins[0].rules[0].0),
        (1, Rule::LinksToTheOther)
    );
    assert_eq!(world.twins(vec![own.clone(), mirror("rust-ber")]).len(), 2);
    let at_another_time = Event {
        when: timed("2026-08-27T18:00:00Z"),
        ..mirror("rust-berlin")
    };
    assert_eq!(world.twins(vec![own.clone(), at_another_time]).len(), 2);
    let another_thing = Event {
        title: Title::parse("Board games").unwrap(),
        ..mirror("rust-berlin")
    };
    assert_eq!(world.twins(vec![own, another_thing]).len(), 2);
}

#[test]
fn two_mirrors_of_a_third_are_one_and_come_after_what_they_point_to() {
    let group = |name: &str| source(&format!("meetup/{name}"), Platform::Meetup, Some(name));
    let sources = ["rust-oslo", "rust-lyon", "rust-vienna"].map(group);
    let page = |name: &str| format!("https://www.meetup.com/{name}/events/1/");
    let mirror = |source: &Source, name: &str| Event {
        title: Title::parse("Mirror: Monthly Rust Meetup").unwrap(),
        mode: Mode::Virtual,
        mentions: vec![Link::parse(&page("rust-vienna")).unwrap()],
        ..event(
            source,
            name,
            EVENING,
            &page(name).replace("/1/", &format!("/{name}/")),
        )
    };
    let [oslo, lyon] =
        [("rust-oslo", 0), ("rust-lyon", 1)].map(|(name, at)| mirror(&sources[at], name));
    let original = Event {
        title: Title::parse("Monthly Rust Meetup").unwrap(),
        mode: Mode::Virtual,
        ..event(&sources[2], "1", EVENING, &page("rust-vienna"))
    };
    let world = World {
        sources: sources.to_vec(),
        identities: Identities::default(),
    };
    assert_eq!(world.twins(vec![oslo.clone(), lyon.clone()]).len(), 1);
    let other = Event {
        title: Title::parse("Board games").unwrap(),
        ..lyon.clone()
    };
    assert_eq!(world.twins(vec![oslo.clone(), other]).len(), 2);

    let twins = world.twins(vec![oslo, lyon, original.clone()]);
    assert_eq!((twins.len(), &twins[0].members[0].1), (1, &original));
}

#[test]
fn one_page_at_one_instant_is_one_event_though_two_zones_put_it_on_two_days() {
    let world = meetup_and_calendar();
    let page = "https://club.example/events/7";
    let night = "2026-08-27T23:00:00Z";
    let own = event(&world.sources[0], "1", night, page);
    let copy = |start: &str| Event {
        organisers: Vec::new(),
        when: When::Timed {
            start: start.parse().unwrap(),
            end: None,
            zone: chrono_tz::Tz::UTC,
        },
        ..event(&world.sources[1], "a", start, page)
    };
    assert_eq!(world.twins(vec![own.clone(), copy(night)]).len(), 1);
    let earlier = copy("2026-08-27T22:00:00Z");
    assert_eq!(world.twins(vec![own, earlier]).len(), 2);
}

#[test]
fn what_a_source_lists_in_place_of_what_it_no_longer_lists_is_reported_and_never_merged() {
    let world = meetup_and_calendar();
    let page = |id: &str| format!("https://www.meetup.com/rust-berlin/events/{id}/");
    let listed = |id: &str| event(&world.sources[0], id, EVENING, &page(id));
    let missing = Event {
        flags: vec![Flag::Unlisted],
        ..listed("1")
    };
    let reported = |events: Vec<Event>| {
        let twins = world.twins(events);
        (twins.len(), suspicions(&twins, &topic()).len())
    };
    assert_eq!(reported(vec![missing.clone(), listed("2")]), (2, 1));
    // Two of which the source has both, or none, and one on another day, are nothing to look at.
    assert_eq!(reported(vec![listed("1"), listed("2")]), (2, 0));
    let both = Event {
        flags: vec![Flag::Unlisted],
        ..listed("2")
    };
    assert_eq!(reported(vec![missing.clone(), both]), (2, 0));
    let later = event(&world.sources[0], "2", "2026-08-28T17:00:00Z", &page("2"));
    assert_eq!(reported(vec![missing, later]), (2, 0));
}

#[test]
fn two_events_with_keys_frozen_under_one_id_get_two_ids() {
    let mut world = meetup_and_calendar();
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(&world.sources[0], "1", EVENING, page);
    let other = Event {
        place: Place::parse("Lyon, FR").ok(),
        ..event(
            &world.sources[1],
            "a",
            "2026-09-10T17:00:00Z",
            "https://club.example/a",
        )
    };
    let id = EventId::first_seen_as(&own.keys[0]);
    for event in [&own, &other] {
        let seen = (id.clone(), now());
        world.identities.keys.insert(event.keys[0].clone(), seen);
    }
    let twins = world.twins(vec![own, other]);
    let ids: BTreeSet<&EventId> = twins.iter().map(|set| &set.id).collect();
    assert_eq!((twins.len(), ids.len()), (2, 2));
    assert!(ids.contains(&id));
}

#[test]
fn one_page_on_two_days_is_one_event_that_moved_or_a_wrong_link() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(meetup, "1", EVENING, page);
    let moved = event(calendar, "a", "2026-08-28T17:00:00Z", page);
    assert_eq!(world.twins(vec![own.clone(), moved.clone()]).len(), 1);

    let renamed = Event {
        title: Title::parse("Ferris' coffee").unwrap(),
        ..moved.clone()
    };
    let later = event(calendar, "a", "2026-09-10T17:00:00Z", page);
    for wrong in [renamed, later] {
        let twins = world.twins(vec![own.clone(), wrong]);
        let found = suspicions(&twins, &topic());
        assert_eq!((twins.len(), found.len()), (2, 1));
        assert!(found[0].why.contains("the same page"), "{}", found[0].why);
    }

    // Of a weekly series with one link for every occurrence, that of the day is the copy.
    let week_before = event(calendar, "0", "2026-08-20T17:00:00Z", page);
    let same_day = event(calendar, "z", EVENING, page);
    let twins = world.twins(vec![own.clone(), week_before, same_day.clone()]);
    let set = twins
        .iter()
        .find(|set| set.members.iter().any(|(_, event)| *event == own))
        .unwrap();
    assert!(set.members.iter().any(|(_, event)| *event == same_day));
}

#[test]
fn who_links_to_another_event_of_the_evening_is_no_copy_of_it() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let own = event(
        meetup,
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let mut other = event(
        calendar,
        "a",
        "2026-08-27T14:00:00Z",
        "https://example.org/workshop",
    );
    other.title = Title::parse("Workshop on lifetimes").unwrap();
    other.mentions = vec![own.link.clone().unwrap()];
    assert_eq!(world.twins(vec![own.clone(), other.clone()]).len(), 2);
    other.when = own.when;
    assert_eq!(world.twins(vec![own, other]).len(), 1);
}

#[test]
fn two_groups_with_one_telling_title_are_reported_as_perhaps_mirrors() {
    let world = World {
        sources: vec![
            source("meetup/one", Platform::Meetup, Some("School of Berlin")),
            source("meetup/two", Platform::Meetup, Some("School of Girona")),
        ],
        identities: Identities::default(),
    };
    let [one, two] = &world.sources[..] else {
        unreachable!()
    };
    let titled = |source: &Source, id: &str, place: &str, mode, title: &str| Event {
        title: Title::parse(title).unwrap(),
        place: Place::parse(place).ok(),
        mode,
        ..event(
            source,
            id,
            EVENING,
            &format!("https://www.meetup.com/{id}/events/{id}/"),
        )
    };
    let found = |mode, ours: &str, theirs: &str| {
        let twins = world.twins(vec![
            titled(one, "1", "Berlin, DE", mode, ours),
            titled(two, "2", "Girona, ES", mode, theirs),
        ]);
        (twins.len(), suspicions(&twins, &topic()).len())
    };
    let title = "Writing command line tools with clap";
    assert_eq!(found(Mode::Virtual, title, title), (2, 1));
    assert_eq!(
        found(Mode::Virtual, title, &format!("{title} (co-event)")),
        (2, 1)
    );
    // In person in two cities they are two.
    assert_eq!(found(Mode::InPerson, title, title), (2, 0));
}
