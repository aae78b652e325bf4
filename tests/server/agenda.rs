//! The front page: what is still to come at its venue, on which day it stands, and what is on one row.

use super::Served;
use crate::program_in;
use rusty_events::fetch::robots::Rules;
use scraper::{ElementRef, Html, Selector};
use std::fmt::Write;
use std::fs;
use tempfile::TempDir;

/// Groups with their places, and their events: title, start, end (iCalendar), more lines.
type Events = &'static [(&'static str, &'static str, &'static str, &'static str)];
const WORLD: &[(&str, &str, Events)] = &[
    (
        "Berlin, DE",
        "Europe/Berlin",
        &[
            ("Three days of Rust", "20241104", "20241107", ""),
            ("Breakfast", "20241106T080000", "20241106T093000", ""),
            ("Weekly", "20241107T190000", "20241107T210000", ""),
            ("Weekly", "20241114T190000", "20241114T210000", ""),
            ("Weekly", "20241121T190000", "20241121T210000", ""),
            (
                "Weekly",
                "20241128T190000",
                "20241128T210000",
                "STATUS:CANCELLED\r\n",
            ),
        ],
    ),
    (
        "Honolulu, HI, US",
        "Pacific/Honolulu",
        &[
            ("Two days in the west", "20241104", "20241106", ""),
            (
                "Night in the west",
                "20241105T220000",
                "20241105T235900",
                "",
            ),
        ],
    ),
    (
        "Auckland, NZ",
        "Pacific/Auckland",
        &[
            ("A day in the east", "20241106", "20241107", ""),
            ("Yesterday in the east", "20241105", "20241106", ""),
        ],
    ),
];

/// The world above, read at 9 o'clock UTC of Wednesday, 6 November 2024.
fn world() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::create_dir(config.join("nowhere")).unwrap();
    let mirrors =
        "[newsletter]\nname = \"The <Weekly>\"\n[fetch.mirrors]\n\"https://\" = \"nowhere\"\n";
    fs::write(config.join("service.toml"), mirrors).unwrap();
    let mut sources = String::new();
    for (group, (place, zone, events)) in WORLD.iter().enumerate() {
        let _ = writeln!(
            sources,
            "[[source]]\nid = \"ics/{group}\"\nurl = \"{group}.ics\"\nplatform = \"ics\"\norganiser = \"Group {group}\"\n\
             organiser-url = \"https://group{group}.example/\"\nplace = \"{place}\"\nmode = \"in-person\""
        );
        let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n".to_owned();
        for (event, (title, start, end, more)) in events.iter().enumerate() {
            let kind = match start.contains('T') {
                true => format!("TZID={zone}"),
                false => "VALUE=DATE".to_owned(),
            };
            let _ = write!(
                text,
                "BEGIN:VEVENT\r\nUID:{group}-{event}\r\nDTSTART;{kind}:{start}\r\nDTEND;{kind}:{end}\r\nSUMMARY:{title}\r\n\
                 URL:https://group{group}.example/{event}\r\n{more}END:VEVENT\r\n"
            );
        }
        text.push_str("END:VCALENDAR\r\n");
        fs::write(config.join(format!("{group}.ics")), text).unwrap();
    }
    fs::write(config.join("sources/all.toml"), sources).unwrap();
    let base = ["--config", "config", "--database", "events.db"];
    let refresh = [&base[..], &["--now", super::NOW, "refresh"]].concat();
    let ran = program_in(folder.path(), &refresh);
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder
}

fn all<'a>(page: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    let words: String = element.text().collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each day's heading with the hours and titles below it.
fn days(page: &str) -> Vec<(String, Vec<String>)> {
    let page = Html::parse_document(page);
    let days = all(page.root_element(), ".day").into_iter();
    days.map(|day| {
        let rows = all(day, ".event").into_iter();
        let rows = rows.map(|row| {
            let (when, title) = (all(row, ".when")[0], all(row, "h3")[0]);
            format!("{} {}", text(when), text(title)).trim().to_owned()
        });
        (text(all(day, "h2")[0]), rows.collect())
    })
    .collect()
}

#[test]
fn what_has_not_ended_at_its_venue_stands_on_its_day_and_a_series_on_one_row() {
    let served = Served::in_folder(world(), "config", "127.0.0.1:0");
    let page = served.get("/").text();
    let shown = days(&page);
    let shown: Vec<(&str, Vec<&str>)> = shown
        .iter()
        .map(|(day, rows)| (day.as_str(), rows.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        shown,
        [
            (
                "Tuesday 5 November",
                vec!["last day Two days in the west", "22:00 Night in the west"]
            ),
            (
                "Today 6 November",
                vec!["last day Three days of Rust", "all day A day in the east"]
            ),
            ("Tomorrow 7 November", vec!["19:00 Weekly"]),
            ("Thursday 28 November", vec!["19:00 Cancelled Weekly"]),
        ]
    );
    assert!(page.contains("and 2 more dates"), "{page}");
    assert!(
        page.contains("collected for The &lt;Weekly&gt;"),
        "the newsletter of the configuration: {page}"
    );
    // What is over is found by who asks for its day.
    let before = served.get("/?from=2024-11-05&to=2024-11-06").text();
    assert!(before.contains(">Breakfast<") && before.contains(">Yesterday in the east<"));
    // A part of a series that is asked for alone is a row of its own.
    let one = served.get("/?from=2024-11-21&to=2024-11-21").text();
    assert_eq!(
        days(&one),
        [(
            "Thursday 21 November".to_owned(),
            vec!["19:00 Weekly".to_owned()]
        )]
    );
}

#[test]
fn the_map_leads_to_the_events_of_a_place_and_an_event_to_a_file_for_a_calendar() {
    let served = Served::in_folder(world(), "config", "127.0.0.1:0");
    let page = served.get("/").text();
    assert!(page.len() < 60_000, "{}", page.len());
    let page = Html::parse_document(&page);
    let root = page.root_element();
    let dots = all(root, ".map a");
    let titles: Vec<String> = dots.iter().map(|dot| text(*dot)).collect();
    assert_eq!(
        titles,
        [
            "Berlin, DE: 5 events",
            "Honolulu, HI, US: 2 events",
            "Auckland, NZ: 1 event"
        ]
    );
    for (dot, events) in dots.iter().zip([5, 2, 1]) {
        let there = served.get(dot.attr("href").unwrap()).text();
        let count = if events == 1 {
            "1 event".to_owned()
        } else {
            format!("{events} events")
        };
        assert!(there.contains(&format!("<b>{count}</b>")), "{there}");
    }
    let files: Vec<&str> = all(root, ".event .add")
        .iter()
        .map(|link| link.attr("href").unwrap())
        .collect();
    assert_eq!(files.len(), 6);
    let file = served.get(files[0]);
    assert_eq!(
        file.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    assert_eq!(file.text().matches("BEGIN:VEVENT").count(), 1);
    assert!(
        file.text().contains("SUMMARY:Two days in the west\r\n"),
        "{}",
        file.text()
    );
    assert_eq!(served.get("/events/0123456789abcdef.ics").status, 404);
    assert_eq!(served.get("/events/.ics").status, 404);
    assert_eq!(
        served.get(&files[0].replace(".ics", ".ics.ics")).status,
        404
    );
}

#[test]
fn a_city_has_a_page_by_any_of_its_names_and_a_group_a_place_on_the_list() {
    let served = Served::in_folder(world(), "config", "127.0.0.1:0");
    let berlin = served.get("/in/berlin").text();
    assert!(
        berlin.contains("<h1>Meetups in Berlin, DE</h1>"),
        "{berlin}"
    );
    let shown = days(&berlin);
    assert_eq!(shown.len(), 3, "only what is in Berlin: {shown:?}");
    let canonical = |path: &str| {
        let page = Html::parse_document(&served.get(path).text());
        let link = all(page.root_element(), "link[rel=canonical]")[0];
        let address = link.attr("href").unwrap().to_owned();
        address.strip_prefix(&served.url("")).unwrap().to_owned()
    };
    for (asked, own) in [
        ("/in/berlin", "/in/berlin"),
        ("/in/Berlin,%20Germany", "/in/berlin"),
        ("/in/munich", "/in/munchen"),
        ("/in/portland-me", "/in/portland-me"),
    ] {
        assert_eq!(canonical(asked), own, "{asked}");
    }
    for (unknown, named) in [
        ("/in/berlinn", "/in/berlin"),
        ("/in/cambridge", "/in/cambridge-gb"),
    ] {
        let refused = served.get(unknown);
        assert_eq!(refused.status, 404, "{unknown}");
        assert!(refused.text().contains(named), "{}", refused.text());
    }
    let groups = Html::parse_document(&served.get("/groups").text());
    let listed = all(groups.root_element(), ".groups li").into_iter();
    let listed: Vec<String> = listed.map(text).collect();
    assert_eq!(
        listed,
        [
            "Group 0Berlin, DEnext Mon 4 Nov 2024 · 4 events",
            "Group 1Honolulu, HI, USnext Mon 4 Nov 2024 · 2 events",
            "Group 2Auckland, NZnext Wed 6 Nov 2024",
        ]
    );
    let map = served.get("/sitemap.xml").text();
    assert_eq!(map.matches("-group-2</loc>").count(), 1, "{map}");
    for path in ["/", "/groups", "/in/honolulu"] {
        assert!(
            map.contains(&format!("<loc>{}</loc>", served.url(path))),
            "{map}"
        );
    }
    assert_eq!(map.matches("/events/").count(), 8, "what is to come: {map}");
    let robots = served.get("/robots.txt").text();
    assert!(
        robots.contains(&format!("Sitemap: {}", served.url("/sitemap.xml"))),
        "{robots}"
    );
    // Each page is read in each language; what can be asked of it is not.
    let rules = Rules::read(robots.as_bytes(), "x");
    for (path, is_read) in [
        ("/", true),
        ("/?lang=de", true),
        ("/?near=Bonn&lang=de", false),
        ("/page/2", true),
        ("/page/2?lang=de", true),
        ("/page/2?near=Bonn", false),
        ("/page/2?near=Bonn&lang=de", false),
    ] {
        assert_eq!(rules.forbidding(path).is_none(), is_read, "{path}");
    }
}

#[test]
fn search_engines_read_of_an_event_what_people_do() {
    let served = Served::in_folder(world(), "config", "127.0.0.1:0");
    let page = Html::parse_document(&served.get("/").text());
    let of = |title: &str| {
        let links = all(page.root_element(), ".event h3 a").into_iter();
        let mut links = links.filter(|link| text(*link) == title);
        let path = links.next().unwrap().attr("href").unwrap().to_owned();
        let page = Html::parse_document(&served.get(&path).text());
        let data = all(page.root_element(), "script[type='application/ld+json']")[0];
        let data: serde_json::Value = serde_json::from_str(&data.inner_html()).unwrap();
        (data, served.url(&path))
    };
    let (weekly, own) = of("Weekly");
    assert_eq!(
        weekly,
        serde_json::json!({
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": own,
            "name": "Weekly",
            "startDate": "2024-11-07T19:00:00+01:00",
            "endDate": "2024-11-07T21:00:00+01:00",
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "url": "https://group0.example/2",
            "organizer": [{"@type": "Organization", "name": "Group 0", "url": "https://group0.example/"}],
            "location": {
                "@type": "Place",
                "name": "Berlin",
                "address": {"@type": "PostalAddress", "addressLocality": "Berlin", "addressCountry": "DE"},
            },
        })
    );
    let (days, _) = of("Three days of Rust");
    assert_eq!(
        (&days["startDate"], &days["endDate"]),
        (&"2024-11-04".into(), &"2024-11-06".into())
    );
}
