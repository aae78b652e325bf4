//! Marks of a merge that was not finished: every reader of a draft refuses them, and says where they stand.

use super::{FIRST, SECOND, section};
use crate::markdown::style;
use crate::readers;
use rusty_events::facts::source::{Purpose, Way};
use rusty_events::read::section::read;
use rusty_events::section::grammar::draft;

/// What Git writes, in its styles, and what is left of it.
const MARKS: [&str; 7] = [
    "<<<<<<< HEAD",
    "<<<<<<<",
    ">>>>>>> other",
    ">>>>>>>",
    "||||||| 1a2b3c4",
    "|||||||",
    "<<<<<<< HEAD\r",
];

fn text(mark: &str) -> String {
    section(&format!("{FIRST}{SECOND}{mark}\n{FIRST}{SECOND}"))
}

#[test]
fn a_draft_with_a_mark_is_refused_with_its_line() {
    for mark in MARKS {
        let error = draft(&text(mark), &style()).unwrap_err();
        assert!(
            error.to_string().starts_with("line 8: "),
            "{mark:?}: {error}"
        );
        // Outside the section, in a comment, and where no section is.
        let outside = format!("{mark}\n{}", section(FIRST));
        assert!(draft(&outside, &style()).is_err(), "{mark:?}");
        let commented = text(&format!("<!--\n{mark}\n-->"));
        let error = draft(&commented, &style()).unwrap_err();
        assert!(
            error.to_string().starts_with("line 9: "),
            "{mark:?}: {error}"
        );
    }
}

#[test]
fn underlines_and_code_are_no_marks() {
    for none in [
        "Title\n=======",
        "=======",
        "<<<<<<<< eight",
        "<<<<<< six",
        " <<<<<<< HEAD",
        "<<<<<<<HEAD",
        "```\n<<<<<<< HEAD\n=======\n>>>>>>> other\n```",
        "~~~ diff\n||||||| base\n~~~",
    ] {
        assert!(draft(&text(none), &style()).is_ok(), "{none:?}");
    }
    // Behind the first mark a row of equals signs is one too, and code that is not closed hides none.
    let error = draft(&text("```\n<<<<<<<"), &style()).unwrap_err();
    assert!(error.to_string().starts_with("line 9: "), "{error}");
}

#[test]
fn a_section_source_with_a_mark_tells_nothing() {
    let url = "https://drafts.example/draft.md";
    let page = |text: String| readers::page(url, Purpose::List, Way::Page, text);
    let error = read(&page(text("<<<<<<<"))).unwrap_err();
    assert!(format!("{error:?}").contains("line 8: "), "{error:?}");
    assert_eq!(
        read(&page(section(&format!("{FIRST}{SECOND}"))))
            .unwrap()
            .listings
            .len(),
        1
    );
}
