//! The text of a section as everyone reads it: nothing is lost, and a row that can be mended is a row.

mod damage;
mod marks;
mod moved;
mod program;

use crate::corpus;
use crate::fuzzed::checks;
use crate::lint::rules;
use crate::markdown::style;
use proptest::prelude::*;
use rusty_events::facts::link::Link;
use rusty_events::section::grammar::{
    Content, Fault, PrintedRow, Wrong, draft, heading_line, parse, rows,
};
use rusty_events::section::lint::lint;
use rusty_events::section::merge::Fields;
use std::fs;

const HEADING: &str = "## Upcoming Events";

const FIRST: &str = "* 2026-09-08 | Berlin, DE | [Rust Berlin](https://berlin.example/) | [Oxide](https://oxide.example/)\n";
const SECOND: &str = "    * [**Hack and Learn**](https://berlin.example/hack/1)\n";

/// A section with one row under Europe.
fn section(row: &str) -> String {
    format!("{HEADING}\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{row}")
}

fn mended(text: &str) -> String {
    let style = style();
    lint(text, &rules(&style)).unwrap().mended
}

/// What the rows of a text say, and under which heading.
fn said(text: &str) -> Vec<String> {
    let said = |row: PrintedRow| format!("{} {:?}", row.heading, Fields::printed(&row));
    rows(text, &style()).into_iter().map(said).collect()
}

/// Other forms of the first line of the row, each of which `lint --fix` brings back to it.
fn first_lines() -> Vec<String> {
    let rest = FIRST.strip_prefix("* ").unwrap();
    let mut lines: Vec<String> = [
        "",
        " ",
        "  ",
        "\t",
        " * ",
        "    * ",
        "*",
        "*  ",
        "*\t",
        "- ",
        "+ ",
        "-",
        "• ",
        "•",
        "· ",
        "◦ ",
        "– ",
        "1. ",
        "12) ",
        "\\* ",
        "\u{200b}* ",
        "*\u{a0}",
        "*\u{200b} ",
        " •\t",
        "\u{feff}",
    ]
    .iter()
    .map(|mark| format!("{mark}{rest}"))
    .collect();
    let days = [
        "2026/9/8",
        "2026/09/08",
        "2026.9.8",
        "2026-9-8",
        "2026–09–08",
        "2026‑09‑08",
        "2026−09−08",
        "**2026-09-08**",
        "2026-09-08 ",
        "2026-09-08,",
        "2026-09-08 & 2026-09-08",
    ];
    lines.extend(days.map(|day| FIRST.replace("2026-09-08", day)));
    let joints = [
        " x ", " X ", " × ", " + ", " & ", " and ", " And ", " / ", "/", ", ", "; ", " with ", " ",
        "", " || ", "|", " & and ", " - ", " · ",
    ];
    lines.extend(joints.map(|joint| FIRST.replace(") | [", &format!("){joint}["))));
    let columns = [
        ("E | [", "E| ["),
        ("E | [", "E |["),
        ("8 | B", "8|B"),
        ("8 | B", "8\u{a0}|\u{a0}B"),
        ("8 | B", "8\t|\tB"),
        ("DE | [", "DE, ["),
        ("(https://berlin", "((https://berlin"),
        ("](https://berlin", "] (https://berlin"),
        ("](https://oxide", "]https://oxide"),
        ("](https://berlin", "](<https://berlin"),
        ("](https://berlin", "][https://berlin"),
        ("[Rust Berlin](", "(Rust Berlin)("),
        ("[Rust Berlin](", "Rust Berlin ("),
        ("https://berlin", "//berlin"),
        ("https://oxide", "ttps://oxide"),
        ("| Berlin, DE |", "| In-person (Berlin, DE) |"),
        ("[Rust Berlin]", "[ Rust  Berlin ]"),
        ("[Rust Berlin]", "[**Rust Berlin**]"),
        ("[Rust Berlin]", "[Rust Berlin\u{200b}]"),
        ("/)\n", "/)  \n"),
        ("/)\n", "/) |\n"),
    ];
    lines.extend(columns.map(|(old, new)| FIRST.replace(old, new)));
    lines
}

/// The same of the second line.
fn second_lines() -> Vec<String> {
    let rest = SECOND.strip_prefix("    * ").unwrap();
    let mut lines: Vec<String> = [
        "  * ",
        "\t* ",
        "    - ",
        "    + ",
        "    • ",
        "* ",
        "•",
        "- ",
        "",
        "    ",
        "   *",
        "        * ",
        "    *\u{a0}",
        "    1. ",
        "    \\* ",
        "\n    * ",
        "\n\n  * ",
        " \n* ",
        "\n",
        "\u{200b}    * ",
    ]
    .iter()
    .map(|mark| format!("{mark}{rest}"))
    .collect();
    let words = [
        ("**Hack and Learn**", "Hack and Learn"),
        ("**Hack and Learn**", "** Hack and Learn **"),
        ("**Hack and Learn**", "**Hack\u{a0}and\tLearn**"),
        ("**Hack and Learn**", "**Hack** and Learn"),
        ("**Hack and Learn**", "**Hack and Learn"),
        ("[**Hack and Learn**]", "(**Hack and Learn**)"),
        ("[**Hack and Learn**]", "**Hack and Learn**]"),
        ("](https", "]((https"),
        ("](https", "] (https"),
        ("](https", "]https"),
        ("](https", "](<https"),
        ("](https", "][https"),
        ("https", "ttps"),
        ("/1)", "/1"),
        ("/1)", "/1)]"),
        ("/1)", "/1 )"),
    ];
    lines.extend(words.map(|(old, new)| SECOND.replace(old, new)));
    lines
}

#[test]
fn a_row_that_can_be_mended_is_the_row() {
    let right = said(&section(&format!("{FIRST}{SECOND}")));
    assert_eq!(right.len(), 1);
    let firsts = first_lines()
        .into_iter()
        .map(|line| format!("{line}{SECOND}"));
    let seconds = second_lines()
        .into_iter()
        .map(|line| format!("{FIRST}{line}"));
    for row in firsts.chain(seconds) {
        for row in [row.clone(), row.replace('\n', "\r\n")] {
            let text = section(&row);
            assert_eq!(said(&text), right, "{row:?}");
            let mended = mended(&text);
            assert_eq!(said(&mended), right, "{row:?} is mended to\n{mended}");
            let block = parse(&mended, Some(&style()));
            let faults: Vec<_> = block
                .blocks
                .iter()
                .flat_map(|block| &block.faults)
                .collect();
            assert!(faults.is_empty(), "{row:?}: {faults:?} in\n{mended}");
        }
    }
}

#[test]
fn a_fault_names_its_bytes_and_what_belongs_there() {
    let cases = [
        (
            "### Europe\n",
            "#### europe:\n",
            Wrong::Heading,
            "### Europe",
        ),
        ("* 2026-09-08", "- 2026-09-08", Wrong::Mark, "* "),
        ("    * [", "  * [", Wrong::Below, "    * "),
        ("\n    * [", "\n\n    * [", Wrong::Gap, ""),
        ("2026-09-08", "2026/9/8", Wrong::Days, "2026-09-08"),
        (
            "Berlin, DE |",
            "Virtual - Berlin, DE |",
            Wrong::Place,
            "Virtual (Berlin, DE)",
        ),
        (
            "[Oxide](https",
            "[Oxide] (https",
            Wrong::Link,
            "[Oxide](https://oxide.example/)",
        ),
    ];
    let clean = section(&format!("{FIRST}{SECOND}"));
    let faults = |text: &str| -> Vec<Fault> {
        let blocks = parse(text, Some(&style())).blocks.into_iter();
        blocks.flat_map(|block| block.faults).collect()
    };
    assert_eq!(faults(&clean), []);
    for (old, new, what, right) in cases {
        let text = clean.replacen(old, new, 1);
        assert_ne!(text, clean);
        let found = faults(&text);
        let [fault] = &found[..] else {
            panic!("{new:?}: {found:?}")
        };
        assert_eq!((fault.what, fault.right.as_str()), (what, right), "{new:?}");
        let line = text[..fault.span.start].matches('\n').count() + 1;
        assert_eq!(fault.line, line, "{new:?}");
        let mut mended = text.clone();
        mended.replace_range(fault.span.clone(), right);
        let rest = faults(&mended);
        // The blank line itself goes with its end.
        assert!(what == Wrong::Gap || rest.is_empty(), "{new:?}: {rest:?}");
    }
}

#[test]
fn a_row_below_a_damaged_one_is_whole() {
    let below = FIRST
        .replace("/hack/1", "/hack/2")
        .replace("09-08", "09-09");
    let whole = format!("{below}{SECOND}");
    for first in first_lines() {
        let text = section(&format!("{whole}{first}{SECOND}{whole}"));
        assert_eq!(said(&text).len(), 3, "{text}");
    }
}

#[test]
fn what_cannot_be_read_says_why_and_where() {
    let cases = [
        (
            "* 2026-02-30 | Berlin, DE | [A](https://a.example/)\n    * [**B**](https://a.example/b)\n",
            "no day of the calendar",
        ),
        (
            "* 2026-09-08 | Berlin, DE | [A](https://a.example/)\n",
            "no link below it",
        ),
        (
            "* 2026-09-08 | Berlin, DE | [A](https://a.example/) of [B](https://b.example/)\n    * [**B**](https://a.example/b)\n",
            "is no link",
        ),
        (
            "* 8 September | Berlin, DE | [A](https://a.example/)\n    * [**B**](https://a.example/b)\n",
            "does not begin with a day",
        ),
        (
            "Berlin, DE | [A](https://a.example/)\n    * [**B**](https://a.example/b)\n",
            "does not begin with a day",
        ),
        (
            "> * 2026-09-08 | Berlin, DE | [A](https://a.example/)\n    * [**B**](https://a.example/b)\n",
            "does not begin with a day",
        ),
        (
            "    * [**B**](https://a.example/b)\n",
            "does not begin with a day",
        ),
    ];
    for (item, reason) in cases {
        let text = section(item);
        let found: Vec<_> = parse(&text, Some(&style()))
            .blocks
            .into_iter()
            .filter_map(|block| match block.content {
                Content::Unreadable(item) => Some(item),
                _ => None,
            })
            .collect();
        let [found] = &found[..] else {
            panic!("{item}: {found:?}")
        };
        assert!(found.reason.contains(reason), "{item}: {}", found.reason);
        assert_eq!((found.line, &*found.heading), (6, "Europe"), "{item}");
        let page = Link::parse("https://a.example/b").unwrap();
        assert_eq!(found.links.contains(&page), item.contains("/b)"), "{item}");
    }
}

#[test]
fn a_heading_is_known_in_every_form() {
    let forms = [
        "### Europe",
        "###Europe",
        "#### Europe",
        "####Europe",
        "## Europe",
        "# Europe",
        "##### Europe",
        "### Europe:",
        "### europe",
        "### EUROPE",
        "###  Europe ",
        "### Europe ###",
        "### **Europe**",
        "**Europe**",
        "**Europe:**",
        "__Europe__",
        "*Europe*",
        " ### Europe",
        "\t###Europe",
        "Europe",
        "Europe:",
        "\u{200b}### Europe",
        "###\u{a0}Europe",
    ];
    for form in forms {
        assert_eq!(
            heading_line(form, None)
                .map(|heading| heading.words)
                .map(|words| words.to_lowercase()),
            Some("europe".to_owned()),
            "{form:?}"
        );
        let text = format!(
            "{HEADING}\n\n### Asia\n* 2026-09-01 | Pune, IN | [A](https://a.example/)\n    * [**A**](https://a.example/1)\n\n{form}\n{FIRST}{SECOND}"
        );
        let headings = |text: &str| -> Vec<String> {
            rows(text, &style())
                .into_iter()
                .map(|row| row.heading.to_lowercase())
                .collect()
        };
        assert_eq!(headings(&text), ["asia", "europe"], "{form:?}");
        let mended = mended(&text);
        assert!(
            mended.contains("\n\n### Europe\n* 2026-09-08"),
            "{form:?}: {mended}"
        );
        assert_eq!(mended.matches("Europe").count(), 1, "{form:?}: {mended}");
        let style = style();
        assert_eq!(draft(&text, &style).unwrap().parts.len(), 2, "{form:?}");
    }
    // A list's item, a hashtag and words in a line are none; nor is what is commented out, or code.
    for none in [
        "* Europe",
        "* **Europe**",
        "#rust",
        "In Europe",
        "**Europe** and Asia",
        "<!-- ### Europe -->",
        "<!--\n### Europe\n-->",
        "```\n### Europe\n```",
    ] {
        let text = section(&format!("{FIRST}{SECOND}\n{none}\n"));
        let headings = parse(&text, Some(&style()))
            .blocks
            .into_iter()
            .filter(|block| matches!(block.content, Content::Heading(_)))
            .count();
        assert_eq!(headings, 1, "{none:?}");
    }
}

#[test]
fn what_is_never_closed_hides_nothing() {
    for open in ["<!-- a note", "```", "~~~ text", "````\n```"] {
        let text = section(&format!("{open}\n{FIRST}{SECOND}"));
        assert_eq!(rows(&text, &style()).len(), 1, "{open:?}");
    }
    for closed in [
        ("<!--", "-->"),
        ("```", "```"),
        ("~~~~", "~~~~~"),
        ("``` text", "```"),
    ] {
        let text = section(&format!(
            "{}\n{FIRST}{SECOND}{}\n{FIRST}{SECOND}",
            closed.0, closed.1
        ));
        assert_eq!(rows(&text, &style()).len(), 1, "{closed:?}");
        assert_eq!(parse(&text, None).to_string(), text);
    }
}

#[test]
fn a_heading_that_names_no_region_keeps_its_line() {
    for line in [
        "#### Notes ####",
        "###Online meetings",
        "### C#",
        "### In **Europe**",
    ] {
        let text = section(&format!(
            "{FIRST}{SECOND}\n{line}\n* 2026-09-09 | Oslo, NO | [A](https://a.example/)\n    * [**A**](https://a.example/1)\n"
        ));
        assert!(
            mended(&text).contains(&format!("\n\n{line}\n* 2026-09-09")),
            "{line}"
        );
    }
}

#[test]
fn every_section_of_the_archive_is_printed_as_it_was_read() {
    let Some(corpus) = corpus() else { return };
    let (mut sections, mut found) = (0, 0);
    for folder in ["sections", "drafts"] {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for text in [
                text.clone(),
                text.replace('\n', "\r\n"),
                text.trim_end().to_owned(),
            ] {
                checks::section(text.as_bytes());
            }
            sections += 1;
            found += rows(&text, &style()).len();
        }
    }
    eprintln!("{sections} texts, {found} rows");
    assert!(sections > 184 && found > 7_400, "{sections}, {found}");
}

/// Parts of which sections and their damages are made.
const PARTS: [&str; 44] = [
    "## Upcoming Events\n",
    "### Europe\n",
    "###Asia\n",
    "#### Virtual\n",
    "**Africa**\n",
    "Europe\n",
    "## Jobs\n",
    "#tag\n",
    "* 2026-09-08 | Berlin, DE | ",
    "2026/9/9 | Oslo, NO | ",
    " * ",
    "• ",
    "1. ",
    "- ",
    "    * ",
    "\t",
    "[Rust Berlin](https://berlin.example/)",
    "[**Talks**](https://luma.com/talks)",
    "](",
    "]((",
    "))",
    "[",
    "(",
    ")",
    " | ",
    "|",
    " x ",
    " + ",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\u{a0}",
    "\u{200b}",
    "<!--",
    "-->",
    "```\n",
    "~~~\n",
    "<<<<<<<\n",
    "=======\n",
    ">>>>>>> other\n",
    "If you are running a Rust event\n",
];

proptest! {
    #![proptest_config(crate::cases(2_000))]

    #[test]
    fn any_text_is_printed_as_it_was_read(parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 0..40)) {
        checks::section(parts.concat().as_bytes());
    }
}

#[test]
fn much_of_anything_takes_a_moment() {
    let many = 10_000;
    let row = |number: usize| format!("{}{}", FIRST, SECOND.replace("/1)", &format!("/{number})")));
    let texts = [
        (0..many).map(row).collect::<String>(),
        "```x\n".repeat(many) + &"~~~\n```\n".repeat(many),
        "`````x\n```\n".repeat(many),
        "<!--\n".repeat(many),
        "<!-- -->\n".repeat(many),
        "* 2026-09-08 | ".repeat(many),
        "* 2026-09-08 | Berlin, DE | [A](https://a.example/)\n\n".repeat(many),
        format!("{FIRST}{}", "\n".repeat(many * 10)),
        format!("{FIRST}    * {}", "[".repeat(many * 10)),
        format!("{FIRST}    * [{}", "] ".repeat(many * 10)),
        format!("{FIRST}    * [a]({}", "(".repeat(many * 10)),
        format!("{FIRST}    * {}", "[a](b)".repeat(many * 5)),
        format!("{FIRST}    * {}", "[a](b) and ".repeat(many * 5)),
        format!("{FIRST}    * {}", "| and ".repeat(many * 10)),
        format!("{FIRST}    * {}", "http".repeat(many * 10)),
        format!("{FIRST}    * {}", "https://a.example/ ".repeat(many)),
        format!(
            "{FIRST}    * [{}](https://a.example/)",
            "**".repeat(many * 10)
        ),
        format!(
            "{FIRST}    * [{}](https://a.example/)",
            "\u{200b}*".repeat(many * 10)
        ),
        "#".repeat(many * 20),
        "* ".repeat(many * 10),
        "[a](https://a.example/)|\n".repeat(many),
    ];
    for text in texts {
        let parsed = parse(&text, Some(&style()));
        assert_eq!(parsed.to_string(), text);
    }
}
