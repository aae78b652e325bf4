//! Luma's items, feeds and signposts.

use super::*;
use chrono::TimeDelta;
use chrono_tz::Europe::Madrid;
use rusty_events::facts::listing::{End, Location, Status};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::Organiser;

const ITEMS: &str = "https://api.lu.ma/calendar/get-items?calendar_api_id=cal-RustExample0001&period=future&pagination_limit=50";
const FEED: &str = "https://api2.luma.com/ics/get?entity=calendar&id=cal-RustExample0001";

fn items() -> Reading {
    list(Platform::Luma, Way::Items, ITEMS, file("luma/items.json"))
}

fn feed() -> Reading {
    list(Platform::Luma, Way::Feed, FEED, file("luma/feed.ics"))
}

fn request(url: &str, way: Way) -> Option<(String, Purpose)> {
    let request = read::first_request(&source(Platform::Luma, url), way, now())?;
    assert_eq!(request.way, way);
    Some((request.url, request.purpose))
}

#[test]
fn an_address_that_names_the_calendar_leads_straight_to_its_list() {
    for url in [
        "https://luma.com/calendar/cal-RustExample0001",
        "https://lu.ma/calendar/cal-RustExample0001/map?k=c",
        "https://api.lu.ma/calendar/get-items?calendar_api_id=cal-RustExample0001",
        "https://api2.luma.com/ics/get?entity=calendar&id=cal-RustExample0001",
    ] {
        assert_eq!(
            request(url, Way::Items),
            Some((ITEMS.to_owned(), Purpose::List)),
            "{url}"
        );
        assert_eq!(
            request(url, Way::Feed),
            Some((FEED.to_owned(), Purpose::List)),
            "{url}"
        );
        assert_eq!(request(url, Way::Page), None);
    }
}

#[test]
fn an_address_that_does_not_is_a_signpost() {
    for url in [
        "https://luma.com/rustexample",
        "https://luma.com/cal-trains",
        "https://luma.com/rust/cal-trains",
        "https://luma.com/user/usr-1",
    ] {
        for way in [Way::Items, Way::Feed] {
            assert_eq!(
                request(url, way),
                Some((url.to_owned(), Purpose::Signpost)),
                "{url}"
            );
        }
    }
    let of_a_city = "https://api2.luma.com/ics/get?entity=discover&id=discplace-1";
    assert_eq!(
        request(of_a_city, Way::Feed),
        Some((of_a_city.to_owned(), Purpose::List))
    );
    assert_eq!(request(of_a_city, Way::Items), None);
}

fn signpost(way: Way, body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    read_page(
        Platform::Luma,
        &page("https://luma.com/rustexample", Purpose::Signpost, way, body),
    )
}

#[test]
fn a_signpost_leads_to_the_list_of_its_own_calendar() {
    for (way, list) in [(Way::Items, ITEMS), (Way::Feed, FEED)] {
        let reading = signpost(way, file("luma/calendar.html")).unwrap();
        assert_eq!(
            (reading.entries, reading.listings.len(), reading.whole),
            (0, 0, true)
        );
        let next = Request::get(list, Purpose::List, way);
        assert_eq!(reading.next, [next]);
    }
    let escaped = r#"<script>x.push("{\"calendar_api_id\":\"cal-RustExample0001\"}")</script>"#;
    assert_eq!(signpost(Way::Items, escaped).unwrap().next[0].url, ITEMS);
}

#[test]
fn a_list_that_answers_with_its_signpost_is_not_asked_again() {
    let page = page(ITEMS, Purpose::List, Way::Items, file("luma/calendar.html"));
    let reading = read_page(Platform::Luma, &page).unwrap();
    assert_eq!(
        (titles(&reading), reading.next.len(), reading.whole),
        (vec!["In a hall"], 0, false)
    );
}

#[test]
fn a_page_of_many_calendars_is_the_signpost_of_none() {
    let html = String::from_utf8(file("luma/calendar.html")).unwrap();
    let city = html
        .replace(
            "luma://calendar/cal-RustExample0001",
            "luma://place/discplace-1",
        )
        .replace("\"api_id\":\"cal-", "\"calendar_api_id\":\"cal-");
    let reading = signpost(Way::Items, city).unwrap();
    assert_eq!(
        (titles(&reading), reading.next.len(), reading.whole),
        (vec!["In a hall"], 0, false)
    );
    let error = signpost(Way::Items, "<title>Sign In · Luma</title>").unwrap_err();
    assert_eq!(
        error.to_string(),
        "page names no Luma calendar (its title: \"Sign In · Luma\"): give the calendar's address, luma.com/calendar/cal-…"
    );
}

#[test]
fn the_page_of_one_event_gives_that_event_under_lumas_id() {
    let html = String::from_utf8(file("luma/calendar.html")).unwrap();
    let event = html.replace(
        "luma://calendar/cal-RustExample0001",
        "luma://event/evt-aaaaaaaaaaaaaa1",
    );
    let reading = signpost(Way::Items, event).unwrap();
    assert_eq!(
        (keys(&reading), reading.next.len(), reading.whole),
        (vec!["evt-aaaaaaaaaaaaaa1"], 0, true)
    );
}

#[test]
fn an_item_says_zone_city_mode_and_page() {
    let reading = items();
    assert_eq!((reading.entries, reading.listings.len()), (7, 7));
    let listing = titled(&reading, "In a hall");
    assert_eq!(listing.key, "evt-aaaaaaaaaaaaaa1");
    assert_eq!(listing.start, utc("2026-09-01T16:30:01Z"));
    assert_eq!(listing.end, Some(End::At(utc("2026-09-01T19:00:00Z"))));
    assert_eq!((listing.zone, listing.way), (Some(Madrid), Way::Items));
    assert_eq!(
        (listing.mode, listing.status),
        (Some(Mode::InPerson), Status::Confirmed)
    );
    assert_eq!(listing.link.as_deref(), Some("https://luma.com/rust-hall"));
    let some = |text: &str| Some(text.to_owned());
    let hall = Location {
        venue: some("Ferris Hall"),
        address: some("Ferris Hall, Carrer de Mallorca 1, Barcelona, Spain"),
        city: some("Barcelona"),
        state: some("Catalonia"),
        country: some("ES"),
        latitude: Some(41.3851),
        longitude: Some(2.1734),
    };
    assert_eq!(listing.locations, [hall]);
    assert_eq!((listing.private, listing.cross_listed), (false, false));
    let group = (
        "Rust Example".to_owned(),
        some("https://luma.com/rustexample"),
    );
    assert_eq!(listing.organisers, [group]);
}

#[test]
fn a_street_is_no_venue() {
    let reading = items();
    let location = &titled(&reading, "Of another calendar").locations[0];
    assert_eq!(location.venue, None);
    assert_eq!(
        location.address.as_deref(),
        Some("Carrer de Mallorca 5, Barcelona, Spain")
    );
}

#[test]
fn a_hidden_address_still_tells_its_city_but_no_false_coordinates() {
    let reading = items();
    let listing = titled(&reading, "Address for guests & friends");
    let location = &listing.locations[0];
    assert_eq!(location.city.as_deref(), Some("Girona"));
    assert_eq!(location.country.as_deref(), Some("ES"));
    assert_eq!(
        (location.latitude, location.address.as_deref()),
        (None, None)
    );
    assert_eq!(listing.end, None);
}

#[test]
fn online_and_private_items_are_marked_and_a_new_value_costs_nothing() {
    let reading = items();
    let call = titled(&reading, "On a call");
    assert_eq!(
        (call.mode, call.locations.len(), call.private),
        (Some(Mode::Virtual), 0, true)
    );
    let new = titled(&reading, "Somewhere new");
    assert_eq!((new.mode, new.zone), (None, None));
    assert_eq!(
        problems(&reading),
        [
            "0: timezone \"Mars/Olympus\" is not a time zone",
            "0: location_type \"hologram\" is new: mode left open",
        ]
    );
    assert!(reading.whole);
}

#[test]
fn an_item_of_another_platform_keeps_its_own_link_and_host() {
    let reading = items();
    let listing = titled(&reading, "Linked from elsewhere");
    assert_eq!(listing.key, "calev-aaaaaaaaaaaaaa5");
    assert_eq!(
        listing.link.as_deref(),
        Some("https://www.meetup.com/python-example/events/310000009/")
    );
    assert_eq!(listing.end, Some(End::After(TimeDelta::hours(33))));
    assert_eq!(
        listing.locations[0].address.as_deref(),
        Some("Rambla 2, Barcelona")
    );
    assert_eq!(listing.organisers, [("Python Example".to_owned(), None)]);
    assert!(listing.cross_listed);

    // A group links its own events of other platforms too.
    let mut own = source(Platform::Luma, ITEMS);
    own.organiser = Some(Organiser {
        name: "Python  example".to_owned(),
        url: None,
    });
    let page = page(ITEMS, Purpose::List, Way::Items, file("luma/items.json"));
    let reading = read::read(&own, &page, &Known::default(), now()).unwrap();
    assert!(!titled(&reading, "Linked from elsewhere").cross_listed);
}

#[test]
fn an_event_of_another_calendar_is_not_the_calendars_own() {
    let reading = items();
    let other = titled(&reading, "Of another calendar");
    assert!(other.cross_listed);
    let page = Some("https://luma.com/calendar/cal-Elsewhere000001".to_owned());
    assert_eq!(other.organisers, [("Go Example".to_owned(), page)]);
    let personal = titled(&reading, "Of a person");
    assert!(personal.cross_listed);
    assert_eq!(personal.organisers, [("Grace".to_owned(), None)]);
}

#[test]
fn an_event_of_an_unnamed_calendar_stays_with_the_one_that_lists_it() {
    let body = r#"{"entries": [{"api_id": "calev-1", "calendar_api_id": "cal-RustExample0001",
        "event": {"api_id": "evt-1", "calendar_api_id": "cal-Elsewhere000001", "name": "Meetup", "start_at": "2026-09-06T17:00:00.000Z"},
        "calendar": {"api_id": "cal-RustExample0001", "name": "Rust Example"}}]}"#;
    let reading = list(Platform::Luma, Way::Items, ITEMS, body);
    let listing = &reading.listings[0];
    assert!(listing.cross_listed);
    assert_eq!(
        listing.organisers,
        [("cal-Elsewhere000001".to_owned(), None)]
    );
}

#[test]
fn has_more_is_trusted_and_not_the_cursor() {
    let paged = |more: &str, cursor: &str, asked: &str| {
        let body = format!(r#"{{"entries": [], "has_more": {more}, "next_cursor": {cursor}}}"#);
        list(Platform::Luma, Way::Items, asked, body)
    };
    let next = |reading: &Reading| reading.next.first().map(|request| request.url.clone());
    let second = format!("{ITEMS}&pagination_cursor=a%2Fb%3D");
    let first = paged("true", r#""a/b=""#, ITEMS);
    assert_eq!((next(&first), first.whole), (Some(second.clone()), true));
    let third = paged("true", r#""c""#, &second);
    assert_eq!(next(&third), Some(format!("{ITEMS}&pagination_cursor=c")));
    let last = paged("false", r#""c""#, &second);
    assert_eq!((next(&last), last.whole), (None, true));
    for endless in [
        paged("true", r#""a/b=""#, &second),
        paged("true", "null", &second),
    ] {
        assert_eq!((next(&endless), endless.whole), (None, false));
        assert_eq!(
            problems(&endless),
            ["0: the list has more pages, but names no new one: the rest was not read"]
        );
    }
}

#[test]
fn a_broken_item_is_reported_and_costs_no_other() {
    let body = r#"{"entries": [{"event": {"name": "No id", "start_at": "2026-09-01T10:00:00Z"}}, "text", {"api_id": "calev-1"},
        {"api_id": "calev-2", "event": {"name": "No start"}},
        {"api_id": "calev-3", "event": {"name": "Odd start", "start_at": "soon"}},
        {"api_id": "calev-4", "event": {"name": "Odd end", "start_at": "2026-09-01T10:00:00Z", "end_at": "later", "url": "../x y"}},
        {"api_id": "calev-5", "event": {"name": "Odd link", "start_at": "2026-09-01T10:00:00Z", "url": "javascript://x"}}]}"#;
    let reading = list(Platform::Luma, Way::Items, ITEMS, body);
    assert_eq!(
        (reading.entries, keys(&reading), reading.whole),
        (7, vec!["calev-4", "calev-5"], false)
    );
    assert_eq!(
        problems(&reading),
        [
            "0: entry has no api_id",
            "0: entry is no object",
            "0: entry holds no event",
            "0: has no start_at",
            "0: start_at \"soon\" is no date",
            "0: end_at \"later\" is no date: read without its end",
        ]
    );
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://luma.com/..%2Fx%20y")
    );
    assert_eq!(reading.listings[1].link, None);
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    let cases = [
        (
            r#"{"message": "Calendar not found"}"#,
            "Luma answers \"Calendar not found\" in place of a list",
        ),
        (
            r#"{"events": []}"#,
            "JSON without a list of entries: not Luma's items",
        ),
        (
            "{\n\"entries\": [",
            "line 2: not valid JSON: EOF while parsing a list (column 12)",
        ),
    ];
    for (body, said) in cases {
        assert_eq!(
            refused(Platform::Luma, Way::Items, ITEMS, body).to_string(),
            said
        );
    }
    assert_eq!(
        list(
            Platform::Luma,
            Way::Items,
            ITEMS,
            r#"{"entries": [], "has_more": false}"#
        )
        .entries,
        0
    );
}

#[test]
fn the_feed_is_read_in_lumas_meaning() {
    let reading = feed();
    let hall = titled(&reading, "In a hall");
    assert_eq!(hall.key, "evt-aaaaaaaaaaaaaa1");
    assert_eq!(hall.link.as_deref(), Some("https://luma.com/rust-hall"));
    assert_eq!(
        (hall.status, hall.sequence, hall.way),
        (Status::Confirmed, 0, Way::Feed)
    );
    assert_eq!((hall.start, hall.zone), (utc("2026-09-01T16:30:01Z"), None));
    let address = hall.locations[0]
        .address
        .as_deref()
        .or(hall.locations[0].venue.as_deref());
    assert_eq!(
        address,
        Some("Ferris Hall, Carrer de Mallorca 1, Barcelona, Spain")
    );
    assert_eq!(hall.description, "Hosted by Ada");
    assert_eq!(
        hall.organisers,
        [],
        "the owner of the account says nothing about the group"
    );
}

#[test]
fn a_place_that_is_a_page_of_lumas_is_no_place() {
    let reading = feed();
    let hidden = titled(&reading, "Address for guests & friends");
    assert_eq!((hidden.locations.len(), hidden.mode), (0, None));
    assert_eq!(hidden.link.as_deref(), Some("https://luma.com/rust-hidden"));
    let in_text = titled(&reading, "Address in the text");
    assert_eq!(in_text.locations[0].address.as_deref(), Some("KCA, Girona"));
    assert_eq!(in_text.description, "Bring a laptop.\n\nHosted by Ada");
    assert_eq!(in_text.status, Status::Cancelled);
    let elsewhere = titled(&reading, "Linked from elsewhere");
    assert_eq!(elsewhere.locations, []);
    assert_eq!(
        elsewhere.link.as_deref(),
        Some("https://www.meetup.com/python-example/events/310000009/")
    );
}

#[test]
fn what_ended_long_ago_is_counted_and_left_out() {
    let reading = feed();
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (5, 4, true)
    );
    assert!(!titles(&reading).contains(&"Long past"));
}

#[test]
fn an_event_has_one_key_on_both_ways() {
    let (items, feed) = (items(), feed());
    for title in [
        "In a hall",
        "Address for guests & friends",
        "Linked from elsewhere",
    ] {
        assert_eq!(titled(&items, title).key, titled(&feed, title).key);
    }
}

#[test]
fn offline_beside_a_meeting_and_no_address_leaves_the_mode_open_and_is_reported() {
    let item = r#"{"entries": [{"platform": "luma", "calendar_api_id": "cal-RustExample0001", "event":
        {"api_id": "evt-aaaaaaaaaaaaab1", "calendar_api_id": "cal-RustExample0001", "name": "From home", "url": "home-1",
         "start_at": "2026-09-03T17:00:00.000Z", "timezone": "Europe/Madrid", "location_type": "offline",
         "visibility": "public", "geo_address_info": null, "meeting_url": "https://zoom.us/j/1"}}], "has_more": false}"#;
    let reading = list(Platform::Luma, Way::Items, ITEMS, item);
    assert_eq!(reading.listings[0].mode, None);
    let said = problems(&reading);
    assert!(said.len() == 1 && said[0].contains("offline"), "{said:?}");
}
