//! `platform = "json"`: JSON that holds a list of things with a title and a date, read by the paths of its source's rules;
//! without rules by what programs usually call such fields.
//!
//! A path is keys with dots between them: `data.events`, `start.dateTime`. A number counts in a list, `*` stands for each
//! value of a list or an object, and `.` for the whole. A rule that finds nothing makes the reading fail, with what the
//! document has instead; a list that is there and empty is empty.

mod proposal;

pub(super) use proposal::propose;

use super::picked::{Picked, lost, shown};
use super::tree::Tree;
use super::visible::{self, quoted};
use super::{charset, json, page};
use crate::facts::event::one_line;
use crate::facts::listing::{Problem, Reading, Unreadable};
use crate::facts::source::{Address, Page, Pick, Purpose, Request, Rules, Source, Way};
use chrono::NaiveDate;
use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// Entries that are read of one document.
const MOST_ITEMS: usize = 5000;
/// Values that a path with `*` passes on at each step.
const MOST_VALUES: usize = 20_000;
/// Characters of a path, and its steps.
const LONGEST_PATH: usize = 300;
const MOST_STEPS: usize = 20;
/// Bytes that a compiled regular expression may take.
const LARGEST_REGEX: usize = 1 << 20;
/// Characters of a value, and of an entry that is shown with a problem.
const LONGEST_VALUE: usize = 2000;
/// Keys that are named where a path finds nothing.
const KEYS_NAMED: usize = 12;

/// The document itself.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Items) => Some(Request::get(url.clone(), Purpose::List, way)),
        _ => None,
    }
}

/// What is wrong with the rules themselves: the key, and what.
pub(super) fn faults(rules: &Rules) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    faults.extend(path(&rules.item).err().map(|what| ("item", what)));
    let empty = rules.empty.as_deref().map(path);
    faults.extend(empty.and_then(Result::err).map(|what| ("empty", what)));
    let next = rules.next.iter().map(|pick| ("next", pick));
    for (name, pick) in rules.picks().into_iter().chain(next) {
        faults.extend(Ready::of(name, pick).err().map(|what| (name, what)));
    }
    faults
}

/// The steps of a path; none for the whole.
fn path(text: &str) -> Result<Vec<&str>, String> {
    let steps: Vec<&str> = match text {
        "." => Vec::new(),
        text => text.split('.').collect(),
    };
    if text.len() > LONGEST_PATH
        || steps.len() > MOST_STEPS
        || steps.iter().any(|step| step.is_empty())
    {
        return Err(format!(
            "{text:?} is no path such as \"data.events\": keys with single dots between them, at most {MOST_STEPS}"
        ));
    }
    Ok(steps)
}

/// The values at the end of a path. What is left of a path may be one key that holds a dot.
fn values<'v>(value: &'v Value, steps: &[&str]) -> Vec<&'v Value> {
    let mut found = vec![value];
    for (place, step) in steps.iter().enumerate() {
        let mut next: Vec<&Value> = Vec::new();
        for value in found {
            if next.len() >= MOST_VALUES {
                break;
            }
            match (value, *step) {
                (Value::Array(list), "*") => next.extend(list),
                (Value::Object(object), "*") => next.extend(object.values()),
                (Value::Array(list), step) => {
                    next.extend(step.parse().ok().and_then(|at: usize| list.get(at)));
                }
                (Value::Object(object), step) => match object.get(step) {
                    Some(value) => next.push(value),
                    None => {
                        let rest = steps[place..].join(".");
                        if let Some(value) = object.get(&rest).filter(|_| place + 1 < steps.len()) {
                            return vec![value];
                        }
                    }
                },
                _ => {}
            }
        }
        found = next;
    }
    found.retain(|value| !value.is_null());
    found
}

/// A rule, ready to pick.
struct Ready<'r> {
    name: &'static str,
    written: String,
    steps: Vec<&'r str>,
    regex: Option<Regex>,
}

impl<'r> Ready<'r> {
    fn of(name: &'static str, pick: &'r Pick) -> Result<Ready<'r>, String> {
        let Pick {
            selector,
            attribute,
            regex,
        } = pick;
        if let Some(attribute) = attribute {
            return Err(format!(
                "{:?} has an attribute, which JSON has not; a key with @ stands as *",
                format!("@{attribute}")
            ));
        }
        let regex =
            match regex {
                Some(text) => {
                    let built = RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
                    Some(built.map_err(|error| {
                        format!("{text:?} is not a regular expression: {error}")
                    })?)
                }
                None => None,
            };
        Ok(Ready {
            name,
            written: pick.to_string(),
            steps: path(selector)?,
            regex,
        })
    }

    /// The first value in an entry that is text or a number.
    fn pick(&self, item: &Value) -> Option<String> {
        let found = values(item, &self.steps);
        let value = found.into_iter().find_map(page::words)?;
        let value = one_line(&value);
        let taken = match &self.regex {
            Some(regex) => {
                let found = regex.captures(&value)?;
                found.get(1).or(found.get(0))?.as_str().to_owned()
            }
            None => value,
        };
        let value: String = taken.trim().chars().take(LONGEST_VALUE).collect();
        (!value.is_empty()).then_some(value)
    }
}

/// What a document says.
///
/// # Errors
/// Says what it is instead of JSON, or names the rule that finds nothing.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let Some(rules) = &source.rules else {
        return page::read_data(page);
    };
    let (text, damage) = charset::text(page);
    let parsed = json::parse(text.trim_start_matches('\u{feff}')).map_err(|fault| {
        let (line, what) = (fault.line, fault.what);
        Unreadable::NotWhatWasAsked(format!("is no JSON: line {line}: {what}"))
    })?;
    let base = Url::parse(&page.url).ok().filter(Url::has_host);
    let mut reading = by_rules(rules, &parsed.value, base.as_ref(), page.at.date_naive())?;
    reading.problems.extend(damage);
    if let Some(fault) = parsed.mended {
        reading.problems.push(Problem {
            line: fault.line,
            what: format!("not valid JSON: {}; it was mended and read", fault.what),
            item: None,
            lost: false,
        });
    }
    Ok(reading)
}

/// What the rules find in a document.
///
/// # Errors
/// Names the rule that finds nothing and what the document has instead.
fn by_rules(
    rules: &Rules,
    document: &Value,
    base: Option<&Url>,
    today: NaiveDate,
) -> Result<Reading, Unreadable> {
    let wrong = |what: String| Unreadable::NotWhatWasAsked(what);
    if let Some((name, what)) = faults(rules).into_iter().next() {
        return Err(wrong(format!("rule {name} = {what}")));
    }
    let picks = rules.picks().into_iter();
    let picks: Vec<Ready<'_>> = picks
        .filter_map(|(name, pick)| Ready::of(name, pick).ok())
        .collect();
    let found = values(document, &path(&rules.item).map_err(wrong)?);
    let is_empty =
        |path_of: &String| path(path_of).is_ok_and(|steps| !values(document, &steps).is_empty());
    if found.is_empty() && !rules.empty.as_ref().is_some_and(is_empty) {
        return Err(wrong(format!(
            "rule item = {:?} finds nothing; the document {}",
            rules.item,
            holds(document)
        )));
    }
    // A list, or an object with an event under each key; with `*` the events themselves.
    let items: Vec<&Value> = match found[..] {
        [Value::Array(list)] => list.iter().collect(),
        [Value::Object(object)]
            if !rules.item.contains('*') && object.values().all(Value::is_object) =>
        {
            object.values().collect()
        }
        _ => found,
    };
    let mut reader = Reader {
        picked: Picked {
            rules,
            base,
            around: visible::Around::of(&Tree::of(""), rules.language.as_deref(), today),
            way: Way::Items,
        },
        found: BTreeMap::new(),
        reading: Reading::default(),
    };
    for item in items.iter().take(MOST_ITEMS) {
        reader.item(item, &picks);
    }
    if items.len() > MOST_ITEMS {
        let what = format!(
            "rule item = {:?} finds more than {MOST_ITEMS} entries: the rest was not read",
            rules.item
        );
        reader.reading.problems.push(lost(None, what));
    }
    if let Some(first) = items.first() {
        let needed = |pick: &&Ready<'_>| matches!(pick.name, "title" | "date" | "link");
        let missing = picks
            .iter()
            .filter(needed)
            .find(|pick| !reader.found.contains_key(pick.name));
        if let Some(pick) = missing {
            return Err(wrong(format!(
                "rule {} = {:?} finds nothing in the {} entries of item = {:?}; the first one {}",
                pick.name,
                pick.written,
                items.len(),
                rules.item,
                holds(first)
            )));
        }
    }
    reader.next(document);
    let mut reading = reader.reading;
    reading.whole = !reading.problems.iter().any(|problem| problem.lost);
    if reading.listings.is_empty() && reading.entries > 0 {
        let first = reading
            .problems
            .first()
            .map_or("", |problem| problem.what.as_str());
        let entries = reading.entries;
        return Err(wrong(format!(
            "none of its {entries} entries can be read: {first}"
        )));
    }
    Ok(reading)
}

/// What a value holds, for an error.
fn holds(value: &Value) -> String {
    match value {
        Value::Object(object) if object.is_empty() => "is an empty object".to_owned(),
        Value::Object(object) => {
            let keys: Vec<String> = object
                .keys()
                .take(KEYS_NAMED)
                .map(|key| shown(key))
                .collect();
            let more = if object.len() > KEYS_NAMED {
                ", …"
            } else {
                ""
            };
            format!("has the keys {}{more}", keys.join(", "))
        }
        Value::Array(list) => format!("is a list of {}", list.len()),
        other => format!("is {}", quoted(&other.to_string())),
    }
}

struct Reader<'a> {
    picked: Picked<'a>,
    /// How often each rule found something.
    found: BTreeMap<&'static str, usize>,
    reading: Reading,
}

impl Reader<'_> {
    fn item(&mut self, item: &Value, picks: &[Ready<'_>]) {
        self.reading.entries += 1;
        let mut values: BTreeMap<&'static str, String> = BTreeMap::new();
        for pick in picks {
            if let Some(value) = pick.pick(item) {
                *self.found.entry(pick.name).or_default() += 1;
                values.insert(pick.name, value);
            }
        }
        let name = values.get("title").cloned();
        match self.picked.listing(&values, &self.reading.listings) {
            Ok(listing) => self.reading.listings.push(listing),
            Err(what) => {
                let what = format!("{what} in an entry that {}", holds(item));
                self.reading.problems.push(lost(name, what));
            }
        }
    }

    /// The rest of the list, where the document names its address on the same host.
    fn next(&mut self, document: &Value) {
        let next = self.picked.rules.next.as_ref();
        let Some(Ok(next)) = next.map(|next| Ready::of("next", next)) else {
            return;
        };
        let link = next
            .pick(document)
            .and_then(|href| self.picked.address(&href));
        let own = self.picked.base.and_then(Url::host_str);
        let link = link.filter(|link| Url::parse(link).is_ok_and(|url| url.host_str() == own));
        let request = link.map(|link| Request::get(link, Purpose::List, Way::Items));
        self.reading.next.extend(request);
    }
}
