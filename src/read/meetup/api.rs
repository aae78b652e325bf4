//! Meetup's interface for programs (GraphQL): a group's events with place and mode, as many as there are.
//!
//! Only fields are asked for that other programs ask for too: one that is not known costs the whole answer.

use super::{event_id, group_of, node};
use crate::facts::link::Link;
use crate::facts::listing::{End, Listing, Problem, Reading, Unreadable};
use crate::facts::source::{Credential, Page, Purpose, Request, Way};
use crate::read::json;
use crate::read::refusal;
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ADDRESS: &str = "https://api.meetup.com/gql-ext";

/// Days ahead for which events are asked.
const DAYS_AHEAD: u64 = 366;

/// Events asked for at a time.
const EVENTS_PER_PAGE: u32 = 50;

const QUERY: &str = "\
query($urlname: String!, $first: Int!, $after: String, $from: DateTime!, $to: DateTime!) {
  groupByUrlname(urlname: $urlname) {
    name
    events(first: $first, after: $after, sort: ASC,
           filter: {afterDateTime: $from, beforeDateTime: $to, status: [ACTIVE, CANCELLED]}) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        id title description dateTime endTime eventUrl eventType status
        venues { name address city state country lat lon venueType }
        group { name }
      } }
    }
  }
}";

/// The first and the last day that are asked for: a day more on both sides, since the interface counts
/// days in UTC.
fn window(now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let today = now.date_naive();
    let from = today.pred_opt().unwrap_or(today);
    let to = today.checked_add_days(Days::new(DAYS_AHEAD + 1));
    (from, to.unwrap_or(today))
}

/// The question for a group's events, from the beginning or from a cursor on.
pub(super) fn request(group: &str, after: Option<&str>, now: DateTime<Utc>) -> Request {
    let (from, to) = window(now);
    let body = json!({
        "query": QUERY,
        "variables": {
            "urlname": group,
            "first": EVENTS_PER_PAGE,
            "after": after,
            "from": format!("{from}T00:00:00Z"),
            "to": format!("{to}T23:59:59Z"),
        },
    });
    Request {
        body: Some(body.to_string()),
        key: Some(Credential::Meetup),
        ..Request::get(ADDRESS, Purpose::List, Way::Api)
    }
}

/// Whether a text is an answer of the interface, and no refusal in place of a feed.
pub(super) fn is_answer(body: &Value) -> bool {
    body.get("data").is_some() || body.get("errors").is_some()
}

/// Reads one page of events and asks for the next.
pub(super) fn read(page: &Page, text: &str, now: DateTime<Utc>) -> Result<Reading, Unreadable> {
    if let Some(refusal) = refusal::no_json("Meetup's interface", text) {
        return Err(refusal);
    }
    let answer = json::parse(text).map_err(|fault| {
        Unreadable::Damaged(format!(
            "line {}: Meetup's interface answers no valid JSON: {} (column {})",
            fault.line, fault.what, fault.column
        ))
    })?;
    let answer = answer.value;
    let errors = answer.get("errors").and_then(Value::as_array);
    let errors = errors.map(Vec::as_slice).unwrap_or_default();
    rate_limit(errors)?;
    let group = answer
        .get("data")
        .and_then(|data| data.get("groupByUrlname"));
    let group = match (group, errors) {
        (Some(Value::Object(group)), _) => group,
        (_, [error, ..]) => return Err(Unreadable::NotWhatWasAsked(said(error))),
        // Some report that groups without upcoming events are answered so too.
        (Some(Value::Null), []) => {
            return Err(Unreadable::NotWhatWasAsked(
                "Meetup's interface knows no such group: has it been renamed?".to_owned(),
            ));
        }
        _ => {
            return Err(Unreadable::NotWhatWasAsked(format!(
                "JSON without a group: no answer of Meetup's interface{}",
                refusal::in_brackets(text)
            )));
        }
    };
    let Some(edges) = group
        .get("events")
        .and_then(|events| events.get("edges"))
        .and_then(Value::as_array)
    else {
        return Err(Unreadable::NotWhatWasAsked(
            "Meetup's interface gives the group without a list of events".to_owned(),
        ));
    };
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    for error in errors {
        lose(&mut reading, said(error), None);
    }
    let name = json::text_of(group, "name");
    let mut seen = BTreeMap::new();
    for edge in edges {
        let node = edge.get("node").and_then(Value::as_object);
        let read = node
            .ok_or_else(|| "the list holds an entry without an event".to_owned())
            .and_then(|node| node::listing(node, None, Way::Api));
        match read {
            Ok(listing) if is_asked_for(&listing, now) => {
                reading.entries += 1;
                reading
                    .listings
                    .extend(as_on_the_feed(listing, name.as_deref(), &mut seen));
            }
            // Days outside of those asked for do come back.
            Ok(_) => {}
            Err(what) => {
                reading.entries += 1;
                let item = node.and_then(|node| json::label(node, "title"));
                lose(&mut reading, what, item);
            }
        }
    }
    next_page(page, group.get("events"), now, &mut reading);
    Ok(reading)
}

fn lose(reading: &mut Reading, what: String, item: Option<String>) {
    reading.whole = false;
    reading.problems.push(Problem {
        line: 0,
        what,
        item,
        lost: true,
    });
}

/// The interface counts points a minute, and says so in an answer of status 200.
fn rate_limit(errors: &[Value]) -> Result<(), Unreadable> {
    let extensions = errors
        .iter()
        .filter_map(|error| error.get("extensions"))
        .find(|extensions| extensions.get("code").and_then(Value::as_str) == Some("RATE_LIMITED"));
    let Some(extensions) = extensions else {
        return Ok(());
    };
    let until = extensions
        .get("resetAt")
        .and_then(Value::as_str)
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .map(|at| at.to_utc());
    Err(Unreadable::NotNow {
        what: "Meetup's interface asks to be left alone: too many questions in a minute".to_owned(),
        until,
    })
}

fn said(error: &Value) -> String {
    let message = error.get("message").and_then(json::text);
    let message = message.unwrap_or_else(|| "an error without words".to_owned());
    let short: String = message.chars().take(120).collect();
    format!("Meetup's interface answers {short:?}")
}

/// Whether an event lies in the days that were asked for, or reaches into them.
fn is_asked_for(listing: &Listing, now: DateTime<Utc>) -> bool {
    let (from, to) = window(now);
    let start = listing.start.instant(Tz::UTC);
    let end = match listing.end {
        Some(End::At(end)) => end.instant(Tz::UTC).max(start),
        _ => start,
    };
    end.date_naive() >= from && start.date_naive() <= to
}

/// The listing as the feed would give it: under the id of its address, by the group that the address
/// names. `None` for one that was listed already.
fn as_on_the_feed(
    mut listing: Listing,
    group: Option<&str>,
    seen: &mut BTreeMap<String, String>,
) -> Option<Listing> {
    let link = listing.link.as_deref();
    let link = link.and_then(|url| Link::parse(url).ok());
    let own = listing.key.clone();
    let id = link
        .as_ref()
        .and_then(event_id)
        .unwrap_or_else(|| own.clone());
    // One address for two events: then their own ids keep them apart.
    listing.key = match seen.get(&id) {
        Some(same) if *same == own => return None,
        Some(_) if seen.contains_key(&own) => return None,
        Some(_) => own.clone(),
        None => id,
    };
    seen.insert(listing.key.clone(), own);
    let named = listing.organisers.pop().map(|(name, _)| name);
    let page = link.as_ref().and_then(group_of);
    let named = named.or_else(|| group.map(str::to_owned));
    listing.organisers.extend(named.map(|name| (name, page)));
    Some(listing)
}

fn next_page(page: &Page, list: Option<&Value>, now: DateTime<Utc>, reading: &mut Reading) {
    let Some(info) = list.and_then(|list| list.get("pageInfo")) else {
        return;
    };
    if info.get("hasNextPage").and_then(Value::as_bool) != Some(true) {
        return;
    }
    let cursor = info.get("endCursor").and_then(Value::as_str);
    let asked = page.request.body.as_deref();
    let asked: Value = serde_json::from_str(asked.unwrap_or_default()).unwrap_or_default();
    let group = asked.pointer("/variables/urlname").and_then(Value::as_str);
    let last = asked.pointer("/variables/after").and_then(Value::as_str);
    match (group, cursor.filter(|cursor| Some(*cursor) != last)) {
        (Some(group), Some(cursor)) => reading.next.push(request(group, Some(cursor), now)),
        _ => lose(
            reading,
            "the list has more pages, but names no new one: the rest was not read".to_owned(),
            None,
        ),
    }
}
