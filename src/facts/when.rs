//! When an event is: a timed span in a zone, or whole days; and the local dates that are printed.
//!
//! The only file that converts between named zones. `chrono_tz::Tz` is our validated *name* of a zone; the
//! offsets come from `jiff`'s bundled copy of the IANA database, because chrono-tz 0.10.4 carries
//! release 2025b and is an hour off in 13 zones of winter 2026 (Vancouver, Edmonton, Winnipeg,
//! Casablanca, …). The system's zoneinfo is not asked: its age is unknown.

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc,
    Weekday,
};
use chrono_tz::Tz;
use jiff::tz::TimeZoneDatabase;

/// Hour of a later local day up to which an evening that runs past midnight is still one day.
/// 19:00 to 00:30 is one evening, and so is a night that ends with breakfast.
const NIGHT_ENDS_AT_HOUR: u32 = 6;

/// Days beyond which a span is not believed as one event and only its first day is printed: what
/// organisers enter as longer is a series, a course or a slip of the pen.
pub const LONGEST_PRINTED_DAYS: i64 = 14;

/// A point in time as a source says it, before anything is believed about its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stamp {
    /// A whole day, without a time or a zone.
    Date(NaiveDate),
    /// A wall-clock time without a zone ("floating", RFC 5545 section 3.3.5, form 1).
    Floating(NaiveDateTime),
    /// A wall-clock time in a named zone (form 3).
    Zoned(NaiveDateTime, Tz),
    /// A wall-clock time with its distance from UTC, but no zone (ISO 8601 as in JSON-LD).
    Offset(DateTime<FixedOffset>),
    /// A time in UTC (form 2).
    Utc(DateTime<Utc>),
}

impl Stamp {
    /// The day on the source's own clock: the local day where there is one, else the day in UTC.
    pub fn date(&self) -> NaiveDate {
        match self {
            Stamp::Date(date) => *date,
            Stamp::Floating(local) | Stamp::Zoned(local, _) => local.date(),
            Stamp::Offset(at) => at.naive_local().date(),
            Stamp::Utc(at) => at.date_naive(),
        }
    }

    /// The instant, reading a floating time in `fallback`. A date is the midnight that begins it.
    pub fn instant(&self, fallback: Tz) -> DateTime<Utc> {
        match self {
            Stamp::Date(date) => to_utc(date.and_time(chrono::NaiveTime::MIN), fallback),
            Stamp::Floating(local) => to_utc(*local, fallback),
            Stamp::Zoned(local, zone) => to_utc(*local, *zone),
            Stamp::Offset(at) => at.to_utc(),
            Stamp::Utc(at) => *at,
        }
    }

    /// Whether the stamp names its instant without help (anything but a date and a floating time).
    pub fn is_absolute(&self) -> bool {
        !matches!(self, Stamp::Date(_) | Stamp::Floating(_))
    }

    /// The same stamp, `delta` later on its own clock. `None` where the calendar ends.
    pub fn plus(&self, delta: TimeDelta) -> Option<Stamp> {
        Some(match self {
            Stamp::Date(date) => Stamp::Date(date.checked_add_signed(delta)?),
            Stamp::Floating(local) => Stamp::Floating(local.checked_add_signed(delta)?),
            Stamp::Zoned(local, zone) => Stamp::Zoned(local.checked_add_signed(delta)?, *zone),
            Stamp::Offset(at) => Stamp::Offset(at.checked_add_signed(delta)?),
            Stamp::Utc(at) => Stamp::Utc(at.checked_add_signed(delta)?),
        })
    }
}

/// When an event is, as we believe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// From an instant to another, with the zone in which its dates are printed.
    Timed {
        /// Its beginning.
        start: DateTime<Utc>,
        /// Its end, never before `start`; `None` where the source gives none.
        end: Option<DateTime<Utc>>,
        /// The venue's zone; of an online event its organiser's.
        zone: Tz,
    },
    /// Whole days, both ends in.
    Days {
        /// The first day.
        first: NaiveDate,
        /// The last day, never before `first`.
        last: NaiveDate,
    },
}

impl When {
    /// The date the newsletter prints: the first day *where the event is*.
    ///
    /// An event at 23:30 in Lima on 1 September prints 2026-09-01, though in UTC it is the 2nd.
    pub fn first_day(&self) -> NaiveDate {
        match self {
            When::Timed { start, zone, .. } => to_local(*start, *zone).date(),
            When::Days { first, .. } => *first,
        }
    }

    /// The last day that the newsletter prints; the first one again for an evening.
    ///
    /// A timed event reaches a later day only if it ends there after 06:00 local time, and a span
    /// that [is too long](Self::is_too_long) counts as its first day.
    pub fn last_day(&self) -> NaiveDate {
        if self.is_too_long() {
            self.first_day()
        } else {
            self.last_day_said()
        }
    }

    /// More than 14 days: to be flagged, and printed by its first day alone.
    pub fn is_too_long(&self) -> bool {
        (self.last_day_said() - self.first_day()).num_days() >= LONGEST_PRINTED_DAYS
    }

    fn last_day_said(&self) -> NaiveDate {
        match self {
            When::Timed { end: None, .. } => self.first_day(),
            When::Timed {
                end: Some(end),
                zone,
                ..
            } => {
                let end = to_local(*end, *zone);
                let night = (end.hour(), end.minute(), end.second()) <= (NIGHT_ENDS_AT_HOUR, 0, 0);
                let day = if night {
                    end.date().pred_opt().unwrap_or(end.date())
                } else {
                    end.date()
                };
                day.max(self.first_day())
            }
            When::Days { last, .. } => *last,
        }
    }

    /// The instant at which it begins; of whole days the midnight in UTC.
    pub fn start(&self) -> DateTime<Utc> {
        match self {
            When::Timed { start, .. } => *start,
            When::Days { first, .. } => first.and_time(chrono::NaiveTime::MIN).and_utc(),
        }
    }

    /// The instant by which it is over: its end, or its start where it has none; the midnight in UTC
    /// after the last of whole days.
    pub fn over(&self) -> DateTime<Utc> {
        match self {
            When::Timed { start, end, .. } => end.unwrap_or(*start),
            When::Days { last, .. } => last
                .checked_add_days(Days::new(1))
                .unwrap_or(*last)
                .and_time(chrono::NaiveTime::MIN)
                .and_utc(),
        }
    }

    /// The zone in which its dates are printed; `None` for whole days.
    pub fn zone(&self) -> Option<Tz> {
        match self {
            When::Timed { zone, .. } => Some(*zone),
            When::Days { .. } => None,
        }
    }
}

/// The code of a weekday in a rule: `MO` (RFC 5545 section 3.3.10).
pub fn weekday_code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

/// The zone of that IANA name, in any case (`europe/berlin`); `None` for anything else.
pub fn zone_named(name: &str) -> Option<Tz> {
    let name = name.trim();
    name.parse().ok().or_else(|| {
        chrono_tz::TZ_VARIANTS
            .iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(name))
            .copied()
    })
}

/// The instant of a wall-clock time.
///
/// A time that a clock skips is read with the offset before the gap, a time that comes twice is the
/// first: the rule of RFC 5545 section 3.3.5.
pub fn to_utc(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let instant = jiff_datetime(local).and_then(|civil| {
        let zone = TimeZoneDatabase::bundled().get(zone.name()).ok()?;
        let at = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
        DateTime::from_timestamp(at.as_second(), 0)
    });
    // Beyond jiff's years (±9999) no zone has rules: nothing better than UTC is to be had there.
    instant.unwrap_or_else(|| local.and_utc())
}

/// The wall-clock time of an instant.
pub fn to_local(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let offset = TimeDelta::seconds(i64::from(offset_seconds(at, zone)));
    at.naive_utc()
        .checked_add_signed(offset)
        .unwrap_or_else(|| at.naive_utc())
}

/// The instant with the offset that its zone has then, for printing (RFC 3339).
pub fn with_offset(at: DateTime<Utc>, zone: Tz) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(offset_seconds(at, zone))
        .unwrap_or_else(|| chrono::Offset::fix(&Utc));
    at.with_timezone(&offset)
}

fn offset_seconds(at: DateTime<Utc>, zone: Tz) -> i32 {
    let offset = TimeZoneDatabase::bundled()
        .get(zone.name())
        .ok()
        .and_then(|zone| {
            let at = jiff::Timestamp::from_second(at.timestamp()).ok()?;
            Some(zone.to_offset(at).seconds())
        });
    offset.unwrap_or(0)
}

fn jiff_datetime(local: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let small = |number: u32| i8::try_from(number).ok();
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        small(local.month())?,
        small(local.day())?,
        small(local.hour())?,
        small(local.minute())?,
        small(local.second())?,
        0,
    )
    .ok()
}
