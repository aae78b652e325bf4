//! One event in the platform's words, and what one reading of a page gives.
//!
//! The last place for text that is not checked: normalising a listing gives an
//! [`Event`](crate::facts::event::Event) or a reason why not.

use crate::facts::place::{Mode, Stated};
use crate::facts::source::{Request, Way};
use crate::facts::when::Stamp;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

/// One event, or one series of events, as a page lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The platform's own id: the UID of a feed, Meetup's number, Luma's `evt-…`. The same on every way
    /// in which the source can be read.
    pub key: String,
    /// The key under which its source knew it before it gave it another.
    pub predecessor: Option<String>,
    /// The day that tells it from an earlier event under the same key, where its source uses a key again.
    pub renewed: Option<NaiveDate>,
    /// That its source's list goes without it.
    pub missing: Option<Missing>,
    /// When its source named it for the first time, if it was named before.
    pub known_since: Option<DateTime<Utc>>,
    /// That its own page has said something new since its source's list was last believed.
    pub outdated: bool,
    /// The occurrence of a series that this listing stands for (RECURRENCE-ID), on the series' own clock.
    pub instance: Option<Stamp>,
    /// RANGE=THISANDFUTURE: the change holds for all later occurrences too.
    pub and_future: bool,
    /// Whether the source's list says this, or the event's own page.
    pub part: Part,
    /// By which way it was read.
    pub way: Way,
    /// The line of the page on which it begins, counted from 1; 0 where a page has no lines to speak of.
    pub line: usize,
    /// The title as written.
    pub title: String,
    /// When it starts; of a series the first time.
    pub start: Stamp,
    /// When it ends.
    pub end: Option<End>,
    /// The zone in which the source shows its times, where they are in UTC.
    pub zone: Option<Tz>,
    /// When it recurs.
    pub rule: Option<Rule>,
    /// What the source says of its state.
    pub status: Status,
    /// What the source says of its mode in a field of its own.
    pub mode: Option<Mode>,
    /// Where it is: none, one, or several halls.
    pub locations: Vec<Location>,
    /// Where it is joined online.
    pub online_url: Option<String>,
    /// Its page.
    pub link: Option<String>,
    /// Further pages of it, each with its words: mirrors, recordings.
    pub further_links: Vec<(String, String)>,
    /// Who holds it, as the page says.
    pub organisers: Vec<(String, Option<String>)>,
    /// What it is about, as plain text or the platform's markup.
    pub description: String,
    /// SEQUENCE, where the source counts.
    pub sequence: i64,
    /// LAST-MODIFIED, where the source has it, as written.
    pub modified: Option<String>,
    /// Its call for papers.
    pub call: Option<Call>,
    /// The first day on which it may be printed, where its author says so.
    pub print_from: Option<NaiveDate>,
    /// CLASS:PRIVATE and the like: never published.
    pub private: bool,
    /// Another group holds it and the list only repeats it: it is printed under its own organisers, never under
    /// those of the source.
    pub cross_listed: bool,
    /// What its reader decided between readings that are equally good.
    pub doubts: Vec<Doubt>,
}

/// A call for papers, as a source says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where talks are handed in; the event's page where it does not say.
    pub link: Option<String>,
    /// Until when: to the end of a day, or to a moment.
    pub until: Stamp,
}

/// That a page says two things of one fact, and what its reader took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// What they are about.
    pub about: About,
    /// What was taken, in a few words.
    pub taken: String,
    /// What was not, in a few words.
    pub other: String,
}

/// A fact that a page may state twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// In person, online or both.
    Mode,
    /// Its page.
    Link,
    /// Its day and hour.
    Time,
    /// Where it is.
    Place,
    /// The sentence from which it was read; what was concluded beside it stands as the other.
    Prose,
    /// That it takes place: the page that was to name its day does not.
    Check,
}

impl About {
    /// Every fact.
    pub const ALL: [About; 6] = [
        About::Mode,
        About::Link,
        About::Time,
        About::Place,
        About::Prose,
        About::Check,
    ];

    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            About::Mode => "mode",
            About::Link => "link",
            About::Time => "time",
            About::Place => "place",
            About::Prose => "prose",
            About::Check => "check",
        }
    }
}

impl Listing {
    /// A listing that says only what every listing must: who, what and when.
    pub fn new(
        key: impl Into<String>,
        title: impl Into<String>,
        start: Stamp,
        way: Way,
    ) -> Listing {
        Listing {
            key: key.into(),
            predecessor: None,
            renewed: None,
            missing: None,
            known_since: None,
            outdated: false,
            instance: None,
            and_future: false,
            part: Part::List,
            way,
            line: 0,
            title: title.into(),
            start,
            end: None,
            zone: None,
            rule: None,
            status: Status::Unsaid,
            mode: None,
            locations: Vec::new(),
            online_url: None,
            link: None,
            further_links: Vec::new(),
            organisers: Vec::new(),
            description: String::new(),
            sequence: 0,
            modified: None,
            call: None,
            print_from: None,
            private: false,
            cross_listed: false,
            doubts: Vec::new(),
        }
    }

    /// Of two readings that are equally good one was taken: the editor sees both.
    pub fn chose(&mut self, about: About, taken: impl Into<String>, other: impl Into<String>) {
        self.doubts.push(Doubt {
            about,
            taken: taken.into(),
            other: other.into(),
        });
    }

    /// Whether a source says the same with both. The line on which it stands says nothing about the event, nor does
    /// what was found out about the listing since it was read.
    pub fn says_the_same(&self, other: &Listing) -> bool {
        // Taken apart, so that a new field is not forgotten.
        let Listing {
            predecessor: _,
            renewed: _,
            missing: _,
            known_since: _,
            outdated: _,
            line: _,
            key,
            instance,
            and_future,
            part,
            way,
            title,
            start,
            end,
            zone,
            rule,
            status,
            mode,
            locations,
            online_url,
            link,
            further_links,
            organisers,
            description,
            sequence,
            modified,
            call,
            print_from,
            private,
            cross_listed,
            doubts,
        } = self;
        *key == other.key
            && *instance == other.instance
            && *and_future == other.and_future
            && *part == other.part
            && *way == other.way
            && *title == other.title
            && *start == other.start
            && *end == other.end
            && *zone == other.zone
            && *rule == other.rule
            && *status == other.status
            && *mode == other.mode
            && *locations == other.locations
            && *online_url == other.online_url
            && *link == other.link
            && *further_links == other.further_links
            && *organisers == other.organisers
            && *description == other.description
            && *sequence == other.sequence
            && *modified == other.modified
            && *call == other.call
            && *print_from == other.print_from
            && *private == other.private
            && *cross_listed == other.cross_listed
            && *doubts == other.doubts
    }

    /// What differs from one version of a listing to the next: it decides whether the event's page is read again: its LAST-MODIFIED, its start and its title.
    pub fn mark(&self) -> String {
        format!(
            "{}|{:?}|{}",
            self.modified.as_deref().unwrap_or_default(),
            self.start,
            self.title
        )
    }
}

/// That a source's list goes without an event which is not held to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The first reading that did not name it.
    pub since: DateTime<Utc>,
    /// What its own page answered since then, if it was asked: the last word that was one.
    pub answer: Option<Answer>,
    /// When its page was asked last.
    pub asked: Option<DateTime<Utc>>,
}

/// What the page of an event answered when its source's list went without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is still to come.
    Live,
    /// It does not take place: cancelled, or postponed.
    Off,
    /// There is no such page any more.
    Gone,
    /// Nothing that could be read as an answer: an error, another page, a page without the event.
    Silent,
}

impl Answer {
    /// Its name in the database and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Live => "live",
            Answer::Off => "off",
            Answer::Gone => "gone",
            Answer::Silent => "silent",
        }
    }

    /// The answer of that name.
    pub fn named(name: &str) -> Option<Answer> {
        [Answer::Live, Answer::Off, Answer::Gone, Answer::Silent]
            .into_iter()
            .find(|answer| answer.name() == name)
    }
}

/// Where on a source a listing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// In the source's list of events.
    List,
    /// On the event's own page, which outlives later readings of the list.
    Page,
}

/// How a listing says when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At a time; of whole days the day *after* the last (RFC 5545 section 3.6.1).
    At(Stamp),
    /// So long after its start.
    After(TimeDelta),
}

/// When a series recurs: the texts of its rules and the times beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// RRULE values, as written.
    pub rules: Vec<String>,
    /// EXRULE values, as written (RFC 2445; still served).
    pub except_rules: Vec<String>,
    /// RDATE: further starts, each with its end where it is a period.
    pub dates: Vec<(Stamp, Option<End>)>,
    /// EXDATE: starts that do not take place.
    pub except_dates: Vec<Stamp>,
}

/// What a source says of an event's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nothing.
    Unsaid,
    /// It takes place.
    Confirmed,
    /// It is planned. (Luma's feed says so of everything.)
    Tentative,
    /// It does not take place.
    Cancelled,
    /// It will take place on a day not yet known.
    Postponed,
}

/// Where an event is, as a platform says; every field as written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Location {
    /// The venue's name.
    pub venue: Option<String>,
    /// Street and so on, or the whole address in one text.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The state, province or region.
    pub state: Option<String>,
    /// The country, by code or name.
    pub country: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

impl Location {
    /// Its fields, as they are looked up in the table of places.
    pub fn stated(&self) -> Stated<'_> {
        Stated {
            venue: self.venue.as_deref(),
            address: self.address.as_deref(),
            city: self.city.as_deref(),
            state: self.state.as_deref(),
            country: self.country.as_deref(),
            latitude: self.latitude,
            longitude: self.longitude,
            zone: None,
        }
    }
}

/// What one page gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// How many events the page lists, whatever became of them.
    pub entries: usize,
    /// The events that could be read, in the page's order.
    pub listings: Vec<Listing>,
    /// What could not be read, or was read with doubt.
    pub problems: Vec<Problem>,
    /// Requests without which this reading is not whole: further pages of the list, and the pages of
    /// the events that a list only links to ([`Purpose::Event`](crate::facts::source::Purpose::Event)).
    pub next: Vec<Request>,
    /// Whether the page itself was whole: no entry lost.
    pub whole: bool,
    /// Whether the list may go on beyond its last entry (Meetup's feed ends with the tenth): it says
    /// nothing about events that start later than that.
    pub cut_off: bool,
    /// In which form the page held its events ("microformats", "JSON"), where a reader knows several; of the
    /// first page of a list.
    pub read_as: Option<String>,
    /// When the server made the page, where its entries say so.
    pub stamped_at: Option<DateTime<Utc>>,
}

/// When the list of a source was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// When it left its origin: as a cache says, else when we asked.
    pub left_origin_at: DateTime<Utc>,
    /// What its entries say.
    pub stamped_at: Option<DateTime<Utc>>,
}

/// Something a page says that could not be read or is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line of the page, counted from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong, and what was done about it.
    pub what: String,
    /// The entry it concerns: its key or title.
    pub item: Option<String>,
    /// Whether an entry was lost by it.
    pub lost: bool,
}

/// With what the problem of an address that has moved begins, and ends.
const MOVED: (&str, &str) = ("has moved for good to ", ": correct the configuration");

impl Problem {
    /// That a source's address has moved for good.
    pub fn moved(to: &str) -> Problem {
        Problem {
            line: 0,
            what: format!("{}{to}{}", MOVED.0, MOVED.1),
            item: None,
            lost: false,
        }
    }

    /// Where the source's address has moved for good, if that is the problem.
    pub fn moved_to(&self) -> Option<&str> {
        self.what.strip_prefix(MOVED.0)?.strip_suffix(MOVED.1)
    }
}

/// Why a page gave nothing at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Something else stands in its place: a login page, an error message, a bot wall.
    #[error("{0}")]
    NotWhatWasAsked(String),
    /// It is what was asked, but over a limit or damaged beyond reading.
    #[error("{0}")]
    Damaged(String),
    /// The platform asks to be left alone for a while, though its server answered.
    #[error("{what}")]
    NotNow {
        /// What it says.
        what: String,
        /// Until when, if it says.
        until: Option<DateTime<Utc>>,
    },
}
