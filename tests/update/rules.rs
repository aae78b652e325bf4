//! The rules of reconciling, one by one.

mod around;
mod by_hand;

use super::{Desk, cancelled, city, draft_of, evening, hybrid, online, row, titles, until};
use rusty_events::facts::decision::{Action, Decision, EventName, Origin};
use rusty_events::facts::link::Link;
use rusty_events::section::merge::{Change, Kind};

const TALK: (&str, &str, &str) = ("1001", "Rust and Tell", "2026-09-01");
const HACK: (&str, &str, &str) = ("1002", "Hack evening", "2026-09-08");

fn listed((id, title, day): (&str, &str, &str)) -> rusty_events::facts::listing::Listing {
    evening(id, title, day)
}

fn printed((id, title, day): (&str, &str, &str)) -> String {
    row(id, title, day)
}

/// A desk with two evenings, and their draft as it was written.
fn two_evenings() -> (Desk, String) {
    let mut desk = Desk::new();
    desk.tell(&[listed(TALK), listed(HACK)]);
    let (draft, updated) = desk.settled(&draft_of(&[]));
    assert_eq!(
        titles(&updated, Kind::New),
        ["Rust and Tell", "Hack evening"]
    );
    assert_eq!(
        draft,
        draft_of(&[("Europe", &[printed(TALK), printed(HACK)])])
    );
    (desk, draft)
}

#[test]
fn a_new_event_comes_in_at_its_place_and_nothing_else_changes() {
    let (mut desk, draft) = two_evenings();
    let more = ("1003", "Between the two", "2026-09-03");
    desk.tell(&[
        listed(TALK),
        listed(HACK),
        listed(more),
        online(listed(("1004", "Online", "2026-09-02"))),
    ]);
    let (new, updated) = desk.settled(&draft);
    let virtual_row =
        row("1004", "Online", "2026-09-02").replace("Berlin, DE |", "Virtual (Berlin, DE) |");
    let wanted = draft_of(&[
        ("Virtual", &[virtual_row]),
        ("Europe", &[printed(TALK), printed(more), printed(HACK)]),
    ]);
    assert_eq!(new, wanted);
    assert_eq!(titles(&updated, Kind::New), ["Online", "Between the two"]);
    assert_eq!(
        updated.report.entries.len(),
        2,
        "{:#?}",
        updated.report.entries
    );
}

#[test]
fn what_is_over_goes_and_what_still_runs_stays() {
    let mut desk = Desk::new();
    let over = ("1", "Over", "2026-08-25");
    let runs = until(evening("2", "Still running", "2026-08-25"), "2026-08-27");
    desk.tell(&[listed(over), runs]);
    let running = row("2", "Still running", "2026-08-25 - 2026-08-27");
    let by_hand = row("3", "Over, by hand", "2026-08-24").replace(
        "meetup.com/rust-berlin/events",
        "meetup.com/rust-bern/events",
    );
    let (new, updated) = desk.settled(&draft_of(&[(
        "Europe",
        &[by_hand, printed(over), running.clone()],
    )]));
    assert_eq!(new, draft_of(&[("Europe", &[running])]));
    assert_eq!(titles(&updated, Kind::Past), ["Over, by hand", "Over"]);
}

#[test]
fn a_word_changed_by_hand_stays_until_its_source_changes_that_very_fact() {
    let (mut desk, draft) = two_evenings();
    let edited = draft
        .replace("**Rust and Tell**", "**Rust and Tell: three talks**")
        .replacen("Berlin, DE", "Potsdam, DE", 1);
    let (new, updated) = desk.settled(&edited);
    assert_eq!(new, edited);
    let kept = updated.report.of(Kind::KeptByHand).next().unwrap();
    assert_eq!(kept.details.len(), 2, "{kept:?}");

    // Its day changes: that alone follows.
    desk.tell(&[
        listed(("1001", "Rust and Tell", "2026-09-02")),
        listed(HACK),
    ]);
    let (moved, updated) = desk.settled(&edited);
    assert_eq!(moved, edited.replace("2026-09-01", "2026-09-02"));
    assert_eq!(
        titles(&updated, Kind::Moved),
        ["Rust and Tell: three talks"]
    );

    // Its title changes: the source's word, and a conflict; the place stays the human's.
    desk.tell(&[
        listed(("1001", "Rust and Sell", "2026-09-02")),
        listed(HACK),
    ]);
    let (new, updated) = desk.settled(&moved);
    assert_eq!(
        new,
        moved.replace("Rust and Tell: three talks", "Rust and Sell")
    );
    assert_eq!(titles(&updated, Kind::Conflict), ["Rust and Sell"]);
}

#[test]
fn a_day_changed_by_hand_stays_too() {
    let (mut desk, draft) = two_evenings();
    let edited = draft.replace("2026-09-01", "2026-09-05");
    assert_eq!(desk.settled(&edited).0, edited);
}

#[test]
fn a_cancelled_event_goes_and_comes_back_when_it_takes_place_after_all() {
    let (mut desk, draft) = two_evenings();
    desk.tell(&[cancelled(listed(TALK)), listed(HACK)]);
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft_of(&[("Europe", &[printed(HACK)])]));
    assert_eq!(titles(&updated, Kind::Cancelled), ["Rust and Tell"]);
    // A return to what was said shortly before takes a second reading.
    desk.now += chrono::TimeDelta::hours(25);
    desk.tell(&[listed(TALK), listed(HACK)]);
    assert_eq!(desk.settled(&new).0, new);
    desk.now += chrono::TimeDelta::hours(21);
    desk.tell(&[listed(TALK), listed(HACK)]);
    assert_eq!(desk.settled(&new).0, draft, "we removed it, not a person");
}

#[test]
fn an_event_that_left_the_window_goes_with_the_new_day_named() {
    let (mut desk, draft) = two_evenings();
    desk.tell(&[
        listed(("1001", "Rust and Tell", "2026-11-01")),
        listed(HACK),
    ]);
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft_of(&[("Europe", &[printed(HACK)])]));
    let entry = updated.report.of(Kind::Moved).next().unwrap();
    assert!(
        format!("{:?}", entry.details).contains("2026-11-01"),
        "{entry:?}"
    );
}

#[test]
fn an_event_under_a_new_id_of_its_platform_is_the_same_row() {
    let (mut desk, draft) = two_evenings();
    let mut renumbered = evening("2002", "Rust and Tell", "2026-09-02");
    renumbered.key = "2002".to_owned();
    desk.tell(&[renumbered, listed(HACK)]);
    let (new, updated) = desk.settled(&draft);
    let wanted = row("2002", "Rust and Tell", "2026-09-02");
    assert_eq!(new, draft_of(&[("Europe", &[wanted, printed(HACK)])]));
    assert_eq!(titles(&updated, Kind::Moved), ["Rust and Tell"]);
    assert_eq!(titles(&updated, Kind::New), [""; 0]);
}

#[test]
fn the_old_row_of_a_renumbered_event_does_not_stand_beside_the_new_one() {
    let (mut desk, draft) = two_evenings();
    let both = draft.replace(
        &printed(HACK),
        &format!(
            "{}{}",
            row("2002", "Rust and Tell", "2026-09-02"),
            printed(HACK)
        ),
    );
    desk.tell(&[evening("2002", "Rust and Tell", "2026-09-02"), listed(HACK)]);
    let (new, updated) = desk.settled(&both);
    assert_eq!(new.matches("Rust and Tell").count(), 1, "{new}");
    assert!(
        new.contains(&row("2002", "Rust and Tell", "2026-09-02")),
        "{new}"
    );
    assert_eq!(updated.report.of(Kind::Twice).count(), 1);
}

#[test]
fn pure_spelling_is_mended_in_silence_and_counted() {
    let (mut desk, draft) = two_evenings();
    let misspelled = draft
        .replacen(
            "https://www.meetup.com/rust-berlin)",
            "https://www.meetup.com/de-DE/rust-berlin/events/)",
            1,
        )
        .replacen("events/1001/", "events/1001?utm_source=x", 1)
        .replacen("Berlin, DE |", "Berlin, BE, DE|", 1)
        .replacen("    * [**Hack", "  * [**Hack", 1);
    let (new, updated) = desk.settled(&misspelled);
    assert_eq!(new, draft);
    assert_eq!(updated.report.spelling, 2);
    assert_eq!(updated.report.entries, []);

    let by_hand = "* 2026-09-02 | Virtual (London, GB)| [Rust London](https://lu.ma/london/)   \n    * [**Pub evening**](http://pub.example/?fbclid=1)\n";
    let wanted = "* 2026-09-02 | Virtual (London, UK) | [Rust London](https://luma.com/london)\n    * [**Pub evening**](https://pub.example/)\n";
    let at = "\n### Europe\n";
    let draft_with = |row: &str| draft.replace(at, &format!("\n### Virtual\n{row}{at}"));
    let (new, updated) = desk.settled(&draft_with(by_hand));
    assert_eq!(new, draft_with(wanted));
    assert_eq!(updated.report.spelling, 1);
}

#[test]
fn a_lost_organiser_and_a_lost_link_are_put_back() {
    let mut desk = Desk::new();
    let mut joint = listed(TALK);
    joint.organisers = Vec::new();
    joint.further_links = vec![(
        "Mirror: Rust and Tell".to_owned(),
        "https://berline.example/tell".to_owned(),
    )];
    desk.tell(&[joint]);
    let (draft, _) = desk.settled(&draft_of(&[]));
    assert!(
        draft.contains(" | [**Mirror: Rust and Tell**](https://berline.example/tell)"),
        "{draft}"
    );
    let lost = draft.replace(
        " | [**Mirror: Rust and Tell**](https://berline.example/tell)",
        "",
    );
    let (new, updated) = desk.settled(&lost);
    assert_eq!(new, draft);
    assert_eq!(titles(&updated, Kind::Restored), ["Rust and Tell"]);

    // Of a row written by hand too.
    let by_hand = "* 2026-09-02 | Oslo, NO | [Rust Oslo](https://oslo.example/) | [Nix Oslo](https://nix.example/)\n    * [**Pub evening**](https://oslo.example/pub)\n";
    let draft = draft.replace("\nIf you", &format!("{by_hand}\nIf you"));
    let (draft, _) = desk.settled(&draft);
    let (new, updated) = desk.settled(&draft.replace(" | [Nix Oslo](https://nix.example/)", ""));
    assert_eq!(new, draft);
    assert_eq!(titles(&updated, Kind::Restored), ["Pub evening"]);
}

#[test]
fn an_organiser_corrected_by_hand_is_not_a_lost_one() {
    let (mut desk, draft) = two_evenings();
    let edited = draft.replacen(
        "[Rust Berlin](https://www.meetup.com/rust-berlin)",
        "[Rust & Tell Berlin](https://tell.example/)",
        1,
    );
    assert_eq!(desk.settled(&edited).0, edited);
    let more = draft.replacen(
        "rust-berlin)\n",
        "rust-berlin) | [c-base](https://c-base.example/)\n",
        1,
    );
    assert_eq!(desk.settled(&more).0, more);
}

#[test]
fn a_hybrid_event_stands_in_both_places_with_the_same_text() {
    let mut desk = Desk::new();
    desk.tell(&[hybrid(listed(TALK))]);
    let (draft, _) = desk.settled(&draft_of(&[]));
    let copy = printed(TALK).replace("Berlin, DE |", "Hybrid (Berlin, DE) |");
    assert_eq!(
        draft,
        draft_of(&[
            ("Virtual", std::slice::from_ref(&copy)),
            ("Europe", std::slice::from_ref(&copy))
        ])
    );

    // One copy only was edited by hand: both are kept, and reported.
    let edited = draft.replacen("**Rust and Tell**", "**Rust and Tell, streamed**", 1);
    let (new, updated) = desk.settled(&edited);
    assert_eq!(new, edited);
    assert!(
        updated
            .report
            .of(Kind::KeptByHand)
            .any(|entry| format!("{:?}", entry.details).contains("differ"))
    );

    // One copy was taken out by hand: it stays out.
    let without = draft.replacen(&format!("\n### Virtual\n{copy}"), "", 1);
    let (new, updated) = desk.settled(&without);
    assert_eq!(new, without);
    assert_eq!(updated.report.of(Kind::RemovedByHand).count(), 1);
}

#[test]
fn an_event_that_goes_online_changes_its_heading() {
    let (mut desk, draft) = two_evenings();
    desk.tell(&[hybrid(listed(TALK)), listed(HACK)]);
    let (both, updated) = desk.settled(&draft);
    let copy = printed(TALK).replace("Berlin, DE |", "Hybrid (Berlin, DE) |");
    assert_eq!(
        both,
        draft_of(&[
            ("Virtual", std::slice::from_ref(&copy)),
            ("Europe", &[copy.clone(), printed(HACK)])
        ])
    );
    assert_eq!(
        updated.report.of(Kind::Changed).count(),
        2,
        "its place, and one more heading"
    );

    desk.tell(&[online(listed(TALK)), listed(HACK)]);
    let (new, _) = desk.settled(&both);
    let online = copy.replace("Hybrid", "Virtual");
    assert_eq!(
        new,
        draft_of(&[("Virtual", &[online]), ("Europe", &[printed(HACK)])])
    );
}

#[test]
fn a_row_under_another_heading_by_hand_stays_there_and_is_reported() {
    let (mut desk, _) = two_evenings();
    let moved = draft_of(&[
        ("Europe", &[printed(HACK)]),
        ("South America", &[printed(TALK)]),
    ]);
    let (new, updated) = desk.settled(&moved);
    assert_eq!(new, moved);
    let entry = updated.report.of(Kind::KeptByHand).next().unwrap();
    assert!(format!("{entry:?}").contains("South America"), "{entry:?}");
}

#[test]
fn only_what_is_asked_for_is_done() {
    let (mut desk, draft) = two_evenings();
    let all = [
        cancelled(listed(TALK)),
        listed(("1002", "Hack evening, longer", "2026-09-09")),
        listed(("1003", "New", "2026-09-10")),
    ];
    desk.tell(&all);
    let mut done = |changes: &[Change]| {
        desk.only = changes.iter().copied().collect();
        desk.would_update(&draft).0
    };
    assert_eq!(done(&[Change::Past]), draft);
    assert_eq!(
        done(&[Change::Cancelled]),
        draft.replace(&printed(TALK), "")
    );
    assert_eq!(
        done(&[Change::Moved]),
        draft.replace("2026-09-08", "2026-09-09")
    );
    assert_eq!(
        done(&[Change::Changed]),
        draft.replace("Hack evening", "Hack evening, longer")
    );
    let new = row("1003", "New", "2026-09-10");
    assert_eq!(
        done(&[Change::New]),
        draft.replace(&printed(HACK), &format!("{}{new}", printed(HACK)))
    );
    // What was left for now is done when it is asked for, and is never taken for a human's wish.
    desk.only = [Change::Cancelled].into();
    let (cut, _) = desk.settled(&draft);
    desk.only = Change::ALL.into();
    let (full, updated) = desk.settled(&cut);
    assert_eq!(
        full,
        draft_of(&[(
            "Europe",
            &[row("1002", "Hack evening, longer", "2026-09-09"), new]
        )])
    );
    assert_eq!(updated.report.of(Kind::KeptByHand).count(), 0);
}

#[test]
fn a_draft_that_never_had_our_rows_is_filled_and_not_emptied() {
    let mut desk = Desk::new();
    let evenings: Vec<_> = (1..=5)
        .map(|number| {
            evening(
                &number.to_string(),
                &format!("Evening {number}"),
                &format!("2026-09-0{number}"),
            )
        })
        .collect();
    desk.tell(&evenings);
    let (full, _) = desk.settled(&draft_of(&[]));
    let (again, updated) = desk.settled(&draft_of(&[]));
    assert_eq!(again, full);
    assert!(updated.report.without_base.is_some());
}

#[test]
fn what_a_source_no_longer_lists_stays_until_that_is_confirmed() {
    let (mut desk, draft) = two_evenings();
    desk.tell(&[listed(HACK)]);
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft);
    assert_eq!(titles(&updated, Kind::Unconfirmed), ["Rust and Tell"]);
}

#[test]
fn the_place_of_another_city_follows_its_source() {
    let (mut desk, draft) = two_evenings();
    let mut elsewhere = listed(TALK);
    elsewhere.locations = vec![city("Copenhagen", "DK")];
    desk.tell(&[elsewhere, listed(HACK)]);
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft.replacen("Berlin, DE", "Copenhagen, DK", 1));
    assert_eq!(titles(&updated, Kind::Changed), ["Rust and Tell"]);
}

#[test]
fn the_row_of_an_event_that_an_editor_hid_is_removed() {
    let (mut desk, draft) = two_evenings();
    let link = Link::parse("https://www.meetup.com/rust-berlin/events/1001/").unwrap();
    desk.decisions = vec![Decision {
        event: EventName::Link(link),
        action: Action::HideFromSection,
        reason: "not about Rust".to_owned(),
        by: None,
        at: desk.now,
        origin: Origin::Database(1),
    }];
    desk.believe();
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft_of(&[("Europe", &[printed(HACK)])]));
    assert_eq!(titles(&updated, Kind::Hidden), ["Rust and Tell"]);
}

#[test]
fn a_new_row_with_last_years_date_is_a_slip_and_stays_for_a_human() {
    let (mut desk, draft) = two_evenings();
    let slip = "* 2025-09-02 | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**Pub evening**](https://oslo.example/pub)\n";
    let with = draft.replace("### Europe\n", &format!("### Europe\n{slip}"));
    let (new, updated) = desk.update(&with);
    assert_eq!(new, with);
    assert_eq!(titles(&updated, Kind::NeedsAHuman), ["Pub evening"]);
    let old = slip.replace("2025-09-02", "2025-05-02");
    let (new, _) = desk.update(&draft.replace("### Europe\n", &format!("### Europe\n{old}")));
    assert_eq!(new, draft, "no day of this issue can be meant");
}

/// Markdown shows a line directly below a row as part of it. Put below a heading, `Virtual` would be a heading too, and
/// the next update would take what stands below for online events.
#[test]
fn a_line_directly_below_a_row_goes_where_the_row_goes() {
    let (a, b) = (row("1", "A", "2026-09-10"), row("2", "B", "2026-09-02"));
    for line in [
        "Virtual\n",
        "Europe\n",
        "see below\n",
        "Virtual\nand more\n",
    ] {
        let mut desk = Desk::new();
        desk.tell(&[
            evening("1", "A", "2026-09-10"),
            evening("2", "B", "2026-09-02"),
        ]);
        let draft = draft_of(&[("Europe", &[a.clone(), line.to_owned(), b.clone()])]);
        let (new, _) = desk.settled(&draft);
        let europe = format!("\n### Europe\n{b}{a}{line}\nIf you");
        assert!(new.contains(&europe), "{new}");
    }
}

#[test]
fn a_line_below_a_row_that_is_taken_out_becomes_no_heading() {
    let (a, b) = (row("1", "A", "2026-09-02"), row("2", "B", "2026-09-10"));
    let [first, second] = [("1", "A", "2026-09-02"), ("2", "B", "2026-09-10")]
        .map(|(id, title, day)| evening(id, title, day));
    let mut desk = Desk::new();
    desk.tell(&[first.clone(), second.clone()]);
    let draft = draft_of(&[("Europe", &[a, "Virtual\n".to_owned(), b.clone()])]);
    let (draft, _) = desk.settled(&draft);
    desk.tell(&[cancelled(first), second]);
    let (new, _) = desk.settled(&draft);
    let europe = format!("\n### Europe\n{b}Virtual\n\nIf you");
    assert!(new.contains(&europe), "{new}");
}
