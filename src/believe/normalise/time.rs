//! When an event is, and in which zone its date is printed.

use super::Refusal;
use super::flags::Flags;
use super::lookups::Lookups;
use crate::believe::recur::Occurrence;
use crate::facts::call::{Call, Deadline};
use crate::facts::event::Flag;
use crate::facts::link::Link;
use crate::facts::listing::{End, Listing};
use crate::facts::place::{Mode, Place};
use crate::facts::source::Source;
use crate::facts::when::{self, Stamp, When};
use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;

/// Hours at which something begins that lasts a day and a night.
const MORNING: std::ops::Range<u32> = 7..13;

/// Days that an event lasts at most which goes from midnight to midnight in UTC.
const MOST_DAYS: i64 = 31;

/// The zones of an event's places: looked up once for all days of a series.
#[derive(Clone, Copy)]
pub(super) struct Zones {
    /// The source's own, or that of its home.
    home: Option<Tz>,
    venue: Option<Tz>,
}

impl Zones {
    pub(super) fn of(
        source: &Source,
        place: Option<&Place>,
        home: Option<&Place>,
        lookups: &mut Lookups,
    ) -> Zones {
        let of_home = home.and_then(|home| lookups.zone(home));
        Zones {
            home: source.zone.or(of_home),
            // Most events are at home.
            venue: match place == home {
                true => of_home,
                false => place.and_then(|place| lookups.zone(place)),
            },
        }
    }
}

/// When it is, in the zone in which its date is printed: in person and hybrid the venue's, else the
/// event's, else the home's; online the home's, else the event's.
pub(super) fn when(
    occurrence: &Occurrence<'_>,
    mode: Mode,
    zones: Zones,
    flags: &mut Flags,
) -> Result<When, Refusal> {
    let listing = occurrence.listing;
    if let Stamp::Date(first) = occurrence.start {
        let last = match occurrence.end {
            None => first,
            Some(End::At(end)) => match end {
                // The end of whole days is the day after (RFC 5545 section 3.6.1).
                Stamp::Date(after) => after.pred_opt().unwrap_or(after),
                timed => timed.date(),
            },
            Some(End::After(span)) => {
                let days = span.num_days().max(1) - 1;
                first
                    .checked_add_signed(TimeDelta::days(days))
                    .unwrap_or(first)
            }
        };
        // `DTEND` equal to `DTSTART` is what many write for one day; earlier is a slip.
        if last < first && matches!(occurrence.end, Some(End::At(end)) if end.date() < first) {
            flags.push(Flag::EndBeforeStart);
        }
        return Ok(When::Days {
            first,
            last: last.max(first),
        });
    }

    let own = match occurrence.start {
        Stamp::Zoned(_, zone) => Some(zone),
        _ => listing.zone,
    };
    let (home_zone, venue_zone) = (zones.home, zones.venue);
    let fallback = own.or(home_zone).or(venue_zone);
    let shown = match mode {
        Mode::Virtual => home_zone.or(own).or(venue_zone),
        Mode::InPerson | Mode::Hybrid => venue_zone.or(own).or(home_zone),
    };
    let reading = match (occurrence.start, fallback) {
        (_, Some(zone)) => zone,
        (Stamp::Floating(_), None) => {
            return Err(("start", super::NO_ZONE.to_owned()));
        }
        (_, None) => Tz::UTC,
    };
    if matches!(occurrence.start, Stamp::Floating(_)) {
        flags.push(Flag::ZoneAssumed);
    }
    let start = occurrence.start.instant(reading);
    if let Some(days) = days_in_utc(occurrence) {
        let local = when::to_local(start, shown.unwrap_or(reading));
        let as_written = format!(
            "{}, {} to {}",
            local.date(),
            local.time().format("%H:%M"),
            local.time().format("%H:%M")
        );
        // A day and a night that begin in the morning are a hackathon as well; midnight says the same both ways.
        if MORNING.contains(&local.hour()) {
            flags.chose(Flag::TimeAssumed, as_written, "whole days");
        } else if local.hour() != 0 {
            flags.chose(Flag::TimeAssumed, "whole days", as_written);
            return Ok(days);
        }
    }
    // An event in New York in a calendar of Berlin: the day depends on which clock is meant. So does the hour if a group
    // meets at home by another clock than its own: a calendar may be left on its program's zone.
    if let (Mode::InPerson | Mode::Hybrid, Some(own), Some(venue)) = (mode, own, venue_zone) {
        let (here, there) = (when::to_local(start, own), when::to_local(start, venue));
        let at_home = matches!(occurrence.start, Stamp::Zoned(..))
            && home_zone.is_some_and(|home| when::to_local(start, home) == there);
        if here.date() != there.date() || (at_home && here != there) {
            let said = |at: chrono::NaiveDateTime, zone: Tz| {
                format!("{} in {zone}", at.format("%Y-%m-%d %H:%M"))
            };
            flags.chose(Flag::ZoneAssumed, said(there, venue), said(here, own));
        }
    }
    // The source's own word is kept where it says the same: Toronto's clock is New York's.
    let shown = match (own, shown) {
        (Some(own), Some(zone)) if when::to_local(start, own) == when::to_local(start, zone) => {
            Some(own)
        }
        _ => shown,
    };
    let shown = shown.unwrap_or_else(|| {
        flags.push(Flag::ZoneAssumed);
        zone_of_offset(occurrence.start)
    });
    let end = match occurrence.end {
        None => None,
        // A day as the end of a timed event: it runs until that day ends or, as exclusive ends go,
        // begins; the earlier is believed unless it would lie before the start.
        Some(End::At(Stamp::Date(day))) => {
            let midnight = when::to_utc(day.and_time(chrono::NaiveTime::MIN), reading);
            (midnight > start).then_some(midnight)
        }
        Some(End::At(end)) => Some(end.instant(reading)),
        Some(End::After(span)) => start.checked_add_signed(span),
    };
    let end = match end {
        Some(end) if end < start => {
            flags.push(Flag::EndBeforeStart);
            None
        }
        end => end,
    };
    Ok(When::Timed {
        start,
        end,
        zone: shown,
    })
}

/// The days of an event that goes from midnight to midnight in UTC: programs that know no whole days write them so.
fn days_in_utc(occurrence: &Occurrence<'_>) -> Option<When> {
    let in_utc = |stamp: Stamp| match stamp {
        Stamp::Utc(at) => Some(at),
        Stamp::Offset(at) if at.offset().local_minus_utc() == 0 => Some(at.to_utc()),
        _ => None,
    };
    let start = in_utc(occurrence.start)?;
    let end = match occurrence.end? {
        End::At(end) => in_utc(end)?,
        End::After(span) => start.checked_add_signed(span)?,
    };
    // 23:59 is the same day's end.
    let end = end.checked_add_signed(TimeDelta::seconds(60))?;
    let days = (end - start).num_days();
    let is_midnight =
        start.num_seconds_from_midnight() == 0 && end.num_seconds_from_midnight() <= 60;
    (is_midnight && (1..=MOST_DAYS).contains(&days)).then(|| When::Days {
        first: start.date_naive(),
        last: start.date_naive() + TimeDelta::days(days - 1),
    })
}

/// The call for papers that the event's page has, else its list.
pub(super) fn call(listing: &Listing, page: Option<&Listing>, own: Option<&Link>) -> Option<Call> {
    let said = page.and_then(|page| page.call.as_ref());
    let said = said.or(listing.call.as_ref())?;
    let link = said.link.as_deref().and_then(|link| Link::parse(link).ok());
    let zone = || listing.zone.unwrap_or_else(|| zone_of_offset(said.until));
    let until = match said.until {
        Stamp::Date(day) => Deadline::Day(day),
        // An hour without a zone is no moment.
        Stamp::Floating(local) => match listing.zone {
            Some(zone) => Deadline::At(when::to_utc(local, zone), zone),
            None => Deadline::Day(local.date()),
        },
        Stamp::Zoned(local, zone) => Deadline::At(when::to_utc(local, zone), zone),
        Stamp::Offset(at) => Deadline::At(at.to_utc(), zone()),
        Stamp::Utc(at) => Deadline::At(at, zone()),
    };
    Some(Call {
        link: link.or_else(|| own.cloned())?,
        until,
    })
}

/// The zone without rules that has this stamp's distance from UTC, where it is a whole hour.
fn zone_of_offset(start: Stamp) -> Tz {
    let Stamp::Offset(at) = start else {
        return Tz::UTC;
    };
    let hours = at.offset().local_minus_utc() / 3600;
    // POSIX counts westwards: Etc/GMT-2 is two hours *ahead* of UTC.
    let name = format!("Etc/GMT{:+}", -hours);
    when::zone_named(&name).unwrap_or(Tz::UTC)
}
