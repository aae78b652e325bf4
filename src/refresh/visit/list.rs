//! One reading of a source's whole list: its pages, and the pages of the events that it only links to.

use super::super::tools::Tools;
use super::failure::{self, Failure, failed};
use super::linked::{linked, lose};
use super::stuck;
use crate::facts::listing::{Made, Problem, Reading};
use crate::facts::source::{Address, Purpose, Request, Source, Way};
use crate::fetch::{Fetched, Validators};
use crate::read::{self, Known};
use crate::store::{Outcome, Standing, StoredValidators};

/// Requests that one reading of a list may take: its pages, and the signpost before them.
const MOST_REQUESTS: usize = 20;

/// A list that was read.
pub(super) struct List {
    /// How the visit ends.
    pub(super) outcome: Outcome,
    /// That it was made before the list that was read last, if it was: a problem only if it says something else.
    pub(super) older: Option<Problem>,
}

impl From<Outcome> for List {
    fn from(outcome: Outcome) -> List {
        List {
            outcome,
            older: None,
        }
    }
}

/// Reads a source's whole list by one way.
pub(super) async fn read(
    source: &Source,
    way: Way,
    standing: &Standing,
    known: &Known,
    tools: &Tools,
) -> Result<List, Failure> {
    let request = match &source.address {
        Address::Inline(events) => {
            let reading = read::read_inline(source, events);
            return Ok(outcome(way, reading, Served::default()).into());
        }
        Address::File(path) => Request::get(path.display().to_string(), Purpose::List, way),
        Address::Web(_) => read::first_request(source, way, tools.now).ok_or_else(|| Failure {
            outcome: failed(
                "config",
                &format!("cannot be read by way of its {way}"),
                None,
            ),
            not_this_way: true,
        })?,
    };

    // What is read of one page depends on the topic too.
    let topic = source.topic.as_deref().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let holds_for = format!("{} {way} {version}{topic}", request.url);
    let asked = standing.validators_for(&holds_for, tools.now);
    let asked = Validators {
        etag: asked.and_then(|validators| validators.etag.clone()),
        last_modified: asked.and_then(|validators| validators.last_modified.clone()),
    };
    let mut whole = Reading {
        whole: true,
        ..Reading::default()
    };
    let mut served = None;
    let mut left_origin_at = None;
    let mut made = None;
    let mut older = None;
    let mut queue = vec![request];
    let mut of_a_year = 0;
    if let Some(next) = read::next_years_request(source, way, tools.now) {
        queue.insert(0, next);
        of_a_year = queue.len();
    }
    let mut linked_pages = Vec::new();
    let mut seen = Vec::new();
    while let Some(request) = queue.pop() {
        let question = (request.url.clone(), request.body.clone());
        if seen.contains(&question) || seen.len() >= MOST_REQUESTS {
            let pages = seen.len();
            lose(
                &mut whole,
                format!("the list goes on after {pages} pages: the rest was not read"),
            );
            break;
        }
        let first = seen.is_empty();
        seen.push(question);
        let validators = if first {
            asked.clone()
        } else {
            Validators::default()
        };
        let served_page = match &source.address {
            Address::File(path) => {
                tools
                    .fetcher
                    .read_file(path, &request, &validators, tools.now)
                    .await
            }
            _ => tools.fetcher.fetch(&request, &validators, tools.now).await,
        };
        let served_page = match served_page {
            // One of the two may be missing.
            Err(error) if of_a_year > 1 && error.is_missing() => {
                of_a_year -= 1;
                continue;
            }
            served_page => served_page.map_err(|error| failure::fetching(error, tools.now))?,
        };
        let page = match served_page {
            Fetched::Unchanged => return Ok(Outcome::Unchanged { way }.into()),
            Fetched::Page {
                page,
                validators,
                moved,
                left_origin_at: from_cache,
            } => {
                whole.problems.extend(moved.as_deref().map(Problem::moved));
                if first {
                    served = Some(validators);
                    left_origin_at = from_cache;
                }
                page
            }
        };
        let reading = read::read(source, &page, known, tools.now)
            .map_err(|error| failure::reading(error, tools.now))?;
        whole.entries += reading.entries;
        whole.listings.extend(reading.listings);
        whole.problems.extend(reading.problems);
        whole.whole &= reading.whole;
        whole.cut_off |= reading.cut_off;
        whole.read_as = whole.read_as.or(reading.read_as);
        if first {
            let of_list = Made {
                // Without `Age` the answer counts as made now.
                left_origin_at: left_origin_at.unwrap_or(tools.now),
                stamped_at: reading.stamped_at,
            };
            older = stuck::older(standing, way, of_list, tools.now);
            made = older.is_none().then_some(of_list);
        }
        if matches!(source.address, Address::Web(_)) {
            let is_event = |request: &Request| matches!(request.purpose, Purpose::Event { .. });
            let (events, lists): (Vec<_>, Vec<_>) = reading.next.into_iter().partition(is_event);
            queue.extend(lists);
            linked_pages.extend(events);
        } else if !reading.next.is_empty() {
            // A file has no further pages: what it names is on the web.
            let pages = reading.next.len();
            lose(
                &mut whole,
                format!("further pages on the web that the file names were not read: {pages}"),
            );
        }
    }
    let is_one_page = seen.len() == 1 && linked_pages.is_empty();
    linked(source, linked_pages, known, tools, &mut whole).await?;
    // Validators speak for one page: a list of several is asked for anew each time.
    let validators = served.filter(|_| is_one_page).and_then(|validators| {
        let any = validators.etag.is_some() || validators.last_modified.is_some();
        any.then_some(StoredValidators {
            etag: validators.etag,
            last_modified: validators.last_modified,
            holds_for,
        })
    });
    Ok(List {
        outcome: outcome(way, whole, Served { validators, made }),
        older,
    })
}

/// What the answer that brought a list says of it.
#[derive(Default)]
struct Served {
    validators: Option<StoredValidators>,
    made: Option<Made>,
}

fn outcome(way: Way, reading: Reading, served: Served) -> Outcome {
    Outcome::Read {
        way,
        entries: reading.entries,
        listings: reading.listings,
        problems: reading.problems,
        whole: reading.whole,
        cut_off: reading.cut_off,
        validators: served.validators,
        read_as: reading.read_as,
        made: served.made,
        is_behind: false,
    }
}
