//! The newsletter's own archive, read and printed again: raw row → row keeps its bytes, and
//! row → event → row is the row in house style.

use crate::corpus;
use crate::markdown::style;
use crate::markdown::topic;
use rusty_events::believe::believed_of;
use rusty_events::believe::curate::curate;
use rusty_events::believe::decisions::InForce;
use rusty_events::believe::deduplicate::{Identities, deduplicate};
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::place::{Country, Mode, parse_location};
use rusty_events::facts::source::Platform;
use rusty_events::read::section::listing;
use rusty_events::section::grammar::{Content, PrintedRow, parse, rows};
use rusty_events::section::print;
use rusty_events::section::select::{self, Style};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Each printed section: its file's name and its text.
fn sections(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn states() -> Vec<Country> {
    ["US", "CA"]
        .iter()
        .map(|code| Country::parse(code).unwrap())
        .collect()
}

#[test]
fn every_byte_of_every_printed_section_is_kept() {
    let Some(corpus) = corpus() else { return };
    let (mut rows, mut unreadable) = (0, Vec::new());
    for (name, text) in sections(&corpus) {
        let parsed = parse(&text, Some(&style()));
        assert_eq!(parsed.to_string(), text, "{name}");
        for block in parsed.blocks {
            match block.content {
                Content::Row(_) => rows += 1,
                // Lists of other things stand between the rows of early issues.
                Content::Unreadable(item) if item.is_row => {
                    unreadable.push(format!("{name}:{}: {}", item.line, item.reason))
                }
                _ => {}
            }
        }
    }
    let all = rows + unreadable.len();
    eprintln!(
        "printed rows read: {rows} of {all}; not read:\n  {}",
        unreadable.join("\n  ")
    );
    assert!(rows * 1000 >= all * 995, "{rows} of {all}");
}

/// What the house style makes of a row, worked out from its columns alone.
fn expected(row: &PrintedRow, style: &Style) -> Option<String> {
    let (mode, place) = parse_location(&row.location).ok()?;
    // A city in wrong case, `Tel Aviv-yafo`, is some tool's word and no human's.
    let place = place.map(|place| place.cased().printed(&style.states));
    let location = match (mode, place) {
        (Mode::InPerson, place) => place?,
        (Mode::Virtual, None) => "Virtual".to_owned(),
        (Mode::Virtual, Some(place)) => format!("Virtual ({place})"),
        (Mode::Hybrid, None) => style.hybrid_label.clone(),
        (Mode::Hybrid, Some(place)) => format!("{} ({place})", style.hybrid_label),
    };
    let spelled = |pairs: &[(String, String)], open: &str, close: &str| -> Option<Vec<String>> {
        pairs
            .iter()
            .map(|(words, url)| {
                // White space is folded, and a mark that turns the reading direction is no part of a title.
                let words: Vec<&str> = words
                    .split_whitespace()
                    .map(|word| word.trim_matches('\u{200e}'))
                    .collect();
                Some(format!(
                    "[{open}{}{close}]({})",
                    print::escaped(&words.join(" ")),
                    Link::parse(url).ok()?
                ))
            })
            .collect()
    };
    let mut links = spelled(&row.links, "**", "**")?;
    let page = Link::parse(&row.links[0].1).ok()?;
    // An organiser without a page of its own links to the event's.
    let names = row.organisers.iter().map(|(name, url)| {
        let url = url
            .as_deref()
            .and_then(|url| Link::parse(url).ok())
            .unwrap_or_else(|| page.clone());
        format!("[{}]({url})", print::escaped(name))
    });
    let organisers = names.collect::<Vec<_>>().join(&style.organiser_separator);
    let mut seen = BTreeSet::new();
    links.retain(|link| seen.insert(link.rsplit_once("](").map(|(_, url)| url.to_owned())));
    let date = match row.end_date.filter(|end| *end > row.date) {
        Some(end) => format!("{} - {end}", row.date),
        None => row.date.to_string(),
    };
    Some(format!(
        "* {date} | {location} | {organisers}\n    * {}\n",
        links.join(" | ")
    ))
}

/// Row → listing → event → row, through the stages that every source goes through.
fn printed_again(row: &PrintedRow, style: &Style) -> Result<String, String> {
    let listing: Listing = listing(row)?;
    let source = crate::sameness::source("section/archive", Platform::Section, None);
    let window = Window::new(row.date, row.date).unwrap();
    let believed = believed_of(&source, &[listing], window, &Groups::default());
    if let Some(rejected) = believed.rejected.first() {
        return Err(format!("{}: {}", rejected.field, rejected.reason));
    }
    let twins = deduplicate(
        believed.events,
        std::slice::from_ref(&source),
        &Identities::default(),
        &topic(),
    );
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let published = curate(
        &twins,
        &BTreeMap::new(),
        &BTreeSet::new(),
        &InForce::default(),
        now,
    )
    .write;
    let event = published.first().ok_or("no event")?;
    Ok(print::row(&select::row(event, style), style))
}

/// The rows that the archive's own list calls well-formed, by their text.
fn well_formed(folder: &std::path::Path) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join("rows.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|row| row["well_formed"] == true)
        .map(|row| row["raw"].as_str().unwrap().trim_end().to_owned())
        .collect()
}

#[test]
fn rows_become_events_and_are_printed_again_in_house_style() {
    let Some(corpus) = corpus() else { return };
    let style = Style {
        states: states(),
        ..style()
    };
    let well_formed = well_formed(&corpus);
    // Rows in house style and rows in all: of those known as well-formed (2024-08 on), of all since 2022.
    let (mut known, mut all) = ((0, 0), (0, 0));
    let mut same_bytes = 0;
    let mut different: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in sections(&corpus) {
        for row in rows(&text, &style) {
            let again = printed_again(&row, &style);
            let wanted = expected(&row, &style);
            same_bytes += usize::from(again.as_ref().ok() == Some(&row.text));
            let right = usize::from(again.is_ok() && again.as_ref().ok() == wanted.as_ref());
            all = (all.0 + right, all.1 + 1);
            if well_formed.contains(row.text.trim_end()) {
                known = (known.0 + right, known.1 + 1);
            }
            if right == 0 {
                let why = match (again, wanted) {
                    (Err(reason), _) => reason,
                    (Ok(again), wanted) => format!("printed {again:?}, expected {wanted:?}"),
                };
                *different.entry(why).or_default() += 1;
            }
        }
    }
    eprintln!(
        "well-formed rows since 2024-08 printed again in house style: {} of {}",
        known.0, known.1
    );
    eprintln!(
        "all rows since 2022: {} of {}, {same_bytes} with the very bytes of then; others:",
        all.0, all.1
    );
    for (what, count) in &different {
        eprintln!("  {count} × {what}");
    }
    assert!(
        known.0 * 1000 >= known.1 * 998,
        "{} of {}",
        known.0,
        known.1
    );
    assert!(all.0 * 1000 >= all.1 * 985, "{} of {}", all.0, all.1);
}
