//! A printed section → listings: a draft on the web, or the issue of last week.

use super::instead;
use crate::facts::event::one_line;
use crate::facts::link::Link;
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Unreadable};
use crate::facts::place::{Mode, parse_location};
use crate::facts::source::{Address, Page, Request, Source, Way};
use crate::facts::when::Stamp;
use crate::section::grammar::{Content, PrintedRow, parse};
use std::collections::BTreeSet;

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
    let mut known: BTreeSet<String> = BTreeSet::new();
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
            Content::Row(row) => {
                reading.entries += 1;
                match listing(&row) {
                    Ok(listing) => {
                        if known.insert(listing.key.clone()) {
                            reading.listings.push(listing);
                        }
                    }
                    Err(what) => reading.problems.push(Problem {
                        line: row.line,
                        what,
                        item: row.links.first().map(|(title, _)| one_line(title)),
                        lost: true,
                    }),
                }
            }
            _ => {}
        }
    }
    if reading.entries == 0 {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "no row of a printed section is in it{}",
            instead::in_brackets(&text)
        )));
    }
    Ok(reading)
}

/// What a printed row tells.
///
/// # Errors
/// Says what of it cannot be read.
pub fn listing(row: &PrintedRow) -> Result<Listing, String> {
    let (mode, place) = parse_location(&row.location).map_err(|error| format!("place: {error}"))?;
    let (title, url) = row.links.first().ok_or("no link")?;
    let spelled = Link::parse(url).map_err(|error| format!("link: {error}"))?;
    let mut listing = Listing::new(
        format!("{spelled} {}", row.date),
        title.clone(),
        Stamp::Date(row.date),
        Way::Page,
    );
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
