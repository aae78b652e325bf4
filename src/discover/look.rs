//! Looks at the pages of candidates, as `source add` would, and at the pages of groups that seem to have gone.

use super::gather::noticed;
use super::{Searched, merge, ranked, waits};
use crate::facts::candidate::{Candidate, State};
use crate::facts::listing::Listing;
use crate::facts::source::{Page, Purpose, Request, Source, SourceId, Way};
use crate::fetch::{Fetched, Validators};
use crate::propose::{self, About, Found, Lookup, Readable};
use crate::read::moved;
use crate::refresh::Tools;
use crate::store::{self, Look, Standing, Store};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Candidates that one run looks at: each takes a handful of requests.
const MOST_LOOKS: usize = 10;
/// Between two looks at a candidate that could not be read.
const LOOK_AGAIN: TimeDelta = TimeDelta::days(28);
/// Pages of groups that one run reads for a notice, and how long each is left alone then.
const MOST_NOTICES: usize = 5;
const NOTICE_AGAIN: TimeDelta = TimeDelta::days(7);
/// Failures in a row from which on a group may have gone.
const FAILS: u32 = 2;

/// Fetches a page once. Only a page that is due is asked for: the caller has looked.
pub(super) async fn page_at(url: &str, tools: &Tools) -> Result<Page, String> {
    let request = Request::get(url, Purpose::List, Way::Page);
    let nothing = Validators::default();
    match tools.fetcher.fetch(&request, &nothing, tools.now).await {
        Ok(Fetched::Page { page, .. }) => Ok(page),
        Ok(Fetched::Unchanged) => {
            Err("the server says \"unchanged\", but this page was never read".to_owned())
        }
        Err(error) => Err(format!("{}: {error}", error.phase())),
    }
}

/// Looks at the candidates that are most likely wanted and were not read yet.
pub(super) async fn candidates(
    about: &About<'_>,
    store: &mut Store,
    tools: &Tools,
    done: &mut Searched,
) -> Result<(), store::Error> {
    let is_due = |candidate: &Candidate| match &candidate.looked {
        None => true,
        Some((at, trouble)) => trouble.is_some() && about.now - *at >= LOOK_AGAIN,
    };
    let ranked = ranked(store, &about.configuration.settings.topic)?.into_iter();
    let due = ranked.filter(|(candidate, rank)| waits(candidate, rank) && is_due(candidate));
    for (mut candidate, _) in due.take(MOST_LOOKS) {
        if tools.fetcher.is_spent() {
            break;
        }
        let trouble = look(about, &mut candidate, tools).await.err();
        // A look that the budget cut short is no look.
        if tools.fetcher.has_refused() {
            break;
        }
        done.looked += 1;
        if let Some(trouble) = &trouble {
            done.troubles.push(format!("{}: {trouble}", candidate.url));
        }
        candidate.looked = Some((about.now, trouble));
        store.keep_candidates(&[candidate])?;
    }
    Ok(())
}

/// Reads what stands behind a candidate's address into it; or says why that failed.
async fn look(about: &About<'_>, candidate: &mut Candidate, tools: &Tools) -> Result<(), String> {
    let looked = propose::find(about, &candidate.url, tools).await;
    match looked.map_err(|failed| failed.to_string())? {
        Lookup::Readable(found) => {
            read(about, candidate, &found);
            Ok(())
        }
        Lookup::Known(_) => {
            candidate.state = State::Added;
            Ok(())
        }
        Lookup::Nothing(attempts) => {
            let first = attempts.first().map(|first| first.outcome.as_str());
            let why = first.unwrap_or("no calendar, feed or event is behind it");
            Err(format!("nothing to read: {why}"))
        }
    }
}

fn read(about: &About<'_>, candidate: &mut Candidate, found: &Readable) {
    candidate.list(&found.seen.listings);
    if candidate.name.is_none() {
        candidate.name = found.name.as_ref().map(|(name, _)| name.clone());
    }
    let its = Found::new(found);
    merge::write_entry(about, candidate, &its);
    // What was found behind a site is what a source would read.
    candidate.url.clone_from(&found.candidate.url);
    candidate.platform = found.candidate.platform;
}

/// Reads the pages of groups of which the source fails or lists nothing, for a notice that they moved.
pub(super) async fn notices(
    about: &About<'_>,
    store: &mut Store,
    tools: &Tools,
    done: &mut Searched,
) -> Result<(), store::Error> {
    let standings = store.standings()?;
    let listings = store.listings()?;
    let mut due = Vec::new();
    for source in &about.configuration.sources {
        let own = listings
            .get(&source.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let page = source.organiser.as_ref().and_then(|of| of.url.as_ref());
        let Some(page) = page.filter(|_| may_have_gone(about, source, &standings, own)) else {
            continue;
        };
        let last = store.look_at(page.as_str())?.map(|last| last.at);
        if last.is_none_or(|last| about.now - last >= NOTICE_AGAIN) {
            due.push((last, source, page));
        }
    }
    due.sort_by_key(|(last, source, _)| (*last, &source.id));
    for (_, source, page) in due.into_iter().take(MOST_NOTICES) {
        if tools.fetcher.is_spent() {
            break;
        }
        let read = page_at(page.as_str(), tools).await;
        if tools.fetcher.has_refused() {
            break;
        }
        done.notices += 1;
        let look = Look::new(about.now, read.as_ref().err().cloned());
        // That the page is gone too is what the source's own state says already.
        let subject = (source, Some(page.as_str()));
        let notices = read.iter().flat_map(moved::on_page);
        let leads = notices.filter_map(|notice| noticed(about, &notice, subject, "its page"));
        merge::keep(about, store, leads.collect(), &listings)?;
        store.keep_look(page.as_str(), &look)?;
    }
    Ok(())
}

/// Whether a group may have gone: its source has failed again and again, or lists nothing to come. A calendar of many
/// groups goes nowhere, and neither does a source that the configuration expects to be empty.
fn may_have_gone(
    about: &About<'_>,
    source: &Source,
    standings: &BTreeMap<SourceId, Standing>,
    listings: &[Listing],
) -> bool {
    if source.expect_empty || source.is_by_hand() {
        return false;
    }
    let today = about.today();
    let comes = |of: &Listing| of.start.date() >= today || of.rule.is_some();
    let Some(standing) = standings.get(&source.id) else {
        return false;
    };
    standing.failures >= FAILS || !listings.iter().any(comes)
}
