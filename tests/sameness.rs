//! Which events are one, under which id; and what of them is published.

mod alike;
mod fields;
mod revised;

use crate::markdown::topic;
use chrono::{DateTime, Utc};
use rusty_events::believe::curate::{Published, curate};
use rusty_events::believe::decisions::InForce;
use rusty_events::believe::deduplicate::{Identities, Rule, Twins, deduplicate, suspicions};
use rusty_events::facts::event::{Event, EventId, Flag, Key, Status, Title, Venue};
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Part;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Organiser, Platform, Source, Way};
use rusty_events::facts::when::When;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn source(id: &str, platform: Platform, organiser: Option<&str>) -> Source {
    Source {
        organiser: organiser.map(|name| Organiser {
            name: name.to_owned(),
            url: None,
        }),
        ..Source::new(
            id,
            Address::Web(format!("https://example.org/{id}")),
            platform,
        )
    }
}

pub(crate) fn event(source: &Source, id: &str, start: &str, link: &str) -> Event {
    Event {
        keys: vec![Key::new(source.platform.scope(&source.id), id, None)],
        listing: id.to_owned(),
        source: source.id.clone(),
        ways: vec![(Way::Feed, Part::List)],
        line: 1,
        title: Title::parse("Rust Hack and Learn").unwrap(),
        when: When::Timed {
            start: start.parse().unwrap(),
            end: None,
            zone: chrono_tz::Tz::Europe__Berlin,
        },
        mode: Mode::InPerson,
        mode_is_forced: false,
        place: Place::parse("Berlin, DE").ok(),
        place_is_forced: false,
        venue: None,
        online_url: None,
        organisers: source.organiser.clone().into_iter().collect(),
        link: Link::parse(link).ok(),
        further_links: Vec::new(),
        mentions: Vec::new(),
        status: Status::Confirmed,
        unlisted: None,
        call: None,
        print_from: None,
        description: String::new(),
        flags: Vec::new(),
        choices: Vec::new(),
    }
}

const EVENING: &str = "2026-08-27T17:00:00Z";

fn now() -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse().unwrap()
}

struct World {
    sources: Vec<Source>,
    identities: Identities,
}

impl World {
    fn twins(&self, events: Vec<Event>) -> Vec<Twins> {
        deduplicate(events, &self.sources, &self.identities, &topic())
    }
}

fn meetup_and_calendar() -> World {
    World {
        sources: vec![
            source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin")),
            source("ics/community", Platform::Ics, None),
        ],
        identities: Identities::default(),
    }
}

#[test]
fn a_copy_with_the_same_event_link_is_the_event() {
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
    let copy = event(
        calendar,
        "x@google.com",
        EVENING,
        "http://meetup.com/Rust-Berlin/events/1?eventOrigin=y",
    );
    let twins = world.twins(vec![copy, own]);
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].rules[0].0, Rule::SameLink);
    // The platform's word before that of a calendar of many groups.
    assert_eq!(twins[0].members[0].1.source.0, "meetup/rust-berlin");
}

#[test]
fn a_copy_that_links_to_the_other_in_its_text_is_the_event() {
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
    let mut copy = event(
        calendar,
        "x@google.com",
        EVENING,
        "https://example.org/hack",
    );
    copy.mentions = vec![own.link.clone().unwrap()];
    assert_eq!(
        world.twins(vec![own.clone(), copy.clone()])[0].rules[0].0,
        Rule::LinksToTheOther
    );
    // A talk that mentions last week's event is not that event.
    copy.when = When::Days {
        first: "2026-09-03".parse().unwrap(),
        last: "2026-09-03".parse().unwrap(),
    };
    assert_eq!(world.twins(vec![own, copy]).len(), 2);
}

#[test]
fn an_address_of_many_dates_identifies_only_with_the_day() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let jitsi = "https://meet.jit.si/RustHackAndLearnBerlin";
    let first = event(meetup, "1", EVENING, jitsi);
    let same_day = event(calendar, "a", EVENING, jitsi);
    let later = event(calendar, "b", "2026-09-10T17:00:00Z", jitsi);
    assert_eq!(world.twins(vec![first, same_day, later]).len(), 2);
}

#[test]
fn a_platforms_own_id_tells_an_event_in_all_its_feeds() {
    for platform in [
        Platform::Hasgeek,
        Platform::Bevy,
        Platform::Pretix,
        Platform::Mobilizon,
    ] {
        let world = World {
            sources: vec![
                source("one/group", platform, Some("Crabs")),
                source("another/instance", platform, None),
            ],
            identities: Identities::default(),
        };
        let own = event(&world.sources[0], "7", EVENING, "https://a.example/");
        let copy = event(&world.sources[1], "7", EVENING, "https://b.example/");
        let twins = world.twins(vec![own, copy]);
        assert_eq!(twins.len(), 1, "{platform}");
        assert_eq!(twins[0].rules[0].0, Rule::SamePlatformId, "{platform}");
    }
}

#[test]
fn a_groups_page_is_no_events_page() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let group = "https://www.meetup.com/rust-berlin/";
    let events = vec![
        event(meetup, "1", EVENING, group),
        event(calendar, "a", EVENING, group),
    ];
    assert_eq!(world.twins(events).len(), 2);
}

#[test]
fn no_set_holds_two_events_of_one_source_not_through_a_chain_either() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let one = event(
        meetup,
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let two = event(
        meetup,
        "2",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/2/",
    );
    let mut copy = event(
        calendar,
        "a",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    copy.mentions = vec![two.link.clone().unwrap()];
    let twins = world.twins(vec![one, two, copy]);
    assert_eq!(
        twins
            .iter()
            .map(|set| set.members.len())
            .collect::<BTreeSet<_>>(),
        BTreeSet::from([1, 2])
    );
}

#[test]
fn the_id_is_that_of_the_member_seen_first_and_stays() {
    let mut world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let copy = event(
        calendar,
        "a",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let own = event(
        meetup,
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let alone = deduplicate(
        vec![copy.clone()],
        &world.sources,
        &world.identities,
        &topic(),
    )[0]
    .id
    .clone();
    world
        .identities
        .keys
        .insert(copy.keys[0].clone(), (alone.clone(), now()));
    assert_eq!(world.twins(vec![own.clone(), copy])[0].id, alone);
    // What is new today takes the id of the first key in order, not of the first source.
    assert_eq!(
        world.twins(vec![own.clone()])[0].id,
        EventId::first_seen_as(&own.keys[0])
    );
}

#[test]
fn a_set_keeps_its_id_when_the_member_seen_first_is_not_listed_any_more() {
    let mut world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(meetup, "1", EVENING, page);
    let copy = event(calendar, "a", EVENING, page);
    let later = now() + chrono::TimeDelta::days(1);
    let (first, second) = (
        EventId::first_seen_as(&own.keys[0]),
        EventId::first_seen_as(&copy.keys[0]),
    );
    let keys = &mut world.identities.keys;
    keys.insert(own.keys[0].clone(), (first.clone(), now()));
    keys.insert(copy.keys[0].clone(), (second.clone(), later));
    world.identities.sets.insert(second.clone(), first.clone());
    let ids = |twins: Vec<Twins>| -> Vec<EventId> { twins.into_iter().map(|set| set.id).collect() };
    assert_eq!(
        ids(world.twins(vec![copy.clone()])),
        std::slice::from_ref(&first)
    );
    // Where both are listed and are two, each has its own.
    let elsewhere = event(
        meetup,
        "1",
        "2026-09-20T18:00:00Z",
        "https://www.meetup.com/rust-berlin/events/7/",
    );
    let mut both = vec![first, second];
    both.sort();
    assert_eq!(ids(world.twins(vec![copy, elsewhere])), both);
}

#[test]
fn a_set_keeps_its_id_when_its_platform_gives_a_member_another() {
    let mut world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = "https://www.meetup.com/rust-berlin/events/letters/";
    let copy = event(calendar, "a", EVENING, page);
    let mut own = event(
        meetup,
        "307",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/307/",
    );
    let letters = Key::new("meetup", "letters", None);
    own.keys.push(letters.clone());
    let (first, copied) = (
        EventId::first_seen_as(&letters),
        EventId::first_seen_as(&copy.keys[0]),
    );
    let later = now() + chrono::TimeDelta::days(9);
    // Seen before the copy, or at the same refresh and then the one that gave the name.
    for since in [now(), now() + chrono::TimeDelta::days(2)] {
        let keys = &mut world.identities.keys;
        keys.insert(letters.clone(), (first.clone(), now()));
        keys.insert(own.keys[0].clone(), (first.clone(), later));
        keys.insert(copy.keys[0].clone(), (copied.clone(), since));
        world.identities.sets.insert(copied.clone(), first.clone());
        let twins = world.twins(vec![own.clone(), copy.clone()]);
        assert_eq!(twins.len(), 1, "the copy still links to the old address");
        assert_eq!(twins[0].id, first);
    }
}

#[test]
fn a_mirror_on_the_other_side_of_a_midnight_is_the_event() {
    let world = World {
        sources: vec![
            source("meetup/rust-lima", Platform::Meetup, Some("Rust Lima")),
            source("meetup/rust-pune", Platform::Meetup, Some("Rust Pune")),
        ],
        identities: Identities::default(),
    };
    let in_zone = |mut event: Event, zone: chrono_tz::Tz| {
        event.when = When::Timed {
            start: "2026-08-27T21:00:00Z".parse().unwrap(),
            end: None,
            zone,
        };
        event.mode = Mode::Virtual;
        event
    };
    let lima = event(
        &world.sources[0],
        "1",
        EVENING,
        "https://www.meetup.com/rust-lima/events/1/",
    );
    let mut pune = event(
        &world.sources[1],
        "2",
        EVENING,
        "https://www.meetup.com/rust-pune/events/2/",
    );
    pune.mentions = vec![lima.link.clone().unwrap()];
    let both = vec![
        in_zone(lima, chrono_tz::Tz::America__Lima),
        in_zone(pune, chrono_tz::Tz::Asia__Kolkata),
    ];
    assert_ne!(both[0].when.first_day(), both[1].when.first_day());
    assert_eq!(world.twins(both).len(), 1);
}

#[test]
fn an_editors_merge_outranks_every_rule() {
    let mut world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let one = event(meetup, "1", EVENING, "https://one.example/");
    let other = event(
        calendar,
        "a",
        "2026-09-20T18:00:00Z",
        "https://other.example/",
    );
    let third = event(meetup, "2", EVENING, "https://third.example/");
    let all = vec![one.clone(), other.clone(), third.clone()];
    assert_eq!(world.twins(all.clone()).len(), 3);
    let id = |event: &Event| EventId::first_seen_as(&event.keys[0]);
    let together = &mut world.identities.decided.together;
    together.insert((id(&other), id(&one)));
    // Also two of one source, which no rule ever joins.
    together.insert((id(&third), id(&one)));
    let twins = world.twins(all);
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].members.len(), 3);
    assert!(
        twins[0]
            .rules
            .iter()
            .all(|(rule, ..)| *rule == Rule::DecidedTogether)
    );
}

#[test]
fn what_an_editor_split_no_rule_joins_again() {
    let mut world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let page = "https://www.meetup.com/rust-berlin/events/1/";
    let own = event(meetup, "1", EVENING, page);
    let copy = event(calendar, "a", EVENING, page);
    assert_eq!(world.twins(vec![own.clone(), copy.clone()]).len(), 1);
    let id = |event: &Event| EventId::first_seen_as(&event.keys[0]);
    world.identities.decided.alone.insert(id(&copy));
    assert_eq!(world.twins(vec![own.clone(), copy.clone()]).len(), 2);
    // But for what an editor joined it with.
    world
        .identities
        .decided
        .together
        .insert((id(&copy), id(&own)));
    assert_eq!(world.twins(vec![own, copy]).len(), 1);
}

#[test]
fn the_order_of_events_does_not_matter() {
    let world = meetup_and_calendar();
    let [meetup, calendar] = &world.sources[..] else {
        unreachable!()
    };
    let mut events: Vec<Event> = (0..20)
        .flat_map(|n| {
            let link = format!("https://www.meetup.com/rust-berlin/events/{}/", n / 2);
            [
                event(meetup, &n.to_string(), EVENING, &link),
                event(calendar, &format!("c{n}"), EVENING, &link),
            ]
        })
        .collect();
    let forwards = world.twins(events.clone());
    events.reverse();
    assert_eq!(world.twins(events.clone()), forwards);
    events.rotate_left(7);
    assert_eq!(world.twins(events), forwards);
}

fn published(
    world: &World,
    events: Vec<Event>,
    old: &BTreeMap<EventId, Published>,
    at: DateTime<Utc>,
) -> Vec<Published> {
    let configured = world
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    curate(
        &world.twins(events),
        old,
        &configured,
        &InForce::default(),
        at,
    )
    .write
}

fn remembered(events: Vec<Published>) -> BTreeMap<EventId, Published> {
    events
        .into_iter()
        .map(|event| (event.id.clone(), event))
        .collect()
}

#[test]
fn an_event_is_printed_from_the_day_its_author_says() {
    use rusty_events::facts::issue::Window;
    use rusty_events::section::select::{Selection, select};
    let world = meetup_and_calendar();
    let mut own = event(
        &world.sources[0],
        "1",
        EVENING,
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    own.print_from = "2026-08-19".parse().ok();
    let published = published(&world, vec![own], &BTreeMap::new(), now());
    let rows = |issue: &str| {
        let window = Window::starting(issue.parse().unwrap(), 28);
        let selection = Selection {
            window,
            headings: Vec::new(),
            new_since: None,
        };
        select(published.iter(), &[], &selection, &crate::markdown::style())
            .headings
            .len()
    };
    assert_eq!((rows("2026-08-12"), rows("2026-08-19")), (0, 1));
}
