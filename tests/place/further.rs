//! Texts for a place as calendars and pages have them, each with what becomes of it where nothing but the event's own zone is
//! known beside it.

use super::shown;
use rusty_events::facts::place::{Place, Stated, resolve};

fn in_zone(text: &str, zone: &str, home: Option<&str>) -> String {
    let home = home.map(|home| Place::parse(home).unwrap());
    let stated = Stated {
        address: Some(text),
        zone: zone.parse().ok(),
        ..Stated::default()
    };
    shown(resolve(&stated, home.as_ref()))
}

/// Fails with all that differ.
fn check(zone: &str, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, expected, in_zone(text, zone, None)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(text, expected, got)| format!("{text:?}: {got}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_city_is_found_behind_its_street_before_its_district_and_beside_its_region() {
    check(
        "UTC",
        &[
            // Behind the street, without a comma.
            ("Krebsstr. 20 10179 Berlin", "Berlin, DE"),
            ("Crab Lab @ Kai 5 03044 Cottbus", "Cottbus, DE"),
            ("Gracht 1 1012 AB Amsterdam", "Amsterdam, NL"),
            ("3511BT Utrecht", "Utrecht, NL"),
            ("12 Crab Rd STE 201 Durham, NC 27707", "Durham, NC, US"),
            ("Krebsstr. 20 Berlin", "Berlin, DE"),
            ("1 Crab St San Francisco CA 94105", "San Francisco, CA, US"),
            // With its district.
            ("Berlin-Kreuzberg, Germany", "Berlin, DE"),
            ("Hamburg Altona, Germany", "Hamburg, DE"),
            ("Praha 8", "Prague, CZ"),
            ("186 00 Praha 8", "Prague, CZ"),
            ("Paris 11e", "Paris, FR"),
            ("2200 København N", "Copenhagen, DK"),
            ("Dublin 2", "Dublin, IE"),
            ("London EC1V", "London, UK"),
            // With its region in place of the country.
            ("Mumbai, Maharashtra", "Mumbai, IN"),
            ("Barcelona, Catalunya", "Barcelona, ES"),
            ("Toulouse, Occitanie", "Toulouse, FR"),
            ("Kraków, małopolskie", "Kraków, PL"),
            ("Belfast, NI", "Belfast, UK"),
            ("São Paulo - SP", "São Paulo, BR"),
            ("20121 Milano MI", "Milano, IT"),
            ("Bogotá D.C., Colombia", "Bogotá, CO"),
            ("Washington, D.C.", "Washington, DC, US"),
            // The city first.
            ("г. Москва, ул. Крабовая, 1", "Moscow, RU"),
            ("Crab House in Berlin", "Berlin, DE"),
        ],
    );
}

#[test]
fn a_room_a_hotel_and_a_street_may_have_the_name_of_a_city() {
    check(
        "Europe/Berlin",
        &[
            ("Hotel Hamburg", "unknown"),
            ("Raum Hamburg", "unknown"),
            ("Café Köln", "unknown"),
            ("Meeting room Tokyo", "unknown"),
            ("Tokyo, 3rd floor", "unknown"),
            ("Building 32, Room Vienna", "unknown"),
            ("Crab Center 1908", "unknown"),
            ("Café Moskau", "unknown"),
            ("Platz der Stadt Köln", "likely Köln, DE"),
        ],
    );
    check("UTC", &[("Crabclub Berlin", "unknown")]);
}

#[test]
fn the_zone_of_an_event_decides_between_namesakes() {
    check(
        "Europe/London",
        &[("Manchester", "Manchester, UK"), ("Reading", "unknown")],
    );
    check(
        "Europe/Berlin",
        &[(
            "Manchester",
            "one of Manchester, UK · Manchester, NH, US · Manchester, CT, US · Manchester, MO, US · Manchester, TN, US",
        )],
    );
    check(
        "Europe/Amsterdam",
        &[
            ("Den Haag", "The Hague, NL"),
            ("Crabclub Utrecht", "likely Utrecht, NL"),
        ],
    );
    check("Asia/Jerusalem", &[("תל אביב", "Tel Aviv, IL")]);
}

#[test]
fn a_city_that_ends_a_halls_name_is_likely_where_home_or_zone_agree() {
    check(
        "Europe/Berlin",
        &[("Crabclub Potsdam", "likely Potsdam, DE")],
    );
    assert_eq!(
        in_zone("Crabclub Potsdam", "UTC", Some("Berlin, DE")),
        "likely Potsdam, DE"
    );
    assert_eq!(
        in_zone("Crabclub Potsdam", "UTC", Some("Oslo, NO")),
        "unknown"
    );
}

#[test]
fn places_have_a_distance() {
    let place = |text| Place::parse(text).unwrap();
    let km = place("Berlin, DE")
        .km_between(&place("Hamburg, DE"))
        .unwrap();
    assert!((250.0..260.0).contains(&km), "{km}");
    // By any of their names.
    assert_eq!(
        place("München, DE").km_between(&place("Munich, DE")),
        Some(0.0)
    );
    assert_eq!(
        place("Bengaluru, IN").km_between(&place("Bangalore, IN")),
        Some(0.0)
    );
    let km = place("Auckland, NZ").km_to(-36.85, 174.76).unwrap();
    assert!(km < 10.0, "{km}");
    assert_eq!(
        place("Krabbenham, DE").km_between(&place("Berlin, DE")),
        None
    );
    assert_eq!(place("Berlin, DE").km_to(0.0, 0.0), None);
    // Over the date line.
    let km = place("Suva, FJ").km_to(-18.0, -179.9).unwrap();
    assert!(km < 250.0, "{km}");
}
