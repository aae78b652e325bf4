//! Every route: who may, from where, and what is said to who may not.

use super::{Served, form};
use rusty_events::server::{Does, ROUTES};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A path of a route with something in the place of its parameters.
fn filled(path: &str) -> String {
    path.replace("{feed}", "nobody.ics")
        .replace("{organiser}", "nobody")
        .replace("{event}", "0123456789abcdef")
        .replace("{page}", "0123")
        .replace("{city}", "nobody")
}

#[test]
fn what_changes_something_refuses_without_a_login_without_a_token_and_from_another_site() {
    let served = Served::sample();
    let own = format!("http://{}", served.address);
    let cookie = served.login();
    let fields = form(&[("event", "x"), ("number", "1"), ("reason", "r")]);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let before = served.get("/events.json").body;
    let mut walked = 0;
    for (path, does) in ROUTES.iter().filter(|(_, does)| does.changes()) {
        walked += 1;
        let ask = |headers: &[(&str, &str)]| served.ask("POST", path, headers, &fields).status;
        let signed_in = ("Cookie", cookie.as_str());
        let is_login = *does == Does::LogsIn;
        if !is_login {
            assert_eq!(ask(&[kind, ("Origin", &own)]), 401, "{path}: nobody");
            assert_eq!(
                ask(&[kind, ("Origin", &own), signed_in]),
                403,
                "{path}: no token"
            );
            let wrong = ("Cookie", "rusty-events-login=0000");
            assert_eq!(ask(&[kind, ("Origin", &own), wrong]), 401, "{path}");
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            assert_eq!(
                ask(&[kind, signed_in, ("Origin", origin)]),
                403,
                "{path} from {origin}"
            );
        }
        assert_eq!(
            ask(&[kind, signed_in, ("Sec-Fetch-Site", "cross-site")]),
            403,
            "{path}: a browser says that it is from elsewhere"
        );
        let json = ("Content-Type", "text/plain");
        assert_eq!(ask(&[json, signed_in]), 415, "{path}: no form");
        assert_eq!(
            served.get(path).status,
            if is_login { 200 } else { 405 },
            "{path}: a link changes nothing"
        );
        for method in ["PUT", "DELETE", "PATCH"] {
            let refused = served.ask(method, path, &[signed_in], "");
            assert_eq!(refused.status, 405, "{method} {path}");
            assert!(refused.header("allow").is_some(), "{method} {path}");
        }
    }
    assert_eq!(walked, 8);
    assert_eq!(served.get("/events.json").body, before, "nothing happened");
    assert!(served.beside(&["decide", "list"]).out.is_empty());
}

#[test]
fn what_shows_takes_get_and_head_alone_and_never_says_that_it_failed() {
    let served = Served::sample();
    for (path, does) in ROUTES {
        if !matches!(does, Does::Shows(_)) {
            continue;
        }
        let path = filled(path);
        let got = served.get(&path);
        assert!(
            got.status == 200 || (path.contains("nobody") || path.contains("0123")),
            "{path}: {}",
            got.status
        );
        assert!(got.status < 500, "{path}");
        let head = served.ask("HEAD", &path, &[], "");
        assert_eq!(head.status, got.status, "HEAD {path}");
        assert!(head.body.is_empty(), "HEAD {path}");
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            if path != "/metrics" {
                assert_eq!(head.header(name), got.header(name), "HEAD {path}: {name}");
            }
        }
        for strange in [
            "?nonsense=1",
            "?q=%FF%FE",
            "?url=%00",
            "?from=0",
            "?issue=2024-11-07",
        ] {
            let answer = served.get(&format!("{path}{strange}"));
            assert!(answer.status < 500, "{path}{strange}: {}", answer.status);
        }
        let refused = served.ask("DELETE", &path, &[], "");
        assert_eq!(refused.status, 405, "{path}");
        assert!(refused.header("allow").unwrap().contains("GET"), "{path}");
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
    }
}

#[test]
fn every_page_has_one_title_also_when_something_is_wrong() {
    let served = Served::sample();
    let cookie = served.login();
    let heading = scraper::Selector::parse("h1").unwrap();
    let mut wrong = Vec::new();
    let mut walked = BTreeSet::new();
    for (path, _) in ROUTES {
        for query in ["", "?nonsense=1", "?lang=de", "?issue=2024-11-13"] {
            for headers in [&[][..], &[("Cookie", cookie.as_str())][..]] {
                let asked = format!("{}{query}", filled(path));
                let accept = ("Accept", "text/html");
                let answer = served.ask("GET", &asked, &[headers, &[accept]].concat(), "");
                let kind = answer.header("content-type").unwrap_or_default();
                if !kind.starts_with("text/html") {
                    continue;
                }
                walked.insert((*path, answer.status));
                let page = scraper::Html::parse_document(&answer.text());
                let titles = page.select(&heading).count();
                if titles != 1 {
                    wrong.push(format!("{asked}: {titles} titles"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    for known in [
        ("/", 200),
        ("/section.html", 200),
        ("/embed", 200),
        ("/embed", 400),
        ("/events/{event}", 404),
    ] {
        assert!(walked.contains(&known), "{known:?} of {walked:?}");
    }
}

#[test]
fn the_menus_lead_to_every_page_that_stands_alone() {
    let served = Served::sample();
    let front = served.get("/?lang=en").text();
    let visitors = ["/groups", "/follow", "/cfp", "/check"];
    let editors = ["/section", "/discover", "/sources", "/why"];
    for path in visitors.into_iter().chain(editors) {
        assert!(front.contains(&format!("href=\"{path}")), "{path}");
    }
}

#[test]
fn every_answer_forbids_what_pages_do_not_need() {
    let served = Served::sample();
    let frame = served.get("/embed?limit=3&region=europe");
    let policy = frame.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors *") && policy.contains("form-action 'none'"));
    let frame = frame.text();
    assert_eq!(frame.matches("<li class=\"event").count(), 3, "{frame}");
    assert!(frame.contains("<base target=\"_blank\">") && !frame.contains("<form"));
    for path in [
        "/",
        "/events.ics",
        "/nowhere",
        "/style.css",
        "/login",
        "/embed/",
    ] {
        let answer = served.get_with(path, &[("Accept", "text/html")]);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn a_frame_says_what_is_wrong_with_its_filter_as_a_page_without_links_to_the_site_around_it() {
    let served = Served::sample();
    for wrong in ["/embed?near=Colonge", "/embed?limit=0", "/embed?near=%FF"] {
        let page = served.get_with(wrong, &[("Accept", "text/html")]);
        assert_eq!(page.status, 400, "{wrong}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors *"), "{policy}");
        let text = page.text();
        assert!(text.contains("<body class=\"frame\">"), "{wrong}: {text}");
        assert!(!text.contains("<form") && !text.contains("<nav"), "{text}");
        let program = served.get(wrong);
        let kind = program.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{wrong}");
    }
    let page = served.get_with("/embed?near=Colonge", &[("Accept", "text/html")]);
    assert!(page.text().contains("did you mean Köln"), "{}", page.text());
}

#[test]
fn the_description_names_the_routes_that_there_are_and_no_others() {
    let served = Served::sample();
    let document: Value = serde_json::from_str(&served.get("/openapi.json").text()).unwrap();
    let mut described: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys().cloned().collect();
        described.insert(path.clone(), methods);
    }
    let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, does) in ROUTES {
        let method = match does {
            Does::Shows(_) => "get",
            _ => "post",
        };
        let methods = there.entry((*path).to_owned()).or_default();
        methods.insert(method.to_owned());
    }
    assert_eq!(described, there);
    // Filters are described as they are read.
    let named: Vec<&str> = document["paths"]["/events.ics"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    let taken: Vec<&str> = rusty_events::filter::KEYS
        .into_iter()
        .chain(["cancelled"])
        .collect();
    assert_eq!(named, taken);
    // So is the language of the visitors' pages, which feeds, data and editors' pages do not take.
    let languages = json!(["en", "de", "es", "fr", "pt", ""]);
    for (path, does) in ROUTES {
        if let Does::Shows(kind) = does {
            let parameters = &document["paths"][*path]["get"]["parameters"];
            let mut named = parameters.as_array().into_iter().flatten();
            let language = named.find(|parameter| parameter["name"] == "lang");
            let known = language.map(|language| &language["schema"]["enum"]);
            let expected = kind.is_translated().then_some(&languages);
            assert_eq!(known, expected, "{path}");
        }
    }
    // And that an address may lead to one that lasts.
    assert_eq!(served.get("/organisers/rust-berlin").status, 301);
    let organiser = &document["paths"]["/organisers/{organiser}"]["get"];
    assert!(organiser["responses"]["301"].is_object(), "{organiser}");
}

#[test]
fn flags_are_described_as_a_closed_list() {
    let document = Served::sample().get("/openapi.json").json();
    let schemas = &document["components"]["schemas"];
    let described: Vec<&str> = schemas["Flag"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let there: Vec<&str> = rusty_events::facts::event::Flag::ALL
        .map(|flag| flag.name())
        .into();
    assert_eq!(described, there);
    let attention = &schemas["Section"]["properties"]["attention"]["items"]["properties"];
    for described in [
        &schemas["Event"]["properties"]["flags"]["items"],
        &schemas["Row"]["properties"]["flags"]["items"],
        &attention["kind"],
    ] {
        assert_eq!(described["$ref"], "#/components/schemas/Flag");
    }
}

#[test]
fn a_refusal_is_json_for_programs_and_a_page_for_people() {
    let served = Served::sample();
    let program = served.get("/events.ics?region=atlantis");
    assert_eq!(program.status, 400);
    assert_eq!(
        program.header("content-type"),
        Some("application/problem+json")
    );
    let problem = program.json();
    assert_eq!(problem["status"], 400);
    assert_eq!(problem["parameter"], "region");
    assert!(problem["detail"].as_str().unwrap().contains("virtual"));
    for (unknown, parameter) in [
        ("/events.ics?near=Colonge", "near"),
        ("/events.json?city=Atlantisburg", "city"),
        ("/events.atom?organiser=nobody", "organiser"),
        ("/events.ics?source=nowhere/nobody", "source"),
    ] {
        let answer = served.get(unknown);
        assert_eq!(answer.status, 400, "{unknown}");
        assert_eq!(answer.json()["parameter"], parameter, "{unknown}");
    }
    let answer = served.get_with(
        "/?near=Colonge&within=50km&lang=en",
        &[("Accept", "text/html")],
    );
    assert_eq!(answer.status, 400);
    let page = answer.text();
    assert!(page.contains("<h1>Not understood: near</h1>"), "{page}");
    let meant = "<a href=\"/?near=K%C3%B6ln%2C+DE&amp;within=50km&amp;lang=en\">Köln, DE</a>";
    assert!(page.contains(meant), "{page}");
    let person = served.get_with(
        "/?region=%3Cscript%3Ealert(1)%3C/script%3E",
        &[("Accept", "text/html")],
    );
    assert_eq!(person.status, 400);
    assert!(
        person
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(
        !person.text().contains("<script>alert"),
        "{}",
        person.text()
    );
}

#[test]
fn the_description_of_a_path_has_what_is_posted_to_it_and_what_it_takes() {
    let served = Served::sample();
    for (path, allowed) in [
        ("/login", "GET, HEAD, OPTIONS, POST"),
        ("/section", "GET, HEAD, OPTIONS, POST"),
        ("/sources", "GET, HEAD, OPTIONS"),
    ] {
        let answer = served.ask("OPTIONS", path, &[], "");
        assert_eq!(answer.header("allow"), Some(allowed), "{path}");
    }
}

#[test]
fn what_is_missing_too_long_or_said_twice_is_refused_by_name() {
    let served = Served::sample();
    let long = format!("/check?url=https://a.example/{}", "a".repeat(2_048));
    for (answer, parameter) in [
        (served.get(&long), "url"),
        (served.get("/why?url=rust&url=berlin"), "url"),
        (served.post("/section", None, &[("other", "x")]), "draft"),
    ] {
        assert_eq!(answer.status, 400, "{parameter}: {}", answer.text());
        assert_eq!(answer.json()["parameter"], parameter);
    }
    let empty = served.post("/section", None, &[("draft", "")]);
    assert_eq!(empty.status, 200, "{}", empty.text());
}
