//! Meetup's feeds and pages.

use super::*;
use chrono_tz::Europe::Berlin;
use rusty_events::facts::listing::{End, Location, Part, Status};
use rusty_events::facts::place::Mode;

const GROUP: &str = "https://www.meetup.com/rust-example/";
const FEED: &str = "https://www.meetup.com/rust-example/events/ical/";
const EVENT: &str = "https://www.meetup.com/rust-example/events/310000001/";

fn feed(body: impl Into<Vec<u8>>) -> Reading {
    list(Platform::Meetup, Way::Feed, FEED, body)
}

fn group() -> Reading {
    list(
        Platform::Meetup,
        Way::Page,
        GROUP,
        file("meetup/group.html"),
    )
}

/// The event's page as it was answered from `url`, with `data` in place of its scripts' data.
fn event_page(url: &str, data: &str) -> Result<Reading, Unreadable> {
    let html = String::from_utf8(file("meetup/event.html")).unwrap();
    let purpose = Purpose::Event {
        key: "310000001".to_owned(),
        mark: "mark".to_owned(),
    };
    let mut page = page(EVENT, purpose, Way::Page, html.replace("NEXT", data));
    page.url = url.to_owned();
    read_page(Platform::Meetup, &page)
}

/// The data of an event's page with these fields beside the event's id and time.
fn next_data(fields: &str) -> String {
    format!(
        r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"pageProps":{{"__APOLLO_STATE__":{{
            "Group:1":{{"id":"1","name":"Rust Example","urlname":"rust-example","timezone":"Europe/Berlin"}},
            "Venue:10":{{"id":"10","name":"c-base","address":"Rungestraße 20","city":"Berlin","country":"de"}},
            "Venue:2":{{"id":"2","name":"Online event","address":"","city":"","country":""}},
            "Event:99":{{"id":"99","title":"Recommended","dateTime":"2026-08-28T19:00+02:00","status":"ACTIVE"}},
            "Event:310000001":{{"id":"310000001","group":{{"__ref":"Group:1"}},
                "dateTime":"2026-08-27T19:00+02:00","endTime":"2026-08-27T21:30+02:00", {fields}}}}}}}}}}}</script>"#
    )
}

fn event(fields: &str) -> Listing {
    let reading = event_page(EVENT, &next_data(fields)).unwrap();
    assert_eq!(
        (reading.entries, reading.whole),
        (1, true),
        "{:?}",
        reading.problems
    );
    reading.listings.into_iter().next().unwrap()
}

#[test]
fn a_group_is_asked_for_its_feed_and_then_for_its_page() {
    for url in [
        "https://www.meetup.com/rust-example/",
        "https://www.meetup.com/Rust-Example",
        "http://meetup.com/rust-example/events/",
        "https://www.meetup.com/de-DE/rust-example/?eventOrigin=home",
        "https://www.meetup.com/de-DE/rust-example/events/ical/",
        "https://www.meetup.com/rust-example/events/rss",
    ] {
        let source = source(Platform::Meetup, url);
        let feed = read::first_request(&source, Way::Feed, now()).unwrap();
        assert_eq!(
            (feed.url.as_str(), feed.purpose),
            (FEED, Purpose::List),
            "{url}"
        );
        let page = read::first_request(&source, Way::Page, now()).unwrap();
        assert_eq!(
            page.url,
            "https://www.meetup.com/rust-example/events/?type=upcoming"
        );
        assert_eq!(read::first_request(&source, Way::Items, now()), None);
    }
    for url in [
        "https://www.meetup.com/",
        "https://www.meetup.com/ls/click?upn=1",
        "https://luma.com/x",
    ] {
        let source = source(Platform::Meetup, url);
        assert_eq!(
            read::first_request(&source, Way::Feed, now()),
            None,
            "{url}"
        );
    }
}

#[test]
fn the_address_of_one_event_is_asked_for_that_event() {
    let source = source(
        Platform::Meetup,
        "https://www.meetup.com/Rust-Example/events/310000001/?eventId=5",
    );
    assert_eq!(read::first_request(&source, Way::Feed, now()), None);
    let request = read::first_request(&source, Way::Page, now()).unwrap();
    assert_eq!(request.url, EVENT);
    assert!(matches!(request.purpose, Purpose::Event { key, .. } if key == "310000001"));
}

#[test]
fn the_feed_gives_events_under_meetups_ids() {
    let reading = feed(file("meetup/feed.ics"));
    assert_eq!(keys(&reading), ["310000001", "gjbkstyjcmbnb"]);
    assert_eq!(
        (reading.entries, reading.whole, reading.cut_off),
        (2, true, false)
    );
    let first = &reading.listings[0];
    assert_eq!(first.title, "Hack & Learn, August");
    assert_eq!(first.start, zoned("2026-08-27T19:00:00", Berlin));
    assert_eq!(
        first.end,
        Some(End::At(zoned("2026-08-27T21:30:00", Berlin)))
    );
    assert_eq!(first.link.as_deref(), Some(EVENT));
    assert_eq!(
        (first.part, first.way, first.mode),
        (Part::List, Way::Feed, None)
    );
    assert_eq!(first.status, Status::Confirmed);
}

#[test]
fn the_groups_name_is_taken_off_the_description() {
    let reading = feed(file("meetup/feed.ics"));
    let [first, second] = &reading.listings[..] else {
        panic!()
    };
    assert_eq!(
        first.description,
        "Bring a laptop.\n\nAgenda:\n- hack\n- learn"
    );
    assert_eq!(second.description, "");
    let group = |slug: &str| {
        (
            "Rust Example".to_owned(),
            Some(format!("https://www.meetup.com/{slug}")),
        )
    };
    assert_eq!(first.organisers, [group("rust-example")]);
    assert_eq!(second.organisers, [group("rust-example-renamed")]);

    let text = String::from_utf8(file("meetup/feed.ics")).unwrap();
    let differing = feed(text.replace(
        "DESCRIPTION:Rust Example\r\n",
        "DESCRIPTION:Come as you are\r\n",
    ));
    assert_eq!(differing.listings[1].description, "Come as you are");
    assert_eq!(differing.listings[1].organisers, []);
}

#[test]
fn a_feed_of_ten_events_may_go_on() {
    let text = String::from_utf8(file("meetup/feed.ics")).unwrap();
    let (head, rest) = text.split_once("BEGIN:VEVENT").unwrap();
    let event = format!(
        "BEGIN:VEVENT{}END:VEVENT\r\n",
        rest.split_once("END:VEVENT").unwrap().0
    );
    for (count, cut_off) in [(0, false), (9, false), (10, true)] {
        let events: String = (0..count)
            .map(|n| event.replace("310000001", &format!("31000000{n}")))
            .collect();
        let reading = feed(format!("{head}{events}END:VCALENDAR\r\n"));
        assert_eq!(
            (reading.entries, reading.whole, reading.cut_off),
            (count, true, cut_off)
        );
    }
}

#[test]
fn an_error_in_place_of_the_calendar_is_reported_in_meetups_words() {
    let error = refused(
        Platform::Meetup,
        Way::Feed,
        FEED,
        r#"{"message":"Group not found"}"#,
    );
    assert_eq!(
        error,
        Unreadable::NotWhatWasAsked(
            "Meetup answers \"Group not found\" in place of a calendar: has the group moved, or is it private?"
                .to_owned()
        )
    );
    for body in [
        r#"{"errors": []}"#,
        "{",
        "<html><title>Log in</title>",
        "hello",
    ] {
        let error = refused(Platform::Meetup, Way::Feed, FEED, body);
        assert!(
            matches!(error, Unreadable::NotWhatWasAsked(_)),
            "{body}: {error:?}"
        );
    }
}

fn wanted(listings: &[Listing], known: &Known) -> Vec<String> {
    let requests = read::wanted(&source(Platform::Meetup, GROUP), listings, known, now());
    requests.into_iter().map(|request| request.url).collect()
}

#[test]
fn the_pages_of_the_next_five_weeks_are_wanted_the_next_event_first() {
    let starting = |key: &str, start: &str| Listing::new(key, "Meetup", utc(start), Way::Feed);
    let listings = [
        starting("4", "2026-09-23T12:00:01Z"),
        starting("3", "2026-09-23T12:00:00Z"),
        starting("2", "2026-08-20T10:00:00Z"),
        starting("1", "2026-08-19T11:59:59Z"),
    ];
    let url = |id: &str| format!("https://www.meetup.com/rust-example/events/{id}/");
    assert_eq!(wanted(&listings, &Known::default()), [url("2"), url("3")]);

    let source = source(Platform::Meetup, GROUP);
    let request = read::wanted(&source, &listings, &Known::default(), now()).remove(0);
    let mark = listings[2].mark();
    let key = "2".to_owned();
    assert_eq!(
        (request.way, request.purpose),
        (Way::Page, Purpose::Event { key, mark })
    );
}

#[test]
fn a_page_is_wanted_again_only_when_the_list_has_changed() {
    let mut listings = feed(file("meetup/feed.ics")).listings;
    let mut known = Known::default();
    known
        .pages
        .insert("310000001".to_owned(), listings[0].mark());
    let other = "https://www.meetup.com/rust-example-renamed/events/gjbkstyjcmbnb/";
    assert_eq!(wanted(&listings, &known), [other]);
    for change in [
        |listing: &mut Listing| listing.title.push('!'),
        |listing: &mut Listing| listing.modified = Some("20260818T000000Z".to_owned()),
        |listing: &mut Listing| listing.start = zoned("2026-08-28T19:00:00", Berlin),
    ] {
        let mut changed = listings.clone();
        change(&mut changed[0]);
        assert_eq!(wanted(&changed, &known), [EVENT, other]);
    }
    // What a page itself said, and what the group's page listed, asks for nothing.
    listings[1].part = Part::Page;
    assert_eq!(wanted(&listings, &known), [""; 0]);
    assert_eq!(wanted(&group().listings, &Known::default()), [""; 0]);
}

#[test]
fn whatever_a_feed_links_only_meetup_is_asked() {
    let mut listings = feed(file("meetup/feed.ics")).listings;
    listings.truncate(1);
    for link in [
        "http://127.0.0.1/rust-example/events/310000001/",
        "https://evil.example/",
        "file:///etc/passwd",
        "",
    ] {
        listings[0].link = Some(link.to_owned());
        assert_eq!(wanted(&listings, &Known::default()), [EVENT], "{link}");
    }
}

#[test]
fn an_events_page_says_where_it_is_and_in_which_mode() {
    let listing = event(
        r#""title": "Hack \\u0026 Learn", "eventType": "PHYSICAL", "isOnline": false, "status": "ACTIVE",
           "venue": {"__ref": "Venue:10"}, "eventUrl": "https://www.meetup.com/rust-example/events/310000001/""#,
    );
    assert_eq!(
        (listing.key.as_str(), listing.part, listing.way),
        ("310000001", Part::Page, Way::Page)
    );
    assert_eq!(listing.title, "Hack & Learn");
    assert_eq!(listing.start, offset("2026-08-27T19:00:00+02:00"));
    assert_eq!(
        listing.end,
        Some(End::At(offset("2026-08-27T21:30:00+02:00")))
    );
    assert_eq!(listing.zone, Some(Berlin));
    assert_eq!(
        (listing.mode, listing.status),
        (Some(Mode::InPerson), Status::Confirmed)
    );
    assert_eq!(listing.link.as_deref(), Some(EVENT));
    let place = Location {
        venue: Some("c-base".to_owned()),
        address: Some("Rungestraße 20".to_owned()),
        city: Some("Berlin".to_owned()),
        country: Some("de".to_owned()),
        ..Location::default()
    };
    assert_eq!(listing.locations, [place]);
    assert_eq!(listing.line, 4, "the script's");
}

#[test]
fn the_placeholder_of_online_events_is_no_place() {
    let online = event(
        r#""eventType": "ONLINE", "venue": {"__ref": "Venue:2"}, "howToFindUs": "https://meet.example/r""#,
    );
    assert_eq!(
        (online.mode, online.locations.len()),
        (Some(Mode::Virtual), 0)
    );
    assert_eq!(online.online_url.as_deref(), Some("https://meet.example/r"));
    let hall = event(r#""eventType": "PHYSICAL", "howToFindUs": "https://map.example/r""#);
    assert_eq!(hall.online_url, None, "the way to a hall");
    let old = event(r#""isOnline": true, "venue": null"#);
    assert_eq!(old.mode, Some(Mode::Virtual));
    let unsaid = event(r#""isOnline": false, "venue": null"#);
    assert_eq!((unsaid.mode, unsaid.locations.len()), (None, 0));
}

#[test]
fn a_hybrid_event_has_its_hall_in_whatever_order_its_venues_stand() {
    for venues in [
        r#"{"__ref": "Venue:2"}, {"__ref": "Venue:10"}"#,
        r#"{"__ref": "Venue:10"}, {"__ref": "Venue:2"}"#,
    ] {
        let listing = event(&format!(
            r#""eventType": "HYBRID", "isOnline": true, "venues": [{venues}]"#
        ));
        assert_eq!(
            (listing.mode, listing.locations.len()),
            (Some(Mode::Hybrid), 1)
        );
        assert_eq!(listing.locations[0].venue.as_deref(), Some("c-base"));
    }
}

#[test]
fn an_events_page_tells_its_state() {
    for (said, status, private) in [
        ("ACTIVE", Status::Confirmed, false),
        ("AUTOSCHED", Status::Confirmed, false),
        ("CANCELLED", Status::Cancelled, false),
        ("CANCELLED_PERM", Status::Cancelled, false),
        ("AUTOSCHED_CANCELLED", Status::Cancelled, false),
        ("PAST", Status::Confirmed, false),
        ("DRAFT", Status::Confirmed, true),
        ("BLOCKED", Status::Confirmed, true),
    ] {
        let listing = event(&format!(r#""status": "{said}""#));
        assert_eq!(
            (listing.status, listing.private),
            (status, private),
            "{said}"
        );
    }
}

#[test]
fn an_older_page_holds_its_event_as_a_property() {
    let data = r#"<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"event":{"id":"310000001",
        "title":"Old shape","dateTime":"2026-08-27T19:00:00+02:00","eventType":"PHYSICAL",
        "venue":{"name":"c-base","city":"Berlin","country":"de"}}}}}</script>"#;
    let reading = event_page(EVENT, data).unwrap();
    assert_eq!(titles(&reading), ["Old shape"]);
    assert_eq!(
        reading.listings[0].locations[0].city.as_deref(),
        Some("Berlin")
    );
}

#[test]
fn without_its_own_data_a_page_is_read_by_its_json_ld() {
    for data in [
        "",
        r#"<script id="__NEXT_DATA__">not json</script>"#,
        r#"<script id="__NEXT_DATA__">{"props":{}}</script>"#,
    ] {
        let reading = event_page(EVENT, data).unwrap();
        let listing = &reading.listings[0];
        assert_eq!(
            (listing.key.as_str(), listing.part),
            ("310000001", Part::Page)
        );
        assert_eq!(listing.mode, Some(Mode::InPerson));
        assert_eq!(listing.locations[0].city.as_deref(), Some("Berlin"));
    }
}

#[test]
fn the_page_of_another_event_is_not_taken_for_the_one_that_was_asked() {
    let elsewhere = "https://www.meetup.com/rust-example/events/310009999/";
    for reading in [
        event_page(elsewhere, &next_data(r#""status": "ACTIVE""#)).unwrap(),
        event_page(EVENT, "")
            .map(|_| ())
            .and_then(|()| {
                let html = String::from_utf8(file("meetup/event.html"))
                    .unwrap()
                    .replace("310000001", "310009999");
                let purpose = Purpose::Event {
                    key: "310000001".to_owned(),
                    mark: String::new(),
                };
                read_page(Platform::Meetup, &page(EVENT, purpose, Way::Page, html))
            })
            .unwrap(),
    ] {
        assert_eq!((reading.listings.len(), reading.whole), (0, false));
        assert_eq!(
            problems(&reading),
            ["0: the page of event 310000001 shows event 310009999: not read as the same"]
        );
    }
}

#[test]
fn a_page_that_holds_no_event_is_unreadable() {
    let purpose = Purpose::Event {
        key: "310000001".to_owned(),
        mark: String::new(),
    };
    let page = page(
        EVENT,
        purpose,
        Way::Page,
        "<html><title>Login to Meetup | Meetup</title>",
    );
    assert_eq!(
        read_page(Platform::Meetup, &page).unwrap_err(),
        Unreadable::NotWhatWasAsked(
            "page holds nothing about event 310000001 (its title: \"Login to Meetup | Meetup\"): \
             a login page, or the event is gone"
                .to_owned()
        )
    );
}

#[test]
fn the_groups_page_gives_the_upcoming_events_of_its_own_list() {
    let reading = group();
    let found: Vec<(&str, &str, Status)> = reading
        .listings
        .iter()
        .map(|listing| (listing.key.as_str(), listing.title.as_str(), listing.status))
        .collect();
    assert_eq!(
        found,
        [
            ("310000001", "Hack & Learn, August", Status::Confirmed),
            ("gjbkstyjcmbnb", "Hack & Learn", Status::Confirmed),
            ("310000003", "Called off", Status::Cancelled),
            ("310000004", "Two halls and a stream", Status::Confirmed),
        ]
    );
    assert_eq!(
        (reading.entries, reading.whole, reading.cut_off),
        (4, true, false)
    );
    let [first, online, _, hybrid] = &reading.listings[..] else {
        panic!()
    };
    assert_eq!(
        (first.part, first.way, first.zone),
        (Part::List, Way::Page, Some(Berlin))
    );
    assert_eq!(
        first.organisers,
        [(
            "Rust Example".to_owned(),
            Some("https://www.meetup.com/rust-example".to_owned())
        )]
    );
    assert_eq!(first.locations[0].latitude, Some(52.513));
    assert_eq!(
        (online.mode, online.locations.len()),
        (Some(Mode::Virtual), 0)
    );
    assert_eq!(
        (hybrid.mode, hybrid.locations.len()),
        (Some(Mode::Hybrid), 1)
    );
}

#[test]
fn the_groups_page_is_about_the_group_that_was_asked_for() {
    let html = String::from_utf8(file("meetup/group.html")).unwrap();
    let renamed = html.replace("Rust-Example", "rust-renamed");
    let told_by_slug = html.replace("groupByUrlname", "somethingNew");
    for html in [renamed, told_by_slug] {
        let reading = list(Platform::Meetup, Way::Page, GROUP, html);
        assert_eq!(keys(&reading), keys(&group()));
    }
}

#[test]
fn an_id_is_read_from_the_uid_and_else_from_the_link() {
    let text = String::from_utf8(file("meetup/feed.ics")).unwrap();
    let without_links = feed(text.replace("URL;VALUE=URI:", "X-URL:"));
    assert_eq!(keys(&without_links), ["310000001", "gjbkstyjcmbnb"]);
    let without_uids = feed(text.replace("UID:event_", "UID:other_"));
    assert_eq!(keys(&without_uids), ["310000001", "gjbkstyjcmbnb"]);
}

#[test]
fn an_event_has_one_key_on_every_way() {
    let feed = feed(file("meetup/feed.ics"));
    assert_eq!(keys(&feed), keys(&group())[..2]);
}

#[test]
fn a_groups_page_with_more_events_says_so_and_one_without_a_list_is_unreadable() {
    let html = String::from_utf8(file("meetup/group.html")).unwrap();
    let more = html.replace("\"hasNextPage\":false", "\"hasNextPage\":true");
    assert!(list(Platform::Meetup, Way::Page, GROUP, more).cut_off);
    let start = html
        .find("\"edges\":[{\"node\":{\"__ref\":\"Event:309999999")
        .unwrap();
    let end = start + html[start..].find(']').unwrap();
    let empty = format!("{}\"edges\":[{}", &html[..start], &html[end..]);
    let empty = list(Platform::Meetup, Way::Page, GROUP, empty);
    assert_eq!((empty.entries, empty.whole), (0, true));
    let no_list = html.replace(r#"\"sort\":\"ASC\""#, r#"\"sort\":\"DESC\""#);
    let no_group = html
        .replace("{\"__ref\":\"Group:1\"},\"self\"", "null,\"self\"")
        .replace("Rust-Example", "another");
    for (html, what) in [(no_list, "list of upcoming events"), (no_group, "group")] {
        let error = refused(Platform::Meetup, Way::Page, GROUP, html).to_string();
        let said = format!("line 3: the page's data holds no {what}: ");
        assert!(error.starts_with(&said), "{error}");
    }
}
