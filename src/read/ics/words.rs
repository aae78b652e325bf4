//! What organisers and programs write as the place: placeholders, links to a meeting, Outlook's list, coordinates.

use crate::facts::listing::Location;
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

/// Whether a place is one to go to.
pub(super) fn is_hall(location: &Location) -> bool {
    let texts = [&location.venue, &location.address];
    !texts.into_iter().flatten().any(|text| says_online(text))
}

/// The first place of Outlook's X-MICROSOFT-LOCATIONS (MS-OXCICAL 2.1.3.1.1.20.27): a list of JSON, its commas
/// perhaps escaped.
pub(super) fn outlook_place(value: &str) -> Option<Location> {
    let parsed = serde_json::from_str(value).or_else(|_| {
        let unescaped = value.replace("\\,", ",").replace("\\;", ";");
        serde_json::from_str::<serde_json::Value>(&unescaped)
    });
    let parsed: serde_json::Value = parsed.ok()?;
    let text = |name: &str| {
        let text = parsed.get(0)?.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let location = Location {
        venue: text("DisplayName"),
        address: text("LocationStreet"),
        city: text("LocationCity"),
        state: text("LocationState"),
        country: text("LocationCountry"),
        ..Location::default()
    };
    (location.city.is_some() || location.country.is_some()).then_some(location)
}

/// North and east, in degrees, as `GEO` and links to maps write them.
pub(super) fn coordinates(text: &str) -> Option<(f64, f64)> {
    let (north, east) = text.split_once([';', ','])?;
    let north: f64 = north.trim_end_matches('\\').trim().parse().ok()?;
    let east: f64 = east.split([';', ',']).next()?.trim().parse().ok()?;
    let on_earth = (-90.0..=90.0).contains(&north) && (-180.0..=180.0).contains(&east);
    // 0° 0° is in the sea: what a form sends that was left empty.
    (on_earth && (north, east) != (0.0, 0.0)).then_some((north, east))
}
