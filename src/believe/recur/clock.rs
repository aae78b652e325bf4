//! The clock by which a series recurs, and how long its occurrences last on it.

use crate::facts::listing::{End, Listing};
use crate::facts::when::{Stamp, to_local, to_utc, weekday_code};
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc,
};
use chrono_tz::Tz;

/// Lengths and shifts beyond which an occurrence is not looked for outside the window.
pub(super) const LONGEST_REACH: TimeDelta = TimeDelta::days(366);

/// The wall clock by which a series recurs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    /// Whole days, with the zone in which the source shows its times.
    Days(Option<Tz>),
    Floating(Tz),
    Zone(Tz),
    Offset(FixedOffset),
    /// In UTC, but meant on the clock of the zone in which the source shows it.
    Shown(Tz),
}

impl Clock {
    pub(super) fn of(listing: &Listing, fallback: Tz) -> Clock {
        match listing.start {
            Stamp::Date(_) => Clock::Days(listing.zone),
            Stamp::Floating(_) => Clock::Floating(fallback),
            Stamp::Zoned(_, zone) => Clock::Zone(zone),
            Stamp::Offset(at) => Clock::Offset(*at.offset()),
            Stamp::Utc(at) => Clock::Shown(zone_meant(listing, at).unwrap_or(Tz::UTC)),
        }
    }

    pub(super) fn counts_days(&self) -> bool {
        matches!(self, Clock::Days(_))
    }

    /// The clock's time at an instant; of whole days the time in UTC.
    pub(super) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Clock::Days(_) => at.naive_utc(),
            Clock::Floating(zone) | Clock::Zone(zone) | Clock::Shown(zone) => to_local(at, *zone),
            Clock::Offset(offset) => at.with_timezone(offset).naive_local(),
        }
    }

    /// The clock's time of a stamp.
    pub(super) fn local_of(&self, stamp: &Stamp, fallback: Tz) -> NaiveDateTime {
        match (self, stamp) {
            (Clock::Days(zone), _) => day_meant(stamp, *zone, fallback).and_time(NaiveTime::MIN),
            (_, Stamp::Date(_)) => stamp.date().and_time(NaiveTime::MIN),
            (_, Stamp::Floating(local)) => *local,
            (Clock::Zone(zone), Stamp::Zoned(local, said)) if zone == said => *local,
            _ => self.local(stamp.instant(fallback)),
        }
    }

    /// The instant of a stamp, a floating one read on this clock.
    pub(super) fn instant_of(&self, stamp: &Stamp, fallback: Tz) -> DateTime<Utc> {
        match (self, stamp) {
            (Clock::Days(zone), _) => {
                Stamp::Date(day_meant(stamp, *zone, fallback)).instant(fallback)
            }
            (_, Stamp::Floating(local)) => self.stamp(*local).instant(fallback),
            _ => stamp.instant(fallback),
        }
    }

    pub(super) fn stamp(&self, local: NaiveDateTime) -> Stamp {
        match self {
            Clock::Days(_) => Stamp::Date(local.date()),
            Clock::Floating(_) => Stamp::Floating(local),
            Clock::Zone(zone) => Stamp::Zoned(local, *zone),
            Clock::Offset(offset) => match local.and_local_timezone(*offset).single() {
                Some(at) => Stamp::Offset(at),
                None => Stamp::Utc(local.and_utc()),
            },
            Clock::Shown(zone) => Stamp::Utc(to_utc(local, *zone)),
        }
    }
}

/// The day that a stamp means in a series of whole days. Programs that keep days as instants write the midnight
/// that begins one, in the zone of their user: the zone in which it is midnight is that.
fn day_meant(stamp: &Stamp, shown: Option<Tz>, fallback: Tz) -> NaiveDate {
    let (Stamp::Utc(at), false) = (stamp, is_midnight(stamp)) else {
        return stamp.date();
    };
    let zones = [shown, Some(fallback)].into_iter().flatten();
    let locals = zones.map(|zone| to_local(*at, zone));
    let mut midnights = locals.filter(|local| local.time() == NaiveTime::MIN);
    midnights.next().map_or(stamp.date(), |local| local.date())
}

fn is_midnight(stamp: &Stamp) -> bool {
    matches!(stamp, Stamp::Utc(at) if at.time() == NaiveTime::MIN)
}

/// On which clock a series in UTC is meant. RFC 5545 knows only UTC; feeds with X-WR-TIMEZONE mean the
/// shown zone (Google, and most who follow it), except those with weekdays that fit the start in UTC alone.
fn zone_meant(listing: &Listing, start: DateTime<Utc>) -> Option<Tz> {
    let zone = listing.zone?;
    let Some(rule) = &listing.rule else {
        return Some(zone);
    };
    let fits = |day: chrono::Weekday| {
        let code = weekday_code(day);
        rule.rules.iter().all(|text| {
            text.to_ascii_uppercase()
                .split(';')
                .find_map(|part| {
                    part.trim()
                        .strip_prefix("BYDAY=")
                        .map(|days| days.contains(code))
                })
                .unwrap_or(true)
        })
    };
    let shown = fits(to_local(start, zone).weekday());
    (shown || !fits(start.weekday())).then_some(zone)
}

/// How long a series' occurrences last (RFC 5545 section 3.8.5.3: exactly as long as the first).
#[derive(Debug, Clone, Copy)]
pub(super) enum Span {
    Unsaid,
    Days(i64),
    Exactly(TimeDelta),
    /// Whole days on the wall clock, which are not always 24 hours.
    Clock(TimeDelta),
}

impl Span {
    pub(super) fn of(listing: &Listing, fallback: Tz) -> Span {
        match (listing.start, listing.end) {
            (_, None) => Span::Unsaid,
            (Stamp::Date(_), Some(End::After(length))) => Span::Days(length.num_days().max(1)),
            (Stamp::Date(first), Some(End::At(end))) => Span::Days((end.date() - first).num_days()),
            (_, Some(End::After(length))) => Span::Exactly(length),
            (Stamp::Zoned(start, zone), Some(End::At(Stamp::Zoned(end, other))))
                if zone == other && start.time() == end.time() =>
            {
                Span::Clock(end - start)
            }
            (start, Some(End::At(end))) => {
                Span::Exactly(end.instant(fallback) - start.instant(fallback))
            }
        }
    }

    pub(super) fn length(&self) -> TimeDelta {
        let length = match self {
            Span::Unsaid => TimeDelta::zero(),
            Span::Days(days) => TimeDelta::try_days(*days).unwrap_or(LONGEST_REACH),
            Span::Exactly(length) | Span::Clock(length) => *length,
        };
        length.clamp(TimeDelta::zero(), LONGEST_REACH)
    }

    pub(super) fn end(&self, start: &Stamp) -> Option<End> {
        Some(match self {
            Span::Unsaid => return None,
            Span::Days(days) => End::At(start.plus(TimeDelta::try_days(*days)?)?),
            Span::Exactly(length) => End::After(*length),
            Span::Clock(length) => End::At(start.plus(*length)?),
        })
    }
}
