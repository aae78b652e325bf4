//! Countries and the regions they are printed under, from `data/countries.tsv`.

use super::fold::fold;
use super::table::{cell, line};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// Code, alpha-3, printed, name, region, zone, city, other names.
const COUNTRIES: &str = include_str!("../../../data/countries.tsv");
/// Folded name, code.
const NAMES: &str = include_str!("../../../data/country-names.tsv");
/// The longest name in the table has 55 letters.
const MAX_NAME_BYTES: usize = 200;

/// A country of ISO 3166-1, or Kosovo (`XK`, a code of user-assigned range that everybody uses).
///
/// Ordered by code.
#[derive(Clone, Copy, Eq)]
pub struct Country {
    /// Its line of the table, which begins with the code.
    line: &'static str,
}

// A line is long, and its code says all: a page compares the countries of every event.
impl PartialEq for Country {
    fn eq(&self, other: &Country) -> bool {
        self.code() == other.code()
    }
}

impl Ord for Country {
    fn cmp(&self, other: &Country) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Country {
    fn partial_cmp(&self, other: &Country) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Country {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}

impl Country {
    /// By code, alpha-3 or name in English, the country's own or a large language; case and accents do not count.
    ///
    /// `UK` is read as `GB`; England, Scotland, Wales and Northern Ireland are part of it.
    pub fn parse(text: &str) -> Option<Country> {
        let text = text.trim();
        if text.len() > MAX_NAME_BYTES {
            return None;
        }
        let code = match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                text.to_ascii_uppercase()
            }
            _ => String::new(),
        };
        if let Some(country) = Country::coded(&code) {
            return Some(country);
        }
        let key = fold(text);
        // "ß" is not South Sudan; "U.S." is the United States.
        if key.len() <= 2 && !text.is_ascii() {
            return None;
        }
        let named = line(NAMES, &key)?;
        Country::coded(cell(named, 1))
    }

    /// By its code in capitals. Every city of the table asks.
    pub(super) fn coded(code: &str) -> Option<Country> {
        static CODES: LazyLock<HashMap<&str, Country>> = LazyLock::new(|| {
            let lines = COUNTRIES.lines().map(|line| (cell(line, 0), line));
            lines.map(|(code, line)| (code, Country { line })).collect()
        });
        CODES.get(code).copied()
    }

    /// The ISO code: `GB`.
    pub fn code(self) -> &'static str {
        cell(self.line, 0)
    }

    /// The code as the newsletter prints it: `UK` for `GB`, else the ISO code.
    pub fn printed(self) -> &'static str {
        cell(self.line, 2)
    }

    /// The English name: `United Kingdom`.
    pub fn name(self) -> &'static str {
        cell(self.line, 3)
    }

    /// The heading its events are printed under.
    pub fn region(self) -> Region {
        // A test reads every line's region.
        Region::parse(cell(self.line, 4)).unwrap_or(Region::Oceania)
    }

    /// The name of the one zone that the whole country keeps; empty if it has several.
    pub(super) fn zone(self) -> &'static str {
        cell(self.line, 5)
    }

    /// The city that the country's name alone means: Singapore, Monaco.
    pub fn city(self) -> Option<&'static str> {
        Some(cell(self.line, 6)).filter(|city| !city.is_empty())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// A part of the world: a heading of the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Africa.
    Africa,
    /// Asia, with Israel, Georgia, Armenia and Azerbaijan.
    Asia,
    /// Europe, with Turkey, Russia and Cyprus.
    Europe,
    /// North America, with Central America and the Caribbean.
    NorthAmerica,
    /// Oceania, with Australia and New Zealand.
    Oceania,
    /// South America.
    SouthAmerica,
}

impl Region {
    /// All regions, in the order of the section's headings.
    pub const ALL: [Region; 6] = [
        Region::Africa,
        Region::Asia,
        Region::Europe,
        Region::NorthAmerica,
        Region::Oceania,
        Region::SouthAmerica,
    ];

    /// The heading: `North America`.
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

    /// The name in addresses: `north-america`.
    pub fn slug(self) -> &'static str {
        match self {
            Region::Africa => "africa",
            Region::Asia => "asia",
            Region::Europe => "europe",
            Region::NorthAmerica => "north-america",
            Region::Oceania => "oceania",
            Region::SouthAmerica => "south-america",
        }
    }

    /// By name or slug, in any case.
    pub fn parse(text: &str) -> Option<Region> {
        let text = text.trim();
        Region::ALL.into_iter().find(|region| {
            text.eq_ignore_ascii_case(region.name()) || text.eq_ignore_ascii_case(region.slug())
        })
    }
}
