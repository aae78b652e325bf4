//! What people type → the event that they mean. A page that stands only in a printed issue leads to the event of
//! its row, which another link of the row names, or day, title and organiser together.

use super::MOST_SHOWN;
use crate::believe::curate::Published;
use crate::believe::decisions::{Names, Unfound};
use crate::facts::event::{EventId, folded};
use crate::facts::link::{Link, Meaning};
use crate::section::grammar::{PrintedRow, rows};
use crate::section::merge::Known;
use crate::section::select::Style;
use crate::store::{Error, Store};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A row of an issue that was printed, or written into a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// The issue's day.
    pub issue: NaiveDate,
    /// The row.
    pub row: PrintedRow,
    /// Its pages.
    pub links: Vec<Link>,
}

/// The rows of every issue that is kept, in the order of the issues.
///
/// # Errors
/// If the database cannot be read.
pub fn printed(store: &Store, style: &Style) -> Result<Vec<Printed>, Error> {
    let mut printed = Vec::new();
    for issue in store.issues()? {
        for row in rows(&issue.text, style) {
            let links = row.links.iter();
            let links = links.filter_map(|(_, url)| Link::parse(url).ok()).collect();
            printed.push(Printed {
                issue: issue.day,
                row,
                links,
            });
        }
    }
    Ok(printed)
}

/// The event of the printed rows that hold a page which no source ever named.
///
/// # Errors
/// In the second place if no row holds it, or none of its rows stands for an event, or they stand for several;
/// in the first if the database cannot be read.
pub fn through_rows(
    link: &Link,
    printed: &[Printed],
    store: &Store,
    published: &BTreeMap<EventId, Published>,
) -> Result<Result<EventId, Unfound>, Error> {
    // Where a row links to its group, the group is meant.
    let is_event = !matches!(link.meaning(), Meaning::Group { .. });
    let mut holding = printed
        .iter()
        .filter(|row| is_event && row.links.contains(link));
    let Some(first) = holding.next() else {
        return Ok(Err(Unfound::Unknown));
    };
    let (identities, links) = (store.identities()?, store.links()?);
    let known = Known::new(published, &identities, &links);
    let meant: BTreeSet<&EventId> = std::iter::once(first)
        .chain(holding)
        .filter_map(|printed| Some(known.of(&printed.row)?.event))
        .collect();
    let meant: Vec<EventId> = meant.into_iter().cloned().collect();
    Ok(match <[EventId; 1]>::try_from(meant) {
        Ok([event]) => Ok(event),
        Err(none) if none.is_empty() => Err(Unfound::Unknown),
        Err(several) => Err(Unfound::Several(several)),
    })
}

/// The event that a person typed, as [`Names::typed`]; also by a page that only a printed issue has.
///
/// # Errors
/// In the second place if there is none, or several; in the first if the database cannot be read.
pub fn typed(
    text: &str,
    names: &Names,
    store: &Store,
    published: &BTreeMap<EventId, Published>,
    style: &Style,
) -> Result<Result<EventId, Unfound>, Error> {
    match (names.typed(text), Link::typed(text)) {
        (Err(Unfound::Unknown), Some(link)) => {
            through_rows(&link, &printed(store, style)?, store, published)
        }
        (found, _) => Ok(found),
    }
}

/// The events with every word of a text in title, organisers and city together.
pub fn in_words<'a>(
    text: &str,
    published: impl Iterator<Item = &'a Published>,
) -> Vec<&'a Published> {
    let wanted = folded(text);
    let wanted: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
    let holds = |event: &&Published| {
        let mut text = event.title.folded();
        for organiser in &event.organisers {
            text.push(' ');
            text.push_str(&folded(&organiser.name));
        }
        if let Some(city) = event.place.as_ref().and_then(|place| place.city()) {
            text.push(' ');
            text.push_str(&folded(city));
        }
        wanted.iter().all(|word| text.contains(word))
    };
    if wanted.is_empty() {
        return Vec::new();
    }
    published.filter(holds).collect()
}

/// Events in the order in which people look for them: those to come first, the next one at the top; then those
/// that are over, the latest first. Of many the first are shown; the number is that of the others.
pub fn next_first(mut events: Vec<&Published>, now: DateTime<Utc>) -> (Vec<&Published>, usize) {
    events.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
    let (mut shown, mut over): (Vec<&Published>, Vec<&Published>) = events
        .into_iter()
        .partition(|event| event.when.over() >= now);
    over.reverse();
    shown.append(&mut over);
    let more = shown.len().saturating_sub(MOST_SHOWN);
    shown.truncate(MOST_SHOWN);
    (shown, more)
}
