//! Whatever people do to a draft, as long as its rows can be read, survives: random edits, many at once.

use super::{Desk, draft_of, evening, hybrid, online};
use crate::corpus;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusty_events::compose::{self, Given};
use rusty_events::facts::issue::Window;
use rusty_events::section::grammar;
use rusty_events::section::grammar::PrintedRow;
use rusty_events::section::merge::Change;
use rusty_events::store::Store;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;

/// What people do to a draft. Numbers choose the row, modulo how many there are.
#[derive(Debug, Clone)]
enum Edit {
    Delete(usize),
    Title(usize, String),
    Place(usize, &'static str),
    Day(usize, u32),
    Organiser(usize, String),
    AddOrganiser(usize, String),
    AddLink(usize, String),
    Write(u32, String, &'static str),
    Comment(usize, String),
    Move(usize, &'static str),
    Misspell(usize),
    Twice(usize),
}

const PLACES: [&str; 6] = [
    "Potsdam, DE",
    "Virtual",
    "Virtual (Oslo, NO)",
    "Hybrid (Berlin, DE)",
    "Seattle/Bellevue, WA, US",
    "Malaysia, MY",
];
const HEADINGS: [&str; 5] = ["Virtual", "Africa", "Europe", "South America", "Everywhere"];

fn words() -> impl Strategy<Value = String> {
    "[A-Za-z0-9äöü][A-Za-z0-9äöüß ,.:&!?#'()-]{0,18}[A-Za-z0-9ß!?]"
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let row = 0..20_usize;
    let edit = prop_oneof![
        row.clone().prop_map(Edit::Delete),
        (row.clone(), words()).prop_map(|(row, to)| Edit::Title(row, to)),
        (row.clone(), prop::sample::select(&PLACES[..])).prop_map(|(row, to)| Edit::Place(row, to)),
        (row.clone(), 1..20_u32).prop_map(|(row, day)| Edit::Day(row, day)),
        (row.clone(), words()).prop_map(|(row, to)| Edit::Organiser(row, to)),
        (row.clone(), words()).prop_map(|(row, to)| Edit::AddOrganiser(row, to)),
        (row.clone(), words()).prop_map(|(row, to)| Edit::AddLink(row, to)),
        (1..20_u32, words(), prop::sample::select(&HEADINGS[..]))
            .prop_map(|(day, title, under)| Edit::Write(day, title, under)),
        (row.clone(), words()).prop_map(|(row, text)| Edit::Comment(row, text)),
        (row.clone(), prop::sample::select(&HEADINGS[..]))
            .prop_map(|(row, to)| Edit::Move(row, to)),
        row.clone().prop_map(Edit::Misspell),
        row.prop_map(Edit::Twice),
    ];
    prop::collection::vec(edit, 1..9)
}

/// A draft being edited: what stands under each heading, rows and other lines.
type Parts = Vec<(String, Vec<String>)>;

fn parts(text: &str) -> Parts {
    let style = super::style();
    let draft = grammar::draft(text, &style).unwrap();
    let parts = draft.parts.into_iter().map(|part| {
        let items = part.items.into_iter().map(|item| match item {
            grammar::Item::Row(row) => row.text,
            grammar::Item::Text(text) => text,
        });
        (part.heading, items.collect())
    });
    parts.collect()
}

fn text(parts: &Parts) -> String {
    let parts: Vec<(&str, &[String])> = parts
        .iter()
        .map(|(heading, items)| (heading.as_str(), items.as_slice()))
        .collect();
    draft_of(&parts)
}

/// Where the rows are: part and item.
fn places(parts: &Parts) -> Vec<(usize, usize)> {
    let rows = parts.iter().enumerate().flat_map(|(part, (_, items))| {
        let rows = items.iter().enumerate();
        rows.filter(|(_, item)| item.starts_with("* "))
            .map(move |(item, _)| (part, item))
    });
    rows.collect()
}

fn apply(parts: &mut Parts, edit: &Edit) {
    let rows = places(parts);
    let at = |row: usize| (!rows.is_empty()).then(|| rows[row % rows.len()]);
    let mut change = |row: usize, how: &dyn Fn(&str) -> String| {
        if let Some((part, item)) = at(row) {
            let text = &mut parts[part].1[item];
            *text = how(text);
        }
    };
    match edit {
        Edit::Title(row, to) => change(*row, &|text| {
            let start = text.find("[**").unwrap() + 3;
            let end = start + text[start..].find("**]").unwrap();
            format!("{}{to}{}", &text[..start], &text[end..])
        }),
        Edit::Place(row, to) => change(*row, &|text| {
            let mut columns: Vec<&str> = text.splitn(3, " | ").collect();
            columns[1] = to;
            columns.join(" | ")
        }),
        Edit::Day(row, day) => change(*row, &|text| {
            format!("* 2026-09-{day:02}{}", &text[text.find(" | ").unwrap()..])
        }),
        Edit::Organiser(row, to) => change(*row, &|text| {
            let start = text.find(" | [").unwrap() + 4;
            let end = start + text[start..].find("](").unwrap();
            format!("{}{to}{}", &text[..start], &text[end..])
        }),
        Edit::AddOrganiser(row, to) => change(*row, &|text| {
            text.replacen(")\n", &format!(") | [{to}](https://more.example/)\n"), 1)
        }),
        Edit::AddLink(row, to) => change(*row, &|text| {
            format!(
                "{} | [**{to}**](https://mirror.example/)\n",
                text.trim_end()
            )
        }),
        Edit::Misspell(row) => change(*row, &|text| {
            text.replace(
                "https://www.meetup.com/rust-berlin)",
                "http://meetup.com/Rust-Berlin/events/)",
            )
            .replace("    * ", "  * ")
        }),
        Edit::Delete(row) => {
            if let Some((part, item)) = at(*row) {
                parts[part].1.remove(item);
            }
        }
        Edit::Comment(row, words) => {
            if let Some((part, item)) = at(*row) {
                parts[part].1.insert(item, format!("<!-- {words} -->\n"));
            }
        }
        Edit::Twice(row) => {
            if let Some((part, item)) = at(*row) {
                let row = parts[part].1[item].clone();
                parts[part].1.push(row);
            }
        }
        Edit::Move(row, to) => {
            if let Some((part, item)) = at(*row) {
                let row = parts[part].1.remove(item);
                under(parts, to).push(row);
            }
        }
        Edit::Write(day, title, to) => {
            let slug: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
            under(parts, to).push(format!(
                "* 2026-09-{day:02} | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**{title}**](https://oslo.example/{slug}/{day})\n"
            ));
        }
    }
}

fn under<'a>(parts: &'a mut Parts, heading: &str) -> &'a mut Vec<String> {
    let at = parts.iter().position(|(name, _)| name == heading);
    let at = at.unwrap_or_else(|| {
        parts.push((heading.to_owned(), Vec::new()));
        parts.len() - 1
    });
    &mut parts[at].1
}

/// What a row says, without its spelling; and how often it is said under a heading.
fn said(text: &str) -> BTreeMap<String, usize> {
    let style = super::style();
    let draft = grammar::draft(text, &style).unwrap();
    let mut said = BTreeMap::new();
    for row in draft.rows() {
        *said.entry(saying(row)).or_default() += 1;
    }
    said
}

fn saying(row: &PrintedRow) -> String {
    let fields = rusty_events::section::merge::Fields::printed(row);
    format!("{} {fields:?}", row.heading)
}

fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("<!--"))
        .collect();
    found.sort_unstable();
    found
}

/// A desk with eight evenings and its draft.
fn eight() -> (Desk, String) {
    let mut desk = Desk::new();
    let evenings: Vec<_> = (1..=8)
        .map(|number| {
            let evening = evening(
                &format!("30{number}"),
                &format!("Evening no. {number}"),
                &format!("2026-09-{:02}", number * 2),
            );
            match number % 4 {
                0 => hybrid(evening),
                1 => online(evening),
                _ => evening,
            }
        })
        .collect();
    desk.tell(&evenings);
    let (draft, _) = desk.update(&draft_of(&[]));
    (desk, draft)
}

#[test]
fn hand_edits_survive() {
    let started = std::time::Instant::now();
    let cases = std::env::var("RUSTY_EVENTS_EDITS").ok();
    let cases: u32 = cases.and_then(|cases| cases.parse().ok()).unwrap_or(250);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let edited_drafts = Cell::new(0_u32);
    let ran = runner.run(&edits(), |edits| {
        let (mut desk, written) = eight();
        let mut edited = parts(&written);
        for edit in &edits {
            apply(&mut edited, edit);
        }
        let edited = text(&edited);
        let (new, updated) = desk.update(&edited);

        let outside = |text: &str| {
            let start = text.find("## Upcoming Events").unwrap();
            let end = text.find("\nIf you are running").unwrap();
            (text[..start].to_owned(), text[end..].to_owned())
        };
        prop_assert_eq!(outside(&new), outside(&edited));
        prop_assert_eq!(comments(&new), comments(&edited));
        // Every row says what it said, where it stood; a second row of one event under one heading is one.
        let (was, is) = (said(&edited), said(&new));
        let twice = updated
            .report
            .of(rusty_events::section::merge::Kind::Twice)
            .count();
        let mut lost = 0;
        for (row, times) in &was {
            let kept = is.get(row).copied().unwrap_or(0);
            lost += times.saturating_sub(kept);
        }
        prop_assert!(
            lost <= twice,
            "lost {lost}, reported {twice}\n{edited}\n→\n{new}\n{:#?}",
            updated.report.entries
        );
        // If much is missing at once, no person removed it: it is written again and reported.
        let full = said(&written);
        for row in is.keys() {
            let again = updated.report.without_base.is_some() && full.contains_key(row);
            prop_assert!(
                was.contains_key(row) || again,
                "{row} came from nowhere\n{edited}\n→\n{new}\n{:#?}",
                updated.report.entries
            );
        }
        let (again, _) = desk.would_update(&new);
        prop_assert_eq!(&again, &new, "a second run changed something");
        edited_drafts.set(edited_drafts.get() + 1);
        Ok(())
    });
    let took = started.elapsed();
    eprintln!("{} edited drafts in {took:.1?}", edited_drafts.get());
    ran.unwrap();
}

#[test]
fn every_printed_section_with_nothing_to_change_keeps_its_rows() {
    let Some(corpus) = corpus() else { return };
    let (mut sections, mut rows, mut mended) = (0, 0, 0);
    let store = Store::in_memory().unwrap();
    let style = super::style();
    let mut paths: Vec<_> = fs::read_dir(corpus.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let old = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let draft = grammar::draft(&old, &style).unwrap();
        let window = Window::starting(name.parse().unwrap(), 28);
        let only = [Change::New, Change::Moved, Change::Cancelled].into();
        let updated =
            compose::update(&store, &Given::pasted(&old, &draft), window, &only, &style).unwrap();
        // Nothing is asked for that could touch a row: not a byte of any differs, in their order.
        let again = grammar::draft(&updated.text, &style).unwrap();
        let texts = |draft: &grammar::Draft| -> Vec<String> {
            draft
                .rows()
                .map(|row| row.text.trim_end_matches('\n').to_owned())
                .collect()
        };
        let (is, was) = (texts(&again), texts(&draft));
        let different = is.iter().zip(&was).find(|(is, was)| is != was);
        assert!(
            is.len() == was.len() && different.is_none(),
            "{name}: {} {} {different:#?}",
            is.len(),
            was.len()
        );
        sections += 1;
        rows += draft.rows().count();

        // With all that may change without any event: rows inside the window say what they said.
        let all = Change::ALL.into();
        let updated =
            compose::update(&store, &Given::pasted(&old, &draft), window, &all, &style).unwrap();
        mended += updated.report.spelling;
        let said = |text: &str| -> Vec<String> {
            let draft = grammar::draft(text, &style).unwrap();
            let mut said: Vec<String> = draft
                .rows()
                .filter(|row| row.end_date.unwrap_or(row.date) >= window.from)
                .map(|row| {
                    let fields = rusty_events::section::merge::Fields::printed(row);
                    format!(
                        "{:?} {:?} {:?}",
                        fields.days, fields.organisers, fields.links
                    )
                })
                .collect();
            said.sort();
            said
        };
        let (is, was) = (said(&updated.text), said(&old));
        let different = is.iter().zip(&was).find(|(is, was)| is != was);
        assert!(
            is.len() == was.len() && different.is_none(),
            "{name}: {different:#?}"
        );
        if sections % 4 != 0 {
            continue;
        }
        let settled = grammar::draft(&updated.text, &style).unwrap();
        let twice = compose::update(
            &store,
            &Given::pasted(&updated.text, &settled),
            window,
            &all,
            &style,
        )
        .unwrap();
        assert_eq!(
            twice.text, updated.text,
            "{name}: a second run changes nothing"
        );
    }
    assert_eq!(sections, 184);
    eprintln!("{sections} sections, {rows} rows; spelling mended in {mended}");
}
