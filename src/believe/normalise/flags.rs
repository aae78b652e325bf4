//! The flags of an event, and those that only a source as a whole raises: times in a wrong zone, and endless series that
//! have not been touched for years.

use crate::believe::recur::Occurrence;
use crate::facts::event::{Choice, Event, Flag};
use crate::facts::listing::{About, Listing};
use crate::facts::place::Mode;
use crate::facts::source::Source;
use crate::facts::when::{self, Stamp};
use chrono::{NaiveDate, TimeDelta, Timelike};
use std::collections::BTreeMap;

/// An endless series that was not touched for so long is doubted. Groups end, and leave "every first Thursday, for
/// ever" behind.
const SIGN_OF_LIFE: TimeDelta = TimeDelta::days(2 * 365);

/// Events below which a source's hours say nothing.
const FEWEST_HOURS: usize = 3;

/// The flags that one event gets while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    flags: Vec<Flag>,
    choices: Vec<Choice>,
}

impl Flags {
    /// Something is not certain.
    pub(super) fn push(&mut self, flag: Flag) {
        self.flags.push(flag);
    }

    /// Of two equally good readings one was taken: the editor sees both.
    pub(super) fn chose(&mut self, flag: Flag, taken: impl AsRef<str>, other: impl AsRef<str>) {
        self.flags.push(flag);
        self.choices.push(Choice::new(flag, taken, other));
    }

    /// What the reader of the listing and of the event's page decided. What the configuration forces is in no doubt.
    pub(super) fn of_reader(&mut self, source: &Source, said: [Option<&Listing>; 2]) {
        for doubt in said.into_iter().flatten().flat_map(|said| &said.doubts) {
            let flag = match doubt.about {
                About::Mode if source.force_mode.is_some() => continue,
                About::Place if source.force_place.is_some() => continue,
                About::Mode => Flag::ModeConflict,
                About::Link => Flag::LinkAssumed,
                About::Time => Flag::TimeAssumed,
                About::Place => Flag::PlaceAssumed,
                About::Prose => Flag::FromProse,
                About::Check => Flag::Unconfirmed,
            };
            self.chose(flag, &doubt.taken, &doubt.other);
        }
    }

    /// All of them, each once, in order.
    pub(super) fn finish(mut self) -> (Vec<Flag>, Vec<Choice>) {
        self.flags.sort_unstable();
        self.flags.dedup();
        self.choices.sort_unstable();
        self.choices.dedup();
        (self.flags, self.choices)
    }
}

/// Flags the events of a source that take place in person and nearly all by night: its program wrote local times and
/// called them UTC (then they would be evenings as written), or wrote UTC and called it local.
pub(super) fn by_night(occurrences: &[Occurrence<'_>], events: &mut [Event]) {
    let mut as_written = Vec::new();
    let mut zoned = 0;
    for occurrence in occurrences {
        match occurrence.start {
            Stamp::Utc(at) if occurrence.listing.zone.is_none() => as_written.push(at.hour()),
            Stamp::Date(_) => {}
            Stamp::Utc(_) | Stamp::Zoned(..) | Stamp::Offset(_) | Stamp::Floating(_) => zoned += 1,
        }
    }
    let in_person = events.iter().filter(|event| event.mode != Mode::Virtual);
    let local: Vec<u32> = in_person
        .filter_map(|event| Some(when::to_local(event.when.start(), event.when.zone()?).hour()))
        .collect();
    let most = |hours: &[u32], of: &dyn Fn(u32) -> bool| {
        hours.len() >= FEWEST_HOURS
            && hours.iter().filter(|hour| of(**hour)).count() * 4 > hours.len() * 3
    };
    let by_night = |hour: u32| hour < 7;
    let by_day = |hour: u32| (8..22).contains(&hour);
    // What starts at midnight may be meant as a whole day.
    let after_midnight = |hour: u32| (1..6).contains(&hour);
    let is_false_utc = zoned == 0 && most(&local, &by_night) && most(&as_written, &by_day);
    let is_false_zone = as_written.is_empty() && most(&local, &after_midnight);
    if is_false_utc || is_false_zone {
        for event in events
            .iter_mut()
            .filter(|event| event.when.zone().is_some())
        {
            event.flags.push(Flag::FalseUtc);
            event.flags.sort_unstable();
        }
    }
}

/// The last day on which each series was touched, as far as its source says: its start, its
/// LAST-MODIFIED, an edited or an excepted occurrence.
pub(super) fn signs_of_life<'a>(listings: &[&'a Listing]) -> BTreeMap<&'a str, NaiveDate> {
    let mut signs: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for listing in listings {
        let modified = listing.modified.as_deref().and_then(day_of);
        let excepted = listing
            .rule
            .iter()
            .flat_map(|rule| &rule.except_dates)
            .map(Stamp::date);
        let last = excepted.chain(modified).chain([listing.start.date()]).max();
        let sign = signs.entry(&listing.key).or_insert(NaiveDate::MIN);
        *sign = last.into_iter().chain([*sign]).max().unwrap_or(*sign);
    }
    signs
}

/// Whether an occurrence stems from an endless series that was last touched long before it.
pub(super) fn is_dormant(occurrence: &Occurrence<'_>, signs: &BTreeMap<&str, NaiveDate>) -> bool {
    let Some(rule) = &occurrence.listing.rule else {
        return false;
    };
    let endless = |rule: &String| {
        let rule = rule.to_ascii_uppercase();
        !rule.contains("UNTIL=") && !rule.contains("COUNT=")
    };
    let touched = signs.get(occurrence.listing.key.as_str());
    rule.rules.iter().any(endless)
        && touched.is_some_and(|touched| occurrence.start.date() - *touched > SIGN_OF_LIFE)
}

/// The day of a LAST-MODIFIED, as iCalendar and ISO 8601 write it.
fn day_of(text: &str) -> Option<NaiveDate> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    NaiveDate::parse_from_str(&digits, "%Y%m%d").ok()
}
