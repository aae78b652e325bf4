//! Visits: which way a source is read, and what is done when one is not open.

use crate::fetch::meetup_key;
use crate::loopback::{self, Answer, Server};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::facts::source::{Address, Credential, Platform, Source, Way};
use rusty_events::fetch::{Credentials, Fetcher, Mirror, MirrorTarget, Settings};
use rusty_events::refresh::{self, Tools};
use rusty_events::store::{Outcome, Standing, Unread, Visit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

const TOKEN: &str = "a-token-of-ours";
const LIST: &str = "/www.eventbriteapi.com/v3/organizers/74289178383/events/?expand=venue&status=live&order_by=start_asc";
const PAGE: &str = "/www.eventbrite.fr/o/crab-club-74289178383";

fn now() -> DateTime<Utc> {
    "2026-08-19T12:00:00Z".parse().unwrap()
}

fn source(platform: Platform, url: &str) -> Source {
    Source::new("test/source", Address::Web(url.to_owned()), platform)
}

fn eventbrite() -> Source {
    source(
        Platform::Eventbrite,
        "https://www.eventbrite.fr/o/crab-club-74289178383",
    )
}

/// Everything is at the server; these keys are held.
fn tools(server: &Server, held: &[Credential]) -> Tools {
    let mut keys = Credentials::default();
    for key in held {
        let text = match key {
            Credential::Meetup => meetup_key(),
            Credential::Eventbrite | Credential::Connpass | Credential::Github => TOKEN.to_owned(),
        };
        keys.add(*key, &text).unwrap();
    }
    let settings = Settings {
        keys,
        per_host_interval: Duration::ZERO,
        mirrors: vec![Mirror {
            prefix: "https://".to_owned(),
            to: MirrorTarget::Server(server.url("")),
        }],
        ..Settings::default()
    };
    Tools {
        fetcher: Arc::new(Fetcher::new(settings).unwrap()),
        budget: Arc::new(AtomicUsize::new(10)),
        topic: Arc::default(),
        now: now(),
    }
}

async fn visit(source: &Source, standing: &Standing, tools: &Tools) -> Visit {
    refresh::visit(source, standing, Unread::default(), BTreeMap::new(), tools).await
}

fn way(visit: &Visit) -> Option<Way> {
    match &visit.outcome {
        Outcome::Read { way, .. } | Outcome::Unchanged { way } => Some(*way),
        Outcome::Failed { .. } => None,
    }
}

fn problems(visit: &Visit) -> Vec<&str> {
    match &visit.outcome {
        Outcome::Read { problems, .. } => problems
            .iter()
            .map(|problem| problem.what.as_str())
            .collect(),
        _ => Vec::new(),
    }
}

fn paths(server: &Server) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|asked| asked.path)
        .collect()
}

fn serve_file(server: &Server, path: &str, file: &str) {
    let at = format!("{}/tests/pages/{file}", env!("CARGO_MANIFEST_DIR"));
    server.serve(path, Answer::ok("text/plain", std::fs::read(at).unwrap()));
}

fn meetup() -> Source {
    source(Platform::Meetup, "https://www.meetup.com/rust-example/")
}

const GQL: &str = "/api.meetup.com/gql-ext";
const FEED: &str = "/www.meetup.com/rust-example/events/ical/";

/// An answer of Meetup's interface with these events and this cursor to go on from.
fn events(ids: &[&str], cursor: Option<&str>) -> Answer {
    let edges: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({"node": {"id": id, "title": format!("Event {id}"), "dateTime": "2026-08-27T19:00:00+02:00",
                "eventUrl": format!("https://www.meetup.com/rust-example/events/{id}/"), "eventType": "ONLINE", "status": "ACTIVE"}})
        })
        .collect();
    let info = json!({"hasNextPage": cursor.is_some(), "endCursor": cursor});
    let list = json!({"data": {"groupByUrlname": {"name": "Rust Example", "events": {"pageInfo": info, "edges": edges}}}});
    Answer::ok("application/json", list.to_string())
}

#[tokio::test]
async fn with_a_key_the_interface_is_asked_page_by_page_and_nothing_else() {
    let server = loopback::start();
    let pages = vec![events(&["1", "2"], Some("next")), events(&["3"], None)];
    server.serve_in_turn(GQL, pages);
    let visited = visit(
        &meetup(),
        &Standing::default(),
        &tools(&server, &[Credential::Meetup]),
    )
    .await;
    let Outcome::Read {
        way,
        listings,
        whole,
        cut_off,
        ..
    } = &visited.outcome
    else {
        panic!("{visited:?}");
    };
    assert_eq!((*way, *whole, *cut_off), (Way::Api, true, false));
    let keys: Vec<&str> = listings
        .iter()
        .map(|listing| listing.key.as_str())
        .collect();
    assert_eq!(keys, ["1", "2", "3"]);
    assert_eq!(paths(&server), [GQL, GQL]);
    let after = |asked: &loopback::Asked| {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        body["variables"]["after"].clone()
    };
    let asked: Vec<Value> = server.requests().iter().map(after).collect();
    assert_eq!(asked, [json!(null), json!("next")]);
    // Mirrors are shown no key, and no token is asked for.
    assert!(
        server
            .requests()
            .iter()
            .all(|asked| asked.header("authorization").is_none())
    );
    assert!(!visited.tried_best);
}

#[tokio::test]
async fn a_list_that_names_one_page_for_ever_is_left() {
    let server = loopback::start();
    let turns = (0..50)
        .map(|turn| events(&["1"], Some(["a", "b"][turn % 2])))
        .collect();
    server.serve_in_turn(GQL, turns);
    let visited = visit(
        &meetup(),
        &Standing::default(),
        &tools(&server, &[Credential::Meetup]),
    )
    .await;
    let Outcome::Read { whole, .. } = visited.outcome else {
        panic!("{visited:?}");
    };
    assert!(!whole);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn without_a_key_the_interface_is_not_asked() {
    let server = loopback::start();
    serve_file(&server, FEED, "meetup/feed.ics");
    let visited = visit(
        &meetup(),
        &Standing::default(),
        &tools(&server, &[Credential::Eventbrite]),
    )
    .await;
    assert_eq!(way(&visited), Some(Way::Feed));
    assert_eq!(server.asked(GQL).len(), 0);
    // So that a key that is added tomorrow counts tomorrow.
    assert!(!visited.tried_best);
    let standing = Standing {
        way: Some(Way::Feed),
        ..Standing::default()
    };
    server.serve(GQL, events(&["1"], None));
    let visited = visit(&meetup(), &standing, &tools(&server, &[Credential::Meetup])).await;
    assert_eq!(way(&visited), Some(Way::Api));
}

#[tokio::test]
async fn an_interface_that_refuses_gives_way_to_the_feed_and_that_is_reported() {
    for answer in [
        Answer::status(401),
        Answer::status(403),
        Answer::ok("application/json", r#"{"data":{"groupByUrlname":null}}"#),
        Answer::ok(
            "application/json",
            r#"{"errors":[{"message":"not authorized"}]}"#,
        ),
        Answer::ok("text/html", "<html>login</html>"),
    ] {
        let server = loopback::start();
        serve_file(&server, FEED, "meetup/feed.ics");
        server.serve(GQL, answer.clone());
        let tools = tools(&server, &[Credential::Meetup]);
        let visited = visit(&meetup(), &Standing::default(), &tools).await;
        assert_eq!(way(&visited), Some(Way::Feed), "{answer:?}");
        assert!(
            problems(&visited)[0].starts_with("not read by way of its api: "),
            "{visited:?}"
        );
        assert!(visited.tried_best);
        // The feed will do for a day; then the interface is asked again.
        let standing = |hours| Standing {
            way: Some(Way::Feed),
            best_tried: Some(now() - TimeDelta::hours(hours)),
            ..Standing::default()
        };
        for (hours, questions) in [(6, 1), (24, 2)] {
            visit(&meetup(), &standing(hours), &tools).await;
            assert_eq!(server.asked(GQL).len(), questions, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_interface_that_fails_leaves_the_source_for_next_time() {
    let server = loopback::start();
    serve_file(&server, FEED, "meetup/feed.ics");
    server.serve(GQL, Answer::status(500));
    let visited = visit(
        &meetup(),
        &Standing::default(),
        &tools(&server, &[Credential::Meetup]),
    )
    .await;
    assert!(
        matches!(visited.outcome, Outcome::Failed { phase: "http", .. }),
        "{visited:?}"
    );
    assert_eq!(paths(&server), [GQL]);
}

#[tokio::test]
async fn a_rate_limit_is_honoured_like_a_retry_after() {
    let limited = |reset: Value| {
        let error = json!({"message": "Too many requests", "extensions": {"code": "RATE_LIMITED", "resetAt": reset}});
        Answer::ok(
            "application/json",
            json!({"data": null, "errors": [error]}).to_string(),
        )
    };
    for (reset, until) in [
        (
            json!("2026-08-19T12:05:00.500Z"),
            "2026-08-19T12:05:00.500Z",
        ),
        (json!("2026-08-19T12:00:01Z"), "2026-08-19T12:01:00Z"),
        (json!("2026-08-18T12:00:00Z"), "2026-08-19T12:01:00Z"),
        (json!("2099-01-01T00:00:00Z"), "2026-08-20T12:00:00Z"),
        (json!("0000-01-01T00:00:00Z"), "2026-08-19T12:01:00Z"),
        (json!("9999-12-31T23:59:59+23:59"), "2026-08-20T12:00:00Z"),
        (json!(null), "2026-08-19T12:01:00Z"),
    ] {
        let server = loopback::start();
        serve_file(&server, FEED, "meetup/feed.ics");
        server.serve(GQL, limited(reset.clone()));
        let visited = visit(
            &meetup(),
            &Standing::default(),
            &tools(&server, &[Credential::Meetup]),
        )
        .await;
        let Outcome::Failed {
            phase,
            not_before,
            error,
        } = &visited.outcome
        else {
            panic!("{visited:?}");
        };
        assert_eq!(*phase, "http");
        assert_eq!(*not_before, Some(until.parse().unwrap()), "{reset}");
        assert!(error.contains("asks to be left alone"), "{error}");
        assert_eq!(paths(&server), [GQL]);
    }
}

#[tokio::test]
async fn an_organiser_on_eventbrite_is_read_by_its_interface_or_by_its_page() {
    let server = loopback::start();
    serve_file(&server, LIST, "eventbrite/events.json");
    let next = format!("{LIST}&continuation=bmV4dA");
    let last = r#"{"pagination": {"has_more_items": false}, "events": []}"#;
    server.serve(&next, Answer::ok("application/json", last));
    let visited = visit(
        &eventbrite(),
        &Standing::default(),
        &tools(&server, &[Credential::Eventbrite]),
    )
    .await;
    assert_eq!(way(&visited), Some(Way::Api));
    assert_eq!(paths(&server), [LIST, &next]);

    let server = loopback::start();
    serve_file(&server, PAGE, "eventbrite/organiser.html");
    let visited = visit(&eventbrite(), &Standing::default(), &tools(&server, &[])).await;
    assert_eq!(way(&visited), Some(Way::Page));
    assert_eq!(paths(&server), ["/www.eventbrite.fr/robots.txt", PAGE]);

    let server = loopback::start();
    serve_file(&server, PAGE, "eventbrite/organiser-alone.html");
    let visited = visit(&eventbrite(), &Standing::default(), &tools(&server, &[])).await;
    let Outcome::Failed { phase, error, .. } = &visited.outcome else {
        panic!("{visited:?}");
    };
    assert_eq!(*phase, "parse");
    assert!(
        error.contains("a free token is needed ([fetch.keys] eventbrite)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_group_on_connpass_is_not_asked_for_without_a_key() {
    let server = loopback::start();
    let group = source(Platform::Connpass, "https://crab-tokyo.connpass.com/");
    let visited = visit(&group, &Standing::default(), &tools(&server, &[])).await;
    let Outcome::Failed { phase, error, .. } = &visited.outcome else {
        panic!("{visited:?}");
    };
    assert_eq!(*phase, "key");
    assert_eq!(
        error,
        "is read only with a key: name it under [fetch.keys] in service.toml, as connpass = { env = \"CONNPASS_KEY\" }"
    );
    assert_eq!(server.connections(), 0);
    let list = "/connpass.com/api/v2/events/?subdomain=crab-tokyo&order=2&count=100&start=1";
    serve_file(&server, list, "connpass/events.json");
    let visited = visit(
        &group,
        &Standing::default(),
        &tools(&server, &[Credential::Connpass]),
    )
    .await;
    assert_eq!(way(&visited), Some(Way::Api));
    assert!(
        server
            .requests()
            .iter()
            .all(|asked| asked.header("x-api-key").is_none())
    );
}

#[tokio::test]
async fn a_file_needs_no_key() {
    let server = loopback::start();
    for (platform, file, way_of_it) in [
        (Platform::Meetup, "meetup/api.json", Way::Feed),
        (Platform::Eventbrite, "eventbrite/events.json", Way::Page),
        (Platform::Connpass, "connpass/events.json", Way::Page),
    ] {
        let path = format!("{}/tests/pages/{file}", env!("CARGO_MANIFEST_DIR"));
        let source = Source {
            address: Address::File(path.into()),
            ..source(platform, "")
        };
        let visited = visit(&source, &Standing::default(), &tools(&server, &[])).await;
        assert_eq!(way(&visited), Some(way_of_it), "{visited:?}");
    }
    assert_eq!(server.connections(), 0);
}

/// A configuration of one organiser on Eventbrite; a folder stands in for the interface.
fn configured(keys: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let pages = at.join("pages/v3/organizers/74289178383/events");
    std::fs::create_dir_all(&pages).unwrap();
    std::fs::create_dir_all(at.join("sources")).unwrap();
    let list = std::fs::read_to_string(format!(
        "{}/tests/pages/eventbrite/events.json",
        env!("CARGO_MANIFEST_DIR")
    ));
    let list = list
        .unwrap()
        .replace("\"has_more_items\": true", "\"has_more_items\": false");
    std::fs::write(
        pages.join("index@expand=venue@order_by=start_asc@status=live"),
        list,
    )
    .unwrap();
    let source = "[[source]]\nurl = \"https://www.eventbrite.fr/o/crab-club-74289178383\"\norganiser = \"Crab Club\"\nplace = \"Paris, FR\"\n";
    std::fs::write(at.join("sources/eventbrite.toml"), source).unwrap();
    let service = format!(
        "[fetch.mirrors]\n\"https://www.eventbriteapi.com\" = \"pages\"\n[fetch.keys]\n{keys}\n"
    );
    std::fs::write(at.join("service.toml"), service).unwrap();
    folder
}

fn run(folder: &tempfile::TempDir, command: &[&str]) -> (i32, String) {
    let config = folder.path().to_str().unwrap();
    let mut arguments = command.to_vec();
    arguments.extend(["--config", config, "--now", "2026-08-19T12:00:00Z"]);
    let ran = crate::program(&arguments);
    (ran.code, ran.out + &ran.err)
}

#[test]
fn a_key_in_a_file_opens_the_interface_and_the_list_of_sources_says_so() {
    let folder = configured("eventbrite = { file = \"token\" }");
    std::fs::write(folder.path().join("token"), format!("{TOKEN}\n")).unwrap();
    let (code, output) = run(&folder, &["refresh", "-vvv"]);
    assert_eq!(code, 0, "{output}");
    assert!(!output.contains(TOKEN), "{output}");
    let (_, list) = run(&folder, &["source", "list", "--json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["sources"][0]["way"], "api", "{list}");
    assert_eq!(list["sources"][0]["entries"], 8);
}

#[test]
fn a_key_that_is_named_and_not_there_is_wrong_configuration() {
    for (keys, token, why) in [
        (
            "eventbrite = { env = \"CRAB_TOKEN\" }",
            "",
            "the environment variable CRAB_TOKEN is not set",
        ),
        (
            "eventbrite = { file = \"nowhere\" }",
            "",
            "nowhere: No such file",
        ),
        ("eventbrite = { file = \"token\" }", "\n", "is no token"),
        (
            "eventbrite = { file = \"token\" }",
            "s3cret in words",
            "is no token",
        ),
        (
            "meetup = { file = \"token\" }",
            "{\"client_key\": \"s3cret\"}",
            "has no member_id",
        ),
    ] {
        let folder = configured(keys);
        std::fs::write(folder.path().join("token"), token).unwrap();
        let (code, output) = run(&folder, &["refresh"]);
        assert_eq!(code, 2, "{output}");
        assert!(
            output.contains("[fetch.keys] ") && output.contains(why),
            "{output}"
        );
        assert!(!output.contains("s3cret"), "{output}");
        // What fetches nothing needs no key.
        assert_eq!(run(&folder, &["source", "check"]).0, 0);
    }
}
