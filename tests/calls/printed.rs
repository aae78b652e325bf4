//! Printed calls, in the forms in which people write them.

use super::*;
use rusty_events::section::style::DateForm;

#[test]
fn the_newsletters_form_says_everything() {
    let row = one(
        "* [**Tide Week (Tide NL)**](https://forms.example/tide-week) | Closes on 2025-01-19 | Utrecht, NL | Event on 2025-05-13 - 2025-05-17",
    );
    assert_eq!(row.name, "Tide Week (Tide NL)");
    assert_eq!(
        (row.link.as_str(), row.page),
        ("https://forms.example/tide-week", None)
    );
    assert_eq!(row.closes, on("2025-01-19"));
    assert_eq!(row.place.as_deref(), Some("Utrecht, NL"));
    assert_eq!(
        row.days.unwrap().written(DateForm::default()),
        "2025-05-13 - 2025-05-17"
    );
}

#[test]
fn other_forms_say_the_same() {
    let link = "[**A**](https://a.example/cfp)";
    for row in [
        format!("* {link} | Closes 2025-01-19 | Utrecht, NL | Event date: 2025-05-13 - 2025-05-17"),
        format!("* {link}| CFP closes 2025-01-19 | Utrecht, NL | 2025-05-13 to 17."),
        format!("- {link} | CFP open until 2025-01-19 | Utrecht, NL | 2025-05-13–2025-05-17"),
        format!("{link} | 2025-01-19 (extended) | Utrecht, NL | Event on 2025-05-13 & 2025-05-17"),
        format!("* {link} CFP closes 2025-01-19 | Utrecht, NL | Event date: 2025-05-13 - 2025-05-17"),
        format!("* {link} | Closes on 2025-01-19 11:59 PM PDT | Utrecht, NL | Event 2025-05-13 - 2025-05-17 | [Website](https://a.example/)"),
        "* [A](https://a.example/) [CFP](https://a.example/cfp) closes 2025-01-19 | Utrecht, NL | Event: 2025-05-13 - 2025-05-17".to_owned(),
        format!("* {link} | [Event Page](https://a.example/) | Closes 2025-01-19 | Utrecht, NL | Event 2025-05-13 - 2025-05-17"),
        "* [**A](https://a.example/cfp) | Closes 2025-01-19 | Utrecht, NL | Event on 2025-05-13 - 2025-05-17".to_owned(),
    ] {
        let read = one(&row);
        assert_eq!((read.name.as_str(), read.link.as_str()), ("A", "https://a.example/cfp"), "{row}");
        assert_eq!((read.closes, read.place.as_deref()), (on("2025-01-19"), Some("Utrecht, NL")), "{row}");
        assert_eq!(read.days.unwrap().written(DateForm::default()), "2025-05-13 - 2025-05-17", "{row}");
    }
}

#[test]
fn what_a_row_does_not_say_is_unsaid() {
    let rolling =
        one("* [**A**](https://a.example) | Rolling deadline | Belgrade, RS | Event on 2025-06-07");
    assert_eq!(rolling.closes, Closes::Rolling);
    assert_eq!(rolling.days.unwrap().first, day("2025-06-07"));
    let bare = one("* [**A**](https://a.example)");
    assert_eq!(
        (bare.closes, bare.place, bare.days),
        (Closes::Unsaid, None, None)
    );
    let soon = one("* [A](https://a.example) | soon | Oslo, NO | Event on 2025-06-07");
    assert_eq!(
        (soon.closes, soon.days.unwrap().first),
        (Closes::Unsaid, day("2025-06-07"))
    );
    let alone = one("* [A](https://a.example) | Closes 2025-06-07");
    assert_eq!((alone.closes, alone.days), (on("2025-06-07"), None));
}

#[test]
fn a_bar_in_a_name_is_no_column_and_an_open_bracket_hides_none() {
    let named = one(
        "* [**A | B (C)**](https://a.example) | Closes 2025-06-07 | Oslo, NO | Event on 2025-07-01",
    );
    assert_eq!(
        (named.name.as_str(), named.closes),
        ("A | B (C)", on("2025-06-07"))
    );
    let open =
        one("* [**A (B**](https://a.example) | Closes 2025-06-07 | Oslo, NO | Event on 2025-07-01");
    assert_eq!(
        (open.closes, open.place.as_deref()),
        (on("2025-06-07"), Some("Oslo, NO"))
    );
}

#[test]
fn comments_text_and_the_line_without_calls_are_no_rows() {
    let text = format!(
        "intro\n\n{HEADING}\n\nAre you a [speaker](https://x.example)?\n\n<!-- * [**name**](URL) | Closes -->\n<!--\n* [b](https://b.example) | Closes 2025-01-01\n-->\n{NONE}\n\nIf you organise, write.\n\n## Next\n* [c](https://c.example) | Closes 2025-01-01\n"
    );
    let read = read(&text);
    assert_eq!(read.rows().count(), 0);
    assert!(is_none(&read));
    assert_eq!(together(&read), text[read.span.clone()]);
    assert!(text[read.span.end..].starts_with("## Next"));
    assert_eq!(section("no such heading\n", HEADING, NONE), None);
    let words = super::read("### CFP - Events\n\nNo matter how shy you are, calls are for you.\n");
    assert!(!is_none(&words), "a sentence for readers");
}

/// Every printed section of the archive (corpus: `cfp/`).
#[test]
fn printed_sections_are_read_and_put_together_again() {
    let Some(folder) = crate::corpus().map(|folder| folder.join("cfp")) else {
        return;
    };
    let (mut sections, mut rows, mut without) = (0, 0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let read = read(&text);
        let shown = path.display();
        assert_eq!(together(&read), text, "{shown}");
        sections += 1;
        without += usize::from(is_none(&read));
        let listed = text.lines().filter(|line| {
            let item = line.trim_start_matches(['*', ' ']);
            item.starts_with('[') && item.contains("](")
        });
        assert_eq!(read.rows().count(), listed.count(), "{shown}");
        // Some printed neither.
        assert!(
            !(is_none(&read) && read.rows().count() > 0),
            "{shown}: calls, and that there is none"
        );
        for row in read.rows() {
            rows += 1;
            let rolling = row.cells.iter().any(|cell| cell.contains("Rolling"));
            assert!(
                matches!(row.closes, Closes::On(_)) != rolling,
                "{shown}: {row:?}"
            );
            let days = row.days.unwrap_or_else(|| panic!("{shown}: {row:?}"));
            if let Closes::On(closes) = row.closes
                && days.first.to_string() != "2025-03-19"
            {
                assert!(closes < days.first, "{shown}: {row:?}");
            }
            assert!(
                row.place.is_some() && row.links().next().is_some(),
                "{shown}: {row:?}"
            );
        }
    }
    assert!(
        sections >= 90 && rows >= 100 && without >= 20,
        "{sections} {rows} {without}"
    );
}
