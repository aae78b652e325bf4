//! One event in several rows: copies, and the two rows of a hybrid event.

use super::{Findings, Item, Row, Whole};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning, has_one_day};
use crate::facts::place::Mode;
use crate::section::grammar::PrintedRow;
use crate::section::lint::{Kind, quoted};
use crate::section::select::{Heading, Style};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Rows of one event, under one heading or several. Of rows that say the very same, all but the first are
/// marked as gone.
pub(super) fn check(whole: &mut Whole<'_>, style: &Style, notes: &mut Findings) {
    exact(whole, notes);
    under_one_heading(whole, notes);
    in_two_regions(whole, style, notes);
    hybrid(whole, style, notes);
}

/// The rows under known headings that stand in the file, those first that a change does not touch: the copy is the
/// other one.
fn standing<'w>(whole: &'w Whole<'_>) -> Vec<(Heading, &'w Row)> {
    let mut rows: Vec<(Heading, &Row)> = whole
        .groups
        .iter()
        .flat_map(|group| {
            let heading = group.known.into_iter();
            heading.flat_map(|heading| group.rows().map(move |row| (heading, row)))
        })
        .filter(|(_, row)| !row.gone && row.printed.is_some())
        .collect();
    rows.sort_by_key(|(_, row)| row.touched);
    rows
}

/// The same row twice under one heading.
fn exact(whole: &mut Whole<'_>, notes: &mut Findings) {
    let mut seen: BTreeMap<(Heading, String), usize> = BTreeMap::new();
    for touched in [false, true] {
        for group in &mut whole.groups {
            let Some(heading) = group.known else { continue };
            for item in &mut group.items {
                let Item::Row(row) = item else { continue };
                if row.gone || row.printed.is_none() || row.touched != touched {
                    continue;
                }
                match seen.get(&(heading, row.text.clone())) {
                    Some(first) => {
                        row.gone = true;
                        let text = format!("{} is the row of line {first} once more", title(row));
                        notes.mend(row.line, Kind::Duplicate, text, "remove the row");
                    }
                    None => {
                        seen.insert((heading, row.text.clone()), row.line);
                    }
                }
            }
        }
    }
}

/// The title of a row, for a message.
fn title(row: &Row) -> String {
    let links = row.printed.iter().flat_map(|printed| &printed.links);
    quoted(
        links
            .map(|(title, _)| title.as_str())
            .next()
            .unwrap_or_default(),
    )
}

/// The pages that identify their event without a day: platform and id.
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
        let mut reported = false;
        for (scope, id) in events(row) {
            let Some(first) = by_page.get(&(heading, scope, id.clone())) else {
                by_page.insert((heading, scope, id), row);
                continue;
            };
            if !reported && !std::ptr::eq(*first, row) {
                reported = same_page(first, row, scope, notes);
            }
        }
        if let Some((date, organiser, name)) = held_by(row) {
            match by_holder.get(&(heading, date, organiser.clone(), name.clone())) {
                Some(first) if !reported => {
                    reported = true;
                    twice(first, row, "day, organiser and title are the same", notes);
                }
                Some(_) => {}
                None => {
                    by_holder.insert((heading, date, organiser, name), row);
                }
            }
        }
        if let Some((group, series)) = meetup(heading, row) {
            match by_group.get(&group) {
                Some((first, other)) if *other != series && !reported => {
                    let why = "one links the series and one its instance on that day";
                    twice(first, row, why, notes);
                }
                Some(_) => {}
                None => {
                    by_group.insert(group, (row, series));
                }
            }
        }
    }
}

/// Reports that a row is the event of another one.
fn twice(first: &Row, row: &Row, why: &str, notes: &mut Findings) {
    let text = format!(
        "{} is the event of line {} once more ({why}): remove one of the two rows",
        title(row),
        first.line
    );
    notes.say(row.line, Kind::Duplicate, text);
}

/// Two rows with one page: copies, or two days of which one is wrong. Answers whether that is reported.
fn same_page(first: &Row, row: &Row, scope: &str, notes: &mut Findings) -> bool {
    // A page of several days may be printed by its first day and by all of them.
    let overlap = first_and_last(first)
        .zip(first_and_last(row))
        .is_some_and(|(one, other)| one.0 <= other.1 && other.0 <= one.1);
    if overlap {
        twice(first, row, "the page is the same", notes);
    } else if has_one_day(scope) {
        let text = format!(
            "{} has the page of line {} on another day: write the right link, or remove the old day",
            title(row),
            first.line
        );
        notes.say(row.line, Kind::SameLink, text);
    } else {
        return false;
    }
    true
}

/// What identifies an event across headings: its first link and day.
fn identity(row: &Row) -> Option<(String, NaiveDate)> {
    let date = row.printed.as_ref()?.date;
    let link: &Link = row.links.first()?;
    Some((link.as_str().to_owned(), date))
}

/// One event under two regions.
fn in_two_regions(whole: &Whole<'_>, style: &Style, notes: &mut Findings) {
    let mut seen: BTreeMap<(String, NaiveDate), (Heading, usize, String)> = BTreeMap::new();
    for (heading, row) in standing(whole) {
        let Some(identity) = identity(row).filter(|_| heading != Heading::Virtual) else {
            continue;
        };
        let name = held_by(row).map(|(_, _, title)| title).unwrap_or_default();
        match seen.get(&identity) {
            Some((other, line, first)) if *other != heading && *first == name => {
                let text = format!(
                    "{} is the event of line {line} once more, which stands under {}: remove one of the two rows",
                    title(row),
                    quoted(style.name(*other))
                );
                notes.say(row.line, Kind::Duplicate, text);
            }
            _ => {
                seen.insert(identity, (heading, row.line, name));
            }
        }
    }
}

/// The rows of each event under Virtual, or under the regions.
type Sides<'r> = BTreeMap<(String, NaiveDate), Vec<&'r Row>>;

/// A hybrid event stands twice, with the same text.
fn hybrid(whole: &Whole<'_>, style: &Style, notes: &mut Findings) {
    let rows = standing(whole);
    let (mut online, mut there) = (Sides::new(), Sides::new());
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
            let region = row
                .place
                .as_ref()
                .map(|place| Heading::Region(place.region()));
            let region = region.map(|region| style.name(region));
            (&there, region.unwrap_or("its region"))
        } else {
            (&online, style.name(Heading::Virtual))
        };
        // A copy may have another link: it is hybrid too, at the same place on the same day.
        let copies = others.get(&identity).or_else(|| {
            let hybrid = row.mode == Some(Mode::Hybrid);
            hybrid.then(|| by_place(row, others)).flatten()
        });
        // A row without a place has a finding already.
        if row.mode == Some(Mode::Hybrid) && row.place.is_some() && copies.is_none() {
            let text = format!(
                "{} is hybrid and stands only under {}: copy the row to {other}",
                title(row),
                quoted(style.name(*heading))
            );
            notes.say(row.line, Kind::HybridOnce, text);
        }
        // The pair is reported once.
        if let Some(copies) = copies.filter(|_| *heading != Heading::Virtual) {
            unequal(row, copies, &there, notes);
        }
    }
}

/// A row under a region that differs from the row of its event under Virtual.
fn unequal(row: &Row, copies: &[&Row], there: &Sides<'_>, notes: &mut Findings) {
    // Another row of the region may be the copy: then this one is reported as its duplicate.
    let has_copy = identity(row)
        .and_then(|identity| there.get(&identity))
        .into_iter()
        .flatten()
        .any(|other| copies.iter().any(|copy| copy.text == other.text));
    if has_copy {
        return;
    }
    // Several events can share page and day; their titles differ.
    let own = held_by(row).map(|(_, _, title)| title);
    let copy = copies
        .iter()
        .find(|copy| held_by(copy).map(|(_, _, title)| title) == own)
        .or(copies
            .first()
            .filter(|_| !events(row).is_empty() || row.mode == Some(Mode::Hybrid)));
    let Some(copy) = copy else { return };
    let (here, other) = match (row.touched, copy.touched) {
        (false, true) => (*copy, row),
        _ => (row, *copy),
    };
    if let Some(text) = difference(here, other) {
        notes.say(here.line, Kind::HybridUnequal, text);
    }
}

/// The rows of another heading that a hybrid row without a copy means: the only ones of its day and place.
fn by_place<'m, 'r>(row: &Row, others: &'m Sides<'r>) -> Option<&'m Vec<&'r Row>> {
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
fn difference(here: &Row, other: &Row) -> Option<String> {
    let (one, two) = (here.printed.as_ref()?, other.printed.as_ref()?);
    let (what, this, that) = if one.location != two.location {
        ("place", one.location.clone(), two.location.clone())
    } else if one.organisers != two.organisers {
        let names = |row: &PrintedRow| row.cells.organisers.clone().unwrap_or_default();
        ("organiser", names(one), names(two))
    } else if one.links != two.links {
        (
            "link or title",
            one.cells.links.join(" "),
            two.cells.links.join(" "),
        )
    } else {
        let text = format!(
            "its other row, on line {}, is written differently: write both alike",
            other.line
        );
        return Some(text);
    };
    Some(format!(
        "the {what} is {}, and {} in its other row on line {}: write both alike",
        quoted(&this),
        quoted(&that),
        other.line
    ))
}
