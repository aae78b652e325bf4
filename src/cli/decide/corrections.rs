//! What `decide edit` is to change.

use crate::cli::Misused;
use rusty_events::config;
use rusty_events::facts::decision::Correction;

/// The fields and the event among the words of `decide edit`, in any order.
pub(super) fn corrections(words: &[String]) -> Result<(Vec<Correction>, &str), Misused> {
    let field = |word: &str| {
        let (field, value) = word.split_once('=')?;
        // A link may hold an equals sign too.
        let is_name = !field.is_empty()
            && field
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        is_name.then(|| (field.to_owned(), value.to_owned()))
    };
    let mut corrections: Vec<Correction> = Vec::new();
    let mut events = Vec::new();
    for word in words {
        match field(word) {
            None => events.push(word.as_str()),
            Some((name, value)) => {
                let correction = config::correction(&name, &value)
                    .map_err(|error| Misused(format!("{word:?}: {error}")))?;
                if corrections
                    .iter()
                    .any(|known| known.field() == correction.field())
                {
                    return Err(Misused(format!("{name} is given twice: leave one out")));
                }
                corrections.push(correction);
            }
        }
    }
    match events[..] {
        _ if corrections.is_empty() => Err(Misused(
            "no field to edit: write it as title='…', and its event behind it".to_owned(),
        )),
        [event] => Ok((corrections, event)),
        [] => Err(Misused(
            "no event: name it by its link or its id".to_owned(),
        )),
        _ => Err(Misused(format!(
            "{} is not FIELD=VALUE, and one event is enough",
            events
                .iter()
                .map(|word| format!("{word:?}"))
                .collect::<Vec<_>>()
                .join(" or ")
        ))),
    }
}
