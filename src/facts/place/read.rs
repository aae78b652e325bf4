//! Free text → city: an address read from its end, the country first.

use super::Place;
use super::address::{self, Part};
use super::choose::{Choice, Scope, Standing, biggest, choose, in_zone};
use super::city::City;
use super::country::Country;
use super::fold::fold;
use super::state::{State, country_of_region};
use super::words;

/// What an address leads to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    /// To a city.
    City(City),
    /// To several of one name, the biggest first.
    Several(Vec<City>),
    /// To a country or state, and the text says no more than that.
    Country(Country, Option<State>),
    /// To nothing that we know.
    Unknown,
}

/// Parts between a country and its city that may be regions we do not know.
const MAX_SKIPPED: usize = 3;
/// People of a post town that a British address names without a comma before it.
const POST_TOWN_POPULATION: u32 = 50_000;
/// People of a city that is named with its district.
const CITY_OF_DISTRICTS_POPULATION: u32 = 300_000;
/// Kilometres between a town and the city that its province is named after.
const PROVINCE_KM: f64 = 150.0;

/// Reads an address, or whatever stands in its place.
///
/// Only whole parts between commas count, and only up to the street: a venue called `Reading` in a street of
/// Leeds is in Leeds.
pub(super) fn read(text: &str, scope: &Scope<'_>) -> Reading {
    let reading = read_whole(text, scope);
    if reading.is_settled() {
        return reading;
    }
    // "San Francisco (5th Floor), CA": a remark. "Šibenik (Croatia)" was read above.
    let remarked = without_remarks(text).map(|text| read_whole(&text, scope));
    if let Some(reading) = remarked.filter(Reading::is_settled) {
        return reading;
    }
    if let Some(reading) = from_the_big(text, scope).or_else(|| city_first(text, scope)) {
        return reading;
    }
    // "c-base – Berlin, Germany": dashes for commas, where the country tells that it is an address.
    if scope.country.or_else(|| country_at_end(text)).is_some() {
        let commas = [" – ", " — ", " - ", " / "];
        let text = commas
            .iter()
            .fold(text.to_owned(), |text, sign| text.replace(sign, ", "));
        let reading = read_whole(&text, scope);
        if reading.is_settled() {
            return reading;
        }
    }
    reading
}

/// The text without what stands in brackets; none if nothing does, or nothing else.
fn without_remarks(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            letter if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    (kept.len() < text.len() && depth == 0 && !kept.trim().is_empty()).then_some(kept)
}

/// `Germany, Berlin`, `Deutschland - Berlin`: the country first.
fn from_the_big(text: &str, scope: &Scope<'_>) -> Option<Reading> {
    let (first, rest) = [", ", ",", " - ", " – ", " / "]
        .into_iter()
        .find_map(|sign| text.split_once(sign))?;
    let country = Country::parse(first)
        .filter(|_| first.trim().len() > 3 && State::parse(first, None).is_empty())?;
    let scope = match scope.country {
        Some(known) if known != country => return None,
        _ => scope.in_country(country),
    };
    let reading = locate(&address::parts(rest), &scope);
    reading.is_settled().then_some(reading)
}

/// `Москва, ул. Тверская 1`, `Berlin, Rungestr. 20`: a big city, and its street behind it.
fn city_first(text: &str, scope: &Scope<'_>) -> Option<Reading> {
    if scope.country.or_else(|| country_at_end(text)).is_some() {
        return None;
    }
    let parts = address::parts(text);
    let (first, rest) = parts.split_first()?;
    let is_street = |part: &Part| part.numbered && !words::is_inside_a_house(&part.text);
    if first.numbered || !rest.iter().any(is_street) || rest.len() > 3 {
        return None;
    }
    let mut names = first.names().into_iter();
    names.find_map(|name| match choose(&name, scope, Standing::Alone) {
        Choice::One(city) => Some(Reading::City(city)),
        Choice::Several(_) | Choice::None => None,
    })
}

/// The city with which the name of a hall ends: `c-base Berlin`. Only one of the source's country or in the zone in which
/// the event tells its times, and never behind a word for a room, a hotel or a street: those have the names of cities too.
pub(super) fn city_in_name(text: &str, scope: &Scope<'_>) -> Option<City> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if address::parts(text).len() != 1 || words.len() < 2 || scope.country.is_some() {
        return None;
    }
    (1..words.len().min(3)).rev().find_map(|count| {
        let (before, name) = words.split_at(words.len() - count);
        if before
            .last()
            .is_some_and(|word| words::is_named_after_cities(word))
        {
            return None;
        }
        let name = name.join(" ");
        if words::is_common(&fold(&name)) {
            return None;
        }
        let cities = City::called(&name, City::named(&name));
        let at_home = |city: &&City| {
            let home = scope.home.filter(|home| home.country() == city.country);
            home.is_some_and(|home| home.state().is_none_or(|state| state == city.state))
                && city.population >= POST_TOWN_POPULATION
        };
        let mut here = cities.iter().filter(at_home);
        match (here.next(), here.next()) {
            (Some(city), None) => Some(*city),
            _ => in_zone(&cities, scope.zone),
        }
    })
}

/// The country that an address names at its end, whatever stands before it: none where it names a state too, as
/// `CA` does, or where nothing stands before it.
pub(super) fn country_at_end(text: &str) -> Option<Country> {
    let mut parts = address::parts(text);
    parts.retain(|part| !part.text.is_empty());
    let (last, before) = parts.split_last()?;
    let is_state = |text: &str| !State::parse(text, None).is_empty();
    if !before.is_empty()
        && let Some(country) = country(&last.text).filter(|_| !is_state(&last.text))
    {
        return Some(country);
    }
    // "9999 Nirgendsdorf Schweiz"
    let words: Vec<&str> = last.text.split_whitespace().collect();
    if before.is_empty() && !last.after_postcode {
        return None;
    }
    (1..words.len().min(5)).find_map(|count| {
        let tail = words[words.len() - count..].join(" ");
        let country = Country::parse(&tail)?;
        (tail.len() > 3 && !is_state(&tail)).then_some(country)
    })
}

fn read_whole(text: &str, scope: &Scope<'_>) -> Reading {
    let parts = address::parts(text);
    let in_london = parts.iter().any(|part| part.in_london);
    match (read_parts(text, parts, scope), Country::parse("GB")) {
        (Reading::Unknown, Some(uk))
            if in_london && scope.country.is_none_or(|known| known == uk) =>
        {
            first_of(&["London".to_owned()], &scope.in_country(uk))
        }
        (reading, _) => reading,
    }
}

fn read_parts(text: &str, mut parts: Vec<Part>, scope: &Scope<'_>) -> Reading {
    let postal = parts.iter().rev().find_map(|part| part.country);
    parts.retain(|part| !part.text.is_empty());
    let Some((last, before)) = parts.split_last() else {
        return Reading::Unknown;
    };
    let mut found = Vec::new();
    let contradicts = |country| scope.country.is_some_and(|known| known != country);
    if last.text.len() > 3 && Country::parse(&last.text).is_some_and(contradicts) {
        return Reading::Unknown;
    }

    // "…, Berlin, Germany"
    if let Some(country) = country(&last.text)
        && scope.country.is_none_or(|known| known == country)
    {
        let within = scope.in_country(country);
        let is_state = scope.country.is_none() && !State::parse(&last.text, None).is_empty();
        if before.is_empty() {
            // Georgia is a country and a state.
            return if is_state {
                Reading::Unknown
            } else {
                Reading::Country(country, None)
            };
        }
        found.push(match (locate(before, &within), country.city()) {
            (Reading::Unknown, Some(city)) if !is_state => first_of(&[city.to_owned()], &within),
            (reading, _) => reading,
        });
    }
    // "…, Bègles, fr"; but "in", "no" and "it" are words too.
    if last.text.len() == 2
        && !is_code(&last.text)
        && let Some(country) = Country::parse(&last.text)
        && scope.country.is_none_or(|known| known == country)
    {
        found.push(locate(before, &scope.in_country(country)));
        found.retain(Reading::is_settled);
    }
    // "…, Detroit, MI 48226", "…, Austin, Texas"; "CA" may be both.
    for state in State::parse(&last.text, scope.country) {
        if !before.is_empty()
            && scope.state.is_none_or(|known| known == state)
            && is_name_or_code(&last.text)
        {
            found.push(locate(before, &scope.in_state(state)));
        }
    }
    if found.iter().any(|reading| reading.is_settled()) {
        return agree(found, scope);
    }
    // "Manchester M16 7BA UK", "Durham NC 27701"
    if let Some(reading) = trailing(text, before, last, scope) {
        return reading;
    }
    if let Some(country) = scope.country {
        return locate(&parts, &scope.in_country(country)).text();
    }
    // "Bangalore, Karnataka"
    if !before.is_empty()
        && let Some(country) = country_of_region(&last.text)
    {
        let reading = locate(before, &scope.in_country(country));
        if reading.is_settled() {
            return reading;
        }
    }
    if !found.is_empty() && !before.is_empty() {
        return Reading::Unknown;
    }
    if let Some(country) = postal {
        return locate(&parts, &scope.in_country(country)).text();
    }
    // No country: the last part, by itself, unless its own grammar says where the city stands.
    let reading = first_of(&address::municipality(&last.text), scope);
    if reading.is_settled() {
        return reading;
    }
    let standing = match (last.after_postcode, before.is_empty()) {
        (true, _) => Standing::City,
        (false, false) => Standing::LastPart,
        (false, true) => Standing::Alone,
    };
    match choose(&last.text, scope, standing) {
        Choice::None => in_other_words(last, scope, standing),
        Choice::One(city) if !last.after_postcode => Reading::City(town_before(before, city)),
        Choice::Several(cities) if !last.after_postcode => Reading::Several(cities),
        Choice::One(city) => continental(vec![city]),
        Choice::Several(cities) => continental(cities),
    }
}

/// The city of a part that names it beside its district, its province or its street: `Praha 8`, `São Paulo - SP`,
/// `Rungestr. 20 Berlin`.
fn in_other_words(last: &Part, scope: &Scope<'_>, standing: Standing) -> Reading {
    let behind_number = address::behind_number(&last.text);
    let names = last.names();
    let mut cities = names.iter().skip(1).filter_map(|name| {
        let standing = match behind_number.as_ref() == Some(name) {
            true => Standing::LastPart,
            false => standing,
        };
        match choose(name, scope, standing) {
            Choice::One(city) => Some(city),
            Choice::Several(_) | Choice::None => None,
        }
    });
    match cities.next() {
        Some(city) if last.after_postcode => continental(vec![city]),
        Some(city) => Reading::City(city),
        None => Reading::Unknown,
    }
}

/// After a postcode stands a city of a country that writes it there: `14473 Potsdam` is not in New York.
fn continental(mut cities: Vec<City>) -> Reading {
    cities.retain(|city| address::postcode_first(city.country));
    match (cities.as_slice(), biggest(&cities, 0)) {
        (_, Some(city)) => Reading::City(city),
        ([], None) => Reading::Unknown,
        _ => Reading::Several(cities),
    }
}

/// A country at the end of a part, or a state: without the comma that should stand before it.
fn trailing(text: &str, before: &[Part], last: &Part, scope: &Scope<'_>) -> Option<Reading> {
    let raw = text
        .rsplit([',', ';', '\n', '(', ')'])
        .map(str::trim)
        .find(|part| !part.is_empty())?;
    let words: Vec<&str> = raw.split_whitespace().collect();
    let with = |rest: &str, scope: &Scope<'_>| {
        let mut parts = before.to_vec();
        parts.push(Part::read(rest));
        Some(locate(&parts, scope)).filter(Reading::is_settled)
    };
    for count in 1..words.len().min(5) {
        let (rest, tail) = words.split_at(words.len() - count);
        let tail = tail.join(" ");
        if let Some(country) = country(&tail)
            .filter(|_| tail.len() > 3 || ["UK", "US", "USA", "UAE"].contains(&&*tail))
            && scope.country.is_none_or(|known| known == country)
            && let Some(reading) = with(&rest.join(" "), &scope.in_country(country))
        {
            return Some(reading);
        }
    }
    let (rest, code) = last.text.rsplit_once(' ')?;
    let states = State::parse(code, scope.country)
        .into_iter()
        .filter(|_| is_code(code));
    let mut readings: Vec<Reading> = states
        .filter_map(|state| with(rest, &scope.in_state(state)))
        .collect();
    // "Rotterdam NL", "1010 Wien AT": only a city of that country makes two letters its code.
    if let (Some((rest, code)), true) = (raw.rsplit_once(' '), readings.is_empty())
        && code.len() == 2
        && is_code(code)
        && let Some(country) = Country::parse(code)
        && scope.country.is_none_or(|known| known == country)
    {
        readings.extend(with(rest, &scope.in_country(country)));
    }
    // "1 Market St San Francisco CA 94105"
    if readings.is_empty() && last.numbered {
        let states = State::parse(code, scope.country).into_iter();
        let states = states.filter(|_| is_code(code));
        readings.extend(states.filter_map(|state| at_end(rest, &scope.in_state(state))));
    }
    (!readings.is_empty()).then(|| agree(readings, scope))
}

/// The city of a state that ends the text of a street.
fn at_end(text: &str, scope: &Scope<'_>) -> Option<Reading> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len().min(4)).rev().find_map(|count| {
        let name = words[words.len() - count..].join(" ");
        match choose(&name, scope, Standing::City) {
            Choice::One(city) if city.population >= POST_TOWN_POPULATION => {
                Some(Reading::City(city))
            }
            _ => None,
        }
    })
}

/// The city of a country that the parts name, the last first.
fn locate(parts: &[Part], scope: &Scope<'_>) -> Reading {
    let Some(country) = scope.country else {
        return Reading::Unknown;
    };
    // What stands after a postcode is the city; a province of the same name as another city may follow.
    if address::postcode_first(country)
        && let Some(part) = parts.iter().rev().find(|part| part.after_postcode)
    {
        return match first_of(&part.names(), scope) {
            Reading::Unknown => first_of(&[without_province(&part.text)], scope),
            reading => reading,
        };
    }
    let mut skipped = 0;
    for (at, part) in parts.iter().enumerate().rev() {
        if scope.state.is_none()
            && let Some(reading) = in_state(
                parts.get(..at).unwrap_or_default(),
                &part.text,
                country,
                scope,
            )
        {
            return reading;
        }
        match first_of(&part.names(), scope) {
            Reading::Unknown => {}
            Reading::City(city) if !part.before_postcode => {
                return Reading::City(town_before(parts.get(..at).unwrap_or_default(), city));
            }
            reading => return reading,
        }
        // "Platt Lane Rusholme Manchester M14 5AA": the post town stands right before the postcode.
        if part.before_postcode && country.code() == "GB" {
            let town = part.text.rsplit(' ').next().unwrap_or_default();
            if let Choice::One(city) = choose(town, scope, Standing::City)
                && city.population >= POST_TOWN_POPULATION
            {
                return Reading::City(city);
            }
        }
        skipped += 1;
        let regional = scope.state.is_none() || is_county(&part.text);
        if part.numbered || !regional || skipped > MAX_SKIPPED || is_list(&part.text, scope) {
            return Reading::Unknown;
        }
    }
    if skipped > 0 {
        in_district(parts, scope)
    } else {
        Reading::Country(country, scope.state)
    }
}

/// `Berlin-Kreuzberg, Germany`, `Hamburg Altona, Deutschland`: a big city and its district, in countries that write no
/// hall there without a comma.
fn in_district(parts: &[Part], scope: &Scope<'_>) -> Reading {
    let part = match (parts, scope.country) {
        ([part], Some(country)) if address::postcode_first(country) && !part.numbered => part,
        _ => return Reading::Unknown,
    };
    let words = part
        .text
        .split([' ', '-', '–'])
        .filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        [city, _] => match choose(city, scope, Standing::City) {
            Choice::One(city) if city.population >= CITY_OF_DISTRICTS_POPULATION => {
                Reading::City(city)
            }
            _ => Reading::Unknown,
        },
        _ => Reading::Unknown,
    }
}

/// The town before the name of its province: `Orvieto, Terni, Italy` is in Orvieto.
///
/// A town by its own name, not far, and not so much smaller that it is a part of the city.
fn town_before(before: &[Part], city: City) -> City {
    let Some(part) = before
        .last()
        .filter(|part| !part.numbered && !State::kept_for(city.country))
    else {
        return city;
    };
    let named = choose(
        &part.text,
        &Scope::default().in_country(city.country),
        Standing::City,
    );
    let Choice::One(town) = named else {
        return city;
    };
    let km = town.km_to(city.middle());
    let own_name = fold(town.name) == fold(&part.text);
    let part_of_city = km <= city.radius_km() && city.population / 20 >= town.population;
    if own_name && km <= PROVINCE_KM && !part_of_city {
        town
    } else {
        city
    }
}

/// `Zhuhai and Hangzhou`: cities, where a region may be skipped and a list not.
fn is_list(text: &str, scope: &Scope<'_>) -> bool {
    [" and ", " & ", " + ", "/"]
        .iter()
        .filter_map(|and| text.split_once(and))
        .any(|(first, second)| {
            let is_city = |name: &str| choose(name, scope, Standing::City) != Choice::None;
            is_city(first) && is_city(second)
        })
}

/// `Durham`, `NC` and `Melbourne VIC`: a state of the country, and the city before it.
fn in_state(before: &[Part], text: &str, country: Country, scope: &Scope<'_>) -> Option<Reading> {
    if let [state] = State::parse(text, Some(country)).as_slice()
        && is_name_or_code(text)
    {
        let reading = locate(before, &scope.in_state(*state));
        // "New York, USA" is a city without its state rather than a state without a city.
        let city_instead = matches!(reading, Reading::Country(..))
            && matches!(choose(text, scope, Standing::City), Choice::One(_));
        return (!city_instead).then_some(reading);
    }
    let (city, code) = text.rsplit_once(' ')?;
    if let [state] = State::parse(code, Some(country)).as_slice()
        && is_code(code)
    {
        return Some(first_of(
            &address::names(city, false),
            &scope.in_state(*state),
        ))
        .filter(Reading::is_settled);
    }
    None
}

fn first_of(names: &[String], scope: &Scope<'_>) -> Reading {
    for name in names {
        match choose(name, scope, Standing::City) {
            Choice::One(city) => return Reading::City(city),
            Choice::Several(cities) => return Reading::Several(cities),
            Choice::None => {}
        }
    }
    Reading::Unknown
}

/// One reading of several: that of the source's country, or the overwhelmingly bigger city.
fn agree(mut readings: Vec<Reading>, scope: &Scope<'_>) -> Reading {
    readings.retain(Reading::is_settled);
    let mut cities: Vec<City> = Vec::new();
    for reading in &readings {
        match reading {
            Reading::City(city) => cities.push(*city),
            Reading::Several(several) => cities.extend(several),
            Reading::Country(..) | Reading::Unknown => {}
        }
    }
    if let [reading] = readings.as_slice() {
        return reading.clone();
    }
    cities.sort_by_key(|city| std::cmp::Reverse(city.population));
    let at_home: Vec<City> = cities
        .iter()
        .filter(|city| scope.home.map(Place::country) == Some(city.country))
        .copied()
        .collect();
    match at_home.as_slice() {
        [city] => Reading::City(*city),
        _ => biggest(&cities, 0).map_or(Reading::Several(cities), Reading::City),
    }
}

impl Reading {
    /// A city, or several.
    fn is_settled(&self) -> bool {
        matches!(self, Reading::City(_) | Reading::Several(_))
    }

    /// The same, where the country was known already: a text that names none of its cities is unknown.
    fn text(self) -> Reading {
        if self.is_settled() {
            self
        } else {
            Reading::Unknown
        }
    }
}

/// A country's name, or its code in capitals: "in", "no" and "it" are words.
fn country(text: &str) -> Option<Country> {
    (text.len() > 2 || is_code(text))
        .then(|| Country::parse(text))
        .flatten()
}

fn is_code(text: &str) -> bool {
    text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_name_or_code(text: &str) -> bool {
    text.len() > 3 || is_code(text)
}

fn is_county(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["county", "parish", "borough", "district", "region"]
        .iter()
        .any(|word| lower.ends_with(word))
}

/// `Milano MI` → `Milano`
fn without_province(text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((city, code)) if code.len() == 2 && is_code(code) => city.to_owned(),
        _ => text.to_owned(),
    }
}
