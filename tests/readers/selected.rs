//! `platform = "html"` with rules: what they pick, and what is said when they find nothing.

use super::*;
use rusty_events::facts::listing::End;
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::{Pick, Rules};

const URL: &str = "https://crab.example/termine/";

const PAGE: &str = "<html lang=de><div class=nav>12.12.2026</div>
    <article class='event big'><h3><a href=/t/1>Tokio im Betrieb</a></h3><p class=when>Donnerstag, 20. August 2026</p>
    <p class=hours>19–21 Uhr</p><p class=meta>Vor Ort, at Stadtbücherei</p></article>
    <article class='event'><h3><a href=/t/2>Embassy</a></h3><p class=when>17.9.2026</p><p class=meta>online, at Jitsi</p></article>
    <a class=next href='?page=2'>weiter</a></html>";

fn rules() -> Rules {
    Rules {
        item: "article.event".to_owned(),
        title: Pick::parse("h3 a"),
        date: Pick::parse("p.when"),
        time: Some(Pick::parse("p.hours")),
        end: None,
        place: Some(Pick {
            regex: Some("at (.+)$".to_owned()),
            ..Pick::parse("p.meta")
        }),
        link: Some(Pick::parse("h3 a @href")),
        mode: Some(Pick::parse("p.meta")),
        next: Some(Pick::parse("a.next @href")),
        empty: Some("p.none".to_owned()),
        date_format: None,
        language: None,
    }
}

fn by(rules: Rules, html: &str) -> Result<Reading, Unreadable> {
    let source = Source {
        rules: Some(rules),
        ..source(Platform::Html, URL)
    };
    let page = page(URL, Purpose::List, Way::Page, html);
    read::read(&source, &page, &Known::default(), now())
}

/// The rules that a web page suggests.
fn proposed_for(page: &Page) -> Option<Rules> {
    let (platform, rules) = read::propose(page)?;
    assert_eq!(platform, Platform::Html);
    rules
}

fn refused_by(rules: Rules, html: &str) -> String {
    by(rules, html).unwrap_err().to_string()
}

#[test]
fn each_rule_picks_its_value() {
    let reading = by(rules(), PAGE).unwrap();
    assert_eq!(
        (reading.entries, reading.whole, titles(&reading)),
        (2, true, vec!["Tokio im Betrieb", "Embassy"])
    );
    let [tokio, embassy] = &reading.listings[..] else {
        panic!("{reading:?}");
    };
    assert_eq!(tokio.start, floating("2026-08-20T19:00:00"));
    assert_eq!(tokio.end, Some(End::At(floating("2026-08-20T21:00:00"))));
    assert_eq!(tokio.link.as_deref(), Some("https://crab.example/t/1"));
    assert_eq!(tokio.mode, Some(Mode::InPerson));
    assert_eq!(tokio.locations[0].venue.as_deref(), Some("Stadtbücherei"));
    assert_eq!(
        (embassy.start, embassy.mode),
        (day("2026-09-17"), Some(Mode::Virtual))
    );
    assert!(
        tokio.doubts.is_empty(),
        "rules are no prose: {:?}",
        tokio.doubts
    );
    assert_eq!(
        next(&reading),
        [("https://crab.example/termine/?page=2", None)]
    );
}

#[test]
fn a_rule_that_finds_nothing_is_named_with_what_the_page_has() {
    let redesigned = PAGE.replace("class='event", "class='card");
    let said = refused_by(rules(), &redesigned);
    assert!(
        said.contains("rule item = \"article.event\" finds nothing"),
        "{said}"
    );
    assert!(said.contains("days stand in \"article.card\""), "{said}");

    let said = refused_by(rules(), &PAGE.replace("class=when", "class=date"));
    assert!(
        said.contains("rule date = \"p.when\" finds nothing in the 2 entries"),
        "{said}"
    );
    assert!(said.contains("Tokio im Betrieb"), "{said}");

    let said = refused_by(rules(), "<p>nothing here</p>");
    assert!(said.contains("no list of days"), "{said}");
    // Only what the rules know as an empty list is one.
    let empty = by(rules(), "<p class=none>Keine Termine</p>").unwrap();
    assert_eq!((empty.entries, empty.whole), (0, true));
}

#[test]
fn an_entry_without_a_day_is_a_problem_and_the_others_stay() {
    let reading = by(rules(), &PAGE.replace("17.9.2026", "demnächst")).unwrap();
    assert_eq!(
        (reading.entries, reading.whole, titles(&reading)),
        (2, false, vec!["Tokio im Betrieb"])
    );
    assert!(
        problems(&reading)[0].contains("rule date: \"demnächst\" names no day"),
        "{:?}",
        problems(&reading)
    );
}

#[test]
fn a_form_and_an_attribute_of_the_entry_itself() {
    let html =
        "<li class=e data-start='08/09/2026 18:00' data-url=https://crab.example/x>Crab night</li>";
    let of = Rules {
        item: "li.e".to_owned(),
        title: Pick::parse(""),
        date: Pick::parse("@data-start"),
        link: Some(Pick::parse("@data-url")),
        date_format: Some("%d/%m/%Y %H:%M".to_owned()),
        time: None,
        place: None,
        mode: None,
        next: None,
        ..rules()
    };
    let reading = by(of.clone(), html).unwrap();
    assert_eq!(reading.listings[0].start, floating("2026-09-08T18:00:00"));
    assert_eq!(keys(&reading), ["https://crab.example/x"]);
    let said = refused_by(
        Rules {
            date_format: Some("%Y".to_owned()),
            ..of.clone()
        },
        html,
    );
    assert!(said.contains("date-format"), "{said}");
    // Without a form nothing shows which number is the day.
    let said = refused_by(
        Rules {
            date_format: None,
            ..of
        },
        html,
    );
    assert!(
        said.contains("may put the day or the month first"),
        "{said}"
    );
}

#[test]
fn selectors_that_cannot_be_read_are_named() {
    let wrong = Rules {
        item: "article..event".to_owned(),
        title: Pick::parse("h3:has(a)"),
        date: Pick {
            regex: Some("(".to_owned()),
            ..Pick::parse("p")
        },
        ..rules()
    };
    let faults = read::faults_of_rules(&Source {
        rules: Some(wrong.clone()),
        ..source(Platform::Html, URL)
    });
    let names: Vec<&str> = faults.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["item", "title", "date"]);
    assert!(refused_by(wrong, PAGE).contains("is not a CSS selector"));
}

#[test]
fn a_page_suggests_its_own_rules() {
    let page = page(URL, Purpose::List, Way::Page, PAGE);
    let proposed = proposed_for(&page).unwrap();
    assert_eq!(proposed.item, "article.event");
    assert_eq!(proposed.title.to_string(), "h3");
    assert_eq!(proposed.date.to_string(), "p.when");
    assert_eq!(proposed.link.as_ref().unwrap().to_string(), "h3 > a @href");
    assert_eq!(proposed.time.as_ref().unwrap().to_string(), "p.hours");
    assert_eq!(proposed.next, None, "a class is only a name");
    let with_next = PAGE.replace("class=next", "rel='nofollow next'");
    let page = super::page(URL, Purpose::List, Way::Page, with_next.clone());
    let next = proposed_for(&page).unwrap();
    let reading = by(next, &with_next).unwrap();
    assert_eq!(reading.next[0].url, "https://crab.example/termine/?page=2");
    let reading = by(proposed, PAGE).unwrap();
    assert_eq!(titles(&reading), ["Tokio im Betrieb", "Embassy"]);
    assert_eq!(reading.listings[0].start, floating("2026-08-20T19:00:00"));
}

#[test]
fn rows_and_links_that_are_the_whole_entry_suggest_rules_too() {
    let table = "<table id=list><tr><th>Datum</th><th>Thema</th></tr><tr><td>13.08.2026</td><td><a href=/a>Allokatoren</a></td></tr>
        <tr><td>10.09.2026</td><td><a href=/b>Makros</a></td></tr><tr><td>15.10.2026</td><td><a href=/c>Pinning</a></td></tr></table>";
    let links = "<ul class=soirees><li><a href=/1>20/08/2026 - Soirée Tokio</a></li><li><a href=/2>10/09/2026 - Soirée Wasm</a></li></ul>";
    for (html, expected) in [
        (table, vec!["Allokatoren", "Makros", "Pinning"]),
        (links, vec!["Soirée Tokio", "Soirée Wasm"]),
    ] {
        let page = page(URL, Purpose::List, Way::Page, html);
        let proposed = proposed_for(&page).unwrap_or_else(|| panic!("{html}"));
        let reading = by(proposed.clone(), html).unwrap();
        assert_eq!(titles(&reading), expected, "{proposed:?}");
        assert!(
            reading
                .listings
                .iter()
                .all(|listing| listing.link.is_some()),
            "{proposed:?}"
        );
    }
    let alone = page(
        URL,
        Purpose::List,
        Way::Page,
        "<h1>Crab night</h1><p>13.08.2026</p>",
    );
    assert_eq!(proposed_for(&alone), None);
}
