//! A printed section → listings: a draft on the web, or the issue of last week.

use super::instead;
use crate::facts::event::one_line;
use crate::facts::link::Link;
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Unreadable};
use crate::facts::place::{Mode, parse_location};
use crate::facts::source::{Address, Page, Request, Source, Way};
use crate::facts::when::Stamp;
use crate::section::grammar::{Piece, PrintedRow, pieces};

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
    for piece in pieces(&text) {
        match piece {
            Piece::Other(_) => {}
            Piece::Unreadable { line, text, reason } => {
                reading.entries += 1;
                let item = text.lines().next().map(one_line);
                reading.problems.push(Problem {
                    line,
                    what: format!("row cannot be read: {reason}"),
                    item,
                    lost: true,
                });
            }
            Piece::Row(row) => {
                reading.entries += 1;
                match listing(&row) {
                    Ok(listing)
                        if reading
                            .listings
                            .iter()
                            .any(|known| known.key == listing.key) => {}
                    Ok(listing) => reading.listings.push(listing),
                    Err(what) => reading.problems.push(Problem {
                        line: row.line,
                        what,
                        item: row.links.first().map(|(title, _)| one_line(title)),
                        lost: true,
                    }),
                }
            }
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
