//! What single parts of pages say: feeds to subscribe to, months, filters, and the difference to the last issue.

use super::world::{World, issue};
use super::{all, text};
use rusty_events::filter::Filter;
use rusty_events::server::pages::{Site, subscribe};
use scraper::Html;

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    query
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn a_filter_with_a_short_address_is_subscribed_to_by_it() {
    for (query, feed) in [
        (&[][..], "/feeds/all.ics"),
        (&[("region", "virtual")], "/feeds/virtual.ics"),
        (&[("region", "North America")], "/feeds/north-america.ics"),
        (&[("country", "UK"), ("q", "")], "/feeds/country/gb.ics"),
        (
            &[("organiser", "Rust Berlin")],
            "/feeds/organiser/rust-berlin.ics",
        ),
        (
            &[("from", "2024-11-06"), ("to", "2024-11-07")],
            "/feeds/all.ics",
        ),
        (
            &[("region", "europe"), ("region", "asia")],
            "/events.ics?region=europe&region=asia",
        ),
        (
            &[("q", "a & b"), ("from", "2024-11-06")],
            "/events.ics?q=a+%26+b",
        ),
        (&[("region", "atlantis")], "/events.ics?region=atlantis"),
        (
            &[("organiser", "https://www.meetup.com/rust-berlin")],
            "/events.ics?organiser=https%3A%2F%2Fwww.meetup.com%2Frust-berlin",
        ),
    ] {
        assert_eq!(subscribe::feed(&pairs(query)), feed, "{query:?}");
    }
}

#[test]
fn a_day_of_the_months_counts_the_events_that_its_link_leads_to() {
    let world = World::new();
    let coming = world.coming();
    let query = [("region", "europe"), ("from", "2024-11-20")];
    let page = Html::parse_document(&world.upcoming(&world.site(None), &query));
    let days = all(&page, ".month a");
    assert!(days.len() > 5, "{}", days.len());
    for day in days {
        let href = day.attr("href").unwrap();
        let (_, asked) = href.split_once('?').unwrap();
        let asked: Vec<(String, String)> = url::form_urlencoded::parse(asked.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(asked.len(), 3, "{href}: the region, and the day twice");
        let filter = Filter::parse(
            asked
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        )
        .unwrap();
        let found = filter.upcoming(coming.iter().copied(), issue()).len();
        let number = all(&Html::parse_fragment(&day.html()), ".number")
            .first()
            .map(|number| text(*number));
        assert_eq!(number, Some(found.to_string()), "{href}");
    }
}

#[test]
fn each_filter_in_force_is_shown_with_a_link_that_leaves_it_out() {
    let world = World::new();
    let query = [
        ("region", "europe"),
        ("source", "manual"),
        ("region", "asia"),
        ("q", ""),
    ];
    let page = Html::parse_document(&world.upcoming(&world.site(None), &query));
    let chips: Vec<(String, String)> = all(&page, "ul[aria-label='Filters in force'] a")
        .iter()
        .map(|chip| (text(*chip), chip.attr("href").unwrap().to_owned()))
        .collect();
    let shown: Vec<&str> = chips.iter().map(|(words, _)| words.as_str()).collect();
    assert_eq!(
        shown,
        [
            "region: Europe ×(leave out)",
            "source: manual ×(leave out)",
            "region: Asia ×(leave out)"
        ]
    );
    assert_eq!(chips[0].1, "/?source=manual&region=asia");
    assert_eq!(chips[1].1, "/?region=europe&region=asia");
    // What the form has no field for is kept by it.
    let kept: Vec<_> = all(&page, "form[role=search] input[type=hidden]")
        .iter()
        .map(|input| (input.attr("name").unwrap(), input.attr("value").unwrap()))
        .collect();
    assert_eq!(kept, [("source", "manual")]);
    assert_eq!(all(&page, "input[name=region][checked]").len(), 2);
}

#[test]
fn the_difference_to_the_last_issue_tells_new_changed_gone_and_past_rows() {
    let difference = World::new().since();
    let new: Vec<&str> = difference
        .new
        .iter()
        .map(|(_, row)| row.links[0].0.as_str())
        .collect();
    assert_eq!(
        new,
        [
            "Book club: a chapter a week",
            "Rust evening with a guest: how an executor works"
        ]
    );
    let changed: Vec<_> = difference
        .changed
        .iter()
        .map(|(heading, row, before, fields)| {
            (
                heading.name(),
                row.location.as_str(),
                before.location.as_str(),
                &fields[..],
            )
        })
        .collect();
    assert_eq!(
        changed,
        [(
            "Virtual",
            "Virtual (Berlin, DE)",
            "Virtual (Potsdam, DE)",
            &["location"][..]
        )]
    );
    let gone: Vec<&str> = difference
        .gone
        .iter()
        .map(|row| row.links[0].0.as_str())
        .collect();
    assert_eq!((gone, difference.past), (vec!["Gone"], 1));
}

#[test]
fn headings_name_the_topic_where_there_is_one() {
    let world = World::new();
    let heading = |site: &Site<'_>| {
        let page = Html::parse_document(&world.upcoming(site, &[]));
        text(all(&page, "h1")[0])
    };
    let site = world.site(None);
    assert_eq!(heading(&site), "Rust meetups and conferences, everywhere");
    let general = Site {
        topic: None,
        ..site
    };
    assert_eq!(heading(&general), "Meetups and conferences, everywhere");
}

#[test]
fn what_does_not_take_place_says_so_in_words() {
    let world = World::new();
    let page = Html::parse_document(&world.upcoming(&world.site(None), &[]));
    let marked: Vec<String> = all(&page, ".event.off h3")
        .iter()
        .map(|title| text(*title))
        .collect();
    assert!(
        marked
            .iter()
            .any(|title| title == "Cancelled Rust Meetup in Paris"),
        "{marked:?}"
    );
    assert!(
        marked
            .iter()
            .all(|title| ["Cancelled", "Postponed", "Withdrawn"]
                .iter()
                .any(|word| title.starts_with(word))),
        "{marked:?}"
    );
}

#[test]
fn a_conflict_asks_only_about_the_fields_that_differ() {
    let pages = World::new().pages();
    let (_, page) = pages
        .iter()
        .find(|(name, _)| name == "conflict-editor")
        .unwrap();
    let page = Html::parse_document(page);
    let asked: Vec<(&str, &str)> = all(&page, "input[type=radio]")
        .iter()
        .map(|choice| (choice.attr("name").unwrap(), choice.attr("value").unwrap()))
        .collect();
    assert!(
        asked.contains(&("title", "Another <title>")) && asked.contains(&("place", "Berlin, DE")),
        "{asked:?}"
    );
    assert!(asked.len() == 4, "{asked:?}");
    let sent = |name: &str| {
        let inputs = all(&page, "main input[type=hidden]");
        let of: Vec<String> = inputs
            .iter()
            .filter(|input| input.attr("name") == Some(name))
            .map(|input| input.attr("value").unwrap().to_owned())
            .collect();
        of
    };
    assert_eq!(sent("version"), ["2"], "the state that is shown now");
    assert_eq!(
        (sent("ruling"), sent("title").len()),
        (vec!["edit".to_owned()], 0)
    );
}

#[test]
fn a_group_is_answered_with_the_exact_rows_that_the_issue_prints() {
    let world = World::new();
    let pages = world.pages();
    let (_, page) = pages.iter().find(|(name, _)| name == "why-group").unwrap();
    let page = Html::parse_document(page);
    let rows = text(all(&page, "#rows")[0]);
    let section = rusty_events::section::print::section(&world.section, &world.style);
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let whole = lines(&section);
    let own: Vec<String> = lines(&rows)
        .into_iter()
        .filter(|line| line.starts_with("* "))
        .collect();
    let wanted: Vec<String> = whole
        .into_iter()
        .filter(|line| {
            line.starts_with("* ") && line.contains("| [Rust Berlin](")
                || line.contains("OpenTechSchool Berlin")
        })
        .collect();
    assert_eq!(own, wanted);
    assert!(own.len() >= 3, "{own:?}");
    assert!(
        rows.starts_with("### Virtual\n") && rows.contains("\n\n### Europe\n"),
        "{rows}"
    );
}
