//! What is asked of a route, and by whom.

use super::snapshot::{Snapshot, Stamp};
use crate::filter::KEYS;

/// Events of one page of JSON.
pub(super) const MOST_EVENTS: usize = 500;
/// Bytes of an address or of words that are asked about.
pub(super) const LONGEST_QUESTION: usize = 2_048;

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
    /// Choosing what to follow.
    Follow,
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
    /// Groups that no source reads, for editors.
    Discover,
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
    /// The events in a city.
    City,
    /// The next events for a frame on another site.
    Embedded,
    /// All groups.
    Groups,
    /// The addresses of the pages, for search engines.
    Sitemap,
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
            Calls, Check, City, Discover, Event, Follow, Groups, Login, Organiser, Section,
            Sources, Upcoming, UpcomingPage, Why,
        };
        matches!(
            self,
            Calls
                | City
                | Groups
                | Follow
                | Upcoming
                | UpcomingPage
                | Section
                | Organiser
                | Event
                | Why
                | Check
                | Discover
                | Sources
                | Login
        )
    }

    /// Whether it is a page for visitors, in their language. Editors' pages are in English.
    pub fn is_translated(self) -> bool {
        use Kind::{Discover, Embedded, Login, Section, Sources};
        self == Embedded || self.is_page() && !matches!(self, Discover | Login | Section | Sources)
    }

    /// Whether a page asks for a key of the filter, so that a value which is refused can be corrected.
    pub fn takes(self, key: &str) -> bool {
        match self {
            Kind::Upcoming | Kind::UpcomingPage | Kind::Follow | Kind::Embedded => {
                KEYS.contains(&key)
            }
            Kind::Section => ["region", "from", "to"].contains(&key),
            _ => false,
        }
    }

    /// The state of what it shows: as long as that stays, so does the answer.
    pub(super) fn stamp(self, snapshot: &Snapshot) -> Stamp {
        use Kind::{
            Calls, CallsAtom, CallsIcs, CallsJson, City, CountryFeed, Embedded, EventsAtom,
            EventsIcs, EventsJson, Feed, Follow, Groups, OpenApi, OrganiserFeed, Robots, Script,
            SectionHtml, SectionJson, Sitemap, Style, Upcoming, UpcomingPage,
        };
        match self {
            Style | Script | Robots | OpenApi => Stamp::default(),
            Calls | City | Embedded | EventsJson | Follow | Groups | Sitemap | CallsIcs
            | CallsJson | CallsAtom | Upcoming | UpcomingPage | SectionJson | SectionHtml
            | EventsIcs | EventsAtom | Feed | CountryFeed | OrganiserFeed => snapshot.news,
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

/// An editor who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// The name.
    pub name: String,
    /// What every form of this login carries.
    pub token: String,
    /// Under which the database knows the login.
    pub(super) hash: String,
}
