//! Answers of Eventbrite's interface, and its pages.

use super::*;
use chrono::TimeDelta;
use chrono_tz::Europe::Paris;
use rusty_events::facts::listing::{End, Part, Status};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::Credential;
use serde_json::{Value, json};

const ORGANISER: &str = "https://www.eventbrite.fr/o/crab-club-74289178383";
const EVENT: &str = "https://www.eventbrite.fr/e/crabs-cake-tickets-1000000000001";
const LIST: &str = "https://www.eventbriteapi.com/v3/organizers/74289178383/events/?expand=venue&status=live&order_by=start_asc";

fn first(url: &str, way: Way) -> Option<Request> {
    read::first_request(&source(Platform::Eventbrite, url), way, now())
}

fn answer(url: &str, body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    let page = page(url, Purpose::List, Way::Api, body);
    read::read(
        &source(Platform::Eventbrite, ORGANISER),
        &page,
        &Known::default(),
        now(),
    )
}

fn web_page(url: &str, body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    read_page(
        Platform::Eventbrite,
        &page(url, Purpose::List, Way::Page, body),
    )
}

fn reading() -> Reading {
    answer(LIST, file("eventbrite/events.json")).unwrap()
}

/// One event with these fields beside its id and name.
fn event(fields: Value) -> Reading {
    let mut event = json!({"id": "1", "name": {"text": "Event"}, "start": {"timezone": "Europe/Paris", "local": "2026-09-03T19:00:00"}});
    event
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let answered = json!({"pagination": {"has_more_items": false}, "events": [event]});
    answer(LIST, answered.to_string()).unwrap()
}

#[test]
fn an_organiser_of_any_country_is_asked_for_by_number() {
    for url in [
        ORGANISER,
        "https://www.eventbrite.com/o/74289178383",
        "https://www.eventbrite.co.uk/o/crab-club-74289178383/?aff=x#events",
        "https://eventbrite.com.au/o/crab-club-2-74289178383",
    ] {
        let request = first(url, Way::Api).unwrap();
        assert_eq!(
            (request.url.as_str(), request.key),
            (LIST, Some(Credential::Eventbrite)),
            "{url}"
        );
        assert_eq!((request.body, request.way), (None, Way::Api));
        let web = first(url, Way::Page).unwrap();
        assert_eq!((web.url.as_str(), web.key), (url, None));
    }
    assert_eq!(first(EVENT, Way::Api), None);
    assert_eq!(first(EVENT, Way::Page).unwrap().url, EVENT);
    assert_eq!(
        first("https://www.eventbrite.com/o/crab-club", Way::Api),
        None
    );
    assert_eq!(first(ORGANISER, Way::Feed), None);
}

#[test]
fn the_interface_gives_events_on_their_own_clock() {
    let reading = reading();
    assert_eq!(
        (reading.entries, reading.whole, reading.cut_off),
        (8, true, false)
    );
    let cake = titled(&reading, "Crabs & Cake");
    assert_eq!(
        (cake.key.as_str(), cake.part, cake.way),
        ("1000000000001", Part::List, Way::Api)
    );
    assert_eq!(cake.start, zoned("2026-09-03T19:00:00", Paris));
    assert_eq!(cake.end, Some(End::At(zoned("2026-09-03T22:00:00", Paris))));
    assert_eq!(
        (cake.mode, cake.status, cake.private),
        (Some(Mode::InPerson), Status::Confirmed, false)
    );
    assert_eq!(cake.link.as_deref(), Some(EVENT));
    assert_eq!(cake.description, "An evening about ownership.");
    let hall = &cake.locations[0];
    assert_eq!(hall.venue.as_deref(), Some("Le Crabe"));
    assert_eq!(hall.address.as_deref(), Some("12 rue de la Rouille"));
    assert_eq!(
        (hall.city.as_deref(), hall.country.as_deref()),
        (Some("Paris"), Some("FR"))
    );
    assert_eq!(hall.latitude, Some(48.86));

    let online = titled(&reading, "Hack night");
    assert_eq!(
        (online.mode, online.end, online.locations.len()),
        (Some(Mode::Virtual), None, 0)
    );
    assert_eq!(online.description, "<p>Every month</p>");
    assert_eq!(titled(&reading, "Called off").status, Status::Cancelled);
    // An event in no zone that is known has its time in UTC.
    let moon = titled(&reading, "On the Moon");
    assert_eq!((moon.start, moon.mode), (utc("2026-09-20T08:00:00Z"), None));
}

#[test]
fn what_the_organiser_does_not_show_is_not_shown() {
    let reading = reading();
    assert!(titled(&reading, "For members only").private);
    assert!(!titles(&reading).contains(&"Some day"));
    assert!(
        problems(&reading).contains(&"0: the organiser hides when it starts: not read".to_owned())
    );
    assert!(event(json!({"status": "draft"})).listings[0].private);
    assert!(!event(json!({})).listings[0].private);
}

#[test]
fn a_series_is_its_days_and_never_one_long_event() {
    let reading = reading();
    let nights: Vec<&str> = keys(&reading)
        .into_iter()
        .filter(|key| key.ends_with(['2', '3']))
        .collect();
    assert_eq!(nights, ["1000000000002"]);
    let evenings = titled(&reading, "Half a year of evenings");
    assert_eq!(evenings.end, Some(End::After(TimeDelta::minutes(90))));
    assert!(
        problems(&reading)
            .iter()
            .any(|said| said.contains("shown as one event until 2027-02-23")),
        "{:?}",
        problems(&reading)
    );
    // Thirteen nights are a long conference.
    let at = |day: &str| json!({"end": {"timezone": "Europe/Paris", "local": format!("2026-09-{day}T18:00:00")}});
    let end = |day: &str| event(at(day)).listings[0].end;
    assert_eq!(
        end("16"),
        Some(End::At(zoned("2026-09-16T18:00:00", Paris)))
    );
    assert_eq!(end("17"), None);
}

#[test]
fn the_next_page_is_named_by_cursor_or_by_number() {
    let next = |pagination: Value, asked: &str| {
        let body = json!({"pagination": pagination, "events": []}).to_string();
        let reading = answer(asked, body).unwrap();
        let url = reading.next.first().map(|next| {
            assert_eq!(next.key, Some(Credential::Eventbrite));
            assert_eq!((next.way, &next.purpose), (Way::Api, &Purpose::List));
            next.url.strip_prefix(LIST).unwrap().to_owned()
        });
        (url, reading.whole)
    };
    let goes_on = |url: &str| (Some(url.to_owned()), true);
    assert_eq!(reading().next[0].url, format!("{LIST}&continuation=bmV4dA"));
    let cursor = json!({"has_more_items": true, "page_number": 1, "continuation": "abc"});
    assert_eq!(next(cursor.clone(), LIST), goes_on("&continuation=abc"));
    assert_eq!(
        next(cursor.clone(), &format!("{LIST}&continuation=ab")),
        goes_on("&continuation=abc")
    );
    assert_eq!(
        next(cursor, &format!("{LIST}&continuation=abc")),
        (None, false)
    );
    let number = json!({"has_more_items": true, "page_number": 2});
    assert_eq!(next(number, &format!("{LIST}&page=2")), goes_on("&page=3"));
    assert_eq!(next(json!({"has_more_items": true}), LIST), (None, false));
    let last = json!({"has_more_items": false, "page_number": 2, "continuation": "abc"});
    assert_eq!(next(last, LIST), (None, true));
    assert_eq!(next(json!({}), LIST), (None, true));
}

#[test]
fn an_event_that_cannot_be_read_does_not_cost_the_others() {
    let good =
        json!({"id": "4", "name": {"text": "Good"}, "start": {"utc": "2026-09-03T17:00:00Z"}});
    let events = json!([7, {"id": "1"}, {"id": "2", "start": {"timezone": "Europe/Paris", "local": "soon"}}, {"start": {}}, good]);
    let body = json!({"pagination": {}, "events": events}).to_string();
    let reading = answer(LIST, body).unwrap();
    assert_eq!(
        (titles(&reading), reading.entries, reading.whole),
        (vec!["Good"], 5, false)
    );
    assert_eq!(
        problems(&reading),
        [
            "0: entry is no object",
            "0: has no start",
            "0: start \"soon\" is no date",
            "0: has no id"
        ]
    );
}

#[test]
fn what_is_no_list_is_an_error_and_never_an_empty_one() {
    for (body, said) in [
        (
            r#"{"status_code":401,"error_description":"The OAuth token is invalid.","error":"INVALID_AUTH"}"#,
            "\"The OAuth token is invalid.\"",
        ),
        (r#"{"id":"74289178383","name":"Crab Club"}"#, "no answer"),
        ("{", "no valid JSON"),
        ("<html>login</html>", "something else than JSON"),
    ] {
        let error = answer(LIST, body).unwrap_err();
        assert!(error.to_string().contains(said), "{body}: {error}");
    }
}

#[test]
fn an_organisers_page_is_read_where_it_lists_events() {
    let reading = web_page(ORGANISER, file("eventbrite/organiser.html")).unwrap();
    // The numbers are the same in every country's domain and on every way.
    assert_eq!(
        keys(&reading),
        ["1000000000001", "1000000000003", "1000000000009"]
    );
    assert!(
        reading
            .listings
            .iter()
            .all(|listing| listing.way == Way::Page)
    );
    let cake = &reading.listings[0];
    assert_eq!(cake.start, offset("2026-09-03T19:00:00+02:00"));
    assert_eq!(cake.locations[0].city.as_deref(), Some("Paris"));
    let nights = &reading.listings[1];
    assert_eq!(nights.end, Some(End::After(TimeDelta::hours(3))));
    let said: Vec<&str> = reading
        .problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("a series, of which only the first day was read"),
        "{said:?}"
    );
    let camp = &reading.listings[2];
    assert_eq!(camp.end, Some(End::At(offset("2026-10-04T16:00:00+02:00"))));
}

#[test]
fn an_organisers_page_without_events_asks_for_a_token() {
    let needed =
        "the organiser's page lists no events: a free token is needed ([fetch.keys] eventbrite)";
    let error = web_page(ORGANISER, "<html></html>").unwrap_err();
    assert_eq!(error.to_string(), needed);
    let error = web_page(ORGANISER, file("eventbrite/organiser-alone.html")).unwrap_err();
    let titled = format!("{needed} (its title: \"Crab Club | Eventbrite\")");
    assert_eq!(error.to_string(), titled);
    let error = web_page(EVENT, "<html><title>Sorry</title></html>").unwrap_err();
    assert!(error.to_string().contains("Sorry"), "{error}");
}

#[test]
fn an_events_page_is_that_event_under_its_number() {
    let reading = web_page(EVENT, file("eventbrite/event.html")).unwrap();
    assert_eq!(keys(&reading), ["1000000000001"]);
    let event = &reading.listings[0];
    assert_eq!((event.mode, event.part), (Some(Mode::InPerson), Part::List));
    assert_eq!(event.organisers[0].0, "Crab Club");
    assert_eq!((reading.entries, reading.whole), (1, true));
}

#[test]
fn an_answer_in_a_file_is_read_as_one() {
    let read = web_page("events.json", file("eventbrite/events.json")).unwrap();
    assert_eq!(keys(&read), keys(&reading()));
}
