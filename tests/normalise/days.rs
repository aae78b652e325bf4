//! What goes from midnight to midnight in UTC.

use super::{berlin, listing, one};
use rusty_events::facts::event::{Choice, Event, Flag};
use rusty_events::facts::listing::End;
use rusty_events::facts::place::Place;
use rusty_events::facts::when::{Stamp, When};

fn conference(home: &str, start: &str, end: &str) -> Event {
    let mut group = berlin();
    let place = Place::parse(home).unwrap();
    group.zone = place.zone();
    group.place = Some(place);
    let mut days = listing("Crab conference");
    days.start = Stamp::Utc(start.parse().unwrap());
    days.end = Some(End::At(Stamp::Utc(end.parse().unwrap())));
    one(&group, &[days])
}

#[test]
fn midnight_to_midnight_in_utc_is_whole_days_and_both_are_shown() {
    let two = |home| conference(home, "2026-08-27T00:00:00Z", "2026-08-29T00:00:00Z");
    for home in ["New York, NY, US", "Berlin, DE", "Lima, PE"] {
        let event = two(home);
        let (first, last) = (event.when.first_day(), event.when.last_day());
        assert!(matches!(event.when, When::Days { .. }), "{home}");
        let days = (first.to_string(), last.to_string());
        assert_eq!(days, ("2026-08-27".to_owned(), "2026-08-28".to_owned()));
        assert!(event.flags.contains(&Flag::TimeAssumed), "{home}");
    }
    let as_written = "2026-08-26, 20:00 to 20:00";
    let choice = Choice::new(Flag::TimeAssumed, "whole days", as_written);
    assert!(two("New York, NY, US").choices.contains(&choice));
    // 23:59 is the end of the same day.
    let event = conference("Berlin, DE", "2026-08-27T00:00:00Z", "2026-08-27T23:59:00Z");
    assert_eq!(event.when.last_day().to_string(), "2026-08-27");
    assert!(matches!(event.when, When::Days { .. }));
}

#[test]
fn a_day_and_a_night_from_the_morning_on_and_an_evening_are_as_written() {
    // In Tokyo it begins at nine in the morning: a hackathon does so as well.
    let event = conference("Tokyo, JP", "2026-08-27T00:00:00Z", "2026-08-29T00:00:00Z");
    assert!(matches!(event.when, When::Timed { .. }));
    let choice = Choice::new(
        Flag::TimeAssumed,
        "2026-08-27, 09:00 to 09:00",
        "whole days",
    );
    assert!(event.choices.contains(&choice), "{:?}", event.choices);
    let evening = conference(
        "New York, NY, US",
        "2026-08-27T00:00:00Z",
        "2026-08-27T02:00:00Z",
    );
    assert!(!evening.flags.contains(&Flag::TimeAssumed));
    // In Reykjavík midnight is midnight.
    let event = conference(
        "Reykjavík, IS",
        "2026-08-27T00:00:00Z",
        "2026-08-29T00:00:00Z",
    );
    assert!(!event.flags.contains(&Flag::TimeAssumed));
}
