//! Sources: who serves events, on which platform, by which way; and requests and pages as plain values.

use crate::facts::link::Link;
use crate::facts::place::{Mode, Place};
use crate::facts::topic::Topic;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::{fmt, path::PathBuf};
use url::Url;

pub mod google;
mod platform;
pub mod repeats;
mod rules;

pub use platform::{OwnPages, Platform, Word};
pub use repeats::Repeats;
pub use rules::{Pick, Rules};

/// A source's id: platform and slug (`meetup/rust-berlin`), or what the configuration names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub String);

impl fmt::Display for SourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A way in which a source can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The platform's interface for programs, which only a key opens.
    Api,
    /// A platform's list of items as JSON.
    Items,
    /// An iCalendar feed.
    Feed,
    /// A web page.
    Page,
    /// The configuration itself.
    Configuration,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 5] = [
        Way::Api,
        Way::Items,
        Way::Feed,
        Way::Page,
        Way::Configuration,
    ];

    /// Its name in reports and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Way::Api => "api",
            Way::Items => "items",
            Way::Feed => "feed",
            Way::Page => "page",
            Way::Configuration => "configuration",
        }
    }

    /// The way of that name.
    pub fn named(name: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.name() == name)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Who holds an event, as the newsletter prints it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Organiser {
    /// The name.
    pub name: String,
    /// The page it links to.
    pub url: Option<Link>,
}

/// Where a source is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// On the web, as the configuration writes it (a page's address as given, not in print spelling:
    /// servers may care about a slash).
    Web(String),
    /// A file that the configuration names.
    File(PathBuf),
    /// Events written in the configuration itself.
    Inline(Vec<Handwritten>),
}

impl Address {
    /// An address on the web: as written, but `webcal` is the `https` it stands for, and the page of a
    /// public Google calendar (`…/calendar/embed?src=`, `…?cid=`) becomes the calendar's feed.
    pub fn web(url: &str) -> Address {
        let url = url.trim();
        let spelled = match url.split_once(':') {
            Some((scheme, rest)) if ["webcal", "webcals"].contains(&&*scheme.to_lowercase()) => {
                format!("https:{rest}")
            }
            _ => url.to_owned(),
        };
        let feed = Url::parse(&spelled).ok().and_then(|url| google::feed(&url));
        Address::Web(feed.map_or(spelled, String::from))
    }
}

/// One source, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id, unique in a configuration.
    pub id: SourceId,
    /// Where it is read.
    pub address: Address,
    /// Who reads it.
    pub platform: Platform,
    /// Whom its events are printed under; `None` for a calendar of many groups.
    pub organiser: Option<Organiser>,
    /// Its home: the place of events that name none, and of online events.
    pub place: Option<Place>,
    /// The zone of events that name none; the home's unless configured.
    pub zone: Option<Tz>,
    /// The mode of its events, where the source cannot say.
    pub mode: Option<Mode>,
    /// The mode of all its events, whatever the source says.
    pub force_mode: Option<Mode>,
    /// The place of all its events, whatever the source says.
    pub force_place: Option<Place>,
    /// What an event must be about; empty for a group that is all about the newsletter's topic.
    pub only: Topic,
    /// What a list of conferences on many topics is read for.
    pub topic: Option<String>,
    /// Other addresses of the same group.
    pub aliases: Vec<Link>,
    /// Addresses this group had before, each with the day it moved.
    pub replaces: Vec<(Link, NaiveDate)>,
    /// That the source lists nothing for months is no alarm.
    pub expect_empty: bool,
    /// By which elements its events are found, for `platform = "html"`.
    pub rules: Option<Rules>,
    /// The event written by hand that must find its days on its page, for `platform = "checked"`.
    pub checked: Option<Box<Handwritten>>,
}

/// The source that took the place of another: it names the other's address under `replaces`; and from which
/// day on.
pub fn successor<'a>(sources: &'a [Source], of: &Source) -> Option<(&'a Source, NaiveDate)> {
    let Address::Web(url) = &of.address else {
        return None;
    };
    let link = Link::parse(url).ok();
    let is_its =
        |old: &Link| Some(old) == link.as_ref() || Address::web(old.as_str()) == of.address;
    sources.iter().find_map(|source| {
        let (_, from) = source.replaces.iter().find(|(old, _)| is_its(old))?;
        Some((source, *from))
    })
}

/// The id of the source of what people wrote into a draft by hand.
pub const NEWSLETTER: &str = "newsletter";

impl Source {
    /// A source that says nothing but where it is and who reads it.
    pub fn new(id: &str, address: Address, platform: Platform) -> Source {
        Source {
            id: SourceId(id.to_owned()),
            address,
            platform,
            organiser: None,
            place: None,
            zone: None,
            mode: None,
            force_mode: None,
            force_place: None,
            only: Topic::default(),
            topic: None,
            aliases: Vec::new(),
            replaces: Vec::new(),
            expect_empty: false,
            rules: None,
            checked: None,
        }
    }

    /// Whether people wrote its events, in the configuration or in a printed section: their words are printed as
    /// they stand, and their source is never held.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.platform, Platform::Manual | Platform::Section)
    }

    /// The newsletter itself, as the source of the rows that people wrote into its draft. It is never
    /// visited: its listings are kept when a draft is brought up to date.
    pub fn newsletter() -> Source {
        let address = Address::Inline(Vec::new());
        Source {
            expect_empty: true,
            ..Source::new(NEWSLETTER, address, Platform::Section)
        }
    }
}

/// An event written by hand in the configuration, checked for form only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handwritten {
    /// The line of its `[[event]]`, counted from 1.
    pub line: usize,
    /// Its key within the file: what `id` says, else its link and date.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its first day, or its local start.
    pub start: crate::facts::when::Stamp,
    /// Its last day (inclusive), or its local end.
    pub end: Option<crate::facts::when::Stamp>,
    /// The zone of its times.
    pub zone: Option<Tz>,
    /// Its place.
    pub place: Option<Place>,
    /// Its mode.
    pub mode: Option<Mode>,
    /// Whom it is printed under.
    pub organiser: Option<Organiser>,
    /// Its page.
    pub link: Option<Link>,
    /// Its status, as RFC 5545 names them in lower case, or `postponed`.
    pub status: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where its call for papers is, and until when it is open.
    pub call: Option<(Link, crate::facts::when::Stamp)>,
    /// The first day on which it may be printed.
    pub print_from: Option<NaiveDate>,
    /// When it repeats.
    pub repeats: Option<Repeats>,
    /// The page that must name a day on which it repeats, for it to take place then. As it is written: servers may
    /// care about a slash.
    pub check: Option<String>,
}

/// One request that a reader asks for: where, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: String,
    /// What it is expected to hold.
    pub purpose: Purpose,
    /// By which way of the source.
    pub way: Way,
    /// What is posted to the address, as JSON; `None` to get what stands there.
    pub body: Option<String>,
    /// The key that the host asks for. Its name alone: readers never see the secret.
    pub key: Option<Credential>,
}

impl Request {
    /// A request for what stands at an address, open to everybody.
    pub fn get(url: impl Into<String>, purpose: Purpose, way: Way) -> Request {
        Request {
            url: url.into(),
            purpose,
            way,
            body: None,
            key: None,
        }
    }
}

/// The name of a credential that a platform's interface asks for, after the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// Of a Meetup Pro subscriber: an OAuth client and its signing key.
    Meetup,
    /// A private token of any Eventbrite account.
    Eventbrite,
    /// An API key of connpass.
    Connpass,
    /// A token of any account of GitHub: without one it answers fewer questions an hour.
    Github,
}

impl Credential {
    /// Every key.
    pub const ALL: [Credential; 4] = [
        Credential::Meetup,
        Credential::Eventbrite,
        Credential::Connpass,
        Credential::Github,
    ];

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Credential::Meetup => "meetup",
            Credential::Eventbrite => "eventbrite",
            Credential::Connpass => "connpass",
            Credential::Github => "github",
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The source's list of events, or a further page of it.
    List,
    /// The page that tells where the list is (a Luma page that names its calendar).
    Signpost,
    /// The page of one event: the key of its listing, and the mark of the version that asked for it.
    Event {
        /// The listing's key.
        key: String,
        /// [`Listing::mark`](crate::facts::listing::Listing::mark) of the list's version.
        mark: String,
    },
}

/// What a host answered to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What was asked.
    pub request: Request,
    /// The address that answered, after redirects.
    pub url: String,
    /// `Content-Type`, where the server sent one.
    pub content_type: Option<String>,
    /// The body, decoded from its transfer and content codings, within the limit.
    pub body: Vec<u8>,
    /// When it was fetched.
    pub at: DateTime<Utc>,
}
