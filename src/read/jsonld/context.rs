//! Terms of JSON-LD in one spelling (<https://www.w3.org/TR/json-ld11/>): schema.org's without their prefix,
//! the keywords without the names that a page gives them, lists without their wrappers.

use serde_json::{Map, Value};

/// What stands before schema.org's terms, however a page spells it.
const VOCABULARY: [&str; 3] = ["https://schema.org/", "http://schema.org/", "schema:"];

/// Names of one context that are kept.
const MOST_NAMES: usize = 20;

/// Names that a page's `@context` defines.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Prefixes of schema.org beside the usual ones, with their colon.
    prefixes: Vec<String>,
    /// Other names of `@id` and `@type`.
    keywords: Vec<(String, &'static str)>,
}

/// Rewrites a value in place: `schema:name` and `http://schema.org/name` become `name`, `{"@list": […]}`
/// becomes the list. A term that stands there already stays.
pub(super) fn plain(value: &mut Value) {
    rewrite(value, &Names::default());
}

fn rewrite(value: &mut Value, names: &Names) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| rewrite(value, names)),
        Value::Object(object) => {
            let own = object.get("@context").map(|context| names.with(context));
            let names = own.as_ref().unwrap_or(names);
            if object.keys().any(|key| names.plain(key).is_some()) {
                rename(object, names);
            }
            object
                .iter_mut()
                .filter(|(key, _)| *key != "@context")
                .for_each(|(_, value)| rewrite(value, names));
            let wrapped = ["@list", "@set"].into_iter().find_map(|key| {
                object
                    .remove(key)
                    .filter(|_| object.is_empty())
                    .map(|list| (key, list))
            });
            if let Some((_, list)) = wrapped {
                *value = list;
            }
        }
        _ => {}
    }
}

fn rename(object: &mut Map<String, Value>, names: &Names) {
    let mut renamed = Map::new();
    let mut others = Vec::new();
    for (key, value) in std::mem::take(object) {
        match names.plain(&key) {
            Some(plain) => others.push((plain.to_owned(), value)),
            None => {
                renamed.insert(key, value);
            }
        }
    }
    for (key, value) in others {
        renamed.entry(key).or_insert(value);
    }
    *object = renamed;
}

impl Names {
    /// These names, and those that a context adds.
    fn with(&self, context: &Value) -> Names {
        let mut names = self.clone();
        let contexts = match context {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let terms = contexts.iter().filter_map(Value::as_object).flatten();
        for (name, meaning) in terms.take(10 * MOST_NAMES) {
            let meaning = match meaning {
                Value::Object(term) => term.get("@id"),
                other => Some(other),
            };
            match meaning.and_then(Value::as_str) {
                Some("@id") if names.keywords.len() < MOST_NAMES => {
                    names.keywords.push((name.clone(), "@id"));
                }
                Some("@type") if names.keywords.len() < MOST_NAMES => {
                    names.keywords.push((name.clone(), "@type"));
                }
                Some(iri)
                    if VOCABULARY[..2].contains(&iri) && names.prefixes.len() < MOST_NAMES =>
                {
                    names.prefixes.push(format!("{name}:"));
                }
                _ => {}
            }
        }
        names
    }

    /// The plain name of a key, if it has another one.
    fn plain<'a>(&self, key: &'a str) -> Option<&'a str> {
        if let Some((_, keyword)) = self.keywords.iter().find(|(name, _)| name == key) {
            return Some(keyword);
        }
        let prefixes = VOCABULARY
            .into_iter()
            .chain(self.prefixes.iter().map(String::as_str));
        let mut plain = prefixes.filter_map(|prefix| key.strip_prefix(prefix));
        plain.find(|plain| !plain.is_empty())
    }
}
