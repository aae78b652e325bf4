//! The newsletter's own archive, read and printed again: raw row → row keeps its bytes, and
//! row → event → row is the row in house style.

use crate::corpus;
use crate::markdown::style;
use rusty_events::curate::curate;
use rusty_events::deduplicate::{Identities, deduplicate};
use rusty_events::issue::Window;
use rusty_events::link::Link;
use rusty_events::listing::Listing;
use rusty_events::normalise::Groups;
use rusty_events::place::{Country, Mode, parse_location};
use rusty_events::read::section::{Piece, PrintedRow, listing, pieces};
use rusty_events::refresh::told_by;
use rusty_events::render::markdown;
use rusty_events::select::{self, Style};
use rusty_events::source::Platform;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Each printed section: its file's name and its pieces.
fn sections(folder: &std::path::Path) -> Vec<(String, String, Vec<Piece>)> {
    let mut paths: Vec<_> = fs::read_dir(folder.join("sections")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let pieces = pieces(&text);
            (path.file_name().unwrap().to_string_lossy().into_owned(), text, pieces)
        })
        .collect()
}

fn states() -> Vec<Country> {
    ["US", "CA"].iter().map(|code| Country::parse(code).unwrap()).collect()
}

#[test]
fn every_byte_of_every_printed_section_is_kept() {
    let Some(corpus) = corpus() else { return };
    let (mut rows, mut unreadable) = (0, Vec::new());
    for (name, text, pieces) in sections(&corpus) {
        let again: String = pieces.iter().map(Piece::text).collect();
        assert_eq!(again, text, "{name}");
        for piece in pieces {
            match piece {
                Piece::Row(_) => rows += 1,
                Piece::Unreadable { line, reason, .. } => unreadable.push(format!("{name}:{line}: {reason}")),
                Piece::Other(_) => {}
            }
        }
    }
    let all = rows + unreadable.len();
    eprintln!("printed rows read: {rows} of {all}; not read:\n  {}", unreadable.join("\n  "));
    assert!(rows * 1000 >= all * 995, "{rows} of {all}");
}

/// What the house style makes of a row, worked out from its columns alone.
fn expected(row: &PrintedRow, style: &Style) -> Option<String> {
    let (mode, place) = parse_location(&row.location).ok()?;
    let place = place.map(|place| place.printed(&style.states));
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
            .map(|(words, url)| Some(format!("[{open}{}{close}]({})", markdown::escaped(words), Link::parse(url).ok()?)))
            .collect()
    };
    let organisers = spelled(&row.organisers, "", "")?.join(&style.organiser_separator);
    let mut links = spelled(&row.links, "**", "**")?;
    let mut seen = BTreeSet::new();
    links.retain(|link| seen.insert(link.rsplit_once("](").map(|(_, url)| url.to_owned())));
    let date = match row.end_date.filter(|end| *end > row.date) {
        Some(end) => format!("{} - {end}", row.date),
        None => row.date.to_string(),
    };
    Some(format!("* {date} | {location} | {organisers}\n    * {}\n", links.join(" | ")))
}

/// Row → listing → event → row, through the stages that every source goes through.
fn printed_again(row: &PrintedRow, style: &Style) -> Result<String, String> {
    let listing: Listing = listing(row)?;
    let source = crate::sameness::source("section/archive", Platform::Section, None);
    let window = Window::new(row.date, row.date).unwrap();
    let told = told_by(&source, &[listing], window, &Groups::default());
    if let Some(rejected) = told.rejected.first() {
        return Err(format!("{}: {}", rejected.field, rejected.reason));
    }
    let twins = deduplicate(told.events, std::slice::from_ref(&source), &Identities::default());
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let published = curate(&twins, &BTreeMap::new(), &BTreeSet::new(), now).write;
    let event = published.first().ok_or("no event")?;
    Ok(markdown::row(&select::row(event, style), style))
}

#[test]
fn rows_become_events_and_are_printed_again_in_house_style() {
    let Some(corpus) = corpus() else { return };
    let style = Style { states: states(), ..style() };
    let (mut same_bytes, mut house_style, mut all) = (0, 0, 0);
    let mut different: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _, pieces) in sections(&corpus) {
        for piece in pieces {
            let Piece::Row(row) = piece else { continue };
            all += 1;
            let again = printed_again(&row, &style);
            let wanted = expected(&row, &style);
            if again.as_ref().ok() == Some(&row.text) {
                same_bytes += 1;
            }
            match (again, wanted) {
                (Ok(again), Some(wanted)) if again == wanted => house_style += 1,
                (Ok(again), Some(wanted)) => {
                    *different.entry(format!("{name}:{}: printed {again:?}, expected {wanted:?}", row.line)).or_default() += 1;
                }
                (Err(reason), _) => *different.entry(format!("{}: {reason}", row.location)).or_default() += 1,
                (Ok(_), None) => *different.entry(format!("{name}:{}: no house style for {:?}", row.line, row.text)).or_default() += 1,
            }
        }
    }
    eprintln!("rows {all}: {house_style} printed again in house style, {same_bytes} with the very bytes of then; others:");
    for (what, count) in &different {
        eprintln!("  {count} × {what}");
    }
    assert!(house_style * 1000 >= all * 990, "{house_style} of {all}");
}
