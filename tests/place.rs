//! Places: what is printed, what is read, and above all what is not guessed.

use proptest::prelude::*;
use rusty_events::place::{
    Country, Mode, Place, Region, Resolution, Stated, parse_location, resolve,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

const COUNTRIES: &str = include_str!("../data/countries.tsv");
const COUNTRY_NAMES: &str = include_str!("../data/country-names.tsv");
const STATES: &str = include_str!("../data/states.tsv");
const SPELLINGS: &str = include_str!("../data/spellings.tsv");
const PLACES: &str = include_str!("../data/places.tsv");
const PLACE_NAMES: &str = include_str!("../data/place-names.tsv");

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("RUSTY_EVENTS_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: RUSTY_EVENTS_CORPUS names no folder of real data");
    }
    folder
}

fn place(text: &str) -> Place {
    Place::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn states() -> Vec<Country> {
    ["US", "CA", "AU"]
        .iter()
        .filter_map(|code| Country::parse(code))
        .collect()
}

/// What a text leads to, in a form that reads well in a test.
fn shown(resolution: Resolution) -> String {
    match resolution {
        Resolution::Found(place) => place.printed(&states()),
        Resolution::Nothing => "nothing".to_owned(),
        Resolution::Online => "online".to_owned(),
        Resolution::Unknown(_) => "unknown".to_owned(),
        Resolution::Ambiguous(places) => {
            let places: Vec<String> = places
                .iter()
                .map(|place| place.printed(&states()))
                .collect();
            format!("one of: {}", places.join(" · "))
        }
    }
}

fn address(text: &str) -> String {
    shown(resolve(
        &Stated {
            address: Some(text),
            ..Stated::default()
        },
        None,
    ))
}

fn address_at(text: &str, home: &str) -> String {
    shown(resolve(
        &Stated {
            address: Some(text),
            ..Stated::default()
        },
        Some(&place(home)),
    ))
}

fn fields(city: &str, state: &str, country: &str) -> String {
    let stated = Stated {
        city: Some(city),
        state: Some(state),
        country: Some(country),
        ..Stated::default()
    };
    shown(resolve(&stated, None))
}

fn point(latitude: f64, longitude: f64) -> String {
    let stated = Stated {
        latitude: Some(latitude),
        longitude: Some(longitude),
        ..Stated::default()
    };
    shown(resolve(&stated, None))
}

/// Fails with every line that differs, not only the first.
fn all_equal<'a>(cases: impl IntoIterator<Item = (String, &'a str, &'a str)>) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter(|(got, _, expected)| got != expected)
        .map(|(got, text, expected)| {
            format!("  {text:?}\n    expected {expected}\n    got      {got}")
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

// ── countries ──

#[test]
fn a_country_is_read_by_code_or_by_any_common_name() {
    let cases = [
        ("GB", "GB"),
        ("gb", "GB"),
        ("UK", "GB"),
        ("GBR", "GB"),
        ("United Kingdom", "GB"),
        ("England", "GB"),
        ("Scotland", "GB"),
        ("Great Britain", "GB"),
        ("Deutschland", "DE"),
        ("germany", "DE"),
        ("DEU", "DE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("United States of America", "US"),
        ("Estados Unidos", "US"),
        ("España", "ES"),
        ("ESPANA", "ES"),
        ("Česko", "CZ"),
        ("Czech Republic", "CZ"),
        ("Österreich", "AT"),
        ("Schweiz", "CH"),
        ("Suisse", "CH"),
        ("The Netherlands", "NL"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("대한민국", "KR"),
        ("South Korea", "KR"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Côte d’Ivoire", "CI"),
        ("Polska", "PL"),
        ("Sverige", "SE"),
        ("Danmark", "DK"),
        ("Suomi", "FI"),
        ("México", "MX"),
        ("Brasil", "BR"),
        ("ישראל", "IL"),
        ("Viet Nam", "VN"),
        ("Hong Kong", "HK"),
    ];
    all_equal(cases.map(|(text, code)| {
        (
            Country::parse(text).map_or("none".to_owned(), |country| country.code().to_owned()),
            text,
            code,
        )
    }));
    for text in [
        "", "XX", "EU", "Atlantis", "Europe", "12", "é", "ß", "\u{0}",
    ] {
        assert_eq!(Country::parse(text), None, "{text:?}");
    }
}

#[test]
fn the_united_kingdom_is_uk_in_print_and_gb_in_data() {
    let uk = Country::parse("UK").unwrap();
    assert_eq!(
        (uk.code(), uk.printed(), uk.name()),
        ("GB", "UK", "United Kingdom")
    );
    assert_eq!(place("London, GB").printed(&[]), "London, UK");
}

#[test]
fn regions_follow_the_newsletter_where_atlases_differ() {
    let cases = [
        ("TR", "Europe"),
        ("RU", "Europe"),
        ("CY", "Europe"),
        ("IL", "Asia"),
        ("GE", "Asia"),
        ("AM", "Asia"),
        ("AZ", "Asia"),
        ("MX", "North America"),
        ("CR", "North America"),
        ("CU", "North America"),
        ("DK", "Europe"),
        ("UG", "Africa"),
        ("EG", "Africa"),
        ("NZ", "Oceania"),
        ("UY", "South America"),
        ("CO", "South America"),
        ("IN", "Asia"),
        ("SG", "Asia"),
        ("HK", "Asia"),
        ("IS", "Europe"),
    ];
    all_equal(cases.map(|(code, region)| {
        (
            Country::parse(code).unwrap().region().name().to_owned(),
            code,
            region,
        )
    }));
}

#[test]
fn a_region_is_read_with_space_or_hyphen_in_any_case() {
    for region in Region::ALL {
        assert_eq!(Region::parse(region.name()), Some(region));
        assert_eq!(Region::parse(region.slug()), Some(region));
        assert_eq!(Region::parse(&region.name().to_uppercase()), Some(region));
    }
    assert_eq!(Region::NorthAmerica.slug(), "north-america");
    assert_eq!(Region::parse("America"), None);
    let names: Vec<&str> = Region::ALL.iter().map(|region| region.name()).collect();
    assert!(names.is_sorted(), "headings are printed in this order");
}

#[test]
fn a_mode_is_read_by_its_name() {
    for mode in [Mode::InPerson, Mode::Virtual, Mode::Hybrid] {
        assert_eq!(Mode::parse(mode.name()), Some(mode));
    }
    assert_eq!(Mode::parse("In Person"), Some(Mode::InPerson));
    assert_eq!(Mode::parse("somewhere"), None);
}

// ── the tables ──

#[test]
fn every_line_of_the_tables_can_be_found_again() {
    let rows = |table: &'static str| {
        table
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect::<Vec<_>>())
    };
    let mut codes = Vec::new();
    for row in rows(COUNTRIES) {
        assert_eq!(row.len(), 8, "{row:?}");
        let country = Country::parse(row[0]).unwrap_or_else(|| panic!("{row:?}"));
        assert_eq!(
            (country.code(), country.printed(), country.name()),
            (row[0], row[2], row[3])
        );
        assert_eq!(Region::parse(row[4]), Some(country.region()), "{row:?}");
        if !row[5].is_empty() {
            assert!(row[5].parse::<chrono_tz::Tz>().is_ok(), "{row:?}");
        }
        for name in [row[1], row[3]]
            .into_iter()
            .chain(row[7].split(';'))
            .filter(|name| !name.is_empty())
        {
            assert_eq!(
                Country::parse(name),
                Some(country),
                "{name} is not found: run data/derive-places.py"
            );
        }
        codes.push(country);
    }
    assert!(codes.len() >= 249, "{} countries", codes.len());
    assert!(codes.is_sorted());
    for row in rows(COUNTRY_NAMES) {
        assert!(Country::parse(row[0]).is_some(), "{row:?}");
    }
    for row in rows(STATES) {
        let country = Country::parse(row[0]).unwrap();
        for name in [row[1], row[3]]
            .into_iter()
            .chain(row[5].split(';'))
            .filter(|name| !name.is_empty())
        {
            let place = Place::new(Some("Somewhere"), Some(name), country);
            assert_eq!(place.state(), Some(row[1]), "{name}");
        }
        assert!(
            row[4].is_empty() || row[4].parse::<chrono_tz::Tz>().is_ok(),
            "{row:?}"
        );
    }
}

#[test]
fn every_city_is_found_by_the_name_it_is_printed_with() {
    let mut lost = Vec::new();
    let mut latitude = f64::MIN;
    for line in PLACES.lines() {
        let row: Vec<&str> = line.split('\t').collect();
        assert_eq!(row.len(), 7, "{line}");
        let here: f64 = row[0].parse().unwrap();
        assert!(here >= latitude, "not sorted by latitude: {line}");
        latitude = here;
        assert!(
            row[6].is_empty() || row[6].parse::<chrono_tz::Tz>().is_ok(),
            "{line}"
        );
        let state = Some(row[4]).filter(|state| !state.is_empty());
        let stated = Stated {
            city: Some(row[2]),
            state,
            country: Some(row[3]),
            ..Stated::default()
        };
        let expected = Place::new(Some(row[2]), state, Country::parse(row[3]).unwrap());
        match resolve(&stated, None) {
            Resolution::Found(place) if place.same_as(&expected) => {}
            Resolution::Ambiguous(places)
                if places.iter().any(|place| place.same_as(&expected)) => {}
            other => lost.push(format!("{line}: {}", shown(other))),
        }
    }
    // Small namesakes of a city ten times their size cannot be meant without more.
    println!("{} cities are overshadowed", lost.len());
    assert!(
        lost.iter().all(|line| !line.ends_with("unknown")),
        "{:#?}",
        lost
    );
}

#[test]
fn names_are_folded_as_the_table_was() {
    // Written by the deriving script: each key must be its own key here too.
    let mut last = "";
    for (number, line) in PLACE_NAMES.lines().skip(1).enumerate() {
        let (key, offsets) = line.split_once('\t').unwrap();
        assert!(last.as_bytes() < key.as_bytes(), "not sorted: {key}");
        last = key;
        let first = offsets.split(',').next().unwrap();
        let at = usize::from_str_radix(first, 16).unwrap();
        assert!(
            at == 0 || PLACES.as_bytes()[at - 1] == b'\n',
            "{key} points into the middle of a line"
        );
        if number % 10 == 0 {
            let row: Vec<&str> = PLACES[at..].lines().next().unwrap().split('\t').collect();
            let stated = Stated {
                city: Some(key),
                country: Some(row[3]),
                latitude: row[0].parse().ok(),
                longitude: row[1].parse().ok(),
                ..Stated::default()
            };
            assert!(
                matches!(resolve(&stated, None), Resolution::Found(_)),
                "{key}"
            );
        }
    }
}

#[test]
fn a_city_is_known_by_many_names_and_printed_by_one() {
    let cases = [
        ("Cologne, Germany", "Köln, DE"),
        ("KOELN, DE", "Köln, DE"),
        ("köln, Deutschland", "Köln, DE"),
        ("Munich, Germany", "München, DE"),
        ("Nuremberg, Germany", "Nürnberg, DE"),
        ("Nuernberg, DE", "Nürnberg, DE"),
        ("Gothenburg, Sweden", "Göteborg, SE"),
        ("Genève, Suisse", "Geneva, CH"),
        ("Genf, Schweiz", "Geneva, CH"),
        ("Wien, Österreich", "Vienna, AT"),
        ("Praha, Česko", "Prague, CZ"),
        ("Warszawa, Polska", "Warsaw, PL"),
        ("København, Danmark", "Copenhagen, DK"),
        ("Zürich, CH", "Zurich, CH"),
        ("Montreal, Canada", "Montréal, QC, CA"),
        ("Bengaluru, India", "Bangalore, IN"),
        ("Łódź, Poland", "Łódź, PL"),
        ("Lodz, Poland", "Łódź, PL"),
        ("İstanbul, Türkiye", "Istanbul, TR"),
        ("東京, 日本", "Tokyo, JP"),
        ("Москва, Россия", "Moscow, RU"),
        ("София, България", "Sofia, BG"),
        ("北京, 中国", "Beijing, CN"),
        ("תל אביב, ישראל", "Tel Aviv, IL"),
        ("서울, 대한민국", "Seoul, KR"),
        ("Αθήνα, Ελλάδα", "Athens, GR"),
        ("Київ, Україна", "Kyiv, UA"),
        ("Tel Aviv-yafo, IL", "Tel Aviv, IL"),
        ("Tel Aviv-Yafo, Israel", "Tel Aviv, IL"),
        ("St. Louis, MO, USA", "Saint Louis, MO, US"),
        ("St Louis, MO", "Saint Louis, MO, US"),
        ("NYC, NY, USA", "New York, NY, US"),
        ("Frankfurt am Main, Germany", "Frankfurt, DE"),
        ("Milan, Italy", "Milano, IT"),
        ("Firenze, Italia", "Florence, IT"),
        ("Bruxelles, Belgique", "Brussels, BE"),
        ("Gent, België", "Ghent, BE"),
        ("Ciudad de México, México", "Mexico City, MX"),
        ("Sevilla, España", "Sevilla, ES"),
        ("Bienne, Switzerland", "Biel, CH"),
        ("São Paulo - SP, Brazil", "São Paulo, BR"),
    ];
    all_equal(cases.map(|(text, expected)| (address(text), text, expected)));
    // Every spelling of the newsletter's own table is what comes out.
    for line in SPELLINGS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        for name in [cells[2]]
            .into_iter()
            .chain(cells.get(3).unwrap_or(&"").split(';'))
            .filter(|name| !name.is_empty())
        {
            let got = fields(name, cells[1], cells[0]);
            let wanted = Place::new(
                Some(cells[2]),
                Some(cells[1]),
                Country::parse(cells[0]).unwrap(),
            );
            assert_eq!(got, wanted.printed(&states()), "{line}");
        }
    }
}

// ── Place ──

#[test]
fn a_place_is_read_and_printed_as_it_was_written() {
    for text in [
        "Berlin, DE",
        "Montréal, QC, CA",
        "Seattle, WA, US",
        "Bangalore/Bengaluru, IN",
        "Sydney, NSW, AU",
        "London, UK",
        "Seattle/Bellevue, WA, US",
        "Frankfurt (Main), DE",
        "Malaysia, MY",
        "Singapore, SG",
        "Luxembourg, LU",
        "St. John's, NL, CA",
        "Tel Aviv-Yafo, IL",
        "Nowhere-in-the-Table, FR",
        "'s-Hertogenbosch, NL",
    ] {
        assert_eq!(place(text).printed(&states()), text);
    }
}

#[test]
fn states_are_kept_where_they_are_printed_and_dropped_elsewhere() {
    let cases = [
        ("Hamburg, HH, DE", "Hamburg, DE"),
        ("Leipzig, SN, DE", "Leipzig, DE"),
        ("Mexico City, DF, MX", "Mexico City, MX"),
        ("Montevideo, DE, UY", "Montevideo, UY"),
        ("Austin, Texas, US", "Austin, TX, US"),
        ("Austin, tx, us", "Austin, TX, US"),
        ("Montréal, Québec, CA", "Montréal, QC, CA"),
        ("Canberra, ACt, AU", "Canberra, ACT, AU"),
        ("Portland, OR", "Portland, OR, US"),
        ("Minneapolis, MN US", "Minneapolis, MN, US"),
        ("Bergen, No", "Bergen, NO"),
        ("  Berlin ,  DE ", "Berlin, DE"),
        ("Berlin, Germany", "Berlin, DE"),
        ("Kenya", "Kenya, KE"),
    ];
    all_equal(cases.map(|(text, expected)| (place(text).printed(&states()), text, expected)));
    let us = Country::parse("US").unwrap();
    assert_eq!(place("Sydney, NSW, AU").printed(&[us]), "Sydney, AU");
    assert_eq!(place("Sydney, NSW, AU").state(), Some("NSW"));
    assert_eq!(place("Malaysia, MY").city(), None);
    assert_eq!(place("Singapore, SG").city(), Some("Singapore"));
}

#[test]
fn what_is_no_place_is_refused_with_a_reason() {
    let cases = [
        (
            "",
            "no place is given: write \"City, CC\" with a country code",
        ),
        (
            "Berlin",
            "\"Berlin\" names no country: write \"City, CC\" with a country code",
        ),
        ("Berlin, XX", "country \"XX\" is not in ISO 3166-1"),
        (", TV", "\", TV\" names no city before its country"),
        ("San Francisco, SF, US", "state \"SF\" is not one of US"),
        (
            "a, b, c, DE",
            "\"a, b, c, DE\" has 4 parts between commas: write \"City, CC\" or \"City, ST, CC\"",
        ),
        (
            "<script>alert(1)</script>, DE",
            "\"<script>alert(1)</script>, DE\" holds '<', which no city's name does",
        ),
        (
            "Ber\u{0}lin, DE",
            "\"Ber\\0lin, DE\" holds '\\0', which no city's name does",
        ),
    ];
    all_equal(
        cases.map(|(text, expected)| (Place::parse(text).unwrap_err().to_string(), text, expected)),
    );
    assert!(Place::parse(&"x".repeat(1_000_000)).is_err());
}

#[test]
fn a_place_has_the_zone_of_its_city_state_or_country() {
    let cases = [
        ("Berlin, DE", "Europe/Berlin"),
        ("Seattle, WA, US", "America/Los_Angeles"),
        ("Seattle, US", "America/Los_Angeles"),
        ("Indianapolis, IN, US", "America/Indiana/Indianapolis"),
        ("Vancouver, BC, CA", "America/Vancouver"),
        ("Perth, AU", "Australia/Perth"),
        ("Brisbane City, QLD, AU", "Australia/Brisbane"),
        ("Köln, DE", "Europe/Berlin"),
        ("Bangalore/Bengaluru, IN", "Asia/Kolkata"),
        ("Seattle/Bellevue, WA, US", "America/Los_Angeles"),
        ("Nowhere, FR", "Europe/Paris"),
        ("Nowhere, CO, US", "America/Denver"),
        ("Nowhere, TX, US", "none"),
        ("Nowhere, US", "none"),
        ("United States, US", "none"),
        ("Los Angeles (Chino Hills), CA, US", "America/Los_Angeles"),
        ("Kenya, KE", "Africa/Nairobi"),
        ("Las Palmas, ES", "Atlantic/Canary"),
        ("Boulder, CO, US", "America/Denver"),
        ("Springfield, US", "none"),
        ("Guadalajara, MX", "America/Mexico_City"),
        ("Kuala Lumpur, MY", "Asia/Kuala_Lumpur"),
        ("Kyiv, UA", "Europe/Kyiv"),
    ];
    all_equal(cases.map(|(text, zone)| {
        (
            place(text)
                .zone()
                .map_or("none", |zone| zone.name())
                .to_owned(),
            text,
            zone,
        )
    }));
}

#[test]
fn one_place_may_be_spelled_in_two_ways() {
    for (a, b) in [
        ("Köln, DE", "Cologne, DE"),
        ("München, DE", "Munich, DE"),
        ("Seattle, WA, US", "Seattle, US"),
        ("Tel Aviv-yafo, IL", "Tel Aviv, IL"),
        ("Bangalore/Bengaluru, IN", "Bengaluru, IN"),
        ("Gdańsk, PL", "Gdansk, PL"),
        ("St. Louis, MO, US", "Saint Louis, MO, US"),
        ("Nowhere, FR", "nowhere, FR"),
        ("Malaysia, MY", "Malaysia, MY"),
        ("Seattle/Bellevue, WA, US", "Seattle, WA, US"),
        ("Brisbane City, QLD, AU", "Brisbane, AU"),
    ] {
        assert!(
            place(a).same_as(&place(b)) && place(b).same_as(&place(a)),
            "{a} and {b}"
        );
    }
    for (a, b) in [
        ("Portland, OR, US", "Portland, ME, US"),
        ("Cambridge, UK", "Cambridge, MA, US"),
        ("Malaysia, MY", "Kuala Lumpur, MY"),
        ("Charlottesville, NC, US", "Charlottesville, VA, US"),
        ("Delft, NL", "Utrecht, NL"),
        ("Berlin, DE", "Bern, CH"),
    ] {
        assert!(!place(a).same_as(&place(b)), "{a} and {b}");
    }
}

// ── the column ──

#[test]
fn the_location_column_is_read_in_every_form_it_was_printed() {
    use Mode::{Hybrid, InPerson, Virtual};
    for (text, mode, printed) in [
        ("Berlin, DE", InPerson, Some("Berlin, DE")),
        ("Virtual", Virtual, None),
        ("Virtual (Berlin, DE)", Virtual, Some("Berlin, DE")),
        ("Hybrid (Seattle, WA, US)", Hybrid, Some("Seattle, WA, US")),
        (
            "Virtual and In-Person (Vancouver, BC, CA)",
            Hybrid,
            Some("Vancouver, BC, CA"),
        ),
        (
            "Hybrid: In-Person and Virtual (Seattle, WA, US)",
            Hybrid,
            Some("Seattle, WA, US"),
        ),
        (
            "Hybrid - Virtual and In-Person (Vienna, AT)",
            Hybrid,
            Some("Vienna, AT"),
        ),
        (
            "Virtual + In Person (Berlin, DE)",
            Hybrid,
            Some("Berlin, DE"),
        ),
        ("Vienna, AT + Virtual", Hybrid, Some("Vienna, AT")),
        ("Virtual( Kampala, UG)", Virtual, Some("Kampala, UG")),
        (
            "Frankfurt (Main), DE",
            InPerson,
            Some("Frankfurt (Main), DE"),
        ),
        ("Virtual (Kenya)", Virtual, Some("Kenya, KE")),
        (
            "Los Angeles (Chino Hills), CA, US",
            InPerson,
            Some("Los Angeles (Chino Hills), CA, US"),
        ),
    ] {
        let (got, place) = parse_location(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (got, place.map(|place| place.printed(&states())).as_deref()),
            (mode, printed),
            "{text}"
        );
    }
    for text in [
        "Virtual (, TV)",
        "Virtual ()",
        "Virtual (",
        "Hybrid (EU/UK)",
        "Virtual (Joint Meetup, Europe + Israel)",
        "Joint Meetup, Europe Israel",
        "",
        "Virtual (<script>)",
        ")",
        "(",
    ] {
        assert!(parse_location(text).is_err(), "{text}");
    }
}

// ── stated in fields ──

#[test]
fn fields_are_believed_when_they_name_a_city_of_the_country() {
    let cases = [
        (["Charlottesville", "VA", "us"], "Charlottesville, VA, US"),
        (
            ["Charlottesville", "Virginia", "USA"],
            "Charlottesville, VA, US",
        ),
        (["Charlottesville", "", "US"], "Charlottesville, VA, US"),
        (["Copenhagen", "", "dk"], "Copenhagen, DK"),
        (["Hamburg", "HH", "de"], "Hamburg, DE"),
        (["Delft", "Utrecht", "nl"], "Delft, NL"),
        (["Tel Aviv-yafo", "TV", "il"], "Tel Aviv, IL"),
        (["Praha-Praha 8", "", "cz"], "Prague, CZ"),
        (["Praha 4", "", "CZ"], "Prague, CZ"),
        (["Hlavní město Praha", "", "CZ"], "Prague, CZ"),
        (["London N1 4EN", "", "GB"], "London, UK"),
        (["Greater London", "England", "UK"], "London, UK"),
        (["BERLIN", "", "DE"], "Berlin, DE"),
        (["Berlin-Kreuzberg", "BE", "Germany"], "Berlin, DE"),
        (["Paris 10e", "", "fr"], "Paris, FR"),
        (["København V", "", "dk"], "Copenhagen, DK"),
        (["Portland", "OR", "us"], "Portland, OR, US"),
        (["Portland", "ME", "us"], "Portland, ME, US"),
        (["Cambridge", "", "gb"], "Cambridge, UK"),
        (["Cambridge", "MA", "us"], "Cambridge, MA, US"),
        (["Paris", "TX", "US"], "Paris, TX, US"),
        (["Valencia", "", "ES"], "Valencia, ES"),
        (["Valencia", "", "VE"], "Valencia, VE"),
        (["Birmingham", "AL", "us"], "Birmingham, AL, US"),
        (["Vienna", "Virginia", "United States"], "Vienna, VA, US"),
        (["Arlington", "VA", "US"], "Arlington, VA, US"),
        (["Greenville", "South Carolina", "us"], "Greenville, SC, US"),
        (
            ["Washington", "District of Columbia", "US"],
            "Washington, DC, US",
        ),
        (["New York", "", "US"], "New York, NY, US"),
        (["Brooklyn", "NY", "us"], "Brooklyn, NY, US"),
        (["Seattle, WA", "", "us"], "Seattle, WA, US"),
        (["Berlin, Germany", "", ""], "Berlin, DE"),
        (["Singapore", "", "sg"], "Singapore, SG"),
        (["", "", "de"], "Germany, DE"),
        (["", "", "sg"], "Singapore, SG"),
        (["Biel/Bienne", "", "CH"], "Biel, CH"),
        (["City", "", "GB"], "unknown"),
        (["Ancoats", "", "GB"], "unknown"),
        (["Charlottesville", "NC", "US"], "unknown"),
        (["Berlin", "", "FR"], "unknown"),
        (
            ["Seattle/Bellevue", "WA", "US"],
            "one of: Seattle, WA, US · Bellevue, WA, US",
        ),
        (["Gruyères-le-Petit", "", "CH"], "unknown"),
    ];
    all_equal(cases.iter().map(|([city, state, country], expected)| {
        (fields(city, state, country), *city, *expected)
    }));
    assert!(fields("Springfield", "", "US").starts_with("one of: Springfield, MO, US · "));
    assert!(
        fields("Portland", "", "US").starts_with("one of: Portland, OR, US · Portland, ME, US")
    );
}

#[test]
fn a_city_we_do_not_know_is_not_replaced_by_the_one_its_province_is_named_after() {
    let stated = |address, latitude, longitude| {
        let stated = Stated {
            address: Some(address),
            city: Some("Oudewater-Dorp"),
            country: Some("NL"),
            latitude,
            longitude,
            ..Stated::default()
        };
        shown(resolve(&stated, None))
    };
    assert_eq!(
        stated("Markt 1, Oudewater-Dorp, Utrecht, Netherlands", None, None),
        "unknown"
    );
    // 22 km from the middle of Utrecht.
    assert_eq!(
        stated(
            "Markt 1, Oudewater-Dorp, Utrecht, Netherlands",
            Some(52.02),
            Some(4.87)
        ),
        "unknown"
    );

    let ancoats = |latitude, longitude| {
        let stated = Stated {
            address: Some("27 Great Ancoats Street, Ancoats, M4 5AJ"),
            city: Some("Ancoats"),
            country: Some("GB"),
            latitude,
            longitude,
            ..Stated::default()
        };
        shown(resolve(&stated, None))
    };
    assert_eq!(ancoats(None, None), "unknown");
    assert_eq!(ancoats(Some(53.4839), Some(-2.2286)), "Manchester, UK");
}

#[test]
fn a_venue_in_delft_of_a_group_from_utrecht_is_in_delft() {
    let home = place("Utrecht, NL");
    let stated = Stated {
        venue: Some("Bouwpub"),
        city: Some("Delft"),
        country: Some("nl"),
        ..Stated::default()
    };
    assert_eq!(shown(resolve(&stated, Some(&home))), "Delft, NL");
    let stated = Stated {
        venue: Some("Bouwpub"),
        ..Stated::default()
    };
    assert_eq!(shown(resolve(&stated, Some(&home))), "unknown");
    assert_eq!(
        resolve(&Stated::default(), Some(&home)),
        Resolution::Nothing
    );
}

// ── addresses ──

#[test]
fn an_address_is_read_from_its_end() {
    let cases = [
        (
            "Gizmo Brew Works - Durham Taproom, 3109 Shannon Rd #201, Durham, NC 27707, USA",
            "Durham, NC, US",
        ),
        ("10115 Berlin, Germany", "Berlin, DE"),
        ("London E2 6DG, UK", "London, UK"),
        ("186 Hackney Rd, London E2 7QL, UK", "London, UK"),
        ("1-2-3 Shibuya, Tokyo, Japan", "Tokyo, JP"),
        (
            "1-chōme-2-3 Shibuya, Shibuya City, Tokyo 150-0002, Japan",
            "Tokyo, JP",
        ),
        (
            "Compuware Building (One Campus Martius, Detroit, MI 48226)",
            "Detroit, MI, US",
        ),
        (
            "250 GATEWAY BLVD, South San Francisco, CA, 94080",
            "South San Francisco, CA, US",
        ),
        (
            "the Old Abbey Taphouse, Guildhall Cl, Manchester M16 7BA UK",
            "Manchester, UK",
        ),
        (
            "Amani Centre Quinney Cresent Shoreham Close, Manchester M16 7DG",
            "Manchester, UK",
        ),
        (
            "Haus 5, Friedrich-Engels-Str. 22, 14473 Potsdam",
            "Potsdam, DE",
        ),
        ("Otaniemi, Espoo, Finland", "Espoo, FI"),
        ("Fortaleza, Ceará, Brazil", "Fortaleza, BR"),
        ("Cardiff University, Cardiff, Wales, UK", "Cardiff, UK"),
        ("KCA UNIVERSITY, Thika Rd, Nairobi, Kenya", "Nairobi, KE"),
        ("Toronto, ON, Canada", "Toronto, ON, CA"),
        ("Toronto, Ontario, CA", "Toronto, ON, CA"),
        ("Toronto, ON M5V 2T6, Canada", "Toronto, ON, CA"),
        ("Seattle, WA, USA", "Seattle, WA, US"),
        (
            "399 Lafayette Street, New York, NY 10003",
            "New York, NY, US",
        ),
        ("New York, New York, USA", "New York, NY, US"),
        (
            "Antithesis, 8607 Westwood Center Dr suite 550, Vienna, VA 22182, USA",
            "Vienna, VA, US",
        ),
        (
            "Capital Jewish Museum, 575 3rd St NW, Washington, DC 20001, USA",
            "Washington, DC, US",
        ),
        ("Washington DC, USA", "Washington, DC, US"),
        (
            "TheBoathouse, Marine Drive, Paignton, TQ3 2NJ",
            "Paignton, UK",
        ),
        ("Av. Madero 2500, Monterrey", "Monterrey, MX"),
        (
            "Level 3, 5 Foo St, Melbourne VIC 3000, Australia",
            "Melbourne, VIC, AU",
        ),
        ("Collingwood VIC 3066, Australia", "Collingwood, VIC, AU"),
        ("Bengaluru, Karnataka 560001, India", "Bangalore, IN"),
        (
            "91springboard, Koramangala, Bengaluru, Karnataka 560 095, India",
            "Bangalore, IN",
        ),
        ("20121 Milano MI, Italy", "Milano, IT"),
        (
            "Calle Mayor 1, 08930 Sant Adrià de Besòs, Barcelona, Spain",
            "Sant Adrià de Besòs, ES",
        ),
        (
            "Lijnbaan 1, 3012 EL Rotterdam, Netherlands",
            "Rotterdam, NL",
        ),
        ("1012 AB Amsterdam", "Amsterdam, NL"),
        ("ul. Foo 1, 00-001 Warszawa", "Warsaw, PL"),
        (
            "Pernerova 697/35, 186 00 Praha 8-Karlín, Czechia",
            "Prague, CZ",
        ),
        ("D-10999 Berlin-Kreuzberg", "Berlin, DE"),
        ("CH-8001 Zürich", "Zurich, CH"),
        ("1620 København V, Denmark", "Copenhagen, DK"),
        ("111 22 Stockholm, Sweden", "Stockholm, SE"),
        ("Paris, Île-de-France, 75004, France", "Paris, FR"),
        (
            "c-base, 20, Rungestraße, Luisenstadt, Mitte, Berlin, 10179, Deutschland",
            "Berlin, DE",
        ),
        (
            "12, Main Street, Downtown, Seattle, King County, Washington, 98101, United States",
            "Seattle, WA, US",
        ),
        ("Singapore 018956", "Singapore, SG"),
        ("1 Fusionopolis Way, Singapore 138632", "Singapore, SG"),
        ("Singapore", "Singapore, SG"),
        ("C1043AAX Buenos Aires, Argentina", "Buenos Aires, AR"),
        (
            "Av. Paulista 1000, São Paulo - SP, 01310-100, Brazil",
            "São Paulo, BR",
        ),
        ("東京都渋谷区渋谷1-2-3", "Tokyo, JP"),
        ("〒150-0002 東京都渋谷区渋谷1-2-3", "Tokyo, JP"),
        ("大阪府枚方市", "Hirakata, JP"),
        ("京都府京都市左京区", "Kyoto, JP"),
        ("서울특별시 강남구 테헤란로 1", "Seoul, KR"),
        ("北京市朝阳区", "Beijing, CN"),
        ("Berlin\nGermany", "Berlin, DE"),
        ("Boulder, CO", "Boulder, CO, US"),
        ("Dover, DE", "Dover, DE, US"),
        ("Tbilisi, Georgia", "Tbilisi, GE"),
        ("Atlanta, Georgia", "Atlanta, GA, US"),
        ("Durham NC 27701", "Durham, NC, US"),
        ("Minneapolis, MN US", "Minneapolis, MN, US"),
        ("Yekaterinburg", "Yekaterinburg, RU"),
        ("Berlin", "Berlin, DE"),
        ("Paris", "Paris, FR"),
        ("London", "London, UK"),
        ("Germany", "Germany, DE"),
        ("Reading, UK", "Reading, UK"),
        ("Nice, France", "Nice, FR"),
        ("Mobile, AL", "Mobile, AL, US"),
        ("Bath, England", "Bath, UK"),
        ("Sidcup, United Kingdom", "Sidcup, UK"),
        (
            "1300 Wilson Boulevard, Arlington, VA 22209",
            "Arlington, VA, US",
        ),
        ("R. Augusta 1, 1100-048 Lisboa, Portugal", "Lisbon, PT"),
        ("Dublin 2, Ireland", "Dublin, IE"),
        ("Hong Kong", "Hong Kong, HK"),
    ];
    all_equal(cases.map(|(text, expected)| (address(text), text, expected)));
}

#[test]
fn a_word_that_is_also_a_town_is_not_a_place() {
    for text in [
        "Reading",
        "Orange",
        "Mobile",
        "Nice",
        "Bath",
        "Split",
        "Essen",
        "A nice evening in Reading",
        "Reading Room",
        "Mobile Team, Floor 3",
        "University Hall 1C01 - Grand Concourse",
        "UNIV 2042",
        "The Amphitheater",
        "Student Center 419",
        "G15 - 9.30am - 12:30pm",
        "Main Square",
        "Mobile, 12 Foo Street, Nowhereville, USA",
        "Reading, 12 High Street, Nowhereton, UK",
        "Nice, 12 rue Foo, 99999 Nullepart, France",
        "Orange, 1 Foo St, Nowhereville, NC 27707, USA",
        "Freiland Haus 5 - Potsdam",
        "Berlin Street",
        "Cafe Paris",
        "Club Havana Bar",
        "Varies - Please check tickets for venue location.",
        "Springfield Elementary",
        "1508 Pelham Rd",
        "Le Yack coworking",
        "Armani Centre Quinney Crescent, Shoreham Close",
        "Markt 1, 3421 AA Nergenshuizen, Utrecht, Netherlands",
        "Georgia",
        "<script>alert(1)</script>",
        "Europe",
        "NC",
        "🦀",
        "42",
    ] {
        assert_eq!(address(text), "unknown", "{text}");
        assert_eq!(
            shown(resolve(
                &Stated {
                    venue: Some(text),
                    ..Stated::default()
                },
                None
            )),
            "unknown",
            "{text}"
        );
    }
}

#[test]
fn what_says_online_is_online() {
    for text in [
        "Online",
        "online",
        "ONLINE",
        "Online event",
        "Online Event",
        "Virtual",
        "Virtual event",
        "Zoom",
        "Zoom meeting",
        "Discord",
        "Google Meet",
        "Microsoft Teams",
        "https://us02web.zoom.us/j/123",
        "https://meet.google.com/abc",
        "Zoom https://zoom.us/j/1",
        "Online (Zoom)",
        "Online via Zoom",
        "オンライン",
        "En ligne",
        "en línea",
        "Remoto",
        "Онлайн",
        "온라인",
        "Online, link will be sent",
        "Link visible for attendees",
        "YouTube Live",
        "Gather.town",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x",
    ] {
        assert_eq!(address(text), "online", "{text}");
        assert_eq!(
            shown(resolve(
                &Stated {
                    venue: Some(text),
                    ..Stated::default()
                },
                None
            )),
            "online",
            "{text}"
        );
    }
    // The group's town beside it does not make a meeting room of it, a street does.
    let both = |venue, address| {
        shown(resolve(
            &Stated {
                venue: Some(venue),
                address: Some(address),
                ..Stated::default()
            },
            None,
        ))
    };
    assert_eq!(both("Online event", "Berlin, Germany"), "online");
    assert_eq!(both("オンライン", "東京都"), "online");
    assert_eq!(
        both("Zoom", "Foostr. 1, 10115 Berlin, Germany"),
        "Berlin, DE"
    );
}

#[test]
fn a_placeholder_says_nothing() {
    for text in [
        "",
        "  ",
        "#_LOCATIONNAME",
        "TBD",
        "tba",
        "To be announced",
        "N/A",
        "-",
        "none",
        "Register to See Address",
        "\u{a0}",
        "https://luma.com/event/evt-mpg0NbpzWhUBceD",
        "https://lu.ma/event/evt-1",
        "https://www.meetup.com/rust-berlin/events/1/",
    ] {
        assert_eq!(address(text), "nothing", "{text}");
    }
}

#[test]
fn namesakes_are_told_apart_by_text_then_home_then_size_or_not_at_all() {
    for (text, start) in [
        ("Portland", "one of: Portland, OR, US · Portland, ME, US"),
        ("Cambridge", "one of: Cambridge, "),
        ("Valencia", "one of: Valencia, "),
        ("Birmingham", "one of: Birmingham, UK · Birmingham, AL, US"),
        ("Richmond, CA", "one of: "),
    ] {
        assert!(
            address(text).starts_with(start),
            "{text}: {}",
            address(text)
        );
    }
    let cases = [
        ("Portland", "Seattle, WA, US", "one of: "),
        ("Portland", "Salem, OR, US", "Portland, OR, US"),
        ("Portland", "Augusta, ME, US", "Portland, ME, US"),
        ("Cambridge", "London, UK", "Cambridge, UK"),
        ("Cambridge", "Boston, MA, US", "Cambridge, MA, US"),
        ("Valencia", "Madrid, ES", "Valencia, ES"),
        ("Valencia", "Caracas, VE", "Valencia, VE"),
        ("Birmingham", "London, UK", "Birmingham, UK"),
        ("Birmingham", "Mobile, AL, US", "Birmingham, AL, US"),
        ("Paris", "Dallas, TX, US", "one of: "),
        ("London", "Toronto, ON, CA", "London, ON, CA"),
        ("Berlin", "Munich, DE", "Berlin, DE"),
        ("The Pub, Reading", "London, UK", "Reading, UK"),
        ("Potsdam", "Berlin, DE", "Potsdam, DE"),
        ("Berlin", "Boston, MA, US", "Berlin, DE"),
        ("Moscow", "Boston, MA, US", "one of: "),
        ("Barcelona", "Girona, ES", "Barcelona, ES"),
        ("Bouwpub", "Delft, NL", "unknown"),
        ("Reading", "London, UK", "unknown"),
        ("Portland, OR", "Augusta, ME, US", "Portland, OR, US"),
        ("Berlin, Germany", "Hartford, CT, US", "Berlin, DE"),
    ];
    for (text, home, expected) in cases {
        let got = address_at(text, home);
        assert!(
            got == expected || (expected.ends_with(": ") && got.starts_with(expected)),
            "{text} at {home}: {got}"
        );
    }
}

// ── coordinates ──

#[test]
fn coordinates_name_the_city_they_lie_in() {
    let cases = [
        ((52.4997, 13.4034), "Berlin, DE"),
        ((51.5136, -0.1365), "London, UK"),
        ((35.6589, 139.7067), "Tokyo, JP"),
        ((48.8584, 2.2945), "Paris, FR"),
        ((52.0116, 4.3571), "Delft, NL"),
        ((52.0907, 5.1214), "Utrecht, NL"),
        ((55.6761, 12.5683), "Copenhagen, DK"),
        ((38.0293, -78.4767), "Charlottesville, VA, US"),
        ((40.7580, -73.9855), "New York, NY, US"),
        ((40.7178, -74.0431), "Jersey City, NJ, US"),
        ((42.3736, -71.1097), "Cambridge, MA, US"),
        ((47.6740, -122.1215), "Redmond, WA, US"),
        ((47.6062, -122.3321), "Seattle, WA, US"),
        ((37.3861, -122.0839), "Mountain View, CA, US"),
        ((-33.8688, 151.2093), "Sydney, NSW, AU"),
        ((52.3906, 13.0645), "Potsdam, DE"),
        ((-36.8485, 174.7633), "Auckland, NZ"),
        ((32.0853, 34.7818), "Tel Aviv, IL"),
        ((53.4839, -2.2286), "Manchester, UK"),
        ((43.7230, 10.3966), "Pisa, IT"),
        ((-18.1416, 178.4419), "Suva, FJ"),
        ((0.0, 0.0), "nothing"),
        ((999.0, 999.0), "nothing"),
        ((f64::NAN, 1.0), "nothing"),
        ((f64::INFINITY, 1.0), "nothing"),
        ((30.0, -40.0), "unknown"),
        ((90.0, 0.0), "unknown"),
        ((-90.0, 180.0), "unknown"),
    ];
    let texts: Vec<String> = cases
        .iter()
        .map(|((north, east), _)| format!("{north}, {east}"))
        .collect();
    all_equal(
        cases
            .iter()
            .zip(&texts)
            .map(|(((north, east), expected), text)| {
                (point(*north, *east), text.as_str(), *expected)
            }),
    );
}

#[test]
fn coordinates_decide_between_namesakes() {
    let near = |city, latitude, longitude| {
        shown(resolve(
            &Stated {
                city: Some(city),
                latitude: Some(latitude),
                longitude: Some(longitude),
                ..Stated::default()
            },
            Some(&place("Dallas, TX, US")),
        ))
    };
    assert_eq!(near("Portland", 43.66, -70.26), "Portland, ME, US");
    assert_eq!(near("Portland", 45.52, -122.68), "Portland, OR, US");
    assert_eq!(near("Paris", 48.86, 2.35), "Paris, FR");
    assert_eq!(near("Cambridge", 52.2, 0.12), "Cambridge, UK");
}

// ── hostile ──

#[test]
fn hostile_text_is_bounded_and_classified() {
    let commas = ",".repeat(40);
    let parts = "a,".repeat(4_000_000 / 2);
    let long = "x".repeat(1_000_000);
    let berlin = format!("{}, Berlin, Germany", "x".repeat(2_000));
    for text in [
        commas.as_str(),
        &parts,
        &long,
        &berlin,
        "<script>alert('Berlin, DE')</script>",
        "\u{202e}nilreB\u{202c}, DE",
        "Berlin\u{0}, DE\u{0}x",
        "((((((((((",
        "%s%n%s",
        "'; DROP TABLE places; --",
    ] {
        for stated in [
            Stated {
                address: Some(text),
                ..Stated::default()
            },
            Stated {
                venue: Some(text),
                ..Stated::default()
            },
            Stated {
                city: Some(text),
                ..Stated::default()
            },
            Stated {
                city: Some(text),
                country: Some(text),
                state: Some(text),
                venue: Some(text),
                address: Some(text),
                latitude: Some(999.0),
                longitude: Some(-999.0),
            },
        ] {
            match resolve(&stated, None) {
                Resolution::Unknown(text) => assert!(
                    text.chars().count() <= 200,
                    "{} characters",
                    text.chars().count()
                ),
                Resolution::Nothing => {}
                other => panic!("{:.80}: {other:?}", text),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}|[A-Za-z0-9 ,.()/-]{0,80}|[\\u{0}-\\u{ffff}]{0,40}", city in "\\PC{0,30}", north in any::<f64>(), east in any::<f64>()) {
        let home = place("Boston, MA, US");
        let stated = Stated { venue: Some(&city), address: Some(&text), city: Some(&city), state: Some(&text), country: Some(&city), latitude: Some(north), longitude: Some(east) };
        let _ = resolve(&stated, Some(&home));
        let _ = resolve(&Stated { address: Some(&text), ..Stated::default() }, None);
        let _ = resolve(&Stated { city: Some(&text), country: Some("US"), ..Stated::default() }, None);
        let _ = (Country::parse(&text), Region::parse(&text), Mode::parse(&text));
        if let Ok((_, Some(place))) = parse_location(&text) {
            let _ = (place.zone(), place.same_as(&home), place.printed(&states()));
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_place(line in 0usize..40_000) {
        let row: Vec<&str> = PLACES.lines().nth(line).unwrap().split('\t').collect();
        let place = Place::new(Some(row[2]), Some(row[4]), Country::parse(row[3]).unwrap());
        prop_assume!(!row[2].contains([',', '[', '"', '`']));
        let printed = place.printed(&states());
        prop_assert_eq!(Place::parse(&printed), Ok(place.clone()));
        prop_assert_eq!(parse_location(&format!("Hybrid ({printed})")), Ok((Mode::Hybrid, Some(place))));
    }
}

// ── real data ──

#[test]
fn every_organiser_that_was_printed_has_its_place_and_zone() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read_to_string(corpus.join("organisers.tsv")).unwrap();
    let (mut read, mut wrong) = (0, Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (name, city, state, country, zone) = (cells[0], cells[3], cells[4], cells[5], cells[9]);
        if city.is_empty() {
            continue;
        }
        read += 1;
        let written = [city, state, country]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        let parsed = place(&written);
        if parsed.zone().map(|zone| zone.name()) != Some(zone) {
            wrong.push(format!(
                "{name}: {written} has zone {:?}, not {zone}",
                parsed.zone()
            ));
        }
        let stated = Stated {
            city: Some(city),
            state: Some(state),
            country: Some(country),
            ..Stated::default()
        };
        match resolve(&stated, None) {
            Resolution::Found(found) if found.same_as(&parsed) => {
                if found != parsed {
                    println!("{written} is printed {}", found.printed(&states()));
                }
            }
            other => wrong.push(format!("{name}: {written} is {}", shown(other))),
        }
    }
    println!("{read} organisers with a city");
    assert!(read > 150 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_archive_is_read_and_printed_again() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read_to_string(corpus.join("rows.jsonl")).unwrap();
    let (mut rows, mut read, mut same) = (0, 0, 0);
    let mut differing: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(raw) = row["location_raw"].as_str() else {
            continue;
        };
        if row["well_formed"] != true {
            continue;
        }
        rows += 1;
        let (mode, place) = match parse_location(raw) {
            Ok(read) => read,
            Err(error) => {
                *differing.entry(format!("{raw} → {error}")).or_default() += 1;
                continue;
            }
        };
        read += 1;
        let place = place.map(|place| place.printed(&states()));
        let printed = match (mode, place) {
            (Mode::InPerson, place) => place.unwrap(),
            (Mode::Virtual, None) => "Virtual".to_owned(),
            (Mode::Virtual, Some(place)) => format!("Virtual ({place})"),
            (Mode::Hybrid, None) => "Hybrid".to_owned(),
            (Mode::Hybrid, Some(place)) if raw.starts_with("Virtual") => {
                format!("Virtual and In-Person ({place})")
            }
            (Mode::Hybrid, Some(place)) => format!("Hybrid ({place})"),
        };
        if printed == raw {
            same += 1;
        } else {
            *differing.entry(format!("{raw} → {printed}")).or_default() += 1;
        }
    }
    println!("{rows} rows, {read} read, {same} printed as they were; the others:");
    for (text, count) in &differing {
        println!("{count:5} {text}");
    }
    assert!(read * 1000 >= rows * 990, "{read} of {rows} rows are read");
    // The others are mends of the house's own rules: GB, stray states, spaces, words for hybrid.
    assert!(
        same * 100 >= rows * 95,
        "{same} of {rows} rows are printed as they were"
    );
}
