//! One visit to one source: its list by the best way that serves, what of it is missing, the pages of its events.

use super::tools::Tools;
use crate::believe::absence::{self, Belief};
use crate::facts::listing::{Listing, Part};
use crate::facts::source::{Request, Source, Way};
use crate::read::{self, Known};
use crate::store::{self, Outcome, Standing, Unread, Visit};
use chrono::TimeDelta;
use failure::failed;
use list::List;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

mod failure;
mod linked;
mod list;
mod pages;
mod question;
mod stuck;
mod ways;

/// How often a better way is tried again while a lesser one serves.
const BETTER_WAY_AGAIN: TimeDelta = TimeDelta::hours(24);

/// Visits one source. Never fails: what goes wrong is the visit's outcome.
///
/// `stored` are its current listings, `pages` the events of which the own page was read, with the mark it was
/// read for.
pub async fn visit(
    source: &Source,
    standing: &Standing,
    stored: Unread,
    pages: BTreeMap<String, String>,
    tools: &Tools,
) -> Visit {
    // The clock is read for the report's column alone: how long it took decides nothing.
    let began = Instant::now();
    let known = Known { pages };
    let (list, tried_best) = by_best_way(source, standing, &known, tools).await;
    let mut visit = Visit {
        source: source.id.clone(),
        outcome: list.outcome,
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best,
        took: Duration::ZERO,
    };
    let listed = match listed(source, &visit, stored) {
        Ok(listed) => listed,
        Err(error) => {
            visit.outcome = failed("database", &error.to_string(), None);
            Vec::new()
        }
    };
    if let Some(older) = list.older {
        stuck::judge(&mut visit.outcome, &listed, older, tools.now);
    }
    let (wanted, missing) = to_be_read(source, standing, (&listed, &known), &mut visit, tools);
    // What may be off comes before what may be new: people would go there.
    if !missing.is_empty() {
        let named = match &visit.outcome {
            Outcome::Read { listings, .. } => listings.clone(),
            Outcome::Unchanged { .. } | Outcome::Failed { .. } => listed,
        };
        question::ask(source, missing, &named, tools, &mut visit).await;
    }
    pages::read(source, wanted, &known, tools, &mut visit).await;
    visit.took = began.elapsed();
    visit
}

/// A source's list by the first way that gives one, or why none does; and whether the best one was tried in vain.
async fn by_best_way(
    source: &Source,
    standing: &Standing,
    known: &Known,
    tools: &Tools,
) -> (List, bool) {
    let (ways, lacking) = ways::open(source, tools);
    let best_again = standing
        .best_tried
        .is_none_or(|tried| tried > tools.now || tools.now - tried >= BETTER_WAY_AGAIN);
    let lesser = standing
        .way
        .and_then(|way| ways.iter().position(|known| *known == way));
    let first = if best_again { 0 } else { lesser.unwrap_or(0) };

    let mut failed_first = None;
    let mut fell_from = None;
    for (step, &way) in ways.iter().enumerate().skip(first) {
        match list::read(source, way, standing, known, tools).await {
            Ok(mut list) => {
                if let Outcome::Read { problems, .. } = &mut list.outcome {
                    problems.extend(fell_from);
                }
                // Where the best way serves there is nothing to wait for; a key may open a better one any day.
                return (list, first == 0 && step != 0);
            }
            Err(failure) => {
                let down = failure.not_this_way && step + 1 < ways.len();
                // The first way's error says more than that of the last resort.
                if failed_first.is_none() {
                    fell_from = failure.problem(way);
                    failed_first = Some(failure.outcome);
                }
                if !down {
                    break;
                }
            }
        }
    }
    let outcome = failed_first.unwrap_or_else(|| match lacking {
        Some(key) => failed("key", &ways::lacks(key), None),
        None => failed("config", "its platform has no way to read it", None),
    });
    (outcome.into(), first == 0)
}

/// What is stored of a source's list, as far as the visit needs it. Most that say they are as they were need none of
/// it: nothing is missing, and no event's page is to be read.
fn listed(source: &Source, visit: &Visit, stored: Unread) -> Result<Vec<Listing>, store::Error> {
    let is_needed = match &visit.outcome {
        Outcome::Read { .. } => true,
        Outcome::Unchanged { .. } => stored.any_is_missing() || read::may_want_pages(source),
        Outcome::Failed { .. } => false,
    };
    if !is_needed {
        return Ok(Vec::new());
    }
    let mut listings = stored.read()?;
    listings.retain(|listing| listing.part == Part::List);
    Ok(listings)
}

/// The pages of events that are to be read, and those of missing events that are to be asked. Whole pages that the list
/// itself holds go into the visit.
fn to_be_read(
    source: &Source,
    standing: &Standing,
    (listed, known): (&[Listing], &Known),
    visit: &mut Visit,
    tools: &Tools,
) -> (Vec<Request>, Vec<(Request, Listing)>) {
    match &visit.outcome {
        Outcome::Read {
            way,
            listings,
            whole,
            cut_off,
            is_behind,
            ..
        } => {
            let read = absence::Read {
                listings,
                whole: *whole,
                cut_off: *cut_off,
                is_behind: *is_behind,
            };
            let all: Vec<&Listing> = listed.iter().collect();
            let held = standing.held.filter(|held| held.way == *way);
            let held = held.map(|held| (held.since, held.doubt.kind));
            match absence::belief(*way, &all, read, held, &tools.topic, tools.now) {
                // Nothing of it counts yet: not even as a reason to read pages.
                Belief::Held(_) => (read::wanted(source, listed, known, tools.now), Vec::new()),
                Belief::Believed | Belief::Agreed(_) => {
                    let missing = absence::to_be_asked(&all, read, &tools.topic, tools.now);
                    let whole_pages = read::as_pages(source, *way, listings);
                    visit.pages.extend(whole_pages);
                    (
                        read::wanted(source, listings, known, tools.now),
                        question::to_pages(source, &missing, listed, listings),
                    )
                }
            }
        }
        Outcome::Unchanged { way } => {
            let by_same_way = of_way(listed, *way);
            let missing = absence::to_be_asked_again(&by_same_way, &tools.topic, tools.now);
            (
                read::wanted(source, listed, known, tools.now),
                question::to_pages(source, &missing, listed, &[]),
            )
        }
        Outcome::Failed { .. } => (Vec::new(), Vec::new()),
    }
}

/// What one way was the last to name.
fn of_way(listings: &[Listing], way: Way) -> Vec<&Listing> {
    listings
        .iter()
        .filter(|listing| listing.way == way)
        .collect()
}

/// Whether a failure of this phase means that no host was reached.
pub(super) fn is_unreachable(phase: &str) -> bool {
    phase == "unreachable"
}
