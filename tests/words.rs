//! The words of the pages: every language has each text, and a visitor gets the one that the browser asks for.

use rusty_events::facts::when::When;
use rusty_events::server::pages::Say;
use rusty_events::words::Languages;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn file(tag: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words");
    fs::read_to_string(folder.join(format!("{tag}.toml"))).unwrap()
}

#[test]
fn every_language_that_is_compiled_in_is_whole() {
    let languages = Languages::compiled().unwrap_or_else(|wrong| panic!("{wrong}"));
    let tags: Vec<&str> = languages.all().iter().map(|known| known.tag()).collect();
    let mut files: Vec<String> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
    files.sort();
    let mut expected: Vec<String> = tags.iter().map(|tag| format!("{tag}.toml")).collect();
    expected.sort();
    assert_eq!(
        files, expected,
        "a file of words that no line of words.rs names"
    );
}

#[test]
fn a_file_says_what_is_wrong_with_it() {
    let english = file("en");
    let wrong = |from: &str, to: &str| {
        assert!(english.contains(from), "{from}");
        let other = english.replacen(from, to, 1);
        let read = Languages::read(&[("en", &english), ("xx", &other)]);
        read.unwrap_err().to_string()
    };
    let said = wrong("skip = \"Skip to the content\"\n", "");
    assert_eq!(said, "data/words/xx.toml: page.skip is missing");
    let said = wrong("[menu]\n", "[menu]\nhome = \"Home\"\n");
    assert_eq!(said, "data/words/xx.toml: menu.home is not in en");
    let said = wrong("{events} by {groups}\"", "{events} by {gruppen}\"");
    assert!(said.contains("front.by has other placeholders"), "{said}");
    let said = wrong("[Add it](check)", "Add it");
    assert!(
        said.contains("groups.missing has other placeholders"),
        "{said}"
    );
    let said = wrong("{ one = \"{count} group\", other", "{ other");
    assert!(
        said.contains("count.groups: has one of two forms"),
        "{said}"
    );
    let miscounted = ["one = \"{count} group\"", "one = \"{cuont} group\""];
    let said = wrong(miscounted[0], miscounted[1]);
    assert!(said.contains("count.groups: has other"), "{said}");
    // English is compared with no other file.
    let english_alone = english.replacen(miscounted[0], miscounted[1], 1);
    let said = Languages::read(&[("en", &english_alone)]).unwrap_err();
    assert!(said.to_string().contains("count.groups: has other"));
    // One that does not exist, and the hour of a day.
    for pattern in ["%a %-d %b %J", "%a %H"] {
        let to = format!("day = \"{pattern}\"");
        let said = wrong("day = \"%a %-d %b %Y\"", &to);
        assert!(said.contains("dates.day: is no pattern"), "{said}");
    }
    let said = wrong("Mo Tu We Th Fr Sa Su", "Mo Tu We Th Fr Sa");
    assert!(said.contains("months.weekdays: has not seven"), "{said}");
    let said = wrong("Skip to the content", "<b>Skip</b> to the content");
    assert!(said.contains("page.skip: is empty"), "{said}");
    let said = wrong("[Add it](check)", "[Add it(check)");
    assert!(said.contains("groups.missing: has a { or ["), "{said}");
    let said = wrong("locale = \"POSIX\"", "locale = \"de_XX\"");
    assert!(said.contains("\"de_XX\" is no locale"), "{said}");
}

/// CLDR's plural rules: in French and Portuguese 0 is one, in the others it is many.
#[test]
fn a_number_takes_the_form_of_its_language() {
    let languages = Languages::compiled().unwrap();
    let counted = |tag: &str| {
        let language = languages.named(tag).unwrap();
        [0, 1, 2].map(|number| language.count("count.events", number))
    };
    assert_eq!(counted("en"), ["0 events", "1 event", "2 events"]);
    assert_eq!(counted("de"), ["0 Termine", "1 Termin", "2 Termine"]);
    assert_eq!(counted("es"), ["0 eventos", "1 evento", "2 eventos"]);
    assert_eq!(
        counted("fr"),
        ["0 événement", "1 événement", "2 événements"]
    );
    assert_eq!(counted("pt"), ["0 evento", "1 evento", "2 eventos"]);
}

#[test]
fn a_day_is_written_as_its_language_writes_days() {
    let languages = Languages::compiled().unwrap();
    let day = "2026-12-02".parse().unwrap();
    let written = |tag: &str| {
        let language = languages.named(tag).unwrap();
        let date = |key| language.date(key, day);
        format!("{} | {}", date("dates.day"), date("dates.day-month-year"))
    };
    assert_eq!(written("en"), "Wed 2 Dec 2026 | 2 December 2026");
    assert_eq!(written("de"), "Mi, 2. Dez 2026 | 2. Dezember 2026");
    assert_eq!(written("es"), "mié, 2 dic 2026 | 2 de diciembre de 2026");
    assert_eq!(written("fr"), "mer. 2 déc. 2026 | 2 décembre 2026");
    assert_eq!(written("pt"), "qua, 2 dez 2026 | 2 de dezembro de 2026");
}

/// RFC 9110 section 12.5.4 and RFC 4647 section 3.4. The newsletter's language is Portuguese here.
#[test]
fn the_browser_gets_the_best_language_that_it_accepts() {
    let languages = Languages::compiled().unwrap();
    let usual = languages.named("pt").unwrap();
    let long = format!("{}de", "en-x-private,".repeat(100));
    let many = format!("{}de", "it,".repeat(40));
    for (header, expected) in [
        ("de", Some("de")),
        ("DE-at", Some("de")),
        ("de-AT,de;q=0.9,en;q=0.8", Some("de")),
        ("en;q=0.5, fr;q=0.9", Some("fr")),
        ("en;q=0.8,de;q=0.8", Some("en")),
        ("it, en;q=0.1", Some("en")),
        ("pt-BR", Some("pt")),
        ("zh-Hans-CN, es;q=0.001", Some("es")),
        ("en ; q=0.2 , de ; q=0.3", Some("de")),
        ("it", None),
        ("deu", None),
        ("*", Some("pt")),
        ("it, *;q=0.1", Some("pt")),
        ("fr;q=0, *", Some("pt")),
        ("pt;q=0, *", None),
        ("de;q=0", None),
        // What is no range or no weight says nothing.
        ("de;q=2", None),
        ("de;q=0.1234", None),
        ("de;q=, fr;q=x, es;q=0.5", Some("es")),
        ("de;q=-1", None),
        ("de;level=1", None),
        (",, ;q=1, fr", Some("fr")),
        ("", None),
        ("-", None),
        ("de-", Some("de")),
        // No browser sends so much.
        (&long, None),
        (&many, None),
    ] {
        let found = languages.accepted(header, usual);
        assert_eq!(found.map(|language| language.tag()), expected, "{header}");
    }
}

/// Keys of the words that the code names, by the calls that take one.
fn named_keys() -> BTreeSet<String> {
    let call = regex_lite::Regex::new(
        r#"(?:text|with|count|html|date|about)\(\s*"([a-z]+\.[a-z0-9-]+)"(?:, "([a-z]+\.[a-z-]+)")?"#,
    )
    .unwrap();
    let mut keys = BTreeSet::new();
    for source in sources() {
        for found in call.captures_iter(&source) {
            let found = found.iter().skip(1).flatten();
            keys.extend(found.map(|key| key.as_str().to_owned()));
        }
    }
    keys
}

fn sources() -> Vec<String> {
    fn collect(folder: &Path, all: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut all = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"),
        &mut all,
    );
    all
}

#[test]
fn each_text_is_used_and_each_that_is_used_is_there() {
    let languages = Languages::compiled().unwrap();
    let known: BTreeSet<&str> = languages.english().keys().collect();
    let named = named_keys();
    assert!(named.len() > 150, "{}", named.len());
    let missing: Vec<&String> = (named.iter())
        .filter(|key| !known.contains(key.as_str()))
        .collect();
    assert!(missing.is_empty(), "no such text: {missing:?}");
    // Some are chosen by a match first: so any literal counts.
    let sources = sources().concat();
    let unused: Vec<&&str> = (known.iter())
        .filter(|key| !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "in no page: {unused:?}");
}

#[test]
fn a_time_is_written_as_the_language_of_the_page_writes_it() {
    let languages = Languages::compiled().unwrap();
    let evening = When::Timed {
        start: "2025-09-03T17:00:00Z".parse().unwrap(),
        end: None,
        zone: chrono_tz::Europe::Berlin,
    };
    for (tag, written) in [
        ("en", "Wed 3 Sep 2025, 19:00 (Europe/Berlin)"),
        ("es", "mié, 3 sep 2025, 19:00 (Europe/Berlin)"),
        ("pt", "qua, 3 set 2025, 19:00 (Europe/Berlin)"),
    ] {
        let language = languages.all().iter().find(|own| own.tag() == tag).unwrap();
        let say = Say {
            language,
            is_asked: false,
        };
        assert_eq!(say.time(&evening), written);
    }
}
