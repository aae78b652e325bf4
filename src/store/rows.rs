//! The JSON bodies of listings: small types of the database's own, so that a rename in the domain is not a
//! change of what is stored.

use crate::facts::listing::{self, About, Call, Doubt, End, Listing, Location, Part, Rule};
use crate::facts::place::Mode;
use crate::facts::source::Way;
use crate::facts::when::{Stamp, zone_named};
use chrono::{DateTime, SecondsFormat, TimeDelta};
use serde::{Deserialize, Serialize};

/// The name of a part.
pub(super) fn part(part: Part) -> &'static str {
    match part {
        Part::List => "list",
        Part::Page => "page",
    }
}

/// The occurrence a listing stands for, as a column.
pub(super) fn instance(listing: &Listing) -> String {
    of_instance(listing.instance)
}

/// The same of an occurrence by itself.
pub(super) fn of_instance(instance: Option<Stamp>) -> String {
    instance.as_ref().map(stamp_text).unwrap_or_default()
}

#[derive(Serialize, Deserialize)]
struct ListingBody {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    instance: Option<String>,
    #[serde(skip_serializing_if = "is_false", default)]
    and_future: bool,
    part: String,
    way: String,
    title: String,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    end: Option<EndBody>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    rule: Option<RuleBody>,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mode: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    locations: Vec<LocationBody>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    online_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    link: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    further_links: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    organisers: Vec<(String, Option<String>)>,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    description: String,
    #[serde(skip_serializing_if = "is_false", default)]
    cross_listed: bool,
    #[serde(skip_serializing_if = "is_zero", default)]
    sequence: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    modified: Option<String>,
    #[serde(skip_serializing_if = "is_false", default)]
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    call: Option<CallBody>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    print_from: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    doubts: Vec<DoubtBody>,
    // Last, so that two bodies that differ in nothing else can be known by their beginnings.
    line: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EndBody {
    At(String),
    AfterSeconds(i64),
}

#[derive(Serialize, Deserialize)]
struct RuleBody {
    rules: Vec<String>,
    except_rules: Vec<String>,
    dates: Vec<(String, Option<EndBody>)>,
    except_dates: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct CallBody {
    link: Option<String>,
    until: String,
}

#[derive(Serialize, Deserialize)]
struct DoubtBody {
    about: String,
    taken: String,
    other: String,
}

#[derive(Serialize, Deserialize)]
struct LocationBody {
    venue: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// A listing as the database keeps it.
pub(super) fn listing_body(listing: &Listing) -> String {
    let body = ListingBody {
        key: listing.key.clone(),
        instance: listing.instance.as_ref().map(stamp_text),
        and_future: listing.and_future,
        part: part(listing.part).to_owned(),
        way: listing.way.name().to_owned(),
        title: listing.title.clone(),
        start: stamp_text(&listing.start),
        end: listing.end.as_ref().map(end_body),
        zone: listing.zone.map(|zone| zone.name().to_owned()),
        rule: listing.rule.as_ref().map(|rule| RuleBody {
            rules: rule.rules.clone(),
            except_rules: rule.except_rules.clone(),
            dates: rule
                .dates
                .iter()
                .map(|(at, end)| (stamp_text(at), end.as_ref().map(end_body)))
                .collect(),
            except_dates: rule.except_dates.iter().map(stamp_text).collect(),
        }),
        status: said_name(listing.status).to_owned(),
        mode: listing.mode.map(|mode| mode.name().to_owned()),
        locations: listing
            .locations
            .iter()
            .map(|location| LocationBody {
                venue: location.venue.clone(),
                address: location.address.clone(),
                city: location.city.clone(),
                state: location.state.clone(),
                country: location.country.clone(),
                latitude: location.latitude.filter(|degrees| degrees.is_finite()),
                longitude: location.longitude.filter(|degrees| degrees.is_finite()),
            })
            .collect(),
        online_url: listing.online_url.clone(),
        link: listing.link.clone(),
        further_links: listing.further_links.clone(),
        organisers: listing.organisers.clone(),
        description: listing.description.clone(),
        cross_listed: listing.cross_listed,
        sequence: listing.sequence,
        modified: listing.modified.clone(),
        private: listing.private,
        call: listing.call.as_ref().map(|call| CallBody {
            link: call.link.clone(),
            until: stamp_text(&call.until),
        }),
        print_from: listing.print_from.map(|day| day.to_string()),
        doubts: listing.doubts.iter().map(doubt_body).collect(),
        line: listing.line,
    };
    // Strings, numbers and lists always serialise.
    serde_json::to_string(&body).unwrap_or_default()
}

/// A listing read back.
pub(super) fn listing(body: &str) -> Result<Listing, String> {
    let body: ListingBody = serde_json::from_str(body).map_err(|error| error.to_string())?;
    Ok(Listing {
        key: body.key,
        predecessor: None,
        renewed: None,
        missing: None,
        known_since: None,
        outdated: false,
        instance: body.instance.as_deref().map(stamp).transpose()?,
        and_future: body.and_future,
        part: if body.part == "page" {
            Part::Page
        } else {
            Part::List
        },
        way: Way::named(&body.way).ok_or_else(|| format!("way {:?}", body.way))?,
        line: body.line,
        title: body.title,
        start: stamp(&body.start)?,
        end: body.end.as_ref().map(end).transpose()?,
        zone: body.zone.as_deref().map(zone).transpose()?,
        rule: body
            .rule
            .map(|rule| {
                Ok::<Rule, String>(Rule {
                    rules: rule.rules,
                    except_rules: rule.except_rules,
                    dates: rule
                        .dates
                        .iter()
                        .map(|(at, until)| Ok((stamp(at)?, until.as_ref().map(end).transpose()?)))
                        .collect::<Result<_, String>>()?,
                    except_dates: rule
                        .except_dates
                        .iter()
                        .map(|at| stamp(at))
                        .collect::<Result<_, _>>()?,
                })
            })
            .transpose()?,
        status: said(&body.status)?,
        mode: body.mode.as_deref().and_then(Mode::parse),
        locations: body
            .locations
            .into_iter()
            .map(|location| Location {
                venue: location.venue,
                address: location.address,
                city: location.city,
                state: location.state,
                country: location.country,
                latitude: location.latitude,
                longitude: location.longitude,
            })
            .collect(),
        online_url: body.online_url,
        link: body.link,
        further_links: body.further_links,
        organisers: body.organisers,
        description: body.description,
        cross_listed: body.cross_listed,
        sequence: body.sequence,
        modified: body.modified,
        private: body.private,
        call: body
            .call
            .map(|call| {
                Ok::<_, String>(Call {
                    until: stamp(&call.until)?,
                    link: call.link,
                })
            })
            .transpose()?,
        print_from: body
            .print_from
            .as_deref()
            .map(|day| Ok::<_, String>(stamp(day)?.date()))
            .transpose()?,
        doubts: body.doubts.into_iter().filter_map(doubt).collect(),
    })
}

fn doubt_body(doubt: &Doubt) -> DoubtBody {
    DoubtBody {
        about: doubt.about.name().to_owned(),
        taken: doubt.taken.clone(),
        other: doubt.other.clone(),
    }
}

/// A doubt read back; one of a kind that this program does not know is none.
fn doubt(body: DoubtBody) -> Option<Doubt> {
    let about = About::ALL
        .into_iter()
        .find(|about| about.name() == body.about)?;
    Some(Doubt {
        about,
        taken: body.taken,
        other: body.other,
    })
}

fn end_body(end: &End) -> EndBody {
    match end {
        End::At(at) => EndBody::At(stamp_text(at)),
        End::After(span) => EndBody::AfterSeconds(span.num_seconds()),
    }
}

fn end(body: &EndBody) -> Result<End, String> {
    Ok(match body {
        EndBody::At(at) => End::At(stamp(at)?),
        EndBody::AfterSeconds(seconds) => End::After(
            TimeDelta::try_seconds(*seconds).ok_or_else(|| format!("{seconds} seconds"))?,
        ),
    })
}

const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

/// A stamp as text: `2026-08-27`, `2026-08-27T19:00:00`, the same with a zone in brackets, with an
/// offset, or with `Z`.
pub(super) fn stamp_text(stamp: &Stamp) -> String {
    // chrono writes RFC 3339 several times as fast as a format of ours, and each event has two stamps or more.
    let local = |local: &chrono::NaiveDateTime| {
        let mut text = local.and_utc().to_rfc3339_opts(SecondsFormat::Secs, true);
        text.truncate(text.len() - 1);
        text
    };
    match stamp {
        Stamp::Date(date) => date.to_string(),
        Stamp::Floating(at) => local(at),
        Stamp::Zoned(at, zone) => format!("{}[{}]", local(at), zone.name()),
        Stamp::Offset(at) => at.to_rfc3339_opts(SecondsFormat::Secs, false),
        Stamp::Utc(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}

pub(super) fn stamp(text: &str) -> Result<Stamp, String> {
    let wrong = || format!("time {text:?}");
    let local =
        |text: &str| chrono::NaiveDateTime::parse_from_str(text, LOCAL).map_err(|_| wrong());
    if let Some((at, name)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        return Ok(Stamp::Zoned(local(at)?, zone(name)?));
    }
    if let Some(at) = text.strip_suffix('Z') {
        return Ok(Stamp::Utc(local(at)?.and_utc()));
    }
    if !text.contains('T') {
        return text.parse().map(Stamp::Date).map_err(|_| wrong());
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Stamp::Offset(at));
    }
    Ok(Stamp::Floating(local(text)?))
}

pub(super) fn zone(name: &str) -> Result<chrono_tz::Tz, String> {
    zone_named(name).ok_or_else(|| format!("zone {name:?}"))
}

fn said_name(status: listing::Status) -> &'static str {
    match status {
        listing::Status::Unsaid => "unsaid",
        listing::Status::Confirmed => "confirmed",
        listing::Status::Tentative => "tentative",
        listing::Status::Cancelled => "cancelled",
        listing::Status::Postponed => "postponed",
    }
}

fn said(name: &str) -> Result<listing::Status, String> {
    Ok(match name {
        "unsaid" => listing::Status::Unsaid,
        "confirmed" => listing::Status::Confirmed,
        "tentative" => listing::Status::Tentative,
        "cancelled" => listing::Status::Cancelled,
        "postponed" => listing::Status::Postponed,
        name => return Err(format!("status {name:?}")),
    })
}
