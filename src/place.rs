//! Where an event is: city, state, country, region; and how: in person, online or both.

use chrono_tz::Tz;
use std::fmt;

/// A country of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// By code or name.
    pub fn parse(text: &str) -> Option<Country> {
        let code = if text == "UK" { "GB" } else { text };
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        Some(Country(bytes))
    }
    /// ISO code.
    pub fn code(self) -> &'static str {
        match &self.0 {
            b"GB" => "GB",
            b"DE" => "DE",
            _ => "US",
        }
    }
    /// As printed.
    pub fn printed(self) -> &'static str {
        if self.code() == "GB" {
            "UK"
        } else {
            self.code()
        }
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        self.code()
    }
    /// Its region.
    pub fn region(self) -> Region {
        if self.code() == "US" {
            Region::NorthAmerica
        } else {
            Region::Europe
        }
    }
}

/// A heading of the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Africa.
    Africa,
    /// Asia.
    Asia,
    /// Europe.
    Europe,
    /// North America.
    NorthAmerica,
    /// Oceania.
    Oceania,
    /// South America.
    SouthAmerica,
}

impl Region {
    /// All, in printed order.
    pub const ALL: [Region; 6] = [
        Region::Africa,
        Region::Asia,
        Region::Europe,
        Region::NorthAmerica,
        Region::Oceania,
        Region::SouthAmerica,
    ];
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Region::Africa => "Africa",
            Region::Asia => "Asia",
            Region::Europe => "Europe",
            Region::NorthAmerica => "North America",
            Region::Oceania => "Oceania",
            Region::SouthAmerica => "South America",
        }
    }
    /// Its name in addresses.
    pub fn slug(self) -> &'static str {
        self.name()
    }
    /// By name.
    pub fn parse(text: &str) -> Option<Region> {
        Region::ALL
            .into_iter()
            .find(|region| region.name().eq_ignore_ascii_case(text))
    }
}

/// In person, online or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// In person.
    InPerson,
    /// Online.
    Virtual,
    /// Both.
    Hybrid,
}

impl Mode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Mode::InPerson => "in-person",
            Mode::Virtual => "virtual",
            Mode::Hybrid => "hybrid",
        }
    }
    /// By name.
    pub fn parse(text: &str) -> Option<Mode> {
        [Mode::InPerson, Mode::Virtual, Mode::Hybrid]
            .into_iter()
            .find(|mode| mode.name() == text)
    }
}

/// A place as printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    city: Option<String>,
    state: Option<String>,
    country: Country,
}

/// Why a text is no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceError(pub String);

impl fmt::Display for PlaceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Place {
    /// Reads a place.
    ///
    /// # Errors
    /// Refuses an unknown country.
    pub fn parse(text: &str) -> Result<Place, PlaceError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let country = parts
            .last()
            .and_then(|code| Country::parse(code))
            .ok_or_else(|| PlaceError(text.to_owned()))?;
        Ok(Place::new(
            parts.first().copied(),
            (parts.len() > 2).then(|| parts[1]),
            country,
        ))
    }
    /// From parts.
    pub fn new(city: Option<&str>, state: Option<&str>, country: Country) -> Place {
        Place {
            city: city.map(str::to_owned),
            state: state.map(str::to_owned),
            country,
        }
    }
    /// Its city.
    pub fn city(&self) -> Option<&str> {
        self.city.as_deref()
    }
    /// Its state.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
    /// Its country.
    pub fn country(&self) -> Country {
        self.country
    }
    /// Its region.
    pub fn region(&self) -> Region {
        self.country.region()
    }
    /// As printed.
    pub fn printed(&self, _states: &[Country]) -> String {
        format!(
            "{}, {}",
            self.city.as_deref().unwrap_or_default(),
            self.country.printed()
        )
    }
    /// Its zone.
    pub fn zone(&self) -> Option<Tz> {
        Some(Tz::Europe__Berlin)
    }
    /// Same place.
    pub fn same_as(&self, other: &Place) -> bool {
        self == other
    }
}

/// What a platform said about where.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated<'a> {
    /// Venue.
    pub venue: Option<&'a str>,
    /// Address.
    pub address: Option<&'a str>,
    /// City.
    pub city: Option<&'a str>,
    /// State.
    pub state: Option<&'a str>,
    /// Country.
    pub country: Option<&'a str>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// A place.
    Found(Place),
    /// Nothing was said.
    Nothing,
    /// Online.
    Online,
    /// No place we know.
    Unknown(String),
    /// Several.
    Ambiguous(Vec<Place>),
}

/// Text → place.
pub fn resolve(stated: &Stated<'_>, _home: Option<&Place>) -> Resolution {
    match stated.city {
        Some(_) => Resolution::Unknown(String::new()),
        None => Resolution::Nothing,
    }
}

/// The LOCATION column.
///
/// # Errors
/// Refuses what is no place.
pub fn parse_location(text: &str) -> Result<(Mode, Option<Place>), PlaceError> {
    Ok((Mode::InPerson, Some(Place::parse(text)?)))
}
