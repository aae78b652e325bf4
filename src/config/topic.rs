//! The words of a topic, of the newsletter's in `service.toml` and of a source's `only`.

use super::table::mistyped;
use super::value;
use super::wrong::Wrong;
use crate::facts::topic::{Topic, Word};
use crate::facts::wording::{near, quoted};
use toml::de::DeValue;

/// The keys of a word that is written as a table.
pub(super) const KEYS: [&str; 3] = ["word", "exact", "part"];

/// A word: `"rust"` is a whole word in any case, `{ word = "Go", exact = true }` counts only as it is written, and
/// `{ word = "gopher", part = true }` may be part of a longer one.
pub(super) fn word(value: &DeValue<'_>) -> Result<Word, Wrong> {
    let Some(table) = value.as_table() else {
        return match value {
            DeValue::String(_) => Ok(Word::whole(value::text(value)?)),
            _ => {
                Err(mistyped("a word", value)
                    .with("write \"Go\" or { word = \"Go\", exact = true }"))
            }
        };
    };
    for (key, _) in table.iter() {
        let key: &str = key.get_ref();
        if !KEYS.contains(&key) {
            let meant = near(key, KEYS).unwrap_or("word");
            let key = quoted(key);
            return Err(Wrong::advised(format!(
                "unknown key {key}; did you mean {meant:?}?"
            )));
        }
    }
    let flag = |key: &str| {
        let value = table.get(key).map(|value| value::boolean(value.get_ref()));
        value.transpose().map(Option::unwrap_or_default)
    };
    let text = table
        .get("word")
        .ok_or_else(|| Wrong::advised("names no word: write word = \"…\""))?;
    Ok(Word {
        text: value::text(text.get_ref())?.to_owned(),
        exact: flag("exact")?,
        part: flag("part")?,
    })
}

/// What a source's events must be about: words, or `"topic"` for the newsletter's own.
pub(super) fn only(value: &DeValue<'_>, newsletter: &Topic) -> Result<Topic, Wrong> {
    if value.as_str().is_some() {
        return match value::text(value)? {
            "topic" if newsletter.is_empty() => Err(Wrong::advised(
                "\"topic\" means the words under [topic] in service.toml, and there are none: add words = [\"Go\"] there",
            )),
            "topic" => Ok(newsletter.clone()),
            other => {
                let other = quoted(other);
                Err(Wrong::advised(format!(
                    "{other} is neither a list of words nor \"topic\": write [{other}]"
                )))
            }
        };
    }
    let list = value
        .as_array()
        .ok_or_else(|| mistyped("a list of words or \"topic\"", value))?;
    let words: Result<Vec<Word>, Wrong> = list.iter().map(|item| word(item.get_ref())).collect();
    Ok(Topic::new(words?, &[]))
}
