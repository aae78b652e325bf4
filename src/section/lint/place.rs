//! The second column of a row.

use super::{Kind, Notes, Rules, quoted};
use crate::facts::place::{Country, Mode, Place, PlaceError, Region, Resolution, Stated, resolve};
use crate::section::grammar::{Line, location};
use std::ops::Range;

/// Words in the names of venues and streets. No city that was printed has one.
#[rustfmt::skip]
const VENUE_WORDS: &[&str] = &[
    "street", "avenue", "ave", "road", "rd", "blvd", "boulevard", "straße", "strasse", "platz", "rue", "floor",
    "room", "building", "suite", "university", "library", "hotel", "office", "offices", "campus", "hall",
    "brewery", "pub", "café", "cafe", "restaurant", "coworking", "hackerspace", "headquarters", "hq",
];

/// Time zones that are given in the place of a place.
#[rustfmt::skip]
const TIME_ZONES: &[&str] = &[
    "UTC", "GMT", "CET", "CEST", "EET", "EEST", "WET", "BST", "PST", "PDT", "MST", "MDT", "CST", "CDT", "EST", "EDT",
    "AEST", "AEDT",
];

/// Checks the column that stands in these bytes of the line. Forms that are certain to mean another one, the grammar
/// notes.
pub(super) fn check(line: &Line<'_>, cell: Range<usize>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = &line.text[cell.clone()];
    if location(text, Some(rules.style)).is_some() {
        return;
    }
    if text.is_empty() {
        let online = &rules.style.virtual_label;
        let message = format!("no place stands between the bars: write `City, CC` or `{online}`");
        return notes.say(line, cell.start, Kind::PlaceMissing, message);
    }
    let hybrid = rules.style.hybrid_label.as_str();
    let Some((mode, inside)) = labelled(text) else {
        // `Vienna, AT + Virtual` and the other way round was printed for hybrid events.
        let there = text
            .strip_suffix(" + Virtual")
            .or_else(|| text.strip_prefix("Virtual + "));
        if let Some(there) = there {
            let right = quoted(&format!("{hybrid} ({there})"));
            let message = format!("{} is written {right}", quoted(text));
            return notes.say(line, cell.start, Kind::ModeWord, message);
        }
        return place(line, cell, rules, notes);
    };
    let label = match mode {
        Mode::Hybrid => hybrid,
        _ => rules.style.virtual_label.as_str(),
    };
    let Some(inside) = inside else {
        if mode != Mode::Virtual {
            let right = match mode {
                Mode::Hybrid => format!("{hybrid} (City, CC)"),
                _ => "City, CC".to_owned(),
            };
            let message = format!("{} needs a place: write {}", quoted(text), quoted(&right));
            notes.say(line, cell.start, Kind::PlaceMissing, message);
        }
        return;
    };
    let open = text.find('(').unwrap_or(text.len());
    let word = text[..open].trim_end();
    let between = &text[word.len()..inside.start];
    let tail = &text[inside.end..];
    if word != label && mode != Mode::InPerson {
        let message = format!("{} is written {}", quoted(word), quoted(label));
        notes.say(line, cell.start, Kind::ModeWord, message);
    }
    if between != " (" || tail != ")" {
        let right = format!("{word} ({})", &text[inside.clone()]);
        let message = format!("the brackets of {} need other spaces", quoted(text));
        return notes.mend(line, cell, right, Kind::Spaces, message);
    }
    let inside = cell.start + inside.start..cell.start + inside.end;
    let written = &line.text[inside.clone()];
    if written.is_empty() {
        let message = format!(
            "no place stands between the brackets of {}: write {}",
            quoted(text),
            quoted(label)
        );
        return notes.say(line, inside.start, Kind::PlaceMissing, message);
    }
    let is_zone = written
        .split(|char: char| !char.is_alphanumeric())
        .any(|word| TIME_ZONES.contains(&word));
    if mode == Mode::Virtual
        && (Region::parse(written).is_some() || is_zone && !written.contains(','))
    {
        let message = format!(
            "{} is no place: write `{label}`, or the group's city as in `{label} (City, CC)`",
            quoted(written)
        );
        return notes.say(line, inside.start, Kind::VirtualPlace, message);
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
        Err(error) => return unreadable(line, at, &error, notes),
    };
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let Some(city) = place.city().filter(|_| parts.len() > 1) else {
        if parts.len() == 1 && place.city().is_some() {
            // A city that is its country: `Singapore`.
            let right = place.printed(&[]);
            let message = format!("no country stands behind {}", quoted(text));
            return notes.mend(line, at, right, Kind::CountryMissing, message);
        }
        let right = format!("City, {}", place.country().printed());
        let message = format!(
            "{} is a country: write the city too, as in {}",
            quoted(text),
            quoted(&right)
        );
        return notes.say(line, at.start, Kind::CountryAlone, message);
    };
    if city.contains(';') {
        let message = format!("{} is several places: write one of them", quoted(text));
        return notes.say(line, at.start, Kind::PlaceUnreadable, message);
    }
    if venue(city) {
        return not_a_city(line, at, city, &place, notes);
    }
    let country = place.country();
    // The printed form keeps the state where one is written: whether it is printed is policy.
    let states: Vec<Country> = place.state().map(|_| country).into_iter().collect();
    let right = place.printed(&states);
    if right != parts.join(", ") {
        return other_form(line, at, &place, right, notes);
    }
    if text != right {
        let message = format!("the commas of {} need other spaces", quoted(text));
        return notes.mend(line, at, right, Kind::Spaces, message);
    }
    if country.code() == "US" && place.state().is_none() && rules.style.states.contains(&country) {
        let right = found(city, country).map_or_else(
            || format!("{city}, ST, US"),
            |place| place.printed(&[country]),
        );
        let message = format!("{} names no state: write {}", quoted(text), quoted(&right));
        notes.say(line, at.start, Kind::StateMissing, message);
    }
    // `Boulder, CO` is not in Colombia.
    let last = parts[parts.len() - 1];
    let as_state = Place::parse(&format!("{city}, {last}, US")).ok();
    if let Some(meant) = as_state
        .filter(|meant| parts.len() < 3 && meant.state() == Some(last))
        .filter(|meant| place.spelled().is_none() && meant.spelled().is_some())
    {
        let right = meant.printed(&[meant.country()]);
        let message = format!(
            "{} is in {}, which has no such city: write {} if that is meant",
            quoted(text),
            country.name(),
            quoted(&right)
        );
        return notes.say(line, at.start, Kind::CountryMissing, message);
    }
    if let Some(there) = place.elsewhere().first() {
        let message = format!(
            "{} names no city of that state: write {} if that is meant",
            quoted(text),
            quoted(&there.printed(&[country]))
        );
        notes.say(line, at.start, Kind::StateWrong, message);
    }
    spelling(line, at.start, city, &place, notes);
}

/// A place that is written in another form than the newsletter's, which is `right`.
fn other_form(line: &Line<'_>, at: Range<usize>, place: &Place, right: String, notes: &mut Notes) {
    let text = &line.text[at.clone()];
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (last, middle) = (parts[parts.len() - 1], (parts.len() == 3).then(|| parts[1]));
    let country = place.country();
    let (kind, message) = match (middle, place.state()) {
        (Some(middle), None) => {
            if text.contains(';') || text.contains(" / ") {
                let message = format!("{} is several places: write one of them", quoted(text));
                return notes.say(line, at.start, Kind::PlaceUnreadable, message);
            }
            if let Some(right) = of_its_own(parts[0], middle, country) {
                let message = format!("{} is a country of its own in ISO 3166-1", quoted(middle));
                return notes.mend(line, at, right, Kind::StateStray, message);
            }
            if !stray(place, middle) {
                return not_a_city(line, at, parts[0], place, notes);
            }
            let what = format!(
                "{} stands behind the city: places in {} are printed without a state",
                quoted(middle),
                country.name()
            );
            (Kind::StateStray, what)
        }
        (Some(middle), Some(state)) if middle != state => (
            Kind::StateSpelling,
            format!("the state {} is written {}", quoted(middle), quoted(state)),
        ),
        (None, Some(_)) if !last.contains(' ') => (
            Kind::CountryMissing,
            format!("no country stands behind {}", quoted(text)),
        ),
        (None, Some(_)) => (
            Kind::StateSpelling,
            format!(
                "no comma stands between state and country in {}",
                quoted(last)
            ),
        ),
        _ => (
            Kind::CountrySpelling,
            format!(
                "the country {} is written {}",
                quoted(last),
                quoted(country.printed())
            ),
        ),
    };
    notes.mend(line, at, right, kind, message);
}

/// The only place of a city's name in a country, with its state; `None` if the table knows none, or several.
fn found(city: &str, country: Country) -> Option<Place> {
    let stated = Stated {
        city: Some(city),
        country: Some(country.code()),
        ..Stated::default()
    };
    match resolve(&stated, None) {
        Resolution::Found(place) if place.city().is_some() => Some(place),
        _ => None,
    }
}

/// Parts of the United States that have a country code in ISO 3166-1.
const TERRITORIES: [&str; 5] = ["AS", "GU", "MP", "PR", "VI"];

/// `San Juan, PR, US`, `Hong Kong, HK, CN`: what stands as a state has a country code of its own, and the city is there.
/// If the country has a city of that name too, only a territory can be meant.
fn of_its_own(city: &str, middle: &str, country: Country) -> Option<String> {
    let own = Country::parse(middle).filter(|own| own.printed() == middle && *own != country)?;
    let there = Place::new(Some(city), None, own);
    let here = Place::new(Some(city), None, country);
    let is_territory = country.code() == "US" && TERRITORIES.contains(&middle);
    let is_there = there.spelled().is_some() && (is_territory || here.spelled().is_none());
    is_there.then(|| there.printed(&[]))
}

/// A street, a venue or a postcode where the city belongs.
fn not_a_city(line: &Line<'_>, at: Range<usize>, shown: &str, place: &Place, notes: &mut Notes) {
    let text = &line.text[at.clone()];
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    // `Crab Hall, London, UK`: the city stands behind it.
    let city = parts.get(1..parts.len() - 1).and_then(<[&str]>::last);
    let right = match city.and_then(|city| found(city, place.country())) {
        Some(city) => city.printed(&[]),
        None => format!("City, {}", place.country().printed()),
    };
    let message = format!(
        "{} is more than a city: write only that, as in {}",
        quoted(shown),
        quoted(&right)
    );
    notes.say(line, at.start, Kind::Venue, message);
}

fn unreadable(line: &Line<'_>, at: Range<usize>, error: &PlaceError, notes: &mut Notes) {
    let text = &line.text[at.clone()];
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
        PlaceError::UnknownState(..) => return unknown_state(line, at, notes),
        PlaceError::Character(..) => Kind::PlaceUnreadable,
    };
    let message = match kind {
        Kind::PlaceMissing => format!("{} names no city: write `City, CC`", quoted(text)),
        Kind::Venue => format!(
            "{} is more than a city: write only that, as in `City, CC`",
            quoted(text)
        ),
        Kind::CountryUnknown => {
            let last = parts[parts.len() - 1];
            format!(
                "{} is no country code of ISO 3166-1: write `{}, CC`",
                quoted(last),
                parts[0]
            )
        }
        Kind::CountryMissing => {
            let stated = Stated {
                city: Some(text),
                ..Stated::default()
            };
            let right = match resolve(&stated, None) {
                Resolution::Found(place) => format!(
                    "{} if that is meant",
                    quoted(&place.printed(&[place.country()]))
                ),
                _ => quoted(&format!("{text}, CC")),
            };
            format!("no country stands behind {}: write {right}", quoted(text))
        }
        _ if several => format!("{} is several places: write one of them", quoted(text)),
        _ => format!("{} is no place: write `City, CC`", quoted(text)),
    };
    notes.say(line, at.start, kind, message);
}

/// `Seattle, WS, US`: a code that is no state. It is mended if the country has one such city and its state begins with
/// the same letter.
fn unknown_state(line: &Line<'_>, at: Range<usize>, notes: &mut Notes) {
    let text = &line.text[at.clone()];
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [city, state, country] = parts[..] else {
        return;
    };
    let Some(country) = Country::parse(country) else {
        return;
    };
    if let Some(right) = of_its_own(city, state, country) {
        let message = format!(
            "{} is no state but a country of its own in ISO 3166-1",
            quoted(state)
        );
        return notes.mend(line, at, right, Kind::StateUnknown, message);
    }
    let message = format!("{} is no state of {}", quoted(state), country.name());
    match found(city, country) {
        Some(place) => {
            let right = place.printed(&[country]);
            let first = |text: &str| text.chars().next().map(|char| char.to_ascii_uppercase());
            if place.state().and_then(first) == first(state) {
                notes.mend(line, at, right, Kind::StateUnknown, message);
            } else {
                let message = format!("{message}: write {} if that is meant", quoted(&right));
                notes.say(line, at.start, Kind::StateUnknown, message);
            }
        }
        None => {
            let right = format!("{city}, ST, {}", country.printed());
            let message = format!("{message}: write {}", quoted(&right));
            notes.say(line, at.start, Kind::StateUnknown, message);
        }
    }
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
        let message = format!("the city {} is written {}", quoted(city), quoted(cased));
        return notes.mend(line, range, cased, Kind::CityCase, message);
    }
    if let Some(table) = table.filter(|table| *table != city && plain(table) == plain(city)) {
        let message = format!(
            "{} is mostly printed as {}: write that",
            quoted(city),
            quoted(table)
        );
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
