//! What is printed must be read back as exactly the text that organisers wrote.

use chrono::NaiveDate;
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use rusty_events::facts::event::one_line;
use rusty_events::facts::link::Link;
use rusty_events::facts::topic::Topic;
use rusty_events::section::print::{escaped, row};
use rusty_events::section::select::{Row, Style};

pub(crate) fn style() -> Style {
    Style {
        line: "Rusty Events between {from} - {to} 🦀".to_owned(),
        states: Vec::new(),
        ..Style::default()
    }
}

/// What the events of these tests are about.
pub(crate) fn topic() -> Topic {
    Topic::of(&["rust", "rustlang", "rustacean", "rustaceans", "러스트"])
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
        ("half ]: a bracket", r"half \]&#58; a bracket"),
        ("&#123 and &copy", "&amp;#123 and &copy"),
        ("note[^1]", r"note\[^1\]"),
    ] {
        assert_eq!(escaped(title), expected);
        assert_shown(title);
    }
}

/// Pieces of text that mean something to some renderer.
const TRICKY: &[&str] = &[
    "[",
    "]",
    "(",
    ")",
    "*",
    "**",
    "_",
    "__",
    "`",
    "``",
    "<",
    ">",
    "</",
    "<!--",
    "\\",
    "!",
    "![",
    "](",
    "]: ",
    "&",
    "&amp;",
    "&#42;",
    "#",
    "|",
    "~",
    "~~",
    "{",
    "}",
    "$",
    "@user",
    "#123",
    "https://a.example/x",
    "1. ",
    "- ",
    "+ ",
    "===",
    "---",
    "<b>",
    "<T>",
    ":",
    "\"",
    "'",
    "é",
    "🦀",
    "日本",
    "[^1]",
    "{.x}",
    "<a@b.c>",
    "\u{a0}",
];

proptest! {
    #![proptest_config(crate::cases(3000))]
    #[test]
    fn any_title_is_shown_as_written(parts in prop::collection::vec(
        prop_oneof![
            "[a-zA-Z0-9 ]{1,6}",
            prop::sample::select(TRICKY).prop_map(str::to_owned),
        ], 1..12))
    {
        let title = one_line(&parts.concat());
        if !title.is_empty() {
            assert_shown(&title);
        }
    }
}

/// Reads `{"title", "markdown"}` lines; prints what a renderer shows otherwise than as exactly the title,
/// as one link in one item.
const JUDGE: &str = r##"
import json, sys
import markdown
from html.parser import HTMLParser

class Shown(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.items, self.inside = [], 0, False
    def handle_starttag(self, tag, attributes):
        if tag == "li":
            self.items += 1
        if tag == "a":
            self.inside = True
            self.links.append(["", dict(attributes)["href"]])
    def handle_endtag(self, tag):
        if tag == "a":
            self.inside = False
    def handle_data(self, data):
        if self.inside:
            self.links[-1][0] += data

wrong = judged = 0
for line in sys.stdin:
    row = json.loads(line)
    for extensions in (["extra"], []):
        judged += 1
        shown = Shown()
        shown.feed(markdown.markdown(row["markdown"], extensions=extensions))
        expected = ["Rust Berlin", row["title"]]
        if [text for text, _ in shown.links] != expected or shown.items != 2:
            wrong += 1
            if wrong <= 20:
                print("WRONG", extensions, json.dumps(row["title"]), json.dumps(row["markdown"]), shown.links, shown.items)
print("judged", judged, "wrong", wrong, "by Markdown", markdown.__version__)
"##;

#[test]
fn the_newsletters_own_renderer_shows_titles_as_written() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let python = std::env::var("RUSTY_EVENTS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python)
        .args(["-c", "import markdown"])
        .stderr(Stdio::null())
        .status();
    if !has.is_ok_and(|status| status.success()) {
        crate::skipped(&format!(
            "{python} has no package Markdown: the newsletter's renderer is not asked"
        ));
        return;
    }
    let mut lines = String::new();
    // Chance is an argument: a fixed sequence (Knuth's MMIX constants).
    let mut state: u64 = 572;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..10_000 {
        let mut title = String::new();
        for _ in 0..=next(10) {
            match next(2) {
                0 => title.push_str(TRICKY[next(TRICKY.len())]),
                _ => title.push_str(["Rust", " and ", "c", "9", " ", "é"][next(6)]),
            }
        }
        let title = one_line(&title);
        if !title.is_empty() {
            let markdown = row(&row_titled(&title), &style());
            lines.push_str(&serde_json::json!({"title": title, "markdown": markdown}).to_string());
            lines.push('\n');
        }
    }
    let mut judge = Command::new(&python)
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let said = String::from_utf8(judge.wait_with_output().unwrap().stdout).unwrap();
    eprintln!("{}", said.lines().last().unwrap_or_default());
    assert!(said.contains(" wrong 0 by"), "{said}");
}
