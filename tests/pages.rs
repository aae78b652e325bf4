//! What `preview` says of real pages, feeds and answers without a known platform, against the facts that the
//! archive's `pages/INDEX.tsv` states of each: how many events, the title of the first, and when that begins.

use crate::{corpus, program};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Files of which the number of events and the first title must be right.
const FEWEST_RIGHT: usize = 25;

/// A file, and what is stated of it.
struct Stated {
    file: String,
    kind: String,
    /// The day on which it was current.
    now: String,
    events: usize,
    title: String,
    /// `2026-04-01`, or `2026-04-01T17:00`; of several spellings the first.
    start: Option<String>,
}

fn stated(index: &str) -> Vec<Stated> {
    let mut lines = index.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let [file, kind, as_of, events, first] =
        ["file", "kind", "as_of", "events", "first_event"].map(column);
    // Pull requests are no pages.
    let rows = lines.map(|line| line.split('\t').map(unquoted).collect::<Vec<String>>());
    rows.filter(|row| row[kind] != "github-pulls")
        .map(|row| {
            let mut parts = row[first].split(" | ");
            let title = parts.next().unwrap_or_default().to_owned();
            let start = parts.next().unwrap_or_default();
            Stated {
                file: row[file].clone(),
                kind: row[kind].split(':').next().unwrap().to_owned(),
                now: now(&row[as_of]),
                events: row[events].parse().unwrap(),
                title,
                start: day_and_hour(start),
            }
        })
        .collect()
}

fn unquoted(cell: &str) -> String {
    let inside = cell
        .strip_prefix('"')
        .and_then(|cell| cell.strip_suffix('"'));
    inside.map_or_else(|| cell.to_owned(), |cell| cell.replace("\"\"", "\""))
}

/// `2026-04`, `after 2018-11 (archived note)` → a time of that month.
fn now(as_of: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = as_of
        .split([' ', '/'])
        .find(|word| digits(&word[..word.len().min(4)]));
    let parts: Vec<&str> = word
        .unwrap_or("2026-08-01")
        .split('-')
        .filter(|part| digits(part))
        .collect();
    let part = |place: usize, otherwise: &'static str| {
        let of_two = |part: &&str| part.len() == 2;
        parts
            .get(place)
            .copied()
            .filter(of_two)
            .unwrap_or(otherwise)
    };
    format!("{}-{}-{}T12:00:00Z", parts[0], part(1, "06"), part(2, "01"))
}

/// The first day in a text, with the hour right behind it.
fn day_and_hour(text: &str) -> Option<String> {
    let is_day = |at: &usize| {
        text.get(*at..at + 10)
            .is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok())
    };
    let at = (0..text.len()).find(is_day)?;
    let hour = text.get(at + 11..at + 16).filter(|hour| {
        matches!(text.as_bytes()[at + 10], b' ' | b'T') && hour.as_bytes()[2] == b':'
    });
    let day = &text[at..at + 10];
    Some(hour.map_or_else(|| day.to_owned(), |hour| format!("{day}T{hour}")))
}

fn folded(text: &str) -> String {
    let letters = text.chars().filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether a title is the stated one; the index cuts some short and remarks on others.
fn is_title(ours: &str, stated: &str) -> bool {
    let (ours, bare) = (
        folded(ours),
        folded(stated.split(['…', '(']).next().unwrap_or_default()),
    );
    let whole = folded(stated);
    !ours.is_empty()
        && (ours == whole || ours == bare || (stated.contains('…') && ours.starts_with(&bare)))
}

/// Whether a start is the stated one, as its own clock or UTC's shows it.
fn is_start(event: &Value, stated: &str) -> bool {
    let ours = event["start"].as_str().unwrap_or_default();
    let in_utc = chrono::DateTime::parse_from_rfc3339(ours)
        .map(|at| at.to_utc().format("%Y-%m-%dT%H:%M").to_string())
        .unwrap_or_default();
    ours.starts_with(stated) || in_utc.starts_with(stated)
}

/// What of a file was right.
#[derive(Default)]
struct Right {
    events: bool,
    title: bool,
    start: bool,
}

/// What `preview` says of a file, and how it comes to that.
fn judged(folder: &Path, stated: &Stated) -> (Right, String) {
    let path = folder.join("pages").join(&stated.file);
    let ran = program(&[
        "preview",
        path.to_str().unwrap(),
        "--json",
        "--now",
        &stated.now,
        "--from",
        "1990-01-01",
        "--to",
        "2099-12-31",
    ]);
    let Ok(answer) = serde_json::from_str::<Value>(&ran.out) else {
        let said = ran.err.trim().to_owned();
        let is_none = stated.events == 0;
        let right = Right {
            events: is_none,
            title: is_none,
            start: is_none,
        };
        return (
            right,
            said.rsplit(": ").next().unwrap_or_default().to_owned(),
        );
    };
    let events = answer["events"].as_array().unwrap();
    let named: Vec<&Value> = events
        .iter()
        .filter(|event| is_title(event["title"].as_str().unwrap(), &stated.title))
        .collect();
    let start = stated.start.as_deref();
    let right = Right {
        events: events.len() == stated.events,
        title: !named.is_empty() || stated.events == 0 && events.is_empty(),
        start: start.is_some_and(|start| named.iter().any(|event| is_start(event, start))),
    };
    let first = events
        .first()
        .map_or("", |event| event["title"].as_str().unwrap());
    let said = format!(
        "{} of {} events, {:?}, first {first:?} at {}",
        events.len(),
        stated.events,
        answer["read_as"].as_str().unwrap_or("-"),
        events
            .first()
            .map_or("", |event| event["start"].as_str().unwrap()),
    );
    (right, said)
}

#[test]
fn previews_of_pages_agree_with_the_stated_facts() {
    let Some(folder) = corpus() else { return };
    let Ok(index) = std::fs::read_to_string(folder.join("pages/INDEX.tsv")) else {
        crate::skipped("the archive has no pages");
        return;
    };
    let all = stated(&index);
    // By kind: files, and of these with the events, the title and the start right, and all that is stated.
    let mut by_kind: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    let mut right = 0;
    let mut lines = Vec::new();
    for stated in &all {
        let (found, said) = judged(&folder, stated);
        let is_right = found.events && found.title;
        right += usize::from(is_right);
        let counts = by_kind.entry(&stated.kind).or_default();
        let facts = [true, found.events, found.title, found.start, is_right];
        for (count, is_so) in counts.iter_mut().zip(facts) {
            *count += usize::from(is_so);
        }
        let mark = |is_so: bool| if is_so { "+" } else { "-" };
        lines.push(format!(
            "  {}{}{} {}: {said}",
            mark(found.events),
            mark(found.title),
            mark(found.start),
            stated.file
        ));
    }
    crate::said(&format!(
        "pages {}: with the stated events and the first title {right}",
        all.len()
    ));
    crate::said("  kind: files, events right, first title right, first start right");
    for (kind, [files, events, titles, starts, _]) in by_kind {
        crate::said(&format!("  {kind}: {files}, {events}, {titles}, {starts}"));
    }
    lines.iter().for_each(|line| crate::said(line));
    assert!(
        right >= FEWEST_RIGHT,
        "{right} of {}, was {FEWEST_RIGHT}",
        all.len()
    );
}
