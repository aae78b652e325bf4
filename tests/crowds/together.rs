//! Many sources that change at once.

use super::{Entry, World, ended, evenings};

fn changed(entries: Vec<Entry>, how: impl Fn(&mut Entry)) -> Vec<Entry> {
    let mut entries = entries;
    entries.iter_mut().for_each(how);
    entries
}

#[test]
fn feeds_that_all_turn_empty_take_nothing_away_for_as_long_as_they_are() {
    let world = World::of(12, 3);
    let before = world.rows(0, "Evening");
    for group in 0..12 {
        world.lists(group, &[]);
    }
    for hours in [6, 26, 50, 75] {
        let ran = world.refresh(hours);
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert_eq!(ran.err.matches("alarm:").count(), 1, "{}", ran.err);
        assert!(ran.err.contains("12 of 12 ics sources"), "{}", ran.err);
        assert_eq!(world.rows(0, "Evening"), before, "after {hours} hours");
    }
    assert!(world.remarks(75).contains("source accept --platform ics"));
    // They are themselves again: nothing is held any more.
    for group in 0..12 {
        world.lists(group, &evenings(group, 3));
    }
    let ran = world.refresh(80);
    ended(&ran, 0, "alarm", false);
    assert_eq!(world.rows(0, "Evening"), before);
}

#[test]
fn a_failure_that_comes_source_by_source_counts_together() {
    let world = World::of(12, 2);
    let starts = |hours: i64| -> Vec<String> {
        let window = ["--from", "2026-12-01", "--to", "2026-12-31"];
        let section = ["section", "--format", "ics"];
        let calendar = world.run(hours, &[&section[..], &window].concat()).out;
        let lines = calendar.lines().filter(|line| line.starts_with("DTSTART"));
        lines.map(str::to_owned).collect()
    };
    let before = starts(0);
    assert_eq!(before.len(), 24);
    for group in 0..12 {
        world.lists(group, &changed(evenings(group, 2), |entry| entry.hour += 3));
    }
    let hours = |group: usize| 2 + i64::try_from(group).unwrap();
    for group in 0..12 {
        world.run(hours(group), &["refresh", &format!("group{group}")]);
    }
    let ran = world.run(15, &["refresh", "group0"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("have another time"), "{}", ran.err);
    // Also those stand again at their old hour that were believed before there were enough of them.
    assert_eq!(starts(15), before);
}

#[test]
fn titles_that_all_become_one_are_held() {
    let world = World::of(10, 2);
    for group in 0..10 {
        let login = |entry: &mut Entry| "Log in to continue".clone_into(&mut entry.title);
        world.lists(group, &changed(evenings(group, 2), login));
    }
    assert_eq!(world.refresh(6).code, 3);
    assert_eq!((world.rows(6, "Log in"), world.rows(6, "Evening")), (0, 20));
}

#[test]
fn a_platform_that_gives_every_group_the_same_new_events_is_held() {
    let world = World::of(10, 2);
    for group in 0..10 {
        let mut entries = evenings(group, 2);
        entries.extend((0..5).map(|number| Entry {
            uid: format!("ad-{group}-{number}"),
            title: format!("Win a phone {number}"),
            day: 6 + number,
            ..evenings(group, 1).remove(0)
        }));
        world.lists(group, &entries);
    }
    assert_eq!(world.refresh(6).code, 3);
    assert_eq!((world.rows(6, "phone"), world.rows(6, "Evening")), (0, 20));
}

#[test]
fn sources_of_several_platforms_count_in_all() {
    let mut world = World::of(4, 2);
    for (group, platform) in (4..12).zip(["pretix", "mobilizon"].into_iter().cycle()) {
        world.group(group, platform);
        world.lists(group, &evenings(group, 2));
    }
    world.refresh(1);
    // Two of each platform: of none are there enough.
    for group in [0, 1, 4, 5, 6, 7] {
        world.lists(group, &[]);
    }
    let ran = world.refresh(7);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("6 of 12 sources changed"), "{}", ran.err);
    world.refresh(40);
    assert_eq!(world.rows(0, "Evening"), 24);
}

#[test]
fn what_an_editor_accepts_for_a_platform_is_believed() {
    let world = World::of(8, 2);
    for group in 0..8 {
        world.lists(group, &evenings(group, 1));
    }
    assert_eq!(world.refresh(6).code, 3);
    assert_eq!(
        world
            .run(7, &["source", "accept", "--platform", "luma"])
            .code,
        2
    );
    assert_eq!(
        world
            .run(7, &["source", "accept", "--platform", "nothing"])
            .code,
        2
    );
    let ran = world.run(7, &["source", "accept", "--platform", "ics"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("8 withdrawn"), "{}", ran.out);
    assert_eq!(world.rows(7, "Evening"), 8);
    let ran = world.refresh(8);
    ended(&ran, 0, "alarm", false);
}

#[test]
fn one_group_that_really_ends_is_believed_once_the_others_are_back() {
    let world = World::of(8, 2);
    for group in 0..8 {
        world.lists(group, &[]);
    }
    world.refresh(6);
    for group in 1..8 {
        world.lists(group, &evenings(group, 2));
    }
    assert_eq!(world.refresh(12).code, 3);
    assert_eq!(world.rows(0, "Evening 0-"), 2);
    world.refresh(33);
    assert_eq!(world.rows(0, "Evening 0-"), 0);
    assert_eq!(world.rows(0, "Evening"), 14);
    assert_eq!(world.refresh(34).code, 0);
}

#[test]
fn what_changed_meanwhile_is_believed_once_the_platform_is_back_but_for_one_large_source() {
    let mut world = World::of(11, 4);
    world.group(11, "ics");
    world.lists(11, &evenings(11, 20));
    world.refresh(1);
    for group in 0..12 {
        world.lists(group, &[]);
    }
    assert_eq!(world.refresh(6).code, 3);
    // The large one cannot be read at all. Two called off an evening meanwhile, and one of them moved another.
    std::fs::remove_file(world.path().join("group11.ics")).unwrap();
    for group in 2..11 {
        world.lists(group, &evenings(group, 4));
    }
    world.lists(0, &evenings(0, 3));
    let mut moved = evenings(1, 3);
    "Evening in the library".clone_into(&mut moved[0].title);
    world.lists(1, &moved);
    world.refresh(12);
    assert_eq!(world.rows(12, "in the library"), 1);
    // Nothing is gone by a single reading, and nothing of what cannot be read.
    assert_eq!(world.rows(12, "Evening"), 11 * 4 + 20);
    world.refresh(36);
    assert_eq!(world.rows(36, "Evening"), 11 * 4 + 20 - 2);
}

#[test]
fn ordinary_days_are_not_held() {
    let world = World::of(12, 3);
    // One group empties its calendar, one moves an evening, one renames one, two announce three more.
    world.lists(0, &[]);
    world.lists(1, &changed(evenings(1, 3), |entry| entry.hour = 20));
    world.lists(
        2,
        &changed(evenings(2, 3), |entry| {
            entry.title.push_str(" in the library")
        }),
    );
    world.lists(3, &evenings(3, 6));
    world.lists(4, &evenings(4, 6));
    for hours in [6, 27] {
        let ran = world.refresh(hours);
        ended(&ran, 0, "held", false);
    }
    assert_eq!(world.rows(0, "Evening"), 36 - 3 + 6);
}

#[test]
fn many_new_sources_and_a_fresh_database_are_not_held() {
    let mut world = World::of(3, 2);
    for group in 3..20 {
        world.group(group, "ics");
        world.lists(group, &evenings(group, 6));
    }
    let ran = world.refresh(6);
    ended(&ran, 0, "held", false);
    assert_eq!(world.rows(6, "Evening"), 6 + 17 * 6);
}

#[test]
fn sources_that_were_out_of_reach_may_have_much_to_tell() {
    let world = World::of(10, 1);
    for group in 0..10 {
        std::fs::remove_file(world.path().join(format!("group{group}.ics"))).unwrap();
    }
    for day in 1..6 {
        world.refresh(24 * day);
    }
    for group in 0..10 {
        let later = evenings(group, 5).into_iter().filter(|entry| entry.day > 7);
        world.lists(group, &later.collect::<Vec<_>>());
    }
    let ran = world.refresh(24 * 6);
    ended(&ran, 0, "held", false);
}
