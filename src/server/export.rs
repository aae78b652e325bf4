//! Everything public as static files, for a host that serves files to a million subscribers.
//!
//! [`publish::folder`] switches them as a whole. `headers.json` has each file's content type, and for how long it may be
//! kept.

use super::content::{self, View};
use super::pages;
use super::question::{Kind, Question};
use super::reply::{Content, Refusal};
use super::snapshot::{Dated, Snapshot};
use super::state::State;
use crate::believe::curate::Shown;
use crate::believe::directory::GroupId;
use crate::facts::place::{Country, Place};
use crate::filter::Filter;
use crate::publish::{self, Written};
use crate::render::ical;
use crate::section::select::Heading;
use crate::store::{self, Store};
use crate::words::Language;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A page could not be made.
    #[error("{0}: {1}")]
    Page(String, Refusal),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] publish::FolderError),
}

/// Writes everything public under `folder`, the pages in one language; the time of `state` says what is to come.
///
/// # Errors
/// Names the page or the file; then what stood there stands.
pub fn export(state: &State, folder: &Path, language: &Language) -> Result<Written, Error> {
    let mut headers = Vec::new();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (path, content) in files(state, language)? {
        headers.push(json!({
            "path": path,
            "content_type": content.kind,
            "cache_control": content.cache_control(),
        }));
        all.insert(path, content.body);
    }
    all.insert("headers.json".to_owned(), format!("{:#}\n", json!(headers)));
    Ok(publish::folder(folder, &all)?)
}

/// What is asked for, and the file that it becomes.
struct PageOfExport {
    kind: Kind,
    parameter: Option<String>,
    address: String,
}

impl PageOfExport {
    fn new(kind: Kind, parameter: Option<String>, address: String) -> PageOfExport {
        PageOfExport {
            kind,
            parameter,
            address,
        }
    }

    fn file(&self) -> String {
        match self.address.as_str() {
            "/" => "index.html".to_owned(),
            address if self.is_page() => format!("{}/index.html", &address[1..]),
            address => address[1..].to_owned(),
        }
    }

    /// Whether it is a page for people, and not a file of data.
    fn is_page(&self) -> bool {
        let is_data = [".atom", ".ics"]
            .iter()
            .any(|end| self.address.ends_with(end));
        (self.kind.is_page() || self.kind == Kind::Embedded) && !is_data
    }
}

fn files(state: &State, language: &Language) -> Result<BTreeMap<String, Content>, Error> {
    let snapshot = state.snapshot();
    let now = state.hour();
    let wanted = wanted(state, &snapshot);
    let prefix = prefix(&state.setup.base);
    let addresses: HashSet<&str> = wanted.iter().map(|wanted| &*wanted.address).collect();
    let relinked = |content: Content| Content {
        body: relinked(&content.body, &prefix, &addresses),
        max_age: Some(content.max_age.unwrap_or(60)),
        ..content
    };
    let store = Store::open(&state.setup.database)?;
    let orders = state.setup.orders(now);
    let newsletter = content::newsletter(state, now);
    let known = content::known(state, &snapshot, &orders, newsletter, &store)?;
    let mut files = BTreeMap::new();
    for wanted in &wanted {
        let question = Question {
            path: wanted.parameter.clone(),
            pairs: Vec::new(),
        };
        let mut view = View {
            answers: false,
            known: Some(&known),
            ..View::of(state, &snapshot, &question, now)
        };
        if wanted.kind.is_translated() && wanted.is_page() {
            view.say.language = language;
        }
        let content = content::shown(&view, wanted.kind)
            .map_err(|refusal| Error::Page(wanted.address.clone(), refusal))?;
        let content = match content.kind.starts_with("text/html") {
            true => relinked(content),
            false => content,
        };
        files.insert(wanted.file(), content);
    }
    let missing = pages::problem::Problem {
        status: 404,
        title: "Not Found",
        detail: pages::problem::NO_PAGE,
        not_found: Some(pages::problem::NotFound::Page),
        instead: None,
    };
    let missing = pages::problem::page(&content::exported_site(state, language, now), &missing);
    let missing = Content::public("text/html; charset=utf-8", missing.into_string(), 60);
    files.insert("404.html".to_owned(), relinked(missing));
    Ok(files)
}

/// Every page and file of an export.
fn wanted(state: &State, snapshot: &Snapshot) -> Vec<PageOfExport> {
    let now = state.hour();
    let shown: Vec<&Dated> = snapshot
        .of(&Filter::default(), now.date_naive())
        .into_iter()
        .filter(|dated| dated.event.shown != Shown::Nowhere)
        .collect();
    let mut wanted: Vec<PageOfExport> = [
        (Kind::Upcoming, "/"),
        (Kind::Embedded, "/embed"),
        (Kind::Groups, "/groups"),
        (Kind::Sitemap, "/sitemap.xml"),
        (Kind::Robots, "/robots.txt"),
        (Kind::Section, "/section"),
        (Kind::SectionMarkdown, "/section.md"),
        (Kind::SectionJson, "/section.json"),
        (Kind::SectionHtml, "/section.html"),
        (Kind::Calls, "/cfp"),
        (Kind::CallsIcs, "/cfp.ics"),
        (Kind::CallsJson, "/cfp.json"),
        (Kind::CallsAtom, "/cfp.atom"),
        (Kind::EventsIcs, "/events.ics"),
        (Kind::EventsJson, "/events.json"),
        (Kind::EventsAtom, "/events.atom"),
        (Kind::EventsJson, "/v1/events.json"),
        (Kind::CallsJson, "/v1/cfp.json"),
        (Kind::SectionJson, "/v1/section.json"),
        (Kind::SourcesJson, "/v1/sources.json"),
        (Kind::Sources, "/sources"),
        (Kind::SourcesJson, "/sources.json"),
        (Kind::Style, "/style.css"),
        (Kind::Script, "/script.js"),
    ]
    .into_iter()
    .map(|(kind, address)| PageOfExport::new(kind, None, address.to_owned()))
    .collect();
    let mut named = |kind, folder: &str, name: String| {
        let address = format!("{folder}{name}");
        wanted.push(PageOfExport::new(kind, Some(name), address));
    };
    for page in 2..=content::pages_of_upcoming(state, snapshot, now) {
        named(Kind::UpcomingPage, "/page/", page.to_string());
    }
    for city in content::cities(state, snapshot, now) {
        named(Kind::City, "/in/", city);
    }
    for name in std::iter::once("all").chain(Heading::all().map(Heading::slug)) {
        named(Kind::Feed, "/feeds/", format!("{name}.ics"));
        // As the newsletter writes it; `serve` takes any spelling.
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let capital: String = first.into_iter().chain(letters).collect();
        named(Kind::Feed, "/feeds/", format!("{capital}.ics"));
    }
    let places = shown.iter().filter_map(|dated| dated.event.place.as_ref());
    let countries: BTreeSet<Country> = places.map(Place::country).collect();
    for country in countries {
        let code = country.code().to_ascii_lowercase();
        named(Kind::CountryFeed, "/feeds/country/", format!("{code}.ics"));
    }
    for group in groups(state, snapshot, &shown) {
        named(
            Kind::OrganiserFeed,
            "/feeds/organiser/",
            format!("{group}.ics"),
        );
        named(Kind::Organiser, "/organisers/", format!("{group}.atom"));
        named(Kind::Organiser, "/organisers/", group);
    }
    for dated in &shown {
        named(Kind::Event, "/events/", dated.event.id.to_string());
        if ical::is_told(&dated.event, now.date_naive()) {
            named(Kind::Event, "/events/", format!("{}.ics", dated.event.id));
        }
    }
    wanted
}

/// The names in addresses, of today and of before, of the groups that hold these events, and of those that are
/// configured.
fn groups(state: &State, snapshot: &Snapshot, shown: &[&Dated]) -> BTreeSet<String> {
    let configured = state.setup.configuration.sources.iter();
    let configured = configured.filter_map(|source| source.organiser.as_ref());
    let holding = shown.iter().flat_map(|dated| &dated.event.organisers);
    let names: BTreeSet<&str> = configured
        .chain(holding)
        .map(|group| &*group.name)
        .collect();
    let directory = &snapshot.directory;
    let groups: BTreeSet<&GroupId> = names
        .into_iter()
        .filter_map(|name| directory.named(name))
        .collect();
    let before = directory.slugs();
    let before = before.filter(|(_, group)| groups.contains(group));
    let before: BTreeSet<String> = before.map(|(slug, _)| slug.to_owned()).collect();
    let today = groups.iter().map(|group| directory.address_of(group));
    today.chain(before).collect()
}

/// The path under which a site is seen, without a slash at the end: empty, or `/repository`.
fn prefix(base: &str) -> String {
    url::Url::parse(base)
        .map(|url| url.path().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}

/// A page with its own links made to lead to files. All else in a page is escaped, so every quote is ours.
fn relinked(page: &str, prefix: &str, addresses: &HashSet<&str>) -> String {
    let mut text = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some(at) = rest.find("=\"/") {
        // Up to the slash, which begins the address.
        let (before, address) = rest.split_at(at + 2);
        text.push_str(before);
        rest = address;
        let is_link = [" href", " src", " action"]
            .iter()
            .any(|attribute| before[..at].ends_with(attribute));
        if !is_link {
            continue;
        }
        let (address, after) = rest.split_at(rest.find('"').unwrap_or(rest.len()));
        rest = after;
        let (address, fragment) = match address.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (address, None),
        };
        let plain = address.split('?').next().unwrap_or_default();
        text.push_str(prefix);
        text.push_str(plain);
        if addresses.contains(plain) && plain != "/" && !addresses_a_file(plain) {
            text.push('/');
        }
        if let Some(fragment) = fragment {
            text.push('#');
            text.push_str(fragment);
        }
    }
    text.push_str(rest);
    text
}

/// Whether the last part of an address has an ending.
fn addresses_a_file(address: &str) -> bool {
    [".ics", ".json", ".atom", ".md", ".html", ".css", ".js"]
        .iter()
        .any(|ending| address.ends_with(ending))
}
