//! Where an event is and how it is held, from what its list, its page, its words and the configuration
//! say.

use super::doubt::Doubts;
use super::modes;
use crate::facts::event::{Flag, Title, Venue, one_line};
use crate::facts::listing::{Listing, Location};
use crate::facts::place::{self, Country, Mode, Place, Resolution, Stated};
use crate::facts::source::{Platform, Source};

/// Whether a human wrote the source's listings: their words are printed as they stand.
pub(super) fn is_by_hand(source: &Source) -> bool {
    matches!(source.platform, Platform::Manual | Platform::Section)
}

/// The place of a hand-written event or a printed row: a human's word, printed as it stands. Of a printed row
/// but for the case of its city's letters: `Tel Aviv-yafo` is some tool's word.
pub(super) fn by_hand(source: &Source, listing: &Listing) -> Option<Place> {
    if !is_by_hand(source) {
        return None;
    }
    let location = listing.locations.first()?;
    let country = Country::parse(location.country.as_deref()?)?;
    let place = Place::new(location.city.as_deref(), location.state.as_deref(), country);
    Some(match source.platform {
        Platform::Section => place.cased(),
        _ => place,
    })
}

/// What list and page say of where: the page's word first.
pub(super) struct Said<'a> {
    mode: Option<Mode>,
    locations: &'a [Location],
    online: bool,
    /// A field for the place that names a hall and says beside it that one may join online.
    joined: Option<&'a str>,
}

impl<'a> Said<'a> {
    pub(super) fn of(listing: &'a Listing, page: Option<&'a Listing>) -> Said<'a> {
        let locations = match page {
            Some(page) if !page.locations.is_empty() => &page.locations,
            _ => &listing.locations,
        };
        let texts = locations
            .iter()
            .flat_map(|location| [&location.venue, &location.address])
            .flatten()
            .map(String::as_str);
        let mut joined = texts.filter(|text| place::names_online_too(text));
        Said {
            joined: joined.find(|text| !place::says_online(text)),
            mode: page.and_then(|page| page.mode).or(listing.mode),
            locations,
            online: listing.online_url.is_some()
                || page.is_some_and(|page| page.online_url.is_some()),
        }
    }

    /// The place of the first location that has one; the order of halls and links does not matter.
    pub(super) fn resolve(&self, home: Option<&Place>) -> Resolution {
        let mut best = Resolution::Nothing;
        for location in self.locations {
            let resolution = place::resolve(&stated(location), home);
            let rank = |resolution: &Resolution| match resolution {
                Resolution::Found(_) => 4,
                Resolution::Ambiguous(_) => 3,
                Resolution::Unknown(_) => 2,
                Resolution::Online => 1,
                Resolution::Nothing => 0,
            };
            if rank(&resolution) > rank(&best) {
                best = resolution;
            }
        }
        best
    }

    /// The country that is named beside a town that we do not know.
    pub(super) fn country(&self) -> Option<Country> {
        let mut locations = self.locations.iter();
        locations.find_map(|location| place::country_named(&stated(location)))
    }

    pub(super) fn venue(&self) -> Option<Venue> {
        let location = self.locations.iter().max_by_key(|location| {
            (
                location.city.is_some(),
                location.address.is_some(),
                location.venue.is_some(),
            )
        })?;
        let line = |text: &Option<String>| {
            text.as_deref()
                .map(one_line)
                .filter(|text| !text.is_empty())
        };
        let parts = [
            &location.address,
            &location.city,
            &location.state,
            &location.country,
        ];
        let mut address: Vec<String> = Vec::new();
        for part in parts.into_iter().filter_map(line) {
            if !address.iter().any(|known| known.contains(&part)) {
                address.push(part);
            }
        }
        let venue = Venue {
            name: line(&location.venue),
            address: (!address.is_empty()).then(|| address.join(", ")),
            coordinates: location.latitude.zip(location.longitude),
        };
        (venue != Venue::default()).then_some(venue)
    }
}

fn stated(location: &Location) -> Stated<'_> {
    Stated {
        venue: location.venue.as_deref(),
        address: location.address.as_deref(),
        city: location.city.as_deref(),
        state: location.state.as_deref(),
        country: location.country.as_deref(),
        latitude: location.latitude,
        longitude: location.longitude,
    }
}

/// In person, online or both: the configuration's last word, the platform's field, then what the place
/// and the words say, then the configured habit.
pub(super) fn mode(
    source: &Source,
    title: &Title,
    description: &str,
    said: &Said<'_>,
    resolution: &Resolution,
    doubts: &mut Doubts,
) -> Mode {
    if let Some(mode) = source.force_mode {
        return mode;
    }
    let somewhere = matches!(
        resolution,
        Resolution::Found(_) | Resolution::Ambiguous(_) | Resolution::Unknown(_)
    );
    let worded = modes::mode_of(title.as_str());
    if let Some(mode) = said.mode {
        // A title's word against the platform's field: the field is printed, the editor is told.
        if worded.is_some_and(|word| word != mode && mode != Mode::Hybrid) {
            doubts.chose(Flag::ModeConflict, mode.name(), title.as_str());
        }
        return mode;
    }
    if let Some(mode) = worded {
        // Who streams a talk from a hall gives the hall.
        if let (Mode::Virtual, Resolution::Found(place), true) =
            (mode, resolution, modes::is_streamed(title.as_str()))
        {
            let place = place.city().unwrap_or(place.country().code());
            doubts.chose(Flag::ModeConflict, Mode::Hybrid.name(), place);
            return Mode::Hybrid;
        }
        if let (Mode::Virtual, Resolution::Found(place)) = (mode, resolution) {
            doubts.chose(
                Flag::ModeConflict,
                title.as_str(),
                place.city().unwrap_or(place.country().code()),
            );
        }
        return mode;
    }
    if let (Some(field), true) = (said.joined, somewhere) {
        // Outlook adds its meeting to everything behind a semicolon; a plus sign is a human's.
        if field.contains(['+', '＋', '&', '＆']) {
            return Mode::Hybrid;
        }
        let mode = source.mode.unwrap_or(Mode::InPerson);
        doubts.chose(Flag::ModeAssumed, mode.name(), field);
        return mode;
    }
    match (resolution, said.online) {
        (Resolution::Online, _) => Mode::Virtual,
        (Resolution::Nothing, true) => source.mode.unwrap_or(Mode::Virtual),
        (_, true) if somewhere => {
            // A hall and a link: a stream of the talk, or a calendar that adds a link to everything.
            if modes::mode_of(description) == Some(Mode::Hybrid) {
                return Mode::Hybrid;
            }
            doubts.push(Flag::ModeAssumed);
            source.mode.unwrap_or(Mode::InPerson)
        }
        (Resolution::Found(_), false) => match source.mode {
            Some(Mode::Hybrid) => Mode::Hybrid,
            _ => Mode::InPerson,
        },
        _ => source.mode.unwrap_or_else(|| {
            doubts.push(Flag::ModeAssumed);
            Mode::InPerson
        }),
    }
}

/// The place that is printed: the venue's; an online event's is its organiser's home.
pub(super) fn place(
    source: &Source,
    mode: Mode,
    resolution: &Resolution,
    home: Option<&Place>,
    said: &Said<'_>,
    doubts: &mut Doubts,
) -> Option<Place> {
    if let Some(place) = &source.force_place {
        return Some(place.clone());
    }
    let home_or_doubt = |doubts: &mut Doubts| {
        if home.is_none() && mode != Mode::Virtual {
            doubts.push(Flag::UnknownPlace);
        }
        home.cloned()
    };
    match resolution {
        Resolution::Found(place) if mode == Mode::Virtual => {
            // An online event's address is where it is streamed from, if it has no home.
            Some(home.unwrap_or(place).clone())
        }
        // A country alone is no place to go to, unless a human wrote it so.
        Resolution::Found(place) if place.city().is_none() && !is_by_hand(source) => {
            let home = home.filter(|home| home.country() == place.country());
            doubts.push(if home.is_some() {
                Flag::PlaceAssumed
            } else {
                Flag::UnknownPlace
            });
            Some(home.unwrap_or(place).clone())
        }
        // A place is printed as the configuration spells it, where it knows it.
        Resolution::Found(place) => Some(
            home.filter(|home| home.same_as(place))
                .unwrap_or(place)
                .clone(),
        ),
        Resolution::Nothing | Resolution::Online => home_or_doubt(doubts),
        Resolution::Unknown(text) => {
            // The town is not known, its country is: it is not at a home in another one.
            let elsewhere = said.country().filter(|country| {
                mode != Mode::Virtual && home.is_some_and(|home| home.country() != *country)
            });
            if let Some(country) = elsewhere {
                doubts.chose(Flag::UnknownPlace, country.name(), text);
                return Some(Place::new(country.city(), None, country));
            }
            if home.is_some() && mode != Mode::Virtual {
                doubts.push(Flag::PlaceAssumed);
            }
            home_or_doubt(doubts)
        }
        Resolution::Ambiguous(_) => {
            if mode == Mode::Virtual {
                return home.cloned();
            }
            doubts.push(Flag::UnknownPlace);
            None
        }
    }
}
