//! The web server: pages for editors and organisers, feeds for subscribers.
//!
//! ```text
//!  connection ──request──▶ ROUTES ──▶ content ──Content──▶ answer ──response──▶
//!   (limits)                            │                  (ETag, 304, gzip, br)
//!                                       ▼
//!                               state: what is published, as of the last change of the database
//! ```
//!
//! What is public is a plain function of what is published, the question and the day ([`content`]): the same
//! bytes are served, kept for the next who asks, and written by `export`. What changes something is in
//! [`session`], `decisions`, `suspects` and `discover`, behind a login.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::sync::Arc;

mod answer;
mod check;
mod connection;
pub mod content;
mod decisions;
mod discover;
mod drafts;
pub mod export;
pub mod health;
mod kept;
mod language;
mod limits;
mod openapi;
pub mod pages;
pub mod question;
mod refused;
pub mod reply;
pub mod session;
mod snapshot;
pub mod state;
mod suspects;
mod turns;
mod visitor;

pub use connection::run;
pub use snapshot::{Agenda, Counts, Dated, Row, Snapshot, Stamp, ToCome};
pub use state::{Clock, Fetchers, Setup, State};

use question::Kind;

/// Bytes of a form, and of a form with a draft in it.
const LONGEST_FORM: usize = 64 << 10;
const LONGEST_DRAFT: usize = 2 << 20;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Answers a question, and changes nothing.
    Shows(Kind),
    /// Reconciles a pasted draft, and changes nothing.
    Reconciles,
    /// Logs in.
    LogsIn,
    /// Logs out.
    LogsOut,
    /// Records a decision.
    Decides,
    /// Takes a decision back.
    Undoes,
    /// Stops naming a group as missing.
    Dismisses,
    /// Names a group again that was dismissed.
    Expects,
    /// Ignores a candidate for a source.
    Ignores,
    /// Shows a candidate again that was ignored.
    ShowsAgain,
}

impl Does {
    /// Whether something is different afterwards.
    pub fn changes(self) -> bool {
        !matches!(self, Does::Shows(_) | Does::Reconciles)
    }
}

/// Every route: its path, with parameters in braces, and what it does. What shows is asked with GET or HEAD,
/// the rest with POST.
#[rustfmt::skip]
pub const ROUTES: &[(&str, Does)] = &[
    ("/", Does::Shows(Kind::Upcoming)),
    ("/page/{page}", Does::Shows(Kind::UpcomingPage)),
    ("/in/{city}", Does::Shows(Kind::City)),
    ("/embed", Does::Shows(Kind::Embedded)),
    ("/groups", Does::Shows(Kind::Groups)),
    ("/section", Does::Shows(Kind::Section)),
    ("/section", Does::Reconciles),
    ("/section.md", Does::Shows(Kind::SectionMarkdown)),
    ("/section.json", Does::Shows(Kind::SectionJson)),
    ("/section.html", Does::Shows(Kind::SectionHtml)),
    ("/follow", Does::Shows(Kind::Follow)),
    ("/cfp", Does::Shows(Kind::Calls)),
    ("/cfp.ics", Does::Shows(Kind::CallsIcs)),
    ("/cfp.json", Does::Shows(Kind::CallsJson)),
    ("/cfp.atom", Does::Shows(Kind::CallsAtom)),
    ("/events.ics", Does::Shows(Kind::EventsIcs)),
    ("/events.json", Does::Shows(Kind::EventsJson)),
    ("/events.atom", Does::Shows(Kind::EventsAtom)),
    ("/v1/events.json", Does::Shows(Kind::EventsJson)),
    ("/v1/cfp.json", Does::Shows(Kind::CallsJson)),
    ("/v1/section.json", Does::Shows(Kind::SectionJson)),
    ("/v1/sources.json", Does::Shows(Kind::SourcesJson)),
    ("/feeds/{feed}", Does::Shows(Kind::Feed)),
    ("/feeds/country/{feed}", Does::Shows(Kind::CountryFeed)),
    ("/feeds/organiser/{feed}", Does::Shows(Kind::OrganiserFeed)),
    ("/organisers/{organiser}", Does::Shows(Kind::Organiser)),
    ("/events/{event}", Does::Shows(Kind::Event)),
    ("/why", Does::Shows(Kind::Why)),
    ("/check", Does::Shows(Kind::Check)),
    ("/discover", Does::Shows(Kind::Discover)),
    ("/discover/ignore", Does::Ignores),
    ("/discover/again", Does::ShowsAgain),
    ("/sources", Does::Shows(Kind::Sources)),
    ("/sources.json", Does::Shows(Kind::SourcesJson)),
    ("/decisions", Does::Decides),
    ("/decisions/undo", Does::Undoes),
    ("/suspects/dismiss", Does::Dismisses),
    ("/suspects/expect", Does::Expects),
    ("/login", Does::Shows(Kind::Login)),
    ("/login", Does::LogsIn),
    ("/logout", Does::LogsOut),
    ("/style.css", Does::Shows(Kind::Style)),
    ("/script.js", Does::Shows(Kind::Script)),
    ("/sitemap.xml", Does::Shows(Kind::Sitemap)),
    ("/robots.txt", Does::Shows(Kind::Robots)),
    ("/openapi.json", Does::Shows(Kind::OpenApi)),
    ("/healthz", Does::Shows(Kind::Health)),
    ("/readyz", Does::Shows(Kind::Ready)),
    ("/metrics", Does::Shows(Kind::Metrics)),
];

/// Whether something is posted to a path of [`ROUTES`].
fn is_posted_to(path: &str) -> bool {
    let mut routes = ROUTES.iter();
    routes.any(|(known, does)| *known == path && !matches!(does, Does::Shows(_)))
}

/// The routes, ready to be served.
fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for (path, does) in ROUTES {
        let methods = match *does {
            Does::Shows(kind) => get(
                move |state: axum::extract::State<Arc<State>>, asked: answer::Asked| async move {
                    answer::show(state.0, kind, path, asked).await
                },
            )
            .options(move || async move { answer::options(kind, is_posted_to(path)) }),
            Does::Reconciles => post(drafts::reconcile).layer(DefaultBodyLimit::max(LONGEST_DRAFT)),
            Does::LogsIn => post(session::log_in),
            Does::LogsOut => post(session::log_out),
            Does::Decides => post(decisions::decide),
            Does::Undoes => post(decisions::undo),
            Does::Dismisses => post(suspects::dismiss),
            Does::Expects => post(suspects::expect),
            Does::Ignores => post(discover::ignore),
            Does::ShowsAgain => post(discover::again),
        };
        router = router.route(path, methods);
    }
    router
        .fallback(answer::no_such_page)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(state),
            answer::outermost,
        ))
        .with_state(Arc::clone(state))
}
