//! Rows that people wrote or took out.

use super::super::{Desk, draft_of, row, titles};
use super::{HACK, TALK, listed, printed, two_evenings};
use rusty_events::facts::event::{Flag, Status};
use rusty_events::section::merge::Kind;

#[test]
fn a_row_written_by_hand_stays_as_it_is() {
    let (mut desk, draft) = two_evenings();
    let by_hand =
        "* 2026-09-02 | Oslo, NO | Rust Oslo\n    * [**Pub evening**](https://oslo.example/pub)\n";
    let draft = draft.replace(&printed(HACK), &format!("{by_hand}{}", printed(HACK)));
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft);
    assert_eq!(titles(&updated, Kind::ByHand), ["Pub evening"]);
    assert_eq!(updated.by_hand.len(), 1);
}

#[test]
fn of_two_rows_with_one_page_neither_gets_what_the_other_has() {
    let (mut desk, draft) = two_evenings();
    let row = |groups: &str| {
        format!(
            "* 2026-09-02 | Oslo, NO | {groups}\n    * [**Pub evening**](https://oslo.example/pub)\n"
        )
    };
    let both = format!(
        "{}{}",
        row("[Rust Oslo](https://oslo.example/) | [C++ Oslo](https://cpp.example/)"),
        row("[Rust Oslo](https://oslo.example/)")
    );
    let draft = draft.replace(&printed(HACK), &format!("{both}{}", printed(HACK)));
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft);
    assert_eq!(titles(&updated, Kind::Restored), [""; 0]);
}

#[test]
fn a_row_taken_out_by_hand_is_not_written_again() {
    let (mut desk, draft) = two_evenings();
    let without = draft.replace(&printed(TALK), "");
    let (new, updated) = desk.settled(&without);
    assert_eq!(new, without);
    assert_eq!(titles(&updated, Kind::RemovedByHand), ["Rust and Tell"]);
    let entry = updated.report.of(Kind::RemovedByHand).next().unwrap();
    let help = rusty_events::render::report::lasting(entry).unwrap();
    let id = &entry.event.as_ref().unwrap().as_str()[..8];
    assert_eq!(
        help,
        format!("rusty-events decide hide --from section {id} --reason \"…\"")
    );

    // Nor when its event changes, nor at any later time; until a person puts it back.
    desk.tell(&[
        listed(("1001", "Rust and Tell, again", "2026-09-01")),
        listed(HACK),
    ]);
    assert_eq!(desk.settled(&without).0, without);
    let back = desk.settled(&draft).0;
    assert!(back.contains("Rust and Tell, again"), "{back}");
}

#[test]
fn a_row_by_hand_that_looks_like_an_event_is_suspected_and_both_stay() {
    let (mut desk, draft) = two_evenings();
    let twin = "* 2026-09-01 | Berlin, DE | [Rust Berlin](https://www.meetup.com/rust-berlin)\n    * [**An evening of talks**](https://luma.com/talks)\n";
    let both = draft.replace(&printed(TALK), &format!("{twin}{}", printed(TALK)));
    let (new, updated) = desk.settled(&both);
    assert_eq!(new, both);
    assert_eq!(
        titles(&updated, Kind::PossibleTwin),
        ["An evening of talks"]
    );
}

#[test]
fn a_row_by_hand_is_an_event_of_the_newsletter_for_as_long_as_it_stands() {
    let (mut desk, draft) = two_evenings();
    let by_hand = "* 2026-09-02 - 2026-09-03 | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**Pub evening**](https://oslo.example/pub)\n";
    let with = draft.replace(&printed(HACK), &format!("{by_hand}{}", printed(HACK)));
    desk.settled(&with);
    let seen = |desk: &Desk| {
        let published = desk.store.published().unwrap();
        let found = published
            .values()
            .find(|event| event.title.as_str().starts_with("Pub"))
            .cloned();
        found.unwrap()
    };
    let event = seen(&desk);
    assert_eq!(
        (
            event.when.first_day().to_string(),
            event.when.last_day().to_string()
        ),
        ("2026-09-02".to_owned(), "2026-09-03".to_owned())
    );
    assert!(event.when.zone().is_none() && event.status.takes_place());
    assert_eq!(event.flags, [Flag::HandWritten]);
    assert_eq!(event.evidence[0].source.0, "newsletter");

    // It is the same event when its words change, and goes when its row goes; it stays out of the row's way.
    let reworded = with.replace("Pub evening", "Pub evening, early");
    assert_eq!(desk.settled(&reworded).0, reworded);
    assert_eq!(
        (seen(&desk).id, seen(&desk).title.to_string()),
        (event.id, "Pub evening, early".to_owned())
    );
    let (without, updated) = desk.settled(&draft);
    assert_eq!(without, draft);
    assert_eq!(
        updated.report.entries,
        [],
        "the report does not say that people removed what people wrote"
    );
    assert_eq!(seen(&desk).status, Status::Withdrawn);
    desk.settled(&reworded);
    assert!(seen(&desk).status.takes_place(), "back again");
}

#[test]
fn a_hybrid_row_by_hand_in_one_place_is_reported() {
    let (mut desk, draft) = two_evenings();
    let hybrid = "* 2026-09-02 | Hybrid (Oslo, NO) | [Rust Oslo](https://oslo.example/)\n    * [**Pub evening**](https://oslo.example/pub)\n";
    let one = draft.replace(&printed(HACK), &format!("{hybrid}{}", printed(HACK)));
    let (new, updated) = desk.settled(&one);
    assert_eq!(new, one);
    let said = format!(
        "{:?}",
        updated.report.of(Kind::ByHand).next().unwrap().details
    );
    assert!(said.contains("not under Virtual too"), "{said}");
    let both = one.replace(
        "\n### Europe",
        &format!("\n### Virtual\n{hybrid}\n### Europe"),
    );
    let (_, updated) = desk.settled(&both);
    assert!(
        updated
            .report
            .of(Kind::ByHand)
            .all(|entry| entry.details.is_empty())
    );
}

#[test]
fn an_event_that_needs_a_human_is_in_if_a_human_put_it_in() {
    let mut desk = Desk::new();
    desk.source.place = None;
    let mut nowhere = listed(TALK);
    nowhere.locations = Vec::new();
    nowhere.mode = None;
    desk.tell(&[nowhere.clone()]);
    let (empty, _) = desk.settled(&draft_of(&[]));
    assert!(!empty.contains("Rust and Tell"), "its place is not known");
    let (new, updated) = desk.settled(&draft_of(&[("Europe", &[printed(TALK)])]));
    assert_eq!(new, draft_of(&[("Europe", &[printed(TALK)])]));
    assert_eq!(
        titles(&updated, Kind::ByHand),
        [""; 0],
        "its event is known"
    );
    // Its title follows the event all the same.
    nowhere.title = "Rust and Sell".to_owned();
    desk.tell(&[nowhere]);
    let (new, _) = desk.settled(&new);
    assert_eq!(
        new,
        draft_of(&[("Europe", &[row("1001", "Rust and Sell", "2026-09-01")])])
    );
}
