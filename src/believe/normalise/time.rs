//! When an event is, and in which zone its date is printed.

use super::Refusal;
use super::doubt::Doubts;
use crate::believe::recur::Occurrence;
use crate::facts::event::Flag;
use crate::facts::listing::End;
use crate::facts::place::{Mode, Place};
use crate::facts::source::Source;
use crate::facts::when::{self, Stamp, When};
use chrono::TimeDelta;
use chrono_tz::Tz;

/// When it is, told in the zone in which its date is printed: in person and hybrid the venue's, else the
/// event's, else the home's; online the home's, else the event's.
pub(super) fn when(
    source: &Source,
    occurrence: &Occurrence<'_>,
    mode: Mode,
    place: Option<&Place>,
    home: Option<&Place>,
    doubts: &mut Doubts,
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
            doubts.push(Flag::EndBeforeStart);
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
    let home_zone = source.zone.or_else(|| home.and_then(Place::zone));
    let venue_zone = place.and_then(Place::zone);
    let fallback = own.or(home_zone).or(venue_zone);
    let shown = match mode {
        Mode::Virtual => home_zone.or(own).or(venue_zone),
        Mode::InPerson | Mode::Hybrid => venue_zone.or(own).or(home_zone),
    };
    let reading = match (occurrence.start, fallback) {
        (_, Some(zone)) => zone,
        (Stamp::Floating(_), None) => {
            let help = "a local time without a zone: set `zone` or `place` of the source";
            return Err(("start", help.to_owned()));
        }
        (_, None) => Tz::UTC,
    };
    if matches!(occurrence.start, Stamp::Floating(_)) {
        doubts.push(Flag::ZoneAssumed);
    }
    let start = occurrence.start.instant(reading);
    // The source's own word is kept where it says the same: Toronto's clock is New York's.
    let shown = match (own, shown) {
        (Some(own), Some(zone)) if when::to_local(start, own) == when::to_local(start, zone) => {
            Some(own)
        }
        _ => shown,
    };
    let shown = shown.unwrap_or_else(|| {
        doubts.push(Flag::ZoneAssumed);
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
            doubts.push(Flag::EndBeforeStart);
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
