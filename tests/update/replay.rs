//! The archive replayed: each printed section as the draft of the next issue, with the rows of that issue as what a
//! source tells. What comes out is compared with what was printed, row by row: the same, provably better,
//! or worse (`proof.rs` says by what proof).

mod proof;

use crate::corpus;
use crate::telling;
use crate::telling::Records;
use chrono::NaiveDate;
use proof::{Archive, Judged, Verdict, page};
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::compose::{self, Given};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::place::{Country, Mode};
use rusty_events::facts::source::{Organiser, Platform, Way};
use rusty_events::read::section::listing;
use rusty_events::section::grammar::PrintedRow;
use rusty_events::section::grammar::{Draft, draft};
use rusty_events::section::merge::Change;
use rusty_events::section::select::Style;
use rusty_events::store::{Origin, Store};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The newsletter's own settings.
fn style() -> Style {
    Style {
        states: ["US", "CA"]
            .map(|code| Country::parse(code).unwrap())
            .into(),
        ..super::style()
    }
}

/// The issues since 2025, in order.
fn issues(corpus: &Path) -> Vec<(NaiveDate, String)> {
    let since: NaiveDate = "2025-01-01".parse().unwrap();
    let mut issues: Vec<(NaiveDate, String)> = fs::read_dir(corpus.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let day: NaiveDate = path.file_stem()?.to_str()?.parse().ok()?;
            (day >= since).then(|| (day, fs::read_to_string(path).unwrap()))
        })
        .collect();
    issues.sort();
    issues
}

/// What the next issue printed, as its groups would tell it: a listing an event. One that stands under
/// Virtual and under a region is hybrid, also where only one of its two rows says so; of each fact the row
/// counts that tells more.
fn listings(next: &Draft) -> Vec<Listing> {
    let mut listings: Vec<(Listing, &str)> = Vec::new();
    for row in next.rows() {
        let Ok(mut found) = listing(row) else {
            continue;
        };
        // A page of one event on another day: the rule of the reader.
        let first = listings.iter().find(|(known, _)| known.key == found.key);
        if first.is_some_and(|(first, _)| first.start != found.start)
            && let Some(dated) = found.predecessor.take()
        {
            found.key = dated;
        }
        let known = listings
            .iter_mut()
            .find(|(known, _)| known.key == found.key);
        let Some((known, heading)) = known else {
            listings.push((found, &row.heading));
            continue;
        };
        let is_copy = *heading != row.heading
            && (*heading == "Virtual" || row.heading == "Virtual")
            && known.title == found.title;
        if !is_copy {
            continue;
        }
        if known.mode == Some(Mode::Virtual) && !found.locations.is_empty() {
            known.locations = found.locations;
        }
        known.mode = Some(Mode::Hybrid);
        known.end = known.end.or(found.end);
        if found.organisers.len() > known.organisers.len() {
            known.organisers = found.organisers;
        }
        if found.further_links.len() > known.further_links.len() {
            known.further_links = found.further_links;
        }
    }
    listings.into_iter().map(|(listing, _)| listing).collect()
}

/// Tells a database what the next issue printed.
fn tell(next: &Draft, store: &mut Store, day: NaiveDate) {
    let source = crate::sameness::source("archive", Platform::Section, None);
    let mut groups = Groups::default();
    for row in next.rows() {
        for (name, url) in &row.organisers {
            let organiser = Organiser {
                name: name.clone(),
                url: url.as_deref().and_then(|url| Link::parse(url).ok()),
            };
            let place = None;
            groups.add(
                Group {
                    organiser,
                    place,
                    mode: None,
                },
                &[],
                &[],
            );
        }
    }
    let now = day.and_hms_opt(0, 0, 0).unwrap().and_utc();
    let visit = telling::read(&source.id.0, Way::Page, listings(next));
    store.record(&visit, now).unwrap();
    telling::believe(store, std::slice::from_ref(&source), &groups, &[], now);
}

/// The draft of an issue, brought up to date from the issue before.
fn updated(old: &str, before: NaiveDate, next: &Draft, day: NaiveDate) -> String {
    let style = style();
    let mut store = Store::in_memory().unwrap();
    tell(next, &mut store, day);
    let learned = "2026-06-01T00:00:00Z".parse().unwrap();
    store
        .keep_issue(before, Origin::Learned, "before.md", old, learned)
        .unwrap();
    let from = draft(old, &style).unwrap();
    let window = Window::starting(day, 28);
    compose::update(
        &store,
        &Given::pasted(old, &from),
        window,
        &Change::ALL.into(),
        &style,
    )
    .unwrap()
    .text
}

/// Rows of the draft that nothing tells of and that are not in what came out of it, though they are not over.
fn lost<'a>(from: &'a Draft, next: &Draft, ours: &Draft, window: Window) -> Vec<&'a PrintedRow> {
    let pages: Vec<String> = listings(next)
        .iter()
        .filter_map(|listing| listing.link.as_deref().map(page))
        .collect();
    // An event under a new address of its platform is still the event.
    let stands = |row: &PrintedRow| ours.rows().any(|other| proof::same_evening(row, other));
    from.rows()
        .filter(|row| window.holds(row.date, row.end_date.unwrap_or(row.date)))
        .filter(|row| !pages.contains(&page(&row.links[0].1)))
        .filter(|row| !stands(row))
        .collect()
}

#[test]
fn each_issue_of_the_archive_from_the_one_before() {
    let Some(corpus) = corpus() else { return };
    let style = style();
    let issues = issues(&corpus);
    let archive = Archive::new(
        issues.iter().map(|(day, text)| (*day, text.as_str())),
        &style,
    );
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut proofs: BTreeMap<(Verdict, String), usize> = BTreeMap::new();
    let (mut pairs, mut rows, mut more, mut worse, mut taken) = (0, 0, 0, Vec::new(), Vec::new());
    for pair in issues.windows(2) {
        let [(before, old), (day, printed)] = pair else {
            unreachable!()
        };
        let window = Window::starting(*day, 28);
        let next = draft(printed, &style).unwrap();
        let ours = updated(old, *before, &next, *day);
        let from = draft(old, &style).unwrap();
        let read = draft(&ours, &style).unwrap();
        taken.extend(
            lost(&from, &next, &read, window)
                .into_iter()
                .map(|row| format!("{day}: {}", row.text)),
        );
        pairs += 1;
        let judged: Judged<'_> = archive.judge(*day, (printed, &next), (&ours, &read));
        more += judged.more;
        for (verdict, proof, row, given) in judged.rows {
            rows += 1;
            *verdicts.entry(verdict).or_default() += 1;
            *proofs.entry((verdict, proof.clone())).or_default() += 1;
            if matches!(verdict, Verdict::Worse | Verdict::Unsayable) {
                let given = given.map_or("", |row| &row.text);
                worse.push(format!(
                    "{verdict:?} {day} {}: {proof}\n{}{given}",
                    row.heading, row.text
                ));
            }
        }
    }
    let share = |part: usize| {
        100.0 * f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(rows).unwrap())
    };
    let of = |verdict| verdicts.get(&verdict).copied().unwrap_or(0);
    let mut report = format!(
        "{pairs} issues from the one before, {rows} rows; {more} more stood in the draft and no event stood for them"
    );
    for verdict in Verdict::ALL {
        let line = format!(
            "\n{:6} {:5.2} %  {}",
            of(verdict),
            share(of(verdict)),
            verdict.name()
        );
        report.push_str(&line);
        for ((_, proof), count) in proofs.iter().filter(|((of, _), _)| *of == verdict) {
            report.push_str(&format!("\n{count:17}  {proof}"));
        }
    }
    crate::said(&report);
    for row in &worse {
        crate::said(row);
    }
    assert!(pairs > 40);
    assert_eq!(
        taken,
        Vec::<String>::new(),
        "rows that people wrote are lost"
    );
    assert!(
        (rows - of(Verdict::Worse) - of(Verdict::Unsayable)) * 1000 >= rows * 990,
        "{report}"
    );
}

#[test]
fn the_judge_of_the_replay_is_not_easily_pleased() {
    let style = style();
    let day: NaiveDate = "2026-08-26".parse().unwrap();
    let row = "* 2026-08-27 | Berlin, DE | [Rust Berlin](https://www.meetup.com/rust-berlin)\n    * [**Hack**](https://www.meetup.com/rust-berlin/events/1/)\n";
    let issue = |row: &str| {
        format!(
            "## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{row}"
        )
    };
    let printed = issue(row);
    let archive = Archive::new([(day, printed.as_str())].into_iter(), &style);
    let verdict = |printed: &str, ours: &str| {
        let (printed, ours) = (issue(printed), issue(ours));
        let drafts = [&printed, &ours].map(|text| draft(text, &style).unwrap());
        let judged = archive.judge(day, (&printed, &drafts[0]), (&ours, &drafts[1]));
        judged.rows[0].0
    };
    let other = |from: &str, to: &str| row.replace(from, to);
    assert_eq!(verdict(row, row), Verdict::Equal);
    for (from, to) in [
        ("Berlin, DE", "Hamburg, DE"),
        ("Berlin, DE", "Virtual (Berlin, DE)"),
        ("Berlin, DE", "Berlin, GB"),
        ("2026-08-27", "2026-08-28"),
        ("Rust Berlin", "Rust Berlin e.V."),
        ("**Hack**", "**Hack and Learn**"),
        ("**Hack**", "**Hack** "),
        ("events/1/", "events/2/"),
        ("events/1/", "events/1/?utm_source=x"),
        ("/rust-berlin)", "/rust-hamburg)"),
    ] {
        assert_eq!(
            verdict(row, &other(from, to)),
            Verdict::Worse,
            "{from} {to}"
        );
    }
    assert_eq!(verdict(row, ""), Verdict::Worse, "a row that is not there");
    for (from, to) in [
        ("Berlin, DE", "Berlin, BE, DE"),
        ("/rust-berlin)", "/rust-berlin/events/)"),
        ("events/1/", "events/1"),
        ("**Hack**", "Hack"),
    ] {
        assert_eq!(
            verdict(&other(from, to), row),
            Verdict::Better,
            "{from} {to}"
        );
    }
}
