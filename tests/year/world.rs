//! What truly happens in the simulated year, and what each feed says of it on which day.
//!
//! A *gathering* is one true event. Its facts change over time; each feed that carries it has an *entry*
//! for it, under a name that may change too, and tells the facts as of some days ago. Days are counted
//! from the first of the world, so that what was announced before it has negative ones.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rusty_events::facts::place::Mode;
use rusty_events::facts::when;
use std::ops::RangeInclusive;

/// The end of days.
pub(crate) const NEVER: i64 = i64::MAX;

/// Everything that is true.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) first_day: NaiveDate,
    pub(crate) days: i64,
    pub(crate) groups: Vec<Group>,
    pub(crate) feeds: Vec<Feed>,
    pub(crate) gatherings: Vec<Gathering>,
}

/// Where a group is at home.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Town {
    pub(crate) city: &'static str,
    /// As the configuration writes it: `Lyon, FR`.
    pub(crate) place: &'static str,
    pub(crate) country: &'static str,
    pub(crate) zone: Tz,
}

/// Who meets.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) home: Town,
    /// How its events are held unless said otherwise; the configuration knows it.
    pub(crate) mode: Mode,
    /// The group's page, which the newsletter links to.
    pub(crate) page: String,
}

/// One source of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    /// Its id in the configuration.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// The group that it belongs to; `None` for a calendar of many groups.
    pub(crate) group: Option<usize>,
    /// The name by which its platform knows it: a slug, a calendar's id, a host.
    pub(crate) name: String,
    /// The days on which the configuration names it.
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The feed that it takes the place of, since the day that it is configured.
    pub(crate) replaces: Option<usize>,
    /// Whether its line in the configuration takes the place of the other's, and names its address under `replaces`.
    pub(crate) drops_old: bool,
    /// The day from which it is answered with 404.
    pub(crate) closes: i64,
    /// Whether its server answers 304 to who knows the current version.
    pub(crate) is_validated: bool,
    /// Whether it gives its events other UIDs at every change of its days.
    pub(crate) rekeys: bool,
}

/// How a feed is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A Meetup group: its calendar feed of at most ten events, and each event's page.
    Meetup,
    /// A Luma calendar: its items, and each event's page.
    Luma,
    /// A club's own calendar file: every event with a page of its own.
    Calendar,
    /// A Google calendar of one group: one recurring event with exceptions.
    Series,
    /// A club's web page with schema.org data.
    Website,
    /// A club's shop for tickets at pretix: its feed, and each event's page.
    Pretix,
    /// A Google calendar of many groups, kept by hand.
    Community,
    /// A Luma calendar of many groups.
    LumaCommunity,
}

/// One true event.
#[derive(Debug, Clone)]
pub(crate) struct Gathering {
    /// The facts, each from its day on, in order; the first from its announcement on.
    pub(crate) versions: Vec<(i64, Facts)>,
    /// Where it is notice, its own group's feed first.
    pub(crate) entries: Vec<Entry>,
    /// How it is called off, if it is.
    pub(crate) calling_off: CallingOff,
    /// Of a series: the date on which its rule puts it.
    pub(crate) original: Option<NaiveDate>,
}

/// What is true of a gathering.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    pub(crate) title: String,
    pub(crate) start: DateTime<Utc>,
    pub(crate) minutes: i64,
    pub(crate) town: Town,
    /// The number of the house in which it is.
    pub(crate) house: i64,
    pub(crate) mode: Mode,
    pub(crate) state: State,
}

/// Whether it takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    On,
    Cancelled,
    /// Put off to a day not yet known.
    Postponed,
}

/// How organisers call an event off, where their platform leaves them the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallingOff {
    /// By the platform's field for it.
    Status,
    /// By a word before the title.
    Title,
    /// It is deleted, and its page with it.
    Deleted,
    /// It leaves the list; its page stays and says so.
    Unlisted,
}

/// A gathering in one feed.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) feed: usize,
    /// The days on which it is there.
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The feed's own id of it, each from its day on.
    pub(crate) names: Vec<(i64, String)>,
    /// How many days it tells the facts late.
    pub(crate) lag: i64,
    /// The address of another entry that it links to: of a copy or a mirror.
    pub(crate) points_to: Option<String>,
    /// What a mirror writes before the title.
    pub(crate) prefix: String,
}

/// What a feed says of a gathering on one day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    pub(crate) gathering: usize,
    pub(crate) feed: usize,
    pub(crate) key: String,
    pub(crate) facts: Facts,
    pub(crate) calling_off: CallingOff,
    pub(crate) original: Option<NaiveDate>,
    pub(crate) points_to: Option<String>,
    /// The day on which what it says last changed.
    pub(crate) edited: i64,
}

impl World {
    /// The date of a day.
    pub(crate) fn date(&self, day: i64) -> NaiveDate {
        if day >= 0 {
            self.first_day + Days::new(day.unsigned_abs())
        } else {
            self.first_day - Days::new(day.unsigned_abs())
        }
    }

    /// The day of an instant.
    pub(crate) fn day(&self, at: DateTime<Utc>) -> i64 {
        (at.date_naive() - self.first_day).num_days()
    }

    /// What a feed says on a day, at an hour, in the order of starts; what is over it says no longer.
    pub(crate) fn notices(&self, feed: usize, day: i64, now: DateTime<Utc>) -> Vec<Notice> {
        let keeps_past = match self.feeds[feed].kind {
            // Calendars kept by hand keep what is over for a while; the platforms' lists do not.
            Kind::Calendar | Kind::Series | Kind::Community => TimeDelta::days(30),
            _ => TimeDelta::zero(),
        };
        let mut notices: Vec<Notice> = Vec::new();
        for (number, gathering) in self.gatherings.iter().enumerate() {
            for entry in gathering.entries.iter().filter(|entry| entry.feed == feed) {
                notices.extend(
                    gathering
                        .believed_of(number, entry, day)
                        .filter(|notice| notice.facts.end() + keeps_past > now),
                );
            }
        }
        notices.sort_by_key(|notice| (notice.facts.start, notice.key.clone()));
        notices
    }
}

impl Gathering {
    /// The facts on a day; before its announcement those that will be announced.
    pub(crate) fn facts(&self, day: i64) -> &Facts {
        let since = self.versions.partition_point(|(from, _)| *from <= day);
        &self.versions[since.saturating_sub(1)].1
    }

    /// How often its start changed on some days.
    pub(crate) fn moves(&self, days: RangeInclusive<i64>) -> usize {
        let changes = self.versions.windows(2).filter(|pair| {
            let [(_, before), (day, after)] = pair else {
                return false;
            };
            days.contains(day) && before.start != after.start
        });
        changes.count()
    }

    /// What one of its entries says on a day; nothing while it is not there.
    pub(crate) fn believed_of(&self, number: usize, entry: &Entry, day: i64) -> Option<Notice> {
        if day < entry.from || day >= entry.until {
            return None;
        }
        let as_of = (day - entry.lag).max(entry.from);
        let mut facts = self.facts(as_of).clone();
        let leaves = matches!(self.calling_off, CallingOff::Deleted | CallingOff::Unlisted);
        if facts.state == State::Cancelled && leaves {
            return None;
        }
        facts.title.insert_str(0, &entry.prefix);
        let since = entry.names.partition_point(|(from, _)| *from <= day);
        let (named, key) = entry.names[since.saturating_sub(1)].clone();
        let changed = self.versions.partition_point(|(from, _)| *from <= as_of);
        let changed = self.versions[changed.saturating_sub(1)].0 + entry.lag;
        Some(Notice {
            gathering: number,
            feed: entry.feed,
            key,
            facts,
            calling_off: self.calling_off,
            original: self.original,
            points_to: entry.points_to.clone(),
            edited: changed.max(named).max(entry.from),
        })
    }
}

impl Entry {
    /// The feed's own id of it on a day.
    pub(crate) fn name(&self, day: i64) -> &str {
        let since = self.names.partition_point(|(from, _)| *from <= day);
        &self.names[since.saturating_sub(1)].1
    }
}

impl Facts {
    pub(crate) fn end(&self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(self.minutes)
    }

    /// The local day on which it begins.
    pub(crate) fn local_day(&self) -> NaiveDate {
        when::to_local(self.start, self.town.zone).date()
    }
}

impl Feed {
    /// Its address in the configuration.
    pub(crate) fn address(&self) -> String {
        match self.kind {
            Kind::Meetup => format!("https://www.meetup.com/{}/", self.name),
            Kind::Luma | Kind::LumaCommunity => format!("https://luma.com/calendar/{}", self.name),
            Kind::Website => format!("https://{}/", self.name),
            Kind::Pretix => format!("https://pretix.eu/{}/", self.name),
            Kind::Calendar | Kind::Series | Kind::Community => {
                format!("https://{}/basic.ics", self.name)
            }
        }
    }

    /// The address of the page of the entry with that key.
    pub(crate) fn page_of(&self, key: &str) -> String {
        match self.kind {
            Kind::Meetup => format!("https://www.meetup.com/{}/events/{key}/", self.name),
            Kind::Luma => format!("https://luma.com/{}", key.replace("evt-", "e")),
            Kind::Series => format!("https://{}/meetings", self.name),
            Kind::Pretix => {
                // pretix-CLUB-EVENT-0@pretix.eu
                let event = key.rsplit('-').nth(1).unwrap_or(key);
                format!("https://pretix.eu/{}/{event}/", self.name)
            }
            Kind::Calendar | Kind::Website => {
                // What a club's page is called does not change with the UID in its calendar.
                let page = key.split('.').next().unwrap_or(key);
                format!("https://{}/events/{page}", self.name)
            }
            Kind::Community | Kind::LumaCommunity => {
                unreachable!("a calendar of many groups has no pages of events")
            }
        }
    }
}
