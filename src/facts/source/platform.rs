//! The platforms: what is true of each stands in one row of [`TABLE`], and how its pages are read in one file of
//! `read/`. What their links mean is in `data/hosts.tsv`.

use super::{SourceId, Way};
use crate::facts::link::is_host;
use chrono::TimeDelta;
use std::fmt;

/// The platform that serves a source; it decides which reader reads the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// meetup.com: its interface, or a group's feed and the pages of its events.
    Meetup,
    /// luma.com: a calendar's items, or its feed.
    Luma,
    /// hasgeek.com: an account's page, and the pages of its projects.
    Hasgeek,
    /// A community on Bevy (gdg.community.dev and others): a chapter's events.
    Bevy,
    /// pretix, on pretix.eu or a host of its own: the feed of an organiser or an event.
    Pretix,
    /// Mobilizon, on any host: the feed of a group.
    Mobilizon,
    /// eventbrite.com and its sisters in other countries: an organiser's events, or one event's page.
    Eventbrite,
    /// connpass.com: a group's events.
    Connpass,
    /// Any iCalendar feed or file (RFC 5545).
    Ics,
    /// Any page that holds schema.org events as JSON-LD.
    Jsonld,
    /// Any page, feed or answer that announces events, in whichever form it does.
    Page,
    /// Any page that only links to pages of events, which hold schema.org data.
    List,
    /// A public list of conferences as JSON: conference-data, developers.events.
    Conferences,
    /// Any page, by rules that say which elements hold its events; without rules as a person reads it.
    Html,
    /// JSON that holds a list of things with a title and a date, perhaps by rules that say under which names.
    Json,
    /// A printed section: a draft on the web, last week's issue.
    Section,
    /// Events written by hand in the configuration.
    Manual,
    /// An event written by hand that repeats, and the page that names its days.
    Checked,
}

/// What is true of a platform.
struct Row {
    platform: Platform,
    /// Its name in the configuration.
    name: &'static str,
    /// Hosts that tell it from an address, with their subdomains; `name.*` stands for any ending.
    hosts: &'static [&'static str],
    /// The ways in which it is read, best first.
    ways: &'static [Way],
    /// Whether an event's id is unique on the whole platform: because it numbers its events itself, or names
    /// its hosts in their ids.
    numbers: bool,
    own_pages: OwnPages,
    word: Word,
    /// The file of `config/sources/` in which its sources stand, without `.toml`.
    file: &'static str,
}

/// Where the own page of an event may be asked for what its list no longer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPages {
    /// Its events have none.
    None,
    /// Where the grammar of links says that it is an event of this platform.
    OnPlatform,
    /// On the host of the source.
    OnHost,
}

/// Who stands behind what a platform says, the most reliable first. If two disagree on an event, the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// An editor's, written by hand.
    Editor,
    /// The organiser's, on a site or a calendar of its own.
    Organiser,
    /// The platform's on which the event is announced.
    Platform,
    /// A printed issue's.
    Printed,
}

/// A row for each platform, in the order in which an address is compared with their hosts.
#[rustfmt::skip]
const TABLE: &[Row] = {
    use Way::{Api, Configuration, Feed, Items, Page};
    &[
        Row { platform: Platform::Meetup, name: "meetup", hosts: &["meetup.com"], ways: &[Api, Feed, Page], numbers: true, own_pages: OwnPages::OnPlatform, word: Word::Platform, file: "meetup" },
        Row { platform: Platform::Luma, name: "luma", hosts: &["luma.com", "lu.ma"], ways: &[Items, Feed], numbers: true, own_pages: OwnPages::OnPlatform, word: Word::Platform, file: "luma" },
        Row { platform: Platform::Hasgeek, name: "hasgeek", hosts: &["hasgeek.com"], ways: &[Page], numbers: true, own_pages: OwnPages::OnPlatform, word: Word::Platform, file: "pages" },
        Row { platform: Platform::Bevy, name: "bevy", hosts: &["community.dev"], ways: &[Items, Page], numbers: true, own_pages: OwnPages::OnHost, word: Word::Platform, file: "pages" },
        Row { platform: Platform::Pretix, name: "pretix", hosts: &["pretix.eu"], ways: &[Feed], numbers: true, own_pages: OwnPages::OnHost, word: Word::Platform, file: "calendars" },
        Row { platform: Platform::Mobilizon, name: "mobilizon", hosts: &["mobilizon.*"], ways: &[Feed], numbers: true, own_pages: OwnPages::OnHost, word: Word::Platform, file: "calendars" },
        Row { platform: Platform::Eventbrite, name: "eventbrite", hosts: &["eventbrite.*"], ways: &[Api, Page], numbers: true, own_pages: OwnPages::OnPlatform, word: Word::Platform, file: "eventbrite" },
        Row { platform: Platform::Connpass, name: "connpass", hosts: &["connpass.com"], ways: &[Api, Page], numbers: true, own_pages: OwnPages::OnPlatform, word: Word::Platform, file: "connpass" },
        Row { platform: Platform::Ics, name: "ics", hosts: &["calendar.google.com"], ways: &[Feed], numbers: false, own_pages: OwnPages::OnHost, word: Word::Organiser, file: "calendars" },
        Row { platform: Platform::Jsonld, name: "jsonld", hosts: &[], ways: &[Page], numbers: false, own_pages: OwnPages::OnHost, word: Word::Organiser, file: "pages" },
        Row { platform: Platform::Page, name: "page", hosts: &[], ways: &[Page], numbers: false, own_pages: OwnPages::OnHost, word: Word::Organiser, file: "pages" },
        Row { platform: Platform::List, name: "list", hosts: &["guild.host"], ways: &[Page], numbers: false, own_pages: OwnPages::OnHost, word: Word::Organiser, file: "pages" },
        Row { platform: Platform::Conferences, name: "conferences", hosts: &["developers.events"], ways: &[Items], numbers: false, own_pages: OwnPages::None, word: Word::Platform, file: "pages" },
        Row { platform: Platform::Html, name: "html", hosts: &[], ways: &[Page], numbers: false, own_pages: OwnPages::None, word: Word::Organiser, file: "pages" },
        Row { platform: Platform::Json, name: "json", hosts: &[], ways: &[Items], numbers: false, own_pages: OwnPages::None, word: Word::Organiser, file: "pages" },
        Row { platform: Platform::Section, name: "section", hosts: &[], ways: &[Page], numbers: false, own_pages: OwnPages::None, word: Word::Printed, file: "pages" },
        Row { platform: Platform::Manual, name: "manual", hosts: &[], ways: &[Configuration], numbers: false, own_pages: OwnPages::None, word: Word::Editor, file: "manual" },
        Row { platform: Platform::Checked, name: "checked", hosts: &[], ways: &[Page], numbers: false, own_pages: OwnPages::None, word: Word::Editor, file: "manual" },
    ]
};

impl Platform {
    /// All platforms, in the order of the table.
    pub const ALL: [Platform; TABLE.len()] = {
        let mut all = [Platform::Manual; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            // A row out of its place would answer for another platform.
            assert!(TABLE[at].platform as usize == at, "the order of the enum");
            all[at] = TABLE[at].platform;
            at += 1;
        }
        all
    };

    const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The platform of that name.
    pub fn named(name: &str) -> Option<Platform> {
        Platform::ALL
            .into_iter()
            .find(|platform| platform.name() == name)
    }

    /// The platform that a host belongs to.
    pub fn of_host(host: &str) -> Option<Platform> {
        let bare = host.strip_prefix("www.").unwrap_or(host);
        let is_its = |known: &str| match known.strip_suffix('*') {
            Some(name) => bare.starts_with(name),
            None => is_host(host, known),
        };
        TABLE
            .iter()
            .find(|row| row.hosts.iter().any(|known| is_its(known)))
            .map(|row| row.platform)
    }

    /// Under what an event's own id is unique: the platform, or the source.
    pub fn scope(self, source: &SourceId) -> &str {
        match self.row().numbers {
            true => self.row().name,
            false => &source.0,
        }
    }

    /// The ways in which a source of this platform can be read, best first.
    pub fn ways(self) -> &'static [Way] {
        self.row().ways
    }

    /// Where its events' own pages may be asked.
    pub fn own_pages(self) -> OwnPages {
        self.row().own_pages
    }

    /// Who stands behind what it says.
    pub fn word(self) -> Word {
        self.row().word
    }

    /// The file of `config/sources/` in which its sources stand, without `.toml`.
    pub fn file(self) -> &'static str {
        self.row().file
    }

    /// The least time between two visits that the platform asks for; zero where it asks for none.
    ///
    /// Luma's feed says `REFRESH-INTERVAL:PT12H` (seen 2026-01).
    pub fn least_interval(self, way: Way) -> TimeDelta {
        match (self, way) {
            (Platform::Luma, Way::Feed) => TimeDelta::hours(12),
            _ => TimeDelta::zero(),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
