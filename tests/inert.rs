//! What strangers wrote in a report: it mentions nobody, refers to no issue, links nowhere and commands no log.

use rusty_events::facts::link::Link;
use rusty_events::render::report::{inert, plain};

#[test]
fn nothing_in_a_report_is_seen_as_a_mention_a_reference_or_a_link() {
    for (text, mark) in [
        ("thanks @ann and @rust-lang/core", "@"),
        ("fixes #12", "#"),
        ("closes owner/repo#1", "#"),
        ("GH-12", "GH-"),
        ("RFC-3", "RFC-"),
        ("see !7", "!"),
        ("see https://github.com/o/r/issues/1", "https:"),
        ("HTTPS://github.com/o/r/pull/1", "HTTPS:"),
        ("www.example.org", "www."),
        ("mailto:ann@example.org", "mailto:"),
    ] {
        let shown = inert(text);
        for (at, _) in shown.match_indices(mark) {
            let rest = &shown[at + mark.len()..];
            // The `#` of the mark itself is none of the text's.
            assert!(
                rest.starts_with("&#8203;") || rest.starts_with("8203;"),
                "{text:?} became {shown:?}"
            );
        }
        // Nothing of it is lost.
        assert_eq!(shown.replace("&#8203;", ""), text);
    }
    let hash = inert("since 4f9a1c03b7");
    let longest = hash
        .replace("&#8203;", " ")
        .split(' ')
        .map(str::len)
        .max()
        .unwrap();
    assert!(longest < 7, "{hash}");
    assert_eq!(inert("one\n\n## two\u{1b}[31m\r::set-output"), {
        "one #&#8203;#&#8203; two [31m ::set-output".replace("[31m", "\\[31m")
    });
    for harmless in [
        "Rust & C++",
        "3:1 for us: a talk",
        "2026-09-08 - 2026-09-11",
        "added in 2026",
    ] {
        assert_eq!(inert(harmless), harmless);
    }
}

#[test]
fn nothing_in_a_log_is_a_command() {
    assert_eq!(plain("::set-output name=a::b"), ": :set-output name=a::b");
    assert_eq!(plain("x\n  ::error::y"), "x\n  : :error::y");
    assert_eq!(
        plain("a ##[error]b ##vso[task]"),
        "a # #[error]b # #vso[task]"
    );
    assert_eq!(plain("a\u{1b}[2J\u{9b}31m\rb\u{202e}c\tx"), "a[2J31mbc\tx");
    for harmless in [
        "std::fs is fine",
        "no line is \"## Upcoming Events\"",
        "### Europe",
    ] {
        assert_eq!(plain(harmless), harmless);
    }
    for hashes in ["###[error]x", "####[x]", "##a##[x]"] {
        assert!(
            !plain(hashes).contains("##["),
            "{hashes}: {}",
            plain(hashes)
        );
    }
}

#[test]
fn an_address_is_read_as_people_type_it() {
    let link = |text: &str| Link::typed(text).map(|link| link.to_string());
    let group = Some("https://www.meetup.com/rust-berlin".to_owned());
    for typed in [
        "www.meetup.com/rust-berlin",
        "meetup.com/rust-berlin/",
        "<https://www.meetup.com/rust-berlin>",
        "WWW.Meetup.com/rust-berlin",
    ] {
        assert_eq!(link(typed), group, "{typed}");
    }
    for word in [
        "Rust Berlin",
        "Node.js",
        "CI/CD",
        "3f2a91c0",
        "meetup/rust-berlin",
        "1.85/beta",
    ] {
        assert_eq!(link(word), None, "{word}");
    }
}
