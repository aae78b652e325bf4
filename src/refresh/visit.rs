//! One visit to one source: its ladder of ways, the further pages of its list, the pages of its events.

use super::tools::{Tools, short};
use super::{question, stuck};
use crate::believe::absence::{self, Belief};
use crate::facts::listing::{Listing, Made, Part, Problem, Reading, Unreadable};
use crate::facts::source::{Address, Credential, Page, Purpose, Request, Source, Way};
use crate::fetch::{self, Fetched, Validators};
use crate::read::{self, Known};
use crate::store::{self, Outcome, Standing, StoredValidators, Unread, Visit};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::time::Instant;

/// Requests that one reading of a list may take: its pages, and the signpost before them.
const MOST_LIST_REQUESTS: usize = 20;

/// Pages of single events that are read of a list that only links to them.
const MOST_LINKED_PAGES: usize = 30;

/// How often a better way is tried again while a lesser one serves.
const BETTER_WAY_AGAIN: TimeDelta = TimeDelta::hours(24);

/// The shortest and the longest time that a platform can make us wait, as with Retry-After.
const SHORTEST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::days(1);

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
    let (ways, lacking) = open_ways(source, tools);
    let best_again = standing
        .best_tried
        .is_none_or(|tried| tried > tools.now || tools.now - tried >= BETTER_WAY_AGAIN);
    let lesser = standing
        .way
        .and_then(|way| ways.iter().position(|known| *known == way));
    let first = if best_again { 0 } else { lesser.unwrap_or(0) };

    let mut outcome = None;
    let mut fell_from = None;
    let mut served = None;
    for (step, &way) in ways.iter().enumerate().skip(first) {
        match list(source, way, standing, &known, tools).await {
            Ok(read) => {
                outcome = Some(read);
                served = Some(step);
                break;
            }
            Err(failure) => {
                let down = failure.not_this_way && step + 1 < ways.len();
                // The first way's error says more than that of the last resort.
                if outcome.is_none() {
                    fell_from = failure.problem(way);
                    outcome = Some(failure.outcome);
                }
                if !down {
                    break;
                }
            }
        }
    }
    let mut outcome = outcome.unwrap_or_else(|| match lacking {
        Some(key) => failed("key", &lacks(key), None),
        None => failed("config", "its platform has no way to read it", None),
    });
    if let Outcome::Read { problems, .. } = &mut outcome {
        problems.extend(fell_from);
    }

    let mut visit = Visit {
        source: source.id.clone(),
        outcome,
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        // Where the best way serves there is nothing to wait for; a key may open a better one any day.
        tried_best: first == 0 && served != Some(0),
        took: std::time::Duration::ZERO,
    };
    let listed = match listed(source, &visit, stored) {
        Ok(listed) => listed,
        Err(error) => {
            visit.outcome = failed("database", &error.to_string(), None);
            Vec::new()
        }
    };
    let (wanted, missing) = match &visit.outcome {
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
                Belief::Held(_) => (read::wanted(source, &listed, &known, tools.now), Vec::new()),
                Belief::Believed | Belief::Agreed(_) => {
                    let missing = absence::to_be_asked(&all, read, &tools.topic, tools.now);
                    let whole_pages = read::as_pages(source, *way, listings);
                    visit.pages.extend(whole_pages);
                    (
                        read::wanted(source, listings, &known, tools.now),
                        question::to_pages(source, &missing, &listed, listings),
                    )
                }
            }
        }
        Outcome::Unchanged { way } => {
            let by_same_way = of_way(&listed, *way);
            let missing = absence::to_be_asked_again(&by_same_way, &tools.topic, tools.now);
            (
                read::wanted(source, &listed, &known, tools.now),
                question::to_pages(source, &missing, &listed, &[]),
            )
        }
        Outcome::Failed { .. } => (Vec::new(), Vec::new()),
    };
    // What may be off comes before what may be new: people would go there.
    if !missing.is_empty() {
        let named = match &visit.outcome {
            Outcome::Read { listings, .. } => listings.clone(),
            Outcome::Unchanged { .. } | Outcome::Failed { .. } => listed,
        };
        question::ask(source, missing, &named, tools, &mut visit).await;
    }
    events(source, wanted, &known, tools, &mut visit).await;
    visit.took = began.elapsed();
    visit
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

/// What one way was the last to name.
fn of_way(listings: &[Listing], way: Way) -> Vec<&Listing> {
    listings
        .iter()
        .filter(|listing| listing.way == way)
        .collect()
}

/// The ways that are open, best first; and the key that would open one more.
fn open_ways(source: &Source, tools: &Tools) -> (Vec<Way>, Option<Credential>) {
    let ways = source.platform.ways();
    if !matches!(source.address, Address::Web(_)) {
        // A file is read whatever it was served as.
        let ways = ways.iter().copied().filter(|way| *way != Way::Api);
        return (ways.collect(), None);
    }
    let mut lacking = None;
    let open = ways.iter().copied().filter(|way| {
        let key = match read::first_request(source, *way, tools.now) {
            Some(request) => request.key,
            None => return false,
        };
        match key.filter(|key| !tools.fetcher.holds(*key)) {
            Some(key) => {
                lacking.get_or_insert(key);
                false
            }
            None => true,
        }
    });
    (open.collect(), lacking)
}

fn lacks(key: Credential) -> String {
    format!(
        "is read only with a key: name it under [fetch.keys] in service.toml, as {key} = {{ env = \"{}_KEY\" }}",
        key.name().to_uppercase()
    )
}

struct Failure {
    outcome: Outcome,
    not_this_way: bool,
}

impl Failure {
    /// What is said of it where a lesser way served.
    fn problem(&self, way: Way) -> Option<Problem> {
        let Outcome::Failed { error, .. } = &self.outcome else {
            return None;
        };
        Some(Problem {
            line: 0,
            what: short(&format!("not read by way of its {way}: {error}")),
            item: None,
            lost: false,
        })
    }
}

/// Reads a source's whole list by one way.
async fn list(
    source: &Source,
    way: Way,
    standing: &Standing,
    known: &Known,
    tools: &Tools,
) -> Result<Outcome, Failure> {
    let request = match &source.address {
        Address::Inline(events) => {
            let reading = read::read_inline(source, events);
            return Ok(read_outcome(way, reading, Served::default()));
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
    let mut is_behind = false;
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
        if seen.contains(&question) || seen.len() >= MOST_LIST_REQUESTS {
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
            served_page => served_page.map_err(|error| fetch_failure(error, tools.now))?,
        };
        let page = match served_page {
            Fetched::Unchanged => return Ok(Outcome::Unchanged { way }),
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
            .map_err(|error| parse_failure(error, tools.now))?;
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
            match stuck::behind(standing, way, of_list, tools.now) {
                Some(problem) => {
                    is_behind = true;
                    // What a copy does not name yet is not missing.
                    whole.whole = false;
                    whole.problems.push(problem);
                }
                None => made = Some(of_list),
            }
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
    let served = Served {
        validators,
        made,
        is_behind,
    };
    Ok(read_outcome(way, whole, served))
}

/// Reads the pages of the events that a list only links to, into the reading of the list. A page that
/// fails costs only its own event; if all fail the first failure is that of the list.
async fn linked(
    source: &Source,
    requests: Vec<Request>,
    known: &Known,
    tools: &Tools,
    whole: &mut Reading,
) -> Result<(), Failure> {
    let linked = requests.len();
    let (mut asked, mut read) = (0, 0);
    let mut first_failure = None;
    let mut stopped = None;
    for request in requests {
        if asked == MOST_LINKED_PAGES {
            stopped = Some("so many at most");
        } else if !tools.granted() {
            stopped = Some("the run's pages of events are used up");
        }
        if stopped.is_some() {
            break;
        }
        asked += 1;
        let answer = tools
            .fetcher
            .fetch(&request, &Validators::default(), tools.now)
            .await;
        let (why, failure) = match answer {
            // Nothing was asked that could be unchanged.
            Ok(Fetched::Unchanged) => continue,
            Ok(Fetched::Page { page, .. }) => match read::read(source, &page, known, tools.now) {
                Ok(reading) => {
                    read += 1;
                    take_linked(reading, whole);
                    continue;
                }
                Err(error) => (error.to_string(), parse_failure(error, tools.now)),
            },
            Err(error) => {
                if error.retry_after().is_some() {
                    stopped = Some("the host asks to be left alone");
                }
                (error.to_string(), fetch_failure(error, tools.now))
            }
        };
        first_failure.get_or_insert(failure);
        lose(
            whole,
            short(&format!("page of the event {}: {why}", request.url)),
        );
        if stopped.is_some() {
            break;
        }
    }
    if let Some(why) = stopped {
        lose(
            whole,
            format!("of the {linked} pages of events it links to {read} were read: {why}"),
        );
    }
    match first_failure {
        Some(failure) if read == 0 => Err(failure),
        _ => Ok(()),
    }
}

/// Notes that a reading has lost something.
fn lose(whole: &mut Reading, what: String) {
    whole.whole = false;
    whole.problems.push(Problem {
        line: 0,
        what,
        item: None,
        lost: true,
    });
}

/// Adds what the page of a linked event says. The list has counted it as one entry; a page of several
/// dates has more.
fn take_linked(reading: Reading, whole: &mut Reading) {
    whole.entries += reading.entries.saturating_sub(1);
    whole.listings.extend(reading.listings);
    whole.problems.extend(reading.problems);
    whole.whole &= reading.whole;
}

/// Reads the pages of single events, one after the other, while the run may.
async fn events(
    source: &Source,
    wanted: Vec<Request>,
    known: &Known,
    tools: &Tools,
    visit: &mut Visit,
) {
    for request in wanted {
        let Purpose::Event { key, mark } = request.purpose.clone() else {
            continue;
        };
        if !tools.granted() {
            tracing::debug!(source = %source.id, "the run's pages of events are used up: the rest next time");
            return;
        }
        let mut problem = |what: String| {
            let what = format!("page of the event {}: {what}", request.url);
            visit.page_problems.push(Problem {
                line: 0,
                what: short(&what),
                item: Some(key.clone()),
                lost: false,
            });
        };
        match tools
            .fetcher
            .fetch(&request, &Validators::default(), tools.now)
            .await
        {
            Ok(Fetched::Unchanged) => {}
            Ok(Fetched::Page { page, .. }) => match event_page(source, &page, known, tools.now) {
                Ok((listings, problems)) => {
                    visit
                        .pages
                        .extend(listings.into_iter().map(|listing| (listing, mark.clone())));
                    visit.page_problems.extend(problems);
                }
                Err(error) => problem(error),
            },
            Err(error) => {
                let stop = error.retry_after().is_some();
                problem(error.to_string());
                if stop {
                    return;
                }
            }
        }
    }
}

fn event_page(
    source: &Source,
    page: &Page,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<(Vec<Listing>, Vec<Problem>), String> {
    let reading = read::read(source, page, known, now).map_err(|error| error.to_string())?;
    Ok((reading.listings, reading.problems))
}

/// What the answer that brought a list says of it.
#[derive(Default)]
struct Served {
    validators: Option<StoredValidators>,
    made: Option<Made>,
    is_behind: bool,
}

fn read_outcome(way: Way, reading: Reading, served: Served) -> Outcome {
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
        is_behind: served.is_behind,
    }
}

fn fetch_failure(error: fetch::Error, now: DateTime<Utc>) -> Failure {
    let phase = if error.is_unreachable() {
        "unreachable"
    } else {
        error.phase()
    };
    let not_before = error
        .retry_after()
        .and_then(|wait| Some(now + TimeDelta::from_std(wait).ok()?));
    Failure {
        not_this_way: error.not_this_way(),
        outcome: failed(phase, &error.to_string(), not_before),
    }
}

fn parse_failure(error: Unreadable, now: DateTime<Utc>) -> Failure {
    let said = error.to_string();
    match error {
        Unreadable::NotNow { until, .. } => {
            let wait = until.map_or(SHORTEST_WAIT, |until| until - now);
            let not_before = now + wait.clamp(SHORTEST_WAIT, LONGEST_WAIT);
            Failure {
                outcome: failed("http", &said, Some(not_before)),
                not_this_way: false,
            }
        }
        Unreadable::NotWhatWasAsked(_) | Unreadable::Damaged(_) => Failure {
            outcome: failed("parse", &said, None),
            not_this_way: true,
        },
    }
}

fn failed(phase: &'static str, error: &str, not_before: Option<DateTime<Utc>>) -> Outcome {
    Outcome::Failed {
        phase,
        error: short(error),
        not_before,
    }
}

/// Whether a failure of this phase means that no host was reached.
pub(super) fn is_unreachable(phase: &str) -> bool {
    phase == "unreachable"
}
