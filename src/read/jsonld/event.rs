//! One schema.org event → a listing.

use super::{Context, last_part, location};
use crate::facts::event::folded;
use crate::facts::link::Link;
use crate::facts::listing::{End, Listing, Status};
use crate::facts::place::Mode;
use crate::facts::source::Way;
use crate::facts::when::Stamp;
use crate::read::{json, stamp};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Map, Value};

/// Reads one event. Its key is the canonical text of its address, else its `@id` or `identifier`, else
/// its title and day.
///
/// # Errors
/// Says why the event has no day, and whether that was said in a form that is not read: then an event
/// is lost, while a page that gives no day at all lists none. `notes` tell in the same way what was read
/// with doubt.
pub(super) fn listing(
    object: &Map<String, Value>,
    context: &Context,
    notes: &mut Vec<(String, bool)>,
) -> Result<Listing, (String, bool)> {
    let status = term(object, "eventStatus");
    let start = start(object, status.as_deref())?;
    let title = json::text_of(object, "name")
        .or_else(|| json::text_of(object, "headline"))
        .unwrap_or_default();
    let link = link(object, context, notes);
    let id = json::text_of(object, "@id").or_else(|| json::text_of(object, "identifier"));
    let key = match (&link, id) {
        (Some(link), _) => {
            Link::parse(link).map_or_else(|_| link.clone(), |link| link.as_str().to_owned())
        }
        (None, Some(id)) => context.resolved(&id).unwrap_or(id),
        (None, None) => format!("{}@{}", shortened(&folded(&title)), start.date()),
    };
    let mut listing = Listing::new(key, title, start, Way::Page);
    listing.end = end(object, &start, notes);
    listing.link = link;
    listing.status = match status.as_deref() {
        Some("eventcancelled" | "eventcanceled" | "cancelled" | "canceled") => Status::Cancelled,
        Some("eventpostponed" | "postponed") => Status::Postponed,
        Some("eventscheduled" | "eventrescheduled" | "eventmovedonline") => Status::Confirmed,
        _ => Status::Unsaid,
    };
    let found = location::read(json::field(object, "location"), context);
    listing.mode = match status.as_deref() {
        Some("eventmovedonline") => Some(Mode::Virtual),
        _ => mode(
            term(object, "eventAttendanceMode").as_deref(),
            &found,
            notes,
        ),
    };
    listing.online_url = found
        .online_url
        .and_then(|url| context.resolved(&url))
        .filter(|url| listing.link.as_ref() != Some(url));
    listing.locations = found.locations;
    listing.organisers = organisers(object, context);
    listing.description = json::description_of(object, "description");
    Ok(listing)
}

/// A title may be as long as a page; as part of a key a line of it will do.
fn shortened(title: &str) -> String {
    title.chars().take(200).collect()
}

/// A cancelled or postponed event may have lost its day: then the one it had tells which it is.
fn start(object: &Map<String, Value>, status: Option<&str>) -> Result<Stamp, (String, bool)> {
    let off = status.is_some_and(|status| status.contains("cancel") || status.contains("postpon"));
    let names = ["startDate", "previousStartDate"];
    let mut fault = None;
    for name in &names[..if off { 2 } else { 1 }] {
        let Some(text) = json::text_of(object, name) else {
            continue;
        };
        match stamp::parse(&text) {
            Ok(start) => return Ok(start),
            Err(what) => fault = fault.or(Some((format!("{name} {what}"), true))),
        }
    }
    Err(fault.unwrap_or_else(|| {
        if json::field(object, "eventSchedule").is_some() {
            let what = "has a schedule, which is not read, and no startDate";
            (what.to_owned(), true)
        } else {
            ("has no startDate".to_owned(), false)
        }
    }))
}

fn end(object: &Map<String, Value>, start: &Stamp, notes: &mut Vec<(String, bool)>) -> Option<End> {
    let Some(text) = json::text_of(object, "endDate") else {
        let duration = json::text_of(object, "duration")?;
        return stamp::duration(&duration).map(End::After);
    };
    match stamp::parse(&text) {
        Ok(end) => end_beside(start, end).map(End::At),
        Err(what) => {
            notes.push((format!("endDate {what}: read without its end"), false));
            None
        }
    }
}

/// The end in the terms of the start. schema.org's last day is inclusive, a listing's is not; a day
/// without a time behind a timed start ends with its midnight, and says nothing if it is the same day.
fn end_beside(start: &Stamp, end: Stamp) -> Option<Stamp> {
    let midnight = |day: NaiveDate| Some(day.succ_opt()?.and_time(NaiveTime::MIN));
    let Stamp::Date(day) = end else {
        return match start {
            Stamp::Date(_) => end.date().succ_opt().map(Stamp::Date),
            _ => Some(end),
        };
    };
    match start {
        Stamp::Date(_) => day.succ_opt().map(Stamp::Date),
        _ if day <= start.date() => None,
        Stamp::Floating(_) => midnight(day).map(Stamp::Floating),
        Stamp::Zoned(_, zone) => midnight(day).map(|end| Stamp::Zoned(end, *zone)),
        Stamp::Offset(_) | Stamp::Utc(_) => {
            let days = (day - start.date()).num_days() + 1;
            let midnight = start.plus(TimeDelta::try_days(days)?)?;
            let late = match midnight {
                Stamp::Offset(at) => at.naive_local().time(),
                Stamp::Utc(at) => at.time(),
                _ => NaiveTime::MIN,
            };
            midnight.plus(NaiveTime::MIN - late)
        }
    }
}

/// The address of the event's page: an absolute http(s) one, or none.
fn link(
    object: &Map<String, Value>,
    context: &Context,
    notes: &mut Vec<(String, bool)>,
) -> Option<String> {
    let said = match json::field(object, "url") {
        Some(Value::Object(url)) => json::text_of(url, "@id").or_else(|| json::text_of(url, "url")),
        Some(url) => json::text(url),
        None => None,
    };
    let link = said.as_deref().and_then(|said| context.resolved(said));
    // A fragment names a node of the page's data, not a page.
    let link = link.or_else(|| {
        json::text_of(object, "@id")
            .filter(|id| !id.contains('#') && id.contains('/'))
            .and_then(|id| context.resolved(&id))
    });
    if let Some(said) = said.filter(|_| link.is_none()) {
        let shown: String = said.chars().take(80).collect();
        let what = format!("url {shown:?} is no http(s) address: read without it");
        notes.push((what, false));
    }
    link
}

/// A field that names one of schema.org's terms, in lower case without what stands before it.
fn term(object: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match json::field(object, name)? {
        Value::Object(term) => json::text_of(term, "@id")?,
        value => json::text(value)?,
    };
    Some(last_part(&text).to_ascii_lowercase())
}

/// The mode, from what the event says and from where it says it is; the order of its locations is
/// nothing. Content systems call everything offline, so a list of a place and a link outweighs the word.
fn mode(
    said: Option<&str>,
    found: &location::Found,
    notes: &mut Vec<(String, bool)>,
) -> Option<Mode> {
    let said = match said {
        Some("offlineeventattendancemode" | "offline") => Some(Mode::InPerson),
        Some("onlineeventattendancemode" | "online") => Some(Mode::Virtual),
        Some("mixedeventattendancemode" | "mixed") => Some(Mode::Hybrid),
        _ => None,
    };
    let shown = match (found.locations.is_empty(), found.is_virtual) {
        (false, true) => Mode::Hybrid,
        (true, true) => Mode::Virtual,
        _ => return said,
    };
    match said {
        Some(said) if said != shown && said != Mode::Hybrid => {
            let what = format!(
                "says that it is {}, but its locations are those of a {} event: taken as {}",
                said.name(),
                shown.name(),
                shown.name()
            );
            notes.push((what, false));
            Some(shown)
        }
        Some(said) => Some(said),
        None => Some(shown),
    }
}

fn organisers<'a>(
    object: &'a Map<String, Value>,
    context: &Context<'a>,
) -> Vec<(String, Option<String>)> {
    let said = json::field(object, "organizer").or_else(|| json::field(object, "organiser"));
    let list = match said {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter()
        .take(20)
        .filter_map(|organiser| match organiser {
            Value::Object(organiser) => {
                let organiser = context.follow(organiser);
                let name = json::text_of(organiser, "name")?;
                let url = json::text_of(organiser, "url").and_then(|url| context.resolved(&url));
                Some((name, url))
            }
            other => Some((json::text(other)?, None)),
        })
        .collect()
}
