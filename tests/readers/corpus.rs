//! Real pages that are not ours to keep here: `$RUSTY_EVENTS_CORPUS/payloads`.

use super::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn payloads() -> Option<PathBuf> {
    crate::corpus().map(|folder| folder.join("payloads"))
}

/// What each file is to give: `Ok(entries)`, or `Err(a part of the message)`.
///
/// `INDEX.tsv` counts the entries as a strict parser sees them. Where we differ: of Meetup's pages with
/// data of their own it counts the JSON-LD, of which there is none (its `expected` column has our
/// figure); three scripts of one page and the one of another have a trailing comma, which we read; and
/// it counts the World Cup of which another event is a part.
#[test]
fn real_pages_give_what_stands_in_them() {
    let Some(folder) = payloads() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let differing: BTreeMap<&str, Result<usize, &str>> = BTreeMap::from([
        (
            "meetup/error-404-group-not-found.json",
            Err("\"Group not found\""),
        ),
        (
            "meetup/error-invalid-feed-signature.json",
            Err("\"Invalid feed signature\""),
        ),
        ("meetup/html-next-data-group-page-2024.html", Ok(2)),
        ("schema-org/malformed-dates-cook-landbank.html", Ok(9)),
        ("schema-org/invalid-json-cook-landbank-detail.html", Ok(1)),
        ("schema-org/eventseries-year-only-fwc26.html", Ok(1)),
        (
            "schema-org/jsonld-with-html-comment.html",
            Err("no schema.org event"),
        ),
        (
            "schema-org/jsonld-control-characters.html",
            Err("no schema.org event"),
        ),
        // A link each, which the index does not count as an event.
        ("hasgeek/calendar-page-sanitised.html", Ok(1)),
        ("bevy/chapter-listing-sanitised.html", Ok(2)),
    ]);
    let mut read = 0;
    for row in index.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (name, kind) = (columns[0], columns[2]);
        let url = match columns[1] {
            "hasgeek" => "https://hasgeek.com/rootconf",
            _ => "https://example.org/group",
        };
        let (platform, way) = match columns[1] {
            "meetup" if kind.starts_with("html") => (Platform::Meetup, Way::Page),
            "meetup" if kind.starts_with("ics") || kind == "http-error-body" => {
                (Platform::Meetup, Way::Feed)
            }
            "luma" if kind.starts_with("ics") => (Platform::Luma, Way::Feed),
            "luma" => (Platform::Luma, Way::Items),
            "hasgeek" => (Platform::Hasgeek, Way::Page),
            "bevy" => (Platform::Bevy, Way::Page),
            "schema-org" => (Platform::Jsonld, Way::Page),
            "eventbrite" if kind.starts_with("html") => (Platform::Jsonld, Way::Page),
            _ => continue,
        };
        let body = std::fs::read(folder.join(name)).unwrap();
        let outcome = read_page(platform, &page(url, Purpose::List, way, body));
        let expected = differing
            .get(name)
            .copied()
            .unwrap_or(Ok(columns[6].parse().unwrap()));
        match (outcome, expected) {
            (Ok(reading), Ok(entries)) => assert_eq!(reading.entries, entries, "{name}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{name}: {error}"),
            (outcome, expected) => panic!("{name}: {outcome:?} where {expected:?} was due"),
        }
        read += 1;
    }
    assert_eq!(read, 44, "the corpus has changed");
}

#[test]
fn the_facts_of_real_pages_are_the_ones_their_index_names() {
    let Some(folder) = payloads() else { return };
    let list = |platform, way, name: &str| {
        let body = std::fs::read(folder.join(name)).unwrap();
        list(platform, way, "https://example.org/group", body)
    };
    let wall = |listing: &Listing| match (listing.start, listing.zone) {
        (Stamp::Utc(at), Some(zone)) => rusty_events::facts::when::to_local(at, zone),
        (Stamp::Zoned(local, _) | Stamp::Floating(local), _) => local,
        (start, _) => panic!("{start:?}"),
    };

    let group = list(
        Platform::Meetup,
        Way::Page,
        "meetup/html-next-data-group-page-2024.html",
    );
    assert_eq!(group.listings[0].start, offset("2024-11-07T18:00:00+01:00"));
    assert_eq!(
        group.listings[1].mode,
        Some(rusty_events::facts::place::Mode::Virtual)
    );
    assert_eq!(group.listings[1].locations, []);

    let state =
        std::fs::read_to_string(folder.join("meetup/next-data-2023-missing-venue.json")).unwrap();
    let html = format!("<script id=\"__NEXT_DATA__\" type=\"application/json\">{state}</script>");
    let old = super::list(
        Platform::Meetup,
        Way::Page,
        "https://www.meetup.com/reactgirls/",
        html,
    );
    assert_eq!((old.entries, old.listings.len()), (5, 5));
    assert_eq!(old.listings[0].title, "[EN] ReactGirls & Jigx meetup");
    assert_eq!(titled(&old, "ReactBeer").locations, []);
    assert_eq!(old.listings[4].start, offset("2023-11-16T18:00:00+01:00"));

    let feed = list(
        Platform::Meetup,
        Way::Feed,
        "meetup/ics-group-10events-cap-series.ics",
    );
    assert!(feed.cut_off);
    assert_eq!(feed.listings[0].key, "313497995");
    assert_eq!(wall(&feed.listings[0]), local("2026-03-18T19:30:00"));

    let items = list(Platform::Luma, Way::Items, "luma/json-get-items-dsdc.json");
    assert_eq!(wall(&items.listings[0]), local("2026-06-10T18:00:00"));
    assert_eq!(
        items.listings[0].link.as_deref(),
        Some("https://luma.com/thq3hut1")
    );
    let cross_listed: Vec<bool> = items
        .listings
        .iter()
        .map(|listing| listing.cross_listed)
        .collect();
    assert_eq!(cross_listed, [false, true, false, false]);
    let discover = list(Platform::Luma, Way::Items, "luma/json-discover-dc.json");
    assert_eq!((discover.next.len(), discover.whole), (0, true));
    let placed = discover
        .listings
        .iter()
        .filter(|listing| listing.locations[0].latitude.is_some());
    assert_eq!(placed.count(), 14);

    let dates = list(
        Platform::Jsonld,
        Way::Page,
        "schema-org/malformed-dates-cook-landbank.html",
    );
    assert_eq!(
        wall(&dates.listings[1]),
        local("2019-09-20T08:30:00"),
        "8:30 AM, says its text"
    );
    let entities = list(
        Platform::Jsonld,
        Way::Page,
        "schema-org/date-only-ecp-torbay.html",
    );
    assert_eq!(
        entities.listings[0].link.as_deref(),
        Some(
            "https://www.heartoftorbaycic.com/events/tidy-home-tidy-mind-support-group-monthly/?occurrence=2022-11-25&time=1669374000"
        )
    );
    let cancelled = |name| {
        let reading = list(Platform::Jsonld, Way::Page, name);
        let status = rusty_events::facts::listing::Status::Cancelled;
        reading
            .listings
            .iter()
            .filter(|listing| listing.status == status)
            .count()
    };
    assert_eq!(cancelled("schema-org/array-cancelled-outsavvy.html"), 2);
    assert_eq!(cancelled("schema-org/array-cancelled-arena.html"), 1);
}

#[test]
fn a_real_luma_feed_keeps_what_is_recent() {
    let Some(folder) = payloads() else { return };
    let body = std::fs::read(folder.join("luma/ics-calendar-nairobi-devops.ics")).unwrap();
    let page = page("https://example.org/x.ics", Purpose::List, Way::Feed, body);
    let source = source(Platform::Luma, "https://luma.com/calendar/cal-1");
    let reading = read::read(
        &source,
        &page,
        &Known::default(),
        at("2023-10-01T00:00:00Z"),
    )
    .unwrap();
    assert_eq!((reading.entries, reading.listings.len()), (66, 66));
    for listing in &reading.listings {
        assert!(
            listing.key.starts_with("evt-") || listing.key.starts_with("calev-"),
            "{listing:?}"
        );
        let link = listing.link.as_deref().unwrap();
        assert_eq!(
            link.starts_with("https://luma.com/"),
            listing.key.starts_with("evt-"),
            "{link}"
        );
        let address = listing
            .locations
            .iter()
            .find_map(|location| location.address.as_deref());
        assert!(
            address.is_none_or(|address| !address.starts_with("http")),
            "{listing:?}"
        );
        assert!(
            !listing.description.contains("Get up-to-date"),
            "{listing:?}"
        );
    }
    let now = read::read(
        &source,
        &page,
        &Known::default(),
        at("2025-06-01T00:00:00Z"),
    )
    .unwrap();
    assert!(now.listings.len() < 66 && now.entries == 66);
}

/// The pages of the archive that have their events in their text, their lists and their tables: how many are read
/// as a person reads them, the right number and the first title.
#[test]
fn real_pages_without_mark_up_are_read_as_a_person_reads_them() {
    let Some(folder) = crate::corpus().map(|folder| folder.join("pages")) else {
        return;
    };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let kinds = ["html-prose", "html-list", "html-table", "time-element"];
    let (mut right, mut all) = (0, 0);
    for row in index.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        if columns.len() < 7 || !kinds.contains(&columns[1]) {
            continue;
        }
        let count: usize = columns[5].parse().unwrap();
        let title = columns[6].split(" | ").next().unwrap_or_default();
        let title = title.trim_matches('"');
        let body = std::fs::read(folder.join(columns[0])).unwrap();
        // Pages name days of the week: they are read in their own year.
        let year = columns[4]
            .get(..4)
            .filter(|year| year.parse::<u16>().is_ok());
        let month = columns[4].get(5..7).filter(|month| {
            month
                .parse::<u8>()
                .is_ok_and(|month| (1..=12).contains(&month))
        });
        let at = at(&format!(
            "{}-{}-15T12:00:00Z",
            year.unwrap_or("2026"),
            month.unwrap_or("06")
        ));
        let page = Page {
            at,
            ..page("https://site.example/x/", Purpose::List, Way::Page, body)
        };
        let (entries, first) = match read_page(Platform::Html, &page) {
            Ok(reading) => (
                reading.entries,
                reading
                    .listings
                    .first()
                    .map_or(String::new(), |listing| listing.title.clone()),
            ),
            Err(_) => (0, String::new()),
        };
        let same = entries == count
            && (count == 0
                || !first.is_empty() && (title.contains(&first) || first.contains(title)));
        all += 1;
        right += usize::from(same);
        if !same {
            crate::said(&format!(
                "{}: {entries} of {count}, {first:?} for {title:?}",
                columns[0]
            ));
        }
    }
    crate::said(&format!(
        "{right} of {all} pages without mark-up are read as a person reads them"
    ));
    assert!(right * 10 >= all * 9, "{right} of {all}");
}
