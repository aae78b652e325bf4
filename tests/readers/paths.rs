//! `platform = "json"`: what paths pick, what is said when they find nothing, and the rules that a document suggests.

use super::*;
use rusty_events::facts::listing::End;
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::{Pick, Rules};

const URL: &str = "https://crab.example/api/treffen.json";

/// Names that no program has.
const TREFFEN: &str = r#"{"stand": "2026-08-01", "daten": {"treffen": [
    {"id": 20000001, "kopf": {"worum": "Tokio im Betrieb"}, "wann": {"tag": "20. August 2026", "uhr": "19–21 Uhr"}, "ort": {"stadt": "Linz, Austria"}, "seite": "/t/1", "art": "vor Ort", "angelegt": "2026-07-01"},
    {"id": 20000002, "kopf": {"worum": "Embassy"}, "wann": {"tag": "17. September 2026"}, "seite": "/t/2", "art": "online", "angelegt": "2026-07-02"}
]}, "weiter": "/api/treffen.json?seite=2"}"#;

fn rules() -> Rules {
    Rules {
        item: "daten.treffen".to_owned(),
        title: Pick::parse("kopf.worum"),
        date: Pick::parse("wann.tag"),
        time: Some(Pick::parse("wann.uhr")),
        end: None,
        place: Some(Pick::parse("ort.stadt")),
        link: Some(Pick::parse("seite")),
        mode: Some(Pick::parse("art")),
        next: Some(Pick::parse("weiter")),
        empty: None,
        date_format: None,
        language: Some("de".to_owned()),
    }
}

fn by(rules: Option<Rules>, json: &str) -> Result<Reading, Unreadable> {
    let source = Source {
        rules,
        ..source(Platform::Json, URL)
    };
    read::read(&source, &answer(json), &Known::default(), now())
}

fn answer(json: &str) -> Page {
    Page {
        content_type: Some("application/json".to_owned()),
        ..page(URL, Purpose::List, Way::Items, json)
    }
}

fn refused_by(rules: Rules, json: &str) -> String {
    by(Some(rules), json).unwrap_err().to_string()
}

#[test]
fn each_path_picks_its_value() {
    let reading = by(Some(rules()), TREFFEN).unwrap();
    assert_eq!((reading.entries, reading.whole), (2, true));
    assert_eq!(titles(&reading), ["Tokio im Betrieb", "Embassy"]);
    let [tokio, embassy] = &reading.listings[..] else {
        panic!("{reading:?}");
    };
    assert_eq!(tokio.start, floating("2026-08-20T19:00:00"));
    assert_eq!(tokio.end, Some(End::At(floating("2026-08-20T21:00:00"))));
    assert_eq!(tokio.link.as_deref(), Some("https://crab.example/t/1"));
    assert_eq!(tokio.locations[0].venue.as_deref(), Some("Linz, Austria"));
    assert_eq!((tokio.mode, tokio.way), (Some(Mode::InPerson), Way::Items));
    assert_eq!(
        (embassy.mode, embassy.locations.len()),
        (Some(Mode::Virtual), 0)
    );
    assert_eq!(
        reading.next[0].url,
        "https://crab.example/api/treffen.json?seite=2"
    );
}

#[test]
fn an_object_of_events_a_star_a_place_in_a_list_and_a_key_with_a_dot_are_paths() {
    let of = |item: &str, title: &str, date: &str| Rules {
        item: item.to_owned(),
        title: Pick::parse(title),
        date: Pick::parse(date),
        time: None,
        place: None,
        link: None,
        mode: None,
        next: None,
        ..rules()
    };
    for (rules, json) in [
        (of(".", "t", "d"), r#"[{"t": "One", "d": "2026-09-01"}]"#),
        (
            of("all", "t", "d"),
            r#"{"all": {"a1": {"t": "One", "d": "2026-09-01"}}}"#,
        ),
        (
            of("months.*.events.*", "t", "d"),
            r#"{"months": [{"events": []}, {"events": [{"t": "One", "d": "2026-09-01"}]}]}"#,
        ),
        (
            of("all", "names.0", "d.e"),
            r#"{"all": [{"names": ["One", "Two"], "d.e": "2026-09-01"}]}"#,
        ),
        (
            of("all", "t", "d"),
            r#"{"all": [{"t": {"rendered": "One"}, "d": 1788220800}]}"#,
        ),
    ] {
        let item = rules.item.clone();
        let reading = by(Some(rules), json).unwrap_or_else(|why| panic!("{json}: {why}"));
        assert_eq!(titles(&reading), ["One"], "{item}");
        assert_eq!(
            reading.listings[0].start.date().to_string(),
            "2026-09-01",
            "{item}"
        );
    }
}

#[test]
fn a_path_that_finds_nothing_is_named_with_what_the_document_has() {
    let of = |change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        refused_by(rules, TREFFEN)
    };
    assert_eq!(
        of(|rules| rules.item = "daten.events".to_owned()),
        "rule item = \"daten.events\" finds nothing; the document has the keys daten, stand, weiter"
    );
    assert_eq!(
        of(|rules| rules.title = Pick::parse("name")),
        "rule title = \"name\" finds nothing in the 2 entries of item = \"daten.treffen\"; the first one has the keys angelegt, art, id, kopf, ort, seite, wann"
    );
    let said = of(|rules| rules.date = Pick::parse("art"));
    assert!(
        said.contains("none of its 2 entries can be read: rule date:"),
        "{said}"
    );
    let said = refused_by(rules(), "<html><title>Sign in</title></html>");
    assert!(said.contains("is no JSON"), "{said}");
    // One entry that cannot be read is lost alone.
    let half = TREFFEN.replace("17. September 2026", "demnächst");
    let reading = by(Some(rules()), &half).unwrap();
    assert_eq!((reading.listings.len(), reading.whole), (1, false));
    assert!(
        reading.problems[0].what.contains("names no day"),
        "{:?}",
        reading.problems
    );
}

#[test]
fn a_list_that_is_there_and_empty_is_empty() {
    let reading = by(Some(rules()), r#"{"daten": {"treffen": []}}"#).unwrap();
    assert_eq!((reading.entries, reading.whole), (0, true));
    // A list that comes and goes needs a word of its own.
    let said = refused_by(rules(), r#"{"daten": {}}"#);
    assert!(said.contains("finds nothing"), "{said}");
    let with = Rules {
        empty: Some("daten.hinweis".to_owned()),
        ..rules()
    };
    let reading = by(Some(with), r#"{"daten": {"hinweis": "Sommerpause"}}"#).unwrap();
    assert_eq!((reading.entries, reading.whole), (0, true));
}

#[test]
fn paths_that_cannot_be_read_are_named() {
    let wrong = Rules {
        item: "daten..treffen".to_owned(),
        title: Pick::parse("kopf @href"),
        date: Pick {
            regex: Some("(".to_owned()),
            ..Pick::parse("wann.tag")
        },
        ..rules()
    };
    let faults = read::faults_of_rules(&Source {
        rules: Some(wrong.clone()),
        ..source(Platform::Json, URL)
    });
    let names: Vec<&str> = faults.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["item", "title", "date"]);
    assert!(refused_by(wrong, TREFFEN).contains("is no path such as"));
}

#[test]
fn without_rules_the_usual_names_are_read() {
    let usual = r#"{"events": [{"title": "One", "start": "2026-09-01T18:00:00Z", "url": "https://crab.example/1"}]}"#;
    assert_eq!(titles(&by(None, usual).unwrap()), ["One"]);
    assert!(by(None, TREFFEN).is_err());
    assert!(by(None, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").is_err());
}

#[test]
fn a_document_with_names_of_its_own_suggests_rules() {
    let json = r#"{"stand": "2026-08-01", "partner": [{"firma": "A", "web": "https://a.example/"}, {"firma": "B", "web": "https://b.example/"}],
        "daten": {"treffen": [
        {"id": 20000001, "worum": "Tokio im Betrieb", "zeiten": {"datum": "2026-08-20T19:00:00+02:00", "ende": "2026-08-20T21:00:00+02:00"}, "stadt_ort": "Linz", "link": "https://crab.example/t/1", "created": "2026-07-01", "wer": "Ferris"},
        {"id": 20000002, "worum": "Embassy", "zeiten": {"datum": "2026-09-17T19:00:00+02:00", "ende": "2026-09-17T21:00:00+02:00"}, "stadt_ort": "Wels", "link": "https://crab.example/t/2", "created": "2026-07-02", "wer": "Ferris"},
        {"id": 20000003, "worum": "Leptos", "zeiten": {"datum": "2026-10-15T19:00:00+02:00", "ende": "2026-10-15T21:00:00+02:00"}, "stadt_ort": "Linz", "link": "https://crab.example/t/3", "created": "2026-07-03", "wer": "Ferris"}]}}"#;
    let (platform, rules) = read::propose(&answer(json)).unwrap();
    let rules = rules.unwrap();
    assert_eq!(platform, Platform::Json);
    let picked = |pick: &Option<Pick>| pick.as_ref().map(ToString::to_string);
    assert_eq!(rules.item, "daten.treffen");
    assert_eq!(rules.title.to_string(), "worum");
    assert_eq!(rules.date.to_string(), "zeiten.datum");
    assert_eq!(picked(&rules.end).as_deref(), Some("zeiten.ende"));
    assert_eq!(picked(&rules.place).as_deref(), Some("stadt_ort"));
    assert_eq!(picked(&rules.link).as_deref(), Some("link"));
    let reading = by(Some(rules), json).unwrap();
    assert_eq!(titles(&reading), ["Tokio im Betrieb", "Embassy", "Leptos"]);
    // Usual names need no rules; a list without days gives none.
    let usual =
        r#"[{"title": "One", "start": "2026-09-01T18:00:00Z", "url": "https://crab.example/1"}]"#;
    assert_eq!(read::propose(&answer(usual)), Some((Platform::Json, None)));
    let posts = r#"[{"name_of_it": "One", "created": "2026-09-01"}, {"name_of_it": "Two", "created": "2026-09-02"}]"#;
    assert_eq!(read::propose(&answer(posts)), None);
}
