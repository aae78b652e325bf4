//! What the program remembers of the drafts that it wrote: nothing that a human took out comes back, and
//! nothing else is taken for something that a human took out.

mod program;
mod sequences;

use super::{Desk, draft_of, evening, hybrid, row, titles};
use rusty_events::compose::Against;
use rusty_events::facts::listing::Listing;
use rusty_events::section::merge::Kind;

fn number(of: usize) -> (String, String, String) {
    (
        format!("40{of:02}"),
        format!("Evening {of}"),
        format!("2026-09-{of:02}"),
    )
}

fn evenings(of: impl IntoIterator<Item = usize>) -> Vec<Listing> {
    of.into_iter()
        .map(|of| {
            let (id, title, day) = number(of);
            evening(&id, &title, &day)
        })
        .collect()
}

fn printed(of: impl IntoIterator<Item = usize>) -> Vec<String> {
    of.into_iter()
        .map(|of| {
            let (id, title, day) = number(of);
            row(&id, &title, &day)
        })
        .collect()
}

/// The draft with these evenings, and a row that people wrote.
fn draft_with(of: impl IntoIterator<Item = usize>) -> String {
    let mut rows = printed(of);
    rows.push(BY_HAND.to_owned());
    draft_of(&[("Europe", &rows)])
}

const BY_HAND: &str = "* 2026-09-22 | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**Pub evening**](https://oslo.example/pub)\n";

fn without(draft: &str, of: impl IntoIterator<Item = usize>) -> String {
    printed(of)
        .iter()
        .fold(draft.to_owned(), |draft, row| draft.replace(row, ""))
}

/// A desk with this many evenings, the draft before the first update, and after it.
fn desk_of(many: usize) -> (Desk, String, String) {
    let mut desk = Desk::new();
    desk.tell(&evenings(1..=many));
    let given = draft_with([]);
    let (written, _) = desk.settled(&given);
    assert_eq!(written, draft_with(1..=many));
    (desk, given, written)
}

#[test]
fn a_draft_that_is_taken_back_is_filled_again() {
    for many in [1, 2, 3, 4, 12] {
        let (mut desk, given, written) = desk_of(many);
        let (again, updated) = desk.settled(&given);
        assert_eq!(again, written, "{many}");
        let why = updated.report.without_base.unwrap();
        assert!(
            why.contains("older version") && why.contains("--base last"),
            "{why}"
        );
        // Also with other line ends, and after a person has changed it.
        let crlf = given.replace('\n', "\r\n");
        let (again, _) = desk.update(&crlf);
        assert_eq!(again.replace("\r\n", "\n"), written);
        let more = BY_HAND
            .replace("Pub evening", "Another")
            .replace("/pub", "/other");
        let went_on = given.replace(BY_HAND, &format!("{more}{BY_HAND}"));
        let (again, _) = desk.settled(&went_on);
        assert_eq!(again, written.replace(BY_HAND, &format!("{more}{BY_HAND}")));
    }
}

#[test]
fn a_draft_between_two_updates_gets_what_the_second_added_again() {
    for more in [1, 2, 5] {
        let (mut desk, given, first) = desk_of(6);
        desk.tell(&evenings(1..=6 + more));
        let (second, _) = desk.settled(&first);
        assert_eq!(second, draft_with(1..=6 + more));
        for older in [&first, &given] {
            let (again, updated) = desk.settled(older);
            assert_eq!(again, second, "{more}");
            assert_eq!(titles(&updated, Kind::RemovedByHand), [""; 0]);
        }
        // With a row that a person removed from the older version.
        let (again, _) = desk.settled(&without(&first, [2]));
        assert_eq!(again, without(&second, [2]), "{more}");
    }
}

#[test]
fn what_a_later_update_changed_is_changed_again_in_an_older_version() {
    let (mut desk, _, first) = desk_of(3);
    let mut listed = evenings(1..=3);
    listed[0].title = "Evening 1, with talks".to_owned();
    listed[1] = evening("4002", "Evening 2", "2026-09-12");
    desk.tell(&listed);
    let (second, _) = desk.settled(&first);
    assert!(second.contains("with talks") && second.contains("2026-09-12"));
    let (again, updated) = desk.settled(&first);
    assert_eq!(again, second);
    assert_eq!(titles(&updated, Kind::KeptByHand), [""; 0]);
}

#[test]
fn a_trial_on_a_copy_has_no_consequence_for_the_draft() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "").unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (copy, own) = (path("copy.md"), path("draft.md"));
    let mut desk = Desk::new();
    desk.tell(&evenings(1..=5));
    let given = draft_with([]);
    let mut in_file = |text: &str, path: &str| {
        let (new, updated) = desk.update_in(text, Some(path), Against::Memory);
        (new, updated.report)
    };
    let (tried, _) = in_file(&given, &copy);
    // On the copy a person also removes a row.
    let (tried, report) = in_file(&without(&tried, [3]), &copy);
    assert_eq!(report.of(Kind::RemovedByHand).count(), 1);
    assert_eq!(tried, draft_with([1, 2, 4, 5]));
    let (new, report) = in_file(&given, &own);
    assert_eq!(new, draft_with(1..=5));
    assert_eq!(
        report.without_base, None,
        "nothing was ever written into this one"
    );

    // A copy that takes the draft's place brings its memory along.
    let (new, report) = in_file(&tried, &own);
    assert_eq!(new, tried);
    assert_eq!(report.of(Kind::RemovedByHand).count(), 1);

    // A draft that was renamed is the same draft, wherever it went back to.
    std::fs::remove_file(&copy).unwrap();
    std::fs::remove_file(&own).unwrap();
    let renamed = path("content.md");
    let (new, _) = in_file(&given, &renamed);
    assert_eq!(new, tried);
}

#[test]
fn two_drafts_of_one_issue_do_not_disturb_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "").unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, other) = (path("one.md"), path("other.md"));
    let mut desk = Desk::new();
    desk.tell(&evenings(1..=4));
    let mut in_file = |text: &str, path: &str| desk.update_in(text, Some(path), Against::Memory).0;
    let first = in_file(&draft_with([]), &one);
    let bare = draft_of(&[]);
    let second = in_file(&bare, &other);
    assert_eq!(second, draft_of(&[("Europe", &printed(1..=4))]));
    let weeded = without(&first, [2]);
    assert_eq!(in_file(&weeded, &one), weeded);
    assert_eq!(in_file(&second, &other), second);
    let other_weeded = without(&second, [3]);
    assert_eq!(in_file(&other_weeded, &other), other_weeded);
    assert_eq!(in_file(&weeded, &one), weeded);
    assert_eq!(in_file(&draft_with([]), &one), weeded);
    assert_eq!(in_file(&bare, &other), other_weeded);
    let event_by_hand = desk.store.published().unwrap().into_values();
    let by_hand: Vec<_> = event_by_hand
        .filter(|event| event.title.as_str() == "Pub evening")
        .map(|event| event.status.takes_place())
        .collect();
    assert_eq!(by_hand, [true], "it stands in the one that has it");
}

#[test]
fn what_was_taken_out_stays_out_wherever_the_draft_goes_back_to() {
    let (mut desk, given, written) = desk_of(5);
    let weeded = without(&written, [2]);
    let (_, updated) = desk.settled(&weeded);
    assert_eq!(titles(&updated, Kind::RemovedByHand), ["Evening 2"]);
    // To before the first update: the version never had it.
    assert_eq!(desk.settled(&given).0, weeded);
    assert_eq!(
        desk.settled(&without(&weeded, [4, 5])).0,
        without(&weeded, [4, 5])
    );
    // To where it stood: there it stands, until it is taken out again.
    assert_eq!(desk.settled(&written).0, written);
    assert_eq!(desk.settled(&weeded).0, weeded);
    // And when the event says something else, on the same day.
    let mut listed = evenings(1..=5);
    listed[1].title = "Evening 2, longer".to_owned();
    desk.tell(&listed);
    assert_eq!(desk.settled(&weeded).0, weeded);
    // Somebody puts it back in.
    let (new, _) = desk.settled(&written);
    assert!(new.contains("Evening 2, longer"), "{new}");
    let after = new.clone();
    assert_eq!(desk.settled(&after).0, new);
}

#[test]
fn much_that_is_missing_at_once_is_written_again_unless_somebody_says_that_it_was_meant() {
    for (many, missing, again) in [
        (2, 1, false),
        (3, 1, false),
        (3, 2, true),
        (4, 3, true),
        (10, 3, false),
        (10, 6, true),
        (16, 5, false),
        (16, 6, true),
    ] {
        let (mut desk, _, written) = desk_of(many);
        let half = without(&written, 1..=missing);
        let (new, updated) = desk.settled(&half);
        let wanted = if again { &written } else { &half };
        assert_eq!(new, *wanted, "{missing} of {many}");
        assert_eq!(
            updated.report.without_base.is_some(),
            again,
            "{missing} of {many}"
        );
        if again {
            let (new, updated) = desk.update_in(&half, None, Against::Last);
            assert_eq!(new, half);
            assert_eq!(updated.report.of(Kind::RemovedByHand).count(), missing);
            assert_eq!(desk.settled(&half).0, half, "and it stays so");
        }
    }
}

#[test]
fn half_a_merge_is_made_whole_and_keeps_what_people_wrote_on_both_sides() {
    let (mut desk, _, first) = desk_of(8);
    desk.tell(&evenings(1..=16));
    let (second, _) = desk.settled(&first);
    // The one side has the rows up to the twelfth, and a word that a person changed in each half.
    let merged = without(&second, 13..=16)
        .replace("**Evening 3**", "**Evening three**")
        .replace("**Evening 11**", "**Evening eleven**");
    let (new, updated) = desk.settled(&merged);
    let wanted = second
        .replace("**Evening 3**", "**Evening three**")
        .replace("**Evening 11**", "**Evening eleven**");
    // Four of the eight that the second update added are half: they may have been weeded out.
    let weeded = without(&wanted, 13..=16);
    assert!(new == wanted || new == weeded);
    assert_eq!(
        updated.report.of(Kind::RemovedByHand).count(),
        if new == weeded { 4 } else { 0 }
    );
    let (new, updated) = desk.settled(&without(&merged, 9..=10));
    assert_eq!(new, wanted, "{:?}", updated.report.without_base);
}

#[test]
fn rows_that_people_typed_show_no_descent() {
    let mut desk = Desk::new();
    desk.tell(&evenings(1..=6));
    // People typed them all before the first update, which found nothing to do.
    let typed = draft_with(1..=6);
    assert_eq!(desk.settled(&typed).0, typed);
    let older = without(&typed, [2, 5]);
    let (new, updated) = desk.settled(&older);
    assert_eq!(new, typed);
    assert_eq!(titles(&updated, Kind::RemovedByHand), [""; 0]);
    assert!(updated.report.without_base.is_some());
    // Once it holds a row of ours, it is ours.
    desk.tell(&evenings(1..=7));
    let (ours, _) = desk.settled(&typed);
    let (new, _) = desk.settled(&without(&ours, [2]));
    assert_eq!(new, without(&ours, [2]));
}

#[test]
fn an_event_that_was_taken_out_and_moves_is_reported_with_both_days() {
    let (mut desk, _, written) = desk_of(4);
    let weeded = without(&written, [2]);
    desk.settled(&weeded);
    let mut listed = evenings(1..=4);
    listed[1] = evening("4002", "Evening 2", "2026-09-14");
    desk.tell(&listed);
    let (new, updated) = desk.settled(&weeded);
    assert!(
        new.contains(&row("4002", "Evening 2", "2026-09-14")),
        "{new}"
    );
    let entry = updated.report.of(Kind::Moved).next().unwrap();
    let words = format!("{:?}", entry.details);
    assert!(
        words.contains("2026-09-02") && words.contains("2026-09-14"),
        "{words}"
    );
    // It moved before anybody saw that it was taken out.
    let (mut desk, _, written) = desk_of(4);
    desk.tell(&listed);
    let (new, updated) = desk.settled(&without(&written, [2]));
    assert!(new.contains("2026-09-14"));
    assert_eq!(titles(&updated, Kind::Moved), ["Evening 2"]);
    // Back on its old day it is out there, as it was.
    let (mut desk, _, written) = desk_of(4);
    let weeded = without(&written, [2]);
    desk.settled(&weeded);
    listed[1] = evening("4002", "Evening 2", "2026-11-14");
    desk.tell(&listed);
    assert_eq!(desk.settled(&weeded).0, weeded, "outside the window");
    desk.now += chrono::TimeDelta::hours(25);
    desk.tell(&evenings(1..=4));
    assert_eq!(desk.settled(&weeded).0, weeded);
}

#[test]
fn one_copy_of_a_hybrid_row_that_was_taken_out_stays_out_too() {
    let mut desk = Desk::new();
    let listed: Vec<_> = evenings(1..=3).into_iter().map(hybrid).collect();
    desk.tell(&listed);
    let given = draft_of(&[]);
    let (written, _) = desk.settled(&given);
    let copy = printed([2])[0].replace("Berlin, DE |", "Hybrid (Berlin, DE) |");
    assert_eq!(written.matches(&copy).count(), 2);
    let weeded = written.replacen(&copy, "", 1);
    assert_eq!(desk.settled(&weeded).0, weeded);
    assert_eq!(desk.settled(&given).0, weeded);
    assert_eq!(desk.settled(&written).0, written);
}

#[test]
fn a_base_that_somebody_names_decides() {
    let (mut desk, given, written) = desk_of(6);
    let section = |draft: &str| {
        let start = draft.find("## Upcoming").unwrap();
        draft[start..draft.find("\nIf you").unwrap()].to_owned()
    };
    // Against the text that we wrote everything is missing by hand; against what was before it nothing is.
    let (new, updated) = desk.update_in(&given, None, Against::Text(&section(&written)));
    assert_eq!(new, given);
    assert_eq!(updated.report.of(Kind::RemovedByHand).count(), 6);
    let (new, _) = desk.update_in(&given, None, Against::Nothing);
    assert_eq!(new, written, "what was taken out is written, too");
    // A text that we did not write.
    let theirs = draft_with([1, 2, 3]);
    let edited = without(&theirs, [2]).replace("**Evening 3**", "**Evening three**");
    let (new, updated) = desk.update_in(&edited, None, Against::Text(&section(&theirs)));
    let wanted = without(&written, [2]).replace("**Evening 3**", "**Evening three**");
    assert_eq!(new, wanted);
    assert_eq!(titles(&updated, Kind::RemovedByHand), ["Evening 2"]);
}

#[test]
fn what_is_only_looked_at_is_not_remembered() {
    let (desk, given, written) = desk_of(3);
    let versions = |desk: &Desk| {
        desk.store
            .written(super::DAY.parse().unwrap())
            .unwrap()
            .len()
    };
    let before = versions(&desk);
    let weeded = without(&written, [2]);
    assert_eq!(desk.would_update(&weeded).0, weeded);
    assert_eq!(desk.would_update(&given).0, written);
    assert_eq!(versions(&desk), before);
}
