//! Cities of one name, and what coordinates say.

use super::*;

#[test]
fn namesakes_are_decided_by_home_then_by_size_or_not_at_all() {
    let alone = "
        Portland => one of Portland, OR, US · Portland, ME, US…
        Cambridge => one of Cambridge, …
        Valencia => one of Valencia, …
        Birmingham => one of Birmingham, UK · Birmingham, AL, US…
        Richmond, CA => one of …
    ";
    check(alone, address);
    let at_home = "
        Portland | Salem, OR, US => Portland, OR, US
        Portland | Augusta, ME, US => Portland, ME, US
        Portland | Seattle, WA, US => one of Portland, OR, US · …
        Portland, OR | Augusta, ME, US => Portland, OR, US
        Cambridge | London, UK => Cambridge, UK
        Cambridge | Boston, MA, US => Cambridge, MA, US
        Valencia | Madrid, ES => Valencia, ES
        Valencia | Caracas, VE => Valencia, VE
        Birmingham | London, UK => Birmingham, UK
        Birmingham | Mobile, AL, US => Birmingham, AL, US
        Barcelona | Girona, ES => Barcelona, ES
        London | Toronto, ON, CA => London, ON, CA
        Berlin | Munich, DE => Berlin, DE
        Berlin | Boston, MA, US => Berlin, DE
        Berlin, Germany | Hartford, CT, US => Berlin, DE
        Paris | Dallas, TX, US => one of Paris, FR · …
        Moscow | Boston, MA, US => one of Moscow, RU · …
        Potsdam | Berlin, DE => Potsdam, DE
        The Pub, Reading | London, UK => Reading, UK
        Reading | London, UK => unknown
        Bouwpub | Delft, NL => unknown
    ";
    check(at_home, |pair| {
        let (text, home) = pair.split_once(" | ").unwrap();
        let stated = Stated {
            address: Some(text),
            ..Stated::default()
        };
        shown(resolve(&stated, Some(&place(home))))
    });
}

#[test]
fn coordinates_decide_between_namesakes() {
    let cases = "
        Portland 43.66 -70.26 => Portland, ME, US
        Portland 45.52 -122.68 => Portland, OR, US
        Paris 48.86 2.35 => Paris, FR
        Paris 33.66 -95.55 => Paris, TX, US
        Cambridge 52.2 0.12 => Cambridge, UK
    ";
    let home = place("Dallas, TX, US");
    check(cases, |text| {
        let words: Vec<&str> = text.split(' ').collect();
        let (latitude, longitude) = (words[1].parse().ok(), words[2].parse().ok());
        let stated = Stated {
            city: Some(words[0]),
            latitude,
            longitude,
            ..Stated::default()
        };
        shown(resolve(&stated, Some(&home)))
    });
}

#[test]
fn coordinates_name_the_city_they_lie_in() {
    let cases = "
        52.4997 13.4034 => Berlin, DE
        52.3906 13.0645 => Potsdam, DE
        51.5136 -0.1365 => London, UK
        53.4839 -2.2286 => Manchester, UK
        48.8584 2.2945 => Paris, FR
        52.0116 4.3571 => Delft, NL
        52.0907 5.1214 => Utrecht, NL
        55.6761 12.5683 => Copenhagen, DK
        43.7230 10.3966 => Pisa, IT
        35.6589 139.7067 => Tokyo, JP
        32.0853 34.7818 => Tel Aviv, IL
        38.0293 -78.4767 => Charlottesville, VA, US
        40.7580 -73.9855 => New York, NY, US
        40.7178 -74.0431 => Jersey City, NJ, US
        42.3736 -71.1097 => Cambridge, MA, US
        47.6740 -122.1215 => Redmond, WA, US
        47.6062 -122.3321 => Seattle, WA, US
        37.3861 -122.0839 => Mountain View, CA, US
        -33.8688 151.2093 => Sydney, NSW, AU
        -36.8485 174.7633 => Auckland, NZ
        -18.1416 178.4419 => Suva, FJ
        30 -40 => unknown
        90 0 => unknown
        -90 180 => unknown
        0 0 => nothing
        999 999 => nothing
        NaN 1 => nothing
        inf 1 => nothing
    ";
    check(cases, |text| {
        let (latitude, longitude) = text.split_once(' ').unwrap();
        let (latitude, longitude) = (latitude.parse().ok(), longitude.parse().ok());
        shown(resolve(
            &Stated {
                latitude,
                longitude,
                ..Stated::default()
            },
            None,
        ))
    });
}

// Hostile text
