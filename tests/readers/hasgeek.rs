//! hasgeek.com's accounts and projects.

use super::*;
use rusty_events::facts::listing::{End, Location, Part};

const ACCOUNT: &str = "https://hasgeek.com/crabcircle";
const PROJECT: &str = "https://hasgeek.com/crabcircle/september-2026-crab-meetup/";
const KEY: &str = "crabcircle/september-2026-crab-meetup";

fn account(body: impl Into<Vec<u8>>) -> Result<Reading, Unreadable> {
    let page = page(ACCOUNT, Purpose::List, Way::Page, body);
    read_page(Platform::Hasgeek, &page)
}

#[test]
fn an_account_is_asked_for_its_page_and_a_project_for_its_own() {
    for url in [
        "https://hasgeek.com/CrabCircle/",
        "https://www.hasgeek.com/crabcircle?utm_source=x",
    ] {
        let source = source(Platform::Hasgeek, url);
        let request = read::first_request(&source, Way::Page, now()).unwrap();
        assert_eq!(
            (request.url.as_str(), request.purpose),
            (ACCOUNT, Purpose::List)
        );
        assert_eq!(read::first_request(&source, Way::Feed, now()), None);
    }
    let source_of_project = source(Platform::Hasgeek, PROJECT);
    let request = read::first_request(&source_of_project, Way::Page, now()).unwrap();
    assert_eq!(request.url, PROJECT);
    assert!(matches!(request.purpose, Purpose::Event { key, .. } if key == KEY));
    for url in ["https://hasgeek.com/", "https://example.org/crabcircle"] {
        let source = source(Platform::Hasgeek, url);
        assert_eq!(
            read::first_request(&source, Way::Page, now()),
            None,
            "{url}"
        );
    }
}

#[test]
fn an_accounts_page_leads_to_its_coming_projects_each_once() {
    let reading = account(file("hasgeek/account.html")).unwrap();
    assert_eq!(
        next(&reading),
        [
            (PROJECT, Some(KEY)),
            (
                "https://hasgeek.com/CrabCircle/crab-days-2026/?utm_source=card",
                Some("crabcircle/crab-days-2026")
            ),
        ]
    );
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (2, 0, true)
    );
}

#[test]
fn an_account_without_coming_projects_has_none_and_a_login_page_says_nothing() {
    let html = String::from_utf8(file("hasgeek/account.html")).unwrap();
    let without = html.replace("card", "box");
    let reading = account(without).unwrap();
    assert_eq!((reading.entries, reading.whole), (0, true));
    let project = account(file("hasgeek/project.html")).unwrap();
    assert_eq!(keys(&project), [KEY], "a project's page in its place");
    let login =
        r#"<title>Login</title><a href="/">Hasgeek</a><a href="/login?next=/crabcircle">Login</a>"#;
    assert_eq!(
        account(login).unwrap_err().to_string(),
        "page is no account's of hasgeek.com (its title: \"Login\")"
    );
}

#[test]
fn a_project_is_one_event_under_account_and_project() {
    let reading = event_page(
        Platform::Hasgeek,
        PROJECT,
        KEY,
        file("hasgeek/project.html"),
    )
    .unwrap();
    assert_eq!((reading.entries, reading.whole), (1, true));
    let [event] = &reading.listings[..] else {
        panic!()
    };
    assert_eq!(event.key, KEY);
    assert_eq!((event.part, event.way), (Part::List, Way::Page));
    assert_eq!(event.title, "September 2026 crab meetup");
    assert_eq!(event.start, offset("2026-09-19T10:30:00+05:30"));
    assert_eq!(
        event.end,
        Some(End::At(offset("2026-09-19T14:00:00+05:30")))
    );
    assert_eq!(event.link.as_deref(), Some(PROJECT));
    assert_eq!(
        event.locations,
        [Location {
            venue: Some("Tidal Pool Labs".to_owned()),
            address: Some("12 Lakeside Road".to_owned()),
            city: Some("Bengaluru".to_owned()),
            state: Some("Karnataka".to_owned()),
            country: Some("IN".to_owned()),
            ..Location::default()
        }]
    );
    assert_eq!(event.description, "Three talks and a long lunch");
}

#[test]
fn a_project_without_a_published_schedule_is_no_event_yet_and_none_lost() {
    let html = String::from_utf8(file("hasgeek/project.html")).unwrap();
    let undated = html.replace("application/ld+json", "text/plain");
    let reading = event_page(Platform::Hasgeek, PROJECT, KEY, undated).unwrap();
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (1, 0, true)
    );
    assert_eq!(
        problems(&reading),
        ["0: the project's page gives no date: its schedule is not published yet"]
    );
    let wall = "<title>Just a moment...</title><p>hasgeek.com</p>";
    let error = event_page(Platform::Hasgeek, PROJECT, KEY, wall).unwrap_err();
    assert!(error.to_string().contains("Just a moment..."), "{error}");
}
