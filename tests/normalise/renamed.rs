//! A group that goes by another name on its platform than in the configuration.

use super::{berlin, listing};
use rusty_events::believe::normalise::renamed;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::source::{Address, Source};

const HOME: &str = "https://www.meetup.com/rust-berlin/";

fn group() -> Source {
    let mut group = berlin();
    group.address = Address::web(HOME);
    group
}

/// An event on the page of a group, and what its organiser is called there.
fn on(page: &str, name: &str) -> Listing {
    let mut listing = listing("Hack night");
    listing.link = Some(format!("{page}events/7/"));
    listing.organisers = vec![(name.to_owned(), Some(page.to_owned()))];
    listing
}

#[test]
fn another_address_or_name_is_said_with_the_line_to_change() {
    let new = "https://www.meetup.com/berlin-rustaceans/";
    let what = renamed(&group(), &[on(new, "Berlin Rustaceans")]).unwrap();
    let line = "write `url = \"https://www.meetup.com/berlin-rustaceans\"` in the entry of meetup/rust-berlin";
    assert!(what.contains(line), "{what}");
    let what = renamed(&group(), &[on(HOME, "Berlin Rustaceans")]).unwrap();
    let line = "write `organiser = \"Berlin Rustaceans\"` in the entry of meetup/rust-berlin";
    assert!(what.contains(line), "{what}");
}

#[test]
fn a_longer_name_a_known_address_and_a_guest_are_no_renaming() {
    let other = "https://www.meetup.com/berlin-rustaceans/";
    for name in ["Rust Berlin", "RUST BERLIN e.V.", "Rust", ""] {
        assert_eq!(renamed(&group(), &[on(HOME, name)]), None, "{name}");
    }
    // One event of several is a guest.
    let both = [on(HOME, "Rust Berlin"), on(other, "Berlin Rustaceans")];
    assert_eq!(renamed(&group(), &both), None);
    let mut known = group();
    known.aliases = vec![Link::parse(other).unwrap()];
    assert_eq!(renamed(&known, &[on(other, "Rust Berlin")]), None);
    let carried = Listing {
        cross_listed: true,
        ..on(other, "Berlin Rustaceans")
    };
    assert_eq!(renamed(&group(), &[carried]), None);
    assert_eq!(renamed(&group(), &[]), None);
}
