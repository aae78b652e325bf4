//! Groups by every name and page that they ever had.

use super::evening;
use rusty_events::believe::curate::Published;
use rusty_events::believe::directory::{Directory, GroupId, address};
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Organiser;

fn link(text: &str) -> Link {
    Link::parse(text).unwrap()
}

fn held(day: u32, name: &str, page: Option<&str>) -> Published {
    let mut event = evening(day, "Hack Night");
    event.organisers = vec![Organiser {
        name: name.to_owned(),
        url: page.map(link),
    }];
    event
}

fn configured(groups: &[(&str, &str, &[&str], &[&str])]) -> Groups {
    let mut all = Groups::default();
    for (name, page, links, names) in groups {
        let group = Group {
            organiser: Organiser {
                name: (*name).to_owned(),
                url: Link::parse(page).ok(),
            },
            place: None,
            mode: None,
        };
        let links: Vec<Link> = links.iter().map(|page| link(page)).collect();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        all.add(group, &links, &names);
    }
    all
}

/// The same, after so many events and this configuration.
fn later(before: &Directory, groups: &Groups, events: &[Published]) -> Directory {
    let kept = (before.names().clone(), before.pages().clone());
    Directory::new(kept, groups, events.iter())
}

const MEETUP: &str = "https://www.meetup.com/rust-berlin";

#[test]
fn a_group_keeps_its_address_whatever_it_is_called() {
    let first = configured(&[("Rust Berlin", MEETUP, &[], &[])]);
    let first = later(
        &Directory::default(),
        &first,
        &[held(10, "Rust Berlin", Some(MEETUP))],
    );
    let id = first.named("Rust Berlin").unwrap().clone();
    assert_eq!(first.address_of(&id), format!("{id}-rust-berlin"));
    assert_eq!(first.address_of(&id), address("Rust Berlin"));

    // Another name on the same page; then another platform, which its entry says.
    let renamed = configured(&[("Ferris Berlin", MEETUP, &[], &[])]);
    let renamed = later(&first, &renamed, &[held(10, "Rust Berlin", Some(MEETUP))]);
    let moved = configured(&[("Ferris Berlin", "https://luma.com/ferris", &[MEETUP], &[])]);
    let moved = later(&renamed, &moved, &[]);
    for directory in [&renamed, &moved] {
        for name in [
            "Rust Berlin",
            "rust-berlin",
            "Ferris Berlin",
            "ferris-berlin",
            MEETUP,
            &format!("{id}-rust-berlin"),
            &format!("{id}"),
            &format!("{id}-any-ornament"),
            &address("Ferris Berlin"),
        ] {
            assert_eq!(directory.find(name), Some(&id), "{name}");
        }
        assert_eq!(directory.address_of(&id), format!("{id}-ferris-berlin"));
    }
    assert_eq!(moved.find("https://luma.com/ferris"), Some(&id));
    assert_eq!(moved.find("nobody"), None);
    assert_eq!(moved.find("0123456789-rust-berlin"), None);
}

#[test]
fn names_that_read_alike_in_addresses_are_two_groups() {
    let events = [
        held(10, "C++ Users", Some("https://cpp.example/users")),
        held(11, "C plus plus users", None),
    ];
    let directory = later(&Directory::default(), &Groups::default(), &events);
    let (one, other) = (
        directory.named("C++ Users").unwrap(),
        directory.named("C plus plus users").unwrap(),
    );
    assert_ne!(one, other);
    assert_eq!(directory.find(&address("C++ Users")), Some(one));
    assert_eq!(directory.find(&address("C plus plus users")), Some(other));
    let either = directory.find("c-plus-plus-users").unwrap();
    assert!(
        [one, other].contains(&either),
        "the old address leads to one of them"
    );
}

#[test]
fn an_alias_joins_two_groups_and_both_addresses_lead_to_the_one() {
    let events = [
        held(10, "Rust Cologne", Some("https://rust.cologne/")),
        held(11, "RustCGN", Some("https://www.meetup.com/rustcgn")),
    ];
    let apart = later(&Directory::default(), &Groups::default(), &events);
    let old = apart.named("RustCGN").unwrap().clone();
    assert_ne!(apart.named("Rust Cologne"), Some(&old));
    let said = configured(&[("Rust Cologne", "https://rust.cologne/", &[], &["RustCGN"])]);
    let joined = later(&apart, &said, &events);
    let one = joined.named("Rust Cologne").unwrap();
    for name in [
        "RustCGN",
        "rustcgn",
        old.as_str(),
        "https://www.meetup.com/rustcgn",
    ] {
        assert_eq!(joined.find(name), Some(one), "{name}");
    }
    assert_eq!(joined.name_of(one), Some("Rust Cologne"));
    // And the alias taken back: a group of its own again.
    let both = configured(&[
        ("Rust Cologne", "https://rust.cologne/", &[], &[]),
        ("RustCGN", "https://www.meetup.com/rustcgn", &[], &[]),
    ]);
    let again = later(&joined, &both, &events);
    assert_eq!(again.named("Rust Cologne"), Some(one));
    assert_eq!(again.named("RustCGN"), Some(&old));
    assert_eq!(again.find("https://www.meetup.com/rustcgn"), Some(&old));
}

#[test]
fn two_configured_groups_of_one_page_stay_two_and_a_platforms_front_page_joins_nobody() {
    let both = configured(&[
        ("OpenTechSchool Berlin", "https://berline.rs/", &[], &[]),
        ("Rust Hack and Learn", "https://berline.rs/", &[], &[]),
    ]);
    let directory = later(&Directory::default(), &both, &[]);
    let again = later(&directory, &both, &[]);
    assert_eq!(directory, again, "nothing moves");
    assert_ne!(
        directory.named("OpenTechSchool Berlin"),
        directory.named("Rust Hack and Learn")
    );
    let front = Some("https://luma.com/");
    let events = [held(10, "One", front), held(11, "Other", front)];
    let directory = later(&Directory::default(), &Groups::default(), &events);
    assert_ne!(directory.named("One"), directory.named("Other"));
    assert_eq!(directory.named("One"), Some(&GroupId::of_name("One")));
}
