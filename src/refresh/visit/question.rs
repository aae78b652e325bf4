//! The question to an event's own page, when its source's list goes without it.

use super::super::tools::{Tools, short};
use crate::believe::absence;
use crate::believe::normalise;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Answer, Listing};
use crate::facts::source::{Address, OwnPages, Purpose, Request, Source, Way};
use crate::fetch::{self, Fetched, Validators};
use crate::read;
use crate::store::{ASKED_WHILE_MISSING, Answered, Visit};
use chrono_tz::Tz;
use std::collections::HashMap;
use url::Url;

/// Pages of missing events that are asked in one visit.
const QUESTIONS: usize = 5;

/// The requests for the pages of missing events, in their order: of the first five of those that have a page of their own where their
/// source is at home. `stored` and `listed` are all listings of the source, before and now: an address
/// that several events share is none's own.
pub(super) fn to_pages(
    source: &Source,
    missing: &[&Listing],
    stored: &[Listing],
    listed: &[Listing],
) -> Vec<(Request, Listing)> {
    if missing.is_empty() {
        return Vec::new();
    }
    // Each address with the first event that has it, and whether another has it too.
    let mut users: HashMap<&str, (&str, bool)> = HashMap::new();
    for listing in stored.iter().chain(listed) {
        let Some(link) = listing.link.as_deref() else {
            continue;
        };
        let (first, is_shared) = users.entry(link).or_insert((&listing.key, false));
        *is_shared |= *first != listing.key;
    }
    missing
        .iter()
        .filter_map(|listing| {
            let link = listing.link.as_deref()?;
            let url = own_page(source, link)?;
            let alone = users.get(link).is_none_or(|(_, is_shared)| !is_shared);
            let purpose = Purpose::Event {
                key: listing.key.clone(),
                mark: ASKED_WHILE_MISSING.to_owned(),
            };
            alone.then(|| (Request::get(url, purpose, Way::Page), (*listing).clone()))
        })
        .take(QUESTIONS)
        .collect()
}

/// The address of an event's own page, if it stands on the source's platform or host.
fn own_page(source: &Source, link: &str) -> Option<String> {
    let Address::Web(address) = &source.address else {
        return None;
    };
    let spelled = Link::parse(link).ok()?;
    match source.platform.own_pages() {
        OwnPages::None => None,
        // Ids and grammar of its own, on one host: whatever a list names, only the platform is asked.
        OwnPages::OnPlatform => match spelled.meaning() {
            Meaning::Event { scope, .. } if scope == source.platform.name() => {
                Some(spelled.as_str().to_owned())
            }
            _ => None,
        },
        OwnPages::OnHost => {
            let (home, page) = (Url::parse(address).ok()?, Url::parse(link).ok()?);
            let host = |url: &Url| {
                let host = url.host_str()?;
                Some((
                    host.strip_prefix("www.").unwrap_or(host).to_owned(),
                    url.port_or_known_default(),
                ))
            };
            let organiser = source
                .organiser
                .as_ref()
                .and_then(|known| known.url.as_ref());
            let is_of_group = page.path() == "/"
                || Some(&spelled) == organiser
                || Link::parse(address).is_ok_and(|home| home == spelled);
            (host(&home) == host(&page) && !is_of_group).then(|| link.to_owned())
        }
    }
}

/// Asks the pages, one after the other, while the run may; what they answer goes into the visit. `named`
/// is all that the source's list names now.
pub(super) async fn ask(
    source: &Source,
    requests: Vec<(Request, Listing)>,
    named: &[Listing],
    tools: &Tools,
    visit: &mut Visit,
) {
    for (request, listing) in requests {
        if !tools.granted() {
            tracing::debug!(source = %source.id, "the run's pages of events are used up: missing events are asked about next time");
            return;
        }
        let fetched = tools
            .fetcher
            .fetch(&request, &Validators::default(), tools.now)
            .await;
        let mut stop = false;
        let mut leads_to = None;
        let (answer, detail) = match fetched {
            Ok(Fetched::Page { page, .. }) => {
                leads_to = heir(source, &listing, &page.url, named);
                match read::own_page(source, &page, &listing, tools.now) {
                    _ if leads_to.is_some() => (
                        Answer::Silent,
                        format!(
                            "leads to {}, which the list names: the same event",
                            page.url
                        ),
                    ),
                    Ok(said) => {
                        let judged = judged(source, &said, tools);
                        if judged.0 != Answer::Silent {
                            visit.pages.push((said, ASKED_WHILE_MISSING.to_owned()));
                        }
                        judged
                    }
                    Err(error) => (Answer::Silent, error.to_string()),
                }
            }
            Ok(Fetched::Unchanged) => (Answer::Silent, "answers nothing".to_owned()),
            Err(
                error @ (fetch::Error::Gone { .. } | fetch::Error::NotServed { status: 404, .. }),
            ) => (Answer::Gone, error.to_string()),
            Err(error) => {
                stop = error.retry_after().is_some();
                (Answer::Silent, error.to_string())
            }
        };
        tracing::info!(source = %source.id, url = request.url, answer = answer.name(), detail, "asked the page of a missing event");
        visit.answers.push(Answered {
            key: listing.key,
            url: request.url,
            answer,
            detail: short(&detail),
            leads_to,
        });
        if stop {
            return;
        }
    }
}

/// The key of the event that the list names now on the page to which a missing one's leads.
fn heir(source: &Source, missing: &Listing, page: &str, named: &[Listing]) -> Option<String> {
    own_page(source, page)?;
    let named: Vec<&Listing> = named.iter().filter(|one| one.missing.is_none()).collect();
    Some(absence::led_to(missing, page, &named)?.key.clone())
}

/// What a page that tells of the event says about its state.
fn judged(source: &Source, said: &Listing, tools: &Tools) -> (Answer, String) {
    if normalise::is_off(said, &tools.topic) {
        return (
            Answer::Off,
            format!("says that it is off: {:?}", said.title),
        );
    }
    let start = said.start.instant(source.zone.unwrap_or(Tz::UTC));
    if start < tools.now {
        return (
            Answer::Silent,
            format!("says that it was on {}", said.start.date()),
        );
    }
    (
        Answer::Live,
        format!("says that it is on {}", said.start.date()),
    )
}
