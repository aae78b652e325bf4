//! Places: what is printed and what is read. How free text becomes a place stands in `place/resolve.rs`.

mod further;
mod resolve;

use crate::corpus;
use proptest::prelude::*;
use rusty_events::facts::place::{
    Country, Mode, Place, Region, Resolution, Stated, parse_location,
};
use std::collections::BTreeMap;

const COUNTRIES: &str = include_str!("../data/countries.tsv");
const COUNTRY_NAMES: &str = include_str!("../data/country-names.tsv");
const STATES: &str = include_str!("../data/states.tsv");
const SPELLINGS: &str = include_str!("../data/spellings.tsv");
const PLACES: &str = include_str!("../data/places.tsv");
const PLACE_NAMES: &str = include_str!("../data/place-names.tsv");

fn country(code: &str) -> Country {
    Country::parse(code).unwrap_or_else(|| panic!("{code}"))
}

fn place(text: &str) -> Place {
    Place::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn states() -> Vec<Country> {
    ["US", "CA", "AU"].map(country).to_vec()
}

/// What a text leads to, in a form that reads well in a test.
fn shown(resolution: Resolution) -> String {
    match resolution {
        Resolution::Found(place) => place.printed(&states()),
        Resolution::Likely(place) => format!("likely {}", place.printed(&states())),
        Resolution::Nothing => "nothing".to_owned(),
        Resolution::Online => "online".to_owned(),
        Resolution::Unknown(_) => "unknown".to_owned(),
        Resolution::Ambiguous(places) => {
            let places: Vec<String> = places
                .iter()
                .map(|place| place.printed(&states()))
                .collect();
            format!("one of {}", places.join(" · "))
        }
    }
}

/// Lines of `text => expected`; an expectation that ends in `…` is the beginning of one. Fails with all that differ.
fn check(cases: &str, got: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for line in cases.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (text, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("{line}"));
        let got = got(&text.replace("\\n", "\n"));
        let same = expected
            .strip_suffix('…')
            .map_or(got == expected, |start| got.starts_with(start));
        if !same {
            wrong.push(format!(
                "{text}\n    expected {expected}\n    got      {got}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

// Countries, regions, modes

#[test]
fn a_country_is_read_by_code_or_by_any_common_name() {
    let cases = "
        GB => GB
        gb => GB
        UK => GB
        GBR => GB
        United Kingdom => GB
        England => GB
        Scotland => GB
        Great Britain => GB
        Deutschland => DE
        germany => DE
        DEU => DE
        USA => US
        U.S.A. => US
        u.s. => US
        United States => US
        United States of America => US
        Estados Unidos => US
        EE.UU. => US
        España => ES
        ESPANA => ES
        Česko => CZ
        Czech Republic => CZ
        Österreich => AT
        Schweiz => CH
        Suisse => CH
        The Netherlands => NL
        日本 => JP
        Россия => RU
        대한민국 => KR
        South Korea => KR
        Türkiye => TR
        Côte d’Ivoire => CI
        Polska => PL
        México => MX
        ישראל => IL
        Hong Kong => HK
        XX => none
        EU => none
        Europe => none
        Atlantis => none
        12 => none
        ß => none
        é => none
    ";
    check(cases, |text| {
        Country::parse(text)
            .map_or("none", Country::code)
            .to_owned()
    });
    assert_eq!(Country::parse(""), None);
    assert_eq!(Country::parse("\u{0}"), None);
}

#[test]
fn the_united_kingdom_is_uk_in_print_and_gb_in_data() {
    let uk = country("UK");
    assert_eq!(
        (uk.code(), uk.printed(), uk.name()),
        ("GB", "UK", "United Kingdom")
    );
    assert_eq!(place("London, GB").printed(&[]), "London, UK");
}

#[test]
fn regions_follow_the_newsletter_where_atlases_differ() {
    let cases = "
        TR => Europe
        RU => Europe
        CY => Europe
        DK => Europe
        IS => Europe
        IL => Asia
        GE => Asia
        AM => Asia
        AZ => Asia
        IN => Asia
        HK => Asia
        MX => North America
        CR => North America
        CU => North America
        CO => South America
        UY => South America
        UG => Africa
        EG => Africa
        NZ => Oceania
    ";
    check(cases, |code| country(code).region().name().to_owned());
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
    let names = Region::ALL.map(Region::name);
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

// The tables

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

fn is_zone(name: &str) -> bool {
    name.is_empty() || name.parse::<chrono_tz::Tz>().is_ok()
}

fn listed<'a>(cells: &[&'a str], more: &'a str) -> Vec<&'a str> {
    cells
        .iter()
        .copied()
        .chain(more.split(';'))
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn every_country_and_state_is_found_by_each_of_its_names() {
    let mut all = Vec::new();
    for row in rows(COUNTRIES) {
        assert_eq!(row.len(), 8, "{row:?}");
        let country = country(row[0]);
        assert_eq!(
            (country.code(), country.printed(), country.name()),
            (row[0], row[2], row[3])
        );
        assert_eq!(Region::parse(row[4]), Some(country.region()), "{row:?}");
        assert!(is_zone(row[5]), "{row:?}");
        for name in listed(&[row[1], row[3]], row[7]) {
            assert_eq!(
                Country::parse(name),
                Some(country),
                "{name}: run data/derive-places.py"
            );
        }
        all.push(country);
    }
    assert!(
        all.len() >= 249 && all.is_sorted(),
        "{} countries",
        all.len()
    );
    for row in rows(COUNTRY_NAMES) {
        assert!(Country::parse(row[0]).is_some(), "{row:?}");
    }
    for row in rows(STATES) {
        assert!(is_zone(row[4]), "{row:?}");
        for name in listed(&[row[1], row[3]], row[5]) {
            let place = Place::new(Some("Somewhere"), Some(name), country(row[0]));
            assert_eq!(place.state(), Some(row[1]), "{name}");
        }
    }
}

#[test]
fn every_city_is_found_by_the_name_it_is_printed_with() {
    let mut latitude = f64::MIN;
    for line in PLACES.lines() {
        let row: Vec<&str> = line.split('\t').collect();
        assert!(row.len() == 7 && is_zone(row[6]), "{line}");
        let here: f64 = row[0].parse().unwrap();
        assert!(here >= latitude, "not sorted by latitude: {line}");
        latitude = here;
        let stated = Stated {
            city: Some(row[2]),
            state: Some(row[4]),
            country: Some(row[3]),
            ..Stated::default()
        };
        let expected = Place::new(Some(row[2]), Some(row[4]), country(row[3]));
        let found = match rusty_events::facts::place::resolve(&stated, None) {
            Resolution::Found(place) => place.same_as(&expected),
            Resolution::Ambiguous(places) => places.iter().any(|place| place.same_as(&expected)),
            _ => false,
        };
        assert!(found, "{line}");
    }
}

/// The script that derives the tables folds names in its own language.
#[test]
fn names_are_folded_as_the_table_was() {
    let mut last = "";
    for (number, row) in rows(PLACE_NAMES).enumerate() {
        assert!(
            last.as_bytes() < row[0].as_bytes(),
            "not sorted: {}",
            row[0]
        );
        last = row[0];
        let at = usize::from_str_radix(row[1].split(',').next().unwrap(), 16).unwrap();
        assert!(
            at == 0 || PLACES.as_bytes()[at - 1] == b'\n',
            "{} points into a line",
            row[0]
        );
        if number % 10 == 0 {
            let city: Vec<&str> = PLACES[at..].lines().next().unwrap().split('\t').collect();
            let stated = Stated {
                city: Some(row[0]),
                country: Some(city[3]),
                latitude: city[0].parse().ok(),
                longitude: city[1].parse().ok(),
                ..Stated::default()
            };
            let found = rusty_events::facts::place::resolve(&stated, None);
            assert!(matches!(found, Resolution::Found(_)), "{}", row[0]);
        }
    }
}

#[test]
fn every_spelling_of_the_newsletter_is_what_comes_out() {
    for row in rows(SPELLINGS) {
        let wanted = Place::new(Some(row[2]), Some(row[1]), country(row[0]));
        for name in listed(&[row[2]], row.get(3).unwrap_or(&"")) {
            let stated = Stated {
                city: Some(name),
                state: Some(row[1]),
                country: Some(row[0]),
                ..Stated::default()
            };
            assert_eq!(
                rusty_events::facts::place::resolve(&stated, None),
                Resolution::Found(wanted.clone()),
                "{row:?}"
            );
        }
    }
}

// A place

#[test]
fn a_place_is_printed_as_it_was_written() {
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
    let cases = "
        Hamburg, HH, DE => Hamburg, DE
        Leipzig, SN, DE => Leipzig, DE
        Mexico City, DF, MX => Mexico City, MX
        Montevideo, DE, UY => Montevideo, UY
        Austin, Texas, US => Austin, TX, US
        Austin, tx, us => Austin, TX, US
        Montréal, Québec, CA => Montréal, QC, CA
        Canberra, ACt, AU => Canberra, ACT, AU
        Portland, OR => Portland, OR, US
        Minneapolis, MN US => Minneapolis, MN, US
        Bergen, No => Bergen, NO
        Berlin  ,   DE => Berlin, DE
        Berlin, Germany => Berlin, DE
        Kenya => Kenya, KE
    ";
    check(cases, |text| place(text).printed(&states()));
    assert_eq!(
        place("Sydney, NSW, AU").printed(&[country("US")]),
        "Sydney, AU"
    );
    assert_eq!(place("Sydney, NSW, AU").state(), Some("NSW"));
    assert_eq!(place("Malaysia, MY").city(), None);
    assert_eq!(place("Singapore, SG").city(), Some("Singapore"));
}

#[test]
fn what_is_no_place_is_refused_with_a_reason() {
    let cases = r#"
        Berlin => "Berlin" names no country: write "City, CC" with a country code
        Berlin, XX => country "XX" is not in ISO 3166-1
        , TV => ", TV" names no city before its country
        San Francisco, SF, US => state "SF" is not one of US
        Joint Meetup, Europe + Israel => country "Europe + Israel" is not in ISO 3166-1
        a, b, c, DE => "a, b, c, DE" has 4 parts between commas: write "City, CC" or "City, ST, CC"
        <script>, DE => "<script>, DE" holds '<', which no city's name does
    "#;
    check(cases, |text| Place::parse(text).unwrap_err().to_string());
    assert!(Place::parse("").is_err());
    assert!(Place::parse("Ber\u{0}lin, DE").is_err());
    assert!(Place::parse(&"x".repeat(1_000_000)).is_err());
}

#[test]
fn a_place_has_the_zone_of_its_city_state_or_country() {
    let cases = "
        Berlin, DE => Europe/Berlin
        Köln, DE => Europe/Berlin
        Seattle, WA, US => America/Los_Angeles
        Seattle, US => America/Los_Angeles
        Seattle/Bellevue, WA, US => America/Los_Angeles
        Los Angeles (Chino Hills), CA, US => America/Los_Angeles
        Indianapolis, IN, US => America/Indiana/Indianapolis
        Boulder, CO, US => America/Denver
        Vancouver, BC, CA => America/Vancouver
        Perth, AU => Australia/Perth
        Brisbane City, QLD, AU => Australia/Brisbane
        Bangalore/Bengaluru, IN => Asia/Kolkata
        Guadalajara, MX => America/Mexico_City
        Kuala Lumpur, MY => Asia/Kuala_Lumpur
        Kyiv, UA => Europe/Kyiv
        Las Palmas, ES => Atlantic/Canary
        Nowhere, FR => Europe/Paris
        Nowhere, CO, US => America/Denver
        Kenya, KE => Africa/Nairobi
        Nowhere, TX, US => none
        Nowhere, US => none
        Springfield, US => none
        United States, US => none
    ";
    check(cases, |text| {
        place(text)
            .zone()
            .map_or("none", |zone| zone.name())
            .to_owned()
    });
}

#[test]
fn one_place_may_be_spelled_in_two_ways() {
    let cases = "
        Köln, DE | Cologne, DE => same
        München, DE | Munich, DE => same
        Seattle, WA, US | Seattle, US => same
        Seattle/Bellevue, WA, US | Seattle, WA, US => same
        Tel Aviv-yafo, IL | Tel Aviv, IL => same
        Bangalore/Bengaluru, IN | Bengaluru, IN => same
        Gdańsk, PL | Gdansk, PL => same
        St. Louis, MO, US | Saint Louis, MO, US => same
        Brisbane City, QLD, AU | Brisbane, AU => same
        Nowhere, FR | nowhere, FR => same
        Malaysia, MY | Malaysia, MY => same
        Portland, OR, US | Portland, ME, US => not
        Cambridge, UK | Cambridge, MA, US => not
        Malaysia, MY | Kuala Lumpur, MY => not
        Charlottesville, NC, US | Charlottesville, VA, US => not
        Delft, NL | Utrecht, NL => not
        Delhi, IN | New Delhi, IN => not
    ";
    check(cases, |pair| {
        let (a, b) = pair.split_once(" | ").unwrap();
        let (a, b) = (place(a), place(b));
        assert_eq!(a.same_as(&b), b.same_as(&a), "{pair}");
        if a.same_as(&b) { "same" } else { "not" }.to_owned()
    });
}

// The column

#[test]
fn the_location_column_is_read_in_every_form_it_was_printed() {
    let cases = "
        Berlin, DE => in-person Berlin, DE
        Virtual => virtual
        Virtual (Berlin, DE) => virtual Berlin, DE
        Virtual( Kampala, UG) => virtual Kampala, UG
        Virtual (Kenya) => virtual Kenya, KE
        Hybrid (Seattle, WA, US) => hybrid Seattle, WA, US
        Virtual and In-Person (Vancouver, BC, CA) => hybrid Vancouver, BC, CA
        Hybrid: In-Person and Virtual (Seattle, WA, US) => hybrid Seattle, WA, US
        Hybrid - Virtual and In-Person (Vienna, AT) => hybrid Vienna, AT
        Virtual + In Person (Berlin, DE) => hybrid Berlin, DE
        Vienna, AT + Virtual => hybrid Vienna, AT
        Frankfurt (Main), DE => in-person Frankfurt (Main), DE
        Los Angeles (Chino Hills), CA, US => in-person Los Angeles (Chino Hills), CA, US
        Virtual (, TV) => refused
        Virtual () => refused
        Virtual ( => refused
        Hybrid (EU/UK) => refused
        Virtual (Joint Meetup, Europe + Israel) => refused
        Virtual (<script>) => refused
        ) => refused
        ( => refused
    ";
    check(cases, |text| match parse_location(text) {
        Err(_) => "refused".to_owned(),
        Ok((mode, None)) => mode.name().to_owned(),
        Ok((mode, Some(place))) => format!("{} {}", mode.name(), place.printed(&states())),
    });
    assert!(parse_location("").is_err());
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn what_is_printed_is_read_as_the_same_place(line in 0usize..40_000) {
        let row: Vec<&str> = PLACES.lines().nth(line).unwrap().split('\t').collect();
        prop_assume!(!row[2].contains([',', '[', '"', '`']));
        let place = Place::new(Some(row[2]), Some(row[4]), country(row[3]));
        let printed = place.printed(&states());
        prop_assert_eq!(Place::parse(&printed), Ok(place.clone()));
        prop_assert_eq!(parse_location(&format!("Hybrid ({printed})")), Ok((Mode::Hybrid, Some(place))));
    }
}

// Real data

#[test]
fn every_organiser_that_was_printed_has_its_place_and_zone() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read_to_string(corpus.join("organisers.tsv")).unwrap();
    let (mut read, mut wrong) = (0, Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (city, state, country, zone) = (cells[3], cells[4], cells[5], cells[9]);
        if city.is_empty() {
            continue;
        }
        read += 1;
        let written = listed(&[city, state, country], "").join(", ");
        let parsed = place(&written);
        if parsed.zone().map(|zone| zone.name()) != Some(zone) {
            wrong.push(format!(
                "{written} has zone {:?}, not {zone}",
                parsed.zone()
            ));
        }
        let stated = Stated {
            city: Some(city),
            state: Some(state),
            country: Some(country),
            ..Stated::default()
        };
        match rusty_events::facts::place::resolve(&stated, None) {
            Resolution::Found(found) if found.same_as(&parsed) => {}
            other => wrong.push(format!("{written} is {}", shown(other))),
        }
    }
    eprintln!("{read} organisers with a city");
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
        let Some(raw) = row["location_raw"]
            .as_str()
            .filter(|_| row["well_formed"] == true)
        else {
            continue;
        };
        rows += 1;
        let printed = match parse_location(raw) {
            Err(error) => error.to_string(),
            Ok((mode, place)) => {
                read += 1;
                let word = match mode {
                    Mode::InPerson => "",
                    Mode::Virtual => "Virtual",
                    Mode::Hybrid if raw.starts_with("Virtual") => "Virtual and In-Person",
                    Mode::Hybrid => "Hybrid",
                };
                match place.map(|place| place.printed(&states())) {
                    None => word.to_owned(),
                    Some(place) if word.is_empty() => place,
                    Some(place) => format!("{word} ({place})"),
                }
            }
        };
        if printed == raw {
            same += 1;
        } else {
            *differing.entry(format!("{raw} → {printed}")).or_default() += 1;
        }
    }
    eprintln!("{rows} rows, {read} read, {same} printed as they were; the others:");
    for (text, count) in &differing {
        eprintln!("{count:5} {text}");
    }
    assert!(
        rows > 3_000 && read * 1000 >= rows * 990,
        "{read} of {rows} rows are read"
    );
    // The others are the house's own mends: GB, stray states, spaces, words for hybrid.
    assert!(
        same * 100 >= rows * 95,
        "{same} of {rows} rows are printed as they were"
    );
}
