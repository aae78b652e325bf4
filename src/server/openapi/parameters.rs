//! The parameters of addresses, as OpenAPI describes them.

use super::super::question::LONGEST_QUESTION;
use crate::filter;
use crate::section::select::Heading;
use crate::words::Languages;
use serde_json::{Value, json};

/// The keys of the filter, in the order of [`filter::KEYS`].
pub(super) fn filters() -> Vec<Value> {
    let texts =
        || json!({"type": "array", "items": {"type": "string", "maxLength": 500}, "maxItems": 50});
    let described = |key: &'static str| match key {
        "region" => regions(
            "Only events under this heading; repeated means or.",
            Some(50),
        ),
        "country" => form_query(
            key,
            "ISO 3166 code; UK is taken for GB.",
            json!({"type": "array", "items": {"type": "string", "pattern": "^([A-Za-z]{2})?$"}, "maxItems": 50}),
        ),
        "mode" => form_query(
            key,
            "In person, online or both. `in-person` and `virtual` also find hybrid events; `hybrid` finds only those.",
            json!({"type": "array", "items": {"type": "string", "enum": ["in-person", "virtual", "hybrid", ""]}, "maxItems": 50}),
        ),
        "state" => form_query(
            key,
            "A state's code or name, such as CA or New South Wales, in countries where places are printed with their state.",
            texts(),
        ),
        "city" => form_query(
            key,
            "The city by any of its names; add the state or country if several share the name: Oxford, MS.",
            texts(),
        ),
        "near" => form_query(
            key,
            "A city by any of its names, or degrees north and east: `Cologne`, `50.94,6.96`. Finds events that you can go to, within the distance `within`. If several cities share a name, the clearly largest one counts.",
            texts(),
        ),
        "within" => form_query(
            key,
            "How far from `near`: 100km (the default), 60mi.",
            json!({"type": "string", "maxLength": 500}),
        ),
        "match" => form_query(
            key,
            "`any`: an event needs to match only one of the keys given; mode, from and to always apply.",
            json!({"type": "string", "enum": ["all", "any", ""]}),
        ),
        "organiser" => form_query(
            key,
            "A group's name, its name in addresses, or its page.",
            texts(),
        ),
        "source" => form_query(key, "A source's id.", texts()),
        "q" => form_query(
            key,
            "Words of the title, groups, place, venue or description. A word of three letters or more also matches the beginning of a longer word. An event must contain all words of one value.",
            texts(),
        ),
        "from" => day(key, "First day; 90 days ago unless said."),
        "to" => day(key, "Last day; a year on unless said."),
        _ => form_query(key, "", texts()),
    };
    filter::KEYS.map(described).into()
}

pub(super) fn section() -> Vec<Value> {
    vec![
        day(
            "issue",
            "An issue's day; the next one unless said. Not with from and to.",
        ),
        day("from", "First day."),
        day("to", "Last day; a window on unless said."),
        regions("Only this heading; repeated means or.", None),
    ]
}

fn regions(what: &str, most: Option<usize>) -> Value {
    let names: Vec<&str> = Heading::all().map(Heading::slug).chain([""]).collect();
    let mut schema = json!({"type": "array", "items": {"type": "string", "enum": names}});
    if let Some(most) = most {
        schema["maxItems"] = most.into();
    }
    form_query("region", what, schema)
}

/// The language of a page for visitors.
pub(super) fn language(languages: &Languages) -> Value {
    let tags = languages.all().iter().map(|language| language.tag());
    let tags: Vec<&str> = tags.chain([""]).collect();
    form_query(
        "lang",
        "The page's language; as the browser asks unless said. Not with .ics and .atom, which are in English.",
        json!({"type": "string", "enum": tags}),
    )
}

pub(super) fn cancelled() -> Value {
    query(
        "cancelled",
        "`mark` keeps cancelled events CONFIRMED, for calendars that drop cancelled ones.",
        json!({"type": "string", "enum": ["mark"]}),
    )
}

pub(super) fn question(what: &str) -> Value {
    query(
        "url",
        what,
        json!({"type": "string", "maxLength": LONGEST_QUESTION}),
    )
}

pub(super) fn day(name: &str, what: &str) -> Value {
    let schema = json!({"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]});
    form_query(name, what, schema)
}

pub(super) fn query(name: &str, what: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "description": what, "schema": schema})
}

/// A key that a form sends empty where its field was left empty.
pub(super) fn form_query(name: &str, what: &str, schema: Value) -> Value {
    query(name, &format!("{what} Empty means not given."), schema)
}

pub(super) fn path(name: &str, what: &str, schema: Value) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": what, "schema": schema})
}

pub(super) fn some_text() -> Value {
    json!({"type": "string", "minLength": 1})
}

pub(super) fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}
