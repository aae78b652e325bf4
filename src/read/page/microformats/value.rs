//! The value of a property: its element's attribute or words, or the pieces that are marked as its value
//! (<https://microformats.org/wiki/value-class-pattern>).

use super::super::words::words;
use super::Page;
use crate::facts::when::Stamp;
use crate::read::{dates, jsonld};
use chrono::TimeDelta;

/// An element with a property.
pub(super) struct Value<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) node: usize,
}

impl Value<'_> {
    /// As words.
    pub(super) fn words(&self) -> String {
        let pieces = self.pieces(|node| self.own_words(node));
        match pieces.is_empty() {
            false => pieces.concat().trim().to_owned(),
            true => self.own_words(self.node),
        }
    }

    /// As a date or a time, in a form that [`dates::parse`] reads if any does.
    pub(super) fn time(&self) -> String {
        let pieces = self.pieces(|node| self.own_time(node));
        match pieces.is_empty() {
            false => joined(&pieces),
            true => self.own_time(self.node),
        }
    }

    /// As an address, as written.
    pub(super) fn address(&self) -> Option<String> {
        ["href", "src", "data"]
            .into_iter()
            .find_map(|name| self.attribute(self.node, name))
            .or_else(|| Some(self.words()).filter(|words| words.starts_with("http")))
    }

    /// The pieces inside that are marked as the value.
    fn pieces(&self, of: impl Fn(usize) -> String) -> Vec<String> {
        let page = self.page;
        let end = page.end(self.node);
        let from = page
            .classes
            .partition_point(|(inner, _)| *inner <= self.node);
        let mut pieces = Vec::new();
        for (node, _) in &page.classes[from..] {
            if *node >= end {
                break;
            }
            if page.is_any(*node, &["value-title"]) {
                pieces.extend(self.attribute(*node, "title"));
            } else if page.is_any(*node, &["value"]) {
                pieces.push(of(*node));
            }
        }
        pieces
    }

    fn own_words(&self, node: usize) -> String {
        let name = match self.name(node) {
            "abbr" => "title",
            "data" | "input" => "value",
            "img" | "area" => "alt",
            "meta" => "content",
            _ => return words(self.page.tree, node),
        };
        self.attribute(node, name)
            .unwrap_or_else(|| words(self.page.tree, node))
    }

    fn own_time(&self, node: usize) -> String {
        let is_time = matches!(self.name(node), "time" | "ins" | "del");
        is_time
            .then(|| self.attribute(node, "datetime"))
            .flatten()
            .unwrap_or_else(|| self.own_words(node))
    }

    fn name(&self, node: usize) -> &str {
        &self.page.tree.nodes[node].name
    }

    fn attribute(&self, node: usize, name: &str) -> Option<String> {
        let value = self.page.tree.nodes[node].attribute(name).trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}

/// A date and a time of several pieces: the day first, in whichever order they stand; then the time, then its zone.
fn joined(pieces: &[String]) -> String {
    let pieces = pieces.iter().map(|piece| piece.trim());
    let is_day = |piece: &str| dates::parse(piece).is_ok();
    let is_zone = |piece: &str| piece.starts_with(['+', '-']) || piece.eq_ignore_ascii_case("z");
    let (mut day, mut time, mut zone) = ("", "", "");
    for piece in pieces {
        if is_zone(piece) {
            zone = piece;
        } else if is_day(piece) {
            day = piece;
        } else if time.is_empty() {
            time = piece;
        }
    }
    format!("{day} {time}{zone}").trim().to_owned()
}

/// The end in the terms of the start: one that names only an hour is on the day of the start, or of the night
/// behind it.
///
/// # Errors
/// Says what is wrong with the text.
pub(super) fn end(said: &str, start: &Stamp) -> Result<Option<Stamp>, String> {
    match dates::parse(said) {
        Ok(end) => Ok(jsonld::end_beside(start, end)),
        Err(what) => {
            let on_the_day = format!("{} {said}", start.date());
            let Some(end) = dates::parse(&on_the_day).ok() else {
                return Err(what);
            };
            // The hour stands on the clock of the start, whichever that is.
            let end = match (start, end) {
                (Stamp::Offset(at), Stamp::Floating(local)) => {
                    let late = local - at.naive_local();
                    start.plus(late)
                }
                (Stamp::Utc(at), Stamp::Floating(local)) => start.plus(local - at.naive_utc()),
                (_, end) => Some(end),
            };
            let is_before = end.is_some_and(|end| {
                end.instant(chrono_tz::Tz::UTC) < start.instant(chrono_tz::Tz::UTC)
            });
            Ok(match is_before {
                true => end.and_then(|end| end.plus(TimeDelta::days(1))),
                false => end,
            })
        }
    }
}
