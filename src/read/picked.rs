//! What rules pick from an entry, as text → a listing: days and times as people and programs write them, the address, the
//! mode.

use super::dates;
use super::visible::{self, quoted};
use crate::facts::event::{folded, one_line};
use crate::facts::listing::{End, Listing, Location, Problem};
use crate::facts::place::Mode;
use crate::facts::source::{Pick, Rules, Way};
use crate::facts::when::Stamp;
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;
use url::Url;

/// Characters of a text of the page in a message.
const LONGEST_SHOWN: usize = 120;

/// Listings before one that are compared with it: entries with one key stand together.
const SAME_KEYS: usize = 100;

/// How values are read.
pub(super) struct Picked<'a> {
    pub(super) rules: &'a Rules,
    /// The page's address.
    pub(super) base: Option<&'a Url>,
    /// What the page shows of its days.
    pub(super) around: visible::Around,
    /// By which way it was read.
    pub(super) way: Way,
}

impl Picked<'_> {
    /// An entry as a listing. Its key is its address, or its title and day; `before` are the listings of the page so
    /// far, which may have the same.
    ///
    /// # Errors
    /// Names the rule that finds nothing, or a value that cannot be read.
    pub(super) fn listing(
        &self,
        values: &BTreeMap<&'static str, String>,
        before: &[Listing],
    ) -> Result<Listing, String> {
        let missing =
            |name: &str, pick: &Pick| format!("rule {name} = {:?} finds nothing", pick.to_string());
        let title = values
            .get("title")
            .ok_or_else(|| missing("title", &self.rules.title))?;
        let date = values
            .get("date")
            .ok_or_else(|| missing("date", &self.rules.date))?;
        let mut when = self
            .when(date)
            .map_err(|what| format!("rule date: {what}"))?;
        if let Some(time) = values.get("time") {
            let clock = visible::clock(time)
                .ok_or_else(|| format!("rule time: {} is no time of day", quoted(time)))?;
            when.0 = Stamp::Floating(when.0.date().and_time(clock.0));
            when.1 = clock.1.and_then(|end| {
                let day = when.0.date();
                let day = if end <= clock.0 { day.succ_opt()? } else { day };
                Some(End::At(Stamp::Floating(day.and_time(end))))
            });
        }
        if let Some(end) = values.get("end") {
            when.1 = Some(
                self.end(end, when.0)
                    .map_err(|what| format!("rule end: {what}"))?,
            );
        }
        let link = values.get("link").and_then(|link| self.address(link));
        let key = link
            .clone()
            .unwrap_or_else(|| format!("{}@{}", folded(title), when.0.date()));
        let mut listing = Listing::new(key, one_line(title), when.0, self.way);
        listing.end = when.1;
        listing.link = link;
        listing.mode = values.get("mode").and_then(|word| mode(word));
        listing.locations = values
            .get("place")
            .map(|place| Location {
                venue: Some(place.clone()),
                ..Location::default()
            })
            .into_iter()
            .collect();
        let last = before.iter().rev().take(SAME_KEYS);
        let taken = last.into_iter().any(|other| other.key == listing.key);
        if taken {
            listing.key = format!("{}#{}", listing.key, listing.start.date());
        }
        Ok(listing)
    }

    /// The day in a text, with its time if it has one, and the end.
    ///
    /// # Errors
    /// Says what cannot be read.
    pub(super) fn when(&self, text: &str) -> Result<(Stamp, Option<End>), String> {
        if let Some(format) = &self.rules.date_format {
            let timed = NaiveDateTime::parse_from_str(text, format).map(Stamp::Floating);
            let stamp = timed.or_else(|_| NaiveDate::parse_from_str(text, format).map(Stamp::Date));
            return stamp.map(|stamp| (stamp, None)).map_err(|error| {
                format!(
                    "{} is not as date-format = {format:?} says: {error}",
                    quoted(text)
                )
            });
        }
        match dates::parse(text) {
            Ok(stamp) => Ok((stamp, None)),
            Err(_) => self.around.when(text),
        }
    }

    fn end(&self, text: &str, start: Stamp) -> Result<End, String> {
        if let Some((clock, _)) = visible::clock(text)
            && let Stamp::Floating(local) = start
            && self.around.when(text).is_err()
        {
            let day = if clock <= local.time() {
                local.date().succ_opt()
            } else {
                Some(local.date())
            };
            let day = day.ok_or("lies beyond the calendar")?;
            return Ok(End::At(Stamp::Floating(day.and_time(clock))));
        }
        let (stamp, _) = self.when(text)?;
        Ok(match stamp {
            Stamp::Date(last) => End::At(Stamp::Date(
                last.succ_opt().ok_or("lies beyond the calendar")?,
            )),
            timed => End::At(timed),
        })
    }

    /// An address on the page, in full.
    pub(super) fn address(&self, href: &str) -> Option<String> {
        let url = match self.base {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
    }
}

/// That an entry was not read, with its title.
pub(super) fn lost(item: Option<String>, what: String) -> Problem {
    Problem {
        line: 0,
        what,
        item: item.map(|item| shown(&item)),
        lost: true,
    }
}

/// A text of the page as it stands in a message.
pub(super) fn shown(text: &str) -> String {
    one_line(text).chars().take(LONGEST_SHOWN).collect()
}

/// What a word says of the mode.
fn mode(word: &str) -> Option<Mode> {
    let word = format!(" {} ", folded(word));
    let says = |words: &[&str]| words.iter().any(|said| word.contains(&format!(" {said} ")));
    if says(&["hybrid", "hybride", "hibrido", "ibrido"]) {
        Some(Mode::Hybrid)
    } else if says(&[
        "online", "virtual", "virtuell", "virtuel", "remote", "en ligne", "en linea", "webinar",
    ]) {
        Some(Mode::Virtual)
    } else if says(&[
        "in person",
        "on site",
        "onsite",
        "vor ort",
        "presencial",
        "sur place",
        "in presenza",
        "offline",
    ]) {
        Some(Mode::InPerson)
    } else {
        None
    }
}
