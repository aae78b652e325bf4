//! `organisers.toml` → organisers without a source, and further names of organisers; and the organiser that a
//! source or an event names in its own entry.

use super::table::{Document, Table};
use super::value;
use super::wrong::Wrong;
use super::{KnownOrganiser, Problem, address};
use crate::facts::link::Link;
use crate::facts::source::Organiser;
use crate::facts::wording::quoted;
use std::collections::BTreeMap;

/// Reads the file. An address belongs to at most one organiser.
pub(super) fn read(document: &Document<'_>, problems: &mut Vec<Problem>) -> Vec<KnownOrganiser> {
    let mut top = document.table();
    let tables = top.tables("organiser");
    top.finish("", document.path(), problems);
    let mut organisers = Vec::new();
    let mut owners: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for mut table in tables {
        let name = table.need("name", value::text).map(str::to_owned);
        let url = table.take("url", value::link);
        let aliases = table.list("aliases", |value| {
            let text = value::text(value)?;
            match address::web(text) {
                Some(url) => {
                    let link = Link::parse(url?.as_str());
                    link.map(|link| (link.to_string(), true))
                        .map_err(Wrong::bare)
                }
                None => Ok((text.to_owned(), false)),
            }
        });
        let place = table.take("place", value::place);
        let mode = table.take("mode", value::mode);
        let label = name.as_ref().map_or("organiser".to_owned(), |name| {
            format!("organiser {}", quoted(name))
        });
        let own = url.iter().map(|url| ("url", url.as_str()));
        let other = aliases.iter().filter(|(_, is_link)| *is_link);
        let other = other.map(|(alias, _)| ("aliases", alias.as_str()));
        for (key, address) in own.chain(other).collect::<Vec<_>>() {
            let owner = (label.clone(), table.line);
            match owners.get(address) {
                Some((first, line)) if *line != table.line => {
                    let what = format!(
                        "{address} belongs to {first} too (line {line}): remove it from one of them"
                    );
                    table.note(key, what);
                }
                _ => drop(owners.insert(address.to_owned(), owner)),
            }
        }
        organisers.extend(name.map(|name| KnownOrganiser {
            name,
            url,
            aliases: aliases.into_iter().map(|(alias, _)| alias).collect(),
            place,
            mode,
        }));
        table.finish(&label, document.path(), problems);
    }
    organisers
}

/// The organiser that an entry of a source or an event names; `page` stands in for an address of its own.
pub(super) fn of_entry(
    table: &mut Table<'_>,
    name: Option<String>,
    page: Option<Link>,
) -> Option<Organiser> {
    let url = table.take("organiser-url", value::link);
    if table.has("organiser-url") && !table.has("organiser") {
        table.note(
            "organiser-url",
            "stands without the name that links to it: add organiser = \"…\"",
        );
    }
    name.map(|name| Organiser {
        name,
        url: url.or(page),
    })
}
