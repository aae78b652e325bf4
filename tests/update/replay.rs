//! The archive replayed: each printed section as the draft of the next issue, whose own rows are what a
//! source tells. What comes out is compared with what was printed.

use crate::corpus;
use crate::telling;
use chrono::NaiveDate;
use rusty_events::compose;
use rusty_events::issue::Window;
use rusty_events::link::Link;
use rusty_events::normalise::{Group, Groups};
use rusty_events::read::draft::{Draft, draft};
use rusty_events::read::section::listing;
use rusty_events::reconcile::{Change, Fields};
use rusty_events::source::{Organiser, Platform, Way};
use rusty_events::store::{Origin, Store};
use std::collections::BTreeMap;
use std::fs;

/// A section that tells what the next issue printed.
fn told(next: &Draft, store: &mut Store, day: NaiveDate) {
    let source = crate::sameness::source("archive", Platform::Section, None);
    let mut groups = Groups::default();
    let mut listings = Vec::new();
    for row in next.rows() {
        for (name, url) in &row.organisers {
            let organiser = Organiser {
                name: name.clone(),
                url: url.as_deref().and_then(|url| Link::parse(url).ok()),
            };
            let place = None;
            groups.add(Group { organiser, place }, &[], &[]);
        }
        let Ok(listing) = listing(row) else { continue };
        if listings
            .iter()
            .all(|known: &rusty_events::listing::Listing| known.key != listing.key)
        {
            listings.push(listing);
        }
    }
    let now = day.and_hms_opt(0, 0, 0).unwrap().and_utc();
    let visit = telling::read(&source.id.0, Way::Page, listings);
    store.record(&visit, now).unwrap();
    telling::believe(store, std::slice::from_ref(&source), &groups, &[], now);
}

/// The rows that touch the window: what each says, with its text.
fn said(draft: &Draft, window: Window) -> BTreeMap<String, String> {
    draft
        .rows()
        .filter(|row| window.holds(row.date, row.end_date.unwrap_or(row.date)))
        .map(|row| {
            (
                format!("{} {:?}", row.heading, Fields::printed(row)),
                row.text.clone(),
            )
        })
        .collect()
}

#[test]
fn each_issue_of_the_archive_from_the_one_before() {
    let Some(corpus) = corpus() else { return };
    let style = super::style();
    let mut issues: Vec<(NaiveDate, String)> = fs::read_dir(corpus.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let day: NaiveDate = path.file_stem()?.to_str()?.parse().ok()?;
            (day >= "2025-01-01".parse().ok()?).then(|| (day, fs::read_to_string(path).unwrap()))
        })
        .collect();
    issues.sort();
    let (mut pairs, mut rows, mut equal, mut better, mut others, mut worse, mut left) =
        (0, 0, 0, 0, 0, 0, 0);
    let mut examples = Vec::new();
    for pair in issues.windows(2) {
        let [(before, old), (day, printed)] = pair else {
            unreachable!()
        };
        let window = Window::starting(*day, 28);
        let next = draft(printed, &style.heading, &style.line).unwrap();
        let mut store = Store::in_memory().unwrap();
        told(&next, &mut store, *day);
        store
            .keep_issue(
                *before,
                Origin::Learned,
                "before.md",
                old,
                "2026-06-01T00:00:00Z".parse().unwrap(),
            )
            .unwrap();
        let from = draft(old, &style.heading, &style.line).unwrap();
        let updated =
            compose::update(&store, old, &from, window, &Change::ALL.into(), &style).unwrap();
        let ours = draft(&updated.text, &style.heading, &style.line).unwrap();
        let (ours, theirs) = (said(&ours, window), said(&next, window));
        pairs += 1;
        for (words, text) in &theirs {
            rows += 1;
            match ours.get(words) {
                Some(same) if same == text => equal += 1,
                Some(_) => better += 1,
                // The same event, with other words: a name or a place that the draft had, a sort of mirror.
                None if ours
                    .keys()
                    .any(|other| other.split("links:").nth(1) == words.split("links:").nth(1)) =>
                {
                    others += 1;
                }
                None => {
                    worse += 1;
                    examples.push(format!("{day}: {words}"));
                }
            }
        }
        left += ours
            .keys()
            .filter(|words| !theirs.contains_key(*words))
            .count();
    }
    let share = |part: usize| {
        100.0 * f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(rows).unwrap())
    };
    eprintln!(
        "{pairs} issues from the one before, {rows} rows: {equal} byte for byte ({:.1} %), {better} in better spelling ({:.1} %), {others} with another name, place or heading ({:.1} %), {worse} not as printed ({:.1} %); {left} more that stood in the draft or differ",
        share(equal),
        share(better),
        share(others),
        share(worse)
    );
    for example in examples
        .iter()
        .take(if std::env::var_os("RUSTY_EVENTS_EXAMPLES").is_some() {
            60
        } else {
            0
        })
    {
        eprintln!("  {example}");
    }
    assert!(pairs > 40);
    assert!(
        (equal + better) * 100 >= rows * 90,
        "{equal} and {better} of {rows}"
    );
}
