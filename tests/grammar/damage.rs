//! Drafts as people and programs damage them: brought up to date, no row of a human is lost, no event stands
//! twice, and a second run changes nothing.

use crate::update::{Desk, draft_of, evening, hybrid, online};
use proptest::prelude::*;
use rusty_events::section::merge::Kind;
use std::collections::BTreeMap;

/// What is done to a line of the section. Numbers choose the line, modulo how many there are of its kind.
#[derive(Debug, Clone)]
enum Damage {
    /// Another beginning of a row's first line.
    Mark(usize, &'static str),
    /// Another beginning of its second line.
    Below(usize, &'static str),
    /// Another text in the place of one that stands in a row's first line.
    First(usize, &'static str, &'static str),
    /// The same of its second line.
    Second(usize, &'static str, &'static str),
    /// Another form of a heading.
    Heading(usize, &'static str, &'static str),
    /// A line between others.
    Between(usize, &'static str),
    /// Windows' line ends, everywhere or from a line on.
    Windows(usize),
}

const MARKS: [&str; 16] = [
    "",
    " ",
    "  * ",
    "\t* ",
    "*",
    "- ",
    "+",
    "•",
    "• ",
    "1. ",
    "\\* ",
    "\u{200b}* ",
    "*\u{a0}",
    "> * ",
    "– ",
    "    * ",
];

const BELOW: [&str; 12] = [
    "  * ",
    "\t* ",
    "* ",
    "",
    "    ",
    "    - ",
    "    • ",
    "\n    * ",
    "    > ",
    "    * See ",
    "\n\n",
    "   *",
];

const FIRST: [(&str, &str); 22] = [
    ("2026-09-", "2026/9/"),
    ("2026-09-", "2026–09–"),
    ("2026-09-", "2026-9-"),
    ("2026-09-", "9 "),
    ("2026-09-", "2026-19-"),
    ("2026", "**2026"),
    (" | ", "|"),
    (" | ", "  |\u{a0}"),
    (" | ", " "),
    (" | ", " || "),
    (", DE | [", ", DE, ["),
    ("](https", "]((https"),
    ("](https", "] (https"),
    ("](https", "]https"),
    ("](https", "](<https"),
    (")", ") x [Oxide](https://oxide.example/)"),
    (")", ") + [Oxide](https://oxide.example/)"),
    (")", ") & [Oxide](https://oxide.example/)"),
    (")", ") of [Oxide](https://oxide.example/)"),
    (")", ") <!-- sure? -->"),
    (")", "]"),
    ("[Rust", "Rust"),
];

const SECOND: [(&str, &str); 12] = [
    ("[**", "[ **"),
    ("[**", "["),
    ("[**", "**"),
    ("**](", "**]( "),
    ("**](", "]("),
    ("](https", "]((https"),
    ("](https", "] (https"),
    ("](https", "]https"),
    ("](", "] — ("),
    (")", ")]"),
    (")", ") and more"),
    (")", ""),
];

const HEADINGS: [(&str, &str); 9] = [
    ("### ", "#### "),
    ("### ", "###"),
    ("### ", "## "),
    ("### ", " ### "),
    ("### ", "# "),
    ("### ", ""),
    ("### ", "### **"),
    ("\n", ":\n"),
    ("\n", " ###\n"),
];

const BETWEEN: [&str; 10] = [
    "\n",
    "<!-- a note -->\n",
    "<!--\n* 2026-09-09 | Nowhere | not printed\n-->\n",
    "```\ncode\n```\n",
    "```\n",
    "* Nothing yet\n",
    "A word.\n",
    "### Elsewhere\n",
    "#### Notes\n",
    "    \n",
];

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let line = 0..24_usize;
    let choice = |pairs: &'static [(&'static str, &'static str)]| prop::sample::select(pairs);
    let damage = prop_oneof![
        3 => (line.clone(), prop::sample::select(&MARKS[..])).prop_map(|(at, mark)| Damage::Mark(at, mark)),
        2 => (line.clone(), prop::sample::select(&BELOW[..])).prop_map(|(at, mark)| Damage::Below(at, mark)),
        3 => (line.clone(), choice(&FIRST)).prop_map(|(at, (old, new))| Damage::First(at, old, new)),
        2 => (line.clone(), choice(&SECOND)).prop_map(|(at, (old, new))| Damage::Second(at, old, new)),
        2 => (line.clone(), choice(&HEADINGS)).prop_map(|(at, (old, new))| Damage::Heading(at, old, new)),
        2 => (line.clone(), prop::sample::select(&BETWEEN[..])).prop_map(|(at, text)| Damage::Between(at, text)),
        1 => line.prop_map(Damage::Windows),
    ];
    prop::collection::vec(damage, 1..7)
}

/// The lines of the section in a draft, from behind the window's to the last, and the text around them.
fn cut(text: &str) -> (String, Vec<String>, String) {
    let start = text.find("🦀\n").unwrap() + "🦀\n".len();
    let end = text.find("\nIf you are running").unwrap();
    let lines = text[start..end].split_inclusive('\n').map(str::to_owned);
    (
        text[..start].to_owned(),
        lines.collect(),
        text[end..].to_owned(),
    )
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let (before, mut lines, after) = cut(text);
    // The lines are sorted before any is damaged.
    let all = |begins: &str| -> Vec<usize> {
        (0..lines.len())
            .filter(|at| lines[*at].starts_with(begins))
            .collect()
    };
    let (firsts, seconds, headings) = (all("* "), all("    * "), all("### "));
    let mut windows = None;
    for damage in damages {
        let (of, at, old, new) = match damage {
            Damage::Mark(at, mark) => (&firsts, at, "* ", *mark),
            Damage::Below(at, mark) => (&seconds, at, "    * ", *mark),
            Damage::First(at, old, new) => (&firsts, at, *old, *new),
            Damage::Second(at, old, new) => (&seconds, at, *old, *new),
            Damage::Heading(at, old, new) => (&headings, at, *old, *new),
            Damage::Between(at, text) => {
                let at = at % lines.len();
                lines[at].push_str(text);
                continue;
            }
            Damage::Windows(at) => {
                windows = Some(at % lines.len());
                continue;
            }
        };
        let line = &mut lines[of[at % of.len()]];
        *line = line.replacen(old, new, 1);
    }
    if let Some(from) = windows {
        for line in &mut lines[from..] {
            *line = line.replace('\n', "\r\n");
        }
        if from == 0 {
            let text = format!("{before}{}{after}", lines.concat());
            return text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
    }
    format!("{before}{}{after}", lines.concat())
}

/// How often each address of an event stands in a text.
fn pages(text: &str) -> BTreeMap<String, usize> {
    let mut pages = BTreeMap::new();
    for start in [
        "https://www.meetup.com/rust-berlin/events/",
        "https://oslo.example/",
    ] {
        for (at, _) in text.match_indices(start) {
            let id: String = text[at + start.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            if !id.is_empty() {
                *pages.entry(format!("{start}{id}")).or_default() += 1;
            }
        }
    }
    pages
}

fn evenings() -> Vec<rusty_events::facts::listing::Listing> {
    (1..=6)
        .map(|number| {
            let day = format!("2026-09-{:02}", number + 10);
            let evening = evening(
                &format!("30{number}"),
                &format!("Evening no. {number}"),
                &day,
            );
            match number % 3 {
                0 => hybrid(evening),
                1 => online(evening),
                _ => evening,
            }
        })
        .collect()
}

/// A desk with six evenings, two of them hybrid, and a draft with the rows of them and of three that people
/// wrote.
fn desk() -> (Desk, String) {
    let mut desk = Desk::new();
    desk.tell(&evenings());
    let by_hand: Vec<String> = (1..=3)
        .map(|number| format!("* 2026-09-1{number} | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**By hand {number}**](https://oslo.example/{number})\n"))
        .collect();
    let (draft, _) = desk.update(&draft_of(&[("Europe", &by_hand)]));
    (desk, draft)
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn a_damaged_draft_loses_nothing_and_doubles_nothing(damages in damages(), fresh in any::<bool>()) {
        let (mut desk, written) = desk();
        if fresh {
            // As if nothing had been written yet.
            desk = Desk::new();
            desk.tell(&evenings());
        }
        let old = damaged(&written, &damages);
        let (new, updated) = desk.update(&old);
        let (again, _) = desk.update(&new);
        prop_assert_eq!(&again, &new, "a second run changed something of\n{}", old);
        let (all, was, is) = (pages(&written), pages(&old), pages(&new));
        for (page, times) in &was {
            let kept = is.get(page).copied().unwrap_or(0);
            let twice = updated.report.of(Kind::Twice).count();
            prop_assert!(kept + twice >= *times, "{page} is lost from\n{old}\n→\n{new}");
        }
        for (page, times) in &is {
            let most = all.get(page).copied().unwrap_or(0);
            prop_assert!(*times <= most, "{page} stands {times} times, for {most}, in\n{new}\nfrom\n{old}\n{:#?}", updated.report.entries);
        }
        // What a human wrote outside of rows is there, line by line.
        for damage in &damages {
            let Damage::Between(_, text) = damage else { continue };
            for line in text.lines() {
                let times = |text: &str| text.lines().filter(|other| *other == line).count();
                prop_assert!(line.trim().is_empty() || times(&new) >= times(&old), "{line:?} is lost from\n{old}\n→\n{new}");
            }
        }
    }
}
