//! What stands at which address.

use super::{Answer, Served};
use scraper::{Html, Selector};

#[test]
fn feeds_are_what_their_addresses_say() {
    let served = Served::sample();
    let events = |answer: &Answer| answer.text().matches("BEGIN:VEVENT").count();
    let europe = served.get("/feeds/europe.ics");
    let filtered = served.get("/events.ics?region=europe");
    assert_eq!(
        europe.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    assert_eq!(events(&europe), events(&filtered));
    assert!(events(&europe) > 0);
    assert!(
        !europe.text().contains("CATEGORIES:Virtual\r\n"),
        "not online ones"
    );
    let listed = served.get("/events.json?region=europe").json();
    let listed = listed["events"].as_array().unwrap();
    for event in listed {
        let uid = format!("UID:{}@rusty-events", event["id"].as_str().unwrap());
        assert!(europe.text().contains(&uid));
    }
    let group = listed
        .iter()
        .find_map(|event| event["organisers"][0]["name"].as_str())
        .unwrap();
    let slug = rusty_events::filter::slug(group);
    assert!(events(&served.get(&format!("/feeds/organiser/{slug}.ics"))) > 0);
    let address = rusty_events::believe::directory::address(group);
    let page = served.get(&format!("/organisers/{address}"));
    assert_eq!(page.status, 200);
    assert!(
        page.text()
            .contains(&format!("/feeds/organiser/{address}.ics"))
    );
    let old = served.get(&format!("/organisers/{slug}"));
    assert_eq!(
        (old.status, old.header("location")),
        (301, Some(&*format!("/organisers/{address}")))
    );
    let other_words = served.get(&format!("/organisers/{}-x", &address[..10]));
    assert_eq!(other_words.status, 301);
    // A calendar is not led elsewhere: what was subscribed to answers.
    let feed = served.get(&format!("/feeds/organiser/{slug}.ics")).text();
    assert_eq!(
        feed,
        served
            .get(&format!("/feeds/organiser/{address}.ics"))
            .text()
    );
    assert!(
        feed.replace("\r\n ", "")
            .contains(&format!("/feeds/organiser/{address}.ics"))
    );
    let atom = served.get(&format!("/organisers/{slug}.atom"));
    assert_eq!(
        atom.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    for unknown in [
        "/feeds/atlantis.ics",
        "/feeds/all",
        "/feeds/country/xx.ics",
        "/feeds/country/germany.ics",
        "/feeds/organiser/nobody.ics",
        "/organisers/nobody",
        "/events/0123456789abcdef",
        "/events/x",
        "/events/..%2f..%2fetc%2fpasswd",
        "/feeds/%2e%2e/all.ics",
        "//feeds/all.ics",
    ] {
        assert_eq!(served.get(unknown).status, 404, "{unknown}");
    }
}

#[test]
fn an_address_works_however_it_is_spelled_and_with_the_trackers_of_those_who_link_to_it() {
    let served = Served::sample();
    let same = |one: &str, other: &str| {
        let (one, other) = (served.get(one), served.get(other));
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(one.text(), other.text());
    };
    same("/feeds/Europe.ics", "/feeds/europe.ics");
    same("/feeds/ALL.ics", "/feeds/all.ics");
    same("/feeds/country/DE.ics", "/feeds/country/de.ics");
    same(
        "/events.json?utm_source=x&fbclid=1&region=europe",
        "/events.json?region=europe",
    );
    same("/events.ics?ref=twir", "/events.ics");
    for (asked, there) in [
        ("/sources/", "/sources"),
        ("/organisers/x/?a=b", "/organisers/x?a=b"),
        ("/?utm_campaign=may&q=rust+lang", "/?q=rust+lang"),
        ("/sources?gclid=1", "/sources"),
    ] {
        let answer = served.get(asked);
        assert_eq!(answer.status, 301, "{asked}");
        assert_eq!(answer.header("location"), Some(there), "{asked}");
    }
    for refused in ["//example.org/", "/%2F/example.org//"] {
        assert_eq!(served.get(refused).status, 404, "{refused}");
    }
    // What is unknown is an error for programs, and a page that leads on for people.
    let program = served.get("/events.json?colour=red");
    assert_eq!(program.status, 400);
    assert_eq!(program.header("access-control-allow-origin"), Some("*"));
    let person = served.get_with("/?colour=red&q=rust", &[("Accept", "text/html")]);
    assert_eq!(person.status, 400);
    assert!(
        person.text().contains("href=\"/?q=rust\""),
        "{}",
        person.text()
    );
    // A field that is wrong is answered with what was typed, to be corrected.
    let person = served.get_with("/?near=Colonge&q=rust", &[("Accept", "text/html")]);
    assert_eq!(person.status, 400);
    let page = person.text();
    assert!(page.contains("did you mean"), "{page}");
    assert!(
        page.contains("name=\"near\" value=\"Colonge\" aria-invalid=\"true\""),
        "{page}"
    );
    assert!(page.contains("name=\"q\" value=\"rust\""), "{page}");
}

#[test]
fn a_choice_is_one_address_that_opens_as_a_page_and_as_feeds() {
    let served = Served::sample();
    let html = [("Accept", "text/html")];
    let empty = served.get_with("/follow", &html).text();
    assert!(empty.contains("name=\"near\"") && !empty.contains("You follow"));
    let listed = served.get("/events.json").json();
    let listed = listed["events"].as_array().unwrap();
    let group = listed
        .iter()
        .find_map(|event| event["organisers"][0]["name"].as_str())
        .unwrap();
    let id = &rusty_events::believe::directory::address(group)[..10];
    let slug = rusty_events::filter::slug(group);
    let page = served.get_with(
        &format!("/follow?organiser={slug}&near=Sydney&q=&within="),
        &html,
    );
    assert_eq!(page.status, 200);
    let page = page.text();
    let choice = format!("match=any&amp;organiser={id}&amp;near=Sydney");
    for address in ["/events.ics?", "/events.atom?"] {
        assert!(
            page.contains(&format!("{address}{choice}")),
            "{address} {page}"
        );
    }
    assert!(
        page.contains(&format!("value=\"{id}\" checked")),
        "the group is ticked"
    );
    // Google hides what is cancelled unless it is marked.
    assert!(page.contains("near%3DSydney%26cancelled%3Dmark"), "{page}");
    let feed = format!("/events.json?{}", choice.replace("&amp;", "&"));
    let followed = served.get(&feed).json();
    let followed = followed["events"].as_array().unwrap();
    let near = served.get("/events.json?near=Sydney").json();
    let of_group = served.get(&format!("/events.json?organiser={id}")).json();
    let ids = |list: &serde_json::Value| -> std::collections::BTreeSet<String> {
        let events = list["events"].as_array().unwrap().iter();
        events.map(|event| event["id"].to_string()).collect()
    };
    let both: std::collections::BTreeSet<String> =
        ids(&near).union(&ids(&of_group)).cloned().collect();
    assert_eq!(followed.len(), both.len());
    assert!(!ids(&of_group).is_empty());
    // A label promises what the address gives: the calendar leaves out days.
    let days = served
        .get_with("/?from=2024-11-10&to=2024-11-12", &html)
        .text();
    assert!(
        days.contains("has all events. It also has events outside the days"),
        "{days}"
    );
    let calendar = served
        .get(&format!(
            "/events.ics?{}&cancelled=mark",
            choice.replace("&amp;", "&")
        ))
        .text();
    let there = format!(
        "URL:{}",
        served.url(&format!("/follow?{}", choice.replace("&amp;", "&")))
    );
    assert!(
        calendar
            .replace("\r\n ", "")
            .lines()
            .any(|line| line == there),
        "{calendar}"
    );
    // The front page says the group's name, not its id.
    let front = served.get_with(&format!("/?organiser={id}"), &html).text();
    assert!(
        front.contains(&format!("value=\"{group}\""))
            && !front.contains(&format!("value=\"{id}\"")),
        "{front}"
    );
    // A mistake is answered with the form, and what was typed stands in it.
    let wrong = served.get_with("/follow?near=Colonge&q=rust", &html);
    assert_eq!(
        (wrong.status, wrong.header("cache-control")),
        (400, Some("private, no-store"))
    );
    let wrong = wrong.text();
    assert!(
        wrong.contains("did you mean")
            && wrong.contains("value=\"Colonge\"")
            && wrong.contains("value=\"rust\""),
        "{wrong}"
    );
    let long = format!("/follow?near=Sydney&within={}km", "1".repeat(600));
    let refused = served.get_with(&long, &html);
    assert_eq!(refused.status, 400);
    let refused = refused.text();
    assert!(
        refused.contains("within: is longer than 500 bytes")
            && refused.contains("class=\"follow\"")
            && refused.contains("value=\"Sydney\""),
        "{refused}"
    );
    let problem = served.get(&long);
    assert_eq!(problem.status, 400);
    assert_eq!(problem.json()["parameter"], "within");
}

#[test]
fn the_address_of_a_page_here_names_its_event_or_group_and_lists_lead_to_such_pages() {
    let served = Served::sample();
    let html = [("Accept", "text/html")];
    let page = |path: &str| served.get_with(path, &html).text();
    let event = "/events/50ff3da903cc2955";
    let shared = Html::parse_document(&page(event));
    let shared = shared
        .select(&Selector::parse("#share").unwrap())
        .next()
        .unwrap();
    let address: String = shared.text().collect();
    let ask = |url: &str| page(&format!("/why?{}", super::form(&[("url", url)])));
    let id = event.trim_start_matches("/events/");
    for url in [
        address.clone(),
        format!("{address}?lang=de"),
        format!("{address}.ics"),
    ] {
        let answer = ask(&url);
        assert!(
            answer.contains(&format!("href=\"/events/{id}\"")),
            "{url}: {answer}"
        );
    }
    let group = address.replace(event, "/organisers/rustnl");
    assert!(ask(&group).contains("to come"), "{group}");

    // Lists lead where the front page leads: to the page of the event.
    let group = served.get("/organisers/rustnl");
    let group = page(group.header("location").unwrap());
    let group = Html::parse_document(&group);
    let titles = Selector::parse(".event h3 a").unwrap();
    assert!(group.select(&titles).count() > 0);
    assert!(
        group
            .select(&titles)
            .all(|title| title.attr("href").unwrap().starts_with("/events/"))
    );
    let unknown = page("/in/parris");
    assert!(
        unknown.contains("<a href=\"/in/paris\">Paris, FR</a>"),
        "{unknown}"
    );
    for path in ["/follow", "/cfp", "/check", "/why", "/groups", "/"] {
        let page = page(path);
        assert_eq!(page.matches("name=\"description\"").count(), 1, "{path}");
    }
}

#[test]
fn nobody_is_led_to_put_a_cancelled_event_into_a_calendar() {
    let served = Served::sample();
    let page = || served.get("/events/50ff3da903cc2955").text();
    assert!(page().contains("https://calendar.google.com/"));
    let cancel = ["decide", "cancel", "50ff3da903cc2955", "--reason", "r"];
    assert_eq!(served.beside(&cancel).code, 0);
    let page = page();
    assert!(
        page.contains("Cancelled") && !page.contains("calendar.google.com"),
        "{page}"
    );
}
