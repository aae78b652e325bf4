//! The kept sections of issues: versions, and which of them is the last.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusty_events::facts::event::EventId;
use rusty_events::store::{NewWritten, Origin, Store, StoredRow};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(hours: i64) -> DateTime<Utc> {
    "2026-08-18T20:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

#[test]
fn only_a_changed_text_makes_a_new_version() {
    let mut store = Store::in_memory().unwrap();
    let mut keep = |origin, text, hours| {
        store
            .keep_issue(day("2026-08-19"), origin, "draft.md", text, at(hours))
            .unwrap()
    };
    assert!(keep(Origin::Written, "one\n", 0));
    assert!(!keep(Origin::Written, "one\n", 1));
    assert!(keep(Origin::Written, "two\n", 2));
    assert!(keep(Origin::Written, "one\n", 3), "back again is a change");
    assert!(
        keep(Origin::Learned, "one\n", 4),
        "the words of another person"
    );
    let last = store.issue(day("2026-08-19")).unwrap().unwrap();
    assert_eq!(
        (last.origin, last.at, last.text.as_str()),
        (Origin::Learned, at(4), "one\n")
    );
    let ours = store.written_issue(day("2026-08-19")).unwrap().unwrap();
    assert_eq!((ours.origin, ours.at), (Origin::Written, at(3)));
}

#[test]
fn issues_come_in_the_order_of_their_days_each_once() {
    let mut store = Store::in_memory().unwrap();
    for (on, origin, text) in [
        ("2026-08-26", Origin::Written, "c\n"),
        ("2026-08-12", Origin::Learned, "a\n"),
        ("2026-08-19", Origin::Learned, "b\n"),
        ("2026-08-19", Origin::Written, "b again\n"),
    ] {
        store
            .keep_issue(day(on), origin, "x.md", text, at(0))
            .unwrap();
    }
    let texts: Vec<String> = store
        .issues()
        .unwrap()
        .into_iter()
        .map(|issue| issue.text)
        .collect();
    assert_eq!(texts, ["a\n", "b again\n", "c\n"]);
    let learned = store.learned_issues().unwrap();
    assert_eq!(learned.len(), 2);
    assert_eq!(learned[1].text, "b\n");

    let before = |on| store.learned_before(day(on)).unwrap();
    assert_eq!(before("2026-08-26").unwrap().day, day("2026-08-19"));
    assert_eq!(before("2026-08-19").unwrap().day, day("2026-08-12"));
    assert_eq!(before("2026-08-12"), None, "never the issue itself");
    assert_eq!(store.issue(day("2026-09-02")).unwrap(), None);
}

#[test]
fn what_the_events_said_is_kept_beside_what_was_written() {
    let mut store = Store::in_memory().unwrap();
    let row = |title: &str| StoredRow {
        event: EventId::stored("0123456789abcdef".to_owned()),
        heading: "Virtual".to_owned(),
        text: format!(
            "* 2026-08-27 | Virtual | [A](https://a.example/)\n    * [**{title}**](https://a.example/1)\n"
        ),
        stands: true,
    };
    let mut keep = |text: &str, title, base| {
        store
            .keep_written(
                &NewWritten {
                    day: day("2026-08-26"),
                    file: "draft.md",
                    path: Some("/drafts/draft.md"),
                    revision: Some("0123abcd"),
                    base,
                    given: text,
                    section: text,
                    event_rows: &[row(title)],
                    added: &[(
                        EventId::stored("0123456789abcdef".to_owned()),
                        "Virtual".to_owned(),
                    )],
                },
                at(0),
            )
            .unwrap()
    };
    assert!(keep("one\n", "first", None));
    assert!(!keep("one\n", "second", Some(1)), "the text is the same");
    assert!(keep("two\n", "third", Some(1)));
    assert!(keep("one\n", "second", Some(1)), "back again is a change");
    let kept = store.written_issue(day("2026-08-26")).unwrap().unwrap();
    assert_eq!(
        kept.event_rows,
        [row("second")],
        "the same text, and another row of the event"
    );

    let versions = store.written(day("2026-08-26")).unwrap();
    let seen: Vec<_> = versions
        .iter()
        .map(|of| (of.id, of.base, of.issue.text.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (1, None, "one\n"),
            (2, Some(1), "two\n"),
            (3, Some(1), "one\n")
        ]
    );
    let last = &versions[2];
    assert_eq!(
        (last.path.as_deref(), last.revision.as_deref()),
        (Some("/drafts/draft.md"), Some("0123abcd"))
    );
    assert_eq!(last.added.len(), 1);
    assert_eq!(last.given.as_deref(), Some("one\n"));
}
