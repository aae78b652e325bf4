//! Field by field the better source wins, the others stay as evidence.

use super::*;
use crate::telling;
use crate::telling::Records;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::when::Stamp;
use rusty_events::store::Store;

const PAGE: &str = "https://www.meetup.com/rust-berlin/events/1/";

/// The group's own page, its platform and a calendar of many groups.
fn three() -> (World, [Event; 3]) {
    let world = World {
        sources: vec![
            source("jsonld/berline", Platform::Jsonld, Some("Rust Berlin")),
            source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin")),
            source("ics/community", Platform::Ics, None),
        ],
        identities: Identities::default(),
    };
    let [own, meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let group = || meetup.organiser.clone().into_iter().collect::<Vec<_>>();
    let mut page = event(own, "x", EVENING, "https://berline.rs/2026/hack.html");
    page.mentions = Link::parse(PAGE).into_iter().collect();
    let copy = Event {
        organisers: group(),
        ..event(calendar, "a", EVENING, PAGE)
    };
    let events = [page, event(meetup, "1", EVENING, PAGE), copy];
    (world, events)
}

fn one(world: &World, events: impl IntoIterator<Item = Event>) -> Published {
    let mut all = published(world, events.into_iter().collect(), &BTreeMap::new(), now());
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn venue(place: &str) -> (Option<Place>, Option<Venue>) {
    let venue = Venue {
        name: Some(format!("Hall of {place}")),
        ..Venue::default()
    };
    (Place::parse(place).ok(), Some(venue))
}

fn timed(start: &str, end: Option<&str>) -> When {
    When::Timed {
        start: start.parse().unwrap(),
        end: end.map(|end| end.parse().unwrap()),
        zone: chrono_tz::Tz::Europe__Berlin,
    }
}

#[test]
fn a_mirror_by_another_group_is_a_second_link_and_a_second_organiser() {
    let world = World {
        sources: vec![
            source(
                "jsonld/berline",
                Platform::Jsonld,
                Some("OpenTechSchool Berlin"),
            ),
            source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin")),
        ],
        identities: Identities::default(),
    };
    let mut own = event(
        &world.sources[0],
        "x",
        EVENING,
        "https://berline.rs/2026/hack.html",
    );
    let mirror = event(
        &world.sources[1],
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    own.mentions = vec![mirror.link.clone().unwrap()];
    let both = published(&world, vec![own, mirror], &BTreeMap::new(), now());
    let names: Vec<&str> = both[0]
        .organisers
        .iter()
        .map(|organiser| organiser.name.as_str())
        .collect();
    assert_eq!(names, ["OpenTechSchool Berlin", "Rust Berlin"]);
    let titles: Vec<&str> = both[0]
        .links
        .iter()
        .map(|link| link.title.as_str())
        .collect();
    assert_eq!(
        titles,
        ["Rust Hack and Learn", "Mirror: Rust Hack and Learn"]
    );
}

#[test]
fn a_doubt_is_settled_by_a_source_that_knows() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let link = "https://www.meetup.com/rust-berlin/events/1/";
    let mut own = event(meetup, "1", EVENING, link);
    own.place = None;
    own.flags = vec![Flag::UnknownPlace];
    let copy = event(calendar, "a", EVENING, link);
    let both = published(&world, vec![own, copy], &BTreeMap::new(), now());
    assert_eq!(both[0].flags, []);
    assert_eq!(both[0].place, Place::parse("Berlin, DE").ok());
}

#[test]
fn a_cancellation_is_believed_from_any_source() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let link = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(meetup, "1", EVENING, link);
    let copy = Event {
        status: Status::Cancelled,
        ..event(calendar, "a", EVENING, link)
    };
    assert_eq!(
        published(&world, vec![own, copy], &BTreeMap::new(), now())[0].status,
        Status::Cancelled
    );
}

#[test]
fn that_it_is_put_off_is_old_news_from_who_has_not_heard_of_the_new_day() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let link = "https://www.meetup.com/rust-berlin/events/1/";
    let put_off = Event {
        status: Status::Postponed,
        ..event(calendar, "a", EVENING, link)
    };
    let status = |own: Event| {
        let both = vec![own, put_off.clone()];
        published(&world, both, &BTreeMap::new(), now())[0].status
    };
    assert_eq!(status(event(meetup, "1", EVENING, link)), Status::Postponed);
    let new_day = event(meetup, "1", "2026-08-30T17:00:00Z", link);
    assert_eq!(status(new_day), Status::Confirmed);
}

#[test]
fn the_organisers_own_page_counts_before_the_platform_and_that_before_a_calendar() {
    let (world, mut events) = three();
    for (event, title) in events
        .iter_mut()
        .zip(["Own hack", "Meetup hack", "Calendar hack"])
    {
        event.title = Title::parse(title).unwrap();
        event.description = title.to_owned();
    }
    let [own, meetup, calendar] = events;
    let all = one(&world, [calendar.clone(), meetup.clone(), own]);
    assert_eq!(
        (all.title.as_str(), &*all.description),
        ("Own hack", "Own hack")
    );
    let sources: Vec<&str> = all.evidence.iter().map(|one| &*one.source.0).collect();
    assert_eq!(
        sources,
        ["jsonld/berline", "meetup/rust-berlin", "ics/community"]
    );
    let two = one(
        &world,
        [
            calendar,
            Event {
                description: String::new(),
                ..meetup
            },
        ],
    );
    // Where the better source is silent, the other's word stands.
    assert_eq!(
        (two.title.as_str(), &*two.description),
        ("Meetup hack", "Calendar hack")
    );
}

#[test]
fn an_events_venue_counts_before_a_groups_home() {
    let (world, [mut own, mut meetup, calendar]) = three();
    own.place = Place::parse("Utrecht, NL").ok();
    (meetup.place, meetup.venue) = venue("Delft, NL");
    // The link joins them: the place does not.
    own.link = Link::parse(PAGE).ok();
    let both = one(&world, [own.clone(), meetup.clone()]);
    assert_eq!(
        (both.place, both.venue),
        (meetup.place.clone(), meetup.venue.clone())
    );
    assert_eq!(both.flags, [], "a home contradicts no source");

    // Of two venues the better source's, and the editor hears of it.
    let mut other = calendar;
    (other.place, other.venue) = venue("Utrecht, NL");
    let both = one(&world, [meetup.clone(), other]);
    assert_eq!((both.place, both.venue), (meetup.place, meetup.venue));
    assert_eq!(both.flags, [Flag::SourcesDisagree]);
}

#[test]
fn what_the_configuration_forces_on_one_source_counts_before_what_another_says() {
    let (world, [_, mut meetup, mut calendar]) = three();
    (meetup.place, meetup.venue) = venue("Berlin, DE");
    calendar.place = Place::parse("Potsdam, DE").ok();
    calendar.mode = Mode::Hybrid;
    let both = one(&world, [meetup.clone(), calendar.clone()]);
    assert_eq!((both.place, both.mode), (meetup.place.clone(), meetup.mode));

    calendar.place_is_forced = true;
    calendar.mode_is_forced = true;
    let both = one(&world, [meetup, calendar.clone()]);
    assert_eq!((both.place, both.mode), (calendar.place, Mode::Hybrid));
    assert_eq!(both.venue, None, "a hall in another city");
    assert_eq!(both.flags, [], "it is settled");
}

#[test]
fn an_online_event_has_the_home_and_no_venue() {
    let (world, [_, mut meetup, calendar]) = three();
    meetup.mode = Mode::Virtual;
    for hall in ["Potsdam, DE", "Berlin, DE"] {
        let mut copy = calendar.clone();
        (copy.place, copy.venue) = venue(hall);
        copy.flags = vec![Flag::ModeAssumed];
        let both = one(&world, [meetup.clone(), copy]);
        assert_eq!(
            (both.mode, both.place, both.venue),
            (Mode::Virtual, meetup.place.clone(), None)
        );
        assert_eq!(both.flags, []);
    }
}

#[test]
fn sources_that_disagree_on_hour_or_mode_are_flagged() {
    let (world, [_, meetup, calendar]) = three();
    let later = Event {
        when: timed("2026-08-27T18:00:00Z", None),
        ..calendar.clone()
    };
    let both = one(&world, [meetup.clone(), later.clone()]);
    assert_eq!(
        (both.when, &*both.flags),
        (meetup.when, &[Flag::SourcesDisagree][..])
    );

    let online = Event {
        mode: Mode::Virtual,
        ..calendar.clone()
    };
    let both = one(&world, [meetup.clone(), online.clone()]);
    assert_eq!(
        (both.mode, &*both.flags),
        (meetup.mode, &[Flag::SourcesDisagree][..])
    );
    // A guess contradicts no source.
    let guess = Event {
        flags: vec![Flag::ModeAssumed],
        ..online
    };
    assert_eq!(one(&world, [meetup.clone(), guess]).flags, []);

    // Times that only call themselves UTC give way to any others, and take their doubt with them.
    let false_utc = Event {
        flags: vec![Flag::FalseUtc],
        ..meetup
    };
    let both = one(&world, [false_utc, later.clone()]);
    assert_eq!((both.when, &*both.flags), (later.when, &[][..]));
}

#[test]
fn the_hours_and_the_end_come_from_a_source_that_has_them() {
    let (world, [mut own, meetup, calendar]) = three();
    let day = "2026-08-27".parse().unwrap();
    own.when = When::Days {
        first: day,
        last: day,
    };
    own.link = Link::parse(PAGE).ok();
    let both = one(&world, [own.clone(), meetup.clone()]);
    assert_eq!((both.when, &*both.flags), (meetup.when, &[][..]));
    let ends = Event {
        when: timed(EVENING, Some("2026-08-27T20:00:00Z")),
        ..calendar
    };
    assert_eq!(one(&world, [meetup, ends.clone()]).when, ends.when);
    // Two whole days are no day without its hours.
    own.when = When::Days {
        first: day,
        last: day.succ_opt().unwrap(),
    };
    assert_eq!(one(&world, [own.clone(), ends]).when, own.when);
}

#[test]
fn a_groups_page_stands_in_for_an_events_only_where_no_source_knows_one() {
    let (world, [mut own, meetup, _]) = three();
    let group = "https://www.meetup.com/rust-berlin";
    own.link = Link::parse(group).ok();
    own.flags = vec![Flag::NoLink];
    let pages = |event: &Published| -> Vec<String> {
        event
            .links
            .iter()
            .map(|link| link.url.to_string())
            .collect()
    };
    let alone = one(&world, [own.clone()]);
    assert_eq!(
        (pages(&alone), &*alone.flags),
        (vec![group.to_owned()], &[Flag::NoLink][..])
    );
    let both = one(&world, [own, meetup]);
    assert_eq!(
        (pages(&both), &*both.flags),
        (vec![PAGE.to_owned()], &[][..])
    );
}

#[test]
fn a_field_does_not_flip_because_its_best_source_fails_today() {
    let (world, _) = three();
    let window = rusty_events::facts::issue::Window::starting("2026-08-19".parse().unwrap(), 28);
    let mut store = Store::in_memory().unwrap();
    let read = |source: &Source, title: &str| {
        let start = Stamp::Utc(EVENING.parse().unwrap());
        let mut listing = Listing::new("1", title, start, Way::Page);
        listing.link = Some(PAGE.to_owned());
        telling::read(&source.id.0, Way::Page, vec![listing])
    };
    let [own, meetup, _] = &world.sources[..] else {
        unreachable!()
    };
    let title = |store: &Store| {
        let listings = store.listings().unwrap();
        let events = [own, meetup].into_iter().flat_map(|source| {
            let groups = rusty_events::believe::normalise::Groups::default();
            rusty_events::believe::believed_of(source, &listings[&source.id], window, &groups)
                .events
        });
        one(&world, events).title
    };
    store.record(&read(own, "The hack"), now()).unwrap();
    store.record(&read(meetup, "A hack"), now()).unwrap();
    assert_eq!(title(&store).as_str(), "The hack");
    let later = now() + chrono::TimeDelta::days(3);
    store.record(&telling::failed(&own.id.0), later).unwrap();
    store.record(&read(meetup, "A hack"), later).unwrap();
    assert_eq!(title(&store).as_str(), "The hack");
}
