//! What platforms say about where, and what must not be guessed from it.

mod namesakes;

use super::{check, place, shown, states};
use proptest::prelude::*;
use rusty_events::facts::place::{
    Country, Mode, Region, Resolution, Stated, parse_location, resolve,
};

fn address(text: &str) -> String {
    shown(resolve(
        &Stated {
            address: Some(text),
            ..Stated::default()
        },
        None,
    ))
}

fn venue(text: &str) -> String {
    shown(resolve(
        &Stated {
            venue: Some(text),
            ..Stated::default()
        },
        None,
    ))
}

/// `city | state | country`
fn fields(text: &str) -> String {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let stated = Stated {
        city: Some(cells[0]),
        state: Some(cells[1]),
        country: Some(cells[2]),
        ..Stated::default()
    };
    shown(resolve(&stated, None))
}

#[test]
fn a_city_is_known_by_many_names_and_printed_by_one() {
    let cases = "
        Cologne, Germany => Köln, DE
        KOELN, DE => Köln, DE
        köln, Deutschland => Köln, DE
        Munich, Germany => München, DE
        Nuremberg, Germany => Nürnberg, DE
        Nuernberg, DE => Nürnberg, DE
        Frankfurt am Main, Germany => Frankfurt, DE
        Gothenburg, Sweden => Göteborg, SE
        Genève, Suisse => Geneva, CH
        Genf, Schweiz => Geneva, CH
        Zürich, CH => Zurich, CH
        Bienne, Switzerland => Biel, CH
        Wien, Österreich => Vienna, AT
        Praha, Česko => Prague, CZ
        Warszawa, Polska => Warsaw, PL
        Lodz, Poland => Łódź, PL
        København, Danmark => Copenhagen, DK
        Bruxelles, Belgique => Brussels, BE
        Gent, België => Ghent, BE
        Firenze, Italia => Florence, IT
        Milan, Italy => Milano, IT
        Montreal, Canada => Montréal, QC, CA
        St. Louis, MO, USA => Saint Louis, MO, US
        St Louis, MO => Saint Louis, MO, US
        St. Paul, MN => Saint Paul, MN, US
        Ft. Lauderdale, FL, USA => Fort Lauderdale, FL, US
        NYC, NY, USA => New York, NY, US
        Ciudad de México, México => Mexico City, MX
        São Paulo - SP, Brazil => São Paulo, BR
        Bengaluru, India => Bangalore, IN
        İstanbul, Türkiye => Istanbul, TR
        Tel Aviv-yafo, IL => Tel Aviv, IL
        Tel Aviv-Yafo, Israel => Tel Aviv, IL
        東京, 日本 => Tokyo, JP
        北京, 中国 => Beijing, CN
        서울, 대한민국 => Seoul, KR
        Москва, Россия => Moscow, RU
        София, България => Sofia, BG
        Київ, Україна => Kyiv, UA
        Αθήνα, Ελλάδα => Athens, GR
        תל אביב, ישראל => Tel Aviv, IL
    ";
    check(cases, address);
}

// Stated in fields

#[test]
fn fields_are_believed_when_they_name_a_city_of_the_country() {
    let cases = "
        Charlottesville | VA | us => Charlottesville, VA, US
        Charlottesville | Virginia | USA => Charlottesville, VA, US
        Charlottesville | | US => Charlottesville, VA, US
        Charlottesville | NC | US => unknown
        Copenhagen | | dk => Copenhagen, DK
        København V | | dk => Copenhagen, DK
        Hamburg | HH | de => Hamburg, DE
        BERLIN | | DE => Berlin, DE
        Berlin-Kreuzberg | BE | Germany => Berlin, DE
        Berlin | | FR => unknown
        Delft | Utrecht | nl => Delft, NL
        Tel Aviv-yafo | TV | il => Tel Aviv, IL
        Praha-Praha 8 | | cz => Prague, CZ
        Praha 4 | | CZ => Prague, CZ
        Hlavní město Praha | | CZ => Prague, CZ
        London N1 4EN | | GB => London, UK
        Greater London | England | UK => London, UK
        Paris 10e | | fr => Paris, FR
        Paris | TX | US => Paris, TX, US
        Portland | OR | us => Portland, OR, US
        Portland | ME | us => Portland, ME, US
        Portland | | us => one of Portland, OR, US · Portland, ME, US…
        Springfield | | US => one of Springfield, MO, US · …
        Cambridge | | gb => Cambridge, UK
        Cambridge | MA | us => Cambridge, MA, US
        Valencia | | ES => Valencia, ES
        Valencia | | VE => Valencia, VE
        Birmingham | AL | us => Birmingham, AL, US
        Vienna | Virginia | United States => Vienna, VA, US
        Washington | District of Columbia | US => Washington, DC, US
        New York | | US => New York, NY, US
        Brooklyn | NY | us => Brooklyn, NY, US
        New Delhi | | IN => New Delhi, IN
        Biel/Bienne | | CH => Biel, CH
        Seattle/Bellevue | WA | US => one of Seattle, WA, US · Bellevue, WA, US
        Seattle, WA | | us => Seattle, WA, US
        Berlin, Germany | | => Berlin, DE
        Singapore | | sg => Singapore, SG
        | | sg => Singapore, SG
        | | de => Germany, DE
        Ancoats | | GB => unknown
        City | | GB => unknown
        Gruyères-le-Petit | | CH => unknown
    ";
    check(cases, fields);
}

/// Ancoats is a part of Manchester, Oudewater a town in the province of Utrecht.
#[test]
fn a_city_we_do_not_know_is_not_replaced_by_the_one_its_province_is_named_after() {
    let at = |address, city, country, point: Option<(f64, f64)>| {
        let stated = Stated {
            address: Some(address),
            city: Some(city),
            country: Some(country),
            latitude: point.map(|point| point.0),
            longitude: point.map(|point| point.1),
            ..Stated::default()
        };
        shown(resolve(&stated, None))
    };
    let oudewater = |point| {
        at(
            "Markt 1, Oudewater-Dorp, Utrecht, Netherlands",
            "Oudewater-Dorp",
            "NL",
            point,
        )
    };
    assert_eq!(oudewater(None), "unknown");
    assert_eq!(oudewater(Some((52.02, 4.87))), "unknown");
    let ancoats = |point| {
        at(
            "27 Great Ancoats Street, Ancoats, M4 5AJ",
            "Ancoats",
            "GB",
            point,
        )
    };
    assert_eq!(ancoats(None), "unknown");
    assert_eq!(ancoats(Some((53.4839, -2.2286))), "Manchester, UK");
}

#[test]
fn the_venue_decides_and_home_is_never_the_answer() {
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

#[test]
fn what_was_said_is_handed_to_the_editor() {
    let stated = Stated {
        venue: Some("Bouwpub"),
        city: Some("Nergens"),
        country: Some("nl"),
        ..Stated::default()
    };
    assert_eq!(
        resolve(&stated, None),
        Resolution::Unknown("Bouwpub, Nergens, nl".to_owned())
    );
}

#[test]
fn an_address_beside_a_country_needs_no_country_of_its_own() {
    let cases = "
        27 Foo St, Seattle | us => Seattle, WA, US
        Foostr. 1, Potsdam | DE => Potsdam, DE
        Washington, DC | US => Washington, DC, US
        Foostr. 1, Berlin, Germany | de => Berlin, DE
        Foostr. 1, Berlin, Germany | us => unknown
        1508 Pelham Rd | us => unknown
        Online | us => online
        TBD | Germany => Germany, DE
    ";
    check(cases, |pair| {
        let (address, country) = pair.split_once(" | ").unwrap();
        let stated = Stated {
            address: Some(address),
            country: Some(country),
            ..Stated::default()
        };
        shown(resolve(&stated, None))
    });
}

// Addresses

#[test]
fn an_address_is_read_from_its_end() {
    let cases = r"
        Gizmo Brew Works - Durham Taproom, 3109 Shannon Rd #201, Durham, NC 27707, USA => Durham, NC, US
        Compuware Building (One Campus Martius, Detroit, MI 48226) => Detroit, MI, US
        250 GATEWAY BLVD, South San Francisco, CA, 94080 => South San Francisco, CA, US
        399 Lafayette Street, New York, NY 10003 => New York, NY, US
        New York, New York, USA => New York, NY, US
        1300 Wilson Boulevard, Arlington, VA 22209 => Arlington, VA, US
        Antithesis, 8607 Westwood Center Dr suite 550, Vienna, VA 22182, USA => Vienna, VA, US
        Capital Jewish Museum, 575 3rd St NW, Washington, DC 20001, USA => Washington, DC, US
        Washington DC, USA => Washington, DC, US
        12, Main Street, Downtown, Seattle, King County, Washington, 98101, United States => Seattle, WA, US
        Durham NC 27701 => Durham, NC, US
        Minneapolis, MN US => Minneapolis, MN, US
        Boulder, CO => Boulder, CO, US
        Dover, DE => Dover, DE, US
        Mobile, AL => Mobile, AL, US
        Atlanta, Georgia => Atlanta, GA, US
        Tbilisi, Georgia => Tbilisi, GE
        Memorial Coliseum, Los Angeles, EEUU => Los Angeles, CA, US
        Toronto, Ontario, CA => Toronto, ON, CA
        Toronto, ON M5V 2T6, Canada => Toronto, ON, CA
        Level 3, 5 Foo St, Melbourne VIC 3000, Australia => Melbourne, VIC, AU
        Collingwood VIC 3066, Australia => Collingwood, VIC, AU
        186 Hackney Rd, London E2 7QL, UK => London, UK
        London E2 6DG, UK => London, UK
        Level39, One Canada Square, Canary Wharf, E14 5AB, UK => London, UK
        the Old Abbey Taphouse, Guildhall Cl, Manchester M16 7BA UK => Manchester, UK
        Amani Centre Quinney Cresent Shoreham Close, Manchester M16 7DG => Manchester, UK
        Grove Close, off Platt Lane Rusholme Manchester M14 5AA => Manchester, UK
        TheBoathouse, Marine Drive, Paignton, TQ3 2NJ => Paignton, UK
        Cardiff University, Cardiff, Wales, UK => Cardiff, UK
        Sidcup, United Kingdom => Sidcup, UK
        Reading, UK => Reading, UK
        Bath, England => Bath, UK
        Dublin 2, Ireland => Dublin, IE
        10115 Berlin, Germany => Berlin, DE
        D-10999 Berlin-Kreuzberg => Berlin, DE
        c-base, 20, Rungestraße, Luisenstadt, Mitte, Berlin, 10179, Deutschland => Berlin, DE
        Berlin\nGermany => Berlin, DE
        Haus 5, Friedrich-Engels-Str. 22, 14473 Potsdam => Potsdam, DE
        CH-8001 Zürich => Zurich, CH
        Lijnbaan 1, 3012 EL Rotterdam, Netherlands => Rotterdam, NL
        1012 AB Amsterdam => Amsterdam, NL
        ul. Foo 1, 00-001 Warszawa => Warsaw, PL
        Pernerova 697/35, 186 00 Praha 8-Karlín, Czechia => Prague, CZ
        1620 København V, Denmark => Copenhagen, DK
        111 22 Stockholm, Sweden => Stockholm, SE
        Otaniemi, Espoo, Finland => Espoo, FI
        Paris, Île-de-France, 75004, France => Paris, FR
        16 rue des Terres Neuves, premier étage, Bègles, fr => Bègles, FR
        Nice, France => Nice, FR
        20121 Milano MI, Italy => Milano, IT
        Calle Mayor 1, 08930 Sant Adrià de Besòs, Barcelona, Spain => Sant Adrià de Besòs, ES
        Coliseum Alfonso Pérez, Getafe, Madrid => Getafe, ES
        R. Augusta 1, 1100-048 Lisboa, Portugal => Lisbon, PT
        C1043AAX Buenos Aires, Argentina => Buenos Aires, AR
        Quilmes, Buenos Aires, Argentina => Quilmes, AR
        Av. Paulista 1000, São Paulo - SP, 01310-100, Brazil => São Paulo, BR
        São José dos Campos, São Paulo, Brazil => São José dos Campos, BR
        Fortaleza, Ceará, Brazil => Fortaleza, BR
        Av. Madero 2500, Monterrey => Monterrey, MX
        KCA UNIVERSITY, Thika Rd, Nairobi, Kenya => Nairobi, KE
        Bengaluru, Karnataka 560001, India => Bangalore, IN
        91springboard, Koramangala, Bengaluru, Karnataka 560 095, India => Bangalore, IN
        1-2-3 Shibuya, Tokyo, Japan => Tokyo, JP
        1-chōme-2-3 Shibuya, Shibuya City, Tokyo 150-0002, Japan => Tokyo, JP
        〒150-0002 東京都渋谷区渋谷1-2-3 => Tokyo, JP
        大阪府枚方市 => Hirakata, JP
        京都府京都市左京区 => Kyoto, JP
        서울특별시 강남구 테헤란로 1 => Seoul, KR
        北京市朝阳区 => Beijing, CN
        1 Fusionopolis Way, Singapore 138632 => Singapore, SG
        Singapore => Singapore, SG
        Hong Kong => Hong Kong, HK
        Yekaterinburg => Yekaterinburg, RU
        Berlin => Berlin, DE
        Paris => Paris, FR
        Germany => Germany, DE
    ";
    check(cases, address);
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
        "A nice evening in Reading",
        "Reading Room",
        "Mobile Team, Floor 3",
        "Mobile, 12 Foo Street, Nowhereville, USA",
        "Reading, 12 High Street, Nowhereton, UK",
        "Nice, 12 rue Foo, 99999 Nullepart, France",
        "Orange, 1 Foo St, Nowhereville, NC 27707, USA",
        "Markt 1, 3421 AA Nergenshuizen, Utrecht, Netherlands",
        "Shanghai, Zhuhai and Hangzhou, China",
        "University Hall 1C01 - Grand Concourse",
        "G15 - 9.30am - 12:30pm",
        "Freiland Haus 5 - Potsdam",
        "Student Center 419",
        "The Amphitheater",
        "Berlin Street",
        "Cafe Paris",
        "Springfield Elementary",
        "Varies - Please check tickets for venue location.",
        "Georgia",
        "Europe",
        "NC",
        "42",
        "🦀",
        "<script>alert(1)</script>",
    ] {
        assert_eq!(address(text), "unknown", "{text}");
        assert_eq!(venue(text), "unknown", "{text}");
    }
}

#[test]
fn what_says_online_is_online() {
    for text in [
        "Online",
        "ONLINE",
        "Online Event",
        "Virtual event",
        "Zoom meeting",
        "Online via Zoom",
        "Online (Zoom)",
        "Online, link will be sent",
        "Link visible for attendees",
        "Discord",
        "Google Meet",
        "Microsoft Teams",
        "YouTube Live",
        "https://us02web.zoom.us/j/123",
        "Zoom https://zoom.us/j/1",
        "オンライン",
        "En ligne",
        "en línea",
        "Remoto",
        "Онлайн",
        "온라인",
    ] {
        assert_eq!(address(text), "online", "{text}");
        assert_eq!(venue(text), "online", "{text}");
    }
}

/// A group's town is often written beside "Online event": that makes no meeting room of it, a street does.
#[test]
fn online_with_a_town_is_online_and_with_a_street_is_a_place() {
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
        "\u{a0}",
        "-",
        "TBD",
        "To be announced",
        "N/A",
        "#_LOCATIONNAME",
        "#_LOCATIONNAME, #_LOCATIONFULLLINE, #_LOCATIONCOUNTRY",
        "Register to See Address",
        "https://luma.com/event/evt-mpg0NbpzWhUBceD",
        "https://www.meetup.com/rust-berlin/events/1/",
    ] {
        assert_eq!(address(text), "nothing", "{text}");
    }
}

// Namesakes

#[test]
fn hostile_text_is_bounded_and_classified() {
    let commas = ",".repeat(40);
    let parts = "a,".repeat(2_000_000);
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
        let all = Some(text);
        for stated in [
            Stated {
                address: all,
                ..Stated::default()
            },
            Stated {
                venue: all,
                ..Stated::default()
            },
            Stated {
                city: all,
                ..Stated::default()
            },
            Stated {
                venue: all,
                address: all,
                city: all,
                state: all,
                country: all,
                latitude: Some(999.0),
                longitude: Some(-999.0),
                zone: None,
            },
        ] {
            match resolve(&stated, None) {
                Resolution::Unknown(text) => assert!(text.chars().count() <= 200, "{}", text.len()),
                Resolution::Nothing => {}
                other => panic!("{text:.80}: {other:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn no_text_makes_it_panic(
        text in "\\PC{0,80}|[A-Za-z0-9 ,.()/-]{0,80}|[\\u{0}-\\u{ffff}]{0,40}|[〒日本東京都府市区0-9 가-힣]{0,20}",
        city in "\\PC{0,30}|[A-Z][a-z]{1,8}[-/ (][A-Z0-9][a-z]{0,8}",
        north in any::<f64>(),
        east in any::<f64>(),
    ) {
        let home = place("Boston, MA, US");
        let stated = Stated {
            venue: Some(&city),
            address: Some(&text),
            city: Some(&city),
            state: Some(&text),
            country: Some(&city),
            latitude: Some(north),
            longitude: Some(east),
            zone: Some(chrono_tz::Tz::Europe__London),
        };
        let _ = resolve(&stated, Some(&home));
        let _ = resolve(&Stated { address: Some(&text), ..Stated::default() }, None);
        let _ = resolve(&Stated { city: Some(&text), country: Some("US"), ..Stated::default() }, None);
        let _ = (Country::parse(&text), Region::parse(&text), Mode::parse(&text));
        if let Ok((_, Some(place))) = parse_location(&text) {
            let _ = (place.zone(), place.same_as(&home), place.printed(&states()));
        }
    }
}

#[test]
fn marks_labels_and_the_order_of_parts_do_not_hide_a_city() {
    let cases = [
        ("Berlin\u{a0}, Germany", "Berlin, DE"),
        ("Berlin,\u{200b}Germany", "Berlin, DE"),
        ("\u{200e}Berlin, Germany\u{200f}", "Berlin, DE"),
        ("Berlin，Germany", "Berlin, DE"),
        ("Berlin 🇩🇪", "Berlin, DE"),
        ("Lyon 🇫🇷", "Lyon, FR"),
        ("🏠 Hamburg, Germany", "Hamburg, DE"),
        ("Berlin / Germany", "Berlin, DE"),
        ("Berlin – Germany", "Berlin, DE"),
        ("Crab House – Berlin – Germany", "Berlin, DE"),
        ("Germany, Berlin", "Berlin, DE"),
        ("Deutschland - Berlin", "Berlin, DE"),
        ("Place: Berlin, Germany", "Berlin, DE"),
        ("Ort: Berlin", "Berlin, DE"),
        ("Standort: Hamburg, Germany", "Hamburg, DE"),
        ("Lieu : Lyon, France", "Lyon, FR"),
        ("at Crab House in Berlin, Germany", "Berlin, DE"),
        ("Utrecht NL", "Utrecht, NL"),
        ("Krabstraat 10, Rotterdam NL", "Rotterdam, NL"),
        ("Krebsring 1, 1010 Wien AT", "Vienna, AT"),
        ("Bahnhofstr. 1, 8001 Zürich CH", "Zurich, CH"),
        ("Rue Neuve 1, 1000 Bruxelles BE", "Brussels, BE"),
        ("Brno CZ", "Brno, CZ"),
        (
            "845 Crab St, San Francisco (5th Floor), CA 94103",
            "San Francisco, CA, US",
        ),
        ("12 High St, Denver (back door), CO 80202", "Denver, CO, US"),
    ];
    for (text, expected) in cases {
        assert_eq!(address(text), expected, "{text}");
    }
}
