//! `[source.rules]`, and `repeats`, `until`, `except`, `check` and `assume` of `[[event]]`: right and wrong values.

use super::{problems, read, source};
use rusty_events::facts::source::Platform;

/// The one problem of a source with these rules.
fn rules(platform: &str, lines: &str) -> String {
    source(&format!(
        "[[source]]\nid = \"s\"\nurl = \"https://s.example/\"\nplatform = {platform:?}\n[source.rules]\n{lines}\n"
    ))
}

/// The one problem of an event with these further lines.
fn event(lines: &str) -> String {
    source(&format!(
        "[[event]]\ntitle = \"T\"\nstart = 2026-09-10\nlink = \"https://s.example/1\"\n{lines}\n"
    ))
}

#[test]
fn rules_are_read_with_their_attributes_and_expressions() {
    let text = "[[source]]\nid = \"s\"\nurl = \"https://s.example/\"\nplatform = \"html\"\nrules.item = \"article\"\n\
        rules.title = \"h3 a\"\nrules.date = \"time @datetime\"\nrules.place = [\"p.meta\", \"at (.+)$\"]\nrules.link = [\"\", \"x\"]\n\
        rules.language = \"de\"\nrules.date-format = \"%d/%m/%Y\"\n";
    let configuration = read(&[("sources/s.toml", text)]);
    let rules = configuration.sources[0].rules.clone().unwrap();
    assert_eq!(rules.date.attribute.as_deref(), Some("datetime"));
    assert_eq!(rules.place.unwrap().regex.as_deref(), Some("at (.+)$"));
    assert_eq!(rules.link.unwrap().selector, "", "the entry itself");
    assert_eq!(rules.date_format.as_deref(), Some("%d/%m/%Y"));
    let json = "[[source]]\nid = \"s\"\nurl = \"https://s.example/\"\nplatform = \"json\"\nrules.item = \".\"\nrules.title = \"t\"\nrules.date = \"d\"\n";
    let configuration = read(&[("sources/s.toml", json)]);
    assert_eq!(configuration.sources[0].platform, Platform::Json);
    // Without rules the usual names are read.
    let json = "[[source]]\nid = \"s\"\nurl = \"https://s.example/\"\nplatform = \"json\"\n";
    assert_eq!(read(&[("sources/s.toml", json)]).sources[0].rules, None);
}

#[test]
fn rules_with_wrong_values_are_refused() {
    for (lines, what) in [
        ("title = \"h3\"\ndate = \"time\"", "rules.item: is missing"),
        (
            "item = \"article\"\ndate = \"time\"",
            "rules.title: is missing",
        ),
        (
            "item = \"article\"\ntitle = \"h3\"",
            "rules.date: is missing",
        ),
        (
            "item = \"\"\ntitle = \"h3\"\ndate = \"time\"",
            "rules.item: is empty",
        ),
        (
            "item = [\"article\"]\ntitle = \"h3\"\ndate = \"time\"",
            "rules.item: a string is expected, not a list",
        ),
        (
            "item = \"article\"\ntitle = [\"h3\"]\ndate = \"time\"",
            "rules.title: a selector is expected, or a list of a selector and a regular expression",
        ),
        (
            "item = \"article\"\ntitle = [\"h3\", \"a\", \"b\"]\ndate = \"time\"",
            "rules.title: a selector is expected, or a list of a selector and a regular expression",
        ),
        (
            "item = \"article\"\ntitle = \"h3\"\ndate = 3",
            "rules.date: a string is expected, not a number",
        ),
        (
            "item = \"article\"\ntitle = \"h3\"\ndate = \"time\"\nplaces = \"p\"",
            "rules.places: unknown key; did you mean \"place\"?",
        ),
    ] {
        let said = rules("html", lines);
        assert!(said.contains(what), "{lines}\n{said}");
    }
    let said = rules("ics", "item = \"article\"\ntitle = \"h3\"\ndate = \"time\"");
    assert!(
        said.ends_with("rules: are for platform = \"html\" and platform = \"json\" only"),
        "{said}"
    );
}

#[test]
fn an_event_that_repeats_needs_a_rule_and_a_page_or_trust() {
    let right = "[[event]]\ntitle = \"T\"\nstart = 2026-09-10\nlink = \"https://s.example/1\"\nrepeats = \"second thursday\"\n\
        until = 2027-03-01\nexcept = [2026-12-10]\nassume = true\n";
    read(&[("sources/s.toml", right)]);
    for (lines, what) in [
        (
            "repeats = \"every second moon\"\nassume = true",
            "repeats: \"every second moon\" is neither like \"second thursday\"",
        ),
        (
            "repeats = \"FREQ=WEEKLY;UNTIL=20270101\"\nassume = true",
            "repeats: write the last day as until = \"…\"",
        ),
        (
            "repeats = 2\nassume = true",
            "repeats: a string is expected, not a number",
        ),
        (
            "repeats = \"second thursday\"",
            "repeats: needs check = \"https://…\", the page that names its days, or assume = true",
        ),
        (
            "repeats = \"second thursday\"\nassume = \"yes\"\ncheck = \"https://s.example/\"",
            "assume: true or false is expected, not a string",
        ),
        (
            "repeats = \"second thursday\"\ncheck = \"termine.html\"",
            "check: ",
        ),
        (
            "repeats = \"second thursday\"\nassume = true\nuntil = \"spring\"",
            "until: ",
        ),
        (
            "repeats = \"second thursday\"\nassume = true\nexcept = [\"never\"]",
            "except: ",
        ),
        (
            "repeats = \"second thursday\"\nassume = true\nexcept = 2026-12-10",
            "except: a list is expected",
        ),
    ] {
        let said = event(lines);
        assert!(
            said.contains(&format!("event \"T\": {what}")),
            "{lines}\n{said}"
        );
    }
    for (key, value) in [
        ("until", "2027-03-01"),
        ("except", "[2026-12-10]"),
        ("check", "\"https://s.example/\""),
        ("assume", "true"),
    ] {
        let said = event(&format!("{key} = {value}"));
        let what = format!("{key}: is for events that repeat: write repeats = \"second thursday\"");
        assert!(said.contains(&what), "{said}");
    }
    // Several at once are reported at once.
    let text = "[[event]]\ntitle = \"T\"\nstart = 2026-09-10\nlink = \"https://s.example/1\"\nuntil = 2027-03-01\nassume = true\n";
    assert_eq!(problems(&[("sources/s.toml", text)]).len(), 2);
}
