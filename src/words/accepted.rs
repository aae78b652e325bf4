//! Which language is meant: by the tag in an address, or by what a browser accepts.

use super::{Language, Languages};
use std::sync::Arc;

/// Bytes of an `Accept-Language` that are looked at, and ranges in it; browsers send a handful.
const LONGEST: usize = 1_000;
const MOST_RANGES: usize = 30;

impl Languages {
    /// The language of a tag: itself, or what is left after its last parts are cut off, `de` for `de-AT`
    /// (RFC 4647 section 3.4).
    pub fn named(&self, tag: &str) -> Option<&Arc<Language>> {
        let mut tag = tag.trim();
        loop {
            let found = self.all().iter();
            let mut found = found.filter(|language| language.tag().eq_ignore_ascii_case(tag));
            if let Some(language) = found.next() {
                return Some(language);
            }
            tag = tag.rsplit_once('-')?.0;
        }
    }

    /// The best of what an `Accept-Language` names (RFC 9110 section 12.5.4): the range with the highest weight that
    /// a language is found for, among equals the first. `*` is `usual`, unless that is refused with `q=0`.
    pub fn accepted<'a>(
        &'a self,
        header: &str,
        usual: &'a Arc<Language>,
    ) -> Option<&'a Arc<Language>> {
        if header.len() > LONGEST {
            return None;
        }
        let mut ranges: Vec<(&str, u16)> = header
            .split(',')
            .take(MOST_RANGES)
            .filter_map(range)
            .collect();
        let is_refused = |language: &Arc<Language>| {
            (ranges.iter())
                .any(|(range, weight)| *weight == 0 && range.eq_ignore_ascii_case(language.tag()))
        };
        let refused: Vec<&str> = (self.all().iter())
            .filter(|language| is_refused(language))
            .map(|language| language.tag())
            .collect();
        // A stable sort: among equals the first stays first.
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let wanted = ranges.into_iter().filter(|(_, weight)| *weight > 0);
        let mut found = wanted.filter_map(|(range, _)| match range {
            "*" => Some(usual),
            range => self.named(range),
        });
        found.find(|language| !refused.contains(&language.tag()))
    }
}

/// A range and its weight in thousandths; `None` if it is none.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.next() {
        None => 1000,
        Some(weight) => {
            let weight = weight.strip_prefix("q=").or(weight.strip_prefix("Q="))?;
            let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
            let part: u16 = match part.len() {
                0 => 0,
                1..=3 => format!("{part:0<3}").parse().ok()?,
                _ => return None,
            };
            (whole.parse::<u16>().ok()?)
                .checked_mul(1000)?
                .checked_add(part)?
        }
    };
    (weight <= 1000).then_some((range, weight))
}
