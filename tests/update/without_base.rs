//! A draft that we never wrote, and what the issue before it tells.

use super::{DAY, Desk, draft_of, evening, row, titles};
use rusty_events::section::merge::Kind;
use rusty_events::store::{NewWritten, Origin};

#[test]
fn facts_follow_the_event_and_wording_follows_the_draft() {
    let mut desk = Desk::new();
    desk.tell(&[evening("1", "Rust and Tell", "2026-09-01")]);
    let theirs = "* 2026-09-02 | Potsdam, DE | [Rust Berlin & friends](https://www.meetup.com/rust-berlin)\n    * [**Tell**](https://www.meetup.com/rust-berlin/events/1/) | [**Mirror**](https://mirror.example/)\n";
    let (new, updated) = desk.settled(&draft_of(&[("Asia", &[theirs.to_owned()])]));
    let wanted = theirs
        .replace("2026-09-02", "2026-09-01")
        .replace("**Tell**", "**Rust and Tell**");
    assert_eq!(new, draft_of(&[("Asia", &[wanted])]));
    let differences = format!("{:?}", updated.report.entries);
    for word in ["2026-09-02", "Potsdam", "friends", "\"Tell\"", "Asia"] {
        assert!(
            differences.contains(word),
            "{word} is not reported: {differences}"
        );
    }
    assert_eq!(titles(&updated, Kind::Moved), ["Rust and Tell"]);
}

fn issue_before(rows: &[String]) -> String {
    format!(
        "## Upcoming Events\n\nRusty Events between 2026-08-19 - 2026-09-16 🦀\n\n### Europe\n{}",
        rows.concat()
    )
}

fn four() -> Vec<(String, String, String)> {
    (1..=4)
        .map(|number| {
            (
                number.to_string(),
                format!("Evening {number}"),
                format!("2026-09-0{number}"),
            )
        })
        .collect()
}

fn rows() -> Vec<String> {
    four()
        .iter()
        .map(|(id, title, day)| row(id, title, day))
        .collect()
}

fn learned() -> Desk {
    let mut desk = Desk::new();
    let listed: Vec<_> = four()
        .iter()
        .map(|(id, title, day)| evening(id, title, day))
        .collect();
    desk.tell(&listed);
    let day = "2026-08-19".parse().unwrap();
    let text = issue_before(&rows());
    desk.store
        .keep_issue(day, Origin::Learned, "before.md", &text, desk.now)
        .unwrap();
    desk
}

/// Keeps the issue before as one that we wrote, with rows that we added to it: all, or none.
fn we_wrote_it(desk: &mut Desk, ours: bool) {
    let (_, updated) = desk.would_update(&draft_of(&[]));
    let text = issue_before(&rows());
    desk.store
        .keep_written(
            &NewWritten {
                day: "2026-08-19".parse().unwrap(),
                file: "before.md",
                path: None,
                revision: None,
                base: None,
                given: if ours { "" } else { &text },
                section: &text,
                event_rows: &updated.event_rows,
                added: if ours { &updated.added } else { &[] },
            },
            desk.now,
        )
        .unwrap();
}

#[test]
fn a_row_of_the_issue_before_that_is_missing_was_taken_out_if_we_wrote_that_and_the_draft_is_its_copy()
 {
    let mut desk = learned();
    we_wrote_it(&mut desk, true);
    let copy = draft_of(&[("Europe", &rows()[1..])]);
    let (new, updated) = desk.settled(&copy);
    assert_eq!(new, copy);
    assert_eq!(titles(&updated, Kind::RemovedByHand), ["Evening 1"]);
}

#[test]
fn rows_that_people_typed_into_the_issue_before_show_nothing() {
    for written in [false, true] {
        let mut desk = learned();
        if written {
            we_wrote_it(&mut desk, false);
        }
        let (new, updated) = desk.settled(&draft_of(&[("Europe", &rows()[1..])]));
        assert_eq!(new, draft_of(&[("Europe", &rows())]));
        assert_eq!(titles(&updated, Kind::New), ["Evening 1"]);
        let why = updated.report.without_base.unwrap();
        assert!(why.contains("1 row of the issue before"), "{why}");
    }
}

#[test]
fn a_fresh_draft_gets_the_rows_of_the_issue_before() {
    let mut desk = learned();
    let (new, updated) = desk.settled(&draft_of(&[("Europe", &rows()[..1])]));
    assert_eq!(new, draft_of(&[("Europe", &rows())]));
    assert_eq!(updated.report.of(Kind::New).count(), 3);
    assert!(updated.report.without_base.is_some());
}

#[test]
fn what_people_corrected_in_the_issue_before_is_not_lost() {
    let mut desk = learned();
    // We had written it, and a person corrected a name before it was printed.
    let text = issue_before(&rows());
    we_wrote_it(&mut desk, true);
    let before = "2026-08-19".parse().unwrap();
    let corrected = text.replacen("[Rust Berlin]", "[Rust Berlin e.V.]", 1);
    desk.store
        .keep_issue(before, Origin::Learned, "before.md", &corrected, desk.now)
        .unwrap();

    let wanted = {
        let mut rows = rows();
        rows[0] = rows[0].replace("[Rust Berlin]", "[Rust Berlin e.V.]");
        draft_of(&[("Europe", &rows)])
    };
    let fresh = desk.would_update(&draft_of(&[])).0;
    assert_eq!(fresh, wanted, "in a fresh draft");
    let (copied, _) = desk.settled(&wanted);
    assert_eq!(copied, wanted, "in a copy");
    assert_eq!(DAY, "2026-08-26");
}
