//! What stands around the rows: comments, headings, the line of the window, line ends.

use super::*;

#[test]
fn comments_placeholders_and_what_cannot_be_read_stay() {
    let (mut desk, _) = two_evenings();
    let comment = "<!-- Rows of Berlin:\n### Virtual\n* 2026-09-01 | Berlin, DE | [Not](https://a.example/)\n    * [**a row**](https://a.example/)\n-->\n".to_owned();
    let broken = "* 2026-09-04 | Berlin, DE | [Rust Berlin](https://www.meetup.com/rust-berlin) and friends [Oxide](https://oxide.example/)\n    * [**Unreadable**](https://a.example/)\n".to_owned();
    let draft = draft_of(&[
        ("Africa", &["<!-- nothing yet -->\n".to_owned()]),
        (
            "Europe",
            &[
                comment,
                printed(TALK),
                broken,
                printed(HACK),
                "<!-- the end -->\n".to_owned(),
            ],
        ),
    ]);
    let (new, updated) = desk.settled(&draft);
    assert_eq!(new, draft);
    let entry = updated.report.of(Kind::NeedsAHuman).next().unwrap();
    assert!(
        entry.title.contains("2026-09-04") && entry.line.is_some(),
        "{entry:?}"
    );
}

#[test]
fn an_empty_heading_goes_and_rows_are_put_in_order() {
    let (mut desk, draft) = two_evenings();
    let untidy = draft_of(&[
        ("Oceania:", &[]),
        ("Europe", &[printed(HACK), "\n".to_owned(), printed(TALK)]),
        ("Asia", &[]),
    ]);
    let (new, updated) = desk.settled(&untidy);
    assert_eq!(new, draft);
    assert_eq!(updated.report.reordered, 1);
}

#[test]
fn the_windows_line_is_brought_up_to_date_and_keeps_what_people_wrote_behind_it() {
    let (mut desk, draft) = two_evenings();
    for (was, wanted) in [
        (
            "Rusty Events between XXXX-XX-XX - XXXX-XX-XX 🦀",
            "Rusty Events between 2026-08-26 - 2026-09-23 🦀",
        ),
        (
            "Rusty Events between 2026-08-26 - 2026-09-16 💕 🦀",
            "Rusty Events between 2026-08-26 - 2026-09-23 💕 🦀",
        ),
        (
            "<!-- events -->",
            "Rusty Events between 2026-08-26 - 2026-09-23 🦀\n\n<!-- events -->",
        ),
    ] {
        let line = "Rusty Events between 2026-08-26 - 2026-09-23 🦀";
        let (new, _) = desk.settled(&draft.replace(line, was));
        assert_eq!(new, draft.replace(line, wanted));
    }
}

/// A line in other words than the configuration's, as a newsletter had before it said its own, is the window's line, too:
/// its days are brought up to date, its words stay, and no second line comes beside it.
#[test]
fn a_windows_line_in_other_words_keeps_them_and_a_sentence_with_days_is_none() {
    let (mut desk, draft) = two_evenings();
    let line = "Rusty Events between 2026-08-26 - 2026-09-23 🦀";
    for (was, wanted) in [
        (
            "Meetups from 2026-08-26 to 2026-09-16 🎉",
            "Meetups from 2026-08-26 to 2026-09-23 🎉".to_owned(),
        ),
        (
            "The conference moved from 2026-08-26 to 2026-09-16, tell your friends.",
            format!(
                "{line}\n\nThe conference moved from 2026-08-26 to 2026-09-16, tell your friends."
            ),
        ),
        (
            "In 2025 we met on 2026-08-26 and 2026-09-16.",
            format!("{line}\n\nIn 2025 we met on 2026-08-26 and 2026-09-16."),
        ),
    ] {
        let (new, _) = desk.settled(&draft.replace(line, was));
        assert_eq!(new, draft.replace(line, &wanted), "{was}");
    }
    let undated = draft
        .replace("Date: 2026-08-26\n", "")
        .replace(line, "Meetups from 2026-08-26 to 2026-09-16 🎉");
    let read = rusty_events::section::grammar::draft(&undated, &crate::update::style()).unwrap();
    assert_eq!(read.stated, (None, "2026-08-26".parse().ok()));
}

#[test]
fn lines_keep_their_ends() {
    let (mut desk, draft) = two_evenings();
    let crlf = draft
        .replace('\n', "\r\n")
        .replace(&printed(TALK).replace('\n', "\r\n"), "");
    desk.tell(&[
        listed(TALK),
        listed(HACK),
        listed(("1003", "Third", "2026-09-10")),
    ]);
    let (new, _) = desk.settled(&crlf);
    assert!(new.contains("Third"));
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    // A file that ends with its section, without a newline, keeps that end.
    let short = format!(
        "## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{}",
        printed(HACK).trim_end()
    );
    let mut desk = Desk::new();
    desk.tell(&[listed(HACK), listed(("1003", "Third", "2026-09-10"))]);
    let (new, _) = desk.settled(&short);
    assert!(new.ends_with("events/1003/)"), "{new}");
}
