//! Luma's items, the data in Meetup's pages, and schema.org data, each in its platform's shape.

use super::ics::{description, title};
use crate::year::world::{CallingOff, Feed, Group, Kind, Notice, State, World};
use chrono::{DateTime, SecondsFormat, Utc};
use rusty_events::facts::place::Mode;
use rusty_events::facts::when;
use serde_json::{Value, json};

/// A Luma calendar's items.
pub(crate) fn luma(world: &World, feed: &Feed, notices: &[Notice]) -> String {
    let entries: Vec<Value> = notices
        .iter()
        .map(|notice| item(world, feed, notice))
        .collect();
    json!({"entries": entries, "has_more": false}).to_string()
}

fn item(world: &World, feed: &Feed, notice: &Notice) -> Value {
    let facts = &notice.facts;
    let stamp = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let place = match facts.mode {
        Mode::Virtual => Value::Null,
        _ => {
            json!({"mode": "shown", "type": "google", "address": format!("Station Road {}", facts.house),
            "full_address": format!("Station Road {}, {}", facts.house, facts.town.place),
            "city": facts.town.city, "country_code": facts.town.country})
        }
    };
    let entry = format!(
        "calev-{}",
        notice
            .key
            .trim_start_matches("evt-")
            .trim_start_matches("calev-")
    );
    let name = title(Kind::Luma, notice);
    if notice.key.starts_with("calev-") {
        // What is only linked has no id of its own, and names its group.
        let group = world.gatherings[notice.gathering]
            .entries
            .iter()
            .find_map(|entry| world.feeds[entry.feed].group);
        let host = group.map(|group| world.groups[group].name.clone());
        return json!({"api_id": entry, "calendar_api_id": feed.name, "platform": "external",
            "event": {"name": name, "host": host, "url": notice.points_to, "start_at": stamp(facts.start),
                "timezone": facts.town.zone.name(), "duration_interval": format!("P0Y0M0DT0H{}M0S", facts.minutes),
                "geo_address_info": place}});
    }
    // An event of another calendar keeps its own calendar's id.
    let home = world.gatherings[notice.gathering]
        .entries
        .iter()
        .map(|entry| &world.feeds[entry.feed])
        .find(|feed| feed.kind == Kind::Luma)
        .unwrap_or(feed);
    let group = home.group.map(|group| world.groups[group].name.clone());
    json!({"api_id": entry, "calendar_api_id": feed.name, "platform": "luma", "status": "approved", "start_at": stamp(facts.start),
        "event": {"api_id": notice.key, "calendar_api_id": home.name, "name": name, "url": notice.key.replace("evt-", "e"),
            "start_at": stamp(facts.start), "end_at": stamp(facts.end()), "timezone": facts.town.zone.name(),
            "location_type": if facts.mode == Mode::Virtual { "zoom" } else { "offline" }, "visibility": "public",
            "geo_address_info": place},
        "calendar": {"api_id": home.name, "name": group, "is_personal": false}, "hosts": [{"name": "Ada"}]})
}

/// The page of a Meetup event, with the data of its own scripts.
pub(crate) fn meetup_event(
    feed: &Feed,
    group: &Group,
    notice: &Notice,
    is_cancelled: bool,
) -> String {
    let mut nodes = json!({"Group:1": group_node(group, feed), "Venue:1": venue(notice)});
    nodes[format!("Event:{}", notice.key)] = meetup_node(feed, group, notice, is_cancelled);
    next_data(&title(Kind::Meetup, notice), &nodes)
}

/// The page of a Meetup group, with the first ten of its events.
pub(crate) fn meetup_group(
    feed: &Feed,
    group: &Group,
    notices: &[Notice],
    goes_on: bool,
) -> String {
    let mut nodes = json!({});
    let mut edges = Vec::new();
    for notice in notices {
        let name = format!("Event:{}", notice.key);
        let hall = format!("Venue:{}", notice.key);
        let mut node = meetup_node(feed, group, notice, false);
        if notice.facts.mode != Mode::Virtual {
            node["venue"] = json!({"__ref": hall});
            nodes[hall] = venue(notice);
        }
        edges.push(json!({"node": {"__ref": name}}));
        nodes[name] = node;
    }
    let mut own = group_node(group, feed);
    let list = r#"events({"filter":{"status":["ACTIVE"]},"first":10,"sort":"ASC"})"#;
    own[list] = json!({"pageInfo": {"hasNextPage": goes_on}, "edges": edges});
    nodes["Group:1"] = own;
    nodes["ROOT_QUERY"] =
        json!({format!("groupByUrlname({{\"urlname\":\"{}\"}})", feed.name): {"__ref": "Group:1"}});
    next_data(&group.name, &nodes)
}

fn meetup_node(feed: &Feed, group: &Group, notice: &Notice, is_cancelled: bool) -> Value {
    let facts = &notice.facts;
    let local = |at| when::with_offset(at, group.home.zone).to_rfc3339();
    let is_online = facts.mode == Mode::Virtual;
    json!({"__typename": "Event", "id": notice.key, "title": title(Kind::Meetup, notice), "dateTime": local(facts.start),
        "endTime": local(facts.end()), "eventUrl": feed.page_of(&notice.key), "isOnline": is_online,
        "eventType": if is_online { "ONLINE" } else { "PHYSICAL" },
        "status": if is_cancelled { "CANCELLED" } else { "ACTIVE" }, "description": description(notice, ""),
        "venue": if is_online { Value::Null } else { json!({"__ref": "Venue:1"}) }, "group": {"__ref": "Group:1"}})
}

fn group_node(group: &Group, feed: &Feed) -> Value {
    json!({"__typename": "Group", "id": "1", "name": group.name, "urlname": feed.name, "timezone": group.home.zone.name()})
}

fn venue(notice: &Notice) -> Value {
    let town = notice.facts.town;
    json!({"__typename": "Venue", "id": "1", "name": "The Hall", "address": format!("Station Road {}", notice.facts.house),
        "city": town.city, "state": town.place.split(", ").nth(1).filter(|state| *state != town.country), "country": town.country.to_lowercase()})
}

fn next_data(title: &str, nodes: &Value) -> String {
    let data = json!({"props": {"pageProps": {"__APOLLO_STATE__": nodes}}});
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>{title} | Meetup</title></head><body><script id=\"__NEXT_DATA__\" type=\"application/json\">{data}</script></body></html>"
    )
}

/// A page with schema.org data: a club's page of events, or the page of one.
pub(crate) fn schema(feed: &Feed, group: &Group, notices: &[Notice], is_cancelled: bool) -> String {
    let events: Vec<Value> = notices
        .iter()
        .map(|notice| schema_event(feed, group, notice, is_cancelled))
        .collect();
    let data = Value::Array(events);
    format!(
        "<!DOCTYPE html><html><head><title>{}</title><script type=\"application/ld+json\">{data}</script></head><body></body></html>",
        group.name
    )
}

fn schema_event(feed: &Feed, group: &Group, notice: &Notice, is_cancelled: bool) -> Value {
    let facts = &notice.facts;
    let local = |at| when::with_offset(at, facts.town.zone).to_rfc3339();
    let by_field = facts.state == State::Cancelled && notice.calling_off == CallingOff::Status;
    let status = match facts.state {
        _ if is_cancelled || by_field => "EventCancelled",
        State::Postponed => "EventPostponed",
        _ => "EventScheduled",
    };
    let location = match facts.mode {
        Mode::Virtual => json!({"@type": "VirtualLocation", "url": "https://meet.example/rust"}),
        _ => json!({"@type": "Place", "name": "The Hall", "address": {"@type": "PostalAddress",
            "streetAddress": format!("Station Road {}", facts.house), "addressLocality": facts.town.city, "addressCountry": facts.town.country}}),
    };
    let attendance = match facts.mode {
        Mode::Virtual => "OnlineEventAttendanceMode",
        _ => "OfflineEventAttendanceMode",
    };
    json!({"@context": "https://schema.org", "@type": "Event", "name": title(Kind::Website, notice), "url": feed.page_of(&notice.key),
        "startDate": local(facts.start), "endDate": local(facts.end()), "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": format!("https://schema.org/{attendance}"), "location": location,
        "organizer": {"@type": "Organization", "name": group.name, "url": group.page}})
}
