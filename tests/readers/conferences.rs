//! Public lists of conferences.

use super::*;
use rusty_events::facts::listing::{About, Call, End, Location, Status};
use rusty_events::facts::place::Mode;

const BY_YEAR: &str = "https://lists.example/conferences/{year}/rust.json";
const ALL: &str = "https://developers.events/all-events.json";

fn by_year() -> Reading {
    let list = file("conferences/rust.json");
    super::list(Platform::Conferences, Way::Items, BY_YEAR, list)
}

/// The list of all topics, read for one of them.
fn about(topic: Option<&str>, body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    let source = Source {
        topic: topic.map(str::to_owned),
        ..source(Platform::Conferences, ALL)
    };
    let page = page(ALL, Purpose::List, Way::Items, body);
    read::read(&source, &page, &Known::default(), now())
}

fn day(day: &str) -> Stamp {
    Stamp::Date(day.parse().unwrap())
}

#[test]
fn the_year_of_an_address_is_this_one_and_the_next() {
    for url in [
        BY_YEAR,
        "https://lists.example/conferences/%7Byear%7D/rust.json",
    ] {
        let source = source(Platform::Conferences, url);
        let first = read::first_request(&source, Way::Items, now()).unwrap();
        let next = read::next_years_request(&source, Way::Items, now()).unwrap();
        assert_eq!(
            first.url,
            "https://lists.example/conferences/2026/rust.json"
        );
        assert_eq!(next.url, "https://lists.example/conferences/2027/rust.json");
    }
    let all = source(Platform::Conferences, ALL);
    let first = read::first_request(&all, Way::Items, now()).unwrap();
    assert_eq!(first.url, ALL);
    assert_eq!(read::next_years_request(&all, Way::Items, now()), None);
}

#[test]
fn a_conference_has_whole_days_a_place_and_holds_itself() {
    let reading = by_year();
    assert_eq!((reading.entries, reading.whole), (3, true));
    let problems: Vec<&str> = reading
        .problems
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    assert_eq!(
        problems,
        ["its call for papers says no day: read without it"]
    );
    let week = titled(&reading, "CrabWeek 2026");
    assert_eq!(
        (week.start, week.end),
        (day("2026-09-07"), Some(End::At(day("2026-09-13"))))
    );
    assert_eq!(week.mode, Some(Mode::InPerson));
    assert_eq!(
        week.locations,
        [Location {
            city: Some("Utrecht".to_owned()),
            country: Some("Netherlands".to_owned()),
            ..Location::default()
        }]
    );
    let page = "https://2026.crabweek.example".to_owned();
    assert_eq!(week.link.as_ref(), Some(&page));
    assert_eq!(week.organisers, [("CrabWeek".to_owned(), Some(page))]);
}

#[test]
fn online_beside_a_city_is_both() {
    let reading = by_year();
    assert_eq!(titled(&reading, "TideConf").mode, Some(Mode::Hybrid));
    let online = titled(&reading, "shellDay() Rust");
    assert_eq!(
        (online.mode, online.locations.len()),
        (Some(Mode::Virtual), 0)
    );

    let reading = about(Some("rust"), file("conferences/all-events.json")).unwrap();
    assert_eq!(titled(&reading, "TideRust 2026").mode, Some(Mode::Hybrid));
    assert_eq!(titled(&reading, "Rust by night").mode, Some(Mode::Virtual));
    assert_eq!(titled(&reading, "Rust by night").locations, []);
    assert_eq!(titled(&reading, "EuroCrab").mode, None);
}

#[test]
fn milliseconds_at_midnight_are_whole_days_everywhere() {
    let reading = about(Some("rust"), file("conferences/all-events.json")).unwrap();
    let long = titled(&reading, "EuroCrab");
    assert_eq!(
        (long.start, long.end),
        (day("2026-09-22"), Some(End::At(day("2026-09-25"))))
    );
    assert_eq!(long.doubts, []);
    let one = titled(&reading, "TideRust 2026");
    assert_eq!(
        (one.start, one.end),
        (day("2026-09-22"), Some(End::At(day("2026-09-23"))))
    );
    // Ten at night in UTC is midnight in France: both days are shown.
    let late = titled(&reading, "Rust late");
    assert_eq!(late.start, day("2026-09-22"));
    assert_eq!(late.doubts.len(), 1);
    assert_eq!(
        (late.doubts[0].about, late.doubts[0].other.as_str()),
        (About::Time, "2026-09-23")
    );
}

#[test]
fn a_topic_is_a_tag_or_a_word_of_the_name() {
    let list = file("conferences/all-events.json");
    let titles = |topic| {
        let reading = about(topic, list.clone()).unwrap();
        let titles = reading.listings.iter().map(|listing| listing.title.clone());
        (reading.entries, titles.collect::<Vec<_>>())
    };
    let rust = ["EuroCrab", "TideRust 2026", "Rust by night", "Rust late"].map(str::to_owned);
    assert_eq!(titles(Some("rust")), (4, rust.to_vec()));
    assert_eq!(titles(Some("Security")).1, ["Trust Days"]);
    assert_eq!(titles(Some("cobol")), (0, Vec::new()));
    assert_eq!(titles(None).0, 5);
}

#[test]
fn what_is_called_off_is_and_a_country_is_no_city() {
    let reading = about(None, file("conferences/all-events.json")).unwrap();
    assert_eq!(titled(&reading, "Rust by night").status, Status::Cancelled);
    assert_eq!(titled(&reading, "EuroCrab").status, Status::Unsaid);
    let trust = &titled(&reading, "Trust Days").locations[0];
    let words = [&trust.city, &trust.state, &trust.country].map(Option::as_deref);
    assert_eq!(words, [Some("Juiz De Fora"), Some("MG"), Some("Brazil")]);
    // Without brackets the list gives one text three times.
    let late = &titled(&reading, "Rust late").locations[0];
    assert_eq!(
        (late.address.as_deref(), late.country.as_deref()),
        (Some("Lyon"), None)
    );
}

#[test]
fn what_cannot_be_read_is_named_and_costs_only_itself() {
    let list = r#"[7, {"name": ""}, {"name": "A"}, {"name": "B", "startDate": "soon"}, {"name": "C", "date": ["x"]},
        {"name": "D", "startDate": "2026-09-20", "endDate": "2026-09-18"}, {"name": "E", "startDate": "2026-09-20T23:00:00-07:00", "endDate": "later"},
        {"name": "F", "date": [99999999999999999]}]"#;
    let reading = about(None, list).unwrap();
    let titles: Vec<&str> = reading
        .listings
        .iter()
        .map(|one| one.title.as_str())
        .collect();
    assert_eq!(titles, ["D", "E"]);
    assert_eq!((reading.entries, reading.whole), (8, false));
    let lost = reading
        .problems
        .iter()
        .filter(|problem| problem.lost)
        .count();
    assert_eq!((lost, reading.problems.len()), (6, 8));
    for one in &reading.listings {
        assert_eq!(
            (one.start, one.end),
            (day("2026-09-20"), Some(End::At(day("2026-09-21"))))
        );
    }
}

#[test]
fn an_empty_list_is_one_and_another_page_is_not() {
    assert_eq!(about(None, "[]").unwrap().entries, 0);
    for body in [
        "<title>Not found</title>",
        "{\"message\": \"404\"}",
        "404: Not Found",
    ] {
        assert!(
            matches!(about(None, body), Err(Unreadable::NotWhatWasAsked(_))),
            "{body}"
        );
    }
    assert!(matches!(
        about(None, "[{\"name\": "),
        Err(Unreadable::Damaged(_))
    ));
}

#[test]
fn a_call_for_papers_has_an_address_and_a_day() {
    let call = |link: &str, until: &str| {
        Some(Call {
            link: Some(link.to_owned()),
            until: day(until),
        })
    };
    let reading = by_year();
    let tide = &titled(&reading, "TideConf").call;
    assert_eq!(
        *tide,
        call("https://www.tideconf.example/speakers", "2026-08-31")
    );
    assert_eq!(titled(&reading, "shellDay() Rust").call, None);
    let reading = about(Some("rust"), file("conferences/all-events.json")).unwrap();
    assert_eq!(
        titled(&reading, "EuroCrab").call,
        call("https://eurocrab.example/cfp", "2026-08-31")
    );
    assert_eq!(titled(&reading, "TideRust 2026").call, None);
    assert_eq!(reading.problems, []);
}

#[test]
fn two_conferences_at_one_address_are_two() {
    let list = r#"[{"name": "Spring", "url": "https://a.example", "startDate": "2026-03-01"},
        {"name": "Autumn", "url": "https://a.example", "startDate": "2026-10-01"},
        {"name": "Spring", "url": "https://a.example", "startDate": "2027-03-01"}]"#;
    let reading = about(None, list).unwrap();
    let keys: std::collections::BTreeSet<_> = reading.listings.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), 3);
}

/// What a careful person reads in the real lists (`INDEX.tsv`).
#[test]
fn real_lists_give_what_stands_in_them() {
    let Some(folder) = crate::corpus().map(|folder| folder.join("pages")) else {
        return;
    };
    let body = std::fs::read(folder.join("rust-confsdata-2026.json")).unwrap();
    let reading = about(Some("rust"), body.clone()).unwrap();
    assert_eq!(reading.entries, 4, "TokioConf has no tag and no such word");
    let reading = about(None, body).unwrap();
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (5, 5, true)
    );
    let first = &reading.listings[0];
    assert_eq!(
        (first.start, first.mode),
        (day("2026-04-20"), Some(Mode::Hybrid))
    );
    assert_eq!(first.end, Some(End::At(day("2026-04-23"))));
    let last = titled(&reading, "betterCode() Rust");
    assert_eq!(
        (last.start, last.mode),
        (day("2026-11-26"), Some(Mode::Virtual))
    );

    let body = std::fs::read(folder.join("confsdata-developers-events.json")).unwrap();
    let reading = about(None, body).unwrap();
    assert_eq!((reading.listings.len(), reading.problems.len()), (11, 0));
    assert_eq!(
        titled(&reading, "Devopsdays Almaty").start,
        day("2026-10-16")
    );
    assert_eq!(
        titled(&reading, "The Linux Foundation Legal Summit").start,
        day("2026-10-20")
    );
}
