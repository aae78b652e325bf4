//! Whole configurations, read to the last field.

use super::read;
use chrono::{NaiveDate, TimeZone, Utc};
use rusty_events::config::{CredentialSource, MirrorTarget, Settings};
use rusty_events::facts::decision::{Action, EventName, Origin};
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Credential, Platform};
use rusty_events::facts::topic::Topic;
use rusty_events::facts::when::Stamp;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

fn link(text: &str) -> Link {
    Link::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_source_with_every_key_is_read() {
    let configuration = read(&[(
        "sources/meetup.toml",
        r#"
        [[source]]
        id = "berlin"
        url = "https://www.meetup.com/rust-berlin/"
        platform = "meetup"
        organiser = "Rust Berlin"
        organiser-url = "https://berline.rs/"
        place = "Berlin, DE"
        zone = "europe/berlin"
        mode = "in-person"
        force-mode = "hybrid"
        force-place = "Potsdam, DE"
        only = ["rust", "ferris"]
        aliases = ["http://www.meetup.com/de-DE/OpenTechSchool-Berlin/events/"]
        replaces = [{ url = "https://www.meetup.com/old-group/", from = "2026-08-01" }]
        expect-empty = true
        "#,
    )]);
    let source = &configuration.sources[0];
    assert_eq!(source.id.0, "berlin");
    assert_eq!(
        source.address,
        Address::Web("https://www.meetup.com/rust-berlin/".to_owned())
    );
    assert_eq!(source.platform, Platform::Meetup);
    let organiser = source.organiser.as_ref().unwrap();
    assert_eq!(organiser.name, "Rust Berlin");
    assert_eq!(organiser.url, Some(link("https://berline.rs/")));
    assert_eq!(source.place, Some(Place::parse("Berlin, DE").unwrap()));
    assert_eq!(source.zone, Some(chrono_tz::Europe::Berlin));
    assert_eq!(source.mode, Some(Mode::InPerson));
    assert_eq!(source.force_mode, Some(Mode::Hybrid));
    assert_eq!(
        source.force_place,
        Some(Place::parse("Potsdam, DE").unwrap())
    );
    assert_eq!(source.only, Topic::of(&["rust", "ferris"]));
    assert_eq!(
        source.aliases[0].as_str(),
        "https://www.meetup.com/opentechschool-berlin"
    );
    assert_eq!(
        source.replaces,
        [(link("https://www.meetup.com/old-group"), day("2026-08-01"))]
    );
    assert!(source.expect_empty);
}

#[test]
fn an_event_written_by_hand_is_read_with_its_line() {
    let configuration = read(&[(
        "sources/manual.toml",
        r#"# by hand
[[event]]
title = "RustConf 2026"
start = "2026-09-08"
end = 2026-09-11
place = "Berlin, DE"
mode = "hybrid"
organiser = "RustConf"
organiser-url = "https://rustconf.com/"
link = "https://rustconf.com/"
status = "tentative"
description = """
Four days.
Two cities."""
print-from = "2026-07-01"

[[event]]
id = "evening"
title = "An evening"
start = 2026-09-08T19:00
end = "2026-09-08 21:30:00"
zone = "America/Lima"
"#,
    )]);
    let [source] = &configuration.sources[..] else {
        panic!("{:#?}", configuration.sources)
    };
    assert_eq!(source.id.0, "manual");
    assert_eq!(source.platform, Platform::Manual);
    let Address::Inline(events) = &source.address else {
        panic!("{source:#?}")
    };
    let [conference, evening] = &events[..] else {
        panic!("{events:#?}")
    };
    assert_eq!(conference.line, 2);
    assert_eq!(conference.id, "https://rustconf.com/ 2026-09-08");
    assert_eq!(conference.title, "RustConf 2026");
    assert_eq!(conference.start, Stamp::Date(day("2026-09-08")));
    assert_eq!(conference.end, Some(Stamp::Date(day("2026-09-11"))));
    assert_eq!(conference.place, Some(Place::parse("Berlin, DE").unwrap()));
    assert_eq!(conference.mode, Some(Mode::Hybrid));
    let organiser = conference.organiser.as_ref().unwrap();
    assert_eq!(organiser.name, "RustConf");
    assert_eq!(organiser.url, Some(link("https://rustconf.com/")));
    assert_eq!(conference.link, Some(link("https://rustconf.com/")));
    assert_eq!(conference.status.as_deref(), Some("tentative"));
    assert_eq!(
        conference.description.as_deref(),
        Some("Four days.\nTwo cities.")
    );
    assert_eq!(conference.print_from, Some(day("2026-07-01")));
    assert_eq!(evening.line, 17);
    assert_eq!(evening.id, "evening");
    assert_eq!(evening.zone, Some(chrono_tz::America::Lima));
    assert_eq!(
        evening.start,
        Stamp::Floating(day("2026-09-08").and_hms_opt(19, 0, 0).unwrap())
    );
    assert_eq!(
        evening.end,
        Some(Stamp::Floating(
            day("2026-09-08").and_hms_opt(21, 30, 0).unwrap()
        ))
    );
}

#[test]
fn an_organiser_has_names_and_addresses_as_aliases() {
    let configuration = read(&[(
        "organisers.toml",
        r#"
        [[organiser]]
        name = "Rust Malaysia"
        url = "https://t.me/rustmalaysia"
        aliases = ["https://lu.ma/rustmy/", "Rust Malaysia Meetup"]
        place = "Kuala Lumpur, MY"
        "#,
    )]);
    let organiser = &configuration.organisers[0];
    assert_eq!(organiser.name, "Rust Malaysia");
    assert_eq!(organiser.url, Some(link("https://t.me/rustmalaysia")));
    assert_eq!(
        organiser.aliases,
        ["https://luma.com/rustmy", "Rust Malaysia Meetup"]
    );
    assert_eq!(
        organiser.place,
        Some(Place::parse("Kuala Lumpur, MY").unwrap())
    );
}

#[test]
fn a_decision_is_read_with_its_line() {
    let configuration = read(&[(
        "decisions/2026-08.toml",
        r#"[[decision]]
event = "https://www.meetup.com/rust-x/events/1"
hide = "section"
reason = "a .NET conference"
by = "editor"
at = 2026-08-18T20:00:00Z
"#,
    )]);
    let decision = &configuration.decisions[0];
    let Origin::File(file, line) = &decision.origin else {
        panic!("{decision:?}");
    };
    assert!(file.ends_with("decisions/2026-08.toml"));
    assert_eq!(*line, 1);
    assert_eq!(
        decision.event,
        EventName::Link(link("https://www.meetup.com/rust-x/events/1/"))
    );
    assert_eq!(decision.action, Action::HideFromSection);
    assert_eq!(decision.reason, "a .NET conference");
    assert_eq!(decision.by.as_deref(), Some("editor"));
    assert_eq!(
        decision.at,
        Utc.with_ymd_and_hms(2026, 8, 18, 20, 0, 0).unwrap()
    );
}

#[test]
fn settings_with_every_key_are_read() {
    let configuration = read(&[(
        "service.toml",
        r####"
        database = "data/events.db"
        stale-after = "3d"
        [newsletter]
        repository = "../this-week-in-rust"
        draft = "drafts/next.md"
        weekday = "Tuesday"
        zone = "Europe/Berlin"
        [section]
        days = 35
        heading = "# Events"
        line = "From {from} to {to}"
        organiser-separator = " + "
        hybrid-label = "Virtual and In-Person"
        states = ["US"]
        [fetch]
        contact = "https://example.org/about"
        requests-in-flight = 4
        per-host-in-flight = 2
        per-host-interval = "250ms"
        event-pages = 0
        allow = ["127.0.0.1:8123", "[::1]:80"]
        [fetch.mirrors]
        "https://www.meetup.com" = "http://127.0.0.1:8123/www.meetup.com/"
        "https://a.example" = "pages/a"
        "https://" = "pages/rest"
        "https://b.example/rust/and/more/" = "pages/b"
        [fetch.keys]
        meetup = { file = "secrets/meetup.json" }
        eventbrite = { env = "EVENTBRITE_TOKEN" }
        [schedule]
        refresh = "30 5 * * *"
        zone = "Asia/Tokyo"
        [server]
        listen = "0.0.0.0:80"
        url = "https://events.example.org/"
        title = "Events"
        "####,
    )]);
    let root = configuration.root.clone().unwrap();
    let settings = configuration.settings;
    assert_eq!(
        settings.database.as_deref(),
        Some(Path::new("data/events.db"))
    );
    assert_eq!(settings.stale_after, chrono::TimeDelta::days(3));
    let newsletter = settings.newsletter;
    assert_eq!(
        newsletter.repository,
        Some(root.join("../this-week-in-rust"))
    );
    assert_eq!(
        newsletter.draft,
        Some(rusty_events::config::Draft::File(
            root.join("drafts/next.md")
        ))
    );
    assert_eq!(newsletter.rhythm, chrono::Weekday::Tue.into());
    assert_eq!(newsletter.zone, chrono_tz::Europe::Berlin);
    let section = settings.section;
    assert_eq!(section.days, 35);
    assert_eq!(section.heading, "# Events");
    assert_eq!(section.line, "From {from} to {to}");
    assert_eq!(section.organiser_separator, " + ");
    assert_eq!(section.hybrid_label, "Virtual and In-Person");
    assert_eq!(section.states.len(), 1);
    let fetch = settings.fetch;
    assert_eq!(fetch.contact.as_deref(), Some("https://example.org/about"));
    assert_eq!(fetch.requests_in_flight, 4);
    assert_eq!(fetch.per_host_in_flight, 2);
    assert_eq!(fetch.per_host_interval, Duration::from_millis(250));
    assert_eq!(fetch.event_pages, 0);
    let allowed: Vec<SocketAddr> = vec![
        "127.0.0.1:8123".parse().unwrap(),
        "[::1]:80".parse().unwrap(),
    ];
    assert_eq!(fetch.allow, allowed);
    // The longest prefix first, each without the slash at its end.
    assert_eq!(
        fetch.mirrors,
        [
            (
                "https://b.example/rust/and/more".to_owned(),
                MirrorTarget::Folder(root.join("pages/b"))
            ),
            (
                "https://www.meetup.com".to_owned(),
                MirrorTarget::Server("http://127.0.0.1:8123/www.meetup.com".to_owned())
            ),
            (
                "https://a.example".to_owned(),
                MirrorTarget::Folder(root.join("pages/a"))
            ),
            (
                "https://".to_owned(),
                MirrorTarget::Folder(root.join("pages/rest"))
            ),
        ]
    );
    assert_eq!(
        fetch.keys[&Credential::Meetup],
        CredentialSource::File(root.join("secrets/meetup.json"))
    );
    assert_eq!(
        fetch.keys[&Credential::Eventbrite],
        CredentialSource::Env("EVENTBRITE_TOKEN".to_owned())
    );
    assert_eq!(settings.schedule.refresh, "30 5 * * *");
    assert_eq!(settings.schedule.zone, chrono_tz::Asia::Tokyo);
    assert_eq!(settings.server.listen, "0.0.0.0:80".parse().unwrap());
    assert_eq!(
        settings.server.url.as_deref(),
        Some("https://events.example.org")
    );
    assert_eq!(settings.server.title, "Events");
}

#[test]
fn what_is_not_configured_has_the_documented_default() {
    let configuration = read(&[]);
    assert_eq!(configuration.settings, Settings::default());
    assert!(configuration.sources.is_empty());
    let written = read(&[(
        "service.toml",
        r####"
        stale-after = "48h"
        [newsletter]
        draft = ""
        weekday = "wednesday"
        zone = "America/Los_Angeles"
        [section]
        days = 28
        heading = "## Upcoming Events"
        line = "Events between {from} - {to}"
        organiser-separator = " | "
        hybrid-label = "Hybrid"
        states = ["US", "CA"]
        [fetch]
        requests-in-flight = 16
        per-host-in-flight = 1
        per-host-interval = "1s"
        event-pages = 200
        allow = []
        [fetch.mirrors]
        [fetch.keys]
        [schedule]
        refresh = "0 */6 * * *"
        zone = "UTC"
        [server]
        listen = "127.0.0.1:8080"
        title = "Upcoming Events"
        "####,
    )]);
    assert_eq!(written.settings, Settings::default());
}

/// What is particular to a newsletter stands in its configuration. A default would be another newsletter's mistake.
#[test]
fn no_default_is_of_one_newsletter_and_a_language_alone_gives_the_words() {
    let default = format!("{:?}", Settings::default()).to_lowercase();
    for word in ["rust", "🦀", "this week"] {
        assert!(!default.contains(word), "{word}: {default}");
    }
    let read_in = |language: &str| {
        let text = format!("[newsletter]\nlanguage = {language:?}\n");
        read(&[("service.toml", &text)]).settings
    };
    assert_eq!(read_in("en").section, Settings::default().section);
    assert_eq!(read_in("en").server.title, "Upcoming Events");
    let french = read_in("fr");
    assert_eq!(french.section.line, "Événements du {from} au {to}");
    assert_eq!(french.server.title, "Événements à venir");
}

/// Two issues of a monthly newsletter lie up to five weeks apart, and no day may lie between their windows.
#[test]
fn a_monthly_newsletter_covers_five_weeks_unless_it_says_otherwise() {
    let days = |text: &str| read(&[("service.toml", text)]).settings.section.days;
    assert_eq!(days("[newsletter]\nevery = \"month\"\n"), 35);
    assert_eq!(
        days("[newsletter]\nevery = \"month\"\n[section]\ndays = 28\n"),
        28
    );
    assert_eq!(days("[newsletter]\nweekday = \"monday\"\n"), 28);
    assert_eq!(days("[newsletter]\ndays-of-month = [1]\n"), 35);
    assert_eq!(days("[newsletter]\ndays-of-month = [1, 2]\n"), 35);
    assert_eq!(days("[newsletter]\ndays-of-month = [1, 15]\n"), 28);
}

#[test]
fn days_of_the_month_are_a_rhythm_with_the_month_and_an_issues_day_or_without() {
    for more in ["", "every = \"month\"\n", "first-issue = \"2026-02-15\"\n"] {
        let text = format!("[newsletter]\ndays-of-month = [15, 1]\n{more}");
        let rhythm = read(&[("service.toml", &text)]).settings.newsletter.rhythm;
        assert_eq!(rhythm.to_string(), "the 1st and 15th of a month", "{more}");
    }
}
