//! One schema.org event → a listing, or one of each of its dates.

use super::schedule::{self, Dated, end_beside};
use super::{Context, last_part, location};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{About, End, Listing, Status};
use crate::facts::place::Mode;
use crate::facts::source::Way;
use crate::read::{dates, json};
use serde_json::{Map, Value};

/// Dates of one event that are read.
const MOST_DATES: usize = 400;

/// What was read with doubt, and whether something was lost by it.
pub(super) type Notes = Vec<(String, bool)>;

/// Reads one event. Its key is the canonical text of its address, else its `@id` or `identifier`, else
/// its title and day. Where it has several dates, each is a listing.
///
/// # Errors
/// Says why the event has no day, and whether that was said in a form that is not read: then an event
/// is lost, while a page that gives no day at all lists none. `notes` say in the same way what was read
/// with doubt.
pub(super) fn listings(
    object: &Map<String, Value>,
    context: &Context,
    notes: &mut Notes,
) -> Result<Vec<Listing>, (String, bool)> {
    let statuses = terms(object, "eventStatus");
    let dates = dated(object, &statuses, notes)?;
    let first = dates[0].start;
    let title = json::text_of(object, "name")
        .or_else(|| json::text_of(object, "headline"))
        .unwrap_or_default();
    let (link, other_link) = link(object, context, notes);
    let id = json::text_of(object, "@id").or_else(|| json::text_of(object, "identifier"));
    let key = match (&link, id) {
        (Some(link), _) => {
            Link::parse(link).map_or_else(|_| link.clone(), |link| link.as_str().to_owned())
        }
        (None, Some(id)) => context.resolved(&id).unwrap_or(id),
        (None, None) => format!("{}@{}", shortened(&folded(&title)), first.date()),
    };
    let mut listing = Listing::new(key, title, first, Way::Page);
    listing.status = status(&statuses);
    let found = location::read(json::field(object, "location"), context);
    mode(object, &statuses, &found, &mut listing, notes);
    if let (Some(taken), Some(other)) = (&link, other_link) {
        listing.chose(About::Link, taken, other);
    }
    listing.link = link;
    listing.online_url = found
        .online_url
        .and_then(|url| context.resolved(&url))
        .filter(|url| listing.link.as_ref() != Some(url));
    listing.locations = found.locations;
    listing.organisers = organisers(object, context);
    listing.description = json::description_of(object, "description");
    let each = dates.into_iter().map(|date| {
        let mut listing = listing.clone();
        listing.start = date.start;
        listing.end = date.end;
        listing.rule = date.rule;
        if let Some((taken, other)) = date.doubt {
            listing.chose(About::Time, taken, other);
        }
        listing
    });
    Ok(each.collect())
}

/// A title may be as long as a page; as part of a key a line of it will do.
fn shortened(title: &str) -> String {
    title.chars().take(200).collect()
}

/// The dates of an event, at least one. A cancelled or postponed event may have lost its day: then the
/// one it had says which it is.
fn dated(
    object: &Map<String, Value>,
    statuses: &[String],
    notes: &mut Notes,
) -> Result<Vec<Dated>, (String, bool)> {
    let off = status(statuses) != Status::Unsaid && status(statuses) != Status::Confirmed;
    let ends = json::texts_of(object, "endDate");
    let mut faults = Vec::new();
    let mut read = Vec::new();
    for name in &["startDate", "previousStartDate"][..if off { 2 } else { 1 }] {
        if !read.is_empty() {
            break;
        }
        for (place, text) in json::texts_of(object, name)
            .iter()
            .take(MOST_DATES)
            .enumerate()
        {
            // One end for several starts is the last one's.
            let end = ends.get(place).filter(|_| place == 0 || ends.len() > 1);
            match date(object, text, end, notes) {
                Ok(date) => read.push(date),
                Err(what) => faults.push((format!("{name} {what}"), true)),
            }
        }
    }
    if read.len() > 1 && ends.len() == 1 {
        read.iter_mut().for_each(|date| date.end = None);
    }
    if read.is_empty() && faults.is_empty() {
        return match json::field(object, "eventSchedule") {
            Some(schedule) => schedule::dates(schedule).map_err(|what| (what, true)),
            None => Err(("has no startDate".to_owned(), false)),
        };
    }
    if read.is_empty() {
        return Err(faults.swap_remove(0));
    }
    notes.extend(faults);
    Ok(read)
}

/// One start with its end, also where both stand in one text as ISO 8601 has it: `…T19:00/…T21:00`.
fn date(
    object: &Map<String, Value>,
    text: &str,
    end: Option<&String>,
    notes: &mut Notes,
) -> Result<Dated, String> {
    let interval = text.split_once('/').and_then(|(from, to)| {
        let both = (dates::parse(from).ok()?, dates::parse(to).ok()?);
        Some(both)
    });
    let (start, inner_end) = match interval {
        Some((start, end)) => (start, Some(end)),
        None => (dates::parse(text)?, None),
    };
    let said_end = match end {
        None => inner_end
            .and_then(|end| end_beside(&start, end))
            .map(End::At),
        Some(end) => match dates::parse(end) {
            Ok(end) => end_beside(&start, end).map(End::At),
            Err(what) => {
                notes.push((format!("endDate {what}: read without its end"), false));
                None
            }
        },
    };
    let lasts = || dates::duration(&json::text_of(object, "duration")?).map(End::After);
    let doubt = dates::contradicts_its_zone(text, &start).then(|| {
        let (offset, zone) = text.split_once('[').unwrap_or((text, ""));
        (offset.to_owned(), zone.trim_end_matches(']').to_owned())
    });
    Ok(Dated {
        start,
        end: said_end.or_else(|| end.is_none().then(lasts).flatten()),
        rule: None,
        doubt,
    })
}

/// The address of the event's page, an absolute http(s) one, and another one that is as good. Of several
/// that is the page which is one event's by its grammar, else the first.
fn link(
    object: &Map<String, Value>,
    context: &Context,
    notes: &mut Notes,
) -> (Option<String>, Option<String>) {
    let said: Vec<String> = json::each(json::field(object, "url"))
        .filter_map(|url| match url {
            Value::Object(url) => json::text_of(url, "@id").or_else(|| json::text_of(url, "url")),
            url => json::text(url),
        })
        .collect();
    let mut links: Vec<String> = said
        .iter()
        .filter_map(|said| context.resolved(said))
        .collect();
    let meaning = |link: &String| Link::parse(link).ok().map(|link| link.meaning());
    let is_event = |link: &String| matches!(meaning(link), Some(Meaning::Event { .. }));
    // Stable: of two that are equally good the first one stays in front.
    links.sort_by_key(|link| !is_event(link));
    links.dedup_by_key(|link| {
        Link::parse(link).map_or_else(|_| link.clone(), |link| link.to_string())
    });
    let mut links = links.into_iter();
    let first = links.next();
    let other = links.next().filter(|other| {
        first
            .as_ref()
            .is_some_and(|first| is_event(first) == is_event(other))
    });
    // A fragment names a node of the page's data, not a page.
    let link = first.or_else(|| {
        json::text_of(object, "@id")
            .filter(|id| !id.contains('#') && id.contains('/'))
            .and_then(|id| context.resolved(&id))
    });
    if let Some(said) = said.first().filter(|_| link.is_none()) {
        let shown: String = said.chars().take(80).collect();
        let what = format!("url {shown:?} is no http(s) address: read without it");
        notes.push((what, false));
    }
    (link, other)
}

/// All of schema.org's terms that a field names: lower case, letters only, without what stands before them.
fn terms(object: &Map<String, Value>, name: &str) -> Vec<String> {
    json::each(json::field(object, name))
        .filter_map(|value| match value {
            Value::Object(term) => json::text_of(term, "@id").or_else(|| json::text(value)),
            value => json::text(value),
        })
        .map(|text| {
            // `Online / in person` is no address.
            let term = if text.contains(' ') {
                &text
            } else {
                last_part(&text)
            };
            let letters = term.chars().filter(|char| char.is_alphabetic());
            letters.flat_map(char::to_lowercase).collect()
        })
        .collect()
}

/// The state that all values of `eventStatus` give together: what is off in one of them is off.
fn status(terms: &[String]) -> Status {
    let says = |word: &str| terms.iter().any(|term| term.contains(word));
    if says("cancel") {
        Status::Cancelled
    } else if says("postpon") {
        Status::Postponed
    } else if says("scheduled") || says("movedonline") || says("confirmed") {
        Status::Confirmed
    } else {
        Status::Unsaid
    }
}

/// The mode that a term names, however much of `OnlineEventAttendanceMode` is left of it.
fn mode_of(term: &str) -> Option<Mode> {
    let names = |words: &[&str]| words.iter().any(|word| term.contains(word));
    let is_here = names(&["offline", "inperson", "onsite", "physical"]);
    let is_online = names(&["online", "virtual", "remote", "digital"]);
    match (is_here, is_online) {
        _ if names(&["mixed", "hybrid"]) => Some(Mode::Hybrid),
        (true, true) => Some(Mode::Hybrid),
        (true, false) => Some(Mode::InPerson),
        (false, true) => Some(Mode::Virtual),
        (false, false) => None,
    }
}

/// The mode, from all that the event says and from where it says it is; the order of its locations means
/// nothing. Content systems call everything offline, so a list of a place and a link outweighs the word.
fn mode(
    object: &Map<String, Value>,
    statuses: &[String],
    found: &location::Found,
    listing: &mut Listing,
    notes: &mut Notes,
) {
    let mut said = None;
    for term in terms(object, "eventAttendanceMode") {
        match (mode_of(&term), said) {
            (None, _) => {
                let shown: String = term.chars().take(80).collect();
                notes.push((
                    format!("eventAttendanceMode {shown:?} is no known mode"),
                    false,
                ));
            }
            (Some(mode), None) => said = Some(mode),
            (Some(mode), Some(before)) if mode != before => said = Some(Mode::Hybrid),
            _ => {}
        }
    }
    let shown = match (found.locations.is_empty(), found.is_virtual) {
        (false, true) => Some(Mode::Hybrid),
        (true, true) => Some(Mode::Virtual),
        (_, false) => None,
    };
    // It was in person and has gone online, "fully or partially": partially where it says so.
    if statuses.iter().any(|status| status.contains("movedonline")) {
        listing.mode = Some(match said {
            Some(Mode::Hybrid) => Mode::Hybrid,
            _ => Mode::Virtual,
        });
        if said.is_none() && shown == Some(Mode::Hybrid) {
            listing.chose(About::Mode, "moved online", "a place and a link");
        }
        return;
    }
    listing.mode = shown.or(said);
    if let (Some(said), Some(shown)) = (said, shown)
        && said != shown
    {
        if said == Mode::Hybrid {
            listing.mode = Some(said);
            return;
        }
        let what = format!(
            "says that it is {}, but its locations are those of a {} event: taken as {}",
            said.name(),
            shown.name(),
            shown.name()
        );
        notes.push((what, false));
        listing.chose(About::Mode, shown.name(), said.name());
    }
}

fn organisers<'a>(
    object: &'a Map<String, Value>,
    context: &Context<'a>,
) -> Vec<(String, Option<String>)> {
    let said = json::field(object, "organizer").or_else(|| json::field(object, "organiser"));
    json::each(said)
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
