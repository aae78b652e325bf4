//! One VEVENT → one listing.

use super::components::Component;
use super::problems::{Problems, shown};
use super::property::{Property, properties};
use super::times::{Length, Written, length, written};
use super::words::{coordinates, is_hall, meeting_link, outlook_place, without_placeholders};
use super::zones::{At, Zones, is_everywhere};
use crate::facts::event::folded;
use crate::facts::listing::{About, End, Listing, Location, Rule, Status};
use crate::facts::place::Mode;
use crate::facts::source::Way;
use crate::facts::when::{Stamp, to_local};
use crate::read::plain;
use chrono::{Days, NaiveTime, TimeDelta};
use chrono_tz::Tz;

/// Dates of one EXDATE or RDATE list that are read.
const MOST_DATES: usize = 10_000;

/// Properties that say of an event that it is all day: Outlook's, Funambol's, Confluence's, GroupWise's.
const ALL_DAY: [&str; 5] = [
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT",
    "X-FUNAMBOL-ALLDAY",
    "X-GWALLDAYEVENT",
    "EVENT-ALLDAY",
];

/// RRULEs and EXRULEs of one event that are read.
const MOST_RULES: usize = 20;

/// Reads an event. `None`, with a problem that says why, if it has no start.
pub(super) fn listing(
    component: &Component,
    zones: &mut Zones,
    problems: &mut Problems,
) -> Option<Listing> {
    let properties = properties(&component.lines, problems);
    let mut reader = Reader {
        properties: &properties,
        calendar: component.calendar,
        line: component.line,
        zones,
        problems,
    };
    reader.listing()
}

struct Reader<'a> {
    properties: &'a [Property],
    calendar: usize,
    line: usize,
    zones: &'a mut Zones,
    problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    /// The first property of that name: RFC 5545 allows no second of those asked for here.
    fn first(&self, name: &str) -> Option<&'a Property> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a Property> + use<'a> {
        let (name, properties) = (name.to_owned(), self.properties);
        properties
            .iter()
            .filter(move |property| property.name == name)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.first(name)
            .map(|property| property.value.trim())
            .filter(|text| !text.is_empty())
    }

    fn listing(&mut self) -> Option<Listing> {
        let title = plain::decoded(self.text("SUMMARY").unwrap_or_default());
        let uid = self.text("UID");
        let item = uid.unwrap_or(&title).to_owned();
        // A change to one occurrence may leave its start out: it is the one that it names (RFC 5546 section
        // 3.2.5).
        let starts = self.first("DTSTART");
        let Some(starts) = starts.or_else(|| self.first("RECURRENCE-ID")) else {
            self.problems.lost(
                self.line,
                "an event without DTSTART is lost".to_owned(),
                Some(&item),
            );
            return None;
        };
        let start = self.stamp(starts, &starts.value, None);
        let (start, taken) = (start.map(|start| self.whole_day(start)), start);
        let Some(start) = start else {
            self.problems.lost(
                starts.line,
                format!(
                    "{} {} is no time: the event is lost",
                    starts.name,
                    shown(&starts.value)
                ),
                Some(&item),
            );
            return None;
        };
        let own_zone = match start {
            Stamp::Zoned(_, zone) => Some(zone),
            _ => None,
        };
        let key = match uid {
            Some(uid) => uid.chars().take(500).collect(),
            None => format!(
                "{} {}",
                spell(&start),
                folded(&title).chars().take(80).collect::<String>()
            ),
        };
        let mut listing = Listing::new(key, title, start, Way::Feed);
        listing.line = self.line;
        // The calendar's zone was taken for one that is not known.
        if let (Stamp::Zoned(_, zone), Some(name)) = (start, starts.parameter("TZID"))
            && self.zones.is_unknown(name, self.calendar)
        {
            listing.chose(About::Time, zone.name(), name);
        }
        listing.zone = self.shown_zone(starts, &start);
        listing.end = self.end(&start, own_zone, &item);
        if let (Stamp::Date(day), Some(Stamp::Utc(at))) = (start, taken)
            && !self.says_all_day()
        {
            listing.chose(
                About::Time,
                format!("{day}, the whole day"),
                at.to_rfc3339(),
            );
        }
        self.instance(&mut listing, own_zone, &item)?;
        listing.rule = self.rule(own_zone, &item);
        listing.status = self.status();
        listing.sequence = self
            .text("SEQUENCE")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        listing.modified = self.text("LAST-MODIFIED").map(str::to_owned);
        listing.private = self.is_private();
        listing.link = self.text("URL").map(unescaped_link);
        self.place(&mut listing);
        listing.organisers.extend(self.organiser());
        listing.description = match (self.text("DESCRIPTION"), self.text("X-ALT-DESC")) {
            (Some(text), _) | (None, Some(text)) => plain::description(text),
            (None, None) => String::new(),
        };
        Some(listing)
    }

    /// The zone in which the calendar shows its times. A zone beside a time in UTC says at least which clock its
    /// people use.
    fn shown_zone(&self, starts: &Property, start: &Stamp) -> Option<Tz> {
        let beside = starts
            .parameter("TZID")
            .filter(|_| matches!(start, Stamp::Utc(_)));
        let shown = self.zones.shown(self.calendar);
        shown
            .or_else(|| beside.and_then(Zones::known))
            .filter(|zone| !is_everywhere(*zone))
    }

    fn is_private(&self) -> bool {
        let class = self.text("CLASS").unwrap_or_default();
        ["PRIVATE", "CONFIDENTIAL"]
            .iter()
            .any(|word| class.eq_ignore_ascii_case(word))
    }

    /// Which occurrence of its series the event stands for, if it names one; `None` if what it names is no time.
    fn instance(&mut self, listing: &mut Listing, own_zone: Option<Tz>, item: &str) -> Option<()> {
        let Some(named) = self.first("RECURRENCE-ID") else {
            return Some(());
        };
        listing.instance = self.stamp(named, &named.value, own_zone);
        if listing.instance.is_none() {
            self.problems.lost(
                named.line,
                format!(
                    "RECURRENCE-ID {} is no time: the edited occurrence is lost",
                    shown(&named.value)
                ),
                Some(item),
            );
            return None;
        }
        listing.and_future = named
            .parameter("RANGE")
            .is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
        Some(())
    }

    /// The day of a time that stands for a whole one: a midnight, where the event says that it is all day.
    /// Outlook writes that of its user, or of UTC; of another zone's the nearest is taken.
    fn whole_day(&self, at: Stamp) -> Stamp {
        if !self.says_all_day() && !self.is_days_of_utc() {
            return at;
        }
        let shown = self.zones.shown(self.calendar);
        let local = match at {
            Stamp::Date(_) => return at,
            Stamp::Floating(local) | Stamp::Zoned(local, _) => local,
            Stamp::Offset(at) => at.naive_local(),
            Stamp::Utc(at) if at.time() == NaiveTime::MIN => at.naive_utc(),
            Stamp::Utc(at) => match shown.map(|zone| to_local(at, zone)) {
                Some(local) if local.time() == NaiveTime::MIN => local,
                _ => {
                    let nearest = at.checked_add_signed(TimeDelta::hours(12)).unwrap_or(at);
                    nearest.date_naive().and_time(NaiveTime::MIN)
                }
            },
        };
        if local.time() == NaiveTime::MIN {
            Stamp::Date(local.date())
        } else {
            at
        }
    }

    fn says_all_day(&self) -> bool {
        ALL_DAY.iter().any(|name| {
            self.text(name)
                .is_some_and(|text| text.eq_ignore_ascii_case("TRUE") || text == "1")
        })
    }

    /// Whether it lasts whole days from midnight to midnight in UTC: few evenings do, and programs without a
    /// form for whole days write them so (discourse/discourse#41203).
    fn is_days_of_utc(&self) -> bool {
        let midnight = |name: &str| match written(&self.first(name)?.value)? {
            Written::Utc(at) if at.time() == NaiveTime::MIN => Some(at),
            _ => None,
        };
        let both = midnight("DTSTART").zip(midnight("DTEND"));
        both.is_some_and(|(start, end)| start < end)
    }

    fn stamp(&mut self, property: &Property, value: &str, default: Option<Tz>) -> Option<Stamp> {
        let mut written = written(value)?;
        let is_date = property
            .parameter("VALUE")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        match written {
            Written::Local(local) if is_date && local.time() == NaiveTime::MIN => {
                written = Written::Date(local.date());
            }
            Written::Utc(at) if is_date && at.time() == NaiveTime::MIN => {
                written = Written::Date(at.date_naive());
            }
            _ => {}
        }
        let at = At {
            calendar: self.calendar,
            line: property.line,
        };
        let tzid = property.parameter("TZID");
        Some(self.zones.stamp(written, tzid, default, at, self.problems))
    }

    /// When it ends. A day stands for the whole day, so an end of another kind than the start is turned
    /// into the start's: a timed event ends at the midnight that begins the day, whole days hold the
    /// day of the time.
    fn end(&mut self, start: &Stamp, own_zone: Option<Tz>, item: &str) -> Option<End> {
        if let Some(ends) = self.first("DTEND") {
            let Some(end) = self.stamp(ends, &ends.value, own_zone) else {
                self.problems.note(
                    ends.line,
                    format!(
                        "DTEND {} is no time: read without an end",
                        shown(&ends.value)
                    ),
                    Some(item),
                );
                return None;
            };
            let end = match start {
                Stamp::Date(_) => self.whole_day(end),
                _ => end,
            };
            let end = match (start, end) {
                (Stamp::Date(_), Stamp::Date(_)) => end,
                (Stamp::Date(_), _) => {
                    self.problems.note(
                        ends.line,
                        "DTEND has a time and DTSTART none".to_owned(),
                        Some(item),
                    );
                    Stamp::Date(end.date().checked_add_days(Days::new(1))?)
                }
                (_, Stamp::Date(day)) => {
                    self.problems.note(
                        ends.line,
                        "DTEND has no time and DTSTART one".to_owned(),
                        Some(item),
                    );
                    let midnight = day.and_hms_opt(0, 0, 0)?;
                    match start {
                        Stamp::Zoned(_, zone) => Stamp::Zoned(midnight, *zone),
                        Stamp::Offset(at) => {
                            Stamp::Offset(midnight.and_local_timezone(*at.offset()).single()?)
                        }
                        Stamp::Utc(_) => Stamp::Utc(midnight.and_utc()),
                        _ => Stamp::Floating(midnight),
                    }
                }
                _ => end,
            };
            // A whole day that ends on the day it starts is one day, though RFC 5545 wants the next day.
            return (!(matches!(start, Stamp::Date(_)) && end == *start)).then_some(End::At(end));
        }
        let lasts = self.first("DURATION")?;
        let Some(Length { days, time }) = length(&lasts.value) else {
            self.problems.note(
                lasts.line,
                format!(
                    "DURATION {} is no length: read without an end",
                    shown(&lasts.value)
                ),
                Some(item),
            );
            return None;
        };
        match start {
            Stamp::Date(_) => {
                let days = days.checked_add(&TimeDelta::days(time.num_days()))?;
                (!days.is_zero()).then_some(End::At(start.plus(days)?))
            }
            _ if time.is_zero() && !days.is_zero() => Some(End::At(start.plus(days)?)),
            _ => Some(End::After(days.checked_add(&time)?)),
        }
    }

    fn rule(&mut self, own_zone: Option<Tz>, item: &str) -> Option<Rule> {
        let texts = |properties: Vec<&Property>| -> Vec<String> {
            let values = properties
                .into_iter()
                .map(|property| property.value.trim().to_owned());
            values
                .filter(|value| !value.is_empty())
                .take(MOST_RULES)
                .collect()
        };
        let mut inside = Vec::new();
        let rules = self.all("RRULE").take(MOST_RULES).map(|property| {
            let (rule, dates) = without_dates(&property.value);
            inside.extend(dates.into_iter().map(|date| (property, date)));
            rule
        });
        let rules: Vec<String> = rules.filter(|rule| !rule.is_empty()).collect();
        let mut rule = Rule {
            rules,
            except_rules: texts(self.all("EXRULE").collect()),
            ..Rule::default()
        };
        for (property, value) in inside {
            match self.stamp(property, value, own_zone) {
                Some(stamp) => rule.except_dates.push(stamp),
                None => self.no_date(property, value, item),
            }
        }
        for (property, value) in self.dates("EXDATE", item) {
            match self.stamp(property, value, own_zone) {
                Some(stamp) => rule.except_dates.push(stamp),
                None => self.no_date(property, value, item),
            }
        }
        for (property, value) in self.dates("RDATE", item) {
            match self.period(property, value, own_zone) {
                Some(date) => rule.dates.push(date),
                None => self.no_date(property, value, item),
            }
        }
        let recurs =
            !(rule.rules.is_empty() && rule.except_rules.is_empty() && rule.dates.is_empty());
        recurs.then_some(rule)
    }

    /// The values of all lists of that name, as many as are read.
    fn dates(&mut self, name: &str, item: &str) -> Vec<(&'a Property, &'a str)> {
        let values = self.all(name).flat_map(|property| {
            let values = property.value.split(',').map(str::trim);
            values.map(move |value| (property, value))
        });
        let mut dates: Vec<_> = values
            .filter(|(_, value)| !value.is_empty())
            .take(MOST_DATES + 1)
            .collect();
        if dates.len() > MOST_DATES
            && let Some((property, _)) = dates.pop()
        {
            let what = format!("only the first {MOST_DATES} dates of {name} are read");
            self.problems.note(property.line, what, Some(item));
        }
        dates
    }

    /// One value of an RDATE: a start, or a start and its end or length.
    fn period(
        &mut self,
        property: &Property,
        value: &str,
        own_zone: Option<Tz>,
    ) -> Option<(Stamp, Option<End>)> {
        let (start, end) = value.split_once('/').unwrap_or((value, ""));
        let start = self.stamp(property, start, own_zone)?;
        let end = match end.trim() {
            "" => None,
            end => match length(end) {
                Some(Length { days, time }) => Some(End::After(days.checked_add(&time)?)),
                None => Some(End::At(self.stamp(property, end, own_zone)?)),
            },
        };
        Some((start, end))
    }

    fn no_date(&mut self, property: &Property, value: &str, item: &str) {
        let what = format!("{} {} is no date: passed over", property.name, shown(value));
        self.problems.note(property.line, what, Some(item));
    }

    fn status(&self) -> Status {
        match self.text("STATUS").map(str::to_ascii_uppercase).as_deref() {
            Some("CANCELLED" | "CANCELED") => Status::Cancelled,
            Some("CONFIRMED") => Status::Confirmed,
            Some("TENTATIVE") => Status::Tentative,
            Some("POSTPONED") => Status::Postponed,
            _ => Status::Unsaid,
        }
    }

    /// LOCATION, GEO, and where it is joined online.
    fn place(&self, listing: &mut Listing) {
        let written = self
            .text("LOCATION")
            .map(plain::decoded)
            .and_then(|text| without_placeholders(&text));
        let (address, online) = match written.as_deref().map(meeting_link) {
            Some((rest, link)) => (rest, link),
            None => (None, None),
        };
        // A meeting's address alone in the field for the place says that the event is online. A link that a program
        // adds elsewhere does not say so.
        let in_place_of_a_place = address.is_none() && online.is_some();
        let conference = [
            "X-GOOGLE-CONFERENCE",
            "CONFERENCE",
            "X-MICROSOFT-SKYPETEAMSMEETINGURL",
            "X-MICROSOFT-ONLINEMEETINGCONFLINK",
        ]
        .into_iter()
        .filter_map(|name| self.text(name))
        .find(|link| link.starts_with("https://") || link.starts_with("http://"));
        listing.online_url = conference.map(unescaped_link).or(online);
        let structured = self.first("X-APPLE-STRUCTURED-LOCATION");
        let coordinates = self
            .text("GEO")
            .or_else(|| structured.and_then(|property| property.value.trim().strip_prefix("geo:")))
            .and_then(coordinates);
        let outlook = self.text("X-MICROSOFT-LOCATIONS").and_then(outlook_place);
        let location = match outlook {
            // Outlook gives the name in one property, and the parts of the address in another.
            Some(parts) if address.is_none() || parts.venue == address => Some(parts),
            _ => address.map(|address| Location {
                address: Some(address),
                ..Location::default()
            }),
        };
        if self.has_video_room() && location.as_ref().is_some_and(is_hall) {
            listing.mode = Some(Mode::Hybrid);
        }
        if location.is_none() && coordinates.is_none() && in_place_of_a_place {
            listing.mode = Some(Mode::Virtual);
        }
        if location.is_some() || coordinates.is_some() {
            listing.locations.push(Location {
                latitude: coordinates.map(|(north, _)| north),
                longitude: coordinates.map(|(_, east)| east),
                ..location.unwrap_or_default()
            });
        }
    }

    /// Whether RFC 7986 section 5.11 is followed: a room with video beside the place is for taking part from
    /// elsewhere. Google and Outlook add their own properties to every event by themselves.
    fn has_video_room(&self) -> bool {
        self.all("CONFERENCE").any(|room| {
            room.parameter("FEATURE")
                .is_some_and(|features| features.to_ascii_uppercase().contains("VIDEO"))
        })
    }

    /// ORGANIZER's name. Google writes the calendar's own name there, and others a mail address: neither
    /// says who holds the event. Mobilizon writes the name, or the address of the group's page, in place
    /// of the mail address.
    fn organiser(&self) -> Option<(String, Option<String>)> {
        let property = self.first("ORGANIZER")?;
        let address = property.value.trim();
        let is_page = address.starts_with("https://") || address.starts_with("http://");
        let named = property.parameter("CN").map(str::trim);
        let name = match named.filter(|name| !name.is_empty()) {
            Some(name) => plain::decoded(name),
            None if is_page => last_part(address).to_owned(),
            None if address.contains(':') => return None,
            None => plain::decoded(address),
        };
        let of_calendar = address
            .to_ascii_lowercase()
            .ends_with("@group.calendar.google.com");
        if name.is_empty() || name.contains('@') || of_calendar {
            return None;
        }
        Some((name, is_page.then(|| address.to_owned())))
    }
}

/// A rule without the `EXDATE=` that some programs write into it, and its dates; also without a second name
/// before it (`RRULE:RRULE:FREQ=…`).
fn without_dates(rule: &str) -> (String, Vec<&str>) {
    let rule = rule.trim();
    let rule = match rule.split_at_checked("RRULE:".len()) {
        Some((name, rest)) if name.eq_ignore_ascii_case("RRULE:") => rest,
        _ => rule,
    };
    let mut dates = Vec::new();
    let kept: Vec<&str> = rule
        .split(';')
        .filter(|part| match part.split_once('=') {
            Some((name, values)) if name.trim().eq_ignore_ascii_case("EXDATE") => {
                dates.extend(values.split(',').map(str::trim).take(MOST_DATES));
                false
            }
            _ => true,
        })
        .collect();
    (kept.join(";"), dates)
}

/// What an address of a page is called: the last part of its path, without the mark of a user's name.
fn last_part(address: &str) -> &str {
    let path = address.split("://").nth(1).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.trim_end_matches('/').rsplit_once('/') {
        Some((_, last)) => last.trim_start_matches('@'),
        None => "",
    }
}

/// A URL is no text and has no escapes, but some feeds write them.
fn unescaped_link(text: &str) -> String {
    text.replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\:", ":")
}

/// A start as part of a key.
pub(super) fn spell(start: &Stamp) -> String {
    match start {
        Stamp::Date(day) => day.to_string(),
        Stamp::Floating(local) | Stamp::Zoned(local, _) => {
            local.format("%Y-%m-%dT%H:%M:%S").to_string()
        }
        Stamp::Offset(at) => at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Stamp::Utc(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}
