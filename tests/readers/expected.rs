//! The events of a platform's pages, as a table beside them: `tests/pages/NAME/expected.tsv`. A platform that answers
//! with a calendar or with schema.org events needs no other test.
//!
//! Columns: way, the source's address, the page's file, and of each of its events start, title, place and link; `-` for
//! what it does not say.

use super::*;
use rusty_events::facts::listing::Location;
use std::collections::BTreeMap;
use std::path::Path;

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty())
        .unwrap_or_else(|| "-".to_owned())
}

fn start(start: &Stamp) -> String {
    match start {
        Stamp::Date(day) => day.to_string(),
        Stamp::Floating(local) => format!("{local:?}"),
        Stamp::Zoned(local, zone) => format!("{local:?}[{zone}]"),
        Stamp::Offset(at) => at.to_rfc3339(),
        Stamp::Utc(at) => format!("{at:?}"),
    }
}

fn place(location: &Location) -> String {
    let parts = [
        &location.venue,
        &location.address,
        &location.city,
        &location.state,
        &location.country,
    ];
    let said: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    said.join(", ")
}

fn event(listing: &Listing) -> String {
    let places: Vec<String> = listing.locations.iter().map(place).collect();
    let columns = [
        start(&listing.start),
        listing.title.clone(),
        or_dash(Some(places.join("; "))),
        or_dash(listing.link.clone()),
    ];
    columns.join("\t")
}

/// The tables, each with the name of its platform.
fn tables() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut tables: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let folder = entry.unwrap();
            let name = folder.file_name().to_string_lossy().into_owned();
            let table = std::fs::read_to_string(folder.path().join("expected.tsv")).ok()?;
            Some((name, table))
        })
        .collect();
    tables.sort();
    tables
}

#[test]
fn the_events_of_a_page_are_those_of_the_table_beside_it() {
    let tables = tables();
    assert!(tables.len() > 2, "tests/pages has lost its tables");
    for (name, table) in tables {
        let platform = Platform::named(&name).unwrap();
        let mut expected: BTreeMap<[&str; 3], Vec<&str>> = BTreeMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.splitn(4, '\t').collect();
            let [way, address, file, event] = columns[..] else {
                panic!("{name}: {line:?} has fewer than four columns");
            };
            let page = expected.entry([way, address, file]).or_default();
            page.push(event);
        }
        for ([way, address, body], expected) in expected {
            let way = Way::ALL.into_iter().find(|known| known.name() == way);
            let source = source(platform, address);
            let request = read::first_request(&source, way.unwrap(), now())
                .unwrap_or_else(|| panic!("{name}: {address} is not asked"));
            let mut page = page(&request.url, request.purpose.clone(), request.way, "");
            page.body = file(&format!("{name}/{body}"));
            let reading = read::read(&source, &page, &Known::default(), now()).unwrap();
            let found: Vec<String> = reading.listings.iter().map(event).collect();
            assert_eq!(found, expected, "{name}/{body}");
            assert_eq!(
                reading.entries,
                found.len(),
                "{name}/{body}: events are lost"
            );
        }
    }
}
