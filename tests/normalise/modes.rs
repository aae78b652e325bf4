//! Online or a place: what the field for the place and the words of a title say.

use super::{about, address, believed_among, berlin, listing, one};
use crate::newsletter::go;
use rusty_events::facts::event::{Choice, Flag};
use rusty_events::facts::listing::Listing;
use rusty_events::facts::place::{Mode, Place};

/// The listing of a group in Berlin with one place as an iCalendar file gives it.
fn at(place: &str) -> Listing {
    let mut listing = listing("Rust and Tell");
    listing.locations = vec![address(place)];
    listing
}

fn titled(title: &str) -> Mode {
    let mut listing = at("Crab House, Krebsstr. 20, 10179 Berlin, Germany");
    listing.title = title.to_owned();
    one(&berlin(), &[listing]).mode
}

#[test]
fn a_field_of_nothing_but_words_for_online_says_online_in_every_language() {
    let fields = "
        Online | Online via Zoom | Webex meeting | Zoom Meeting | Remote | internet | インターネット | オンライン
        Microsoft Teams Meeting | Microsoft Teams-Besprechung | Réunion Microsoft Teams | Reunión de Microsoft Teams
        Microsoft Teams-vergadering | Microsoft Teams 会議 | Microsoft Teams会議 | Riunione di Microsoft Teams
        Spotkanie w aplikacji Microsoft Teams | Microsoft Teams-möte | Schůzka v aplikaci Microsoft Teams
        Reunião do Microsoft Teams | Microsoft Teams-kokous | Microsoft Teams-møde | Microsoft Teams-møte
        Microsoft Teams Toplantısı | Întâlnire Microsoft Teams | Собрание Microsoft Teams | Microsoft Teams 会议
        Microsoft Teams 모임 | Σύσκεψη Microsoft Teams | Microsoft Teams-értekezlet | Schôdza Microsoft Teams
        Online-Event | 完全オンライン | 【オンライン】Zoom | 今回はオンライン | Zoom ウェビナー | リモート";
    for field in fields
        .split(['|', '\n'])
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        assert_eq!(one(&berlin(), &[at(field)]).mode, Mode::Virtual, "{field}");
    }
}

#[test]
fn only_the_address_of_a_meeting_says_online() {
    for meeting in [
        "https://us02web.zoom.us/j/1",
        "https://meet.jit.si/Crabs",
        "https://meet.crabs.example/rust",
        "https://bbb.university.example/b/abc",
        "https://teams.live.com/meet/1",
        "https://www.youtube.com/live/abc",
        "https://discord.gg/abc",
    ] {
        assert_eq!(
            one(&berlin(), &[at(meeting)]).mode,
            Mode::Virtual,
            "{meeting}"
        );
    }
    for page in [
        "https://crab-house.example/",
        "https://www.crab-house.example/anfahrt",
        "https://en.wikipedia.org/wiki/Crab",
        "https://what3words.com/filled.count.soap",
        "https://pretix.eu/crabs/2026/",
        "https://chaos.social/@crabs",
        "https://www.facebook.com/events/1",
        "https://goo.gl/maps/abc",
        "https://yandex.ru/maps/-/abc",
        "https://notzoom.us.example/",
        "https://rezoom.us/",
    ] {
        let event = one(&berlin(), &[at(page)]);
        assert_eq!(event.mode, Mode::InPerson, "{page}");
        assert!(event.flags.contains(&Flag::ModeAssumed), "{page}");
    }
}

#[test]
fn a_hall_and_a_meeting_in_one_field_are_both_shown() {
    let hall = "Crab House, Krebsstr. 20, 10179 Berlin, Germany";
    let field = format!("{hall}; Microsoft Teams Meeting");
    let event = one(&berlin(), &[at(&field)]);
    assert_eq!(event.place, Place::parse("Berlin, DE").ok());
    assert_eq!(event.mode, Mode::InPerson);
    assert_eq!(
        event.choices,
        [Choice::new(Flag::ModeAssumed, "in-person", &field)]
    );
    let event = one(
        &berlin(),
        &[at(&format!("Microsoft Teams Meeting; {hall}"))],
    );
    assert_eq!(event.place, Place::parse("Berlin, DE").ok());
}

#[test]
fn a_title_says_online_only_where_its_words_do() {
    for title in [
        "Online Rust Meetup #12",
        "Rust Meetup Online",
        "Rust Treffen [online]",
        "Rust: Online-Stammtisch",
        "Rust 勉強会（オンライン）",
        "Soirée Rust en ligne",
    ] {
        assert_eq!(titled(title), Mode::Virtual, "{title}");
    }
    for title in [
        "Writing an online game server in Rust",
        "Hybrid apps with Tauri",
        "Hybrid logical clocks",
        "Online algorithms in Rust",
        "Bring your app online with Axum: a talk",
        "Virtual memory in Rust",
        "オンラインゲームをRustで作る",
        "Rust meetup (in person only, no livestream)",
        "Rust-Stammtisch (kein Online-Termin)",
        "Rust-Abend ohne Livestream",
        "Soirée Rust (pas en ligne)",
        "Reunión Rust (no online)",
        "Rust Offline-Treffen",
    ] {
        assert_eq!(titled(title), Mode::InPerson, "{title}");
    }
}

#[test]
fn a_title_that_names_both_is_hybrid() {
    for title in [
        "Rust Meetup (online + in person)",
        "Rust Meetup: in-person & online",
        "Rust Meetup – virtual and in-person",
        "Rust Köln – vor Ort und online",
        "Rust Paris – présentiel et en ligne",
        "Rust Madrid presencial y online",
        "Rust Tokyo 現地+オンライン",
        "Rust Munich @ Crab House + Livestream",
        "[Präsenz/Online] Rust Stammtisch",
        "Rust Meetup Hybrid Edition",
        "Rust Warszawa stacjonarnie i online",
        "Rust Milano in presenza e online",
        "Rust Meetup (fysiek en online)",
        "Rust-meetup på plats och online",
        "Rust митап офлайн + онлайн",
    ] {
        assert_eq!(titled(title), Mode::Hybrid, "{title}");
    }
}

#[test]
fn a_country_that_is_named_wins_over_a_town_that_is_not_known() {
    for (place, country) in [
        ("University of the Sea, Krabbenham, Malta", "MT"),
        ("Gasthof Krebs, Krebsdorfl, Österreich", "AT"),
        ("The Hall, Crabburgh-on-Sea, Ireland", "IE"),
        ("Vereinsheim, 9999 Krebsikon, Schweiz", "CH"),
        ("Some Hall, Crabville Heights, Canada", "CA"),
        ("Saal 1, Krabbahausen, Schweden", "SE"),
        ("Klub, Krabowo Male Nowe, Polska", "PL"),
        ("Sala X, Cangrejo Chico, España", "ES"),
        ("Hall, Kanimachi Town, Japan", "JP"),
        ("The Barn, Crab-under-Water, United Kingdom", "GB"),
    ] {
        let event = one(&berlin(), &[at(place)]);
        let found = event
            .place
            .map(|place| (place.city().map(str::to_owned), place.country().code()));
        assert_eq!(found, Some((None, country)), "{place}");
        assert!(event.flags.contains(&Flag::UnknownPlace), "{place}");
        assert!(
            event
                .choices
                .iter()
                .any(|choice| choice.flag == Flag::UnknownPlace),
            "{place}"
        );
    }
    // In the home's own country it is most likely at home.
    let event = one(&berlin(), &[at("Vereinsheim, Krebshausen, Deutschland")]);
    assert_eq!(event.place, Place::parse("Berlin, DE").ok());
    assert_eq!(event.flags, [Flag::PlaceAssumed, Flag::ModeAssumed]);
}

#[test]
fn further_fields_that_say_online_and_further_that_do_not() {
    let online = "
        Online (Zoom) | Zoom, link will be shared | Discord voice channel | #crabs on Discord | twitch.tv/crabs | zoom.us/j/1
        meet.google.com/abc-defg-hij | Online (en español) | Lien visible pour les participants | Fully online | Nur online
        Solo online | 100% remote | Online - Link to be sent by email | Videokonferenz | Videoconferencia | Video call
        Na żywo na YouTube | ออนไลน์ | عبر الإنترنت | Διαδικτυακά | Онлайн-зустріч | Mumble | IRC | Slack huddle | X Spaces
        Zoom Meeting ID: 123 456 789 | Online-Treffen | En ligne sur Discord | LinkedIn Live | Digital event | Anywhere | https://matrix.to/#/#crabs:matrix.org | オンライン / Google Meet | 화상회의";
    for field in online
        .split(['|', '\n'])
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        assert_eq!(one(&berlin(), &[at(field)]).mode, Mode::Virtual, "{field}");
    }
    let hall = "
        Discord Café | Internet Archive, 1 Crab Ave, San Francisco, CA | YouTube Space Berlin | Google Berlin, Kai 2, 10117 Berlin
        Remote House, 5 Main St, Austin, TX | Slack HQ, 5 Crab St, San Francisco, CA | Stream Café | Team Room | Video Room 2
        Digital Hub, Kai 14, München | Webinar room 3 | Meet at the entrance | Event hall | Registration | Home | Details below
        Call for location | Zoom Erlebniswelt, Gelsenkirchen | Live Music Hall, Köln | crab-house.example/zoom | #crabs";
    for field in hall
        .split(['|', '\n'])
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        assert_eq!(one(&berlin(), &[at(field)]).mode, Mode::InPerson, "{field}");
    }
}

#[test]
fn further_titles_that_say_online_and_further_that_do_not() {
    for title in [
        "Virtual Rust Meetup",
        "Remote Rust Meetup",
        "Rust Nürnberg online #12",
        "Rust Lille (en visio)",
        "Rust Meetup (via Zoom)",
        "Rust Book Club (online via Discord)",
        "Rust Meetup on Zoom",
        "Rust Meetup @ Discord",
        "Rust Meetup (Zoom)",
        "Digitaler Rust-Stammtisch",
        "Virtuelles Treffen: Rust",
        "オンラインRust勉強会",
        "온라인 러스트 모임",
        "Rust онлайн-митап",
        "Rust webinar",
    ] {
        assert_eq!(titled(title), Mode::Virtual, "{title}");
    }
    for title in [
        "Rust Meetup (In-person + Zoom)",
        "Rust Lyon (présentiel + visio)",
        "Rust LT会（オンライン・オフライン同時開催）",
        "Hybrid Rust Meetup",
        "Rust Meetup with livestream",
    ] {
        assert_eq!(titled(title), Mode::Hybrid, "{title}");
    }
    for title in [
        "Livestream processing with Rust",
        "How we built a livestream server",
        "Webinar platform written in Rust",
        "В онлайн-игре: Rust",
        "オンライン決済をRustで",
        "在线编译器与 Rust",
        "Online/offline sync in Rust",
        "Online algorithms meetup",
        "Virtual call dispatch",
        "Remote procedure calls in Rust",
        "Remote debugging session",
        "Online session management",
        "Writing bots on Discord",
        "Rust bots (Discord)",
        "Zoom in: profiling Rust",
        "Virtuelle Maschinen in Rust",
        "Appels de procédures à distance",
        "Juegos en línea con Rust",
    ] {
        assert_eq!(titled(title), Mode::InPerson, "{title}");
    }
}

#[test]
fn the_words_of_the_topic_lead_to_a_gathering_in_every_newsletter() {
    let in_go = |title: &str| {
        let mut listing = at("Crab House, Krebsstr. 20, 10179 Berlin, Germany");
        listing.title = title.to_owned();
        believed_among(&berlin(), &[listing], &about(go())).0[0].mode
    };
    for (about_go, about_rust) in [
        ("Online Go Meetup", "Online Rust Meetup"),
        ("Virtual Golang study group", "Virtual rustlang study group"),
        ("Remote Gophers meetup", "Remote Rustaceans meetup"),
        ("オンラインGo勉強会", "オンラインRust勉強会"),
        ("Go: Online-Stammtisch", "Rust: Online-Stammtisch"),
    ] {
        assert_eq!(titled(about_rust), Mode::Virtual, "{about_rust}");
        assert_eq!(in_go(about_go), Mode::Virtual, "{about_go}");
    }
    assert_eq!(in_go("Hybrid GopherCon Meetup"), Mode::Hybrid);
    for title in [
        "Online Let's Go meetup",
        "Online go meetup",
        "Online Rust Meetup",
    ] {
        assert_eq!(in_go(title), Mode::InPerson, "{title}");
    }
}

/// As in the newsletter's second column, from which people copy it.
#[test]
fn a_mode_before_the_place_is_read_and_the_place_behind_it_too() {
    for (field, mode, place) in [
        ("Hybrid: Bordeaux, FR", Mode::Hybrid, "Bordeaux, FR"),
        ("Hybride : Lyon, France", Mode::Hybrid, "Lyon, FR"),
        ("Hybrid (Paris, FR)", Mode::Hybrid, "Paris, FR"),
        ("Hybrid - Paris, France", Mode::Hybrid, "Paris, FR"),
        // An event online is printed with its group's home.
        ("Virtual: Paris, FR", Mode::Virtual, "Berlin, DE"),
        ("In person: Paris, FR", Mode::InPerson, "Paris, FR"),
        // The name of a house that begins so is none.
        (
            "Hybrid Coworking: 2nd floor, Paris, France",
            Mode::InPerson,
            "Paris, FR",
        ),
    ] {
        let event = one(&berlin(), &[at(field)]);
        let found = event.place.clone();
        assert_eq!(
            (event.mode, found),
            (mode, Place::parse(place).ok()),
            "{field}"
        );
    }
    assert_eq!(one(&berlin(), &[at("Online (Zoom)")]).mode, Mode::Virtual);
}

/// The words of every language before and behind a place, with every sign that people write between them.
#[test]
fn a_mode_beside_the_place_is_read_in_every_language() {
    let mut utrecht = berlin();
    utrecht.place = Place::parse("Utrecht, NL").ok();
    let is = |field: &str| {
        let event = one(&utrecht, &[at(field)]);
        (event.mode, event.place.clone())
    };
    let there = Place::parse("Utrecht, NL").ok();
    let wrong = |words: &[&str], mode: Mode| {
        let mut wrong = Vec::new();
        for word in words {
            let capital: String = word.chars().take(1).flat_map(char::to_uppercase).collect();
            let word = format!("{capital}{}", word.chars().skip(1).collect::<String>());
            for field in [
                format!("{word}: Utrecht"),
                format!("{word} : Utrecht"),
                format!("{word} - Utrecht"),
                format!("{word} – Utrecht"),
                format!("{word}—Utrecht"),
                format!("{word}, Utrecht"),
                format!("{word} | Utrecht"),
                format!("{word} (Utrecht)"),
                format!("[{word}] Utrecht"),
                format!("({word}), Utrecht"),
                format!("Utrecht: {word}"),
                format!("Utrecht - {word}"),
                format!("Utrecht — {word}"),
                format!("Utrecht, {word}"),
                format!("Utrecht | {word}"),
                format!("Utrecht ({word})"),
                format!("Utrecht [{word}]"),
                format!("Utrecht ({word}), Netherlands"),
                format!("Domplein 29, Utrecht, {word}"),
                format!("Bibliotheek Neude, Utrecht ({word})"),
            ] {
                let found = is(&field);
                if found != (mode, there.clone()) {
                    wrong.push(format!("{field}: {found:?}"));
                }
            }
        }
        wrong
    };
    let mut all = Mode::Hybrid.labels().to_vec();
    all.extend([
        "hybrydowy",
        "hybrydowe",
        "ハイブリッド開催",
        "in-person and online",
    ]);
    assert_eq!(wrong(&all, Mode::Hybrid), Vec::<String>::new());
    let mut all = Mode::Virtual.labels().to_vec();
    all.extend(["verkossa", "zdalny", "en visio", "дистанционно"]);
    assert_eq!(wrong(&all, Mode::Virtual), Vec::<String>::new());
    for word in Mode::Hybrid.labels() {
        for field in [format!("{word} / Utrecht"), format!("Utrecht/{word}")] {
            assert_eq!(is(&field), (Mode::Hybrid, there.clone()), "{field}");
        }
    }
}

#[test]
fn a_mode_beside_a_place_that_is_not_known_is_read_where_the_sign_says_so() {
    for field in [
        "Hybride: Bibliotheek Krabbenkwartier",
        "Hybrid (Crab House)",
        "Crab House (hybrid)",
        "Hybrid: Crab House / Zoom",
        "Hybrid",
        "Hybrid/Online",
        "Presencial + online: Crab House",
        "Vor Ort / Online: Berlin",
        "In-person & online (Berlin)",
    ] {
        assert_eq!(one(&berlin(), &[at(field)]).mode, Mode::Hybrid, "{field}");
    }
    // The name of a house, with and without its street.
    for field in [
        "Hybrid Café",
        "Hybrid Café, Berlin",
        "Hybrid Café: 2nd floor, Berlin",
        "Hybrid – Coworking & Café",
        "Remote – Crab Coworking",
        "Hybrid, Krebsstr. 20, 10179 Berlin",
        "Remote, 5 Main St, Austin, TX",
        "Café Hybrid, Berlin",
        "Hybrid-Café, Berlin",
        "Online Café (Berlin)",
        "会場: 東京",
    ] {
        assert_eq!(one(&berlin(), &[at(field)]).mode, Mode::InPerson, "{field}");
    }
    // A bar of that name, in a field of its own.
    let mut listing = at("Krebsstr. 20, 10179 Berlin");
    listing.locations[0].venue = Some("Hybrid".to_owned());
    assert_eq!(one(&berlin(), &[listing]).mode, Mode::InPerson);
    // A city's own field.
    let mut listing = at("Hybride: Domplein 29");
    listing.locations[0].city = Some("Utrecht".to_owned());
    let event = one(&berlin(), &[listing]);
    assert_eq!(event.mode, Mode::Hybrid);
    assert_eq!(event.place, Place::parse("Utrecht, NL").ok());
    assert_eq!(
        event.venue.unwrap().address.unwrap(),
        "Domplein 29, Utrecht"
    );
}

#[test]
fn online_and_a_place_with_a_slash_between_them_are_most_likely_both_and_shown() {
    for field in ["Online / Berlin", "Berlin/online", "En ligne / Berlin"] {
        let event = one(&berlin(), &[at(field)]);
        assert_eq!(event.mode, Mode::Hybrid, "{field}");
        assert_eq!(event.place, Place::parse("Berlin, DE").ok(), "{field}");
        let shown = [Choice::new(Flag::ModeAssumed, "hybrid", field)];
        assert_eq!(event.choices, shown, "{field}");
    }
    assert_eq!(one(&berlin(), &[at("Online + Berlin")]).choices, []);
    // A title is asked first.
    let mut listing = at("Online / Berlin");
    listing.title = "Online Rust Meetup".to_owned();
    assert_eq!(one(&berlin(), &[listing]).mode, Mode::Virtual);
}
