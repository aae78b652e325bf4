//! What strangers write, in pages and in the section as HTML.

use super::world::{PARIS, World};
use super::{all, text};
use crate::program_in;
use pulldown_cmark::{Parser, html as commonmark};
use rusty_events::believe::curate::{NamedLink, Published};
use rusty_events::facts::event::{Title, Venue};
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Organiser;
use rusty_events::render;
use rusty_events::section::print;
use rusty_events::section::select::{self, Selection};
use rusty_events::server::pages;
use rusty_events::why::Answer;
use scraper::Html;
use std::path::Path;

const HOSTILE: &str = "</a><script>alert(1)</script><img src=x onerror=alert(2)>\" onclick='alert(3)' &lt;b&gt; <!-- ]]> -->";

/// An event of which a stranger wrote every word.
fn hostile(world: &World) -> Published {
    let title = Title::parse(HOSTILE).unwrap();
    let link = Link::parse("https://example.org/e?a=\"><script>alert(4)</script>").unwrap();
    Published {
        title: title.clone(),
        organisers: vec![Organiser {
            name: HOSTILE.to_owned(),
            url: Some(link.clone()),
        }],
        links: vec![NamedLink {
            title,
            url: link.clone(),
        }],
        online_url: Some(link),
        venue: Some(Venue {
            name: Some(HOSTILE.to_owned()),
            address: Some(HOSTILE.to_owned()),
            coordinates: Some((1.5, -2.5)),
        }),
        description: format!("{HOSTILE}\n\n{HOSTILE}"),
        ..world.coming()[2].clone()
    }
}

/// The page has no element and no attribute that a stranger wrote, and shows the words.
fn harmless(page: &str, what: &str) {
    let page = Html::parse_document(page);
    for selector in [
        "script:not([src]):not([type='application/ld+json'])",
        "img",
        "[onclick]",
        "[onerror]",
        "main a > b:empty",
    ] {
        assert!(all(&page, selector).is_empty(), "{what}: {selector}");
    }
    let fields = all(&page, "input[value]");
    let fields = fields.iter().filter_map(|field| field.attr("value"));
    let shown = fields.fold(text(page.root_element()), |text, value| text + value);
    assert!(
        shown.contains("</a><script>alert(1)</script>"),
        "{what} shows what was written"
    );
}

#[test]
fn nothing_that_a_stranger_writes_becomes_markup() {
    let world = World::new();
    let event = hostile(&world);
    let site = world.site(None);
    harmless(
        &world.upcoming_of(&site, &[("q", HOSTILE)], &[&event]),
        "upcoming",
    );

    let Answer::Event(mut account) = world.why(PARIS) else {
        panic!("an event of the sample")
    };
    account.next.row = select::row(&event, &world.style);
    account.next.reasons = vec![HOSTILE.to_owned()];
    account.event = event.clone();
    let shown = pages::event::Event {
        account: &account,
        newsletter: world.newsletter(),
        published: &world.published,
        version: HOSTILE,
    };
    let editor = pages::Editor {
        name: HOSTILE,
        token: HOSTILE,
    };
    for editor in [None, Some(editor)] {
        harmless(
            &pages::event::page(&world.site(editor), &shown).into_string(),
            "event",
        );
    }

    let selection = Selection {
        window: super::world::window(),
        headings: Vec::new(),
        new_since: None,
    };
    let section = select::select([&event].into_iter(), &[], &selection, &world.style);
    assert_eq!(section.headings.len(), 1, "it is printed");
    harmless(
        &render::html::document(&section, &world.style),
        "section.html",
    );

    let problem = pages::problem::Problem {
        status: 400,
        title: "Bad Request",
        detail: HOSTILE,
        not_found: None,
        instead: None,
    };
    harmless(
        &pages::problem::page(&site, &problem).into_string(),
        "problem",
    );
    let posted = ["ruling", "event", "title", "description", "until", "reason"]
        .map(|key| (key.to_owned(), HOSTILE.to_owned()));
    for (status, wrong) in [(400, "ruling"), (400, "reason"), (401, "event")] {
        let refused = pages::unrecorded::Unrecorded {
            status,
            wrong: Some(wrong),
            detail: HOSTILE,
            posted: &posted,
            path: "/decisions",
            back: HOSTILE,
            editor: Some(editor),
        };
        let page = pages::unrecorded::page(&site, &refused).into_string();
        harmless(&page, "unrecorded");
    }
    let answer = world.why(HOSTILE);
    let why = pages::why::Why {
        question: HOSTILE,
        answer: Some(&answer),
        newsletter: world.newsletter(),
        published: &world.published,
        entry: Some(HOSTILE),
        issue: None,
    };
    harmless(&pages::why::page(&site, &why).into_string(), "why");
}

/// The words and links of a section, in their order.
fn said(page: &str) -> Vec<String> {
    let page = Html::parse_fragment(page);
    let mut said = Vec::new();
    for element in all(&page, "h2, h3, p, li, a") {
        // White space between an item and the list inside it shows nowhere.
        let words: String = element
            .text()
            .flat_map(str::chars)
            .filter(|char| !char.is_whitespace())
            .collect();
        let href = element.attr("href").unwrap_or_default();
        said.push(format!("{}: {words} {href}", element.value().name()));
    }
    said
}

#[test]
fn the_section_as_html_says_what_its_markdown_says() {
    let world = World::new();
    let markdown = print::section(&world.section, &world.style);
    let mut wanted = String::new();
    commonmark::push_html(&mut wanted, Parser::new(&markdown));
    let wanted = said(&wanted);
    assert!(wanted.len() > 100, "{}", wanted.len());
    let fragment = render::html::fragment(&world.section, &world.style).into_string();
    for (said, wanted) in said(&fragment).iter().zip(&wanted) {
        assert_eq!(said, wanted);
    }
    assert_eq!(said(&fragment).len(), wanted.len());
}

#[test]
fn section_prints_a_whole_small_document_of_html() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let sample = sample.display().to_string();
    let all = [
        "--config",
        &sample,
        "--database",
        "events.db",
        "--now",
        super::world::NOW,
        "section",
        "--refresh",
        "--format",
    ];
    let run = |format: &str| program_in(folder.path(), &[&all[..], &[format]].concat());
    let html = run("html").out;
    assert!(
        html.starts_with("<!DOCTYPE html><html lang=\"en\">"),
        "{html}"
    );
    assert!(html.ends_with("</html>\n"), "{html}");
    let rows = run("markdown")
        .out
        .lines()
        .filter(|line| line.starts_with("* "))
        .count();
    let page = Html::parse_document(&html);
    assert_eq!(super::all(&page, "body > ul > li").len(), rows);
}

#[test]
fn what_a_stranger_writes_stays_inside_the_data_for_search_engines() {
    let world = World::new();
    let event = hostile(&world);
    let data = render::jsonld::event(&event, "https://events.example.org/events/1").unwrap();
    let text = render::jsonld::in_script(&data);
    assert!(!text.contains(['<', '>', '&']), "{text}");
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["name"], event.title.as_str());
    assert_eq!(read["organizer"][0]["name"], HOSTILE);
}
