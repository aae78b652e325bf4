//! `[[notify]]` in `service.toml` → the chats that hear of events.

use super::table::{Document, Table};
use super::value;
use super::{CredentialSource, Notify, Problem};
use crate::facts::chat::Chat;
use crate::facts::wording::quoted;
use std::path::Path;

/// What a chat may hear of, as it is written.
pub(super) const WHAT: [&str; 3] = ["new", "moved", "cancelled"];

pub(super) fn read(
    top: &mut Table<'_>,
    document: &Document<'_>,
    root: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Vec<Notify> {
    let mut all: Vec<Notify> = Vec::new();
    for mut table in top.tables("notify") {
        let name = table.need("name", value::text).map(str::to_owned);
        let chat = table.need("chat", |value| {
            let names = Chat::ALL.map(Chat::name);
            value::one_of(value, "a chat", &names, Chat::named)
        });
        let filter = table.take("filter", value::text).unwrap_or_default();
        let what = table.list("what", |value| {
            value::one_of(value, "news of events", &WHAT, |written| {
                WHAT.into_iter().find(|known| *known == written)
            })
        });
        let webhook = webhook(&mut table, root);
        let label = name.as_ref().map_or("notify".to_owned(), |name| {
            format!("notify {}", quoted(name))
        });
        if let Some(name) = &name
            && all.iter().any(|known| known.name == *name)
        {
            table.note("name", "another [[notify]] has this name: choose another");
        }
        if let (Some(name), Some(chat), Some(webhook)) = (name, chat, webhook) {
            all.push(Notify {
                name,
                chat,
                webhook,
                filter: filter.to_owned(),
                new: what.is_empty() || what.contains(&"new"),
                moved: what.is_empty() || what.contains(&"moved"),
                cancelled: what.is_empty() || what.contains(&"cancelled"),
            });
        }
        table.finish(&label, document.path(), problems);
    }
    all
}

fn webhook(table: &mut Table<'_>, root: Option<&Path>) -> Option<CredentialSource> {
    let Some(mut entry) = table.table_if_there("webhook") else {
        table.note(
            "webhook",
            "is missing: write { file = \"…\" } or { env = \"…\" } with the address that the chat gave you",
        );
        return None;
    };
    let source = super::secret::kept_elsewhere(&mut entry, root, "address");
    table.absorb("webhook", entry);
    source
}
