//! hasgeek.com: an account's page, which shows its coming projects as cards, and the projects' own pages.
//!
//! A project is one event, whatever its schedule holds: the feed of the schedule has an entry for each
//! talk, and is not read. The account's page names the projects and hardly says more; only a project's
//! page gives its times and its venue, as schema.org data, once its schedule is published.

use super::{charset, jsonld, linked, refusal};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Problem, Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use url::Url;

const HOME: &str = "https://hasgeek.com/";

/// The account's page; of the address of a project that project's page.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let (url, purpose) = match Path::of(url)? {
        Path::Account(account) => (format!("{HOME}{account}"), Purpose::List),
        Path::Project(project) => (
            format!("{HOME}{project}/"),
            Purpose::Event {
                key: project,
                mark: String::new(),
            },
        ),
    };
    (way == Way::Page).then_some(Request::get(url, purpose, way))
}

/// What an account's page or a project's page says.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    match &page.request.purpose {
        Purpose::Event { key, .. } => project(page, key),
        Purpose::List | Purpose::Signpost => account(source, page),
    }
}

/// What an address of hasgeek.com means.
enum Path {
    Account(String),
    /// `account/project`.
    Project(String),
}

impl Path {
    fn of(url: &str) -> Option<Path> {
        match Link::parse(url).ok()?.meaning() {
            Meaning::Group {
                scope: "hasgeek",
                id,
            } => Some(Path::Account(id)),
            Meaning::Event {
                scope: "hasgeek",
                id,
            } => Some(Path::Project(id)),
            _ => None,
        }
    }
}

/// Its cards. The sections overlap: an event is under "Upcoming" and "Spotlight" at once.
fn account(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let account = match &source.address {
        Address::Web(url) => match Path::of(url) {
            Some(Path::Account(account)) => Some(account),
            _ => None,
        },
        Address::File(_) | Address::Inline(_) => None,
    };
    let mut reading = linked::list(page, &text, HOME, |anchor| {
        let is_card = anchor
            .class
            .split_whitespace()
            .any(|name| name == "card" || name.starts_with("card--") || name == "clickable-card");
        let project = project_of(&anchor.url).filter(|_| is_card)?;
        let (of, _) = project.split_once('/')?;
        let own = account.as_deref().is_none_or(|account| account == of);
        own.then_some(project)
    });
    if reading.entries == 0 {
        // A file may be a project's page.
        if let Ok(mut events) = jsonld::read(page) {
            for listing in &mut events.listings {
                let link = listing.link.as_deref().map(Url::parse);
                let project = link.and_then(|link| project_of(&link.ok()?));
                listing.key = project.unwrap_or(std::mem::take(&mut listing.key));
            }
            return Ok(events);
        }
        // An account without coming projects has a page without cards; so has a login page.
        if !account.is_some_and(|account| names(&text, &account)) {
            return Err(Unreadable::NotWhatWasAsked(format!(
                "page is no account's of hasgeek.com{}",
                refusal::in_brackets(&text)
            )));
        }
    }
    reading.problems.extend(damage);
    Ok(reading)
}

/// `account/project`, if an address is that of a project's page.
fn project_of(url: &Url) -> Option<String> {
    match Path::of(url.as_str())? {
        Path::Project(project) => Some(project),
        Path::Account(_) => None,
    }
}

/// A project without a published schedule has a page and no times yet.
fn project(page: &Page, key: &str) -> Result<Reading, Unreadable> {
    let read = linked::event(page, key, project_of);
    let (text, _) = charset::text(page);
    if read.is_ok() || !names(&text, key) {
        return read;
    }
    Ok(Reading {
        entries: 1,
        problems: vec![Problem {
            line: 0,
            what: "the project's page gives no date: its schedule is not published yet".to_owned(),
            item: Some(key.to_owned()),
            lost: false,
        }],
        whole: true,
        ..Reading::default()
    })
}

/// Whether a page links to an account or a project, as every page of theirs does in its head; a login
/// page names it at most as the place to go on to (`/login?next=/rustbangalore`).
fn names(text: &str, path: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let link = format!("/{path}");
    text.match_indices(&link).any(|(at, _)| {
        let before = &text[..at];
        let after = text[at + link.len()..].chars().next();
        (before.ends_with(['"', '\'']) || before.ends_with("://hasgeek.com"))
            && matches!(after, Some('/' | '"' | '\''))
    })
}
