//! Places by any of their names, and what is near them.

use super::evening;
use super::wanted::{filter, wrong};
use rusty_events::believe::curate::Published;
use rusty_events::believe::directory::Directory;
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::event::{Venue, folded};
use rusty_events::facts::place::{Mode, Place, parse_location};
use rusty_events::filter::{Known, Looked};
use std::collections::BTreeMap;

fn event_in(place: &str) -> Published {
    let mut event = evening(10, "Hack Night");
    event.place = Place::parse(place).ok();
    event
}

fn finds(query: &str, place: &str) -> bool {
    filter(query).wants(&event_in(place))
}

#[test]
fn a_city_is_asked_for_by_any_of_its_names() {
    for (names, place) in [
        (
            &[
                "Munich",
                "München",
                "munchen",
                "Muenchen",
                "Monaco di Baviera",
            ][..],
            "Munich, DE",
        ),
        (
            &["Bengaluru", "Bangalore", "Bangalore, Karnataka"],
            "Bengaluru, IN",
        ),
        (
            &["Cologne", "Köln", "cologne-de", "Köln, Germany"],
            "Köln, DE",
        ),
        (
            &[
                "Washington, DC",
                "washington-dc",
                "Washington, D.C.",
                "Washington DC, US",
            ],
            "Washington, DC, US",
        ),
        (&["Oxford", "Oxford, UK", "oxford-gb"], "Oxford, UK"),
        (
            &[
                "Oxford, MS",
                "Oxford, Mississippi",
                "oxford-ms-us",
                "Oxford, MS, US",
            ],
            "Oxford, MS, US",
        ),
        (&["New York", "NYC", "new-york-city"], "New York, NY, US"),
        (
            &["Saint Petersburg, Russia", "Санкт-Петербург"],
            "Saint Petersburg, RU",
        ),
    ] {
        for name in names {
            assert!(finds(&format!("near={name}&within=1km"), place), "{name}");
            assert!(finds(&format!("city={name}"), place), "{name}");
        }
    }
    assert!(!finds("near=Oxford", "Oxford, MS, US"));
    assert!(!finds("city=Oxford, UK", "Oxford, MS, US"));
    assert!(finds("city=Oxford", "Oxford, MS, US"), "every Oxford");
    assert!(
        finds("city=Oudewater", "Oudewater, NL"),
        "a town of no table"
    );
}

#[test]
fn near_takes_degrees_and_a_distance() {
    assert!(finds("near=Cologne", "Düsseldorf, DE"));
    assert!(!finds("near=Cologne", "Berlin, DE"));
    assert!(!finds("near=Cologne&within=20km", "Düsseldorf, DE"));
    assert!(finds("near=50.94,6.96&within=40", "Düsseldorf, DE"));
    assert!(finds("near=50.94,+6.96&within=30+mi", "Düsseldorf, DE"));
    assert!(finds("near=Cologne&near=Berlin", "Potsdam, DE"), "either");
    assert!(!finds("near=Cologne&country=NL", "Düsseldorf, DE"));
    assert!(finds("within=50km", "Berlin, DE"), "a form's empty search");
    assert!(finds("near=-18.14,178.44&within=5km", "Suva, FJ"));
    // Across the line of the date: Apia is 1,150 km from Suva.
    assert!(finds("near=-13.83,-171.77&within=1200km", "Suva, FJ"));
    assert!(!finds("near=-13.83,-171.77&within=1000km", "Suva, FJ"));
    let filter = filter("near=Oxford&within=60mi");
    let near = filter.near().unwrap();
    let words = filter.in_words().unwrap();
    assert_eq!(words, "within 60 mi of Oxford, UK");
    let others: Vec<String> = near.centres[0]
        .others
        .iter()
        .map(|place| place.printed(&[place.country()]))
        .collect();
    assert!(others.contains(&"Oxford, MS, US".to_owned()), "{others:?}");
    let km = filter.distance(&event_in("London, UK")).unwrap();
    assert!((80.0..90.0).contains(&km), "{km}");
}

#[test]
fn an_online_event_is_near_nobody_and_a_hybrid_one_is() {
    let mut event = event_in("Köln, DE");
    event.mode = Mode::Virtual;
    let near = filter("near=Cologne");
    assert!(!near.wants(&event));
    assert_eq!(near.distance(&event), None);
    event.mode = Mode::Hybrid;
    assert!(near.wants(&event));
    assert!(filter("mode=in-person").wants(&event), "one can go there");
    assert!(filter("mode=virtual").wants(&event), "one can join it");
    assert!(filter("mode=hybrid").wants(&event));
    event.mode = Mode::InPerson;
    assert!(!filter("mode=hybrid").wants(&event));
    assert!(!filter("mode=virtual").wants(&event));
}

#[test]
fn a_venue_counts_before_the_middle_of_its_city_unless_it_is_elsewhere() {
    let mut event = event_in("Berlin, DE");
    let mut at = |north, east| {
        event.venue = Some(Venue {
            coordinates: Some((north, east)),
            ..Venue::default()
        });
        filter("near=Potsdam").distance(&event).unwrap()
    };
    assert!(at(52.39, 13.07) < 3.0, "at Potsdam's edge");
    assert!((20.0..30.0).contains(&at(52.39, -13.07)), "a wrong sign");
    assert!((20.0..30.0).contains(&at(0.0, 0.0)), "not known");
}

#[test]
fn a_state_is_one_of_its_country() {
    assert!(finds("state=CA", "Oakland, CA, US"));
    assert!(finds("state=california", "Oakland, CA, US"));
    assert!(!finds("state=CA", "Portland, OR, US"));
    assert!(finds("state=WA", "Perth, WA, AU"), "Western Australia");
    assert!(!finds("state=WA&country=US", "Perth, WA, AU"));
    assert!(finds("state=WA&city=Seattle", "Seattle, WA, US"));
}

#[test]
fn what_is_unknown_names_what_is_spelled_nearly_so() {
    for (query, parameter, what) in [
        ("near=Colonge", "near", "did you mean Köln, DE"),
        ("near=San+Fran", "near", "San Francisco, CA, US"),
        ("near=Cambridge", "near", "Cambridge, UK; Cambridge, ON, CA"),
        ("near=Xyzzyplugh", "near", "no city is known as"),
        ("near=Cologne&within=far", "within", "100km or 60mi"),
        ("near=95,7", "near", "from -90 to 90"),
        ("near=NaN,1", "near", "from -90 to 90"),
        ("q=\";", "q", "no word"),
        ("near=Cologne&within=0", "within", "100km or 60mi"),
        ("near=Cologne&within=NaN", "within", "100km or 60mi"),
        ("near=Cologne&within=5km&within=6km", "within", "said twice"),
        ("state=Calfornia", "state", "did you mean California"),
        ("state=Bavaria", "state", "no state"),
        ("match=some", "match", "neither all nor any"),
    ] {
        let (named, said) = wrong(query);
        assert_eq!(named, parameter, "{query}");
        assert!(said.contains(what), "{query}: {said}");
    }
}

#[test]
fn what_only_the_events_know_is_checked_against_them() {
    let mut munich = event_in("Munich, DE");
    munich.organisers[0].name = "Rust Munich".to_owned();
    munich.organisers[0].url = None;
    let events = [event_in("Berlin, DE"), munich];
    let directory = Directory::new(Default::default(), &Groups::default(), events.iter());
    let known = Known {
        cities: ["oudewater"].into(),
        directory: &directory,
        sources: ["meetup/rust-berlin"].into(),
    };
    let wrong = |query: &str| {
        filter(query)
            .settled(&known)
            .map(drop)
            .map_err(|wrong| wrong.to_string())
    };
    assert_eq!(
        wrong("city=Oudewater&city=Munich&organiser=rust-berlin"),
        Ok(())
    );
    for (query, what) in [
        (
            "city=Oudewatter",
            "city: no city is known as \"Oudewatter\"; did you mean \"oudewater\"?",
        ),
        ("city=Muncih", "did you mean München, DE"),
        ("organiser=rust-berln", "did you mean \"rust-berlin\""),
        ("organiser=munich", "did you mean \"rust-munich\""),
        ("organiser=https://example.org/", "https://example.org/"),
        (
            "source=meetup/rust-berlinn",
            "did you mean \"meetup/rust-berlin\"",
        ),
    ] {
        let said = wrong(query).unwrap_err();
        assert!(said.contains(what), "{query}: {said}");
    }
}

#[test]
fn any_makes_different_keys_mean_or() {
    let any = "match=any&organiser=rust-london&near=Cologne&q=wasm";
    let mut london = event_in("London, UK");
    london.organisers[0].name = "Rust London".to_owned();
    let mut wasm = event_in("Tokyo, JP");
    wasm.description = "Wasm for everybody".to_owned();
    let bonn = event_in("Bonn, DE");
    let rome = event_in("Rome, IT");
    for event in [&london, &wasm, &bonn] {
        assert!(filter(any).wants(event));
        let mode = format!("{any}&mode=virtual");
        assert!(!filter(&mode).wants(event), "how it is held always counts");
        assert!(!filter(&any.replace("any", "all")).wants(event));
    }
    assert!(!filter(any).wants(&rome));
    assert!(filter("match=any").wants(&rome), "nothing is asked for");
}

/// What `near` finds within 100 km, beside the exact city, on the rows that were printed until May 2026.
#[test]
fn near_finds_more_than_the_city_in_the_archive() {
    let Some(corpus) = crate::corpus() else {
        return;
    };
    let text = std::fs::read_to_string(corpus.join("rows.jsonl")).unwrap();
    let mut events: BTreeMap<String, Published> = BTreeMap::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (Some(link), Some(location)) = (
            row["links"][0]["url"].as_str(),
            row["location_raw"].as_str(),
        ) else {
            continue;
        };
        if row["issue_date"].as_str().unwrap() > "2026-05-31" {
            continue;
        }
        let Ok((mode, Some(place))) = parse_location(location) else {
            continue;
        };
        let key = format!("{} {link}", row["date"]);
        let mut event = event_in("Berlin, DE");
        (event.mode, event.place) = (mode, Some(place));
        events.insert(key, event);
    }
    let looked: Vec<(&Published, Looked)> = events
        .values()
        .map(|event| (event, Looked::default()))
        .collect();
    let mut all = String::new();
    for (name, qualified) in [
        ("Cologne", "Cologne"),
        ("Munich", "Munich"),
        ("Oakland", "Oakland, CA"),
        ("Delft", "Delft"),
        ("Oxford", "Oxford, UK"),
    ] {
        let count = |query: &str| {
            let filter = filter(query);
            let wanted =
                |(event, looked): &&(&Published, Looked)| filter.wants_known(event, looked);
            looked.iter().filter(wanted).count()
        };
        let spelled = events
            .values()
            .filter(|event| event.mode != Mode::Virtual)
            .filter(|event| {
                let city = event.place.as_ref().and_then(|place| place.city());
                city.is_some_and(|city| folded(city) == folded(name))
            })
            .count();
        let city = count(&format!("city={qualified}&mode=in-person"));
        let near = count(&format!("near={name}&within=100km"));
        all.push_str(&format!(
            "{name}: spelled so {spelled}, city= {city}, near= {near}\n"
        ));
        assert!(spelled <= city && city <= near && near > 0, "{all}");
    }
    eprintln!("of {} events with a place:\n{all}", events.len());
}
