//! What a platform said about where → a place.

use super::choose::{Choice, Scope, Standing, choose};
use super::city::{City, Point};
use super::clean::clean;
use super::country::Country;
use super::fold::fold;
use super::read::{Reading, city_in_name, country_at_end, read};
use super::state::State;
use super::words::{Said, said};
use super::{Place, address};
use chrono_tz::Tz;

/// What a platform said about where an event is; every field raw text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stated<'a> {
    /// The venue's name, or whatever the platform put there.
    pub venue: Option<&'a str>,
    /// Street, city and country in one text, or only some of it.
    pub address: Option<&'a str>,
    /// The city.
    pub city: Option<&'a str>,
    /// State, province or region.
    pub state: Option<&'a str>,
    /// Name or code of the country.
    pub country: Option<&'a str>,
    /// Degrees north; ignored without the longitude, outside the globe, and at 0, 0.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The zone in which the event tells its times: it decides between namesakes where there is no home.
    pub zone: Option<Tz>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// A place; without a city if nothing but a country was stated.
    Found(Place),
    /// A hall's name ends with that of a city: most likely it is there.
    Likely(Place),
    /// Nothing was said.
    Nothing,
    /// It was said to be online, and no street was named beside it.
    Online,
    /// Something was said that names no place we know: the text, shortened.
    Unknown(String),
    /// Several places have the name, the biggest first; at most ten.
    Ambiguous(Vec<Place>),
}

/// Candidates named to an editor at most.
const MAX_CANDIDATES: usize = 10;
/// Characters of an unknown text that are kept.
const MAX_UNKNOWN_CHARS: usize = 200;

/// Finds the place that was stated.
///
/// The city's own field counts first, then the address, read from its end, then the venue, then coordinates.
/// `home`, the source's, only decides between namesakes and is never the answer: an event of unknown
/// place is not at home. Texts of more than 1,000 bytes are not read.
pub fn resolve(stated: &Stated<'_>, home: Option<&Place>) -> Resolution {
    let clean = Clean::of(stated);
    let stated = &clean.stated(stated);
    let (venue, address, city) = (said(stated.venue), said(stated.address), said(stated.city));
    let country = stated.country.and_then(Country::parse);
    let state = stated.state.and_then(|state| {
        State::parse(state, country)
            .into_iter()
            .next()
            .filter(|_| country.is_some())
    });
    let near = stated
        .latitude
        .zip(stated.longitude)
        .and_then(|(north, east)| Point::new(north, east));
    let scope = Scope {
        country,
        state,
        near,
        home,
        zone: stated.zone,
    };
    let mut several = None;

    // "Online event", and a town beside it: that of the group. A street beside it is a street.
    let texts = [venue, address, city].into_iter().filter(is_text).count();
    let street =
        matches!(address, Said::Text(text) if text.contains(|mark: char| mark.is_ascii_digit()));
    let said_online = [venue, address].contains(&Said::Online) && !street;
    if said_online || (city == Said::Online && texts == 0) {
        return Resolution::Online;
    }
    let mut unknown_city = None;
    if let Said::Text(text) = city {
        match stated_city(text, stated.state, &scope) {
            Reading::City(city) => return found(&city),
            Reading::Several(cities) => several = Some(cities),
            Reading::Country(..) => {}
            Reading::Unknown => unknown_city = Some(text),
        }
    }
    for (said, other) in [(address, venue), (venue, address)] {
        let Said::Text(text) = said else { continue };
        if text.len() > super::MAX_TEXT_BYTES {
            continue;
        }
        // A venue's bare name is no place where there is an address, or a city, beside it.
        let bare = address::parts(text).len() < 2;
        if bare
            && said == venue
            && (matches!(other, Said::Text(_)) || city != Said::Nothing)
            && other != said
        {
            continue;
        }
        match read(text, &scope) {
            Reading::City(city) => {
                let meant = several.as_ref().is_none_or(|cities| cities.contains(&city));
                if meant && unknown_city.is_none_or(|name| speaks_for(&city, text, name, near)) {
                    return found(&city);
                }
            }
            Reading::Several(cities) => several = several.or(Some(cities)),
            Reading::Country(country, state)
                if [venue, address, city]
                    .iter()
                    .all(|said| !is_text(said) || *said == Said::Text(text)) =>
            {
                return country_only(country, state, near);
            }
            Reading::Country(..) | Reading::Unknown => {}
        }
    }
    if let Some(cities) = several {
        return Resolution::Ambiguous(cities.iter().take(MAX_CANDIDATES).map(place).collect());
    }
    if let Some(point) = near
        && let Some(city) = City::nearest(point, country)
        // Where a town was named that we do not know, only a city that it can be a part of.
        && (unknown_city.is_none() || city.km_to(point) <= city.radius_km())
    {
        return found(&city);
    }
    if let (Said::Text(text), Said::Nothing, Said::Nothing)
    | (Said::Nothing, Said::Text(text), Said::Nothing) = (venue, address, city)
        && let Some(city) = city_in_name(text, &scope)
    {
        return Resolution::Likely(place(&city));
    }
    let nothing = near.is_none() && stated.country.is_none_or(|text| text.trim().is_empty());
    match country {
        Some(country) if texts == 0 => country_only(country, state, None),
        _ if texts == 0 && nothing => Resolution::Nothing,
        _ => Resolution::Unknown(all_said(stated)),
    }
}

/// The country that is stated, in its own field or at the end of an address, whatever stands before it.
///
/// For what names a town that we do not know: the event is in that country, not at a home in another.
pub fn country_named(stated: &Stated<'_>) -> Option<Country> {
    if let Some(country) = stated.country.and_then(Country::parse) {
        return Some(country);
    }
    let clean = Clean::of(stated);
    let stated = clean.stated(stated);
    let texts = [stated.address, stated.venue, stated.city];
    let mut texts = texts.into_iter().flatten();
    texts.find_map(|text| (text.len() <= super::MAX_TEXT_BYTES).then(|| country_at_end(text))?)
}

/// The texts of a place without what only decorates them.
struct Clean {
    venue: Option<String>,
    address: Option<String>,
    city: Option<String>,
}

impl Clean {
    fn of(stated: &Stated<'_>) -> Clean {
        Clean {
            venue: stated.venue.map(clean),
            address: stated.address.map(clean),
            city: stated.city.map(clean),
        }
    }

    fn stated<'a>(&'a self, stated: &Stated<'a>) -> Stated<'a> {
        Stated {
            venue: self.venue.as_deref(),
            address: self.address.as_deref(),
            city: self.city.as_deref(),
            ..*stated
        }
    }
}

/// What the field for the city names.
fn stated_city(text: &str, state: Option<&str>, scope: &Scope<'_>) -> Reading {
    if text.len() > super::MAX_TEXT_BYTES {
        return Reading::Unknown;
    }
    // A state that belongs to several countries, or to one that is not named, still tells namesakes apart.
    let states = match (scope.state, state) {
        (None, Some(state)) if scope.country.is_none() => State::parse(state, None),
        _ => Vec::new(),
    };
    let scopes: Vec<Scope<'_>> = if states.is_empty() {
        vec![*scope]
    } else {
        states
            .into_iter()
            .map(|state| Scope {
                country: state.country(),
                state: Some(state),
                ..*scope
            })
            .collect()
    };
    let part = address::Part::read(text);
    let mut names = address::names(text, scope.country.is_some());
    for name in address::names(&part.text, scope.country.is_some()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut all: Vec<City> = Vec::new();
    for name in &names {
        for scope in &scopes {
            match choose(name, scope, Standing::City) {
                Choice::One(city) => all.push(city),
                Choice::Several(cities) => all.extend(cities),
                Choice::None => {}
            }
        }
        if !all.is_empty() {
            break;
        }
    }
    if all.is_empty() && text.contains('/') {
        // "Seattle/Bellevue": two places, unless both names are of one.
        for side in text.split('/').take(4) {
            if let Choice::One(city) = choose(side, scope, Standing::City)
                && !all.contains(&city)
            {
                all.push(city);
            }
        }
    }
    match all.as_slice() {
        [] if text.contains(',') => read(text, scope),
        [] => match (scope.country, Country::parse(text)) {
            (None, Some(country)) => Reading::Country(country, None),
            (Some(known), Some(country)) if known == country => Reading::Country(country, None),
            _ => Reading::Unknown,
        },
        [city] => Reading::City(*city),
        _ => Reading::Several(all),
    }
}

/// Whether a city read from the address can stand for a city of the field that we do not know.
///
/// `Ancoats` is a part of Manchester and Oudewater a town of its own in the province of Utrecht: both stand
/// before the bigger name in an address, and only coordinates tell.
fn speaks_for(city: &City, address: &str, name: &str, near: Option<Point>) -> bool {
    let name = fold(name);
    let apart = address::parts(address)
        .iter()
        .all(|part| fold(&part.text) != name);
    near.map_or(apart, |point| city.km_to(point) <= city.radius_km())
}

fn is_text(said: &Said<'_>) -> bool {
    matches!(said, Said::Text(_))
}

fn place(city: &City) -> Place {
    Place::of(city)
}

fn found(city: &City) -> Resolution {
    Resolution::Found(place(city))
}

/// A country and no city: Singapore is both.
fn country_only(country: Country, state: Option<State>, near: Option<Point>) -> Resolution {
    if let Some(city) = near.and_then(|point| City::nearest(point, Some(country))) {
        return found(&city);
    }
    Resolution::Found(Place::new(country.city(), state.map(State::code), country))
}

/// Everything that was said, once, in the order of an address.
fn all_said(stated: &Stated<'_>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for text in [
        stated.venue,
        stated.address,
        stated.city,
        stated.state,
        stated.country,
    ]
    .into_iter()
    .flatten()
    {
        let text = text.trim();
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.extend(
            text.chars()
                .take(MAX_UNKNOWN_CHARS)
                .map(|letter| if letter.is_control() { ' ' } else { letter }),
        );
    }
    if all.is_empty()
        && let (Some(north), Some(east)) = (stated.latitude, stated.longitude)
    {
        all = format!("{north}, {east}");
    }
    if all.chars().count() > MAX_UNKNOWN_CHARS {
        all = all.chars().take(MAX_UNKNOWN_CHARS - 1).collect();
        all.push('…');
    }
    all
}
