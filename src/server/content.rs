//! A question and what is published → what is shown. The same question gives the same bytes until the database
//! or the day changes: so answers can be kept, and written by `export`.

use super::pages::problem::NotFound;
use super::pages::{self, Say, Site};
use super::question::{Editor, Kind, MOST_EVENTS, Question};
use super::reply::{Content, IMMUTABLE, Refusal};
use super::snapshot::Snapshot;
use super::state::State;
use crate::believe::curate::Published;
use crate::believe::directory::GroupId;
use crate::facts::issue::{self, Window};
use crate::filter::Filter;
use crate::refresh::Orders;
use crate::section::print;
use crate::section::select::{Heading, Selection};
use crate::store::{self, Store};
use crate::why::{Known, Newsletter};
use crate::words::Language;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

mod agenda;
mod calls;
mod directory;
mod discover;
mod feeds;
mod follow;
mod public;
mod section;

pub(super) use public::{entry, is_own_path, issue_form, named_here, version};
pub use section::pasted;

/// Entries of an Atom feed.
const MOST_ENTRIES: usize = 60;

/// Seconds for which feeds and data may be kept: clients that come every few hours see what is new.
const DATA: u32 = 300;

/// What every page knows; in English, as the editors' pages are.
pub fn site<'a>(state: &'a State, now: DateTime<Utc>, editor: Option<&'a Editor>) -> Site<'a> {
    let newsletter = &state.setup.configuration.settings.newsletter;
    Site {
        title: &state.setup.configuration.settings.server.title,
        base: &state.setup.base,
        topic: state.setup.configuration.settings.topic.name(),
        now,
        say: Say {
            language: state.setup.languages.english(),
            is_asked: false,
        },
        languages: &state.setup.languages,
        here: None,
        editor: editor.map(|editor| pages::Editor {
            name: &editor.name,
            token: &editor.token,
        }),
        newsletter: newsletter
            .name
            .as_deref()
            .map(|name| (name, newsletter.url.as_deref())),
        answers: true,
    }
}

/// What a question shows.
///
/// # Errors
/// A wrong parameter, a thing that there is not, or a database that cannot be read.
pub fn shown(view: &View<'_>, kind: Kind) -> Result<Content, Refusal> {
    match kind {
        Kind::Upcoming | Kind::UpcomingPage => view.upcoming(),
        Kind::Section => section::page(view, None),
        Kind::SectionMarkdown => section::markdown(view),
        Kind::SectionJson => section::json(view),
        Kind::SectionHtml => section::html(view),
        Kind::Follow => view.follow(),
        Kind::Calls => view.calls(),
        Kind::CallsIcs => view.calls_ics(),
        Kind::CallsJson => view.calls_json(),
        Kind::CallsAtom => view.calls_atom(),
        Kind::EventsIcs => view.calendar(&view.question.pairs, "/events.ics"),
        // Static files cannot answer `after`: one file has them all.
        Kind::EventsJson if !view.answers => view.events(usize::MAX),
        Kind::EventsJson => view.events(MOST_EVENTS),
        Kind::EventsAtom => view.atom(),
        Kind::Feed => view.feed(),
        Kind::CountryFeed => view.country_feed(),
        Kind::OrganiserFeed => view.organiser_feed(),
        Kind::Organiser => view.organiser(),
        Kind::Event => view.event(),
        Kind::Why => view.why(),
        Kind::Discover => view.discover(),
        Kind::Sources => view.sources(),
        Kind::SourcesJson => view.sources_json(),
        Kind::Login => view.login(None),
        Kind::Style => Ok(view.asset("text/css; charset=utf-8", pages::STYLE)),
        Kind::Script => Ok(view.asset("text/javascript; charset=utf-8", pages::SCRIPT)),
        Kind::City => view.city(),
        Kind::Embedded => view.embedded(),
        Kind::Groups => view.groups(),
        Kind::Sitemap => view.sitemap(),
        Kind::Robots => view.robots(),
        Kind::OpenApi => Ok(Content::public(
            "application/json",
            format!(
                "{:#}\n",
                super::openapi::document(&view.state.setup.languages)
            ),
            3600,
        )),
        // `health` and `check` answer these.
        Kind::Check | Kind::Health | Kind::Ready | Kind::Metrics => Err(Refusal::no_page()),
    }
}

/// Works out what pages show of all that is to come, where something was published or another hour has begun: so that no
/// visitor waits for it.
pub fn prepare(state: &State) {
    state.snapshot().to_come(state.hour());
    pages::upcoming::prepare();
}

/// How many pages list the upcoming events on a site of static files.
pub(super) fn pages_of_upcoming(state: &State, snapshot: &Snapshot, now: DateTime<Utc>) -> usize {
    let question = Question::default();
    View::of(state, snapshot, &question, now).pages_of_upcoming()
}

/// The cities that have a page.
pub(super) fn cities(state: &State, snapshot: &Snapshot, now: DateTime<Utc>) -> BTreeSet<String> {
    let question = Question::default();
    View::of(state, snapshot, &question, now).cities()
}

/// The newsletter of the next issue.
pub(super) fn newsletter(state: &State, now: DateTime<Utc>) -> Newsletter<'_> {
    let settings = &state.setup.configuration.settings;
    let rhythm = settings.newsletter.rhythm;
    newsletter_of(state, issue::next_issue(state.setup.today(now), rhythm))
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
    let settings = &state.setup.configuration.settings;
    Newsletter {
        issue,
        days: settings.section.days,
        rhythm: settings.newsletter.rhythm,
        zone: settings.newsletter.zone,
        style: &state.setup.style,
        stale_after: settings.stale_after,
    }
}

/// What every page of a site of static files knows, in a language.
pub(super) fn exported_site<'a>(
    state: &'a State,
    language: &'a Language,
    now: DateTime<Utc>,
) -> Site<'a> {
    Site {
        answers: false,
        say: Say {
            language,
            is_asked: false,
        },
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
    let view = View::of(state, &snapshot, question, state.setup.clock.now());
    view.login(Some((name, why)))
}

/// One question, and all that is needed to answer it.
pub struct View<'a> {
    pub(super) state: &'a State,
    pub(super) snapshot: &'a Snapshot,
    pub(super) question: &'a Question,
    pub(super) editor: Option<&'a Editor>,
    pub(super) now: DateTime<Utc>,
    /// The language of the page.
    pub(super) say: Say<'a>,
    /// Its address without its language, if it can be asked for in others.
    pub(super) here: Option<&'a str>,
    /// Whether a server answers questions and forms.
    pub(super) answers: bool,
    /// What answers are looked up in, if more than this one are.
    pub(super) known: Option<&'a Known<'a>>,
}

impl<'a> View<'a> {
    /// What visitors without a login see, in English.
    pub fn of(
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
            say: Say {
                language: state.setup.languages.english(),
                is_asked: false,
            },
            here: None,
            answers: true,
            known: None,
        }
    }

    /// The same page in a language; `here` is its address without the language, if it can be asked for in others.
    pub fn in_language(self, say: Say<'a>, here: Option<&'a str>) -> View<'a> {
        View { say, here, ..self }
    }

    pub(super) fn site(&self) -> Site<'a> {
        Site {
            answers: self.answers,
            say: self.say,
            here: self.here,
            ..site(self.state, self.now, self.editor)
        }
    }

    /// Today, where the newsletter is made.
    pub(super) fn today(&self) -> NaiveDate {
        self.state.setup.today(self.now)
    }

    /// Today in UTC, by which feeds go: subscribers are everywhere.
    fn utc_today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    fn everything(&self) -> impl Iterator<Item = &'a Published> + use<'a> {
        self.snapshot.in_order.iter().map(|dated| &*dated.event)
    }

    /// The filter that some pairs say; each thing that it names is known.
    fn filter<'p>(
        &self,
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Filter, Refusal> {
        let filter = Filter::parse(pairs)?;
        if filter.names_something() {
            let configuration = &self.state.setup.configuration;
            let mut known = self.snapshot.known();
            let sources = configuration.sources.iter();
            known.sources.extend(sources.map(|source| &*source.id.0));
            return Ok(filter.settled(&known)?);
        }
        Ok(filter)
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

    /// The group that an address names.
    pub(super) fn group(&self, wanted: &str) -> Result<&'a GroupId, Refusal> {
        let found = self.snapshot.directory.find(wanted);
        let unknown =
            || Refusal::not_found(NotFound::Group, format!("no group is known as {wanted:?}"));
        found.ok_or_else(unknown)
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
    let (rhythm, days) = (settings.newsletter.rhythm, settings.section.days);
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
        (Some(day), None, None) => match issue::neighbours(day, rhythm) {
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
            let day = issue::next_issue(today, rhythm);
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
    let style = &view.state.setup.style;
    let section = crate::section::select::select(
        view.everything(),
        &view.snapshot.suspicions,
        selection,
        style,
    );
    print::section(&section, style)
}
