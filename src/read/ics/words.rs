//! What organisers write into the field for the place: placeholders, links to a meeting.

use crate::facts::place::says_online;

/// Links of one place that are looked at.
const MOST_LINKS: usize = 10;

/// A place without the fields that its exporter left unfilled (`#_LOCATIONNAME`, `{{venue}}`); `None` if
/// nothing else was there.
pub(super) fn without_placeholders(text: &str) -> Option<String> {
    let kept: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|part| {
            let left_unfilled =
                part.starts_with("#_") || (part.starts_with("{{") && part.ends_with("}}"));
            !left_unfilled && !part.is_empty()
        })
        .collect();
    let kept = kept.join(", ");
    kept.chars().any(char::is_alphanumeric).then_some(kept)
}

/// A place parted into what is no link to a meeting, and that link.
pub(super) fn meeting_link(text: &str) -> (Option<String>, Option<String>) {
    let mut starts = text.match_indices("http").take(MOST_LINKS);
    let found = starts.find_map(|(start, _)| {
        let link = text[start..]
            .split([' ', '\n', '\t', '<', '>', '"', '|'])
            .next()?;
        let link = link.trim_end_matches([',', ';', '.', ')', ']']);
        says_online(link).then_some((start, link))
    });
    let Some((start, link)) = found else {
        return (Some(text.to_owned()), None);
    };
    let rest = format!("{} {}", &text[..start], &text[start + link.len()..]);
    let rest = rest.trim_matches(|char: char| {
        char.is_whitespace() || matches!(char, ',' | ';' | ':' | '-' | '(' | ')' | '|' | '/')
    });
    let says_something = rest.chars().any(char::is_alphanumeric);
    (
        says_something.then(|| rest.to_owned()),
        Some(link.to_owned()),
    )
}
