//! Looks for sources behind an address, and tries them in turn until one lists events to come.

use super::About;
use crate::believe;
use crate::config::{self, Reader};
use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Page, Platform, Purpose, Request, Rules, Source, Way};
use crate::fetch::{Fetched, Validators};
use crate::preview::{self, Seen};
use crate::read;
use crate::read::discover::{self, Candidate};
use crate::refresh::Tools;

/// How many candidates are fetched; more would be a crawl.
const MOST_TRIED: usize = 5;

/// A source should list an event within so many days.
const DAYS_AHEAD: u64 = 365;

/// One candidate that was tried.
#[derive(Debug)]
pub struct Attempt {
    /// Where it is, and who would read it.
    pub candidate: Candidate,
    /// Why it was not taken.
    pub outcome: String,
}

/// What was found behind an address.
#[derive(Debug)]
pub enum Lookup {
    /// A source that is already configured, in words.
    Known(String),
    /// A source that can be read.
    Readable(Box<Readable>),
    /// Nothing, and what was tried.
    Nothing(Vec<Attempt>),
}

/// A source that could be configured.
#[derive(Debug)]
pub struct Readable {
    /// Where it is, and who reads it.
    pub candidate: Candidate,
    /// What it lists.
    pub seen: Seen,
    /// A guess at its name, and where it was read.
    pub name: Option<(String, &'static str)>,
    /// Whether the page that was named holds or links it. Otherwise the address alone implies it.
    pub on_page: bool,
    /// The other candidates.
    pub others: Vec<Attempt>,
    /// Rules made from what the page repeats, if nothing better was found.
    pub rules: Option<Rules>,
}

/// Why nothing was looked for.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The configuration would refuse the address.
    #[error("{0}")]
    Refused(String),
    /// Its page cannot be fetched, or is that of a single event.
    #[error("{0}")]
    NotFound(String),
}

/// How the configuration already names an address.
pub fn already(reader: &Reader<'_>) -> String {
    let how = match reader.key {
        "url" => "is read already, by",
        "aliases" => "is an alias of",
        "replaces" => "is an old address of",
        _ => "is the page that the organiser links to of",
    };
    format!(
        "{how} source {:?} ({}:{})",
        reader.source.id.0,
        reader.file.display(),
        reader.line
    )
}

/// Looks for sources behind an address, and tries them in turn until one lists events to come. If none
/// does, the first one that can be read is taken.
///
/// # Errors
/// See [`Failed`].
pub async fn find(about: &About<'_>, url: &str, tools: &Tools) -> Result<Lookup, Failed> {
    let settings = &about.configuration.settings.fetch;
    let platform_of = |url: &str| Some(config::infer(url, None, settings).ok()?.platform);
    let mut candidates = discover::behind_address(url, platform_of);
    let on_page = candidates.is_empty();
    let mut name = None;
    let mut asked = None;
    if on_page {
        config::infer(url, None, settings)
            .map_err(|what| Failed::Refused(format!("the address {what}")))?;
        if let Ok(Meaning::Event { .. }) = Link::parse(url).map(|link| link.meaning()) {
            return Err(Failed::NotFound(format!(
                "{url} is the page of a single event, but a source is a group or a calendar: name that, or add the event alone with `rusty-events event add {url}`"
            )));
        }
        let page = page_at(url, tools).await;
        let page = page.map_err(|error| Failed::NotFound(format!("{url}: {error}")))?;
        candidates = discover::behind_page(&page, platform_of);
        name = discover::name_of(&page).map(|name| (name, "guessed from the page's title"));
        asked = Some(page);
    }

    let mut others: Vec<Attempt> = Vec::new();
    let mut readable: Option<(Candidate, Seen)> = None;
    let (mut tried, mut is_enough) = (0, false);
    for candidate in candidates {
        let mut outcome = known(about, &candidate);
        let mut candidate = candidate;
        if outcome.is_none() && (is_enough || tried == MOST_TRIED) {
            outcome = Some("not tried".to_owned());
        } else if outcome.is_none() {
            tried += 1;
            match settled(&candidate, tools, platform_of).await {
                Ok(Some(meant)) => {
                    outcome = known(about, &meant);
                    candidate = meant;
                }
                Ok(None) => {}
                Err(why) => outcome = Some(why),
            }
        }
        if known(about, &candidate).is_some() && readable.is_none() {
            let which = outcome.unwrap_or_default();
            return Ok(Lookup::Known(format!(
                "{url} leads to {}, which {which}",
                candidate.url
            )));
        }
        if let Some(outcome) = outcome {
            others.push(Attempt { candidate, outcome });
            continue;
        }
        let source = bare(&candidate);
        match preview::read(&source, tools)
            .await
            .and_then(readable_at_all)
        {
            Ok(seen) => {
                is_enough = is_ahead(about, &source, &seen);
                if !is_enough && readable.is_some() {
                    others.push(nothing_ahead(candidate));
                } else if let Some((before, _)) = readable.replace((candidate, seen)) {
                    others.push(nothing_ahead(before));
                }
            }
            Err(outcome) => others.push(Attempt { candidate, outcome }),
        }
    }
    let mut rules = None;
    if readable.is_none()
        && let Some(page) = &asked
        && let Some((found, proposed)) = by_rules(url, page, tools).await
    {
        readable = Some(found);
        rules = proposed;
    }
    let Some((candidate, seen)) = readable else {
        return Ok(Lookup::Nothing(others));
    };
    if candidate.platform.ways() == [Way::Feed]
        && let Some(feed) = name_of_feed(&candidate, tools).await
    {
        name = Some((feed, "guessed from the feed's name"));
    }
    Ok(Lookup::Readable(Box::new(Readable {
        candidate,
        seen,
        name,
        on_page,
        others,
        rules,
    })))
}

/// The page read as JSON, or by rules that are made from what it repeats, if that gives events.
async fn by_rules(
    url: &str,
    page: &Page,
    tools: &Tools,
) -> Option<((Candidate, Seen), Option<Rules>)> {
    let (platform, rules) = read::propose(page)?;
    let why = match (platform, &rules) {
        (Platform::Json, None) => "it is JSON with events under usual names",
        (Platform::Json, Some(_)) => "by rules made from the list in its JSON",
        _ => "by rules made from what the page repeats",
    };
    let candidate = Candidate {
        url: url.to_owned(),
        platform,
        why: why.to_owned(),
    };
    let source = Source {
        rules: rules.clone(),
        ..bare(&candidate)
    };
    let seen = preview::read(&source, tools).await.ok()?;
    Some(((candidate, seen), rules))
}

/// The configured source that already reads a candidate, in words.
fn known(about: &About<'_>, candidate: &Candidate) -> Option<String> {
    let configuration = about.configuration;
    let reader = configuration.reader_of(&candidate.url, Some(candidate.platform))?;
    Some(already(&reader))
}

fn bare(candidate: &Candidate) -> Source {
    let address = Address::Web(candidate.url.clone());
    Source::new(&candidate.url, address, candidate.platform)
}

/// What was seen, unless not one of the listed entries could be read.
fn readable_at_all(seen: Seen) -> Result<Seen, String> {
    if seen.entries == 0 || !seen.listings.is_empty() {
        return Ok(seen);
    }
    let first = seen.problems.first().map(preview::in_words);
    Err(format!(
        "none of its {} entries can be read: {}",
        seen.entries,
        first.unwrap_or_default()
    ))
}

fn nothing_ahead(candidate: Candidate) -> Attempt {
    Attempt {
        candidate,
        outcome: "can be read, but lists no event to come".to_owned(),
    }
}

/// The candidate with its lasting address. Only some of Luma's addresses name the calendar; for the others its
/// page must be read. Otherwise why that failed.
async fn settled(
    candidate: &Candidate,
    tools: &Tools,
    platform_of: impl Fn(&str) -> Option<Platform>,
) -> Result<Option<Candidate>, String> {
    let first = read::first_request(&bare(candidate), Way::Items, tools.now);
    let is_signpost = first.is_some_and(|request| request.purpose == Purpose::Signpost);
    if candidate.platform != Platform::Luma || !is_signpost {
        return Ok(None);
    }
    let page = page_at(&candidate.url, tools).await?;
    match discover::behind_page(&page, platform_of).into_iter().next() {
        Some(named) => Ok(Some(named)),
        None => Err("its page names no calendar, or several".to_owned()),
    }
}

/// Whether a source lists an event to come.
fn is_ahead(about: &About<'_>, source: &Source, seen: &Seen) -> bool {
    let today = about.today();
    let is_later = |listing: &Listing| listing.start.date() >= today;
    seen.listings.iter().any(is_later) || {
        let year = Window::starting(today, DAYS_AHEAD);
        let believed = believe::believed_of(source, &seen.listings, year, about.groups);
        !believed.events.is_empty()
    }
}

/// Fetches a page; otherwise says where that failed and why.
async fn page_at(url: &str, tools: &Tools) -> Result<Page, String> {
    let request = Request::get(url, Purpose::Signpost, Way::Page);
    fetched(&request, tools).await
}

async fn fetched(request: &Request, tools: &Tools) -> Result<Page, String> {
    let nothing = Validators::default();
    match tools.fetcher.fetch(request, &nothing, tools.now).await {
        Ok(Fetched::Page { page, .. }) => Ok(page),
        Ok(Fetched::Unchanged) => {
            Err("the server says \"unchanged\", but this page was never read".to_owned())
        }
        Err(error) => Err(format!("{}: {error}", error.phase())),
    }
}

/// The name that a feed gives itself; its listings do not have it.
async fn name_of_feed(candidate: &Candidate, tools: &Tools) -> Option<String> {
    let request = read::first_request(&bare(candidate), Way::Feed, tools.now)?;
    discover::name_of(&fetched(&request, tools).await.ok()?)
}
