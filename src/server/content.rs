//! A question and what is published → what is shown. The same question gives the same bytes until the database
//! or the day changes: so answers can be kept, and written by `export`.

use super::pages::{self, Site};
use super::session::Editor;
use super::snapshot::{Snapshot, Stamp};
use super::state::State;
use crate::believe::curate::Published;
use crate::facts::issue::{self, Window};
use crate::filter::{Filter, slug};
use crate::refresh::Orders;
use crate::section::print;
use crate::section::select::{Heading, Selection};
use crate::store::{self, Store};
use crate::why::{Known, Newsletter};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

mod calls;
mod feeds;
mod public;
mod refusal;
mod section;

pub(super) use public::{LONGEST_QUESTION, entry, is_own_path, issue_form, version};
pub use refusal::Refusal;
pub use section::pasted;

/// Entries of an Atom feed, and events of one page of JSON.
const MOST_ENTRIES: usize = 60;
pub(super) const MOST_EVENTS: usize = 500;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The upcoming events: the first of them, or all if they are few.
    Upcoming,
    /// A further page of them.
    UpcomingPage,
    /// The editor's page of a section.
    Section,
    /// A section as the newsletter prints it.
    SectionMarkdown,
    /// A section as JSON.
    SectionJson,
    /// A section as a small page.
    SectionHtml,
    /// The calls for papers that are open.
    Calls,
    /// Their deadlines as a calendar.
    CallsIcs,
    /// The same as JSON.
    CallsJson,
    /// The same as Atom.
    CallsAtom,
    /// A calendar of what a filter lets through.
    EventsIcs,
    /// The same as JSON.
    EventsJson,
    /// The same as Atom.
    EventsAtom,
    /// A calendar under a short address: of all events, or of a heading.
    Feed,
    /// The same of a country.
    CountryFeed,
    /// The same of a group.
    OrganiserFeed,
    /// A group; as a page, or as Atom.
    Organiser,
    /// One event.
    Event,
    /// Why something is there, or is not.
    Why,
    /// What would be read behind an address.
    Check,
    /// The sources.
    Sources,
    /// The sources as JSON.
    SourcesJson,
    /// The login.
    Login,
    /// The stylesheet.
    Style,
    /// The script.
    Script,
    /// What other robots may read.
    Robots,
    /// This interface, described for programs.
    OpenApi,
    /// Whether the process answers.
    Health,
    /// Whether there is anything to show.
    Ready,
    /// Figures for monitoring.
    Metrics,
}

impl Kind {
    /// Whether it is a page for people.
    pub fn is_page(self) -> bool {
        use Kind::{
            Calls, Check, Event, Login, Organiser, Section, Sources, Upcoming, UpcomingPage, Why,
        };
        matches!(
            self,
            Calls
                | Upcoming
                | UpcomingPage
                | Section
                | Organiser
                | Event
                | Why
                | Check
                | Sources
                | Login
        )
    }

    /// The state of what it shows: as long as that stays, so does the answer.
    pub(super) fn stamp(self, snapshot: &Snapshot) -> Stamp {
        use Kind::{
            Calls, CallsAtom, CallsIcs, CallsJson, CountryFeed, EventsAtom, EventsIcs, Feed,
            OpenApi, OrganiserFeed, Robots, Script, SectionHtml, SectionJson, Style, Upcoming,
            UpcomingPage,
        };
        match self {
            Style | Script | Robots | OpenApi => Stamp::default(),
            Calls | CallsIcs | CallsJson | CallsAtom | Upcoming | UpcomingPage | SectionJson
            | SectionHtml | EventsIcs | EventsAtom | Feed | CountryFeed | OrganiserFeed => {
                snapshot.news
            }
            // What sources last said, decisions and issues show on these, too.
            _ => snapshot.state,
        }
    }

    /// Whether other sites' pages may read it: data, never a page that an editor may be logged in on.
    pub fn is_data(self) -> bool {
        use Kind::{
            CallsAtom, CallsIcs, CallsJson, CountryFeed, EventsAtom, EventsIcs, EventsJson, Feed,
            OpenApi, OrganiserFeed, SectionHtml, SectionJson, SectionMarkdown, SourcesJson,
        };
        matches!(
            self,
            SectionMarkdown
                | SectionJson
                | SectionHtml
                | CallsIcs
                | CallsJson
                | CallsAtom
                | EventsIcs
                | EventsJson
                | EventsAtom
                | Feed
                | CountryFeed
                | OrganiserFeed
                | SourcesJson
                | OpenApi
        )
    }
}

/// What is asked of a route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The parameter in the path, decoded.
    pub path: Option<String>,
    /// The pairs of the query, decoded.
    pub pairs: Vec<(String, String)>,
}

/// What is shown, before it is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The body.
    pub body: String,
    /// Its media type.
    pub kind: &'static str,
    /// When it last changed, if that is known.
    pub modified: Option<DateTime<Utc>>,
    /// For how many seconds others may keep it; `None` if none may.
    pub max_age: Option<u32>,
    /// The name of a file of it.
    pub file: Option<String>,
}

impl Content {
    /// Something that anyone may see and keep for some seconds.
    pub fn public(kind: &'static str, body: String, max_age: u32) -> Content {
        Content {
            body,
            kind,
            modified: None,
            max_age: Some(max_age),
            file: None,
        }
    }

    /// A page.
    pub fn page(page: maud::Markup, editor: Option<&Editor>) -> Content {
        Content {
            max_age: editor.is_none().then_some(60),
            ..Content::public("text/html; charset=utf-8", page.into_string(), 0)
        }
    }

    /// Something that no cache may keep.
    pub fn fleeting(self) -> Content {
        Content {
            max_age: None,
            ..self
        }
    }

    /// Whether others may keep it.
    pub fn is_public(&self) -> bool {
        self.max_age.is_some()
    }

    /// The header that tells so.
    pub fn cache_control(&self) -> String {
        match self.max_age {
            Some(IMMUTABLE) => format!("public, max-age={IMMUTABLE}, immutable"),
            Some(seconds) => format!("public, max-age={seconds}"),
            None => "private, no-store".to_owned(),
        }
    }
}

/// Seconds of a year: for what is at another address once it is different.
const IMMUTABLE: u32 = 31_536_000;
/// Seconds for which feeds and data may be kept: clients that come every few hours see what is new.
const DATA: u32 = 300;

/// What every page knows.
pub fn site<'a>(state: &'a State, now: DateTime<Utc>, editor: Option<&'a Editor>) -> Site<'a> {
    Site {
        title: &state.set.configuration.settings.server.title,
        base: &state.set.base,
        now,
        editor: editor.map(|editor| pages::Editor {
            name: &editor.name,
            token: &editor.token,
        }),
        answers: true,
    }
}

/// What a question shows. `now` is the time for what depends on the day.
///
/// # Errors
/// A wrong parameter, a thing that there is not, or a database that cannot be read.
pub fn content(
    state: &State,
    snapshot: &Snapshot,
    kind: Kind,
    question: &Question,
    editor: Option<&Editor>,
    now: DateTime<Utc>,
) -> Result<Content, Refusal> {
    let view = View {
        editor,
        ..View::of(state, snapshot, question, now)
    };
    shown(&view, kind)
}

fn shown(view: &View<'_>, kind: Kind) -> Result<Content, Refusal> {
    match kind {
        Kind::Upcoming | Kind::UpcomingPage => view.upcoming(),
        Kind::Section => section::page(view, None),
        Kind::SectionMarkdown => section::markdown(view),
        Kind::SectionJson => section::json(view),
        Kind::SectionHtml => section::html(view),
        Kind::Calls => view.calls(),
        Kind::CallsIcs => view.calls_ics(),
        Kind::CallsJson => view.calls_json(),
        Kind::CallsAtom => view.calls_atom(),
        Kind::EventsIcs => view.calendar(&view.question.pairs, "/events.ics"),
        Kind::EventsJson => view.events(MOST_EVENTS),
        Kind::EventsAtom => view.atom(),
        Kind::Feed => view.feed(),
        Kind::CountryFeed => view.country_feed(),
        Kind::OrganiserFeed => view.organiser_feed(),
        Kind::Organiser => view.organiser(),
        Kind::Event => view.event(),
        Kind::Why => view.why(),
        Kind::Sources => view.sources(),
        Kind::SourcesJson => view.sources_json(),
        Kind::Login => view.login(None),
        Kind::Style => Ok(view.asset("text/css; charset=utf-8", pages::STYLE)),
        Kind::Script => Ok(view.asset("text/javascript; charset=utf-8", pages::SCRIPT)),
        Kind::Robots => Ok(Content::public(
            "text/plain; charset=utf-8",
            "User-agent: *\nDisallow: /why\nDisallow: /check\nDisallow: /login\nDisallow: /section?\n"
                .to_owned(),
            3600,
        )),
        Kind::OpenApi => Ok(Content::public(
            "application/json",
            format!("{:#}\n", super::openapi::document()),
            3600,
        )),
        // `health` and `check` answer these.
        Kind::Check | Kind::Health | Kind::Ready | Kind::Metrics => {
            Err(Refusal::missing("there is no such page"))
        }
    }
}

/// What a question shows on a site of static files: there is no login, and nothing answers a form.
///
/// `known` answers for all of its events, so that what an answer is looked up in is read once.
pub(super) fn exported(
    state: &State,
    snapshot: &Snapshot,
    known: &Known<'_>,
    kind: Kind,
    question: &Question,
    now: DateTime<Utc>,
) -> Result<Content, Refusal> {
    let view = View {
        answers: false,
        known: Some(known),
        ..View::of(state, snapshot, question, now)
    };
    match kind {
        // Static files cannot answer `after`: one file has them all.
        Kind::EventsJson => view.events(usize::MAX),
        kind => shown(&view, kind),
    }
}

/// How many pages list the upcoming events on a site of static files.
pub(super) fn pages_of_upcoming(state: &State, snapshot: &Snapshot, now: DateTime<Utc>) -> usize {
    let question = Question::default();
    View::of(state, snapshot, &question, now).pages_of_upcoming()
}

/// The newsletter of the next issue.
pub(super) fn newsletter(state: &State, now: DateTime<Utc>) -> Newsletter<'_> {
    let settings = &state.set.configuration.settings;
    let weekday = settings.newsletter.weekday;
    newsletter_of(state, issue::next_issue(state.set.today(now), weekday))
}

/// What answers are looked up in, with what the server knows already.
pub(super) fn known<'a>(
    state: &State,
    snapshot: &Snapshot,
    orders: &'a Orders<'a>,
    newsletter: Newsletter<'a>,
    store: &'a Store,
) -> Result<Known<'a>, store::Error> {
    Ok(Known::new(orders, newsletter, store).with(
        Arc::clone(&snapshot.published),
        snapshot.standings.clone(),
        state.printed(store)?,
    ))
}

fn newsletter_of(state: &State, issue: NaiveDate) -> Newsletter<'_> {
    let settings = &state.set.configuration.settings;
    Newsletter {
        issue,
        days: settings.section.days,
        weekday: settings.newsletter.weekday,
        zone: settings.newsletter.zone,
        style: &state.set.style,
        stale_after: settings.stale_after,
    }
}

/// What every page of a site of static files knows.
pub(super) fn exported_site(state: &State, now: DateTime<Utc>) -> Site<'_> {
    Site {
        answers: false,
        ..site(state, now, None)
    }
}

/// The login again, with the name that was tried and why it failed.
pub(super) fn login_again(
    state: &State,
    question: &Question,
    name: &str,
    why: &str,
) -> Result<Content, Refusal> {
    let snapshot = state.snapshot();
    let view = View::of(state, &snapshot, question, state.set.clock.now());
    view.login(Some((name, why)))
}

/// One question, and all that is needed to answer it.
pub(super) struct View<'a> {
    pub(super) state: &'a State,
    pub(super) snapshot: &'a Snapshot,
    pub(super) question: &'a Question,
    pub(super) editor: Option<&'a Editor>,
    pub(super) now: DateTime<Utc>,
    /// Whether anybody answers questions and forms.
    pub(super) answers: bool,
    /// What answers are looked up in, if more than this one are.
    known: Option<&'a Known<'a>>,
}

impl<'a> View<'a> {
    /// What visitors without a login see.
    pub(super) fn of(
        state: &'a State,
        snapshot: &'a Snapshot,
        question: &'a Question,
        now: DateTime<Utc>,
    ) -> View<'a> {
        View {
            state,
            snapshot,
            question,
            editor: None,
            now,
            answers: true,
            known: None,
        }
    }

    pub(super) fn site(&self) -> Site<'a> {
        Site {
            answers: self.answers,
            ..site(self.state, self.now, self.editor)
        }
    }

    /// Today, where the newsletter is made.
    pub(super) fn today(&self) -> NaiveDate {
        self.state.set.today(self.now)
    }

    /// Today in UTC, by which feeds go: subscribers are everywhere.
    fn utc_today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    fn everything(&self) -> impl Iterator<Item = &'a Published> + use<'a> {
        self.snapshot.in_order.iter().map(|dated| &*dated.event)
    }

    /// The events that a filter lets through, in the order of their starts.
    fn filtered(&self, filter: &Filter, today: NaiveDate) -> Vec<&'a Published> {
        let found = self.snapshot.of(filter, today).into_iter();
        found.map(|dated| &*dated.event).collect()
    }

    fn asset(&self, kind: &'static str, text: &str) -> Content {
        // A page asks for it with its fingerprint. One without it may be out of date soon.
        let named = self.question.pairs.iter().any(|(key, _)| key == "v");
        Content::public(kind, text.to_owned(), if named { IMMUTABLE } else { DATA })
    }

    /// The name of the group with that name in addresses.
    pub(super) fn organiser_name(&self, wanted: &str) -> Result<&'a str, Refusal> {
        let configured = self
            .state
            .set
            .configuration
            .sources
            .iter()
            .filter_map(|source| source.organiser.as_ref())
            .map(|organiser| organiser.name.as_str());
        let further = self
            .state
            .set
            .configuration
            .organisers
            .iter()
            .map(|organiser| organiser.name.as_str());
        configured
            .chain(further)
            .find(|name| slug(name) == wanted)
            .or_else(|| self.snapshot.group_name(wanted))
            .ok_or_else(|| Refusal::missing(format!("no group is known as {wanted:?}")))
    }
}

/// The days that are asked for by `issue`, or by `from` and `to`; the next issue's unless said.
pub(super) fn window(
    issue: Option<&str>,
    from: Option<&str>,
    to: Option<&str>,
    today: NaiveDate,
    settings: &crate::config::Settings,
) -> Result<(Window, Option<NaiveDate>), Refusal> {
    let (weekday, days) = (settings.newsletter.weekday, settings.section.days);
    let day = |key: &str, text: Option<&str>| match text
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        None => Ok(None),
        Some(text) => text
            .parse::<NaiveDate>()
            .ok()
            .filter(|day| (1990..=2199).contains(&chrono::Datelike::year(day)))
            .map(Some)
            .ok_or_else(|| Refusal::bad(key, format!("{text:?} is not a day such as 2026-08-26"))),
    };
    match (day("issue", issue)?, day("from", from)?, day("to", to)?) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(Refusal::bad(
            "issue",
            "is asked for by its day alone, without from and to",
        )),
        (Some(day), None, None) => match issue::neighbours(day, weekday) {
            None => Ok((Window::starting(day, days), Some(day))),
            Some((before, after)) => Err(Refusal::bad(
                "issue",
                format!("{day} is no issue day: the issues around it are {before} and {after}"),
            )),
        },
        (None, Some(from), Some(to)) => Window::new(from, to)
            .filter(|window| (window.to - window.from).num_days() <= 3 * 366)
            .map(|window| (window, None))
            .ok_or_else(|| {
                Refusal::bad(
                    "to",
                    format!("{to} lies before from={from}, or more than three years after it"),
                )
            }),
        (None, Some(from), None) => Ok((Window::starting(from, days), None)),
        (None, None, Some(_)) => Err(Refusal::bad("to", "needs from")),
        (None, None, None) => {
            let day = issue::next_issue(today, weekday);
            Ok((Window::starting(day, days), Some(day)))
        }
    }
}

/// What a section is selected by.
pub(super) fn selection(window: Window, headings: &[Heading]) -> Selection {
    Selection {
        window,
        headings: headings.to_vec(),
        new_since: None,
    }
}

/// The section of a selection as Markdown.
pub(super) fn as_markdown(view: &View<'_>, selection: &Selection) -> String {
    let style = &view.state.set.style;
    let section = crate::section::select::select(
        view.everything(),
        &view.snapshot.suspicions,
        selection,
        style,
    );
    print::section(&section, style)
}
