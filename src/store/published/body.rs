//! The JSON body of a published event: small types of the database's own, as for listings.

use super::super::rows::{part, stamp, stamp_text, zone};
use crate::believe::curate::{Evidence, NamedLink, Overruled, Published, Shown};
use crate::facts::call::{Call, Deadline};
use crate::facts::event::{Choice, EventId, Flag, Key, Status, Title, Venue};
use crate::facts::link::Link;
use crate::facts::listing::Part;
use crate::facts::place::{Country, Mode, Place};
use crate::facts::source::{Organiser, SourceId, Way};
use crate::facts::when::{Stamp, When, to_local, to_utc};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct PublishedBody {
    title: String,
    when: WhenBody,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    moved_from: Option<WhenBody>,
    mode: String,
    place: Option<PlaceBody>,
    venue: Option<VenueBody>,
    online_url: Option<String>,
    organisers: Vec<(String, Option<String>)>,
    links: Vec<(String, String)>,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    unlisted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    call: Option<CallBody>,
    print_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    print_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    shown: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    overruled: Vec<OverruledBody>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    uncorrected: Option<Box<PublishedBody>>,
    description: String,
    flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    choices: Vec<ChoiceBody>,
    evidence: Vec<EvidenceBody>,
}

#[derive(Serialize, Deserialize)]
struct CallBody {
    link: String,
    /// A day, or a local time with its zone.
    until: String,
}

#[derive(Serialize, Deserialize)]
struct ChoiceBody {
    flag: String,
    taken: String,
    other: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhenBody {
    Timed {
        start: String,
        end: Option<String>,
        zone: String,
    },
    Days {
        first: String,
        last: String,
    },
}

#[derive(Serialize, Deserialize)]
struct PlaceBody {
    city: Option<String>,
    state: Option<String>,
    country: String,
}

#[derive(Serialize, Deserialize)]
struct VenueBody {
    name: Option<String>,
    address: Option<String>,
    coordinates: Option<(f64, f64)>,
}

#[derive(Serialize, Deserialize)]
struct EvidenceBody {
    source: String,
    key: String,
    listing: String,
    url: Option<String>,
    ways: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct OverruledBody {
    field: String,
    said: String,
    says: String,
    #[serde(rename = "ruled")]
    decided: String,
    by: Option<String>,
    at: String,
}

/// A published event as the database keeps it, without its id, SEQUENCE and times, which are columns.
pub(super) fn of(event: &Published) -> String {
    // Strings, numbers and lists always serialise.
    serde_json::to_string(&body(event)).unwrap_or_default()
}

fn body(event: &Published) -> PublishedBody {
    PublishedBody {
        title: event.title.as_str().to_owned(),
        when: when_body(&event.when),
        moved_from: event.moved_from.as_ref().map(when_body),
        mode: event.mode.name().to_owned(),
        place: event.place.as_ref().map(|place| PlaceBody {
            city: place.city().map(str::to_owned),
            state: place.state().map(str::to_owned),
            country: place.country().code().to_owned(),
        }),
        venue: event.venue.as_ref().map(|venue| VenueBody {
            name: venue.name.clone(),
            address: venue.address.clone(),
            coordinates: venue
                .coordinates
                .filter(|(north, east)| north.is_finite() && east.is_finite()),
        }),
        online_url: event.online_url.as_ref().map(Link::to_string),
        organisers: event
            .organisers
            .iter()
            .map(|organiser| {
                (
                    organiser.name.clone(),
                    organiser.url.as_ref().map(Link::to_string),
                )
            })
            .collect(),
        links: event
            .links
            .iter()
            .map(|link| (link.title.to_string(), link.url.to_string()))
            .collect(),
        status: event.status.name().to_owned(),
        unlisted: event.unlisted.map(|at| stamp_text(&Stamp::Utc(at))),
        call: event.call.as_ref().map(call_body),
        print_from: event.print_from.map(|day| day.to_string()),
        print_until: event.print_until.map(|day| day.to_string()),
        shown: (event.shown != Shown::Everywhere).then(|| event.shown.name().to_owned()),
        overruled: event
            .overruled
            .iter()
            .map(|overruled| OverruledBody {
                field: overruled.field.clone(),
                said: overruled.said.clone(),
                says: overruled.says.clone(),
                decided: overruled.decided.clone(),
                by: overruled.by.clone(),
                at: stamp_text(&Stamp::Utc(overruled.at)),
            })
            .collect(),
        uncorrected: event
            .uncorrected
            .as_deref()
            .map(|uncorrected| Box::new(body(uncorrected))),
        description: event.description.clone(),
        flags: event
            .flags
            .iter()
            .map(|flag| flag.name().to_owned())
            .collect(),
        choices: event
            .choices
            .iter()
            .map(|choice| ChoiceBody {
                flag: choice.flag.name().to_owned(),
                taken: choice.taken.clone(),
                other: choice.other.clone(),
            })
            .collect(),
        evidence: event
            .evidence
            .iter()
            .map(|evidence| EvidenceBody {
                source: evidence.source.0.clone(),
                key: evidence.key.as_str().to_owned(),
                listing: evidence.listing.clone(),
                url: evidence.url.as_ref().map(Link::to_string),
                ways: evidence
                    .ways
                    .iter()
                    .map(|(way, of)| (way.name().to_owned(), part(*of).to_owned()))
                    .collect(),
            })
            .collect(),
    }
}

fn call_body(call: &Call) -> CallBody {
    let until = match call.until {
        Deadline::Day(day) => Stamp::Date(day),
        Deadline::At(at, zone) => Stamp::Zoned(to_local(at, zone), zone),
    };
    CallBody {
        link: call.link.to_string(),
        until: stamp_text(&until),
    }
}

fn call(body: &CallBody) -> Result<Call, String> {
    let until = match stamp(&body.until)? {
        Stamp::Zoned(local, zone) => Deadline::At(to_utc(local, zone), zone),
        day => Deadline::Day(day.date()),
    };
    let link = Link::stored(&body.link).map_err(|error| error.to_string())?;
    Ok(Call { link, until })
}

/// A published event read back.
pub(super) fn read(
    id: &str,
    body: &str,
    sequence: u32,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
) -> Result<Published, String> {
    let body: PublishedBody = serde_json::from_str(body).map_err(|error| error.to_string())?;
    event(
        EventId::stored(id.to_owned()),
        body,
        sequence,
        (created, modified),
    )
}

fn event(
    id: EventId,
    body: PublishedBody,
    sequence: u32,
    (created, modified): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Published, String> {
    let uncorrected = body.uncorrected.map(|body| {
        let uncorrected = event(id.clone(), *body, sequence, (created, modified))?;
        Ok::<_, String>(Box::new(uncorrected))
    });
    let title = |text: &str| Title::parse(text).ok_or_else(|| format!("title {text:?}"));
    let link = |text: &str| Link::stored(text).map_err(|error| error.to_string());
    let optional = |text: &Option<String>| text.as_deref().map(link).transpose();
    Ok(Published {
        id,
        title: title(&body.title)?,
        when: when(&body.when)?,
        moved_from: body.moved_from.as_ref().map(when).transpose()?,
        mode: Mode::parse(&body.mode).ok_or_else(|| format!("mode {:?}", body.mode))?,
        place: body
            .place
            .map(|place| {
                let country = Country::parse(&place.country)
                    .ok_or_else(|| format!("country {:?}", place.country))?;
                Ok::<Place, String>(Place::new(
                    place.city.as_deref(),
                    place.state.as_deref(),
                    country,
                ))
            })
            .transpose()?,
        venue: body.venue.map(|venue| Venue {
            name: venue.name,
            address: venue.address,
            coordinates: venue.coordinates,
        }),
        online_url: optional(&body.online_url)?,
        organisers: body
            .organisers
            .iter()
            .map(|(name, url)| {
                Ok(Organiser {
                    name: name.clone(),
                    url: optional(url)?,
                })
            })
            .collect::<Result<_, String>>()?,
        links: body
            .links
            .iter()
            .map(|(text, url)| {
                Ok(NamedLink {
                    title: title(text)?,
                    url: link(url)?,
                })
            })
            .collect::<Result<_, String>>()?,
        status: status(&body.status)?,
        unlisted: body.unlisted.as_deref().map(utc).transpose()?,
        call: body.call.as_ref().map(call).transpose()?,
        print_from: day(body.print_from.as_deref())?,
        print_until: day(body.print_until.as_deref())?,
        shown: match body.shown {
            None => Shown::Everywhere,
            Some(name) => Shown::named(&name).ok_or_else(|| format!("shown {name:?}"))?,
        },
        overruled: body
            .overruled
            .into_iter()
            .map(|overruled| {
                Ok(Overruled {
                    field: overruled.field,
                    said: overruled.said,
                    says: overruled.says,
                    decided: overruled.decided,
                    by: overruled.by,
                    at: utc(&overruled.at)?,
                })
            })
            .collect::<Result<_, String>>()?,
        uncorrected: uncorrected.transpose()?,
        description: body.description,
        flags: body
            .flags
            .iter()
            .filter_map(|name| Flag::named(name))
            .collect(),
        choices: body
            .choices
            .into_iter()
            .filter_map(|choice| {
                Some(Choice {
                    flag: Flag::named(&choice.flag)?,
                    taken: choice.taken,
                    other: choice.other,
                })
            })
            .collect(),
        evidence: body
            .evidence
            .into_iter()
            .map(|evidence| {
                Ok(Evidence {
                    source: SourceId(evidence.source),
                    key: Key::stored(evidence.key),
                    listing: evidence.listing,
                    url: optional(&evidence.url)?,
                    ways: evidence
                        .ways
                        .iter()
                        .filter_map(|(way, of)| {
                            Some((
                                Way::named(way)?,
                                if of == "page" { Part::Page } else { Part::List },
                            ))
                        })
                        .collect(),
                })
            })
            .collect::<Result<_, String>>()?,
        sequence,
        created,
        modified,
    })
}

fn status(name: &str) -> Result<Status, String> {
    [
        Status::Confirmed,
        Status::Tentative,
        Status::Cancelled,
        Status::Postponed,
        Status::Withdrawn,
    ]
    .into_iter()
    .find(|status| status.name() == name)
    .ok_or_else(|| format!("status {name:?}"))
}

fn when_body(when: &When) -> WhenBody {
    let utc = |at: &DateTime<Utc>| stamp_text(&Stamp::Utc(*at));
    match when {
        When::Timed { start, end, zone } => WhenBody::Timed {
            start: utc(start),
            end: end.as_ref().map(utc),
            zone: zone.name().to_owned(),
        },
        When::Days { first, last } => WhenBody::Days {
            first: first.to_string(),
            last: last.to_string(),
        },
    }
}

fn utc(text: &str) -> Result<DateTime<Utc>, String> {
    // Quicker than by the forms that a stamp may have.
    if let Ok(at) = DateTime::parse_from_rfc3339(text)
        && text.ends_with('Z')
    {
        return Ok(at.to_utc());
    }
    match stamp(text)? {
        Stamp::Utc(at) => Ok(at),
        _ => Err(format!("time {text:?} is not in UTC")),
    }
}

fn day(text: Option<&str>) -> Result<Option<NaiveDate>, String> {
    text.map(|day| Ok(stamp(day)?.date())).transpose()
}

fn when(body: &WhenBody) -> Result<When, String> {
    Ok(match body {
        WhenBody::Timed {
            start,
            end,
            zone: name,
        } => When::Timed {
            start: utc(start)?,
            end: end.as_deref().map(utc).transpose()?,
            zone: zone(name)?,
        },
        WhenBody::Days { first, last } => When::Days {
            first: stamp(first)?.date(),
            last: stamp(last)?.date(),
        },
    })
}
