//! Listings → events: what is believed of what a platform says.

mod days;
mod modes;
mod renamed;

use crate::markdown::topic;
use crate::sameness::source;
use rusty_events::believe::believed_of;
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::facts::event::{Event, Flag, Rejected, Status};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{self, End, Listing, Location, Part, Rule};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Organiser, Platform, Source, Way};
use rusty_events::facts::topic::Topic;
use rusty_events::facts::when::Stamp;

fn berlin() -> Source {
    let mut group = source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin"));
    group.place = Place::parse("Berlin, DE").ok();
    group.zone = Some(chrono_tz::Tz::Europe__Berlin);
    group
}

fn listing(title: &str) -> Listing {
    let start = Stamp::Zoned(
        "2026-08-27T19:00:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    );
    let mut listing = Listing::new("1", title, start, Way::Feed);
    listing.link = Some("https://www.meetup.com/rust-berlin/events/1/".to_owned());
    listing
}

fn believed(source: &Source, listings: &[Listing]) -> (Vec<Event>, Vec<Rejected>) {
    believed_among(source, listings, &about(topic()))
}

/// No groups, in a newsletter about that.
fn about(topic: Topic) -> Groups {
    let mut groups = Groups::default();
    groups.topic = topic;
    groups
}

fn believed_among(
    source: &Source,
    listings: &[Listing],
    groups: &Groups,
) -> (Vec<Event>, Vec<Rejected>) {
    let window = Window::new("2026-08-01".parse().unwrap(), "2026-09-30".parse().unwrap()).unwrap();
    let all = believed_of(source, listings, window, groups);
    (all.events, all.rejected)
}

fn one(source: &Source, listings: &[Listing]) -> Event {
    let (mut events, rejected) = believed(source, listings);
    assert_eq!((events.len(), rejected), (1, Vec::new()));
    events.remove(0)
}

fn city(name: &str, country: &str) -> Location {
    Location {
        city: Some(name.to_owned()),
        country: Some(country.to_owned()),
        ..Location::default()
    }
}

fn address(text: &str) -> Location {
    Location {
        address: Some(text.to_owned()),
        ..Location::default()
    }
}

fn page(listing: &Listing) -> Listing {
    Listing {
        part: Part::Page,
        way: Way::Page,
        ..listing.clone()
    }
}

#[test]
fn place_and_mode_are_the_pages_word_title_and_time_the_lists() {
    let list = listing("Rust and Tell");
    let mut own = page(&list);
    own.title = "An older title".to_owned();
    own.mode = Some(Mode::Hybrid);
    own.locations = vec![city("Potsdam", "de")];
    let event = one(&berlin(), &[list, own]);
    assert_eq!(event.title.as_str(), "Rust and Tell");
    assert_eq!(event.mode, Mode::Hybrid);
    assert_eq!(event.place, Place::parse("Potsdam, DE").ok());
    assert_eq!(event.flags, []);
}

#[test]
fn what_an_interface_says_outranks_a_page_that_was_read_before_there_was_a_key() {
    let list = listing("Rust and Tell");
    let mut own = page(&list);
    own.mode = Some(Mode::Hybrid);
    own.locations = vec![city("Potsdam", "de")];
    own.status = listing::Status::Cancelled;
    let asked = Listing {
        way: Way::Api,
        mode: Some(Mode::InPerson),
        locations: vec![city("Hamburg", "de")],
        ..list
    };
    let event = one(&berlin(), &[asked, own]);
    assert_eq!(event.mode, Mode::InPerson);
    assert_eq!(event.place, Place::parse("Hamburg, DE").ok());
    assert_eq!(event.status, Status::Confirmed);
    assert_eq!(event.ways, [(Way::Api, Part::List)]);
}

#[test]
fn the_order_of_halls_does_not_matter() {
    let mut list = listing("Rust and Tell");
    list.mode = Some(Mode::InPerson);
    let (online, hall) = (address("Online event"), city("Potsdam", "DE"));
    list.locations = vec![online.clone(), hall.clone()];
    let forwards = one(&berlin(), &[list.clone()]);
    list.locations = vec![hall, online];
    assert_eq!(one(&berlin(), &[list]).place, forwards.place);
    assert_eq!(forwards.place, Place::parse("Potsdam, DE").ok());
}

#[test]
fn an_event_without_a_place_is_at_its_groups_home() {
    let mut group = berlin();
    group.mode = Some(Mode::InPerson);
    let event = one(&group, &[listing("Rust and Tell")]);
    assert_eq!(
        (event.mode, event.place, event.flags),
        (Mode::InPerson, Place::parse("Berlin, DE").ok(), vec![])
    );
}

#[test]
fn what_a_source_leaves_open_is_assumed_and_flagged() {
    let mut group = berlin();
    let event = one(&group, &[listing("Rust and Tell")]);
    assert_eq!(
        (event.mode, event.flags),
        (Mode::InPerson, vec![Flag::ModeAssumed])
    );
    let mut somewhere = listing("Rust and Tell");
    somewhere.locations = vec![address("Raum 5")];
    let event = one(&group, &[somewhere.clone()]);
    assert_eq!(event.flags, [Flag::PlaceAssumed, Flag::ModeAssumed]);
    // Without a home nothing is assumed: a human is asked.
    group.place = None;
    let event = one(&group, &[somewhere]);
    assert_eq!(event.place, None);
    assert!(event.flags.contains(&Flag::UnknownPlace));
}

#[test]
fn an_ambiguous_place_is_not_guessed() {
    let mut group = berlin();
    group.place = None;
    let mut list = listing("Rust and Tell");
    list.locations = vec![address("Cambridge")];
    let event = one(&group, &[list]);
    assert_eq!(event.place, None);
    assert!(
        event.flags.contains(&Flag::UnknownPlace),
        "{:?}",
        event.flags
    );
}

#[test]
fn words_of_the_title_tell_the_mode_where_the_platform_does_not() {
    for (title, mode) in [
        ("Rust Nürnberg online", Mode::Virtual),
        ("[Hybrid] You'll never rust alone", Mode::Hybrid),
        ("Virtual talk night", Mode::Virtual),
        ("Rustで学ぶ非同期(オンライン)", Mode::Virtual),
        ("Rust night (remote)", Mode::Virtual),
        ("Spotkanie zdalnie: Rust", Mode::Virtual),
        ("Meetup de Rust en línea", Mode::Virtual),
        ("Virtualisation in Rust", Mode::InPerson),
        ("Virtual memory from scratch", Mode::InPerson),
        ("Remote procedure calls in Rust", Mode::InPerson),
    ] {
        let mut group = berlin();
        group.mode = Some(Mode::InPerson);
        assert_eq!(one(&group, &[listing(title)]).mode, mode, "{title}");
    }
}

#[test]
fn a_configured_last_word_is_the_last() {
    let mut group = berlin();
    group.force_mode = Some(Mode::Virtual);
    group.force_place = Place::parse("Leipzig, DE").ok();
    let mut list = listing("Rust and Tell");
    list.mode = Some(Mode::InPerson);
    list.locations = vec![city("Potsdam", "DE")];
    let event = one(&group, &[list]);
    assert_eq!(
        (event.mode, event.place),
        (Mode::Virtual, Place::parse("Leipzig, DE").ok())
    );
}

#[test]
fn an_online_event_prints_the_day_of_its_home_one_in_person_that_of_its_venue() {
    let mut group = berlin();
    group.place = Place::parse("Vancouver, BC, CA").ok();
    group.zone = Some(chrono_tz::Tz::America__Vancouver);
    let mut list = listing("Late talk");
    list.start = Stamp::Utc("2026-08-28T02:00:00Z".parse().unwrap());
    list.mode = Some(Mode::Virtual);
    assert_eq!(
        one(&group, &[list.clone()]).when.first_day().to_string(),
        "2026-08-27"
    );
    list.mode = Some(Mode::InPerson);
    list.locations = vec![city("Tokyo", "JP")];
    assert_eq!(
        one(&group, &[list]).when.first_day().to_string(),
        "2026-08-28"
    );
}

#[test]
fn whole_days_end_with_the_day_before_their_end() {
    let mut list = listing("RustConf");
    list.start = Stamp::Date("2026-09-08".parse().unwrap());
    list.end = Some(End::At(Stamp::Date("2026-09-12".parse().unwrap())));
    let when = one(&berlin(), &[list.clone()]).when;
    assert_eq!(
        (when.first_day().to_string(), when.last_day().to_string()),
        ("2026-09-08".to_owned(), "2026-09-11".to_owned())
    );
    // Many write the same day twice for one day.
    list.end = Some(End::At(list.start));
    let event = one(&berlin(), &[list]);
    assert_eq!(event.when.last_day().to_string(), "2026-09-08");
    assert!(!event.flags.contains(&Flag::EndBeforeStart));
}

#[test]
fn an_end_before_the_start_is_left_out_and_said() {
    let mut list = listing("Rust and Tell");
    list.end = Some(End::At(Stamp::Utc("2026-08-27T10:00:00Z".parse().unwrap())));
    let event = one(&berlin(), &[list]);
    assert!(event.flags.contains(&Flag::EndBeforeStart));
    assert_eq!(event.when.last_day(), event.when.first_day());
}

#[test]
fn a_local_time_without_any_zone_is_refused_with_what_would_help() {
    let mut group = berlin();
    (group.place, group.zone) = (None, None);
    let mut list = listing("Rust and Tell");
    list.start = Stamp::Floating("2026-08-27T19:00:00".parse().unwrap());
    let (events, rejected) = believed(&group, &[list.clone()]);
    assert!(events.is_empty());
    assert_eq!(rejected[0].field, "start");
    assert!(
        rejected[0].reason.contains("`zone`"),
        "{}",
        rejected[0].reason
    );
    // With a home it is the home's, and said.
    let event = one(&berlin(), &[list]);
    assert_eq!(event.when.start().to_rfc3339(), "2026-08-27T17:00:00+00:00");
    assert!(event.flags.contains(&Flag::ZoneAssumed));
}

#[test]
fn a_general_groups_events_are_chosen_by_whole_words_of_the_title() {
    let mut group = berlin();
    group.only = Topic::of(&["rust"]);
    assert_eq!(
        believed(&group, &[listing("Intro to Rust-based tooling")])
            .0
            .len(),
        1
    );
    for title in ["In code we trust", "Frustration-free builds"] {
        let (events, rejected) = believed(&group, &[listing(title)]);
        assert!(events.is_empty(), "{title}");
        assert_eq!(rejected[0].field, "topic");
    }
    let mut described = listing("Systems night");
    described.description = "Two talks on Rust.".to_owned();
    assert_eq!(
        one(&group, &[described]).flags,
        [Flag::ModeAssumed, Flag::TopicUnsure]
    );
}

#[test]
fn a_cancellation_is_read_from_status_or_title() {
    for title in [
        "CANCELLED: Rust night",
        "[abgesagt] Rust Nacht",
        "Rust night (canceled)",
        "Cancelled",
        "CANCELLED Rust night",
    ] {
        assert_eq!(
            one(&berlin(), &[listing(title)]).status,
            Status::Cancelled,
            "{title}"
        );
    }
    for title in [
        "How cancelled futures leak",
        "Cancellation safety in async Rust",
    ] {
        assert_eq!(
            one(&berlin(), &[listing(title)]).status,
            Status::Confirmed,
            "{title}"
        );
    }
    let list = listing("Rust night");
    let own = Listing {
        status: listing::Status::Cancelled,
        ..page(&list)
    };
    assert_eq!(one(&berlin(), &[list, own]).status, Status::Cancelled);
}

#[test]
fn a_private_event_is_never_published() {
    let list = Listing {
        private: true,
        ..listing("Board meeting")
    };
    let (events, rejected) = believed(&berlin(), &[list]);
    assert!(events.is_empty());
    assert_eq!(rejected[0].field, "class");
}

#[test]
fn an_event_of_a_shared_calendar_belongs_to_the_group_it_points_to() {
    let calendar = source("ics/community", Platform::Ics, None);
    let mut groups = Groups::default();
    groups.add_sources(&[berlin()]);
    let cologne = Organiser {
        name: "Rust Cologne".to_owned(),
        url: Link::parse("https://rust.cologne/").ok(),
    };
    groups.add(
        Group {
            organiser: cologne,
            place: Place::parse("Köln, DE").ok(),
            mode: None,
        },
        &[],
        &["Rust Köln Meetup".to_owned()],
    );
    let holder = |list: Listing| {
        let (events, _) = believed_among(&calendar, &[list], &groups);
        (
            events[0]
                .organisers
                .first()
                .map(|organiser| organiser.name.clone()),
            events[0].flags.contains(&Flag::UnknownOrganiser),
        )
    };
    let bare = |title: &str| Listing {
        link: None,
        ..listing(title)
    };
    // By its link, or a link in its text.
    assert_eq!(
        holder(listing("Hack")),
        (None, true),
        "the group's page is example.org here"
    );
    let mut linked = bare("Hack");
    linked.description = "More at https://rust.cologne/".to_owned();
    assert_eq!(holder(linked), (Some("Rust Cologne".to_owned()), false));
    // By a name, only beside an address of the group: on its site, or below a page of its own.
    let named = |listing: Listing| Listing {
        organisers: vec![("rust köln meetup".to_owned(), None)],
        ..listing
    };
    let at = |link: &str| Listing {
        link: Some(link.to_owned()),
        ..bare("Hack")
    };
    for address in [
        "https://rust.cologne/2026/09/hack",
        "https://rust.cologne/?event=7",
    ] {
        let cologne = (Some("Rust Cologne".to_owned()), false);
        assert_eq!(holder(named(at(address))), cologne, "{address}");
        let titled = Listing {
            title: "Rust Cologne: Rust and Tell".to_owned(),
            ..at(address)
        };
        assert_eq!(holder(titled), cologne, "{address}");
        assert_eq!(
            holder(at(address)),
            (None, true),
            "the site alone has others' events, too"
        );
    }
    for address in [
        "https://coins.example/1",
        "https://rust.cologne.example/1",
        "https://luma.com/abc",
    ] {
        let (name, unknown) = holder(named(at(address)));
        assert!(unknown, "{address}: {name:?}");
    }
    assert!(holder(named(bare("Hack"))).1, "a name alone");
    assert!(
        holder(bare("Rust Cologne: Rust and Tell")).1,
        "a title alone"
    );
    // No organiser that we know: shown to a human under the name it gives.
    let mut stranger = bare("Hack");
    stranger.organisers = vec![("Some Club".to_owned(), None)];
    assert_eq!(holder(stranger), (Some("Some Club".to_owned()), true));
}

#[test]
fn one_text_means_another_place_for_each_group_of_a_shared_calendar() {
    let calendar = source("ics/community", Platform::Ics, None);
    let mut groups = Groups::default();
    for (name, home) in [("camus", "Cambridge, MA, US"), ("camgb", "Cambridge, GB")] {
        let organiser = Organiser {
            name: format!("Rust {name}"),
            url: Link::parse(&format!("https://{name}.example/")).ok(),
        };
        let place = Place::parse(home).ok();
        let group = Group {
            organiser,
            place,
            mode: None,
        };
        groups.add(group, &[], &[]);
    }
    let held = |key: &str, group: &str| Listing {
        key: key.to_owned(),
        link: Some(format!("https://{group}.example/")),
        locations: vec![address("Cambridge")],
        ..listing("Hack")
    };
    let listings = [held("1", "camus"), held("2", "camgb"), held("3", "camus")];
    let (events, rejected) = believed_among(&calendar, &listings, &groups);
    assert_eq!(rejected, Vec::new());
    let places: Vec<_> = events.into_iter().map(|event| event.place).collect();
    let [us, gb] = ["Cambridge, MA, US", "Cambridge, GB"].map(|place| Place::parse(place).ok());
    assert_eq!(places, [us.clone(), gb, us]);
}

#[test]
fn what_a_calendar_carries_for_others_is_not_its_owners() {
    let mut carried = listing("Power BI days");
    carried.cross_listed = true;
    carried.organisers = vec![("Data DC".to_owned(), None)];
    let event = one(&berlin(), &[carried]);
    assert_eq!(event.organisers[0].name, "Data DC");
    assert!(event.flags.contains(&Flag::UnknownOrganiser));
    assert!(event.place.is_none(), "nor does it take place at its home");
}

#[test]
fn each_occurrence_of_a_series_has_a_key_of_its_own_that_a_move_does_not_change() {
    let mut series = listing("Weekly hack");
    series.rule = Some(Rule {
        rules: vec!["FREQ=WEEKLY;COUNT=3".to_owned()],
        ..Rule::default()
    });
    let mut moved = listing("Weekly hack, on Friday");
    moved.instance = Some(Stamp::Zoned(
        "2026-09-03T19:00:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    ));
    moved.start = Stamp::Zoned(
        "2026-09-04T19:00:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    );
    let keys = |listings: &[Listing]| -> Vec<String> {
        believed(&berlin(), listings)
            .0
            .iter()
            .map(|event| event.keys[0].as_str().to_owned())
            .collect()
    };
    let before = keys(&[series.clone()]);
    assert_eq!(
        before,
        [
            "meetup:1@2026-08-27",
            "meetup:1@2026-09-03",
            "meetup:1@2026-09-10"
        ]
    );
    assert_eq!(keys(&[series, moved]), before);
}

#[test]
fn two_events_of_one_address_on_one_day_stay_two() {
    let site = source("jsonld/club", Platform::Jsonld, Some("Club"));
    let mut workshop = listing("Workshop");
    workshop.key = "https://club.example/".to_owned();
    workshop.instance = None;
    let mut talk = workshop.clone();
    talk.title = "Talk".to_owned();
    talk.start = Stamp::Zoned(
        "2026-08-27T21:00:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    );
    let (events, _) = believed(&site, &[workshop, talk]);
    let keys: Vec<&str> = events.iter().map(|event| event.keys[0].as_str()).collect();
    assert_eq!(
        keys,
        [
            "jsonld/club:https://club.example/@2026-08-27",
            "jsonld/club:https://club.example/@2026-08-27T1900Z"
        ]
    );
}

#[test]
fn local_times_that_call_themselves_utc_are_doubted() {
    let mut group = berlin();
    group.place = Place::parse("San Diego, CA, US").ok();
    group.zone = Some(chrono_tz::Tz::America__Los_Angeles);
    group.mode = Some(Mode::InPerson);
    let at = |number: usize, time: &str| {
        let start = Stamp::Utc(
            format!("2026-09-{:02}T{time}:00Z", 1 + number)
                .parse()
                .unwrap(),
        );
        Listing {
            start,
            key: number.to_string(),
            ..listing("Meetup")
        }
    };
    let flagged = |time: &str| {
        let listings: Vec<Listing> = (0..4).map(|number| at(number, time)).collect();
        believed(&group, &listings)
            .0
            .iter()
            .filter(|event| event.flags.contains(&Flag::FalseUtc))
            .count()
    };
    // 18:30 "in UTC" would be half past eleven in the morning there; 10:00 three in the night.
    assert_eq!(
        (flagged("18:30"), flagged("10:00"), flagged("02:00")),
        (0, 4, 0)
    );
}

#[test]
fn an_endless_series_needs_a_sign_of_life() {
    let mut series = listing("First Thursday");
    series.start = Stamp::Zoned(
        "2013-03-07T19:45:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    );
    series.rule = Some(Rule {
        rules: vec!["FREQ=MONTHLY;BYDAY=1TH".to_owned()],
        ..Rule::default()
    });
    let dormant = |series: &Listing| {
        believed(&berlin(), std::slice::from_ref(series))
            .0
            .iter()
            .all(|event| event.flags.contains(&Flag::Dormant))
    };
    assert!(dormant(&series));
    series.modified = Some("20260110T100000Z".to_owned());
    assert!(!dormant(&series));
    series.modified = Some("20130401T100000Z".to_owned());
    series.rule = Some(Rule {
        rules: vec!["FREQ=MONTHLY;BYDAY=1TH;UNTIL=20261231".to_owned()],
        ..Rule::default()
    });
    assert!(!dormant(&series), "it says itself when it ends");
}
