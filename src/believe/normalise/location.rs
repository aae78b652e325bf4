//! Where an event is and how it is held, from what its list, its page, its words and the configuration
//! say.

use super::flags::Flags;
use super::groups::Holder;
use super::labels::without_labels;
use super::lookups::Lookups;
use super::modes;
use crate::facts::event::{Flag, Title, Venue, one_line};
use crate::facts::link::Link;
use crate::facts::listing::{Listing, Location};
use crate::facts::place::{self, Country, Mode, Place, Resolution, Stated};
use crate::facts::source::{Platform, Source};
use crate::facts::topic::Topic;
use crate::facts::when::Stamp;
use chrono_tz::Tz;
use std::borrow::Cow;

/// Kilometres beyond which coordinates contradict the city that is named beside them. A big city's streets and the
/// villages around it lie nearer.
const FAR_KM: f64 = 100.0;

/// The place of a hand-written event or a printed row: a human's word, printed as it stands. Of a printed row
/// but for the case of its city's letters: `Tel Aviv-yafo` is some tool's word.
pub(super) fn by_hand(source: &Source, listing: &Listing) -> Option<Place> {
    if !source.is_by_hand() {
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
    locations: Cow<'a, [Location]>,
    /// Where it is joined online.
    online: Option<&'a str>,
    /// The zone in which it tells its times.
    zone: Option<Tz>,
    title: &'a str,
    description: &'a str,
    /// What the newsletter is about: words that name no kind of gathering.
    topic: &'a Topic,
    /// A field for the place that names a hall and says beside it that one may join online.
    joined: Option<&'a str>,
    /// A field for the place that names online and a place with a slash between them.
    both: Option<&'a str>,
}

impl<'a> Said<'a> {
    pub(super) fn of(
        listing: &'a Listing,
        page: Option<&'a Listing>,
        (title, description): (&'a Title, &'a str),
        topic: &'a Topic,
        home: Option<&Place>,
    ) -> Said<'a> {
        let locations = match page {
            Some(page) if !page.locations.is_empty() => &page.locations,
            _ => &listing.locations,
        };
        let texts = locations
            .iter()
            .flat_map(|location| [&location.venue, &location.address])
            .flatten()
            .map(String::as_str);
        let zone = match listing.start {
            Stamp::Zoned(_, zone) => Some(zone),
            _ => listing.zone,
        };
        let is_known = |text: &str| {
            let stated = Stated {
                address: Some(text),
                zone,
                ..Stated::default()
            };
            matches!(
                place::resolve(&stated, home),
                Resolution::Found(_) | Resolution::Likely(_) | Resolution::Ambiguous(_)
            )
        };
        let (labels, plain) = without_labels(locations, is_known);
        let mut joined = texts.filter(|text| place::names_online_too(text));
        Said {
            title: title.as_str(),
            description,
            topic,
            joined: joined.find(|text| !place::says_online(text)),
            mode: page
                .and_then(|page| page.mode)
                .or(listing.mode)
                .or(labels.mode),
            both: labels.both,
            locations: plain,
            online: [Some(listing), page]
                .into_iter()
                .flatten()
                .find_map(|listing| listing.online_url.as_deref()),
            zone,
        }
    }

    /// The place of the first location that has one; the order of halls and links does not matter.
    pub(super) fn resolve(&self, home: Option<&Place>, lookups: &mut Lookups) -> Resolution {
        let mut best = Resolution::Nothing;
        for location in &*self.locations {
            let stated = Stated {
                zone: self.zone,
                ..location.stated()
            };
            let resolution = lookups.resolve(&stated, home);
            let rank = |resolution: &Resolution| match resolution {
                Resolution::Found(_) => 5,
                Resolution::Likely(_) => 4,
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

    /// What its fields say of where it is, as one line.
    fn text(&self) -> String {
        let texts = self.locations.iter().flat_map(|location| {
            [
                &location.venue,
                &location.address,
                &location.city,
                &location.state,
                &location.country,
            ]
        });
        let texts: Vec<&str> = texts.flatten().map(String::as_str).collect();
        one_line(&texts.join(", "))
    }

    /// The host on which it is joined online: the rest of the address may let its reader in.
    fn online_host(&self) -> String {
        let link = self.online.and_then(|url| Link::parse(url).ok());
        link.map_or("online".to_owned(), |link| {
            format!("online on {}", link.host())
        })
    }

    /// The coordinates that lie far from a place, as its fields give them.
    fn far_coordinates(&self, place: &Place) -> Option<String> {
        let mut points = self
            .locations
            .iter()
            .filter_map(|at| at.latitude.zip(at.longitude));
        let is_far =
            |(north, east): &(f64, f64)| place.km_to(*north, *east).is_some_and(|km| km > FAR_KM);
        let (north, east) = points.find(is_far)?;
        Some(format!("the coordinates {north}, {east}"))
    }

    /// The country that is named beside a town that we do not know.
    pub(super) fn country(&self) -> Option<Country> {
        let mut locations = self.locations.iter();
        locations.find_map(|location| place::country_named(&location.stated()))
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

/// In person, online or both: the configuration's last word, the platform's field, then what the place
/// and the words say, then the configured habit.
pub(super) fn mode(
    source: &Source,
    said: &Said<'_>,
    resolution: &Resolution,
    holder: &Holder,
    flags: &mut Flags,
) -> Mode {
    if let Some(mode) = source.force_mode {
        return mode;
    }
    let somewhere = matches!(
        resolution,
        Resolution::Found(_)
            | Resolution::Likely(_)
            | Resolution::Ambiguous(_)
            | Resolution::Unknown(_)
    );
    let worded = modes::mode_of(said.title, said.topic);
    if let Some(mode) = said.mode {
        // A title's word against the platform's field: the field is printed, and the editor sees both.
        if worded.is_some_and(|word| word != mode && mode != Mode::Hybrid) {
            flags.chose(Flag::ModeConflict, mode.name(), said.title);
        }
        return mode;
    }
    if let Some(mode) = worded {
        return by_title(mode, said.title, resolution, flags);
    }
    if let (Some(field), true) = (said.both, somewhere) {
        flags.chose(Flag::ModeAssumed, Mode::Hybrid.name(), field);
        return Mode::Hybrid;
    }
    if let (Some(field), true) = (said.joined, somewhere) {
        // Outlook adds its meeting to everything behind a semicolon; a plus sign is a human's.
        if field.contains(['+', '＋', '&', '＆']) {
            return Mode::Hybrid;
        }
        let mode = source.mode.unwrap_or(Mode::InPerson);
        flags.chose(Flag::ModeAssumed, mode.name(), field);
        return mode;
    }
    match (resolution, said.online.is_some()) {
        (Resolution::Online, _) => Mode::Virtual,
        (Resolution::Nothing, true) => {
            let mode = source.mode.unwrap_or(Mode::Virtual);
            if mode == Mode::InPerson {
                flags.chose(Flag::ModeAssumed, mode.name(), said.online_host());
            }
            mode
        }
        (_, true) if somewhere => {
            // A hall and a link: a stream of the talk, or a calendar that adds a link to everything.
            if modes::mode_of(said.description, said.topic) == Some(Mode::Hybrid) {
                return Mode::Hybrid;
            }
            let mode = source.mode.unwrap_or(Mode::InPerson);
            flags.chose(Flag::ModeAssumed, mode.name(), said.online_host());
            mode
        }
        (Resolution::Found(_), false) => match source.mode {
            Some(Mode::Hybrid) => Mode::Hybrid,
            _ => Mode::InPerson,
        },
        // What a calendar of many groups does not say is as it is usual for the group.
        _ => match (holder.usual_mode, source.mode) {
            (Some(usual), _) => {
                flags.chose(Flag::ModeAssumed, usual.name(), "nothing in its calendar");
                usual
            }
            (None, Some(mode)) => mode,
            (None, None) => {
                flags.push(Flag::ModeAssumed);
                Mode::InPerson
            }
        },
    }
}

/// The mode that a title names, where no field does. What the fields say against it is shown.
fn by_title(mode: Mode, title: &str, resolution: &Resolution, flags: &mut Flags) -> Mode {
    let place = match resolution {
        Resolution::Found(place) | Resolution::Likely(place) => {
            Some(place.city().unwrap_or(place.country().code()))
        }
        _ => None,
    };
    match (mode, place) {
        // Who streams a talk from a hall gives the hall.
        (Mode::Virtual, Some(place)) if modes::is_streamed(title) => {
            flags.chose(Flag::ModeConflict, Mode::Hybrid.name(), place);
            Mode::Hybrid
        }
        (Mode::Virtual, Some(place)) => {
            flags.chose(Flag::ModeConflict, title, place);
            mode
        }
        (Mode::Hybrid | Mode::InPerson, _) if *resolution == Resolution::Online => {
            flags.chose(Flag::ModeConflict, title, "a field that says online");
            mode
        }
        _ => mode,
    }
}

/// The place that is printed: the venue's; an online event's is its organiser's home.
pub(super) fn place(
    source: &Source,
    (mode, resolution): (Mode, &Resolution),
    holder: &Holder,
    said: &Said<'_>,
    flags: &mut Flags,
) -> Option<Place> {
    let home = holder.home.as_ref();
    if let Some(place) = &source.force_place {
        return Some(place.clone());
    }
    if mode == Mode::Virtual {
        return match resolution {
            // An online event's address is where it is streamed from, if it has no home.
            Resolution::Found(place) | Resolution::Likely(place) => {
                Some(home.unwrap_or(place).clone())
            }
            _ => home.cloned(),
        };
    }
    match resolution {
        // A country alone is no place to go to, unless a human wrote it so.
        Resolution::Found(place) if place.city().is_none() && !source.is_by_hand() => {
            match home.filter(|home| home.country() == place.country()) {
                Some(home) => {
                    flags.chose(Flag::PlaceAssumed, in_words(home), place.country().name());
                    Some(home.clone())
                }
                None => {
                    flags.push(Flag::UnknownPlace);
                    Some(place.clone())
                }
            }
        }
        // A place is printed as the configuration spells it, where it knows it.
        Resolution::Found(place) => {
            if let Some(point) = said.far_coordinates(place) {
                flags.chose(Flag::PlaceAssumed, in_words(place), point);
            }
            Some(
                home.filter(|home| home.same_as(place))
                    .unwrap_or(place)
                    .clone(),
            )
        }
        Resolution::Likely(place) => match home {
            Some(home) if home.same_as(place) => Some(home.clone()),
            _ => {
                flags.chose(Flag::PlaceAssumed, in_words(place), said.text());
                Some(place.clone())
            }
        },
        Resolution::Nothing | Resolution::Online => {
            match home {
                None => flags.push(Flag::UnknownPlace),
                Some(home) if holder.is_of_many => {
                    let nothing = "nothing in its calendar";
                    flags.chose(Flag::PlaceAssumed, in_words(home), nothing);
                }
                Some(_) => {}
            }
            home.cloned()
        }
        Resolution::Unknown(text) => unknown(text, home, said, flags),
        Resolution::Ambiguous(places) => {
            let places: Vec<String> = places.iter().map(in_words).collect();
            flags.chose(Flag::UnknownPlace, "none", places.join("; "));
            None
        }
    }
}

/// The place of an event that names a town which we do not know: its country, if that is another than the home's; else the
/// home.
fn unknown(text: &str, home: Option<&Place>, said: &Said<'_>, flags: &mut Flags) -> Option<Place> {
    let Some(home) = home else {
        flags.push(Flag::UnknownPlace);
        return None;
    };
    if let Some(country) = said.country().filter(|country| home.country() != *country) {
        flags.chose(Flag::UnknownPlace, country.name(), text);
        return Some(Place::new(country.city(), None, country));
    }
    flags.chose(Flag::PlaceAssumed, in_words(home), text);
    Some(home.clone())
}

fn in_words(place: &Place) -> String {
    let city = place.city().unwrap_or(place.country().name());
    let parts = [Some(city), place.state(), Some(place.country().code())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
