//! What strangers wrote, in a report and in a log: it mentions no one, refers to no issue, links nowhere, and is no
//! command.

use rusty_events::facts::link::Link;
use rusty_events::render::report::{inert, markdown, past, plain, summary};
use rusty_events::section::merge::{Detail, Entry, Kind, Report};

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

fn entry(kind: Kind, day: &str, done: bool) -> Entry {
    Entry {
        kind,
        event: None,
        line: Some(7),
        day: day.parse().unwrap(),
        title: "Fixes #12 for @ann".to_owned(),
        location: "Bonn, DE".to_owned(),
        page: Some("https://github.com/o/r/issues/1".to_owned()),
        details: vec![Detail::Note("see !7".to_owned())],
        done,
    }
}

#[test]
fn an_item_of_a_report_is_as_inert_as_its_words() {
    let report = Report {
        entries: vec![entry(Kind::New, "2026-09-01", true)],
        without_base: Some("closes #1".to_owned()),
        ..Report::default()
    };
    let text = markdown("Events of @ann's draft", &report);
    assert!(
        text.contains("Fixes #&#8203;12 for @&#8203;ann `https://github.com/o/r/issues/1`"),
        "{text}"
    );
    assert!(text.contains(": see !&#8203;7"), "{text}");
    assert!(text.contains("closes #&#8203;1"), "{text}");
    assert!(
        text.starts_with("## Events of @&#8203;ann's draft\n"),
        "{text}"
    );
}

#[test]
fn singular_and_plural_are_right_for_none_one_and_two() {
    let days = ["2026-08-01", "2026-08-03"];
    let of = |kind: Kind, count: usize, done: bool| -> Vec<Entry> {
        days[..count]
            .iter()
            .map(|day| entry(kind, day, done))
            .collect()
    };
    let report = |rows: usize, entries: Vec<Entry>, spelling: usize| Report {
        rows,
        entries,
        spelling,
        reordered: spelling,
        ..Report::default()
    };
    let nothing = report(0, Vec::new(), 0);
    assert_eq!(summary(&nothing), "0 rows");
    assert_eq!(past(&nothing), Vec::<String>::new());
    let one = |kind, done| report(1, of(kind, 1, done), 1);
    let two = |kind, done| report(2, of(kind, 2, done), 2);
    for (kind, single, double) in [
        (Kind::New, "1 new", "2 new"),
        (
            Kind::PossibleTwin,
            "1 suspected duplicate",
            "2 suspected duplicates",
        ),
        (Kind::NeedsAHuman, "1 needs a human", "2 need a human"),
    ] {
        let (one, two) = (summary(&one(kind, true)), summary(&two(kind, true)));
        let parts = |text: &str| -> Vec<String> { text.split(", ").map(str::to_owned).collect() };
        assert!(
            one.starts_with("1 row, ") && parts(&one).contains(&single.to_owned()),
            "{one}"
        );
        assert!(
            two.starts_with("2 rows, ") && parts(&two).contains(&double.to_owned()),
            "{two}"
        );
        assert!(
            one.contains("spelling mended in 1 row, 1 put in order"),
            "{one}"
        );
        assert!(
            two.contains("spelling mended in 2 rows, 2 put in order"),
            "{two}"
        );
    }
    for (report, line) in [
        (
            one(Kind::Past, true),
            "1 row that is over was taken out: of 2026-08-01",
        ),
        (
            two(Kind::Past, true),
            "2 rows that are over were taken out: of 2026-08-01 to 2026-08-03",
        ),
        (
            one(Kind::Past, false),
            "1 row that is over was left, as asked: of 2026-08-01",
        ),
        (
            two(Kind::Past, false),
            "2 rows that are over were left, as asked: of 2026-08-01 to 2026-08-03",
        ),
    ] {
        assert_eq!(past(&report), [line]);
        let text = markdown("An issue", &report);
        let items = text.lines().filter(|line| line.starts_with("* ")).count();
        assert_eq!(items, 1, "one line, however many: {text}");
    }
}
