//! A value of a wrong type is answered with a line to copy: for each key, with one that is right.

use rusty_events::config;
use serde_json::Value;

/// The keys of a schema that have a value: the lines of the headers above each, and its name.
fn keys(schema: &Value, headers: &str, table: &str, found: &mut Vec<(String, String)>) {
    for (name, value) in schema["properties"].as_object().unwrap() {
        let dot = if table.is_empty() { "" } else { "." };
        let within = format!("{table}{dot}{name}");
        if value["properties"].is_object() {
            let headers = format!("{headers}[{within}]\n");
            keys(value, &headers, &within, found);
        } else if value["items"]["properties"].is_object() {
            let headers = format!("{headers}[[{within}]]\n");
            keys(&value["items"], &headers, &within, found);
        } else if value["type"] != "object" {
            found.push((headers.to_owned(), name.clone()));
        }
    }
}

#[test]
fn each_key_has_an_example_of_its_type() {
    let mut without = Vec::new();
    let mut count = 0;
    for (path, text) in config::schemas() {
        let file = match path {
            "schema/service.json" => "service.toml",
            "schema/sources.json" => "sources/a.toml",
            "schema/organisers.json" => "organisers.toml",
            "schema/decisions.json" => "decisions/a.toml",
            path => panic!("{path}"),
        };
        let mut found = Vec::new();
        keys(&serde_json::from_str(&text).unwrap(), "", "", &mut found);
        for (headers, name) in found {
            let answers = |value: &str| {
                let text = format!("{headers}{name} = {value}\n");
                let folder = super::folder(&[(file, &text)]);
                let errors = config::read(folder.path()).err();
                let all = errors.into_iter().flat_map(|errors| errors.0);
                let mut of_type = all.filter(|problem| {
                    problem.key.ends_with(&name) && problem.what.contains(" expected, not ")
                });
                of_type.next().map(|problem| problem.what)
            };
            let answer = answers("1.5").unwrap_or_default();
            let example = answer.rsplit_once(&format!("{name} = "));
            match example {
                Some((_, example)) if answers(example).is_none() => {}
                _ => without.push(format!("{headers}{name}: {answer}")),
            }
            count += 1;
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
    assert!(count > 100, "{count}");
}
