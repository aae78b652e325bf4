//! `[source.rules]` → by which elements the events of a page are found.

use super::table::Table;
use super::value;
use super::wrong::Wrong;
use crate::facts::source::{Pick, Rules};
use toml::de::DeValue;

/// Reads the rules of a source, if it has some.
pub(super) fn read(source: &mut Table<'_>) -> Option<Rules> {
    let mut table = source.table_if_there("rules")?;
    let text = |value: &DeValue<'_>| value::text(value).map(str::to_owned);
    let item = table.need("item", text);
    let title = table.need("title", pick);
    let date = table.need("date", pick);
    let time = table.take("time", pick);
    let end = table.take("end", pick);
    let place = table.take("place", pick);
    let link = table.take("link", pick);
    let mode = table.take("mode", pick);
    let next = table.take("next", pick);
    let empty = table.take("empty", text);
    let date_format = table.take("date-format", text);
    let language = table.take("language", text);
    source.absorb("rules", table);
    Some(Rules {
        item: item?,
        title: title?,
        date: date?,
        time,
        end,
        place,
        link,
        mode,
        next,
        empty,
        date_format,
        language,
    })
}

/// `"h3 a @href"`, or the selector and a regular expression: `["p.meta", "on (.*)"]`.
fn pick(value: &DeValue<'_>) -> Result<Pick, Wrong> {
    let Some(both) = value.as_array() else {
        return value::text(value).map(Pick::parse);
    };
    let form =
        || Wrong::bare("a selector is expected, or a list of a selector and a regular expression");
    let [selector, regex] = both.iter().collect::<Vec<_>>()[..] else {
        return Err(form());
    };
    // The empty selector picks from the entry itself.
    let selector = selector.get_ref().as_str().ok_or_else(form)?;
    Ok(Pick {
        regex: Some(value::text(regex.get_ref())?.to_owned()),
        ..Pick::parse(selector)
    })
}
