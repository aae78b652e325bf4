//! The second column of a row.

use super::{Kind, Notes, Rules, quoted};
use crate::facts::place::{Country, Mode, Place, PlaceError};
use crate::section::grammar::Line;
use std::ops::Range;

/// Words that stand in the names of venues and streets, and of no city that ever was in the column.
#[rustfmt::skip]
const VENUE_WORDS: &[&str] = &[
    "street", "avenue", "ave", "road", "rd", "blvd", "boulevard", "straße", "strasse", "platz", "rue", "floor",
    "room", "building", "suite", "university", "library", "hotel", "office", "offices", "campus", "hall",
    "brewery", "pub", "café", "cafe", "restaurant", "coworking", "hackerspace", "headquarters", "hq",
];

/// Checks the column that stands in these bytes of the line.
pub(super) fn check(line: &Line<'_>, cell: Range<usize>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = &line.text[cell.clone()];
    if text.is_empty() {
        return notes.say(line, cell.start, Kind::PlaceMissing, "no place");
    }
    let Some((mode, inside)) = labelled(text) else {
        // `Vienna, AT + Virtual` and the other way round: both, in words that were printed once.
        let there = text
            .strip_suffix(" + Virtual")
            .or_else(|| text.strip_prefix("Virtual + "));
        if let Some(there) = there {
            let message = format!(
                "{} is written {}",
                quoted(text),
                quoted(&format!("{} ({there})", rules.style.hybrid_label))
            );
            return notes.say(line, cell.start, Kind::ModeWord, message);
        }
        return place(line, cell, rules, notes);
    };
    let label = match mode {
        Mode::Hybrid => rules.style.hybrid_label.as_str(),
        _ => "Virtual",
    };
    let Some(inside) = inside else {
        if mode == Mode::Hybrid {
            let message = "a hybrid event takes place somewhere: write `Hybrid (City, CC)`";
            notes.say(line, cell.start, Kind::PlaceMissing, message);
        } else if text != label {
            let message = format!("{} is written {}", quoted(text), quoted(label));
            notes.say(line, cell.start, Kind::ModeWord, message);
        }
        return;
    };
    let open = text.find('(').unwrap_or(text.len());
    let word = text[..open].trim_end();
    let between = &text[word.len()..inside.start];
    let tail = &text[inside.end..];
    if word != label {
        let message = format!("{} is written {}", quoted(word), quoted(label));
        notes.say(line, cell.start, Kind::ModeWord, message);
    }
    if between != " (" || tail != ")" {
        let right = format!("{word} ({})", &text[inside.clone()]);
        let message = "spaces around the brackets";
        return notes.mend(line, cell, right, Kind::Spaces, message);
    }
    let inside = cell.start + inside.start..cell.start + inside.end;
    if line.text[inside.clone()].is_empty() {
        let message = format!("no place between the brackets: write {}", quoted(label));
        return notes.say(line, inside.start, Kind::PlaceMissing, message);
    }
    place(line, inside, rules, notes);
}

/// The mode that the column begins with, and what stands between its brackets.
fn labelled(text: &str) -> Option<(Mode, Option<Range<usize>>)> {
    let Some(open) = text.find('(') else {
        return Mode::parse(text).map(|mode| (mode, None));
    };
    let mode = Mode::parse(&text[..open])?;
    let close = text
        .rfind(')')
        .filter(|close| *close > open)
        .unwrap_or(text.len());
    let inside = &text[open + 1..close];
    let start = open + 1 + (inside.len() - inside.trim_start().len());
    Some((mode, Some(start..start + inside.trim().len())))
}

/// Checks `City, ST, CC`.
fn place(line: &Line<'_>, at: Range<usize>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = &line.text[at.clone()];
    let place = match Place::parse(text) {
        Ok(place) => place,
        Err(error) => return unreadable(line, at, text, &error, notes),
    };
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let Some(city) = place.city().filter(|_| parts.len() > 1) else {
        if parts.len() == 1 && place.city().is_some() {
            // A city that is its country: `Singapore`.
            let right = place.printed(&[]);
            return notes.mend(
                line,
                at,
                right,
                Kind::CountryMissing,
                "the country is missing",
            );
        }
        let message = format!("{} is a country: name the city", quoted(text));
        return notes.say(line, at.start, Kind::CountryAlone, message);
    };
    if venue(city) {
        let message = format!("{} is a venue or a street: name the city", quoted(city));
        return notes.say(line, at.start, Kind::Venue, message);
    }
    let country = place.country();
    let (last, middle) = (parts[parts.len() - 1], (parts.len() == 3).then(|| parts[1]));
    // The printed form keeps the state where one is written: whether it is printed is policy.
    let states: Vec<Country> = place.state().map(|_| country).into_iter().collect();
    let right = place.printed(&states);
    if right != parts.join(", ") {
        let (kind, what) = match (middle, place.state()) {
            (Some(middle), None) => {
                if text.contains(';') || text.contains(" / ") {
                    let message = format!("{} is several places: name one", quoted(text));
                    return notes.say(line, at.start, Kind::PlaceUnreadable, message);
                }
                if !stray(&place, middle) {
                    let message = format!("{} is more than a city: name only that", quoted(text));
                    return notes.say(line, at.start, Kind::Venue, message);
                }
                let what = format!("{} are printed without a state", country.name());
                (Kind::StateStray, format!("places in {what}"))
            }
            (Some(middle), Some(state)) if middle != state => (
                Kind::StateSpelling,
                format!("the state is written `{state}`"),
            ),
            (None, Some(_)) if !last.contains(' ') => {
                (Kind::CountryMissing, "the country is missing".to_owned())
            }
            (None, Some(_)) => (
                Kind::StateSpelling,
                "a comma stands between state and country".to_owned(),
            ),
            _ => {
                let code = country.printed();
                (
                    Kind::CountrySpelling,
                    format!("the country is written `{code}`"),
                )
            }
        };
        return notes.mend(line, at, right, kind, what);
    }
    if text != right {
        return notes.mend(line, at, right, Kind::Spaces, "spaces around the commas");
    }
    let us = country.code() == "US";
    if us && place.state().is_none() && rules.style.states.contains(&country) {
        let message = format!("{} lies in a state: write `City, ST, US`", quoted(city));
        notes.say(line, at.start, Kind::StateMissing, message);
    }
    // `Boulder, CO` is not in Colombia.
    let as_state = Place::parse(&format!("{city}, {last}, US")).ok();
    if let Some(meant) = as_state
        .filter(|meant| middle.is_none() && meant.state() == Some(last))
        .filter(|meant| place.spelled().is_none() && meant.spelled().is_some())
    {
        let right = meant.printed(&[meant.country()]);
        let message = format!(
            "there is no {} in {}: is {} meant?",
            quoted(city),
            country.name(),
            quoted(&right)
        );
        return notes.say(line, at.start, Kind::CountryMissing, message);
    }
    if let Some(there) = place.elsewhere().first() {
        let message = format!(
            "{} lies in {}",
            quoted(city),
            there.state().unwrap_or_default()
        );
        notes.say(line, at.start, Kind::StateWrong, message);
    }
    spelling(line, at.start, city, &place, notes);
}

fn unreadable(
    line: &Line<'_>,
    at: Range<usize>,
    text: &str,
    error: &PlaceError,
    notes: &mut Notes,
) {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let several = text.contains(['/', ';', '+']) || text.contains(" and ") || text.contains(" & ");
    let kind = match error {
        PlaceError::Empty | PlaceError::NoCity(_) => Kind::PlaceMissing,
        _ if text.contains(['[', ';', '+']) => Kind::PlaceUnreadable,
        PlaceError::TooManyParts(..) if several => Kind::PlaceUnreadable,
        PlaceError::TooManyParts(..) | PlaceError::TooLong(_) => Kind::Venue,
        PlaceError::UnknownCountry(_) if several => Kind::PlaceUnreadable,
        PlaceError::UnknownCountry(_) => Kind::CountryUnknown,
        PlaceError::NoCountry(_) if venue(parts[0]) => Kind::Venue,
        PlaceError::NoCountry(_) if several => Kind::PlaceUnreadable,
        PlaceError::NoCountry(_) => Kind::CountryMissing,
        PlaceError::UnknownState(..) => Kind::StateUnknown,
        PlaceError::Character(..) => Kind::PlaceUnreadable,
    };
    notes.say(line, at.start, kind, error.to_string());
}

/// Whether a text is an address or a venue: it has a number, or a word of such names.
fn venue(city: &str) -> bool {
    let lower = city.to_lowercase();
    city.contains(|char: char| char.is_ascii_digit())
        || lower
            .split(|char: char| !char.is_alphanumeric())
            .any(|word| VENUE_WORDS.contains(&word))
}

/// Whether what stands between city and country is a state that is not printed, and no city behind a
/// venue: a short code, or behind a city that is known.
fn stray(place: &Place, middle: &str) -> bool {
    let code = middle.len() <= 3 && middle.chars().all(char::is_alphanumeric);
    code || place.spelled().is_some()
}

/// The case of a city's letters, and its accents.
fn spelling(line: &Line<'_>, at: usize, city: &str, place: &Place, notes: &mut Notes) {
    let known = place.spelled();
    let table = known.as_ref().and_then(Place::city);
    let range = at..at + city.len();
    let cased = place.cased();
    let cased = cased.city().unwrap_or(city);
    if cased != city {
        let message = format!("{} is written {}", quoted(city), quoted(cased));
        return notes.mend(line, range, cased, Kind::CityCase, message);
    }
    if let Some(table) = table.filter(|table| *table != city && plain(table) == plain(city)) {
        let message = format!("{} is mostly printed {}", quoted(city), quoted(table));
        notes.say(line, at, Kind::CitySpelling, message);
    }
}

/// A name without accents.
fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfkd()
        .filter(|char| !unicode_normalization::char::is_combining_mark(*char))
        .map(|char| match char {
            'ł' => 'l',
            'ø' => 'o',
            char => char,
        })
        .flat_map(char::to_lowercase)
        .collect()
}
