//! What is printed must be read back as exactly the text that organisers wrote.

use chrono::NaiveDate;
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use rusty_events::event::one_line;
use rusty_events::link::Link;
use rusty_events::render::markdown::{escaped, row};
use rusty_events::select::{Row, Style};

pub(crate) fn style() -> Style {
    Style {
        heading: "## Upcoming Events".to_owned(),
        line: "Rusty Events between {from} - {to} 🦀".to_owned(),
        organiser_separator: " | ".to_owned(),
        hybrid_label: "Hybrid".to_owned(),
        states: Vec::new(),
    }
}

fn row_titled(title: &str) -> Row {
    Row {
        event: None,
        date: NaiveDate::from_ymd_opt(2026, 8, 27).unwrap(),
        end_date: None,
        location: "Berlin, DE".to_owned(),
        organisers: vec![(
            "Rust Berlin".to_owned(),
            Link::parse("https://www.meetup.com/rust-berlin").ok(),
        )],
        links: vec![(
            title.to_owned(),
            Link::parse("https://www.meetup.com/rust-berlin/events/1/").unwrap(),
        )],
        flags: Vec::new(),
    }
}

/// The words of each link, with its address, as CommonMark shows them; and how many items there are.
fn shown(markdown: &str) -> (Vec<(String, String)>, usize) {
    let (mut links, mut items) = (Vec::new(), 0);
    let mut inside: Option<(String, String)> = None;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Item) => items += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                inside = Some((String::new(), dest_url.to_string()))
            }
            Event::End(TagEnd::Link) => links.extend(inside.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some((words, _)) = &mut inside {
                    words.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                panic!("raw HTML {html:?} in {markdown:?}")
            }
            _ => {}
        }
    }
    (links, items)
}

fn assert_shown(title: &str) {
    let printed = row(&row_titled(title), &style());
    let (links, items) = shown(&printed);
    assert_eq!(printed.lines().count(), 2, "{printed:?}");
    assert_eq!(items, 2, "{printed:?}");
    assert_eq!(links.len(), 2, "{printed:?}");
    assert_eq!(
        links[1],
        (
            title.to_owned(),
            "https://www.meetup.com/rust-berlin/events/1/".to_owned()
        ),
        "{printed:?}"
    );
}

#[test]
fn plain_titles_are_printed_as_they_are() {
    for title in [
        "Rust & C++ social",
        "Rust <3 Nix",
        "Rust <> Security",
        "[Hybrid] You'll Never Rust Alone",
        "Show, Tell & More! 🦀",
        "snake_case and C#",
        "a \\ b",
        "AT&T, 5 > 3",
    ] {
        assert_eq!(escaped(title), title);
        assert_shown(title);
    }
}

#[test]
fn what_a_renderer_would_change_is_escaped() {
    for (title, expected) in [
        ("Vec<T>", "Vec&lt;T>"),
        ("half-open [0, 10)", r"half-open \[0, 10)"),
        ("*const and *mut", r"\*const and \*mut"),
        ("__init__", r"\_\_init\_\_"),
        ("`cargo test`", "&#96;cargo test&#96;"),
        ("&lt; &#42; &amp", "&amp;lt; &amp;#42; &amp"),
        ("![x](http://127.0.0.1/p)", r"!\[x\](http://127.0.0.1/p)"),
        (r"\*", r"\\\*"),
        (
            "<script>alert(1)</script>",
            "&lt;script>alert(1)&lt;/script>",
        ),
        ("ends with \\", r"ends with \\"),
        ("note[^1]", r"note\[^1\]"),
    ] {
        assert_eq!(escaped(title), expected);
        assert_shown(title);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn any_title_is_shown_as_written(parts in prop::collection::vec(
        prop_oneof![
            "[a-zA-Z0-9 ]{1,6}",
            prop::sample::select(vec![
                "[", "]", "(", ")", "*", "**", "_", "__", "`", "``", "<", ">", "</", "<!--", "\\", "!", "![", "](", "]: ", "&",
                "&amp;", "&#42;", "#", "|", "~", "~~", "{", "}", "$", "@user", "#123", "https://a.example/x", "1. ", "- ", "+ ",
                "===", "---", "<b>", "<T>", ":", "\"", "'", "é", "🦀", "日本", "[^1]", "{.x}", "<a@b.c>", "\u{a0}",
            ]).prop_map(str::to_owned),
        ], 1..12))
    {
        let title = one_line(&parts.concat());
        if !title.is_empty() {
            assert_shown(&title);
        }
    }
}
