//! One event in several rows: copies, and the two rows of a hybrid event.

use super::{Findings, Item, Row, Whole};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning, has_one_day};
use crate::facts::place::Mode;
use crate::section::lint::{Kind, quoted};
use crate::section::select::Heading;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Rows of one event, under one heading or several. Of rows that say the very same, all but the first are
/// marked as gone.
pub(super) fn check(whole: &mut Whole<'_>, notes: &mut Findings) {
    exact(whole, notes);
    under_one_heading(whole, notes);
    in_two_regions(whole, notes);
    hybrid(whole, notes);
}

fn standing<'w>(whole: &'w Whole<'_>) -> impl Iterator<Item = (Heading, &'w Row)> {
    whole.groups.iter().flat_map(|group| {
        group
            .known
            .into_iter()
            .flat_map(|heading| group.rows().map(move |row| (heading, row)))
            .filter(|(_, row)| !row.gone && row.printed.is_some())
    })
}

/// The same row twice under one heading.
fn exact(whole: &mut Whole<'_>, notes: &mut Findings) {
    let mut seen: BTreeMap<(Heading, String), usize> = BTreeMap::new();
    for group in &mut whole.groups {
        let Some(heading) = group.known else { continue };
        for item in &mut group.items {
            let Item::Row(row) = item else { continue };
            if row.gone || row.printed.is_none() {
                continue;
            }
            match seen.get(&(heading, row.text.clone())) {
                Some(first) => {
                    row.gone = true;
                    let text = format!("the row of line {first} once more");
                    notes.mend(row.line, Kind::Duplicate, text, "remove the row");
                }
                None => {
                    seen.insert((heading, row.text.clone()), row.line);
                }
            }
        }
    }
}

/// The pages that alone tell an event: platform and id.
fn events(row: &Row) -> Vec<(&'static str, String)> {
    row.links
        .iter()
        .filter_map(|link| match link.meaning() {
            Meaning::Event { scope, id } => Some((scope, id)),
            _ => None,
        })
        .collect()
}

fn first_and_last(row: &Row) -> Option<(NaiveDate, NaiveDate)> {
    let printed = row.printed.as_ref()?;
    Some((printed.date, printed.end_date.unwrap_or(printed.date)))
}

/// What makes two rows of one day one event without one page: organiser and title.
fn held_by(row: &Row) -> Option<(NaiveDate, String, String)> {
    let printed = row.printed.as_ref()?;
    let (organiser, _) = printed.organisers.first()?;
    let (title, _) = printed.links.first()?;
    Some((printed.date, folded(organiser), folded(title)))
}

/// A Meetup group's day.
type GroupDay = (Heading, String, NaiveDate);

/// The Meetup group and the day, and whether the link is a series' (`xvkdgtyhcgbfc`) or an instance's.
fn meetup(heading: Heading, row: &Row) -> Option<(GroupDay, bool)> {
    let link = row.links.first()?;
    let rest = link.as_str().strip_prefix("https://www.meetup.com/")?;
    let group = rest.split('/').next()?.to_owned();
    let (_, id) = events(row)
        .into_iter()
        .find(|(scope, _)| *scope == "meetup")?;
    let series = !id.bytes().all(|byte| byte.is_ascii_digit());
    let day = row.printed.as_ref()?.date;
    Some(((heading, group, day), series))
}

fn under_one_heading(whole: &Whole<'_>, notes: &mut Findings) {
    let mut by_page: BTreeMap<(Heading, &str, String), &Row> = BTreeMap::new();
    let mut by_holder: BTreeMap<(Heading, NaiveDate, String, String), &Row> = BTreeMap::new();
    let mut by_group: BTreeMap<GroupDay, (&Row, bool)> = BTreeMap::new();
    for (heading, row) in standing(whole) {
        let mut told = false;
        for (scope, id) in events(row) {
            let Some(first) = by_page.get(&(heading, scope, id.clone())) else {
                by_page.insert((heading, scope, id), row);
                continue;
            };
            if told || std::ptr::eq(*first, row) {
                continue;
            }
            told = true;
            // A page of several days may be printed by its first day and by all of them.
            let overlap = first_and_last(first)
                .zip(first_and_last(row))
                .is_some_and(|(one, other)| one.0 <= other.1 && other.0 <= one.1);
            if overlap {
                let text = format!("the event of line {} once more: the same page", first.line);
                notes.say(row.line, Kind::Duplicate, text);
            } else if has_one_day(scope) {
                let text = format!("the page of line {}, on another day", first.line);
                notes.say(row.line, Kind::SameLink, text);
            } else {
                told = false;
            }
        }
        if let Some((date, organiser, title)) = held_by(row) {
            let key = (heading, date, organiser, title);
            match by_holder.get(&key) {
                Some(first) if !told => {
                    told = true;
                    let text = format!(
                        "the event of line {} once more: the same day, organiser and title",
                        first.line
                    );
                    notes.say(row.line, Kind::Duplicate, text);
                }
                Some(_) => {}
                None => {
                    by_holder.insert(key, row);
                }
            }
        }
        if let Some((group, series)) = meetup(heading, row) {
            match by_group.get(&group) {
                Some((first, other)) if *other != series && !told => {
                    let text = format!(
                        "the event of line {} once more: a series' page and its instance's, on one day",
                        first.line
                    );
                    notes.say(row.line, Kind::Duplicate, text);
                }
                Some(_) => {}
                None => {
                    by_group.insert(group, (row, series));
                }
            }
        }
    }
}

/// What tells an event across headings: its page, or its first link and day.
fn identity(row: &Row) -> Option<(String, NaiveDate)> {
    let date = row.printed.as_ref()?.date;
    let link: &Link = row.links.first()?;
    Some((link.as_str().to_owned(), date))
}

/// One event under two regions.
fn in_two_regions(whole: &Whole<'_>, notes: &mut Findings) {
    let mut seen: BTreeMap<(String, NaiveDate), (Heading, usize, String)> = BTreeMap::new();
    for (heading, row) in standing(whole) {
        let Some(identity) = identity(row).filter(|_| heading != Heading::Virtual) else {
            continue;
        };
        let title = held_by(row).map(|(_, _, title)| title).unwrap_or_default();
        match seen.get(&identity) {
            Some((other, line, first)) if *other != heading && *first == title => {
                let text = format!(
                    "the event of line {line}, under {}, once more",
                    other.name()
                );
                notes.say(row.line, Kind::Duplicate, text);
            }
            _ => {
                seen.insert(identity, (heading, row.line, title));
            }
        }
    }
}

/// A hybrid event stands twice, with the same text.
fn hybrid(whole: &Whole<'_>, notes: &mut Findings) {
    let rows: Vec<(Heading, &Row)> = standing(whole).collect();
    let mut online: BTreeMap<(String, NaiveDate), Vec<&Row>> = BTreeMap::new();
    let mut there: BTreeMap<(String, NaiveDate), Vec<&Row>> = BTreeMap::new();
    for (heading, row) in &rows {
        if let Some(identity) = identity(row) {
            let side = if *heading == Heading::Virtual {
                &mut online
            } else {
                &mut there
            };
            side.entry(identity).or_default().push(row);
        }
    }
    for (heading, row) in &rows {
        let Some(identity) = identity(row) else {
            continue;
        };
        let (others, other) = if *heading == Heading::Virtual {
            let region = row.place.as_ref().map(|place| place.region().name());
            (&there, region.unwrap_or("its region"))
        } else {
            (&online, "Virtual")
        };
        // A copy with another link is one still: the same place on the same day, and both hybrid.
        let copies = others.get(&identity).or_else(|| {
            let hybrid = row.mode == Some(Mode::Hybrid);
            hybrid.then(|| by_place(row, others)).flatten()
        });
        // Without a place its own fault has been told.
        if row.mode == Some(Mode::Hybrid) && row.place.is_some() && copies.is_none() {
            let text = format!("a hybrid event stands under {other} too");
            notes.say(row.line, Kind::HybridOnce, text);
        }
        // Told once, of the row in the region.
        let Some(copies) = copies.filter(|_| *heading != Heading::Virtual) else {
            continue;
        };
        // Another row of the region may be the copy: then this one is told as its duplicate.
        let told = there
            .get(&identity)
            .into_iter()
            .flatten()
            .any(|other| copies.iter().any(|copy| copy.text == other.text));
        if told {
            continue;
        }
        // Several events of one page and day are told apart by their titles.
        let own = held_by(row).map(|(_, _, title)| title);
        let Some(copy) = copies
            .iter()
            .find(|copy| held_by(copy).map(|(_, _, title)| title) == own)
            .or(copies
                .first()
                .filter(|_| !events(row).is_empty() || row.mode == Some(Mode::Hybrid)))
        else {
            continue;
        };
        if let Some(text) = difference(copy, row) {
            notes.say(row.line, Kind::HybridUnequal, text);
        }
    }
}

/// The rows of another heading that a hybrid row without a copy means: the only ones of its day and place.
fn by_place<'m, 'r>(
    row: &Row,
    others: &'m BTreeMap<(String, NaiveDate), Vec<&'r Row>>,
) -> Option<&'m Vec<&'r Row>> {
    let (day, _) = first_and_last(row)?;
    let mut found = others.values().filter(|rows| {
        rows.iter().any(|other| {
            other.mode == Some(Mode::Hybrid)
                && other.place == row.place
                && first_and_last(other).is_some_and(|(first, _)| first == day)
        })
    });
    found.next().filter(|_| found.next().is_none())
}

/// How the two rows of one event differ.
fn difference(copy: &Row, row: &Row) -> Option<String> {
    let (one, other) = (copy.printed.as_ref()?, row.printed.as_ref()?);
    let line = copy.line;
    Some(if one.location != other.location {
        format!(
            "its row under Virtual, line {line}, reads {}, and this one {}",
            quoted(&one.location),
            quoted(&other.location)
        )
    } else if one.organisers != other.organisers {
        format!("its row under Virtual, line {line}, has other organisers")
    } else if one.links != other.links {
        format!("its row under Virtual, line {line}, has other links or titles")
    } else {
        format!("its row under Virtual, line {line}, is written differently")
    })
}
