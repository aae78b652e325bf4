//! Answers of Meetup's interface.

use super::*;
use rusty_events::facts::listing::{End, Part, Status};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::Credential;
use serde_json::{Value, json};

const GROUP: &str = "https://www.meetup.com/rust-example/";

fn question() -> Request {
    read::first_request(&source(Platform::Meetup, GROUP), Way::Api, now()).unwrap()
}

fn variables(request: &Request) -> Value {
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    body["variables"].clone()
}

/// What the group's interface says, asked with `request`.
fn answered(request: Request, body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    let page = answer(request, body);
    let group = source(Platform::Meetup, GROUP);
    read::read(&group, &page, &Known::default(), now())
}

fn reading() -> Reading {
    answered(question(), file("meetup/api.json")).unwrap()
}

/// A list of one event with these fields beside its id, address and time.
fn event(fields: Value) -> Listing {
    let mut node = json!({
        "id": "1", "title": "Event", "dateTime": "2026-08-27T19:00+02:00",
        "eventUrl": "https://www.meetup.com/rust-example/events/1/",
    });
    node.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let reading = answered(question(), list_of(vec![node], json!({}))).unwrap();
    assert!(reading.whole, "{:?}", reading.problems);
    reading.listings.into_iter().next().unwrap()
}

fn list_of(nodes: Vec<Value>, info: Value) -> String {
    let edges: Vec<Value> = nodes
        .into_iter()
        .map(|node| json!({"node": node}))
        .collect();
    json!({"data": {"groupByUrlname": {"name": "Rust Example", "events": {"pageInfo": info, "edges": edges}}}})
        .to_string()
}

#[test]
fn a_group_is_asked_for_a_year_with_a_day_more_on_both_sides() {
    let request = question();
    assert_eq!(request.url, "https://api.meetup.com/gql-ext");
    assert_eq!(
        (request.key, request.way),
        (Some(Credential::Meetup), Way::Api)
    );
    assert_eq!(request.purpose, Purpose::List);
    assert_eq!(
        variables(&request),
        json!({"urlname": "rust-example", "first": 50, "after": null,
               "from": "2026-08-18T00:00:00Z", "to": "2027-08-21T23:59:59Z"})
    );
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    let query = body["query"].as_str().unwrap();
    for part in [
        "groupByUrlname(urlname: $urlname)",
        "hasNextPage endCursor",
        "eventType",
        "venueType",
    ] {
        assert!(query.contains(part), "{query}");
    }
    let of_event = "https://www.meetup.com/rust-example/events/310000001/";
    let of_event = source(Platform::Meetup, of_event);
    assert_eq!(read::first_request(&of_event, Way::Api, now()), None);
}

#[test]
fn events_come_with_place_and_mode_and_those_outside_the_days_asked_for_do_not() {
    let reading = reading();
    assert_eq!(
        titles(&reading),
        [
            "Unconference, third of three days",
            "Hack & Learn, August",
            "Hack & Learn, September",
            "Reading the Nomicon",
            "Not announced yet",
        ]
    );
    assert_eq!(
        (reading.entries, reading.whole, reading.cut_off),
        (5, true, false)
    );
    assert_eq!(problems(&reading), [""; 0]);

    let august = titled(&reading, "Hack & Learn, August");
    assert_eq!((august.part, august.way), (Part::List, Way::Api));
    assert_eq!(august.start, offset("2026-08-27T19:00:00+02:00"));
    assert_eq!(
        august.end,
        Some(End::At(offset("2026-08-27T21:30:00+02:00")))
    );
    assert_eq!(august.mode, Some(Mode::InPerson));
    assert_eq!(august.status, Status::Confirmed);
    assert_eq!(august.locations[0].city.as_deref(), Some("Berlin"));
    assert_eq!(august.locations[0].longitude, Some(13.42));
    assert_eq!(
        august.description,
        "Bring a laptop.\n\nAgenda:\n- hack\n- learn"
    );

    let september = titled(&reading, "Hack & Learn, September");
    assert_eq!(september.mode, Some(Mode::Hybrid));
    assert_eq!(september.start, offset("2026-09-10T19:00:00+02:00"));
    assert_eq!(september.locations.len(), 1);
    assert_eq!(september.locations[0].venue.as_deref(), Some("c-base"));

    let online = titled(&reading, "Reading the Nomicon");
    assert_eq!(
        (online.mode, online.status),
        (Some(Mode::Virtual), Status::Cancelled)
    );
    assert_eq!((online.end, online.locations.len()), (None, 0));
    assert!(titled(&reading, "Not announced yet").private);
}

#[test]
fn an_event_has_the_key_and_the_group_that_the_feed_gives_it() {
    let interface = reading();
    let feed = list(
        Platform::Meetup,
        Way::Feed,
        "https://www.meetup.com/rust-example/events/ical/",
        file("meetup/feed.ics"),
    );
    for (listed, title) in feed
        .listings
        .iter()
        .zip(["Hack & Learn, August", "Hack & Learn, September"])
    {
        let asked = titled(&interface, title);
        assert_eq!(asked.key, listed.key);
        assert_eq!(asked.organisers, listed.organisers);
        let start = |listing: &Listing| listing.start.instant(Tz::UTC);
        assert_eq!(start(asked), start(listed));
    }
    assert_eq!(
        titled(&interface, "Hack & Learn, September").key,
        "gjbkstyjcmbnb"
    );
}

#[test]
fn what_the_interface_says_needs_no_page_of_the_event() {
    let group = source(Platform::Meetup, GROUP);
    let wanted = read::wanted(&group, &reading().listings, &Known::default(), now());
    assert_eq!(wanted, []);
}

#[test]
fn the_next_page_is_asked_from_the_cursor_on() {
    let reading = reading();
    let [next] = &reading.next[..] else {
        panic!("{:?}", reading.next)
    };
    let mut wanted = variables(&question());
    wanted["after"] = json!("Y3Vyc29yLTI=");
    assert_eq!(variables(next), wanted);
    assert_eq!(
        (&next.url, next.key, next.way),
        (&question().url, Some(Credential::Meetup), Way::Api)
    );

    let last = answered(
        next.clone(),
        list_of(vec![], json!({"hasNextPage": false, "endCursor": "x"})),
    )
    .unwrap();
    assert_eq!((last.next.len(), last.whole), (0, true));
    for info in [
        json!({"hasNextPage": true, "endCursor": "Y3Vyc29yLTI="}),
        json!({"hasNextPage": true, "endCursor": null}),
        json!({"hasNextPage": true}),
    ] {
        let stuck = answered(next.clone(), list_of(vec![], info)).unwrap();
        assert_eq!((stuck.next.len(), stuck.whole), (0, false));
        assert!(
            problems(&stuck)[0].contains("names no new one"),
            "{stuck:?}"
        );
    }
}

#[test]
fn two_events_of_one_address_stay_two_and_one_listed_twice_is_one() {
    let node = |id: &str, title: &str| {
        json!({"id": id, "title": title, "dateTime": "2026-08-27T19:00+02:00",
               "eventUrl": "https://www.meetup.com/rust-example/events/7/"})
    };
    let nodes = vec![
        node("7", "A"),
        node("8", "B"),
        node("7", "A"),
        node("8", "B"),
        node("9", "C"),
    ];
    let reading = answered(question(), list_of(nodes, json!({}))).unwrap();
    assert_eq!(keys(&reading), ["7", "8", "9"]);
    // Of a series the id in the address is another than its own.
    let of_series = json!({"id": "mfuaiakm", "title": "A", "dateTime": "2026-08-27T19:00+02:00",
        "eventUrl": "https://www.meetup.com/rust-example/events/gjbkstyj/"});
    let nodes = vec![of_series.clone(), of_series];
    let reading = answered(question(), list_of(nodes, json!({}))).unwrap();
    assert_eq!(keys(&reading), ["gjbkstyj"]);
}

#[test]
fn a_venue_tells_the_mode_where_no_field_does() {
    let hall = json!({"name": "c-base", "city": "Berlin", "country": "de", "venueType": ""});
    let online = json!({"name": "Online event", "venueType": "online"});
    for (venues, mode) in [
        (json!([hall]), None),
        (json!([online]), Some(Mode::Virtual)),
        (json!([online, hall]), Some(Mode::Hybrid)),
        (json!([hall, online]), Some(Mode::Hybrid)),
        (json!([]), None),
        (json!(null), None),
    ] {
        assert_eq!(event(json!({"venues": venues})).mode, mode, "{venues}");
    }
    let both = event(json!({"eventType": "NEW_KIND", "venues": [hall, online]}));
    assert_eq!(both.mode, Some(Mode::Hybrid));
}

#[test]
fn a_status_means_what_it_says() {
    for (status, meant, private) in [
        ("ACTIVE", Status::Confirmed, false),
        ("AUTOSCHED", Status::Confirmed, false),
        ("CANCELLED", Status::Cancelled, false),
        ("CANCELLED_PERM", Status::Cancelled, false),
        ("AUTOSCHED_CANCELLED", Status::Cancelled, false),
        ("DRAFT", Status::Confirmed, true),
        ("BLOCKED", Status::Confirmed, true),
        ("PROPOSED", Status::Confirmed, true),
    ] {
        let event = event(json!({"status": status}));
        assert_eq!((event.status, event.private), (meant, private), "{status}");
    }
}

#[test]
fn an_event_that_cannot_be_read_does_not_cost_the_others() {
    let nodes = vec![
        json!({"id": "1", "title": "No time"}),
        json!(null),
        json!({"id": "2", "title": "Good", "dateTime": "2026-08-27T19:00+02:00"}),
        json!({"id": "3", "title": "Bad time", "dateTime": "soon"}),
    ];
    let reading = answered(question(), list_of(nodes, json!({}))).unwrap();
    assert_eq!((titles(&reading), reading.entries), (vec!["Good"], 4));
    assert!(!reading.whole);
    assert_eq!(
        problems(&reading),
        [
            "0: has no dateTime",
            "0: the list holds an entry without an event",
            "0: dateTime \"soon\" is no date",
        ]
    );
}

#[test]
fn what_is_no_list_is_an_error_and_never_an_empty_one() {
    for (body, said) in [
        (r#"{"data":{"groupByUrlname":null}}"#, "no such group"),
        (
            r#"{"data":null,"errors":[{"message":"not authorized"}]}"#,
            "\"not authorized\"",
        ),
        (r#"{"errors":[{"message":{}}]}"#, "an error without words"),
        (
            r#"{"data":{"groupByUrlname":{"name":"x"}}}"#,
            "without a list",
        ),
        (r#"{"data":{}}"#, "no answer"),
        (r#"{"message":"Group not found"}"#, "no answer"),
        ("[1]", "no answer"),
        ("{\"data\":", "no valid JSON"),
        ("<html>login</html>", "something else than JSON"),
    ] {
        let error = answered(question(), body).unwrap_err();
        assert!(error.to_string().contains(said), "{body}: {error}");
        assert!(!matches!(error, Unreadable::NotNow { .. }));
    }
}

#[test]
fn errors_beside_a_list_leave_it_not_whole() {
    let mut body: Value = serde_json::from_slice(&file("meetup/api.json")).unwrap();
    body["errors"] = json!([{"message": "one event is broken"}]);
    let reading = answered(question(), body.to_string()).unwrap();
    assert_eq!((reading.listings.len(), reading.whole), (5, false));
    assert_eq!(
        problems(&reading),
        ["0: Meetup's interface answers \"one event is broken\""]
    );
}

#[test]
fn a_rate_limit_says_until_when_to_wait() {
    let limited = |reset: Value| {
        let error = json!({"message": "Too many requests", "extensions": {"code": "RATE_LIMITED", "resetAt": reset}});
        json!({"data": null, "errors": [{"message": "first"}, error]}).to_string()
    };
    for (reset, until) in [
        (
            json!("2026-08-19T12:00:51.644Z"),
            Some("2026-08-19T12:00:51.644Z"),
        ),
        (
            json!("2026-08-19T14:02:00+02:00"),
            Some("2026-08-19T12:02:00Z"),
        ),
        (json!("soon"), None),
        (json!(null), None),
    ] {
        match answered(question(), limited(reset)).unwrap_err() {
            Unreadable::NotNow { until: said, .. } => assert_eq!(said, until.map(at)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_answer_in_a_file_is_read_as_one() {
    let read = list(Platform::Meetup, Way::Feed, GROUP, file("meetup/api.json"));
    assert_eq!(read.listings.len(), 5);
    assert!(read.listings.iter().all(|listing| listing.way == Way::Api));
}
