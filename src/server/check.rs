//! A page or feed that a visitor names: read once, and shown as a source would be believed.

use super::content;
use super::language::Choice;
use super::pages::{self, Site};
use super::question::{LONGEST_QUESTION, Question};
use super::reply::{Content, Refusal};
use super::state::State;
use super::visitor::Visitor;
use crate::believe::curate::Published;
use crate::config;
use crate::facts::issue::{self, Window};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Problem;
use crate::facts::source::{Address, Organiser, Platform, Source};
use crate::preview::{self, Seen};
use crate::refresh::Tools;
use axum::http::StatusCode;
use chrono::{DateTime, Days, Utc};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// Pages of single events that one check may read.
const EVENT_PAGES: usize = 3;
/// How long a check may read; less than its request may take in all.
const LONGEST_CHECK: Duration = Duration::from_secs(40);
/// Days ahead that a check shows.
const DAYS_AHEAD: u64 = 365;

/// Reads a page or feed once and shows what would come of it. Nothing is stored, and nothing private is asked.
pub(super) async fn check(
    state: &Arc<State>,
    question: &Question,
    from: Visitor,
    choice: &Choice,
    here: Option<&str>,
) -> Result<Content, Refusal> {
    let url = match question.pairs.as_slice() {
        [] => "",
        [(key, url)] if key == "url" => url.trim(),
        [(key, _), ..] => return Err(Refusal::bad(key, "is no parameter here; there is url")),
    };
    if url.len() > LONGEST_QUESTION {
        return Err(Refusal::bad(
            "url",
            format!("is longer than {LONGEST_QUESTION} bytes"),
        ));
    }
    let now = state.setup.clock.now();
    let settings = &state.setup.configuration.settings;
    let day = issue::next_issue(state.setup.today(now), settings.newsletter.rhythm);
    let site = Site {
        say: choice.say(),
        here,
        ..content::site(state, now, None)
    };
    let show = |found| {
        let shown = pages::check::Check {
            url,
            found,
            style: &state.setup.style,
            window: Window::starting(day, settings.section.days),
        };
        Content::page(pages::check::page(&site, &shown), None).fleeting()
    };
    if url.is_empty() {
        return Ok(show(None));
    }
    let Ok(link) = Link::parse(url) else {
        return Ok(show(Some(Err(
            "this is no address of a page: write it in full, with https://",
        ))));
    };
    if !state.checks.may(from, now) {
        return Err(Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            parameter: None,
            meant: None,
            not_found: None,
            detail: "pages were checked often just now: try again in ten minutes".to_owned(),
        });
    }
    let place = state.readings.admit(from)?;
    let work = {
        let (state, link, url) = (Arc::clone(state), link.clone(), url.to_owned());
        // Pages are fetched on the event loop, and parsed on the thread that waits for them here.
        let runtime = tokio::runtime::Handle::current();
        move || {
            let reading = read(&state, &link, &url, now);
            runtime
                .block_on(async { tokio::time::timeout(LONGEST_CHECK, reading).await })
                .unwrap_or_else(|_| {
                    let seconds = LONGEST_CHECK.as_secs();
                    Err(format!("reading it took more than {seconds} seconds"))
                })
        }
    };
    let read = state.readings.run(place, work).await?;
    let reader = state.setup.configuration.reader_of(url, None);
    let entry = match reader {
        Some(_) => None,
        None => content::entry(&link, &settings.fetch),
    };
    let issue = match reader {
        Some(_) => None,
        None => content::issue_form(settings, &link, entry.as_deref()),
    };
    Ok(match &read {
        Err(why) => show(Some(Err(why))),
        Ok(found) => show(Some(Ok(&pages::check::Checked {
            platform: found.platform,
            entries: found.entries,
            events: &found.events,
            problems: &found.problems,
            rejected: &found.rejected,
            source: reader.map(|reader| reader.source.id.0.as_str()),
            entry: entry.as_deref(),
            issue: issue.as_deref(),
        }))),
    })
}

struct Found {
    platform: Platform,
    entries: usize,
    events: Vec<Published>,
    problems: Vec<Problem>,
    rejected: Vec<crate::facts::event::Rejected>,
}

async fn read(state: &State, link: &Link, url: &str, now: DateTime<Utc>) -> Result<Found, String> {
    let configuration = &state.setup.configuration;
    // It is read as its own entry says, but always from where it really is.
    let configured = configuration
        .reader_of(url, None)
        .map(|reader| reader.source.clone());
    let source = configured.unwrap_or_else(|| {
        let known = config::platform_of(url);
        let is_event = matches!(link.meaning(), Meaning::Event { .. });
        let platform = match known {
            // Their readers take groups and calendars; the page of one event tells itself.
            Platform::Meetup | Platform::Luma if is_event => Platform::Jsonld,
            known => known,
        };
        Source {
            organiser: Some(Organiser {
                name: link.to_string(),
                url: Some(link.clone()),
            }),
            ..Source::new(link.as_str(), Address::web(url), platform)
        }
    });
    if !matches!(source.address, Address::Web(_)) {
        return Err("this is no page on the web".to_owned());
    }
    let tools = Tools {
        fetcher: Arc::clone(&state.setup.fetchers.foreign),
        budget: Arc::new(AtomicUsize::new(EVENT_PAGES)),
        topic: Arc::new(state.setup.configuration.settings.topic.clone()),
        now,
    };
    let Seen {
        entries,
        listings,
        problems,
        ..
    } = preview::read(&source, &tools).await?;
    let today = now.date_naive();
    let window = Window {
        from: today,
        to: today
            .checked_add_days(Days::new(DAYS_AHEAD))
            .unwrap_or(today),
    };
    let believed = crate::believe::believed_of(&source, &listings, window, &state.setup.groups);
    let events = preview::published(&source, believed.events, now);
    Ok(Found {
        platform: source.platform,
        entries,
        events,
        problems,
        rejected: believed.rejected,
    })
}
