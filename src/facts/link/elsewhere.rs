//! Pages that are no event's (`data/no-pages.tsv`): maps, codes of conduct, people.

use super::{Link, Meaning, Table, columns, host_matches, lines, path_begins};
use std::sync::LazyLock;

impl Link {
    /// Whether the page is known to be no event's, though an event's text links to it: a map, a code of
    /// conduct, a form to add the event to a calendar.
    pub fn is_no_events_page(&self) -> bool {
        let Some((host, path)) = self.host_and_path() else {
            return false;
        };
        if matches!(self.meaning(), Meaning::Event { .. }) {
            return false;
        }
        let path = path.to_ascii_lowercase();
        let last = path.trim_end_matches('/').rsplit('/').next();
        let last = last.unwrap_or_default();
        let name = last.rsplit_once('.').map_or(last, |(name, _)| name);
        static NO_PAGES: Table =
            LazyLock::new(|| columns(include_str!("../../../data/no-pages.tsv")));
        lines(&NO_PAGES).any(|mut columns| {
            let (Some(meant), Some(start)) = (columns.next(), columns.next()) else {
                return false;
            };
            match meant {
                "*" => start.strip_prefix('/') == Some(name),
                _ => host_matches(host, meant) && path_begins(&path, start),
            }
        })
    }
}
