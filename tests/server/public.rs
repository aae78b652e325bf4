//! What everybody may read: the bytes, and the headers by which others keep them.

use super::Served;
use std::io::Read;

const FEEDS: [&str; 9] = [
    "/events.ics",
    "/events.json",
    "/events.atom",
    "/events.atom?sort=soon",
    "/feeds/all.ics",
    "/feeds/europe.ics",
    "/feeds/country/de.ics",
    "/section.md",
    "/section.json",
];

#[test]
fn the_section_is_what_the_command_prints() {
    let served = Served::sample();
    let printed = served.beside(&["section"]).out;
    assert_eq!(served.get("/section.md").text(), printed);
    let europe = served.beside(&["section", "--region", "europe"]).out;
    assert_eq!(served.get("/section.md?region=europe").text(), europe);
    let days = served
        .beside(&["section", "--from", "2024-11-20", "--to", "2024-11-30"])
        .out;
    assert_eq!(
        served
            .get("/section.md?from=2024-11-20&to=2024-11-30")
            .text(),
        days
    );
    let json: serde_json::Value =
        serde_json::from_str(&served.beside(&["section", "--format", "json"]).out).unwrap();
    assert_eq!(served.get("/section.json").json(), json);
    let calendar = served.beside(&["section", "--format", "ics"]).out;
    let rows = json["regions"].as_array().unwrap().iter();
    let events: std::collections::BTreeSet<&str> = rows
        .flat_map(|region| region["rows"].as_array().unwrap())
        .map(|row| row["event"].as_str().unwrap())
        .collect();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), events.len());
    assert!(
        events
            .iter()
            .all(|id| calendar.contains(&format!("UID:{id}@")))
    );
    assert_eq!(
        served.get("/section.md?issue=2024-11-07").status,
        400,
        "no issue day"
    );
    assert_eq!(
        served
            .get("/section.md?issue=2024-11-06&from=2024-11-06")
            .status,
        400
    );
}

#[test]
fn each_encoding_has_its_tag_and_the_same_text_and_any_of_them_answers_304() {
    let served = Served::sample();
    let pages = [
        "/",
        "/section",
        "/section.html",
        "/sources",
        "/sources.json",
        "/openapi.json",
    ];
    for path in FEEDS.into_iter().chain(pages) {
        let plain = served.get(path);
        assert_eq!(plain.status, 200, "{path}");
        let mut tags = vec![plain.header("etag").unwrap().to_owned()];
        for (name, unpack) in [("gzip", gzip as fn(&[u8]) -> Vec<u8>), ("br", brotli)] {
            let packed = served.get_with(path, &[("Accept-Encoding", name)]);
            assert_eq!(packed.header("content-encoding"), Some(name), "{path}");
            assert_eq!(unpack(&packed.body), plain.body, "{path} {name}");
            assert!(packed.body.len() < plain.body.len(), "{path} {name}");
            assert!(packed.header("vary").unwrap().contains("Accept-Encoding"));
            let tag = packed.header("etag").unwrap().to_owned();
            assert!(!tags.contains(&tag), "{path}: one tag for two bodies");
            let again =
                served.get_with(path, &[("Accept-Encoding", name), ("If-None-Match", &tag)]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {name}");
            assert_eq!(again.header("etag"), Some(tag.as_str()));
            assert!(again.header("cache-control").is_some());
            tags.push(tag);
        }
        for tag in &tags {
            assert!(tag.starts_with('"') && tag.ends_with('"'), "strong: {tag}");
        }
        let tag = &tags[0];
        for (condition, status) in [
            (tag.clone(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            ("garbage".to_owned(), 200),
        ] {
            let answer = served.get_with(path, &[("If-None-Match", &condition)]);
            assert_eq!(answer.status, status, "{path}: {condition}");
        }
        let both = [
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ];
        assert_eq!(served.get_with(path, &both).status, 200, "the tag outranks");
        let modified = plain.header("last-modified").expect(path);
        let since = served.get_with(path, &[("If-Modified-Since", modified)]);
        assert_eq!(since.status, 304, "{path}");
        let long_ago = [("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")];
        assert_eq!(served.get_with(path, &long_ago).status, 200, "{path}");
        let garbage = [("If-Modified-Since", "yesterday")];
        assert_eq!(served.get_with(path, &garbage).status, 200, "{path}");
        let several = [("Range", "bytes=0-1,5-6")];
        assert_eq!(served.get_with(path, &several).status, 200, "{path}");
    }
}

#[test]
fn a_feed_has_changed_when_an_event_left_it() {
    let served = Served::sample();
    let feed = "/events.ics?city=Canberra";
    let before = served.get(feed);
    let since = before.header("last-modified").unwrap().to_owned();
    let events = served.get("/events.json?city=Canberra&from=2024-11-07");
    let events = events.json();
    let id = events["events"][0]["id"].as_str().unwrap();
    let sample = super::sample();
    let edit = [
        "decide",
        "edit",
        "place=Sydney, AU",
        id,
        "--reason",
        "it moved",
    ];
    let run = |arguments: &[&str]| {
        let mut all = vec![
            "--config",
            sample.to_str().unwrap(),
            "--database",
            "events.db",
        ];
        all.extend(["--now", "2024-11-06T10:00:00Z"]);
        all.extend(arguments);
        crate::program_in(served.folder.path(), &all)
    };
    let decided = run(&edit);
    assert_eq!(decided.code, 0, "{}", decided.err);
    assert!(served.get(feed).body.len() < before.body.len());
    let again = served.get_with(feed, &[("If-Modified-Since", &since)]);
    assert_eq!(again.status, 200);
}

#[test]
fn what_an_editor_hid_everywhere_is_in_no_feed_and_what_is_off_and_over_in_no_calendar() {
    let served = Served::sample();
    let before = served
        .get("/events.json?city=Canberra&from=2024-11-07")
        .json();
    let id = before["events"][0]["id"].as_str().unwrap().to_owned();
    let naming = |id: &str, city: &str| {
        ["json", "atom", "ics"].map(|form| {
            let feed = served.get(&format!("/events.{form}?city={city}"));
            feed.text().contains(id)
        })
    };
    assert_eq!(naming(&id, "Canberra"), [true; 3]);
    let hide = [
        "decide",
        "hide",
        &id,
        "--from",
        "everywhere",
        "--reason",
        "no event",
    ];
    assert_eq!(served.beside(&hide).code, 0);
    // A calendar that has it already must be told that it is off.
    assert_eq!(naming(&id, "Canberra"), [false, false, true]);

    let over = served
        .get("/events.json?city=London&from=2024-10-24&to=2024-10-24")
        .json();
    let id = over["events"][0]["id"].as_str().unwrap().to_owned();
    assert!(naming(&id, "London")[2]);
    let cancel = ["decide", "cancel", &id, "--reason", "nobody came"];
    assert_eq!(served.beside(&cancel).code, 0);
    assert_eq!(naming(&id, "London"), [false; 3]);
}

#[test]
fn tags_and_bytes_are_the_same_after_a_restart() {
    let all = |served: &Served| -> Vec<(String, Vec<u8>)> {
        FEEDS
            .iter()
            .map(|path| served.get(path))
            .map(|answer| (answer.header("etag").unwrap().to_owned(), answer.body))
            .collect()
    };
    let one = Served::sample();
    let port = one.address.port();
    let first = all(&one);
    drop(one);
    // Feeds name their own address: the same port again.
    let listen = format!("127.0.0.1:{port}");
    let again = Served::on(&listen);
    assert_eq!(all(&again), first);
}

#[test]
fn other_sites_may_read_data_and_no_page() {
    let served = Served::sample();
    for path in FEEDS {
        let answer = served.get_with(path, &[("Origin", "https://other.example")]);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        let asked = served.ask("OPTIONS", path, &[("Origin", "https://other.example")], "");
        assert_eq!(asked.status, 204, "{path}");
        assert!(
            asked
                .header("access-control-allow-headers")
                .unwrap()
                .contains("If-None-Match")
        );
    }
    for path in ["/", "/section", "/login", "/why", "/metrics"] {
        let answer = served.get_with(path, &[("Origin", "https://other.example")]);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        let asked = served.ask("OPTIONS", path, &[("Origin", "https://other.example")], "");
        assert_eq!(asked.header("access-control-allow-origin"), None, "{path}");
    }
}

#[test]
fn data_says_when_it_changed_and_where_it_goes_on() {
    let served = Served::sample();
    let all = served.get("/v1/events.json").json();
    assert_eq!(all, served.get("/events.json").json());
    let events = all["events"].as_array().unwrap();
    for event in events {
        for key in ["created", "modified"] {
            event[key]
                .as_str()
                .unwrap()
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap();
        }
        assert!(event["sequence"].is_u64());
        let page = served.url(&format!("/events/{}", event["id"].as_str().unwrap()));
        assert_eq!(event["url"], page);
    }
    let first = served.get("/v1/events.json?limit=2").json();
    let next = first["next"].as_str().unwrap();
    assert!(next.contains("/v1/events.json?limit=2&after="), "{next}");
    // The place holds though the event is gone: another id of the same start is as good.
    let (start, _) = next
        .rsplit_once("after=")
        .unwrap()
        .1
        .split_once('.')
        .unwrap();
    let gone = format!("/events.json?after={start}.ffffffffffffffff");
    let rest = served.get(&gone);
    assert_eq!(rest.status, 200, "{}", rest.text());
    let by_id = format!("/events.json?after={}", events[1]["id"].as_str().unwrap());
    assert_eq!(ids(&served.get(&by_id).json()), ids(&all)[2..]);
    for wrong in ["yesterday", "0.5", "0.", "0.FFFFFFFFFFFFFFFF"] {
        let answer = served.get(&format!("/events.json?after={wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
    }
    // A feed names the page that shows the same, and itself without what a form left empty.
    let atom = served.get("/events.atom?near=Sydney&q=&sort=soon").text();
    let base = served.url("");
    for link in [
        format!("href=\"{base}/?near=Sydney\""),
        format!(
            "rel=\"self\" type=\"application/atom+xml\" href=\"{base}/events.atom?near=Sydney&amp;sort=soon\""
        ),
    ] {
        assert!(atom.contains(&link), "{link}: {atom}");
    }
    assert!(!atom.contains("<updated>1970"), "{atom}");
    let file = |path: &str| {
        let answer = served.get(path);
        answer.header("content-disposition").unwrap().to_owned()
    };
    assert_eq!(file("/feeds/Europe.ics"), "inline; filename=\"europe.ics\"");
    assert_eq!(file("/events.ics"), "inline; filename=\"events.ics\"");
    assert_eq!(
        file("/events.ics?near=K%C3%B6ln"),
        "inline; filename=\"within-100-km-of-koln-de.ics\""
    );
}

#[test]
fn a_long_list_is_read_page_by_page_and_nothing_twice() {
    let served = Served::sample();
    let all = served.get("/events.json").json();
    let all: Vec<&str> = ids(&all);
    assert!(all.len() > 10);
    let mut path = "/events.json?limit=4".to_owned();
    let mut listed: Vec<String> = Vec::new();
    loop {
        let page = served.get(&path).json();
        listed.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next"].as_str() {
            None => break,
            Some(next) => path = next.strip_prefix(&served.url("")).unwrap().to_owned(),
        }
    }
    assert_eq!(listed, all);
    assert_eq!(served.get("/events.json?limit=0").status, 400);
    assert_eq!(served.get("/events.json?after=nobody").status, 400);
}

fn ids(list: &serde_json::Value) -> Vec<&str> {
    list["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect()
}

#[test]
fn health_is_shown_to_monitoring_without_a_login() {
    let served = Served::sample();
    assert_eq!(served.get("/healthz").text(), "ok\n");
    assert!(served.get("/readyz").text().starts_with("ready: "));
    served.get("/events.ics");
    let metrics = served.get("/metrics").text();
    for line in [
        "rusty_events_source_failures{source=\"",
        "rusty_events_source_last_success_seconds{source=\"",
        "rusty_events_source_held{source=\"",
        "rusty_events_source_events{source=\"",
        "rusty_events_events{status=\"confirmed\"} ",
        "rusty_events_refresh_last_seconds ",
        "rusty_events_http_requests_total{route=\"/events.ics\",status=\"200\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let check = served.beside(&["serve", "--check", "--listen", &served.address.to_string()]);
    assert_eq!(check.code, 0, "{}", check.err);
    let unasked = served.beside(&["serve", "--check", "--listen", "127.0.0.1:1"]);
    assert_eq!(unasked.code, 1);
}

#[test]
fn a_server_that_has_read_nothing_is_alive_and_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("config");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(
        empty.join("service.toml"),
        "[fetch.mirrors]\n\"https://\" = \"pages\"\n",
    )
    .unwrap();
    let config = empty.to_str().unwrap().to_owned();
    let served = Served::in_folder(folder, &config, "127.0.0.1:0");
    assert_eq!(served.get("/healthz").status, 200);
    let ready = served.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("no source has been read yet"));
    assert_eq!(served.get("/").status, 200, "an empty page says what to do");
}

#[test]
fn a_fixed_clock_is_taken_only_where_nothing_real_is_visited() {
    let folder = tempfile::tempdir().unwrap();
    let ran = crate::program_in(
        folder.path(),
        &[
            "--database",
            "e.db",
            "--now",
            super::NOW,
            "serve",
            "--listen",
            "127.0.0.1:0",
        ],
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("[fetch.mirrors]"), "{}", ran.err);
}

#[test]
fn why_and_check_answer_without_asking_anything_private() {
    let served = Served::sample();
    let html = [("Accept", "text/html")];
    let known = served.get("/events.json").json();
    let link = known["events"][0]["links"][0]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let asked = super::form(&[("url", &link)]);
    let why = served.get_with(&format!("/why?{asked}"), &html);
    assert!(
        why.text()
            .contains(known["events"][0]["title"].as_str().unwrap())
    );
    assert_eq!(why.header("cache-control"), Some("private, no-store"));
    let unknown = super::form(&[("url", "https://www.meetup.com/rust-nowhere/events/1/")]);
    let why = served.get_with(&format!("/why?{unknown}"), &html).text();
    assert!(why.contains("[[source]]"), "the entry to add: {why}");

    let group = super::form(&[("url", "https://www.meetup.com/rust-berlin/")]);
    let check = served.get(&format!("/check?{group}"));
    assert_eq!(check.status, 200);
    assert!(check.text().contains("Berlin, DE"), "{}", check.text());
    let canary = crate::loopback::start();
    for private in [
        canary.url("/feed.ics"),
        "http://169.254.169.254/latest/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://[::1]/".to_owned(),
        "http://localhost/".to_owned(),
    ] {
        let asked = super::form(&[("url", &private)]);
        let answer = served.get(&format!("/check?{asked}"));
        assert!(matches!(answer.status, 200 | 429), "{private}");
        assert!(!answer.text().contains("root:"), "{private}");
    }
    assert_eq!(canary.asked("/feed.ics").len(), 0);
    let group = format!("/check?{group}");
    let many: Vec<u16> = (0..8).map(|_| served.get(&group).status).collect();
    assert_eq!(many.last(), Some(&429), "{many:?}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut plain)
        .unwrap();
    plain
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli::Decompressor::new(bytes, 4096)
        .read_to_end(&mut plain)
        .unwrap();
    plain
}
