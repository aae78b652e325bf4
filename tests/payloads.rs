//! What `preview` says of real feeds, pages and answers, against the facts that `payload_facts.toml`
//! states of each.

use crate::{corpus, program};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Files with facts that we contradict, each with the reason.
const CONTRADICTED: &[(&str, &str)] = &[
    (
        "eventbrite/api-v3-organizer-events-page1.json",
        "Ancoats is a district of Manchester, and the city is printed",
    ),
    (
        "eventbrite/html-organizer-page-jsonld.html",
        "Ancoats is a district of Manchester, and the city is printed",
    ),
    (
        "ics-torture/several-vcalendars-in-one-file.ics",
        "three events share UID, SEQUENCE and start: one of them is kept, and which must not depend on their order",
    ),
    (
        "outlook/ics-exchange-gmt-standard.ics",
        "all its titles are Exchange's words for taken time: nothing to print",
    ),
];

/// One table of the facts.
pub(crate) struct Fact<'a>(&'a DeTable<'a>);

impl<'a> Fact<'a> {
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).map(|value| match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            other => panic!("{key}: {other:?} is no text"),
        })
    }

    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        self.0.get(key).map(|value| match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().unwrap(),
            other => panic!("{key}: {other:?} is no number"),
        })
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.0
            .get(key)
            .map(|value| matches!(value.get_ref(), DeValue::Boolean(true)))
    }

    pub(crate) fn tables(&self, key: &str) -> Vec<Fact<'a>> {
        match self.0.get(key).map(|value| value.get_ref()) {
            None => Vec::new(),
            Some(DeValue::Table(table)) => vec![Fact(table)],
            Some(DeValue::Array(list)) => list
                .iter()
                .map(|value| match value.get_ref() {
                    DeValue::Table(table) => Fact(table),
                    other => panic!("{key}: {other:?} is no table"),
                })
                .collect(),
            Some(other) => panic!("{key}: {other:?}"),
        }
    }
}

/// Two times are one if they are the same instant, or the same day.
fn same_time(ours: &str, stated: &str) -> bool {
    use chrono::DateTime;
    match (
        DateTime::parse_from_rfc3339(ours),
        DateTime::parse_from_rfc3339(stated),
    ) {
        (Ok(ours), Ok(stated)) => ours == stated,
        _ => ours == stated,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What of a stated event is not so.
fn differences(event: &Value, fact: &Fact<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check =
        |what: &str, ours: &Value, stated: Option<&str>, same: &dyn Fn(&str, &str) -> bool| {
            let Some(stated) = stated else { return };
            let ours_text = ours.as_str().unwrap_or("nothing");
            if !same(ours_text, stated) {
                wrong.push(format!("{what} is {ours_text:?}, stated {stated:?}"));
            }
        };
    let exact = |ours: &str, stated: &str| ours == stated;
    let loose = |ours: &str, stated: &str| {
        let bare = |url: &str| url.trim_end_matches('/').to_lowercase().replace("www.", "");
        bare(ours) == bare(stated)
    };
    let city = |ours: &str, stated: &str| {
        use rusty_events::facts::place::{Country, Place};
        let country = event["place"]["country"].as_str().and_then(Country::parse);
        let place = |city: &str| country.map(|country| Place::new(Some(city), None, country));
        ours == stated
            || place(ours)
                .zip(place(stated))
                .is_some_and(|(ours, stated)| ours.same_as(&stated))
    };
    check("end", &event["end"], fact.text("end"), &same_time);
    check("zone", &event["zone"], fact.text("zone"), &exact);
    check("mode", &event["mode"], fact.text("mode"), &exact);
    check("status", &event["status"], fact.text("status"), &exact);
    check("city", &event["place"]["city"], fact.text("city"), &city);
    check(
        "state",
        &event["place"]["state"],
        fact.text("state"),
        &exact,
    );
    check(
        "country",
        &event["place"]["country"],
        fact.text("country"),
        &exact,
    );
    check("url", &event["links"][0]["url"], fact.text("url"), &loose);
    if let Some(all_day) = fact.flag("all_day")
        && event["all_day"] != all_day
    {
        wrong.push(format!("all_day is {}, stated {all_day}", event["all_day"]));
    }
    wrong
}

/// What of a file's facts is not so; empty if all is.
fn judged(folder: &Path, fact: &Fact<'_>) -> Vec<String> {
    let path = folder.join("payloads").join(fact.text("path").unwrap());
    let reader = fact.text("reader").unwrap();
    let mut arguments = vec![
        "preview",
        path.to_str().unwrap(),
        "--json",
        "--platform",
        reader,
    ];
    for (flag, key) in [("--now", "now"), ("--zone", "zone"), ("--place", "place")] {
        if let Some(value) = fact.text(key) {
            arguments.extend([flag, value]);
        }
    }
    let ran = program(&arguments);
    let outcome = fact.text("outcome").unwrap();
    let lenient = fact.flag("lenient") == Some(true);
    if ran.code == 1 {
        let said = ran.err.trim().to_owned();
        return match outcome {
            "error" => Vec::new(),
            _ if lenient => Vec::new(),
            _ => vec![format!("not readable: {said}")],
        };
    }
    if outcome == "error" {
        return vec!["was read, though it is no such thing".to_owned()];
    }
    let Ok(answer) = serde_json::from_str::<Value>(&ran.out) else {
        return vec![format!("no answer: {}", ran.err)];
    };
    let mut wrong = Vec::new();
    if let Some(entries) = fact.number("entries")
        && answer["entries"] != entries
        && !lenient
    {
        wrong.push(format!(
            "entries are {}, stated {entries}",
            answer["entries"]
        ));
    }
    let events = answer["events"].as_array().unwrap();
    if outcome == "empty" && !events.is_empty() {
        wrong.push(format!("{} events, stated none", events.len()));
    }
    for stated in fact.tables("first").iter().chain(&fact.tables("also")) {
        let title = stated.text("title").map(folded);
        let named: Vec<&Value> = events
            .iter()
            .filter(|event| {
                title
                    .as_deref()
                    .is_none_or(|title| folded(event["title"].as_str().unwrap()) == title)
            })
            .collect();
        let at = |event: &Value| {
            stated
                .text("start")
                .is_none_or(|start| same_time(event["start"].as_str().unwrap(), start))
        };
        // Two of one title may stand at one time: the likelier one is meant.
        let found = named.iter().copied().filter(|event| at(event));
        let likely = found.map(|event| differences(event, stated));
        match likely.min_by_key(Vec::len) {
            None if lenient => {}
            None => {
                let starts: Vec<&str> = named
                    .iter()
                    .filter_map(|event| event["start"].as_str())
                    .take(3)
                    .collect();
                let start = stated.text("start").unwrap_or_default();
                wrong.push(format!("no {title:?} at {start}; there is {starts:?}"));
            }
            Some(differences) => {
                let differences = differences.into_iter();
                wrong.extend(differences.map(|what| format!("{title:?}: {what}")));
            }
        }
    }
    wrong
}

#[test]
fn previews_agree_with_the_stated_facts() {
    let Some(folder) = corpus() else { return };
    facts(|all| judge_all(&folder, all));
}

/// Hands the table's files to a test.
pub(crate) fn facts(test: impl FnOnce(&[Fact<'_>])) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload_facts.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let table = DeTable::parse(&text).unwrap();
    test(&Fact(table.get_ref()).tables("file"));
}

fn judge_all(folder: &Path, all: &[Fact<'_>]) {
    let (mut scored, mut not_checkable) = (0, 0);
    let mut by_group: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for fact in all {
        if fact.flag("checkable") == Some(false) {
            not_checkable += 1;
            continue;
        }
        scored += 1;
        let path = fact.text("path").unwrap();
        let differences = judged(folder, fact);
        let group = by_group.entry(fact.text("group").unwrap()).or_default();
        group.0 += 1;
        if differences.is_empty() {
            group.1 += 1;
        } else {
            wrong.push((path, differences));
        }
    }
    eprintln!(
        "payloads {}: scored {scored}, right {}, not checkable {not_checkable}",
        all.len(),
        scored - wrong.len()
    );
    for (group, (scored, right)) in by_group {
        eprintln!("  {group}: {right} of {scored}");
    }
    for (path, differences) in &wrong {
        eprintln!("  {path}: {}", differences.join("; "));
    }
    let unexplained: Vec<&str> = wrong
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| !CONTRADICTED.iter().any(|(known, _)| known == path))
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    let explained_but_right: Vec<&str> = CONTRADICTED
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| !wrong.iter().any(|(known, _)| known == path))
        .collect();
    assert!(
        explained_but_right.is_empty(),
        "no longer contradicted: {explained_but_right:?}"
    );
}
