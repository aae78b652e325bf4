//! One source that suddenly says much more, or what somebody else would say.

use super::{Entry, World, ended, evenings, strangers};

#[test]
fn a_small_group_that_lists_much_of_another_kind_is_held_until_somebody_accepts_it() {
    let world = World::of(5, 2);
    world.lists(3, &[evenings(3, 2), strangers(30, "Casino night")].concat());
    for hours in [6, 28, 60] {
        let ran = world.refresh(hours);
        ended(&ran, 3, "held: group3", true);
        assert_eq!(
            (world.rows(0, "Casino"), world.rows(0, "Evening 3-")),
            (0, 2)
        );
    }
    assert_eq!(world.run(61, &["source", "accept", "group3"]).code, 0);
    assert_eq!(world.rows(0, "Casino"), 30);
    // The return to what it was is believed, and the flood goes like any event that is no longer listed.
    world.lists(3, &evenings(3, 2));
    for hours in [70, 92] {
        let ran = world.refresh(hours);
        ended(&ran, 0, "held", false);
    }
    assert_eq!(
        (world.rows(0, "Casino"), world.rows(0, "Evening 3-")),
        (0, 2)
    );
}

#[test]
fn the_reading_after_a_flood_is_healthy_at_once() {
    let world = World::of(5, 2);
    world.lists(3, &strangers(40, "Casino night"));
    world.refresh(6);
    world.lists(3, &evenings(3, 2));
    let ran = world.refresh(7);
    ended(&ran, 0, "held", false);
}

fn of_a_neighbour(mut entries: Vec<Entry>) -> Vec<Entry> {
    for entry in &mut entries {
        entry.uid.insert_str(0, "neighbour-");
        entry.link = entry.link.take().map(|link| link.replace("/2/", "/4/"));
    }
    entries
}

#[test]
fn another_groups_calendar_is_held_also_when_it_is_a_neighbours() {
    for calendar in [
        strangers(3, "Knitting"),
        strangers(1, "Knitting"),
        evenings(4, 3),
        // At the hours of the group's own evenings, and under their titles.
        of_a_neighbour(evenings(2, 2)),
    ] {
        let world = World::of(6, 2);
        world.lists(2, &calendar);
        for hours in [6, 30] {
            let ran = world.refresh(hours);
            ended(&ran, 3, "held: group2", true);
            assert_eq!(
                (world.rows(0, "Knitting"), world.rows(0, "Evening 2-")),
                (0, 2)
            );
            assert_eq!(world.rows(0, "Crab Club 2"), 2);
        }
    }
}

#[test]
fn a_season_and_a_guest_are_not_held() {
    let world = World::of(6, 2);
    world.lists(1, &evenings(1, 12));
    world.lists(
        2,
        &[evenings(2, 2), strangers(2, "Conference day")].concat(),
    );
    // A new site for the same evenings, at other hours.
    let elsewhere = |entry: Entry| Entry {
        uid: format!("new-{}", entry.uid),
        link: entry
            .link
            .map(|link| link.replace("clubs.example", "club-three.example")),
        hour: 19,
        ..entry
    };
    world.lists(
        3,
        &evenings(3, 2)
            .into_iter()
            .map(elsewhere)
            .collect::<Vec<_>>(),
    );
    let ran = world.refresh(6);
    ended(&ran, 0, "held", false);
    assert_eq!(world.rows(6, "Evening 1-"), 12);
    assert_eq!(world.rows(6, "Conference day"), 2);
}

/// Events of a calendar of many groups, each under a name.
fn carried(entries: Vec<Entry>, name: &str, link: &str) -> Vec<Entry> {
    let named = |(number, entry): (usize, Entry)| Entry {
        uid: format!("{name}-{link}-{number}"),
        link: Some(format!("{link}/{number}")),
        more: format!(
            "ORGANIZER;CN={name}:mailto:somebody@mail.example\r\nLOCATION:Berlin\\, Germany\r\n"
        ),
        ..entry
    };
    entries.into_iter().enumerate().map(named).collect()
}

#[test]
fn a_calendar_of_many_groups_gives_no_group_events_by_a_name_alone() {
    let mut world = World::of(2, 1);
    world.add("many", "platform = \"ics\"\n");
    let fair = carried(
        evenings(0, 12),
        "Crab Club 0",
        "https://clubs.example/0/shared",
    );
    let spam = carried(
        strangers(4, "Buy coins"),
        "Crab Club 0",
        "https://coins.example",
    );
    world.writes("many", &[fair, spam].concat());
    world.refresh(1);
    assert_eq!(
        (world.rows(1, "Evening 0-"), world.rows(1, "Buy coins")),
        (12, 0)
    );
    assert!(
        world.remarks(1).contains("organiser is not known"),
        "{}",
        world.remarks(1)
    );
}

#[test]
fn a_calendar_of_many_groups_that_is_flooded_is_held() {
    let mut world = World::of(2, 1);
    world.add("many", "platform = \"ics\"\n");
    let fair = carried(
        evenings(0, 12),
        "Crab Club 0",
        "https://clubs.example/0/shared",
    );
    world.writes("many", &fair);
    world.refresh(1);
    let spam = carried(
        strangers(200, "Buy coins"),
        "Crab Club 0",
        "https://coins.example",
    );
    world.writes("many", &[fair.clone(), spam].concat());
    for hours in [6, 30, 60] {
        let ran = world.refresh(hours);
        ended(&ran, 3, "held: many", true);
    }
    assert_eq!(
        (world.rows(0, "Evening 0-"), world.rows(0, "Buy coins")),
        (12, 0)
    );
    world.writes("many", &fair);
    assert_eq!(world.refresh(61).code, 0);
}
