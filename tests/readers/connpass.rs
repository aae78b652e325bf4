//! Answers of connpass's interface, and its pages.

use super::*;
use rusty_events::facts::listing::{End, Part, Status};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::Credential;
use serde_json::{Value, json};

const GROUP: &str = "https://crab-tokyo.connpass.com/";
const EVENT: &str = "https://crab-tokyo.connpass.com/event/400005/";
const LIST: &str =
    "https://connpass.com/api/v2/events/?subdomain=crab-tokyo&order=2&count=100&start=";

fn first(url: &str, way: Way) -> Option<Request> {
    read::first_request(&source(Platform::Connpass, url), way, now())
}

fn answer(body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    let url = format!("{LIST}1");
    read_page(
        Platform::Connpass,
        &page(&url, Purpose::List, Way::Api, body),
    )
}

fn reading() -> Reading {
    answer(file("connpass/events.json")).unwrap()
}

/// One event with these fields beside its id and time.
fn event(fields: Value) -> Listing {
    let mut event = json!({"id": 1, "title": "会", "started_at": "2026-09-01T19:00:00+09:00"});
    event
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let mut reading = answer(json!({"events": [event]}).to_string()).unwrap();
    reading.listings.remove(0)
}

#[test]
fn a_group_is_asked_for_by_its_host_and_an_event_by_its_page() {
    for url in [
        GROUP,
        "https://crab-tokyo.connpass.com",
        "https://crab-tokyo.connpass.com/event/",
    ] {
        let request = first(url, Way::Api).unwrap();
        assert_eq!(
            (request.url, request.key),
            (format!("{LIST}1"), Some(Credential::Connpass)),
            "{url}"
        );
        assert_eq!(first(url, Way::Page), None);
    }
    assert_eq!(first(EVENT, Way::Api), None);
    assert_eq!(first(EVENT, Way::Page).unwrap().url, EVENT);
    for url in [
        "https://connpass.com/",
        "https://www.connpass.com/",
        "https://a.b.connpass.com/",
        "https://connpass.com.example/",
    ] {
        assert_eq!(first(url, Way::Api), None, "{url}");
    }
}

#[test]
fn events_come_on_tokyos_clock_by_their_group() {
    let reading = reading();
    assert_eq!(keys(&reading), ["400005", "400004", "400003", "400002"]);
    assert_eq!(
        (reading.entries, reading.whole, reading.cut_off),
        (5, true, false)
    );
    let silent = &reading.listings[0];
    assert_eq!((silent.part, silent.way), (Part::List, Way::Api));
    assert_eq!(silent.title, "Rustもくもく会 #12");
    assert_eq!(silent.start, offset("2026-10-14T19:00:00+09:00"));
    assert_eq!(
        silent.end,
        Some(End::At(offset("2026-10-14T21:30:00+09:00")))
    );
    assert_eq!(silent.zone, Some(chrono_tz::Asia::Tokyo));
    assert_eq!(silent.link.as_deref(), Some(EVENT));
    assert_eq!(silent.description, "もくもく & おしゃべり");
    assert_eq!(
        silent.organisers,
        [("Crab Tokyo".to_owned(), Some(GROUP.to_owned()))]
    );
    assert_eq!((silent.mode, silent.status), (None, Status::Confirmed));
    let hall = &silent.locations[0];
    assert_eq!(hall.venue.as_deref(), Some("かにビル 5F"));
    assert_eq!(
        (hall.country.as_deref(), hall.latitude),
        (Some("JP"), Some(35.658))
    );
}

#[test]
fn an_online_event_may_carry_a_town_and_is_online_all_the_same() {
    let reading = reading();
    let online = &reading.listings[1];
    assert_eq!(online.mode, Some(Mode::Virtual));
    assert_eq!(online.locations[0].venue, None);
    assert_eq!(online.locations[0].address.as_deref(), Some("東京都渋谷区"));
    let cancelled = &reading.listings[2];
    assert_eq!(
        (cancelled.mode, cancelled.status),
        (Some(Mode::Hybrid), Status::Cancelled)
    );
    // Where there is no address the map shows another continent.
    assert_eq!(cancelled.locations[0].latitude, None);
    assert_eq!(reading.listings[3].locations, []);
    for (place, mode) in [
        ("オンライン", Some(Mode::Virtual)),
        (" オンライン開催 ", Some(Mode::Virtual)),
        ("オンライン（Zoom）", Some(Mode::Virtual)),
        ("Zoomオンライン", Some(Mode::Virtual)),
        ("渋谷オフィス + オンライン", Some(Mode::Hybrid)),
        ("オンラインとオフライン", Some(Mode::Hybrid)),
        ("オンライン / 渋谷", Some(Mode::Hybrid)),
        ("ハイブリッド開催", Some(Mode::Hybrid)),
        ("渋谷オフィス", None),
        ("", None),
    ] {
        assert_eq!(event(json!({"place": place})).mode, mode, "{place:?}");
    }
    for prefecture in [json!("online"), json!({"name": "online"})] {
        let event = event(json!({"place": "後日連絡", "prefecture": prefecture}));
        assert_eq!(
            (event.mode, event.locations.len()),
            (Some(Mode::Virtual), 0)
        );
    }
}

#[test]
fn the_list_is_read_back_to_what_is_long_over() {
    let list = |days: &[&str], numbers: Value| {
        let events: Vec<Value> = days
            .iter()
            .map(|day| json!({"id": day, "title": "会", "started_at": format!("{day}T19:00:00+09:00")}))
            .collect();
        let mut body = numbers;
        body["events"] = json!(events);
        let reading = answer(body.to_string()).unwrap();
        assert!(reading.whole);
        let next = reading.next.into_iter().next();
        next.map(|next| {
            assert_eq!(next.key, Some(Credential::Connpass));
            next.url.strip_prefix(LIST).unwrap().to_owned()
        })
    };
    let more = json!({"results_start": 1, "results_returned": 2, "results_available": 5});
    assert_eq!(
        list(&["2026-10-01", "2026-09-01"], more.clone()).as_deref(),
        Some("3")
    );
    // The last is from spring: what follows is older.
    assert_eq!(list(&["2026-10-01", "2026-04-01"], more.clone()), None);
    // In no order, or the other way round, nothing follows from the last.
    assert_eq!(
        list(&["2026-04-01", "2026-10-01", "2026-04-01"], more.clone()).as_deref(),
        Some("3")
    );
    assert_eq!(
        list(&["2026-03-01", "2026-04-01"], more).as_deref(),
        Some("3")
    );
    let all = json!({"results_start": 1, "results_returned": 2, "results_available": 2});
    assert_eq!(list(&["2026-10-01", "2026-09-01"], all), None);
    let none = json!({"results_start": 1, "results_returned": 0, "results_available": 9});
    assert_eq!(list(&[], none), None);
    assert_eq!(list(&[], json!({})), None);
    assert_eq!(reading().next, []);
}

#[test]
fn an_event_that_cannot_be_read_does_not_cost_the_others() {
    let events = json!([null, {"id": 1, "title": "x"}, {"id": 2, "title": "y", "started_at": "soon"}, {"id": 3, "title": "Good", "started_at": "2026-09-01T19:00:00+09:00"}]);
    let reading = answer(json!({"events": events}).to_string()).unwrap();
    assert_eq!(
        (titles(&reading), reading.entries, reading.whole),
        (vec!["Good"], 4, false)
    );
    assert_eq!(
        problems(&reading),
        [
            "0: entry is no object",
            "0: has no started_at",
            "0: started_at \"soon\" is no date"
        ]
    );
}

#[test]
fn what_is_no_list_is_an_error_and_never_an_empty_one() {
    for (body, said) in [
        (r#"{"detail":"Not Found"}"#, "no answer"),
        ("{", "no valid JSON"),
        ("<html></html>", "something else than JSON"),
    ] {
        let error = answer(body).unwrap_err();
        assert!(error.to_string().contains(said), "{body}: {error}");
    }
}

#[test]
fn a_page_is_its_event_or_asks_for_a_key() {
    let ask = |body: &str| {
        read_page(
            Platform::Connpass,
            &page(EVENT, Purpose::List, Way::Page, body),
        )
    };
    let script = r#"<script type="application/ld+json">{"@type":"Event","name":"会","startDate":"2026-10-14T19:00:00+09:00"}</script>"#;
    assert_eq!(keys(&ask(script).unwrap()), ["400005"]);
    let error = ask("<html><title>Crab Tokyo</title></html>").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a key is needed ([fetch.keys] connpass)"),
        "{error}"
    );
}
