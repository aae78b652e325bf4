//! JSON that holds things with a title and a date.

use super::{
    End, Tz, cities, day, floating, form, offset, only, read, titles, utc, why_not, zoned,
};
use rusty_events::facts::listing::Status;
use rusty_events::facts::place::Mode;

#[test]
fn each_programs_names_for_a_start_are_known() {
    let berlin = |time| zoned(time, Tz::Europe__Berlin);
    let seven = "2026-09-12T19:00:00";
    for (fields, start) in [
        (
            r#""start_date":"2026-09-12 19:00:00","timezone":"Europe/Berlin""#,
            berlin(seven),
        ),
        (
            r#""startDateTime":"2026-09-12T19:00:00","startTimeZoneOffset":"+0200""#,
            offset("2026-09-12T19:00:00+02:00"),
        ),
        (
            r#""startDate":{"date":"2026-09-12","time":"19:00:00","tz":"Europe/Berlin"}"#,
            berlin(seven),
        ),
        (
            r#""start":{"local":"2026-09-12T19:00:00","utc":"2026-09-12T17:00:00Z","timezone":"Europe/Berlin"}"#,
            berlin(seven),
        ),
        (
            r#""start":{"dateTime":"2026-09-12T19:00:00+02:00"}"#,
            offset("2026-09-12T19:00:00+02:00"),
        ),
        (
            r#""start_datetime":1789232400"#,
            utc("2026-09-12T17:00:00Z"),
        ),
        (
            r#""time":1789232400000,"utc_offset":7200000,"venue":{}"#,
            offset("2026-09-12T19:00:00+02:00"),
        ),
        (
            r#""EventDate":"2026-09-12","EventTime":"7:00 PM""#,
            floating(seven),
        ),
        (
            r#""date":"2026-09-12","time":"19:00 - 21:00","location":"x""#,
            floating(seven),
        ),
        (
            r#""timings":[{"begin":"2026-09-12T19:00:00+02:00","end":"2026-09-12T21:00:00+02:00"}]"#,
            offset("2026-09-12T19:00:00+02:00"),
        ),
        (
            r#""date":{"start":{"date":"2026-09-12","hour":"7","minutes":"00","ampm":"PM"}}"#,
            floating(seven),
        ),
    ] {
        let reading = read(&format!("[{{\"title\":\"Evening\",{fields}}}]"));
        assert_eq!(only(&reading).start, start, "{fields}");
    }
}

#[test]
fn hours_that_a_program_fills_in_are_none() {
    let days = r#"[{"name":"A","date":[1790985600000,1791072000000],"city":"Almaty","country":"Kazakhstan"},{"name":"B","date":[1791504000000]}]"#;
    let reading = read(days);
    assert_eq!(reading.listings[0].start, day("2026-10-03"));
    assert_eq!(reading.listings[0].end, Some(End::At(day("2026-10-05"))));
    assert_eq!(reading.listings[1].start, day("2026-10-09"));
    assert_eq!(cities(&reading.listings[0]), ["Almaty"]);
    let noon = |n: u32| format!(r#"{{"title":"E{n}","start":"2026-09-{n:02}T12:00:00"}}"#);
    let reading = read(&format!("[{},{},{}]", noon(1), noon(8), noon(15)));
    assert_eq!(reading.listings[0].start, day("2026-09-01"));
    let reading = read(&format!("[{}]", noon(1)));
    assert_eq!(only(&reading).start, floating("2026-09-01T12:00:00"));
    let whole = r#"{"events":[{"title":"T","start_date":"2026-03-17 00:00:00","end_date":"2026-03-17 23:59:59","all_day":true}]}"#;
    assert_eq!(only(&read(whole)).start, day("2026-03-17"));
    assert_eq!(only(&read(whole)).end, Some(End::At(day("2026-03-18"))));
}

#[test]
fn a_map_without_an_address_is_no_place_and_the_past_is_left() {
    let reading = read(
        r#"{"website":{"timeZone":"Europe/London","baseUrl":"https://www.club.example"},"upcoming":[{"title":"Show","fullUrl":"/shows/2022/2/4/show","startDate":1789232400588,"endDate":1789239600588,"location":{"mapLat":40.72,"mapLng":-74.0,"markerLat":40.72,"addressTitle":""}}],"past":[{"title":"Over","startDate":1666807200588}]}"#,
    );
    assert_eq!(only(&reading).title, "Show");
    assert_eq!(only(&reading).start, utc("2026-09-12T17:00:00Z"));
    assert_eq!(only(&reading).zone, Some(Tz::Europe__London));
    assert!(only(&reading).locations.is_empty());
    assert_eq!(
        only(&reading).link.as_deref(),
        Some("https://club.example/shows/2022/2/4/show")
    );
}

#[test]
fn modes_and_states_are_read() {
    let reading = read(
        r#"[{"name":"Both","startDate":"2026-09-08","city":"Montreal","country":"Canada","online":true},{"name":"Online","startDate":"2026-11-26","online":true},{"title":"Off","startDateTime":"2026-09-12T10:00:00","canceled":true},{"title":"Ref","dateTime":"2026-09-12T18:00:00+02:00","endTime":"2026-09-12T21:00:00+02:00","eventType":"PHYSICAL","venue":{"__ref":"Venue:1"}},{"Venue:1":{"name":"Hall","city":"Praha","country":"CZ"}}]"#,
    );
    let modes: Vec<_> = reading
        .listings
        .iter()
        .map(|listing| listing.mode)
        .collect();
    let expected = [
        Some(Mode::Hybrid),
        Some(Mode::Virtual),
        None,
        Some(Mode::InPerson),
    ];
    assert_eq!(modes, expected);
    assert_eq!(reading.listings[2].status, Status::Cancelled);
    assert_eq!(cities(&reading.listings[3]), ["Praha"]);
    let ids = r#"{"settings":{"events":[{"id":"m1","name":"Cask","start":{"type":"datetime","date":"2026-05-09","time":"17:00"},"timeZone":"America/Los_Angeles","location":"m729nv14"},{},{}],"locations":[{"id":"m729nv14","name":"Brewery","address":"1 Main St, Seattle"}]}}"#;
    assert_eq!(
        only(&read(ids)).locations[0].venue.as_deref(),
        Some("Brewery")
    );
}

#[test]
fn a_conferences_sessions_and_things_that_only_have_a_date_are_no_events() {
    let conference = r#"{"schedule":{"conference":{"title":"Conf","start":"2026-02-03","end":"2026-02-04","days":[{"date":"2026-02-03","rooms":{"A":[{"title":"Talk","date":"2026-02-03T10:00:00+01:00","start":"10:00"}]}}]}}}"#;
    assert_eq!(titles(&read(conference)), ["Conf"]);
    for other in [
        r#"[{"name":"v1.2","date":"2026-02-03","version":"1.2"}]"#,
        r#"[{"title":"Post","date":"2026-02-03T10:00:00","modified":"2026-02-04T10:00:00","author":3}]"#,
        r#"[{"sha":"x","commit":{"author":{"name":"Ada","email":"ada@club.example","date":"2026-02-03T10:00:00Z"}}}]"#,
    ] {
        assert!(why_not(other).contains("date"), "{other}");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_costs_no_other() {
    let reading = read(
        r#"{"events":[{"title":"Good","start":"2026-09-12T19:00:00Z","end":"2026-09-12T18:00:00Z"},{"title":"Bad","start_date":"soon","venue":{"city":"Bern"}},{"title":"Zero","start_date":"0001-01-01"}],"next_rest_url":"https://club.example/events/?page=2"}"#,
    );
    assert_eq!(titles(&reading), ["Good"]);
    assert_eq!((reading.entries, reading.whole), (3, false));
    assert_eq!(only(&reading).end, None);
    assert_eq!(reading.next.len(), 1);
    assert_eq!(form(&reading), "JSON (title, start)");
    let foreign = r#"{"events":[{"title":"Good","start":"2026-09-12T19:00:00Z"}],"next":"https://other.example/?page=2"}"#;
    assert!(read(foreign).next.is_empty());
}
