//! A printed section → listings: a draft on the web, or the issue of last week.

use super::refusal;
use crate::facts::event::one_line;
use crate::facts::link::{Link, Meaning, has_one_day};
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Unreadable};
use crate::facts::place::{Mode, parse_location};
use crate::facts::source::{Address, Page, Request, Source, Way};
use crate::facts::when::Stamp;
use crate::section::grammar::{Content, PrintedRow, parse};
use std::collections::BTreeMap;

/// The request that begins a reading: the page as configured.
pub fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    Some(Request::get(url, crate::facts::source::Purpose::List, way))
}

/// The listings of a printed section: whole days, one for an event that stands under two headings.
///
/// # Errors
/// If the page holds no row at all.
pub fn read(page: &Page) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(&page.body);
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    let parsed = parse(&text, None);
    if let Some(mark) = parsed
        .blocks
        .iter()
        .find(|block| block.content == Content::Conflict)
    {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "line {}: {:?} is left from an unfinished merge",
            mark.line,
            parsed
                .text(mark)
                .trim_end()
                .chars()
                .take(60)
                .collect::<String>()
        )));
    }
    let mut rows = Vec::new();
    for block in parsed.blocks {
        match block.content {
            // Other lists may stand on the page.
            Content::Unreadable(item) if item.is_row => {
                reading.entries += 1;
                reading.problems.push(Problem {
                    line: item.line,
                    what: format!("row cannot be read: {}", item.reason),
                    item: Some(one_line(&item.shown)),
                    lost: true,
                });
            }
            Content::Row(row) => rows.push(*row),
            _ => {}
        }
    }
    reading.entries += rows.len();
    let (listings, problems) = listings(&rows);
    reading.listings = listings;
    reading.problems.extend(problems);
    reading.problems.sort_by_key(|problem| problem.line);
    if reading.entries == 0 {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "no row of a printed section is in it{}",
            refusal::in_brackets(&text)
        )));
    }
    Ok(reading)
}

/// The events of one section's rows, and the rows that cannot be read.
///
/// A hybrid event stands under two headings and is one event. Where rows of several days have the page of one
/// event, the first is that event; the others are kept apart by link and day, for any of them may have a wrong link.
pub fn listings<'a>(
    rows: impl IntoIterator<Item = &'a PrintedRow>,
) -> (Vec<Listing>, Vec<Problem>) {
    let mut listings: Vec<Listing> = Vec::new();
    let mut problems = Vec::new();
    // The listing of each key, by its place.
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let mut listing = match listing(row) {
            Ok(listing) => listing,
            Err(what) => {
                problems.push(Problem {
                    line: row.line,
                    what,
                    item: row.links.first().map(|(title, _)| one_line(title)),
                    lost: true,
                });
                continue;
            }
        };
        if let Some(&at) = known.get(&listing.key) {
            let first = &listings[at];
            let other_day = first.start != listing.start;
            let Some(dated) = listing.predecessor.take().filter(|_| other_day) else {
                continue;
            };
            problems.push(Problem {
                line: row.line,
                what: format!(
                    "it has the page of line {}, on another day: taken for an event of its own",
                    first.line
                ),
                item: Some(one_line(&listing.title)),
                lost: false,
            });
            listing.key = dated;
            if known.contains_key(&listing.key) {
                continue;
            }
        }
        known.insert(listing.key.clone(), listings.len());
        listings.push(listing);
    }
    (listings, problems)
}

/// What a printed row tells.
///
/// Its key is its event on the platform that its link leads to; else its link and its day, for one link may
/// stand for several events. That was every row's key once, and stays known as the one before.
///
/// # Errors
/// Says what of it cannot be read.
pub fn listing(row: &PrintedRow) -> Result<Listing, String> {
    let (mode, place) = parse_location(&row.location).map_err(|error| format!("place: {error}"))?;
    let (title, url) = row.links.first().ok_or("no link")?;
    let spelled = Link::parse(url).map_err(|error| format!("link: {error}"))?;
    let dated = format!("{spelled} {}", row.date);
    // A link that names one event names it on any day: an event that moves keeps its key.
    let (key, predecessor) = match spelled.meaning() {
        Meaning::Event { scope, id } if has_one_day(scope) => {
            (format!("{scope}:{id}"), Some(dated))
        }
        _ => (dated, None),
    };
    let start = Stamp::Date(row.date);
    let mut listing = Listing::new(key, title.clone(), start, Way::Page);
    listing.predecessor = predecessor;
    listing.line = row.line;
    // The end of whole days is the day after.
    listing.end = row
        .end_date
        .and_then(|end| end.succ_opt())
        .map(|after| End::At(Stamp::Date(after)));
    listing.mode = Some(mode);
    listing.link = Some(url.clone());
    listing.further_links = row.links[1..].to_vec();
    listing.organisers = row.organisers.clone();
    listing.locations = place
        .map(|place| Location {
            city: place.city().map(str::to_owned),
            state: place.state().map(str::to_owned),
            country: Some(place.country().code().to_owned()),
            ..Location::default()
        })
        .into_iter()
        .collect();
    if mode == Mode::Virtual {
        listing.online_url = Some(url.clone());
    }
    Ok(listing)
}
