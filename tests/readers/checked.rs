//! Events by hand that repeat: `check` and `assume`.

use super::*;
use rusty_events::config;
use rusty_events::facts::listing::About;

const EVENT: &str = r#"
[[event]]
title = "Crab Night"
start = "2026-01-08T19:00"
repeats = "second thursday"
except = ["2026-10-08"]
place = "Linz, AT"
organiser = "Crab Club"
"#;

/// The sources of a configuration with that event.
fn sources(more: &str) -> Result<Vec<Source>, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sources")).unwrap();
    std::fs::write(folder.path().join("service.toml"), "").unwrap();
    std::fs::write(
        folder.path().join("sources/manual.toml"),
        format!("{EVENT}{more}\n"),
    )
    .unwrap();
    match config::read_with(Some(folder.path()), "") {
        Ok(configuration) => Ok(configuration.sources),
        Err(problems) => Err(problems.to_string()),
    }
}

fn held_to(html: &str) -> Result<Reading, Unreadable> {
    let sources = sources("check = \"https://crab.example/termine/\"").unwrap();
    let source = sources
        .iter()
        .find(|source| source.platform == Platform::Checked)
        .unwrap();
    let asked = read::first_request(source, Way::Page, now()).unwrap();
    assert_eq!(
        asked.url, "https://crab.example/termine/",
        "as it is written"
    );
    let page = page(
        "https://crab.example/termine/",
        Purpose::List,
        Way::Page,
        html,
    );
    read::read(source, &page, &Known::default(), now())
}

#[test]
fn a_day_that_the_page_names_takes_place_and_the_others_are_asked_for() {
    let reading = held_to(
        "<h1>Termine</h1><p>Nächste Treffen: Donnerstag, 10. September, und 24.12.2026.</p>",
    )
    .unwrap();
    let asked: Vec<(Stamp, bool)> = reading
        .listings
        .iter()
        .map(|listing| {
            (
                listing.start,
                listing
                    .doubts
                    .iter()
                    .any(|doubt| doubt.about == About::Check),
            )
        })
        .collect();
    let vienna = chrono_tz::Europe::Vienna;
    // 13 August is over, 8 October is excepted, and later days are too far off.
    assert_eq!(asked, [(zoned("2026-09-10T19:00:00", vienna), false)]);
    let reading = held_to("<h1>Termine</h1><p>Abgesagt ist der 1. Mai 2026.</p>").unwrap();
    assert_eq!(reading.listings.len(), 1);
    assert_eq!(reading.listings[0].doubts[0].other, "2026-09-10");
    assert_eq!(keys(&reading)[0].split('@').next_back(), Some("2026-09-10"));
}

#[test]
fn a_page_without_days_checks_nothing() {
    let said = held_to("<h1>Crab Club</h1><p>We are moving.</p>")
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("names no day") && said.contains("Crab Night"),
        "{said}"
    );
}

#[test]
fn what_is_assumed_is_a_series_of_the_configuration() {
    let sources = sources("assume = true\nuntil = \"2026-12-31\"").unwrap();
    let [manual] = &sources[..] else {
        panic!("{sources:?}");
    };
    let Address::Inline(events) = &manual.address else {
        panic!("{manual:?}");
    };
    let reading = read::read_inline(manual, events);
    let rule = reading.listings[0].rule.as_ref().unwrap();
    assert_eq!(
        rule.rules,
        ["FREQ=MONTHLY;BYDAY=2TH;UNTIL=20261231T235959Z"]
    );
    assert_eq!(rule.except_dates.len(), 1);
}

#[test]
fn one_of_check_and_assume_is_needed() {
    let said = sources("").unwrap_err();
    assert!(
        said.contains("needs check") && said.contains("assume = true"),
        "{said}"
    );
}
