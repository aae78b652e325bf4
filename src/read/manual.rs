//! Events written by hand in the configuration → listings.

use crate::facts::listing::{Call, End, Listing, Location, Part, Problem, Reading, Rule, Status};
use crate::facts::source::{Handwritten, Source, Way};
use crate::facts::when::Stamp;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// Reads the events of a source that is the configuration itself, where nothing is fetched.
///
/// A whole day's end is the last day there, and the day after it in a listing. A time without a zone is
/// in the event's zone, else in the source's.
pub fn read_inline(source: &Source, events: &[Handwritten]) -> Reading {
    let mut reading = Reading {
        entries: events.len(),
        whole: true,
        ..Reading::default()
    };
    let mut seen = BTreeSet::new();
    for event in events {
        if !seen.insert(&event.id) {
            reading.whole = false;
            reading.problems.push(Problem {
                line: event.line,
                what: format!(
                    "a second event of {} has the id {:?}: give it an `id` of its own",
                    source.id, event.id
                ),
                item: Some(event.title.clone()),
                lost: true,
            });
            continue;
        }
        reading.listings.push(listing(source, event));
    }
    reading
}

/// What an event says, with its rule if it repeats.
pub(super) fn listing(source: &Source, event: &Handwritten) -> Listing {
    let zone = event.zone.or(source.zone);
    let in_zone = |stamp: Stamp| match (stamp, zone) {
        (Stamp::Floating(local), Some(zone)) => Stamp::Zoned(local, zone),
        _ => stamp,
    };
    let mut listing = Listing::new(
        event.id.clone(),
        event.title.clone(),
        in_zone(event.start),
        Way::Configuration,
    );
    listing.part = Part::List;
    listing.line = event.line;
    listing.end = event.end.and_then(|end| {
        Some(End::At(match end {
            Stamp::Date(last) => Stamp::Date(last.checked_add_days(Days::new(1))?),
            end => in_zone(end),
        }))
    });
    listing.zone = zone;
    listing.status = match event.status.as_deref() {
        Some("tentative") => Status::Tentative,
        Some("cancelled") => Status::Cancelled,
        Some("postponed") => Status::Postponed,
        _ => Status::Confirmed,
    };
    listing.mode = event.mode;
    listing
        .locations
        .extend(event.place.as_ref().map(|place| Location {
            city: place.city().map(str::to_owned),
            state: place.state().map(str::to_owned),
            country: Some(place.country().code().to_owned()),
            ..Location::default()
        }));
    listing.link = event.link.as_ref().map(ToString::to_string);
    listing
        .organisers
        .extend(event.organiser.as_ref().map(|organiser| {
            let page = organiser.url.as_ref().map(ToString::to_string);
            (organiser.name.clone(), page)
        }));
    listing.call = event.call.as_ref().map(|(link, until)| Call {
        link: Some(link.to_string()),
        until: in_zone(*until),
    });
    listing.rule = event.repeats.as_ref().map(|repeats| {
        let until = repeats.until.map(|last| match event.start {
            Stamp::Date(_) => format!(";UNTIL={}", last.format("%Y%m%d")),
            _ => format!(";UNTIL={}T235959Z", last.format("%Y%m%d")),
        });
        let on = |day: &NaiveDate| match listing.start {
            Stamp::Zoned(local, zone) => Stamp::Zoned(day.and_time(local.time()), zone),
            Stamp::Floating(local) => Stamp::Floating(day.and_time(local.time())),
            _ => Stamp::Date(*day),
        };
        Rule {
            rules: vec![format!("{}{}", repeats.rule, until.unwrap_or_default())],
            except_dates: repeats.except.iter().map(on).collect(),
            ..Rule::default()
        }
    });
    listing.print_from = event.print_from;
    listing.description = event.description.clone().unwrap_or_default();
    listing
}
