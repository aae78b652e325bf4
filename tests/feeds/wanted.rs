//! The one grammar of filters.

use super::evening;
use rusty_events::believe::curate::Published;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::filter::{Filter, slug};

pub(super) fn filter(query: &str) -> Filter {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    Filter::parse(pairs.iter().map(|(key, value)| (&key[..], &value[..]))).unwrap()
}

pub(super) fn wrong(query: &str) -> (String, String) {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let wrong = Filter::parse(pairs.iter().map(|(key, value)| (&key[..], &value[..]))).unwrap_err();
    (wrong.parameter, wrong.what)
}

fn world() -> Vec<Published> {
    let berlin = evening(10, "Hack Night");
    let mut online = evening(11, "Talks online");
    online.mode = Mode::Virtual;
    let mut hybrid = evening(12, "Talks");
    hybrid.mode = Mode::Hybrid;
    let mut london = evening(13, "Rust London");
    london.place = Place::parse("London, UK").ok();
    london.organisers[0].name = "Rust London User Group".to_owned();
    vec![berlin, online, hybrid, london]
}

fn days(query: &str) -> Vec<String> {
    let world = world();
    filter(query)
        .of(world.iter(), "2026-08-01".parse().unwrap())
        .into_iter()
        .map(|event| event.when.first_day().format("%d").to_string())
        .collect()
}

#[test]
fn a_repeated_key_means_or_and_different_keys_mean_and() {
    assert_eq!(days(""), ["10", "11", "12", "13"]);
    assert_eq!(days("region=virtual"), ["11", "12"]);
    assert_eq!(days("region=europe"), ["10", "12", "13"], "who meets there");
    assert_eq!(days("region=virtual&region=europe").len(), 4);
    assert_eq!(days("country=GB"), ["13"]);
    assert_eq!(days("country=uk"), ["13"], "as it is printed, too");
    assert_eq!(days("country=DE&mode=hybrid"), ["12"]);
    assert_eq!(days("city=BERLIN&q=night"), ["10"]);
    assert_eq!(days("q=talks&q=london"), ["11", "12", "13"]);
    assert_eq!(days("q=talks+online"), ["11"], "all words of one");
    assert_eq!(days("organiser=rust-london-user-group"), ["13"]);
    assert_eq!(days("organiser=Rust+London+User+Group"), ["13"]);
    assert_eq!(
        days("organiser=https://www.meetup.com/rust-berlin/").len(),
        4
    );
    assert_eq!(days("from=2026-08-11&to=2026-08-12"), ["11", "12"]);
    assert_eq!(days("region=&q="), ["10", "11", "12", "13"], "left alone");
}

#[test]
fn words_are_whole_or_begin_one() {
    let mut event = evening(10, "Łódź: KI in Rust");
    event.organisers[0].name = "Rust Straße Zürich".to_owned();
    event.description = "From Dubai: C++ & asynchronous I/O.\n東京で開催".to_owned();
    for words in [
        "rust",
        "RUS",
        "async",
        "lodz",
        "ki",
        "strasse",
        "ZURICH",
        "c++",
        "dubai async",
        "東京",
        "開催",
        "i/o",
        "berlin",
        "germany",
    ] {
        let mut any = Filter::parse([("q", words)]).unwrap();
        assert!(any.wants(&event), "{words}");
        any = Filter::parse([("q", "nowhere"), ("q", words)]).unwrap();
        assert!(any.wants(&event), "{words}");
    }
    for words in ["ai", "ust", "k", "bai", "dubai zig", "ru", "ōsaka"] {
        assert!(
            !Filter::parse([("q", words)]).unwrap().wants(&event),
            "{words}"
        );
    }
}

#[test]
fn the_default_span_is_ninety_days_back_and_a_year_on() {
    let window = filter("").window("2026-08-01".parse().unwrap());
    assert_eq!(window.from.to_string(), "2026-05-03");
    assert_eq!(window.to.to_string(), "2027-08-01");
    let early = filter("to=2020-01-31").window("2026-08-01".parse().unwrap());
    assert!(early.from < early.to, "{early:?}");
    let late = filter("from=2030-01-31").window("2026-08-01".parse().unwrap());
    assert!(late.from < late.to, "{late:?}");
}

#[test]
fn what_cannot_be_meant_is_refused_and_the_parameter_named() {
    for (query, parameter, what) in [
        ("region=atlantis", "region", "virtual, africa, asia"),
        ("country=Mordor", "country", "no country"),
        ("mode=vr", "mode", "in-person, virtual, hybrid"),
        ("from=2026-02-30", "from", "not a day"),
        ("to=0001-01-01", "to", "not a day"),
        ("from=2026-02-03&to=2026-02-02", "to", "before"),
        ("from=2026-02-03&from=2026-02-04", "from", "said twice"),
        ("limit=5", "limit", "no parameter"),
    ] {
        let (named, said) = wrong(query);
        assert_eq!(named, parameter, "{query}");
        assert!(said.contains(what), "{query}: {said}");
    }
    assert_eq!(wrong(&format!("q={}", "a".repeat(501))).0, "q");
    assert_eq!(wrong(&"q=a&".repeat(51)).0, "q");
    assert_eq!(
        wrong(&format!("q={}", "a+".repeat(41))).1,
        "has more than 40 words"
    );
}

#[test]
fn a_slug_is_never_empty_and_tells_c_from_c_plus_plus() {
    assert_eq!(slug("Rust Berlin"), "rust-berlin");
    assert_eq!(slug("Köln: C++/Rust"), "koln-c-plus-plus-rust");
    assert_eq!(slug("東京 Rust"), "東京-rust");
    assert_eq!(slug("!!!"), "-");
}

#[test]
fn words_are_found_in_a_description_whether_or_not_it_is_ascii() {
    const TEXT: &str =
        "C++ and C#: an AI-assisted tour.\tMeet Ann O'Hara at 7, re:build\u{7f}end_of_line";
    let mut plain = evening(10, "x");
    plain.description = TEXT.to_owned();
    let mut other = plain.clone();
    other.description = format!("{TEXT} \u{e9}");
    let finds = |event: &Published, words: &str| {
        let query = url::form_urlencoded::byte_serialize(words.as_bytes());
        filter(&format!("q={}", query.collect::<String>())).wants(event)
    };
    for (words, found) in [
        ("c++", true),
        ("C#", true),
        ("c", false),
        ("ai", true),
        ("as", false),
        ("assist", true),
        ("sisted", false),
        ("tour meet", true),
        ("tour berlin ann", true),
        ("o hara", true),
        ("ohara", false),
        ("7", true),
        ("build", true),
        ("end line", true),
        ("li", false),
        ("en", false),
        ("tour nothing", false),
        ("\u{3082}\u{304f}", false),
    ] {
        assert_eq!(finds(&plain, words), found, "{words:?}");
        assert_eq!(finds(&other, words), found, "{words:?} beyond ASCII");
    }
    // As much of a text is searched as before.
    let long = |text: &str| {
        let mut event = plain.clone();
        event.description = format!("{}late{text}", "x ".repeat(9_998));
        event
    };
    for end in ["", " \u{e9}"] {
        assert!(finds(&long(end), "late"), "{end}");
        let mut event = long(end);
        event.description.insert_str(0, "x ");
        assert!(!finds(&event, "late"), "{end}: cut in the middle");
    }
}
