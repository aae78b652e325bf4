//! Random mixtures of faults: what is mended stays mended, and no event is lost.

use super::{CLEAN, report};
use crate::markdown::style;
use proptest::prelude::*;
use rusty_events::facts::link::Link;
use rusty_events::section::grammar::{Content, parse, rows};
use rusty_events::section::lint::Kind;
use std::collections::BTreeSet;

/// Faults that are mended: what stands in the clean section, and what takes its place.
const MENDED: &[(&str, &str)] = &[
    ("London, UK", "London, GB"),
    ("London, UK", "london,  LND, UK"),
    ("Köln, DE", "KÖLN,DE"),
    ("Virtual (Berlin, DE)", "Virtual( Berlin, DE )"),
    (
        "Hybrid (Seattle, WA, US)",
        "Hybrid (Seattle, Washington, US)",
    ),
    (
        "https://luma.com/ff-call",
        "http://lu.ma/ff-call?utm_source=x",
    ),
    ("/crabes)", "/crabes/events/)"),
    ("/de-DE/", "/"),
    (
        "https://www.meetup.com/crabes/",
        "https://www.meetup.com/de-DE/crabes/",
    ),
    ("**](https", "**]((https"),
    ("**](https", "**] (https"),
    ("**](https", "**](<https"),
    ("**](https", "**][https"),
    ("[**", "(**"),
    ("/live)", "/live"),
    ("https://crabs", "//crabs"),
    ("Virtual (Berlin, DE)", "Virtual | Berlin, DE"),
    ("| Virtual |", "| Virtual (Global) |"),
    ("Seattle, WA, US", "Seattle, WS, US"),
    ("**Soirée**", "**Soi**rée"),
    ("    * [**", "  * [**"),
    ("    * [**", "* [**"),
    ("\n* 2026", "\n- 2026"),
    ("\n* 2026", "\n * 2026"),
    (" | ", "| "),
    ("2026-09-08 - 2026-09-11", "2026-09-08 & 2026-09-11"),
    ("### Europe\n", "#### Europe:\n\n"),
    ("### North America\n", "### Asia\n### North America\n"),
    ("\n### Europe", "### Europe"),
    ("**September evening**", "September\u{a0} evening"),
    ("**Soirée**", "**\u{200e}Soirée **"),
    ("\n* 2026-09-02", "\n\n* 2026-09-02"),
    ("🦀\n", "🦀  \n"),
    ("## Upcoming Events", "# Upcoming events:"),
];

/// Faults that only a human can settle.
const REPORTED: &[(&str, &str)] = &[
    ("London, UK", "London"),
    ("Köln, DE", "12 Crab Street, Köln, DE"),
    ("2026-09-02", "2026-02-30"),
    ("2026-09-15", "2025-09-15"),
    ("2026-09-15", "2026-12-15"),
    ("https://luma.com/ff-call", ""),
    ("[Ferris Friends](https://luma.com/ferris-friends)", ""),
    ("### Europe", "### The Old World"),
    (
        "### Europe\n",
        "### Europe\nA word\n\n<!-- and\n* a comment -->\n",
    ),
    ("**Soirée**", "**Soirée <b `**"),
    ("Hybrid", "Virtual and In-Person"),
    ("    * [**Hack", "[**Hack"),
    (
        "    * [**Hack and Learn**](https://www.meetup.com/crab-circle/events/300000001/) |",
        "    *",
    ),
];

/// The events of a text: day, title and page.
fn events(text: &str) -> BTreeSet<(String, String, String)> {
    rows(text, &style())
        .into_iter()
        .filter_map(|row| {
            let (title, url) = row.links.first()?;
            let page = Link::parse(url).map_or_else(|_| url.clone(), |link| link.to_string());
            let title: String = title
                .chars()
                .filter(|char| char.is_alphanumeric())
                .collect();
            Some((row.date.to_string(), title, page))
        })
        .collect()
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn mending_twice_changes_nothing_and_loses_no_event(
        faults in prop::collection::vec((0..MENDED.len() + REPORTED.len(), 0..4_usize), 0..9),
        swaps in prop::collection::vec((0..7_usize, 0..7_usize), 0..4),
        ends in prop::sample::select(&["\n", "\r\n"][..]),
        around in any::<bool>(),
    ) {
        let mut rows: Vec<String> = Vec::new();
        let mut frame = String::new();
        let parsed = parse(CLEAN, None);
        for block in &parsed.blocks {
            match &block.content {
                Content::Row(row) => {
                    frame.push('\u{1}');
                    rows.push(row.text.clone());
                }
                _ => frame.push_str(parsed.text(block)),
            }
        }
        // Rows that stand under one heading change places.
        for (a, b) in swaps {
            if (a < 3) == (b < 3) && (a < 5) == (b < 5) {
                rows.swap(a, b);
            }
        }
        let mut next = rows.into_iter();
        let mut text: String = frame
            .chars()
            .map(|char| if char == '\u{1}' { next.next().unwrap() } else { char.to_string() })
            .collect();
        for (fault, place) in faults {
            let (old, new) = MENDED.iter().chain(REPORTED).nth(fault).unwrap();
            // The place-th of them, if there are so many.
            if let Some((at, _)) = text.match_indices(old).nth(place) {
                text.replace_range(at..at + old.len(), new);
            }
        }
        let (before, after) = ("Title: x\n\n## News  \n* `odd\n\n", "\nIf you are running a Rust event\u{a0}…\n\n## Jobs\t\n");
        if around {
            text = format!("{before}{text}{after}");
        }
        let text = text.replace('\n', ends);

        let once = report(&text);
        if around {
            prop_assert!(once.mended.starts_with(&before.replace('\n', ends)), "{}", once.mended);
            let after = after.trim_start().replace('\n', ends);
            prop_assert!(once.mended.ends_with(&after), "{}", once.mended);
        }
        let again = report(&once.mended);
        prop_assert_eq!(&again.mended, &once.mended);
        for finding in &again.findings {
            prop_assert!(finding.mend.is_none(), "{:?} is left in\n{}", finding, once.mended);
        }
        let gone = |kinds: &[Kind]| {
            once.findings.iter().any(|finding| kinds.contains(&finding.kind))
        };
        if !gone(&[Kind::Past]) {
            let (was, is) = (events(&text.replace("\r\n", "\n")), events(&once.mended.replace("\r\n", "\n")));
            prop_assert!(was.is_subset(&is), "{:?} is lost from\n{}\nin\n{}", was.difference(&is), text, once.mended);
        }
        if once.findings.is_empty() {
            prop_assert_eq!(&once.mended, &text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(?s)(## Upcoming Events\n|### Europe\n|\\* 2026-09-0[0-9x] ?\\| ?|    \\* |\\[\\*\\*|\\*\\*\\]\\(|https://|Virtual \\(|, UK|\n|`|<|\\||\\PC| |\r){0,40}") {
        let text = format!("## Upcoming Events\n{text}");
        let once = report(&text);
        prop_assert_eq!(&report(&once.mended).mended, &once.mended, "{:?}", text);
    }
}

#[test]
fn a_return_between_brackets_is_mended_once() {
    let text = "## Upcoming Events\n* 2026-09-00|Virtual (Berlin\r**](|";
    let once = report(text).mended;
    assert_eq!(report(&once).mended, once);
    assert_eq!(once.matches('(').count(), 2, "{once:?}");
}
