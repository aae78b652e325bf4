//! Pages that only link to their events, and the pages of those.

use super::*;
use rusty_events::facts::listing::Part;
use rusty_events::facts::place::Mode;

const LIST: &str = "https://ferris.example/club/events/";
const EVENT: &str = "https://ferris.example/club/events/2026-09-compile-evening";

fn links(url: &str, html: &str) -> Vec<String> {
    let page = page(url, Purpose::List, Way::Page, html);
    match read_page(Platform::List, &page) {
        Ok(reading) => reading.next.into_iter().map(|next| next.url).collect(),
        Err(_) => Vec::new(),
    }
}

#[test]
fn the_page_itself_is_asked_for() {
    let source = source(Platform::List, LIST);
    let request = read::first_request(&source, Way::Page, now()).unwrap();
    assert_eq!(
        (request.url.as_str(), request.purpose),
        (LIST, Purpose::List)
    );
    assert_eq!(read::first_request(&source, Way::Feed, now()), None);
}

#[test]
fn the_events_of_a_list_lie_below_it_and_are_not_over() {
    let reading = list(Platform::List, Way::Page, LIST, file("list/events.html"));
    let key = |name: &str| format!("https://ferris.example/club/events/{name}");
    let as_linked = "https://www.ferris.example/club/events/2026-11/retreat/".to_owned();
    let keys = [
        key("2026-09-compile-evening"),
        key("2026-10-macro-night"),
        as_linked,
        key("2026-12-winter-meetup"),
    ];
    let keys: Vec<Option<&str>> = keys.iter().map(|key| Some(key.as_str())).collect();
    let asked = next(&reading);
    assert_eq!(asked.iter().map(|(_, key)| *key).collect::<Vec<_>>(), keys);
    assert_eq!(asked[0].0, EVENT);
    assert_eq!(
        asked[1].0, "https://ferris.example/club/events/2026-10-macro-night?utm_source=list",
        "asked for as linked"
    );
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (4, 0, true)
    );
}

#[test]
fn a_link_that_its_platform_calls_an_event_need_not_lie_below_the_list() {
    let html = r#"<nav><a href="/events/of-the-menu">Menu</a></nav>
        <a href="/events/crab-night-a1">Crab night</a> <a href="/crabs/about">About</a>
        <a href="https://www.meetup.com/crabs/events/1/">elsewhere</a>"#;
    assert_eq!(
        links("https://guild.host/crabs/events", html),
        ["https://guild.host/events/crab-night-a1"]
    );
}

#[test]
fn a_list_may_be_a_file_of_its_folder_or_the_whole_site() {
    let html =
        r#"<a href="/club/a">a</a> <a href="/other/b">b</a> <a href="/club/index.html">self</a>"#;
    assert_eq!(
        links("https://ferris.example/club/index.html", html),
        [
            "https://ferris.example/club/a",
            "https://ferris.example/club/index.html"
        ]
    );
    assert_eq!(links("https://ferris.example/", html).len(), 3);
    assert_eq!(links("https://ferris.example:8443/club", html).len(), 2);
    let other_port = r#"<a href="https://ferris.example/club/a">a</a>"#;
    assert_eq!(
        links("https://ferris.example:8443/club", other_port),
        [""; 0]
    );
}

#[test]
fn a_menu_that_is_never_closed_does_not_hide_the_page() {
    let html = r#"<nav><a href="/club/menu">x</a><main><a href="/club/night">Night</a></main>"#;
    assert_eq!(
        links("https://ferris.example/club", html),
        ["https://ferris.example/club/night"]
    );
}

#[test]
fn everything_under_the_heading_of_past_events_is_over() {
    for (heading, shown) in [
        ("<h2>Past events</h2>", false),
        (
            "<h2 class='x'>\n <a href='#'><i></i>PAST</a> meetups</h2>",
            false,
        ),
        ("<h3>Previous</h3>", false),
        ("<h2>Pasta and Rust</h2>", true),
        ("<h2></h2><p>Past", true),
        ("<h2>Past</h2><h2>Next</h2>", true),
        ("<h2>Past</h2><h3>June</h3>", false),
        ("<h3>Past</h3><h2>Autumn</h2>", true),
    ] {
        let html = format!("{heading}<a href='/club/night'>Night</a>");
        let found = links("https://ferris.example/club", &html);
        assert_eq!(!found.is_empty(), shown, "{heading}");
    }
}

#[test]
fn a_list_that_links_to_nothing_is_read_for_what_it_holds() {
    let reading = list(Platform::List, Way::Page, LIST, file("list/event.html"));
    assert_eq!(titles(&reading), ["Compile evening", "Macro night"]);
    let empty =
        r#"<script type="application/ld+json">{"@type":"ItemList","itemListElement":[]}</script>"#;
    assert_eq!(list(Platform::List, Way::Page, LIST, empty).entries, 0);
    let page = "<title>Shop</title><a href='/club/cart'>Cart</a>";
    assert_eq!(
        refused(Platform::List, Way::Page, LIST, page).to_string(),
        "page links to no event below its own address and holds none (its title: \"Shop\")"
    );
}

#[test]
fn the_page_of_an_event_tells_its_own_event_alone() {
    let reading = event_page(Platform::List, EVENT, EVENT, file("list/event.html")).unwrap();
    assert_eq!((reading.entries, reading.whole), (1, true));
    let [event] = &reading.listings[..] else {
        panic!()
    };
    assert_eq!((event.key.as_str(), event.part), (EVENT, Part::List));
    assert_eq!(event.title, "Compile evening");
    assert_eq!(event.mode, Some(Mode::Hybrid));
    assert_eq!(
        event.online_url.as_deref(),
        Some("https://meet.jit.si/FerrisClub")
    );
    assert_eq!(event.locations[0].city.as_deref(), Some("Graz"));
}

#[test]
fn the_page_of_an_event_with_several_dates_tells_them_all() {
    let date = |day: &str| {
        format!(
            r#"{{"@type":"Event","name":"Course","url":"{EVENT}","startDate":"{day}T19:00:00+02:00"}}"#
        )
    };
    let other = r#"{"@type":"Event","name":"Other","url":"/x","startDate":"2026-09-01"}"#;
    let html = format!(
        "<script type=\"application/ld+json\">[{},{},{other}]</script>",
        date("2026-09-10"),
        date("2026-09-17")
    );
    let reading = event_page(Platform::List, EVENT, EVENT, html).unwrap();
    assert_eq!(titles(&reading), ["Course", "Course"]);
    assert_eq!(
        keys(&reading),
        [format!("{EVENT}@2026-09-10"), format!("{EVENT}@2026-09-17")]
    );
    assert_eq!(reading.entries, 2);
}

#[test]
fn an_event_with_data_that_name_the_ticket_shop_keeps_the_key_of_its_page() {
    let html = r#"<script type="application/ld+json">{"@type":"Event","name":"Night","url":"https://shop.example/1","startDate":"2026-09-01"}</script>"#;
    let reading = event_page(Platform::List, EVENT, EVENT, html).unwrap();
    assert_eq!(keys(&reading), [EVENT]);
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://shop.example/1")
    );
}

#[test]
fn an_event_to_which_several_links_lead_has_the_key_of_the_address_it_gives() {
    let body = file("list/event.html");
    let asked = format!("{EVENT}?lang=de");
    let html = String::from_utf8(body).unwrap();
    let html = html
        .split("<script")
        .take(2)
        .collect::<Vec<_>>()
        .join("<script");
    let reading = event_page(Platform::List, &asked, &asked, html).unwrap();
    assert_eq!(keys(&reading), [EVENT]);
}

#[test]
fn another_hosts_answer_is_not_the_events_page() {
    let purpose = Purpose::Event {
        key: EVENT.to_owned(),
        mark: String::new(),
    };
    let mut page = page(EVENT, purpose, Way::Page, file("list/event.html"));
    page.url = "https://www.ferris.example/club/events/2026-09-compile-evening/".to_owned();
    assert!(read_page(Platform::List, &page).is_ok());
    page.url = "https://login.example/?next=x".to_owned();
    assert_eq!(
        read_page(Platform::List, &page).unwrap_err().to_string(),
        "leads away from ferris.example, to login.example"
    );
}
